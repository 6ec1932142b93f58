"""Checks of the homes: is there always somewhere to go, and do the first children fit in?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from sufficiency.errors import suggestion
from sufficiency.scenario.findings import Finding
from sufficiency.scenario.opens import first_used, opens_on
from sufficiency.scenario.schema import Scenario

_A_CHILD = 1e-6


def search_ends_where_there_is_room(scenario: Scenario) -> Iterator[Finding]:
    """The last setting of a search can take any child on any day."""
    for plan, rule in scenario.plans.items():
        last = rule.search_order[-1]
        setting = scenario.settings.get(last)
        if setting is None:
            continue
        by_household = scenario.carers is not None and scenario.carers.setting == last
        limits = {
            "has limited places": setting.places is not None or by_household,
            "is not suitable for every child": setting.suitable is not None,
            "is not a match for every child": setting.match.value != 1.0,
            "is not open from the start": _opens_late(scenario, last),
            "closes": setting.closes is not None,
            "is for short stays, from which a child must move on": setting.stay is not None,
            "must be approved, or the child must move on": setting.approval is not None,
        }
        for limit, holds in limits.items():
            if holds:
                position = str(len(rule.search_order) - 1)
                yield Finding(
                    ("plans", plan.value, "search_order", position),
                    f"the search of plan `{plan.value}` ends with `{last}`, which {limit}",
                    "end it with a setting that always has room for anyone, such as one bought "
                    "a place at a time",
                )


def searched_before_has_a_place(scenario: Scenario) -> Iterator[Finding]:
    """A setting put before another finds it in the plan's search, and is not there already."""
    for name, setting in scenario.settings.items():
        for plan, before in setting.searched_before.items():
            where = ("settings", name, "searched_before", plan.value)
            rule = scenario.plans.get(plan)
            if rule is None:
                known = [each.value for each in scenario.plans]
                sentence = f"`{plan.value}` is not one of this scenario's plans"
                yield Finding(where, sentence, suggestion(plan.value, known, "plans"), at_key=True)
            elif name in rule.search_order:
                yield Finding(
                    where,
                    f"`{name}` stands in the `search_order` of plan `{plan.value}` already",
                    "take it away from one of the two",
                )
            elif before not in rule.search_order:
                sentence = f"`{before}` is not in the `search_order` of plan `{plan.value}`"
                remedy = suggestion(before, rule.search_order, "settings")
                yield Finding(where, sentence, remedy)


def lists_name_each_setting_once(scenario: Scenario) -> Iterator[Finding]:
    """No setting stands twice in one list."""
    lists: dict[tuple[str, ...], tuple[str, ...]] = {
        ("plans", plan.value, "search_order"): rule.search_order
        for plan, rule in scenario.plans.items()
    }
    for setting, each in scenario.settings.items():
        lists[("settings", setting, "draws_from")] = each.draws_from
    lists[("panel", "ranking")] = scenario.panel.ranking
    lists[("money", "shares_uplift")] = scenario.money.shares_uplift
    for path, names in lists.items():
        for number, name in enumerate(names):
            if name in names[:number]:
                yield Finding(
                    (*path, str(number)),
                    f"`{name}` stands twice in `{'.'.join(path)}`",
                    "keep the first",
                )


def settings_open_in_the_forecast(scenario: Scenario) -> Iterator[Finding]:
    """A setting can be used on some day of the forecast."""
    for name, rule in scenario.settings.items():
        if rule.opens is not None and rule.opens > scenario.end:
            yield Finding(
                ("settings", name, "opens"),
                f"`{name}` opens on {rule.opens}, after the forecast ends ({scenario.end})",
                "give an earlier date, or a later `end`",
            )


def settings_open_before_they_close(scenario: Scenario) -> Iterator[Finding]:
    """A setting that closes has been open."""
    for name, rule in scenario.settings.items():
        if rule.closes is None:
            continue
        opened = opens_on(scenario, name) or scenario.start
        if rule.closes <= opened:
            yield Finding(
                ("settings", name, "closes"),
                f"`{name}` closes on {rule.closes}, which is not after it opens ({opened})",
                "give a later date, or take the setting away",
            )


def suitable_holds_from_the_start(scenario: Scenario) -> Iterator[Finding]:
    """Who a setting suits is known on the first day it can be used."""
    for name, rule in scenario.settings.items():
        needed = first_used(scenario, name)
        for band, share in (rule.suitable or {}).items():
            if share.on(needed) is None:
                where = ("settings", name, "suitable", band.value)
                yield Finding(
                    where,
                    f"`{'.'.join(where)}` says nothing before {next(iter(share.from_))}",
                    f"give it from {needed} or earlier",
                )


def counts_fit_the_total(scenario: Scenario) -> Iterator[Finding]:
    """The counts by setting are not more than the children there are."""
    opening = scenario.opening
    total, counted = opening.children_in_care.central, sum(_counted(scenario).values())
    if counted > total + _A_CHILD:
        yield Finding(
            ("opening", "by_setting"),
            f"the counts in `opening.by_setting` come to {counted:g} children, more than the "
            f"{total:g} in care",
            "lower them, or say in `counted_twice` who stands in two of them",
        )
    for name in ("by_age", "by_location"):
        table = getattr(opening, name)
        if total > 0 and not sum(children.central for children in table.values()) > 0:
            yield Finding(
                ("opening", name),
                f"`opening.{name}` holds no children at all",
                "give at least one count above 0",
            )


def counted_twice_is_counted(scenario: Scenario) -> Iterator[Finding]:
    """Children counted twice stand in both counts named."""
    twice = scenario.opening.counted_twice
    if twice is None:
        return
    counts = scenario.opening.by_setting
    for key, name in (("kept_in", twice.kept_in), ("taken_from", twice.taken_from)):
        if name not in scenario.settings:
            continue
        if name not in counts:
            sentence = f"`{name}` has no count in `opening.by_setting`"
            remedy = "name a setting that has one"
            yield Finding(("opening", "counted_twice", key), sentence, remedy)
        elif counts[name].central < twice.children.central:
            yield Finding(
                ("opening", "counted_twice", "children"),
                f"{twice.children.central:g} children are counted twice, but only "
                f"{counts[name].central:g} are counted in `{name}`",
                "lower the number counted twice",
            )


def first_children_have_a_place(scenario: Scenario) -> Iterator[Finding]:
    """No setting holds more children on the first day than it has places."""
    first = scenario.start + dt.timedelta(days=1)
    for name, children in occupied(scenario).items():
        rule = scenario.settings.get(name)
        if rule is None or children <= _A_CHILD:
            continue
        if _opens_late(scenario, name):
            opens = opens_on(scenario, name)
            yield Finding(
                ("settings", name, "delivery" if rule.opens is None else "opens"),
                f"`{name}` opens on {opens}, but {children:g} children live there at the start",
                "open it earlier, or place those children elsewhere under `opening`",
            )
        if rule.places is None:
            continue
        in_force = rule.places.on(first)
        places = 0.0 if in_force is None else in_force.central
        if children > places + _A_CHILD:
            yield Finding(
                ("settings", name, "places"),
                f"`{name}` has {places:g} places at the start, fewer than the {children:g} "
                "children who live there",
                "raise the places, or lower the children there under `opening`",
            )


def _opens_late(scenario: Scenario, name: str) -> bool:
    return first_used(scenario, name) > scenario.start + dt.timedelta(days=1)


def _counted(scenario: Scenario) -> dict[str, float]:
    """Children counted in each setting, each child once."""
    opening = scenario.opening
    counted = {name: children.central for name, children in opening.by_setting.items()}
    twice = opening.counted_twice
    if twice is not None and twice.taken_from in counted:
        counted[twice.taken_from] -= twice.children.central
    return counted


def occupied(scenario: Scenario) -> dict[str, float]:
    """Children in each setting on the first day, the rest shared out.

    Args:
        scenario: The scenario.

    Returns:
        Children by name of the setting; a part of a child where shares make one.
    """
    occupied = _counted(scenario)
    rest = max(scenario.opening.children_in_care.central - sum(occupied.values()), 0.0)
    for name, share in scenario.opening.rest_by_setting.items():
        occupied[name] = occupied.get(name, 0.0) + rest * share.central
    return occupied


HOME_CHECKS: tuple[Callable[[Scenario], Iterator[Finding]], ...] = (
    search_ends_where_there_is_room,
    searched_before_has_a_place,
    lists_name_each_setting_once,
    settings_open_in_the_forecast,
    settings_open_before_they_close,
    suitable_holds_from_the_start,
    counts_fit_the_total,
    counted_twice_is_counted,
    first_children_have_a_place,
)
"""The checks of homes, in the order they are run."""
