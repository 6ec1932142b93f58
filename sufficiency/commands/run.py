"""``sufficiency run``: one scenario, many futures, one folder of results."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sufficiency.errors import InputError, Problem

if TYPE_CHECKING:
    from sufficiency.forecast.gather import Gathered
    from sufficiency.forecast.precision import Ended, Watch
    from sufficiency.forecast.replication import Plan, Replication
    from sufficiency.inputs.tables import Actual
    from sufficiency.progress import Step
    from sufficiency.scenario.load import LoadedScenario


@dataclass(frozen=True)
class RunOptions:
    """What a user may ask of a run.

    Attributes:
        replications: How many futures; the scenario says when None.
        seed: Names the random numbers; the scenario says when None.
        workers: How many processes; as many as there are processors when None.
        out: The folder of results; ``outputs/<scenario>`` when None.
        episodes: Replications whose placements are written; 0 for none.
        small_counts: Show counts of children from 1 to 5.
        layers: Also tell chance, doubt, and good and bad years apart. Takes three times as long.
        precision: Averages and how closely each is to be known, each as
            MEASURE[:SETTING]@PERIOD=HALFWIDTH; as many futures are run as that takes.
        at_most: Futures run at most for that; a limit of the program's own when None.
        first_choice: Share of children who are to have their first choice, in the gap in places.
    """

    replications: int | None = None
    seed: int | None = None
    workers: int | None = None
    out: Path | None = None
    episodes: int = 1
    small_counts: bool = False
    layers: bool = False
    precision: tuple[str, ...] = ()
    at_most: int | None = None
    first_choice: float = 0.9


@dataclass(frozen=True)
class Finished:
    """A run that is done.

    Attributes:
        folder: Where its results stand.
        summary: What they say, to be read aloud.
    """

    folder: Path
    summary: str


def run(path: Path, options: RunOptions, step: Step = lambda done, total: None) -> Finished:
    """Run a scenario and write its folder of results.

    Everything that could be wrong with the input is looked at before the first replication.

    Args:
        path: The scenario file.
        options: What the user asked for.
        step: Told of progress.

    Returns:
        Where the results are and what they say.

    Raises:
        InputError: If the scenario, its actuals or the folder is wrong.
    """
    from sufficiency.folders.run import Results, write_manifest, write_run
    from sufficiency.folders.staging import RUNS, check_can_stage, staged

    _check_together(options)
    loaded, actuals = _read(path)
    folder = options.out or RUNS / loaded.name
    check_can_stage(folder)
    plan, numbers = _planned(loaded, options)
    watch = _watch(plan, options)
    started = time.monotonic()
    with staged(folder) as draft:
        gathered, ended = _simulated(plan, numbers, watch, options, step)
        whole, *held_still = gathered
        results = Results(
            loaded,
            plan,
            whole,
            actuals,
            options.small_counts,
            layers=tuple(held_still),
            first_choice=options.first_choice,
            ended=ended,
        )
        simulated = time.monotonic()
        summary = write_run(results, draft)
        written = time.monotonic()
        seconds = [("simulating", simulated - started), ("writing", written - simulated)]
        write_manifest(results, seconds, draft)
    return Finished(folder, summary)


def _check_together(options: RunOptions) -> None:
    """Refuse options that contradict one another."""
    if options.precision and options.replications is not None:
        sentence = "--precision finds how many futures it takes, and --replications says how many"
        remedy = "give one of the two; --at-most is the limit for --precision"
        raise InputError([Problem("--replications", 1, 1, sentence, remedy)])
    if options.at_most is not None and not options.precision:
        sentence = "--at-most is the limit for --precision, which is not given"
        remedy = "give --precision MEASURE@PERIOD=HALFWIDTH too, or --replications instead"
        raise InputError([Problem("--at-most", 1, 1, sentence, remedy)])


def _read(path: Path) -> tuple[LoadedScenario, tuple[Actual, ...]]:
    from sufficiency.estimate.feasible import opening_problems
    from sufficiency.inputs.tables import read_actuals
    from sufficiency.scenario.load import load_scenario

    loaded = load_scenario(path)
    problems = opening_problems(loaded)
    if problems:
        raise InputError(problems)
    named = loaded.scenario.actuals
    return loaded, () if named is None else read_actuals(loaded.root / named.file)


def _planned(loaded: LoadedScenario, options: RunOptions) -> tuple[Plan, range]:
    from sufficiency.forecast.precision import AT_MOST
    from sufficiency.forecast.replication import Plan

    seed = loaded.scenario.seed if options.seed is None else options.seed
    count = options.replications or loaded.scenario.replications
    if options.precision:
        count = options.at_most or AT_MOST
    kept = frozenset(range(1, min(options.episodes, count) + 1))
    return Plan(loaded.scenario, seed, kept), range(1, count + 1)


def _watch(plan: Plan, options: RunOptions) -> Watch | None:
    """What watches for the precision asked for; None where none is."""
    from sufficiency.forecast.precision import Watch, parse_precisions

    return Watch(parse_precisions(options.precision, plan)) if options.precision else None


def _simulated(
    plan: Plan, numbers: range, watch: Watch | None, options: RunOptions, step: Step
) -> tuple[list[Gathered], Ended | None]:
    """Run the plan's futures, and the same once more for each layer that is asked for."""
    from sufficiency.forecast.gather import gather
    from sufficiency.forecast.layers import chance_alone, without_years
    from sufficiency.forecast.runner import run_replications

    plans = [plan, without_years(plan), chance_alone(plan)] if options.layers else [plan]
    found, ended = [], None
    if watch is not None:
        step(0, len(plans) * len(numbers))
        found.append(gather(plan, _precise(plan, numbers, watch, len(plans), options, step)))
        ended = watch.ended(len(numbers))
        numbers = range(1, ended.ran + 1)
    total = len(plans) * len(numbers)
    if watch is None:
        step(0, total)
    for place, each in enumerate(plans[len(found) :], start=len(found)):
        # Closed whatever happens, so that no process works on after a run is stopped.
        with closing(run_replications(each, numbers, options.workers)) as replications:
            found.append(gather(each, _counting(replications, place * len(numbers), total, step)))
    return found, ended


def _precise(
    plan: Plan, numbers: range, watch: Watch, plans: int, options: RunOptions, step: Step
) -> Iterator[Replication]:
    """Futures until there are enough; progress is of as many as it seems to take."""
    from sufficiency.forecast.precision import run_until

    with closing(run_until(plan, watch, len(numbers), options.workers)) as replications:
        for done, (replication, in_all) in enumerate(replications, start=1):
            step(done, plans * in_all)
            yield replication


def _counting(
    replications: Iterator[Replication], before: int, total: int, step: Step
) -> Iterator[Replication]:
    for done, replication in enumerate(replications, start=before + 1):
        step(done, total)
        yield replication
