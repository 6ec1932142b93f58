"""Lays one scenario over another: what the upper file says wins, key by key.

A file may say ``based_on: baseline.yaml`` and then only what differs. Groups of keys and
tables are merged key by key. A figure is replaced whole, so that no source is ever left
beside a number it did not give. ``null`` takes a named thing away. The project's folder is
the nearest folder above the first file that holds pyproject.toml, .git or a ``scenarios``
folder, or else the folder of the first file; no layer may lie outside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath, PureWindowsPath

from sufficiency.errors import InputError, Problem, nearest, shown
from sufficiency.scenario.nodes import Block, Earlier, Node, Place, Scalar, summary
from sufficiency.scenario.shape import TOP, Section, Shape, Table, below
from sufficiency.scenario.strict_yaml import read_tree

_DEEPEST = 8
_MARKERS = ("pyproject.toml", ".git", "scenarios")


@dataclass(frozen=True)
class Layer:
    """One file of a scenario.

    Attributes:
        path: Where it is.
        file: The same, from the project's folder.
        sha256: Fingerprint of its bytes.
        tree: What it says.
    """

    path: Path
    file: str
    sha256: str
    tree: Block


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


def project_root(path: Path) -> Path:
    """The project's folder, seen from a scenario file that may not exist yet."""
    start = path.resolve().parent
    for folder in (start, *start.parents):
        if any((folder / marker).exists() for marker in _MARKERS):
            return folder
    return start


def shown_path(path: Path, root: Path) -> str:
    """A path as messages give it: from the project's folder where it lies inside it."""
    absolute = path.resolve()
    if absolute.is_relative_to(root):
        return absolute.relative_to(root).as_posix()
    return path.as_posix()


def read_stack(path: Path) -> Stack:
    """Reads a scenario file and all the files beneath it.

    Args:
        path: The scenario file.

    Returns:
        The layers and their merged tree, with the problems found in reading them.

    Raises:
        InputError: If the named file itself cannot be opened.
    """
    root = project_root(path)
    data = _bytes_of(path, shown_path(path, root))
    layers: list[Layer] = []
    problems: list[Problem] = []
    unfinished = False
    while True:
        file = shown_path(path, root)
        tree, faults = read_tree(data, file)
        problems.extend(faults)
        layers.append(Layer(path, file, hashlib.sha256(data).hexdigest(), tree))
        named = tree.items.get("based_on")
        if not isinstance(named, Scalar) or named.kind != "str":
            unfinished = named is not None and not (isinstance(named, Scalar) and named.is_null)
            break
        try:
            path = _base_path(named, layers, root)
            data = _bytes_of(path, named.text, named.place)
        except InputError as error:
            problems.extend(error.problems)
            unfinished = True
            break
    tree = layers[-1].tree
    for upper in reversed(layers[:-1]):
        tree = merged(tree, upper.tree, problems)
    return Stack(root, tuple(layers), tree, tuple(problems), unfinished)


def _bytes_of(path: Path, name: str, place: Place | None = None) -> bytes:
    """The bytes of a file, or the reason there are none."""
    where = place or Place(name, 1, 1)
    try:
        if path.is_dir():
            remedy = "name a file in it" + _names(_scenarios_in(path))
            raise InputError([where.problem(f"{shown(name)} is a folder, not a file", remedy)])
        return path.read_bytes()
    except FileNotFoundError:
        remedy = _nearest_file(path)
        raise InputError([where.problem(f"there is no file {shown(name)}", remedy)]) from None
    except (OSError, ValueError):
        remedy = "check that it is a file and that you may read it"
        raise InputError([where.problem(f"{shown(name)} cannot be opened", remedy)]) from None


def _scenarios_in(folder: Path) -> list[str]:
    try:
        found = (each.name for each in folder.iterdir() if each.suffix in (".yaml", ".yml"))
        return sorted(name for name in found if not name.startswith("."))
    except OSError:
        return []


def _names(names: Iterable[str]) -> str:
    listed = list(names)[:6]
    return ", such as " + ", ".join(listed) if listed else ""


def _nearest_file(path: Path) -> str:
    names = _scenarios_in(path.parent)
    close = nearest(path.name, names)
    if close:
        return f"did you mean {close[0]}?"
    if names:
        return "the scenarios in that folder are " + ", ".join(names[:6])
    return "check the path; that folder holds no scenario files"


def _base_path(named: Scalar, layers: list[Layer], root: Path) -> Path:
    """The file a layer is based on, once it is known to be allowed."""
    text = named.text
    remedy = "write its path from this file, such as baseline.yaml"
    if not text.strip() or "\x00" in text:
        raise InputError([named.place.problem("`based_on` names no file", remedy)])
    if PurePosixPath(text).is_absolute() or PureWindowsPath(text).drive or text.startswith("\\"):
        sentence = f"`based_on`: {shown(text)} is a path from the top of the disk"
        raise InputError([named.place.problem(sentence, remedy)])
    path = layers[-1].path.resolve().parent / text
    try:
        real = path.resolve()
    except (OSError, RuntimeError):
        sentence = f"`based_on`: {shown(text)} cannot be followed"
        raise InputError([named.place.problem(sentence, remedy)]) from None
    if not real.is_relative_to(root):
        sentence = f"`based_on`: {shown(text)} leads out of the project's folder"
        remedy = "copy that file into the project and name it there"
        raise InputError([named.place.problem(sentence, remedy)])
    seen = [layer.path.resolve() for layer in layers]
    if real in seen:
        chain = [layer.file for layer in layers[seen.index(real) :]] + [shown_path(real, root)]
        sentence = "`based_on` runs in a circle: " + " -> ".join(chain)
        raise InputError([named.place.problem(sentence, "delete one `based_on`")])
    if len(layers) >= _DEEPEST:
        sentence = f"`based_on` goes through more than {_DEEPEST} files"
        raise InputError([named.place.problem(sentence, "put some of the layers together")])
    return real


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
    return _merge_block(lower, upper, TOP, (), problems)


def _merge(lower: Node, upper: Node, shape: Shape, path: Keys, problems: list[Problem]) -> Node:
    if (
        isinstance(lower, Block)
        and isinstance(upper, Block)
        and isinstance(shape, (Section, Table))
    ):
        return _merge_block(lower, upper, shape, path, problems)
    return replace(upper, beneath=(Earlier(lower.place, summary(lower)), *lower.beneath))


def _merge_block(
    lower: Block, upper: Block, shape: Section | Table, path: Keys, problems: list[Problem]
) -> Block:
    """Two mappings as one: the lower's keys in their order, then the upper's new ones."""
    items, keys = dict(lower.items), dict(lower.keys)
    for key, value in upper.items.items():
        here = (*path, key)
        under = below(shape, key)
        if isinstance(shape, Table) and isinstance(value, Scalar) and value.is_null:
            if key in items:
                del items[key], keys[key]
            else:
                problems.append(_nothing_to_remove(upper.keys[key], here, list(items)))
            continue
        if key in items and under is not None:
            value = _merge(items[key], value, under, here, problems)
        items[key], keys[key] = value, upper.keys[key]
    return Block(upper.place, items, keys, lower.beneath)


def _nothing_to_remove(place: Place, path: Keys, names: list[str]) -> Problem:
    close = nearest(path[-1], names)
    remedy = f"did you mean `{close[0]}`?" if close else "delete this line"
    sentence = f"`{'.'.join(path)}` is not in the layers beneath, so it cannot be taken away"
    return place.problem(sentence, remedy)
