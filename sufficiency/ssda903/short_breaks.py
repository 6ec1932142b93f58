"""Short breaks set aside: a child who lives at home, and elsewhere now and then, is not in care.

The legal statuses V3 and V4 stand for a series of short breaks. A return lists them among the
children in care, but the children live with their parents. What is done with a period of care
that has both short breaks and other episodes is said in ``rules.py``.
"""

from __future__ import annotations

from collections.abc import Iterable

from sufficiency.episodes import LOST
from sufficiency.ssda903 import codes
from sufficiency.ssda903.audit import Edits
from sufficiency.ssda903.repair import Period
from sufficiency.ssda903.ways_out import AGED_18
from sufficiency.vocabulary import Route


def without_short_breaks(periods: Iterable[Period], edits: Edits) -> list[Period]:
    """Set short breaks aside.

    Args:
        periods: Periods of care, with how they ended. They are changed.
        edits: Takes down what was done.

    Returns:
        The periods that have another episode, from the first of these to the last.
    """
    return [period for period in periods if _care_alone(period, edits)]


def _care_alone(period: Period, edits: Edits) -> bool:
    """Cut a period to its care; whether anything is left."""
    episodes = period.episodes
    breaks = [codes.is_short_break(each.row.ls) for each in episodes]
    if all(breaks):
        for each in episodes:
            edits.note("short_breaks", each.row, "LS", each.row.ls)
        return False
    first, last = breaks.index(False), len(breaks) - 1 - breaks[::-1].index(False)
    for place, each in enumerate(episodes):
        if breaks[place]:
            rule = "before" if place < first else "after" if place > last else "between"
            edits.note(f"short_breaks_{rule}", each.row, "LS", each.row.ls)
    if last < len(episodes) - 1:
        period.end = episodes[last].end
        if period.ceased in ("", LOST, AGED_18):
            period.ceased = Route.HOME_PLANNED.value
    period.begun_seen = period.begun_seen or first > 0
    period.episodes = episodes[first : last + 1]
    return True


def with_nights(periods: Iterable[Period], edits: Edits) -> list[Period]:
    """Set aside episodes without a night, and periods that have no other.

    Args:
        periods: Periods of care. They are changed.
        edits: Takes down what was done.

    Returns:
        Periods with at least one night.
    """
    kept = []
    for period in periods:
        nights = [each for each in period.episodes if each.end is None or each.end > each.start]
        for each in period.episodes:
            if each not in nights:
                edits.note("no_night", each.row, "DEC", each.end)
        if nights:
            period.episodes = nights
            kept.append(period)
    return kept
