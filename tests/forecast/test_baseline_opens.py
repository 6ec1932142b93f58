"""The Middlesbrough baseline opens with what was known, and knows nothing of what came after."""

from __future__ import annotations

import builtins
import io
import shutil
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from sufficiency.cli import app
from sufficiency.forecast.replication import Plan, replicate
from sufficiency.scenario.load import load_scenario

pytestmark = pytest.mark.backtest

PROJECT = Path(__file__).parents[2]
BASELINE = "scenarios/middlesbrough-2020/baseline.yaml"
OPENING_CHILDREN = 618
"""Children looked after at 31 March 2020, as the Department for Education published."""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The scenario and its inputs in a project of their own."""
    for name in ("scenarios", "inputs"):
        shutil.copytree(PROJECT / name, tmp_path / name)
    return tmp_path


def test_every_future_opens_with_the_children_who_were_there() -> None:
    plan = Plan(load_scenario(PROJECT / BASELINE).scenario, seed=20200331)
    for number in range(1, 9):
        found = replicate(plan, number)
        row = found.keys.index(("children_in_care", "all", "children"))
        assert found.measured[row, 0] == OPENING_CHILDREN
        settings = [key[0] == "children_in_care" and key[1] != "all" for key in found.keys]
        assert found.measured[settings, 0].sum() == OPENING_CHILDREN


def test_a_replication_opens_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = Plan(load_scenario(PROJECT / BASELINE).scenario, seed=1)
    before = replicate(plan, 1)  # packages are loaded by now

    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError(f"a replication opened {args}")

    for module in (builtins, io):
        monkeypatch.setattr(module, "open", refuse)
    monkeypatch.setattr(Path, "open", refuse)
    after = replicate(plan, 1)
    np.testing.assert_array_equal(after.measured, before.measured)


def test_what_happened_afterwards_changes_no_result(copy: Path) -> None:
    actuals = copy / "inputs/middlesbrough/actuals.csv"
    with_actuals = run(copy, "as-it-was")
    lines = actuals.read_text(encoding="utf-8").splitlines()
    scrambled = [",".join([*line.split(",")[:3], "999999", "nonsense", ""]) for line in lines[1:]]
    actuals.write_text("\n".join([lines[0], *scrambled]) + "\n", encoding="utf-8")
    assert run(copy, "scrambled") == with_actuals
    (copy / "inputs/middlesbrough/actuals.csv").unlink()
    without = copy / BASELINE
    text = without.read_text(encoding="utf-8")
    named = "actuals:\n  file: inputs/middlesbrough/actuals.csv\n"
    assert named in text
    without.write_text(text.replace(named, ""), encoding="utf-8")
    assert run(copy, "without") == with_actuals


def run(project: Path, name: str) -> dict[str, bytes]:
    """The tables of two futures of the baseline."""
    folder = project / name
    words = ["run", str(project / BASELINE), "--out", str(folder), "--replications", "2"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sufficiency.folders.run.all_charts", lambda tables: ())
        done = CliRunner().invoke(app, [*words, "--workers", "1", "--show-small-counts", "--quiet"])
    assert done.exit_code == 0, (done.output, done.exception)
    tables = ("forecast.csv", "budget.csv", "contingency.csv", "replications.parquet")
    return {table: (folder / table).read_bytes() for table in tables}
