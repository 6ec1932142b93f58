"""``sufficiency estimate`` as a user gives it: what it writes, and what it refuses."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import files_in
from made_up_england import TABLES, write_outturn, write_tables
from typer.testing import CliRunner, Result

from sufficiency.cli import app
from sufficiency.scenario.load import load_scenario

pytestmark = pytest.mark.functional

Estimate = Callable[..., Result]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tables(tmp_path_factory.mktemp("tables") / "tables.csv")


@pytest.fixture(scope="module")
def estimate(tables: Path) -> Estimate:
    """Gives the command; options may be overridden."""

    def give(out: Path, *words: str, dfe: Path = tables, authority: str = "Shire 07") -> Result:
        asked = ["--dfe", str(dfe), "--authority", authority, "--out", str(out), *words]
        return CliRunner().invoke(app, ["estimate", *asked])

    return give


@pytest.fixture(scope="module")
def made(estimate: Estimate, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of an estimate, to be looked at and not changed."""
    folder = tmp_path_factory.mktemp("made") / "shire"
    result = estimate(folder)
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """The same, to be changed."""
    return shutil.copytree(made, tmp_path / "shire")


def refusal(result: Result) -> str:
    """What was said of wrong input: one line, exit code 2, and nothing else."""
    assert result.exit_code == 2, (result.output, result.exception)
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    return result.stderr.strip()


def test_it_writes_two_layers_a_summary_and_a_manifest(made: Path) -> None:
    files = files_in(made)
    assert list(files) == ["baseline.yaml", "estimated.yaml", "manifest.json", "summary.txt"]
    loaded = load_scenario(made / "baseline.yaml")
    assert loaded.scenario.title == "Shire 07 from 31 March 2025, no new action"
    assert list(loaded.files) == ["baseline.yaml", "estimated.yaml"]
    manifest = json.loads(files["manifest.json"])
    assert manifest["authority"] == "Shire 07"
    assert set(manifest["results"]) == {"baseline.yaml", "estimated.yaml", "summary.txt"}
    assert list(manifest["input_files"]) == ["tables.csv"]


def test_what_it_writes_can_be_run_from_anywhere_as_it_says(
    estimate: Estimate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = estimate(tmp_path / "shire", "--quiet").stdout
    wrote, _, command = said.strip().partition(". Try: sufficiency ")
    assert wrote == f"Wrote {(tmp_path / 'shire/baseline.yaml').as_posix()}"
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    monkeypatch.setattr("sufficiency.folders.run.write_chart", lambda *chart: None)
    few = ["--replications", "1", "--workers", "1", "--show-small-counts", "--quiet"]
    result = CliRunner().invoke(app, [*command.split(), *few])
    assert result.exit_code == 0, result.output
    # Not `outputs/baseline`, where the next authority's would stand too.
    assert (tmp_path / "elsewhere/outputs/shire/summary.txt").exists()


def test_results_are_named_after_the_folder_in_a_project(
    estimate: Estimate, tmp_path: Path
) -> None:
    (tmp_path / "scenarios").mkdir()
    said = estimate(tmp_path / "scenarios/shire", "--quiet").stdout
    assert said.strip().endswith("scenarios/shire/baseline.yaml")
    assert load_scenario(tmp_path / "scenarios/shire/baseline.yaml").name == "shire-baseline"


def test_the_summary_is_printed_and_short(estimate: Estimate, tmp_path: Path) -> None:
    result = estimate(tmp_path / "one", authority="shire 01")
    summary = (tmp_path / "one/summary.txt").read_text()
    assert summary in result.stdout
    assert result.stdout.splitlines()[-1].startswith("Wrote ")
    # A page and a half holds 80 lines.
    assert len(summary.splitlines()) <= 80
    words = " ".join(summary.split())
    for told in (
        "cells were withheld to protect children",
        "Placement, 2025 (3 of 8)",
        "Weight of its own: planned returns home",
        "NO HOME IS EVER FULL",
        "Prices are England's of 2024/25",
        "Add places",
    ):
        assert told in words
    # Nothing is withheld elsewhere.
    other = estimate(tmp_path / "two", authority="Shire 02").stdout
    assert "No cell of the tables used was withheld" in other


def test_prices_are_laid_beside_an_outturn(estimate: Estimate, tmp_path: Path) -> None:
    spent = write_outturn(tmp_path / "ro3.csv", residential=20_000, fostering=9_000)
    result = estimate(tmp_path / "shire", "--ro3", str(spent))
    assert result.exit_code == 0, result.output
    words = " ".join(result.stdout.split())
    assert "residential: 20.0M reported" in words
    assert "fostering: 9.0M reported" in words
    prices = load_scenario(tmp_path / "shire/baseline.yaml").scenario.money.prices
    assert prices["external_residential"].income_share.central == 0.05
    assert list(json.loads((tmp_path / "shire/manifest.json").read_text())["input_files"]) == [
        "tables.csv",
        "ro3.csv",
    ]


def test_a_folder_of_tables_is_told_file_by_file(estimate: Estimate, tmp_path: Path) -> None:
    source = tmp_path / "tables"
    (source / "data").mkdir(parents=True)
    write_tables(source / "data/long.csv")
    (source / "notes.csv").write_text("name;age\n")
    (source / "read me.txt").write_text("words")
    spent = write_outturn(tmp_path / "tables.csv", residential=20_000, fostering=9_000)
    same_name = write_tables(tmp_path / "data-tables.csv").rename(source / "tables.csv")
    for dfe, told in (
        (source, ["tables/data/long.csv", "tables/notes.csv", "tables/tables.csv", "tables.csv"]),
        (same_name, ["tables.csv", f"{tmp_path.name}/tables.csv"]),
    ):
        result = estimate(tmp_path / "shire", "--ro3", str(spent), dfe=dfe)
        assert result.exit_code == 0, result.output
        files = json.loads((tmp_path / "shire/manifest.json").read_text())["input_files"]
        assert list(files) == told
        assert files[told[-1]] == hashlib.sha256(spent.read_bytes()).hexdigest()


def test_it_opens_on_the_day_asked_for(estimate: Estimate, tmp_path: Path) -> None:
    result = estimate(tmp_path / "shire", "--as-at", "2024-03-31")
    assert result.exit_code == 0, result.output
    assert load_scenario(tmp_path / "shire/baseline.yaml").scenario.start.year == 2024


def test_nothing_later_than_the_opening_is_used(estimate: Estimate, tmp_path: Path) -> None:
    earlier = write_tables(tmp_path / "tables.csv", last_year=2024)
    assert estimate(tmp_path / "then", dfe=earlier).exit_code == 0
    assert estimate(tmp_path / "now", "--as-at", "2024-03-31").exit_code == 0
    then, now = files_in(tmp_path / "then"), files_in(tmp_path / "now")
    for name in ("baseline.yaml", "estimated.yaml", "summary.txt"):
        assert then[name] == now[name]


def test_the_same_again_replaces_it_with_the_same(estimate: Estimate, folder: Path) -> None:
    before = files_in(folder)
    assert estimate(folder).exit_code == 0
    assert files_in(folder) == before


def test_editors_find_the_schema_where_there_is_one(estimate: Estimate, tmp_path: Path) -> None:
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/scenario.schema.json").write_text("{}")
    assert estimate(tmp_path / "scenarios/shire").exit_code == 0
    first = (tmp_path / "scenarios/shire/baseline.yaml").read_text().splitlines()[0]
    assert first == "# yaml-language-server: $schema=../../docs/scenario.schema.json"


def test_a_file_someone_changed_is_not_replaced(estimate: Estimate, folder: Path) -> None:
    with (folder / "baseline.yaml").open("a") as file:
        file.write("# mine\n")
    before = files_in(folder)
    assert refusal(estimate(folder)) == (
        f"{folder.as_posix()}/baseline.yaml:1:1 this file was changed since it was estimated, and "
        "would be replaced; give --out a new folder, or delete this file"
    )
    assert files_in(folder) == before


def test_a_layer_someone_added_is_not_replaced(estimate: Estimate, folder: Path) -> None:
    (folder / "places.yaml").write_text("based_on: baseline.yaml\n")
    assert refusal(estimate(folder)) == (
        f"{folder.as_posix()}:1:1 an estimate replaces its folder, and this one holds places.yaml, "
        "which no estimate wrote; give --out a new folder"
    )


def test_runs_and_estimates_do_not_replace_each_other(
    estimate: Estimate, folder: Path, tmp_path: Path
) -> None:
    before = files_in(folder)
    run = ["run", str(folder / "baseline.yaml"), "--replications", "1", "--out", str(folder)]
    assert "the manifest.json in this one is not a run's" in refusal(CliRunner().invoke(app, run))
    assert files_in(folder) == before
    results = tmp_path / "results"
    results.mkdir()
    (results / "manifest.json").write_text('{"package": "sufficiency", "results": {}}')
    assert "the manifest.json in this one is not an estimate's" in refusal(estimate(results))


@pytest.mark.golden
@pytest.mark.parametrize("results", [["baseline.yaml", "estimated.yaml", "summary.txt"], "abc", 7])
def test_a_manifest_that_no_estimate_wrote_is_told(
    estimate: Estimate, folder: Path, results: object
) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "results": results}))
    before = files_in(folder)
    said = refusal(estimate(folder))
    assert said.startswith(f"{folder.as_posix()}:1:1 an estimate replaces its folder, and ")
    assert said.endswith("; give --out a new folder")
    assert files_in(folder) == before


def test_a_stopped_estimate_leaves_the_old_folder(
    estimate: Estimate, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*args: object) -> None:
        raise KeyboardInterrupt

    before = files_in(folder.parent)
    monkeypatch.setattr("sufficiency.folders.estimate._check_it_runs", stopped)
    assert estimate(folder, authority="Shire 09").exit_code == 1
    assert files_in(folder.parent) == before


@pytest.mark.golden
def test_a_name_that_is_not_there(estimate: Estimate, tables: Path, tmp_path: Path) -> None:
    out = tmp_path / "shire"
    assert refusal(estimate(out, authority="Shire 7")).startswith(
        f"{tables}:1:1 `Shire 7` is not an authority in this table; did you mean `Shire 0"
    )
    assert refusal(estimate(out, authority="England")) == (
        f"{tables}:1:1 England is the whole country, not an authority; write the name of an "
        "authority, such as `Leeds`"
    )
    assert not out.exists()


@pytest.mark.golden
def test_a_year_that_is_not_there(estimate: Estimate, tables: Path, tmp_path: Path) -> None:
    assert refusal(estimate(tmp_path / "shire", "--as-at", "2026-03-31")) == (
        f"{tables}:1:1 Shire 07 has no figures of all four totals (children in care, started, "
        "ceased, population) for the year ending 31 March 2026; open on 31 March 2023, 2024 or "
        "2025"
    )


@pytest.mark.golden
def test_a_year_before_the_first(estimate: Estimate, tables: Path, tmp_path: Path) -> None:
    assert refusal(estimate(tmp_path / "shire", "--as-at", "1980-03-31")) == (
        f"{tables}:1:1 there are no figures of 1980 here: they begin in 2022; open on 31 March "
        "2023, 2024 or 2025"
    )


@pytest.mark.golden
def test_only_the_file_of_totals_was_saved(estimate: Estimate, tmp_path: Path) -> None:
    totals = write_tables(tmp_path / "t.csv", without={breakdown for _, breakdown in TABLES})
    assert refusal(estimate(tmp_path / "shire", dfe=totals)) == (
        f"{totals}:1:1 England's figures by `Age group`, `Placement`, `Locality of placement` and "
        "`Age on starting` of 2025, and by `Age on ceasing` and `Reason episode ceased` of 2024 "
        "and 2025 are not here; save `CLA on 31 March - characteristics - by local authority`, "
        "`CLA starting during the year - characteristics - by local authority` and `CLA ceasing "
        "during the year - characteristics - by local authority` of the statistics site beside "
        "what is here, of those years"
    )
    some = write_tables(tmp_path / "s.csv", without={"Age on starting"})
    assert refusal(estimate(tmp_path / "shire", dfe=some)) == (
        f"{some}:1:1 England's figures by `Age on starting` of 2025 are not here; save `CLA "
        "starting during the year - characteristics - by local authority` of the statistics site "
        "beside what is here, of those years"
    )


@pytest.mark.golden
def test_before_ages_were_published(estimate: Estimate, tmp_path: Path) -> None:
    old = write_tables(tmp_path / "old.csv", earlier=5, without={"Age group"})
    assert refusal(estimate(tmp_path / "shire", dfe=old)) == (
        f"{old}:1:1 England's children by age on 31 March 2020 are not here: they are published "
        "from 2021; open on 31 March 2021 or later"
    )


@pytest.mark.golden
@pytest.mark.parametrize(
    ("date", "said"),
    [
        (
            "2025-04-01",
            "2025-04-01 is not a 31 March, the day the tables are of; write 2025-03-31 or leave "
            "it out for the latest",
        ),
        ("", "'' is not a date; write it as 2025-03-31"),
        ("31 March", "'31 March' is not a date; write it as 2025-03-31"),
    ],
)
def test_a_day_that_is_no_31_march(
    estimate: Estimate, tmp_path: Path, date: str, said: str
) -> None:
    result = estimate(tmp_path / "shire", "--as-at", date)
    assert result.exit_code == 2
    assert f"Invalid value for '--as-at': {said}" in " ".join(result.stderr.split())
    assert not (tmp_path / "shire").exists()


@pytest.mark.golden
def test_tables_that_are_none(estimate: Estimate, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("a,b\n1,2\n")
    assert f"{wrong}:1:1 this is no table of children looked after: columns are missing" in refusal(
        estimate(tmp_path / "shire", dfe=wrong)
    )
    assert refusal(estimate(tmp_path / "shire", dfe=tmp_path / "none.csv")).startswith(
        f"{tmp_path / 'none.csv'}:1:1 "
    )


@pytest.mark.golden
def test_an_outturn_that_is_none(estimate: Estimate, tables: Path, tmp_path: Path) -> None:
    said = refusal(estimate(tmp_path / "shire", "--ro3", str(tables)))
    assert said.startswith(f"{tables}:1:1 this is no table of revenue outturn: columns are missing")


def test_a_file_where_the_folder_should_be(estimate: Estimate, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine")
    assert "this is not a folder" in refusal(estimate(tmp_path / "note.txt"))
    assert (tmp_path / "note.txt").read_text() == "mine"


@pytest.mark.golden
def test_an_outturn_of_another_time(estimate: Estimate, tmp_path: Path) -> None:
    spent = write_outturn(tmp_path / "ro3.csv", residential=20_000, fostering=9_000, year=2025)
    words = ("--as-at", "2023-03-31", "--ro3", str(spent))
    assert refusal(estimate(tmp_path / "shire", *words)) == (
        f"{spent}:26:4 the outturn is of 2024/25 and the forecast opens on 31 March 2023; give the "
        "outturn of the year that ends then"
    )


@pytest.mark.golden
def test_a_file_above_where_the_folder_should_be(estimate: Estimate, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("mine")
    for out in (note / "shire", note / "deep/shire"):
        assert refusal(estimate(out)) == (
            f"{out.as_posix()}:1:1 results cannot be written in {out.parent.as_posix()}: "
            f"{note.as_posix()} is a file; give --out a folder elsewhere"
        )
    assert note.read_text() == "mine"
