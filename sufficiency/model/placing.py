"""Putting a child in a home and taking it out: which household, how far away, what is recorded."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping

from sufficiency.episodes import NONE, SIBLINGS
from sufficiency.model.approvals import Approvals
from sufficiency.model.child import Child
from sufficiency.model.households import CarerHomes
from sufficiency.model.luck import (
    HOME_HOUSEHOLD,
    HOME_LOCATION,
    HOME_PRICE,
    HOMES_PER_ROW,
    luck_of_later_home,
)
from sufficiency.model.market import Market
from sufficiency.model.panel import PlacementPanel
from sufficiency.model.parameters import Parameters
from sufficiency.model.record import Record
from sufficiency.model.search import chancy_settings
from sufficiency.streams import Streams
from sufficiency.vocabulary import Location

ALONE, TOGETHER, APART = range(len(SIBLINGS))
_FAR = tuple(Location).index(Location.OUTSIDE_FAR)

Found = tuple[int, int, int]
"""What a search gives: codes of the setting, of the first choice, and of a limited setting
wanted and not had, or ``NONE``."""


class Placing:
    """Moves children into homes and out of them.

    Attributes:
        carers: The authority's own carers, where they are counted by household.
    """

    def __init__(
        self,
        parameters: Parameters,
        market: Market,
        record: Record,
        streams: Streams,
        panel: PlacementPanel,
        approvals: Mapping[int, Approvals],
        carers: CarerHomes | None,
    ) -> None:
        self.carers = carers
        self._panel = panel
        self._approvals = approvals
        self._carers_setting = NONE if carers is None else carers.setting
        self._market = market
        self._record = record
        self._streams = streams
        self._chancy = chancy_settings(parameters)
        self._locations = [setting.location for setting in parameters.settings]
        self._has_local_market = [s.nearby_places is not None for s in parameters.settings]

    def move_in(
        self,
        child: Child,
        found: Found,
        location: int,
        day: float,
        reason: int,
        since: float | None = None,
        siblings: int = ALONE,
    ) -> None:
        """A child takes up a place, and its placement is recorded.

        Args:
            child: The child.
            found: Codes of the setting, the first choice, and a setting wanted and not had.
            location: Code of where the home is.
            day: When the placement begins; before the forecast for opening children.
            reason: Why it begins.
            since: When the child began to wait, if it waited for the same setting before.
            siblings: Whether it lives with the brother or sister it came with.
        """
        setting, first_choice, wanted = found
        child.setting, child.location = setting, location
        self._market.taken[setting] += 1
        if location != _FAR:
            self._market.nearby[setting] += 1
        if setting == self._carers_setting and self.carers is not None:
            beside = child.follows.household if siblings == TOGETHER and child.follows else NONE
            self.carers.take(child, child.luck[HOME_HOUSEHOLD], beside)
        if wanted != NONE:
            self._panel.may_wait(child, wanted, day if since is None else since)
        child.row = self._record.begins(
            (
                child.number,
                child.period,
                day,
                setting,
                location,
                first_choice,
                child.waiting_for,
                reason,
                child.born,
                child.luck[HOME_PRICE],
                child.category,
                siblings,
            )
        )
        if setting in self._approvals:
            self._approvals[setting].needed(child, day)

    def vacate(self, child: Child) -> bool:
        """A child's place is free again, for whoever comes next.

        Returns:
            Whether it is one to be offered to those who wait: one of limited places, and not
            of carers who can take nobody else now.
        """
        self._market.taken[child.setting] -= 1
        if child.location != _FAR:
            self._market.nearby[child.setting] -= 1
        if child.setting == self._carers_setting and self.carers is not None:
            return self.carers.vacate(child)
        return self._market.is_limited[child.setting]

    def locate(self, child: Child, setting: int, now: float) -> int:
        """Where the home is: further away when the places nearby are full."""
        location = bisect_right(self._locations[setting], child.luck[HOME_LOCATION])
        if location != _FAR and self._has_local_market[setting]:
            return location if self._market.has_nearby(setting, now) else _FAR
        return location

    def turn_to_next_home(self, child: Child) -> None:
        """Turn to the child's luck for its next home."""
        child.home += 1
        if child.home < HOMES_PER_ROW:
            luck, index = child.table, child.index
            child.luck = luck.homes[index, child.home].tolist()
            child.match_luck = luck.matches[index, child.home].tolist()
        else:
            child.luck, child.match_luck = luck_of_later_home(
                self._streams, child.number, child.home, self._chancy
            )
