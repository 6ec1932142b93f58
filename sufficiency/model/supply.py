"""Homes that come and go: settings that open, close or change in size, and carers who do.

What happens to the children is not decided here. A home that closes asks for each of its
children to be found another; a place that comes free is offered to those who wait.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from typing import Protocol

from simpy.events import Event

from sufficiency.episodes import CARER_LEFT, CLOSURE, NONE
from sufficiency.model.approvals import Action
from sufficiency.model.carers import Recruited
from sufficiency.model.child import Child
from sufficiency.model.households import CarerHomes
from sufficiency.model.market import Market, value_on
from sufficiency.model.panel import PlacementPanel
from sufficiency.model.parameters import Parameters, SettingParameters
from sufficiency.model.search import age_band, chancy_settings


class Care(Protocol):
    """What homes need of the children's side."""

    def at(self, day: float, action: Action) -> None:
        """Do something on a day of the forecast."""

    def today(self) -> float:
        """The day it is."""

    def present(self) -> Iterator[Child]:
        """The children in care."""

    def rehome(self, child: Child, why: str) -> None:
        """Find a child another home."""

    def offer_vacancies(self, setting: int, places: int | None = None) -> None:
        """Offer free places to the children who wait."""


class Supply:
    """Schedules every change in the homes there are."""

    def __init__(
        self, parameters: Parameters, market: Market, panel: PlacementPanel, care: Care
    ) -> None:
        self._parameters = parameters
        self._market = market
        self._panel = panel
        self._care = care

    def schedule(self) -> None:
        """Set timers for places that open, close or change in number."""
        for code, setting in enumerate(self._parameters.settings):
            if setting.places is not None:
                for day, places in zip(setting.places[0][1:], setting.places[1][1:], strict=True):
                    self._care.at(day, partial(self._resize, code, int(places)))
            if setting.opens >= 0 and setting.places is not None:
                for day in _days_it_takes_more_children(setting):
                    self._care.at(day, partial(self._takes_in, code))
            if setting.closes < math.inf:
                self._care.at(setting.closes, partial(self._close, code))

    def schedule_carers(self, carers: CarerHomes, recruited: Recruited) -> None:
        """Open the households there are, and set a timer for everything that changes them."""
        for household, places in recruited.usable_at_start:
            carers.change(household, places)
        for day, household, change, leaves in recruited.place_changes:
            action = partial(self._household_changes, carers, household, change, leaves)
            self._care.at(day, action)

    def _household_changes(
        self, carers: CarerHomes, household: int, change: int, leaves: bool, _timer: Event
    ) -> None:
        """Carers are approved, rest, return or stop; when they stop their children must move."""
        more = carers.change(household, change)
        if leaves:
            for child in carers.children_of(household):
                self._care.rehome(child, CARER_LEFT)
        elif more > 0:
            self._care.offer_vacancies(carers.setting, places=more)

    def _takes_in(self, setting: int, _timer: Event) -> None:
        """A setting opens, or suits more children: those it could now take join its line."""
        for child in list(self._could_come_from_elsewhere(setting)):
            since = self._care.today()
            if child.waiting_for >= 0:
                since = child.waiting[1]
                self._market.leave_line(child)
            self._panel.may_wait(child, setting, since)
        self._care.offer_vacancies(setting)

    def _could_come_from_elsewhere(self, setting: int) -> Iterator[Child]:
        """Children living where it draws from, whom it suits from today and did not before.

        A child who waits for something else changes lines: a place here is new, and free.
        """
        rule, day = self._parameters.settings[setting], self._care.today()
        if not rule.draws_from:
            return
        chancy = chancy_settings(self._parameters)
        column = chancy.index(rule.name) if rule.name in chancy else NONE
        opens_today = day == rule.opens
        for child in self._care.present():
            if child.setting not in rule.draws_from or not self._would_rather(child, setting):
                continue
            if rule.suitable is None:
                yield child
                continue
            steps = rule.suitable[age_band(day - child.born)]
            before = 0.0 if opens_today else value_on(steps, day - 1.0)
            if before <= child.match_luck[column] < value_on(steps, day):
                yield child

    def _would_rather(self, child: Child, setting: int) -> bool:
        """Whether a child's plan looks for a setting before the one it lives in."""
        order = self._parameters.search_orders[child.plan]
        if child.held >= 0 or child.waiting_for == setting or setting not in order:
            return False
        return child.setting not in order or order.index(setting) < order.index(child.setting)

    def _resize(self, setting: int, places: int, _timer: Event) -> None:
        more = places - self._market.limit[setting]
        self._market.limit[setting] = places
        if more > 0:
            self._care.offer_vacancies(setting, places=more)

    def _close(self, setting: int, _timer: Event) -> None:
        """A setting closes: every child in it, or promised a place in it, looks elsewhere."""
        for child in self._care.present():
            if child.held == setting:
                self._market.taken[setting] -= 1
                child.held = NONE
            if child.waiting_for == setting:
                self._market.leave_line(child)
            if child.setting == setting:
                self._care.rehome(child, CLOSURE)


def _days_it_takes_more_children(setting: SettingParameters) -> list[float]:
    """The day a setting opens, and each later day on which whom it suits changes."""
    later = {day for days, _ in setting.suitable or () for day in days if day > setting.opens}
    return [setting.opens, *sorted(later)] if setting.draws_from else [setting.opens]
