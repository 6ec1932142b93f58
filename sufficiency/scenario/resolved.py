"""Writes a whole scenario out in one piece, and lists every figure in it with its source.

The resolved file holds every value, defaults and all, each with the file and line that set
it; it can be run again by itself. The assumptions log holds one row a figure. A figure
that was given no source is listed as a judgement with no source, and never better.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import Enum
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import BaseModel

from sufficiency.scenario.figures import named_figures
from sufficiency.scenario.values import ALWAYS, Dated, Quantity
from sufficiency.vocabulary import Mark

if TYPE_CHECKING:
    from sufficiency.scenario.load import LoadedScenario

NO_SOURCE = "no source given"
NOT_FOR_PUBLICATION = "Not for publication: small counts are not hidden here."
"""The first line of a file that holds counts of an authority's own children."""
DEFAULT_USED = "left out of the scenario; the default is used"
_PLAIN_KEY = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_/-]*$")
_READ_AS_ANOTHER = frozenset({"yes", "no", "on", "off", "true", "false", "null"})


@dataclass(frozen=True)
class Assumption:
    """One figure of a scenario, as the assumptions log shows it.

    Attributes:
        path: Where it stands in the scenario.
        value: The figure, or the median of its interval, in ``unit``.
        low: Tenth percentile; None where the figure is taken as certain.
        high: Ninetieth percentile; None likewise.
        unit: Its unit.
        source: Where it was read; empty where not given.
        mark: How well it is known; ``J`` where not given.
        reason: Why this figure.
        file: File that set it; ``default`` where none did.
        line: Line in that file; 0 for a default.
    """

    path: str
    value: float
    low: float | None
    high: float | None
    unit: str
    source: str
    mark: str
    reason: str
    file: str
    line: int


COLUMNS = tuple(field.name for field in fields(Assumption))
"""Columns of ``assumptions.csv``, in order."""


def assumptions(loaded: LoadedScenario) -> list[Assumption]:
    """Every figure of a scenario, defaults included, in the order of the schema."""
    return [_assumption(loaded, path, figure) for path, figure in named_figures(loaded.scenario)]


def _assumption(loaded: LoadedScenario, path: str, figure: Quantity) -> Assumption:
    origin = loaded.origin(path)
    reason = figure.reason or ""
    if not reason and figure.source is None:
        reason = DEFAULT_USED if origin.line == 0 else NO_SOURCE
    return Assumption(
        path=path,
        value=figure.central,
        low=figure.p10,
        high=figure.p90,
        unit=figure.unit_name,
        source=figure.source or "",
        mark=(figure.mark or Mark.J).value,
        reason=reason,
        file=origin.file,
        line=origin.line,
    )


def plain(value: Any) -> Any:
    """A part of a scenario as plain data: mappings, lists, text and numbers.

    A figure with nothing but a value is a number. What is not given at all is left out.
    """
    if isinstance(value, Quantity):
        return _plain_figure(value)
    if isinstance(value, Dated):
        if list(value.from_) == [ALWAYS]:
            return plain(value.from_[ALWAYS])
        return {"from": {day.isoformat(): plain(each) for day, each in value.from_.items()}}
    if isinstance(value, BaseModel):
        parts = {name: getattr(value, name) for name in type(value).model_fields}
        return {name: plain(part) for name, part in parts.items() if part is not None}
    if isinstance(value, dict):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    return value.value if isinstance(value, Enum) else value


def _plain_figure(figure: Quantity) -> Any:
    given = {name: getattr(figure, name) for name in type(figure).model_fields}
    stated = {name: plain(each) for name, each in given.items() if each is not None}
    return stated["value"] if list(stated) == ["value"] else stated


def resolved_yaml(loaded: LoadedScenario) -> str:
    """The whole scenario as one file, each value with the file and line that set it.

    It loads back to the same scenario.
    """
    head = [
        *([f"# {NOT_FOR_PUBLICATION}"] if loaded.scenario.not_for_publication else []),
        f"# {loaded.scenario.title}".replace("\n", " "),
        "# Every value of this scenario, with the file and line that set it. Made from:",
        *(f"#   {_one_line(file)} (sha256 {sha256})" for file, sha256 in loaded.files.items()),
        "",
    ]
    return "\n".join([*head, *_lines(loaded, loaded.scenario, (), 0)]) + "\n"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _lines(
    loaded: LoadedScenario, value: BaseModel | dict[Any, Any], path: tuple[str, ...], indent: int
) -> Iterator[str]:
    """A section or table, one line a value."""
    if isinstance(value, BaseModel):
        parts = {name: getattr(value, name) for name in type(value).model_fields}
    else:
        parts = {str(name): each for name, each in value.items()}
    for name, part in parts.items():
        if part is None:
            continue
        here, key = (*path, name), "  " * indent + _key(name)
        if isinstance(part, Dated) and list(part.from_) != [ALWAYS]:
            yield f"{key}:"
            yield f"{'  ' * (indent + 1)}from:"
            yield from _dated_lines(loaded, part, here, indent + 2)
        elif _is_group(part):
            yield f"{key}:"
            yield from _lines(loaded, part, here, indent + 1)
        else:
            yield f"{key}: {_flow(plain(part))}  # {_from(loaded, '.'.join(here))}"


def _is_group(part: Any) -> bool:
    if isinstance(part, (Quantity, Dated)):
        return False
    return isinstance(part, BaseModel) or (isinstance(part, dict) and bool(part))


def _dated_lines(
    loaded: LoadedScenario, dated: Dated[Any], path: tuple[str, ...], indent: int
) -> Iterator[str]:
    for day, figure in dated.from_.items():
        here = ".".join(path if day == ALWAYS else (*path, "from", day.isoformat()))
        yield f"{'  ' * indent}{day}: {_flow(plain(figure))}  # {_from(loaded, here)}"


def _from(loaded: LoadedScenario, path: str) -> str:
    origin = loaded.origin(path)
    return f"{_one_line(origin.file)}:{origin.line}" if origin.line else origin.file


def _key(name: str) -> str:
    if _PLAIN_KEY.match(name) and name not in _READ_AS_ANOTHER:
        return name
    return _quoted(name)


def _quoted(text: str) -> str:
    written: str = yaml.safe_dump(text, default_style='"', allow_unicode=True, width=10**9)
    return written.strip()


def _flow(value: Any) -> str:
    """A value on one line, as YAML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(name)}: {_flow(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(each) for each in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return number(value)
    return value.isoformat() if isinstance(value, dt.date) else _quoted(str(value))


def number(value: float) -> str:
    """A number in digits that read back to the very same number."""
    if float(value).is_integer() and abs(value) < 1e15:
        return str(int(value))
    digits = repr(float(value))
    return digits if "." in digits else digits.replace("e", ".0e")
