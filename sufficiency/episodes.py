"""The one table everything is counted from: who lived where, from when until when.

A row is one stretch of one child's life in one home. Simulated children and children read
from a council's own returns have the same columns, so the same counting, pricing and
back-testing serve both. A night is counted where the child sleeps: the day a placement
starts counts, the day it ends does not. A child who comes and goes in one day has no night.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sufficiency.vocabulary import Category, Location, Move, Route

OPEN = 2**31 - 1
"""End of a placement that has not ended, as a day number."""

NONE = -1
"""No setting: not waiting for one."""

STAY_ENDS, CARER_LEFT, NOT_APPROVED = "stay_ends", "carer_left", "not_approved"
PANEL, CLOSURE = "panel", "closure"
MOVED_BECAUSE = (
    *(move.value for move in Move),
    STAY_ENDS,
    CARER_LEFT,
    NOT_APPROVED,
    PANEL,
    CLOSURE,
)
"""Why a child moved from one home to another: by its own clocks, because a short stay ended,
because the carers left or were not approved, to a place the panel offered, or because the home
closed."""

UNSTATED, STATUS, LOST = "unstated", "status", "lost"
RECORDED_ONLY = (UNSTATED, STATUS, LOST)
"""What only a council's own records say: a move for a reason that was not recorded; a change of
the kind of placement while the child stayed with the same carers, which is no move; and a child
who is not in the records of the next year, of whom nobody knows when or how care ended."""

REASONS_NEW = ("opening", "entry", "return", *MOVED_BECAUSE, UNSTATED, STATUS)
"""Why a placement began, in the order of its codes."""

REASONS_CEASED = (
    "",
    *(route.value for route in Route),
    "aged_18",
    *MOVED_BECAUSE,
    *RECORDED_ONLY,
)
"""Why a placement ended, in the order of its codes; empty while it goes on."""

SIBLINGS = ("", "together", "apart")
"""Whether a child who came with a brother or sister, to live together, found a home with them;
empty for everyone else and for every later home."""

CATEGORIES = tuple(category.value for category in Category)

LOCATIONS = tuple(location.value for location in Location)
UNKNOWN_PLACE = -1
"""Code of a location nobody recorded; simulated placements always have one."""
PROVENANCES = ("H", "O", "S")
"""H: read from a return; O: open when the forecast starts; S: simulated."""


class Provenance(IntEnum):
    """Codes of :data:`PROVENANCES`."""

    HISTORIC = 0
    OPEN = 1
    SIMULATED = 2


@dataclass(frozen=True)
class Episodes:
    """The table, as one array a column, all of the same length, in the order episodes began.

    Attributes:
        epoch: Date of day 0; every day number counts from it.
        settings: Names that the setting codes stand for.
        child: Number of the child, the same in every scenario with the same seed.
        period_of_care: Which of the child's periods of care, from 1.
        start: First day in the placement; negative before the forecast.
        end: Day it ended, the first night not slept there; ``OPEN`` while it goes on.
        setting: Code of the setting lived in.
        location: Code of where it is, in :data:`LOCATIONS`; ``UNKNOWN_PLACE`` where a record
            does not say.
        first_choice: Code of the setting the search wanted first; ``NONE`` in a record.
        waiting_for: Code of the setting the child waits for, or ``NONE``.
        reason_new: Code in :data:`REASONS_NEW`.
        reason_ceased: Code in :data:`REASONS_CEASED`.
        born: Day number of the date of birth.
        price_rank: Where the placement stands among the prices of its setting, 0 to 1;
            not-a-number in a record.
        category: Code in :data:`CATEGORIES`.
        siblings: Code in :data:`SIBLINGS`.
        provenance: Code in :data:`PROVENANCES`.
    """

    epoch: dt.date
    settings: tuple[str, ...]
    child: NDArray[np.int64]
    period_of_care: NDArray[np.int32]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    setting: NDArray[np.int16]
    location: NDArray[np.int8]
    first_choice: NDArray[np.int16]
    waiting_for: NDArray[np.int16]
    reason_new: NDArray[np.int8]
    reason_ceased: NDArray[np.int8]
    born: NDArray[np.int32]
    price_rank: NDArray[np.float64]
    category: NDArray[np.int8]
    siblings: NDArray[np.int8]
    provenance: NDArray[np.int8]

    def __len__(self) -> int:
        """How many placements there are."""
        return len(self.child)

    def columns(self) -> dict[str, NDArray[Any]]:
        """The arrays by name."""
        names = [field.name for field in fields(self) if field.name not in ("epoch", "settings")]
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class AfterCareSpells:
    """Payments that go on after leaving care, one row a child and kind.

    Attributes:
        kinds: Names that the kind codes stand for.
        child: Number of the child.
        kind: Code of the kind of payment.
        start: First day paid for.
        end: First day no longer paid for.
        born: Day number of the date of birth.
    """

    kinds: tuple[str, ...]
    child: NDArray[np.int64]
    kind: NDArray[np.int8]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    born: NDArray[np.int32]


HELP_OUTCOMES = ("", "finished", "entered_care", "risk_ended", "closed")
"""How help for a child at risk ended, or the wait for it; empty while it goes on."""


@dataclass(frozen=True)
class HelpSpells:
    """Help for children at risk of coming into care, one row a time at risk with a referral.

    A child kept out of care that is at risk again has a row for that too. Where no service
    reaches it then, the row has no service, referral or help.

    Attributes:
        services: Names that the service codes stand for.
        child: Number of the child.
        service: Code of the service, or ``NONE``.
        asked: Day the child was referred; negative before the forecast.
        start: Day the help began, or ``OPEN`` when it has not or never did.
        end: Day the help, or the wait for it, ended; ``OPEN`` while it goes on.
        outcome: Code in :data:`HELP_OUTCOMES`.
        began: Day the time at risk began; may be before the forecast.
        times_back: How often the child was kept out of care and at risk again before: 0 the
            first time.
        would_enter: Day the child would have come into care without help, or ``OPEN`` when
            its risk would have ended first. May lie beyond the forecast.
        entered: Day the child comes into care as things are, or ``OPEN`` when its risk ends
            first. May lie beyond the forecast.
    """

    services: tuple[str, ...]
    child: NDArray[np.int64]
    service: NDArray[np.int8]
    asked: NDArray[np.int32]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    outcome: NDArray[np.int8]
    began: NDArray[np.int32]
    times_back: NDArray[np.int8]
    would_enter: NDArray[np.int32]
    entered: NDArray[np.int32]


NO_HELP = HelpSpells(
    services=(),
    child=np.empty(0, dtype=np.int64),
    service=np.empty(0, dtype=np.int8),
    asked=np.empty(0, dtype=np.int32),
    start=np.empty(0, dtype=np.int32),
    end=np.empty(0, dtype=np.int32),
    outcome=np.empty(0, dtype=np.int8),
    began=np.empty(0, dtype=np.int32),
    times_back=np.empty(0, dtype=np.int8),
    would_enter=np.empty(0, dtype=np.int32),
    entered=np.empty(0, dtype=np.int32),
)
"""No service, nobody helped."""


def birthday(born: NDArray[np.int32], years: int) -> NDArray[np.int32]:
    """Day number of a birthday, for many children at once.

    Args:
        born: Day numbers of dates of birth.
        years: Which birthday.

    Returns:
        Day numbers. A year is taken as 365.25 days, so a birthday may be a day out.
    """
    day: NDArray[np.int32] = np.floor(born + years * 365.25).astype(np.int32)
    return day
