"""Checks of the money: is everything priced on every day, and do sums fall in the forecast?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from sufficiency.errors import suggestion
from sufficiency.periods import financial_year_of
from sufficiency.scenario.findings import Finding
from sufficiency.scenario.opens import first_used
from sufficiency.scenario.schema import Scenario
from sufficiency.vocabulary import Block, Category


def settings_are_always_priced(scenario: Scenario) -> Iterator[Finding]:
    """Every setting has a price on every day it can be used."""
    for name in scenario.settings:
        needed = first_used(scenario, name)
        price = scenario.money.prices.get(name)
        if price is None:
            yield Finding(
                ("money", "prices"),
                f"`{name}` has no price",
                f"add `money.prices.{name}`; its weekly fee is 0 where the cost is fixed",
            )
        elif price.weekly_fee_gbp.on(needed) is None:
            starts = next(iter(price.weekly_fee_gbp.from_))
            yield Finding(
                ("money", "prices", name, "weekly_fee_gbp"),
                f"`{name}` has no price before {starts}, but can be used from {needed}",
                f"give the fee from {needed} or earlier",
            )


def after_care_is_always_priced(scenario: Scenario) -> Iterator[Finding]:
    """Every kind of after-care has a price from the first day."""
    first = scenario.start + dt.timedelta(days=1)
    for kind in scenario.after_care:
        price = scenario.money.after_care.get(kind)
        if price is None:
            yield Finding(
                ("money", "after_care"),
                f"after-care `{kind.value}` has no price",
                f"add `money.after_care.{kind.value}`",
            )
        elif price.weekly_fee_gbp.on(first) is None:
            starts = next(iter(price.weekly_fee_gbp.from_))
            yield Finding(
                ("money", "after_care", kind.value, "weekly_fee_gbp"),
                f"after-care `{kind.value}` has no price before {starts}",
                f"give the allowance from {first} or earlier",
            )


def uplift_has_a_base(scenario: Scenario) -> Iterator[Finding]:
    """A year whose budget is raised has a budget to raise."""
    budget = scenario.money.budget.placement
    for year in budget.uplift_gbp:
        if year not in budget.base_gbp:
            yield Finding(
                ("money", "budget", "placement", "uplift_gbp", year),
                f"{year} has an uplift but no base",
                f"add {year} to `money.budget.placement.base_gbp`",
                at_key=True,
            )


def placement_budget_is_stated_once(scenario: Scenario) -> Iterator[Finding]:
    """The placement budget stands in its own place, not among the other blocks."""
    if Block.PLACEMENT in scenario.money.budget.other_blocks_gbp:
        yield Finding(
            ("money", "budget", "other_blocks_gbp", "placement"),
            "the placement budget stands among the other blocks",
            "state it under `money.budget.placement`",
            at_key=True,
        )


def fixed_costs_run_forward(scenario: Scenario) -> Iterator[Finding]:
    """A fixed cost stops after it starts."""
    for name, cost in scenario.money.fixed_costs.items():
        starts = next(iter(cost.annual_cost_gbp.from_))
        if cost.until is not None and cost.until <= starts:
            yield _stops_before_it_starts("fixed_costs", name, cost.until, starts, "cost")


def grants_run_forward(scenario: Scenario) -> Iterator[Finding]:
    """A grant stops after it starts."""
    for name, grant in scenario.money.grants.items():
        starts = next(iter(grant.weekly_income_gbp.from_))
        if grant.until is not None and grant.until <= starts:
            yield _stops_before_it_starts("grants", name, grant.until, starts, "grant")


def _stops_before_it_starts(
    where: str, name: str, until: dt.date, starts: dt.date, what: str
) -> Finding:
    return Finding(
        ("money", where, name, "until"),
        f"`{name}` stops on {until}, which is not after it starts ({starts})",
        f"give a later date, or take the {what} away",
    )


def one_off_sums_fall_in_the_forecast(scenario: Scenario) -> Iterator[Finding]:
    """A one-off sum outside the forecast would be counted nowhere."""
    for name, sum_of_money in scenario.money.one_off.items():
        if not scenario.start < sum_of_money.date <= scenario.end:
            year = financial_year_of(sum_of_money.date)
            yield Finding(
                ("money", "one_off", name, "date"),
                f"`{name}` falls on {sum_of_money.date} ({year}), outside the forecast",
                f"give a date after {scenario.start} and up to {scenario.end}, or take it away",
            )


def paid_by_the_place_has_places(scenario: Scenario) -> Iterator[Finding]:
    """A setting paid by the place says how many places are paid for."""
    for name, price in scenario.money.prices.items():
        rule = scenario.settings.get(name)
        if price.is_by_place and rule is not None and rule.places is None:
            yield Finding(
                ("money", "prices", name, "charged"),
                f"`{name}` is charged by the place, but has no `places`",
                f"add `settings.{name}.places`, or charge by the child",
            )


def a_place_costs_the_same_for_all(scenario: Scenario) -> Iterator[Finding]:
    """A fee paid for a place differs neither by age nor between children."""
    for name, price in scenario.money.prices.items():
        if price.charged != "place":
            continue
        differs = {
            "by_age": price.by_age is not None,
            "spread": price.spread.central > 0,
            "tail_share": price.tail_share.central > 0,
        }
        for key in (key for key, differs_here in differs.items() if differs_here):
            yield Finding(
                ("money", "prices", name, key),
                f"`{name}` is charged by the place, so `{key}` has no meaning",
                f"take `{key}` away, or charge by the child",
                at_key=True,
            )


def cases_name_a_service(scenario: Scenario) -> Iterator[Finding]:
    """A cost for each child helped belongs to a service, and holds from its first day."""
    first = scenario.start + dt.timedelta(days=1)
    services = scenario.edge_of_care.services if scenario.edge_of_care else {}
    for name, price in scenario.money.cases.items():
        service = services.get(name)
        if service is None:
            yield Finding(
                ("money", "cases", name),
                f"`{name}` is not one of this scenario's services",
                suggestion(name, services, "services"),
                at_key=True,
            )
            continue
        delivery = scenario.deliveries.get(service.delivery)
        needed = first if delivery is None else max(first, delivery.opens)
        if price.cost_per_child_gbp.on(needed) is None:
            starts = next(iter(price.cost_per_child_gbp.from_))
            yield Finding(
                ("money", "cases", name, "cost_per_child_gbp"),
                f"`{name}` has no cost for each child before {starts}, but can help from {needed}",
                f"give the cost from {needed} or earlier",
            )


def grants_have_children(scenario: Scenario) -> Iterator[Finding]:
    """A grant for unaccompanied children can be paid only if such children come."""
    for name, grant in scenario.money.grants.items():
        if grant.category is Category.UNACCOMPANIED and scenario.entries.unaccompanied is None:
            yield Finding(
                ("money", "grants", name, "category"),
                f"`{name}` is paid for unaccompanied children, but none come in this scenario",
                "add `entries.unaccompanied`, or take the grant away",
            )


MONEY_CHECKS: tuple[Callable[[Scenario], Iterator[Finding]], ...] = (
    settings_are_always_priced,
    after_care_is_always_priced,
    uplift_has_a_base,
    placement_budget_is_stated_once,
    fixed_costs_run_forward,
    grants_run_forward,
    one_off_sums_fall_in_the_forecast,
    paid_by_the_place_has_places,
    a_place_costs_the_same_for_all,
    cases_name_a_service,
    grants_have_children,
)
"""The checks of money, in the order they are run."""
