"""Worlds small enough for their theory to be worked out in a test."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from sufficiency.episodes import NONE, OPEN, REASONS_CEASED, REASONS_NEW, STAY_ENDS, Episodes
from sufficiency.model.assessors import Applications
from sufficiency.model.carer_places import PlaceEvent
from sufficiency.model.carers import Households, Recruited
from sufficiency.model.engine import Outcome, simulate
from sufficiency.model.parameters import (
    CAUSES,
    MOVES,
    ROUTES,
    Clockwork,
    CourtParameters,
    EntryParameters,
    MoveParameters,
    PanelParameters,
    Parameters,
    ReturnParameters,
    SettingParameters,
    SiblingParameters,
    Steps,
    UnaccompaniedParameters,
)
from sufficiency.model.population import OpeningCaseload, draw_population
from sufficiency.periods import DAYS_PER_YEAR, Horizon
from sufficiency.streams import Streams
from sufficiency.vocabulary import AgeBand, Move, Plan, Route, TimeInCare

START = dt.date(2020, 3, 31)


def always(value: float) -> Steps:
    """A figure that never changes."""
    return (-math.inf,), (value,)


def home(name: str, **changes: object) -> SettingParameters:
    """A setting without limits, all inside the authority, unless changed."""
    usual: dict[str, object] = {
        "opens": -math.inf,
        "closes": math.inf,
        "places": None,
        "match": 1.0,
        "suitable": None,
        "suitable_after_a_move": 1.0,
        "location": (1.0, 1.0, 1.0),
        "nearby_places": None,
    }
    return SettingParameters(name, **(usual | changes))  # type: ignore[arg-type]


@dataclass
class World:
    """A world with constant rates unless told otherwise.

    Attributes:
        settings: The homes there are.
        orders: Search order of each plan, the first plan being everyone's at entry.
        leaving: Rate a year by route.
        moving: Rate a year by cause of moving.
        effects: Effect on every clock, by setting and cause; 1 where not given.
        entries: Entries a year in each age band.
        years: Length of the forecast.
        plan_after: Code of the plan after every move; None keeps the plan.
        plan_to_move: Share of those outside their first choice who wait.
        acceptance: Chance that an offer is accepted.
        notice_days: Days of notice.
        ranking: Panel rank of each setting.
        plan_at_entry: Code of the plan every child enters with.
        stay_days: Average length of a stay that ends by itself, by setting; none elsewhere.
        after_care: Chance of a payment after leaving, by route.
        siblings: Brothers and sisters who come together; None leaves every child alone.
        unaccompanied: Unaccompanied children; None for none.
        returns: Children who come back; None for none.
        courts: Limits on orders; None for none.
        carers_setting: The setting whose places are households of carers.
    """

    settings: tuple[SettingParameters, ...]
    orders: tuple[tuple[int, ...], ...]
    leaving: dict[Route, float] = field(default_factory=dict)
    moving: dict[Move, float] = field(default_factory=dict)
    effects: dict[tuple[int, object], float] = field(default_factory=dict)
    entries: tuple[float, ...] = (0.0,) * 5
    years: int = 5
    plan_after: int | None = None
    plan_to_move: float = 0.0
    acceptance: float = 1.0
    notice_days: float = 0.0
    ranking: tuple[int, ...] | None = None
    calendar_starts: tuple[float, ...] = (-math.inf,)
    calendar: tuple[float, ...] = (1.0,)
    by_age: tuple[float, ...] = (1.0,) * 5
    by_time: tuple[float, ...] = (1.0,) * 5
    plan_at_entry: int = 0
    stay_days: dict[int, float] = field(default_factory=dict)
    after_care: dict[Route, float] = field(default_factory=dict)
    siblings: SiblingParameters | None = None
    unaccompanied: UnaccompaniedParameters | None = None
    returns: ReturnParameters | None = None
    courts: CourtParameters | None = None
    carers_setting: int = NONE

    def parameters(self) -> Parameters:
        """The world's numbers as the engine takes them."""
        rates = np.zeros((len(CAUSES), len(AgeBand), len(TimeInCare)))
        for cause, rate in {**self.leaving, **self.moving}.items():
            rates[CAUSES.index(cause)] = rate / DAYS_PER_YEAR
        rates *= np.outer(self.by_age, self.by_time)
        effects = np.ones((len(self.settings), len(CAUSES)))
        for (setting, cause), effect in self.effects.items():
            effects[setting, CAUSES.index(cause)] = effect
        ends = CAUSES.index(STAY_ENDS)
        effects[:, ends] = 0.0
        if self.stay_days:
            rates[ends] = 1.0  # a day
        for setting, days in self.stay_days.items():
            effects[setting, ends] = 1.0 / days
        everyone = tuple(
            tuple(
                1.0 if plan >= (self.plan_after or 0) else 0.0 for plan in range(len(self.orders))
            )
            for _ in AgeBand
        )
        starts = np.array(self.calendar_starts)
        return Parameters(
            horizon=Horizon(START, START.replace(year=START.year + self.years)),
            settings=self.settings,
            plans=tuple(Plan)[: len(self.orders)],
            search_orders=self.orders,
            clockwork=Clockwork(rates, effects, starts, np.tile(self.calendar, (len(CAUSES), 1))),
            entries=EntryParameters(
                np.array(self.entries),
                np.array([-math.inf]),
                np.array([1.0]),
                self._plans_at_entry(),
            ),
            moves=tuple(
                MoveParameters(1.0 if self.plan_after is None else 0.0, everyone) for _ in MOVES
            ),
            panel=PanelParameters(
                self.ranking or (0,) * len(self.settings),
                self.plan_to_move,
                self.acceptance,
                self.notice_days,
            ),
            after_care_chance=self.after_care,
            siblings=self.siblings,
            unaccompanied=self.unaccompanied,
            returns=self.returns,
            courts=self.courts,
            carers_setting=self.carers_setting,
        )

    def _plans_at_entry(self) -> tuple[tuple[float, ...], ...]:
        """Cumulative shares in which every child has the one plan."""
        plans = range(len(self.orders))
        return (tuple(float(plan >= self.plan_at_entry) for plan in plans),) * len(AgeBand)

    def run(
        self,
        seed: int = 1,
        replication: int = 1,
        opening: OpeningCaseload | None = None,
        recruited: Recruited | None = None,
    ) -> Outcome:
        """One replication, opening with nobody in care unless told otherwise."""
        parameters, streams = self.parameters(), Streams(seed, replication)
        population = draw_population(parameters, opening or nobody(), streams)
        return simulate(parameters, population, streams, recruited)


def entering(*per_year_by_age: float, plans: int = 1) -> EntryParameters:
    """So many a year of each age, all with the first plan, at a rate that never changes."""
    always_one = np.array([-math.inf]), np.array([1.0])
    return EntryParameters(np.array(per_year_by_age), *always_one, ((1.0,) * plans,) * len(AgeBand))


def returning(
    hazards_per_year: dict[Route, tuple[float, float]],
    earlier: EntryParameters | None = None,
) -> ReturnParameters:
    """Hazards of coming back in the first year and the five after it; and those who left before."""
    hazards = np.zeros((len(ROUTES), 2))
    for route, pair in hazards_per_year.items():
        hazards[ROUTES.index(route)] = np.array(pair) / DAYS_PER_YEAR
    return ReturnParameters(hazards, earlier or entering(0.0, 0.0, 0.0, 0.0, 0.0))


def households(*places: int, events: Sequence[tuple[float, int, int, str]] = ()) -> Recruited:
    """Carers open at the start, numbered from 1, all their places usable; and what follows.

    Args:
        places: Places of each household.
        events: Day, household, change in usable places and kind of each later event.
    """
    count = len(places)
    none, no_days = np.zeros(0, dtype=np.int64), np.zeros(0)
    return Recruited(
        setting="own",
        households=Households(
            number=np.arange(1, count + 1),
            places=np.array(places, dtype=np.int64),
            usable=np.array(places, dtype=np.int64),
            approved_day=np.full(count, -1.0),
            leaves_day=np.full(count, np.inf),
        ),
        events=tuple(PlaceEvent(*event) for event in events),
        enquired=no_days,
        applications=Applications(none, no_days, no_days, no_days, none),
    )


def nobody() -> OpeningCaseload:
    """No child in care."""
    none = np.zeros(0, dtype=np.int64)
    return OpeningCaseload(none, none, none, none, none)


def children(
    count: int, setting: int = 0, *, age_years: float = 5.0, location: int = 0
) -> OpeningCaseload:
    """Children of one age, all in one setting, who entered and were placed a day ago."""
    yesterday = np.full(count, -1)
    return OpeningCaseload(
        born=np.full(count, -round(age_years * 365.25)),
        entered=yesterday,
        placed=yesterday,
        setting=np.full(count, setting),
        location=np.full(count, location),
    )


def present(episodes: Episodes, day: int, setting: int | None = None) -> int:
    """Children in care (in a setting) on the night of a day."""
    there = (episodes.start <= day) & (episodes.end > day)
    if setting is not None:
        there &= episodes.setting == setting
    return int(there.sum())


def began(reason: str) -> int:
    """Code of a reason for which a placement begins."""
    return REASONS_NEW.index(reason)


def ended(reason: str) -> int:
    """Code of a reason for which a placement ends."""
    return REASONS_CEASED.index(reason)


def within_chance(found: float, expected: float, standard_error: float) -> bool:
    """Within four standard errors: wrong once in 16,000 when all is right."""
    return abs(found - expected) < 4 * standard_error


def same(one: Episodes, other: Episodes) -> bool:
    """Whether two tables of placements are the same, to the byte."""
    return all(
        a.tobytes() == b.tobytes()
        for a, b in zip(one.columns().values(), other.columns().values(), strict=True)
    )


def lives(episodes: Episodes) -> dict[int, list[tuple[object, ...]]]:
    """Each child's placements in order, with all that is recorded of them."""
    found: dict[int, list[tuple[object, ...]]] = {}
    for row in zip(*(column.tolist() for column in episodes.columns().values()), strict=True):
        found.setdefault(row[0], []).append(row)
    return found


def still_open(episodes: Episodes) -> int:
    """Placements that have not ended."""
    return int((episodes.end == OPEN).sum())
