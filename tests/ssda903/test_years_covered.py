"""Several years in one file: returns one after another, and a history with each episode once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made_up_rows import Folder, day, names

from sufficiency.report.quality_checks import _assumed_years, _ended_before, _starts, beginnings
from sufficiency.ssda903.returns import EpisodeRow, Finding
from sufficiency.ssda903.years import years_of_rows

pytestmark = pytest.mark.unit


def three_returns(lost: int = 4) -> list[EpisodeRow]:
    """Returns of 2018 to 2020: of eight children a year four leave, and some are lost in 2018."""
    folder = Folder()
    for number in range(lost):
        folder.add(2018, f"2017-09-{1 + number:02d}", child=f"lost {number}")
    for start in (2017, 2018, 2019):
        for number in range(8):
            begun, child = f"{start}-05-{1 + number:02d}", f"{start}-{number}"
            leaves = number < 4
            for year in range(start + 1, 2021):
                if leaves and year == start + 2:
                    folder.add(year, begun, f"{start + 1}-06-{1 + number:02d}", "E4A", child=child)
                elif not leaves or year == start + 1:
                    folder.add(year, begun, child=child)
        for number in range(4):
            begun = f"{start}-07-{1 + number:02d}"
            folder.add(start + 1, begun, f"{start}-08-01", "E4A", child=f"short {start}-{number}")
    return list(folder.returns().episodes)


def in_one_file(rows: list[EpisodeRow]) -> list[EpisodeRow]:
    return [replace(row, file="all.csv", row=line) for line, row in enumerate(rows, start=2)]


def test_in_order_of_years_the_place_of_a_row_says_its_return():
    rows = in_one_file(three_returns())
    told = years_of_rows(rows, [""] * len(rows))
    assert told.years == tuple(row.year for row in rows)
    assert not told.assumed


def test_in_another_order_it_is_said_of_which_rows_the_year_is_assumed():
    rows = in_one_file(sorted(three_returns(), key=lambda row: (row.child, row.year)))
    told = years_of_rows(rows, [""] * len(rows))
    assert {row.child for row in rows if row.row in told.assumed} == {
        f"lost {number}" for number in range(4)
    }
    # Nothing else is lacking: so they were not in the later returns.
    assert told.years == tuple(row.year for row in rows)


def test_where_others_lack_rows_too_the_last_row_counts_as_of_the_last_return():
    rows = [row for row in three_returns() if not (row.child[:4] == "2017" and row.year == 2018)]
    rows = in_one_file(sorted(rows, key=lambda row: (row.child, row.year)))
    told = years_of_rows(rows, [""] * len(rows))
    of_lost = [year for row, year in zip(rows, told.years, strict=True) if row.child[0] == "l"]
    assert of_lost == [2020] * 4


def history() -> Folder:
    """Each episode once: five years, twenty children a year, most of whom leave within two."""
    folder = Folder()
    for start in range(2014, 2019):
        for number in range(20):
            begun = f"{start}-{4 + number % 8:02d}-{5 + number:02d}"
            ends = (
                f"{start + number % 2}-{5 + number % 8:02d}-{5 + number:02d}" if number < 15 else ""
            )
            late = ends > "2019-03-31"
            ends, rec = ("", "") if late else (ends, "E4A" if ends else "")
            folder.add(2019, begun, ends, rec, child=f"{start}-{number}")
    return folder


def test_a_history_covers_the_years_it_holds():
    cleaned = history().cleaned()
    assert cleaned.records.first_date == day("2014-04-01")
    assert "history" in names(cleaned)
    assert cleaned.stages[1].in_care[day("2016-03-31")] > 0
    # A return with a few rows that had ended before its year is one of that year.
    folder = history()
    folder.rows = [row for row in folder.rows if row.dec is None or row.dec > day("2018-03-31")]
    assert folder.cleaned().records.first_date == day("2018-04-01")


def test_a_history_begins_with_its_first_whole_year():
    folder = history()
    folder.rows = [row for row in folder.rows if row.dec is None or row.dec >= day("2015-08-01")]
    # Of 2015-16 only what ended from August on is there, more than half of a year's.
    assert folder.cleaned().records.first_date == day("2016-04-01")


def test_what_is_worth_a_look_of_a_history():
    folder = history()
    returns, cleaned = folder.returns(), folder.cleaned()
    began = beginnings(cleaned.records)
    assert [each.name for each in _ended_before(returns, cleaned)] == ["history"]
    assert not list(_starts(returns, cleaned, began))
    # Most ended long before, but no year before the last is whole: then they count for nothing.
    folder.rows = [
        replace(row, rec="X1") if row.dec and row.dec < day("2018-04-01") else row
        for row in folder.rows
    ]
    returns, cleaned = folder.returns(), folder.cleaned()
    assert [each.name for each in _ended_before(returns, cleaned)] == ["ended_before"]
    assert not list(_starts(returns, cleaned, beginnings(cleaned.records)))


def test_rows_whose_return_is_assumed_are_worth_a_look():
    whole = history().returns()
    few, many = (
        replace(whole, findings=(Finding("year_assumed", "all.csv", 2),) * n) for n in (3, 30)
    )
    assert not list(_assumed_years(whole))
    assert "of a few open episodes" in next(_assumed_years(few)).sentence
    assert "of 30 open episodes" in next(_assumed_years(many)).sentence
