"""Dates put right, so that a child is in one place a night and periods of care can be told.

Each rule is stated in ``rules.py`` and applied to the episodes of one child, in order of the day
they commenced. Then episodes that follow each other without a gap make a period of care: the
time from coming into care to leaving it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from sufficiency.ssda903.audit import Edits
from sufficiency.ssda903.merge import Episode

SMALL_GAP_DAYS = 7
"""Longest gap that counts as a slip where the episode before says that another follows."""
FOLLOWS = "X1"
"""Reason for ceasing that says another episode follows."""


@dataclass(slots=True)
class Period:
    """A period of care: episodes of one child, each beginning when the one before ends.

    Attributes:
        child: The child's identifier.
        born: Date of birth.
        episodes: Its episodes in order, at least one.
        end: Day care ended; None while it goes on.
        ceased: Why it ended, of :data:`sufficiency.episodes.REASONS_CEASED`; empty while it
            goes on, and until that is worked out.
        begun_seen: Whether the child was seen not in care just before.
    """

    child: str
    born: dt.date
    episodes: list[Episode]
    end: dt.date | None
    ceased: str = ""
    begun_seen: bool = False

    @property
    def start(self) -> dt.date:
        """Day care began, as far back as was seen."""
        return self.episodes[0].start

    def in_care(self, day: dt.date) -> bool:
        """Whether the child was in care on the night of a day."""
        return self.start <= day and (self.end is None or self.end > day)


def repaired(
    children: Mapping[str, list[Episode]], born: Mapping[str, dt.date], edits: Edits
) -> list[Period]:
    """Periods of care, once dates are put right.

    Args:
        children: Episodes of each child by the day they commenced, no two on one day. They
            are changed.
        born: Date of birth by child.
        edits: Takes down what was done.

    Returns:
        Periods by child and then by start.
    """
    periods: list[Period] = []
    for child, episodes in children.items():
        for episode in episodes:
            _within_return(episode, edits)
        for episode, after in pairwise(episodes):
            _up_to_next(episode, after, edits)
        _not_before_start(episodes[-1], None, edits)
        periods += _periods(child, born[child], episodes)
    return periods


def _within_return(episode: Episode, edits: Edits) -> None:
    """An open episode has no reason for ceasing, and none ends where the return cannot know."""
    if episode.end is None and episode.rec:
        edits.note("reason_while_open", episode.row, "REC", episode.rec)
        episode.rec = ""
    # The first night elsewhere may be that after the last day of the return, no later.
    elif episode.end is not None and (episode.end - episode.return_ends).days > 1:
        edits.note("ends_after_return", episode.row, "DEC", episode.end)
        episode.end, episode.rec = None, ""


def _not_before_start(episode: Episode, after: Episode | None, edits: Edits) -> None:
    """An end before the start is no end."""
    if episode.end is not None and episode.end < episode.start:
        end = after.start if after else episode.start
        edits.note("ends_before_start", episode.row, "DEC", episode.end, end)
        episode.end = end


def _up_to_next(episode: Episode, after: Episode, edits: Edits) -> None:
    """Mend the end of an episode that another follows."""
    _not_before_start(episode, after, edits)
    end, rule = episode.end, ""
    if end is None:
        rule = "no_end"
    elif end > after.start:
        rule = "overlap"
    elif 0 < (after.start - end).days <= SMALL_GAP_DAYS and episode.rec == FOLLOWS:
        rule = "small_gap"
    if rule:
        edits.note(rule, episode.row, "DEC", end, after.start)
        episode.end = after.start
    if episode.end == after.start and episode.rec not in ("", FOLLOWS):
        edits.note("goes_on", episode.row, "REC", episode.rec)


def _periods(child: str, born: dt.date, episodes: list[Episode]) -> list[Period]:
    periods: list[Period] = []
    for episode in episodes:
        if periods and periods[-1].end == episode.start:
            periods[-1].episodes.append(episode)
            periods[-1].end = episode.end
        else:
            periods.append(Period(child, born, [episode], episode.end))
    return periods
