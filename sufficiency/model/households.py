"""Where children live among the authority's own carers: household by household.

A setting has so many places; here each place belongs to a household. When carers stop
fostering it is the children of that household who must move. A place that becomes unavailable
while a child lives in it is simply not filled again when the child leaves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sufficiency.episodes import NONE
from sufficiency.model.carers import Recruited
from sufficiency.model.market import Market

if TYPE_CHECKING:
    from sufficiency.model.child import Child


class CarerHomes:
    """The households of one setting, and who lives with each.

    The market's limit for the setting is kept at children living there plus places free, so
    that its vacancies are the free places that nobody has been promised.

    Attributes:
        setting: Code of the setting.
    """

    def __init__(self, setting: int, market: Market) -> None:
        self.setting = setting
        self._market = market
        self._usable: dict[int, int] = {}
        self._living: dict[int, dict[int, Child]] = {}
        self._free: list[int] = []
        market.limit[setting] = 0

    def change(self, household: int, places: int) -> int:
        """Places of a household become usable (above zero) or unusable (below zero).

        Returns:
            How many more are free: none where the places are lived in.
        """
        living = len(self._living.setdefault(household, {}))
        before = max(self._usable.get(household, 0) - living, 0)
        self._usable[household] = self._usable.get(household, 0) + places
        after = max(self._usable[household] - living, 0)
        self._market.limit[self.setting] += after - before
        self._free.extend([household] * (after - before))
        for _ in range(before - after):
            self._free.remove(household)
        return after - before

    def has_free(self) -> bool:
        """Whether any place is free, promised or not."""
        return bool(self._free)

    def has_room(self, household: int) -> bool:
        """Whether one household has a free place."""
        return household in self._free

    def take(self, child: Child, luck: float, beside: int = NONE) -> None:
        """A child moves in with a household that has room.

        Without any room, as for a child whose opening count exceeds the places there are, the
        child lives with carers who are not counted among the households.

        Args:
            child: The child.
            luck: Decides which household, each free place being equally likely.
            beside: A household preferred if it has room: a brother's or sister's.
        """
        if beside != NONE and beside in self._free:
            self._free.remove(beside)
            household = beside
        elif self._free:
            pick = int(luck * len(self._free))
            household = self._free[pick]
            self._free[pick] = self._free[-1]
            self._free.pop()
        else:
            household = NONE
            self._market.limit[self.setting] += 1
        child.household = household
        if household != NONE:
            self._living[household][child.number] = child

    def vacate(self, child: Child) -> bool:
        """A child moves out.

        Returns:
            Whether the place is free again: not if it can no longer be used.
        """
        household, child.household = child.household, NONE
        if household != NONE:
            del self._living[household][child.number]
            if len(self._living[household]) < self._usable[household]:
                self._free.append(household)
                return True
        self._market.limit[self.setting] -= 1
        return False

    def children_of(self, household: int) -> list[Child]:
        """The children living with a household, in the order they moved in."""
        return list(self._living.get(household, {}).values())


def usable_by_day(recruited: Recruited, days: int) -> NDArray[np.int64]:
    """Places that carers could offer on each day, whoever lives in them.

    Args:
        recruited: The carers.
        days: Length of the forecast.

    Returns:
        Shape (days,).
    """
    change = np.zeros(days, dtype=np.int64)
    change[0] = sum(places for _, places in recruited.usable_at_start)
    for day, _, places, _ in recruited.place_changes:
        if day < days:
            change[int(day)] += places
    usable: NDArray[np.int64] = np.cumsum(change)
    return usable
