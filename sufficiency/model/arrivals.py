"""Children coming into care: candidates drawn once, of whom each scenario takes its own.

Candidates are scattered evenly over a sheet of time by rate. A scenario takes those who lie
below its own rate of entry. A scenario with fewer entries therefore takes some of the same
children and no others, one with more takes them all and some besides, and a longer forecast
changes nothing in its earlier part.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sufficiency.model.ages import UNDER_1, from_birth, rising
from sufficiency.model.luck import CHILD_BIRTH, Luck, draw_luck
from sufficiency.model.parameters import EntryParameters
from sufficiency.model.sheet import candidates, child_numbers
from sufficiency.streams import Streams
from sufficiency.vocabulary import ADULT_AGE_YEARS, AGE_BAND_STARTS_YEARS, AgeBand

FloatArray = NDArray[np.float64]

STRIP_PER_YEAR = 64.0
"""Height of one strip of the sheet, in candidates a year. Part of every result: changing it
changes which children arrive."""

BAND_EDGES_DAYS = (
    *(years * 365.25 for years in AGE_BAND_STARTS_YEARS),
    ADULT_AGE_YEARS * 365.25 - 2,
)


@dataclass(frozen=True)
class Arrivals:
    """Children who come into care, in order of time.

    Attributes:
        child: Number of each child, the same in every scenario.
        time: When each comes into care, in days from the start.
        born: Day of birth.
        band: Code of the age band on entering.
        luck: Each child's luck.
    """

    child: NDArray[np.int64]
    time: FloatArray
    born: FloatArray
    band: NDArray[np.int64]
    luck: Luck


def draw_arrivals(
    streams: Streams,
    entries: EntryParameters,
    days: int,
    settings: tuple[str, ...],
    sheet: str = "arrivals",
) -> Arrivals:
    """Draw the children who come into care during the forecast.

    Args:
        streams: The replication's streams.
        entries: Rates by age, and the calendar.
        days: Length of the forecast.
        settings: Names of the settings in which finding a place is a matter of chance.
        sheet: Which sheet they are scattered on: ``arrivals``, ``returning`` for children who
            left before the forecast, or ``unaccompanied``.

    Returns:
        The children, in order of time.
    """
    groups = []
    for band, _ in enumerate(AgeBand):
        highest = entries.per_year_by_age[band] * float(entries.calendar.max())
        # Without any, one empty strip stands for all bands.
        strips = math.ceil(highest / STRIP_PER_YEAR) or int(band == 0)
        for strip in range(strips):
            groups.append(_strip(streams, entries, days, settings, (sheet, band, strip)))
    return _in_order(groups)


def _strip(
    streams: Streams,
    entries: EntryParameters,
    days: int,
    settings: tuple[str, ...],
    name: tuple[str, int, int],
) -> Arrivals:
    """The candidates of one strip of one band that lie below the scenario's rate."""
    sheet, band, strip = name
    time, level = candidates(streams.of(*name), 0.0, days, STRIP_PER_YEAR)
    level = (level + strip) * STRIP_PER_YEAR
    stretch = np.searchsorted(entries.calendar_starts, time, side="right") - 1
    taken = np.flatnonzero(level < entries.per_year_by_age[band] * entries.calendar[stretch])
    luck = draw_luck(streams, name, taken, settings)
    low, high = BAND_EDGES_DAYS[band], BAND_EDGES_DAYS[band + 1]
    age = low + (high - low) * _place_in_band(luck.child[:, CHILD_BIRTH], band, entries)
    return Arrivals(
        child=child_numbers(sheet, band, strip, taken),
        time=time[taken],
        born=np.floor(time[taken] - age),
        band=np.full(len(taken), band),
        luck=luck,
    )


def _place_in_band(evenly: FloatArray, band: int, entries: EntryParameters) -> FloatArray:
    """How far through its band of ages each child is, from 0 to 1."""
    if band == UNDER_1:
        return from_birth(evenly, entries.at_birth)
    return rising(evenly, entries.older_half[band])


def _in_order(groups: list[Arrivals]) -> Arrivals:
    """All groups' children, in order of time."""
    join = np.concatenate
    time = join([group.time for group in groups])
    order = np.argsort(time, kind="stable")
    luck = Luck(
        child=join([g.luck.child for g in groups])[order],
        leaving_marks=join([g.luck.leaving_marks for g in groups])[order],
        homes=join([g.luck.homes for g in groups])[order],
        matches=join([g.luck.matches for g in groups])[order],
    )
    return Arrivals(
        child=join([g.child for g in groups])[order],
        time=time[order],
        born=join([g.born for g in groups])[order],
        band=join([g.band for g in groups])[order],
        luck=luck,
    )
