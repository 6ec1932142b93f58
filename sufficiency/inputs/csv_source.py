"""CSV tables as people have them: one file, a folder of files, or the zip a website gave them.

Spreadsheets and websites save CSV in more than one encoding, and a download is often a zip.
All of these are opened here and handed on as tables: a header, then rows with their line
numbers. A file that is no CSV at all is told as such, with what to do: at once when it was given
by itself, and as one that holds no table when it stands among others.
"""

from __future__ import annotations

import csv
import io
import lzma
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from sufficiency.errors import InputError, Problem

_WORKBOOK_PARTS = {"[Content_Types].xml", "mimetype"}
"""What is in every Excel or LibreOffice workbook, which is a zip as well."""
_ZIP_BEGINS = b"PK\x03\x04"
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, RuntimeError, NotImplementedError, EOFError,
    OSError, ValueError,
)  # fmt: skip
"""What a zip that was cut short, altered, locked or packed in a strange way may raise."""


@dataclass(frozen=True)
class CsvTable:
    """One CSV table.

    Attributes:
        file: Where it was read, for messages; inside a zip, the zip and the name in it.
        header: Names of the columns, without spaces round them.
        text: The whole table.
    """

    file: str
    header: tuple[str, ...]
    text: str

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Line number and cells of each row after the header; empty lines are passed over.

        Raises:
            InputError: When a row has too few or too many cells, or a quote is never closed.
        """
        width = len(self.header)
        reader = csv.reader(io.StringIO(self.text), strict=True)
        next(reader)
        try:
            for cells in reader:
                if len(cells) == width:
                    yield reader.line_num, cells
                elif cells:
                    _stop(
                        self.file,
                        f"this row has {len(cells)} cells, the first line {width}",
                        "put quotes round a cell that holds a comma; if this is the last line, "
                        "the download broke off: save the file again",
                        reader.line_num,
                    )
        except csv.Error:
            _stop(self.file, "quotes in this row do not pair", "save it again", reader.line_num)

    def column(self, name: str) -> int:
        """Where a column stands, from 0."""
        return self.header.index(name)

    def check_once(self, names: Iterable[str]) -> None:
        """Make sure that columns that are read do not come twice.

        Raises:
            InputError: For the first that does, at its second place.
        """
        for name in names:
            if self.header.count(name) > 1:
                again = self.header.index(name, self.header.index(name) + 1)
                said = f"the column `{name}` is here more than once"
                raise InputError([Problem(self.file, 1, again + 1, said, "keep the right one")])


@dataclass(frozen=True)
class NoTable:
    """A file among others that is no CSV table: it may have nothing to do with the matter.

    Attributes:
        problem: What would be said of it, had it been given by itself.
    """

    problem: Problem


def _stop(file: str, sentence: str, remedy: str, line: int = 1) -> NoReturn:
    raise InputError([Problem(file, line, 1, sentence, remedy)])


def holds_many(path: Path) -> bool:
    """Whether a path is a folder or a zip, in which tables may stand among other files."""
    if path.is_dir():
        return True
    try:
        with path.open("rb") as file:
            return file.read(len(_ZIP_BEGINS)) == _ZIP_BEGINS
    except OSError:
        return False


def files_at(path: Path) -> list[Path]:
    """The files that a path stands for, in order of name.

    Args:
        path: A file, or a folder; of its subfolders only ``data`` is opened, in which the
            Department for Education's downloads keep their tables.

    Returns:
        The file itself, or every CSV file and zip of the folder.

    Raises:
        InputError: When the folder cannot be read.
    """
    if not path.is_dir():
        return [path]
    try:
        inside = [*path.iterdir(), *(path / "data").glob("*")]
    except OSError as error:
        _stop(str(path), "this folder cannot be read", f"{error.strerror}: check the path")
    return sorted(
        each for each in inside if each.suffix.lower() in {".csv", ".zip"} and not each.is_dir()
    )


def csv_tables(path: Path) -> Iterator[CsvTable | NoTable]:
    """Every CSV table of a file, a folder or a zip, in order of name.

    Args:
        path: A CSV file, a zip, or a folder that holds either (:func:`files_at`).

    Yields:
        The tables, and in a folder or zip also what is none.

    Raises:
        InputError: When it is not there, is no CSV, or is or holds a damaged zip.
    """
    for each in files_at(path):
        yield from tables_of_file(each, among_others=path.is_dir())


def tables_of_file(path: Path, among_others: bool) -> Iterator[CsvTable | NoTable]:
    """Every CSV table of one file or zip.

    Args:
        path: The file.
        among_others: Whether a file that is no table is told as :class:`NoTable`.

    Yields:
        The tables, in order of name.

    Raises:
        InputError: When it cannot be read or is a damaged zip; also, by itself, when it is no CSV.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = f"{error.strerror}: check the path"
        raise InputError([Problem(str(path), 1, 1, "this cannot be read", reason)]) from error
    if data.startswith(_ZIP_BEGINS):
        yield from _zipped(str(path), data, among_others)
    elif among_others:
        yield _table_or_none(str(path), data)
    else:
        yield _table(str(path), data)


def _table_or_none(file: str, data: bytes) -> CsvTable | NoTable:
    try:
        return _table(file, data)
    except InputError as error:
        return NoTable(error.problems[0])


def _zipped(file: str, data: bytes, among_others: bool) -> Iterator[CsvTable | NoTable]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = sorted(archive.namelist())
            if _WORKBOOK_PARTS & set(names):
                said = "this is a workbook, not a CSV table"
                problem = Problem(file, 1, 1, said, "save the sheet as CSV")
                if not among_others:
                    raise InputError([problem])
                yield NoTable(problem)
                return
            for name in names:
                if name.lower().endswith(".csv") and not name.startswith("__MACOSX"):
                    yield _table_or_none(f"{file}/{name}", archive.read(name))
    except _DAMAGED as error:
        raise InputError(
            [Problem(file, 1, 1, "this zip cannot be opened", "download it again")]
        ) from error


def _table(file: str, data: bytes) -> CsvTable:
    if not data.strip():
        _stop(file, "the file is empty", "save it again")
    text = _decoded(file, data)
    try:
        header = next(csv.reader(io.StringIO(text), strict=True))
    except (csv.Error, StopIteration) as error:
        raise InputError(
            [Problem(file, 1, 1, "this is not a CSV table", "save it as CSV in UTF-8")]
        ) from error
    if len(header) == 1 and any(mark in header[0] for mark in ";\t"):
        _stop(file, "cells are not parted by commas", "save it as CSV with commas")
    return CsvTable(file, tuple(name.strip() for name in header), text)


def _decoded(file: str, data: bytes) -> str:
    if b"\0" not in data[:4096]:
        for encoding in ("utf-8-sig", "cp1252"):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise InputError([Problem(file, 1, 1, "this is not a CSV table", "save it as CSV in UTF-8")])
