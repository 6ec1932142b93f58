"""Weekly fees that a council pays, as it gives them beside its returns.

A return has no money in it. This small table does: one line for each placement's weekly fee, with
the kind of home and the date it was paid on. No child is named in it, and none may be.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sufficiency.errors import suggestion
from sufficiency.inputs.own_tables import (
    OwnRow,
    OwnTable,
    a_date,
    a_number,
    read_own_table,
    refuse_template,
)
from sufficiency.vocabulary import ADULT_AGE_YEARS

PRICED = (
    "connected_carer", "in_house_foster", "agency_foster", "in_house_residential",
    "external_residential", "supported_accommodation", "secure", "residential_school", "other",
)  # fmt: skip
"""Kinds of home for which a weekly fee can be given."""
COLUMNS, OPTIONAL = ("setting", "weekly_fee_gbp", "date"), ("age",)
_BOUNDS_GBP = (1, 100_000)
_BEYOND = "write pounds a week, and leave out placements nothing is paid for"
_EARLIEST = dt.date(2000, 1, 1)
TEMPLATE = """\
# Weekly fees you pay, to give with `sufficiency estimate --ssda903 DIR --fees FILE`.
# One line for each placement: no name, no number and no date of birth of a child.
# Lines that begin with # are not read.
#
#   setting          connected_carer, in_house_foster, agency_foster, in_house_residential,
#                    external_residential, supported_accommodation, secure, residential_school
#                    or other
#   weekly_fee_gbp   pounds a week, all you pay for the placement, such as 5250 or 912.50
#   date             a day on which it was paid, such as 2022-03-31
#   age              may be left out with its column: the child's age in whole years
#
# The figures below are made up: put in your own, as long as they all stand here the table is
# refused. Kinds of home that are not here keep England's prices. Ten fees of one kind or more show
# their range, thirty or more how far the dearest stand above the others.
setting,weekly_fee_gbp,date,age
external_residential,5250,2022-03-31,14
external_residential,4875,2022-03-31,12
agency_foster,912.50,2022-03-31,9
in_house_foster,455,2022-03-31,7
"""
"""What ``sufficiency new fees FILE`` writes."""


@dataclass(frozen=True)
class Fee:
    """One placement's weekly fee.

    Attributes:
        weekly_fee_gbp: Pounds a week.
        date: A day on which it was paid.
        age: The child's age in whole years, or None.
        line: Where it stands in the file.
    """

    weekly_fee_gbp: float
    date: dt.date
    age: int | None
    line: int


@dataclass(frozen=True)
class Fees:
    """Weekly fees by kind of home.

    Attributes:
        file: Where they were read.
        by_setting: Fees of each setting, in the order of the file.
    """

    file: str
    by_setting: Mapping[str, tuple[Fee, ...]]


def read_fees(path: Path) -> Fees:
    """Read a table of weekly fees.

    Args:
        path: CSV with the columns ``setting``, ``weekly_fee_gbp`` and ``date``, and perhaps
            ``age``; lines that begin with ``#`` are not read.

    Raises:
        InputError: When it is no such table, a cell is wrong or the template's made-up figures
            are still in it, with the place of each fault.
    """
    table = read_own_table(path, COLUMNS, "sufficiency new fees FILE", OPTIONAL)
    found: dict[str, list[Fee]] = {}
    for row in table.rows:
        setting = row.cells["setting"]
        if setting not in PRICED:
            said = "a kind of home with a fee is expected here"
            if not setting:
                said = "no kind of home is named"
            table.wrong(row, "setting", said, suggestion(setting, PRICED, "kinds of home"))
        fee = a_number(table, row, "weekly_fee_gbp", _BOUNDS_GBP, _BEYOND)
        date = a_date(table, row, "date", _EARLIEST)
        age, good = _age(table, row)
        if setting in PRICED and fee is not None and date is not None and good:
            found.setdefault(setting, []).append(Fee(fee, date, age, row.line))
    refuse_template(table, TEMPLATE)
    table.finish()
    return Fees(table.file, {name: tuple(found[name]) for name in PRICED if name in found})


def _age(table: OwnTable, row: OwnRow) -> tuple[int | None, bool]:
    """The age, and whether the cell is right; it may be empty."""
    text = row.cells.get("age", "")
    if not text:
        return None, True
    if text.isdecimal() and len(text) <= 2 and int(text) < ADULT_AGE_YEARS:
        return int(text), True
    said = "an age in whole years below 18 is expected here"
    table.wrong(row, "age", said, "write 0 to 17 and no date of birth, or leave it empty")
    return None, False
