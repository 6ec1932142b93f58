"""A run that is ended from outside, or finds the disk full, leaves what was there before.

As one stopped by Ctrl-C: no traceback, one sentence, exit code 1, the earlier results untouched,
no half-written or temporary folder, and no process left behind.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
from pathlib import Path

import pytest
from command_line import COMMAND, environment, eventually, files_in, started
from stopped import MANY, assert_as_before, assert_stopped_politely

pytestmark = [
    pytest.mark.functional,
    pytest.mark.skipif(os.name == "nt", reason="signals to a group of processes are POSIX"),
]


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
