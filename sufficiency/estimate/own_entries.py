"""Children who came into care in a council's own records, and those who came back.

Entries are counted by financial year, by age and by whether the child came to the country alone.
A child who left may come back: how often, by way out, is so many returns over the time in which
they could have been seen. A child who left a month before the records end has been watched for a
month and no longer. Whether a child who comes in had been in care before shows only where the
records reach back far enough, so that is asked of later entries alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sufficiency.care_records import CareRecords
from sufficiency.episodes import CATEGORIES, OPEN, REASONS_CEASED, Episodes, birthday
from sufficiency.estimate.exposure import exposed, spells_by_age
from sufficiency.estimate.rates import Evidence, PooledRate
from sufficiency.periods import DAYS_PER_YEAR, financial_year_of
from sufficiency.vocabulary import (
    ADULT_AGE_YEARS,
    AGE_BAND_STARTS_YEARS,
    AgeBand,
    Category,
    Route,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

AT_BIRTH_DAYS = 7
"""A child who comes into care this soon after being born comes from birth."""
LOOK_BACK_DAYS = 731
"""How long the records must reach back before an entry for it to be known whether the child had
been in care before. Most who come back do so within two years."""
_BANDS_SINCE_LEAVING = np.array([0.0, 91.0, 183.0, 365.0])
"""Coming back is likeliest soon after leaving."""
_HALF = 0.5


@dataclass(frozen=True)
class CountedShare:
    """A share as it was counted.

    Attributes:
        counted: How many.
        of: Out of how many.
        share: The share; not a number out of none.
        p10: Lower end of the 80% interval, of a beta distribution with half a child on each side.
        p90: Upper end.
    """

    counted: int
    of: int
    share: float
    p10: float
    p90: float


@dataclass(frozen=True)
class EntriesOfYear:
    """Children who came into care in a financial year, or the part of it that was counted.

    Attributes:
        year: The financial year.
        days: How many of its days were counted.
        by_age: How many came at each age, those who came alone left out; shape (5,).
        alone_by_age: Unaccompanied children; shape (5,).
    """

    year: str
    days: int
    by_age: tuple[int, ...]
    alone_by_age: tuple[int, ...]


@dataclass(frozen=True)
class ComingBack:
    """The chance of coming back into care within a year of leaving it.

    Attributes:
        returns: Children seen to come back within a year.
        exposure_child_years: Child-years, within a year of leaving, in which they could.
        within_one_year: The chance, when nothing else happens to the child.
        p10: Lower end of the 80% interval.
        p90: Upper end.
    """

    returns: int
    exposure_child_years: float
    within_one_year: float
    p10: float
    p90: float


@dataclass(frozen=True)
class OwnEntries:
    """Entries of one authority over some years.

    Attributes:
        years: Entries by financial year. The first and the last may be part of one.
        by_age: Share of each age band among all entries but those of unaccompanied children.
        alone_by_age: The same of unaccompanied children.
        at_birth: Share of those under 1 who came within a week of being born.
        again: Share of the entries that had been in care before, among those with records of
            two years and more before them; None where there are none.
        coming_back: The chance of coming back, by way out.
    """

    years: tuple[EntriesOfYear, ...]
    by_age: tuple[CountedShare, ...]
    alone_by_age: tuple[CountedShare, ...]
    at_birth: CountedShare
    again: CountedShare | None
    coming_back: Mapping[Route, ComingBack]


def own_entries(records: CareRecords, as_at: dt.date, years: int = 5) -> OwnEntries:
    """Count entries, and who came back, in the years up to a day.

    Args:
        records: The council's records.
        as_at: Last day counted.
        years: How many years to count, or as many as there are.

    Returns:
        The counts.

    Raises:
        ValueError: When the records do not reach to the day.
    """
    if not records.first_date <= as_at <= records.last_date:
        raise ValueError(
            f"the records cover {records.first_date} to {records.last_date}, not {as_at}"
        )
    after = records.day(as_at) + 1
    first = max(0, after - round(years * DAYS_PER_YEAR))
    episodes = records.episodes
    starts, ends = _stays(episodes)
    came = records.entered_known[starts] & (episodes.start[starts] == records.entered[starts])
    came &= (episodes.start[starts] >= first) & (episodes.start[starts] < after)
    rows = starts[came]
    day = episodes.start[rows].astype(np.int64)
    born = episodes.born[rows]
    age = sum(day >= birthday(born, start) for start in AGE_BAND_STARTS_YEARS[1:])
    age = np.asarray(age, dtype=np.int64)
    alone = episodes.category[rows] == CATEGORIES.index(Category.UNACCOMPANIED)
    seen_before = day >= LOOK_BACK_DAYS
    again = episodes.period_of_care[rows] > 1
    young = (age == 0) & ~alone
    return OwnEntries(
        _by_year(records, (first, after), day, age, alone),
        _shares(age[~alone]),
        _shares(age[alone]),
        counted_share(int((day - born < AT_BIRTH_DAYS)[young].sum()), int(young.sum())),
        counted_share(int(again[seen_before].sum()), int(seen_before.sum()))
        if seen_before.any()
        else None,
        _coming_back(episodes, starts, ends, (first, after)),
    )


def counted_share(counted: int, of: int) -> CountedShare:
    """A share with its interval."""
    from scipy import special

    low, high = (
        float(special.betaincinv(counted + _HALF, of - counted + _HALF, chance))
        for chance in (0.1, 0.9)
    )
    return CountedShare(counted, of, counted / of if of else float("nan"), low, high)


def _stays(episodes: Episodes) -> tuple[IntArray, IntArray]:
    """First and last row of every period of care; rows go by child and start."""
    child, period = episodes.child, episodes.period_of_care
    new = np.concatenate([[True], (child[1:] != child[:-1]) | (period[1:] != period[:-1])])
    starts = np.flatnonzero(new[: len(child)])
    return starts, np.append(starts[1:], len(child)) - 1


def _shares(age: IntArray) -> tuple[CountedShare, ...]:
    counts = np.bincount(age, minlength=len(AgeBand))
    return tuple(counted_share(int(count), len(age)) for count in counts)


def _by_year(
    records: CareRecords, window: tuple[int, int], day: IntArray, age: IntArray, alone: BoolArray
) -> tuple[EntriesOfYear, ...]:
    epoch = records.first_date
    label_of = np.array(
        [financial_year_of(epoch + dt.timedelta(days=number)) for number in range(*window)]
    )
    came_in = label_of[day - window[0]]
    found = []
    for label in dict.fromkeys(label_of.tolist()):
        here = came_in == label
        by_age, alone_by_age = (
            tuple(np.bincount(age[here & kind], minlength=len(AgeBand)).tolist())
            for kind in (~alone, alone)
        )
        found.append(EntriesOfYear(label, int((label_of == label).sum()), by_age, alone_by_age))
    return tuple(found)


def _coming_back(
    episodes: Episodes, starts: IntArray, ends: IntArray, window: tuple[int, int]
) -> dict[Route, ComingBack]:
    """The chance of coming back by way out. Nobody comes back after turning 18."""
    child = episodes.child[starts]
    left = episodes.end[ends].astype(np.float64)
    next_start = np.append(episodes.start[starts][1:], OPEN).astype(np.float64)
    back = np.where(np.append(child[1:] == child[:-1], False)[: len(child)], next_start, np.inf)
    grown = birthday(episodes.born[starts], ADULT_AGE_YEARS).astype(np.float64)
    found = {}
    for route in Route:
        chosen = (episodes.reason_ceased[ends] == REASONS_CEASED.index(route.value)) & (
            left < grown
        )
        until = np.minimum(back, grown)[chosen]
        seen_from, seen_until, ended, _ = spells_by_age(
            left[chosen], until, (back < grown)[chosen], *map(float, window)
        )
        # Somebody who left more than a year before the window cannot be seen in it.
        year = _BANDS_SINCE_LEAVING[-1]
        watched = seen_from < year
        ended, seen_until = ended & (seen_until < year), np.minimum(seen_until, year)
        seen = exposed(
            seen_from[watched], seen_until[watched], ended[watched], _BANDS_SINCE_LEAVING[:-1]
        )
        found[route] = _chance(seen.events, seen.exposure_days)
    return found


def _chance(events: IntArray, exposure_days: FloatArray) -> ComingBack:
    """The chance within a year from events and days by time since leaving."""
    widths, total = np.diff(_BANDS_SINCE_LEAVING), int(events.sum())
    years = float(exposure_days.sum()) / DAYS_PER_YEAR
    if years == 0:
        return ComingBack(0, 0.0, float("nan"), 0.0, 1.0)
    rates = np.divide(
        events, exposure_days, out=np.zeros_like(exposure_days), where=exposure_days > 0
    )
    hazard = float((rates * widths).sum())
    behind = total + _HALF
    # Half an event more, and as many events behind the sum over the year.
    middle = hazard * behind / total if total else _HALF / years
    gamma = PooledRate(Evidence(total, years), None, 1.0, middle, middle**2 / behind)
    low, high = (float(-np.expm1(-end)) for end in (gamma.p10, gamma.p90))
    return ComingBack(total, years, float(-np.expm1(-hazard)), low, high)
