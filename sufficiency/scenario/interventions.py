"""What a scenario says of its own interventions: how well each is known, and what it acts on.

A layer that brings in a hub or a team of carers says here what the evidence for it is worth,
and which of its figures are its effects. Beside each of those stands the value at which it has
no effect, so that the same intervention can be tried with its cost and nothing else.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from pydantic import Field

from sufficiency.scenario.values import Base
from sufficiency.vocabulary import EvidenceGrade

if TYPE_CHECKING:
    from sufficiency.scenario.load import LoadedScenario


class Intervention(Base):
    """Something an authority could do: what it is called and how well its effect is known."""

    label: str
    """What to call it in tables and charts."""
    grade: EvidenceGrade
    """What its effect is known from, best first: ``trial``, a randomised trial; ``comparison``, a
    comparison group; ``observation``, counted without a comparison; ``judgement`` alone;
    ``arithmetic``, where the effect follows from the sums."""
    evidence: str
    """What was found, where, and what that leaves unknown."""
    effects: dict[str, float] = Field(default_factory=dict)
    """Path of each figure through which it works, such as ``settings.hub.suitable.10_to_15``, to
    the value at which it has no effect. These are for comparison and are never used in a run."""


def is_after(path: str, day: dt.date) -> bool:
    """Whether the path of a figure, such as ``entries.change.from.2040-01-01``, is past a day."""
    try:
        return dt.date.fromisoformat(path.rpartition(".from.")[2]) > day
    except ValueError:  # not dated, or not a date
        return False


def without_effects(loaded: LoadedScenario) -> dict[str, float]:
    """The changes that leave every intervention its cost and take its effects away.

    Args:
        loaded: A scenario, of one intervention or of several laid over each other.

    Returns:
        Path of each figure to its value for no effect, for ``load_scenario``; empty where the
        scenario names no effects. Those dated after its end, which have none, are left out.
    """
    end = loaded.scenario.end
    return {
        path: value
        for intervention in loaded.scenario.interventions.values()
        for path, value in intervention.effects.items()
        if not is_after(path, end)
    }
