"""Differences in words: what is saved or costs more, how often, and if it is more than nothing.

A difference is a scenario less its base, so a cost below zero is a saving. Its average is told
apart from nothing when nought lies outside its half-width: fewer futures could not have said so.
"""

from __future__ import annotations

import math
from typing import Any

from sufficiency.report.words import children, millions, whole

PART_LABELS = {
    "never_entering": "children who never come into care",
    "leaving_sooner": "less time in care",
    "less_costly_homes": "less costly homes",
    "after_care": "allowances after care",
    "own_cost": "its own cost",
}
"""What to call each part of a difference in cost."""

ADDED_LABELS = {
    "never_entering": "more children coming into care",
    "leaving_sooner": "more time in care",
    "less_costly_homes": "more costly homes",
    "after_care": "allowances after care",
}
"""What to call a part that costs more than in the base."""


def saves_or_costs(pounds: float) -> str:
    """``saves £0.5 million``, ``costs £1.1 million more``, ``makes no difference``."""
    if whole(pounds) == 0:
        return "makes no difference"
    return f"saves {millions(pounds)}" if pounds < 0 else f"costs {millions(pounds)} more"


def from_to(low: float, high: float) -> str:
    """The range of a difference in cost: ``from £1.3 million saved to £0.6 million more``."""
    return f"from {_sum(low)} to {_sum(high)}"


def _sum(pounds: float) -> str:
    if whole(pounds) == 0:
        return "no difference"
    return f"{millions(pounds)} {'saved' if pounds < 0 else 'more'}"


def in_ten(share: float) -> str:
    """A share of futures: ``7 futures in ten``, ``every future``, ``no future``."""
    if share <= 0:
        return "no future"
    if share >= 1:
        return "every future"
    tenths = whole(share * 10)
    if tenths == 0:
        return "fewer than 1 future in ten"
    if tenths == 10:
        return "more than 9 futures in ten"
    return f"{tenths} {'future' if tenths == 1 else 'futures'} in ten"


def fewer_or_more(number: float) -> str:
    """``13 fewer children``, ``1 more child``, ``as many children``."""
    if whole(number) == 0:
        return "as many children"
    count, word = children(abs(number)).split(" ")
    return f"{count} {'fewer' if number < 0 else 'more'} {word}"


def signed(number: float) -> str:
    """``-13``, ``0``, ``+2``."""
    count = whole(number)
    return f"{count:+,d}" if count else "0"


def times(multiple: float) -> str:
    """A multiple of an effect: ``3.2``, and ``1.04`` where one decimal would say it is one."""
    one_decimal = f"{multiple:.1f}"
    return f"{multiple:.2f}" if one_decimal == "1.0" and multiple != 1 else one_decimal


def told_apart(mean: float, half_width: float) -> bool:
    """Whether an average difference is more than the number of futures leaves in doubt."""
    return math.isfinite(half_width) and abs(mean) > half_width


def number(value: Any) -> float | None:
    """A figure of a table, or None where it is hidden, missing or a word."""
    try:
        found = float(value)
    except (TypeError, ValueError):
        return None
    return found if math.isfinite(found) else None
