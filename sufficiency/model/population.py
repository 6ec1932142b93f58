"""The children of one replication: those in care on the first day, and those who will come."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sufficiency.model.arrivals import draw_arrivals
from sufficiency.model.child import Child, Group
from sufficiency.model.clocks import clock_table
from sufficiency.model.luck import CHILD_PLAN, Luck, draw_luck
from sufficiency.model.parameters import MOVES, Parameters
from sufficiency.model.search import chancy_settings
from sufficiency.streams import Streams

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class OpeningCaseload:
    """Children in care at the start, one entry a child.

    Attributes:
        born: Day of birth; negative.
        entered: Day of entering care; negative.
        placed: Day the present placement began; negative, not before ``entered``.
        setting: Code of the setting.
        location: Code of where the home is.
    """

    born: NDArray[np.int64]
    entered: NDArray[np.int64]
    placed: NDArray[np.int64]
    setting: NDArray[np.int64]
    location: NDArray[np.int64]


@dataclass(frozen=True)
class OpeningHomes:
    """Where the opening children live, as plain lists for the engine."""

    setting: list[int]
    location: list[int]
    placed: list[int]


@dataclass(frozen=True)
class Population:
    """Every child of a replication.

    Attributes:
        children: Opening children first, then arrivals in order of time.
        opening: Where the opening children live.
    """

    children: list[Child]
    opening: OpeningHomes


def draw_population(
    parameters: Parameters, caseload: OpeningCaseload, streams: Streams
) -> Population:
    """Draw every child's luck and set its clocks.

    Args:
        parameters: The numbers the replication runs on.
        caseload: Children in care at the start.
        streams: The replication's streams.

    Returns:
        The children, not yet placed.
    """
    chancy = chancy_settings(parameters)
    days = parameters.horizon.days
    luck = draw_luck(streams, ("opening",), len(caseload.born), chancy)
    numbers = np.arange(1, len(caseload.born) + 1)
    present = _children(parameters, numbers, caseload.born, caseload.entered, luck)
    coming = draw_arrivals(streams, parameters.entries, days, chancy)
    arrivals = _children(parameters, coming.child, coming.born, coming.time, coming.luck)
    homes = OpeningHomes(
        caseload.setting.tolist(), caseload.location.tolist(), caseload.placed.tolist()
    )
    return Population(present + arrivals, homes)


def _children(
    parameters: Parameters,
    numbers: NDArray[np.int64],
    born: NDArray[np.int64] | FloatArray,
    entered: NDArray[np.int64] | FloatArray,
    luck: Luck,
) -> list[Child]:
    """Children with their clocks and luck. Only what every child needs is unpacked here."""
    clocks = clock_table(
        parameters.clockwork,
        born.astype(np.float64),
        entered.astype(np.float64),
        float(parameters.horizon.days),
        luck.leaving_marks,
        luck.homes[:, 0, : len(MOVES)],
    )
    group = Group(clocks, luck)
    plan_luck = luck.child[:, CHILD_PLAN]
    names = zip(numbers.tolist(), born.tolist(), entered.tolist(), strict=True)
    first_luck = zip(
        plan_luck.tolist(), luck.homes[:, 0].tolist(), luck.matches[:, 0].tolist(), strict=True
    )
    return [
        Child(*name, *first, group, index)
        for index, (name, first) in enumerate(zip(names, first_luck, strict=True))
    ]
