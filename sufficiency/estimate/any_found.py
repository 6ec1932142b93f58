"""How often a relative, an own carer or an own home is found, where no places are known.

The part that each has of the opening children is kept: of children in homes, the part in the
authority's own; of those fostered by strangers, the part with its own carers; and as many
children entering with a relative able to care as keep relatives' part of foster placements.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sufficiency.estimate.layer import Entry, Figure, by_names
from sufficiency.vocabulary import AgeBand, Mark

AGES = [band.value for band in AgeBand]
RELATIVES, OWN_CARERS, AGENCIES = "connected_carer", "in_house_foster", "agency_foster"
OWN_HOMES, BOUGHT_HOMES = "in_house_residential", "external_residential"
AFTER_A_MOVE = 0.45
"""Chance of a relative on moving, over the chance on entering care."""
_BY_AGE = (0.28, 0.33, 0.33, 0.26, 0.14)
"""Relatives found at each age relative to the others, as judged for Middlesbrough."""
_MOST = 0.95
_HALF_WIDTH = 0.4
"""How far a share may lie above its middle (p90), over the share times what is left of 1."""


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
        return min(gone / (entering + after_a_move * moving), _MOST)


def relatives(
    children: Mapping[str, float],
    looking: Sequence[float],
    flows: FamilyFlows,
    found: Mapping[str, Sequence[float]],
    tables: str,
) -> dict[str, Entry]:
    """Who has a relative or friend able to care, as keys of a setting.

    Args:
        children: Opening children by setting.
        looking: Entering children of each age whose plan is a family; any scale.
        flows: How fast they leave family homes.
        found: Shares by age and setting, where they were worked out; else from ``flows``.
        tables: The published tables, as a source is written.

    Returns:
        ``suitable`` and what goes with it.
    """
    family = sum(children[name] for name in (RELATIVES, OWN_CARERS, AGENCIES))
    share = children[RELATIVES] / family if family > 0 else 0.0
    shares = found.get(RELATIVES) or _by_age(looking, flows.relatives_at_entry(share, AFTER_A_MOVE))
    average = sum(a * b for a, b in zip(looking, shares, strict=True)) / (sum(looking) or 1.0)
    return {
        "suitable": by_names(
            AGES, [round(each, 4) for each in shares], Mark.J, tables,
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
            value=AFTER_A_MOVE,
        ),
    }  # fmt: skip


def _by_age(looking: Sequence[float], level: float) -> list[float]:
    """Shares by age that are ``level`` on average over the children who look for a family."""
    usual = sum(a * b for a, b in zip(looking, _BY_AGE, strict=True))
    scale = level * sum(looking) / usual if usual > 0 else 0.0
    return [min(scale * each, _MOST) for each in _BY_AGE]


def own_share(
    children: Mapping[str, float],
    own: str,
    bought: str,
    of: str,
    found: Mapping[str, Sequence[float]],
    tables: str,
) -> dict[str, Entry]:
    """How often a home of the authority's own is found, before a bought one is looked for.

    Args:
        children: Opening children by setting.
        own: The setting of its own.
        bought: The setting that takes the others.
        of: The children of both, in words.
        found: Shares by age and setting, where they were worked out; else the opening's share.
        tables: The published tables, as a source is written.

    Returns:
        ``suitable``, and its doubt where both kinds have children. Not ``match``: a child for
        whom no own home is found has not missed its first choice.
    """
    both = children[own] + children[bought]
    share = children[own] / both if both > 0 else 0.0
    rule: dict[str, Entry] = {
        "suitable": by_names(
            AGES, [round(each, 4) for each in found.get(own) or [share] * len(AGES)],
            Mark.J, tables,
            "Share of children for whom a home of the authority's own is found, at which it keeps "
            f"its part of the {of}, {share:.0%} at the opening (estimated.yaml). No number of "
            "places stands behind it, so it does not fall when more children come.",
            "keeps the opening's part, at every age",
        )
    }  # fmt: skip
    if 0 < share < 1:
        more = 1 + _HALF_WIDTH * (1 - share)
        rule["suitable_level"] = Figure(
            Mark.J, "", why="How far the authority's own part will grow or shrink is not known.",
            p10=round(1 / more, 4), p90=round(more, 4), distribution="lognormal",
        )  # fmt: skip
    return rule
