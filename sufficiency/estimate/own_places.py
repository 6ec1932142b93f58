"""Places given beside a council's records, and how often an empty one suits a child.

A table of places says how many there are. The records say how many were empty on an average day
and what share of the children who looked there found one. Together they give the chance that one
empty place suits one child: with so many empty, that chance leads to that share. Numbers from
dates to come are planned openings and closures: the scenario has them from those dates.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sufficiency.care_records import CareRecords
from sufficiency.estimate.any_found import AGENCIES
from sufficiency.estimate.any_homes import SETTINGS
from sufficiency.estimate.layer import Entry, Figure, Section
from sufficiency.estimate.own_plans import OwnPlans
from sufficiency.inputs.places import PlacesRow, PlacesTable
from sufficiency.scenario.values import Z90
from sufficiency.vocabulary import Mark

FloatArray = NDArray[np.float64]
_LEAST_EMPTY = 0.5
_YEAR_DAYS = 365
_SETTLED_DAYS = 2
"""On so many days after the opening the places given hold, even where more children live there."""
_AGENCIES_FOUND = 0.95
_MOST, _LEAST = 0.99, 0.001


@dataclass(frozen=True)
class OwnPlaces:
    """Places of one kind of home.

    Attributes:
        places: How many at the opening.
        since: From when.
        where: File and line it was read from.
        empty: Places empty on an average day of the last year; at least a half.
        found: Share of children who looked there and found one.
        looked: How many looked; 0 where the share is judged.
        as_at: The opening.
        living: Children who live there then.
        later: Rows of the table from dates after the opening, in order of date.
    """

    places: float
    since: dt.date
    where: str
    empty: float
    found: float
    looked: float
    as_at: dt.date
    living: int
    later: tuple[PlacesRow, ...] = ()

    @property
    def match(self) -> float:
        """The chance that one empty place suits one child."""
        return match_of(self.found, self.empty)

    @property
    def is_over(self) -> bool:
        """Whether more children live there than there are places."""
        return self.living > self.places

    def _places(self) -> Entry:
        """The places by date; at first as many as children who live there, where these are more."""
        file = self.where.rpartition(":")[0]
        now = PlacesRow(self.since, self.places, int(self.where.rpartition(":")[2]))
        soon = self.as_at + dt.timedelta(days=_SETTLED_DAYS)
        early = [row for row in self.later if row.from_date <= soon]
        dates = {self.as_at: _count(now, file)}
        dates |= {row.from_date: _count(row, file, "planned") for row in early}
        fewest = min((now, *early), key=lambda row: row.places)
        if self.living > fewest.places:
            why = f"{self.living} children live there, more than the {fewest.places:g} places given"
            over = replace(now, places=float(self.living))
            then = early[-1] if early else now
            dates = {
                self.as_at: _count(over, file, why),
                soon: _count(then, file, "nobody new until so few are left"),
            }
        dates |= {
            row.from_date: _count(row, file, "planned")
            for row in self.later
            if row.from_date > soon
        }
        if len(dates) == 1:
            return dates[self.as_at]
        return Section({"from": Section({day.isoformat(): each for day, each in dates.items()})})

    def keys(self, source: str) -> dict[str, Entry]:
        """What a scenario says of the places."""
        spread = np.sqrt(self.found * (1 - self.found) / (self.looked + 3))
        low, high = (
            match_of(float(np.clip(self.found + end * Z90 * spread, 0.005, 0.99)), self.empty)
            for end in (-1, 1)
        )
        counted = (
            f"{self.found:.0%} of {self.looked:.0f} children who looked for one found it"
            if self.looked
            else f"{self.found:.0%} of those who look there are taken to find one"
        )
        ranged = 0 < low < high < 1
        return {
            "places": self._places(),
            "match": Figure(
                Mark.D if self.looked else Mark.J, source if self.looked else "",
                f"{counted}, with {self.empty:.1f} places empty on an average day of the last "
                f"year (at least {_LEAST_EMPTY:g}): m = 1 - (1 - share) ^ (1 / empty).",
                value=None if ranged else self.match,
                p10=low if ranged else None,
                p90=high if ranged else None,
                distribution="beta" if ranged else None,
            ),
        }  # fmt: skip


def _count(row: PlacesRow, file: str, why: str = "") -> Figure:
    source = f"{file}:{row.line}, from {row.from_date}"
    return Figure(Mark.V, source, value=row.places, unit="places", why=why)


def match_of(found: float, empty: float) -> float:
    """The chance that one empty place suits one child.

    Args:
        found: Share of children who find one of the empty places.
        empty: Places empty at a time.

    Returns:
        The chance at which at least one of so many places suits with that share; from 0.001 to
        0.99.
    """
    return float(np.clip(1 - (1 - found) ** (1 / max(empty, _LEAST_EMPTY)), _LEAST, _MOST))


def own_places(
    table: PlacesTable, records: CareRecords, as_at: dt.date, plans: OwnPlans
) -> dict[str, OwnPlaces]:
    """Places known at the opening, by setting.

    Args:
        table: What was given. Rows of later dates are planned; a back-test leaves them out first.
        records: With ``SETTINGS`` as settings.
        as_at: The opening.
        plans: How often own carers and own homes were found.

    Returns:
        By setting; none for a setting whose places all begin later, which is never full.
    """
    last = records.day(as_at)
    days = np.arange(max(last - _YEAR_DAYS + 1, 0), last + 1)
    found: dict[str, OwnPlaces] = {}
    for setting, rows in table.by_setting.items():
        known = [row for row in rows if row.from_date <= as_at]
        if not known:
            continue
        now = known[-1]
        there = np.array([_places_on(rows, as_at - dt.timedelta(days=int(last - d))) for d in days])
        empty = float(np.maximum(there - _living_there(records, setting, days), 0).mean())
        share, looked = _share(setting, plans.found_counts)
        found[setting] = OwnPlaces(
            now.places, now.from_date, f"{Path(table.file).name}:{now.line}",
            max(empty, _LEAST_EMPTY), share, looked, as_at,
            int(_living_there(records, setting, days[-1:])[0]),
            tuple(row for row in rows if row.from_date > as_at),
        )  # fmt: skip
    return found


def _places_on(rows: tuple[PlacesRow, ...], day: dt.date) -> float:
    """Places on a day; before the first date given, as many as then."""
    known = [row for row in rows if row.from_date <= day] or [rows[0]]
    return float(known[-1].places)


def _living_there(records: CareRecords, setting: str, days: NDArray[np.int64]) -> FloatArray:
    """Children living in a setting on each night."""
    episodes = records.episodes
    here = episodes.setting == SETTINGS.index(setting)
    starts, ends = np.sort(episodes.start[here]), np.sort(episodes.end[here])
    found: FloatArray = np.searchsorted(starts, days, side="right").astype(np.float64)
    return found - np.searchsorted(ends, days, side="right")


def _share(setting: str, counts: Mapping[str, tuple[float, float]]) -> tuple[float, float]:
    """Share of children who looked for a kind of home and found one, and how many looked."""
    if setting == AGENCIES or setting not in counts:
        return _AGENCIES_FOUND, 0.0
    found, looked = counts[setting]
    return (found + 0.5) / (looked + 1.0), looked
