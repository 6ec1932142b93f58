"""What is assumed where a scenario does not say how years are compared."""

from __future__ import annotations

import datetime as dt

import pytest
from small_project import Project

from sufficiency.scenario.load import load_scenario
from sufficiency.scenario.resolved import assumptions, resolved_yaml

pytestmark = pytest.mark.unit


def test_left_out_it_is_the_treasurys_rate_and_the_banks_target(project: Project) -> None:
    loaded = load_scenario(project.example)
    appraisal = loaded.scenario.appraisal
    assert appraisal.discount_rate.value == 0.035
    inflation = appraisal.inflation.on(dt.date(2025, 4, 1))
    assert inflation is not None
    assert inflation.value == 0.02
    rows = {row.path: row for row in assumptions(loaded)}
    rate = rows["appraisal.discount_rate"]
    assert (rate.mark, rate.file) == ("V", "default")
    assert "Green Book" in rate.source
    assert rows["appraisal.inflation"].mark == "J"
    assert "Bank of England" in rows["appraisal.inflation"].source


def test_it_can_be_given_by_date_changed_and_written_out(project: Project) -> None:
    path = project.write(
        "layer.yaml",
        "based_on: example.yaml\nappraisal: {inflation: {from: {2025-04-01: 0.03, "
        "2027-04-01: 0.02}}}\n",
    )
    loaded = load_scenario(path, {"appraisal.discount_rate": 0.015})
    assert loaded.scenario.appraisal.discount_rate.value == 0.015
    again = load_scenario(project.write("again/scenario.resolved.yaml", resolved_yaml(loaded)))
    assert again.scenario.appraisal == loaded.scenario.appraisal
    assert project.layer("appraisal: {discount_rate: 3.5}\n") == [
        "scenarios/layer.yaml:2:28 `appraisal.discount_rate`: 3.5 is outside the range allowed "
        "here, -0.5 to 1; write a number (per year), -0.5 to 1"
    ]
