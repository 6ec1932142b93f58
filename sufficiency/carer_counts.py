"""Every count of the authority's own foster carers: households, places, and those who may join.

Stocks (households, places, applications waiting, assessments) are counted on the last night of
a month or financial year. Flows (enquiries, applications, approvals, households leaving) are
summed over it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sufficiency.counts import Counted, period_ends
from sufficiency.model.assessors import APPROVED
from sufficiency.model.carers import Recruited
from sufficiency.periods import Horizon

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

HOUSEHOLDS, PLACES = "households", "places"
ENQUIRIES, APPLICATIONS, ASSESSMENTS = "enquiries", "applications", "assessments"


def count_carers(recruited: Recruited, horizon: Horizon) -> list[Counted]:
    """Count everything about carers that is counted.

    Args:
        recruited: What became of them.
        horizon: The days of the forecast.

    Returns:
        Every measure, under the name of the setting their places are in.
    """
    return [
        Counted(measure, recruited.setting, unit, values)
        for measure, unit, values in (*_stocks(recruited, horizon), *_flows(recruited, horizon))
    ]


def _stocks(recruited: Recruited, horizon: Horizon) -> Iterator[tuple[str, str, FloatArray]]:
    houses, applications = recruited.households, recruited.applications
    # A night's count is of what stands when its day is over: days are numbered from 0.
    ends = period_ends(horizon).astype(np.float64)
    begun, left = houses.approved_day, houses.leaves_day
    places = _standing(begun, left, ends, houses.places)
    changes = np.array([event.change for event in recruited.events], dtype=np.int64)
    days = np.array([event.day for event in recruited.events])
    usable = houses.usable.sum() + _before(days, ends, changes)
    yield "carer_households", HOUSEHOLDS, _standing(begun, left, ends)
    yield "carer_places", PLACES, places
    # Places in which no new child may be placed: out of use for a time, or under notice.
    yield "carer_places_unavailable", PLACES, places - usable
    waited_until = np.minimum(applications.started, applications.ended)
    yield "applications_waiting", APPLICATIONS, _standing(applications.applied, waited_until, ends)
    assessed = np.isfinite(applications.started)
    started, ended = applications.started[assessed], applications.ended[assessed]
    yield "assessments", ASSESSMENTS, _standing(started, ended, ends)


def _flows(recruited: Recruited, horizon: Horizon) -> Iterator[tuple[str, str, FloatArray]]:
    applications = recruited.applications
    approved = applications.ended[applications.outcome == APPROVED]
    for measure, unit, days in (
        ("carer_enquiries", ENQUIRIES, recruited.enquired),
        ("carer_applications", APPLICATIONS, applications.applied),
        ("carer_approvals", HOUSEHOLDS, approved),
        ("carers_left", HOUSEHOLDS, recruited.households.leaves_day),
    ):
        first = np.array([float(period.first) for period in horizon.periods])
        after = np.array([float(period.after) for period in horizon.periods])
        in_period = _before(days, after) - _before(days, first)
        yield measure, unit, np.concatenate([[np.nan], in_period])


def _standing(
    begin: FloatArray, end: FloatArray, at: FloatArray, size: IntArray | None = None
) -> FloatArray:
    """How many, or how much, has begun by each time and not ended; shape (times,)."""
    return _before(begin, at, size) - _before(end, at, size)


def _before(days: FloatArray, at: FloatArray, size: IntArray | None = None) -> FloatArray:
    """How many, or how much, lies before each time; shape (times,)."""
    order = np.argsort(days, kind="stable")
    sizes = np.ones(len(days)) if size is None else size[order].astype(np.float64)
    running = np.concatenate([[0.0], np.cumsum(sizes)])
    found: FloatArray = running[np.searchsorted(days[order], at, side="left")]
    return found
