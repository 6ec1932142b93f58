"""Shares of a variance: known ones are found, and the futures are mixed as they should be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import special

from sufficiency.forecast.replication import Plan, replicate
from sufficiency.forecast.sensitivity import NOTHING
from sufficiency.forecast.sensitivity_shares import (
    CHANCE,
    EXPLAINS,
    NOT_ALONE,
    OTHERS,
    YEARS,
    Points,
    Share,
    Sources,
    futures,
    points,
    sources,
    variance_shares,
)

FloatArray = NDArray[np.float64]
ROWS = 256


def normals(numbers: NDArray[np.int64]) -> FloatArray:
    """A standard normal number that a future's number names."""
    return np.array([np.random.default_rng(int(number)).standard_normal() for number in numbers])


def shares_of(of: Sources, values: FloatArray, seed: int = 1) -> dict[str, Share]:
    return {share.source: share for share in variance_shares(of, values, seed)}


@pytest.mark.theory
def test_shares_of_a_sum_are_those_of_its_parts() -> None:
    """Variances 4, 1, 3 and 2 of 10, and no two do anything together."""
    of = Sources(("a", "b", "idle"), (OTHERS, YEARS, CHANCE))
    at = points(of, ROWS, seed=1)
    values = (
        2 * special.ndtri(at.levels[:, 0])
        + special.ndtri(at.levels[:, 1])
        + np.sqrt(3) * normals(at.numbers[:, 0])
        + np.sqrt(2) * normals(at.numbers[:, 2] + 10_000)
    )
    found = shares_of(of, values)
    for source, share in {"a": 0.4, "b": 0.1, OTHERS: 0.3, CHANCE: 0.2}.items():
        assert found[source].first == pytest.approx(share, abs=0.08)
        assert found[source].total == pytest.approx(share, abs=0.08)
        assert found[source].first_low < share < found[source].first_high
        assert found[source].finding == EXPLAINS
    for source in ("idle", YEARS):
        assert (found[source].first, found[source].total) == (0.0, 0.0)
        assert found[source].finding == NOTHING
    assert next(iter(found)) == "a"


@pytest.mark.theory
def test_what_two_do_only_together_is_in_their_total_shares() -> None:
    """The product of two numbers with mean nought: neither alone says anything."""
    of = Sources(("a",), (YEARS, CHANCE))
    at = points(of, 4 * ROWS, seed=2)
    found = shares_of(of, (at.levels[:, 0] - 0.5) * np.sign(normals(at.numbers[:, 1])))
    for source in ("a", CHANCE):
        assert found[source].first == pytest.approx(0.0, abs=0.15)
        assert found[source].total == pytest.approx(1.0, abs=0.15)
        assert found[source].finding == NOT_ALONE
    assert found[YEARS].finding == NOTHING


@pytest.mark.unit
def test_a_number_that_never_varies_has_no_shares() -> None:
    of = sources(["a"], 0)
    found = shares_of(of, np.full(16 * 5, 7.0))
    assert {(share.first, share.total, share.finding) for share in found.values()} == {
        (0.0, 0.0, NOTHING)
    }


@pytest.mark.unit
def test_sources_that_stand_alone_and_those_that_do_not() -> None:
    assert sources(["b", "money.shared_uplift"], 3) == Sources(
        ("b",), ("money.shared_uplift", OTHERS, YEARS, CHANCE)
    )
    assert sources([], 0) == Sources((), (YEARS, CHANCE))


@pytest.mark.streams
def test_each_set_takes_one_source_from_the_second() -> None:
    of = Sources(("a", "b"), (OTHERS, YEARS, CHANCE))
    at = points(of, 16, seed=5)
    levels, numbers = (each.reshape(7, 16, -1) for each in (at.levels, at.numbers))
    assert not (levels[0] == levels[1]).any()
    assert not (numbers[0] == numbers[1]).any()
    for place in range(5):
        mixed = np.concatenate([levels[place + 2], numbers[place + 2]], axis=1)
        first, second = (np.concatenate([levels[k], numbers[k]], axis=1) for k in (0, 1))
        taken = np.arange(5) == place
        assert (mixed[:, taken] == second[:, taken]).all()
        assert (mixed[:, ~taken] == first[:, ~taken]).all()


@pytest.mark.streams
def test_points_and_intervals_are_named_by_the_seed() -> None:
    of = Sources(("a", "b"), (YEARS, CHANCE))
    once, again, other = (points(of, 16, seed) for seed in (1, 1, 2))
    assert once.levels.tobytes() == again.levels.tobytes()
    assert not (once.levels == other.levels).any()
    values = np.random.default_rng(3).random(16 * 6)
    np.random.seed(4)  # noqa: NPY002  # the global numbers must not matter
    first = variance_shares(of, values, 1)
    np.random.seed(5)  # noqa: NPY002
    assert variance_shares(of, values, 1) == first != variance_shares(of, values, 2)


@pytest.mark.unit
def test_what_is_held_in_a_future() -> None:
    of = Sources(("a",), ("money.shared_uplift", OTHERS, YEARS, CHANCE))
    (asked,) = futures(of, Points(np.array([[0.3]]), np.array([[5, 6, 7, 8]])))
    held = asked.held
    assert held.levels == {"a": 0.3}
    assert held.figures == {"money.shared_uplift": 5}
    assert (held.others, held.years, held.chance) == (6, 7, 8)


@pytest.mark.streams
def test_a_future_put_together_from_one_is_that_one(plan: Plan) -> None:
    """Figures, years and chance are all there is: nothing else follows a future's number."""
    of = sources(["money.shared_uplift"], 2)
    (asked,) = futures(of, Points(np.zeros((1, 0)), np.full((1, 4), 3)))
    whole = replicate(plan, 3)
    mixed = replicate(replace(plan, held=asked.held), 99)
    assert np.array_equal(mixed.measured, whole.measured, equal_nan=True)
    assert np.array_equal(mixed.outturn_pence, whole.outturn_pence)
    (other,) = futures(of, Points(np.zeros((1, 0)), np.array([[3, 3, 3, 4]])))
    elsewhere = replicate(replace(plan, held=other.held), 99)
    assert not np.array_equal(elsewhere.measured, whole.measured, equal_nan=True)
