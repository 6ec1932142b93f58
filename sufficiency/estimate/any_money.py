"""Prices for any authority: England's, or England's laid beside what the authority spent.

No budget is stated, because none is known; a run then tells costs and no overspend.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sufficiency.estimate.any_outturn import Matched, MatchedLine
from sufficiency.estimate.any_prices import (
    AGE_RATIOS,
    AGE_SOURCE,
    BASE,
    PRICED_AT,
    BasePrice,
    Rise,
)
from sufficiency.estimate.layer import Entry, Figure, Section, by_names
from sufficiency.periods import financial_year_of
from sufficiency.vocabulary import AgeBand, Mark

AGES = [band.value for band in AgeBand]
_ALLOWANCE = (0.03, 0.03, "", "Follows the fostering allowance.")
_SHARES_UPLIFT = ("external_residential", "agency_foster", "supported_accommodation", "other")
_AFTER_CARE = {
    "special_guardianship": (
        "Special guardianship allowances", 145, 215, Mark.M,
        "Tied to the fostering allowance and means-tested.", True,
    ),
    "child_arrangements": (
        "Child arrangements allowances", 110, 180, Mark.J,
        "Paid less often and at a lower rate than special guardianship.", False,
    ),
    "adoption": (
        "Adoption allowances", 110, 180, Mark.J, "Paid for some children, means-tested.", False,
    ),
}  # fmt: skip


def money(
    matched: Matched | None, opens: dt.date, own: Mapping[str, Section] | None = None
) -> Section:
    """The part of a scenario that holds prices.

    Args:
        matched: What the authority's outturn says of them; None where none was given.
        opens: The opening date; the example of a budget is of the financial year after it.
        own: Prices worked out from the authority's own fees, by setting; None where there is no
            table of them because everything is published.

    Returns:
        Prices of every kind of home and of payments after care, and no budget.
    """
    year = financial_year_of(opens + dt.timedelta(days=1))
    prices = {price.setting: _price(price, matched) for price in BASE}
    missing = "published" if own is None else "in a return"
    return Section(
        {
            "prices": Section({**prices, **(own or {})}),
            "shared_uplift": Figure(
                Mark.J, "",
                "Price risk shared by all bought homes and agencies in a year, around their own "
                "trend.",
                p10=-0.025, p90=0.025, distribution="normal",
            ),
            "shares_uplift": _SHARES_UPLIFT,
            "after_care": Section({kind: _allowance(*each) for kind, each in _AFTER_CARE.items()}),
            "budget": Section(
                {"placement": Section({"base_gbp": Section({})})},
                f"No approved budget is {missing}. A year without one shows its cost only and no "
                "overspend. State your own, such as:",
                (
                    "  placement:",
                    f'    base_gbp: {{{year}: {{value: 30000000, mark: V, source: "a report"}}}}',
                ),
            ),
        },
        _about_own(own) if own else _about(matched),
    )  # fmt: skip


def _about_own(own: Mapping[str, Section]) -> str:
    return (
        f"Prices of {len(own)} kinds of home are from the fees given, and say so. The others are "
        "England's of 2024/25 and not this authority's. Days before or after the date of a price "
        "are priced by its yearly rises."
    )


def _about(matched: Matched | None) -> str:
    text = (
        "Prices are stated in those of 2024/25, whatever the opening date; days before are priced "
        "by taking the same yearly rises off, later days by adding them."
    )
    if matched is None:
        return f"{text} They are England's, not this authority's: put in your own."
    if matched.year != PRICED_AT.year + 1:
        text = text.replace("those of 2024/25", f"those of {matched.financial_year}")
    return (
        f"{text} England's prices are multiplied by one factor for residential kinds and one for "
        f"fostering, at which the children of {matched.financial_year} ({matched.counted}) cost "
        "what the authority reported (MHCLG, revenue outturn RO3, gross): "
        f"{matched.in_words()}. The lines hold more than fees: own homes full or empty, "
        "commissioning, and for fostering recruitment and supervision of carers. So these are "
        "costs of a service for each child, not fees on an invoice."
    )


def _price(price: BasePrice, matched: Matched | None) -> Section:
    line = matched.lines[price.line] if matched and price.line else None
    year = matched.year if matched else PRICED_AT.year + 1
    written: dict[str, Entry] = {
        "block": price.block,
        "heading": price.heading,
        "priced_at": dt.date(year - 1, PRICED_AT.month, PRICED_AT.day),
        "weekly_fee_gbp": _fee(price, matched, line),
    }
    if price.by_age:
        written["by_age"] = _by_age()
    if line is not None and line.income_share > 0:
        written["income_share"] = Figure(
            Mark.D, _source(matched), why="Income over expenditure of its line.",
            value=round(line.income_share, 4),
        )  # fmt: skip
    if price.spread is not None:
        written["spread"] = Figure(Mark.J, "", why=price.spread[1], value=price.spread[0])
    if price.tail is not None:
        share, ratio, source = price.tail
        written["tail_share"] = Figure(
            Mark.J, source, why="Crisis placements, as in England.", value=share
        )
        written["tail_ratio"] = Figure(
            Mark.J, source, why="About 15,000 a week against 6,000.", value=ratio
        )
    if price.high > 0:
        written["uplift"] = rise_figure(price.rise)
    return Section(written)


def _fee(price: BasePrice, matched: Matched | None, line: MatchedLine | None) -> Figure:
    """England's fee, times the factor of its line."""
    if price.high == 0:
        return Figure(price.mark, price.source, why=price.reason, value=0)
    if matched is None or line is None or line.wanted is None:
        level = 1.0 if matched is None else price.level(matched.year)
        return Figure(
            price.mark, price.source, price.reason,
            p10=round(price.low * level), p90=round(price.high * level),
            distribution=price.distribution,
        )  # fmt: skip
    level = price.level(matched.year) * line.factor
    held = ", held at its bound" if line.is_bounded else ""
    return Figure(
        Mark.J, "; ".join(each for each in (price.source, _source(matched)) if each),
        f"England's {price.middle * price.level(matched.year):,.0f} a week times {line.factor:.2f}"
        f"{held}: what {_which(matched, price)} of the outturn says. For England: {price.reason}",
        p10=round(price.low * level), p90=round(price.high * level),
        distribution=price.distribution,
    )  # fmt: skip


def _which(matched: Matched, price: BasePrice) -> str:
    if matched.is_together:
        return "the residential and fostering lines together"
    return f"the {price.line} line"


def _source(matched: Matched | None) -> str:
    return f"MHCLG, revenue outturn RO3 {matched.financial_year}, gross" if matched else ""


def _by_age() -> Section:
    return by_names(AGES, AGE_RATIOS, Mark.D, AGE_SOURCE, why="each over their middle value of 200")


def rise_figure(rise: Rise) -> Figure:
    """A yearly rise as it is written."""
    low, high, source, reason = rise
    if low == high:
        return Figure(Mark.J, source, why=reason, value=low)
    return Figure(Mark.J, source, why=reason, p10=low, p90=high, distribution="normal")


def _allowance(
    heading: str, low: float, high: float, mark: Mark, reason: str, by_age: bool
) -> Section:
    """The price of one kind of payment after care."""
    written: dict[str, Entry] = {
        "heading": heading,
        "priced_at": PRICED_AT,
        "weekly_fee_gbp": Figure(
            mark, "", why=reason, p10=low, p90=high, distribution="normal"
        ),
    }  # fmt: skip
    if by_age:
        written["by_age"] = _by_age()
    written["uplift"] = rise_figure(_ALLOWANCE)
    return Section(written)
