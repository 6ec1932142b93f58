"""Dates as councils and their spreadsheets write them, and the collection year they fall in.

A return's dates are day first (31/03/2019) or year first (2019-03-31), with two digits or four
for the year, sometimes with a time behind, sometimes with the month in letters, sometimes as the
bare number of days a spreadsheet counts. Month first is never guessed at: a file of such dates is
told as one.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

TWO_DIGITS_FROM = 75
"""Two-digit years from here on are of the last century: no child of a return that this tool can
read was born before 1975, and no return will be made after 2074."""

_EARLIEST, _LATEST = dt.date(1950, 1, 1), dt.date(2100, 1, 1)
_SPREADSHEET_DAY_0 = dt.date(1899, 12, 30)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_TIME = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AaPp][Mm])?Z?$", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})$", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})$", re.ASCII)
_IN_LETTERS = re.compile(r"(\d{1,2})[ /-]([A-Za-z]{3,9})[ /-](\d{4}|\d{2})$", re.ASCII)
_NUMBER = re.compile(r"(\d{5})(\.0+)?$", re.ASCII)
_YEARS = re.compile(r"(\d{4})\s*[-/_]\s*(\d{2}|\d{4})$", re.ASCII)


@lru_cache(maxsize=65536)
def read_date(text: str) -> dt.date | None:
    """The date a cell holds, or None for one that cannot be read."""
    text = _TIME.sub("", text.strip())
    date = None
    if found := _DAY_FIRST.match(text):
        day, month, year = found.groups()
        date = _date(_four_digits(year), int(month), int(day))
    elif found := _YEAR_FIRST.match(text):
        year, month, day = found.groups()
        date = _date(int(year), int(month), int(day))
    elif found := _IN_LETTERS.match(text):
        day, name, year = found.groups()
        month_number = _month(name)
        date = _date(_four_digits(year), month_number, int(day)) if month_number else None
    elif found := _NUMBER.match(text):
        date = _SPREADSHEET_DAY_0 + dt.timedelta(days=int(found[1]))
    return date if date is not None and _EARLIEST <= date < _LATEST else None


def is_month_first(text: str) -> bool:
    """Whether a cell that is no date would be one with the month before the day."""
    found = _DAY_FIRST.match(_TIME.sub("", text.strip()))
    return found is not None and int(found[1]) <= 12 < int(found[2]) <= 31


def collection_year(date: dt.date) -> int:
    """The collection year of a day, named by the 31 March it ends on."""
    return date.year + (date > dt.date(date.year, 3, 31))


def year_ends(year: int) -> dt.date:
    """The last day of a collection year."""
    return dt.date(year, 3, 31)


def labelled_year(text: str) -> tuple[int, bool] | None:
    """The year a cell of a column of years names.

    Returns:
        The year, and whether it is sure to be the one the collection ends in, as in
        ``2018-19`` or ``31/03/2019``; a bare ``2019`` may be the one it begins in. None for a
        cell that names none.
    """
    text = text.strip().removesuffix(".0")
    if found := _YEARS.match(text):
        begins, ends = int(found[1]), int(found[2][-2:])
        return (begins + 1, True) if (begins + 1) % 100 == ends else None
    if re.match(r"(19|20)\d{2}$", text, re.ASCII):
        return int(text), False
    date = read_date(text)
    return (collection_year(date), True) if date else None


def _four_digits(year: str) -> int:
    if len(year) == 4:
        return int(year)
    return int(year) + (1900 if int(year) >= TWO_DIGITS_FROM else 2000)


def _month(name: str) -> int:
    short = name[:3].lower()
    return _MONTHS.index(short) + 1 if short in _MONTHS else 0


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
