"""Each rule on children made up for it: years, dates and how care ends."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from made_up_rows import Folder, day, names, rules_at, shuffled, table

from sufficiency.errors import InputError
from sufficiency.ssda903.clean import clean
from sufficiency.ssda903.returns import UascRow

FOSTER = "in_house_foster"
pytestmark = pytest.mark.unit


def test_an_open_episode_that_comes_back_is_one():
    cleaned = (
        Folder().add(2018, "2017-05-01").add(2019, "2017-05-01", "2018-09-01", "E4A").cleaned()
    )
    assert table(cleaned) == [("2017-05-01", "2018-09-01", FOSTER, "entry>home_planned")]
    assert rules_at(cleaned) == [("seen_again", "2018", 2)]
    assert (cleaned.records.first_date, cleaned.records.last_date) == (
        day("2017-04-01"), day("2019-03-31"),
    )  # fmt: skip


def test_the_latest_return_is_believed_also_where_it_takes_an_end_back():
    cleaned = (
        Folder().add(2018, "2017-05-01", "2018-01-01", "E4A").add(2019, "2017-05-01").cleaned()
    )
    assert table(cleaned) == [("2017-05-01", "", FOSTER, "entry>")]


def test_a_row_that_stands_twice_counts_once():
    folder = Folder().add(2018, "2017-05-01", "2017-09-01", "E4A")
    cleaned = folder.add(2018, "2017-05-01", "2017-09-01", "E4A").cleaned()
    assert len(table(cleaned)) == 1
    assert rules_at(cleaned) == [("same_row_twice", "2018", 3)]


def test_of_two_that_begin_on_one_day_the_longer_is_kept():
    folder = Folder().add(2018, "2017-05-01", "2017-05-20", "X1")
    cleaned = folder.add(2018, "2017-05-01", "2017-09-01", "E4A", place="K2").cleaned()
    assert table(cleaned) == [
        ("2017-05-01", "2017-09-01", "in_house_residential", "entry>home_planned")
    ]
    assert rules_at(cleaned) == [("two_at_once", "2018", 2)]


def test_a_reason_while_open_is_taken_out():
    cleaned = Folder().add(2018, "2017-05-01", "", "E4A").cleaned()
    assert table(cleaned) == [("2017-05-01", "", FOSTER, "entry>")]
    assert rules_at(cleaned) == [("reason_while_open", "2018", 2)]


def test_an_end_after_the_return_is_taken_out_but_for_the_day_after_it():
    folder = Folder().add(2018, "2017-05-01", "2018-04-02", "E4A")
    folder.add(2018, "2017-05-01", "2018-04-01", "E4A", child="B")
    cleaned = folder.add(2019, "2018-06-01", child="C").cleaned()
    # B left on 1 April 2018; of A nothing is known after 31 March.
    assert [row[:2] for row in sorted(table(cleaned))] == [
        ("2017-05-01", "2018-04-01"),
        ("2017-05-01", "2018-04-01"),
        ("2018-06-01", ""),
    ]
    assert {row[3] for row in table(cleaned)} == {"entry>lost", "entry>home_planned", "entry>"}
    assert ("ends_after_return", "2018", 2) in rules_at(cleaned)


def test_what_ends_the_day_after_the_last_return_is_open():
    cleaned = Folder().add(2018, "2017-05-01", "2018-04-01", "X1").cleaned()
    assert table(cleaned) == [("2017-05-01", "", FOSTER, "entry>")]
    assert cleaned.findings == ()
    assert (cleaned.stages[0].open, cleaned.stages[1].open) == (1, 1)


def test_an_end_before_the_start_becomes_the_start_of_the_next():
    folder = Folder().add(2018, "2017-05-01", "2017-04-01", "X1")
    cleaned = folder.add(2018, "2017-06-01", rne="P", place="K2").cleaned()
    assert [row[:2] for row in table(cleaned)] == [("2017-05-01", "2017-06-01"), ("2017-06-01", "")]
    assert rules_at(cleaned) == [("ends_before_start", "2018", 2)]


def test_an_end_before_the_start_with_none_following_leaves_no_night():
    cleaned = Folder().add(2018, "2017-05-01", "2017-04-01", "E4A").cleaned()
    assert table(cleaned) == []
    assert names(cleaned) == {"ends_before_start", "no_night"}


def test_no_end_but_followed():
    folder = Folder().add(2018, "2017-05-01").add(2018, "2017-06-01", rne="P", place="K2")
    cleaned = folder.cleaned()
    assert [row[:2] for row in table(cleaned)] == [("2017-05-01", "2017-06-01"), ("2017-06-01", "")]
    assert names(cleaned) == {"no_end"}


def test_an_overlap_is_cut():
    folder = Folder().add(2018, "2017-05-01", "2017-08-01", "E4A")
    cleaned = folder.add(2018, "2017-06-01", rne="P", place="K2").cleaned()
    assert [row[:2] for row in table(cleaned)] == [("2017-05-01", "2017-06-01"), ("2017-06-01", "")]
    assert rules_at(cleaned) == [("overlap", "2018", 2), ("goes_on", "2018", 2)]


@pytest.mark.parametrize(
    ("next_start", "rec", "ends"),
    [
        ("2017-06-08", "X1", "2017-06-08"),
        ("2017-06-09", "X1", "2017-06-01"),
        ("2017-06-08", "E4A", "2017-06-01"),
    ],
)
def test_a_gap_of_seven_days_is_closed_only_after_an_x1(next_start, rec, ends):
    folder = Folder().add(2018, "2017-05-01", "2017-06-01", rec)
    cleaned = folder.add(2018, next_start, place="K2", rne="P").cleaned()
    assert table(cleaned)[0][1] == ends
    one_period = ends == next_start
    assert cleaned.stages[0].periods == (1 if one_period else 2)
    assert ("small_gap" in names(cleaned)) == one_period


def test_x1_with_nothing_after_it_ended_care():
    cleaned = Folder().add(2018, "2017-05-01", "2017-06-01", "X1").cleaned()
    assert table(cleaned) == [("2017-05-01", "2017-06-01", FOSTER, "entry>other")]
    assert rules_at(cleaned) == [("no_way_out", "2018", 2)]


def test_who_is_not_seen_again_is_known_to_the_end_of_the_return():
    cleaned = Folder().add(2018, "2017-05-01").add(2019, "2018-05-01", child="B").cleaned()
    assert ("2017-05-01", "2018-04-01", FOSTER, "entry>lost") in table(cleaned)
    assert ("not_seen_again", "2018", 2) in rules_at(cleaned)
    before, after = cleaned.stages
    # The first stage counts the child on; the second does not.
    assert (before.in_care[day("2019-03-31")], after.in_care[day("2019-03-31")]) == (2, 1)


def test_care_ends_on_the_birthday():
    folder = Folder({"A": day("1999-06-10")}).add(2018, "2017-05-01", "2017-09-01", "X1")
    cleaned = folder.add(2018, "2017-09-01", rne="P").cleaned()
    assert table(cleaned) == [("2017-05-01", "2017-06-10", FOSTER, "entry>aged_18")]
    assert rules_at(cleaned) == [("over_18", "2018", 3), ("after_18", "2018", 2)]


def test_who_was_born_on_29_february_is_18_on_1_march():
    cleaned = Folder({"A": day("2000-02-29")}).add(2018, "2017-05-01").cleaned()
    assert table(cleaned)[0][1] == "2018-03-01"


@pytest.mark.parametrize(
    ("end", "rec", "why"),
    [
        ("2017-06-10", "E4A", "aged_18"),
        ("2017-05-10", "E5", "aged_18"),
        ("2017-05-09", "E5", "independence"),
        ("2017-06-09", "E4A", "home_planned"),
    ],
)
def test_leaving_to_grow_up_shortly_before_the_birthday_is_turning_18(end, rec, why):
    folder = Folder({"A": day("1999-06-10")}).add(2018, "2017-05-01", end, rec)
    cleaned = folder.cleaned()
    assert [row[1:] for row in table(cleaned)] == [(end, FOSTER, f"entry>{why}")]
    assert ("grown_up" in names(cleaned)) == (why == "aged_18")


def test_an_episode_before_birth_or_without_one_is_not_used():
    folder = (
        Folder({"A": day("2017-06-02")}).add(2018, "2017-06-01").add(2018, "2017-07-01", rne="P")
    )
    cleaned = folder.cleaned()
    assert [row[0] for row in table(cleaned)] == ["2017-07-01"]
    returns = replace(folder.returns(), headers=())
    assert [each.rule for each in clean(returns).findings] == ["no_birth_date"] * 2


def test_a_second_period_is_a_return_and_a_period_from_before_is_not_known():
    folder = Folder().add(2018, "2016-05-01", "2017-06-01", "E4A", rne="P")
    folder.add(2018, "2016-05-01", "2017-06-01", "E4A", child="B")
    cleaned = folder.add(2018, "2017-12-01").cleaned()
    records = cleaned.records
    of = {name: records.episodes.child == number for number, name in enumerate(cleaned.identifiers)}
    assert records.entered_known[of["A"]].tolist() == [False, True]
    assert records.entered_known[of["B"]].tolist() == [True]
    assert records.episodes.period_of_care[of["A"]].tolist() == [1, 2]
    assert records.entered[of["A"]].tolist() == [-335, 244]
    assert sorted(row[3] for row in table(cleaned)) == [
        "entry>home_planned", "entry>home_planned", "return>",
    ]  # fmt: skip


def test_beginnings_that_are_not_marked_are_relied_on_only_where_others_are():
    folder = Folder()
    for child in "ABCDE":
        folder.add(2018, "2017-06-01", child=child, rne="P" if child == "A" else "S")
    cleaned = folder.cleaned()
    assert (rules_at(cleaned), cleaned.records.entered_known.sum()) == (
        [("start_unsaid", "2018", 2)],
        4,
    )
    folder.rows = [replace(row, rne="S" if row.child == "A" else "P") for row in folder.rows]
    cleaned = folder.cleaned()
    assert names(cleaned) == {"starts_unsaid"}
    assert cleaned.records.entered_known.all()


def test_records_end_where_the_last_return_stops():
    folder = Folder()
    for month in range(4, 12):
        for number in (1, 8, 15, 22):
            folder.add(2018, f"2017-{month:02d}-{number:02d}", child=f"{month}-{number}")
    cleaned = folder.cleaned()
    assert cleaned.records.last_date == day("2017-11-22")
    assert rules_at(cleaned)[0] == ("stops_early", "2018", 33)
    assert list(cleaned.stages[0].in_care) == [day("2017-03-31"), day("2017-11-22")]
    # A date a month, and none in the last two: that happens without a return being cut off.
    quiet = Folder()
    for month in (4, 5, 6, 7, 8, 9, 10, 11, 12, 13):
        year, month = (2017, month) if month < 13 else (2018, 1)
        quiet.add(2018, f"{year}-{month:02d}-02", f"{year}-{month:02d}-20", "E4A", child=f"{month}")
    assert quiet.cleaned().records.last_date == day("2018-03-31")
    # Neither do four children a year tell what is usual.
    few = Folder().add(2018, "2017-04-02").add(2018, "2017-04-03", child="B")
    assert few.cleaned().records.last_date == day("2018-03-31")


def test_as_at_an_earlier_day_is_how_the_records_stood():
    folder = (
        Folder().add(2018, "2017-05-01", "2018-01-01", "E4A").add(2018, "2018-02-01", child="B")
    )
    cleaned = folder.cleaned("2017-12-31")
    assert table(cleaned) == [("2017-05-01", "", FOSTER, "entry>")]
    assert cleaned.identifiers == ("A",)
    assert cleaned.records.last_date == day("2017-12-31")


@pytest.mark.golden
def test_a_day_that_is_not_covered_is_told():
    folder = Folder().add(2018, "2017-05-01")
    with pytest.raises(InputError) as caught:
        folder.cleaned("2018-04-01")
    assert str(caught.value) == (
        "--as-at:1:1 the returns cover 1 April 2017 to 31 March 2018, and 1 April 2018 "
        "is not among these days; give one of these days, or none"
    )
    with pytest.raises(InputError, match="no episode"):
        clean(replace(folder.returns(), episodes=()))


def test_unaccompanied_unless_that_had_ended_before():
    folder = Folder()
    for child in "ABCD":
        folder.add(2018, "2017-05-01", child=child)
    ends = {"A": None, "B": day("2018-01-01"), "C": day("2017-05-01")}
    folder.uasc = [UascRow("uasc.csv", 2, 2018, child, end) for child, end in ends.items()]
    cleaned = folder.cleaned()
    alone = dict(zip(cleaned.identifiers, cleaned.records.episodes.category.tolist(), strict=True))
    assert alone == {"A": 1, "B": 1, "C": 0, "D": 0}


def test_numbers_say_nothing_and_the_order_of_rows_does_not_matter():
    folder = Folder()
    for number in range(40):
        folder.add(2018, f"2017-05-{1 + number % 28:02d}", child=f"{number:02d}")
    cleaned = folder.cleaned()
    assert sorted(cleaned.identifiers) == [f"{number:02d}" for number in range(40)]
    order = [int(each) for each in cleaned.identifiers]
    assert abs(np.corrcoef(order, range(40))[0, 1]) < 0.5
    returns = folder.returns()
    again = clean(replace(returns, episodes=shuffled(returns.episodes)))
    assert (again.identifiers, table(again)) == (cleaned.identifiers, table(cleaned))
