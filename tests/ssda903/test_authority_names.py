"""Whose rows are read: authorities are named, children never are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from made_up_returns import MadeUpChild, Stay, a_child, rows_of, write_returns, write_table

from sufficiency.commands import estimate_returns as command
from sufficiency.errors import InputError
from sufficiency.estimate import own_authority
from sufficiency.ssda903.read import read_returns

pytestmark = pytest.mark.golden

D = dt.date


def children(first: int, count: int) -> list[MadeUpChild]:
    """Made-up children with numbers from the first."""
    return [
        a_child(str(number), D(2009, 1 + number % 12, 3), Stay(D(2018, 5, 14), D(2019, 2, 20)))
        for number in range(first, first + count)
    ]


def told(folder: Path, authority: str | None = None) -> str:
    """The one thing that is said."""
    with pytest.raises(InputError) as caught:
        read_returns(folder, authority)
    (problem,) = caught.value.problems
    return str(problem)


def relabelled(folder: Path, label: Callable[[dict[str, str]], str], count: int = 12) -> Path:
    """A return whose column LA holds what is made of each row."""
    for name, (columns, rows) in rows_of(children(101, count), 2019).items():
        labelled = [{**row, "LA": label(row)} for row in rows]
        write_table(folder / f"{name}.csv", (*columns, "LA"), labelled)
    return folder


def test_several_authorities_need_a_choice(tmp_path: Path) -> None:
    write_returns(tmp_path / "a", children(101, 6), [2019], authority="Ayton")
    write_returns(tmp_path / "b", children(201, 6), [2019], authority="Beeford")
    assert told(tmp_path) == (
        f"{tmp_path}:1:1 there are rows of 2 authorities here; choose one with --authority; "
        "the authorities here are `Ayton`, `Beeford`"
    )
    assert told(tmp_path, "Aytn").endswith("asked for; did you mean `Ayton`?")


def test_a_name_that_stands_for_few_children_or_has_digits_is_not_shown(tmp_path: Path) -> None:
    write_returns(tmp_path / "a", children(101, 6), [2019], authority="Ayton")
    write_returns(tmp_path / "b", children(201, 5), [2019], authority="Beeford")
    write_returns(tmp_path / "c", children(301, 6), [2019], authority="E0600")
    for asked in (None, "Beefrd", "E060"):
        said = told(tmp_path, asked)
        assert "Beeford" not in said
        assert "E0600" not in said
        assert said.endswith("`Ayton`; 2 more in the column `LA` are not shown")


def test_no_name_is_shown_where_none_may_be(tmp_path: Path) -> None:
    relabelled(tmp_path, lambda row: f"Child {row['CHILD']}")
    assert told(tmp_path) == (
        f"{tmp_path}:1:1 there are rows of 12 authorities here; choose one with --authority; "
        "their names are in the column `LA`"
    )


def test_a_name_that_is_a_childs_is_not_shown(tmp_path: Path) -> None:
    """Seven rows are said to be of an authority that has the name of a child elsewhere."""
    twelve = children(101, 12)
    named = [a_child("Smith", D(2009, 4, 3), *twelve[0].stays), *children(201, 6)]
    write_returns(tmp_path / "a", twelve, [2019], authority="smith")
    write_returns(tmp_path / "b", named, [2019], authority="Ayton")
    assert "smith" not in told(tmp_path).casefold()


@pytest.mark.parametrize("asked", [None, "Leeds", "101"])
@pytest.mark.parametrize("count", [1, 12])
def test_a_column_that_holds_the_childs_number(
    tmp_path: Path, asked: str | None, count: int
) -> None:
    relabelled(tmp_path, lambda row: row["CHILD"], count)
    assert told(tmp_path, asked) == (
        "episodes.csv:1:1 what stands in the column `LA` does not look like authorities; "
        "put the name of the authority there, or take the column out"
    )


def test_more_authorities_than_there_are(tmp_path: Path) -> None:
    relabelled(tmp_path, lambda row: f"a{row['CHILD']}", 201)
    assert "does not look like authorities" in told(tmp_path)
    relabelled(tmp_path, lambda row: f"a{row['CHILD']}", 200)
    assert "there are rows of 200 authorities here" in told(tmp_path)


def test_a_number_may_be_an_authoritys(tmp_path: Path) -> None:
    """Authorities have numbers too, and a child may have the same one."""
    relabelled(tmp_path, lambda row: "105")
    assert read_returns(tmp_path).authority == "105"


def test_a_name_stands_on_one_line(tmp_path: Path) -> None:
    relabelled(tmp_path, lambda row: "New \n  Ayton" if row["CHILD"] == "103" else "New Ayton")
    assert read_returns(tmp_path).authority == "New Ayton"
    assert read_returns(tmp_path, " new\nayton ").authority == "New Ayton"
    assert not read_returns(tmp_path, "New Ayton").findings


def test_a_name_that_was_asked_for_stands_on_one_line(tmp_path: Path) -> None:
    write_returns(tmp_path, children(101, 6), [2019])
    assert read_returns(tmp_path, " New\r\nAyton\t").authority == "New Ayton"


def test_a_name_with_control_characters(tmp_path: Path) -> None:
    relabelled(tmp_path, lambda row: "Ayton\x1b[2J" if row["CHILD"] == "103" else "Ayton")
    assert told(tmp_path) == (
        "episodes.csv:4:16 the name in the column `LA` holds a character that cannot be shown; "
        "write the name of the authority in plain letters"
    )
    assert told(tmp_path, "Ay\x07ton") == told(tmp_path, "Ay\udcffton")
    assert told(tmp_path, "Ay\x07ton") == (
        "--authority:1:1 this name holds a character that cannot be shown; "
        "write it in plain letters"
    )


def test_the_baseline_has_the_name_on_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_returns(tmp_path / "returns", children(101, 6), [2019])
    names = []

    class Seen(Exception):
        pass

    def estimate_own(records: object, own: own_authority.OwnOptions) -> None:
        names.append(own.authority)
        raise Seen

    monkeypatch.setattr(own_authority, "estimate_own", estimate_own)
    for asked in ("New\nAyton", None):
        options = command.ReturnsOptions(tmp_path / "returns", tmp_path / "out", asked)
        with pytest.raises(Seen):
            command.estimate_returns(options)
    assert names == ["New Ayton", "This authority"]
