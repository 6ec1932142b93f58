"""Small SSDA903 returns made up in code: what a council with these children would have sent.

A return holds, for one year to 31 March, every episode in force on any day of it. An episode that
ends after the year is open in it, and comes back in the next.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

EPISODE_COLUMNS = (
    "CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "DEC", "REC",
    "REASON_PLACE_CHANGE", "HOME_POST", "PL_POST", "URN",
)  # fmt: skip
LOCATION_COLUMNS = ("PL_LOCATION", "PL_DISTANCE")
HEADER_COLUMNS = ("CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB")
UASC_COLUMNS = ("CHILD", "SEX", "DOB", "DUC")


@dataclass(frozen=True)
class Stay:
    """One episode of a made-up child.

    Attributes:
        start: Day it commences.
        end: Day it ceases; None while it goes on.
        rne: Reason for the new episode; worked out when None: S where it follows nothing, else P.
        rec: Reason it ceased; worked out when None: X1 where another follows, else E4A.
        reason: Reason for the change of placement.
    """

    start: dt.date
    end: dt.date | None = None
    place: str = "U4"
    provider: str = "PR1"
    ls: str = "C2"
    rne: str | None = None
    rec: str | None = None
    reason: str = ""
    location: str = "IN"
    distance: str = "3.0"
    cin: str = "N1"
    urn: str = ""
    pl_post: str = "ZZ1 1ZZ"


@dataclass(frozen=True)
class MadeUpChild:
    """A made-up child: a number, a date of birth, episodes in order of time.

    Attributes:
        unaccompanied: Whether the table of unaccompanied children has a row.
        duc: Day the child ceased to be one.
    """

    number: str
    born: dt.date
    stays: tuple[Stay, ...] = field(default=())
    sex: str = "1"
    unaccompanied: bool = False
    duc: dt.date | None = None


def a_child(number: str, born: dt.date, *stays: Stay) -> MadeUpChild:
    """A child with these episodes."""
    return MadeUpChild(number, born, stays)


def uk(date: dt.date | None) -> str:
    """A date as a return writes it; empty for none."""
    return date.strftime("%d/%m/%Y") if date else ""


def iso(date: dt.date | None) -> str:
    """A date with the year first; empty for none."""
    return date.isoformat() if date else ""


def years_of(children: Iterable[MadeUpChild]) -> range:
    """The collection years from the first day in care to the last that is known."""
    days = [day for child in children for stay in child.stays for day in (stay.start, stay.end)]
    known = [day for day in days if day is not None]
    return range(_year(min(known)), _year(max(known)) + 1)


def write_returns(
    folder: Path,
    children: Sequence[MadeUpChild],
    years: Iterable[int] | None = None,
    *,
    date: Callable[[dt.date | None], str] = uk,
    together: bool = False,
    locations: bool = True,
    authority: str = "",
    year_column: bool = False,
) -> Path:
    """Write the header, episodes and UASC files of each year.

    Args:
        folder: Where; made if it is not there.
        children: Whose.
        years: Collection years, each by the 31 March it ends on; those of the children's days
            where nothing is given.
        date: How a date is written: :func:`uk` or :func:`iso`.
        together: All files in one folder, the year in the name, not a folder a year.
        locations: Whether ``PL_LOCATION`` and ``PL_DISTANCE`` are there.
        authority: What a column ``LA`` holds; no column where empty.
        year_column: Whether a column ``YEAR`` is there.

    Returns:
        The folder.
    """
    for year in years if years is not None else years_of(children):
        extra = {"LA": authority} if authority else {}
        if year_column:
            extra["YEAR"] = str(year)
        tables = rows_of(children, year, date, locations)
        for name, (columns, rows) in tables.items():
            path = folder / f"{name}_{year}.csv" if together else folder / str(year) / f"{name}.csv"
            write_table(path, (*columns, *extra), [{**row, **extra} for row in rows])
    return folder


def rows_of(
    children: Sequence[MadeUpChild],
    year: int,
    date: Callable[[dt.date | None], str] = uk,
    locations: bool = True,
) -> dict[str, tuple[tuple[str, ...], list[dict[str, str]]]]:
    """Columns and rows of the three tables of one year, by name of the table."""
    seen = [child for child in children if any(_in_year(stay, year) for stay in child.stays)]
    episodes = [row for child in seen for row in _episodes(child, year, date)]
    headers = [{"CHILD": child.number, "SEX": child.sex, "DOB": date(child.born)} for child in seen]
    alone = [
        {"CHILD": child.number, "SEX": child.sex, "DOB": date(child.born), "DUC": date(child.duc)}
        for child in seen
        if child.unaccompanied
    ]
    columns = EPISODE_COLUMNS + (LOCATION_COLUMNS if locations else ())
    return {
        "episodes": (columns, episodes),
        "header": (HEADER_COLUMNS, headers),
        "uasc": (UASC_COLUMNS, alone),
    }


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> Path:
    """Write one CSV file; what a row does not name is left blank."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def _episodes(
    child: MadeUpChild, year: int, date: Callable[[dt.date | None], str]
) -> list[dict[str, str]]:
    rows = []
    for stay in child.stays:
        if not _in_year(stay, year):
            continue
        closed = stay.end is not None and stay.end <= dt.date(year, 3, 31)
        rows.append(
            {
                "CHILD": child.number,
                "DECOM": date(stay.start),
                "RNE": stay.rne if stay.rne is not None else _began(child, stay),
                "LS": stay.ls,
                "CIN": stay.cin,
                "PLACE": stay.place,
                "PLACE_PROVIDER": stay.provider,
                "DEC": date(stay.end) if closed else "",
                "REC": _ended(child, stay) if closed else "",
                "REASON_PLACE_CHANGE": stay.reason if closed else "",
                "HOME_POST": "ZZ9 9ZZ",
                "PL_POST": stay.pl_post,
                "URN": stay.urn,
                "PL_LOCATION": stay.location,
                "PL_DISTANCE": stay.distance,
            }
        )
    return rows


def _began(child: MadeUpChild, stay: Stay) -> str:
    return "P" if any(other.end == stay.start for other in child.stays if other != stay) else "S"


def _ended(child: MadeUpChild, stay: Stay) -> str:
    if stay.rec is not None:
        return stay.rec
    follows = any(other.start == stay.end for other in child.stays if other != stay)
    return "X1" if follows else "E4A"


def _in_year(stay: Stay, year: int) -> bool:
    first, last = dt.date(year - 1, 4, 1), dt.date(year, 3, 31)
    return stay.start <= last and (stay.end is None or stay.end >= first)


def _year(day: dt.date) -> int:
    return day.year + (day > dt.date(day.year, 3, 31))
