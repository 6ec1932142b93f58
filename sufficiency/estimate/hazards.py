"""The estimated ways out of care and moves between homes, each figure with its reason."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sufficiency.estimate.basis import Basis
from sufficiency.estimate.homes import DFE
from sufficiency.estimate.layer import Entry, Figure, Section, by_names
from sufficiency.estimate.multiplicative import effects_of_age
from sufficiency.estimate.published import FAMILY_ORDERS, OTHER_WAYS
from sufficiency.estimate.sections import AGES, TIMES
from sufficiency.scenario.values import interval_quantile
from sufficiency.vocabulary import Mark, Move, Route

FloatArray = NDArray[np.float64]
_GROUP_WORDS = {
    "adoption": "Adoptions",
    FAMILY_ORDERS: "Special guardianship and child arrangements orders together",
    "home_planned": "Planned returns home",
    OTHER_WAYS: "Every other way out before 18 together",
}
_TIME_WORDS = {
    Route.HOME_PLANNED: "going home is likeliest soon after entering",
    Route.HOME_UNPLANNED: "going home is likeliest soon after entering",
    Route.SPECIAL_GUARDIANSHIP: "orders follow care proceedings of half a year or more",
    Route.CHILD_ARRANGEMENTS: "orders follow care proceedings, or end them",
    Route.ADOPTION: "an order, a match and a placement come first",
    Route.ORDER_DISCHARGED: "a care order is made first and reviewed later",
    Route.INDEPENDENCE: "hardly depends on time in care",
    Route.OTHER: "relatives and short stays leave early",
}
_SETTING_WORDS = {
    Route.HOME_PLANNED: "children at home already leave by discharge of their order",
    Route.HOME_UNPLANNED: "children at home already leave by discharge of their order",
    Route.ADOPTION: "only children placed for adoption are adopted",
    Route.ORDER_DISCHARGED: "only orders of children placed with parents are discharged",
    Route.INDEPENDENCE: "supported accommodation prepares for it",
    Route.OTHER: "no child placed for adoption leaves this way",
}
_MOVE_WORDS = {
    Move.BREAKDOWN: {
        "age": "placements of older children break down more",
        "time": "early placements break down most",
        "setting": "family placements with relatives or parents hold best, homes least",
    },
    Move.PLANNED: {
        "age": "babies move on to adopters or relatives",
        "time": "plans are settled in the first two years",
        "setting": "children with relatives, parents or adopters are where they are meant to be",
    },
}
_ORDERS = (Route.SPECIAL_GUARDIANSHIP, Route.CHILD_ARRANGEMENTS)


def leaving(basis: Basis) -> Section:
    """Every way out of care before 18."""
    return Section(
        {route.value: _way_out(basis, route) for route in Route},
        f"Ways out before 18. {basis.local.under_18:.0f} children under 18 left in "
        f"{basis.local.exposure:.0f} child-years; {sum(basis.local.at_18)} more left at 18, which "
        "the forecast does by age.",
    )


def moving(basis: Basis) -> Section:
    """Moves from one home to another. What the plan is afterwards is written by hand."""
    return Section(
        {
            move.value: _move(basis, move, share)
            for move, share in (
                (Move.BREAKDOWN, basis.breakdown_share),
                (Move.PLANNED, 1 - basis.breakdown_share),
            )
        },
        "Moves without changes of status only. "
        + (
            "Levels stand about those of the last year."
            if basis.own_tables
            else "Levels are a judgement: physical moves were not published apart before "
            f"{basis.shape_year}."
        ),
    )


def elsewhere_interval(basis: Basis) -> tuple[float, float]:
    """Tenth and ninetieth percentile of orders elsewhere over orders with connected carers."""
    low, _, high = basis.elsewhere_over_connected
    return low, high


def _way_out(basis: Basis, route: Route) -> Section:
    judged = basis.judgements
    group, share = basis.route_shares[route]
    pooled = basis.rates[group]
    by_time = judged.by_time_in_care[route]
    ages = effects_of_age(
        basis.events_by_age[route], basis.weights, np.array(by_time), _setting_effects(basis, route)
    )
    entries: dict[str, Entry] = {
        "rate": Figure(
            Mark.D,
            f"{DFE}, years ending 31 March {basis.local.years[0]} and {basis.local.years[-1]}",
            _why(basis, route),
            p10=pooled.p10 * share,
            p90=pooled.p90 * share,
            distribution="gamma",
            unit="per child-year",
        ),
        "by_age": by_names(
            AGES, ages.tolist(), Mark.D, f"{DFE}; {basis.judged}",
            "Set so that, with the effects below in place, events by age are those fitted to "
            "ceased by age and ceased by route.",
        ),
        "by_time_in_care": by_names(
            TIMES, by_time, Mark.J, basis.judged, why=_TIME_WORDS[route]
        ),
    }  # fmt: skip
    entries.update(_by_setting(basis, route))
    return Section(entries)


def _why(basis: Basis, route: Route) -> str:
    group, share = basis.route_shares[route]
    pooled = basis.rates[group]
    text = (
        f"{_GROUP_WORDS[group]}: {pooled.events:.0f} in {pooled.exposure_child_years:.0f} "
        f"child-years, {pooled.local.rate:.4f} a year; England {pooled.national_rate:.4f}"
    )
    if group == FAMILY_ORDERS and abs(basis.make_up - 1) >= 0.005:
        text += f", raised {basis.make_up:.2f} times for the share with connected carers"
    text += f". Weight of the local rate {pooled.weight:.2f}; pooled {pooled.mean:.4f}."
    if route is Route.ORDER_DISCHARGED:
        text += (
            f" {share:.0%} of them are 'any other reason' less those aged 18, mostly orders "
            "discharged at home; at most that many."
        )
    elif route in basis.judgements.rest_routes:
        text += (
            f" {share:.1%} of them by judgement: these ways out were suppressed in some years "
            "and are only ever counted together."
        )
    elif share < 1:
        text += f" {share:.0%} of them by the local counts."
    return text + basis.said_of_ways_out


def _by_setting(basis: Basis, route: Route) -> dict[str, Entry]:
    """Effects by setting, and in the settings not named."""
    if route in _ORDERS:
        low, high = elsewhere_interval(basis)
        hazard = basis.judgements.connected_order_hazard
        return {
            "by_setting": by_names(
                ["connected_carer", "placed_for_adoption"], [1, 0], Mark.J, basis.judged,
                "Relatives who already care for the child are the ones who gain orders.",
                "relatives who already care for the child gain orders",
            ),
            "other_settings": Figure(
                Mark.D,
                f"{DFE}; {basis.judgements.connected_order_source}",
                f"{basis.judgements.connected_order_reason} {hazard.p10:.2f} to "
                f"{hazard.p90:.2f} orders a year there; the orders left over, in everyone else's "
                "child-years, set the ratio. Drawn apart for the two kinds of order, so the two "
                "together vary somewhat less.",
                p10=low,
                p90=high,
                distribution="beta",
            ),
        }  # fmt: skip
    effects = dict(basis.judgements.by_setting[route])
    elsewhere = effects.pop("elsewhere")
    return {
        "by_setting": by_names(
            list(effects), list(effects.values()), Mark.J, basis.judged, why=_SETTING_WORDS[route]
        ),
        "other_settings": Figure(Mark.J, basis.judged, value=elsewhere, why=_SETTING_WORDS[route]),
    }


def _setting_effects(basis: Basis, route: Route) -> FloatArray:
    """Effects by setting at the middle of their intervals; shape (settings,)."""
    if route in _ORDERS:
        # The middle of the interval as the scenario will draw it, not the middle judgement.
        elsewhere = interval_quantile("beta", *elsewhere_interval(basis), 0.5)
        effects = {"connected_carer": 1.0, "placed_for_adoption": 0.0}
    else:
        effects = dict(basis.judgements.by_setting[route])
        elsewhere = effects.pop("elsewhere")
    return np.array([effects.get(name, elsewhere) for name in basis.settings])


def _move(basis: Basis, move: Move, share: float) -> Section:
    judged = basis.judgements
    low, high = _apart(judged.moves_per_child_year.p10, judged.moves_per_child_year.p90, share)
    effects = dict(judged.moving_by_setting[move])
    elsewhere = effects.pop("elsewhere")
    why = _MOVE_WORDS[move]
    planned = "were not" if move is Move.BREAKDOWN else "were"
    here, there = basis.moves_seen()
    return Section(
        {
            "rate": Figure(
                Mark.J,
                f"{basis.judged}; England's reasons for moves, year ending 31 March "
                f"{basis.shape_year}",
                f"{share:.0%} of {judged.moves_per_child_year.p10:.2f} to "
                f"{judged.moves_per_child_year.p90:.2f} moves a child-year: England's moves with a "
                f"stated reason, by whether they {planned} planned. "
                f"In the year ending 31 March {basis.shape_year}"
                + ("" if basis.own_tables else ", the first that tells changes of status apart,")
                + f" {basis.area} had {here:.2f} and England {there:.2f}. "
                "Widened so that the two kinds, drawn apart, vary together as stated.",
                p10=low,
                p90=high,
                distribution="lognormal",
                unit="per child-year",
            ),
            "by_age": by_names(
                AGES, judged.moving_by_age[move], Mark.J, basis.judged, why=why["age"]
            ),
            "by_time_in_care": by_names(
                TIMES, judged.moving_by_time_in_care[move], Mark.J, basis.judged
            ),
            "by_setting": by_names(
                list(effects), list(effects.values()), Mark.J, basis.judged, why=why["setting"]
            ),
            "other_settings": Figure(Mark.J, basis.judged, value=elsewhere, why=why["setting"]),
        }
    )


def _apart(p10: float | None, p90: float | None, share: float) -> tuple[float, float]:
    """Ends of one part's interval, when two parts drawn apart are to add up to the whole's.

    The spread of the sum of two parts is less than that of each by the root of the sum of
    their squared shares; each part is widened by as much.
    """
    assert p10 is not None
    assert p90 is not None
    middle = math.sqrt(p10 * p90) * share
    half = math.log(p90 / p10) / 2 / math.hypot(share, 1 - share)
    return middle * math.exp(-half), middle * math.exp(half)
