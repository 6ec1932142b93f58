"""The authority's own foster carers, household by household, before any child is placed.

Who comes forward, who is approved, how many children each household can take, when a place cannot
be used, and when a household stops: none of it depends on the children. So it is worked out
first, and given to the simulation of children as a list of days on which places come and go.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sufficiency.model.assessors import (
    APPROVED,
    LUCK_PLACES,
    LUCK_STAY,
    Applications,
    draw_enquiries,
    follow,
)
from sufficiency.model.carer_places import PlaceEvent, Stays, place_events
from sufficiency.model.luck import marks
from sufficiency.model.parameters import CarerParameters, Steps
from sufficiency.periods import DAYS_PER_YEAR, Horizon
from sufficiency.rounding import whole_shares
from sufficiency.scenario.schema import Scenario
from sufficiency.scenario.values import Dated
from sufficiency.streams import Draws, Streams

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_OPEN_AT_START = -1.0


@dataclass(frozen=True)
class Households:
    """Every approved household of the forecast: those open at the start, then by approval.

    Attributes:
        number: Number of each, the same in every scenario; shape (households,).
        places: How many children it is approved for.
        usable: How many places can be used on day 0; 0 for those approved later.
        approved_day: Day of approval; -1 when it was open at the start.
        leaves_day: Day it stops; infinite if after the forecast.
    """

    number: IntArray
    places: IntArray
    usable: IntArray
    approved_day: FloatArray
    leaves_day: FloatArray

    def __len__(self) -> int:
        return len(self.number)


@dataclass(frozen=True)
class Recruited:
    """What became of the authority's own carers in one replication.

    Attributes:
        setting: Name of the setting their places are in.
        households: Every household.
        events: What happens to their places during the forecast, in order of time.
        enquired: Day of each enquiry, in order; negative before the forecast.
        applications: Every application, from before the forecast on.
    """

    setting: str
    households: Households
    events: tuple[PlaceEvent, ...]
    enquired: FloatArray
    applications: Applications

    @property
    def usable_at_start(self) -> list[tuple[int, int]]:
        """Each household open at the start, by number, and its usable places."""
        opening = self.households.approved_day == _OPEN_AT_START
        number, usable = self.households.number[opening], self.households.usable[opening]
        return list(zip(number.tolist(), usable.tolist(), strict=True))

    @property
    def place_changes(self) -> list[tuple[float, int, int, bool]]:
        """Each event as day, household, change in usable places, and whether it leaves."""
        return [(day, house, change, kind == "leaves") for day, house, change, kind in self.events]


def draw_carers(scenario: Scenario, draws: Draws, horizon: Horizon) -> CarerParameters | None:
    """Draw the numbers the carers of one replication run on.

    Args:
        scenario: What is known and assumed.
        draws: Values of uncertain figures.
        horizon: The days of the forecast.

    Returns:
        The numbers, or None where the scenario does not count carers by household.
    """
    carers = scenario.carers
    if carers is None:
        return None
    offered = sorted(carers.places, key=int)
    shares = np.array([draws(carers.places[places]) for places in offered])
    posts = carers.assessors.on(horizon.epoch)
    days, staff = _dated(carers.assessors, draws, horizon, draws(posts) if posts else 0.0)
    each = draws(carers.assessments_each)
    return CarerParameters(
        setting=carers.setting,
        households=round(draws(carers.households)),
        places=tuple(int(places) for places in offered),
        place_shares=tuple((shares / shares.sum()).tolist()),
        unavailable=draws(carers.unavailable),
        # Less than a day at a time would be countless changes and no different a share.
        unavailable_days=max(draws(carers.unavailable_for), 1.0),
        leaving_per_year=draws(carers.leaving),
        leaving_change=_dated(carers.leaving_change, draws, horizon, 1.0),
        notice_days=draws(carers.notice),
        enquiries_per_year=draws(carers.enquiries),
        enquiries_change=_dated(carers.enquiries_change, draws, horizon, 1.0),
        applies=draws(carers.apply),
        slots=(days, tuple(float(math.floor(posts * each + 1e-9)) for posts in staff)),
        assessment_days=draws(carers.assessment),
        patience_days=draws(carers.patience),
        approved=draws(carers.approved),
    )


def _dated(dated: Dated[Any], draws: Draws, horizon: Horizon, before: float) -> Steps:
    """A dated figure by day. Before day 0 it is what it was on the opening day.

    Enquiries and assessments are followed from years before the forecast, as they would be had
    the opening day's conditions always held: a change from day 0 on must not reach back.
    """
    opening = dated.on(horizon.start)
    first = before if opening is None else draws(opening)
    later = [(date, quantity) for date, quantity in dated.from_.items() if date > horizon.start]
    return (
        (-math.inf, *(_day(date, horizon) for date, _ in later)),
        (first, *(draws(quantity) for _, quantity in later)),
    )


def _day(date: dt.date, horizon: Horizon) -> float:
    return float(horizon.day(date))


def recruit(carers: CarerParameters, streams: Streams, days: int) -> Recruited:
    """Follow the carers of one replication from before the forecast to its end.

    Args:
        carers: The numbers they run on.
        streams: The replication's streams.
        days: Length of the forecast.

    Returns:
        Households, what happens to their places, and the applications.
    """
    enquiries = draw_enquiries(carers, streams, days)
    applications, luck = follow(carers, enquiries, days)
    # Those approved before day 0 are among the households that open the forecast.
    new = (applications.outcome == APPROVED) & (applications.ended >= 0.0)
    new_at = np.flatnonzero(new)[np.argsort(applications.ended[new], kind="stable")]
    number, places, stay = _opening_households(carers, streams)
    chosen = np.searchsorted(
        np.cumsum(carers.place_shares)[:-1], luck[new_at, LUCK_PLACES], "right"
    )
    number = np.concatenate([number, applications.number[new_at]])
    places = np.concatenate([places, np.array(carers.places)[chosen]])
    stay = np.concatenate([stay, marks(luck[new_at, LUCK_STAY])])
    approved = np.concatenate(
        [np.full(carers.households, _OPEN_AT_START), applications.ended[new_at]]
    )
    since = np.maximum(approved, 0.0)
    leaves = leaving_days(carers, since, stay)
    stays = Stays(number, places, approved != _OPEN_AT_START, since, leaves)
    usable, events = place_events(carers, stays, streams, days)
    households = Households(
        number=number,
        places=places,
        usable=usable,
        approved_day=approved,
        leaves_day=np.where(leaves < days, leaves, np.inf),
    )
    return Recruited(carers.setting, households, events, enquiries.day, applications)


def _opening_households(
    carers: CarerParameters, streams: Streams
) -> tuple[IntArray, IntArray, FloatArray]:
    """Number, places and length of stay (as marks) of the households open at the start.

    Their places meet the mix as nearly as whole households can, in every future. Which
    household has how many is drawn, since they are numbered.
    """
    luck = streams.of("carers_at_start").random((carers.households, 2))
    mix = whole_shares(np.array(carers.place_shares), carers.households)
    places = np.empty(carers.households, dtype=np.int64)
    places[np.argsort(luck[:, 0])] = np.repeat(carers.places, mix)
    return np.arange(1, carers.households + 1), places, marks(luck[:, 1])


def leaving_days(carers: CarerParameters, since: FloatArray, stay: FloatArray) -> FloatArray:
    """The day on which each household stops fostering.

    Args:
        carers: The rate of leaving, by day.
        since: Day from which each may leave, not before day 0; shape (households,).
        stay: Each one's mark, a unit exponential: it leaves when the rate of leaving, added
            up day by day, has reached it.

    Returns:
        Days, infinite where never.
    """
    starts = np.array((0.0, *carers.leaving_change[0][1:]))
    rate = np.array(carers.leaving_change[1]) * carers.leaving_per_year / DAYS_PER_YEAR
    run = np.concatenate([[0.0], np.cumsum(rate[:-1] * np.diff(starts))])
    stretch = np.searchsorted(starts, since, side="right") - 1
    target = run[stretch] + rate[stretch] * (since - starts[stretch]) + stay
    # The stretch in which the target is reached: the last that begins below it.
    stretch = np.maximum(np.searchsorted(run, target, side="left") - 1, 0)
    with np.errstate(divide="ignore"):
        days = starts[stretch] + (target - run[stretch]) / rate[stretch]
    found: FloatArray = np.maximum(days, since)  # rounding must not let one leave too early
    return found
