"""Things about a council's returns that are worth a look before any rate is used.

No rule has to be broken for data to be wrong. A year may be missing, a table may have been
exported for half the children, every date of birth may have been blunted. Each check here
looks for one such thing and says what it found and what to do. None names a child or gives a
value of one, and none gives a count of one to five children.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sufficiency.report.disclosure import LARGEST
from sufficiency.report.words import listed
from sufficiency.ssda903.returns import Returns

if TYPE_CHECKING:
    from sufficiency.care_records import CareRecords
    from sufficiency.ssda903.clean import Cleaned

JUMP = 0.15
"""Change from one 31 March to the next, as a share, beyond which the years are looked at."""

_ENOUGH = int(np.ceil(LARGEST))  # children; fewer prove nothing and may not be told
_A_YEAR_DAYS = (350, 380)
_SEEN_STARTING = 0.8


@dataclass(frozen=True)
class Check:
    """Something worth a look.

    Attributes:
        name: A short name.
        sentence: What was found.
        remedy: What to do about it.
    """

    name: str
    sentence: str
    remedy: str


@dataclass(frozen=True)
class Beginnings:
    """When periods of care began, one entry a period.

    Attributes:
        year: Collection year in which it began.
        age_years: Whole years of age then.
        known: Whether the child was seen coming into care on it.
        before: Whether it lies before the first day of the records.
    """

    year: np.ndarray[tuple[int], np.dtype[np.int64]]
    age_years: np.ndarray[tuple[int], np.dtype[np.int64]]
    known: np.ndarray[tuple[int], np.dtype[np.bool_]]
    before: np.ndarray[tuple[int], np.dtype[np.bool_]]

    def __len__(self) -> int:
        """How many periods there are."""
        return len(self.year)


def collection_year(date: dt.date) -> int:
    """The year of the 31 March on or after a date."""
    return date.year + ((date.month, date.day) > (3, 31))


def beginnings(records: CareRecords) -> Beginnings:
    """When each period of care of the records began."""
    episodes = records.episodes
    periods = np.stack([episodes.child, episodes.period_of_care.astype(np.int64)])
    first = np.unique(periods, axis=1, return_index=True)[1]
    entered = records.entered[first]
    dates = [records.first_date + dt.timedelta(days=int(day)) for day in entered]
    ages = np.floor((entered - episodes.born[first]) / 365.25)
    return Beginnings(
        np.array([collection_year(date) for date in dates], dtype=np.int64),
        ages.astype(np.int64),
        records.entered_known[first],
        entered < 0,
    )


def checks(returns: Returns, cleaned: Cleaned) -> tuple[Check, ...]:
    """Everything worth a look, in the order to look at it.

    Args:
        returns: The rows as they were read.
        cleaned: What was made of them.

    Returns:
        The checks that found something; empty where none did.
    """
    began = beginnings(cleaned.records)
    return tuple(
        itertools.chain(
            _missing_years(returns),
            _no_entries(cleaned, began),
            _jumps(cleaned.stages[-1].in_care),
            _starts(returns, cleaned),
            _ages(returns, began),
        )
    )


def _missing_years(returns: Returns) -> Iterator[Check]:
    years = returns.years
    if not years:
        return
    for year in range(years[0], years[-1] + 1):
        if year not in years:
            yield Check(
                "missing_year",
                f"There is no return for the year to 31 March {year}, though there are earlier and "
                "later ones.",
                "Add it. Without it open episodes of the year before cannot be followed.",
            )


def _no_entries(cleaned: Cleaned, began: Beginnings) -> Iterator[Check]:
    records = cleaned.records
    seen = {int(year) for year in began.year[began.known]}
    first, last = collection_year(records.first_date), collection_year(records.last_date)
    for year in range(first, last + 1):
        if year not in seen:
            yield Check(
                "no_entries",
                f"No child is seen coming into care in the year to 31 March {year}.",
                "Check that the episodes table of that year is whole. If the records end early in "
                "it, nothing needs doing.",
            )


def _jumps(in_care: Mapping[dt.date, int]) -> Iterator[Check]:
    """A change so large that a table is more likely to be short than care to have changed.

    A change of five children or fewer is left out: it may be chance, and may not be told.
    """
    told = []
    for before, after in itertools.pairwise(sorted(in_care)):
        one, two = in_care[before], in_care[after]
        a_year = _A_YEAR_DAYS[0] <= (after - before).days <= _A_YEAR_DAYS[1]
        if not a_year or min(one, two) < _ENOUGH or abs(two - one) < _ENOUGH:
            continue
        if abs(two - one) > JUMP * one:
            told.append(
                f"from {one:,} on {day(before)} to {two:,} on {day(after)} "
                f"({abs(two - one) / one:.0%} {'more' if two > one else 'fewer'})"
            )
    if told:
        yield Check(
            "jump",
            f"Children in care went {listed(told)}.",
            "Set these against the published figures. If they differ, rows are missing or there "
            "twice; if not, ask what changed before rates of these years are put together.",
        )


def _starts(returns: Returns, cleaned: Cleaned) -> Iterator[Check]:
    """Whether the reason for a new episode can be believed.

    Both are counted before short breaks are set aside: a period may begin with one.
    """
    first, stage = cleaned.records.first_date, cleaned.stages[0]
    starts = {(row.child, row.decom) for row in returns.episodes if row.rne == "S"}
    starts = {each for each in starts if each[1] >= first}
    # Whoever was in care on the eve of the first day had begun before it; all others after.
    periods = stage.periods - stage.in_care.get(first - dt.timedelta(days=1), 0)
    if periods < _ENOUGH or len(starts) >= _SEEN_STARTING * periods:
        return
    # The number of starts itself may be small; a share of tenths does not give it away.
    told = f"{len(starts):,}" if len(starts) >= _ENOUGH or not starts else "only a few"
    yield Check(
        "few_starts",
        f"{periods:,} periods of care begin within the records, but {told} rows say that care "
        "began (RNE S).",
        "Check how RNE is filled. Periods are found from dates and ways out, but whether a child "
        "was seen coming into care hangs on it.",
    )


def _ages(returns: Returns, began: Beginnings) -> Iterator[Check]:
    if len(began) >= _ENOUGH and len(np.unique(began.age_years)) == 1:
        yield Check(
            "one_age",
            "Every child comes into care at the same age.",
            "Dates of birth are likely to be made up. Rates by age mean nothing until they are "
            "put right.",
        )
    born = {(row.child, row.born) for row in returns.headers}
    days = {date.day for _, date in born}
    if len({child for child, _ in born}) >= _ENOUGH and len(days) == 1:
        yield Check(
            "blunted_births",
            "Every date of birth falls on the same day of a month.",
            "They seem to have been blunted. Ages are then out by up to a month, which matters "
            "for babies and at 18 only. Use true dates if you may.",
        )


def day(date: dt.date) -> str:
    """``31 March 2024``."""
    return f"{date.day} {date:%B %Y}"
