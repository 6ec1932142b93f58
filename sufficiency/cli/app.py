"""The command itself, which the verbs are added to."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sufficiency import __version__
from sufficiency.plain_errors import PlainErrors

app = typer.Typer(
    cls=PlainErrors,
    help="Will there be enough of the right homes for children in care, and what will it cost?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
new_app = typer.Typer(help="Write a commented template to start from.", no_args_is_help=True)
app.add_typer(new_app, name="new")

ScenarioFile = Annotated[Path, typer.Argument(metavar="SCENARIO", help="A scenario file.")]


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"sufficiency {__version__}")
        raise typer.Exit


@app.callback()
def _sufficiency(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Tell the version.")
    ] = False,
) -> None:
    """Will there be enough of the right homes for children in care, and what will it cost?"""
