"""Scores against values worked out by hand, and against simulated forecasters that are known."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sufficiency.forecast.backtest import QUANTILE_NAMES, QUANTILES
from sufficiency.forecast.rivals import constant_rates, held
from sufficiency.forecast.scores import COLUMNS, RESAMPLES, Resampling, inside, pinball, scored

NORMAL = stats.norm.ppf(QUANTILES)


def row(
    actual: float, p50: float, hold: float = 100, rates: float = 100, **others: object
) -> dict[str, object]:
    """A forecast whose p10 and p90 are 10 from its middle."""
    steps = (-20, -10, -5, 0, 5, 10, 20)
    usual: dict[str, object] = {
        "authority": "A", "origin": 2021, "horizon_years": 1, "what": "total", "part": "all",
        "actual": actual, "hold": hold, "constant_rates": rates,
    }  # fmt: skip
    levels = {name: p50 + step for name, step in zip(QUANTILE_NAMES, steps, strict=True)}
    return usual | levels | others


def value(scores: pd.DataFrame, score: str, method: str = "simulation", **where: str) -> float:
    return float(told(scores, score, method, **where)["value"])


def told(scores: pd.DataFrame, score: str, method: str = "simulation", **where: str) -> pd.Series:
    wanted = {"what": "total", "part": "all", "horizon_years": "1", "origin": "all"} | where
    chosen = scores[(scores["method"] == method) & (scores["score"] == score)]
    for name, each in wanted.items():
        chosen = chosen[chosen[name] == each]
    assert len(chosen) == 1
    return chosen.iloc[0]


@pytest.mark.theory
def test_constant_rates_by_hand() -> None:
    # Stock 100 before the first year; exposure 105 + 110 + 105; n = 33; r = 99 / 320.
    path = constant_rates([110, 110, 100], [40, 33, 26], [30, 33, 36], 2)
    half = 99 / 320 / 2
    first = (100 * (1 - half) + 33) / (1 + half)
    assert path == pytest.approx([first, (first * (1 - half) + 33) / (1 + half)])


@pytest.mark.theory
def test_constant_rates_settle_where_as_many_leave_as_come() -> None:
    path = constant_rates([200, 190, 195], [60, 50, 70], [55, 60, 65], 200)
    exposure = (195 + 200) / 2 + (200 + 190) / 2 + (190 + 195) / 2
    assert path[-1] == pytest.approx(60 / (180 / exposure))
    steady = constant_rates([150, 150, 150], [40, 40, 40], [40, 40, 40], 4)
    assert steady == pytest.approx([150] * 4)
    assert list(held(17, 3)) == [17, 17, 17]


@pytest.mark.unit
def test_nobody_in_care_has_no_rate() -> None:
    with pytest.raises(ValueError, match="nobody was in care"):
        constant_rates([0, 0, 0], [0, 0, 0], [0, 0, 0], 1)


@pytest.mark.theory
def test_pinball_by_hand() -> None:
    loss = pinball(np.array([10.0, 10.0]), np.array([[4.0, 12.0], [10.0, 10.0]]), (0.1, 0.9))
    assert loss == pytest.approx([(0.1 * 6 + 0.1 * 2) / 2, 0])
    # A point at every quantile costs half its error, as the quantiles lie evenly round a half.
    point = pinball(np.array([10.0]), np.full((1, len(QUANTILES)), 16.0), QUANTILES)
    assert point == pytest.approx([3.0])


@pytest.mark.theory
def test_the_true_quantiles_have_the_lowest_pinball_loss() -> None:
    actual = np.random.default_rng(3).normal(100, 10, 20_000)

    def loss(middle: float, spread: float) -> float:
        quantiles = np.tile(middle + spread * NORMAL, (len(actual), 1))
        return float(pinball(actual, quantiles, QUANTILES).mean())

    true = loss(100, 10)
    assert all(true < loss(*other) for other in ((100, 7), (100, 14), (97, 10), (104, 10)))
    # What it is in theory: level by level, sd * (density at the quantile).
    assert true == pytest.approx(10 * stats.norm.pdf(NORMAL).mean(), rel=0.02)


@pytest.mark.theory
def test_ranges_that_are_right_hold_eight_in_ten() -> None:
    stream = np.random.default_rng(5)
    actual = stream.poisson(400, 20_000).astype(float)
    low, high = stats.poisson.ppf([0.1, 0.9], 400)
    held_share = inside(actual, np.full(20_000, low), np.full(20_000, high)).mean()
    exact = stats.poisson.cdf(high, 400) - stats.poisson.cdf(low - 1, 400)
    assert held_share == pytest.approx(exact, abs=0.01)
    assert 0.8 <= exact < 0.83  # whole numbers at both ends count as inside


@pytest.mark.theory
def test_the_range_of_a_hundred_futures_holds_a_little_less_than_eight_in_ten() -> None:
    """As docs/backtest.md says: 0.8 * 99 / 101 where nothing is rounded."""
    stream = np.random.default_rng(8)
    low, high = np.quantile(stream.normal(size=(20_000, 100)), (0.1, 0.9), axis=1)
    share = inside(stream.normal(size=20_000), low, high).mean()
    assert share == pytest.approx(0.8 * 99 / 101, abs=0.01)


@pytest.mark.unit
def test_a_count_at_the_end_of_a_range_is_inside() -> None:
    actual = np.array([5.0, 9.0, 4.0, 10.0])
    assert list(inside(actual, np.full(4, 5.0), np.full(4, 9.0))) == [True, True, False, False]


@pytest.mark.theory
def test_scores_of_the_total_by_hand() -> None:
    table = pd.DataFrame(
        [row(100, 110, hold=120, rates=95), row(200, 190, hold=200, rates=230, authority="B")]
    )
    scores = scored(table, 1)
    assert list(scores.columns) == list(COLUMNS)
    assert value(scores, "mape") == pytest.approx((10 + 5) / 2)
    assert value(scores, "mape", "hold") == pytest.approx((20 + 0) / 2)
    assert value(scores, "bias") == pytest.approx((10 - 5) / 2)
    assert value(scores, "bias", "constant_rates") == pytest.approx((-5 + 15) / 2)
    assert value(scores, "weighted_error") == pytest.approx(100 * 20 / 300)
    assert value(scores, "coverage") == 100  # both lie on an end
    assert value(scores, "pinball", "hold") == pytest.approx(10 / 2)
    assert value(scores, "error_over_hold") == pytest.approx(7.5 / 10)
    assert value(scores, "error_over_constant_rates") == pytest.approx(7.5 / 10)
    assert "coverage" not in set(scores[scores["method"] == "hold"]["score"])
    assert set(scores["forecasts"]) == {2}


@pytest.mark.theory
def test_scores_of_parts_are_sums_over_sums() -> None:
    table = pd.DataFrame(
        [
            row(0, 3, hold=1, what="by_age", part="under_1"),
            row(10, 8, hold=16, what="by_age", part="under_1", authority="B"),
            row(90, 96, hold=90, what="by_age", part="1_to_4"),
        ]
    )
    scores = scored(table, 1)
    small = {"what": "by_age", "part": "under_1"}
    assert value(scores, "weighted_error", **small) == pytest.approx(100 * (3 + 2) / 10)
    assert value(scores, "bias", **small) == pytest.approx(100 * (3 - 2) / 10)
    every = {"what": "by_age", "part": "all"}
    assert value(scores, "weighted_error", **every) == pytest.approx(100 * (3 + 2 + 6) / 100)
    assert value(scores, "error_over_hold", **every) == pytest.approx(11 / 7)
    assert told(scores, "weighted_error", **every)["forecasts"] == 3
    assert "mape" not in set(scores["score"])


@pytest.mark.unit
def test_horizons_and_openings_are_told_alone_and_together() -> None:
    table = pd.DataFrame(
        [
            row(100, 100 + ahead, origin=origin, horizon_years=ahead, authority=name)
            for name in ("A", "B")
            for origin in (2021, 2022)
            for ahead in range(1, 2025 - origin + 1)
        ]
    )
    scores = scored(table, 1)
    found = set(zip(scores["horizon_years"], scores["origin"], strict=True))
    assert found == {
        *((h, o) for h in ("1", "2", "3", "all") for o in ("all", "2021", "2022")),
        ("4", "all"), ("4", "2021"), ("3-4", "all"), ("3-4", "2021"),
    }  # fmt: skip
    assert value(scores, "mape", horizon_years="3-4") == pytest.approx((2 * 3 + 4) / 3)
    assert value(scores, "mape", horizon_years="all") == pytest.approx((2 * (1 + 2 + 3) + 4) / 7)
    assert told(scores, "mape", horizon_years="1")["interval_over"] == "authorities and origins"
    assert told(scores, "mape", horizon_years="4")["interval_over"] == "authorities"


def noisy(authorities: int, origins: int, of_origin: float, seed: int) -> pd.DataFrame:
    """Forecasts whose error has a part of the authority's and one of the opening's own."""
    stream = np.random.default_rng(seed)
    shared = stream.normal(0, of_origin, origins)
    rows = []
    for name in range(authorities):
        for origin in range(origins):
            error = 10 + stream.normal(0, 3) + shared[origin]
            rows.append(row(100, 100 + error, origin=2021 + origin, authority=f"A{name:03d}"))
    return pd.DataFrame(rows)


@pytest.mark.theory
def test_the_interval_is_as_wide_as_theory_says_over_authorities() -> None:
    scores = scored(noisy(60, 1, 0, 2), 1)
    bias = told(scores, "bias")
    errors = noisy(60, 1, 0, 2)["p50"] - 100
    standard_error = errors.std(ddof=0) / math.sqrt(60)
    assert bias["high"] - bias["low"] == pytest.approx(2 * 1.2816 * standard_error, rel=0.1)
    assert bias["interval_over"] == "authorities"


@pytest.mark.theory
def test_what_openings_share_makes_the_interval_wider() -> None:
    alike, apart = (told(scored(noisy(60, 4, size, 4), 1), "bias") for size in (0, 8))
    assert apart["high"] - apart["low"] > 4 * (alike["high"] - alike["low"])


@pytest.mark.theory
def test_an_interval_holds_the_truth_about_eight_times_in_ten() -> None:
    """Of a mean over authorities, where the truth is known to be 10, thirty times."""
    biases = scored(noisy(40, 30, 0, 100), 1).query(
        "score == 'bias' and method == 'simulation' and horizon_years == '1' and origin != 'all'"
    )
    assert len(biases) == 30
    holds = (biases["low"] <= 10) & (biases["high"] >= 10)
    assert 0.65 <= np.mean(holds) <= 0.95


@pytest.mark.unit
def test_authorities_and_openings_are_drawn_as_often_as_there_are() -> None:
    resampling = Resampling.of(5, 1)
    assert resampling.authorities.shape == (RESAMPLES, 5)
    assert (resampling.authorities.sum(axis=1) == 5).all()
    assert (resampling.origins(1) == 1).all()
    assert resampling.authorities.std() > 0.5
    table = np.arange(20.0).reshape(5, 2, 2)
    sums = resampling.sums(table)
    by_hand = np.einsum("ba,bo,aox->bx", resampling.authorities, resampling.origins(2), table)
    np.testing.assert_allclose(sums, by_hand)


@pytest.mark.unit
def test_one_authority_has_scores_and_no_interval() -> None:
    scores = scored(pd.DataFrame([row(100, 110), row(100, 110, origin=2022)]), 1)
    assert value(scores, "mape") == pytest.approx(10)
    assert scores["low"].isna().all()
    assert set(scores["interval_over"]) == {"none"}


@pytest.mark.unit
def test_the_same_seed_gives_the_same_intervals() -> None:
    table = noisy(20, 2, 1, 9)
    pd.testing.assert_frame_equal(scored(table, 4), scored(table, 4))
    assert not scored(table, 4)["low"].equals(scored(table, 5)["low"])
