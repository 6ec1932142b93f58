"""Rates: so many events in so many child-years, and how sure one can be of them.

A small authority's count is partly chance. It is pooled towards the national rate by as much
as it deserves: a great deal when authorities hardly differ from each other, little when they
differ widely or the local count is large. The result is a gamma distribution, whose tenth and
ninetieth percentiles are what a scenario states.

With ``y`` events in ``E`` child-years over ``n`` years, a national rate ``m``, a relative
variance between authorities ``b`` (net of chance) and a relative variance between years
``s`` (net of chance), the local rate ``y / E`` has variance ``m / E + m**2 * s / n``: chance,
and good and bad years. Its weight is

    w = m**2 * b / (m**2 * b + m / E + m**2 * s / n)

The pooled mean is ``w * y / E + (1 - w) * m`` and its variance ``(1 - w) * m**2 * b``. This is
the gamma-Poisson posterior when ``s`` is 0; good and bad years make local evidence worth less
than its count of events. The gamma with that mean and variance is the result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Evidence:
    """Events counted over exposure.

    Attributes:
        events: How many happened.
        exposure_child_years: In how many child-years.
        years: Over how many years they were counted.
    """

    events: float
    exposure_child_years: float
    years: float = 1.0

    @property
    def rate(self) -> float:
        """Events per child-year."""
        return self.events / self.exposure_child_years


@dataclass(frozen=True)
class PooledRate:
    """A rate and its uncertainty.

    Attributes:
        local: The local evidence.
        national_rate: The rate pooled towards, per child-year; None when there is none.
        weight: Weight of the local rate, 0 to 1.
        mean: Pooled events per child-year.
        variance: Its variance.
    """

    local: Evidence
    national_rate: float | None
    weight: float
    mean: float
    variance: float

    @property
    def events(self) -> float:
        """Local events."""
        return self.local.events

    @property
    def exposure_child_years(self) -> float:
        """Local child-years."""
        return self.local.exposure_child_years

    @property
    def p10(self) -> float:
        """Rate that one future in ten is below."""
        return self.quantile(0.1)

    @property
    def p90(self) -> float:
        """Rate that one future in ten is above."""
        return self.quantile(0.9)

    def quantile(self, chance: float) -> float:
        """Rate below which the given chance lies, by the gamma distribution."""
        from scipy import special

        shape = self.mean**2 / self.variance
        return float(special.gammaincinv(shape, chance)) * self.variance / self.mean


def pooled(
    local: Evidence,
    national_rate: float,
    between_authorities: float,
    between_years: float = 0.0,
) -> PooledRate:
    """Pool a local rate towards the national one.

    Args:
        local: Local events and exposure.
        national_rate: Events per child-year, nationally.
        between_authorities: Relative variance of authorities' rates, net of chance.
        between_years: Relative variance of one authority's rate between years, net of chance.

    Returns:
        The pooled rate: a gamma distribution.

    Raises:
        ValueError: When exposure, the national rate or a variance cannot be.
    """
    if local.exposure_child_years <= 0 or national_rate <= 0:
        raise ValueError("exposure and the national rate must be above zero")
    if between_authorities <= 0 or between_years < 0:
        raise ValueError(
            "the variance between authorities must be above zero, between years not below"
        )
    prior = national_rate**2 * between_authorities
    chance = national_rate / local.exposure_child_years
    years = national_rate**2 * between_years / local.years
    weight = prior / (prior + chance + years)
    mean = weight * local.rate + (1 - weight) * national_rate
    return PooledRate(local, national_rate, weight, mean, (1 - weight) * prior)


def between_authority_variance(
    events: FloatArray, exposure_child_years: FloatArray, between_years: float, years: float
) -> float:
    """How much authorities' rates truly differ: relative variance, net of chance and of years.

    Each authority's events would scatter about the common rate by chance alone; what is left
    over is authorities' own, less what good and bad years put there. Method of moments.

    Args:
        events: Events of each authority over all years; shape (authorities,).
        exposure_child_years: Child-years of each; same shape.
        between_years: Relative variance of one authority's rate between years.
        years: Over how many years the events were counted.

    Returns:
        The relative variance; at least 0.0025, since authorities are never quite alike.
    """
    rate = events.sum() / exposure_child_years.sum()
    expected = rate * exposure_child_years
    excess = ((events - expected) ** 2 - expected).sum() / (expected**2).sum()
    return max(float(excess) - between_years / years, 0.0025)


def between_year_variance(
    events: Sequence[FloatArray], exposure_child_years: Sequence[FloatArray]
) -> float:
    """How much one authority's rate differs from year to year: relative variance, net of chance.

    Taken from two years following each other. When years resemble their neighbours the change
    understates how far years lie from the long run; two years cannot tell (see variation.py).

    Args:
        events: Events of each authority, in each of two years; two arrays of one shape.
        exposure_child_years: Child-years, in the same form.

    Returns:
        The relative variance of one year; at least 0.
    """
    expected = [
        counts.sum() / exposed.sum() * exposed
        for counts, exposed in zip(events, exposure_child_years, strict=True)
    ]
    relative = [counts / mean for counts, mean in zip(events, expected, strict=True)]
    level = (relative[0] + relative[1]) / 2
    # Weight by size: a change in a large authority says more than one in a small one.
    weights = 1 / (1 / expected[0] + 1 / expected[1])
    chance = level * (1 / expected[0] + 1 / expected[1])
    change = (relative[1] - relative[0]) ** 2 - chance
    scale = np.maximum(level, 1e-9) ** 2
    return max(float((weights * change).sum() / (2 * weights * scale).sum()), 0.0)
