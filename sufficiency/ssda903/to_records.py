"""From homes to the one table of placements, in which children are numbers that mean nothing.

The table for real children has the same columns as that for simulated ones, so whatever counts,
prices or tests one does so for the other. What no return says (what the search wanted first,
where in the range of prices a placement stood) stays empty.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from sufficiency.care_records import CareRecords
from sufficiency.episodes import (
    CATEGORIES,
    NONE,
    OPEN,
    REASONS_CEASED,
    REASONS_NEW,
    SIBLINGS,
    Episodes,
    Provenance,
)
from sufficiency.ssda903.homes import Home
from sufficiency.ssda903.repair import Period
from sufficiency.ssda903.returns import Returns
from sufficiency.streams import generator
from sufficiency.vocabulary import Category, Setting

_SEED = 903
_SETTINGS = tuple(Setting)


@dataclass(frozen=True, slots=True)
class CareHomes:
    """A period of care and its homes.

    Attributes:
        period: The period.
        homes: Its homes in order, at least one.
        known: Whether its first day is that on which the child came into care.
    """

    period: Period
    homes: list[Home]
    known: bool


@dataclass(frozen=True)
class _Row:
    child: int
    number: int
    first: bool
    home: Home
    care: CareHomes

    @property
    def why_new(self) -> str:
        if not self.first:
            return self.home.new
        return "entry" if self.number == 1 else "return"


def to_records(
    care: Sequence[CareHomes], returns: Returns, first: dt.date, last: dt.date
) -> tuple[CareRecords, tuple[str, ...]]:
    """The table of placements.

    Args:
        care: Periods of care with their homes, by child and then by start.
        returns: What was read, for the authority and the unaccompanied children.
        first: First day covered, day 0 of the table.
        last: Last day covered. What goes on then is open.

    Returns:
        The records, and the identifier that each child's number stands for.
    """
    identifiers = _shuffled(sorted({each.period.child for each in care}))
    rows = _rows(care, {child: number for number, child in enumerate(identifiers)})
    alone = unaccompanied(returns, care)

    def day(date: dt.date | None) -> int:
        return OPEN if date is None else (date - first).days

    def int32(values: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
        return np.array(values, dtype=np.int32)

    def codes(values: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int8]]:
        return np.array(values, dtype=np.int8)

    ends = [_end_and_why(row, last) for row in rows]
    episodes = Episodes(
        epoch=first,
        settings=tuple(setting.value for setting in _SETTINGS),
        child=np.array([row.child for row in rows], dtype=np.int64),
        period_of_care=int32([row.number for row in rows]),
        start=int32([day(row.home.start) for row in rows]),
        end=int32([day(end) for end, _ in ends]),
        setting=np.array([_SETTINGS.index(row.home.setting) for row in rows], dtype=np.int16),
        location=codes([row.home.location for row in rows]),
        first_choice=np.full(len(rows), NONE, dtype=np.int16),
        waiting_for=np.full(len(rows), NONE, dtype=np.int16),
        reason_new=codes([REASONS_NEW.index(row.why_new) for row in rows]),
        reason_ceased=codes([REASONS_CEASED.index(why) for _, why in ends]),
        born=int32([day(row.care.period.born) for row in rows]),
        price_rank=np.full(len(rows), np.nan),
        category=codes([alone[row.care.period.child] for row in rows]),
        siblings=np.full(len(rows), SIBLINGS.index(""), dtype=np.int8),
        provenance=np.full(len(rows), Provenance.HISTORIC, dtype=np.int8),
    )
    records = CareRecords(
        authority=returns.authority,
        episodes=episodes,
        entered=int32([day(row.care.period.start) for row in rows]),
        entered_known=np.array([row.care.known for row in rows], dtype=np.bool_),
        last_day=day(last),
    )
    return records, identifiers


def numbered_anew(
    records: CareRecords, identifiers: tuple[str, ...]
) -> tuple[CareRecords, tuple[str, ...]]:
    """Number the children that are left from 0 again, with the identifiers of these alone."""
    left, child = np.unique(records.episodes.child, return_inverse=True)
    episodes = replace(records.episodes, child=child.astype(np.int64))
    return replace(records, episodes=episodes), tuple(identifiers[each] for each in left)


def unaccompanied(returns: Returns, care: Sequence[CareHomes]) -> Mapping[str, int]:
    """Category code of each child.

    A child in any table of unaccompanied children is one throughout, unless it had ceased to be
    one, as the latest return has it, by the first day in care that is seen.
    """
    ceased = {
        row.child: row.ceased
        for row in sorted(returns.uasc, key=lambda each: (each.year, each.file, each.row))
    }
    found: dict[str, int] = {}
    for each in care:
        child, until = each.period.child, ceased.get(each.period.child)
        is_one = child in ceased and (until is None or until > each.period.start)
        category = Category.UNACCOMPANIED if is_one else Category.ORDINARY
        found.setdefault(child, CATEGORIES.index(category))
    return found


def _shuffled(identifiers: list[str]) -> tuple[str, ...]:
    """In an order that says nothing, the same each time."""
    order = generator(_SEED, "numbers of children").permutation(len(identifiers))
    return tuple(identifiers[each] for each in order)


def _rows(care: Sequence[CareHomes], number_of: Mapping[str, int]) -> list[_Row]:
    """Rows by child and then by start; the periods of each child numbered from 1."""
    rows, periods = [], dict.fromkeys(number_of, 0)
    for each in care:
        child = each.period.child
        periods[child] += 1
        for home in each.homes:
            first = home is each.homes[0]
            rows.append(_Row(number_of[child], periods[child], first, home, each))
    return sorted(rows, key=lambda row: (row.child, row.home.start))


def _end_and_why(row: _Row, last: dt.date) -> tuple[dt.date | None, str]:
    """When a home ended and why; that goes on which ends after the last day covered."""
    end = row.home.end
    if end is None or end > last:
        return None, ""
    homes = row.care.homes
    after = next((later for each, later in pairwise(homes) if each is row.home), None)
    return end, after.new if after else row.care.period.ceased
