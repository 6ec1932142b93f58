"""``sufficiency solve``: how much of something is enough to meet a target often enough."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sufficiency.commands.run import Finished
from sufficiency.errors import InputError, Problem, shown

if TYPE_CHECKING:
    from sufficiency.forecast.measures import Measure
    from sufficiency.forecast.solve import Looked, Trials, Tried
    from sufficiency.forecast.solve_question import Range, Target
    from sufficiency.forecast.solve_search import BoolArray, NotMetError
    from sufficiency.progress import Step
    from sufficiency.scenario.load import LoadedScenario

AGAINST, TELL = "--against", "--tell"


@dataclass(frozen=True)
class SolveOptions:
    """What a user may ask of a search.

    Attributes:
        set: The figure that is tried and its range, ``PATH=LOW:HIGH``.
        until: The target, ``MEASURE@PERIOD <= VALUE``.
        chance: In what share of the futures the target shall be met.
        step: From one value to the next; whole numbers or three significant places when None.
        against: A scenario from which the difference is meant; none when None.
        tell: Other measures told at each value.
        replications: How many futures.
        seed: Names the random numbers; the scenario says when None.
        workers: How many processes; as many as there are processors when None.
        out: The folder of results; ``outputs/<scenario>-solve`` when None.
        small_counts: Show counts of children from 1 to 5.
    """

    set: str
    until: str
    chance: float = 0.8
    step: str | None = None
    against: Path | None = None
    tell: tuple[str, ...] = ()
    replications: int = 100
    seed: int | None = None
    workers: int | None = None
    out: Path | None = None
    small_counts: bool = False


@dataclass(frozen=True)
class Prepared:
    """A search that is about to be made; what can be wrong has been looked at.

    Attributes:
        loaded: The scenario.
        base: The scenario it is set against, where there is one.
        values: The figure and its values.
        unit: The figure's unit.
        target: What shall hold.
        told: What else is told.
        options: What the user asked for.
        folder: Where the results are to stand.
    """

    loaded: LoadedScenario
    base: LoadedScenario | None
    values: Range
    unit: str
    target: Target
    told: tuple[Measure, ...]
    options: SolveOptions
    folder: Path

    @cached_property
    def seed(self) -> int:
        """Names the random numbers, of the base too."""
        given = self.options.seed
        return self.loaded.scenario.seed if given is None else given

    @cached_property
    def numbers(self) -> range:
        """Which futures are simulated at every value."""
        return range(1, self.options.replications + 1)

    @cached_property
    def futures(self) -> int:
        """How many futures there are to simulate, as far as is known before."""
        from sufficiency.forecast.solve_search import COARSE

        last = self.values.last
        halvings = math.ceil(math.log2(max(1, math.ceil(last / (COARSE - 1)))))
        values = min(COARSE, last + 1) + halvings + (self.base is not None)
        return values * self.options.replications


def solve(path: Path, options: SolveOptions, step: Step = lambda done, total: None) -> Finished:
    """Search for the value that is enough, and write the folder of results.

    Args:
        path: The scenario file.
        options: What the user asked for.
        step: Told of progress.

    Returns:
        Where the results are and what was found.

    Raises:
        InputError: If the scenario, an option or the folder is wrong, or no value tried meets
            the target.
    """
    from sufficiency.folders.solve import Solution, write_manifest, write_solution
    from sufficiency.folders.staging import staged
    from sufficiency.forecast.solve_search import NotMetError, search

    started = time.monotonic()
    prepared = prepare(path, options)
    with staged(prepared.folder, "solve") as draft:
        work = _Work(prepared, step)
        trials = work.begin()

        def met_at(index: int) -> BoolArray:
            tried = trials.at(index)
            _check_can_be_told(prepared, trials, tried)
            return tried.met

        try:
            answer = search(met_at, prepared.values.last, options.chance)
        except NotMetError as failed:
            raise _not_met(prepared, trials, failed) from None
        work.finish()
        solution = Solution(
            loaded=prepared.loaded,
            base=prepared.base,
            trials=trials,
            answer=answer,
            unit=prepared.unit,
            wanted=options.chance,
            replications=options.replications,
            seed=prepared.seed,
            small_counts=options.small_counts,
        )
        summary = write_solution(solution, draft)
        write_manifest(solution, time.monotonic() - started, draft)
    return Finished(prepared.folder, summary)


def prepare(path: Path, options: SolveOptions) -> Prepared:
    """Look at what could be wrong, before the work begins.

    Args:
        path: The scenario file.
        options: What the user asked for.

    Returns:
        The search to be made.

    Raises:
        InputError: If the scenario, an option or the folder is wrong.
    """
    from sufficiency.folders.staging import RUNS, check_can_stage
    from sufficiency.forecast.measures import known_measures, parse_measure
    from sufficiency.forecast.replication import Plan
    from sufficiency.forecast.solve_question import SET, parse_range, parse_target, stepped
    from sufficiency.scenario.figures import named_figures

    figure, low, high = parse_range(options.set)
    loaded = _loaded(path)
    _loaded(path, {figure: float(low)})
    highest = _loaded(path, {figure: float(high)})
    named = dict(named_figures(highest.scenario))
    if figure not in named:
        sentence = f"{shown(figure)} is not a figure that can be tried at several values"
        remedy = "name one that `sufficiency explain` tells a unit of"
        raise InputError([Problem(SET, 1, 1, sentence, remedy)])
    unit = named[figure].unit_name
    values = stepped(figure, low, high, unit, options.step)
    # At the highest value: how full a home is has no value where there are no places.
    known = known_measures(Plan(highest.scenario, loaded.scenario.seed))
    target = parse_target(options.until, known)
    told = tuple(parse_measure(text, known, TELL) for text in options.tell)
    base = None if options.against is None else _base(options.against, loaded, target.measure)
    folder = options.out or RUNS / f"{loaded.name}-solve"
    check_can_stage(folder, "solve")
    return Prepared(loaded, base, values, unit, target, told, options, folder)


def _loaded(path: Path, changes: dict[str, float] | None = None) -> LoadedScenario:
    from sufficiency.estimate.feasible import opening_problems
    from sufficiency.forecast.solve_question import SET
    from sufficiency.scenario.load import load_scenario

    loaded = load_scenario(path, changes, SET)
    if problems := opening_problems(loaded):
        raise InputError(problems)
    return loaded


def _base(path: Path, loaded: LoadedScenario, measure: Measure) -> LoadedScenario:
    """The scenario the difference is taken from: the same days, authority and measure."""
    from sufficiency.forecast.measures import known_measures
    from sufficiency.forecast.replication import Plan

    base = _loaded(path)
    for key, remedy in (
        ("start", "give one of the same days"),
        ("end", "give one of the same days"),
        ("authority", "give one of the same authority"),
    ):
        here, there = (getattr(each.scenario, key) for each in (loaded, base))
        if here != there:
            sentence = f"{path.as_posix()} has another `{key}` ({there}) than the scenario ({here})"
            raise InputError([Problem(AGAINST, 1, 1, sentence, remedy)])
    if not measure.is_known_to(known_measures(Plan(base.scenario, base.scenario.seed))):
        sentence = f"`{measure}` is not told of {path.as_posix()}, so there is no difference in it"
        raise InputError([Problem(AGAINST, 1, 1, sentence, "ask for what both have")])
    return base


class _Work:
    """Simulates the values asked for and tells how far the whole work has come."""

    def __init__(self, prepared: Prepared, step: Step) -> None:
        self._prepared = prepared
        self._step = step
        self._done = 0
        self._total = prepared.futures
        step(0, self._total)

    def begin(self) -> Trials:
        """The other scenario's futures, where there is one, and no value tried yet."""
        from sufficiency.forecast.solve import Trials

        of = self._prepared
        base = None if of.base is None else self._look(of.base, (of.target.measure,))
        return Trials(of.values, of.target, of.told, self._at, base)

    def finish(self) -> None:
        """Tell that fewer values were needed than there might have been."""
        if self._done < self._total:
            self._step(self._total, self._total)

    def _at(self, value: float, measures: Sequence[Measure]) -> Looked:
        of = self._prepared
        return self._look(_loaded(of.loaded.path, {of.values.path: value}), measures)

    def _look(self, loaded: LoadedScenario, measures: Sequence[Measure]) -> Looked:
        from sufficiency.forecast.replication import Plan
        from sufficiency.forecast.solve import look

        of = self._prepared
        plan = Plan(loaded.scenario, of.seed)
        return look(plan, measures, of.numbers, of.options.workers, self._one_more)

    def _one_more(self) -> None:
        self._done += 1
        self._total = max(self._total, self._done)
        self._step(self._done, self._total)


def _check_can_be_told(prepared: Prepared, trials: Trials, tried: Tried) -> None:
    """Refuse a target that would find out a small count of real children.

    Asked often enough, the chance of a target tells the count it is about. Where every setting in
    it is yet to open, only simulated children are counted.
    """
    from sufficiency.folders.solve import is_hidden, tells_another
    from sufficiency.forecast.solve_question import UNTIL

    if prepared.options.small_counts:
        return
    own = bool(tried.looked.at_opening[0]) and is_hidden(trials, tried, 0)
    if own or tells_another(trials, tried, 0):
        sentence = (
            f"`{prepared.target.measure}` would show a count of children from 1 to 5, its own or "
            "that of another setting"
        )
        remedy = (
            "ask for a longer period or a wider group, or give --show-small-counts for use inside "
            "the authority only"
        )
        raise InputError([Problem(UNTIL, 1, 1, sentence, remedy)])


def _not_met(prepared: Prepared, trials: Trials, failed: NotMetError) -> InputError:
    """What is said when no value tried meets the target: the best there is."""
    from sufficiency.folders.solve import changes_nothing, is_hidden
    from sufficiency.forecast.solve_question import UNTIL
    from sufficiency.report.solve_words import figure

    target, range_ = prepared.target, prepared.values
    best = _best(trials)
    at = "at every value" if changes_nothing(trials) else f"at {figure(best.value)}"
    how = f"the best chance found is {best.chance:.0%}, {at}"
    if not is_hidden(trials, best, 0) or prepared.options.small_counts:
        how += f", where {_where(prepared, best)}"
    ends = f"from {figure(range_.value(0))} to {figure(range_.value(range_.last))}"
    sentence = (
        f"no value of `{range_.path}` {ends} that was tried ({len(failed.tried)} of them) meets "
        f"`{target}` with a chance of {prepared.options.chance:.0%}: {how}"
    )
    remedy = "give --set a wider range, or ask for less by --until or --chance"
    if changes_nothing(trials):
        sentence += "; the figure changes nothing in it"
        remedy = "give --set another figure, or ask for less by --until or --chance"
    return InputError([Problem(UNTIL, 1, 1, sentence, remedy)])


def _best(trials: Trials) -> Tried:
    """The value with the best chance; of several, as when none has any, the nearest."""
    import numpy as np

    sign = -1 if trials.target.compared in ("<", "<=") else 1

    def nearness(tried: Tried) -> tuple[float, float]:
        there = tried.target[~np.isnan(tried.target)]
        return tried.chance, sign * float(there.mean()) if len(there) else -math.inf

    return max((each for _, each in trials.every()), key=nearness)


def _where(prepared: Prepared, tried: Tried) -> str:
    """What the target's measure comes to at a value, and in how many futures it is nothing."""
    import numpy as np

    from sufficiency.report.solve_words import amount

    it = "the difference" if prepared.base is not None else "it"
    there = tried.target[~np.isnan(tried.target)]
    futures, without = len(tried.target), len(tried.target) - len(there)
    if not len(there):
        return f"{it} has no value in any of {futures} futures, which counts as not met"
    mean = f"{it} is {amount(float(there.mean()), prepared.target.measure.unit)} on average"
    if not without:
        return mean
    return (
        f"{mean} of the futures in which it has a value (in {without} of {futures} it has none, "
        "which counts as not met)"
    )
