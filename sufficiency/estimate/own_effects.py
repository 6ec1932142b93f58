"""Who is likelier to leave or to move, fitted to a council's own events.

There are hundreds of cells of age, time in care and kind of home and often no more than dozens of
events. So a rate is a product: a level times an effect of age, of time in care and of the kind of
home, fitted to all cells together, so that an effect of one is not taken for an effect of another
(homes for the young hold young children). Each effect begins as it is judged of children anywhere
in England, with the weight of a few events, and is moved by what was counted. Where a judged
effect is nought, as adoption from anywhere but adopters' homes, it stays nought unless it was seen.

Events in a cell are Poisson about ``level * age * time * setting * child-years``. Each effect has
a gamma prior about its judged value, worth ``PSEUDO_EVENTS`` events. The most likely value of an
effect, the others given, is ``(events + k) / (expected + k / judged)``; going round until nothing
moves gives the most likely values of all. Their doubt is from the curvature there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sufficiency.estimate.judgements import general_judgements
from sufficiency.estimate.multiplicative import effects_of_age
from sufficiency.vocabulary import Move, Route, Setting

FloatArray = NDArray[np.float64]

PSEUDO_EVENTS = 3.0
"""How many events a judged effect is worth. Three are a doubt of 0.6 on the log scale: two in
three true effects would lie between a little over half and not quite twice the judged."""
_ROUNDS = 400
_STILL = 1e-8
_LEVEL_HELD = 0.5
"""Half an event, as behind an overall rate."""
_ORDERS = (Route.SPECIAL_GUARDIANSHIP, Route.CHILD_ARRANGEMENTS)
_ORDERS_PER_CHILD, _SHARE_WITH_CONNECTED = 0.06, 0.145
"""Orders a year for each child in care in England, and the share of children with connected
carers: as in the judgement of ``connected_order_hazard``, which says where they come from."""


@dataclass(frozen=True)
class JudgedEffects:
    """Effects of one cause as judged; only comparisons inside one matter.

    Attributes:
        age: By age; shape (5,).
        time: By time in care; shape (5,).
        setting: By setting; shape (settings,).
    """

    age: FloatArray
    time: FloatArray
    setting: FloatArray


@dataclass(frozen=True)
class FittedEffects:
    """Effects of one cause as fitted.

    Attributes:
        age: By age; shape (5,). Its mean over the reference children is 1; so for the others.
        time: By time in care; shape (5,).
        setting: By setting; shape (settings,).
        doubts: Standard deviations of the logs, in the same order; 0 where an effect is nought.
        expected: Events expected in each cell; shape (5, 6, settings).
        variances: Relative variance of the rate at each age, time in care and setting, level and
            all effects being in doubt together; the same order as ``doubts``.
    """

    age: FloatArray
    time: FloatArray
    setting: FloatArray
    doubts: tuple[FloatArray, FloatArray, FloatArray]
    expected: FloatArray
    variances: tuple[FloatArray, FloatArray, FloatArray]


def judged_effects(settings: tuple[str, ...], reference: FloatArray) -> Mapping[str, JudgedEffects]:
    """What the judgements that come with the tool say of every cause.

    Ways out are judged by age for each child of that age wherever it lives. The effects of age
    here are those that, with the others in place, give as much.

    Args:
        settings: Names of the settings.
        reference: Shares of the children counted, or child-years; shape (5, 5, settings).

    Returns:
        Effects by cause.
    """
    said = general_judgements()
    found = {}
    for move in Move:
        found[move.value] = JudgedEffects(
            _numbers(said["moving_by_age"][move.value]),
            _numbers(said["moving_by_time_in_care"][move.value]),
            _by_setting(said["moving_by_setting"][move.value], settings),
        )
    for route in Route:
        time = _numbers(said["by_time_in_care"][route.value])
        setting = _by_setting(_settings_judged(said, route), settings)
        rest = said["rest_routes"].get(route.value)
        usual = rest["usual_ages"] if rest else said["usual_ages_of_leaving"][route.value]
        found[route.value] = JudgedEffects(
            _age_effects(_numbers(usual), reference, time, setting), time, setting
        )
    return found


def _numbers(values: list[float]) -> FloatArray:
    return np.array(values, dtype=np.float64)


def _by_setting(judged: Mapping[str, float], settings: tuple[str, ...]) -> FloatArray:
    return np.array([judged.get(name, judged["elsewhere"]) for name in settings], dtype=np.float64)


def _settings_judged(said: Mapping[str, Any], route: Route) -> dict[str, float]:
    """A way out by setting. Orders are judged by how many go to connected carers."""
    if route not in _ORDERS:
        judged: dict[str, float] = said["by_setting"][route.value]
        return judged
    hazard = float(said["connected_order_hazard"]["p50"])
    others = (_ORDERS_PER_CHILD - _SHARE_WITH_CONNECTED * hazard) / (1 - _SHARE_WITH_CONNECTED)
    return {
        Setting.CONNECTED_CARER: 1.0,
        Setting.PLACED_FOR_ADOPTION: 0.0,
        "elsewhere": others / hazard,
    }


def _age_effects(
    usual: FloatArray, reference: FloatArray, time: FloatArray, setting: FloatArray
) -> FloatArray:
    """Effects of age behind how usual a way out is at each age."""
    weights = reference / reference.sum()
    at_risk = np.einsum("ats,t,s->a", weights, time, setting)
    events = np.where(at_risk > 0, usual * weights.sum(axis=(1, 2)), 0.0)
    if not events.any():
        return usual
    effects = effects_of_age(events, weights, time, setting)
    # Nobody of an age lived where it can happen: nothing is known but how usual it is.
    effects = np.where(at_risk > 0, effects, usual)
    # A handful of children-days at an age can make an effect of any size; keep it in reason.
    middle = float(np.median(effects[effects > 0]))
    return np.clip(effects, 0.0, 10 * middle)


def fit_effects(
    events: FloatArray, child_years: FloatArray, judged: JudgedEffects, reference: FloatArray
) -> FittedEffects:
    """Fit effects to events.

    Args:
        events: Events by age, time in care or not known, and setting; shape (5, 6, settings).
        child_years: Child-years, the same shape.
        judged: Effects to begin from.
        reference: Child-years with every time in care known or shared out; (5, 5, settings).

    Returns:
        The effects.
    """
    weights = [reference.sum(axis=axes) / reference.sum() for axes in ((1, 2), (0, 2), (0, 1))]
    priors = [
        _scaled(each, weight)
        for each, weight in zip((judged.age, judged.time, judged.setting), weights, strict=True)
    ]
    # Days whose time in care is not known have an effect of their own: whatever mixture they are.
    mixture = float((weights[1] * priors[1]).sum())
    priors[1] = np.append(priors[1], mixture)
    effects, level = _most_likely(events, child_years, priors)
    expected = level * child_years * _product(effects)
    spread = _log_covariance(expected, effects, priors)
    ends = np.cumsum([0, *(len(each) for each in effects)])
    doubts, scaled, variances = [], [], []
    for factor, weight in enumerate(weights):
        keep = slice(ends[factor], ends[factor] + len(weight))
        scaled.append(_scaled(effects[factor][: len(weight)], weight))
        doubts.append(_doubt(scaled[-1], weight, spread[keep, keep]))
        variances.append(_rate_variance(factor, level * _product(effects), child_years, spread))
    return FittedEffects(
        scaled[0],
        scaled[1],
        scaled[2],
        (doubts[0], doubts[1], doubts[2]),
        expected,
        (variances[0], variances[1][:-1], variances[2]),
    )


def _scaled(effects: FloatArray, weights: FloatArray) -> FloatArray:
    """Effects with a weighted mean of 1, where that can be."""
    mean = float((effects * weights).sum())
    return effects / mean if mean > 0 else effects.copy()


def _product(effects: list[FloatArray]) -> FloatArray:
    found: FloatArray = np.einsum("a,t,s->ats", *effects)
    return found


def _most_likely(
    events: FloatArray, child_years: FloatArray, priors: list[FloatArray]
) -> tuple[list[FloatArray], float]:
    """The most likely effects and level, each in turn until nothing moves."""
    effects = [prior.copy() for prior in priors]
    counts = [events.sum(axis=axes) for axes in ((1, 2), (0, 2), (0, 1))]
    # An effect judged nought has no prior to hold it; it begins from 1 where it was seen.
    for effect, count in zip(effects, counts, strict=True):
        effect[(effect == 0) & (count > 0)] = 1.0
    total, level = float(events.sum()), 0.0
    strength = [np.where(prior > 0, PSEUDO_EVENTS, 0.0) for prior in priors]
    for _ in range(_ROUNDS):
        before = np.concatenate(effects)
        at_risk = float((child_years * _product(effects)).sum())
        level = (total + 0.5) / at_risk if at_risk > 0 else 0.0
        for factor, path in enumerate(("ats,t,s->a", "ats,a,s->t", "ats,a,t->s")):
            others = [each for number, each in enumerate(effects) if number != factor]
            exposed = level * np.einsum(path, child_years, *others)
            held = np.divide(
                strength[factor], priors[factor],
                out=np.zeros_like(exposed), where=priors[factor] > 0,
            )  # fmt: skip
            effects[factor] = np.divide(
                counts[factor] + strength[factor], exposed + held,
                out=np.zeros_like(exposed),
                where=(effects[factor] > 0) & (exposed + held > 0),
            )  # fmt: skip
        after = np.concatenate(effects)
        if np.abs(after - before).max() <= _STILL * max(1.0, float(after.max())):
            break
    return effects, level


def _log_covariance(
    expected: FloatArray, effects: list[FloatArray], priors: list[FloatArray]
) -> FloatArray:
    """Covariance of the logs of all effects and, last, of the level.

    It is the inverse of the curvature at the most likely values. Effects that are nought have
    none.
    """
    sums = _sums(expected)
    held = [
        np.where(prior > 0, PSEUDO_EVENTS * effect / np.where(prior > 0, prior, 1.0), 0.0)
        for effect, prior in zip(effects, priors, strict=True)
    ]
    curvature = sums + np.diag(np.concatenate([*held, [_LEVEL_HELD]]))
    live = np.append(np.concatenate(effects) > 0, True)
    found = np.zeros_like(curvature)
    found[np.ix_(live, live)] = np.linalg.pinv(curvature[np.ix_(live, live)], hermitian=True)
    return found


def _sums(table: FloatArray) -> FloatArray:
    """Sums of a table by every pair of ages, times in care, settings and the whole.

    Args:
        table: Shape (ages, times, settings).

    Returns:
        Symmetric, with one row for each age, then each time, each setting and the whole.
    """
    ages, times, settings = (table.sum(axis=axes) for axes in ((1, 2), (0, 2), (0, 1)))
    whole = np.atleast_2d(table.sum())
    upper = [
        [np.diag(ages), table.sum(axis=2), table.sum(axis=1), ages[:, None]],
        [table.sum(axis=2).T, np.diag(times), table.sum(axis=0), times[:, None]],
        [table.sum(axis=1).T, table.sum(axis=0).T, np.diag(settings), settings[:, None]],
        [ages[None], times[None], settings[None], whole],
    ]
    return np.asarray(np.block(upper), dtype=np.float64)


def _rate_variance(
    factor: int, rates: FloatArray, child_years: FloatArray, covariance: FloatArray
) -> FloatArray:
    """Relative variance of the rate at each level of one factor.

    A rate is a sum over cells; each effect moves it by the share of its cells in the sum. Where
    nobody was seen, all cells count alike.
    """
    axes = tuple(axis for axis in range(3) if axis != factor)
    seen = child_years.sum(axis=axes, keepdims=True) > 0
    weights = rates * np.where(seen, child_years, 1.0)
    sizes = [0, *np.cumsum(weights.shape)]
    rows = _sums(weights)[sizes[factor] : sizes[factor + 1]]
    total = rows[:, -1:]
    shares = np.divide(rows, total, out=np.zeros_like(rows), where=total > 0)
    found: FloatArray = np.einsum("ij,jk,ik->i", shares, covariance, shares)
    return found


def _doubt(effects: FloatArray, weights: FloatArray, covariance: FloatArray) -> FloatArray:
    """Standard deviations of the logs of effects once their mean is held at 1."""
    turn = np.eye(len(effects)) - weights * effects
    variance = np.einsum("ij,jk,ik->i", turn, covariance, turn)
    found: FloatArray = np.where(effects > 0, np.sqrt(np.clip(variance, 0.0, None)), 0.0)
    return found
