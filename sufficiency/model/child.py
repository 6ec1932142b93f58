"""A child as the simulation follows it: where it lives, what it waits for, and its clocks."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right

from sufficiency.episodes import NONE
from sufficiency.model.clocks import ClockTable, Standings
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

Endings = tuple[tuple[int, float], ...]
"""Clocks that can end a home in a setting: which, counted from the first, and its effect there."""


class Child:
    """One child in care, now or later in the forecast.

    Attributes:
        number: The same in every scenario with the same seed.
        born: Day of birth.
        adult_day: Day of the eighteenth birthday.
        entered: Day of entering care.
        category: Code of the child's category.
        period: Which of the child's periods of care this is, from 1.
        clocks: The table that holds the child's clocks.
        table: The table that holds the child's luck.
        index: The child's row in both.
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
        "_days",
        "_ends",
        "_first_group",
        "_run",
        "_targets",
        "_when",
        "adult_day",
        "allowance",
        "born",
        "category",
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

    _days: list[float]
    _ends: tuple[float, int]
    _first_group: int
    _run: dict[int, list[float]]
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
        self.clocks, self.table, self.index = clocks, table, index
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
        day = self.clocks.first_day.item(self.index, setting)
        if self.adult_day <= day:
            return self.adult_day, AGED_18
        return day, self.clocks.first_cause.item(self.index, setting)

    def next_event(self, now: float, changes: Changes, endings: Endings) -> tuple[float, int]:
        """When the next event comes after a move, and which it is.

        Marks for leaving are spent from one home to the next; marks of what ends a home belong
        to the home.

        Args:
            now: The day of the move.
            changes: Clocks for leaving whose speed changes with it.
            endings: Clocks that can end the new home.

        Returns:
            The day, infinite if beyond the forecast, and the code of the cause.
        """
        if self._targets is None:
            self._take_own_clocks()
        before, part = self._stretch_of(now)
        if changes:
            self._change_speed(changes, before, part)
        self._ends = self._end_of_home(endings, before, part)
        return self._soonest()

    def in_care_again(
        self,
        now: float,
        clocks: Standings,
        marks: list[float],
        starting: Changes,
        endings: Endings,
    ) -> tuple[float, int]:
        """When the first event of a later period of care comes, and which it is.

        Args:
            now: The day of coming back.
            clocks: Clocks of the new period.
            marks: Marks for leaving in the new period; one a route.
            starting: Clocks for leaving that run in the setting, from a standstill.
            endings: Clocks that can end the home.

        Returns:
            The day, infinite if beyond the forecast, and the code of the cause.
        """
        self._days, self._run = clocks[0], dict(enumerate(clocks[1]))
        self._targets, self._when = marks, [NEVER] * len(ROUTES)
        return self.next_event(now, starting, endings)

    def postponed(self, route: int, until: float, endings: Endings) -> tuple[float, int]:
        """The next event when a way out that is due must wait its turn.

        Args:
            route: Code of the way out.
            until: The day of its turn.
            endings: Clocks that can end the home.

        Returns:
            The day, infinite if beyond the forecast, and the code of the cause.
        """
        if self._targets is None:
            self._take_own_clocks()
            self._ends = self._end_of_home(endings, before=0, part=0.0)
        self._when[route] = until
        return self._soonest()

    def _take_own_clocks(self) -> None:
        """Unpack the child's own row, the first time it is not enough to look at the table."""
        clocks, row = self.clocks, self.index
        self._days, self._run = clocks.days[row].tolist(), {}
        self._targets = clocks.targets[row, self._first_group].tolist()
        self._when = clocks.when[row, self._first_group].tolist()

    def _standing(self, cause: int) -> list[float]:
        """Where one clock stands on the days speeds change, unpacked when first needed."""
        standing = self._run.get(cause)
        if standing is None:
            standing = self._run[cause] = self.clocks.run[self.index, cause].tolist()
        return standing

    def _stretch_of(self, day: float) -> tuple[int, float]:
        """The stretch of steady speeds a day lies in, and how much of it has gone by."""
        days = self._days
        before = bisect_right(days, day) - 1
        return before, (day - days[before]) / (days[before + 1] - days[before])

    def _soonest(self) -> tuple[float, int]:
        """The soonest of leaving, of what can end the home, and of the 18th birthday."""
        leaves_at, ends_at = min(self._when), self._ends[0]
        if self.adult_day <= leaves_at and self.adult_day <= ends_at:
            return self.adult_day, AGED_18
        if leaves_at <= ends_at:
            return leaves_at, self._when.index(leaves_at)
        return self._ends

    def _end_of_home(self, endings: Endings, before: int, part: float) -> tuple[float, int]:
        """When a home lived in from now on ends by its own clocks, and by which.

        Args:
            endings: Clocks that can end it.
            before: The stretch of steady speeds it is now.
            part: How much of the stretch has gone by.

        Returns:
            The day, infinite if beyond the forecast, and the code of the cause.
        """
        ends_at, ends_by = NEVER, 0
        for ending, effect in endings:
            standing = self._standing(_FIRST_ENDING + ending)
            low = standing[before]
            here = low + (standing[before + 1] - low) * part
            day = _reaches(standing, self._days, here + self.luck[ending] / effect, before)
            if day < ends_at:
                ends_at, ends_by = day, _FIRST_ENDING + ending
        return ends_at, ends_by

    def _change_speed(self, changes: Changes, before: int, part: float) -> None:
        """Carry marks for leaving over to a setting where clocks run at another speed.

        While a clock stands still (effect 0) its target holds what is left of its mark.
        """
        assert self._targets is not None
        for route, was, effect in changes:
            standing = self._standing(route)
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
                target = here + left / effect
                self._targets[route] = target
                self._when[route] = _reaches(standing, self._days, target, before)


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
