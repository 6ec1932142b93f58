"""A difference in cost taken apart: by child, to the penny, and by rules a reader can redo."""

from __future__ import annotations

import numpy as np
import pytest
from money_examples import (
    FIVE_YEARS,
    full_money,
    helped,
    median,
    money,
    price,
    random_stays,
    spells,
    stays,
)

from sufficiency.episodes import OPEN, Episodes
from sufficiency.finance.child_fees import ChildYears, child_years
from sufficiency.finance.costs import CostTable, PriceBook, monthly_costs, price_book
from sufficiency.finance.lines import cost_lines
from sufficiency.finance.saving_split import PARTS, CostSources, cost_sources, split
from sufficiency.scenario.money import Money

TWO_PRICES = {
    "agency_foster": price(700.0),  # 100 pounds a night
    "external_residential": price(3500.0, "Homes"),  # 500 pounds a night
}
YEAR = 365


def future(stated: Money, episodes: Episodes, **more) -> tuple[CostTable, PriceBook]:
    lines = cost_lines(stated, episodes.settings, ())
    book = price_book(stated, lines, FIVE_YEARS, median)
    return monthly_costs(episodes, spells(kinds=()), book, **more), book


def side(stated: Money, episodes: Episodes, **more) -> tuple[ChildYears, CostSources]:
    costs, book = future(stated, episodes, **more)
    return child_years(episodes, book), cost_sources(costs)


def parts(base, scenario, year: int | None = None) -> dict[str, int]:
    """Each part in pence, over the whole forecast or in one year."""
    found = split(base[0], scenario[0], base[1], scenario[1])
    told = found.sum(axis=1) if year is None else found[:, year]
    return dict(zip(PARTS, map(int, told), strict=True))


def two(rows, **more) -> tuple[ChildYears, CostSources]:
    return side(money(prices=TWO_PRICES), stays(FIVE_YEARS, rows), **more)


def rich_money() -> Money:
    """Ages, spread, income, a grant and uplifts: everything a night's price can hold."""
    grants = {
        "uasc": {
            "category": "unaccompanied",
            "block": "placement",
            "heading": "Grant",
            "weekly_income_gbp": {"from": {"2020-01-01": 1001.0, "2022-05-05": 1100.0}},
            "until": "2024-02-01",
        }
    }
    return full_money(grants=grants, after_care={})


@pytest.mark.conservation
def test_children_add_up_to_the_cost_of_settings_and_grants() -> None:
    rng = np.random.default_rng(3)
    stated = rich_money()
    for _ in range(3):
        episodes = random_stays(rng, FIVE_YEARS, 120)
        category = rng.integers(0, 2, 120).astype(np.int8)
        episodes = Episodes(**{**vars(episodes), "category": category})
        costs, book = future(stated, episodes)
        found = child_years(episodes, book)
        # Each of five costs is rounded once a month: half a penny each at most.
        whole = cost_sources(costs).children
        assert np.abs(found.net_pence.sum(axis=0) - whole).max() <= 5 * 12 * 2 * 0.5
        assert (found.nights.sum(axis=0) == costs.by_year(costs.nights).sum(axis=0)).all()


@pytest.mark.conservation
def test_sources_add_up_to_the_net_cost_of_all_blocks() -> None:
    episodes = random_stays(np.random.default_rng(4), FIVE_YEARS, 60)
    costs, _ = future(rich_money(), episodes)
    sources = cost_sources(costs)
    whole = costs.by_year(costs.net_pence).sum(axis=0)
    together = sources.children + sources.after_care + sources.empty_places + sources.own
    assert (together == whole).all()
    assert sources.own.any()


@pytest.mark.conservation
def test_parts_add_up_to_the_penny_in_every_year() -> None:
    rng = np.random.default_rng(5)
    stated = rich_money()
    less = full_money(after_care={}, fixed_costs={})
    for _ in range(4):
        base = side(stated, random_stays(rng, FIVE_YEARS, 50))
        scenario = side(less, random_stays(rng, FIVE_YEARS, 70))
        found = split(base[0], scenario[0], base[1], scenario[1])
        before, now = (
            each.children + each.after_care + each.empty_places + each.own
            for each in (base[1], scenario[1])
        )
        assert (found.sum(axis=0) == now - before).all()


@pytest.mark.theory
def test_a_child_who_never_comes_into_care_saves_all_it_would_have_cost() -> None:
    base = two([(1, "agency_foster", 0, OPEN), (2, "external_residential", 10, 40)])
    scenario = two([(1, "agency_foster", 0, OPEN)])
    told = parts(base, scenario)
    assert told.pop("never_entering") == -30 * 500_00
    assert not any(told.values())
    assert parts(scenario, base)["never_entering"] == 30 * 500_00


@pytest.mark.theory
def test_nights_fewer_are_saved_at_the_childs_own_price_in_the_base() -> None:
    # In the base 100 nights at 100 pounds and 100 at 500: 300 a night on average. In the
    # scenario the second home is left 40 nights sooner, which costs 40 x 500 less.
    base = two([(1, "agency_foster", 0, 100), (1, "external_residential", 100, 200)])
    scenario = two([(1, "agency_foster", 0, 100), (1, "external_residential", 100, 160)])
    told = parts(base, scenario)
    assert told["leaving_sooner"] == -40 * 300_00
    assert told["less_costly_homes"] == -40 * 500_00 + 40 * 300_00
    assert told["never_entering"] == 0


@pytest.mark.theory
def test_the_same_nights_in_another_home_are_all_homes() -> None:
    base = two([(1, "external_residential", 0, 50)])
    scenario = two([(1, "agency_foster", 0, 50)])
    told = parts(base, scenario)
    assert told.pop("less_costly_homes") == -50 * 400_00
    assert not any(told.values())


@pytest.mark.theory
def test_a_year_without_the_child_in_the_base_is_priced_as_in_the_scenario() -> None:
    base = two([(1, "external_residential", 0, 50)])
    scenario = two([(1, "external_residential", 0, 50), (1, "agency_foster", YEAR, YEAR + 10)])
    second = parts(base, scenario, year=1)
    assert second["leaving_sooner"] == 10 * 100_00
    assert second["less_costly_homes"] == second["never_entering"] == 0


@pytest.mark.theory
def test_own_costs_and_cases_stand_apart_from_children() -> None:
    prices = TWO_PRICES
    cases = {
        "conference": {
            "block": "prevention",
            "heading": "Conferences",
            "cost_per_child_gbp": 1000.0,
            "priced_at": "2020-04-01",
        }
    }
    one_off = {
        "beds": {"block": "own_provision", "heading": "Beds", "date": "2021-06-01", "cost_gbp": 5.0}
    }
    rows = [(1, "agency_foster", 0, 30)]
    base = two(rows)
    help = helped([(7, "conference", 3), (8, "conference", 4)], ("conference",))
    stated = money(prices=prices, cases=cases, one_off=one_off)
    scenario = side(stated, stays(FIVE_YEARS, rows), help=help)
    told = parts(base, scenario)
    assert told.pop("own_cost") == 2 * 1000_00 + 5_00
    assert not any(told.values())


@pytest.mark.theory
def test_an_empty_place_is_paid_for_and_belongs_to_no_child() -> None:
    block = {**TWO_PRICES, "external_residential": price(3500.0, "Block", charged="place")}
    rows = [(1, "external_residential", 0, 10)]
    base = two(rows)
    places = {2: np.full(FIVE_YEARS.days, 2)}
    scenario = side(money(prices=block), stays(FIVE_YEARS, rows), places=places)
    told = parts(base, scenario, year=0)
    assert told.pop("empty_places") == (2 * YEAR - 10) * 500_00
    assert not any(told.values())
