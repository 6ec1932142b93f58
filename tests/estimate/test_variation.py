"""Good and bad years, reversion and the level of entries, recovered from made-up authorities."""

from __future__ import annotations

import numpy as np
import pytest

from sufficiency.estimate import variation

pytestmark = pytest.mark.theory


def made_up(spread: float, correlation: float, count: int = 6000) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(20200331)
    mean = rng.uniform(80, 500, count)
    first = rng.normal(0, spread, count)
    second = correlation * first + rng.normal(0, spread * np.sqrt(1 - correlation**2), count)
    return (
        np.maximum(rng.poisson(mean * np.exp(first)), 1).astype(float),
        np.maximum(rng.poisson(mean * np.exp(second)), 1).astype(float),
    )


@pytest.mark.parametrize(("spread", "correlation"), [(0.18, 0.0), (0.12, 0.5)])
def test_spread_is_recovered_net_of_chance(spread: float, correlation: float) -> None:
    first, second = made_up(spread, correlation)
    change = variation.change_variance(first, second, np.zeros(len(first)))
    assert variation.spread(change, correlation) == pytest.approx(spread, rel=0.06)


def test_chance_alone_gives_no_spread() -> None:
    first, second = made_up(0.0, 0.0)
    assert variation.change_variance(first, second, np.zeros(len(first))) < 0.0005


def test_reversion_is_recovered() -> None:
    rng = np.random.default_rng(2)
    gap = rng.normal(0, 0.4, 500)
    rate = 0.0065 * np.exp(gap)
    next_rate = 0.0067 * np.exp(gap * (1 - 0.05) + rng.normal(0, 0.03, 500))
    found = variation.reversion(rate, next_rate, 0.0065, 0.0067)
    assert found.value == pytest.approx(-0.05, abs=3 * found.standard_error)
    assert found.standard_error < 0.005


def test_the_weight_of_last_years_entries_is_recovered() -> None:
    rng = np.random.default_rng(4)
    holding = rng.uniform(100, 500, 2000)
    starts = holding * np.exp(rng.normal(0, 0.3, 2000))
    following = starts**0.4 * holding**0.6 * np.exp(rng.normal(0, 0.1, 2000))
    found = variation.carried_over(starts, following, holding)
    assert found.value == pytest.approx(0.4, abs=0.03)
    assert found.residual_sd == pytest.approx(0.1, rel=0.1)


def test_level_is_less_uncertain_than_a_year() -> None:
    assert variation.level_sd(0.2, 0.15, 200) == pytest.approx(np.sqrt(0.2**2 - 0.15**2 - 1 / 200))
    assert variation.level_sd(0.1, 0.15, 200) == 0.05
