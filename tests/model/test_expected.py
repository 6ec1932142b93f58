"""The expectation against the simulation it is the average of, and against theory."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from small_worlds import World, always, home

from sufficiency.model.engine import simulate
from sufficiency.model.expected import Expectation
from sufficiency.model.parameters import (
    CourtParameters,
    FloatArray,
    MoveParameters,
    Parameters,
)
from sufficiency.model.population import OpeningCaseload, draw_population
from sufficiency.periods import DAYS_PER_YEAR
from sufficiency.streams import Streams
from sufficiency.vocabulary import AGE_BAND_STARTS_YEARS, TIME_IN_CARE_STARTS_DAYS, Move, Route

YEARS = 4
SHARE_AGED_17 = 0.6
ENTRIES = (20.0, 20.0, 15.0, 25.0, 20.0)
AGE_EDGES_DAYS = np.array([*AGE_BAND_STARTS_YEARS, 18]) * DAYS_PER_YEAR


def world(**changes: object) -> World:
    """A family with relatives or carers, homes, and supported accommodation; nothing limited."""
    by_age = tuple(always(share) for share in (0.5, 0.5, 0.4, 0.3, 0.1))
    usual: dict[str, object] = {
        "settings": (
            home("relatives", suitable=by_age, suitable_after_a_move=0.4),
            home("carers", match=0.85),
            home("homes"),
            home("supported"),
        ),
        "orders": ((0, 1, 2), (2,), (3, 2)),
        "leaving": {Route.HOME_PLANNED: 0.4, Route.SPECIAL_GUARDIANSHIP: 0.15},
        "moving": {Move.BREAKDOWN: 0.6, Move.PLANNED: 1.0},
        "effects": {
            (0, Route.SPECIAL_GUARDIANSHIP): 2.5,
            (1, Move.BREAKDOWN): 1.6,
            (2, Route.HOME_PLANNED): 0.5,
            (3, Route.HOME_PLANNED): 1.5,
            (3, Move.PLANNED): 0.5,
        },
        "by_age": (1.6, 1.0, 0.7, 0.8, 1.1),
        "by_time": (2.0, 1.2, 0.8, 0.6, 0.4),
        "entries": ENTRIES,
        "years": YEARS,
    }
    return World(**(usual | changes))  # type: ignore[arg-type]


def parameters(**changes: object) -> Parameters:
    """The world's numbers, with plans that differ by age at entry and after a move."""
    found = world(**changes).parameters()
    young, older, old = (0.95, 1.0, 1.0), (0.7, 1.0, 1.0), (0.3, 0.5, 1.0)
    shares = (young, young, young, older, old)
    moves = (MoveParameters(0.7, shares), MoveParameters(0.3, (*shares[:3], (0.5, 1.0, 1.0), old)))
    return replace(found, entries=replace(found.entries, plan_shares=shares), moves=moves)


def opening() -> FloatArray:
    """Whole children, of every age and time in care that can be."""
    found = np.zeros((5, 5, 4))
    found[0, :2] = [2, 3, 0, 0]
    found[1, :4] = [3, 4, 1, 0]
    found[2] = [2, 4, 1, 0]
    found[3] = [2, 4, 3, 0]
    found[4] = [1, 2, 2, 5]
    return found


def drawn(rng: np.random.Generator) -> OpeningCaseload:
    """The same children with dates drawn evenly inside their bands, a row each."""
    cells = np.repeat(np.argwhere(opening() > 0), opening()[opening() > 0].astype(int), axis=0)
    band, time, setting = cells.T
    since = np.array(TIME_IN_CARE_STARTS_DAYS)[time]
    until = np.append(TIME_IN_CARE_STARTS_DAYS[1:], math.inf)[time]
    youngest, oldest = np.maximum(AGE_EDGES_DAYS[band], since), AGE_EDGES_DAYS[band + 1]
    split = np.where(rng.random(len(band)) < SHARE_AGED_17, 17.0, 16.0) * DAYS_PER_YEAR
    youngest = np.where(band == 4, split, youngest)
    oldest = np.where(band == 4, split + DAYS_PER_YEAR, oldest)
    age = rng.uniform(youngest, oldest)
    entered = -np.floor(rng.uniform(since, np.minimum(until, age))).astype(np.int64) - 1
    born = np.minimum(-np.floor(age).astype(np.int64) - 1, entered)
    return OpeningCaseload(born, entered, entered, setting, np.zeros_like(setting))


def simulated(numbers: Parameters, replications: int) -> FloatArray:
    """Children after 1, 2 and 4 years; shape (replications, 3, 5, settings)."""
    found = np.zeros((replications, 3, 5, len(numbers.settings)))
    for replication in range(replications):
        streams = Streams(5, replication + 1)
        caseload = drawn(np.random.default_rng(replication))
        episodes = simulate(numbers, draw_population(numbers, caseload, streams), streams).episodes
        for place, day in enumerate((365, 730, 1460)):
            there = (episodes.start <= day) & (episodes.end > day)
            age = np.searchsorted(AGE_EDGES_DAYS, day - episodes.born[there], side="right") - 1
            np.add.at(found[replication, place], (age, episodes.setting[there]), 1.0)
    return found


def errors(found: FloatArray, expected: FloatArray) -> FloatArray:
    """How many standard errors the mean of the replications is away."""
    spread = found.std(axis=0, ddof=1) / math.sqrt(len(found))
    away: FloatArray = (found.mean(axis=0) - expected) / spread
    return away


@pytest.fixture(scope="module")
def found() -> FloatArray:
    return simulated(parameters(), 150)


def expected_after(numbers: Parameters) -> FloatArray:
    """Children after 1, 2 and 4 years as expected; shape (3, 5, settings)."""
    expectation = Expectation(numbers, opening(), SHARE_AGED_17, YEARS)
    after: FloatArray = expectation.path(np.full(YEARS, sum(ENTRIES)))[[4, 8, 16]]
    return after


@pytest.mark.theory
def test_the_mean_of_the_simulation_is_the_expectation(found: FloatArray) -> None:
    """In total, by age and by setting, after one, two and four years."""
    expected = expected_after(parameters())
    assert np.abs(errors(found.sum(axis=(2, 3)), expected.sum(axis=(1, 2)))).max() < 4
    assert np.abs(errors(found.sum(axis=3), expected.sum(axis=2))).max() < 4
    assert np.abs(errors(found.sum(axis=2), expected.sum(axis=1))).max() < 4


@pytest.mark.theory
@pytest.mark.parametrize(
    "changes", [{"effects": {}}, {"by_time": (1.0,) * 5}, {"by_age": (1.0,) * 5}]
)
def test_the_simulation_tells_other_rates_apart(
    found: FloatArray, changes: dict[str, object]
) -> None:
    """The comparison above would see an effect that was left out."""
    expected = expected_after(parameters(**changes))
    assert np.abs(errors(found.sum(axis=2), expected.sum(axis=1))).max() > 8


def one_home(leave: float, **changes: object) -> Parameters:
    """One setting, one rate of leaving."""
    simple = World((home("a"),), ((0,),), {Route.HOME_PLANNED: leave}, **changes)  # type: ignore[arg-type]
    return simple.parameters()


def only(age: int, time: int, children: float = 1.0) -> FloatArray:
    """Children of one age and time in care, in one setting."""
    alone = np.zeros((5, 5, 1))
    alone[age, time, 0] = children
    return alone


@pytest.mark.theory
def test_entries_and_opening_children_follow_an_exponential() -> None:
    """M/G/infinity: entries over the rate of leaving, approached as opening children leave."""
    leave, rate = 0.8, 12.0
    numbers = one_home(leave, entries=(0, rate, 0, 0, 0), moving={Move.PLANNED: 2.0})
    found = Expectation(numbers, only(2, 2, 10.0), 0.5, 5).path(np.full(5, rate)).sum(axis=(1, 2))
    time = np.arange(21) / 4
    still = np.exp(-leave * time)
    assert found == pytest.approx(10 * still + rate / leave * (1 - still), rel=1e-9)


@pytest.mark.theory
def test_leaving_follows_the_years_multiplier() -> None:
    multiplier = np.array([0.5, 1.0, 2.0])
    found = Expectation(one_home(0.8), only(2, 2), 0.5, 3, multiplier)
    still = np.exp(-0.8 * np.cumsum(multiplier))
    assert found.of_opening.sum(axis=(1, 2))[4::4] == pytest.approx(still, rel=1e-9)
    left, _ = found.exits(np.zeros(3))
    assert left.sum(axis=1) == pytest.approx(-np.diff(still, prepend=1.0), rel=1e-9)


@pytest.mark.theory
def test_children_who_entered_follow_the_years_multiplier() -> None:
    """A year's entries, then two years in which they leave twice as fast."""
    found = Expectation(
        one_home(0.8, entries=(0, 1.0, 0, 0, 0)), only(2, 2, 0.0), 0.5, 3, np.array([0.5, 1.0, 1.0])
    )
    first = (1 - np.exp(-0.4)) / 0.4
    present = found.path(np.array([10.0, 0.0, 0.0])).sum(axis=(1, 2))[4::4]
    assert present == pytest.approx(10 * first * np.exp([0.0, -0.8, -1.6]), rel=0.002)
    left, _ = found.exits(np.array([10.0, 0.0, 0.0]))
    assert left.sum(axis=1) == pytest.approx(-np.diff(present, prepend=10.0))


@pytest.mark.theory
def test_everyone_leaves_at_18() -> None:
    """Those of 17 in the first year, those of 16 in the second; a child entering, after a year."""
    numbers = one_home(0.0, entries=(0, 0, 0, 0, 10.0))
    found = Expectation(numbers, only(4, 2, 100.0), 0.7, 4)
    assert found.exits(np.zeros(4))[1] == pytest.approx([70.0, 30.0, 0.0, 0.0])
    assert found.exits(np.full(4, 10.0))[1][2:] == pytest.approx([10.0, 10.0])
    assert found.path(np.full(4, 10.0))[-1].sum() == pytest.approx(10.0)


@pytest.mark.conservation
def test_everyone_is_in_care_or_has_left() -> None:
    numbers, per_year = parameters(), np.array([80.0, 120.0, 0.0, 60.0])
    found = Expectation(numbers, opening(), SHARE_AGED_17, YEARS, np.array([1.0, 0.7, 1.3, 1.0]))
    left, adult = found.exits(per_year)
    gone = np.cumsum(left.sum(axis=1) + adult)
    assert (left >= 0).all()
    assert (adult > 0).all()
    present = found.path(per_year).sum(axis=(1, 2))[4::4]
    assert present + gone == pytest.approx(opening().sum() + np.cumsum(per_year), rel=1e-9)


@pytest.mark.unit
def test_it_is_linear_in_entries_and_their_plans() -> None:
    numbers = parameters()
    found = Expectation(numbers, opening(), SHARE_AGED_17, YEARS)
    one, other = np.array([10.0, 0.0, 30.0, 5.0]), np.array([3.0, 50.0, 0.0, 9.0])
    together = found.path(one) + found.path(other)
    assert found.path(one + other) + found.of_opening == pytest.approx(together)
    ages = np.array(ENTRIES) / sum(ENTRIES)
    plans = np.diff(np.array(numbers.entries.plan_shares), axis=1, prepend=0.0)
    by_plan = np.einsum("napbs,a,ap->nbs", found.of_entries_by_plan, ages, plans)
    assert by_plan == pytest.approx(found.of_entries)


@pytest.mark.golden
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"settings": (home("a", places=always(3)),)}, "the places of `a`"),
        ({"settings": (home("a", closes=400.0),)}, "the dates of `a`"),
        ({"stay_days": {0: 30.0}}, "a short stay"),
        ({"carers_setting": 0}, "`carers`"),
        ({"courts": CourtParameters(frozenset({0}), always(3))}, "`courts`"),
        ({"settings": (home("a", match=0.5),)}, "plan `family` can end without a home"),
        ({"calendar_starts": (-math.inf, 100.0), "calendar": (1.0, 2.0)}, "within a year"),
    ],
)
def test_what_is_limited_is_refused(changes: dict[str, object], words: str) -> None:
    simple = {"settings": (home("a"),), "orders": ((0,),), "leaving": {Route.OTHER: 1.0}}
    numbers = World(**(simple | changes)).parameters()  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=words):
        Expectation(numbers, only(2, 2), 0.5, 2)


@pytest.mark.golden
def test_children_too_young_for_their_time_in_care_are_refused() -> None:
    with pytest.raises(ValueError, match="too young"):
        Expectation(one_home(1.0), only(0, 3), 0.5, 2)
