"""The same scenario and seed give the same results, whoever runs them, and with whom."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from command_line import SMALL, Run, files_in, forecast, sufficiency

pytestmark = pytest.mark.functional

NUMBERS = ["mean", "p10", "p50", "p90", "half_width"]
MONEY = "cost|overspend|gap|run_rate"


def without_seconds(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files of a run, its manifest without how long it took."""
    manifest = json.loads(files["manifest.json"])
    del manifest["seconds"]
    return files | {"manifest.json": json.dumps(manifest).encode()}


def replications(folder: Path) -> pd.DataFrame:
    keys = ["period", "period_type", "measure", "setting"]
    return pd.read_parquet(folder / "replications.parquet").astype(dict.fromkeys(keys, str))


def layer(project: Path, name: str, text: str) -> Path:
    """A scenario that changes the small one."""
    path = project / "scenarios" / f"{name}.yaml"
    path.write_text(f"based_on: small.yaml\n{text}")
    return path


def test_two_workers_and_a_second_run_give_the_same_bytes(
    project: Path, small: Path, whole_run: Path
) -> None:
    before = files_in(whole_run)
    options = ("--out", whole_run, "--workers", "2")
    again = sufficiency("run", small, *options, at=project, env={"PYTHONHASHSEED": "7"})
    assert again.returncode == 0, again.stderr
    after = files_in(whole_run)
    assert after["manifest.json"] != before["manifest.json"], "the run was not made again"
    assert without_seconds(after) == without_seconds(before)


def test_another_seed_gives_other_futures(run: Run, base: Path) -> None:
    other = run("seed", "--seed", "2")
    assert json.loads((other / "manifest.json").read_text())["seed"] == 2
    assert not replications(other).equals(replications(base))
    assert (
        run("seed-1", "--seed", "1").joinpath("replications.parquet").read_bytes()
        == (base / "replications.parquet").read_bytes()
    )


def test_more_futures_leave_the_earlier_ones_as_they_were(run: Run, base: Path) -> None:
    more = replications(run("more", "--replications", "6"))
    assert set(more["replication"]) == {1, 2, 3, 4, 5, 6}
    earlier = more[more["replication"] <= 4].reset_index(drop=True)
    pd.testing.assert_frame_equal(earlier, replications(base))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("renamed", "title: The same under another title\n"),
        ("no-change", "entries: {change: 1.0}\n"),
        ("restated", "entries: {per_year: {value: 105, mark: V, source: a new source}}\n"),
        ("said-again", "panel: {notice: 14}\nseed: 1\n"),
    ],
)
def test_what_changes_nothing_changes_no_byte(
    project: Path, run: Run, base: Path, name: str, text: str
) -> None:
    same = run(name, scenario=layer(project, name, text))
    for file in ("replications.parquet", "episodes.parquet"):
        assert (same / file).read_bytes() == (base / file).read_bytes(), file
    for file in ("forecast.csv", "budget.csv", "contingency.csv", "commitments.csv"):
        renamed = (same / file).read_text().replace(f"\n{name},", "\nsmall,")
        assert renamed == (base / file).read_text(), file


def test_a_lever_does_change_results(project: Path, run: Run, base: Path) -> None:
    fewer = run("fewer", scenario=layer(project, "fewer", "entries: {change: 0.5}\n"))
    table = forecast(fewer).merge(
        forecast(base), on=["period", "measure", "setting"], suffixes=("", "_base")
    )
    year = table[(table["period"] == "2025/26") & (table["setting"] == "all")]
    entries = year[year["measure"] == "entries"].iloc[0]
    assert 0 < entries["mean"] < 0.8 * entries["mean_base"]


def test_a_price_changes_cost_and_no_count(project: Path, run: Run, base: Path) -> None:
    text = "money: {prices: {agency_foster: {weekly_fee_gbp: 5000}}}\n"
    dear = run("dear", scenario=layer(project, "dear", text))
    assert (dear / "episodes.parquet").read_bytes() == (base / "episodes.parquet").read_bytes()
    new, old = replications(dear), replications(base)
    money = old["measure"].str.contains(MONEY)
    pd.testing.assert_frame_equal(new[~money], old[~money])
    agency = money & (old["setting"] == "agency_foster") & (old["period"] == "2025/26")
    assert (new.loc[agency, "value"] > old.loc[agency, "value"]).all()
    others = money & ~old["setting"].isin(["agency_foster", "all"])
    pd.testing.assert_frame_equal(new[others], old[others])


def test_small_layers_stand_on_the_template(small: Path) -> None:
    assert small.read_text() == SMALL
