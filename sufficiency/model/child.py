"""A child as the simulation follows it: where it lives, what it waits for, and its clocks."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right

from sufficiency.episodes import NONE
from sufficiency.model.clocks import ClockTable
from sufficiency.model.luck import Luck
from sufficiency.model.parameters import CAUSES, ROUTES
from sufficiency.vocabulary import ADULT_AGE_YEARS

_FIRST_ENDING = len(ROUTES)
NEVER = math.inf
AGED_18 = len(CAUSES)
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
        category: Code of the child's category.
        period: Which of the child's periods of care this is, from 1.
        clocks: The table that holds the child's clocks, and the child's row in it.
        table: The table that holds the child's luck, and the child's row in it.
        plan: Code of the care plan.
        plan_luck: The number that decides the first plan.
        follows: The brother or sister it enters with and is to live with; None when alone.
        setting: Code of the setting lived in; ``NONE`` when not in care.
        location: Code of where the home is.
        household: Number of the carers' household lived with, where households are counted.
        home: How many homes the child has had in this forecast, from 0.
        luck: Numbers for the present home.
        match_luck: Numbers for the present home, by setting that is a matter of chance.
        row: Row of the current placement in the record.
        version: Goes up when a timer becomes stale.
        waiting_for: Code of the setting waited for; ``NONE`` when not waiting.
        waiting: Place in that setting's waiting list.
        offers_left: Offers still to be refused before one is accepted.
        held: Code of the setting in which a place is held; ``NONE`` when none is.
        order_day: The day a court will make the order that is due; infinite when none is.
        allowance: Row of the payment after care in the record; ``NONE`` when none is made.
    """

    __slots__ = (
        "_first_group",
        "_since",
        "_targets",
        "_when",
        "adult_day",
        "allowance",
        "born",
        "category",
        "clock_row",
        "clocks",
        "entered",
        "follows",
        "held",
        "home",
        "household",
        "index",
        "location",
        "luck",
        "match_luck",
        "number",
        "offers_left",
        "order_day",
        "period",
        "plan",
        "plan_luck",
        "row",
        "setting",
        "table",
        "version",
        "waiting",
        "waiting_for",
    )

    _first_group: int
    _since: float
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
        clocks: ClockTable,
        table: Luck,
        index: int,
        category: int,
        period: int,
    ) -> None:
        """A child not yet placed.

        Args:
            number: The child's number.
            born: Day of birth.
            entered: Day of entering care.
            plan_luck: The number that decides the first plan.
            luck: Numbers for the first home.
            match_luck: Numbers for the first home, by setting that is a matter of chance.
            clocks: The table of the child's clocks.
            table: The table of the child's luck.
            index: The child's row in both.
            category: Code of the category.
            period: Which period of care is coming.
        """
        self.number = number
        self.born = born
        self.adult_day = born + DAYS_TO_ADULT
        self.entered = entered
        self.plan_luck = plan_luck
        self.luck = luck
        self.match_luck = match_luck
        self.clocks, self.table = clocks, table
        self.index = self.clock_row = index
        self.category, self.period = category, period
        self.setting = self.waiting_for = self.held = self.household = self.allowance = NONE
        self.home = self.version = 0
        self.follows: Child | None = None
        self.order_day = NEVER
        self._targets: list[float] | None = None

    def first_event(self, setting: int, leaving_group: int) -> tuple[float, int]:
        """When the first event in the first home comes, and which it is.

        Args:
            setting: Code of the setting.
            leaving_group: The setting's group among those with the same effects on leaving.

        Returns:
            The day, infinite if beyond the forecast, and the code of the cause.
        """
        self._first_group = leaving_group
        clocks, row = self.clocks, self.clock_row
        day = clocks.first_day.item(row, setting)
        if self.adult_day <= day:
            return self.adult_day, AGED_18
        return day, clocks.first_cause.item(row, setting)

    def next_event(
        self, now: float, changes: Changes, ending_effects: tuple[float, ...]
    ) -> tuple[float, int]:
        """When the next event comes after a move, and which it is.

        Marks for leaving are spent from one home to the next; marks of what ends a home belong
        to the home.

        Args:
            now: The day of the move.
            changes: Clocks for leaving whose speed changes with it.
            ending_effects: Effect of the setting on each clock that can end a home.

        Returns:
            The day, infinite if beyond the forecast, and the code of the cause.
        """
        self._take_own_clocks()
        days = self.clocks.days[self.clock_row].tolist()
        if changes:
            self._change_speed(changes, days, now)
        self._since = now
        return self._soonest(days, ending_effects)

    def in_care_again(
        self, now: float, clocks: ClockTable, marks: list[float], effects: list[float]
    ) -> tuple[float, int]:
        """When the first event of a later period of care comes, and which it is.

        Args:
            now: The day of coming back.
            clocks: Clocks of the new period, in a table of one row.
            marks: Marks for leaving in the new period; one a route.
            effects: Effect of the setting on each clock, routes and then endings.

        Returns:
            The day, infinite if beyond the forecast, and the code of the cause.
        """
        self.clocks, self.clock_row = clocks, 0
        self._targets, self._when = list(marks), [NEVER] * len(ROUTES)
        starting = tuple((r, 0.0, effects[r]) for r in range(len(ROUTES)) if effects[r] > 0.0)
        return self.next_event(now, starting, tuple(effects[_FIRST_ENDING:]))

    def postponed(
        self, route: int, until: float, ending_effects: tuple[float, ...]
    ) -> tuple[float, int]:
        """The next event when a way out that is due must wait its turn.

        Args:
            route: Code of the way out.
            until: The day of its turn.
            ending_effects: Effect of the setting on each clock that can end a home.

        Returns:
            The day, infinite if beyond the forecast, and the code of the cause.
        """
        self._take_own_clocks()
        self._when[route] = until
        return self._soonest(self.clocks.days[self.clock_row].tolist(), ending_effects)

    def _take_own_clocks(self) -> None:
        """Unpack the child's own row, the first time it is not enough to look at the table."""
        if self._targets is None:
            clocks, row = self.clocks, self.clock_row
            self._targets = clocks.targets[row, self._first_group].tolist()
            self._when = clocks.when[row, self._first_group].tolist()
            self._since = clocks.days.item(row, 0)

    def _soonest(self, days: list[float], ending_effects: tuple[float, ...]) -> tuple[float, int]:
        """The soonest of leaving, of what can end the home, and of the 18th birthday."""
        run, since = self.clocks.run[self.clock_row], self._since
        before = bisect_right(days, since) - 1
        part = (since - days[before]) / (days[before + 1] - days[before])
        ends_at, ends_by = NEVER, 0
        for ending, effect in enumerate(ending_effects):
            if effect > 0.0:
                standing = run[_FIRST_ENDING + ending].tolist()
                low = standing[before]
                here = low + (standing[before + 1] - low) * part
                day = _reaches(standing, days, here + self.luck[ending] / effect, before)
                if day < ends_at:
                    ends_at, ends_by = day, _FIRST_ENDING + ending
        leaves_at = min(self._when)
        if self.adult_day <= leaves_at and self.adult_day <= ends_at:
            return self.adult_day, AGED_18
        if leaves_at <= ends_at:
            return leaves_at, self._when.index(leaves_at)
        return ends_at, ends_by

    def _change_speed(self, changes: Changes, days: list[float], now: float) -> None:
        """Carry marks for leaving over to a setting where clocks run at another speed.

        While a clock stands still (effect 0) its target holds what is left of its mark.
        """
        assert self._targets is not None
        run = self.clocks.run[self.clock_row]
        before = bisect_right(days, now) - 1
        part = (now - days[before]) / (days[before + 1] - days[before])
        for route, was, effect in changes:
            standing = run[route].tolist()
            low = standing[before]
            here = low + (standing[before + 1] - low) * part
            target = self._targets[route]
            left = target if was == 0.0 else (target - here) * was
            if left < 0.0:
                left = 0.0
            if effect == 0.0:
                self._targets[route] = left
                self._when[route] = NEVER
            else:
                self._targets[route] = here + left / effect
                self._when[route] = _reaches(standing, days, here + left / effect, before)


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
