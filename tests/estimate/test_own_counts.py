"""The table of counts that a council signs: every number against a count made by hand."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from made_up_records import Row, placements
from scipy import stats

from sufficiency.care_records import CareRecords
from sufficiency.episodes import UNKNOWN_PLACE
from sufficiency.estimate.own_authority import (
    SHARES,
    OwnOptions,
    estimate_own,
    estimated_own,
)
from sufficiency.estimate.own_homes import NOT_FOR_PUBLICATION
from sufficiency.estimate.own_opening import ALONE
from sufficiency.vocabulary import AgeBand, Location, Route

FIRST, LAST_DAY = dt.date(2020, 4, 1), 1825
LAST = FIRST + dt.timedelta(days=LAST_DAY)
FROM_11 = 11
"""Children with this number or a higher one came to the country alone."""
BACK = "chance_of_coming_back_within_a_year"
RELATIVES, CARERS, HOMES = (
    f"share_with_{name}_on_entering"
    for name in ("connected_carer", "in_house_foster", "in_house_residential")
)


def _row(child: int, start: int, end: int, setting: str, why: str, years: float) -> Row:
    return child, start, end, setting, why, start - round(years * 365.25), start, True


def _records(with_alone: bool = True) -> CareRecords:
    """Six children who came eight times, one in care already, and five who came alone."""
    rows: list[Row] = [
        (1, 0, 0, "agency_foster", "", -4000, 0, False),  # in care already
        (2, 30, 0, "connected_carer", "", 27, 30, True),  # three days old
        _row(3, 40, 100, "in_house_foster", "home_planned", 0.4),
        _row(3, 900, 0, "in_house_foster", "", 2.8),
        _row(4, 800, 0, "agency_foster", "", 7.5),
        _row(5, 1500, 0, "in_house_residential", "", 12),
        _row(6, 1600, 0, "external_residential", "", 13.5),
        _row(7, 1100, 1200, "agency_foster", "home_planned", 6),
        _row(7, 1250, 0, "agency_foster", "", 6.4),  # back after fifty days
    ]
    alone: list[Row] = [
        _row(11, 100, 200, "supported_accommodation", "other", 16.5),  # before the last three years
        _row(12, 730, 1200, "supported_accommodation", "other", 16.5),  # 18 after 77 days more
        _row(13, 1000, 1540, "supported_accommodation", "aged_18", 16.5),
        _row(14, 1700, 0, "in_house_foster", "", 16.5),
        _row(15, 1800, 0, "supported_accommodation", "", 16.5),
    ]
    records = placements([*rows, *alone] if with_alone else rows, FIRST, LAST_DAY)
    episodes = records.episodes
    location = episodes.location.copy()
    location[4], location[8] = list(Location).index(Location.OUTSIDE_FAR), UNKNOWN_PLACE
    category = np.where(episodes.child >= FROM_11, ALONE, 0).astype(np.int8)
    return replace(records, episodes=replace(episodes, location=location, category=category))


@lru_cache(maxsize=2)
def _table(with_alone: bool = True) -> dict[tuple[str, str, str], dict[str, str]]:
    records = _records(with_alone)
    texts = estimate_own(records, OwnOptions("Madeup", LAST, "made-up returns"))
    head, *lines = texts[SHARES].splitlines()
    assert head == f"# {NOT_FOR_PUBLICATION}"
    rows = list(csv.DictReader(lines))
    table = {(row["what"], row["of"], row["level"]): row for row in rows}
    assert len(table) == len(rows)
    return table


def _counts(unit: str) -> dict[tuple[str, str, str], tuple[int, float]]:
    """What was counted, and out of how many, of every row where there was anything."""
    return {
        key: (int(row["counted"]), float(row["out_of"]))
        for key, row in _table().items()
        if row["unit"] == unit and float(row["out_of"]) > 0
    }


def _numbers(row: dict[str, str]) -> tuple[float, float, float]:
    return float(row["value"]), float(row["p10"]), float(row["p90"])


@pytest.mark.unit
def test_entries_stand_by_financial_year_with_its_days() -> None:
    assert _counts("days") == {
        ("entries", "ordinary", "2020/21"): (2, 365),
        ("entries", "ordinary", "2021/22"): (0, 365),
        ("entries", "ordinary", "2022/23"): (2, 365),
        ("entries", "ordinary", "2023/24"): (2, 366),
        ("entries", "ordinary", "2024/25"): (2, 365),
        # Of those who came alone the last three years of 365.25 days are counted.
        ("entries", "unaccompanied", "2022/23"): (2, 365),
        ("entries", "unaccompanied", "2023/24"): (0, 366),
        ("entries", "unaccompanied", "2024/25"): (2, 365),
    }
    assert _table()["entries", "ordinary", "2020/21"]["p10"] == ""


@pytest.mark.theory
def test_entries_a_year_have_the_interval_of_a_gamma() -> None:
    for of, children, days in (("ordinary", 8, 1826), ("unaccompanied", 4, 1096)):
        row = _table()["entries_a_year", of, "all"]
        years = days / 365.25
        assert (row["counted"], row["unit"]) == (str(children), "years")
        assert float(row["out_of"]) == pytest.approx(years, rel=1e-5)
        ends = stats.gamma.ppf([0.1, 0.9], children + 0.5, scale=1 / years)
        assert _numbers(row) == pytest.approx((children / years, *ends), rel=1e-5)


@pytest.mark.unit
def test_who_came_and_what_they_found_is_counted_and_those_who_came_alone_apart() -> None:
    expected: dict[tuple[str, str, str], tuple[int, int]] = {}
    for of, by_age in (("ordinary", (2, 1, 3, 2, 0)), ("unaccompanied", (0, 0, 0, 0, 4))):
        for age, children in zip(AgeBand, by_age, strict=True):
            expected["share_of_entries", of, age.value] = (children, sum(by_age))
    expected |= {
        ("share_at_birth", "ordinary", "under_1"): (1, 2),
        # Of those who came on day 731 or later two had been in care before.
        ("share_in_care_before", "ordinary", "all"): (2, 6),
        ("share_in_care_before", "unaccompanied", "all"): (0, 3),
        (RELATIVES, "ordinary", "under_1"): (1, 2),
        (RELATIVES, "ordinary", "1_to_4"): (0, 1),
        (RELATIVES, "ordinary", "5_to_9"): (0, 3),
        (RELATIVES, "ordinary", "all"): (1, 6),
        (RELATIVES, "unaccompanied", "16_to_17"): (0, 1),
        (RELATIVES, "unaccompanied", "all"): (0, 1),
        (CARERS, "ordinary", "under_1"): (1, 1),
        (CARERS, "ordinary", "1_to_4"): (1, 1),
        (CARERS, "ordinary", "5_to_9"): (0, 3),
        (CARERS, "ordinary", "all"): (2, 5),
        (CARERS, "unaccompanied", "16_to_17"): (1, 1),
        (CARERS, "unaccompanied", "all"): (1, 1),
        (HOMES, "ordinary", "10_to_15"): (1, 2),
        (HOMES, "ordinary", "all"): (1, 2),
    }
    assert _counts("entries") == expected


@pytest.mark.unit
def test_where_homes_are_is_counted_of_placements_whose_place_is_known() -> None:
    inside, near, far = (place.value for place in Location)
    seen = {
        "connected_carer": 1,
        "in_house_foster": 3,
        "in_house_residential": 1,
        "external_residential": 1,
        "supported_accommodation": 4,
    }
    expected = {
        ("share_of_placements", setting, place): (number if place == inside else 0, number)
        for setting, number in seen.items()
        for place in (inside, near, far)
    }
    # Of four placements with agencies one is far away, and of one it is not known.
    for place, number in ((inside, 2), (near, 0), (far, 1)):
        expected["share_of_placements", "agency_foster", place] = (number, 3)
    assert _counts("placements") == expected


@pytest.mark.theory
def test_every_share_has_the_interval_of_a_beta_and_none_where_nothing_was_counted() -> None:
    seen = 0
    for key, row in _table().items():
        if row["unit"] not in ("entries", "placements"):
            continue
        counted, out_of = int(row["counted"]), int(row["out_of"])
        if not out_of:
            assert (row["value"], row["p10"], row["p90"]) == ("", "", ""), key
            continue
        ends = stats.beta.ppf([0.1, 0.9], counted + 0.5, out_of - counted + 0.5)
        assert _numbers(row) == pytest.approx((counted / out_of, *ends), rel=1e-4), key
        seen += 1
    assert seen > 30


@pytest.mark.theory
def test_coming_back_is_counted_by_way_out_over_the_time_watched() -> None:
    """One came back after 50 days; another, after 800, was watched for a year."""
    assert {key[1:]: each for key, each in _counts("child_years").items()} == {
        ("ordinary", "home_planned"): (1, pytest.approx((365 + 50) / 365.25, rel=1e-5)),
        ("unaccompanied", "other"): (0, pytest.approx(77 / 365.25, abs=1.01 / 365.25)),
    }
    hazard = 91 / (91 + 50)
    ends = stats.gamma.ppf([0.1, 0.9], 1.5) * hazard
    chance = tuple(1 - np.exp(-np.array([hazard, *ends])))
    assert _numbers(_table()[BACK, "ordinary", "home_planned"]) == pytest.approx(chance, rel=1e-4)
    assert {key[2] for key in _table() if key[0] == BACK} == {route.value for route in Route}
    assert _table()[BACK, "ordinary", "adoption"]["p90"] == ""


@pytest.mark.unit
def test_without_children_who_came_alone_all_stand_together() -> None:
    table = _table(with_alone=False)
    assert {of for what, of, _ in table if what != "share_of_placements"} == {"all"}
    assert table["entries_a_year", "all", "all"]["counted"] == "8"


@pytest.mark.conservation
def test_the_table_and_the_scenario_rest_on_the_same_counts() -> None:
    done = estimated_own(_records(), OwnOptions("Madeup", LAST, "made-up returns"))
    found, looked = done.homes.plans.found_counts["connected_carer"]
    assert _counts("entries")[RELATIVES, "ordinary", "all"] == (found, looked)
    assert done.basis.alone is not None
    came = int(_table()["entries_a_year", "unaccompanied", "all"]["counted"])
    assert came == done.basis.alone.arrivals.children
