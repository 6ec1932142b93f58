"""What a run leaves behind: tables, charts, and where every number came from.

Tables and charts meant for sharing hide counts of children from 1 to 5, and what would
reveal them. ``replications.parquet`` and ``episodes.parquet`` are for the analyst: they hold
simulated futures one by one, never a row about a real child.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sufficiency import __version__
from sufficiency.episodes_table import episodes_table
from sufficiency.finance.scope import PublishedOutturn, Scope, scope_rows
from sufficiency.finance.summary import ContingencyRow, budget_rows, contingency_rows
from sufficiency.finance.volume import commitments
from sufficiency.fingerprints import fingerprint
from sufficiency.folders.precision_told import precision_record, precision_sentences
from sufficiency.folders.staging import MANIFEST
from sufficiency.forecast.gather import Gathered, forecast_table, replications_table
from sufficiency.forecast.layers import layer_rows
from sufficiency.forecast.place_gap import FIRST_CHOICE_SHARE, PlaceGapRow, place_gap_rows
from sufficiency.forecast.precision import Ended
from sufficiency.forecast.replication import Plan
from sufficiency.inputs.tables import Actual
from sufficiency.periods import financial_year_of
from sufficiency.report.chart import write_chart
from sufficiency.report.charts import all_charts
from sufficiency.report.place_gap import gap_sentence, hide_small
from sufficiency.report.reading import read_aloud
from sufficiency.report.suppression import suppress_tables
from sufficiency.report.tables import HIDDEN, Tables
from sufficiency.scenario.load import RESOLVED, LoadedScenario
from sufficiency.scenario.resolved import COLUMNS, assumptions, resolved_yaml
from sufficiency.vocabulary import LABELS, Mark

if TYPE_CHECKING:
    import pandas as pd

PACKAGES = ("numpy", "scipy", "simpy", "pandas", "matplotlib", "pydantic", "pyarrow")


@dataclass(frozen=True)
class Results:
    """What there is to write.

    Attributes:
        loaded: The scenario, and where everything in it came from.
        plan: What was run.
        gathered: What every replication found.
        actuals: What happened, where known.
        small_counts: Whether counts of children from 1 to 5 are shown.
        layers: The same replications without good and bad years, and by chance alone; empty
            when they were not asked for.
        first_choice: Share of children who are to have their first choice, in the gap in places.
        ended: How closely averages came to be known, where that was asked for.
    """

    loaded: LoadedScenario
    plan: Plan
    gathered: Gathered
    actuals: tuple[Actual, ...]
    small_counts: bool
    layers: tuple[Gathered, ...] = ()
    first_choice: float = FIRST_CHOICE_SHARE
    ended: Ended | None = None


def write_run(results: Results, folder: Path) -> str:
    """Write every table and chart of a run, all but the manifest.

    Args:
        results: What there is to write.
        folder: An empty folder.

    Returns:
        What the results say, to be read aloud.
    """
    forecast, tables = shareable(results)
    _write_table(forecast, folder / "forecast.csv")
    _write_table(tables.budget, folder / "budget.csv")
    _write_table(tables.contingency, folder / "contingency.csv")
    _write_table(_commitments(results, forecast), folder / "commitments.csv")
    scope = _scope(results)
    if len(scope):
        _write_table(scope, folder / "scope.csv")
    if tables.place_gap is not None:
        _write_table(tables.place_gap, folder / "gap_in_places.csv")
    if results.layers:
        _write_table(_layers(results), folder / "layers.csv")
    _write_parquet(replications_table(results.gathered), folder / "replications.parquet")
    if results.gathered.episodes:
        _write_parquet(episodes_table(results.gathered.episodes), folder / "episodes.parquet")
    _write_sources(results.loaded, folder)
    for chart in all_charts(tables):
        write_chart(chart, folder / "charts")
    summary = _summary(results, tables, forecast)
    (folder / "summary.txt").write_text(summary + "\n", encoding="utf-8", newline="\n")
    return summary


def shareable(results: Results) -> tuple[pd.DataFrame, Tables]:
    """The tables as they may be shared, small counts hidden unless asked for.

    Args:
        results: What there is to write.

    Returns:
        The whole forecast table, and the tables that charts are drawn from, in which the
        opening day stands apart from the forecast.
    """
    import pandas as pd

    name, gathered = results.loaded.name, results.gathered
    lines = results.plan.lines
    budget = pd.DataFrame(budget_rows(name, lines, gathered.outturn_pence, gathered.statements))
    headings: dict[str, list[str]] = {}
    money = results.loaded.scenario.money
    without_fee = frozenset(name for name, price in money.prices.items() if price.is_free)
    for cost in lines.costs:
        if cost.source == "setting" and cost.name in without_fee:
            continue
        if cost.source in ("setting", "after_care", "case"):
            headings.setdefault(cost.line.label, []).append(cost.name)
        elif cost.source == "grant":
            headings.setdefault(cost.line.label, []).append(money.grants[cost.name].category.value)
    forecast, budget = suppress_tables(
        forecast_table(name, gathered),
        budget,
        headings,
        without_fee=without_fee,
        on=not results.small_counts,
    )
    contingency = contingency_rows(name, lines, gathered.outturn_pence, gathered.statements)
    placement = [row for row in contingency if row.block == "placement"]
    is_opening = forecast["period"] == gathered.periods[0].label
    scenario = results.loaded.scenario
    labels = {
        key: rule.label or LABELS.get(key, key.replace("_", " ").capitalize())
        for key, rule in scenario.settings.items()
    }
    tables = Tables(
        forecast=forecast[~is_opening].reset_index(drop=True),
        budget=budget,
        contingency=pd.DataFrame(placement, columns=ContingencyRow._fields),
        actuals=_actuals(results),
        opening=_opening(forecast[is_opening], scenario.start),
        labels=LABELS | labels,
        authority=scenario.authority,
        assumed_budgets=frozenset(
            year
            for year, base in scenario.money.budget.placement.base_gbp.items()
            if base.mark not in (Mark.V, Mark.VX, Mark.D)
        ),
        place_gap=_place_gap(results, forecast),
    )
    return forecast, tables


def _place_gap(results: Results, forecast: pd.DataFrame) -> pd.DataFrame | None:
    """Places needed against places there are, small counts hidden with those of the forecast."""
    import pandas as pd

    gathered, plan = results.gathered, results.plan
    if gathered.place_counts is None:
        return None
    rows = place_gap_rows(
        results.loaded.name,
        tuple(plan.scenario.settings),
        plan.horizon,
        gathered.place_counts,
        gathered.nights,
        results.first_choice,
    )
    table = pd.DataFrame(rows, columns=PlaceGapRow._fields)
    return table if results.small_counts else hide_small(table, forecast)


def _opening(rows: pd.DataFrame, start: dt.date) -> pd.DataFrame:
    """The children the forecast opens with, as dated counts; hidden and doubtful ones left out."""
    shown = rows[(rows["mean"] != "c") & (rows["p10"] == rows["p90"])]
    table = shown[["measure", "setting"]].assign(
        date=start.isoformat(), value=shown["mean"].astype(float)
    )
    return table[["date", "measure", "setting", "value"]].reset_index(drop=True)


def _actuals(results: Results) -> pd.DataFrame | None:
    """What happened after the forecast opened and before it ends, and was used for nothing."""
    import pandas as pd

    scenario = results.loaded.scenario
    known = [
        a for a in results.actuals if scenario.start < a.date <= scenario.end and not a.used_as
    ]
    if not known:
        return None
    columns = ["date", "measure", "setting", "value", "source"]
    return pd.DataFrame(
        [(a.date.isoformat(), a.measure, a.setting, a.value, a.source) for a in known],
        columns=columns,
    )


def _summary(results: Results, tables: Tables, forecast: pd.DataFrame) -> str:
    scenario = results.loaded.scenario
    told = read_aloud(
        tables.forecast,
        tables.budget,
        tables.contingency,
        results.loaded.scenario.title,
        len(results.gathered.numbers),
        tables.opening,
        tables.actuals,
        tables.assumed_budgets,
        places_judged=all(
            count.mark in (None, Mark.J) for count in scenario.opening.by_location.values()
        ),
        place_gap=[] if tables.place_gap is None else gap_sentence(tables.place_gap, tables.label),
    )
    if results.ended is not None:
        said = precision_sentences(
            results.ended, tables.label, small_counts=results.small_counts, forecast=forecast
        )
        told = " ".join([told, *said])
    if scenario.not_for_publication:
        told += (
            f" Not for publication are assumptions.csv and {RESOLVED}: they repeat counts of the "
            "authority's own children, small ones not hidden."
        )
    return told


def _commitments(results: Results, forecast: pd.DataFrame) -> pd.DataFrame:
    """Cost of children already in care, of children yet to come, and of empty places.

    What empty places cost says how many are used. Where that is hidden, empty places are told
    with the children yet to come.
    """
    import pandas as pd

    gathered, plan = results.gathered, results.plan
    hidden = (forecast[forecast["measure"] == "void_cost"]["mean"] == HIDDEN).any()
    yet_to_come, void = gathered.yet_to_come_pence, gathered.void_pence
    return pd.DataFrame(
        commitments(
            results.loaded.name,
            plan.lines,
            plan.horizon,
            gathered.already_in_care_pence,
            yet_to_come + void if hidden else yet_to_come,
            None if hidden else void,
        )
    )


def _scope(results: Results) -> pd.DataFrame:
    """The forecast beside what the authority published of its spending, scope by scope."""
    import pandas as pd

    gathered, plan = results.gathered, results.plan
    rows = [
        row
        for published in published_outturns(results.actuals)
        for row in scope_rows(
            results.loaded.name, plan.lines, plan.horizon, gathered.gross_pence, published
        )
    ]
    return pd.DataFrame(rows)


def published_outturns(actuals: Sequence[Actual]) -> list[PublishedOutturn]:
    """What was published of spending, one a financial year: actuals of the measure ``outturn``."""
    by_year: dict[str, dict[Scope, float]] = {}
    sources: dict[str, str] = {}
    for actual in actuals:
        if actual.measure == "outturn":
            year = financial_year_of(actual.date)
            by_year.setdefault(year, {})[Scope(actual.setting)] = actual.value
            sources[year] = actual.source
    return [PublishedOutturn(year, gross, sources[year]) for year, gross in by_year.items()]


def _layers(results: Results) -> pd.DataFrame:
    """What the ranges of the headline measures are made of."""
    import pandas as pd

    no_years, chance = results.layers
    return pd.DataFrame(layer_rows(results.loaded.name, results.gathered, no_years, chance))


def _write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV. An amount that is not told is left empty."""
    table.to_csv(path, index=False, lineterminator="\n", float_format="%.12g")


def _write_parquet(table: pd.DataFrame, path: Path) -> None:
    table.to_parquet(path, index=False, engine="pyarrow", compression="zstd")


def _write_sources(loaded: LoadedScenario, folder: Path) -> None:
    """Write where every number came from: the resolved scenario and the assumptions log."""
    (folder / RESOLVED).write_text(resolved_yaml(loaded), encoding="utf-8", newline="\n")
    with (folder / "assumptions.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(
            [getattr(row, column) for column in COLUMNS] for row in assumptions(loaded)
        )


def write_manifest(results: Results, seconds: Sequence[tuple[str, float]], folder: Path) -> None:
    """Write what was run, with what, and a fingerprint of every file in the folder.

    Args:
        results: What was written.
        seconds: How long each part of the run took. The only thing in a run's folder that
            differs from one run of a scenario to the next.
        folder: Where the results are.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    loaded = results.loaded
    manifest: dict[str, Any] = {
        "package": "sufficiency",
        "version": __version__,
        "scenario": loaded.name,
        "title": loaded.scenario.title,
        "scenario_files": dict(loaded.files),
        "seed": results.plan.seed,
        "replications": len(results.gathered.numbers),
        "first_choice_share": results.first_choice,
        "small_counts_shown": results.small_counts,
        "python": platform.python_version(),
        "packages": {name: metadata.version(name) for name in PACKAGES},
        "results": {path.relative_to(folder).as_posix(): fingerprint(path) for path in files},
        "seconds": {part: round(time, 2) for part, time in seconds},
    }
    if results.ended is not None:
        import pandas as pd

        manifest["precision"] = precision_record(
            results.ended,
            small_counts=results.small_counts,
            forecast=pd.read_csv(folder / "forecast.csv"),
        )
    if loaded.scenario.actuals is not None:
        file = loaded.scenario.actuals.file
        manifest["input_files"] = {file: fingerprint(loaded.root / file)}
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")
