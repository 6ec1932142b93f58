"""Places of a council's own, as it gives them beside its returns.

A return says where children live and not how many places there are. This small table does: one
line for each kind of home and each date from which a number holds. No child stands in it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sufficiency.errors import InputError, Problem, suggestion
from sufficiency.inputs.own_tables import a_date, a_number, read_own_table, refuse_template
from sufficiency.periods import long_date

LIMITED = ("in_house_foster", "agency_foster", "in_house_residential")
"""Kinds of home whose places can be given: a search that finds them full goes on to another."""
COLUMNS = ("setting", "from", "places")
_BOUNDS = (0, 100_000)
_EARLIEST = dt.date(1900, 1, 1)
TEMPLATE = """\
# Places of your own, to give with `sufficiency estimate --ssda903 DIR --places FILE`.
# One line for each kind of home and each date from which the number holds. A number holds until
# the next date of the same kind; dates to come are planned openings and closures, and the forecast
# keeps to them. Lines that begin with # are not read.
#
#   setting   in_house_foster        your own carers: children they can take, not households
#             agency_foster          agency carers whom you could use
#             in_house_residential   your own children's homes
#   from      the first day it holds, such as 2021-04-01
#   places    how many children can live there at once; whole or not, 0 or more
#
# The figures below are made up: put in your own, and leave out what you do not know; as long as
# they all stand here the table is refused. A kind of home that is not here is never full in the
# forecast.
setting,from,places
in_house_foster,2021-04-01,120
in_house_residential,2021-04-01,12
in_house_residential,2022-09-01,15
"""
"""What ``sufficiency new places FILE`` writes."""


@dataclass(frozen=True)
class PlacesRow:
    """A number of places from a date.

    Attributes:
        from_date: First day it holds.
        places: How many.
        line: Where it stands in the file.
    """

    from_date: dt.date
    places: float
    line: int


@dataclass(frozen=True)
class PlacesTable:
    """Places by kind of home.

    Attributes:
        file: Where they were read.
        by_setting: Rows of each setting in order of date.
    """

    file: str
    by_setting: Mapping[str, tuple[PlacesRow, ...]]

    def check_some_on(self, day: dt.date) -> None:
        """Make sure that a number of each kind holds on the day a scenario opens.

        Without one nobody knows whether a kind of home is new on its first date or was never full
        before it.

        Raises:
            InputError: When every line of a kind is of a later day.
        """
        problems = [
            Problem(
                self.file, min(row.line for row in rows), 1,
                f"no number of `{name}` holds on {long_date(day)}, the day the scenario opens",
                "add a line with the number on that day, 0 if there are none yet",
            )
            for name, rows in self.by_setting.items()
            if all(row.from_date > day for row in rows)
        ]  # fmt: skip
        if problems:
            raise InputError(problems)


def read_places(path: Path) -> PlacesTable:
    """Read a table of places.

    Args:
        path: CSV with the columns ``setting``, ``from`` and ``places``; lines that begin with
            ``#`` are not read.

    Raises:
        InputError: When it is no such table, a cell is wrong or the template's made-up figures
            are still in it, with the place of each fault.
    """
    table = read_own_table(path, COLUMNS, "sufficiency new places FILE")
    found: dict[str, dict[dt.date, PlacesRow]] = {}
    for row in table.rows:
        setting = row.cells["setting"]
        if setting not in LIMITED:
            table.wrong(row, "setting", *_no_places_of(setting))
            continue
        date = a_date(table, row, "from", _EARLIEST)
        places = a_number(table, row, "places", _BOUNDS)
        if date is None or places is None:
            continue
        again = found.setdefault(setting, {})
        if date in again:
            said = f"`{setting}` has two numbers from one date, here and on line {again[date].line}"
            table.wrong(row, "from", said, "keep the right one")
        again[date] = PlacesRow(date, places, row.line)
    refuse_template(table, TEMPLATE)
    table.finish()
    return PlacesTable(
        table.file,
        {name: tuple(found[name][day] for day in sorted(found[name])) for name in found},
    )


def _no_places_of(setting: str) -> tuple[str, str]:
    if not setting:
        return "no kind of home is named", f"name one of {', '.join(LIMITED)}"
    from sufficiency.vocabulary import Setting

    if setting in {each.value for each in Setting}:
        return (
            f"places of `{setting}` cannot be given: children for whom nothing else is found "
            "live there, or it is found in another way than by an empty place",
            f"leave the line out; the kinds that can be full are {', '.join(LIMITED)}",
        )
    return "a kind of home is expected here", suggestion(setting, LIMITED, "kinds of home")
