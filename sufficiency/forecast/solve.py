"""How much of something is enough: one figure tried at several values, in the same futures.

A future has a number, and its random numbers depend on that number alone. So every value of the
figure is tried in the same futures: what differs between two values is the figure and nothing
else. Where the question is about the difference from another scenario, such as whether an
intervention pays for itself, that one is simulated in the same futures too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from sufficiency.forecast.measures import Measure
from sufficiency.forecast.replication import Plan, replicate
from sufficiency.forecast.runner import run_each
from sufficiency.forecast.solve_question import Range, Target

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class Seen:
    """What is kept of one future.

    Attributes:
        values: The value of each measure.
        people: For each measure, the counts of children behind it.
        at_opening: For each measure, the real children behind it.
        beside: For each measure, the counts it would give away in other settings.
    """

    values: tuple[float, ...]
    people: tuple[tuple[float, ...], ...]
    at_opening: tuple[float, ...]
    beside: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Looked:
    """What is kept of every future of one scenario.

    Attributes:
        values: Shape (futures, measures).
        people: For each measure, the average of each count of children behind it.
        at_opening: For each measure, the most real children behind it in any future.
        beside: For each measure, the average of each count it would give away in other settings.
    """

    values: FloatArray
    people: tuple[FloatArray, ...]
    at_opening: FloatArray
    beside: tuple[FloatArray, ...] = ()


@dataclass(frozen=True)
class Tried:
    """One value of the figure, tried.

    Attributes:
        value: The value.
        target: The measure of the target in every future, less that of the other scenario where
            there is one; shape (futures,).
        met: Whether the target is met; shape (futures,).
        told: The other measures; shape (futures, measures).
        looked: What both were taken from: the target's measure first, then the others.
    """

    value: float
    target: FloatArray
    met: BoolArray
    told: FloatArray
    looked: Looked

    @property
    def chance(self) -> float:
        """Share of the futures in which the target is met."""
        return float(self.met.mean())


def look(
    plan: Plan,
    measures: Sequence[Measure],
    numbers: Sequence[int],
    workers: int | None = None,
    done: Callable[[], None] = lambda: None,
) -> Looked:
    """Simulate the futures of one scenario and keep what is asked about.

    Args:
        plan: The scenario and seed.
        measures: What is asked about.
        numbers: Which futures.
        workers: How many processes; as many as there are processors when None.
        done: Told of each future.

    Returns:
        What was found.
    """
    with closing(run_each(partial(_seen, plan, tuple(measures)), numbers, workers)) as futures:
        seen = list(_counting(futures, done))
    return Looked(
        values=np.array([one.values for one in seen]),
        people=_averages([one.people for one in seen]),
        at_opening=np.array([one.at_opening for one in seen]).max(axis=0),
        beside=_averages([one.beside for one in seen]),
    )


def _averages(counts: Sequence[tuple[tuple[float, ...], ...]]) -> tuple[FloatArray, ...]:
    """For each measure, the average of each of its counts over the futures."""
    return tuple(np.array(of_one).mean(axis=0) for of_one in zip(*counts, strict=True))


def _seen(plan: Plan, measures: tuple[Measure, ...], number: int) -> Seen:
    one = replicate(plan, number)
    return Seen(
        values=tuple(measure.value(one) for measure in measures),
        people=tuple(measure.people_behind(one) for measure in measures),
        at_opening=tuple(measure.children_at_opening(one) for measure in measures),
        beside=tuple(measure.counts_beside(one) for measure in measures),
    )


def _counting(futures: Iterator[Seen], done: Callable[[], None]) -> Iterator[Seen]:
    for future in futures:
        done()
        yield future


class Trials:
    """Every value tried so far, each simulated once.

    Attributes:
        range: The figure and its values.
        target: What shall hold.
        told: What else is told at each value.
        base: The other scenario's futures, where the target is on the difference from it.
    """

    def __init__(
        self,
        range_: Range,
        target: Target,
        told: Sequence[Measure],
        look_at: Callable[[float, Sequence[Measure]], Looked],
        base: Looked | None = None,
    ) -> None:
        """Begin.

        Args:
            range_: The figure and its values.
            target: What shall hold.
            told: What else is told.
            look_at: Simulates the scenario with the figure at a value.
            base: The other scenario, looked at for the target's measure in the same futures.
        """
        self.range, self.target, self.told, self.base = range_, target, tuple(told), base
        self._look_at = look_at
        self._tried: dict[int, Tried] = {}

    def at(self, index: int) -> Tried:
        """The value with a number, simulated when it is first asked for."""
        if index not in self._tried:
            self._tried[index] = self._try(self.range.value(index))
        return self._tried[index]

    def every(self) -> list[tuple[int, Tried]]:
        """All that was tried, with its number, lowest value first."""
        return sorted(self._tried.items())

    def _try(self, value: float) -> Tried:
        looked = self._look_at(value, (self.target.measure, *self.told))
        target = looked.values[:, 0]
        if self.base is not None:
            target = target - self.base.values[:, 0]
        met = np.array([self.target.is_met(float(each)) for each in target], dtype=np.bool_)
        return Tried(value, target, met, looked.values[:, 1:], looked)


def chance_interval(met: int, futures: int) -> tuple[float, float]:
    """Where a chance may lie, when a target was met in so many of so many futures.

    Wilson's interval: nineteen such intervals in twenty hold the true chance. It stays inside
    0 to 1 and has a width even where the target was met in all futures or none.

    Args:
        met: In how many it was met.
        futures: How many there were.

    Returns:
        Lower and upper end.
    """
    from scipy.special import ndtri

    z = float(ndtri(0.975))
    share = met / futures
    spread = z * np.sqrt(share * (1 - share) / futures + z * z / (4 * futures**2))
    middle, scale = share + z * z / (2 * futures), 1 + z * z / futures
    low, high = (middle - spread) / scale, (middle + spread) / scale
    return max(0.0, float(low)), min(1.0, float(high))
