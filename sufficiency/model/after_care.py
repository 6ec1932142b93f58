"""Payments that go on after a child has left care by a legal order, until 18.

A special guardianship order ends a child's time in care, but its allowance stays on the
budget. The children already paid for on the first day are part of every forecast: the tail
does not start at zero.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sufficiency.episodes import AfterCareSpells
from sufficiency.model.child import DAYS_TO_ADULT
from sufficiency.scenario.schema import AfterCareKind
from sufficiency.streams import Draws, Streams
from sufficiency.vocabulary import ADULT_AGE_YEARS, AGE_BAND_STARTS_YEARS, AfterCare, AgeBand

_AGES_DAYS = np.array([*AGE_BAND_STARTS_YEARS, ADULT_AGE_YEARS]) * 365.25


def opening_after_care(
    after_care: Mapping[AfterCare, AfterCareKind], draws: Draws, streams: Streams
) -> AfterCareSpells:
    """The payments being made on the first day.

    Args:
        after_care: Each kind of payment, in scenario order.
        draws: Values of uncertain figures.
        streams: The replication's streams.

    Returns:
        One row a child, numbered below zero: these children are not in care.
    """
    child, kind, born = [], [], []
    for code, (name, rule) in enumerate(after_care.items()):
        children = round(draws(rule.opening_children))
        luck = streams.of("after_care", name.value).random((children, 2))
        shares = np.cumsum([draws(rule.opening_by_age[band]) for band in AgeBand])
        band = np.minimum(np.searchsorted(shares, luck[:, 0] * shares[-1]), len(AgeBand) - 1)
        low, high = _AGES_DAYS[band], _AGES_DAYS[band + 1]
        born.append(-np.ceil(low + (high - low) * luck[:, 1]))
        child.append(-(np.arange(children) + 1 + code * 10**6))
        kind.append(np.full(children, code))
    born_days = np.concatenate(born) if born else np.empty(0)
    return AfterCareSpells(
        kinds=tuple(name.value for name in after_care),
        child=(np.concatenate(child) if child else np.empty(0)).astype(np.int64),
        kind=(np.concatenate(kind) if kind else np.empty(0)).astype(np.int8),
        start=np.full(len(born_days), -1, dtype=np.int32),
        end=np.maximum(born_days + DAYS_TO_ADULT, 0).astype(np.int32),
        born=born_days.astype(np.int32),
    )


def together(first: AfterCareSpells, second: AfterCareSpells) -> AfterCareSpells:
    """Two tables of payments, one after the other. Both must name the same kinds."""
    return AfterCareSpells(
        kinds=first.kinds,
        child=np.concatenate([first.child, second.child]),
        kind=np.concatenate([first.kind, second.kind]),
        start=np.concatenate([first.start, second.start]),
        end=np.concatenate([first.end, second.end]),
        born=np.concatenate([first.born, second.born]),
    )
