"""Where a council's own children were, day by day, and what happened to them there.

A rate is so many events in so many child-years. Here both are counted from the council's own
records, apart for each age, time in care and kind of home. Records begin on some day: nothing
before it counts, neither days nor events, even of a child who was in care already (delayed
entry). They end on some day: a child still in care then has left nothing behind but its days
(right censoring). A child who drops out of the records counts until it was last seen.

When a child was in care already on the day the records begin, and nothing says since when, its
time in care is at least what was seen and at most its age. Its days count for its age, its home
and the whole; by time in care they count only while both limits lie in one band, and stand apart
as "not known" otherwise. To count them from the day they were first seen would put children of
many years among those of a few weeks, who leave fast, and make early leaving look rare.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sufficiency.care_records import CareRecords
from sufficiency.episodes import REASONS_CEASED, UNSTATED, birthday
from sufficiency.periods import DAYS_PER_YEAR, financial_year_of, financial_year_start
from sufficiency.vocabulary import (
    AGE_BAND_STARTS_YEARS,
    TIME_IN_CARE_STARTS_DAYS,
    AgeBand,
    Move,
    Route,
    TimeInCare,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

TIME_NOT_KNOWN = len(TimeInCare)
"""Place, after the bands of time in care, of days whose band nobody knows."""
OWN_CAUSES = (*(route.value for route in Route), *(move.value for move in Move))
"""Whatever has a rate: the ways out before 18, then the causes of moving."""

_ANNIVERSARIES = np.array(TIME_IN_CARE_STARTS_DAYS[1:], dtype=np.int64)
_USUAL_LEAVING = 0.3
"""About what leaves of a hundred in care in a year in England, over a hundred. It counts as one
event in each band, so that a band nobody was seen in has a rate."""


@dataclass(frozen=True)
class OwnExposure:
    """Child-days and events by cell.

    A cell is a financial year, an age band, a band of time in care or ``TIME_NOT_KNOWN``, and a
    setting: shape (years, 5, 6, settings).

    Attributes:
        settings: Names of the settings.
        years: Financial years the window touches, in order.
        first: First day of the window, as a day number of the records.
        after: The day after its last.
        child_days: Days of children in care.
        events: Events of every one of ``OWN_CAUSES``. They need not be whole numbers: a move for
            a reason nobody stated is shared out.
        reference_days: Days over all years by age, time in care and setting; shape (5, 5,
            settings). Those whose time is not known are shared over the bands between what was
            seen and the child's age, as in a caseload that has been steady.
    """

    settings: tuple[str, ...]
    years: tuple[str, ...]
    first: int
    after: int
    child_days: FloatArray
    events: Mapping[str, FloatArray]
    reference_days: FloatArray

    @property
    def child_years(self) -> FloatArray:
        """Child-years by age, time in care or not known, and setting; shape (5, 6, settings)."""
        found: FloatArray = self.child_days.sum(axis=0) / DAYS_PER_YEAR
        return found

    def counted(self, cause: str) -> FloatArray:
        """Events of a cause over all years; shape (5, 6, settings)."""
        found: FloatArray = self.events[cause].sum(axis=0)
        return found


def own_exposure(records: CareRecords, first: int, after: int) -> OwnExposure:
    """Count child-days and events in a window of days.

    Days are nights in care. An event on a birthday or an anniversary counts in the band that
    begins then, as the forecast's clocks do.

    Args:
        records: The council's records.
        first: First day of the window, as a day number of the records.
        after: The day after its last.

    Returns:
        Days and events by cell.

    Raises:
        ValueError: When the window is empty or reaches beyond the records.
    """
    if not 0 <= first < after <= records.last_day + 1:
        raise ValueError(f"days {first} to {after} are not within the records' own")
    episodes = records.episodes
    years, year_starts = _financial_years(records, first, after)
    shape = (len(years), len(AgeBand), TIME_NOT_KNOWN + 1, len(episodes.settings))
    rows = np.flatnonzero((episodes.start < after) & (episodes.end >= first))
    bands = _Bands.of(records, rows, year_starts)
    cuts = np.clip(
        np.hstack([bands.changes(), np.broadcast_to(year_starts[1:], (len(rows), len(years) - 1))]),
        np.maximum(episodes.start[rows], first)[:, None],
        np.minimum(episodes.end[rows], after)[:, None],
    )
    cuts.sort(axis=1)
    days = np.diff(cuts, axis=1)
    row, piece = np.nonzero(days)
    days, begins = days[row, piece].astype(np.float64), cuts[row, piece].astype(np.int64)
    setting = episodes.setting[rows]
    cell = bands.cell(row, begins, setting, shape)
    child_days = _counted(cell, shape, days)
    events = _events(records, rows, bands, shape, (first, after))
    shared = np.zeros((len(AgeBand), len(TimeInCare), len(episodes.settings)))
    shared += child_days[:, :, :TIME_NOT_KNOWN].sum(axis=0)
    open_ = np.unravel_index(cell, shape)[2] == TIME_NOT_KNOWN
    _share_out(
        shared,
        bands.within(row[open_], begins[open_] + days[open_] / 2),
        (bands.age(row[open_], begins[open_]), setting[row[open_]].astype(np.int64), days[open_]),
        _leaving_by_time(child_days, events),
    )
    return OwnExposure(episodes.settings, years, first, after, child_days, events, shared)


@dataclass(frozen=True)
class _Bands:
    """The days on which each placement's child goes from one band to the next.

    Attributes:
        birthdays: First days of the later age bands; shape (rows, 4).
        anniversaries: First days of the later bands of the time in care that was seen.
        at_most: The same, were the child in care since its birth; where the day of coming into
            care is known, the same as ``anniversaries``.
        year_starts: First days of financial years.
    """

    birthdays: IntArray
    anniversaries: IntArray
    at_most: IntArray
    year_starts: IntArray

    @classmethod
    def of(cls, records: CareRecords, rows: IntArray, year_starts: IntArray) -> _Bands:
        born = records.episodes.born[rows]
        seen = records.entered[rows].astype(np.int64)
        earliest = np.where(records.entered_known[rows], seen, np.minimum(born, seen))
        birthdays = [birthday(born, years) for years in AGE_BAND_STARTS_YEARS[1:]]
        return cls(
            np.stack(birthdays, axis=1).astype(np.int64),
            seen[:, None] + _ANNIVERSARIES,
            earliest[:, None] + _ANNIVERSARIES,
            year_starts,
        )

    def changes(self) -> IntArray:
        """All days of change but those of financial years, and room for both ends of the stay."""
        ends = np.tile(np.array([-(2**40), 2**40]), (len(self.birthdays), 1))
        return np.hstack([ends, self.birthdays, self.anniversaries, self.at_most])

    def age(self, row: IntArray, day: IntArray) -> IntArray:
        """Age bands on some days of some rows."""
        return _passed(self.birthdays, row, day)

    def within(self, row: IntArray, day: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The least and the most days in care that a row can have on a day."""
        return (
            day - (self.anniversaries[row, 0] - _ANNIVERSARIES[0]),
            day - (self.at_most[row, 0] - _ANNIVERSARIES[0]),
        )

    def cell(
        self, row: IntArray, day: IntArray, setting: NDArray[np.int16], shape: tuple[int, ...]
    ) -> IntArray:
        """Cells, as flat places in a table of a shape."""
        least, most = _passed(self.anniversaries, row, day), _passed(self.at_most, row, day)
        time = np.where(least == most, least, TIME_NOT_KNOWN)
        year = np.searchsorted(self.year_starts, day, side="right") - 1
        found: IntArray = np.ravel_multi_index(
            (year, self.age(row, day), time, setting[row].astype(np.int64)), shape
        ).astype(np.int64)
        return found


def _counted(
    cell: IntArray, shape: tuple[int, ...], weights: FloatArray | None = None
) -> FloatArray:
    """How often each cell stands there, or the sum of its weights, as a table."""
    flat = np.bincount(cell, weights=weights, minlength=int(np.prod(shape)))
    table: FloatArray = flat.astype(np.float64).reshape(shape)
    return table


def _passed(starts: IntArray, row: IntArray, day: IntArray) -> IntArray:
    """How many of a row's days of change have come by a day."""
    found = np.zeros(len(row), dtype=np.int64)
    for column in starts.T:
        found += day >= column[row]
    return found


def _financial_years(
    records: CareRecords, first: int, after: int
) -> tuple[tuple[str, ...], IntArray]:
    """The financial years a window touches, and the day each begins."""
    epoch = records.first_date.toordinal()
    labels = dict.fromkeys(
        financial_year_of(type(records.first_date).fromordinal(epoch + day))
        for day in (*range(first, after, 28), after - 1)
    )
    return tuple(labels), np.array(
        [records.day(financial_year_start(label)) for label in labels], dtype=np.int64
    )


def _events(
    records: CareRecords,
    rows: IntArray,
    bands: _Bands,
    shape: tuple[int, ...],
    window: tuple[int, int],
) -> dict[str, FloatArray]:
    """Events by cause and cell; moves for no stated reason shared out as the others are."""
    end = records.episodes.end[rows].astype(np.int64)
    inside = np.flatnonzero((end >= window[0]) & (end < window[1]))
    cell = bands.cell(inside, end[inside], records.episodes.setting[rows], shape)
    reason = records.episodes.reason_ceased[rows][inside]

    def counted(name: str) -> FloatArray:
        return _counted(cell[reason == REASONS_CEASED.index(name)], shape)

    found = {cause: counted(cause) for cause in OWN_CAUSES}
    stated = {move.value: found[move.value].sum() for move in Move}
    total, unstated = sum(stated.values()), counted(UNSTATED)
    for move, number in stated.items():
        found[move] += unstated * (number / total if total else 1 / len(stated))
    return found


def _leaving_by_time(child_days: FloatArray, events: Mapping[str, FloatArray]) -> FloatArray:
    """Everyone who leaves before 18, per day, by time in care where it is known; shape (5,)."""
    left = sum(events[route.value] for route in Route)
    count, days = (
        np.asarray(table).sum(axis=(0, 1, 3))[:TIME_NOT_KNOWN] for table in (left, child_days)
    )
    rate: FloatArray = (count + 1.0) / (days + DAYS_PER_YEAR / _USUAL_LEAVING)
    return rate


def _share_out(
    shared: FloatArray,
    limits: tuple[FloatArray, FloatArray],
    where: tuple[IntArray, IntArray, FloatArray],
    leaving: FloatArray,
) -> None:
    """Add days whose time in care is not known to the bands it can lie in.

    In a caseload that has been steady, so many have been in care for a time as stay that long;
    between the least and the most a child can have been in care, the chance of each time is in
    that proportion.

    Args:
        shared: Days by age, time in care and setting, to be added to.
        limits: Least and most days in care.
        where: Age band, setting and days of each.
        leaving: Leaving per day by time in care.
    """
    least, most = limits
    starts = np.array(TIME_IN_CARE_STARTS_DAYS, dtype=np.float64)
    lasting = np.append(np.diff(starts), np.inf)
    left = np.exp(-np.concatenate([[0.0], np.cumsum(leaving[:-1] * lasting[:-1])]))

    def stayed(days: FloatArray) -> FloatArray:
        """Time spent in each band by one who comes in, up to some days; shape (n, 5)."""
        spent = np.clip(days[:, None] - starts, 0.0, lasting)
        found: FloatArray = left * -np.expm1(-leaving * spent) / leaving
        return found

    weight = stayed(most) - stayed(least)
    total = weight.sum(axis=1, keepdims=True)
    weight = np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)
    age, setting, days = where
    for time in range(len(starts)):
        np.add.at(shared[:, time], (age, setting), weight[:, time] * days)
