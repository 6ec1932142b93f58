"""Enough futures, and no more: when a run that was asked for a precision ends."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from sufficiency.errors import InputError
from sufficiency.forecast.precision import (
    FEWEST,
    LookAhead,
    Precision,
    RunningMean,
    Watch,
    look_ahead,
    parse_precisions,
    run_until,
)
from sufficiency.forecast.replication import Plan
from sufficiency.streams import generator


def enough_with(values: np.ndarray, half_width: float) -> tuple[int | None, int, float]:
    """How many values are needed, how many are looked at, and their average."""
    mean, ahead = RunningMean(), LookAhead()
    for value in values:
        mean.add(float(value))
        ahead.add(within=mean.half_width() <= half_width)
        if ahead.enough:
            return ahead.met_at, ahead.count, mean.mean
    return None, ahead.count, mean.mean


@pytest.mark.theory
def test_the_half_width_is_students() -> None:
    values = generator(1, "half-widths").normal(50.0, 7.0, 40)
    mean = RunningMean()
    assert mean.half_width() == math.inf
    for count, value in enumerate(values, start=1):
        mean.add(float(value))
        if count > 1:
            error = stats.sem(values[:count])
            low, high = stats.t.interval(0.95, count - 1, loc=mean.mean, scale=error)
            assert mean.half_width() == pytest.approx((high - low) / 2)
    assert mean.mean == pytest.approx(values.mean())


@pytest.mark.unit
@pytest.mark.parametrize(
    ("needed", "more"), [(3, 5), (100, 5), (101, 5), (120, 6), (139, 6), (140, 7), (1000, 50)]
)
def test_the_look_ahead_grows_after_a_hundred(needed: int, more: int) -> None:
    assert look_ahead(needed) == more


@pytest.mark.unit
@pytest.mark.parametrize(
    ("within", "met_at", "count"),
    [
        ("11111111", 3, 8),  # never before three, then five more
        ("00000111111", 6, 11),
        ("0001111011111111", 9, 14),  # narrow for a moment only
        ("000111110111111", 10, 15),  # the fifth of the look-ahead is as good as any other
        ("0001111", 4, None),
        ("000000", None, None),
    ],
)
def test_it_must_stay_within(within: str, met_at: int | None, count: int | None) -> None:
    ahead = LookAhead()
    for sign in within:
        ahead.add(within=sign == "1")
        if ahead.enough:
            break
    assert ahead.enough == (count is not None)
    assert ahead.met_at == met_at
    assert count is None or ahead.count == count


@pytest.mark.theory
def test_equal_values_need_the_fewest_and_a_steady_stream_as_many_as_theory_says() -> None:
    assert enough_with(np.full(20, 4.0), 0.001) == (FEWEST, FEWEST + 5, 4.0)
    # One below and one above in turn: the standard deviation is about 1.
    turns = np.tile([-1.0, 1.0], 500)
    needed, ran, _ = enough_with(turns, 0.1)
    assert needed is not None
    widths = [
        stats.t.ppf(0.975, n - 1) * turns[:n].std(ddof=1) / math.sqrt(n) for n in range(2, 600)
    ]
    # The last value after which every half-width is narrow enough.
    wide = max(n for n, width in enumerate(widths, start=2) if width > 0.1)
    assert (needed, ran) == (wide + 1, wide + 1 + look_ahead(wide + 1))


@pytest.mark.theory
def test_nineteen_averages_in_twenty_lie_within_what_was_asked() -> None:
    random = generator(2, "coverage")
    asked, runs = 0.2, 1500
    ended = [enough_with(random.normal(0.0, 1.0, 300), asked) for _ in range(runs)]
    assert all(needed is not None for needed, _, _ in ended)
    covered = np.mean([abs(mean) <= asked for _, _, mean in ended])
    assert 0.93 <= covered <= 0.98
    typical = float(np.median([needed for needed, _, _ in ended if needed is not None]))
    assert typical == pytest.approx((1.96 / asked) ** 2, rel=0.08)


def asked(plan: Plan, *texts: str) -> tuple[Precision, ...]:
    return parse_precisions(texts, plan)


@pytest.mark.unit
def test_what_is_asked_is_read(plan: Plan) -> None:
    one, two, three = asked(
        plan, "children_in_care@2025/26=5", "cost@2025/26=100,000", "occupancy:in_house_foster"
        "@2025/26 = 2 %"
    )  # fmt: skip
    assert (str(one.measure), one.half_width, one.in_percent) == ("children_in_care@2025/26", 5, 0)
    assert two.half_width == 100_000
    assert (three.half_width, three.in_percent) == (2, True)
    assert str(three) == "occupancy:in_house_foster@2025/26=2%"


@pytest.mark.golden
@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "children_in_care@2025/26",
            "--precision:1:1 `children_in_care@2025/26` does not say how closely it is to be "
            "known; write MEASURE@PERIOD=HALFWIDTH, such as children_in_care@2023-03=5 or =2%",
        ),
        (
            "cost@2025/26=0",
            "--precision:1:14 the half-width `0` is not above 0; no number of futures gives an "
            "average without doubt; write one such as 5 or 2%",
        ),
        (
            "cost@2025/26=-2%",
            "--precision:1:14 the half-width `-2%` is not above 0; no number of futures gives an "
            "average without doubt; write one such as 5 or 2%",
        ),
        (
            "cost@2025/26=few",
            "--precision:1:14 the half-width `few` is not a number; write a number above 0, such "
            "as 5 or 2%",
        ),
        (
            "costs@2025/26=5",
            "--precision:1:1 there is no measure `costs`; did you mean `cost`?",
        ),
        (
            "cost@2031/32=5",
            "--precision:1:6 `2031/32` is not a period of this forecast; write a month (2025-03 "
            "to 2026-03), a financial year (2025/26), or all",
        ),
    ],
)
def test_what_cannot_be_asked(plan: Plan, text: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        asked(plan, text)
    assert str(caught.value) == told


@pytest.mark.unit
def test_futures_come_until_all_that_is_asked_is_known(plan: Plan) -> None:
    both = asked(plan, "children_in_care@2025-04=3", "children_in_care@2025-05=40%")
    watch = Watch(both)
    found = [one for one, _ in run_until(plan, watch, at_most=60, workers=1)]
    ended = watch.ended(60)
    assert ended.needed is not None
    assert ended.ran == len(found) == ended.needed + look_ahead(ended.needed)
    assert [one.number for one in found] == list(range(1, ended.ran + 1))
    values = np.array([both[0].measure.value(one) for one in found])
    assert ended.needed == enough_with(values, 3.0)[0]
    by_hand = stats.t.ppf(0.975, len(values) - 1) * stats.sem(values)
    assert ended.reached[0].half_width == pytest.approx(by_hand)
    assert ended.reached[1].half_width < 40


@pytest.mark.unit
def test_the_limit_ends_it(plan: Plan) -> None:
    watch = Watch(asked(plan, "children_in_care@2025-04=0.001"))
    found = list(run_until(plan, watch, at_most=4, workers=1))
    assert [total for _, total in found] == [4, 4, 4, 4]
    ended = watch.ended(4)
    assert (ended.needed, ended.ran) == (None, 4)
    assert ended.reached[0].half_width > 0.001
