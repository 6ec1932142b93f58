"""The answer of a search in plain words: how much is enough, how sure, and what it depends on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from sufficiency.report.tables import HIDDEN
from sufficiency.report.words import listed, millions, percent

Rows = dict[float, dict[str, Any]]
"""The rows of ``solve.csv`` by value, lowest first."""
_BARE = frozenset({"share", "ratio", "log", "log per year", "correlation"})
"""Units that are not written after a number."""


@dataclass(frozen=True)
class Found:
    """What was asked and found.

    Attributes:
        title: The scenario's title.
        authority: The local authority.
        path: The figure that was tried.
        unit: Its unit.
        target: The target as it is written.
        measure: What the target is about, as it is written.
        measure_unit: Its unit.
        told: Other measures with their units.
        wanted: The chance asked for.
        replications: How many futures each value was tried in.
        kind: ``least``, ``greatest`` or ``everywhere``.
        value: The answer; None where every value tried meets the target.
        beside: The next value, which does not meet it; None where the answer is at an end.
        below: A value tried below the answer from which changes are read; None where none is.
        above: The same above it.
        goes_back: Two values between which the chance goes against its direction.
        crossings: How often the chance crosses the one asked for, among the values tried.
        changes_nothing: Whether what the target is about is the same in every future at every
            value tried.
        against: Title of the scenario the difference is taken from; empty for none.
        stood_at: What the figure is in the scenario itself.
    """

    title: str
    authority: str
    path: str
    unit: str
    target: str
    measure: str
    measure_unit: str
    told: tuple[tuple[str, str], ...]
    wanted: float
    replications: int
    kind: str
    value: float | None
    beside: float | None
    below: float | None
    above: float | None
    goes_back: tuple[float, float] | None
    crossings: int
    changes_nothing: bool
    against: str
    stood_at: str

    @property
    def it(self) -> str:
        """What the target is about: a measure, or the difference in it."""
        return f"the difference in `{self.measure}`" if self.against else f"`{self.measure}`"


def figure(value: float) -> str:
    """A value of the figure: ``12``, ``0.0065``, ``1,250``."""
    return f"{value:,.0f}" if value == int(value) else f"{value:.10g}"


def with_unit(value: float, unit: str) -> str:
    """A value of the figure with its unit, where one is written."""
    return figure(value) if unit in _BARE or not unit else f"{figure(value)} {unit}"


def amount(value: float, unit: str) -> str:
    """A measure in its unit: ``41.2%``, ``£12.9 million``, ``612.4``."""
    if unit == "share":
        return f"{value:.1%}"
    if unit == "GBP":
        return f"{'-' if value < 0 else ''}{millions(value)}"
    return f"{value:,.2f}" if abs(value) < 10 else f"{value:,.1f}"


def solve_summary(table: pd.DataFrame, found: Found) -> str:
    """The answer, how sure it is, and what was held the same.

    Args:
        table: Columns of ``solve.csv``.
        found: What was asked and found.

    Returns:
        A few short paragraphs.
    """
    records = table.to_dict("records")
    rows: Rows = {float(row["value"]): {str(key): row[key] for key in row} for row in records}
    parts = [
        _question(rows, found),
        _answer(rows, found),
        _beside(rows, found),
        _told(rows, found),
        _doubt(rows, found),
        _back(rows, found),
        _held(found),
    ]
    return "\n\n".join(part for part in parts if part)


def _first(rows: Rows) -> float:
    return next(iter(rows))


def _last(rows: Rows) -> float:
    return next(reversed(rows))


def _question(rows: Rows, found: Found) -> str:
    ends = f"from {figure(_first(rows))} to {with_unit(_last(rows), found.unit)}"
    against = (
        f", counted as the difference from: {_stopless(found.against)}" if found.against else ""
    )
    return (
        f"For {_stopless(found.title)}: which `{found.path}` {ends} gives "
        f"`{found.target}` with a chance of {percent(found.wanted)} or more{against}?"
    )


def _answer(rows: Rows, found: Found) -> str:
    if found.value is None:
        if found.changes_nothing:
            return _no_matter(rows, found)
        lowest = min(rows, key=lambda value: float(rows[value]["chance"]))
        return (
            f"Every value tried meets it: the lowest chance is {percent(rows[lowest]['chance'])}, "
            f"at {with_unit(lowest, found.unit)}. What is enough lies outside the range."
        )
    row = rows[found.value]
    most = "The least that does" if found.kind == "least" else "The most that does"
    beside = ""
    if found.beside is not None:
        beside = f"; at {figure(found.beside)} in {_in_futures(rows[found.beside])}"
    else:
        beside = ", and it is the end of the range: nothing beyond it was tried"
    return (
        f"{most} is {with_unit(found.value, found.unit)}. There the target is met in "
        f"{_in_futures(row)}{beside}.{_average(row, found)}"
    )


def _no_matter(rows: Rows, found: Found) -> str:
    """That the figure does nothing to what was asked."""
    row = rows[_first(rows)]
    return (
        f"Every value tried meets it, and alike: in each future {found.it} is the same at every "
        f"value, so in this range `{found.path}` changes nothing in it. The target is met in "
        f"{_in_futures(row)}.{_average(row, found)}"
    )


def _in_futures(row: dict[str, Any]) -> str:
    return f"{round(row['chance'] * row['futures'])} of {int(row['futures'])} futures"


def _average(row: dict[str, Any], found: Found) -> str:
    if row["mean"] == HIDDEN:
        return f" What {found.it} comes to is not told, because few children are counted in it."
    if pd.isna(row["mean"]):
        return f" In no future is there such a number as {found.it}."
    mean, p10, p90 = (amount(float(row[key]), found.measure_unit) for key in ("mean", "p10", "p90"))
    said = f" On average {found.it} is {mean} ({p10} to {p90} in eight futures in ten)."
    if row["without_value"]:
        said += (
            f" In {int(row['without_value'])} futures there is no such number, and the target "
            "counts as not met."
        )
    return said


def _beside(rows: Rows, found: Found) -> str:
    """How fast the chance and the average change about the answer."""
    ends = [end for end in (found.below, found.value, found.above) if end is not None]
    if found.value is None or len(ends) < 2:
        return ""
    low, high = rows[ends[0]], rows[ends[-1]]
    said = (
        f"About the answer, from {figure(ends[0])} to {with_unit(ends[-1], found.unit)}, the "
        f"chance goes from {percent(low['chance'])} to {percent(high['chance'])}"
    )
    numbers = [row["mean"] for row in (low, high)]
    if HIDDEN in numbers or any(pd.isna(number) for number in numbers):
        return said + "."
    first, last = (amount(float(number), found.measure_unit) for number in numbers)
    return f"{said}, and the average of {found.it} from {first} to {last}."


def _told(rows: Rows, found: Found) -> str:
    """The other measures at the answer, or at both ends where there is none."""
    values = [_first(rows), _last(rows)] if found.value is None else [found.value]
    said = []
    for name, unit in found.told:
        for value in values:
            told = [rows[value][f"{name} {key}"] for key in ("mean", "p10", "p90")]
            if HIDDEN in told:
                said.append(f"`{name}` is not told at {figure(value)}: few children are in it")
            elif not any(pd.isna(each) for each in told):
                mean, p10, p90 = (amount(float(each), unit) for each in told)
                said.append(f"`{name}` is {mean} on average ({p10} to {p90}) at {figure(value)}")
    return "; ".join(said) + "." if said else ""


def _doubt(rows: Rows, found: Found) -> str:
    """What so many futures can tell of a chance, and of the answer."""
    futures = "1 future" if found.replications == 1 else f"{found.replications:,} futures"
    if found.value is None:
        return f"Each value was tried in the same {futures}."
    row = rows[found.value]
    alike = [
        value
        for value, each in rows.items()
        if each["chance_low"] <= found.wanted <= each["chance_high"]
    ]
    said = (
        f"A chance counted in {futures} is itself uncertain: here it lies between "
        f"{percent(row['chance_low'])} and {percent(row['chance_high'])} (nineteen times in "
        "twenty)."
    )
    if any(value != found.value for value in alike):
        said += (
            f" Of the values tried, {listed([figure(value) for value in alike])} cannot be "
            f"told from {percent(found.wanted)}: ask for more futures to narrow this."
        )
    return said


def _back(rows: Rows, found: Found) -> str:
    """Whether there may be several answers."""
    said = []
    if found.goes_back is not None:
        low, high = found.goes_back
        chances = [percent(rows[value]["chance"]) for value in (low, high)]
        said.append(
            f"The chance does not go one way all along: it is {chances[0]} at {figure(low)} and "
            f"{chances[1]} at {figure(high)}, which is more than luck."
        )
    if found.crossings > 1:
        said.append(
            f"It crosses {percent(found.wanted)} {found.crossings} times among the values tried, "
            "so the answer holds where it stands and not for every value beyond it: look at "
            "solve.csv."
        )
    return " ".join(said)


def _held(found: Found) -> str:
    other = " The other scenario is as it was." if found.against else ""
    return (
        f"`{found.path}` {found.stood_at} in the scenario; at each value tried it stands there "
        f"throughout and without doubt. Every other figure is as it was, and each future has the "
        f"same luck at every value.{other}"
    )


def _stopless(title: str) -> str:
    return title.strip().rstrip(".")
