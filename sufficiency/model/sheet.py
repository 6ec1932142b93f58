"""The sheet that people who come are scattered on: time along it, and rate up it.

Candidates are scattered evenly. A scenario takes those that lie below its own rate on their
day, so that a lower rate takes some of the same people and no others, a higher one takes them
all and some besides, and a longer forecast changes nothing in its earlier part. Children
coming into care and people asking about fostering are drawn this way.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sufficiency.model.luck import marks
from sufficiency.periods import DAYS_PER_YEAR

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

SHEETS = ("arrivals", "at_risk", "at_risk_before", "returning", "unaccompanied")
"""Sheets of children, in the order of their numbers: those who enter, those whose risk ends
without care, those at risk only before the forecast, those who left before it and come back,
and unaccompanied children. Adding one at the end changes no child's number."""

SHEET_STEP, BAND_STEP, STRIP_STEP = 10**12, 10**10, 10**6


def child_numbers(sheet: str, band: int, strip: int, rows: NDArray[np.intp]) -> IntArray:
    """Numbers of children by where they stand on a sheet, the same in every scenario.

    Args:
        sheet: One of :data:`SHEETS`.
        band: Code of the age band.
        strip: Which strip of the sheet.
        rows: Which candidates of the strip.

    Returns:
        The numbers; shape of ``rows``.
    """
    first = SHEETS.index(sheet) * SHEET_STEP + (band + 1) * BAND_STEP + strip * STRIP_STEP
    numbers: IntArray = first + rows
    return numbers


def candidates(
    rng: np.random.Generator, first_day: float, days: int, strip_per_year: float
) -> tuple[FloatArray, FloatArray]:
    """The candidates of one strip of a sheet, in order of time.

    Args:
        rng: The strip's own stream.
        first_day: Where the strip begins.
        days: Where it ends.
        strip_per_year: Candidates a year: the height of the strip.

    Returns:
        Their days, and their levels within the strip, 0 to 1.
    """
    expected = (days - first_day) * strip_per_year / DAYS_PER_YEAR
    drawn = rng.random((int(expected + 5 * math.sqrt(expected) + 10), 2))
    while True:
        day = first_day + np.cumsum(marks(drawn[:, 0])) * DAYS_PER_YEAR / strip_per_year
        if day[-1] >= days:
            inside = int(np.searchsorted(day, days))
            return day[:inside], drawn[:inside, 1]
        drawn = np.concatenate([drawn, rng.random((len(drawn), 2))])
