"""Short stays: how long they last, what a hub turns away, and where children go from it."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from scipy import stats
from small_worlds import (
    World,
    always,
    began,
    children,
    ended,
    home,
    present,
    same,
    within_chance,
)

from sufficiency.episodes import OPEN, Episodes
from sufficiency.model.population import OpeningCaseload
from sufficiency.vocabulary import Move, Route

HUB, ELSEWHERE, FAMILY = range(3)


def hub_of(beds: int, *, stay_days: float, requests: float, years: int = 10) -> World:
    """Everyone asks the hub first; whoever is refused goes elsewhere, and leaves from there."""
    return World(
        (home("hub", places=always(beds)), home("elsewhere")),
        ((HUB, ELSEWHERE),),
        {Route.HOME_PLANNED: 4.0},
        effects={(HUB, Route.HOME_PLANNED): 0.0},
        stay_days={HUB: stay_days},
        entries=(0, 0, requests, 0, 0),
        years=years,
    )


@pytest.mark.theory
def test_a_stay_is_exponential_with_the_stated_mean() -> None:
    mean_days, count = 60.0, 4000
    world = hub_of(count, stay_days=mean_days, requests=0.0)
    episodes = world.run(opening=children(count, HUB)).episodes
    stays = episodes.setting == HUB
    assert (episodes.reason_ceased[stays] == ended("stay_ends")).all()
    lasted = episodes.end[stays]  # the clock starts at the beginning of day 0
    day = np.arange(1000)
    found = (lasted[:, None] > day).mean(axis=0)
    surviving = np.exp(-(day + 1) / mean_days)
    assert np.abs(found - surviving).max() < stats.kstwo.ppf(0.9999, count)
    # Whole days: half a day less than the time itself, on average.
    assert within_chance(lasted.mean() + 0.5, mean_days, mean_days / math.sqrt(count))


@pytest.mark.theory
def test_a_stay_that_begins_later_is_as_long() -> None:
    """Also for children who come later, and who come from another home."""
    mean_days = 45.0
    world = dataclasses.replace(
        hub_of(10**6, stay_days=mean_days, requests=40.0),
        moving={Move.BREAKDOWN: 3.0},
        leaving={Route.HOME_PLANNED: 1.0},
        effects={(HUB, Route.HOME_PLANNED): 0.0, (HUB, Move.BREAKDOWN): 0.0},
    )
    days = world.parameters().horizon.days
    for reason in ("entry", "breakdown"):
        lasted = np.concatenate(
            [_hub_stays(world.run(replication=k).episodes, reason, days) for k in range(1, 11)]
        )
        assert len(lasted) > 500
        assert within_chance(lasted.mean(), mean_days, mean_days / math.sqrt(len(lasted)))


def _hub_stays(episodes: Episodes, reason: str, days: int) -> np.ndarray:
    """Lengths of hub stays that began so, all but those begun near the end."""
    began_so = (episodes.setting == HUB) & (episodes.reason_new == began(reason))
    early = began_so & (episodes.start < days - 1000)
    assert (episodes.end[early] != OPEN).all()
    return (episodes.end - episodes.start)[early]


@pytest.mark.theory
@pytest.mark.parametrize(("beds", "stay_days", "requests"), [(6, 90.0, 30.0), (4, 60.0, 12.0)])
def test_occupancy_and_blocking_are_erlangs(beds: int, stay_days: float, requests: float) -> None:
    """A hub with beds, no waiting, and everyone refused going elsewhere: M/M/c/c."""
    load = requests * stay_days / 365.25
    terms = [load**n / math.factorial(n) for n in range(beds + 1)]
    loss = terms[-1] / sum(terms)
    world = hub_of(beds, stay_days=stay_days, requests=requests)
    days = world.parameters().horizon.days
    refused, occupied = [], []
    for k in range(1, 41):
        episodes = world.run(replication=k).episodes
        asked = (episodes.reason_new == began("entry")) & (episodes.start > 730)
        refused.append((episodes.setting[asked] == ELSEWHERE).mean())
        occupied.append(_nights(episodes, HUB, 730, days) / (days - 730))
    for found, expected in ((refused, loss), (occupied, load * (1 - loss))):
        error = np.std(found, ddof=1) / math.sqrt(len(found))
        assert within_chance(float(np.mean(found)), expected, error)
        assert error < 0.08 * expected  # or the test could not tell


def _nights(episodes: Episodes, setting: int, since: int, until: int) -> int:
    here = episodes.setting == setting
    start = np.maximum(episodes.start[here], since)
    nights = np.minimum(episodes.end[here], until) - start
    return int(np.maximum(nights, 0).sum())


@pytest.mark.conservation
def test_a_child_whose_stay_has_ended_does_not_go_straight_back() -> None:
    """Its plan asks for the hub first and there is room, yet it goes elsewhere; later it may."""
    world = dataclasses.replace(
        hub_of(50, stay_days=30.0, requests=20.0),
        moving={Move.BREAKDOWN: 2.0},
        leaving={Route.HOME_PLANNED: 0.5},
    )
    came_back = 0
    for k in range(1, 6):
        episodes = world.run(replication=k, opening=children(20, HUB)).episodes
        after_a_stay = episodes.reason_new == began("stay_ends")
        assert after_a_stay.sum() > 100
        assert (episodes.setting[after_a_stay] == ELSEWHERE).all()
        # What it may not have is not its first choice either: nothing is unmet.
        assert (episodes.first_choice[after_a_stay] == ELSEWHERE).all()
        came_back += (episodes.setting[episodes.reason_new == began("breakdown")] == HUB).sum()
    assert came_back > 20


@pytest.mark.conservation
def test_a_hub_never_holds_more_than_its_beds() -> None:
    world = dataclasses.replace(
        hub_of(4, stay_days=60.0, requests=60.0), plan_to_move=1.0, notice_days=10.0
    )
    episodes = world.run().episodes
    held = [present(episodes, day, HUB) for day in range(world.parameters().horizon.days)]
    assert max(held) == 4
    assert np.mean(held[365:]) > 3.2  # a bed is held through the notice, so not quite 4


# Who is offered a bed on the day it opens ----------------------------------------------------

OPENS = 200


def opening_hub(beds: int, **changes: object) -> World:
    """A hub that opens later and draws from children who live elsewhere."""
    usual: dict[str, object] = {"opens": float(OPENS), "places": always(beds), "draws_from": (1,)}
    return World(
        (home("hub", **(usual | changes)), home("elsewhere"), home("family")),
        ((HUB, ELSEWHERE), (FAMILY,)),
        stay_days={HUB: 1e9},
        plan_to_move=1.0,
        plan_at_entry=1,
        years=2,
    )


def living_in(*groups: tuple[int, int, float]) -> OpeningCaseload:
    """Children by how many, in which setting, and at what age."""
    parts = [children(count, setting, age_years=age) for count, setting, age in groups]
    columns = [field.name for field in dataclasses.fields(OpeningCaseload)]
    return OpeningCaseload(*(np.concatenate([getattr(p, c) for p in parts]) for c in columns))


@pytest.mark.conservation
def test_on_opening_children_in_the_named_settings_are_offered_beds() -> None:
    opened = living_in((8, ELSEWHERE, 14.0), (8, FAMILY, 14.0))
    episodes = opening_hub(50).run(opening=opened).episodes
    moved = episodes.reason_new == began("panel")
    assert sorted(episodes.child[moved].tolist()) == list(range(1, 9))
    assert (episodes.start[moved] == OPENS).all()
    assert (episodes.setting[moved] == HUB).all()
    assert present(episodes, OPENS, FAMILY) == 8


@pytest.mark.conservation
def test_no_more_are_offered_beds_than_there_are() -> None:
    opened = living_in((8, ELSEWHERE, 14.0))
    episodes = opening_hub(3).run(opening=opened).episodes
    assert present(episodes, OPENS, HUB) == 3
    assert present(episodes, OPENS, ELSEWHERE) == 5


@pytest.mark.theory
def test_only_children_whom_it_suits_are_offered_a_bed() -> None:
    suits = (always(0.0), always(0.0), always(0.0), always(0.3), always(0.3))
    world = opening_hub(10**6, suitable=suits)
    opened = living_in((2000, ELSEWHERE, 14.0), (500, ELSEWHERE, 7.0))
    episodes = world.run(opening=opened).episodes
    offered = episodes.child[episodes.reason_new == began("panel")]
    assert (offered <= 2000).all()
    assert within_chance(len(offered), 600, math.sqrt(2000 * 0.3 * 0.7))


@pytest.mark.streams
def test_a_hub_that_draws_from_nowhere_leaves_opening_children_where_they_are() -> None:
    opened = living_in((8, FAMILY, 14.0))
    without = opening_hub(50, draws_from=()).run(opening=opened).episodes
    assert same(opening_hub(50).run(opening=opened).episodes, without)
    assert (without.reason_new == began("opening")).all()


@pytest.mark.theory
def test_children_are_offered_beds_as_the_hub_comes_to_suit_them() -> None:
    """Built up from 0.1 to 0.4 a hundred days later: the rest are offered beds then."""
    teenager = ((-math.inf, float(OPENS), OPENS + 100.0), (0.0, 0.1, 0.4))
    suits = (always(0.0), always(0.0), always(0.0), teenager, teenager)
    opened = living_in((2000, ELSEWHERE, 14.0))
    episodes = opening_hub(10**6, suitable=suits).run(opening=opened).episodes
    days = episodes.start[episodes.reason_new == began("panel")]
    assert set(days.tolist()) == {OPENS, OPENS + 100}
    for day, share in ((OPENS, 0.1), (OPENS + 100, 0.3)):
        offered = int((days == day).sum())
        assert within_chance(offered, 2000 * share, math.sqrt(2000 * share * (1 - share)))


@pytest.mark.conservation
def test_a_hub_that_opens_on_the_first_day_draws_children_in_too() -> None:
    opened = living_in((8, ELSEWHERE, 14.0))
    episodes = opening_hub(50, opens=0.0).run(opening=opened).episodes
    moved = episodes.reason_new == began("panel")
    assert moved.sum() == 8
    assert (episodes.start[moved] == 0).all()
