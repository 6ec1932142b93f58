"""The numbers one replication runs on: plain values, with settings and plans as codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sufficiency.periods import Horizon
from sufficiency.vocabulary import Move, Plan, Route

FloatArray = NDArray[np.float64]
Steps = tuple[tuple[float, ...], tuple[float, ...]]
"""Days from which values hold, the first minus infinity, and as many values."""

ROUTES = tuple(Route)
MOVES = tuple(Move)
CAUSES = (*ROUTES, *MOVES)
"""Everything that can end a placement by its own clock: routes out first, then moves."""


@dataclass(frozen=True)
class SettingParameters:
    """One kind of home in this replication.

    Attributes:
        name: Its name.
        opens: Day it opens; minus infinity when it is open already.
        closes: Day it closes; infinity when it never does.
        places: Steps of whole places, or None where there is no limit.
        match: Chance that one vacant place suits one child.
        suitable: For each age band, steps of the share for whom it is possible; or None.
        suitable_after_a_move: Multiplies ``suitable`` for a child who is moving.
        location: Cumulative shares over :class:`Location`.
        nearby_places: Steps of places within 20 miles, or None.
    """

    name: str
    opens: float
    closes: float
    places: Steps | None
    match: float
    suitable: tuple[Steps, ...] | None
    suitable_after_a_move: float
    location: tuple[float, ...]
    nearby_places: Steps | None


@dataclass(frozen=True)
class Clockwork:
    """How fast each cause's clock runs.

    Attributes:
        rate_per_day: Rate by cause, age band and time in care, before the setting's effect;
            shape (causes, 5, 5).
        setting_effect: Effect by setting and cause; shape (settings, causes).
        calendar_starts: Days on which some yearly or dated multiplier changes; the first is
            before the forecast.
        calendar: Multiplier by cause and calendar stretch; shape (causes, stretches).
    """

    rate_per_day: FloatArray
    setting_effect: FloatArray
    calendar_starts: FloatArray
    calendar: FloatArray


@dataclass(frozen=True)
class EntryParameters:
    """How fast children come into care.

    Attributes:
        per_year_by_age: Entries a year by age band, before the calendar; shape (5,).
        calendar_starts: Days on which the multiplier changes.
        calendar: The multiplier on each stretch.
        plan_shares: Cumulative shares over the scenario's plans by age band.
    """

    per_year_by_age: FloatArray
    calendar_starts: FloatArray
    calendar: FloatArray
    plan_shares: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class MoveParameters:
    """What becomes of a plan after a move.

    Attributes:
        keeps_plan: Chance that the plan stays.
        plan_shares: Cumulative shares over the scenario's plans by age band.
    """

    keeps_plan: float
    plan_shares: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class PanelParameters:
    """How freed places are offered.

    Attributes:
        rank: For each setting, its place in the panel's ranking.
        plan_to_move: Chance that a child outside the first choice waits for it.
        acceptance: Chance that a matching offer is accepted.
        notice_days: Days a place is held before the child moves.
    """

    rank: tuple[int, ...]
    plan_to_move: float
    acceptance: float
    notice_days: float


@dataclass(frozen=True)
class Parameters:
    """Everything one replication needs, with settings and plans as codes in scenario order."""

    horizon: Horizon
    settings: tuple[SettingParameters, ...]
    plans: tuple[Plan, ...]
    search_orders: tuple[tuple[int, ...], ...]
    clockwork: Clockwork
    entries: EntryParameters
    moves: tuple[MoveParameters, ...]
    panel: PanelParameters
    after_care_chance: Mapping[Route, float]
