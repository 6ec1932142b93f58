"""The resolved file, the assumptions log, and what ``explain`` says."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import yaml
from small_project import Project

from sufficiency.commands.explain import explain
from sufficiency.errors import InputError
from sufficiency.scenario.figures import named_figures
from sufficiency.scenario.resolved import COLUMNS, assumptions, number, resolved_yaml

pytestmark = pytest.mark.content

LAYER = """\
based_on: example.yaml
title: 'A "quoted" title: with a colon # and a hash'
description: |
  Two lines,
  and a £ sign.
entries:
  per_year: {p10: 90, p90: 110, distribution: gamma, source: 'council: "report"', mark: V}
  drift: -0.0000123
panel: {plan_to_move: {value: 0.5, source: council}}
settings:
  "on": {usual_ages: {under_1: 1, 1_to_4: 1, 5_to_9: 1, 10_to_15: 1, 16_to_17: 1},
         location: {inside: 1}, places: {from: {1900-01-01: 2, 2026-04-01: 3}}}
money:
  prices:
    "on": {block: placement, heading: Homes, weekly_fee_gbp: 1, priced_at: 2025-04-01}
"""


@pytest.fixture
def layer(project: Project) -> Path:
    return project.write("layer.yaml", LAYER)


def test_the_resolved_file_loads_back_to_the_same_scenario(project: Project, layer: Path) -> None:
    for path in (project.example, layer):
        loaded = project.load(path)
        again = project.load(project.write("again.yaml", resolved_yaml(loaded)))
        assert again.scenario == loaded.scenario
        assert again.resolved() == loaded.resolved()


def test_every_value_of_the_resolved_file_says_where_it_was_set(
    project: Project, layer: Path
) -> None:
    lines = resolved_yaml(project.load(layer)).splitlines()
    values = [line for line in lines if not line.startswith("#") and line and line[-1] != ":"]
    ends = [line.rsplit("  # ", 1)[-1] for line in values]
    assert all(end == "default" or end.startswith("scenarios/") for end in ends)
    assert ends[0] == "scenarios/layer.yaml:2"
    assert "scenarios/example.yaml:" in "".join(ends)
    assert ends.count("default") > 20


def test_resolved_is_plain_data_in_the_order_of_the_schema(project: Project) -> None:
    loaded = project.load(project.example)
    plain = loaded.resolved()
    assert list(plain)[:4] == ["title", "description", "authority", "start"]
    assert yaml.safe_load(yaml.safe_dump(plain)) == plain
    assert plain["opening"]["by_age"]["under_1"] == 15


def test_every_figure_is_in_the_log_once(project: Project, layer: Path) -> None:
    loaded = project.load(layer)
    rows = assumptions(loaded)
    paths = [row.path for row in rows]
    assert paths == [path for path, _ in named_figures(loaded.scenario)]
    assert len(paths) == len(set(paths)) > 300
    assert all(figure.path == path for path, figure in named_figures(loaded.scenario))


def test_the_log_is_honest(project: Project, layer: Path) -> None:
    rows = {row.path: row for row in assumptions(project.load(layer))}
    entries = rows["entries.per_year"]
    assert (entries.low, entries.high, entries.mark) == (90, 110, "V")
    assert (entries.source, entries.reason) == ('council: "report"', "")
    assert (entries.file, entries.line) == ("scenarios/layer.yaml", 7)
    assert 98 < entries.value < 101
    bare = rows["entries.drift"]
    assert (bare.mark, bare.source, bare.reason) == ("J", "", "no source given")
    left_out = rows["entries.change"]
    assert (left_out.file, left_out.line, left_out.mark) == ("default", 0, "J")
    assert left_out.reason == "left out of the scenario; the default is used"
    assert rows["panel.plan_to_move"].mark == "J"
    assert rows["settings.on.places"].line == 12
    assert rows["settings.on.places.from.2026-04-01"].value == 3


def test_explain_a_figure(project: Project, layer: Path) -> None:
    beneath = next(n for n, t in enumerate(project.template.split("\n"), 1) if "per_year:" in t)
    assert explain(layer, "entries.per_year").splitlines() == [
        "entries.per_year",
        "  value     99.6657 children per year (median)",
        "  interval  90 to 110, gamma; eight futures in ten",
        "  meaning   Entries a year when the forecast opens.",
        "  mark      V - verified: read in the source text or data",
        '  source    council: "report"',
        "  set at    scenarios/layer.yaml:7",
        f"  before    scenarios/example.yaml:{beneath}:13 said value: 105",
    ]


def test_explain_what_is_not_a_figure(project: Project) -> None:
    assert explain(project.example, "authority").splitlines() == [
        "authority",
        "  value     Exampleshire",
        "  meaning   The local authority.",
        f"  set at    scenarios/example.yaml:{line_of(project, 'authority:')}",
    ]
    assert explain(project.example, "seed").splitlines()[-1] == "  set at    nowhere: the default"
    assert explain(project.example, "panel").splitlines() == [
        "panel holds",
        "  panel.plan_to_move",
        "  panel.acceptance",
        "  panel.notice",
        "  panel.ranking",
    ]


def line_of(project: Project, start: str) -> int:
    lines = project.template.split("\n")
    return next(n for n, text in enumerate(lines, 1) if text.startswith(start))


def test_explain_nothing_there(project: Project) -> None:
    with pytest.raises(InputError) as error:
        explain(project.example, "entries.peryear")
    assert str(error.value) == (
        "scenarios/example.yaml:1:1 there is nothing at `entries.peryear`; "
        "did you mean `entries.per_year` or `entries.by_age` or `entries.at_birth`?"
    )


def test_explain_from_a_run(project: Project, layer: Path, tmp_path: Path) -> None:
    loaded = project.load(layer)
    run = tmp_path / "outputs" / "layer"
    run.mkdir(parents=True)
    (run / "scenario.resolved.yaml").write_text(resolved_yaml(loaded), encoding="utf-8")
    with (run / "assumptions.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        table.writerows([getattr(row, name) for name in COLUMNS] for row in assumptions(loaded))
    here, there = explain(run, "entries.per_year"), explain(layer, "entries.per_year")
    assert here.splitlines()[-1] == "  set at    scenarios/layer.yaml:7"
    assert set(here.replace("110;", "110, gamma;").splitlines()) < set(there.splitlines())
    assert "entries.drift" in explain(run, "entries")
    with pytest.raises(InputError, match="did you mean `entries`"):
        explain(run, "entris")
    (run / "assumptions.csv").unlink()
    with pytest.raises(InputError, match=r"assumptions.csv:1:1 the log of assumptions cannot"):
        explain(run, "entries")


@pytest.mark.parametrize("value", [0.1, 1e-5, 1.5e-300, 12_900_000.0, 1 / 3, -2.0, 1e22, 0.0])
def test_numbers_read_back_to_the_same_number(value: float) -> None:
    assert yaml.safe_load(number(value)) == value
