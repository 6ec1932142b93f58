"""Money that follows children but is no fee: a service for each child, a grant for each night.

A service such as a family group conference costs a sum for each child it begins to help,
on that day and at that day's price. A grant such as the one for unaccompanied children is
paid for each night that such a child is in care, wherever the child lives; it is income on
a line of its own, and never takes anything off a fee.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sufficiency.episodes import CATEGORIES, Episodes, HelpSpells
from sufficiency.finance.figures import (
    PENCE_PER_POUND,
    RUN_RATE_DAYS,
    DrawFunction,
    budget_calendar,
    figure_by_day,
    whole_pence,
)
from sufficiency.finance.nights import children_each_night
from sufficiency.finance.prices import price_level
from sufficiency.finance.rows import CostRows
from sufficiency.periods import NIGHTS_PER_WEEK, Horizon
from sufficiency.scenario.money import CasePrice, ChildGrant


@dataclass(frozen=True)
class ChildRates:
    """What is paid for one child on each day of one future, a row a case price or a grant.

    Attributes:
        counted: What each row is paid for: a service, or a category of children.
        pence: Pence and parts of a penny; 0 where not in force. Shape (rows, days).
        in_force: Whether there is a rate that day; shape (rows, days).
    """

    counted: tuple[str, ...]
    pence: NDArray[np.float64]
    in_force: NDArray[np.bool_]


def case_rates(stated: Mapping[str, CasePrice], horizon: Horizon, draw: DrawFunction) -> ChildRates:
    """What each service costs for a child whose help begins on each day.

    Args:
        stated: Prices by service.
        horizon: The days wanted.
        draw: Gives each figure its value in this future.

    Returns:
        A row a service, in the order stated, risen each April.
    """
    rates = _none_yet(tuple(stated), horizon)
    for row, price in enumerate(stated.values()):
        cost_gbp, rates.in_force[row] = figure_by_day(price.cost_per_child_gbp, horizon, draw)
        rates.pence[row] = cost_gbp * price_level(price, horizon, draw) * PENCE_PER_POUND
    return rates


def grant_rates(
    stated: Mapping[str, ChildGrant], horizon: Horizon, draw: DrawFunction
) -> ChildRates:
    """What each grant pays for a child's night on each day.

    Args:
        stated: Grants by name.
        horizon: The days wanted.
        draw: Gives each figure its value in this future.

    Returns:
        A row a grant, in the order stated; nothing from the day it is no longer paid.
    """
    rates = _none_yet(tuple(grant.category.value for grant in stated.values()), horizon)
    for row, grant in enumerate(stated.values()):
        weekly_gbp, rates.in_force[row] = figure_by_day(grant.weekly_income_gbp, horizon, draw)
        rates.pence[row] = weekly_gbp * PENCE_PER_POUND / NIGHTS_PER_WEEK
        if grant.until is not None:
            ended = max(horizon.day(grant.until), 0)
            rates.pence[row, ended:], rates.in_force[row, ended:] = 0.0, False
    return rates


def case_costs(help: HelpSpells, rates: ChildRates, horizon: Horizon) -> CostRows:
    """What services cost for the children whose help begins in the forecast.

    Args:
        help: Who was helped, by which service, from when.
        rates: Prices of services, from :func:`case_rates`.
        horizon: The days of the forecast.

    Returns:
        A row a service. A child helped twice is paid for twice; one who waited in vain is
        not paid for. The run rate is the month's cost for 365 days: a case is over on the
        day it is paid, so the last day alone would cost nothing or far too much.

    Raises:
        ValueError: If a priced service is not among those of the help, or has no price on a
            day on which help begins.
    """
    calendar = budget_calendar(horizon)
    begun = np.zeros(rates.pence.shape, dtype=np.int64)
    for row, service in enumerate(rates.counted):
        if service not in help.services:
            raise ValueError(
                f"`{service}` has a cost for each child, but is not among the services "
                f"that help ({', '.join(help.services) or 'none'})"
            )
        starts = help.start[help.service == help.services.index(service)]
        inside = starts[(starts >= 0) & (starts < horizon.days)]
        begun[row] = np.bincount(inside, minlength=horizon.days)
    _check_in_force(begun, rates, horizon)
    months = calendar.months_from_days(begun * rates.pence)
    days = np.array([month.days for month in horizon.months])
    net_pence = whole_pence(months)
    return CostRows(
        gross_pence=np.maximum(net_pence, 0),
        income_pence=np.maximum(-net_pence, 0),
        run_rate_pence=whole_pence(months * RUN_RATE_DAYS / days),
    )


def grant_income(episodes: Episodes, rates: ChildRates, horizon: Horizon) -> CostRows:
    """What grants bring in for the nights of the children they are paid for.

    Args:
        episodes: Who lived where, from when until when.
        rates: Rates of grants, from :func:`grant_rates`.
        horizon: The days of the forecast.

    Returns:
        A row a grant: all income, no cost. Nights without a rate in force bring nothing.
    """
    calendar = budget_calendar(horizon)
    nights = children_each_night(
        episodes.category, episodes.start, episodes.end, len(CATEGORIES), horizon.days
    )
    paid_for = np.array([CATEGORIES.index(name) for name in rates.counted], dtype=np.int64)
    income = nights[paid_for] * rates.pence
    income_pence = whole_pence(calendar.months_from_days(income))
    return CostRows(
        gross_pence=np.zeros_like(income_pence),
        income_pence=income_pence,
        run_rate_pence=-whole_pence(income[:, calendar.month_lasts] * RUN_RATE_DAYS),
    )


def _none_yet(counted: tuple[str, ...], horizon: Horizon) -> ChildRates:
    shape = (len(counted), horizon.days)
    return ChildRates(counted, np.zeros(shape), np.zeros(shape, dtype=np.bool_))


def _check_in_force(begun: NDArray[np.int64], rates: ChildRates, horizon: Horizon) -> None:
    unpriced = (begun > 0) & ~rates.in_force
    if unpriced.any():
        row, day = np.argwhere(unpriced)[0]
        raise ValueError(
            f"`{rates.counted[row]}` has no cost for each child on {horizon.date(int(day))}, "
            f"when it begins to help {begun[row, day]} children"
        )
