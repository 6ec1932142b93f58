"""What a scenario may say of money: prices, fixed and one-off costs, grants, and the budget.

Each price says the date whose prices it is in and what it is charged to. The placement budget
is fixed beforehand and is never worked out from a result.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from sufficiency.scenario.kinds import ByAge, FinancialYear, SettingName, ShortName
from sufficiency.scenario.values import Base, Dated, Gbp, Growth, Ratio, Share, Spread, WeeklyFeeGbp
from sufficiency.vocabulary import AfterCare, Block, Category

Charged = Literal["child", "place"]
"""Whether a fee is paid for each child living there, or for each place, used or not."""


def _inflation() -> Dated[Growth]:
    figure = {
        "value": 0.02,
        "mark": "J",
        "source": "the Bank of England's target for consumer prices",
        "reason": "what prices are meant to rise by; what they will rise by is not known",
    }
    return Dated[Growth].model_validate(figure)


def _discount_rate() -> Growth:
    source = "HM Treasury, The Green Book: social time preference rate, for the first 30 years"
    return Growth.model_validate({"value": 0.035, "mark": "V", "source": source})


class Appraisal(Base):
    """How pounds of different years are made comparable: never used in a forecast itself."""

    inflation: Dated[Growth] = Field(default_factory=_inflation)
    """General rise of prices each year, by which costs are put into the prices of one year: 2%,
    the Bank of England's target, where not given."""
    discount_rate: Growth = Field(default_factory=_discount_rate)
    """How much less a pound counts for each year it comes later, prices apart: 3.5%, the social
    time preference rate of the Treasury's Green Book, where not given."""


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
    charged: Charged = "child"
    """``child``: paid for each child living there. ``place``: a block contract, paid for every
    place, used or not."""

    @property
    def is_free(self) -> bool:
        """Whether no fee is ever paid for a child: its cost, if any, is fixed."""
        return all(fee.value == 0.0 for fee in self.weekly_fee_gbp.from_.values())

    @property
    def is_by_place(self) -> bool:
        """Whether it is paid for every place rather than for every child."""
        return self.charged == "place"


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


class CasePrice(Base):
    """What a service costs for each child it begins to help, such as one conference."""

    block: Block
    """The part of the budget it is charged to."""
    heading: str
    """The line of the budget it appears on."""
    cost_per_child_gbp: Dated[Gbp]
    """Pounds a child, on the day the help begins."""
    priced_at: dt.date
    """The date whose prices it is in."""
    uplift: Dated[Growth] = Field(default_factory=lambda: Dated[Growth].model_validate(0.0))
    """Rise each 1 April, by the rate in force that day."""


class ChildGrant(Base):
    """Income for each night that a child of one category is in care."""

    category: Category
    """The children it is paid for."""
    block: Block
    """The part of the budget it is income to."""
    heading: str
    """The line of the budget it appears on."""
    weekly_income_gbp: Dated[WeeklyFeeGbp]
    """Pounds a week for each of them; given as a positive amount."""
    until: dt.date | None = None
    """First day it is no longer paid."""


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
    cases: dict[ShortName, CasePrice] = Field(default_factory=dict)
    """Cost of each child a service begins to help, under the service's name."""
    grants: dict[ShortName, ChildGrant] = Field(default_factory=dict)
    """Grants paid by the night for a category of children, each under a short name."""
    budget: Budget
    """Budgets by block and year."""
