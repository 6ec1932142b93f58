"""Running many replications, on one processor or several, with the same results.

A replication depends on nothing but the scenario, the seed and its own number. So they may
be run in any order, on any number of processors or machines, by anything that offers
Python's executor interface, and they are handed back in order of number.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Executor, as_completed
from functools import lru_cache, partial

from sufficiency.forecast.processes import (
    given,
    interrupts_for_this_process_only,
    local_processes,
    processors,
    useful,
)
from sufficiency.forecast.replication import Plan, Replication, replicate

SERIAL_BELOW = 24
"""Starting other processes takes as long as about this many replications."""

_CHUNKS_PER_WORKER = 10


def run_replications(
    plan: Plan, numbers: Sequence[int], workers: int | None = None
) -> Generator[Replication, None, None]:
    """Run replications and hand each back in order of number, as soon as that is possible.

    Args:
        plan: The scenario and seed.
        numbers: Which replications.
        workers: How many processes; as many as there are processors when not given, and
            one when there is little to do. One runs them here.

    Yields:
        What each found.
    """
    if workers is None:
        workers = 1 if len(numbers) < SERIAL_BELOW else processors()
    workers = useful(workers, len(numbers))
    if workers <= 1:
        yield from (replicate(plan, number) for number in numbers)
        return
    with local_processes(workers, pickle.dumps(plan)) as executor:
        yield from _in_order(executor, _run_here, numbers, workers)


def run_on(
    executor: Executor, plan: Plan, numbers: Sequence[int], workers: int
) -> Iterator[Replication]:
    """Run replications on any executor.

    Args:
        executor: Runs them.
        plan: The scenario and seed.
        numbers: Which replications.
        workers: About how many it runs at once, to choose how many to send together.

    Yields:
        What each found, in the order asked for.
    """
    payload = pickle.dumps(plan)
    run_chunk = partial(_run_chunk, payload, hashlib.sha256(payload).hexdigest())
    yield from _in_order(executor, run_chunk, numbers, workers)


def _in_order(
    executor: Executor,
    run_chunk: Callable[[tuple[int, ...]], list[Replication]],
    numbers: Sequence[int],
    workers: int,
) -> Iterator[Replication]:
    size = max(1, len(numbers) // (workers * _CHUNKS_PER_WORKER))
    chunks = [numbers[first : first + size] for first in range(0, len(numbers), size)]
    with interrupts_for_this_process_only():
        futures = [executor.submit(run_chunk, tuple(chunk)) for chunk in chunks]
    waiting = {future: place for place, future in enumerate(futures)}
    finished: dict[int, list[Replication]] = {}
    following = 0
    for future in as_completed(futures):
        finished[waiting[future]] = future.result()
        while following in finished:
            yield from finished.pop(following)
            following += 1


def _run_chunk(payload: bytes, digest: str, numbers: tuple[int, ...]) -> list[Replication]:
    """Run some replications, in whatever process this is."""
    plan = _unpacked(digest, payload)
    return [replicate(plan, number) for number in numbers]


@lru_cache(maxsize=4)
def _unpacked(digest: str, payload: bytes) -> Plan:
    """The plan, unpacked once a process."""
    plan: Plan = pickle.loads(payload)
    return plan


def _run_here(numbers: tuple[int, ...]) -> list[Replication]:
    """Run some replications of the plan this worker began with."""
    plan = given()
    assert isinstance(plan, Plan)
    return [replicate(plan, number) for number in numbers]
