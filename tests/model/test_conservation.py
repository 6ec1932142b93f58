"""Nobody is made, lost, in two places, over age, or in a place that is not there."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from small_worlds import START, World, always, children, home, present

from sufficiency.episodes import NONE, OPEN, REASONS_CEASED, REASONS_NEW, Episodes
from sufficiency.model.child import DAYS_TO_ADULT
from sufficiency.model.parameters import SettingParameters
from sufficiency.vocabulary import Move, Route

pytestmark = pytest.mark.conservation

BUSY = World(
    (
        home("kin", suitable=(always(0.4),) * 5),
        home("own", places=always(25), match=0.08, location=(0.7, 0.9, 1.0)),
        home("bought", nearby_places=always(15), location=(0.3, 0.8, 1.0)),
        home("beds", places=((-np.inf, 400.0, 900.0), (4, 2, 6)), match=0.5),
        home("last", location=(0.2, 0.5, 1.0)),
    ),
    ((0, 1, 3, 2), (3, 4)),
    {Route.HOME_PLANNED: 0.3, Route.SPECIAL_GUARDIANSHIP: 0.2},
    {Move.BREAKDOWN: 0.7, Move.PLANNED: 0.5},
    effects={(0, Route.SPECIAL_GUARDIANSHIP): 5.0, (2, Route.HOME_PLANNED): 0.0},
    entries=(10.0, 15.0, 12.0, 20.0, 10.0),
    plan_to_move=0.5,
    acceptance=0.7,
    notice_days=21.0,
    ranking=(4, 3, 1, 2, 0),
)


def with_own(own: SettingParameters) -> World:
    """The busy world with another second setting."""
    first, _, *others = BUSY.settings
    return dataclasses.replace(BUSY, settings=(first, own, *others))


@pytest.fixture(scope="module")
def futures() -> list[Episodes]:
    opened = children(40, 1 + 1, age_years=14.0)
    return [BUSY.run(replication=k, opening=opened).episodes for k in range(1, 11)]


def test_children_in_are_children_out_and_children_present_every_day(
    futures: list[Episodes],
) -> None:
    days = BUSY.parameters().horizon.days
    moves = {REASONS_CEASED.index(r) for r in (*(m.value for m in Move), "panel", "closure")}
    began = {REASONS_NEW.index(r) for r in ("opening", "entry")}
    for episodes in futures:
        comes = episodes.start[np.isin(episodes.reason_new, list(began))]
        leaves = ~np.isin(episodes.reason_ceased, [0, *moves])
        goes = episodes.end[leaves]
        for day in range(-1, days, 30):
            here = (comes <= day).sum() - (goes <= day).sum()
            assert here == present(episodes, day)


def test_every_placement_follows_on_from_the_one_before(futures: list[Episodes]) -> None:
    for episodes in futures:
        for child in np.unique(episodes.child):
            rows = episodes.child == child
            start, end = episodes.start[rows], episodes.end[rows]
            assert (start[1:] == end[:-1]).all()
            assert (end[:-1] != OPEN).all()


def test_no_setting_holds_more_than_its_places(futures: list[Episodes]) -> None:
    days = BUSY.parameters().horizon.days
    for episodes in futures:
        for day in range(days):
            assert present(episodes, day, 1) <= 25
        # Places withdrawn on day 400 empty as children leave; none is filled meanwhile.
        filled = (episodes.setting == 3) & (episodes.start > 400) & (episodes.start < 900)
        for day in episodes.start[filled]:
            assert present(episodes, int(day), 3) <= 2


def test_the_panel_is_busy_in_these_futures(futures: list[Episodes]) -> None:
    """Or the tests above would prove little about it."""
    panel = REASONS_NEW.index("panel")
    assert sum((episodes.reason_new == panel).sum() for episodes in futures) > 20


def test_nobody_stays_past_their_eighteenth_birthday(futures: list[Episodes]) -> None:
    days = BUSY.parameters().horizon.days
    aged = REASONS_CEASED.index("aged_18")
    for episodes in futures:
        adult = episodes.born + DAYS_TO_ADULT
        assert (np.minimum(episodes.end, days) <= np.maximum(adult, episodes.start)).all()
        assert (
            episodes.end[episodes.reason_ceased == aged] == adult[episodes.reason_ceased == aged]
        ).all()
        assert (episodes.reason_ceased == aged).any()


def test_bought_places_nearby_are_never_overfilled(futures: list[Episodes]) -> None:
    """A new placement is nearby only while the places nearby are not full."""
    seen = 0
    for episodes in futures:
        nearby = (episodes.setting == 2) & (episodes.location < 2)
        for row in np.flatnonzero(nearby & (episodes.start >= 0)):
            day = episodes.start[row]
            there = nearby & (episodes.start <= day) & (episodes.end > day)
            there[row] = False
            leaving_today = (nearby & (episodes.end == day)).sum()
            assert there.sum() < 15 + leaving_today
            seen += 1
    assert seen > 50


def test_a_child_waits_only_for_a_limited_setting_it_did_not_get(futures: list[Episodes]) -> None:
    for episodes in futures:
        waits = episodes.waiting_for != NONE
        assert waits.any()
        assert np.isin(episodes.waiting_for[waits], (1, 3)).all()
        assert (episodes.waiting_for[waits] != episodes.setting[waits]).all()


def test_a_setting_that_closes_is_empty_from_that_day() -> None:
    closing = dataclasses.replace(
        BUSY,
        settings=(
            *BUSY.settings[:1],
            home("own", places=always(25), closes=500.0),
            *BUSY.settings[2:],
        ),
    )
    episodes = closing.run(opening=children(20, 1)).episodes
    assert present(episodes, 499, 1) > 5
    assert all(present(episodes, day, 1) == 0 for day in range(500, 1800, 50))
    moved = (episodes.setting == 1) & (episodes.end == 500)
    assert (episodes.reason_ceased[moved] == REASONS_CEASED.index("closure")).sum() > 5


def test_a_setting_that_opens_later_is_empty_until_then() -> None:
    opening = dataclasses.replace(
        BUSY,
        settings=(
            *BUSY.settings[:1],
            home("own", places=always(25), opens=300.0),
            *BUSY.settings[2:],
        ),
    )
    episodes = opening.run().episodes
    assert episodes.start[episodes.setting == 1].min() >= 300


def test_the_record_dates_from_the_day_after_the_opening() -> None:
    episodes = BUSY.run(opening=children(3)).episodes
    assert (episodes.epoch - START).days == 1
    assert present(episodes, -1) == 3


def test_a_setting_always_in_demand_is_full_and_never_overfull() -> None:
    """Five places, everyone wants one, and a panel that fills each as it frees."""
    world = World(
        (home("own", places=always(5)), home("bought")),
        ((0, 1),),
        {Route.HOME_PLANNED: 1.0},
        {Move.BREAKDOWN: 2.0},
        entries=(0.0, 30.0, 30.0, 0.0, 0.0),
        plan_to_move=1.0,
        notice_days=7.0,
        ranking=(1, 0),
    )
    for k in range(1, 6):
        episodes = world.run(replication=k, opening=children(40, 1)).episodes
        filled = [present(episodes, day, 0) for day in range(60, 1800)]
        assert max(filled) == 5
        assert np.mean(filled) > 4.5


def test_places_withdrawn_below_those_filled_leave_nobody_out() -> None:
    """Nobody is placed in a setting with fewer places than children, nor is anyone lost."""
    world = World(
        (home("own", places=((-np.inf, 30.0), (10, 4))), home("bought")),
        ((0, 1),),
        {Route.HOME_PLANNED: 0.5},
        entries=(0.0, 30.0, 0.0, 0.0, 0.0),
        plan_to_move=1.0,
    )
    episodes = world.run(opening=children(10, 0)).episodes
    refused = (episodes.start > 30) & (episodes.start < 200)
    assert present(episodes, 31, 0) > 4
    assert (episodes.setting[refused] == 1).any()
    offered = episodes.reason_new == REASONS_NEW.index("panel")
    assert offered.any()
    assert all(present(episodes, int(day), 0) <= 4 for day in episodes.start[offered])
