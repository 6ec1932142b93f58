"""Progress of long work: a bar on a terminal, plain lines elsewhere, on the error stream."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

Step = Callable[[int, int], None]
"""Called with how much has been done so far, and of how much."""


@contextmanager
def progress(*, quiet: bool, of: str = "futures", first: str = "scenario") -> Iterator[Step]:
    """Progress through futures or whole forecasts.

    Args:
        quiet: Say nothing.
        of: What is counted.
        first: What is read before that.

    Yields:
        The function to be told of each step.
    """
    if quiet:
        yield lambda done, total: None
    elif sys.stderr.isatty():
        with _bar(of, first) as step:
            yield step
    else:
        yield lambda done, total: _plain_line(done, total, of)


@contextmanager
def _bar(of: str, first: str) -> Iterator[Step]:
    """A bar that says what is being done, and is gone when it is done."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = ("{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"Reading the {first}", total=None)

        def step(done: int, total: int) -> None:
            doing = f"Simulating {of}" if done < total else "Writing the results"
            bar.update(task, completed=done, total=total, description=doing)

        yield step


def _plain_line(done: int, total: int, of: str) -> None:
    """One line each tenth of the way."""
    if done and done * 10 // total > (done - 1) * 10 // total:
        typer.echo(f"{done} of {total} {of}", err=True)
