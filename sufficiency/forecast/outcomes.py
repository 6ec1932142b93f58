"""What a back-test forecasts and what was published of it: the total, ages and placements.

The Department for Education publishes how many children an authority looks after on 31 March,
how old they are and where they live. Simulated children are counted in the same parts, so that
the two can be laid side by side. What was suppressed stays a code and is no outcome.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sufficiency.episodes import Episodes
from sufficiency.inputs.rows import Count
from sufficiency.inputs.tables import Published
from sufficiency.vocabulary import AGE_BAND_STARTS_YEARS, AgeBand, Setting

ALL = "all"
TOTAL, BY_AGE, BY_PLACEMENT = "total", "by_age", "by_placement"
WHATS = (TOTAL, BY_AGE, BY_PLACEMENT)
"""What is forecast, each in parts."""

AGES = {
    AgeBand.UNDER_1.value: "Under 1 year",
    AgeBand.FROM_1_TO_4.value: "1 to 4 years",
    AgeBand.FROM_5_TO_9.value: "5 to 9 years",
    AgeBand.FROM_10_TO_15.value: "10 to 15 years",
    AgeBand.FROM_16_TO_17.value: "16 years and over",
}
"""Each age band, and what it is called where it is published."""

PLACEMENTS = {
    "fostering": ("Foster placements",),
    "homes_and_secure": ("Secure homes and children's homes",),
    "supported_accommodation": (
        "Independent and semi-independent living arrangements/supported accommodation",
    ),
    "placed_with_parents": ("Placed with parents or other person with parental responsibility",),
    "placed_for_adoption": ("Placed for adoption",),
    "rest": ("Other placements", "Other residential settings", "Residential schools"),
}
"""Each kind of placement, and the published categories it takes together."""

PLACEMENT_OF = {
    Setting.CONNECTED_CARER: "fostering",
    Setting.IN_HOUSE_FOSTER: "fostering",
    Setting.AGENCY_FOSTER: "fostering",
    Setting.HUB: "homes_and_secure",
    Setting.IN_HOUSE_RESIDENTIAL: "homes_and_secure",
    Setting.EXTERNAL_RESIDENTIAL: "homes_and_secure",
    Setting.SECURE: "homes_and_secure",
    Setting.SUPPORTED_ACCOMMODATION: "supported_accommodation",
    Setting.PLACED_WITH_PARENTS: "placed_with_parents",
    Setting.PLACED_FOR_ADOPTION: "placed_for_adoption",
}
"""The kind of placement of each setting; every setting not named here is of the rest."""

PARTS = (
    (TOTAL, ALL),
    *((BY_AGE, part) for part in AGES),
    *((BY_PLACEMENT, part) for part in PLACEMENTS),
)
"""What and part of every row of a forecast, in order."""

STOCK = "looked_after_31_march"
NOT_THERE = "x"

# As the clocks of the simulation turn: on the day before the year is full.
_BIRTHDAYS_DAYS = [math.floor(years * 365.25) for years in AGE_BAND_STARTS_YEARS[1:]]


def published_parts(published: Published, year: int) -> tuple[Count, ...]:
    """What was published of one authority on 31 March of a year.

    Args:
        published: Its figures.
        year: The year.

    Returns:
        A number, or the code that stands in its place, for each of :data:`PARTS`. A category
        the table does not hold is ``x``. Categories taken together are a number only where
        each of them is one.
    """
    total = published.figures.get((year, STOCK, ALL), {})
    ages = published.figures.get((year, STOCK, "Age group"), {})
    placements = published.figures.get((year, STOCK, "Placement"), {})
    return (
        total.get(ALL, NOT_THERE),
        *(ages.get(category, NOT_THERE) for category in AGES.values()),
        *(
            _together([placements.get(category, NOT_THERE) for category in categories])
            for categories in PLACEMENTS.values()
        ),
    )


def _together(counts: Sequence[Count]) -> Count:
    codes = [count for count in counts if isinstance(count, str)]
    return codes[0] if codes else sum(count for count in counts if isinstance(count, int))


def counted_parts(episodes: Episodes, days: Sequence[int]) -> NDArray[np.int64]:
    """Simulated children in care on the nights of some days.

    Args:
        episodes: Placements.
        days: Day numbers. A child who leaves on a day is not counted on it.

    Returns:
        Counts for each day and each of :data:`PARTS`; shape (days, parts).
    """
    kinds = list(PLACEMENTS)
    kind_of = np.array([kinds.index(_kind(name)) for name in episodes.settings], dtype=np.int64)
    found = np.zeros((len(days), len(PARTS)), dtype=np.int64)
    for row, day in enumerate(days):
        there = (episodes.start <= day) & (episodes.end > day)
        ages = np.searchsorted(_BIRTHDAYS_DAYS, day - episodes.born[there], side="right")
        found[row, 0] = there.sum()
        found[row, 1 : 1 + len(AGES)] = np.bincount(ages, minlength=len(AGES))
        placements = kind_of[episodes.setting[there]]
        found[row, 1 + len(AGES) :] = np.bincount(placements, minlength=len(kinds))
    return found


def _kind(setting: str) -> str:
    return PLACEMENT_OF.get(Setting(setting), "rest") if setting in set(Setting) else "rest"
