"""Being told to stop: by Ctrl-C, by a closed window, or by a machine that is shutting down.

All three stop a run in the same way, at once and tidily. The few steps that must not be cut
in two, such as putting new results in the place of the old, are finished first.
"""

from __future__ import annotations

import atexit
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_WAYS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)


_SECONDS_TO_LEAVE = 3


def stop_as_by_ctrl_c() -> None:
    """Have a closed window and a polite request to end raise KeyboardInterrupt too.

    What is ignored already stays ignored, as under ``nohup``.
    """
    for way in _WAYS:
        if signal.getsignal(way) == signal.SIG_DFL:
            signal.signal(way, signal.default_int_handler)


def too_late_to_stop() -> None:
    """Ignore every further request: the command is over and only has to leave.

    Should leaving take long, for whatever reason, the next request ends it on the spot.
    """
    patience = time.monotonic() + _SECONDS_TO_LEAVE

    def leave(way: int, frame: FrameType | None) -> None:
        if time.monotonic() > patience:
            os._exit(1)

    for way in _WAYS:
        signal.signal(way, leave)
    # Python takes handlers of its own away in its last moments, but leaves what is ignored.
    atexit.register(_ignore_all)


def _ignore_all() -> None:
    for way in _WAYS:
        signal.signal(way, signal.SIG_IGN)


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
