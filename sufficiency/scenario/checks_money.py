"""Checks of the money: is everything priced on every day, and do sums fall in the forecast?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from sufficiency.periods import financial_year_of
from sufficiency.scenario.findings import Finding
from sufficiency.scenario.schema import Scenario
from sufficiency.vocabulary import Block


def settings_are_always_priced(scenario: Scenario) -> Iterator[Finding]:
    """Every setting has a price on every day it can be used."""
    first = scenario.start + dt.timedelta(days=1)
    for name, rule in scenario.settings.items():
        needed = first if rule.opens is None else max(first, rule.opens)
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
            yield Finding(
                ("money", "fixed_costs", name, "until"),
                f"`{name}` stops on {cost.until}, which is not after it starts ({starts})",
                "give a later date, or take the cost away",
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


MONEY_CHECKS: tuple[Callable[[Scenario], Iterator[Finding]], ...] = (
    settings_are_always_priced,
    after_care_is_always_priced,
    uplift_has_a_base,
    placement_budget_is_stated_once,
    fixed_costs_run_forward,
    one_off_sums_fall_in_the_forecast,
)
"""The checks of money, in the order they are run."""
