"""Services for children at risk: what they leave alone, whom they take, and what adds up."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from edge_worlds import Edge, by_child, same_bytes, service
from small_worlds import always

from sufficiency.episodes import HELP_OUTCOMES, NO_HELP, NONE, OPEN
from sufficiency.model.edge import before_care
from sufficiency.model.edge_services import ServiceParameters
from sufficiency.model.parameters import Steps
from sufficiency.streams import Streams

BUSY = Edge(
    (
        service(
            "first",
            opens=0.0,
            rank=(NONE, NONE, 1, 0, NONE),
            reach=0.5,
            caseload=((-math.inf, 400.0, 900.0), (25.0, 8.0, 15.0)),
            support_days=150.0,
            rates=((-math.inf, 0.0, 200.0), (1.0, 0.7, 0.4)),
            lasting=0.5,
        ),
        service(
            "second",
            opens=300.0,
            closes=1500.0,
            reach=0.3,
            caseload=always(20.0),
            support_days=100.0,
            rates=always(0.6),
            lasting=0.5,
        ),
    ),
    entries=(10.0, 30.0, 60.0, 80.0, 20.0),
    at_risk=(15.0, 40.0, 50.0, 90.0, 12.0),
    direct=0.3,
    comes_back=0.4,
)
ONE_BAND = Edge(direct=0.1, comes_back=0.3)
FUTURES = range(1, 13)


def band_of(child: int) -> int:
    return child % 10**12 // 10**10 - 1


# Nothing changes ------------------------------------------------------------------------------


@pytest.mark.streams
def test_without_a_service_the_arrivals_are_handed_on_as_they_are() -> None:
    arrivals = BUSY.arrivals()
    assert before_care(None, arrivals, Streams(1, 1), BUSY.days) == (arrivals, NO_HELP)
    handed_on, help_given = Edge().run()
    assert same_bytes(handed_on, Edge().arrivals())
    assert help_given is NO_HELP


@pytest.mark.streams
@pytest.mark.parametrize(
    ("nothing", "helps"),
    [
        (service(caseload=always(0.0), rates=always(0.2)), False),
        (service(reach=0.0, rates=always(0.2)), False),
        (service(rates=always(1.0), support_days=120.0, lasting=1.0), True),
        (service(rates=always(1.0), caseload=always(5.0)), True),
        (service(opens=1e9, rates=always(0.2)), False),
    ],
)
def test_a_service_without_effect_changes_no_byte(nothing: ServiceParameters, helps: bool) -> None:
    edge = dataclasses.replace(BUSY, services=(nothing,))
    arrivals, help_given = edge.run()
    assert same_bytes(arrivals, edge.arrivals())
    assert (help_given.start < OPEN).any() == helps


@pytest.mark.streams
def test_a_service_more_without_effect_moves_no_child() -> None:
    """Last in order and open no sooner, it takes only children whom no other reaches."""
    alone = dataclasses.replace(BUSY, services=BUSY.services[:1])
    more = dataclasses.replace(BUSY, services=(*alone.services, service("last", opens=0.0)))
    (before, first), (after, second) = alone.run(), more.run()
    assert same_bytes(before, after)
    old = second.service == 0
    was = first.service != NONE
    for name in ("child", "asked", "start", "end", "outcome", "entered"):
        assert (getattr(second, name)[old] == getattr(first, name)[was]).all()
    assert (second.service == 1).sum() > 100


@pytest.mark.streams
def test_who_is_not_referred_comes_when_it_would_have_come() -> None:
    arrivals, help_given = BUSY.run()
    referred = set(help_given.child.tolist())
    before, after = by_child(BUSY.arrivals()), by_child(arrivals)
    for child in before.keys() - referred:
        assert after[child] == before[child]
    assert after.keys() - referred == before.keys() - referred


@pytest.mark.streams
@pytest.mark.parametrize("rate", [0.5, 1.8])
def test_a_longer_forecast_changes_nothing_in_its_earlier_part(rate: float) -> None:
    services = tuple(dataclasses.replace(s, rates=always(rate)) for s in BUSY.services)
    edge = dataclasses.replace(BUSY, services=services)
    short, help_given = edge.run()
    long, help_longer = dataclasses.replace(edge, days=3000).run()
    inside = long.time < edge.days
    for name in ("child", "time", "born"):
        assert (getattr(long, name)[inside] == getattr(short, name)).all()
    assert (long.luck.homes[inside] == short.luck.homes).all()
    ended = (help_given.end < edge.days) & (help_given.asked < edge.days)
    longer = (help_longer.end < edge.days) & (help_longer.asked < edge.days)
    for name in ("child", "asked", "start", "end", "outcome", "began", "entered"):
        assert (getattr(help_given, name)[ended] == getattr(help_longer, name)[longer]).all()


@pytest.mark.streams
def test_fewer_children_at_risk_are_some_of_the_same() -> None:
    fewer = dataclasses.replace(ONE_BAND, entries=(0.0, 0.0, 30.0, 0.0, 0.0))
    fewer = dataclasses.replace(fewer, at_risk=(0.0, 0.0, 25.0, 0.0, 0.0))
    many, few = ONE_BAND.children_at_risk(), fewer.children_at_risk()
    whole = dict(zip(many.child.tolist(), zip(many.begins, many.ends, strict=True), strict=True))
    part = dict(zip(few.child.tolist(), zip(few.begins, few.ends, strict=True), strict=True))
    assert part.items() < whole.items()
    assert 0.35 < len(part) / len(whole) < 0.65


@pytest.mark.streams
def test_the_same_future_is_the_same_alone_and_after_others() -> None:
    alone, _ = BUSY.run(3)
    for k in (1, 2):
        BUSY.run(k)
    again, _ = BUSY.run(3)
    assert same_bytes(alone, again)
    assert not same_bytes(alone, BUSY.run(2)[0])


# What adds up ---------------------------------------------------------------------------------


@pytest.mark.conservation
@pytest.mark.parametrize("harm", [False, True])
def test_entries_with_services_are_those_without_and_what_help_changed(harm: bool) -> None:
    edge = BUSY
    if harm:
        services = tuple(dataclasses.replace(s, rates=always(2.0)) for s in BUSY.services)
        edge = dataclasses.replace(BUSY, services=services)
    for k in range(1, 6):
        arrivals, spells = edge.run(k)
        before = {child: math.floor(day) for child, day in by_child(edge.arrivals(k)).items()}
        rows = zip(spells.child, spells.times_back, spells.entered, strict=True)
        for child, _, entered in sorted((int(c), int(t), int(e)) for c, t, e in rows):
            if 0 <= entered < edge.days:  # the last time at risk decides
                before[child] = entered
            else:
                before.pop(child, None)
        after = {child: math.floor(day) for child, day in by_child(arrivals).items()}
        assert after == before
        assert (np.diff(arrivals.time) >= 0).all()
        assert len(after) == len(arrivals.child)
        assert (arrivals.time >= 0).all()
        assert (arrivals.time < edge.days).all()
        assert (arrivals.time >= arrivals.born).all()
        assert (arrivals.time - arrivals.born < 18 * 365.25).all()


@pytest.mark.conservation
def test_never_more_are_helped_than_there_is_room_and_nobody_is_sent_away() -> None:
    for k in range(1, 6):
        _, spells = BUSY.run(k)
        for code, each in enumerate(BUSY.services):
            mine = (spells.service == code) & (spells.start < OPEN)
            assert mine.sum() > 50
            for day in range(BUSY.days):
                helped = (mine & (spells.start <= day) & (spells.end > day)).sum()
                room = room_on(each.caseload, day)
                began = (mine & (spells.start == day)).any()
                # After room shrinks (day 400), those being helped stay until they finish.
                assert helped <= room or (400 <= day < 900 and not began)
            ended = mine & (spells.end < OPEN)
            assert set(spells.outcome[ended].tolist()) <= {1, 2, 3, 4}
            closed = ended & (spells.outcome == HELP_OUTCOMES.index("closed"))
            assert (spells.end[closed] == each.closes).all()
            assert closed.any() == (each.closes < BUSY.days)


def room_on(caseload: Steps, day: int) -> float:
    return caseload[1][np.searchsorted(caseload[0], day, side="right") - 1]


@pytest.mark.conservation
def test_each_referral_comes_to_one_end_and_in_order() -> None:
    _, spells = BUSY.run()
    referred = spells.service != NONE
    assert (spells.outcome[referred] == 0).sum() == (spells.end[referred] == OPEN).sum()
    ended = referred & (spells.end < OPEN)
    helped = ended & (spells.start < OPEN)
    assert (spells.asked[ended] <= spells.end[ended]).all()
    assert (spells.start[helped] >= spells.asked[helped]).all()
    assert (spells.start[helped] <= spells.end[helped]).all()
    assert (spells.began[referred] <= spells.asked[referred]).all()
    came_in = spells.outcome == HELP_OUTCOMES.index("entered_care")
    assert (spells.entered[came_in] == spells.end[came_in]).all()
    entered_without_help = came_in & (spells.start == OPEN)
    assert entered_without_help.any()
    first = spells.times_back == 0
    assert len(np.unique(spells.child[first])) == first.sum()
    assert (spells.asked[~referred] == OPEN).all()
    for code, each in enumerate(BUSY.services):
        mine = spells.service == code
        assert (spells.asked[mine] >= each.opens).all()


# Who is taken first ---------------------------------------------------------------------------


@pytest.mark.unit
def test_when_it_opens_the_ages_named_first_are_taken_first() -> None:
    edge = dataclasses.replace(
        BUSY,
        services=(
            service("small", opens=100.0, rank=(NONE, 2, 1, 0, NONE), caseload=always(30.0)),
        ),
    )
    _, spells = edge.run()
    at_once = spells.start == 100
    assert 30 <= at_once.sum() < 33  # a place may come free again before the day is over
    assert {band_of(child) for child in spells.child[at_once].tolist()} == {3}
    assert not any(band_of(child) in (0, 4) for child in spells.child.tolist())


@pytest.mark.unit
def test_children_at_risk_again_stand_in_the_same_line_on_the_opening_day() -> None:
    before = service("before", opens=0.0, closes=850.0, rates=always(0.2), lasting=1.0)
    small = service("small", opens=900.0, rank=(4, 3, 2, 1, 0), caseload=always(40.0))
    edge = dataclasses.replace(BUSY, services=(before, small), direct=0.0, comes_back=1.0)
    edge = dataclasses.replace(edge, comes_back_after_days=100.0)
    again = 0
    for k in range(1, 6):
        _, spells = edge.run(k)
        line = (spells.service == 1) & (spells.asked == 900) & (spells.began < 900)
        taken, left = line & (spells.start == 900), line & (spells.start > 901)
        left &= spells.end > 901
        # Those back at risk may be of another age than their number says: they are last here.
        first = spells.times_back == 0
        ranks = [small.rank[band_of(child)] for child in spells.child[taken & first].tolist()]
        others = [small.rank[band_of(child)] for child in spells.child[left & first].tolist()]
        assert max(ranks) <= min(others)
        again += int((taken & ~first).sum())
    assert again > 5


@pytest.mark.unit
def test_nobody_is_passed_over_by_one_of_no_higher_rank_who_asked_later() -> None:
    small = service("small", opens=100.0, rank=(3, 2, 1, 0, 1), caseload=always(20.0))
    _, spells = dataclasses.replace(BUSY, services=(small,)).run()
    rank = np.array([small.rank[band_of(child)] for child in spells.child.tolist()])
    given_up = np.minimum(spells.start, spells.end)
    taken = np.flatnonzero((spells.start < OPEN) & (spells.start > spells.asked))
    assert len(taken) > 100
    overtakes = 0
    for row in taken.tolist():
        # Days are whole, so only who waited the day before and the day after counts.
        waiting = (spells.asked < spells.start[row]) & (given_up > spells.start[row])
        before = (rank < rank[row]) | ((rank == rank[row]) & (spells.asked < spells.asked[row]))
        assert not (waiting & before).any()
        overtakes += int((waiting & (spells.asked < spells.asked[row])).any())
    assert overtakes > 10  # the older children do overtake


@pytest.mark.unit
def test_a_child_is_offered_the_first_service_that_is_open_when_it_is_at_risk() -> None:
    early, late = service("early", opens=200.0, closes=600.0), service("late", opens=400.0)
    _, spells = dataclasses.replace(ONE_BAND, services=(early, late), comes_back=0.0).run()
    first = spells.service == 0
    assert (spells.asked[first] == np.maximum(spells.began[first], 200)).all()
    assert (spells.asked[~first] >= 600).all()  # whoever is at risk sooner went to the first
    assert (spells.asked[first] < 600).all()
    over = np.minimum(spells.would_enter, OPEN)
    assert (over >= spells.asked).all()


# More of this never gives less of that --------------------------------------------------------


@pytest.mark.direction
def test_more_room_and_a_stronger_effect_never_give_more_entries() -> None:
    def mean_entries(room: float, rate: float) -> float:
        one = service(
            opens=0.0,
            reach=0.8,
            caseload=always(room),
            rates=always(rate),
            support_days=200.0,
            lasting=0.3,
        )
        edge = dataclasses.replace(ONE_BAND, services=(one,))
        return float(np.mean([len(edge.run(k)[0].time) for k in FUTURES]))

    by_room = [mean_entries(room, 0.5) for room in (0.0, 10.0, 20.0, 40.0)]
    assert by_room == sorted(by_room, reverse=True)
    assert by_room[0] - by_room[-1] > 10
    by_rate = [mean_entries(30.0, rate) for rate in (2.0, 1.3, 1.0, 0.7, 0.3, 0.0)]
    assert by_rate == sorted(by_rate, reverse=True)
    assert by_rate[0] - by_rate[2] > 10
    assert by_rate[2] - by_rate[-1] > 10


@pytest.mark.direction
def test_children_who_come_back_make_less_of_what_was_averted() -> None:
    def mean_entries(comes_back: float) -> float:
        one = service(opens=0.0, rates=always(0.2), lasting=1.0)
        edge = dataclasses.replace(ONE_BAND, services=(one,), comes_back=comes_back)
        return float(np.mean([len(edge.run(k)[0].time) for k in FUTURES]))

    never, half, always_back = (mean_entries(chance) for chance in (0.0, 0.5, 1.0))
    assert never < half < always_back < mean_entries_without()


def mean_entries_without() -> float:
    return float(np.mean([len(ONE_BAND.arrivals(k).time) for k in FUTURES]))
