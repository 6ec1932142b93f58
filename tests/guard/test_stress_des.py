"""The quality documents name files, runs, measures and constants as they are today."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from sufficiency.forecast.replication import Plan, replicate
from sufficiency.model import assessors, edge, edge_risk, edge_services
from sufficiency.scenario.load import load_scenario

pytestmark = pytest.mark.content

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/quality/stress-des.md").read_text(encoding="utf-8")
SET = ROOT / "scenarios/middlesbrough-2020"

ITEMS = """
1.1 Purpose
1.2 Outputs
1.3 Aims of experimentation
2.1 Base model overview diagram
2.2 Base model logic
2.3 Scenario logic
2.4 Algorithms
2.5.1 Entities
2.5.2 Activities
2.5.3 Resources
2.5.4 Queues
2.5.5 Entry and exit points
3.1 Sources
3.2 Pre-processing
3.3 Input parameters
3.4 Assumptions
4.1 Initialisation
4.2 Run length
4.3 Estimation approach
5.1 Software
5.2 Random sampling
5.3 Model execution
5.4 System specification
6.1 Computer model sharing statement
"""


def test_every_item_is_filled_in_in_order() -> None:
    assert re.findall(r"^\*\*([\d.]+ .+?)\.\*\*", PAGE, re.MULTILINE) == ITEMS.split("\n")[1:-1]


@pytest.mark.parametrize("page", ["stress-des.md", "assurance.md", "rap-checklist.md"])
def test_files_named_exist(page: str) -> None:
    of_a_run = set(re.findall(r"`([\w.]+)`", (ROOT / "outputs/README.md").read_text("utf-8")))
    text = (ROOT / "docs/quality" / page).read_text("utf-8")
    names = set(re.findall(r"`([\w./-]+(?:\.\w+|/))`", text)) - of_a_run
    assert len(names) > 2
    for name in names:
        found = [folder / name for folder in (ROOT, ROOT / "sufficiency", SET)]
        assert any(path.exists() for path in found), name


def test_the_runs_are_those_of_the_scenarios() -> None:
    row = re.compile(
        r"^\| `(scenarios/[^`]+)` \| (\S+) \| (\S+) \| (\d+) \| (\d+) \|$", re.MULTILINE
    )
    rows = row.findall(PAGE)
    sets = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("scenarios/*/baseline.yaml")}
    assert {file for file, *_ in rows} == sets
    for file, start, end, replications, seed in rows:
        told = load_scenario(ROOT / file).scenario
        assert (start, end) == (f"{told.start}", f"{told.end}")
        assert (int(replications), int(seed)) == (told.replications, told.seed)


def test_every_scenario_of_the_worked_example_is_named() -> None:
    for file in SET.glob("*.yaml"):
        assert f"`{file.name}`" in PAGE, file.name


def test_the_outputs_are_those_of_a_run() -> None:
    measures = set()
    for file in ("hub.yaml", "block-beds.yaml"):
        scenario = load_scenario(SET / file).scenario
        measures |= {key[0] for key in replicate(Plan(scenario, scenario.seed), 1).keys}
    told = PAGE[PAGE.index("**1.2") : PAGE.index("**1.3")]
    assert set(re.findall(r"`([a-z_0-9]+)`", told)) == measures


@pytest.mark.parametrize(
    "words",
    [
        f"at most {edge_services.MOST_TIMES_BACK} times back at risk",
        f"gamma, shape {edge_services._SHAPE:g}",
        f"gamma, shape {assessors.ASSESSMENT_SHAPE:g}",
        f"cut at {edge_risk.LONGEST_AT_RISK:g} times its mean",
        f"from {assessors.LEAD_DAYS:,} days before",
        f"from {edge.RUN_UP_DAYS / 365.25:g} years before",
    ],
)
def test_constants_are_those_of_the_code(words: str) -> None:
    assert words in " ".join(PAGE.split())


def test_the_software_is_what_is_asked_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert f"Python {project['requires-python'].lstrip('>=')} or later" in PAGE
    simpy = next(each for each in project["dependencies"] if each.startswith("simpy"))
    assert re.fullmatch(r"simpy>=4\.\d+", simpy)
    assert "SimPy 4" in PAGE
