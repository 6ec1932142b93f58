"""Reading a council's SSDA903 returns: a folder in, and every row of it that can be used.

The folder may hold a folder a year or everything at once. Files are told by their columns. What
is wrong with the whole of it, such as a file without a header or a column that is not there,
stops the reading with a sentence. What is wrong with a row is kept as a finding, by file and
line.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

from sufficiency.errors import InputError, suggestion
from sufficiency.ssda903.births import birth_dates, overruled
from sufficiency.ssda903.files import Found, find_tables, is_workbook, stop
from sufficiency.ssda903.returns import (
    EpisodeRow,
    FileRead,
    Finding,
    HeaderRow,
    Returns,
    UascRow,
)
from sufficiency.ssda903.rows import (
    Sheet,
    authority_of,
    child_of,
    episode_rows,
    header_rows,
    in_year,
    is_born_in_time,
    keep_authority,
    one_line,
    opened,
    uasc_rows,
)
from sufficiency.ssda903.tables import (
    AUTHORITY,
    EPISODES,
    HEADER,
    REQUIRED,
    UASC,
    ReturnTable,
    recognised,
    what_is_lacking,
)
from sufficiency.ssda903.years import Companions, companions, only_year, years_of_rows

_MOST_AUTHORITIES = 200
"""England has fewer."""
_NAMED_FROM_CHILDREN = 6
"""A name that stands for fewer children may be one of theirs: it is not shown."""


def read_returns(folder: Path, authority: str | None = None) -> Returns:
    """Read the returns of one authority.

    Args:
        folder: A folder, looked through three folders deep, or one zip.
        authority: Whose rows to use, where the files hold those of several.

    Returns:
        The rows that can be used, in order of year, file and line; what files there are; and
        what was found to say. Years are worked out as :mod:`sufficiency.ssda903.years` says.

    Raises:
        InputError: When there is no return in the folder, one cannot be read as a table, lacks
            a column or holds no row that can be used.
    """
    found = find_tables(folder)
    tables = [recognised(table) for table in found.tables]
    _check_there(folder, found, tables)
    sheets = [opened(table) for table in tables if table.name in REQUIRED]
    named = _one_authority(folder, sheets, authority)
    episodes, beside = _episodes(sheets)
    if not episodes:
        _none_usable(folder, sheets)
    headers = _headers(sheets, beside)
    uasc = _uasc(sheets, beside)
    episodes = _with_birth_dates(sheets, episodes, headers)
    if not episodes:
        _none_usable(folder, sheets)
    return Returns(
        authority=named,
        episodes=tuple(sorted(episodes, key=lambda row: (row.year, row.file, row.row))),
        headers=tuple(sorted(headers, key=lambda row: (row.year, row.file, row.row))),
        uasc=tuple(sorted(uasc, key=lambda row: (row.year, row.file, row.row))),
        files=_files(found, tables, sheets, (*episodes, *headers, *uasc)),
        findings=_findings(sheets, headers),
    )


def _check_there(folder: Path, found: Found, tables: list[ReturnTable]) -> None:
    names = {table.name for table in tables}
    if EPISODES not in names:
        if not tables:
            books = sum(map(is_workbook, found.others))
            _no_csv(folder, len(found.others), books)
        held = sorted(name for name in names if name)
        holds = f"; it holds {', '.join(held)}" if held else ""
        stop(
            str(folder),
            f"there are no episodes here: {what_is_lacking(found.tables)}{holds}",
            "give the folder with the SSDA903 returns as CSV",
        )
    if HEADER not in names:
        stop(
            str(folder),
            "there are episodes here, but no header: no CSV file has the columns "
            f"{' and '.join(REQUIRED[HEADER])}",
            "put the header files beside the episodes; without dates of birth nothing is known "
            "of ages",
        )


def _no_csv(folder: Path, files: int, workbooks: int) -> None:
    if workbooks:
        said = "the returns here are in a workbook" if workbooks == 1 else "there are workbooks"
        stop(str(folder), f"{said}, and no CSV file", "save each sheet as a CSV file")
    said = "the 1 file here is no CSV table" if files == 1 else f"of {files} files here none is CSV"
    stop(str(folder), said, "give the folder with the SSDA903 returns as CSV")


def _one_authority(folder: Path, sheets: list[Sheet], asked: str | None) -> str:
    """Choose whose rows are used, and set the others aside."""
    if asked is not None:
        asked = one_line(asked)
        if asked is None:
            stop(
                "--authority",
                "this name holds a character that cannot be shown",
                "write it in plain letters",
            )
    spelt = _authorities(sheets)
    names = sorted(spelt.values())
    if asked is None:
        if len(names) > 1:
            stop(
                str(folder),
                f"there are rows of {len(names)} authorities here",
                f"choose one with --authority; {_which(sheets, names)}",
            )
        return names[0] if names else ""
    if names and asked.casefold() not in spelt:
        stop(str(folder), "no row here is of the authority asked for", _which(sheets, names, asked))
    chosen = spelt.get(asked.casefold(), asked)
    for sheet in sheets:
        keep_authority(sheet, chosen)
    return chosen


def _authorities(sheets: list[Sheet]) -> dict[str, str]:
    """The authorities as they are spelt first, by their names in small letters.

    Raises:
        InputError: When a name cannot be shown, or what stands there are no authorities.
    """
    spelt: dict[str, str] = {}
    rows = of_itself = 0
    for sheet in sheets:
        if sheet.table.column(AUTHORITY) is not None:
            for line, cells in sheet.lines:
                name = authority_of(sheet, line, cells)
                if name:
                    spelt.setdefault(name.casefold(), name)
                    rows += 1
                    child = child_of(sheet.cell(cells, "CHILD"))
                    of_itself += child.casefold() == child_of(name).casefold()
    if len(spelt) > _MOST_AUTHORITIES or 2 * of_itself > rows:
        file = next(each.file for each in sheets if each.table.column(AUTHORITY) is not None)
        stop(
            file,
            f"what stands in the column `{AUTHORITY}` does not look like authorities",
            "put the name of the authority there, or take the column out",
        )
    return spelt


def _which(sheets: list[Sheet], names: list[str], asked: str = "") -> str:
    """Which authority may be meant, naming none that may be a child's name or number."""
    children: dict[str, set[str]] = {}
    everybody = set()
    for sheet in sheets:
        for line, cells in sheet.lines:
            child = child_of(sheet.cell(cells, "CHILD")).casefold()
            everybody.add(child)
            if sheet.table.column(AUTHORITY) is not None:
                name = authority_of(sheet, line, cells).casefold()
                children.setdefault(name, set()).add(child)
    named = [
        each
        for each in names
        if len(children[each.casefold()]) >= _NAMED_FROM_CHILDREN
        and each.casefold() not in everybody
        and not any(char.isdigit() for char in each)
    ]
    if not named:
        return f"their names are in the column `{AUTHORITY}`"
    more = len(names) - len(named)
    told = suggestion(asked, named, "authorities")
    return f"{told}; {more} more in the column `{AUTHORITY}` are not shown" if more else told


def _episodes(sheets: list[Sheet]) -> tuple[list[EpisodeRow], Companions]:
    used: list[EpisodeRow] = []
    by_label = []
    for sheet in sheets:
        if sheet.name != EPISODES:
            continue
        rows, labels = episode_rows(sheet)
        if not rows:
            continue
        told = years_of_rows(rows, labels)
        by_label.append(told.labels)
        for label in sorted(told.not_believed):
            row = rows[labels.index(label)]
            year = told.labels[label]
            sheet.note("year_by_dates", row.row, "YEAR", label, str(year), "")
        for row, year in zip(rows, told.years, strict=True):
            if row.row in told.assumed:
                sheet.note("year_assumed", row.row, "", "", str(year), row.child)
        dated = (in_year(sheet, row, year) for row, year in zip(rows, told.years, strict=True))
        used.extend(row for row in dated if row is not None)
    return used, companions(used, by_label)


def _headers(sheets: list[Sheet], beside: Companions) -> list[HeaderRow]:
    found = []
    for sheet in sheets:
        if sheet.name != HEADER:
            continue
        of_file = beside.year_of_file(sheet.file)
        for row, label in header_rows(sheet):
            dated = replace(row, year=beside.year_of_row(label, of_file, row.child))
            if is_born_in_time(dated):
                found.append(dated)
            else:
                sheet.note("bad_date", row.row, "DOB", row.born.isoformat(), "", row.child)
        sheet.check_dates()
    return found


def _uasc(sheets: list[Sheet], beside: Companions) -> list[UascRow]:
    found = []
    for sheet in sheets:
        if sheet.name != UASC:
            continue
        of_file = beside.year_of_file(sheet.file)
        for row, label in uasc_rows(sheet):
            found.append(replace(row, year=beside.year_of_row(label, of_file, row.child)))
        sheet.check_dates()
    return found


def _with_birth_dates(
    sheets: list[Sheet], episodes: list[EpisodeRow], headers: list[HeaderRow]
) -> list[EpisodeRow]:
    born = birth_dates(headers)
    of_file = {sheet.file: sheet for sheet in sheets}
    used = []
    for row in episodes:
        if row.child in born:
            used.append(row)
        else:
            of_file[row.file].note("no_birth_date", row.row, "CHILD", "", "", row.child)
    return used


def _none_usable(folder: Path, sheets: list[Sheet]) -> None:
    """Say that no episode is left, and why most of them are not."""
    count = sum(sheet.rows for sheet in sheets if sheet.name == EPISODES)
    if not count:
        stop(str(folder), "the episodes here have no rows", "give returns with children in them")
    rules = Counter(
        each.rule for sheet in sheets if sheet.name == EPISODES for each in sheet.findings
    )
    rule = next((each for each, _ in rules.most_common() if each in _WHY), "")
    why = f": {_WHY[rule]}" if rule else ""
    stop(
        str(folder),
        f"none of the {count} episodes here can be used{why}",
        "look at the file in a text editor, put that right and try again",
    )


_WHY = {
    "no_child": "they have no child's identifier",
    "no_start": "they have no date in DECOM",
    "bad_date": "their dates cannot be read",
    "starts_after_return": "they commence after the end of their return",
    "no_birth_date": "no header has the dates of birth of their children",
    "other_authority": "they are of another authority",
}


def _files(
    found: Found,
    tables: list[ReturnTable],
    sheets: list[Sheet],
    rows: tuple[EpisodeRow | HeaderRow | UascRow, ...],
) -> tuple[FileRead, ...]:
    years: dict[str, set[int]] = {}
    for row in rows:
        years.setdefault(row.file, set()).add(row.year)
    counts = {sheet.file: sheet.rows for sheet in sheets}
    read = [
        FileRead(
            table.table.file,
            table.name,
            only_year(years.get(table.table.file, ())),
            counts.get(table.table.file, _lines_below_header(table)),
        )
        for table in tables
    ]
    others = [FileRead(file, "", None, 0) for file in found.others]
    others += [FileRead(file, f"the same file as {first}", None, 0) for file, first in found.again]
    return tuple(sorted((*read, *others), key=lambda each: each.file))


def _lines_below_header(table: ReturnTable) -> int:
    """Rows of a table that is not used; a fault in one is no matter."""
    if not table.name:
        return 0
    try:
        return sum(1 for _ in table.table.rows())
    except InputError:
        return table.table.text.count("\n")


def _findings(sheets: list[Sheet], headers: list[HeaderRow]) -> tuple[Finding, ...]:
    found = [each for sheet in sheets for each in sheet.findings]
    found.extend(overruled(headers))
    return tuple(sorted(found, key=lambda each: (each.file, each.row, each.rule, each.column)))
