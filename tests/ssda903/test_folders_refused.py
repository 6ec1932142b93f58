"""Folders in which a return is missing, stands twice, or is of children that were simulated."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from made_up_returns import EPISODE_COLUMNS, Stay, a_child, rows_of, write_returns, write_table

from sufficiency.errors import InputError
from sufficiency.ssda903.files import LARGEST_FILE_MB
from sufficiency.ssda903.read import read_returns

pytestmark = pytest.mark.golden

D = dt.date
CHILDREN = [
    a_child(str(number), D(2009, 1 + number, 3), Stay(D(2018, 1 + number, 14), D(2019, 2, 20)))
    for number in range(1, 9)
]
SIMULATED = [replace(child, number=f"SIM{int(child.number):06d}") for child in CHILDREN]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_returns(tmp_path / "returns", CHILDREN, [2018, 2019])


def told(folder: Path) -> str:
    """Everything that is said."""
    with pytest.raises(InputError) as caught:
        read_returns(folder)
    return str(caught.value)


# Simulated children.


def test_simulated_children_by_themselves(tmp_path: Path) -> None:
    write_returns(tmp_path, SIMULATED, [2018, 2019])
    (tmp_path / "manifest.json").write_text(manifest(tmp_path))
    assert {row.child for row in read_returns(tmp_path).episodes} == {
        child.number for child in SIMULATED
    }


def test_simulated_children_among_others_by_their_numbers(folder: Path) -> None:
    write_returns(folder / "s", SIMULATED, [2019])
    assert told(folder) == (
        "s/2019/episodes.csv:2:1 simulated children stand here among others: what `sufficiency "
        "export` wrote is no return of the authority; take the simulated returns out of the "
        "folder; they can be read by themselves"
    )


def test_simulated_children_among_others_in_one_file(folder: Path) -> None:
    columns, rows = rows_of([*CHILDREN[:6], SIMULATED[6]], 2019)["episodes"]
    write_table(folder / "2019" / "episodes.csv", columns, rows)
    assert told(folder).startswith("2019/episodes.csv:8:1 simulated children stand here")


def test_simulated_children_among_others_by_the_manifest(folder: Path) -> None:
    renamed = [replace(child, number=f"9{child.number}") for child in CHILDREN]
    write_returns(folder / "s", renamed, [2019])
    read_returns(folder)
    (folder / "s" / "manifest.json").write_text(manifest(folder / "s"))
    assert told(folder).startswith("s/2019/episodes.csv:2:1 simulated children stand here")


@pytest.mark.parametrize("text", ["", "[]", "[" * 100_000, '{"package": "sufficiency"}', "{"])
def test_a_manifest_of_something_else_is_no_matter(folder: Path, text: str) -> None:
    (folder / "2019" / "manifest.json").write_text(text)
    assert len(read_returns(folder).episodes) == 10


def manifest(folder: Path) -> str:
    """What an export says of the files in its folder."""
    files = {path.relative_to(folder).as_posix(): "" for path in folder.rglob("*.csv")}
    return json.dumps({"package": "sufficiency", "made_by": "export", "results": files})


# Returns that would be missed.


@pytest.mark.parametrize("name", ["episodes.csv", "header.csv", "uasc.csv", "more.csv"])
def test_an_empty_file(folder: Path, name: str) -> None:
    (folder / "2019" / name).write_text(" \n")
    place = folder / "2019" / name
    assert told(folder) == f"{place}:1:1 this file is empty; save it again, or delete it"


def test_an_empty_file_in_a_zip(tmp_path: Path, folder: Path) -> None:
    (folder / "2019" / "episodes.csv").write_text("")
    archive = Path(shutil.make_archive(str(tmp_path / "all"), "zip", folder))
    assert "2019/episodes.csv:1:1 this file is empty" in told(archive)


@pytest.mark.parametrize("name", ["2019/episodes.csv", "2019/My Header.csv", "2018/EPISODE 19.csv"])
def test_a_file_called_as_a_table_that_is_none(folder: Path, name: str) -> None:
    (folder / name).write_text("The file could not be made.\n")
    assert told(folder) == (
        f"{name}:1:1 this is no table of a return, but stands where one should; save the table "
        "again as CSV, or delete this file if it is no part of a return"
    )


def test_a_file_that_stands_where_the_episodes_should(folder: Path) -> None:
    (folder / "2019" / "list.csv").write_text("name,colour\nrose,red\n")
    assert len(read_returns(folder).episodes) == 10
    (folder / "2019" / "episodes.csv").unlink()
    assert told(folder).startswith("2019/list.csv:1:1 this is no table of a return")


def test_episodes_in_a_workbook_where_no_table_has_them(folder: Path) -> None:
    book = folder / "2019" / "episodes.xlsx"
    book.write_bytes(b"PK")
    assert len(read_returns(folder).episodes) == 10
    (folder / "2019" / "episodes.csv").unlink()
    assert told(folder) == (
        "2019/episodes.xlsx:1:1 this table of a return is in a workbook; "
        "save each sheet as a CSV file"
    )


def test_episodes_without_a_row(folder: Path) -> None:
    write_table(folder / "2019" / "episodes.csv", EPISODE_COLUMNS, [{}])
    assert told(folder) == (
        "2019/episodes.csv:1:1 this table of episodes has no rows; "
        "save it again, or delete it if no child was in care that year"
    )


def test_simulated_years_may_be_without_a_child(tmp_path: Path) -> None:
    write_returns(tmp_path, SIMULATED, [2019, 2020])
    assert (tmp_path / "2020" / "episodes.csv").read_text().count("\n") == 1
    assert read_returns(tmp_path).years == (2019,)


# Columns that slipped.


def swapped(folder: Path, one: str, other: str, count: int = 8) -> Path:
    """A return in which two columns have each other's name."""
    columns, rows = rows_of(CHILDREN[:count], 2019)["episodes"]
    turned = [{**row, one: row[other], other: row[one]} for row in rows]
    write_returns(folder, CHILDREN, [2019])
    write_table(folder / "2019" / "episodes.csv", columns, turned)
    return folder


@pytest.mark.parametrize(
    ("one", "other", "place"),
    [("PLACE", "HOME_POST", "1:6"), ("LS", "CIN", "1:4"), ("RNE", "PL_LOCATION", "1:3"),
     ("REC", "HOME_POST", "1:9"), ("PLACE", "REASON_PLACE_CHANGE", "1:6")],
)  # fmt: skip
def test_columns_that_slipped(tmp_path: Path, one: str, other: str, place: str) -> None:
    assert told(swapped(tmp_path, one, other)) == (
        f"2019/episodes.csv:{place} 8 of the 8 entries in the column `{one}` are in no list of "
        "codes; see whether columns have slipped or have the wrong names, and save it again"
    )


def test_every_column_that_slipped_is_told(tmp_path: Path) -> None:
    said = told(swapped(tmp_path, "PLACE", "LS")).splitlines()
    assert [line.split(" ")[0] for line in said] == [
        "2019/episodes.csv:1:4",
        "2019/episodes.csv:1:6",
    ]


def test_a_few_odd_codes_are_no_slip_of_columns(tmp_path: Path) -> None:
    assert len(read_returns(swapped(tmp_path, "PLACE", "HOME_POST", 2)).episodes) == 2
    columns, rows = rows_of(CHILDREN, 2019)["episodes"]
    half = [{**row, "PLACE": "Q9"} if at % 2 else row for at, row in enumerate(rows)]
    write_table(tmp_path / "2019" / "episodes.csv", columns, half)
    assert len(read_returns(tmp_path).episodes) == 8


def test_reasons_for_a_new_episode_may_be_blank(tmp_path: Path) -> None:
    assert len(read_returns(swapped(tmp_path, "RNE", "URN")).episodes) == 8


# Names, links, copies, sizes.


@pytest.mark.parametrize("name", [b"2019\xff\xfe", b"20\n19", b"20\x1b19"])
def test_a_name_that_is_no_text(folder: Path, name: bytes) -> None:
    try:
        os.rename(folder / "2019", os.path.join(os.fsencode(folder), name))
    except (OSError, UnicodeError):
        pytest.skip("this disk has no such names")
    said = told(folder)
    assert said.encode("utf-8")
    assert "\n" not in said
    assert said.isprintable()
    assert said.endswith(
        "the name of this file, or of a folder it is in, cannot be written as text; "
        "give it a plain name"
    )
    assert "the name of this file" in told(
        Path(os.fsdecode(os.path.join(os.fsencode(folder), name)))
    )


def test_links_to_folders_that_were_seen_are_not_followed(folder: Path) -> None:
    (folder / "loop").symlink_to(".")
    (folder / "2018" / "up").symlink_to("../..")
    (folder.parent / "empty.csv").write_text("")  # would be told if it were found
    (folder / "x").symlink_to("2019")
    returns = read_returns(folder)
    assert [each.file for each in returns.files] == [
        f"{year}/{name}.csv" for year in (2018, 2019) for name in ("episodes", "header", "uasc")
    ]
    assert len(returns.episodes) == 10


def test_a_link_to_a_folder_elsewhere_is_followed_once(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "given").mkdir()
    for name in "ab":
        (tmp_path / "given" / name).symlink_to(folder)
    returns = read_returns(tmp_path / "given")
    assert len(returns.episodes) == 10
    assert {each.file[0] for each in returns.files} == {"a"}


def test_a_copy_of_a_return_is_read_once_and_named(folder: Path) -> None:
    expected = read_returns(folder)
    shutil.copytree(folder / "2019", folder / "2019 copy")
    shutil.copy(folder / "2018" / "episodes.csv", folder / "2018" / "episodes (1).csv")
    returns = read_returns(folder)
    rows = {row for row in expected.episodes if row.year == 2019}
    assert {
        replace(row, file="2019/episodes.csv") for row in returns.episodes if row.year == 2019
    } == rows
    assert len(returns.episodes) == len(expected.episodes)
    assert len(returns.headers) == len(expected.headers)
    assert not returns.findings
    told_again = {each.file: each.table for each in returns.files if "same" in each.table}
    assert told_again == {
        "2018/episodes.csv": "the same file as 2018/episodes (1).csv",
        "2019 copy/episodes.csv": "the same file as 2019/episodes.csv",
        "2019 copy/header.csv": "the same file as 2019/header.csv",
    }


def test_the_same_children_two_years_running_are_no_copy(tmp_path: Path) -> None:
    """Their headers are alike to the letter, but their episodes are not."""
    write_returns(tmp_path, CHILDREN[3:], [2019])
    other = [
        replace(child, stays=(*child.stays, Stay(D(2019, 5, 1), D(2019, 9, 1))))
        for child in CHILDREN[3:]
    ]
    write_returns(tmp_path, other, [2020])
    headers = [(tmp_path / f"{year}" / "header.csv").read_text() for year in (2019, 2020)]
    assert headers[0] == headers[1]
    returns = read_returns(tmp_path)
    assert [sum(row.year == year for row in returns.headers) for year in (2019, 2020)] == [5, 5]


def test_a_file_larger_than_any_return(folder: Path) -> None:
    with (folder / "2019" / "more.csv").open("wb") as file:
        file.truncate((LARGEST_FILE_MB + 1) * 1_000_000)
    assert LARGEST_FILE_MB == 30
    assert "this file holds 31 MB, more than a return can" in told(folder)


def test_a_zip_of_many_years_may_be_larger_than_a_file(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for file in folder.glob("*/*.csv"):
            archive.write(file, file.relative_to(folder))
        for part in range(2):
            archive.writestr(f"{part}.pdf", bytes(20_000_000))
    assert len(read_returns(path).episodes) == 10
