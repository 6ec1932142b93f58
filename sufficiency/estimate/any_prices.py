"""What homes cost in England in 2024/25, for an authority that has not given its own prices.

Two figures come from national reports, the others are judged around them. At the placements of
31 March 2024 and 2025 they explain about what a middling authority reported for residential
care; fostering services are reported at about a third more than carers are paid, since they hold
recruitment and supervision too.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sufficiency.vocabulary import Mark

Line = Literal["residential", "fostering"]
"""A line of the revenue outturn."""
PRICED_AT = dt.date(2024, 10, 1)
"""The date whose prices these are: the middle of 2024/25."""
PRICED_YEAR = 2025
"""The financial year of these prices ends on 31 March of this year."""

AGE_RATIOS = (0.83, 0.85, 0.94, 1.12, 1.25)
"""Allowance at each age over their middle value."""
AGE_SOURCE = "Staffordshire allowances at the national minimum: 166, 170, 188, 224, 250"
ABOUT_INFLATION = (0.03, 0.03, "", "About inflation.")
_BETWEEN = (0.04, 0.04, "", "Between fostering and homes.")

Rise = tuple[float, float, str, str]
"""Yearly rise: its ends (equal where certain), its source and the reason."""


@dataclass(frozen=True)
class BasePrice:
    """England's price of one kind of home.

    Attributes:
        setting: The kind of home.
        heading: The line of the budget.
        line: The line of the revenue outturn that holds it, or None.
        low: Lower end of the weekly fee (p10), in pounds.
        high: Upper end (p90).
        distribution: Shape between and beyond the ends.
        mark: How well it is known.
        source: Where from.
        reason: Why.
        rise: Yearly rise.
        spread: Spread of fees between placements, and why.
        tail: Share of crisis placements, their ratio, and where from.
        by_age: Whether the fee follows the ages of fostering allowances.
        block: The part of the budget.
    """

    setting: str
    heading: str
    line: Line | None
    low: float
    high: float
    distribution: str
    mark: Mark
    source: str
    reason: str
    rise: Rise = ABOUT_INFLATION
    spread: tuple[float, str] | None = None
    tail: tuple[float, float, str] | None = None
    by_age: bool = False
    block: str = "placement"

    @property
    def middle(self) -> float:
        """The median weekly fee, in pounds."""
        if self.distribution == "lognormal" and self.low > 0:
            return math.sqrt(self.low * self.high)
        return (self.low + self.high) / 2

    def level(self, year: int) -> float:
        """Prices of the financial year ending in ``year`` over those of 2024/25."""
        return float((1 + (self.rise[0] + self.rise[1]) / 2) ** (year - PRICED_YEAR))

    def mean_age_ratio(self, ages: Sequence[float]) -> float:
        """Average fee over the stated one, for children of these ages."""
        if not self.by_age or sum(ages) <= 0:
            return 1.0
        return sum(a * b for a, b in zip(ages, AGE_RATIOS, strict=True)) / sum(ages)


BASE = (
    BasePrice(
        "external_residential", "External residential", "residential",
        5700, 7000, "lognormal", Mark.J,
        "NAO: 318,400 a year for a place in a home in England (2023-24)",
        "318,400 a year is 6,106 a week, and a year's rise of about 4%.",
        rise=(
            0.03, 0.09,
            "NAO: cost of a place rose 7.3% a year above inflation, 2019-20 to 2023-24",
            "From about inflation to most of what was seen; nobody knows whether it goes on.",
        ),
        spread=(0.35, "Spread of fees between placements, after answers of councils to requests."),
        tail=(
            0.016, 2.5,
            "LGA survey: placements at 10,000 a week or more, 1,510 in 2022/23, 1.6% of placements",
        ),
    ),
    BasePrice(
        "in_house_residential", "Own children's homes", "residential",
        4300, 6000, "lognormal", Mark.J, "",
        "No national figure was found; taken to be somewhat below bought homes. A weekly fee for "
        "each child here, since the number of homes is not published: with your own number of "
        "homes, state a fixed cost instead.",
        block="own_provision",
    ),
    BasePrice(
        "supported_accommodation", "Supported accommodation", "residential",
        600, 1650, "lognormal", Mark.J,
        "Lincolnshire FOI: 1,822 for unregulated and 621 for supported homes of 16 to 18, 260 to "
        "6,776 (about 2023)",
        "From lodgings with some support to staffed homes.",
        spread=(0.4, "Wide range of support."),
    ),
    BasePrice(
        "other", "Other placements", "residential", 1500, 5500, "lognormal", Mark.J, "",
        "Anything from independent living to unregistered homes; nobody publishes which.",
        rise=_BETWEEN,
    ),
    BasePrice(
        "secure", "Other placements", "residential", 6000, 10000, "lognormal", Mark.M, "",
        "A secure welfare bed; not found in a source.", rise=_BETWEEN,
    ),
    BasePrice(
        "residential_school", "Other placements", "residential", 2600, 4500, "lognormal", Mark.J,
        "", "The care share of the fee; education pays its own.", rise=_BETWEEN,
    ),
    BasePrice(
        "agency_foster", "Agency fostering", "fostering", 865, 940, "normal", Mark.J,
        "CMA: 820 average of large agencies (2020/21)", "820 with four rises of 2 to 3%.",
        spread=(0.15, "Spread of fees between placements."),
    ),
    BasePrice(
        "in_house_foster", "In-house fostering", "fostering", 400, 500, "normal", Mark.J, "",
        "Allowance at the national minimum or above, and a fee for skills; payments only.",
        by_age=True,
    ),
    BasePrice(
        "connected_carer", "Connected carers", "fostering", 225, 285, "normal", Mark.M,
        "National minimum allowance; most councils pay no fee", "Allowance alone.",
        by_age=True,
    ),
    BasePrice(
        "placed_with_parents", "With parents or for adoption", None, 0, 0, "", Mark.J, "",
        "No fee is paid.",
    ),
    BasePrice(
        "placed_for_adoption", "With parents or for adoption", None, 0, 0, "", Mark.J, "",
        "No weekly fee is paid; fees between agencies are one-off and not modelled.",
    ),
)  # fmt: skip
"""Every kind of home, in prices of 2024/25."""
