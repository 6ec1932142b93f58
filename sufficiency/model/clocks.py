"""How far each child's clocks have run: the time available for things to happen.

Every way out of care, and every cause of moving, has a clock for each child. A clock runs
fast at the ages, after the time in care, in the years and in the homes where the event is
common, and slowly elsewhere. The event happens when the clock reaches a mark that was drawn
beforehand. Because each mark belongs to one cause, making one event more common leaves the
luck of the others alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sufficiency.model.parameters import CAUSES, ROUTES, Clockwork
from sufficiency.vocabulary import AGE_BAND_STARTS_YEARS, TIME_IN_CARE_STARTS_DAYS

FloatArray = NDArray[np.float64]

_BIRTHDAYS_DAYS = np.floor(np.array(AGE_BAND_STARTS_YEARS[1:]) * 365.25)
_ANNIVERSARIES_DAYS = np.array(TIME_IN_CARE_STARTS_DAYS[1:], dtype=float)


@dataclass(frozen=True)
class ClockTable:
    """The clocks of a group of children, in the form the engine reads fastest.

    Attributes:
        days: For each child, the days on which clock speeds change, first the day the child
            is first seen and last the end of the forecast.
        moves: For each child and cause of moving, the clock's standing on those days.
        targets: For each child and route out of care, the standing at which it leaves; or
            what is left of the mark where the child's setting makes the clock stand still.
        when: The day on which each target is reached; infinite if after the forecast.
        run: Standing of every clock; shape (children, causes, days). Read one child at a
            time, when a move changes the speed of its clocks.
    """

    days: list[list[float]]
    moves: list[list[list[float]]]
    targets: list[list[float]]
    when: list[list[float]]
    run: FloatArray


def clock_table(
    clockwork: Clockwork,
    born: FloatArray,
    entered: FloatArray,
    last_day: float,
    leaving_marks: FloatArray,
    effects: FloatArray,
) -> ClockTable:
    """The clocks of a group of children.

    Args:
        clockwork: Speeds by cause, age band and time in care, and the calendar.
        born: Day of birth; shape (children,).
        entered: Day of entering care, negative for children already in care; (children,).
        last_day: Last day of the forecast.
        leaving_marks: Marks for leaving; shape (children, routes).
        effects: Effect of each child's setting on each route; shape (children, routes). 1
            where the setting is not yet known.

    Returns:
        The clocks.
    """
    days, run = standings(clockwork, born, entered, last_day)
    still = effects == 0.0
    targets = leaving_marks / np.where(still, 1.0, effects)
    when = np.where(still, np.inf, _first_reached(days, run[:, : len(ROUTES)], targets))
    return ClockTable(
        days.tolist(), run[:, len(ROUTES) :].tolist(), targets.tolist(), when.tolist(), run
    )


def _first_reached(days: FloatArray, run: FloatArray, targets: FloatArray) -> FloatArray:
    """The day each clock reaches its target; infinite if it does not."""
    after = (run < targets[:, :, None]).sum(axis=2)
    reached = after < run.shape[2]
    after = np.clip(after, 1, run.shape[2] - 1)
    high = np.take_along_axis(run, after[:, :, None], axis=2)[:, :, 0]
    low = np.take_along_axis(run, after[:, :, None] - 1, axis=2)[:, :, 0]
    to, since = np.take_along_axis(days, after, axis=1), np.take_along_axis(days, after - 1, axis=1)
    rise = np.where(high > low, high - low, 1.0)
    found: FloatArray = np.where(reached, since + (targets - low) / rise * (to - since), np.inf)
    return found


def standings(
    clockwork: Clockwork, born: FloatArray, entered: FloatArray, last_day: float
) -> tuple[FloatArray, FloatArray]:
    """Where each child's clocks stand on every day their speed changes.

    Clocks run here at the speed of a setting whose effect is 1; the engine scales them by
    the effect of the setting the child lives in.

    Args:
        clockwork: Speeds by cause, age band and time in care, and the calendar.
        born: Day of birth; shape (children,).
        entered: Day of entering care, negative for children already in care; (children,).
        last_day: Last day of the forecast.

    Returns:
        Days on which speeds change, first the day the child is first seen and last
        ``last_day``, shape (children, stretches + 1); and the standing of each clock on
        those days, shape (children, causes, stretches + 1).
    """
    first = np.maximum(entered, 0.0)
    birthdays = born[:, None] + _BIRTHDAYS_DAYS
    anniversaries = entered[:, None] + _ANNIVERSARIES_DAYS
    calendar = np.broadcast_to(
        clockwork.calendar_starts[1:], (len(born), len(clockwork.calendar_starts) - 1)
    )
    changes = np.concatenate([birthdays, anniversaries, calendar], axis=1)
    changes = np.clip(changes, first[:, None], last_day)
    changes.sort(axis=1)
    days = np.concatenate([first[:, None], changes, np.full((len(born), 1), last_day)], axis=1)
    starts = days[:, :-1]
    age = (starts[:, :, None] >= birthdays[:, None, :]).sum(axis=2)
    time = (starts[:, :, None] >= anniversaries[:, None, :]).sum(axis=2)
    stretch = np.searchsorted(clockwork.calendar_starts, starts, side="right") - 1
    speed = clockwork.rate_per_day[:, age, time] * clockwork.calendar[:, stretch]
    run = np.zeros((len(born), len(CAUSES), days.shape[1]))
    np.cumsum((speed * np.diff(days, axis=1)).transpose(1, 0, 2), axis=2, out=run[:, :, 1:])
    return days, run
