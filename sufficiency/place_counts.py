"""How many children want each kind of home, and how many live there, month end by month end.

A child wants the kind of home its search wanted first (``first_choice``) when it moved into
the home it has now, wherever it then found one. It goes on wanting it until that placement
ends, also where nobody plans to move it: to have lived where it was wanted it would have
needed a place from the start. ``waiting_for`` would be too few: it holds only the children whose
plan is to move. A child who came as an opening child wants what a child of its plan would have
been offered first, relatives left out. Counted are the last nights of the months of the
forecast; the opening night is not among them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sufficiency.episodes import LOCATIONS, NONE, Episodes
from sufficiency.periods import DAYS_PER_YEAR, Horizon
from sufficiency.vocabulary import AGE_BAND_STARTS_YEARS, Location

IntArray = NDArray[np.int32]
FloatArray = NDArray[np.float64]

PLACES, NEARBY_PLACES = "places", "nearby_places"
CHILDREN_NEARBY, CHILDREN_THERE = "children_within_20_miles", "children_living_there"
"""What the places there are can be counted from: the setting's own places; places within 20 miles
less the children of other authorities in them; where no places are stated, the children living
there within 20 miles; and for each age, the children of that age living there."""

_FAR = LOCATIONS.index(Location.OUTSIDE_FAR)
_BANDS = len(AGE_BAND_STARTS_YEARS)
_BAND_STARTS_DAYS = np.array([years * DAYS_PER_YEAR for years in AGE_BAND_STARTS_YEARS])


@dataclass(frozen=True)
class PlaceCounts:
    """Children by month end, setting and age on that day, and the places there are.

    Put together over many futures, every array has the futures as a further first axis.

    Attributes:
        wanting: Children whose first choice the setting is, wherever they live; shape
            (months, settings, age bands).
        living_there: Children living in the setting; the same shape.
        within_20_miles: Those of them who live within 20 miles of home; the same shape.
        elsewhere: Children whose first choice the setting is and who live in another; the same
            shape.
        place_days: Places times days they could be used; shape (settings, financial years).
            Not-a-number for a setting without a limit.
        nearby_place_days: The same of places within 20 miles that children of other authorities
            leave free, where they are stated.
    """

    wanting: IntArray
    living_there: IntArray
    within_20_miles: IntArray
    elsewhere: IntArray
    place_days: FloatArray
    nearby_place_days: FloatArray


def count_places(
    episodes: Episodes,
    horizon: Horizon,
    places: Mapping[int, NDArray[np.int64]],
    nearby: Mapping[int, NDArray[np.int64]],
) -> PlaceCounts:
    """Count who wants which home and who lives where, at every month end.

    Args:
        episodes: Placements.
        horizon: The days of the forecast.
        places: Places on each day, by code of the setting, where they are limited.
        nearby: Places within 20 miles left by other authorities on each day, likewise.

    Returns:
        The counts of one future.
    """
    row, month, band = _nights_and_ages(episodes, horizon)
    setting, wanted = episodes.setting[row], episodes.first_choice[row]
    known = wanted != NONE
    shape = (len(horizon.months), len(episodes.settings), _BANDS)

    def counted(code: NDArray[np.int16], chosen: NDArray[np.bool_] | None = None) -> IntArray:
        cell = (month * shape[1] + code) * _BANDS + band
        if chosen is not None:
            cell = cell[chosen]
        counts = np.bincount(cell, minlength=shape[0] * shape[1] * _BANDS)
        return counts.reshape(shape).astype(np.int32)

    return PlaceCounts(
        wanting=counted(wanted, known),
        living_there=counted(setting),
        within_20_miles=counted(setting, episodes.location[row] != _FAR),
        elsewhere=counted(wanted, known & (wanted != setting)),
        place_days=_days_by_year(places, len(episodes.settings), horizon),
        nearby_place_days=_days_by_year(nearby, len(episodes.settings), horizon),
    )


def stacked(counts: list[PlaceCounts]) -> PlaceCounts:
    """Many futures' counts as one, futures along the first axis."""
    return PlaceCounts(
        wanting=np.stack([one.wanting for one in counts]),
        living_there=np.stack([one.living_there for one in counts]),
        within_20_miles=np.stack([one.within_20_miles for one in counts]),
        elsewhere=np.stack([one.elsewhere for one in counts]),
        place_days=np.stack([one.place_days for one in counts]),
        nearby_place_days=np.stack([one.nearby_place_days for one in counts]),
    )


def _nights_and_ages(
    episodes: Episodes, horizon: Horizon
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Each placement at each month end it lasts over: its row, the month, and the child's age.

    Returns:
        Row of the placement, place of the month and code of the age band; all of one length.
    """
    last_nights = np.array([month.after - 1 for month in horizon.months])
    first = np.searchsorted(last_nights, episodes.start)
    months = np.maximum(np.searchsorted(last_nights, episodes.end) - first, 0)
    row = np.repeat(np.arange(len(episodes)), months)
    ran = np.cumsum(months) - months
    month = np.arange(len(row)) - ran[row] + first[row]
    age = last_nights[month] - episodes.born[row]
    # A child is counted until 18 though a birthday may be a day out, so the last band has no end;
    # one born on the day it came may seem a day short of birth.
    band = np.maximum(np.searchsorted(_BAND_STARTS_DAYS, age, side="right") - 1, 0)
    return row, month, band


def _days_by_year(
    by_day: Mapping[int, NDArray[np.int64]], settings: int, horizon: Horizon
) -> FloatArray:
    years = horizon.financial_years
    found = np.full((settings, len(years)), np.nan)
    for code, daily in by_day.items():
        found[code] = np.add.reduceat(daily, [year.first for year in years])
    return found
