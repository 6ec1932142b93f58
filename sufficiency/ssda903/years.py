"""Which collection year a row was sent in.

A return covers a year to 31 March, but nothing in it has to say which, and names of folders
mislead: ``2017`` is 2016-17 to one council and 2017-18 to another. So the dates decide. A column
of years sorts rows into returns, and then the dates of each return decide again.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import PurePosixPath

from sufficiency.ssda903.dates import collection_year, labelled_year
from sufficiency.ssda903.repair import FOLLOWS
from sufficiency.ssda903.returns import EpisodeRow

STARTS_LATER_1_IN = 50
"""Of so many episodes one may commence after the end of its return, by a slip of the pen, before
the return is taken to be a later one."""
ENDS_LATER_1_IN = 10
ENDS_LATER_AT_LEAST = 3
"""Of so many episodes that ceased one may have ceased after the end of the return. More, and at
least three or all there are: then it is a later return, in which hardly anybody came into care."""
_COPIES_AT_LEAST, _COPIES_1_IN = 3, 100
_CEASED_AT_LEAST, _OUT_OF_ORDER_1_IN = 3, 50
"""A file is in order of years where at least three rows a year ceased, and of all of them not more
than one in fifty stands among those of another year."""
_COPIES_THERE = 0.9
"""Share of the copies that episodes which ceased should have, if every return is in one file."""
HISTORY_1_IN, HISTORY_AT_LEAST = 10, 12
"""Where more than one in ten episodes of a return, and twelve, had ceased before its year began, it
is a history of several years: a return holds only what was going on in its year."""
_USUAL_SHARE = 0.5
"""A year with a smaller share of the ways out of the years after it is not all there."""
_SILENT_DAYS, _SILENT_TIMES = 31, 7.0
"""Nor is one whose first way out is so late, and so many times the usual days between two."""


@dataclass(frozen=True)
class RowYears:
    """The collection years of one file's rows.

    Attributes:
        years: One a row.
        labels: Years that the file's column of years stands for, by what is written there.
        not_believed: Labels that say another year than the dates beside them.
        assumed: Lines of open episodes of which it is not known in which return they stood last.
    """

    years: tuple[int, ...]
    labels: Mapping[str, int]
    not_believed: frozenset[str]
    assumed: frozenset[int] = frozenset()


def year_from_dates(rows: Sequence[EpisodeRow]) -> int:
    """The collection year of a return, from the dates of its episodes.

    The year runs to the 31 March on or after the latest day on which an episode commences. Of
    fifty episodes one may be later by mistake.

    Args:
        rows: At least one row.
    """
    starts = sorted((row.decom for row in rows), reverse=True)
    year = collection_year(starts[len(starts) // STARTS_LATER_1_IN])
    ends = sorted((row.dec for row in rows if row.dec is not None), reverse=True)
    later = max(ENDS_LATER_AT_LEAST - 1, len(ends) // ENDS_LATER_1_IN)
    if ends:
        year = max(year, collection_year(ends[min(later, len(ends) - 1)]))
    return year


def years_of_rows(rows: Sequence[EpisodeRow], labels: Sequence[str]) -> RowYears:
    """The collection year of each row of one file.

    Args:
        rows: The rows, in order of line.
        labels: What stands in the column of years, one a row; empty where there is none.

    Returns:
        With a column of years, the year of each label by the dates of its rows: the label is
        believed if it names the year after the dates (a return in which nobody came into care),
        and not otherwise. Without, one year for all rows; but where the file holds the same
        open episodes again and again, it is several returns one after another, and each row
        goes to the return it must have stood in.
    """
    groups: dict[str, list[EpisodeRow]] = defaultdict(list)
    for row, label in zip(rows, labels, strict=True):
        groups[label if labelled_year(label) else ""].append(row)
    found, not_believed = _by_label(groups)
    spread, assumed = dict[int, int](), frozenset[int]()
    if "" in groups:
        spread, assumed = _one_after_another(groups[""], found[""])
    years = tuple(
        spread.get(row.row, found[label if label in found else ""])
        for row, label in zip(rows, labels, strict=True)
    )
    by_label = {key: year for key, year in found.items() if key}
    return RowYears(years, by_label, not_believed, assumed)


def _by_label(
    groups: Mapping[str, Sequence[EpisodeRow]],
) -> tuple[dict[str, int], frozenset[str]]:
    by_dates = {label: year_from_dates(rows) for label, rows in groups.items()}
    named = {label: labelled_year(label) for label in groups if label}
    bare = {label: each[0] for label, each in named.items() if each and not each[1]}
    # A bare 2019 is the year a collection begins in where most labels stand one before the dates.
    begins = sum(by_dates[label] == year + 1 for label, year in bare.items()) * 2 > len(bare)
    found, not_believed = dict(by_dates), set()
    for label, each in named.items():
        if each is None:
            continue
        year = each[0] + (begins and not each[1])
        if year == by_dates[label] + 1:
            found[label] = year
        elif year != by_dates[label]:
            not_believed.add(label)
    return found, frozenset(not_believed)


def _one_after_another(
    rows: Sequence[EpisodeRow], last: int
) -> tuple[dict[int, int], frozenset[int]]:
    """Years by line, where a file is several returns in one; nothing where it is a single one.

    A row that ceased belongs to the year of that day. Where these days show that the file goes on
    from year to year, every row belongs to that of its neighbours. Otherwise, since an episode
    stands open in every return until that of the year it ceased in, the open copies of one that
    ceased belong to the years before, the last one first. Where no copy ceased, the first one
    belongs to the year it commenced in, or the first there is; but if copies of others are lacking
    too, the last one belongs to the last year.

    Returns:
        Years, and the lines of the last open copies of which it is not known whether a later
        return should have had them as well.
    """
    copies: dict[tuple[str, dt.date, str], list[EpisodeRow]] = defaultdict(list)
    for row in rows:
        copies[row.child, row.decom, row.place].append(row)
    again = sum(len(each) > 1 and any(row.dec is None for row in each) for each in copies.values())
    if again < max(_COPIES_AT_LEAST, len(copies) / _COPIES_1_IN):
        return {}, frozenset()
    in_order = _in_order_of_years(rows, last)
    if in_order is not None:
        return in_order
    # The code of a placement may change from one return to the next while it goes on.
    never_ceased: dict[tuple[str, dt.date], list[EpisodeRow]] = defaultdict(list)
    years, there = {}, Counter[str]()
    earliest = min((collection_year(row.dec) for row in rows if row.dec is not None), default=last)
    for each in copies.values():
        open_still = [row for row in each if row.dec is None]
        ceased = [(row.row, collection_year(row.dec)) for row in each if row.dec is not None]
        if not ceased:
            never_ceased[each[0].child, each[0].decom] += open_still
            continue
        years.update({line: min(year, last) for line, year in ceased})
        before, first = min(year for _, year in ceased), collection_year(each[0].decom)
        for back, row in enumerate(reversed(open_still), start=1):
            years[row.row] = max(min(before - back, last), first)
        there["should"] += max(0, before - max(first, earliest))
        there["are"] += min(len(open_still), max(0, before - max(first, earliest)))
    all_there = there["are"] >= _COPIES_THERE * there["should"]
    assumed = set()
    for each in never_ceased.values():
        each.sort(key=lambda row: row.row)
        first = max(collection_year(each[0].decom), earliest)
        begins = first if all_there else max(first, last + 1 - len(each))
        years.update({row.row: min(begins + on, last) for on, row in enumerate(each)})
        if len(each) <= last - first:
            assumed.add(each[-1].row)
    return years, frozenset(assumed)


def _in_order_of_years(
    rows: Sequence[EpisodeRow], last: int
) -> tuple[dict[int, int], frozenset[int]] | None:
    """Years by line, and lines that may be of the next year; None where there is no such order."""
    # Who leaves on a 1 April may stand in the return that ends on the day before.
    ceased = [
        (place, min(collection_year(row.dec), last))
        for place, row in enumerate(rows)
        if row.dec is not None and (row.dec.month, row.dec.day) != (4, 1)
    ]
    count = Counter(year for _, year in ceased)
    earliest = min(count, default=last)
    if any(count[year] < _CEASED_AT_LEAST for year in range(earliest, last + 1)):
        return None
    begins, doubtful, out_of_order = [0], set[int](), 0
    for year in range(earliest + 1, last + 1):
        # Where fewest rows before are of this year or later, and fewest after of an earlier one.
        sides = [*accumulate((1 if each < year else -1 for _, each in ceased), initial=0)]
        cut = sides.index(max(sides))
        out_of_order += sum((each < year) != (at < cut) for at, (_, each) in enumerate(ceased))
        if not 0 < cut < len(ceased):
            return None
        before, after = ceased[cut - 1][0] + 1, ceased[cut][0]
        seen = {(row.child, row.decom) for row in rows[begins[-1] : before]}
        begins.append(_first_of_year(rows, before, after, seen, year))
        doubtful.update(range(before, begins[-1]))
    if out_of_order * _OUT_OF_ORDER_1_IN > len(ceased) or begins != sorted(begins):
        return None
    years = {}
    for place, row in enumerate(rows):
        year = earliest - 1 + bisect_right(begins, place)
        years[row.row] = max(year, min(collection_year(row.decom), last))
    # A return has an episode once: where one has many twice, it is two.
    once = {(row.child, row.decom, years[row.row]) for row in rows}
    if (len(rows) - len(once)) * _OUT_OF_ORDER_1_IN > len(rows):
        return None
    last_copy = {(row.child, row.decom): place for place, row in enumerate(rows)}
    return years, frozenset(rows[place].row for place in doubtful & set(last_copy.values()))


def _first_of_year(
    rows: Sequence[EpisodeRow],
    before: int,
    after: int,
    seen: set[tuple[str, dt.date]],
    year: int,
) -> int:
    """The first of some open rows that cannot be of the year before, or the one after them all."""
    for place in range(before, after):
        key = rows[place].child, rows[place].decom
        if key in seen or collection_year(rows[place].decom) >= year:
            return place
        seen.add(key)
    return after


def first_of_history(rows: Iterable[EpisodeRow], year: int) -> EpisodeRow | None:
    """The first way out of care that is counted on, where the first return is a history.

    A history has each episode once, with its end, of several years before its own. It covers
    every year back to the first that has about as many ways out as those after it.

    Args:
        rows: Rows of every return.
        year: The first collection year.

    Returns:
        None for a return of one year alone; otherwise the row with the first way out in the first
        year that is whole.
    """
    first = [row for row in rows if row.year == year]
    over = sum(row.dec is not None and collection_year(row.dec) < year for row in first)
    if over < HISTORY_AT_LEAST or over * HISTORY_1_IN <= len(first):
        return None
    ways_out: dict[int, list[EpisodeRow]] = defaultdict(list)
    for row in first:
        if row.dec is not None and row.rec not in ("", FOLLOWS):
            ways_out[collection_year(row.dec)].append(row)
    whole = [year]
    while len(ways_out[whole[-1] - 1]) >= max(
        1.0, _USUAL_SHARE * sum(len(ways_out[each]) for each in whole) / len(whole)
    ):
        whole.append(whole[-1] - 1)
    if not _from_its_beginning([row.dec for row in ways_out[whole[-1]] if row.dec], whole[-1]):
        whole.pop()
    if not whole or whole[-1] == year:
        return None
    return min(ways_out[whole[-1]], key=lambda row: (row.dec or dt.date.max, row.file, row.row))


def _from_its_beginning(days: Iterable[dt.date], year: int) -> bool:
    """Whether days of a collection year are there from its beginning on."""
    found = sorted(set(days))
    if not found:
        return False
    silent = (found[0] - dt.date(year - 1, 4, 1)).days
    usual = (found[-1] - found[0]).days / len(found)
    return silent <= _SILENT_DAYS or silent <= _SILENT_TIMES * usual


@dataclass(frozen=True)
class Companions:
    """How tables without dates of episodes come by a year: from the episodes beside them.

    Attributes:
        by_file: Collection years of each file of episodes.
        by_label: Collection years of each label of a column of years.
        by_child: First collection year in which each child has an episode.
    """

    by_file: Mapping[str, frozenset[int]]
    by_label: Mapping[str, frozenset[int]]
    by_child: Mapping[str, int]

    @property
    def last(self) -> int:
        """The last collection year."""
        return max(max(years) for years in self.by_file.values())

    def year_of_file(self, file: str) -> int | None:
        """The year of the episodes in the same folder, or of those whose name has its numbers.

        Returns:
            None where there are several and nothing says which.
        """
        folder = PurePosixPath(file).parent
        beside = [each for each in self.by_file if PurePosixPath(each).parent == folder]
        alike = [each for each in beside if _numbers(each) == _numbers(file)]
        named = [each for each in self.by_file if _numbers(each) == _numbers(file) != ()]
        for files in (beside, alike, named if not beside else []):
            years = frozenset().union(*(self.by_file[each] for each in files))
            if len(years) == 1:
                return next(iter(years))
        return None

    def year_of_row(self, label: str, of_file: int | None, child: str) -> int:
        """The year of one row: by its label, by its file, or the first the child is in."""
        labelled = self.by_label.get(label, frozenset())
        if len(labelled) == 1:
            return next(iter(labelled))
        if of_file is not None:
            return of_file
        return self.by_child.get(child, self.last)


def companions(rows: Iterable[EpisodeRow], labels: Iterable[Mapping[str, int]]) -> Companions:
    """Gather from the episodes what the other tables need."""
    by_file: dict[str, set[int]] = defaultdict(set)
    by_child: dict[str, int] = {}
    for row in rows:
        by_file[row.file].add(row.year)
        by_child[row.child] = min(row.year, by_child.get(row.child, row.year))
    by_label: dict[str, set[int]] = defaultdict(set)
    for each in labels:
        for label, year in each.items():
            by_label[label].add(year)
    return Companions(
        {file: frozenset(years) for file, years in by_file.items()},
        {label: frozenset(years) for label, years in by_label.items()},
        by_child,
    )


def only_year(years: Iterable[int]) -> int | None:
    """The year, if there is but one."""
    counted = Counter(years)
    return next(iter(counted)) if len(counted) == 1 else None


def _numbers(file: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\d+", PurePosixPath(file).stem))
