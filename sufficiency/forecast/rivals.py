"""The two simple forecasts that a back-test is measured against.

A simulation has to earn its keep. The first rival says that everything stays as it is on the
opening day. The second says that as many children go on to come into care as came in the last
three years on average, and that the same share goes on to leave. Both could be worked out on
the back of an envelope, and neither has a range.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
RATE_YEARS = 3
"""How many years up to the opening the constant rates are taken from."""


def held(opening: float, years: int) -> FloatArray:
    """The opening number, held.

    Args:
        opening: Children on the opening day.
        years: How many years ahead.

    Returns:
        Children one, two and more years ahead; shape (years,).
    """
    return np.full(years, float(opening))


def constant_rates(
    stocks: Sequence[int], started: Sequence[int], ceased: Sequence[int], years: int
) -> FloatArray:
    """The caseload that the entries and the rate of leaving of past years lead to.

    Children who leave in a year are the rate times the mean of the caseload at its beginning
    and end. So from one year to the next ``c' = (c * (1 - r / 2) + n) / (1 + r / 2)``, where
    ``n`` is the mean number who started and ``r`` is all who ceased over the sum of mean
    stocks. The stock before the first year is worked back from that year's flows.

    Args:
        stocks: Children at the end of each past year, the opening last.
        started: Children who started to be looked after in each of these years.
        ceased: Children who ceased to be looked after in each.
        years: How many years ahead.

    Returns:
        Children one, two and more years ahead; shape (years,).

    Raises:
        ValueError: If nobody was in care in these years.
    """
    ends = np.array(stocks, dtype=np.float64)
    begins = np.concatenate([[stocks[0] - started[0] + ceased[0]], ends[:-1]])
    exposure = float(((begins + ends) / 2).sum())
    if exposure <= 0:
        raise ValueError("nobody was in care in these years")
    entries = float(np.mean(started))
    half = float(np.sum(ceased)) / exposure / 2
    path, caseload = [], float(ends[-1])
    for _ in range(years):
        caseload = (caseload * (1 - half) + entries) / (1 + half)
        path.append(caseload)
    return np.array(path)
