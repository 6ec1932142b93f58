"""The written measures: what they come to, and what is said of one that is not there."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest

from sufficiency.errors import InputError
from sufficiency.forecast.measures import Known, Measure, known_measures, parse_measure
from sufficiency.forecast.replication import Key, Plan, Replication, replicate
from sufficiency.periods import Horizon, Period

OPENING, JUNE = "2025-03", "2025-06"
YEAR = "2025/26"


@pytest.fixture(scope="module")
def known(plan: Plan) -> Known:
    return known_measures(plan)


@pytest.fixture(scope="module")
def future(plan: Plan) -> Replication:
    return replicate(plan, 3)


def parsed(text: str, known: Known) -> Measure:
    return parse_measure(text, known, "--of")


def cell(future: Replication, known: Known, measure: str, setting: str, period: str) -> float:
    row = [key[:2] for key in future.keys].index((measure, setting))
    column = [each.label for each in known.periods].index(period)
    return float(future.measured[row, column])


@pytest.mark.unit
@pytest.mark.parametrize(
    ("text", "measure", "setting", "period"),
    [
        (f"children_in_care@{OPENING}", "children_in_care", "all", OPENING),
        (f" children_in_care : agency_foster @ {JUNE} ", "children_in_care", "agency_foster", JUNE),
        (f"cost@{YEAR}", "cost", "all", YEAR),
        (f"occupancy:in_house_foster@{YEAR}", "occupancy", "in_house_foster", YEAR),
    ],
)
def test_a_measure_is_the_cell_of_the_forecast(
    text: str, measure: str, setting: str, period: str, known: Known, future: Replication
) -> None:
    assert parsed(text, known).value(future) == cell(future, known, measure, setting, period)


@pytest.mark.unit
def test_a_share_is_one_measure_over_another(known: Known, future: Replication) -> None:
    share = parsed(f"out_of_area/children_in_care@{JUNE}", known)
    away = cell(future, known, "out_of_area", "all", JUNE)
    care = cell(future, known, "children_in_care", "all", JUNE)
    assert share.value(future) == away / care
    assert (share.unit, parsed(f"cost/entries@{YEAR}", known).unit) == ("share", "ratio")
    assert str(share) == f"out_of_area/children_in_care@{JUNE}"


@pytest.mark.unit
def test_a_share_of_nothing_has_no_value(known: Known, future: Replication) -> None:
    empty = dataclasses.replace(future, measured=np.zeros_like(future.measured))
    assert np.isnan(parsed(f"out_of_area/children_in_care@{JUNE}", known).value(empty))


@pytest.mark.unit
def test_net_cost_is_every_line_of_the_budget(known: Known, future: Replication) -> None:
    pounds = future.outturn_pence.sum() / 100
    assert parsed(f"net_cost@{YEAR}", known).value(future) == pytest.approx(pounds, abs=0.005)
    assert parsed("net_cost@all", known).value(future) == pytest.approx(pounds, abs=0.005)
    assert pounds > cell(future, known, "cost", "all", YEAR)


@pytest.mark.unit
def test_the_whole_forecast_is_the_sum_of_its_years(future: Replication) -> None:
    horizon = Horizon(dt.date(2020, 3, 31), dt.date(2022, 3, 31))
    periods = (Period("2020-03", "month", -1, 0), *horizon.periods)
    keys: tuple[Key, ...] = (("entries", "all", "children"),)
    known = Known(keys, periods, np.arange(len(periods))[None] > 0)
    values = np.concatenate([[np.nan], np.ones(24), [11.0, 13.0]])[None]
    one = dataclasses.replace(future, keys=keys, measured=values)
    assert parsed("entries@all", known).value(one) == 24.0


@pytest.mark.unit
def test_the_children_who_live_there_are_looked_at_for_each_month(
    known: Known, future: Replication
) -> None:
    hidden_by = parsed(f"cost:agency_foster@{JUNE}", known).people_behind(future)
    lived = [cell(future, known, "children_in_care", "agency_foster", when)
             for when in ("2025-05", JUNE)]  # fmt: skip
    assert list(hidden_by) == lived
    of_the_year = parsed(f"occupancy:in_house_foster@{YEAR}", known).people_behind(future)
    assert len(of_the_year) == 13
    assert parsed(f"cost@{YEAR}", known).people_behind(future) == ()


@pytest.mark.unit
def test_another_scenario_may_not_tell_it(known: Known) -> None:
    less = Known(known.keys[1:], known.periods, known.has_value[1:])
    total, other = parsed(f"children_in_care@{JUNE}", known), parsed(f"cost@{YEAR}", known)
    assert total.is_known_to(known)
    assert other.is_known_to(less)
    assert not total.is_known_to(less)


@pytest.mark.golden
@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            f"children_in_car@{JUNE}",
            "--of:1:1 there is no measure `children_in_car`; did you mean `children_in_care`?",
        ),
        (
            f"out_of_area/houses@{JUNE}",
            "--of:1:13 there is no measure `houses`; the measures here are `children_in_care`, "
            "`out_of_area`, `over_20_miles`, `unaccompanied`, `waiting`, `entries`, `exits`, "
            "`moves`, `returns_to_local`, `out_of_area_placements_made`, `unmet_first_choice`, "
            "`returns_to_care`, `step_downs`, `siblings_apart` and others",
        ),
        (
            f"children_in_care:agency_fosters@{JUNE}",
            "--of:1:1 `children_in_care` is not told of a setting `agency_fosters`; did you mean "
            "`agency_foster`?",
        ),
        (
            "children_in_care@2031-03",
            "--of:1:18 `2031-03` is not a period of this forecast; write a month (2025-03 to "
            "2026-03), a financial year (2025/26), or all",
        ),
        (
            f"entries@{OPENING}",
            "--of:1:9 `entries` has no value in 2025-03; it has one in 2025-04 to 2026-03 and "
            "2025/26",
        ),
        (
            f"overspend@{JUNE}",
            "--of:1:11 `overspend` has no value in 2025-06; it has one in 2025/26",
        ),
        (
            "children_in_care@all",
            "--of:1:18 `children_in_care` is counted on a day, so it has no sum over the whole "
            "forecast; give a month or a financial year",
        ),
        (
            "occupancy:in_house_foster@all",
            "--of:1:27 `occupancy:in_house_foster` is an average, so it has no sum over the whole "
            "forecast; give a month or a financial year",
        ),
        (
            "run_rate_overspend@all",
            "--of:1:20 `run_rate_overspend` has no sum over the whole forecast; it has one in "
            "2025-04 to 2026-03",
        ),
        (
            f"cost/entries/exits@{YEAR}",
            "--of:1:1 `cost/entries/exits` has 3 measures, and there may be one or two; write "
            "ONE/OTHER for the one as a share of the other",
        ),
        *(
            (
                wrong,
                f"--of:1:1 `{wrong}` is not a measure and a period; write MEASURE@PERIOD, such as "
                "children_in_care@2023-03, cost@2021/22, occupancy:hub@2022/23 or "
                "out_of_area/children_in_care@2023-03",
            )
            for wrong in ("children_in_care", "@2025-06", "a@2025-06/b@2025-06")
        ),
    ],
)
def test_what_is_said_of_one_that_is_not_there(text: str, said: str, known: Known) -> None:
    with pytest.raises(InputError) as refused:
        parsed(text, known)
    assert str(refused.value) == said


@pytest.mark.golden
def test_a_measure_told_by_setting_needs_one_where_there_are_several(known: Known) -> None:
    with pytest.raises(InputError) as refused:
        parsed(f"occupancy@{YEAR}", known)
    assert str(refused.value) == (
        "--of:1:1 `occupancy` is told of each setting and not of all together; write "
        "occupancy:SETTING; the settings here are `in_house_foster`, `in_house_residential`"
    )


@pytest.mark.unit
def test_a_measure_told_of_one_setting_alone_needs_none(known: Known) -> None:
    chosen = [key[:2] != ("occupancy", "in_house_residential") for key in known.keys]
    keys = tuple(key for key, kept in zip(known.keys, chosen, strict=True) if kept)
    one = Known(keys, known.periods, known.has_value[np.array(chosen)])
    assert str(parsed(f"occupancy@{YEAR}", one)) == f"occupancy:in_house_foster@{YEAR}"
