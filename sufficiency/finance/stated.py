"""Costs stated as sums of money: posts, homes and grants by the year, and one-off sums.

A fixed cost runs from a date whether or not it is used. It is spread evenly over the days
of each financial year, 365 or 366, and rounded so that the months of a full year add up to
the annual sum to the penny. A one-off falls on its date and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sufficiency.finance.figures import (
    PENCE_PER_POUND,
    BudgetCalendar,
    DrawFunction,
    Pence,
    budget_calendar,
    figure_by_day,
    whole_pence,
)
from sufficiency.finance.prices import price_level
from sufficiency.finance.rows import CostRows
from sufficiency.periods import Horizon
from sufficiency.scenario.money import FixedCost, OneOff


def fixed_costs(stated: Mapping[str, FixedCost], horizon: Horizon, draw: DrawFunction) -> CostRows:
    """Fixed costs of one future by month.

    Args:
        stated: Fixed costs by name.
        horizon: The days wanted.
        draw: Gives each figure its value in this future.

    Returns:
        A row a fixed cost, in the order stated. The run rate is the annual sum in force.
    """
    calendar = budget_calendar(horizon)
    annual_pence = np.zeros((len(stated), horizon.days))
    for row, fixed in enumerate(stated.values()):
        annual_gbp, _ = figure_by_day(fixed.annual_cost_gbp, horizon, draw)
        level = price_level(fixed, horizon, draw)
        annual_pence[row] = annual_gbp * level * PENCE_PER_POUND
        if fixed.until is not None:
            annual_pence[row, max(horizon.day(fixed.until), 0) :] = 0.0
    daily_pence = annual_pence / calendar.days_in_year[calendar.year_of_day]
    return CostRows(
        gross_pence=_months_that_sum_to_the_year(np.maximum(daily_pence, 0), calendar),
        income_pence=_months_that_sum_to_the_year(np.maximum(-daily_pence, 0), calendar),
        run_rate_pence=whole_pence(annual_pence[:, calendar.month_lasts]),
    )


def one_offs(stated: Mapping[str, OneOff], horizon: Horizon, draw: DrawFunction) -> CostRows:
    """One-off sums of one future by month.

    Args:
        stated: One-off sums by name.
        horizon: The days wanted. A sum dated outside them does not appear.
        draw: Gives each figure its value in this future.

    Returns:
        A row a sum, in the order stated.
    """
    net_pence = np.zeros((len(stated), len(horizon.months)))
    for row, one_off in enumerate(stated.values()):
        day = horizon.day(one_off.date)
        if 0 <= day < horizon.days:
            month = horizon.month_of_day[day]
            net_pence[row, month] = draw(one_off.cost_gbp) * PENCE_PER_POUND
    pence = whole_pence(net_pence)
    return CostRows(np.maximum(pence, 0), np.maximum(-pence, 0), np.zeros_like(pence))


def _months_that_sum_to_the_year(
    daily_pence: NDArray[np.float64], calendar: BudgetCalendar
) -> Pence:
    """Whole pence by month, rounded on the running total of each financial year.

    Rounding each month alone could leave a year some pence out. Rounding the running total
    leaves every year as exact as its last day.
    """
    running = np.cumsum(calendar.months_from_days(daily_pence), axis=1)
    before = np.concatenate([np.zeros((len(daily_pence), 1)), running], axis=1)
    year_start = before[:, calendar.year_firsts][:, calendar.year_of_month]
    return whole_pence(running - year_start) - whole_pence(before[:, :-1] - year_start)
