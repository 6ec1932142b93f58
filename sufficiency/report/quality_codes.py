"""Which codes no list knows, named so that they can be put right, without naming a child.

A code that is in no list may be a slip of the pen. It may as well be a child's name or number
that slid into the wrong column. So a doubtful entry is named only where it has the shape of a
code of its column and is nobody's identifier, or where it is one word that stands for more than
five children. Anything else is counted and not shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sufficiency.report.disclosure import LARGEST
from sufficiency.ssda903.returns import Finding

_SHAPES = {
    "RNE": r"[A-Z]",
    "LS": r"[A-Z]\d",
    "CIN": r"[A-Z]\d",
    "PLACE": r"[A-Z]\d{1,2}",
    "PLACE_PROVIDER": r"[A-Z]{2}\d",
    "REC": r"[A-Z]\d{1,2}[A-Z]?",
}
"""What a code of each column looks like. Reasons for a change of placement are words, as names
are, so they have no shape here."""
_WORD = r"[A-Z]{1,12}"


@dataclass(frozen=True)
class Code:
    """A doubtful code.

    Attributes:
        rule: ``unknown_code`` or ``code_of_another_year``.
        column: Column it stands in.
        code: The code; empty for the entries that are not shown, counted together.
        rows: How many rows have it.
    """

    rule: str
    column: str
    code: str
    rows: int


def doubtful_codes(findings: Iterable[Finding], identifiers: frozenset[str]) -> tuple[Code, ...]:
    """Codes that are in no list or of another year, most rows first within each column.

    Args:
        findings: What was found; other rules are passed over.
        identifiers: Every child's identifier, in capitals.

    Returns:
        The codes.
    """
    rows: dict[tuple[str, str, str], set[tuple[str, int]]] = {}
    children: dict[tuple[str, str, str], set[str]] = {}
    for each in findings:
        if each.rule in ("unknown_code", "code_of_another_year"):
            key = (each.rule, each.column, each.before.strip().upper())
            rows.setdefault(key, set()).add((each.file, each.row))
            children.setdefault(key, set()).add(each.child)
    together: dict[tuple[str, str, str], set[tuple[str, int]]] = {}
    for (rule, column, code), places in rows.items():
        many = len(children[rule, column, code]) > LARGEST
        named = code if _may_be_named(column, code, many, identifiers) else ""
        together.setdefault((rule, column, named), set()).update(places)
    found = [Code(*key, len(places)) for key, places in together.items()]
    order = {"unknown_code": 0, "code_of_another_year": 1}
    return tuple(
        sorted(
            found, key=lambda one: (order[one.rule], one.column, not one.code, -one.rows, one.code)
        )
    )


def _may_be_named(column: str, code: str, many: bool, identifiers: frozenset[str]) -> bool:
    if code in identifiers:
        return False
    shape = _SHAPES.get(column)
    if shape is not None and re.fullmatch(shape, code):
        return True
    return many and re.fullmatch(_WORD, code) is not None
