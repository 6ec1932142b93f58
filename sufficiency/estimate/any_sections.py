"""What is written of entries and of good and bad years for any authority, with every reason."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sufficiency.estimate import sections
from sufficiency.estimate.any_basis import BEHIND_AGED_17, ENTERING_OLDER, AnyBasis
from sufficiency.estimate.homes import DFE
from sufficiency.estimate.layer import (
    Entry,
    Figure,
    Section,
    by_names,
    doubtful_share,
    rounded_shares,
)
from sufficiency.estimate.panel import FlowVariation, Learnt
from sufficiency.estimate.sections import AGES
from sufficiency.estimate.steering import Steering
from sufficiency.scenario.values import Z90
from sufficiency.vocabulary import Mark

AGES_CHANGE = 0.1
"""How much an age's share of entries changes from year to year beyond chance, as a part of it."""


def opening(basis: AnyBasis) -> Section:
    """Children in care on the first day."""
    written = sections.opening(basis)
    year = basis.as_at.year
    older = by_names(
        list(basis.older_half), list(basis.older_half.values()), Mark.D,
        f"{DFE}, year ending 31 March {year}",
        "Shares in the older half of each band, England's: as many must pass from band to band as "
        "come, leave and stay at the ages above.",
    )  # fmt: skip
    found: dict[str, Entry] = {}
    for name, entry in written.entries.items():
        found[name] = entry
        if name == "share_aged_17" and isinstance(entry, Figure):
            found[name] = replace(entry, reason=_why_aged_17(basis))
            found["older_half"] = older
    return Section(found, written.comment)


def entries(basis: AnyBasis, steering: Steering, learnt: Learnt) -> Section:
    """Children coming into care."""
    half = Z90 * steering.level_sd
    low, _, high = steering.drift
    year = basis.as_at.year
    return Section(
        {
            "per_year": Figure(
                Mark.D, _source(learnt), _why_level(basis, steering),
                p10=steering.level * float(np.exp(-half)),
                p90=steering.level * float(np.exp(half)),
                distribution="lognormal", unit="children per year",
            ),
            "by_age": _by_age(basis),
            "at_birth": Figure(
                Mark.D, f"{DFE}, year ending 31 March {year}",
                "England's children under 1, for each who entered under 1, are more than there "
                "would be if they entered at any age: this many must have entered at birth.",
                value=basis.entering_at_birth,
            ),
            "older_half": by_names(
                ["10_to_15"], [ENTERING_OLDER], Mark.J, "",
                why="not published; entries are far more at 16 than at 9",
            ),
            "drift": Figure(
                Mark.D, _source(learnt), _why_drift(steering, learnt),
                p10=low, p90=high, distribution="normal",
            ),
        },
        "Entries are set by where the number in care is likely to go, not carried forward: see "
        "docs/method.md, 'Any authority from published tables'.",
    )  # fmt: skip


def _why_aged_17(basis: AnyBasis) -> str:
    return (
        f"{basis.local.at_18[-1]} children left at 18 in the last year. As many for each child in "
        "care would turn 18 in the next, less a quarter of those who come at 16 and 17, and some "
        f"leave before: that share. {BEHIND_AGED_17:.0f} of England's children stand behind it."
    )


def _by_age(basis: AnyBasis) -> Section:
    """Shares of entries by age: last year's, as doubtful as one year's counts are."""
    year, ages = basis.as_at.year, np.array(basis.entry_ages, dtype=np.float64)
    source = f"{DFE}, year ending 31 March {year}"
    whole = basis.is_whole(year, "started", "Age on starting")
    return Section(
        {
            age: doubtful_share(
                share, float(np.hypot(1 / np.sqrt(max(count, 1.0)), AGES_CHANGE)), Mark.D, source,
                "one year's count, and ages change from year to year",
            )
            for age, share, count in zip(AGES, rounded_shares(ages.tolist()), ages, strict=True)
        },
        f"Ages on starting in the year ending 31 March {year}."
        + ("" if whole else " Those suppressed are shared as England's."),
    )  # fmt: skip


def year_to_year(steering: Steering, learnt: Learnt) -> Section:
    """Good and bad years."""
    return Section(
        {
            "entries": _flow(steering.entries, learnt.entries, steering.scale, learnt, "entries"),
            "leaving": _flow(
                steering.leaving, learnt.leaving, steering.scale, learnt, "leaving, a child in care"
            ),
        }
    )


def _why_level(basis: AnyBasis, steering: Steering) -> str:
    path = ", ".join(f"{number:.0f}" for number in steering.path)
    flows = steering.from_flows
    return (
        f"Entries that lead along {path} at each year's end, from {basis.stock}. "
        f"{basis.local.started[-1]} entered in the last year. Recent entries and leaving add "
        f"{100 * flows:+.1f}% by the first year's end; the gap to England's rate takes "
        f"{100 * steering.reverting:+.1f}% a year. Doubt about the path stands in year_to_year "
        "and in the rates of leaving."
    )


def _why_drift(steering: Steering, learnt: Learnt) -> str:
    seen = learnt.seen
    return (
        "The yearly change of entries that leads along the same path. The interval runs from no "
        f"coming nearer to England's rate to twice as much. {100 * learnt.reversion:.1f}% of the "
        "log gap a year is what holds the spread between authorities where it is, given how far "
        f"each moves in a year; from {learnt.first_year} to {learnt.last_year} the slope seen was "
        f"{seen.value:+.3f} (standard error {seen.standard_error:.3f})"
        + (", too little to tell." if abs(seen.value) < 2 * seen.standard_error else ".")
    )


def _flow(
    flow: FlowVariation, seen: FlowVariation, scale: float, learnt: Learnt, what: str
) -> Section:
    half = Z90 * seen.standard_error
    low, high = max(flow.autocorrelation - half, -0.3), min(flow.autocorrelation + half, 0.95)
    return Section(
        {
            "spread": Figure(
                Mark.D, _source(learnt),
                f"One year of {what} varied by {seen.spread:.3f} on the log scale beyond chance. "
                f"Multiplied by {scale:.2f}, so that with the doubt about rates the number in care "
                "moves in one to three years as far as it did in eight cases of ten.",
                value=flow.spread,
            ),
            "autocorrelation": Figure(
                Mark.D, _source(learnt),
                f"From {seen.changes} yearly changes, net of chance: {seen.autocorrelation:.2f} "
                f"(standard error {seen.standard_error:.2f}).",
                p10=low, p90=high, distribution="normal",
            ),
        }
    )  # fmt: skip


def _source(learnt: Learnt) -> str:
    return f"{DFE}; {learnt.authorities} authorities, {learnt.first_year} to {learnt.last_year}"
