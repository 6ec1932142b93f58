"""Fast pricing against slow pricing: one child, one night at a time."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from money_examples import FIVE_YEARS, KINDS, SETTINGS, full_money, priced, spells, stays

from sufficiency.finance.spread import fee_spread
from sufficiency.periods import Horizon
from sufficiency.vocabulary import AgeBand

pytestmark = pytest.mark.conservation

ACROSS_APRIL = Horizon(dt.date(2021, 1, 14), dt.date(2021, 5, 20))
MONEY = full_money()

DAY = st.integers(-40, 170)
STAY = st.tuples(
    st.integers(1, 6),
    st.sampled_from(SETTINGS),
    DAY,
    st.one_of(st.integers(0, 120), st.just(2**30)),
    st.integers(-6600, 100),
    st.floats(0, 1),
    st.sampled_from([1, 2]),
)
SPELL = st.tuples(
    st.integers(1, 6), st.sampled_from(KINDS), DAY, st.integers(0, 120), st.integers(-6600, 100)
)


def fee_in_pence(stated, date: dt.date, born: int, night: int) -> float:
    """What one child's night costs at the average fee."""
    fee = stated.weekly_fee_gbp.on(date).central
    for year in range(2015, 2030):
        april = dt.date(year, 4, 1)
        if stated.priced_at < april <= date:
            rate = stated.uplift.on(april)
            fee *= 1 + (rate.central if rate else 0)
        if date < april <= stated.priced_at:
            rate = stated.uplift.on(april)
            fee /= 1 + (rate.central if rate else 0)
    if stated.by_age is not None:
        had = sum(night >= np.floor(born + years * 365.25) for years in (1, 5, 10, 16))
        fee *= stated.by_age[list(AgeBand)[had]].central
    return fee * 100 / 7


def month(night: int) -> int:
    date = ACROSS_APRIL.date(night)
    return [period.label for period in ACROSS_APRIL.months].index(f"{date:%Y-%m}")


@given(st.lists(STAY, max_size=12), st.lists(SPELL, max_size=6))
@settings(max_examples=150, deadline=None)
def test_every_night_is_paid_for_once_at_that_nights_price(rows, paid):
    table = stays(
        ACROSS_APRIL,
        [(child, setting, start, start + length) for child, setting, start, length, *_ in rows],
        born=[row[4] for row in rows],
        rank=[row[5] for row in rows],
        provenance=[row[6] for row in rows],
    )
    after_care = spells([(c, kind, start, start + length, b) for c, kind, start, length, b in paid])
    costs = priced(MONEY, ACROSS_APRIL, table, after_care)

    gross: dict[tuple[str, int], float] = defaultdict(float)
    already: dict[tuple[str, int], float] = defaultdict(float)
    nights: dict[tuple[str, int], int] = defaultdict(int)
    known = {row[0] for row in rows if row[6] == 1}
    for child, setting, start, length, born, rank, _ in rows:
        stated = MONEY.prices[setting]
        spread = fee_spread(
            stated.spread.central, stated.tail_share.central, stated.tail_ratio.central
        )
        multiple = 1.0 if spread is None else float(spread.multiple(np.array([rank]))[0])
        for night in range(max(start, 0), min(start + length, ACROSS_APRIL.days)):
            pence = fee_in_pence(stated, ACROSS_APRIL.date(night), born, night) * multiple
            gross[setting, month(night)] += pence
            nights[setting, month(night)] += 1
            already[setting, month(night)] += pence * (child in known)
    for _, kind, start, length, born in paid:
        stated = MONEY.after_care[kind]
        for night in range(max(start, 0), min(start + length, ACROSS_APRIL.days)):
            gross[kind, month(night)] += fee_in_pence(stated, ACROSS_APRIL.date(night), born, night)

    half_a_penny = 0.5 + 1e-6
    for row, cost in enumerate(costs.lines.costs):
        if cost.source not in ("setting", "after_care"):
            continue
        share = MONEY.prices[cost.name].income_share.central if cost.source == "setting" else 0
        for number in range(len(ACROSS_APRIL.months)):
            exact = gross[cost.name, number]
            assert abs(costs.gross_pence[row, number] - exact) <= half_a_penny
            assert abs(costs.income_pence[row, number] - exact * share) <= half_a_penny
            if cost.source == "setting":
                assert costs.nights[row, number] == nights[cost.name, number]
                part = already[cost.name, number] * (1 - share)
                assert abs(costs.already_in_care_pence[row, number] - part) <= 2 * half_a_penny


def test_a_night_is_paid_on_arrival_and_not_on_leaving():
    costs = priced(MONEY, FIVE_YEARS, stays(FIVE_YEARS, [(1, "agency_foster", 29, 31)]))
    agency = costs.nights[SETTINGS.index("agency_foster")]
    assert list(agency[:2]) == [1, 1]  # 30 April and 1 May; 2 May is the day of leaving
    assert costs.nights.sum() == 2


def test_a_child_who_comes_and_goes_in_a_day_costs_nothing():
    costs = priced(MONEY, FIVE_YEARS, stays(FIVE_YEARS, [(1, "external_residential", 29, 29)]))
    fees = costs.by_setting(costs.gross_pence)
    assert not fees.any()
    assert not costs.nights.any()


def test_the_run_rate_is_the_last_days_cost_for_365_days():
    # 30 April is day 29: a child there that night, gone by the end of May.
    costs = priced(MONEY, FIVE_YEARS, stays(FIVE_YEARS, [(1, "external_residential", 29, 40)]))
    row = SETTINGS.index("external_residential")
    night = costs.net_pence[row, 0]  # one night in April
    assert costs.run_rate_pence[row, 0] == pytest.approx(night * 365, abs=0.5 * 365 + 1)
    assert costs.run_rate_pence[row, 1] == 0
