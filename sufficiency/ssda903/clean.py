"""From the rows of a council's returns to the one table of placements, by stated rules.

The years are merged, dates repaired, the end of each period of care worked out, short breaks set
aside and episodes joined into homes, in this order. Each edit is taken down with its rule and
the row it was made to, and each rule has its sentence in ``rules.py``. What stood before the
short breaks were set aside, and what remained after every rule, is counted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sufficiency.care_records import CareRecords
from sufficiency.errors import InputError, Problem
from sufficiency.periods import long_date
from sufficiency.ssda903.audit import Edits
from sufficiency.ssda903.births import birth_dates
from sufficiency.ssda903.dates import collection_year
from sufficiency.ssda903.homes import homes_of
from sufficiency.ssda903.merge import merged, return_end
from sufficiency.ssda903.repair import CARE_BEGINS, Period, repaired
from sufficiency.ssda903.returns import EpisodeRow, Finding, Returns
from sufficiency.ssda903.short_breaks import with_nights, without_short_breaks
from sufficiency.ssda903.stages import CARE, MERGED, Stage, stage
from sufficiency.ssda903.to_records import CareHomes, numbered_anew, to_records
from sufficiency.ssda903.ways_out import ended
from sufficiency.ssda903.years import first_of_history

__all__ = ["Cleaned", "Stage", "clean", "placed"]

STOPS_EARLY_DAYS = 31
STOPS_EARLY_TIMES = 7.0
"""A return stops early where its last date is this many times the usual time between two dates
before its end: by chance that happens less than once in a thousand."""
_DATES_AT_LEAST = 12
"""With fewer different dates than this the usual time between two is not known."""

_DAY = dt.timedelta(days=1)

_STARTS_AT_LEAST = 5
"""Fewer periods than this say nothing about whether beginnings are marked."""


@dataclass(frozen=True)
class Cleaned:
    """What became of the returns.

    Attributes:
        records: The table of placements.
        findings: What reading and cleaning did, in the order in which it was done.
        stages: What stood after merging, and after every rule. They count up to the last day
            of the returns, whatever day was asked for.
        identifiers: The identifier that each child's number stands for. Never in what is shared.
    """

    records: CareRecords
    findings: tuple[Finding, ...]
    stages: tuple[Stage, ...]
    identifiers: tuple[str, ...]


def clean(returns: Returns, as_at: dt.date | None = None) -> Cleaned:
    """Clean what was read.

    Args:
        returns: What was read from a folder.
        as_at: Last day to be covered, where that is not the last day of the returns.

    Raises:
        InputError: When there is no episode, or the returns do not cover the day asked for.
    """
    (first, began), last = _first_day(returns), _last_day(returns)
    if as_at is not None and not first <= as_at <= last[0]:
        raise _not_covered(as_at, first, last[0])
    edits = Edits()
    if began:
        edits.note("history", began, after=first)
    if last[1]:
        edits.note("stops_early", last[1], after=last[0])
    care, stages = placed(returns, first, last[0], edits)
    records, identifiers = to_records(care, returns, first, last[0])
    if as_at is not None and as_at < last[0]:
        records, identifiers = numbered_anew(records.up_to(as_at), identifiers)
    return Cleaned(records, (*returns.findings, *edits.findings), stages, identifiers)


def placed(
    returns: Returns, first: dt.date, last: dt.date, edits: Edits
) -> tuple[list[CareHomes], tuple[Stage, ...]]:
    """Apply the rules in order: periods of care with their homes, and the count after each stage.

    Args:
        returns: What was read.
        first: First day covered.
        last: Last day covered.
        edits: Takes down what was done.
    """
    born = birth_dates(returns.headers)
    periods = repaired(merged(returns, born, edits), born, returns, edits)
    before = stage(MERGED, periods, first, last)
    periods = ended(periods, returns.years[-1], edits)
    periods = with_nights(without_short_breaks(periods, edits), edits)
    known = _begun_known(periods, first, edits)
    care = [
        CareHomes(period, homes_of(period, edits), known=seen)
        for period, seen in zip(periods, known, strict=True)
    ]
    return care, (before, stage(CARE, periods, first, last))


def _begun_known(periods: Sequence[Period], first: dt.date, edits: Edits) -> list[bool]:
    """Of each period, whether its first day is that on which the child came into care."""
    said = [period.begun_seen or period.episodes[0].row.rne == CARE_BEGINS for period in periods]
    within = [period.start >= first for period in periods]
    marked = [says for says, inside in zip(said, within, strict=True) if inside]
    relied_on = len(marked) < _STARTS_AT_LEAST or 2 * sum(marked) >= len(marked)
    known, children = [], set[str]()
    for period, says, inside in zip(periods, said, within, strict=True):
        row = period.episodes[0].row
        again = period.child in children
        children.add(period.child)
        if inside and not says and not again:
            rule = "start_unsaid" if relied_on else "starts_unsaid"
            edits.note(rule, row, "RNE", row.rne)
        known.append(says or (inside and (again or not relied_on)))
    return known


def _first_day(returns: Returns) -> tuple[dt.date, EpisodeRow | None]:
    """The first day covered, and the row with the first way out where that is a history's."""
    if not returns.years:
        said = "the returns hold no episode that can be used"
        place = returns.files[0].file if returns.files else "."
        raise InputError([Problem(place, 1, 1, said, "give a folder with tables of episodes")])
    began = first_of_history(returns.episodes, returns.years[0])
    year = collection_year(began.dec) if began and began.dec else returns.years[0]
    return dt.date(year - 1, 4, 1), began


def _last_day(returns: Returns) -> tuple[dt.date, EpisodeRow | None]:
    """The last day covered, and the row of the last date where the last return stops early."""
    year = returns.years[-1]
    begins, ends = return_end(year - 1), return_end(year)
    dates: dict[dt.date, EpisodeRow] = {}
    for row in returns.episodes:
        for day in (row.decom, row.dec):
            if row.year == year and day is not None and begins < day <= ends + _DAY:
                dates.setdefault(min(day, ends), row)
    if len(dates) < _DATES_AT_LEAST:
        return ends, None
    latest = max(dates)
    silent, usual = (ends - latest).days, (latest - begins).days / len(dates)
    if silent > STOPS_EARLY_DAYS and silent > STOPS_EARLY_TIMES * usual:
        return latest, dates[latest]
    return ends, None


def _not_covered(as_at: dt.date, first: dt.date, last: dt.date) -> InputError:
    said = (
        f"the returns cover {long_date(first)} to {long_date(last)}, and {long_date(as_at)} "
        "is not among these days"
    )
    return InputError([Problem("--as-at", 1, 1, said, "give one of these days, or none")])
