"""What every authority's past years tell about the next: how far things go on, and how far not.

An authority that has more children in care than others of its size tends to come down, and one
that took in many last year does not go on doing so. How strongly is learnt here from all
authorities together, from the years up to the opening and none later. So is how much the number
in care of one authority moves in one, two and three years, which is what the range of a
forecast must hold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sufficiency.errors import InputError, Problem
from sufficiency.estimate.variation import Slope, reversion
from sufficiency.inputs.dfe_tables import DfeTables
from sufficiency.inputs.tables import Published
from sufficiency.scenario.values import Z90

FloatArray = NDArray[np.float64]
FEWEST_CHILDREN = 50
"""Authorities with fewer children in care in some year are left out, of what is learnt and of a
back-test: their changes are mostly chance."""
FEWEST_AUTHORITIES = 20
_LONGEST_YEARS = 3


@dataclass(frozen=True)
class Panel:
    """Authorities in years following each other, and England.

    Attributes:
        names: The authorities.
        years: Years ending 31 March, ascending.
        stock: Children in care before the first year and at the end of each; shape
            (authorities, years + 1). The first is worked back from the flows of its year.
        started: Entries in each year; shape (authorities, years).
        ceased: Everyone who left; the same shape.
        population: Children of the population; the same shape.
        england: The same four of England, one row each: stock, started, ceased, population.
    """

    names: tuple[str, ...]
    years: tuple[int, ...]
    stock: FloatArray
    started: FloatArray
    ceased: FloatArray
    population: FloatArray
    england: tuple[FloatArray, FloatArray, FloatArray, FloatArray]

    @cached_property
    def exposure(self) -> FloatArray:
        """Child-years in each year; shape (authorities, years)."""
        return np.asarray((self.stock[:, :-1] + self.stock[:, 1:]) / 2)

    @cached_property
    def gap(self) -> FloatArray:
        """Log of the rate of children in care over England's; shape (authorities, years + 1)."""
        stock, _, _, population = self.england
        here = np.log(self.stock / _with_first_again(self.population))
        return np.asarray(here - np.log(stock / _with_first_again(population)))

    @cached_property
    def entry_gap(self) -> FloatArray:
        """Log of entries per child over England's; shape (authorities, years)."""
        _, started, _, population = self.england
        return np.asarray(np.log(self.started / self.population) - np.log(started / population))

    def recent_entry_gap(self, year: int) -> FloatArray:
        """The same on average over a year (by position) and the one before, where there is one."""
        return np.asarray(self.entry_gap[:, max(year - 1, 0) : year + 1].mean(axis=1))

    def recent_leaving(self, year: int) -> FloatArray:
        """Everyone who left per child-year, over a year and the one before."""
        both = slice(max(year - 1, 0), year + 1)
        found = self.ceased[:, both].sum(axis=1) / self.exposure[:, both].sum(axis=1)
        return np.asarray(found)


@dataclass(frozen=True)
class FlowVariation:
    """Good and bad years of one flow.

    Attributes:
        spread: Standard deviation of the log of one year's multiplier, net of chance.
        autocorrelation: Correlation with the next year's.
        standard_error: Of the autocorrelation.
        changes: How many yearly changes it was seen in.
    """

    spread: float
    autocorrelation: float
    standard_error: float
    changes: int


@dataclass(frozen=True)
class Learnt:
    """What the panel tells.

    Attributes:
        first_year: First year of flows it was learnt from.
        last_year: The last.
        authorities: From how many authorities.
        reversion: Yearly log fall of the rate in care for each unit of log gap to England,
            above zero when rates come nearer: as much as holds the spread between authorities
            where it is, given how much each moves in a year.
        seen: The yearly log change for each unit of gap seen in the same years, below zero
            when rates come nearer. Few years tell it badly.
        entries_on_entries: Of an authority's log distance from England's entries per child,
            how much is there again next year.
        entries_on_stock: What its log distance in children in care adds to that.
        from_flows: Of the growth that entries and leaving of the last two years would bring,
            how much was seen in the year after.
        moved: Beyond chance, variance of the log number in care over one, two and three years,
            such that eight changes in ten lie in the middle eight tenths; fewer where there
            are fewer years.
        entries: Good and bad years of entries.
        leaving: Good and bad years of leaving.
    """

    first_year: int
    last_year: int
    authorities: int
    reversion: float
    seen: Slope
    entries_on_entries: float
    entries_on_stock: float
    from_flows: Slope
    moved: tuple[float, ...]
    entries: FlowVariation
    leaving: FlowVariation


def panel_of(tables: DfeTables) -> Panel:
    """The panel of the tables: authorities whose four totals are known in every year.

    Args:
        tables: Published tables; cut off at the opening with ``up_to``.

    Returns:
        The panel.

    Raises:
        InputError: With fewer than three years, or too few authorities.
    """
    england = tables.england
    years = tuple(year for year in tables.years if _totals(england, year) is not None)
    years = years[_last_gap(years) :]
    if len(years) < _LONGEST_YEARS:
        raise _too_little(
            tables.file,
            f"England's totals are here for {len(years)} years in a row up to the opening",
        )
    names, rows = [], []
    for name in tables.authorities:
        own = tables.of(name)
        totals = [_totals(own, year) for year in years]
        if all(found is not None for found in totals):
            row = np.array(totals, dtype=np.float64).T
            if row[0].min() >= FEWEST_CHILDREN and row.min() > 0:
                names.append(name)
                rows.append(row)
    if len(names) < FEWEST_AUTHORITIES:
        raise _too_little(
            tables.file, f"only {len(names)} authorities have all their totals in these years"
        )
    stock, started, ceased, population = np.moveaxis(np.array(rows), 1, 0)
    whole = np.array([_totals(england, year) for year in years], dtype=np.float64).T
    return Panel(
        tuple(names),
        years,
        _with_first_worked_back(stock, started, ceased),
        started,
        ceased,
        population,
        (_with_first_worked_back(whole[0], whole[1], whole[2]), whole[1], whole[2], whole[3]),
    )


def learn(panel: Panel) -> Learnt:
    """Learn from the panel.

    Args:
        panel: Authorities up to the opening.

    Returns:
        What it tells.
    """
    yearly = np.diff(panel.gap, axis=1)
    centred = yearly - yearly.mean(axis=0)
    # A first-order process that keeps a spread of variance V and reverts by k a year changes by
    # a variance of 2 k V a year.
    falling = min(float((centred**2).mean() / panel.gap[:, -1].var()) / 2, 1.0)
    on_entries, on_stock = _next_entries(panel)
    return Learnt(
        first_year=panel.years[0],
        last_year=panel.years[-1],
        authorities=len(panel.names),
        reversion=falling,
        seen=_seen(panel),
        entries_on_entries=on_entries,
        entries_on_stock=on_stock,
        from_flows=_from_flows(panel, centred, on_entries, on_stock, falling),
        moved=tuple(
            _moved(panel, years, falling)
            for years in range(1, min(_LONGEST_YEARS, len(panel.years)) + 1)
        ),
        entries=_flow_variation(np.log(panel.started), panel.started),
        leaving=_flow_variation(np.log(panel.ceased / panel.exposure), panel.ceased),
    )


def _seen(panel: Panel) -> Slope:
    """Whether those above England came nearer to it, over all the years together."""
    ones = np.ones(panel.gap[:, :-1].size)
    here, later = np.exp(panel.gap[:, :-1].ravel()), np.exp(panel.gap[:, 1:].ravel())
    return reversion(here * ones, later * ones, 1.0, 1.0)


def _next_entries(panel: Panel) -> tuple[float, float]:
    """Next year's distance in entries, on those of this year and of the number in care."""
    rows, wanted = [], []
    for year in range(len(panel.years) - 1):
        rows.append(np.column_stack([panel.recent_entry_gap(year), panel.gap[:, year + 1]]))
        wanted.append(panel.entry_gap[:, year + 1])
    found, *_ = np.linalg.lstsq(np.concatenate(rows), np.concatenate(wanted), rcond=None)
    return float(found[0]), float(found[1])


def _from_flows(
    panel: Panel, centred: FloatArray, on_entries: float, on_stock: float, falling: float
) -> Slope:
    """How much of the growth that recent flows would bring is seen in the next year."""
    _, started, _, population = panel.england
    brought, seen = [], []
    for year in range(len(panel.years) - 1):
        gap = panel.gap[:, year + 1]
        usual = started[year] / population[year] * panel.population[:, year]
        coming = usual * np.exp(on_entries * panel.recent_entry_gap(year) + on_stock * gap)
        growth = np.log1p(coming / panel.stock[:, year + 1] - panel.recent_leaving(year))
        brought.append(growth - growth.mean())
        seen.append(centred[:, year + 1] + falling * (gap - gap.mean()))
    x, y = np.concatenate(brought), np.concatenate(seen)
    value = float((x * y).sum() / (x**2).sum())
    scatter = float(np.sqrt(((y - value * x) ** 2).sum() / (len(x) - 1)))
    return Slope(value, scatter / float(np.sqrt((x**2).sum())), scatter, len(panel.names))


def _moved(panel: Panel, years: int, falling: float) -> float:
    """Variance of the log number in care over so many years, beyond chance and reversion.

    Chance is that of children who come and leave one by one at the authority's rates: of those
    in care, those who leave, and of those who come, those who stay.
    """
    change = np.log(panel.stock[:, years:] / panel.stock[:, :-years])
    change = change + falling * years * panel.gap[:, :-years]
    leaving = (panel.ceased.sum(axis=1) / panel.exposure.sum(axis=1))[:, None]
    chance = (1 - np.exp(-2 * leaving * years)) / panel.stock[:, :-years]

    def share_inside(variance: float) -> float:
        return float((np.abs(change) <= Z90 * np.sqrt(variance + chance)).mean())

    return _smallest(lambda variance: share_inside(variance) >= 0.8, 0.0, float(change.var()) * 9)


def _smallest(holds: Callable[[float], bool], low: float, high: float) -> float:
    """The smallest number between two for which something that stays true becomes true."""
    if holds(low):
        return low
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _flow_variation(logs: FloatArray, counts: FloatArray) -> FlowVariation:
    """Spread and autocorrelation of a flow's good and bad years, from its yearly changes.

    For a first-order process a change has variance ``2 s**2 (1 - r)`` and two changes following
    each other have covariance ``-s**2 (1 - r)**2``; chance adds the variance of the counts to
    the first and takes that of the year between from the second.
    """
    changes = np.diff(logs, axis=1)
    changes = changes - changes.mean(axis=0)
    chance = 1 / counts
    variance = max(float((changes**2 - chance[:, 1:] - chance[:, :-1]).mean()), 1e-6)
    products = changes[:, :-1] * changes[:, 1:] + chance[:, 1:-1]
    ratio = float(products.mean()) / variance
    autocorrelation = float(np.clip(1 + 2 * ratio, 0.0, 0.9))
    # Large products come with large squares, which makes the ratio surer than its parts.
    squares = (changes[:, :-1] ** 2 + changes[:, 1:] ** 2) / 2
    squares = squares - chance[:, 1:-1] - (chance[:, :-2] + chance[:, 2:]) / 2
    scatter = float((products - ratio * squares).std())
    error = 2 * scatter / float(np.sqrt(products.size)) / variance
    spread = float(np.sqrt(variance / (2 * (1 - autocorrelation))))
    return FlowVariation(spread, autocorrelation, error, int(changes.size))


def _totals(table: Published, year: int) -> tuple[int, int, int, int] | None:
    """Children in care, entries, exits and population of one year; None where one is missing."""
    found = []
    for measure in ("looked_after_31_march", "started", "ceased", "population_0_17"):
        number = table.figures.get((year, measure, "all"), {}).get("all")
        if not isinstance(number, int):
            return None
        found.append(number)
    return found[0], found[1], found[2], found[3]


def _last_gap(years: tuple[int, ...]) -> int:
    """Position of the first year after which no year is missing."""
    gaps = [place for place in range(1, len(years)) if years[place] != years[place - 1] + 1]
    return gaps[-1] if gaps else 0


def _with_first_worked_back(
    stock: FloatArray, started: FloatArray, ceased: FloatArray
) -> FloatArray:
    before = np.maximum(stock[..., :1] - started[..., :1] + ceased[..., :1], 1.0)
    return np.concatenate([before, stock], axis=-1)


def _with_first_again(yearly: FloatArray) -> FloatArray:
    """One more at the beginning: the first year's stands for the one before it."""
    return np.concatenate([yearly[..., :1], yearly], axis=-1)


def _too_little(file: str, sentence: str) -> InputError:
    return InputError(
        [
            Problem(
                file, 1, 1, f"{sentence}, too little to learn from",
                "put more of the published years and all authorities into the file; see "
                "docs/published-tables.md",
            )
        ]
    )  # fmt: skip
