"""Why one future costs less than another: fewer children, less time in care, or cheaper homes.

The same child has the same number in both futures, so the difference in cost can be laid at the
door of what happened to each child. A child who is never in care in one of the two brings or
takes away all that it costs. A child in both who spends fewer nights in care saves those nights
at its own price. The rest is where children live and at what price. What an action itself
costs stands apart: teams, one-off sums, services paid by the case, and empty places.

A part is the scenario's cost less the base's: below zero is a saving. Parts add up exactly, in
whole pence: the first two are rounded to the penny, and homes take what is left of the cost of
children, so the odd penny is theirs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sufficiency.finance.child_fees import ChildYears
from sufficiency.finance.costs import CostTable
from sufficiency.finance.figures import Pence, whole_pence
from sufficiency.finance.lines import Source

NEVER_ENTERING = "never_entering"
LESS_TIME = "leaving_sooner"
LESS_COSTLY_HOMES = "less_costly_homes"
AFTER_CARE = "after_care"
OWN_COST = "own_cost"
EMPTY_PLACES = "empty_places"
PARTS = (NEVER_ENTERING, LESS_TIME, LESS_COSTLY_HOMES, AFTER_CARE, EMPTY_PLACES, OWN_COST)
"""The parts of a difference in cost, in the order they are told."""

CHILDREN: tuple[Source, ...] = ("setting", "grant")
"""What follows children in care: their fees, and the grants paid for their nights."""
OWN: tuple[Source, ...] = ("case", "fixed_cost", "one_off")
"""What an action costs whatever becomes of the children."""


@dataclass(frozen=True)
class CostSources:
    """Net cost of one future by what it is paid for, in whole pence; each of shape (years,).

    The four add up to the net cost of all blocks.

    Attributes:
        children: Fees of children and grants for their nights.
        after_care: Allowances after care.
        empty_places: Places paid for in which nobody sleeps.
        own: Fixed costs, one-off sums, and services paid by the case.
    """

    children: Pence
    after_care: Pence
    empty_places: Pence
    own: Pence


def cost_sources(costs: CostTable) -> CostSources:
    """Take the net cost of one future apart by what it is paid for.

    Args:
        costs: What the future costs.

    Returns:
        Sums by financial year, none of them rounded again.
    """
    net = costs.by_year(costs.net_pence)
    source = np.array([cost.source for cost in costs.lines.costs])
    empty = costs.by_year(costs.void_pence).sum(axis=0)
    return CostSources(
        children=net[np.isin(source, CHILDREN)].sum(axis=0) - empty,
        after_care=net[source == "after_care"].sum(axis=0),
        empty_places=empty,
        own=net[np.isin(source, OWN)].sum(axis=0),
    )


def split(
    base: ChildYears, scenario: ChildYears, base_cost: CostSources, scenario_cost: CostSources
) -> Pence:
    """Take apart how far the net cost of a scenario is from its base's, in one future.

    Args:
        base: Nights and cost of each child in the base.
        scenario: The same in the scenario.
        base_cost: Net cost of the base by source.
        scenario_cost: Net cost of the scenario by source.

    Returns:
        Scenario less base in whole pence; shape (parts, years), parts in the order of
        :data:`PARTS`. They add up to the difference in net cost of all blocks, to the penny.
    """
    never, time = _of_children(base, scenario)
    whole_never, whole_time = whole_pence(never), whole_pence(time)
    children = scenario_cost.children - base_cost.children
    parts = {
        NEVER_ENTERING: whole_never,
        LESS_TIME: whole_time,
        LESS_COSTLY_HOMES: children - whole_never - whole_time,
        AFTER_CARE: scenario_cost.after_care - base_cost.after_care,
        EMPTY_PLACES: scenario_cost.empty_places - base_cost.empty_places,
        OWN_COST: scenario_cost.own - base_cost.own,
    }
    return np.array([parts[name] for name in PARTS])


def _of_children(
    base: ChildYears, scenario: ChildYears
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Children in one future only, and nights more or fewer of the others; shape (years,) each."""
    in_both, of_base, of_scenario = np.intersect1d(
        base.child, scenario.child, assume_unique=True, return_indices=True
    )
    only_scenario = ~np.isin(scenario.child, in_both, assume_unique=True)
    only_base = ~np.isin(base.child, in_both, assume_unique=True)
    never = scenario.net_pence[only_scenario].sum(axis=0) - base.net_pence[only_base].sum(axis=0)
    before, now = base.nights[of_base], scenario.nights[of_scenario]
    price_before = _a_night(base.net_pence[of_base], before)
    price_now = _a_night(scenario.net_pence[of_scenario], now)
    price = np.where(before > 0, price_before, price_now)
    time: NDArray[np.float64] = ((now - before) * price).sum(axis=0)
    return never, time


def _a_night(net_pence: NDArray[np.float64], nights: NDArray[np.int64]) -> NDArray[np.float64]:
    """Average net cost of a night; 0 where there was none."""
    return np.divide(net_pence, nights, out=np.zeros_like(net_pence), where=nights > 0)
