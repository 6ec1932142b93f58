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
from sufficiency.inputs.csv_source import CsvTable, csv_tables
from sufficiency.inputs.dfe_cells import year_of

OUTTURN_COLUMNS = (
    "area", "area_code", "class", "year_ending_31_march", "service", "measure", "thousand_pounds",
)  # fmt: skip
LOOKED_AFTER = "Children Looked After"
RESIDENTIAL = "Children Looked After of which residential care"
FOSTERING = "Children Looked After of which fostering services"
ASYLUM_SEEKING = "Children Looked After of which asylum seeking children who are looked after"
OTHER = "Children Looked After of which other"
EXPENDITURE = "Total Expenditure"
INCOME = "Total Income"


@dataclass(frozen=True)
class Spending:
    """What one service cost in a financial year, in thousand pounds.

    Attributes:
        expenditure_thousand_pounds: All that was spent.
        income_thousand_pounds: What others paid towards it.
    """

    expenditure_thousand_pounds: float
    income_thousand_pounds: float

    @property
    def net_thousand_pounds(self) -> float:
        """What the authority paid itself."""
        return self.expenditure_thousand_pounds - self.income_thousand_pounds


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

    def residential(self) -> Spending:
        """Residential care of children looked after."""
        return self.spending(RESIDENTIAL)

    def fostering(self) -> Spending:
        """Fostering services: own carers and agencies are not apart."""
        return self.spending(FOSTERING)

    def looked_after(self) -> Spending:
        """All services for children looked after."""
        return self.spending(LOOKED_AFTER)


def read_outturn(path: Path, code: str, name: str) -> Outturn:
    """Read what one authority spent, in the latest year of the table.

    Args:
        path: CSV with :data:`OUTTURN_COLUMNS`.
        code: The authority's code of the Office for National Statistics.
        name: Its name in the Department for Education's tables.

    Raises:
        InputError: When it is not such a table, the authority is not in it, or a figure is wrong.
    """
    table = _the_table(path)
    rows = list(table.rows())
    area = _area(table, rows, code, name)
    problems: list[Problem] = []
    years: dict[int, list[tuple[int, list[str]]]] = {}
    for line, cells in rows:
        if cells[table.column("area")].strip() != area:
            continue
        at = table.column("year_ending_31_march")
        year = year_of(cells[at])
        if year is None:
            said = f"{shown(cells[at])} cannot be a year ending 31 March"
            problems.append(Problem(table.file, line, at + 1, said, "write a year such as 2025"))
        else:
            years.setdefault(year, []).append((line, cells))
    if problems:
        raise InputError(problems)
    latest = max(years)
    return _outturn(table, area, latest, years[latest])


def _the_table(path: Path) -> CsvTable:
    for table in csv_tables(path):
        missing = [name for name in OUTTURN_COLUMNS if name not in table.header]
        if not missing:
            return table
        if not path.is_dir() and path.suffix.lower() != ".zip":
            sentence = (
                f"this is no table of revenue outturn: columns are missing: {', '.join(missing)}"
            )
            raise InputError(
                [Problem(table.file, 1, 1, sentence, f"it needs {', '.join(OUTTURN_COLUMNS)}")]
            )
    raise InputError(
        [Problem(str(path), 1, 1, "there is no table of revenue outturn here", "give the file")]
    )


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
        if amount is not None:
            if figures.setdefault(key, amount) != amount:
                said = f"`{key[1]}` of `{key[0]}` is given twice with different figures"
                problems.append(Problem(table.file, line, at + 1, said, "keep the right row"))
        elif _is_note(text):
            not_given[key] = text
        else:
            said = f"{shown(text)} is not a number of thousand pounds"
            problems.append(Problem(table.file, line, at + 1, said, "write a number, or [note]"))
    if problems:
        raise InputError(problems)
    return Outturn(area, year, figures, table.file, not_given)


def _amount(text: str) -> float | None:
    try:
        amount = float(text.replace(",", ""))
    except ValueError:
        return None
    return amount if math.isfinite(amount) else None


def _is_note(text: str) -> bool:
    """Whether a cell says in the publisher's way that there is no figure."""
    return (text.startswith("[") and text.endswith("]")) or text in {"c", "x", "z", "..", "-"}
