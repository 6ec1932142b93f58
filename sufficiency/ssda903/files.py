"""Which files a folder of returns holds, opened as tables, with all that is refused at sight.

Councils keep returns in a folder a year, in one folder, or in a zip. All CSV files are opened,
whatever they are called. What is too large to be a return is refused before it is read, and what
cannot be read as a table is told at once: a year passed over in silence would look like a year
in which children were not in care.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

from sufficiency.errors import InputError, Problem
from sufficiency.inputs.csv_source import CsvTable, NoTable, tables_of_file

DEPTH = 3
"""How many folders deep files are looked for."""
LARGEST_FILE_MB = 100
LARGEST_TOTAL_MB = 400
MOST_FILES = 500

_MB = 1_000_000
_OPENED = frozenset({".csv", ".zip"})
_WORKBOOKS = frozenset({".xlsx", ".xls", ".xlsm", ".ods"})
_EMPTY = "the file is empty"


@dataclass(frozen=True)
class Found:
    """What was found in a folder.

    Attributes:
        tables: CSV tables, each with its path below the folder, column names as they stand.
        others: Paths of files that are no table: empty ones, workbooks, and whatever else.
    """

    tables: tuple[CsvTable, ...]
    others: tuple[str, ...]


def find_tables(folder: Path) -> Found:
    """Open every CSV file of a folder, its folders down to the third, or of a zip.

    Args:
        folder: The folder, or one zip.

    Raises:
        InputError: When it is not there, is no folder, is empty or too large, or when a CSV file
            in it is none.
    """
    paths = _paths(folder)
    _check_sizes(folder, paths)
    tables: list[CsvTable] = []
    others: list[str] = []
    for path in paths:
        if path.suffix.lower() not in _OPENED:
            others.append(_below(folder, str(path)))
            continue
        for table in tables_of_file(path, among_others=True):
            if isinstance(table, CsvTable):
                _check_delimiter(table)
                tables.append(replace(table, file=_below(folder, table.file)))
            elif table.problem.sentence == _EMPTY:
                others.append(_below(folder, table.problem.file))
            else:
                _refuse(table)
    return Found(tuple(tables), tuple(others))


def is_workbook(file: str) -> bool:
    """Whether a name is that of a workbook."""
    return Path(file).suffix.lower() in _WORKBOOKS


def stop(file: str, sentence: str, remedy: str, line: int = 1, column: int = 1) -> NoReturn:
    """Say what is wrong with the input as a whole."""
    raise InputError([Problem(file, line, column, sentence, remedy)])


def _paths(folder: Path) -> list[Path]:
    try:
        if folder.is_dir():
            paths = list(_walk(folder, DEPTH))
        elif folder.is_file():
            if not zipfile.is_zipfile(folder):
                stop(str(folder), "this is a file, not a folder of returns", "give its folder")
            return [folder]
        else:
            stop(str(folder), "there is no such folder", "check the path")
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else None
        reason = f"{said or 'the path is not one'}: check the path"
        raise InputError(
            [Problem(str(folder), 1, 1, "this folder cannot be read", reason)]
        ) from error
    if not paths:
        stop(
            str(folder),
            "this folder is empty",
            "give the folder with the CSV files of the returns in it, or in a folder a year",
        )
    if len(paths) > MOST_FILES:
        stop(
            str(folder),
            f"this folder holds more than {MOST_FILES} files",
            "give a folder with the returns alone",
        )
    return paths


def _walk(folder: Path, depth: int) -> Iterator[Path]:
    """Files in order of path, but for hidden ones and what spreadsheets leave behind."""
    found = 0
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "~$", "__MACOSX")):
            continue
        if path.is_dir():
            if depth:
                yield from _walk(path, depth - 1)
        elif path.is_file():
            yield path
            found += 1
            if found > MOST_FILES:
                return


def _check_sizes(folder: Path, paths: list[Path]) -> None:
    total = 0
    for path in paths:
        if path.suffix.lower() in _OPENED or len(paths) == 1:
            size = _bytes_of(path)
            total += size
            if size > LARGEST_FILE_MB * _MB:
                stop(
                    str(path),
                    f"this file holds {size // _MB} MB, more than a return can: a year of the "
                    "largest authority is a few MB",
                    "give a folder with the returns alone",
                )
    if total > LARGEST_TOTAL_MB * _MB:
        stop(
            str(folder),
            f"these files hold {total // _MB} MB, more than returns can: a year of the largest "
            "authority is a few MB",
            "give a folder with the returns alone",
        )


def _bytes_of(path: Path) -> int:
    """Size of a file, or of a zip as it says it is when unpacked."""
    try:
        size = path.stat().st_size
        if size <= LARGEST_FILE_MB * _MB and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                return max(size, sum(each.file_size for each in archive.infolist()))
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError):
        return 0  # told when it is opened
    return size


def _check_delimiter(table: CsvTable) -> None:
    for mark in ("|", ";", "\t"):
        if len(table.header) == 1 and mark in table.header[0]:
            stop(table.file, "cells are not parted by commas", "save it as CSV with commas")


def _refuse(table: NoTable) -> NoReturn:
    problem = table.problem
    stop(
        problem.file,
        problem.sentence,
        f"{problem.remedy}, or take it out of the folder if it is no part of a return",
        problem.line,
    )


def _below(folder: Path, file: str) -> str:
    """The path below the folder or zip, with forward slashes."""
    text = file.removeprefix(str(folder)).lstrip("/\\")
    return (text or folder.name).replace("\\", "/")
