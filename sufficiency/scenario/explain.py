"""Says where one value of a scenario came from: file, line, layers, source and interval."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sufficiency.errors import InputError, Problem, nearest, shown
from sufficiency.scenario.figures import named_figures
from sufficiency.scenario.load import LoadedScenario
from sufficiency.scenario.resolved import assumptions, number
from sufficiency.scenario.shape import TOP, Section, Shape, below
from sufficiency.vocabulary import MARK_MEANINGS, Mark

_WIDTH = 9
_LISTED_AT_MOST = 40


def explain(loaded: LoadedScenario, path: str) -> str:
    """Everything known about one value, or what is in a section.

    Args:
        loaded: The scenario.
        path: Such as ``entries.per_year`` or ``settings.hub``.

    Returns:
        Lines to print.

    Raises:
        InputError: If there is nothing at that path, with the nearest paths.
    """
    rows = {row.path: row for row in assumptions(loaded)}
    if path in rows:
        row = {name: getattr(rows[path], name) for name in rows[path].__dataclass_fields__}
        figure = dict(named_figures(loaded.scenario))[path]
        lines = figure_lines(row, figure.distribution or "", meaning(path))
        return "\n".join([path, *lines, *_before(loaded, path)])
    values = _other_values(loaded, rows)
    if path in values:
        pairs = [("value", values[path]), ("searched", _searched(loaded, path))]
        lines = _labelled([*pairs, ("meaning", meaning(path))])
        return "\n".join([path, *lines, *_place(loaded, path), *_before(loaded, path)])
    every = [*rows, *values]
    inside = [each for each in every if each.startswith(path + ".")]
    if inside:
        return section_text(path, inside)
    raise unknown_path(next(iter(loaded.files), ""), path, every)


def section_text(path: str, inside: list[str]) -> str:
    """What stands under a path, shortened when it is long."""
    kept = inside[:_LISTED_AT_MOST]
    more = len(inside) - len(kept)
    tail = [f"  and {more} more"] if more else []
    return "\n".join([f"{path} holds", *(f"  {each}" for each in kept), *tail])


def unknown_path(file: str, path: str, every: Iterable[str]) -> InputError:
    """The error for a path at which there is nothing."""
    names = list(every)
    sections = {each.rsplit(".", count)[0] for each in names for count in range(1, 4)}
    close = nearest(path, [*names, *sections], at_most=3)
    remedy = (
        "did you mean " + " or ".join(f"`{each}`" for each in close) + "?"
        if close
        else "name a section, such as `entries`, to see what is in it"
    )
    return InputError([Problem(file, 1, 1, f"there is nothing at {shown(path)}", remedy)])


def figure_lines(row: Mapping[str, Any], distribution: str, means: str) -> list[str]:
    """A figure of the assumptions log in lines.

    Args:
        row: The columns of the log, by name.
        distribution: The shape of its interval, where known.
        means: What the schema says it means, where known.

    Returns:
        One line for each thing known.
    """
    low, high = row["low"], row["high"]
    uncertain = low not in (None, "") and high not in (None, "")
    value = (
        f"{number(float(row['value']))} {row['unit']}"
        if not uncertain
        else (f"{float(row['value']):.6g} {row['unit']} (median)")
    )
    interval = "none: taken as certain"
    if uncertain:
        ends = f"{number(float(low))} to {number(float(high))}"
        interval = f"{ends}{', ' + distribution if distribution else ''}; eight futures in ten"
    pairs = [("value", value), ("interval", interval), ("meaning", means)]
    pairs += [("mark", f"{row['mark']} - {MARK_MEANINGS[Mark(row['mark'])]}")]
    pairs += [("source", row["source"] or "none given"), ("reason", row["reason"])]
    default = not int(row["line"])
    pairs += [("set at", "nowhere: the default" if default else f"{row['file']}:{row['line']}")]
    return _labelled(pairs)


def _labelled(pairs: list[tuple[str, str]]) -> list[str]:
    return [f"  {label:<{_WIDTH}} {text}" for label, text in pairs if text]


def _place(loaded: LoadedScenario, path: str) -> list[str]:
    origin = loaded.origin(path)
    where = f"{origin.file}:{origin.line}" if origin.line else "nowhere: the default"
    return _labelled([("set at", where)])


def _searched(loaded: LoadedScenario, path: str) -> str:
    """The whole search of a plan, where settings put themselves into its own; empty elsewhere."""
    for plan, rule in loaded.scenario.plans.items():
        order = loaded.scenario.search_order(plan)
        if path == f"plans.{plan.value}.search_order" and order != rule.search_order:
            return ", ".join(order)
    return ""


def _before(loaded: LoadedScenario, path: str) -> list[str]:
    layers = loaded.origin(path).layers
    return _labelled([("before", f"{each.place} said {each.text}") for each in layers])


def meaning(path: str) -> str:
    """What the schema says about a path; empty where it says nothing."""
    shape: Shape | None = TOP
    said = ""
    for part in path.split("."):
        if isinstance(shape, Section) and part in shape.fields:
            said = shape.fields[part].meaning
        shape = below(shape, part) if shape is not None else None
    return said.replace("``", "`")


def _other_values(loaded: LoadedScenario, figures: Mapping[str, Any]) -> dict[str, str]:
    """Values that are not figures: text, dates, lists, yes or no."""
    found: dict[str, str] = {}

    def walk(value: Any, path: str) -> None:
        if path in figures:
            return
        if isinstance(value, dict) and value:
            for name, each in value.items():
                walk(each, f"{path}.{name}" if path else name)
        elif not isinstance(value, dict):
            text = ", ".join(value) if isinstance(value, list) else str(value)
            found[path] = text or "empty"

    walk(loaded.resolved(), "")
    return found
