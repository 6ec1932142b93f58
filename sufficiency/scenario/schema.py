"""What a scenario may say: every key of a scenario file, with its meaning and unit.

A scenario is the whole statement behind a forecast: the children in care on the first
day, how children come and go, the homes there are, the search for one, prices and the
budget. Nothing outside it changes a result except the seed. The descriptions below are
the reference: editors show them as you type, and ``docs/scenario.md`` is made from them.
"""

from __future__ import annotations

import datetime as dt

from pydantic import Field, model_validator

from sufficiency.scenario.interventions import Intervention
from sufficiency.scenario.kinds import (
    ByAge,
    ByTimeInCare,
    FinancialYear,
    SettingName,
    Shares,
    SharesByAge,
    SharesByTimeInCare,
    ShortName,
)
from sufficiency.scenario.money import Appraisal, Money
from sufficiency.scenario.system import (
    Approval,
    Carers,
    Courts,
    Delivery,
    EdgeOfCare,
    Returning,
    Siblings,
    Unaccompanied,
)
from sufficiency.scenario.values import (
    Base,
    Children,
    ChildrenPerYear,
    Correlation,
    Dated,
    Days,
    Deviation,
    LogChange,
    Places,
    Rate,
    Ratio,
    Share,
    Spread,
)
from sufficiency.vocabulary import (
    AfterCare,
    AgeBand,
    Location,
    Move,
    Plan,
    Route,
)


class Structure(Base):
    """The make-up of a group of children: each table is met exactly, one at a time.

    Published tables give one table at a time (by age, by setting), not their crossing. The
    crossing is fitted to all of them by iterative proportional fitting.
    """

    by_age: SharesByAge
    """Share of children in each age band."""
    by_time_in_care: SharesByTimeInCare
    """Share of children by how long they have been in care."""
    by_setting: Shares[SettingName]
    """Share of children in each setting."""


class Opening(Base):
    """The children in care on the first day."""

    children_in_care: Children
    """How many children are in care."""
    by_age: ByAge[Children]
    """Children in each age band. Scaled to the total."""
    share_aged_17: Share = Field(default_factory=lambda: Share(value=0.5))
    """Of the children of 16 and 17, the share who are 17: they turn 18 within a year."""
    older_half: dict[AgeBand, Share] = Field(default_factory=dict)
    """Of the children of an age band, the share in its older half, from 0.25 to 0.75: numbers
    rise or fall steadily through the band. A half where not given. 16 and 17 have a figure of
    their own."""
    by_time_in_care: SharesByTimeInCare
    """Share of children by how long they have been in care."""
    by_setting: dict[SettingName, Children]
    """Children in each setting where a count is known. Met exactly."""
    rest_by_setting: Shares[SettingName]
    """How the remaining children, those in no setting counted above, are shared out."""
    counted_twice: CountedTwice | None = None
    """Children whom two of the counts above both include."""
    by_location: dict[Location, Children]
    """Children by where their placement is. Scaled to the total."""


class CountedTwice(Base):
    """Children whom two published counts both include."""

    children: Children
    """How many children stand in both counts."""
    kept_in: SettingName
    """The setting they are counted in here."""
    taken_from: SettingName
    """The setting whose published count they are taken out of."""


class AfterCareKind(Base):
    """One kind of payment that goes on after a child leaves care."""

    opening_children: Children
    """Children for whom it is paid on the first day."""
    opening_by_age: SharesByAge
    """Their ages. Each payment ends at 18."""
    share_of_leavers: Share
    """Share of the children leaving by this route for whom the payment is made."""


class Entries(Base):
    """Children coming into care."""

    per_year: ChildrenPerYear
    """Entries a year when the forecast opens."""
    by_age: SharesByAge
    """Age on entering care."""
    at_birth: Share = Field(default_factory=lambda: Share(value=0.0))
    """Of the children entering under 1, the share who enter within days of being born. The others
    are of any age under 1."""
    older_half: dict[AgeBand, Share] = Field(default_factory=dict)
    """Of the children entering in an age band, the share in its older half; a half where not
    given. Under 1 has a figure of its own."""
    change: Dated[Ratio] = Field(default_factory=lambda: Dated[Ratio].model_validate(1.0))
    """Multiplies entries from a date: the lever of a scenario, 1 in a baseline."""
    drift: LogChange = Field(default_factory=lambda: LogChange(value=0.0))
    """Steady yearly change on the log scale, such as reversion towards the national rate."""
    siblings: Siblings | None = None
    """Brothers and sisters who come together; every child comes alone where not given."""
    unaccompanied: Unaccompanied | None = None
    """Unaccompanied asylum-seeking children, on top of the others; none where not given."""


class YearToYear(Base):
    """How much a flow differs from year to year beyond chance: a first-order log process."""

    spread: Spread
    """Standard deviation of the log of the yearly multiplier."""
    autocorrelation: Correlation
    """Correlation of one year's multiplier with the next, on the log scale."""
    last_year: Deviation = Field(default_factory=lambda: Deviation(value=0.0))
    """How far the last year before the forecast stood above the flow's level, on the log
    scale. It fades with the autocorrelation."""
    known: tuple[FinancialYear, ...] = ()
    """Financial years whose height is stated elsewhere by ``change``, as in a back-cast: they
    are neither good nor bad by chance."""


class YearToYearVariation(Base):
    """Year-to-year variation of entries and of leaving."""

    entries: YearToYear
    """Shared by every age."""
    leaving: YearToYear
    """Shared by every route out of care before 18."""


class Hazard(Base):
    """How often something happens to a child in care, and to whom it happens more.

    ``rate`` is the average over the reference children. The effects say who lies above and
    below that average; they are rescaled so that the average stays at ``rate``.
    """

    rate: Rate
    """Events per child-year, averaged over the reference children."""
    by_age: ByAge[Ratio]
    """Relative rate by age; 0 where it cannot happen."""
    by_time_in_care: ByTimeInCare[Ratio]
    """Relative rate by time in care."""
    by_setting: dict[SettingName, Ratio] = Field(default_factory=dict)
    """Relative rate by setting; 1 where not given."""
    other_settings: Ratio = Field(default_factory=lambda: Ratio(value=1.0))
    """Relative rate in the settings not named in ``by_setting``."""
    change: Dated[Ratio] = Field(default_factory=lambda: Dated[Ratio].model_validate(1.0))
    """Multiplies the rate from a date: the lever of a scenario, 1 in a baseline."""


class MoveHazard(Hazard):
    """How often children move, and what their plan is afterwards."""

    plan_after: ByAge[Shares[Plan]]
    """Plan after the move, by age: shares over plans."""
    keeps_plan: Share
    """Share of these moves after which the plan stays as it was."""


class PlanRule(Base):
    """One kind of care plan and where it looks for a home."""

    search_order: tuple[SettingName, ...] = Field(min_length=1)
    """Settings tried in turn. The last must always have room. ``searched_before`` of a setting
    puts it among them."""
    at_entry: ByAge[Share]
    """Share of entering children of each age with this plan."""


class SettingRule(Base):
    """One kind of home: how many places, who can live there, and where they are."""

    label: str | None = None
    """What to call it in tables and charts; the usual settings have a label already."""
    opens: dt.date | None = None
    """First day it can be used. Where not given it opens with its ``delivery``, or is open from
    the start."""
    closes: dt.date | None = None
    """First day it can no longer be used. Children living there must move."""
    places: Dated[Places] | None = None
    """Places available to this authority. Without it there is no limit."""
    match: Share = Field(default_factory=lambda: Share(value=1.0))
    """Chance that one vacant place suits one child."""
    suitable: ByAge[Dated[Share]] | None = None
    """Share of children of each age for whom this setting is possible at all, on entering
    care. For connected carers: the share who have a relative or friend able to care."""
    suitable_level: Ratio = Field(default_factory=lambda: Ratio(value=1.0))
    """Multiplies ``suitable`` at every age: one uncertainty that all ages share."""
    suitable_after_a_move: Ratio = Field(default_factory=lambda: Ratio(value=1.0))
    """Multiplies ``suitable`` for a child who is moving rather than entering."""
    usual_ages: ByAge[Ratio]
    """How usual the setting is at each age, relative to the others: used to cross published
    tables of the opening children."""
    location: Shares[Location]
    """Where placements in this setting are."""
    nearby_places: Dated[Places] | None = None
    """For bought placements: places within 20 miles that this authority's children and others'
    compete for. When they are full, the next placement is further away."""
    others_nearby: Dated[Children] = Field(
        default_factory=lambda: Dated[Children].model_validate(0.0)
    )
    """Children of other authorities in those places."""
    stay: Days | None = None
    """Average length of a stay that ends by itself, as in a hub for short stays: the child
    then moves on. Without it stays end only as they do elsewhere."""
    draws_from: tuple[SettingName, ...] = ()
    """Children living in these settings join its line when it opens, if it suits them, and later
    when it comes to suit them: those whose plan is to move, and looks here before where they
    live."""
    searched_before: dict[Plan, SettingName] = Field(default_factory=dict)
    """Puts it into a plan's search: it is tried just before the setting named, which stands in the
    plan's ``search_order``. Of several put before the same one, those written first are tried
    first."""
    delivery: ShortName | None = None
    """Which of ``deliveries`` says when it opens, how far it has been built up (``suitable`` is
    multiplied by that), and whether its conditions are met (which the two tables of ratios
    follow)."""
    leaving_ratios: dict[Route, Ratio] = Field(default_factory=dict)
    """What living here does to the rate of a way out, over the rate that ``leaving`` gives: 1
    is no effect."""
    moving_ratios: dict[Move, Ratio] = Field(default_factory=dict)
    """The same for moves, over the rate that ``moving`` gives."""
    approval: Approval | None = None
    """For relatives and friends: each child's placement must be approved."""


class Panel(Base):
    """The placement panel: offers a freed place to a child waiting for one."""

    ranking: tuple[SettingName, ...]
    """Children are considered by where they live now, in this order, then by time waited."""
    plan_to_move: Share
    """Share of children placed outside their first choice whose plan is to move to it. The
    others settle where they are."""
    acceptance: Share
    """Chance that an offered place that is a match is accepted."""
    notice: Days
    """Days between accepting a place and moving into it. The place is held."""


class Actuals(Base):
    """What happened, to be laid over the forecast. Never read by the model."""

    file: str
    """Table with columns date, measure, setting, value, source; path from the project's
    folder."""


class Scenario(Base):
    """One full set of assumptions about one authority."""

    title: str
    """One line saying what this scenario is."""
    description: str = ""
    """What it is for, and what it leaves out."""
    based_on: str | tuple[str, ...] | None = None
    """The file this one changes, as a path from this file; or a list of files, which are laid over
    each other in the order given. The order is a choice: where homes of two of them stand before
    the same setting in a search, or services of two could help the same child, those of the file
    named first are tried or offered first."""
    authority: str
    """The local authority."""
    start: dt.date
    """The opening children are those in care at the end of this day."""
    end: dt.date
    """Last day of the forecast: the 31st of March of a year."""
    seed: int = Field(default=1, ge=0, lt=2**63)
    """Names the random numbers. The same seed gives the same results."""
    replications: int = Field(default=200, ge=1, le=100_000)
    """How many futures to simulate."""
    actuals: Actuals | None = None
    """What happened, where it is known."""
    not_for_publication: bool = False
    """Whether figures here are counts of an authority's own children, small ones not hidden. A run
    says so of the files that repeat them."""
    opening: Opening
    """The children in care on the first day."""
    entries: Entries
    """Children coming into care."""
    year_to_year: YearToYearVariation
    """Good and bad years."""
    reference: Structure
    """The children whose events the rates below were counted from."""
    deliveries: dict[ShortName, Delivery] = Field(default_factory=dict)
    """When each intervention opens and how far it works, under a short name."""
    interventions: dict[ShortName, Intervention] = Field(default_factory=dict)
    """What this scenario does that its base does not, each under a short name: how well its effect
    is known, and which figures it works through."""
    edge_of_care: EdgeOfCare | None = None
    """Children at risk of coming into care, and services for them."""
    returning: Returning | None = None
    """Children who come back into care; none where not given."""
    leaving: dict[Route, Hazard]
    """Ways out of care before 18. Every child still in care leaves at 18."""
    courts: Courts | None = None
    """Limits on orders that end care; none where not given."""
    moving: dict[Move, MoveHazard]
    """Causes of moving from one home to another."""
    plans: dict[Plan, PlanRule]
    """Care plans and where each looks for a home."""
    settings: dict[SettingName, SettingRule]
    """The kinds of home there are."""
    panel: Panel
    """The placement panel."""
    carers: Carers | None = None
    """The authority's own foster carers, household by household; where not given, the setting's
    ``places`` say how many places there are."""
    after_care: dict[AfterCare, AfterCareKind] = Field(default_factory=dict)
    """Payments that go on after a child leaves care by a legal order."""
    money: Money
    """Prices, fixed costs and budgets."""
    appraisal: Appraisal = Field(default_factory=Appraisal)
    """How costs of different years are compared."""

    def search_order(self, plan: Plan) -> tuple[str, ...]:
        """Every setting a plan tries, in turn.

        Args:
            plan: One of ``plans``.

        Returns:
            Names of settings: the plan's own, and before each those that say they are searched
            before it, in the order of ``settings``.
        """
        order: list[str] = []
        for own in self.plans[plan].search_order:
            order += [
                name
                for name, rule in self.settings.items()
                if rule.searched_before.get(plan) == own
            ]
            order.append(own)
        return tuple(order)

    @model_validator(mode="after")
    def _runs_forward(self) -> Scenario:
        if self.end <= self.start:
            raise ValueError(
                f"`end` ({self.end}) must come after `start` ({self.start}); give a later `end`"
            )
        return self


Opening.model_rebuild()
