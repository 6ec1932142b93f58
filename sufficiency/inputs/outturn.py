"""What an authority really spent on children looked after, as the ministry published it.

Every council reports what it spent on children's social care; the Ministry of Housing, Communities
and Local Government publishes it as the revenue outturn, table RO3. A price in a scenario can be
laid beside it. The ministry spells authorities in its own way, so an area is found by its code
first, and by its name where the code was changed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sufficiency.errors import InputError, Problem, shown, suggestion
from sufficiency.inputs.authority_names import same
from sufficiency.inputs.csv_source import CsvTable, NoTable, csv_tables, holds_many
from sufficiency.inputs.dfe_cells import year_of

OUTTURN_COLUMNS = (
    "area", "area_code", "class", "year_ending_31_march", "service", "measure", "thousand_pounds",
)  # fmt: skip
RESIDENTIAL = "Children Looked After of which residential care"
FOSTERING = "Children Looked After of which fostering services"
EXPENDITURE = "Total Expenditure"
INCOME = "Total Income"
MOST_THOUSAND_POUNDS = 10_000_000
"""No authority spends as much on children's social care; all of them together spend some 15 billion
pounds a year."""
_TOLD_AT_MOST = 20
_AS_PUBLISHED = "write it as published, in thousand pounds"


@dataclass(frozen=True)
class Spending:
    """What one service cost in a financial year, in thousand pounds.

    Attributes:
        expenditure_thousand_pounds: All that was spent.
        income_thousand_pounds: What others paid towards it.
    """

    expenditure_thousand_pounds: float
    income_thousand_pounds: float


@dataclass(frozen=True)
class Outturn:
    """What one authority spent in one financial year.

    Attributes:
        area: Its name, as the ministry writes it.
        year: The financial year ends on 31 March of this year.
        figures: Thousand pounds by (service, measure).
        file: Where it was read, for messages.
        not_given: What stands where no figure was given, such as ``[note 4]``, by the same.
    """

    area: str
    year: int
    figures: Mapping[tuple[str, str], float]
    file: str
    not_given: Mapping[tuple[str, str], str]

    def amount(self, service: str, measure: str = EXPENDITURE) -> float:
        """One figure, in thousand pounds.

        Raises:
            InputError: When it is not there or was not given.
        """
        key = (service, measure)
        if key in self.figures:
            return self.figures[key]
        if key in self.not_given:
            sentence = (
                f"`{measure}` of `{service}` of {self.area} is {shown(self.not_given[key])}: "
                "it was not published"
            )
            remedy = "leave the outturn out, or take the authority's own figure"
        else:
            sentence = f"`{measure}` of `{service}` of {self.area} is not here"
            remedy = suggestion(service, sorted({each for each, _ in self.figures}), "services")
        raise InputError([Problem(self.file, 1, 1, sentence, remedy)])

    def spending(self, service: str) -> Spending:
        """Expenditure and income of one service.

        Raises:
            InputError: When either is not there or was not given.
        """
        return Spending(self.amount(service), self.amount(service, INCOME))


def read_outturn(path: Path, code: str, name: str, as_at_year: int) -> Outturn:
    """Read what one authority spent in the year of the table that is nearest to an opening.

    Args:
        path: CSV with :data:`OUTTURN_COLUMNS`.
        code: The authority's code of the Office for National Statistics.
        name: Its name in the Department for Education's tables.
        as_at_year: The forecast opens on 31 March of this year.

    Raises:
        InputError: When it is not such a table, the authority is not in it, a figure is wrong, or
            no year is that of the opening or next to it.
    """
    table = _the_table(path)
    table.check_once(OUTTURN_COLUMNS)
    rows = list(table.rows())
    if not rows:
        sentence = "there are no figures under the first line"
        raise InputError([Problem(table.file, 1, 1, sentence, "save it again, with all its rows")])
    area = _area(table, rows, code, name)
    problems: list[Problem] = []
    years: dict[int, list[tuple[int, list[str]]]] = {}
    at, area_at = table.column("year_ending_31_march"), table.column("area")
    for line, cells in rows:
        if cells[area_at].strip() != area:
            continue
        year = year_of(cells[at])
        if year is None:
            said = f"{shown(cells[at])} cannot be a year ending 31 March"
            problems.append(Problem(table.file, line, at + 1, said, "write a year such as 2025"))
        else:
            years.setdefault(year, []).append((line, cells))
    _tell(problems)
    # Of two years as near, the earlier: it was known by then.
    nearest = min(years, key=lambda year: (abs(year - as_at_year), year))
    if abs(nearest - as_at_year) > 1:
        line = years[nearest][0][0]
        sentence = (
            f"the outturn is of {nearest - 1}/{nearest % 100:02d} and the forecast opens on "
            f"31 March {as_at_year}"
        )
        remedy = "give the outturn of the year that ends then"
        raise InputError([Problem(table.file, line, at + 1, sentence, remedy)])
    return _outturn(table, area, nearest, years[nearest])


def _the_table(path: Path) -> CsvTable:
    no_tables: list[Problem] = []
    for table in csv_tables(path):
        if isinstance(table, NoTable):
            no_tables.append(table.problem)
            continue
        missing = [name for name in OUTTURN_COLUMNS if name not in table.header]
        if not missing:
            return table
        if not holds_many(path):
            sentence = (
                f"this is no table of revenue outturn: columns are missing: {', '.join(missing)}"
            )
            remedy = "it has a row for each figure; add what is missing"
            raise InputError([Problem(table.file, 1, 1, sentence, remedy)])
    none = Problem(str(path), 1, 1, "there is no table of revenue outturn here", "give the file")
    raise InputError(no_tables or [none])


def _tell(problems: list[Problem]) -> None:
    """Tell what is wrong, if anything is: of very many faults the first few."""
    if problems:
        raise InputError(problems[:_TOLD_AT_MOST])


def _area(table: CsvTable, rows: list[tuple[int, list[str]]], code: str, name: str) -> str:
    """The name the ministry gives an authority."""
    code_at, name_at = table.column("area_code"), table.column("area")
    by_code = {cells[code_at].strip(): cells[name_at].strip() for _, cells in rows}
    if code in by_code:
        return by_code[code]
    names = sorted(set(by_code.values()))
    fits = same(name, names)
    if len(fits) == 1:
        return fits[0]
    raise InputError(
        [
            Problem(
                table.file, 1, 1, f"{name} ({code}) is not in this table of revenue outturn",
                "give a table that holds it; an authority that did not report is left out",
            )
        ]
    )  # fmt: skip


def _outturn(table: CsvTable, area: str, year: int, rows: list[tuple[int, list[str]]]) -> Outturn:
    service_at, measure_at = table.column("service"), table.column("measure")
    at = table.column("thousand_pounds")
    figures: dict[tuple[str, str], float] = {}
    not_given: dict[tuple[str, str], str] = {}
    problems: list[Problem] = []
    for line, cells in rows:
        key = (cells[service_at].strip(), cells[measure_at].strip())
        text = cells[at].strip()
        amount = _amount(text)
        if amount is not None and (said := _cannot_be(amount, text, *key)):
            problems.append(Problem(table.file, line, at + 1, said, _AS_PUBLISHED))
        elif amount is not None:
            if figures.setdefault(key, amount) != amount:
                said = f"`{key[1]}` of `{key[0]}` is given twice with different figures"
                problems.append(Problem(table.file, line, at + 1, said, "keep the right row"))
        elif _is_note(text):
            not_given[key] = text
        else:
            said = f"{shown(text)} is not a number of thousand pounds"
            problems.append(Problem(table.file, line, at + 1, said, "write a number, or [note]"))
    _tell(problems)
    return Outturn(area, year, figures, table.file, not_given)


def _cannot_be(amount: float, text: str, service: str, measure: str) -> str:
    """Why nobody can have spent so much or so little; nothing when someone can."""
    if abs(amount) > MOST_THOUSAND_POUNDS:
        return (
            f"{shown(text)} thousand pounds is more than an authority can spend, at most "
            f"{MOST_THOUSAND_POUNDS:,}"
        )
    # Income is now and then corrected below nothing; so is spending on services not used here.
    if amount < 0 and measure == EXPENDITURE and service in (RESIDENTIAL, FOSTERING):
        return f"`{measure}` of `{service}` is {shown(text)} thousand pounds, less than nothing"
    return ""


def _amount(text: str) -> float | None:
    try:
        amount = float(text.replace(",", ""))
    except ValueError:
        return None
    return amount if math.isfinite(amount) else None


def _is_note(text: str) -> bool:
    """Whether a cell says in the publisher's way that there is no figure."""
    return (text.startswith("[") and text.endswith("]")) or text in {"c", "x", "z", "..", "-"}
