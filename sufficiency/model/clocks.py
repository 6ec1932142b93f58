"""How far each child's clocks have run: the time available for things to happen.

Every way out of care, and every cause of moving, has a clock for each child. A clock runs
fast at the ages, after the time in care, in the years and in the homes where the event is
common, and slowly elsewhere. The event happens when the clock reaches a mark that was drawn
beforehand. Because each mark belongs to one cause, making one event more common leaves the
luck of the others alone.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sufficiency.model.parameters import CAUSES, ROUTES, Clockwork
from sufficiency.vocabulary import AGE_BAND_STARTS_YEARS, TIME_IN_CARE_STARTS_DAYS, TimeInCare

FloatArray = NDArray[np.float64]

_BIRTHDAYS_DAYS = np.floor(np.array(AGE_BAND_STARTS_YEARS[1:]) * 365.25)
_CHILDREN_AT_ONCE = 128
"""So few that the arrays worked on stay in the processor's cache."""
_ANNIVERSARIES_DAYS = np.array(TIME_IN_CARE_STARTS_DAYS[1:], dtype=float)


T = TypeVar("T")
Standings = tuple[list[float], list[list[float]]]
"""One child's clocks: the days on which speeds change, and each clock's standing on them."""


@dataclass(frozen=True)
class ClockTable:
    """The clocks of a group of children, kept as arrays and read one child at a time.

    Settings with the same effects on leaving share a row of ``targets`` and ``when``: the
    engine finds it by :func:`leaving_groups`.

    Attributes:
        days: Days on which clock speeds change, first the day the child is first seen and
            last the end of the forecast; shape (children, days).
        run: Standing of every clock on those days; shape (children, causes, days).
        targets: For a first home in each group of settings, the standing at which each route
            is taken, or the whole mark where the clock stands still; (children, groups,
            routes).
        when: The day on which each of those targets is reached, infinite if after the
            forecast; the same shape.
        first_day: For a first home in each setting, the day of the first event, infinite if
            after the forecast; shape (children, settings).
        first_cause: Which event it is, as a code in CAUSES; the same shape.
    """

    days: FloatArray
    run: FloatArray
    targets: FloatArray
    when: FloatArray
    first_day: FloatArray
    first_cause: NDArray[np.intp]


def leaving_groups(setting_effect: FloatArray) -> tuple[FloatArray, list[int]]:
    """Settings put together where they have the same effects on leaving.

    Args:
        setting_effect: Effect by setting and cause; shape (settings, causes).

    Returns:
        The effects of each group on each route, and the group of each setting.
    """
    effects, group = _different(list(map(tuple, setting_effect[:, : len(ROUTES)].tolist())))
    return np.array(effects), group


def _different(values: list[T]) -> tuple[list[T], list[int]]:
    """The different ones among some values, and which of them each value is."""
    found = list(dict.fromkeys(values))
    return found, [found.index(value) for value in values]


def clock_table(
    clockwork: Clockwork,
    born: FloatArray,
    entered: FloatArray,
    last_day: float,
    leaving_marks: FloatArray,
    ending_marks: FloatArray,
) -> ClockTable:
    """The clocks of a group of children.

    Args:
        clockwork: Speeds by cause, age band and time in care, and the calendar.
        born: Day of birth; shape (children,).
        entered: Day of entering care, negative for children already in care; (children,).
        last_day: Last day of the forecast.
        leaving_marks: Marks for leaving; shape (children, routes).
        ending_marks: Marks of what can end the first home; shape (children, endings).

    Returns:
        The clocks.
    """
    days, run = standings(clockwork, born, entered, last_day)
    routes = len(ROUTES)
    groups, group_of_setting = leaving_groups(clockwork.setting_effect)
    ending_effects = clockwork.setting_effect[:, routes:]
    targets, when = _first_reached(days, run[:routes], leaving_marks, groups)
    _, endings = _first_reached(days, run[routes:], ending_marks, ending_effects)
    leaves_at, ends_at = when.min(axis=1)[group_of_setting], endings.min(axis=1)
    leaves_by = when.argmin(axis=1)[group_of_setting]
    first_cause = np.where(leaves_at <= ends_at, leaves_by, routes + endings.argmin(axis=1))
    first_day = np.minimum(leaves_at, ends_at)
    # So far children came last, which is quick for all at once. Now each is read by itself.
    days, run, targets, when = (
        np.ascontiguousarray(np.moveaxis(table, -1, 0)) for table in (days, run, targets, when)
    )
    return ClockTable(days, run, targets, when, first_day.T, first_cause.T)


def _first_reached(
    days: FloatArray, run: FloatArray, marks: FloatArray, effects: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Targets of clocks that start from 0, and the days on which they are reached.

    Most settings have the same effect on most causes, so each effect of a cause is worked
    out once and shared.

    Args:
        days: Shape (days, children).
        run: Shape (causes, days, children).
        marks: Shape (children, causes).
        effects: Shape (groups, causes).

    Returns:
        Targets, the whole mark where the effect is 0, and days, infinite where the target is
        not reached; shape (groups, causes, children).
    """
    targets = np.empty((*effects.shape, len(marks)))
    when = np.empty_like(targets)
    for cause in range(effects.shape[1]):
        different, which = _different(effects[:, cause].tolist())
        effect = np.array(different)[:, None]
        target = marks[:, cause] / np.where(effect > 0.0, effect, 1.0)
        reached = np.where(effect > 0.0, _days_reached(days, run[cause], target), np.inf)
        targets[:, cause], when[:, cause] = target[which], reached[which]
    return targets, when


def _days_reached(days: FloatArray, standing: FloatArray, target: FloatArray) -> FloatArray:
    """The day on which each child's clock reaches each of its targets.

    Args:
        days: Shape (days, children).
        standing: Of the clock on those days; the same shape.
        target: Shape (targets, children).

    Returns:
        Days, infinite where the target is not reached; shape (targets, children).
    """
    after = (standing[:, None] < target).sum(axis=0)
    reached = after < len(days)
    after = np.clip(after, 1, len(days) - 1)
    child = np.arange(days.shape[1])
    low, high = standing[after - 1, child], standing[after, child]
    since, until = days[after - 1, child], days[after, child]
    part = np.where(reached, target - low, 0.0) / np.where(high > low, high - low, 1.0)
    found: FloatArray = np.where(reached, since + part * (until - since), np.inf)
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
        ``last_day``, shape (stretches + 1, children); and the standing of each clock on
        those days, shape (causes, stretches + 1, children).
    """
    first = np.maximum(entered, 0.0)[None]
    birthdays = born + _BIRTHDAYS_DAYS[:, None]
    anniversaries = entered + _ANNIVERSARIES_DAYS[:, None]
    calendar = np.broadcast_to(
        clockwork.calendar_starts[1:, None], (len(clockwork.calendar_starts) - 1, len(born))
    )
    changes = np.concatenate([birthdays, anniversaries, calendar])
    changes[(changes <= first) | (changes > last_day)] = last_day
    changes.sort(axis=0)
    changes = changes[: int((changes < last_day).sum(axis=0).max(initial=0))]
    days = np.concatenate([first, changes, np.full_like(first, last_day)])
    starts = days[:-1]
    age = (starts[:, None] >= birthdays).sum(axis=1)
    time = (starts[:, None] >= anniversaries).sum(axis=1)
    stretch = np.searchsorted(clockwork.calendar_starts, starts, side="right") - 1
    band = age * len(TimeInCare) + time
    lasting = np.diff(days, axis=0)
    run = np.zeros((len(CAUSES), *days.shape))
    rates = clockwork.rate_per_day.reshape(len(CAUSES), -1)
    for first_child in range(0, len(born), _CHILDREN_AT_ONCE):
        some = slice(first_child, first_child + _CHILDREN_AT_ONCE)
        speed = rates[:, band[:, some]] * clockwork.calendar[:, stretch[:, some]]
        np.cumsum(speed * lasting[:, some], axis=1, out=run[:, 1:, some])
    return days, run


class ClocksOfOne:
    """The clocks of one child at a time: what :func:`standings` gives, to the last bit.

    A table of one row costs ten times as much, and a child who comes back into care needs
    clocks of its own.
    """

    def __init__(self, clockwork: Clockwork, last_day: float) -> None:
        self._last_day = last_day
        self._calendar_starts = clockwork.calendar_starts.tolist()
        rates = clockwork.rate_per_day.reshape(len(CAUSES), -1)
        self._speeds = list(zip(rates.tolist(), clockwork.calendar.tolist(), strict=True))
        self._birthdays, self._anniversaries = (
            _BIRTHDAYS_DAYS.tolist(),
            _ANNIVERSARIES_DAYS.tolist(),
        )

    def standings(self, born: float, entered: float) -> Standings:
        """Where a child's clocks stand on every day their speed changes.

        Args:
            born: Day of birth.
            entered: Day of entering care, from 0.

        Returns:
            The days, first the day of entering and last the end of the forecast; and for each
            cause the standing on those days.
        """
        birthdays = [born + days for days in self._birthdays]
        anniversaries = [entered + days for days in self._anniversaries]
        changes = [*birthdays, *anniversaries, *self._calendar_starts]
        inside = sorted(day for day in changes if entered < day < self._last_day)
        days = [entered, *inside, self._last_day]
        stretches = [
            (
                bisect_right(birthdays, start) * len(TimeInCare)
                + bisect_right(anniversaries, start),
                bisect_right(self._calendar_starts, start) - 1,
                until - start,
            )
            for start, until in pairwise(days)
        ]
        run = [
            list(accumulate((rate[b] * year[s] * days for b, s, days in stretches), initial=0.0))
            for rate, year in self._speeds
        ]
        return days, run
