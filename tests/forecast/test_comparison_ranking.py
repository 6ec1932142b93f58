"""Differences and their ranking, on futures small enough to work out by hand."""

from __future__ import annotations

import dataclasses
import pickle
from functools import partial

import numpy as np
import pytest

from sufficiency.finance.saving_split import EMPTY_PLACES, PARTS
from sufficiency.forecast.compare import Compared, compared, comparison_table, differences
from sufficiency.forecast.compare_ranking import (
    AT_THE_START,
    MadeOf,
    parts_of,
    ranking,
    split_rows,
    together_rows,
    told_parts,
)
from sufficiency.forecast.paired import paired
from sufficiency.forecast.replication import Plan, replicate

FUTURES = range(1, 5)


def fewer(plan: Plan, ratio: float) -> Plan:
    """The same with entries multiplied."""
    change = type(plan.scenario.entries.change).model_validate({"value": ratio})
    entries = plan.scenario.entries.model_copy(update={"change": change})
    return dataclasses.replace(plan, scenario=plan.scenario.model_copy(update={"entries": entries}))


@pytest.fixture(scope="module")
def found(plan: Plan) -> Compared:
    plans = (plan, fewer(plan, 0.7))
    return compared(plans, [paired(plans, number) for number in FUTURES])


def with_months(found: Compared, *months: list[int]) -> Compared:
    """The same, the scenario's net cost so many pence above the base's in each month."""
    difference = np.array([each * 2 for each in months])  # six months twice over
    base = np.zeros_like(difference)
    return dataclasses.replace(found, net_pence=np.array([base, difference]))


@pytest.mark.streams
def test_a_scenario_among_others_is_as_it_is_alone(plan: Plan) -> None:
    plans = (plan, fewer(plan, 0.7), fewer(plan, 0.9))
    for each, side in zip(plans, paired(plans, 3).sides, strict=True):
        alone = replicate(each, 3)
        assert side.replication.keys == alone.keys
        assert np.array_equal(side.replication.measured, alone.measured, equal_nan=True)
        assert (side.replication.outturn_pence == alone.outturn_pence).all()
        assert side.net_pence.sum() == alone.outturn_pence.sum()
        assert side.gross_pence.sum() == alone.gross_pence.sum()


@pytest.mark.streams
def test_what_is_sent_to_another_process_finds_the_same_there(plan: Plan) -> None:
    work = partial(paired, (plan, fewer(plan, 0.7)))
    here, there = work(2), pickle.loads(pickle.dumps(work))(2)
    assert (here.sides[1].split_pence == there.sides[1].split_pence).all()
    assert (here.worth == there.worth).all()


@pytest.mark.direction
def test_fewer_entries_save_by_children_who_never_come(found: Compared) -> None:
    parts = told_parts(found, 1, empty_apart=True)
    assert (parts["never_entering"] < 0).all()
    assert (parts["never_entering"] < parts["leaving_sooner"]).all()
    assert (parts["own_cost"] == 0).all()


@pytest.mark.conservation
def test_parts_make_the_difference_in_every_future(found: Compared) -> None:
    by_year = found.by_year(found.difference_pence[1])
    assert (found.split_pence[1].sum(axis=1) == by_year).all()
    assert (sum(told_parts(found, 1, empty_apart=False).values()) == by_year).all()
    rows = [row for row in split_rows("base", "fewer", found, 1, True) if row.period == "all"]
    whole = rows.pop()
    assert sum(row.difference_mean for row in rows) == pytest.approx(whole.difference_mean)


@pytest.mark.unit
def test_empty_places_are_told_with_homes_where_hidden(found: Compared) -> None:
    split = found.split_pence.copy()
    split[1, :, PARTS.index(EMPTY_PLACES)] = 7
    paying = dataclasses.replace(found, split_pence=split)
    apart, hidden = (told_parts(paying, 1, empty_apart) for empty_apart in (True, False))
    assert (apart["own_cost"] - hidden["own_cost"] == 7).all()
    assert (hidden["less_costly_homes"] - apart["less_costly_homes"] == 7).all()
    told = ranking(paying, [True, False])[0].break_even
    assert told is not None
    assert np.isnan(told)


@pytest.mark.theory
def test_differences_are_taken_inside_each_future(found: Compared) -> None:
    made = differences(found, 1)
    place = next(
        i for i, c in enumerate(made.cells) if c[:3] == ("2025/26", "financial_year", "exits")
    )
    row = found.gathered[0].keys.index(
        (made.cells[place].measure, made.cells[place].setting, "children")
    )
    base, scenario = (each.measured[:, row, -1] for each in found.gathered)
    assert (made.futures[:, place] == scenario - base).all()
    told = comparison_table("base", "fewer", made).iloc[place]
    assert told["difference_mean"] == round((scenario - base).mean(), 2)
    assert told["probability_lower"] == ((scenario - base) < 0).mean()


@pytest.mark.theory
def test_payback_is_told_of_a_tenth_half_and_nine_tenths(found: Compared) -> None:
    futures = with_months(
        found,
        [-1, 0, 0, 0, 0, 0],  # from the start
        [5, -5, 0, 0, 0, 0],  # owes again in the seventh month, and has paid in the eighth
        [5, 0, -5, 0, 0, 0],  # the same in the ninth
        [5, 0, 0, 0, 0, 0],  # owes 10 at the end
    )
    one = ranking(futures, [True, True])[0]
    assert one.payback == (AT_THE_START, "2025-11", None)
    assert one.paid_back == 0.75
    assert one.probability_cheaper == 0.25


@pytest.mark.unit
def test_a_scenario_is_made_of_the_compared_ones_among_its_layers() -> None:
    base, hub, late, team = ("base",), ("hub", "base"), ("late", "hub", "base"), ("team", "base")
    both = ("both", "late", "hub", "team", "base")
    assert parts_of([base, hub, late, team, both]) == {4: MadeOf((2, 3), ())}
    more = ("more", "hub", "team", "lawyers", "base")
    assert parts_of([base, hub, team, more]) == {3: MadeOf((1, 2), ("lawyers",))}
    assert parts_of([base, hub, late]) == {}


@pytest.mark.theory
def test_what_is_lost_together_is_paired(found: Compared) -> None:
    saved = np.array([[0] * 4, [-100] * 4, [-300] * 4, [-350, -350, -450, -450]])
    months = np.zeros((4, 4, 12), dtype=np.int64)
    months[:, :, 0] = saved * 100
    four = dataclasses.replace(found, net_pence=months, gathered=(found.gathered[0],) * 4)
    rows = together_rows(("base", "a", "b", "ab"), four, 3, (1, 2))
    whole = next(row for row in rows if row.period == "all")
    assert whole.parts == "a + b"
    assert (whole.sum_of_parts_mean, whole.together_mean) == (-400, -400)
    assert whole.lost_together_mean == 0
    assert (whole.lost_together_p10, whole.lost_together_p90) == (-50, 50)
