"""What must add up, and what must not move when something else does."""

from __future__ import annotations

import numpy as np
import pytest
from money_examples import (
    AFTER_CARE,
    FIVE_YEARS,
    FOUR_PRICES,
    ONE_OFF,
    SETTINGS,
    full_money,
    line_net_pence,
    priced,
    random_stays,
    spells,
    stays,
)

from sufficiency.counts import days_in_settings
from sufficiency.finance.costs import monthly_costs, price_book
from sufficiency.finance.fees import already_in_care
from sufficiency.finance.lines import cost_lines
from sufficiency.vocabulary import Block

STAYS = random_stays(np.random.default_rng(7), FIVE_YEARS, 600)
SPELLS = spells(
    [(n, "special_guardianship", -50 + 9 * n, 400 + 9 * n, -3000 - 20 * n) for n in range(60)]
    + [(100 + n, "adoption", 20 * n, 20 * n + 300, -1000) for n in range(20)]
)
COSTS = priced(full_money(), FIVE_YEARS, STAYS, SPELLS)


@pytest.mark.conservation
def test_headings_add_up_to_the_total_to_the_penny():
    for amounts in (COSTS.gross_pence, COSTS.income_pence, COSTS.net_pence):
        assert amounts.dtype == np.int64
        by_line, by_block = COSTS.by_line(amounts), COSTS.by_block(amounts)
        assert (by_line.sum(axis=0) == amounts.sum(axis=0)).all()
        assert (by_block.sum(axis=0) == amounts.sum(axis=0)).all()
        for row, block in enumerate(Block):
            assert (by_line[COSTS.lines.in_block(block)].sum(axis=0) == by_block[row]).all()
        assert COSTS.by_year(by_line).sum() == amounts.sum()
    assert COSTS.net_pence.sum() > 0


@pytest.mark.conservation
def test_settings_add_up_to_their_heading_to_the_penny():
    fees = COSTS.by_setting(COSTS.net_pence)
    fostering = fees[SETTINGS.index("in_house_foster")] + fees[SETTINGS.index("agency_foster")]
    assert (fostering == line_net_pence(COSTS, "Fostering")).all()
    external = fees[SETTINGS.index("external_residential")]
    assert (external == line_net_pence(COSTS, "External residential")).all()


@pytest.mark.conservation
def test_nights_in_settings_are_the_caseload_times_the_days():
    in_settings = days_in_settings(STAYS, FIVE_YEARS)
    caseload = np.array(
        [((STAYS.start <= day) & (STAYS.end > day)).sum() for day in range(FIVE_YEARS.days)]
    )
    assert COSTS.nights.sum() == caseload.sum()
    assert (COSTS.nights.sum(axis=1) == in_settings.sum(axis=1)).all()


@pytest.mark.conservation
def test_blocks_are_never_mixed():
    of_line = {line.label: line.block for line in COSTS.lines.lines}
    assert of_line == {
        "Fostering": Block.PLACEMENT,
        "External residential": Block.PLACEMENT,
        "Hub": Block.OWN_PROVISION,
        "Hub (one-off)": Block.OWN_PROVISION,
        "Special guardianship allowances": Block.AFTER_CARE,
        "Adoption allowances": Block.AFTER_CARE,
        "Assessors": Block.PREVENTION,
        "Gift (one-off)": Block.IMPROVEMENT,
    }
    placement = COSTS.by_block(COSTS.net_pence)[list(Block).index(Block.PLACEMENT)]
    fees = COSTS.by_setting(COSTS.net_pence)[: SETTINGS.index("hub")]
    assert (placement == fees.sum(axis=0)).all()


@pytest.mark.conservation
def test_recurring_and_one_off_are_separate_lines_under_one_heading():
    one_off = line_net_pence(COSTS, "Hub (one-off)")
    assert one_off.sum() == one_off[11] == 33_333_33  # March 2021 is the twelfth month
    assert COSTS.by_line(COSTS.run_rate_pence)[_line("Hub (one-off)")].sum() == 0


@pytest.mark.conservation
def test_gross_less_income_is_net():
    row = SETTINGS.index("external_residential")
    share = COSTS.income_pence[row].sum() / COSTS.gross_pence[row].sum()
    assert share == pytest.approx(0.15, abs=1e-6)
    assert (COSTS.net_pence == COSTS.gross_pence - COSTS.income_pence).all()
    assert (COSTS.gross_pence >= 0).all()
    assert (COSTS.income_pence >= 0).all()


@pytest.mark.conservation
def test_already_in_care_and_yet_to_come_make_the_whole():
    fees = COSTS.by_setting(COSTS.net_pence)
    assert (COSTS.already_in_care_pence + COSTS.yet_to_come_pence == fees).all()
    only_known = already_in_care(STAYS)
    assert only_known.sum() == 300
    assert COSTS.already_in_care_pence.sum() > 0
    assert COSTS.yet_to_come_pence.sum() > 0
    assert COSTS.yet_to_come_pence.min() >= -1  # a month with no newcomers is 0, to a penny


@pytest.mark.conservation
def test_a_later_move_of_a_child_already_in_care_is_still_that_childs_cost():
    moves = stays(
        FIVE_YEARS,
        [(1, "agency_foster", -30, 10), (1, "external_residential", 10, 20), (2, "hub", 10, 20)],
        provenance=[1, 2, 2],
    )
    assert list(already_in_care(moves)) == [True, True, False]
    historic = stays(
        FIVE_YEARS,
        [(1, "hub", -90, -60), (1, "hub", 5, 9), (2, "hub", -90, 0), (2, "hub", 4, 9)],
        provenance=[0, 0, 0, 0],
    )
    # Child 1 had left before the forecast opened; child 2 was still there on its first day.
    assert list(already_in_care(historic)) == [False, False, True, True]


@pytest.mark.conservation
def test_a_setting_without_children_or_price_costs_nothing():
    stated = full_money(prices={k: v for k, v in FOUR_PRICES.items() if k != "hub"})
    table = stays(FIVE_YEARS, [(1, "agency_foster", 0, 70)])
    costs = priced(stated, FIVE_YEARS, table)
    fees = costs.by_setting(costs.net_pence)
    assert fees.shape == (len(SETTINGS), len(FIVE_YEARS.months))
    assert fees[SETTINGS.index("hub")].sum() == 0
    assert fees.sum() == line_net_pence(costs, "Fostering").sum() > 0


@pytest.mark.direction
def test_doubling_a_fee_doubles_its_line_and_nothing_else():
    dearer = {"agency_foster": FOUR_PRICES["agency_foster"] | {"weekly_fee_gbp": 2 * 812.35}}
    doubled = priced(full_money(prices=FOUR_PRICES | dearer), FIVE_YEARS, STAYS, SPELLS)
    row = SETTINGS.index("agency_foster")
    # Each month is rounded once, so twice a rounded month may be a penny out.
    assert np.abs(doubled.net_pence[row] - 2 * COSTS.net_pence[row]).max() <= 1
    others = np.arange(len(COSTS.net_pence)) != row
    assert (doubled.net_pence[others] == COSTS.net_pence[others]).all()


@pytest.mark.direction
def test_moving_a_one_off_moves_its_money_and_nothing_else():
    later = ONE_OFF | {"beds": ONE_OFF["beds"] | {"date": "2022-07-15"}}
    moved = priced(full_money(one_off=later), FIVE_YEARS, STAYS, SPELLS)
    difference = moved.by_line(moved.net_pence) - COSTS.by_line(COSTS.net_pence)
    line, changed = _line("Hub (one-off)"), np.argwhere(difference)
    assert [tuple(cell) for cell in changed] == [(line, 11), (line, 27)]
    assert difference[line, 11] == -33_333_33
    assert difference[line, 27] == 33_333_33
    assert (moved.run_rate_pence == COSTS.run_rate_pence).all()


@pytest.mark.direction
def test_a_price_change_needs_no_new_simulation():
    before = {name: column.copy() for name, column in STAYS.columns().items()}
    stated = full_money(
        after_care=AFTER_CARE | {"adoption": AFTER_CARE["adoption"] | {"weekly_fee_gbp": 220.0}}
    )
    lines = cost_lines(stated, SETTINGS, SPELLS.kinds)
    book = price_book(stated, lines, FIVE_YEARS, lambda quantity, label="": quantity.central)
    dearer = monthly_costs(STAYS, SPELLS, book)
    again = priced(full_money(), FIVE_YEARS, STAYS, SPELLS)
    assert all((before[name] == column).all() for name, column in STAYS.columns().items())
    assert (again.gross_pence == COSTS.gross_pence).all()
    change = line_net_pence(dearer, "Adoption allowances").sum()
    assert change == pytest.approx(2 * line_net_pence(COSTS, "Adoption allowances").sum(), abs=60)


def _line(label: str) -> int:
    return [line.label for line in COSTS.lines.lines].index(label)
