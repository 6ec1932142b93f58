"""Where in its band of ages a child is.

Published tables give bands of age, and children are not spread evenly inside them.
Most of those who come into care before their first birthday come within days of being born, and
among those of 10 to 15 the older half is the larger. Chance gives each child an even number from
0 to 1 for its place in its band; here it is stretched so that the stated share lies where it does.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
UNDER_1, FROM_10_TO_15, FROM_16_TO_17 = 0, 3, 4
"""Codes of the bands in which children are not even, in the order of ``AgeBand``."""


def towards_older(evenly: FloatArray, older: float) -> FloatArray:
    """Places in a band such that a stated share of children are in its older half.

    Args:
        evenly: Numbers from 0 to 1; any shape.
        older: The share, from 0 to 1. At 0.5 the numbers stay as they are.

    Returns:
        The places, from 0 to 1, in the same order of children.
    """
    if older == 0.5:
        return evenly
    younger = 1.0 - older
    with np.errstate(divide="ignore", invalid="ignore"):
        first, second = evenly / younger / 2, 0.5 + (evenly - younger) / older / 2
    found: FloatArray = np.where(evenly < younger, first, second)
    return found


def from_birth(evenly: FloatArray, at_birth: float) -> FloatArray:
    """Places in a band of which a stated share of children are at the very beginning.

    Args:
        evenly: Numbers from 0 to 1; any shape.
        at_birth: The share, from 0 and below 1. At 0 the numbers stay as they are.

    Returns:
        The places: 0 for that share, and the others even.
    """
    if at_birth == 0.0:
        return evenly
    return np.asarray(np.maximum(evenly - at_birth, 0.0) / (1.0 - at_birth))


def weights_in_band(
    places: FloatArray, band: int, at_birth: float, from_13: float, aged_17: float = 0.5
) -> FloatArray:
    """How many children stand at places in a band, relative to an even spread.

    Args:
        places: Middles of equal steps from 0 to 1; shape (steps,), an even number of them.
        band: Code of the age band.
        at_birth: Share of those under 1 who are at the very beginning: in the first step.
        from_13: Share of those of 10 to 15 who are 13 or older.
        aged_17: Share of those of 16 and 17 who are 17.

    Returns:
        Weights with a mean of 1; shape (steps,).
    """
    weights = np.ones(len(places))
    if band == UNDER_1:
        weights *= 1.0 - at_birth
        weights[0] += at_birth * len(places)
    elif band in (FROM_10_TO_15, FROM_16_TO_17):
        older = from_13 if band == FROM_10_TO_15 else aged_17
        weights[places < 0.5] = 2 * (1.0 - older)
        weights[places >= 0.5] = 2 * older
    return weights
