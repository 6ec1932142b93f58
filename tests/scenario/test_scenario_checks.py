"""Each check of the whole, set off by one change to Exampleshire."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from small_project import Project

from sufficiency.scenario.checks import CHECKS

pytestmark = pytest.mark.golden

Tree = dict[str, Any]
ROOM = "end it with a setting that always has room for anyone, such as one bought a place at a time"
SETTINGS = (
    "the settings here are `connected_carer`, `in_house_foster`, `agency_foster`, "
    "`in_house_residential`, `external_residential`, `supported_accommodation`, "
    "`placed_with_parents`"
)


def at(path: str, value: Any) -> Callable[[Tree], None]:
    """A change that writes a value at a path."""

    def change(tree: Tree) -> None:
        *above, last = path.split("/")
        for key in above:
            tree = tree.setdefault(key, {})
        tree[last] = value

    return change


def without(path: str) -> Callable[[Tree], None]:
    """A change that takes the key at a path away."""

    def change(tree: Tree) -> None:
        *above, last = path.split("/")
        for key in above:
            tree = tree[key]
        del tree[last]

    return change


def zero(*ages: str) -> Tree:
    return dict.fromkeys(ages or ("under_1", "1_to_4", "5_to_9", "10_to_15", "16_to_17"), 0)


DAY = dt.date(2026, 1, 1)
MEANT = "did you mean `agency_foster`?"
NOT_KNOWN = "is not one of this scenario's settings"

NAMES = [
    (at("panel/ranking", ["agency_fostr"]), f"`agency_fostr` {NOT_KNOWN}; {MEANT}"),
    (at("money/shares_uplift", ["zzz"]), f"`zzz` {NOT_KNOWN}; {SETTINGS}"),
    (at("leaving/other/by_setting", {"hubb": 1}), f"`hubb` {NOT_KNOWN}; {SETTINGS}"),
    (at("opening/by_setting/agency_fostering", 1), f"`agency_fostering` {NOT_KNOWN}; {MEANT}"),
    (at("opening/rest_by_setting", {"agency": 1}), f"`agency` {NOT_KNOWN}; {MEANT}"),
    (at("plans/parents/search_order", ["parents"]), f"`parents` {NOT_KNOWN}; {SETTINGS}"),
    (
        at("moving/planned/plan_after/under_1", {"school": 1}),
        "`school` is not one of this scenario's plans; the plans here are `family`, `residential`, "
        "`supported`, `parents`",
    ),
]

WHOLE = [
    (
        at("plans/parents/at_entry/under_1", 0.5),
        "the plans' shares `at_entry` for age `under_1` add up to 1.420; "
        "change them so that they add up to 1 over all plans",
    ),
    (
        without("moving/planned"),
        "`moving.planned` is missing; add `planned`; give it a rate of 0 if it cannot happen",
    ),
    (
        at("leaving/adoption/by_age", zero()),
        "`leaving.adoption.by_age` is 0 throughout, yet the rate is above 0; "
        "give at least one of them a ratio above 0, or make the rate 0",
    ),
    (
        at("settings/agency_foster/usual_ages", zero()),
        "`settings.agency_foster.usual_ages` is 0 at every age; give one a ratio above 0",
    ),
    (
        at("end", dt.date(2027, 12, 31)),
        "`end` is 2027-12-31, which is not the end of a financial year; "
        "write the 31st of March of a year, such as 2027-03-31",
    ),
    (
        at("end", dt.date(2065, 3, 31)),
        "the forecast is longer than 30 years; bring `end` nearer to `start`",
    ),
    (
        at("panel/acceptance", {"p10": 1e-12, "p90": 0.001, "distribution": "beta"}),
        "`panel.acceptance`: no beta distribution has these ends; "
        "bring p10 and p90 nearer to each other, or name another distribution",
    ),
    (
        at(
            "settings/agency_foster/usual_ages/under_1",
            {"p10": 1e-265, "p90": 0.5, "distribution": "beta"},
        ),
        "`settings.agency_foster.usual_ages.under_1`: no beta distribution has these ends; "
        "bring p10 and p90 nearer to each other, or name another distribution",
    ),
    (
        at("entries/per_year", {"p10": 1e-200, "p90": 1e5, "distribution": "gamma"}),
        "`entries.per_year`: no gamma distribution has these ends; "
        "bring p10 and p90 nearer to each other, or name another distribution",
    ),
]

HOMES = [
    (
        at("settings/agency_foster/places", 500),
        f"the search of plan `family` ends with `agency_foster`, which has limited places; {ROOM}",
    ),
    (
        at("settings/agency_foster/suitable", {**zero(), "under_1": 1}),
        f"the search of plan `family` ends with `agency_foster`, which is not suitable for "
        f"every child; {ROOM}",
    ),
    (
        at("settings/agency_foster/closes", DAY),
        f"the search of plan `family` ends with `agency_foster`, which closes; {ROOM}",
    ),
    (
        at("panel/ranking", ["agency_foster", "agency_foster"]),
        "`agency_foster` stands twice in `panel.ranking`; keep the first",
    ),
    (
        at("settings/in_house_residential/closes", dt.date(2024, 1, 1)),
        "`in_house_residential` closes on 2024-01-01, which is not after it opens (2025-03-31); "
        "give a later date, or take the setting away",
    ),
    (
        at("settings/connected_carer/suitable/under_1", {"from": {DAY: 1}}),
        "`settings.connected_carer.suitable.under_1` says nothing before 2026-01-01; "
        "give it from 2025-04-01 or earlier",
    ),
    (
        at("opening/by_setting/agency_foster", 150),
        "the counts in `opening.by_setting` come to 355 children, more than the 300 in care; "
        "lower them, or say in `counted_twice` who stands in two of them",
    ),
    (
        at("opening/by_age", zero()),
        "`opening.by_age` holds no children at all; give at least one count above 0",
    ),
    (
        at(
            "opening/counted_twice",
            {"children": 1, "kept_in": "agency_foster", "taken_from": "in_house_foster"},
        ),
        "`agency_foster` has no count in `opening.by_setting`; name a setting that has one",
    ),
    (
        at(
            "opening/counted_twice",
            {"children": 21, "kept_in": "in_house_foster", "taken_from": "supported_accommodation"},
        ),
        "21 children are counted twice, but only 20 are counted in `supported_accommodation`; "
        "lower the number counted twice",
    ),
    (
        at("settings/in_house_residential/places", 4),
        "`in_house_residential` has 4 places at the start, fewer than the 5 children "
        "who live there; raise the places, or lower the children there under `opening`",
    ),
    (
        at("settings/in_house_residential/places", {"from": {DAY: 9}}),
        "`in_house_residential` has 0 places at the start, fewer than the 5 children "
        "who live there; raise the places, or lower the children there under `opening`",
    ),
    (
        at("settings/in_house_residential/opens", DAY),
        "`in_house_residential` opens on 2026-01-01, but 5 children live there at the start; "
        "open it earlier, or place those children elsewhere under `opening`",
    ),
]

MONEY = [
    (
        without("money/prices/agency_foster"),
        "`agency_foster` has no price; "
        "add `money.prices.agency_foster`; its weekly fee is 0 where the cost is fixed",
    ),
    (
        at("money/prices/agency_foster/weekly_fee_gbp", {"from": {DAY: 9}}),
        "`agency_foster` has no price before 2026-01-01, but can be used from 2025-04-01; "
        "give the fee from 2025-04-01 or earlier",
    ),
    (
        without("money/after_care/special_guardianship"),
        "after-care `special_guardianship` has no price; "
        "add `money.after_care.special_guardianship`",
    ),
    (
        at("money/after_care/special_guardianship/weekly_fee_gbp", {"from": {DAY: 9}}),
        "after-care `special_guardianship` has no price before 2026-01-01; "
        "give the allowance from 2025-04-01 or earlier",
    ),
    (
        at("money/budget/placement/uplift_gbp", {"2029/30": 1}),
        "2029/30 has an uplift but no base; add 2029/30 to `money.budget.placement.base_gbp`",
    ),
    (
        at("money/budget/other_blocks_gbp/placement", {"2025/26": 1}),
        "the placement budget stands among the other blocks; "
        "state it under `money.budget.placement`",
    ),
    (
        at("money/fixed_costs/own_home/until", dt.date(2025, 1, 1)),
        "`own_home` stops on 2025-01-01, which is not after it starts (2025-04-01); "
        "give a later date, or take the cost away",
    ),
    (
        at("money/one_off/carer_campaign/date", dt.date(2028, 4, 1)),
        "`carer_campaign` falls on 2028-04-01 (2028/29), outside the forecast; "
        "give a date after 2025-03-31 and up to 2028-03-31, or take it away",
    ),
    (
        at("actuals", {"file": "inputs/none.csv"}),
        "`actuals.file`: there is no file `inputs/none.csv`; "
        "write its path from the project's folder, such as inputs/actuals.csv",
    ),
    (
        at("actuals", {"file": "../../other.csv"}),
        "`actuals.file`: `../../other.csv` leads out of the project's folder; "
        "write its path from the project's folder, such as inputs/actuals.csv",
    ),
]


@pytest.mark.parametrize(("change", "said"), [*NAMES, *WHOLE, *HOMES, *MONEY])
def test_each_check_speaks(project: Project, change: Callable[[Tree], None], said: str) -> None:
    assert said in project.changed(change)


def test_nothing_is_said_of_a_sound_scenario(project: Project) -> None:
    assert project.changed(lambda tree: None) == []


def test_no_check_is_left_out() -> None:
    from sufficiency.scenario import (
        checks,
        checks_actions,
        checks_edge,
        checks_homes,
        checks_interventions,
        checks_money,
        checks_system,
    )

    modules = (
        checks,
        checks_actions,
        checks_edge,
        checks_homes,
        checks_interventions,
        checks_money,
        checks_system,
    )
    written = {
        value
        for module in modules
        for value in vars(module).values()
        if getattr(value, "__module__", "") == module.__name__
        and list(getattr(value, "__annotations__", {})) == ["scenario", "return"]
        and str(value.__annotations__["return"]) == "Iterator[Finding]"
    }
    assert written == set(CHECKS)
    assert len(CHECKS) == len(set(CHECKS))


def test_checks_are_told_together_with_their_lines(project: Project) -> None:
    told = project.layer(
        "end: 2027-12-31\npanel:\n  ranking: [hub]\nmoney:\n  one_off:\n    carer_campaign:\n"
        "      date: 2020-01-01\n"
    )
    places = [line.split(" ")[0] for line in told]
    assert places == [f"scenarios/layer.yaml:{place}" for place in ("2:6", "4:13", "8:13")]


def test_actuals_that_are_there_pass(project: Project, tmp_path: Path) -> None:
    (tmp_path / "actuals.csv").write_text("date,measure\n", encoding="utf-8")
    assert project.changed(at("actuals", {"file": "actuals.csv"})) == []


def test_a_new_home_opens_later_with_its_own_price(project: Project) -> None:
    def change(tree: Tree) -> None:
        home = {**tree["settings"]["in_house_residential"], "opens": DAY}
        tree["settings"]["new_home"] = home
        price = {**tree["money"]["prices"]["in_house_residential"]}
        tree["money"]["prices"]["new_home"] = {**price, "weekly_fee_gbp": {"from": {DAY: 10}}}

    assert project.changed(change) == []


BY_PLACE = at("money/prices/in_house_residential/charged", "place")
SAME_FOR_ALL = "is charged by the place, so"
CONFERENCE: Tree = {
    "block": "prevention",
    "heading": "Family group conferences",
    "cost_per_child_gbp": 1000,
    "priced_at": dt.date(2025, 4, 1),
}
GRANT: Tree = {
    "category": "unaccompanied",
    "block": "placement",
    "heading": "Grant for unaccompanied children",
    "weekly_income_gbp": 1000,
}
EDGE_OF_CARE: Tree = {
    "at_risk": 100,
    "at_risk_by_age": {**zero(), "5_to_9": 1},
    "at_risk_for": 300,
    "direct": {**dict.fromkeys(zero(), 1), "5_to_9": 0},
    "services": {
        "conference": {
            "label": "Family group conferences",
            "delivery": "conference",
            "ages": ["5_to_9"],
            "reach": 0.5,
            "caseload": 10,
            "support": 60,
            "rate_ratio": 1,
        }
    },
}


def both(*changes: Callable[[Tree], None]) -> Callable[[Tree], None]:
    """Several changes, one after another."""

    def change(tree: Tree) -> None:
        for each in changes:
            each(tree)

    return change


CONFERENCES_HELD = both(
    at("deliveries/conference", {"opens": dt.date(2025, 9, 1)}),
    at("edge_of_care", EDGE_OF_CARE),
)

MONEY_BY_PLACE_AND_CHILD = [
    (
        at("money/prices/agency_foster/charged", "place"),
        "`agency_foster` is charged by the place, but has no `places`; "
        "add `settings.agency_foster.places`, or charge by the child",
    ),
    (
        both(BY_PLACE, at("money/prices/in_house_residential/by_age", zero())),
        f"`in_house_residential` {SAME_FOR_ALL} `by_age` has no meaning; "
        "take `by_age` away, or charge by the child",
    ),
    (
        both(BY_PLACE, at("money/prices/in_house_residential/spread", 0.3)),
        f"`in_house_residential` {SAME_FOR_ALL} `spread` has no meaning; "
        "take `spread` away, or charge by the child",
    ),
    (
        both(BY_PLACE, at("money/prices/in_house_residential/tail_share", 0.1)),
        f"`in_house_residential` {SAME_FOR_ALL} `tail_share` has no meaning; "
        "take `tail_share` away, or charge by the child",
    ),
    (
        at("money/cases/conference", CONFERENCE),
        "`conference` is not one of this scenario's services; there are no services here",
    ),
    (
        both(CONFERENCES_HELD, at("money/cases/conferences", CONFERENCE)),
        "`conferences` is not one of this scenario's services; did you mean `conference`?",
    ),
    (
        both(
            CONFERENCES_HELD,
            at(
                "money/cases/conference",
                {**CONFERENCE, "cost_per_child_gbp": {"from": {DAY: 1000}}},
            ),
        ),
        "`conference` has no cost for each child before 2026-01-01, but can help from 2025-09-01; "
        "give the cost from 2025-09-01 or earlier",
    ),
    (
        at("money/grants/home_office", GRANT),
        "`home_office` is paid for unaccompanied children, but none come in this scenario; "
        "add `entries.unaccompanied`, or take the grant away",
    ),
    (
        at(
            "money/grants/home_office",
            {**GRANT, "weekly_income_gbp": {"from": {DAY: 1000}}, "until": DAY},
        ),
        "`home_office` stops on 2026-01-01, which is not after it starts (2026-01-01); "
        "give a later date, or take the grant away",
    ),
]


@pytest.mark.parametrize(("change", "said"), MONEY_BY_PLACE_AND_CHILD)
def test_each_check_of_money_by_place_and_child_speaks(
    project: Project, change: Callable[[Tree], None], said: str
) -> None:
    assert said in project.changed(change)


def test_nothing_is_said_of_sound_money_by_place_and_child(project: Project) -> None:
    unaccompanied = {
        "per_year": 5,
        "by_age": {**zero(), "16_to_17": 1},
        "plan": "supported",
    }
    sound = both(
        BY_PLACE,
        CONFERENCES_HELD,
        at("money/cases/conference", CONFERENCE),
        at("money/grants/home_office", {**GRANT, "until": DAY}),
        at("entries/unaccompanied", unaccompanied),
    )
    assert project.changed(sound) == []
