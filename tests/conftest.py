"""What every test stands on."""

from __future__ import annotations

import signal

from hypothesis import settings

# The same examples every time: a test that fails today fails tomorrow, and not by chance.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")

# Started under `nohup`, a test run ignores a closed window, and so would what it starts.
for way in (getattr(signal, name) for name in ("SIGHUP", "SIGTERM") if hasattr(signal, name)):
    if signal.getsignal(way) == signal.SIG_IGN:
        signal.signal(way, signal.SIG_DFL)
