"""Does a scenario make sense as a whole? Every check is run and everything found is told.

The schema looks at one figure at a time. These checks look across: a plan that searches in
a home nobody has defined, a home without a price, more children than places on the first
day, shares that do not make a whole. Each check is one small function in ``CHECKS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from sufficiency.errors import shown, suggestion
from sufficiency.scenario.checks_actions import ACTION_CHECKS
from sufficiency.scenario.checks_edge import EDGE_CHECKS
from sufficiency.scenario.checks_homes import HOME_CHECKS
from sufficiency.scenario.checks_interventions import INTERVENTION_CHECKS
from sufficiency.scenario.checks_money import MONEY_CHECKS
from sufficiency.scenario.checks_system import SYSTEM_CHECKS
from sufficiency.scenario.figures import named_figures
from sufficiency.scenario.findings import Finding
from sufficiency.scenario.schema import Hazard, Scenario
from sufficiency.vocabulary import AgeBand, Move

_LONGEST_YEARS = 30
_TOLERANCE = 0.005

Check = Callable[[Scenario], Iterator[Finding]]


def check_scenario(scenario: Scenario, root: Path) -> list[Finding]:
    """Runs every check.

    Args:
        scenario: A scenario the schema accepts.
        root: The project's folder, in which a file of actuals must lie.

    Returns:
        Everything found, in the order of the checks.
    """
    first, *others = CHECKS
    found = list(first(scenario))
    if found:  # the other checks ask such a figure for its middle, which it has not
        return found
    found = [finding for check in others for finding in check(scenario)]
    return found + list(actuals_are_there(scenario, root))


def names_a_known_setting(scenario: Scenario) -> Iterator[Finding]:
    """Every setting named anywhere is one that ``settings`` defines."""
    for path, name, at_key in _names_of_settings(scenario):
        if name not in scenario.settings:
            yield Finding(
                path,
                f"`{name}` is not one of this scenario's settings",
                suggestion(name, scenario.settings, "settings"),
                at_key,
            )


def _names_of_settings(scenario: Scenario) -> Iterator[tuple[tuple[str, ...], str, bool]]:
    """Each place that names a setting: its path, the name, and whether it is a key."""
    opening, money = scenario.opening, scenario.money
    lists: dict[tuple[str, ...], tuple[str, ...]] = {
        ("panel", "ranking"): scenario.panel.ranking,
    }
    lists[("money", "shares_uplift")] = money.shares_uplift
    for plan, rule in scenario.plans.items():
        lists[("plans", plan.value, "search_order")] = rule.search_order
    for setting, each in scenario.settings.items():
        lists[("settings", setting, "draws_from")] = each.draws_from
    for path, names in lists.items():
        for number, name in enumerate(names):
            yield (*path, str(number)), name, False
    tables: dict[tuple[str, ...], Iterable[str]] = {
        ("opening", "by_setting"): opening.by_setting,
        ("opening", "rest_by_setting"): opening.rest_by_setting,
        ("reference", "by_setting"): scenario.reference.by_setting,
        ("money", "prices"): money.prices,
    }
    for where, hazard in _hazards(scenario):
        tables[(*where, "by_setting")] = hazard.by_setting
    for path, table in tables.items():
        for name in table:
            yield (*path, name), name, True
    if opening.counted_twice is not None:
        for key in ("kept_in", "taken_from"):
            name = getattr(opening.counted_twice, key)
            yield ("opening", "counted_twice", key), name, False
    if scenario.carers is not None:
        yield ("carers", "setting"), scenario.carers.setting, False


def _hazards(scenario: Scenario) -> Iterator[tuple[tuple[str, ...], Hazard]]:
    for route, hazard in scenario.leaving.items():
        yield ("leaving", route.value), hazard
    for move, moving in scenario.moving.items():
        yield ("moving", move.value), moving


def plans_share_every_age(scenario: Scenario) -> Iterator[Finding]:
    """At every age the shares of entering children over the plans make a whole."""
    for band in AgeBand:
        total = sum(rule.at_entry[band].central for rule in scenario.plans.values())
        if abs(total - 1) > _TOLERANCE:
            yield Finding(
                ("plans",),
                f"the plans' shares `at_entry` for age `{band.value}` add up to {total:.3f}",
                "change them so that they add up to 1 over all plans",
            )


def plan_after_a_move_is_known(scenario: Scenario) -> Iterator[Finding]:
    """A plan that follows a move is one that ``plans`` defines."""
    known = [plan.value for plan in scenario.plans]
    for move, hazard in scenario.moving.items():
        for band, shares in hazard.plan_after.items():
            for plan in shares:
                if plan not in scenario.plans:
                    yield Finding(
                        ("moving", move.value, "plan_after", band.value, plan.value),
                        f"`{plan.value}` is not one of this scenario's plans",
                        suggestion(plan.value, known, "plans"),
                        at_key=True,
                    )


def both_moves_are_given(scenario: Scenario) -> Iterator[Finding]:
    """Breakdowns and planned moves are both stated. A way out left out cannot happen."""
    for move in Move:
        if move not in scenario.moving:
            yield Finding(
                ("moving",),
                f"`moving.{move.value}` is missing",
                f"add `{move.value}`; give it a rate of 0 if it cannot happen",
            )


def effects_are_not_all_zero(scenario: Scenario) -> Iterator[Finding]:
    """A rate above zero falls on somebody."""
    for path, hazard in _hazards(scenario):
        for name in ("by_age", "by_time_in_care"):
            effects = getattr(hazard, name)
            if hazard.rate.central > 0 and not any(each.central for each in effects.values()):
                yield Finding(
                    (*path, name),
                    f"`{'.'.join((*path, name))}` is 0 throughout, yet the rate is above 0",
                    "give at least one of them a ratio above 0, or make the rate 0",
                )
    for setting, rule in scenario.settings.items():
        if not any(each.central for each in rule.usual_ages.values()):
            where = ("settings", setting, "usual_ages")
            yield Finding(
                where, f"`{'.'.join(where)}` is 0 at every age", "give one a ratio above 0"
            )


def calendar_is_sensible(scenario: Scenario) -> Iterator[Finding]:
    """The forecast ends with a financial year and is not too long."""
    if (scenario.end.month, scenario.end.day) != (3, 31):
        yield Finding(
            ("end",),
            f"`end` is {scenario.end}, which is not the end of a financial year",
            f"write the 31st of March of a year, such as {scenario.end.year}-03-31",
        )
    if scenario.end.year - scenario.start.year > _LONGEST_YEARS:
        yield Finding(
            ("end",),
            f"the forecast is longer than {_LONGEST_YEARS} years",
            "bring `end` nearer to `start`",
        )


def intervals_have_a_curve(scenario: Scenario) -> Iterator[Finding]:
    """Every interval's ends can be the ends of the distribution it names."""
    for name, figure in named_figures(scenario):
        if not figure.is_uncertain:
            continue
        try:
            figure.quantile(0.5)
        except (ValueError, OverflowError):
            yield Finding(
                tuple(name.split(".")),
                f"`{name}`: no {figure.distribution} distribution has these ends",
                "bring p10 and p90 nearer to each other, or name another distribution",
            )


def actuals_are_there(scenario: Scenario, root: Path) -> Iterator[Finding]:
    """The file of what happened exists and lies in the project."""
    if scenario.actuals is None:
        return
    named, where = scenario.actuals.file, ("actuals", "file")
    remedy = "write its path from the project's folder, such as inputs/actuals.csv"
    try:
        full = (root / named).resolve()
        inside, there = full.is_relative_to(root), full.is_file()
    except (OSError, ValueError, RuntimeError):
        inside, there = True, False
    if not inside:
        sentence = f"`actuals.file`: {shown(named)} leads out of the project's folder"
        yield Finding(where, sentence, remedy)
    elif not there:
        yield Finding(where, f"`actuals.file`: there is no file {shown(named)}", remedy)


CHECKS: tuple[Check, ...] = (
    intervals_have_a_curve,
    names_a_known_setting,
    plans_share_every_age,
    plan_after_a_move_is_known,
    both_moves_are_given,
    effects_are_not_all_zero,
    calendar_is_sensible,
    *HOME_CHECKS,
    *EDGE_CHECKS,
    *SYSTEM_CHECKS,
    *ACTION_CHECKS,
    *MONEY_CHECKS,
    *INTERVENTION_CHECKS,
)
"""Every check of a scenario by itself, in the order they are run."""
