"""The simulation itself: children, homes and time, as SimPy events.

Each child has one timer at a time, set for the next thing that will happen to it if nothing
outside intervenes. When the placement panel offers a place first, the old timer is marked
stale and left to run out unheeded. Places are counted, not queued for, so that two children
can never be given the same one. Why callbacks rather than SimPy's generator processes:
``docs/decisions/0004-engine-shape.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import simpy
from numpy.typing import NDArray
from simpy.events import Event, Timeout

from sufficiency.episodes import (
    NONE,
    REASONS_CEASED,
    REASONS_NEW,
    AfterCareSpells,
    Episodes,
    Provenance,
)
from sufficiency.model.child import AGED_18, NEVER, Changes, Child
from sufficiency.model.luck import (
    HOME_KEEPS_PLAN,
    HOME_LOCATION,
    HOME_NEW_PLAN,
    HOME_OFFERS,
    HOME_PRICE,
    HOME_WAITS,
    more_homes,
)
from sufficiency.model.market import NO_LIMIT, Market
from sufficiency.model.parameters import CAUSES, MOVES, ROUTES, Parameters
from sufficiency.model.population import Population
from sufficiency.model.record import Record
from sufficiency.model.search import Search, age_band, chancy_settings, picks
from sufficiency.streams import Streams
from sufficiency.vocabulary import Location

if TYPE_CHECKING:
    from collections.abc import Iterator

OPENING, ENTRY, PANEL, CLOSURE = (
    REASONS_NEW.index(reason) for reason in ("opening", "entry", "panel", "closure")
)
_NEW = tuple(REASONS_NEW.index(cause.value) if cause in MOVES else -1 for cause in CAUSES)
_CEASED = (
    *(REASONS_CEASED.index(cause.value) for cause in CAUSES),
    REASONS_CEASED.index("aged_18"),
)
_CEASED_PANEL, _CEASED_CLOSURE = (REASONS_CEASED.index(r) for r in ("panel", "closure"))
_FAR = tuple(Location).index(Location.OUTSIDE_FAR)


@dataclass(frozen=True)
class Outcome:
    """What happened in one replication.

    Attributes:
        episodes: Every placement.
        after_care: Every payment after care.
    """

    episodes: Episodes
    after_care: AfterCareSpells


class Engine:
    """One replication, from the opening children to the last day."""

    def __init__(self, parameters: Parameters, population: Population, streams: Streams) -> None:
        """Set the scene.

        Args:
            parameters: The numbers this replication runs on.
            population: Children in care at the start, and those who will come.
            streams: The replication's streams.
        """
        self.parameters = parameters
        self.streams = streams
        self.env = simpy.Environment()
        self.market = Market(parameters.settings)
        self.search = Search(parameters, self.market)
        self.record = Record()
        self.children = population.children
        self._last_day = float(parameters.horizon.days)
        self._opening = population.opening
        self._chancy = chancy_settings(parameters)
        effects = parameters.clockwork.setting_effect
        self._changes = speed_changes(effects[:, : len(ROUTES)], population.assumed_effects)
        self._move_effects = [tuple(row) for row in effects[:, len(ROUTES) :].tolist()]
        self._locations = [setting.location for setting in parameters.settings]
        self._has_local_market = [s.nearby_places is not None for s in parameters.settings]
        self._after_care = dict(enumerate(parameters.after_care_chance.items()))

    def run(self) -> Outcome:
        """Run to the last day.

        Returns:
            What happened.
        """
        self._open()
        self._schedule_changes()
        self.env.run(until=self._last_day)
        names = tuple(setting.name for setting in self.parameters.settings)
        kinds = tuple(route.value for route in self.parameters.after_care_chance)
        return Outcome(
            self.record.episodes(self.parameters.horizon, names), self.record.after_care(kinds)
        )

    # Opening -------------------------------------------------------------------------------

    def _open(self) -> None:
        """Put the opening children where they live, then set every timer."""
        opening = self._opening
        present = self.children[: len(opening.setting)]
        rows = zip(present, opening.setting, opening.location, opening.placed, strict=True)
        for child, setting, location, placed in rows:
            child.plan = self._plan_of(setting)
            child.setting, child.location = setting, location
            self.market.taken[setting] += 1
            self.market.nearby[setting] += location != _FAR
            first_choice, wanted = self.search.wanted_before(child.plan, setting)
            if wanted != NONE:
                self._wait(child, wanted, placed)
            home = (setting, location, first_choice, child.waiting_for)
            self._begin_row(child, placed, home, OPENING, Provenance.OPEN)
            self._set_timer(child, 0.0, ())
        for child in self.children[len(present) :]:
            timer = Timeout(self.env, child.entered, child)
            assert timer.callbacks is not None
            timer.callbacks.append(self._enters)

    def _plan_of(self, setting: int) -> int:
        """The plan that looks for a setting soonest."""
        orders = self.parameters.search_orders
        depth = [order.index(setting) if setting in order else NO_LIMIT for order in orders]
        return depth.index(min(depth))

    def _schedule_changes(self) -> None:
        """Set timers for places that open, close or change in number."""
        for code, setting in enumerate(self.parameters.settings):
            if setting.places is not None:
                for day, places in zip(setting.places[0][1:], setting.places[1][1:], strict=True):
                    self._at(day, partial(self._resize, code, int(places)))
            if setting.opens > 0:
                self._at(setting.opens, partial(self._offer_vacancies, code))
            if setting.closes < math.inf:
                self._at(setting.closes, partial(self._close, code))

    # Timers --------------------------------------------------------------------------------

    def _at(self, day: float, action: partial[None]) -> None:
        """Do something on a day of the forecast."""
        if 0.0 <= day < self._last_day:
            timer = Timeout(self.env, day - self.env.now)
            assert timer.callbacks is not None
            timer.callbacks.append(lambda _event: action())

    def _set_timer(self, child: Child, now: float, changes: Changes) -> None:
        """Set the child's timer for its next own event."""
        day, cause = child.next_event(now, changes, self._move_effects[child.setting])
        if day < self._last_day:
            timer = Timeout(self.env, day - now, (child, child.version, cause))
            assert timer.callbacks is not None
            timer.callbacks.append(self._rings)

    def _rings(self, timer: Event) -> None:
        """A child's timer rings: it leaves care, or moves."""
        child, version, cause = timer.value
        if version != child.version:
            return
        if cause < len(ROUTES) or cause == AGED_18:
            self._leave(child, cause)
        else:
            self._move(child, cause - len(ROUTES))

    # What happens to a child ---------------------------------------------------------------

    def _enters(self, timer: Event) -> None:
        """A child comes into care and is found a home."""
        child: Child = timer.value
        age_days = self.env.now - child.born
        shares = self.parameters.entries.plan_shares[age_band(age_days)]
        child.plan = picks(shares, child.plan_luck)
        found = self._find(child, moving=False)
        self._settle(child, found, ENTRY)

    def _leave(self, child: Child, cause: int) -> None:
        """A child leaves care; its place, and any place held for it, is free."""
        now = self.env.now
        self.record.ends(child.row, now, _CEASED[cause])
        self.market.leave_line(child)
        child.version += 1
        held, left = child.held, child.setting
        self._vacate(child)
        child.held = child.setting = NONE
        for kind, (route, chance) in self._after_care.items():
            if cause < len(ROUTES) and ROUTES[cause] is route and child.after_care_luck < chance:
                self.record.pays_after_care(
                    child.number, kind, int(now), int(child.adult_day), int(child.born)
                )
        if held >= 0:
            self.market.taken[held] -= 1
            self._offer_vacancies(held, places=1)
        self._offer_vacancies(left, places=1)

    def _move(self, child: Child, move: int) -> None:
        """A placement breaks down, or the plan changes: the child moves."""
        luck = child.homes[child.home]
        rules = self.parameters.moves[move]
        if luck[HOME_KEEPS_PLAN] >= rules.keeps_plan:
            band = age_band(self.env.now - child.born)
            child.plan = picks(rules.plan_shares[band], luck[HOME_NEW_PLAN])
        cause = len(ROUTES) + move
        self._rehome(child, _CEASED[cause], _NEW[cause])

    def _rehome(self, child: Child, ceased: int, new: int) -> None:
        """Move a child: to the place held for it, or to what a search finds."""
        now = self.env.now
        self._next_home(child)
        left = child.setting
        if child.held >= 0:
            found = (child.held, child.held, NONE)
            self.market.taken[child.held] -= 1
            child.held = NONE
        else:
            found = self._find(child, moving=True)
        since = child.waiting[1] if child.waiting_for == found[2] != NONE else now
        self.market.leave_line(child)
        self.record.ends(child.row, now, ceased)
        self._vacate(child)
        child.version += 1
        self._settle(child, found, new, since)
        self._offer_vacancies(left, places=1)

    def _find(self, child: Child, *, moving: bool) -> tuple[int, int, int]:
        now = self.env.now
        return self.search.find(
            child.plan, now - child.born, now, child.matches, child.home, moving=moving
        )

    def _settle(
        self, child: Child, found: tuple[int, int, int], reason: int, since: float | None = None
    ) -> None:
        """The child moves in."""
        setting, first_choice, wanted = found
        now = self.env.now
        changes = self._changes[child.setting][setting]
        child.setting = setting
        child.location = self._locate(child, setting)
        self.market.taken[setting] += 1
        self.market.nearby[setting] += child.location != _FAR
        if wanted != NONE:
            self._wait(child, wanted, now if since is None else since)
        home = (setting, child.location, first_choice, child.waiting_for)
        self._begin_row(child, now, home, reason, Provenance.SIMULATED)
        self._set_timer(child, now, changes)

    def _vacate(self, child: Child) -> None:
        self.market.taken[child.setting] -= 1
        self.market.nearby[child.setting] -= child.location != _FAR

    def _locate(self, child: Child, setting: int) -> int:
        """Where the home is: further away when the places nearby are full."""
        location = picks(self._locations[setting], child.homes[child.home][HOME_LOCATION])
        if location != _FAR and self._has_local_market[setting]:
            return location if self.market.has_nearby(setting, self.env.now) else _FAR
        return location

    def _next_home(self, child: Child) -> None:
        """Turn to the child's luck for its next home, drawing more when the row is used up."""
        child.home += 1
        if child.home == len(child.homes):
            extra, matches = more_homes(self.streams, child.number, child.home, self._chancy)
            child.homes = child.homes + extra
            child.matches = [a + b for a, b in zip(child.matches, matches, strict=True)]

    def _begin_row(
        self,
        child: Child,
        day: float,
        home: tuple[int, int, int, int],
        reason: int,
        provenance: Provenance,
    ) -> None:
        price_rank = child.homes[child.home][HOME_PRICE]
        child.row = self.record.begins(
            child.number, child.born, day, home, reason, price_rank, provenance
        )

    # The placement panel -------------------------------------------------------------------

    @staticmethod
    def _log_refusal(chance: float) -> float:
        """Log of the chance that one place does not suit one child."""
        return -math.inf if chance >= 1.0 else math.log1p(-chance)

    def _wait(self, child: Child, wanted: int, since: float) -> None:
        """Put the child in line for what it wanted, if its plan is to move there."""
        panel = self.parameters.panel
        luck = child.homes[child.home]
        if luck[HOME_WAITS] >= panel.plan_to_move:
            return
        accepts = panel.acceptance * self.parameters.settings[wanted].match
        if accepts <= 0.0:
            return
        log_refusal = self._log_refusal(accepts)
        turned_down = math.log1p(-luck[HOME_OFFERS]) / log_refusal if log_refusal else NEVER
        child.offers_left = int(min(turned_down, NO_LIMIT))
        self.market.join_line(child, wanted, panel.rank[child.setting], since)

    def _offer_vacancies(self, setting: int, places: int | None = None) -> None:
        """Offer places that have come free, one at a time, down the line."""
        if not self.market.is_limited[setting]:
            return
        if not self.market.is_open(setting, self.env.now):
            return
        vacancies = self.market.vacancies(setting)
        for _ in range(min(vacancies if places is None else places, vacancies)):
            child = self.market.offer(setting)
            if child is None:
                continue
            self._hold(child, setting)

    def _hold(self, child: Child, setting: int) -> None:
        """Hold a place until the notice is served; the child's own timer still runs."""
        self.market.leave_line(child)
        self.market.taken[setting] += 1
        child.held = setting
        moves_in = partial(self._moves_in, child, child.row)
        self._at(self.env.now + self.parameters.panel.notice_days, moves_in)

    def _moves_in(self, child: Child, row: int) -> None:
        """The notice is served: the child moves, unless it has moved or left meanwhile."""
        if child.held >= 0 and child.row == row:
            self._rehome(child, _CEASED_PANEL, PANEL)

    # Settings that change ------------------------------------------------------------------

    def _resize(self, setting: int, places: int) -> None:
        more = places - self.market.limit[setting]
        self.market.limit[setting] = places
        if more > 0:
            self._offer_vacancies(setting, places=more)

    def _close(self, setting: int) -> None:
        """A setting closes: every child in it, or promised a place in it, looks elsewhere."""
        for child in self._present():
            if child.held == setting:
                self.market.taken[setting] -= 1
                child.held = NONE
            if child.waiting_for == setting:
                self.market.leave_line(child)
            if child.setting == setting:
                self._rehome(child, _CEASED_CLOSURE, CLOSURE)

    def _present(self) -> Iterator[Child]:
        return (child for child in self.children if child.setting >= 0)


def speed_changes(
    effects: NDArray[np.float64], at_entry: NDArray[np.float64]
) -> list[list[Changes]]:
    """Clocks whose speed differs between each two settings.

    Args:
        effects: Effect of each setting on each route; shape (settings, routes).
        at_entry: Effects assumed for children who have not yet come into care; (routes,).

    Returns:
        For each setting left and each entered, the clocks that change. The last row stands
        for coming into care.
    """
    rows = [*effects.tolist(), at_entry.tolist()]
    return [
        [
            tuple((route, a, b) for route, (a, b) in enumerate(zip(old, new, strict=True)) if a != b)
            for new in rows[:-1]
        ]
        for old in rows
    ]


def simulate(parameters: Parameters, population: Population, streams: Streams) -> Outcome:
    """Run one replication.

    Args:
        parameters: The numbers it runs on.
        population: Children in care at the start, and those who will come.
        streams: The replication's streams.

    Returns:
        What happened.
    """
    return Engine(parameters, population, streams).run()
