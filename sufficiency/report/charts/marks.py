"""Marks that several charts share: bands, labels at line ends and what happened.

What happened is always a black cross in a white ring, so that it cannot be taken for a
part of the forecast, in colour or in grey.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.patheffects as effects
import pandas as pd
from matplotlib.axes import Axes

from sufficiency.report.style import BAND_ALPHA, INK, day_number, label, line_gap, spread_out
from sufficiency.report.words import whole

ACTUAL_WORDS = "What happened, not used"
"""How points that the forecast never saw are labelled."""

WHITE_EDGE = [effects.withStroke(linewidth=3, foreground="white")]


def dates_of(rows: pd.DataFrame) -> list[float]:
    """Dates as the numbers the drawing library places them by."""
    return [day_number(date) for date in rows["date"]]


def band(panel: Axes, rows: pd.DataFrame, colour: str) -> None:
    """The range from p10 to p90, shaded, with a thin edge that shows in grey."""
    days = dates_of(rows)
    low, high = rows["p10"].astype(float), rows["p90"].astype(float)
    panel.fill_between(days, low, high, color=colour, alpha=BAND_ALPHA, linewidth=0)
    if len(days) == 1:  # a band of no width would not be seen
        panel.plot(days * 2, [*low, *high], color=colour, linewidth=1.8)
    for edge in (low, high):
        panel.plot(days, edge, color=colour, linewidth=0.9, alpha=0.8)


def end_label(panel: Axes, labels: Sequence[tuple[float, str]], date: Any) -> None:
    """Labels to the right of where lines end, moved apart where they would overlap.

    Args:
        panel: The panel; its axis limits must be set.
        labels: Height and words of each; words may run over several lines.
        date: Where the lines end.
    """
    low, high = panel.get_ylim()
    tallest = max(text.count("\n") + 1 for _, text in labels)
    places = spread_out(
        [height for height, _ in labels], line_gap(panel) * (1 + (tallest - 1) * 0.7), low, high
    )
    right = day_number(date)
    left, far = panel.get_xlim()
    for place, (_, text) in zip(places, labels, strict=True):
        at = right + (far - left) * 0.03
        label(panel, at, place, text, ha="left", va="center", clip_on=False)


def draw_actuals(panel: Axes, actuals: pd.DataFrame, below: float, note: bool) -> None:
    """Lay what happened over a forecast, each point with its number.

    Args:
        panel: The panel; its axis limits must be set.
        actuals: Columns ``date`` and ``value``.
        below: Numbers and the note are written under this height, clear of the range.
        note: Whether to write what the points are.
    """
    if not len(actuals):
        return
    days = dates_of(actuals)
    values = [float(value) for value in actuals["value"]]
    panel.plot(days, values, "o", color="white", markersize=13, markeredgecolor=INK, zorder=5)
    panel.plot(days, values, "x", color=INK, markersize=7, markeredgewidth=2.2, zorder=6)
    gap = line_gap(panel)
    row = min(below, *values) - 1.1 * gap
    for day, value in zip(days, values, strict=True):
        panel.plot([day, day], [row + 0.5 * gap, value], color=INK, linewidth=0.8, zorder=4)
        label(panel, day, row, f"{whole(value)}", ha="center", va="center", path_effects=WHITE_EDGE)
    if note:
        left, right = panel.get_xlim()
        early = days[0] < (left + right) / 2
        label(
            panel,
            days[0] if early else days[-1],
            row - 1.1 * gap,
            f"Crosses: {ACTUAL_WORDS[:1].lower()}{ACTUAL_WORDS[1:]}",
            ha="left" if early else "right",
            va="center",
            path_effects=WHITE_EDGE,
        )
