"""Turning a fitted table into whole children, with every published total still met.

A fitted table says 3.4 children here and 0.2 there. Whole children are taken from it so that
each one-way total stays exactly what was published. With a generator, the children are drawn
so that over many draws each cell has the number fitted; without one, the nearest whole table
is taken.
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def whole_shares(amounts: FloatArray, total: int) -> IntArray:
    """Share a whole number out in proportion, by largest remainder.

    Args:
        amounts: What each share is in proportion to; not all zero unless the total is 0.
        total: The whole number to share out.

    Returns:
        Whole numbers that add up to the total. Equal remainders go to the first.

    Raises:
        ValueError: When there is something to share and nothing to share it by.
    """
    summed = float(amounts.sum())
    if summed <= 0:
        if total == 0:
            return np.zeros(len(amounts), dtype=np.int64)
        raise ValueError("there is nothing to share the children out by")
    exact = amounts * (total / summed)
    whole = np.floor(exact + 1e-9).astype(np.int64)
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return whole


def whole_cells(table: FloatArray, rng: np.random.Generator | None = None) -> IntArray:
    """Whole children from a fitted table whose one-way totals are whole numbers.

    Children are taken at even steps through the cells, which keeps each total of the first
    axis exact and the others close; then single children change category until all are exact.

    Args:
        table: Fitted counts, any shape; zero where impossible.
        rng: Where the steps start and who changes category; None takes the middle and the
            most fitting child.

    Returns:
        The cell of each child: one row a child, one column an axis.

    Raises:
        ValueError: When a one-way total is not whole, or no change of category can mend one.
    """
    targets = [_whole_totals(table, axis) for axis in range(table.ndim)]
    total = int(targets[0].sum())
    if total == 0:
        return np.zeros((0, table.ndim), dtype=np.int64)
    possible = np.flatnonzero(table)
    edges = np.cumsum(table.ravel()[possible])
    steps = np.arange(total) + (0.5 if rng is None else rng.random())
    picked = np.searchsorted(edges * (total / max(float(edges[-1]), 1e-300)), steps, side="right")
    picked = possible[np.minimum(picked, len(possible) - 1)]
    cells: IntArray = np.stack(np.unravel_index(picked, table.shape), axis=1).astype(np.int64)
    for axis in range(table.ndim):
        _mend(cells, axis, targets[axis], table, rng)
    if any(
        (np.bincount(cells[:, axis], minlength=len(goal)) != goal).any()
        for axis, goal in enumerate(targets)
    ):
        _mend_together(cells, targets, table)
    return cells


def _whole_totals(table: FloatArray, axis: int) -> IntArray:
    sums = table.sum(axis=tuple(other for other in range(table.ndim) if other != axis))
    whole: IntArray = np.rint(sums).astype(np.int64)
    if np.abs(sums - whole).max(initial=0.0) > 1e-3:
        raise ValueError(f"the totals of axis {axis} are not whole numbers: {sums}")
    return whole


def _mend(
    cells: IntArray, axis: int, goal: IntArray, table: FloatArray, rng: np.random.Generator | None
) -> None:
    """Change one category of single children until one axis is exact, or as near as it goes.

    When no child can go straight from a category with too many to one with too few, a chain of
    children does: one from the first to a second category, another from the second on.
    """
    spare = np.bincount(cells[:, axis], minlength=len(goal)) - goal
    if not spare.any():
        return
    others = tuple(cells[:, other] for other in range(table.ndim) if other != axis)
    fitted = np.moveaxis(table, axis, -1)[others]  # a row a child, a column a category
    while (spare > 0).any():
        chain = _chain(cells[:, axis], fitted, spare)
        if chain is None:
            return
        for over, under in itertools.pairwise(chain):
            rows = np.flatnonzero(cells[:, axis] == over)
            likely = fitted[rows, under] / fitted[rows, over]
            if rng is None:
                chosen = int(np.argmax(likely))
            else:
                summed = np.cumsum(likely)
                chosen = int(np.searchsorted(summed, rng.random() * summed[-1], side="right"))
            cells[rows[min(chosen, len(rows) - 1)], axis] = under
        spare[chain[0]] -= 1
        spare[chain[-1]] += 1


def _chain(category: IntArray, fitted: FloatArray, spare: IntArray) -> list[int] | None:
    """Shortest chain of categories from one with too many to one with too few."""
    size = len(spare)
    can = np.zeros((size, size), dtype=bool)
    for one in range(size):
        can[one] = (fitted[category == one] > 0).any(axis=0)
    before = {int(one): -1 for one in np.flatnonzero(spare > 0)}
    waiting = list(before)
    while waiting:
        one = waiting.pop(0)
        if spare[one] < 0:
            chain = [one]
            while before[chain[-1]] >= 0:
                chain.append(before[chain[-1]])
            return chain[::-1]
        for other in np.flatnonzero(can[one]):
            if int(other) not in before:
                before[int(other)] = one
                waiting.append(int(other))
    return None


def _mend_together(cells: IntArray, targets: list[IntArray], table: FloatArray) -> None:
    """Change several categories of a child at once, for tables with many impossible cells."""
    allowed = np.argwhere(table > 0)
    spare = [
        np.bincount(cells[:, axis], minlength=len(goal)) - goal for axis, goal in enumerate(targets)
    ]
    while any((each != 0).any() for each in spare):
        gain = np.zeros((len(cells), len(allowed)))
        for axis, each in enumerate(spare):
            leaving = (np.abs(each) - np.abs(each - 1))[cells[:, axis]][:, None]
            joining = (np.abs(each) - np.abs(each + 1))[allowed[:, axis]][None, :]
            differs = cells[:, axis][:, None] != allowed[:, axis][None, :]
            gain += (leaving + joining) * differs
        row, to = np.unravel_index(int(np.argmax(gain)), gain.shape)
        if gain[row, to] <= 0:
            raise ValueError("no whole children meet every total: too many cells cannot happen")
        for axis, each in enumerate(spare):
            each[cells[row, axis]] -= 1
            each[allowed[to, axis]] += 1
        cells[row] = allowed[to]
