"""What belongs in each place of a scenario, read off the schema.

The schema says once what every key means. From it this module draws a map: here a group
of keys, there a table by age, there a figure in pounds a week that may change on dates.
Reading, layering, the template and the reference page all follow the same map.
"""

from __future__ import annotations

import datetime as dt
import types
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Annotated, Any, TypeAlias, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from sufficiency.scenario.kinds import FinancialYear
from sufficiency.scenario.schema import Scenario
from sufficiency.scenario.values import Dated, Quantity


@dataclass(frozen=True)
class Text:
    """Words."""


@dataclass(frozen=True)
class Date:
    """One day."""


@dataclass(frozen=True)
class Whole:
    """A whole number."""


@dataclass(frozen=True)
class Number:
    """A number inside a figure."""


@dataclass(frozen=True)
class Flag:
    """True or false."""


@dataclass(frozen=True)
class Choice:
    """One of a few words.

    Attributes:
        words: What may be written.
    """

    words: tuple[str, ...]


@dataclass(frozen=True)
class Figure:
    """A number with its unit, and where it came from.

    Attributes:
        kind: The kind of figure, which knows its unit and range.
        dated: Whether it may change on dates.
    """

    kind: type[Quantity]
    dated: bool


@dataclass(frozen=True)
class Table:
    """Names, each with a value of the same shape.

    Attributes:
        words: The names allowed, or None where a scenario chooses its own.
        each: The shape of each value.
        years: Whether the names are financial years.
    """

    words: tuple[str, ...] | None
    each: Shape
    years: bool = False


@dataclass(frozen=True)
class Series:
    """A list of values of one shape.

    Attributes:
        each: The shape of each value.
        or_one: Whether one value may stand there without a list.
    """

    each: Shape
    or_one: bool = False


@dataclass(frozen=True)
class Section:
    """A group of keys, each with its own meaning.

    Attributes:
        model: The part of the schema it is.
    """

    model: type[BaseModel]

    @property
    def fields(self) -> dict[str, Field]:
        """The keys, in the order of the schema."""
        return fields_of(self.model)


Shape: TypeAlias = Text | Date | Whole | Number | Flag | Choice | Figure | Table | Series | Section


@dataclass(frozen=True)
class Field:
    """One key of a section.

    Attributes:
        shape: What belongs there.
        meaning: The schema's description of it, on one line.
        required: Whether it must be given.
        optional: Whether ``null`` may be written for it.
        default: What holds when it is left out; None for nothing.
    """

    shape: Shape
    meaning: str
    required: bool
    optional: bool
    default: Any = None


TOP = Section(Scenario)
"""The whole scenario."""


@cache
def fields_of(model: type[BaseModel]) -> dict[str, Field]:
    """The keys of one part of the schema."""
    found: dict[str, Field] = {}
    for name, info in model.model_fields.items():
        shape, optional = _shape_of(info.annotation)
        default = None if info.is_required() else info.get_default(call_default_factory=True)
        if default is PydanticUndefined:
            default = None
        meaning = " ".join((info.description or "").split())
        found[info.alias or name] = Field(shape, meaning, info.is_required(), optional, default)
    return found


def _shape_of(annotation: Any) -> tuple[Shape, bool]:
    """The shape of an annotation of the schema, and whether it may be null."""
    if get_origin(annotation) in (Union, types.UnionType):
        inner = [each for each in get_args(annotation) if each is not type(None)]
        if len(inner) == 2:  # one value, or a list of them
            return Series(_shape_of(inner[0])[0], or_one=True), True
        return _shape_of(inner[0])[0], True
    if get_origin(annotation) is Annotated:
        return _shape_of(get_args(annotation)[0])
    return _plain_shape(annotation), False


def _plain_shape(annotation: Any) -> Shape:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is dict:
        key = inner[0]
        words = tuple(each.value for each in key) if _is_enum(key) else None
        return Table(words, _shape_of(inner[1])[0], years=key == FinancialYear)
    if origin is tuple:
        return Series(_shape_of(inner[0])[0])
    if inner:
        return Choice(tuple(str(word) for word in inner))  # a Literal of words
    if _is_enum(annotation):
        return Choice(tuple(each.value for each in annotation))
    if issubclass(annotation, Dated):
        return Figure(annotation.__pydantic_generic_metadata__["args"][0], dated=True)
    if issubclass(annotation, Quantity):
        return Figure(annotation, dated=False)
    if issubclass(annotation, BaseModel):
        return Section(annotation)
    simple: dict[type, Shape] = {str: Text(), dt.date: Date(), bool: Flag(), int: Whole()}
    return simple.get(annotation, Number())


def _is_enum(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Enum)


def below(shape: Shape, key: str) -> Shape | None:
    """The shape of what stands under a key, or None where the key has no place.

    Under a figure there is nothing further: it is always taken whole.
    """
    if isinstance(shape, Section):
        known = shape.fields.get(key)
        return known.shape if known else None
    if isinstance(shape, (Table, Series)):
        return shape.each
    return None


def in_words(shape: Shape) -> str:
    """What belongs in a place, as a phrase for a remedy."""
    if isinstance(shape, Figure):
        return figure_in_words(shape.kind)
    if isinstance(shape, Choice):
        return "one of " + ", ".join(f"`{word}`" for word in shape.words)
    if isinstance(shape, Table):
        return _table_in_words(shape)
    if isinstance(shape, Series) and shape.or_one:
        return f"{in_words(shape.each)}, or a list such as [one, another]"
    if isinstance(shape, Series):
        return "a list such as [one, another]"
    if isinstance(shape, Section):
        needed = [name for name, field in shape.fields.items() if field.required]
        names = ", ".join(f"`{name}`" for name in needed or shape.fields)
        return f"a group of keys: {names}" if needed else f"a group of keys, any of {names}"
    simple = {
        Text: "text",
        Date: "a date such as 2020-04-01",
        Whole: "a whole number",
        Number: "a number",
        Flag: "true or false",
    }
    return simple[type(shape)]


def figure_in_words(kind: type[Quantity]) -> str:
    """A kind of figure as a phrase: its unit and its range."""
    unit = f" ({kind.unit_name})" if kind.unit_name else ""
    return f"a number{unit}, {kind.range_in_words()}"


def _table_in_words(table: Table) -> str:
    if table.years:
        return "a group of financial years such as 2020/21, each with a value"
    if table.words is None:
        return "a group of names, each with a value"
    names = ", ".join(f"`{word}`" for word in table.words)
    return f"a group of names, each with a value: {names}"
