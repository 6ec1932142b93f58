"""The children in care on the opening day, counted from a council's own records.

They are counted by age, by how long they have been in care, by kind of home and by where the home
is. What leaves here is a table of counts, never a list of children: a forecast makes up its own
children to these counts. Where the records do not say since when a child was in care, it is known
only that it was at least so long; such children are shared out over the times that they can have.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sufficiency.care_records import CareRecords
from sufficiency.episodes import CATEGORIES, UNKNOWN_PLACE, Episodes, birthday
from sufficiency.estimate.any_homes import SETTINGS
from sufficiency.periods import DAYS_PER_YEAR
from sufficiency.vocabulary import (
    AGE_BAND_STARTS_YEARS,
    TIME_IN_CARE_STARTS_DAYS,
    AgeBand,
    Category,
    Location,
    Setting,
    TimeInCare,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
ALONE = CATEGORIES.index(Category.UNACCOMPANIED)
_BAND_ENDS_YEARS = (*AGE_BAND_STARTS_YEARS[1:], 18)


@dataclass(frozen=True)
class OwnOpening:
    """Counts of the children in care on one day.

    Attributes:
        by_age: Children by age band; shape (5,).
        older: Children in the older half of each age band; for 16 and 17 those of 17.
        by_time_in_care: Children by time in care; shape (5,). Not whole numbers where some
            children's time is not known and is shared out.
        time_not_known: Children of whom it is known only that they were in care at least so long.
        by_setting: Children by kind of home, in the order of ``SETTINGS``.
        by_location: Children by where the home is, of those of whom it is known; shape (3,).
    """

    by_age: IntArray
    older: IntArray
    by_time_in_care: FloatArray
    time_not_known: int
    by_setting: IntArray
    by_location: IntArray

    @property
    def children(self) -> int:
        """How many children are in care."""
        return int(self.by_age.sum())


def with_usual_settings(records: CareRecords) -> CareRecords:
    """The same records with the settings that an estimate writes; any other counts as other."""
    episodes = records.episodes
    names = [name if name in SETTINGS else Setting.OTHER.value for name in episodes.settings]
    codes = np.array([SETTINGS.index(name) for name in names], dtype=np.int16)
    columns = episodes.columns() | {"setting": codes[episodes.setting]}
    return replace(records, episodes=Episodes(episodes.epoch, SETTINGS, **columns))


def only(records: CareRecords, chosen: BoolArray) -> CareRecords:
    """Some rows of the records. Whole children are to be chosen, not single placements."""
    columns = {name: column[chosen] for name, column in records.episodes.columns().items()}
    return replace(
        records,
        episodes=Episodes(records.episodes.epoch, records.episodes.settings, **columns),
        entered=records.entered[chosen],
        entered_known=records.entered_known[chosen],
    )


def age_bands(born: NDArray[np.int32], day: IntArray | int) -> IntArray:
    """Age bands on a day, as places in :class:`AgeBand`."""
    passed = [birthday(born, years) <= day for years in AGE_BAND_STARTS_YEARS[1:]]
    bands: IntArray = np.sum(passed, axis=0).astype(np.int64)
    return bands


def in_older_half(born: NDArray[np.int32], day: IntArray | int) -> BoolArray:
    """Whether a child is in the older half of its age band on a day."""
    starts, ends = (np.array(each) for each in (AGE_BAND_STARTS_YEARS, _BAND_ENDS_YEARS))
    middle = ((starts + ends) / 2)[age_bands(born, day)]
    older: BoolArray = np.floor(born + middle * DAYS_PER_YEAR) <= day
    return older


def own_opening(records: CareRecords, as_at: dt.date, usual: FloatArray) -> OwnOpening:
    """Count the children in care on a day.

    Args:
        records: With ``SETTINGS`` as settings.
        as_at: The day, within the records.
        usual: Child-years by age and time in care; shape (5, 5). Children of whom it is not
            known since when they are in care are shared over the times they can have as these.

    Returns:
        The counts. There is one row a child on any night.
    """
    day, here = records.day(as_at), np.flatnonzero(records.in_care(as_at))
    episodes = records.episodes
    born = episodes.born[here]
    age, known = age_bands(born, day), records.entered_known[here]
    longest = np.maximum(day - born.astype(np.int64) - 1, 0)
    days = np.clip(day - records.entered[here].astype(np.int64), 0, longest)
    time = _time_bands(days)
    by_time = np.bincount(time[known], minlength=len(TimeInCare)).astype(np.float64)
    for child in np.flatnonzero(~known):
        can_be = np.arange(time[child], _time_bands(longest[child : child + 1])[0] + 1)
        weights = usual[age[child], can_be]
        weights = weights if weights.sum() > 0 else (can_be == time[child]).astype(np.float64)
        by_time[can_be] += weights / weights.sum()
    place = episodes.location[here]
    return OwnOpening(
        by_age=_counted(age, len(AgeBand)),
        older=_counted(age[in_older_half(born, day)], len(AgeBand)),
        by_time_in_care=by_time,
        time_not_known=int((~known).sum()),
        by_setting=_counted(episodes.setting[here], len(SETTINGS)),
        by_location=_counted(place[place != UNKNOWN_PLACE], len(Location)),
    )


def _time_bands(days: IntArray) -> IntArray:
    starts = np.array(TIME_IN_CARE_STARTS_DAYS)
    return (np.searchsorted(starts, days, side="right") - 1).astype(np.int64)


def _counted(codes: NDArray[np.integer], length: int) -> IntArray:
    return np.bincount(codes.astype(np.int64), minlength=length).astype(np.int64)
