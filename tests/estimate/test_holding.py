"""Plans at which the mix of homes holds, found again where they are known."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest

from sufficiency.estimate.holding import KINDS, HeldPlans, hold_plans
from sufficiency.model.expected import Expectation
from sufficiency.model.parameters import (
    CAUSES,
    Clockwork,
    EntryParameters,
    FloatArray,
    MoveParameters,
    PanelParameters,
    Parameters,
    SettingParameters,
)
from sufficiency.periods import DAYS_PER_YEAR, Horizon
from sufficiency.vocabulary import Move, Plan, Route

SETTINGS = ("agency_foster", "external_residential", "placed_with_parents", "placed_for_adoption")
PLANS = (Plan.FAMILY, Plan.RESIDENTIAL, Plan.PARENTS, Plan.ADOPTION)
ENTRY = np.array([[0.9, 0.0, 0.1, 0.0]] * 2 + [[0.85, 0.05, 0.1, 0.0], *[[0.7, 0.2, 0.1, 0.0]] * 2])
AFTER = np.array([[0.3, 0.0, 0.2, 0.5]] * 2 + [[0.7, 0.1, 0.2, 0.0], *[[0.6, 0.25, 0.15, 0.0]] * 2])
PER_YEAR = np.array([20.0, 25.0, 20.0, 40.0, 25.0])


def running(shares: FloatArray) -> tuple[tuple[float, ...], ...]:
    """Cumulative shares."""
    return tuple(map(tuple, np.cumsum(shares, axis=1).tolist()))


def parameters(
    entry: FloatArray = ENTRY, after: FloatArray = AFTER, settings: tuple[str, ...] = SETTINGS
) -> Parameters:
    """Four kinds of home, each with a plan of its own; nothing limited."""
    rates = np.zeros((len(CAUSES), 5, 5))
    effects = np.ones((len(settings), len(CAUSES)))
    for cause, rate in {Route.HOME_PLANNED: 0.25, Route.ADOPTION: 0.02, Move.PLANNED: 0.3}.items():
        rates[CAUSES.index(cause)] = rate / DAYS_PER_YEAR
    effects[3, CAUSES.index(Route.ADOPTION)] = 40.0
    homes = tuple(
        SettingParameters(
            name, -math.inf, math.inf, None, 1.0, None, 1.0, (1.0, 1.0, 1.0), nearby_places=None
        )
        for name in settings
    )
    always = np.array([-math.inf])
    return Parameters(
        horizon=Horizon(dt.date(2020, 3, 31), dt.date(2022, 3, 31)),
        settings=homes,
        plans=PLANS,
        search_orders=((0,), (1,), (2,), (3,)),
        clockwork=Clockwork(rates, effects, always, np.ones((len(CAUSES), 1))),
        entries=EntryParameters(PER_YEAR, always, np.ones(1), running(entry)),
        moves=tuple(MoveParameters(0.4, running(after)) for _ in Move),
        panel=PanelParameters((0,) * 4, 0.0, 1.0, 0.0),
        after_care_chance={},
    )


def at_rest() -> FloatArray:
    """The children there are once entries and plans have long been what they are."""
    long = Expectation(parameters(), np.zeros((5, 5, 4)), 0.5, 40)
    present = long.path(np.full(40, PER_YEAR.sum()))[-1]
    opening = np.zeros((5, 5, 4))
    opening[0, 0], opening[1:, 1] = present[0], present[1:]
    return opening


def multiplied(shares: FloatArray, by_plan: tuple[float, ...]) -> FloatArray:
    """Shares multiplied by plan and rescaled."""
    found: FloatArray = shares * by_plan
    return found / found.sum(axis=1, keepdims=True)


def worst(held: HeldPlans) -> float:
    """Children by which a kind of home is off, on average over the two years."""
    return max(abs(np.mean(held.after[kind]) - held.opening[kind]) for kind in KINDS)


@pytest.mark.theory
def test_plans_that_hold_are_found_again_from_others() -> None:
    """From plans that send twice as many to homes and a third to parents."""
    other = (1.0, 2.0, 0.35, 1.5)
    usual = parameters(multiplied(ENTRY, other), multiplied(AFTER, other))
    held = hold_plans(usual, at_rest(), 0.5)
    assert held.at_entry == pytest.approx(ENTRY, abs=0.01)
    assert held.plan_after[1] == pytest.approx(AFTER, abs=0.01)
    assert held.multiplier["homes"] == pytest.approx(0.5, rel=0.05)
    assert held.entries_per_year == pytest.approx([PER_YEAR.sum()] * 2, rel=0.02)
    assert worst(held) < 0.3
    assert held.drift < 0.005


@pytest.mark.direction
def test_more_children_in_homes_at_the_opening_need_more_plans_for_homes() -> None:
    more = at_rest()
    moved = more[:, :, 0] * 0.3
    more[:, :, 0] -= moved
    more[:, :, 1] += moved
    held, before = hold_plans(parameters(), more, 0.5), hold_plans(parameters(), at_rest(), 0.5)
    assert held.multiplier["homes"] > 1.3 * before.multiplier["homes"]
    assert worst(held) < 0.5
    assert held.at_entry.sum(axis=1) == pytest.approx(np.ones(5))
    assert held.plan_after.sum(axis=2) == pytest.approx(np.ones((2, 5)))
    assert held.at_entry.min() >= 0.0


@pytest.mark.unit
def test_it_is_said_when_no_plans_hold_the_mix() -> None:
    """Nobody of 16 or 17 is placed for adoption anew, so that sixty there cannot stay sixty."""
    opening = at_rest()
    opening[4, 1, 3] += 60.0
    held = hold_plans(parameters(), opening, 0.5)
    assert held.drift > 0.05
    assert held.after["adoption"][-1] < held.opening["adoption"] - 20


@pytest.mark.unit
def test_fewer_leaving_need_fewer_entries() -> None:
    opening = at_rest()
    fewer = hold_plans(parameters(), opening, 0.5, np.array([0.5, 0.5])).entries_per_year
    assert (fewer < hold_plans(parameters(), opening, 0.5).entries_per_year - 5).all()


@pytest.mark.golden
def test_a_setting_of_no_published_kind_is_refused() -> None:
    unknown = parameters(settings=(*SETTINGS[:3], "hub"))
    with pytest.raises(ValueError, match="`hub` is of no published kind"):
        hold_plans(unknown, at_rest(), 0.5)
