"""The year of a return is worked out from its dates, and a column of years is put to the test."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from made_up_returns import MadeUpChild, Stay, a_child, iso, rows_of, write_returns, write_table

from sufficiency.ssda903.read import read_returns
from sufficiency.ssda903.returns import EpisodeRow
from sufficiency.ssda903.years import year_from_dates

pytestmark = pytest.mark.unit

D = dt.date


def council(children: int = 60) -> list[MadeUpChild]:
    """Children who come into care through three years and stay for a year and a half."""
    first = D(2017, 4, 10)
    starts = [first + dt.timedelta(days=18 * number) for number in range(children)]
    return [
        a_child(
            str(100 + number),
            D(2009, 1 + number % 12, 3),
            Stay(start, start + dt.timedelta(days=540)),
        )
        for number, start in enumerate(starts)
    ]


YEARS = (2018, 2019, 2020)


def rows(*starts: dt.date, ends: tuple[dt.date, ...] = ()) -> list[EpisodeRow]:
    """Rows with these days of commencing; the first ones cease on these days."""
    ceased = [*ends, *[None] * (len(starts) - len(ends))]
    return [
        EpisodeRow("f", line, 0, str(line), start, end, "S", "C2", "U4", "PR1", "")
        for line, (start, end) in enumerate(zip(starts, ceased, strict=True), start=2)
    ]


def test_the_year_runs_to_the_31_march_on_or_after_the_latest_start() -> None:
    assert year_from_dates(rows(D(2017, 1, 1), D(2018, 3, 31))) == 2018
    assert year_from_dates(rows(D(2017, 1, 1), D(2018, 4, 1))) == 2019


def test_one_start_in_fifty_may_be_later_by_mistake() -> None:
    usual = [D(2018, 5, 1)] * 49
    assert year_from_dates(rows(*usual, D(2081, 5, 1))) == 2019
    assert year_from_dates(rows(*usual[:48], D(2081, 5, 1))) == 2082


def test_a_year_in_which_nobody_came_but_children_left_is_told_by_their_leaving() -> None:
    starts = [D(2017, 5, 1)] * 12
    assert year_from_dates(rows(*starts, ends=(D(2018, 9, 1),))) == 2019
    assert (
        year_from_dates(rows(*starts, ends=(D(2018, 9, 1), D(2018, 9, 1), D(2017, 9, 1)))) == 2018
    )
    assert year_from_dates(rows(*starts, ends=(D(2018, 9, 1),) * 3)) == 2019


def test_an_episode_after_the_end_of_its_return_is_not_used(tmp_path: Path) -> None:
    children = [*council(), a_child("9", D(2010, 1, 1), Stay(D(2018, 3, 1)))]
    write_returns(tmp_path, children, [2018])
    path = tmp_path / "2018" / "episodes.csv"
    path.write_text(path.read_text().replace("9,01/03/2018", "9,01/03/2028"))
    # So small a return has no room for a slip of the pen: it counts as a later one.
    assert read_returns(tmp_path).years == (2028,)
    thrice = [replace(each, number=f"{each.number}{n}") for each in council() for n in range(3)]
    columns, many = rows_of(thrice, 2018)["episodes"]
    wrong = {**many[0], "DECOM": "01/03/2028"}
    write_table(path, columns, [*many, wrong])
    headers = rows_of(thrice, 2018)["header"]
    write_table(tmp_path / "2018" / "header.csv", *headers)
    returns = read_returns(tmp_path)
    assert returns.years == (2018,)
    (finding,) = returns.findings
    assert (finding.rule, finding.row) == ("starts_after_return", len(many) + 2)


@pytest.mark.parametrize("shift", [-1, 0, 1])
def test_names_of_folders_are_not_trusted(tmp_path: Path, shift: int) -> None:
    for year in YEARS:
        write_returns(tmp_path / "x", council(), [year])
        (tmp_path / "x" / str(year)).rename(tmp_path / f"year {year + shift}")
    (tmp_path / "x").rmdir()
    returns = read_returns(tmp_path)
    assert returns.years == YEARS
    assert {row.year for row in returns.headers} == set(YEARS)


@pytest.mark.parametrize("label", ["{0}", "{1}-{2}", "{1}/{2}", "31/03/{0}", "{1}"])
def test_a_column_of_years_sorts_one_file_into_returns(tmp_path: Path, label: str) -> None:
    written = [label.format(year, year - 1, str(year)[2:]) for year in YEARS]
    one_file_with_labels(tmp_path, dict(zip(YEARS, written, strict=True)))
    returns = read_returns(tmp_path)
    assert not returns.findings
    expected = read_returns(write_returns(tmp_path / "apart", council(), YEARS))
    assert counted(returns.episodes) == counted(expected.episodes)
    assert counted(returns.headers) == counted(expected.headers)


def test_labels_that_contradict_the_dates_are_told_and_not_believed(tmp_path: Path) -> None:
    one_file_with_labels(tmp_path, {2018: "2011-12", 2019: "2018-19", 2020: "2019-20"})
    returns = read_returns(tmp_path)
    assert returns.years == YEARS
    (finding,) = returns.findings
    assert (finding.rule, finding.before, finding.after) == ("year_by_dates", "2011-12", "2018")


def test_a_label_is_believed_of_a_year_in_which_nobody_came(tmp_path: Path) -> None:
    children = [a_child("1", D(2010, 1, 1), Stay(D(2017, 6, 1), D(2020, 6, 1)))]
    one_file_with_labels(tmp_path, {2018: "2017-18", 2019: "2018-19"}, children)
    assert read_returns(tmp_path).years == (2018, 2019)


def test_one_file_of_many_years_is_one_return_made_in_the_last(tmp_path: Path) -> None:
    children = [child for child in council() if child.stays[0].start <= D(2020, 3, 31)]
    columns, last = rows_of(children, 2020)["episodes"]
    gone = [row for row in rows_of(children, 2019)["episodes"][1] if row["DEC"]]
    write_table(tmp_path / "episodes.csv", columns, [*gone, *last])
    write_table(tmp_path / "header.csv", *header_of(children))
    returns = read_returns(tmp_path)
    assert returns.years == (2020,)
    assert not returns.findings


def test_returns_put_one_after_another_in_one_file_are_taken_apart_again(tmp_path: Path) -> None:
    write_together(tmp_path, council())
    returns = read_returns(tmp_path)
    assert not returns.findings
    apart = read_returns(write_returns(tmp_path / "apart", council(), YEARS))
    together = {(row.year, row.child, row.decom, row.dec) for row in returns.episodes}
    assert together == {(row.year, row.child, row.decom, row.dec) for row in apart.episodes}
    in_file = sorted(returns.episodes, key=lambda row: row.row)
    assert [row.year for row in in_file] == sorted(row.year for row in in_file)


def test_a_child_is_known_from_its_first_return_where_a_header_has_no_year(tmp_path: Path) -> None:
    write_together(tmp_path, council())
    returns = read_returns(tmp_path)
    for year in YEARS:
        then = returns.up_to(year)
        assert {row.child for row in then.episodes} == {row.child for row in then.headers}


def test_parts_of_one_year_are_fine(tmp_path: Path) -> None:
    columns, every = rows_of(council(), 2019)["episodes"]
    write_table(tmp_path / "part 1.csv", columns, every[::2])
    write_table(tmp_path / "part 2.csv", columns, every[1::2])
    write_table(tmp_path / "header.csv", *header_of(council()))
    returns = read_returns(tmp_path)
    assert returns.years == (2019,)
    assert len(returns.episodes) == len(every)
    assert {row.year for row in returns.headers} == {2019}


def test_the_same_rows_twice_are_kept_twice_where_the_files_differ(tmp_path: Path) -> None:
    """Whoever cleans them counts them once, and says so."""
    write_returns(tmp_path / "a", council(), [2019])
    write_returns(tmp_path / "b", council(), [2019], date=iso)
    returns = read_returns(tmp_path)
    assert len(returns.episodes) == 2 * len(rows_of(council(), 2019)["episodes"][1])
    assert returns.years == (2019,)


def one_file_with_labels(
    folder: Path, labels: dict[int, str], children: list[MadeUpChild] | None = None
) -> None:
    """All years in one file a table, told apart by a column."""
    for name in ("episodes", "header", "uasc"):
        every = []
        columns: tuple[str, ...] = ()
        for year, label in labels.items():
            columns, rows = rows_of(children or council(), year)[name]
            every += [{**row, "YEAR": label} for row in rows]
        write_table(folder / f"{name}.csv", (*columns, "YEAR"), every)


def write_together(folder: Path, children: list[MadeUpChild]) -> None:
    """The episodes of all years one after another in one file, with nothing to tell the year."""
    every = []
    columns: tuple[str, ...] = ()
    for year in YEARS:
        columns, rows = rows_of(children, year)["episodes"]
        every += rows
    write_table(folder / "episodes.csv", columns, every)
    write_table(folder / "header.csv", *header_of(children))


def header_of(children: list[MadeUpChild]) -> tuple[tuple[str, ...], list[dict[str, str]]]:
    """One header for all years."""
    found = {}
    columns: tuple[str, ...] = ()
    for year in YEARS:
        columns, rows = rows_of(children, year)["header"]
        found.update({row["CHILD"]: row for row in rows})
    return columns, list(found.values())


def counted(rows: tuple[Any, ...]) -> dict[int, int]:
    """How many rows each year has."""
    years = [row.year for row in rows]
    return {year: years.count(year) for year in set(years)}
