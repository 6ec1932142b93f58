"""The homes there are: places taken, places held, and who waits for one.

A place is taken from the moment it is promised to a child until that child has left it.
Children who wait stand in one line a setting, in the placement panel's order.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from typing import TYPE_CHECKING

from sufficiency.model.parameters import SettingParameters, Steps

if TYPE_CHECKING:
    from sufficiency.model.child import Child

NO_LIMIT = 10**9


def value_on(steps: Steps, day: float) -> float:
    """The value of a dated figure on a day."""
    days, values = steps
    return values[0] if len(values) == 1 else values[bisect_right(days, day) - 1]


class Market:
    """Places and waiting lists of every setting.

    Attributes:
        taken: Places taken or held, by setting.
        limit: Places there are today, by setting.
        nearby: Bought placements within 20 miles today, by setting.
    """

    def __init__(self, settings: tuple[SettingParameters, ...]) -> None:
        """A market as it stands on the first day, empty of children.

        Args:
            settings: The settings, in the order of their codes.
        """
        self.settings = settings
        self.limit = [
            NO_LIMIT if setting.places is None else int(value_on(setting.places, 0.0))
            for setting in settings
        ]
        self.is_limited = [setting.places is not None for setting in settings]
        self.taken = [0] * len(settings)
        self.nearby = [0] * len(settings)
        self._lines: list[list[tuple[int, float, int, Child]]] = [[] for _ in settings]

    def is_open(self, setting: int, day: float) -> bool:
        """Whether a setting can be used on a day."""
        rule = self.settings[setting]
        return rule.opens <= day < rule.closes

    def vacancies(self, setting: int) -> int:
        """Places neither taken nor held; below zero when places have been withdrawn."""
        return self.limit[setting] - self.taken[setting]

    def has_nearby(self, setting: int, day: float) -> bool:
        """Whether a bought placement can still be found within 20 miles."""
        steps = self.settings[setting].nearby_places
        return steps is None or self.nearby[setting] < value_on(steps, day)

    def join_line(self, child: Child, setting: int, rank: int, since: float) -> None:
        """Put a child in the line for a setting."""
        child.waiting_for = setting
        child.waiting = (rank, since, child.number)
        insort(self._lines[setting], (*child.waiting, child))

    def leave_line(self, child: Child) -> None:
        """Take a waiting child out of the line it stands in."""
        line = self._lines[child.waiting_for]
        del line[bisect_left(line, child.waiting)]
        child.waiting_for = -1

    def offer(self, setting: int) -> Child | None:
        """Offer one free place down the line; the first child to accept, if any.

        Each child was given beforehand the number of matching offers it will turn down.
        """
        for _, _, _, child in self._lines[setting]:
            if child.offers_left == 0:
                return child
            child.offers_left -= 1
        return None

    def waiting(self, setting: int) -> int:
        """How many children stand in a setting's line."""
        return len(self._lines[setting])
