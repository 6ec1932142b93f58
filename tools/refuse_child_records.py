"""Refuses files that look like records about real children, before they are committed.

Councils return a record of every child in care to the Department for Education (SSDA903).
Such a record must never enter this project, whatever the file is called and wherever it
stands. This guard looks inside files for the column names of those returns. Files under
``tests/`` are let through: the children there are invented, and reviewers see them.
"""

from __future__ import annotations

import re
import sys
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath

ALLOWED = "tests"
"""The one folder where made-up records may stand."""

CHILD = "CHILD"
_OF_THE_RETURN = """
    DOB SEX GENDER ETHNIC UPN MOTHER MC_DOB DUC DECOM DEC RNE LS CIN PLACE PLACE_PROVIDER REC
    REASON_PLACE_CHANGE HOME_POST PL_POST URN SIB MISSING MIS_START MIS_END REVIEW REVIEW_CODE
    SDQ_SCORE SDQ_REASON CONVICTED HEALTH_CHECK IMMUNISATIONS TEETH_CHECK SUBSTANCE_MISUSE
    IN_TOUCH ACTIV ACCOM PREV_PERM DATE_PERM DATE_INT DATE_MATCH PLACED NB_ADOPTR FOSTER_CARE
    DATE_PLACED DATE_PLACED_CEASED REASON_PLACED_CEASED
"""
COLUMNS = frozenset(_OF_THE_RETURN.split())
"""Columns of the return's tables, beside the child's number."""

_HARDLY_ELSE = "DECOM RNE UPN PL_POST HOME_POST MC_DOB PLACE_PROVIDER MIS_START"
TELLING = frozenset(_HARDLY_ELSE.split())
"""Columns hardly anything else is called: two of them are enough in a file without lines."""

TEXT_ABOUT_RECORDS = frozenset({".py", ".md"})
"""Code and documents may name the columns; a row of values beneath makes it a record."""

_DELIMITERS = ",\t;|"
_LINES_READ = 400
_BYTES_READ = 4_000_000
_NAMED = re.compile(r"""["<](CHILD|[A-Z][A-Z_]+)(?:"\s*:|[>\s/])""")
_WORD = re.compile(r"[A-Z][A-Z_]+")


def looks_like_child_records(path: Path) -> bool:
    """Whether a file looks like part of a return about real children.

    Args:
        path: The file. Text in any delimiter, JSON, XML, workbooks and binary tables are
            looked into.

    Returns:
        True when it should be kept out.
    """
    with path.open("rb") as file:
        data = file.read(_BYTES_READ)
    if data.startswith(b"PK") and zipfile.is_zipfile(path):
        return any(_tells(text) or _has_header(text, rows_needed=False) for text in _members(path))
    if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _tells(data.decode("latin-1"))
    text = _decoded(data)
    return _has_header(text, rows_needed=path.suffix in TEXT_ABOUT_RECORDS) or _has_keys(text)


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    return data.decode("utf-8-sig", errors="replace")


def _has_header(text: str, *, rows_needed: bool) -> bool:
    """Whether a line names the child's number and two more columns of a return."""
    lines = text.splitlines()[:_LINES_READ]
    for at, line in enumerate(lines):
        for delimiter in _DELIMITERS:
            names = _cells(line, delimiter)
            if CHILD not in names or len(COLUMNS.intersection(names)) < 2:
                continue
            beneath = _cells(lines[at + 1], delimiter) if at + 1 < len(lines) else []
            is_row = len(beneath) == len(names) and any(map(str.isdigit, "".join(beneath)))
            if is_row or not rows_needed:
                return True
    return False


def _cells(line: str, delimiter: str) -> list[str]:
    return [cell.strip().strip("\"'").strip().upper() for cell in line.split(delimiter)]


def _has_keys(text: str) -> bool:
    """Whether JSON keys or XML tags name the columns of a return."""
    names = set(_NAMED.findall(text))
    return len(TELLING & names) >= 2 or (CHILD in names and len(COLUMNS & names) >= 2)


def _tells(text: str) -> bool:
    return len(TELLING.intersection(_WORD.findall(text))) >= 2


def _members(path: Path) -> Iterator[str]:
    """The text of each file in an archive; a workbook is one."""
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            with archive.open(member) as file:
                yield _decoded(file.read(_BYTES_READ))


def refused(paths: Iterable[str]) -> list[str]:
    """The files, of those given, that must not be committed.

    Args:
        paths: Paths from the project's folder.

    Returns:
        Those that look like records about real children and do not stand under ``tests/``.
    """
    outside = (path for path in paths if PurePath(path).parts[:1] != (ALLOWED,))
    return [
        path for path in outside if Path(path).is_file() and looks_like_child_records(Path(path))
    ]


def main() -> int:
    """Name every file refused. Returns 1 when there is one."""
    found = refused(sys.argv[1:])
    for path in found:
        sys.stderr.write(
            f"{path} looks like a record about real children and must not be committed; keep it "
            "outside the project. If its children are invented, put it under tests/.\n"
        )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
