"""Rates by route and age, and by time in care and home, without a cell for each.

A full table of rates has over a thousand cells and a few hundred events. Instead a rate is a
product: the route's average times an effect of age, of time in care and of the kind of home.
Published tables give events by route and events by age, not by both; the crossing is fitted to
both totals from what is usual. The effects of age are then set so that, with the other effects
in place, the children who were there would have had the events by age that were counted.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sufficiency.estimate.ipf import Margin, fit

FloatArray = NDArray[np.float64]


def events_by_route_and_age(
    by_route: FloatArray, by_age: FloatArray, usual: FloatArray, exposure: FloatArray
) -> FloatArray:
    """Cross events by route with events by age.

    Args:
        by_route: Events by each route; shape (routes,).
        by_age: Events at each age; shape (ages,). Both add up to the same.
        usual: How usual each route is at each age, per child; 0 where it cannot be. Shape
            (routes, ages).
        exposure: Child-years at each age, or shares of them; shape (ages,).

    Returns:
        Events; shape (routes, ages).

    Raises:
        MarginsContradict: When no crossing agrees with both.
    """
    margins = (Margin((0,), by_route, "events by route"), Margin((1,), by_age, "events by age"))
    return fit(usual * exposure, margins).table


def effects_of_age(
    events_by_age: FloatArray, weights: FloatArray, by_time: FloatArray, by_setting: FloatArray
) -> FloatArray:
    """Effects of age that give the counted events by age, the other effects being in place.

    Args:
        events_by_age: Events of one route at each age; shape (ages,).
        weights: Shares of the children the events were counted from, by age, time in care and
            setting; shape (ages, times, settings).
        by_time: Relative rate by time in care; shape (times,).
        by_setting: Relative rate by setting; shape (settings,).

    Returns:
        Relative rate at each age, scaled so that the average rate over the children is 1.
        Zero where nothing was counted.

    Raises:
        ValueError: When events were counted at an age at which nobody could have had one.
    """
    at_risk = np.einsum("ats,t,s->a", weights, by_time, by_setting)
    if (events_by_age[at_risk <= 0] > 0).any():
        raise ValueError("events were counted at an age where the other effects rule them out")
    shares = events_by_age / events_by_age.sum()
    effects: FloatArray = np.divide(shares, at_risk, out=np.zeros_like(shares), where=at_risk > 0)
    return effects
