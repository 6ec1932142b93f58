"""The numbers one replication runs on: plain values, with settings and plans as codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sufficiency.episodes import NONE, STAY_ENDS
from sufficiency.model.ages import EVEN
from sufficiency.periods import Horizon
from sufficiency.vocabulary import Move, Plan, Route

FloatArray = NDArray[np.float64]
Steps = tuple[tuple[float, ...], tuple[float, ...]]
"""Days from which values hold, the first minus infinity, and as many values."""

ROUTES = tuple(Route)
MOVES = tuple(Move)
ENDINGS: tuple[str, ...] = (*MOVES, STAY_ENDS)
"""What can end a placement by its own clock without the child leaving care."""
CAUSES: tuple[str, ...] = (*ROUTES, *ENDINGS)
"""Everything that can end a placement by its own clock: routes out first, then endings."""


@dataclass(frozen=True)
class ApprovalParameters:
    """How a relative or friend is approved.

    Attributes:
        temporary_days: How long a child may live there before a decision.
        extension_days: How much longer when the panel has not decided.
        panel_per_year: Steps of cases the panel can decide a year.
        refused: Chance that a decision is a refusal.
    """

    temporary_days: float
    extension_days: float
    panel_per_year: Steps
    refused: float


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
        nearby_places: Steps of places within 20 miles that others leave free, or None.
        draws_from: Codes of the settings whose children join its line when it opens.
        approval: How its carers are approved, or None where they need no approval.
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
    draws_from: tuple[int, ...] = ()
    approval: ApprovalParameters | None = None


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
        at_birth: Share of those under 1 who enter at birth.
        older_half: Share of those of each age band in its older half.
    """

    per_year_by_age: FloatArray
    calendar_starts: FloatArray
    calendar: FloatArray
    plan_shares: tuple[tuple[float, ...], ...]
    at_birth: float = 0.0
    older_half: tuple[float, ...] = EVEN


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
class SiblingParameters:
    """Brothers and sisters who come together.

    Attributes:
        follows: Chance that an entering child is a sibling of the one that entered before.
        kept_together: Chance that their plan is to live together.
    """

    follows: float
    kept_together: float


@dataclass(frozen=True)
class UnaccompaniedParameters:
    """Unaccompanied children.

    Attributes:
        entries: How fast they come; their plan shares name one plan.
        plan: Code of their plan.
        in_care_at_start: How many of the opening children they are.
        leaving_ratio: Rate of each cause over the other children's; shape (causes,).
    """

    entries: EntryParameters
    plan: int
    in_care_at_start: int
    leaving_ratio: FloatArray


@dataclass(frozen=True)
class ReturnParameters:
    """Children who come back into care.

    Attributes:
        hazards_per_day: For each route, the hazard of coming back in the first year after
            leaving and in the five after it; shape (routes, 2).
        earlier: How fast children who left before the forecast come back.
    """

    hazards_per_day: FloatArray
    earlier: EntryParameters


@dataclass(frozen=True)
class CourtParameters:
    """Orders that end care and wait their turn.

    Attributes:
        routes: Codes of the routes that need an order.
        orders_per_year: Steps of orders that can be made a year.
    """

    routes: frozenset[int]
    orders_per_year: Steps


@dataclass(frozen=True)
class CarerParameters:
    """The numbers one replication's carers run on.

    Attributes:
        setting: Name of the setting their places are in.
        households: Approved households when the forecast opens.
        places: Numbers of places a household may offer, in order.
        place_shares: Share of households offering each; they add up to 1.
        unavailable: Share of places that cannot be used, in the long run.
        unavailable_days: Average days a place stays so.
        leaving_per_year: Households leaving, per household-year.
        leaving_change: Steps of what multiplies it.
        notice_days: Days before leaving in which a household takes no new child.
        enquiries_per_year: Enquiries a year.
        enquiries_change: Steps of what multiplies them.
        applies: Chance that an enquiry becomes an application.
        slots: Steps of whole assessments that can be done at once.
        assessment_days: Average length of an assessment.
        patience_days: Average time an applicant waits for one before giving up.
        approved: Chance that an assessment ends in approval.
    """

    setting: str
    households: int
    places: tuple[int, ...]
    place_shares: tuple[float, ...]
    unavailable: float
    unavailable_days: float
    leaving_per_year: float
    leaving_change: Steps
    notice_days: float
    enquiries_per_year: float
    enquiries_change: Steps
    applies: float
    slots: Steps
    assessment_days: float
    patience_days: float
    approved: float


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
    """Everything one replication needs, with settings and plans as codes in scenario order.

    ``siblings`` to ``courts`` are None where the scenario leaves them out. ``carers_setting``
    is the code of the setting whose places are carer households, ``NONE`` where there is none.
    """

    horizon: Horizon
    settings: tuple[SettingParameters, ...]
    plans: tuple[Plan, ...]
    search_orders: tuple[tuple[int, ...], ...]
    clockwork: Clockwork
    entries: EntryParameters
    moves: tuple[MoveParameters, ...]
    panel: PanelParameters
    after_care_chance: Mapping[Route, float]
    siblings: SiblingParameters | None = None
    unaccompanied: UnaccompaniedParameters | None = None
    returns: ReturnParameters | None = None
    courts: CourtParameters | None = None
    carers_setting: int = NONE
