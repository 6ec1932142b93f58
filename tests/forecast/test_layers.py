"""What a range is made of, taken apart by holding its parts still."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from sufficiency.estimate.caseload import reference_weights
from sufficiency.forecast.gather import Gathered, gather
from sufficiency.forecast.layers import chance_alone, layer_rows, without_years
from sufficiency.forecast.replication import Plan, replicate
from sufficiency.model.draw import draw_parameters
from sufficiency.scenario.values import ChildrenPerYear
from sufficiency.streams import Draws, Streams

pytestmark = pytest.mark.theory

FUTURES = range(1, 13)


def run(plan: Plan) -> Gathered:
    return gather(plan, [replicate(plan, number) for number in FUTURES])


@pytest.fixture(scope="module")
def taken_apart(plan: Plan) -> tuple[Gathered, Gathered, Gathered]:
    return run(plan), run(without_years(plan)), run(chance_alone(plan))


def test_shares_add_up_to_one(taken_apart: tuple[Gathered, Gathered, Gathered]) -> None:
    rows = layer_rows("small", *taken_apart)
    assert {row.measure for row in rows} == {
        "children_in_care",
        "out_of_area",
        "over_20_miles",
        "cost",
    }
    for row in rows:
        assert row.chance + row.doubt + row.good_and_bad_years == pytest.approx(1, abs=0.002)
        assert min(row.chance, row.doubt, row.good_and_bad_years) >= 0


def test_shares_are_of_the_variances(taken_apart: tuple[Gathered, Gathered, Gathered]) -> None:
    """Known spreads: 1 by chance, 3 more by doubt, 5 more by good and bad years."""
    signs = np.where(np.arange(len(FUTURES)) % 2, 1.0, -1.0)[:, None, None]
    made = [
        dataclasses.replace(one, measured=np.zeros_like(one.measured) + signs * np.sqrt(variance))
        for one, variance in zip(taken_apart, (9.0, 4.0, 1.0), strict=True)
    ]
    for row in layer_rows("small", *made):
        assert row.chance == pytest.approx(1 / 9, abs=0.001)
        assert row.doubt == pytest.approx(3 / 9, abs=0.001)
        assert row.good_and_bad_years == pytest.approx(5 / 9, abs=0.001)


def test_chance_alone_draws_no_figure_and_no_year(plan: Plan) -> None:
    """The rate of entries is then the same in every future; drawn, it differs."""
    doubtful = ChildrenPerYear(p10=80.0, p90=120.0, distribution="lognormal")
    doubtful.named("entries.per_year")
    entries = plan.scenario.entries.model_copy(update={"per_year": doubtful})
    plan = dataclasses.replace(plan, scenario=plan.scenario.model_copy(update={"entries": entries}))

    def rates(each: Plan, number: int) -> bytes:
        draws = Draws(each.seed, number, certain=each.certain, steady=each.steady)
        weights = reference_weights(each.scenario, draws)
        drawn = draw_parameters(each.scenario, draws, Streams(each.seed, number), weights)
        parts = (drawn.entries.per_year_by_age, drawn.entries.calendar)
        return b"".join(part.tobytes() for part in parts)

    assert rates(chance_alone(plan), 1) == rates(chance_alone(plan), 2)
    assert rates(without_years(plan), 1) != rates(without_years(plan), 2)
    assert rates(plan, 1) != rates(without_years(plan), 1)
