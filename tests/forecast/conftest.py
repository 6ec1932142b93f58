"""A plan to run: one year of the imaginary authority of the template."""

from __future__ import annotations

import pytest

from sufficiency.forecast.replication import Plan
from sufficiency.scenario.load import load_scenario
from sufficiency.scenario.template import template_text

ONE_YEAR = """\
title: One year of the template
based_on: example.yaml
end: 2026-03-31
money:
  one_off:
    carer_campaign: {date: 2025-09-01}
"""


@pytest.fixture(scope="session")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    folder = tmp_path_factory.mktemp("template") / "scenarios"
    folder.mkdir()
    (folder / "example.yaml").write_text(template_text(folder / "example.yaml"), encoding="utf-8")
    (folder / "year.yaml").write_text(ONE_YEAR)
    return Plan(load_scenario(folder / "year.yaml").scenario, seed=1)
