"""Checks of the interventions: is each named and its evidence told, and do its effects exist?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sufficiency.errors import nearest, shown
from sufficiency.scenario.figures import named_figures
from sufficiency.scenario.findings import Finding
from sufficiency.scenario.schema import Scenario
from sufficiency.scenario.values import Quantity


def what_is_known_is_said(scenario: Scenario) -> Iterator[Finding]:
    """An intervention has a name and says what is known of it."""
    meant = {
        "label": "write what to call it in tables and charts",
        "evidence": "write what was found and where, or that nothing was",
    }
    for name, intervention in scenario.interventions.items():
        for key, remedy in meant.items():
            if not getattr(intervention, key).strip():
                where = ("interventions", name, key)
                yield Finding(where, f"`{'.'.join(where)}` is empty", remedy)


def effects_are_figures(scenario: Scenario) -> Iterator[Finding]:
    """Every effect is a figure of the scenario, and its value for none is one it may take."""
    figures = _figures(scenario)
    for name, intervention in scenario.interventions.items():
        for path, value in intervention.effects.items():
            where = ("interventions", name, "effects", path)
            kind = figures.get(path)
            if kind is None:
                sentence = f"{shown(path)} is not a figure of this scenario"
                yield Finding(where, sentence, _meant(path, figures), at_key=True)
            elif not kind.low <= value <= kind.high:
                sentence = f"`{path}` cannot be {value:g}: its range is {kind.range_in_words()}"
                yield Finding(where, sentence, "give the value at which it has no effect")


def _figures(scenario: Scenario) -> dict[str, type[Quantity]]:
    """The kind of each figure by its path, one that changes on dates also as a whole."""
    found: dict[str, type[Quantity]] = {}
    for path, figure in named_figures(scenario):
        found[path] = type(figure)
        found[path.partition(".from.")[0]] = type(figure)
    return found


def _meant(path: str, figures: dict[str, type[Quantity]]) -> str:
    """The figure most like a path, or where to find them."""
    close = nearest(path, figures)
    if close:
        return f"did you mean `{close[0]}`?"
    return "write a path as `sufficiency explain` gives it, such as `entries.per_year`"


def no_effect_means_one_thing(scenario: Scenario) -> Iterator[Finding]:
    """Two interventions that work through one figure agree on what no effect is."""
    first: dict[str, tuple[str, float]] = {}
    for name, intervention in scenario.interventions.items():
        for path, value in intervention.effects.items():
            other, given = first.setdefault(path, (name, value))
            if value != given:
                yield Finding(
                    ("interventions", name, "effects", path),
                    f"`{path}` has no effect at {value:g} here and at {given:g} in `{other}`",
                    "give both the same value",
                )


INTERVENTION_CHECKS: tuple[Callable[[Scenario], Iterator[Finding]], ...] = (
    what_is_known_is_said,
    effects_are_figures,
    no_effect_means_one_thing,
)
"""The checks of interventions, in the order they are run."""
