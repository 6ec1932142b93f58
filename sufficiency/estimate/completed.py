"""Published tables with their suppressed cells shared out, so that a forecast can begin.

A suppressed cell may hold any number, 0 included. All the suppressed cells of a table are
taken together, as what its total leaves beside the cells that are known, and shared among them
as England's children are. Where one cell alone was suppressed, what is left would be that very
cell: it is put together with the smallest cells that are known first, ten children of them or
more, so that what was withheld cannot be told from what comes out. A number that was shared out
is never told as a count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from sufficiency.errors import InputError, Problem
from sufficiency.inputs.rows import Count
from sufficiency.inputs.tables import Published
from sufficiency.rounding import whole_shares

Key = tuple[int, str, str]
"""Year, measure and breakdown."""
TOTAL_NAMES = ("Total", "Total placements changing")
"""What a table calls its own total."""


_ROUNDING = 5
"""Each cell may have been rounded up by so many."""
_BESIDE_ONE = 10
"""Children in known cells, at least, that a cell suppressed alone is put together with."""


@dataclass(frozen=True)
class Completed:
    """An authority's tables without gaps.

    Attributes:
        tables: The tables: numbers as published, and shared out where they were suppressed.
        shared_out: For each table, how many of its cells were shared out, and of how many.
            Tables that were published whole are not in it.
    """

    tables: Published
    shared_out: Mapping[Key, tuple[int, int]]

    def is_whole(self, year: int, measure: str, breakdown: str) -> bool:
        """Whether every cell of a table was published."""
        return (year, measure, breakdown) not in self.shared_out


def completed(local: Published, england: Published, wanted: Iterable[Key]) -> Completed:
    """Complete the tables an estimate rests on.

    Args:
        local: The authority's tables as published.
        england: England's tables; its cells are the shape.
        wanted: The tables to complete. One that the authority does not have at all is shared
            out whole; one that England does not have is left as it is.

    Returns:
        The tables, everything else as it was.

    Raises:
        InputError: When the cells of a table come to more than its total.
    """
    figures = dict(local.figures)
    shared_out: dict[Key, tuple[int, int]] = {}
    for key in wanted:
        if key not in england.figures:
            continue
        shape = {name: _number(cell) for name, cell in england.figures[key].items()}
        cells = figures.get(key, dict.fromkeys(shape, "c"))
        total = _total(local, key, cells)
        if total is None:
            continue
        _must_fit(local.file, key, cells, total)
        filled, gaps = _filled(cells, shape, total)
        figures[key] = filled
        if gaps:
            shared_out[key] = (gaps, sum(name not in TOTAL_NAMES for name in cells))
    return Completed(Published(local.file, figures), shared_out)


def _total(local: Published, key: Key, cells: Mapping[str, Count]) -> int | None:
    """The total of a table: its own, or the one published apart."""
    for name in TOTAL_NAMES:
        if isinstance(cells.get(name), int):
            return int(cells[name])
    year, measure, _ = key
    found = local.figures.get((year, measure, "all"), {}).get("all")
    return found if isinstance(found, int) else None


def _must_fit(file: str, key: Key, cells: Mapping[str, Count], total: int) -> None:
    """Cells may come to more than their total by rounding, and by no more.

    Raises:
        InputError: When they come to more.
    """
    known = [cell for name, cell in cells.items() if name not in TOTAL_NAMES]
    parts = sum(cell for cell in known if isinstance(cell, int))
    if parts > total + _ROUNDING * len(known) + 0.01 * total:
        year, measure, breakdown = key
        raise InputError(
            [
                Problem(
                    file, 1, 1,
                    f"`{breakdown}` of `{measure}` for the year ending 31 March {year} comes to "
                    f"{parts}, more than the {total} in all",
                    "correct the row that is wrong",
                )
            ]
        )  # fmt: skip


def _filled(
    cells: Mapping[str, Count], shape: Mapping[str, float], total: int
) -> tuple[dict[str, Count], int]:
    """A table without gaps, and how many cells were shared out to make it so."""
    filled: dict[str, Count] = {}
    gaps = []
    for name in dict.fromkeys((*cells, *shape)):
        cell = cells.get(name, "z")
        if name in TOTAL_NAMES:
            filled[name] = total
        elif isinstance(cell, int):
            filled[name] = cell
        elif cell == "z":
            filled[name] = 0
        else:
            gaps.append(name)
    if not gaps:
        return filled, 0
    known = {n: int(c) for n, c in filled.items() if n not in TOTAL_NAMES}
    left = total - sum(known.values())
    if len(gaps) == 1:
        beside = 0
        for name in sorted(known, key=lambda name: (known[name], name)):
            if beside >= _BESIDE_ONE:
                break
            beside += known[name]
            gaps.append(name)
        left += beside
    weights = np.array([shape.get(name, 0.0) for name in gaps])
    if weights.sum() <= 0:
        weights = np.ones(len(gaps))
    # Tables whose cells were rounded may add up to more than their total.
    for name, number in zip(gaps, whole_shares(weights, max(left, 0)), strict=True):
        filled[name] = int(number)
    return filled, len(gaps)


def _number(cell: Count) -> float:
    return float(cell) if isinstance(cell, int) else 0.0
