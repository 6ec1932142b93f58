"""When carers' places can be used: on approval, after a rest, until notice is given.

A place of a household comes and goes: carers rest, a child needs to be alone, a room is no longer
free. A place may become unavailable while a child lives in it. The child stays, and the place is
not filled again when the child leaves; so a household may have fewer usable places than children.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sufficiency.model.luck import marks
from sufficiency.model.parameters import CarerParameters
from sufficiency.model.sheet import STRIP_STEP
from sufficiency.streams import Streams

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Changes = tuple[FloatArray, IntArray, IntArray, IntArray]
"""Days, positions of households, changes in usable places, and codes in :data:`KINDS`."""

KINDS = ("approved", "unavailable", "available", "notice", "leaves")
"""What can happen to a household's places; on the same day, in this order."""
_APPROVED, _UNAVAILABLE, _AVAILABLE, _NOTICE, _LEAVES = range(len(KINDS))

SPELLS_PER_ROW = 8
"""Times a row of luck has a place change between available and not. Few change more often."""


class PlaceEvent(NamedTuple):
    """A day on which a household's usable places change.

    Over a household's life the changes add up to nothing: what it had at the start or on
    approval, less and more one by one, until notice takes away what is left.
    """

    day: float
    """Day of the forecast, from 0."""
    household: int
    """Number of the household."""
    change: int
    """Change in the places that may take a child."""
    kind: str
    """One of :data:`KINDS`. On ``leaves`` the children living there must move; its change is 0,
    as notice took the places before, at the latest on the same day."""


@dataclass(frozen=True)
class Stays:
    """From when until when each household fosters; one entry a household.

    Attributes:
        number: Number of each.
        places: How many children it is approved for.
        is_new: Whether it is approved during the forecast.
        since: Day of approval, 0 if it was open at the start.
        leaves: Day it stops, also if after the forecast.
    """

    number: IntArray
    places: IntArray
    is_new: BoolArray
    since: FloatArray
    leaves: FloatArray


def place_events(
    carers: CarerParameters, stays: Stays, streams: Streams, days: int
) -> tuple[IntArray, tuple[PlaceEvent, ...]]:
    """What happens to the places of every household during the forecast.

    Args:
        carers: The share of places unavailable, for how long, and notice.
        stays: The households.
        streams: The replication's streams.
        days: Length of the forecast.

    Returns:
        Usable places of each household on day 0, 0 for those approved later, and the events in
        order of time.
    """
    notice = stays.leaves - carers.notice_days
    # Already under notice on its first day: such a household takes no child at all.
    in_notice = notice <= stays.since
    until = np.where(in_notice, stays.since, np.minimum(notice, days))
    usable = np.where(in_notice, 0, stays.places)
    changes: list[Changes] = []
    for place in range(int(stays.places.max(initial=0))):
        has = np.flatnonzero((stays.places > place) & ~in_notice)
        luck = _place_luck(streams, stays.number[has], place)
        is_out = luck[:, 0] < _out_at_first(carers, stays.is_new[has])
        usable[has] -= is_out
        if 0.0 < carers.unavailable < 1.0:
            spells = _Spells(carers, streams, place, luck, is_out)
            changes.append(spells.changes(has, stays, until))
    left = usable.copy()
    for _, row, change, _ in changes:
        np.add.at(left, row, change)
    new, gone = np.flatnonzero(stays.is_new), np.flatnonzero(stays.leaves < days)
    noticed = np.flatnonzero(~in_notice & (notice < days))
    changes.append((stays.since[new], new, usable[new], _all(_APPROVED, new)))
    changes.append((notice[noticed], noticed, -left[noticed], _all(_NOTICE, noticed)))
    changes.append((stays.leaves[gone], gone, _all(0, gone), _all(_LEAVES, gone)))
    return np.where(stays.is_new, 0, usable), tuple(_in_order(changes, stays.number))


def _all(value: int, rows: IntArray) -> IntArray:
    return np.full(len(rows), value)


def _in_order(changes: list[Changes], number: IntArray) -> Iterator[PlaceEvent]:
    day, row, change, kind = (np.concatenate(column) for column in zip(*changes, strict=True))
    order = np.lexsort((kind, day))
    kinds = [KINDS[code] for code in kind[order].tolist()]
    columns = (day[order].tolist(), number[row[order]].tolist(), change[order].tolist(), kinds)
    return map(PlaceEvent._make, zip(*columns, strict=True))


def _place_luck(streams: Streams, number: IntArray, place: int) -> FloatArray:
    """Luck of one place of each household; shape (households, 1 + :data:`SPELLS_PER_ROW`).

    A household's row is found by its number alone, whoever else is approved.
    """
    group, row = np.divmod(number, STRIP_STEP)
    luck = np.empty((len(number), 1 + SPELLS_PER_ROW))
    for code in np.unique(group).tolist():
        chosen = group == code
        rows = row[chosen]
        stream = streams.of("carer_places", code, place)
        luck[chosen] = stream.random((int(rows.max()) + 1, luck.shape[1]))[rows]
    return luck


def _out_at_first(carers: CarerParameters, is_new: BoolArray) -> FloatArray:
    """Chance that a place cannot be used at first.

    At the start of the forecast it is the long run's. A household that has just been approved
    begins with all its places, unless none can ever be used.
    """
    return np.where(is_new, float(carers.unavailable >= 1.0), carers.unavailable)


@dataclass(frozen=True)
class _Spells:
    """The same place of each household, available and unavailable by turns.

    Attributes:
        carers: The share unavailable, and for how long.
        streams: For places that change more often than most.
        place: Which of a household's places.
        luck: As :func:`_place_luck` gives it.
        is_out: Whether each is unavailable at first.
    """

    carers: CarerParameters
    streams: Streams
    place: int
    luck: FloatArray
    is_out: BoolArray

    @property
    def mean_days(self) -> tuple[float, float]:
        """Average length of a spell available and unavailable: the share follows from both."""
        out = self.carers.unavailable_days
        return out * (1.0 - self.carers.unavailable) / self.carers.unavailable, out

    def changes(self, has: IntArray, stays: Stays, until: FloatArray) -> Changes:
        """The changes of the households that have the place, before notice or the end."""
        out = self.is_out[:, None] ^ (np.arange(SPELLS_PER_ROW) % 2 == 1)
        lasting = marks(self.luck[:, 1:]) * np.where(out, *self.mean_days[::-1])
        ends = stays.since[has, None] + np.cumsum(lasting, axis=1)
        which, spell = np.nonzero(ends < until[has, None])
        found = [(ends[which, spell], has[which], np.where(out[which, spell], 1, -1))]
        for house in np.flatnonzero(ends[:, -1] < until[has]).tolist():
            row = int(has[house])
            found.append(self._later(house, row, stays, float(ends[house, -1]), until[row]))
        day, rows, change = (np.concatenate(column) for column in zip(*found, strict=True))
        return day, rows, change, np.where(change < 0, _UNAVAILABLE, _AVAILABLE)

    def _later(
        self, house: int, row: int, stays: Stays, day: float, until: float
    ) -> tuple[FloatArray, IntArray, IntArray]:
        """One household's changes beyond its row of luck, from a stream of its own."""
        stream = self.streams.of("later_carer_places", int(stays.number[row]), self.place)
        # The spells of a row are even in number, so after it the place is as it was at first.
        out = bool(self.is_out[house])
        days, changes = [], []
        while True:
            day += float(marks(stream.random(1))[0]) * self.mean_days[out]
            if day >= until:
                break
            days.append(day)
            changes.append(1 if out else -1)
            out = not out
        later = np.array(changes, dtype=np.int64)
        return np.array(days), _all(row, later), later
