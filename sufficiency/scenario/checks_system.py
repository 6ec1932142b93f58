"""Checks of the system around placements: do its parts name each other, and can they work?

A hub that opens with a delivery nobody has described, carers too few for the children who live
with them, a chance of coming back that shrinks with time: each is told before anything is run.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from sufficiency.errors import suggestion
from sufficiency.scenario.checks_homes import occupied
from sufficiency.scenario.findings import Finding
from sufficiency.scenario.opens import first_used
from sufficiency.scenario.schema import Scenario
from sufficiency.scenario.values import Dated
from sufficiency.vocabulary import Route

_A_CHILD = 1e-6


def settings_name_a_delivery(scenario: Scenario) -> Iterator[Finding]:
    """A setting that opens with an intervention names one that is described."""
    for name, rule in scenario.settings.items():
        if rule.delivery is not None and rule.delivery not in scenario.deliveries:
            yield Finding(
                ("settings", name, "delivery"),
                f"`{rule.delivery}` is not one of this scenario's deliveries",
                suggestion(rule.delivery, scenario.deliveries, "deliveries"),
            )


def deliveries_open_before_they_are_handed_over(scenario: Scenario) -> Iterator[Finding]:
    """What is handed over has been open."""
    for name, delivery in scenario.deliveries.items():
        handed_over = delivery.handed_over
        if handed_over is not None and handed_over <= delivery.opens:
            yield Finding(
                ("deliveries", name, "handed_over"),
                f"`{name}` is handed over on {handed_over}, which is not after it opens "
                f"({delivery.opens})",
                "give a later date; if the authority runs it from the start, take "
                "`handed_over` away",
            )


def services_open_before_they_close(scenario: Scenario) -> Iterator[Finding]:
    """A service that closes has been open."""
    edge = scenario.edge_of_care
    for name, service in ({} if edge is None else edge.services).items():
        delivery = scenario.deliveries.get(service.delivery)
        if service.closes is None or delivery is None:
            continue
        if service.closes <= delivery.opens:
            yield Finding(
                ("edge_of_care", "services", name, "closes"),
                f"`{name}` closes on {service.closes}, which is not after it opens "
                f"({delivery.opens})",
                "give a later date, or take the service away",
            )


def children_are_drawn_to_limited_places(scenario: Scenario) -> Iterator[Finding]:
    """Only where places are limited is there a line that children from elsewhere can join."""
    for name, rule in scenario.settings.items():
        if rule.draws_from and rule.places is None:
            yield Finding(
                ("settings", name, "draws_from"),
                f"`{name}` has no `places`, so nobody waits for it to open",
                f"add `settings.{name}.places`, or take `draws_from` away",
            )


def carers_are_the_places(scenario: Scenario) -> Iterator[Finding]:
    """A setting whose places are households of carers has no places of its own."""
    carers = scenario.carers
    rule = None if carers is None else scenario.settings.get(carers.setting)
    if carers is not None and rule is not None and rule.places is not None:
        yield Finding(
            ("settings", carers.setting, "places"),
            f"`{carers.setting}` has `places`, but its places are the households of `carers`",
            "take one of the two away; in a layer, write `places: null`",
        )


def first_children_have_carers(scenario: Scenario) -> Iterator[Finding]:
    """The carers there are can take the children who live with them on the first day."""
    carers = scenario.carers
    if carers is None:
        return
    each = sum(int(places) * share.central for places, share in carers.places.items())
    usable = carers.households.central * each * (1.0 - carers.unavailable.central)
    children = occupied(scenario).get(carers.setting, 0.0)
    if children > usable + _A_CHILD:
        yield Finding(
            ("carers", "households"),
            f"{carers.households.central:g} households of {each:.2f} places each, less those "
            f"that cannot be used, are {usable:.0f} places, fewer than the {children:g} children "
            f"in `{carers.setting}` at the start",
            "raise the households or their places, or lower the children there under `opening`",
        )


def unaccompanied_children_have_a_plan(scenario: Scenario) -> Iterator[Finding]:
    """The plan of unaccompanied children is one that ``plans`` defines."""
    alone = scenario.entries.unaccompanied
    if alone is not None and alone.plan not in scenario.plans:
        yield Finding(
            ("entries", "unaccompanied", "plan"),
            f"unaccompanied children have the plan `{alone.plan.value}`, which is not one of this "
            "scenario's plans",
            suggestion(alone.plan.value, [plan.value for plan in scenario.plans], "plans"),
        )


def chances_of_return_grow_with_time(scenario: Scenario) -> Iterator[Finding]:
    """As many have come back within six years as within one, or more."""
    returning = scenario.returning
    if returning is None:
        return
    for route, six in returning.within_six_years.items():
        where = ("returning", "within_six_years", route.value)
        one = returning.within_one_year.get(route)
        if one is None:
            yield Finding(
                where,
                f"`{'.'.join(where)}` is given, but not the chance within one year",
                f"add `returning.within_one_year.{route.value}`, 0 if none come back so soon",
                at_key=True,
            )
        elif six.central < one.central:
            yield Finding(
                where,
                f"`{'.'.join(where)}` is {six.central:.3g}, below the {one.central:.3g} within "
                "one year",
                "those back within a year are among those back within six: raise it",
            )


def ways_out_named_can_happen(scenario: Scenario) -> Iterator[Finding]:
    """Whatever is said of a way out is said of one by which children leave."""
    for path, route, at_key in _routes_named(scenario):
        if route not in scenario.leaving:
            known = [each.value for each in scenario.leaving]
            yield Finding(
                path,
                f"nobody leaves by `{route.value}`: it is not in `leaving`",
                suggestion(route.value, known, "ways out"),
                at_key,
            )


def _routes_named(scenario: Scenario) -> Iterator[tuple[tuple[str, ...], Route, bool]]:
    """Each place that names a way out: its path, the way out, and whether it is a key."""
    if scenario.courts is not None:
        for number, route in enumerate(scenario.courts.routes):
            yield ("courts", "routes", str(number)), route, False
    for name, rule in scenario.settings.items():
        for route in rule.leaving_ratios:
            yield ("settings", name, "leaving_ratios", route.value), route, True
    alone = scenario.entries.unaccompanied
    for route in {} if alone is None else alone.leaving_ratio:
        yield ("entries", "unaccompanied", "leaving_ratio", route.value), route, True
    returning = scenario.returning
    for route in {} if returning is None else returning.within_one_year:
        # Children may have left before the forecast by a way that is closed now.
        if returning is not None and route not in returning.left_before_per_year:
            yield ("returning", "within_one_year", route.value), route, True


def capacity_is_known_from_the_start(scenario: Scenario) -> Iterator[Finding]:
    """What courts and panels can decide is said for every day on which they may have to."""
    first = scenario.start + dt.timedelta(days=1)
    limits: list[tuple[tuple[str, ...], Dated[Any], dt.date]] = []
    if scenario.courts is not None:
        limits.append((("courts", "orders_per_year"), scenario.courts.orders_per_year, first))
    for name, rule in scenario.settings.items():
        if rule.approval is not None:
            where = ("settings", name, "approval", "panel_per_year")
            limits.append((where, rule.approval.panel_per_year, first_used(scenario, name)))
    for path, per_year, needed in limits:
        if per_year.on(needed) is None:
            yield Finding(
                path,
                f"`{'.'.join(path)}` says nothing before {next(iter(per_year.from_))}",
                f"give it from {needed} or earlier, 0 if there was none",
            )


SYSTEM_CHECKS: tuple[Callable[[Scenario], Iterator[Finding]], ...] = (
    settings_name_a_delivery,
    deliveries_open_before_they_are_handed_over,
    services_open_before_they_close,
    children_are_drawn_to_limited_places,
    carers_are_the_places,
    first_children_have_carers,
    unaccompanied_children_have_a_plan,
    chances_of_return_grow_with_time,
    ways_out_named_can_happen,
    capacity_is_known_from_the_start,
)
"""The checks of the system, in the order they are run."""
