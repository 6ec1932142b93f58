"""Small tables that a council fills in by hand: a template with comments, then its own lines.

Faults are told by file, line and column, all of them together. What stands in the cell is never
repeated: it may be a child's date of birth or number that got into the wrong column. Lines that
begin with ``#`` are the template's own explanations and are passed over.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sufficiency.errors import InputError, Problem, suggestion
from sufficiency.periods import long_date

_TOLD_AT_MOST = 20
LAST_DATE = dt.date(2099, 12, 31)
"""A later date is a slip."""


@dataclass(frozen=True)
class OwnRow:
    """One line of a table.

    Attributes:
        line: Its number in the file, from 1.
        cells: Its cells by column, without spaces round them.
    """

    line: int
    cells: Mapping[str, str]


@dataclass
class OwnTable:
    """A table, and what is wrong with it so far.

    Attributes:
        file: Where it was read.
        columns: Its columns, in its own order.
        rows: Its lines.
        problems: What is wrong.
    """

    file: str
    columns: tuple[str, ...]
    rows: list[OwnRow]
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, row: OwnRow, column: str, sentence: str, remedy: str) -> None:
        """Note a fault."""
        place = self.columns.index(column) + 1
        self.problems.append(Problem(self.file, row.line, place, sentence, remedy))

    def finish(self) -> None:
        """Tell what is wrong, if anything is: of very many faults the first few."""
        if self.problems:
            raise InputError(self.problems[:_TOLD_AT_MOST])


def read_own_table(
    path: Path, columns: tuple[str, ...], template: str, optional: tuple[str, ...] = ()
) -> OwnTable:
    """Read a table filled in by hand.

    Args:
        path: The CSV file.
        columns: Columns that must be there.
        template: The command that writes a template, for the remedy.
        optional: Columns that may be there. Any other is refused.

    Raises:
        InputError: When it cannot be read, is no such table, or has no line.
    """
    import csv

    file, remedy = str(path), f"`{template}` writes a table to fill in"

    def stop(line: int, column: int, sentence: str, remedy: str = remedy) -> InputError:
        return InputError([Problem(file, line, column, sentence, remedy)])

    lines = [(n, t) for n, t in enumerate(_lines(path), 1) if t.strip() and t.lstrip()[0] != "#"]
    try:
        cells = [(n, [c.strip() for c in next(csv.reader([t], strict=True))]) for n, t in lines]
    except csv.Error:
        raise stop(1, 1, "this is not a CSV table") from None
    if not cells:
        raise stop(1, 1, "this table is empty")
    at, header = cells[0]
    if len(header) == 1 and any(mark in header[0] for mark in ";\t"):
        raise stop(at, 1, "cells are not parted by commas", "save it as CSV with commas")
    missing = [name for name in columns if name not in header]
    if missing:
        raise stop(at, 1, f"columns are missing: {', '.join(missing)}")
    for place, name in enumerate(header, 1):
        if name not in (*columns, *optional):
            raise stop(at, place, "no column of this table has the name written here",
                       suggestion(name, [*columns, *optional], "columns"))  # fmt: skip
        if header.index(name) != place - 1:
            raise stop(at, place, f"the column `{name}` is here twice", "keep the right one")
    if len(cells) == 1:
        raise stop(at, 1, "there is no line under the names of the columns")
    table = OwnTable(file, tuple(header), [])
    for line, row in cells[1:]:
        if len(row) != len(header):
            said = f"this line has {len(row)} cells, the names of columns are {len(header)}"
            table.problems.append(
                Problem(file, line, 1, said, "write a number without a comma in it, such as 1250")
            )
            continue
        table.rows.append(OwnRow(line, dict(zip(header, row, strict=True))))
    return table


def refuse_template(table: OwnTable, template: str) -> None:
    """Note a fault where every line of the template still stands in a table.

    The figures are made up, and a table of them would pass for a council's own. A line that is
    written otherwise but says the same, as a spreadsheet saves it, is the same line.

    Args:
        table: The table read.
        template: The template's text.
    """
    import csv

    made_up = csv.DictReader(line for line in template.splitlines() if not line.startswith("#"))
    there = {_said({name: row.cells[name] for name in table.columns}): row for row in table.rows}
    theirs = [_said({name: row.get(name, "") for name in table.columns}) for row in made_up]
    if table.rows and all(each in there for each in theirs):
        first = min((there[each] for each in theirs), key=lambda row: row.line)
        said = "these are the template's made-up figures"
        table.problems.append(Problem(table.file, first.line, 1, said, "put in your own"))


def _said(cells: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """What cells say, however numbers and dates are written in them."""
    return tuple(sorted((name, _plainly(text)) for name, text in cells.items()))


def _plainly(text: str) -> str:
    try:
        return str(float(text.removeprefix("£")))
    except ValueError:
        date = _date_of(text)
        return text if date is None else date.isoformat()


def _lines(path: Path) -> list[str]:
    try:
        data = path.read_bytes()
    except OSError as error:
        said = "the table cannot be read"
        raise InputError([Problem(str(path), 1, 1, said, f"{error.strerror}: check it")]) from error
    if b"\0" not in data[:4096]:
        for encoding in ("utf-8-sig", "cp1252"):
            try:
                return data.decode(encoding).splitlines()
            except UnicodeDecodeError:
                continue
    raise InputError([Problem(str(path), 1, 1, "this is not a CSV table", "save it as CSV")])


def a_number(
    table: OwnTable,
    row: OwnRow,
    column: str,
    bounds: tuple[float, float],
    beyond: str = "look for a slip",
) -> float | None:
    """A number within bounds; None, and a fault noted, otherwise.

    Args:
        table: The table.
        row: The line.
        column: The column.
        bounds: The least and the most that can be right.
        beyond: Remedy for a number that lies outside them.
    """
    least, most = bounds
    text = row.cells[column]
    try:
        number = float(text.removeprefix("£"))
    except ValueError:
        number = math.nan
    if least <= number <= most:
        return number
    said, remedy = "a number is expected here", "write a number such as 1250"
    if not text:
        said = "this cell is empty"
    elif math.isfinite(number):
        said = f"a number from {least:g} to {most:,.0f} is expected here"
        remedy = beyond
    table.wrong(row, column, said, remedy)
    return None


def a_date(table: OwnTable, row: OwnRow, column: str, earliest: dt.date) -> dt.date | None:
    """A date, as 2021-04-01 or 01/04/2021, within bounds; None, and a fault noted, otherwise."""
    text = row.cells[column]
    date = _date_of(text)
    if date is not None and earliest <= date <= LAST_DATE:
        return date
    said, remedy = "a date is expected here", "write a date such as 2021-04-01"
    if not text:
        said = "this cell is empty"
    elif date is not None:
        said = f"a date from {long_date(earliest)} to {long_date(LAST_DATE)} is expected here"
        remedy = "look for a slip in the year"
    table.wrong(row, column, said, remedy)
    return None


def _date_of(text: str) -> dt.date | None:
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return dt.datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None
