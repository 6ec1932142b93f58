"""A night's price: weeks, dates, uplifts, shared price risk."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import numpy as np
import pytest
from money_examples import FIVE_YEARS, SETTINGS, median, money, price, priced, stays

from sufficiency.finance.prices import setting_prices
from sufficiency.scenario.money import Money
from sufficiency.scenario.values import Quantity

pytestmark = pytest.mark.unit


def nightly_pence(stated: Money, date: str, draw=median, setting: str = "agency_foster") -> float:
    table = setting_prices(stated, SETTINGS, FIVE_YEARS, draw)
    day = FIVE_YEARS.day(dt.date.fromisoformat(date))
    return float(table.nightly_pence[SETTINGS.index(setting), day])


def test_a_week_is_seven_nights():
    stated = money(prices={"agency_foster": price(700.0)})
    assert nightly_pence(stated, "2020-04-01") == pytest.approx(100_00)


def test_a_dated_fee_holds_from_its_date():
    stated = money(
        prices={"agency_foster": price({"from": {"2020-01-01": 700, "2021-07-01": 770}})}
    )
    assert nightly_pence(stated, "2021-06-30") == pytest.approx(100_00)
    assert nightly_pence(stated, "2021-07-01") == pytest.approx(110_00)


def test_uplift_first_bites_on_the_first_april_after_the_price_date():
    stated = money(
        prices={"agency_foster": price(700.0, priced_at="2020-04-01", uplift=0.1)},
    )
    assert nightly_pence(stated, "2020-04-01") == pytest.approx(100_00)
    assert nightly_pence(stated, "2021-03-31") == pytest.approx(100_00)
    assert nightly_pence(stated, "2021-04-01") == pytest.approx(110_00)
    assert nightly_pence(stated, "2022-04-01") == pytest.approx(121_00)


def test_a_price_from_before_the_forecast_rises_every_april_since():
    stated = money(prices={"agency_foster": price(700.0, priced_at="2018-03-31", uplift=0.1)})
    assert nightly_pence(stated, "2020-04-01") == pytest.approx(100_00 * 1.1**3)


def test_a_price_from_later_on_is_taken_back_down():
    stated = money(prices={"agency_foster": price(700.0, priced_at="2022-10-01", uplift=0.1)})
    assert nightly_pence(stated, "2022-04-01") == pytest.approx(100_00)
    assert nightly_pence(stated, "2022-03-31") == pytest.approx(100_00 / 1.1)
    assert nightly_pence(stated, "2020-04-01") == pytest.approx(100_00 / 1.1**2)
    assert nightly_pence(stated, "2023-04-01") == pytest.approx(110_00)


def test_each_april_rises_by_the_rate_in_force_that_day():
    uplift = {"from": {"2021-04-01": 0.02, "2022-04-02": 0.05}}
    stated = money(prices={"agency_foster": price(700.0, priced_at="2019-04-01", uplift=uplift)})
    assert nightly_pence(stated, "2020-04-01") == pytest.approx(100_00)  # no rate yet
    assert nightly_pence(stated, "2021-04-01") == pytest.approx(100_00 * 1.02)
    assert nightly_pence(stated, "2022-04-01") == pytest.approx(100_00 * 1.02**2)
    assert nightly_pence(stated, "2023-04-01") == pytest.approx(100_00 * 1.02**2 * 1.05)


def test_shared_uplift_is_one_draw_a_year_for_all_who_share_it():
    rises = {"2021/22": 0.1, "2022/23": -0.05, "2023/24": 0.2, "2024/25": 0.0}
    asked = []

    def draw(quantity: Quantity, label: str = "") -> float:
        if label:
            asked.append(label)
            return rises[label]
        return quantity.central

    stated = money(
        prices={
            "agency_foster": price(700.0, uplift=0.02),
            "external_residential": price(4200.0),
            "in_house_foster": price(200.0),
        },
        shared_uplift={"p10": -0.01, "p90": 0.05, "distribution": "normal"},
        shares_uplift=["agency_foster", "external_residential"],
    )
    table = setting_prices(stated, SETTINGS, FIVE_YEARS, draw)
    assert asked == ["2021/22", "2022/23", "2023/24", "2024/25"]
    last = {name: table.nightly_pence[row, -1] for row, name in enumerate(SETTINGS)}
    assert last["agency_foster"] == pytest.approx(100_00 * 1.12 * 0.97 * 1.22 * 1.02)
    assert last["external_residential"] == pytest.approx(600_00 * 1.1 * 0.95 * 1.2)
    assert last["in_house_foster"] == pytest.approx(200_00 / 7)


def test_relative_fee_by_age_multiplies_the_stated_fee_and_changes_on_the_birthday():
    ratios = {"under_1": 0.8, "1_to_4": 1.0, "5_to_9": 1.1, "10_to_15": 1.2, "16_to_17": 1.3}
    stated = money(prices={"in_house_foster": price(190.0, by_age=ratios)})
    # Born on the day before 1 April 2020: 30 nights of April, all under one.
    baby = stays(FIVE_YEARS, [(1, "in_house_foster", 0, 30)], born=[-1])
    assert priced(stated, FIVE_YEARS, baby).net_pence.sum() == round(152_00 * Fraction(30, 7))
    # First birthday ten nights in: ten nights at 152 a week, then twenty at 190.
    turning_one = stays(FIVE_YEARS, [(1, "in_house_foster", 0, 30)], born=[10 - 365])
    expected = round(152_00 * Fraction(10, 7) + 190_00 * Fraction(20, 7))
    assert priced(stated, FIVE_YEARS, turning_one).net_pence.sum() == expected


def test_a_child_where_there_is_no_price_is_an_error_that_says_where_and_when():
    stated = money(prices={"hub": price({"from": {"2020-09-01": 100}})})
    lives_there = stays(FIVE_YEARS, [(1, "hub", 150, 154)])
    with pytest.raises(ValueError, match="`hub` has no price on 2020-08-29, when 1 child"):
        priced(stated, FIVE_YEARS, lives_there)
    assert priced(stated, FIVE_YEARS, stays(FIVE_YEARS, [(1, "hub", 153, 154)])).net_pence.sum()


def test_uplifts_that_take_a_price_to_nothing_are_refused():
    stated = money(
        prices={"agency_foster": price(700.0, uplift=-0.5)},
        shared_uplift=-0.5,
        shares_uplift=["agency_foster"],
    )
    with pytest.raises(ValueError, match="2021-04-01"):
        setting_prices(stated, SETTINGS, FIVE_YEARS, median)


def test_stays_and_prices_must_share_their_first_day():
    stated = money(prices={"hub": price(100.0)})
    table = stays(FIVE_YEARS, [(1, "hub", 0, 1)])
    object.__setattr__(table, "epoch", dt.date(2019, 4, 1))
    with pytest.raises(ValueError, match="count days from 2019-04-01"):
        priced(stated, FIVE_YEARS, table)


def test_prices_are_finite_on_every_day():
    stated = money(prices={"agency_foster": price(700.0, uplift=0.03)})
    table = setting_prices(stated, SETTINGS, FIVE_YEARS, median)
    assert np.isfinite(table.nightly_pence).all()
    assert table.priced[SETTINGS.index("agency_foster")].all()
    assert not table.priced[SETTINGS.index("hub")].any()
