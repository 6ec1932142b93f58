"""Checks of the edge of care: are there enough children at risk for those who come into care?

Children who were at risk before they came into care are some of those at risk. If, at some
age, more come in each year than there are times at risk, the figures cannot all be right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sufficiency.errors import suggestion
from sufficiency.scenario.findings import Finding
from sufficiency.scenario.schema import Entries, Scenario
from sufficiency.scenario.system import EdgeOfCare
from sufficiency.vocabulary import AgeBand

_DAYS_PER_YEAR = 365.25


@dataclass(frozen=True)
class Impossible:
    """An age at which more children come into care from those at risk than there are.

    Attributes:
        band: The age.
        enter_per_year: Children of this age coming in each year who were at risk beforehand.
        at_risk_per_year: Children of this age whose time at risk begins each year.
    """

    band: AgeBand
    enter_per_year: float
    at_risk_per_year: float


def impossible_ages(edge: EdgeOfCare, entries: Entries) -> list[Impossible]:
    """Ages at which more children come into care from those at risk than there are.

    Figures that are not known exactly are taken at their middle.

    Args:
        edge: Children at risk.
        entries: Children coming into care.

    Returns:
        The ages, youngest first; none when all is possible.
    """
    times_a_year = _DAYS_PER_YEAR / max(edge.at_risk_for.central, 1.0)
    found = []
    for band in AgeBand:
        coming = entries.per_year.central * entries.by_age[band].central
        coming *= 1.0 - edge.direct[band].central
        there = edge.at_risk.central * edge.at_risk_by_age[band].central * times_a_year
        if coming > 0.0 and coming >= there:
            found.append(Impossible(band, coming, there))
    return found


def children_at_risk_are_enough(scenario: Scenario) -> Iterator[Finding]:
    """At every age there are more children at risk than come into care from among them."""
    edge = scenario.edge_of_care
    if edge is None:
        return
    for age in impossible_ages(edge, scenario.entries):
        yield Finding(
            ("edge_of_care", "direct", age.band.value),
            f"{age.enter_per_year:.0f} children a year of {age.band.value} come into care after "
            f"being at risk, but only {age.at_risk_per_year:.0f} a year are at risk",
            "raise `direct` at this age, raise its share in `at_risk_by_age`, or shorten "
            "`at_risk_for`",
        )


def services_name_a_delivery(scenario: Scenario) -> Iterator[Finding]:
    """Every service says when it opens and how well it works."""
    edge = scenario.edge_of_care
    if edge is None:
        return
    for name, service in edge.services.items():
        if service.delivery not in scenario.deliveries:
            yield Finding(
                ("edge_of_care", "services", name, "delivery"),
                f"`{service.delivery}` is not one of this scenario's deliveries",
                suggestion(service.delivery, scenario.deliveries, "deliveries"),
            )


EDGE_CHECKS: tuple[Callable[[Scenario], Iterator[Finding]], ...] = (
    children_at_risk_are_enough,
    services_name_a_delivery,
)
"""Every check of the edge of care."""
