"""Worlds small enough for their theory to be worked out in a test."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field

import numpy as np

from sufficiency.episodes import OPEN, Episodes
from sufficiency.model.engine import Outcome, simulate
from sufficiency.model.parameters import (
    CAUSES,
    MOVES,
    Clockwork,
    EntryParameters,
    MoveParameters,
    PanelParameters,
    Parameters,
    SettingParameters,
    Steps,
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

    def parameters(self) -> Parameters:
        """The world's numbers as the engine takes them."""
        rates = np.zeros((len(CAUSES), len(AgeBand), len(TimeInCare)))
        for cause, rate in {**self.leaving, **self.moving}.items():
            rates[CAUSES.index(cause)] = rate / DAYS_PER_YEAR
        rates *= np.outer(self.by_age, self.by_time)
        effects = np.ones((len(self.settings), len(CAUSES)))
        for (setting, cause), effect in self.effects.items():
            effects[setting, CAUSES.index(cause)] = effect
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
                ((1.0,) * len(self.orders),) * len(AgeBand),
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
            after_care_chance={},
        )

    def run(
        self, seed: int = 1, replication: int = 1, opening: OpeningCaseload | None = None
    ) -> Outcome:
        """One replication, opening with nobody in care unless told otherwise."""
        parameters, streams = self.parameters(), Streams(seed, replication)
        population = draw_population(parameters, opening or nobody(), streams)
        return simulate(parameters, population, streams)


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


def still_open(episodes: Episodes) -> int:
    """Placements that have not ended."""
    return int((episodes.end == OPEN).sum())
