"""Entries in a council's own records, and who came back."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from made_up_records import Row, placements

from sufficiency.care_records import CareRecords
from sufficiency.episodes import CATEGORIES
from sufficiency.estimate.own_entries import LOOK_BACK_DAYS, counted_share, own_entries
from sufficiency.streams import generator
from sufficiency.vocabulary import Category, Route

FIRST, LAST_DAY = dt.date(2020, 4, 1), 1825
LAST = FIRST + dt.timedelta(days=LAST_DAY)


def _entering(day: int, child: int, born: int, known: bool = True) -> Row:
    return child, day, day + 40, "hub", "lost", born, day, known


@pytest.mark.unit
def test_entries_are_counted_by_year_and_age_and_those_in_care_before_are_not() -> None:
    rows = [
        _entering(0, 1, -3000, known=False),  # in care already
        _entering(30, 2, 27),  # three days old
        _entering(364, 3, 0),  # on the last day of the year
        _entering(365, 4, -365 * 7),
    ]
    found = own_entries(placements(rows, FIRST, LAST_DAY), LAST)
    assert [year.year for year in found.years] == [
        "2020/21", "2021/22", "2022/23", "2023/24", "2024/25",
    ]  # fmt: skip
    assert found.years[0].by_age == (2, 0, 0, 0, 0)
    assert found.years[1].by_age == (0, 0, 1, 0, 0)
    assert sum(year.days for year in found.years) == 1826
    assert (found.at_birth.counted, found.at_birth.of) == (1, 2)
    assert [share.counted for share in found.by_age] == [2, 0, 1, 0, 0]


@pytest.mark.unit
def test_unaccompanied_children_stand_apart() -> None:
    records = placements([_entering(10, 1, -6000), _entering(20, 2, -6000)], FIRST, LAST_DAY)
    code = CATEGORIES.index(Category.UNACCOMPANIED)
    episodes = replace(records.episodes, category=np.array([code, 0], dtype=np.int8))
    found = own_entries(replace(records, episodes=episodes), LAST)
    assert found.years[0].by_age == found.years[0].alone_by_age == (0, 0, 0, 0, 1)
    assert found.alone_by_age[4].of == found.by_age[4].of == 1


@pytest.mark.unit
def test_whether_a_child_was_in_care_before_is_asked_where_the_records_reach_back() -> None:
    early = placements([_entering(10, 1, -3000), _entering(100, 1, -3000)], FIRST, LAST_DAY)
    assert own_entries(early, LAST).again is None
    rows = [_entering(10, 1, -3000), _entering(LOOK_BACK_DAYS, 1, -3000)]
    again = own_entries(placements([*rows, _entering(900, 2, -3000)], FIRST, LAST_DAY), LAST).again
    assert again is not None
    assert (again.counted, again.of) == (1, 2)


def _left(children: int, seed: int, monthly: float, last_day: int = LAST_DAY) -> CareRecords:
    """Children who leave all through the records and come back at a steady rate."""
    random = generator(seed, "coming back")
    rows: list[Row] = []
    for child in range(children):
        leaves = int(random.integers(20, last_day - 20))
        rows.append((child, leaves - 20, leaves, "hub", "home_planned", -3000, leaves - 20, True))
        back = leaves + 1 + int(random.exponential(30.4 / monthly))
        if back <= last_day:
            rows.append((child, back, 0, "hub", "", -3000, back, True))
    records = placements(rows[:900], FIRST, last_day)
    return records


@pytest.mark.theory
def test_the_chance_of_coming_back_is_found_although_many_are_not_watched_for_a_year() -> None:
    monthly, held, found = 0.03, 0, []
    true = -np.expm1(-monthly * 365 / 30.4)
    for seed in range(40):
        back = own_entries(
            _left(150, seed, monthly, 700), FIRST + dt.timedelta(days=700)
        ).coming_back[Route.HOME_PLANNED]
        held += back.p10 <= true <= back.p90
        found.append(back.within_one_year)
    assert np.mean(found) == pytest.approx(true, rel=0.06)
    assert 26 <= held <= 38


@pytest.mark.unit
def test_nobody_who_left_leaves_the_chance_open() -> None:
    records = placements([_entering(10, 1, -3000)], FIRST, LAST_DAY)
    none = own_entries(records, LAST).coming_back[Route.ADOPTION]
    assert np.isnan(none.within_one_year)
    assert (none.p10, none.p90) == (0.0, 1.0)


@pytest.mark.unit
def test_a_child_who_turns_18_can_no_longer_come_back() -> None:
    born = -round(18 * 365.25) + 130  # 18 on about day 130, a month after leaving
    rows = [(1, 0, 100, "hub", "independence", born, 0, True)]
    back = own_entries(placements(rows, FIRST, LAST_DAY), LAST).coming_back[Route.INDEPENDENCE]
    assert back.exposure_child_years * 365.25 == pytest.approx(30, abs=1)


@pytest.mark.theory
def test_a_share_lies_inside_its_interval_and_none_of_none_is_open() -> None:
    share = counted_share(30, 100)
    assert share.p10 < 0.3 < share.p90
    assert share.p90 - share.p10 == pytest.approx(2 * 1.2816 * np.sqrt(0.21 / 100), rel=0.05)
    none = counted_share(0, 0)
    assert np.isnan(none.share)
    assert none.p90 - none.p10 > 0.8
