"""What a search leaves behind: every value tried, a chart of the chances, and the answer in words.

Counts of children from 1 to 5, and what would reveal them, are hidden as in a run. The chance of
the target is always told; where it would itself find out a small count of real children, the
search is refused before anything is written.
"""

from __future__ import annotations

import json
import platform
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency import __version__
from sufficiency.fingerprints import fingerprint
from sufficiency.folders.staging import MANIFEST
from sufficiency.forecast.solve import Trials, Tried, chance_interval
from sufficiency.forecast.solve_search import Answer
from sufficiency.report.disclosure import small
from sufficiency.report.solve_words import Found, figure, solve_summary
from sufficiency.report.tables import HIDDEN, STATISTICS
from sufficiency.scenario.figures import named_figures
from sufficiency.scenario.load import LoadedScenario

PACKAGES = ("numpy", "scipy", "simpy", "pandas", "matplotlib", "pydantic", "pyarrow")
_FAR_ENOUGH = 20
"""What changes next to the answer is read over a twentieth of the range or more on each side."""


@dataclass(frozen=True)
class Solution:
    """What there is to write.

    Attributes:
        loaded: The scenario as its files say it.
        base: The scenario the difference is taken from, where there is one.
        trials: Every value tried.
        answer: Where the target is met often enough.
        unit: Unit of the figure that was tried.
        wanted: The chance asked for.
        replications: How many futures each value was tried in.
        seed: Names the random numbers.
        small_counts: Whether counts of children from 1 to 5 are shown.
    """

    loaded: LoadedScenario
    base: LoadedScenario | None
    trials: Trials
    answer: Answer
    unit: str
    wanted: float
    replications: int
    seed: int
    small_counts: bool


def is_hidden(trials: Trials, tried: Tried, place: int) -> bool:
    """Whether a measure would show a small count of children at one value.

    Args:
        trials: All that was tried.
        tried: One value.
        place: 0 for the target's measure, then the others in order.
    """
    people = list(tried.looked.people[place])
    if place == 0 and trials.base is not None:
        people += list(trials.base.people[0])
    few = any(small(float(count)) for count in people)
    return few or tells_another(trials, tried, place)


def tells_another(trials: Trials, tried: Tried, place: int) -> bool:
    """Whether a measure of one setting would, beside the total, show few children in another.

    Args:
        trials: All that was tried.
        tried: One value.
        place: 0 for the target's measure, then the others in order.
    """
    sides = [tried.looked.beside[place : place + 1]]
    if place == 0 and trials.base is not None:
        sides.append(trials.base.beside[:1])
    return any(small(float(count)) for side in sides for counts in side for count in counts)


def changes_nothing(trials: Trials) -> bool:
    """Whether the target's measure is the same in every future at every value tried."""
    first, *others = (tried.target for _, tried in trials.every())
    return all(np.array_equal(first, each, equal_nan=True) for each in others)


def write_solution(solution: Solution, folder: Path) -> str:
    """Write the table, the chart and the summary of a search, all but the manifest.

    Args:
        solution: What there is to write.
        folder: An empty folder.

    Returns:
        The answer, to be read aloud.
    """
    from sufficiency.report.chart import write_chart
    from sufficiency.report.charts.solve import chance_by_value

    table, found = solve_table(solution), _found(solution)
    table.to_csv(folder / "solve.csv", index=False, lineterminator="\n", float_format="%.12g")
    write_chart(chance_by_value(table, found), folder / "charts")
    summary = solve_summary(table, found)
    (folder / "summary.txt").write_text(summary + "\n", encoding="utf-8", newline="\n")
    return summary


def solve_table(solution: Solution) -> pd.DataFrame:
    """Every value tried, in order.

    Args:
        solution: What was found.

    Returns:
        Columns value, futures, chance, chance_low, chance_high (an interval of 95%), without_value
        (futures in which there is no number, and the target is not met), mean, p10, p50, p90, and
        for every other measure ``MEASURE mean``, ``MEASURE p10``, ``MEASURE p50``,
        ``MEASURE p90``. Hidden numbers are ``c``.
    """
    trials = solution.trials
    rows: list[dict[str, Any]] = []
    for _, tried in trials.every():
        low, high = chance_interval(int(tried.met.sum()), len(tried.met))
        row: dict[str, Any] = {
            "value": tried.value,
            "futures": len(tried.met),
            "chance": tried.chance,
            "chance_low": round(low, 4),
            "chance_high": round(high, 4),
            "without_value": int(np.isnan(tried.target).sum()),
        }
        columns = [("", tried.target)]
        columns += [(f"{m} ", tried.told[:, i]) for i, m in enumerate(trials.told)]
        for place, (name, values) in enumerate(columns):
            hidden = is_hidden(trials, tried, place) and not solution.small_counts
            row |= {name + key: each for key, each in _statistics(values, hidden).items()}
        rows.append(row)
    return pd.DataFrame(rows)


def _statistics(values: NDArray[np.float64], hidden: bool) -> dict[str, Any]:
    there = values[~np.isnan(values)]
    if hidden:
        return dict.fromkeys(STATISTICS, HIDDEN)
    if not len(there):
        return dict.fromkeys(STATISTICS, np.nan)
    quantiles = np.quantile(there, (0.1, 0.5, 0.9))
    return dict(zip(STATISTICS, (float(there.mean()), *map(float, quantiles)), strict=True))


def _found(solution: Solution) -> Found:
    """The answer, in the terms that the words and the chart need."""
    trials, answer = solution.trials, solution.answer
    value = trials.range.value
    beside, below, above = (
        None if index is None else value(index) for index in neighbours(answer, trials.range.last)
    )
    goes_back = answer.goes_back
    return Found(
        title=solution.loaded.scenario.title,
        authority=solution.loaded.scenario.authority,
        path=trials.range.path,
        unit=solution.unit,
        target=str(trials.target),
        measure=str(trials.target.measure),
        measure_unit=trials.target.measure.unit,
        told=tuple((str(measure), measure.unit) for measure in trials.told),
        wanted=solution.wanted,
        replications=solution.replications,
        kind=answer.kind,
        value=None if answer.index is None else value(answer.index),
        beside=beside,
        below=below,
        above=above,
        goes_back=None if goes_back is None else (value(goes_back[0]), value(goes_back[1])),
        crossings=answer.crossings,
        changes_nothing=changes_nothing(trials),
        against="" if solution.base is None else solution.base.scenario.title,
        stood_at=_stood_at(solution.loaded, trials.range.path),
    )


def neighbours(answer: Answer, last: int) -> tuple[int | None, int | None, int | None]:
    """Values tried next to the answer.

    Args:
        answer: Where the target is met.
        last: The number of the highest value.

    Returns:
        The very next value, which does not meet it; and the nearest values below and above from
        which a change can be read, a twentieth of the range away or more. None for each that was
        not tried.
    """
    index = answer.index
    if index is None:
        return None, None, None
    beside = index - 1 if answer.kind == "least" else index + 1
    apart = max(1, last // _FAR_ENOUGH)
    lower = [each for each in answer.tried if each <= index - apart]
    higher = [each for each in answer.tried if each >= index + apart]
    return (
        beside if beside in answer.tried else None,
        lower[-1] if lower else None,
        higher[0] if higher else None,
    )


def _stood_at(loaded: LoadedScenario, path: str) -> str:
    """What the figure is in the scenario's files, in words."""
    figures = dict(named_figures(loaded.scenario))
    if any(name.startswith(f"{path}.from.") for name in figures):
        return "changes on dates"
    if path not in figures:
        return "is not given"
    stated = figures[path]
    if stated.value is not None:
        return f"is {figure(stated.value)}"
    assert stated.p10 is not None
    assert stated.p90 is not None
    return f"lies between {figure(stated.p10)} and {figure(stated.p90)} in eight futures in ten"


def write_manifest(solution: Solution, seconds: float, folder: Path) -> None:
    """Write what was asked, of what, and a fingerprint of every file in the folder.

    Args:
        solution: What was found.
        seconds: How long it took: the only thing that differs from one search to the same again.
        folder: Where the results are.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    trials, base = solution.trials, solution.base
    manifest: dict[str, Any] = {
        "package": "sufficiency",
        "made_by": "solve",
        "version": __version__,
        "scenario": solution.loaded.name,
        "title": solution.loaded.scenario.title,
        "scenario_files": dict(solution.loaded.files),
        "set": trials.range.path,
        "low": float(trials.range.low),
        "high": float(trials.range.high),
        "step": float(trials.range.step),
        "until": str(trials.target),
        "chance": solution.wanted,
        "tell": [str(measure) for measure in trials.told],
        "seed": solution.seed,
        "replications": solution.replications,
        "small_counts_shown": solution.small_counts,
        "python": platform.python_version(),
        "packages": {name: metadata.version(name) for name in PACKAGES},
        "results": {path.relative_to(folder).as_posix(): fingerprint(path) for path in files},
        "seconds": round(seconds, 2),
    }
    if base is not None:
        manifest["against"] = {"scenario": base.name, "scenario_files": dict(base.files)}
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")
