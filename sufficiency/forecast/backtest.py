"""Forecasts looked back on: one authority from one 31 March, with what was known that day.

For many authorities and several past openings the same engine that a run uses forecasts one to
four years ahead, beside two simple rivals. Nothing published after an opening is read when
forecasting from it: the tables are cut off there first. What happened is looked up afterwards,
by whoever scores.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sufficiency.errors import InputError
from sufficiency.estimate.panel import FEWEST_CHILDREN
from sufficiency.forecast.crashes import CRASHES, in_a_line
from sufficiency.forecast.outcomes import PARTS, STOCK, counted_parts, published_parts
from sufficiency.forecast.replication import collector_at_rest, simulated
from sufficiency.forecast.rivals import RATE_YEARS, constant_rates, held
from sufficiency.inputs.authority_names import abolished, begins_after
from sufficiency.inputs.dfe import DfeTables, years_of
from sufficiency.periods import Horizon
from sufficiency.scenario.schema import Scenario
from sufficiency.streams import Draws, Streams

FloatArray = NDArray[np.float64]
ORIGINS = (2021, 2022, 2023, 2024)
"""Years on whose 31 March forecasts open, unless others are asked for."""
YEARS_AHEAD = 4
QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
QUANTILE_NAMES = tuple(f"p{round(100 * q):02d}" for q in QUANTILES)

Estimate = Callable[[DfeTables, str, dt.date, int], Scenario]
"""Makes an authority's baseline: tables, authority, opening date, years ahead."""


@dataclass(frozen=True, order=True)
class Unit:
    """One piece of work: an authority and the year on whose 31 March its forecast opens."""

    origin: int
    authority: str


@dataclass(frozen=True)
class UnitForecast:
    """What was forecast for one authority from one opening.

    Attributes:
        unit: Which.
        refused: Why there is no forecast; empty when there is one.
        rows: One a year ahead and part: ``horizon_years``, ``what``, ``part``, ``mean``,
            quantiles by name, ``hold`` and ``constant_rates``. The last two are None where the
            opening part was suppressed.
    """

    unit: Unit
    refused: str = ""
    rows: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Backtest:
    """What every piece of work needs to know beforehand.

    Attributes:
        tables: Published tables, whole.
        estimate: Makes a baseline from tables that were cut off at the opening.
        seed: Names the random numbers.
        replications: How many futures each forecast is made of.
    """

    tables: DfeTables
    estimate: Estimate
    seed: int
    replications: int
    _cut: dict[int, DfeTables] = field(default_factory=dict, compare=False, repr=False)

    def known(self, origin: int) -> DfeTables:
        """The tables as they were known at an opening, cut off once for each."""
        if origin not in self._cut:
            self._cut[origin] = self.tables.up_to(origin)
        return self._cut[origin]

    def years_ahead(self, origin: int) -> int:
        """How many years ahead there is anything published to set a forecast against."""
        return min(YEARS_AHEAD, self.tables.years[-1] - origin)

    def seed_of(self, unit: Unit) -> int:
        """A seed of the unit's own, so that authorities do not share their luck."""
        code = self.tables.areas[unit.authority].code
        words = f"{self.seed}|{code or unit.authority}|{unit.origin}"
        return int.from_bytes(hashlib.sha256(words.encode()).digest()[:8], "big") >> 1


def left_out(tables: DfeTables, authorities: Iterable[str]) -> dict[str, str]:
    """Authorities that cannot be tested, each with the reason.

    Args:
        tables: Published tables, whole.
        authorities: Exact names.

    Returns:
        Reason by authority, in the order given.
    """
    reasons = {name: _reason(tables, name) for name in authorities}
    return {name: reason for name, reason in reasons.items() if reason}


def _reason(tables: DfeTables, authority: str) -> str:
    change, begins = abolished(authority), begins_after(authority)
    if change is not None and change.year < tables.years[-1]:
        return f"it was abolished on 1 April {change.year}"
    if begins is not None and begins >= tables.years[0]:
        return f"its present area began on 1 April {begins}"
    there = years_of(tables, authority)
    missing = [str(year) for year in tables.years if year not in there]
    if missing:
        return f"a total of {', '.join(missing)} was not published"
    published = tables.of(authority)
    stocks = {year: published.count(year, STOCK) for year in tables.years}
    year = min(stocks, key=lambda each: stocks[each])
    if stocks[year] < FEWEST_CHILDREN:
        return f"fewer than {FEWEST_CHILDREN} children in care in {year}"
    return ""


def forecast_unit(plan: Backtest, unit: Unit) -> UnitForecast:
    """Forecast one authority from one opening.

    Args:
        plan: Tables, estimator, seed and number of futures.
        unit: The authority and the year of the opening.

    Returns:
        Its forecast, or why there is none: that its figures do not make a baseline, or that
        something in them goes wrong. One authority does not end the work on all others.
    """
    known, years = plan.known(unit.origin), plan.years_ahead(unit.origin)
    as_at = dt.date(unit.origin, 3, 31)
    step = "estimated"
    try:
        # The same baseline however much has been published since; only simulated less far.
        whole = plan.estimate(known, unit.authority, as_at, YEARS_AHEAD)
        scenario = whole.model_copy(update={"end": dt.date(unit.origin + years, 3, 31)})
        step = "forecast"
        rivals = _rivals(known, unit, years)
        counts = _simulated_counts(plan, unit, scenario, years)
    except InputError as error:
        problem = error.problems[0]
        return UnitForecast(unit, refused=f"{problem.sentence}; {problem.remedy}")
    except CRASHES as error:
        return UnitForecast(unit, refused=f"it could not be {step}: {in_a_line(error)}")
    return UnitForecast(unit, rows=tuple(_rows(counts, rivals)))


def _simulated_counts(
    plan: Backtest, unit: Unit, scenario: Scenario, years: int
) -> NDArray[np.int64]:
    """Children by part on each 31 March; shape (replications, years, parts)."""
    seed, horizon = plan.seed_of(unit), Horizon(scenario.start, scenario.end)
    days = [horizon.day(dt.date(unit.origin + ahead, 3, 31)) for ahead in range(1, years + 1)]
    found = []
    for number in range(1, plan.replications + 1):
        with collector_at_rest():
            future = simulated(scenario, Draws(seed, number), Streams(seed, number))
            found.append(counted_parts(future.episodes, days))
    return np.array(found)


def _rivals(known: DfeTables, unit: Unit, years: int) -> dict[str, list[FloatArray | None]]:
    """The simple forecasts of each part; parts keep their share of the opening's total."""
    published = known.of(unit.authority)
    past = range(unit.origin - RATE_YEARS + 1, unit.origin + 1)
    stocks, started, ceased = (
        [published.count(year, flow) for year in past] for flow in (STOCK, "started", "ceased")
    )
    rates = constant_rates(stocks, started, ceased, years)
    opening = [
        part if isinstance(part, int) else None for part in published_parts(published, unit.origin)
    ]
    return {
        "hold": [None if part is None else held(part, years) for part in opening],
        "constant_rates": [None if part is None else rates * part / stocks[-1] for part in opening],
    }


def _rows(
    counts: NDArray[np.int64], rivals: dict[str, list[FloatArray | None]]
) -> Iterable[dict[str, Any]]:
    means = counts.mean(axis=0)
    quantiles = np.quantile(counts, QUANTILES, axis=0)
    for ahead in range(counts.shape[1]):
        for place, (what, part) in enumerate(PARTS):
            row: dict[str, Any] = {"horizon_years": ahead + 1, "what": what, "part": part}
            row["mean"] = float(means[ahead, place])
            row |= dict(zip(QUANTILE_NAMES, quantiles[:, ahead, place].tolist(), strict=True))
            for name, paths in rivals.items():
                path = paths[place]
                row[name] = None if path is None else float(path[ahead])
            yield row


def units_of(authorities: Sequence[str], origins: Sequence[int]) -> list[Unit]:
    """Every piece of work, opening by opening."""
    return sorted(Unit(origin, name) for origin in origins for name in authorities)


def outcomes_of(tables: DfeTables, unit: Unit, years: int) -> dict[tuple[int, str, str], Any]:
    """What was published after an opening: number or code by (years ahead, what, part)."""
    published = tables.of(unit.authority)
    return {
        (ahead, what, part): count
        for ahead in range(1, years + 1)
        for (what, part), count in zip(
            PARTS, published_parts(published, unit.origin + ahead), strict=True
        )
    }
