"""The project's own tables of published figures, read without losing what was suppressed.

Every row is one figure with its source, licence and mark. A figure that was suppressed stays
a code (``c``, ``x`` or ``z``) and is never turned into a number. A wrong cell is told by file,
line and column, with the remedy, and all wrong cells of a file are told together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sufficiency.errors import InputError, Problem, suggestion
from sufficiency.inputs.rows import CODES, Count, Rows

PUBLISHED_COLUMNS = (
    "year_ending_31_march", "measure", "breakdown", "category", "number",
    "unit", "source", "licence", "mark", "note",
)  # fmt: skip
COUNCIL_COLUMNS = (
    "date", "measure", "setting", "number", "unit", "source", "licence", "mark", "note",
)  # fmt: skip
FLOWS = (
    "looked_after_31_march", "started", "ceased", "population_0_17", "ceased_aged_18_and_over",
    "ceased_adopted", "ceased_special_guardianship", "ceased_child_arrangements",
    "ceased_home_planned",
)  # fmt: skip
"""Counts of one authority in one year."""
FLOW_COLUMNS = (
    "year_ending_31_march", "authority", "authority_code", *FLOWS,
    "source", "licence", "mark", "note",
)  # fmt: skip
ACTUAL_COLUMNS = ("date", "measure", "setting", "value", "source", "used_as")


@dataclass(frozen=True)
class Published:
    """A table of published figures: one number, or code, a year, measure, breakdown, category.

    Attributes:
        file: Where it was read.
        figures: Category to count, by (year, measure, breakdown), in the order published.
    """

    file: str
    figures: Mapping[tuple[int, str, str], Mapping[str, Count]]

    def breakdown(self, year: int, measure: str, breakdown: str) -> Mapping[str, Count]:
        """All categories of one breakdown in one year.

        Raises:
            InputError: When the table does not hold it.
        """
        found = self.figures.get((year, measure, breakdown))
        if found is None:
            known = sorted({b for y, m, b in self.figures if (y, m) == (year, measure)})
            raise InputError(
                [
                    Problem(
                        self.file, 1, 1,
                        f"`{breakdown}` of `{measure}` is not here for the year ending "
                        f"31 March {year}",
                        suggestion(breakdown, known, "breakdowns of that year"),
                    )
                ]
            )  # fmt: skip
        return found

    def count(self, year: int, measure: str, breakdown: str = "all", category: str = "all") -> int:
        """One number.

        Raises:
            InputError: When it is not there or was suppressed.
        """
        cells = self.breakdown(year, measure, breakdown)
        number = cells.get(category)
        if isinstance(number, int):
            return number
        if number is None:
            sentence = f"`{category}` is not a category of `{breakdown}` in {year}"
            remedy = suggestion(category, cells, "categories")
        else:
            sentence = f"`{category}` of `{breakdown}` in {year} is `{number}`: {CODES[number]}"
            remedy = "use it only merged with the other suppressed cells of its table"
        raise InputError([Problem(self.file, 1, 1, sentence, remedy)])


@dataclass(frozen=True)
class CouncilCounts:
    """Counts from council papers: one number a date, measure and setting.

    Attributes:
        file: Where they were read.
        figures: Number and source by (date, measure, setting).
    """

    file: str
    figures: Mapping[tuple[dt.date, str, str], tuple[int, str]]

    def count(self, date: dt.date, measure: str, setting: str) -> int:
        """One number.

        Raises:
            InputError: When it is not there.
        """
        found = self.figures.get((date, measure, setting))
        if found is None:
            raise InputError(
                [
                    Problem(
                        self.file, 1, 1, f"no `{measure}` of `{setting}` on {date} is here",
                        "add the row with its source, or choose another date",
                    )
                ]
            )  # fmt: skip
        return found[0]


@dataclass(frozen=True)
class AuthorityYear:
    """One authority in one year: numbers by name in :data:`FLOWS`, None where not published."""

    year: int
    authority: str
    counts: Mapping[str, int | None]


@dataclass(frozen=True)
class Actual:
    """What happened on a date, to be laid over a chart.

    ``used_as`` is empty, or says what the figure was used for (``shape``): then it is no test
    of a forecast, and is not drawn.
    """

    date: dt.date
    measure: str
    setting: str
    value: float
    source: str
    used_as: str


def read_published(path: Path) -> Published:
    """Read a long table of published figures.

    Args:
        path: CSV with :data:`PUBLISHED_COLUMNS`.

    Returns:
        The figures, codes kept.

    Raises:
        InputError: Every wrong cell, unknown mark and repeated figure.
    """
    reader = Rows(path, PUBLISHED_COLUMNS)
    figures: dict[tuple[int, str, str], dict[str, Count]] = {}
    for line, row in reader.rows:
        year = reader.cell(line, row, "year_ending_31_march", int, "a year such as 2020")
        number = reader.count(line, row, "number")
        reader.sourced(line, row)
        if year is None or number is None:
            continue
        cells = figures.setdefault((year, row["measure"], row["breakdown"]), {})
        if row["category"] in cells:
            reader.wrong(line, "category", "this figure is given twice", "keep one of the rows")
        cells[row["category"]] = number
    reader.finish()
    return Published(str(path), figures)


def read_council_counts(path: Path) -> CouncilCounts:
    """Read counts from council papers.

    Raises:
        InputError: Every wrong cell, unknown mark and repeated figure.
    """
    reader = Rows(path, COUNCIL_COLUMNS)
    figures: dict[tuple[dt.date, str, str], tuple[int, str]] = {}
    for line, row in reader.rows:
        date = reader.cell(line, row, "date", dt.date.fromisoformat, "a date such as 2020-03-31")
        number = reader.cell(line, row, "number", int, "a whole number")
        reader.sourced(line, row)
        if date is None or number is None:
            continue
        key = (date, row["measure"], row["setting"])
        if key in figures:
            reader.wrong(line, "measure", "this figure is given twice", "keep one of the rows")
        figures[key] = (number, row["source"])
    reader.finish()
    return CouncilCounts(str(path), figures)


def read_authority_flows(path: Path) -> tuple[AuthorityYear, ...]:
    """Read every authority's flows, a row an authority and year.

    Raises:
        InputError: Every wrong cell, unknown mark and repeated authority.
    """
    reader = Rows(path, FLOW_COLUMNS)
    found: dict[tuple[int, str], AuthorityYear] = {}
    for line, row in reader.rows:
        year = reader.cell(line, row, "year_ending_31_march", int, "a year such as 2020")
        counts = {name: reader.count(line, row, name) for name in FLOWS}
        reader.sourced(line, row)
        if year is None or None in counts.values():
            continue
        key = (year, row["authority"])
        if key in found:
            reader.wrong(line, "authority", "this authority and year come twice", "keep one row")
        known = {n: c if isinstance(c, int) else None for n, c in counts.items()}
        found[key] = AuthorityYear(year, row["authority"], known)
    reader.finish()
    return tuple(found.values())


def read_actuals(path: Path) -> tuple[Actual, ...]:
    """Read what happened, to be laid over charts.

    Raises:
        InputError: Every wrong cell.
    """
    reader = Rows(path, ACTUAL_COLUMNS)
    found = []
    for line, row in reader.rows:
        date = reader.cell(line, row, "date", dt.date.fromisoformat, "a date such as 2021-03-31")
        value = reader.cell(line, row, "value", float, "a number")
        if date is not None and value is not None:
            found.append(
                Actual(date, row["measure"], row["setting"], value, row["source"], row["used_as"])
            )
    reader.finish()
    return tuple(found)
