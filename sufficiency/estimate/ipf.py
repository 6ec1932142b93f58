"""Crossing published tables: the fullest table that agrees with each of them.

A publisher gives children by age and children by kind of home, but not by both. Iterative
proportional fitting starts from what is usual (the seed) and scales it to one table after
another until it agrees with all. A cell whose seed is zero cannot happen and stays empty.
Cells that were suppressed take part as one merged count, the total less what is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
_SUM_TOLERANCE = 1e-6


class MarginsContradict(ValueError):
    """No table can agree with all the margins. The message says which and by how much."""


@dataclass(frozen=True)
class Margin:
    """One published table: counts over one axis or several of the joint table.

    Attributes:
        axes: The axes counted over, in rising order.
        counts: The counts; one dimension for each axis.
        name: What to call it in a message.
    """

    axes: tuple[int, ...]
    counts: FloatArray
    name: str


@dataclass(frozen=True)
class Fit:
    """A fitted joint table and how well it fits.

    Attributes:
        table: The joint table.
        rounds: How many times every margin was scaled to.
        largest_miss: Largest difference left from any margin, in the margin's own unit.
    """

    table: FloatArray
    rounds: int
    largest_miss: float


def fit(
    seed: FloatArray,
    margins: Sequence[Margin],
    *,
    tolerance: float = 1e-9,
    most_rounds: int = 5000,
) -> Fit:
    """Scale a seed until it agrees with every margin.

    Args:
        seed: What is usual, zero where impossible; any shape.
        margins: Tables to agree with. Their totals must be equal.
        tolerance: Largest difference accepted, as a share of the total.
        most_rounds: Rounds after which the margins are taken to contradict each other.

    Returns:
        The joint table, with the report of convergence.

    Raises:
        MarginsContradict: When totals differ, a needed category is impossible, or the rounds
            run out.
    """
    total = _common_total(margins)
    table = np.array(seed, dtype=np.float64)
    others = [
        tuple(axis for axis in range(table.ndim) if axis not in margin.axes) for margin in margins
    ]
    miss = np.inf
    for rounds in range(1, most_rounds + 1):
        for margin, summed in zip(margins, others, strict=True):
            table *= _scale(table, margin, summed)
        gaps = [
            float(np.abs(table.sum(axis=summed) - margin.counts).max())
            for margin, summed in zip(margins, others, strict=True)
        ]
        miss = max(gaps)
        if miss <= tolerance * max(total, 1.0):
            return Fit(table, rounds, miss)
    worst = margins[int(np.argmax(gaps))].name
    raise MarginsContradict(
        f"no table agrees with every margin: after {most_rounds} rounds `{worst}` still differs "
        f"by {miss:.3g} of {total:g}; look for a category that one margin needs and another, or "
        "the combinations that cannot happen, rule out"
    )


def _common_total(margins: Sequence[Margin]) -> float:
    if not margins:
        raise ValueError("at least one margin is needed")
    totals = [float(margin.counts.sum()) for margin in margins]
    for margin, total in zip(margins, totals, strict=True):
        if (margin.counts < 0).any():
            raise MarginsContradict(f"`{margin.name}` has a count below zero")
        if abs(total - totals[0]) > _SUM_TOLERANCE * max(totals[0], 1.0):
            raise MarginsContradict(
                f"`{margin.name}` adds up to {total:g}, `{margins[0].name}` to {totals[0]:g}"
            )
    return totals[0]


def _scale(table: FloatArray, margin: Margin, summed: tuple[int, ...]) -> FloatArray:
    """Factors that bring the table to one margin, shaped to multiply it."""
    now = table.sum(axis=summed)
    if (margin.counts[now <= 0] > 0).any():
        where = tuple(int(i) for i in np.argwhere((now <= 0) & (margin.counts > 0))[0])
        raise MarginsContradict(
            f"`{margin.name}` counts {margin.counts[where]:g} in category {where}, where nothing "
            "can happen"
        )
    factors = np.divide(margin.counts, now, out=np.zeros_like(now), where=now > 0)
    return np.expand_dims(factors, summed)


def merged(cells: Mapping[str, int | str], total: int, name: str) -> dict[str, int]:
    """One table with its suppressed cells merged into one count.

    The merged count is for fitting only and is never shown: where one cell alone was
    suppressed it would give that cell away.

    Args:
        cells: Category to number or code, without the total.
        total: The total of the table.
        name: What to call the table in a message.

    Returns:
        The published categories, then ``not published`` when any was suppressed. Categories
        that are not applicable or were not available are left out.

    Raises:
        MarginsContradict: When the published cells come to more than the total, or fall short
            of it with nothing suppressed.
    """
    known = {category: cell for category, cell in cells.items() if isinstance(cell, int)}
    suppressed = [category for category, cell in cells.items() if cell == "c"]
    left = total - sum(known.values())
    if left < 0 or (left > 0 and not suppressed):
        raise MarginsContradict(
            f"`{name}` has {total - left} in its published categories and {total} in all"
        )
    return {**known, "not published": left} if suppressed else known
