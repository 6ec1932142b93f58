"""A small picture of children in care on each 31 March, before and after the rules.

It is drawn as part of the page, so nothing has to be fetched, and stays sharp on paper. The two
lines differ in colour, dash and marker, carry their names where they end, and start at zero.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from sufficiency.report.html import FIRST, GRID, INK, QUIET_INK, SECOND, Html, element, joined
from sufficiency.report.quality import Quality, counted
from sufficiency.report.quality_checks import day

_WIDE, _HIGH = 480, 290
_LEFT, _RIGHT, _TOP, _BOTTOM = 26, 82, 30, 54
_TEXT = 16
_NUMBERS_AT_MOST = 7  # dates; with more, only the first and last carry their number
_NAMES_APART = 20


def chart(quality: Quality) -> Html:
    """The picture with its title and, for those who cannot see it, the same in words.

    Args:
        quality: What there is to say.

    Returns:
        A figure; empty where fewer than two dates have a count that may be shown.
    """
    dates = quality.dates
    lines = (quality.after.in_care, quality.before.in_care)
    known = [count for line in lines for count in line.values() if count is not None]
    if len(dates) < 2 or not known:
        return Html("")
    top = max(known) or 1
    drawn = [*_ground(dates)]
    ends = []
    for line, other, colour, dashed in (
        (lines[1], lines[0], SECOND, True),
        (lines[0], lines[1], FIRST, False),
    ):
        points = [
            (_across(dates, date), _down(count, top), date, count)
            for date, count in sorted(line.items())
            if count is not None
        ]
        if not points:
            continue
        drawn.append(_line(points, colour, dashed))
        for x, y, date, count in points:
            drawn.append(_marker(x, y, colour, dashed))
            if len(dates) <= _NUMBERS_AT_MOST or date in (dates[0], dates[-1]):
                rival = other.get(date)
                if rival == count and dashed:
                    continue  # one number for two markers in one place
                above = rival is None or count > rival or (count == rival)
                drawn.append(_word(x, y - 10 if above else y + 24, f"{count:,}", "middle"))
        ends.append((points[-1][1], "Before" if dashed else "After", points[-1][0]))
    drawn.append(_names(ends))
    title = element("title", "Children in care before and after the rules", id="chart-title")
    words = element("desc", in_words(quality), id="chart-words")
    picture = element(
        "svg", title, words, *drawn,
        viewBox=f"0 0 {_WIDE} {_HIGH}", role="img", aria_labelledby="chart-title chart-words",
    )  # fmt: skip
    said = "Children in care on each date, before short breaks are set aside and after every rule"
    return element("figure", element("figcaption", said), picture)


def in_words(quality: Quality) -> str:
    """What the picture shows, in a sentence a date."""
    told = [
        f"{day(date)}: {counted(quality.before.in_care.get(date))} before, "
        f"{counted(quality.after.in_care.get(date))} after."
        for date in quality.dates
    ]
    return " ".join(told)


def _across(dates: Sequence[dt.date], date: dt.date) -> float:
    part = (date - dates[0]).days / (dates[-1] - dates[0]).days
    return round(_LEFT + part * (_WIDE - _LEFT - _RIGHT), 1)


def _down(count: int, top: int) -> float:
    return round(_HIGH - _BOTTOM - count / top * (_HIGH - _TOP - _BOTTOM), 1)


def _ground(dates: Sequence[dt.date]) -> list[Html]:
    """The line of nought, quiet lines above it, and the years beneath."""
    drawn = []
    for quarter in range(5):
        y = str(_HIGH - _BOTTOM - quarter / 4 * (_HIGH - _TOP - _BOTTOM))
        colour = QUIET_INK if quarter == 0 else GRID
        ends = {"x1": "0", "x2": str(_WIDE - _RIGHT + 14), "y1": y, "y2": y}
        drawn.append(element("line", stroke=colour, **ends))
    step = 1 + (len(dates) - 1) // _NUMBERS_AT_MOST
    for date in dates[::-1][::step]:
        said = str(date.year) if (date.month, date.day) == (3, 31) else f"{date:%b %Y}"
        drawn.append(_word(_across(dates, date), _HIGH - 12, said, "middle"))
    return drawn


def _line(points: Sequence[tuple[float, float, dt.date, int]], colour: str, dashed: bool) -> Html:
    where = " ".join(f"{x},{y}" for x, y, *_ in points)
    dash = {"stroke_dasharray": "7 4"} if dashed else {}
    return element("polyline", points=where, fill="none", stroke=colour, stroke_width="3", **dash)


def _marker(x: float, y: float, colour: str, square: bool) -> Html:
    if square:
        corner = {"x": f"{x - 5:.1f}", "y": f"{y - 5:.1f}", "width": "10", "height": "10"}
        return element("rect", fill=colour, **corner)
    return element("circle", cx=str(x), cy=str(y), r="5", fill=colour)


def _word(x: float, y: float, said: str, anchor: str) -> Html:
    place: Mapping[str, str] = {"x": f"{x:.1f}", "y": f"{y:.1f}"}
    # White around the letters keeps them apart from a line that runs behind.
    look = {"fill": INK, "stroke": "#FFFFFF", "stroke_width": "4", "paint_order": "stroke"}
    return element("text", said, text_anchor=anchor, font_size=str(_TEXT), **look, **place)


def _names(ends: Sequence[tuple[float, str, float]]) -> Html:
    """The lines' names beside their last points, moved apart where they would touch."""
    placed = sorted(ends)
    if len(placed) == 2 and placed[1][0] - placed[0][0] < _NAMES_APART:
        middle = (placed[0][0] + placed[1][0]) / 2
        places = [middle - _NAMES_APART / 2, middle + _NAMES_APART / 2]
        # Where both end together, the earlier stage stands above: no rule adds children.
        order = sorted(placed, key=lambda each: (each[0], each[1] == "After"))
        placed = [(y, name, x) for y, (_, name, x) in zip(places, order, strict=True)]
    return joined(_word(x + 24, y + 5, name, "start") for y, name, x in placed)
