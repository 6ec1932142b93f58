"""An edge of care small enough for its theory to be worked out in a test."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from small_worlds import always

from sufficiency.episodes import HelpSpells
from sufficiency.model.arrivals import Arrivals, draw_arrivals
from sufficiency.model.edge import RUN_UP_DAYS, EdgeParameters, before_care
from sufficiency.model.edge_risk import AtRisk, RiskParameters, children_at_risk
from sufficiency.model.edge_services import ServiceParameters
from sufficiency.model.parameters import EntryParameters
from sufficiency.periods import DAYS_PER_YEAR
from sufficiency.streams import Streams

EVERYONE = (0, 0, 0, 0, 0)
LONG_OPEN = -RUN_UP_DAYS
UNLIMITED = 10**6


def service(name: str = "help", **changes: object) -> ServiceParameters:
    """A service that reaches every child, helps all at once, for ever, without effect."""
    usual: dict[str, object] = {
        "opens": LONG_OPEN,
        "closes": math.inf,
        "rank": EVERYONE,
        "reach": 1.0,
        "caseload": always(UNLIMITED),
        "support_days": 1e9,
        "rates": always(1.0),
        "lasting": 0.0,
    }
    return ServiceParameters(name, **(usual | changes))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Edge:
    """Children at risk and services, at constant rates.

    Attributes:
        services: The services.
        entries: Entries a year by age band.
        at_risk: Children at risk by age band.
        days_at_risk: Average time at risk.
        direct: Share of entries from nowhere a service could know.
        comes_back: Chance that a child kept out of care is at risk again.
        comes_back_after_days: Average time until then.
        days: Length of the forecast.
        seed: Names the random numbers.
    """

    services: tuple[ServiceParameters, ...] = ()
    entries: tuple[float, ...] = (0.0, 0.0, 60.0, 0.0, 0.0)
    at_risk: tuple[float, ...] = (0.0, 0.0, 50.0, 0.0, 0.0)
    days_at_risk: float = 180.0
    direct: float = 0.0
    comes_back: float = 0.0
    comes_back_after_days: float = 200.0
    days: int = 1826
    seed: int = 1

    @cached_property
    def entry_parameters(self) -> EntryParameters:
        return EntryParameters(
            np.array(self.entries), np.array([-math.inf]), np.array([1.0]), ((1.0,),) * 5
        )

    @cached_property
    def risk(self) -> RiskParameters:
        stock = np.array(self.at_risk)
        known = np.array(self.entries) * (1.0 - self.direct) / DAYS_PER_YEAR
        return RiskParameters(
            at_risk=stock,
            enters_per_day=np.divide(known, stock, out=np.zeros(5), where=stock > 0),
            days_at_risk=self.days_at_risk,
            direct=np.full(5, self.direct),
            comes_back=self.comes_back,
            comes_back_after_days=self.comes_back_after_days,
            later=self.entry_parameters,
        )

    @property
    def hazards(self) -> tuple[float, float]:
        """Of coming into care and of the risk ending without, a day, at 5 to 9."""
        return float(self.risk.enters_per_day[2]), float(self.risk.ends_per_day[2])

    def arrivals(self, replication: int = 1) -> Arrivals:
        """Children who would come without any service."""
        streams = Streams(self.seed, replication)
        return draw_arrivals(streams, self.entry_parameters, self.days, ("home",))

    def children_at_risk(self, replication: int = 1) -> AtRisk:
        streams = Streams(self.seed, replication)
        return children_at_risk(self.risk, self.arrivals(replication), streams, self.days)

    def run(self, replication: int = 1) -> tuple[Arrivals, HelpSpells]:
        """Who comes into care, and the help given."""
        streams = Streams(self.seed, replication)
        parameters = EdgeParameters(self.risk, self.services)
        return before_care(parameters, self.arrivals(replication), streams, self.days, ("home",))


def same_bytes(one: Arrivals, other: Arrivals) -> bool:
    """Whether two tables of arrivals are the same in every number."""
    names = ("child", "time", "born", "band")
    luck = ("child", "leaving_marks", "homes", "matches")
    return all(
        getattr(one, name).tobytes() == getattr(other, name).tobytes() for name in names
    ) and all(
        getattr(one.luck, name).tobytes() == getattr(other.luck, name).tobytes() for name in luck
    )


def by_child(arrivals: Arrivals) -> dict[int, float]:
    """When each child comes into care."""
    return dict(zip(arrivals.child.tolist(), arrivals.time.tolist(), strict=True))
