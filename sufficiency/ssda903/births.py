"""Which date of birth counts where headers of several years differ: that of the latest return."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sufficiency.ssda903.returns import Finding, HeaderRow


def birth_dates(headers: Iterable[HeaderRow]) -> dict[str, dt.date]:
    """Date of birth of each child, from the latest return that has one."""
    ordered = sorted(headers, key=lambda row: row.year)
    return {row.child: row.born for row in ordered}


def overruled(headers: Iterable[HeaderRow]) -> list[Finding]:
    """A finding for each header row that gives another date of birth than the one that counts."""
    rows = list(headers)
    born = birth_dates(rows)
    return [
        Finding(
            "two_birth_dates", row.file, row.row, "DOB",
            row.born.isoformat(), born[row.child].isoformat(), row.child,
        )
        for row in rows
        if row.born != born[row.child]
    ]  # fmt: skip
