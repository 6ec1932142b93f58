"""The simulation itself: children, homes and time, as SimPy events.

Each child has one timer at a time, set for the next thing that will happen to it if nothing
outside intervenes. When something outside comes first (the panel offers a place, the carers
stop, a relative is not approved) the old timer is marked stale and left to run out unheeded.
Places are counted, not queued for, so that two children can never be given the same one. Why
callbacks rather than SimPy's generator processes: ``docs/decisions/0004-engine-shape.md``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import simpy
from numpy.typing import NDArray
from simpy.events import Event, Timeout

from sufficiency.episodes import (
    MOVED_BECAUSE,
    NONE,
    NOT_APPROVED,
    PANEL,
    REASONS_CEASED,
    REASONS_NEW,
    AfterCareSpells,
    Episodes,
)
from sufficiency.model.approvals import Action, Approvals
from sufficiency.model.carers import Recruited
from sufficiency.model.child import NEVER, Changes, Child, Endings
from sufficiency.model.clocks import leaving_groups
from sufficiency.model.households import CarerHomes
from sufficiency.model.luck import (
    CHILD_AFTER_CARE,
    HOME_KEEPS_PLAN,
    HOME_NEW_PLAN,
)
from sufficiency.model.market import NO_LIMIT, Market, value_on
from sufficiency.model.panel import PlacementPanel
from sufficiency.model.parameters import CAUSES, MOVES, ROUTES, Parameters
from sufficiency.model.placing import ALONE, APART, TOGETHER, Found, Placing
from sufficiency.model.population import Population
from sufficiency.model.record import Record
from sufficiency.model.returns import Returns
from sufficiency.model.search import Search, age_band
from sufficiency.model.supply import Supply
from sufficiency.model.turns import Turns
from sufficiency.streams import Streams

_OPENING, _ENTRY, _RETURN = (REASONS_NEW.index(r) for r in ("opening", "entry", "return"))
_CEASED = tuple(REASONS_CEASED.index(cause) for cause in (*CAUSES, "aged_18"))
_MOVED_AS = {why: (REASONS_NEW.index(why), REASONS_CEASED.index(why)) for why in MOVED_BECAUSE}
"""Codes of the beginning of the next placement and the end of the last."""
_ENDING_CODES = range(len(ROUTES), len(CAUSES))


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

    def __init__(
        self,
        parameters: Parameters,
        population: Population,
        streams: Streams,
        recruited: Recruited | None = None,
    ) -> None:
        """Set the scene.

        Args:
            parameters: The numbers this replication runs on.
            population: Children in care at the start, and those who will come.
            streams: The replication's streams.
            recruited: The authority's own carers, where they are counted by household.
        """
        self.parameters = parameters
        self.env = simpy.Environment()
        self.market = Market(parameters.settings)
        self.search = Search(parameters, self.market)
        self.panel = PlacementPanel(parameters, self.market)
        self.record = Record()
        self.children = population.children
        self._last_day = float(parameters.horizon.days)
        self._opening = population.opening
        self._recruited = recruited
        self._carers = CarerHomes(parameters.carers_setting, self.market) if recruited else None
        effects = parameters.clockwork.setting_effect
        _, self._leaving_group = leaving_groups(effects)
        self._changes = speed_changes(effects[:, : len(ROUTES)])
        self._starting = [
            tuple((route, 0.0, effect) for route, effect in clocks)
            for clocks in running(effects[:, : len(ROUTES)])
        ]
        self._endings = running(effects[:, len(ROUTES) :])
        approvals = {
            code: Approvals(setting.approval, self.at, self._is_not_approved)
            for code, setting in enumerate(parameters.settings)
            if setting.approval is not None
        }
        self._placing = Placing(
            parameters, self.market, self.record, streams, self.panel, approvals, self._carers
        )
        courts = parameters.courts
        self._court_routes = courts.routes if courts else frozenset()
        self._court = Turns(courts.orders_per_year) if courts else None
        self._returns = Returns(parameters, streams) if parameters.returns else None
        self._after_care = {
            ROUTES.index(route): (kind, chance)
            for kind, (route, chance) in enumerate(parameters.after_care_chance.items())
        }

    def run(self) -> Outcome:
        """Run to the last day.

        Returns:
            What happened.
        """
        supply = Supply(self.parameters, self.market, self.panel, self)
        if self._recruited is not None and self._carers is not None:
            supply.schedule_carers(self._carers, self._recruited)
        self._open()
        supply.schedule()
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
            self._placing.move_in(child, found, location, placed, _OPENING)
            self._set_timer(child, 0.0, child.first_event(setting, self._leaving_group[setting]))
        for child in self.children[len(present) :]:
            Timeout(self.env, child.entered).callbacks.append(partial(self._enters, child))

    def _plan_of(self, setting: int) -> int:
        """The plan that looks for a setting soonest."""
        orders = self.parameters.search_orders
        depth = [order.index(setting) if setting in order else NO_LIMIT for order in orders]
        return depth.index(min(depth))

    # Timers --------------------------------------------------------------------------------

    def at(self, day: float, action: Action) -> None:
        """Do something on a day of the forecast."""
        if 0.0 <= day < self._last_day:
            Timeout(self.env, day - self.env.now).callbacks.append(action)

    def today(self) -> float:
        """The day it is."""
        return float(self.env.now)

    def _set_timer(self, child: Child, now: float, event: tuple[float, int]) -> None:
        """Set the child's timer for its next own event."""
        day, cause = event
        if day < self._last_day:
            timer = Timeout(self.env, day - now if day > now else 0.0)
            timer.callbacks.append(partial(self._rings, child, child.version, cause))

    def _rings(self, child: Child, version: int, cause: int, _timer: Event) -> None:
        """A child's timer rings: it leaves care, or moves."""
        if version != child.version:
            return
        now = self.env.now
        if cause in _ENDING_CODES:
            self._move(child, cause, now)
        elif cause in self._court_routes and not self._order_is_made(child, now):
            waits = child.postponed(cause, child.order_day, self._endings[child.setting])
            self._set_timer(child, now, waits)
        else:
            self._leave(child, cause, now)

    def _order_is_made(self, child: Child, now: float) -> bool:
        """Whether the court makes the order that is due today, or the child must wait its turn."""
        assert self._court is not None
        if child.order_day == NEVER:
            child.order_day = self._court.next(now)
        return child.order_day <= now

    # What happens to a child ---------------------------------------------------------------

    def _enters(self, child: Child, _timer: Event) -> None:
        """A child comes into care and is found a home."""
        now = child.entered
        band = age_band(now - child.born)
        alone = self.parameters.unaccompanied
        if alone is not None and child.category:
            child.plan = alone.plan
        else:
            child.plan = bisect_right(self.parameters.entries.plan_shares[band], child.plan_luck)
        beside = child.follows
        if beside is not None and beside.home == 0 and self._has_room_beside(child, beside):
            found: Found = (beside.setting, beside.setting, NONE)
            location, siblings = beside.location, TOGETHER
        else:
            found = self.search.find(
                child.plan, now - child.born, now, child.match_luck, moving=False
            )
            location = self._placing.locate(child, found[0], now)
            siblings = ALONE if beside is None else APART
        reason = _ENTRY if child.period == 1 else _RETURN
        self._placing.move_in(child, found, location, now, reason, siblings=siblings)
        setting = found[0]
        self._set_timer(child, now, child.first_event(setting, self._leaving_group[setting]))

    def _has_room_beside(self, child: Child, beside: Child) -> bool:
        """Whether a brother's or sister's home takes the child as well."""
        setting = beside.setting
        if setting == NONE or child.plan != beside.plan:
            return False
        suitable = self.parameters.settings[setting].suitable
        if suitable is not None:
            steps = suitable[age_band(child.entered - child.born)]
            if value_on(steps, child.entered) <= 0.0:
                return False  # a home for older children only, say
        if self.market.is_limited[setting] and self.market.vacancies(setting) <= 0:
            return False
        if self._carers is not None and setting == self._carers.setting:
            return self._carers.has_room(beside.household)
        return True

    def _leave(self, child: Child, cause: int, now: float) -> None:
        """A child leaves care; its place, and any place held for it, is free."""
        self.record.ends(child.row, now, _CEASED[cause])
        if child.waiting_for >= 0:
            self.market.leave_line(child)
        child.version += 1
        held, left = child.held, child.setting
        comes_free = self._placing.vacate(child)
        child.held = child.setting = NONE
        if cause in self._after_care:
            self._pay_after_care(child, *self._after_care[cause])
        if self._returns is not None and cause < len(ROUTES):
            back = self._returns.day(child, cause, now)
            if back < self._last_day:
                self.at(back, partial(self._comes_back, child))
        if held >= 0:
            self.market.taken[held] -= 1
            self.offer_vacancies(held, places=1)
        if comes_free:
            self.offer_vacancies(left, places=1)

    def _pay_after_care(self, child: Child, kind: int, chance: float) -> None:
        if child.table.child.item(child.index, CHILD_AFTER_CARE) < chance:
            child.allowance = self.record.pays_after_care(
                child.number, kind, int(self.env.now), int(child.adult_day), int(child.born)
            )

    def _comes_back(self, child: Child, _timer: Event) -> None:
        """A child who left comes back into care, for a new period with new luck."""
        assert self._returns is not None
        now = self.env.now
        if child.allowance != NONE:
            self.record.stops_after_care(child.allowance, now)
            child.allowance = NONE
        child.period += 1
        child.entered, child.order_day = now, NEVER
        self._placing.turn_to_next_home(child)
        if not child.category:
            shares = self.parameters.entries.plan_shares[age_band(now - child.born)]
            child.plan = bisect_right(shares, child.luck[HOME_NEW_PLAN])
        found = self.search.find(child.plan, now - child.born, now, child.match_luck, moving=False)
        setting = found[0]
        self._placing.move_in(child, found, self._placing.locate(child, setting, now), now, _RETURN)
        clocks, marks = self._returns.clocks(child, now), self._returns.marks(child)
        starting, endings = self._starting[setting], self._endings[setting]
        self._set_timer(child, now, child.in_care_again(now, clocks, marks, starting, endings))

    def _move(self, child: Child, cause: int, now: float) -> None:
        """A placement breaks down, the plan changes, or a short stay ends: the child moves."""
        luck, barred = child.luck, NONE
        ending = cause - len(ROUTES)
        if ending >= len(MOVES):
            barred = child.setting
        else:
            rules = self.parameters.moves[ending]
            if luck[HOME_KEEPS_PLAN] >= rules.keeps_plan:
                shares = rules.plan_shares[age_band(now - child.born)]
                child.plan = bisect_right(shares, luck[HOME_NEW_PLAN])
        self.rehome(child, CAUSES[cause], barred)

    def rehome(self, child: Child, why: str, barred: int = NONE) -> None:
        """Move a child: to the place held for it, or to what a search finds.

        Args:
            child: The child.
            why: The reason, one of ``MOVED_BECAUSE``.
            barred: A setting it cannot go to now.
        """
        now = self.env.now
        left = child.setting
        self._placing.turn_to_next_home(child)
        held, child.held = child.held, NONE
        if held >= 0:
            self.market.taken[held] -= 1
        if held >= 0 and held != barred and self._is_still_there(held):
            found = (held, held, NONE)
        else:
            found = self.search.find(
                child.plan, now - child.born, now, child.match_luck, moving=True, barred=barred
            )
        setting = found[0]
        since = now
        if child.waiting_for >= 0:
            if child.waiting_for == found[2]:
                since = child.waiting[1]
            self.market.leave_line(child)
        self.record.ends(child.row, now, _MOVED_AS[why][1])
        comes_free = self._placing.vacate(child)
        child.version += 1
        self._placing.move_in(
            child, found, self._placing.locate(child, setting, now), now, _MOVED_AS[why][0], since
        )
        changes = self._changes[left][setting]
        self._set_timer(child, now, child.next_event(now, changes, self._endings[setting]))
        if comes_free:
            self.offer_vacancies(left, places=1)

    def _is_still_there(self, held: int) -> bool:
        """Whether a place that was held can be moved into: carers may have stopped meanwhile."""
        return self._carers is None or held != self._carers.setting or self._carers.has_free()

    # What others decide --------------------------------------------------------------------

    def offer_vacancies(self, setting: int, places: int | None = None) -> None:
        """Offer free places to waiting children; a child who accepts moves after the notice."""
        for child in self.panel.offer(setting, self.env.now, places):
            moves_in = partial(self._moves_in, child, child.row)
            self.at(self.env.now + self.parameters.panel.notice_days, moves_in)

    def _moves_in(self, child: Child, row: int, _timer: Event) -> None:
        """The notice is served: the child moves, unless it has moved or left meanwhile."""
        if child.held >= 0 and child.row == row:
            self.rehome(child, PANEL)

    def _is_not_approved(self, child: Child) -> None:
        """A relative or friend is not approved, or not in time: the placement ends."""
        self.rehome(child, NOT_APPROVED, barred=child.setting)

    def present(self) -> Iterator[Child]:
        """The children in care."""
        return (child for child in self.children if child.setting >= 0)


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


def running(effects: NDArray[np.float64]) -> list[Endings]:
    """The clocks that run in each setting, and the setting's effect on each.

    Args:
        effects: Effect of each setting on each of some clocks; shape (settings, clocks).

    Returns:
        For each setting, the clocks by position, with an effect above 0.
    """
    return [
        tuple((clock, effect) for clock, effect in enumerate(row) if effect > 0.0)
        for row in effects.tolist()
    ]


def simulate(
    parameters: Parameters,
    population: Population,
    streams: Streams,
    recruited: Recruited | None = None,
) -> Outcome:
    """Run one replication.

    Args:
        parameters: The numbers it runs on.
        population: Children in care at the start, and those who will come.
        streams: The replication's streams.
        recruited: The authority's own carers, where they are counted by household.

    Returns:
        What happened.
    """
    engine = Engine(parameters, population, streams, recruited)
    outcome = engine.run()
    # Timers that never rang point back to the engine: let go of both now, not at some later
    # collection of garbage.
    vars(engine).clear()
    return outcome
