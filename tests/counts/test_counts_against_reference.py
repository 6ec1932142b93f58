"""Counts of random lives agree with a slow count that goes night by night and child by child."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stays import QUARTER, SETTINGS, Stay, episodes, paid

from sufficiency.counts import ALL, count
from sufficiency.episodes import CATEGORIES, OPEN, SIBLINGS
from sufficiency.vocabulary import Route

pytestmark = pytest.mark.conservation

LOCATIONS = ("inside", "outside_near", "outside_far")
MOVES = ("breakdown", "planned", "stay_ends", "carer_left", "not_approved", "panel", "closure")
ENTRIES = ("entry", "return")
EXITS = (*(route.value for route in Route), "aged_18")


@st.composite
def life(draw: st.DrawFn, child: int) -> list[Stay]:
    """One child's placements: in care once or twice, before, during and after the forecast."""
    stays: list[Stay] = []
    day = draw(st.integers(-60, 95))
    category = draw(st.sampled_from(CATEGORIES))
    for period in range(1, draw(st.integers(1, 2)) + 1):
        new = "opening" if day < 0 and period == 1 else draw(st.sampled_from(ENTRIES))
        for _ in range(draw(st.integers(1, 4))):
            length = draw(st.integers(0, 60))
            goes_on = draw(st.sampled_from([*MOVES, ""]))
            setting, wanted = (draw(st.sampled_from(SETTINGS)) for _ in range(2))
            end, ceased = day + length, goes_on or draw(st.sampled_from(EXITS))
            if draw(st.integers(0, 5)) == 0:
                end, ceased, goes_on = OPEN, "", ""
            waits = draw(st.sampled_from([None, *SETTINGS]))
            location = draw(st.sampled_from(LOCATIONS))
            stays.append(
                Stay(child, day, end, setting, location, new, ceased, wanted, waits,
                     period_of_care=period, category=category,
                     siblings=draw(st.sampled_from(SIBLINGS)))
            )  # fmt: skip
            day, new = end, goes_on
            if not goes_on:
                break
        if day == OPEN:
            break
        if stays[-1].ceased in MOVES:
            last = stays.pop()
            stays.append(Stay(**{**last.__dict__, "ceased": "other"}))
        day += draw(st.integers(0, 40))
    return stays


@st.composite
def lives(draw: st.DrawFn) -> list[Stay]:
    return [stay for child in range(draw(st.integers(0, 5))) for stay in draw(life(child))]


def slowly(stays: list[Stay], spells: list[tuple[int, int]], places: int) -> Counter[tuple]:
    """Every count by going through every placement on every night, keyed by period."""
    found: Counter[tuple] = Counter()
    ends = {0: -1} | {p: period.after - 1 for p, period in enumerate(QUARTER.periods, 1)}
    for p, night in ends.items():
        for stay in stays:
            if not stay.start <= night < stay.end:
                continue
            for setting in (ALL, stay.setting):
                found["children_in_care", setting, p] += 1
                found["out_of_area", setting, p] += stay.location != "inside"
                found["over_20_miles", setting, p] += stay.location == "outside_far"
                found["unaccompanied", setting, p] += stay.category == "unaccompanied"
            if stay.waiting_for is not None:
                for setting in (ALL, stay.waiting_for):
                    found["waiting", setting, p] += 1
        for kind in (ALL, "special_guardianship"):
            found["after_care", kind, p] = sum(first <= night < after for first, after in spells)
    for p, period in enumerate(QUARTER.periods, 1):
        days = range(period.first, period.after)
        before: dict[int, Stay] = {}
        for stay in sorted(stays, key=lambda each: each.start):
            last, before[stay.child] = before.get(stay.child), stay
            for setting in (ALL, stay.setting):
                if stay.end in days and stay.ceased in EXITS:
                    found["exits", setting, p] += 1
                if stay.start in days:
                    found["entries", setting, p] += stay.new in ENTRIES
                    found["returns_to_care", setting, p] += stay.new == "return"
                    found["siblings_apart", setting, p] += stay.siblings == "apart"
                    found["moves", setting, p] += stay.new in MOVES
                    found["out_of_area_placements_made", setting, p] += stay.location != "inside"
                    came_back = last is not None and last.location != "inside"
                    inside = stay.location == "inside"
                    found["returns_to_local", setting, p] += (
                        stay.new in MOVES and came_back and inside
                    )
            steps_down = last is not None and last.setting == "external_residential"
            if stay.start in days and stay.new in MOVES and steps_down:
                for setting in (ALL, last.setting):
                    found["step_downs", setting, p] += stay.setting.endswith("_foster")
            if stay.start in days and stay.wanted != stay.setting:
                for setting in (ALL, stay.wanted):
                    found["unmet_first_choice", setting, p] += 1
        slept = sum(
            stay.setting == SETTINGS[0] and stay.start <= night < stay.end
            for stay in stays
            for night in days
        )
        found["occupancy", SETTINGS[0], p] = slept / (places * len(days))
    return found


@settings(max_examples=60, deadline=None)
@given(lives(), st.lists(st.tuples(st.integers(-90, 100), st.integers(0, 90)), max_size=5))
def test_counting_by_differences_is_counting_one_by_one(
    stays: list[Stay], lengths: list[tuple[int, int]]
) -> None:
    spells = [(first, first + length) for first, length in lengths]
    places = {0: np.full(QUARTER.days, 4)}
    expected = slowly(stays, spells, 4)
    for row in count(episodes(*stays), paid(*spells), QUARTER, places):
        for period, value in enumerate(row.values):
            if not np.isnan(value):
                known = expected[row.measure, row.setting, period]
                assert value == pytest.approx(known), (row.measure, row.setting, period)


@settings(max_examples=60, deadline=None)
@given(lives())
def test_children_in_less_children_out_are_children_there(stays: list[Stay]) -> None:
    found = {
        (row.measure, row.setting): row.values
        for row in count(episodes(*stays), paid(), QUARTER, {})
    }
    there, came, left = (found[name, ALL] for name in ("children_in_care", "entries", "exits"))
    # A placement that opens the table and ends at once or after is present at the opening.
    for before, period in ((0, 1), (1, 2), (2, 3)):
        assert there[period] == there[before] + came[period] - left[period]
