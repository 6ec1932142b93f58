"""Children by steps of age and of time in care, and what becomes of them within one step.

The expectation follows children in groups of one step of age. Bands of age begin where steps
begin, and so, to the nearest step, do bands of time in care. Here the opening children are spread
over the steps of their bands, and rates become shares of children over a step.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np

from sufficiency.model.ages import FROM_16_TO_17, weights_of_halves, weights_rising
from sufficiency.model.parameters import FloatArray
from sufficiency.periods import DAYS_PER_YEAR
from sufficiency.vocabulary import (
    ADULT_AGE_YEARS,
    AGE_BAND_STARTS_YEARS,
    TIME_IN_CARE_STARTS_DAYS,
    AgeBand,
    TimeInCare,
)

AGE_EDGES = (*AGE_BAND_STARTS_YEARS, ADULT_AGE_YEARS)
"""First birthday of each age band, and the 18th."""
_POINTS_IN_A_STEP = 16
"""Ages looked at within one step when opening children are spread over theirs."""


def exponentials(speed: FloatArray, count: int) -> tuple[FloatArray, FloatArray]:
    """Where children are after half a step, and on average over the whole of one.

    The exponential of a matrix, and its average from nothing to the whole, from their series
    on a small part of the step, doubled until the part is the whole.

    Args:
        speed: Rates a step; shape (..., states + routes, states + routes).
        count: How many of them are states.

    Returns:
        Both from each state; shape (..., states, states + routes).
    """
    largest = float(np.abs(speed).sum(axis=-1).max(initial=0.0))
    doublings = max(1, int(np.ceil(np.log2(max(largest, 1e-9) / 0.25))))
    part, one = speed / 2**doublings, np.eye(speed.shape[-1])
    average = np.broadcast_to(one, speed.shape)
    for term in range(10, 1, -1):
        average = one + part @ average / term
    whole = one + part @ average
    for _ in range(doublings):
        half, average = whole, (whole + one) @ average / 2
        whole = half @ half
    return half[..., :count, :], average[..., :count, :]


def time_edges(steps_per_year: int) -> tuple[float, ...]:
    """First time in care of each band, in years, to the nearest step."""
    steps = [round(days / DAYS_PER_YEAR * steps_per_year) for days in TIME_IN_CARE_STARTS_DAYS]
    return tuple(step / steps_per_year for step in steps)


@lru_cache(maxsize=16)
def spread_in_bands(
    steps_per_year: int, share_aged_17: float, older_half: tuple[float, ...]
) -> FloatArray:
    """How opening children of each band of age and time in care are spread over both, in steps.

    As the simulation draws them: ages first, among those old enough for the time in care, then
    times. The last step of time holds all who are beyond the last edge.

    Returns:
        Shares; shape (5, 5, ages in steps, times in steps), adding up to 1 over the last two.
    """
    edges = time_edges(steps_per_year)
    times = round(edges[-1] * steps_per_year)
    points = ADULT_AGE_YEARS * steps_per_year * _POINTS_IN_A_STEP
    age = (np.arange(points) + 0.5) / (steps_per_year * _POINTS_IN_A_STEP)
    time = np.append(np.arange(times + 1) / steps_per_year, np.inf)
    found = np.zeros((len(AgeBand), len(TimeInCare), points, times + 1))
    for band, (youngest, oldest) in enumerate(pairwise(AGE_EDGES)):
        place = np.clip((age - youngest) / (oldest - youngest), 0.0, 1.0)
        if band == FROM_16_TO_17:
            weight = weights_of_halves(place, share_aged_17)
        else:
            weight = weights_rising(place, older_half[band])
        for long, (since, until) in enumerate(zip(edges, (*edges[1:], np.inf), strict=True)):
            here = (age >= max(youngest, since)) & (age < oldest)
            longest = np.minimum(until, age[here])[:, None]
            within = np.clip(np.minimum(longest, time[1:]) - np.maximum(since, time[:-1]), 0, None)
            found[band, long, here] = weight[here, None] * within / (longest - since)
            found[band, long] /= max(found[band, long].sum(), 1e-300)
    by_step: FloatArray = found.reshape(*found.shape[:2], -1, _POINTS_IN_A_STEP, times + 1).sum(
        axis=3
    )
    by_step.setflags(write=False)
    return by_step
