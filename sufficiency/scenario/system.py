"""What a scenario may say of the parts of the system that surround a placement.

Before care: children at risk, and the services that try to keep them out of it. Around care:
foster carers who are recruited and leave, relatives who must be approved, courts that make
orders. After care: children who come back. Each part is optional. A scenario without it
behaves as if the part had no limit and no effect.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field, StringConstraints

from sufficiency.scenario.kinds import (
    ByAge,
    SettingName,
    Shares,
    SharesByAge,
    ShortName,
)
from sufficiency.scenario.values import (
    Base,
    Children,
    ChildrenPerYear,
    Dated,
    Days,
    Households,
    PerYear,
    Places,
    Rate,
    Ratio,
    Share,
    Staff,
)
from sufficiency.vocabulary import AgeBand, Plan, Route

PlacesOffered = Annotated[str, StringConstraints(pattern=r"^[1-9]$")]
"""How many children a household is approved for, such as ``"2"``."""


def _one() -> Dated[Ratio]:
    return Dated[Ratio].model_validate(1.0)


class Condition(Base):
    """One of the things an intervention needs if it is to work here as it did elsewhere."""

    label: str
    """What must be in place, in words."""
    met: Share
    """How far it is in place: 1 fully, 0 not at all."""
    kept_if_unmet: Share
    """Share of the effect that is left if it is not in place at all."""


class Delivery(Base):
    """How far an intervention works here as it did where it was studied.

    The share of its effect that is reached is the product over its conditions, times how far
    it has been built up, times what is kept after it has been handed over. An effect is one
    less a rate ratio: a ratio of 0.8 with half its effect reached is 0.9.
    """

    opens: dt.date
    """First day it works."""
    ramp: Days = Field(default_factory=lambda: Days(value=0.0))
    """Days from opening until its effect is at its full height; it rises in a straight line."""
    ramp_ratio: Ratio = Field(default_factory=lambda: Ratio(value=1.0))
    """Multiplies ``ramp``: 1 as planned, 2 where training is so disrupted that it takes twice
    as long."""
    conditions: dict[ShortName, Condition] = Field(default_factory=dict)
    """What it needs, each under a short name."""
    handed_over: dt.date | None = None
    """The day its management passes to the authority."""
    kept_after_handover: Share = Field(default_factory=lambda: Share(value=1.0))
    """Share of the effect that is kept from that day."""


class Service(Base):
    """A service for children at risk of coming into care: how many it can help, and how much."""

    label: str
    """What to call it in tables and charts."""
    delivery: ShortName
    """Which of ``deliveries`` says when it opens and how well it works."""
    closes: dt.date | None = None
    """First day it no longer works. Children being helped are helped no further."""
    ages: tuple[AgeBand, ...] = Field(min_length=1)
    """Ages it helps. When it is full, those named first are taken first, then by time waited."""
    reach: Share
    """Share of children at risk, of those ages, who are referred to it and agree."""
    caseload: Dated[Places]
    """Children it can help at once."""
    support: Days
    """Average length of help. Lengths differ from child to child."""
    rate_ratio: Ratio
    """Rate of coming into care while helped, over the rate without: 1 is no effect."""
    lasting: Share = Field(default_factory=lambda: Share(value=0.0))
    """Share of the effect that lasts after the help has ended."""


class EdgeOfCare(Base):
    """Children at risk of coming into care, and the services that help them.

    A child has one service at a time. A child kept out of care while helped has not gone
    away: it is at risk until its time at risk ends, and may come back to it.
    """

    at_risk: Children
    """Children at risk when the forecast opens, such as those on child protection plans. It
    sets how thinly services are spread, not how many come into care."""
    at_risk_by_age: SharesByAge
    """Their ages."""
    at_risk_for: Days
    """Average time at risk, whether it ends in care or not."""
    direct: ByAge[Share]
    """Share of children coming into care who were not at risk beforehand in a way that any
    service could know: newborn babies, emergencies, police protection."""
    comes_back: Share = Field(default_factory=lambda: Share(value=0.0))
    """Share of children kept out of care by help who are at risk again later: the revolving
    door. Others who come back to it are among ``at_risk`` already."""
    comes_back_after: Days = Field(default_factory=lambda: Days(value=365.0))
    """Average time until then."""
    services: dict[ShortName, Service] = Field(default_factory=dict)
    """The services, each under a short name. A child is offered the first in this order that
    is open, helps its age and reaches it."""


class Returning(Base):
    """Children who come back into care after leaving it.

    The chance is given by way out, within one year and within six. Between and beyond, the
    time until return follows the straight-line hazard those two imply in each stretch.
    """

    share_of_entries: Share
    """Share of ``entries.per_year`` who have been in care before. First entries are the rest;
    children who come back are simulated from those who left."""
    within_one_year: dict[Route, Share]
    """Chance of coming back within a year, by way out; never where not given."""
    within_six_years: dict[Route, Share]
    """Chance of coming back within six years."""
    left_before_per_year: dict[Route, ChildrenPerYear]
    """Children who left each year before the forecast, by way out: some of them are still to
    come back."""


class Unaccompanied(Base):
    """Unaccompanied asylum-seeking children: their own arrivals, homes and ways out."""

    per_year: ChildrenPerYear
    """How many come into care each year, apart from ``entries``."""
    change: Dated[Ratio] = Field(default_factory=_one)
    """Multiplies them from a date."""
    by_age: SharesByAge
    """Age on coming into care."""
    plan: Plan = Plan.UNACCOMPANIED
    """Which of ``plans`` says where they live."""
    in_care_at_start: Children = Field(default_factory=lambda: Children(value=0.0))
    """How many of the opening children they are, taken from those of 10 and over."""
    leaving_ratio: dict[Route, Ratio] = Field(default_factory=dict)
    """Rate of each way out over the other children's; 0 where not given, so that most stay
    until 18."""


class Siblings(Base):
    """Brothers and sisters who come into care together."""

    follows: Share
    """Share of entering children who are a brother or sister of the child that entered before
    them, on the same day."""
    kept_together: Share
    """Share of them who are to live together. They share a home when both have the same plan and
    the first found has room for both, and live apart otherwise."""


class Carers(Base):
    """Foster carers of the authority's own: who comes forward, who is approved, who leaves.

    An enquiry may become an application; an application waits for an assessor; an assessment
    takes months; an approved household offers places; a household that leaves must be left by
    the children living there.
    """

    setting: SettingName
    """The setting whose places these households are. It then has no ``places`` of its own."""
    households: Households
    """Approved households when the forecast opens."""
    places: Shares[PlacesOffered]
    """Share of households by how many children they are approved for."""
    unavailable: Share
    """Share of places that cannot be used at a time: carers resting, a child who needs to be
    alone, a room no longer free."""
    unavailable_for: Days = Field(default_factory=lambda: Days(value=270.0))
    """Average time a place stays so."""
    leaving: Rate
    """Households leaving, per household-year."""
    leaving_change: Dated[Ratio] = Field(default_factory=_one)
    """Multiplies it from a date."""
    notice: Days = Field(default_factory=lambda: Days(value=0.0))
    """Days before a household leaves in which no new child is placed there."""
    enquiries: PerYear
    """Enquiries a year from people who might foster."""
    enquiries_change: Dated[Ratio] = Field(default_factory=_one)
    """Multiplies them from a date: a campaign."""
    apply: Share
    """Share of enquiries that become applications."""
    assessors: Dated[Staff]
    """Assessing social workers, in whole-time posts."""
    assessments_each: Places
    """Assessments one of them can do at once."""
    assessment: Days
    """Average length of an assessment. Lengths differ."""
    patience: Days
    """Average time an applicant waits for an assessor before giving up."""
    approved: Share
    """Share of assessments that end in approval."""


class Approval(Base):
    """The approval of a relative or friend as a carer for one child.

    A child may live there on temporary approval. If the panel has not decided when that and
    its one extension have run out, or refuses, the placement ends.
    """

    temporary: Days = Field(default_factory=lambda: Days(value=112.0))
    """How long temporary approval lasts: 16 weeks."""
    extension: Days = Field(default_factory=lambda: Days(value=56.0))
    """How much longer it may last when the panel has not decided: 8 weeks."""
    panel_per_year: Dated[PerYear]
    """Cases the panel can decide each year."""
    refused: Share
    """Share of decisions that are refusals."""


class Courts(Base):
    """Legal orders that end care wait for court time and for the authority's lawyers."""

    routes: tuple[Route, ...] = Field(min_length=1)
    """The ways out that need an order."""
    orders_per_year: Dated[PerYear]
    """Orders that can be made each year. A child whose order is due waits its turn in care."""
    change: Dated[Ratio] = Field(default_factory=_one)
    """Multiplies them from a date: more court time or more lawyers, 1 in a baseline."""
