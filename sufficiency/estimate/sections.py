"""The estimated parts of a scenario other than leaving and moving, each figure with its reason."""

from __future__ import annotations

import numpy as np

from sufficiency.estimate.basis import Basis
from sufficiency.estimate.homes import DFE
from sufficiency.estimate.judgements import ends
from sufficiency.estimate.layer import Figure, Section, by_names, rounded_shares
from sufficiency.periods import long_date
from sufficiency.scenario.values import Z90
from sufficiency.vocabulary import AgeBand, Mark, TimeInCare

AGES = [band.value for band in AgeBand]
TIMES = [band.value for band in TimeInCare]


def opening(basis: Basis) -> Section:
    """Children in care on the first day."""
    judged = basis.judgements
    year, table = basis.shape_year, f"{DFE}, 31 March {basis.shape_year}"
    return Section(
        {
            "children_in_care": Figure(Mark.V, DFE, value=basis.stock, unit="children"),
            "by_age": _opening_ages(basis, table),
            "share_aged_17": Figure(
                Mark.J, f"{DFE}; ages of 31 March {year}", _why_aged_17(basis),
                value=basis.share_aged_17,
            ),
            "by_time_in_care": by_names(
                TIMES, rounded_shares(basis.opening_times), Mark.D, f"{DFE}; {basis.judged}",
                f"Entries of the last two years ({basis.local.started[-1]} and "
                f"{basis.local.started[-2]}) less those who had left again at "
                f"{basis.early_leaving_rate:.2f} a year; the rest have been in care two years or "
                f"more, {judged.two_to_five_years_share:.0%} of them under five by judgement."
                + _and(judged.leaving_in_first_two_years_reason),
            ),
            **basis.homes.opening(),
            "by_location": _places(basis),
        },
        f"The children in care on {long_date(basis.as_at)}.",
    )  # fmt: skip


def _opening_ages(basis: Basis, table: str) -> Section:
    """Children by age: as published, with shared-out cells, or by the shape of a year later."""
    if not basis.own_tables:
        year = basis.shape_year
        return by_names(
            AGES, basis.stock_ages, Mark.J, table,
            f"Counts of 31 March {year}, used as a shape: no ages were published before.",
            f"shape of 31 March {year}, scaled",
        )  # fmt: skip
    if basis.is_whole(basis.shape_year, "looked_after_31_march", "Age group"):
        return by_names(AGES, basis.stock_ages, Mark.V, table)
    return by_names(
        AGES, basis.stock_ages, Mark.D, table,
        "Some ages were suppressed: what the others leave is shared as England's children are.",
    )  # fmt: skip


def _places(basis: Basis) -> Section:
    names, numbers = list(basis.places), list(basis.places.values())
    table = f"{DFE}, 31 March {basis.shape_year}"
    if not basis.own_tables:
        return by_names(
            names, numbers, Mark.J, table,
            f"Counts of 31 March {basis.shape_year}, used as a shape.",
            f"shape of 31 March {basis.shape_year}, scaled",
        )  # fmt: skip
    return by_names(
        names, numbers, Mark.D, table,
        "Inside and outside the boundary as published; those outside whose distance is not known "
        "are shared as the others outside.",
    )  # fmt: skip


def _why_aged_17(basis: Basis) -> str:
    text = (
        f"{basis.local.at_18[-1]} children left at 18 in the last year. As many for each child in "
        "care would turn 18 in the next: that share of those of 16 and 17."
    )
    if basis.local.stocks[-1] > basis.local.stocks[0]:
        text += " The authority's older children are mostly 16, because its growth is recent."
    return text


def _and(sentence: str) -> str:
    return f" {sentence}" if sentence else ""


def entries(basis: Basis) -> Section:
    """Children coming into care."""
    entry = basis.entry
    half = Z90 * entry.level_sd
    return Section(
        {
            "per_year": Figure(
                Mark.D,
                DFE,
                f"The entries that would hold the number in care at last year's rate of leaving: "
                f"{entry.level:.0f}. The interval is the uncertainty of this level only; last "
                "year's height, good and bad years and chance come on top (year_to_year).",
                p10=entry.level * float(np.exp(-half)),
                p90=entry.level * float(np.exp(half)),
                distribution="lognormal",
                unit="children per year",
            ),
            "by_age": by_names(
                AGES, rounded_shares(basis.entry_ages),
                Mark.D if basis.own_tables else Mark.J,
                f"{DFE}, year ending 31 March {basis.shape_year}",
                f"Ages on starting in the year ending 31 March {basis.shape_year}."
                if basis.own_tables
                else f"Ages on starting in the year ending 31 March {basis.shape_year}, used as a "
                "shape: none were published before.",
                "" if basis.own_tables
                else f"shape of the year ending 31 March {basis.shape_year}",
            ),
            "drift": Figure(
                Mark.J,
                f"{basis.judged}; {_authorities(basis)}",
                _why_drift(basis),
                **ends(basis.judgements.entries_drift),
            ),
        }
    )  # fmt: skip


def _why_drift(basis: Basis) -> str:
    first, last = basis.local.years
    slope = basis.variations.reversion
    here = f"{slope.value:+.3f} (standard error {slope.standard_error:.3f})"
    if slope.value > 0:
        seen = (
            f"From {first} to {last} authorities did not come nearer to the national rate: the "
            f"slope on the gap is {here}, away from it if anything."
        )
    else:
        seen = (
            f"From {first} to {last} authorities came nearer to the national rate: the slope on "
            f"the gap is {here}."
        )
    return seen + _and(basis.judgements.entries_drift_reason)


def _authorities(basis: Basis) -> str:
    first, last = basis.local.years
    return f"authorities of {first} and {last}"


def year_to_year(basis: Basis) -> Section:
    """Good and bad years."""
    found, entry = basis.variations, basis.entry
    over, half = entry.carried, Z90 * entry.carried.standard_error
    leaving = basis.judgements.autocorrelation_of_leaving
    return Section(
        {
            "entries": Section(
                {
                    "spread": _spread(
                        basis, found.entries_change_sd, over.value, found.entries_spread
                    ),
                    "autocorrelation": Figure(
                        Mark.D,
                        f"{DFE}; {_authorities(basis)}",
                        f"Of an authority's distance in {basis.local.years[0]} from the entries "
                        f"that would hold its number in care, {over.value:.2f} was there in "
                        f"{basis.local.years[-1]} (standard error {over.standard_error:.2f}, "
                        f"{over.authorities} authorities).",
                        p10=over.value - half,
                        p90=over.value + half,
                        distribution="normal",
                    ),
                    "last_year": Figure(
                        Mark.D,
                        DFE,
                        f"{entry.last:.0f} entered in the last year against a level of "
                        f"{entry.level:.0f}: the distance, on the log scale, that fades.",
                        value=entry.last_year_log,
                    ),
                }
            ),
            "leaving": Section(
                {
                    "spread": _spread(
                        basis, found.leaving_change_sd, leaving.central, found.leaving_spread
                    ),
                    "autocorrelation": Figure(
                        Mark.J,
                        basis.judged,
                        "Two years cannot tell how far a good year carries into the next.",
                        **ends(leaving),
                    ),
                }
            ),
        }
    )


def _spread(basis: Basis, change: float, correlation: float, spread: float) -> Figure:
    return Figure(
        Mark.D,
        f"{DFE}; {_authorities(basis)}",
        f"The yearly change varies by {change:.3f} on the log scale beyond chance. At the middle "
        f"autocorrelation, {correlation:.2f}, one year then varies by {spread:.3f}.",
        value=spread,
    )


def usual_ages(basis: Basis) -> Section:
    """How usual each kind of home is at each age, for crossing the published tables."""
    ages = basis.judgements.usual_ages
    return Section(
        {
            name: Section({"usual_ages": by_names(AGES, relative, Mark.J, basis.judged)})
            for name, relative in ages.items()
        },
        "How usual each kind of home is at each age: ages and homes are not published crossed.",
    )


def reference(basis: Basis) -> Section:
    """The children the rates were counted from."""
    return Section(
        {
            "by_age": by_names(
                AGES, rounded_shares(basis.reference_ages),
                Mark.D if basis.own_tables else Mark.J,
                f"{DFE}, 31 March {basis.shape_year}",
                f"Ages of 31 March {basis.shape_year}."
                if basis.own_tables else f"Ages of 31 March {basis.shape_year}, used as a shape.",
                "" if basis.own_tables else f"shape of 31 March {basis.shape_year}",
            ),
            "by_time_in_care": by_names(
                TIMES, rounded_shares(basis.reference_times), Mark.D, f"{DFE}; {basis.judged}",
                "As for the opening children, averaged over the closing dates of the two years.",
            ),
            "by_setting": by_names(
                basis.settings, rounded_shares(basis.reference_settings), Mark.D,
                basis.homes.reference_source(), basis.homes.reference_comment(),
            ),
        },
        f"The children behind the rates below: {basis.local.exposure:.0f} child-years in the "
        f"years ending 31 March {basis.local.years[0]} and {basis.local.years[-1]}.",
    )  # fmt: skip


def after_care(basis: Basis) -> Section:
    """Payments that go on after care."""
    kinds = {}
    for kind, judged in basis.judgements.after_care.items():
        kinds[kind.value] = Section(
            {
                "opening_children": Figure(
                    Mark.J, basis.judged, judged.reason, **ends(judged.opening_children)
                ),
                "opening_by_age": by_names(
                    AGES, rounded_shares(judged.opening_by_age), Mark.J, basis.judged,
                    why="older than children leaving care, since each is paid until 18",
                ),
                "share_of_leavers": Figure(
                    Mark.J, basis.judged, "Not published; an allowance depends on means.",
                    **ends(judged.share_of_leavers),
                ),
            }
        )  # fmt: skip
    return Section(dict(kinds))
