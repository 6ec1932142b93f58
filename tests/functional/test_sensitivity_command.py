"""``sufficiency sensitivity`` as a user gives it."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from command_line import files_in
from typer.testing import CliRunner, Result

from sufficiency.cli import app

pytestmark = pytest.mark.functional

OF = "children_in_care@2026-03"
LITTLE = ("--of", OF, "--replications", "2", "--rows", "0", "--workers", "1")
"""What takes no time; the last of two words for one option counts."""
QUICK = ("--replications", "2", "--rows", "8", "--top", "1")


def asked(scenario: Path, *words: str | Path) -> Result:
    return CliRunner().invoke(app, ["sensitivity", str(scenario), *map(str, words)])


def refused(scenario: Path, *words: str | Path) -> str:
    result = asked(scenario, *words, "--quiet")
    assert result.exit_code == 2, (result.output, result.exception)
    assert "Traceback" not in result.output
    return " ".join(result.output.split())


@pytest.fixture(scope="module")
def doubtful(project: Path, small: Path) -> Path:
    path = project / "scenarios/doubtful.yaml"
    entries = "{p10: 200, p90: 320, distribution: lognormal}"
    path.write_text(f"based_on: {small.name}\nentries:\n  per_year: {entries}\n")
    return path


@pytest.fixture(scope="module")
def found(doubtful: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    folder = tmp_path_factory.mktemp("sensitivity") / "found"
    result = asked(doubtful, "--of", OF, *QUICK, "--workers", "1", "--out", folder)
    assert result.exit_code == 0, (result.output, result.exception)
    return folder, result


def test_the_folder_holds_tables_charts_and_words(found: tuple[Path, Result]) -> None:
    folder, result = found
    files = set(files_in(folder))
    charts = {
        f"charts/{name}.{ending}"
        for name in ("tornado", "variance_shares")
        for ending in ("csv", "png", "svg", "txt")
    }
    assert files == {
        *charts,
        "tornado.csv",
        "variance_shares.csv",
        "summary.txt",
        "manifest.json",
    }
    tornado = pd.read_csv(folder / "tornado.csv")
    assert list(tornado["finding"]) == ["raises it", *["moves nothing"] * 3]
    assert tornado["path"][0] == "entries.per_year"
    assert (tornado[["low_value", "high_value"]].iloc[0] == [200, 320]).all()
    shares = pd.read_csv(folder / "variance_shares.csv")
    assert set(shares["source"]) == {
        "entries.per_year",
        "other figures",
        "good and bad years",
        "chance",
    }
    others = shares[shares["source"] == "other figures"].iloc[0]
    assert (others["total_order"], others["finding"]) == (0.0, "moves nothing")
    assert others["label"] == "3 other figures together"
    summary = (folder / "summary.txt").read_text()
    assert summary.strip() in result.stdout
    assert "3 figures move nothing" in summary
    assert "shared uplift" in summary


def test_it_says_beforehand_how_much_it_will_do(found: tuple[Path, Result]) -> None:
    """Two futures as drawn, two for each end of four figures, and 8 rows for six sets."""
    folder, result = found
    futures = 2 + 2 * 2 * 4 + 8 * (4 + 2)
    said = f"4 figures are uncertain. Simulating {futures} futures: about"
    assert result.stderr.startswith(said)
    assert f"{futures} of {futures} futures" in result.stderr
    manifest = json.loads((folder / "manifest.json").read_text())
    assert (manifest["made_by"], manifest["of"], manifest["futures"]) == (
        "sensitivity",
        OF,
        futures,
    )
    assert set(manifest["results"]) == set(files_in(folder)) - {"manifest.json"}


def test_without_rows_there_are_no_shares(doubtful: Path, tmp_path: Path) -> None:
    result = asked(doubtful, *LITTLE, "--out", tmp_path / "none", "--quiet")
    assert result.exit_code == 0, result.output
    files = set(files_in(tmp_path / "none"))
    assert not any("shares" in name for name in files)
    assert "variance" not in (tmp_path / "none/summary.txt").read_text()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--of", "children_in_car@2026-03"), "did you mean `children_in_care`?"),
        (("--of", "children_in_care:hubb@2026-03"), "is not told of a setting `hubb`"),
        (("--of", "children_in_care@2031-03"), "is not a period of this forecast"),
        (("--of", "children_in_care"), "is not a measure and a period"),
        (("--of", "overspend@2025-05"), "`overspend` has no value in 2025-05"),
        (("--rows", "100"), "100 is not a number of rows: it is a power of two"),
        (("--rows", "4"), "4 is not a number of rows"),
        (
            ("--of", "over_20_miles:in_house_foster@2026-03"),
            "would show a count of children from 1 to 5",
        ),
    ],
)
def test_what_cannot_be_asked_is_told_in_a_sentence(
    doubtful: Path, tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    folder = tmp_path / "refused"
    assert told in refused(doubtful, *LITTLE, *words, "--out", folder)
    assert not folder.exists()


def test_a_scenario_in_which_nothing_is_doubtful(project: Path, tmp_path: Path) -> None:
    path = project / "scenarios/certain.yaml"
    path.write_text(
        """\
based_on: small.yaml
settings: {in_house_foster: {places: {from: {2025-04-01: 90}}}}
money:
  shared_uplift: 0
  prices: {external_residential: {uplift: 0.04}}
"""
    )
    told = refused(path, "--of", OF, "--out", tmp_path / "none")
    assert "no figure of this scenario is an interval" in told
    assert "certain.yaml:1:1" in told


def test_the_folder_of_a_run_is_not_replaced(doubtful: Path, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"package": "sufficiency", "results": {}}')
    before = files_in(tmp_path)
    assert "not a sensitivity analysis's" in refused(doubtful, *LITTLE, "--out", tmp_path)
    assert files_in(tmp_path) == before
