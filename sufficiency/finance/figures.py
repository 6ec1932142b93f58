"""Stated figures made ready for sums: their value in one future, day by day and year by year.

A scenario states a fee once and says from which date it holds. To price a night we need
the figure on that day. Where a figure is uncertain each simulated future has its own
value, which the forecast hands over through a draw function.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from sufficiency.periods import Horizon, financial_year_of, financial_year_start
from sufficiency.scenario.values import Dated, Quantity

Q = TypeVar("Q", bound=Quantity)
Pence = NDArray[np.int64]
"""Whole pence: sums of these are exact."""

PENCE_PER_POUND = 100
RUN_RATE_DAYS = 365
"""Days a day's cost is multiplied by to give a run rate, in leap years too."""


class DrawFunction(Protocol):
    """Gives a figure its value in one simulated future."""

    def __call__(self, quantity: Quantity, label: str = "") -> float:
        """The value of a figure.

        Args:
            quantity: The figure. A plain one always has its stated value.
            label: Set when one figure is drawn more than once, such as a financial year.
                Each label has a draw of its own.

        Returns:
            The value, in the figure's own unit.
        """
        ...


@dataclass(frozen=True)
class BudgetCalendar:
    """How the days of a forecast fall into months and financial years.

    Attributes:
        month_firsts: First day number of each month; shape (months,).
        month_lasts: Last day number of each month inside the forecast; shape (months,).
        year_firsts: Index of each financial year's first month; shape (years,).
        year_of_month: Index of each month's financial year; shape (months,).
        year_of_day: Index of each day's financial year; shape (days,).
        days_in_year: Days in the whole of each financial year, 365 or 366; shape (years,).
        whole: Whether all of each financial year lies inside the forecast; shape (years,).
        labels: The financial years, such as ``2020/21``.
    """

    month_firsts: NDArray[np.int64]
    month_lasts: NDArray[np.int64]
    year_firsts: NDArray[np.int64]
    year_of_month: NDArray[np.int64]
    year_of_day: NDArray[np.int64]
    days_in_year: NDArray[np.int64]
    whole: NDArray[np.bool_]
    labels: tuple[str, ...]

    def months_from_days(self, by_day: NDArray[Any]) -> NDArray[Any]:
        """Sums over the days of each month: shape (..., days) to (..., months)."""
        sums: NDArray[Any] = np.add.reduceat(by_day, self.month_firsts, axis=-1)
        return sums

    def years_from_months(self, by_month: NDArray[Any]) -> NDArray[Any]:
        """Sums over the months of each financial year: shape (..., months) to (..., years)."""
        sums: NDArray[Any] = np.add.reduceat(by_month, self.year_firsts, axis=-1)
        return sums


@lru_cache(maxsize=64)
def budget_calendar(horizon: Horizon) -> BudgetCalendar:
    """The calendar of a forecast, worked out once and kept."""
    years = horizon.financial_years
    labels = tuple(year.label for year in years)
    of_month = [labels.index(financial_year_of(horizon.date(m.first))) for m in horizon.months]
    starts = [financial_year_start(label) for label in labels]
    return BudgetCalendar(
        month_firsts=np.array([month.first for month in horizon.months]),
        month_lasts=np.array([month.after - 1 for month in horizon.months]),
        year_firsts=np.searchsorted(of_month, np.arange(len(years))),
        year_of_month=np.array(of_month),
        year_of_day=np.repeat(np.arange(len(years)), [year.days for year in years]),
        days_in_year=np.array([(s.replace(year=s.year + 1) - s).days for s in starts]),
        whole=np.array([horizon.whole_financial_year(year) for year in years]),
        labels=labels,
    )


def figure_by_day(
    dated: Dated[Q], horizon: Horizon, draw: DrawFunction
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """A dated figure on every day of the forecast.

    Args:
        dated: The figure.
        horizon: The days wanted.
        draw: Gives each figure its value.

    Returns:
        Values in the figure's own unit, 0 on days before its first date, and whether any
        figure is in force; both of shape (days,).
    """
    values = np.zeros(horizon.days)
    in_force = np.zeros(horizon.days, dtype=np.bool_)
    firsts = [horizon.day(date) for date in dated.from_]
    afters = [*firsts[1:], horizon.days]
    for quantity, first, after in zip(dated.from_.values(), firsts, afters, strict=True):
        first, after = max(first, 0), min(after, horizon.days)
        if first < after:
            values[first:after] = draw(quantity)
            in_force[first:after] = True
    return values, in_force


def figure_on(dated: Dated[Q], date: dt.date, draw: DrawFunction, otherwise: float) -> float:
    """A dated figure on one date, or the value given before its first date."""
    quantity = dated.on(date)
    return otherwise if quantity is None else draw(quantity)


def whole_pence(pence: NDArray[np.float64]) -> Pence:
    """Amounts rounded to the nearest penny."""
    return np.rint(pence).astype(np.int64)
