"""A small picture of children in care on each 31 March, before and after the rules.

It is drawn as part of the page, so nothing has to be fetched, and stays sharp on paper. The two
lines differ in colour, dash and marker, carry their names and last numbers where they end, and
are read off a scale that starts at zero. Its title says in words what became of the number.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from sufficiency.periods import long_date
from sufficiency.report.html import FIRST, GRID, INK, QUIET_INK, SECOND, Html, element, joined
from sufficiency.report.quality import Quality, counted

_WIDE, _HIGH = 520, 290
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 112, 16, 44
_PAST = 12  # how far the grid goes on past the first and last dates
_TEXT = 16
_YEARS_AT_MOST = 7
_NAMES_APART = 20
_STEPS_AT_MOST = 5


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
    step = _step(max(known))
    top = step * max(-(-max(known) // step), 1)
    drawn = [*_ground(dates, step, top)]
    ends = []
    for line, colour, dashed in ((lines[1], SECOND, True), (lines[0], FIRST, False)):
        points = [
            (_across(dates, date), _down(count, top), date, count)
            for date, count in sorted(line.items())
            if count is not None
        ]
        if not points:
            continue
        drawn.append(_line(points, colour, dashed))
        drawn += [_marker(x, y, colour, dashed) for x, y, *_ in points]
        _, y, _, count = points[-1]
        ends.append((y, f"{'Before' if dashed else 'After'}: {count:,}"))
    drawn.append(_names(ends))
    said = _finding(quality)
    picture = element(
        "svg",
        element("title", said, id="chart-title"),
        element("desc", in_words(quality), id="chart-words"),
        *drawn,
        viewBox=f"0 0 {_WIDE} {_HIGH}", role="img", aria_labelledby="chart-title chart-words",
    )  # fmt: skip
    key = "Children in care: before anything is set aside (squares) and after every rule (dots)"
    caption = element("figcaption", said, element("span", key, class_="key"))
    return element("figure", caption, picture)


def _finding(quality: Quality) -> str:
    """What became of the number in care, by the counts after every rule that may be told."""
    told = [
        (date, count) for date, count in sorted(quality.after.in_care.items()) if count is not None
    ]
    if len(told) < 2:
        return "Children in care, before and after the rules"
    (start, one), (end, two) = told[0], told[-1]
    if one == two:
        return (
            f"As many children in care on {long_date(end)} as on {long_date(start)}, after every "
            f"rule: {two:,}"
        )
    went = "rose" if two > one else "fell"
    return (
        f"Children in care {went} from {one:,} on {long_date(start)} to {two:,} on "
        f"{long_date(end)}, after every rule"
    )


def _step(most: int) -> int:
    """How far apart the lines of the scale are: 1, 2 or 5, or as many tens, hundreds and so on."""
    tens = 1
    while True:
        for times in (1, 2, 5):
            if most <= times * tens * _STEPS_AT_MOST:
                return times * tens
        tens *= 10


def in_words(quality: Quality) -> str:
    """What the picture shows, in a sentence a date."""
    told = [
        f"{long_date(date)}: {counted(quality.before.in_care.get(date))} before, "
        f"{counted(quality.after.in_care.get(date))} after."
        for date in quality.dates
    ]
    return " ".join(told)


def _across(dates: Sequence[dt.date], date: dt.date) -> float:
    part = (date - dates[0]).days / (dates[-1] - dates[0]).days
    return round(_LEFT + part * (_WIDE - _LEFT - _RIGHT), 1)


def _down(count: int, top: int) -> float:
    return round(_HIGH - _BOTTOM - count / top * (_HIGH - _TOP - _BOTTOM), 1)


def _ground(dates: Sequence[dt.date], step: int, top: int) -> list[Html]:
    """The lines of the scale with their numbers, and the years beneath."""
    drawn = []
    for count in range(0, top + 1, step):
        y = _down(count, top)
        ends = {"x1": str(_LEFT - _PAST), "x2": str(_WIDE - _RIGHT + _PAST), "y1": str(y)}
        drawn.append(element("line", stroke=GRID if count else QUIET_INK, y2=str(y), **ends))
        drawn.append(_word(_LEFT - _PAST - 6, y + 5, f"{count:,}", "end"))
    every = 1 + (len(dates) - 1) // _YEARS_AT_MOST
    for date in dates[::-1][::every]:
        said = str(date.year) if (date.month, date.day) == (3, 31) else f"{date:%b %Y}"
        drawn.append(_word(_across(dates, date), _HIGH - 14, said, "middle"))
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
    return element("text", said, text_anchor=anchor, font_size=str(_TEXT), fill=INK, **place)


def _names(ends: Sequence[tuple[float, str]]) -> Html:
    """The lines' names beside their last points, moved apart where they would touch."""
    placed = sorted(ends)
    if len(placed) == 2 and placed[1][0] - placed[0][0] < _NAMES_APART:
        middle = (placed[0][0] + placed[1][0]) / 2
        places = [middle - _NAMES_APART / 2, middle + _NAMES_APART / 2]
        # Where both end together, the earlier stage stands above: no rule adds children.
        order = sorted(placed, key=lambda each: (each[0], each[1].startswith("After")))
        placed = [(y, name) for y, (_, name) in zip(places, order, strict=True)]
    # Beyond the end of the grid, so that no line runs through a name.
    edge = _WIDE - _RIGHT + _PAST + 6
    return joined(_word(edge, y + 5, name, "start") for y, name in placed)
