"""What each chart says and draws, found in the figure itself."""

from __future__ import annotations

import dataclasses
import re
from functools import lru_cache
from pathlib import Path

import made_up_tables
import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from sufficiency.report import style
from sufficiency.report.chart import Chart, svg_text, write_chart
from sufficiency.report.charts import all_charts
from sufficiency.report.charts.care import children_in_care
from sufficiency.report.charts.overspend import overspend_by_year
from sufficiency.report.charts.settings import placements_by_setting
from sufficiency.report.suppression import suppress_tables

pytestmark = pytest.mark.content

NAMES = (
    "children_in_care",
    "placements_by_setting",
    "out_of_area",
    "cost_by_heading",
    "overspend",
    "occupancy",
)


@lru_cache
def charts() -> dict[str, Chart]:
    return {chart.name: chart for chart in all_charts(made_up_tables.tables())}


def words_in(chart: Chart) -> list[str]:
    found = (text.get_text() for text in chart.figure.findobj(Text) if text.get_visible())
    return [text for text in found if isinstance(text, str) and text.strip()]


def drawn_lines(chart: Chart) -> list[list[float]]:
    return [
        [float(y) for y in np.asarray(line.get_ydata(), dtype=float)]
        for panel in chart.figure.axes
        for line in panel.lines
    ]


def inside(chart: Chart) -> None:
    """Every word is big enough, and none runs over the edge."""
    width, height = chart.figure.get_size_inches() * chart.figure.dpi
    chart.figure.canvas.draw()
    for text in chart.figure.findobj(Text):
        if not text.get_text().strip() or not text.get_visible():
            continue
        box = text.get_window_extent()
        # Axis numbers beyond the axis are kept by the drawing library but never drawn.
        if text.axes is not None and text in (
            *text.axes.get_xticklabels(),
            *text.axes.get_yticklabels(),
        ):
            continue
        assert text.get_fontsize() >= 12
        assert box.x0 >= 0, text.get_text()
        assert box.y0 >= 0, text.get_text()
        assert box.x1 <= width, text.get_text()
        assert box.y1 <= height, text.get_text()


def is_drawn(chart: Chart, values: list[float]) -> bool:
    return any(
        len(line) == len(values) and np.allclose(line, values) for line in drawn_lines(chart)
    )


def test_every_chart_is_made_once_in_order() -> None:
    assert tuple(charts()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_title_is_a_finding_with_a_number_in_at_most_twelve_words(name: str) -> None:
    chart = charts()[name]
    assert len(chart.title.split()) <= 12
    assert re.search(r"\d", chart.title)
    assert "".join(chart.title.split()) in "".join("".join(words_in(chart)).split())
    assert made_up_tables.tables().authority in chart.subtitle


def test_titles_are_made_from_the_numbers() -> None:
    assert charts()["children_in_care"].title == (
        "Children in care fall from 618 to 525 by March 2025"
    )
    tables = made_up_tables.tables()
    more = tables.forecast.copy()
    care = more["measure"] == "children_in_care"
    more.loc[care, ["mean", "p10", "p50", "p90"]] *= 2
    chart = children_in_care(dataclasses.replace(tables, forecast=more))
    assert chart is not None
    assert chart.title == "Children in care rise from 618 to 1050 by March 2025"


@pytest.mark.parametrize("name", NAMES)
def test_foot_says_what_a_range_is(name: str) -> None:
    said = " ".join(words_in(charts()[name]))
    assert "p10 to p90: eight futures in ten" in said
    assert "Simulated by sufficiency." in said


@pytest.mark.parametrize("name", NAMES)
def test_text_is_twelve_point_or_more_and_inside_the_picture(name: str) -> None:
    inside(charts()[name])


@pytest.mark.parametrize("name", [name for name in NAMES if name != "overspend"])
def test_axes_start_at_zero(name: str) -> None:
    for panel in charts()[name].figure.axes:
        assert panel.get_ylim()[0] == 0


@pytest.mark.parametrize("name", NAMES)
def test_there_is_one_scale_and_no_key(name: str) -> None:
    for panel in charts()[name].figure.axes:
        assert panel.get_legend() is None
        assert panel.get_shared_x_axes().get_siblings(panel) == [panel]
        assert not panel.spines["right"].get_visible()


def test_overspend_axis_holds_zero_and_marks_it() -> None:
    panel = charts()["overspend"].figure.axes[0]
    low, high = panel.get_ylim()
    assert low < 0 < high
    assert "On budget" in words_in(charts()["overspend"])
    assert is_drawn(charts()["overspend"], [0, 0])


def test_fan_draws_its_table_and_labels_what_happened() -> None:
    chart = charts()["children_in_care"]
    months = chart.table.dropna(subset=["p50"])
    assert len(months) == 60
    for name in ("p10", "p50", "p90"):
        assert is_drawn(chart, [618.0, *months[name]])
    assert is_drawn(chart, [570, 502, 509, 513, 493])
    assert "Crosses: what happened, not used" in words_in(chart)
    assert chart.table["what_happened_not_used"].dropna().tolist() == [570, 502, 509, 513, 493]
    assert "4 of the 5 counts of what happened lie inside the range." in chart.text


def test_settings_draw_four_and_group_the_rest() -> None:
    chart = charts()["placements_by_setting"]
    assert len(chart.figure.axes) == 4
    table = chart.table
    shown = [name for name in table["setting"].unique() if name != "all_other"]
    assert shown == ["connected_carer", "agency_foster", "in_house_foster", "external_residential"]
    for name in shown:
        assert is_drawn(chart, list(table.loc[table["setting"] == name, "mean"]))
    ends = table[table["date"] == "2025-03-31"]
    forecast = made_up_tables.forecast()
    whole = forecast.query(
        "measure == 'children_in_care' and period == '2024/25' and setting == 'all'"
    )
    assert ends["mean"].sum() == pytest.approx(float(whole["mean"].iloc[0]))


def test_out_of_area_draws_both_measures_differently() -> None:
    chart = charts()["out_of_area"]
    table = chart.table
    for measure in ("out_of_area", "over_20_miles"):
        assert is_drawn(chart, list(table.loc[table["measure"] == measure, "p50"]))
    thick = [line for line in chart.figure.axes[0].lines if line.get_linewidth() == 2.5]
    assert len({line.get_linestyle() for line in thick}) == 2
    assert len({line.get_marker() for line in thick}) == 2


def test_cost_bars_stack_from_zero_to_the_outturn_and_meet_the_budget_line() -> None:
    chart = charts()["cost_by_heading"]
    panel = chart.figure.axes[0]
    bars = [bar for group in panel.containers for bar in group]
    last = [bar for bar in bars if round(bar.get_x() + bar.get_width() / 2) == 4]
    assert last[0].get_y() == 0
    whole = chart.table.query("heading == 'all' and financial_year == '2024/25'").iloc[0]
    assert sum(bar.get_height() for bar in last) == pytest.approx(whole["outturn_mean"] / 1e6)
    assert is_drawn(chart, [16.5, 16.5])
    assert "Budget £16.5m" in words_in(chart)
    assert len({bar.get_hatch() for bar in last}) == len(last) <= 4


def test_overspend_bars_are_the_range_and_its_table_has_both_gaps() -> None:
    chart = charts()["overspend"]
    bars = chart.figure.axes[0].patches
    for bar, (_, row) in zip(bars, chart.table.iterrows(), strict=True):
        assert bar.get_y() == pytest.approx(row["p10"] / 1e6)
        assert bar.get_y() + bar.get_height() == pytest.approx(row["p90"] / 1e6)
    gap = chart.table["gap_before_uplift_mean"] - chart.table["gap_after_uplift_mean"]
    assert gap.tolist() == pytest.approx([3.6e6] * 5)


def test_occupancy_states_its_full_line_in_every_panel() -> None:
    chart = charts()["occupancy"]
    assert words_in(chart).count("100% full") == len(chart.figure.axes) == 3
    assert is_drawn(chart, [1, 1])


@pytest.mark.parametrize("name", NAMES)
def test_text_alternative_has_numbers_from_the_table(name: str) -> None:
    chart = charts()[name]
    assert 2 <= len(re.findall(r"[.](?= |$)", chart.text)) <= 5
    assert len(set(re.findall(r"\d+(?:\.\d+)?", chart.text))) >= 5
    assert "nan" not in chart.text


def test_hidden_settings_are_not_drawn_and_the_chart_says_so() -> None:
    tables = made_up_tables.tables()
    forecast, budget = suppress_tables(tables.forecast, tables.budget, made_up_tables.HEADINGS)
    shared = all_charts(dataclasses.replace(tables, forecast=forecast, budget=budget))
    by_name = {chart.name: chart for chart in shared}
    assert "hub" not in set(by_name["occupancy"].table["setting"])
    assert "few children live there: No Wrong Door hub." in by_name["occupancy"].text
    assert "Secure homes" not in set(by_name["cost_by_heading"].table["heading"])
    for chart in shared:
        assert not (chart.table.astype(object) == "c").any().any()


def test_a_missing_budget_and_an_underspend_are_drawn_too() -> None:
    tables = made_up_tables.tables()
    bare = tables.budget.assign(budget=np.nan)
    none = tables.forecast[tables.forecast["measure"] != "overspend"]
    made = {c.name: c for c in all_charts(dataclasses.replace(tables, budget=bare, forecast=none))}
    assert "overspend" not in made
    assert made["cost_by_heading"].title.endswith("no budget stated")
    under = tables.forecast.copy()
    rows = under["measure"] == "overspend"
    under.loc[rows, ["mean", "p10", "p50", "p90"]] -= 5e6
    chart = overspend_by_year(dataclasses.replace(tables, forecast=under))
    assert chart is not None
    assert chart.title == "Placements are expected to stay within budget in every year"
    assert "million under" in chart.text


def test_one_year_alone_keeps_its_words_inside_the_picture() -> None:
    tables = made_up_tables.tables()
    forecast = tables.forecast[
        (tables.forecast["period"] <= "2021-03") | (tables.forecast["period"] == "2020/21")
    ]
    forecast = forecast[forecast["period"] != "2021/22"]
    budget = tables.budget[tables.budget["financial_year"] == "2020/21"]
    short = dataclasses.replace(tables, forecast=forecast, budget=budget, opening=None)
    made = all_charts(short)
    assert tuple(chart.name for chart in made) == NAMES
    for chart in made:
        inside(chart)
    assert made[4].title == "An overspend of £1.5 million is expected in 2020/21"


def test_files_are_the_same_bytes_each_time_and_carry_the_words(tmp_path: Path) -> None:
    for run in ("one", "two"):
        chart = children_in_care(made_up_tables.tables())
        assert chart is not None
        write_chart(chart, tmp_path / run)
    for ending in ("png", "svg", "txt", "csv"):
        one, two = (tmp_path / run / f"children_in_care.{ending}" for run in ("one", "two"))
        assert one.read_bytes() == two.read_bytes()
    picture = (tmp_path / "one" / "children_in_care.svg").read_text(encoding="utf-8")
    assert 'role="img"' in picture
    assert "<title" in picture
    assert ">eight" not in picture
    assert "431 and 619" in picture
    assert not re.search(r"\d{4}-\d\d-\d\dT", picture)
    assert "Matplotlib" not in picture
    assert b"Software" not in (tmp_path / "one" / "children_in_care.png").read_bytes()
    table = pd.read_csv(tmp_path / "one" / "children_in_care.csv")
    assert table["date"].iloc[0] == "2020-03-31"
    said = (tmp_path / "one" / "children_in_care.txt").read_text(encoding="utf-8")
    assert chart.title in said
    assert chart.text in said


def test_pictures_in_one_page_share_no_ids() -> None:
    pictures = [svg_text(chart) for chart in charts().values()]
    found = [set(re.findall(r'<title id="([^"]+)"', picture)) for picture in pictures]
    assert len(set().union(*found)) == len(NAMES)
    clips = [set(re.findall(r'clipPath id="([^"]+)"', picture)) for picture in pictures]
    assert len(set().union(*clips)) == sum(len(ids) for ids in clips)


@pytest.mark.parametrize("colour", style.PALETTE)
def test_every_colour_stands_out_on_white(colour: str) -> None:
    assert style.contrast(colour, "#FFFFFF") >= 3


def test_contrast_is_that_of_the_guidelines() -> None:
    assert style.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert style.contrast("#12436D", "#FFFFFF") == pytest.approx(10.25, abs=0.01)
    assert style.contrast(style.readable_on("#12436D"), "#12436D") > 4.5


def test_labels_are_moved_apart_no_more_than_needed() -> None:
    moved = style.spread_out([5.0, 5.0, 9.0], 2.0, 0.0, 10.0)
    assert moved == pytest.approx([4.0, 6.0, 9.0])
    assert style.spread_out([9.9, 9.8], 2.0, 0.0, 10.0) == pytest.approx([10.0, 8.0], abs=1e-6)


def test_panels_of_settings_have_the_same_years_though_one_opens_in_doubt() -> None:
    """A setting without an opening count begins a year later, and is drawn a year later."""
    tables = made_up_tables.tables()
    assert tables.opening is not None
    one_only = tables.opening[tables.opening["setting"].isin(("all", "agency_foster"))]
    drawn = placements_by_setting(dataclasses.replace(tables, opening=one_only))
    assert drawn is not None
    panels = drawn.figure.axes
    firsts = {float(np.asarray(panel.lines[-1].get_xdata(), dtype=float)[0]) for panel in panels}
    assert len({panel.get_xlim() for panel in panels}) == 1
    assert len(firsts) == 2
