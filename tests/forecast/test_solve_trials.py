"""Every value is tried in the same futures, once, and a chance is told with its interval."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import pytest
from scipy import optimize

from sufficiency.folders.solve import neighbours
from sufficiency.forecast.measures import Known, Measure, known_measures, parse_measure
from sufficiency.forecast.replication import Plan, replicate
from sufficiency.forecast.solve import Looked, Trials, chance_interval, look
from sufficiency.forecast.solve_question import Range, parse_target
from sufficiency.forecast.solve_search import Answer, Kind

CARE = "children_in_care@2025-06"
AWAY = "out_of_area@2025-06"


@pytest.fixture(scope="module")
def known(plan: Plan) -> Known:
    return known_measures(plan)


@pytest.mark.unit
def test_a_look_keeps_what_is_asked_of_every_future(plan: Plan, known: Known) -> None:
    measures = [parse_measure(text, known, "--tell") for text in (CARE, AWAY)]
    told = 0

    def done() -> None:
        nonlocal told
        told += 1

    looked = look(plan, measures, range(1, 4), 1, done)
    futures = [replicate(plan, number) for number in range(1, 4)]
    expected = [[measure.value(one) for measure in measures] for one in futures]
    assert looked.values.tolist() == expected
    assert told == 3
    assert looked.people[0].tolist() == [np.mean([row[0] for row in expected])]
    assert looked.at_opening[0] > 0


@pytest.mark.unit
def test_a_target_against_another_scenario_is_met_by_the_difference(known: Known) -> None:
    target = parse_target(f"{CARE} <= 0", known)
    asked: Counter[float] = Counter()

    def look_at(value: float, measures: Sequence[Measure]) -> Looked:
        asked[value] += 1
        assert list(measures) == [target.measure]
        values = np.array([[10.0], [20.0], [30.0]]) + value
        return Looked(values, (np.array([20.0]),), np.array([1.0]))

    base = Looked(np.array([[12.0], [21.0], [30.0]]), (np.array([20.0]),), np.array([1.0]))
    range_ = Range("a", Decimal(0), Decimal(2), Decimal(1))
    trials = Trials(range_, target, (), look_at, base)
    assert trials.at(1).target.tolist() == [-1.0, 0.0, 1.0]
    assert trials.at(1).met.tolist() == [True, True, False]
    assert trials.at(0).chance == 1.0
    assert trials.at(1).chance == pytest.approx(2 / 3)
    assert dict(asked) == {0.0: 1, 1.0: 1}
    assert [value for value, _ in trials.every()] == [0, 1]


@pytest.mark.unit
def test_without_another_scenario_the_number_itself_counts(known: Known) -> None:
    target = parse_target(f"{CARE} <= 11", known)
    values = np.array([[10.0], [np.nan], [12.0]])
    looked = Looked(values, (np.array([20.0]),), np.array([1.0]))
    range_ = Range("a", Decimal(0), Decimal(2), Decimal(1))
    tried = Trials(range_, target, (), lambda value, measures: looked).at(0)
    assert tried.met.tolist() == [True, False, False]


@pytest.mark.theory
@pytest.mark.parametrize(("met", "futures"), [(80, 100), (3, 20), (19, 20), (160, 200)])
def test_the_interval_ends_where_the_count_is_as_far_off_as_luck_goes(
    met: int, futures: int
) -> None:
    """Wilson's interval is the chances from which the count lies within 1.96 standard errors."""

    def distance(chance: float) -> float:
        error = np.sqrt(chance * (1 - chance) / futures)
        return float(abs(met / futures - chance) / error - 1.959964)

    low, high = chance_interval(met, futures)
    assert low == pytest.approx(optimize.brentq(distance, 1e-9, met / futures), abs=1e-6)
    assert high == pytest.approx(optimize.brentq(distance, met / futures, 1 - 1e-9), abs=1e-6)


@pytest.mark.theory
def test_none_or_all_of_the_futures_is_not_never_or_always() -> None:
    assert chance_interval(0, 100) == pytest.approx((0.0, 0.037), abs=5e-4)
    assert chance_interval(100, 100) == pytest.approx((0.963, 1.0), abs=5e-4)


@pytest.mark.unit
@pytest.mark.parametrize(
    ("kind", "index", "last", "tried", "found"),
    [
        ("least", 6, 11, (0, 3, 5, 6, 8, 11), (5, 5, 8)),
        ("greatest", 6, 11, (0, 3, 6, 7, 11), (7, 3, 7)),
        ("least", 50, 200, (0, 39, 40, 41, 49, 50, 59, 60, 61, 200), (49, 40, 60)),
        ("least", 0, 11, (0, 3, 11), (None, None, 3)),
        ("everywhere", None, 11, (0, 3, 11), (None, None, None)),
    ],
)
def test_changes_are_read_a_twentieth_of_the_range_away(
    kind: Kind, index: int | None, last: int, tried: tuple[int, ...], found: tuple[int | None, ...]
) -> None:
    assert neighbours(Answer(kind, index, tried, None, 1), last) == found
