"""A small authority, and runs of it that several tests look at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from command_line import SMALL, Run, files_in, sufficiency
from typer.testing import CliRunner

from sufficiency.cli import app

if TYPE_CHECKING:
    from sufficiency.report.chart import Chart
    from sufficiency.report.tables import Tables


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project's folder with an imaginary authority and one year of it."""
    root = tmp_path_factory.mktemp("project")
    result = CliRunner().invoke(app, ["new", "scenario", str(root / "scenarios/example.yaml")])
    assert result.exit_code == 0, result.output
    (root / "scenarios/small.yaml").write_text(SMALL)
    return root


@pytest.fixture(scope="session")
def small(project: Path) -> Path:
    """The scenario of one year."""
    return project / "scenarios/small.yaml"


@pytest.fixture(scope="session")
def whole_run(project: Path, small: Path) -> Path:
    """The folder of a run as any user gives it, charts and all."""
    result = sufficiency("run", small, "--out", project / "whole", at=project)
    assert result.returncode == 0, result.stderr
    return project / "whole"


@pytest.fixture(scope="session")
def run(project: Path, small: Path) -> Run:
    """Runs the small scenario in this process and gives its folder; charts only when asked for.

    Small counts are shown, so that a test can add them up.
    """

    def run_once(
        name: str,
        *options: str,
        scenario: Path = small,
        charts: Callable[[Tables], tuple[Chart, ...]] = lambda tables: (),
    ) -> Path:
        folder = project / "runs" / name
        words = ["run", str(scenario), "--out", str(folder), "--workers", "1", "--quiet"]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("sufficiency.folders.run.all_charts", charts)
            result = CliRunner().invoke(app, [*words, "--show-small-counts", *options])
        assert result.exit_code == 0, (result.output, result.exception)
        return folder

    return run_once


@pytest.fixture(scope="session")
def base(run: Run) -> Path:
    """The small scenario, small counts shown."""
    return run("base")


@pytest.fixture
def results(tmp_path: Path, whole_run: Path) -> Path:
    """A folder of earlier results of a whole run, alone in a folder."""
    folder = tmp_path / "out/results"
    folder.mkdir(parents=True)
    for name, data in files_in(whole_run).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
    return folder
