"""Unaccompanied children in a council's own records, counted apart from the others.

They come with national arrivals and the transfer scheme, not with what happens to families in
the area; most are 16 or 17 and most stay until 18. With enough of them they are forecast apart, so
that a year with many does not look like more local children. With few they stay among the others.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sufficiency.care_records import CareRecords
from sufficiency.estimate.layer import Figure, Section, by_names, rounded_shares
from sufficiency.estimate.own_entries import OwnArrivals, own_arrivals
from sufficiency.estimate.own_exposure import own_exposure
from sufficiency.estimate.own_opening import ALONE, OwnOpening, only, own_opening
from sufficiency.estimate.own_plans import PLANS, plan_of_setting
from sufficiency.estimate.sections import AGES
from sufficiency.scenario.values import Z90
from sufficiency.vocabulary import Mark, Route

if TYPE_CHECKING:
    from sufficiency.estimate.own_rates import OwnRates

FloatArray = NDArray[np.float64]
FEWEST = 5
"""With fewer unaccompanied entries they stay among the others."""
_YEARS = 3
"""Their arrivals change fast, so only the last years count."""
_CHANGE = 0.3
"""Standard deviation of the log of their yearly number beyond chance: a judgement."""
_FROM_10 = 3
"""Place of the first age band that a scenario takes them from."""


@dataclass(frozen=True)
class OwnAlone:
    """Unaccompanied children counted apart.

    Attributes:
        arrivals: Those who came in the last three years.
        opening: Those in care on the opening day.
        plan: The plan most of them came with.
        with_plan: How many of those who came had it.
        leaving: By way out, events, those expected at the other children's rates, and the
            ratio of the two, leant towards that of all ways out together.
        child_years: Child-years they were counted in.
    """

    arrivals: OwnArrivals
    opening: OwnOpening
    plan: str
    with_plan: int
    leaving: Mapping[str, tuple[float, float, float]]
    child_years: float

    @property
    def in_care(self) -> int:
        """How many of the opening children they are."""
        return int(self.opening.by_age[_FROM_10:].sum())

    def section(self, source: str) -> Section:
        """What a scenario says of them."""
        came, years = self.arrivals.children, self.arrivals.years
        level, half = came / years, Z90 * math.hypot(1 / math.sqrt(came), _CHANGE)
        ages = self.arrivals.by_age
        return Section(
            {
                "per_year": Figure(
                    Mark.D, source,
                    f"{came} came in {years:.1f} years. How many come is decided elsewhere and "
                    "changes fast: three in ten from year to year is taken, beyond chance.",
                    p10=level * math.exp(-half), p90=level * math.exp(half),
                    distribution="lognormal", unit="children per year",
                ),
                "by_age": by_names(AGES, rounded_shares(ages.tolist()), Mark.D, source),
                "plan": self.plan,
                "in_care_at_start": Figure(
                    Mark.V, source, value=self.in_care, unit="children",
                    why="counted; a scenario takes them from the opening children of 10 and over",
                ),
                "leaving_ratio": Section(
                    {
                        route: self._leaving_ratio(source, *numbers)
                        for route, numbers in self.leaving.items()
                    }
                ),
            },
            "Unaccompanied children, apart from the others and on top of them. "
            f"{self.with_plan} of {came} came to a home of the kind named by `plan`.",
        )  # fmt: skip

    def _leaving_ratio(self, source: str, events: float, expected: float, ratio: float) -> Figure:
        """One way out beside the other children's; without an event it is judged."""
        why = (
            f"{events:.0f} in {self.child_years:.0f} child-years, {expected:.1f} expected as others"
        )
        if events:
            return Figure(Mark.D, source, value=round(ratio, 4), why=why)
        why += ": leant towards the ratio of all ways out together, a judgement"
        return Figure(Mark.J, source, value=round(ratio, 4), why=why)


def enough_alone(records: CareRecords, as_at: dt.date, years: int) -> bool:
    """Whether unaccompanied children are enough to be counted apart."""
    alone = only(records, records.episodes.category == ALONE)
    return (
        own_arrivals(alone, as_at, years).children >= FEWEST
        and own_arrivals(alone, as_at, _YEARS).children > 0
    )


def own_alone(records: CareRecords, as_at: dt.date, rates: OwnRates) -> OwnAlone:
    """Count unaccompanied children.

    Args:
        records: All children; with ``SETTINGS`` as settings.
        as_at: The opening.
        rates: Ways out of the other children.

    Returns:
        The counts.
    """
    alone = only(records, records.episodes.category == ALONE)
    arrivals = own_arrivals(alone, as_at, _YEARS)
    first, after = records.day(rates.first), records.day(rates.last) + 1
    seen = own_exposure(alone, first, after)
    child_years = seen.reference_days / 365.25
    plans = arrivals.first_setting.sum(axis=0) @ (
        plan_of_setting()[:, None] == np.arange(len(PLANS))
    )
    return OwnAlone(
        arrivals=arrivals,
        opening=own_opening(alone, as_at, child_years.sum(axis=2)),
        plan=PLANS[int(plans.argmax())],
        with_plan=int(plans.max()),
        leaving=_leaving(
            {route.value: float(seen.counted(route.value).sum()) for route in Route},
            child_years,
            rates,
        ),
        child_years=float(child_years.sum()),
    )


def _leaving(
    events: Mapping[str, float], child_years: FloatArray, rates: OwnRates
) -> dict[str, tuple[float, float, float]]:
    """Their ways out over those of other children of the same ages, times and homes."""
    shares = rates.exposure / rates.exposure.sum()
    expected = {}
    for route in events:
        cause = rates.causes[route]
        effects = np.einsum(
            "a,t,s->ats", cause.effect_of_age, cause.effect_of_time_in_care, cause.effect_of_setting
        )
        average = float((shares * effects).sum())
        level = cause.overall.events / rates.child_years / average if average > 0 else 0.0
        expected[route] = level * float((child_years * effects).sum())
    together = (sum(events.values()) + 0.5) / (sum(expected.values()) + 1.0)
    return {
        route: (events[route], expected[route], (events[route] + together) / (expected[route] + 1))
        for route in events
    }
