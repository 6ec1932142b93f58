"""Turns of a panel or court, and orders that end care and wait for theirs."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_worlds import World, always, children, ended, home, same, within_chance

from sufficiency.episodes import Episodes
from sufficiency.model.child import DAYS_TO_ADULT
from sufficiency.model.parameters import ROUTES, CourtParameters, Steps
from sufficiency.model.turns import Turns
from sufficiency.periods import DAYS_PER_YEAR
from sufficiency.vocabulary import Move, Route

NEED_AN_ORDER = frozenset(
    ROUTES.index(route) for route in (Route.SPECIAL_GUARDIANSHIP, Route.CHILD_ARRANGEMENTS)
)
BY_ORDER = [ended("special_guardianship"), ended("child_arrangements")]
PLENTY = 1e9

# Turns by themselves ------------------------------------------------------------------------


def could_decide(steps: Steps, since: float, until: float) -> float:
    """Cases that can be decided between two days, added up stretch by stretch."""
    starts, rates = steps
    total = 0.0
    for start, end, rate in zip(starts, (*starts[1:], math.inf), rates, strict=True):
        total += max(min(end, until) - max(start, since), 0.0) * rate / DAYS_PER_YEAR
    return total


rates = st.sampled_from([0.0, 3.0, 40.0, 365.25, 5000.0])


@st.composite
def steps_of_turns(draw: st.DrawFn) -> Steps:
    days = sorted(draw(st.sets(st.integers(1, 1500), max_size=3)))
    return (-math.inf, *map(float, days)), tuple(draw(rates) for _ in range(len(days) + 1))


@pytest.mark.theory
@given(steps_of_turns(), st.lists(st.floats(0, 2000), max_size=40).map(sorted))
def test_each_turn_is_the_first_that_capacity_allows(steps: Steps, asked: list[float]) -> None:
    """One whole case between turns, none on a day without capacity, and no idling."""
    turns, last = Turns(steps), -math.inf
    for day in asked:
        turn = turns.next(day)
        if turn == math.inf:
            assert could_decide(steps, max(last, day), 1e6) < 1.0 + 1e-6
            continue
        assert turn >= day
        assert could_decide(steps, turn, turn + 1.0) > 0.0 or turn > 1999.0
        if last > -math.inf:
            assert could_decide(steps, last, turn) > 1.0 - 1e-6
        # Nothing could have been decided between asking and the turn, but for the case before.
        waited = could_decide(steps, max(day, last), turn)
        assert waited < 1.0 + 1e-6 if last > -math.inf else waited < 1e-6
        last = turn


@pytest.mark.theory
@given(steps_of_turns(), st.lists(st.floats(0, 2000), max_size=40).map(sorted))
def test_a_turn_too_late_is_not_taken(steps: Steps, asked: list[float]) -> None:
    patient, hurried = Turns(steps), Turns(steps)
    for day in asked:
        assert hurried.next(day, latest=day - 1.0) == math.inf
        assert hurried.next(day) == patient.next(day)


@pytest.mark.unit
def test_turns_are_evenly_spaced_when_always_in_demand() -> None:
    turns = Turns(always(DAYS_PER_YEAR / 10))  # one every ten days
    assert [turns.next(5.0) for _ in range(4)] == [5.0, 15.0, 25.0, 35.0]
    assert turns.next(100.0) == 100.0  # turns not asked for are not saved up
    assert turns.next(101.0) == 110.0


@pytest.mark.unit
def test_a_line_moves_faster_from_the_day_more_can_be_decided() -> None:
    turns = Turns(((-math.inf, 25.0), (DAYS_PER_YEAR / 10, DAYS_PER_YEAR)))
    found = [turns.next(0.0) for _ in range(6)]
    assert found == pytest.approx([0.0, 10.0, 20.0, 25.5, 26.5, 27.5])


@pytest.mark.unit
def test_without_capacity_nobody_has_a_turn_until_there_is_some() -> None:
    assert Turns(always(0.0)).next(3.0) == math.inf
    turns = Turns(((-math.inf, 50.0), (0.0, PLENTY)))
    assert turns.next(3.0) == 50.0


# Orders in a world --------------------------------------------------------------------------


def court_world(orders_per_year: float | Steps | None, **changes: object) -> World:
    """Children who leave by orders, of two kinds, and by another way out."""
    courts = None
    if orders_per_year is not None:
        steps = orders_per_year if isinstance(orders_per_year, tuple) else always(orders_per_year)
        courts = CourtParameters(NEED_AN_ORDER, steps)
    world = World(
        (home("kin"), home("elsewhere")),
        ((0,), (1,)),
        {
            Route.SPECIAL_GUARDIANSHIP: 0.5,
            Route.CHILD_ARRANGEMENTS: 0.3,
            Route.HOME_PLANNED: 0.1,
        },
        {Move.BREAKDOWN: 0.5},
        entries=(0.0, 40.0, 40.0, 20.0, 10.0),
        years=8,
        courts=courts,
    )
    return dataclasses.replace(world, **changes)  # type: ignore[arg-type]


def order_days(episodes: Episodes) -> np.ndarray:
    return np.sort(episodes.end[np.isin(episodes.reason_ceased, BY_ORDER)])


@pytest.mark.theory
@pytest.mark.parametrize("capacity", [10.0, 30.0])
def test_orders_made_are_never_more_than_the_court_can_make(capacity: float) -> None:
    for k in range(1, 6):
        made = order_days(court_world(capacity).run(replication=k).episodes)
        for since in range(0, 2557, 60):
            assert ((made >= since) & (made < since + 365.25)).sum() <= capacity + 1


@pytest.mark.theory
def test_a_court_always_in_demand_makes_as_many_orders_as_it_can() -> None:
    """Nobody leaves or moves meanwhile, so that no turn is wasted."""
    world = court_world(
        30.0, leaving={Route.SPECIAL_GUARDIANSHIP: 0.8}, moving={}, entries=(0, 60.0, 0, 0, 0)
    )
    days = world.parameters().horizon.days
    for k in range(1, 11):
        made = order_days(world.run(replication=k).episodes)
        late = (made >= 1000).sum()  # by then the line is long
        assert abs(late - 30 * (days - 1000) / DAYS_PER_YEAR) <= 1


@pytest.mark.theory
def test_waiting_for_court_is_a_queue_with_evenly_spaced_service() -> None:
    """Random arrivals, one server, fixed service: the wait is Pollaczek and Khinchine's.

    Service begins at once here: an order that finds the court free is made on the day, and the
    next cannot be made until a spacing later. So the wait is the queue's wait alone.
    """
    capacity, due_per_year, years = 50.0, 30.0, 40
    world = World(
        (home("kin"),),
        ((0,),),
        {Route.SPECIAL_GUARDIANSHIP: 2000.0},  # due within hours of entering
        entries=(due_per_year, 0, 0, 0, 0),
        years=years,
        courts=CourtParameters(NEED_AN_ORDER, always(capacity)),
    )
    load, spacing = due_per_year / capacity, DAYS_PER_YEAR / capacity
    expected = load * spacing / (2 * (1 - load)) + DAYS_PER_YEAR / 2000.0
    waits = []
    for k in range(1, 31):
        episodes = world.run(replication=k).episodes
        settled = episodes.start < years * 365 - 365
        waits.append((episodes.end - episodes.start)[settled].mean())
    error = np.std(waits, ddof=1) / math.sqrt(len(waits))
    assert within_chance(float(np.mean(waits)), expected, error)
    assert error < 0.05 * expected


@pytest.mark.streams
def test_a_court_with_plenty_of_capacity_changes_nothing() -> None:
    for k in range(1, 4):
        without = court_world(None).run(replication=k).episodes
        assert same(court_world(PLENTY).run(replication=k).episodes, without)
        assert len(order_days(without)) > 200


@pytest.mark.streams
def test_fewer_orders_leave_other_ways_out_on_the_same_day() -> None:
    """Whoever left another way without a limit still does; the rest may while they wait."""
    other = [ended("home_planned"), ended("aged_18")]

    def others(episodes: Episodes) -> dict[int, tuple[int, int]]:
        left = np.isin(episodes.reason_ceased, other)
        columns = (episodes.child, episodes.end, episodes.reason_ceased)
        return {
            int(child): (int(end), int(why))
            for child, end, why in zip(*(c[left] for c in columns), strict=True)
        }

    free, held = (others(court_world(capacity).run().episodes) for capacity in (None, 10.0))
    assert free.items() < held.items()


@pytest.mark.theory
def test_without_any_orders_children_leave_by_what_is_left() -> None:
    """Time to leaving is the other route's alone: waiting does not stop its clock."""
    world = court_world(0.0, entries=(0.0,) * 5, moving={}, years=5)
    episodes = world.run(opening=children(3000, age_years=3.0)).episodes
    assert not len(order_days(episodes))
    days = world.parameters().horizon.days
    stayed = math.exp(-0.1 * days / DAYS_PER_YEAR)
    found = (episodes.end > days).mean()
    assert within_chance(found, stayed, math.sqrt(stayed * (1 - stayed) / 3000))


@pytest.mark.conservation
def test_children_who_wait_can_still_move_and_nobody_is_over_18() -> None:
    world = court_world(5.0)
    days = world.parameters().horizon.days
    moved, aged = 0, 0
    for k in range(1, 4):
        opened = children(40, age_years=15.0)
        episodes = world.run(replication=k, opening=opened).episodes
        due = order_due(court_world(None).run(replication=k, opening=opened).episodes)
        adult = episodes.born + DAYS_TO_ADULT
        assert (np.minimum(episodes.end, days) <= np.maximum(adult, episodes.start)).all()
        grown = episodes.reason_ceased == ended("aged_18")
        assert (episodes.end[grown] == adult[grown]).all()
        aged += sum(int(child) in due for child in episodes.child[grown])
        moves = episodes.reason_ceased == ended("breakdown")
        waited_since = np.array([due.get(int(child), days) for child in episodes.child])
        moved += (moves & (episodes.end > waited_since)).sum()
    assert aged > 10
    assert moved > 50


def order_due(episodes: Episodes) -> dict[int, int]:
    """Children who leave by an order, and the day."""
    left = np.isin(episodes.reason_ceased, BY_ORDER)
    return dict(zip(episodes.child[left].tolist(), episodes.end[left].tolist(), strict=True))


@pytest.mark.conservation
def test_a_child_who_comes_to_a_home_where_orders_are_not_made_waits_there() -> None:
    """In such a home the clock stands still; an order due before is made after the next move."""
    world = court_world(20.0, effects={(1, Route.SPECIAL_GUARDIANSHIP): 0.0}, plan_after=1)
    episodes = world.run().episodes
    elsewhere = episodes.setting == 1
    assert elsewhere.sum() > 50
    assert not (episodes.reason_ceased[elsewhere] == ended("special_guardianship")).any()
