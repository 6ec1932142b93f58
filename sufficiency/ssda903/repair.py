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
from sufficiency.ssda903.merge import Episode, goes_on, return_end
from sufficiency.ssda903.returns import Returns

SMALL_GAP_DAYS = 7
"""Longest gap that counts as a slip where the episode before says that another follows."""
FOLLOWS = "X1"
"""Reason for ceasing that says another episode follows."""
CARE_BEGINS = "S"
"""Reason for a new episode that says care begins with it."""

_DAY = dt.timedelta(days=1)


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
    children: Mapping[str, list[Episode]],
    born: Mapping[str, dt.date],
    returns: Returns,
    edits: Edits,
) -> list[Period]:
    """Periods of care, once dates are put right.

    Args:
        children: Episodes of each child by the day they commenced, no two on one day. They
            are changed.
        born: Date of birth by child.
        returns: What was read, for which return has which child.
        edits: Takes down what was done.

    Returns:
        Periods by child and then by start.
    """
    periods: list[Period] = []
    collected = returns.years  # looks at every row, so once and not for each child
    years: dict[str, set[int]] = {}
    for row in returns.episodes:
        years.setdefault(row.child, set()).add(row.year)
    for child, episodes in children.items():
        absent = [year for year in collected if year not in years[child]]
        for episode in episodes:
            _within_return(episode, edits)
        said = [(episode.end, episode.rec) for episode in episodes]
        for episode, after in pairwise(episodes):
            _up_to_next(episode, after, absent, edits)
        _not_before_start(episodes[-1], None, edits)
        periods += _periods(child, born[child], _gone_on_with(episodes, said, edits))
    return periods


def _within_return(episode: Episode, edits: Edits) -> None:
    """An open episode has no reason for ceasing, and none ends where the return cannot know."""
    if episode.end is None and episode.rec:
        edits.note("reason_while_open", episode.row, "REC", episode.rec)
        episode.rec = ""
    elif episode.end is not None and goes_on(episode.row):
        edits.note("ends_after_return", episode.row, "DEC", episode.end)
        episode.end, episode.rec = None, ""


def _not_before_start(episode: Episode, after: Episode | None, edits: Edits) -> None:
    """An end before the start is no end."""
    if episode.end is not None and episode.end < episode.start:
        followed = after and episode.rec == FOLLOWS and after.row.rne != CARE_BEGINS
        end = after.start if after and followed else episode.start
        edits.note("ends_before_start", episode.row, "DEC", episode.end, end)
        episode.end = end


def _up_to_next(episode: Episode, after: Episode, absent: list[int], edits: Edits) -> None:
    """Mend the end of an episode that another follows.

    Args:
        episode: The episode.
        after: The child's next.
        absent: Collection years of the returns that do not have the child.
        edits: Takes down what was done.
    """
    _not_before_start(episode, after, edits)
    end, rule = episode.end, ""
    if end is None:
        if after.row.rne == CARE_BEGINS and _away(episode, after, absent):
            episode.end, episode.unseen = return_end(episode.row.year) + _DAY, True
            edits.note("came_back", episode.row, "DEC", None, episode.end)
            return
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


def _away(episode: Episode, after: Episode, absent: list[int]) -> bool:
    """Whether a whole return between an episode and the next does not have the child."""
    return any(year > episode.row.year and return_end(year) < after.start for year in absent)


def _gone_on_with(
    episodes: list[Episode], said: list[tuple[dt.date | None, str]], edits: Edits
) -> list[Episode]:
    """Put in what goes on after an episode that had interrupted it.

    Args:
        episodes: Episodes of a child, none of which goes on after the next has begun.
        said: End and reason of each as its row says.
        edits: Takes down what was done.

    Returns:
        The same episodes, and after one that ended before an earlier one of them did, and is not
        followed at once, the rest of the earlier one.
    """
    found: list[Episode] = []
    for place, episode in enumerate(episodes):
        found.append(episode)
        after = episodes[place + 1] if place + 1 < len(episodes) else None
        for earlier in range(place - 1, -1, -1):
            last = found[-1].end
            if last is None or episode.unseen or (after and last >= after.start):
                break
            end, rec = said[earlier]
            longer = end is None or end > last
            if longer and _only_interrupts(episode, episodes[earlier], end, after):
                ends = min(end or dt.date.max, after.start) if after else end
                row = episodes[earlier].row
                edits.note("gone_on_with", row, "DECOM", row.decom, last)
                rec = rec if ends == end else ""
                found.append(Episode(row, last, ends, rec, again=True))
    return found


def _only_interrupts(
    inner: Episode, outer: Episode, end: dt.date | None, after: Episode | None
) -> bool:
    """Whether the inner of two episodes interrupts the outer, which says that it ends later."""
    begins_anew = after is not None and after.row.rne == CARE_BEGINS
    if end is None and (outer.unseen or begins_anew or outer.row.year < inner.row.year):
        return False
    open_later = end is None and outer.row.year > inner.row.year
    return open_later or inner.rec in ("", FOLLOWS)


def _periods(child: str, born: dt.date, episodes: list[Episode]) -> list[Period]:
    periods: list[Period] = []
    for episode in episodes:
        if periods and periods[-1].end == episode.start:
            periods[-1].episodes.append(episode)
            periods[-1].end = episode.end
        else:
            periods.append(Period(child, born, [episode], episode.end))
    return periods
