"""The command line as a user gives it, and a small authority to give it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

COMMAND = [sys.executable, "-m", "sufficiency"]
FUTURES = 4
Run = Callable[..., Path]
"""Runs a scenario in this process and gives its folder."""

SMALL = """\
title: A small authority for one year
based_on: example.yaml
end: 2026-03-31
replications: 4
money:
  one_off:
    carer_campaign: {date: 2025-09-01}
"""


def sufficiency(
    *words: str | Path, at: Path, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [*COMMAND, *map(str, words)],
        cwd=at,
        env=environment() | (env or {}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@contextmanager
def started(*words: str | Path, at: Path, python: tuple[str, ...] = ()) -> Iterator[Running]:
    """Start a command as the first of a group of processes, as a terminal does."""
    process = subprocess.Popen(
        [sys.executable, *python, *COMMAND[1:], *map(str, words)],
        cwd=at,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Where the tests themselves run in the background, Ctrl-C may be ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    running = Running(process)
    try:
        yield running
    finally:
        running.end()


class Running:
    """A command that is running."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said = ""

    def wait_for(self, words: str) -> None:
        """Wait until a line with these words has been said on the error stream."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said += line
            if words in line:
                return
        raise AssertionError(f"{words!r} was never said: {self.said}")

    def press_ctrl_c(self) -> None:
        """What a terminal does: SIGINT to every process of the group."""
        os.killpg(self.process.pid, signal.SIGINT)

    def workers(self) -> list[Path]:
        """Where the system tells of the processes that run replications, started or starting."""
        found = []
        for each in Path("/proc").glob("[0-9]*"):
            try:
                group = int((each / "stat").read_text().rpartition(")")[2].split()[2])
                if group == self.process.pid and b"spawn_main" in (each / "cmdline").read_bytes():
                    found.append(each)
            except OSError:  # it has just ended
                continue
        return found

    def finish(self) -> tuple[int, str, str]:
        """Exit code, and all that was said on both streams."""
        out, err = self.process.communicate(timeout=30)
        return self.process.returncode, out, self.said + err

    def anyone_left(self) -> bool:
        """Whether any process of the group is alive a moment after the command ended."""
        return not eventually(lambda: not self._group_lives())

    def end(self) -> None:
        """End whatever this test started and left."""
        if self._group_lives():
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()

    def _group_lives(self) -> bool:
        try:
            os.killpg(self.process.pid, 0)
        except ProcessLookupError:
            return False
        return True


def eventually(true: Callable[[], bool], seconds: float = 5) -> bool:
    """Whether something comes true before long."""
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(0.005)
    return True


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path from there."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def forecast(folder: Path) -> pd.DataFrame:
    """The forecast of a run made with ``--show-small-counts``."""
    return pd.read_csv(folder / "forecast.csv")


def environment() -> dict[str, str]:
    """This environment, with the package under test found first."""
    here = Path(__file__).parents[2]
    kept = {name: value for name, value in os.environ.items() if name != "SUFFICIENCY_TRACEBACK"}
    return kept | {"PYTHONPATH": str(here), "COLUMNS": "100"}
