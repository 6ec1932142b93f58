"""Lays one scenario over another: what the upper file says wins, key by key.

A file may say ``based_on: baseline.yaml`` and then only what differs. It may name several files,
which are laid over each other in the order given, each file's own bases first and every file
once. Groups of keys and tables are merged key by key. A figure is replaced whole, so that no
source is ever left beside a number it did not give. ``null`` takes a named thing away.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from sufficiency.errors import InputError, Problem, nearest, shown
from sufficiency.scenario.clashes import clashes
from sufficiency.scenario.layer_files import Layer, base_path, bytes_of, project_root, shown_path
from sufficiency.scenario.nodes import Block, Earlier, Listing, Node, Place, Scalar, summary
from sufficiency.scenario.shape import TOP, Section, Shape, Table, below
from sufficiency.scenario.strict_yaml import read_tree


@dataclass(frozen=True)
class Stack:
    """A scenario's files and what they say together.

    Attributes:
        root: The project's folder.
        layers: The files, the named one first and the lowest last.
        tree: What they say, merged.
        problems: What is wrong with how they are written.
        unfinished: Whether a layer beneath could not be reached.
    """

    root: Path
    layers: tuple[Layer, ...]
    tree: Block
    problems: tuple[Problem, ...]
    unfinished: bool


def read_stack(path: Path) -> Stack:
    """Reads a scenario file and all the files beneath it.

    Args:
        path: The scenario file.

    Returns:
        The layers and their merged tree, with the problems found in reading them.

    Raises:
        InputError: If the named file itself cannot be opened.
    """
    reading = _Reading(project_root(path))
    top = reading.layer(path, bytes_of(path, shown_path(path, reading.root)), ())
    layers = top.with_all_beneath()
    problems = reading.problems
    merging = _Merging(problems)
    tree = layers[0].tree
    for upper in layers[1:]:
        if len(upper.bases) > 1:
            problems.extend(_untitled(upper))
            problems.extend(clashes(upper))
            tree = _without_description(tree)
        tree = merging.block(tree, upper.tree, TOP, ())
    return Stack(reading.root, tuple(reversed(layers)), tree, tuple(problems), reading.unfinished)


@dataclass
class _Reading:
    """Reads files, each once.

    Attributes:
        root: The project's folder.
        done: The files read so far.
        problems: What is wrong with how they are written.
        unfinished: Whether one could not be reached.
    """

    root: Path
    done: dict[Path, Layer] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unfinished: bool = False

    def layer(self, path: Path, data: bytes, above: tuple[Path, ...]) -> Layer:
        """A file and those beneath it.

        Args:
            path: The file.
            data: Its bytes.
            above: The files on the way to it, the named one first.
        """
        file = shown_path(path, self.root)
        tree, faults = read_tree(data, file)
        self.problems.extend(faults)
        found: dict[Layer, Place] = {}
        for named in self._names(tree):
            try:
                base = self._base(named, (*above, path))
            except InputError as error:
                self.problems.extend(error.problems)
                self.unfinished = True
            else:
                self.problems.extend(_named_in_vain(named, base, found))
                found.setdefault(base, named.place)
        sha256 = hashlib.sha256(data).hexdigest()
        layer = Layer(path, file, sha256, tree, tuple(found), tuple(found.values()))
        self.done[path.resolve()] = layer
        return layer

    def _names(self, tree: Block) -> Iterator[Scalar]:
        """The files a file says it is based on. What cannot be a name is told elsewhere."""
        said = tree.items.get("based_on")
        if said is None or (isinstance(said, Scalar) and said.is_null):
            return
        listed = said.items if isinstance(said, Listing) else [said]
        if not listed:
            remedy = "write its path from this file, such as baseline.yaml"
            self.problems.append(said.place.problem("`based_on` names no file", remedy))
        for named in listed:
            if isinstance(named, Scalar) and named.kind == "str":
                yield named
            else:
                self.unfinished = True

    def _base(self, named: Scalar, chain: tuple[Path, ...]) -> Layer:
        path = base_path(named, chain, self.root)
        if path in self.done:
            return self.done[path]
        return self.layer(path, bytes_of(path, named.text, named.place), chain)


def _named_in_vain(named: Scalar, base: Layer, before: Iterable[Layer]) -> Iterator[Problem]:
    """A file named again, or after a file it lies beneath: where it was named changes nothing."""
    if base in before:
        sentence = f"`based_on` names {shown(named.text)} twice"
        yield named.place.problem(sentence, "name it once")
        return
    above = next((each for each in before if base in each.with_all_beneath()), None)
    if above is not None:
        sentence = f"`based_on`: {shown(named.text)} lies beneath `{above.file}`, named before it"
        yield named.place.problem(sentence, "take it away: it is laid beneath without being named")


def _untitled(layer: Layer) -> Iterator[Problem]:
    """A scenario made of several has a title that none of them gives."""
    if "title" not in layer.tree.items:
        sentence = "a scenario based on several files has no `title` of its own"
        place = layer.tree.keys["based_on"]
        yield place.problem(sentence, "add `title`, one line saying what they are together")


def _without_description(tree: Block) -> Block:
    """What several files say together, which none of their descriptions describes."""
    kept = {key: value for key, value in tree.items.items() if key != "description"}
    return replace(tree, items=kept)


Keys = tuple[str, ...]


def merged(lower: Block, upper: Block, problems: list[Problem]) -> Block:
    """Two scenarios as one, the upper winning.

    Args:
        lower: The scenario beneath.
        upper: What is laid over it.
        problems: Where to tell what cannot be taken away.

    Returns:
        The tree, in which each value knows what it replaced.
    """
    return _Merging(problems).block(lower, upper, TOP, ())


@dataclass
class _Merging:
    """Lays layers over each other, one at a time.

    Attributes:
        problems: Where to tell what cannot be taken away.
        taken: What a layer has taken away, so that another may take it away too.
    """

    problems: list[Problem]
    taken: set[Keys] = field(default_factory=set)

    def block(self, lower: Block, upper: Block, shape: Section | Table, path: Keys) -> Block:
        """Two mappings as one: the lower's keys in their order, then the upper's new ones."""
        items, keys = dict(lower.items), dict(lower.keys)
        for key, value in upper.items.items():
            here = (*path, key)
            under = below(shape, key)
            if isinstance(shape, Table) and isinstance(value, Scalar) and value.is_null:
                if items.pop(key, None) is None and here not in self.taken:
                    self.problems.append(_nothing_to_remove(upper.keys[key], here, list(items)))
                keys.pop(key, None)
                self.taken.add(here)
                continue
            if key in items and under is not None:
                value = self._node(items[key], value, under, here)
            items[key], keys[key] = value, upper.keys[key]
        return Block(upper.place, items, keys, lower.beneath)

    def _node(self, lower: Node, upper: Node, shape: Shape, path: Keys) -> Node:
        if (
            isinstance(lower, Block)
            and isinstance(upper, Block)
            and isinstance(shape, (Section, Table))
        ):
            return self.block(lower, upper, shape, path)
        return replace(upper, beneath=(Earlier(lower.place, summary(lower)), *lower.beneath))


def _nothing_to_remove(place: Place, path: Keys, names: list[str]) -> Problem:
    close = nearest(path[-1], names)
    remedy = f"did you mean `{close[0]}`?" if close else "delete this line"
    sentence = f"`{'.'.join(path)}` is not in the layers beneath, so it cannot be taken away"
    return place.problem(sentence, remedy)
