"""Fits what was written to what belongs there, key by key, and reports whatever does not fit.

The result is plain data for the schema to judge. Anything that does not fit is told once,
where it stands, and left out of what the schema sees, so that one slip brings one message.
"""

from __future__ import annotations

import datetime as dt

from sufficiency.errors import Problem, nearest, shown, suggestion
from sufficiency.scenario.nodes import Block, Broken, Listing, Node, Place, Scalar
from sufficiency.scenario.scalars import Unreadable, date, read_scalar
from sufficiency.scenario.shape import (
    Field,
    Figure,
    Number,
    Section,
    Series,
    Shape,
    Table,
    fields_of,
    in_words,
)

Path = tuple[str, ...]

UNREAD = object()
"""Stands for a value already reported. The schema's own complaint about it is dropped."""


class Fitting:
    """One pass over a tree.

    Attributes:
        problems: What was written and does not fit.
        missing: What should have been written and was not.
        reported: The paths of what does not fit.
    """

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.missing: list[Problem] = []
        self.reported: set[Path] = set()

    def fit(self, node: Node, shape: Shape, path: Path) -> object:
        """Plain data for a value and all below it.

        Args:
            node: What was written.
            shape: What belongs there.
            path: Where it stands.

        Returns:
            Mappings, lists and single values; ``UNREAD`` where something was reported.
        """
        if isinstance(node, Broken):
            self.reported.add(path)
            return UNREAD
        if isinstance(node, Scalar) and node.kind == "null":
            return self._refuse(node.place, path, f"{_name(path)} is empty", _write(shape))
        if isinstance(shape, Figure):
            return self._figure(node, shape, path)
        if isinstance(shape, Section) and isinstance(node, Block):
            return self._section(node, fields_of(shape.model), path)
        if isinstance(shape, Table) and isinstance(node, Block):
            return self._table(node, shape, path)
        if isinstance(shape, Series) and isinstance(node, Listing):
            return [
                self.fit(item, shape.each, (*path, str(number)))
                for number, item in enumerate(node.items)
            ]
        if isinstance(shape, Series) and shape.or_one and isinstance(node, Scalar):
            return self.fit(node, shape.each, path)
        if isinstance(node, Scalar) and not isinstance(shape, (Section, Table, Series)):
            return self._scalar(node, shape, path)
        return self._wrong_kind(node, shape, path)

    def _scalar(self, node: Scalar, shape: Shape, path: Path) -> object:
        try:
            return read_scalar(node, shape)
        except Unreadable as error:
            return self._refuse(node.place, path, f"{_name(path)}: {error.sentence}", error.remedy)

    def _refuse(self, place: Place, path: Path, sentence: str, remedy: str) -> object:
        self.problems.append(place.problem(sentence, remedy))
        self.reported.add(path)
        return UNREAD

    def _wrong_kind(self, node: Node, shape: Shape, path: Path) -> object:
        written = "a list" if isinstance(node, Listing) else "a group of keys"
        if isinstance(node, Scalar):
            written = shown(node.text)
        return self._refuse(
            node.place, path, f"{_name(path)} is {written}, which does not fit here", _write(shape)
        )

    def _section(self, node: Block, fields: dict[str, Field], path: Path) -> object:
        data: dict[str, object] = {}
        for key, value in node.items.items():
            known = fields.get(key)
            if known is None:
                self._unknown(node, key, list(fields), path)
            elif known.optional and isinstance(value, Scalar) and value.is_null:
                data[key] = None
            else:
                data[key] = self.fit(value, known.shape, (*path, key))
        for key, field in fields.items():
            if field.required and key not in node.items:
                self._missing(node, key, field, path)
        return data

    def _missing(self, node: Block, key: str, field: Field, path: Path) -> None:
        here = (*path, key)
        remedy = f"add `{key}`, {in_words(field.shape)} ({field.meaning.rstrip('.')})"
        self.missing.append(node.place.problem(f"{_name(here)} is missing", remedy))
        self.reported.add(here)

    def _unknown(self, node: Block, key: str, known: list[str], path: Path) -> None:
        sentence = f"{_name((*path, key))} is not a key known here"
        self._refuse(node.keys[key], (*path, key), sentence, suggestion(key, known, "keys"))

    def _table(self, node: Block, table: Table, path: Path) -> object:
        data: dict[str, object] = {}
        for key, value in node.items.items():
            if table.words is not None and key not in table.words:
                remedy = suggestion(key, table.words)
                sentence = f"{_name((*path, key))} is not a name known here"
                self._refuse(node.keys[key], (*path, key), sentence, remedy)
                continue
            data[key] = self.fit(value, table.each, (*path, key))
        return data

    def _figure(self, node: Node, figure: Figure, path: Path) -> object:
        if isinstance(node, Scalar):
            return self._scalar(node, Number(), path)
        if not isinstance(node, Block):
            return self._wrong_kind(node, figure, path)
        if "from" in node.items and figure.dated:
            return self._dated(node, figure, path)
        return self._annotated(node, figure, path)

    def _annotated(self, node: Block, figure: Figure, path: Path) -> object:
        fields = fields_of(figure.kind)
        data: dict[str, object] = {}
        for key, value in node.items.items():
            if key in fields:
                data[key] = self.fit(value, fields[key].shape, (*path, key))
                continue
            self.reported.add(path)
            if key == "from":
                sentence = f"{_name(path)} does not change on dates"
                self._refuse(node.keys[key], (*path, key), sentence, "write one figure")
            elif figure.dated and key[:4].isdigit():
                sentence = f"{_name(path)} holds a date where a figure is expected"
                remedy = "put the dates under `from:`"
                self._refuse(node.keys[key], (*path, key), sentence, remedy)
            else:
                self._unknown(node, key, [*fields, "from"] if figure.dated else list(fields), path)
        return data

    def _dated(self, node: Block, figure: Figure, path: Path) -> object:
        for key in node.items:
            if key != "from":
                remedy = f"write `{key}` with each figure under `from`"
                sentence = f"{_name((*path, key))} stands beside dates"
                if not nearest(key, fields_of(figure.kind)):
                    remedy = "delete it"
                self._refuse(node.keys[key], (*path, key), sentence, remedy)
        dates, where = node.items["from"], (*path, "from")
        if not isinstance(dates, Block) or not dates.items:
            remedy = "write dates such as 2020-04-01, each with a figure"
            return self._refuse(dates.place, where, f"{_name(where)} holds no dates", remedy)
        return {"from": self._by_date(dates, figure, where)}

    def _by_date(self, node: Block, figure: Figure, path: Path) -> object:
        data: dict[dt.date, object] = {}
        for key, value in node.items.items():
            place, here = node.keys[key], (*path, key)
            try:
                day = date(Scalar(place, key, "str", quoted=False))
            except Unreadable as error:
                self._refuse(place, path, f"{_name(path)}: {error.sentence}", error.remedy)
                continue
            if data and day <= max(data):
                sentence = f"{_name(path)}: {day} stands after {max(data)}"
                self._refuse(place, path, sentence, "put the dates in order, earliest first")
                continue
            data[day] = self._figure_of_a_date(value, figure, here)
        return data

    def _figure_of_a_date(self, value: Node, figure: Figure, path: Path) -> object:
        return self.fit(value, Figure(figure.kind, dated=False), path)


def _name(path: Path) -> str:
    return f"`{'.'.join(path)}`" if path else "the scenario"


def _write(shape: Shape) -> str:
    return f"write {in_words(shape)}"
