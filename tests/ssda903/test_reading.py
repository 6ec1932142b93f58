"""Returns of made-up children are read, whatever the files are called and however written."""

from __future__ import annotations

import csv
import datetime as dt
import io
import shutil
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from made_up_returns import (
    EPISODE_COLUMNS,
    MadeUpChild,
    Stay,
    a_child,
    iso,
    rows_of,
    write_returns,
    write_table,
)

from sufficiency.errors import InputError
from sufficiency.ssda903.births import birth_dates
from sufficiency.ssda903.dates import collection_year, labelled_year, read_date
from sufficiency.ssda903.read import read_returns
from sufficiency.ssda903.returns import Returns
from sufficiency.ssda903.rules import RULES

pytestmark = pytest.mark.unit

D = dt.date
SHORT = a_child("11", D(2010, 5, 1), Stay(D(2018, 5, 1), D(2018, 9, 1)))
LONG = a_child(
    "22",
    D(2012, 6, 2),
    Stay(D(2017, 6, 1), D(2018, 7, 1), reason="CARPL"),
    Stay(D(2018, 7, 1), D(2019, 6, 1), "K2", "PR4", location="OUT", distance="31.5"),
)
ALONE = replace(
    a_child("33", D(2003, 1, 1), Stay(D(2018, 12, 24), place="H5", provider="PR4", ls="V2")),
    unaccompanied=True,
    duc=D(2021, 1, 1),
)
CHILDREN = (SHORT, LONG, ALONE)
YEARS = (2018, 2019, 2020)


def what_was_read(returns: Returns) -> tuple[object, ...]:
    """Everything of the rows but the file they came from."""
    return tuple(
        sorted((replace(row, file="", row=0) for row in rows), key=repr)
        for rows in (returns.episodes, returns.headers, returns.uasc)
    )


def rules_found(returns: Returns) -> list[str]:
    assert all(finding.rule in RULES for finding in returns.findings)
    return [finding.rule for finding in returns.findings]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_returns(tmp_path / "returns", CHILDREN, YEARS)


def test_every_row_is_read_with_its_year_and_place(folder: Path) -> None:
    returns = read_returns(folder)
    assert returns.years == YEARS
    assert not returns.findings
    assert [(row.year, row.child, row.dec) for row in returns.episodes] == [
        (2018, "22", None),
        (2019, "11", D(2018, 9, 1)),
        (2019, "22", D(2018, 7, 1)),
        (2019, "22", None),
        (2019, "33", None),
        (2020, "22", D(2019, 6, 1)),
        (2020, "33", None),
    ]
    home = returns.episodes[5]
    assert (home.file, home.row) == ("2020/episodes.csv", 2)
    assert (home.place, home.provider, home.location, home.distance_miles) == (
        "K2", "PR4", "OUT", 31.5,
    )  # fmt: skip
    assert (home.rne, home.rec, home.ls, home.pl_post) == ("P", "E4A", "C2", "ZZ11ZZ")
    assert [(row.year, row.ceased) for row in returns.uasc] == [
        (2019, D(2021, 1, 1)),
        (2020, D(2021, 1, 1)),
    ]
    assert birth_dates(returns.headers) == {child.number: child.born for child in CHILDREN}
    assert [(each.file, each.table, each.year, each.rows) for each in returns.files[:3]] == [
        ("2018/episodes.csv", "episodes", 2018, 1),
        ("2018/header.csv", "header", 2018, 1),
        ("2018/uasc.csv", "uasc", None, 0),
    ]


def test_all_files_in_one_folder_are_the_same_returns(folder: Path, tmp_path: Path) -> None:
    together = write_returns(tmp_path / "together", CHILDREN, YEARS, together=True)
    assert what_was_read(read_returns(together)) == what_was_read(read_returns(folder))


@pytest.mark.parametrize(
    "name", ["SSDA903_{0}_{1}.csv", "{1} 31-03-{0}.CSV", "x {0} ({1}).csv", "{1}{0}.csv"]
)
def test_files_may_be_called_anything(folder: Path, tmp_path: Path, name: str) -> None:
    other = tmp_path / "other"
    other.mkdir()
    for path in sorted(folder.glob("*/*.csv")):
        shutil.copy(path, other / name.format(path.parent.name, path.stem))
    assert what_was_read(read_returns(other)) == what_was_read(read_returns(folder))


def test_names_do_not_say_what_a_file_holds(folder: Path) -> None:
    expected = what_was_read(read_returns(folder))
    for year in YEARS:
        a, b, c = (folder / str(year) / f"{name}.csv" for name in ("episodes", "header", "uasc"))
        a.rename(folder / "x")
        b.rename(a)
        c.rename(b)
        (folder / "x").rename(c)
    assert what_was_read(read_returns(folder)) == expected


def test_folders_three_deep_are_looked_into_and_no_deeper(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "a" / "b" / "c" / "d")
    assert what_was_read(read_returns(tmp_path / "a" / "b")) == what_was_read(read_returns(folder))
    with pytest.raises(InputError, match="empty"):
        read_returns(tmp_path / "a")


def test_a_zip_is_read_as_its_folder_is(folder: Path, tmp_path: Path) -> None:
    archive = Path(shutil.make_archive(str(tmp_path / "all"), "zip", folder))
    returns = read_returns(archive)
    assert what_was_read(returns) == what_was_read(read_returns(folder))
    assert returns.files[0].file == "2018/episodes.csv"


def test_dates_year_first_are_the_same_returns(folder: Path, tmp_path: Path) -> None:
    other = write_returns(tmp_path / "iso", CHILDREN, YEARS, date=iso)
    assert what_was_read(read_returns(other)) == what_was_read(read_returns(folder))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_encodings_of_spreadsheets(folder: Path, encoding: str) -> None:
    expected = what_was_read(read_returns(folder))
    for path in folder.glob("*/*.csv"):
        text = path.read_text(encoding="utf-8").replace("CHILD,SEX,DOB,ETHNIC", "CHILD,SEX,DOB,É")
        path.write_bytes(text.encode(encoding))
    assert what_was_read(read_returns(folder)) == expected


def test_columns_in_any_case_and_order_and_numbers_as_spreadsheets_write_them(
    folder: Path,
) -> None:
    expected = what_was_read(read_returns(folder))
    for path in folder.glob("*/*.csv"):
        rows = list(csv.reader(io.StringIO(path.read_text())))
        at = rows[0].index("CHILD")
        for number, row in enumerate(rows[1:]):
            row[at] += (".0", " ", "")[number % 3]
        rows = [[f" {cell.lower()} " for cell in reversed(row)] for row in rows]
        with path.open("w", newline="") as file:
            csv.writer(file).writerows(rows)
    assert what_was_read(read_returns(folder)) == expected


@pytest.mark.parametrize(("sex", "column"), [("M", "SEX"), ("F", "GENDER"), ("U", "SEX")])
def test_a_header_of_any_year_will_do(tmp_path: Path, sex: str, column: str) -> None:
    write_returns(tmp_path, [SHORT], [2019])
    born = {"CHILD": "11", "DOB": "2010-05-01", column: sex}
    write_table(tmp_path / "2019" / "header.csv", tuple(born), [born])
    assert read_returns(tmp_path).headers[0].born == D(2010, 5, 1)


def test_tables_that_are_not_used_are_told_by_name(folder: Path) -> None:
    others = {
        "reviews": "CHILD,DOB,REVIEW,REVIEW_CODE",
        "oc2": "CHILD,DOB,SDQ_SCORE,SDQ_REASON,CONVICTED",
        "oc3": "CHILD,DOB,IN_TOUCH,ACTIV,ACCOM",
        "ad1": "CHILD,DOB,DATE_INT,DATE_MATCH,FOSTER_CARE",
        "placed_for_adoption": "CHILD,DOB,DATE_PLACED,DATE_PLACED_CEASED",
        "previous_permanence": "CHILD,DOB,PREV_PERM,LA_PERM,DATE_PERM",
        "missing": "CHILD,DOB,MISSING,MIS_START,MIS_END",
        "social_workers": "CHILD,DOB,SW_ID,SW_DECOM,SW_DEC,SW_REASON",
        "deprivation_of_liberty": "CHILD,DOB,DOLO_START,DOLO_END",
        "": "name,colour",
    }
    expected = what_was_read(read_returns(folder))
    for number, header in enumerate(others.values()):
        (folder / "2019" / f"{number}.csv").write_text(f"{header}\n" + ",".join("1" * len(header)))
    (folder / "notes.docx").write_bytes(b"\0")
    returns = read_returns(folder)
    assert what_was_read(returns) == expected
    tables = {each.file: each.table for each in returns.files}
    assert [tables[f"2019/{number}.csv"] for number in range(len(others))] == list(others)
    assert tables["notes.docx"] == ""


# Several authorities.


@pytest.fixture
def region(tmp_path: Path) -> Path:
    write_returns(tmp_path / "a", [SHORT, LONG], [2019], authority="Ayton")
    write_returns(tmp_path / "b", [ALONE], [2019], authority="Beeford")
    return tmp_path


def test_one_of_several_authorities_is_read_and_the_others_named(region: Path) -> None:
    returns = read_returns(region, "beeford")
    assert returns.authority == "Beeford"
    assert {row.child for row in returns.episodes} == {"33"}
    assert {row.child for row in returns.headers} == {"33"}
    assert rules_found(returns) == ["other_authority"] * 5


def test_a_single_authority_names_itself_or_is_named(tmp_path: Path) -> None:
    write_returns(tmp_path / "a", [SHORT], [2019], authority="Ayton")
    assert read_returns(tmp_path / "a").authority == "Ayton"
    write_returns(tmp_path / "b", [SHORT], [2019])
    assert read_returns(tmp_path / "b").authority == ""
    assert read_returns(tmp_path / "b", "Beeford").authority == "Beeford"


# Rows that cannot be used.


def one_return(folder: Path, *changes: dict[str, str]) -> Returns:
    """A return of six good episodes and of others, each with cells changed."""
    children = [replace(SHORT, number=str(number)) for number in range(1, 7)]
    columns, good = rows_of(children, 2019)["episodes"]
    bad = [{**good[0], "CHILD": "7", **change} for change in changes]
    write_table(folder / "e.csv", columns, [*good, *bad])
    columns, headers = rows_of([*children, replace(SHORT, number="7")], 2019)["header"]
    write_table(folder / "h.csv", columns, headers)
    return read_returns(folder)


@pytest.mark.parametrize(
    ("change", "rule", "column", "before"),
    [
        ({"CHILD": " "}, "no_child", "CHILD", ""),
        ({"DECOM": ""}, "no_start", "DECOM", ""),
        ({"DECOM": "31/02/2019"}, "bad_date", "DECOM", "31/02/2019"),
        ({"DECOM": "13/25/2019"}, "bad_date", "DECOM", "13/25/2019"),
        ({"DEC": "soon"}, "bad_date", "DEC", "soon"),
        ({"CHILD": "8"}, "no_birth_date", "CHILD", ""),
    ],
)
def test_a_row_that_cannot_be_used_is_told_by_its_line(
    tmp_path: Path, change: dict[str, str], rule: str, column: str, before: str
) -> None:
    returns = one_return(tmp_path, change)
    (finding,) = returns.findings
    assert (finding.rule, finding.file, finding.row) == (rule, "e.csv", 8)
    assert (finding.column, finding.before) == (column, before)
    assert len(returns.episodes) == 6


@pytest.mark.parametrize(
    ("change", "rule", "column"),
    [
        ({"PLACE": "Q9"}, "unknown_code", "PLACE"),
        ({"PLACE": ""}, "unknown_code", "PLACE"),
        ({"REC": "E99"}, "unknown_code", "REC"),
        ({"LS": "Z"}, "unknown_code", "LS"),
        ({"RNE": "Q"}, "unknown_code", "RNE"),
        ({"PLACE_PROVIDER": "PR9"}, "unknown_code", "PLACE_PROVIDER"),
        ({"REASON_PLACE_CHANGE": "WHY"}, "unknown_code", "REASON_PLACE_CHANGE"),
        ({"PLACE": "K3"}, "code_of_another_year", "PLACE"),
        ({"PLACE": "Q2"}, "code_of_another_year", "PLACE"),
        ({"REC": "E43"}, "code_of_another_year", "REC"),
        ({"PL_DISTANCE": "-1"}, "bad_value", "PL_DISTANCE"),
        ({"PL_DISTANCE": "nan"}, "bad_value", "PL_DISTANCE"),
        ({"PL_DISTANCE": "99999"}, "bad_value", "PL_DISTANCE"),
        ({"PL_LOCATION": "MOON"}, "bad_value", "PL_LOCATION"),
    ],
)
def test_a_cell_that_makes_no_sense_is_named_and_the_row_is_kept(
    tmp_path: Path, change: dict[str, str], rule: str, column: str
) -> None:
    returns = one_return(tmp_path, change)
    (finding,) = returns.findings
    assert (finding.rule, finding.row, finding.column) == (rule, 8, column)
    assert finding.before == change[column]
    assert len(returns.episodes) == 7
    row = next(row for row in returns.episodes if row.row == 8)
    if rule == "bad_value":
        assert row.distance_miles is None or row.location == ""
    else:
        assert change[column] in (row.place, row.rec, row.ls, row.rne, row.provider, row.reason)


def test_codes_in_small_letters_with_spaces_are_the_same_codes(tmp_path: Path) -> None:
    returns = one_return(tmp_path, {"PLACE": " k2 ", "PL_LOCATION": "out", "REC": "e4a"})
    assert not returns.findings
    assert (returns.episodes[-1].place, returns.episodes[-1].location) == ("K2", "OUT")


def test_nothing_is_said_of_codes_that_are_blank(tmp_path: Path) -> None:
    blank = dict.fromkeys(("PLACE_PROVIDER", "REC", "DEC", "PL_LOCATION", "PL_DISTANCE"), "")
    returns = one_return(tmp_path, blank)
    assert not returns.findings
    assert returns.episodes[-1].distance_miles is None


def test_two_birth_dates_are_told_and_that_of_the_latest_return_counts(tmp_path: Path) -> None:
    write_returns(tmp_path, CHILDREN, [2018])
    write_returns(tmp_path, [replace(LONG, born=D(2012, 6, 3)), SHORT], [2019])
    returns = read_returns(tmp_path)
    (finding,) = returns.findings
    assert (finding.rule, finding.file, finding.row) == ("two_birth_dates", "2018/header.csv", 2)
    assert birth_dates(returns.headers)["22"] == D(2012, 6, 3)
    assert birth_dates(returns.up_to(2018).headers)["22"] == D(2012, 6, 2)


def test_a_date_of_birth_that_cannot_be_is_no_date_of_birth(tmp_path: Path) -> None:
    write_returns(tmp_path, [SHORT, LONG, replace(ALONE, born=D(1903, 1, 1))], [2019])
    assert rules_found(read_returns(tmp_path)) == ["no_birth_date", "bad_date"]
    write_returns(tmp_path, [SHORT, LONG, replace(ALONE, born=D(2023, 1, 1))], [2019])
    assert rules_found(read_returns(tmp_path)) == ["no_birth_date", "bad_date"]


# Dates.


@pytest.mark.parametrize(
    "text",
    [
        "31/03/2019", "2019-03-31", "31/03/19", "31-Mar-2019", "31-mar-19", "31 March 2019",
        "2019-03-31 00:00:00", "31/03/2019 00:00", "2019-03-31T00:00:00Z", "31-03-2019",
        "31.03.2019", "43555", "43555.0", " 31/3/2019 ", "2019/3/31",
    ],
)  # fmt: skip
def test_ways_to_write_a_date(text: str) -> None:
    assert read_date(text) == D(2019, 3, 31)


@pytest.mark.parametrize(
    "text",
    [
        "", "13/25/2019", "31/02/2019", "soon", "2019", "31/03", "31/03/201", "00/00/0000",
        "31/03/1019", "31/03/9019", "99999", "4355", "٣١/٠٣/٢٠١٩", "31-Mrz-2019", "-31/03/2019",
        "31/03/2019 and so on", "1e5", "43555.5",
    ],
)  # fmt: skip
def test_what_is_no_date(text: str) -> None:
    assert read_date(text) is None


def test_two_digit_years_are_those_of_children_in_care() -> None:
    assert read_date("01/01/98") == D(1998, 1, 1)
    assert read_date("01/01/75") == D(1975, 1, 1)
    assert read_date("01/01/03") == D(2003, 1, 1)
    assert read_date("01/01/40") == D(2040, 1, 1)


def test_two_digit_years_are_the_same_returns(folder: Path, tmp_path: Path) -> None:
    def short(date: dt.date | None) -> str:
        return date.strftime("%d/%m/%y") if date else ""

    other = write_returns(tmp_path / "short", CHILDREN, YEARS, date=short)
    assert what_was_read(read_returns(other)) == what_was_read(read_returns(folder))


def test_the_year_ends_on_31_march() -> None:
    assert collection_year(D(2019, 3, 31)) == 2019
    assert collection_year(D(2019, 4, 1)) == 2020


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2019", (2019, False)),
        ("2019.0", (2019, False)),
        ("2018-19", (2019, True)),
        ("2018/19", (2019, True)),
        ("2018/2019", (2019, True)),
        ("1999-00", (2000, True)),
        ("31/03/2019", (2019, True)),
        ("2018-20", None),
        ("19", None),
        ("", None),
        ("this year", None),
    ],
)
def test_what_a_column_of_years_may_hold(text: str, year: tuple[int, bool] | None) -> None:
    assert labelled_year(text) == year


def test_four_thousand_rows_are_read_in_well_under_a_second(tmp_path: Path) -> None:
    """On this test's own clock, of the processor's time, with room for a slow machine."""
    children = [
        MadeUpChild(
            str(number),
            D(2010, 1, 1 + number % 28),
            (Stay(D(2018, 1 + number % 3, 1 + number % 28), D(2018, 5 + number % 7, 3)),),
        )
        for number in range(2000)
    ]
    write_returns(tmp_path, children, [2018, 2019])
    began = time.process_time()
    returns = read_returns(tmp_path)
    assert time.process_time() - began < 2.0
    assert len(returns.episodes) == 4000


def test_columns_that_are_not_in_a_return_are_no_matter(tmp_path: Path) -> None:
    columns, rows = rows_of([SHORT], 2019, locations=False)["episodes"]
    assert columns == EPISODE_COLUMNS
    write_returns(tmp_path, [SHORT], [2019])
    extra = ("OUR_NOTE", *[name for name in columns if name not in ("CIN", "HOME_POST", "URN")])
    write_table(tmp_path / "2019" / "episodes.csv", extra, rows)
    returns = read_returns(tmp_path)
    assert len(returns.episodes) == 1
    assert (returns.episodes[0].location, returns.episodes[0].urn) == ("", "")


def test_a_zip_within_a_folder_is_read_too(folder: Path, tmp_path: Path) -> None:
    expected = what_was_read(read_returns(folder))
    with zipfile.ZipFile(folder / "2020.zip", "w") as archive:
        for path in (folder / "2020").glob("*.csv"):
            archive.write(path, f"in/{path.name}")
    shutil.rmtree(folder / "2020")
    assert what_was_read(read_returns(folder)) == expected
