"""Each count, on a handful of placements whose answer can be worked out by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from stays import APRIL, MARCH, MAY, QUARTER, SETTINGS, YEAR, YEAR_BEFORE, Stay, episodes, paid

from sufficiency.counts import ALL, count, days_in_settings, nightly, period_sums
from sufficiency.episodes import AfterCareSpells

pytestmark = pytest.mark.unit


def counted(
    *stays: Stay, spells: AfterCareSpells | None = None, places: dict[int, int] | None = None
) -> dict[tuple[str, str], list[float]]:
    by_day = {code: np.full(QUARTER.days, n) for code, n in (places or {}).items()}
    found = count(episodes(*stays), paid() if spells is None else spells, QUARTER, by_day)
    return {(row.measure, row.setting): list(row.values) for row in found}


def flow(march: float = 0, april: float = 0, may: float = 0) -> list[float]:
    """By period: nothing on the opening day, three months, the two financial years."""
    return [pytest.approx(np.nan, nan_ok=True), march, april, may, march, april + may]


def test_stocks_are_counted_on_the_last_night() -> None:
    found = counted(
        Stay(1, -50, 30, ceased="home_planned", new="opening"),  # left on the last day of March
        Stay(2, -50, 31, ceased="home_planned", new="opening"),  # slept that night, left in April
        Stay(3, 60),  # came on the last day of April
        Stay(4, 91),  # came on the last day of May
    )
    assert found["children_in_care", ALL] == [2, 1, 1, 2, 1, 2]
    assert found["children_in_care", "in_house_foster"] == [2, 1, 1, 2, 1, 2]
    assert found["children_in_care", "agency_foster"] == [0] * 6


def test_the_opening_night_is_the_night_before_day_nought() -> None:
    found = counted(
        Stay(1, -1, new="opening"),  # came on the opening day
        Stay(2, -9, -1, new="opening", ceased="adoption"),  # left on the opening day
        Stay(3, -9, 0, new="opening", ceased="adoption"),  # left the next morning
        Stay(4, 0),  # came the next day
    )
    assert found["children_in_care", ALL] == [2, 2, 2, 2, 2, 2]
    assert found["entries", ALL] == flow(1)
    assert found["exits", ALL] == flow(1)


def test_flows_are_summed_by_the_day_they_happen() -> None:
    found = counted(
        Stay(1, 0, 30, ceased="breakdown"),
        Stay(1, 30, 31, "agency_foster", new="breakdown", ceased="aged_18"),
        Stay(2, 31, 61, ceased="planned"),
        Stay(2, 61, 91, "agency_foster", new="planned", ceased="order_discharged"),
        Stay(3, 91),
    )
    assert found["entries", ALL] == flow(1, 1, 1)
    assert found["moves", ALL] == flow(1, 0, 1)
    assert found["moves", "agency_foster"] == flow(1, 0, 1)
    assert found["exits", ALL] == flow(0, 1, 1)
    assert found["exits", "agency_foster"] == flow(0, 1, 1)
    assert found["exits", "in_house_foster"] == flow()


@pytest.mark.parametrize("reason", ["breakdown", "planned", "panel", "closure"])
def test_every_reason_to_move_is_a_move_and_no_exit(reason: str) -> None:
    found = counted(Stay(1, 3, 9, ceased=reason), Stay(1, 9, new=reason))
    assert found["moves", ALL] == flow(1)
    assert found["exits", ALL] == flow()
    assert found["entries", ALL] == flow(1)


@pytest.mark.parametrize("reason", ["home_planned", "adoption", "independence", "other", "aged_18"])
def test_every_way_out_is_an_exit(reason: str) -> None:
    assert counted(Stay(1, 3, 9, ceased=reason))["exits", ALL] == flow(1)


def test_a_child_who_comes_and_goes_in_a_day_enters_and_leaves_but_has_no_night() -> None:
    found = counted(Stay(1, 30, 30, ceased="home_unplanned"), places={0: 1})
    assert found["entries", ALL] == flow(1)
    assert found["exits", ALL] == flow(1)
    assert found["children_in_care", ALL] == [0] * 6
    assert found["occupancy", "in_house_foster"] == flow()


def test_what_ended_before_the_forecast_is_not_counted_in_it() -> None:
    found = counted(
        Stay(1, -90, -40, "agency_foster", provenance="H", ceased="breakdown"),
        Stay(1, -40, -3, "external_residential", new="breakdown", ceased="adoption"),
        Stay(2, 95),
    )
    for measure in ("entries", "exits", "moves", "unmet_first_choice"):
        for setting in (ALL, *SETTINGS):
            assert found[measure, setting] == flow(), (measure, setting)
    assert found["children_in_care", ALL] == [0] * 6


def test_out_of_area_both_ways() -> None:
    found = counted(
        Stay(1, -9, new="opening", location="outside_near"),
        Stay(2, 5, location="outside_far", setting="external_residential"),
        Stay(3, 5, location="inside"),
        Stay(4, 40, 50, location="outside_near", ceased="adoption"),
    )
    assert found["out_of_area", ALL] == [1, 2, 2, 2, 2, 2]
    assert found["out_of_area", "external_residential"] == [0, 1, 1, 1, 1, 1]
    assert found["over_20_miles", ALL] == [0, 1, 1, 1, 1, 1]
    assert found["out_of_area_placements_made", ALL] == flow(1, 1)
    assert found["out_of_area_placements_made", "external_residential"] == flow(1)


def test_a_return_is_a_move_from_outside_to_inside() -> None:
    found = counted(
        # Out, further out, and back.
        Stay(1, -9, 10, location="outside_near", new="opening", ceased="planned"),
        Stay(1, 10, 20, location="outside_far", new="planned", ceased="panel"),
        Stay(1, 20, setting="agency_foster", new="panel"),
        # Inside to inside, and inside to outside.
        Stay(2, 1, 11, ceased="planned"),
        Stay(2, 11, 12, new="planned", ceased="breakdown"),
        Stay(2, 12, location="outside_near", new="breakdown"),
        # Went home from outside and came into care again inside: an entry, not a return.
        Stay(3, 1, 5, location="outside_far", ceased="home_planned"),
        Stay(3, 50, new="entry", period_of_care=2),
        # Another child's placement outside comes just before in the table.
        Stay(4, 70, location="outside_far"),
        Stay(5, 71),
    )
    assert found["returns_to_local", ALL] == flow(1)
    assert found["returns_to_local", "agency_foster"] == flow(1)


def test_unmet_first_choice_is_counted_under_what_was_wanted() -> None:
    found = counted(
        Stay(1, 5, setting="external_residential", wanted="in_house_foster"),
        Stay(2, 35, setting="agency_foster", wanted="in_house_foster"),
        Stay(3, 36, setting="agency_foster", wanted="agency_foster"),
        Stay(4, -5, setting="agency_foster", wanted="in_house_foster", new="opening"),
        Stay(5, 40, setting="agency_foster", wanted="", provenance="H"),  # not known
    )
    assert found["unmet_first_choice", ALL] == flow(1, 1)
    assert found["unmet_first_choice", "in_house_foster"] == flow(1, 1)
    assert found["unmet_first_choice", "agency_foster"] == flow()
    assert found["unmet_first_choice", "external_residential"] == flow()


def test_waiting_is_counted_under_what_is_waited_for() -> None:
    found = counted(
        Stay(1, 5, 40, "external_residential", waiting_for="in_house_foster", ceased="panel"),
        Stay(1, 40, new="panel"),
        Stay(2, 70, setting="agency_foster", waiting_for="in_house_foster"),
    )
    assert found["waiting", ALL] == [0, 1, 0, 1, 1, 1]
    assert found["waiting", "in_house_foster"] == [0, 1, 0, 1, 1, 1]
    assert found["waiting", "agency_foster"] == [0] * 6


def test_occupancy_is_nights_slept_over_nights_available() -> None:
    found = counted(
        Stay(1, -9, 10, new="opening", ceased="adoption"),  # 10 nights of March
        Stay(2, 26, 36, ceased="adoption"),  # 5 of March, 5 of April
        places={0: 2, 1: 3},
    )
    assert found["occupancy", "in_house_foster"] == [
        *flow(15 / 62, 5 / 60, 0)[:4],
        15 / 62,
        5 / (2 * 61),
    ]
    assert found["occupancy", "agency_foster"] == flow()
    assert ("occupancy", "external_residential") not in found


def test_occupancy_of_a_setting_that_opens_later_has_no_value_before() -> None:
    places = np.zeros(QUARTER.days, dtype=np.int64)
    places[45:] = 2  # opens in the middle of April
    rows = count(episodes(Stay(1, 45)), paid(), QUARTER, {0: places})
    share = next(row.values for row in rows if row.measure == "occupancy")
    assert np.isnan(share[[0, MARCH, YEAR_BEFORE]]).all()
    assert share[[APRIL, MAY, YEAR]].tolist() == [0.5, 0.5, 0.5]


def test_after_care_counts_payments_on_the_last_day() -> None:
    spells = paid((-400, 31), (0, 30), (-400, -1), (61, 4000), (100, 200))
    assert counted(Stay(1, 0), spells=spells)["after_care", ALL] == [1, 1, 0, 1, 1, 1]


def test_after_care_is_counted_by_kind_and_only_where_a_kind_is_paid() -> None:
    spells = dataclasses.replace(
        paid((-400, 31), (0, 30), (61, 4000)),
        kinds=("special_guardianship", "adoption"),
        kind=np.array([0, 1, 1], dtype=np.int8),
    )
    found = counted(Stay(1, 0), spells=spells)
    assert found["after_care", "special_guardianship"] == [1, 1, 0, 0, 1, 0]
    assert found["after_care", "adoption"] == [0, 0, 0, 1, 0, 1]
    assert found["after_care", ALL] == [1, 1, 0, 1, 1, 1]
    none = counted(Stay(1, 0), spells=dataclasses.replace(paid(), kinds=()))
    assert [key for key in none if key[0] == "after_care"] == [("after_care", ALL)]
    assert none["after_care", ALL] == [0] * 6


def test_nights_by_setting_and_location() -> None:
    table = episodes(Stay(1, -1, 2, location="outside_far", new="opening"), Stay(2, 1))
    nights = nightly(table, QUARTER)
    assert nights.shape == (3, 3, 93)
    assert nights[0, 2, :4].tolist() == [1, 1, 1, 0]
    assert nights[0, 0, :4].tolist() == [0, 0, 1, 1]
    assert days_in_settings(table, QUARTER)[0, :4].tolist() == [1, 2, 1, 1]
    assert nights[1:].sum() == 0


def test_sums_by_period() -> None:
    daily = np.arange(QUARTER.days, dtype=np.float64)
    sums = period_sums(np.stack([daily, 2 * daily]), QUARTER)
    march, april, may = sum(range(31)), sum(range(31, 61)), sum(range(61, 92))
    assert sums[0, 1:].tolist() == [march, april, may, march, april + may]
    assert sums[1, 1:].tolist() == (2 * sums[0, 1:]).tolist()
    assert np.isnan(sums[:, 0]).all()


def test_an_empty_table_counts_nought() -> None:
    found = counted()
    assert found["children_in_care", ALL] == [0] * 6
    assert found["entries", ALL] == flow()
