"""Replications are the same and in order, whatever runs them and however long each takes."""

from __future__ import annotations

import dataclasses
import pickle
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest

from sufficiency.errors import InputError, Problem
from sufficiency.forecast import runner
from sufficiency.forecast.replication import Plan, Replication, replicate
from sufficiency.forecast.runner import SERIAL_BELOW, run_each, run_on, run_replications

pytestmark = pytest.mark.streams


def _replicated(plan: Plan, number: int) -> Replication:
    """What the runner does to replicate, found at the moment it is done."""
    return runner.replicate(plan, number)


def assert_same(one: Replication, other: Replication) -> None:
    assert (one.number, one.keys) == (other.number, other.keys)
    for name in ("measured", "outturn_pence", "already_in_care_pence", "yet_to_come_pence",
                 "nights"):  # fmt: skip
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), strict=True)
    np.testing.assert_array_equal(one.statement.approved_pence, other.statement.approved_pence)


def test_a_replication_alone_is_the_same_as_in_a_batch(plan: Plan) -> None:
    batch = list(run_replications(plan, range(1, 6), workers=1))
    assert [one.number for one in batch] == [1, 2, 3, 4, 5]
    for number in (5, 2):
        assert_same(replicate(plan, number), batch[number - 1])
    assert not np.array_equal(batch[0].measured, batch[1].measured, equal_nan=True)


def test_a_longer_forecast_keeps_the_first_year(plan: Plan) -> None:
    longer = plan.scenario.model_copy(update={"end": plan.scenario.end.replace(year=2027)})
    long, short = replicate(Plan(longer, plan.seed), 3), replicate(plan, 3)
    first_months = slice(0, 13)
    counts = [row for row, key in enumerate(short.keys) if key[2] != "GBP"]
    np.testing.assert_array_equal(
        long.measured[counts][:, first_months], short.measured[counts][:, first_months]
    )


def test_processes_give_the_same_as_none(plan: Plan) -> None:
    keeping = dataclasses.replace(plan, episodes_of=frozenset({2}))
    here = list(run_replications(keeping, [1, 2, 3], workers=1))
    there = list(run_replications(keeping, [1, 2, 3], workers=2))
    for one, other in zip(here, there, strict=True):
        assert_same(one, other)
    assert [one.episodes is not None for one in there] == [False, True, False]
    for name, column in there[1].episodes.columns().items():
        np.testing.assert_array_equal(column, here[1].episodes.columns()[name], strict=True)


def test_any_executor_will_do(plan: Plan) -> None:
    numbers = [4, 1, 7]
    with ThreadPoolExecutor(2) as threads:
        found = list(run_on(threads, partial(_replicated, plan), numbers, 2))
    assert [one.number for one in found] == numbers
    for one in found:
        assert_same(one, replicate(plan, one.number))


def test_results_come_in_order_though_the_first_take_longest(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    finished: list[int] = []

    def slow_at_first(plan: Plan, number: int) -> int:
        time.sleep(0.02 * (9 - number))
        finished.append(number)
        return number

    monkeypatch.setattr(runner, "replicate", slow_at_first)
    with ThreadPoolExecutor(8) as threads:
        found = list(run_on(threads, partial(_replicated, plan), range(1, 9), 8))
    assert found == [1, 2, 3, 4, 5, 6, 7, 8]
    assert finished[0] == 8


def test_results_are_handed_back_before_the_last_is_done(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    first_seen = threading.Event()

    def last_waits(plan: Plan, number: int) -> int:
        assert number < 3 or first_seen.wait(10), "nothing was handed back meanwhile"
        return number

    monkeypatch.setattr(runner, "replicate", last_waits)
    with ThreadPoolExecutor(1) as threads:
        found = run_on(threads, partial(_replicated, plan), [1, 2, 3], 1)
        assert next(found) == 1
        first_seen.set()
        assert list(found) == [2, 3]


def test_a_fault_in_a_replication_reaches_the_caller(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = Problem("plan.yaml", 4, 2, "this is wrong", "do that")

    def wrong(plan: Plan, number: int) -> int:
        raise InputError([problem])

    monkeypatch.setattr(runner, "replicate", wrong)
    with ThreadPoolExecutor(1) as threads, pytest.raises(InputError, match="this is wrong"):
        list(run_on(threads, partial(_replicated, plan), [1], 1))


def test_what_is_wrong_travels_whole_between_processes() -> None:
    problems = [Problem("b.yaml", 4, 2, "wrong", "do that"), Problem("a.yaml", 1, 1, "no", "so")]
    error = InputError(problems)
    arrived = pickle.loads(pickle.dumps(error))
    assert arrived.problems == error.problems
    assert str(arrived) == str(error) == "a.yaml:1:1 no; so\nb.yaml:4:2 wrong; do that"


def test_a_plan_travels_whole(plan: Plan) -> None:
    arrived = pickle.loads(pickle.dumps(plan))
    assert arrived == plan
    assert arrived.horizon == plan.horizon
    assert_same(replicate(arrived, 2), replicate(plan, 2))


def _itself(number: int) -> int:
    return number


def test_no_process_is_started_for_little_work(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def no_processes(workers: int, payload: bytes) -> None:
        asked.append(workers)
        raise RuntimeError("asked for processes")

    monkeypatch.setattr(runner, "local_processes", no_processes)
    monkeypatch.setattr(runner, "processors", lambda: 3)
    few = range(1, SERIAL_BELOW)
    assert list(run_each(_itself, few)) == list(few)
    assert list(run_each(_itself, [1], workers=5)) == [1]
    for numbers, workers in ((range(SERIAL_BELOW), None), (range(4), 9), (range(9), 4)):
        with pytest.raises(RuntimeError, match="asked for processes"):
            list(run_each(_itself, numbers, workers))
    assert asked == [3, 4, 4]
