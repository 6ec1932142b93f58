"""A child as the simulation follows it: where it lives, what it waits for, and its clocks."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right

from sufficiency.model.clocks import ClockTable
from sufficiency.model.parameters import MOVES, ROUTES
from sufficiency.vocabulary import ADULT_AGE_YEARS

_FIRST_MOVE = len(ROUTES)
NEVER = math.inf
AGED_18 = len(ROUTES) + len(MOVES)
"""Code of the cause 'reached 18', after the codes of every clock."""

DAYS_TO_ADULT = math.floor(ADULT_AGE_YEARS * 365.25)

Waiting = tuple[int, float, int]
"""A child's place in a waiting list: panel rank, day since when, number of the child."""

Changes = tuple[tuple[int, float, float], ...]
"""Clocks whose speed differs between two settings: route, effect before, effect after."""


class Child:
    """One child in care, now or later in the forecast.

    Attributes:
        number: The same in every scenario with the same seed.
        born: Day of birth.
        adult_day: Day of the eighteenth birthday.
        entered: Day of entering care.
        homes: Numbers for each home in turn.
        matches: For each setting in which finding a place is a matter of chance, numbers by
            home.
        plan_luck: The number that decides the first plan.
        after_care_luck: The number that decides whether a payment follows care.
        plan: Code of the care plan.
        setting: Code of the setting lived in; -1 when not in care.
        location: Code of where the home is.
        home: How many homes the child has had in this forecast, from 0.
        row: Row of the current placement in the record.
        version: Goes up when a timer becomes stale.
        waiting_for: Code of the setting waited for; -1 when not waiting.
        waiting: Place in that setting's waiting list.
        offers_left: Offers still to be refused before one is accepted.
        held: Code of the setting in which a place is held; -1 when none is.
    """

    __slots__ = (
        "_clocks",
        "_days",
        "_index",
        "_moves",
        "_run",
        "_targets",
        "_when",
        "adult_day",
        "after_care_luck",
        "born",
        "entered",
        "held",
        "home",
        "homes",
        "location",
        "matches",
        "number",
        "offers_left",
        "plan",
        "plan_luck",
        "row",
        "setting",
        "version",
        "waiting",
        "waiting_for",
    )

    def __init__(
        self,
        number: int,
        born: float,
        entered: float,
        clocks: ClockTable,
        index: int,
        luck: tuple[list[float], list[list[float]], list[list[float]]],
    ) -> None:
        """A child not yet placed.

        Args:
            number: The child's number.
            born: Day of birth.
            entered: Day of entering care.
            clocks: The clocks of the group of children this one belongs to.
            index: Which of the group it is.
            luck: Birth, plan and after-care numbers; numbers by home; matches by setting
                and home.
        """
        self.number = number
        self.born = born
        self.adult_day = born + DAYS_TO_ADULT
        self.entered = entered
        self._clocks, self._index = clocks, index
        self._days = clocks.days[index]
        self._moves = clocks.moves[index]
        self._targets = clocks.targets[index]
        self._when = clocks.when[index]
        self._run: list[list[float]] | None = None
        (_, self.plan_luck, self.after_care_luck), self.homes, self.matches = luck
        self.plan = self.setting = self.waiting_for = self.held = -1
        self.location = self.home = self.row = self.version = self.offers_left = 0
        self.waiting: Waiting = (0, 0.0, number)

    def next_event(
        self, now: float, changes: Changes, move_effects: tuple[float, ...]
    ) -> tuple[float, int]:
        """When the child's next event comes, if nothing outside intervenes, and which it is.

        Called once at the start of each placement. Marks for leaving are spent from one
        placement to the next; marks for moving belong to the placement.

        Args:
            now: The day the placement starts.
            changes: Clocks for leaving whose speed changes with this placement.
            move_effects: Effect of the setting on each clock for moving.

        Returns:
            The day, infinite if beyond the forecast, and the code of the cause.
        """
        days = self._days
        before = bisect_right(days, now) - 1
        first = days[before]
        part = (now - first) / (days[before + 1] - first)
        when = self._when
        if changes:
            self._change_speed(changes, before, part)
        soonest = min(when)
        cause = when.index(soonest)
        marks = self.homes[self.home]
        for move, standing in enumerate(self._moves):
            effect = move_effects[move]
            if effect > 0.0:
                low = standing[before]
                here = low + (standing[before + 1] - low) * part
                target = here + marks[move] / effect
                if target <= standing[-1]:
                    moves_at = _reaches(standing, days, target, before)
                    if moves_at < soonest:
                        soonest, cause = moves_at, _FIRST_MOVE + move
        if self.adult_day <= soonest:
            return self.adult_day, AGED_18
        return soonest, cause

    def _change_speed(self, changes: Changes, before: int, part: float) -> None:
        """Carry marks for leaving over to a setting where clocks run at another speed.

        While a clock stands still (effect 0) its target holds what is left of its mark.
        """
        run = self._run
        if run is None:
            run = self._run = self._clocks.run[self._index].tolist()
        for route, was, now in changes:
            standing = run[route]
            low = standing[before]
            here = low + (standing[before + 1] - low) * part
            target = self._targets[route]
            left = target if was == 0.0 else (target - here) * was
            if now == 0.0:
                self._targets[route] = max(left, 0.0)
                self._when[route] = NEVER
            else:
                target = self._targets[route] = here + max(left, 0.0) / now
                self._when[route] = (
                    _reaches(standing, self._days, target, before)
                    if target <= standing[-1]
                    else NEVER
                )


def _reaches(standing: list[float], days: list[float], target: float, before: int) -> float:
    """The day on which a clock reaches a target that it does reach."""
    after = bisect_left(standing, target, before + 1)
    low = standing[after - 1]
    rise = standing[after] - low
    if rise <= 0.0:
        return days[after - 1]
    return days[after - 1] + (target - low) / rise * (days[after] - days[after - 1])
