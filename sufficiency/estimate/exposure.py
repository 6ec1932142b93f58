"""Events and exposure from spells that are seen only in part.

Records open on some day: children already in care then have been in care for a while, and
those who came and went before were never seen. A spell counts towards exposure only from when
it is seen (delayed entry), and until it ends or is last seen (right censoring). Leaving out
delayed entry counts time during which, had the child left, nobody would have known; it makes
stays look longer than they are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class Exposed:
    """Events and exposure by band of time since the spell began.

    Attributes:
        events: Ends seen in each band.
        exposure_days: Days seen in each band.
    """

    events: NDArray[np.int64]
    exposure_days: FloatArray

    @property
    def rate_per_day(self) -> FloatArray:
        """Events per day; not a number where nothing was seen."""
        rate: FloatArray = np.divide(
            self.events,
            self.exposure_days,
            out=np.full(len(self.events), np.nan),
            where=self.exposure_days > 0,
        )
        return rate


def exposed(
    seen_from_days: FloatArray,
    seen_until_days: FloatArray,
    ended: BoolArray,
    band_starts_days: FloatArray,
) -> Exposed:
    """Count events and days by band.

    Args:
        seen_from_days: Age of each spell when first seen: 0 when seen from its start.
        seen_until_days: Age of each spell when it ended or was last seen.
        ended: Whether it ended then.
        band_starts_days: First day of each band, rising from 0.

    Returns:
        Events and days in each band. A spell that ends on a band's first day counts in it.

    Raises:
        ValueError: When a spell is seen for less than no time, or bands do not rise from 0.
    """
    if (seen_until_days < seen_from_days).any() or (seen_from_days < 0).any():
        raise ValueError("a spell cannot be last seen before it is first seen, or before it began")
    if band_starts_days[0] != 0 or (np.diff(band_starts_days) <= 0).any():
        raise ValueError("bands must rise from 0")
    ends = np.append(band_starts_days[1:], np.inf)
    inside = np.minimum(seen_until_days[:, None], ends) - np.maximum(
        seen_from_days[:, None], band_starts_days
    )
    band = np.searchsorted(band_starts_days, seen_until_days[ended], side="right") - 1
    return Exposed(
        np.bincount(band, minlength=len(band_starts_days)).astype(np.int64),
        np.clip(inside, 0, None).sum(axis=0),
    )


def spells_by_age(
    start_day: FloatArray, end_day: FloatArray, ended: BoolArray, first_day: float, last_day: float
) -> tuple[FloatArray, FloatArray, BoolArray, BoolArray]:
    """What is seen of spells between two days, as :func:`exposed` wants it.

    Args:
        start_day: Day each spell began.
        end_day: Day it ended, or any later day while it goes on.
        ended: Whether it has ended.
        first_day: First day records cover.
        last_day: Last day records cover.

    Returns:
        Age of the spell when first seen, when last seen, whether its end was seen, and which
        spells were seen at all. The first three hold only the spells seen.
    """
    seen = (end_day > first_day) & (start_day < last_day)
    begin, end = start_day[seen], end_day[seen]
    return (
        np.maximum(begin, first_day) - begin,
        np.minimum(end, last_day) - begin,
        ended[seen] & (end <= last_day),
        seen,
    )
