"""What a reader could work out from published figures by adding and taking away.

Published figures are tied together: settings add up to their total, months to their year,
last month's children and this month's comings and goings to this month's children. A
figure hidden alone in such a sum is not hidden. This module is given the sums and the
cells that must be hidden, and finds the further cells that have to go with them. It knows
cells by number only.

The method is the one statistical offices use (primary, then secondary, suppression), with
a last check by linear algebra: a hidden cell can be worked out exactly when every solution
of the sums gives it the same value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SMALLEST, LARGEST = 0.5, 5.5
"""What rounds to 1, 2, 3, 4 or 5 lies from the first up to, not including, the second."""


def small(value: float) -> bool:
    """Whether a number rounds to 1, 2, 3, 4 or 5, of either sign."""
    return SMALLEST <= abs(value) < LARGEST


@dataclass(frozen=True)
class Relation:
    """Cells whose signed sum is known to every reader, usually zero.

    Attributes:
        cells: Cell numbers.
        signs: 1 or -1 for each.
        parts: The cells that are parts of a total, where the relation is such a sum of
            counts; the hidden parts together must not be a small number.
    """

    cells: tuple[int, ...]
    signs: tuple[int, ...]
    parts: tuple[int, ...] = ()


@dataclass(frozen=True)
class Cells:
    """Every cell of a publication.

    Attributes:
        value: Its average; shape (cells,).
        fixed: Whether it is a total or a stated cost that cannot be hidden; shape (cells,).
        total: Whether it is a total, hidden only when nothing else is left; shape (cells,).
        unpublished: Whether it is only ever implied, as a difference; shape (cells,).
    """

    value: NDArray[np.float64]
    fixed: NDArray[np.bool_]
    total: NDArray[np.bool_]
    unpublished: NDArray[np.bool_]


def close(
    cells: Cells,
    relations: Sequence[Relation],
    primary: set[int],
    follow: Callable[[set[int]], set[int]],
) -> set[int]:
    """Everything to hide so that nothing hidden can be worked out.

    Args:
        cells: The cells.
        relations: The sums that tie them.
        primary: Cells to hide for their own sake.
        follow: Given what is hidden, cells that must be hidden with it for other reasons.

    Returns:
        The cells to hide, primary ones included. Where a relation leaves only totals that
        cannot be hidden, nothing more is done about it.
    """
    hidden = set(primary)
    while True:
        _hide_partners(cells, relations, hidden)
        more = follow(hidden) - hidden
        if not more:
            more = _cover(cells, relations, hidden, worked_out(cells, relations, hidden))
        if not more:
            return hidden
        hidden |= more


def _hide_partners(cells: Cells, relations: Sequence[Relation], hidden: set[int]) -> None:
    """Give every hidden cell company in every sum it is in."""
    of_cell = _relations_of(relations)
    waiting = sorted({number for cell in hidden for number in of_cell.get(cell, ())})
    queued = set(waiting)
    while waiting:
        number = waiting.pop()
        queued.discard(number)
        relation = relations[number]
        while _too_open(cells, relation, hidden):
            chosen = _next(cells, relation, hidden)
            if chosen is None:
                break
            hidden.add(chosen)
            for other in of_cell[chosen]:
                if other != number and other not in queued:
                    queued.add(other)
                    waiting.append(other)


def _too_open(cells: Cells, relation: Relation, hidden: set[int]) -> bool:
    gone = [cell for cell in relation.cells if cell in hidden]
    if not gone:
        return False
    unknown = [cell for cell in relation.cells if cell in hidden or cells.unpublished[cell]]
    if len(unknown) == 1:
        return True
    if not relation.parts or len(unknown) > len([c for c in relation.parts if c in hidden]):
        return False
    return small(float(sum(cells.value[cell] for cell in unknown)))


def _next(cells: Cells, relation: Relation, hidden: set[int]) -> int | None:
    """The next smallest cell; totals last, and before them cells that are nought.

    Nought comes late because readers often know it, as of a home not yet open.
    """
    open_cells = [
        cell
        for cell in relation.cells
        if cell not in hidden and not cells.fixed[cell] and not cells.unpublished[cell]
    ]
    if not open_cells:
        return None

    def rank(cell: int) -> tuple[bool, bool, float, int]:
        size = abs(float(cells.value[cell]))
        return (bool(cells.total[cell]), size < SMALLEST, size, cell)

    return min(open_cells, key=rank)


def _relations_of(relations: Sequence[Relation]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for number, relation in enumerate(relations):
        for cell in relation.cells:
            found.setdefault(cell, []).append(number)
    return found


def worked_out(cells: Cells, relations: Sequence[Relation], hidden: set[int]) -> set[int]:
    """Hidden cells that the published ones determine exactly.

    A random vector is projected onto the solutions of the sums with nothing on the other
    side. Where every solution is nought at a cell, so is the projection: the cell has no
    freedom, and its value follows from what is published.

    Args:
        cells: The cells.
        relations: The sums.
        hidden: Hidden cells.

    Returns:
        Those that can be worked out.
    """
    from scipy.sparse import csr_matrix
    from scipy.sparse.linalg import lsmr

    unknown = sorted(hidden | {int(cell) for cell in np.flatnonzero(cells.unpublished)})
    place = {cell: number for number, cell in enumerate(unknown)}
    rows, columns, signs = [], [], []
    row = 0
    for relation in relations:
        here = [
            (place[c], s) for c, s in zip(relation.cells, relation.signs, strict=True) if c in place
        ]
        if not here:
            continue
        for column, sign in here:
            rows.append(row)
            columns.append(column)
            signs.append(float(sign))
        row += 1
    if not row:
        return set()
    sums = csr_matrix((signs, (rows, columns)), shape=(row, len(unknown)))
    # Fixed numbers, so that the same tables hide the same cells. Away from nought, so that
    # a cell with freedom is not mistaken for one without.
    draws = np.random.Generator(np.random.PCG64(20200331)).uniform(1.0, 2.0, (2, len(unknown)))
    free = np.zeros(len(unknown), dtype=np.bool_)
    for draw in draws:
        part = lsmr(sums, sums @ draw, atol=1e-13, btol=1e-13, conlim=0, maxiter=20_000)[0]
        free |= np.abs(draw - part) > 1e-7
    return {cell for cell, number in place.items() if cell in hidden and not free[number]}


def _cover(
    cells: Cells, relations: Sequence[Relation], hidden: set[int], exposed: set[int]
) -> set[int]:
    """One more cell to hide near each cell that can be worked out, if there is one."""
    of_cell = _relations_of(relations)
    more: set[int] = set()
    for cell in sorted(exposed):
        reached, seen = [cell], {cell}
        while reached:
            options = {
                chosen
                for place in reached
                for number in of_cell.get(place, ())
                if (chosen := _next(cells, relations[number], hidden | more)) is not None
            }
            partial = [c for c in options if not cells.total[c]] or sorted(options)
            if partial:
                more.add(min(partial, key=lambda c: (abs(float(cells.value[c])), c)))
                break
            # Nothing left in the sums this cell is in: look in those its partners are in.
            reached = sorted(
                {
                    other
                    for place in reached
                    for number in of_cell.get(place, ())
                    for other in relations[number].cells
                    if other in hidden and other not in seen
                }
            )
            seen |= set(reached)
    return more
