"""The words and the chart of a search: each says what the table says, and what is in doubt."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from sufficiency.report.chart import svg_text
from sufficiency.report.charts.solve import chance_by_value
from sufficiency.report.solve_words import Found, amount, figure, solve_summary

TABLE = pd.DataFrame(
    {
        "value": [1.0, 3.0, 5.0, 6.0, 8.0],
        "futures": 100,
        "chance": [0.1, 0.42, 0.77, 0.83, 0.96],
        "chance_low": [0.06, 0.33, 0.68, 0.75, 0.9],
        "chance_high": [0.17, 0.52, 0.84, 0.89, 0.98],
        "without_value": 0,
        "mean": [0.52, 0.48, 0.42, 0.39, 0.31],
        "p10": [0.45, 0.41, 0.36, 0.33, 0.27],
        "p50": [0.52, 0.48, 0.42, 0.39, 0.31],
        "p90": [0.6, 0.55, 0.47, 0.44, 0.36],
        "entries@2021/22 mean": [200.0, 201.0, 202.0, 203.0, 204.0],
        "entries@2021/22 p10": 190.0,
        "entries@2021/22 p50": 200.0,
        "entries@2021/22 p90": 210.0,
    }
)
FOUND = Found(
    title="A made-up authority.",
    authority="Anywhere",
    path="settings.hub.places",
    unit="places",
    target="out_of_area/children_in_care@2023-03 <= 0.4",
    measure="out_of_area/children_in_care@2023-03",
    measure_unit="share",
    told=(("entries@2021/22", "children"),),
    wanted=0.8,
    replications=100,
    kind="least",
    value=6.0,
    beside=5.0,
    below=5.0,
    above=8.0,
    goes_back=None,
    crossings=1,
    changes_nothing=False,
    against="",
    stood_at="is 4",
)

pytestmark = pytest.mark.content


def summary(table: pd.DataFrame = TABLE, **changed: object) -> str:
    return solve_summary(table, dataclasses.replace(FOUND, **changed))  # type: ignore[arg-type]


def test_the_summary_word_for_word() -> None:
    assert summary().split("\n\n") == [
        "For A made-up authority: which `settings.hub.places` from 1 to 8 places gives "
        "`out_of_area/children_in_care@2023-03 <= 0.4` with a chance of 80% or more?",
        "The least that does is 6 places. There the target is met in 83 of 100 futures; at 5 in "
        "77 of 100 futures. On average `out_of_area/children_in_care@2023-03` is 39.0% (33.0% to "
        "44.0% in eight futures in ten).",
        "About the answer, from 5 to 8 places, the chance goes from 77% to 96%, and the average "
        "of `out_of_area/children_in_care@2023-03` from 42.0% to 31.0%.",
        "`entries@2021/22` is 203.0 on average (190.0 to 210.0) at 6.",
        "A chance counted in 100 futures is itself uncertain: here it lies between 75% and 89% "
        "(nineteen times in twenty). Of the values tried, 5 and 6 cannot be told from 80%: ask "
        "for more futures to narrow this.",
        "`settings.hub.places` is 4 in the scenario; at each value tried it stands there "
        "throughout and without doubt. Every other figure is as it was, and each future has the "
        "same luck at every value.",
    ]


def test_met_everywhere() -> None:
    said = summary(TABLE[TABLE["value"] > 5], value=None, kind="everywhere")
    assert "Every value tried meets it: the lowest chance is 83%, at 6 places." in said
    assert "`entries@2021/22` is 203.0 on average (190.0 to 210.0) at 6; `entries" in said


def test_a_figure_that_changes_nothing_is_not_said_to_be_enough_outside_the_range() -> None:
    same = TABLE.assign(chance=0.83, mean=0.39, p10=0.33, p90=0.44)
    said = summary(same, value=None, kind="everywhere", changes_nothing=True)
    assert (
        "in each future `out_of_area/children_in_care@2023-03` is the same at every value, so in "
        "this range `settings.hub.places` changes nothing in it. The target is met in 83 of 100 "
        "futures. On average `out_of_area/children_in_care@2023-03` is 39.0%"
    ) in said
    assert "outside the range" not in said


def test_the_most_of_something_against_another_scenario() -> None:
    said = summary(kind="greatest", beside=None, against="As it is.", measure="net_cost@all")
    assert "The most that does is 6 places." in said
    assert "the end of the range: nothing beyond it was tried" in said
    assert "counted as the difference from: As it is?" in said
    assert "On average the difference in `net_cost@all` is" in said
    assert said.endswith("The other scenario is as it was.")


def test_what_is_hidden_is_not_told() -> None:
    hidden = TABLE.astype(object)
    for name in ("mean", "p10", "p50", "p90", "entries@2021/22 mean"):
        hidden[name] = "c"
    said = summary(hidden)
    assert "is not told, because few children are counted in it" in said
    assert "`entries@2021/22` is not told at 6: few children are in it." in said
    assert "the chance goes from 77% to 96%." in said
    assert "39.0%" not in said


def test_a_chance_that_goes_back_and_forth_is_told() -> None:
    said = summary(goes_back=(3.0, 5.0), crossings=3)
    assert "it is 42% at 3 and 77% at 5, which is more than luck" in said
    assert "It crosses 80% 3 times among the values tried" in said


def test_futures_without_a_number_are_told() -> None:
    assert "In 7 futures there is no such number" in summary(TABLE.assign(without_value=7))


def test_the_title_is_the_finding_in_twelve_words() -> None:
    least = chance_by_value(TABLE, FOUND)
    most = chance_by_value(TABLE, dataclasses.replace(FOUND, kind="greatest", unit="per year"))
    every = chance_by_value(TABLE, dataclasses.replace(FOUND, kind="everywhere", value=None))
    assert least.title == "The least that meets it: 6 places, in 83% of futures"
    assert most.title == "The most that meets it: 6, in 83% of futures"
    assert every.title == "Every value tried meets the target in 10% or more"
    assert all(len(chart.title.split()) <= 12 for chart in (least, most, every))


def test_the_chart_draws_the_table_and_marks_the_answer() -> None:
    chart = chance_by_value(TABLE, FOUND)
    panel = chart.figure.axes[0]
    lines = [np.asarray(line.get_xydata()).tolist() for line in panel.lines]
    assert [list(point) for point in zip(TABLE["value"], TABLE["chance"], strict=True)] in lines
    assert [[6.0, 0.83]] in lines
    written = [text.get_text() for text in panel.texts]
    assert written == ["80%\nasked for", "6 places"]
    assert chart.text == summary()
    assert svg_text(chart) == svg_text(chance_by_value(TABLE, FOUND))


def test_numbers_in_words() -> None:
    assert [figure(value) for value in (12.0, 0.0065, 1250.0, 0.1)] == [
        "12", "0.0065", "1,250", "0.1"
    ]  # fmt: skip
    assert amount(0.4123, "share") == "41.2%"
    assert amount(-12_900_000.0, "GBP") == "-£12.9 million"
    assert (amount(612.44, "children"), amount(3.14159, "ratio")) == ("612.4", "3.14")
