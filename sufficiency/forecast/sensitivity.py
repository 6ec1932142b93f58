"""What one number of a forecast hangs on: each uncertain figure held low, then high.

A scenario is full of figures that nobody knows exactly. Each is held in turn at its lower end
(one future in ten is lower) and at its upper end (one in ten is higher), while every other
figure, and all luck, stays as the forecast draws it. So the difference between the two is what
that figure does, and nothing else. A figure drawn anew each year is held, in each of the years,
as far out as makes their sum lower, or higher, in one future in ten. A figure for which both ends
give the same answer in every future moves nothing. One whose difference is smaller than its own
doubt cannot be told apart from nothing with so few futures.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sufficiency.finance.prices import setting_prices
from sufficiency.forecast.gather import half_width
from sufficiency.forecast.measures import Measure
from sufficiency.forecast.replication import Future, Plan, priced, told
from sufficiency.forecast.runner import run_each
from sufficiency.periods import Horizon
from sufficiency.scenario.figures import named_figures
from sufficiency.scenario.schema import Scenario
from sufficiency.scenario.values import Quantity
from sufficiency.streams import Held, undated

FloatArray = NDArray[np.float64]
Step = Callable[[int, int], None]
"""Called with how much has been done so far, and of how much."""

LOW_END, HIGH_END = 0.1, 0.9
"""Chances of being lower at the ends of an interval."""
DRAWN_FOR_EACH_YEAR = frozenset({"money.shared_uplift"})
"""Figures with a draw of their own each financial year. They are held in every year, less far from
the middle than their ends: all years at their ends at once are far rarer than one future in ten."""

_MONEY = "money."
"""How paths begin of figures that change what is paid and nothing that happens."""

NOTHING = "moves nothing"
NOT_TOLD_APART = "not told apart from nothing"
RAISES, LOWERS = "raises it", "lowers it"
NO_VALUE = "too few futures with a value"


class Uncertain(NamedTuple):
    """A figure that is an interval; a dated one counts once, for its dates share their luck.

    Attributes:
        path: Where it stands, without a date.
        first: The interval, or the first of them where it changes on dates.
        dates: From which dates there are intervals; empty where it never changes.
        draws: In how many years it is drawn anew; 1 for a figure drawn once for a future.
    """

    path: str
    first: Quantity
    dates: tuple[dt.date, ...]
    draws: int = 1

    @property
    def levels(self) -> tuple[float, float]:
        """Chances of being lower at which it is held at its two ends."""
        return level_of_each(LOW_END, self.draws), level_of_each(HIGH_END, self.draws)


class Asked(NamedTuple):
    """One future to simulate.

    Attributes:
        number: Which.
        held: What is held in it, or taken from others.
    """

    number: int
    held: Held


class Seen(NamedTuple):
    """What one future shows.

    Attributes:
        value: The number asked for; not-a-number where it has none.
        people: Counts of children that stand behind it, or that it would give away.
    """

    value: float
    people: tuple[float, ...]


@dataclass(frozen=True)
class Ends:
    """What one figure does.

    Attributes:
        figure: The figure.
        mean_at_low: The number asked for with the figure at its lower end, on average.
        mean_at_high: The same at its upper end.
        swing: The second less the first, on average over futures paired by number.
        half_width: Half-width of the 95% confidence interval of the swing.
        finding: What can be said of it.
        people: Average counts of children behind either mean.
    """

    figure: Uncertain
    mean_at_low: float
    mean_at_high: float
    swing: float
    half_width: float
    finding: str
    people: tuple[float, ...]

    @property
    def moves(self) -> bool:
        """Whether it makes a difference in any future."""
        return self.finding not in (NOTHING, NO_VALUE)


def level_of_each(level: float, draws: int) -> float:
    """Where each of several draws stands so that their sum stands at a level.

    A sum of draws of the same normal interval is spread by the square root of their number, not
    by their number, so each stands nearer its middle. For other intervals it is near enough.

    Args:
        level: Chance that the sum is lower.
        draws: How many are added up.

    Returns:
        Chance that one of them is lower.
    """
    if draws == 1:
        return level
    normal = NormalDist()
    return normal.cdf(normal.inv_cdf(level) / math.sqrt(draws))


def _years_drawn(scenario: Scenario) -> dict[str, int]:
    """In how many years each of the figures drawn for each year is drawn, by asking the prices."""
    labels: dict[str, set[str]] = {}

    def listen(quantity: Quantity, label: str = "") -> float:
        if label:
            labels.setdefault(undated(quantity.path), set()).add(label)
        return quantity.central

    horizon = Horizon(scenario.start, scenario.end)
    setting_prices(scenario.money, tuple(scenario.settings), horizon, listen)
    return {path: len(labels.get(path, ())) for path in DRAWN_FOR_EACH_YEAR}


def uncertain_figures(scenario: Scenario) -> tuple[Uncertain, ...]:
    """Every figure of a scenario that is an interval, in the order of the schema."""
    found: dict[str, list[tuple[str, Quantity]]] = {}
    for path, quantity in named_figures(scenario):
        if quantity.is_uncertain:
            found.setdefault(undated(path), []).append((path, quantity))
    draws = _years_drawn(scenario)
    return tuple(
        Uncertain(
            path,
            each[0][1],
            tuple(_dates(where for where, _ in each)),
            max(draws.get(path, 1), 1),
        )
        for path, each in found.items()
    )


def _dates(paths: Iterator[str]) -> Iterator[dt.date]:
    for path in paths:
        date = path.partition(".from.")[2]
        if date:
            yield dt.date.fromisoformat(date)


@dataclass
class Simulation:
    """Work for the runner: one of the futures asked for, by its place in the list.

    Attributes:
        plan: The scenario and seed.
        of: The number.
        asked: The futures.
        last: The last future in which only prices were held: the next differs by prices alone.
    """

    plan: Plan
    of: Measure
    asked: Sequence[Asked]
    last: tuple[int, Future] | None = None

    def __call__(self, place: int) -> Seen:
        """Simulate one of the futures; prices alone are not worth simulating it again."""
        number, held = self.asked[place]
        plan = replace(self.plan, held=held)
        if _holds_only_prices(held):
            known = self.last is not None and self.last[0] == number
            one = priced(plan, number, self.last[1] if self.last and known else None)
            self.last = (number, one.future)
        else:
            one = priced(plan, number)
        replication = told(plan, number, one)
        people = self.of.people_behind(replication) + self.of.counts_beside(replication)
        return Seen(self.of.value(replication), people)


def is_price(path: str) -> bool:
    """Whether a figure is about money: it changes nothing that happens."""
    return path.startswith(_MONEY)


def _holds_only_prices(held: Held) -> bool:
    """Whether what happens is as it is drawn, and only what it costs may differ."""
    others = held.figures or not (held.others is held.years is held.chance is None)
    return not others and all(map(is_price, held.levels))


def simulate_all(
    plan: Plan, of: Measure, asked: Sequence[Asked], workers: int | None, done: Callable[[], None]
) -> list[Seen]:
    """Simulate futures with something held and look at one number of each.

    Args:
        plan: The scenario and seed.
        of: The number.
        asked: The futures, each with what is held.
        workers: How many processes; the results are the same for any number.
        done: Called after each.

    Returns:
        What each shows, in the order asked for.
    """
    seen = []
    with closing(run_each(Simulation(plan, of, asked), range(len(asked)), workers)) as found:
        for one in found:
            done()
            seen.append(one)
    return seen


def as_drawn(replications: int) -> list[Asked]:
    """The first futures of the forecast, with nothing held."""
    return [Asked(number, Held()) for number in range(1, replications + 1)]


def at_both_ends(figures: Sequence[Uncertain], replications: int) -> list[Asked]:
    """The same futures with each figure at its lower end, then at its upper end.

    Each future stands with all that is held in it in turn, prices last, so that one simulation
    serves for all of them.
    """
    return [
        Asked(number, Held(levels={figure.path: level}))
        for number in range(1, replications + 1)
        for figure in figures
        for level in figure.levels
    ]


def tornado(
    figures: Sequence[Uncertain], drawn: Sequence[Seen], held: Sequence[Seen]
) -> tuple[Ends, ...]:
    """What each figure does, the largest swing first; what moves nothing comes last.

    Args:
        figures: The figures.
        drawn: What :func:`as_drawn` futures show.
        held: What :func:`at_both_ends` futures show, in the order asked for.

    Returns:
        A row a figure.
    """
    as_it_is = np.array([one.value for one in drawn])
    rows = []
    for place, figure in enumerate(figures):
        low, high = (held[2 * place + end :: 2 * len(figures)] for end in (0, 1))
        rows.append(_ends(figure, as_it_is, low, high))
    return tuple(sorted(rows, key=lambda row: (row.finding in (NOTHING, NO_VALUE), -_size(row))))


def _size(row: Ends) -> float:
    return abs(row.swing) if row.moves else 0.0


def _ends(figure: Uncertain, drawn: FloatArray, low: Sequence[Seen], high: Sequence[Seen]) -> Ends:
    at_low = np.array([one.value for one in low])
    at_high = np.array([one.value for one in high])
    people = (*_averages(low), *_averages(high))
    if np.array_equal(at_low, at_high, equal_nan=True) and np.array_equal(
        at_low, drawn, equal_nan=True
    ):
        mean = float(np.nanmean(drawn))
        return Ends(figure, mean, mean, 0.0, 0.0, NOTHING, people)
    both = ~np.isnan(at_low) & ~np.isnan(at_high)
    if both.sum() < 2:
        nan = float("nan")
        return Ends(figure, nan, nan, nan, nan, NO_VALUE, people)
    at_low, at_high = at_low[both], at_high[both]
    swings = at_high - at_low
    swing, wide = float(swings.mean()), float(half_width(swings[:, None])[0])
    finding = RAISES if swing > 0 else LOWERS
    if wide >= abs(swing):
        finding = NOT_TOLD_APART
    return Ends(figure, float(at_low.mean()), float(at_high.mean()), swing, wide, finding, people)


def _averages(seen: Sequence[Seen]) -> tuple[float, ...]:
    return tuple(float(mean) for mean in np.mean([one.people for one in seen], axis=0))


def people_behind(seen: Sequence[Seen]) -> tuple[float, ...]:
    """Average counts of children behind some futures' numbers."""
    return _averages(seen)
