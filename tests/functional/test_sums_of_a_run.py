"""The tables of a run agree with one another: totals are sums, and money is told once."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from command_line import forecast

pytestmark = pytest.mark.functional

COUNTS = (
    "children_in_care", "entries", "exits", "moves", "returns_to_local", "out_of_area",
    "over_20_miles", "out_of_area_placements_made", "unmet_first_choice", "waiting",
)  # fmt: skip
HALF_A_PENNY = 0.005


def pence(amounts: pd.Series) -> np.ndarray:
    whole = np.rint(amounts.to_numpy() * 100)
    assert np.abs(whole / 100 - amounts).max() < 1e-6
    return whole.astype(np.int64)


@pytest.mark.parametrize("measure", COUNTS)
def test_totals_are_the_sums_of_settings(base: Path, measure: str) -> None:
    values = pd.read_parquet(base / "replications.parquet")
    rows = values[values["measure"] == measure]
    settings = rows[rows["setting"] != "all"].groupby(["replication", "period"], observed=True)
    totals = rows[rows["setting"] == "all"].set_index(["replication", "period"])["value"]
    pd.testing.assert_series_equal(
        settings["value"].sum().sort_index(), totals.sort_index(), check_names=False
    )
    assert totals.sum() > 0


def test_children_in_plus_entries_less_exits_are_children_at_the_end(base: Path) -> None:
    values = pd.read_parquet(base / "replications.parquet")
    values = values[values["setting"] == "all"].astype({"period": str, "measure": str})
    for _, rows in values.groupby("replication"):
        at = rows.set_index(["measure", "period"])["value"]
        months = [f"2025-{m:02d}" for m in range(3, 13)] + [f"2026-{m:02d}" for m in (1, 2, 3)]
        for before, month in itertools.pairwise(months):
            change = at["entries", month] - at["exits", month]
            at_end = at["children_in_care", month]
            assert at_end == at["children_in_care", before] + change


def test_headings_sum_to_their_block_to_the_penny(base: Path) -> None:
    budget = pd.read_csv(base / "budget.csv")
    headings = budget[budget["heading"] != "all"].assign(pence=lambda t: pence(t["outturn_mean"]))
    totals = budget[budget["heading"] == "all"].assign(pence=lambda t: pence(t["outturn_mean"]))
    keys = ["financial_year", "block"]
    summed = headings.groupby(keys)["pence"].sum()
    assert summed.sort_index().equals(totals.set_index(keys)["pence"].sort_index())
    assert summed["2025/26", "placement"] > 1_000_000_00


def test_the_forecast_and_the_budget_tell_the_same_cost(base: Path) -> None:
    table, budget = forecast(base), pd.read_csv(base / "budget.csv")
    placement = budget[budget["block"] == "placement"]
    total = placement[placement["heading"] == "all"].set_index("financial_year")
    cost = table[(table["measure"] == "cost") & (table["setting"] == "all")].set_index("period")
    lines = len(placement)  # each heading's mean is rounded to the penny before they are summed
    for year in total.index:
        near = lines * HALF_A_PENNY
        assert cost.loc[year, "mean"] == pytest.approx(total.loc[year, "outturn_mean"], abs=near)
        for name in ("p10", "p50", "p90"):
            told = total.loc[year, f"outturn_{name}"]
            assert cost.loc[year, name] == pytest.approx(told, abs=0.011)


def test_overspend_is_outturn_less_budget(base: Path) -> None:
    table, budget = forecast(base), pd.read_csv(base / "budget.csv")
    total = budget[(budget["block"] == "placement") & (budget["heading"] == "all")].iloc[0]
    year = table[(table["period"] == "2025/26") & (table["setting"] == "all")]
    told = year.set_index("measure")["mean"]
    assert total["budget"] == 15_000_000
    assert pence(pd.Series([total["variance_mean"]])) == pence(
        pd.Series([total["outturn_mean"] - total["budget"]])
    )
    assert told["overspend"] == pytest.approx(told["cost"] - total["budget"], abs=0.011)
    assert told["gap_after_uplift"] == told["overspend"]
    # No uplift in the first year of the template, so nothing lies between the two gaps.
    assert told["gap_before_uplift"] == told["gap_after_uplift"]


def test_the_chance_of_overspending_is_a_share_of_the_futures(base: Path) -> None:
    values = pd.read_parquet(base / "replications.parquet")
    over = values[(values["measure"] == "overspend") & (values["period"] == "2025/26")]["value"]
    budget = pd.read_csv(base / "budget.csv")
    total = budget[(budget["block"] == "placement") & (budget["heading"] == "all")].iloc[0]
    assert total["probability_of_overspend"] == (over > 0).mean()
    contingency = pd.read_csv(base / "contingency.csv")
    row = contingency[contingency["block"] == "placement"].iloc[0]
    assert row["contingency_p80"] == pytest.approx(max(over.quantile(0.8), 0), abs=0.011)
    assert row["contingency_p90"] == pytest.approx(max(over.quantile(0.9), 0), abs=0.011)


def test_run_rate_is_the_last_days_cost_for_a_year_less_the_budget(base: Path) -> None:
    table = forecast(base)
    rates = table[table["measure"] == "run_rate_overspend"]
    assert list(rates["period_type"].unique()) == ["month"]
    assert len(rates) == 12
    march = table[(table["period"] == "2026-03") & (table["setting"] == "all")]
    cost = march[march["measure"] == "cost"]["mean"].iloc[0]
    rate = rates[rates["period"] == "2026-03"]["mean"].iloc[0]
    # A month's cost, taken for a year: near the run rate, which takes the month's last day.
    assert rate == pytest.approx(cost / 31 * 365 - 15_000_000, abs=0.05 * cost * 12)


def test_children_already_in_care_and_yet_to_come_make_the_whole(base: Path) -> None:
    table = pd.read_csv(base / "commitments.csv").assign(pence=lambda t: pence(t["mean"]))
    year = table.set_index("children")["pence"]
    assert year["already_in_care"] + year["yet_to_come"] == year["all"]
    assert year["yet_to_come"] > 0
