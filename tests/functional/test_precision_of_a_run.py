"""A run that goes on until an average is known as closely as asked."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from command_line import Run, files_in
from typer.testing import CliRunner

from sufficiency.cli import app

pytestmark = pytest.mark.functional

ASKED = ("--precision", "children_in_care@2025-06=9")


def told_in(folder: Path) -> dict[str, object]:
    manifest: dict[str, object] = json.loads((folder / "manifest.json").read_text())
    return manifest


def test_two_workers_run_as_many_futures_with_the_same_bytes(run: Run) -> None:
    one = run("precise", *ASKED)
    two = run("precise-2", *ASKED, "--workers", "2")
    assert files_in(one).keys() == files_in(two).keys()
    for name, data in files_in(one).items():
        if name != "manifest.json":
            assert data == files_in(two)[name], name
    manifest = told_in(one)
    assert manifest["precision"] == told_in(two)["precision"]
    precision = manifest["precision"]
    assert isinstance(precision, dict)
    assert precision["reached"] is True
    assert manifest["replications"] == precision["replications_needed"] + 5
    (asked,) = precision["asked"]
    assert asked["measure"] == "children_in_care@2025-06"
    assert asked["half_width_reached"] <= asked["half_width"] == 9
    table = pd.read_csv(one / "forecast.csv")
    row = table[
        (table["measure"] == "children_in_care")
        & (table["setting"] == "all")
        & (table["period"] == "2025-06")
    ].iloc[0]
    assert row["half_width"] == pytest.approx(asked["half_width_reached"], abs=0.005)
    summary = (one / "summary.txt").read_text()
    assert f"{precision['replications_needed']} were needed" in summary
    assert "The average of children in care in 2025-06 was to be known to within 9" in summary


def test_a_limit_too_low_is_said_and_the_results_are_kept(run: Run) -> None:
    folder = run("limit", "--precision", "cost@2025/26=1", "--at-most", "5")
    assert told_in(folder)["replications"] == 5
    precision = told_in(folder)["precision"]
    assert isinstance(precision, dict)
    assert (precision["reached"], precision["replications_needed"]) == (False, None)
    summary = (folder / "summary.txt").read_text()
    assert "The limit of 5 futures was reached before what was asked was known" in summary
    assert "The average of cost in 2025/26 was to be known to within £1 either way" in summary
    assert (folder / "gap_in_places.csv").is_file()


def test_how_closely_few_children_are_known_is_hidden(small: Path, tmp_path: Path) -> None:
    words = ["run", str(small), "--out", str(tmp_path / "few"), "--workers", "1", "--quiet"]
    words += ["--precision", "over_20_miles:in_house_foster@2025-06=0.01", "--at-most", "3"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sufficiency.folders.run.all_charts", lambda tables: ())
        done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    precision = told_in(tmp_path / "few")["precision"]
    assert isinstance(precision, dict)
    assert precision["asked"][0]["half_width_reached"] == "c"
    assert "is hidden, because few children" in (tmp_path / "few/summary.txt").read_text()


def test_as_many_layers_as_futures_were_needed(run: Run) -> None:
    folder = run("layers", "--precision", "children_in_care@2025-04=30", "--layers")
    assert told_in(folder)["replications"] == 8
    assert (folder / "layers.csv").is_file()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            (*ASKED, "--replications", "4"),
            "--replications:1:1 --precision finds how many futures it takes, and --replications "
            "says how many; give one of the two; --at-most is the limit for --precision",
        ),
        (
            ("--at-most", "4"),
            "--at-most:1:1 --at-most is the limit for --precision, which is not given; give "
            "--precision MEASURE@PERIOD=HALFWIDTH too, or --replications instead",
        ),
        (
            ("--precision", "children@2025-06=4"),
            "--precision:1:1 there is no measure `children`; did you mean `children_in_care`?",
        ),
    ],
)
def test_what_cannot_be_asked_is_a_sentence(
    small: Path, tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    done = CliRunner().invoke(app, ["run", str(small), "--out", str(tmp_path / "no"), *words])
    assert (done.exit_code, done.stderr) == (2, told + "\n")
    assert not (tmp_path / "no").exists()


def test_the_share_who_are_to_have_their_first_choice_is_asked_for(run: Run) -> None:
    most = pd.read_csv(run("base") / "gap_in_places.csv")
    half = pd.read_csv(run("half", "--first-choice", "0.5") / "gap_in_places.csv")
    assert set(most["first_choice_share"]) == {0.9}
    assert set(half["first_choice_share"]) == {0.5}
    told = most["places_needed"].notna()  # not where it is nobody's first choice
    assert (half["places_needed"].notna() == told).all()
    assert told.any()
    assert (half["places_needed"] <= most["places_needed"])[told].all()
    assert (half["places_needed"] < most["places_needed"]).any()
    same = ["wanting_mean", "living_there_mean", "places_there_are", "elsewhere_mean"]
    pd.testing.assert_frame_equal(half[same], most[same])
