"""``sufficiency compare``: several scenarios on the same futures, each set against a base."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sufficiency.errors import InputError, Problem, shown

if TYPE_CHECKING:
    from sufficiency.forecast.measures import Measure
    from sufficiency.forecast.paired import Paired
    from sufficiency.forecast.replication import Plan
    from sufficiency.inputs.tables import Actual
    from sufficiency.progress import Step
    from sufficiency.scenario.load import LoadedScenario


@dataclass(frozen=True)
class CompareOptions:
    """What a user may ask of a comparison.

    Attributes:
        replications: How many futures; the base says when None.
        seed: Names the random numbers; the base says when None.
        workers: How many processes; as many as there are processors when None.
        out: The folder of results; ``outputs/compare-<base>`` when None.
        by: What to rank by, as MEASURE[:SETTING][@PERIOD]; net cost over the forecast when None.
        small_counts: Show counts of children from 1 to 5.
    """

    replications: int | None = None
    seed: int | None = None
    workers: int | None = None
    out: Path | None = None
    by: str | None = None
    small_counts: bool = False


@dataclass(frozen=True)
class Finished:
    """A comparison that is done.

    Attributes:
        folder: Where its results stand.
        summary: What they say, to be read aloud.
    """

    folder: Path
    summary: str


def compare(
    base: Path,
    scenarios: Sequence[Path],
    options: CompareOptions,
    step: Step = lambda done, total: None,
) -> Finished:
    """Compare scenarios with a base and write the folder of results.

    Everything that could be wrong with the input is looked at before the first replication.

    Args:
        base: The scenario file that the others are set against.
        scenarios: The others.
        options: What the user asked for.
        step: Told of progress.

    Returns:
        Where the results are and what they say.

    Raises:
        InputError: If a scenario, its actuals or the folder is wrong, or the scenarios cannot
            be set against each other.
    """
    from sufficiency.folders.comparison import (
        Comparison,
        write_comparison,
        write_comparison_manifest,
    )
    from sufficiency.folders.staging import RUNS, check_can_stage, staged
    from sufficiency.forecast.compare import compared

    loaded = _read([base, *scenarios])
    actuals = _actuals(loaded)
    folder = options.out or RUNS / f"compare-{loaded[0].name}"
    check_can_stage(folder, "comparison")
    plans, numbers = _planned(loaded, options)
    by = None if options.by is None else _ranked_by(options.by, plans[0])
    started = time.monotonic()
    with staged(folder, "comparison") as draft:
        pairs = _simulated(plans, numbers, options.workers, step)
        found = compared(plans, pairs, by)
        simulated = time.monotonic()
        made = Comparison(loaded, actuals, found, by, options.small_counts, simulated - started)
        summary = write_comparison(made, draft)
        write_comparison_manifest(made, time.monotonic() - simulated, draft)
    return Finished(folder, summary)


def _read(paths: Sequence[Path]) -> tuple[LoadedScenario, ...]:
    """Read every scenario, or tell everything that is wrong with any or with all together."""
    from sufficiency.estimate.feasible import opening_problems
    from sufficiency.scenario.load import load_scenario

    problems = _named_twice(paths)
    loaded: list[LoadedScenario | None] = []
    for path in dict.fromkeys(paths):
        try:
            one = load_scenario(path)
        except InputError as error:
            problems += error.problems
            loaded.append(None)
            continue
        problems += opening_problems(one)
        loaded.append(one)
    problems += _do_not_go_together([one for one in loaded if one is not None], loaded[0])
    if problems:
        raise InputError(problems)
    return tuple(one for one in loaded if one is not None)


def _named_twice(paths: Sequence[Path]) -> list[Problem]:
    """The same file named twice, or the base named among the scenarios."""
    base, *others = [path.resolve() for path in paths]
    found = []
    for number, (path, real) in enumerate(zip(paths[1:], others, strict=True)):
        if real == base:
            sentence = "this is the base, and it is also among the scenarios set against it"
            found.append(Problem(path.as_posix(), 1, 1, sentence, "leave it out of the scenarios"))
        elif real in others[:number]:
            found.append(Problem(path.as_posix(), 1, 1, "this is named twice", "name it once"))
    return found


def _do_not_go_together(
    loaded: Sequence[LoadedScenario], base: LoadedScenario | None
) -> list[Problem]:
    """Scenarios that cannot be set against the base, and names that cannot be told apart."""
    from sufficiency.folders.comparison_labels import own_file

    found = []
    names: dict[str, LoadedScenario] = {}
    for one in loaded:
        earlier = names.setdefault(one.name, one)
        if earlier is not one and earlier.path.resolve() != one.path.resolve():
            sentence = f"its name, `{one.name}`, is also that of {own_file(earlier)}"
            remedy = "rename one of the two files, or put it in a folder of another name"
            found.append(Problem(own_file(one), 1, 1, sentence, remedy))
        if base is not None and one is not base:
            found += _unlike(one, base)
    return found


def _unlike(one: LoadedScenario, base: LoadedScenario) -> Iterator[Problem]:
    """What must be the same in both and is not."""
    from sufficiency.folders.comparison_labels import own_file

    for field, remedy in (
        ("start", "compare scenarios that open on the same day"),
        ("end", "compare scenarios that end on the same day"),
        ("authority", "compare scenarios of the same authority"),
    ):
        ours, theirs = getattr(one.scenario, field), getattr(base.scenario, field)
        if ours != theirs:
            origin = one.origin(field)
            written = origin.line > 0
            place = (origin.file, origin.line, origin.column) if written else (own_file(one), 1, 1)
            sentence = f"`{field}` is {ours} in {own_file(one)}, and {theirs} in the base"
            yield Problem(*place, sentence, remedy)


def _actuals(loaded: Sequence[LoadedScenario]) -> tuple[tuple[Actual, ...], ...]:
    from sufficiency.inputs.tables import read_actuals

    found = []
    for one in loaded:
        named = one.scenario.actuals
        found.append(() if named is None else read_actuals(one.root / named.file))
    return tuple(found)


def _planned(
    loaded: Sequence[LoadedScenario], options: CompareOptions
) -> tuple[tuple[Plan, ...], range]:
    from sufficiency.forecast.replication import Plan

    base = loaded[0].scenario
    seed = base.seed if options.seed is None else options.seed
    count = options.replications or base.replications
    # One future's placements, as a run of each scenario alone would keep.
    plans = tuple(Plan(one.scenario, seed, frozenset({1})) for one in loaded)
    return plans, range(1, count + 1)


def _ranked_by(text: str, plan: Plan) -> Measure:
    """What to rank by: over the whole forecast, or on its last day, where no period is given."""
    from sufficiency.forecast.measures import known_measures, parse_measure

    if not all(part.strip() for part in text.partition("@")[0].split("/")):
        sentence = (
            f"{shown(text)} does not name what to rank by"
            if text.strip()
            else ("it does not say what to rank by")
        )
        remedy = "write MEASURE or ONE/OTHER, such as children_in_care or out_of_area@2023-03"
        raise InputError([Problem("--by", 1, 1, sentence, remedy)])
    known = known_measures(plan)
    if "@" not in text:
        measure = text.partition("/")[0].partition(":")[0].strip()
        rows = [row for row, key in enumerate(known.keys) if key[0] == measure]
        on_a_day = any(known.has_value[row, 0] or known.keys[row][2] == "share" for row in rows)
        last = plan.horizon.months[-1].label
        text += f"@{last}" if on_a_day or "/" in text else "@all"
    return parse_measure(text, known, "--by")


def _simulated(
    plans: tuple[Plan, ...], numbers: range, workers: int | None, step: Step
) -> Iterator[Paired]:
    """Run every future of all scenarios, one future after another."""
    from sufficiency.forecast.paired import paired
    from sufficiency.forecast.runner import run_each

    step(0, len(numbers))
    # Closed whatever happens, so that no process works on after a comparison is stopped.
    with closing(run_each(partial(paired, plans), numbers, workers)) as pairs:
        for done, pair in enumerate(pairs, start=1):
            step(done, len(numbers))
            yield pair
