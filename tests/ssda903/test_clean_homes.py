"""Each rule on short breaks, homes and places, on children made up for it."""

from __future__ import annotations

import pytest
from made_up_rows import Folder, names, rules_at, table

from sufficiency.episodes import LOCATIONS, UNKNOWN_PLACE

pytestmark = pytest.mark.unit

FOSTER, AGENCY, HOME = "in_house_foster", "agency_foster", "external_residential"
A, B, C, D = "2017-05-01", "2017-07-01", "2017-09-01", "2017-11-01"


def test_a_period_of_short_breaks_alone_is_set_aside():
    folder = Folder().add(2018, A, B, "X1", ls="V4").add(2018, B, C, "E8", ls="V3")
    cleaned = folder.cleaned()
    assert table(cleaned) == []
    assert rules_at(cleaned) == [("short_breaks", "2018", 2), ("short_breaks", "2018", 3)]
    assert [each.periods for each in cleaned.stages] == [1, 0]


def test_short_breaks_before_and_after_are_set_aside_and_between_kept():
    folder = Folder().add(2018, A, B, "X1", ls="V4", rne="P").add(2018, B, C, "X1", rne="U")
    folder.add(2018, C, D, "X1", rne="L", ls="V4").add(2018, D, "2017-12-01", "X1", rne="L")
    cleaned = folder.add(2018, "2017-12-01", "2018-02-01", "E45", ls="V3", rne="L").cleaned()
    assert table(cleaned) == [(B, "2017-12-01", FOSTER, "entry>special_guardianship")]
    assert rules_at(cleaned) == [
        ("short_breaks_before", "2018", 2),
        ("short_breaks_between", "2018", 4),
        ("short_breaks_after", "2018", 6),
    ]
    # The child was seen not in care just before.
    assert cleaned.records.entered_known.all()


def test_who_goes_on_with_short_breaks_went_home():
    folder = Folder().add(2018, A, B, "X1").add(2018, B, ls="V4", rne="L")
    cleaned = folder.cleaned()
    assert table(cleaned) == [(A, B, FOSTER, "entry>home_planned")]
    assert [(each.closed, each.open) for each in cleaned.stages] == [(0, 1), (1, 0)]


def test_an_episode_without_a_night_is_set_aside_and_its_way_out_kept():
    folder = Folder().add(2018, A, B, "X1").add(2018, B, B, "E4B", place="K2", rne="P")
    cleaned = folder.cleaned()
    assert table(cleaned) == [(A, B, FOSTER, "entry>home_unplanned")]
    assert rules_at(cleaned) == [("no_night", "2018", 3)]


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        ("CARPL", "planned"),
        ("CREQB", "breakdown"),
        ("", "unstated"),
        ("OTHER", "unstated"),
    ],
)
def test_the_reason_of_the_episode_that_ends_says_why_the_child_moved(reason, why):
    folder = Folder().add(2018, A, B, "X1", reason=reason).add(2018, B, rne="P", reason="STAND")
    cleaned = folder.cleaned()
    assert table(cleaned) == [(A, B, FOSTER, f"entry>{why}"), (B, "", FOSTER, f"{why}>")]
    assert cleaned.findings == ()


@pytest.mark.parametrize("rne", ["L", "T", "U"])
def test_with_the_same_carers_in_the_same_kind_of_home_nothing_begins(rne):
    folder = Folder().add(2018, A, B, "X1", place="U4").add(2018, B, rne=rne, place="U6")
    cleaned = folder.cleaned()
    assert table(cleaned) == [(A, "", FOSTER, "entry>")]
    assert cleaned.findings == ()


@pytest.mark.parametrize("rne", ["T", "U"])
def test_the_same_carers_becoming_another_kind_is_a_change_of_status(rne):
    folder = Folder().add(2018, A, B, "X1", reason="PLACE").add(2018, B, rne=rne, place="A3")
    assert table(folder.cleaned()) == [
        (A, B, FOSTER, "entry>status"),
        (B, "", "placed_for_adoption", "status>"),
    ]


def test_a_change_of_status_without_a_reason_for_the_new_episode_is_one():
    folder = Folder().add(2018, A, B, "X1", reason="PLACE").add(2018, B, rne="", place="A3")
    assert table(folder.cleaned())[1][3] == "status>"


def test_placement_and_reason_that_contradict_each_other():
    # The same carers cannot be foster carers and a children's home.
    folder = Folder().add(2018, A, B, "X1").add(2018, B, rne="T", place="K2", provider="PR4")
    cleaned = folder.cleaned()
    assert [row[3] for row in table(cleaned)] == ["entry>unstated", "unstated>"]
    assert rules_at(cleaned) == [("moved_or_not", "2018", 3)]
    # A change of legal status alone, and yet another provider.
    folder = Folder().add(2018, A, B, "X1", reason="STAND").add(2018, B, rne="L", provider="PR4")
    cleaned = folder.cleaned()
    assert [row[2:] for row in table(cleaned)] == [
        (FOSTER, "entry>breakdown"),
        (AGENCY, "breakdown>"),
    ]
    assert names(cleaned) == {"moved_or_not"}
    # A move, and yet the same in everything that can be told.
    same = {"pl_post": "ZZ11ZZ", "urn": "1"}
    folder = Folder().add(2018, A, B, "X1", **same).add(2018, B, rne="P", **same)
    cleaned = folder.cleaned()
    assert table(cleaned) == [(A, "", FOSTER, "entry>")]
    assert names(cleaned) == {"moved_or_not"}
    # One postcode alone does not speak against a move: it may be blotted out.
    folder = (
        Folder().add(2018, A, B, "X1", pl_post="ZZ11ZZ").add(2018, B, rne="P", pl_post="ZZ11ZZ")
    )
    assert len(table(folder.cleaned())) == 2


def test_without_a_reason_for_the_new_episode_the_placement_decides():
    for other, rows in (({"pl_post": "ZZ11ZZ"}, 1), ({"pl_post": "ZZ22ZZ"}, 2)):
        folder = Folder().add(2018, A, B, "X1", pl_post="ZZ11ZZ").add(2018, B, rne="", **other)
        assert len(table(folder.cleaned())) == rows


def test_a_temporary_placement_is_no_move():
    folder = Folder().add(2018, A, B, "X1", place="K2", provider="PR4")
    folder.add(2018, B, C, "X1", place="T1", provider="", rne="P")
    cleaned = folder.add(2018, C, place="K2", provider="PR4", rne="P").cleaned()
    assert table(cleaned) == [(A, "", HOME, "entry>")]
    assert rules_at(cleaned) == [("temporary", "2018", 3)]


def test_from_a_temporary_placement_to_another_home_is_one_move():
    folder = Folder().add(2018, A, B, "X1", reason="CARPL")
    folder.add(2018, B, C, "X1", place="T0", provider="", rne="P", reason="STAND")
    cleaned = folder.add(2018, C, place="K2", provider="PR4", rne="P").cleaned()
    assert table(cleaned) == [(A, C, FOSTER, "entry>breakdown"), (C, "", HOME, "breakdown>")]


def test_temporary_at_the_beginning_is_the_home_after_it_and_alone_is_other():
    folder = Folder().add(2018, A, B, "X1", place="T4", provider="").add(2018, B, rne="P")
    assert table(folder.cleaned()) == [(A, "", FOSTER, "entry>")]
    folder = Folder().add(2018, A, B, "X1", place="T4").add(2018, B, place="T2", rne="P")
    cleaned = folder.cleaned()
    assert table(cleaned) == [(A, "", "other", "entry>")]
    assert rules_at(cleaned) == [("only_temporary", "2018", 2), ("only_temporary", "2018", 3)]


def test_a_home_without_a_provider_counts_as_bought():
    cleaned = Folder().add(2018, A, provider="").add(2018, A, child="B", place="P2", provider="")
    cleaned = cleaned.cleaned()
    assert {row[2] for row in table(cleaned)} == {AGENCY, "supported_accommodation"}
    assert rules_at(cleaned) == [("no_provider", "2018", 2)]


@pytest.mark.parametrize(
    ("location", "distance_miles", "where"),
    [
        ("IN", 30.0, "inside"),
        ("OUT", 20.0, "outside_near"),
        ("OUT", 20.1, "outside_far"),
        ("OUT", None, ""),
        ("WAL", None, "outside_far"),
        ("WAL", 5.0, "outside_near"),
        ("", 5.0, ""),
    ],
)
def test_where_a_home_is(location, distance_miles, where):
    folder = Folder().add(2018, A, location=location, distance_miles=distance_miles)
    cleaned = folder.cleaned()
    code = LOCATIONS.index(where) if where else UNKNOWN_PLACE
    assert cleaned.records.episodes.location.tolist() == [code]
    assert ("no_distance" in names(cleaned)) == (location == "OUT" and distance_miles is None)


def test_an_order_discharged_at_home_with_parents():
    cleaned = Folder().add(2018, A, B, "E8", place="P1", provider="PR0").cleaned()
    assert table(cleaned)[0][3] == "entry>order_discharged"


def test_inside_the_authority_but_far_from_home_is_told():
    folder = Folder().add(2018, "2017-05-01", location="IN", distance_miles=145.0)
    folder.add(2018, "2017-05-02", child="B", location="IN", distance_miles=60.0)
    assert rules_at(folder.cleaned()) == [("inside_far", "2018", 2)]
