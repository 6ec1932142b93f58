"""Where in its band of ages a child is: shares as stated, in the same order, none made or lost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sufficiency.model.ages import (
    LEAST_OLDER,
    MOST_OLDER,
    from_birth,
    rising,
    two_halves,
    weights_from_birth,
    weights_of_halves,
    weights_rising,
)

pytestmark = pytest.mark.theory

EVENLY = (np.arange(4_000) + 0.5) / 4_000
"""Chance's numbers, one of each."""
SHARES = st.integers(0, 1000).map(lambda share: share / 1000)
STEADY = st.integers(250, 750).map(lambda share: share / 1000)
BELOW_1 = st.integers(0, 990).map(lambda share: share / 1000)
STEPS = st.integers(1, 24).map(lambda half: 2 * half)


def middles(steps: int) -> np.ndarray:
    return (np.arange(steps) + 0.5) / steps


@given(STEADY)
def test_the_stated_share_is_in_the_older_half(older: float) -> None:
    assert np.mean(rising(EVENLY, older) >= 0.5) == pytest.approx(older, abs=5e-4)
    assert np.mean(two_halves(EVENLY, older) >= 0.5) == pytest.approx(older, abs=5e-4)


@given(STEADY)
def test_numbers_rise_steadily(older: float) -> None:
    """Quarter by quarter the numbers change by the same amount."""
    counted, _ = np.histogram(rising(EVENLY, older), bins=4, range=(0.0, 1.0))
    assert np.diff(counted) == pytest.approx(np.full(3, 2000 * (older - 0.5)), abs=3)


def test_beyond_a_steady_rise_the_steepest_is_taken() -> None:
    assert rising(EVENLY, 0.9) == pytest.approx(rising(EVENLY, MOST_OLDER))
    assert rising(EVENLY, 0.1) == pytest.approx(rising(EVENLY, LEAST_OLDER))


@given(st.integers(10, 990).map(lambda share: share / 1000))
def test_each_of_two_halves_is_even(older: float) -> None:
    places = two_halves(EVENLY, older)
    assert places[places < 0.5].mean() == pytest.approx(0.25, abs=4e-3)
    assert places[places >= 0.5].mean() == pytest.approx(0.75, abs=4e-3)


@given(SHARES)
def test_older_stays_older_and_everyone_stays_in_the_band(older: float) -> None:
    for places in (rising(EVENLY, older), two_halves(EVENLY, older)):
        assert (np.diff(places) > 0).all()
        assert places[0] >= 0.0
        assert places[-1] <= 1.0


@given(SHARES, SHARES)
def test_nobody_grows_younger_when_more_are_older(one: float, other: float) -> None:
    fewer, more = sorted((one, other))
    for place in (rising, two_halves):
        assert (place(EVENLY, more) >= place(EVENLY, fewer) - 1e-9).all()


@given(BELOW_1)
def test_the_stated_share_enters_at_birth_and_the_others_evenly(at_birth: float) -> None:
    places = from_birth(EVENLY, at_birth)
    assert np.mean(places == 0.0) == pytest.approx(at_birth, abs=5e-4)
    assert places[places > 0.0].mean() == pytest.approx(0.5, abs=0.02)
    assert (np.diff(places) >= 0).all()
    assert places[-1] <= 1.0


def test_by_default_every_place_stays_as_it_was() -> None:
    assert rising(EVENLY, 0.5) is EVENLY
    assert two_halves(EVENLY, 0.5) is EVENLY
    assert from_birth(EVENLY, 0.0) is EVENLY
    # Nearly the default is nearly the same: there is no jump on the way to it.
    for nearly in (rising(EVENLY, 0.5 + 1e-6), two_halves(EVENLY, 0.5 + 1e-6)):
        assert nearly == pytest.approx(EVENLY, abs=1e-5)
    assert from_birth(EVENLY, 1e-9) == pytest.approx(EVENLY, abs=1e-8)


@given(STEPS, BELOW_1, STEADY, SHARES)
def test_weights_are_the_places_counted(
    steps: int, at_birth: float, older: float, aged_17: float
) -> None:
    """Chance's own numbers, stretched and counted by step, lie as the weights say."""
    for places, weights in (
        (from_birth(EVENLY, at_birth), weights_from_birth(middles(steps), at_birth)),
        (rising(EVENLY, older), weights_rising(middles(steps), older)),
        (two_halves(EVENLY, aged_17), weights_of_halves(middles(steps), aged_17)),
    ):
        counted, _ = np.histogram(places, bins=steps, range=(0.0, 1.0))
        assert counted / len(EVENLY) * steps == pytest.approx(weights, abs=0.02)
        assert weights.mean() == pytest.approx(1.0)
        assert weights.min() >= 0.0
