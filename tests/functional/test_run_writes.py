"""A run's folder: these files, these columns, these words, and nothing else."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest
from command_line import FUTURES, Run, files_in, forecast
from typer.testing import CliRunner

from sufficiency.cli import app
from sufficiency.vocabulary import Block, Setting

pytestmark = pytest.mark.functional

CHARTS = (
    "children_in_care", "cost_by_heading", "occupancy", "out_of_area", "overspend",
    "place_gap", "placements_by_setting",
)  # fmt: skip
FILES = {
    "manifest.json", "scenario.resolved.yaml", "forecast.csv", "budget.csv", "contingency.csv",
    "commitments.csv", "gap_in_places.csv", "replications.parquet", "episodes.parquet",
    "assumptions.csv", "summary.txt",
    *(f"charts/{name}.{kind}" for name in CHARTS for kind in ("png", "svg", "txt", "csv")),
}  # fmt: skip
COLUMNS = {
    "forecast.csv": "scenario,period,period_type,measure,setting,unit,mean,p10,p50,p90,half_width",
    "budget.csv": "scenario,financial_year,block,heading,budget,outturn_mean,outturn_p10,"
    "outturn_p50,outturn_p90,variance_mean,probability_of_overspend,unit",
    "contingency.csv": "scenario,financial_year,block,budget,contingency_p80,contingency_p90,unit",
    "commitments.csv": "scenario,financial_year,children,mean,p10,p50,p90,unit",
    "gap_in_places.csv": "scenario,financial_year,setting,age,first_choice_share,wanting_mean,"
    "wanting_p10,wanting_p90,living_there_mean,within_20_miles_mean,elsewhere_mean,places_needed,"
    "places_there_are,there_are_counted_from,gap,gap_mean,gap_p10,gap_p90,occupancy_mean,"
    "places_needed_at_that_occupancy,gap_at_that_occupancy",
    "assumptions.csv": "path,value,low,high,unit,source,mark,reason,file,line",
    "replications.parquet": "replication,period,period_type,measure,setting,value",
    "episodes.parquet": "replication,child,period_of_care,start,end,setting,provider,place_code,"
    "location,legal_status,reason_new,reason_ceased,first_choice,waiting_for,need,date_of_birth,"
    "price_rank,category,siblings,provenance",
}
MEASURES = {
    "children_in_care", "entries", "exits", "moves", "returns_to_local", "out_of_area",
    "over_20_miles", "out_of_area_placements_made", "unmet_first_choice", "waiting", "occupancy",
    "after_care", "cost", "overspend", "run_rate_overspend", "gap_before_uplift",
    "gap_after_uplift", "returns_to_care", "step_downs", "siblings_apart", "unaccompanied",
}  # fmt: skip
STOCKS = {
    "children_in_care", "out_of_area", "over_20_miles", "waiting", "after_care", "unaccompanied",
}  # fmt: skip


def test_these_files_and_no_others(whole_run: Path) -> None:
    assert set(files_in(whole_run)) == FILES
    left = [each.name for each in whole_run.parent.iterdir() if each.name.startswith(".")]
    assert left == []


@pytest.mark.parametrize("name", COLUMNS)
def test_these_columns_in_this_order(whole_run: Path, name: str) -> None:
    if name.endswith(".csv"):
        with (whole_run / name).open(newline="") as file:
            found = next(csv.reader(file))
    else:
        found = list(pd.read_parquet(whole_run / name).columns)
    assert ",".join(found) == COLUMNS[name]


def test_measures_settings_and_units(base: Path) -> None:
    table = forecast(base)
    assert set(table["measure"]) == MEASURES
    paid = table["measure"] == "after_care"  # told by kind of payment
    assert set(table["setting"][~paid]) <= {"all", *(setting.value for setting in Setting)}
    assert set(table["setting"][paid]) == {"all", "special_guardianship"}
    assert set(table["unit"]) == {"children", "placements", "share", "GBP"}
    assert set(pd.read_csv(base / "budget.csv")["block"]) <= {block.value for block in Block}
    assert set(table["scenario"]) == {"small"}


def test_periods_are_months_and_financial_years(base: Path) -> None:
    table = forecast(base)
    months = [f"2025-{month:02d}" for month in range(4, 13)] + ["2026-01", "2026-02", "2026-03"]
    assert list(table.loc[table["period_type"] == "financial_year", "period"].unique()) == [
        "2025/26"
    ]
    for measure, rows in table[table["setting"] == "all"].groupby("measure"):
        found = list(rows.loc[rows["period_type"] == "month", "period"])
        if measure in STOCKS:
            assert found == ["2025-03", *months]
        elif found:
            assert found == months


def test_stocks_of_a_year_are_those_of_its_last_month_and_flows_add_up(base: Path) -> None:
    values = pd.read_parquet(base / "replications.parquet")
    keys = ["replication", "measure", "setting"]
    values[["measure", "setting"]] = values[["measure", "setting"]].astype(str)
    values = values[~values["measure"].isin({"occupancy"})]
    year = values[values["period"] == "2025/26"].set_index(keys)["value"]
    march = values[values["period"] == "2026-03"].set_index(keys)["value"]
    within = values[(values["period_type"] == "month") & (values["period"] != "2025-03")]
    summed = within.groupby(keys)["value"].sum()
    checked = set()
    for (number, measure, setting), value in year.items():
        if measure in STOCKS:
            assert value == march[number, measure, setting]
        elif (number, measure, setting) in summed.index:
            assert value == pytest.approx(summed[number, measure, setting], abs=0.001)
        checked.add(measure)
    assert checked >= STOCKS | {"entries", "exits", "moves", "cost"}


def test_the_mean_and_the_range_are_those_of_the_replications(base: Path) -> None:
    values = pd.read_parquet(base / "replications.parquet")
    chosen = values[
        (values["period"] == "2026-03")
        & (values["measure"] == "children_in_care")
        & (values["setting"] == "all")
    ]["value"]
    table = forecast(base)
    row = table[
        (table["period"] == "2026-03")
        & (table["measure"] == "children_in_care")
        & (table["setting"] == "all")
    ].iloc[0]
    assert len(chosen) == FUTURES
    assert row["mean"] == pytest.approx(chosen.mean(), abs=0.005)
    assert row["p10"] == pytest.approx(chosen.quantile(0.1), abs=0.005)
    assert row["p90"] == pytest.approx(chosen.quantile(0.9), abs=0.005)


def test_the_manifest_knows_every_file_by_its_fingerprint(whole_run: Path, small: Path) -> None:
    manifest = json.loads((whole_run / "manifest.json").read_text())
    found = files_in(whole_run)
    del found["manifest.json"]
    assert manifest["results"] == {
        name: hashlib.sha256(data).hexdigest() for name, data in found.items()
    }
    assert manifest["replications"] == FUTURES
    assert manifest["scenario_files"] == {
        f"scenarios/{name}": hashlib.sha256((small.parent / name).read_bytes()).hexdigest()
        for name in ("small.yaml", "example.yaml")
    }
    assert set(manifest["seconds"]) == {"simulating", "writing"}


def test_placements_of_as_many_futures_as_asked_for(run: Run) -> None:
    assert "episodes.parquet" not in files_in(run("no-episodes", "--episodes", "0"))
    folder = run("episodes", "--episodes", "9", "--replications", "2")
    assert set(pd.read_parquet(folder / "episodes.parquet")["replication"]) == {1, 2}


def test_the_resolved_scenario_runs_to_the_same_results(run: Run, base: Path) -> None:
    folder = run("resolved", scenario=base / "scenario.resolved.yaml")
    assert (folder / "replications.parquet").read_bytes() == (
        base / "replications.parquet"
    ).read_bytes()


def test_small_counts_are_hidden_unless_asked_for(whole_run: Path, base: Path) -> None:
    hidden = pd.read_csv(whole_run / "forecast.csv", dtype=str)
    shown = pd.read_csv(base / "forecast.csv", dtype=str)
    assert (hidden["mean"] == "c").any()
    assert not (shown == "c").any(axis=None)
    counts = ~hidden["unit"].isin(["GBP", "share"]) & (hidden["mean"] != "c")
    assert not hidden.loc[counts, "mean"].astype(float).between(0, 5, inclusive="right").any()
    same = hidden["mean"] != "c"
    assert hidden.loc[same, "mean"].astype(float).equals(shown.loc[same, "mean"].astype(float))


def test_the_folder_is_replaced_whole(run: Run) -> None:
    first = run("replaced", "--episodes", "1")
    (first / "charts").mkdir()
    (first / ".DS_Store").touch()
    second = run("replaced", "--episodes", "0", "--replications", "2")
    assert first == second
    found = files_in(second)
    assert "episodes.parquet" not in found
    assert json.loads(found["manifest.json"])["replications"] == 2
    assert ".DS_Store" not in found
    assert not (second / "charts").exists()


def test_results_go_to_outputs_unless_told_otherwise(
    project: Path, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    monkeypatch.setattr("sufficiency.folders.run.all_charts", lambda tables: ())
    words = ["run", str(small), "--replications", "1", "--workers", "1", "--quiet"]
    told = CliRunner().invoke(app, words)
    assert told.exit_code == 0, told.output
    assert told.stdout == "Results are in outputs/small\n"
    assert told.stderr == ""
    assert (project / "outputs/small/manifest.json").is_file()
