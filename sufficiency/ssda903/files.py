"""Which files a folder of returns holds, opened as tables, with all that is refused at sight.

Councils keep returns in a folder a year, in one folder, or in a zip. All CSV files are opened,
whatever they are called. What is too large to be a return is refused before it is read, and what
cannot be read as a table is told at once: a year passed over in silence would look like a year
in which children were not in care. A file that stands there twice is read once. Simulated
children are never read together with others.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import NoReturn

from sufficiency.errors import InputError, Problem
from sufficiency.inputs.csv_source import CsvTable, NoTable, tables_of_file
from sufficiency.ssda903.tables import EPISODES, column_names, kind_of

DEPTH = 3
"""How many folders deep files are looked for."""
LARGEST_FILE_MB = 30
LARGEST_TOTAL_MB = 120
MOST_FILES = 500

_MB = 1_000_000
_OPENED = frozenset({".csv", ".zip"})
_WORKBOOKS = frozenset({".xlsx", ".xls", ".xlsm", ".ods"})
_EMPTY = "the file is empty"
_MANIFEST = "manifest.json"
_LARGEST_MANIFEST_MB = 1
_SIMULATED = re.compile(r"SIM\d{6,}", re.ASCII | re.IGNORECASE)
"""What an exported child is called."""
_NAMED_AS = re.compile(r"episode|header", re.IGNORECASE)
"""Names that say a file is one of the two tables without which there is no return."""


@dataclass(frozen=True)
class Found:
    """What was found in a folder.

    Attributes:
        tables: CSV tables, each with its path below the folder, column names as they stand.
        others: Paths of files that are no table: workbooks, and whatever else.
        again: Paths of files that are not read because the same file was, each with the path of
            that.
    """

    tables: tuple[CsvTable, ...]
    others: tuple[str, ...]
    again: tuple[tuple[str, str], ...] = ()


def find_tables(folder: Path) -> Found:
    """Open every CSV file of a folder, its folders down to the third, or of a zip.

    Args:
        folder: The folder, or one zip.

    Raises:
        InputError: When it is not there, is no folder, is empty or too large, when a CSV file
            in it is none or a return stands there that cannot be read, or when simulated
            children stand among others.
    """
    paths = _paths(folder)
    _check_names(folder, paths)
    _check_sizes(folder, paths)
    tables: list[CsvTable] = []
    others: list[str] = []
    exported: set[str] = set()
    for path in paths:
        if path.suffix.lower() not in _OPENED:
            others.append(_below(folder, str(path)))
            if path.name == _MANIFEST:
                exported.update(_below(folder, str(each)) for each in _exported(path))
            continue
        for table in tables_of_file(path, among_others=True):
            if isinstance(table, CsvTable):
                _check_delimiter(table)
                tables.append(replace(table, file=_below(folder, table.file)))
            else:
                _refuse(table)
    simulated = _all_simulated(tables, exported)
    kinds = {table.file: kind_of(table) for table in tables}
    _check_none_missed(kinds, others)
    if not simulated:
        _check_rows(table for table in tables if kinds[table.file] == EPISODES)
    again = _same_again(tables, kinds)
    return Found(
        tuple(table for table in tables if table.file not in again),
        tuple(others),
        tuple(again.items()),
    )


def is_workbook(file: str) -> bool:
    """Whether a name is that of a workbook."""
    return Path(file).suffix.lower() in _WORKBOOKS


def stop(file: str, sentence: str, remedy: str, line: int = 1, column: int = 1) -> NoReturn:
    """Say what is wrong with the input as a whole."""
    raise InputError([Problem(file, line, column, sentence, remedy)])


def _paths(folder: Path) -> list[Path]:
    try:
        if folder.is_dir():
            top = folder.resolve()
            paths = list(_walk(folder, DEPTH, {top, *top.parents}))
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


def _walk(folder: Path, depth: int, seen: set[Path]) -> Iterator[Path]:
    """Files in order of path, but for hidden ones and what spreadsheets leave behind.

    A folder that was seen, or that holds the one given, is not looked into again: a link may
    lead to it.
    """
    found = 0
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "~$", "__MACOSX")):
            continue
        if path.is_dir():
            if depth and (place := path.resolve()) not in seen:
                seen.add(place)
                yield from _walk(path, depth - 1, seen)
        elif path.is_file():
            yield path
            found += 1
            if found > MOST_FILES:
                return


def _check_names(folder: Path, paths: list[Path]) -> None:
    """Refuse names that no text can hold: what is written could not say which file it was."""
    for path in (folder, *paths):
        if any(unicodedata.category(char) in ("Cc", "Cs") for char in str(path)):
            name = os.fsencode(path).decode("utf-8", "replace")
            stop(
                "".join(" " if unicodedata.category(char) == "Cc" else char for char in name),
                "the name of this file, or of a folder it is in, cannot be written as text",
                "give it a plain name",
            )


def _check_sizes(folder: Path, paths: list[Path]) -> None:
    total = 0
    for path in paths:
        if path.suffix.lower() in _OPENED or len(paths) == 1:
            size, together = _bytes_of(path)
            total += together
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


def _bytes_of(path: Path) -> tuple[int, int]:
    """Size of a file twice; of a zip the largest table it says it holds, and all it holds."""
    try:
        size = path.stat().st_size
        if size <= LARGEST_FILE_MB * _MB and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                unpacked = [each.file_size for each in archive.infolist()]
            return max(size, *unpacked, 0), max(size, sum(unpacked))
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError):
        return 0, 0  # told when it is opened
    return size, size


def _check_delimiter(table: CsvTable) -> None:
    for mark in ("|", ";", "\t"):
        if len(table.header) == 1 and mark in table.header[0]:
            stop(table.file, "cells are not parted by commas", "save it as CSV with commas")


def _refuse(table: NoTable) -> NoReturn:
    problem = table.problem
    if problem.sentence == _EMPTY:
        stop(problem.file, "this file is empty", "save it again, or delete it")
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


def _check_none_missed(kinds: Mapping[str, str], others: Iterable[str]) -> None:
    """Refuse what may be a return that was not understood: its year would be missing.

    Args:
        kinds: Tables of the return by file; empty for one that is none.
        others: Files that were not opened.
    """
    used = {_folder_of(file) for file, kind in kinds.items() if kind == EPISODES}
    held = {_folder_of(file) for file, kind in kinds.items() if kind}
    for file, kind in kinds.items():
        named = _NAMED_AS.search(PurePosixPath(file).name)
        if not kind and held and (named or _folder_of(file) in held - used):
            stop(
                file,
                "this is no table of a return, but stands where one should",
                "save the table again as CSV, or delete this file if it is no part of a return",
            )
    for file in others:
        named = _NAMED_AS.search(PurePosixPath(file).name)
        if is_workbook(file) and named and held and _folder_of(file) not in used:
            stop(file, "this table of a return is in a workbook", "save each sheet as a CSV file")


def _check_rows(episodes: Iterable[CsvTable]) -> None:
    """Refuse episodes without a row beside others with rows: a year would be missing."""
    bare = {table.file: not _has_rows(table) for table in episodes}
    if all(bare.values()):
        return  # told of the folder as a whole
    for file, is_bare in bare.items():
        if is_bare:
            stop(
                file,
                "this table of episodes has no rows",
                "save it again, or delete it if no child was in care that year",
            )


def _has_rows(table: CsvTable) -> bool:
    return any(line.strip(' ,"\t') for line in table.text.splitlines()[1:])


def _same_again(tables: Iterable[CsvTable], kinds: Mapping[str, str]) -> dict[str, str]:
    """Files that stand there a second time, each with the first.

    The same episodes are the same return. The same header is not: the children of one year may
    be those of the next. So another table counts as there again only beside episodes that all
    are.
    """
    first: dict[tuple[tuple[str, ...], str], str] = {}
    twins = {}
    for table in tables:
        earlier = first.setdefault((table.header, table.text), table.file)
        if earlier != table.file and kinds[table.file] and _has_rows(table):
            twins[table.file] = earlier
    beside: dict[str, list[bool]] = {}
    for file, kind in kinds.items():
        if kind == EPISODES:
            beside.setdefault(_folder_of(file), []).append(file in twins)
    return {
        file: earlier
        for file, earlier in twins.items()
        if kinds[file] == EPISODES or all(beside.get(_folder_of(file), [False]))
    }


def _all_simulated(tables: Iterable[CsvTable], exported: set[str]) -> bool:
    """Whether the children here are simulated ones.

    Raises:
        InputError: When some are and others are not.
    """
    simulated: dict[str, int] = {}
    others = False
    for table in tables:
        for line, is_simulated in _children(table, table.file in exported):
            if is_simulated:
                simulated.setdefault(table.file, line)
            others = others or not is_simulated
    if simulated and others:
        file, line = next(iter(simulated.items()))
        stop(
            file,
            "simulated children stand here among others: what `sufficiency export` wrote is no "
            "return of the authority",
            "take the simulated returns out of the folder; they can be read by themselves",
            line,
        )
    return bool(simulated)


def _children(table: CsvTable, exported: bool) -> Iterator[tuple[int, bool]]:
    """Of each child of a table the line, and whether it is a simulated one."""
    names = column_names(table)
    if "CHILD" not in names or not _has_rows(table):
        return
    if exported or "sim" not in table.text.casefold():
        yield 2, exported
        return
    at = names.index("CHILD")
    try:
        for line, cells in table.rows():
            if child := cells[at].strip():
                yield line, _SIMULATED.fullmatch(child) is not None
    except InputError:
        return  # told where the rows are read, if the table is used


def _exported(manifest: Path) -> list[Path]:
    """The files that a manifest says an export wrote; none where it says something else."""
    try:
        if manifest.stat().st_size > _LARGEST_MANIFEST_MB * _MB:
            return []
        told = json.loads(manifest.read_text(encoding="utf-8"))
        if told["package"] == "sufficiency" and told["made_by"] == "export":
            return [manifest.parent / str(name) for name in told["results"]]
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        pass
    return []


def _folder_of(file: str) -> str:
    return str(PurePosixPath(file).parent)
