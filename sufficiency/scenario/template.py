"""A scenario to start from: every key once, what it means, and a figure to replace.

The comments are the schema's own descriptions, so that they cannot fall behind it. Each
is given where its key first stands.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from sufficiency.scenario.example import example
from sufficiency.scenario.layer_files import project_root
from sufficiency.scenario.resolved import number
from sufficiency.scenario.shape import (
    TOP,
    Date,
    Field,
    Figure,
    Section,
    Series,
    Shape,
    Table,
    below,
)

SCHEMA_FILE = "docs/scenario.schema.json"
"""Where the project keeps the schema that editors read."""

_WIDTH = 96
_HEAD = """\
# A scenario to start from. EXAMPLESHIRE IS IMAGINARY: every figure here is invented (mark J,
# a judgement) and stands for one of yours. Replace them, then run `sufficiency check`.
#
# A figure may be a number alone, or say where it came from:
#   {value: 250, unit: children per year, source: council report 2025, mark: V}
# or be an interval that holds eight futures in ten:
#   {p10: 220, p90: 280, distribution: lognormal, mark: J, reason: why}
# Many may change on dates:
#   from: {2025-04-01: 90, 2026-09-01: 98}
# Marks: V verified, Vx read in another's account, D derived from V, M remembered, J judged.
# A figure without a mark counts as J. A scenario that changes another says only what
# differs, under `based_on: other.yaml`.
"""


def template_text(path: Path) -> str:
    """The text of a template to be kept at a path.

    Args:
        path: Where the file will stand; its first line leads from there to the schema.

    Returns:
        YAML that passes every check.
    """
    lines = [f"# yaml-language-server: $schema={schema_link(path)}", _HEAD]
    lines += _section(example(), TOP, 0, set())
    return "\n".join(lines).rstrip() + "\n"


def schema_link(path: Path) -> str:
    """The way from a scenario file to the project's schema, as the file's first line gives it."""
    root = project_root(path)
    depth = len(path.resolve().parent.relative_to(root).parts)
    return "../" * depth + SCHEMA_FILE


def _section(
    values: dict[str, Any], section: Section, indent: int, told: set[tuple[type[BaseModel], str]]
) -> Iterator[str]:
    """A section's keys, each with its meaning the first time it is met."""
    for key, field in section.fields.items():
        first = (section.model, key) not in told
        told.add((section.model, key))
        if first and indent == 0:
            yield ""
        if first:
            yield from _comment(_meaning(field), indent)
        if key in values:
            yield from _value(key, values[key], field.shape, indent, told)
        elif first:
            yield from _comment(f"{key}: {_left_out(field)}", indent)


def _meaning(field: Field) -> str:
    meaning = field.meaning.replace("``", "`")
    if isinstance(field.shape, Figure):
        return f"{meaning} ({field.shape.kind.unit_name})"
    return meaning


def _left_out(field: Field) -> str:
    """What stands for a key that the template leaves out."""
    shape, default = field.shape, field.default
    if isinstance(shape, Figure) and default is not None:
        figure = default if hasattr(default, "central") else next(iter(default.from_.values()))
        return f"{number(figure.central)}  (the default)"
    if isinstance(shape, (Table, Series, Section)):
        return "..."
    if isinstance(default, (int, float)) and not isinstance(default, bool):
        return f"{number(default)}  (the default)"
    return "2026-04-01" if isinstance(shape, Date) else "..."


def _comment(text: str, indent: int) -> list[str]:
    lead = "  " * indent + "# "
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=lead,
        subsequent_indent=lead,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _value(
    key: str, value: Any, shape: Shape, indent: int, told: set[tuple[type[BaseModel], str]]
) -> Iterator[str]:
    lead = "  " * indent
    if isinstance(value, dict) and isinstance(shape, Section):
        yield f"{lead}{key}:"
        yield from _section(value, shape, indent + 1, told)
    elif isinstance(value, dict) and _needs_lines(value):
        yield f"{lead}{key}:"
        for name, each in value.items():
            yield from _value(name, each, below(shape, name) or shape, indent + 1, told)
    else:
        yield f"{lead}{key}: {_flow(value)}"


def _needs_lines(value: dict[str, Any]) -> bool:
    """Whether a mapping is too rich for one line."""
    return any(isinstance(each, dict) for each in value.values())


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(value) + "]"
    if isinstance(value, str):
        return f'"{value}"' if ":" in value else value
    return number(value)
