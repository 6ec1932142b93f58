"""How fees differ between placements in one kind of home, from everyday to crisis.

A handful of crisis placements can drive a year's spending, so an average fee is not
enough. Each placement has a rank among the prices of its setting, from 0 (the cheapest)
to 1 (the dearest), and this module turns the rank into a multiple of the average fee.
The multiples average exactly 1, so spreading prices out never changes the average fee.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_REACH = 7.5  # standard deviations each way; beyond it lies one placement in ten million million
_STEP = 0.02
_NOTHING = 1e-9  # a spread or ratio below this is taken as none


@dataclass(frozen=True)
class FeeSpread:
    """Multiples of the average fee by rank, as straight lines between knots.

    Attributes:
        ranks: Ranks of the knots, from 0 to 1, never falling; shape (knots,).
        multiples: Multiple of the average fee at each knot, never falling; shape (knots,).
    """

    ranks: NDArray[np.float64]
    multiples: NDArray[np.float64]

    def multiple(self, rank: NDArray[np.float64]) -> NDArray[np.float64]:
        """Multiple of the average fee for each placement.

        Args:
            rank: Where each placement stands among the prices of its setting, 0 to 1.

        Returns:
            Multiples of the average fee, higher for a higher rank; same shape.
        """
        return np.interp(rank, self.ranks, self.multiples)


@lru_cache(maxsize=256)
def fee_spread(spread: float, tail_share: float, tail_ratio: float) -> FeeSpread | None:
    """The spread of fees when a share of placements are crisis placements.

    Everyday fees and crisis fees are both lognormal with the same spread, and crisis fees
    average ``tail_ratio`` times everyday ones. The table inverts the chance of being below
    a price, and is then scaled so that a rank drawn evenly between 0 and 1 has a multiple
    of 1 on average.

    Args:
        spread: Standard deviation of the log fee.
        tail_share: Share of placements in the tail, 0 to 1.
        tail_ratio: Average crisis fee over average everyday fee.

    Returns:
        The spread, or None where every placement pays the same.
    """
    one_part = tail_share in (0.0, 1.0) or tail_ratio == 1
    if one_part and spread < _NOTHING:
        return None
    if one_part:
        z = np.arange(-_REACH, _REACH + _STEP / 2, _STEP)
        return _scaled_to_mean_one(_chance_below(z), np.exp(spread * z))
    if spread < _NOTHING or tail_ratio < _NOTHING:
        # Two flat steps. A free crisis placement has no log, so it is a step too.
        return _two_steps(spread, tail_share, tail_ratio)
    z = np.arange(-_REACH, _REACH + _STEP / 2, _STEP)
    gap = math.log(tail_ratio) / spread
    chance_everyday = _chance_below(np.concatenate([z, z + gap]))
    chance_crisis = _chance_below(np.concatenate([z - gap, z]))
    log_fee = spread * np.concatenate([z, z + gap])
    order = np.argsort(log_fee, kind="stable")
    ranks = (1 - tail_share) * chance_everyday[order] + tail_share * chance_crisis[order]
    return _scaled_to_mean_one(ranks, np.exp(log_fee[order]))


def _two_steps(spread: float, tail_share: float, tail_ratio: float) -> FeeSpread:
    """Everyday and crisis fees that do not overlap: the cheaper ones first."""
    everyday = fee_spread(spread, 0.0, 1.0) or FeeSpread(np.array([0.0, 1.0]), np.ones(2))
    crisis = FeeSpread(np.array([0.0, 1.0]), np.full(2, tail_ratio))
    parts = [(1 - tail_share, everyday), (tail_share, crisis)]
    parts.sort(key=lambda part: part[1].multiples[0])
    (first_share, first), (rest_share, rest) = parts
    ranks = np.concatenate([first_share * first.ranks, first_share + rest_share * rest.ranks])
    return _scaled_to_mean_one(ranks, np.concatenate([first.multiples, rest.multiples]))


def _scaled_to_mean_one(ranks: NDArray[np.float64], fees: NDArray[np.float64]) -> FeeSpread:
    """The same shape with an average of exactly 1 over even ranks."""
    ranks = np.maximum.accumulate(np.clip(ranks, 0.0, 1.0))
    ranks[0], ranks[-1] = 0.0, 1.0
    average = float(np.trapezoid(fees, ranks))
    return FeeSpread(ranks, fees / average)


@lru_cache(maxsize=1)
def _normal_table() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The standard normal distribution at close points, worked out once."""
    z = np.linspace(-9.0, 9.0, 9001)
    chance = np.array([0.5 * math.erfc(-point / math.sqrt(2)) for point in z])
    return z, chance


def _chance_below(z: NDArray[np.float64]) -> NDArray[np.float64]:
    """Chance that a standard normal number is below each point, right to seven places."""
    return np.interp(z, *_normal_table())
