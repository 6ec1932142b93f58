"""Entries in a council's own records, and who came back."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from made_up_records import Row, placements
from scipy import stats

from sufficiency.care_records import CareRecords
from sufficiency.estimate.any_homes import SETTINGS
from sufficiency.estimate.own_entries import (
    LOOK_BACK_DAYS,
    OwnArrivals,
    coming_back,
    counted_rate,
    counted_share,
    own_arrivals,
)
from sufficiency.estimate.own_opening import with_usual_settings
from sufficiency.streams import generator
from sufficiency.vocabulary import Route

FIRST, LAST_DAY = dt.date(2020, 4, 1), 1825
LAST = FIRST + dt.timedelta(days=LAST_DAY)


def _entering(day: int, child: int, born: int, known: bool = True) -> Row:
    return child, day, day + 40, "agency_foster", "lost", born, day, known


def _arrivals(rows: list[Row], years: int = 5, as_at: dt.date = LAST) -> OwnArrivals:
    return own_arrivals(with_usual_settings(placements(rows, FIRST, LAST_DAY)), as_at, years)


@pytest.mark.unit
def test_entries_are_counted_by_year_and_age_and_those_in_care_before_are_not() -> None:
    rows = [
        _entering(0, 1, -3000, known=False),  # in care already
        _entering(30, 2, 27),  # three days old
        _entering(364, 3, 0),  # on the last day of the year
        _entering(365, 4, -365 * 7),
    ]
    found = _arrivals(rows)
    assert [(each.year, each.children, each.days) for each in found.by_financial_year] == [
        ("2020/21", 2, 365), ("2021/22", 1, 365), ("2022/23", 0, 365), ("2023/24", 0, 366),
        ("2024/25", 0, 365),
    ]  # fmt: skip
    assert found.by_age.tolist() == [2, 0, 1, 0, 0]
    assert found.older.tolist() == [1, 0, 1, 0, 0]  # nearly one, and nearly eight
    assert found.at_birth == 1
    assert found.children == 3
    assert found.first_setting[:, SETTINGS.index("agency_foster")].tolist() == [2, 0, 1, 0, 0]
    assert found.first_setting.sum() == 3


def _unmarked(count: int, from_day: int = 400, known: bool = False) -> list[Row]:
    """Children of numbers from 100 who come one a day."""
    days = range(from_day, from_day + count)
    return [_entering(day, 100 * from_day + day, day - 3000, known) for day in days]


@pytest.mark.unit
def test_an_entry_without_a_mark_counts_from_the_second_year_of_the_records_on() -> None:
    """One of the first year may have been in care before and moved; later ones would be there."""
    marked = _unmarked(30, known=True)
    for day, counted in ((0, 0), (364, 0), (365, 1), (1825, 1)):
        found = _arrivals([*marked, _entering(day, 1, day - 3000, known=False)])
        assert found.children == 30 + counted
        assert sum(each.children for each in found.by_financial_year) == 30 + counted
        assert found.first_setting.sum() == 30 + counted
        assert found.years == pytest.approx(1826 / 365.25)
    # Records that begin in the middle of a financial year: its end is where the second begins.
    for day, counted in ((89, 0), (90, 1)):
        rows = sorted([*marked, _entering(day, 1, day - 3000, known=False)])
        records = placements(rows, dt.date(2021, 1, 1), LAST_DAY)
        found = own_arrivals(with_usual_settings(records), records.last_date, 5)
        assert found.children == 30 + counted


@pytest.mark.unit
def test_only_the_first_home_of_an_unmarked_period_is_an_entry() -> None:
    """A later home of the same period is none, though it begins in a later year."""
    rows = [
        _entering(-50, 1, -3000, known=False),
        _entering(500, 1, -3000, known=False),
        _entering(600, 2, -3000, known=False),
        _entering(700, 2, -3000, known=False),
    ]
    records = placements(rows, FIRST, LAST_DAY)
    one_stay = replace(
        records,
        episodes=replace(records.episodes, period_of_care=np.ones(4, dtype=np.int32)),
        entered=np.array([-50, -50, 600, 600], dtype=np.int32),
    )
    assert own_arrivals(with_usual_settings(one_stay), LAST, 5).children == 1


@pytest.mark.unit
def test_where_marks_are_often_left_out_the_first_year_is_not_counted() -> None:
    """Otherwise the first year would look like a year in which few came."""
    first_year = _unmarked(18, 10, known=True) + _unmarked(12, 100)
    for unmarked, whole in ((3, True), (4, False)):
        later = [
            row
            for year in (1, 2, 3, 4)
            for row in _unmarked(30 - unmarked, 365 * year + 10, known=True)
            + _unmarked(unmarked, 365 * year + 200)
        ]
        found = _arrivals(sorted([*first_year, *later]))
        assert found.by_year == ((18, 30, 30, 30, 30) if whole else (30, 30, 30, 30))
        assert found.children == sum(found.by_year) == found.by_age.sum()
        assert found.children == sum(each.children for each in found.by_financial_year)
        assert found.years == pytest.approx((1826 if whole else 1461) / 365.25)
        assert found.by_financial_year[0].year == ("2020/21" if whole else "2021/22")
    # Two years asked for lie after it, and one year of records has nothing else to count.
    late = _arrivals(sorted([*first_year, *later]), years=2)
    assert late.by_year == (30, 30)
    early = own_arrivals(
        with_usual_settings(placements(sorted([*first_year, *later]), FIRST, LAST_DAY)),
        FIRST + dt.timedelta(days=600),
        5,
    )
    assert early.by_financial_year[0].year == "2020/21"


@pytest.mark.unit
def test_only_the_years_asked_for_are_counted_and_their_parts_of_financial_years() -> None:
    """Two years up to 30 September 2023: from 1 October 2021."""
    as_at = dt.date(2023, 9, 30)
    first = (as_at - FIRST).days - 729
    days = (first - 1, first, first + 363, first + 365, first + 729, first + 730)
    rows = [_entering(day, child, day - 3000) for child, day in enumerate(days)]
    found = _arrivals(rows, 2, as_at)
    assert found.children == 4
    assert found.by_year == (2, 2)
    assert found.years == pytest.approx(730 / 365.25, abs=1e-9)
    assert [(each.year, each.children, each.days) for each in found.by_financial_year] == [
        ("2021/22", 1, 182), ("2022/23", 2, 365), ("2023/24", 1, 183),
    ]  # fmt: skip


@pytest.mark.unit
def test_only_the_first_home_of_a_stay_is_an_entry() -> None:
    """Placed again on day 50 in the same period of care, whatever the record says of entering."""
    records = placements([_entering(10, 1, -3000), _entering(50, 1, -3000)], FIRST, LAST_DAY)
    period = np.ones(2, dtype=np.int32)
    one_stay = replace(records, episodes=replace(records.episodes, period_of_care=period))
    assert own_arrivals(with_usual_settings(one_stay), LAST, 5).children == 1
    assert own_arrivals(with_usual_settings(records), LAST, 5).children == 2


@pytest.mark.unit
def test_whether_a_child_was_in_care_before_is_asked_where_the_records_reach_back() -> None:
    assert _arrivals([_entering(10, 1, -3000), _entering(100, 1, -3000)]).again is None
    rows = [_entering(10, 1, -3000), _entering(LOOK_BACK_DAYS, 1, -3000)]
    again = _arrivals([*rows, _entering(900, 2, -3000)]).again
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
        records = _left(150, seed, monthly, 700)
        back = coming_back(records, records.last_date, 5)[Route.HOME_PLANNED]
        held += back.p10 <= true <= back.p90
        found.append(back.within_one_year)
    assert np.mean(found) == pytest.approx(true, rel=0.06)
    assert 26 <= held <= 38


@pytest.mark.theory
def test_who_came_back_within_a_year_is_counted_over_the_time_they_were_watched() -> None:
    """Back after 50 days, after 400, never, and not in the last 100 days: 50 to 365 days each."""
    ends = LAST_DAY - 100
    rows: list[Row] = [
        (1, 0, 100, "hub", "home_planned", -3000, 0, True),
        (1, 150, 0, "hub", "", -3000, 150, True),
        (2, 0, 100, "hub", "home_planned", -3000, 0, True),
        (2, 500, 0, "hub", "", -3000, 500, True),
        (3, 0, 200, "hub", "home_planned", -3000, 0, True),
        (4, 0, ends, "hub", "home_planned", -3000, 0, True),
    ]
    records = placements(rows, FIRST, LAST_DAY)
    back = coming_back(records, LAST, 5)[Route.HOME_PLANNED]
    assert back.returns == 1
    days = 50 + 365 + 365 + 101
    assert back.exposure_child_years * 365.25 == pytest.approx(days)
    # One came back in the first 91 days, in which the four were seen for 50, 91, 91 and 91.
    hazard = 91 / (50 + 91 + 91 + 91)
    assert back.within_one_year == pytest.approx(1 - np.exp(-hazard))
    # The gamma of one and a half events, as wide as these leave the sum over the year.
    ends_of_sum = stats.gamma.ppf([0.1, 0.9], 1.5) * hazard
    assert (back.p10, back.p90) == pytest.approx(tuple(1 - np.exp(-ends_of_sum)))
    # In the last year only the last of them can be seen.
    late = coming_back(records, LAST, 1)[Route.HOME_PLANNED]
    assert late.exposure_child_years * 365.25 == pytest.approx(101)
    assert late.returns == 0


@pytest.mark.unit
def test_nobody_who_left_leaves_the_chance_open() -> None:
    records = placements([_entering(10, 1, -3000)], FIRST, LAST_DAY)
    none = coming_back(records, LAST, 5)[Route.ADOPTION]
    assert np.isnan(none.within_one_year)
    assert (none.p10, none.p90) == (0.0, 1.0)


@pytest.mark.unit
def test_a_child_who_turns_18_can_no_longer_come_back() -> None:
    born = -round(18 * 365.25) + 130  # 18 on about day 130, a month after leaving
    rows = [(1, 0, 100, "hub", "independence", born, 0, True)]
    back = coming_back(placements(rows, FIRST, LAST_DAY), LAST, 5)[Route.INDEPENDENCE]
    assert back.exposure_child_years * 365.25 == pytest.approx(30, abs=1)


@pytest.mark.theory
def test_a_share_lies_inside_its_interval_and_none_of_none_is_open() -> None:
    share = counted_share(30, 100)
    assert share.p10 < 0.3 < share.p90
    assert share.p90 - share.p10 == pytest.approx(2 * 1.2816 * np.sqrt(0.21 / 100), rel=0.05)
    assert (share.p10, share.p90) == pytest.approx(tuple(stats.beta.ppf([0.1, 0.9], 30.5, 70.5)))
    none = counted_share(0, 0)
    assert np.isnan(none.share)
    assert none.p90 - none.p10 > 0.8


@pytest.mark.theory
def test_a_rate_has_the_interval_of_a_gamma_with_half_an_event_more() -> None:
    for events, years in ((0, 3.0), (7, 2.5)):
        rate = counted_rate(events, years)
        ends = stats.gamma.ppf([0.1, 0.9], events + 0.5, scale=1 / years)
        assert (rate.p10, rate.p90) == pytest.approx(tuple(ends))
