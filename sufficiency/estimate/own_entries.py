"""Children who came into care in a council's own records, and those who came back.

Entries are counted over the years up to the opening: by year, by age, by the first home, and by
whether the child had been in care before. That shows only where the records reach back far enough,
so it is asked of later entries alone. How often a child who left comes back is so many returns
over the time in which they could have been seen: a child who left a month before the records end
has been watched for a month and no longer.

Not every period of care is marked where it begins. From the second year of the records on, one
that begins without a mark is an entry all the same: a child in care before would stand in the
return of the year before. In the first year nothing tells it from a child who was in care already
and moved, so only marked ones count there; and where marks are often left out, so that many
entries of the first year would be missed, that year is left out of the count as a whole.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sufficiency.care_records import CareRecords
from sufficiency.episodes import OPEN, REASONS_CEASED, Episodes, birthday
from sufficiency.estimate.any_homes import SETTINGS
from sufficiency.estimate.exposure import exposed, spells_by_age
from sufficiency.estimate.own_opening import age_bands, in_older_half
from sufficiency.estimate.own_rates import HALF_AN_EVENT
from sufficiency.estimate.rates import Evidence, PooledRate
from sufficiency.periods import (
    DAYS_PER_YEAR,
    Horizon,
    financial_year_of,
    financial_year_start,
)
from sufficiency.vocabulary import ADULT_AGE_YEARS, AgeBand, Route

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

AT_BIRTH_DAYS = 7
"""A child who comes into care this soon after being born comes from birth."""
LOOK_BACK_DAYS = 731
"""How long the records must reach back before an entry for it to be known whether the child had
been in care before. Most who come back do so within two years."""
_BANDS_SINCE_LEAVING = np.array([0.0, 91.0, 183.0, 365.0])
"""Coming back is likeliest soon after leaving."""
_OFTEN_UNMARKED = 0.1
"""With a larger share of later entries unmarked, the first year of the records is not counted."""
_WHOLE_YEAR_DAYS = 365


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
        children: How many came.
        days: How many of its days were counted.
    """

    year: str
    children: int
    days: int


@dataclass(frozen=True)
class OwnArrivals:
    """Children who came into care in the years up to the opening, counted.

    Attributes:
        by_year: How many came in each year that ends on the opening's day, earliest first.
        by_financial_year: How many came in each financial year. The first and the last may be
            part of one.
        years: Length of the time these were counted in, in years.
        by_age: How many by age band on coming in; shape (5,).
        older: Those in the older half of each age band.
        at_birth: Those under 1 who came within a week of being born.
        first_setting: By age and kind of the first home; shape (5, settings).
        again: Those who had been in care before, of those with records of two years and more
            before them; None where there are none of these.
    """

    by_year: tuple[int, ...]
    by_financial_year: tuple[EntriesOfYear, ...]
    years: float
    by_age: IntArray
    older: IntArray
    at_birth: int
    first_setting: IntArray
    again: CountedShare | None

    @property
    def children(self) -> int:
        """How many came."""
        return int(self.by_age.sum())


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


def own_arrivals(records: CareRecords, as_at: dt.date, years: int) -> OwnArrivals:
    """Count the children who came into care.

    Args:
        records: With ``SETTINGS`` as settings.
        as_at: The opening, within the records.
        years: Years up to the opening to count over, as far as the records reach.

    Returns:
        The counts. A child who came twice counts twice. Counted are periods of care whose
        beginning is known, and from the second financial year of the records on those that begin
        without saying so too. Where more than a tenth of the entries from then on do not say so,
        all that is counted is counted from then on, if a year or more is left.
    """
    episodes = records.episodes
    rows, first, after = _entries(records, *_window(records, as_at, years))
    born, day = episodes.born[rows], episodes.start[rows].astype(np.int64)
    age = age_bands(born, day)
    cells = np.zeros((len(AgeBand), len(SETTINGS)), dtype=np.int64)
    np.add.at(cells, (age, episodes.setting[rows].astype(np.int64)), 1)
    before = episodes.period_of_care[rows[day >= LOOK_BACK_DAYS]] > 1
    return OwnArrivals(
        by_year=_by_year(day, first, after),
        by_financial_year=_by_financial_year(day - first, as_at, after - first),
        years=(after - first) / DAYS_PER_YEAR,
        by_age=cells.sum(axis=1),
        older=np.bincount(age[in_older_half(born, day)], minlength=len(AgeBand)),
        at_birth=int((day - born < AT_BIRTH_DAYS).sum()),
        first_setting=cells,
        again=counted_share(int(before.sum()), len(before)) if len(before) else None,
    )


def coming_back(records: CareRecords, as_at: dt.date, years: float) -> dict[Route, ComingBack]:
    """The chance of coming back by way out. Nobody comes back after turning 18.

    Args:
        records: The council's records.
        as_at: The opening, within the records.
        years: Years up to the opening to count over, as far as the records reach.

    Returns:
        The chance, with what was counted, by way out.
    """
    episodes, window = records.episodes, _window(records, as_at, years)
    starts, ends = _stays(episodes)
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


def counted_share(counted: int, of: int) -> CountedShare:
    """A share with its interval."""
    from scipy import special

    low, high = (
        float(special.betaincinv(counted + HALF_AN_EVENT, of - counted + HALF_AN_EVENT, chance))
        for chance in (0.1, 0.9)
    )
    return CountedShare(counted, of, counted / of if of else float("nan"), low, high)


def counted_rate(events: int, years: float) -> PooledRate:
    """Events over years, or child-years, with what chance leaves open.

    Returns:
        A gamma distribution with half an event more, so that none leaves a doubt too.
    """
    behind = events + HALF_AN_EVENT
    mean = behind / years
    return PooledRate(Evidence(events, years), None, 1.0, mean, mean**2 / behind)


def _window(records: CareRecords, as_at: dt.date, years: float) -> tuple[int, int]:
    """The first day counted, and the day after the last."""
    after = records.day(as_at) + 1
    return max(0, after - round(years * DAYS_PER_YEAR)), after


def _entries(records: CareRecords, first: int, after: int) -> tuple[IntArray, int, int]:
    """First rows of the periods of care that are entries, and the days they are counted in."""
    rows, _ = _stays(records.episodes)
    day = records.episodes.start[rows].astype(np.int64)
    rows, day = (each[(day == records.entered[rows]) & (day < after)] for each in (rows, day))
    marked = records.entered_known[rows]
    year = financial_year_start(financial_year_of(records.first_date)).year + 1
    second = records.day(dt.date(year, 4, 1))
    later = day >= second
    often = later.any() and (~marked[later]).mean() > _OFTEN_UNMARKED
    if often and after - second >= _WHOLE_YEAR_DAYS:
        first = max(first, second)
    return rows[(marked | later) & (day >= first)], first, after


def _stays(episodes: Episodes) -> tuple[IntArray, IntArray]:
    """First and last row of every period of care; rows go by child and start."""
    child, period = episodes.child, episodes.period_of_care
    new = np.concatenate([[True], (child[1:] != child[:-1]) | (period[1:] != period[:-1])])
    starts = np.flatnonzero(new[: len(child)])
    return starts, np.append(starts[1:], len(child))[: len(starts)] - 1


def _by_year(day: IntArray, first: int, after: int) -> tuple[int, ...]:
    """Entries of each whole year that ends on the last day; of what there is of the only one."""
    whole = max(int((after - first + 1) / DAYS_PER_YEAR), 1)
    ago = np.floor((after - 1 - day) / DAYS_PER_YEAR).astype(np.int64)
    return tuple(int((ago == year).sum()) for year in range(whole - 1, -1, -1))


def _by_financial_year(day: IntArray, as_at: dt.date, days: int) -> tuple[EntriesOfYear, ...]:
    """Entries of each financial year, their days counted from the first of so many days."""
    counted = Horizon(as_at - dt.timedelta(days=days), as_at)
    return tuple(
        EntriesOfYear(year.label, int(((day >= year.first) & (day < year.after)).sum()), year.days)
        for year in counted.financial_years
    )


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
    # As many events as were seen stand behind the sum over the year.
    rate, scale = counted_rate(total, years), hazard * years / total if total else 1.0
    low, high = (float(-np.expm1(-end * scale)) for end in (rate.p10, rate.p90))
    return ComingBack(total, years, float(-np.expm1(-hazard)), low, high)
