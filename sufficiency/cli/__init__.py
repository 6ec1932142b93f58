"""The command line: verbs, progress and plain errors, and no logic of its own.

Each verb is a function in ``sufficiency.commands``. A command ends with 0 when it is done,
2 when the input is wrong, and 1 for anything else. Input that is wrong is told as one line a
problem, with its place and its remedy, and never as a traceback.
"""

from __future__ import annotations

import io
import os
import sys
from typing import NoReturn

import typer

from sufficiency.cli import forecasts  # the order of verbs in the help

# isort: split
from sufficiency.cli import baselines, files
from sufficiency.cli.app import app
from sufficiency.faults import TRACEBACK, fault_sentence
from sufficiency.stopping import leave_at_once, stop_as_by_ctrl_c, too_late_to_stop

__all__ = ["app", "baselines", "files", "forecasts", "main"]


def main() -> NoReturn:
    """Run the command line. A fault of the program itself is told in a sentence too."""
    stop_as_by_ctrl_c()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # an old terminal may lack a pound sign
    try:
        app()
    except SystemExit as ending:
        if ending.code == 1:
            leave_at_once(1)
        raise
    except Exception as error:
        if os.environ.get(TRACEBACK):
            raise
        typer.echo(fault_sentence(error), err=True)
        leave_at_once(1)
    finally:
        too_late_to_stop()
    sys.exit(0)
