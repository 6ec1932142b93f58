"""The long table of the Department for Education is read for any authority, and faults are told."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from sufficiency.errors import InputError
from sufficiency.inputs.dfe import read_dfe, require_years, years_of
from sufficiency.inputs.dfe_cells import count_of, year_of

HEAD = "geographic_level,area,area_code,year,measure,breakdown,category,number"
LEVELS = {"England": "National", "North East": "Regional"}
TOTALS = ("looked_after_31_march", "started", "ceased", "population_0_17")


def row(area: str, year: int, measure: str, number: object, group: str = "all,all") -> str:
    level = LEVELS.get(area, "Local authority")
    return f'{level},"{area}",E0{len(area)},{year},{measure},{group},{number}'


def totals(area: str, year: int, number: object = 100) -> list[str]:
    return [row(area, year, measure, number) for measure in TOTALS]


def written(tmp_path: Path, lines: list[str], head: str = HEAD) -> Path:
    path = tmp_path / "long.csv"
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return path


def told(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_dfe(path)
    return [str(problem).removeprefix(str(path)) for problem in caught.value.problems]


SMALL = [
    *totals("England", 2024, 8000),
    *totals("England", 2025, 9000),
    *totals("North East", 2025, 700),
    *totals("Leeds", 2024, 60),
    *totals("Leeds", 2025, 70),
    *totals("Bristol, City of", 2025, 50),
    row("Leeds", 2025, "started", 7, "Age on starting,Under 1 year"),
    row("Leeds", 2025, "started", "c", "Age on starting,16 years and over"),
]


@pytest.mark.unit
def test_any_authority_and_england_are_read(tmp_path: Path) -> None:
    tables = read_dfe(written(tmp_path, SMALL))
    assert tables.authorities == ("Bristol, City of", "Leeds")
    assert {area.level for area in tables.areas.values()} == {"authority", "region", "england"}
    assert tables.areas["Leeds"].code == "E05"
    assert tables.years == (2024, 2025)
    assert tables.england.count(2024, "started") == 8000
    leeds = tables.of("Leeds")
    assert leeds.count(2025, "population_0_17") == 70
    assert leeds.breakdown(2025, "started", "Age on starting") == {
        "Under 1 year": 7,
        "16 years and over": "c",
    }
    with pytest.raises(InputError, match="suppressed, any number including 0"):
        leeds.count(2025, "started", "Age on starting", "16 years and over")


@pytest.mark.golden
def test_an_area_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="`Leedes` is not in this table; did you mean `Leeds`"):
        read_dfe(written(tmp_path, SMALL)).of("Leedes")


@pytest.mark.conservation
def test_cut_off_at_a_year_it_is_as_if_later_rows_had_never_been_there(tmp_path: Path) -> None:
    whole = read_dfe(written(tmp_path, SMALL))
    early = read_dfe(written(tmp_path, [line for line in SMALL if ",2024," in line]))
    assert whole.up_to(2024) == early
    assert "Bristol, City of" not in whole.up_to(2024).areas
    assert whole.up_to(2025) == whole
    assert "9000" not in repr(whole.up_to(2024))


@pytest.mark.unit
def test_years_are_whole_only_when_all_four_totals_are_numbers(tmp_path: Path) -> None:
    whole = row("Leeds", 2025, "ceased", 70)
    lines = [row("Leeds", 2025, "ceased", "x") if line == whole else line for line in SMALL]
    tables = read_dfe(written(tmp_path, [*lines, *totals("Leeds", 2023)]))
    assert years_of(tables, "Leeds") == (2023, 2024)
    require_years(tables, "Leeds", 2024)
    with pytest.raises(InputError) as caught:
        require_years(tables, "Leeds", 2025)
    assert "Leeds has no figures of all four totals" in str(caught.value)
    assert "for the year ending 31 March 2025; open on 31 March 2024" in str(caught.value)
    with pytest.raises(InputError, match="it has them for 2025, and two years in a row are needed"):
        require_years(tables, "Bristol, City of", 2025)


@pytest.mark.unit
@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("0" * 5000 + "7", 7), ("20000000", 20_000_000), ("20000001", None), ("9" * 5000, None),
        ("12", 12), ("1,234", 1234), ("12.0", 12), (" 7 ", 7), ("0", 0),
        ("c", "c"), ("k", "c"), ("low", "c"), ("~", "c"), ("*", "c"),
        ("x", "x"), (":", "x"), ("u", "x"), ("z", "z"), ("Z", "z"), (".", "z"),
        ("", None), ("-5", None), ("1.5", None), ("twelve", None), ("1,23", None), ("٣", None),
    ],
)  # fmt: skip
def test_a_cell_is_a_number_or_a_known_code(text: str, count: object) -> None:
    assert count_of(text) == count


@pytest.mark.unit
@pytest.mark.parametrize(
    ("text", "year"),
    [("2025", 2025), ("202425", 2025), ("2024-25", 2025), ("199900", 2000),
     ("202426", None), ("25", None), ("20250", None), ("1066", None), ("", None)],
)  # fmt: skip
def test_a_year_is_the_one_it_ends_in(text: str, year: int | None) -> None:
    assert year_of(text) == year


@pytest.mark.unit
def test_how_a_spreadsheet_saves_it_does_not_matter(tmp_path: Path) -> None:
    text = "\r\n".join(
        [HEAD, *SMALL, row("Leeds", 2025, "ceased", 3, "Reason,Child\u2019s choice")]
    )
    path = tmp_path / "long.csv"
    read = []
    for encoding in ("utf-8", "utf-8-sig", "cp1252"):
        path.write_bytes((text + "\r\n\r\n").encode(encoding))
        read.append(read_dfe(path))
    assert read[0] == read[1] == read[2]
    assert read[0].of("Leeds").breakdown(2025, "ceased", "Reason") == {"Child\u2019s choice": 3}


@pytest.mark.unit
def test_order_of_columns_does_not_matter_and_others_are_passed_over(tmp_path: Path) -> None:
    turned = [",".join(reversed(line.split(","))) + ",note" for line in SMALL if "," in line]
    plain = [line for line in turned if '"Bristol' not in line and 'of"' not in line]
    head = ",".join(reversed(HEAD.split(","))) + ",remark"
    tables = read_dfe(written(tmp_path, plain, head))
    assert tables.of("Leeds").count(2024, "started") == 60


@pytest.mark.golden
def test_every_wrong_cell_is_told_with_its_place(tmp_path: Path) -> None:
    lines = [
        row("Leeds", 2025, "started", "seven"),
        row("Leeds", 25, "started", 7),
        row("Leeds", 2025, "ceased", 7).replace("Local authority", "Local"),
        row("Leeds", 2025, "ceased", 7),
        row("Leeds", 2025, "ceased", 8),
        row("", 2025, "ceased", 8),
    ]
    assert told(written(tmp_path, lines)) == [
        ":2:8 `seven` is neither a count nor a code; write a whole number, or c (suppressed), "
        "x (not available) or z (not applicable)",
        ":3:4 `25` cannot be a year ending 31 March; write the year in which it ends, such as 2025",
        ":4:1 `Local` is not a level; the levels here are `Local authority`, `Regional`, "
        "`National`",
        ":6:8 `all` of `all` of `ceased` in Leeds in 2025 is `8` here and `7` above; "
        "keep the row that is right",
        ":7:2 the area has no name; write its name",
    ]


@pytest.mark.unit
def test_the_same_row_twice_does_no_harm(tmp_path: Path) -> None:
    assert read_dfe(written(tmp_path, SMALL + SMALL)) == read_dfe(written(tmp_path, SMALL))


@pytest.mark.golden
def test_a_file_full_of_faults_is_told_in_a_few(tmp_path: Path) -> None:
    assert len(told(written(tmp_path, [row("Leeds", 2025, "started", "?")] * 500))) == 20


@pytest.mark.golden
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", ":1:1 the file is empty"),
        (b"\n \n", ":1:1 the file is empty"),
        (b"\x00\x01\x02\xff" * 50, ":1:1 this is not a CSV table; save it as CSV in UTF-8"),
        (HEAD.encode("utf-16"), ":1:1 this is not a CSV table; save it as CSV in UTF-8"),
        (b"PK\x03\x04broken", ":1:1 this zip cannot be opened; download it again"),
        (HEAD.replace(",", ";").encode(), ":1:1 cells are not parted by commas"),
        (b"name,age\nA,3\n", ":1:1 this is no table of children looked after: columns are missing"),
        (HEAD.replace(",number", "").encode(), ":1:1 columns are missing: number; known are"),
        (f"{HEAD}\n{SMALL[0][:-5]}".encode(), ":2:1 this row has 7 cells, the first line 8"),
        (
            f'{HEAD}\nNational,"Eng"land,1,2,3,4,5,6\n'.encode(),
            ":2:1 quotes in this row do not pair",
        ),
        (f'{HEAD}\nNational,"England,\n'.encode(), ":2:1 quotes in this row do not pair"),
        (
            f"{HEAD},number\n{SMALL[0]},7\n".encode(),
            ":1:9 the column `number` is here more than once; keep the right one",
        ),
        (
            f"{HEAD}\n{row('Leeds', 2025, 'started', '9' * 5000)}\n".encode(),
            f":2:8 `{'9' * 57}...` is more than any count of England, at most 20,000,000; write "
            "the count as it was published",
        ),
        (
            f"{HEAD}\n{row('Leeds', 2025, 'started', 20_000_001)}\n".encode(),
            ":2:8 `20000001` is more than any count of England",
        ),
        (HEAD.encode(), ":1:1 there are no figures under the first line; save it again"),
    ],
)
def test_what_is_no_such_table_is_told_in_a_sentence(
    tmp_path: Path, data: bytes, said: str
) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(data)
    first = told(path)[0]
    assert first.startswith(said)
    assert "; " in first


@pytest.mark.golden
def test_england_and_each_of_its_totals_must_be_there(tmp_path: Path) -> None:
    assert told(written(tmp_path, totals("Leeds", 2025)))[0].startswith(
        ":1:1 there are no figures of England here"
    )
    three = [line for line in totals("England", 2025) if "ceased" not in line]
    assert [line.split(";")[0] for line in told(written(tmp_path, three))] == [
        ":1:1 the totals of England of `ceased` are not here"
    ]


@pytest.mark.golden
def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    assert told(tmp_path / "none.csv") == [
        ":1:1 this cannot be read; No such file or directory: check the path"
    ]
    assert told(tmp_path)[0].startswith(
        ":1:1 there is no table of children looked after here; save one here: known are the long"
    )


@pytest.mark.golden
def test_a_zip_that_was_altered_is_told(tmp_path: Path) -> None:
    path = tmp_path / "tables.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("long.csv", "\n".join([HEAD, *SMALL]))
    data = bytearray(path.read_bytes())
    start = 30 + len("long.csv")
    data[start : start + 40] = b"\xff" * 40
    path.write_bytes(data)
    assert told(path) == [":1:1 this zip cannot be opened; download it again"]


STRAY = {
    "b.csv": b"",
    "notes.csv": b"name;age\nA;3\n",
    "other.csv": b"name,age\nA,3\n",
    "wide.csv": HEAD.encode("utf-16"),
    "sheet.csv": b"PK\x05\x06" + b"\0" * 18,
}


def with_strays(folder: Path) -> Path:
    for name, data in STRAY.items():
        (folder / name).write_bytes(data)
    with zipfile.ZipFile(folder / "book.zip", "w") as archive:
        archive.writestr("[Content_Types].xml", "")
    (folder / "x.csv").mkdir()
    return folder


@pytest.mark.unit
def test_among_others_what_is_no_such_table_is_passed_over(tmp_path: Path) -> None:
    alone = read_dfe(written(tmp_path, SMALL))
    assert read_dfe(with_strays(tmp_path)).figures == alone.figures
    path = tmp_path / "release"
    with zipfile.ZipFile(path, "w") as archive:
        for name in (*STRAY, "long.csv"):
            archive.write(tmp_path / name, name)
    assert read_dfe(path).figures == alone.figures


@pytest.mark.golden
def test_among_others_a_wrong_cell_of_a_known_table_is_told(tmp_path: Path) -> None:
    path = written(with_strays(tmp_path), [*SMALL, row("Leeds", 2025, "started", "many")])
    with pytest.raises(InputError) as caught:
        read_dfe(tmp_path)
    assert str(caught.value).startswith(
        f"{path}:{len(SMALL) + 2}:8 `many` is neither a count nor a code"
    )


@pytest.mark.golden
def test_where_no_table_is_each_stray_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_dfe(with_strays(tmp_path))
    names = [Path(problem.file).name for problem in caught.value.problems]
    assert names == ["b.csv", "book.zip", "notes.csv", "sheet.csv", "wide.csv"]


@pytest.mark.golden
def test_a_workbook_is_no_zip_of_tables(tmp_path: Path) -> None:
    path = tmp_path / "tables.csv"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "")
    assert told(path) == [":1:1 this is a workbook, not a CSV table; save the sheet as CSV"]
