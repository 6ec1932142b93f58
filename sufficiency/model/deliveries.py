"""How far an intervention works on each day: what its effect is multiplied by.

An intervention that worked somewhere else works here as far as what it needs is in place. It
is built up over months, more slowly where training is disrupted, and may lose some of its
effect when it is handed over to another body to run. The result is one share by day, from 0
(no effect yet) to 1 (the whole effect that was found elsewhere).
"""

from __future__ import annotations

import math
from bisect import bisect_right

from sufficiency.model.parameters import Steps
from sufficiency.periods import DAYS_PER_YEAR, Horizon
from sufficiency.scenario.system import Delivery
from sufficiency.streams import Draws

_STEP_DAYS = DAYS_PER_YEAR / 12


def reached(delivery: Delivery, draws: Draws, horizon: Horizon) -> Steps:
    """Share of an intervention's effect that is reached, on every day.

    Args:
        delivery: When it opens and what it needs.
        draws: Values of uncertain figures.
        horizon: The days of the forecast.

    Returns:
        Days from which shares hold, the first minus infinity, and the shares: 0 until it
        opens. Days before the forecast are below zero.
    """
    opens = float(horizon.day(delivery.opens))
    in_place = conditions_met(delivery, draws)
    days, built = _built_up(opens, draws(delivery.ramp) * draws(delivery.ramp_ratio))
    changes = set(days)
    handed_over, kept = math.inf, draws(delivery.kept_after_handover)
    if delivery.handed_over is not None:
        handed_over = float(horizon.day(delivery.handed_over))
        changes.add(max(handed_over, opens))
    found_days, shares = [-math.inf], [0.0]
    for day in sorted(changes):
        share = built[bisect_right(days, day) - 1] * in_place
        found_days.append(day)
        shares.append(share * kept if day >= handed_over else share)
    return tuple(found_days), tuple(shares)


def conditions_met(delivery: Delivery, draws: Draws) -> float:
    """Share of an intervention's effect that is left for want of what it needs.

    Args:
        delivery: Its conditions, and how far each is met.
        draws: Values of uncertain figures.

    Returns:
        1 when every condition is met, or there is none.
    """
    return math.prod(
        1.0 - (1.0 - draws(need.met)) * (1.0 - draws(need.kept_if_unmet))
        for need in delivery.conditions.values()
    )


def delivery_steps(delivery: Delivery, draws: Draws, horizon: Horizon) -> Steps:
    """Share of an intervention's effect that is reached, on the days of the forecast.

    Args:
        delivery: When it opens and what it needs.
        draws: Values of uncertain figures.
        horizon: The days of the forecast.

    Returns:
        As :func:`reached`, but what holds when the forecast opens holds from minus infinity,
        so that every other day lies in the forecast.
    """
    days, shares = reached(delivery, draws, horizon)
    first = bisect_right(days, 0.0) - 1
    return (-math.inf, *days[first + 1 :]), shares[first:]


def _built_up(opens: float, ramp_days: float) -> tuple[list[float], list[float]]:
    """How far it has been built up: a straight line from 0 to 1, as steps of about a month.

    Each step holds the line's height at its middle, so that the steps have the line's average.
    """
    steps = math.ceil(ramp_days / _STEP_DAYS)
    days = [opens + round(step * ramp_days / steps) for step in range(steps)]
    heights = [(step + 0.5) / steps for step in range(steps)]
    return [*days, opens + round(ramp_days)], [*heights, 1.0]
