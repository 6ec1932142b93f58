"""What is no return, or one that was damaged: one sentence with a place and a remedy, always."""

from __future__ import annotations

import datetime as dt
import random
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_returns import EPISODE_COLUMNS, Stay, a_child, rows_of, write_returns, write_table

from sufficiency.errors import InputError
from sufficiency.ssda903.read import read_returns
from sufficiency.ssda903.returns import Returns
from sufficiency.ssda903.rules import RULES

pytestmark = pytest.mark.golden

D = dt.date
CHILDREN = [
    a_child(str(number), D(2009, 1 + number, 3), Stay(D(2018, 1 + number, 14), D(2019, 2, 20)))
    for number in range(1, 9)
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_returns(tmp_path / "returns", CHILDREN, [2018, 2019])


def said_of(path: Path) -> str:
    """The sentence and remedy of the one thing that is said, without the place."""
    with pytest.raises(InputError) as caught:
        read_returns(path)
    (problem,) = caught.value.problems
    assert problem.sentence
    assert problem.remedy
    assert problem.line >= 1
    assert "\n" not in str(problem)
    assert caught.value.exit_code == 2
    return f"{problem.sentence}; {problem.remedy}"


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert said_of(tmp_path / "no") == "there is no such folder; check the path"


def test_a_path_that_is_none() -> None:
    assert "check the path" in said_of(Path("a\0b"))


def test_a_file_is_no_folder(folder: Path) -> None:
    said = said_of(folder / "2018" / "header.csv")
    assert said == "this is a file, not a folder of returns; give its folder"


def test_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "2018").mkdir()
    assert said_of(tmp_path).startswith("this folder is empty; give the folder with the CSV files")


def test_a_folder_of_something_else(tmp_path: Path) -> None:
    for name in "abcd":
        (tmp_path / f"{name}.csv").write_text("name,colour\nrose,red\n")
    assert said_of(tmp_path) == (
        "there are no episodes here: none of the 4 CSV files have the columns CHILD, DECOM, RNE, "
        "LS, PLACE, DEC, REC; give the folder with the SSDA903 returns as CSV"
    )


def test_a_folder_of_pictures(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.png").write_bytes(b"\x89PNG\0")
    assert said_of(tmp_path).startswith("of 2 files here none is CSV;")


def test_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "returns.xlsx"
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("[Content_Types].xml", "<Types/>")
    workbook = "the returns here are in a workbook, and no CSV file; save each sheet as a CSV file"
    assert said_of(tmp_path) == workbook
    path.rename(tmp_path / "returns.csv")
    assert said_of(tmp_path).startswith("this is a workbook, not a CSV table; save the sheet as")


def test_a_workbook_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "returns.xlsx"
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("[Content_Types].xml", "<Types/>")
    assert "workbook" in said_of(path)


def test_headers_without_episodes(folder: Path) -> None:
    for path in folder.glob("*/episodes.csv"):
        path.unlink()
    assert said_of(folder).startswith("there are no episodes here: none of the 4 CSV files have")
    assert "it holds header, uasc;" in said_of(folder)


def test_episodes_without_a_header(folder: Path) -> None:
    for path in folder.glob("*/header.csv"):
        path.unlink()
    assert said_of(folder) == (
        "there are episodes here, but no header: no CSV file has the columns CHILD and DOB; put "
        "the header files beside the episodes; without dates of birth nothing is known of ages"
    )


@pytest.mark.parametrize("column", ["CHILD", "DECOM", "RNE", "LS", "PLACE", "DEC", "REC"])
def test_a_column_that_is_not_there(folder: Path, column: str) -> None:
    columns, rows = rows_of(CHILDREN, 2019)["episodes"]
    path = folder / "2019" / "episodes.csv"
    write_table(path, [name for name in columns if name != column], rows)
    assert said_of(folder) == (
        f"the column `{column}` is not here, and a table of episodes needs it; "
        "put it in, as the return has it"
    )
    renamed = [{**row, f"{column}_1": row[column]} for row in rows]
    write_table(path, [f"{column}_1" if name == column else name for name in columns], renamed)
    assert said_of(folder).endswith(f"rename `{column}_1`, if that is it")


def test_a_column_that_is_there_twice(folder: Path) -> None:
    path = folder / "2019" / "episodes.csv"
    path.write_text(path.read_text().replace("CIN", "ls"))
    assert said_of(folder) == "the column `LS` is here more than once; keep the right one"


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_a_wrong_delimiter(folder: Path, mark: str) -> None:
    path = folder / "2019" / "episodes.csv"
    path.write_text(path.read_text().replace(",", mark))
    assert said_of(folder).startswith("cells are not parted by commas; save it as CSV with commas")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_a_wrong_encoding(folder: Path, encoding: str) -> None:
    path = folder / "2019" / "header.csv"
    path.write_bytes(path.read_text().encode(encoding))
    assert said_of(folder).startswith("this is not a CSV table; save it as CSV in UTF-8, or take")


def test_a_row_that_is_cut_short(folder: Path) -> None:
    path = folder / "2019" / "episodes.csv"
    path.write_text(path.read_text()[:-30])
    assert said_of(folder).startswith("this row has ")


def test_dates_with_the_month_first(folder: Path) -> None:
    def american(date: dt.date | None) -> str:
        return date.strftime("%m/%d/%Y") if date else ""

    write_returns(folder, CHILDREN, [2019], date=american)
    assert said_of(folder) == (
        "16 dates in this file have the month first; write dates as 31/03/2019 or 2019-03-31, "
        "and save the file again"
    )


def test_dates_of_which_most_cannot_be_read(folder: Path) -> None:
    write_returns(folder, CHILDREN, [2019], date=lambda date: "last week" if date else "")
    assert said_of(folder).startswith("16 of the 16 dates in this file cannot be read; write dates")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"CHILD": ""}, "they have no child's identifier"),
        ({"DECOM": ""}, "they have no date in DECOM"),
        ({"CHILD": "99"}, "no header has the dates of birth of their children"),
    ],
)
def test_nothing_but_rows_that_cannot_be_used(
    tmp_path: Path, change: dict[str, str], why: str
) -> None:
    write_returns(tmp_path, CHILDREN, [2019])
    columns, rows = rows_of(CHILDREN, 2019)["episodes"]
    write_table(tmp_path / "2019" / "episodes.csv", columns, [{**row, **change} for row in rows])
    assert said_of(tmp_path) == (
        f"none of the 8 episodes here can be used: {why}; "
        "look at the file in a text editor, put that right and try again"
    )


def test_no_rows_at_all(tmp_path: Path) -> None:
    write_returns(tmp_path, CHILDREN, [2019])
    write_table(tmp_path / "2019" / "episodes.csv", EPISODE_COLUMNS, [])
    assert said_of(tmp_path).startswith("the episodes here have no rows;")


def test_a_file_too_large_is_refused_unread(folder: Path) -> None:
    """The file is a hole of 200 MB: reading it would take that much, asking its size nothing."""
    path = folder / "2019" / "more.csv"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    assert said_of(folder) == (
        "this file holds 200 MB, more than a return can: a year of the largest authority is a "
        "few MB; give a folder with the returns alone"
    )


def test_a_zip_that_unpacks_to_too_much_is_refused_packed(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("a.csv", "w", force_zip64=True) as file,
    ):
        for _ in range(110):
            file.write(bytes(1_000_000))
    assert path.stat().st_size < 1_000_000
    assert said_of(path).startswith("this file holds 110 MB")


def test_a_damaged_zip(tmp_path: Path, folder: Path) -> None:
    path = folder / "more.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(folder / "2019" / "episodes.csv", "episodes.csv")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    assert said_of(folder).startswith("this zip cannot be opened;")


def test_too_many_files(tmp_path: Path) -> None:
    for number in range(501):
        (tmp_path / f"{number}.csv").touch()
    assert said_of(tmp_path).startswith("this folder holds more than 500 files;")


# Whatever is done to a return, there is a return to work with or a sentence.


def read_or_told(folder: Path) -> Returns | None:
    """The returns, sound; or None where it was said what is wrong."""
    try:
        returns = read_returns(folder)
    except InputError as error:
        for problem in error.problems:
            assert problem.sentence
            assert problem.remedy
            assert problem.line >= 1
        return None
    known = {row.child for row in returns.headers}
    assert returns.episodes
    for row in returns.episodes:
        assert row.child in known
        assert row.decom <= dt.date(row.year, 3, 31)
    assert all(finding.rule in RULES for finding in returns.findings)
    return returns


def with_files(episodes: bytes, header: bytes) -> Returns | None:
    """Read a folder of these two files."""
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "e.csv").write_bytes(episodes)
        (Path(name) / "h.csv").write_bytes(header)
        return read_or_told(Path(name))


def bytes_of(table: str) -> bytes:
    columns, rows = rows_of(CHILDREN, 2019)[table]
    lines = [",".join(row.get(name, "") for name in columns) for row in rows]
    return "\r\n".join([",".join(columns), *lines, ""]).encode()


EPISODES, HEADER = bytes_of("episodes"), bytes_of("header")


def test_the_return_that_is_about_to_be_damaged_is_sound() -> None:
    returns = with_files(EPISODES, HEADER)
    assert returns is not None
    assert len(returns.episodes) == 8
    assert not returns.findings


@settings(max_examples=60)
@given(st.binary(max_size=400))
def test_random_bytes_are_told(data: bytes) -> None:
    assert with_files(data, HEADER) is None
    assert with_files(EPISODES, data) is None


@settings(max_examples=150)
@given(st.integers(0, len(EPISODES) - 1), st.integers(0, len(HEADER)))
def test_files_cut_at_any_byte(at: int, header_at: int) -> None:
    with_files(EPISODES[:at], HEADER)
    with_files(EPISODES, HEADER[:header_at])


@settings(max_examples=100)
@given(st.integers(0, len(EPISODES) - 1), st.binary(min_size=1, max_size=8))
def test_bytes_changed_anywhere(at: int, data: bytes) -> None:
    with_files(EPISODES[:at] + data + EPISODES[at + len(data) :], HEADER)


@settings(max_examples=60)
@given(st.randoms(use_true_random=False))
def test_columns_in_any_order_are_the_same_return(order: random.Random) -> None:
    lines = [line.split(",") for line in EPISODES.decode().split("\r\n")[:-1]]
    places = list(range(len(lines[0])))
    order.shuffle(places)
    shuffled = "\n".join(",".join(line[at] for at in places) for line in lines).encode()
    returns, expected = with_files(shuffled, HEADER), with_files(EPISODES, HEADER)
    assert returns is not None
    assert expected is not None
    assert returns.episodes == expected.episodes


@settings(max_examples=60)
@given(st.randoms(use_true_random=False))
def test_cells_shuffled_over_the_whole_table(order: random.Random) -> None:
    lines = [line.split(",") for line in EPISODES.decode().split("\r\n")[:-1]]
    cells = [cell for line in lines[1:] for cell in line]
    order.shuffle(cells)
    width = len(lines[0])
    rows = [cells[at : at + width] for at in range(0, len(cells), width)]
    with_files("\n".join(map(",".join, [lines[0], *rows])).encode(), HEADER)


CELLS = st.one_of(
    st.text(st.characters(exclude_characters='",\r\n', exclude_categories=["Cs"]), max_size=12),
    st.sampled_from(
        ["29/02/2019", "01/01/0001", "31/12/9999", "99999", "-1", "1e308", "nan", "∞", "٣", "X1",
         "01/04/2090", "12/31/2018", "2018-13-01", "K2", "PR1", "²", "0x1F", "1_0"]
    ),
)  # fmt: skip


@settings(max_examples=150)
@given(
    st.lists(
        st.tuples(st.integers(1, 8), st.integers(0, len(EPISODE_COLUMNS) + 1), CELLS), max_size=20
    ),
    st.lists(st.tuples(st.integers(1, 8), st.integers(0, 6), CELLS), max_size=6),
)
def test_cells_with_anything_in_them(
    changes: list[tuple[int, int, str]], in_header: list[tuple[int, int, str]]
) -> None:
    files = []
    for data, wanted in ((EPISODES, changes), (HEADER, in_header)):
        lines = [line.split(",") for line in data.decode().split("\r\n")[:-1]]
        for row, column, cell in wanted:
            lines[row][column] = cell
        files.append("\n".join(map(",".join, lines)).encode())
    with_files(*files)


@settings(max_examples=60)
@given(
    st.lists(
        st.sampled_from([*EPISODE_COLUMNS, "DOB", "DUC", "LA", "YEAR", "SW_DECOM", "", "x"]),
        max_size=14,
    )
)
def test_any_columns_at_all(columns: list[str]) -> None:
    row = ",".join(["01/05/2018"] * len(columns))
    with_files(f"{','.join(columns)}\n{row}\n".encode(), HEADER)
