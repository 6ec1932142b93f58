"""What a future costs: every stay priced night by night and added up by month, in whole pence.

Each cost (a setting, a kind of allowance, a fixed cost, a one-off) is rounded to the penny
once for each month. Every other amount here is a sum of those whole pence, so settings add
up to headings, headings to blocks and months to years exactly. Gross cost, income and net
cost are kept apart; the budget is net.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sufficiency.episodes import AfterCareSpells, Episodes, Provenance
from sufficiency.finance.figures import (
    RUN_RATE_DAYS,
    BudgetCalendar,
    DrawFunction,
    Pence,
    budget_calendar,
    whole_pence,
)
from sufficiency.finance.lines import CostLines
from sufficiency.finance.nights import children_each_night, weighted_children_each_night
from sufficiency.finance.prices import PriceTable, after_care_prices, setting_prices
from sufficiency.finance.stated import StatedCosts, fixed_costs, one_offs
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
        fixed: Fixed costs.
        one_off: One-off sums.
    """

    horizon: Horizon
    lines: CostLines
    settings: PriceTable
    after_care: PriceTable
    fixed: StatedCosts
    one_off: StatedCosts


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
            at their annual sum; shape (costs, months).
        already_in_care_pence: The part of each setting's net cost that is for children who
            were in care when the forecast opened; shape (settings, months).
        nights: Nights slept in each setting; shape (settings, months).
    """

    lines: CostLines
    horizon: Horizon
    gross_pence: Pence
    income_pence: Pence
    run_rate_pence: Pence
    already_in_care_pence: Pence
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

        Fixed costs and one-offs belong to no setting. A setting without a price has 0.
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
        """Each setting's net cost for children who came after; shape (settings, months)."""
        return self.by_setting(self.net_pence) - self.already_in_care_pence


def monthly_costs(episodes: Episodes, after_care: AfterCareSpells, book: PriceBook) -> CostTable:
    """Price every night of one future.

    Args:
        episodes: Who lived where, from when until when.
        after_care: Who was paid for after leaving care.
        book: The prices of this future.

    Returns:
        Costs by month.

    Raises:
        ValueError: If the episodes and the prices differ in their first day or settings,
            or a child lives where there is no price that day.
    """
    _check_they_agree(episodes, after_care, book)
    stays, already, nights = _stays(episodes, book)
    payments = _after_care_payments(after_care, book)
    lines = book.lines
    parts: list[_Fees | StatedCosts] = [
        stays.only(lines.priced_settings),
        payments.only(lines.priced_kinds),
        book.fixed,
        book.one_off,
    ]
    return CostTable(
        lines=lines,
        horizon=book.horizon,
        gross_pence=np.concatenate([part.gross_pence for part in parts]),
        income_pence=np.concatenate([part.income_pence for part in parts]),
        run_rate_pence=np.concatenate([part.run_rate_pence for part in parts]),
        already_in_care_pence=already,
        nights=nights,
    )


@dataclass(frozen=True)
class _Fees:
    """Fees by row and month, in pence and parts of a penny."""

    fees: NDArray[np.float64]
    day_fees: NDArray[np.float64]
    income_share: NDArray[np.float64]

    @property
    def gross_pence(self) -> Pence:
        return whole_pence(self.fees)

    @property
    def income_pence(self) -> Pence:
        return whole_pence(self.fees * self.income_share[:, None])

    @property
    def run_rate_pence(self) -> Pence:
        return whole_pence(self.day_fees * (1 - self.income_share[:, None]) * RUN_RATE_DAYS)

    def only(self, rows: NDArray[np.int64]) -> _Fees:
        return _Fees(self.fees[rows], self.day_fees[rows], self.income_share[rows])


def _fees(weighted: NDArray[np.float64], prices: PriceTable, calendar: BudgetCalendar) -> _Fees:
    daily = weighted * prices.nightly_pence
    return _Fees(
        calendar.months_from_days(daily), daily[:, calendar.month_lasts], prices.income_share
    )


def _stays(episodes: Episodes, book: PriceBook) -> tuple[_Fees, Pence, NDArray[np.int64]]:
    """Fees of every setting, the part for children already in care, and nights."""
    prices, calendar = book.settings, budget_calendar(book.horizon)
    settings, days = len(prices.names), book.horizon.days
    children = children_each_night(episodes.setting, episodes.start, episodes.end, settings, days)
    _check_priced(children, prices, book.horizon)
    weighted = weighted_children_each_night(
        # Children yet to come are added up in a second set of rows.
        row=episodes.setting + settings * ~already_in_care(episodes),
        start=episodes.start,
        end=episodes.end,
        born=episodes.born,
        weight=prices.placement_multiple(episodes.setting, episodes.price_rank),
        age_ratio=np.concatenate([prices.age_ratio, prices.age_ratio]),
        days=days,
    ).reshape(2, settings, days)
    already = _fees(weighted[0], prices, calendar)
    everyone = _fees(weighted[0] + weighted[1], prices, calendar)
    return (
        everyone,
        already.gross_pence - already.income_pence,
        calendar.months_from_days(children),
    )


def _after_care_payments(spells: AfterCareSpells, book: PriceBook) -> _Fees:
    prices, days = book.after_care, book.horizon.days
    children = children_each_night(spells.kind, spells.start, spells.end, len(prices.names), days)
    _check_priced(children, prices, book.horizon)
    weighted = weighted_children_each_night(
        row=spells.kind,
        start=spells.start,
        end=spells.end,
        born=spells.born,
        weight=np.ones(len(spells.kind)),
        age_ratio=prices.age_ratio,
        days=days,
    )
    return _fees(weighted, prices, budget_calendar(book.horizon))


def already_in_care(episodes: Episodes) -> NDArray[np.bool_]:
    """Which stays are those of children who were in care when the forecast opened.

    It goes by the child, not by the placement: a later move of a child already in care is
    still that child's cost, and so is a later return to care.

    Args:
        episodes: The stays.

    Returns:
        True or False for each stay.
    """
    open_record = episodes.provenance == Provenance.OPEN
    in_care_at_opening = (
        (episodes.provenance == Provenance.HISTORIC) & (episodes.start < 0) & (episodes.end >= 0)
    )
    known = np.unique(episodes.child[open_record | in_care_at_opening])
    return np.isin(episodes.child, known)


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


def _check_priced(children: NDArray[np.int64], prices: PriceTable, horizon: Horizon) -> None:
    unpriced = (children > 0) & ~prices.priced
    if unpriced.any():
        row, day = np.argwhere(unpriced)[0]
        raise ValueError(
            f"`{prices.names[row]}` has no price on {horizon.date(int(day))}, "
            f"when {children[row, day]} children need one"
        )
