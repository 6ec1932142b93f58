"""The summary read aloud: its figures, its grammar and what it leaves out."""

from __future__ import annotations

import re

import made_up_tables
import numpy as np
import pandas as pd
import pytest

from sufficiency.report.reading import read_aloud
from sufficiency.report.suppression import suppress

pytestmark = pytest.mark.content


def read(
    forecast: pd.DataFrame | None = None,
    budget: pd.DataFrame | None = None,
    contingency: pd.DataFrame | None = None,
    replications: int = 200,
) -> str:
    return read_aloud(
        made_up_tables.forecast() if forecast is None else forecast,
        made_up_tables.budget() if budget is None else budget,
        made_up_tables.contingency() if contingency is None else contingency,
        "Nothing new is done.",
        replications,
        made_up_tables.opening(),
    )


def test_says_what_a_finance_lead_needs_in_six_to_ten_sentences() -> None:
    said = read()
    assert 6 <= len(re.findall(r"\.(?= [A-Z]|$)", said)) <= 10
    for words in (
        "618 children in care at 31 March 2020",
        "is 525, with a range from 431 to 619",
        "289 children, 55% of all, live outside the authority's boundary (237 to 340)",
        "over 20 miles from home (55 to 102)",
        "against the approved budget of £16.5 million: an overspend of £1.5 million",
        "placements in 2024/25 are £5.9 million over; the uplift leaves £2.3 million",
        "contingency of £3.4 million",
        "£4.1 million in nine",
        "Outside the placement budget, 2024/25 is expected to cost: own homes and places",
        "£1.2 million",
        "eight futures in ten",
    ):
        assert words in said
    assert "nan" not in said


def test_a_judged_place_is_said_to_be_one() -> None:
    tables = (made_up_tables.forecast(), made_up_tables.budget(), made_up_tables.contingency())
    judged = "That rests on a judgement: where children live was not counted on the first day."
    said = read_aloud(*tables, "Nothing new.", 200, places_judged=True)
    assert f"(55 to 102). {judged}" in said
    assert judged not in read_aloud(*tables, "Nothing new.", 200)


def test_says_whether_what_happened_lies_inside_the_range() -> None:
    said = read_aloud(
        made_up_tables.forecast(),
        made_up_tables.budget(),
        made_up_tables.contingency(),
        "Nothing new is done.",
        200,
        made_up_tables.opening(),
        pd.DataFrame(
            {
                "date": ["2024-03-31", "2025-03-31"],
                "measure": "children_in_care",
                "setting": "all",
                "value": [500.0, 300.0],
                "source": "",
            }
        ),
    )
    assert "2 counts are known of what happened since, none of them used, and 1 lies inside" in said
    assert "on 31 March 2025 there were 300." in said


def test_a_budget_nobody_approved_is_called_assumed() -> None:
    said = read_aloud(
        made_up_tables.forecast(),
        made_up_tables.budget(),
        made_up_tables.contingency(),
        "Nothing new is done.",
        20,
        assumed_budgets=frozenset({"2024/25"}),
    )
    assert said.count("the approved budget") == 1
    assert said.count("the assumed budget") == 1
    assert "So few futures give a rough idea only" in said


def test_an_underspend_is_called_one() -> None:
    budget = made_up_tables.budget()
    budget["budget"] = 20e6
    assert "an underspend of £2.0 million on average" in read(budget=budget)


def test_without_a_budget_it_says_so_and_leaves_out_the_odds() -> None:
    budget = made_up_tables.budget().assign(budget=np.nan, probability_of_overspend=np.nan)
    said = read(budget=budget, contingency=made_up_tables.contingency().iloc[:0])
    assert "no budget is stated for that year." in said
    assert "overspent" not in said
    assert "contingency" not in said


def test_one_child_and_one_future_are_singular() -> None:
    forecast = made_up_tables.forecast()
    far = forecast["measure"] == "over_20_miles"
    forecast.loc[far, ["mean", "p10", "p50", "p90"]] = 1.0
    said = read(forecast=forecast, replications=1)
    assert "1 child, 0% of all, lives over 20 miles" in said
    assert "1 future was simulated" in said


def test_an_uplift_that_covers_the_gap_is_said_to() -> None:
    forecast = made_up_tables.forecast()
    after = forecast["measure"] == "gap_after_uplift"
    forecast.loc[after, "mean"] = -400_000.0
    assert "more than covers that, leaving them £0.4 million under" in read(forecast=forecast)


def test_a_budget_that_is_enough_needs_nothing_set_aside() -> None:
    none = made_up_tables.contingency().assign(contingency_p80=0.0, contingency_p90=0.0)
    assert "nothing need be set aside" in read(contingency=none)
    some = none.assign(contingency_p90=250_000.0)
    assert "contingency of £0.3 million makes it enough in nine" in read(contingency=some)


def test_a_hidden_figure_takes_its_sentence_with_it() -> None:
    forecast = made_up_tables.forecast()
    far = forecast["measure"] == "over_20_miles"
    forecast.loc[far, ["mean", "p10", "p50", "p90"]] = 3.0
    said = read(forecast=suppress(forecast))
    assert "over 20 miles" not in said
    assert "outside the authority's boundary" in said
