"""What is written of a council's own children, each figure with what was counted behind it.

Every rate says how many events in how many child-years it rests on. Effects of age, of time in
care and of the kind of home are written with the range that so few events leave open.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sufficiency.estimate.any_basis import ALLOWANCES
from sufficiency.estimate.any_homes import SETTINGS
from sufficiency.estimate.any_locations import PATTERN, locations_by_setting
from sufficiency.estimate.any_sections import AGES_CHANGE
from sufficiency.estimate.caseload import joint_table, times_that_can_be
from sufficiency.estimate.ipf import MarginsContradict
from sufficiency.estimate.judgements import general_judgements
from sufficiency.estimate.layer import (
    Entry,
    Figure,
    Section,
    by_names,
    doubtful_share,
    rounded_shares,
)
from sufficiency.estimate.own_alone import OwnAlone
from sufficiency.estimate.own_entries import CountedShare, OwnArrivals, counted_share
from sufficiency.estimate.own_opening import OwnOpening
from sufficiency.estimate.own_steering import LEARNT, LEARNT_SOURCE
from sufficiency.estimate.sections import AGES, TIMES
from sufficiency.estimate.steering import Steering
from sufficiency.periods import DAYS_PER_YEAR, long_date
from sufficiency.rounding import whole_shares
from sufficiency.scenario.values import Z90
from sufficiency.vocabulary import Location, Mark

if TYPE_CHECKING:
    from sufficiency.estimate.own_rates import OwnRates

FloatArray = NDArray[np.float64]
JUDGED = "sufficiency/estimate/judgements-england.yaml"
"""The judgements about England's children, as a source is written."""
_ENGLAND_HOMES = "; ".join(dict.fromkeys(where for _, where, _ in PATTERN.values() if where))
"""Where England's pattern of places comes from."""
_BEHIND_USUAL = 2.0
"""Child-years of usual children behind a council's own, where ages and homes are crossed."""
_LEAST_USUAL = 1e-4
_EVENLY = 2.0
"""How many children, half of them in the older half, stand behind a band's own."""


@dataclass(frozen=True)
class OwnBasis:
    """What an estimate from a council's own records rests on.

    Attributes:
        authority: Whose records they are.
        as_at: The opening.
        source: How the records are named as a source.
        rates: Ways out and moves of children who are not counted apart.
        opening: Every child in care on the opening day.
        followed: The same without unaccompanied children, where these are counted apart.
        arrivals: Children who came, without these.
        alone: Unaccompanied children counted apart; None where there are too few.
    """

    authority: str
    as_at: dt.date
    source: str
    rates: OwnRates
    opening: OwnOpening
    followed: OwnOpening
    arrivals: OwnArrivals
    alone: OwnAlone | None

    @property
    def window(self) -> str:
        """The days rates are counted over, in words."""
        return f"{long_date(self.rates.first)} to {long_date(self.rates.last)}"


def judged_beside(source: str) -> str:
    """Sources of a judgement that counts bear on too, without an event among them."""
    return f"{JUDGED}; {source}"


def opening(basis: OwnBasis, counts: OwnOpening) -> Section:
    """Children in care on the first day, all of them or those who are followed."""
    source, day = basis.source, long_date(basis.as_at)
    total = counts.children
    times = _times(counts.by_age, counts.by_time_in_care, total)
    known_time = not counts.time_not_known
    return Section(
        {
            "children_in_care": Figure(Mark.V, source, value=total, unit="children"),
            "by_age": by_names(AGES, counts.by_age.tolist(), Mark.V, source),
            "share_aged_17": _share_aged_17(counts, source),
            "older_half": _older_half(counts.by_age, counts.older, source, 0, 4),
            "by_time_in_care": by_names(
                TIMES, times, Mark.V if known_time else Mark.D, source,
                "Every child's day of coming into care is known."
                if known_time
                else f"Of {counts.time_not_known} of the {total} children it is known only that "
                "they were in care when the records begin. They are shared over the times they "
                "can have had since, as the other child-years of their age.",
            ),
            "by_setting": by_names(SETTINGS, counts.by_setting.tolist(), Mark.V, source),
            "rest_by_setting": by_names(
                ["in_house_foster"], [1], Mark.D, source,
                why="nobody: every child is counted above",
            ),
            "by_location": _locations(counts, source),
        },
        f"The {total} children in care on {day}, counted.",
    )  # fmt: skip


def _share_aged_17(counts: OwnOpening, source: str) -> Figure:
    both, aged_17 = int(counts.by_age[-1]), int(counts.older[-1])
    if not both:
        return Figure(Mark.J, "", value=0.5, why="nobody is 16 or 17")
    return Figure(Mark.V, source, value=round(aged_17 / both, 4), why=f"{aged_17} of {both} are 17")


def _older_half(
    by_age: NDArray[np.int64], older: NDArray[np.int64], source: str, first: int, after: int
) -> Section:
    """Shares in the older half of some age bands, within what a scenario allows."""
    found: dict[str, Entry] = {}
    for band in range(first, after):
        count, half = int(by_age[band]), int(older[band])
        share = (half + _EVENLY / 2) / (count + _EVENLY)
        found[AGES[band]] = Figure(
            Mark.D if count else Mark.J, source if count else "",
            value=round(min(max(share, 0.25), 0.75), 4),
            why=f"{half} of {count}, and {_EVENLY:.0f} taken evenly; at least 0.25, at most 0.75",
        )  # fmt: skip
    return Section(found)


def _times(by_age: NDArray[Any], by_time: FloatArray, total: float) -> list[float]:
    """Shares by time in care that ages allow, with room to spare.

    Counted shares agree with the ages, but where they leave no choice at all they can be fitted
    to them only in the limit; a few in a hundred are then shared as those ages usually are.
    """
    counted = by_time / by_time.sum()
    usual = np.array(times_that_can_be(by_age.tolist(), np.maximum(counted, 0.01).tolist()))
    for part in (0.0, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0):
        shares = rounded_shares(((1 - part) * counted + part * usual).tolist())
        whole = whole_shares(np.array(shares), round(total)) if total >= 1 else shares
        try:
            joint_table(by_age.tolist(), [float(n) for n in whole], [total], [[1.0] * len(AGES)])
        except MarginsContradict:
            continue
        return shares
    return rounded_shares(usual.tolist())


def _locations(counts: OwnOpening, source: str) -> Section:
    """Children by where they live; those of whom it is not known shared as the others."""
    known, total = int(counts.by_location.sum()), counts.children
    names = [place.value for place in Location]
    if known == total:
        return by_names(names, counts.by_location.tolist(), Mark.V, source)
    if known:
        shared = counts.by_location * total / known
        return by_names(
            names, shared.tolist(), Mark.D, source,
            f"Of {total - known} of the {total} it is not recorded where they live: they are "
            "shared as the others.",
        )  # fmt: skip
    children = dict(zip(SETTINGS, counts.by_setting.astype(float).tolist(), strict=True))
    places = locations_by_setting(children, None)
    england = sum(children[name] * places[name] for name in SETTINGS)
    return by_names(
        names, np.asarray(england).tolist(), Mark.J, _ENGLAND_HOMES,
        "The records do not say where children live: England's pattern for each kind of home, at "
        "the homes they live in.",
        "England's pattern for each kind of home",
    )  # fmt: skip


def entries(basis: OwnBasis, steering: Steering) -> Section:
    """Children coming into care."""
    arrivals, source = basis.arrivals, basis.source
    half = Z90 * steering.level_sd
    low, _, high = steering.drift
    written: dict[str, Entry] = {
        "per_year": Figure(
            Mark.D, f"{source}; {LEARNT_SOURCE}", _why_level(basis, steering),
            p10=steering.level * math.exp(-half), p90=steering.level * math.exp(half),
            distribution="lognormal", unit="children per year",
        ),
        "by_age": _entering_ages(arrivals.by_age, source),
        "at_birth": _at_birth(arrivals, source),
        "older_half": _entering_older(arrivals, source),
        "drift": Figure(
            Mark.D, LEARNT_SOURCE,
            "The yearly change of entries that leads along the same path. A return does not say "
            "how many children live in the area, so the number in care is not taken to come "
            "nearer to England's rate.",
            p10=low, p90=high, distribution="normal",
        ),
    }  # fmt: skip
    if basis.alone is not None:
        written["unaccompanied"] = basis.alone.section(source)
    return Section(
        written,
        "Entries are set by where the number in care is likely to go, not carried forward: see "
        "docs/decisions/0020-entries-are-steered-by-the-number-in-care.md.",
    )


def _why_level(basis: OwnBasis, steering: Steering) -> str:
    path = ", ".join(f"{number:.0f}" for number in steering.path)
    arrivals = basis.arrivals
    by_year = ", ".join(str(number) for number in arrivals.by_year)
    apart = " Unaccompanied children come on top." if basis.alone is not None else ""
    return (
        f"Entries that lead along {path} at each year's end, from {basis.followed.children}. "
        f"{arrivals.children} came in {arrivals.years:.1f} years, by year: {by_year}; "
        f"{_again(arrivals.again)} "
        f"Recent entries and leaving add {100 * steering.from_flows:+.1f}% by the first year's "
        f"end: of what they would bring, {LEARNT.from_flows.value:.0%} was seen over England. "
        f"Doubt about the path stands in year_to_year and in the rates of leaving.{apart}"
    )


def _again(again: CountedShare | None) -> str:
    if again is None:
        return "Children who come back are among them; these records are too short to tell who."
    return (
        f"{again.counted} of {again.of}, with records of two years and more before them, had been "
        "in care before: children who come back are among those who come."
    )


def _entering_ages(by_age: NDArray[np.int64], source: str) -> Section:
    total = float(by_age.sum())
    # Half a child at each age, so that none is impossible.
    counts = by_age + 0.5
    return Section(
        {
            age: doubtful_share(
                share, float(np.hypot(1 / math.sqrt(count), AGES_CHANGE)),
                Mark.D if number else Mark.J, source if total else "",
                f"{number:.0f} of {total:.0f}, and half a child at each age; ages change from year "
                "to year",
            )
            for age, share, count, number in zip(
                AGES, rounded_shares(counts.tolist()), counts, by_age, strict=True
            )
        }
    )  # fmt: skip


def _entering_older(arrivals: OwnArrivals, source: str) -> Section:
    """Shares of those who come in the older half of each age band but the first."""
    found: dict[str, Entry] = {}
    for age, count, half in list(zip(AGES, arrivals.by_age, arrivals.older, strict=True))[1:]:
        mark, where = (Mark.D, source) if count else (Mark.J, "")
        why = f"{half} of {count}; a forecast takes at least 0.25 and at most 0.75"
        low, high = (min(max(end, 0.25), 0.75) for end in _ends(int(half), int(count)))
        found[age] = (
            Figure(mark, where, p10=low, p90=high, distribution="uniform", why=why)
            if low < high
            else Figure(mark, where, value=low, why=why)
        )
    return Section(found)


def _at_birth(arrivals: OwnArrivals, source: str) -> Figure:
    babies, born = int(arrivals.by_age[0]), arrivals.at_birth
    why = f"{born} of {babies} who came under 1 came within a week of being born"
    low, high = _ends(born, babies)
    return Figure(
        Mark.D if babies else Mark.J, source if babies else "", p10=low, p90=high,
        distribution="beta", why=why,
    )  # fmt: skip


def _ends(counted: int, of: int) -> tuple[float, float]:
    """Ends of the interval of a share that was counted, inside 0 to 1."""
    share = counted_share(counted, of)
    return max(share.p10, 0.0005), min(share.p90, 0.9995)


def reference(basis: OwnBasis) -> Section:
    """The children the rates were counted from."""
    exposure, source = basis.rates.exposure, basis.source
    by_age, by_time, by_setting = reference_shares(exposure)
    return Section(
        {
            "by_age": by_names(AGES, by_age, Mark.D, source),
            "by_time_in_care": by_names(TIMES, by_time, Mark.D, source),
            "by_setting": by_names(SETTINGS, by_setting, Mark.D, source),
        },
        f"The children behind the rates below: {basis.rates.child_years:.0f} child-years, "
        f"{basis.window}. Where it is not known since when a child was in care its days are shared "
        "over the times it can have had.",
    )


def reference_shares(exposure: FloatArray) -> tuple[list[float], list[float], list[float]]:
    """Shares of child-years by age, time in care and setting, as they are written."""
    ages = exposure.sum(axis=(1, 2))
    by_age = rounded_shares(ages.tolist())
    by_time = _times(np.array(by_age), exposure.sum(axis=(0, 2)), 1.0)
    return by_age, by_time, rounded_shares(exposure.sum(axis=(0, 1)).tolist())


@lru_cache(maxsize=1)
def _judged_ages() -> tuple[tuple[float, ...], ...]:
    """How usual each kind of home is judged to be at each age, by setting."""
    ages = general_judgements()["usual_ages"]
    return tuple(tuple(float(each) for each in ages[name]) for name in SETTINGS)


def usual_age_table(exposure: FloatArray) -> FloatArray:
    """How usual each kind of home is at each age; shape (settings, 5), none nought."""
    by_age = exposure.sum(axis=(1, 2))
    judged = np.array(_judged_ages(), dtype=np.float64)
    ages = by_age / by_age.sum()
    expected = (judged + 1e-9) * (ages + 1e-9)
    expected /= expected.sum(axis=1, keepdims=True)
    seen = exposure.sum(axis=1).T + _BEHIND_USUAL * expected
    usual = seen / np.maximum(ages, 1e-9)
    usual = np.where(ages > 0, usual, judged * usual.max(axis=1, keepdims=True))
    table: FloatArray = np.maximum(usual / usual.max(axis=1, keepdims=True), _LEAST_USUAL)
    return table


def usual_ages(basis: OwnBasis) -> Section:
    """How usual each kind of home is at each age, from the records' own crossing."""
    table, seen = usual_age_table(basis.rates.exposure), basis.rates.exposure.sum(axis=1).T
    return Section(
        {
            name: Section(
                {
                    "usual_ages": Section(
                        {
                            age: _usual(float(usual), float(years), float(there.sum()), basis)
                            for age, usual, years in zip(AGES, ages, there, strict=True)
                        }
                    )
                }
            )
            for name, ages, there in zip(SETTINGS, table, seen, strict=True)
        },
        "How usual each kind of home is at each age, for crossing the counts above.",
    )  # fmt: skip


def _usual(usual: float, years: float, in_setting: float, basis: OwnBasis) -> Figure:
    """How usual a kind of home is at one age: a judgement where nobody of that age lived there."""
    if years > 0:
        return Figure(
            Mark.D, basis.source, value=usual,
            why="child-years by age, with two judged ones behind them",
        )  # fmt: skip
    why = "nobody of this age lived there: judged"
    return Figure(
        Mark.J, judged_beside(basis.source) if in_setting else JUDGED, value=usual, why=why
    )


def after_care(basis: OwnBasis) -> Section:
    """Payments that go on after care: so many years' worth of the council's own orders."""
    kinds: dict[str, Entry] = {}
    years = max(basis.rates.child_years / max(_in_care(basis), 1.0), 0.1)
    for kind, (worth, leavers, ages) in ALLOWANCES.items():
        yearly = basis.rates.causes[kind].overall.events / years
        reason = (
            f"A return has no payments. {worth[0]:g} to {worth[1]:g} years' worth of the "
            f"{yearly:.1f} orders a year: most allowances run for years, until 18."
        )
        kinds[kind] = Section(
            {
                "opening_children": _paid(worth, yearly, reason),
                "opening_by_age": by_names(
                    AGES, rounded_shares(ages), Mark.J, "",
                    why="older than children leaving care, since each is paid until 18",
                ),
                "share_of_leavers": Figure(
                    Mark.J, "", "Not in a return; an allowance depends on means.",
                    p10=leavers[0], p90=leavers[1], distribution="beta",
                ),
            }
        )  # fmt: skip
    return Section(kinds)


def _in_care(basis: OwnBasis) -> float:
    """Children in care on average over the days rates are counted over."""
    days = (basis.rates.last - basis.rates.first).days + 1
    return basis.rates.child_years / (days / DAYS_PER_YEAR)


def _paid(worth: Sequence[float], yearly: float, reason: str) -> Figure:
    if yearly < 0.5:
        return Figure(Mark.J, "", reason, value=0)
    return Figure(
        Mark.J, "", reason, p10=worth[0] * yearly, p90=worth[1] * yearly, distribution="lognormal"
    )
