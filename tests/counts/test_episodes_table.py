"""Placements as a table: words for codes, dates for day numbers, no row about a real child."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from stays import QUARTER, Stay, episodes

from sufficiency.episodes import OPEN
from sufficiency.episodes_table import episodes_table

pytestmark = pytest.mark.unit

TABLE = episodes_table(
    {
        2: episodes(Stay(7, 3)),
        1: episodes(
            Stay(1, -40, 5, "agency_foster", "outside_far", "opening", "panel", "in_house_foster",
                 "in_house_foster", provenance="O"),
            Stay(1, 5, new="panel"),
            Stay(9, -99, -50, provenance="H", wanted="", ceased="adoption"),
        ),
    }
)  # fmt: skip


def test_codes_are_words_and_day_numbers_dates() -> None:
    row = TABLE.iloc[0]
    assert row["replication"] == 1
    assert (row["child"], row["setting"], row["location"]) == (1, "agency_foster", "outside_far")
    assert (row["reason_new"], row["reason_ceased"]) == ("opening", "panel")
    assert (row["first_choice"], row["waiting_for"]) == ("in_house_foster", "in_house_foster")
    assert row["provenance"] == "O"
    assert row["start"].date() == QUARTER.epoch - dt.timedelta(days=40)
    assert row["end"].date() == dt.date(2020, 3, 6)
    assert row["date_of_birth"].date() == QUARTER.epoch - dt.timedelta(days=3000)


def test_what_goes_on_has_no_end_and_what_waits_for_nothing_has_no_name() -> None:
    row = TABLE.iloc[1]
    assert row["end"] is pd.NaT
    assert (row["reason_ceased"], row["waiting_for"]) == ("", "")
    assert episodes(Stay(1, 5)).end[0] == OPEN


def test_replications_in_order_and_no_row_about_a_real_child() -> None:
    assert list(TABLE["replication"]) == [1, 1, 2]
    assert list(TABLE["child"]) == [1, 1, 7]
    assert set(TABLE["provenance"]) == {"O", "S"}
    assert list(TABLE.index) == [0, 1, 2]
