"""Several files laid over each other: their order, what clashes, and who says which."""

from __future__ import annotations

import pytest
from small_project import Project

from sufficiency.scenario.load import load_scenario

pytestmark = pytest.mark.unit

BASE = "based_on: example.yaml\n"


def laid(project: Project, top: str = "", **files: str) -> list[str]:
    """What is said of a scenario based on these files over Exampleshire, in this order."""
    for name, text in files.items():
        project.write(f"{name}.yaml", text if text.startswith("based_on") else BASE + text)
    names = ", ".join(f"{name}.yaml" for name in files)
    return project.told(project.write("top.yaml", f"title: Both\nbased_on: [{names}]\n{top}"))


def test_files_are_laid_in_the_order_given_and_each_once(project: Project) -> None:
    said = laid(
        project,
        one="entries: {per_year: 90}\ndescription: Of one\n",
        two="based_on: one.yaml\nentries: {change: 0.9}\n",
        three="settings: {in_house_foster: {match: 0.4}}\n",
    )
    assert said == []
    loaded = load_scenario(project.scenarios / "top.yaml")
    assert list(loaded.files) == [
        f"scenarios/{name}.yaml" for name in ("top", "three", "two", "one", "example")
    ]
    assert loaded.based_on == ("scenarios/one.yaml", "scenarios/two.yaml", "scenarios/three.yaml")
    scenario = loaded.scenario
    assert scenario.entries.per_year.value == 90
    assert scenario.entries.change.from_.popitem()[1].value == 0.9
    assert scenario.settings["in_house_foster"].match.value == 0.4
    assert (scenario.title, scenario.description, scenario.based_on) == ("Both", "", None)
    first_line = loaded.origins["entries.per_year"]
    assert (first_line.file, first_line.line) == ("scenarios/one.yaml", 2)


@pytest.mark.golden
def test_a_file_named_in_vain_is_told(project: Project) -> None:
    project.write("soon.yaml", BASE + "entries: {per_year: 90}\n")
    project.write("late.yaml", "based_on: soon.yaml\nentries: {per_year: 80}\n")
    names = "[late.yaml, soon.yaml, ./late.yaml, example.yaml]"
    top = project.write("top.yaml", f"based_on: {names}\ntitle: All\n")
    needless = "take it away: it is laid beneath without being named"
    assert project.told(top) == [
        "scenarios/top.yaml:1:23 `based_on`: `soon.yaml` lies beneath `scenarios/late.yaml`, "
        f"named before it; {needless}",
        "scenarios/top.yaml:1:34 `based_on` names `./late.yaml` twice; name it once",
        "scenarios/top.yaml:1:47 `based_on`: `example.yaml` lies beneath `scenarios/late.yaml`, "
        f"named before it; {needless}",
    ]
    project.write("top.yaml", "based_on: [example.yaml, soon.yaml, late.yaml]\ntitle: All\n")
    assert load_scenario(top).scenario.entries.per_year.value == 80


def test_one_file_in_a_list_is_as_one_file_alone(project: Project) -> None:
    project.write("one.yaml", BASE + "entries: {per_year: 90}\n")
    alone = project.load(project.write("alone.yaml", "based_on: one.yaml\n"))
    listed = project.load(project.write("listed.yaml", "based_on: [one.yaml]\n"))
    assert alone.scenario == listed.scenario


@pytest.mark.golden
@pytest.mark.parametrize("top", ["", "entries: {per_year: 70}\n"])
def test_what_two_files_say_differently_must_be_settled(project: Project, top: str) -> None:
    said = laid(
        project,
        top,
        one="entries: {per_year: 90}\n",
        two="entries:\n  per_year: {p10: 80, p90: 90, distribution: normal}\n",
        three="entries: {per_year: 95}\n",
    )
    told = (
        "scenarios/top.yaml:2:22 `entries.per_year` is set differently at scenarios/one.yaml:2:11 "
        "and at scenarios/two.yaml:3:3; say here which"
    )
    assert said == ([] if top else [told])
    if top:
        loaded = load_scenario(project.scenarios / "top.yaml")
        assert loaded.scenario.entries.per_year.value == 70


@pytest.mark.golden
def test_lists_text_and_flags_clash_too(project: Project) -> None:
    said = laid(
        project,
        one="panel: {ranking: [agency_foster]}\nnot_for_publication: true\nseed: 3\n",
        two="panel: {ranking: [external_residential]}\nnot_for_publication: false\nseed: 4\n",
    )
    assert [line.split()[1] for line in said] == [
        "`not_for_publication`",
        "`panel.ranking`",
        "`seed`",
    ]


def test_the_same_said_twice_and_titles_do_not_clash(project: Project) -> None:
    said = laid(
        project,
        one="title: One\nentries: {per_year: 90}\npanel: {ranking: [agency_foster]}\n"
        "money: {one_off: {carer_campaign: null}}\n",
        two="title: Two\ndescription: Of two\nentries: {per_year: {value: 90.0}}\n"
        "panel:\n  ranking:\n    - agency_foster\nmoney: {one_off: {carer_campaign: null}}\n",
    )
    assert said == []


def test_what_is_settled_below_does_not_clash_above(project: Project) -> None:
    project.write("one.yaml", BASE + "entries: {per_year: 90}\n")
    project.write("two.yaml", BASE + "entries: {per_year: 95}\n")
    settled = "title: Both\nbased_on: [one.yaml, two.yaml]\nentries: {per_year: 92}\n"
    said = laid(
        project, both=settled.replace("title: Both\n", "") + "title: Both\n", other="seed: 9\n"
    )
    assert said == []
    loaded = load_scenario(project.scenarios / "top.yaml")
    assert (loaded.scenario.entries.per_year.value, loaded.scenario.seed) == (92, 9)


@pytest.mark.golden
def test_taken_away_by_one_and_kept_by_another(project: Project) -> None:
    files = {
        "one": "money: {one_off: {carer_campaign: {cost_gbp: 50000}}}\n",
        "two": "money: {one_off: {carer_campaign: null}}\n",
    }
    assert laid(project, **files) == [
        "scenarios/top.yaml:2:22 `money.one_off.carer_campaign` is kept at "
        "scenarios/one.yaml:2:36 and taken away at scenarios/two.yaml:2:19; say here which"
    ]
    assert laid(project, "money: {one_off: {carer_campaign: null}}\n", **files) == []


@pytest.mark.golden
def test_a_scenario_of_several_has_its_own_title(project: Project) -> None:
    project.write("one.yaml", BASE + "title: One\n")
    project.write("two.yaml", BASE + "title: Two\n")
    assert project.told(project.write("top.yaml", "based_on: [one.yaml, two.yaml]\n")) == [
        "scenarios/top.yaml:1:1 a scenario based on several files has no `title` of its own; "
        "add `title`, one line saying what they are together"
    ]


@pytest.mark.golden
def test_each_file_of_a_list_is_told_at_its_own_place(project: Project) -> None:
    project.write("one.yaml", "based_on: top.yaml\n")
    top = project.write(
        "top.yaml", "title: A\nbased_on:\n  - exampl.yaml\n  - one.yaml\n  - 3\n  - /etc/x.yaml\n"
    )
    assert [line.partition(";")[0] for line in project.told(top)] == [
        "scenarios/one.yaml:1:11 `based_on` runs in a circle: scenarios/top.yaml -> "
        "scenarios/one.yaml -> scenarios/top.yaml",
        "scenarios/top.yaml:3:5 there is no file `exampl.yaml`",
        "scenarios/top.yaml:5:5 `based_on.2`: `3` is read by YAML as a number, and text belongs "
        "here",
        "scenarios/top.yaml:6:5 `based_on`: `/etc/x.yaml` is a path from the top of the disk",
    ]
    empty = project.write("empty.yaml", "based_on: []\n" + project.template)
    assert project.told(empty) == [
        "scenarios/empty.yaml:1:11 `based_on` names no file; "
        "write its path from this file, such as baseline.yaml"
    ]
