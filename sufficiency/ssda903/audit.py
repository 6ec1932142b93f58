"""Every edit made to a return, as a table: which rule, at which row of which file, in which column.

The table meant for sharing says where something was done and by which rule, and nothing of the
child: no identifier, no value. A second table has those as well. It stays with the council, and
is made only where somebody asks for it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from sufficiency.ssda903.returns import EpisodeRow, Finding
from sufficiency.ssda903.rules import RULES

SHARED_COLUMNS = ("file", "row", "column", "rule", "does")
CHILD_COLUMNS = (*SHARED_COLUMNS, "child", "before", "after")

AuditRow = tuple[str | int, ...]
"""One row of an audit table, in the order of its columns."""

_ORDER = {name: place for place, name in enumerate(RULES)}


class Edits:
    """Gathers what cleaning does to rows, in the order in which it is done.

    Attributes:
        findings: What was done so far.
    """

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def note(
        self, rule: str, row: EpisodeRow, column: str = "", before: object = "", after: object = ""
    ) -> None:
        """Say what a rule did to a row.

        Args:
            rule: Name of the rule.
            row: The row.
            column: The column it is about, or empty.
            before: What stood there; a date, or None for blank.
            after: What stands there now.
        """
        self.findings.append(
            Finding(
                RULES[rule].name, row.file, row.row, column, _text(before), _text(after), row.child
            )
        )


def audit_rows(findings: Iterable[Finding]) -> list[AuditRow]:
    """The table meant for sharing: :data:`SHARED_COLUMNS`, nothing of any child.

    Returns:
        Rows in order of file, row and the order of the rules, whatever order they came in. What
        a rule did to a row more than once stands there once.
    """
    return list(dict.fromkeys(_shared(each) for each in in_order(findings)))


def audit_rows_with_children(findings: Iterable[Finding]) -> list[AuditRow]:
    """The table that stays with the council: :data:`CHILD_COLUMNS`, in the same order."""
    return [(*_shared(each), each.child, each.before, each.after) for each in in_order(findings)]


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Findings by file, row and rule."""
    return sorted(
        findings,
        key=lambda each: (
            each.file, each.row, _place(each.rule), each.column,
            each.before, each.after, each.child,
        ),
    )  # fmt: skip


def audit_csv(columns: Sequence[str], rows: Iterable[AuditRow]) -> str:
    """An audit table as the text of a CSV file, with its columns in the first line."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


def _shared(each: Finding) -> AuditRow:
    does = RULES[each.rule].does.value if each.rule in RULES else ""
    return (each.file, each.row, each.column, each.rule, does)


def _place(rule: str) -> int:
    return _ORDER.get(rule, len(_ORDER))


def _text(value: object) -> str:
    return "" if value is None else str(value)
