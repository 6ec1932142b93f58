"""The authority's own carers: who comes forward, who is assessed, who joins, and who leaves."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sufficiency.model.assessors import APPROVED, GAVE_UP, IN_HAND, REFUSED, assess
from sufficiency.model.carer_places import KINDS
from sufficiency.model.carers import Recruited, draw_carers, recruit
from sufficiency.model.parameters import CarerParameters, Steps
from sufficiency.periods import DAYS_PER_YEAR, Horizon
from sufficiency.scenario.schema import Scenario
from sufficiency.scenario.system import Carers
from sufficiency.streams import Draws, Streams

YEARS = 5
DAYS = 1826
FUTURES = 200
FEWER = 100
Z = 3.3  # a chance of one in a thousand that a true claim fails


def always(value: float) -> Steps:
    return (-math.inf,), (value,)


def stepped(first: float, *later: tuple[float, float]) -> Steps:
    return (-math.inf, *(day for day, _ in later)), (first, *(value for _, value in later))


SCARCE = CarerParameters(
    setting="in_house_foster",
    households=145,
    places=(1, 2, 3),
    place_shares=(0.38, 0.42, 0.20),
    unavailable=0.21,
    unavailable_days=270.0,
    leaving_per_year=0.14,
    leaving_change=always(1.0),
    notice_days=28.0,
    enquiries_per_year=236.0,
    enquiries_change=always(1.0),
    applies=0.12,
    slots=always(6.0),
    assessment_days=150.0,
    patience_days=90.0,
    approved=0.72,
)
"""About Middlesbrough: twice as many apply as six assessments at once can deal with."""
PLENTY = dataclasses.replace(SCARCE, slots=always(1000.0))


def futures(carers: CarerParameters, days: int = DAYS, count: int = FUTURES) -> list[Recruited]:
    return [recruit(carers, Streams(1, number), days) for number in range(1, count + 1)]


def approvals(found: Recruited, since: float = 0.0, until: float = DAYS) -> int:
    ended = found.applications.ended[found.applications.outcome == APPROVED]
    return int(((ended >= since) & (ended < until)).sum())


def fostering(found: Recruited, day: float) -> int:
    houses = found.households
    return int(((houses.approved_day < day) & (houses.leaves_day >= day)).sum())


def in_line(found: Recruited, day: float) -> int:
    each = found.applications
    return int(((each.applied < day) & (np.minimum(each.started, each.ended) >= day)).sum())


# What theory says -------------------------------------------------------------------------


@pytest.mark.theory
def test_with_plenty_of_assessors_approvals_are_poisson() -> None:
    counted = np.array([approvals(found) for found in futures(PLENTY)])
    expected = 236.0 * 0.12 * 0.72 * DAYS / DAYS_PER_YEAR
    assert abs(counted.mean() - expected) < Z * math.sqrt(expected / FUTURES)
    spread = math.sqrt(2 / (FUTURES - 1))
    assert abs(counted.var(ddof=1) / expected - 1) < Z * spread


@pytest.mark.theory
def test_households_follow_the_path_of_arrivals_and_exponential_stays() -> None:
    """``n' = a - m(t) n`` from 145, with the rate of leaving doubled from day 700."""
    found = futures(dataclasses.replace(PLENTY, leaving_change=stepped(1.0, (700.0, 2.0))))
    joins, leaves = 236.0 * 0.12 * 0.72, 0.14
    expected = 145.0
    still = 1.0  # chance that one of the first 145 still fosters
    for since, until, rate in ((0, 350, leaves), (350, 700, leaves), (700, 1800, 2 * leaves)):
        years = (until - since) / DAYS_PER_YEAR
        kept = math.exp(-rate * years)
        still *= kept
        expected = expected * kept + joins / rate * (1 - kept)
        # The first 145 are a binomial, those who joined a Poisson.
        variance = expected - 145 * still**2
        counted = np.mean([fostering(one, until) for one in found])
        assert abs(counted - expected) < Z * math.sqrt(variance / FUTURES), until


@pytest.mark.theory
def test_scarce_assessors_set_the_pace() -> None:
    """Where the line never empties, a year sees slots over the length of an assessment."""
    carers = dataclasses.replace(SCARCE, patience_days=2000.0, enquiries_per_year=400.0)
    years = 20
    counted = np.array(
        [approvals(f, until=years * DAYS_PER_YEAR) / years for f in futures(carers, 7305, 40)]
    )
    expected = 6 * DAYS_PER_YEAR / 150.0 * 0.72
    half_width = Z * counted.std(ddof=1) / math.sqrt(len(counted))
    assert half_width < 0.05 * expected
    assert abs(counted.mean() - expected) < half_width


@pytest.mark.theory
def test_waiting_and_giving_up_match_the_balance_of_a_line_with_impatience() -> None:
    """Exponential lengths and patience: the M/M/c+M line, solved here state by state."""
    arrives, slots, length, patience = 1 / 20.0, 3, 70.0, 45.0
    states = np.arange(200)
    leaving = np.minimum(states, slots) / length + np.maximum(states - slots, 0) / patience
    weights = np.cumprod(np.concatenate([[1.0], arrives / leaving[1:]]))
    chance = weights / weights.sum()
    waiting = float((chance * np.maximum(states - slots, 0)).sum())
    gives_up = waiting / patience / arrives
    shares, lines = [], []
    for batch in range(20):
        rng = np.random.default_rng(batch)
        applied = np.cumsum(rng.exponential(1 / arrives, 3000))
        lasts, waits = rng.exponential(length, 3000), rng.exponential(patience, 3000)
        last_day = float(applied[-1])
        started, ended = assess(applied, lasts, waits, always(slots), last_day)
        kept = (applied > 1000) & (applied < last_day - 1000)
        shares.append(np.isinf(started[kept]).mean())
        waited = np.minimum(started, ended)[kept] - applied[kept]
        lines.append(waited.sum() / (last_day - 2000))  # Little's law the other way round
    for found, expected in ((shares, gives_up), (lines, waiting)):
        half_width = Z * np.std(found, ddof=1) / math.sqrt(len(found))
        assert half_width < 0.05 * expected
        assert abs(np.mean(found) - expected) < half_width


@pytest.mark.theory
def test_an_assessment_lasts_as_long_as_stated_and_spreads_as_a_gamma_of_shape_nine() -> None:
    found = [one.applications for one in futures(PLENTY, count=40)]
    done = [each.applied < DAYS - 1000 for each in found]
    lasted = np.concatenate([(a.ended - a.started)[d] for a, d in zip(found, done, strict=True)])
    assert abs(lasted.mean() - 150) < Z * 50 / math.sqrt(len(lasted))
    assert abs(lasted.std() - 50) < Z * 50 / math.sqrt(len(lasted))


@pytest.mark.theory
@pytest.mark.parametrize("patience", [30.0, 200.0])
def test_the_line_on_the_first_day_is_the_line_of_the_long_run(patience: float) -> None:
    found = futures(dataclasses.replace(SCARCE, patience_days=patience))
    change = np.array([in_line(one, DAYS - 1.0) - in_line(one, 0.0) for one in found])
    assert np.mean([in_line(one, 0.0) for one in found]) > 1
    assert abs(change.mean()) < Z * change.std(ddof=1) / math.sqrt(FUTURES)


def out_of_use(found: Recruited, day: float, *, new: bool) -> tuple[int, int]:
    """Places out of use and places in all, of those open at the start or approved later."""
    houses = found.households
    of = (houses.approved_day >= 0) & (houses.approved_day < day) if new else houses.usable >= 0
    if not new:
        of = houses.approved_day < 0
    names = set(houses.number[of].tolist())
    changes = sum(e.change for e in found.events if e.day < day and e.household in names)
    usable = int(houses.usable[of].sum()) + changes
    places = int(houses.places[of].sum())
    return places - usable, places


@pytest.mark.theory
@pytest.mark.parametrize("unavailable_days", [270.0, 20.0])
def test_the_share_of_places_out_of_use_holds(unavailable_days: float) -> None:
    """Also where places change so often that a household's row of luck runs out."""
    carers = dataclasses.replace(
        PLENTY, leaving_per_year=0.0, unavailable_days=unavailable_days, enquiries_per_year=0.0
    )
    found = futures(carers, count=60)
    for day in (0.0, 60.0, 1800.0):
        out, places = np.sum([out_of_use(one, day, new=False) for one in found], axis=0)
        assert abs(out / places - 0.21) < Z * math.sqrt(0.21 * 0.79 / places), day
    # As many places go out of use in a day as are out of use over how long they stay so.
    went = sum(event.kind == "unavailable" for one in found for event in one.events)
    expected = places * DAYS * 0.21 / unavailable_days
    assert abs(went - expected) < Z * math.sqrt(expected)


@pytest.mark.theory
def test_how_long_a_new_household_stays_has_nothing_to_do_with_its_places() -> None:
    carers = dataclasses.replace(PLENTY, leaving_per_year=3.0, households=0)
    places, lasted = [], []
    for found in futures(carers, count=40):
        houses = found.households
        early = houses.approved_day < DAYS - 1000  # nearly all have left by the end
        places.append(houses.places[early])
        lasted.append(np.minimum(houses.leaves_day, DAYS)[early] - houses.approved_day[early])
    places, lasted = np.concatenate(places), np.concatenate(lasted)
    mean = DAYS_PER_YEAR / 3.0
    assert abs(lasted.mean() - mean) < Z * mean / math.sqrt(len(lasted))
    assert abs(np.corrcoef(places, lasted)[0, 1]) < Z / math.sqrt(len(lasted))
    share = np.array([(places == offered).mean() for offered in carers.places])
    spread = np.sqrt(np.array(carers.place_shares) / len(places))
    assert (np.abs(share - carers.place_shares) < Z * spread).all()


@pytest.mark.theory
def test_a_new_household_begins_with_all_its_places_and_tends_to_the_share() -> None:
    """Two rates, into and out of use: the share rises as ``1 - exp(-(both) t)``."""
    carers = dataclasses.replace(PLENTY, leaving_per_year=0.0)
    both = 1 / 270.0 / (1 - 0.21)
    day = 500.0
    out = places = expected = 0.0
    for found in futures(carers):
        taken, there = out_of_use(found, day, new=True)
        out, places = out + taken, places + there
        houses = found.households
        new = (houses.approved_day >= 0) & (houses.approved_day < day)
        age = day - houses.approved_day[new]
        expected += float((houses.places[new] * 0.21 * (1 - np.exp(-both * age))).sum())
    assert abs(out - expected) < Z * math.sqrt(expected)
    assert expected < 0.9 * 0.21 * places


# What must always hold --------------------------------------------------------------------


@st.composite
def any_carers(draw: st.DrawFn) -> CarerParameters:
    return dataclasses.replace(
        SCARCE,
        households=draw(st.integers(0, 40)),
        unavailable=draw(st.sampled_from([0.0, 0.3, 0.9, 1.0])),
        unavailable_days=draw(st.sampled_from([5.0, 300.0])),
        leaving_per_year=draw(st.sampled_from([0.0, 0.2, 3.0])),
        leaving_change=draw(st.sampled_from([always(1.0), stepped(1.0, (200.0, 0.0))])),
        notice_days=draw(st.sampled_from([0.0, 28.0, 400.0])),
        enquiries_change=draw(st.sampled_from([always(1.0), stepped(0.0, (0.0, 3.0))])),
        slots=draw(
            st.sampled_from(
                [always(0.0), always(4.0), stepped(6.0, (100.0, 1.0)), stepped(0.0, (100.0, 5.0))]
            )
        ),
        assessment_days=draw(st.sampled_from([0.0, 150.0])),
        patience_days=draw(st.sampled_from([0.0, 60.0, 3000.0])),
    )


@pytest.mark.conservation
@settings(max_examples=60)
@given(any_carers(), st.integers(1, 1000))
def test_each_application_has_one_end_and_its_turn(carers: CarerParameters, number: int) -> None:
    found = recruit(carers, Streams(1, number), 900).applications
    assert (np.diff(found.applied) >= 0).all()
    assert len(np.unique(found.number)) == len(found)
    begun, over = np.isfinite(found.started), np.isfinite(found.ended)
    assert (begun & over == np.isin(found.outcome, [APPROVED, REFUSED])).all()
    assert (~begun & over == (found.outcome == GAVE_UP)).all()
    assert (~over == (found.outcome == IN_HAND)).all()
    assert (found.started[begun] >= found.applied[begun]).all()
    assert (found.ended[over & begun] >= found.started[over & begun]).all()
    assert (np.diff(found.started[begun]) >= 0).all()  # first come, first served
    allowed = np.array(carers.slots[1])
    for start in found.started[begun]:
        under_way = int(((found.started <= start) & (found.ended > start)).sum())
        in_force = allowed[np.searchsorted(carers.slots[0], start, side="right") - 1]
        assert under_way <= in_force or carers.assessment_days == 0
    # An assessor is never idle while someone waits.
    for applied, until in zip(found.applied, np.minimum(found.started, found.ended), strict=True):
        middle = (applied + min(until, 900.0)) / 2
        if applied < middle < until:
            busy = int(((found.started <= middle) & (found.ended > middle)).sum())
            assert busy >= allowed[np.searchsorted(carers.slots[0], middle, side="right") - 1]


@pytest.mark.unit
def test_a_line_worked_out_by_hand() -> None:
    """Nobody until day 5, then one at a time, two from day 40, and none again from day 41."""
    slots = stepped(0.0, (5.0, 1.0), (40.0, 2.0), (41.0, 0.0))
    applied = np.array([0.0, 1.0, 2.0, 3.0, 4.0, 42.0, 43.0])
    length = np.array([10.0, 10.0, 10.0, 30.0, 8.0, 1.0, 1.0])
    patience = np.array([9.0, 2.0, 99.0, 99.0, 99.0, 99.0, 2.0])
    started, ended = assess(applied, length, patience, slots, 100.0)
    inf = math.inf
    np.testing.assert_array_equal(started, [5.0, inf, 15.0, 25.0, 40.0, inf, inf])
    np.testing.assert_array_equal(ended, [15.0, 3.0, 25.0, 55.0, 48.0, inf, 45.0])


@pytest.mark.conservation
@settings(max_examples=60)
@given(any_carers(), st.integers(1, 1000))
def test_places_come_and_go_one_by_one_and_none_are_left_over(
    carers: CarerParameters, number: int
) -> None:
    found = recruit(carers, Streams(1, number), 900)
    houses = found.households
    places = dict(zip(houses.number.tolist(), houses.places.tolist(), strict=True))
    leaves = dict(zip(houses.number.tolist(), houses.leaves_day.tolist(), strict=True))
    usable = dict(found.usable_at_start)
    stage = dict.fromkeys(usable, "approved")
    last = (0.0, 0)
    for event in found.events:
        now = (event.day, KINDS.index(event.kind))
        assert last <= now
        last = now
        assert event.day < 900
        if event.kind == "approved":
            assert event.household not in stage
            assert event.change in (0, places[event.household] if carers.unavailable < 1 else 0)
        else:
            assert stage[event.household] in ("approved", "notice")
            assert stage[event.household] == "approved" or event.kind == "leaves"
        if event.kind in ("unavailable", "available"):
            assert event.change == (-1 if event.kind == "unavailable" else 1)
        else:
            stage[event.household] = event.kind
        usable[event.household] = usable.get(event.household, 0) + event.change
        assert 0 <= usable[event.household] <= places[event.household]
        if event.kind in ("notice", "leaves"):
            assert usable[event.household] == 0
        if event.kind == "leaves":
            assert event.day == leaves[event.household]
            assert event.change == 0
    gone = {house for house, kind in stage.items() if kind == "leaves"}
    assert gone == {house for house, day in leaves.items() if math.isfinite(day)}
    assert stage.keys() == places.keys()


@pytest.mark.conservation
@pytest.mark.parametrize("households", [145, 7])
def test_the_opening_mix_is_met_in_every_future(households: int) -> None:
    carers = dataclasses.replace(SCARCE, households=households)
    for found in futures(carers, days=400, count=5):
        opening = found.households.places[found.households.approved_day < 0]
        counted = np.array([(opening == places).sum() for places in carers.places])
        assert counted.sum() == households
        assert (np.abs(counted - households * np.array(carers.place_shares)) < 1).all()


@pytest.mark.conservation
def test_no_new_child_is_placed_during_notice() -> None:
    found = recruit(dataclasses.replace(SCARCE, notice_days=100.0), Streams(1, 1), DAYS)
    noticed = {event.household: event.day for event in found.events if event.kind == "notice"}
    left = {event.household: event.day for event in found.events if event.kind == "leaves"}
    assert len(left) > 40
    for household, day in left.items():
        approved = found.households.approved_day[found.households.number == household][0]
        if household in noticed:
            assert noticed[household] == pytest.approx(day - 100.0)
        else:  # under notice since before the forecast, or since approval
            assert day - 100.0 <= max(approved, 0.0)
    # Notice is given inside the forecast also by those who leave after it.
    assert any(day > DAYS - 100 for day in noticed.values())


# Who draws which random numbers -----------------------------------------------------------


def stays(found: Recruited) -> dict[int, tuple[int, float]]:
    houses = found.households
    lasting = houses.leaves_day - np.maximum(houses.approved_day, 0.0)
    rows = zip(houses.number.tolist(), houses.places.tolist(), lasting.tolist(), strict=True)
    return {number: (places, lasts) for number, places, lasts in rows}


@pytest.mark.streams
def test_more_assessors_change_nobody_who_enquires_or_applies() -> None:
    few, many = (recruit(carers, Streams(1, 1), DAYS) for carers in (SCARCE, PLENTY))
    assert few.enquired.tobytes() == many.enquired.tobytes()
    assert few.applications.number.tobytes() == many.applications.number.tobytes()
    both = np.isfinite(few.applications.ended) & np.isfinite(few.applications.started)
    lasted = [f.applications.ended[both] - f.applications.started[both] for f in (few, many)]
    assert np.allclose(*lasted)
    assert (few.applications.outcome[both] == many.applications.outcome[both]).all()
    one, other = stays(few), stays(many)
    shared = one.keys() & other.keys()
    assert len(shared) > 145
    for number in shared:
        assert one[number][0] == other[number][0]
        if math.isfinite(one[number][1] + other[number][1]):
            assert one[number][1] == pytest.approx(other[number][1])


@pytest.mark.streams
def test_a_longer_forecast_changes_nothing_earlier() -> None:
    often = dataclasses.replace(SCARCE, unavailable_days=25.0)
    for carers in (SCARCE, often):
        short, long = (recruit(carers, Streams(1, 1), days) for days in (1000, 3000))
        assert short.events == tuple(event for event in long.events if event.day < 1000)
        assert short.usable_at_start == long.usable_at_start
        assert short.enquired.tobytes() == long.enquired[long.enquired < 1000].tobytes()
        count = len(short.applications)
        decided = np.isfinite(short.applications.ended)
        for name in ("applied", "ended", "number"):
            one = getattr(short.applications, name)
            other = getattr(long.applications, name)[:count]
            assert one[decided].tobytes() == other[decided].tobytes()


@pytest.mark.streams
def test_fewer_enquiries_are_a_subset_and_more_a_superset() -> None:
    def found(per_year: float, change: Steps) -> Recruited:
        carers = dataclasses.replace(SCARCE, enquiries_per_year=per_year, enquiries_change=change)
        return recruit(carers, Streams(1, 1), DAYS)

    def who(per_year: float, change: Steps) -> set[float]:
        return set(found(per_year, change).enquired.tolist())

    def applied(per_year: float) -> set[int]:
        return set(found(per_year, always(1.0)).applications.number.tolist())

    base = who(236.0, always(1.0))
    assert who(118.0, always(1.0)) < base
    assert base < who(600.0, always(1.0))  # past one strip of the sheet
    assert applied(118.0) < applied(236.0) < applied(600.0)
    campaign = who(236.0, stepped(1.0, (365.0, 2.0), (730.0, 1.0)))
    assert base < campaign
    assert all(365.0 <= day < 730.0 for day in campaign - base)


@pytest.mark.streams
@pytest.mark.parametrize("unavailable_days", [270.0, 25.0])
def test_what_happens_to_one_household_does_not_depend_on_the_others(
    unavailable_days: float,
) -> None:
    """Where nobody waits for an assessor, more enquiries change no approval there was."""
    base = dataclasses.replace(PLENTY, unavailable_days=unavailable_days)
    few = recruit(base, Streams(1, 1), DAYS)
    many = recruit(dataclasses.replace(base, enquiries_per_year=500.0), Streams(1, 1), DAYS)
    known = set(few.households.number.tolist())
    assert len(known) > 145 + 50
    assert len(many.households) > len(known) + 50
    assert few.events == tuple(event for event in many.events if event.household in known)


@pytest.mark.streams
def test_rest_and_leaving_move_no_application() -> None:
    base = recruit(SCARCE, Streams(1, 1), DAYS)
    other = recruit(
        dataclasses.replace(SCARCE, leaving_per_year=0.5, unavailable=0.5, households=20),
        Streams(1, 1),
        DAYS,
    )
    assert base.applications.ended.tobytes() == other.applications.ended.tobytes()


# More of this, more of that ---------------------------------------------------------------


@pytest.mark.direction
def test_a_campaign_without_assessors_achieves_nothing_and_with_them_much() -> None:
    """Twice the enquiries for a year, where the line hardly ever empties."""
    base = dataclasses.replace(SCARCE, patience_days=400.0)
    campaign = dataclasses.replace(base, enquiries_change=stepped(1.0, (365.0, 2.0), (730.0, 1.0)))
    staffed = dataclasses.replace(campaign, slots=stepped(6.0, (365.0, 12.0), (900.0, 6.0)))
    before, alone, together = (
        np.array([approvals(found) for found in futures(carers, count=FEWER)])
        for carers in (base, campaign, staffed)
    )
    without, with_staff = alone - before, together - before
    half_width = 1.96 * without.std(ddof=1) / math.sqrt(FEWER)
    assert abs(without.mean()) < half_width
    assert abs(without.mean()) < with_staff.mean() / 4
    assert half_width < with_staff.mean() / 4  # the noise is small beside what staff bring
    lower_end = with_staff.mean() - 1.645 * with_staff.std(ddof=1) / math.sqrt(FEWER)
    assert lower_end > 5


@pytest.mark.direction
@settings(max_examples=40)
@given(st.integers(1, 1000), st.integers(0, 10), st.integers(1, 10))
def test_one_more_assessor_never_makes_the_patient_wait_longer(
    number: int, slots: int, more: int
) -> None:
    """A theorem where nobody gives up: every assessment begins no later."""
    patient = dataclasses.replace(SCARCE, patience_days=1e9)
    few, many = (
        recruit(dataclasses.replace(patient, slots=always(s)), Streams(1, number), 900)
        for s in (slots, slots + more)
    )
    assert (many.applications.started <= few.applications.started + 1e-9).all()


# Reading the scenario ---------------------------------------------------------------------

HORIZON = Horizon(dt.date(2020, 3, 31), dt.date(2025, 3, 31))


def drawn(**changes: object) -> CarerParameters:
    written: dict[str, object] = {
        "setting": "in_house_foster",
        "households": 145,
        "places": {"2": 0.6, "1": 0.4},
        "unavailable": 0.2,
        "leaving": 0.14,
        "enquiries": 236,
        "apply": 0.12,
        "assessors": 1.5,
        "assessments_each": 4,
        "assessment": 150,
        "patience": 90,
        "approved": 0.7,
    }
    carers = Carers.model_validate(written | changes)
    found = draw_carers(Scenario.model_construct(carers=carers), Draws(1, 1), HORIZON)
    assert found is not None
    return found


@pytest.mark.unit
def test_a_scenario_without_carers_has_none() -> None:
    assert draw_carers(Scenario.model_construct(carers=None), Draws(1, 1), HORIZON) is None


@pytest.mark.unit
def test_a_part_of_an_assessment_is_none() -> None:
    assert drawn().slots == always(6.0)
    assert drawn(assessors=1.9).slots == always(7.0)
    assert drawn(assessors=0.2).slots == always(0.0)


@pytest.mark.unit
def test_places_are_read_in_order_whatever_order_they_are_written_in() -> None:
    assert (drawn().places, drawn().place_shares) == ((1, 2), (0.4, 0.6))


@pytest.mark.unit
def test_before_the_forecast_all_is_as_on_the_opening_day() -> None:
    dated = {"from": {dt.date(2019, 1, 1): 1, dt.date(2020, 3, 31): 2, dt.date(2020, 4, 1): 3}}
    assert drawn(assessors=dated).slots == stepped(8.0, (0.0, 12.0))
    campaign = {"from": {dt.date(2020, 4, 1): 2, dt.date(2021, 4, 1): 1}}
    assert drawn(enquiries_change=campaign).enquiries_change == stepped(1.0, (0, 2.0), (365, 1.0))
    first_known = {"from": {dt.date(2020, 4, 1): 2}}
    assert drawn(assessors=first_known).slots[1][0] == 8.0
    later = {"from": {dt.date(2020, 9, 1): 2}}
    assert drawn(assessors=later).slots == stepped(0.0, (153.0, 8.0))
