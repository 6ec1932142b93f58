"""Several years of returns as one: each episode of each child once, as the latest return has it.

An episode that goes on at the end of one year comes back in the next year's return, so a long
stay stands in many returns. It is known by its child and the day it commenced. Of its rows the
latest return's is kept, also where an earlier one had an end: an episode that had ended would
not have come back.
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
    """

    row: EpisodeRow
    start: dt.date
    end: dt.date | None
    rec: str

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
    return children


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
