"""How fully the columns that rates hang on are filled, by collection year.

A column that is often empty does not stop anything, but what is estimated from it stands on the
rows where it is filled. So each is counted among the rows where it ought to be.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sufficiency.report.quality_advice import COLUMNS, ROWS_COUNTED, TOO_EMPTY
from sufficiency.ssda903.codes import is_temporary
from sufficiency.ssda903.returns import EpisodeRow

_NEW_PLACEMENT = ("P", "T", "U", "B")
"""Reasons for a new episode that say the placement changed."""

_FILLED: Mapping[str, Callable[[EpisodeRow], bool]] = {
    "PLACE_PROVIDER": lambda row: bool(row.provider),
    "REASON_PLACE_CHANGE": lambda row: bool(row.reason),
    "PL_LOCATION": lambda row: bool(row.location),
    "PL_DISTANCE": lambda row: row.distance_miles is not None,
    "URN": lambda row: bool(row.urn),
    "REC": lambda row: bool(row.rec),
}
_OUGHT: Mapping[str, Callable[[EpisodeRow], bool]] = {
    "PLACE_PROVIDER": lambda row: not is_temporary(row.place) and not row.place.startswith("Z"),
    "PL_LOCATION": lambda _: True,
    "PL_DISTANCE": lambda _: True,
    "URN": lambda row: row.place.startswith(("U", "K")),
    "REC": lambda row: row.dec is not None,
}


@dataclass(frozen=True)
class Filling:
    """How fully one column is filled.

    Attributes:
        column: The column.
        of: Among which rows, in words.
        why: What hangs on it.
        by_year: For each collection year the rows filled, and the rows that ought to be.
    """

    column: str
    of: str
    why: str
    by_year: Mapping[int, tuple[int, int]]

    @property
    def is_empty(self) -> bool:
        """Whether it is filled in no year, though it ought to be: perhaps no file has it."""
        counts = self.by_year.values()
        return any(ought for _, ought in counts) and not any(filled for filled, _ in counts)

    @property
    def thin_years(self) -> tuple[int, ...]:
        """Years in which it is filled so little that it is pointed out."""
        return tuple(
            year for year, (filled, ought) in self.by_year.items() if filled < TOO_EMPTY * ought
        )


def filling(episodes: Sequence[EpisodeRow]) -> tuple[Filling, ...]:
    """How fully each column is filled in each year.

    Args:
        episodes: Rows of every episodes table.

    Returns:
        One entry a column, in the order of :data:`COLUMNS`.
    """
    moved = _moved_after(episodes)
    years = sorted({row.year for row in episodes})
    found = []
    for column, why in COLUMNS.items():
        counts = {year: [0, 0] for year in years}
        for place, row in enumerate(episodes):
            ought = _OUGHT[column](row) if column in _OUGHT else place in moved
            if ought:
                counts[row.year][1] += 1
                counts[row.year][0] += _FILLED[column](row)
        by_year = {year: (filled, ought) for year, (filled, ought) in counts.items()}
        found.append(Filling(column, ROWS_COUNTED[column], why, by_year))
    return tuple(found)


def _moved_after(episodes: Iterable[EpisodeRow]) -> set[int]:
    """Which rows, by their place in the list, are followed by a new placement of the child."""
    by_child: dict[tuple[int, str], list[tuple[int, EpisodeRow]]] = {}
    for place, row in enumerate(episodes):
        by_child.setdefault((row.year, row.child), []).append((place, row))
    moved = set()
    for rows in by_child.values():
        rows.sort(key=lambda each: each[1].decom)
        for (place, row), (_, following) in itertools.pairwise(rows):
            if row.dec is not None and following.rne in _NEW_PLACEMENT:
                moved.add(place)
    return moved
