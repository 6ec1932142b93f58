"""Days, months and financial years: the one calendar that counting, pricing and budgets share.

A forecast opens at the end of its first day (31 March 2020, say), so day 0 is the next
day, 1 April. A financial year runs from 1 April to 31 March and is written 2020/21. A
month is written 2020-04.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

DAYS_PER_YEAR = 365.25
NIGHTS_PER_WEEK = 7
PeriodType = Literal["month", "financial_year"]


def long_date(day: dt.date) -> str:
    """``31 March 2025``."""
    return f"{day.day} {day:%B %Y}"


def financial_year_of(day: dt.date) -> str:
    """The financial year a day falls in, such as ``2020/21``."""
    first = day.year if (day.month, day.day) >= (4, 1) else day.year - 1
    return f"{first}/{(first + 1) % 100:02d}"


def financial_year_start(label: str) -> dt.date:
    """The 1 April on which a financial year begins."""
    return dt.date(int(label[:4]), 4, 1)


@dataclass(frozen=True)
class Period:
    """A month or a financial year, or the part of it inside the forecast.

    Attributes:
        label: ``2020-04`` or ``2020/21``.
        period_type: ``month`` or ``financial_year``.
        first: Its first day, as a day number.
        after: The day number after its last day.
    """

    label: str
    period_type: PeriodType
    first: int
    after: int

    @property
    def days(self) -> int:
        """How many days it has."""
        return self.after - self.first


@dataclass(frozen=True)
class Horizon:
    """The days a forecast covers.

    Attributes:
        start: The opening date; children in care at its end open the forecast.
        end: The last day of the forecast.
    """

    start: dt.date
    end: dt.date

    @property
    def epoch(self) -> dt.date:
        """The date of day 0."""
        return self.start + dt.timedelta(days=1)

    @cached_property
    def days(self) -> int:
        """How many days the forecast covers."""
        return (self.end - self.start).days

    def day(self, date: dt.date) -> int:
        """The day number of a date; negative before the forecast."""
        return (date - self.epoch).days

    def date(self, day: int) -> dt.date:
        """The date of a day number."""
        return self.epoch + dt.timedelta(days=day)

    @property
    def months(self) -> tuple[Period, ...]:
        """The calendar months covered, in order."""
        return _periods(self.start, self.end, "month")

    @property
    def financial_years(self) -> tuple[Period, ...]:
        """The financial years covered, in order; the first or last may be part of one."""
        return _periods(self.start, self.end, "financial_year")

    @property
    def periods(self) -> tuple[Period, ...]:
        """Every month, then every financial year."""
        return self.months + self.financial_years

    @cached_property
    def month_of_day(self) -> NDArray[np.int64]:
        """For each day, which of ``months`` it is in; shape (days,)."""
        return np.repeat(np.arange(len(self.months)), [month.days for month in self.months])

    def whole_financial_year(self, year: Period) -> bool:
        """Whether all of a financial year lies inside the forecast."""
        first = financial_year_start(year.label)
        return year.days == (first.replace(year=first.year + 1) - first).days


@lru_cache(maxsize=64)
def _periods(start: dt.date, end: dt.date, period_type: PeriodType) -> tuple[Period, ...]:
    """The periods after ``start`` and up to ``end``, worked out once and kept."""
    epoch = start + dt.timedelta(days=1)
    days = (end - start).days
    firsts = [0]
    for number in range(1, days):
        date = epoch + dt.timedelta(days=number)
        if date.day == 1 and (period_type == "month" or date.month == 4):
            firsts.append(number)
    found = []
    for first, after in zip(firsts, [*firsts[1:], days], strict=True):
        date = epoch + dt.timedelta(days=first)
        label = f"{date:%Y-%m}" if period_type == "month" else financial_year_of(date)
        found.append(Period(label, period_type, first, after))
    return tuple(found)
