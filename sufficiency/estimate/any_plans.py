"""Care plans of any authority: where each looks for a home, and who has which plan.

The kinds of home children live in are published; their plans are not. The plans on entering care
and after a move are given here by whoever worked them out, so that the opening's mix of homes
about holds; where each plan looks is the usual order, families first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sufficiency.estimate.layer import (
    Entry,
    Figure,
    Section,
    by_names,
    doubtful_share,
    rounded_shares,
)
from sufficiency.vocabulary import AgeBand, Mark, Move

AGES = [band.value for band in AgeBand]
SEARCH: dict[str, tuple[str, ...]] = {
    "family": (
        "connected_carer", "in_house_foster", "agency_foster", "in_house_residential",
        "external_residential",
    ),
    "residential": ("in_house_residential", "external_residential"),
    "supported": ("supported_accommodation",),
    "parents": ("placed_with_parents",),
    "adoption": ("placed_for_adoption",),
    "secure": ("secure",),
    "school": ("residential_school",),
    "other": ("other",),
}  # fmt: skip
"""By plan: kinds of home tried in turn. Agencies always have room, so that homes are only reached
by family plans once a user limits agencies."""
USUAL_AT_ENTRY: dict[str, tuple[float, ...]] = {
    "family": (0.93, 0.93, 0.90, 0.70, 0.28),
    "residential": (0.0, 0.0, 0.02, 0.13, 0.13),
    "supported": (0.0, 0.0, 0.0, 0.0, 0.40),
    "parents": (0.06, 0.06, 0.06, 0.06, 0.02),
    "adoption": (0.0, 0.0, 0.0, 0.0, 0.0),
    "secure": (0.0, 0.0, 0.0, 0.0, 0.0),
    "school": (0.0, 0.0, 0.0, 0.001, 0.0),
    "other": (0.01, 0.01, 0.02, 0.105, 0.17),
}
"""Usual plans at each age, which plans are worked out from: judged for Middlesbrough, so that its
mix of homes about held, with more supported accommodation as in England."""
USUAL_AFTER: dict[Move, dict[str, dict[str, float]]] = {
    Move.BREAKDOWN: {
        "under_1": {"family": 1.0},
        "1_to_4": {"family": 1.0},
        "5_to_9": {"family": 0.85, "residential": 0.15},
        "10_to_15": {"family": 0.5, "residential": 0.4, "other": 0.1},
        "16_to_17": {"supported": 0.55, "residential": 0.27, "other": 0.18},
    },
    Move.PLANNED: {
        "under_1": {"family": 0.18, "adoption": 0.60, "parents": 0.22},
        "1_to_4": {"family": 0.18, "adoption": 0.58, "parents": 0.24},
        "5_to_9": {"family": 0.70, "parents": 0.28, "residential": 0.02},
        "10_to_15": {"family": 0.695, "parents": 0.19, "residential": 0.114, "school": 0.001},
        "16_to_17": {
            "supported": 0.76, "family": 0.08, "parents": 0.05, "residential": 0.06, "other": 0.05
        },
    },
}  # fmt: skip
"""Usual plans after a move, which plans are worked out from."""
_DOUBT = 0.25
"""Standard deviation of a plan's share, as a part of it: plans are worked out, not counted, and
change from year to year. A judgement."""
_KEEPS = {
    Move.BREAKDOWN: "Most children go to another home of the same kind.",
    Move.PLANNED: "A planned move usually follows a change of plan.",
}


_ABOUT_PLANS = (
    "Where a child with each plan looks for a home, and how many children enter with each plan. "
    "The mix of homes, not of plans, is published."
)


def plans(
    at_entry: Mapping[str, Sequence[float]], source: str, why: str, about: str = _ABOUT_PLANS
) -> Section:
    """Where each plan looks for a home, and how many children enter with it.

    Args:
        at_entry: By plan: its share of entering children at each age; none where not given.
        source: What they were worked out from.
        why: The reason, in a few words.
        about: What is said of plans above them.

    Returns:
        The section; at every age the shares written add up to 1 exactly.
    """
    by_age = [
        rounded_shares([at_entry.get(plan, [0.0] * len(AGES))[age] for plan in SEARCH])
        for age in range(len(AGES))
    ]
    written: dict[str, Entry] = {}
    for number, (plan, order) in enumerate(SEARCH.items()):
        shares = [each[number] for each in by_age]
        written[plan] = Section(
            {
                "search_order": order,
                "at_entry": Section(
                    {
                        age: doubtful_share(share, _DOUBT, Mark.D, source, why) if share else 0
                        for age, share in zip(AGES, shares, strict=True)
                    }
                ),
            }
        )
    return Section(written, about)


def moving_plans(
    after: Mapping[Move, Mapping[str, Mapping[str, float]]],
    keeps: Mapping[Move, float],
    source: str,
    why: str,
    counted: Mapping[Move, Figure] | None = None,
) -> Section:
    """What a child's plan is after a move.

    Args:
        after: By move and age: shares of plans; plans with no share may be left out.
        keeps: By move: the share after which the plan stays as it was.
        source: What the shares were worked out from.
        why: The reason, in a few words.
        counted: The shares of ``keeps`` where they were counted, as they are to be written.

    Returns:
        The part of ``moving`` that belongs to plans; the rates stand in the layer beneath.
    """
    written: dict[str, Entry] = {}
    for move in Move:
        ages: dict[str, Entry] = {}
        for age in AGES:
            shares = {plan: after[move][age].get(plan, 0.0) for plan in SEARCH}
            rounded = dict(zip(shares, rounded_shares(list(shares.values())), strict=True))
            used = {plan: share for plan, share in rounded.items() if share > 0}
            ages[age] = by_names(list(used), list(used.values()), Mark.D, source, why=why)
        written[move.value] = Section(
            {
                "keeps_plan": (
                    counted[move]
                    if counted
                    else Figure(Mark.J, "", why=_KEEPS[move], value=keeps[move])
                ),
                "plan_after": Section(ages),
            }
        )
    return Section(written, "Plans after a move. How often children move stands in estimated.yaml.")
