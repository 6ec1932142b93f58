"""What a comparison says and draws, from a made-up table."""

from __future__ import annotations

import importlib
from pathlib import Path

import pandas as pd
import pytest

from sufficiency.finance.saving_split import PARTS
from sufficiency.folders.comparison_ranking import _multiple
from sufficiency.forecast.compare import COLUMNS
from sufficiency.report.charts.comparison import comparison_charts
from sufficiency.report.comparison import CompareFacts, comparison_summary
from sufficiency.report.comparison_hidden import (
    STATISTICS,
    HiddenOf,
    hidden_of,
    hide_comparison,
    hide_split,
    hide_together,
)
from sufficiency.report.comparison_words import PART_LABELS, in_ten, told_apart

FACTS = CompareFacts("A base", 200, "March 2025", "", {"trial": "a randomised trial"}, {})
NOTHING = HiddenOf(frozenset(), frozenset(), frozenset(), empty_places=False)


def ranked(name: str, mean: float, half: float, **more: object) -> dict[str, object]:
    row: dict[str, object] = {
        "rank": 1,
        "scenario": name,
        "label": name.capitalize(),
        "evidence_grade": "trial",
        "net_cost_difference_mean": mean,
        "net_cost_difference_p10": mean - 2e6,
        "net_cost_difference_p90": mean + 2e6,
        "net_cost_difference_half_width": half,
        "probability_cheaper": 0.7,
        "own_cost_mean": 1e6,
        "net_present_value_mean": -0.9 * mean,
        "payback_p10": "from the start",
        "payback_p50": "2022-06",
        "payback_p90": "not by 2025-03",
        "share_paid_back": 0.7,
        "break_even_multiple": 0.5,
        "children_in_care_at_end_mean": -1.0,
        "children_in_care_at_end_p10": -3.0,
        "children_in_care_at_end_p90": 0.0,
        "out_of_area_at_end_mean": "c",
        "out_of_area_at_end_p10": "c",
        "out_of_area_at_end_p90": "c",
    }
    return row | more


def split(name: str, **amounts: float) -> pd.DataFrame:
    parts = [part for part in PARTS if part != "empty_places"]
    rows = [(name, "all", "horizon", part, amounts.get(part, 0.0)) for part in parts]
    rows.append((name, "all", "horizon", "all", sum(amounts.values())))
    return pd.DataFrame(
        rows, columns=["scenario", "period", "period_type", "part", "difference_mean"]
    )


def summary(*rows: dict[str, object], **amounts: float) -> str:
    parts = pd.concat([split(str(row["scenario"]), **amounts) for row in rows])
    nothing = pd.DataFrame(columns=["period", "measure", "parts"])
    return comparison_summary(pd.DataFrame(list(rows)), parts, nothing, FACTS)


@pytest.mark.content
def test_a_saving_is_told_with_its_range_its_chance_and_its_cost() -> None:
    told = summary(ranked("hub", -1e6, 2e5), never_entering=-2e6, own_cost=1e6)
    assert "Hub (evidence: a randomised trial)" in told
    assert "saves £1.0 million on average" in told
    assert "from £3.0 million saved to £1.0 million more" in told
    assert "cheaper than the base in 7 futures in ten" in told
    assert "50% of its effect would save as much" in told
    assert "by June 2022 (a tenth from the start, nine tenths later than the forecast)" in told
    assert "children who never come into care (£2.0 million)" in told
    assert "1 fewer child in care (-3 to 0)." in told
    assert "Not told apart" not in told


@pytest.mark.content
@pytest.mark.parametrize(
    ("own", "multiple", "said"),
    [
        (1e6, 0.3, "It costs £1.0 million itself, and 30% of its effect would save as much."),
        (1e6, 0.01, "It costs £1.0 million itself, and 1% of its effect would save as much."),
        (1e6, 1.04, "and would need 1.04 times its effect to save as much."),
        (1e6, 3.24, "and would need 3.2 times its effect to save as much."),
        (1e6, "none", "It costs £1.0 million itself, and saves nothing to set against that."),
        (0.0, 0.0, "It costs nothing of its own. "),
        (0.0, "none", "It costs nothing of its own, and no multiple of its effect would save any"),
        (-1e6, 0.0, "Of its own it takes away £1.0 million of cost. "),
        (-1e6, "none", "takes away £1.0 million of cost, and what it does costs more than that."),
        (1e6, "c", "It costs £1.0 million itself, beside places paid for and empty"),
    ],
)
def test_break_even_in_words(own: float, multiple: float | str, said: str) -> None:
    assert said in summary(ranked("hub", 1e5, 0, own_cost_mean=own, break_even_multiple=multiple))


@pytest.mark.content
@pytest.mark.parametrize(
    ("multiple", "said"),
    [
        ("0.0", "nothing to pay for"),
        ("0.01", "less than 0.1 times its effect"),
        ("0.3", "0.3 times its effect"),
        ("0.97", "0.97 times its effect"),
        ("1.0", "1.0 times its effect"),
        ("3.24", "3.2 times its effect"),
        ("none", "no multiple of its effect"),
        ("c", "c"),
        ("", ""),
    ],
)
def test_break_even_on_the_page_of_interventions(
    multiple: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(Path(__file__).parents[2] / "tools")
    assert importlib.import_module("update_interventions")._multiple(multiple) == said


@pytest.mark.unit
def test_a_small_multiple_is_not_none_of_an_effect() -> None:
    told = [_multiple(each) for each in (None, float("nan"), 0.0, 0.002, 0.304)]
    assert told == ["none", "c", 0.0, 0.01, 0.3]


@pytest.mark.content
def test_what_is_not_told_apart_from_nothing_is_said_so() -> None:
    told = summary(ranked("hub", -1e6, 2e6), ranked("team", 3e6, 1e6))
    assert "Not told apart from nothing by this many futures is hub" in told
    nothing = ranked("same", 0.0, 0.0, net_cost_difference_p10=0.0, net_cost_difference_p90=0.0)
    assert "It differs from the base by nothing" in summary(nothing)


@pytest.mark.unit
def test_shares_in_ten_and_what_is_more_than_nothing() -> None:
    shares = [in_ten(share) for share in (0, 0.02, 0.1, 0.72, 0.98, 1)]
    assert shares == [
        "no future",
        "fewer than 1 future in ten",
        "1 future in ten",
        "7 futures in ten",
        "more than 9 futures in ten",
        "every future",
    ]
    assert told_apart(-2, 1)
    assert not told_apart(-1, 2)
    assert not told_apart(-1, float("nan"))  # one future says nothing of its precision
    assert not told_apart(0, 0)


@pytest.mark.content
def test_charts_say_what_they_found_and_hold_what_they_drew() -> None:
    table = pd.DataFrame([ranked("hub", -1e6, 2e5), ranked("team", 3e6, 1e6)])
    parts = pd.concat(
        [split("hub", never_entering=-2e6, own_cost=1e6), split("team", own_cost=3e6)]
    )
    ranges, made_of = comparison_charts(table, parts, "Exampleshire", "March 2025")
    assert ranges.title == "Largest average saving: hub, £1.0m"
    assert list(ranges.table["scenario"]) == ["hub", "team"]
    assert "hub saves £1.0 million on average" in ranges.text
    assert made_of.title == "Hub: most is saved by fewer children coming into care"
    words = [text.get_text() for text in ranges.figure.axes[0].texts]
    assert words.count("trial") == 2
    unsure = comparison_charts(table.assign(net_cost_difference_half_width=9e6), parts, "E", "M")
    assert unsure[0].title == "No saving is told apart from nothing"


@pytest.mark.content
def test_words_know_every_part_and_column() -> None:
    assert set(PART_LABELS) == set(PARTS) - {"empty_places"}
    assert set(STATISTICS) == set(COLUMNS[7:])


def difference_rows(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["period", "period_type", "measure", "setting"])
    return table.assign(**dict.fromkeys(STATISTICS, 1.0))


@pytest.mark.unit
def test_a_hidden_row_hides_its_difference_its_sum_and_the_nights_near_it() -> None:
    forecast = pd.DataFrame(
        [("2021-03", "children_in_care", "hub", "c"), ("2020-05", "exits", "all", "c")],
        columns=["period", "measure", "setting", "mean"],
    )
    budget = pd.DataFrame(columns=["financial_year", "block", "heading", "outturn_mean"])
    hides = hidden_of(forecast, budget, [])
    table = difference_rows(
        ("2021-03", "month", "children_in_care", "hub"),
        ("2021-04", "month", "children_in_care", "hub"),
        ("2020/21", "financial_year", "nights", "hub"),
        ("2021/22", "financial_year", "nights", "hub"),  # it begins with those of 31 March
        ("2022/23", "financial_year", "nights", "hub"),
        ("all", "horizon", "nights", "hub"),
        ("all", "horizon", "exits", "all"),
        ("all", "horizon", "net_cost", "all"),
    )
    for sides in ((hides, NOTHING), (NOTHING, hides)):
        told = hide_comparison(table, *sides)["difference_mean"].tolist()
        assert told == ["c", 1.0, "c", "c", 1.0, "c", "c", 1.0]


@pytest.mark.unit
def test_a_blocks_total_hidden_on_one_side_hides_the_years_cost_of_all_blocks() -> None:
    forecast = pd.DataFrame(columns=["period", "measure", "setting", "mean"])
    budget = pd.DataFrame(
        [("2020/21", "prevention", "all", "c"), ("2020/21", "prevention", "Meetings", "c")],
        columns=["financial_year", "block", "heading", "outturn_mean"],
    )
    hides = hidden_of(forecast, budget, ["Meetings"])
    table = difference_rows(
        ("2020-04", "month", "net_cost", "all"),
        ("2020/21", "financial_year", "gross_cost", "all"),
        ("2021/22", "financial_year", "net_cost", "all"),
        ("all", "horizon", "net_cost", "all"),
    )
    assert hide_comparison(table, NOTHING, hides)["p50"].tolist() == ["c", "c", 1.0, 1.0]
    assert hide_comparison(table, hides, hides)["p50"].tolist() == [1.0] * 4
    parts = pd.DataFrame(
        [
            (year, part)
            for year in ("2020/21", "2021/22")
            for part in ("own_cost", "after_care", "all")
        ],
        columns=["period", "part"],
    ).assign(difference_mean=1.0, p10=1.0, p50=1.0, p90=1.0, half_width=1.0)
    told = hide_split(parts, NOTHING, hides)["difference_mean"].tolist()
    assert told == ["c", "c", "c", 1.0, 1.0, 1.0]


@pytest.mark.unit
def test_what_is_done_together_is_hidden_where_a_part_is() -> None:
    """The sum of all parts less those that are told would be the one that is not."""
    comparison = difference_rows(
        ("2020/21", "financial_year", "net_cost", "all"),
        ("2021/22", "financial_year", "net_cost", "all"),
    ).assign(scenario="team")
    comparison["difference_mean"] = ["c", 1.0]
    together = comparison.assign(scenario="both", parts="office + team", sum_of_parts_mean=2.0)
    told = hide_together(together, comparison)
    assert told["sum_of_parts_mean"].tolist() == ["c", 2.0]
