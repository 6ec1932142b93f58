"""Checks that an action in a scenario can do what it says.

A service too small for one child, an intervention that opens after the forecast has ended, a
match meant for single vacancies in a setting that counts none: each would run, and would give
an answer to a question nobody asked.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from sufficiency.scenario.findings import Finding
from sufficiency.scenario.schema import Scenario
from sufficiency.scenario.values import Dated, Quantity, Ratio
from sufficiency.vocabulary import AgeBand

_DAYS_PER_YEAR = 365.25
_LEAST_MATCH_WITHOUT_PLACES = 0.2


def deliveries_open_in_the_forecast(scenario: Scenario) -> Iterator[Finding]:
    """What is delivered is open on some day of the forecast."""
    for name, delivery in scenario.deliveries.items():
        if delivery.opens > scenario.end:
            yield Finding(
                ("deliveries", name, "opens"),
                f"`{name}` opens on {delivery.opens}, after the forecast ends ({scenario.end})",
                "give an earlier date, or a later `end`",
            )


def short_stays_last_a_day(scenario: Scenario) -> Iterator[Finding]:
    """A stay is a day or more."""
    for name, rule in scenario.settings.items():
        if rule.stay is not None and rule.stay.central < 1.0:
            yield Finding(
                ("settings", name, "stay"),
                f"stays in `{name}` last {rule.stay.central:g} days",
                "write 1 or more, or take `stay` away if stays do not end by themselves",
            )


def services_can_help_a_child(scenario: Scenario) -> Iterator[Finding]:
    """A service names each age once, and has room for a whole child if it has room at all."""
    edge = scenario.edge_of_care
    for name, service in ({} if edge is None else edge.services).items():
        where = ("edge_of_care", "services", name)
        for number, band in enumerate(service.ages):
            if band in service.ages[:number]:
                yield Finding(
                    (*where, "ages", str(number)),
                    f"`{band.value}` stands twice in the ages of `{name}`",
                    "keep the first",
                )
        most = max(caseload.central for caseload in service.caseload.from_.values())
        if 0.0 < most < 1.0:
            yield Finding(
                (*where, "caseload"),
                f"`{name}` can help {most:g} children at once, which is none",
                "write a whole number: children, not a share of them",
            )


def flows_stay_within_bounds(scenario: Scenario) -> Iterator[Finding]:
    """A flow is within its range also when it has been multiplied.

    A flow has a bound of its own. What multiplies it has none, and could make of a hundred
    children more than could be simulated in a lifetime.
    """
    entries, alone, carers = scenario.entries, scenario.entries.unaccompanied, scenario.carers
    years = (scenario.end - scenario.start).days / _DAYS_PER_YEAR
    drift = math.exp(max(entries.drift.central, 0.0) * years)
    flows: list[tuple[str, Quantity, str, Dated[Ratio], float]] = [
        ("entries.per_year", entries.per_year, "entries.change", entries.change, drift)
    ]
    if alone is not None:
        name = "entries.unaccompanied"
        flows.append((f"{name}.per_year", alone.per_year, f"{name}.change", alone.change, 1.0))
    if carers is not None:
        recruited, changed = carers.enquiries, "carers.enquiries_change"
        flows.append(("carers.enquiries", recruited, changed, carers.enquiries_change, 1.0))
    for name, flow, changed, change, further in flows:
        ratio = max(each.central for each in change.from_.values()) * further
        if flow.central * ratio > flow.high:
            yield Finding(
                tuple(changed.split(".")),
                f"`{name}` is multiplied by {ratio:,.6g} and comes to {flow.central * ratio:,.0f} "
                "a year",
                f"lower one of the two: {flow.high:,.0f} a year is the most",
            )


def help_is_not_income(scenario: Scenario) -> Iterator[Finding]:
    """Helping a child costs something or nothing."""
    for name, case in scenario.money.cases.items():
        if any(cost.central < 0.0 for cost in case.cost_per_child_gbp.from_.values()):
            yield Finding(
                ("money", "cases", name, "cost_per_child_gbp"),
                f"helping a child through `{name}` brings money in",
                "write the cost as a positive amount; a grant is a fixed cost below 0",
            )


def unaccompanied_children_are_among_the_older(scenario: Scenario) -> Iterator[Finding]:
    """Opening children who came alone are some of those of 10 and over."""
    alone = scenario.entries.unaccompanied
    if alone is None:
        return
    by_age = scenario.opening.by_age
    counted = sum(children.central for children in by_age.values())
    older = sum(by_age[band].central for band in (AgeBand.FROM_10_TO_15, AgeBand.FROM_16_TO_17))
    older *= scenario.opening.children_in_care.central / counted if counted else 0.0
    if alone.in_care_at_start.central > older:
        yield Finding(
            ("entries", "unaccompanied", "in_care_at_start"),
            f"{alone.in_care_at_start.central:g} unaccompanied children are in care at the start, "
            f"but only {older:.0f} children there are 10 or over",
            "lower the number, or raise the older children under `opening`",
        )


def a_small_match_has_places(scenario: Scenario) -> Iterator[Finding]:
    """A match meant for one vacancy stands in a setting whose vacancies are counted."""
    for name, rule in scenario.settings.items():
        by_household = scenario.carers is not None and scenario.carers.setting == name
        unlimited = rule.places is None and not by_household
        if unlimited and rule.match.central < _LEAST_MATCH_WITHOUT_PLACES:
            yield Finding(
                ("settings", name, "match"),
                f"`{name}` has neither `places` nor `carers`, so only {rule.match.central:.3g} of "
                "the children who look there find a home",
                "give its `places`, or a `match` that is the chance of finding any home there",
            )


ACTION_CHECKS: tuple[Callable[[Scenario], Iterator[Finding]], ...] = (
    deliveries_open_in_the_forecast,
    short_stays_last_a_day,
    services_can_help_a_child,
    flows_stay_within_bounds,
    help_is_not_income,
    unaccompanied_children_are_among_the_older,
    a_small_match_has_places,
)
"""The checks of actions, in the order they are run."""
