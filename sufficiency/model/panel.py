"""The placement panel: who waits for a place of the authority's own, and who is offered it.

A child placed outside its first choice may have a plan to move there. When a place comes
free it is offered down the line, by where children live now and then by time waited. An
accepted place is held until the child moves in.
"""

from __future__ import annotations

import math

from sufficiency.model.child import NEVER, Child
from sufficiency.model.luck import HOME_OFFERS, HOME_WAITS
from sufficiency.model.market import NO_LIMIT, Market
from sufficiency.model.parameters import Parameters


class PlacementPanel:
    """Decides who waits, and finds a child for each place that comes free."""

    def __init__(self, parameters: Parameters, market: Market) -> None:
        self._rules = parameters.panel
        self._match = [setting.match for setting in parameters.settings]
        self._market = market

    def may_wait(self, child: Child, wanted: int, since: float) -> None:
        """Put a child in line for what it wanted, if its plan is to move there.

        Args:
            child: The child, already placed elsewhere.
            wanted: Code of the setting wanted.
            since: The day from which its waiting counts.
        """
        luck = child.luck
        if luck[HOME_WAITS] >= self._rules.plan_to_move:
            return
        accepts = self._rules.acceptance * self._match[wanted]
        if accepts <= 0.0:
            return
        log_refusal = -math.inf if accepts >= 1.0 else math.log1p(-accepts)
        turned_down = math.log1p(-luck[HOME_OFFERS]) / log_refusal if log_refusal else NEVER
        child.offers_left = int(min(turned_down, NO_LIMIT))
        self._market.join_line(child, wanted, self._rules.rank[child.setting], since)

    def offer(self, setting: int, day: float, places: int | None = None) -> list[Child]:
        """Offer a limited setting's free places, one at a time, down the line.

        Args:
            setting: Code of the setting.
            day: Today.
            places: How many have just come free; all that are free when None.

        Returns:
            The children who accepted; a place is held for each.
        """
        if not self._market.is_open(setting, day):
            return []
        vacancies = self._market.vacancies(setting)
        accepted = []
        for _ in range(min(vacancies if places is None else places, vacancies)):
            child = self._market.offer(setting)
            if child is not None:
                self._market.leave_line(child)
                self._market.taken[setting] += 1
                child.held = setting
                accepted.append(child)
        return accepted
