"""Reads the Department for Education's published tables of children looked after.

Any authority's figures can be read: from one long table put together beforehand, or from the CSV
files as the Department's statistics site gives them, in a folder or still zipped. Which layout a
file has is told by its header; among others, a file of no known layout is passed over. What was
suppressed stays a code and is never turned into a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sufficiency.errors import InputError, Problem, suggestion
from sufficiency.inputs.csv_source import CsvTable, NoTable, csv_tables, holds_many
from sufficiency.inputs.dfe_cells import LEVELS, Gathered
from sufficiency.inputs.dfe_site import gather_site, is_site, subject
from sufficiency.inputs.dfe_tables import TOTALS, Area, DfeTables, Key
from sufficiency.inputs.find_authority import find_authority, require_years, years_of
from sufficiency.inputs.rows import Count

__all__ = [
    "LONG_COLUMNS", "Area", "DfeTables", "find_authority", "read_dfe", "require_years", "years_of",
]  # fmt: skip

LONG_COLUMNS = (
    "geographic_level", "area", "area_code", "year", "measure", "breakdown", "category", "number",
)  # fmt: skip
_LAYOUTS = (
    f"known are the long table ({', '.join(LONG_COLUMNS)}) and the files by local authority of the "
    "Department's statistics site (time_period, geographic_level, la_name, new_la_code and more)"
)
_LIKE_THE_LONG_TABLE = 4
"""So many of its columns make a table a long one with columns missing, and no other."""


def read_dfe(path: Path) -> DfeTables:
    """Read the published tables.

    Where several files hold the same breakdown of the same year, the file that reaches further
    is the newer release, and is taken: the Department puts earlier years right in it.

    Args:
        path: A CSV file of either layout, or a folder or zip that holds such files.

    Raises:
        InputError: When nothing can be read, every wrong cell of a file, a figure given twice
            with different numbers, or no figures of England.
    """
    many = holds_many(path)
    found: list[Gathered] = []
    no_tables: list[Problem] = []
    for table in csv_tables(path):
        if isinstance(table, NoTable):
            no_tables.append(table.problem)
            continue
        gathered = _gather(table, many)
        if gathered is not None:
            found.append(gathered)
    if not found:
        sentence = "there is no table of children looked after here"
        none = Problem(str(path), 1, 1, sentence, f"save one here: {_LAYOUTS}")
        raise InputError(no_tables or [none])
    _check_any_figure(str(path), found)
    tables = _together(str(path), found)
    _check(tables)
    return tables


def _check_any_figure(file: str, found: list[Gathered]) -> None:
    """Something must stand under the first lines.

    Raises:
        InputError: When there is no figure of any area.
    """
    if not any(gathered.figures for gathered in found):
        sentence = "there are no figures under the first line"
        named = found[0].file if len(found) == 1 else file
        raise InputError([Problem(named, 1, 1, sentence, "save it again, with all its rows")])


def _gather(table: CsvTable, many: bool) -> Gathered | None:
    """The figures of one file; None for one of something else among many."""
    if set(LONG_COLUMNS) <= set(table.header):
        return _gather_long(table)
    about = subject(table) if is_site(table) else None
    if about is not None:
        return gather_site(table, about)
    if many:
        return None
    missing = [name for name in LONG_COLUMNS if name not in table.header]
    if len(LONG_COLUMNS) - len(missing) >= _LIKE_THE_LONG_TABLE:
        sentence = f"columns are missing: {', '.join(missing)}"
    elif next(table.rows(), None) is None:
        sentence = "there are no figures under the first line"
    elif is_site(table):
        sentence = "this file of the statistics site is of another subject"
    elif "time_period" in table.header:
        sentence = "this file of the statistics site is not by local authority"
    else:
        sentence = "this is no table of children looked after: columns are missing"
    raise InputError([Problem(table.file, 1, 1, sentence, _LAYOUTS)])


def _gather_long(table: CsvTable) -> Gathered:
    table.check_once(LONG_COLUMNS)
    gathered = Gathered(table.file, table.header)
    at = [table.column(name) for name in LONG_COLUMNS]
    areas: dict[tuple[str, str, str], Area | None] = {}
    keys: dict[Key, Key] = {}
    for line, cells in table.rows():
        level, name, code, year_text, measure, breakdown, category, number = (cells[i] for i in at)
        place = (level, name, code)
        if place not in areas:
            areas[place] = _area(gathered, place, line)
        area = areas[place]
        year = gathered.year(year_text, line, "year")
        count = gathered.count(number, line, "number")
        if area is None or year is None or count is None:
            continue
        key = (year, measure, breakdown)
        key = keys.setdefault(key, key)
        gathered.add(area, key, category, count, line, "number")
    gathered.finish()
    return gathered


def _area(gathered: Gathered, place: tuple[str, str, str], line: int) -> Area | None:
    """The area of a row of the long table, or None and a fault noted."""
    level = LEVELS.get(place[0].strip())
    if level is None:
        gathered.wrong(
            line, "geographic_level", f"`{place[0]}` is not a level",
            suggestion(place[0], LEVELS, "levels"),
        )  # fmt: skip
        return None
    if not place[1].strip():
        gathered.wrong(line, "area", "the area has no name", "write its name")
        return None
    return Area(place[1].strip(), place[2].strip(), level)


def _together(file: str, found: list[Gathered]) -> DfeTables:
    """All files as one, those of newer releases over those of older ones."""
    areas: dict[str, Area] = {}
    figures: dict[str, dict[Key, Mapping[str, Count]]] = {}
    origin: dict[tuple[str, Key], Gathered] = {}
    for gathered in sorted(found, key=lambda each: each.last_year):
        areas.update(gathered.areas)
        for name, groups in gathered.figures.items():
            kept = figures.setdefault(name, {})
            for key, cells in groups.items():
                before = kept.get(key)
                if before is not None:
                    if _says_nothing(cells):
                        continue
                    _same_release(origin[name, key], gathered, name, key, before, cells)
                kept[key] = cells
                if len(found) > 1:
                    origin[name, key] = gathered
    years = {key[0] for groups in figures.values() for key in groups}
    return DfeTables(file, areas, tuple(sorted(years)), figures)


def _says_nothing(cells: Mapping[str, Count]) -> bool:
    """Whether every figure is not applicable or not available."""
    return all(count in ("z", "x") for count in cells.values())


def _same_release(
    first: Gathered,
    second: Gathered,
    name: str,
    key: Key,
    before: Mapping[str, Count],
    cells: Mapping[str, Count],
) -> None:
    """Two files that reach equally far must agree.

    Raises:
        InputError: When they do not, and the first says anything at all.
    """
    if first.last_year < second.last_year or before == cells or _says_nothing(before):
        return
    year, measure, breakdown = key
    raise InputError(
        [
            Problem(
                second.file, 1, 1,
                f"`{breakdown}` of `{measure}` in {name} in {year} is not the same in {first.file}",
                "keep the newer of the two files",
            )
        ]
    )  # fmt: skip


def _check(tables: DfeTables) -> None:
    """England's totals must be there: they carry what an authority's own figures cannot."""
    problems = [
        Problem(
            tables.file, 1, 1, f"the totals of England of `{measure}` are not here",
            "England's figures are needed: keep its rows, and save the file of numbers and rates "
            "per 10,000 children beside the others",
        )
        for measure in TOTALS
        if not any(key[1:] == (measure, "all") for key in tables.england.figures)
    ]  # fmt: skip
    if problems:
        raise InputError(problems)
