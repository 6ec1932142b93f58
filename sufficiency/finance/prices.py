"""What one night costs in each kind of home, on each day of the forecast.

A scenario states an average fee a week, the date whose prices it is in, and how much it
rises each April. A week is seven nights. A stated fee rises on every 1 April after the
date it is priced at; for days before that date it is taken back down by the same rises,
so that a price read in 2023 is not charged in 2020.

Bought placements share a rise that is uncertain and drawn afresh for each financial year,
the same for all of them: price risk does not average out over children. Relative fees by
age multiply the stated fee directly: a fee of 190 with 0.8 for under ones is 152 for a
baby, whatever the ages of the other children. So the stated fee is the fee of a child
whose ratio is 1.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sufficiency.finance.figures import (
    PENCE_PER_POUND,
    DrawFunction,
    budget_calendar,
    figure_by_day,
    figure_on,
)
from sufficiency.finance.spread import FeeSpread, fee_spread
from sufficiency.periods import (
    NIGHTS_PER_WEEK,
    Horizon,
    financial_year_of,
    financial_year_start,
)
from sufficiency.scenario.money import AfterCarePrice, CasePrice, FixedCost, Money, Price
from sufficiency.vocabulary import AfterCare, AgeBand

SharedRise = Callable[[str], float]
"""From a financial year to the rise that year shared by bought settings."""


@dataclass(frozen=True)
class PriceTable:
    """Prices in one future, a row a setting or a kind of after-care payment.

    Attributes:
        names: The rows.
        nightly_pence: Average fee for one child or place for one night, in pence and parts of a
            penny, before any income; 0 where there is no price. Shape (names, days).
        priced: Whether there is a price that day; shape (names, days).
        income_share: Share of the fee met by others; shape (names,).
        age_ratio: Relative fee by age band; shape (names, age bands).
        spreads: How fees differ between placements; None where they do not.
        by_place: Whether the fee is paid for each place, used or not, rather than for each
            child; shape (names,). Such a fee is the same for all: no spread, no ages.
    """

    names: tuple[str, ...]
    nightly_pence: NDArray[np.float64]
    priced: NDArray[np.bool_]
    income_share: NDArray[np.float64]
    age_ratio: NDArray[np.float64]
    spreads: tuple[FeeSpread | None, ...]
    by_place: NDArray[np.bool_]

    def placement_multiple(
        self, row: NDArray[np.int16], rank: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """What each placement costs as a multiple of the average fee of its setting.

        Args:
            row: Which row of the table each placement is in.
            rank: Where it stands among the prices of its setting, 0 to 1.

        Returns:
            Multiples; same shape as ``row``.
        """
        multiple = np.ones(len(row))
        for number, spread in enumerate(self.spreads):
            if spread is not None:
                here = row == number
                multiple[here] = spread.multiple(rank[here])
        return multiple


def setting_prices(
    money: Money, settings: Sequence[str], horizon: Horizon, draw: DrawFunction
) -> PriceTable:
    """Prices of every setting in one future.

    Args:
        money: Prices as the scenario states them.
        settings: Names of the settings, in the order of the episodes' codes. One without
            a stated price gets an empty row.
        horizon: The days wanted.
        draw: Gives each figure its value in this future.

    Returns:
        The table, a row a setting.
    """
    sharing = set(money.shares_uplift)
    drawn: dict[str, float] = {}

    def shared_rise(year: str) -> float:
        if year not in drawn:
            drawn[year] = draw(money.shared_uplift, year)
        return drawn[year]

    prices = [money.prices.get(name) for name in settings]
    rises = [shared_rise if name in sharing else _no_rise for name in settings]
    spreads = [_spread_of(price, draw) if price else None for price in prices]
    income = [draw(price.income_share) if price else 0.0 for price in prices]
    return _table(tuple(settings), prices, rises, income, spreads, horizon, draw)


def after_care_prices(
    money: Money, kinds: Sequence[str], horizon: Horizon, draw: DrawFunction
) -> PriceTable:
    """Prices of every kind of after-care payment in one future.

    Args:
        money: Prices as the scenario states them.
        kinds: Names of the kinds, in the order of the spells' codes.
        horizon: The days wanted.
        draw: Gives each figure its value in this future.

    Returns:
        The table, a row a kind. Allowances have no income and no spread between children.
    """
    prices = [money.after_care.get(AfterCare(kind)) for kind in kinds]
    count = len(prices)
    return _table(
        tuple(kinds), prices, [_no_rise] * count, [0.0] * count, [None] * count, horizon, draw
    )


def _table(
    names: tuple[str, ...],
    prices: Sequence[Price | AfterCarePrice | None],
    shared_rises: Sequence[SharedRise],
    income: Sequence[float],
    spreads: Sequence[FeeSpread | None],
    horizon: Horizon,
    draw: DrawFunction,
) -> PriceTable:
    nightly = np.zeros((len(names), horizon.days))
    priced = np.zeros((len(names), horizon.days), dtype=np.bool_)
    age_ratio = np.ones((len(names), len(AgeBand)))
    for row, (price, shared_rise) in enumerate(zip(prices, shared_rises, strict=True)):
        if price is None:
            continue
        weekly_fee_gbp, priced[row] = figure_by_day(price.weekly_fee_gbp, horizon, draw)
        level = price_level(price, horizon, draw, shared_rise)
        nightly[row] = weekly_fee_gbp * level * (PENCE_PER_POUND / NIGHTS_PER_WEEK)
        if price.by_age is not None:
            age_ratio[row] = [draw(price.by_age[band]) for band in AgeBand]
    by_place = [isinstance(price, Price) and price.is_by_place for price in prices]
    return PriceTable(
        names,
        nightly,
        priced,
        np.array(income),
        age_ratio,
        tuple(spreads),
        np.array(by_place, dtype=np.bool_),
    )


def price_level(
    price: Price | AfterCarePrice | FixedCost | CasePrice,
    horizon: Horizon,
    draw: DrawFunction,
    shared_rise: SharedRise | None = None,
) -> NDArray[np.float64]:
    """Prices of each day over prices on ``priced_at``.

    Args:
        price: Has the date and the uplift. Without a date nothing rises.
        horizon: The days wanted.
        draw: Gives each figure its value in this future.
        shared_rise: A rise each year on top of its own.

    Returns:
        Shape (days,).
    """
    if price.priced_at is None:
        return np.ones(horizon.days)
    priced_at, shared = price.priced_at, shared_rise or _no_rise

    def growth(april: dt.date) -> float:
        rise = figure_on(price.uplift, april, draw, otherwise=0.0)
        factor = 1 + rise + shared(financial_year_of(april))
        if factor <= 0:
            raise ValueError(f"the uplifts of {april} together take a price to nothing")
        return factor

    calendar = budget_calendar(horizon)
    aprils = [financial_year_start(label) for label in calendar.labels]
    level = 1.0
    for april in _aprils_between(priced_at, horizon.epoch):
        level *= growth(april)
    for april in _aprils_between(horizon.epoch, priced_at):
        level /= growth(april)
    levels = [level]
    for april in aprils[1:]:
        levels.append(levels[-1] * growth(april))
    return np.array(levels)[calendar.year_of_day]


def _aprils_between(after: dt.date, until: dt.date) -> list[dt.date]:
    """Every 1 April later than one date and no later than another."""
    aprils = [dt.date(year, 4, 1) for year in range(after.year, until.year + 1)]
    return [april for april in aprils if after < april <= until]


def _no_rise(_year: str) -> float:
    return 0.0


def _spread_of(price: Price, draw: DrawFunction) -> FeeSpread | None:
    return fee_spread(draw(price.spread), draw(price.tail_share), draw(price.tail_ratio))
