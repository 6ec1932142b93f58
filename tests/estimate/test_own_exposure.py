"""Child-days and events of real children, counted by cell."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from made_up_records import placements

from sufficiency.estimate.own_exposure import TIME_NOT_KNOWN, own_exposure
from sufficiency.vocabulary import TimeInCare

FIRST = dt.date(2020, 4, 1)


@pytest.mark.theory
def test_days_are_split_at_birthdays_anniversaries_and_financial_years() -> None:
    # Born 300 days before, came in on day 10 and stays for 600: first birthday on day 65.
    records = placements([(1, 10, 610, "in_house_foster", "adoption", -300, 10, True)], FIRST, 729)
    found = own_exposure(records, 0, 730)
    assert found.child_days.sum() == 600
    ages = found.child_days.sum(axis=(0, 2, 3))
    assert ages.tolist() == [55, 545, 0, 0, 0]
    times = found.child_days.sum(axis=(0, 1, 3))
    assert times.tolist() == [91, 274, 235, 0, 0, 0]
    assert found.years == ("2020/21", "2021/22")
    assert found.child_days.sum(axis=(1, 2, 3)).tolist() == [355, 245]
    event = np.argwhere(found.events["adoption"])
    assert event.tolist() == [[1, 1, 2, found.settings.index("in_house_foster")]]


@pytest.mark.theory
def test_an_event_on_an_anniversary_counts_in_the_band_that_begins() -> None:
    records = placements([(1, 0, 91, "hub", "home_planned", -4000, 0, True)], FIRST, 364)
    found = own_exposure(records, 0, 365)
    assert found.child_days.sum(axis=(0, 1, 3))[:2].tolist() == [91, 0]
    assert found.counted("home_planned").sum(axis=(0, 2))[:2].tolist() == [0, 1]


@pytest.mark.unit
def test_only_what_lies_in_the_window_counts() -> None:
    rows = [
        (1, 0, 50, "hub", "home_planned", -4000, 0, True),  # over before it
        (2, 0, 150, "hub", "home_planned", -4000, 0, True),  # delayed entry
        (3, 150, 260, "hub", "home_planned", -4000, 150, True),  # ends after it
    ]
    found = own_exposure(placements(rows, FIRST, 364), 100, 200)
    assert found.child_days.sum() == 50 + 50
    assert found.counted("home_planned").sum() == 1


@pytest.mark.unit
@pytest.mark.parametrize("reason", ["lost", "status", "aged_18", "closure", "panel"])
def test_what_is_no_event_leaves_days_only(reason: str) -> None:
    records = placements([(1, 0, 50, "hub", reason, -4000, 0, True)], FIRST, 364)
    found = own_exposure(records, 0, 365)
    assert found.child_days.sum() == 50
    assert sum(table.sum() for table in found.events.values()) == 0


@pytest.mark.conservation
def test_moves_for_no_stated_reason_are_shared_as_the_stated_ones_are() -> None:
    reasons = ["breakdown"] * 3 + ["planned"] + ["unstated"] * 8
    rows = [(n, 0, 50 + n, "hub", reason, -4000, 0, True) for n, reason in enumerate(reasons)]
    found = own_exposure(placements(rows, FIRST, 364), 0, 365)
    assert found.counted("breakdown").sum() == pytest.approx(3 + 6)
    assert found.counted("planned").sum() == pytest.approx(1 + 2)
    alone = own_exposure(placements(rows[4:], FIRST, 364), 0, 365)
    assert alone.counted("breakdown").sum() == alone.counted("planned").sum() == 4


@pytest.mark.theory
def test_a_time_in_care_counts_only_while_both_limits_lie_in_one_band() -> None:
    # In care when first seen, at 13: only after five years is it clear which band it is in.
    old = placements([(1, 0, 0, "hub", "", -5000, 0, False)], FIRST, 2199)
    found = own_exposure(old, 0, 2200).child_days.sum(axis=(0, 1, 3))
    assert found[TIME_NOT_KNOWN] == 1826
    assert found[len(TimeInCare) - 1] == 2200 - 1826
    # A baby of 20 days cannot have been in care for longer than that.
    baby = placements([(1, 0, 200, "hub", "lost", -20, 0, False)], FIRST, 364)
    found = own_exposure(baby, 0, 365)
    known = found.child_days.sum(axis=(0, 1, 3))
    assert known[:2].tolist() == [71, 109]
    assert known[TIME_NOT_KNOWN] == 20
    assert found.reference_days.sum() == 200


@pytest.mark.conservation
def test_days_not_known_are_shared_within_their_limits() -> None:
    rows = [(n, 0, 300, "hub", "lost", -1000 - n, 0, False) for n in range(20)]
    found = own_exposure(placements(rows, FIRST, 364), 0, 365)
    assert found.reference_days.sum() == pytest.approx(6000)
    by_time = found.reference_days.sum(axis=(0, 2))
    assert by_time[-1] == 0  # nobody is five
    assert (by_time[:4] > 0).all()


@pytest.mark.unit
def test_a_window_beyond_the_records_is_refused() -> None:
    records = placements([(1, 0, 50, "hub", "lost", -4000, 0, True)], FIRST, 364)
    for first, after in ((-1, 100), (0, 366), (100, 100)):
        with pytest.raises(ValueError, match="not within the records"):
            own_exposure(records, first, after)
