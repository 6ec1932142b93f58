"""``sufficiency sensitivity``: what one number of a forecast hangs on, and what moves nothing."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sufficiency.commands.run import Finished
from sufficiency.errors import InputError, Problem

if TYPE_CHECKING:
    from sufficiency.forecast.measures import Measure
    from sufficiency.forecast.replication import Plan
    from sufficiency.forecast.sensitivity import Asked, Ends, Seen, Uncertain
    from sufficiency.forecast.sensitivity_shares import Share
    from sufficiency.progress import Step
    from sufficiency.scenario.load import LoadedScenario

FEWEST_ROWS = 8
"""Fewer rows of futures say nothing about shares of a variance."""


@dataclass(frozen=True)
class SensitivityOptions:
    """What a user may ask of a sensitivity analysis.

    Attributes:
        of: The number asked for, ``MEASURE[:SETTING][/MEASURE[:SETTING]]@PERIOD``.
        replications: Futures for each end of each figure.
        rows: Rows of futures for the shares of the variance, a power of two; 0 for no shares.
        top: How many figures stand alone among the shares.
        seed: Names the random numbers; the scenario says when None.
        workers: How many processes; as many as there are processors when None.
        out: The folder of results; ``outputs/<scenario>-sensitivity`` when None.
        small_counts: Show counts of children from 1 to 5.
    """

    of: str
    replications: int = 20
    rows: int = 128
    top: int = 8
    seed: int | None = None
    workers: int | None = None
    out: Path | None = None
    small_counts: bool = False


@dataclass(frozen=True)
class Prepared:
    """An analysis that is about to be made; everything that can be wrong has been looked at.

    Attributes:
        loaded: The scenario.
        plan: What is to be simulated.
        of: The number asked for.
        figures: The figures that are intervals.
        options: What the user asked for.
        folder: Where the results are to stand.
        seconds_each: How long one future took.
    """

    loaded: LoadedScenario
    plan: Plan
    of: Measure
    figures: tuple[Uncertain, ...]
    options: SensitivityOptions
    folder: Path
    seconds_each: float

    @property
    def futures(self) -> int:
        """How many futures there are to simulate, at most."""
        shares = _futures_for_shares(self.options, len(self.figures))
        return self.options.replications * (1 + 2 * len(self.figures)) + shares

    @property
    def said(self) -> str:
        """What is about to be done, and about how long it takes."""
        from sufficiency.forecast.processes import processors
        from sufficiency.forecast.sensitivity import is_price

        workers = min(self.options.workers or processors(), self.futures)
        # Futures that differ by prices alone are simulated once.
        prices = sum(is_price(figure.path) for figure in self.figures)
        simulated = self.futures - self.options.replications * max(2 * prices - 1, 0)
        minutes = math.ceil(simulated * self.seconds_each / workers / 60)
        long = "about a minute" if minutes <= 1 else f"about {minutes} minutes"
        on = "one processor" if workers == 1 else f"{workers} processors"
        figures = "1 figure is" if len(self.figures) == 1 else f"{len(self.figures)} figures are"
        return f"{figures} uncertain. Simulating {self.futures:,} futures: {long} on {on}."


def _futures_for_shares(options: SensitivityOptions, figures: int) -> int:
    alone = min(options.top, figures)
    sources = alone + (figures > alone) + 2
    return options.rows * (sources + 2)


def prepare(path: Path, options: SensitivityOptions) -> Prepared:
    """Look at everything that could be wrong, before the work begins.

    Args:
        path: The scenario file.
        options: What the user asked for.

    Returns:
        The analysis to be made.

    Raises:
        InputError: If the scenario, the number asked for, an option or the folder is wrong, or
            no figure is an interval.
    """
    from sufficiency.estimate.feasible import opening_problems
    from sufficiency.folders.staging import RUNS, check_can_stage
    from sufficiency.forecast.measures import known_measures, parse_measure
    from sufficiency.forecast.replication import Plan, replicate
    from sufficiency.forecast.sensitivity import uncertain_figures
    from sufficiency.scenario.load import load_scenario

    _check_rows(options.rows)
    loaded = load_scenario(path)
    if problems := opening_problems(loaded):
        raise InputError(problems)
    figures = uncertain_figures(loaded.scenario)
    if not figures:
        sentence = (
            "no figure of this scenario is an interval, so there is nothing to hold low or high"
        )
        file = next(iter(loaded.files))
        remedy = "give what is doubtful as `p10`, `p90` and `distribution`"
        raise InputError([Problem(file, 1, 1, sentence, remedy)])
    seed = loaded.scenario.seed if options.seed is None else options.seed
    plan = Plan(loaded.scenario, seed)
    of = parse_measure(options.of, known_measures(plan), "--of")
    folder = options.out or RUNS / f"{loaded.name}-sensitivity"
    check_can_stage(folder, "sensitivity")
    started = time.monotonic()
    replicate(plan, 1)
    seconds = time.monotonic() - started
    return Prepared(loaded, plan, of, figures, options, folder, seconds)


def _check_rows(rows: int) -> None:
    if rows == 0 or (rows >= FEWEST_ROWS and rows & (rows - 1) == 0):
        return
    sentence = f"{rows} is not a number of rows: it is a power of two of at least {FEWEST_ROWS}"
    remedy = "give 64 or 128, or 0 for no shares of the variance"
    raise InputError([Problem("--rows", 1, 1, sentence, remedy)])


def sensitivity(prepared: Prepared, step: Step = lambda done, total: None) -> Finished:
    """Make an analysis and write its folder of results.

    Args:
        prepared: What :func:`prepare` gave.
        step: Told of progress.

    Returns:
        Where the results are and what was found.

    Raises:
        InputError: If the number asked for would show a small count of children, or some future
            has no value of it.
    """
    from sufficiency.folders.sensitivity import Analysis, write_manifest, write_sensitivity
    from sufficiency.folders.staging import staged
    from sufficiency.forecast.sensitivity import as_drawn, at_both_ends, tornado

    started, options = time.monotonic(), prepared.options
    work = _Work(prepared, step)
    with staged(prepared.folder, "sensitivity") as draft:
        drawn = work.do(as_drawn(options.replications))
        _check_can_be_told(prepared, drawn)
        held = work.do(at_both_ends(prepared.figures, options.replications))
        ends = tornado(prepared.figures, drawn, held)
        shares = _shares(prepared, ends, work) if options.rows else ()
        analysis = Analysis(
            loaded=prepared.loaded,
            plan=prepared.plan,
            of=prepared.of,
            mean=sum(one.value for one in drawn) / len(drawn),
            ends=ends,
            shares=shares,
            replications=options.replications,
            rows=options.rows if shares else 0,
            futures=work.done,
            small_counts=options.small_counts,
        )
        summary = write_sensitivity(analysis, draft)
        write_manifest(analysis, time.monotonic() - started, draft)
    return Finished(prepared.folder, summary)


class _Work:
    """Simulates futures and tells how far the whole work has come."""

    def __init__(self, prepared: Prepared, step: Step) -> None:
        self.done = 0
        self.total = prepared.futures
        self._prepared = prepared
        self._step = step
        step(0, self.total)

    def do(self, asked: Sequence[Asked]) -> list[Seen]:
        """Simulate some futures."""
        from sufficiency.forecast.sensitivity import simulate_all

        of = self._prepared
        return simulate_all(of.plan, of.of, asked, of.options.workers, self._one_more)

    def _one_more(self) -> None:
        self.done += 1
        self._step(self.done, self.total)


def _check_can_be_told(prepared: Prepared, drawn: Sequence[Seen]) -> None:
    """Refuse a number that some futures do not have, or that would show few children."""
    from sufficiency.forecast.sensitivity import people_behind
    from sufficiency.report.disclosure import small

    without = sum(math.isnan(one.value) for one in drawn)
    if without:
        sentence = f"`{prepared.of}` has no value in {without} of {len(drawn)} futures"
        remedy = "ask for a number that every future has"
        raise InputError([Problem("--of", 1, 1, sentence, remedy)])
    if not prepared.options.small_counts and any(map(small, people_behind(drawn))):
        sentence = (
            f"`{prepared.of}` would show a count of children from 1 to 5, its own or that of "
            "another setting"
        )
        remedy = (
            "ask for a longer period or a wider group, or give --show-small-counts for use inside "
            "the authority only"
        )
        raise InputError([Problem("--of", 1, 1, sentence, remedy)])


def _shares(prepared: Prepared, ends: Sequence[Ends], work: _Work) -> tuple[Share, ...]:
    """Shares of the variance; none where some future has no value."""
    import numpy as np

    from sufficiency.forecast.sensitivity_shares import futures, points, sources, variance_shares

    largest = [row.figure.path for row in ends if row.moves][: prepared.options.top]
    of = sources(largest, len(ends) - len(largest))
    seed, rows = prepared.plan.seed, prepared.options.rows
    asked = futures(of, points(of, rows, seed))
    work.total = work.done + len(asked)
    values = np.array([one.value for one in work.do(asked)])
    return () if np.isnan(values).any() else variance_shares(of, values, seed)
