"""Loads a scenario: one fixed statement, and behind every value the line that set it.

This is the door of the room. It reads the layers, fits them to the schema, runs the checks
and either returns a scenario fit to be run or tells everything that is wrong at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sufficiency.errors import InputError, Problem, in_order
from sufficiency.scenario.changes import CHANGES, Changes, fingerprint, too_late, with_changes
from sufficiency.scenario.checks import check_scenario
from sufficiency.scenario.figures import named_figures
from sufficiency.scenario.judge import Judgement, judge
from sufficiency.scenario.layer_files import project_root
from sufficiency.scenario.layers import Stack, read_stack
from sufficiency.scenario.nodes import Block, Earlier, Node, Place, place_of
from sufficiency.scenario.schema import Scenario
from sufficiency.scenario.shape import TOP, Figure, Section, Shape, Table, below
from sufficiency.scenario.values import ALWAYS

RESOLVED = "scenario.resolved.yaml"
"""The file of a run folder that holds the whole scenario in one piece."""


@dataclass(frozen=True)
class Origin:
    """Where a value was written.

    Attributes:
        file: The file, from the project's folder; ``default`` where the value was left out.
        line: Line, from 1; 0 for a default.
        column: Column, from 1; 0 for a default.
        layers: What it replaced in the files beneath, nearest first.
    """

    file: str
    line: int
    column: int
    layers: tuple[Earlier, ...] = ()


DEFAULT = Origin("default", 0, 0)
"""The origin of a value that no file gives."""


@dataclass(frozen=True)
class LoadedScenario:
    """A scenario and where everything in it came from.

    Attributes:
        path: The file named.
        root: The project's folder.
        name: The scenario's name, used for its run folder.
        scenario: What it says. Its ``based_on`` is empty: the layers are already in it.
        origins: Path of every value that was written, with its place.
        files: Each layer's file and the fingerprint of its bytes, the named file first, and last
            the changes laid over them, if there are any. A scenario is made of every file here.
        based_on: The files the named one is based on, in the order it names them: one, or several
            that are laid over each other.
    """

    path: Path
    root: Path
    name: str
    scenario: Scenario
    origins: Mapping[str, Origin]
    files: Mapping[str, str]
    based_on: tuple[str, ...] = ()

    def origin(self, path: str) -> Origin:
        """Where a value came from: its own line, or the line of the group it stands in."""
        parts = path.split(".")
        for length in range(len(parts), 0, -1):
            found = self.origins.get(".".join(parts[:length]))
            if found is not None:
                return found
        return DEFAULT

    def resolved(self) -> dict[str, Any]:
        """Every value as plain data, in the order of the schema, defaults and all."""
        from sufficiency.scenario.resolved import plain

        values: dict[str, Any] = plain(self.scenario)
        return values


def load_scenario(
    path: Path, changes: Changes | None = None, set_by: str = CHANGES
) -> LoadedScenario:
    """Reads, merges and checks a scenario.

    Args:
        path: The scenario file.
        changes: What to lay over it: the path of a figure, such as ``settings.hub.places`` or
            ``entries.change.from.2021-04-01``, to a number in the figure's unit; or the path of
            a group to plain data. A figure is replaced whole.
        set_by: What to call the place the changes were given, such as ``--set``.

    Returns:
        The scenario, with every figure knowing its path.

    Raises:
        InputError: With every problem found, in order of place.
    """
    path = Path(path)
    stack = read_stack(path)
    if changes and not stack.unfinished:
        tree, faults = with_changes(stack.tree, changes, set_by)
        stack = replace(stack, tree=tree, problems=(*stack.problems, *faults))
    judgement = judge(stack.tree)
    found = _problems(stack, judgement)
    if judgement.scenario is not None:
        found += too_late(changes or {}, judgement.scenario.end, set_by)
    if found or judgement.scenario is None:
        raise InputError(in_order(found))
    scenario = judgement.scenario.model_copy(update={"based_on": None})
    for name, figure in named_figures(scenario):
        figure.named(name)
    origins: dict[str, Origin] = {}
    _note_origins(stack.tree, TOP, (), None, origins)
    origins.pop("based_on", None)
    files = {layer.file: layer.sha256 for layer in stack.layers}
    if changes:
        files[set_by] = fingerprint(changes)
    based_on = tuple(base.file for base in stack.layers[0].bases)
    return LoadedScenario(path, stack.root, scenario_name(path), scenario, origins, files, based_on)


def _problems(stack: Stack, judgement: Judgement) -> list[Problem]:
    """Everything worth telling.

    While a layer cannot be read, nothing is said of the whole: what seems to be missing may
    stand in that layer. Nor is anything said twice of a value already reported.
    """
    found = [*stack.problems, *judgement.written]
    if stack.unfinished or any(not layer.tree.items for layer in stack.layers):
        return found
    found += judgement.whole
    if judgement.scenario is not None:
        found += [
            place_of(stack.tree, each.path, each.at_key).problem(each.sentence, each.remedy)
            for each in check_scenario(judgement.scenario, stack.root)
            if not judgement.is_doubtful(each.path)
        ]
    return found


def scenario_name(path: Path) -> str:
    """The name of a scenario: its folder and file, or its file alone in ``scenarios``."""
    full = path.resolve()
    folder = full.parent.name
    if full.name == RESOLVED:
        name = folder
    elif folder in ("scenarios", "") or full.parent == project_root(path):
        name = full.stem
    else:
        name = f"{folder}-{full.stem}"
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "scenario"


def _note_origins(
    node: Node, shape: Shape, path: tuple[str, ...], key: Place | None, out: dict[str, Origin]
) -> None:
    """Notes where each value was written. A figure's place is that of its key."""
    if isinstance(node, Block):
        if isinstance(shape, Figure) and "from" in node.items:
            dates = node.items["from"]
            assert isinstance(dates, Block)
            for day in dates.items:
                here = path if day == ALWAYS.isoformat() else (*path, "from", day)
                _note(dates.keys[day], node.beneath, here, out)
            return
        if isinstance(shape, (Section, Table)):
            for name, value in node.items.items():
                inner = below(shape, name)
                assert inner is not None
                _note_origins(value, inner, (*path, name), node.keys[name], out)
            return
    _note(key or node.place, node.beneath, path, out)


def _note(
    place: Place, beneath: tuple[Earlier, ...], path: tuple[str, ...], out: dict[str, Origin]
) -> None:
    out[".".join(path)] = Origin(place.file, place.line, place.column, beneath)
