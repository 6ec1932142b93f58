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

from sufficiency.estimate.any_found import (
    AGENCIES,
    BOUGHT_HOMES,
    OWN_CARERS,
    OWN_HOMES,
    RELATIVES,
    FamilyFlows,
    own_share,
    relatives,
)
from sufficiency.estimate.any_locations import PATTERN, locations_by_setting
from sufficiency.estimate.any_money import money
from sufficiency.estimate.any_outturn import Matched
from sufficiency.estimate.any_plans import moving_plans, plans
from sufficiency.estimate.layer import Entry, Figure, Section, by_names, layer_text, rounded_shares
from sufficiency.periods import long_date
from sufficiency.vocabulary import Location, Mark, Move

SETTINGS = tuple(PATTERN)
"""The kinds of home, in the order they are written."""


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
        found: By setting: the share of children of each age for whom a relative, an own carer
            or an own home is found; about right where not given, from ``flows`` and counts.
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
    found: Mapping[str, Sequence[float]] = field(default_factory=dict)

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
        "title": f"{homes.authority} from {long_date(homes.as_at)}, no new action",
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
        "panel": panel(),
        "money": money(homes.matched, homes.as_at),
    }
    return layer_text(_head(homes), Section(body))


def _head(homes: AnyHomes) -> list[str]:
    return [
        f"{homes.authority} from {long_date(homes.as_at)}, with no new action. Made by",
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
        if name == RELATIVES:
            rule = relatives(
                children, _looking_for_a_family(homes), homes.flows, homes.found, homes.tables
            )
        elif name == OWN_CARERS:
            of = "foster placements not with relatives"
            rule = own_share(children, OWN_CARERS, AGENCIES, of, homes.found, homes.tables)
        elif name == OWN_HOMES:
            of = "children in homes"
            rule = own_share(children, OWN_HOMES, BOUGHT_HOMES, of, homes.found, homes.tables)
        rule["location"] = _location(name, places[name].tolist(), homes)
        rules[name] = Section(rule)
    comment = (
        "The kinds of home. None has `places`, so none is ever full: for own carers and own homes "
        "`suitable` says how often one is found instead. Where you know the places, take "
        "`suitable` away there and give `places` with a `match`, the chance that ONE vacant place "
        "suits one child. Put what you know in a file of its own beside this one and run that, "
        "such as:"
    )
    return Section(rules, comment, _example(children))


def _looking_for_a_family(homes: AnyHomes) -> list[float]:
    """Entering children of each age whose plan is a family."""
    family_plan = homes.plans_at_entry["family"]
    return [age * plan for age, plan in zip(homes.entry_ages, family_plan, strict=True)]


def _example(children: Mapping[str, float]) -> tuple[str, ...]:
    """A layer that adds places, with room for the opening children."""
    carers, own = (math.ceil(children[name] * 1.15) + 2 for name in (OWN_CARERS, OWN_HOMES))
    return (
        "  based_on: baseline.yaml",
        "  settings:",
        *_places_of(OWN_CARERS, carers, 0.02),
        *_places_of(OWN_HOMES, own, 0.1),
    )


def _places_of(setting: str, places: int, match: float) -> tuple[str, ...]:
    """One kind of home of the example."""
    return (
        f"    {setting}:",
        "      suitable: null",
        f'      places: {{value: {places}, mark: J, reason: "an example: put in your own number"}}',
        f'      match: {{value: {match:g}, mark: J, reason: "an example: set by places empty"}}',
    )


def _location(name: str, shares: list[float], homes: AnyHomes) -> Section:
    _, source, why = PATTERN[name]
    tilted = homes.locations is not None and sum(homes.locations.values()) > 0
    met = "; tilted so that all kinds together meet the published locations" if tilted else ""
    return by_names(
        [place.value for place in Location], rounded_shares(shares), Mark.J,
        "; ".join(each for each in (source, homes.tables if tilted else "") if each),
        why=f"{why}{met}",
    )  # fmt: skip


def panel(unknown: str = "Not published.") -> Section:
    """The placement panel, as it is judged for any authority.

    Args:
        unknown: Why its figures are not known.
    """
    return Section(
        {
            "ranking": ("external_residential", "other", "agency_foster", "in_house_residential"),
            "plan_to_move": Figure(
                Mark.J, "",
                "Share of children outside their first choice whose plan is to move; settled "
                f"children stay. {unknown}",
                p10=0.10, p90=0.40, distribution="beta",
            ),
            "acceptance": Figure(
                Mark.J, "", why=f"Share of matching offers taken up. {unknown}", value=0.6
            ),
            "notice": Figure(Mark.J, "", why="Four weeks is a usual notice period.", value=28),
        },
        "The panel offers freed places to children who wait. While no kind of home has `places` "
        "nobody waits, and these change nothing.",
    )  # fmt: skip
