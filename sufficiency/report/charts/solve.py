"""The chance of meeting a target at each value tried, the chance asked for, and the answer."""

from __future__ import annotations

import pandas as pd

from sufficiency.report.chart import Chart
from sufficiency.report.charts.marks import WHITE_EDGE
from sufficiency.report.solve_words import Found, figure, solve_summary, with_unit
from sufficiency.report.style import INK, PALETTE, TEXT_POINTS, frame, label
from sufficiency.report.words import percent

_CLEAR = 0.03
"""Room between a line and its label, as a share of the panel."""


def chance_by_value(table: pd.DataFrame, found: Found) -> Chart:
    """A line of the chance against the value tried.

    Args:
        table: Columns of ``solve.csv``.
        found: What was asked and found.

    Returns:
        The chart.
    """
    title = _title(table, found)
    against = ", as a difference between two scenarios" if found.against else ""
    subtitle = f"Chance that {found.target}{against}, by {found.path}, {found.authority}"
    note = (
        f"Each point is one value tried in the same {found.replications:,} futures; its bar holds "
        "the true chance nineteen times in twenty. Simulated by sufficiency."
    )
    picture = frame(title, subtitle, note, right_inches=1.05)
    panel = picture.panels[0]
    values, chances = table["value"].astype(float), table["chance"].astype(float)
    low, high = float(values.min()), float(values.max())
    room = (high - low) * _CLEAR
    panel.set_xlim(low - room, high + room)
    panel.set_ylim(0, 1.1)
    ticks = [0, 0.2, 0.4, 0.6, 0.8, 1.0]
    panel.set_yticks(ticks, [f"{tick:.0%}" for tick in ticks])
    panel.xaxis.set_major_formatter(lambda value, _: figure(round(float(value), 10)))
    panel.axhline(found.wanted, color=INK, linewidth=1.8, linestyle=(0, (6, 2)))
    below, above = chances - table["chance_low"], table["chance_high"] - chances
    panel.errorbar(
        values, chances, yerr=[below.clip(lower=0), above.clip(lower=0)],
        color=PALETTE[0], marker="o", markersize=7, linewidth=2.5, elinewidth=1.2, capsize=3,
    )  # fmt: skip
    label(
        panel, high + 1.6 * room, found.wanted, f"{percent(found.wanted)}\nasked for",
        ha="left", va="center", clip_on=False,
    )  # fmt: skip
    if found.value is not None:
        _mark(table, found, panel, room)
    return Chart("chance", title, subtitle, picture.figure, table, solve_summary(table, found))


def _mark(table: pd.DataFrame, found: Found, panel: object, room: float) -> None:
    """Mark the answer by a ring and an upright line, with its value beside the axis."""
    from matplotlib.axes import Axes

    assert isinstance(panel, Axes)
    assert found.value is not None
    value = found.value
    chance = float(table.loc[table["value"] == value, "chance"].iloc[0])
    panel.plot([value, value], [0, chance], color=PALETTE[2], linewidth=1.8, zorder=1)
    panel.plot(
        [value], [chance], "o", markersize=14, markerfacecolor="none", markeredgewidth=2.2,
        color=PALETTE[2], zorder=6,
    )  # fmt: skip
    ends = panel.get_xlim()
    late = value > sum(ends) / 2
    label(
        panel, value - room if late else value + room, 0.05, with_unit(value, found.unit),
        ha="right" if late else "left", va="center", fontweight="bold", color=PALETTE[2],
        fontsize=TEXT_POINTS, path_effects=WHITE_EDGE,
    )  # fmt: skip


def _title(table: pd.DataFrame, found: Found) -> str:
    if found.value is None:
        return f"Every value tried meets the target in {percent(table['chance'].min())} or more"
    chance = float(table.loc[table["value"] == found.value, "chance"].iloc[0])
    which = "least" if found.kind == "least" else "most"
    unit = found.unit if " " not in found.unit else ""
    value = with_unit(found.value, unit)
    return f"The {which} that meets it: {value}, in {percent(chance)} of futures"
