"""Why fewer children are in care on the last day after every rule than before.

A reader who sees 86 children and then 55 takes the rest for children on short breaks. Most may be
children left open in an earlier return whom no later one has. So each child of the difference
has one reason, the first of these that holds: not in the last return, eighteen, or on short
breaks. Together they are the whole difference.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sufficiency.ssda903.returns import Returns

if TYPE_CHECKING:
    from sufficiency.ssda903.clean import Cleaned

_GROWN_UP = ("over_18", "after_18")
_SHORT_BREAKS = ("short_breaks", "short_breaks_after")


@dataclass(frozen=True)
class LeftOut:
    """A part of the difference.

    Attributes:
        children: How many.
        why: Their reason, as it follows a number: ``on short breaks``.
        rows_tell: Whether the count of rows of a rule tells how many, so that hiding is no use.
    """

    children: int
    why: str
    rows_tell: bool = False


def unseen(cleaned: Cleaned) -> frozenset[str]:
    """Children open in an earlier return who are in no later one."""
    return frozenset(each.child for each in cleaned.findings if each.rule == "not_seen_again")


def left_out(returns: Returns, cleaned: Cleaned) -> tuple[LeftOut, ...]:
    """The difference on the last day of the returns, by reason.

    Args:
        returns: The rows as they were read.
        cleaned: What was made of them.

    Returns:
        The parts, none of them nought. They add up to the difference between the stages.
    """
    first, last = cleaned.stages[0].in_care, cleaned.stages[-1].in_care
    end = max(last)
    difference = first[end] - last[end]
    lost = unseen(cleaned)
    grown = {each.child for each in cleaned.findings if each.rule in _GROWN_UP}
    # Whoever is on short breaks on the last day has a row of them in the last return, still open.
    still = {
        (row.file, row.row)
        for row in returns.episodes
        if row.year == returns.years[-1] and (row.dec is None or row.dec > end)
    }
    resting = {
        each.child
        for each in cleaned.findings
        if each.rule in _SHORT_BREAKS and (each.file, each.row) in still
    }
    parts, left = [], difference
    for children, why, rows_tell in (
        (len(lost), "not in the last return", True),
        (len(resting - lost - grown), "on short breaks", False),
        (difference, "at eighteen", False),
    ):
        count = min(children, left)
        if count > 0:
            parts.append(LeftOut(count, why, rows_tell))
        left -= count
    return tuple(parts)
