"""Counting what became of children in care: the same for real and simulated ones."""

from __future__ import annotations

import dataclasses
import datetime as dt
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.append(str(Path(__file__).parents[1] / "model"))
from small_worlds import World, children, home

from sufficiency.episodes import NONE, OPEN, REASONS_CEASED, REASONS_NEW, UNKNOWN_PLACE, Episodes
from sufficiency.forecast.own_outcomes import Outcomes, counted_from, keys_of, year_by_year
from sufficiency.vocabulary import Move, Route

OPENING = dt.date(2018, 3, 31)
SETTINGS = ("in_house_foster", "secure", "other")
Row = tuple[int, int, dt.date, dt.date | None, str, str, str]


def placements(*rows: Row, epoch: dt.date = dt.date(2016, 4, 1)) -> Episodes:
    """Child, period of care, start, end, setting, reason it began and reason it ended."""
    child, period, start, end, setting, new, ceased = zip(*rows, strict=True)
    none = np.full(len(rows), NONE, dtype=np.int16)
    return Episodes(
        epoch=epoch,
        settings=SETTINGS,
        child=np.array(child, dtype=np.int64),
        period_of_care=np.array(period, dtype=np.int32),
        start=np.array([(day - epoch).days for day in start], dtype=np.int32),
        end=np.array([(day - epoch).days if day else OPEN for day in end], dtype=np.int32),
        setting=np.array([SETTINGS.index(name) for name in setting], dtype=np.int16),
        location=np.full(len(rows), UNKNOWN_PLACE, dtype=np.int8),
        first_choice=none,
        waiting_for=none,
        reason_new=np.array([REASONS_NEW.index(name) for name in new], dtype=np.int8),
        reason_ceased=np.array([REASONS_CEASED.index(name) for name in ceased], dtype=np.int8),
        born=np.full(len(rows), -3000, dtype=np.int32),
        price_rank=np.full(len(rows), np.nan),
        category=np.zeros(len(rows), dtype=np.int8),
        siblings=np.zeros(len(rows), dtype=np.int8),
        provenance=np.zeros(len(rows), dtype=np.int8),
    )


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def six_children(epoch: dt.date = dt.date(2016, 4, 1)) -> Episodes:
    """Two years from 31 March 2018, of which the answers are worked out by hand below."""
    first, second = "in_house_foster", "secure"
    return placements(
        # There all along; becomes a carer's own in law: no move.
        (1, 1, day("2017-01-01"), day("2018-06-01"), first, "entry", "status"),
        (1, 1, day("2018-06-01"), None, first, "status", ""),
        # There at the opening, moves on 1 April 2019, the first day of the second year.
        (2, 1, day("2016-04-01"), day("2019-04-01"), first, "opening", "unstated"),
        (2, 1, day("2019-04-01"), None, second, "unstated", ""),
        # Leaves on the last day of the first year, and comes back in the second.
        (3, 1, day("2018-03-31"), day("2019-03-31"), second, "entry", "home_planned"),
        (3, 2, day("2019-06-01"), None, second, "return", ""),
        # There at the opening; not in the return of the second year: lost on its first day.
        (4, 1, day("2018-01-01"), day("2019-04-01"), first, "entry", "lost"),
        # Comes on the first day after the opening, leaves in the second year.
        (5, 1, day("2018-04-01"), day("2019-05-01"), second, "entry", "adoption"),
        # Leaves on the opening day: not there that night, and no exit of the years after.
        (6, 1, day("2018-01-01"), day("2018-03-31"), first, "entry", "home_planned"),
        epoch=epoch,
    )


@pytest.mark.theory
def test_six_children() -> None:
    found = counted_from(six_children(), OPENING, 2)
    assert found.in_care.tolist() == [[3, 1, 0], [3, 1, 0], [1, 2, 0]]
    assert found.flows.tolist() == [[1, 1, 0], [1, 1, 1]]  # came, left, moved
    assert found.lost.tolist() == [0, 1]
    # Of four at the opening three are there after a year; the one lost is then left out.
    assert found.cohorts.tolist() == [[4, 1], [3, 1]]
    assert found.stayed.tolist() == [[3, 1], [2, 0]]
    assert found.shares[0].tolist() == [0.75, 1]
    assert found.shares[1] == pytest.approx([2 / 3, 0])


@pytest.mark.theory
def test_a_year_earlier_and_a_year_alone() -> None:
    last = counted_from(six_children(), dt.date(2017, 3, 31), 1)
    assert last.in_care.sum(axis=1).tolist() == [2, 4]
    assert last.flows.tolist() == [[3, 1, 0]]
    assert last.stayed.tolist() == [[2, 2]]
    assert last.cohorts.tolist() == [[2, 3]]
    nobody = counted_from(six_children(), dt.date(2015, 3, 31), 1)
    assert nobody.in_care.tolist() == [[0, 0, 0], [0, 0, 0]]
    assert np.isnan(nobody.shares).all()


@pytest.mark.unit
def test_the_day_numbers_count_from_makes_no_difference() -> None:
    one = counted_from(six_children(), OPENING, 2)
    other = counted_from(six_children(dt.date(2019, 7, 9)), OPENING, 2)
    assert same(one, other)


def same(one: Outcomes, other: Outcomes) -> bool:
    return all(
        np.array_equal(getattr(one, field.name), getattr(other, field.name))
        for field in dataclasses.fields(Outcomes)
    )


@pytest.mark.conservation
def test_simulated_children_who_come_leave_and_stay_add_up() -> None:
    world = World(
        settings=(home("one"), home("two")),
        orders=((0, 1),),
        leaving={Route.HOME_PLANNED: 0.4},
        moving={Move.PLANNED: 0.3},
        entries=(10.0, 10.0, 10.0, 5.0, 5.0),
        years=3,
    )
    episodes = world.run(opening=children(50)).episodes
    found = counted_from(episodes, dt.date(2020, 3, 31), 3)
    stock = found.in_care.sum(axis=1)
    assert stock[0] == 50
    assert (np.diff(stock) == found.flows[:, 0] - found.flows[:, 1]).all()
    assert found.flows.min() > 0
    # In the first year nobody else can be there: who stayed, and who came and stayed.
    assert found.stayed[0].sum() == stock[1]
    assert (np.diff(found.stayed, axis=0) <= 0).all()


@pytest.mark.unit
def test_figures_stand_under_the_names_asked_for() -> None:
    outcomes = counted_from(six_children(), OPENING, 2)
    names = ("secure", "hub", "in_house_foster")
    table = year_by_year(outcomes, names)
    told = dict(zip(keys_of(names), table.T.tolist(), strict=True))
    assert told["children_in_care", "all"] == [4, 3]
    assert told["children_in_care", "secure"] == [1, 2]
    assert told["children_in_care", "hub"] == [0, 0]
    assert told["moves", "all"] == [0, 1]
    assert told["still_in_care", "all"] == pytest.approx([0.75, 2 / 3])
    with pytest.raises(ValueError, match="not named"):
        year_by_year(outcomes, ("hub", "in_house_foster"))
