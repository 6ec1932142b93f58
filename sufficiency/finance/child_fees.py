"""What each child's nights cost in each financial year, to set two futures side by side.

The cost of a year says what was spent and not on whom. Here the same nights at the same prices
are added up child by child: the child's fees, less what others pay towards them, less any grant
paid for the child's nights. Empty places belong to no child and are left out. Added up over all
children this is the net cost of settings and grants, to within the penny each was rounded by.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sufficiency.episodes import CATEGORIES, Episodes
from sufficiency.finance.costs import PriceBook
from sufficiency.finance.nights import Ints, pieces_by_age
from sufficiency.finance.prices import PriceTable
from sufficiency.periods import Horizon

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ChildYears:
    """Nights in care and what they cost, a row a child who slept in care during the forecast.

    Attributes:
        child: Numbers of the children, ascending; shape (children,).
        nights: Nights in care; shape (children, years).
        net_pence: Fees less contributions and grants, in pence and parts of a penny; shape
            (children, years).
    """

    child: NDArray[np.int64]
    nights: NDArray[np.int64]
    net_pence: Floats


def child_years(episodes: Episodes, book: PriceBook) -> ChildYears:
    """Add up one future's nights and their cost by child and financial year.

    Args:
        episodes: Who lived where, from when until when.
        book: The prices of the same future.

    Returns:
        The sums. Children without a night in the forecast are left out.
    """
    bounds = _year_bounds(book.horizon)
    inside = (episodes.start < bounds[-1]) & (episodes.end > 0) & (episodes.end > episodes.start)
    child, row = np.unique(episodes.child[inside], return_inverse=True)
    start, end = episodes.start[inside], episodes.end[inside]
    nights = _by_child(row, _in_years(start, end, bounds), len(child))
    fees = _fees(episodes, inside, book.settings, bounds)
    grants = _grants(episodes, inside, book, bounds)
    net = _by_child(row, fees - grants, len(child))
    return ChildYears(child, nights.astype(np.int64), net)


def _year_bounds(horizon: Horizon) -> NDArray[np.int64]:
    """First day of each financial year, and the day after the last; shape (years + 1,)."""
    return np.array([0, *(year.after for year in horizon.financial_years)])


def _by_child(row: NDArray[np.intp], values: Floats, children: int) -> Floats:
    """Sums of stays' values to children: shape (stays, years) to (children, years)."""
    sums = np.zeros((children, values.shape[1]))
    np.add.at(sums, row, values)
    return sums


def _in_years(start: Ints, end: Ints, bounds: NDArray[np.int64]) -> Floats:
    """Nights of each stay in each year; shape (stays, years)."""
    reached = np.clip(end[:, None], bounds[:-1], bounds[1:])
    begun = np.clip(start[:, None], bounds[:-1], bounds[1:])
    nights: Floats = np.maximum(reached - begun, 0).astype(np.float64)
    return nights


def _fees(
    episodes: Episodes,
    inside: NDArray[np.bool_],
    prices: PriceTable,
    bounds: NDArray[np.int64],
) -> Floats:
    """Net fees of each stay in each year; shape (stays, years)."""
    setting, start, end = episodes.setting[inside], episodes.start[inside], episodes.end[inside]
    weight = prices.placement_multiple(setting, episodes.price_rank[inside])
    net = prices.nightly_pence * (1 - prices.income_share)[:, None]
    before = _running(net)
    # Each piece carries the number of its stay where its weight would stand: pieces of one stay
    # have the same weight, and differ in the ratio of their age band.
    stay = np.arange(len(setting), dtype=np.float64)
    fees = np.zeros((len(setting), len(bounds) - 1))
    ones = np.ones_like(prices.age_ratio)
    pieces = pieces_by_age(setting, start, end, episodes.born[inside], stay, ones)
    for band, (row, first, after, number) in enumerate(pieces):
        of = number.astype(np.int64)
        ratio = prices.age_ratio[row, band] * weight[of]
        fees[of] += ratio[:, None] * _spent(before, row, first, after, bounds)
    return fees


def _grants(
    episodes: Episodes, inside: NDArray[np.bool_], book: PriceBook, bounds: NDArray[np.int64]
) -> Floats:
    """What grants pay for the nights of each stay in each year; shape (stays, years)."""
    start, end = episodes.start[inside], episodes.end[inside]
    category = episodes.category[inside]
    paid = np.zeros((len(start), len(bounds) - 1))
    before = _running(book.grants.pence)
    for grant, counted in enumerate(book.grants.counted):
        theirs = np.flatnonzero(category == CATEGORIES.index(counted))
        row = np.full(len(theirs), grant)
        paid[theirs] += _spent(before, row, start[theirs], end[theirs], bounds)
    return paid


def _running(nightly: Floats) -> Floats:
    """What had been paid by the beginning of each day: shape (rows, days) to (rows, days + 1)."""
    return np.concatenate([np.zeros((len(nightly), 1)), np.cumsum(nightly, axis=1)], axis=1)


def _spent(
    before: Floats, row: Ints, first: Ints, after: Ints, bounds: NDArray[np.int64]
) -> Floats:
    """What is paid from one day to another, in each year; shape (pieces, years)."""
    begun = np.clip(first[:, None], bounds[:-1], bounds[1:])
    reached = np.maximum(np.clip(after[:, None], bounds[:-1], bounds[1:]), begun)
    there = row.astype(np.int64)[:, None]
    spent: Floats = before[there, reached] - before[there, begun]
    return spent
