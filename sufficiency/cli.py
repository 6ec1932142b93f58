"""The command line: verbs, progress and plain errors, and no logic of its own.

Each verb is a function in ``sufficiency.commands``. A command ends with 0 when it is done,
2 when the input is wrong, and 1 for anything else. Input that is wrong is told as one line a
problem, with its place and its remedy, and never as a traceback.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from sufficiency import __version__
from sufficiency.errors import InputError
from sufficiency.faults import STOPPED, TRACEBACK, disk_sentence, fault_sentence
from sufficiency.stopping import leave_at_once, stop_as_by_ctrl_c, too_late_to_stop

if TYPE_CHECKING:
    from sufficiency.commands.run import Step


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


def _opening_day(text: str | None) -> str | None:
    """Tell at once what is wrong with a date."""
    from sufficiency.commands.estimate import opening_day

    try:
        return None if text is None else opening_day(text).isoformat()
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


@app.callback()
def _sufficiency(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Tell the version.")
    ] = False,
) -> None:
    """Will there be enough of the right homes for children in care, and what will it cost?"""


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
    with _progress(quiet=quiet) as step:
        finished = run_scenario(scenario, options, step)
    if not quiet:
        typer.echo(f"\n{finished.summary}\n")
    typer.echo(f"Results are in {finished.folder.as_posix()}")


@app.command()
def estimate(
    dfe: Annotated[
        Path,
        typer.Option(
            metavar="FILE",
            help="Published tables of children looked after, by the Department for Education: "
            "one long table, or the files of its statistics site in a folder or zip.",
        ),
    ],
    authority: Annotated[
        str, typer.Option(metavar="NAME", help="The local authority, such as Leeds.")
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder to write the scenario in.")],
    as_at: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            callback=_opening_day,
            help="A 31 March to open on, such as 2025-03-31: the last in the tables, unless given.",
        ),
    ] = None,
    ro3: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Revenue outturn of children's social care (RO3), to set prices by.",
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No summary.")] = False,
) -> None:
    """Make a baseline for any English authority from published tables."""
    from sufficiency.commands.estimate import EstimateOptions, opening_day
    from sufficiency.commands.estimate import estimate as estimate_authority

    day = None if as_at is None else opening_day(as_at)
    done = estimate_authority(EstimateOptions(dfe, authority, out, day, ro3))
    if not quiet:
        typer.echo(f"{done.summary}")
    typer.echo(f"Wrote {done.baseline.as_posix()}. Try: {done.try_it}")


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
def backtest(
    dfe: Annotated[
        Path,
        typer.Option(
            help="Published tables of children looked after: a CSV file, a zip, or a folder."
        ),
    ],
    out: Annotated[Path, typer.Option(help="Folder of results.")],
    authorities: Annotated[
        str | None,
        typer.Option(metavar="NAME,...", help="Authorities: all that can be tested, unless given."),
    ] = None,
    origins: Annotated[
        str | None,
        typer.Option(
            metavar="YEAR,...",
            help="Forecasts open on 31 March of these years: 2021 to 2024, unless given.",
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
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a back-test that was stopped.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress and no summary.")] = False,
) -> None:
    """Forecast many authorities from past years and score against what happened."""
    from sufficiency.commands.backtest import BacktestOptions, kept
    from sufficiency.commands.backtest import backtest as backtest_authorities

    options = BacktestOptions(
        out=out,
        authorities=authorities,
        origins=origins,
        replications=replications,
        seed=seed,
        workers=workers,
        resume=resume,
    )
    try:
        with _progress(quiet=quiet, of="forecasts") as step:
            finished = backtest_authorities(dfe, options, step)
    except KeyboardInterrupt:
        if told := kept(out):
            typer.echo(told, err=True)
        raise
    if not quiet:
        typer.echo(f"\n{finished.summary}\n")
    typer.echo(f"Results are in {finished.folder.as_posix()}")


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


@contextmanager
def _progress(*, quiet: bool, of: str = "futures") -> Iterator[Step]:
    """Progress through futures or whole forecasts: a bar on a terminal, plain lines elsewhere."""
    if quiet:
        yield lambda done, total: None
    elif sys.stderr.isatty():
        with _bar(of) as step:
            yield step
    else:
        yield lambda done, total: _plain_line(done, total, of)


@contextmanager
def _bar(of: str) -> Iterator[Step]:
    """A bar that says what is being done, and is gone when it is done."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = ("{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        reading = "Reading the scenario" if of == "futures" else "Reading the tables"
        task = bar.add_task(reading, total=None)

        def step(done: int, total: int) -> None:
            doing = f"Simulating {of}" if done < total else "Writing the results"
            bar.update(task, completed=done, total=total, description=doing)

        yield step


def _plain_line(done: int, total: int, of: str) -> None:
    """One line each tenth of the way."""
    if done and done * 10 // total > (done - 1) * 10 // total:
        typer.echo(f"{done} of {total} {of}", err=True)


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


def _told(words: str, code: int) -> typer.Exit:
    typer.echo(words, err=True)
    return typer.Exit(code)


if __name__ == "__main__":
    main()
