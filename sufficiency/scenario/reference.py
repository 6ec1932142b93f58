"""The reference to a scenario file, made from the schema: one for editors, one for people.

Editors read ``docs/scenario.schema.json`` and offer keys and meanings as one types. People
read ``docs/scenario.md``. Both are made here, and a test fails when either falls behind.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from sufficiency.scenario.resolved import number
from sufficiency.scenario.schema import Scenario
from sufficiency.scenario.shape import (
    TOP,
    Choice,
    Date,
    Field,
    Figure,
    Flag,
    Number,
    Section,
    Series,
    Shape,
    Table,
    Whole,
)
from sufficiency.scenario.values import Dated, Quantity
from sufficiency.vocabulary import MARK_MEANINGS


def json_schema_text() -> str:
    """JSON Schema of a scenario file, for editors.

    A layer says only what differs and may take a name away with ``null``. So nothing is
    required in the editor's eyes, and names may be null; ``sufficiency check`` says what is
    missing from the whole.
    """
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Scenario.model_json_schema(by_alias=True),
    }
    _loosen(schema)
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _loosen(schema: Any) -> None:
    if isinstance(schema, list):
        for each in schema:
            _loosen(each)
    if not isinstance(schema, dict):
        return
    if schema.get("required") != ["from"]:
        schema.pop("required", None)
    if isinstance(schema.get("title"), str):
        schema.pop("title")
    if isinstance(schema.get("description"), str):
        schema["description"] = " ".join(schema["description"].replace("``", "`").split())
    for each in schema.values():
        _loosen(each)
    names = schema.get("additionalProperties")
    if isinstance(names, dict) and schema.get("propertyNames") != {"format": "date"}:
        schema["additionalProperties"] = {"anyOf": [names, {"type": "null"}]}
    patterns = schema.get("patternProperties", {})
    for pattern, each in patterns.items() if isinstance(patterns, dict) else ():
        patterns[pattern] = {"anyOf": [each, {"type": "null"}]}


_HEAD = """\
# What a scenario file may say

This page is made from the schema by `sufficiency schema --reference`; change the schema, not
this page. Keys not listed as needed may be left out.

A figure is a number alone (`156`), or a group of these keys:

| key | meaning |
| --- | --- |
"""

_FIGURES = """
An interval is given by all three of `p10`, `p90` and `distribution`, and then has no `value`.
A figure marked *dated* may instead be given by date, each holding until the next:

```yaml
places:
  from:
    2025-04-01: 90
    2026-09-01: {p10: 92, p90: 104, distribution: normal, mark: J}
```

The marks are:

"""

_LAYERS = """
A file that begins with `based_on: other.yaml` says only what differs. Groups of keys and
tables are merged key by key; a figure, a list or a line of text is replaced whole. `null`
takes a named thing away. The path is from the file itself, and may not leave the project's
folder: the nearest folder above that holds `pyproject.toml`, `.git` or `scenarios`.

`based_on: [hub.yaml, edge-of-care.yaml]` lays several files over each other in the order given,
each file's own bases first and every file once, however many are based on it. Where two of
them say something different of the same figure, list or line of text, and neither is based on
the other, the file that names them must say which; it gives its own `title`. Layers meant to be
used together do not write a plan's `search_order` anew: each says of its own setting what it is
`searched_before`.

**The order of the list is a statement of policy.** No figure wins by where its file stands. But
where two files put a setting before the same one, the setting of the file named first is tried
first; and where services of two files could help the same child, that of the file named first is
offered first. With limited places this changes results: choose the order, and say in the file why.
A file is named once, and never after a file that is based on it.
"""


def reference_text() -> str:
    """The reference page, as Markdown."""
    keys = [
        f"| `{name}` | {_clean(field.meaning)} |"
        for name, field in Section(Quantity).fields.items()
    ]
    marks = [f"- `{mark.value}`: {meaning}" for mark, meaning in MARK_MEANINGS.items()]
    parts = [_HEAD + "\n".join(keys) + "\n" + _FIGURES + "\n".join(marks) + "\n" + _LAYERS]
    parts += [_part(name, model) for name, model in _models()]
    return "\n".join(parts)


def _models() -> Iterator[tuple[str, type[BaseModel]]]:
    """Each part of the schema once, with the path it first stands at."""
    seen: set[type[BaseModel]] = set()
    waiting: list[tuple[str, Section]] = [("", TOP)]
    while waiting:
        path, section = waiting.pop(0)
        if section.model in seen:
            continue
        seen.add(section.model)
        yield path, section.model
        inside: list[tuple[str, Section]] = []
        for key, field in section.fields.items():
            found = _section_in(f"{path}.{key}".lstrip("."), field.shape)
            if found is not None:
                inside.append(found)
        waiting = inside + waiting


def _section_in(path: str, shape: Shape) -> tuple[str, Section] | None:
    if isinstance(shape, Section):
        return path, shape
    if isinstance(shape, Table):
        return _section_in(path + ".NAME", shape.each)
    return None


def _part(path: str, model: type[BaseModel]) -> str:
    title = f"`{path}`" if path else "The top of the file"
    about = " ".join((model.__doc__ or "").split())
    rows = [_row(key, field) for key, field in Section(model).fields.items()]
    table = "| key | meaning | what is written | if left out |\n| --- | --- | --- | --- |"
    return f"## {title}\n\n{_clean(about)}\n\n{table}\n" + "\n".join(rows) + "\n"


def _clean(text: str) -> str:
    return text.replace("``", "`").replace("|", "\\|").replace(":class:", "")


def _row(key: str, field: Field) -> str:
    written, left_out = written_as(field.shape), _left_out(field)
    return f"| `{key}` | {_clean(field.meaning)} | {written} | {left_out} |"


def written_as(shape: Shape) -> str:
    """What is written in a place, with its unit and range."""
    if isinstance(shape, Figure):
        unit = f"{shape.kind.unit_name}, " if shape.kind.unit_name else ""
        return f"{unit}{shape.kind.range_in_words()}{', *dated*' if shape.dated else ''}"
    if isinstance(shape, Table):
        names = "by financial year" if shape.years else "by name"
        if shape.words is not None:
            names = "by " + ", ".join(f"`{word}`" for word in shape.words)
        return f"{names}: {written_as(shape.each)}"
    if isinstance(shape, Series) and shape.or_one:
        return f"{written_as(shape.each)}, or {written_as(Series(shape.each))}"
    if isinstance(shape, Series):
        return "a list of " + ("names" if written_as(shape.each) == "text" else "values")
    if isinstance(shape, Choice):
        return "one of " + ", ".join(f"`{word}`" for word in shape.words)
    if isinstance(shape, Section):
        return "keys, below"
    simple = {
        Date: "a date",
        Whole: "a whole number",
        Number: "a number",
        Flag: "true or false",
    }
    return simple.get(type(shape), "text")


def _left_out(field: Field) -> str:
    default = field.default
    if field.required:
        return "needed"
    if isinstance(default, Dated):
        default = next(iter(default.from_.values()))
    if isinstance(default, Quantity):
        return number(default.central)
    if isinstance(default, (int, float)) and not isinstance(default, bool):
        return number(default)
    if isinstance(default, BaseModel):
        return "the figures below"
    return "none"
