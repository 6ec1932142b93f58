"""Events over exposure, pooling, and what delayed entry does."""

from __future__ import annotations

import numpy as np
import pytest

from sufficiency.estimate.exposure import exposed, spells_by_age
from sufficiency.estimate.multiplicative import effects_of_age, events_by_route_and_age
from sufficiency.estimate.rates import (
    Evidence,
    between_authority_variance,
    between_year_variance,
    pooled,
)


@pytest.mark.theory
def test_without_good_and_bad_years_pooling_is_the_gamma_poisson_posterior() -> None:
    events, exposure, national, between = 35.0, 1060.0, 0.045, 0.08
    shape, rate = 1 / between, 1 / (between * national)
    found = pooled(Evidence(events, exposure), national, between)
    assert found.mean == pytest.approx((shape + events) / (rate + exposure))
    # The credibility variance is the posterior's, averaged over the counts one might have seen.
    assert found.variance == pytest.approx(shape / rate / (rate + exposure))


@pytest.mark.direction
def test_good_and_bad_years_make_local_evidence_count_for_less() -> None:
    local = Evidence(80, 1060, years=2)
    weights = [pooled(local, 0.05, 0.1, years).weight for years in (0.0, 0.02, 0.1)]
    assert weights[0] > weights[1] > weights[2] > 0
    means = [pooled(local, 0.05, 0.1, years).mean for years in (0.0, 0.02, 0.1)]
    assert 0.05 < means[2] < means[1] < means[0] < local.rate


@pytest.mark.theory
def test_ends_are_the_gammas_tenth_and_ninetieth_percentiles() -> None:
    found = pooled(Evidence(35, 1060, years=2), 0.045, 0.08, 0.02)
    shape = found.mean**2 / found.variance
    drawn = np.random.default_rng(1).gamma(shape, found.variance / found.mean, 200_000)
    assert np.quantile(drawn, [0.1, 0.9]) == pytest.approx([found.p10, found.p90], rel=0.01)


@pytest.mark.unit
@pytest.mark.parametrize("between", [0.0, -0.1])
def test_pooling_needs_authorities_that_differ(between: float) -> None:
    with pytest.raises(ValueError, match="between authorities must be above zero"):
        pooled(Evidence(1, 10), 0.1, between)


@pytest.mark.theory
def test_variances_between_authorities_and_years_are_recovered() -> None:
    rng = np.random.default_rng(20200331)
    exposure = rng.uniform(200, 1500, 4000)
    level = rng.gamma(1 / 0.09, 0.09, 4000) * 0.06
    years = [rng.gamma(1 / 0.03, 0.03, 4000) for _ in range(2)]
    events = [rng.poisson(level * year * exposure).astype(float) for year in years]
    between_years = between_year_variance(events, [exposure, exposure])
    assert between_years == pytest.approx(0.03, rel=0.15)
    between = between_authority_variance(events[0] + events[1], 2 * exposure, between_years, 2)
    assert between == pytest.approx(0.09, rel=0.15)


@pytest.mark.theory
def test_chance_alone_is_not_taken_for_difference() -> None:
    rng = np.random.default_rng(5)
    exposure = rng.uniform(200, 1500, 4000)
    events = [rng.poisson(0.06 * exposure).astype(float) for _ in range(2)]
    assert between_year_variance(events, [exposure, exposure]) < 0.003
    total = events[0] + events[1]
    assert between_authority_variance(total, 2 * exposure, 0.0, 2) < 0.004


@pytest.mark.theory
def test_delayed_entry_recovers_the_rate_and_ignoring_it_does_not() -> None:
    # Stays leave at 0.010 a day for 100 days, then at 0.002. Records open on day 3000.
    rng = np.random.default_rng(20200331)
    true = np.array([0.010, 0.002])
    start = rng.uniform(0, 4000, 60_000)
    clock = rng.exponential(1.0, len(start))
    stay = np.where(clock < 1.0, clock / true[0], 100 + (clock - 1.0) / true[1])
    bands = np.array([0.0, 100.0])
    ended = np.ones(len(start), dtype=bool)
    begin, end, left, seen = spells_by_age(start, start + stay, ended, 3000, 4000)
    right = exposed(begin, end, left, bands).rate_per_day
    assert right == pytest.approx(true, rel=0.05)
    # Counting each stay from its beginning adds days in which leaving could not have been seen.
    wrong = exposed(np.zeros_like(begin), end, left, bands).rate_per_day
    assert wrong[0] < 0.75 * true[0]
    assert wrong[1] < 0.75 * true[1]
    assert seen.sum() == len(begin) < len(start)


@pytest.mark.conservation
def test_days_and_events_are_all_counted_once() -> None:
    rng = np.random.default_rng(3)
    begin = rng.uniform(0, 500, 300)
    end = begin + rng.exponential(400, 300)
    ended = rng.random(300) < 0.7
    found = exposed(begin, end, ended, np.array([0.0, 91.0, 365.0, 731.0]))
    assert found.exposure_days.sum() == pytest.approx((end - begin).sum())
    assert found.events.sum() == ended.sum()


@pytest.mark.unit
def test_an_end_on_a_bands_first_day_counts_in_that_band() -> None:
    found = exposed(np.array([0.0]), np.array([91.0]), np.array([True]), np.array([0.0, 91.0]))
    assert found.events.tolist() == [0, 1]
    assert found.exposure_days.tolist() == [91, 0]
    with pytest.raises(ValueError, match="before it is first seen"):
        exposed(np.array([5.0]), np.array([4.0]), np.array([True]), np.array([0.0]))


@pytest.mark.theory
def test_effects_of_age_give_the_counted_events_back() -> None:
    rng = np.random.default_rng(8)
    weights = rng.random((5, 5, 3))
    weights /= weights.sum()
    by_time, by_setting = rng.uniform(0.2, 3, 5), np.array([1.0, 0.1, 0.0])
    events = np.array([10.0, 20.0, 5.0, 0.0, 1.0])
    by_age = effects_of_age(events, weights, by_time, by_setting)
    modelled = np.einsum("ats,a,t,s->a", weights, by_age, by_time, by_setting)
    assert modelled.sum() == pytest.approx(1.0)
    np.testing.assert_allclose(modelled, events / events.sum())


@pytest.mark.unit
def test_routes_and_ages_are_both_met_and_the_impossible_stays_empty() -> None:
    usual = np.array([[1.0, 0.0], [1.0, 1.0]])
    crossed = events_by_route_and_age(
        np.array([10.0, 20.0]), np.array([18.0, 12.0]), usual, np.array([1.0, 2.0])
    )
    np.testing.assert_allclose(crossed.sum(axis=1), [10, 20])
    np.testing.assert_allclose(crossed.sum(axis=0), [18, 12])
    assert crossed[0, 1] == 0
