"""What is said on the way and at the end: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from command_line import environment
from typer.testing import CliRunner

from sufficiency.cli import app

pytestmark = pytest.mark.functional

WITHOUT_CHARTS = """
import sufficiency.folders.run
sufficiency.folders.run.all_charts = lambda tables: ()
from sufficiency.cli import main
main()
"""


def told(small: Path, folder: Path, *words: str) -> tuple[str, str]:
    options = ["--out", str(folder), "--workers", "1", *words]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sufficiency.folders.run.all_charts", lambda tables: ())
        done = CliRunner().invoke(app, ["run", str(small), *options])
    assert done.exit_code == 0, done.output
    return done.stdout, done.stderr


def test_plain_lines_ten_at_most(small: Path, tmp_path: Path) -> None:
    _, lines = told(small, tmp_path / "run", "--replications", "25")
    assert lines.splitlines()[0] == "3 of 25 futures"
    assert lines.splitlines()[-1] == "25 of 25 futures"
    assert len(lines.splitlines()) == 10


def test_the_summary_is_printed_and_kept(small: Path, tmp_path: Path) -> None:
    out, lines = told(small, tmp_path / "run")
    summary = (tmp_path / "run/summary.txt").read_text()
    assert out == f"\n{summary}\nResults are in {(tmp_path / 'run').as_posix()}\n"
    assert [line for line in lines.splitlines() if not re.fullmatch(r"\d of 4 futures", line)] == []


def test_quiet_says_only_where_the_results_are(small: Path, tmp_path: Path) -> None:
    out, lines = told(small, tmp_path / "run", "--quiet")
    assert out == f"Results are in {(tmp_path / 'run').as_posix()}\n"
    assert lines == ""


def test_the_summary_says_what_the_tables_say(small: Path, tmp_path: Path) -> None:
    told(small, tmp_path / "run", "--show-small-counts")
    summary = (tmp_path / "run/summary.txt").read_text()
    table = pd.read_csv(tmp_path / "run/forecast.csv")
    last = table[
        (table["period"] == "2026-03")
        & (table["measure"] == "children_in_care")
        & (table["setting"] == "all")
    ].iloc[0]
    assert "4 futures were simulated" in summary
    assert "There are 300 children in care at 31 March 2025" in summary
    said = re.search(r"for 31 March 2026 is (\d+), with a range from (\d+) to (\d+)\.", summary)
    assert said is not None
    for words, name in zip(said.groups(), ("p50", "p10", "p90"), strict=True):
        assert abs(float(words) - float(last[name])) <= 0.5
    budget = pd.read_csv(tmp_path / "run/budget.csv")
    total = budget[(budget["block"] == "placement") & (budget["heading"] == "all")].iloc[0]
    assert f"expected to cost £{total['outturn_mean'] / 1e6:.1f} million" in summary
    assert "against the assumed budget of £15.0 million" in summary
    assert summary.count("\n") == 1
    assert not re.search(r"nan|None|\d\.\d{3}|p10|_", summary)


@pytest.mark.skipif(os.name == "nt", reason="a pseudo-terminal is POSIX")
def test_a_bar_on_a_terminal(small: Path, tmp_path: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    words = ["run", str(small), "--out", str(tmp_path / "run"), "--replications", "8"]
    with subprocess.Popen(
        [sys.executable, "-c", WITHOUT_CHARTS, *words, "--workers", "1"],
        stdout=subprocess.PIPE, stderr=theirs,
        env=environment() | {"TERM": "xterm", "NO_COLOR": "1"}, text=True,
    ) as process:  # fmt: skip
        os.close(theirs)
        seen = b""
        while True:
            try:
                some = os.read(ours, 4096)
            except OSError:  # Linux says so when the other end is closed
                break
            if not some:
                break
            seen += some
        assert process.stdout is not None
        out = process.stdout.read()
    os.close(ours)
    shown = seen.decode()
    assert process.returncode == 0, shown
    assert "Reading the scenario" in shown
    assert "Simulating futures" in shown
    assert "/8" in shown
    assert "Writing the results" in shown
    assert " of 8 futures" not in shown
    assert out.startswith("\nThis is the forecast called")
