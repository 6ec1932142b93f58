"""The edge of care: what services for children at risk change about who comes into care.

It is worked out before anything in care is simulated. The children who would come into care
without any service are known; some of them were at risk beforehand, and services help as many
of them as they have room for. What is handed on is the same children, some of whom now come
later or not at all. A service that does harm makes some come sooner, or brings in children
whose risk would have ended. Without a service nothing is worked out and nobody is changed.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np

from sufficiency.episodes import NO_HELP, NONE, HelpSpells
from sufficiency.model.arrivals import Arrivals
from sufficiency.model.dated import steps
from sufficiency.model.deliveries import reached
from sufficiency.model.draw_rates import draw_entries
from sufficiency.model.edge_risk import (
    LONGEST_AT_RISK,
    AtRisk,
    RiskParameters,
    children_at_risk,
    rows_of_luck,
    strips_of,
)
from sufficiency.model.edge_services import Row, ServiceParameters, Services, Spell
from sufficiency.model.luck import Luck, draw_luck
from sufficiency.model.parameters import EntryParameters, FloatArray
from sufficiency.periods import DAYS_PER_YEAR, Horizon
from sufficiency.scenario.schema import Scenario
from sufficiency.scenario.system import EdgeOfCare, Service
from sufficiency.streams import Draws, Streams
from sufficiency.vocabulary import AgeBand

RUN_UP_DAYS = 3 * DAYS_PER_YEAR
"""A service that was open before the forecast is simulated from this long before, so that its
caseload is what it would be on the first day."""

_MOST_ENTERING = 0.95
"""Where a future's figures would have more children coming into care from those at risk than
there are, no more than this share of them do; the others came unforeseen."""


@dataclass(frozen=True)
class EdgeParameters:
    """The edge of care in one replication.

    Attributes:
        risk: How children at risk come into care, or do not.
        services: The services, in the order in which a child is offered them.
    """

    risk: RiskParameters
    services: tuple[ServiceParameters, ...]

    @property
    def since(self) -> float:
        """Day from which services are simulated: 0, or below where one was open before."""
        return min([0.0, *(service.opens for service in self.services)])


def draw_edge(
    scenario: Scenario, draws: Draws, streams: Streams, entries: EntryParameters, horizon: Horizon
) -> EdgeParameters | None:
    """Draw one replication's numbers for the edge of care.

    Args:
        scenario: What is known and assumed.
        draws: Values of uncertain figures.
        streams: The replication's streams, for good and bad years after the forecast.
        entries: How fast children come into care during it.
        horizon: The days of the forecast.

    Returns:
        The numbers, or None where the scenario has no service.
    """
    edge = scenario.edge_of_care
    if edge is None or not edge.services:
        return None
    days_at_risk = max(draws(edge.at_risk_for), 1.0)
    years_after = math.ceil(LONGEST_AT_RISK * days_at_risk / DAYS_PER_YEAR)
    after = horizon.end + dt.timedelta(days=round(years_after * DAYS_PER_YEAR))
    later = draw_entries(scenario, draws, streams, Horizon(horizon.start, after))
    return EdgeParameters(
        _risk(edge, draws, entries, later, days_at_risk),
        tuple(
            _service(name, service, scenario, draws, horizon)
            for name, service in edge.services.items()
        ),
    )


def _risk(
    edge: EdgeOfCare,
    draws: Draws,
    entries: EntryParameters,
    later: EntryParameters,
    days_at_risk: float,
) -> RiskParameters:
    """Hazards from stocks and flows: entries a year over children at risk, age by age."""
    shares = np.array([draws(edge.at_risk_by_age[band]) for band in AgeBand])
    at_risk = draws(edge.at_risk) * shares / shares.sum()
    direct = np.array([draws(edge.direct[band]) for band in AgeBand])
    a_day = entries.per_year_by_age / DAYS_PER_YEAR
    known = np.minimum(a_day * (1.0 - direct), _MOST_ENTERING * at_risk / days_at_risk)
    return RiskParameters(
        at_risk=at_risk,
        enters_per_day=_ratio(known, at_risk, 0.0),
        days_at_risk=days_at_risk,
        direct=1.0 - _ratio(known, a_day, 1.0 - direct),
        comes_back=draws(edge.comes_back),
        comes_back_after_days=draws(edge.comes_back_after),
        later=later,
    )


def _ratio(above: FloatArray, below: FloatArray, otherwise: FloatArray | float) -> FloatArray:
    """One over the other, and something else where that is nothing."""
    found = np.broadcast_to(np.asarray(otherwise, dtype=np.float64), above.shape).copy()
    return np.divide(above, below, out=found, where=below > 0.0)


def _service(
    name: str, service: Service, scenario: Scenario, draws: Draws, horizon: Horizon
) -> ServiceParameters:
    delivery = scenario.deliveries[service.delivery]
    effect = 1.0 - draws(service.rate_ratio)
    days, shares = reached(delivery, draws, horizon)
    ages = list(service.ages)
    caseload = steps(service.caseload, draws, horizon, before=0.0)
    return ServiceParameters(
        name=name,
        opens=max(float(horizon.day(delivery.opens)), -RUN_UP_DAYS),
        closes=math.inf if service.closes is None else float(horizon.day(service.closes)),
        rank=tuple(ages.index(band) if band in ages else NONE for band in AgeBand),
        reach=draws(service.reach),
        caseload=(caseload[0], tuple(float(math.floor(c + 1e-9)) for c in caseload[1])),
        support_days=draws(service.support),
        rates=(days, tuple(1.0 - effect * share for share in shares)),
        lasting=draws(service.lasting),
    )


def before_care(
    edge: EdgeParameters | None,
    arrivals: Arrivals,
    streams: Streams,
    days: int,
    settings: tuple[str, ...] = (),
) -> tuple[Arrivals, HelpSpells]:
    """Work out who comes into care, and when, with the services there are.

    Args:
        edge: The edge of care, or None where there is no service.
        arrivals: Children who would come into care without any service.
        streams: The replication's streams.
        days: Length of the forecast.
        settings: Names of the settings in which finding a place is a matter of chance, as
            the arrivals were drawn with.

    Returns:
        The children who come into care, in order of time, and the help that was given. With
        no effect on anybody, the very same arrivals.
    """
    if edge is None or not edge.services:
        return arrivals, NO_HELP
    at_risk = children_at_risk(edge.risk, arrivals, streams, days, edge.since)
    services = Services(edge.services, edge.risk, streams, days)
    services.run(_reached(edge, at_risk, streams))
    names = tuple(service.name for service in edge.services)
    changed = _changed(arrivals, services.entered, at_risk, streams, days, settings)
    return changed, _help(names, services.record)


def _reached(edge: EdgeParameters, at_risk: AtRisk, streams: Streams) -> list[Spell]:
    """Children at risk whom some service reaches, in order of number."""
    at_risk = at_risk.rows(np.minimum(at_risk.enters, at_risk.ends) > edge.since)
    luck = np.stack(
        [rows_of_luck(streams, ("service", s.name), at_risk.child, 2) for s in edge.services],
        axis=1,
    )
    helps = np.array([[rank != NONE for rank in s.rank] for s in edge.services]).T[at_risk.band]
    some = (helps & (luck[:, :, 0] < [s.reach for s in edge.services])).any(axis=1)
    order = np.flatnonzero(some)
    order = order[np.argsort(at_risk.child[order])]
    chosen = at_risk.rows(order)
    columns = (
        chosen.child, chosen.band, chosen.born, chosen.begins, chosen.enters, chosen.ends,
        luck[order],
    )  # fmt: skip
    return [Spell(*row) for row in zip(*(c.tolist() for c in columns), strict=True)]


# Handing on ------------------------------------------------------------------------------------


def _changed(
    arrivals: Arrivals,
    entered: dict[int, float],
    at_risk: AtRisk,
    streams: Streams,
    days: int,
    settings: tuple[str, ...],
) -> Arrivals:
    """The arrivals with what services changed, in order of time."""
    if not entered:
        return arrivals
    time = arrivals.time.copy()
    for row, child in enumerate(arrivals.child.tolist()):
        time[row] = entered.pop(child, time[row])
    kept = np.flatnonzero((time >= 0.0) & (time < days))
    kept = kept[np.argsort(time[kept], kind="stable")]
    here = Arrivals(
        arrivals.child[kept],
        time[kept],
        arrivals.born[kept],
        arrivals.band[kept],
        arrivals.luck.rows(kept),
    )
    others = {child: day for child, day in entered.items() if 0.0 <= day < days}
    return _with_others(here, others, at_risk, streams, settings) if others else here


def _with_others(
    arrivals: Arrivals,
    entered: dict[int, float],
    at_risk: AtRisk,
    streams: Streams,
    settings: tuple[str, ...],
) -> Arrivals:
    """The arrivals and children who would not have come during the forecast."""
    chosen = at_risk.rows(np.isin(at_risk.child, list(entered)))
    luck_of = [arrivals.luck]
    order = []
    for name, here, row in strips_of(chosen.child):
        luck_of.append(draw_luck(streams, name, row, settings))
        order.append(here)
    chosen = chosen.rows(np.concatenate(order))
    times = [entered[child] for child in chosen.child.tolist()]
    time = np.concatenate([arrivals.time, times])
    by_time = np.argsort(time, kind="stable")
    luck = Luck(
        *(
            np.concatenate([getattr(luck, name) for luck in luck_of])
            for name in ("child", "leaving_marks", "homes", "matches")
        )
    )
    return Arrivals(
        child=np.concatenate([arrivals.child, chosen.child])[by_time],
        time=time[by_time],
        born=np.concatenate([arrivals.born, chosen.born])[by_time],
        band=np.concatenate([arrivals.band, chosen.band])[by_time],
        luck=luck.rows(by_time),
    )


def _help(names: tuple[str, ...], record: list[Row]) -> HelpSpells:
    """The record as a table."""
    table = np.array(record, dtype=np.int64).reshape(-1, 10)
    day = table[:, 2:].astype(np.int32)
    return HelpSpells(
        services=names,
        child=table[:, 0],
        service=table[:, 1].astype(np.int8),
        asked=day[:, 0],
        start=day[:, 1],
        end=day[:, 2],
        outcome=day[:, 3].astype(np.int8),
        began=day[:, 4],
        times_back=day[:, 5].astype(np.int8),
        would_enter=day[:, 6],
        entered=day[:, 7],
    )
