"""How many processes share the work, and what they are given."""

from __future__ import annotations

import pickle

import pytest

from sufficiency.forecast.processes import given, local_processes, processors, useful

pytestmark = pytest.mark.unit


def test_at_least_one_processor_is_there() -> None:
    assert processors() >= 1


def test_no_more_processes_than_there_is_work(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [useful(workers, 5) for workers in (1, 5, 9)] == [1, 5, 5]
    with monkeypatch.context() as on_windows:
        on_windows.setattr("os.name", "nt")
        limited = [useful(workers, 90) for workers in (60, 80)]
    assert limited == [60, 61]


def test_a_worker_and_nobody_else_has_what_it_was_given() -> None:
    with local_processes(1, pickle.dumps("work by this")) as executor:
        assert executor.submit(given).result() == "work by this"
    assert given() is None
