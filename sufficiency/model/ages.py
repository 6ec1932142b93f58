"""Where in its band of ages a child is.

Published tables give bands of age, and children are not spread evenly inside them.
Most of those who come into care before their first birthday come within days of being born, and
older children are more than younger ones in most bands. Chance gives each child an even number from
0 to 1 for its place in its band; here it is stretched so that the stated share lies where it does.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
_FLAT = 1e-9
UNDER_1, FROM_16_TO_17 = 0, 4
"""Codes of the first and the last band, in the order of ``AgeBand``."""
LEAST_OLDER, MOST_OLDER = 0.25, 0.75
"""Shares of a band in its older half between which numbers can rise or fall steadily through it."""
EVEN = (0.5, 0.5, 0.5, 0.5, 0.5)
"""Shares of each band in its older half when children are even in it."""


def rising(evenly: FloatArray, older: float) -> FloatArray:
    """Places in a band through which numbers rise or fall steadily.

    Args:
        evenly: Numbers from 0 to 1; any shape.
        older: Share of the children in the older half, from 0.25 to 0.75; what is beyond is
            taken as the nearer of the two. At 0.5 the numbers stay as they are.

    Returns:
        The places, from 0 to 1, in the same order of children.
    """
    slope = _slope(older)
    if abs(slope) < _FLAT:
        return evenly
    # As many children lie below place p as p + slope * (p**2 - p).
    root = np.sqrt((1.0 - slope) ** 2 + 4.0 * slope * evenly)
    return np.asarray((root - (1.0 - slope)) / (2.0 * slope))


def two_halves(evenly: FloatArray, older: float) -> FloatArray:
    """Places in a band whose halves are each even, and a stated share in the older one.

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


def weights_rising(places: FloatArray, older: float) -> FloatArray:
    """How many children stand at places in a band, relative to an even spread, as ``rising``.

    Args:
        places: Middles of equal steps from 0 to 1; shape (steps,).
        older: Share of the children in the older half.

    Returns:
        Weights with a mean of 1; shape (steps,).
    """
    return np.asarray(1.0 + _slope(older) * (2.0 * places - 1.0))


def weights_of_halves(places: FloatArray, older: float) -> FloatArray:
    """The same as ``two_halves``; an even number of steps."""
    return np.asarray(np.where(places < 0.5, 2.0 * (1.0 - older), 2.0 * older))


def weights_from_birth(places: FloatArray, at_birth: float) -> FloatArray:
    """The same as ``from_birth``: a share in the first step, and the others even."""
    weights = np.full(len(places), 1.0 - at_birth)
    weights[0] += at_birth * len(places)
    return weights


def _slope(older: float) -> float:
    """How steeply numbers rise: half the difference of both ends over the mean."""
    return 4.0 * (min(max(older, LEAST_OLDER), MOST_OLDER) - 0.5)
