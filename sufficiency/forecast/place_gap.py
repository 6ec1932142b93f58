"""The gap in places: how many of each kind of home are needed, against how many there are.

For each setting, age and financial year it says how many children want that kind of home first,
how many live in it and within 20 miles, and how many places would let a stated share of those
who want it live there. Who wants which home, and why, is told in
``sufficiency.place_counts``. Places needed are for children, each place used. Places stand empty
for good reasons too (a vacancy is not a match), so beside them stand the share of places that
is used in these futures, and the places needed at that share.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sufficiency.counts import ALL
from sufficiency.periods import Horizon, Period
from sufficiency.place_counts import (
    CHILDREN_NEARBY,
    CHILDREN_THERE,
    NEARBY_PLACES,
    PLACES,
    PlaceCounts,
)
from sufficiency.vocabulary import AgeBand

FloatArray = NDArray[np.float64]

FIRST_CHOICE_SHARE = 0.9
"""Share of children who are to have their first choice, unless another is asked for."""

NOBODYS = "nobody's first choice"
"""Said of a setting with places that nobody wants first in any future of the year."""

_HAIR = 1e-9
"""Share times a whole number may lie a hair above the whole number it should be."""


class PlaceGapRow(NamedTuple):
    """One setting, age and financial year. Means and ranges are over all futures.

    Attributes:
        scenario: Its name.
        financial_year: Such as ``2020/21``.
        setting: The kind of home.
        age: An age band, or ``all``.
        first_choice_share: Share of the children wanting it who are to have it.
        wanting_mean: Children whose first choice it is, on average over month ends.
        wanting_p10: In one future in ten the year's average is lower.
        wanting_p90: In one future in ten it is higher.
        living_there_mean: Children living there.
        within_20_miles_mean: Of those, how many within 20 miles.
        elsewhere_mean: Children whose first choice it is who live in another setting.
        places_needed: The fewest whole places with which that share of the children wanting it,
            over all month ends and futures, would be living there. Not-a-number, as are all
            gaps, where nobody wants the setting first in any future of the year.
        places_there_are: Places, on average over the year's days.
        there_are_counted_from: What they were counted from: ``places``, ``nearby_places``,
            ``children_within_20_miles`` where no places are stated, or, no place being kept for
            an age, ``children_living_there`` for an age by itself. :data:`NOBODYS` instead
            where places are stated and nobody wants the setting first.
        gap: Places needed less places there are; above nought is too few. Not-a-number where
            places are counted from children, who are not the same number in every future.
        gap_mean: Places needed in each future by itself, known beforehand, less the places
            there are in it, on average. Less than ``gap``, which must do for futures unknown.
        gap_p10: Lower in one future in ten.
        gap_p90: Higher in one future in ten.
        occupancy_mean: Share of the setting's own places that is used; not-a-number without
            places of its own.
        places_needed_at_that_occupancy: Places needed, were that share of them used. Only where
            more are needed than there are and someone lived there at every month's end:
            elsewhere places stand empty because few want them or they had not opened.
        gap_at_that_occupancy: Those, less places there are.
    """

    scenario: str
    financial_year: str
    setting: str
    age: str
    first_choice_share: float
    wanting_mean: float
    wanting_p10: float
    wanting_p90: float
    living_there_mean: float
    within_20_miles_mean: float
    elsewhere_mean: float
    places_needed: float
    places_there_are: float
    there_are_counted_from: str
    gap: float
    gap_mean: float
    gap_p10: float
    gap_p90: float
    occupancy_mean: float
    places_needed_at_that_occupancy: float
    gap_at_that_occupancy: float


def fewest_places(children: NDArray[np.int32], share: float) -> NDArray[np.int64]:
    """The fewest places with which a share of children would have one, over many days.

    Args:
        children: Children wanting a place on each day; shape (..., days).
        share: Share of all of them, summed over the days, who are to have one.

    Returns:
        The least whole n for which the sum of min(children, n) is at least share times the sum
        of children; shape (...,).
    """
    days = children.shape[-1]
    ordered = np.sort(children, axis=-1).astype(np.float64)
    below = np.cumsum(ordered, axis=-1)
    # With as many places as the i-th fewest children, those days are met whole, and every day
    # after gives as many.
    met = below + np.arange(days - 1, -1, -1) * ordered
    target = share * below[..., -1:] * (1.0 - _HAIR)
    first = np.argmax(met >= target, axis=-1)[..., np.newaxis]
    before = np.take_along_axis(below, np.maximum(first - 1, 0), axis=-1) * (first > 0)
    needed = (target - before) / (days - first)
    whole: NDArray[np.int64] = np.ceil(needed[..., 0] - _HAIR).astype(np.int64)
    return whole


def place_gap_rows(
    scenario: str,
    settings: Sequence[str],
    horizon: Horizon,
    counts: PlaceCounts,
    nights: NDArray[np.int64],
    share: float = FIRST_CHOICE_SHARE,
) -> Iterator[PlaceGapRow]:
    """The gap in places, row by row.

    Args:
        scenario: Its name.
        settings: Names, in order of their codes.
        horizon: The days of the forecast.
        counts: What was counted; futures along the first axis of every array.
        nights: Nights in each setting; shape (futures, settings, years).
        share: Share of children who are to have their first choice; above 0, at most 1.

    Yields:
        Rows by year, setting and age, all ages first.
    """
    ages = (ALL, *(band.value for band in AgeBand))
    for place, year in enumerate(horizon.financial_years):
        one = _Year(counts, horizon, place, year, nights, share)
        for code, setting in enumerate(settings):
            for age, name in enumerate(ages):
                figures = one.figures(code, age)
                yield PlaceGapRow._make((scenario, year.label, setting, name, share, *figures))


class _Year:
    """One financial year of all futures."""

    def __init__(
        self,
        counts: PlaceCounts,
        horizon: Horizon,
        place: int,
        year: Period,
        nights: NDArray[np.int64],
        share: float,
    ) -> None:
        months = [n for n, m in enumerate(horizon.months) if year.first <= m.first < year.after]
        wanting = _with_all_ages(counts.wanting[:, months])
        self._wanting = wanting.mean(axis=1)
        self._living = _with_all_ages(counts.living_there[:, months]).mean(axis=1)
        self._in_month = counts.living_there[:, months].sum(axis=(0, -1))
        self._nearby = _with_all_ages(counts.within_20_miles[:, months]).mean(axis=1)
        self._elsewhere = _with_all_ages(counts.elsewhere[:, months]).mean(axis=1)
        by_future = np.moveaxis(wanting, 1, -1)
        self._needed_each = fewest_places(by_future, share)
        together = np.moveaxis(by_future, 0, -2)
        self._needed = fewest_places(together.reshape(*together.shape[:-2], -1), share)
        self._places = counts.place_days[:, :, place] / year.days
        # Where someone lives at every month's end in some future, there were places all year.
        self._open_throughout = (self._in_month > 0).all(axis=0)
        self._others_leave = counts.nearby_place_days[:, :, place] / year.days
        self._used = _share_used(nights[:, :, place], counts.place_days[:, :, place])

    def figures(self, setting: int, age: int) -> tuple[object, ...]:
        """The figures of a row, in the order of its columns."""
        wanting = self._wanting[:, setting, age]
        unwanted = not self._wanting[:, setting, 0].any()
        needed = np.nan if unwanted else float(self._needed[setting, age])
        source, there = self._there_are(setting, age)
        each = self._needed_each[:, setting, age] - there + (np.nan if unwanted else 0.0)
        used = float(self._used[setting]) if age == 0 else np.nan
        stated = float(there.mean()) if source in (PLACES, NEARBY_PLACES) else np.nan
        # Elsewhere places stand empty because few want them, or had not opened yet.
        is_short = needed > stated and bool(self._open_throughout[setting])
        at_use = np.ceil(needed / used - _HAIR) if used > 0.0 and is_short else np.nan
        return (
            *map(_told, (wanting.mean(), *np.quantile(wanting, (0.1, 0.9)))),
            _told(self._living[:, setting, age].mean()),
            _told(self._nearby[:, setting, age].mean()),
            _told(self._elsewhere[:, setting, age].mean()),
            needed,
            _told(there.mean()),
            NOBODYS if unwanted and source in (PLACES, NEARBY_PLACES) else source,
            _told(needed - stated),
            *map(_told, (each.mean(), *np.quantile(each, (0.1, 0.9)))),
            _told(used, 4),
            _told(at_use),
            _told(at_use - stated),
        )

    def _there_are(self, setting: int, age: int) -> tuple[str, FloatArray]:
        """What the places are counted from, and how many there are in each future."""
        if age > 0:
            return CHILDREN_THERE, self._living[:, setting, age]
        for source, places in ((PLACES, self._places), (NEARBY_PLACES, self._others_leave)):
            if not np.isnan(places[:, setting]).any():
                return source, places[:, setting]
        return CHILDREN_NEARBY, self._nearby[:, setting, age]


def _with_all_ages(counts: NDArray[np.int32]) -> NDArray[np.int32]:
    """Counts by age, after those of all ages together; ages along the last axis."""
    total = counts.sum(axis=-1, keepdims=True, dtype=np.int32)
    return np.concatenate([total, counts], axis=-1)


def _share_used(nights: NDArray[np.int64], place_days: FloatArray) -> FloatArray:
    """Share of places used over all futures; never above 1, since a place holds one child."""
    there = place_days.sum(axis=0)
    used = np.full(len(there), np.nan)
    np.divide(nights.sum(axis=0), there, out=used, where=there > 0)
    capped: FloatArray = np.minimum(used, 1.0)
    return capped


def _told(value: float, decimals: int = 2) -> float:
    return round(float(value), decimals) + 0.0  # no negative zero
