"""Verbs that look back: make a baseline from what is known, test it, and give records out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sufficiency.cli.app import app
from sufficiency.plain_errors import told_of
from sufficiency.progress import progress

if TYPE_CHECKING:
    from sufficiency.commands.backtest import Finished


@app.command()
def estimate(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder to write the scenario in.")],
    dfe: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Published tables of children looked after, by the Department for Education: "
            "one long table, or the files of its statistics site in a folder or zip.",
        ),
    ] = None,
    ssda903: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="A council's own SSDA903 returns instead: several years of header, episodes and "
            "UASC files as CSV, a folder a year or all together.",
        ),
    ] = None,
    authority: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="The local authority, such as Leeds. With --ssda903 what to call it, or which "
            "of several in the files.",
        ),
    ] = None,
    as_at: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            help="The day to open on, such as 2025-03-31: the last there is, unless given. With "
            "--dfe a 31 March.",
        ),
    ] = None,
    ro3: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="With --dfe: revenue outturn of children's social care (RO3), to set prices by.",
        ),
    ] = None,
    fees: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="With --ssda903: weekly fees paid. `sufficiency new fees` writes a template.",
        ),
    ] = None,
    places: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="With --ssda903: places of your own. `sufficiency new places` writes a template.",
        ),
    ] = None,
    child_level: Annotated[
        bool,
        typer.Option(
            "--child-level",
            help="With --ssda903: also write rows about single children, with their identifiers, "
            "in the folder child-level. For use inside the authority only.",
        ),
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No summary.")] = False,
) -> None:
    """Make a baseline from published tables, or from a council's own returns."""
    from sufficiency.commands.estimate import EstimateOptions, opening_day
    from sufficiency.commands.estimate import estimate as estimate_authority
    from sufficiency.commands.estimate_returns import ReturnsOptions, a_day, estimate_returns
    from sufficiency.commands.sources import source_of

    with told_of(None):
        of_returns = {"--fees": fees, "--places": places, "--child-level": child_level}
        source = source_of(dfe, ssda903, {"--ro3": ro3}, of_returns)
    with told_of("--as-at"):
        day = None if as_at is None else (opening_day if source == "dfe" else a_day)(as_at)
    if dfe is not None:
        if authority is None:
            with told_of("--authority"):
                raise ValueError("say which authority, such as --authority Leeds")
        done = estimate_authority(EstimateOptions(dfe, authority, out, day, ro3))
    else:
        assert ssda903 is not None
        options = ReturnsOptions(ssda903, out, authority, day, fees, places, child_level)
        done = estimate_returns(options)
    if not quiet:
        typer.echo(f"{done.summary}")
    typer.echo(f"Wrote {done.baseline.as_posix()}. Try: {done.try_it}")


@app.command()
def backtest(
    out: Annotated[Path, typer.Option(help="Folder of results.")],
    dfe: Annotated[
        Path | None,
        typer.Option(
            help="Published tables of children looked after: a CSV file, a zip, or a folder."
        ),
    ] = None,
    ssda903: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="A council's own SSDA903 returns instead, wound back to each opening.",
        ),
    ] = None,
    authorities: Annotated[
        str | None,
        typer.Option(
            metavar="NAME,...",
            help="With --dfe: authorities; all that can be tested, unless given.",
        ),
    ] = None,
    authority: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="With --ssda903: which authority, where several are in the files."
        ),
    ] = None,
    origins: Annotated[
        str | None,
        typer.Option(
            metavar="YEAR,...",
            help="Forecasts open on 31 March of these years. Unless given: with --dfe 2021 to "
            "2024, with --ssda903 all that can be tested.",
        ),
    ] = None,
    places: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="With --ssda903: places of your own; those after an opening are not known to it.",
        ),
    ] = None,
    replications: Annotated[
        int, typer.Option(min=1, max=100_000, help="How many futures each forecast is made of.")
    ] = 100,
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Names the random numbers.")] = 1,
    workers: Annotated[
        int | None,
        typer.Option(min=1, max=256, help="How many processors to use: all, unless given."),
    ] = None,
    show_small_counts: Annotated[
        bool,
        typer.Option(
            "--show-small-counts",
            help="With --ssda903: show counts of children from 1 to 5. For use inside the "
            "authority only.",
        ),
    ] = False,
    resume: Annotated[
        bool,
        typer.Option("--resume", help="With --dfe: go on with a back-test that was stopped."),
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress and no summary.")] = False,
) -> None:
    """Forecast from past years and score against what happened."""
    from sufficiency.commands.sources import source_of

    with told_of(None):
        of_dfe = {"--authorities": authorities, "--resume": resume}
        of_returns = {
            "--authority": authority,
            "--places": places,
            "--show-small-counts": show_small_counts,
        }
        source_of(dfe, ssda903, of_dfe, of_returns)
    finished: Finished
    if dfe is not None:
        from sufficiency.commands.backtest import BacktestOptions, kept
        from sufficiency.commands.backtest import backtest as backtest_authorities

        options = BacktestOptions(out, authorities, origins, replications, seed, workers, resume)
        try:
            with progress(quiet=quiet, of="forecasts", first="tables") as step:
                finished = backtest_authorities(dfe, options, step)
        except KeyboardInterrupt:
            if told := kept(out):
                typer.echo(told, err=True)
            raise
    else:
        from sufficiency.commands.backtest_returns import OwnBacktestOptions, backtest_returns

        assert ssda903 is not None
        own = OwnBacktestOptions(
            out, authority, origins, places, replications, seed, workers, show_small_counts
        )
        with progress(quiet=quiet, first="returns") as step:
            finished = backtest_returns(ssda903, own, step)
    if not quiet:
        typer.echo(f"\n{finished.summary}\n")
    typer.echo(f"Results are in {finished.folder.as_posix()}")


@app.command()
def export(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run's folder.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder to write the returns in.")],
    replication: Annotated[
        int, typer.Option(min=1, metavar="N", help="Which of the futures kept in the run.")
    ] = 1,
) -> None:
    """Write the simulated children of one future as SSDA903 returns, a folder a year."""
    from sufficiency.commands.export import export as export_run

    done = export_run(run, out, replication)
    typer.echo(done.summary)
    typer.echo(f"Returns of simulated children are in {done.folder.as_posix()}")
