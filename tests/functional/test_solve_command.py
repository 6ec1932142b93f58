"""``sufficiency solve`` from the command line: an answer, its folder, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from sufficiency.cli import app
from sufficiency.commands.solve import SolveOptions, _not_met
from sufficiency.fingerprints import fingerprint
from sufficiency.forecast.measures import Measure, Term
from sufficiency.forecast.solve import Looked, Trials
from sufficiency.forecast.solve_question import Range, Target
from sufficiency.forecast.solve_search import NotMetError, search

PATH = "entries.per_year"
TARGET = "children_in_care@2026-03 <= 160"


def asked(scenario: Path, out: Path, *options: str, range_: str = f"{PATH}=20:120") -> list[str]:
    words = ["solve", str(scenario), "--set", range_, "--out", str(out), "--workers", "1"]
    return [*words, "--replications", "3", *options]


@pytest.fixture(scope="module")
def around(small: Path, tmp_path_factory: pytest.TempPathFactory) -> float:
    """The children in care on the last day at the middle of the range: an answer lies inside."""
    from sufficiency.forecast.measures import known_measures, parse_measure
    from sufficiency.forecast.replication import Plan
    from sufficiency.forecast.solve import look
    from sufficiency.scenario.load import load_scenario

    loaded = load_scenario(small, {PATH: 70.0})
    plan = Plan(loaded.scenario, loaded.scenario.seed)
    measure = parse_measure("children_in_care@2026-03", known_measures(plan), "--of")
    looked = look(plan, [measure], range(1, 4), 1)
    return float(looked.values.max())  # noqa: PD011


@pytest.fixture(scope="module")
def solved(small: Path, around: float, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A search of which the answer is not below the middle, with step 25."""
    out = tmp_path_factory.mktemp("solved") / "out"
    until = f"children_in_care@2026-03 <= {around}"
    words = asked(small, out, "--until", until, "--step", "25", "--chance", "1", "--quiet")
    told = CliRunner().invoke(app, [*words, "--tell", "occupancy:in_house_foster@2025/26"])
    assert told.exit_code == 0, (told.output, told.exception)
    assert told.output == f"Results are in {out.as_posix()}\n"
    return out


@pytest.mark.functional
def test_the_answer_is_the_most_entries_that_still_meet_the_target(
    solved: Path, around: float
) -> None:
    table = pd.read_csv(solved / "solve.csv").set_index("value")
    assert table.index.is_monotonic_increasing
    enough = table.index[table["chance"] == 1.0]
    answer = float(enough.max())
    assert answer >= 70
    assert answer + 25 in table.index  # its neighbour was tried, and does not meet it
    assert table["chance"][answer + 25] < 1
    assert (table["p90"][enough] <= around).all()
    assert f"The most that does is {answer:.0f} children per year." in (
        solved / "summary.txt"
    ).read_text(encoding="utf-8")
    assert "occupancy:in_house_foster@2025/26 mean" in table.columns


@pytest.mark.functional
def test_the_manifest_knows_every_file_and_the_question(solved: Path, around: float) -> None:
    manifest = json.loads((solved / "manifest.json").read_text(encoding="utf-8"))
    written = {path.relative_to(solved).as_posix() for path in solved.rglob("*") if path.is_file()}
    assert written == {"manifest.json", *manifest["results"]}
    assert {"charts/chance.png", "charts/chance.txt", "solve.csv"} < written
    assert all(fingerprint(solved / name) == sha for name, sha in manifest["results"].items())
    assert (manifest["made_by"], manifest["set"], manifest["step"]) == ("solve", PATH, 25.0)
    assert manifest["until"] == f"children_in_care@2026-03 <= {around:.12g}"


@pytest.mark.functional
def test_the_same_question_gives_the_same_bytes_and_replaces_its_folder(
    solved: Path, small: Path, around: float
) -> None:
    before = {p: p.read_bytes() for p in solved.rglob("*") if p.suffix in (".csv", ".svg", ".txt")}
    until = f"children_in_care@2026-03 <= {around}"
    words = asked(small, solved, "--until", until, "--step", "25", "--chance", "1", "--quiet")
    told = CliRunner().invoke(app, [*words, "--tell", "occupancy:in_house_foster@2025/26"])
    assert told.exit_code == 0, (told.output, told.exception)
    assert before == {path: path.read_bytes() for path in before}


@pytest.mark.functional
def test_against_itself_there_is_no_difference(small: Path, tmp_path: Path) -> None:
    until = "net_cost@all <= 0"
    still = "settings.external_residential.nearby_places=5000:6000"
    words = asked(small, tmp_path / "out", "--until", until, "--step", "1000", range_=still)
    base = small.with_name("plenty.yaml")
    base.write_text(
        "title: Plenty\nbased_on: small.yaml\n"
        "settings: {external_residential: {nearby_places: 7000}}\n"
    )
    told = CliRunner().invoke(app, [*words, "--against", str(base)])
    assert told.exit_code == 0, (told.output, told.exception)
    table = pd.read_csv(tmp_path / "out/solve.csv")
    assert (table[["mean", "p10", "p90"]] == 0).all(axis=None)
    assert "Every value tried meets it, and alike: in each future the difference in" in told.stdout
    assert "changes nothing in it. The target is met in 3 of 3 futures." in told.stdout
    assert "outside the range" not in told.stdout


@pytest.mark.golden
@pytest.mark.parametrize(
    ("options", "range_", "said"),
    [
        (
            ("--until", "children_in_care@2026-03 <= 1", "--step", "1"),
            f"{PATH}=20:21",
            "--until:1:1 no value of `entries.per_year` from 20 to 21 that was tried (2 of them) "
            "meets `children_in_care@2026-03 <= 1` with a chance of 80%: the best chance found is "
            "0%, at 20, where it is ",
        ),
        (
            ("--until", "children_in_cars@2026-03 <= 1"),
            f"{PATH}=20:21",
            "--until:1:1 there is no measure `children_in_cars`; did you mean `children_in_care`?",
        ),
        (
            ("--until", TARGET, "--tell", "cost@2031/32"),
            f"{PATH}=20:21",
            "--tell:1:6 `2031/32` is not a period of this forecast; write a month (2025-03 to "
            "2026-03), a financial year (2025/26), or all",
        ),
        (
            ("--until", TARGET),
            "entries.per_yeer=20:21",
            "--set:1:1 `entries.per_yeer` names nothing in this scenario; did you mean `per_year`?",
        ),
        (
            ("--until", TARGET),
            "panel.acceptance=0.5:1.5",
            "--set:1:1 `panel.acceptance`: 1.5 is outside the range allowed here, 0 to 1; ",
        ),
        (
            ("--until", TARGET),
            "replications=5:9",
            "--set:1:1 `replications` is not a figure that can be tried at several values; name "
            "one that `sufficiency explain` tells a unit of",
        ),
        (
            ("--until", TARGET),
            "entries.per_year=20",
            "--set:1:1 `entries.per_year=20` does not say which figure is tried between which "
            "values; write PATH=LOW:HIGH, such as settings.hub.places=1:12",
        ),
    ],
)
def test_what_is_refused(
    small: Path, tmp_path: Path, options: tuple[str, ...], range_: str, said: str
) -> None:
    told = CliRunner().invoke(
        app, asked(small, tmp_path / "out", *options, "--quiet", range_=range_)
    )
    assert told.exit_code == 2, (told.output, told.exception)
    assert told.stderr.startswith(said)
    assert len(told.stderr.splitlines()) == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.golden
def test_another_scenario_of_other_days_is_refused(small: Path, tmp_path: Path) -> None:
    example = small.with_name("example.yaml")
    words = asked(small, tmp_path / "out", "--until", "net_cost@all <= 0")
    told = CliRunner().invoke(app, [*words, "--against", str(example)])
    assert told.exit_code == 2
    assert told.stderr.startswith(f"--against:1:1 {example.as_posix()} has another `end` (")
    assert told.stderr.rstrip().endswith("give one of the same days")


@pytest.mark.golden
def test_a_scenario_of_another_authority_is_refused(small: Path, tmp_path: Path) -> None:
    other = small.with_name("elsewhere.yaml")
    other.write_text("title: Elsewhere\nbased_on: small.yaml\nauthority: Otherborough\n")
    words = asked(small, tmp_path / "out", "--until", "net_cost@all <= 0")
    told = CliRunner().invoke(app, [*words, "--against", str(other)])
    assert told.exit_code == 2
    assert told.stderr.startswith(f"--against:1:1 {other.as_posix()} has another `authority` (")
    assert told.stderr.rstrip().endswith("give one of the same authority")


def refused(values: list[list[float]]) -> str:
    """What is said of a share that is over 0.1 at two values in some futures."""
    range_ = Range("entries.per_year", Decimal(1), Decimal(2), Decimal(1))
    share = Term("out_of_area", "all", "children")
    measure = Measure(share, Term("children_in_care", "all", "children"), "2026-03", (1,), ())
    target = Target(measure, "<=", 0.1)

    def look_at(value: float, _measures: Sequence[Measure]) -> Looked:
        futures = np.array(values[int(value) - 1])[:, None]
        return Looked(futures, (np.array([90.0]),), np.array([90.0]))

    trials = Trials(range_, target, (), look_at)
    asked_for = SimpleNamespace(
        target=target, values=range_, base=None, options=SolveOptions("", "")
    )
    with pytest.raises(NotMetError) as failed:
        search(lambda index: trials.at(index).met, 1, 0.8)
    return str(_not_met(asked_for, trials, failed.value))  # type: ignore[arg-type]


@pytest.mark.golden
def test_futures_without_a_value_are_counted_where_no_value_is_enough() -> None:
    nan = float("nan")
    some = refused([[nan, nan, 0.5], [nan, 0.2, 0.4]])
    assert (
        "the best chance found is 0%, at 2, where it is 30.0% on average of the futures in which "
        "it has a value (in 1 of 3 it has none, which counts as not met)"
    ) in some
    none = refused([[nan, nan, nan], [nan, nan, nan]])
    assert "where it has no value in any of 3 futures, which counts as not met" in none
    assert "at every value" in none
    assert "the figure changes nothing in it; give --set another figure" in none
    assert "nan" not in some + none


@pytest.mark.functional
def test_a_count_of_few_real_children_is_not_found_out(small: Path, tmp_path: Path) -> None:
    until = "returns_to_local@2025-04 <= 2"
    words = asked(small, tmp_path / "out", "--until", until, "--step", "1", range_=f"{PATH}=69:70")
    told = CliRunner().invoke(app, words)
    assert told.exit_code == 2, told.output
    assert "would show a count of children from 1 to 5" in told.stderr
    shown = CliRunner().invoke(app, [*words, "--show-small-counts", "--quiet"])
    assert "would show" not in shown.stderr
