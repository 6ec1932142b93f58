"""A file as a tree of values, each knowing the line and column it was written at.

The tree keeps the words as written. What they mean (a number, a date, a name) is decided
later, when it is known what belongs in that place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from sufficiency.errors import Problem, shown

Kind = Literal["str", "int", "float", "bool", "null", "date", "time", "other"]


@dataclass(frozen=True)
class Place:
    """Where something stands.

    Attributes:
        file: The file, from the project's folder.
        line: Line, from 1.
        column: Column, from 1.
    """

    file: str
    line: int
    column: int

    def problem(self, sentence: str, remedy: str) -> Problem:
        """A problem at this place."""
        return Problem(self.file, self.line, self.column, sentence, remedy)

    def __str__(self) -> str:
        """File, line and column as editors write them."""
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Earlier:
    """A value that a layer above replaced.

    Attributes:
        place: Where it was written.
        text: What it said, in short.
    """

    place: Place
    text: str


@dataclass(frozen=True)
class Scalar:
    """One value as written.

    Attributes:
        place: Where it starts.
        text: The words.
        kind: What plain YAML would take it for; ``str`` when in quotes.
        quoted: Whether it was in quotes or a block of text.
        beneath: What it replaced, nearest layer first.
    """

    place: Place
    text: str
    kind: Kind
    quoted: bool
    beneath: tuple[Earlier, ...] = ()

    @property
    def is_null(self) -> bool:
        """Whether it says ``null`` in so many words, and is not just empty."""
        return self.kind == "null" and self.text != ""

    @property
    def is_blank(self) -> bool:
        """Whether nothing was written."""
        return self.kind == "null" and self.text == ""


@dataclass(frozen=True)
class Block:
    """A mapping: keys with values, in the order written.

    Attributes:
        place: Where it starts.
        items: Key to value.
        keys: Key to the place of the key.
        beneath: What it replaced, nearest layer first.
    """

    place: Place
    items: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Place] = field(default_factory=dict)
    beneath: tuple[Earlier, ...] = ()


@dataclass(frozen=True)
class Listing:
    """A list of values.

    Attributes:
        place: Where it starts.
        items: The values.
        beneath: What it replaced, nearest layer first.
    """

    place: Place
    items: list[Node] = field(default_factory=list)
    beneath: tuple[Earlier, ...] = ()


@dataclass(frozen=True)
class Broken:
    """Something already reported, about which nothing more is said.

    Attributes:
        place: Where it starts.
        beneath: What it replaced, nearest layer first.
    """

    place: Place
    beneath: tuple[Earlier, ...] = ()


Node: TypeAlias = Scalar | Block | Listing | Broken


def summary(node: Node) -> str:
    """A value in a few words, for telling what a layer replaced."""
    return " ".join(_words(node))[:80]


def _words(node: Node) -> Iterator[str]:
    if isinstance(node, Scalar):
        yield shown(node.text).strip("`")
    elif isinstance(node, Listing):
        yield "[" + ", ".join(summary(item) for item in node.items) + "]"
    elif isinstance(node, Block):
        stated = [key for key in ("value", "p10", "p90", "distribution") if key in node.items]
        for key in stated or node.items:
            yield f"{key}: {summary(node.items[key])}"


def child(node: Node, key: str) -> Node | None:
    """The value under a key or at a position, or None."""
    if isinstance(node, Block):
        return node.items.get(key)
    if isinstance(node, Listing) and key.isdigit() and int(key) < len(node.items):
        return node.items[int(key)]
    return None


def place_of(node: Node, path: tuple[str, ...], at_key: bool = False) -> Place:
    """Where a path stands, or the nearest thing above it that was written.

    Args:
        node: The tree.
        path: Keys from the top.
        at_key: Point at the last key itself, not at its value.

    Returns:
        The place.
    """
    found = node.place
    for part in path:
        below = child(node, part)
        if below is None:
            continue
        found = below.place
        if isinstance(node, Block) and (at_key or isinstance(below, Block)):
            found = node.keys[part]
        node = below
    return found
