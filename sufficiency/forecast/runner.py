"""Running many replications, on one processor or several, with the same results.

A replication depends on nothing but the scenario, the seed and its own number. So they may
be run in any order, on any number of processors or machines, by anything that offers
Python's executor interface, and they are handed back in order of number.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from functools import lru_cache
from multiprocessing import get_context

from sufficiency.forecast.replication import Plan, Replication, replicate

SERIAL_BELOW = 24
"""Starting other processes takes as long as about this many replications."""

_CHUNKS_PER_WORKER = 10


def run_replications(
    plan: Plan, numbers: Sequence[int], workers: int | None = None
) -> Iterator[Replication]:
    """Run replications and hand each back in order of number, as soon as that is possible.

    Args:
        plan: The scenario and seed.
        numbers: Which replications.
        workers: How many processes; as many as there are processors when not given. One
            runs them here.

    Yields:
        What each found.
    """
    if workers is None:
        workers = 1 if len(numbers) < SERIAL_BELOW else os.cpu_count() or 1
    if workers <= 1:
        yield from (replicate(plan, number) for number in numbers)
        return
    with _local_processes(workers) as executor:
        yield from run_on(executor, plan, numbers, workers)


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
        What each found, in order of number.
    """
    payload = pickle.dumps(plan)
    digest = hashlib.sha256(payload).hexdigest()
    size = max(1, len(numbers) // (workers * _CHUNKS_PER_WORKER))
    chunks = [numbers[first : first + size] for first in range(0, len(numbers), size)]
    with _interrupts_for_the_parent_only():
        futures = [executor.submit(_run_chunk, payload, digest, tuple(c)) for c in chunks]
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


@contextmanager
def _local_processes(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Processes on this machine, stopped at once when something goes wrong here."""
    executor = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
    try:
        yield executor
        executor.shutdown()
    except BaseException:
        processes = list((getattr(executor, "_processes", None) or {}).values())
        executor.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()
        raise


@contextmanager
def _interrupts_for_the_parent_only() -> Iterator[None]:
    """Have processes started meanwhile ignore Ctrl-C: this one tells them to stop."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
