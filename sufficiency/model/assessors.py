"""From an enquiry to an approved household: who applies, who waits, and who is assessed.

People enquire about fostering; some apply. An application waits for an assessing social worker,
in the order they came. An assessor can do so many assessments at once, and each takes months, so
that a campaign without more assessors only makes the line longer: those who wait too long give
up. Enquiries, like children coming into care, are scattered once over a sheet of time by rate, and
a scenario takes those below its own rate.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import simpy
from numpy.typing import NDArray
from scipy import special
from simpy.events import Event, Timeout

from sufficiency.model.luck import marks
from sufficiency.model.parameters import CarerParameters, Steps
from sufficiency.model.sheet import STRIP_STEP, candidates
from sufficiency.streams import Streams

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LEAD_DAYS = 1096
"""Days before the forecast from which enquiries are followed: long enough for the line on the
first day to be what it is in the long run."""
STRIP_PER_YEAR = 256.0
"""Height of one strip of the sheet, in enquiries a year. Part of every result."""
ASSESSMENT_SHAPE = 9.0
"""Shape of the gamma distribution of an assessment's length: about two thirds of assessments
are within a third of the average."""

OUTCOMES = ("approved", "refused", "gave_up", "in_hand")
"""How an application ends; ``in_hand`` when it has not by the end of the forecast."""
APPROVED, REFUSED, GAVE_UP, IN_HAND = range(len(OUTCOMES))

_LUCK = ("applies", "length", "patience", "approved", "places", "stay")
_APPLIES, _LENGTH, _PATIENCE, _APPROVED, LUCK_PLACES, LUCK_STAY = range(len(_LUCK))


@dataclass(frozen=True)
class Enquiries:
    """People who enquired, in order of time.

    Attributes:
        number: Number of each, the same in every scenario; shape (enquiries,).
        day: Day of the enquiry, negative before the forecast; shape (enquiries,).
        luck: Each one's luck, uniform from 0 to 1; shape (enquiries, 6).
    """

    number: IntArray
    day: FloatArray
    luck: FloatArray


@dataclass(frozen=True)
class Applications:
    """Applications in order of time, from those made before the forecast on; one entry each.

    Attributes:
        number: Number of the enquiry it came from, and of the household if approved.
        applied: Day of applying, which is the day of the enquiry; negative before the forecast.
        started: Day its assessment began; infinite if it has not.
        ended: Day it was decided or given up; infinite if it has not been.
        outcome: Code in :data:`OUTCOMES`.
    """

    number: IntArray
    applied: FloatArray
    started: FloatArray
    ended: FloatArray
    outcome: IntArray

    def __len__(self) -> int:
        return len(self.number)


def draw_enquiries(carers: CarerParameters, streams: Streams, days: int) -> Enquiries:
    """Draw the people who enquire, from :data:`LEAD_DAYS` before the forecast to its end.

    Args:
        carers: Rates of enquiry, by day.
        streams: The replication's streams.
        days: Length of the forecast.

    Returns:
        Those below the scenario's rate.
    """
    starts, values = (np.array(part) for part in carers.enquiries_change)
    per_year = carers.enquiries_per_year * values
    number, time, luck = [np.empty(0, dtype=np.int64)], [np.empty(0)], [np.empty((0, len(_LUCK)))]
    for strip in range(math.ceil(float(per_year.max()) / STRIP_PER_YEAR)):
        day, level = candidates(streams.of("enquiries", strip), -LEAD_DAYS, days, STRIP_PER_YEAR)
        level = (level + strip) * STRIP_PER_YEAR
        rate = per_year[np.searchsorted(starts, day, side="right") - 1]
        taken = np.flatnonzero(level < rate)
        number.append((strip + 1) * STRIP_STEP + taken)
        time.append(day[taken])
        luck.append(streams.of("enquiry_luck", strip).random((len(day), len(_LUCK)))[taken])
    together = np.concatenate(time)
    order = np.argsort(together, kind="stable")
    return Enquiries(
        np.concatenate(number)[order], together[order], np.concatenate(luck, axis=0)[order]
    )


def follow(
    carers: CarerParameters, enquiries: Enquiries, days: int
) -> tuple[Applications, FloatArray]:
    """Follow those who apply until they are approved, refused or give up.

    Args:
        carers: Chances, lengths and assessors.
        enquiries: Who enquired.
        days: Length of the forecast.

    Returns:
        The applications, and the luck of each; shape (applications, 6).
    """
    apply = enquiries.luck[:, _APPLIES] < carers.applies
    applied, luck = enquiries.day[apply], enquiries.luck[apply]
    # The quantile of each one's length, so that a longer average lengthens all alike.
    length = special.gammaincinv(ASSESSMENT_SHAPE, luck[:, _LENGTH]) / ASSESSMENT_SHAPE
    started, ended = assess(
        applied,
        length * carers.assessment_days,
        marks(luck[:, _PATIENCE]) * carers.patience_days,
        carers.slots,
        float(days),
    )
    decided = np.where(luck[:, _APPROVED] < carers.approved, APPROVED, REFUSED)
    outcome = np.where(np.isinf(started), GAVE_UP, decided)
    outcome = np.where(np.isinf(ended), IN_HAND, outcome).astype(np.int64)
    return Applications(enquiries.number[apply], applied, started, ended, outcome), luck


def assess(
    applied: FloatArray, length: FloatArray, patience: FloatArray, slots: Steps, last_day: float
) -> tuple[FloatArray, FloatArray]:
    """When each application's assessment begins, and when the application ends.

    Args:
        applied: Days of applying, in order; shape (applications,).
        length: Days each assessment would take; shape (applications,).
        patience: Days each applicant would wait for it to begin; shape (applications,).
        slots: Steps of assessments that can be done at once. With fewer, those begun go on.
        last_day: Last day of the forecast; what would happen later is left open.

    Returns:
        Days the assessments began and the applications ended, infinite where they have not;
        ended and not begun means given up.
    """
    queue = _Queue(applied.tolist(), length.tolist(), patience.tolist(), slots)
    queue.run(last_day)
    started, ended = np.array(queue.started), np.array(queue.ended)
    ended[ended >= last_day] = np.inf
    return started, ended


class _Queue:
    """Applications, assessors and time, as SimPy events.

    Assessments under way are counted, and the next in line is called when one ends: two
    applications can never be given the same assessor. Nothing waits on an applicant giving up,
    so it needs no timer: those who have are passed over when their turn comes. Days known
    beforehand are used as they are known, not as the clock of the simulation adds them up, so
    that rounding moves nothing.
    """

    def __init__(
        self, applied: list[float], length: list[float], patience: list[float], slots: Steps
    ) -> None:
        self.started = [math.inf] * len(applied)
        self.ended = [math.inf] * len(applied)
        self._applied, self._length, self._patience = applied, length, patience
        self._slots, self._slot_steps = int(slots[1][0]), slots
        self._under_way = 0
        self._line: deque[int] = deque()
        self._env = simpy.Environment(initial_time=min([0.0, *applied[:1]]))

    def run(self, last_day: float) -> None:
        """Run to the last day."""
        for change in zip(self._slot_steps[0][1:], self._slot_steps[1][1:], strict=True):
            self._at(change[0], self._change_slots, change)
        for application, day in enumerate(self._applied):
            self._at(day, self._apply, application)
        self._env.run(until=last_day)
        for application in self._line:
            self._gives_up_by(application, last_day)

    def _at(self, day: float, action: Callable[[Event], None], value: Any) -> None:
        # A day may lie an instant before the clock's, which adds up with rounding.
        timer = Timeout(self._env, max(day - self._env.now, 0.0), value)
        timer.callbacks.append(action)

    def _apply(self, timer: Event) -> None:
        application: int = _value_of(timer)
        if self._under_way < self._slots:
            self._begin(application, self._applied[application])
        else:
            self._line.append(application)

    def _begin(self, application: int, day: float) -> None:
        self._under_way += 1
        self.started[application] = day
        self.ended[application] = ends = day + self._length[application]
        self._at(ends, self._end, ends)

    def _end(self, timer: Event) -> None:
        self._under_way -= 1
        self._call_next(_value_of(timer))

    def _change_slots(self, timer: Event) -> None:
        day, slots = _value_of(timer)
        self._slots = int(slots)
        self._call_next(day)

    def _call_next(self, day: float) -> None:
        """Begin the assessments there is room for, passing over those who have given up."""
        while self._line and self._under_way < self._slots:
            application = self._line.popleft()
            if not self._gives_up_by(application, day):
                self._begin(application, day)

    def _gives_up_by(self, application: int, day: float) -> bool:
        """Whether someone in line has given up by a day; if so, note when."""
        gives_up = self._applied[application] + self._patience[application]
        if gives_up > day:
            return False
        self.ended[application] = gives_up
        return True


def _value_of(timer: Event) -> Any:
    """What a timer was given to carry."""
    return timer.value
