"""Fees given beside returns: the template is read, and every fault is told by its place."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from sufficiency.errors import InputError
from sufficiency.inputs.fees import TEMPLATE, read_fees

HEAD = "setting,weekly_fee_gbp,date"


def _read(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "fees.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.unit
def test_a_filled_in_template_is_read(tmp_path: Path) -> None:
    fees = read_fees(_read(tmp_path, TEMPLATE.replace("455", "460"))).by_setting
    assert list(fees) == ["in_house_foster", "agency_foster", "external_residential"]
    first = fees["external_residential"][0]
    assert (first.weekly_fee_gbp, first.date, first.age) == (5250, dt.date(2022, 3, 31), 14)
    assert TEMPLATE.splitlines()[first.line - 1].startswith("external_residential,5250")


@pytest.mark.golden
@pytest.mark.parametrize(
    "text",
    [
        TEMPLATE,
        # As a spreadsheet saves it, with a line of one's own and without the column of ages.
        TEMPLATE.replace("2022-03-31", "31/03/2022").replace("912.50", "912.5"),
        TEMPLATE + "in_house_foster,460,2022-03-31,8\n",
        "\n".join(line.rpartition(",")[0] for line in TEMPLATE.splitlines() if line[0] != "#"),
    ],
)
def test_the_made_up_figures_of_the_template_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError) as error:
        read_fees(_read(tmp_path, text))
    (problem,) = error.value.problems
    assert problem.sentence == "these are the template's made-up figures"
    assert problem.remedy == "put in your own"
    assert text.splitlines()[problem.line - 1].startswith("external_residential,5250")


@pytest.mark.unit
def test_dates_and_pounds_are_read_as_councils_write_them(tmp_path: Path) -> None:
    path = _read(tmp_path, f"{HEAD}\nagency_foster,£912.50,31/03/2022\n")
    (fee,) = read_fees(path).by_setting["agency_foster"]
    assert (fee.weekly_fee_gbp, fee.date, fee.age) == (912.5, dt.date(2022, 3, 31), None)


GOOD = "agency_foster,900,2022-03-31"


@pytest.mark.golden
@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{HEAD}\nagncy_foster,900,2022-03-31\n", "2:1 a kind of home with a fee is expected"
         " here; did you mean `agency_foster`?"),
        (f"{HEAD}\n,900,2022-03-31\n", "2:1 no kind of home is named"),
        (f"{HEAD}\n{GOOD}\nagency_foster,-5,2022-03-31\n", "3:2 a number from 1 to 100,000 is"
         " expected here; write pounds a week, and leave out placements nothing is paid for"),
        (f"{HEAD}\nagency_foster,0,2022-03-31\n", "2:2 a number from 1 to 100,000 is"),
        (f"{HEAD}\nagency_foster,lots,2022-03-31\n", "2:2 a number is expected here"),
        (f"{HEAD}\nagency_foster,nan,2022-03-31\n", "2:2 a number is expected here"),
        (f"{HEAD}\nagency_foster,,2022-03-31\n", "2:2 this cell is empty"),
        (f"{HEAD}\nagency_foster,9000000,2022-03-31\n", "2:2 a number from 1 to 100,000 is"),
        (f"{HEAD}\nagency_foster,900,soon\n", "2:3 a date is expected here"),
        (f"{HEAD}\nagency_foster,1,250,2022-03-31\n", "2:1 this line has 4 cells"),
        (f"{HEAD}\nagency_foster,1e-300,2022-03-31\n", "2:2 a number from 1 to 100,000"),
        (f"{HEAD}\nagency_foster,1,9999-12-31\n", "2:3 a date from 1 January 2000 to 31 "
         "December 2099 is expected here; look for a slip in the year"),
        (f"{HEAD}\nagency_foster,1,0001-01-01\n", "2:3 a date from 1 January 2000 to"),
        (f"{HEAD},age\n{GOOD},18\n", "2:4 an age in whole years below 18 is expected here"),
        (f"{HEAD},age\n{GOOD},{'1' * 5000}\n", "2:4 an age in whole years below 18"),
        (f"{HEAD},name\n{GOOD},Sam\n", "1:4 no column of this table has the name written here"),
        (f"{HEAD},date\n{GOOD},2022-03-31\n", "1:4 the column `date` is here twice"),
        ("setting,date\nagency_foster,2022-03-31\n", "1:1 columns are missing: weekly_fee_gbp"),
        (f"{HEAD}\n", "1:1 there is no line under the names of the columns"),
        ("# nothing here\n", "1:1 this table is empty"),
        ("setting;weekly_fee_gbp;date\n", "1:1 cells are not parted by commas"),
    ],
)  # fmt: skip
def test_a_fault_is_told_by_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        read_fees(_read(tmp_path, text))
    (problem,) = error.value.problems
    assert f"fees.csv:{said}" in str(problem)
    assert problem.remedy


@pytest.mark.content
def test_what_stands_in_a_cell_is_never_repeated(tmp_path: Path) -> None:
    """A child's number, name or date of birth may have slipped into any column."""
    secrets = ("640353", "19/02/2004", "Sam Hill", "640353-19022004")
    for secret in secrets:
        cells = ["agency_foster", "900", "2022-03-31", "9"]
        for column in range(4):
            written = [*cells[:column], secret, *cells[column + 1 :]]
            path = _read(tmp_path, f"{HEAD},age\n{','.join(written)}\n")
            if column == 2 and secret == "19/02/2004":
                continue  # a date is what is expected there
            with pytest.raises(InputError) as error:
                read_fees(path)
            assert secret not in str(error.value)
        with pytest.raises(InputError) as error:
            read_fees(_read(tmp_path, f"{HEAD},{secret}\n{GOOD},1\n"))
        assert secret not in str(error.value)


@pytest.mark.unit
def test_all_faults_are_told_together(tmp_path: Path) -> None:
    path = _read(tmp_path, f"{HEAD}\nx,-1,y\nagency_foster,z,2022-03-31\n")
    with pytest.raises(InputError) as error:
        read_fees(path)
    assert [(each.line, each.column) for each in error.value.problems] == [
        (2, 1), (2, 2), (2, 3), (3, 2),
    ]  # fmt: skip


@pytest.mark.unit
@pytest.mark.parametrize("data", [b"\0\1\2\3", b"a\0b"])
def test_bytes_that_are_no_table_are_told(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "fees.csv"
    path.write_bytes(data)
    with pytest.raises(InputError, match="not a CSV table"):
        read_fees(path)
    with pytest.raises(InputError, match="cannot be read"):
        read_fees(tmp_path / "not-there.csv")
