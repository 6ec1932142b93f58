"""``sufficiency backtest`` as a user gives it: its folder, its words, stopped and gone on with.

The estimator is a rough stand-in, so that what is tested is the verb.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from command_line import Running, environment, files_in
from typer.testing import CliRunner

from sufficiency.cli import app
from sufficiency.commands import backtest as command

pytestmark = pytest.mark.functional

HERE = Path(__file__).parents[1] / "forecast"
sys.path.append(str(HERE))
made_up: Any = importlib.import_module("made_up_dfe")

FEW = ("--replications", "2", "--workers", "1")
Backtest = Callable[..., Any]

WITH_THE_STAND_IN = f"""
import sys
sys.path.append({str(HERE)!r})
from made_up_dfe import rough_baseline
from sufficiency.commands import backtest
backtest._baseline_of = lambda: rough_baseline
from sufficiency.cli import main
main()
"""


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two authorities, and one that is too small."""
    made = made_up.made_up_tables(3)
    small = {(2020, made_up.STOCK, "all"): {"all": 40}}
    path: Path = made_up.write_long(
        made_up.changed(made, "Shire 03", small), tmp_path_factory.mktemp("dfe") / "tables.csv"
    )
    return path


@pytest.fixture
def backtest(tables: Path, monkeypatch: pytest.MonkeyPatch) -> Backtest:
    """Gives the command in this process."""

    def give(out: Path, *words: str, estimate: Any = made_up.rough_baseline) -> Any:
        monkeypatch.setattr(command, "_baseline_of", lambda: estimate)
        given = ["backtest", "--dfe", str(tables), "--out", str(out), *FEW, *words]
        return CliRunner().invoke(app, given)

    return give


@pytest.fixture(scope="module")
def whole(tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a back-test that was not stopped."""
    out = tmp_path_factory.mktemp("whole") / "results"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(command, "_baseline_of", lambda: made_up.rough_baseline)
        done = CliRunner().invoke(
            app, ["backtest", "--dfe", str(tables), "--out", str(out), *FEW]
        )  # fmt: skip
    assert done.exit_code == 0, (done.output, done.exception)
    assert "8 of 8 forecasts" in done.stderr
    assert done.stdout.startswith("\nChildren in care of 2 authorities")
    assert done.stdout.endswith(f"Results are in {out.as_posix()}\n")
    return out


def assert_same_results(one: Path, other: Path) -> None:
    """All bytes are the same but for how long it took; of the charts, which take long, none."""
    first, second = (files_in(folder) for folder in (one, other))
    manifests = [json.loads(files.pop("manifest.json")) for files in (first, second)]
    for files in (first, second, *(manifest["results"] for manifest in manifests)):
        for chart in [name for name in files if name.startswith("charts/")]:
            del files[chart]
    assert len(first) == 3
    assert first == second
    for manifest in manifests:
        assert manifest.pop("seconds") > 0
    assert manifests[0] == manifests[1]


def test_the_folder(whole: Path) -> None:
    assert [each.name for each in whole.parent.iterdir()] == [whole.name]
    scores, forecasts = (pd.read_csv(whole / f"{name}.csv") for name in ("scores", "forecasts"))
    assert ",".join(scores.columns) == (
        "what,part,horizon_years,origin,method,score,value,low,high,forecasts,unit,interval_over"
    )
    assert ",".join(forecasts.columns) == (
        "authority,origin,horizon_years,what,part,actual,p10,p50,p90,hold,constant_rates"
    )
    assert len(forecasts) == 2 * (4 + 3 + 2 + 1) * 12
    assert set(scores["method"]) == {"simulation", "hold", "constant_rates"}
    manifest = json.loads((whole / "manifest.json").read_text())
    assert manifest["authorities"] == ["Shire 01", "Shire 02"]
    assert manifest["left_out"] == {"Shire 03": "fewer than 50 children in care in 2020"}
    assert manifest["origins"] == [2021, 2022, 2023, 2024]
    charts = {
        f"charts/{name}.{kind}"
        for name in ("error_by_horizon", "coverage_by_horizon", "error_by_part")
        for kind in ("png", "svg", "txt", "csv")
    }
    assert set(manifest["results"]) == charts | {"scores.csv", "forecasts.csv", "summary.txt"}
    assert set(files_in(whole)) == {*manifest["results"], "manifest.json"}


def test_the_summary_says_the_finding_first(whole: Path) -> None:
    paragraphs = (whole / "summary.txt").read_text().split("\n\n")
    assert paragraphs[1].startswith("Three and four years ahead the middle forecast missed")
    assert "times that of holding" in paragraphs[1]
    said = " ".join(paragraphs)
    for words in (
        "meant to hold 80%", "Where it misses", "Shire 03: fewer than 50",
        "Four years ahead there is one opening only",
    ):  # fmt: skip
        assert words in said


def test_charts_say_what_they_show(whole: Path) -> None:
    for name in ("error_by_horizon", "coverage_by_horizon"):
        title, subtitle = (whole / f"charts/{name}.txt").read_text().splitlines()[:2]
        assert len(title.split()) <= 12
        assert any(sign.isdigit() for sign in title)
        assert "2 authorities, forecast from 31 March 2021, 2022, 2023 and 2024" in subtitle
        assert len(pd.read_csv(whole / f"charts/{name}.csv")) in (12, 4)


def test_stopped_and_gone_on_with(
    backtest: Backtest, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sufficiency.report.charts.backtest.backtest_charts", lambda *given: ())
    calls: list[int] = []

    def stops_at_the_fourth(*given: Any) -> Any:
        calls.append(1)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return made_up.rough_baseline(*given)

    out = tmp_path / "results"
    stopped = backtest(out, estimate=stops_at_the_fourth)
    assert stopped.exit_code == 1
    told = stopped.stderr.splitlines()[-2:]
    assert "give the same command with --resume" in told[0]
    assert told[1].startswith("Stopped.")
    assert [each.name for each in tmp_path.iterdir()] == ["results.part"]

    again = backtest(out)
    assert again.exit_code == 2
    assert "forecasts made so far: 3; add --resume to go on with it" in again.stderr
    other = backtest(out, "--resume", "--seed", "9")
    assert other.exit_code == 2
    assert "for which the seed is not the same" in other.stderr

    calls.clear()
    calls.extend([0] * 10)
    finished = backtest(out, "--resume", estimate=stops_at_the_fourth)
    assert finished.exit_code == 0, finished.output
    assert len(calls) == 10 + 8 - 3
    assert_same_results(out, whole)
    assert [each.name for each in tmp_path.iterdir()] == ["results"]


@pytest.mark.skipif(os.name == "nt", reason="signals to a group of processes are POSIX")
def test_ctrl_c_with_two_processes(tables: Path, whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "results"
    words = ("--dfe", tables, "--out", out, "--replications", "2", "--workers", "2")
    process = subprocess.Popen(
        [sys.executable, "-c", WITH_THE_STAND_IN, "backtest", *map(str, words)],
        env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
        # Where the tests themselves run in the background, Ctrl-C may be ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    running = Running(process)
    try:
        running.wait_for("of 8 forecasts")
        running.press_ctrl_c()
        code, said, err = running.finish()
        assert (code, said) == (1, ""), err
        assert "--resume" in err
        assert "Traceback" not in err
        assert not running.anyone_left()
    finally:
        running.end()
    assert [each.name for each in tmp_path.iterdir()] == ["results.part"]
    # What two processes made is what one makes.
    forecasts = pd.read_csv(whole / "forecasts.csv").set_index(["authority", "origin"])
    kept = [json.loads(file.read_text()) for file in tmp_path.glob("results.part/shire*.json")]
    assert kept
    for each in kept:
        there = forecasts.loc[(each["unit"]["authority"], each["unit"]["origin"])]
        for column in ("p10", "p50", "p90"):
            assert [row[column] for row in each["rows"]] == pytest.approx(list(there[column]))


def test_one_crash_does_not_end_the_work_and_is_told_first(
    backtest: Backtest, tmp_path: Path
) -> None:
    def crashes_once(tables: Any, name: str, as_at: Any, years: int) -> Any:
        if (name, as_at.year) == ("Shire 02", 2022):
            raise ZeroDivisionError("division by zero")
        return made_up.rough_baseline(tables, name, as_at, years)

    out = tmp_path / "results"
    done = backtest(out, "--replications", "1", estimate=crashes_once)
    assert done.exit_code == 0, done.output
    paragraphs = (out / "summary.txt").read_text().split("\n\n")
    assert "1 future only" in paragraphs[0]
    assert "1 forecast could not be made and no score counts it" in paragraphs[0]
    told = "it could not be estimated: ZeroDivisionError division by zero"
    assert f"Forecasts that could not be made:\n  Shire 02 from 2022: {told}" in paragraphs
    assert json.loads((out / "manifest.json").read_text())["refused"] == {
        "Shire 02 from 2022": told
    }
    assert not (out / "charts/coverage_by_horizon.png").exists()
    assert [each.name for each in tmp_path.iterdir()] == ["results"]


def test_nothing_is_left_where_every_forecast_is_refused(
    backtest: Backtest, tmp_path: Path
) -> None:
    def crashes(*given: Any) -> Any:
        raise ValueError("a share below 0")

    done = backtest(tmp_path / "results", estimate=crashes)
    assert done.exit_code == 2
    told = "no forecast could be made; of Shire 01 because it could not be estimated"
    assert told in " ".join(done.stderr.split())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--authorities", "Shire 04"), "`Shire 04` is not an authority in this table"),
        (("--authorities", "England"), "England is the whole country"),
        (("--authorities", "Shire 03"), "no authority is left to test (Shire 03: fewer than 50"),
        (("--origins", "2030"), "nothing can be tested from 31 March 2030"),
        (("--origins", "2021,2025"), "nothing can be tested from 31 March 2025"),
        (("--origins", "2020"), "give openings among 2021, 2022, 2023, 2024"),
        (("--origins", "soon"), "`soon` is not a year"),
        (("--replications", "0"), "--replications"),
        (("--dfe", "nowhere.csv"), "this cannot be read"),
    ],
)
def test_wrong_input_is_told_before_any_work(
    backtest: Backtest, tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    def never(*given: Any) -> Any:
        raise AssertionError("work was begun")

    done = backtest(tmp_path / "results", *words, estimate=never)
    assert done.exit_code == 2
    assert told in " ".join(done.stderr.split())
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_something_else_in_it_is_left_alone(
    backtest: Backtest, tmp_path: Path
) -> None:
    (tmp_path / "results").mkdir()
    (tmp_path / "results/mine.txt").write_text("mine")
    (tmp_path / "other.part").mkdir()
    (tmp_path / "other.part/mine.txt").write_text("mine")
    for name, told in (("results", "holds mine.txt"), ("other", "holds something else")):
        done = backtest(tmp_path / name)
        assert done.exit_code == 2
        assert told in done.stderr
    assert len(files_in(tmp_path)) == 2


def test_names_with_a_comma_are_names() -> None:
    known = {"Bristol, City of", "Leeds", "Herefordshire, County of"}
    asked = "Leeds, Bristol, City of,herefordshire, county of"
    assert list(command._names(asked, known)) == [
        "Leeds", "Bristol, City of", "herefordshire, county of",
    ]  # fmt: skip


def test_help_loads_nothing_heavy_and_tells_every_option() -> None:
    code = (
        "import sys\nsys.argv = ['sufficiency', 'backtest', '--help']\n"
        "from sufficiency.cli import main\ntry:\n    main()\nexcept SystemExit:\n"
        "    print([name for name in ('numpy', 'pandas', 'matplotlib') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment()
    )
    assert done.stdout.endswith("[]\n")
    for option in (
        "--dfe", "--authorities", "--origins", "--replications", "--seed", "--workers",
        "--resume", "--out", "--quiet",
    ):  # fmt: skip
        assert option in done.stdout


def benchmark() -> Any:
    """The script that fills the page, which is in no package."""
    file = Path(__file__).parents[2] / "benchmarks/backtest.py"
    spec = importlib.util.spec_from_file_location("whole", file)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


def test_one_of_each_is_told_as_one() -> None:
    one = {"authorities": ["Shire 01"], "origins": [2022], "replications": 1, "seed": 3,
           "version": "9", "input": "abc", "left_out": {"Shire 02": "why"},
           "refused": {"Shire 01 from 2023": "why"}}  # fmt: skip
    assert benchmark()._made_by(one) == (
        "1 authority from 31 March 2022; 1 future a forecast, seed 3, version 9; input with "
        "fingerprint `abc`. 1 authority is left out, and 1 forecast could not be made."
    )


def test_the_page_is_filled_with_the_scores(whole: Path) -> None:
    said = benchmark().page_part(whole)
    scores = pd.read_csv(whole / "scores.csv").query("what == 'total' and origin == 'all'")
    ratio = scores.query("horizon_years == '3-4' and score == 'error_over_hold'").iloc[0]
    row = next(line for line in said.splitlines() if line.startswith("| three and four together"))
    assert f"{ratio['value']:.2f} ({ratio['low']:.2f} to {ratio['high']:.2f})" in row
    assert said.startswith("2 authorities from 31 March 2021, 2022, 2023 and 2024; 2 futures")
    assert "| children's homes and secure homes |" in said
    page = (Path(__file__).parents[2] / "docs/backtest.md").read_text(encoding="utf-8")
    assert page.count("<!-- backtest -->\n") == page.count("<!-- /backtest -->") == 1
