"""What was approved to be spent, and how far spending is from it.

The placement budget is a base fixed beforehand plus a recurring uplift. Overspend is
outturn less budget, so a positive figure is adverse. It is told for whole financial years
with a stated budget and for nothing else: a year without a budget, or only partly inside
the forecast, shows its cost alone. The run-rate overspend asks another question: if every
day cost what this day costs, how far would a whole year be from its budget?
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sufficiency.finance.costs import CostTable
from sufficiency.finance.figures import (
    PENCE_PER_POUND,
    DrawFunction,
    Pence,
    budget_calendar,
)
from sufficiency.periods import Horizon
from sufficiency.scenario.money import Budget
from sufficiency.scenario.values import Gbp
from sufficiency.vocabulary import Block

BLOCKS = tuple(Block)
PLACEMENT = BLOCKS.index(Block.PLACEMENT)

MaybePence = NDArray[np.float64]
"""Whole pence where there is a figure, not-a-number where there is none."""


@dataclass(frozen=True)
class BudgetStatement:
    """Budgets of one future, for each financial year of the forecast.

    Attributes:
        horizon: The days of the forecast.
        base_pence: Placement base before the uplift; 0 where none; shape (years,).
        uplift_pence: Uplift of the placement base; 0 where none; shape (years,).
        approved_pence: Budget of each block, for placements base and uplift together; 0
            where none; shape (blocks, years), blocks in the order of Block.
        stated: Whether a budget is stated; shape (blocks, years).
    """

    horizon: Horizon
    base_pence: Pence
    uplift_pence: Pence
    approved_pence: Pence
    stated: NDArray[np.bool_]

    @property
    def comparable(self) -> NDArray[np.bool_]:
        """Where a budget is stated and the whole year is inside the forecast."""
        return self.stated & budget_calendar(self.horizon).whole


def budget_statement(budget: Budget, horizon: Horizon, draw: DrawFunction) -> BudgetStatement:
    """The budgets of one future.

    Args:
        budget: Budgets as the scenario states them.
        horizon: The days of the forecast. Years outside it are left out.
        draw: Gives each figure its value in this future.

    Returns:
        The statement. A year with an uplift and no base has no placement budget.

    Raises:
        ValueError: If the placement budget is also stated among the other blocks.
    """
    if Block.PLACEMENT in budget.other_blocks_gbp:
        raise ValueError(
            "the placement budget has its own place; take it out of `other_blocks_gbp`"
        )
    years = budget_calendar(horizon).labels
    approved = np.zeros((len(BLOCKS), len(years)), dtype=np.int64)
    stated = np.zeros((len(BLOCKS), len(years)), dtype=np.bool_)
    for block, sums in budget.other_blocks_gbp.items():
        row = BLOCKS.index(block)
        approved[row], stated[row] = _by_year(sums, years, draw)
    base, stated[PLACEMENT] = _by_year(budget.placement.base_gbp, years, draw)
    uplift, _ = _by_year(budget.placement.uplift_gbp, years, draw)
    approved[PLACEMENT] = np.where(stated[PLACEMENT], base + uplift, 0)
    return BudgetStatement(horizon, base, uplift, approved, stated)


def _by_year(
    sums: Mapping[str, Gbp], years: tuple[str, ...], draw: DrawFunction
) -> tuple[Pence, NDArray[np.bool_]]:
    pence = [round(draw(sums[year]) * PENCE_PER_POUND) if year in sums else 0 for year in years]
    return np.array(pence, dtype=np.int64), np.array([year in sums for year in years])


@dataclass(frozen=True)
class PlacementPosition:
    """How the placement budget stands in one future. Positive is adverse.

    Attributes:
        overspend_pence: Outturn less budget; shape (years,).
        gap_before_uplift_pence: Outturn less base; shape (years,).
        gap_after_uplift_pence: Outturn less base and uplift; shape (years,).
        run_rate_overspend_pence: A year at the cost of each month's last day, less the
            budget of the year that day is in; shape (months,).
    """

    overspend_pence: MaybePence
    gap_before_uplift_pence: MaybePence
    gap_after_uplift_pence: MaybePence
    run_rate_overspend_pence: MaybePence


def placement_position(costs: CostTable, statement: BudgetStatement) -> PlacementPosition:
    """How the placement budget stands against what placements cost.

    Args:
        costs: What one future costs.
        statement: The budgets of the same future.

    Returns:
        Overspend and gaps, not-a-number where a year has no budget or is only partly
        inside the forecast. A run rate is for a whole year whatever the forecast covers, so
        it needs a stated budget only. One-off sums count in the outturn and never in the
        run rate.
    """
    outturn = costs.by_year(costs.by_block(costs.net_pence))[PLACEMENT]
    run_rate = costs.by_block(costs.run_rate_pence)[PLACEMENT]
    told = statement.comparable[PLACEMENT]
    approved, stated = statement.approved_pence[PLACEMENT], statement.stated[PLACEMENT]
    year = budget_calendar(statement.horizon).year_of_month
    base, uplift = statement.base_pence, statement.uplift_pence
    return PlacementPosition(
        overspend_pence=_where(told, outturn - approved),
        gap_before_uplift_pence=_where(told, outturn - base),
        gap_after_uplift_pence=_where(told, outturn - base - uplift),
        run_rate_overspend_pence=_where(stated[year], run_rate - approved[year]),
    )


def share_of_gap_covered(gap_before_uplift_pence: float, uplift_pence: float) -> float:
    """How much of the gap before the uplift the uplift covers.

    Args:
        gap_before_uplift_pence: Cost less base.
        uplift_pence: The uplift.

    Returns:
        A share; above 1 where the uplift is larger than the gap, not-a-number where there
        is no gap to cover.
    """
    if not gap_before_uplift_pence > 0:
        return float("nan")
    return uplift_pence / gap_before_uplift_pence


def _where(told: NDArray[np.bool_], pence: Pence) -> MaybePence:
    return np.where(told, pence.astype(np.float64), np.nan)
