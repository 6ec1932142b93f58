"""What an estimate of any authority rests on, in words a director can read.

It tells apart what was published for the authority, what was borrowed from England because the
authority's own numbers are small or withheld, and what is assumed because nobody publishes it.
It ends with what to do next. Cells that were suppressed are counted here and never shown.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sufficiency.estimate.any_outturn import Matched
from sufficiency.estimate.basis import Basis
from sufficiency.estimate.published import FAMILY_ORDERS, OTHER_WAYS
from sufficiency.periods import long_date

_WIDTH = 96
_GROUPS = {
    "home_planned": "planned returns home",
    FAMILY_ORDERS: "guardianship and child arrangements orders",
    "adoption": "adoptions",
    OTHER_WAYS: "every other way out before 18",
}
_MOSTLY_ENGLAND = 0.4
_TABLES_TOLD = 3


@dataclass(frozen=True)
class Steering:
    """How the level of entries was set.

    Attributes:
        entries_per_year: Children who come into care each year, at the middle.
        path: Children in care it was set for, by year ending 31 March, the opening left out.
        why: What the path is, as words that follow "the path on which".
    """

    entries_per_year: float
    path: Mapping[int, float]
    why: str = ""


def summary_text(
    authority: str,
    basis: Basis,
    steering: Steering,
    suppressed: Mapping[str, tuple[int, int]],
    matched: Matched | None,
) -> str:
    """The summary of one estimate.

    Args:
        authority: The authority's name.
        basis: What was worked out from the published tables.
        steering: The level of entries and the path it was set for.
        suppressed: By table: cells withheld or taken together with such, and cells in all.
        matched: What the outturn says of prices; None where none was given.

    Returns:
        Plain text, at most a page and a half, ending in a newline.
    """
    title = f"{authority} from {long_date(basis.as_at)}: what this estimate rests on"
    parts = [
        f"{title}\n{'=' * len(title)}",
        part("Known: published for this authority", _known(basis, suppressed)),
        part("Borrowed: England's, leant on", _borrowed(basis)),
        part("Assumed: published for nobody", _assumed(steering, matched)),
        part("What to do next", _next()),
    ]
    return "\n\n".join(parts) + "\n"


def part(title: str, points: Sequence[str]) -> str:
    """One part of a summary: a title, then points, each folded behind a dash."""
    lines = [f"{title}\n{'-' * len(title)}"]
    for point in points:
        lines.append(
            textwrap.fill(
                point, _WIDTH, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False,
                break_long_words=False,
            )
        )  # fmt: skip
    return "\n".join(lines)


def _known(basis: Basis, suppressed: Mapping[str, tuple[int, int]]) -> list[str]:
    local, year = basis.local, basis.as_at.year
    children = basis.totals.count(year, "population_0_17")
    here, england = basis.stock / children * 10_000, basis.national_rates[-1] * 10_000
    points = [
        f"{basis.stock:,} children were in care on {long_date(basis.as_at)}, after "
        f"{local.stocks[1]:,.0f} the year before: {here:.0f} for every 10,000 children, against "
        f"{england:.0f} in England.",
        f"{local.started[-1]:,} came into care in the last year and {local.started[-2]:,} in the "
        f"year before; {local.ceased[-1]:,} and {local.ceased[-2]:,} left.",
        "Their ages, the kinds of placement they lived in and whether these were inside the "
        "boundary are met as published.",
    ]
    points.append(_withheld({table: each for table, each in suppressed.items() if each[0] > 0}))
    return points


def _withheld(gaps: Mapping[str, tuple[int, int]]) -> str:
    """How much of the tables was suppressed."""
    if not gaps:
        return "No cell of the tables used was withheld."
    few, cells = (sum(each[i] for each in gaps.values()) for i in (0, 1))
    worst = sorted(gaps.items(), key=lambda each: (-each[1][0], each[0]))[:_TABLES_TOLD]
    listed = "; ".join(f"{table} ({hidden} of {all_})" for table, (hidden, all_) in worst)
    return (
        f"Not everything was published: in {len(gaps)} of the tables used, {few} of {cells} cells "
        "were withheld to protect children, or had to be taken together with those that were; "
        f"most in {listed}. What the totals leave for them is shared out as in England: enough "
        "for a forecast, and never to be quoted as a count."
    )


def _borrowed(basis: Basis) -> list[str]:
    weights = {name: basis.rates[name].weight for name in _GROUPS if name in basis.rates}
    points = [
        "How fast children leave care is a mixture of this authority's last two years and "
        "England's rate. Weight of its own: "
        + "; ".join(f"{_GROUPS[name]} {weight:.0%}" for name, weight in weights.items())
        + "."
    ]
    if weights and max(weights.values()) < _MOSTLY_ENGLAND:
        points[0] += " Its numbers are small: what it does differently shows only in part."
    points.append(
        "How far kinds of home are from where children come from follows England's pattern for "
        "each kind, tilted until the authority's published locations are met."
    )
    return points


def _assumed(steering: Steering, matched: Matched | None) -> list[str]:
    path = ", ".join(f"{children:,.0f} in {year}" for year, children in steering.path.items())
    entries = f"About {steering.entries_per_year:,.0f} children come into care in the first year"
    points = [
        "NO HOME IS EVER FULL. Places are not published, so every child finds a home of the kind "
        "looked for. The forecast tells homes needed, not homes lacking.",
        f"{entries}: as many as lead to {path} in care at 31 March in a middle future"
        + (f". That is the path on which {steering.why}." if steering.why else "."),
        "Relatives and friends, the authority's own carers and agencies are not published apart, "
        "nor are own and bought children's homes: how foster placements and homes are split is "
        "judged. So are care plans, how often children move and why, and payments after care.",
    ]
    if matched is None:
        points.append(
            "Prices are England's of 2024/25 (318,400 a year for a place in a bought home, about "
            "900 a week with an agency): this authority may pay a third more or less."
        )
    else:
        points.append(
            f"Prices are England's times what the authority's outturn of {matched.financial_year} "
            f"says ({matched.in_words()}), with {matched.counted}. Those lines hold more than "
            "fees, such as own homes and the supervision of carers."
        )
    points.append("No budget is published, so costs are told and no overspend.")
    return points


def _next() -> list[str]:
    return [
        "Run it: `sufficiency run baseline.yaml`, and read how many homes of each kind are needed.",
        "Add places: how many own carers and own homes can take a child, and what the market near "
        "you holds. An example stands above `settings` in baseline.yaml. Only then can "
        "insufficiency show.",
        "Put in what you pay for each kind of home, and the approved budget (`money`).",
        "Replace the split of foster placements and of homes by your own count (`opening`, in "
        "estimated.yaml), then whatever `sufficiency run` lists in assumptions.csv with mark J "
        "and you know better.",
        "To try a change, write a file of a few lines that begins with `based_on: baseline.yaml`.",
    ]
