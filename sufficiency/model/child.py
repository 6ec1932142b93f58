"""A child as the simulation follows it: where it lives, what it waits for, and its clocks."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from sufficiency.model.clocks import ClockTable
from sufficiency.model.luck import Luck
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


@dataclass(frozen=True)
class Group:
    """Children whose clocks and luck are kept together, a row each.

    Attributes:
        clocks: Their clocks.
        luck: Their luck.
    """

    clocks: ClockTable
    luck: Luck


class Child:
    """One child in care, now or later in the forecast.

    Attributes:
        number: The same in every scenario with the same seed.
        born: Day of birth.
        adult_day: Day of the eighteenth birthday.
        entered: Day of entering care.
        category: Code of the child's category.
        period: Which of the child's periods of care this is, from 1.
        group: The group whose arrays hold the child's clocks and luck.
        index: The child's row in them.
        plan: Code of the care plan.
        plan_luck: The number that decides the first plan.
        setting: Code of the setting lived in; -1 when not in care.
        location: Code of where the home is.
        home: How many homes the child has had in this forecast, from 0.
        luck: Numbers for the present home.
        match_luck: Numbers for the present home, by setting that is a matter of chance.
        row: Row of the current placement in the record.
        version: Goes up when a timer becomes stale.
        waiting_for: Code of the setting waited for; -1 when not waiting.
        waiting: Place in that setting's waiting list.
        offers_left: Offers still to be refused before one is accepted.
        held: Code of the setting in which a place is held; -1 when none is.
    """

    __slots__ = (
        "_first_group",
        "_targets",
        "_when",
        "adult_day",
        "born",
        "category",
        "entered",
        "group",
        "held",
        "home",
        "index",
        "location",
        "luck",
        "match_luck",
        "number",
        "offers_left",
        "period",
        "plan",
        "plan_luck",
        "row",
        "setting",
        "version",
        "waiting",
        "waiting_for",
    )

    _first_group: int
    _targets: list[float]
    _when: list[float]
    location: int
    offers_left: int
    plan: int
    row: int
    waiting: Waiting

    def __init__(
        self,
        number: int,
        born: float,
        entered: float,
        plan_luck: float,
        luck: list[float],
        match_luck: list[float],
        group: Group,
        index: int,
    ) -> None:
        """A child not yet placed.

        Args:
            number: The child's number.
            born: Day of birth.
            entered: Day of entering care.
            plan_luck: The number that decides the first plan.
            luck: Numbers for the first home.
            match_luck: Numbers for the first home, by setting that is a matter of chance.
            group: The group the child belongs to.
            index: Which of the group it is.
        """
        self.number = number
        self.born = born
        self.adult_day = born + DAYS_TO_ADULT
        self.entered = entered
        self.plan_luck = plan_luck
        self.luck = luck
        self.match_luck = match_luck
        self.group = group
        self.index = index
        self.setting = self.waiting_for = self.held = -1
        self.home = self.version = self.category = 0
        self.period = 1

    def first_event(self, setting: int, leaving_group: int) -> tuple[float, int]:
        """When the first event in the first home comes, and which it is.

        Args:
            setting: Code of the setting.
            leaving_group: The setting's group among those with the same effects on leaving.

        Returns:
            The day, infinite if beyond the forecast, and the code of the cause.
        """
        self._first_group = leaving_group
        clocks, index = self.group.clocks, self.index
        day = clocks.first_day.item(index, setting)
        if self.adult_day <= day:
            return self.adult_day, AGED_18
        return day, clocks.first_cause.item(index, setting)

    def next_event(
        self, now: float, changes: Changes, move_effects: tuple[float, ...]
    ) -> tuple[float, int]:
        """When the next event comes after a move, and which it is.

        Marks for leaving are spent from one home to the next; marks for moving belong to
        the home.

        Args:
            now: The day of the move.
            changes: Clocks for leaving whose speed changes with it.
            move_effects: Effect of the setting on each clock for moving.

        Returns:
            The day, infinite if beyond the forecast, and the code of the cause.
        """
        clocks, index = self.group.clocks, self.index
        days, run = clocks.days[index].tolist(), clocks.run[index]
        if self.home == 1:  # the first move: until now the table's own row held
            self._targets = clocks.targets[index, self._first_group].tolist()
            self._when = clocks.when[index, self._first_group].tolist()
        before = bisect_right(days, now) - 1
        part = (now - days[before]) / (days[before + 1] - days[before])
        if changes:
            self._change_speed(changes, days, before, part)
        moves = []
        for move, effect in enumerate(move_effects):
            moves_at = NEVER
            if effect > 0.0:
                standing = run[_FIRST_MOVE + move].tolist()
                low = standing[before]
                here = low + (standing[before + 1] - low) * part
                moves_at = _reaches(standing, days, here + self.luck[move] / effect, before)
            moves.append(moves_at)
        leaves_at, moves_at = min(self._when), min(moves)
        if self.adult_day <= leaves_at and self.adult_day <= moves_at:
            return self.adult_day, AGED_18
        if leaves_at <= moves_at:
            return leaves_at, self._when.index(leaves_at)
        return moves_at, _FIRST_MOVE + moves.index(moves_at)

    def _change_speed(self, changes: Changes, days: list[float], before: int, part: float) -> None:
        """Carry marks for leaving over to a setting where clocks run at another speed.

        While a clock stands still (effect 0) its target holds what is left of its mark.
        """
        run = self.group.clocks.run[self.index]
        for route, was, now in changes:
            standing = run[route].tolist()
            low = standing[before]
            here = low + (standing[before + 1] - low) * part
            target = self._targets[route]
            left = target if was == 0.0 else (target - here) * was
            if left < 0.0:
                left = 0.0
            if now == 0.0:
                self._targets[route] = left
                self._when[route] = NEVER
            else:
                self._targets[route] = here + left / now
                self._when[route] = _reaches(standing, days, here + left / now, before)


def _reaches(standing: list[float], days: list[float], target: float, before: int) -> float:
    """The day on which a clock reaches a target; infinite if after the forecast."""
    if target > standing[-1]:
        return NEVER
    after = bisect_left(standing, target, before + 1)
    low = standing[after - 1]
    rise = standing[after] - low
    if rise <= 0.0:
        return days[after - 1]
    return days[after - 1] + (target - low) / rise * (days[after] - days[after - 1])
