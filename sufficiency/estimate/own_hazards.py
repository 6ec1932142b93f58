"""What is written of a council's own ways out of care and moves, with what was counted behind each.

Every rate says how many events in how many child-years it rests on. Effects of age, of time in
care and of the kind of home are written with the range that so few events leave open. Where no
event was counted, what is judged of England's children decides: such a figure is a judgement.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sufficiency.estimate.any_homes import SETTINGS
from sufficiency.estimate.caseload import joint_table
from sufficiency.estimate.layer import Entry, Figure, Section
from sufficiency.estimate.own_effects import PSEUDO_EVENTS
from sufficiency.estimate.own_sections import (
    JUDGED,
    OwnBasis,
    judged_beside,
    reference_shares,
    usual_age_table,
)
from sufficiency.estimate.sections import AGES, TIMES
from sufficiency.scenario.values import Z90
from sufficiency.vocabulary import Mark, Move, Route

if TYPE_CHECKING:
    from sufficiency.estimate.own_rates import CauseRates, CountedRate, OwnRates

FloatArray = NDArray[np.float64]
_LEAST_DOUBT, _MOST_DOUBT = 0.05, 1.0
_TELLS = 0.005
"""A factor is told of where it changes a rate by more than this."""


def leaving(basis: OwnBasis) -> Section:
    """Every way out of care before 18."""
    crossing = _Crossing.of(basis.rates)
    causes = basis.rates.causes
    left = sum(causes[route.value].overall.events for route in Route)
    return Section(
        {route.value: _hazard(basis, route.value, crossing, "ways out") for route in Route},
        f"Ways out before 18: {left:.0f} in {basis.rates.child_years:.0f} child-years, "
        f"{basis.window}. Whoever is still in care at 18 leaves then.",
    )


def moving(basis: OwnBasis) -> Section:
    """Moves from one home to another. Plans afterwards stand in the layer above."""
    crossing = _Crossing.of(basis.rates)
    return Section(
        {move.value: _hazard(basis, move.value, crossing, "moves") for move in Move},
        "Moves from home to home; changes of status with the same carers and temporary placements "
        "are none. Moves for no recorded reason are shared out as the others.",
    )


@dataclass(frozen=True)
class _Crossing:
    """The child-years as counted, and as the scenario will cross them from its three tables.

    Attributes:
        counted: Shares by age, time in care and setting; they add up to 1.
        crossed: The same as the scenario has them.
    """

    counted: FloatArray
    crossed: FloatArray

    @classmethod
    def of(cls, rates: OwnRates) -> _Crossing:
        exposure = np.asarray(rates.exposure, dtype=np.float64)
        crossed = joint_table(*reference_shares(exposure), usual_age_table(exposure).tolist())
        return cls(exposure / exposure.sum(), crossed / crossed.sum())

    def factor(self, cause: CauseRates) -> float:
        """What a rate is multiplied by, so that as many events as counted are expected.

        A scenario's rate is the average over its crossed tables. Its effects, over the cells as
        they were counted, must give the events that were counted.
        """
        effects = np.einsum(
            "a,t,s->ats", cause.effect_of_age, cause.effect_of_time_in_care, cause.effect_of_setting
        )
        there, here = (float((each * effects).sum()) for each in (self.crossed, self.counted))
        return there / here if here > 0 and there > 0 else 1.0


def _hazard(basis: OwnBasis, name: str, crossing: _Crossing, what: str) -> Section:
    """One way out, or one cause of moving."""
    cause, source = basis.rates.causes[name], basis.source
    overall, factor = cause.overall, crossing.factor(cause)
    reason = (
        f"{_number(overall.events)} in {_years(overall.exposure_child_years)} child-years, "
        f"{overall.rate:.4f} a year."
    )
    if not overall.events:
        reason += " None was seen: half an event is taken, a judgement."
    if abs(factor - 1) > _TELLS:
        reason += (
            f" Times {factor:.3f}, because a scenario crosses ages, times in care and homes by "
            "what is usual: with this the same children have as many."
        )
    effects: dict[str, Entry] = {}
    for key, names, values, doubts in (
        ("by_age", AGES, cause.effect_of_age, cause.doubt_of_age),
        ("by_time_in_care", TIMES, cause.effect_of_time_in_care, cause.doubt_of_time_in_care),
        ("by_setting", SETTINGS, cause.effect_of_setting, cause.doubt_of_setting),
    ):
        seen = _behind(cause, key)
        effects[key] = Section(
            {
                each: _effect(float(value), float(doubt), source, seen.get(each))
                for each, value, doubt in zip(names, values, doubts, strict=True)
            }
        )
    return Section(
        {
            "rate": _rate(overall, factor, source, reason),
            **effects,
            "other_settings": Figure(Mark.J, "", value=1, why=f"for {what} of homes added here"),
        }
    )  # fmt: skip


def _rate(overall: CountedRate, factor: float, source: str, reason: str) -> Figure:
    """A rate with its interval; without one where nothing was counted over no time."""
    mark = Mark.D if overall.events else Mark.J
    low, high = overall.p10 * factor, overall.p90 * factor
    if not 0 < low < high:
        value = max(overall.rate * factor, 0.0)
        return Figure(mark, source, reason, value=value, unit="per child-year")
    return Figure(
        mark, source, reason, p10=low, p90=min(high, 300.0), distribution="gamma",
        unit="per child-year",
    )  # fmt: skip


def _behind(cause: CauseRates, key: str) -> dict[str, CountedRate]:
    """What was counted behind each effect, by level."""
    counted = {
        "by_age": cause.by_age,
        "by_time_in_care": cause.by_time_in_care,
        "by_setting": cause.by_setting,
    }[key]
    return {each.level: each for each in counted}


def _effect(value: float, doubt: float, source: str, counted: CountedRate | None) -> Figure:
    """A relative rate, with the range its doubt leaves, and what it rests on."""
    events, years = (counted.events, counted.exposure_child_years) if counted else (0.0, 0.0)
    why = f"{_number(events)} in {_years(years)} child-years"
    if events and value > 0:
        mark = Mark.D
        why += f", and a judged effect worth up to {PSEUDO_EVENTS:g} events"
    else:
        # Without an event it is the judgement that says how often, and child-years no oftener.
        mark, source = Mark.J, judged_beside(source) if years else JUDGED
        why += ": as judged" if not years else ": judged, and drawn down by child-years without any"
        if value <= 0:
            why = f"{_number(events)} in {_years(years)} child-years: judged not to happen here"
    if value <= 0:
        return Figure(mark, source, value=0, why=why)
    if doubt < _LEAST_DOUBT:
        return Figure(mark, source, value=value, why=why)
    half = math.exp(Z90 * min(doubt, _MOST_DOUBT))
    return Figure(
        mark, source, p10=value / half, p90=value * half, distribution="lognormal", why=why
    )


def _years(child_years: float) -> str:
    """Child-years in words: a few days are not none."""
    return f"{child_years:.0f}" if child_years >= 1 or child_years == 0 else f"{child_years:.2g}"


def _number(events: float) -> str:
    return f"{events:.0f}" if abs(events - round(events)) < 0.05 else f"{events:.1f}"
