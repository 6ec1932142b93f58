"""The calendar: months, financial years, leap years, and parts of them."""

from __future__ import annotations

import calendar
import datetime as dt
import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sufficiency.periods import Horizon, financial_year_of, financial_year_start

pytestmark = pytest.mark.unit

DATES = st.dates(dt.date(1999, 1, 1), dt.date(2101, 12, 31))


@pytest.mark.parametrize(
    ("date", "label"),
    [
        (dt.date(2020, 3, 31), "2019/20"),
        (dt.date(2020, 4, 1), "2020/21"),
        (dt.date(2020, 12, 31), "2020/21"),
        (dt.date(2021, 1, 1), "2020/21"),
        (dt.date(1999, 4, 1), "1999/00"),
        (dt.date(2100, 3, 31), "2099/00"),
    ],
)
def test_the_financial_year_a_day_falls_in(date: dt.date, label: str) -> None:
    assert financial_year_of(date) == label


@given(DATES)
def test_a_year_begins_on_the_first_of_april_before(date: dt.date) -> None:
    first = financial_year_start(financial_year_of(date))
    assert (first.month, first.day) == (4, 1)
    assert 0 <= (date - first).days < 366


def test_a_leap_day_belongs_to_its_month_and_year() -> None:
    horizon = Horizon(dt.date(2023, 3, 31), dt.date(2025, 3, 31))
    days = {month.label: month.days for month in horizon.months}
    assert (days["2024-02"], days["2025-02"]) == (29, 28)
    assert [year.days for year in horizon.financial_years] == [366, 365]
    assert [year.label for year in horizon.financial_years] == ["2023/24", "2024/25"]
    assert horizon.days == 731
    assert horizon.date(horizon.day(dt.date(2024, 2, 29))) == dt.date(2024, 2, 29)


def test_day_nought_is_the_day_after_the_opening_date() -> None:
    horizon = Horizon(dt.date(2020, 3, 31), dt.date(2021, 3, 31))
    assert horizon.epoch == dt.date(2020, 4, 1)
    assert horizon.day(dt.date(2020, 4, 1)) == 0
    assert horizon.day(dt.date(2020, 3, 31)) == -1
    assert horizon.date(364) == dt.date(2021, 3, 31)


def test_parts_of_months_and_years() -> None:
    horizon = Horizon(dt.date(2020, 2, 14), dt.date(2020, 5, 9))
    assert [(m.label, m.days) for m in horizon.months] == [
        ("2020-02", 15), ("2020-03", 31), ("2020-04", 30), ("2020-05", 9),
    ]  # fmt: skip
    assert [(y.label, y.days) for y in horizon.financial_years] == [
        ("2019/20", 46), ("2020/21", 39),
    ]  # fmt: skip
    assert not any(horizon.whole_financial_year(year) for year in horizon.financial_years)


def test_only_whole_years_count_as_whole() -> None:
    horizon = Horizon(dt.date(2022, 9, 30), dt.date(2024, 3, 31))
    assert [horizon.whole_financial_year(y) for y in horizon.financial_years] == [False, True]


@given(DATES, st.integers(1, 1500))
def test_months_and_years_cover_every_day_once(start: dt.date, days: int) -> None:
    horizon = Horizon(start, start + dt.timedelta(days))
    for periods in (horizon.months, horizon.financial_years):
        assert periods[0].first == 0
        assert periods[-1].after == horizon.days == days
        for before, after in itertools.pairwise(periods):
            assert before.after == after.first
    for month in horizon.months[1:-1]:
        year, number = map(int, month.label.split("-"))
        assert month.days == calendar.monthrange(year, number)[1]
    for number in (0, days // 2, days - 1):
        date = horizon.date(number)
        assert horizon.months[horizon.month_of_day[number]].label == f"{date:%Y-%m}"
        holding = [y for y in horizon.financial_years if y.first <= number < y.after]
        assert [year.label for year in holding] == [financial_year_of(date)]
    assert np.bincount(horizon.month_of_day).tolist() == [m.days for m in horizon.months]
