"""The checks of the system around placements, each set off by one change to Exampleshire."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from small_project import Project

from sufficiency.commands.explain import explain

Tree = dict[str, Any]
Change = Callable[[Tree], None]

AGES = ("under_1", "1_to_4", "5_to_9", "10_to_15", "16_to_17")
LATER, STILL_LATER = dt.date(2026, 1, 1), dt.date(2026, 9, 1)
ROOM = "end it with a setting that always has room for anyone, such as one bought a place at a time"
FAMILY_ENDS = "the search of plan `family` ends with `agency_foster`, which"
WAYS_OUT = (
    "the ways out here are `home_planned`, `home_unplanned`, `special_guardianship`, `adoption`, "
    "`order_discharged`, `other`"
)


def ages(*values: float) -> Tree:
    return dict(zip(AGES, values, strict=True))


def at(path: str, value: Any) -> Change:
    """A change that writes a value at a path."""

    def change(tree: Tree) -> None:
        *above, last = path.split("/")
        for key in above:
            tree = tree.setdefault(key, {})
        tree[last] = copy.deepcopy(value)  # so that a change after this one leaves it alone

    return change


def both(*changes: Change) -> Change:
    """Several changes, one after another."""

    def change(tree: Tree) -> None:
        for each in changes:
            each(tree)

    return change


def without(path: str) -> Change:
    """A change that takes the key at a path away."""

    def change(tree: Tree) -> None:
        *above, last = path.split("/")
        for key in above:
            tree = tree[key]
        del tree[last]

    return change


HUB: Tree = {
    "delivery": "no_wrong_door",
    "places": 6,
    "stay": 90,
    "match": 0.5,
    "usual_ages": ages(0, 0, 0, 1, 1),
    "location": {"inside": 1},
    "draws_from": ["external_residential"],
    "leaving_ratios": {"home_planned": 1.2},
}
SERVICE: Tree = {
    "label": "Outreach",
    "delivery": "no_wrong_door",
    "ages": ["10_to_15"],
    "reach": 0.4,
    "caseload": 20,
    "support": 120,
    "rate_ratio": 0.9,
}
EDGE: Tree = {
    "at_risk": 400,
    "at_risk_by_age": ages(0.1, 0.3, 0.3, 0.2, 0.1),
    "at_risk_for": 300,
    "direct": ages(0.9, 0.5, 0.5, 0.5, 0.9),
    "services": {"outreach": SERVICE},
}
CARERS: Tree = {
    "setting": "in_house_foster",
    "households": 55,
    "places": {"1": 0.4, "2": 0.4, "3": 0.2},
    "unavailable": 0.2,
    "leaving": 0.12,
    "enquiries": 100,
    "apply": 0.12,
    "assessors": 2,
    "assessments_each": 4,
    "assessment": 150,
    "patience": 120,
    "approved": 0.5,
}
RETURNING: Tree = {
    "share_of_entries": 0.1,
    "within_one_year": {"home_planned": 0.2, "special_guardianship": 0.02},
    "within_six_years": {"home_planned": 0.35},
    "left_before_per_year": {"home_planned": 20},
}
UNACCOMPANIED: Tree = {
    "per_year": 5,
    "by_age": ages(0, 0, 0, 0.2, 0.8),
    "plan": "supported",
    "leaving_ratio": {"home_planned": 0.1},
}
APPROVAL: Tree = {"panel_per_year": 60, "refused": 0.1}

with_hub = both(
    at("deliveries/no_wrong_door", {"opens": dt.date(2025, 9, 1), "ramp": 180}),
    at("settings/hub", HUB),
    at("plans/residential/search_order", ["hub", "in_house_residential", "external_residential"]),
    at(
        "money/prices/hub",
        {"block": "own_provision", "heading": "Hub", "weekly_fee_gbp": 0, "priced_at": LATER},
    ),
)
with_edge = both(with_hub, at("edge_of_care", EDGE))
with_carers = both(without("settings/in_house_foster/places"), at("carers", CARERS))
EVERYTHING = both(
    with_edge,
    with_carers,
    at("returning", RETURNING),
    at("courts", {"routes": ["special_guardianship"], "orders_per_year": 30}),
    at("entries/siblings", {"follows": 0.3, "kept_together": 0.8}),
    at("entries/unaccompanied", UNACCOMPANIED),
    at("settings/connected_carer/approval", APPROVAL),
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


# Layers over sections that may be left out ------------------------------------------------------


class WrittenOut(yaml.SafeDumper):
    """Writes out every value where it stands."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def written(change: Change) -> str:
    """The keys a change writes, as the text of a layer."""
    tree: Tree = {}
    change(tree)
    return yaml.dump(tree, Dumper=WrittenOut, sort_keys=False)


no_places = at("settings/in_house_foster", {"places": None})
OPTIONAL = both(
    at("courts", {"routes": ["special_guardianship"], "orders_per_year": 30}),
    at("returning", RETURNING),
    at("entries/siblings", {"follows": 0.3, "kept_together": 0.8}),
    at("entries/unaccompanied", UNACCOMPANIED),
    at("carers", CARERS),
    at("settings/connected_carer/approval", APPROVAL),
    with_edge,
)


@pytest.mark.unit
def test_a_layer_can_add_every_section_that_the_base_leaves_out(project: Project) -> None:
    base = project.load(project.example).scenario
    assert base.courts is base.returning is base.carers is base.edge_of_care is None
    text = written(both(OPTIONAL, no_places))
    path = project.write("layer.yaml", f"based_on: example.yaml\n{text}")
    assert project.told(path) == []
    scenario = project.load(path).scenario
    assert scenario.courts is not None
    assert scenario.carers is not None
    assert scenario.edge_of_care is not None
    assert scenario.settings["in_house_foster"].places is None
    assert scenario.settings["connected_carer"].approval is not None
    assert scenario.entries.per_year == base.entries.per_year
    assert (
        scenario.settings["connected_carer"].suitable == base.settings["connected_carer"].suitable
    )


@pytest.mark.unit
def test_a_layer_above_changes_one_figure_of_a_section_and_keeps_the_rest(
    project: Project,
) -> None:
    text = written(both(OPTIONAL, no_places))
    project.write("middle.yaml", f"based_on: example.yaml\n{text}")
    top = project.write(
        "top.yaml",
        "based_on: middle.yaml\n"
        "courts: {orders_per_year: {from: {2025-04-01: 20, 2026-04-01: 60}}}\n"
        "edge_of_care: {services: {outreach: {rate_ratio: 1}}}\n"
        "deliveries: {no_wrong_door: {opens: 2025-06-01}}\n"
        "returning: {within_one_year: {home_planned: 0.25}}\n",
    )
    assert project.told(top) == []
    before, after = (project.load(project.scenarios / f"{n}.yaml") for n in ("middle", "top"))
    one, other = before.scenario, after.scenario
    assert one.courts is not None
    assert other.courts is not None
    assert other.courts.routes == one.courts.routes
    assert len(other.courts.orders_per_year.from_) == 2
    assert one.edge_of_care is not None
    assert other.edge_of_care is not None
    services = (one.edge_of_care.services["outreach"], other.edge_of_care.services["outreach"])
    assert (services[0].rate_ratio.value, services[1].rate_ratio.value) == (0.9, 1)
    assert services[0].caseload == services[1].caseload
    assert other.deliveries["no_wrong_door"].opens == dt.date(2025, 6, 1)
    assert other.deliveries["no_wrong_door"].ramp == one.deliveries["no_wrong_door"].ramp
    assert other.returning is not None
    assert other.returning.within_one_year["special_guardianship"].value == 0.02  # type: ignore[index]
    origin = after.origin("edge_of_care.services.outreach.rate_ratio")
    assert (origin.file, origin.line) == ("scenarios/top.yaml", 3)
    assert [each.text for each in origin.layers] == ["0.9"]


@pytest.mark.unit
def test_null_takes_a_section_away_again(project: Project) -> None:
    project.write("middle.yaml", f"based_on: example.yaml\n{written(with_edge)}")
    top = project.write(
        "top.yaml", "based_on: middle.yaml\nedge_of_care: {services: {outreach: null}}\n"
    )
    assert project.told(top) == []
    edge = project.load(top).scenario.edge_of_care
    assert edge is not None
    assert edge.services == {}
    gone = project.write("gone.yaml", "based_on: middle.yaml\nedge_of_care: null\n")
    assert project.told(gone) == []
    assert project.load(gone).scenario.edge_of_care is None


@pytest.mark.content
def test_explain_a_figure_inside_a_service() -> None:
    hub = Path(__file__).parents[2] / "scenarios" / "middlesbrough-2020" / "hub.yaml"
    path = "edge_of_care.services.hub_outreach.rate_ratio"
    told = explain(hub, path).splitlines()
    lines = hub.read_text(encoding="utf-8").splitlines()
    at_line = next(n for n, text in enumerate(lines, 1) if text.strip().startswith("rate_ratio:"))
    assert told[0] == path
    assert "  interval  0.8 to 1, uniform; eight futures in ten" in told
    assert (
        "  meaning   Rate of coming into care while helped, over the rate without: 1 is no effect."
        in told
    )
    assert told[-1] == f"  set at    scenarios/middlesbrough-2020/hub.yaml:{at_line}"
    inside = explain(hub, "edge_of_care.services.hub_outreach").splitlines()
    assert inside[0] == "edge_of_care.services.hub_outreach holds"
    assert f"  {path}" in inside
    assert "  edge_of_care.services.hub_outreach.delivery" in inside


@pytest.mark.content
def test_explain_what_a_layer_changed_inside_a_service() -> None:
    folder = Path(__file__).parents[2] / "scenarios" / "middlesbrough-2020"
    path = "edge_of_care.services.hub_outreach.rate_ratio"
    told = explain(folder / "hub-without-effect.yaml", path).splitlines()
    assert told[1] == "  value     1 ratio"
    assert "  set at    scenarios/middlesbrough-2020/hub-without-effect.yaml:" in told[-2]
    assert told[-1].startswith("  before    scenarios/middlesbrough-2020/hub.yaml:")
