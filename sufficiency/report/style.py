"""How every chart looks, after the Government Analysis Function's guidance on charts.

The title says the finding and the line beneath says what is drawn. Text is level and at
least 12 point at the size the picture is made. Lines are labelled where they end rather
than in a key, and differ in dash and marker as well as colour, so that a grey photocopy
still reads. Only level grid lines are drawn, and every axis starts at zero.
Source of the colours: Analysis Function, 'Data visualisation: colours in charts'.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import matplotlib.dates as mdates
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path as Outline
from matplotlib.textpath import TextPath

PALETTE = ("#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1")
"""Colours of series, in the order they are used."""

TWO_SERIES = ("#12436D", "#F46A25")
"""Colours where there are two series only."""

DASHES: tuple[Any, ...] = ("-", (0, (6, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1.5, 2)))
MARKERS = ("o", "s", "^", "D")
HATCHES = ("", "//", "..", "xx")

INK = "#0B0C0C"
QUIET_INK = "#3D3D3D"
GRID = "#CBCBCB"
FONT = "DejaVu Sans"
"""Comes with the drawing library, so that every machine draws the same letters."""

TITLE_POINTS = 16.0
TEXT_POINTS = 12.0
DOTS_PER_INCH = 150
SIZE_INCHES = (9.0, 6.2)
_EDGE = 0.15
_LINE = 1.32  # height of a line of text over its point size
_POINTS_PER_INCH = 72.0
BAND_ALPHA = 0.22


@dataclass(frozen=True)
class Frame:
    """An empty chart: its figure and its panels, in reading order."""

    figure: Figure
    panels: tuple[Axes, ...]


@lru_cache(maxsize=4096)
def text_width_inches(text: str, points: float = TEXT_POINTS, bold: bool = False) -> float:
    """How wide a line of text is, in inches, in the charts' own font."""
    if not text.strip():
        return 0.0
    face = FontProperties(family=FONT, weight="bold" if bold else "normal")
    outline: Outline = TextPath((0, 0), text, size=points, prop=face)
    # The corners that steer the curves, not the curves: a hair wide, and far quicker.
    across = np.asarray(outline.vertices)[:, 0]
    return float(across.max() - across.min()) / _POINTS_PER_INCH


def wrapped(text: str, width_inches: float, points: float, bold: bool = False) -> list[str]:
    """The text in lines no wider than ``width_inches``, broken between words."""
    # Words are measured one by one: most come again, and are then not measured a second time.
    space = text_width_inches("n n", points, bold) - 2 * text_width_inches("n", points, bold)
    lines: list[str] = []
    width = 0.0
    for word in text.split():
        wide = text_width_inches(word, points, bold)
        if lines and width + space + wide <= width_inches:
            lines[-1] = f"{lines[-1]} {word}"
            width += space + wide
        else:
            lines.append(word)
            width = wide
    return lines


def frame(
    title: str,
    subtitle: str,
    footnote: str,
    *,
    grid: tuple[int, int] = (1, 1),
    panel_titles: Sequence[str] = (),
    right_inches: float = 0.3,
    left_inches: float = 0.75,
    height_inches: float = SIZE_INCHES[1],
) -> Frame:
    """An empty chart with its titles, its foot and room for its labels.

    Args:
        title: The finding.
        subtitle: What is drawn.
        footnote: Source and notes.
        grid: Rows and columns of panels, which share both axes.
        panel_titles: What each panel shows, one or two lines; panels beyond this list are
            left out.
        right_inches: Room to the right of the panels for labels.
        left_inches: Room to the left for the numbers of the axis.
        height_inches: Height of the whole, where there are more rows than a page has room for.

    Returns:
        The frame.
    """
    width, height = SIZE_INCHES[0], height_inches
    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    room = width - 2 * _EDGE
    top = height - _EDGE
    for text, points, bold, colour in (
        (title, TITLE_POINTS, True, INK),
        (subtitle, TEXT_POINTS, False, QUIET_INK),
    ):
        for line in wrapped(text, room, points, bold):
            weight = "bold" if bold else "normal"
            _write(figure, _EDGE, top, line, points, weight, colour)
            top -= points * _LINE / _POINTS_PER_INCH
        top -= 0.04
    foot = wrapped(footnote, room, TEXT_POINTS)
    line_inches = TEXT_POINTS * _LINE / _POINTS_PER_INCH
    bottom = _EDGE + len(foot) * line_inches
    for number, line in enumerate(foot):
        _write(figure, _EDGE, bottom - number * line_inches, line, TEXT_POINTS, "normal", QUIET_INK)
    rows, columns = grid
    tall = max((panel.count("\n") + 1 for panel in panel_titles), default=0) * line_inches
    # Where a lower panel is missing, the numbers of the axis stand under the one above it.
    ragged = bool(panel_titles) and len(panel_titles) < rows * columns
    across, down = 0.3, 0.42 if ragged else 0.2
    low, high = bottom + 0.4, top - 0.16
    panel_width = (width - left_inches - right_inches - across * (columns - 1)) / columns
    panel_height = (high - low - down * (rows - 1)) / rows - tall
    panels: list[Axes] = []
    for number in range(rows * columns if not panel_titles else len(panel_titles)):
        row, column = divmod(number, columns)
        x = left_inches + column * (panel_width + across)
        y = low + (rows - 1 - row) * (panel_height + tall + down)
        panel = figure.add_axes((x / width, y / height, panel_width / width, panel_height / height))
        plain(panel)
        panel.tick_params(labelleft=column == 0)
        panel.tick_params(labelbottom=number + columns >= len(panel_titles) or row == rows - 1)
        if panel_titles:
            panel.set_title(
                panel_titles[number],
                loc="left",
                fontsize=TEXT_POINTS,
                fontfamily=FONT,
                color=INK,
                pad=6,
                linespacing=1.2,
            )
        panels.append(panel)
    return Frame(figure, tuple(panels))


def _write(
    figure: Figure, x: float, y: float, text: str, points: float, weight: str, colour: str
) -> None:
    width, height = figure.get_size_inches()
    figure.text(
        x / width,
        y / height,
        text,
        ha="left",
        va="top",
        fontsize=points,
        fontweight=weight,
        color=colour,
        fontfamily=FONT,
    )


def day_number(date: dt.date) -> float:
    """A date as the number the drawing library places it by."""
    number: Callable[[dt.date], Any] = mdates.date2num
    return float(number(date))


def plain(panel: Axes) -> None:
    """Level grid lines only, no box, and no tick marks up the side."""
    for side in ("top", "right", "left"):
        panel.spines[side].set_visible(False)
    panel.spines["bottom"].set_color(QUIET_INK)
    panel.grid(axis="y", color=GRID, linewidth=0.8)
    panel.set_axisbelow(True)
    panel.tick_params(axis="y", length=0, labelsize=TEXT_POINTS, labelcolor=INK)
    panel.tick_params(axis="x", labelsize=TEXT_POINTS, labelcolor=INK)
    panel.tick_params(labelfontfamily=FONT)


def zero_based(panel: Axes, highest: float) -> None:
    """An axis from zero to a little above the highest thing drawn."""
    panel.set_ylim(0, highest * 1.08 if highest > 0 else 1)


def march_ticks(panel: Axes, first: dt.date, last: dt.date) -> None:
    """A tick at each 31 March, written ``Mar 2021``, or every other one when many."""
    marches = [
        dt.date(year, 3, 31)
        for year in range(first.year, last.year + 1)
        if first <= dt.date(year, 3, 31) <= last
    ]
    inches = panel.get_position().width * SIZE_INCHES[0]
    step = max(1, int(np.ceil(len(marches) * 0.95 / max(inches, 0.1))))
    chosen = marches[::-1][::step][::-1]
    panel.set_xticks([day_number(date) for date in chosen], [f"Mar {date.year}" for date in chosen])


def spread_out(positions: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Positions moved apart, as little as may be, so that labels do not overlap.

    Args:
        positions: Where labels would like to be.
        gap: Least distance between two.
        low: Lowest position allowed.
        high: Highest position allowed.

    Returns:
        New positions, in the order given.
    """
    order = sorted(range(len(positions)), key=lambda place: positions[place])
    moved = [min(max(positions[place], low), high) for place in order]
    for _ in range(200):
        for lower in range(len(moved) - 1):
            short = gap - (moved[lower + 1] - moved[lower])
            if short > 1e-12:
                moved[lower] -= short / 2
                moved[lower + 1] += short / 2
        if moved and moved[0] < low:
            moved = [position + low - moved[0] for position in moved[:1]] + moved[1:]
        if moved and moved[-1] > high:
            moved[-1] = high
    back = [0.0] * len(positions)
    for rank, place in enumerate(order):
        back[place] = moved[rank]
    return back


def line_gap(panel: Axes, lines: int = 1) -> float:
    """Height of so many lines of text, in the units of the panel's upright axis."""
    low, high = panel.get_ylim()
    inches = panel.get_position().height * SIZE_INCHES[1]
    return (high - low) * lines * TEXT_POINTS * 1.25 / _POINTS_PER_INCH / inches


def label(panel: Axes, x: Any, y: float, text: str, **options: Any) -> None:
    """Write a label in the charts' own font; ``options`` go to the drawing library."""
    options = {"fontsize": TEXT_POINTS, "fontfamily": FONT, "color": INK, **options}
    panel.text(x, y, text, **options)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, from 1 (the same) to 21 (black on white).

    Source: Web Content Accessibility Guidelines 2.2, 'contrast ratio'.
    """

    def luminance(colour: str) -> float:
        parts = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def readable_on(colour: str) -> str:
    """Ink or white, whichever stands out more on a colour."""
    return max((INK, "#FFFFFF"), key=lambda ink: contrast(ink, colour))
