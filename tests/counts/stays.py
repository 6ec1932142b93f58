"""Placements written by hand, for counting."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from sufficiency.episodes import (
    CATEGORIES,
    LOCATIONS,
    NONE,
    OPEN,
    PROVENANCES,
    REASONS_CEASED,
    REASONS_NEW,
    SIBLINGS,
    AfterCareSpells,
    Episodes,
)
from sufficiency.periods import Horizon

SETTINGS = ("in_house_foster", "agency_foster", "external_residential")
QUARTER = Horizon(dt.date(2020, 2, 29), dt.date(2020, 5, 31))
"""March, April and May 2020: days 0 to 30, 31 to 60 and 61 to 91."""

MARCH, APRIL, MAY, YEAR_BEFORE, YEAR = 1, 2, 3, 4, 5
"""Places of the periods in a row of counts; 0 is the opening day."""


@dataclass(frozen=True)
class Stay:
    """One placement of one child, in words."""

    child: int
    start: int
    end: int = OPEN
    setting: str = "in_house_foster"
    location: str = "inside"
    new: str = "entry"
    ceased: str = ""
    wanted: str | None = None
    waiting_for: str | None = None
    provenance: str = "S"
    period_of_care: int = 1
    category: str = "ordinary"
    siblings: str = ""


def episodes(*stays: Stay, horizon: Horizon = QUARTER) -> Episodes:
    """The table of some stays, in the order they began."""
    rows = sorted(stays, key=lambda stay: stay.start)
    codes = {name: code for code, name in enumerate(SETTINGS)} | {"": NONE}
    wanted = [codes[row.setting if row.wanted is None else row.wanted] for row in rows]
    waits = [NONE if row.waiting_for is None else codes[row.waiting_for] for row in rows]
    return Episodes(
        epoch=horizon.epoch,
        settings=SETTINGS,
        child=np.array([row.child for row in rows], dtype=np.int64),
        period_of_care=np.array([row.period_of_care for row in rows], dtype=np.int32),
        start=np.array([row.start for row in rows], dtype=np.int32),
        end=np.array([row.end for row in rows], dtype=np.int32),
        setting=np.array([codes[row.setting] for row in rows], dtype=np.int16),
        location=np.array([LOCATIONS.index(row.location) for row in rows], dtype=np.int8),
        first_choice=np.array(wanted, dtype=np.int16),
        waiting_for=np.array(waits, dtype=np.int16),
        reason_new=np.array([REASONS_NEW.index(row.new) for row in rows], dtype=np.int8),
        reason_ceased=np.array([REASONS_CEASED.index(row.ceased) for row in rows], dtype=np.int8),
        born=np.full(len(rows), -3000, dtype=np.int32),
        price_rank=np.full(len(rows), 0.5),
        category=np.array([CATEGORIES.index(row.category) for row in rows], dtype=np.int8),
        siblings=np.array([SIBLINGS.index(row.siblings) for row in rows], dtype=np.int8),
        provenance=np.array([PROVENANCES.index(row.provenance) for row in rows], dtype=np.int8),
    )


def paid(*spells: tuple[int, int]) -> AfterCareSpells:
    """Payments after care, from a day up to a day."""
    count = len(spells)
    return AfterCareSpells(
        kinds=("special_guardianship",),
        child=np.arange(count, dtype=np.int64),
        kind=np.zeros(count, dtype=np.int8),
        start=np.array([first for first, _ in spells], dtype=np.int32),
        end=np.array([after for _, after in spells], dtype=np.int32),
        born=np.full(count, -3000, dtype=np.int32),
    )
