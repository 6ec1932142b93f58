"""Verbs that look ahead: simulate a scenario, and ask questions of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sufficiency.cli.app import ScenarioFile, app
from sufficiency.progress import progress


@app.command()
def run(
    scenario: ScenarioFile,
    replications: Annotated[
        int | None,
        typer.Option(
            min=1, max=100_000, help="How many futures: the scenario's number, unless given."
        ),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            min=0, max=2**63 - 1, help="Names the random numbers: the scenario's, unless given."
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, max=256, help="How many processors to use: all, unless given."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder of results: outputs/SCENARIO, unless given.")
    ] = None,
    episodes: Annotated[
        int,
        typer.Option(min=0, help="Write the simulated placements of this many futures."),
    ] = 1,
    show_small_counts: Annotated[
        bool,
        typer.Option(
            "--show-small-counts",
            help="Show counts of children from 1 to 5. For use inside the authority only, to "
            "check the model against its own records: published counts near them are "
            "suppressed because they could point to a child.",
        ),
    ] = False,
    layers: Annotated[
        bool,
        typer.Option(
            "--layers",
            help="Also write layers.csv: how much of each range is chance, doubt about the "
            "figures, and good and bad years. Takes three times as long.",
        ),
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress and no summary.")] = False,
) -> None:
    """Run a scenario: simulate its futures, count and price them, and write the results."""
    from sufficiency.commands.run import RunOptions
    from sufficiency.commands.run import run as run_scenario

    options = RunOptions(
        replications=replications,
        seed=seed,
        workers=workers,
        out=out,
        episodes=episodes,
        small_counts=show_small_counts,
        layers=layers,
    )
    with progress(quiet=quiet) as step:
        finished = run_scenario(scenario, options, step)
    if not quiet:
        typer.echo(f"\n{finished.summary}\n")
    typer.echo(f"Results are in {finished.folder.as_posix()}")
