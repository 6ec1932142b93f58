"""Other processes on this machine to share the work with, started and stopped tidily.

Each is given what it works by once, as it starts. Ctrl-C is for the process that started them:
they take no notice of it, and end as soon as that one does.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process, resource_tracker

from sufficiency.stopping import undisturbed

_WINDOWS_LIMIT = 61
"""Windows cannot wait for more processes than this."""

_given: object = None
"""In a worker, what it was given as it began."""


def processors() -> int:
    """How many processors this process may use, which can be fewer than the machine has."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def useful(workers: int, pieces: int) -> int:
    """How many of so many processes are of use.

    Args:
        workers: How many were asked for.
        pieces: Of work there are.

    Returns:
        No more than there are pieces, nor than the system can wait for.
    """
    return min(workers, pieces, _WINDOWS_LIMIT if os.name == "nt" else pieces)


def given() -> object:
    """In a worker, what it was given as it began; None in any other process."""
    return _given


@contextmanager
def local_processes(workers: int, payload: bytes) -> Iterator[ProcessPoolExecutor]:
    """Processes on this machine, stopped at once when something goes wrong here.

    What they work by they are given once, as they start. What is sent to them later is then
    small, and older versions of Python hang on ending if something large is still on its way.

    Args:
        workers: How many.
        payload: The pickle of what they work by; :func:`given` finds it there.

    Yields:
        Their executor.
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
    global _given
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_after_the_parent, daemon=True).start()
    _given = pickle.loads(payload)


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
def interrupts_for_this_process_only() -> Iterator[None]:
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
