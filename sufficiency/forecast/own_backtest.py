"""Forecasts of one council looked back on: its returns as they stood on a past 31 March.

The returns are rewound to an opening: only those made by then are read, as they stood, and they
are cleaned as if that were today. From them a baseline is estimated and its futures simulated.
Later returns, which may correct the past, are read only to see what happened. Two simple rivals
forecast the same from the same records: that everything stays as it is, and that the rates of
the last years go on.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import pickle
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import as_completed
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sufficiency.care_records import CareRecords
from sufficiency.errors import InputError
from sufficiency.forecast.backtest import QUANTILE_NAMES, QUANTILES
from sufficiency.forecast.crashes import CRASHES, in_a_line
from sufficiency.forecast.own_outcomes import Outcomes, counted_from, keys_of, year_by_year
from sufficiency.forecast.processes import (
    given,
    interrupts_for_this_process_only,
    local_processes,
    processors,
    useful,
)
from sufficiency.forecast.replication import collector_at_rest, simulated
from sufficiency.forecast.rivals import RATE_YEARS, constant_rates
from sufficiency.scenario.schema import Scenario
from sufficiency.ssda903.returns import Returns
from sufficiency.streams import Draws, Streams
from sufficiency.vocabulary import Setting

if TYPE_CHECKING:
    from sufficiency.inputs.places import PlacesTable

FloatArray = NDArray[np.float64]
Step = Callable[[int, int], None]
YEARS_AHEAD = 5
FEWEST_YEARS = 2
"""Collection years up to an opening without which none is tried. One year of returns tells of
one year only: nothing in it says how one year differs from another, nor which of its children
are in the next, so that neither rates nor their good and bad years can be told from it."""
_BLOCK = 5
"""Futures that are simulated in one go: few enough for progress to be seen."""


class Estimate(Protocol):
    """Makes a baseline from records, for so many years from a day."""

    def __call__(
        self,
        records: CareRecords,
        as_at: dt.date,
        years: int,
        places: PlacesTable | None = None,
        *,
        authority: str,
    ) -> Scenario:
        """The baseline."""
        ...


@dataclass(frozen=True, order=True)
class Origin:
    """An opening: the year on whose 31 March a forecast begins."""

    year: int

    @property
    def date(self) -> dt.date:
        """The opening day."""
        return self.after(0)

    def after(self, years: int) -> dt.date:
        """The 31 March so many years later; earlier when negative."""
        return dt.date(self.year + years, 3, 31)


@dataclass(frozen=True)
class OwnBacktest:
    """What a back-test of a council's own returns is made of.

    Attributes:
        returns: Everything read.
        estimate: Makes a baseline from records that end on the opening day.
        seed: Names the random numbers.
        replications: How many futures each forecast is made of.
        places: Places of the authority's own; those from dates after an opening are not known to
            it.
    """

    returns: Returns
    estimate: Estimate
    seed: int
    replications: int
    places: PlacesTable | None = None

    @property
    def authority(self) -> str:
        """Whose returns they are."""
        return self.returns.authority or "the authority"

    def known(self, origin: Origin) -> CareRecords:
        """The records at an opening: of the returns made by then, as they stood."""
        from sufficiency.ssda903.clean import clean

        return clean(self.returns.up_to(origin.year), as_at=origin.date).records

    @cached_property
    def found(self) -> CareRecords:
        """The records as they stand now: what happened."""
        from sufficiency.ssda903.clean import clean

        return clean(self.returns).records

    @property
    def whole_years(self) -> tuple[int, ...]:
        """Collection years there are returns of; not the last where it stops before its end."""
        return tuple(
            year for year in self.returns.years if Origin(year).date <= self.found.last_date
        )

    def known_places(self, origin: Origin) -> PlacesTable | None:
        """The places there were on an opening day; later ones are left out."""
        if self.places is None:
            return None
        held = {
            setting: tuple(row for row in rows if row.from_date <= origin.date)
            for setting, rows in self.places.by_setting.items()
        }
        return replace(self.places, by_setting={name: rows for name, rows in held.items() if rows})

    def years_ahead(self, origin: Origin) -> int:
        """How many years after an opening have a return each, up to the furthest tested."""
        years = set(self.whole_years)
        ahead = 0
        while ahead < YEARS_AHEAD and origin.year + ahead + 1 in years:
            ahead += 1
        return ahead

    def seed_of(self, origin: Origin) -> int:
        """A seed of the opening's own, so that openings do not share their luck."""
        words = f"{self.seed}|{origin.year}"
        return int.from_bytes(hashlib.sha256(words.encode()).digest()[:8], "big") >> 1


def possible_origins(years: Sequence[int]) -> tuple[Origin, ...]:
    """Openings that can be tested: enough years in a row up to them, and one after.

    Args:
        years: Collection years there are returns of.
    """
    return tuple(
        Origin(year)
        for year in sorted(set(years))
        if year + 1 in years and years_in_a_row(years, year) >= FEWEST_YEARS
    )


def years_in_a_row(years: Sequence[int], last: int) -> int:
    """How many collection years there are without a gap, up to and with one of them."""
    count = 0
    while last - count in years:
        count += 1
    return count


@dataclass(frozen=True)
class OriginForecast:
    """What was forecast from one opening.

    Attributes:
        origin: Which.
        refused: Why there is no forecast; empty when there is one.
        rows: One a year ahead, measure and setting: ``horizon_years``, ``measure``,
            ``setting``, ``mean``, quantiles by name, ``hold`` and ``constant_rates``. Missing
            where there is nothing to take a share of.
    """

    origin: Origin
    refused: str = ""
    rows: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Prepared:
    """A forecast that only has to be simulated.

    Attributes:
        origin: Its opening.
        scenario: The baseline, as far ahead as there are returns.
        seed: Names the random numbers.
        years: How many years ahead.
        settings: Every kind of home that has a name, in the baseline or anywhere.
        rivals: The simple forecasts by name; shape (years, keys).
    """

    origin: Origin
    scenario: Scenario
    seed: int
    years: int
    settings: tuple[str, ...]
    rivals: dict[str, FloatArray]


def prepare(plan: OwnBacktest, origin: Origin) -> Prepared | OriginForecast:
    """Rewind the returns to an opening and make a baseline of them.

    Args:
        plan: Returns and estimator.
        origin: The opening.

    Returns:
        What is to be simulated, or why there is no forecast.
    """
    years = plan.years_ahead(origin)
    places = plan.known_places(origin)
    try:
        known = plan.known(origin)
        # The same baseline however many returns have come since; only simulated less far.
        whole = plan.estimate(known, origin.date, YEARS_AHEAD, places, authority=plan.authority)
        scenario = whole.model_copy(update={"end": origin.after(years)})
        settings = tuple(
            dict.fromkeys(
                (*(each.value for each in Setting), *scenario.settings, *known.episodes.settings)
            )
        )
        back = min(RATE_YEARS, years_in_a_row(plan.returns.years, origin.year))
        last = counted_from(known.episodes, origin.after(-1), 1)
        past = counted_from(known.episodes, origin.after(-back), back)
        rivals = {
            "hold": _held(last, years, settings),
            "constant_rates": _at_constant_rates(past, years, settings),
        }
    except InputError as error:
        problem = error.problems[0]
        return OriginForecast(origin, refused=f"{problem.sentence}; {problem.remedy}")
    except CRASHES as error:
        return OriginForecast(origin, refused=f"it could not be estimated: {in_a_line(error)}")
    return Prepared(origin, scenario, plan.seed_of(origin), years, settings, rivals)


def _held(last: Outcomes, years: int, settings: Sequence[str]) -> FloatArray:
    """That everything stays: children, what happened in the last year, and who stayed in it.

    Of the children in care the share that stayed in the last year stays in each; of those who
    come it is the share that stayed of those who came in the last year, then the same as of all.
    """
    found = np.tile(year_by_year(last, settings)[0], (years, 1))
    (stayed, came), ahead = last.shares[0], np.arange(years)
    found[:, -2] = stayed ** (ahead + 1)
    found[:, -1] = came * stayed**ahead
    return found


def _at_constant_rates(past: Outcomes, years: int, settings: Sequence[str]) -> FloatArray:
    """That the rates of some years go on: as many come, and the same shares move and leave.

    Kinds of home keep their share of the opening's children. Leaving is the same for all
    children, so that of who stays ``((1 - r / 2) / (1 + r / 2))`` a year is left, and of those
    who come evenly over a year ``1 / (1 + r / 2)`` at its end.

    Raises:
        ValueError: If nobody was in care in these years.
    """
    stocks = past.in_care.sum(axis=1)
    came, left, moved = past.flows.T
    path = constant_rates(_whole(stocks[1:]), _whole(came), _whole(left), years)
    exposure = float(((stocks[1:] + stocks[:-1]) / 2).sum())
    half = float(left.sum()) / exposure / 2
    mean = (np.append(stocks[-1], path[:-1]) + path) / 2
    parts = year_by_year(past, settings)[-1]
    found = np.tile(parts, (years, 1))
    found[:, : 1 + len(settings)] = path[:, None] * parts[: 1 + len(settings)] / stocks[-1]
    found[:, -5] = came.mean()
    found[:, -4] = 2 * half * mean
    found[:, -3] = moved.sum() / exposure * mean
    kept, ahead = (1 - half) / (1 + half), np.arange(years)
    found[:, -2] = kept ** (ahead + 1)
    found[:, -1] = kept**ahead / (1 + half)
    return found


def _whole(numbers: FloatArray) -> list[int]:
    return [round(number) for number in numbers.tolist()]


def futures_of(prepared: Prepared, first: int, last: int) -> FloatArray | str:
    """Some futures of a forecast.

    Args:
        prepared: The forecast.
        first: The first future, from 1.
        last: The last.

    Returns:
        Every figure; shape (futures, years, keys). Or what went wrong, in a line.
    """
    found = []
    try:
        for number in range(first, last + 1):
            with collector_at_rest():
                draws, streams = Draws(prepared.seed, number), Streams(prepared.seed, number)
                episodes = simulated(prepared.scenario, draws, streams).episodes
                outcomes = counted_from(episodes, prepared.origin.date, prepared.years)
                found.append(year_by_year(outcomes, prepared.settings))
    except CRASHES as error:
        return f"it could not be simulated: {in_a_line(error)}"
    return np.array(found)


def forecast_of(prepared: Prepared, futures: FloatArray) -> OriginForecast:
    """The forecast that some futures make, beside the simple ones.

    Args:
        prepared: The forecast.
        futures: Every figure; shape (futures, years, keys).
    """
    rows = []
    for ahead in range(prepared.years):
        for place, (measure, setting) in enumerate(keys_of(prepared.settings)):
            # A future in which nobody came has no share of those who stayed.
            values = futures[:, ahead, place]
            values = values[~np.isnan(values)]
            row: dict[str, Any] = {"horizon_years": ahead + 1}
            row |= {"measure": measure, "setting": setting}
            row["mean"] = float(values.mean()) if len(values) else np.nan
            ranges = np.quantile(values, QUANTILES) if len(values) else [np.nan] * len(QUANTILES)
            row |= {name: float(each) for name, each in zip(QUANTILE_NAMES, ranges, strict=True)}
            row |= {name: float(path[ahead, place]) for name, path in prepared.rivals.items()}
            rows.append(row)
    return OriginForecast(prepared.origin, rows=tuple(rows))


def what_happened(found: CareRecords, origin: Origin, years: int) -> Outcomes:
    """What happened after an opening.

    Args:
        found: The records as they stand now.
        origin: The opening.
        years: How many years after it to count.
    """
    return counted_from(found.episodes, origin.date, years)


def run_origins(
    plan: OwnBacktest,
    origins: Sequence[Origin],
    workers: int | None = None,
    step: Step = lambda done, total: None,
) -> list[OriginForecast]:
    """Make every forecast, the futures spread over processors.

    Args:
        plan: Returns, estimator, seed and number of futures.
        origins: Which openings.
        workers: How many processes; as many as there are processors when not given. One makes
            everything here.
        step: Told how many futures are done, and of how many.

    Returns:
        One forecast an opening, in the order given; the same on any number of processors.
    """
    made = [prepare(plan, origin) for origin in origins]
    ready = tuple(each for each in made if isinstance(each, Prepared))
    pieces = [
        (place, first, min(first + _BLOCK - 1, plan.replications))
        for place in range(len(ready))
        for first in range(1, plan.replications + 1, _BLOCK)
    ]
    done, total = 0, len(ready) * plan.replications
    step(done, total)
    found: dict[tuple[int, int, int], FloatArray | str] = {}
    # Closed whatever happens, so that no process works on after it is stopped.
    with closing(_run_pieces(ready, pieces, workers)) as results:
        for piece, result in results:
            found[piece] = result
            done += piece[2] - piece[1] + 1
            step(done, total)
    forecasts = {
        prepared.origin: _together(
            prepared, [found[piece] for piece in pieces if piece[0] == place]
        )
        for place, prepared in enumerate(ready)
    }
    return [each if isinstance(each, OriginForecast) else forecasts[each.origin] for each in made]


def _together(prepared: Prepared, blocks: Sequence[FloatArray | str]) -> OriginForecast:
    wrong = [block for block in blocks if isinstance(block, str)]
    if wrong:
        return OriginForecast(prepared.origin, refused=wrong[0])
    return forecast_of(prepared, np.concatenate([b for b in blocks if not isinstance(b, str)]))


def _run_pieces(
    ready: tuple[Prepared, ...], pieces: Sequence[tuple[int, int, int]], workers: int | None
) -> Generator[tuple[tuple[int, int, int], FloatArray | str], None, None]:
    workers = useful(workers or processors(), len(pieces))
    if workers <= 1:
        for place, first, last in pieces:
            yield (place, first, last), futures_of(ready[place], first, last)
        return
    with local_processes(workers, pickle.dumps(ready)) as executor:
        with interrupts_for_this_process_only():
            futures = {executor.submit(_simulate_here, piece): piece for piece in pieces}
        for future in as_completed(futures):
            yield futures[future], future.result()


def _simulate_here(piece: tuple[int, int, int]) -> FloatArray | str:
    """Simulate some futures of one of the forecasts that this worker began with."""
    ready = given()
    assert isinstance(ready, tuple)
    place, first, last = piece
    return futures_of(ready[place], first, last)
