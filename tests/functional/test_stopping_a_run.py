"""A run that is stopped or finds the disk full says so and leaves what was there before.

Whatever the moment: no traceback, one sentence, exit code 1, the earlier results untouched,
no half-written or temporary folder, and no process left behind.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
from pathlib import Path

import pytest
from command_line import COMMAND, Running, environment, eventually, files_in, started

pytestmark = [
    pytest.mark.functional,
    pytest.mark.skipif(os.name == "nt", reason="signals to a group of processes are POSIX"),
]

MANY = ("--replications", "300")
FEW = ("--replications", "4")
WORKERS = ("1", "2")
SENTENCE = "Stopped. Nothing half-done is left"


@pytest.fixture
def results(tmp_path: Path, whole_run: Path) -> Path:
    """A folder of earlier results, alone in a folder."""
    folder = tmp_path / "out/results"
    folder.mkdir(parents=True)
    for name, data in files_in(whole_run).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def assert_as_before(results: Path, whole_run: Path) -> None:
    assert files_in(results) == files_in(whole_run)
    assert [each.name for each in results.parent.iterdir()] == [results.name]


def assert_stopped_politely(running: Running) -> None:
    code, out, err = running.finish()
    told = [line for line in err.splitlines() if line and "futures" not in line]
    told = [line for line in told if not line.startswith("import time:")]
    assert (code, out) == (1, "")
    assert len(told) == 1, err
    assert told[0].startswith(SENTENCE)
    assert not running.anyone_left()


def assert_stops(running: Running, results: Path, whole_run: Path) -> None:
    running.press_ctrl_c()
    assert_stopped_politely(running)
    assert_as_before(results, whole_run)


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


@pytest.mark.parametrize(("name", "workers"), [("SIGTERM", "2"), ("SIGHUP", "1")])
def test_a_polite_kill_and_a_closed_window_stop_it_too(
    small: Path, results: Path, whole_run: Path, name: str, workers: str
) -> None:
    words = ("run", small, "--out", results, "--workers", workers, *MANY)
    with started(*words, at=small.parent) as running:
        running.wait_for("30 of 300 futures")
        running.process.send_signal(getattr(signal, name))
        assert_stopped_politely(running)
    assert_as_before(results, whole_run)


def test_pressing_it_again_and_again_changes_nothing(
    small: Path, results: Path, whole_run: Path
) -> None:
    words = ("run", small, "--out", results, "--workers", "2", *MANY)
    with started(*words, at=small.parent) as running:
        running.wait_for("30 of 300 futures")
        for _ in range(40):
            if running.process.poll() is None:
                running.press_ctrl_c()
                eventually(lambda: running.process.poll() is not None, 0.01)
        assert_stopped_politely(running)
    assert_as_before(results, whole_run)


def test_workers_end_when_the_run_is_ended_by_force(small: Path, results: Path) -> None:
    words = ("run", small, "--out", results, "--workers", "2", *MANY)
    with started(*words, at=small.parent) as running:
        running.wait_for("30 of 300 futures")
        running.process.kill()
        running.process.wait()
        assert not running.anyone_left()


@pytest.mark.parametrize(("workers", "share"), [("2", 0.3), ("1", 0.99)])
def test_a_full_disk(
    small: Path, results: Path, whole_run: Path, workers: str, share: float
) -> None:
    """The system refuses to let a file grow beyond a share of the largest one of a run."""
    limit = int(share * max(len(data) for data in files_in(whole_run).values()))

    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    words = ["run", str(small), "--out", str(results), "--workers", workers, "--quiet"]
    done = subprocess.run(
        [*COMMAND, *words], cwd=small.parent, env=environment(), capture_output=True, text=True,
        preexec_fn=no_room, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("There is no room to write a file")
    assert len(done.stderr.splitlines()) == 1
    assert_as_before(results, whole_run)


def takes_no_notice_of_ctrl_c(process: Path) -> bool:
    """Whether a process blocks or ignores SIGINT."""
    lines = (line.partition(":") for line in (process / "status").read_text().splitlines())
    told = {name: value for name, _, value in lines}
    held = int(told["SigBlk"], 16) | int(told["SigIgn"], 16)
    return bool(held >> (signal.SIGINT - 1) & 1)


def drafts(results: Path) -> list[Path]:
    """Temporary folders beside the results."""
    return [each for each in results.parent.iterdir() if each != results]
