"""The words of children's social care that the whole project shares, each written once.

Settings are the kinds of home a child can live in; blocks are the parts of a budget;
routes are the ways out of care. A scenario, a result table and a chart all use these
names, so that a figure in one can be found in another. Order matters in one way only:
it is the order in which tables and charts list things.
"""

from __future__ import annotations

from enum import StrEnum


class Setting(StrEnum):
    """A kind of home. The order runs from family homes to the rarest placements."""

    CONNECTED_CARER = "connected_carer"
    IN_HOUSE_FOSTER = "in_house_foster"
    AGENCY_FOSTER = "agency_foster"
    HUB = "hub"
    IN_HOUSE_RESIDENTIAL = "in_house_residential"
    EXTERNAL_RESIDENTIAL = "external_residential"
    SUPPORTED_ACCOMMODATION = "supported_accommodation"
    SECURE = "secure"
    RESIDENTIAL_SCHOOL = "residential_school"
    PLACED_WITH_PARENTS = "placed_with_parents"
    PLACED_FOR_ADOPTION = "placed_for_adoption"
    OTHER = "other"


FAMILY_HOMES = frozenset(
    {
        Setting.CONNECTED_CARER,
        Setting.IN_HOUSE_FOSTER,
        Setting.AGENCY_FOSTER,
        Setting.PLACED_WITH_PARENTS,
    }
)
"""Settings in which a child lives with a family."""
NEITHER_FAMILY_NOR_HOME = frozenset(
    {Setting.SUPPORTED_ACCOMMODATION, Setting.PLACED_FOR_ADOPTION, Setting.OTHER}
)
"""Settings that are neither; every setting not named in these two, a scenario's own included,
is residential: moving from it to a family is a step-down."""


class Location(StrEnum):
    """Where a placement is, seen from the child's home authority."""

    INSIDE = "inside"
    OUTSIDE_NEAR = "outside_near"
    OUTSIDE_FAR = "outside_far"


class AgeBand(StrEnum):
    """Age bands of the Department for Education's published tables."""

    UNDER_1 = "under_1"
    FROM_1_TO_4 = "1_to_4"
    FROM_5_TO_9 = "5_to_9"
    FROM_10_TO_15 = "10_to_15"
    FROM_16_TO_17 = "16_to_17"


AGE_BAND_STARTS_YEARS = (0, 1, 5, 10, 16)
"""First birthday of each age band, in years, in the order of :class:`AgeBand`."""

ADULT_AGE_YEARS = 18


class TimeInCare(StrEnum):
    """How long a child has been looked after without a break."""

    UNDER_3_MONTHS = "under_3_months"
    FROM_3_TO_12_MONTHS = "3_to_12_months"
    FROM_1_TO_2_YEARS = "1_to_2_years"
    FROM_2_TO_5_YEARS = "2_to_5_years"
    OVER_5_YEARS = "over_5_years"


TIME_IN_CARE_STARTS_DAYS = (0, 91, 365, 731, 1826)
"""First day of each band of :class:`TimeInCare`, in days since entering care."""


class Route(StrEnum):
    """A way out of care before the 18th birthday."""

    HOME_PLANNED = "home_planned"
    HOME_UNPLANNED = "home_unplanned"
    SPECIAL_GUARDIANSHIP = "special_guardianship"
    CHILD_ARRANGEMENTS = "child_arrangements"
    ADOPTION = "adoption"
    ORDER_DISCHARGED = "order_discharged"
    INDEPENDENCE = "independence"
    OTHER = "other"


class Move(StrEnum):
    """A reason to leave one home for another while staying in care."""

    BREAKDOWN = "breakdown"
    PLANNED = "planned"


class Plan(StrEnum):
    """What kind of home a child's care plan asks for. Each plan has its own search order."""

    FAMILY = "family"
    RESIDENTIAL = "residential"
    SUPPORTED = "supported"
    PARENTS = "parents"
    ADOPTION = "adoption"
    SECURE = "secure"
    SCHOOL = "school"
    UNACCOMPANIED = "unaccompanied"
    OTHER = "other"


class Category(StrEnum):
    """Whether a child came to the country alone. Nothing else about a child is labelled."""

    ORDINARY = "ordinary"
    UNACCOMPANIED = "unaccompanied"


class Block(StrEnum):
    """A part of the children's budget. Only ``placement`` is compared with the uplift."""

    PLACEMENT = "placement"
    OWN_PROVISION = "own_provision"
    AFTER_CARE = "after_care"
    PREVENTION = "prevention"
    IMPROVEMENT = "improvement"


class AfterCare(StrEnum):
    """A payment that goes on after a child has left care by a legal order."""

    SPECIAL_GUARDIANSHIP = "special_guardianship"
    CHILD_ARRANGEMENTS = "child_arrangements"
    ADOPTION = "adoption"


class Mark(StrEnum):
    """How well a figure is known, from best to least."""

    V = "V"
    VX = "Vx"
    D = "D"
    M = "M"
    J = "J"


MARK_MEANINGS = {
    Mark.V: "verified: read in the source text or data",
    Mark.VX: "read only in a secondary account",
    Mark.D: "derived by arithmetic from verified figures",
    Mark.M: "remembered, not read: to be replaced",
    Mark.J: "judgement or illustration: not sourced",
}


class EvidenceGrade(StrEnum):
    """What the effect of an intervention is known from. Not how large it is."""

    TRIAL = "trial"
    COMPARISON = "comparison"
    OBSERVATION = "observation"
    JUDGEMENT = "judgement"
    ARITHMETIC = "arithmetic"


EVIDENCE_MEANINGS = {
    EvidenceGrade.TRIAL: "a randomised trial",
    EvidenceGrade.COMPARISON: "a comparison group",
    EvidenceGrade.OBSERVATION: "counted, without a comparison",
    EvidenceGrade.JUDGEMENT: "judgement alone",
    EvidenceGrade.ARITHMETIC: "follows from the sums",
}

LABELS: dict[str, str] = {
    "connected_carer": "Connected carers",
    "in_house_foster": "In-house fostering",
    "agency_foster": "Agency fostering",
    "hub": "No Wrong Door hub",
    "in_house_residential": "In-house residential",
    "external_residential": "External residential",
    "supported_accommodation": "Supported accommodation",
    "secure": "Secure homes",
    "residential_school": "Residential schools",
    "placed_with_parents": "Placed with parents",
    "placed_for_adoption": "Placed for adoption",
    "other": "Other placements",
    "inside": "inside the authority",
    "outside_near": "outside, within 20 miles",
    "outside_far": "outside, over 20 miles",
    "under_1": "under 1",
    "1_to_4": "1 to 4",
    "5_to_9": "5 to 9",
    "10_to_15": "10 to 15",
    "16_to_17": "16 and 17",
}
"""What to print for a name."""
