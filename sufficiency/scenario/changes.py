"""Changes laid over a scenario from outside its files: the path of a figure, and what it shall be.

Trying a hundred values of one figure should not take a hundred files. A change names a figure
by its path, such as ``settings.hub.places``, and gives a number. It is laid over the files as
one more layer, so that it goes through the same checks and is shown with its own origin. A
path that names nothing is told, with the nearest name.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

from sufficiency.errors import InputError, Problem, shown, suggestion
from sufficiency.scenario.interventions import is_after
from sufficiency.scenario.layers import merged
from sufficiency.scenario.nodes import Block, Listing, Node, Place, Scalar
from sufficiency.scenario.resolved import number, plain
from sufficiency.scenario.scalars import Unreadable, date
from sufficiency.scenario.shape import TOP, Figure, Section, Shape, Table, below
from sufficiency.scenario.values import ALWAYS

Changes = Mapping[str, float | Mapping[str, Any]]
"""Path of a figure, or of a group, to what it shall be."""
CHANGES = "changes"
"""What stands for a file where a change is told or shown."""


def with_changes(tree: Block, changes: Changes, set_by: str) -> tuple[Block, list[Problem]]:
    """A scenario's tree with changes laid over it.

    Args:
        tree: The merged files.
        changes: Path to a number, in the figure's own unit, or to plain data.
        set_by: What to call the place they were given, such as an option of the command line.

    Returns:
        The tree, and what is wrong with the paths.
    """
    place = Place(set_by, 1, 1)
    problems: list[Problem] = []
    for path, value in changes.items():
        try:
            tree = merged(tree, _layer(tree, path, value, place), problems)
        except InputError as error:
            problems.extend(error.problems)
    return tree, problems


def too_late(changes: Changes, end: dt.date, set_by: str) -> list[Problem]:
    """The changes that would change nothing, since they are dated after the forecast.

    Args:
        changes: Path to what it shall be.
        end: Last day of the forecast.
        set_by: What to call the place they were given.
    """
    place = Place(set_by, 1, 1)
    remedy = "give an earlier date, or a later `end`"
    return [
        place.problem(f"{shown(path)} changes nothing: the forecast ends on {end}", remedy)
        for path in changes
        if is_after(path, end)
    ]


def fingerprint(changes: Changes) -> str:
    """Fingerprint of the changes, as a file of them would have."""
    text = json.dumps(dict(changes), sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class _Here:
    """How far a path has been followed.

    Attributes:
        shape: What belongs there.
        node: What the files say there; None for nothing.
        key: Where its key stands; None where nothing is written.
        default: What holds where the files say nothing.
        path: The keys so far.
    """

    shape: Shape
    node: Node | None
    key: Place | None = None
    default: Any = None
    path: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The keys so far, as a person writes them."""
        return ".".join(self.path)

    @property
    def names(self) -> list[str]:
        """What is written in a group here."""
        return list(self.node.items) if isinstance(self.node, Block) else []

    @property
    def is_absent(self) -> bool:
        """Whether neither the files nor a default say anything here."""
        empty = self.node is None or (isinstance(self.node, Scalar) and self.node.is_null)
        return empty and self.default is None


def _layer(tree: Block, path: str, value: Any, place: Place) -> Block:
    """A layer that says nothing but one change.

    Raises:
        InputError: If the path names nothing.
    """
    layer = _below(_Here(TOP, tree), path.split("."), _node(value, place), place)
    assert isinstance(layer, Block)
    return layer


def _below(here: _Here, parts: Sequence[str], value: Node, place: Place) -> Node:
    """What the layer holds at one point of the path."""
    if not parts:
        return value
    if isinstance(here.shape, Figure):
        return _on_a_date(here, parts, value, place)
    key = parts[0]
    inner = _step(here, key, place)
    if len(parts) > 1 and isinstance(inner.shape, Section) and inner.is_absent:
        sentence = f"`{inner.name}` is not in this scenario, so nothing in it can be set"
        raise InputError([place.problem(sentence, f"add `{inner.name}` in a file first")])
    return Block(place, {key: _below(inner, parts[1:], value, place)}, {key: place})


def _step(here: _Here, key: str, place: Place) -> _Here:
    """One key further along the path.

    Raises:
        InputError: If there is no such key or name.
    """
    path = (*here.path, key)
    under = below(here.shape, key)
    default: Any = None
    if isinstance(here.shape, Section):
        known = [name for name in here.shape.fields if (*here.path, name) != ("based_on",)]
        sound = key in known
        default = here.shape.fields[key].default if sound else None
    elif isinstance(here.shape, Table):
        words = here.shape.words if isinstance(here.shape.each, Figure) else None
        known = list(words or here.names)
        sound = key in known
    else:
        sentence = f"{shown('.'.join(path))} names nothing: `{here.name}` holds no names"
        raise InputError([place.problem(sentence, f"set `{here.name}` whole")])
    if not sound or under is None:
        sentence = f"{shown('.'.join(path))} names nothing in this scenario"
        raise InputError([place.problem(sentence, suggestion(key, known))])
    node = here.node.items.get(key) if isinstance(here.node, Block) else None
    written = here.node.keys.get(key) if isinstance(here.node, Block) else None
    return _Here(under, node, written, default, path)


def _on_a_date(here: _Here, parts: Sequence[str], value: Node, place: Place) -> Node:
    """A dated figure with one of its dates set, the others as they are.

    Raises:
        InputError: If what follows the figure is not ``from`` and a date.
    """
    assert isinstance(here.shape, Figure)
    whole = f"`{here.name}` is a figure, which is set whole"
    if not here.shape.dated or parts[0] != "from" or len(parts) != 2:
        remedy = f"write `{here.name}` and a number"
        if here.shape.dated:
            remedy += f", or `{here.name}.from.2020-04-01` to set it from a date"
        raise InputError([place.problem(whole, remedy)])
    try:
        day = date(Scalar(place, parts[1], "str", quoted=False)).isoformat()
    except Unreadable as error:
        sentence = f"`{here.name}.from`: {error.sentence}"
        raise InputError([place.problem(sentence, error.remedy)]) from None
    dates, keys = _dates(here, place)
    dates[day], keys[day] = value, place
    order = sorted(dates)
    days = Block(place, {each: dates[each] for each in order}, {each: keys[each] for each in order})
    return Block(place, {"from": days}, {"from": place})


def _dates(here: _Here, place: Place) -> tuple[dict[str, Node], dict[str, Place]]:
    """The dates of a figure as it stands, and where each is written."""
    node = here.node
    if isinstance(node, Block) and isinstance(node.items.get("from"), Block):
        dates = node.items["from"]
        assert isinstance(dates, Block)
        return dict(dates.items), dict(dates.keys)
    if here.is_absent:
        return {}, {}
    if node is None:
        node = _node(plain(here.default), place)
    always = ALWAYS.isoformat()
    return {always: node}, {always: here.key or place}


def _node(value: Any, place: Place) -> Node:
    """Plain data as if it had been written in a file."""
    if isinstance(value, Mapping):
        items = {str(key): _node(each, place) for key, each in value.items()}
        return Block(place, items, dict.fromkeys(items, place))
    if isinstance(value, (list, tuple)):
        return Listing(place, [_node(each, place) for each in value])
    if value is None:
        return Scalar(place, "null", "null", quoted=False)
    if isinstance(value, bool):
        return Scalar(place, str(value).lower(), "bool", quoted=False)
    if isinstance(value, Real):
        return Scalar(place, number(float(value)), "float", quoted=False)
    if isinstance(value, dt.date):
        return Scalar(place, value.isoformat(), "date", quoted=False)
    return Scalar(place, str(value), "str", quoted=True)
