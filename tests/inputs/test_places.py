"""Places given beside returns: the template is read, and every fault is told by its place."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from sufficiency.errors import InputError
from sufficiency.inputs.places import TEMPLATE, PlacesTable, read_places

HEAD = "setting,from,places"


def _read(tmp_path: Path, text: str) -> PlacesTable:
    path = tmp_path / "places.csv"
    path.write_text(text, encoding="utf-8")
    return read_places(path)


@pytest.mark.unit
def test_a_filled_in_template_is_read(tmp_path: Path) -> None:
    table = _read(tmp_path, TEMPLATE.replace(",120", ",90"))
    homes = table.by_setting["in_house_residential"]
    assert [(row.from_date, row.places) for row in homes] == [
        (dt.date(2021, 4, 1), 12), (dt.date(2022, 9, 1), 15),
    ]  # fmt: skip
    assert set(table.by_setting) == {"in_house_foster", "in_house_residential"}


@pytest.mark.golden
def test_the_made_up_figures_of_the_template_are_refused(tmp_path: Path) -> None:
    for text in (TEMPLATE, TEMPLATE.replace("2021-04-01,", "01/04/2021,")):
        with pytest.raises(InputError) as error:
            _read(tmp_path, text)
        (problem,) = error.value.problems
        assert problem.sentence == "these are the template's made-up figures"
        assert problem.remedy == "put in your own"
    # One line that a council happens to share with it is its own.
    line = TEMPLATE.splitlines()[-2]
    assert _read(tmp_path, f"{HEAD}\n{line}\n").by_setting["in_house_residential"]


@pytest.mark.golden
def test_each_kind_needs_a_number_on_the_opening_day(tmp_path: Path) -> None:
    text = f"{HEAD}\nagency_foster,2021-01-01,9\nin_house_residential,2022-09-01,15\n"
    table = _read(tmp_path, text)
    with pytest.raises(InputError) as error:
        table.check_some_on(dt.date(2022, 3, 31))
    (problem,) = error.value.problems
    assert "places.csv:3:1 no number of `in_house_residential` holds on 31 March 2022" in str(
        problem
    )
    assert "0 if there are none yet" in problem.remedy
    table.check_some_on(dt.date(2022, 9, 1))


@pytest.mark.unit
def test_rows_are_put_in_order_of_date(tmp_path: Path) -> None:
    text = f"{HEAD}\nagency_foster,2022-01-01,9\nagency_foster,2021-01-01,0\n"
    rows = _read(tmp_path, text).by_setting["agency_foster"]
    assert [(row.places, row.line) for row in rows] == [(0, 3), (9, 2)]


@pytest.mark.golden
@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{HEAD}\nhomes,2021-04-01,9\n", "2:1 a kind of home is expected here"),
        (f"{HEAD}\nexternal_residential,2021-04-01,9\n",
         "2:1 places of `external_residential` cannot be given"),
        (f"{HEAD}\nagency_foster,2021-04-01,-9\n", "2:3 a number from 0 to 100,000 is"),
        (f"{HEAD}\nagency_foster,2021-04-01,many\n", "2:3 a number is expected here"),
        (f"{HEAD}\nagency_foster,2021-04-31,9\n", "2:2 a date is expected here"),
        (f"{HEAD}\nagency_foster,2021-04-01,9\nagency_foster,01/04/2021,8\n",
         "3:2 `agency_foster` has two numbers from one date, here and on line 2"),
        (f"{HEAD}\nagency_foster,9999-12-31,9\n", "2:2 a date from 1 January 1900 to"),
        (f"{HEAD},places\nagency_foster,2021-04-01,9,9\n", "1:4 the column `places` is here twice"),
    ],
)  # fmt: skip
def test_a_fault_is_told_by_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        _read(tmp_path, text)
    (problem,) = error.value.problems
    assert f"places.csv:{said}" in str(problem)
    assert problem.remedy


@pytest.mark.content
@pytest.mark.parametrize("secret", ["640353", "19/02/2004", "Sam Hill"])
def test_what_stands_in_a_cell_is_never_repeated(tmp_path: Path, secret: str) -> None:
    lines = [f"{secret},2021-04-01,9", f"agency_foster,2021-04-01,{secret}"]
    if "/" not in secret:
        lines.append(f"agency_foster,{secret},9")
    for line in lines:
        with pytest.raises(InputError) as error:
            _read(tmp_path, f"{HEAD}\n{line}\n")
        assert secret not in str(error.value)
    twice = f"{HEAD}\nagency_foster,19/02/2004,9\nagency_foster,2004-02-19,9\n"
    with pytest.raises(InputError) as error:
        _read(tmp_path, twice)
    assert not {"19/02/2004", "2004-02-19"} & set(str(error.value).replace(",", " ").split())
