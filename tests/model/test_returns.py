"""Children who come back into care: how many, when, and what becomes of them then."""

from __future__ import annotations

import dataclasses
import itertools
import math
from typing import Any

import numpy as np
import pytest
from scipy import integrate
from small_worlds import (
    World,
    began,
    children,
    ended,
    entering,
    home,
    returning,
    same,
    within_chance,
)

from sufficiency.episodes import OPEN, REASONS_CEASED, Episodes
from sufficiency.estimate.caseload import reference_weights
from sufficiency.model.arrivals import draw_arrivals
from sufficiency.model.child import DAYS_TO_ADULT
from sufficiency.model.draw import draw_parameters
from sufficiency.model.parameters import Parameters
from sufficiency.model.returns import (
    SIX_YEARS_DAYS,
    days_until_return,
    return_hazards,
    share_returned,
)
from sufficiency.periods import DAYS_PER_YEAR
from sufficiency.scenario.example import example
from sufficiency.scenario.schema import Scenario
from sufficiency.streams import Draws, Streams
from sufficiency.vocabulary import Move, Route

AT_ONCE = 3000.0
"""A rate a year at which a child leaves within hours."""
LEAVES_BY = [REASONS_CEASED.index(route.value) for route in Route]


def per_year(within_one: float, within_six: float) -> tuple[float, float]:
    first, later = return_hazards(within_one, within_six)
    return first * DAYS_PER_YEAR, later * DAYS_PER_YEAR


def back_world(hazards: dict[Route, tuple[float, float]], **changes: object) -> World:
    world = World(
        (home("a"), home("b")),
        ((0,), (1,)),
        {Route.HOME_PLANNED: 0.6, Route.SPECIAL_GUARDIANSHIP: 0.4},
        {Move.BREAKDOWN: 0.8},
        entries=(10.0, 20.0, 20.0, 20.0, 10.0),
        years=10,
        returns=returning(hazards),
    )
    return dataclasses.replace(world, **changes)  # type: ignore[arg-type]


OFTEN = {Route.HOME_PLANNED: (0.5, 0.2), Route.SPECIAL_GUARDIANSHIP: (0.2, 0.1)}

# The chances --------------------------------------------------------------------------------


@pytest.mark.theory
@pytest.mark.parametrize(("one", "six"), [(0.2, 0.37), (0.01, 0.05), (0.3, 0.3), (0.0, 0.1)])
def test_the_hazards_give_the_stated_chances(one: float, six: float) -> None:
    hazards = np.array([return_hazards(one, six)])
    found = share_returned(np.array([DAYS_PER_YEAR, SIX_YEARS_DAYS, 1e5]), hazards)
    assert found[0] == pytest.approx([one, six, six], abs=1e-12)


@pytest.mark.theory
def test_the_time_until_return_has_the_survival_curve_of_the_hazards() -> None:
    """Turning the hazard around: the survival at the time found is what the mark said."""
    first, later = return_hazards(0.2, 0.4)
    for chance in np.linspace(0.0, 0.3999, 40):
        days = days_until_return(-math.log1p(-chance), first, later)
        shares = share_returned(np.array([days]), np.array([[first, later]]))
        assert shares[0, 0] == pytest.approx(chance, abs=1e-12)
    assert days_until_return(-math.log1p(-0.4001), first, later) == math.inf


@pytest.mark.theory
def test_as_many_come_back_within_one_and_six_years_as_stated() -> None:
    count, one, six = 4000, 0.2, 0.37
    world = World(
        (home("a"),),
        ((0,),),
        {Route.HOME_PLANNED: AT_ONCE},
        years=8,
        returns=returning({Route.HOME_PLANNED: per_year(one, six)}),
    )
    episodes = world.run(opening=children(count, age_years=2.0)).episodes
    left = episodes.end[episodes.period_of_care == 1]
    assert len(left) == count
    assert left.max() < 5
    second = episodes.period_of_care == 2
    after = episodes.start[second] - left[episodes.child[second] - 1]
    for years, chance in ((1, one), (6, six)):
        found = (after < years * DAYS_PER_YEAR).mean() * len(after) / count
        assert within_chance(found, chance, math.sqrt(chance * (1 - chance) / count))
    assert after.max() <= SIX_YEARS_DAYS + 1


@pytest.mark.theory
def test_each_way_out_has_its_own_chance() -> None:
    count = 6000
    world = World(
        (home("a"),),
        ((0,),),
        {Route.HOME_PLANNED: AT_ONCE, Route.ADOPTION: AT_ONCE},
        years=2,
        returns=returning({Route.HOME_PLANNED: per_year(0.25, 0.25)}),
    )
    episodes = world.run(opening=children(count, age_years=2.0)).episodes
    first = episodes.period_of_care == 1
    home_at_first = first & (episodes.reason_ceased == ended("home_planned"))
    back = np.isin(episodes.child[home_at_first], episodes.child[~first])
    assert within_chance(back.mean(), 0.25, math.sqrt(0.25 * 0.75 / home_at_first.sum()))
    adopted = first & (episodes.reason_ceased == ended("adoption"))
    assert adopted.sum() > 2000
    assert not np.isin(episodes.child[adopted], episodes.child[~first]).any()


@pytest.mark.theory
def test_in_every_period_of_care_children_leave_at_the_same_rate() -> None:
    """A period has luck of its own: events over exposure, period by period."""
    rate = 1.5
    world = World(
        (home("a"),),
        ((0,),),
        {Route.HOME_PLANNED: rate},
        {Move.BREAKDOWN: 1.0},
        years=10,
        returns=returning({Route.HOME_PLANNED: (6.0, 6.0)}),
    )
    days = world.parameters().horizon.days
    episodes = world.run(opening=children(600, age_years=1.0)).episodes
    for period in (1, 2, 3, 4):
        of_it = episodes.period_of_care == period
        exposure = (np.minimum(episodes.end, days) - episodes.start)[of_it].sum() / DAYS_PER_YEAR
        events = (episodes.reason_ceased[of_it] == ended("home_planned")).sum()
        assert events > 300
        assert within_chance(events, rate * exposure, math.sqrt(rate * exposure))


# Children who left before the forecast --------------------------------------------------------


def scenario_with(**sections: Any) -> Parameters:
    tree = example() | sections
    scenario = Scenario.model_validate(tree)
    draws = Draws(1, 1, certain=True, steady=True)
    return draw_parameters(scenario, draws, Streams(1, 1), reference_weights(scenario, draws))


RETURNING = {
    "share_of_entries": 0.1,
    "within_one_year": {"home_planned": 0.2, "special_guardianship": 0.02},
    "within_six_years": {"home_planned": 0.4, "special_guardianship": 0.08},
    "left_before_per_year": {"home_planned": 30.0, "special_guardianship": 50.0},
}


@pytest.mark.theory
def test_earlier_leavers_come_back_at_the_rate_their_leaving_implies() -> None:
    """Add up, over all the days before the forecast, those who left then and come back now."""
    found = scenario_with(returning=RETURNING)
    assert found.returns is not None
    earlier = found.returns.earlier

    def density(day: float, one: float, six: float) -> float:
        """Chance per day of coming back so many days after leaving."""
        first = -math.log(1 - one) / DAYS_PER_YEAR
        later = (math.log(1 - one) - math.log(1 - six)) / (5 * DAYS_PER_YEAR)
        if day < DAYS_PER_YEAR:
            return first * math.exp(-first * day)
        if day < 6 * DAYS_PER_YEAR:
            return later * (1 - one) * math.exp(-later * (day - DAYS_PER_YEAR))
        return 0.0

    months = found.horizon.months
    assert len(earlier.calendar) == len(months)
    for month, per_year_now in zip(months, earlier.calendar, strict=True):
        now = month.first + month.days / 2
        expected = sum(
            left
            * integrate.quad(
                density,
                now,
                now + 6 * DAYS_PER_YEAR,
                args=(one, six),
                points=[max(DAYS_PER_YEAR, now)],
                limit=200,
            )[0]
            for left, one, six in ((30.0, 0.2, 0.4), (50.0, 0.02, 0.08))
        )
        assert per_year_now == pytest.approx(expected, rel=2e-3)
    assert earlier.calendar[0] > earlier.calendar[-1] > 0.0
    assert earlier.per_year_by_age.sum() == pytest.approx(1.0)


@pytest.mark.theory
def test_as_many_earlier_leavers_come_as_the_sheet_says() -> None:
    found = scenario_with(returning=RETURNING)
    assert found.returns is not None
    expected = sum(
        each * month.days / DAYS_PER_YEAR
        for each, month in zip(found.returns.earlier.calendar, found.horizon.months, strict=True)
    )
    days = found.horizon.days
    came = [
        len(draw_arrivals(Streams(1, k), found.returns.earlier, days, (), "returning").child)
        for k in range(1, 201)
    ]
    assert within_chance(float(np.mean(came)), expected, math.sqrt(expected / len(came)))


@pytest.mark.unit
def test_first_entries_are_what_is_left_of_entries() -> None:
    without, with_returns = scenario_with(), scenario_with(returning=RETURNING)
    expected = 0.9 * without.entries.per_year_by_age
    assert with_returns.entries.per_year_by_age == pytest.approx(expected)


@pytest.mark.unit
def test_nobody_entering_for_the_first_time_leaves_no_ages_to_come_back_at() -> None:
    """Without first entries those who come back still have the ages of entering children."""
    entries = example()["entries"]
    found = scenario_with(returning=RETURNING, entries=entries | {"per_year": 0.0})
    assert found.returns is not None
    assert found.returns.earlier.per_year_by_age == pytest.approx(list(entries["by_age"].values()))


@pytest.mark.conservation
def test_earlier_leavers_come_for_their_second_time() -> None:
    world = back_world({}, returns=returning({}, entering(0, 0, 0, 60.0, 60.0)), entries=(0.0,) * 5)
    episodes = world.run().episodes
    first_home = np.unique(episodes.child, return_index=True)[1]
    assert len(first_home) > 500
    assert (episodes.reason_new[first_home] == began("return")).all()
    assert (episodes.period_of_care == 2).all()
    assert (episodes.start < episodes.born + DAYS_TO_ADULT).all()


# What becomes of them -------------------------------------------------------------------------


@pytest.mark.conservation
def test_periods_count_up_and_no_two_placements_are_at_once() -> None:
    longest = 1
    for k in range(1, 6):
        episodes = back_world(OFTEN).run(replication=k, opening=children(50, 0)).episodes
        for child in np.unique(episodes.child).tolist():
            rows = np.flatnonzero(episodes.child == child)
            for before, after in itertools.pairwise(rows):
                again = episodes.reason_new[after] == began("return")
                steps = episodes.period_of_care[after] - episodes.period_of_care[before]
                assert steps == again
                if again:
                    assert episodes.reason_ceased[before] in LEAVES_BY
                    assert episodes.start[after] >= episodes.end[before]
                else:
                    assert episodes.start[after] == episodes.end[before]
            longest = max(longest, int(episodes.period_of_care[rows[-1]]))
    assert longest >= 4


@pytest.mark.conservation
def test_nobody_comes_back_grown_up() -> None:
    world = back_world({Route.HOME_PLANNED: (3.0, 3.0)}, leaving={Route.HOME_PLANNED: 3.0})
    for k in range(1, 4):
        episodes = world.run(replication=k, opening=children(300, 0, age_years=16.0)).episodes
        adult = episodes.born + DAYS_TO_ADULT
        back = episodes.reason_new == began("return")
        assert back.sum() > 300
        assert (episodes.start[back] < adult[back]).all()
        days = world.parameters().horizon.days
        assert (np.minimum(episodes.end, days) <= np.maximum(adult, episodes.start)).all()
        # Nor does anyone who left by growing up.
        grown = episodes.child[episodes.reason_ceased == ended("aged_18")]
        last = {int(child): row for row, child in enumerate(episodes.child)}
        assert all(episodes.reason_ceased[last[int(child)]] == ended("aged_18") for child in grown)


@pytest.mark.conservation
def test_an_allowance_stops_on_coming_back() -> None:
    world = back_world(
        {Route.SPECIAL_GUARDIANSHIP: (0.8, 0.5)},
        leaving={Route.SPECIAL_GUARDIANSHIP: 1.0},
        after_care={Route.SPECIAL_GUARDIANSHIP: 1.0},
    )
    outcome = world.run(opening=children(200, 0))
    episodes, paid = outcome.episodes, outcome.after_care
    left = episodes.reason_ceased == ended("special_guardianship")
    assert len(paid.child) == left.sum()
    spells: dict[int, list[tuple[int, int]]] = {}
    for child, start, end in zip(paid.child, paid.start, paid.end, strict=True):
        spells.setdefault(int(child), []).append((int(start), int(end)))
    stopped = 0
    for child, paid_for in spells.items():
        rows = np.flatnonzero(episodes.child == child)
        expected = []
        for place, row in enumerate(rows.tolist()):
            if left[row]:
                last = place + 1 == len(rows)
                grown = int(episodes.born[row]) + DAYS_TO_ADULT
                until = grown if last else int(episodes.start[rows[place + 1]])
                expected.append((int(episodes.end[row]), until))
                stopped += not last
        assert paid_for == expected
    assert stopped > 100


@pytest.mark.conservation
def test_a_child_back_in_care_lives_on_as_others_do() -> None:
    """It moves, is placed where there is room, and leaves in the end."""
    episodes = back_world(OFTEN).run(opening=children(200, 0)).episodes
    again = episodes.period_of_care > 1
    assert (episodes.reason_new[again] == began("breakdown")).any()
    assert (episodes.reason_ceased[again] == ended("special_guardianship")).any()
    assert (episodes.end[again] == OPEN).any()


# Luck -------------------------------------------------------------------------------------------


@pytest.mark.streams
def test_hazards_of_nothing_change_nothing() -> None:
    never, without = back_world({}), back_world({}, returns=None)
    for k in (1, 2):
        opened = children(30, 0)
        one, other = (w.run(replication=k, opening=opened).episodes for w in (never, without))
        assert same(one, other)


@pytest.mark.streams
def test_returns_leave_everyones_first_period_alone() -> None:
    """Without limits on places, what others do later is nobody else's affair."""

    def first_periods(episodes: Episodes) -> list[list[Any]]:
        first = episodes.period_of_care == 1
        order = np.lexsort((episodes.start[first], episodes.child[first]))
        columns = episodes.columns().values()
        return [column[first][order].tolist() for column in columns]

    with_returns, without = (
        world.run(opening=children(30, 0)).episodes
        for world in (back_world(OFTEN), back_world(OFTEN, returns=None))
    )
    assert len(with_returns) > 1.2 * len(without)
    assert first_periods(with_returns) == first_periods(without)


@pytest.mark.streams
def test_a_higher_hazard_brings_the_same_children_back_sooner_and_more_of_them() -> None:
    def second_start(episodes: Episodes) -> dict[int, int]:
        second = (episodes.period_of_care == 2) & (episodes.reason_new == began("return"))
        pairs = zip(episodes.child[second].tolist(), episodes.start[second].tolist(), strict=True)
        return dict(pairs)

    rare, often = (
        second_start(back_world({Route.HOME_PLANNED: hazards}).run().episodes)
        for hazards in ((0.1, 0.05), (0.3, 0.2))
    )
    assert rare.keys() < often.keys()
    assert len(often) > 1.5 * len(rare)
    assert all(often[child] <= day for child, day in rare.items())


@pytest.mark.streams
def test_each_period_and_each_absence_has_luck_of_its_own() -> None:
    """With the same rates throughout, the same luck twice would give the same length twice."""
    world = World(
        (home("a"),),
        ((0,),),
        {Route.HOME_PLANNED: 2.0},
        years=10,
        returns=returning({Route.HOME_PLANNED: (2.0, 2.0)}),
    )
    episodes = world.run(opening=children(300, age_years=1.0)).episodes
    stays, absences = [], []
    for child in np.unique(episodes.child).tolist():
        rows = np.flatnonzero((episodes.child == child) & (episodes.end != OPEN))
        lasted = (episodes.end - episodes.start)[rows]
        away = episodes.start[rows[1:]] - episodes.end[rows[:-1]]
        stays += [abs(a - b) for a, b in itertools.pairwise(lasted[:3].tolist())]
        absences += [abs(a - b) for a, b in itertools.pairwise(away[:3].tolist())]
    # Two exponential times with a mean of half a year are within a day of each other hardly
    # ever: with chance 1 - exp(-1.5 days / mean), and a little more where they are cut short.
    for apart in (stays, absences):
        assert len(apart) > 400
        assert np.mean(np.array(apart) <= 1) < 0.04
