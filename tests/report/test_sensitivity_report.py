"""What the charts and the summary of a sensitivity analysis say and draw."""

from __future__ import annotations

import dataclasses
import itertools
from functools import lru_cache

import pandas as pd
import pytest
from matplotlib.text import Text

from sufficiency.report.chart import Chart, svg_text
from sufficiency.report.charts.sensitivity import MOST_BARS, shares_chart, tornado_chart
from sufficiency.report.sensitivity_summary import Facts, sensitivity_summary
from sufficiency.report.sensitivity_words import (
    amount,
    difference,
    figure_words,
    gap,
    held_words,
    measure_words,
)
from sufficiency.vocabulary import LABELS

FACTS = Facts(
    title="A forecast",
    measure="children in care in March 2023",
    unit="children",
    mean=600.0,
    replications=20,
    rows=128,
    futures=1000,
)
_TORNADO = (
    # label, ends, at low, at high, half-width, finding
    ("Entries per year", (180.0, 250.0), 540.0, 661.5, 9.5, "raises it"),
    ("Leaving home planned: rate", (0.03, 0.07), 620.0, 590.0, 5.0, "lowers it"),
    ("Panel: plan to move", (0.1, 0.4), 598.0, 603.0, 7.0, "not told apart from nothing"),
    ("Shared uplift", (-0.02, 0.02), 600.0, 600.0, 0.0, "moves nothing"),
)


def tornado(*rows: tuple[str, tuple[float, float], float, float, float, str]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "path": label.lower().replace(" ", "."),
                "label": label,
                "dates": "",
                "low_value": ends[0],
                "high_value": ends[1],
                "unit": "units",
                "mark": "J",
                "held": "throughout",
                "mean_at_low": low,
                "mean_at_high": high,
                "swing": high - low,
                "half_width": half,
                "finding": finding,
            }
            for label, ends, low, high, half, finding in rows
        ]
    )


def shares() -> pd.DataFrame:
    columns = ["source", "label", "first_order", "first_low", "first_high", "total_order",
               "total_low", "total_high", "finding"]  # fmt: skip
    rows = [
        ("entries", "Entries per year", 0.61, 0.42, 0.81, 0.64, 0.5, 0.8,
         "makes up a share by itself"),
        ("chance", "Chance", -0.03, -0.2, 0.11, 0.12, 0.08, 0.2,
         "by itself not told apart from nothing"),
        ("idle", "Shared uplift", 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, "moves nothing"),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


@lru_cache
def charts() -> tuple[Chart, Chart]:
    drawn = tornado_chart(FACTS, tornado(*_TORNADO), "Exampleshire")
    shared = shares_chart(FACTS, shares(), "Exampleshire")
    assert drawn is not None
    assert shared is not None
    return drawn, shared


def words_in(chart: Chart) -> list[str]:
    svg_text(chart)  # settles which words are drawn
    found = [text.get_text() for text in chart.figure.findobj(Text) if text.get_visible()]
    return [text for text in found if isinstance(text, str) and text.strip()]


@pytest.mark.content
def test_the_tornado_draws_what_moves_and_leaves_out_what_does_not() -> None:
    chart, _ = charts()
    assert chart.title == "Most hangs on entries per year"
    words = words_in(chart)
    for expected in ("Entries per year", "-60.0", "+61.5", "+20.0", "-10.0", "180 to 250"):
        assert expected in words
    assert "Shared uplift" not in words
    assert any("1 that move nothing" in each for each in [" ".join(words)])
    assert list(chart.table["label"]) == [row[0] for row in _TORNADO[:3]]


@pytest.mark.content
def test_numbers_of_an_axis_in_pounds_do_not_run_into_each_other() -> None:
    facts = dataclasses.replace(FACTS, unit="GBP", mean=26_700_000.0)
    row = ("Year to year entries: autocorrelation", (0.03386, 0.06801), 24.2e6, 28.4e6, 4e5)
    chart = tornado_chart(facts, tornado((*row, "raises it")), "Exampleshire")
    assert chart is not None
    svg_text(chart)
    renderer = chart.figure.canvas.get_renderer()  # type: ignore[attr-defined]
    shown = [text for text in chart.figure.axes[0].get_xticklabels() if text.get_text()]
    boxes = [text.get_window_extent(renderer) for text in shown]
    assert len(boxes) >= 3
    assert all(one.x1 < other.x0 for one, other in itertools.pairwise(boxes))
    assert {"-£2.50m", "+£1.70m"} <= set(words_in(chart))


@pytest.mark.content
def test_a_bar_that_is_not_sure_is_hollow() -> None:
    chart, _ = charts()
    bars = [patch for patch in chart.figure.axes[0].patches if patch.get_height() > 0.4]  # type: ignore[attr-defined]
    filled = [bar.get_facecolor()[:3] != (1.0, 1.0, 1.0) for bar in bars]
    assert filled == [True, True, False]


@pytest.mark.content
def test_no_more_bars_than_can_be_read() -> None:
    many = [(f"Figure {n}", (1.0, 2.0), 590.0 - n, 610.0 + n, 1.0, "raises it") for n in range(30)]
    chart = tornado_chart(FACTS, tornado(*many[::-1]), "Exampleshire")
    assert chart is not None
    assert len(chart.table) == MOST_BARS
    assert f"{30 - MOST_BARS} that do less" in " ".join(words_in(chart))


@pytest.mark.content
def test_where_nothing_moves_there_is_no_tornado() -> None:
    assert tornado_chart(FACTS, tornado(_TORNADO[3]), "Exampleshire") is None
    unsure = tornado_chart(FACTS, tornado(_TORNADO[2]), "Exampleshire")
    assert unsure is not None
    assert unsure.title == "No figure can be told apart from nothing"


@pytest.mark.content
def test_shares_are_told_by_themselves_and_in_total() -> None:
    _, chart = charts()
    assert chart.title == "42% to 81% of the variance comes from entries per year"
    words = words_in(chart)
    assert {"61% / 64%", "0% / 12%", "0% / 0%"} <= set(words)
    assert shares_chart(FACTS, shares().head(0), "Exampleshire") is None


@pytest.mark.content
@pytest.mark.parametrize("place", [0, 1])
def test_no_words_run_out_of_the_picture(place: int) -> None:
    chart = charts()[place]
    svg_text(chart)
    renderer = chart.figure.canvas.get_renderer()  # type: ignore[attr-defined]
    width, height = chart.figure.get_size_inches() * chart.figure.dpi
    for text in chart.figure.findobj(Text):
        assert isinstance(text, Text)
        if text.get_text().strip() and text.get_visible():
            box = text.get_window_extent(renderer)
            assert box.x0 >= -1, text.get_text()
            assert box.x1 <= width + 1, text.get_text()
            assert box.y0 >= -1, text.get_text()
            assert box.y1 <= height + 1, text.get_text()


@pytest.mark.content
def test_the_summary_says_what_moves_what_may_and_what_does_not() -> None:
    told = sensitivity_summary(FACTS, tornado(*_TORNADO), shares())
    for expected in (
        "It is 600.0 children on average over 20 futures.",
        "each of its 4 uncertain figures",
        "Entries per year, from 180 to 250 units, raises it by 121.5 ± 9.5 children, from 540.0 "
        "children to 661.5 children.",
        "Leaving home planned: rate, from 0.03 to 0.07 units, lowers it by 30.0 ± 5.0 children",
        "One figure cannot be told apart from nothing",
        "It is panel: plan to move.",
        "One figure moves nothing: every future had exactly the same answer at both ends. It is "
        "shared uplift.",
        "entries per year 61% (42% to 81%)",
        "Not told apart from nothing by themselves: chance.",
        "Shared uplift: nothing at all.",
    ):
        assert expected in told
    rough = shares().assign(first_high=1.34)
    assert "entries per year 61% (42% to 100%)" in sensitivity_summary(
        FACTS, tornado(*_TORNADO), rough
    )
    without = sensitivity_summary(dataclasses.replace(FACTS, rows=0), tornado(*_TORNADO),
                                  shares().head(0))  # fmt: skip
    assert "variance" not in without


@pytest.mark.content
def test_a_figure_drawn_each_year_is_said_to_be_held_nearer_the_middle() -> None:
    table = tornado(*_TORNADO)
    assert "drawn anew" not in sensitivity_summary(FACTS, table, shares().head(0))
    table.loc[1, "held"] = held_words(5)
    assert table.loc[1, "held"] == "each of 5 years, together as far as one future in ten"
    assert (
        "Leaving home planned: rate is drawn anew each year and was held in every one of them, as "
        "far out as makes the sum over the years lower, or higher, in one future in ten"
    ) in sensitivity_summary(FACTS, table, shares().head(0))
    chart = tornado_chart(FACTS, table, "Exampleshire")
    assert chart is not None
    assert "sum over the years" in " ".join(words_in(chart)).replace("\n", " ")


@pytest.mark.content
def test_a_hidden_row_shows_nothing_of_it() -> None:
    table = tornado(*_TORNADO).astype(object)
    hidden = ["mean_at_low", "mean_at_high", "swing", "half_width"]
    table.loc[0, [*hidden, "low_value", "high_value"]] = "c"
    table.loc[0, "finding"] = "hidden"
    told = sensitivity_summary(FACTS, table, shares().head(0))
    assert "One figure would show a count of children from 1 to 5 and is hidden." in told
    assert "Entries per year" not in told
    chart = tornado_chart(FACTS, table, "Exampleshire")
    assert chart is not None
    assert "Entries per year" not in words_in(chart)


@pytest.mark.unit
def test_paths_and_measures_in_plain_words() -> None:
    for path, words in {
        "entries.per_year": "Entries per year",
        "money.prices.external_residential.weekly_fee_gbp": "External residential: weekly fee",
        "money.prices.other.uplift": "Other placements: uplift",
        "leaving.other.rate": "Leaving other: rate",
        "settings.hub.suitable.10_to_15": "No Wrong Door hub suitable: 10 to 15",
        "money.shared_uplift": "Shared uplift",
    }.items():
        assert figure_words(path, LABELS) == words
    share = (("out_of_area", "all"), ("children_in_care", "all"))
    assert (
        measure_words(share, "2023-03", LABELS)
        == "out of area as a share of children in care in March 2023"
    )
    assert measure_words((("cost", "hub"),), "2021/22", LABELS) == (
        "cost (No Wrong Door hub) in 2021/22"
    )


@pytest.mark.unit
def test_sizes_with_their_units() -> None:
    assert amount(12_940_000, "GBP") == "£12.9m"
    assert amount(-310_400, "GBP") == "-£310,000"
    assert amount(0.4123, "share") == "41.2%"
    assert amount(1234.4, "children") == "1,234 children"
    assert gap(-0.014, "share") == "1.4 percentage points"
    assert gap(-310_400, "GBP") == "£310,000"
    assert difference(-0.02, 0.004, "share") == "2.0 ± 0.4 percentage points"
    assert difference(-1_500_000, 20_000, "GBP") == "£1.5m ± £20,000"
