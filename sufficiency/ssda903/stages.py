"""How many periods of care there are, and how many children in care, after a stage of cleaning.

Two stages are told: when the years are merged and the dates put right, and when every rule has
been applied. What lies between the two is what the rules set aside.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sufficiency.ssda903.repair import Period

MERGED, CARE = "merged", "care"
"""Names of the stages."""

_SENTENCES = {
    MERGED: "Years merged, overlaps and gaps repaired; short breaks not yet set aside, and an "
    "open episode counts as going on even where the next return does not have it.",
    CARE: "Every rule applied: short breaks and what lies after the eighteenth birthday set "
    "aside, and who is not seen again counted no further than was known.",
}


@dataclass(frozen=True)
class Stage:
    """What stood after a stage of cleaning.

    Attributes:
        name: ``merged`` or ``care``.
        sentence: What had been done by then.
        periods: How many periods of care.
        closed: How many of them had ended by the last day covered.
        open: How many had not.
        in_care: Children in care on the night of each 31 March covered, that before the first
            return's year first, and on the last day.
    """

    name: str
    sentence: str
    periods: int
    closed: int
    open: int
    in_care: Mapping[dt.date, int]


def stage(name: str, periods: Sequence[Period], first: dt.date, last: dt.date) -> Stage:
    """Count the periods of care after a stage.

    Args:
        name: Which, :data:`MERGED` or :data:`CARE`.
        periods: The periods.
        first: First day covered, a 1 April.
        last: Last day covered.
    """
    still = sum(period.end is None or period.end > last for period in periods)
    dates = [dt.date(year, 3, 31) for year in range(first.year, last.year + 1)]
    days = [*(date for date in dates if date < last), last]
    return Stage(
        name,
        _SENTENCES[name],
        periods=len(periods),
        closed=len(periods) - still,
        open=still,
        in_care={day: sum(period.in_care(day) for period in periods) for day in days},
    )
