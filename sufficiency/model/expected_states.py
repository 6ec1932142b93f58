"""What can become of a child in the average: the pairs of plan and home it can live in.

A child's next home follows from its care plan, so where children are on average must be
followed by plan as well as by home. Here stand those pairs, where a search ends for each plan
at each age, and how fast children pass from pair to pair and out of care. Only a scenario in
which nothing is limited can be followed in this way; any other is refused.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sufficiency.episodes import NONE, STAY_ENDS
from sufficiency.model.parameters import (
    CAUSES,
    MOVES,
    ROUTES,
    FloatArray,
    MoveParameters,
    Parameters,
    SettingParameters,
)
from sufficiency.periods import DAYS_PER_YEAR
from sufficiency.vocabulary import AgeBand, TimeInCare

_NEARLY_NOTHING = 1e-9
_DAYS_OFF = 3
"""A year of the forecast may begin so many days from the day a rate changes."""


@dataclass(frozen=True)
class States:
    """Pairs of plan and setting a child can be in.

    Attributes:
        plan: Code of the plan of each pair.
        setting: Code of the setting of each pair.
        opening: For each setting, the pair of a child who lives there when the forecast opens.
        found_on_entry: Chance that a child entering finds each; shape (5, plans, states).
        found_on_a_move: The same for a child who moves.
    """

    plan: tuple[int, ...]
    setting: tuple[int, ...]
    opening: tuple[int, ...]
    found_on_entry: FloatArray
    found_on_a_move: FloatArray

    def __len__(self) -> int:
        """How many pairs there are."""
        return len(self.setting)


def states_of(parameters: Parameters) -> States:
    """The pairs of plan and setting that can be reached.

    Args:
        parameters: The numbers of a scenario in which nothing is limited.

    Returns:
        The pairs, those of the opening children first.

    Raises:
        ValueError: When the scenario limits something, naming what.
    """
    limits = list(_what_cannot_be_followed(parameters))
    if limits:
        raise ValueError(f"an expectation cannot follow {'; '.join(limits)}")
    on_entry, on_a_move = (_found(parameters, moving=moving) for moving in (False, True))
    reached = (on_entry + on_a_move).sum(axis=0) > 0.0
    settings = range(len(parameters.settings))
    opening = [(_plan_of(parameters, setting), setting) for setting in settings]
    pairs = list(dict.fromkeys([*opening, *map(tuple, np.argwhere(reached).tolist())]))
    plan, setting = zip(*pairs, strict=True)

    def of_pairs(found: FloatArray) -> FloatArray:
        own_plan = np.array(plan) == np.arange(len(parameters.plans))[:, None]
        return np.asarray(found[:, :, list(setting)] * own_plan)

    return States(
        plan=plan,
        setting=setting,
        opening=tuple(range(len(opening))),
        found_on_entry=of_pairs(on_entry),
        found_on_a_move=of_pairs(on_a_move),
    )


def _what_cannot_be_followed(parameters: Parameters) -> Iterator[str]:
    """What of a scenario depends on who else is in care, or is followed child by child."""
    for setting in parameters.settings:
        where = f"of `{setting.name}`"
        if setting.places is not None:
            yield f"the places {where}"
        if setting.approval is not None:
            yield f"the approval {where}"
        if setting.opens > 0.0 or setting.closes < math.inf:
            yield f"the dates {where}"
        if any(len(values) > 1 for _, values in setting.suitable or ()):
            yield f"the dated `suitable` {where}"
    stays = parameters.clockwork.rate_per_day[CAUSES.index(STAY_ENDS)].any()
    if stays and parameters.clockwork.setting_effect[:, CAUSES.index(STAY_ENDS)].any():
        yield "a short stay"
    parts = ("siblings", "unaccompanied", "returns", "courts")
    yield from (f"`{part}`" for part in parts if getattr(parameters, part) is not None)
    if parameters.carers_setting != NONE:
        yield "`carers`"


def _plan_of(parameters: Parameters, setting: int) -> int:
    """The plan that looks for a setting soonest, as the engine takes it; else the first."""
    orders = parameters.search_orders
    depth = [order.index(setting) if setting in order else math.inf for order in orders]
    return depth.index(min(depth))


def _found(parameters: Parameters, *, moving: bool) -> FloatArray:
    """Chance that a search ends in each setting; shape (5, plans, settings)."""
    found = np.zeros((len(AgeBand), len(parameters.plans), len(parameters.settings)))
    for band, _ in enumerate(AgeBand):
        for plan, order in enumerate(parameters.search_orders):
            still_looking = 1.0
            for setting in order:
                here = _suits(parameters.settings[setting], band, moving=moving)
                found[band, plan, setting] += still_looking * here
                still_looking *= 1.0 - here
            if still_looking > _NEARLY_NOTHING:
                raise ValueError(
                    f"the search of plan `{parameters.plans[plan].value}` can end without a home"
                )
    return found


def _suits(setting: SettingParameters, band: int, *, moving: bool) -> float:
    """Chance that a child who looks at a setting without limit finds a home there."""
    possible = 1.0
    if setting.suitable is not None:
        possible = setting.suitable[band][1][0]
        if moving:
            possible *= setting.suitable_after_a_move
    return min(possible, 1.0) * setting.match


def speeds(parameters: Parameters, states: States, by_year: FloatArray) -> FloatArray:
    """How fast children pass from pair to pair and out of care.

    Args:
        parameters: The numbers of the scenario.
        states: The pairs.
        by_year: What multiplies the rate of each cause; shape (years, causes).

    Returns:
        Rates a year from each pair to each pair and then to each route, with minus the rate of
        leaving a pair on the diagonal; shape (years, times, ages, states + routes, the same).
    """
    clockwork, count = parameters.clockwork, len(states)
    effects = clockwork.setting_effect[list(states.setting)]
    rates = np.einsum("cat,sc,yc->cytas", clockwork.rate_per_day * DAYS_PER_YEAR, effects, by_year)
    size = count + len(ROUTES)
    found = np.zeros((len(by_year), len(TimeInCare), len(AgeBand), size, size))
    for code, _ in enumerate(MOVES):
        goes_to = _moves_to(parameters.moves[code], states)
        found[..., :count, :count] += rates[len(ROUTES) + code, ..., None] * goes_to
    for code, _ in enumerate(ROUTES):
        found[..., :count, count + code] = rates[code]
    within = np.arange(count)
    found[..., within, within] -= rates[: len(ROUTES) + len(MOVES)].sum(axis=0)
    return found


def _moves_to(rules: MoveParameters, states: States) -> FloatArray:
    """Where a move leads, by age band, from each pair; shape (5, states, states)."""
    same_plan = states.found_on_a_move[:, list(states.plan)]
    shares = np.diff(np.array(rules.plan_shares), axis=1, prepend=0.0)
    new_plan = np.einsum("ap,aps->as", shares, states.found_on_a_move)[:, None]
    return np.asarray(rules.keeps_plan * same_plan + (1.0 - rules.keeps_plan) * new_plan)


def year_factors(parameters: Parameters, years: int) -> FloatArray:
    """What the calendar multiplies each cause by in each year of the forecast.

    Args:
        parameters: The numbers of the scenario.
        years: Years to follow.

    Returns:
        The factors; shape (years, causes).

    Raises:
        ValueError: When a rate changes within a year.
    """
    clockwork = parameters.clockwork
    starts, calendar = clockwork.calendar_starts[1:], clockwork.calendar
    changed = np.diff(calendar, axis=1).any(axis=0)
    into_year = (starts[changed] + _DAYS_OFF) % DAYS_PER_YEAR
    if (into_year > 2 * _DAYS_OFF).any():
        raise ValueError("an expectation cannot follow a rate that changes within a year")
    middles = (np.arange(years) + 0.5) * DAYS_PER_YEAR
    stretch = np.searchsorted(clockwork.calendar_starts, middles, side="right") - 1
    return np.asarray(calendar[:, stretch].T, dtype=np.float64)
