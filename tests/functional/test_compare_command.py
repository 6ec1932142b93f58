"""``sufficiency compare`` on a small authority: what it writes, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from command_line import files_in
from typer.testing import CliRunner

from sufficiency.cli import app
from sufficiency.finance.saving_split import PARTS

J = "mark: J, reason: made up"
BASE = """\
title: A small authority for one year
based_on: example.yaml
end: 2026-03-31
replications: 6
money:
  one_off:
    carer_campaign: {date: 2025-09-01}
"""
TEAM = f"""\
based_on: base.yaml
title: With a team that keeps a tenth out
interventions:
  team: {{label: A team, grade: judgement, evidence: none, effects: {{entries.change: 1}}}}
entries:
  change: {{value: 0.8, {J}}}
money:
  fixed_costs:
    team: {{block: prevention, heading: Team, annual_cost_gbp: 50000}}
"""
OFFICE = """\
based_on: base.yaml
title: With an office
interventions:
  office: {label: An office, grade: arithmetic, evidence: none}
money:
  fixed_costs:
    office: {block: prevention, heading: Office, annual_cost_gbp: 10000}
"""
LAYERS = {
    "base": BASE,
    "nothing": "based_on: base.yaml\ntitle: Nothing changes\n",
    "team": TEAM,
    "office": OFFICE,
    "both": "based_on: [team.yaml, office.yaml]\ntitle: Both\n",
}


@pytest.fixture(scope="module")
def scenarios(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("comparison") / "scenarios"
    told = CliRunner().invoke(app, ["new", "scenario", str(root / "example.yaml")])
    assert told.exit_code == 0, told.output
    for name, text in LAYERS.items():
        (root / f"{name}.yaml").write_text(text)
    return root


def compare(scenarios: Path, *words: str | Path, base: str = "base.yaml") -> tuple[int, str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sufficiency.folders.run.all_charts", lambda tables: ())
        told = CliRunner().invoke(
            app, ["compare", str(scenarios / base), *map(str, words), "--workers", "1"]
        )
    assert told.exception is None or isinstance(told.exception, SystemExit), told.exception
    return told.exit_code, told.output


@pytest.fixture(scope="module")
def folder(scenarios: Path) -> Path:
    """All layers against the base, small counts shown so that a test can add them up."""
    layers = [scenarios / f"{name}.yaml" for name in ("nothing", "office", "team", "both")]
    out = scenarios.parent / "out"
    code, told = compare(scenarios, *layers, "--show-small-counts", "--out", out)
    assert code == 0, told
    assert "1. " in told
    assert f"Results are in {out}" in told
    return out


def rows(folder: Path, scenario: str, measure: str) -> pd.DataFrame:
    table = pd.read_csv(folder / "comparison.csv")
    return table[(table["scenario"] == scenario) & (table["measure"] == measure)]


@pytest.mark.theory
def test_a_layer_that_changes_nothing_differs_by_exactly_nothing(folder: Path) -> None:
    table = pd.read_csv(folder / "comparison.csv")
    theirs = table[table["scenario"] == "nothing"]
    assert len(theirs) > 1000
    statistics = theirs[["difference_mean", "p10", "p50", "p90", "half_width"]]
    assert (statistics == 0).all(axis=None)
    assert (theirs["probability_lower"] == 0).all()
    split = pd.read_csv(folder / "saving_split.csv")
    assert (split.loc[split["scenario"] == "nothing", "difference_mean"] == 0).all()
    ranked = pd.read_csv(folder / "ranking.csv").set_index("scenario")
    assert ranked.loc["nothing", "net_present_value_mean"] == 0


@pytest.mark.theory
def test_its_run_is_the_bases_but_for_the_name(folder: Path) -> None:
    base, nothing = (files_in(folder / "runs" / name) for name in ("base", "nothing"))
    assert base.keys() == nothing.keys()
    for name in base:
        if name in ("manifest.json", "summary.txt") or name.endswith(".yaml"):
            continue
        if name == "assumptions.csv" or name.endswith(".parquet"):
            assert base[name] == nothing[name], name
        else:
            assert base[name].replace(b"base,", b"nothing,") == nothing[name], name


@pytest.mark.streams
def test_each_run_is_that_of_the_scenario_alone(folder: Path, scenarios: Path) -> None:
    alone = scenarios.parent / "alone"
    words = ["run", str(scenarios / "team.yaml"), "--out", str(alone), "--quiet", "--workers", "1"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sufficiency.folders.run.all_charts", lambda tables: ())
        told = CliRunner().invoke(app, [*words, "--show-small-counts"])
    assert told.exit_code == 0, told.output
    run, compared = files_in(alone), files_in(folder / "runs/team")
    assert run.keys() == compared.keys()
    for name in run.keys() - {"manifest.json"}:
        assert run[name] == compared[name], name


@pytest.mark.theory
def test_an_office_without_effect_costs_exactly_its_own_cost(folder: Path) -> None:
    ranked = pd.read_csv(folder / "ranking.csv").set_index("scenario").loc["office"]
    for part in ("mean", "p10", "p90"):
        assert ranked[f"net_cost_difference_{part}"] == 10_000
    assert ranked["own_cost_mean"] == 10_000
    assert ranked["net_present_value_mean"] == -10_000  # all in the first year
    assert ranked["break_even_multiple"] == "none"
    assert ranked["payback_p50"] == "not by 2026-03"
    assert ranked["evidence_grade"] == "arithmetic"


@pytest.mark.conservation
def test_parts_add_up_and_agree_with_the_differences(folder: Path) -> None:
    split = pd.read_csv(folder / "saving_split.csv")
    net = pd.read_csv(folder / "comparison.csv").query("measure == 'net_cost'")
    assert set(split["part"]) == {*PARTS, "all"} - {"empty_places"}
    for (scenario, period), part in split.groupby(["scenario", "period"]):
        means = part.set_index("part")["difference_mean"]
        assert means.drop("all").sum() == pytest.approx(means["all"], abs=0.001)
        told = net[(net["scenario"] == scenario) & (net["period"] == period)]
        assert told["difference_mean"].iloc[0] == pytest.approx(means["all"], abs=0.011)


@pytest.mark.conservation
def test_differences_are_those_of_the_forecasts(folder: Path) -> None:
    """Means of the runs, set against each other, are the differences; a missing side is nought."""
    keys = ["period", "measure", "setting"]
    base, team = (
        pd.read_csv(folder / f"runs/{name}/forecast.csv").set_index(keys)["mean"]
        for name in ("base", "team")
    )
    told = pd.read_csv(folder / "comparison.csv").query("scenario == 'team'").set_index(keys)
    both = pd.concat([base.rename("base"), team.rename("team")], axis=1).fillna(0)
    joined = both.join(told["difference_mean"], how="left")
    assert joined["difference_mean"].notna().all()
    assert (joined["team"] - joined["base"] - joined["difference_mean"]).abs().max() < 0.011
    sums = told.query("period_type == 'horizon' and measure == 'entries'")["difference_mean"]
    years = told.query("period == '2025/26' and measure == 'entries'")["difference_mean"]
    assert sums.to_list() == pytest.approx(years.to_list())
    assert (sums < 0).any()


@pytest.mark.content
def test_the_best_is_ranked_first_and_the_weakest_grade_stands_for_both(folder: Path) -> None:
    ranked = pd.read_csv(folder / "ranking.csv")
    assert ranked["net_cost_difference_mean"].is_monotonic_increasing
    grades = ranked.set_index("scenario")["evidence_grade"]
    assert grades["both"] == "judgement"
    assert ranked.set_index("scenario").loc["team", "label"] == "A team"
    assert json.loads((folder / "manifest.json").read_text())["made_by"] == "comparison"
    assert {path.suffix for path in (folder / "charts").iterdir()} == {
        ".png",
        ".svg",
        ".txt",
        ".csv",
    }


@pytest.mark.theory
def test_parts_that_do_not_touch_lose_nothing_together(folder: Path) -> None:
    together = pd.read_csv(folder / "together.csv")
    assert set(together["parts"]) == {"office + team"}
    assert (together["lost_together_mean"] == 0).all()
    assert (together["lost_together_half_width"] == 0).all()


@pytest.mark.conservation
def test_what_a_run_hides_cannot_be_had_from_the_comparison(scenarios: Path) -> None:
    """No row stands beside a hidden one, nor a sum of which it is a part."""
    out = scenarios.parent / "shared"
    code, told = compare(scenarios, scenarios / "team.yaml", "--out", out)
    assert code == 0, told
    keys = ["period", "measure", "setting"]
    runs = [pd.read_csv(out / f"runs/{name}/forecast.csv", dtype=str) for name in ("base", "team")]
    hidden = pd.concat([run[run["mean"] == "c"] for run in runs])[keys].drop_duplicates()
    assert len(hidden) > 100
    table = pd.read_csv(out / "comparison.csv", dtype=str)
    statistics = table[["difference_mean", "p10", "p50", "p90", "half_width", "probability_lower"]]
    gone = table[(statistics == "c").all(axis=1)].set_index(keys).index
    assert set(map(tuple, hidden.to_numpy())) <= set(gone)
    assert not (statistics == "c").any(axis=1)[~(statistics == "c").all(axis=1)].any()
    known = set(map(tuple, table[keys].to_numpy()))
    for _, measure, setting in hidden.to_numpy():
        whole = ("all", measure, setting)
        assert whole not in known or whole in gone
        if measure == "children_in_care":
            assert ("2025/26", "nights", setting) in gone
            assert ("all", "nights", setting) in gone
    assert ("all", "net_cost", "all") not in gone


def refused(scenarios: Path, *words: str | Path) -> str:
    code, told = compare(scenarios, *words, "--out", scenarios.parent / "never")
    assert code == 2, told
    assert not (scenarios.parent / "never").exists()
    return told


@pytest.mark.golden
def test_all_that_is_wrong_is_told_at_once(scenarios: Path) -> None:
    (scenarios / "longer.yaml").write_text("based_on: base.yaml\ntitle: Longer\nend: 2027-03-31\n")
    names = ("offise", "base", "longer", "team", "team")
    told = refused(scenarios, *(scenarios / f"{name}.yaml" for name in names))
    assert "there is no file" in told
    assert "did you mean office.yaml?" in told
    assert "this is the base, and it is also among the scenarios set against it" in told
    assert "this is named twice; name it once" in told
    assert "scenarios/longer.yaml:3:" in told
    assert "`end` is 2027-03-31 in scenarios/longer.yaml, and 2026-03-31 in the base" in told


@pytest.mark.golden
def test_two_of_one_name_cannot_be_told_apart(scenarios: Path) -> None:
    for folder in ("one", "two"):
        (scenarios / folder / "same").mkdir(parents=True)
        layer = "based_on: ../../base.yaml\ntitle: Same\n"
        (scenarios / folder / "same/layer.yaml").write_text(layer)
    told = refused(scenarios, *(scenarios / f"{each}/same/layer.yaml" for each in ("one", "two")))
    assert "its name, `same-layer`, is also that of scenarios/one/same/layer.yaml" in told


@pytest.mark.golden
def test_a_measure_that_is_not_there_is_refused_with_the_nearest(scenarios: Path) -> None:
    told = refused(scenarios, scenarios / "team.yaml", "--by", "out_of_aria")
    assert "did you mean `out_of_area`?" in told


@pytest.mark.golden
def test_a_base_alone_is_no_comparison(scenarios: Path) -> None:
    code, told = compare(scenarios)
    assert code == 2
    assert "SCENARIO..." in told
