"""What a back-test's charts draw and its summary says, from scores that are known."""

from __future__ import annotations

import dataclasses
from functools import lru_cache

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from sufficiency.report.backtest_page import Facts, backtest_summary
from sufficiency.report.chart import Chart
from sufficiency.report.charts.backtest import backtest_charts, coverage_by_horizon

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


@lru_cache  # drawing takes long
def charts(years: int, over: str) -> tuple[Chart, ...]:
    scores = made_up_scores(years=years, over=over)
    return backtest_charts(scores, TESTED.about, TESTED.replications)


def few(replications: int) -> Facts:
    return dataclasses.replace(TESTED, replications=replications)


def of_ranges(said: str) -> str:
    """The paragraph about ranges."""
    return next(each for each in said.split("\n\n") if each.startswith("The range from p10"))


@pytest.mark.parametrize(("years", "over"), [(1, "none"), (4, "authorities and origins")])
def test_words_are_big_enough_and_inside_the_picture(years: int, over: str) -> None:
    drawn = charts(years, over)
    assert len(drawn) == 3
    for chart in drawn:
        assert_words_fit(chart)


def assert_words_fit(drawn: Chart) -> None:
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
    error, coverage, parts = charts(4, "authorities and origins")
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


ALL_FOUR = "one year ahead, two years ahead, three years ahead and four years ahead"
AT_ALL = f"O{ALL_FOUR[1:]}"


@pytest.mark.parametrize(
    ("replications", "held", "verdict"),
    [
        (100, (70, 64, 75), f"Ranges are too narrow {ALL_FOUR}."),
        (100, (88, 84, 92), f"Ranges are too wide {ALL_FOUR}."),
        (
            100,
            (78, 74, 83),
            "At no horizon is that sure to differ from 80%, nor from the 78% of 100 futures.",
        ),
        (400, (78, 74, 83), "At no horizon is that sure to differ from 80%."),
        (400, (78, 74, 79), f"Ranges are too narrow {ALL_FOUR}."),
        (
            100,
            (75, 71, 79),
            f"{AT_ALL} it surely held less than 80%, but not surely less than the 78% of 100 "
            "futures.",
        ),
        # What is printed as the same is not told apart.
        (
            100,
            (75, 71, 79.6),
            "At no horizon is that sure to differ from 80%, nor from the 78% of 100 futures.",
        ),
        (5, (45, 40, 50), f"Ranges are too narrow {ALL_FOUR}."),
        (
            5,
            (59, 55, 63),
            f"{AT_ALL} it surely held less than 80% and more than the 53% of 5 futures.",
        ),
        (
            5,
            (50, 45, 55),
            f"{AT_ALL} it surely held less than 80%, but not surely less than the 53% of 5 "
            "futures.",
        ),
        (
            5,
            (75, 70, 82),
            f"{AT_ALL} it surely held more than the 53% of 5 futures, but not surely more or less "
            "than 80%.",
        ),
        (5, (85, 81, 90), f"Ranges are too wide {ALL_FOUR}."),
        (9, (62, 58, 67), "but not surely less than the 64% of 9 futures."),
    ],
)
def test_ranges_are_judged_by_their_interval_as_it_is_printed(
    replications: int, held: tuple[float, float, float], verdict: str
) -> None:
    said = of_ranges(backtest_summary(made_up_scores(held=held), few(replications)))
    assert said.endswith(verdict)
    assert said.count(verdict) == 1


def test_each_horizon_is_judged_by_itself() -> None:
    scores = made_up_scores(held=(59, 55, 63))
    for horizon, held in (("1", (45, 40, 50)), ("3", (50, 45, 99))):
        chosen = (scores["score"] == "coverage") & (scores["horizon_years"] == horizon)
        scores.loc[chosen, ["value", "low", "high"]] = held
    assert of_ranges(backtest_summary(scores, few(5))).endswith(
        "Ranges are too narrow one year ahead. Two years ahead and four years ahead it surely held "
        "less than 80% and more than the 53% of 5 futures. Three years ahead that is not sure to "
        "differ from either."
    )


@pytest.mark.parametrize("replications", [2, 49])
def test_few_futures_are_warned_of_first_and_name_no_winner(replications: int) -> None:
    first, finding = backtest_summary(made_up_scores(), few(replications)).split("\n\n")[:2]
    assert first.splitlines()[1].startswith(
        f"Each forecast is made of {replications} futures only: medians and ranges of so few are"
    )
    assert "0.90 times that of holding (0.80 to 0.97): with so few futures neither is" in finding
    assert "did better" not in finding
    assert "only" not in backtest_summary(made_up_scores(), few(50)).split("\n\n")[0]


def test_one_future_has_no_range() -> None:
    said = backtest_summary(made_up_scores(), few(1))
    assert "Each forecast is made of 1 future only" in said
    assert "One future a forecast has no range, so that none was scored." in said
    assert "holds about" not in said
    assert "1 futures" not in said
    drawn = backtest_charts(made_up_scores(years=1), TESTED.about, 1)
    assert [chart.name for chart in drawn] == ["error_by_horizon", "error_by_part"]


def test_the_chart_of_ranges_says_what_so_many_futures_hold() -> None:
    coverage = coverage_by_horizon(made_up_scores(years=1), TESTED.about, 5)
    told = "of 5 futures they hold about 53% when all else is right"
    assert told in coverage.text
    assert told in " ".join(" ".join(text.get_text().split()) for text in words_in(coverage))


def test_the_rest_of_the_summary() -> None:
    tested = dataclasses.replace(
        TESTED,
        left_out={"Rutland": "fewer than 50 children in care in 2020"},
        refused={"Leeds from 2021": "why"},
        not_scored={"totals after the opening day": 1200, "counts by age on the opening day": 1},
    )
    said = backtest_summary(made_up_scores(), tested)
    for words in (
        "it misses most for children under 1: 30.0%, on balance 5.0% too high",
        "the middle forecast was 1.2% too low one year ahead",
        "it missed by 4.0% from 2021 (holding 4.4%)",
        "\n1 forecast could not be made and no score counts it; why is said below.\n\n",
        "Forecasts that could not be made:\n  Leeds from 2021: why\n\n",
        "Not tested:\n  Rutland: fewer than 50 children in care in 2020\n\n",
        "Not scored, as no number was published: 1,200 totals after the opening day and 1 count "
        "by age on the opening day.",
        "Four years ahead there is one opening only",
    ):
        assert words in said


def test_one_authority_is_not_judged() -> None:
    said = backtest_summary(made_up_scores(over="none"), dataclasses.replace(TESTED, authorities=1))
    assert "how sure that is cannot be told with one authority" in said
    assert "1 authority, forecast" in said
    assert "nan" not in said
    assert all("nan" not in chart.text for chart in charts(1, "none"))
