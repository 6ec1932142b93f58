"""Finds what files laid side by side say differently, so that no figure wins by standing last.

When a file is based on several, each of them was written against the same base and without
the others in mind. Where two of them set the same thing to different values, no order between
them is right by itself: the file that brings them together has to say which. Where both say
the same, or one is based on the other, nothing clashes.

The order still says something. Where two files bring a home or a service for the same child,
neither changes a figure of the other, so nothing clashes; the home of the file named first is
tried first, and its service is offered first. That order is a choice to be made and stated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from sufficiency.errors import Problem
from sufficiency.scenario.layer_files import Layer
from sufficiency.scenario.nodes import Block, Broken, Listing, Node, Place, Scalar
from sufficiency.scenario.shape import TOP, Section, Shape, Table, below

Keys = tuple[str, ...]

_ITS_OWN_BUSINESS = frozenset({"based_on", "title", "description"})


@dataclass(frozen=True)
class _Said:
    """One figure, list or line of text as a file gives it.

    Attributes:
        place: Where its key stands.
        content: What it says, wherever and however it is laid out.
        is_taken_away: Whether it says ``null``.
    """

    place: Place
    content: object
    is_taken_away: bool


def clashes(layer: Layer) -> Iterator[Problem]:
    """What the files a layer is based on say differently and it does not settle.

    Args:
        layer: A file based on several.
    """
    own = _said_by([layer])
    told: set[Keys] = set()
    beneath = [base.with_all_beneath() for base in layer.bases]
    for (first, one), (second, other) in combinations(enumerate(beneath), 2):
        left = _said_by(each for each in one if each not in other)
        right = _said_by(each for each in other if each not in one)
        for path, here, there in _differences(left, right):
            if path not in told and not _settled(path, own):
                told.add(path)
                yield _problem(layer.named_at[max(first, second)], path, here, there)


def _said_by(layers: Iterable[Layer]) -> dict[Keys, _Said]:
    """What files say together, by path: the later wins, and ``null`` takes away what is beneath."""
    found: dict[Keys, _Said] = {}
    for layer in layers:
        for path, said in _leaves(layer.tree, TOP, ()):
            if said.is_taken_away:
                for each in [each for each in found if each[: len(path)] == path]:
                    del found[each]
            found[path] = said
    return found


def _leaves(block: Block, shape: Shape, path: Keys) -> Iterator[tuple[Keys, _Said]]:
    """Every figure, list and line of text of a file. What has no place there is told elsewhere."""
    for key, node in block.items.items():
        under = below(shape, key)
        if under is None or isinstance(node, Broken) or (not path and key in _ITS_OWN_BUSINESS):
            continue
        here = (*path, key)
        if isinstance(node, Block) and isinstance(under, (Section, Table)):
            yield from _leaves(node, under, here)
        else:
            is_null = isinstance(node, Scalar) and node.is_null
            yield here, _Said(block.keys[key], _content(node), is_null)


def _content(node: Node) -> object:
    """What a value says: the same for ``6``, ``6.0`` and ``{value: 6}``."""
    if isinstance(node, Block):
        if list(node.items) == ["value"]:
            return _content(node.items["value"])
        return {key: _content(each) for key, each in node.items.items()}
    if isinstance(node, Listing):
        return [_content(each) for each in node.items]
    if isinstance(node, Scalar) and node.kind in ("int", "float"):
        try:
            return float(node.text)
        except ValueError:
            return node.text
    return node.text if isinstance(node, Scalar) else None


def _differences(
    left: dict[Keys, _Said], right: dict[Keys, _Said]
) -> Iterator[tuple[Keys, _Said, _Said]]:
    """What two sides say differently: each path, what the one says and what the other says."""
    for path, here in left.items():
        there = right.get(path)
        if there is not None and there.content != here.content:
            yield path, here, there
    for one, other in ((left, right), (right, left)):
        for path, taken in one.items():
            if not taken.is_taken_away or path in other:
                continue
            for deeper, said in other.items():
                if deeper[: len(path)] == path:
                    yield (path, taken, said) if one is left else (path, said, taken)
                    break


def _settled(path: Keys, own: dict[Keys, _Said]) -> bool:
    """Whether a file says itself what stands at a path, or at something above or below it."""
    return any(each[: len(path)] == path or path[: len(each)] == each for each in own)


def _problem(named_at: Place, path: Keys, here: _Said, there: _Said) -> Problem:
    name = ".".join(path)
    if here.is_taken_away or there.is_taken_away:
        words = ["taken away" if each.is_taken_away else "kept" for each in (here, there)]
        sentence = f"`{name}` is {words[0]} at {here.place} and {words[1]} at {there.place}"
    else:
        sentence = f"`{name}` is set differently at {here.place} and at {there.place}"
    return named_at.problem(sentence, "say here which")
