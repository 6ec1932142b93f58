"""Layers: what wins, what is replaced whole, and which files may be named."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import pytest
from small_project import Project

pytestmark = pytest.mark.unit


def test_groups_merge_and_figures_are_replaced_whole(project: Project) -> None:
    before = project.load(project.example).scenario
    path = project.write(
        "fewer.yaml",
        "based_on: example.yaml\ntitle: Fewer\nentries:\n  per_year: 90\n"
        "settings:\n  in_house_foster:\n    places: {from: {2025-04-01: 75}}\n",
    )
    after = project.load(path).scenario
    assert before.entries.per_year.reason == "invented for the template"
    assert (after.entries.per_year.value, after.entries.per_year.reason) == (90, None)
    assert after.entries.by_age == before.entries.by_age
    places = after.settings["in_house_foster"].places
    assert places is not None
    assert list(places.from_) == [dt.date(2025, 4, 1)]
    assert after.settings["in_house_foster"].match == before.settings["in_house_foster"].match
    assert after.title == "Fewer"
    assert after.based_on is None


def test_tables_merge_and_are_judged_again(project: Project) -> None:
    told = project.layer("entries:\n  by_age: {under_1: 0.5}\n")
    assert told == [
        "scenarios/layer.yaml:3:3 `entries.by_age`: these shares must add up to 1; "
        "they add up to 1.300"
    ]
    assert project.layer("entries:\n  by_age: {under_1: 0.1, 1_to_4: 0.28}\n") == []


def test_null_takes_a_named_thing_away(project: Project) -> None:
    path = project.write(
        "l.yaml",
        "based_on: example.yaml\nmoney: {one_off: {carer_campaign: null}}\n"
        "settings: {external_residential: {nearby_places: null}}\n",
    )
    scenario = project.load(path).scenario
    assert scenario.money.one_off == {}
    assert scenario.settings["external_residential"].nearby_places is None
    assert project.layer("money: {one_off: {carer_campain: null}}\n") == [
        "scenarios/layer.yaml:2:19 `money.one_off.carer_campain` is not in the layers beneath, "
        "so it cannot be taken away; did you mean `carer_campaign`?"
    ]


def test_a_blank_value_is_not_null(project: Project) -> None:
    told = project.layer("money:\n  one_off:\n    carer_campaign:\n")
    assert len(told) == 1
    assert "`money.one_off.carer_campaign` is empty" in told[0]


def test_every_value_knows_its_line_and_what_it_replaced(project: Project) -> None:
    project.write("middle.yaml", "based_on: example.yaml\nentries:\n  per_year: 95\n")
    path = project.write("top.yaml", "based_on: middle.yaml\n\nentries: {per_year: 90}\n")
    loaded = project.load(path)
    origin = loaded.origins["entries.per_year"]
    line = next(n for n, text in enumerate(project.template.split("\n"), 1) if "per_year:" in text)
    assert (origin.file, origin.line, origin.column) == ("scenarios/top.yaml", 3, 11)
    assert [str(each.place) for each in origin.layers] == [
        "scenarios/middle.yaml:3:13",
        f"scenarios/example.yaml:{line}:13",
    ]
    assert [each.text for each in origin.layers] == ["95", "value: 105"]
    assert loaded.origin("entries.drift").file == "default"
    assert list(loaded.files) == [
        "scenarios/top.yaml",
        "scenarios/middle.yaml",
        "scenarios/example.yaml",
    ]
    assert loaded.files["scenarios/top.yaml"] == hashlib.sha256(path.read_bytes()).hexdigest()


def test_figures_know_their_paths(project: Project) -> None:
    scenario = project.load(project.example).scenario
    assert scenario.entries.per_year.path == "entries.per_year"
    places = scenario.settings["in_house_foster"].places
    assert places is not None
    assert [figure.path for figure in places.from_.values()] == [
        "settings.in_house_foster.places.from.2025-04-01",
        "settings.in_house_foster.places.from.2026-09-01",
    ]
    undated = scenario.settings["in_house_residential"].places
    assert undated is not None
    assert [figure.path for figure in undated.from_.values()] == [
        "settings.in_house_residential.places"
    ]


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("plan.yaml", "plan"),
        ("middlesbrough-2020/baseline.yaml", "middlesbrough-2020-baseline"),
        ("../outputs/my-run/scenario.resolved.yaml", "my-run"),
        ("../odd.yaml", "odd"),
    ],
)
def test_scenarios_are_named_after_their_files(project: Project, file: str, name: str) -> None:
    assert project.load(project.write(file, project.template)).name == name


@pytest.mark.golden
def test_bases_that_may_not_be_named(project: Project, tmp_path: Path) -> None:
    outside = tmp_path.parent / "outside.yaml"
    outside.write_text(project.template, encoding="utf-8")
    (project.scenarios / "link.yaml").symlink_to(outside)
    (project.scenarios / "folder").mkdir()
    remedy = "write its path from this file, such as baseline.yaml"
    copy = "copy that file into the project and name it there"
    said = {
        "exampl.yaml": "there is no file `exampl.yaml`; did you mean example.yaml?",
        "/etc/passwd": f"`based_on`: `/etc/passwd` is a path from the top of the disk; {remedy}",
        "C:\\x.yaml": f"`based_on`: `C:\\x.yaml` is a path from the top of the disk; {remedy}",
        "../../outside.yaml": "`based_on`: `../../outside.yaml` leads out of the project's "
        f"folder; {copy}",
        "link.yaml": f"`based_on`: `link.yaml` leads out of the project's folder; {copy}",
        "folder": "`folder` is a folder, not a file; name a file in it",
        "top.yaml": "`based_on` runs in a circle: scenarios/top.yaml -> scenarios/top.yaml; "
        "delete one `based_on`",
    }
    for named, words in said.items():
        path = project.write("top.yaml", f"based_on: {named}\n")
        assert project.told(path) == [f"scenarios/top.yaml:1:11 {words}"]
    assert project.told(project.write("top.yaml", "based_on: 3\n"))[0].startswith(
        "scenarios/top.yaml:1:11 `based_on`: `3` is read by YAML as a number"
    )


@pytest.mark.golden
def test_a_circle_is_told_with_its_chain(project: Project) -> None:
    for name, base in (("a", "b"), ("b", "c"), ("c", "a")):
        project.write(f"{name}.yaml", f"based_on: {base}.yaml\n")
    assert project.told(project.scenarios / "a.yaml") == [
        "scenarios/c.yaml:1:11 `based_on` runs in a circle: scenarios/a.yaml -> "
        "scenarios/b.yaml -> scenarios/c.yaml -> scenarios/a.yaml; delete one `based_on`"
    ]


@pytest.mark.golden
def test_too_many_layers_are_refused(project: Project) -> None:
    for number in range(12):
        project.write(f"l{number}.yaml", f"based_on: l{number + 1}.yaml\n")
    assert project.told(project.scenarios / "l0.yaml") == [
        "scenarios/l7.yaml:1:11 `based_on` goes through more than 8 files; "
        "put some of the layers together"
    ]


@pytest.mark.golden
def test_files_that_are_not_there(project: Project) -> None:
    assert project.told(project.scenarios / "exmple.yaml") == [
        "scenarios/exmple.yaml:1:1 there is no file `scenarios/exmple.yaml`; "
        "did you mean example.yaml?"
    ]
    assert project.told(project.scenarios) == [
        "scenarios:1:1 `scenarios` is a folder, not a file; name a file in it, such as example.yaml"
    ]


def test_a_base_that_cannot_be_read_hides_what_it_would_give(project: Project) -> None:
    project.write("base.yaml", "title: [a\n")
    path = project.write("top.yaml", "based_on: base.yaml\nentries: {per_year: 1k}\n")
    told = project.told(path)
    assert len(told) == 2
    assert told[0].startswith("scenarios/base.yaml:1:8 a list opened with `[`")
    assert told[1].startswith("scenarios/top.yaml:2:21 `entries.per_year`: `1k`")
