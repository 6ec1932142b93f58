"""Running many replications, on one processor or several, with the same results.

A replication depends on nothing but the scenario, the seed and its own number. So they may
be run in any order, on any number of processors or machines, by anything that offers
Python's executor interface, and they are handed back in order of number. The same holds for
any other work done once a number, such as one future of several scenarios.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Executor, as_completed
from functools import lru_cache, partial
from typing import Any, TypeVar

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

Found = TypeVar("Found")


def run_replications(
    plan: Plan, numbers: Sequence[int], workers: int | None = None
) -> Generator[Replication, None, None]:
    """Run replications and hand each back in order of number, as soon as that is possible.

    Args:
        plan: The scenario and seed.
        numbers: Which replications.
        workers: How many processes; see :func:`run_each`.

    Yields:
        What each found.
    """
    yield from run_each(partial(replicate, plan), numbers, workers)


def run_each(
    work: Callable[[int], Found], numbers: Sequence[int], workers: int | None = None
) -> Generator[Found, None, None]:
    """Do work once for each number and hand the results back in the order of the numbers.

    Args:
        work: What is done; it can be pickled, and what it finds depends on the number alone.
        numbers: Each is worked on once.
        workers: How many processes; as many as there are processors when not given, and
            one when there is little to do. One works here.

    Yields:
        What was found for each number, as soon as that is possible.
    """
    if workers is None:
        workers = 1 if len(numbers) < SERIAL_BELOW else processors()
    workers = useful(workers, len(numbers))
    if workers <= 1:
        yield from (work(number) for number in numbers)
        return
    with local_processes(workers, pickle.dumps(work)) as executor:
        yield from _in_order(executor, _work_here, numbers, workers)


def run_on(
    executor: Executor, work: Callable[[int], Found], numbers: Sequence[int], workers: int
) -> Iterator[Found]:
    """Do work once for each number on any executor.

    Args:
        executor: Does the work.
        work: What is done, as in :func:`run_each`.
        numbers: Each is worked on once.
        workers: About how many it does at once, to choose how many to send together.

    Yields:
        What was found for each, in the order asked for.
    """
    payload = pickle.dumps(work)
    run_chunk = partial(_work_sent, payload, hashlib.sha256(payload).hexdigest())
    yield from _in_order(executor, run_chunk, numbers, workers)


def _in_order(
    executor: Executor,
    run_chunk: Callable[[tuple[int, ...]], list[Any]],
    numbers: Sequence[int],
    workers: int,
) -> Iterator[Any]:
    size = max(1, len(numbers) // (workers * _CHUNKS_PER_WORKER))
    chunks = [numbers[first : first + size] for first in range(0, len(numbers), size)]
    with interrupts_for_this_process_only():
        futures = [executor.submit(run_chunk, tuple(chunk)) for chunk in chunks]
    waiting = {future: place for place, future in enumerate(futures)}
    finished: dict[int, list[Any]] = {}
    following = 0
    for future in as_completed(futures):
        finished[waiting[future]] = future.result()
        while following in finished:
            yield from finished.pop(following)
            following += 1


def _work_sent(payload: bytes, digest: str, numbers: tuple[int, ...]) -> list[Any]:
    """Do some of the work, in whatever process this is."""
    work = _unpacked(digest, payload)
    return [work(number) for number in numbers]


@lru_cache(maxsize=4)
def _unpacked(digest: str, payload: bytes) -> Callable[[int], Any]:
    """The work, unpacked once a process."""
    work: Callable[[int], Any] = pickle.loads(payload)
    return work


def _work_here(numbers: tuple[int, ...]) -> list[Any]:
    """Do some of the work this worker began with."""
    work = given()
    assert callable(work)
    return [work(number) for number in numbers]
