"""Children whom a later return tells otherwise, who are away for a whole return, or elsewhere."""

from __future__ import annotations

import pytest
from made_up_rows import Folder, day, names, rules_at, table

FOSTER, HOME = "in_house_foster", "in_house_residential"
pytestmark = pytest.mark.unit


@pytest.mark.parametrize(("end", "rec"), [("", ""), ("2018-10-01", "E4A")])
def test_a_start_that_was_corrected_does_not_lose_the_child(end, rec):
    folder = Folder().add(2018, "2017-05-03").add(2019, "2017-05-01", end, rec)
    cleaned = folder.cleaned()
    why = "entry>home_planned" if rec else "entry>"
    assert table(cleaned) == [("2017-05-01", end, FOSTER, why)]
    assert rules_at(cleaned) == [("replaced", "2018", 2)]


def test_the_date_of_a_move_that_was_corrected_does_not_lose_the_child():
    folder = Folder().add(2018, "2017-05-01", "2017-11-08", "X1", reason="CARPL")
    folder.add(2018, "2017-11-08", rne="P", place="K2")
    cleaned = folder.add(2019, "2017-11-01", rne="P", place="K2").cleaned()
    assert table(cleaned) == [
        ("2017-05-01", "2017-11-01", FOSTER, "entry>planned"),
        ("2017-11-01", "", HOME, "planned>"),
    ]


def test_a_move_that_was_taken_back_was_none():
    folder = Folder().add(2018, "2017-05-01", "2017-11-01", "X1", reason="CARPL")
    folder.add(2018, "2017-11-01", rne="P", place="K2").add(2019, "2017-05-01")
    cleaned = folder.cleaned()
    assert table(cleaned) == [("2017-05-01", "", FOSTER, "entry>")]
    assert rules_at(cleaned) == [("seen_again", "2018", 2), ("replaced", "2018", 3)]


def test_what_ended_before_is_not_replaced_by_what_came_before_it():
    """The later return had no reason to tell of it: it was over."""
    folder = Folder().add(2018, "2017-05-01", "2017-11-01", "X1")
    folder.add(2018, "2017-11-01", "2017-12-01", "X1", rne="P", place="K2")
    folder.add(2018, "2017-12-01", rne="P").add(2019, "2017-12-01", rne="P")
    cleaned = folder.cleaned()
    assert [row[:3] for row in table(cleaned)] == [
        ("2017-05-01", "2017-11-01", FOSTER), ("2017-11-01", "2017-12-01", HOME),
        ("2017-12-01", "", FOSTER),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("end", "rec", "way"), [("", "", ""), ("2018-03-08", "E4A", "home_planned")]
)
def test_a_stay_within_another_does_not_end_care(end, rec, way):
    folder = Folder().add(2018, "2017-05-01", end, rec)
    folder.add(2018, "2017-06-01", "2017-06-08", "X1", rne="P", place="K2", reason="OTHER")
    cleaned = (folder if end else folder.add(2019, "2017-05-01")).cleaned()
    assert [(*row[:3], row[3].split(">")[1]) for row in table(cleaned)] == [
        ("2017-05-01", "2017-06-01", FOSTER, "unstated"),
        ("2017-06-01", "2017-06-08", HOME, "unstated"),
        ("2017-06-08", end, FOSTER, way),
    ]
    assert cleaned.stages[0].periods == 1
    assert "gone_on_with" in names(cleaned)
    assert "moved_or_not" not in names(cleaned)


def test_a_stay_within_another_and_then_a_third():
    folder = Folder().add(2018, "2017-05-01", "2017-12-01", "X1")
    folder.add(2018, "2017-06-01", "2017-06-08", "X1", rne="P", place="K2")
    cleaned = folder.add(2018, "2017-12-01", rne="P", place="K1").cleaned()
    assert [row[:2] for row in table(cleaned)] == [
        ("2017-05-01", "2017-06-01"), ("2017-06-01", "2017-06-08"),
        ("2017-06-08", "2017-12-01"), ("2017-12-01", ""),
    ]  # fmt: skip


def test_a_way_out_ends_care_unless_a_later_return_has_the_child_still():
    folder = Folder().add(2018, "2017-05-01")
    folder.add(2018, "2017-06-01", "2017-06-08", "E4A", rne="P", place="K2")
    folder.add(2019, "2018-05-01", child="B")
    assert [row[1] for row in table(folder.cleaned()) if row[0] < "2018"] == [
        "2017-06-01", "2017-06-08",
    ]  # fmt: skip
    cleaned = folder.add(2019, "2017-05-01").cleaned()
    assert ("2017-06-08", "", FOSTER, "unstated>") in table(cleaned)


def test_a_child_in_no_row_of_a_whole_return_had_left():
    folder = Folder().add(2018, "2017-05-01").add(2019, "2018-05-01", child="B")
    cleaned = folder.add(2020, "2019-05-10", place="K2").cleaned()
    assert ("2017-05-01", "2018-04-01", FOSTER, "entry>lost") in table(cleaned)
    assert ("2019-05-10", "", HOME, "return>") in table(cleaned)
    assert ("came_back", "2018", 2) in rules_at(cleaned)
    # Care had not begun anew, or the child was in the return between: then it had gone on.
    folder.rows[-1:] = [*Folder().add(2020, "2019-05-10", place="K2", rne="P").rows]
    assert ("2017-05-01", "2019-05-10", FOSTER) in [row[:3] for row in table(folder.cleaned())]
    folder.add(2019, "2017-05-01")
    assert "came_back" not in names(folder.cleaned())


@pytest.mark.parametrize(("rec", "rne"), [("E4A", "S"), ("X1", "S"), ("E4A", "P")])
def test_an_end_before_the_start_bridges_no_time_between_two_stays(rec, rne):
    folder = Folder().add(2018, "2017-05-01", "2017-04-08", rec)
    cleaned = folder.add(2019, "2018-10-01", rne=rne, place="K2").cleaned()
    assert [row[:3] for row in table(cleaned)] == [("2018-10-01", "", HOME)]
    assert names(cleaned) >= {"ends_before_start", "no_night"}
    assert not cleaned.records.in_care(day("2018-03-31")).any()
