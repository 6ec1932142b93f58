"""Reads YAML strictly: nothing is guessed, nothing is silently dropped, and all faults are told.

YAML lets the last of two equal keys win, takes ``no`` for false, and lets one part of a
file stand for another. In a statement about money each of these can hide a mistake, so
they are refused with the line and column where they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from sufficiency.errors import Problem, shown
from sufficiency.scenario.nodes import Block, Broken, Kind, Listing, Node, Place, Scalar
from sufficiency.scenario.syntax import syntax_problems, text_of

_DEEPEST = 30
_KINDS: dict[str, Kind] = {
    "tag:yaml.org,2002:str": "str",
    "tag:yaml.org,2002:int": "int",
    "tag:yaml.org,2002:float": "float",
    "tag:yaml.org,2002:bool": "bool",
    "tag:yaml.org,2002:null": "null",
}
_DATE_ALONE = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff]")
"""Control signs other than a new line and a tab, and halves of signs, which an escape can smuggle
in."""


def read_tree(data: bytes, file: str) -> tuple[Block, list[Problem]]:
    """The tree of a file and everything wrong with how it is written.

    Args:
        data: The file as stored.
        file: Its name, from the project's folder.

    Returns:
        The mapping at its top (empty when there is none) and the problems found.
    """
    nothing = Block(Place(file, 1, 1))
    text, problems = text_of(data, file)
    if problems:
        return nothing, problems
    try:
        events = _events(text)
    except yaml.YAMLError as error:
        return nothing, syntax_problems(text, file, error)
    return _Tree(events, file).top()


def _events(text: str) -> list[Event]:
    """The file's events, by the compiled reader where there is one; it is ten times as fast.

    The plain reader has the last word, so that errors read the same everywhere.
    """
    compiled = getattr(yaml, "CSafeLoader", None)
    if compiled is not None:
        try:
            return list(yaml.parse(text, Loader=compiled))
        except yaml.YAMLError:
            pass
    return list(yaml.parse(text, Loader=yaml.SafeLoader))


class _Tree:
    """Builds the tree from the file's events, noting what is refused."""

    def __init__(self, events: list[Event], file: str) -> None:
        self._events: Iterator[Event] = iter(events)
        self._several = [e for e in events if isinstance(e, DocumentStartEvent)][1:]
        self._resolver = yaml.SafeLoader("")
        self._file = file
        self._problems: list[Problem] = []

    def top(self) -> tuple[Block, list[Problem]]:
        """The whole document."""
        for event in self._events:
            if isinstance(event, NodeEvent):
                block, problems = self._document(event)
                break
        else:
            block, problems = Block(Place(self._file, 1, 1)), []
        if not block.items and not problems:  # nothing written, or `{}`
            remedy = "start from a template with `sufficiency new scenario FILE`"
            problems = [block.place.problem("the file is empty", remedy)]
        return block, problems

    def _document(self, event: NodeEvent) -> tuple[Block, list[Problem]]:
        node = self._node(event, 1)
        for extra in self._several:
            self._refuse(
                extra, "a second document starts here", "keep one scenario in a file: delete `---`"
            )
        if isinstance(node, Block):
            return node, self._problems
        if not isinstance(node, Broken):
            sentence = "the file does not hold keys with values"
            remedy = "start it with a line such as `title: What this scenario is`"
            self._problems.append(node.place.problem(sentence, remedy))
        return Block(Place(self._file, 1, 1)), self._problems

    def _refuse(self, event: Event, sentence: str, remedy: str) -> None:
        self._problems.append(self._place(event).problem(sentence, remedy))

    def _place(self, event: Event) -> Place:
        mark = event.start_mark
        assert mark is not None
        return Place(self._file, mark.line + 1, mark.column + 1)

    def _node(self, event: Event, depth: int) -> Node:
        place = self._place(event)
        if isinstance(event, AliasEvent):
            self._refuse(
                event,
                f"`*{event.anchor}` stands for another part of the file",
                "write the value out, or lay this scenario over another with `based_on`",
            )
            return Broken(place)
        self._no_anchor_or_tag(event)
        if isinstance(event, ScalarEvent):
            return self._scalar(event)
        if depth > _DEEPEST:
            self._refuse(event, "this is nested too deeply", "a scenario needs at most 10 levels")
            self._skip(event)
            return Broken(place)
        if isinstance(event, SequenceStartEvent):
            return Listing(place, list(self._items(depth)))
        return self._block(place, depth)

    def _no_anchor_or_tag(self, event: Event) -> None:
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor is not None:
            remedy = "delete it, and write the value out wherever it is used"
            self._refuse(event, f"`&{anchor}` names a part of the file to use again", remedy)
        if tag is not None:
            short = str(tag).replace("tag:yaml.org,2002:", "!!")
            self._refuse(
                event, f"{shown(short)} is a tag, which a scenario does not use", "delete it"
            )

    def _skip(self, event: Event) -> None:
        depth = 1
        for event in self._events:
            if isinstance(event, (MappingStartEvent, SequenceStartEvent)):
                depth += 1
            elif isinstance(event, (MappingEndEvent, SequenceEndEvent)):
                depth -= 1
            if depth == 0:
                return

    def _items(self, depth: int) -> Iterator[Node]:
        for event in self._events:
            if isinstance(event, SequenceEndEvent):
                return
            yield self._node(event, depth + 1)

    def _block(self, place: Place, depth: int) -> Block:
        block = Block(place)
        for event in self._events:
            if isinstance(event, MappingEndEvent):
                break
            key = self._node(event, depth + 1)
            value = self._node(next(self._events), depth + 1)
            if self._is_sound_key(key, block) and isinstance(key, Scalar):
                block.items[key.text] = value
                block.keys[key.text] = key.place
        return block

    def _is_sound_key(self, key: Node, block: Block) -> bool:
        if isinstance(key, Broken):
            return False
        if not isinstance(key, Scalar):
            self._problems.append(
                key.place.problem("a key must be one word", "write `name: value`")
            )
            return False
        fault = ""
        if key.text == "<<" and not key.quoted:
            fault = "`<<` copies one part of the file into another"
            remedy = "write the keys out, or lay this scenario over another with `based_on`"
        elif key.kind in ("bool", "null"):
            fault = f"{shown(key.text)} as a key is read by YAML as true, false or nothing"
            remedy = f'put it in quotes: "{key.text}"'
        elif key.text in block.keys:
            fault = f"{shown(key.text)} is given twice, first on line {block.keys[key.text].line}"
            remedy = "keep one of them"
        if fault:
            self._problems.append(key.place.problem(fault, remedy))
        return not fault

    def _scalar(self, event: ScalarEvent) -> Scalar | Broken:
        place = self._place(event)
        text = event.value
        quoted = event.style in ("'", '"', "|", ">")
        if _UNSEEN.search(text):
            self._refuse(event, "this text holds an invisible control character", "delete it")
            return Broken(place)
        return Scalar(place, text, "str" if quoted else self._kind(text), quoted)

    def _kind(self, text: str) -> Kind:
        resolve: Any = self._resolver.resolve
        tag = resolve(yaml.ScalarNode, text, (True, False))
        if tag == "tag:yaml.org,2002:timestamp":
            return "date" if _DATE_ALONE.match(text) else "time"
        return _KINDS.get(tag, "other")
