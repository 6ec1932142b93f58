"""The placement budget: the worked table of 2019/20, and who gets a variance at all."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from money_examples import FIVE_YEARS, TWO_YEARS, median, money, priced

from sufficiency.finance.budget import (
    PLACEMENT,
    budget_statement,
    placement_position,
    share_of_gap_covered,
)
from sufficiency.periods import Horizon
from sufficiency.scenario.money import Budget, Money
from sufficiency.scenario.values import Quantity
from sufficiency.vocabulary import Block

pytestmark = pytest.mark.theory


def million(pounds: float) -> int:
    """Pence in so many million pounds."""
    return round(pounds * 1_000_000_00)


BUDGET = {
    "placement": {
        "base_gbp": {"2019/20": 14_300_000 - 1_400_000, "2020/21": 12_900_000},
        "uplift_gbp": {"2020/21": 3_600_000},
    }
}


def placements_costing(annual_cost_gbp: dict[str, float], budget=BUDGET, **more) -> Money:
    """Money whose placement block costs these sums a year, whoever is in care."""
    cost = {
        "block": "placement",
        "heading": "Placements",
        "annual_cost_gbp": {"from": annual_cost_gbp},
    }
    return money(fixed_costs={"placements": cost}, budget=budget, **more)


def position(stated: Money, horizon: Horizon = TWO_YEARS):
    costs = priced(stated, horizon)
    return placement_position(costs, budget_statement(stated.budget, horizon, median))


def test_the_table_of_2019_20():
    stated = placements_costing({"2019-04-01": 17_900_000, "2020-04-01": 18_900_000})
    statement = budget_statement(stated.budget, TWO_YEARS, median)
    assert list(statement.approved_pence[PLACEMENT]) == [
        million(12.9),  # 14.3 less the planned saving of 1.4
        million(16.5),  # 12.9 and the uplift of 3.6
    ]
    found = position(stated)
    assert found.overspend_pence[0] == million(5.0)
    assert found.gap_before_uplift_pence[0] == million(5.0)
    assert found.gap_after_uplift_pence[0] == million(5.0)  # no uplift yet
    assert found.gap_before_uplift_pence[1] == million(6.0)
    assert found.gap_after_uplift_pence[1] == million(2.4)
    assert found.overspend_pence[1] == million(2.4)
    covered = share_of_gap_covered(
        found.gap_before_uplift_pence[1], float(statement.uplift_pence[1])
    )
    assert covered == pytest.approx(0.6)


def test_the_run_rate_of_december_2019():
    stated = placements_costing({"2019-04-01": 17_000_000, "2019-12-31": 18_900_000})
    months = [month.label for month in TWO_YEARS.months]
    run_rate = position(stated).run_rate_overspend_pence
    assert run_rate[months.index("2019-11")] == million(4.1)
    assert run_rate[months.index("2019-12")] == million(1.4 + 4.6)  # undelivered and growth
    assert run_rate[months.index("2020-04")] == million(2.4)


def test_an_underspend_is_negative_and_leaves_no_gap_to_cover():
    found = position(placements_costing({"2019-04-01": 12_000_000}))
    assert found.overspend_pence[0] == million(-0.9)
    assert np.isnan(share_of_gap_covered(found.gap_before_uplift_pence[0], 1.0))


def test_a_year_without_a_base_has_no_variance_even_with_an_uplift():
    budget = {
        "placement": {"base_gbp": {"2019/20": 12_900_000}, "uplift_gbp": {"2020/21": 3_600_000}}
    }
    found = position(placements_costing({"2019-04-01": 17_900_000}, budget))
    assert not np.isnan(found.overspend_pence[0])
    for amounts in (
        found.overspend_pence,
        found.gap_before_uplift_pence,
        found.gap_after_uplift_pence,
    ):
        assert np.isnan(amounts[1])
    assert not np.isnan(found.run_rate_overspend_pence[:12]).any()
    assert np.isnan(found.run_rate_overspend_pence[12:]).all()


def test_a_year_only_partly_forecast_has_no_variance_but_has_a_run_rate():
    part = Horizon(dt.date(2019, 9, 30), dt.date(2021, 3, 31))
    found = position(placements_costing({"2019-04-01": 17_900_000}), part)
    assert np.isnan(found.overspend_pence[0])
    assert found.overspend_pence[1] == million(1.4)
    assert found.run_rate_overspend_pence[0] == million(5.0)


def test_one_offs_count_in_the_outturn_and_never_in_the_run_rate():
    gift = {"block": "placement", "heading": "Gift", "date": "2019-12-31", "cost_gbp": 1_000_000}
    stated = placements_costing({"2019-04-01": 17_900_000}, one_off={"gift": gift})
    found, without = position(stated), position(placements_costing({"2019-04-01": 17_900_000}))
    assert found.overspend_pence[0] == million(6.0)
    assert (found.run_rate_overspend_pence == without.run_rate_overspend_pence).all()


def test_other_blocks_never_touch_the_placement_budget():
    extra = {
        "hub": {"block": "own_provision", "heading": "Hub", "annual_cost_gbp": 2_000_000},
        "gift": {"block": "improvement", "heading": "Gift", "annual_cost_gbp": 1_650_000},
    }
    plain = placements_costing({"2019-04-01": 17_900_000})
    stated = plain.model_copy(
        update={"fixed_costs": plain.fixed_costs | money(fixed_costs=extra).fixed_costs}
    )
    assert (position(stated).overspend_pence == position(plain).overspend_pence).all()


def test_budgets_may_be_intervals_and_are_drawn():
    budget = Budget.model_validate(
        {
            "placement": {
                "base_gbp": {
                    "2019/20": {"p10": 12_400_000, "p90": 13_400_000, "distribution": "normal"}
                }
            },
            "other_blocks_gbp": {"improvement": {"2019/20": 1_650_000}},
        }
    )

    def high(quantity: Quantity, label: str = "") -> float:
        return quantity.quantile(0.9)

    middle = budget_statement(budget, TWO_YEARS, median)
    assert middle.base_pence[0] == million(12.9)
    assert budget_statement(budget, TWO_YEARS, high).base_pence[0] == million(13.4)
    improvement = list(Block).index(Block.IMPROVEMENT)
    assert list(middle.approved_pence[improvement]) == [1_650_000_00, 0]
    assert list(middle.stated[improvement]) == [True, False]


def test_a_placement_budget_among_the_other_blocks_is_refused():
    budget = Budget.model_validate(
        {
            "placement": {"base_gbp": {}},
            "other_blocks_gbp": {"placement": {"2020/21": 1}},
        }
    )
    with pytest.raises(ValueError, match="placement budget has its own place"):
        budget_statement(budget, FIVE_YEARS, median)
