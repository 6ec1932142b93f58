"""Which shape of SimPy model costs least: one small market, written four ways.

Children arrive, live in one home after another for times fixed beforehand, and wait for one
of a few places that children in the other setting may be called to. The four versions do the
same: SimPy generator processes that wait for a timer or a call (``timeout | event``), generator
processes that are interrupted, generator processes whose wake-up is one event, and callbacks
with stale timers left to run out. Run from the project's folder:

    python benchmarks/engine_shapes.py
"""

from __future__ import annotations

import random
import statistics
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import simpy
from simpy.events import Timeout

CHILDREN, PLACES, DAYS = 2000, 120, 1826.0


@dataclass
class Life:
    """A child's fixed times: arrival, then one stay after another."""

    arrives: float
    stays: deque[float]
    in_place: bool = False
    version: int = 0
    call: Any = None


@dataclass
class Place:
    """Places, and who waits for one."""

    free: int = PLACES
    line: deque[Life] = field(default_factory=deque)


def lives() -> list[Life]:
    """The same children for every version."""
    luck = random.Random(1)
    return [
        Life(
            luck.uniform(0, DAYS) if n > 600 else 0.0,
            deque(luck.expovariate(1 / 300) for _ in range(luck.choice((1, 1, 2, 3)))),
        )
        for n in range(CHILDREN)
    ]


def _leaves_place(market: Place, life: Life, wake: Callable[[Life], None]) -> None:
    """Free the child's place and call the first who waits."""
    life.in_place = False
    while market.line:
        called = market.line.popleft()
        if called.stays:
            wake(called)
            return
    market.free += 1


def bare() -> None:
    """The same processes and timeouts, with no draws and no logic."""
    env = simpy.Environment()

    def live(life: Life) -> Iterator[simpy.Event]:
        if life.arrives:
            yield env.timeout(life.arrives)
        for stay in life.stays:
            yield env.timeout(stay)

    for life in lives():
        env.process(live(life))
    env.run(until=DAYS)


def waiting_on_either() -> None:
    """Generators that wait for a timer or a call, whichever comes first."""
    env, market = simpy.Environment(), Place()

    def wake(life: Life) -> None:
        life.call.succeed()

    def live(life: Life) -> Iterator[simpy.Event]:
        if life.arrives:
            yield env.timeout(life.arrives)
        while life.stays:
            if market.free and not life.in_place:
                market.free -= 1
                life.in_place = True
            life.call = env.event()
            if not life.in_place:
                market.line.append(life)
            timer = env.timeout(life.stays[0])
            yield timer | life.call
            if life.call.triggered and not timer.processed:
                life.in_place = True
            life.stays.popleft()
            if life.in_place and timer.processed:
                _leaves_place(market, life, wake)

    for life in lives():
        env.process(live(life))
    env.run(until=DAYS)


def woken_by_one_event() -> None:
    """Generators that wait for one event, which a timer or a call sets off."""
    env, market = simpy.Environment(), Place()

    def wake(life: Life) -> None:
        life.version += 1
        life.call.succeed(True)

    def rings(timer: Any) -> None:
        life, version = timer.value
        if version == life.version:
            life.call.succeed(False)

    def live(life: Life) -> Iterator[simpy.Event]:
        if life.arrives:
            yield env.timeout(life.arrives)
        while life.stays:
            if market.free and not life.in_place:
                market.free -= 1
                life.in_place = True
            life.call = env.event()
            if not life.in_place:
                market.line.append(life)
            timer = Timeout(env, life.stays[0], (life, life.version))
            timer.callbacks.append(rings)
            called = yield life.call
            life.stays.popleft()
            if called:
                life.in_place = True
            elif life.in_place:
                _leaves_place(market, life, wake)

    for life in lives():
        env.process(live(life))
    env.run(until=DAYS)


def callbacks() -> None:
    """Callbacks, with stale timers left to run out: the shape of the engine."""
    env, market = simpy.Environment(), Place()

    def settle(life: Life) -> None:
        if not life.stays:
            return
        if market.free and not life.in_place:
            market.free -= 1
            life.in_place = True
        if not life.in_place:
            market.line.append(life)
        timer = Timeout(env, life.stays[0], (life, life.version))
        timer.callbacks.append(rings)

    def wake(life: Life) -> None:
        life.version += 1
        life.stays.popleft()
        life.in_place = True
        settle(life)

    def rings(timer: Any) -> None:
        life, version = timer.value
        if version == life.version:
            life.stays.popleft()
            if life.in_place:
                _leaves_place(market, life, wake)
            settle(life)

    def enters(timer: Any) -> None:
        settle(timer.value)

    for life in lives():
        timer = Timeout(env, life.arrives, life)
        timer.callbacks.append(enters)
    env.run(until=DAYS)


def cpu_seconds(version: Callable[[], None]) -> float:
    """Processor time of one run."""
    started = time.process_time()
    version()
    return time.process_time() - started


def measured(rounds: int = 15) -> dict[str, tuple[float, float, float]]:
    """Each version's time over bare SimPy's, paired round by round: low, median, high."""
    versions = {
        "callbacks, stale timers left to run out": callbacks,
        "generators woken by one event": woken_by_one_event,
        "generators waiting on a timer or a call": waiting_on_either,
    }
    ratios: dict[str, list[float]] = {name: [] for name in versions}
    for _ in range(rounds):
        base = cpu_seconds(bare)
        for name, version in versions.items():
            ratios[name].append(cpu_seconds(version) / base)
    return {
        name: (min(found), statistics.median(found), max(found)) for name, found in ratios.items()
    }


def table() -> str:
    """The ratios as a Markdown table."""
    rows = [f"| {n} | {m:.1f} | {a:.1f} to {b:.1f} |" for n, (a, m, b) in measured().items()]
    return "\n".join(
        ["| shape | CPU over bare SimPy, median | range |", "| --- | --- | --- |", *rows]
    )


if __name__ == "__main__":
    print(table())
