"""What an authority really spent is found by its code or name, and faults are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from sufficiency.errors import InputError
from sufficiency.inputs.outturn import FOSTERING, RESIDENTIAL, Outturn, Spending, read_outturn

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


def read(
    tmp_path: Path,
    rows: tuple[str, ...],
    code: str = "E08000035",
    name: str = "Leeds",
    head: str = HEAD,
    as_at_year: int = 2025,
) -> Outturn:
    path = tmp_path / "ro3.csv"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return read_outturn(path, code, name, as_at_year)


@pytest.mark.unit
def test_the_year_of_the_opening_is_read_by_code(tmp_path: Path) -> None:
    outturn = read(tmp_path, ROWS, "E06000022", "another spelling")
    assert (outturn.area, outturn.year) == ("Bath & North East Somerset", 2025)
    assert outturn.spending(LAC) == Spending(900.5, 100.5)
    assert outturn.spending(RESIDENTIAL) == Spending(400, 0)
    assert outturn.spending(FOSTERING) == Spending(300, -2)
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
        outturn.spending(LAC)
    with pytest.raises(InputError, match="of which residential care` of Somerset is not here"):
        outturn.spending(RESIDENTIAL)


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
            ":1:1 this is no table of revenue outturn: columns are missing: service; it has a "
            "row for each figure; add what is missing",
        ),
        (
            (f"Leeds,E08000035,MD,2025,{LAC},Total Income,5,6",),
            f"{HEAD},service",
            ":1:8 the column `service` is here more than once; keep the right one",
        ),
        ((), HEAD, ":1:1 there are no figures under the first line; save it again"),
        (
            (f"Leeds,E08000035,MD,2090,{LAC},Total Income,5",),
            HEAD,
            ":2:4 the outturn is of 2089/90 and the forecast opens on 31 March 2025; give the "
            "outturn of the year that ends then",
        ),
        (
            (f"Leeds,E08000035,MD,2025,{RESIDENTIAL},Total Expenditure,-0.5",),
            HEAD,
            f":2:7 `Total Expenditure` of `{RESIDENTIAL}` is `-0.5` thousand pounds, less than "
            "nothing; write it as published, in thousand pounds",
        ),
        (
            (f"Leeds,E08000035,MD,2025,{LAC},Total Income,10000001",),
            HEAD,
            ":2:7 `10000001` thousand pounds is more than an authority can spend, at most "
            "10,000,000; write it as published",
        ),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, rows: tuple[str, ...], head: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, rows, head=head)
    told = str(caught.value.problems[0]).removeprefix(str(tmp_path / "ro3.csv"))
    assert told.startswith(said)


@pytest.mark.unit
@pytest.mark.parametrize(
    ("opening", "year"), [(2020, 2021), (2022, 2021), (2023, 2023), (2024, 2023)]
)
def test_the_year_nearest_to_the_opening_is_read_the_earlier_of_two(
    tmp_path: Path, opening: int, year: int
) -> None:
    rows = tuple(f"Leeds,E08000035,MD,{y},{LAC},Total Income,{y}" for y in (2023, 2021))
    assert read(tmp_path, rows, as_at_year=opening).year == year
    assert read(tmp_path, rows, as_at_year=opening).amount(LAC, "Total Income") == year
    with pytest.raises(InputError, match="the outturn is of 2022/23 and the forecast opens on"):
        read(tmp_path, rows, as_at_year=2025)


@pytest.mark.golden
def test_of_many_wrong_cells_the_first_few_are_told(tmp_path: Path) -> None:
    rows = tuple(f"Leeds,E08000035,MD,2025,{n},Total Income,much" for n in range(300))
    with pytest.raises(InputError) as caught:
        read(tmp_path, rows)
    assert [problem.line for problem in caught.value.problems] == list(range(2, 22))


@pytest.mark.unit
def test_beside_files_of_something_else_it_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("")
    read(tmp_path, ROWS, "E06000022", "Bath")
    assert read_outturn(tmp_path, "E06000022", "Bath", 2025).year == 2025


@pytest.mark.golden
def test_a_folder_without_such_a_table_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no table of revenue outturn here"):
        read_outturn(tmp_path, "E08000035", "Leeds", 2025)
    with pytest.raises(InputError, match="this cannot be read"):
        read_outturn(tmp_path / "none.csv", "E08000035", "Leeds", 2025)
