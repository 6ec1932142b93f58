"""Forecasts looked back on: what they know, what is counted, and what becomes of them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from pathlib import Path

import numpy as np
import pytest
from made_up_dfe import (
    STOCK,
    authority,
    changed,
    made_up_tables,
    names,
    rough_baseline,
    scrambled_after,
    without,
)

from sufficiency.episodes import OPEN, Episodes
from sufficiency.errors import InputError
from sufficiency.folders.backtest import forecast_table, that_can_be_scored
from sufficiency.forecast.backtest import (
    Backtest,
    Unit,
    UnitForecast,
    forecast_unit,
    left_out,
    units_of,
)
from sufficiency.forecast.outcomes import PARTS, counted_parts, published_parts
from sufficiency.forecast.part_folder import PartFolder, part_folder_of
from sufficiency.forecast.rivals import constant_rates
from sufficiency.forecast.scores import scored
from sufficiency.inputs.dfe import DfeTables
from sufficiency.scenario.schema import Scenario
from sufficiency.vocabulary import Setting

TABLES = made_up_tables(4)
UNIT = Unit(2022, "Shire 02")


def plan(tables: DfeTables = TABLES, seed: int = 1, replications: int = 3) -> Backtest:
    return Backtest(tables, rough_baseline, seed, replications)


@pytest.mark.unit
def test_nothing_after_the_opening_is_read() -> None:
    scrambled = scrambled_after(TABLES, 2022)
    assert scrambled.of("Shire 02").count(2023, STOCK) != TABLES.of("Shire 02").count(2023, STOCK)
    assert forecast_unit(plan(scrambled), UNIT) == forecast_unit(plan(), UNIT)
    before = scrambled_after(TABLES, 2021)
    assert forecast_unit(plan(before), UNIT) != forecast_unit(plan(), UNIT)


@pytest.mark.streams
def test_years_not_yet_published_change_no_forecast() -> None:
    long, short = forecast_unit(plan(), UNIT), forecast_unit(plan(TABLES.up_to(2024)), UNIT)
    assert {row["horizon_years"] for row in long.rows} == {1, 2, 3}
    assert short.rows == tuple(row for row in long.rows if row["horizon_years"] <= 2)
    asked: list[int] = []

    def noting(tables: DfeTables, name: str, as_at: dt.date, years: int) -> Scenario:
        asked.append(years)
        return rough_baseline(tables, name, as_at, years)

    for origin in (2021, 2024):
        forecast_unit(Backtest(TABLES, noting, 1, 1), Unit(origin, "Shire 02"))
    assert asked == [4, 4]


@pytest.mark.streams
def test_each_authority_and_opening_has_luck_of_its_own() -> None:
    seeds = {plan().seed_of(unit) for unit in units_of(names(4), [2021, 2022])}
    assert len(seeds) == 8
    assert plan().seed_of(UNIT) == plan().seed_of(UNIT) != plan(seed=2).seed_of(UNIT)
    assert plan().seed_of(UNIT) == 8648922416417989571  # the same on every machine
    assert forecast_unit(plan(), UNIT) != forecast_unit(plan(seed=2), UNIT)


@pytest.mark.unit
def test_the_rows_of_a_forecast() -> None:
    forecast = forecast_unit(plan(), UNIT)
    assert [(row["what"], row["part"]) for row in forecast.rows] == list(PARTS) * 3
    published = TABLES.of("Shire 02")
    stocks, started, ceased = (
        [published.count(year, flow) for year in (2020, 2021, 2022)]
        for flow in (STOCK, "started", "ceased")
    )
    rates = constant_rates(stocks, started, ceased, 3)
    opening = published_parts(published, 2022)
    for row, place in zip(forecast.rows, [*range(len(PARTS))] * 3, strict=True):
        assert row["hold"] == opening[place]
        share = opening[place] / opening[0]
        assert row["constant_rates"] == pytest.approx(rates[row["horizon_years"] - 1] * share)
        assert row["p05"] <= row["p10"] <= row["p50"] <= row["p90"] <= row["p95"]
    for what in ("by_age", "by_placement"):
        means = [row["mean"] for row in forecast.rows[:12] if row["what"] == what]
        assert sum(means) == pytest.approx(forecast.rows[0]["mean"])


def small_episodes(lives: list[tuple[int, int, int, str]]) -> Episodes:
    """Start, end, age in days on day 364 and setting of each child."""
    settings = tuple(Setting)
    starts, ends, ages, homes = zip(*lives, strict=True)
    told = {
        "start": np.array(starts),
        "end": np.array(ends),
        "born": 364 - np.array(ages),
        "setting": np.array([settings.index(home) for home in homes]),
    }
    every = {field.name for field in dataclasses.fields(Episodes)} - {"epoch", "settings"}
    columns = dict.fromkeys(every, np.zeros(len(lives), dtype=np.int64)) | told
    return Episodes(epoch=dt.date(2022, 4, 1), settings=settings, **columns)  # type: ignore[arg-type]


@pytest.mark.theory
def test_children_are_counted_on_the_night_by_age_and_placement() -> None:
    episodes = small_episodes(
        [
            (-1, OPEN, 364, "connected_carer"),  # under 1 by a day
            (364, OPEN, 365, "agency_foster"),  # came that day, 1 that day
            (0, 365, 1826, "in_house_residential"),  # 5 that day, leaves the next
            (0, 364, 2000, "secure"),  # left that day: not there
            (365, OPEN, 2000, "secure"),  # comes the day after: not there
            (0, OPEN, 3652, "external_residential"),  # 10 that day
            (0, OPEN, 5844, "supported_accommodation"),  # 16 that day
            (0, OPEN, 5843, "hub"),
            (0, OPEN, 100, "placed_for_adoption"),
            (0, OPEN, 4000, "placed_with_parents"),
            (0, OPEN, 4000, "residential_school"),
            (0, OPEN, 4000, "other"),
        ]
    )
    counts = counted_parts(episodes, [364])[0]
    assert dict(zip(PARTS, counts.tolist(), strict=True)) == {
        ("total", "all"): 10,
        ("by_age", "under_1"): 2, ("by_age", "1_to_4"): 1, ("by_age", "5_to_9"): 1,
        ("by_age", "10_to_15"): 5, ("by_age", "16_to_17"): 1,
        ("by_placement", "fostering"): 2, ("by_placement", "homes_and_secure"): 3,
        ("by_placement", "supported_accommodation"): 1, ("by_placement", "placed_with_parents"): 1,
        ("by_placement", "placed_for_adoption"): 1, ("by_placement", "rest"): 2,
    }  # fmt: skip


def with_codes(year: int) -> DfeTables:
    """Tables in which one of the rest and one age are suppressed in one authority and year."""
    figures = TABLES.figures["Shire 02"]
    placed = {**figures[year, STOCK, "Placement"], "Residential schools": "c"}
    ages = {**figures[year, STOCK, "Age group"], "Under 1 year": "c"}
    groups = {(year, STOCK, "Placement"): placed, (year, STOCK, "Age group"): ages}
    return changed(TABLES, "Shire 02", groups)


@pytest.mark.unit
def test_what_was_suppressed_is_no_outcome_and_stays_a_code() -> None:
    tables = with_codes(2024)
    table = forecast_table(plan(tables), [forecast_unit(plan(tables), UNIT)])
    hidden = table[table["actual"] == "c"]
    assert [*zip(hidden["horizon_years"], hidden["what"], hidden["part"], strict=True)] == [
        (2, "by_age", "under_1"), (2, "by_placement", "rest"),
    ]  # fmt: skip
    scorable, why = that_can_be_scored(table)
    assert len(scorable) == len(table) - 2
    assert why == {
        "counts by age after the opening day": 1, "counts by placement after the opening day": 1,
    }  # fmt: skip


@pytest.mark.unit
def test_a_part_suppressed_on_the_opening_day_is_scored_for_no_method() -> None:
    tables = with_codes(2022)
    table = forecast_table(plan(tables), [forecast_unit(plan(tables), UNIT)])
    scorable, why = that_can_be_scored(table)
    assert len(scorable) == len(table) - 2 * 3
    assert why == {
        "counts by age on the opening day": 3, "counts by placement on the opening day": 3,
    }  # fmt: skip
    assert table[table["part"] == "rest"]["p50"].notna().all()


@pytest.mark.unit
def test_authorities_that_cannot_be_tested_are_told_with_the_reason() -> None:
    tables = changed(TABLES, "Shire 01", {(2023, STOCK, "all"): {"all": 49}})
    tables = without(tables, "Shire 02", 2020)
    tables = changed(tables, "Shire 03", {(2021, "ceased", "all"): {"all": "c"}})
    assert left_out(tables, names(4)) == {
        "Shire 01": "fewer than 50 children in care in 2023",
        "Shire 02": "a total of 2020 was not published",
        "Shire 03": "a total of 2021 was not published",
    }
    poole = authority(np.random.default_rng(1), 100)
    figures = {**TABLES.figures, "Poole": poole, "Dorset": poole}
    tables = dataclasses.replace(TABLES, figures=figures)
    assert left_out(tables, ["Poole", "Dorset"]) == {
        "Poole": "it was abolished on 1 April 2019",
        "Dorset": "its present area began on 1 April 2019",
    }


@pytest.mark.unit
def test_an_authority_without_a_baseline_is_told_and_the_others_go_on() -> None:
    tables = changed(TABLES, "Shire 02", {(2022, STOCK, "all"): {"all": 13}})
    forecast = forecast_unit(plan(tables), UNIT)
    assert forecast == UnitForecast(UNIT, "thirteen is refused; have another child")


@pytest.mark.unit
@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError("no\n  such   share"), "it could not be estimated: ValueError no such share"),
        (ZeroDivisionError(), "it could not be estimated: ZeroDivisionError"),
        (KeyError("under_1"), "it could not be estimated: KeyError 'under_1'"),
        (OverflowError("x" * 999), f"it could not be estimated: OverflowError {'x' * 186}..."),
    ],
)
def test_a_crash_in_one_authority_is_told_and_the_others_go_on(error: Exception, told: str) -> None:
    def crashes(tables: DfeTables, name: str, as_at: dt.date, years: int) -> Scenario:
        raise error

    assert forecast_unit(Backtest(TABLES, crashes, 1, 1), UNIT) == UnitForecast(UNIT, told)


@pytest.mark.unit
def test_a_crash_while_forecasting_is_told_and_a_stop_is_a_stop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*given: object) -> None:
        raise error

    monkeypatch.setattr("sufficiency.forecast.backtest.simulated", fails)
    error: BaseException = FloatingPointError("overflow")
    told = "it could not be forecast: FloatingPointError overflow"
    assert forecast_unit(plan(), UNIT) == UnitForecast(UNIT, told)
    for error in (KeyboardInterrupt(), AssertionError()):
        with pytest.raises(type(error)):
            forecast_unit(plan(), UNIT)


@pytest.mark.unit
def test_nobody_in_care_up_to_the_opening_is_told() -> None:
    empty = {(year, flow, "all"): {"all": 0} for year in (2020, 2021, 2022)
             for flow in (STOCK, "started", "ceased")}  # fmt: skip
    baseline = rough_baseline(TABLES.up_to(2022), UNIT.authority, dt.date(2022, 3, 31), 4)
    emptied = changed(TABLES, "Shire 02", empty)
    forecast = forecast_unit(Backtest(emptied, lambda *given: baseline, 1, 1), UNIT)
    assert "nobody was in care in these years" in forecast.refused


@pytest.mark.unit
def test_kept_work_is_read_back_as_it_was(tmp_path: Path) -> None:
    made = forecast_unit(plan(), UNIT)
    refused = UnitForecast(Unit(2021, "Bristol, City of"), "why")
    parts = PartFolder(tmp_path / "out", {"seed": 1})
    parts.open()
    parts.keep(made)
    parts.keep(refused)
    torn = parts.path / "shire-03-2022.json"
    torn.write_text('{"unit": ')
    asked = [UNIT, refused.unit, Unit(2022, "Shire 03"), Unit(2022, "Shire 04")]
    assert parts.done(asked) == {UNIT: made, refused.unit: refused}
    parts.delete([refused.unit, Unit(2022, "Shire 03")])
    left = {"manifest.json", "shire-02-2022.json"}
    assert {file.name for file in parts.path.iterdir()} == left
    (parts.path / "mine.txt").write_text("not a back-test's")
    parts.delete([UNIT])
    assert [file.name for file in parts.path.iterdir()] == ["mine.txt"]


@pytest.mark.unit
def test_only_the_same_back_test_is_gone_on_with(tmp_path: Path) -> None:
    out = tmp_path / "out"
    about = {"seed": 1, "origins": (2021, 2022), "replications": 3}
    PartFolder(out, about).check(resume=False)
    PartFolder(out, about).open()
    PartFolder(out, about).check(resume=True)
    with pytest.raises(InputError, match="add --resume to go on with it"):
        PartFolder(out, about).check(resume=False)
    with pytest.raises(InputError, match="for which the seed, the openings are not the same"):
        PartFolder(out, about | {"seed": 2, "origins": (2021,)}).check(resume=True)
    (part_folder_of(out) / "manifest.json").write_text(json.dumps({"package": "sufficiency"}))
    with pytest.raises(InputError, match="this folder holds something else"):
        PartFolder(out, about).check(resume=True)


@pytest.mark.backtest
def test_holding_is_right_but_for_chance_where_nothing_changes() -> None:
    """The whole of it but for the folder, with the rough stand-in for the estimator."""
    few = plan(made_up_tables(6), replications=1)
    forecasts = [forecast_unit(few, unit) for unit in units_of(names(6), [2022])]
    scores = scored(that_can_be_scored(forecast_table(few, forecasts))[0], few.seed)
    chosen = scores.query("what == 'total' and horizon_years == '3' and origin == 'all'")
    held = chosen.query("method == 'hold' and score == 'mape'")
    assert 2 < held["value"].item() < 12
    assert held["forecasts"].item() == 6
