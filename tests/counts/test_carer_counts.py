"""What is counted of carers, on cases small enough to count by hand."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest

from sufficiency.carer_counts import count_carers
from sufficiency.model.assessors import APPROVED, GAVE_UP, IN_HAND, REFUSED, Applications
from sufficiency.model.carer_places import PlaceEvent
from sufficiency.model.carers import Households, Recruited, recruit
from sufficiency.model.parameters import CarerParameters
from sufficiency.periods import Horizon
from sufficiency.streams import Streams

HORIZON = Horizon(dt.date(2020, 3, 31), dt.date(2020, 6, 30))
"""April (days 0 to 29), May (30 to 60), June (61 to 90), and the part of a year they make."""
INF = math.inf


def table(rows: list[tuple[float, ...]]) -> list[np.ndarray]:
    return [np.array(column) for column in zip(*rows, strict=True)]


def hand_made() -> Recruited:
    number, places, usable, approved, leaves = table(
        [
            (1, 2, 1, -1.0, 29.999),  # gone when April is over
            (2, 3, 3, -1.0, 30.0),  # gone on the first day of May
            (3, 1, 0, -1.0, INF),
            (1_000_007, 2, 0, 30.5, INF),
        ]
    )
    households = Households(
        number.astype(int), places.astype(int), usable.astype(int), approved, leaves
    )
    events = (
        PlaceEvent(1.0, 1, -1, "notice"),
        PlaceEvent(29.999, 1, 0, "leaves"),
        PlaceEvent(30.0, 2, -3, "notice"),
        PlaceEvent(30.0, 2, 0, "leaves"),
        PlaceEvent(30.5, 1_000_007, 2, "approved"),
        PlaceEvent(61.0, 3, 1, "available"),
        PlaceEvent(62.0, 1_000_007, -1, "unavailable"),
    )
    who, applied, started, ended, outcome = table(
        [
            (1_000_001, -300.0, -300.0, -100.0, APPROVED),  # among the first households
            (1_000_007, -90.0, -60.0, 30.5, APPROVED),
            (1_000_009, -5.0, INF, 30.0, GAVE_UP),
            (1_000_012, 10.0, 30.5, 61.0, REFUSED),
            (1_000_020, 70.0, 75.0, INF, IN_HAND),
            (1_000_021, 80.0, INF, INF, IN_HAND),
        ]
    )
    applications = Applications(who.astype(int), applied, started, ended, outcome.astype(int))
    enquired = np.array([-400.0, -300.0, -90.0, -5.0, 0.0, 10.0, 29.9, 70.0, 80.0])
    return Recruited("own", households, events, enquired, applications)


@pytest.mark.unit
@pytest.mark.parametrize(
    ("measure", "unit", "expected"),
    [
        ("carer_households", "households", [3, 2, 2, 2, 2]),
        ("carer_places", "places", [6, 4, 3, 3, 3]),
        ("carer_places_unavailable", "places", [2, 1, 1, 1, 1]),
        ("applications_waiting", "applications", [1, 2, 0, 1, 1]),
        ("assessments", "assessments", [1, 1, 1, 1, 1]),
        ("carer_enquiries", "enquiries", [math.nan, 3, 0, 2, 5]),
        ("carer_applications", "applications", [math.nan, 1, 0, 2, 3]),
        ("carer_approvals", "households", [math.nan, 0, 1, 0, 1]),
        ("carers_left", "households", [math.nan, 1, 1, 0, 2]),
    ],
)
def test_counted_by_hand(measure: str, unit: str, expected: list[float]) -> None:
    found = {row.measure: row for row in count_carers(hand_made(), HORIZON)}
    assert found[measure].setting == "own"
    assert found[measure].unit == unit
    np.testing.assert_array_equal(found[measure].values, expected)


@pytest.mark.conservation
def test_stocks_and_flows_agree_in_every_period() -> None:
    always = ((-math.inf,), (1.0,))
    carers = CarerParameters(
        setting="own",
        households=50,
        places=(1, 3),
        place_shares=(0.5, 0.5),
        unavailable=0.3,
        unavailable_days=60.0,
        leaving_per_year=0.6,
        leaving_change=always,
        notice_days=20.0,
        enquiries_per_year=400.0,
        enquiries_change=always,
        applies=0.3,
        slots=((-math.inf,), (30.0,)),
        assessment_days=100.0,
        patience_days=40.0,
        approved=0.6,
    )
    horizon = Horizon(dt.date(2020, 3, 31), dt.date(2022, 3, 31))
    recruited = recruit(carers, Streams(1, 1), horizon.days)
    found = {row.measure: row.values for row in count_carers(recruited, horizon)}
    months = slice(0, 1 + len(horizon.months))
    households = found["carer_households"][months]
    joined, left = found["carer_approvals"][months][1:], found["carers_left"][months][1:]
    assert households[0] == 50
    assert (np.diff(households) == joined - left).all()
    assert left.sum() > 20
    assert joined.sum() > 20
    for measure in ("carer_enquiries", "carer_applications", "carer_approvals", "carers_left"):
        by_month = found[measure][months][1:].reshape(2, 12).sum(axis=1)
        assert (by_month == found[measure][1 + len(horizon.months) :]).all()
    unavailable, places = found["carer_places_unavailable"], found["carer_places"]
    assert ((unavailable >= 0) & (unavailable <= places)).all()
    assert (found["assessments"] <= 30).all()
    assert (found["applications_waiting"] >= 0).all()
