"""How many children sleep where each night, plainly counted or weighted by what they cost.

A night is paid for on the day a child arrives and not on the day the child leaves. Rather
than look at every child every night, a stay adds to the count on the day it starts and
takes away on the day it ends; running totals then give every night at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sufficiency.episodes import birthday
from sufficiency.vocabulary import AGE_BAND_STARTS_YEARS

Ints = NDArray[np.signedinteger]


def children_each_night(
    row: Ints, start: Ints, end: Ints, rows: int, days: int
) -> NDArray[np.int64]:
    """Children in each row of a table each night.

    Args:
        row: Which row each stay belongs to.
        start: First night of each stay; may be before day 0.
        end: First night not slept there; may be after the last day.
        rows: Rows of the table.
        days: Days of the forecast.

    Returns:
        Whole numbers of children; shape (rows, days).
    """
    width = days + 1
    arrive = np.bincount(_place(row, start, days), minlength=rows * width)
    leave = np.bincount(_place(row, end, days), minlength=rows * width)
    return _running_total(arrive - leave, rows, width)


def weighted_children_each_night(
    row: Ints,
    start: Ints,
    end: Ints,
    born: NDArray[np.int32],
    weight: NDArray[np.float64],
    age_ratio: NDArray[np.float64],
    days: int,
) -> NDArray[np.float64]:
    """Children each night, each counted by what they cost relative to the stated fee.

    Args:
        row: Which row of ``age_ratio`` each stay belongs to.
        start: First night of each stay; may be before day 0.
        end: First night not slept there; may be after the last day.
        born: Day number of each child's date of birth.
        weight: Multiple of the fee for each stay.
        age_ratio: Multiple of the fee by age band; shape (rows, age bands). A child moves
            to the next band on the birthday.
        days: Days of the forecast.

    Returns:
        Weighted children; shape (rows, days).
    """
    rows, width = len(age_ratio), days + 1
    by_age = np.any(age_ratio != 1, axis=1)[row]
    flat = ~by_age
    pieces = [(row[flat], start[flat], end[flat], weight[flat])]
    pieces += pieces_by_age(
        row[by_age], start[by_age], end[by_age], born[by_age], weight[by_age], age_ratio
    )
    in_row = np.concatenate([piece[0] for piece in pieces])
    first = np.concatenate([piece[1] for piece in pieces])
    after = np.concatenate([piece[2] for piece in pieces])
    how_much = np.concatenate([piece[3] for piece in pieces])
    size = rows * width
    arrive = np.bincount(_place(in_row, first, days), weights=how_much, minlength=size)
    leave = np.bincount(_place(in_row, after, days), weights=how_much, minlength=size)
    return _running_total(arrive - leave, rows, width)


def pieces_by_age(
    row: Ints,
    start: Ints,
    end: Ints,
    born: NDArray[np.int32],
    weight: NDArray[np.float64],
    age_ratio: NDArray[np.float64],
) -> list[tuple[Ints, Ints, Ints, NDArray[np.float64]]]:
    """Stays cut at the birthdays on which the fee changes; empty pieces are left out.

    Args:
        row: Which row of ``age_ratio`` each stay belongs to.
        start: First night of each stay; may be before day 0.
        end: First night not slept there; may be after the last day.
        born: Day number of each child's date of birth.
        weight: Multiple of the fee for each stay; any number that goes with it may be given.
        age_ratio: Multiple of the fee by age band; shape (rows, age bands).

    Returns:
        For each band: row, first night, first night after, and weight times the band's ratio.
    """
    birthdays = [birthday(born, years) for years in AGE_BAND_STARTS_YEARS[1:]]
    pieces = []
    for band in range(len(AGE_BAND_STARTS_YEARS)):
        first = np.maximum(start, birthdays[band - 1]) if band else start
        after = np.minimum(end, birthdays[band]) if band < len(birthdays) else end
        some = first < after
        ratio = age_ratio[row[some], band]
        pieces.append((row[some], first[some], after[some], weight[some] * ratio))
    return pieces


def _place(row: Ints, day: Ints, days: int) -> NDArray[np.int64]:
    """Position in the flattened table, days outside the forecast moved to its edges."""
    return row.astype(np.int64) * (days + 1) + np.clip(day, 0, days)


def _running_total(change: NDArray[Any], rows: int, width: int) -> NDArray[Any]:
    total: NDArray[Any] = np.cumsum(change.reshape(rows, width), axis=1)[:, :-1]
    return total
