"""``sufficiency estimate --ssda903`` as a user gives it: what it writes, keeps back and refuses."""

from __future__ import annotations

import csv
import datetime as dt
import importlib
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from command_line import files_in
from typer.testing import CliRunner, Result

from sufficiency.cli import app
from sufficiency.scenario.load import load_scenario

pytestmark = pytest.mark.functional

for folder in ("forecast", "ssda903"):
    sys.path.append(str(Path(__file__).parents[1] / folder))
council: Any = importlib.import_module("made_up_council")
written: Any = importlib.import_module("made_up_returns")

CHILDREN = council.made_up_children(opening=60, coming=20)


@pytest.fixture(scope="module")
def returns(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = written.write_returns(
        tmp_path_factory.mktemp("returns"), CHILDREN, council.YEARS
    )
    return folder


def estimate(returns: Path, out: Path, *words: str | Path) -> Result:
    given = ["estimate", "--ssda903", returns, "--out", out, *words]
    return CliRunner().invoke(app, list(map(str, given)))


def refusal(result: Result) -> str:
    assert result.exit_code == 2, (result.output, result.exception)
    assert result.stdout == ""
    return result.stderr.strip()


@pytest.fixture(scope="module")
def done(returns: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An estimate with rows about single children."""
    out = tmp_path_factory.mktemp("whole") / "shire"
    result = estimate(returns, out, "--authority", "Shire", "--child-level")
    assert result.exit_code == 0, result.output
    assert f"Wrote {out.as_posix()}/baseline.yaml. Try: sufficiency run" in result.stdout
    assert "Usable: " in result.stdout
    assert "In care on 31 March 2021: " in result.stdout
    return out


def test_the_folder(done: Path) -> None:
    files = files_in(done)
    shared = [
        "baseline.yaml", "data-quality.csv", "data-quality.html", "data-quality.txt",
        "estimated.yaml", "manifest.json", "rates.csv", "shares.csv", "summary.txt",
    ]  # fmt: skip
    assert sorted(files) == sorted([*shared, "child-level/audit.csv", "child-level/placements.csv"])
    manifest = json.loads(files["manifest.json"])
    assert manifest["made_by"] == "estimate"
    assert manifest["authority"] == "Shire"
    assert manifest["as_at"] == "2021-03-31"
    assert manifest["child_level"] is True
    assert len(manifest["input_files"]) == 3 * len(council.YEARS)
    scenario = load_scenario(done / "baseline.yaml").scenario
    known = sum(
        1 for child in CHILDREN if child.stays[-1].end is None and child.born > dt.date(2003, 3, 31)
    )
    assert scenario.opening.children_in_care.value == known


def test_a_child_stands_only_where_it_was_asked_for(done: Path) -> None:
    born = {child.born for child in CHILDREN}
    marks = [f"{date:%d/%m/%Y}".encode() for date in born]
    marks += [date.isoformat().encode() for date in born] + [b"made-up-"]
    for name, data in files_in(done).items():
        found = [mark for mark in marks if mark in data]
        if name == "child-level/placements.csv":
            rows = list(csv.DictReader(io.StringIO(data.decode())))
            assert {row["child"] for row in rows} <= {child.number for child in CHILDREN}
            assert len({row["child"] for row in rows}) > 100
        elif name != "child-level/audit.csv":
            assert not found, name


def test_without_the_switch_there_is_no_such_folder(returns: Path, tmp_path: Path) -> None:
    result = estimate(returns, tmp_path / "shire", "--as-at", "2020-09-30", "--quiet")
    assert result.exit_code == 0, result.output
    assert not (tmp_path / "shire" / "child-level").exists()
    scenario = load_scenario(tmp_path / "shire" / "baseline.yaml").scenario
    assert (scenario.start.isoformat(), scenario.end.isoformat()) == ("2020-09-30", "2026-03-31")


def test_the_same_returns_make_the_same_bytes(returns: Path, done: Path, tmp_path: Path) -> None:
    again = tmp_path / "shire"
    words = ("--authority", "Shire", "--child-level")
    assert estimate(returns, again, *words).exit_code == 0
    assert files_in(again) == files_in(done)


def test_templates_are_written_and_read(returns: Path, tmp_path: Path) -> None:
    for what in ("fees", "places"):
        file = tmp_path / f"{what}.csv"
        made = CliRunner().invoke(app, ["new", what, str(file)])
        assert made.exit_code == 0, made.output
        again = CliRunner().invoke(app, ["new", what, str(file)])
        assert again.exit_code == 2
        assert "there is a file here already" in again.stderr
        told = refusal(estimate(returns, tmp_path / "shire", f"--{what}", file))
        assert told.endswith(":1 these are the template's made-up figures; put in your own")
    fees, places = ((tmp_path / f"{what}.csv").read_text() for what in ("fees", "places"))
    (tmp_path / "fees.csv").write_text(fees.replace("5250", "5300"))
    # Something has to be known on the opening day.
    (tmp_path / "places.csv").write_text(places.replace(",120", ",90"))
    told = refusal(estimate(returns, tmp_path / "shire", "--places", tmp_path / "places.csv"))
    assert "no number of `in_house_foster` holds on 31 March 2021, the day the scenario op" in told
    (tmp_path / "places.csv").write_text(places.replace("2021-04-01", "2019-04-01"))
    words = ("--fees", tmp_path / "fees.csv", "--places", tmp_path / "places.csv")
    result = estimate(returns, tmp_path / "shire", *words)
    assert result.exit_code == 0, result.output
    scenario = load_scenario(tmp_path / "shire" / "baseline.yaml").scenario
    assert scenario.settings["in_house_foster"].places is not None
    homes = scenario.settings["in_house_residential"].places
    assert homes is not None
    # The line of a later date is a planned opening.
    held = [homes.on(dt.date(2022, *day)) for day in ((8, 31), (9, 1))]
    assert [figure.value for figure in held if figure is not None] == [12, 15]
    summary = " ".join((tmp_path / "shire" / "summary.txt").read_text().split())
    assert "15 from 1 September 2022 (3 more)" in summary
    assert (tmp_path / "shire" / "price_bands.csv").exists()


@pytest.mark.golden
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("estimate", "--out", "x"),
            "give --dfe FILE (published tables) or --ssda903 DIR (a council's own returns)",
        ),
        (
            ("estimate", "--dfe", "a", "--ssda903", "b", "--out", "x"),
            "--dfe and --ssda903 are two sources; give one of them",
        ),
        (
            ("estimate", "--dfe", "a", "--child-level", "--out", "x"),
            "--child-level goes with --ssda903, not with --dfe; leave it out",
        ),
        (
            ("estimate", "--ssda903", "a", "--ro3", "b", "--out", "x"),
            "--ro3 goes with --dfe, not with --ssda903; leave it out",
        ),
        (
            ("backtest", "--ssda903", "a", "--resume", "--out", "x"),
            "--resume goes with --dfe, not with --ssda903; leave it out",
        ),
        (
            ("estimate", "--ssda903", "a", "--as-at", "soon", "--out", "x"),
            "`soon` is not a date; write it as 2025-03-31",
        ),
    ],
)
def test_options_that_do_not_go_together(words: tuple[str, ...], said: str) -> None:
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())


def test_wrong_input_leaves_earlier_results(returns: Path, done: Path, tmp_path: Path) -> None:
    before = files_in(done)
    assert "2035" in refusal(estimate(returns, done, "--as-at", "2035-03-31"))
    (tmp_path / "empty").mkdir()
    refusal(estimate(tmp_path / "empty", done))
    assert files_in(done) == before
