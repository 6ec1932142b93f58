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
import sys
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from functools import lru_cache, partial
from multiprocessing import get_context, parent_process, resource_tracker

from sufficiency.forecast.replication import Plan, Replication, replicate
from sufficiency.stopping import undisturbed

SERIAL_BELOW = 24
"""Starting other processes takes as long as about this many replications."""

_CHUNKS_PER_WORKER = 10
_WINDOWS_LIMIT = 61
"""Windows cannot wait for more processes than this."""

_plan_here: Plan | None = None
"""In a worker, the plan it was given as it began."""


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
    workers = min(workers, len(numbers), _WINDOWS_LIMIT if os.name == "nt" else len(numbers))
    if workers <= 1:
        yield from (replicate(plan, number) for number in numbers)
        return
    with _local_processes(workers, pickle.dumps(plan)) as executor:
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
    with _interrupts_for_this_process_only():
        futures = [executor.submit(run_chunk, tuple(chunk)) for chunk in chunks]
    waiting = {future: place for place, future in enumerate(futures)}
    finished: dict[int, list[Replication]] = {}
    following = 0
    for future in as_completed(futures):
        finished[waiting[future]] = future.result()
        while following in finished:
            yield from finished.pop(following)
            following += 1


def processors() -> int:
    """How many processors this process may use, which can be fewer than the machine has."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


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
def _local_processes(workers: int, payload: bytes) -> Iterator[ProcessPoolExecutor]:
    """Processes on this machine, stopped at once when something goes wrong here.

    They are given the plan once, as they start. What is sent to them later is then small,
    and older versions of Python hang on ending if something large is still on its way.
    """
    if sys.platform != "win32":
        _start_resource_tracker()
    executor = ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=_begin, initargs=(payload,)
    )
    try:
        yield executor
        executor.shutdown()
    except BaseException:
        processes = list((getattr(executor, "_processes", None) or {}).values())
        executor.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()
        for process in processes:
            process.join()
        raise


def _begin(payload: bytes) -> None:
    """Begin as a worker: leave Ctrl-C to the parent, and end when it has ended."""
    global _plan_here
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_after_the_parent, daemon=True).start()
    _plan_here = pickle.loads(payload)


def _run_here(numbers: tuple[int, ...]) -> list[Replication]:
    """Run some replications of the plan this worker began with."""
    assert _plan_here is not None
    return [replicate(_plan_here, number) for number in numbers]


def _end_after_the_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _start_resource_tracker() -> None:
    """Start Python's own helper process, which tidies up what a stopped run leaves.

    It unblocks signals when it starts, so it must start before any are blocked. When a run is
    stopped it has something to tidy up, which it would otherwise announce as a warning: so it
    is started before the first process needs it, and told to keep quiet.
    """
    before = os.environ.get("PYTHONWARNINGS")
    os.environ["PYTHONWARNINGS"] = "ignore:resource_tracker:UserWarning"
    try:
        resource_tracker.ensure_running()
    finally:
        if before is None:
            del os.environ["PYTHONWARNINGS"]
        else:
            os.environ["PYTHONWARNINGS"] = before


@contextmanager
def _interrupts_for_this_process_only() -> Iterator[None]:
    """Have processes started meanwhile take no notice of Ctrl-C from their first moment.

    They inherit what is blocked here. A Ctrl-C meanwhile waits until they have been started,
    because one that is cut off from its parent half-way would complain.
    """
    main_thread = threading.current_thread() is threading.main_thread()
    if sys.platform == "win32" or not main_thread:
        with undisturbed():
            yield
        return
    with undisturbed():
        resource_tracker.ensure_running()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
