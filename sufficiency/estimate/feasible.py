"""Whether the opening and reference tables of a scenario can all hold together.

A table by age may leave too few children of 16 and 17 for the homes that take only them. That
is found out here, before a run, at the middle and near the ends of every doubtful figure.
"""

from __future__ import annotations

import numpy as np

from sufficiency.errors import Problem
from sufficiency.estimate.caseload import opening_children, reference_weights
from sufficiency.scenario.load import LoadedScenario
from sufficiency.scenario.values import Quantity

_CHANCES = (0.5, 0.01, 0.99)


def opening_problems(loaded: LoadedScenario) -> list[Problem]:
    """What is wrong with the tables taken together.

    Args:
        loaded: A scenario that is right in every single figure.

    Returns:
        At most one problem for the opening and one for the reference children.
    """
    scenario = loaded.scenario
    found = []
    for section, fits in (
        ("opening", lambda draw: opening_children(scenario, draw, np.random.default_rng(1))),
        ("reference", lambda draw: reference_weights(scenario, draw)),
    ):
        for chance in _CHANCES:

            def draw(quantity: Quantity, chance: float = chance) -> float:
                return quantity.quantile(chance)

            try:
                fits(draw)
            except ValueError as error:
                found.append(_problem(loaded, section, str(error)))
                break
    return found


def _problem(loaded: LoadedScenario, section: str, why: str) -> Problem:
    origin = loaded.origin(f"{section}.by_age.under_1")
    return Problem(
        origin.file,
        origin.line,
        origin.column,
        f"`{section}`: its tables by age, time in care, setting and place cannot all hold ({why})",
        "look for a setting whose usual ages have too few children, or counts that add up to "
        "more than the total",
    )
