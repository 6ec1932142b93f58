"""The homes of one replication: places, matching, location, approval, and the panel."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sufficiency.model.dated import cumulative_shares, on_stretches, steps, together
from sufficiency.model.deliveries import delivery_steps
from sufficiency.model.parameters import (
    ApprovalParameters,
    PanelParameters,
    SettingParameters,
    Steps,
)
from sufficiency.periods import Horizon
from sufficiency.scenario.opens import opens_on
from sufficiency.scenario.schema import Scenario, SettingRule
from sufficiency.scenario.values import Dated
from sufficiency.streams import Draws
from sufficiency.vocabulary import AgeBand, Location


def draw_settings(
    scenario: Scenario, draws: Draws, horizon: Horizon
) -> tuple[SettingParameters, ...]:
    """Every setting of one replication.

    Args:
        scenario: What is known and assumed.
        draws: Values of uncertain figures.
        horizon: The days of the forecast.

    Returns:
        The settings, in scenario order.
    """
    names = list(scenario.settings)
    # Whom a setting takes in follows how far it has been built up; what living there does to
    # rates follows whether its conditions are met (draw_rates.py).
    deliveries = {
        name: delivery_steps(
            delivery.model_copy(update={"conditions": {}, "handed_over": None}), draws, horizon
        )
        for name, delivery in scenario.deliveries.items()
    }
    return tuple(
        _setting(scenario, name, names, deliveries, draws, horizon) for name in scenario.settings
    )


def _setting(
    scenario: Scenario,
    name: str,
    names: list[str],
    deliveries: dict[str, Steps],
    draws: Draws,
    horizon: Horizon,
) -> SettingParameters:
    rule = scenario.settings[name]
    opens = opens_on(scenario, name)
    suitable = _suitable(rule, draws, horizon)
    if suitable is not None and rule.delivery is not None:
        suitable = tuple(together(each, deliveries[rule.delivery]) for each in suitable)
    return SettingParameters(
        name=name,
        opens=-math.inf if opens is None else float(horizon.day(opens)),
        closes=math.inf if rule.closes is None else float(horizon.day(rule.closes)),
        places=_places(scenario, name, draws, horizon),
        match=draws(rule.match),
        suitable=suitable,
        suitable_after_a_move=draws(rule.suitable_after_a_move),
        location=cumulative_shares(rule.location, Location, draws),
        nearby_places=_left_by_others(rule, draws, horizon),
        draws_from=tuple(names.index(other) for other in rule.draws_from),
        approval=_approval(rule, draws, horizon),
    )


def _places(scenario: Scenario, name: str, draws: Draws, horizon: Horizon) -> Steps | None:
    """Places by day; none of its own where carers are counted by household."""
    if scenario.carers is not None and scenario.carers.setting == name:
        return (-math.inf,), (0.0,)
    return _whole(scenario.settings[name].places, draws, horizon)


def _left_by_others(rule: SettingRule, draws: Draws, horizon: Horizon) -> Steps | None:
    """Places nearby that children of other authorities leave free, whole and not below none."""
    if rule.nearby_places is None:
        return None
    there = steps(rule.nearby_places, draws, horizon, before=0.0)
    others = steps(rule.others_nearby, draws, horizon, before=0.0)
    days = sorted({*there[0], *others[0]})
    starts = np.array(days)
    left = on_stretches(there, starts) - on_stretches(others, starts)
    return tuple(days), tuple(float(max(math.floor(value + 1e-9), 0)) for value in left)


def _approval(rule: SettingRule, draws: Draws, horizon: Horizon) -> ApprovalParameters | None:
    if rule.approval is None:
        return None
    return ApprovalParameters(
        temporary_days=draws(rule.approval.temporary),
        extension_days=draws(rule.approval.extension),
        panel_per_year=steps(rule.approval.panel_per_year, draws, horizon, before=0.0),
        refused=draws(rule.approval.refused),
    )


def _suitable(rule: SettingRule, draws: Draws, horizon: Horizon) -> tuple[Steps, ...] | None:
    """Share of children for whom the setting is possible, by age band and day."""
    if rule.suitable is None:
        return None
    level = draws(rule.suitable_level)
    by_age = [steps(rule.suitable[band], draws, horizon, before=0.0) for band in AgeBand]
    return tuple((days, tuple(min(level * s, 1.0) for s in shares)) for days, shares in by_age)


def _whole(places: Dated[Any] | None, draws: Draws, horizon: Horizon) -> Steps | None:
    """Places by day, none before the first date. A part of a place is no place."""
    if places is None:
        return None
    days, values = steps(places, draws, horizon, before=0.0)
    return days, tuple(float(math.floor(value + 1e-9)) for value in values)


def draw_panel(scenario: Scenario, draws: Draws) -> PanelParameters:
    """How the placement panel works in one replication."""
    names = list(scenario.settings)
    ranking = scenario.panel.ranking
    return PanelParameters(
        rank=tuple(ranking.index(name) if name in ranking else len(ranking) for name in names),
        plan_to_move=draws(scenario.panel.plan_to_move),
        acceptance=draws(scenario.panel.acceptance),
        notice_days=draws(scenario.panel.notice),
    )
