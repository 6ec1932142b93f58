"""Worth of later years, and when a future has paid back: worked out by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from money_examples import FIVE_YEARS, TWO_YEARS, median

from sufficiency.finance.appraisal import (
    FROM_THE_START,
    NOT_YET,
    break_even_multiple,
    deflators,
    discount_factors,
    net_present_value,
    payback_month,
    worth_of_a_pound,
)
from sufficiency.periods import Horizon
from sufficiency.scenario.money import Appraisal

pytestmark = pytest.mark.theory


def pence(*amounts: int) -> np.ndarray:
    return np.array(amounts, dtype=np.int64)


def test_the_first_year_counts_in_full_and_later_ones_by_three_and_a_half_percent_less() -> None:
    assert discount_factors(0.035, 3) == pytest.approx([1, 1 / 1.035, 1 / 1.035**2])


def test_inflation_of_a_date_holds_from_its_april() -> None:
    appraisal = Appraisal.model_validate(
        {"inflation": {"from": {"2020-01-01": 0.02, "2022-04-01": 0.1}}, "discount_rate": 0.0}
    )
    told = deflators(appraisal.inflation, FIVE_YEARS, median)
    assert told == pytest.approx([1, 1.02, 1.02 * 1.1, 1.02 * 1.1**2, 1.02 * 1.1**3])
    assert worth_of_a_pound(appraisal, FIVE_YEARS, median) == pytest.approx(1 / told)


def test_a_part_of_a_year_at_the_start_is_the_first_year() -> None:
    autumn = Horizon(dt.date(2019, 10, 31), dt.date(2021, 3, 31))
    assert worth_of_a_pound(Appraisal(), autumn, median) == pytest.approx([1, 1 / 1.035 / 1.02])


def test_a_saving_is_above_zero_and_worth_less_when_it_comes_later() -> None:
    worth = worth_of_a_pound(Appraisal(), TWO_YEARS, median)
    assert net_present_value(pence(-100_00, 0), worth) == pytest.approx(100_00)
    later = net_present_value(pence(0, -100_00), worth)
    assert later == pytest.approx(100_00 / 1.035 / 1.02)
    assert net_present_value(pence(0, 0), worth) == 0


def test_payback_is_the_month_from_which_no_more_has_been_spent() -> None:
    assert payback_month(pence(50, -20, -30, 0)) == 2
    assert payback_month(pence(50, -60, 20, -30)) == 3  # above again in the third month
    assert payback_month(pence(50, -50)) == 1


def test_what_never_cost_more_pays_from_the_start_and_what_is_owed_at_the_end_does_not() -> None:
    assert payback_month(pence(-1, 0, 1)) == FROM_THE_START
    assert payback_month(pence(0, 0)) == FROM_THE_START
    assert payback_month(pence(-10, 5, 6)) == NOT_YET
    assert payback_month(pence(50, -60, 11)) == NOT_YET


def test_break_even_is_own_cost_over_what_is_saved_before_it() -> None:
    # It costs 100 and is 50 cheaper with that: it saves 150, and two thirds of it are enough.
    assert break_even_multiple(100, -50) == pytest.approx(2 / 3)
    assert break_even_multiple(100, 50) == pytest.approx(2)
    assert break_even_multiple(100, 100) is None
    assert break_even_multiple(100, 120) is None
    assert break_even_multiple(0, -10) == 0
    assert break_even_multiple(0, 10) is None
    assert break_even_multiple(-100, -40) == 0
    assert break_even_multiple(-100, 40) is None
