"""One year of the template, four futures: results that change only on purpose.

When a change of the model is meant, look at what moves, and write the snapshot anew with

    SUFFICIENCY_UPDATE_SNAPSHOTS=1 python -m pytest -m snapshot tests/forecast

then say so in the changelog under 'Results change'. Figures are rounded, and may differ by a
little, so that other versions of Python and numpy give the same snapshot.
"""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

from sufficiency.forecast.gather import forecast_table, gather
from sufficiency.forecast.replication import Plan
from sufficiency.forecast.runner import run_replications

pytestmark = pytest.mark.snapshot

SNAPSHOT = Path(__file__).parent / "snapshots/one_year_of_the_template.csv"
UPDATE = "SUFFICIENCY_UPDATE_SNAPSHOTS"
KEYS = ["period", "measure", "setting"]
FIGURES = ["mean", "p10", "p90"]
DECIMALS = {"children": 1, "placements": 1, "share": 3, "GBP": -3}


def results(plan: Plan) -> pd.DataFrame:
    """The opening day and the year, rounded by unit."""
    gathered = gather(plan, run_replications(plan, range(1, 5), workers=1))
    table = forecast_table("template", gathered)
    table = table[table["period"].isin(["2025-03", "2025/26"])]
    for unit, decimals in DECIMALS.items():
        chosen = table["unit"] == unit
        table.loc[chosen, FIGURES] = table.loc[chosen, FIGURES].round(decimals) + 0.0
    return table[[*KEYS, "unit", *FIGURES]].reset_index(drop=True)


def test_one_year_of_the_template(plan: Plan) -> None:
    found = results(plan)
    if os.environ.get(UPDATE):
        found.to_csv(SNAPSHOT, index=False, lineterminator="\n", float_format="%.10g")
    kept = pd.read_csv(SNAPSHOT)
    merged = kept.merge(found, on=KEYS, how="outer", suffixes=("", "_now"), indicator=True)
    assert set(merged["_merge"]) == {"both"}, "rows have come or gone"
    moved = []
    for name in FIGURES:
        step = merged["unit"].map({unit: 10.0**-places for unit, places in DECIMALS.items()})
        allowed = 1.01 * step + 0.001 * merged[name].abs()
        moved.append((merged[name] - merged[f"{name}_now"]).abs() > allowed)
    different = merged[moved[0] | moved[1] | moved[2]]
    columns = [*KEYS, *FIGURES, *(f"{name}_now" for name in FIGURES)]
    assert different.empty, (
        f"\n{different[columns].to_string()}\nIf this is meant: {UPDATE}=1 python -m pytest "
        "-m snapshot tests/forecast"
    )
