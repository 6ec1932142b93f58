"""Things about a council's returns that are worth a look before any rate is used.

No rule has to be broken for data to be wrong. A year may be missing, a table may have been
exported for half the children, every date of birth may have been blunted. Each check here
looks for one such thing and says what it found and what to do. None names a child or gives a
value of one, and none gives a count of one to five children.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sufficiency.periods import DAYS_PER_YEAR, long_date
from sufficiency.report.disclosure import LARGEST, small
from sufficiency.report.quality_filling import Filling
from sufficiency.report.quality_left_out import unseen
from sufficiency.report.words import listed
from sufficiency.ssda903.dates import collection_year
from sufficiency.ssda903.returns import Returns

if TYPE_CHECKING:
    from sufficiency.care_records import CareRecords
    from sufficiency.ssda903.clean import Cleaned

JUMP = 0.15
"""Change from one 31 March to the next, as a share, beyond which the years are looked at."""

_ENOUGH = int(np.ceil(LARGEST))  # children; fewer prove nothing and may not be told
_A_YEAR_DAYS = (350, 380)
_SEEN_STARTING = 0.8
ENDED_BEFORE_AT_MOST = 0.1
"""Rows that ended before the records begin, as a share of all, beyond which they are told."""
UNSEEN_AT_MOST = 0.05
"""Children open in an earlier return and in no later one, as a share of those in care on the last
day, beyond which they are pointed out."""
BEGUN_KNOWN_AT_LEAST = 0.5
"""Of the periods under way when the records begin, the share whose beginning ought to be known."""


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


def beginnings(records: CareRecords) -> Beginnings:
    """When each period of care of the records began."""
    episodes = records.episodes
    periods = np.stack([episodes.child, episodes.period_of_care.astype(np.int64)])
    first = np.unique(periods, axis=1, return_index=True)[1]
    entered = records.entered[first]
    dates = [records.first_date + dt.timedelta(days=int(day)) for day in entered]
    ages = np.floor((entered - episodes.born[first]) / DAYS_PER_YEAR)
    return Beginnings(
        np.array([collection_year(date) for date in dates], dtype=np.int64),
        ages.astype(np.int64),
        records.entered_known[first],
        entered < 0,
    )


def checks(returns: Returns, cleaned: Cleaned, filled: Sequence[Filling]) -> tuple[Check, ...]:
    """Everything worth a look, in the order to look at it.

    Args:
        returns: The rows as they were read.
        cleaned: What was made of them.
        filled: How fully columns are filled.

    Returns:
        The checks that found something; empty where none did.
    """
    began = beginnings(cleaned.records)
    return tuple(
        itertools.chain(
            _missing_years(returns),
            _no_entries(cleaned, began),
            _jumps(cleaned.stages[-1].in_care),
            _not_seen_again(cleaned),
            _empty_columns(filled),
            _begun_unseen(cleaned, began),
            _starts(returns, cleaned, began),
            _assumed_years(returns),
            _ended_before(returns, cleaned),
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
                f"from {one:,} on {long_date(before)} to {two:,} on {long_date(after)} "
                f"({abs(two - one) / one:.0%} {'more' if two > one else 'fewer'})"
            )
    if told:
        yield Check(
            "jump",
            f"Children in care went {listed(told)}.",
            "Set these against the published figures. If they differ, rows are missing or there "
            "twice; if not, ask what changed before rates of these years are put together.",
        )


def _not_seen_again(cleaned: Cleaned) -> Iterator[Check]:
    """Whether many children left in a way nobody wrote down."""
    in_care = cleaned.stages[-1].in_care
    end, lost = max(in_care), len(unseen(cleaned))
    if lost >= _ENOUGH and lost > UNSEEN_AT_MOST * in_care[end]:
        beside = "fewer than six" if small(in_care[end]) else f"{in_care[end]:,}"
        yield Check(
            "not_seen_again",
            f"{lost:,} children are open in an earlier return and in no later one, beside {beside} "
            f"in care on {long_date(end)}.",
            "They left, and nobody wrote down when or how. Find out, and put the end into the "
            "return it fell in. Until then too few are seen to leave.",
        )


def _empty_columns(filled: Sequence[Filling]) -> Iterator[Check]:
    """Columns that no return has, or that are empty in every one."""
    empty = [each.column for each in filled if each.is_empty]
    if empty:
        are = "is" if len(empty) == 1 else "are"
        yield Check(
            "empty_column",
            f"{listed(empty)} {are} in no return, or empty in every year.",
            "Export the return with them, if they are recorded. What hangs on them is said with "
            "the columns below; nothing can be read of it here.",
        )


def _begun_unseen(cleaned: Cleaned, began: Beginnings) -> Iterator[Check]:
    """Whether it is known of those in care at the start when they came."""
    at_start, unknown = int(began.before.sum()), int((began.before & ~began.known).sum())
    if at_start < _ENOUGH or unknown <= (1 - BEGUN_KNOWN_AT_LEAST) * at_start:
        return
    told = "most" if small(unknown) or small(at_start - unknown) else f"{unknown:,}"
    yield Check(
        "begun_unseen",
        f"Of {at_start:,} periods of care under way on {long_date(cleaned.records.first_date)}, "
        f"it is not known of {told} when the child came into care.",
        "They are counted from where they are first seen, so little is known of long stays. Add "
        "the returns of earlier years.",
    )


def _starts(returns: Returns, cleaned: Cleaned, began: Beginnings) -> Iterator[Check]:
    """Whether the reason for a new episode can be believed."""
    first = cleaned.records.first_date
    starts = {(row.child, row.decom) for row in returns.episodes if row.rne == "S"}
    starts = {each for each in starts if each[1] >= first}
    periods = int((~began.before).sum())
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


def _assumed_years(returns: Returns) -> Iterator[Check]:
    """Whether it is known of which return each row is, where one file holds them all."""
    assumed = sum(each.rule == "year_assumed" for each in returns.findings)
    if assumed:
        told = f"{assumed:,}" if assumed >= _ENOUGH else "a few"
        yield Check(
            "years_assumed",
            "One file holds the returns of several years and nothing says which row is of which: "
            f"of {told} open episodes it had to be assumed in which return they stood last.",
            "Give a file a year, or a column YEAR. Children who left without an end are otherwise "
            "counted as in care, or children in care as gone.",
        )


def _ended_before(returns: Returns, cleaned: Cleaned) -> Iterator[Check]:
    """Whether the returns hold more years than they say, as a history does."""
    history = any(each.rule == "history" for each in cleaned.findings)
    first = cleaned.records.first_date
    before = sum(row.dec is not None and row.dec < first for row in returns.episodes)
    many = before >= _ENOUGH and before > ENDED_BEFORE_AT_MOST * len(returns.episodes)
    if history:
        yield Check(
            "history",
            "The first return holds many episodes that had ended before its year: it is a history "
            f"of several years, and the records begin on {long_date(first)}.",
            "Check that every child in care since that day is in it. Where it has each episode "
            "once, it cannot show who left without an end, nor be wound back.",
        )
    if many:
        yield Check(
            "ended_before",
            f"{before:,} of {len(returns.episodes):,} rows ended before {long_date(first)}, "
            "when the records begin, and count for no rate.",
            "If every child in care in earlier years is here, give a return for each of them, or "
            "a column YEAR.",
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
