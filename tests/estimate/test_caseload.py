"""The opening children meet every count, and no child's dates are impossible."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sufficiency.episodes import birthday
from sufficiency.estimate.caseload import (
    OpeningChildren,
    joint_table,
    opening_children,
    reference_weights,
)
from sufficiency.estimate.ipf import MarginsContradict
from sufficiency.rounding import whole_shares
from sufficiency.scenario.load import load_scenario
from sufficiency.scenario.schema import Scenario
from sufficiency.scenario.values import Quantity
from sufficiency.vocabulary import (
    AGE_BAND_STARTS_YEARS,
    TIME_IN_CARE_STARTS_DAYS,
    AgeBand,
    Location,
    TimeInCare,
)

BASELINE = Path(__file__).parents[2] / "scenarios" / "middlesbrough-2020" / "baseline.yaml"


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario(BASELINE).scenario


def at(chance: float) -> Callable[[Quantity], float]:
    return lambda quantity: quantity.quantile(chance)


def drawn(scenario: Scenario, seed: int, chance: float = 0.5) -> OpeningChildren:
    return opening_children(scenario, at(chance), np.random.default_rng(seed))


@pytest.mark.conservation
@pytest.mark.parametrize("chance", [0.02, 0.5, 0.98])
def test_every_published_count_is_met(scenario: Scenario, chance: float) -> None:
    children = drawn(scenario, 1, chance)
    opening, draw = scenario.opening, at(chance)
    assert len(children) == 618
    for codes, wanted in (
        (children.age, [draw(opening.by_age[band]) for band in AgeBand]),
        (children.time_in_care, [draw(opening.by_time_in_care[band]) for band in TimeInCare]),
        (children.location, [draw(opening.by_location[place]) for place in Location]),
    ):
        found = np.bincount(codes, minlength=len(wanted))
        np.testing.assert_array_equal(found, whole_shares(np.array(wanted), 618))
    counts = dict(
        zip(
            scenario.settings,
            np.bincount(children.setting, minlength=len(scenario.settings)),
            strict=True,
        )
    )
    assert opening.counted_twice is not None
    both = round(draw(opening.counted_twice.children))
    assert counts["connected_carer"] == 176
    assert counts["agency_foster"] == 160
    assert counts["in_house_foster"] == 158 - both
    assert (
        counts["external_residential"] + counts["supported_accommodation"] + counts["other"] == 74
    )


@pytest.mark.conservation
@pytest.mark.parametrize("seed", range(5))
def test_no_childs_dates_are_impossible(scenario: Scenario, seed: int) -> None:
    children = drawn(scenario, seed)
    born = (-1 - children.born_days_before).astype(np.int32)
    # By episodes' own calendar: nobody is 18 on the first day of the forecast's eve, and each
    # child has had the first birthday of the age band and not of the next.
    assert (birthday(born, 18) >= 0).all()
    starts = np.array([*AGE_BAND_STARTS_YEARS, 18])
    for band in range(len(AgeBand)):
        mine = born[children.age == band]
        assert (birthday(mine, int(starts[band])) <= -1).all()
        assert (birthday(mine, int(starts[band + 1])) > -1).all()
    times = np.array([*TIME_IN_CARE_STARTS_DAYS, 10**6])
    assert (children.in_care_days >= times[children.time_in_care]).all()
    assert (children.in_care_days < times[children.time_in_care + 1]).all()
    assert (children.in_care_days < children.born_days_before).all()
    assert (children.in_placement_days <= children.in_care_days).all()
    assert (children.in_placement_days >= 0).all()


@pytest.mark.unit
def test_what_cannot_be_is_empty(scenario: Scenario) -> None:
    weights = reference_weights(scenario, at(0.5))
    assert weights.shape == (5, 5, len(scenario.settings))
    assert weights.sum() == pytest.approx(1)
    assert weights[0, 2:].sum() == 0, "nobody under 1 has been in care for a year"
    assert weights[1, 4].sum() == 0, "nobody under 5 has been in care for five years"
    supported = list(scenario.settings).index("supported_accommodation")
    assert weights[:4, :, supported].sum() == 0
    assert weights[4, :, supported].sum() > 0


@pytest.mark.unit
def test_reference_weights_meet_each_table(scenario: Scenario) -> None:
    weights = reference_weights(scenario, at(0.5))
    reference, draw = scenario.reference, at(0.5)
    for axes, shares in (
        ((1, 2), [draw(reference.by_age[band]) for band in AgeBand]),
        ((0, 2), [draw(reference.by_time_in_care[band]) for band in TimeInCare]),
        (
            (0, 1),
            [
                draw(reference.by_setting[name]) if name in reference.by_setting else 0.0
                for name in scenario.settings
            ],
        ),
    ):
        np.testing.assert_allclose(weights.sum(axis=axes), shares, atol=1e-6)


@pytest.mark.streams
def test_the_same_generator_gives_the_same_children(scenario: Scenario) -> None:
    first, second, other = drawn(scenario, 3), drawn(scenario, 3), drawn(scenario, 4)
    for name in ("age", "setting", "location", "born_days_before", "in_care_days"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))
    assert (first.born_days_before != other.born_days_before).any()


@pytest.mark.streams
def test_what_was_drawn_before_changes_nothing(scenario: Scenario) -> None:
    alone = drawn(scenario, 3, 0.5)
    drawn(scenario, 9, 0.1)
    drawn(scenario, 10, 0.9)
    after = drawn(scenario, 3, 0.5)
    np.testing.assert_array_equal(alone.setting, after.setting)
    np.testing.assert_array_equal(alone.in_care_days, after.in_care_days)


@pytest.mark.theory
def test_children_drawn_follow_the_fitted_crossing(scenario: Scenario) -> None:
    opening, draw = scenario.opening, at(0.5)
    draws, agency = 200, list(scenario.settings).index("agency_foster")
    mean = np.zeros(5)
    for seed in range(draws):
        children = drawn(scenario, seed)
        mean += np.bincount(children.age[children.setting == agency], minlength=5) / draws
    settings = np.bincount(drawn(scenario, 0).setting, minlength=len(scenario.settings))
    fitted = joint_table(
        whole_shares(np.array([draw(opening.by_age[band]) for band in AgeBand]), 618).tolist(),
        whole_shares(
            np.array([draw(opening.by_time_in_care[band]) for band in TimeInCare]), 618
        ).tolist(),
        settings.tolist(),
        [[draw(rule.usual_ages[band]) for band in AgeBand] for rule in scenario.settings.values()],
    )
    np.testing.assert_allclose(mean, fitted[:, :, agency].sum(axis=1), atol=1.5)


@pytest.mark.golden
def test_more_children_counted_than_in_care_is_told(scenario: Scenario) -> None:
    fewer = scenario.opening.model_copy(
        update={"children_in_care": type(scenario.opening.children_in_care)(value=400)}
    )
    with pytest.raises(MarginsContradict, match="more than the 400 in care"):
        drawn(scenario.model_copy(update={"opening": fewer}), 1)


@pytest.mark.unit
def test_a_replication_draws_its_children_quickly(scenario: Scenario) -> None:
    drawn(scenario, 0)
    began = time.process_time()
    for seed in range(20):
        drawn(scenario, seed, 0.3 + seed / 50)
    assert (time.process_time() - began) / 20 < 0.02, "aim 5 ms; four times that is refused"
