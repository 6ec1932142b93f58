"""What every test stands on."""

from __future__ import annotations

import gc
import signal

import pytest
from hypothesis import settings

# The same examples every time: a test that fails today fails tomorrow, and not by chance.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")

# Started under `nohup`, a test run ignores a closed window, and so would what it starts.
for way in (getattr(signal, name) for name in ("SIGHUP", "SIGTERM") if hasattr(signal, name)):
    if signal.getsignal(way) == signal.SIG_IGN:
        signal.signal(way, signal.SIG_DFL)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Python looks for unused memory less often, and not in what all tests stand on.

    That is a tenth of the time that simulations take.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
