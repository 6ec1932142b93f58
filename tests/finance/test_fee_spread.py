"""The spread of fees between placements, against the distribution it stands for."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from money_examples import FIVE_YEARS, money, price, priced, stays
from scipy import optimize, stats

from sufficiency.finance.spread import fee_spread

pytestmark = pytest.mark.theory

SHAPES = [(0.3, 0.0, 1.0), (0.25, 0.08, 2.2), (0.5, 0.2, 0.4), (0.0, 0.1, 3.0), (1.0, 0.05, 4.0)]


@given(st.floats(0, 2), st.floats(0, 1), st.floats(0, 50))
@settings(max_examples=200, deadline=None)
def test_even_ranks_average_exactly_one(spread, tail_share, tail_ratio):
    found = fee_spread(spread, tail_share, tail_ratio)
    if found is None:
        return
    # The multiple is straight between knots, so its average is the sum of trapezia.
    widths = np.diff(found.ranks)
    heights = (found.multiples[1:] + found.multiples[:-1]) / 2
    assert (widths >= 0).all()
    assert (np.diff(found.multiples) >= 0).all()
    assert found.ranks[0] == 0
    assert found.ranks[-1] == 1
    assert float(widths @ heights) == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize(("spread", "tail_share", "tail_ratio"), SHAPES)
def test_the_mean_over_uniform_ranks_is_one(spread, tail_share, tail_ratio):
    ranks = (np.arange(400_000) + 0.5) / 400_000
    mean = fee_spread(spread, tail_share, tail_ratio).multiple(ranks).mean()
    assert mean == pytest.approx(1, abs=2e-4)


@pytest.mark.parametrize(("spread", "tail_share", "tail_ratio"), [s for s in SHAPES if s[0]])
@pytest.mark.parametrize("rank", [0.001, 0.1, 0.5, 0.9, 0.93, 0.99, 0.999])
def test_quantiles_are_those_of_the_mixture(spread, tail_share, tail_ratio, rank):
    everyday_mean = 1 / (1 - tail_share + tail_share * tail_ratio)
    everyday = stats.lognorm(spread, scale=everyday_mean * math.exp(-(spread**2) / 2))
    crisis = stats.lognorm(spread, scale=everyday_mean * tail_ratio * math.exp(-(spread**2) / 2))

    def short_of_rank(log_fee: float) -> float:
        fee = math.exp(log_fee)
        return (1 - tail_share) * everyday.cdf(fee) + tail_share * crisis.cdf(fee) - rank

    expected = math.exp(optimize.brentq(short_of_rank, -12, 12))
    found = float(fee_spread(spread, tail_share, tail_ratio).multiple(np.array([rank]))[0])
    assert found == pytest.approx(expected, rel=2e-4)


def test_without_spread_there_are_two_prices():
    multiple = fee_spread(0.0, 0.1, 3.0).multiple(np.array([0.0, 0.5, 0.89, 0.91, 1.0]))
    everyday = 1 / (0.9 + 0.1 * 3)
    assert multiple == pytest.approx([everyday] * 3 + [3 * everyday] * 2)


def test_nothing_spread_is_no_spread():
    assert fee_spread(0.0, 0.0, 5.0) is None
    assert fee_spread(0.0, 0.3, 1.0) is None


def test_the_average_fee_paid_is_the_stated_fee():
    stated = money(
        prices={"external_residential": price(4200.0, spread=0.35, tail_share=0.1, tail_ratio=2.5)}
    )
    count = 4000
    rows = [(child, "external_residential", 0, 7) for child in range(count)]
    ranks = [(child + 0.5) / count for child in range(count)]
    total = priced(stated, FIVE_YEARS, stays(FIVE_YEARS, rows, rank=ranks)).net_pence.sum()
    assert total / count == pytest.approx(4200_00, rel=1e-3)


def test_one_crisis_placement_costs_more_than_an_everyday_one():
    stated = money(prices={"external_residential": price(4200.0, tail_share=0.1, tail_ratio=3)})

    def week(rank: float) -> int:
        table = stays(FIVE_YEARS, [(1, "external_residential", 0, 7)], rank=[rank])
        return int(priced(stated, FIVE_YEARS, table).net_pence.sum())

    assert week(0.95) == 3 * week(0.2)
    assert 0.9 * week(0.2) + 0.1 * week(0.95) == pytest.approx(4200_00, abs=1)
