"""Every figure of a scenario, in order, each with the path it stands at.

The path names a figure in the assumptions log, in ``explain`` and in the random draws:
``entries.per_year``, or ``settings.hub.places.from.2020-09-01`` where it changes on dates.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from sufficiency.scenario.schema import Scenario
from sufficiency.scenario.values import ALWAYS, Dated, Quantity


def named_figures(scenario: Scenario) -> Iterator[tuple[str, Quantity]]:
    """Each figure with its path, defaults included, in the order of the schema."""
    return _figures(scenario, ())


def _figures(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, Quantity]]:
    if isinstance(value, Quantity):
        yield ".".join(path), value
    elif isinstance(value, Dated):
        for day, figure in value.from_.items():
            here = path if day == ALWAYS else (*path, "from", day.isoformat())
            yield ".".join(here), figure
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _figures(getattr(value, name), (*path, name))
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _figures(each, (*path, str(name)))
