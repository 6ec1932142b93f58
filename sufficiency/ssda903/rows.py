"""The cells of one file of a return, turned into rows, and what there was to say of each.

A row that cannot be used is passed over and told by its line. A cell that makes no sense but is
not needed is left out and told as well. Nothing is repaired here.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from sufficiency.errors import InputError, Problem
from sufficiency.ssda903 import codes
from sufficiency.ssda903.codes import Kind
from sufficiency.ssda903.dates import is_month_first, read_date, year_ends
from sufficiency.ssda903.files import stop
from sufficiency.ssda903.returns import EpisodeRow, Finding, HeaderRow, UascRow
from sufficiency.ssda903.tables import AUTHORITY, YEAR, ReturnTable

FURTHEST_MILES = 1000.0
"""No two places in the United Kingdom lie further apart."""
OLDEST_YEARS = 26
"""No child of a return was born longer ago than this before its end."""
LOCATIONS = frozenset({"IN", "OUT", "WAL", "SCO", "NIR"})

_WHOLE_NUMBER = re.compile(r"(\d+)\.0+$", re.ASCII)
_MONTH_FIRST_AT_LEAST = 3
_UNKNOWN_AT_LEAST = 3
"""Fewer codes in no list than this may be slips of the pen, however few codes there are."""


@dataclass
class Sheet:
    """The rows of one file that is used, and what was found in it.

    Attributes:
        file: Path below the folder.
        name: The table of the return.
        table: Its columns and where they stand.
        lines: Line number and cells of each row that is not set aside.
        rows: How many rows the file has.
        findings: What there is to say of its rows.
        dates: How its dates could be read: ``read``, ``unread``, and of the unread
            ``month_first``.
    """

    file: str
    name: str
    table: ReturnTable
    lines: list[tuple[int, list[str]]]
    rows: int
    findings: list[Finding] = field(default_factory=list)
    dates: Counter[str] = field(default_factory=Counter)

    def cell(self, cells: list[str], column: str) -> str:
        """What stands in a column, without spaces round it; empty where there is no column."""
        at = self.table.column(column)
        return cells[at].strip() if at is not None else ""

    def note(
        self, rule: str, row: int, column: str = "", before: str = "", after: str = "",
        child: str = "",
    ) -> None:  # fmt: skip
        """Keep a finding about a row of this file."""
        self.findings.append(Finding(rule, self.file, row, column, before, after, child))

    def date(self, text: str) -> dt.date | None:
        """Read a date and count whether it could be."""
        date = read_date(text)
        self.dates["unread" if date is None else "read"] += 1
        if date is None and is_month_first(text):
            self.dates["month_first"] += 1
        elif date is not None and date.day > 12:
            self.dates["day_first"] += 1
        return date

    def check_dates(self) -> None:
        """Make sure that the dates of this file can be read at all.

        Raises:
            InputError: When more than half of them cannot, or they have the month first.
        """
        unread, month_first = self.dates["unread"], self.dates["month_first"]
        remedy = "write dates as 31/03/2019 or 2019-03-31, and save the file again"
        if month_first >= _MONTH_FIRST_AT_LEAST and month_first > self.dates["day_first"]:
            stop(self.file, f"{month_first} dates in this file have the month first", remedy)
        if unread > self.dates["read"]:
            count = unread + self.dates["read"]
            stop(self.file, f"{unread} of the {count} dates in this file cannot be read", remedy)

    def check_codes(self, rows: Iterable[EpisodeRow]) -> None:
        """Make sure that the columns of codes hold codes, and not what slipped in from beside.

        Raises:
            InputError: When more than half of the entries of a column are in no list.
        """
        known: Counter[Kind] = Counter()
        unknown: Counter[Kind] = Counter()
        for row in rows:
            for kind, code in _codes(row):
                if kind in _TELLING and (code or kind is Kind.PLACE):
                    counts = known if code and codes.is_known(kind, code) else unknown
                    counts[kind] += 1
        slipped = [
            kind
            for kind in _TELLING
            if unknown[kind] >= _UNKNOWN_AT_LEAST and unknown[kind] > known[kind]
        ]
        if slipped:
            raise InputError(
                Problem(
                    self.file,
                    1,
                    (self.table.column(kind.value) or 0) + 1,
                    f"{unknown[kind]} of the {unknown[kind] + known[kind]} entries in the column "
                    f"`{kind.value}` are in no list of codes",
                    "see whether columns have slipped or have the wrong names, and save it again",
                )
                for kind in slipped
            )

    def children(self) -> Iterator[tuple[int, list[str], str]]:
        """Line, cells and child of each row that has a child."""
        for line, cells in self.lines:
            child = child_of(self.cell(cells, "CHILD"))
            if child:
                yield line, cells, child
            else:
                self.note("no_child", line, "CHILD")


def child_of(text: str) -> str:
    """A child's identifier: text, without what a spreadsheet adds to numbers."""
    found = _WHOLE_NUMBER.match(text)
    return found[1] if found else text


def opened(table: ReturnTable) -> Sheet:
    """Read all rows of a file.

    Raises:
        InputError: When a row is cut short.
    """
    lines = [(line, cells) for line, cells in table.table.rows() if any(map(str.strip, cells))]
    return Sheet(table.table.file, table.name, table, lines, len(lines))


def one_line(text: str) -> str | None:
    """A name with single spaces and no line breaks; None where it cannot be shown."""
    name = " ".join(text.split())
    return name if name.isprintable() else None


def authority_of(sheet: Sheet, line: int, cells: list[str]) -> str:
    """The authority a row is of; empty where it does not say.

    Raises:
        InputError: When the name cannot be shown.
    """
    name = one_line(sheet.cell(cells, AUTHORITY))
    if name is None:
        stop(
            sheet.file,
            f"the name in the column `{AUTHORITY}` holds a character that cannot be shown",
            "write the name of the authority in plain letters",
            line,
            (sheet.table.column(AUTHORITY) or 0) + 1,
        )
    return name


def keep_authority(sheet: Sheet, authority: str) -> None:
    """Set aside the rows of every other authority."""
    if sheet.table.column(AUTHORITY) is None:
        return
    kept = []
    for line, cells in sheet.lines:
        found = authority_of(sheet, line, cells)
        if found.casefold() in ("", authority.casefold()):
            kept.append((line, cells))
        else:
            sheet.note("other_authority", line, AUTHORITY, found, "", sheet.cell(cells, "CHILD"))
    sheet.lines = kept


def episode_rows(sheet: Sheet) -> tuple[list[EpisodeRow], list[str]]:
    """Episodes of a file, their year not worked out yet, and what its column of years holds.

    Raises:
        InputError: When its dates cannot be read, or its codes are none.
    """
    rows, labels = [], []
    for line, cells, child in sheet.children():
        row = _episode(sheet, line, cells, child)
        if row is not None:
            rows.append(row)
            labels.append(sheet.cell(cells, YEAR))
    sheet.check_dates()
    sheet.check_codes(rows)
    return rows, labels


def header_rows(sheet: Sheet) -> Iterator[tuple[HeaderRow, str]]:
    """Children of a header, their year not worked out yet, each with the label of its year."""
    for line, cells, child in sheet.children():
        text = sheet.cell(cells, "DOB")
        born = sheet.date(text) if text else None
        if born is not None:
            yield HeaderRow(sheet.file, line, 0, child, born), sheet.cell(cells, YEAR)
        elif text:
            sheet.note("bad_date", line, "DOB", text, "", child)


def uasc_rows(sheet: Sheet) -> Iterator[tuple[UascRow, str]]:
    """Unaccompanied children of a file, each with the label of its year."""
    for line, cells, child in sheet.children():
        text = sheet.cell(cells, "DUC")
        ceased = sheet.date(text) if text else None
        if text and ceased is None:
            sheet.note("bad_date", line, "DUC", text, "", child)
        else:
            yield UascRow(sheet.file, line, 0, child, ceased), sheet.cell(cells, YEAR)


def in_year(sheet: Sheet, row: EpisodeRow, year: int) -> EpisodeRow | None:
    """An episode with its year; None where it commences after the end of it.

    Codes that are in no list, or not in that of the year, are named.
    """
    if row.decom > year_ends(year):
        sheet.note("starts_after_return", row.row, "DECOM", row.decom.isoformat(), "", row.child)
        return None
    for kind, code in _codes(row):
        if not code:
            continue
        if not codes.is_known(kind, code):
            sheet.note("unknown_code", row.row, kind.value, code, "", row.child)
        elif not codes.in_use(kind, code, year):
            sheet.note("code_of_another_year", row.row, kind.value, code, "", row.child)
    if not row.place:
        sheet.note("unknown_code", row.row, Kind.PLACE.value, "", "", row.child)
    return replace(row, year=year)


def is_born_in_time(row: HeaderRow) -> bool:
    """Whether a date of birth is one that a child of its return can have."""
    ends = year_ends(row.year)
    return ends.year - OLDEST_YEARS <= row.born.year and row.born <= ends


_TELLING = (Kind.PLACE, Kind.RNE, Kind.LS, Kind.REC)
"""Codes that every return has: where most are in no list, the column holds something else."""


def _codes(row: EpisodeRow) -> tuple[tuple[Kind, str], ...]:
    return (
        (Kind.PLACE, row.place),
        (Kind.PLACE_PROVIDER, row.provider),
        (Kind.RNE, row.rne),
        (Kind.LS, row.ls),
        (Kind.REC, row.rec),
        (Kind.REASON_PLACE_CHANGE, row.reason),
    )


def _episode(sheet: Sheet, line: int, cells: list[str], child: str) -> EpisodeRow | None:
    starts, ends = sheet.cell(cells, "DECOM"), sheet.cell(cells, "DEC")
    if not starts:
        sheet.note("no_start", line, "DECOM", "", "", child)
        return None
    decom, dec = sheet.date(starts), sheet.date(ends) if ends else None
    if decom is None or (ends and dec is None):
        column, text = ("DECOM", starts) if decom is None else ("DEC", ends)
        sheet.note("bad_date", line, column, text, "", child)
        return None
    return EpisodeRow(
        file=sheet.file,
        row=line,
        year=0,
        child=child,
        decom=decom,
        dec=dec,
        rne=sheet.cell(cells, "RNE").upper(),
        ls=sheet.cell(cells, "LS").upper(),
        place=sheet.cell(cells, "PLACE").upper(),
        provider=sheet.cell(cells, "PLACE_PROVIDER").upper(),
        rec=sheet.cell(cells, "REC").upper(),
        reason=sheet.cell(cells, "REASON_PLACE_CHANGE").upper(),
        urn=child_of(sheet.cell(cells, "URN")),
        pl_post="".join(sheet.cell(cells, "PL_POST").upper().split()),
        location=_location(sheet, line, cells, child),
        distance_miles=_distance(sheet, line, cells, child),
    )


def _location(sheet: Sheet, line: int, cells: list[str], child: str) -> str:
    text = sheet.cell(cells, "PL_LOCATION").upper()
    if text and text not in LOCATIONS:
        sheet.note("bad_value", line, "PL_LOCATION", text, "", child)
        return ""
    return text


def _distance(sheet: Sheet, line: int, cells: list[str], child: str) -> float | None:
    text = sheet.cell(cells, "PL_DISTANCE")
    if not text:
        return None
    try:
        miles = float(text)
    except ValueError:
        miles = math.nan
    if 0 <= miles <= FURTHEST_MILES:
        return miles
    sheet.note("bad_value", line, "PL_DISTANCE", text, "", child)
    return None
