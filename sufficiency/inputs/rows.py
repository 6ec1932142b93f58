"""Rows of one CSV table, read one by one, with every fault noted by its place.

A table is read to its end even when cells are wrong, so that all of them can be put right
in one go. What was suppressed when published stays a code.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, TypeVar

from sufficiency.errors import InputError, Problem, suggestion
from sufficiency.vocabulary import Mark

CODES = {
    "c": "suppressed, any number including 0",
    "x": "not available",
    "z": "not applicable",
}
"""What stands in place of a number, as published."""

T = TypeVar("T")
Row = tuple[int, dict[str, str]]
Count = int | str
"""A number, or one of :data:`CODES`."""


class Rows:
    """Rows of one CSV file, gathering what is wrong with them."""

    def __init__(self, path: Path, columns: tuple[str, ...]) -> None:
        self.file = str(path)
        self.columns = columns
        self.problems: list[Problem] = []
        self.rows = self._read(path)

    def _read(self, path: Path) -> list[Row]:
        try:
            with path.open(encoding="utf-8-sig", newline="") as text:
                reader = csv.DictReader(text, strict=True)
                names = reader.fieldnames or []
                missing = [name for name in self.columns if name not in names]
                if missing:
                    self._stop(1, f"columns are missing: {', '.join(missing)}", "add them")
                rows: list[Row] = []
                for row in reader:
                    if None in row or None in row.values():
                        self._stop(
                            reader.line_num,
                            f"this row does not have {len(names)} cells",
                            "put quotes round a cell that holds a comma",
                        )
                    rows.append((reader.line_num, row))
                return rows
        except OSError as error:
            raise InputError(
                [Problem(self.file, 1, 1, "the table cannot be read", f"{error.strerror}")]
            ) from error
        except (UnicodeDecodeError, csv.Error) as error:
            raise InputError(
                [Problem(self.file, 1, 1, "this is not a CSV table", "save it as CSV in UTF-8")]
            ) from error

    def _stop(self, line: int, sentence: str, remedy: str) -> NoReturn:
        raise InputError([Problem(self.file, line, 1, sentence, remedy)])

    def wrong(self, line: int, column: str, sentence: str, remedy: str) -> None:
        """Note one fault. The column told is the number of the table's column, from 1."""
        place = self.columns.index(column) + 1
        self.problems.append(Problem(self.file, line, place, sentence, remedy))

    def cell(
        self, line: int, row: dict[str, str], column: str, parse: Callable[[str], T], wanted: str
    ) -> T | None:
        """One cell, or None and a problem noted."""
        try:
            return parse(row[column].strip())
        except ValueError:
            self.wrong(line, column, f"`{row[column]}` is not {wanted}", f"write {wanted}")
            return None

    def count(self, line: int, row: dict[str, str], column: str) -> Count | None:
        """A whole number of 0 or more, or a code; None and a problem noted otherwise."""
        text = row[column].strip()
        if text in CODES:
            return text
        if text.isdecimal():
            return int(text)
        self.wrong(
            line, column, f"`{text}` is neither a count nor a code",
            "write a whole number, or c (suppressed), x (not available) or z (not applicable)",
        )  # fmt: skip
        return None

    def sourced(self, line: int, row: dict[str, str]) -> None:
        """Every figure needs a source, a licence and a known mark."""
        for column in ("source", "licence"):
            if not row[column].strip():
                self.wrong(line, column, f"the figure has no {column}", f"say the {column}")
        marks = [mark.value for mark in Mark]
        if row["mark"] not in marks:
            self.wrong(
                line, "mark", f"`{row['mark']}` is not a mark", suggestion(row["mark"], marks)
            )

    def finish(self) -> None:
        """Tell everything that is wrong, if anything is."""
        if self.problems:
            raise InputError(self.problems)
