"""Several years of returns as one: each episode of each child once, as the latest return has it.

An episode that goes on at the end of one year comes back in the next year's return, so a long
stay stands in many returns. It is known by its child and the day it commenced. Of its rows the
latest return's is kept, also where an earlier one had an end: an episode that had ended would
not have come back. And what an earlier return left open is given up where a later one, which
does not have it, has the child elsewhere at that time: a date was corrected or a move taken back.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from itertools import groupby

from sufficiency.ssda903.audit import Edits
from sufficiency.ssda903.returns import EpisodeRow, Returns


@dataclass(slots=True)
class Episode:
    """One episode of a child, once, as it stands while it is repaired.

    Attributes:
        row: The row that was kept.
        start: Day it commenced.
        end: Day it ceased, the first night not slept there; None while it goes on.
        rec: Reason it ceased, or empty.
        unseen: Whether what came after its end is not known.
        again: Whether it goes on with a row that another episode had interrupted.
    """

    row: EpisodeRow
    start: dt.date
    end: dt.date | None
    rec: str
    unseen: bool = False
    again: bool = False

    @property
    def return_ends(self) -> dt.date:
        """Last day of the return the row stands in."""
        return return_end(self.row.year)


def return_end(year: int) -> dt.date:
    """The last day of a collection year."""
    return dt.date(year, 3, 31)


def merged(returns: Returns, born: dict[str, dt.date], edits: Edits) -> dict[str, list[Episode]]:
    """Every episode once.

    Args:
        returns: What was read.
        born: Date of birth by child.
        edits: Takes down what was done.

    Returns:
        Episodes of each child by the day they commenced, no two on one day. Children by
        identifier.
    """
    usable = (row for row in returns.episodes if _can_be_used(row, born, edits))
    rows = sorted(usable, key=lambda each: (each.child, each.decom, each.year, each.file, each.row))
    children: dict[str, list[Episode]] = {}
    for (child, _), same in groupby(rows, key=lambda each: (each.child, each.decom)):
        kept = _one_of(list(same), edits)
        children.setdefault(child, []).append(Episode(kept, kept.decom, kept.dec, kept.rec))
    told: dict[str, list[EpisodeRow]] = {}
    for row in rows:
        told.setdefault(row.child, []).append(row)
    return {
        child: _not_replaced(episodes, told[child], edits) for child, episodes in children.items()
    }


def _not_replaced(episodes: list[Episode], rows: list[EpisodeRow], edits: Edits) -> list[Episode]:
    """The episodes without those left open that a later return tells otherwise."""
    last = max(row.year for row in rows)
    kept = []
    for episode in episodes:
        later = None
        if episode.row.year < last and goes_on(episode.row):
            later = next((row for row in rows if _tells_otherwise(row, episode.row)), None)
        if later:
            edits.note("replaced", episode.row, after=_where(later))
        else:
            kept.append(episode)
    return kept


def _tells_otherwise(later: EpisodeRow, row: EpisodeRow) -> bool:
    """Whether a later return has an episode from before a row begins to after it."""
    lasts = later.dec is None or later.dec > row.decom
    return later.year > row.year and later.decom < row.decom and lasts


def goes_on(row: EpisodeRow) -> bool:
    """Whether an episode is open in its return, also by an end the return cannot know."""
    # The first night elsewhere may be that after the last day of the return, no later.
    return row.dec is None or (row.dec - return_end(row.year)).days > 1


def _can_be_used(row: EpisodeRow, born: dict[str, dt.date], edits: Edits) -> bool:
    if row.child not in born:
        edits.note("no_birth_date", row)
    elif row.decom < born[row.child]:
        edits.note("before_birth", row, "DECOM", row.decom)
    elif row.decom > return_end(row.year):
        edits.note("starts_after_return", row, "DECOM", row.decom)
    else:
        return True
    return False


def _one_of(rows: list[EpisodeRow], edits: Edits) -> EpisodeRow:
    """The row to keep of those with one child and one day commenced, in order of year."""
    by_year = [
        _one_of_return(list(group), edits) for _, group in groupby(rows, lambda each: each.year)
    ]
    *earlier, kept = by_year
    for row in earlier:
        edits.note("seen_again", row, after=_where(kept))
    return kept


def _one_of_return(rows: list[EpisodeRow], edits: Edits) -> EpisodeRow:
    """The row to keep of those of one return: each once, and then the longest."""
    different: dict[EpisodeRow, EpisodeRow] = {}
    for row in rows:
        first = different.setdefault(replace(row, file="", row=0), row)
        if first is not row:
            edits.note("same_row_twice", row, after=_where(first))
    kept = max(different.values(), key=lambda each: each.dec or dt.date.max)
    for row in different.values():
        if row is not kept:
            edits.note("two_at_once", row, after=_where(kept))
    return kept


def _where(row: EpisodeRow) -> str:
    return f"{row.file}:{row.row}"
