"""Good and bad years: how much entries and leaving vary beyond chance, and whether they revert.

Everything here is measured across authorities between two years, so it is known what two years
can tell and what they cannot. They tell how much a flow changes from one year to the next,
net of chance. For entries they tell how far a year's distance from the level that holds the
number in care carries into the next; for leaving that is taken by judgement. They show
whether high rates fell back in that one year, not whether they do so in the long run.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Slope:
    """A straight line through authorities, and how well it is known.

    Attributes:
        value: Rise for each unit.
        standard_error: Of the rise.
        residual_sd: Scatter about the line.
        authorities: How many it was drawn through.
    """

    value: float
    standard_error: float
    residual_sd: float
    authorities: int


def change_variance(first: FloatArray, second: FloatArray, exposure_change: FloatArray) -> float:
    """Variance of the yearly log change of a flow, net of chance.

    Args:
        first: Counts of each authority in the first year, all above zero.
        second: Counts in the second year, all above zero.
        exposure_change: Log change of what the flow comes from, such as children in care; zeros
            where there is none.

    Returns:
        The variance on the log scale. Chance adds about one over each count; each authority is
        weighted by how little chance there is in its change.
    """
    chance = 1 / first + 1 / second
    change = np.log(second / first) - exposure_change
    weights = 1 / (chance + 0.03)  # 0.03: about the true variance of a change
    middle = float((weights * change).sum() / weights.sum())
    scatter = float((weights * (change - middle) ** 2).sum() / weights.sum())
    return max(scatter - float((weights * chance).sum() / weights.sum()), 0.0)


def spread(change_variance_log: float, autocorrelation: float) -> float:
    """Spread of a year's multiplier, from the variance of its change.

    For a first-order process the change has twice the variance of a year, less what carries
    over: ``2 * spread**2 * (1 - autocorrelation)``.

    Args:
        change_variance_log: Variance of the yearly log change, net of chance.
        autocorrelation: Correlation of one year with the next.

    Returns:
        Standard deviation of the log of one year's multiplier.
    """
    return float(np.sqrt(change_variance_log / (2 * (1 - autocorrelation))))


def reversion(
    rate: FloatArray, next_rate: FloatArray, national: float, next_national: float
) -> Slope:
    """Whether authorities above the national rate of children in care came nearer to it.

    Args:
        rate: Children in care per child of the population in the first year, by authority.
        next_rate: The same a year later.
        national: National rate in the first year.
        next_national: National rate a year later.

    Returns:
        Yearly log change for each unit of the log gap: below zero when rates revert.
    """
    gap = np.log(rate / national)
    return _line(gap, np.log(next_rate / next_national) - gap)


def carried_over(starts: FloatArray, next_starts: FloatArray, holding: FloatArray) -> Slope:
    """How much of this year's distance from a steady caseload carries into next year.

    A year's distance is the log of its entries over the entries that would hold the number
    in care. The slope of next year's distance on this year's is the autocorrelation of good
    and bad years around that level.

    Args:
        starts: Entries this year, by authority.
        next_starts: Entries next year.
        holding: Entries that would hold this year's number in care.

    Returns:
        The slope: 0 when a year says nothing of the next, 1 when it settles it.
    """
    return _line(np.log(starts / holding), np.log(next_starts / holding))


def level_sd(residual_sd: float, year_spread: float, expected_count: float) -> float:
    """Uncertainty of the level of entries, apart from good and bad years and chance.

    Args:
        residual_sd: Scatter of next year's log entries about their forecast.
        year_spread: Fresh spread of one year's multiplier, which that scatter includes.
        expected_count: A usual count; chance adds one over it to the variance.

    Returns:
        Standard deviation of the log level; at least 0.05.
    """
    left = residual_sd**2 - year_spread**2 - 1 / expected_count
    return float(np.sqrt(max(left, 0.05**2)))


def _line(x: FloatArray, y: FloatArray) -> Slope:
    centred = x - x.mean()
    value = float((centred * y).sum() / (centred**2).sum())
    residual = y - y.mean() - value * centred
    sd = float(np.sqrt((residual**2).sum() / (len(x) - 2)))
    return Slope(value, sd / float(np.sqrt((centred**2).sum())), sd, len(x))
