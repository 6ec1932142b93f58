"""The simulation itself: children, homes and time, as SimPy events.

Each child has one timer at a time, set for the next thing that will happen to it if nothing
outside intervenes. When the placement panel offers a place first, the old timer is marked
stale and left to run out unheeded. Places are counted, not queued for, so that two children
can never be given the same one. Why callbacks rather than SimPy's generator processes:
``docs/decisions/0004-engine-shape.md``.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

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
)
from sufficiency.model.child import NEVER, Changes, Child
from sufficiency.model.clocks import leaving_groups
from sufficiency.model.luck import (
    CHILD_AFTER_CARE,
    HOME_KEEPS_PLAN,
    HOME_LOCATION,
    HOME_NEW_PLAN,
    HOME_OFFERS,
    HOME_PRICE,
    HOME_WAITS,
    HOMES_PER_ROW,
    luck_of_later_home,
)
from sufficiency.model.market import NO_LIMIT, Market
from sufficiency.model.parameters import CAUSES, MOVES, ROUTES, Parameters
from sufficiency.model.population import Population
from sufficiency.model.record import Record
from sufficiency.model.search import Search, age_band, chancy_settings
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
_MOVE_CODES = range(len(ROUTES), len(CAUSES))
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
        _, self._leaving_group = leaving_groups(effects)
        self._changes = speed_changes(effects[:, : len(ROUTES)])
        self._move_effects = [tuple(row) for row in effects[:, len(ROUTES) :].tolist()]
        self._locations = [setting.location for setting in parameters.settings]
        self._has_local_market = [s.nearby_places is not None for s in parameters.settings]
        self._after_care = {
            ROUTES.index(route): (kind, chance)
            for kind, (route, chance) in enumerate(parameters.after_care_chance.items())
        }

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
        plans = [self._plan_of(setting) for setting in range(len(self.parameters.settings))]
        wanted_first = [
            self.search.wanted_before(plan, setting) for setting, plan in enumerate(plans)
        ]
        rows = zip(present, opening.setting, opening.location, opening.placed, strict=True)
        for child, setting, location, placed in rows:
            child.plan = plans[setting]
            first_choice, wanted = wanted_first[setting]
            found = (setting, first_choice, wanted)
            self._move_in(child, found, location, placed, OPENING)
            self._set_timer(child, 0.0, child.first_event(setting, self._leaving_group[setting]))
        for child in self.children[len(present) :]:
            timer = Timeout(self.env, child.entered, child)
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
            if setting.opens > 0 and setting.places is not None:
                self._at(setting.opens, partial(self._offer_vacancies, code))
            if setting.closes < math.inf:
                self._at(setting.closes, partial(self._close, code))

    # Timers --------------------------------------------------------------------------------

    def _at(self, day: float, action: partial[None]) -> None:
        """Do something on a day of the forecast."""
        if 0.0 <= day < self._last_day:
            timer = Timeout(self.env, day - self.env.now)
            timer.callbacks.append(lambda _event: action())

    def _set_timer(self, child: Child, now: float, event: tuple[float, int]) -> None:
        """Set the child's timer for its next own event."""
        day, cause = event
        if day < self._last_day:
            timer = Timeout(self.env, day - now, (child, child.version, cause))
            timer.callbacks.append(self._rings)

    def _rings(self, timer: Event) -> None:
        """A child's timer rings: it leaves care, or moves."""
        child, version, cause = _value_of(timer)
        if version != child.version:
            return
        if cause in _MOVE_CODES:
            self._move(child, cause, self.env.now)
        else:
            self._leave(child, cause, self.env.now)

    # What happens to a child ---------------------------------------------------------------

    def _enters(self, timer: Event) -> None:
        """A child comes into care and is found a home."""
        child: Child = _value_of(timer)
        now = child.entered
        age_days = now - child.born
        shares = self.parameters.entries.plan_shares[age_band(age_days)]
        child.plan = bisect_right(shares, child.plan_luck)
        found = self.search.find(child.plan, age_days, now, child.match_luck, moving=False)
        setting = found[0]
        self._move_in(child, found, self._locate(child, setting, now), now, ENTRY)
        self._set_timer(child, now, child.first_event(setting, self._leaving_group[setting]))

    def _leave(self, child: Child, cause: int, now: float) -> None:
        """A child leaves care; its place, and any place held for it, is free."""
        self.record.ends(child.row, now, _CEASED[cause])
        if child.waiting_for >= 0:
            self.market.leave_line(child)
        child.version += 1
        held, left = child.held, child.setting
        self._vacate(child)
        child.held = child.setting = NONE
        if cause in self._after_care:
            self._pay_after_care(child, *self._after_care[cause])
        if held >= 0:
            self.market.taken[held] -= 1
            self._offer_vacancies(held, places=1)
        if self.market.is_limited[left]:
            self._offer_vacancies(left, places=1)

    def _pay_after_care(self, child: Child, kind: int, chance: float) -> None:
        if child.group.luck.child[child.index, CHILD_AFTER_CARE] < chance:
            self.record.pays_after_care(
                child.number, kind, int(self.env.now), int(child.adult_day), int(child.born)
            )

    def _move(self, child: Child, cause: int, now: float) -> None:
        """A placement breaks down, or the plan changes: the child moves."""
        luck = child.luck
        rules = self.parameters.moves[cause - len(ROUTES)]
        if luck[HOME_KEEPS_PLAN] >= rules.keeps_plan:
            shares = rules.plan_shares[age_band(now - child.born)]
            child.plan = bisect_right(shares, luck[HOME_NEW_PLAN])
        self._rehome(child, _CEASED[cause], _NEW[cause], now)

    def _rehome(self, child: Child, ceased: int, new: int, now: float) -> None:
        """Move a child: to the place held for it, or to what a search finds."""
        left = child.setting
        self._next_home(child)
        if child.held >= 0:
            found = (child.held, child.held, NONE)
            self.market.taken[child.held] -= 1
            child.held = NONE
        else:
            age_days = now - child.born
            found = self.search.find(child.plan, age_days, now, child.match_luck, moving=True)
        setting = found[0]
        since = now
        if child.waiting_for >= 0:
            if child.waiting_for == found[2]:
                since = child.waiting[1]
            self.market.leave_line(child)
        self.record.ends(child.row, now, ceased)
        self._vacate(child)
        child.version += 1
        self._move_in(child, found, self._locate(child, setting, now), now, new, since)
        changes = self._changes[left][setting]
        self._set_timer(child, now, child.next_event(now, changes, self._move_effects[setting]))
        if self.market.is_limited[left]:
            self._offer_vacancies(left, places=1)

    def _move_in(
        self,
        child: Child,
        found: tuple[int, int, int],
        location: int,
        day: float,
        reason: int,
        since: float | None = None,
    ) -> None:
        """A child takes up a place, and its placement is recorded.

        Args:
            child: The child.
            found: Codes of the setting, the first choice, and a setting wanted and not had.
            location: Code of where the home is.
            day: When the placement begins; before the forecast for opening children.
            reason: Why it begins.
            since: When the child began to wait, if it waited for the same setting before.
        """
        setting, first_choice, wanted = found
        child.setting, child.location = setting, location
        self.market.taken[setting] += 1
        if location != _FAR:
            self.market.nearby[setting] += 1
        if wanted != NONE:
            self._wait(child, wanted, day if since is None else since)
        child.row = self.record.begins(
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
            )
        )

    def _vacate(self, child: Child) -> None:
        self.market.taken[child.setting] -= 1
        if child.location != _FAR:
            self.market.nearby[child.setting] -= 1

    def _locate(self, child: Child, setting: int, now: float) -> int:
        """Where the home is: further away when the places nearby are full."""
        location = bisect_right(self._locations[setting], child.luck[HOME_LOCATION])
        if location != _FAR and self._has_local_market[setting]:
            return location if self.market.has_nearby(setting, now) else _FAR
        return location

    def _next_home(self, child: Child) -> None:
        """Turn to the child's luck for its next home."""
        child.home += 1
        if child.home < HOMES_PER_ROW:
            luck, index = child.group.luck, child.index
            child.luck = luck.homes[index, child.home].tolist()
            child.match_luck = luck.matches[index, child.home].tolist()
        else:
            child.luck, child.match_luck = luck_of_later_home(
                self.streams, child.number, child.home, self._chancy
            )

    # The placement panel -------------------------------------------------------------------

    @staticmethod
    def _log_refusal(chance: float) -> float:
        """Log of the chance that one place does not suit one child."""
        return -math.inf if chance >= 1.0 else math.log1p(-chance)

    def _wait(self, child: Child, wanted: int, since: float) -> None:
        """Put the child in line for what it wanted, if its plan is to move there."""
        panel = self.parameters.panel
        luck = child.luck
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
        """Offer a limited setting's free places, one at a time, down the line."""
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
            self._rehome(child, _CEASED_PANEL, PANEL, self.env.now)

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
                self._rehome(child, _CEASED_CLOSURE, CLOSURE, self.env.now)

    def _present(self) -> Iterator[Child]:
        return (child for child in self.children if child.setting >= 0)


def _value_of(timer: Event) -> Any:
    """What a timer was given to carry."""
    return timer.value


def speed_changes(effects: NDArray[np.float64]) -> list[list[Changes]]:
    """Clocks for leaving whose speed differs between each two settings.

    Args:
        effects: Effect of each setting on each route; shape (settings, routes).

    Returns:
        For each setting left and each entered, the clocks that change.
    """
    rows = effects.tolist()
    return [
        [
            tuple((r, a, b) for r, (a, b) in enumerate(zip(old, new, strict=True)) if a != b)
            for new in rows
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
