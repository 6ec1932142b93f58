"""Entries that lead along a path, worked out by hand for one kind of home and one way of leaving.

Where everyone leaves at one rate whatever their age or home, the number in care follows in closed
form from entries. So it can be said beforehand what is to be found, and futures can be drawn with
nothing of the project's but its good and bad years.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

import numpy as np
import pytest

from sufficiency.estimate.panel import FlowVariation, Learnt
from sufficiency.estimate.steering import (
    Projected,
    Standing,
    Steering,
    faster_first_year,
    projected,
    steer,
)
from sufficiency.estimate.variation import Slope
from sufficiency.model.draw_rates import log_process
from sufficiency.model.expected import Expectation
from sufficiency.model.parameters import (
    CAUSES,
    Clockwork,
    EntryParameters,
    MoveParameters,
    PanelParameters,
    Parameters,
    SettingParameters,
)
from sufficiency.periods import DAYS_PER_YEAR, Horizon
from sufficiency.vocabulary import Move, Plan, Route

pytestmark = pytest.mark.theory

FloatArray = np.ndarray
YEARS, STOCK, ENGLAND, LEAVING = 5, 400.0, 80_000.0, 0.35
SLOPE = Slope(0.0, 0.0, 0.02, 140)
Z90 = 1.2815515655446004
QUIET = FlowVariation(0.1, 0.5, 0.05, 600)


def follow(entries: FloatArray, leaving: FloatArray, stock: float = STOCK) -> FloatArray:
    """Children at each year's end, from entries and rates of leaving; shape (..., years)."""
    there = np.full(entries.shape[:-1], stock)
    found = []
    for year in range(entries.shape[-1]):
        rate = leaving[..., year]
        kept = np.exp(-rate)
        there = there * kept + entries[..., year] * (1 - kept) / rate
        found.append(there)
    return np.stack(found, axis=-1)


def area(stock: float = STOCK, leaving: float = LEAVING) -> Projected:
    """What one rate of leaving leads to."""
    rates, none = np.full(YEARS, leaving), np.zeros(YEARS)
    faster = rates + np.array([1e-6, 0, 0, 0, 0]) * leaving
    holding = np.full(YEARS, leaving * stock)
    return Projected(
        stock=stock,
        of_opening=follow(none, rates, stock),
        of_entries=np.column_stack([follow(one, rates, 0.0) for one in np.eye(YEARS)]),
        leaving=np.log(follow(holding, faster, stock) / stock) / 1e-6,
    )


def learnt(**changed: object) -> Learnt:
    """What all authorities tell: nothing that matters, unless stated."""
    nothing = Learnt(
        first_year=2019,
        last_year=2025,
        authorities=140,
        reversion=0.02,
        seen=SLOPE,
        entries_on_entries=1.0,
        entries_on_stock=0.0,
        from_flows=SLOPE,
        moved=(0.0, 0.0, 0.0),
        entries=QUIET,
        leaving=QUIET,
    )
    return replace(nothing, **changed)  # type: ignore[arg-type]


def steered(
    gap: float = 0.0,
    entry_gap: float = 0.0,
    of: Learnt | None = None,
    leaving_sd: float = 0.0,
    usual: float = STOCK * LEAVING,
) -> Steering:
    """An authority of 400 beside an England that holds."""
    return steer(
        area(), area(ENGLAND), ENGLAND * LEAVING, Standing(gap, entry_gap, usual),
        learnt() if of is None else of, leaving_sd,
    )  # fmt: skip


def led_to(steering: Steering) -> FloatArray:
    """Children at each year's end with these entries, when all goes as usual."""
    middles = np.arange(YEARS) + 0.5
    return follow(steering.level * np.exp(steering.drift[1] * middles), np.full(YEARS, LEAVING))


@pytest.mark.parametrize("gap", [-0.9, -0.3, 0.0, 0.3, 0.9])
@pytest.mark.parametrize("reversion", [0.0, 0.02, 0.05])
def test_level_and_drift_lead_along_the_path(gap: float, reversion: float) -> None:
    found = steered(gap, of=learnt(reversion=reversion))
    assert found.path == pytest.approx(STOCK * np.exp(-reversion * gap * np.arange(1, 6)))
    assert led_to(found) == pytest.approx(found.path, rel=0.003)
    assert found.reverting == pytest.approx(-reversion * gap)


def test_without_a_gap_and_without_flows_the_number_holds() -> None:
    found = steered(of=learnt(from_flows=replace(SLOPE, value=0.6)))
    assert found.path == pytest.approx([STOCK] * YEARS)
    assert found.level == pytest.approx(LEAVING * STOCK, rel=1e-6)
    assert found.drift[1] == pytest.approx(0.0, abs=1e-9)
    assert found.from_flows == pytest.approx(0.0, abs=1e-9)


def test_twice_englands_rate_falls_by_the_reversion() -> None:
    found = steered(math.log(2), of=learnt(reversion=0.03))
    assert found.path == pytest.approx([STOCK / 2 ** (0.03 * year) for year in range(1, 6)])
    assert steered(-math.log(2), of=learnt(reversion=0.03)).path == pytest.approx(
        [STOCK * 2 ** (0.03 * year) for year in range(1, 6)]
    )


def test_a_stated_part_of_the_growth_of_recent_flows_is_taken() -> None:
    """A quarter more than hold the number come; six tenths of that counts on, none, or all."""
    coming = STOCK * LEAVING * 1.25
    grown = follow(np.full(YEARS, coming), np.full(YEARS, LEAVING)) / STOCK
    for part in (0.0, 0.6, 1.0):
        found = steered(
            entry_gap=math.log(1.25) / 0.8,
            of=learnt(from_flows=replace(SLOPE, value=part), entries_on_entries=0.8),
        )
        assert found.path == pytest.approx(STOCK * grown**part)
        assert found.from_flows == pytest.approx(part * math.log(grown[0]))
        assert led_to(found) == pytest.approx(found.path, rel=0.003)


def test_children_in_care_beyond_englands_add_to_what_is_coming() -> None:
    """What the gap in children in care adds to entries is as good as entries themselves."""
    flows = replace(SLOPE, value=1.0)
    by_stock = steered(0.4, of=learnt(reversion=0.0, from_flows=flows, entries_on_stock=0.5))
    by_entries = steered(entry_gap=0.2, of=learnt(reversion=0.0, from_flows=flows))
    assert by_stock.path == pytest.approx(by_entries.path)
    assert by_stock.path[0] > STOCK * 1.02


def test_englands_own_growth_is_not_taken_for_the_authoritys() -> None:
    """Both grow alike, so the authority's distance does not change by its flows."""
    more = 1.2
    found = steer(
        area(), area(ENGLAND), ENGLAND * LEAVING * more,
        Standing(0.0, 0.0, STOCK * LEAVING * more),
        learnt(from_flows=replace(SLOPE, value=1.0)), 0.0,
    )  # fmt: skip
    assert found.path == pytest.approx([STOCK] * YEARS)


@pytest.mark.parametrize("gap", [0.7, -0.7])
def test_the_interval_of_drift_reaches_from_no_reversion_to_twice(gap: float) -> None:
    of = learnt(reversion=0.02)
    found = steered(gap, of=of)
    low, middle, high = found.drift
    assert low < middle < high
    no_reversion, twice = (
        nearest_drift(found.level, STOCK * np.exp(-some * 0.02 * gap * np.arange(1, 6)))
        for some in (0.0, 2.0)
    )
    ends = (twice, no_reversion) if gap > 0 else (no_reversion, twice)
    assert (low, high) == pytest.approx(ends, abs=0.003)


def nearest_drift(level: float, wanted: FloatArray) -> float:
    """The drift at which a level of entries comes nearest a path, tried one by one."""
    middles, rates = np.arange(YEARS) + 0.5, np.full(YEARS, LEAVING)
    drifts = np.arange(-0.25, 0.25, 0.0005)
    missed = [
        np.square(np.log(follow(level * np.exp(drift * middles), rates) / wanted)).sum()
        for drift in drifts
    ]
    return float(drifts[int(np.argmin(missed))])


def test_where_nothing_reverts_the_drift_still_has_an_interval() -> None:
    low, middle, high = steered(0.0).drift
    assert middle - low == high - middle == pytest.approx(0.003)


def test_doubt_about_the_growth_of_flows_is_doubt_about_the_level() -> None:
    sure = steered(entry_gap=0.3, of=learnt(from_flows=replace(SLOPE, value=0.5)))
    unsure = steered(
        entry_gap=0.3, of=learnt(from_flows=replace(SLOPE, value=0.5, standard_error=0.2))
    )
    assert sure.level_sd == pytest.approx(0.02)
    # A fifth of what the flows would bring in a year, by what one unit of level brings.
    kept = np.exp(-LEAVING)
    brought = math.log(kept + math.exp(0.3) * (1 - kept))
    first = unsure.level * math.exp(unsure.drift[1] / 2) * (1 - kept) / LEAVING / unsure.path[0]
    assert unsure.level_sd == pytest.approx(math.hypot(0.02, 0.2 * brought / first), rel=0.02)


# Futures -----------------------------------------------------------------------------------

FUTURES = 40_000


def good_and_bad(flow: FlowVariation, normals: FloatArray) -> FloatArray:
    """Multipliers with a mean of 1 whose logs are a first-order process; (futures, years)."""
    found, log, variance = [], np.zeros(len(normals)), 0.0
    fresh = flow.spread**2 * (1 - flow.autocorrelation**2)
    for normal in normals.T:
        log = flow.autocorrelation * log + np.sqrt(fresh) * normal
        variance = flow.autocorrelation**2 * variance + fresh
        found.append(np.exp(log - variance / 2))
    return np.column_stack(found)


def one_by_one(entries: FloatArray, leaving: FloatArray, rng: np.random.Generator) -> FloatArray:
    """The same as ``follow`` when children come and leave by chance, each for themselves."""
    there = np.full(len(entries), int(STOCK))
    found = []
    for year in range(YEARS):
        rate = leaving[:, year]
        kept = np.exp(-rate)
        there = rng.binomial(there, kept) + rng.poisson(entries[:, year] * (1 - kept) / rate)
        found.append(there.astype(float))
    return np.column_stack(found)


def futures(steering: Steering, leaving_sd: float, *, chance: bool = False) -> FloatArray:
    """Logs of children in care at each year's end, with every doubt; shape (futures, years)."""
    rng = np.random.default_rng(77)
    level, drift, rate = rng.standard_normal((3, FUTURES, 1))
    low, middle, high = steering.drift
    drifts = middle + drift * (high - low) / 2 / Z90
    entries = steering.level * np.exp(steering.level_sd * level)
    entries = entries * np.exp(drifts * (np.arange(YEARS) + 0.5))
    leaving = LEAVING * np.exp(leaving_sd * rate)
    entries = entries * good_and_bad(steering.entries, rng.standard_normal((FUTURES, YEARS)))
    leaving = leaving * good_and_bad(steering.leaving, rng.standard_normal((FUTURES, YEARS)))
    return np.log(one_by_one(entries, leaving, rng) if chance else follow(entries, leaving))


def test_good_and_bad_years_here_are_those_of_the_model() -> None:
    normals = np.random.default_rng(1).standard_normal((3, YEARS))
    flow = FlowVariation(0.3, 0.6, 0.1, 1)
    for row, found in zip(normals, good_and_bad(flow, normals), strict=True):
        assert found == pytest.approx(log_process(0.3, 0.6, 0.0, row))


BUSY = (
    (FlowVariation(0.12, 0.6, 0.05, 600), FlowVariation(0.08, 0.3, 0.05, 600)),
    (FlowVariation(0.2, 0.1, 0.05, 600), FlowVariation(0.03, 0.8, 0.05, 600)),
)


@pytest.mark.parametrize("flows", BUSY)
@pytest.mark.parametrize("scale", [0.7, 1.4])
def test_the_number_moves_as_far_as_was_seen(
    flows: tuple[FlowVariation, FlowVariation], scale: float
) -> None:
    """Futures are drawn with flows of a known size; from how far they move it is found again."""
    entries, leaving = flows
    still = steered(0.5, of=learnt(entries=entries, leaving=leaving), leaving_sd=0.02)
    moving = replace(
        still,
        entries=replace(entries, spread=entries.spread * scale),
        leaving=replace(leaving, spread=leaving.spread * scale),
    )
    moved = tuple(float(each) for each in futures(moving, 0.02).var(axis=0)[:3])
    of = learnt(entries=entries, leaving=leaving, moved=moved)
    found = steered(0.5, of=of, leaving_sd=0.02)
    assert found.scale == pytest.approx(scale, rel=0.03)
    assert found.entries.spread == pytest.approx(scale * entries.spread, rel=0.03)
    assert found.leaving.autocorrelation == leaving.autocorrelation
    assert futures(found, 0.02).var(axis=0)[:3] == pytest.approx(moved, rel=0.06)


def test_doubt_that_is_larger_than_all_that_was_seen_leaves_a_tenth_to_good_and_bad_years() -> None:
    of = learnt(moved=(0.01, 0.02, 0.03), reversion=0.0)
    little, much = (steered(of=of, leaving_sd=sd).scale for sd in (0.0, 0.6))
    # What little doubt there is, about the level, takes a hundredth.
    assert much / little == pytest.approx(math.sqrt(0.1), rel=0.02)


UNEVEN = {
    "entries": (FlowVariation(0.3, 0.8, 0.05, 600), FlowVariation(0.02, 0.3, 0.05, 600)),
    "leaving": (FlowVariation(0.02, 0.3, 0.05, 600), FlowVariation(0.3, 0.8, 0.05, 600)),
    "both": (FlowVariation(0.2, 0.5, 0.05, 600), FlowVariation(0.15, 0.2, 0.05, 600)),
}


@pytest.mark.parametrize("flows", UNEVEN)
@pytest.mark.parametrize("gap", [-0.5, 0.5])
def test_the_middle_of_the_futures_lies_on_the_path(gap: float, flows: str) -> None:
    """Far as they move, as many futures lie above the path as below at each year's end."""
    entries, leaving = UNEVEN[flows]
    of = learnt(entries=entries, leaving=leaving, moved=(0.005, 0.016, 0.028))
    found = steered(gap, of=of, leaving_sd=0.02)
    middle = np.median(np.exp(futures(found, 0.02, chance=True)), axis=0)
    assert middle == pytest.approx(found.path, rel=0.005)


def test_the_mean_of_the_futures_lies_above_their_middle_and_the_path() -> None:
    """Good years of entries lift the mean, so that the middle on the path means more entries."""
    entries, leaving = UNEVEN["entries"]
    moved = (0.005, 0.016, 0.028)
    found = steered(of=learnt(entries=entries, leaving=leaving, moved=moved))
    assert np.exp(futures(found, 0.0))[:, -1].mean() > found.path[-1] * 1.008
    assert led_to(found)[-1] > found.path[-1] * 1.008


# From a projection -------------------------------------------------------------------------


def one_kind_of_home() -> Parameters:
    """Everyone lives in one kind of home and leaves by one way at one rate; only babies come."""
    rates = np.zeros((len(CAUSES), 5, 5))
    rates[CAUSES.index(Route.HOME_PLANNED)] = LEAVING / DAYS_PER_YEAR
    always, one = np.array([-math.inf]), ((1.0,),) * 5
    home = SettingParameters(
        "agency_foster", -math.inf, math.inf, None, 1.0, None, 1.0, (1.0, 1.0, 1.0),
        nearby_places=None,
    )  # fmt: skip
    return Parameters(
        horizon=Horizon(dt.date(2020, 3, 31), dt.date(2025, 3, 31)),
        settings=(home,),
        plans=(Plan.FAMILY,),
        search_orders=((0,),),
        clockwork=Clockwork(rates, np.ones((1, len(CAUSES))), always, np.ones((len(CAUSES), 1))),
        entries=EntryParameters(np.array([100.0, 0, 0, 0, 0]), always, np.ones(1), one),
        moves=tuple(MoveParameters(1.0, one) for _ in Move),
        panel=PanelParameters((0,), 0.0, 1.0, 0.0),
        after_care_chance={},
    )


def test_rates_lead_to_what_they_lead_to_by_hand() -> None:
    """Nobody is old enough to reach 18 within the years, so that everyone leaves at the rate."""
    opening = np.zeros((5, 5, 1))
    opening[1, 1] = STOCK
    plain, faster = (
        Expectation(one_kind_of_home(), opening, 0.5, YEARS, leaving)
        for leaving in (None, faster_first_year(YEARS))
    )
    found, by_hand = projected(plain, faster, STOCK), area()
    assert found.stock == STOCK
    assert found.of_opening == pytest.approx(by_hand.of_opening, rel=1e-3)
    assert found.of_entries == pytest.approx(by_hand.of_entries, rel=2e-3, abs=1e-9)
    # A step of a twentieth is not quite the slope.
    assert found.leaving == pytest.approx(by_hand.leaving, rel=0.03)
    entries = np.array([100.0, 150.0, 90.0, 140.0, 200.0])
    assert found.path(entries) == pytest.approx(follow(entries, np.full(5, LEAVING)), rel=1e-3)
