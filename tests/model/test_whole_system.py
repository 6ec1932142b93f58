"""Every part of the system at once, and a hub that changes nothing but the bill."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import itertools
import math
from pathlib import Path

import numpy as np
import pytest
from small_worlds import (
    World,
    always,
    began,
    children,
    ended,
    entering,
    home,
    present,
    returning,
    same,
)

from sufficiency.episodes import MOVED_BECAUSE, OPEN, AfterCareSpells, Episodes
from sufficiency.forecast.replication import Plan, replicate
from sufficiency.model.carers import recruit
from sufficiency.model.child import DAYS_TO_ADULT
from sufficiency.model.engine import Outcome
from sufficiency.model.parameters import (
    CAUSES,
    ROUTES,
    ApprovalParameters,
    CarerParameters,
    CourtParameters,
    SiblingParameters,
    UnaccompaniedParameters,
)
from sufficiency.scenario.load import load_scenario
from sufficiency.scenario.schema import Scenario
from sufficiency.streams import Streams
from sufficiency.vocabulary import Move, Route
from sufficiency.vocabulary import Plan as CarePlan

KIN, OWN, AGENCY, HUB, BOUGHT, SHARED = range(6)
OLDER = (always(0.0), always(0.0), always(0.0), always(0.6), always(0.6))
EVERYTHING = World(
    (
        home(
            "kin",
            suitable=(always(0.4),) * 5,
            suitable_after_a_move=0.5,
            approval=ApprovalParameters(112.0, 56.0, always(25.0), 0.1),
        ),
        home("own", places=always(0), match=0.1, location=(0.7, 0.9, 1.0)),
        home("agency", match=0.9, nearby_places=always(60), location=(0.3, 0.8, 1.0)),
        home(
            "hub",
            opens=200.0,
            closes=1500.0,
            places=always(6),
            match=0.5,
            suitable=OLDER,
            draws_from=(BOUGHT,),
        ),
        home("bought", location=(0.2, 0.6, 1.0)),
        home("shared"),
    ),
    ((KIN, OWN, AGENCY, HUB, BOUGHT), (HUB, BOUGHT), (SHARED,)),
    {Route.HOME_PLANNED: 0.2, Route.SPECIAL_GUARDIANSHIP: 0.15, Route.INDEPENDENCE: 0.05},
    {Move.BREAKDOWN: 0.5, Move.PLANNED: 0.3},
    effects={(KIN, Route.SPECIAL_GUARDIANSHIP): 3.0, (HUB, Move.PLANNED): 1.5},
    entries=(12.0, 12.0, 14.0, 24.0, 12.0),
    plan_to_move=0.5,
    acceptance=0.7,
    notice_days=21.0,
    ranking=(5, 4, 2, 3, 0, 1),
    stay_days={HUB: 70.0},
    after_care={Route.SPECIAL_GUARDIANSHIP: 0.9},
    siblings=SiblingParameters(0.3, 0.7),
    unaccompanied=UnaccompaniedParameters(
        entering(0.0, 0.0, 0.0, 4.0, 8.0), 2, 5, np.where(np.arange(len(CAUSES)) < 2, 0.3, 1.0)
    ),
    returns=returning(
        {Route.HOME_PLANNED: (0.4, 0.15), Route.SPECIAL_GUARDIANSHIP: (0.05, 0.05)},
        entering(0.0, 1.0, 2.0, 4.0, 1.0),
    ),
    courts=CourtParameters(frozenset({ROUTES.index(Route.SPECIAL_GUARDIANSHIP)}), always(20.0)),
    carers_setting=OWN,
)
CARERS = CarerParameters(
    setting="own",
    households=30,
    places=(1, 2, 3),
    place_shares=(0.4, 0.4, 0.2),
    unavailable=0.2,
    unavailable_days=200.0,
    leaving_per_year=0.2,
    leaving_change=always(1.0),
    notice_days=28.0,
    enquiries_per_year=60.0,
    enquiries_change=always(1.0),
    applies=0.2,
    slots=always(4.0),
    assessment_days=150.0,
    patience_days=120.0,
    approved=0.6,
)


@functools.cache
def everything(replication: int, years: int = 5) -> Outcome:
    """One future in which every part is switched on."""
    world = dataclasses.replace(EVERYTHING, years=years)
    days = world.parameters().horizon.days
    recruited = recruit(CARERS, Streams(1, replication), days)
    opened = children(60, OWN, age_years=13.0)
    opened.setting[30:] = BOUGHT
    opened.setting[50:] = KIN
    return world.run(replication=replication, opening=opened, recruited=recruited)


FUTURES = range(1, 7)


@pytest.mark.conservation
def test_every_part_is_at_work() -> None:
    """Or the tests below would prove little."""
    seen = dict.fromkeys((*MOVED_BECAUSE, "return"), 0)
    apart = together = alone = 0
    for k in FUTURES:
        episodes = everything(k).episodes
        for reason in seen:
            seen[reason] += (episodes.reason_new == began(reason)).sum()
        together += (episodes.siblings == 1).sum()
        apart += (episodes.siblings == 2).sum()
        alone += (episodes.category == 1).sum()
    assert min(seen.values()) > 0, seen
    assert min(together, apart, alone) > 10


@pytest.mark.conservation
def test_children_in_are_children_out_and_children_present_every_day() -> None:
    moves = [ended(reason) for reason in MOVED_BECAUSE]
    arrives = [began(reason) for reason in ("opening", "entry", "return")]
    days = EVERYTHING.parameters().horizon.days
    for k in FUTURES:
        episodes = everything(k).episodes
        comes = np.sort(episodes.start[np.isin(episodes.reason_new, arrives)])
        goes = np.sort(episodes.end[~np.isin(episodes.reason_ceased, [0, *moves])])
        for day in range(-1, days):
            here = np.searchsorted(comes, day, "right") - np.searchsorted(goes, day, "right")
            assert here == present(episodes, day)


@pytest.mark.conservation
def test_one_placement_at_a_time_and_each_follows_on_from_the_last() -> None:
    for k in FUTURES:
        episodes = everything(k).episodes
        order = np.lexsort((np.arange(len(episodes)), episodes.child))
        for before, after in itertools.pairwise(order.tolist()):
            if episodes.child[before] != episodes.child[after]:
                continue
            assert episodes.end[before] != OPEN
            again = episodes.reason_new[after] == began("return")
            assert episodes.period_of_care[after] - episodes.period_of_care[before] == again
            gap = episodes.start[after] - episodes.end[before]
            assert gap >= 0 if again else gap == 0
            assert episodes.category[after] == episodes.category[before]
            assert episodes.born[after] == episodes.born[before]


@pytest.mark.conservation
def test_nobody_is_over_18_over_capacity_or_in_a_home_that_is_not_open() -> None:
    days = EVERYTHING.parameters().horizon.days
    for k in FUTURES:
        episodes = everything(k).episodes
        adult = episodes.born + DAYS_TO_ADULT
        assert (np.minimum(episodes.end, days) <= np.maximum(adult, episodes.start)).all()
        in_hub = episodes.setting == HUB
        assert episodes.start[in_hub].min() >= 200
        assert episodes.end[in_hub].max() <= 1500
        assert max(present(episodes, day, HUB) for day in range(200, 1500)) <= 6
        assert (episodes.start - episodes.born)[in_hub].min() >= 10 * 365


@pytest.mark.conservation
def test_nobody_is_in_care_and_on_an_allowance() -> None:
    paid = 0
    for k in FUTURES:
        outcome = everything(k)
        for child, start, end in _spells(outcome.after_care):
            rows = outcome.episodes.child == child
            starts, ends = outcome.episodes.start[rows], outcome.episodes.end[rows]
            assert not ((starts < end) & (ends > start)).any()
            paid += 1
    assert paid > 50


def _spells(paid: AfterCareSpells) -> list[tuple[int, int, int]]:
    return list(zip(paid.child.tolist(), paid.start.tolist(), paid.end.tolist(), strict=True))


@pytest.mark.streams
def test_the_same_seed_gives_the_same_bytes_whatever_ran_before() -> None:
    last = everything(FUTURES[-1]).episodes
    everything.cache_clear()
    assert same(everything(FUTURES[-1]).episodes, last)


@pytest.mark.streams
def test_a_longer_forecast_changes_nothing_in_its_earlier_part() -> None:
    """But for its last days: a child of the days after may come early, with its sister."""
    shorter, longer = everything(1).episodes, everything(1, years=8).episodes
    early = EVERYTHING.parameters().horizon.days - 30
    rows = [each.start < early for each in (shorter, longer)]
    for name in ("child", "start", "setting", "location", "first_choice", "siblings", "born"):
        columns = (e.columns()[name][r] for e, r in zip((shorter, longer), rows, strict=True))
        assert np.array_equal(*columns)
    ends = [e.end[r] for e, r in zip((shorter, longer), rows, strict=True)]
    assert (ends[0] < early).sum() > 500
    assert np.array_equal(np.minimum(ends[0], early), np.minimum(ends[1], early))


# Whole scenarios ------------------------------------------------------------------------------

SCENARIOS = Path(__file__).parents[2] / "scenarios" / "middlesbrough-2020"
SEED = 1


@functools.cache
def scenario(name: str) -> Scenario:
    return load_scenario(SCENARIOS / f"{name}.yaml").scenario


def with_every_section() -> Scenario:
    """The hub, with brothers and sisters and unaccompanied children besides."""
    hub, alone = scenario("hub"), scenario("unaccompanied")
    entries = hub.entries.model_copy(
        update={
            "siblings": scenario("siblings").entries.siblings,
            "unaccompanied": alone.entries.unaccompanied,
        }
    )
    plans = hub.plans | {CarePlan.UNACCOMPANIED: alone.plans[CarePlan.UNACCOMPANIED]}
    return hub.model_copy(update={"entries": entries, "plans": plans})


@pytest.mark.streams
def test_a_future_is_the_same_alone_and_among_others() -> None:
    plan = Plan(with_every_section(), SEED, episodes_of=frozenset({3}))
    assert plan.scenario.entries.siblings is not None
    assert plan.scenario.entries.unaccompanied is not None
    alone = replicate(plan, 3)
    among = [replicate(plan, number) for number in (1, 2, 3)][-1]
    assert alone.episodes is not None
    assert among.episodes is not None
    assert same(alone.episodes, among.episodes)
    assert alone.keys == among.keys
    assert alone.measured.tobytes() == among.measured.tobytes()
    assert alone.outturn_pence.tobytes() == among.outturn_pence.tobytes()


def in_names(episodes: Episodes) -> dict[str, list[object]]:
    """The table with settings by name, so that a setting more makes no difference."""
    names = (*episodes.settings, None)  # the last stands for NONE
    found: dict[str, list[object]] = {}
    for column, values in episodes.columns().items():
        by_name = column in ("setting", "first_choice", "waiting_for")
        found[column] = [names[v] for v in values.tolist()] if by_name else values.tolist()
    return found


@pytest.mark.streams
@pytest.mark.parametrize("number", [1, 2, 7])
def test_a_hub_without_effect_leaves_every_placement_and_costs_what_it_costs(number: int) -> None:
    kept = frozenset({number})
    plans = [Plan(scenario(n), SEED, kept) for n in ("baseline", "hub-without-effect")]
    before, after = (replicate(plan, number) for plan in plans)
    assert before.episodes is not None
    assert after.episodes is not None
    assert in_names(before.episodes) == in_names(after.episodes)
    by_line = [
        dict(zip(plan.lines.lines, found.outturn_pence.tolist(), strict=True))
        for plan, found in zip(plans, (before, after), strict=True)
    ]
    more = {line: cost for line, cost in by_line[1].items() if line not in by_line[0]}
    assert {line: cost for line, cost in by_line[1].items() if line not in more} == by_line[0]
    # The lines that are new are the hub's fixed costs: the running cost, and the grant off it.
    assert {line.heading for line in more} == {"No Wrong Door hub", "No Wrong Door grant"}
    running, grant = (
        np.array(cost) for _, cost in sorted((line.heading, c) for line, c in more.items())[::-1]
    )
    assert (running > 0).all()
    assert (grant[:3] < 0).all()
    assert (grant[3:] == 0).all()  # it ends on 1 April 2023
    difference = (after.outturn_pence.sum(axis=0) - before.outturn_pence.sum(axis=0)).tolist()
    assert difference == (running + grant).tolist()
    # Seven months of the first year, from 1 September; then a whole year with its rise.
    assert running[0] / running[1] * 1.03 == pytest.approx(7 / 12, rel=0.01)
    assert math.isclose(running[2] / running[1], 1.03, rel_tol=1e-6)


@pytest.mark.streams
def test_a_hub_with_effects_changes_something() -> None:
    """Or the test above would pass for any hub."""
    plans = [Plan(scenario(n), SEED, frozenset({2})) for n in ("baseline", "hub")]
    before, after = (replicate(plan, 2).episodes for plan in plans)
    assert before is not None
    assert after is not None
    assert in_names(before) != in_names(after)


@pytest.mark.direction
@pytest.mark.parametrize("name", ["hub", "block-beds", "local-homes"])
def test_new_homes_draw_children_in_from_elsewhere(name: str) -> None:
    """In the scenarios as they are, children who wait for less would rather come here."""
    whole = load_scenario(SCENARIOS / f"{name}.yaml").scenario
    scenario = whole.model_copy(update={"end": dt.date(2022, 3, 31)})  # all that is looked at
    stay_away = {
        setting: rule.model_copy(update={"draws_from": ()})
        for setting, rule in scenario.settings.items()
    }
    assert moved_to_new_homes(scenario) > moved_to_new_homes(
        scenario.model_copy(update={"settings": stay_away})
    )


def moved_to_new_homes(scenario: Scenario) -> int:
    """Children whom the panel moved to a home the baseline has not, soon after it opened."""
    new_homes = ("hub", "block_residential", "two_bed_unit")
    codes = [code for code, name in enumerate(scenario.settings) if name in new_homes]
    total = 0
    for number in range(1, 7):
        plan = Plan(scenario, scenario.seed, frozenset({number}))
        found = replicate(plan, number).episodes
        assert found is not None
        there = np.isin(found.setting, codes) & (found.reason_new == began("panel"))
        total += int((there & (found.start < 550)).sum())
    return total
