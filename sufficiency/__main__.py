"""The front door: starts the command line, and stays polite if stopped while it opens."""

from __future__ import annotations

import sys
from typing import NoReturn

from sufficiency.stopping import leave_at_once


def main() -> NoReturn:
    """Start the command line."""
    try:
        from sufficiency.cli import main as command_line
    except KeyboardInterrupt:
        from sufficiency.faults import STOPPED

        sys.stderr.write(f"{STOPPED}\n")
        leave_at_once(1)
    command_line()


if __name__ == "__main__":
    main()
