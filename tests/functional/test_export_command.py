"""``sufficiency export`` as a user gives it: what it writes, and what it refuses."""

from __future__ import annotations

import csv
import datetime as dt
import json
import shutil
from pathlib import Path

import pytest
from command_line import Run, files_in, sufficiency
from typer.testing import CliRunner, Result

from sufficiency.cli import app
from sufficiency.fingerprints import fingerprint

pytestmark = pytest.mark.functional


def export(run: Path, out: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["export", str(run), "--out", str(out), *words])


def refusal(result: Result) -> str:
    """What was said of wrong input: one line, exit code 2, and nothing else."""
    assert result.exit_code == 2, (result.output, result.exception)
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    return result.stderr.strip()


@pytest.fixture(scope="module")
def kept_two(run: Run) -> Path:
    """A run that kept two futures."""
    return run("kept-two", "--episodes", "2")


@pytest.fixture
def copy(kept_two: Path, tmp_path: Path) -> Path:
    """The same, to be changed."""
    return shutil.copytree(kept_two, tmp_path / "a-run")


def in_care(episodes: list[dict[str, str]]) -> int:
    return sum(not row["DEC"] for row in episodes)


def test_a_folder_a_year_and_a_text_that_says_they_are_simulated(
    kept_two: Path, tmp_path: Path
) -> None:
    import pandas as pd

    result = export(kept_two, tmp_path / "returns")
    assert result.exit_code == 0, result.output
    files = files_in(tmp_path / "returns")
    tables = [f"2026/{name}.csv" for name in ("episodes", "header", "uasc")]
    assert list(files) == [*tables, "README.txt", "manifest.json"]
    assert files["README.txt"].startswith(b"The children in these files are simulated")
    rows = list(csv.DictReader(files["2026/episodes.csv"].decode().splitlines()))
    placements = pd.read_parquet(kept_two / "episodes.parquet")
    one = placements[(placements["replication"] == 1) & (placements["start"] != placements["end"])]
    assert len(rows) == len(one)
    assert in_care(rows) == one["end"].isna().sum()
    born = {dt.datetime.strptime(row["DECOM"], "%d/%m/%Y") for row in rows}
    assert born == set(one["start"].dt.to_pydatetime())
    children = one["child"].nunique()
    assert f"{children} simulated children in the years to 31 March 2026." in result.stdout


def test_the_manifest_names_what_was_made_from_what(kept_two: Path, tmp_path: Path) -> None:
    out = tmp_path / "returns"
    export(kept_two, out, "--replication", "2")
    told = json.loads((out / "manifest.json").read_text())
    assert (told["made_by"], told["children"]) == ("export", "simulated")
    assert (told["replication"], told["years"]) == (2, [2026])
    assert told["run_files"] == {"episodes.parquet": fingerprint(kept_two / "episodes.parquet")}
    written = {name for name in files_in(out) if name != "manifest.json"}
    assert set(told["results"]) == written
    assert all(told["results"][name] == fingerprint(out / name) for name in written)


def test_each_future_is_another_and_the_same_again(kept_two: Path, tmp_path: Path) -> None:
    for name, number in (("one", "1"), ("two", "2"), ("again", "1")):
        assert export(kept_two, tmp_path / name, "--replication", number).exit_code == 0
    one, two, again = (files_in(tmp_path / name) for name in ("one", "two", "again"))
    assert one == again
    assert one["2026/episodes.csv"] != two["2026/episodes.csv"]


def test_an_export_replaces_an_export_and_nothing_else(kept_two: Path, tmp_path: Path) -> None:
    out = tmp_path / "returns"
    assert export(kept_two, out).exit_code == 0
    assert export(kept_two, out, "--replication", "2").exit_code == 0
    (out / "2026/notes.txt").write_text("mine")
    before = files_in(out)
    told = refusal(export(kept_two, out))
    assert "2026/notes.txt, which no export wrote" in told
    assert files_in(out) == before


@pytest.mark.parametrize("what", ["a run", "a file", "something else"])
def test_what_stands_there_is_left(kept_two: Path, copy: Path, tmp_path: Path, what: str) -> None:
    out = copy if what == "a run" else tmp_path / "there"
    if what == "a file":
        out.write_text("mine")
    if what == "something else":
        out.mkdir()
        (out / "mine.txt").write_text("mine")
    before = files_in(tmp_path)
    assert refusal(export(kept_two, out)).startswith(f"{out.as_posix()}:1:1 ")
    assert files_in(tmp_path) == before


def test_a_future_that_was_not_kept(kept_two: Path, tmp_path: Path) -> None:
    told = refusal(export(kept_two, tmp_path / "returns", "--replication", "3"))
    assert "kept no placements of future 3: those it kept are 1 to 2" in told
    assert "--episodes 3" in told
    assert not (tmp_path / "returns").exists()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nowhere", "there is no such folder"),
        ("file", "this is not a folder"),
        ("empty", "this is not the folder of a run"),
        ("export", "this is not the folder of a run"),
    ],
)
def test_what_is_no_run(kept_two: Path, tmp_path: Path, name: str, said: str) -> None:
    run = tmp_path / name
    if name == "file":
        run.write_text("")
    elif name == "empty":
        run.mkdir()
    elif name == "export":
        assert export(kept_two, run).exit_code == 0
    told = refusal(export(run, tmp_path / "returns"))
    assert told.startswith(f"{run.as_posix()}:1:1 {said}; ")


@pytest.mark.parametrize("text", ["", "[]", "{}", "not JSON", '{"package": "sufficiency", "x": 1}'])
def test_a_garbled_manifest(copy: Path, tmp_path: Path, text: str) -> None:
    (copy / "manifest.json").write_text(text)
    (copy / "scenario.resolved.yaml").unlink()
    assert "this is not the folder of a run" in refusal(export(copy, tmp_path / "returns"))


def test_a_run_that_kept_none(copy: Path, tmp_path: Path) -> None:
    (copy / "episodes.parquet").unlink()
    told = refusal(export(copy, tmp_path / "returns"))
    assert "this run kept no placements; run it again without --episodes 0" in told


@pytest.mark.parametrize("content", [b"", b"PAR1 and no more", b"\0" * 1000])
def test_garbled_placements(copy: Path, tmp_path: Path, content: bytes) -> None:
    (copy / "episodes.parquet").write_bytes(content)
    told = refusal(export(copy, tmp_path / "returns"))
    assert "the placements cannot be read; run the scenario again" in told


def test_placements_without_a_column(copy: Path, tmp_path: Path) -> None:
    import pandas as pd

    file = copy / "episodes.parquet"
    pd.read_parquet(file).drop(columns="location").to_parquet(file)
    assert "the placements cannot be read" in refusal(export(copy, tmp_path / "returns"))


@pytest.mark.parametrize(
    "text", ["", "[", "- a list", "start: 2025-03-31", "start: x\nend: y", "start: 1\nend: 2"]
)
def test_days_that_cannot_be_read(copy: Path, tmp_path: Path, text: str) -> None:
    (copy / "scenario.resolved.yaml").write_text(text)
    told = refusal(export(copy, tmp_path / "returns"))
    assert "the days of the forecast cannot be read; run the scenario again" in told


def test_less_than_a_year(copy: Path, tmp_path: Path) -> None:
    file = copy / "scenario.resolved.yaml"
    file.write_text(file.read_text().replace("end: 2026-03-31", "end: 2026-03-30"))
    told = refusal(export(copy, tmp_path / "returns"))
    assert "no year from 1 April to 31 March lies wholly between 2025-03-31 and 2026-03-30" in told


def test_the_help_and_a_real_command_line(kept_two: Path, tmp_path: Path) -> None:
    told = sufficiency("export", kept_two, "--out", "returns", at=tmp_path)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.splitlines()[-1] == "Returns of simulated children are in returns"
    assert [path.name for path in tmp_path.iterdir()] == ["returns"]
    assert "simulated children" in CliRunner().invoke(app, ["export", "--help"]).stdout
