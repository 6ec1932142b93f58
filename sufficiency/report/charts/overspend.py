"""How far the placement outturn is from its budget each year, with its range.

Above the zero line is overspend, which is adverse; below it is underspend. The marker is
the average and the bar holds eight futures in ten, so a bar that crosses zero says that
either could happen. The gap before and after the uplift is in the table behind the chart.
"""

from __future__ import annotations

import pandas as pd

from sufficiency.report.chart import Chart
from sufficiency.report.charts.marks import WHITE_EDGE
from sufficiency.report.style import INK, PALETTE, frame, label, line_gap, text_width_inches
from sufficiency.report.tables import (
    RANGE_NOTE,
    STATISTICS,
    Tables,
    assumed_note,
    block_totals,
    series,
    visible,
)
from sufficiency.report.words import chance, millions, over_or_under, short_millions, whole
from sufficiency.vocabulary import Block

_MILLION = 1e6
_BAR = 0.36


def overspend_by_year(tables: Tables) -> Chart | None:
    """Range bars of overspend by financial year around a zero line.

    Args:
        tables: Needs the yearly totals of ``overspend``.

    Returns:
        The chart, or None where no year has a budget.
    """
    years = series(tables.forecast, "overspend", "financial_year")
    if not visible(years):
        return None
    title = _title(years)
    subtitle = f"Placement outturn less budget by financial year, {tables.authority}, £ million"
    picture = frame(
        title,
        subtitle,
        f"Diamonds are averages. Above zero is over budget (adverse), below is under. "
        f"{assumed_note(tables)}"
        f"{RANGE_NOTE} {tables.source}",
        right_inches=text_width_inches("On budget") + 0.3,
    )
    panel = picture.panels[0]
    lowest = min(0.0, float(years["p10"].min()), float(years["mean"].min())) / _MILLION
    highest = max(0.0, float(years["p90"].max()), float(years["mean"].max())) / _MILLION
    room = max(highest - lowest, 0.5)
    panel.set_ylim(lowest - 0.14 * room, highest + 0.14 * room)
    panel.set_xlim(-0.5, len(years) - 0.3)
    panel.spines["bottom"].set_visible(False)
    panel.tick_params(axis="x", length=0)
    panel.set_xticks(range(len(years)), list(years["period"]))
    panel.axhline(0, color=INK, linewidth=2)
    gap = line_gap(panel)
    drawn = _numbers(years)
    for place, (mean, low, high) in enumerate(drawn):
        panel.bar(
            place, high - low, _BAR, bottom=low, color=PALETTE[0], alpha=0.35, edgecolor=PALETTE[0]
        )
        panel.plot([place], [mean], "D", color=PALETTE[0], markersize=9, markeredgecolor="white")
        label(
            panel,
            place + _BAR / 2 + 0.05,
            mean,
            short_millions(mean * _MILLION),
            ha="left",
            va="center",
            fontweight="bold",
            path_effects=WHITE_EDGE,
        )
        for end, shift in ((low, -0.6 * gap), (high, 0.6 * gap)):
            height = end + shift
            if abs(height) < 0.7 * gap:  # clear of the zero line, on the label's own side
                height = 0.7 * gap if shift > 0 else -0.7 * gap
            words = short_millions(end * _MILLION)
            label(panel, place, height, words, ha="center", va="center", path_effects=WHITE_EDGE)
    label(
        panel,
        len(years) - 0.3 + 0.01 * len(years),
        0,
        "On budget",
        ha="left",
        va="center",
        clip_on=False,
    )
    table = _table(tables, years)
    return Chart("overspend", title, subtitle, picture.figure, table, _text(tables, years, table))


def _numbers(years: pd.DataFrame) -> list[tuple[float, float, float]]:
    """Average, p10 and p90 of each year in millions of pounds."""
    columns = (
        [float(value) / _MILLION for value in years[name]] for name in ("mean", "p10", "p90")
    )
    return list(zip(*columns, strict=True))


def _title(years: pd.DataFrame) -> str:
    over = years[years["mean"] > 0]
    worst = years.iloc[int(years["mean"].to_numpy().argmax())]
    if not len(over):
        when = "every year" if len(years) > 1 else str(worst["period"])
        return f"Placements are expected to stay within budget in {when}"
    amount = millions(float(worst["mean"]))
    if len(years) == 1:
        return f"An overspend of {amount} is expected in {worst['period']}"
    if len(over) == len(years):
        return f"Overspend is expected every year, up to {amount} in {worst['period']}"
    return f"Overspend is expected in {len(over)} of {len(years)} years, up to {amount}"


def _table(tables: Tables, years: pd.DataFrame) -> pd.DataFrame:
    table = years[["period", *STATISTICS, "half_width"]].rename(columns={"period": "year"})
    for measure in ("gap_before_uplift", "gap_after_uplift"):
        gap = series(tables.forecast, measure, "financial_year")[["period", *STATISTICS]]
        gap = gap.rename(columns={"period": "year", **{s: f"{measure}_{s}" for s in STATISTICS}})
        table = table.merge(gap, on="year", how="left")
    odds = block_totals(tables.budget, Block.PLACEMENT)[
        ["financial_year", "budget", "probability_of_overspend"]
    ].rename(columns={"financial_year": "year"})
    table = table.merge(odds, on="year", how="left").assign(unit="GBP")
    return table.rename(columns={"year": "financial_year"})


def _text(tables: Tables, years: pd.DataFrame, table: pd.DataFrame) -> str:
    told = ", ".join(
        f"{over_or_under(float(mean))} in {year}"
        for year, mean in zip(years["period"], years["mean"], strict=True)
    )
    last, row = years.iloc[-1], table.iloc[-1]
    sentences = [
        f"Against the placement budget, the average outturn is {told}.",
        f"In {last['period']} eight futures in ten lie between "
        f"{over_or_under(float(last['p10']))} and {over_or_under(float(last['p90']))}.",
    ]
    if pd.notna(row["probability_of_overspend"]):
        odds = chance(float(row["probability_of_overspend"]))
        sentences.append(f"In {last['period']} the budget is overspent in {odds}.")
    before, after = row["gap_before_uplift_mean"], row["gap_after_uplift_mean"]
    if pd.notna(before) and pd.notna(after) and whole(before - after) != 0:
        sentences.append(
            f"In {last['period']} the average is {over_or_under(float(before))} before the "
            f"uplift and {over_or_under(float(after))} after it."
        )
    return " ".join(sentences)
