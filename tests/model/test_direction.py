"""More of one thing never gives less, or more, of another, where theory says so."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_worlds import World, always, children, home, present

from sufficiency.counts import nightly
from sufficiency.episodes import REASONS_NEW, Episodes
from sufficiency.model.draw_rates import log_process
from sufficiency.vocabulary import Move, Route

pytestmark = pytest.mark.direction

THEOREM = World(
    (home("own", places=always(10)), home("bought", location=(0.2, 0.6, 1.0))),
    ((0, 1),),
    {Route.HOME_PLANNED: 0.4},
    entries=(0.0, 15.0, 15.0, 0.0, 0.0),
    years=3,
)


def with_places(world: World, places: int) -> World:
    own = dataclasses.replace(world.settings[0], places=always(places))
    return dataclasses.replace(world, settings=(own, *world.settings[1:]))


def outside_days(world: World, episodes: Episodes) -> int:
    nights = nightly(episodes, world.parameters().horizon)
    return int(nights[:, 1:, 1:].sum())


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 500), st.integers(0, 20), st.integers(1, 10))
def test_more_own_places_never_raise_out_of_area_days_on_any_path(
    replication: int, places: int, more: int
) -> None:
    """A theorem here: one limited setting, certain match, equal hazards, places inside."""
    few, many = with_places(THEOREM, places), with_places(THEOREM, places + more)
    assert outside_days(many, many.run(replication=replication).episodes) <= outside_days(
        few, few.run(replication=replication).episodes
    )


def test_more_own_places_do_not_raise_out_of_area_days_in_the_mean() -> None:
    """With matching, moves and a panel it holds in the mean of 200 paired replications."""
    world = World(
        (
            home("own", places=always(30), match=0.05, location=(0.9, 1.0, 1.0)),
            home("bought", location=(0.3, 0.7, 1.0)),
        ),
        ((0, 1),),
        {Route.HOME_PLANNED: 0.3},
        {Move.BREAKDOWN: 0.5},
        entries=(5.0, 10.0, 10.0, 10.0, 5.0),
        years=3,
        plan_to_move=0.3,
        acceptance=0.6,
        notice_days=28.0,
        ranking=(1, 0),
    )
    wider = with_places(world, 45)
    opened = children(25, 1, location=1)
    change = [
        outside_days(wider, wider.run(replication=k, opening=opened).episodes)
        - outside_days(world, world.run(replication=k, opening=opened).episodes)
        for k in range(1, 101)
    ]
    upper = np.mean(change) + 1.645 * np.std(change, ddof=1) / np.sqrt(len(change))
    assert upper < 0


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 500), st.floats(0.0, 1.0), st.floats(0.1, 2.0))
def test_faster_leaving_never_leaves_more_in_care(
    replication: int, rate: float, faster: float
) -> None:
    slow = dataclasses.replace(THEOREM, leaving={Route.HOME_PLANNED: rate})
    fast = dataclasses.replace(THEOREM, leaving={Route.HOME_PLANNED: rate + faster})
    one, other = (w.run(replication=replication).episodes for w in (slow, fast))
    assert all(present(other, day) <= present(one, day) for day in range(0, 1095, 30))


def test_the_panel_takes_the_child_ranked_first() -> None:
    """Two wait for the one bed; the child in the setting ranked first gets it."""
    world = World(
        (home("bed", places=((-np.inf, 100.0), (0, 1))), home("near"), home("far")),
        ((0, 1, 2), (0, 2)),
        {},
        plan_to_move=1.0,
        ranking=(2, 1, 0),
        notice_days=10.0,
    )
    both = children(2, 1)
    opened = dataclasses.replace(both, setting=np.array([1, 2]))
    episodes = world.run(opening=opened).episodes
    moved = episodes.reason_new == REASONS_NEW.index("panel")
    assert moved.sum() == 1
    assert episodes.child[moved][0] == 2
    assert episodes.start[moved][0] == 110


def test_a_child_who_moves_while_waiting_keeps_its_turn() -> None:
    """The one who has waited longer is offered the place, however often it has moved."""
    world = World(
        (home("bed", places=((-np.inf, 300.0), (0, 1))), home("near")),
        ((0, 1),),
        {},
        {Move.BREAKDOWN: 12.0},
        plan_to_move=1.0,
        notice_days=0.5,
    )
    both = children(2, 1)
    opened = dataclasses.replace(both, entered=np.array([-100, -1]), placed=np.array([-100, -1]))
    for k in range(1, 21):
        episodes = world.run(replication=k, opening=opened).episodes
        placed = episodes.child[(episodes.setting == 0)]
        assert placed[0] == 1


def test_no_panel_moves_when_nobodys_plan_is_to_move() -> None:
    world = World(
        (home("bed", places=((-np.inf, 100.0), (0, 5))), home("near")), ((0, 1),), plan_to_move=0.0
    )
    episodes = world.run(opening=children(5, 1)).episodes
    assert len(episodes) == 5


def test_good_and_bad_years_have_the_spread_and_memory_they_are_given() -> None:
    normals = np.random.default_rng(5).standard_normal((20_000, 6))
    spread, memory, last = 0.2, 0.6, 0.3
    logs = np.log([log_process(spread, memory, last, row) for row in normals])
    for year in range(6):
        faded = memory ** (year + 1)
        sd = spread * np.sqrt(1 - faded**2)
        assert logs[:, year].std() == pytest.approx(sd, rel=0.03)
        mean = faded * last - sd**2 / 2
        assert logs[:, year].mean() == pytest.approx(mean, abs=4 * sd / np.sqrt(20_000))
    level = [log_process(spread, memory, 0.0, row) for row in normals]
    assert np.mean(level, axis=0) == pytest.approx(np.ones(6), abs=0.01)
