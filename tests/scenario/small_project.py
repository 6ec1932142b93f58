"""A small project in a temporary folder, and ways to write scenarios into it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from sufficiency.errors import InputError
from sufficiency.scenario.load import LoadedScenario, load_scenario
from sufficiency.scenario.template import template_text


class _WrittenOut(yaml.SafeDumper):
    """Writes out every value where it stands."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


class Project:
    """A project's folder with Exampleshire in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.scenarios = root / "scenarios"
        self.scenarios.mkdir()
        self.template = template_text(self.scenarios / "example.yaml")
        self.example = self.write("example.yaml", self.template)

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.scenarios / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def told(self, path: Path) -> list[str]:
        """What is said about a scenario, one line a problem; empty when it is sound."""
        try:
            load_scenario(path)
        except InputError as error:
            return [str(problem) for problem in error.problems]
        return []

    def layer(self, text: str) -> list[str]:
        """What is said about a layer over Exampleshire."""
        return self.told(self.write("layer.yaml", "based_on: example.yaml\n" + text))

    def changed(self, change: Callable[[dict[str, Any]], Any]) -> list[str]:
        """What is said about Exampleshire after a change, without places."""
        tree = yaml.safe_load(self.template)
        change(tree)
        text = yaml.dump(tree, Dumper=_WrittenOut, sort_keys=False)
        told = self.told(self.write("changed.yaml", text))
        return [line.partition(" ")[2] for line in told]

    def load(self, path: Path) -> LoadedScenario:
        return load_scenario(path)
