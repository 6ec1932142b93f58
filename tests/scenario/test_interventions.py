"""What a scenario says of its interventions, and the changes that leave them no effect."""

from __future__ import annotations

from typing import Any

import pytest
from optional_sections import at, both, with_edge
from small_project import Project

from sufficiency.errors import InputError
from sufficiency.scenario.figures import named_figures
from sufficiency.scenario.interventions import without_effects
from sufficiency.scenario.load import load_scenario
from sufficiency.scenario.resolved import assumptions, resolved_yaml
from sufficiency.vocabulary import EVIDENCE_MEANINGS, EvidenceGrade

pytestmark = pytest.mark.unit

TEAM = """\
interventions:
  team:
    label: A team
    grade: comparison
    evidence: Counted in two places.
    effects: {entries.change: 1}
entries: {change: {from: {2025-04-01: 0.9, 2026-04-01: 0.8}}}
"""
SHORTER = "money: {one_off: {carer_campaign: null}}\n"
CARERS = """\
interventions:
  carers:
    label: Carers
    grade: judgement
    evidence: None.
    effects:
      settings.in_house_foster.match: 0.5
      settings.in_house_foster.places.from.2026-09-01: 90
"""


def effects(**given: Any) -> dict[str, Any]:
    return {"label": "A", "grade": "trial", "evidence": "B", "effects": given}


def test_every_grade_has_a_meaning() -> None:
    assert list(EVIDENCE_MEANINGS) == list(EvidenceGrade)


def test_the_effects_of_every_layer_can_be_taken_away(project: Project) -> None:
    project.write("team.yaml", f"based_on: example.yaml\n{TEAM}")
    path = project.write("both.yaml", f"based_on: team.yaml\n{CARERS}")
    loaded = load_scenario(path)
    team = loaded.scenario.interventions["team"]
    assert (team.label, team.grade) == ("A team", EvidenceGrade.COMPARISON)
    none = without_effects(loaded)
    assert none == {
        "entries.change": 1,
        "settings.in_house_foster.match": 0.5,
        "settings.in_house_foster.places.from.2026-09-01": 90,
    }
    without = load_scenario(path, none)
    figures = {name: figure.value for name, figure in named_figures(without.scenario)}
    assert {name: figures[name] for name in none} == none
    assert not any(name.startswith("entries.change.from") for name in figures)


def test_effects_after_the_end_are_none_already(project: Project) -> None:
    team = TEAM.replace("{entries.change: 1}", "{entries.change.from.2026-04-01: 1}")
    project.write("team.yaml", f"based_on: example.yaml\n{team}")
    path = project.write("short.yaml", "based_on: team.yaml\nend: 2026-03-31\n" + SHORTER)
    assert list(without_effects(load_scenario(project.scenarios / "team.yaml"))) == [
        "entries.change.from.2026-04-01"
    ]
    assert without_effects(load_scenario(path)) == {}


def test_a_scenario_without_interventions_has_no_effects(project: Project) -> None:
    assert without_effects(load_scenario(project.example)) == {}


def test_they_are_written_out_and_are_not_assumptions(project: Project) -> None:
    path = project.write("team.yaml", f"based_on: example.yaml\n{TEAM}")
    loaded = load_scenario(path)
    assert not [row for row in assumptions(loaded) if row.path.startswith("interventions")]
    again = project.write("again/scenario.resolved.yaml", resolved_yaml(loaded))
    assert load_scenario(again).scenario.interventions == loaded.scenario.interventions
    assert "scenarios/team.yaml:7" in resolved_yaml(loaded)


@pytest.mark.golden
@pytest.mark.parametrize(
    ("interventions", "said"),
    [
        (
            {"a": effects(**{"entries.chnge": 1})},
            "`entries.chnge` is not a figure of this scenario; did you mean `entries.change`?",
        ),
        (
            {"a": effects(**{"settings.hub": 1, "entries.change": 1})},
            "`settings.hub` is not a figure of this scenario; did you mean `settings.hub.stay`?",
        ),
        (
            {"a": effects(zzz=1)},
            "`zzz` is not a figure of this scenario; "
            "write a path as `sufficiency explain` gives it, such as `entries.per_year`",
        ),
        (
            {"a": effects(**{"settings.hub.match": 2})},
            "`settings.hub.match` cannot be 2: its range is 0 to 1; "
            "give the value at which it has no effect",
        ),
        (
            {
                "a": effects(**{"entries.change": 1}),
                "b": effects(**{"entries.change": 0.5}),
            },
            "`entries.change` has no effect at 0.5 here and at 1 in `a`; give both the same value",
        ),
        (
            {"a": {**effects(), "label": ""}},
            "`interventions.a.label` is empty; write what to call it in tables and charts",
        ),
        (
            {"a": {**effects(), "evidence": " "}},
            "`interventions.a.evidence` is empty; "
            "write what was found and where, or that nothing was",
        ),
        (
            {"a": {**effects(), "grade": "trail"}},
            "`interventions.a.grade`: `trail` is not one of the words known here; "
            "did you mean `trial`?",
        ),
        (
            {"a": {"label": "A", "grade": "trial"}},
            "`interventions.a.evidence` is missing; add `evidence`, text (What was found, where, "
            "and what that leaves unknown)",
        ),
    ],
)
def test_what_cannot_be_is_told(project: Project, interventions: dict[str, Any], said: str) -> None:
    assert project.changed(both(with_edge, at("interventions", interventions))) == [said]


@pytest.mark.golden
def test_a_misspelt_effect_is_told_at_its_line(project: Project) -> None:
    told = project.layer(TEAM.replace("entries.change: 1", "entries.changes: 1"))
    assert [each.partition(" ")[0] for each in told] == ["scenarios/layer.yaml:7:15"]


@pytest.mark.golden
def test_no_effect_outside_the_range_is_refused_when_it_is_tried(project: Project) -> None:
    with pytest.raises(InputError, match="the range allowed here, 0 or more"):
        load_scenario(project.example, {"entries.change": -1})
