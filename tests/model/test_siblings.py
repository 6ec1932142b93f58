"""Brothers and sisters: who comes with whom, and whether they live together."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from small_worlds import (
    World,
    always,
    began,
    children,
    home,
    households,
    within_chance,
)

from sufficiency.episodes import SIBLINGS, Episodes
from sufficiency.model.engine import Engine
from sufficiency.model.parameters import SiblingParameters
from sufficiency.model.population import draw_population
from sufficiency.streams import Streams
from sufficiency.vocabulary import Move, Route

ALONE, TOGETHER, APART = range(len(SIBLINGS))
LARGEST = 4
OWN, BOUGHT = 0, 1


def family_world(follows: float, kept_together: float = 1.0, **changes: object) -> World:
    """Children who come by the hundred, some of them with brothers and sisters."""
    world = World(
        (home("own", location=(0.6, 0.9, 1.0)), home("bought", location=(0.2, 0.5, 1.0))),
        ((OWN, BOUGHT),),
        {Route.HOME_PLANNED: 0.5},
        entries=(30.0, 40.0, 40.0, 50.0, 20.0),
        years=8,
        siblings=SiblingParameters(follows, kept_together),
    )
    return dataclasses.replace(world, **changes)  # type: ignore[arg-type]


def entrants(episodes: Episodes) -> np.ndarray:
    """Rows of children entering, in the order they enter."""
    return np.flatnonzero(episodes.reason_new == began("entry"))


def bands(episodes: Episodes) -> np.ndarray:
    """How many children entered from each age band's sheet."""
    return np.bincount(np.unique(episodes.child) // 10**10, minlength=6)


@pytest.mark.conservation
def test_the_same_children_come_as_without_brothers_and_sisters() -> None:
    """Linking only moves the day: nobody is made, lost, or much younger or older."""
    for k in range(1, 6):
        linked = family_world(0.4).run(replication=k).episodes
        alone = family_world(0.4, siblings=None).run(replication=k).episodes
        rows, before = entrants(linked), entrants(alone)
        assert set(linked.child[rows].tolist()) == set(alone.child[before].tolist())
        assert (bands(linked) == bands(alone)).all()
        days = dict(zip(alone.child[before].tolist(), alone.start[before].tolist(), strict=True))
        moved = np.array([days[int(child)] for child in linked.child[rows]]) - linked.start[rows]
        assert (moved >= 0).all()  # never later than it would have come
        assert 0.2 < (moved > 0).mean() < 0.5
        assert moved.mean() < 2.0  # and by hardly any time: one comes every other day
        born = dict(zip(alone.child[before].tolist(), alone.born[before].tolist(), strict=True))
        same_birthday = linked.born[rows] == [born[int(child)] for child in linked.child[rows]]
        # Only a baby born in those days has another birthday: the day it comes.
        assert (linked.born[rows] == linked.start[rows])[~same_birthday].all()


@pytest.mark.theory
@pytest.mark.parametrize("follows", [0.2, 0.45, 1.0])
def test_groups_are_at_most_four_and_as_many_follow_as_theory_says(follows: float) -> None:
    """A chain of places in a group: each goes on with one chance, the fourth never."""
    chain = np.zeros((LARGEST, LARGEST))
    chain[:, 0] = 1 - follows
    chain[np.arange(LARGEST - 1), np.arange(1, LARGEST)] = follows
    chain[LARGEST - 1] = np.eye(LARGEST)[0]
    values, vectors = np.linalg.eig(chain.T)
    steady = np.real(vectors[:, np.argmax(np.real(values))])
    expected = 1 - steady[0] / steady.sum()  # the share who are not the first of their group
    shares = []
    for k in range(1, 31):
        world = family_world(follows)
        population = draw_population(world.parameters(), children(0), Streams(1, k))
        arrived = population.children
        groups: dict[int, int] = {}
        for child in arrived:
            if child.follows is not None:
                assert child.follows.follows is None  # always the first of the group
                assert child.entered == child.follows.entered
                groups[child.follows.number] = groups.get(child.follows.number, 1) + 1
        assert max(groups.values()) == LARGEST
        shares.append(sum(size - 1 for size in groups.values()) / len(arrived))
    error = max(np.std(shares, ddof=1) / math.sqrt(len(shares)), 1e-3)
    assert within_chance(float(np.mean(shares)), expected, error)


@pytest.mark.theory
def test_the_stated_share_of_those_who_follow_are_to_live_together() -> None:
    """With room for all, those are together and nobody is apart."""
    together, linked = 0, 0
    for k in range(1, 11):
        episodes = family_world(0.4, 0.6).run(replication=k).episodes
        codes = episodes.siblings[entrants(episodes)]
        assert not (codes == APART).any()
        together += (codes == TOGETHER).sum()
        whole = family_world(0.4, 1.0).run(replication=k).episodes
        linked += (whole.siblings[entrants(whole)] == TOGETHER).sum()
    assert within_chance(together / linked, 0.6, math.sqrt(0.6 * 0.4 / linked))


@pytest.mark.conservation
def test_those_together_share_setting_and_place_and_come_on_one_day() -> None:
    world = family_world(0.4, settings=(home("own", places=always(60), location=(0.3, 0.6, 1.0)),
                                        home("bought", location=(0.3, 0.6, 1.0))))  # fmt: skip
    counted = np.zeros(3, dtype=int)
    for k in range(1, 6):
        episodes = world.run(replication=k).episodes
        rows = entrants(episodes)
        first = None
        for row in rows.tolist():
            code = int(episodes.siblings[row])
            counted[code] += 1
            if code == ALONE:
                first = row
                continue
            assert first is not None
            assert episodes.start[row] == episodes.start[first]
            if code == TOGETHER:
                assert episodes.setting[row] == episodes.setting[first]
                assert episodes.location[row] == episodes.location[first]
            else:
                # Apart only when the first home was full.
                assert episodes.setting[first] == OWN
                assert episodes.setting[row] == BOUGHT
                here = (episodes.setting == OWN) & (episodes.start <= episodes.start[row])
                assert (here & (episodes.end >= episodes.start[row])).sum() >= 60
    assert (counted > 20).all()


@pytest.mark.conservation
def test_apart_is_counted_only_at_entry() -> None:
    """A later home is nobody's to share."""
    world = family_world(0.4, moving={Move.BREAKDOWN: 2.0})
    episodes = world.run().episodes
    later = episodes.reason_new != began("entry")
    assert later.sum() > 500
    assert (episodes.siblings[later] == ALONE).all()


# With carers by household ---------------------------------------------------------------------


def carers_world(**changes: object) -> World:
    """Own carers first, household by household, and bought places for the rest."""
    return family_world(
        0.5,
        settings=(home("own", places=always(0)), home("bought")),
        carers_setting=OWN,
        leaving={Route.HOME_PLANNED: 2.0},
        **changes,
    )


def placed_with(world: World, *places: int) -> dict[int, tuple[int, int, int]]:
    """For each child entering: setting, household and sibling code, on the day it enters."""
    parameters, streams = world.parameters(), Streams(1, 1)
    population = draw_population(parameters, children(0), streams)
    engine = Engine(parameters, population, streams, households(*places))
    placing, seen = engine._placing, {}
    moves_in = placing.move_in

    def watched(child, *rest, siblings=ALONE, **more):  # type: ignore[no-untyped-def]
        moves_in(child, *rest, siblings=siblings, **more)
        first = child.follows.household if child.follows is not None else None
        seen[child.number] = (child.setting, child.household, siblings, first)

    placing.move_in = watched  # type: ignore[method-assign]
    engine.run()
    return seen


@pytest.mark.conservation
def test_those_together_share_a_household() -> None:
    seen = placed_with(carers_world(), *([3] * 200))
    together = [each for each in seen.values() if each[2] == TOGETHER and each[0] == OWN]
    assert len(together) > 100
    assert all(household == first for _, household, _, first in together)


@pytest.mark.conservation
def test_in_households_of_one_place_nobody_lives_together() -> None:
    """There is room with other carers, but that is not a home shared: it counts as apart."""
    seen = placed_with(carers_world(), *([1] * 300))
    in_house = [each for each in seen.values() if each[0] == OWN]
    apart = [each for each in in_house if each[2] == APART]
    assert len(apart) > 100
    assert not any(code == TOGETHER for _, _, code, _ in in_house)
    assert all(household != first for _, household, _, first in apart)


@pytest.mark.conservation
def test_a_home_that_suits_no_child_of_an_age_takes_none_with_a_brother_or_sister() -> None:
    """A hub for those of 10 and over does not take a baby whose sister lives there."""
    older = (always(0.0), always(0.0), always(0.0), always(1.0), always(1.0))
    world = family_world(0.6, settings=(home("hub", suitable=older), home("bought")))
    young_and_apart = 0
    for k in range(1, 4):
        episodes = world.run(replication=k).episodes
        age_years = (episodes.start - episodes.born) / 365.25
        in_hub = episodes.setting == OWN
        assert (episodes.siblings[in_hub] == TOGETHER).any()
        assert age_years[in_hub].min() >= 9.99
        young_and_apart += ((episodes.siblings == APART) & (age_years < 10)).sum()
    assert young_and_apart > 50


@pytest.mark.streams
def test_living_together_leaves_luck_and_days_of_entering_alone() -> None:
    """Keeping more of them together changes where children live, not who comes or when."""
    some, all_of_them = (family_world(0.4, kept).run().episodes for kept in (0.3, 1.0))
    for name in ("child", "start", "born", "price_rank"):
        columns = (e.columns()[name][entrants(e)] for e in (some, all_of_them))
        assert np.array_equal(*columns)
    kept = [e.siblings[entrants(e)] == TOGETHER for e in (some, all_of_them)]
    assert (kept[0] <= kept[1]).all()
    assert kept[0].sum() < kept[1].sum()
