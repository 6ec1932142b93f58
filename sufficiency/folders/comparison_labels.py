"""What to call a compared scenario, how well its effect is known, and which others are in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from sufficiency.scenario.interventions import Intervention
from sufficiency.scenario.load import LoadedScenario
from sufficiency.vocabulary import EvidenceGrade

WEAKEST_FIRST = (
    EvidenceGrade.JUDGEMENT,
    EvidenceGrade.OBSERVATION,
    EvidenceGrade.COMPARISON,
    EvidenceGrade.TRIAL,
    EvidenceGrade.ARITHMETIC,
)
"""Which grade stands for several: what follows from the sums makes none of the others weaker."""


def interventions_beyond(base: LoadedScenario, one: LoadedScenario) -> dict[str, Intervention]:
    """What a scenario brings in that its base does not have.

    Args:
        base: The base.
        one: The scenario.

    Returns:
        Its interventions by name, those of the base left out.
    """
    known = base.scenario.interventions
    return {name: each for name, each in one.scenario.interventions.items() if name not in known}


def weakest_grade(interventions: Iterable[Intervention]) -> EvidenceGrade | None:
    """How well the effect of several interventions together is known: no better than the weakest.

    Args:
        interventions: One or more.

    Returns:
        The grade; None where there is no intervention.
    """
    grades = {each.grade for each in interventions}
    return next((grade for grade in WEAKEST_FIRST if grade in grades), None)


def labels_of(loaded: Sequence[LoadedScenario]) -> list[str]:
    """A short name of each scenario for tables and charts, all of them different.

    Args:
        loaded: The scenarios, the base first.

    Returns:
        The label of a scenario's one intervention, where no other has the same; the name of its
        file in words otherwise.
    """
    base = loaded[0]
    found: list[str | None] = [None]
    for one in loaded[1:]:
        beyond = list(interventions_beyond(base, one).values())
        found.append(beyond[0].label if len(beyond) == 1 else None)
    told = [
        label if label is not None and found.count(label) == 1 else _in_words(one)
        for label, one in zip(found, loaded, strict=True)
    ]
    return [
        label if told.count(label) == 1 else one.name
        for label, one in zip(told, loaded, strict=True)
    ]


def _in_words(one: LoadedScenario) -> str:
    """``hub-in-june.yaml`` as ``Hub in june``."""
    words = PurePosixPath(own_file(one)).stem.replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def own_file(one: LoadedScenario) -> str:
    """The file that was named, from the project's folder."""
    return next(iter(one.files))
