"""Services for children at risk, against survival and queueing theory worked out here."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import pytest
from edge_worlds import Edge, service
from numpy.typing import NDArray
from scipy import stats
from small_worlds import always

from sufficiency.episodes import OPEN, HelpSpells
from sufficiency.model.edge_risk import AtRisk
from sufficiency.periods import DAYS_PER_YEAR

pytestmark = pytest.mark.theory


def within_chance(found: float, expected: float, standard_error: float) -> bool:
    """Within four standard errors: wrong once in 16,000 when all is right."""
    return abs(found - expected) < 4 * standard_error


def at_risk_on(spells: AtRisk, day: float) -> NDArray[np.bool_]:
    over = np.minimum(spells.enters, spells.ends)
    return (spells.begins <= day) & (over > day)


def helped_on(help_given: HelpSpells, day: int) -> int:
    return int(((help_given.start <= day) & (help_given.end > day)).sum())


def waiting_on(help_given: HelpSpells, day: int) -> int:
    until = np.minimum(help_given.start, help_given.end)
    return int(((help_given.asked <= day) & (until > day)).sum())


OF_ALL_AGES = Edge(
    entries=(20.0, 30.0, 60.0, 80.0, 10.0), at_risk=(20.0, 40.0, 50.0, 90.0, 8.0), direct=0.3
)


@lru_cache
def all_at_risk() -> list[AtRisk]:
    """Children at risk in many futures, to be looked at on several days."""
    return [OF_ALL_AGES.children_at_risk(k) for k in range(1, 121)]


@pytest.mark.parametrize("day", [0.0, 900.0, 1825.0])
def test_children_at_risk_are_as_many_as_stated_from_the_first_day_to_the_last(day: float) -> None:
    """Poisson with the stated mean at every age, of whom h / (h + d) will come into care."""
    edge = OF_ALL_AGES
    counts, coming = [], []
    for spells in all_at_risk():
        there = at_risk_on(spells, day)
        counts.append(np.bincount(spells.band[there], minlength=5))
        coming.append((spells.enters < spells.ends)[there].sum())
    found, replications = np.mean(counts, axis=0), len(counts)
    for mean, stated in zip(found, edge.at_risk, strict=True):
        assert within_chance(mean, stated, math.sqrt(stated / replications))
    totals = np.sum(counts, axis=1)
    chi2 = totals.var(ddof=1) * (replications - 1) / sum(edge.at_risk)
    assert 0.0005 < stats.chi2.cdf(chi2, replications - 1) < 0.9995
    expected = float((edge.risk.at_risk * edge.risk.enters_per_day).sum()) * edge.days_at_risk
    assert within_chance(float(np.mean(coming)), expected, math.sqrt(expected / replications))


def test_children_at_risk_enter_at_the_hazard_of_entries_over_stock() -> None:
    """Events over exposure, counted forward among those at risk, give back both hazards."""
    edge = Edge(direct=0.25)
    exposure = entered = ended = 0.0
    for k in range(1, 61):
        spells = edge.children_at_risk(k)
        over = np.minimum(spells.enters, spells.ends)
        seen = np.clip(over, 0, edge.days) - np.clip(spells.begins, 0, edge.days)
        exposure += seen.sum()
        inside = (over >= 0) & (over < edge.days)
        entered += (inside & (spells.enters < spells.ends)).sum()
        ended += (inside & (spells.enters >= spells.ends)).sum()
    enters_a_day, ends_a_day = edge.hazards
    assert enters_a_day == pytest.approx(60 * 0.75 / DAYS_PER_YEAR / 50)
    for events, hazard in ((entered, enters_a_day), (ended, ends_a_day)):
        assert within_chance(events / exposure, hazard, math.sqrt(hazard / exposure))


@pytest.mark.parametrize("rate", [0.0, 0.4, 1.7])
def test_help_for_ever_changes_the_share_who_enter_as_competing_hazards_say(rate: float) -> None:
    """A child helped enters with chance r h / (r h + d) where it was h / (h + d)."""
    edge = Edge((service(rates=always(rate), lasting=1.0),))
    enters_a_day, ends_a_day = edge.hazards
    entered = helped = 0
    for k in range(1, 41):
        _, help_given = edge.run(k)
        during = help_given.began >= 0
        entered += int((help_given.entered[during] < OPEN).sum())
        helped += int(during.sum())
    expected = rate * enters_a_day / (rate * enters_a_day + ends_a_day)
    spread = math.sqrt(expected * (1 - expected) / helped)
    assert within_chance(entered / helped, expected, spread + 1e-9)


@pytest.mark.parametrize(("rate", "lasting"), [(0.3, 0.0), (0.3, 0.5), (1.5, 0.5)])
def test_help_of_a_length_changes_it_as_the_transform_of_that_length_says(
    rate: float, lasting: float
) -> None:
    """Help ends first with the chance E exp(-s L); then what lasts acts on what is left."""
    support, shape = 90.0, 4.0
    edge = Edge((service(rates=always(rate), lasting=lasting, support_days=support),))
    enters_a_day, ends_a_day = edge.hazards
    during = rate * enters_a_day
    after = (1 - (1 - rate) * lasting) * enters_a_day
    finishes = (1 + (during + ends_a_day) * support / shape) ** -shape
    expected = during / (during + ends_a_day) * (1 - finishes)
    expected += finishes * after / (after + ends_a_day)
    entered = helped = finished = 0
    for k in range(1, 61):
        _, help_given = edge.run(k)
        seen = (help_given.began >= 0) & (help_given.began < edge.days - 1000)
        entered += int((help_given.entered[seen] < OPEN).sum())
        finished += int((help_given.outcome[seen] == 1).sum())
        helped += int(seen.sum())
    for found, chance in ((entered, expected), (finished, finishes)):
        spread = math.sqrt(chance * (1 - chance) / helped)
        assert within_chance(found / helped, chance, spread)


@pytest.mark.parametrize("rate", [0.4, 1.6])
def test_entries_with_a_service_long_open_are_fewer_from_the_first_day(rate: float) -> None:
    """Entries a year are those that come directly, and those at risk at their new chance."""
    direct = 0.2
    edge = Edge((service(rates=always(rate), lasting=1.0),), direct=direct, days=730)
    enters_a_day, ends_a_day = edge.hazards
    before = enters_a_day / (enters_a_day + ends_a_day)
    after = rate * enters_a_day / (rate * enters_a_day + ends_a_day)
    per_year = edge.entries[2] * (direct + (1 - direct) * after / before)
    found = np.zeros(2)
    replications = 80
    for k in range(1, replications + 1):
        arrivals, _ = edge.run(k)
        assert (arrivals.time >= 0).all()  # who came sooner is among the opening children
        found += np.histogram(arrivals.time, bins=[0, 365.25, 730])[0]
    for year in (0, 1):
        mean = found[year] / replications
        assert within_chance(mean, per_year, math.sqrt(per_year / replications))


def test_a_full_service_is_a_queue_whose_callers_give_up() -> None:
    """Help as long as the risk: everyone leaves at one rate, served or not (M/M/c + M).

    So children asking or helped are Poisson, the first c of them helped, the rest waiting.
    Halfway down a run-up of three years and at the end alike.
    """
    places, reach = 12, 0.4
    edge = Edge((service(caseload=always(places), reach=reach),), days=1000, days_at_risk=60.0)
    mean = reach * edge.at_risk[2]
    there = np.arange(400)
    chance = stats.poisson.pmf(there, mean)
    expected = {
        "helped": float((np.minimum(there, places) * chance).sum()),
        "waiting": float((np.maximum(there - places, 0) * chance).sum()),
    }
    futures = [edge.run(k)[1] for k in range(1, 151)]
    for day in (0, 999):
        found = {
            "helped": [helped_on(help_given, day) for help_given in futures],
            "waiting": [waiting_on(help_given, day) for help_given in futures],
        }
        for what, counts in found.items():
            # A day's count is of whole days: who asks and gives up in a day is not seen.
            error = np.std(counts, ddof=1) / math.sqrt(len(counts))
            assert within_chance(float(np.mean(counts)), expected[what], error)


def test_children_come_back_as_often_as_stated_and_some_enter_after_all() -> None:
    """Each time back is at risk, helped and ended like the first; at most five times.

    Children of 5 to 9 at first: some are older when they come back, at the same hazards.
    """
    rate, back = 0.3, 0.8
    edge = Edge(
        (service(rates=always(rate), lasting=1.0),),
        entries=(0.0, 0.0, 60.0, 60.0, 0.0),
        at_risk=(0.0, 0.0, 50.0, 50.0, 0.0),
        days_at_risk=60.0,
        comes_back=back,
        comes_back_after_days=30.0,
        days=2500,
    )
    enters_a_day, ends_a_day = edge.hazards
    enters = rate * enters_a_day / (rate * enters_a_day + ends_a_day)
    expected = sum(enters * back**time * (1 - enters) ** (time - 1) for time in range(1, 6))
    averted, returned, after_all = set(), set(), set()
    for k in range(1, 11):
        _, spells = edge.run(k)
        early = (spells.began >= 0) & (spells.began < 1000) & (spells.child % 10**12 < 4 * 10**10)
        first = early & (spells.times_back == 0) & (spells.would_enter < OPEN)
        averted |= {(k, c) for c in spells.child[first & (spells.entered == OPEN)].tolist()}
        returned |= {(k, c) for c in spells.child[spells.times_back == 1].tolist()}
        again = (spells.times_back > 0) & (spells.entered < OPEN)
        after_all |= {(k, c) for c in spells.child[again].tolist()}
    for found, chance in ((averted & returned, back), (averted & after_all, expected)):
        spread = math.sqrt(chance * (1 - chance) / len(averted))
        assert within_chance(len(found) / len(averted), chance, spread)
