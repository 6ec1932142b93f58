"""Puts a scenario before the schema, and says what the schema refuses in plain words.

The schema judges ranges, units, totals and intervals. Each refusal is told at the line of
the figure it concerns, with what would be right there instead.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from sufficiency.errors import Problem, shown
from sufficiency.scenario.fit import Fitting, Path
from sufficiency.scenario.nodes import Block, Node, child, place_of
from sufficiency.scenario.schema import Scenario
from sufficiency.scenario.shape import TOP, Figure, Shape, below, in_words
from sufficiency.scenario.values import Share

_DATE = re.compile(r"^datetime\.date\((\d+), (\d+), (\d+)\)$")


@dataclass(frozen=True)
class Judgement:
    """What a tree comes to.

    Attributes:
        scenario: The scenario it states, or None where it cannot be made.
        written: What is wrong with what was written, whatever lies beneath it.
        whole: What is wrong with the whole: keys missing, and what the schema refuses.
        reported: The paths of all that does not fit.
    """

    scenario: Scenario | None
    written: list[Problem]
    whole: list[Problem]
    reported: frozenset[Path]

    def is_doubtful(self, path: Path) -> bool:
        """Whether something at, above or below a path has been reported already."""
        return any(path[: len(each)] == each or each[: len(path)] == path for each in self.reported)


def judge(tree: Block) -> Judgement:
    """The scenario a tree states, and everything that is wrong with it.

    Args:
        tree: The merged layers.
    """
    fitting = Fitting()
    data = fitting.fit(tree, TOP, ())
    scenario: Scenario | None = None
    refused: list[Problem] = []
    try:
        scenario = Scenario.model_validate(data)
    except ValidationError as error:
        refused = _refused(tree, error, fitting.reported)
    whole = [*fitting.missing, *refused]
    return Judgement(scenario, fitting.problems, whole, frozenset(fitting.reported))


def _refused(tree: Block, error: ValidationError, reported: set[Path]) -> list[Problem]:
    """What the schema refuses, but for what has been reported already."""
    problems: list[Problem] = []
    for fault in error.errors(include_url=False):
        loc = _words(fault["loc"])
        path = _written_path(tree, loc)
        if not _already_told(path, loc, reported):
            at_key = "[key]" in loc
            sentence, remedy = _in_words(path, dict(fault))
            told_at = path or _named_in(sentence)
            problems.append(place_of(tree, told_at, at_key).problem(sentence, remedy))
    return problems


def _named_in(sentence: str) -> Path:
    """The key that a sentence about the whole scenario begins with."""
    found = re.match(r"`(\w+)`", sentence)
    return (found[1],) if found else ()


def _words(loc: tuple[int | str, ...]) -> Path:
    """The schema's path as words; it shows a date in Python's own way."""
    return tuple(
        dt.date(*map(int, found.groups())).isoformat() if (found := _DATE.match(part)) else part
        for part in map(str, loc)
    )


def _written_path(tree: Node, loc: Path) -> Path:
    """The part of the schema's path that was written; the rest is the schema's own."""
    path: list[str] = []
    node = tree
    for part in loc:
        found = child(node, part)
        if found is not None:
            path.append(part)
            node = found
    return tuple(path)


def _already_told(path: Path, loc: Path, reported: set[Path]) -> bool:
    routes = (path, loc)
    return any(route[:length] in reported for route in routes for length in range(len(route) + 1))


def _shape_at(path: Path) -> Shape | None:
    shape: Shape | None = TOP
    for part in path:
        under = below(shape, part) if shape is not None else None
        if under is None:
            return shape if isinstance(shape, Figure) else None
        shape = under
    return shape


def _in_words(path: Path, fault: dict[str, Any]) -> tuple[str, str]:
    """A sentence and a remedy for one refusal of the schema."""
    kind, context = fault["type"], fault.get("ctx", {})
    name = f"`{'.'.join(path)}`" if path else "the scenario"
    if kind == "value_error":
        return _own_words(name, path, str(context.get("error", "")), fault["input"])
    if kind == "string_pattern_mismatch":
        return (
            f"{shown(str(fault['input']))} cannot be a name",
            "use small letters, digits and underscores, starting with a letter",
        )
    limits = {"greater_than_equal": "ge", "less_than_equal": "le", "less_than": "lt"}
    if kind in limits:
        words = {"ge": "is too small", "le": "is too large", "lt": "is too large"}[limits[kind]]
        bound = {"ge": "at least", "le": "at most", "lt": "less than"}[limits[kind]]
        return f"{name} {words}", f"write {bound} {context[limits[kind]]}"
    if kind == "too_short":
        return f"{name} is empty", "write at least one"
    shape = _shape_at(path)
    wanted = f"write {in_words(shape)}" if shape is not None else "compare it with a template"
    return f"{name} does not fit here", wanted


def _own_words(name: str, path: Path, said: str, written: Any) -> tuple[str, str]:
    """The schema's own sentence, split into what is wrong and what to do."""
    sentence, _, remedy = said.partition("; ")
    shape = _shape_at(path)
    if not path:
        return sentence, remedy or "put it right"
    if sentence.startswith("give "):
        return f"{name} is not a whole figure", said.replace("; not both", ", not both")
    if remedy:
        return f"{name}: {sentence}", remedy
    if not isinstance(shape, Figure):
        return f"{name}: {sentence}", "put it right"
    return f"{name}: {sentence}", _remedy_for_figure(shape, sentence, written)


def _remedy_for_figure(shape: Figure, sentence: str, written: Any) -> str:
    value = written.get("value") if isinstance(written, dict) else written
    could_be_percent = "range" in sentence and issubclass(shape.kind, Share)
    if could_be_percent and isinstance(value, (int, float)) and 1 < value <= 100:
        return f"write {value / 100:g} if {value:g}% is meant"
    if sentence.startswith("the unit here"):
        return f"give the figure in {shape.kind.unit_name}, or leave `unit` out"
    return f"write {in_words(shape)}"
