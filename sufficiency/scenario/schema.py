"""What a scenario may say: every key of a scenario file, with its meaning and unit.

A scenario is the whole statement behind a forecast: the children in care on the first
day, how children come and go, the homes there are, the search for one, prices and the
budget. Nothing outside it changes a result except the seed. The descriptions below are
the reference: editors show them as you type, and ``docs/scenario.md`` is made from them.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from sufficiency.scenario.values import (
    Base,
    Children,
    ChildrenPerYear,
    Correlation,
    Dated,
    Days,
    Deviation,
    Gbp,
    Growth,
    LogChange,
    Places,
    Rate,
    Ratio,
    Share,
    Spread,
    WeeklyFeeGbp,
)
from sufficiency.vocabulary import (
    AfterCare,
    AgeBand,
    Block,
    Location,
    Move,
    Plan,
    Route,
    TimeInCare,
)

T = TypeVar("T")
_TOLERANCE = 1e-6


def _every_age(by_age: dict[AgeBand, T]) -> dict[AgeBand, T]:
    missing = [band.value for band in AgeBand if band not in by_age]
    if missing:
        raise ValueError(f"every age band is needed; missing: {', '.join(missing)}")
    return {band: by_age[band] for band in AgeBand}


def _every_time_in_care(by_time: dict[TimeInCare, T]) -> dict[TimeInCare, T]:
    missing = [band.value for band in TimeInCare if band not in by_time]
    if missing:
        raise ValueError(f"every band of time in care is needed; missing: {', '.join(missing)}")
    return {band: by_time[band] for band in TimeInCare}


def _shares_make_a_whole(shares: dict[Any, Share]) -> dict[Any, Share]:
    total = sum(share.central for share in shares.values())
    if abs(total - 1) > 0.005:
        raise ValueError(f"these shares must add up to 1; they add up to {total:.3f}")
    return shares


_FINANCIAL_YEAR = re.compile(r"^(\d{4})/(\d{2})$")


def _is_financial_year(text: str) -> str:
    found = _FINANCIAL_YEAR.match(text)
    if not found or (int(found[1]) + 1) % 100 != int(found[2]):
        raise ValueError(f"`{text}` is not a financial year; write it like 2020/21")
    return text


SettingName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
"""The name of a setting: one of the usual ones, or one a scenario adds."""
ShortName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
"""The short name of a cost, by which its figures are found."""
ByAge = Annotated[dict[AgeBand, T], AfterValidator(_every_age)]
ByTimeInCare = Annotated[dict[TimeInCare, T], AfterValidator(_every_time_in_care)]
Shares = Annotated[dict[T, Share], AfterValidator(_shares_make_a_whole)]
FinancialYear = Annotated[str, AfterValidator(_is_financial_year)]


class Structure(Base):
    """The make-up of a group of children: each table is met exactly, one at a time.

    Published tables give one table at a time (by age, by setting), not their crossing. The
    crossing is fitted to all of them by iterative proportional fitting.
    """

    by_age: Annotated[ByAge[Share], AfterValidator(_shares_make_a_whole)]
    """Share of children in each age band."""
    by_time_in_care: Annotated[ByTimeInCare[Share], AfterValidator(_shares_make_a_whole)]
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
    by_time_in_care: Annotated[ByTimeInCare[Share], AfterValidator(_shares_make_a_whole)]
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
    opening_by_age: Annotated[ByAge[Share], AfterValidator(_shares_make_a_whole)]
    """Their ages. Each payment ends at 18."""
    share_of_leavers: Share
    """Share of the children leaving by this route for whom the payment is made."""


class Entries(Base):
    """Children coming into care."""

    per_year: ChildrenPerYear
    """Entries a year when the forecast opens."""
    by_age: Annotated[ByAge[Share], AfterValidator(_shares_make_a_whole)]
    """Age on entering care."""
    change: Dated[Ratio] = Field(default_factory=lambda: Dated[Ratio].model_validate(1.0))
    """Multiplies entries from a date: the lever of a scenario, 1 in a baseline."""
    drift: LogChange = Field(default_factory=lambda: LogChange(value=0.0))
    """Steady yearly change on the log scale, such as reversion towards the national rate."""


class YearToYear(Base):
    """How much a flow differs from year to year beyond chance: a first-order log process."""

    spread: Spread
    """Standard deviation of the log of the yearly multiplier."""
    autocorrelation: Correlation
    """Correlation of one year's multiplier with the next, on the log scale."""
    last_year: Deviation = Field(default_factory=lambda: Deviation(value=0.0))
    """How far the last year before the forecast stood above the flow's level, on the log
    scale. It fades with the autocorrelation."""


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
    """Settings tried in turn. The last must always have room."""
    at_entry: ByAge[Share]
    """Share of entering children of each age with this plan."""


class SettingRule(Base):
    """One kind of home: how many places, who can live there, and where they are."""

    label: str | None = None
    """What to call it in tables and charts; the usual settings have a label already."""
    opens: dt.date | None = None
    """First day it can be used; open from the start where not given."""
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
    """For bought placements: places within 20 miles this authority can expect to use. When
    they are full, the next placement is further away."""


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


class Price(Base):
    """What one setting costs for each child."""

    block: Block
    """The part of the budget it is charged to."""
    heading: str
    """The line of the budget it appears on. Settings may share a line."""
    weekly_fee_gbp: Dated[WeeklyFeeGbp]
    """Average fee per child per week, in the prices of ``priced_at`` on every date it is given
    for. 0 where the cost is fixed."""
    by_age: ByAge[Ratio] | None = None
    """Relative fee by age, such as an allowance by age band."""
    spread: Spread = Field(default_factory=lambda: Spread(value=0.0))
    """Spread of fees between placements: standard deviation of the log fee. The average is
    unchanged."""
    tail_share: Share = Field(default_factory=lambda: Share(value=0.0))
    """Share of placements that are crisis placements in the tail."""
    tail_ratio: Ratio = Field(default_factory=lambda: Ratio(value=1.0))
    """Average fee of a crisis placement over the average fee of the others."""
    uplift: Dated[Growth] = Field(default_factory=lambda: Dated[Growth].model_validate(0.0))
    """Rise each 1 April, by the rate in force that day. The first rise is the first 1 April
    after ``priced_at``."""
    priced_at: dt.date
    """The date whose prices ``weekly_fee_gbp`` is in."""
    income_share: Share = Field(default_factory=lambda: Share(value=0.0))
    """Share of the fee met by health, education or grant. The budget is net of it."""


class AfterCarePrice(Base):
    """What one kind of after-care payment costs for each child."""

    heading: str
    """The line of the after-care block it appears on."""
    weekly_fee_gbp: Dated[WeeklyFeeGbp]
    """Average allowance per child per week, before uplift."""
    by_age: ByAge[Ratio] | None = None
    """Relative allowance by age."""
    uplift: Dated[Growth] = Field(default_factory=lambda: Dated[Growth].model_validate(0.0))
    """Rise each 1 April, by the rate in force that day."""
    priced_at: dt.date
    """The date whose prices ``weekly_fee_gbp`` is in."""


class FixedCost(Base):
    """A cost that runs whether or not it is used, or an income that does (negative)."""

    block: Block
    """The part of the budget it is charged to."""
    heading: str
    """The line of the budget it appears on."""
    annual_cost_gbp: Dated[Gbp]
    """Pounds a year, from a date. Negative for a grant or other income."""
    priced_at: dt.date | None = None
    """The date whose prices ``annual_cost_gbp`` is in. Without it there is no uplift."""
    uplift: Dated[Growth] = Field(default_factory=lambda: Dated[Growth].model_validate(0.0))
    """Rise each 1 April after ``priced_at``, by the rate in force that day."""
    until: dt.date | None = None
    """First day it no longer runs."""


class OneOff(Base):
    """A sum that falls on one date and does not recur."""

    block: Block
    """The part of the budget it is charged to."""
    heading: str
    """The line of the budget it appears on."""
    date: dt.date
    """When it falls."""
    cost_gbp: Gbp
    """Pounds. Negative for income."""


class PlacementBudget(Base):
    """The budget that placements are held to: a base fixed beforehand, and its uplift."""

    base_gbp: dict[FinancialYear, Gbp]
    """Approved base by financial year, before the uplift."""
    uplift_gbp: dict[FinancialYear, Gbp] = Field(default_factory=dict)
    """Recurring addition to the base, by financial year."""


class Budget(Base):
    """What is approved to be spent, by block. Recurring and one-off money never mix."""

    placement: PlacementBudget
    """The placement budget. Overspend is measured against it."""
    other_blocks_gbp: dict[Block, dict[FinancialYear, Gbp]] = Field(default_factory=dict)
    """Budgets of the other blocks, by financial year, where one is stated."""


class Money(Base):
    """Prices, fixed costs and budgets."""

    prices: dict[SettingName, Price]
    """Price of every setting used."""
    shared_uplift: Growth = Field(default_factory=lambda: Growth(value=0.0))
    """Yearly price risk shared by every bought setting, added to each one's own uplift and
    drawn anew each year."""
    shares_uplift: tuple[SettingName, ...] = ()
    """The settings that bear ``shared_uplift``."""
    after_care: dict[AfterCare, AfterCarePrice] = Field(default_factory=dict)
    """Prices of after-care payments."""
    fixed_costs: dict[ShortName, FixedCost] = Field(default_factory=dict)
    """Fixed costs, grants and posts, each under a short name."""
    one_off: dict[ShortName, OneOff] = Field(default_factory=dict)
    """One-off sums, each under a short name."""
    budget: Budget
    """Budgets by block and year."""


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
    based_on: str | None = None
    """The file this one changes, as a path from this file."""
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
    opening: Opening
    """The children in care on the first day."""
    entries: Entries
    """Children coming into care."""
    year_to_year: YearToYearVariation
    """Good and bad years."""
    reference: Structure
    """The children whose events the rates below were counted from."""
    leaving: dict[Route, Hazard]
    """Ways out of care before 18. Every child still in care leaves at 18."""
    moving: dict[Move, MoveHazard]
    """Causes of moving from one home to another."""
    plans: dict[Plan, PlanRule]
    """Care plans and where each looks for a home."""
    settings: dict[SettingName, SettingRule]
    """The kinds of home there are."""
    panel: Panel
    """The placement panel."""
    after_care: dict[AfterCare, AfterCareKind] = Field(default_factory=dict)
    """Payments that go on after a child leaves care by a legal order."""
    money: Money
    """Prices, fixed costs and budgets."""

    @model_validator(mode="after")
    def _runs_forward(self) -> Scenario:
        if self.end <= self.start:
            raise ValueError(
                f"`end` ({self.end}) must come after `start` ({self.start}); give a later `end`"
            )
        return self


Opening.model_rebuild()
