"""What a back-test's charts draw and its summary says, from scores that are known."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from sufficiency.report.backtest_page import Facts, backtest_summary
from sufficiency.report.chart import Chart
from sufficiency.report.charts.backtest import backtest_charts

pytestmark = pytest.mark.content

TESTED = Facts(120, (2021, 2022, 2023, 2024), 100)
MISSES = {"simulation": (4.0, 6.0, 8.0, 9.0), "hold": (4.4, 7.0, 9.0, 10.0)}
MISSES["constant_rates"] = (4.2, 6.5, 8.5, 12.0)


def made_up_scores(
    ratio: tuple[float, float, float] = (0.9, 0.8, 0.97),
    held: tuple[float, float, float] = (70, 64, 75),
    years: int = 4,
    over: str = "authorities and origins",
) -> pd.DataFrame:
    """Scores of the total, and of two ages."""
    rows: list[tuple[object, ...]] = []
    horizons = [str(ahead) for ahead in range(1, years + 1)]
    horizons += ["3-4", "all"] if years == 4 else []
    for origin in ("all", "2021", "2022", "2023", "2024"):
        for horizon in horizons:
            place = int(horizon) - 1 if horizon.isdecimal() else 3
            alone = (
                "authorities" if horizon == "4" or origin != "all" else "authorities and origins"
            )
            first = ("total", "all", horizon, origin)
            last = (120, "percent", alone if over != "none" else over)
            for method, misses in MISSES.items():
                miss = misses[place]
                rows.append((*first, method, "mape", miss, miss * 0.9, miss * 1.1, *last))
            rows.append((*first, "simulation", "bias", -1.25, -2, 0.5, *last))
            rows.append((*first, "simulation", "coverage", *held, *last))
            for rival in ("hold", "constant_rates"):
                rows.append((*first, "simulation", f"error_over_{rival}", *ratio, *last))
            for part, miss in (("under_1", 30.0), ("1_to_4", 12.0), ("all", 15.0)):
                first = ("by_age", part, horizon, origin)
                rows.append(
                    (*first, "simulation", "weighted_error", miss, miss - 3, miss + 3, *last)
                )
                rows.append((*first, "hold", "weighted_error", miss + 1, miss, miss + 2, *last))
                rows.append((*first, "simulation", "bias", 5, 1, 9, *last))
                rows.append((*first, "simulation", "error_over_hold", *ratio, *last))
    columns = (
        "what part horizon_years origin method score value low high forecasts unit interval_over"
    )
    table = pd.DataFrame(rows, columns=columns.split())
    return table.assign(low=np.nan, high=np.nan) if over == "none" else table


def words_in(chart: Chart) -> list[Text]:
    return [
        text
        for text in chart.figure.findobj(Text)
        if isinstance(text, Text) and text.get_text().strip() and text.get_visible()
    ]


def charts(scores: pd.DataFrame) -> tuple[Chart, ...]:
    return backtest_charts(scores, TESTED.about)


@pytest.mark.parametrize("chart", [0, 1, 2])
@pytest.mark.parametrize("years", [1, 2, 4])
@pytest.mark.parametrize("over", ["authorities and origins", "none"])
def test_words_are_big_enough_and_inside_the_picture(chart: int, years: int, over: str) -> None:
    drawn = charts(made_up_scores(years=years, over=over))[chart]
    width, height = drawn.figure.get_size_inches() * drawn.figure.dpi
    drawn.figure.canvas.draw()
    ticks = {
        id(tick)
        for panel in drawn.figure.axes
        for tick in (*panel.get_xticklabels(), *panel.get_yticklabels())
    }
    for text in words_in(drawn):
        if id(text) in ticks:
            continue  # axis numbers beyond the axis are kept by the drawing library, not drawn
        box = text.get_window_extent()
        assert text.get_fontsize() >= 12
        assert box.x0 >= 0, text.get_text()
        assert box.y0 >= 0, text.get_text()
        assert box.x1 <= width, text.get_text()
        assert box.y1 <= height, text.get_text()
    assert len(drawn.title.split()) <= 12
    axes = drawn.figure.axes[0]
    assert (axes.get_xlim() if drawn.name == "error_by_part" else axes.get_ylim())[0] == 0


def test_lines_are_the_scores() -> None:
    error, coverage, parts = charts(made_up_scores())
    drawn = [list(line.get_ydata()) for line in error.figure.axes[0].lines]
    assert drawn == [list(misses) for misses in MISSES.values()]
    assert error.title == "Four years ahead, the simulation misses by 9.0%, holding by 10.0%"
    assert coverage.title == "Ranges meant to hold 80% held 70%"
    assert list(coverage.table["low"]) == [64] * 4
    assert parts.title == "It misses most for children under 1: 30.0%"
    assert "children of 1 to 4 12.0% (9.0% to 15.0%), held 13.0%" in parts.text
    assert "at 4 years ahead, with one opening, authorities only" in coverage.text


@pytest.mark.parametrize(
    ("ratio", "verdict"),
    [
        ((0.9, 0.8, 0.97), "0.90 times that of holding (0.80 to 0.97): the simulation did better"),
        ((1.2, 1.1, 1.4), "1.20 times that of holding (1.10 to 1.40): the simulation did worse"),
        ((0.9, 0.8, 1.1), "which of the two does better cannot be told"),
    ],
)
def test_a_gain_is_one_only_where_its_interval_says_so(
    ratio: tuple[float, float, float], verdict: str
) -> None:
    finding = backtest_summary(made_up_scores(ratio), TESTED).split("\n\n")[1]
    assert verdict in finding
    assert finding.startswith(
        "Three and four years ahead the middle forecast missed the published number by 9.0% on "
        "average. Holding the opening number missed by 10.0%"
    )


@pytest.mark.parametrize(
    ("held", "verdict"),
    [
        ((70, 64, 75), "Ranges are too narrow one year ahead, two years ahead, three years ahead"),
        ((88, 84, 92), "Ranges are too wide one year ahead"),
        ((78, 74, 83), "At no horizon is that sure to differ from 80%."),
    ],
)
def test_ranges_are_judged_by_their_interval(
    held: tuple[float, float, float], verdict: str
) -> None:
    assert verdict in backtest_summary(made_up_scores(held=held), TESTED)


def test_ranges_of_few_futures_are_not_blamed_for_it() -> None:
    few = dataclasses.replace(TESTED, replications=9)
    said = backtest_summary(made_up_scores(held=(62, 58, 67)), few)
    assert "one of 9 futures holds about 64% when all else is right" in said
    assert "too narrow" not in said


def test_the_rest_of_the_summary() -> None:
    tested = dataclasses.replace(
        TESTED,
        left_out={"Rutland": "fewer than 50 children in care in 2020"},
        refused={"Leeds from 2021": "why"},
        not_scored={"totals after the opening day": 1200},
    )
    said = backtest_summary(made_up_scores(), tested)
    for words in (
        "it misses most for children under 1: 30.0%, on balance 5.0% too high",
        "the middle forecast was 1.2% too low one year ahead",
        "it missed by 4.0% from 2021 (holding 4.4%)",
        "  Rutland: fewer than 50 children in care in 2020\n  Leeds from 2021: why",
        "Not scored, as no number was published: 1,200 totals after the opening day.",
        "Four years ahead there is one opening only",
    ):
        assert words in said


def test_one_authority_is_not_judged() -> None:
    said = backtest_summary(made_up_scores(over="none"), dataclasses.replace(TESTED, authorities=1))
    assert "how sure that is cannot be told with one authority" in said
    assert "1 authority, forecast" in said
    assert "nan" not in said
    assert all("nan" not in chart.text for chart in charts(made_up_scores(over="none")))
