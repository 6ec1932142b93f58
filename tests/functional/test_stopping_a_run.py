"""A run that is stopped says so and leaves what was there before.

Whatever the moment: no traceback, one sentence, exit code 1, the earlier results untouched,
no half-written or temporary folder, and no process left behind.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from command_line import eventually, started
from stopped import MANY, assert_stops

pytestmark = [
    pytest.mark.functional,
    pytest.mark.skipif(os.name == "nt", reason="signals to a group of processes are POSIX"),
]

FEW = ("--replications", "4")
WORKERS = ("1", "2")


def test_while_the_command_starts(small: Path, results: Path, whole_run: Path) -> None:
    listing = ("-X", "importtime")
    with started("run", small, "--out", results, at=small.parent, python=listing) as running:
        running.wait_for("typer")  # while the command line itself is being loaded
        assert_stops(running, results, whole_run)


@pytest.mark.parametrize("package", ["pydantic", "pandas.core.api", "matplotlib.colors"])
def test_while_packages_are_loaded(
    small: Path, results: Path, whole_run: Path, package: str
) -> None:
    listing = ("-X", "importtime")
    with started("run", small, "--out", results, at=small.parent, python=listing) as running:
        running.wait_for(package)
        assert_stops(running, results, whole_run)


@pytest.mark.parametrize("workers", WORKERS)
def test_half_way(small: Path, results: Path, whole_run: Path, workers: str) -> None:
    words = ("run", small, "--out", results, "--workers", workers, *MANY)
    with started(*words, at=small.parent) as running:
        running.wait_for("30 of 300 futures")
        assert_stops(running, results, whole_run)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize("workers_there", [0, 2])
def test_while_workers_start(
    small: Path, results: Path, whole_run: Path, workers_there: int
) -> None:
    words = ("run", small, "--out", results, "--workers", "2", *MANY)
    with started(*words, at=small.parent) as running:
        assert eventually(lambda: drafts(results) != [], 20)
        assert eventually(lambda: len(running.workers()) >= workers_there)
        for worker in running.workers():
            assert takes_no_notice_of_ctrl_c(worker)
        assert_stops(running, results, whole_run)


def test_while_results_are_written(small: Path, results: Path, whole_run: Path) -> None:
    words = ("run", small, "--out", results, "--workers", "1", *FEW)
    with started(*words, at=small.parent) as running:
        running.wait_for("4 of 4 futures")
        assert eventually(lambda: any((each / "charts").exists() for each in drafts(results)))
        assert_stops(running, results, whole_run)


def takes_no_notice_of_ctrl_c(process: Path) -> bool:
    """Whether a process blocks or ignores SIGINT."""
    lines = (line.partition(":") for line in (process / "status").read_text().splitlines())
    told = {name: value for name, _, value in lines}
    held = int(told["SigBlk"], 16) | int(told["SigIgn"], 16)
    return bool(held >> (signal.SIGINT - 1) & 1)


def drafts(results: Path) -> list[Path]:
    """Temporary folders beside the results."""
    return [each for each in results.parent.iterdir() if each != results]
