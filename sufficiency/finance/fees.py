"""Fees: every night in a home, and every night of an allowance after care, at its price.

Most fees are paid for a child, for as long as the child lives there. A block contract is
paid for its places, used or not: the children who live there cost nothing more, and the
empty places cost as much as the used ones. If for a time more children live there than
there are places, those above the contract are paid for as children, at the same fee. What
health or education pay towards a fee is paid for a child, so an empty place brings none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sufficiency.episodes import AfterCareSpells, Episodes, Provenance
from sufficiency.finance.figures import (
    RUN_RATE_DAYS,
    BudgetCalendar,
    Pence,
    budget_calendar,
    whole_pence,
)
from sufficiency.finance.nights import children_each_night, weighted_children_each_night
from sufficiency.finance.prices import PriceTable
from sufficiency.finance.rows import CostRows
from sufficiency.periods import Horizon


@dataclass(frozen=True)
class StayFees:
    """What living in every setting costs in one future, priced or not; a row a setting.

    Attributes:
        rows: Fees; each of shape (settings, months).
        already_in_care_pence: The part of the net fees that is for children who were in
            care when the forecast opened; shape (settings, months).
        void_pence: The part that is for places paid for and empty; shape (settings, months).
        nights: Nights slept; shape (settings, months).
    """

    rows: CostRows
    already_in_care_pence: Pence
    void_pence: Pence
    nights: NDArray[np.int64]


def stay_fees(
    episodes: Episodes,
    prices: PriceTable,
    horizon: Horizon,
    places: Mapping[int, NDArray[np.int64]],
) -> StayFees:
    """Price every night in every setting.

    Args:
        episodes: Who lived where, from when until when.
        prices: Prices of the same settings in this future.
        horizon: The days of the forecast.
        places: Places on each day, by setting code; needed for settings paid by the place.

    Returns:
        The fees.

    Raises:
        ValueError: If a child lives, or a place is paid for, where there is no price that
            day; or if the places of a setting paid by the place are not given.
    """
    calendar, days, settings = budget_calendar(horizon), horizon.days, len(prices.names)
    children = children_each_night(episodes.setting, episodes.start, episodes.end, settings, days)
    empty = _empty_places(children, prices, places)
    _check_priced(children + empty, prices, horizon)
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
    no_place = np.zeros_like(empty)
    return StayFees(
        rows=_fees(weighted[0] + weighted[1], empty, prices, calendar),
        already_in_care_pence=_fees(weighted[0], no_place, prices, calendar).net_pence,
        void_pence=whole_pence(calendar.months_from_days(empty * prices.nightly_pence)),
        nights=calendar.months_from_days(children),
    )


def after_care_fees(spells: AfterCareSpells, prices: PriceTable, horizon: Horizon) -> CostRows:
    """Price every night of every allowance after care.

    Args:
        spells: Who was paid for, from when until when.
        prices: Prices of the same kinds of payment in this future.
        horizon: The days of the forecast.

    Returns:
        Allowances; each of shape (kinds, months).

    Raises:
        ValueError: If there is no price on a day an allowance is paid.
    """
    kinds, days = len(prices.names), horizon.days
    children = children_each_night(spells.kind, spells.start, spells.end, kinds, days)
    _check_priced(children, prices, horizon)
    weighted = weighted_children_each_night(
        row=spells.kind,
        start=spells.start,
        end=spells.end,
        born=spells.born,
        weight=np.ones(len(spells.kind)),
        age_ratio=prices.age_ratio,
        days=days,
    )
    return _fees(weighted, np.zeros_like(children), prices, budget_calendar(horizon))


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


def _fees(
    weighted: NDArray[np.float64],
    empty: NDArray[np.int64],
    prices: PriceTable,
    calendar: BudgetCalendar,
) -> CostRows:
    """Fees of children and of empty places; only children bring income."""
    for_children = weighted * prices.nightly_pence
    for_empty = empty * prices.nightly_pence
    share = prices.income_share[:, None]
    last_days = (for_children * (1 - share) + for_empty)[:, calendar.month_lasts]
    return CostRows(
        gross_pence=whole_pence(calendar.months_from_days(for_children + for_empty)),
        income_pence=whole_pence(calendar.months_from_days(for_children) * share),
        run_rate_pence=whole_pence(last_days * RUN_RATE_DAYS),
    )


def _empty_places(
    children: NDArray[np.int64], prices: PriceTable, places: Mapping[int, NDArray[np.int64]]
) -> NDArray[np.int64]:
    """Places paid for in which nobody sleeps; shape (settings, days)."""
    empty = np.zeros_like(children)
    for code in np.flatnonzero(prices.by_place):
        if int(code) not in places:
            raise ValueError(
                f"`{prices.names[code]}` is paid for by the place, but its places are not given"
            )
        empty[code] = np.maximum(places[int(code)] - children[code], 0)
    return empty


def _check_priced(paid_for: NDArray[np.int64], prices: PriceTable, horizon: Horizon) -> None:
    unpriced = (paid_for > 0) & ~prices.priced
    if unpriced.any():
        row, day = np.argwhere(unpriced)[0]
        raise ValueError(
            f"`{prices.names[row]}` has no price on {horizon.date(int(day))}, "
            f"when {paid_for[row, day]} children or paid places need one"
        )
