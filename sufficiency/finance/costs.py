"""What a future costs: every stay priced night by night and added up by month, in whole pence.

Each cost (a setting, a kind of allowance, a service, a grant, a fixed cost, a one-off) is
rounded to the penny once for each month. Every other amount here is a sum of those whole
pence, so settings add up to headings, headings to blocks and months to years exactly. Gross
cost, income and net cost are kept apart; the budget is net.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sufficiency.episodes import NO_HELP, AfterCareSpells, Episodes, HelpSpells
from sufficiency.finance.fees import after_care_fees, stay_fees
from sufficiency.finance.figures import DrawFunction, Pence, budget_calendar
from sufficiency.finance.lines import CostLines
from sufficiency.finance.per_child import (
    ChildRates,
    case_costs,
    case_rates,
    grant_income,
    grant_rates,
)
from sufficiency.finance.prices import PriceTable, after_care_prices, setting_prices
from sufficiency.finance.rows import CostRows, under_one_another
from sufficiency.finance.stated import fixed_costs, one_offs
from sufficiency.periods import Horizon
from sufficiency.scenario.money import Money
from sufficiency.vocabulary import Block


@dataclass(frozen=True)
class PriceBook:
    """Every price and stated cost of one future.

    Attributes:
        horizon: The days of the forecast.
        lines: The lines that costs fall on.
        settings: Prices of each setting.
        after_care: Prices of each after-care payment.
        cases: What each service costs for a child it begins to help.
        grants: What each grant pays for a night.
        fixed: Fixed costs.
        one_off: One-off sums.
    """

    horizon: Horizon
    lines: CostLines
    settings: PriceTable
    after_care: PriceTable
    cases: ChildRates
    grants: ChildRates
    fixed: CostRows
    one_off: CostRows


def price_book(money: Money, lines: CostLines, horizon: Horizon, draw: DrawFunction) -> PriceBook:
    """Draw every price of one future.

    Args:
        money: Prices and costs as the scenario states them.
        lines: Their lines, from :func:`sufficiency.finance.lines.cost_lines`.
        horizon: The days of the forecast.
        draw: Gives each figure its value in this future.

    Returns:
        The prices. Pricing the same stays with another book needs no new simulation.
    """
    return PriceBook(
        horizon=horizon,
        lines=lines,
        settings=setting_prices(money, lines.settings, horizon, draw),
        after_care=after_care_prices(money, lines.kinds, horizon, draw),
        cases=case_rates(money.cases, horizon, draw),
        grants=grant_rates(money.grants, horizon, draw),
        fixed=fixed_costs(money.fixed_costs, horizon, draw),
        one_off=one_offs(money.one_off, horizon, draw),
    )


@dataclass(frozen=True)
class CostTable:
    """What one future costs, in whole pence.

    Attributes:
        lines: The costs, the lines and which falls on which.
        horizon: The days of the forecast.
        gross_pence: Money going out; shape (costs, months).
        income_pence: Money coming in, as a positive amount; shape (costs, months).
        run_rate_pence: Net recurring cost of each month's last day x 365, with fixed costs
            at their annual sum and services at the month's cost for 365 days; shape (costs,
            months).
        already_in_care_pence: The part of each setting's net cost that is for children who
            were in care when the forecast opened; shape (settings, months).
        void_pence: The part of each setting's net cost that is for places paid for and
            empty, as in a block contract; shape (settings, months). It is inside the
            setting's cost already, never to be added to it.
        nights: Nights slept in each setting; shape (settings, months).
    """

    lines: CostLines
    horizon: Horizon
    gross_pence: Pence
    income_pence: Pence
    run_rate_pence: Pence
    already_in_care_pence: Pence
    void_pence: Pence
    nights: NDArray[np.int64]

    @property
    def net_pence(self) -> Pence:
        """Gross less income; shape (costs, months)."""
        return self.gross_pence - self.income_pence

    def by_line(self, pence: Pence) -> Pence:
        """Sums to the lines: shape (costs, ...) to (lines, ...)."""
        totals = np.zeros((len(self.lines.lines), *pence.shape[1:]), dtype=np.int64)
        np.add.at(totals, self.lines.line_of_cost, pence)
        return totals

    def by_setting(self, pence: Pence) -> Pence:
        """The fees of each setting: shape (costs, ...) to (settings, ...).

        Other costs belong to no setting. A setting without a price has 0.
        """
        codes = self.lines.priced_settings
        fees = np.zeros((len(self.lines.settings), *pence.shape[1:]), dtype=np.int64)
        fees[codes] = pence[: len(codes)]
        return fees

    def by_block(self, pence: Pence) -> Pence:
        """Sums to the blocks: shape (costs, ...) to (blocks, ...), in the order of Block."""
        blocks = list(Block)
        totals = np.zeros((len(blocks), *pence.shape[1:]), dtype=np.int64)
        of_cost = [blocks.index(cost.line.block) for cost in self.lines.costs]
        np.add.at(totals, np.array(of_cost, dtype=np.int64), pence)
        return totals

    def by_year(self, pence: Pence) -> Pence:
        """Sums to the financial years: shape (..., months) to (..., years)."""
        return budget_calendar(self.horizon).years_from_months(pence)

    @property
    def yet_to_come_pence(self) -> Pence:
        """Each setting's net cost for children who came after; shape (settings, months).

        A setting's cost has three parts: children already in care, children yet to come, and
        empty places, which are nobody's. The first and last are rounded to the penny and
        this is what is left, so the three always make the whole.
        """
        whole = self.by_setting(self.net_pence)
        return whole - self.already_in_care_pence - self.void_pence


def monthly_costs(
    episodes: Episodes,
    after_care: AfterCareSpells,
    book: PriceBook,
    *,
    help: HelpSpells = NO_HELP,
    places: Mapping[int, NDArray[np.int64]] | None = None,
) -> CostTable:
    """Price every night of one future.

    Args:
        episodes: Who lived where, from when until when.
        after_care: Who was paid for after leaving care.
        book: The prices of this future.
        help: Who was helped by the services at the edge of care. Needed where a service has
            a cost for each child.
        places: Places on each day of the forecast by setting code, each of shape (days,).
            Needed for settings paid by the place; the others are not looked at.

    Returns:
        Costs by month.

    Raises:
        ValueError: If the episodes and the prices differ in their first day or settings,
            something is paid for on a day it has no price, or help or places are needed and
            not given.
    """
    _check_they_agree(episodes, after_care, book)
    horizon, lines = book.horizon, book.lines
    stays = stay_fees(episodes, book.settings, horizon, places or {})
    payments = after_care_fees(after_care, book.after_care, horizon)
    # In the order of the lines' costs.
    rows = under_one_another(
        [
            stays.rows.only(lines.priced_settings),
            payments.only(lines.priced_kinds),
            case_costs(help, book.cases, horizon),
            grant_income(episodes, book.grants, horizon),
            book.fixed,
            book.one_off,
        ]
    )
    return CostTable(
        lines=lines,
        horizon=horizon,
        gross_pence=rows.gross_pence,
        income_pence=rows.income_pence,
        run_rate_pence=rows.run_rate_pence,
        already_in_care_pence=stays.already_in_care_pence,
        void_pence=stays.void_pence,
        nights=stays.nights,
    )


def _check_they_agree(episodes: Episodes, after_care: AfterCareSpells, book: PriceBook) -> None:
    if episodes.epoch != book.horizon.epoch:
        raise ValueError(
            f"the stays count days from {episodes.epoch}, the prices from {book.horizon.epoch}"
        )
    _check_same_names("settings", episodes.settings, book.settings.names)
    _check_same_names("kinds of after-care", after_care.kinds, book.after_care.names)


def _check_same_names(what: str, stays: Sequence[str], prices: Sequence[str]) -> None:
    if tuple(stays) != tuple(prices):
        raise ValueError(
            f"the {what} of the stays ({', '.join(stays)}) are not those of the prices "
            f"({', '.join(prices)}), in the same order"
        )
