"""What a council's own back-test hides, draws and says, from forecasts that are known."""

from __future__ import annotations

import dataclasses
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from sufficiency.forecast.backtest import QUANTILE_NAMES
from sufficiency.forecast.own_scores import scored
from sufficiency.report.chart import Chart
from sufficiency.report.charts.own_backtest import (
    MOST_OPENINGS,
    own_backtest_charts,
    spaced_out,
    total_from_each_origin,
)
from sufficiency.report.own_backtest_hidden import hidden_rows
from sufficiency.report.own_backtest_summary import OwnFacts, own_backtest_summary

pytestmark = pytest.mark.content

ORIGINS, LAST = (2017, 2018, 2019, 2020), 2021
FACTS = OwnFacts("Shire 01", ORIGINS, LAST, 100)
HOMES = {"in_house_foster": 60.0, "agency_foster": 30.0, "external_residential": 20.0}


def happened(year: int, homes: dict[str, float], flows: dict[str, float]) -> dict[Any, float]:
    """Made-up counts of a year; each year everything is one more than in the last."""
    more = year - 2016
    counts = {("children_in_care", name): count + more for name, count in homes.items() if count}
    counts |= {("children_in_care", name): 0.0 for name, count in homes.items() if not count}
    counts["children_in_care", "all"] = sum(counts.values())
    counts |= {(name, "all"): count + more for name, count in flows.items()}
    return counts


def made_up(changes: dict[tuple[int, str, str], float] | None = None) -> pd.DataFrame:
    """Forecasts that miss by a tenth, and what happened; some of it changed."""
    flows = {"entries": 40.0, "exits": 37.0, "moves": 50.0}
    counts = {
        (year, *key): count
        for year in range(2017, LAST + 1)
        for key, count in happened(year, HOMES, flows).items()
    }
    counts |= changes or {}
    for year in range(2017, LAST + 1):
        counts[year, "children_in_care", "all"] = sum(
            count
            for (of, measure, setting), count in counts.items()
            if of == year and measure == "children_in_care" and setting != "all"
        )
    rows = []
    for origin in ORIGINS:
        for ahead in range(1, LAST - origin + 1):
            for (of, measure, setting), actual in counts.items():
                if of == origin + ahead:
                    hold = counts[origin, measure, setting]
                    rows.append(row(origin, ahead, measure, setting, actual, hold))
            rows.append(row(origin, ahead, "still_in_care", "all", 0.9**ahead, 0.85**ahead))
            new = row(
                origin, ahead, "still_in_care_of_entrants", "all", 0.8 * 0.9**ahead, 0.85**ahead
            )
            rows.append(new)
    return pd.DataFrame(rows)


def row(
    origin: int, ahead: int, measure: str, setting: str, actual: float, hold: float
) -> dict[str, Any]:
    middle = actual * 1.1
    spread = dict(zip(QUANTILE_NAMES, middle * np.linspace(0.8, 1.2, 7), strict=True))
    key = {"origin": origin, "horizon_years": ahead, "measure": measure, "setting": setting}
    return {**key, "actual": actual, "mean": middle, **spread, "hold": hold,
            "constant_rates": hold}  # fmt: skip


def hidden(changes: dict[tuple[int, str, str], float]) -> set[tuple[int, int, str, str]]:
    table = made_up(changes)
    gone = table[hidden_rows(table, 3)]
    keys = ["origin", "horizon_years", "measure", "setting"]
    return set(gone[keys].itertuples(index=False, name=None))


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    assert hidden({}) == set()


def test_a_small_count_is_hidden_wherever_that_day_is_told_and_not_alone() -> None:
    care, small, next_smallest = "children_in_care", "external_residential", "agency_foster"
    gone = hidden({(2019, care, small): 3})
    # As what happened from 2017 and 2018, and as what 2019 opened with.
    for name in (small, next_smallest):
        for when in ((2017, 2), (2018, 1), (2019, 1), (2019, 2)):
            assert (*when, care, name) in gone
    assert (2017, 1, care, small) not in gone
    # A total so much smaller also leaves few who can have come since.
    assert {name for *_, measure, name in gone if measure == care} == {small, next_smallest}


def test_a_total_that_is_large_is_not_hidden_for_its_parts() -> None:
    table = made_up({(2019, "children_in_care", "external_residential"): 3})
    gone = table[hidden_rows(table, 3)]
    assert not ((gone["measure"] == "children_in_care") & (gone["setting"] == "all")).any()


def test_what_can_be_worked_out_from_what_is_told_is_hidden_too() -> None:
    gone = hidden({(2019, "entries", "all"): 2})
    # The number in care of both years and who left would give away who came.
    for measure in ("entries", "exits"):
        assert {(2017, 2, measure, "all"), (2018, 1, measure, "all")} <= gone
    # The share of so few says how many of them stayed.
    assert (2018, 1, "still_in_care_of_entrants", "all") in gone
    # The mean of three years would give it away beside the other two.
    for origin in (2019, 2020):
        assert (origin, 1, "entries", "all") in gone
    assert (2017, 1, "entries", "all") not in gone


def test_a_share_that_tells_of_a_few_children_is_hidden() -> None:
    table = made_up()
    stayed = table["measure"] == "still_in_care"
    opening = 113  # on 31 March 2017
    for share in (3 / opening, 1 - 3 / opening):
        told = table.copy()
        told.loc[stayed & (told["origin"] == 2017) & (told["horizon_years"] == 4), "actual"] = share
        gone = told[hidden_rows(told, 3)]
        assert len(gone) == 1
        assert gone.iloc[0]["measure"] == "still_in_care"


def test_a_share_that_tells_of_a_few_who_came_since_is_hidden() -> None:
    table = made_up()
    stayed = table["measure"] == "still_in_care"
    opening, later = 113, 119  # on 31 March 2017 and 2019
    for came, number in ((4, 1), (6, 0), (-2, 1)):  # below nought where some were lost from sight
        told = table.copy()
        here = stayed & (told["origin"] == 2017) & (told["horizon_years"] == 2)
        told.loc[here, "actual"] = (later - came) / opening
        assert len(told[hidden_rows(told, 3)]) == number


def test_a_forecast_of_a_small_number_is_hidden() -> None:
    table = made_up()
    few = (
        (table["origin"] == 2018)
        & (table["horizon_years"] == 1)
        & (table["setting"] == "external_residential")
    )
    table.loc[few, "p10"] = 4.0
    gone = table[hidden_rows(table, 3)]
    assert (gone["origin"] == 2018).all()
    assert set(gone["setting"]) == {"external_residential", "agency_foster"}


@lru_cache  # drawing takes long
def charts() -> dict[str, Chart]:
    drawn = own_backtest_charts(made_up(), scores(), "Shire 01", 100)
    return {chart.name: chart for chart in drawn}


def words_in(chart: Chart) -> list[str]:
    found = chart.figure.findobj(Text)
    return [text.get_text() for text in found if isinstance(text, Text) and text.get_text().strip()]


def test_what_happened_lies_over_the_forecasts() -> None:
    chart = charts()["total_from_each_origin"]
    assert chart.title == "10 of 10 later counts lay inside the range forecast"
    words = words_in(chart)
    # Three homes, each one more a year: 113 in 2017 to 125 in 2021, forecast a tenth too high.
    for count in ("113", "116", "119", "122", "125"):
        assert count in words
    assert {word for word in words if word.startswith("From 20")} == {
        "From 2017: 138", "From 2019: 138", "From 2020: 138",
    }  # fmt: skip
    assert len(chart.table) == 10
    assert "125 were in care" in chart.text
    # What 2019 opened with is the cross of 2017's forecast: its number stands once.
    assert words.count("119") == 1
    lines = [line for line in chart.figure.axes[0].get_lines() if line.get_linewidth() == 2.5]
    assert (
        len({(line.get_linestyle(), line.get_marker()) for line in lines}) == len(lines) == 3
    )  # told apart on a grey photocopy


def test_an_opening_that_later_returns_tell_otherwise_is_drawn_beside_the_later_count() -> None:
    table = made_up()
    opened = (table["origin"] == 2019) & (table["measure"] == "children_in_care")
    table.loc[opened & (table["setting"] == "all"), "hold"] = 90.0
    chart = total_from_each_origin(table, "Shire 01", 100)
    assert chart is not None
    words = words_in(chart)
    assert {"90", "119"} <= set(words)  # as known then, and as known now
    assert "113" in words  # the first opening is hollow; no later count of that day is drawn
    shown = [line.get_ydata() for line in chart.figure.axes[0].get_lines()]
    crosses = next(list(values) for values in shown if list(values) == [116, 119, 122, 125])
    assert 113 not in crosses
    foot = " ".join(words)
    assert "Hollow: children in care as known at the opening. Crosses:" in foot


def test_a_total_that_is_hidden_is_not_drawn() -> None:
    table = made_up()
    assert total_from_each_origin(table[table["setting"] != "all"], "Shire 01", 100) is None


def test_openings_drawn_are_the_first_the_last_and_some_between() -> None:
    assert spaced_out(range(2010, 2020), MOST_OPENINGS) == [2010, 2014, 2019]
    assert spaced_out([2017, 2018], MOST_OPENINGS) == [2017, 2018]


def test_misses_stand_beside_those_of_holding() -> None:
    chart = charts()["error_by_measure"]
    assert chart.title == "Simulation beat holding on 2 of 7 measures, constant rates on 2"
    table = chart.table.set_index(["measure", "setting"])
    total = table.loc["children_in_care", "all"]
    assert total["simulation"] == pytest.approx(10)
    held = [3 * ahead / (110 + 3 * (o + ahead - 2016)) for o in ORIGINS
            for ahead in range(1, LAST - o + 1)]  # fmt: skip
    assert total["hold"] == pytest.approx(100 * np.mean(held))
    assert table.loc["still_in_care", "all"]["unit"] == "points"
    ratio = f"{total['simulation'] / total['hold']:.2f}"
    assert ratio in words_in(chart)
    assert f"Children in care {ratio} (10.0%; constant rates" in chart.text


@lru_cache
def scores() -> pd.DataFrame:
    return scored(made_up())


def test_constant_rates_stand_beside_the_simulation() -> None:
    table = made_up()
    table["constant_rates"] = table["actual"] * 1.01
    chart = next(
        chart
        for chart in own_backtest_charts(table, scored(table), "Shire 01", 100)
        if chart.name == "error_by_measure"
    )
    assert chart.title == "Simulation beat holding on 2 of 7 measures, constant rates on none"
    total = chart.table.set_index(["measure", "setting"]).loc["children_in_care", "all"]
    assert total["constant_rates"] == pytest.approx(1)
    assert total["rates_ratio"] == pytest.approx(total["ratio"] / 10)
    words = words_in(chart)
    assert f"{total['rates_ratio']:.2f}" in words
    assert "1.0%" in words
    assert "Constant\nrates" in words
    assert "nearer than constant rates for none" in chart.text


def summary(facts: OwnFacts = FACTS, table: pd.DataFrame | None = None) -> str:
    return own_backtest_summary(scores() if table is None else scored(table), facts)


def test_the_summary_tells_what_was_found() -> None:
    words = summary()
    assert words.startswith(
        "Children in care of Shire 01, forecast from 31 March 2017, 2018, 2019 and 2020 by its own "
        "returns as they stood, and set against its returns up to 31 March 2021.\n\nThe number"
    )
    assert "  10.0% one year ahead (holding 2.5%, constant rates 2.5%; 4 forecasts)" in words
    assert "  10.0% four years ahead (holding 9.6%, constant rates 9.6%; 1 forecast)" in words
    assert "On average it was 10.0% too high." in words
    assert "  children who came in a year: 10.0% (holding 4.5, constant rates 4.5)" in words
    assert "points (holding" in words
    assert "one of 100 futures holds about 78% when all else is right" in words


def test_a_handful_of_forecasts_tells_little() -> None:
    table = made_up()
    few = table[table["origin"] == 2020]
    assert "1 of 1, 100% (10 to 100); 1 forecast cannot tell 80% from 60%" in summary(table=few)
    assert "10 of 10, 100% (79 to 100); in keeping with the 80% meant, as far as 10" in summary()
    missed = table.assign(p10=table["p50"])
    assert "0 of 10, 0% (0 to 21); fewer than the 80% meant, as far as 10" in summary(table=missed)


def test_what_a_reader_must_know_of_the_records() -> None:
    def told(**changes: Any) -> str:
        return summary(dataclasses.replace(FACTS, **changes))

    assert "missing from the next" not in summary()
    assert "\n12 children were in care at the end of one return" in told(lost=12)
    assert "\nA few children (1 to 5) were in care at the end of one return" in told(lost=2)
    assert "\n2 children were in care" in told(lost=2, small_counts=True)
    assert "Later returns" not in told(revised={2018: (120, 120), 2019: (120, 123)})
    assert (
        "\n\nLater returns tell of another number in care than was known at the opening: 120 on "
        "31 March 2020, 140 now. A forecast begins with what was known then, and is set against "
        "what is known now.\n\nThe number in care was missed by"  # before any of the misses
    ) in told(revised={2018: (120, 120), 2019: (120, 123), 2020: (120, 140)})
    assert "120 on 31 March 2019, 123 now." in told(revised={2019: (120, 123)}, small_counts=True)
    assert "hidden" not in summary()
    assert "\n1 forecast of small numbers" not in told(hidden=30)
    assert "\n30 forecasts of small numbers of children" in told(hidden=30)
    assert "  31 March 2016: nobody was in care" in told(refused={"2016": "nobody was in care"})
    assert "made of 20 futures only" in told(replications=20)
    assert "has no range, so that none was judged" in told(replications=1)
    assert "inside the authority only" in told(small_counts=True)


def test_a_total_that_is_hidden_is_said_to_be() -> None:
    table = made_up()
    words = summary(table=table[(table["setting"] != "all") | (table["measure"] == "moves")])
    assert "The number in care is too small to be told" in words
    assert "moves in a year" in words
