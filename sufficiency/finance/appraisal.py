"""Whether an action is worth what it costs: in money of one year, and how soon it pays back.

A pound saved in five years is worth less than a pound spent now. First general inflation is
taken off, so that every sum is in the prices of the first financial year; then each later year
counts for less, by the Treasury's rate for public spending (3.5% a year, unless the scenario says
otherwise). The first year counts in full. A net present value above zero is a saving.
Source: HM Treasury, The Green Book, annex 6.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sufficiency.finance.figures import DrawFunction, Pence, budget_calendar, figure_on
from sufficiency.periods import Horizon, financial_year_start
from sufficiency.scenario.money import Appraisal
from sufficiency.scenario.values import Dated

Floats = NDArray[np.float64]

FROM_THE_START = -1
"""A future that never costs more than its base, from the first month on."""
NOT_YET = 2**31 - 1
"""A future that has not paid back by the end of the forecast."""


def deflators(inflation: Dated[Any], horizon: Horizon, draw: DrawFunction) -> Floats:
    """Prices of each financial year over those of the first.

    Args:
        inflation: How much general prices rise on each 1 April.
        horizon: The days of the forecast.
        draw: Gives each figure its value in this future.

    Returns:
        1 for the first year; shape (years,). Where no rate is in force prices stand still.
    """
    levels = [1.0]
    for label in budget_calendar(horizon).labels[1:]:
        rise = figure_on(inflation, financial_year_start(label), draw, otherwise=0.0)
        levels.append(levels[-1] * (1 + rise))
    return np.array(levels)


def discount_factors(rate: float, years: int) -> Floats:
    """What a pound of each financial year counts for: 1 in the first, less in each later one.

    Args:
        rate: How much less a year, above inflation.
        years: How many.

    Returns:
        Shape (years,).
    """
    factors: Floats = (1 + rate) ** -np.arange(years, dtype=np.float64)
    return factors


def worth_of_a_pound(appraisal: Appraisal, horizon: Horizon, draw: DrawFunction) -> Floats:
    """What a pound of each financial year is worth beside one of the first.

    Args:
        appraisal: Inflation and the rate later years are discounted by.
        horizon: The days of the forecast.
        draw: Gives each figure its value in this future.

    Returns:
        Shape (years,); 1 for the first.
    """
    deflator = deflators(appraisal.inflation, horizon, draw)
    return discount_factors(draw(appraisal.discount_rate), len(deflator)) / deflator


def net_present_value(difference_pence: Pence, worth: Floats) -> Floats:
    """What is saved over all years, in prices of the first and counted for less in later ones.

    Args:
        difference_pence: Net cost less the base's; shape (..., years).
        worth: From :func:`worth_of_a_pound`; the same shape, or (years,).

    Returns:
        Pence; above zero is a saving; shape (...).
    """
    value: Floats = -(difference_pence * worth).sum(axis=-1) + 0.0
    return value


def payback_month(difference_pence: Pence) -> int:
    """When a future has paid back what it cost more at first.

    Args:
        difference_pence: Net cost less the base's by month; shape (months,).

    Returns:
        The first month from which all that was spent so far is no more than in the base, and
        stays so to the end; :data:`FROM_THE_START` where it never was more, and :data:`NOT_YET`
        where it is more at the end.
    """
    so_far = np.cumsum(difference_pence)
    above = np.flatnonzero(so_far > 0)
    if not len(above):
        return FROM_THE_START
    last = int(above[-1])
    return NOT_YET if last == len(so_far) - 1 else last + 1


def break_even_multiple(own_cost: float, difference: float) -> float | None:
    """How many times the stated effect would save what an action itself costs.

    What is saved is taken to be in proportion to the effect.

    Args:
        own_cost: What the action costs.
        difference: Net cost less the base's, the action's own cost in it.

    Returns:
        Below 1 where it saves more than it costs, above 1 where it does not, 0 where it costs
        nothing and does not lose; None where no multiple of it is enough: what it does saves
        nothing, or loses what it takes away of cost.
    """
    if own_cost <= 0:
        return 0.0 if difference <= 0 else None
    saved = own_cost - difference
    return own_cost / saved if saved > 0 else None
