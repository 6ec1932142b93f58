"""What care plans a council's children have, as far as its records show it.

A return does not say what home was looked for, only what was found. So a plan is read off the home:
a child whose first home is with a family is taken to have come with a plan for one. After a move
some children go to a home of the same kind, because their plan stayed or because the same plan was
made again; how many plans stay is found from how much more often that happens than by chance.
Few counts say little: they are leant towards what is usual, and more so the fewer they are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sufficiency.care_records import CareRecords
from sufficiency.episodes import REASONS_CEASED, UNSTATED
from sufficiency.estimate.any_found import (
    AFTER_A_MOVE,
    AGENCIES,
    BOUGHT_HOMES,
    OWN_CARERS,
    OWN_HOMES,
    RELATIVES,
)
from sufficiency.estimate.any_homes import SETTINGS
from sufficiency.estimate.any_plans import AGES, SEARCH, USUAL_AFTER, USUAL_AT_ENTRY
from sufficiency.estimate.own_entries import OwnArrivals
from sufficiency.estimate.own_opening import age_bands
from sufficiency.periods import DAYS_PER_YEAR
from sufficiency.vocabulary import Move

FloatArray = NDArray[np.float64]
PLANS = tuple(SEARCH)
_BEHIND_PLANS = 4.0
"""How many usual children stand behind a council's own of each age, when plans are counted."""
_BEHIND_AFTER = 6.0
"""The same for moves, of each age."""
_BEHIND_FOUND = 5.0
"""The same for whether a relative, an own carer or an own home was found."""
_BEHIND_MOVED_TO = 10.0
_USUALLY_KEEPS = {Move.BREAKDOWN: 0.75, Move.PLANNED: 0.30}
_BEHIND_KEEPS = 8.0
_ROUNDS = 60
_FOUND_BY_AGE = np.array([0.28, 0.33, 0.33, 0.26, 0.14])
"""Relatives found at each age, usually; the same as without records."""


def plan_of_setting() -> NDArray[np.intp]:
    """The plan that each kind of home speaks for; places in ``PLANS``, in order of settings."""
    soonest: dict[str, tuple[int, int]] = {}
    for plan, order in SEARCH.items():
        for depth, name in enumerate(order):
            if name not in soonest or depth < soonest[name][0]:
                soonest[name] = (depth, PLANS.index(plan))
    # Own and bought homes stand in the search of family plans too, but speak for another.
    homes = PLANS.index("residential")
    return np.array(
        [homes if name in (OWN_HOMES, BOUGHT_HOMES) else soonest[name][1] for name in SETTINGS]
    )


@dataclass(frozen=True)
class OwnMoves:
    """Moves from home to home, counted.

    Attributes:
        counts: By cause of moving, age, kind of the home before and after; shape (moves, 5,
            settings, settings). A move for no stated reason counts in part for each cause.
        unstated: Moves for which no reason was recorded.
    """

    counts: FloatArray
    unstated: int


@dataclass(frozen=True)
class OwnPlans:
    """Plans, and how often what they look for first is found, before the mix is held.

    Attributes:
        at_entry: By plan, shares of entering children of each age.
        after: By move and age, shares of plans.
        keeps: By move, share of moves after which the plan stays.
        moves: By move, how many of the two sorts stand behind these.
        found: By setting that has to be found, the share for whom it is, by age.
        found_counts: By the same, how many found it and how many looked.
        after_a_move: Relatives found on moving over those found on entering.
    """

    at_entry: Mapping[str, list[float]]
    after: Mapping[Move, Mapping[str, Mapping[str, float]]]
    keeps: Mapping[Move, float]
    moves: Mapping[Move, float]
    found: Mapping[str, list[float]]
    found_counts: Mapping[str, tuple[float, float]]
    after_a_move: float


def own_moves(records: CareRecords, as_at: dt.date, years: int) -> OwnMoves:
    """Count moves in the years up to the opening.

    Args:
        records: With ``SETTINGS`` as settings.
        as_at: The opening.
        years: Years up to it, as far as the records reach.

    Returns:
        The counts. Changes of status and whatever else is no move are not among them.
    """
    episodes, last = records.episodes, records.day(as_at)
    first = max(last + 1 - round(years * DAYS_PER_YEAR), 0)
    after = np.arange(1, len(episodes))
    before = after - 1
    follows = (episodes.child[after] == episodes.child[before]) & (
        episodes.start[after] == episodes.end[before]
    )
    day = episodes.start[after].astype(np.int64)
    follows &= (day >= first) & (day <= last)
    after, before, day = after[follows], before[follows], day[follows]
    age = age_bands(episodes.born[after], day)
    cells = (age, episodes.setting[before].astype(np.int64), episodes.setting[after].astype(int))
    reason = episodes.reason_ceased[before]

    def counted(name: str) -> FloatArray:
        table = np.zeros((len(AGES), len(SETTINGS), len(SETTINGS)))
        np.add.at(table, tuple(cell[reason == REASONS_CEASED.index(name)] for cell in cells), 1.0)
        return table

    by_move = np.array([counted(move.value) for move in Move])
    unstated = counted(UNSTATED)
    stated = by_move.sum(axis=(1, 2, 3))
    shares = stated / stated.sum() if stated.sum() > 0 else np.full(len(Move), 1 / len(Move))
    return OwnMoves(by_move + shares[:, None, None, None] * unstated, round(float(unstated.sum())))


def own_plans(arrivals: OwnArrivals, moves: OwnMoves) -> OwnPlans:
    """Read plans off homes.

    Args:
        arrivals: Children who came in, with their first homes.
        moves: Moves from home to home.

    Returns:
        The plans, each leant towards what is usual.
    """
    plan_of = plan_of_setting()[:, None] == np.arange(len(PLANS))
    entering = arrivals.first_setting @ plan_of
    usual = np.array([USUAL_AT_ENTRY[plan] for plan in PLANS]).T
    at_entry = (entering + _BEHIND_PLANS * usual) / (
        entering.sum(axis=1, keepdims=True) + _BEHIND_PLANS
    )
    keeps, after, number = {}, {}, {}
    for code, move in enumerate(Move):
        between = plan_of.T @ moves.counts[code] @ plan_of
        keeps[move], shares = plans_after(between, _usual_after(move), _USUALLY_KEEPS[move])
        after[move] = {
            age: dict(zip(PLANS, row.tolist(), strict=True))
            for age, row in zip(AGES, shares, strict=True)
        }
        number[move] = float(between.sum())
    found, counts = _found(arrivals, moves)
    return OwnPlans(
        at_entry=dict(zip(PLANS, at_entry.T.tolist(), strict=True)),
        after=after,
        keeps=keeps,
        moves=number,
        found=found,
        found_counts=counts,
        after_a_move=_after_a_move(arrivals, moves),
    )


def plans_after(
    between: FloatArray, usual: FloatArray, usually_keeps: float
) -> tuple[float, FloatArray]:
    """How many plans stay after a move, and what the others become.

    A move from plan i to plan j at one age has the chance ``k [i = j] + (1 - k) q(j)``. Which of
    the moves to the same plan kept it is not seen, so shares and chance are found in turns
    (expectation and maximisation), with a few usual moves behind them.

    Args:
        between: Moves by age, plan before and plan after; shape (5, plans, plans).
        usual: Usual shares by age; shape (5, plans).
        usually_keeps: The usual share of moves that keep the plan.

    Returns:
        The share that keeps its plan, and shares of plans of the others by age.
    """
    same = np.einsum("aii->ai", between)
    total = float(between.sum())
    keeps, shares = usually_keeps, usual.copy()
    for _ in range(_ROUNDS):
        kept = same * keeps / np.maximum(keeps + (1 - keeps) * shares, 1e-12)
        keeps = (float(kept.sum()) + _BEHIND_KEEPS * usually_keeps) / (total + _BEHIND_KEEPS)
        others = between.sum(axis=1) - kept + _BEHIND_AFTER * usual
        shares = others / others.sum(axis=1, keepdims=True)
    return keeps, shares


def _usual_after(move: Move) -> FloatArray:
    return np.array([[USUAL_AFTER[move][age].get(plan, 0.0) for plan in PLANS] for age in AGES])


def _found(
    arrivals: OwnArrivals, moves: OwnMoves
) -> tuple[dict[str, list[float]], dict[str, tuple[float, float]]]:
    """How often a relative, an own carer or an own home was found, by age."""
    entering = arrivals.first_setting.astype(np.float64)
    both = entering + moves.counts.sum(axis=(0, 2))
    relatives = entering[:, [_at(RELATIVES)]].sum(axis=1)
    families = entering[:, [_at(each) for each in (RELATIVES, OWN_CARERS, AGENCIES)]].sum(axis=1)
    found = {RELATIVES: _leant(relatives, families, _FOUND_BY_AGE / _FOUND_BY_AGE.mean())}
    counts = {RELATIVES: (float(relatives.sum()), float(families.sum()))}
    for own, bought in ((OWN_CARERS, AGENCIES), (OWN_HOMES, BOUGHT_HOMES)):
        here, all_ = both[:, _at(own)], both[:, [_at(own), _at(bought)]].sum(axis=1)
        found[own] = _leant(here, all_, np.ones(len(AGES)))
        counts[own] = (float(here.sum()), float(all_.sum()))
    return found, counts


def _leant(found: FloatArray, looked: FloatArray, shape: FloatArray) -> list[float]:
    """Shares by age, leant towards the share at all ages together times a shape.

    Where nobody looked at any age, a half is taken.
    """
    together = (found.sum() + 0.5) / (looked.sum() + 1.0)
    usual = np.clip(together * shape, 0.0, 0.95)
    shares = (found + _BEHIND_FOUND * usual) / (looked + _BEHIND_FOUND)
    return [float(share) for share in np.clip(shares, 0.0005, 0.95)]


def _after_a_move(arrivals: OwnArrivals, moves: OwnMoves) -> float:
    """Of children who move to a foster home, how often it is a relative, over those entering."""
    fostered = [_at(each) for each in (RELATIVES, OWN_CARERS, AGENCIES)]
    entering = arrivals.first_setting[:, fostered].sum(axis=1)
    first = (arrivals.first_setting[:, _at(RELATIVES)].sum() + 1.0) / (entering.sum() + 4.0)
    to = moves.counts.sum(axis=(0, 1, 2))
    looked = float(to[fostered].sum())
    share = (float(to[_at(RELATIVES)]) + _BEHIND_MOVED_TO * AFTER_A_MOVE * first) / (
        looked + _BEHIND_MOVED_TO
    )
    return float(np.clip(share / first, 0.05, 1.5))


def _at(setting: str) -> int:
    return SETTINGS.index(setting)


def mix(shares: Sequence[float], weights: Sequence[float]) -> float:
    """An average of shares, weighted; their plain average where no weight is given."""
    given = np.array(weights, dtype=np.float64)
    return float(np.average(np.array(shares), weights=given if given.sum() > 0 else None))
