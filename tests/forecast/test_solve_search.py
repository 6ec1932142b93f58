"""The search: where a made-up chance crosses the one asked for is known from its formula."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest

from sufficiency.forecast.solve_search import BoolArray, NotMetError, goes_back, search

FUTURES = 200
LUCK = (np.arange(FUTURES) + 0.5) / FUTURES
"""One number a future, evenly spread: the target is met where it lies below the chance."""


def made_up(chance: Callable[[int], float]) -> Callable[[int], BoolArray]:
    return lambda index: chance(index) > LUCK


def logistic(index: int, middle: float, width: float) -> float:
    return float(1 / (1 + np.exp(-(index - middle) / width)))


@pytest.mark.theory
@pytest.mark.parametrize("last", [1, 2, 7, 40, 1000])
@pytest.mark.parametrize("wanted", [0.5, 0.8, 0.95])
@pytest.mark.parametrize("rising", [True, False])
def test_the_answer_is_the_value_at_which_the_chance_is_reached(
    last: int, wanted: float, rising: bool
) -> None:
    middle, width = last * 0.4, max(last / 25, 0.1)

    def chance(index: int) -> float:
        return logistic(index if rising else last - index, middle, width)

    enough = [i for i in range(last + 1) if (chance(i) > LUCK).mean() >= wanted]
    found = search(made_up(chance), last, wanted)
    assert found.index == (min(enough) if rising else max(enough))
    assert found.kind == ("least" if rising else "greatest")
    assert found.goes_back is None
    assert found.crossings == 1


@pytest.mark.theory
def test_each_value_is_simulated_once_and_few_are() -> None:
    asked: Counter[int] = Counter()

    def met_at(index: int) -> BoolArray:
        asked[index] += 1
        return logistic(index, 700, 30) > LUCK

    search(met_at, 1024, 0.8)
    assert set(asked.values()) == {1}
    assert len(asked) <= 5 + 8


@pytest.mark.unit
def test_a_chance_of_exactly_the_share_asked_for_is_enough() -> None:
    met = np.arange(10) < 8
    found = search(lambda index: met if index else ~met, 1, 0.8)
    assert found.index == 1


@pytest.mark.unit
def test_met_at_every_value_looked_at() -> None:
    found = search(made_up(lambda index: 0.9), 100, 0.8)
    assert (found.kind, found.index, found.crossings) == ("everywhere", None, 0)
    assert found.tried == (0, 25, 50, 75, 100)


@pytest.mark.unit
def test_met_nowhere_tells_the_best_value() -> None:
    with pytest.raises(NotMetError) as failed:
        search(made_up(lambda index: index / 200), 100, 0.8)
    assert failed.value.best == 100


@pytest.mark.theory
def test_a_peak_between_the_first_values_is_looked_for() -> None:
    def chance(index: int) -> float:
        return 0.3 + 0.6 * float(np.exp(-(((index - 60) / 8) ** 2)))

    found = search(made_up(chance), 100, 0.8)
    assert found.kind == "least"
    assert found.index == min(i for i in range(101) if (chance(i) > LUCK).mean() >= 0.8)
    assert found.crossings == 2
    assert found.goes_back is not None


@pytest.mark.theory
def test_a_chance_that_dips_is_noticed() -> None:
    def chance(index: int) -> float:
        return 0.95 if index in (25, 100) else 0.3

    found = search(made_up(chance), 100, 0.8)
    assert found.index == 25
    assert found.crossings == 3
    assert found.goes_back == (25, 50)


@pytest.mark.theory
def test_going_back_by_luck_alone_is_not_called_so() -> None:
    lower = np.arange(100) < 60
    some_either_way = lower.copy()
    some_either_way[50:60], some_either_way[60:67] = False, True  # ten lost, seven gained
    assert goes_back({0: lower, 1: some_either_way}, rising=True) is None
    nine_lost = lower & (np.arange(100) >= 9)
    assert goes_back({0: lower, 1: nine_lost}, rising=True) == (0, 1)
    assert goes_back({0: lower, 1: nine_lost}, rising=False) is None
    assert goes_back({0: nine_lost, 1: lower}, rising=False) == (0, 1)
