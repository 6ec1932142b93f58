"""Being told to stop: by Ctrl-C, by a closed window, or by a machine that is shutting down.

All three stop a run in the same way, at once and tidily. The few steps that must not be cut
in two, such as putting new results in the place of the old, are finished first.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import NoReturn

_WAYS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)


_SECONDS_TO_LEAVE = 2


def stop_as_by_ctrl_c() -> None:
    """Have a closed window and a polite request to end raise KeyboardInterrupt too.

    What is ignored already stays ignored, as under ``nohup``.
    """
    for way in _WAYS:
        if signal.getsignal(way) == signal.SIG_DFL:
            signal.signal(way, signal.default_int_handler)


def too_late_to_stop() -> None:
    """Ignore every further request: the command is over and only has to leave."""
    for way in _WAYS:
        signal.signal(way, signal.SIG_IGN)


def leave_at_once(code: int) -> NoReturn:
    """End this process, without waiting long for what it was doing.

    Python's own way out waits for every thread, which can take for ever after a run was cut
    short, and it may end by the signal that stopped it instead of by the exit code.

    Args:
        code: The exit code.
    """
    too_late_to_stop()
    # One that is just clearing up after itself is let finish, lest half of it be left.
    until = time.monotonic() + _SECONDS_TO_LEAVE
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join(max(0, until - time.monotonic()))
    with suppress(OSError, ValueError):  # whoever was reading may be gone
        sys.stdout.flush()
        sys.stderr.flush()
    atexit._run_exitfuncs()
    os._exit(code)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hold back a request to stop until the block is done, then raise KeyboardInterrupt."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    asked: list[int] = []

    def hold(way: int, frame: FrameType | None) -> None:
        asked.append(way)

    before = {way: signal.getsignal(way) for way in _WAYS}
    held = [way for way in _WAYS if callable(before[way])]
    for way in held:
        signal.signal(way, hold)
    try:
        yield
    finally:
        for way in held:
            signal.signal(way, before[way])
    if asked:
        raise KeyboardInterrupt
