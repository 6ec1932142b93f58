"""Cells of the Department for Education's tables, and figures as they are gathered from them.

A count is a whole number. Where there is none, a code says why; the codes that the site has
used over the years are brought back to the three that the rest of the project knows.
"""

from __future__ import annotations

import re
from sys import intern

from sufficiency.errors import InputError, Problem, shown
from sufficiency.inputs.dfe_tables import Area, Key, Level
from sufficiency.inputs.rows import Count

AS_KNOWN = {
    "c": "c", "k": "c", "low": "c", "~": "c", "0~": "c", "*": "c", "-": "c",
    "x": "x", ":": "x", "..": "x", "u": "x",
    "z": "z", ".": "z",
}  # fmt: skip
"""Each code seen in these tables, and the one of the three it is read as. A figure said to be low
is read as suppressed: it is small, and how small is not told."""
LEVELS: dict[str, Level] = {
    "Local authority": "authority",
    "Regional": "region",
    "National": "england",
}
FIRST_YEAR, LAST_YEAR = 1990, 2099
MOST = 20_000_000
"""No count of these tables is larger: in all of England live some 12 million children."""
_TOLD_AT_MOST = 20
_WHOLE = re.compile(r"(\d+|\d{1,3}(,\d{3})+)(\.0+)?", re.ASCII)
_ONE_YEAR = re.compile(r"\d{4}", re.ASCII)
_SPAN = re.compile(r"(\d{4})[-/]?(\d{2})", re.ASCII)


def count_of(text: str) -> Count | None:
    """A cell as a whole number or one of the three codes; None when it is neither.

    A number above :data:`MOST` counts nothing that is in these tables, and is none either.
    """
    plain = text.strip()
    if not is_whole(plain):
        return AS_KNOWN.get(plain.lower())
    digits = plain.split(".")[0].replace(",", "").lstrip("0") or "0"
    # Some thousand digits are more than can be made a number at all.
    count = int(digits) if len(digits) <= len(str(MOST)) else None
    return count if count is not None and count <= MOST else None


def is_whole(text: str) -> bool:
    """Whether a cell is written as a whole number, however large."""
    plain = text.strip()
    return (plain.isdecimal() and plain.isascii()) or _WHOLE.fullmatch(plain) is not None


def year_of(text: str) -> int | None:
    """The year in which a year ending 31 March ends; None when it cannot be.

    Four digits are that year. Six, as in 202425 or 2024-25, are a financial year: it ends in
    the second.
    """
    plain = text.strip()
    year = 0
    if _ONE_YEAR.fullmatch(plain):
        year = int(plain)
    elif span := _SPAN.fullmatch(plain):
        year = int(span[1]) + 1
        if year % 100 != int(span[2]):
            return None
    return year if FIRST_YEAR <= year <= LAST_YEAR else None


class Gathered:
    """Figures of one file as they are read, with every fault noted by its place."""

    def __init__(self, file: str, header: tuple[str, ...]) -> None:
        self.file = file
        self.header = header
        self.areas: dict[str, Area] = {}
        self.figures: dict[str, dict[Key, dict[str, Count]]] = {}
        self._problems: list[Problem] = []
        self._counts: dict[str, Count | None] = {}
        self._years: dict[str, int | None] = {}
        self._area_years: dict[str, int] = {}

    @property
    def last_year(self) -> int:
        """The last year any figure is of; 0 when there is none."""
        return max((key[0] for cells in self.figures.values() for key in cells), default=0)

    def wrong(self, line: int, column: str, sentence: str, remedy: str) -> None:
        """Note one fault.

        Raises:
            InputError: When so many were noted that the file must be another one.
        """
        place = self.header.index(column) + 1
        self._problems.append(Problem(self.file, line, place, sentence, remedy))
        if len(self._problems) >= _TOLD_AT_MOST:
            self.finish()

    def finish(self) -> None:
        """Tell everything that is wrong, if anything is."""
        if self._problems:
            raise InputError(self._problems)

    def year(self, text: str, line: int, column: str) -> int | None:
        """A year, or None and a fault noted."""
        if text not in self._years:
            self._years[text] = year_of(text)
        year = self._years[text]
        if year is None:
            self.wrong(
                line, column, f"{shown(text)} cannot be a year ending 31 March",
                "write the year in which it ends, such as 2025",
            )  # fmt: skip
        return year

    def count(self, text: str, line: int, column: str) -> Count | None:
        """A number or code, or None and a fault noted."""
        if text not in self._counts:
            self._counts[text] = count_of(text)
        count = self._counts[text]
        if count is None and is_whole(text):
            self.wrong(
                line, column, f"{shown(text)} is more than any count of England, at most {MOST:,}",
                "write the count as it was published",
            )  # fmt: skip
        elif count is None:
            self.wrong(
                line, column, f"{shown(text)} is neither a count nor a code",
                "write a whole number, or c (suppressed), x (not available) or z (not applicable)",
            )  # fmt: skip
        return count

    def add(
        self, area: Area, key: Key, category: str, count: Count, line: int, column: str
    ) -> None:
        """Keep one figure.

        An authority that was set up anew under its old name comes with two codes, and in one
        of them has no figure (z or x): the number is kept, and the code of the later year.
        """
        name = area.name
        if key[0] >= self._area_years.get(name, 0):
            self._area_years[name] = key[0]
            if count not in ("z", "x") or name not in self.areas:
                self.areas[name] = area
        cells = self.figures.setdefault(name, {}).setdefault(key, {})
        before = cells.setdefault(intern(category), count)
        if before == count or count in ("z", "x"):
            return
        if before in ("z", "x"):
            cells[category] = count
            return
        year, measure, breakdown = key
        self.wrong(
            line, column,
            f"`{category}` of `{breakdown}` of `{measure}` in {name} in {year} is "
            f"`{count}` here and `{before}` above",
            "keep the row that is right",
        )  # fmt: skip
