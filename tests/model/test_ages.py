"""Where in its band of ages a child is: shares as stated, in the same order, none made or lost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sufficiency.model.ages import (
    FROM_10_TO_15,
    FROM_16_TO_17,
    UNDER_1,
    from_birth,
    towards_older,
    weights_in_band,
)

pytestmark = pytest.mark.theory

EVENLY = (np.arange(4_000) + 0.5) / 4_000
"""Chance's numbers, one of each."""
SHARES = st.integers(0, 1000).map(lambda share: share / 1000)
BELOW_1 = st.integers(0, 990).map(lambda share: share / 1000)
STEPS = st.integers(1, 24).map(lambda half: 2 * half)


def middles(steps: int) -> np.ndarray:
    return (np.arange(steps) + 0.5) / steps


@given(SHARES)
def test_the_stated_share_is_in_the_older_half(older: float) -> None:
    places = towards_older(EVENLY, older)
    assert np.mean(places >= 0.5) == pytest.approx(older, abs=5e-4)


@given(st.integers(10, 990).map(lambda share: share / 1000))
def test_each_half_is_even(older: float) -> None:
    places = towards_older(EVENLY, older)
    assert places[places < 0.5].mean() == pytest.approx(0.25, abs=4e-3)
    assert places[places >= 0.5].mean() == pytest.approx(0.75, abs=4e-3)


@given(SHARES)
def test_older_stays_older_and_everyone_stays_in_the_band(older: float) -> None:
    places = towards_older(EVENLY, older)
    assert (np.diff(places) > 0).all()
    assert places[0] >= 0.0
    assert places[-1] <= 1.0


@given(SHARES, SHARES)
def test_nobody_grows_younger_when_more_are_older(one: float, other: float) -> None:
    fewer, more = sorted((one, other))
    assert (towards_older(EVENLY, more) >= towards_older(EVENLY, fewer) - 1e-9).all()


@given(BELOW_1)
def test_the_stated_share_enters_at_birth_and_the_others_evenly(at_birth: float) -> None:
    places = from_birth(EVENLY, at_birth)
    assert np.mean(places == 0.0) == pytest.approx(at_birth, abs=5e-4)
    assert places[places > 0.0].mean() == pytest.approx(0.5, abs=0.02)
    assert (np.diff(places) >= 0).all()
    assert places[-1] <= 1.0


def test_by_default_every_place_stays_as_it_was() -> None:
    assert towards_older(EVENLY, 0.5) is EVENLY
    assert from_birth(EVENLY, 0.0) is EVENLY
    # Nearly the default is nearly the same: there is no jump on the way to it.
    assert towards_older(EVENLY, 0.5 + 1e-9) == pytest.approx(EVENLY, abs=1e-8)
    assert from_birth(EVENLY, 1e-9) == pytest.approx(EVENLY, abs=1e-8)


def test_a_table_of_numbers_keeps_its_shape() -> None:
    table = EVENLY.reshape(40, 100)
    assert towards_older(table, 0.7) == pytest.approx(towards_older(EVENLY, 0.7).reshape(40, 100))
    assert from_birth(table, 0.7) == pytest.approx(from_birth(EVENLY, 0.7).reshape(40, 100))


@given(STEPS, st.integers(0, 4), BELOW_1, SHARES, SHARES)
def test_weights_have_a_mean_of_one(
    steps: int, band: int, at_birth: float, from_13: float, aged_17: float
) -> None:
    weights = weights_in_band(middles(steps), band, at_birth, from_13, aged_17)
    assert weights.mean() == pytest.approx(1.0)
    assert weights.min() >= 0.0


@given(STEPS, BELOW_1, SHARES, SHARES)
def test_weights_are_the_places_counted(
    steps: int, at_birth: float, from_13: float, aged_17: float
) -> None:
    """Chance's own numbers, stretched and counted by step, lie as the weights say."""
    drawn = {
        UNDER_1: from_birth(EVENLY, at_birth),
        1: EVENLY,
        2: EVENLY,
        FROM_10_TO_15: towards_older(EVENLY, from_13),
        FROM_16_TO_17: towards_older(EVENLY, aged_17),
    }
    for band, places in drawn.items():
        counted, _ = np.histogram(places, bins=steps, range=(0.0, 1.0))
        weights = weights_in_band(middles(steps), band, at_birth, from_13, aged_17)
        assert counted / len(EVENLY) * steps == pytest.approx(weights, abs=0.02)


@given(STEPS, st.integers(0, 4))
def test_weights_are_even_by_default(steps: int, band: int) -> None:
    assert weights_in_band(middles(steps), band, 0.0, 0.5).tolist() == [1.0] * steps
