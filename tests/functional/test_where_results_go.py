"""What ``--out`` may name, and input files that are missing, empty or garbled.

A run replaces its folder whole, so it must never replace what a run did not write. Every
refusal comes before the first replication, in one line with a place and a remedy.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from command_line import Run, environment, files_in, sufficiency
from typer.testing import CliRunner

from sufficiency.cli import app
from sufficiency.errors import InputError
from sufficiency.folders.staging import check_can_stage, staged

if TYPE_CHECKING:
    from sufficiency.report.chart import Chart
    from sufficiency.report.tables import Tables

pytestmark = pytest.mark.functional


Refusal = Callable[..., str]


@pytest.fixture
def results(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of results, to be looked at and not replaced."""
    folder = tmp_path_factory.mktemp("earlier") / "results"
    shutil.copytree(base, folder)
    return folder


@pytest.fixture
def refused(small: Path, monkeypatch: pytest.MonkeyPatch) -> Refusal:
    """Runs a command that must be refused before anything is simulated."""
    never = "a replication was run before the input was looked at"

    def no_replication(*args: object) -> None:
        raise AssertionError(never)

    monkeypatch.setattr("sufficiency.forecast.runner.replicate", no_replication)

    def refuse(out: Path | str | None = None, scenario: Path | str = small) -> str:
        words = ["run", str(scenario), "--workers", "1"]
        told = CliRunner().invoke(app, [*words, *(["--out", str(out)] if out is not None else [])])
        assert told.exit_code == 2, (told.output, told.exception)
        assert told.stdout == ""
        assert len(told.stderr.splitlines()) == 1
        return told.stderr

    return refuse


def test_a_file(tmp_path: Path, refused: Refusal) -> None:
    (tmp_path / "note.txt").write_text("mine")
    assert "this is not a folder" in refused(tmp_path / "note.txt")
    assert "results cannot be written in" in refused(tmp_path / "note.txt/run")
    assert files_in(tmp_path) == {"note.txt": b"mine"}


def test_a_folder_with_other_files(tmp_path: Path, refused: Refusal) -> None:
    (tmp_path / "note.txt").write_text("mine")
    assert "holds note.txt, which no run wrote" in refused(tmp_path)
    assert files_in(tmp_path) == {"note.txt": b"mine"}


def test_someone_elses_manifest(tmp_path: Path, refused: Refusal) -> None:
    for text in ('{"name": "an app"}', "[]", "garbled", '{"package": "sufficiency"}'):
        (tmp_path / "manifest.json").write_text(text)
        assert "manifest.json in this one is not a run's" in refused(tmp_path)
        assert files_in(tmp_path) == {"manifest.json": text.encode()}


def test_results_among_which_someone_keeps_a_file(results: Path, refused: Refusal) -> None:
    (results / "charts").mkdir()
    mine = results / "charts/for the committee.docx"
    mine.write_text("a week's work")
    assert "holds charts/for the committee.docx, which no run wrote" in refused(results)
    assert mine.read_text() == "a week's work"


def test_a_symbolic_link(tmp_path: Path, results: Path, refused: Refusal) -> None:
    (tmp_path / "link").symlink_to(results)
    assert "this is not a folder" in refused(tmp_path / "link")
    (tmp_path / "loose").symlink_to(tmp_path / "nowhere")
    assert "this is not a folder" in refused(tmp_path / "loose")


def test_the_folder_one_is_in_or_one_above_it(
    tmp_path: Path, results: Path, refused: Refusal, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = "the folder you are in, or one above it"
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    assert told in refused(".")
    assert told in refused(tmp_path)
    monkeypatch.chdir(results)
    assert told in refused(".")
    assert told in refused("..")
    monkeypatch.chdir(tmp_path)
    assert "which no run wrote" in refused(project)


@pytest.mark.skipif(not os.path.ismount("/proc"), reason="needs a file system of its own")
def test_where_nothing_may_be_written(refused: Refusal, tmp_path: Path) -> None:
    assert "results cannot be written in /proc" in refused("/proc/sufficiency/run")
    assert "which cannot be replaced" in refused("/proc")
    if os.geteuid() != 0:  # the administrator may write anywhere
        tmp_path.chmod(0o555)
        assert "results cannot be written in" in refused(tmp_path / "run")


def test_an_empty_folder_and_a_new_one_in_new_folders_are_fine(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "empty", tmp_path / "a/b/c"):
        assert run(str(folder), "--replications", "1") == folder
        assert (folder / "manifest.json").is_file()


def test_results_being_read_meanwhile(run: Run) -> None:
    folder = run("read-meanwhile", "--replications", "2")
    before = (folder / "forecast.csv").read_bytes()
    with (folder / "forecast.csv").open("rb") as reader:
        head = reader.read(100)
        run("read-meanwhile", "--replications", "1")
        assert head + reader.read() == before
    assert (folder / "forecast.csv").read_bytes() != before


def test_new_folders_may_be_read_as_widely_as_any_other(run: Run, tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        run(str(tmp_path / "shared"), "--replications", "1")
    finally:
        os.umask(before)
    assert (tmp_path / "shared").stat().st_mode & 0o777 == 0o750


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "there is no file"),
        (b"", ""),
        (b"\xff\xfe\x00garbled", ""),
        ("a folder", "is a folder, not a file"),
    ],
)
def test_a_scenario_file_that_is_none(
    tmp_path: Path, refused: Refusal, text: bytes | str | None, told: str
) -> None:
    path = tmp_path / "plan.yaml"
    if isinstance(text, bytes):
        path.write_bytes(text)
    elif text is not None:
        path.mkdir()
    said = refused(tmp_path / "out", path)
    assert "plan.yaml:1:1 " in said
    assert told in said
    assert "; " in said, "no remedy"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b"date,measure\n",
        b"date,measure,setting,value,source,used_as\nsoon,children_in_care,all,5,x,\n",
        b"date,measure,setting,value,source,used_as\n2026-03-31,children_in_care,all,many,x,\n",
        b"date,measure,setting,value,source,used_as\n2026-03-31,children_in_care,all,5,\xff,\n",
        b"date,measure,setting,value,source,used_as\n2026-03-31,children_in_care\n",
    ],
)
def test_actuals_that_are_missing_or_garbled(
    project: Path, refused: Refusal, content: bytes | None
) -> None:
    (project / "inputs").mkdir(exist_ok=True)
    file = project / "inputs/actuals.csv"
    file.unlink(missing_ok=True)
    if content is not None:
        file.write_bytes(content)
    layer = project / "scenarios/with-actuals.yaml"
    layer.write_text("based_on: small.yaml\nactuals: {file: inputs/actuals.csv}\n")
    said = refused(project / "runs/with-actuals", layer)
    assert "actuals" in said
    assert ":" in said.split()[0]


def test_actuals_are_laid_over_and_their_fingerprint_is_kept(project: Path, run: Run) -> None:
    (project / "inputs").mkdir(exist_ok=True)
    file = project / "inputs/known.csv"
    file.write_text(
        "date,measure,setting,value,source,used_as\n"
        "2026-03-31,children_in_care,all,305,the return,\n"
    )
    layer = project / "scenarios/known.yaml"
    layer.write_text("based_on: small.yaml\nactuals: {file: inputs/known.csv}\n")

    def one_chart(tables: Tables) -> tuple[Chart, ...]:
        from sufficiency.report.charts.care import children_in_care

        chart = children_in_care(tables)
        assert chart is not None
        return (chart,)

    folder = run("known", "--replications", "2", scenario=layer, charts=one_chart)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert set(manifest["input_files"]) == {"inputs/known.csv"}
    assert "305" in (folder / "charts/children_in_care.csv").read_text()


def test_a_fault_of_the_program_is_told_in_a_sentence(project: Path) -> None:
    code = (
        "import sufficiency.commands.schema as s, sys\n"
        "def broken(reference): raise RuntimeError('two lines\\nof it')\n"
        "s.schema = broken\n"
        "sys.argv = ['sufficiency', 'schema']\n"
        "from sufficiency.cli import main; main()\n"
    )
    file = project / "broken.py"
    file.write_text(code)
    done = subprocess.run(
        [sys.executable, str(file)], capture_output=True, text=True, check=False,
        env=environment(),
    )  # fmt: skip
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "two lines of it" in done.stderr
    again = sufficiency("--version", at=project)
    assert again.stdout.startswith("sufficiency ")


@pytest.mark.parametrize("hidden", [".bashrc", ".config/settings", ".git/HEAD"])
def test_a_folder_of_hidden_files_is_never_replaced(tmp_path: Path, hidden: str) -> None:
    """A home folder may hold nothing but hidden files. It is not a folder of results."""
    home = tmp_path / "home"
    (home / hidden).parent.mkdir(parents=True, exist_ok=True)
    (home / hidden).write_text("mine")
    with pytest.raises(InputError, match="which no run wrote"):
        check_can_stage(home)
    with pytest.raises(InputError), staged(home):
        pass
    assert (home / hidden).read_text() == "mine"


def test_hidden_files_beside_results_are_never_deleted(tmp_path: Path) -> None:
    """Not even when they come while the run is going on."""
    folder = tmp_path / "run"
    folder.mkdir()
    manifest = {"package": "sufficiency", "results": ["summary.txt", "charts/a.png"]}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "summary.txt").write_text("old")
    (folder / "charts").mkdir()
    (folder / "charts" / "a.png").write_bytes(b"old")
    check_can_stage(folder)

    def run_meanwhile() -> None:
        with staged(folder) as draft:
            (draft / "summary.txt").write_text("new")
            (folder / ".mine").write_text("mine")

    with pytest.raises(InputError, match=r"\.mine"):
        run_meanwhile()
    assert (folder / ".mine").read_text() == "mine"
    assert (folder / "summary.txt").read_text() == "old"
    (folder / ".mine").unlink()
    with staged(folder) as draft:
        (draft / "summary.txt").write_text("new")
    assert [path.name for path in folder.iterdir()] == ["summary.txt"]
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
