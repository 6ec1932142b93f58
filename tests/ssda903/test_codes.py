"""What the return's codes mean, year by year, and that what is written is read back."""

from __future__ import annotations

import pytest

from sufficiency.episodes import MOVED_BECAUSE, REASONS_CEASED, STATUS, UNSTATED
from sufficiency.estimate.basis import NOT_SPLIT, PLANNED_MOVES
from sufficiency.ssda903 import codes
from sufficiency.ssda903.codes import Kind
from sufficiency.vocabulary import Move, Route, Setting

YEARS = range(2014, 2027)

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("Q1", 2009, 2014),
        ("Q2", 2009, 2014),
        ("M3", 2000, 2014),
        ("U1", 2015, 2030),
        ("H5", 2000, 2025),
        ("P2", 2000, 2025),
        ("Z1", 2000, 2025),
        ("K3", 2025, 2030),
        ("Z11", 2026, 2030),
        ("Z14", 2026, 2030),
        ("K2", 2009, 2030),
    ],
)
def test_a_placement_code_is_in_use_from_its_first_year_to_its_last(
    code: str, first: int, last: int
) -> None:
    found = [year for year in range(2000, 2031) if codes.in_use(Kind.PLACE, code, year)]
    assert found == list(range(first, last + 1))


def test_the_placements_of_a_return_of_2020() -> None:
    expected = "A3 A4 A5 A6 H5 K1 K2 P1 P2 P3 R1 R2 R3 R5 S1 T0 T1 T2 T3 T4 U1 U2 U3 U4 U5 U6 Z1"
    assert " ".join(sorted(codes.codes_in_use(Kind.PLACE, 2020))) == expected


def test_the_ways_out_of_a_return_of_2018_and_of_2019() -> None:
    before, after = (set(codes.codes_in_use(Kind.REC, year)) for year in (2018, 2019))
    assert before - after == {"E43", "E44"}
    assert after - before == {"E45", "E46", "E47", "E48"}
    assert len(after) == 22


def test_every_code_has_a_meaning_and_is_known() -> None:
    for kind in Kind:
        for year in range(2000, 2031):
            for code in codes.codes_in_use(kind, year):
                assert codes.is_known(kind, code)
                assert codes.meaning(kind, code)
                assert code == code.strip().upper()


def test_a_code_of_no_list_is_not_known_and_counts_as_other() -> None:
    for kind in Kind:
        assert not codes.is_known(kind, "XX9")
        assert not codes.is_known(kind, "")
        assert codes.meaning(kind, "XX9") == ""
    assert codes.setting_of("XX9", "PR1") == Setting.OTHER
    assert codes.route_of("XX9", Setting.OTHER) == Route.OTHER
    assert codes.move_of("XX9") == UNSTATED


def test_every_placement_that_is_no_stay_elsewhere_has_a_setting_of_its_own_or_is_named_other() -> (
    None
):
    """A code added to the list must be put somewhere: none falls into other unseen."""
    everything = {
        code for year in range(2000, 2031) for code in codes.codes_in_use(Kind.PLACE, year)
    }
    other = {
        code
        for code in everything
        if codes.setting_of(code, "PR1") == Setting.OTHER and not codes.is_temporary(code)
    }
    assert other == {"R1", "R2", "R3", "R4", "R5", "Z1", "Z11", "Z12", "Z13", "Z14"}


@pytest.mark.parametrize(
    ("place", "provider", "setting"),
    [
        ("U1", "PR4", Setting.CONNECTED_CARER),
        ("Q1", "", Setting.CONNECTED_CARER),
        ("U4", "PR1", Setting.IN_HOUSE_FOSTER),
        ("U5", "PR5", Setting.AGENCY_FOSTER),
        ("U6", "", Setting.AGENCY_FOSTER),
        ("Q2", "PR1", Setting.IN_HOUSE_FOSTER),
        ("K1", "PR1", Setting.SECURE),
        ("K2", "PR1", Setting.IN_HOUSE_RESIDENTIAL),
        ("K2", "PR2", Setting.EXTERNAL_RESIDENTIAL),
        ("K2", "", Setting.EXTERNAL_RESIDENTIAL),
        ("K3", "PR1", Setting.SUPPORTED_ACCOMMODATION),
        ("H5", "PR4", Setting.SUPPORTED_ACCOMMODATION),
        ("P2", "", Setting.SUPPORTED_ACCOMMODATION),
        ("P1", "PR0", Setting.PLACED_WITH_PARENTS),
        ("A5", "PR1", Setting.PLACED_FOR_ADOPTION),
        ("S1", "PR4", Setting.RESIDENTIAL_SCHOOL),
        ("R5", "PR3", Setting.OTHER),
        ("Z13", "", Setting.OTHER),
    ],
)
def test_where_a_child_lives(place: str, provider: str, setting: Setting) -> None:
    assert codes.setting_of(place, provider) == setting


@pytest.mark.parametrize(
    ("rec", "setting", "route"),
    [
        ("", Setting.OTHER, None),
        ("X1", Setting.PLACED_WITH_PARENTS, None),
        ("E12", Setting.PLACED_FOR_ADOPTION, Route.ADOPTION),
        ("E43", Setting.CONNECTED_CARER, Route.SPECIAL_GUARDIANSHIP),
        ("E48", Setting.IN_HOUSE_FOSTER, Route.SPECIAL_GUARDIANSHIP),
        ("E41", Setting.CONNECTED_CARER, Route.CHILD_ARRANGEMENTS),
        ("E4A", Setting.IN_HOUSE_FOSTER, Route.HOME_PLANNED),
        ("E4B", Setting.IN_HOUSE_FOSTER, Route.HOME_UNPLANNED),
        ("E13", Setting.IN_HOUSE_FOSTER, Route.HOME_PLANNED),
        ("E5", Setting.SUPPORTED_ACCOMMODATION, Route.INDEPENDENCE),
        ("E6", Setting.SUPPORTED_ACCOMMODATION, Route.INDEPENDENCE),
        ("E8", Setting.PLACED_WITH_PARENTS, Route.ORDER_DISCHARGED),
        ("E8", Setting.IN_HOUSE_FOSTER, Route.OTHER),
        ("E7", Setting.IN_HOUSE_FOSTER, Route.OTHER),
        ("E17", Setting.IN_HOUSE_FOSTER, Route.OTHER),
    ],
)
def test_how_care_ended(rec: str, setting: Setting, route: Route | None) -> None:
    assert codes.route_of(rec, setting) == route


def test_moves_are_counted_as_the_published_tables_count_them() -> None:
    """Planned there are the care plan and custody; other and status only are not split."""
    assert PLANNED_MOVES == ("Change to/implementation of care plan", "Custody arrangement")
    assert NOT_SPLIT[:2] == ("Other", "Change in the status of a placement only")
    found = {
        code: codes.move_of(code) for code in codes.codes_in_use(Kind.REASON_PLACE_CHANGE, 2020)
    }
    assert {code for code, move in found.items() if move == Move.PLANNED} == {"CARPL", "CUSTOD"}
    assert {code for code, move in found.items() if move == UNSTATED} == {"OTHER"}
    assert {code for code, move in found.items() if move == STATUS} == {"PLACE"}
    assert sum(move == Move.BREAKDOWN for move in found.values()) == 8
    assert set(found.values()) <= set(REASONS_CEASED)
    assert codes.move_of("") == UNSTATED


def test_stays_elsewhere_and_short_breaks() -> None:
    assert all(codes.is_temporary(code) for code in ("T0", "T1", "T2", "T3", "T4", "M1", "M3"))
    assert not any(codes.is_temporary(code) for code in ("U4", "K2", "Z1", ""))
    assert [ls for ls in codes.codes_in_use(Kind.LS, 2020) if codes.is_short_break(ls)] == [
        "V3",
        "V4",
    ]


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("setting", list(Setting))
def test_a_setting_written_in_any_year_is_read_back(setting: Setting, year: int) -> None:
    place, provider = codes.code_of_setting(setting, year)
    expected = Setting.IN_HOUSE_RESIDENTIAL if setting == Setting.HUB else setting
    assert codes.setting_of(place, provider) == expected
    assert codes.in_use(Kind.PLACE, place, year)
    assert provider == "" or codes.in_use(Kind.PLACE_PROVIDER, provider, year)
    assert not codes.is_temporary(place)


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("route", list(Route))
def test_a_way_out_written_in_any_year_is_read_back(route: Route, year: int) -> None:
    for setting in Setting:
        rec = codes.code_of_route(route, setting, year)
        at_home = setting == Setting.PLACED_WITH_PARENTS
        expected = Route.OTHER if route == Route.ORDER_DISCHARGED and not at_home else route
        assert codes.route_of(rec, setting) == expected
        assert codes.in_use(Kind.REC, rec, year)
        assert codes.route_of(codes.code_of_route(route, setting), setting) == expected


def test_a_move_written_is_read_back() -> None:
    for move in (*[each.value for each in Move], UNSTATED, STATUS):
        assert codes.move_of(codes.code_of_move(move)) == move
    for move in MOVED_BECAUSE:
        assert codes.is_known(Kind.REASON_PLACE_CHANGE, codes.code_of_move(move))
    assert codes.code_of_move("adoption") == ""
