"""Layers over sections that may be left out, and what ``explain`` says of a figure in them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml
from optional_sections import (
    APPROVAL,
    CARERS,
    RETURNING,
    UNACCOMPANIED,
    Change,
    Tree,
    at,
    both,
    with_edge,
)
from small_project import Project

from sufficiency.commands.explain import explain


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
