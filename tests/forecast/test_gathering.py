"""Means, ranges and the precision of a mean, each worked out anew in the test."""

from __future__ import annotations

import datetime as dt
import math
import statistics

import numpy as np
import pytest
from scipy import integrate

from sufficiency.forecast.gather import (
    Gathered,
    forecast_table,
    half_width,
    replications_table,
)
from sufficiency.forecast.replication import Plan, replicate
from sufficiency.periods import Horizon, Period

HORIZON = Horizon(dt.date(2020, 3, 31), dt.date(2020, 5, 31))
KEYS = (
    ("children_in_care", "all", "children"),
    ("cost", "hub", "GBP"),
    ("occupancy", "hub", "share"),
)
"""Three measures, over the opening day, two months and a part of a year."""


def student_t_975(freedom: int) -> float:
    """The point that a Student's t exceeds one time in forty, from its density."""
    scale = math.gamma((freedom + 1) / 2) / math.gamma(freedom / 2) / math.sqrt(freedom * math.pi)

    def density(x: float) -> float:
        return scale * (1 + x * x / freedom) ** (-(freedom + 1) / 2)

    low, high = 0.0, 100.0
    for _ in range(60):
        middle = (low + high) / 2
        above_half = integrate.quad(density, 0, middle)[0]
        low, high = (middle, high) if above_half < 0.475 else (low, middle)
    return low


def quantile(values: list[float], share: float) -> float:
    """The value a share of the way through the sorted values, straight between neighbours."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def gathered(measured: np.ndarray) -> Gathered:
    nothing = np.zeros((len(measured), 0, 0), dtype=np.int64)
    return Gathered(
        numbers=tuple(range(1, len(measured) + 1)),
        keys=KEYS,
        periods=(Period("2020-03", "month", -1, 0), *HORIZON.periods),
        measured=measured,
        outturn_pence=nothing,
        already_in_care_pence=nothing,
        yet_to_come_pence=nothing,
        void_pence=nothing,
        gross_pence=nothing,
        nights=nothing,
        statements=(),
        episodes={},
    )


@pytest.mark.theory
@pytest.mark.parametrize("count", [2, 3, 10, 200])
def test_half_width_is_students_t_times_the_standard_error(count: int) -> None:
    values = np.random.default_rng(count).normal(600, 20, (count, 3))
    for column, width in zip(values.T, half_width(values), strict=True):
        error = statistics.stdev(column) / math.sqrt(count)
        assert width == pytest.approx(student_t_975(count - 1) * error, rel=1e-6)


@pytest.mark.theory
def test_the_half_width_holds_the_true_mean_nineteen_times_in_twenty() -> None:
    rng = np.random.default_rng(3)
    samples = rng.normal(100, 15, (6, 20_000))
    caught = np.abs(samples.mean(axis=0) - 100) <= half_width(samples)
    # The share caught is itself uncertain: 0.0015 is one standard error of it.
    assert caught.mean() == pytest.approx(0.95, abs=0.006)


@pytest.mark.unit
def test_one_future_has_no_half_width() -> None:
    assert np.isnan(half_width(np.array([[5.0, 7.0]]))).all()


@pytest.mark.theory
@pytest.mark.parametrize("count", [1, 2, 7, 40])
def test_means_and_ranges(count: int) -> None:
    measured = np.random.default_rng(8).uniform(0, 900, (count, 3, 4))
    table = forecast_table("plan", gathered(measured)).set_index(["measure", "period"])
    for row, (measure, setting, unit) in enumerate(KEYS):
        decimals = {"children": 2, "GBP": 2, "share": 4}[unit]
        for place, period in enumerate(("2020-03", "2020-04", "2020-05", "2020/21")):
            told = table.loc[measure, period]
            values = list(measured[:, row, place])
            assert (told["scenario"], told["setting"], told["unit"]) == ("plan", setting, unit)
            known = {
                "mean": statistics.fmean(values),
                "p10": quantile(values, 0.1),
                "p50": statistics.median(values),
                "p90": quantile(values, 0.9),
            }
            for name, value in known.items():
                assert told[name] == pytest.approx(value, abs=0.51 * 10**-decimals)
                assert told[name] == round(told[name], decimals)


@pytest.mark.unit
def test_what_has_no_value_in_a_period_has_no_row() -> None:
    measured = np.ones((3, 3, 4))
    measured[:, 1, 0] = np.nan  # no cost on the opening day
    measured[:, 2, 2] = np.nan
    table = forecast_table("plan", gathered(measured))
    values = replications_table(gathered(measured))
    assert list(table.loc[table["measure"] == "cost", "period"]) == [
        "2020-04",
        "2020-05",
        "2020/21",
    ]
    assert "2020-05" not in set(table.loc[table["measure"] == "occupancy", "period"])
    assert (len(table), len(values)) == (10, 30)
    assert not table.isna().any(axis=None)


@pytest.mark.unit
def test_no_figure_is_minus_nought() -> None:
    table = forecast_table("plan", gathered(np.full((3, 3, 4), -0.0001)))
    pounds = table[table["unit"] == "GBP"]
    assert not np.signbit(pounds[["mean", "p10", "p50", "p90"]].to_numpy()).any()


@pytest.mark.unit
def test_values_of_replications_keep_their_places() -> None:
    measured = np.arange(24, dtype=np.float64).reshape(2, 3, 4)
    table = replications_table(gathered(measured)).astype({"measure": str, "period": str})
    at = table.set_index(["replication", "measure", "period"])["value"]
    for number in (1, 2):
        for row, key in enumerate(KEYS):
            for place, period in enumerate(("2020-03", "2020-04", "2020-05", "2020/21")):
                assert at[number, key[0], period] == measured[number - 1, row, place]


@pytest.mark.unit
def test_every_period_of_a_real_replication_has_a_place(plan: Plan) -> None:
    found = replicate(plan, 1)
    assert found.measured.shape == (len(found.keys), 1 + 12 + 1)
    assert len(set(found.keys)) == len(found.keys)
    assert found.episodes is None
    assert found.outturn_pence.dtype == np.int64
