"""Approval of relatives and friends: decided in time, as often as the panel can, or ended."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from numpy.typing import NDArray
from small_worlds import World, always, began, children, ended, home, within_chance

from sufficiency.episodes import OPEN, Episodes
from sufficiency.model.parameters import ApprovalParameters, Steps
from sufficiency.vocabulary import Move, Route

TEMPORARY, EXTENSION = 112.0, 56.0
LONGEST = TEMPORARY + EXTENSION
KIN, ELSEWHERE = 0, 1
PLENTY = 1e7


def kin_world(panel_per_year: float | Steps, refused: float, *, inflow: float = 80.0) -> World:
    """Every child has a relative; each placement must be approved."""
    per_year = panel_per_year if isinstance(panel_per_year, tuple) else always(panel_per_year)
    rules = ApprovalParameters(TEMPORARY, EXTENSION, per_year, refused)
    return World(
        (home("kin", approval=rules), home("elsewhere")),
        ((KIN, ELSEWHERE),),
        entries=(0, inflow, 0, 0, 0),
        years=8,
    )


def stays(episodes: Episodes, days: int) -> NDArray[np.int64]:
    """Days lived in each placement so far."""
    lasted: NDArray[np.int64] = np.minimum(episodes.end, days) - episodes.start
    return lasted


def not_approved(episodes: Episodes) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = episodes.reason_ceased == ended("not_approved")
    return found


@pytest.mark.theory
@pytest.mark.parametrize("panel_per_year", [0.0, 20.0, 75.0, 200.0])
def test_nobody_lives_with_relatives_undecided_past_the_extension(panel_per_year: float) -> None:
    """When every decision is a refusal, whoever is still there has not been decided on."""
    world = kin_world(panel_per_year, refused=1.0)
    days = world.parameters().horizon.days
    for k in range(1, 6):
        episodes = world.run(replication=k).episodes
        lasted = stays(episodes, days)[episodes.setting == KIN]
        assert lasted.max() <= LONGEST + 1  # counted in whole days
        assert lasted[not_approved(episodes)[episodes.setting == KIN]].min() >= TEMPORARY - 1


@pytest.mark.theory
def test_with_plenty_of_turns_the_stated_share_of_those_still_there_is_refused() -> None:
    refused = 0.15
    world = dataclasses.replace(
        kin_world(PLENTY, refused),
        leaving={Route.HOME_PLANNED: 0.8},
        moving={Move.BREAKDOWN: 0.8},
    )
    days = world.parameters().horizon.days
    due, ended_then = 0, 0
    for k in range(1, 11):
        episodes = world.run(replication=k).episodes
        first = (episodes.setting == KIN) & (episodes.start < days - TEMPORARY - 1)
        lasted = stays(episodes, days)
        due += (first & ((lasted > TEMPORARY) | (not_approved(episodes) & first))).sum()
        ended_then += not_approved(episodes).sum()
        on_the_day = lasted[not_approved(episodes)]
        assert np.isin(on_the_day, (TEMPORARY, TEMPORARY + 1)).all()  # whole days
    assert due > 3000
    assert within_chance(ended_then / due, refused, math.sqrt(refused * (1 - refused) / due))


@pytest.mark.theory
def test_with_too_few_turns_the_excess_lapses() -> None:
    """What comes in and cannot be decided is as much as the inflow is above the panel's turns."""
    inflow, panel = 80.0, 50.0
    world = kin_world(panel, refused=0.0, inflow=inflow)
    days = world.parameters().horizon.days
    years = (days - 365 - LONGEST) / 365.25
    lapsed = []
    for k in range(1, 31):
        episodes = world.run(replication=k).episodes
        out_of_time = not_approved(episodes)
        lasted = stays(episodes, days)[out_of_time]
        assert np.isin(lasted, (LONGEST, LONGEST + 1)).all()
        lapsed.append((episodes.start[out_of_time] > 365).sum() / years)
    # The line never runs dry: seven turns fit into the extension, and more children than that
    # fall due in it. So every turn is taken, and all chance is the inflow's.
    error = math.sqrt(inflow / years / len(lapsed))
    assert within_chance(float(np.mean(lapsed)), inflow - panel, error + 0.3 / years)


@pytest.mark.theory
@pytest.mark.parametrize("panel", [30.0, 60.0])
def test_decisions_are_never_more_than_the_panel_can_make(panel: float) -> None:
    world = kin_world(panel, refused=1.0)
    for k in range(1, 6):
        episodes = world.run(replication=k).episodes
        lasted = episodes.end - episodes.start
        decided = not_approved(episodes) & (lasted < LONGEST)
        on = np.sort(episodes.end[decided])
        assert len(on) > 5 * panel
        for since in range(0, int(on[-1]), 90):
            within = (on >= since) & (on < since + 365.25)
            assert within.sum() <= panel + 1


@pytest.mark.theory
def test_more_turns_from_a_date_are_used_from_that_date() -> None:
    """A panel that cannot decide at all for two years, and then can decide on everyone."""
    opens = 730.0
    world = kin_world(((-math.inf, opens), (0.0, PLENTY)), refused=0.0)
    episodes = world.run().episodes
    lapsed = episodes.end[not_approved(episodes)]
    assert len(lapsed) > 50
    assert lapsed.max() <= opens
    # Whoever still had some of the extension left on that day was decided on.
    days = world.parameters().horizon.days
    kept = (episodes.setting == KIN) & (episodes.start > opens - LONGEST + 1)
    assert (episodes.end[kept] == OPEN).all()
    assert stays(episodes, days)[kept].max() > 1000


@pytest.mark.conservation
def test_whoever_was_there_longer_than_temporary_approval_is_left_alone() -> None:
    world = dataclasses.replace(kin_world(PLENTY, refused=1.0, inflow=0.0), years=2)
    ago = np.array([400, 200, 114, 113, 111, 60, 1])
    opened = dataclasses.replace(children(len(ago), KIN), placed=-ago, entered=-ago - 5)
    episodes = world.run(opening=opened).episodes
    first = episodes.reason_new == began("opening")
    ends = episodes.end[first]
    assert (ends[ago > TEMPORARY] == OPEN).all()
    assert (ends[ago <= TEMPORARY] == TEMPORARY - ago[ago <= TEMPORARY]).all()


@pytest.mark.conservation
def test_only_a_placement_with_relatives_can_end_for_want_of_approval() -> None:
    """Not the next home of a child who has moved on since, nor an earlier one of its own."""
    world = dataclasses.replace(kin_world(40.0, refused=0.5), moving={Move.BREAKDOWN: 4.0})
    days = world.parameters().horizon.days
    for k in range(1, 4):
        episodes = world.run(replication=k).episodes
        without = not_approved(episodes)
        assert without.sum() > 30
        assert (episodes.setting[without] == KIN).all()
        assert (stays(episodes, days)[without] >= TEMPORARY - 1).all()
        after = episodes.reason_new == began("not_approved")
        assert after.sum() == without.sum()
        assert (episodes.setting[after] == ELSEWHERE).all()


@pytest.mark.streams
def test_a_higher_share_refused_refuses_the_same_children_and_more() -> None:
    few, many = (
        set(e.child[not_approved(e)].tolist())
        for e in (kin_world(PLENTY, refused).run().episodes for refused in (0.1, 0.3))
    )
    assert few < many
    assert len(many) > 2 * len(few)


@pytest.mark.streams
def test_approval_of_everyone_changes_nothing() -> None:
    world = dataclasses.replace(
        kin_world(PLENTY, refused=0.0),
        leaving={Route.HOME_PLANNED: 0.5},
        moving={Move.BREAKDOWN: 1.0},
    )
    without = dataclasses.replace(world, settings=(home("kin"), home("elsewhere")))
    for name, column in world.run().episodes.columns().items():
        assert (column == without.run().episodes.columns()[name]).all()
