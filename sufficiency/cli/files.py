"""Verbs about files: check and explain a scenario, and write templates to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sufficiency.cli.app import app, new_app
from sufficiency.errors import InputError


@app.command()
def check(
    scenarios: Annotated[list[Path], typer.Argument(metavar="SCENARIO...", help="Scenario files.")],
) -> None:
    """Read scenarios as a run would and tell everything that is wrong with them."""
    from sufficiency.commands.check import check as check_scenarios

    problems = check_scenarios(scenarios)
    if problems:
        raise InputError(problems)
    typer.echo("Nothing is wrong." if len(scenarios) == 1 else "Nothing is wrong with any.")


@app.command()
def explain(
    target: Annotated[
        Path, typer.Argument(metavar="SCENARIO-OR-RUN", help="A scenario file, or a run's folder.")
    ],
    path: Annotated[
        str, typer.Argument(metavar="PATH", help="Where the value stands: entries.per_year.")
    ],
) -> None:
    """Say where a value came from: file, line, layers, source and interval."""
    from sufficiency.commands.explain import explain as explain_value

    typer.echo(explain_value(target, path))


@app.command()
def schema(
    reference: Annotated[
        bool, typer.Option("--reference", help="The page for people instead of JSON Schema.")
    ] = False,
) -> None:
    """Print the JSON Schema of a scenario, for editors."""
    from sufficiency.commands.schema import schema as schema_text

    typer.echo(schema_text(reference), nl=False)


@new_app.command("scenario")
def new_scenario(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")],
) -> None:
    """Write a commented scenario to start from."""
    from sufficiency.commands.new import new_scenario as write_template

    write_template(file)
    typer.echo(f"Wrote {file.as_posix()}. Try: sufficiency run {file.as_posix()}")


@new_app.command("fees")
def new_fees(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")],
) -> None:
    """Write a table to put weekly fees in, for `estimate --ssda903`."""
    from sufficiency.commands.new import new_fees as write_template

    write_template(file)
    typer.echo(f"Wrote {file.as_posix()}. Put your fees in, then give it as --fees.")


@new_app.command("places")
def new_places(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")],
) -> None:
    """Write a table to put places of your own in, for `estimate --ssda903`."""
    from sufficiency.commands.new import new_places as write_template

    write_template(file)
    typer.echo(f"Wrote {file.as_posix()}. Put your places in, then give it as --places.")
