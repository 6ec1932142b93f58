"""The checks of actions, each set off by one change to Exampleshire."""

from __future__ import annotations

import datetime as dt

import pytest
from optional_sections import EVERYTHING, Change, at, both, with_edge, with_hub, without
from small_project import Project

SERVICE = "edge_of_care/services/outreach"

SAID: list[tuple[Change, str]] = [
    (
        both(with_hub, at("deliveries/no_wrong_door/opens", dt.date(2031, 4, 1))),
        "`no_wrong_door` opens on 2031-04-01, after the forecast ends (2028-03-31); "
        "give an earlier date, or a later `end`",
    ),
    (
        both(with_hub, at("settings/hub/stay", 0)),
        "stays in `hub` last 0 days; "
        "write 1 or more, or take `stay` away if stays do not end by themselves",
    ),
    (
        both(with_edge, at(f"{SERVICE}/ages", ["10_to_15", "10_to_15"])),
        "`10_to_15` stands twice in the ages of `outreach`; keep the first",
    ),
    (
        both(with_edge, at(f"{SERVICE}/caseload", 0.5)),
        "`outreach` can help 0.5 children at once, which is none; "
        "write a whole number: children, not a share of them",
    ),
    (
        both(with_edge, at("edge_of_care/at_risk", 1e9)),
        "`edge_of_care.at_risk`: 1e+09 is outside the range allowed here, 0 to 100000; "
        "write a number (children), 0 to 100000",
    ),
    (
        at("entries/change", {"from": {dt.date(2025, 4, 1): 1, dt.date(2026, 4, 1): 1e7}}),
        "`entries.per_year` is multiplied by 1e+07 and comes to 1,050,000,000 a year; "
        "lower one of the two: 100,000 a year is the most",
    ),
    (
        both(EVERYTHING, at("entries/unaccompanied/change", 1e6)),
        "`entries.unaccompanied.per_year` is multiplied by 1e+06 and comes to 5,000,000 a year; "
        "lower one of the two: 100,000 a year is the most",
    ),
    (
        both(EVERYTHING, at("carers/enquiries_change", 1e6)),
        "`carers.enquiries` is multiplied by 1e+06 and comes to 100,000,000 a year; "
        "lower one of the two: 1,000,000 a year is the most",
    ),
    (
        both(at("end", dt.date(2050, 3, 31)), at("entries/drift", 1)),
        "a year; lower one of the two: 100,000 a year is the most",
    ),
    (
        at("entries/per_year", 1e9),
        "`entries.per_year`: 1e+09 is outside the range allowed here, 0 to 100000; "
        "write a number (children per year), 0 to 100000",
    ),
    (
        at("settings/in_house_residential/opens", dt.date(2031, 4, 1)),
        "`in_house_residential` opens on 2031-04-01, after the forecast ends (2028-03-31); "
        "give an earlier date, or a later `end`",
    ),
    (
        at("appraisal", "nothing"),
        "`appraisal` is `nothing`, which does not fit here; "
        "write a group of keys, any of `inflation`, `discount_rate`",
    ),
    (
        both(
            with_edge,
            at(
                "money/cases/outreach",
                {
                    "block": "prevention",
                    "heading": "Outreach",
                    "cost_per_child_gbp": -100,
                    "priced_at": dt.date(2025, 4, 1),
                },
            ),
        ),
        "helping a child through `outreach` brings money in; "
        "write the cost as a positive amount; a grant is a fixed cost below 0",
    ),
    (
        both(EVERYTHING, at("entries/unaccompanied/in_care_at_start", 10_000)),
        "10000 unaccompanied children are in care at the start, but only 185 children there are "
        "10 or over; lower the number, or raise the older children under `opening`",
    ),
    (
        both(
            without("settings/in_house_foster/places"), at("settings/in_house_foster/match", 0.01)
        ),
        "`in_house_foster` has neither `places` nor `carers`, so only 0.01 of the children who "
        "look there find a home; "
        "give its `places`, or a `match` that is the chance of finding any home there",
    ),
]


@pytest.mark.golden
@pytest.mark.parametrize(("change", "words"), SAID, ids=[words[:60] for _, words in SAID])
def test_says(project: Project, change: Change, words: str) -> None:
    assert [each for each in project.changed(change) if words in each]
