"""Drawing the numbers of one replication: a scenario with every uncertain figure settled."""

from __future__ import annotations

import math

import numpy as np

from sufficiency.episodes import NONE
from sufficiency.model.dated import (
    calendar_starts,
    cumulative_shares,
    on_stretches,
    steps,
    together,
)
from sufficiency.model.draw_homes import draw_panel, draw_settings
from sufficiency.model.draw_rates import draw_clockwork, draw_entries
from sufficiency.model.parameters import (
    CAUSES,
    MOVES,
    ROUTES,
    CourtParameters,
    EntryParameters,
    FloatArray,
    MoveParameters,
    Parameters,
    ReturnParameters,
    SiblingParameters,
    UnaccompaniedParameters,
)
from sufficiency.model.returns import SIX_YEARS_DAYS, return_hazards, share_returned
from sufficiency.periods import Horizon
from sufficiency.scenario.schema import Scenario
from sufficiency.streams import Draws, Streams
from sufficiency.vocabulary import AgeBand, Route


def draw_parameters(
    scenario: Scenario, draws: Draws, streams: Streams, reference: FloatArray
) -> Parameters:
    """Draw one replication's numbers.

    Args:
        scenario: What is known and assumed.
        draws: Values of uncertain figures.
        streams: The replication's streams, for good and bad years.
        reference: Shares of the reference children by age band, time in care and setting;
            shape (5, 5, settings), summing to 1.

    Returns:
        The numbers, ready for the engine.
    """
    horizon = Horizon(scenario.start, scenario.end)
    names = list(scenario.settings)
    plans = tuple(scenario.plans)
    entries = draw_entries(scenario, draws, streams, horizon)
    return Parameters(
        horizon=horizon,
        settings=draw_settings(scenario, draws, horizon),
        plans=plans,
        search_orders=tuple(
            tuple(names.index(name) for name in scenario.search_order(plan)) for plan in plans
        ),
        clockwork=draw_clockwork(scenario, draws, streams, reference, horizon),
        entries=entries,
        moves=tuple(
            MoveParameters(
                draws(scenario.moving[move].keeps_plan),
                tuple(
                    cumulative_shares(scenario.moving[move].plan_after[band], plans, draws)
                    for band in AgeBand
                ),
            )
            for move in MOVES
        ),
        panel=draw_panel(scenario, draws),
        after_care_chance={
            Route(kind.value): draws(rule.share_of_leavers)
            for kind, rule in scenario.after_care.items()
        },
        siblings=_siblings(scenario, draws),
        unaccompanied=_unaccompanied(scenario, draws, horizon),
        returns=_returns(scenario, entries.plan_shares, draws, horizon),
        courts=_courts(scenario, draws, horizon),
        carers_setting=names.index(scenario.carers.setting) if scenario.carers else NONE,
    )


def _siblings(scenario: Scenario, draws: Draws) -> SiblingParameters | None:
    siblings = scenario.entries.siblings
    if siblings is None:
        return None
    return SiblingParameters(draws(siblings.follows), draws(siblings.kept_together))


def _unaccompanied(
    scenario: Scenario, draws: Draws, horizon: Horizon
) -> UnaccompaniedParameters | None:
    alone = scenario.entries.unaccompanied
    if alone is None:
        return None
    starts = calendar_starts([alone.change], horizon)
    shares = np.array([draws(alone.by_age[band]) for band in AgeBand])
    plan = list(scenario.plans).index(alone.plan)
    # They move from home to home as others do; only the ways out differ.
    ratio = np.ones(len(CAUSES))
    ratio[: len(ROUTES)] = [
        draws(alone.leaving_ratio[route]) if route in alone.leaving_ratio else 0.0
        for route in ROUTES
    ]
    return UnaccompaniedParameters(
        entries=EntryParameters(
            per_year_by_age=draws(alone.per_year) * shares / shares.sum(),
            calendar_starts=starts,
            calendar=on_stretches(steps(alone.change, draws, horizon, before=1.0), starts),
            plan_shares=(),
        ),
        plan=plan,
        in_care_at_start=round(draws(alone.in_care_at_start)),
        leaving_ratio=ratio,
    )


def _returns(
    scenario: Scenario,
    plan_shares: tuple[tuple[float, ...], ...],
    draws: Draws,
    horizon: Horizon,
) -> ReturnParameters | None:
    """How fast children come back: those who leave in the forecast, and those who left before."""
    returning = scenario.returning
    if returning is None:
        return None
    hazards = np.zeros((len(ROUTES), 2))
    for code, route in enumerate(ROUTES):
        if route in returning.within_one_year:
            one = draws(returning.within_one_year[route])
            six = returning.within_six_years.get(route)
            hazards[code] = return_hazards(one, one if six is None else draws(six))
    left_before = np.array(
        [
            draws(returning.left_before_per_year[route])
            if route in returning.left_before_per_year
            else 0.0
            for route in ROUTES
        ]
    )
    starts = np.array([-math.inf, *(float(month.first) for month in horizon.months[1:])])
    middles = np.array([month.first + month.days / 2 for month in horizon.months])
    # Of those who left before, the ones still to come back: all who ever will, less those who
    # had done so by a time as long as the forecast has run.
    still_to_come = share_returned(np.array([SIX_YEARS_DAYS]), hazards) - share_returned(
        middles, hazards
    )
    by_age = np.array([draws(scenario.entries.by_age[band]) for band in AgeBand])
    return ReturnParameters(
        hazards_per_day=hazards,
        earlier=EntryParameters(
            per_year_by_age=by_age / by_age.sum(),
            calendar_starts=starts,
            calendar=left_before @ np.maximum(still_to_come, 0.0),
            plan_shares=plan_shares,
        ),
    )


def _courts(scenario: Scenario, draws: Draws, horizon: Horizon) -> CourtParameters | None:
    courts = scenario.courts
    if courts is None:
        return None
    return CourtParameters(
        routes=frozenset(ROUTES.index(route) for route in courts.routes),
        orders_per_year=together(
            steps(courts.orders_per_year, draws, horizon, before=0.0),
            steps(courts.change, draws, horizon, before=1.0),
        ),
    )
