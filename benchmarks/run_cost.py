"""What a replication costs, as ratios in one run: against bare SimPy, and part by part.

*Bare SimPy* is the same children as generator processes with the same timeouts, and a timeout
for every other timer the simulation sets (carers, approvals, notices, help, and timers that
have gone stale), with no draws and no logic. Every ratio is of processor time in this process,
paired replication by replication, and the median is told with its range, since machines are
noisy. Also timed: 200 replications on two processors, and ``sufficiency --help``. Run from the
project's folder:

    python benchmarks/run_cost.py            # prints the table
    python benchmarks/run_cost.py --write    # and puts it into benchmarks/README.md
"""

from __future__ import annotations

import argparse
import gc
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import simpy
from engine_shapes import table as shapes_table

from sufficiency.counts import count
from sufficiency.episodes import OPEN, Episodes
from sufficiency.estimate.caseload import reference_weights
from sufficiency.finance.budget import budget_statement
from sufficiency.finance.costs import monthly_costs, price_book
from sufficiency.forecast.replication import (
    Plan,
    opening_caseload,
    places_by_day,
    simulated,
)
from sufficiency.model.arrivals import draw_arrivals
from sufficiency.model.carers import draw_carers, recruit
from sufficiency.model.draw import draw_parameters
from sufficiency.model.edge import before_care, draw_edge
from sufficiency.model.engine import simulate
from sufficiency.model.population import Population, draw_population
from sufficiency.model.search import chancy_settings
from sufficiency.scenario.load import load_scenario
from sufficiency.streams import Draws, Streams

SCENARIO = Path("scenarios/middlesbrough-2020/baseline.yaml")
PAGE = Path("benchmarks/README.md")
SIMULATION = ("children's luck and clocks", "carers", "events")
"""The parts that are simulation, between drawing figures and counting."""
T = TypeVar("T")


def timed(action: Callable[[], T]) -> tuple[float, T]:
    """Processor seconds of an action, and what it gave back."""
    started = time.process_time()
    found = action()
    return time.process_time() - started, found


def bare(stays: list[tuple[float, list[float]]], days: float, others: int) -> None:
    """The same children and timeouts as bare SimPy processes, and as many other timers."""
    env = simpy.Environment()

    def live(arrives: float, lengths: list[float]) -> Iterator[simpy.Event]:
        if arrives:
            yield env.timeout(arrives)
        for length in lengths:
            yield env.timeout(length)

    for arrives, lengths in stays:
        env.process(live(arrives, lengths))
    for number in range(others):
        env.timeout(days * number / others)
    env.run(until=days)


@contextmanager
def counting_timers() -> Iterator[list[int]]:
    """Count the timers set meanwhile; the count is the list's only entry."""
    counted, usual = [0], simpy.events.Timeout.__init__

    def counts_too(self: simpy.events.Timeout, *given: Any, **named: Any) -> None:
        counted[0] += 1
        usual(self, *given, **named)

    simpy.events.Timeout.__init__ = counts_too  # type: ignore[method-assign]
    try:
        yield counted
    finally:
        simpy.events.Timeout.__init__ = usual  # type: ignore[method-assign]


def stays_of(episodes: Episodes) -> list[tuple[float, list[float]]]:
    """Each child's arrival and completed stays."""
    children: dict[int, tuple[float, list[float]]] = {}
    rows = zip(episodes.child.tolist(), episodes.start.tolist(), episodes.end.tolist(), strict=True)
    for child, start, end in rows:
        begins = float(max(start, 0))
        life = children.setdefault(child, (begins, []))
        if end != OPEN:
            life[1].append(end - begins)
    return list(children.values())


def one_replication(plan: Plan, number: int) -> dict[str, float]:
    """Processor seconds of each part of one replication, and of bare SimPy."""
    scenario, draws, streams = plan.scenario, Draws(plan.seed, number), Streams(plan.seed, number)
    horizon = plan.horizon
    with counting_timers() as timers:
        future = simulated(scenario, draws, streams)
    seconds: dict[str, float] = {}
    seconds["rates and caseload"], (parameters, caseload, edge, carers) = timed(
        lambda: (
            parameters := draw_parameters(
                scenario, draws, streams, reference_weights(scenario, draws)
            ),
            opening_caseload(scenario, draws, streams),
            draw_edge(scenario, draws, streams, parameters.entries, horizon),
            draw_carers(scenario, draws, horizon),
        )
    )

    def children() -> Population:
        chancy = chancy_settings(parameters)
        arrivals = draw_arrivals(streams, parameters.entries, horizon.days, chancy)
        coming, _ = before_care(edge, arrivals, streams, horizon.days, chancy)
        return draw_population(parameters, caseload, streams, coming)

    seconds["children's luck and clocks"], population = timed(children)
    seconds["carers"], recruited = timed(
        lambda: None if carers is None else recruit(carers, streams, horizon.days)
    )
    seconds["events"], outcome = timed(lambda: simulate(parameters, population, streams, recruited))
    places = places_by_day(future)
    seconds["counting"], _ = timed(
        lambda: count(outcome.episodes, future.after_care, horizon, places)
    )

    def priced() -> None:
        book = price_book(scenario.money, plan.lines, plan.horizon, draws)
        monthly_costs(outcome.episodes, future.after_care, book, help=future.help, places=places)
        budget_statement(scenario.money.budget, plan.horizon, draws)

    seconds["pricing"], _ = timed(priced)
    stays = stays_of(outcome.episodes)
    own = sum((arrives > 0) + len(lengths) for arrives, lengths in stays)
    others = max(timers[0] - own, 0)
    seconds["bare"], _ = timed(lambda: bare(stays, float(horizon.days), others))
    return seconds


def replication_ratios(replications: int = 40) -> dict[str, list[float]]:
    """Ratios of each replication, after two to warm up."""
    scenario = load_scenario(SCENARIO).scenario
    plan = Plan(scenario, scenario.seed)
    gc.disable()
    found: dict[str, list[float]] = {}
    for number in range(1, replications + 3):
        seconds = one_replication(plan, number)
        if number <= 2:
            continue
        base = seconds.pop("bare")
        after = seconds["counting"] + seconds["pricing"]
        whole = sum(seconds.values())
        simulating = sum(seconds[part] for part in SIMULATION)
        for name, value in (
            ("simulation (luck, clocks, carers and events) over bare SimPy", simulating / base),
            ("events alone over bare SimPy", seconds["events"] / base),
            ("all of a replication before counting over bare SimPy", (whole - after) / base),
            ("counting and pricing as a share of a replication", after / whole),
        ):
            found.setdefault(name, []).append(value)
        gc.collect()
    return found


def command_cpu_seconds(arguments: list[str], rounds: int = 5) -> float:
    """Median processor seconds of a command in a fresh process."""
    seconds = []
    for _ in range(rounds):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(arguments, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(seconds)


def whole_run_seconds() -> float:
    """Seconds on the clock of 200 replications of the baseline, written out, on two processors."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.monotonic()
        subprocess.run(
            [
                sys.executable, "-m", "sufficiency", "run", str(SCENARIO),
                "--replications", "200", "--workers", "2", "--quiet", "--out", f"{folder}/run",
            ],
            check=True,
            capture_output=True,
        )  # fmt: skip
        return time.monotonic() - started


def table() -> str:
    """Everything measured, as Markdown."""
    lines = ["| what | median | range |", "| --- | --- | --- |"]
    for name, values in replication_ratios().items():
        middle = statistics.median(values)
        lines.append(f"| {name} | {middle:.2f} | {min(values):.2f} to {max(values):.2f} |")
    help_seconds = command_cpu_seconds([sys.executable, "-m", "sufficiency", "--help"])
    python_seconds = command_cpu_seconds([sys.executable, "-c", "pass"])
    lines += [
        f"| `sufficiency --help`, CPU seconds | {help_seconds:.2f} | Python alone "
        f"{python_seconds:.2f} |",
        f"| 200 replications, two processes, seconds on the clock | {whole_run_seconds():.0f} | |",
        "",
        f"Shapes of engine ({os.cpu_count()} processors, Python {sys.version.split()[0]}):",
        "",
        shapes_table(),
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and write the page when asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--write", action="store_true", help="put the table into the page")
    asked = parser.parse_args()
    found = table()
    print(found)
    if asked.write:
        page = PAGE.read_text(encoding="utf-8")
        marked = re.compile("(<!-- measured -->\n).*(<!-- /measured -->)", re.DOTALL)
        PAGE.write_text(marked.sub(lambda m: m[1] + found + "\n" + m[2], page), encoding="utf-8")


if __name__ == "__main__":
    main()
