"""What an authority really spent is found by its code or name, and faults are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from sufficiency.errors import InputError
from sufficiency.inputs.outturn import Outturn, Spending, read_outturn

HEAD = "area,area_code,class,year_ending_31_march,service,measure,thousand_pounds"
LAC = "Children Looked After"
ROWS = (
    f"Bath & North East Somerset,E06000022,UA,2025,{LAC},Total Expenditure,900.5",
    f"Bath & North East Somerset,E06000022,UA,2025,{LAC},Total Income,100.5",
    f"Bath & North East Somerset,E06000022,UA,2025,{LAC} of which residential care,"
    "Total Expenditure,400",
    f"Bath & North East Somerset,E06000022,UA,2025,{LAC} of which residential care,Total Income,0",
    f"Bath & North East Somerset,E06000022,UA,2025,{LAC} of which fostering services,"
    "Total Expenditure,300",
    f"Bath & North East Somerset,E06000022,UA,2025,{LAC} of which fostering services,"
    "Total Income,-2",
    f"Bath & North East Somerset,E06000022,UA,2024,{LAC},Total Expenditure,1",
    f"Somerset,E06000066,UA,2025,{LAC},Total Expenditure,[note 4]",
)


def read(tmp_path: Path, rows: tuple[str, ...], code: str, name: str, head: str = HEAD) -> Outturn:
    path = tmp_path / "ro3.csv"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return read_outturn(path, code, name)


@pytest.mark.unit
def test_the_latest_year_is_read_by_code(tmp_path: Path) -> None:
    outturn = read(tmp_path, ROWS, "E06000022", "another spelling")
    assert (outturn.area, outturn.year) == ("Bath & North East Somerset", 2025)
    assert outturn.looked_after() == Spending(900.5, 100.5)
    assert outturn.looked_after().net_thousand_pounds == 800
    assert outturn.residential() == Spending(400, 0)
    assert outturn.fostering() == Spending(300, -2)
    assert outturn.figures[LAC, "Total Expenditure"] == 900.5


@pytest.mark.unit
def test_where_the_code_was_changed_the_name_finds_it(tmp_path: Path) -> None:
    assert read(tmp_path, ROWS, "E10000027", "Somerset").area == "Somerset"
    found = read(tmp_path, ROWS, "E1", "Bath and North East Somerset")
    assert found.area == "Bath & North East Somerset"


@pytest.mark.golden
def test_a_figure_that_was_not_given_is_no_number(tmp_path: Path) -> None:
    outturn = read(tmp_path, ROWS, "E06000066", "Somerset")
    with pytest.raises(InputError, match=r"of Somerset is `\[note 4\]`: it was not published"):
        outturn.looked_after()
    with pytest.raises(InputError, match="of which residential care` of Somerset is not here"):
        outturn.residential()


@pytest.mark.golden
@pytest.mark.parametrize(
    ("rows", "head", "said"),
    [
        (ROWS, HEAD, ":1:1 Leeds (E08000035) is not in this table of revenue outturn; give a"),
        (
            (f"Leeds,E08000035,MD,2025,{LAC},Total Income,much",),
            HEAD,
            ":2:7 `much` is not a number of thousand pounds; write a number, or [note]",
        ),
        (
            (f"Leeds,E08000035,MD,2025,{LAC},Total Income,nan",),
            HEAD,
            ":2:7 `nan` is not a number of thousand pounds",
        ),
        (
            (f"Leeds,E08000035,MD,this year,{LAC},Total Income,5",),
            HEAD,
            ":2:4 `this year` cannot be a year ending 31 March; write a year such as 2025",
        ),
        (
            (
                f"Leeds,E08000035,MD,2025,{LAC},Total Income,5",
                f"Leeds,E08000035,MD,2025,{LAC},Total Income,6",
            ),
            HEAD,
            f":3:7 `Total Income` of `{LAC}` is given twice with different figures",
        ),
        (
            (),
            HEAD.replace("service", "heading"),
            ":1:1 this is no table of revenue outturn: columns are missing: service; it needs area",
        ),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, rows: tuple[str, ...], head: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, rows, "E08000035", "Leeds", head)
    told = str(caught.value.problems[0]).removeprefix(str(tmp_path / "ro3.csv"))
    assert told.startswith(said)


@pytest.mark.golden
def test_a_folder_without_such_a_table_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no table of revenue outturn here"):
        read_outturn(tmp_path, "E08000035", "Leeds")
    with pytest.raises(InputError, match="this cannot be read"):
        read_outturn(tmp_path / "none.csv", "E08000035", "Leeds")
