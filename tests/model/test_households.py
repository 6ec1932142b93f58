"""Children among the authority's own carers: no place given twice, and who must move when."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable

import numpy as np
import pytest
import simpy
from small_worlds import World, always, began, children, ended, home, households, present, same

from sufficiency.episodes import NONE, OPEN, Episodes
from sufficiency.model.carers import Recruited, recruit
from sufficiency.model.engine import Engine
from sufficiency.model.parameters import CarerParameters
from sufficiency.model.population import OpeningCaseload, draw_population
from sufficiency.streams import Streams
from sufficiency.vocabulary import Move, Route

OWN, BOUGHT = 0, 1

# In a world -----------------------------------------------------------------------------------


def carer_world(**changes: object) -> World:
    """Own carers before bought places; nothing happens by itself unless told otherwise."""
    world = World(
        (home("own", places=always(0)), home("bought")),
        ((OWN, BOUGHT),),
        carers_setting=OWN,
        years=3,
    )
    return dataclasses.replace(world, **changes)  # type: ignore[arg-type]


class Watching(simpy.Environment):
    """Time in which something is looked at after every event."""

    look: Callable[[], None]

    def step(self) -> None:
        super().step()
        self.look()


def watched(
    world: World,
    recruited: Recruited,
    look: Callable[[Engine], None],
    opening: OpeningCaseload | None = None,
    replication: int = 1,
) -> Episodes:
    """Run a world, looking after every event."""
    parameters, streams = world.parameters(), Streams(1, replication)
    population = draw_population(parameters, opening or children(0), streams)
    engine = Engine(parameters, population, streams, recruited)
    engine.env = Watching()
    engine.env.look = lambda: look(engine)  # type: ignore[method-assign]
    return engine.run().episodes


def lodgings(world: World, recruited: Recruited, opening: OpeningCaseload) -> dict[int, int]:
    """Household of each opening child."""
    found: dict[int, int] = {}

    def look(engine: Engine) -> None:
        for child in engine.present():
            found.setdefault(child.number, child.household)

    # Someone comes and goes, so that there is an event to look after.
    watched(dataclasses.replace(world, entries=(0, 0, 5.0, 0, 0)), recruited, look, opening)
    return {child: where for child, where in found.items() if child < 10**6}


RECRUITED = CarerParameters(
    setting="own",
    households=15,
    places=(1, 2, 3),
    place_shares=(0.4, 0.4, 0.2),
    unavailable=0.25,
    unavailable_days=120.0,
    leaving_per_year=0.4,
    leaving_change=always(1.0),
    notice_days=28.0,
    enquiries_per_year=80.0,
    enquiries_change=always(1.0),
    applies=0.3,
    slots=always(8.0),
    assessment_days=120.0,
    patience_days=150.0,
    approved=0.7,
)


@pytest.fixture(scope="module")
def busy() -> list[tuple[Recruited, Episodes]]:
    """Futures in which carers come, rest, give notice and leave, and places are scarce.

    After every event no household holds more children than it is approved for, and what the
    market believes to be vacant is what the households have free and nobody was promised.
    """
    world = carer_world(
        leaving={Route.HOME_PLANNED: 0.8},
        moving={Move.BREAKDOWN: 0.5},
        entries=(5.0, 10.0, 10.0, 10.0, 5.0),
        years=5,
        plan_to_move=0.6,
        acceptance=0.7,
        notice_days=20.0,
    )
    world = dataclasses.replace(
        world, settings=(home("own", places=always(0), match=0.3), home("bought"))
    )
    found = []
    for k in range(1, 6):
        recruited = recruit(RECRUITED, Streams(1, k), world.parameters().horizon.days)
        approved_for = dict(
            zip(
                recruited.households.number.tolist(),
                recruited.households.places.tolist(),
                strict=True,
            )
        )

        def look(engine: Engine, approved_for: dict[int, int] = approved_for) -> None:
            carers, market = engine._carers, engine.market
            assert carers is not None
            present = list(engine.present())
            promised = sum(child.held == OWN for child in present)
            assert market.vacancies(OWN) == len(carers._free) - promised
            living = [child.household for child in present if child.household != NONE]
            for household in set(living):
                assert living.count(household) <= approved_for[household]
            # Opening children with no room live with carers who are not counted.
            for child in present:
                assert child.household == NONE or child.setting == OWN
                if child.setting == OWN and child.household == NONE:
                    assert child.home == 0
                    assert child.entered < 0

        opened = children(20, OWN)
        found.append((recruited, watched(world, recruited, look, opened, replication=k)))
    return found


@pytest.mark.conservation
def test_no_place_is_given_twice_and_no_household_is_overfull(
    busy: list[tuple[Recruited, Episodes]],
) -> None:
    """The claims are made after every event while the futures run; here, that much happened."""
    for recruited, episodes in busy:
        kinds = {event.kind for event in recruited.events}
        assert kinds == {"approved", "unavailable", "available", "notice", "leaves"}
        assert (episodes.reason_new == began("panel")).sum() > 5
        assert (episodes.reason_new == began("carer_left")).sum() > 5


@pytest.mark.conservation
def test_children_move_because_carers_left_only_on_a_day_on_which_carers_leave(
    busy: list[tuple[Recruited, Episodes]],
) -> None:
    for recruited, episodes in busy:
        days = {int(event.day) for event in recruited.events if event.kind == "leaves"}
        moved = episodes.reason_ceased == ended("carer_left")
        assert (episodes.setting[moved] == OWN).all()
        assert set(episodes.end[moved].tolist()) <= days


@pytest.mark.conservation
def test_when_carers_leave_all_their_children_move_and_nobody_elses() -> None:
    opened = children(9, OWN)
    where = lodgings(carer_world(), households(3, 3, 3), opened)
    theirs = sorted(child for child, household in where.items() if household == 2)
    assert len(theirs) == 3
    recruited = households(3, 3, 3, events=[(50.0, 2, -3, "notice"), (80.0, 2, 0, "leaves")])
    episodes = carer_world().run(opening=opened, recruited=recruited).episodes
    left = episodes.reason_ceased == ended("carer_left")
    assert sorted(episodes.child[left].tolist()) == theirs
    assert (episodes.end[left] == 80).all()
    went = episodes.reason_new == began("carer_left")
    assert sorted(episodes.child[went].tolist()) == theirs
    assert (episodes.setting[went] == BOUGHT).all()  # everyone else was full
    assert present(episodes, 80, OWN) == 6


@pytest.mark.conservation
def test_children_whose_carers_leave_go_to_other_carers_with_room() -> None:
    opened = children(3, OWN)
    episodes = carer_world().run(opening=opened, recruited=households(3)).episodes
    assert (episodes.end == OPEN).all()
    events = [(50.0, 1, -3, "notice"), (80.0, 1, 0, "leaves")]
    beside = households(3, 0, events=[*events, (79.0, 2, 2, "approved")])
    moved = carer_world().run(
        opening=opened, recruited=dataclasses.replace(beside, events=tuple(sorted(beside.events)))
    )
    assert present(moved.episodes, 80, OWN) == 2
    assert present(moved.episodes, 80, BOUGHT) == 1


@pytest.mark.conservation
def test_a_place_unavailable_while_lived_in_is_not_filled_again() -> None:
    """Not by children who come, nor by those who wait; and then it is, once it is available."""
    world = carer_world(
        leaving={Route.HOME_PLANNED: 6.0},
        effects={(BOUGHT, Route.HOME_PLANNED): 0.1},
        entries=(0, 0, 20.0, 0, 0),
        plan_to_move=1.0,
    )
    events = [(0.5, 1, -1, "unavailable"), (700.0, 1, 1, "available")]
    for k in range(1, 11):
        episodes = world.run(
            replication=k, opening=children(1, OWN), recruited=households(1, events=events)
        ).episodes
        own = episodes.setting == OWN
        first = own & (episodes.start < 0)
        assert episodes.end[first].item() > 0
        later = episodes.start[own & ~first]
        assert later.min() == 700
        assert all(present(episodes, day, OWN) <= 1 for day in range(1000))


@pytest.mark.conservation
def test_a_child_stays_when_its_place_becomes_unavailable() -> None:
    recruited = households(2, events=[(10.0, 1, -1, "unavailable"), (20.0, 1, -1, "notice")])
    episodes = carer_world().run(opening=children(2, OWN), recruited=recruited).episodes
    assert (episodes.end == OPEN).all()


@pytest.mark.conservation
def test_children_beyond_the_places_there_are_at_the_opening_stay_and_are_not_replaced() -> None:
    """Five children and three places: two live with carers who are not counted."""
    world = carer_world(leaving={Route.HOME_PLANNED: 1.0}, entries=(0, 0, 30.0, 0, 0))
    episodes = world.run(opening=children(5, OWN), recruited=households(1, 1, 1)).episodes
    held = [present(episodes, day, OWN) for day in range(1000)]
    assert held[0] == 5
    assert max(held[600:]) == 3
    entered = (episodes.setting == OWN) & (episodes.start >= 0)
    for day in episodes.start[entered].tolist():
        assert present(episodes, day, OWN) <= 5
    # The two who left uncounted carers left no place behind.
    assert np.mean(held[600:]) > 2.5


@pytest.mark.conservation
def test_nobody_is_offered_another_place_when_one_that_is_unusable_is_left() -> None:
    """An offer is made when a place comes free, and none does: the carers are resting."""
    waiting, opened = 5, _one_with_carers_and_others_waiting(5)
    world = carer_world(
        leaving={Route.HOME_PLANNED: 1.0},
        effects={(BOUGHT, Route.HOME_PLANNED): 0.0},
        plan_to_move=1.0,
    )
    home_of = lodgings(world, households(1, 1), opened)[1]
    resting = households(1, 1, events=[(0.5, home_of, -1, "unavailable")])
    episodes = world.run(opening=opened, recruited=resting).episodes
    assert episodes.end[0] < OPEN
    assert (episodes.waiting_for[1:6] == OWN).all()
    assert present(episodes, 1000, BOUGHT) == waiting
    # Whereas a place that can be filled is offered at once.
    filled = world.run(opening=opened, recruited=households(1, 1)).episodes
    offered = filled.start[filled.reason_new == began("panel")]
    assert offered.min() == filled.end[0]


@pytest.mark.conservation
def test_nobody_is_offered_another_place_when_one_lived_in_becomes_usable_again() -> None:
    opened = _one_with_carers_and_others_waiting(5)
    world = carer_world(plan_to_move=1.0)
    home_of = lodgings(world, households(1, 1), opened)[1]
    events = [(10.0, home_of, -1, "unavailable"), (20.0, home_of, 1, "available")]
    episodes = world.run(opening=opened, recruited=households(1, 1, events=events)).episodes
    assert present(episodes, 500, BOUGHT) == 5
    approved = [(10.0, 3, 1, "approved")]
    joined = world.run(opening=opened, recruited=households(1, 1, events=approved)).episodes
    assert present(joined, 500, BOUGHT) == 4


def _one_with_carers_and_others_waiting(others: int) -> OpeningCaseload:
    every = children(1 + others, OWN)
    every.setting[1:] = BOUGHT
    return every


@pytest.mark.conservation
def test_who_accepts_a_place_moves_into_it_when_the_notice_is_served() -> None:
    """Hardly any place suits any child: another search would find one for hardly anyone."""
    own = home("own", places=always(0), match=0.05)
    world = carer_world(settings=(own, home("bought")), plan_to_move=1.0, notice_days=30.0)
    opened = _one_with_carers_and_others_waiting(40)
    events = [(10.0, household, 1, "approved") for household in range(2, 32)]
    episodes = world.run(opening=opened, recruited=households(1, events=events)).episodes
    moved = episodes.reason_new == began("panel")
    assert moved.sum() > 20
    assert (episodes.start[moved] == 40).all()
    assert (episodes.setting[moved] == OWN).all()


@pytest.mark.conservation
def test_a_place_held_for_a_child_goes_when_the_carers_do() -> None:
    """Promised, then withdrawn by notice: the child looks elsewhere when its notice is served."""
    world = carer_world(plan_to_move=1.0, notice_days=30.0)
    opened = _one_with_carers_and_others_waiting(1)
    events = [(10.0, 2, 1, "approved"), (25.0, 2, -1, "notice"), (35.0, 2, 0, "leaves")]
    episodes = world.run(opening=opened, recruited=households(1, events=events)).episodes
    assert present(episodes, 100, OWN) == 1
    assert present(episodes, 100, BOUGHT) == 1


@pytest.mark.streams
def test_carers_who_are_never_needed_change_nothing_else() -> None:
    """Households that stand empty leave every child where it was."""
    world = carer_world(
        orders=((BOUGHT,),),
        leaving={Route.HOME_PLANNED: 0.8},
        moving={Move.BREAKDOWN: 0.5},
        entries=(5.0, 10.0, 10.0, 10.0, 5.0),
    )
    days = world.parameters().horizon.days
    none, many = (
        world.run(opening=children(20, BOUGHT), recruited=each).episodes
        for each in (households(), recruit(RECRUITED, Streams(1, 1), days))
    )
    assert same(none, many)


@pytest.mark.theory
def test_in_house_occupancy_is_erlangs_when_each_household_has_one_place() -> None:
    """Counting by household changes nothing when households never come or go."""
    places, rate, stay_years = 5, 24.0, 0.25
    load = rate * stay_years
    terms = [load**n / math.factorial(n) for n in range(places + 1)]
    loss = terms[-1] / sum(terms)
    world = carer_world(
        leaving={Route.HOME_PLANNED: 1 / stay_years}, entries=(0, 0, rate, 0, 0), years=10
    )
    refused = []
    for k in range(1, 41):
        episodes = world.run(replication=k, recruited=households(*([1] * places))).episodes
        settled = episodes.start > 500
        refused.append((episodes.setting[settled] == BOUGHT).mean())
    error = np.std(refused, ddof=1) / math.sqrt(len(refused))
    assert abs(np.mean(refused) - loss) < 4 * error
