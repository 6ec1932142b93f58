"""Scores of a council's own back-test, worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from sufficiency.forecast.backtest import QUANTILE_NAMES
from sufficiency.forecast.own_scores import COLUMNS, binomial_interval, scored


def forecast(
    origin: int, ahead: int, measure: str, setting: str, actual: float, middle: float, hold: float
) -> dict[str, Any]:
    """A forecast whose range is a tenth to either side of its middle."""
    spread = dict(zip(QUANTILE_NAMES, middle * np.linspace(0.9, 1.1, 7), strict=True))
    spread |= {"p10": middle * 0.9, "p50": middle, "p90": middle * 1.1}
    key = {"origin": origin, "horizon_years": ahead, "measure": measure, "setting": setting}
    return {
        **key, "actual": actual, "mean": middle, **spread, "hold": hold, "constant_rates": hold,
    }  # fmt: skip


FORECASTS = pd.DataFrame(
    [
        forecast(2018, 1, "children_in_care", "all", 100, 110, 120),
        forecast(2018, 2, "children_in_care", "all", 200, 180, 160),
        forecast(2019, 1, "children_in_care", "all", 200, 150, 200),
        forecast(2018, 1, "children_in_care", "secure", 10, 12, 12),
        forecast(2018, 1, "children_in_care", "hub", 0, 4, 8),
        forecast(2019, 1, "children_in_care", "hub", 30, 36, 20),
        forecast(2018, 1, "moves", "all", 0, 3, 6),
        forecast(2019, 1, "moves", "all", 30, 33, 24),
        forecast(2018, 1, "still_in_care", "all", 0.5, 0.6, 0.45),
        forecast(2019, 1, "still_in_care", "all", 0.8, 0.8, 0.7),
    ]
)
SCORES = scored(FORECASTS)


def score(measure: str, setting: str, horizon: str, name: str, method: str = "simulation") -> Any:
    rows = SCORES[
        (SCORES["measure"] == measure)
        & (SCORES["setting"] == setting)
        & (SCORES["horizon_years"] == horizon)
        & (SCORES["method"] == method)
        & (SCORES["score"] == name)
    ]
    assert len(rows) == 1, (measure, setting, horizon, name, method)
    return rows.iloc[0]


@pytest.mark.theory
def test_the_total_is_scored_one_by_one() -> None:
    total = "children_in_care", "all"
    assert list(SCORES.columns) == list(COLUMNS)
    assert score(*total, "1", "mape")["value"] == pytest.approx((10 + 25) / 2)
    assert score(*total, "2", "mape")["value"] == pytest.approx(10)
    assert score(*total, "all", "mape")["value"] == pytest.approx((10 + 10 + 25) / 3)
    assert score(*total, "1", "mape", "hold")["value"] == pytest.approx(10)
    assert score(*total, "1", "bias")["value"] == pytest.approx((10 - 25) / 2)
    assert score(*total, "1", "error_over_hold")["value"] == pytest.approx(1.75)
    assert score(*total, "all", "weighted_error")["value"] == pytest.approx(100 * 80 / 500)
    assert score(*total, "all", "mape")["unit"] == "percent"
    held = score(*total, "all", "coverage")  # 99 to 121, 162 to 198, 135 to 165
    assert (held["value"], held["forecasts"]) == (pytest.approx(100 / 3), 3)


@pytest.mark.theory
def test_kinds_of_home_are_added_up() -> None:
    hub = score("children_in_care", "hub", "1", "weighted_error")
    assert (hub["value"], hub["forecasts"]) == (pytest.approx(100 * 10 / 30), 2)
    every = score("children_in_care", "every_setting", "1", "weighted_error")
    assert every["value"] == pytest.approx(100 * (2 + 4 + 6) / 40)
    ratio = score("children_in_care", "every_setting", "1", "error_over_hold")
    assert ratio["value"] == pytest.approx(12 / (2 + 8 + 10))
    assert score("children_in_care", "every_setting", "1", "bias")["value"] == pytest.approx(30)


@pytest.mark.theory
def test_a_year_in_which_nothing_happened_is_scored_too() -> None:
    assert "mape" not in set(SCORES["score"][SCORES["measure"] == "moves"])
    assert score("moves", "all", "1", "weighted_error")["value"] == pytest.approx(100 * 6 / 30)
    assert score("moves", "all", "1", "error_over_hold")["value"] == pytest.approx(6 / 12)


@pytest.mark.theory
def test_shares_are_missed_by_points() -> None:
    stayed = score("still_in_care", "all", "1", "weighted_error")
    assert (stayed["value"], stayed["unit"]) == (pytest.approx((10 + 0) / 2), "points")
    assert score("still_in_care", "all", "1", "bias", "hold")["value"] == pytest.approx(-7.5)
    assert score("still_in_care", "all", "1", "coverage")["unit"] == "percent"


@pytest.mark.theory
@pytest.mark.parametrize(("held", "of"), [(0, 5), (5, 5), (4, 6), (30, 40)])
def test_how_many_held_has_its_binomial_interval(held: int, of: int) -> None:
    ends = binomtest(held, of).proportion_ci(0.8, "exact")
    # The exact interval leaves a tenth at either side, and where it has one side only as well.
    assert binomial_interval(held, of) == pytest.approx((100 * ends.low, 100 * ends.high))


@pytest.mark.unit
def test_only_coverage_has_an_interval() -> None:
    judged = SCORES[SCORES["score"] == "coverage"]
    assert judged[["low", "high"]].notna().all(axis=None)
    assert SCORES[SCORES["score"] != "coverage"][["low", "high"]].isna().all(axis=None)
