"""Figures and measures of a sensitivity analysis in plain words.

A scenario names a figure by where it stands, ``leaving.home_planned.rate``. A reader is told
"Leaving home planned: rate". A number of a forecast, ``cost@2021/22``, is told as "cost in
2021/22", and its size in pounds, children or a percentage.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sufficiency.report.words import capital, lower_first, month_year, short_millions

_LEFT_OUT = frozenset({"settings", "money", "prices"})
"""Words of a path that say no more than the words after them."""
_UNIT_ENDINGS = ("_gbp",)


def figure_words(path: str, labels: Mapping[str, str]) -> str:
    """A figure's path in plain words.

    Args:
        path: Such as ``money.prices.external_residential.weekly_fee_gbp``.
        labels: What to print for names of settings.

    Returns:
        Such as ``External residential: weekly fee`` or ``Leaving home planned: rate``.
    """
    whole = path.split(".")
    named = [
        _part_words(part, before, labels)
        for before, part in zip(["", *whole], whole, strict=False)
        if part not in _LEFT_OUT
    ]
    *before, last = [named[0], *(lower_first(each) for each in named[1:])]
    # No commas, so that several can stand in a list.
    mark = "" if last.startswith("per ") else ":"
    return capital(f"{' '.join(before)}{mark} {last}" if before else last)


def _part_words(part: str, before: str, labels: Mapping[str, str]) -> str:
    """A part of a path. ``other`` is a kind of home only where kinds of home stand."""
    if part == "other" and before not in _LEFT_OUT:
        return part
    return labels.get(part) or _plain(part)


def _plain(word: str) -> str:
    for ending in _UNIT_ENDINGS:
        word = word.removesuffix(ending)
    return word.replace("_", " ")


def measure_words(
    terms: tuple[tuple[str, str], ...], period: str, labels: Mapping[str, str]
) -> str:
    """A number of a forecast in plain words, to stand inside a sentence.

    Args:
        terms: Measure and setting, one or two.
        period: A month, a financial year, or ``all``.
        labels: What to print for names of settings.

    Returns:
        Such as ``children in care in March 2023``.
    """
    told = [_term_words(measure, setting, labels) for measure, setting in terms]
    return f"{' as a share of '.join(told)} {_when(period)}"


def _term_words(measure: str, setting: str, labels: Mapping[str, str]) -> str:
    word = measure.replace("_", " ")
    if setting == "all":
        return word
    return f"{word} ({lower_first(labels.get(setting) or setting.replace('_', ' '))})"


def _when(period: str) -> str:
    if period == "all":
        return "over the whole forecast"
    if "/" in period:
        return f"in {period}"
    return f"in {month_year(dt.date.fromisoformat(f'{period}-01'))}"


def amount(value: float, unit: str) -> str:
    """The size of a number with its unit.

    Args:
        value: The number, pounds or children or a share from 0 to 1.
        unit: ``GBP``, ``share``, or what is counted.

    Returns:
        ``£12.9m``, ``£310,000``, ``41.2%``, ``512.3 children``.
    """
    if unit == "GBP":
        if abs(value) >= 1_000_000:
            return short_millions(value)
        sign = "-" if value <= -0.5 else ""
        return f"{sign}£{abs(value):,.0f}" if abs(value) < 950 else f"{sign}£{_thousands(value)}"
    return number(value, unit) + ("" if unit in ("share", "ratio") else f" {unit}")


def _thousands(value: float) -> str:
    return f"{round(abs(value) / 1000):,},000"


def number(value: float, unit: str) -> str:
    """The same without the name of what is counted, for labels where the axis has said it."""
    if unit == "GBP":
        return amount(value, unit)
    if unit == "share":
        return f"{value * 100:.1f}%"
    if unit == "ratio":
        return f"{value:.4g}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.1f}"


def tick(value: float, unit: str) -> str:
    """A round number beside an axis."""
    if unit == "GBP":
        return f"£{value / 1e6:g}m" if abs(value) >= 1e6 else f"£{value:,.0f}"
    return f"{value * 100:g}%" if unit == "share" else f"{value:,g}"


THROUGHOUT = "throughout"
"""How a figure is held that a future draws once."""


def held_words(draws: int) -> str:
    """How a figure is held at its ends.

    Args:
        draws: In how many years it is drawn anew; 1 for one drawn once.
    """
    if draws == 1:
        return THROUGHOUT
    return f"each of {draws} years, together as far as one future in ten"


def stated(value: float) -> str:
    """An end of an interval as a scenario would write it."""
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.4g}"


def gap(value: float, unit: str) -> str:
    """The size of a difference: ``1.4 percentage points`` where shares differ."""
    if unit == "share":
        return f"{abs(value) * 100:.1f} percentage points"
    return amount(abs(value), unit)


def difference(value: float, half: float, unit: str) -> str:
    """The size of a difference with its half-width: ``71.0 ± 6.2 children``."""
    size, wide = abs(value), half
    if unit == "GBP":
        return f"{amount(size, unit)} ± {amount(wide, unit)}"
    if unit == "share":
        return f"{size * 100:.1f} ± {wide * 100:.1f} percentage points"
    tail = "" if unit == "ratio" else f" {unit}"
    return f"{number(size, unit)} ± {number(wide, unit)}{tail}"
