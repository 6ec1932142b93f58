"""Counts of help for children at risk of coming into care, and of what it changed.

Stocks (children helped, children waiting) are counted on the last night of a month or
financial year, flows over it. What help changed is counted on the day a child would have come
into care without it: averted when it does not come, put off when it comes later. A child that
is averted may be at risk again, and may come into care after all: both are counted on the day
that happens, so that what was only delayed is not taken for avoided.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sufficiency.counts import ALL, CHILDREN, Counted, period_ends, period_sums
from sufficiency.episodes import NONE, OPEN, HelpSpells
from sufficiency.periods import Horizon

DayArray = NDArray[np.int32]


def count_edge(help_spells: HelpSpells, horizon: Horizon) -> list[Counted]:
    """Count everything that is counted at the edge of care.

    Args:
        help_spells: Help for children at risk.
        horizon: The days of the forecast.

    Returns:
        Children helped and waiting, referrals and help begun, by service and in total; and
        in total what help changed. Nothing where there is no service.
    """
    if not help_spells.services:
        return []
    return [*_by_service(help_spells, horizon), *_changed(help_spells, horizon)]


def _by_service(spells: HelpSpells, horizon: Horizon) -> Iterator[Counted]:
    """Stocks and flows of each service and of all."""
    waited_until = np.minimum(spells.start, spells.end)
    named = [
        (ALL, spells.service != NONE),
        *((name, spells.service == code) for code, name in enumerate(spells.services)),
    ]
    helped = spells.start < OPEN
    for measure, first, after, chosen in (
        ("edge_of_care", spells.start, spells.end, helped),
        ("waiting_for_service", spells.asked, waited_until, np.ones_like(helped)),
    ):
        for name, here in named:
            rows = chosen & here
            yield _stock(measure, name, first[rows], after[rows], horizon)
    for measure, day in (("referrals", spells.asked), ("helped", spells.start)):
        for name, here in named:
            yield _flow(measure, name, day[here], horizon)


def _changed(spells: HelpSpells, horizon: Horizon) -> Iterator[Counted]:
    """What help changed about who comes into care, and when."""
    first = spells.times_back == 0
    would_enter, entered = spells.would_enter, spells.entered
    came, would_come = entered < OPEN, would_enter < OPEN
    for measure, day, chosen in (
        ("averted", would_enter, first & would_come & ~came),
        ("delayed", would_enter, first & would_come & came & (entered > would_enter)),
        ("brought_forward", entered, first & came & (entered < would_enter)),
        ("came_back", spells.began, ~first),
        ("entered_after_all", entered, ~first & came),
    ):
        yield _flow(measure, ALL, day[chosen], horizon)


def _stock(measure: str, name: str, first: DayArray, after: DayArray, horizon: Horizon) -> Counted:
    """How many were under way on each period's last night."""
    begun = np.clip(first, -1, horizon.days).astype(np.int64) + 1
    ended = np.clip(after, -1, horizon.days).astype(np.int64) + 1
    change = np.bincount(begun, minlength=horizon.days + 2)
    change -= np.bincount(ended, minlength=horizon.days + 2)
    under_way = np.cumsum(change)[:-1]
    return Counted(measure, name, CHILDREN, under_way[period_ends(horizon)].astype(np.float64))


def _flow(measure: str, name: str, day: DayArray, horizon: Horizon) -> Counted:
    """How many times something happened in each period."""
    inside = day[(day >= 0) & (day < horizon.days)]
    daily = np.bincount(inside, minlength=horizon.days)
    return Counted(measure, name, CHILDREN, period_sums(daily, horizon))
