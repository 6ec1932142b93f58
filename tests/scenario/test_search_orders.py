"""Settings that layers put into a plan's search without writing the search anew."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import yaml
from optional_sections import EDGE, SERVICE, Change, at, both, with_hub
from small_project import Project

from sufficiency.estimate.caseload import reference_weights
from sufficiency.model.draw import draw_parameters
from sufficiency.scenario.explain import explain
from sufficiency.scenario.load import LoadedScenario
from sufficiency.scenario.schema import Scenario
from sufficiency.streams import Draws, Streams
from sufficiency.vocabulary import Plan

pytestmark = pytest.mark.unit

ORDER = "plans/residential/search_order"
OWN = ["in_house_residential", "external_residential"]
BEFORE = "settings/hub/searched_before"


def loaded(project: Project, change: Change) -> LoadedScenario:
    tree: dict[str, Any] = yaml.safe_load(project.template)
    change(tree)
    return project.load(project.write("changed.yaml", yaml.safe_dump(tree, sort_keys=False)))


def drawn(each: LoadedScenario) -> tuple[tuple[int, ...], ...]:
    draws = Draws(1, 1)
    weights = reference_weights(each.scenario, draws)
    return draw_parameters(each.scenario, draws, Streams(1, 1), weights).search_orders


def test_without_it_a_plan_searches_its_own_order(project: Project) -> None:
    scenario = project.load(project.example).scenario
    for plan, rule in scenario.plans.items():
        assert scenario.search_order(plan) == rule.search_order


def test_the_model_searches_as_if_the_order_had_been_written_out(project: Project) -> None:
    written = loaded(project, with_hub)
    put = loaded(
        project,
        both(with_hub, at(ORDER, OWN), at(BEFORE, {"residential": "in_house_residential"})),
    )
    assert put.scenario.search_order(Plan.RESIDENTIAL) == ("hub", *OWN)
    assert drawn(put) == drawn(written)
    assert drawn(put) != drawn(loaded(project, both(with_hub, at(ORDER, OWN))))


def test_several_stand_in_the_order_settings_are_written(project: Project) -> None:
    project.write(
        "first.yaml", "based_on: example.yaml\nsettings: " + _home("zebra", "external_residential")
    )
    path = project.write(
        "second.yaml", "based_on: first.yaml\nsettings: " + _home("ant", "external_residential")
    )
    scenario = project.load(path).scenario
    assert scenario.search_order(Plan.RESIDENTIAL) == (
        "in_house_residential",
        "zebra",
        "ant",
        "external_residential",
    )
    assert scenario.search_order(Plan.FAMILY) == scenario.plans[Plan.FAMILY].search_order


def both_ways(project: Project, one: str, two: str) -> list[Scenario]:
    """Two layers put together in the one order and in the other."""
    for name, text in (("one", one), ("two", two)):
        project.write(f"{name}.yaml", f"based_on: example.yaml\n{text}")
    return [
        project.load(
            project.write("top.yaml", f"title: Both\nbased_on: [{first}.yaml, {then}.yaml]\n")
        ).scenario
        for first, then in (("one", "two"), ("two", "one"))
    ]


def test_the_file_named_first_is_tried_first(project: Project) -> None:
    ways = both_ways(
        project,
        "settings: " + _home("zebra", "external_residential"),
        "settings: " + _home("ant", "external_residential"),
    )
    assert [each.search_order(Plan.RESIDENTIAL)[1:3] for each in ways] == [
        ("zebra", "ant"),
        ("ant", "zebra"),
    ]


def test_the_service_of_the_file_named_first_is_offered_first(project: Project) -> None:
    tree: dict[str, Any] = {}
    at("edge_of_care", EDGE)(tree)
    at("deliveries/no_wrong_door", {"opens": "2025-09-01"})(tree)
    at("money/cases", {})(tree)
    other = copy.deepcopy(tree)
    other["edge_of_care"]["services"] = {"advice": {**SERVICE, "label": "Advice"}}
    one, two = (yaml.safe_dump(each, sort_keys=False) for each in (tree, other))
    found = []
    for each in both_ways(project, one, two):
        assert each.edge_of_care is not None
        found.append(list(each.edge_of_care.services))
    assert found == [["outreach", "advice"], ["advice", "outreach"]]


def test_the_order_is_nothing_where_no_two_reach_for_the_same_child(project: Project) -> None:
    one, other = both_ways(
        project,
        "settings: " + _home("zebra", "external_residential"),
        "entries: {per_year: 80}\nsettings: " + _home("ant", "in_house_residential"),
    )
    assert one == other
    assert [one.search_order(plan) for plan in one.plans] == [
        other.search_order(plan) for plan in other.plans
    ]
    assert one.search_order(Plan.RESIDENTIAL)[:2] == ("ant", "in_house_residential")


def test_explain_tells_the_whole_search_where_it_is_more_than_was_written(
    project: Project,
) -> None:
    put = loaded(
        project, both(with_hub, at(ORDER, OWN), at(BEFORE, {"residential": "external_residential"}))
    )
    lines = explain(put, "plans.residential.search_order").splitlines()
    assert lines[1].split() == ["value", "in_house_residential,", "external_residential"]
    assert lines[2].split()[:3] == ["searched", "in_house_residential,", "hub,"]
    assert "searched" not in explain(put, "plans.family.search_order").replace("searched_", "")


def _home(name: str, before: str) -> str:
    return (
        f"{{{name}: {{places: 2, usual_ages: {{under_1: 0, 1_to_4: 0, 5_to_9: 0, 10_to_15: 1, "
        f"16_to_17: 1}}, location: {{inside: 1}}, searched_before: {{residential: {before}}}}}}}\n"
        f"money: {{prices: {{{name}: {{block: placement, heading: Homes, weekly_fee_gbp: 4000, "
        "priced_at: 2025-04-01}}}\n"
    )


@pytest.mark.golden
@pytest.mark.parametrize(
    ("before", "said"),
    [
        (
            {"residential": "external_residential", "family": "agncy_foster"},
            [
                "`hub` stands in the `search_order` of plan `residential` already; "
                "take it away from one of the two",
                "`agncy_foster` is not in the `search_order` of plan `family`; "
                "did you mean `agency_foster`?",
            ],
        ),
        (
            {"parents": "agency_foster"},
            [
                "`agency_foster` is not in the `search_order` of plan `parents`; "
                "the settings here are `placed_with_parents`",
            ],
        ),
        (
            {"school": "agency_foster"},
            [
                "`school` is not one of this scenario's plans; the plans here are `family`, "
                "`residential`, `supported`, `parents`",
            ],
        ),
        (
            {"residental": "agency_foster"},
            [
                "`settings.hub.searched_before.residental` is not a name known here; "
                "did you mean `residential`?",
            ],
        ),
    ],
)
def test_what_cannot_be_searched_before_is_told(
    project: Project, before: dict[str, str], said: list[str]
) -> None:
    assert project.changed(both(with_hub, at(BEFORE, before))) == said
