"""Unaccompanied children: their own arrivals, homes and ways out, beside everyone else's."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from small_worlds import (
    World,
    began,
    children,
    ended,
    entering,
    home,
    lives,
    returning,
    within_chance,
)

from sufficiency.episodes import CATEGORIES, Episodes
from sufficiency.model.parameters import CAUSES, ROUTES, UnaccompaniedParameters
from sufficiency.model.population import OpeningCaseload
from sufficiency.periods import DAYS_PER_YEAR
from sufficiency.vocabulary import Move, Route

ORDINARY, ALONE = (CATEGORIES.index(name) for name in ("ordinary", "unaccompanied"))
FAMILY, SHARED, BOUGHT = range(3)


def alone(per_year: float = 30.0, at_start: int = 0, **ratios: float) -> UnaccompaniedParameters:
    """Unaccompanied children of 10 to 15 and 16 to 17, whose ways out have these ratios."""
    ratio = np.ones(len(CAUSES))
    ratio[: len(ROUTES)] = [ratios.get(route.value, 0.0) for route in ROUTES]
    arrivals = entering(0.0, 0.0, 0.0, per_year / 2, per_year / 2)
    return UnaccompaniedParameters(arrivals, 1, at_start, ratio)


WORLD = World(
    (home("family"), home("shared"), home("bought")),
    ((FAMILY, BOUGHT), (SHARED,)),
    {Route.HOME_PLANNED: 0.6, Route.INDEPENDENCE: 0.4},
    {Move.BREAKDOWN: 0.5},
    entries=(20.0, 20.0, 20.0, 20.0, 10.0),
    years=6,
)


def with_alone(**changes: object) -> World:
    return dataclasses.replace(WORLD, unaccompanied=alone(**changes))  # type: ignore[arg-type]


def came_alone(episodes: Episodes) -> np.ndarray:
    """Rows of unaccompanied children."""
    found: np.ndarray = episodes.category == ALONE
    return found


@pytest.mark.theory
def test_they_come_at_their_own_rate_and_ages() -> None:
    world = with_alone(per_year=30.0)
    years = world.parameters().horizon.days / DAYS_PER_YEAR
    came = []
    for k in range(1, 41):
        episodes = world.run(replication=k).episodes
        rows = came_alone(episodes) & (episodes.reason_new == began("entry"))
        came.append(rows.sum())
        age_years = (episodes.start - episodes.born)[rows] / 365.25
        assert age_years.min() >= 9.99
        assert 0.3 < (age_years >= 16).mean() < 0.7
    expected = 30.0 * years
    assert within_chance(float(np.mean(came)), expected, math.sqrt(expected / len(came)))


@pytest.mark.conservation
def test_they_have_their_own_plan_and_category_in_every_home() -> None:
    episodes = with_alone().run(opening=children(20, FAMILY)).episodes
    rows = came_alone(episodes)
    assert rows.sum() > 150
    assert (episodes.setting[rows] == SHARED).all()
    assert (episodes.setting[~rows] == FAMILY).all()
    place = list(episodes.columns()).index("category")
    categories = [{row[place] for row in life} for life in lives(episodes).values()]
    assert all(len(each) == 1 for each in categories)


@pytest.mark.theory
def test_their_ways_out_are_scaled_and_their_moves_are_not() -> None:
    """Events over exposure, for them and for the others."""
    world = with_alone(per_year=60.0, home_planned=0.25, independence=2.0)
    days = world.parameters().horizon.days
    expected = {
        ALONE: {"home_planned": 0.15, "independence": 0.8, "breakdown": 0.5},
        ORDINARY: {"home_planned": 0.6, "independence": 0.4, "breakdown": 0.5},
    }
    exposure, events = {ALONE: 0.0, ORDINARY: 0.0}, {ALONE: {}, ORDINARY: {}}
    for k in range(1, 21):
        episodes = world.run(replication=k).episodes
        lasted = np.minimum(episodes.end, days) - episodes.start
        for category, rates in expected.items():
            rows = episodes.category == category
            exposure[category] += lasted[rows].sum() / DAYS_PER_YEAR
            for why in rates:
                seen = (episodes.reason_ceased[rows] == ended(why)).sum()
                events[category][why] = events[category].get(why, 0) + seen
    for category, rates in expected.items():
        for why, rate in rates.items():
            mean = rate * exposure[category]
            assert mean > 200
            assert within_chance(events[category][why], mean, math.sqrt(mean))


@pytest.mark.theory
def test_without_ways_out_of_their_own_they_stay_until_18() -> None:
    episodes = with_alone().run().episodes
    rows = came_alone(episodes)
    left = ~np.isin(episodes.reason_ceased[rows], (0, ended("breakdown")))
    assert left.sum() > 50
    assert (episodes.reason_ceased[rows][left] == ended("aged_18")).all()


def of_two_ages(young: int, old: int) -> OpeningCaseload:
    parts = [children(young, FAMILY, age_years=7.0), children(old, SHARED, age_years=15.0)]
    columns = [field.name for field in dataclasses.fields(OpeningCaseload)]
    return OpeningCaseload(*(np.concatenate([getattr(p, c) for p in parts]) for c in columns))


@pytest.mark.conservation
@pytest.mark.parametrize("at_start", [0, 1, 12, 30])
def test_as_many_of_the_opening_children_as_stated_and_none_under_10(at_start: int) -> None:
    for k in range(1, 6):
        episodes = with_alone(at_start=at_start).run(replication=k, opening=of_two_ages(25, 30))
        opening = episodes.episodes.reason_new == began("opening")
        rows = came_alone(episodes.episodes) & opening
        assert rows.sum() == at_start
        assert opening.sum() == 55
        assert (episodes.episodes.child[rows] > 25).all()


@pytest.mark.conservation
def test_each_opening_child_lives_in_its_own_home() -> None:
    """Whoever among them came alone: the settings alternate."""
    opened = children(40, SHARED, age_years=15.0)
    opened.setting[::2] = BOUGHT
    episodes = with_alone(at_start=12).run(opening=opened).episodes
    opening = episodes.reason_new == began("opening")
    assert (came_alone(episodes) & opening).sum() == 12
    living = dict(zip(episodes.child[opening], episodes.setting[opening], strict=True))
    assert living == dict(enumerate(opened.setting.tolist(), start=1))


@pytest.mark.conservation
def test_not_more_of_the_opening_children_than_are_old_enough() -> None:
    episodes = with_alone(at_start=12).run(opening=of_two_ages(25, 8)).episodes
    opening = episodes.reason_new == began("opening")
    assert (came_alone(episodes) & opening).sum() == 8


@pytest.mark.streams
def test_which_opening_children_they_are_differs_between_futures_and_grows() -> None:
    def chosen(at_start: int, replication: int) -> set[int]:
        world = with_alone(at_start=at_start)
        episodes = world.run(replication=replication, opening=of_two_ages(5, 30)).episodes
        opening = episodes.reason_new == began("opening")
        return set(episodes.child[came_alone(episodes) & opening].tolist())

    assert chosen(8, 1) < chosen(12, 1)
    assert chosen(8, 1) != chosen(8, 2)


@pytest.mark.streams
def test_adding_them_leaves_every_other_child_as_it_was() -> None:
    """Without limits on places nobody else's life changes in any way."""
    opened = of_two_ages(25, 30)
    for k in (1, 2):
        without = lives(WORLD.run(replication=k, opening=opened).episodes)
        beside = lives(with_alone().run(replication=k, opening=opened).episodes)
        assert len(beside) > len(without) + 100
        assert {child: beside[child] for child in without} == without


@pytest.mark.streams
def test_more_of_them_are_the_same_ones_and_more() -> None:
    few, many = (lives(with_alone(per_year=n).run().episodes) for n in (20.0, 30.0))
    assert few.items() < many.items()


@pytest.mark.conservation
def test_one_who_comes_back_is_still_one_of_them() -> None:
    world = dataclasses.replace(
        with_alone(per_year=100.0, home_planned=1.0),
        returns=returning({Route.HOME_PLANNED: (2.0, 1.0)}),
    )
    days = world.parameters().horizon.days
    events, exposure = 0, 0.0
    for k in range(1, 6):
        episodes = world.run(replication=k).episodes
        back = came_alone(episodes) & (episodes.period_of_care > 1)
        assert back.sum() > 20
        assert (episodes.setting[back] == SHARED).all()
        # And still leaves at rates of its own: never to independence.
        assert not (episodes.reason_ceased[back] == ended("independence")).any()
        events += (episodes.reason_ceased[back] == ended("home_planned")).sum()
        lasted = np.minimum(episodes.end, days) - episodes.start
        exposure += lasted[back].sum() / DAYS_PER_YEAR
    assert within_chance(events, 0.6 * exposure, math.sqrt(0.6 * exposure))
