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
    precision: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MEASURE@PERIOD=HALFWIDTH",
            help="Run as many futures as it takes to know an average to within this, either way "
            "(95% confidence): children_in_care@2022/23=5, cost@2021/22=100000 or =2%. May be "
            "given again.",
        ),
    ] = None,
    at_most: Annotated[
        int | None,
        typer.Option(
            min=3, max=100_000, help="How many futures at most for --precision: 2000, unless given."
        ),
    ] = None,
    first_choice: Annotated[
        float,
        typer.Option(
            min=0.01,
            max=1.0,
            help="Share of the children wanting a kind of home who are to live in it, for the "
            "places needed in gap_in_places.csv.",
        ),
    ] = 0.9,
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
        precision=tuple(precision or ()),
        at_most=at_most,
        first_choice=first_choice,
    )
    with progress(quiet=quiet) as step:
        finished = run_scenario(scenario, options, step)
    if not quiet:
        typer.echo(f"\n{finished.summary}\n")
    typer.echo(f"Results are in {finished.folder.as_posix()}")


@app.command()
def sensitivity(
    scenario: ScenarioFile,
    of: Annotated[
        str,
        typer.Option(
            metavar="MEASURE@PERIOD",
            help="The number asked about: children_in_care@2023-03, cost@2021/22, "
            "occupancy:hub@2022/23 or out_of_area/children_in_care@2023-03.",
        ),
    ],
    replications: Annotated[
        int, typer.Option(min=2, max=100_000, help="Futures for each end of each figure.")
    ] = 20,
    rows: Annotated[
        int,
        typer.Option(
            min=0,
            max=2**16,
            help="Rows of futures for the shares of the variance; 0 for no shares.",
        ),
    ] = 128,
    top: Annotated[
        int, typer.Option(min=1, max=50, help="Figures that stand alone among the shares.")
    ] = 8,
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
        Path | None,
        typer.Option(help="Folder of results: outputs/SCENARIO-sensitivity, unless given."),
    ] = None,
    show_small_counts: Annotated[
        bool,
        typer.Option(
            "--show-small-counts",
            help="Show counts of children from 1 to 5. For use inside the authority only.",
        ),
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress and no summary.")] = False,
) -> None:
    """Find what one number of a forecast hangs on, and what moves nothing."""
    from sufficiency.commands.sensitivity import SensitivityOptions, prepare
    from sufficiency.commands.sensitivity import sensitivity as find_sensitivity

    options = SensitivityOptions(of, replications, rows, top, seed, workers, out, show_small_counts)
    prepared = prepare(scenario, options)
    if not quiet:
        typer.echo(prepared.said, err=True)
    with progress(quiet=quiet) as step:
        finished = find_sensitivity(prepared, step)
    if not quiet:
        typer.echo(f"\n{finished.summary}\n")
    typer.echo(f"Results are in {finished.folder.as_posix()}")


@app.command()
def compare(
    base: Annotated[
        Path, typer.Argument(metavar="BASE", help="The scenario the others are set against.")
    ],
    scenarios: Annotated[
        list[Path],
        typer.Argument(metavar="SCENARIO...", help="Scenarios, such as one action each."),
    ],
    replications: Annotated[
        int | None,
        typer.Option(min=1, max=100_000, help="How many futures: the base's number, unless given."),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            min=0, max=2**63 - 1, help="Names the random numbers: the base's, unless given."
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, max=256, help="How many processors to use: all, unless given."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder of results: outputs/compare-BASE, unless given.")
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(
            metavar="MEASURE",
            help="What to rank by, lowest first, such as out_of_area@2023-03: net cost over the "
            "whole forecast, unless given.",
        ),
    ] = None,
    show_small_counts: Annotated[
        bool,
        typer.Option(
            "--show-small-counts",
            help="Show counts of children from 1 to 5. For use inside the authority only.",
        ),
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress and no summary.")] = False,
) -> None:
    """Compare scenarios with a base on the same futures: what each saves, and how surely."""
    from sufficiency.commands.compare import CompareOptions
    from sufficiency.commands.compare import compare as compare_scenarios

    options = CompareOptions(
        replications=replications,
        seed=seed,
        workers=workers,
        out=out,
        by=by,
        small_counts=show_small_counts,
    )
    with progress(quiet=quiet, first="scenarios") as step:
        finished = compare_scenarios(base, scenarios, options, step)
    if not quiet:
        typer.echo(f"\n{finished.summary}\n")
    typer.echo(f"Results are in {finished.folder.as_posix()}")


@app.command()
def solve(
    scenario: ScenarioFile,
    set_: Annotated[
        str,
        typer.Option(
            "--set",
            metavar="PATH=LOW:HIGH",
            help="The figure to try and between which values: settings.hub.places=1:12.",
        ),
    ],
    until: Annotated[
        str,
        typer.Option(
            metavar="TARGET",
            help="What shall hold: a measure, <=, >=, < or >, and a number, in quotes: "
            '"out_of_area/children_in_care@2023-03 <= 40%".',
        ),
    ],
    chance: Annotated[
        float, typer.Option(min=0.01, max=1, help="In what share of the futures it shall hold.")
    ] = 0.8,
    step: Annotated[
        str | None,
        typer.Option(
            metavar="NUMBER",
            help="From one value to the next: 1 for what is counted, three significant places "
            "for other figures, unless given.",
        ),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(
            metavar="BASE",
            help="A scenario: what shall hold is then said of the difference from it.",
        ),
    ] = None,
    tell: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MEASURE@PERIOD", help="Also tell this at each value. May be given again."
        ),
    ] = None,
    replications: Annotated[
        int, typer.Option(min=1, max=100_000, help="How many futures for each value.")
    ] = 100,
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
        Path | None, typer.Option(help="Folder of results: outputs/SCENARIO-solve, unless given.")
    ] = None,
    show_small_counts: Annotated[
        bool,
        typer.Option(
            "--show-small-counts",
            help="Show counts of children from 1 to 5. For use inside the authority only.",
        ),
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress and no summary.")] = False,
) -> None:
    """Find how much of something is enough to meet a target with a stated chance."""
    from sufficiency.commands.solve import SolveOptions
    from sufficiency.commands.solve import solve as find_enough

    options = SolveOptions(
        set=set_,
        until=until,
        chance=chance,
        step=step,
        against=against,
        tell=tuple(tell or ()),
        replications=replications,
        seed=seed,
        workers=workers,
        out=out,
        small_counts=show_small_counts,
    )
    with progress(quiet=quiet) as tick:
        finished = find_enough(scenario, options, tick)
    if not quiet:
        typer.echo(f"\n{finished.summary}\n")
    typer.echo(f"Results are in {finished.folder.as_posix()}")
