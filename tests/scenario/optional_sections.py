"""Every optional section of a scenario, small enough to be laid over Exampleshire."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable
from typing import Any

Tree = dict[str, Any]
Change = Callable[[Tree], None]
"""Something done to the tree of a scenario."""

AGES = ("under_1", "1_to_4", "5_to_9", "10_to_15", "16_to_17")
LATER, STILL_LATER = dt.date(2026, 1, 1), dt.date(2026, 9, 1)


def ages(*values: float) -> Tree:
    return dict(zip(AGES, values, strict=True))


def at(path: str, value: Any) -> Change:
    """A change that writes a value at a path."""

    def change(tree: Tree) -> None:
        *above, last = path.split("/")
        for key in above:
            tree = tree.setdefault(key, {})
        tree[last] = copy.deepcopy(value)  # so that a change after this one leaves it alone

    return change


def both(*changes: Change) -> Change:
    """Several changes, one after another."""

    def change(tree: Tree) -> None:
        for each in changes:
            each(tree)

    return change


def without(path: str) -> Change:
    """A change that takes the key at a path away."""

    def change(tree: Tree) -> None:
        *above, last = path.split("/")
        for key in above:
            tree = tree[key]
        del tree[last]

    return change


HUB: Tree = {
    "delivery": "no_wrong_door",
    "places": 6,
    "stay": 90,
    "match": 0.5,
    "usual_ages": ages(0, 0, 0, 1, 1),
    "location": {"inside": 1},
    "draws_from": ["external_residential"],
    "leaving_ratios": {"home_planned": 1.2},
}
SERVICE: Tree = {
    "label": "Outreach",
    "delivery": "no_wrong_door",
    "ages": ["10_to_15"],
    "reach": 0.4,
    "caseload": 20,
    "support": 120,
    "rate_ratio": 0.9,
}
EDGE: Tree = {
    "at_risk": 400,
    "at_risk_by_age": ages(0.1, 0.3, 0.3, 0.2, 0.1),
    "at_risk_for": 300,
    "direct": ages(0.9, 0.5, 0.5, 0.5, 0.9),
    "services": {"outreach": SERVICE},
}
CARERS: Tree = {
    "setting": "in_house_foster",
    "households": 55,
    "places": {"1": 0.4, "2": 0.4, "3": 0.2},
    "unavailable": 0.2,
    "leaving": 0.12,
    "enquiries": 100,
    "apply": 0.12,
    "assessors": 2,
    "assessments_each": 4,
    "assessment": 150,
    "patience": 120,
    "approved": 0.5,
}
RETURNING: Tree = {
    "share_of_entries": 0.1,
    "within_one_year": {"home_planned": 0.2, "special_guardianship": 0.02},
    "within_six_years": {"home_planned": 0.35},
    "left_before_per_year": {"home_planned": 20},
}
UNACCOMPANIED: Tree = {
    "per_year": 5,
    "by_age": ages(0, 0, 0, 0.2, 0.8),
    "plan": "supported",
    "leaving_ratio": {"home_planned": 0.1},
}
APPROVAL: Tree = {"panel_per_year": 60, "refused": 0.1}

with_hub = both(
    at("deliveries/no_wrong_door", {"opens": dt.date(2025, 9, 1), "ramp": 180}),
    at("settings/hub", HUB),
    at("plans/residential/search_order", ["hub", "in_house_residential", "external_residential"]),
    at(
        "money/prices/hub",
        {"block": "own_provision", "heading": "Hub", "weekly_fee_gbp": 0, "priced_at": LATER},
    ),
)
with_edge = both(with_hub, at("edge_of_care", EDGE))
with_carers = both(without("settings/in_house_foster/places"), at("carers", CARERS))
EVERYTHING = both(
    with_edge,
    with_carers,
    at("returning", RETURNING),
    at("courts", {"routes": ["special_guardianship"], "orders_per_year": 30}),
    at("entries/siblings", {"follows": 0.3, "kept_together": 0.8}),
    at("entries/unaccompanied", UNACCOMPANIED),
    at("settings/connected_carer/approval", APPROVAL),
)
