"""The estimated parts of a scenario other than leaving and moving, each figure with its reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np

from sufficiency.estimate.basis import PLACES, Basis
from sufficiency.estimate.judgements import ends
from sufficiency.estimate.layer import JUDGED, Figure, Section, rounded_shares
from sufficiency.vocabulary import AgeBand, Mark, TimeInCare

DFE = "DfE, Children looked after in England (SSDA903), OGL v3.0"
_Z90 = 1.2815515655446004


def by_names(
    names: Sequence[str],
    values: Sequence[float],
    mark: Mark,
    source: str,
    comment: str = "",
    why: str = "",
) -> Section:
    """One figure for each name; ``why`` is a reason of a few words, written beside each."""
    return Section(
        {
            name: Figure(mark, source, value=float(value), why=why)
            for name, value in zip(names, values, strict=True)
        },
        comment,
    )


AGES = [band.value for band in AgeBand]
TIMES = [band.value for band in TimeInCare]


def opening(basis: Basis) -> Section:
    """Children in care on the first day."""
    judged = basis.judgements
    year = basis.shape_year
    counted: dict[str, Figure] = {}
    for name in ("connected_carer", "in_house_foster", "agency_foster"):
        found, source = basis.council.figures[(basis.as_at, "children", name)]
        counted[name] = Figure(Mark.V, source, value=found)
    external, source = basis.council.figures[(basis.as_at, "children", "external")]
    for name, number in judged.external_split.items():
        counted[name] = Figure(
            Mark.J,
            f"{source}; split: {JUDGED}",
            f"Part of the {external} counted as external residential. {external} such placements "
            "would cost far less each than any provider charged, so the count most likely holds "
            "supported and other placements too.",
            value=number,
        )
    places = {
        name: basis.margins.count(year, "looked_after_31_march", *where)
        for name, where in PLACES.items()
    }
    return Section(
        {
            "children_in_care": Figure(Mark.V, DFE, value=basis.stock, unit="children"),
            "by_age": by_names(
                AGES, basis.stock_ages, Mark.J, f"{DFE}, 31 March {year}",
                f"Counts of 31 March {year}, used as a shape: no ages were published before.",
                f"shape of 31 March {year}, scaled",
            ),
            "share_aged_17": Figure(
                Mark.J,
                f"{DFE}; ages of 31 March {year}",
                f"{basis.local.at_18[-1]} children left at 18 in the last year. As many for each "
                "child in care would turn 18 in the next: that share of those of 16 and 17. The "
                "authority's older children are mostly 16, because its growth is recent.",
                value=basis.share_aged_17,
            ),
            "by_time_in_care": by_names(
                TIMES, rounded_shares(basis.opening_times), Mark.D, f"{DFE}; {JUDGED}",
                f"Entries of the last two years ({basis.local.started[-1]} and "
                f"{basis.local.started[-2]}) less those who had left again at "
                f"{basis.leaving_rate:.2f} a year; the rest have been in care two years or more, "
                f"{judged.two_to_five_years_share:.0%} of them under five by judgement.",
            ),
            "by_setting": Section(counted, "Children in each kind of home that was counted."),
            "rest_by_setting": by_names(
                list(judged.rest_by_setting), rounded_shares(list(judged.rest_by_setting.values())),
                Mark.J, f"{JUDGED}; shape of 31 March {year}",
                "How the children in no count are shared out.",
                f"as the same kinds of home shared children on 31 March {year}",
            ),
            "counted_twice": Section(
                {
                    "children": Figure(
                        Mark.D,
                        f"{JUDGED}; 15 to 79 is what the published counts allow",
                        "The counts above come to more than the children in care allows once own "
                        "homes, parents and adoption have theirs, so some connected children are "
                        "in the council's in-house count as well.",
                        **ends(judged.counted_twice),
                    ),
                    "kept_in": "connected_carer",
                    "taken_from": "in_house_foster",
                }
            ),
            "by_location": by_names(
                list(places), list(places.values()), Mark.J, f"{DFE}, 31 March {year}",
                f"Counts of 31 March {year}, used as a shape.",
                f"shape of 31 March {year}, scaled",
            ),
        },
        f"The children in care on {_long(basis.as_at)}.",
    )  # fmt: skip


def entries(basis: Basis) -> Section:
    """Children coming into care."""
    entry = basis.entry
    half = _Z90 * entry.level_sd
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
                AGES, rounded_shares(basis.entry_ages), Mark.J,
                f"{DFE}, year ending 31 March {basis.shape_year}",
                f"Ages on starting in the year ending 31 March {basis.shape_year}, used as a "
                "shape: none were published before.",
                f"shape of the year ending 31 March {basis.shape_year}",
            ),
            "drift": Figure(
                Mark.J,
                f"{JUDGED}; authorities of 2019 and 2020",
                "From 2019 to 2020 authorities did not come nearer to the national rate: the "
                f"slope on the gap is {basis.variations.reversion.value:+.3f} (standard error "
                f"{basis.variations.reversion.standard_error:.3f}), away from it if anything. One "
                "year cannot settle the long run, so no drift at the centre.",
                **ends(basis.judgements.entries_drift),
            ),
        }
    )  # fmt: skip


def year_to_year(basis: Basis) -> Section:
    """Good and bad years."""
    found, entry = basis.variations, basis.entry
    over, half = entry.carried, _Z90 * entry.carried.standard_error
    leaving = basis.judgements.autocorrelation_of_leaving
    return Section(
        {
            "entries": Section(
                {
                    "spread": _spread(found.entries_change_sd, over.value, found.entries_spread),
                    "autocorrelation": Figure(
                        Mark.D,
                        f"{DFE}; authorities of 2019 and 2020",
                        f"Of an authority's distance in 2019 from the entries that would hold "
                        f"its number in care, {over.value:.2f} was there in 2020 (standard error "
                        f"{over.standard_error:.2f}, {over.authorities} authorities).",
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
                        found.leaving_change_sd, leaving.central, found.leaving_spread
                    ),
                    "autocorrelation": Figure(
                        Mark.J,
                        JUDGED,
                        "Two years cannot tell how far a good year carries into the next.",
                        **ends(leaving),
                    ),
                }
            ),
        }
    )


def _spread(change: float, correlation: float, spread: float) -> Figure:
    return Figure(
        Mark.D,
        f"{DFE}; authorities of 2019 and 2020",
        f"The yearly change varies by {change:.3f} on the log scale beyond chance. At the middle "
        f"autocorrelation, {correlation:.2f}, one year then varies by {spread:.3f}.",
        value=spread,
    )


def usual_ages(basis: Basis) -> Section:
    """How usual each kind of home is at each age, for crossing the published tables."""
    ages = basis.judgements.usual_ages
    return Section(
        {
            name: Section({"usual_ages": by_names(AGES, relative, Mark.J, JUDGED)})
            for name, relative in ages.items()
        },
        "How usual each kind of home is at each age: ages and homes are not published crossed.",
    )


def reference(basis: Basis) -> Section:
    """The children the rates were counted from."""
    return Section(
        {
            "by_age": by_names(
                AGES, rounded_shares(basis.stock_ages), Mark.J,
                f"{DFE}, 31 March {basis.shape_year}",
                f"Ages of 31 March {basis.shape_year}, used as a shape.",
                f"shape of 31 March {basis.shape_year}",
            ),
            "by_time_in_care": by_names(
                TIMES, rounded_shares(basis.reference_times), Mark.D, f"{DFE}; {JUDGED}",
                "As for the opening children, averaged over the closing dates of the two years.",
            ),
            "by_setting": by_names(
                basis.settings, rounded_shares(basis.reference_settings), Mark.D,
                f"inputs/middlesbrough/council_counts.csv; {JUDGED}",
                "Average of the two years, not of the opening day: children with connected carers "
                "grew fast in between.",
            ),
        },
        f"The children behind the rates below: {basis.local.exposure:.0f} child-years in the "
        f"years ending 31 March {basis.local.years[0]} and {basis.local.years[-1]}.",
    )  # fmt: skip


def after_care(basis: Basis) -> Section:
    """Payments that go on after care."""
    kinds = {}
    for kind, judged in basis.judgements.after_care.items():
        reason = "No count of this kind is published; a small number is taken."
        if kind.value == "special_guardianship":
            number = basis.council.count(
                dt.date(2021, 10, 31), "special_guardianship_allowances", "after_care"
            )
            reason = (
                f"{number} in autumn 2021 is the nearest count. The opening number is taken back "
                "from it at the pace of orders made before the opening, less those reaching 18; "
                "flows after the opening are not used."
            )
        kinds[kind.value] = Section(
            {
                "opening_children": Figure(
                    Mark.J, JUDGED, reason, **ends(judged.opening_children)
                ),
                "opening_by_age": by_names(
                    AGES, rounded_shares(judged.opening_by_age), Mark.J, JUDGED,
                    why="older than children leaving care, since each is paid until 18",
                ),
                "share_of_leavers": Figure(
                    Mark.J, JUDGED, "Not published; an allowance depends on means.",
                    **ends(judged.share_of_leavers),
                ),
            }
        )  # fmt: skip
    return Section(dict(kinds))


def _long(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"
