"""``sufficiency run``: one scenario, many futures, one folder of results."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sufficiency.errors import InputError

if TYPE_CHECKING:
    from sufficiency.forecast.gather import Gathered
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
    """

    replications: int | None = None
    seed: int | None = None
    workers: int | None = None
    out: Path | None = None
    episodes: int = 1
    small_counts: bool = False
    layers: bool = False


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
    from sufficiency.forecast.layers import chance_alone, without_years
    from sufficiency.run_folder import Results, write_manifest, write_run
    from sufficiency.staging import RUNS, check_can_stage, staged

    loaded, actuals = _read(path)
    folder = options.out or RUNS / loaded.name
    check_can_stage(folder)
    plan, numbers = _planned(loaded, options)
    started = time.monotonic()
    with staged(folder) as draft:
        plans = [plan, without_years(plan), chance_alone(plan)] if options.layers else [plan]
        gathered, *held_still = _simulated(plans, numbers, options.workers, step)
        results = Results(
            loaded, plan, gathered, actuals, options.small_counts, layers=tuple(held_still)
        )
        simulated = time.monotonic()
        summary = write_run(results, draft)
        written = time.monotonic()
        seconds = [("simulating", simulated - started), ("writing", written - simulated)]
        write_manifest(results, seconds, draft)
    return Finished(folder, summary)


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
    from sufficiency.forecast.replication import Plan

    seed = loaded.scenario.seed if options.seed is None else options.seed
    count = options.replications or loaded.scenario.replications
    kept = frozenset(range(1, min(options.episodes, count) + 1))
    return Plan(loaded.scenario, seed, kept), range(1, count + 1)


def _simulated(
    plans: list[Plan], numbers: range, workers: int | None, step: Step
) -> Iterator[Gathered]:
    """Run every plan's replications, one plan after another."""
    from sufficiency.forecast.gather import gather
    from sufficiency.forecast.runner import run_replications

    total = len(plans) * len(numbers)
    step(0, total)
    for place, plan in enumerate(plans):
        # Closed whatever happens, so that no process works on after a run is stopped.
        with closing(run_replications(plan, numbers, workers)) as replications:
            yield gather(plan, _counting(replications, place * len(numbers), total, step))


def _counting(
    replications: Iterator[Replication], before: int, total: int, step: Step
) -> Iterator[Replication]:
    for done, replication in enumerate(replications, start=before + 1):
        step(done, total)
        yield replication
