"""Tables that cannot all hold are told before a run, with their place."""

from __future__ import annotations

from pathlib import Path

import pytest

from sufficiency.commands.check import check
from sufficiency.estimate.feasible import opening_problems
from sufficiency.scenario.load import load_scenario
from sufficiency.scenario.template import template_text

pytestmark = pytest.mark.golden

ONLY_OLDER = """\
based_on: example.yaml
title: Everyone is 16 or 17
opening:
  by_age: {under_1: 0, 1_to_4: 0, 5_to_9: 0, 10_to_15: 0, 16_to_17: 300}
settings:
  in_house_foster:
    usual_ages: {16_to_17: 0}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    scenarios = tmp_path / "scenarios"
    scenarios.mkdir()
    text = template_text(scenarios / "example.yaml")
    (scenarios / "example.yaml").write_text(text, encoding="utf-8")
    (scenarios / "older.yaml").write_text(ONLY_OLDER)
    return scenarios


def test_ages_that_leave_nobody_for_a_setting_are_told(folder: Path) -> None:
    (problem,) = check([folder / "older.yaml"])
    assert (problem.file, problem.line) == ("scenarios/older.yaml", 4)
    assert problem.sentence.startswith("`opening`: its tables by age, time in care, setting and")
    assert "cannot all hold" in problem.sentence
    assert "usual ages" in problem.remedy


def test_the_template_and_the_baseline_can_hold(folder: Path) -> None:
    assert opening_problems(load_scenario(folder / "example.yaml")) == []
    root = Path(__file__).parents[2]
    baseline = root / "scenarios/middlesbrough-2020/baseline.yaml"
    assert opening_problems(load_scenario(baseline)) == []
