"""Steps that must not be cut in two are finished before a run stops."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import files_in

from sufficiency.faults import disk_sentence, fault_sentence
from sufficiency.folders import staging
from sufficiency.folders.staging import staged
from sufficiency.stopping import undisturbed

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def _ctrl_c_as_usual() -> Iterator[None]:
    """Under some runners Ctrl-C is ignored; here it must not be."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def earlier_results(beside: Path) -> Path:
    """A folder that a run wrote."""
    folder = beside / "run"
    folder.mkdir()
    (folder / "old.csv").write_text("old")
    (folder / "manifest.json").write_text('{"package": "sufficiency", "results": ["old.csv"]}')
    return folder


def press_ctrl_c() -> None:
    signal.raise_signal(signal.SIGINT)


def test_ctrl_c_waits_for_the_end_of_the_step() -> None:
    done = []

    def in_two_halves() -> None:
        with undisturbed():
            press_ctrl_c()
            done.append("first half")
            press_ctrl_c()
            done.append("second half")

    with pytest.raises(KeyboardInterrupt):
        in_two_halves()
    assert done == ["first half", "second half"]
    with pytest.raises(KeyboardInterrupt):
        press_ctrl_c()


def test_what_is_ignored_stays_ignored() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with undisturbed():
        press_ctrl_c()


def test_other_threads_are_left_alone() -> None:
    done = []

    def step() -> None:
        with undisturbed():
            done.append(True)

    thread = threading.Thread(target=step)
    thread.start()
    thread.join()
    assert done == [True]


@pytest.mark.parametrize("moment", range(3))
def test_stopped_while_new_results_take_the_place_of_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    """Ctrl-C between any two renames leaves whole results, old or new, and nothing else."""
    folder = earlier_results(tmp_path)
    renamed = []

    def replace_and_press(here: Path, there: Path) -> None:
        if len(renamed) == moment:
            press_ctrl_c()
        renamed.append(there)
        rename(here, there)
        if len(renamed) == moment:
            press_ctrl_c()

    rename = os.replace
    monkeypatch.setattr(staging.os, "replace", replace_and_press)
    with pytest.raises(KeyboardInterrupt), staged(folder) as draft:
        (draft / "new.csv").write_text("new")
    assert files_in(tmp_path) == {"run/new.csv": b"new"}
    assert len(list(tmp_path.iterdir())) == 1


def test_a_rename_that_fails_puts_the_old_results_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = earlier_results(tmp_path)
    rename, renamed = os.replace, []

    def second_fails(here: Path, there: Path) -> None:
        renamed.append(there)
        if len(renamed) == 2:
            raise PermissionError(13, "Permission denied", str(there))
        rename(here, there)

    monkeypatch.setattr(staging.os, "replace", second_fails)
    with pytest.raises(PermissionError), staged(folder) as draft:
        (draft / "new.csv").write_text("new")
    assert set(files_in(tmp_path)) == {"run/old.csv", "run/manifest.json"}
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(28, "No space left on device", "x.csv"), "no room to write a file (x.csv); make"),
        (PermissionError(13, "Permission denied", "x.csv"), "close it if it is open in another"),
        (OSError(5, "Input/output error"), "Input/output error; check the disk"),
        (OSError("odd"), "odd; check the disk"),
    ],
)
def test_faults_of_a_disk_say_what_to_do(error: OSError, told: str) -> None:
    assert told in disk_sentence(error)
    assert disk_sentence(error).endswith(". Earlier results are as they were.")


def test_a_lost_worker_is_told_as_want_of_memory() -> None:
    from concurrent.futures.process import BrokenProcessPool

    assert "--workers 1" in fault_sentence(BrokenProcessPool("abruptly"))
    assert "--workers 1" in fault_sentence(MemoryError())
    assert fault_sentence(KeyError()).startswith("Something went wrong that should not have: Key")
