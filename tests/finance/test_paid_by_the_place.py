"""A block contract: every place is paid for on every day, and nobody is paid for twice."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from money_examples import FIVE_YEARS, SETTINGS, line_net_pence, money, price, priced, stays

from sufficiency.episodes import OPEN
from sufficiency.finance.volume import commitments
from sufficiency.periods import Horizon

BLOCK = SETTINGS.index("external_residential")
ROW = 1  # among the costs: agency fostering comes before it, and the others have no price
SPRING = Horizon(dt.date(2021, 3, 21), dt.date(2021, 5, 10))


def block_contract(weekly_fee_gbp=3500.0, **more) -> dict:
    return {
        "external_residential": price(weekly_fee_gbp, "Block contract", charged="place", **more),
        "agency_foster": price(700.0),
    }


def places(horizon: Horizon, number: int, opens: int = 0) -> dict[int, np.ndarray]:
    by_day = np.full(horizon.days, number, dtype=np.int64)
    by_day[:opens] = 0
    return {BLOCK: by_day}


def block(rows, number: int = 4, *, opens: int = 0, provenance=None, **more):
    episodes = stays(FIVE_YEARS, rows, provenance=provenance)
    stated = money(prices=block_contract(**more))
    return priced(stated, FIVE_YEARS, episodes, places=places(FIVE_YEARS, number, opens))


@pytest.mark.unit
def test_four_places_cost_the_same_empty_and_full():
    # April has 30 days; a place is 500 pounds a night.
    for number in range(5):
        costs = block([(child, "external_residential", 0, OPEN) for child in range(number)])
        assert costs.net_pence[ROW, 0] == 4 * 30 * 500_00
        assert costs.void_pence[BLOCK, 0] == (4 - number) * 30 * 500_00
        assert costs.run_rate_pence[ROW, 0] == 4 * 365 * 500_00


@pytest.mark.unit
def test_children_above_the_places_are_paid_for_as_children():
    five = [(child, "external_residential", 0, 10) for child in range(5)]
    costs = block(five)
    assert costs.net_pence[ROW, 0] == (10 * 5 + 20 * 4) * 500_00
    assert costs.void_pence[BLOCK, 0] == 20 * 4 * 500_00
    assert costs.nights[BLOCK, 0] == 50


@pytest.mark.unit
def test_nothing_is_paid_before_the_contract_opens():
    costs = block([], 4, opens=40)
    assert costs.net_pence[ROW, 0] == 0
    assert costs.net_pence[ROW, 1] == (31 - 10) * 4 * 500_00


@pytest.mark.unit
def test_the_fee_of_a_place_rises_each_april():
    costs = block([], 1, uplift=0.1)
    months = [month.label for month in FIVE_YEARS.months]
    assert costs.net_pence[ROW, months.index("2021-03")] == 31 * 500_00
    assert costs.net_pence[ROW, months.index("2021-04")] == 30 * 550_00


@pytest.mark.unit
def test_health_pays_towards_a_child_and_not_towards_an_empty_place():
    costs = block([(1, "external_residential", 0, 30)], 3, income_share=0.2)
    assert costs.gross_pence[ROW, 0] == 3 * 30 * 500_00
    assert costs.income_pence[ROW, 0] == 30 * 100_00
    assert costs.void_pence[BLOCK, 0] == 2 * 30 * 500_00
    assert costs.run_rate_pence[ROW, 0] == 365 * (400_00 + 2 * 500_00)


@pytest.mark.unit
def test_empty_places_of_other_settings_cost_nothing():
    rows = [(1, "agency_foster", 0, 7)]
    without = priced(
        money(prices=block_contract()),
        FIVE_YEARS,
        stays(FIVE_YEARS, rows),
        places=places(FIVE_YEARS, 2),
    )
    both = places(FIVE_YEARS, 2) | {SETTINGS.index("agency_foster"): np.full(FIVE_YEARS.days, 9)}
    costs = priced(money(prices=block_contract()), FIVE_YEARS, stays(FIVE_YEARS, rows), places=both)
    assert (costs.net_pence == without.net_pence).all()
    assert costs.by_setting(costs.net_pence)[SETTINGS.index("agency_foster")].sum() == 700_00


@pytest.mark.golden
def test_places_that_are_not_given_are_missed():
    stated = money(prices=block_contract())
    with pytest.raises(
        ValueError, match="`external_residential` is paid for by the place, but its"
    ):
        priced(stated, FIVE_YEARS)


@pytest.mark.golden
def test_a_place_without_a_price_is_missed():
    stated = money(prices=block_contract(weekly_fee_gbp={"from": {"2020-06-01": 3500}}))
    with pytest.raises(ValueError, match="no price on 2020-04-01, when 2 children or paid places"):
        priced(stated, FIVE_YEARS, places=places(FIVE_YEARS, 2))


STAY = st.tuples(
    st.integers(1, 9), st.integers(-20, 60), st.integers(0, 40), st.sampled_from([1, 2])
)


@pytest.mark.conservation
@given(st.lists(STAY, max_size=12), st.lists(st.integers(0, 5), min_size=50, max_size=50))
@settings(max_examples=150, deadline=None)
def test_slow_and_fast_agree_and_the_three_parts_make_the_whole(rows, by_day):
    """Night by night by hand: paid for, slept in, and whose."""
    assert SPRING.days == 50
    fee = {"uplift": 0.07, "income_share": 0.13, "weekly_fee_gbp": 3333.33}
    stated = money(prices=block_contract(**fee))
    episodes = stays(
        SPRING,
        [
            (child, "external_residential", start, start + nights)
            for child, start, nights, _ in rows
        ],
        provenance=[row[3] for row in rows],
    )
    costs = priced(stated, SPRING, episodes, places={BLOCK: np.array(by_day, dtype=np.int64)})
    known = {child for child, *_, provenance in rows if provenance == 1}
    months = len(SPRING.months)
    gross, income, void, already = (np.zeros(months) for _ in range(4))
    for night in range(SPRING.days):
        nightly = 333333 / 7 * (1.07 if SPRING.date(night) >= dt.date(2021, 4, 1) else 1)
        there = [c for c, start, nights, _ in rows if start <= night < start + nights]
        month = SPRING.month_of_day[night]
        gross[month] += nightly * max(by_day[night], len(there))
        income[month] += nightly * len(there) * 0.13
        void[month] += nightly * max(by_day[night] - len(there), 0)
        already[month] += nightly * 0.87 * sum(child in known for child in there)
    half_a_penny = 0.5 + 1e-6
    assert costs.lines.costs[ROW].name == "external_residential"
    assert (np.abs(costs.gross_pence[ROW] - gross) <= half_a_penny).all()
    assert (np.abs(costs.income_pence[ROW] - income) <= half_a_penny).all()
    assert (np.abs(costs.void_pence[BLOCK] - void) <= half_a_penny).all()
    assert (np.abs(costs.already_in_care_pence[BLOCK] - already) <= 2 * half_a_penny).all()
    parts = costs.already_in_care_pence + costs.yet_to_come_pence + costs.void_pence
    assert (parts == costs.by_setting(costs.net_pence)).all()
    assert costs.yet_to_come_pence.min() >= -2  # nobody: what rounding left over


@pytest.mark.conservation
def test_commitments_add_up_with_empty_places_as_a_third_group():
    rows = [
        (1, "external_residential", -50, 100),
        (2, "external_residential", 20, 500),
        (3, "agency_foster", 90, 400),
    ]
    futures = [block(rows[:number], 2, provenance=[1, 2, 2][:number]) for number in (1, 2, 3)]
    arrays = [
        np.array([costs.by_year(getattr(costs, f"{name}_pence")) for costs in futures])
        for name in ("already_in_care", "yet_to_come", "void")
    ]
    found = commitments("example", futures[0].lines, FIVE_YEARS, *arrays)
    for year, label in enumerate(f"{n}/{n - 1999}" for n in range(2020, 2025)):
        pence = {
            row.children: round(row.mean * 100) for row in found if row.financial_year == label
        }
        assert list(pence) == ["already_in_care", "yet_to_come", "empty_places", "all"]
        assert pence.pop("all") == sum(pence.values())
        whole = [
            costs.by_year(line_net_pence(costs, "Block contract"))[year]
            + costs.by_year(line_net_pence(costs, "Fostering"))[year]
            for costs in futures
        ]
        assert sum(pence.values()) == pytest.approx(np.mean(whole), abs=0.51)
    first = found[2]
    assert first.children == "empty_places"
    # 365 days of two places, less the nights slept: 100 in every future, 345 in two of three.
    assert first.mean == pytest.approx(500 * (730 - 100 - 345 * 2 / 3), abs=0.01)


@pytest.mark.conservation
def test_without_empty_places_there_are_two_groups():
    costs = priced(money(prices=block_contract()), FIVE_YEARS, places=places(FIVE_YEARS, 0))
    arrays = [
        costs.by_year(getattr(costs, f"{name}_pence"))[None]
        for name in ("already_in_care", "yet_to_come", "void")
    ]
    groups = {row.children for row in commitments("example", costs.lines, FIVE_YEARS, *arrays)}
    assert groups == {"already_in_care", "yet_to_come", "all"}


@pytest.mark.direction
def test_more_children_in_the_same_places_cost_nothing_more():
    rows = [(child, "external_residential", 3 * child, 900 + child) for child in range(3)]
    fewer, more = block(rows[:1], 3), block(rows, 3)
    assert (fewer.net_pence == more.net_pence).all()
    assert (fewer.void_pence >= more.void_pence).all()
    assert fewer.void_pence.sum() > more.void_pence.sum()
