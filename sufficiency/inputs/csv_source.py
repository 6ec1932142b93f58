"""CSV tables as people have them: one file, a folder of files, or the zip a website gave them.

Spreadsheets and websites save CSV in more than one encoding, and a download is often a zip.
All of these are opened here and handed on as tables: a header, then rows with their line
numbers. A file that is no CSV at all is told as such, with what to do.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from sufficiency.errors import InputError, Problem

_WORKBOOK_PARTS = {"[Content_Types].xml", "mimetype"}
"""What is in every Excel or LibreOffice workbook, which is a zip as well."""


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


def _stop(file: str, sentence: str, remedy: str, line: int = 1) -> NoReturn:
    raise InputError([Problem(file, line, 1, sentence, remedy)])


def csv_tables(path: Path) -> Iterator[CsvTable]:
    """Every CSV table of a file, a folder or a zip, in order of name.

    Args:
        path: A CSV file, a zip, or a folder that holds either; of its subfolders only ``data``
            is opened, in which the Department for Education's downloads keep their tables.

    Raises:
        InputError: When it is not there, is no CSV, or is a damaged zip.
    """
    if path.is_dir():
        for each in _files_of(path):
            yield from _opened(each)
    else:
        yield from _opened(path)


def _files_of(folder: Path) -> list[Path]:
    inside = [*folder.iterdir(), *(folder / "data").glob("*")]
    return sorted(each for each in inside if each.suffix.lower() in {".csv", ".zip"})


def _opened(path: Path) -> Iterator[CsvTable]:
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = f"{error.strerror}: check the path"
        raise InputError([Problem(str(path), 1, 1, "this cannot be read", reason)]) from error
    if data.startswith(b"PK\x03\x04"):
        yield from _zipped(str(path), data)
    else:
        yield _table(str(path), data)


def _zipped(file: str, data: bytes) -> Iterator[CsvTable]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if _WORKBOOK_PARTS & set(names):
                _stop(file, "this is a workbook, not a CSV table", "save the sheet as CSV")
            for name in sorted(names):
                if name.lower().endswith(".csv") and not name.startswith("__MACOSX"):
                    yield _table(f"{file}/{name}", archive.read(name))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
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
