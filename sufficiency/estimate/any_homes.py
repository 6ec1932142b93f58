"""The homes of any authority, as a scenario layer: kinds of home, plans and the panel.

How many places an authority has, and how many others it could buy, is published nowhere. So no
kind of home is ever full here, and what the forecast shows is what is needed, not what is short.
Shares keep the opening's mix: how often a relative is found, and how often an own carer or an
own home rather than a bought one. Whoever knows the places adds them, and insufficiency then
becomes an outcome.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sufficiency.estimate.any_locations import PATTERN, locations_by_setting
from sufficiency.estimate.any_money import money
from sufficiency.estimate.any_outturn import Matched
from sufficiency.estimate.any_plans import moving_plans, plans
from sufficiency.estimate.layer import Entry, Figure, Section, by_names, layer_text, rounded_shares
from sufficiency.vocabulary import AgeBand, Location, Mark, Move

SETTINGS = tuple(PATTERN)
"""The kinds of home, in the order they are written."""
AGES = [band.value for band in AgeBand]

_CONNECTED, _OWN_CARER, _AGENCY = "connected_carer", "in_house_foster", "agency_foster"
_OWN_HOME, _BOUGHT_HOME = "in_house_residential", "external_residential"
_RELATIVES_BY_AGE = (0.28, 0.33, 0.33, 0.26, 0.14)
"""Relatives found at each age relative to the others, as judged for Middlesbrough."""
_AFTER_A_MOVE = 0.45
_MOST_RELATIVES = 0.95
_HALF_WIDTH = 0.4
"""Half of the interval of a share that both kinds of home have, over share times rest."""


@dataclass(frozen=True)
class FamilyFlows:
    """How fast children leave family homes: out of care, or from one home to another.

    The defaults are about England's: relatives keep a child longer, and more often take an
    order that ends care.

    Attributes:
        leaving_connected: Leaving relatives, and care or family plans with it, per child-year.
        leaving_others: The same for other foster homes.
        moving_connected: Moves from relatives to another family home, per child-year.
        moving_others: The same from other foster homes.
    """

    leaving_connected: float = 0.50
    leaving_others: float = 0.33
    moving_connected: float = 0.28
    moving_others: float = 0.55

    def relatives_at_entry(self, share: float, after_a_move: float) -> float:
        """Of entering children, the share with a relative that holds a share of the stock.

        Whoever comes to relatives, on entering or on moving, balances whoever leaves them.

        Args:
            share: Share of children in family homes who live with relatives.
            after_a_move: Chance of a relative on moving, over the chance on entering.

        Returns:
            The chance on entering; at most 0.95.
        """
        rest = 1 - share
        gone = (self.leaving_connected + self.moving_connected) * share
        entering = self.leaving_connected * share + self.leaving_others * rest
        moving = self.moving_connected * share + self.moving_others * rest
        return min(gone / (entering + after_a_move * moving), _MOST_RELATIVES)


@dataclass(frozen=True)
class AnyHomes:
    """What the homes of one authority are worked out from.

    Attributes:
        authority: Its name.
        as_at: The opening date, a 31 March.
        end: The last day, a 31 March.
        seed: Names the random numbers.
        counts: Opening children by setting; settings not named hold none.
        locations: Opening children by location, as published; None where they were not.
        entry_ages: Entering children by age, as shares.
        plans_at_entry: By plan: the share of entering children of each age who have it.
        plan_after: By move and age: shares of plans after it.
        tables: The published tables, as a source is written.
        matched: What the authority's outturn says of the prices, or None.
        flows: How fast children leave family homes.
        keeps_plan: Share of moves after which the plan stays, by move.
        plans_reason: Why the plans are what they are.
        relatives: Share of entering children of each age with a relative able to care; worked
            out from ``flows`` where None.
    """

    authority: str
    as_at: dt.date
    end: dt.date
    seed: int
    counts: Mapping[str, float]
    locations: Mapping[str, float] | None
    entry_ages: Sequence[float]
    plans_at_entry: Mapping[str, Sequence[float]]
    plan_after: Mapping[Move, Mapping[str, Mapping[str, float]]]
    tables: str
    matched: Matched | None = None
    flows: FamilyFlows = field(default_factory=FamilyFlows)
    keeps_plan: Mapping[Move, float] = field(
        default_factory=lambda: {Move.BREAKDOWN: 0.75, Move.PLANNED: 0.30}
    )
    plans_reason: str = "worked out so that the opening mix of homes about holds"
    relatives: Sequence[float] | None = None

    @property
    def children(self) -> dict[str, float]:
        """Opening children in every setting."""
        return {name: float(self.counts.get(name, 0.0)) for name in SETTINGS}


def homes_layer(homes: AnyHomes) -> str:
    """The layer of homes, plans, panel and money, based on ``estimated.yaml``.

    Args:
        homes: What it is worked out from.

    Returns:
        YAML, the same for the same input.
    """
    body: dict[str, Entry] = {
        "based_on": "estimated.yaml",
        "title": f"{homes.authority} from {_long(homes.as_at)}, no new action",
        "description": (
            "What happens to the care population, the homes needed and their cost if nothing new "
            "is done and a home of the kind looked for can always be found. Estimated from "
            "published tables. Places, fees and budgets are not in them, so nothing is ever full "
            "here and no overspend is told."
        ),
        "authority": homes.authority,
        "start": homes.as_at,
        "end": homes.end,
        "seed": homes.seed,
        "replications": 200,
        "settings": _settings(homes),
        "plans": plans(homes.plans_at_entry, homes.tables, homes.plans_reason),
        "moving": moving_plans(
            homes.plan_after, homes.keeps_plan, homes.tables, homes.plans_reason
        ),
        "panel": _panel(),
        "money": money(homes.matched),
    }
    return layer_text(_head(homes), Section(body))


def _head(homes: AnyHomes) -> list[str]:
    return [
        f"{homes.authority} from {_long(homes.as_at)}, with no new action. Made by",
        "`sufficiency estimate`; yours to change. The figures about children (how many, how they",
        "come, move and leave) stand in estimated.yaml; this file holds the homes and prices.",
        "",
        "PLACES ARE NOT PUBLISHED, SO NOTHING IS EVER FULL HERE: every child finds a home of the",
        "kind looked for. The forecast says how many homes of each kind are needed, not how many",
        "are short. Add `places` (an example stands above `settings`) and insufficiency becomes an",
        "outcome: children wait, go further down the list, live further away and cost more.",
        "",
        "Every figure has its mark (V read, Vx second hand, D worked out, M remembered,",
        "J judgement). Most of those here are J: England's, or judged, and not this authority's.",
    ]


def _settings(homes: AnyHomes) -> Section:
    children = homes.children
    places = locations_by_setting(children, homes.locations)
    rules: dict[str, Entry] = {}
    for name in SETTINGS:
        rule: dict[str, Entry] = {}
        if name == _CONNECTED:
            rule |= _relatives(homes)
        elif name == _OWN_CARER:
            rule["match"] = _own_share(children, _OWN_CARER, _AGENCY, homes.tables)
        elif name == _OWN_HOME:
            rule["match"] = _own_share(children, _OWN_HOME, _BOUGHT_HOME, homes.tables)
        rule["location"] = _location(name, places[name].tolist(), homes)
        rules[name] = Section(rule)
    comment = (
        "The kinds of home. None has `places`, so none is ever full. Without `places`, `match` is "
        "the chance that a home is found at all; a child who then goes further down the list is "
        "counted as not having its first choice. With `places`, `match` comes to mean the chance "
        "that ONE vacant place suits one child, and must be far lower. Put what you know in a file "
        "of its own beside this one and run that, such as:"
    )
    return Section(rules, comment, _example(children))


def _example(children: Mapping[str, float]) -> tuple[str, ...]:
    """A layer that adds places, with room for the opening children."""
    carers, own = (math.ceil(children[name] * 1.15) + 2 for name in (_OWN_CARER, _OWN_HOME))
    return (
        "  based_on: baseline.yaml",
        "  settings:",
        "    in_house_foster:",
        f'      places: {{value: {carers}, mark: J, reason: "an example: put in your own number"}}',
        '      match: {value: 0.02, mark: J, reason: "an example: lower, more places stay empty"}',
        "    in_house_residential:",
        f'      places: {{value: {own}, mark: J, reason: "an example: put in your own number"}}',
        '      match: {value: 0.1, mark: J, reason: "an example"}',
    )


def _relatives(homes: AnyHomes) -> dict[str, Entry]:
    """Who has a relative or friend able to care."""
    children = homes.children
    family = sum(children[name] for name in (_CONNECTED, _OWN_CARER, _AGENCY))
    share = children[_CONNECTED] / family if family > 0 else 0.0
    level = homes.flows.relatives_at_entry(share, _AFTER_A_MOVE)
    shares = homes.relatives or _relatives_by_age(homes, level)
    looking = _looking_for_a_family(homes)
    average = sum(a * b for a, b in zip(looking, shares, strict=True)) / (sum(looking) or 1.0)
    return {
        "suitable": by_names(
            AGES, [round(each, 4) for each in shares], Mark.J, homes.tables,
            f"Share of entering children with a relative or friend able to care: {average:.0%} of "
            f"those who look for a family, at which relatives keep their {share:.0%} of the "
            "children in foster placements. Children stay with relatives longer than with other "
            "carers, and more often leave them by an order.",
            "the opening's share, with ages as judged for Middlesbrough",
        ),
        "suitable_level": Figure(
            Mark.J, "", "How the use of relatives will go on is not known; councils differ widely.",
            p10=0.8, p90=1.25, distribution="lognormal",
        ),
        "suitable_after_a_move": Figure(
            Mark.J, "",
            "Relatives are mostly found when a child enters care; some children move from one "
            "relative to another.",
            value=_AFTER_A_MOVE,
        ),
    }  # fmt: skip


def _relatives_by_age(homes: AnyHomes, level: float) -> list[float]:
    """Shares by age that are ``level`` on average over the children who look for a family."""
    looking = _looking_for_a_family(homes)
    usual = sum(a * b for a, b in zip(looking, _RELATIVES_BY_AGE, strict=True))
    scale = level * sum(looking) / usual if usual > 0 else 0.0
    return [min(scale * each, _MOST_RELATIVES) for each in _RELATIVES_BY_AGE]


def _looking_for_a_family(homes: AnyHomes) -> list[float]:
    """Entering children of each age whose plan is a family."""
    family_plan = homes.plans_at_entry["family"]
    return [age * plan for age, plan in zip(homes.entry_ages, family_plan, strict=True)]


def _own_share(children: Mapping[str, float], own: str, bought: str, tables: str) -> Figure:
    """How often a home of the authority's own is found, before a bought one is looked for."""
    both = children[own] + children[bought]
    share = children[own] / both if both > 0 else 0.0
    of = "foster placements not with relatives" if own == _OWN_CARER else "children in homes"
    reason = (
        f"Chance that a home of the authority's own is found: its part of the {of} at the opening "
        "(estimated.yaml). No number of places stands behind it, so it does not fall when more "
        "children come."
    )
    half = _HALF_WIDTH * share * (1 - share)
    if half < 0.005:
        return Figure(Mark.J, tables, reason, value=round(share, 4))
    return Figure(
        Mark.J, tables, reason,
        p10=round(share - half, 4), p90=round(share + half, 4), distribution="beta",
    )  # fmt: skip


def _location(name: str, shares: list[float], homes: AnyHomes) -> Section:
    _, source, why = PATTERN[name]
    tilted = homes.locations is not None and sum(homes.locations.values()) > 0
    met = "; tilted so that all kinds together meet the published locations" if tilted else ""
    return by_names(
        [place.value for place in Location], rounded_shares(shares), Mark.J,
        "; ".join(each for each in (source, homes.tables if tilted else "") if each),
        why=f"{why}{met}",
    )  # fmt: skip


def _panel() -> Section:
    return Section(
        {
            "ranking": ("external_residential", "other", "agency_foster", "in_house_residential"),
            "plan_to_move": Figure(
                Mark.J, "",
                "Share of children outside their first choice whose plan is to move; settled "
                "children stay. Not published.",
                p10=0.10, p90=0.40, distribution="beta",
            ),
            "acceptance": Figure(
                Mark.J, "", why="Share of matching offers taken up. Not published.", value=0.6
            ),
            "notice": Figure(Mark.J, "", why="Four weeks is a usual notice period.", value=28),
        },
        "The panel offers freed places to children who wait. While no kind of home has `places` "
        "nobody waits, and these change nothing.",
    )  # fmt: skip


def _long(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"
