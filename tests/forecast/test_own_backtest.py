"""A council's returns wound back: what a forecast knows, what it is set against, its rivals."""

from __future__ import annotations

import dataclasses
import datetime as dt
from functools import lru_cache
from typing import Any

import numpy as np
import pytest
from made_up_council import made_up_children, returns_of, rough_own_baseline

from sufficiency.care_records import CareRecords
from sufficiency.errors import InputError, Problem
from sufficiency.folders.own_backtest import forecast_table
from sufficiency.forecast.own_backtest import (
    YEARS_AHEAD,
    Origin,
    OriginForecast,
    OwnBacktest,
    Prepared,
    possible_origins,
    prepare,
    run_origins,
)
from sufficiency.forecast.own_outcomes import counted_from
from sufficiency.forecast.rivals import RATE_YEARS, constant_rates
from sufficiency.inputs.places import PlacesRow, PlacesTable
from sufficiency.scenario.schema import Scenario
from sufficiency.ssda903.returns import Returns

RETURNS = returns_of(made_up_children(opening=60, coming=20))
ORIGIN = Origin(2019)


def plan(returns: Returns = RETURNS, estimate: Any = rough_own_baseline, futures: int = 2) -> Any:
    return OwnBacktest(returns, estimate, seed=1, replications=futures)


@lru_cache
def forecasts(workers: int = 1) -> list[OriginForecast]:
    return run_origins(plan(), [Origin(2018), ORIGIN], workers)


def rows_of(returns: Returns) -> tuple[dict[str, Any], ...]:
    (forecast,) = run_origins(plan(returns), [ORIGIN], 1)
    assert not forecast.refused
    return forecast.rows


def scrambled_after(returns: Returns, year: int) -> Returns:
    """The same returns up to a year; later ones tell other lives, also of the years before."""
    again = returns_of(made_up_children(seed=9, opening=40, coming=60))
    later = tuple(row for row in again.episodes if row.year > year)
    # Corrections: every child of the earlier returns comes back a month older and elsewhere.
    corrected = tuple(
        dataclasses.replace(
            row, year=year + 1, decom=row.decom - dt.timedelta(days=30), place="K2", provider="PR4"
        )
        for row in returns.episodes
        if row.year == year
    )
    before = tuple(row for row in returns.episodes if row.year <= year)
    headers = tuple(
        row if row.year <= year else dataclasses.replace(row, born=dt.date(2001, 1, 1))
        for row in returns.headers
    )
    return dataclasses.replace(returns, episodes=(*before, *corrected, *later), headers=headers)


@pytest.mark.unit
def test_openings_have_two_returns_up_to_them_and_one_after() -> None:
    def years(*there: int) -> list[int]:
        return [origin.year for origin in possible_origins(there)]

    assert years(2016, 2017, 2018, 2019) == [2017, 2018]
    assert years(2016, 2017) == years(2016) == years() == []
    assert years(2015, 2017, 2018, 2019) == [2018]  # from 2017 a year would be missing
    assert plan().years_ahead(Origin(2017)) == 4
    assert plan().years_ahead(Origin(2020)) == 1


@pytest.mark.backtest
def test_nothing_after_the_opening_is_read() -> None:
    scrambled = scrambled_after(RETURNS, 2019)
    happened = [
        counted_from(plan(each).found.episodes, ORIGIN.date, 1).in_care.tolist()
        for each in (RETURNS, scrambled)
    ]
    assert happened[0] != happened[1]
    assert rows_of(scrambled) == rows_of(RETURNS)
    # Scrambling a year that was known at the opening is seen.
    assert rows_of(scrambled_after(RETURNS, 2018)) != rows_of(RETURNS)


@pytest.mark.streams
def test_returns_not_yet_made_change_no_forecast() -> None:
    long, short = rows_of(RETURNS), rows_of(RETURNS.up_to(2020))
    assert {row["horizon_years"] for row in long} == {1, 2}
    assert short == tuple(row for row in long if row["horizon_years"] == 1)


@pytest.mark.unit
def test_the_estimator_is_shown_the_opening_and_always_asked_for_the_same() -> None:
    seen: list[tuple[Any, ...]] = []

    def noting(
        records: CareRecords, as_at: dt.date, years: int, places: Any = None, *, authority: str
    ) -> Scenario:
        seen.append((records.last_date, as_at, years, authority))
        return rough_own_baseline(records, as_at, years, places, authority=authority)

    for origin in (Origin(2017), Origin(2020)):
        prepare(plan(estimate=noting), origin)
    assert seen == [
        (dt.date(year, 3, 31), dt.date(year, 3, 31), YEARS_AHEAD, "Shire 01")
        for year in (2017, 2020)
    ]


@pytest.mark.unit
def test_places_are_as_they_were_at_the_opening() -> None:
    rows = [PlacesRow(dt.date(year, 3, 31), year, year) for year in (2017, 2019, 2020)]
    table = PlacesTable("places.csv", {"hub": tuple(rows), "other": tuple(rows[2:])})
    whole = dataclasses.replace(plan(), places=table)
    assert whole.known_places(ORIGIN) == PlacesTable("places.csv", {"hub": tuple(rows[:2])})
    assert plan().known_places(ORIGIN) is None
    shown: list[Any] = []

    def noting(records: Any, as_at: Any, years: int, places: Any = None, **named: Any) -> Scenario:
        shown.append(places)
        return rough_own_baseline(records, as_at, years, **named)

    prepare(dataclasses.replace(whole, estimate=noting), ORIGIN)
    assert shown == [whole.known_places(ORIGIN)]


@pytest.mark.streams
def test_any_number_of_processes_makes_the_same_forecasts() -> None:
    assert run_origins(plan(), [Origin(2018), ORIGIN], 2) == forecasts()
    other = run_origins(dataclasses.replace(plan(), seed=2), [ORIGIN], 1)
    assert other[0].rows != forecasts()[1].rows
    assert plan().seed_of(ORIGIN) == 5400223174595974491  # the same on every machine


@pytest.mark.theory
def test_the_rivals_are_what_they_say() -> None:
    known = plan().known(Origin(2018)).episodes
    past = counted_from(known, dt.date(2015, 3, 31), 3)
    last = counted_from(known, dt.date(2017, 3, 31), 1)
    stocks = [round(stock) for stock in past.in_care.sum(axis=1)]
    came, left, moved = past.flows.T
    path = constant_rates(stocks[1:], came.astype(int), left.astype(int), 3)
    rows = {
        (row["measure"], row["setting"], row["horizon_years"]): row for row in forecasts()[0].rows
    }
    rate, lived = left.sum(), (np.array(stocks[1:]) + np.array(stocks[:-1])).sum() / 2
    half = rate / lived / 2
    foster = last.in_care[1][last.settings.index("in_house_foster")]
    stayed, of_new = last.shares[0]
    before = stocks[-1]
    for ahead in (1, 2, 3):
        total = rows["children_in_care", "all", ahead]
        assert total["hold"] == stocks[-1]
        assert total["constant_rates"] == pytest.approx(path[ahead - 1])
        part = rows["children_in_care", "in_house_foster", ahead]
        assert part["hold"] == foster > 5
        assert part["constant_rates"] == pytest.approx(path[ahead - 1] * foster / stocks[-1])
        entries, exits = rows["entries", "all", ahead], rows["exits", "all", ahead]
        assert (entries["hold"], exits["hold"]) == tuple(last.flows[0, :2])
        assert entries["constant_rates"] == pytest.approx(came.mean())
        # What comes in less what goes out is what the number in care changes by.
        change = entries["constant_rates"] - exits["constant_rates"]
        assert change == pytest.approx(path[ahead - 1] - before)
        moves = rows["moves", "all", ahead]["constant_rates"]
        assert moves == pytest.approx(moved.sum() / lived * (path[ahead - 1] + before) / 2)
        before = path[ahead - 1]
        here, new = (
            rows[name, "all", ahead] for name in ("still_in_care", "still_in_care_of_entrants")
        )
        assert here["hold"] == pytest.approx(stayed**ahead)
        assert new["hold"] == pytest.approx(of_new * stayed ** (ahead - 1))
        # Those there and those who came make up everybody at constant rates too.
        if ahead == 1:
            both = stocks[-1] * here["constant_rates"] + came.mean() * new["constant_rates"]
            assert both == pytest.approx(path[0])
        assert here["constant_rates"] == pytest.approx(((1 - half) / (1 + half)) ** ahead)
    assert RATE_YEARS == 3


@pytest.mark.conservation
def test_the_rows_of_a_forecast_add_up_and_stand_beside_what_happened() -> None:
    table = forecast_table(plan(), forecasts())
    assert sorted(set(table["origin"])) == [2018, 2019]
    for (origin, ahead), rows in table.groupby(["origin", "horizon_years"]):
        stock = rows[rows["measure"] == "children_in_care"].set_index("setting")
        for column in ("actual", "mean", "hold", "constant_rates"):
            parts = stock[column].drop("all").sum()
            assert parts == pytest.approx(stock.loc["all", column])
        happened = counted_from(plan().found.episodes, dt.date(origin, 3, 31), ahead)
        assert stock.loc["all", "actual"] == happened.in_care[-1].sum()
        came = rows["actual"][rows["measure"] == "entries"].item()
        assert came == happened.flows[-1, 0]
        shares = rows[rows["measure"].str.startswith("still")]["actual"].tolist()
        assert shares == happened.shares[-1].tolist()
    told = ["p05", "p10", "p25", "p50", "p75", "p90", "p95"]
    assert (np.diff(table[told].to_numpy(), axis=1) >= 0).all()
    # Nobody lives there in fact, at the opening or in a forecast: it is not told.
    assert "other" not in set(table["setting"])


@pytest.mark.unit
def test_an_opening_that_makes_no_baseline_does_not_end_the_others() -> None:
    def refusing(
        records: CareRecords, as_at: dt.date, years: int, places: Any = None, *, authority: str
    ) -> Scenario:
        if as_at.year == 2018:
            raise ValueError("of\n no  use")
        if as_at.year == 2017:
            raise InputError([Problem("returns", 1, 1, "thirteen is refused", "have another")])
        return rough_own_baseline(records, as_at, years, places, authority=authority)

    steps: list[tuple[int, int]] = []
    made = run_origins(
        plan(estimate=refusing),
        [Origin(2017), Origin(2018), ORIGIN],
        1,
        lambda *told: steps.append(told),
    )
    assert made[0] == OriginForecast(Origin(2017), "thirteen is refused; have another")
    assert made[1] == OriginForecast(
        Origin(2018), "it could not be estimated: ValueError of no use"
    )
    assert made[2] == forecasts()[1]
    assert steps == [(0, 2), (2, 2)]


@pytest.mark.unit
def test_a_return_that_stops_early_is_no_outcome() -> None:
    cut = dt.date(2020, 11, 1)
    early = dataclasses.replace(
        RETURNS,
        episodes=tuple(
            row if row.dec is None or row.dec < cut else dataclasses.replace(row, dec=None, rec="")
            for row in RETURNS.episodes
            if row.decom < cut
        ),
    )
    assert early.years[-1] == 2021
    assert plan(early).whole_years == (2016, 2017, 2018, 2019, 2020)
    assert plan(early).years_ahead(ORIGIN) == 1
    ready = prepare(plan(early), ORIGIN)
    assert isinstance(ready, Prepared)
    assert ready.scenario.end == dt.date(2020, 3, 31)
