"""Fixed costs and one-off sums: exact years, part years, income, dates."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from money_examples import FIVE_YEARS, line_net_pence, median, money, priced

from sufficiency.finance.figures import budget_calendar
from sufficiency.finance.stated import fixed_costs, one_offs
from sufficiency.periods import Horizon
from sufficiency.scenario.money import FixedCost, OneOff


def fixed(annual, until: str | None = None) -> dict[str, FixedCost]:
    stated = {"block": "prevention", "heading": "Posts", "annual_cost_gbp": annual, "until": until}
    return {"posts": FixedCost.model_validate(stated)}


@pytest.mark.conservation
@given(st.integers(1, 10**10))
@settings(max_examples=200, deadline=None)
def test_a_full_year_costs_the_annual_sum_to_the_penny_leap_year_or_not(annual_pence):
    found = fixed_costs(fixed(annual_pence / 100), FIVE_YEARS, median)
    calendar = budget_calendar(FIVE_YEARS)
    assert list(calendar.days_in_year) == [365, 365, 365, 366, 365]
    years = calendar.years_from_months(found.gross_pence)
    assert (years == annual_pence).all()
    daily = annual_pence / calendar.days_in_year[calendar.year_of_month]
    days = np.array([month.days for month in FIVE_YEARS.months])
    assert (np.abs(found.gross_pence[0] - daily * days) < 1 + 1e-6).all()


@pytest.mark.unit
def test_days_of_a_leap_year_cost_a_little_less():
    found = fixed_costs(fixed(365 * 366), FIVE_YEARS, median).gross_pence[0]
    labels = [month.label for month in FIVE_YEARS.months]
    assert found[labels.index("2023-03")] == 31 * 366_00
    assert found[labels.index("2024-03")] == 31 * 365_00
    assert found[labels.index("2024-02")] == 29 * 365_00


@pytest.mark.unit
def test_a_cost_runs_from_its_date_until_its_end():
    found = fixed_costs(fixed({"from": {"2020-09-01": 365}}, "2020-11-16"), FIVE_YEARS, median)
    labels = [month.label for month in FIVE_YEARS.months]
    running = {
        labels[m]: int(found.gross_pence[0, m]) for m in np.flatnonzero(found.gross_pence[0])
    }
    assert running == {"2020-09": 30_00, "2020-10": 31_00, "2020-11": 15_00}
    assert found.run_rate_pence[0, labels.index("2020-10")] == 365_00
    assert found.run_rate_pence[0, labels.index("2020-11")] == 0


@pytest.mark.unit
def test_a_grant_is_income_and_never_a_negative_cost():
    found = fixed_costs(
        fixed({"from": {"2020-04-01": -365, "2021-04-01": 730}}), FIVE_YEARS, median
    )
    calendar = budget_calendar(FIVE_YEARS)
    assert list(calendar.years_from_months(found.income_pence)[0, :2]) == [365_00, 0]
    assert list(calendar.years_from_months(found.gross_pence)[0, :2]) == [0, 730_00]
    assert found.run_rate_pence[0, 0] == -365_00


@pytest.mark.unit
def test_the_run_rate_of_a_fixed_cost_is_its_annual_sum_in_leap_years_too():
    found = fixed_costs(fixed(1_234_567.89), FIVE_YEARS, median)
    assert (found.run_rate_pence == 1_234_567_89).all()


@pytest.mark.unit
def test_a_forecast_that_starts_mid_year_pays_for_the_days_it_covers():
    part = Horizon(dt.date(2020, 9, 30), dt.date(2021, 3, 31))
    assert fixed_costs(fixed(365), part, median).gross_pence.sum() == 182_00


@pytest.mark.unit
def test_a_one_off_falls_on_its_date_and_outside_the_forecast_not_at_all():
    def on(date: str, sum_gbp: float):
        stated = {"block": "improvement", "heading": "Gift", "date": date, "cost_gbp": sum_gbp}
        return one_offs({"gift": OneOff.model_validate(stated)}, FIVE_YEARS, median)

    assert list(np.flatnonzero(on("2020-04-01", 12.34).gross_pence[0])) == [0]
    assert list(np.flatnonzero(on("2025-03-31", 12.34).gross_pence[0])) == [59]
    assert on("2020-04-01", 12.34).gross_pence.sum() == 12_34
    assert not on("2020-03-31", 12.34).gross_pence.any()
    assert not on("2025-04-01", 12.34).gross_pence.any()
    assert on("2021-04-01", -5).income_pence.sum() == 5_00
    assert not on("2021-04-01", -5).gross_pence.any()


@pytest.mark.unit
def test_fixed_costs_and_fees_share_a_heading():
    stated = money(
        fixed_costs={
            "staff": {"block": "own_provision", "heading": "Hub", "annual_cost_gbp": 500},
            "grant": {"block": "own_provision", "heading": "Hub", "annual_cost_gbp": -200},
        }
    )
    costs = priced(stated, FIVE_YEARS)
    assert line_net_pence(costs, "Hub").sum() == 5 * 300_00
