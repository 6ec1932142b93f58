"""Changes laid over a scenario from outside its files."""

from __future__ import annotations

from typing import Any

import pytest
from small_project import Project

from sufficiency.errors import InputError
from sufficiency.scenario.figures import named_figures
from sufficiency.scenario.load import LoadedScenario, load_scenario
from sufficiency.scenario.resolved import assumptions, resolved_yaml

pytestmark = pytest.mark.unit


def figure(loaded: LoadedScenario, path: str) -> float | None:
    return dict(named_figures(loaded.scenario))[path].value


@pytest.mark.parametrize(
    "path",
    [
        "entries.per_year",
        "entries.change",
        "leaving.special_guardianship.change",
        "settings.in_house_residential.places",
        "settings.in_house_foster.places.from.2026-09-01",
        "settings.connected_carer.suitable.10_to_15",
    ],
)
def test_a_change_is_set_shown_and_leaves_the_rest_alone(project: Project, path: str) -> None:
    before = load_scenario(project.example)
    value = 0.875 if "suitable" in path else 97.0
    after = load_scenario(project.example, {path: value}, set_by="--set")
    assert figure(after, path) == value
    assert (after.origin(path).file, after.origin(path).line) == ("--set", 1)
    assert f"{'0.875' if value < 1 else '97'}  # --set:1" in resolved_yaml(after)
    assert [row.file for row in assumptions(after)].count("--set") == 1
    rest = [
        {p: f for p, f in named_figures(each.scenario) if p != path} for each in (before, after)
    ]
    assert rest[0] == rest[1]
    assert list(after.files)[:-1] == list(before.files)
    assert list(after.files)[-1] == "--set"
    assert after.name == before.name


def test_an_interval_or_dates_are_replaced_whole(project: Project) -> None:
    layer = project.write(
        "layer.yaml",
        "based_on: example.yaml\n"
        "entries: {per_year: {p10: 90, p90: 110, distribution: normal, source: a count}}\n",
    )
    loaded = load_scenario(layer, {"entries.per_year": 80, "settings.in_house_foster.places": 99})
    per_year = loaded.scenario.entries.per_year
    assert (per_year.value, per_year.p10, per_year.source) == (80, None, None)
    assert "p10: 90" in loaded.origin("entries.per_year").layers[0].text
    assert figure(loaded, "settings.in_house_foster.places") == 99


def test_a_figure_is_set_from_a_date_and_holds_as_it_was_before(project: Project) -> None:
    path = "settings.in_house_residential.places"
    before = load_scenario(project.example)
    after = load_scenario(
        project.example, {f"{path}.from.2026-01-01": 20, "entries.change.from.2026-01-01": 0.5}
    )
    assert figure(after, path) == figure(before, path)
    assert after.origin(path).line == before.origin(path).line
    assert figure(after, f"{path}.from.2026-01-01") == 20
    assert figure(after, "entries.change") == 1
    assert figure(after, "entries.change.from.2026-01-01") == 0.5


def test_a_change_may_fall_on_the_last_day(project: Project) -> None:
    path = "settings.in_house_foster.places.from.2028-03-31"
    assert figure(load_scenario(project.example, {path: 90}), path) == 90


def test_no_changes_change_nothing(project: Project) -> None:
    assert load_scenario(project.example, {}) == load_scenario(project.example)


def test_a_group_is_laid_over_key_by_key(project: Project) -> None:
    changes: dict[str, Any] = {
        "entries.by_age": {"under_1": 0.1, "1_to_4": 0.28},
        "money.one_off": {},
    }
    loaded = load_scenario(project.example, changes)
    assert figure(loaded, "entries.by_age.1_to_4") == 0.28
    changes = {"money.one_off": {"carer_campaign": None}}
    assert load_scenario(project.example, changes).scenario.money.one_off == {}


@pytest.mark.golden
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"settings.in_house_fostr.places": 3},
            "`settings.in_house_fostr` names nothing in this scenario; "
            "did you mean `in_house_foster`?",
        ),
        (
            {"entries.per_yer": 3},
            "`entries.per_yer` names nothing in this scenario; did you mean `per_year`?",
        ),
        (
            {"entries.per_year.p10": 3},
            "`entries.per_year` is a figure, which is set whole; "
            "write `entries.per_year` and a number",
        ),
        (
            {"entries.change.2026-01-01": 3},
            "`entries.change` is a figure, which is set whole; write `entries.change` and a "
            "number, or `entries.change.from.2020-04-01` to set it from a date",
        ),
        (
            {"entries.change.from.1/4/2026": 3},
            "`entries.change.from`: `1/4/2026` is not a date written year, month, day; "
            "write 2026-04-01",
        ),
        (
            {"panel.ranking.0": 3},
            "`panel.ranking.0` names nothing: `panel.ranking` holds no names; "
            "set `panel.ranking` whole",
        ),
        (
            {"returning.share_of_entries": 0.1},
            "`returning` is not in this scenario, so nothing in it can be set; "
            "add `returning` in a file first",
        ),
        (
            {"entries.per_year": -4},
            "`entries.per_year`: -4 is outside the range allowed here, 0 to 100000; "
            "write a number (children per year), 0 to 100000",
        ),
        (
            {"entries.per_year": 1e9},
            "`entries.per_year`: 1e+09 is outside the range allowed here, 0 to 100000; "
            "write a number (children per year), 0 to 100000",
        ),
        (
            {"settings.in_house_foster.places.from.2040-01-01": 90},
            "`settings.in_house_foster.places.from.2040-01-01` changes nothing: the forecast ends "
            "on 2028-03-31; give an earlier date, or a later `end`",
        ),
        (
            {"settings.in_house_foster.places": 3},
            "`in_house_foster` has 3 places at the start, fewer than the 70 children who live "
            "there; raise the places, or lower the children there under `opening`",
        ),
    ],
)
def test_a_change_that_cannot_be_is_told(
    project: Project, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError) as error:
        load_scenario(project.example, changes, set_by="--set")
    assert str(error.value) == f"--set:1:1 {said}"


@pytest.mark.golden
def test_every_path_that_names_nothing_is_told(project: Project) -> None:
    with pytest.raises(InputError) as error:
        load_scenario(project.example, {"based_on": 1, "nothing.here": 2, "seed": 0.5})
    told = [str(each).partition(";")[0] for each in error.value.problems]
    assert told == [
        "changes:1:1 `based_on` names nothing in this scenario",
        "changes:1:1 `nothing` names nothing in this scenario",
        "changes:1:1 `seed`: `0.5` is not a whole number",
    ]


def test_a_file_that_cannot_be_read_is_told_alone(project: Project) -> None:
    path = project.write("top.yaml", "based_on: exampl.yaml\n")
    with pytest.raises(InputError) as error:
        load_scenario(path, {"nothing.here": 2})
    assert len(error.value.problems) == 1
    assert error.value.problems[0].file == "scenarios/top.yaml"
