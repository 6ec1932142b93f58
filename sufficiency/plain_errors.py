"""What goes wrong on the command line, told as sentences with an exit code.

Input that is wrong ends with 2; a full disk, Ctrl-C and anything else with 1.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
from typer.core import TyperGroup

from sufficiency.errors import InputError
from sufficiency.faults import STOPPED, disk_sentence


class PlainErrors(TyperGroup):
    """Commands whose errors are sentences."""

    # Contexts are of typer's own class or of click's, by the version of typer.
    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Read the words of a command."""
        with _plain_errors():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        with _plain_errors():
            return super().invoke(ctx)


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Turn what goes wrong into a sentence and an exit code."""
    try:
        yield
    except InputError as error:
        raise _told(str(error), error.exit_code) from None
    except KeyboardInterrupt:
        raise _told(STOPPED, 1) from None
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise  # whoever was reading, such as `head`, has read enough
        raise _told(disk_sentence(error), 1) from None


@contextmanager
def told_of(option: str | None) -> Iterator[None]:
    """Tell what is wrong with an option, or with which were given, as typer does."""
    try:
        yield
    except ValueError as error:
        hint = None if option is None else f"'{option}'"
        raise typer.BadParameter(str(error), param_hint=hint) from None


def _told(words: str, code: int) -> typer.Exit:
    typer.echo(words, err=True)
    return typer.Exit(code)
