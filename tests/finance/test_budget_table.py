"""The budget table over many futures, its contingency, and the two views of volume."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from money_examples import (
    FIVE_YEARS,
    SETTINGS,
    full_money,
    median,
    priced,
    random_stays,
    spells,
)

from sufficiency.finance.budget import PLACEMENT, budget_statement
from sufficiency.finance.summary import budget_rows, contingency_rows
from sufficiency.finance.volume import commitments, weeks_and_prices

CONTRACT = [
    "scenario",
    "financial_year",
    "block",
    "heading",
    "budget",
    "outturn_mean",
    "outturn_p10",
    "outturn_p50",
    "outturn_p90",
    "variance_mean",
    "probability_of_overspend",
    "unit",
]
FUTURES = 41
BUDGET = {
    "placement": {
        "base_gbp": {"2020/21": 12_900_000, "2021/22": 30_000_000, "2022/23": 20_000_000.37},
        "uplift_gbp": {"2020/21": 3_600_000},
    },
    "other_blocks_gbp": {"improvement": {"2020/21": 100, "2021/22": 0}},
}
MONEY = full_money(budget=BUDGET)
COSTS = [
    priced(MONEY, FIVE_YEARS, random_stays(np.random.default_rng(number), FIVE_YEARS, 500))
    for number in range(FUTURES)
]
LINES = COSTS[0].lines
OUTTURN = np.array([costs.by_year(costs.by_line(costs.net_pence)) for costs in COSTS])
PLACEMENTS = OUTTURN[:, [line.block.value == "placement" for line in LINES.lines]].sum(axis=1)
STATEMENT = budget_statement(MONEY.budget, FIVE_YEARS, median)
# Budgets that half of the futures keep to in the second year, whatever the stays cost.
STATEMENT.approved_pence[PLACEMENT, 1] = int(np.median(PLACEMENTS[:, 1]))
STATEMENTS = [STATEMENT] * FUTURES
ROWS = budget_rows("example", LINES, OUTTURN, STATEMENTS)


def pence(pounds: float) -> int:
    found = round(pounds * 100)
    assert found / 100 == pounds
    return found


def total(block: str, year: str):
    return next(r for r in ROWS if (r.block, r.financial_year, r.heading) == (block, year, "all"))


@pytest.mark.content
def test_the_columns_are_the_contract():
    assert list(ROWS[0]._fields) == CONTRACT
    assert {row.unit for row in ROWS} == {"GBP"}
    assert {row.scenario for row in ROWS} == {"example"}


@pytest.mark.content
def test_every_line_and_year_has_a_row_and_every_block_a_total():
    keys = [(row.financial_year, row.block, row.heading) for row in ROWS]
    blocks = {line.block for line in LINES.lines}
    assert len(keys) == len(set(keys)) == 5 * (len(LINES.lines) + len(blocks))
    assert {type(row.block) for row in ROWS} == {str}


@pytest.mark.content
def test_means_add_up_to_the_penny():
    for row in ROWS:
        if row.heading != "all":
            continue
        parts = [
            pence(other.outturn_mean)
            for other in ROWS
            if (other.financial_year, other.block) == (row.financial_year, row.block)
            and other.heading != "all"
        ]
        assert pence(row.outturn_mean) == sum(parts)


@pytest.mark.content
def test_means_and_ranges_are_those_of_the_futures():
    year = 2
    row = total("placement", "2022/23")
    assert row.outturn_mean * 100 == pytest.approx(PLACEMENTS[:, year].mean(), abs=2)
    for found, chance in ((row.outturn_p10, 0.1), (row.outturn_p50, 0.5), (row.outturn_p90, 0.9)):
        assert found * 100 == pytest.approx(np.quantile(PLACEMENTS[:, year], chance), abs=0.51)
    assert row.outturn_p10 < row.outturn_p50 < row.outturn_p90


@pytest.mark.content
def test_quantiles_of_headings_do_not_add_up():
    parts = [
        row.outturn_p90
        for row in ROWS
        if (row.block, row.financial_year) == ("placement", "2022/23") and row.heading != "all"
    ]
    assert sum(parts) > total("placement", "2022/23").outturn_p90


@pytest.mark.content
def test_variance_and_chance_of_overspend_only_where_a_budget_is_stated():
    for row in ROWS:
        stated = row.heading == "all" and (
            (row.block == "placement" and row.financial_year <= "2022/23")
            or (row.block == "improvement" and row.financial_year <= "2021/22")
        )
        for value in (row.budget, row.variance_mean, row.probability_of_overspend):
            assert (value is not None) == stated
        if stated:
            assert pence(row.variance_mean) == pence(row.outturn_mean) - pence(row.budget)
    assert total("placement", "2022/23").budget == 20_000_000.37
    assert total("improvement", "2020/21").probability_of_overspend == 0


@pytest.mark.content
def test_the_chance_of_overspend_is_the_share_of_futures_above_budget():
    # The budget is the middle of 41 futures: 20 are above it, and the middle one keeps to it.
    assert total("placement", "2021/22").probability_of_overspend == 20 / 41


@pytest.mark.content
def test_a_budget_drawn_anew_in_each_future_is_compared_future_by_future():
    statements = []
    for number in range(FUTURES):
        approved = STATEMENT.approved_pence.copy()
        approved[PLACEMENT, 1] = PLACEMENTS[number, 1] - (1 if number < 10 else -1)
        statements.append(dataclasses.replace(STATEMENT, approved_pence=approved))
    rows = budget_rows("example", LINES, OUTTURN, statements)
    row = next(r for r in rows if r[1:4] == ("2021/22", "placement", "all"))
    assert row.probability_of_overspend == 10 / 41


@pytest.mark.content
def test_the_contingency_holds_in_as_many_futures_as_it_says():
    rows = contingency_rows("example", LINES, OUTTURN, STATEMENTS)
    assert [(r.financial_year, r.block) for r in rows] == [
        ("2020/21", "placement"),
        ("2020/21", "improvement"),
        ("2021/22", "placement"),
        ("2021/22", "improvement"),
        ("2022/23", "placement"),
    ]
    row = rows[2]
    overspend = PLACEMENTS[:, 1] - STATEMENT.approved_pence[PLACEMENT, 1]
    assert np.mean(overspend <= pence(row.contingency_p80)) >= 0.8
    assert np.mean(overspend <= pence(row.contingency_p90)) >= 0.9
    assert 0 < row.contingency_p80 < row.contingency_p90
    assert row.contingency_p90 == pytest.approx(
        total("placement", "2021/22").outturn_p90 - row.budget, abs=0.02
    )


@pytest.mark.content
def test_no_contingency_is_needed_where_most_futures_underspend():
    row = contingency_rows("example", LINES, OUTTURN, STATEMENTS)[1]
    assert row.budget == 100
    assert (row.contingency_p80, row.contingency_p90) == (0, 0)


@pytest.mark.content
def test_a_budgeted_block_without_costs_still_has_its_total():
    stated = full_money(one_off={}, budget=BUDGET)
    costs = priced(stated, FIVE_YEARS, after_care=spells())
    outturn = costs.by_year(costs.by_line(costs.net_pence))[None]
    statement = budget_statement(stated.budget, FIVE_YEARS, median)
    rows = budget_rows("example", costs.lines, outturn, [statement])
    row = next(r for r in rows if r.block == "improvement")
    assert (row.heading, row.budget, row.outturn_mean, row.variance_mean) == ("all", 100, 0, -100)


@pytest.mark.conservation
def test_weeks_times_price_is_the_cost_to_half_a_penny_a_week():
    nights = np.array([costs.by_year(costs.nights) for costs in COSTS])
    fees = np.array([costs.by_year(costs.by_setting(costs.net_pence)) for costs in COSTS])
    rows = weeks_and_prices("example", LINES, FIVE_YEARS, nights, fees)
    assert len(rows) == 5 * len(SETTINGS)
    for row in rows:
        pence(row.average_weekly_price_gbp)
        product = row.occupied_weeks * row.average_weekly_price_gbp
        assert abs(product - row.cost_gbp) <= 0.005 * row.occupied_weeks + 0.005
    assert sum(row.occupied_weeks for row in rows) * 7 == pytest.approx(nights.sum() / FUTURES)
    last = next(r for r in rows if r.financial_year == "2024/25" and r.setting == "agency_foster")
    assert last.average_weekly_price_gbp == pytest.approx(812.35 * 1.035**4, abs=0.01)


@pytest.mark.conservation
def test_children_already_in_care_and_yet_to_come_make_the_placement_fees():
    already = np.array([costs.by_year(costs.already_in_care_pence) for costs in COSTS])
    to_come = np.array([costs.by_year(costs.yet_to_come_pence) for costs in COSTS])
    rows = commitments("example", LINES, FIVE_YEARS, already, to_come)
    by_year: dict[str, dict[str, int]] = {}
    for row in rows:
        by_year.setdefault(row.financial_year, {})[row.children] = pence(row.mean)
    for number, found in enumerate(by_year.values()):
        assert found["already_in_care"] + found["yet_to_come"] == found["all"]
        assert found["all"] == pytest.approx(PLACEMENTS[:, number].mean(), abs=2)
    shares = [found["already_in_care"] / found["all"] for found in by_year.values()]
    assert shares[0] > shares[1] > shares[2] == 0  # nobody stays more than 500 days here
