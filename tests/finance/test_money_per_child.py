"""A cost for each child a service begins to help, and grants for each night."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from money_examples import (
    FIVE_YEARS,
    SETTINGS,
    full_money,
    helped,
    line_net_pence,
    median,
    money,
    price,
    priced,
    random_stays,
    stays,
)

from sufficiency.episodes import CATEGORIES, NO_HELP, OPEN
from sufficiency.finance.budget import PLACEMENT, budget_statement, placement_position
from sufficiency.scenario.values import Quantity
from sufficiency.vocabulary import Block

SERVICES = ("conference", "outreach")
MONTHS = [month.label for month in FIVE_YEARS.months]
UNACCOMPANIED = CATEGORIES.index("unaccompanied")


def case(cost_gbp, **more) -> dict:
    stated = {
        "block": "prevention",
        "heading": "Conferences",
        "cost_per_child_gbp": cost_gbp,
        "priced_at": "2020-04-01",
    }
    return stated | more


def grant(weekly_gbp, **more) -> dict:
    stated = {
        "category": "unaccompanied",
        "block": "placement",
        "heading": "Unaccompanied children's grant",
        "weekly_income_gbp": weekly_gbp,
    }
    return stated | more


def held(rows, **prices):
    help = helped([(1, service, day) for service, day in rows], SERVICES)
    return priced(money(cases=prices), FIVE_YEARS, help=help)


@pytest.mark.unit
def test_a_case_is_paid_on_the_day_help_begins():
    costs = held(
        [("conference", 29), ("conference", 30), ("conference", 30)], conference=case(1000)
    )
    found = line_net_pence(costs, "Conferences")
    assert {MONTHS[m]: int(found[m]) for m in np.flatnonzero(found)} == {
        "2020-04": 1000_00,
        "2020-05": 2000_00,
    }
    assert [cost.source for cost in costs.lines.costs] == ["case"]
    assert costs.lines.lines[0].kind == "recurring"
    assert costs.by_block(costs.net_pence)[list(Block).index(Block.PREVENTION)].sum() == 3000_00


@pytest.mark.unit
def test_help_outside_the_forecast_or_never_begun_is_not_paid():
    rows = [("conference", day) for day in (-1, FIVE_YEARS.days, OPEN)]
    assert held(rows, conference=case(1000)).gross_pence.sum() == 0
    assert held([("conference", FIVE_YEARS.days - 1)], conference=case(1000)).gross_pence.sum()


@pytest.mark.unit
def test_only_the_service_that_has_a_cost_is_paid():
    rows = [("outreach", 5), ("outreach", 6), ("conference", 7)]
    assert held(rows, conference=case(1000)).net_pence.sum() == 1000_00
    assert held(rows, outreach=case(10), conference=case(1000)).net_pence[:, 0].tolist() == [
        20_00,
        1000_00,
    ]


@pytest.mark.unit
def test_the_cost_of_a_case_rises_each_april_and_changes_on_its_dates():
    dated = {"from": {"2020-04-01": 1000, "2022-01-01": 1500}}
    days = [
        FIVE_YEARS.day(dt.date.fromisoformat(d)) for d in ("2021-03-31", "2021-04-01", "2022-01-01")
    ]
    costs = held([("conference", day) for day in days], conference=case(dated, uplift=0.1))
    found = line_net_pence(costs, "Conferences")
    assert [int(found[MONTHS.index(m)]) for m in ("2021-03", "2021-04", "2022-01")] == [
        1000_00,
        1100_00,
        1650_00,
    ]


@pytest.mark.unit
def test_the_run_rate_of_cases_is_the_months_cost_for_365_days():
    costs = held([("conference", 2), ("conference", 3)], conference=case(1000))
    assert costs.run_rate_pence[0, 0] == round(2000_00 * 365 / 30)
    assert costs.run_rate_pence[0, 1] == 0


@pytest.mark.unit
def test_the_cost_of_a_case_may_be_an_interval_and_is_drawn():
    def high(quantity: Quantity, label: str = "") -> float:
        return quantity.quantile(0.9)

    stated = money(cases={"conference": case({"p10": 800, "p90": 1200, "distribution": "normal"})})
    help = helped([(1, "conference", 0)], SERVICES)
    assert priced(stated, FIVE_YEARS, help=help).net_pence.sum() == 1000_00
    assert priced(stated, FIVE_YEARS, help=help, draw=high).net_pence.sum() == 1200_00


@pytest.mark.golden
def test_a_service_with_a_cost_that_helps_nobody_known_is_missed():
    stated = money(cases={"conference": case(1000)})
    with pytest.raises(ValueError, match=r"`conference` has a cost for each child, but is not"):
        priced(stated, FIVE_YEARS, help=NO_HELP)


@pytest.mark.golden
def test_help_that_begins_before_there_is_a_cost_is_missed():
    with pytest.raises(ValueError, match="no cost for each child on 2020-04-06, when it begins"):
        held([("conference", 5)], conference=case({"from": {"2020-05-01": 1000}}))


@pytest.mark.unit
def test_a_grant_is_income_for_the_nights_of_its_children_wherever_they_live():
    episodes = stays(
        FIVE_YEARS,
        [(1, "agency_foster", 0, 7), (1, "hub", 7, 10), (2, "agency_foster", 0, 30)],
        category=[UNACCOMPANIED, UNACCOMPANIED, 0],
    )
    stated = money(
        prices={"agency_foster": price(700.0), "hub": price(0.0)},
        grants={"home_office": grant(1001)},
    )
    costs = priced(stated, FIVE_YEARS, episodes)
    row = [cost.source for cost in costs.lines.costs].index("grant")
    assert costs.gross_pence[row].sum() == 0
    assert costs.income_pence[row, 0] == costs.income_pence[row].sum() == 10 * 143_00
    assert line_net_pence(costs, "Unaccompanied children's grant").sum() == -10 * 143_00
    assert costs.by_setting(costs.net_pence).sum() == 37 * 100_00  # the fees are what they were
    placement = costs.by_block(costs.net_pence)[PLACEMENT]
    assert placement[0] == 37 * 100_00 - 10 * 143_00


@pytest.mark.unit
def test_a_grant_is_paid_from_its_date_until_its_end():
    episodes = stays(FIVE_YEARS, [(1, "hub", 0, 100)], category=[UNACCOMPANIED])
    rates = {"from": {"2020-04-11": 70, "2020-05-01": 140}}
    stated = money(
        prices={"hub": price(0.0)}, grants={"home_office": grant(rates, until="2020-05-06")}
    )
    costs = priced(stated, FIVE_YEARS, episodes)
    assert list(costs.income_pence[1, :3]) == [20 * 10_00, 5 * 20_00, 0]
    assert list(costs.run_rate_pence[1, :3]) == [-365 * 10_00, 0, 0]


@pytest.mark.unit
def test_the_run_rate_of_the_placement_budget_is_net_of_the_grant():
    stated = money(
        prices={"hub": price(700.0)},
        grants={"home_office": grant(350)},
        budget={"placement": {"base_gbp": {"2020/21": 10_000}}},
    )
    episodes = stays(FIVE_YEARS, [(1, "hub", 0, OPEN)], category=[UNACCOMPANIED])
    costs = priced(stated, FIVE_YEARS, episodes)
    position = placement_position(costs, budget_statement(stated.budget, FIVE_YEARS, median))
    assert position.run_rate_overspend_pence[0] == 365 * 50_00 - 10_000_00
    assert position.overspend_pence[0] == 365 * 50_00 - 10_000_00


@pytest.mark.conservation
@given(
    st.lists(st.tuples(st.integers(0, 1), st.integers(-400, 2500)), max_size=30),
    st.integers(1, 10**6),
    st.floats(-0.05, 0.2),
)
@settings(max_examples=60, deadline=None)
def test_cases_by_month_are_the_cases_one_by_one(rows, cost_pence, uplift):
    conference = case(cost_pence / 100, uplift=uplift)
    costs = held([(SERVICES[number], day) for number, day in rows], conference=conference)
    exact = np.zeros(len(MONTHS))
    for number, day in rows:
        if number == 0 and 0 <= day < FIVE_YEARS.days:
            risen = FIVE_YEARS.date(day).year - 2020 - (FIVE_YEARS.date(day).month < 4)
            exact[FIVE_YEARS.month_of_day[day]] += cost_pence * (1 + uplift) ** risen
    assert (np.abs(costs.gross_pence[0] - exact) <= 0.5 + 1e-5).all()


@pytest.mark.conservation
def test_everything_together_adds_up_to_the_penny_and_moves_nothing_else():
    rng = np.random.default_rng(11)
    known = random_stays(rng, FIVE_YEARS, 300)
    known.category[::7] = UNACCOMPANIED
    help = helped(
        [(n, SERVICES[n % 2], int(rng.integers(-200, 2200))) for n in range(400)], SERVICES
    )
    more = {
        "cases": {
            "conference": case(1047.31, uplift=0.031),
            "outreach": case(2222.22, heading="Hub", block="own_provision"),
        },
        "grants": {"home_office": grant(1001.37), "other": grant(3.33, category="ordinary")},
    }
    plain = priced(full_money(), FIVE_YEARS, known)
    costs = priced(full_money(**more), FIVE_YEARS, known, help=help)
    new = [cost.source in ("case", "grant") for cost in costs.lines.costs]
    old = ~np.array(new)
    assert sum(new) == 4
    for name in ("gross_pence", "income_pence", "run_rate_pence"):
        assert (getattr(costs, name)[old] == getattr(plain, name)).all()
    for amounts in (costs.gross_pence, costs.income_pence, costs.net_pence):
        assert amounts.dtype == np.int64
        assert (costs.by_line(amounts).sum(axis=0) == amounts.sum(axis=0)).all()
        assert (costs.by_block(amounts).sum(axis=0) == amounts.sum(axis=0)).all()
        assert costs.by_year(costs.by_line(amounts)).sum() == amounts.sum()
    assert costs.gross_pence.min() >= 0
    assert costs.income_pence.min() >= 0
    names = [cost.name for cost in costs.lines.costs]
    slept = costs.income_pence[names.index("home_office")].sum() * 7 / 1001_37
    asked = known.category == UNACCOMPANIED
    nights = np.minimum(known.end, FIVE_YEARS.days) - np.maximum(known.start, 0)
    assert slept == pytest.approx(np.maximum(nights, 0)[asked].sum(), abs=0.1)
    hub = line_net_pence(costs, "Hub") - line_net_pence(plain, "Hub")
    assert (hub == costs.net_pence[names.index("outreach")]).all()
    assert (costs.already_in_care_pence == plain.already_in_care_pence).all()
    assert (costs.yet_to_come_pence == plain.yet_to_come_pence).all()
    assert not costs.void_pence.any()
    assert costs.void_pence.shape == (len(SETTINGS), len(MONTHS))
