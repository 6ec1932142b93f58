"""Refuses files that look like records about real children, before they are committed.

Councils return a record of every child in care to the Department for Education (SSDA903).
Such a record must never enter this project, whatever the file is called and wherever it
stands; nor what this project makes of one child by one: the audit of a return, the placements
read from it. This guard looks inside files, and inside what is packed in them, for the column
names of those tables, and for rows of their values. What it cannot look into it refuses too. An
export of simulated children looks like a return and is refused like one. Files under ``tests/``
are let through: the children there are invented, and reviewers see them.

It refuses as well what says at its beginning that it is not for publication: an estimate from a
council's own returns shows small counts of children, for the council to check and sign.
"""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import lzma
import re
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path, PurePath
from typing import IO

ALLOWED = "tests"
"""The one folder where made-up records may stand."""

CHILD_LEVEL = "child-level"
"""The folder in which a command keeps what is about one child each, when it is asked for it."""

CHILD = frozenset(["CHILD", "CHILD_ID", "CHILDID", "LACHILDID", "CHILD_NUMBER", "CHILD_NO"])
"""What the column of the child's number is called."""

_ALSO_WORDS = """
    SEX GENDER ETHNIC MOTHER CIN PLACE DEC REC LS SIB MISSING REVIEW CONVICTED IN_TOUCH ACTIV
    ACCOM PLACED FOSTER_CARE
"""
_HARDLY_WORDS = """
    DOB UPN MC_DOB DUC DECOM RNE PLACE_PROVIDER REASON_PLACE_CHANGE HOME_POST PL_POST URN
    PL_LOCATION PL_DISTANCE PL_LA SEX_AT_BIRTH MIS_START MIS_END REVIEW_CODE SDQ_SCORE SDQ_REASON
    HEALTH_CHECK IMMUNISATIONS TEETH_CHECK SUBSTANCE_MISUSE PREV_PERM DATE_PERM DATE_INT
    DATE_MATCH NB_ADOPTR DATE_PLACED DATE_PLACED_CEASED REASON_PLACED_CEASED DOLO_START DOLO_END
"""
CLEARLY = frozenset(_HARDLY_WORDS.split())
"""Columns whose names are hardly words of anything else."""
COLUMNS = CLEARLY | frozenset(_ALSO_WORDS.split())
"""Columns of the return's tables, beside the child's number."""
ENOUGH = frozenset(["DOB", "DUC", "UPN", "DECOM"])
"""Columns of which one is enough beside the child's number."""

_HARDLY_ELSE = """
    DECOM RNE UPN PL_POST HOME_POST MC_DOB PLACE_PROVIDER MIS_START PL_LOCATION PL_DISTANCE
    REASON_PLACE_CHANGE
"""
TELLING = frozenset(_HARDLY_ELSE.split())
"""Columns hardly anything else is called: two of them are enough in a file without lines."""

OF_PLACEMENTS = frozenset(
    ["DATE_OF_BIRTH", "BORN", "PERIOD_OF_CARE", "REASON_CEASED", "PROVENANCE"]
)
"""Columns of this project's own table of placements; two beside a child are a record of it."""
OF_AN_AUDIT = frozenset(["RULE", "FILE", "ROW", "COLUMN", "BEFORE", "AFTER"])
"""Columns of the audit of a return; four of them beside a child are a record of it."""

TEXT_ABOUT_RECORDS = frozenset({".py", ".md"})
"""Code and documents may name the columns; a row of values beneath makes it a record."""

NOT_FOR_PUBLICATION = re.compile(r"\bnot for publication\s*(?:[^\s\w]|$)", re.IGNORECASE)
"""What a file says of itself in its first line, or among its first comments, that shows small
counts. A sentence that goes on, such as that another file is not, says nothing of itself."""
_MARKED = re.compile(r"^not_for_publication:\s*(?:true|yes|on)\b", re.M | re.IGNORECASE)
"""A scenario that says so among its settings, wherever it was copied to."""

_DELIMITERS = ",\t;|"
_RARELY_DELIMIT = re.compile(r"[:^~#/!\x1c-\x1f\xa6\xa7\s]+")
_BYTES_READ = 64_000_000
_OPENING = 4_000_000
_PACKED_AT_MOST = 4
_NOT_TEXT = re.compile(rb"[\0-\x08\x0e-\x1b\x7f]")

_VALUE = r"""\s*["']?\s*\d"""
_KEY = r"""["']([A-Za-z_]+)["']\s*:"""
_TAG = r"<(?:\w+:)?([A-Za-z_]+)"
_ATTRIBUTE = r"""\s([A-Za-z_]+)\s*=(?=\s*["'])"""
_LINE = r"^[ \t]*(?:-[ \t]+)?([A-Za-z_]+):(?=\s)"
_CELL = r">\s*([A-Za-z_]+)\s*<"
_NAMES = re.compile("|".join((_KEY, _TAG + r"(?=[\s/>])", _ATTRIBUTE, _LINE, _CELL)), re.M)
_NAMES_OF_VALUES = re.compile(
    "|".join((_KEY + _VALUE, _TAG + r"\s*>" + _VALUE, _ATTRIBUTE + _VALUE, _LINE + _VALUE)), re.M
)
_WORD = re.compile(r"[A-Za-z][A-Za-z_]+")
_NUMBER_OF_CHILD = re.compile(r"CHILD(?:[\s_-]*(?:ID|NO|NUMBER))?(?![A-Z])")
_TELLING_ENDS = frozenset(name.split("_")[-1] for name in TELLING)
_CHILD_THEN = r"CHILD[A-Z_]{0,300}?"
_ENOUGH = f"(?:{'|'.join(sorted(ENOUGH))})"
_WITHOUT_GAP = re.compile(f"{_CHILD_THEN}{_ENOUGH}|{_ENOUGH}[A-Z_]{{0,300}}?CHILD")
"""Names of columns that stand one after the other with nothing between."""
_LONG_TELLING = tuple(sorted(name for name in TELLING if len(name) > 4))
_ANCHOR = re.compile("|".join(("CHILD", *_LONG_TELLING)))
_NEAR = 2000
"""Names of columns stand near each other; short ones come about by chance in a long binary file."""
_BENEATH = 3
"""So many lines beneath a header may hold its first row."""
_RULED = re.compile(r"[\s|:+=_-]*")
"""An empty line, or the line that a document draws beneath the header of a table."""
_FIGURES = re.compile(r"[\d_/:.]+")
_BASE64 = r"[A-Za-z0-9+/_-]"
_BLOCK = re.compile(_BASE64 + r"{24,}(?:[\"',\\]*[ \t\r]*\n[ \t]*[\"']?" + _BASE64 + "+)*")
_EPISODE = re.compile(r"\d\W+[SPLTUB]\W+(?:[CDEVJL]\d)\W+N\d\W+[A-Z]\d{1,2}\b", re.IGNORECASE)
"""A row of an episodes table by its values: a date, a reason, a legal status, a need, a place."""
_BY = r"""["']?[ ]*[,;|\t^~:][ ]*["']?"""
_DAY = r"(?:\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)\d\d|(?:19|20)\d\d[/-]?\d\d[/-]?\d\d)"
_BORN = re.compile(
    r"""(?:^|[\[(])[ |"']*"""
    rf"(?:\d+{_BY})?(?!(?:19|20)\d\d\b)[A-Z_-]*\d[\w-]*{_BY}(?:[12MF]|male|female){_BY}{_DAY}\b",
    re.M | re.IGNORECASE,
)
"""A row of a header by its values: a number that is no year, a sex, a date of birth."""
_UPN = re.compile(r"(?<![\w-])[A-Z]\d{12}(?![\w-])")
"""A pupil's number."""

_UNPACK: dict[bytes, Callable[[io.BytesIO], io.BufferedIOBase]] = {
    b"\x1f\x8b\x08": lambda data: gzip.GzipFile(fileobj=data),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\0": lzma.LZMAFile,
}
_CLOSED = (b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\x28\xb5\x2f\xfd")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


class CannotLookInside(Exception):
    """A file is packed, locked or so large that nobody can tell what is in it."""


def looks_like_child_records(path: Path) -> bool:
    """Whether a file looks like part of a return about real children.

    Args:
        path: The file. Text in any delimiter, JSON, XML, workbooks, binary tables and archives
            are looked into.

    Returns:
        True when it should be kept out.

    Raises:
        CannotLookInside: When it is packed or locked so that it cannot be looked into, or holds
            more than 64 MB.
    """
    with path.open("rb") as file:
        return _is_record(_whole(file), path.suffix.lower(), packed=0)


def _whole(file: IO[bytes] | io.BufferedIOBase) -> bytes:
    """All of a file, for a record may stand anywhere in it."""
    data = file.read(_BYTES_READ + 1)
    if len(data) > _BYTES_READ:
        raise CannotLookInside
    return data


def _is_record(data: bytes, suffix: str, *, packed: int) -> bool:
    inside = _inside(data)
    if inside is not None:
        if packed == _PACKED_AT_MOST:
            raise CannotLookInside
        return any(_is_record(each, end, packed=packed + 1) for end, each in inside)
    if _ENCRYPTED in data:
        raise CannotLookInside
    about = suffix in TEXT_ABOUT_RECORDS
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not marked and _NOT_TEXT.search(data):
        if _tells(data):
            return True
        # Text of two bytes a letter, without a mark that says so, has a nought in each.
        data = data.replace(b"\0", b"")
    text = _decoded(data)
    # Code and notebooks write the end of a line as two letters, and JSON a stroke.
    lines = text.replace("\\r", "").replace("\\n", "\n").replace("\\t", "\t").replace("\\/", "/")
    return (
        _has_header(lines, rows_needed=about)
        or _has_names(text, values_needed=about)
        or (not about and _has_rows(lines))
        or (packed < _PACKED_AT_MOST and _has_blocks(lines, packed=packed))
    )


def _has_rows(text: str) -> bool:
    """Whether two rows look like those of a return, whatever the columns are called."""
    return any(len(rows.findall(text)) >= 2 for rows in (_EPISODE, _BORN, _UPN))


def _has_blocks(text: str, *, packed: int) -> bool:
    """Whether a record stands in text as base64, as pages and notebooks carry files."""
    for block in _BLOCK.findall(text):
        letters = "".join(re.findall(_BASE64 + "+", block)).replace("-", "+").replace("_", "/")
        letters = letters[: -1 if len(letters) % 4 == 1 else None]
        data = base64.b64decode(letters + "=" * (-len(letters) % 4))
        try:
            if _is_record(data, "", packed=packed + 1):
                return True
        except CannotLookInside:  # most such blocks are no files at all, only long words
            continue
    return False


def _inside(data: bytes) -> Iterator[tuple[str, bytes]] | None:
    """Ending and bytes of each file packed in another; None when it is no archive."""
    if data.startswith(_CLOSED):
        raise CannotLookInside
    if data.startswith(b"PK\x03\x04"):
        return _members(data)
    for start, opened in _UNPACK.items():
        if data.startswith(start):
            return _unpacked(lambda opened=opened: opened(io.BytesIO(data)))  # type: ignore[misc]
    return None


def _members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The files in a zip; a workbook is one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                with archive.open(member) as file:
                    yield PurePath(member.filename).suffix.lower(), _whole(file)
    except (RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error, EOFError):
        raise CannotLookInside from None


def _unpacked(opened: Callable[[], io.BufferedIOBase]) -> Iterator[tuple[str, bytes]]:
    try:
        with opened() as file:
            yield "", _whole(file)
    except (OSError, EOFError, lzma.LZMAError, zlib.error):
        raise CannotLookInside from None


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace").replace("\0", "")
    return data.decode("utf-8-sig", errors="replace")


def _has_header(text: str, *, rows_needed: bool) -> bool:
    """Whether a line names the columns of a record about children."""
    text = text.upper()
    telling = sum(end in text for end in _TELLING_ENDS) >= 2
    if not telling and "CHILD" not in text:  # most files; to look at lines takes time
        return False
    lines = text.splitlines()
    for at, line in enumerate(lines):
        if not telling and not ("CHILD" in line and _NUMBER_OF_CHILD.search(line)):
            continue
        for names, cells in _splits(line):
            if not _are_columns(names):
                continue
            # Columns without a child's number may be a sentence about columns.
            if not (rows_needed or CHILD.isdisjoint(names)):
                return True
            if any(_is_row(cells(each), len(names)) for each in _beneath(lines, at)):
                return True
    return False


def _beneath(lines: list[str], at: int) -> Iterator[str]:
    """The next few lines that hold something."""
    some = (line for line in islice(lines, at + 1, None) if not _RULED.fullmatch(line))
    return islice(some, _BENEATH)


def _is_row(cells: list[str], columns: int) -> bool:
    """Whether cells are a row of values: one of them is a figure, a date or a code with a digit."""
    return len(cells) == columns and any(
        any(map(str.isdigit, cell)) and ("_" not in cell or _FIGURES.fullmatch(cell))
        for cell in cells
    )


def _splits(line: str) -> Iterator[tuple[list[str], Callable[[str], list[str]]]]:
    """A line as cells, by each way in which it may be delimited."""
    for delimiter in _DELIMITERS:
        if delimiter in line:

            def cells(text: str, delimiter: str = delimiter) -> list[str]:
                return [_bare(cell) for cell in text.split(delimiter)]

            yield cells(line), cells

    def rarely(text: str) -> list[str]:
        return [_bare(cell) for cell in _RARELY_DELIMIT.split(text.strip())]

    # Between blanks and the like ordinary sentences have cells as well: names must prevail.
    names = rarely(line)
    known = sum(name in COLUMNS or name in CHILD for name in names)
    if 2 * known >= len(names) and CLEARLY.intersection(names):
        yield names, rarely


def _bare(cell: str) -> str:
    inner = cell.strip("\ufeff\"'[](){} \t\r\n")
    # What stands before a quote is code: it gives the text a name.
    return re.sub(r"[\s-]+", "_", re.split("[\"']", inner)[-1].strip()).upper()


def _are_columns(names: Iterable[str]) -> bool:
    """Whether names, in capitals, are columns of a record about children."""
    found = frozenset(names)
    if len(TELLING & found) >= 2 and len(COLUMNS & found) >= 4:
        return True
    return not CHILD.isdisjoint(found) and (
        not ENOUGH.isdisjoint(found)
        or len(COLUMNS & found) >= 2
        or (not COLUMNS.isdisjoint(found) and 2 * len((COLUMNS | CHILD) & found) >= len(found))
        or len(OF_PLACEMENTS & found) >= 2
        or len(OF_AN_AUDIT & found) >= 4
    )


def _has_names(text: str, *, values_needed: bool) -> bool:
    """Whether keys, tags, attributes or cells name the columns of a record."""
    pattern = _NAMES_OF_VALUES if values_needed else _NAMES
    as_written = {next(filter(None, found)) for found in pattern.findall(text)}
    return _are_names(as_written)


def _tells(data: bytes) -> bool:
    """Whether a file without lines names the columns of a record."""
    text, capitals = data.decode("latin-1"), data.upper().decode("latin-1")
    if "CHILD" in capitals and _WITHOUT_GAP.search(capitals):
        return True
    if sum(name in text for name in _LONG_TELLING) >= 2:
        return True
    seen = -_NEAR
    for anchor in _ANCHOR.finditer(capitals):
        at = anchor.start()
        if at < seen + _NEAR // 2:
            continue
        seen = at
        words = set(_WORD.findall(text, max(0, at - _NEAR), at + 2 * _NEAR))
        if _are_names({word for word in words if word.isupper() or word.islower()}):
            return True
    return False


def _are_names(as_written: set[str]) -> bool:
    """Like columns, but in small letters only where a name is hardly another word."""
    if _are_columns(as_written):
        return True
    capitals = {name.upper() for name in as_written}
    if len(TELLING & capitals) >= 2:
        return True
    return _are_columns(capitals) and not capitals.isdisjoint(CLEARLY | OF_PLACEMENTS)


def is_not_for_publication(path: Path) -> bool:
    """Whether a file says of itself that it is not for publication.

    Args:
        path: The file. Its first line is read, and the comments (``#``) that it opens with; of a
            scenario its settings as well.
    """
    with path.open("rb") as file:
        text = _decoded(file.read(_OPENING))
    opening: list[str] = []
    for line in text.splitlines():
        said = line.strip(' \t",;')  # a spreadsheet may have put quotes and commas around it
        if opening and not said.startswith("#"):
            break
        if said:
            opening.append(said.lstrip("# \t"))
            if not said.startswith("#"):
                break
    if NOT_FOR_PUBLICATION.search(" ".join(opening)):
        return True
    return path.suffix.lower() in (".yaml", ".yml") and _MARKED.search(text) is not None


def refused(paths: Iterable[str]) -> dict[str, str]:
    """The files, of those given, that must not be committed.

    Args:
        paths: Paths from the project's folder.

    Returns:
        Why, by path, for those that look like records about real children, or say that they
        are not for publication, and do not stand under ``tests/``.
    """
    found = {}
    for path in paths:
        parts = PurePath(path).parts
        if parts[:1] != (ALLOWED,) and Path(path).is_file() and (why := _why(Path(path))):
            found[path] = why
    return found


def _why(path: Path) -> str:
    record = "looks like a record about real children and must not be committed; keep it outside "
    record += "the project. If its children are invented, put it under tests/."
    if CHILD_LEVEL in path.parts:
        return record
    try:
        if looks_like_child_records(path):
            return record
    except CannotLookInside:
        return (
            "is packed or locked, or too large to look into, so nobody can tell whether it is a "
            "record about real children, and must not be committed; commit what is in it instead."
        )
    if is_not_for_publication(path):
        return (
            "says that it is not for publication, for small counts of children are not hidden "
            "in it, and must not be committed; keep it in inputs/private/, which git passes over, "
            "or outside the project. To share a forecast, give its page and charts: they hide such "
            "counts."
        )
    return ""


def main() -> int:
    """Name every file refused. Returns 1 when there is one."""
    found = refused(sys.argv[1:])
    for path, why in found.items():
        sys.stderr.write(f"{path} {why}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
