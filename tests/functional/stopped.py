"""What is true of a run that was stopped, whatever the moment: used by the tests of stopping."""

from __future__ import annotations

from pathlib import Path

from command_line import Running, files_in

MANY = ("--replications", "300")
SENTENCE = "Stopped. Nothing half-done is left"


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
