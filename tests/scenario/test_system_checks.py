"""The checks of the system around placements, each set off by one change to Exampleshire."""

from __future__ import annotations

import datetime as dt

import pytest
from optional_sections import (
    AGES,
    APPROVAL,
    CARERS,
    EVERYTHING,
    LATER,
    STILL_LATER,
    Change,
    at,
    both,
    with_carers,
    with_edge,
    with_hub,
    without,
)
from small_project import Project

ROOM = "end it with a setting that always has room for anyone, such as one bought a place at a time"
FAMILY_ENDS = "the search of plan `family` ends with `agency_foster`, which"
WAYS_OUT = (
    "the ways out here are `home_planned`, `home_unplanned`, `special_guardianship`, `adoption`, "
    "`order_discharged`, `other`"
)


SAID: list[tuple[Change, str]] = [
    (
        both(with_hub, at("settings/hub/delivery", "no_wrong_dor")),
        "`no_wrong_dor` is not one of this scenario's deliveries; did you mean `no_wrong_door`?",
    ),
    (
        both(with_hub, without("deliveries")),
        "`no_wrong_door` is not one of this scenario's deliveries; there are no deliveries here",
    ),
    (
        both(with_edge, at("edge_of_care/services/outreach/delivery", "conference")),
        "`conference` is not one of this scenario's deliveries; "
        "the deliveries here are `no_wrong_door`",
    ),
    (
        both(with_hub, at("deliveries/no_wrong_door/handed_over", dt.date(2025, 9, 1))),
        "`no_wrong_door` is handed over on 2025-09-01, which is not after it opens (2025-09-01); "
        "give a later date; if the authority runs it from the start, take `handed_over` away",
    ),
    (
        both(with_edge, at("edge_of_care/services/outreach/closes", dt.date(2025, 9, 1))),
        "`outreach` closes on 2025-09-01, which is not after it opens (2025-09-01); "
        "give a later date, or take the service away",
    ),
    (
        both(with_hub, at("settings/hub/draws_from", ["external_residental"])),
        "`external_residental` is not one of this scenario's settings; "
        "did you mean `external_residential`?",
    ),
    (
        both(with_hub, at("settings/hub/draws_from", ["agency_foster", "agency_foster"])),
        "`agency_foster` stands twice in `settings.hub.draws_from`; keep the first",
    ),
    (
        both(with_hub, without("settings/hub/places")),
        "`hub` has no `places`, so nobody waits for it to open; "
        "add `settings.hub.places`, or take `draws_from` away",
    ),
    (
        both(with_carers, at("carers/setting", "in_house_fostering")),
        "`in_house_fostering` is not one of this scenario's settings; "
        "did you mean `in_house_foster`?",
    ),
    (
        at("carers", CARERS),
        "`in_house_foster` has `places`, but its places are the households of `carers`; "
        "take one of the two away; in a layer, write `places: null`",
    ),
    (
        both(with_carers, at("carers/households", 48)),
        "48 households of 1.80 places each, less those that cannot be used, are 69 places, fewer "
        "than the 70 children in `in_house_foster` at the start; "
        "raise the households or their places, or lower the children there under `opening`",
    ),
    (
        both(EVERYTHING, at("entries/unaccompanied/plan", "unaccompanied")),
        "unaccompanied children have the plan `unaccompanied`, which is not one of this "
        "scenario's plans; the plans here are `family`, `residential`, `supported`, `parents`",
    ),
    (
        both(EVERYTHING, without("entries/unaccompanied/plan")),
        "unaccompanied children have the plan `unaccompanied`, which is not one of this "
        "scenario's plans; the plans here are `family`, `residential`, `supported`, `parents`",
    ),
    (
        both(EVERYTHING, at("returning/within_six_years/home_planned", 0.15)),
        "`returning.within_six_years.home_planned` is 0.15, below the 0.2 within one year; "
        "those back within a year are among those back within six: raise it",
    ),
    (
        both(EVERYTHING, at("returning/within_six_years/adoption", 0.05)),
        "`returning.within_six_years.adoption` is given, but not the chance within one year; "
        "add `returning.within_one_year.adoption`, 0 if none come back so soon",
    ),
    (
        both(EVERYTHING, at("returning/within_one_year/independence", 0.1)),
        f"nobody leaves by `independence`: it is not in `leaving`; {WAYS_OUT}",
    ),
    (
        at("courts", {"routes": ["adoption", "child_arrangements"], "orders_per_year": 30}),
        f"nobody leaves by `child_arrangements`: it is not in `leaving`; {WAYS_OUT}",
    ),
    (
        both(with_hub, at("settings/hub/leaving_ratios/independence", 1.5)),
        f"nobody leaves by `independence`: it is not in `leaving`; {WAYS_OUT}",
    ),
    (
        both(EVERYTHING, at("entries/unaccompanied/leaving_ratio/independence", 1.5)),
        f"nobody leaves by `independence`: it is not in `leaving`; {WAYS_OUT}",
    ),
    (
        at("courts", {"routes": ["adoption"], "orders_per_year": {"from": {LATER: 30}}}),
        "`courts.orders_per_year` says nothing before 2026-01-01; "
        "give it from 2025-04-01 or earlier, 0 if there was none",
    ),
    (
        at(
            "settings/connected_carer/approval",
            {**APPROVAL, "panel_per_year": {"from": {LATER: 60}}},
        ),
        "`settings.connected_carer.approval.panel_per_year` says nothing before 2026-01-01; "
        "give it from 2025-04-01 or earlier, 0 if there was none",
    ),
    # The end of a search, and what opens with a delivery.
    (
        both(
            with_carers,
            at("plans/family/search_order", ["connected_carer", "in_house_foster"]),
        ),
        "the search of plan `family` ends with `in_house_foster`, which has limited places; "
        f"{ROOM}",
    ),
    (
        at("settings/agency_foster/stay", 60),
        f"{FAMILY_ENDS} is for short stays, from which a child must move on; {ROOM}",
    ),
    (
        at("settings/agency_foster/approval", APPROVAL),
        f"{FAMILY_ENDS} must be approved, or the child must move on; {ROOM}",
    ),
    (
        at("settings/agency_foster/match", 0.9),
        f"{FAMILY_ENDS} is not a match for every child; {ROOM}",
    ),
    (
        both(with_hub, at("settings/agency_foster/delivery", "no_wrong_door")),
        f"{FAMILY_ENDS} is not open from the start; {ROOM}",
    ),
    (
        both(with_hub, at("opening/by_setting/hub", 2)),
        "`hub` opens on 2025-09-01, but 2 children live there at the start; "
        "open it earlier, or place those children elsewhere under `opening`",
    ),
    (
        both(with_hub, at("settings/hub/closes", dt.date(2025, 7, 1))),
        "`hub` closes on 2025-07-01, which is not after it opens (2025-09-01); "
        "give a later date, or take the setting away",
    ),
    (
        both(
            with_hub,
            at("settings/hub/suitable", {band: {"from": {LATER: 0.5}} for band in AGES}),
        ),
        "`settings.hub.suitable.under_1` says nothing before 2026-01-01; "
        "give it from 2025-09-01 or earlier",
    ),
    (
        both(with_hub, at("money/prices/hub/weekly_fee_gbp", {"from": {STILL_LATER: 0}})),
        "`hub` has no price before 2026-09-01, but can be used from 2025-09-01; "
        "give the fee from 2025-09-01 or earlier",
    ),
]


@pytest.mark.golden
@pytest.mark.parametrize(("change", "said"), SAID)
def test_each_check_speaks(project: Project, change: Change, said: str) -> None:
    assert said in project.changed(change)


@pytest.mark.golden
@pytest.mark.parametrize(
    "change",
    [
        EVERYTHING,
        with_hub,
        with_carers,
        both(EVERYTHING, at("carers/households", 49)),  # 70.6 places for 70 children
        both(EVERYTHING, at("deliveries/no_wrong_door/handed_over", dt.date(2025, 9, 2))),
        both(EVERYTHING, at("edge_of_care/services/outreach/closes", dt.date(2025, 9, 2))),
        both(EVERYTHING, at("returning/within_six_years/home_planned", 0.2)),
        # By a way that is closed now, as long as some left by it before.
        both(
            EVERYTHING,
            at("returning/within_one_year/independence", 0.1),
            at("returning/left_before_per_year/independence", 5),
        ),
        # Open from the start after all, and lived in: a hub of the years before.
        both(
            with_hub,
            at("settings/hub/opens", dt.date(2024, 1, 1)),
            at("opening/by_setting/hub", 2),
        ),
        # A fee from the day it opens, and not before.
        both(
            with_hub,
            at("money/prices/hub/weekly_fee_gbp", {"from": {dt.date(2025, 9, 1): 0}}),
        ),
    ],
)
def test_nothing_is_said_of_what_is_sound(project: Project, change: Change) -> None:
    assert project.changed(change) == []


@pytest.mark.golden
def test_each_is_told_where_it_stands(project: Project) -> None:
    told = project.layer(
        "deliveries:\n"
        "  door: {opens: 2025-09-01, handed_over: 2025-06-01}\n"
        "courts:\n"
        "  routes: [adoption, independence]\n"
        "  orders_per_year: 30\n"
        "entries:\n"
        "  unaccompanied:\n"
        "    per_year: 5\n"
        "    by_age: {under_1: 0, 1_to_4: 0, 5_to_9: 0, 10_to_15: 0, 16_to_17: 1}\n"
        "settings:\n"
        "  in_house_residential: {delivery: dor}\n"
    )
    places = [line.split(" ")[0] for line in told]
    assert places == [f"scenarios/layer.yaml:{place}" for place in ("3:42", "5:22", "8:3", "12:36")]
