"""What a back-test of a council's own returns leaves behind: scores, forecasts, charts, words.

No row of it is about a child. What happened is told as counts of the whole authority, and small
ones are hidden with whatever would give them away, unless they were asked for.
"""

from __future__ import annotations

import json
import math
import platform
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import pandas as pd

from sufficiency import __version__
from sufficiency.counts import ALL
from sufficiency.fingerprints import fingerprint
from sufficiency.folders.backtest import PACKAGES, fingerprint_of_all, program_files
from sufficiency.folders.staging import MANIFEST
from sufficiency.forecast.backtest import QUANTILE_NAMES
from sufficiency.forecast.own_backtest import Origin, OriginForecast, OwnBacktest, what_happened
from sufficiency.forecast.own_outcomes import IN_CARE, SHARES, keys_of, year_by_year
from sufficiency.forecast.own_scores import scored
from sufficiency.forecast.rivals import RATE_YEARS
from sufficiency.forecast.scores import RIVALS
from sufficiency.report.own_backtest_hidden import hidden_rows
from sufficiency.report.tables import HIDDEN

FORECAST_COLUMNS = (
    "origin", "horizon_years", "measure", "setting", "actual", "mean", "p10", "p50", "p90",
    *RIVALS,
)  # fmt: skip
_NUMBERS = FORECAST_COLUMNS[4:]
_DIGITS, _SHARE = "%.6g", "%.2f"
"""How numbers are written: more digits than these would tell nothing. A share in full would be a
fraction of whole children, and give them away."""


def forecast_table(plan: OwnBacktest, forecasts: Sequence[OriginForecast]) -> pd.DataFrame:
    """Every forecast beside what happened.

    Args:
        plan: What was forecast.
        forecasts: Those that were made; what was refused is passed over.

    Returns:
        One row an opening, year ahead, measure and setting, in that order: columns
        :data:`FORECAST_COLUMNS` and all quantiles. Kinds of home in which nobody lives, in any
        forecast or in fact, are left out.
    """
    found, rows = plan.found, []
    for forecast in sorted(forecasts, key=lambda each: each.origin):
        if forecast.refused:
            continue
        years = plan.years_ahead(forecast.origin)
        happened = what_happened(found, forecast.origin, years)
        settings = [row["setting"] for row in forecast.rows if row["horizon_years"] == 1]
        names = list(dict.fromkeys(name for name in settings if name != ALL))
        actual = dict(zip(keys_of(names), year_by_year(happened, names).T, strict=True))
        for row in forecast.rows:
            seen = actual[row["measure"], row["setting"]][row["horizon_years"] - 1]
            rows.append({"origin": forecast.origin.year, **row, "actual": float(seen)})
    table = pd.DataFrame(rows, columns=[*FORECAST_COLUMNS[:6], *QUANTILE_NAMES, *RIVALS])
    lived_in = table[["actual", "mean", "hold"]].max(axis=1).groupby(table["setting"]).max() > 0
    return table[table["setting"].map(lived_in) | (table["setting"] == ALL)].reset_index(drop=True)


def that_can_be_scored(table: pd.DataFrame) -> pd.DataFrame:
    """The forecasts with an outcome and both rivals: of a cohort of nobody there are none."""
    numbers = table[[*_NUMBERS]]
    return table[numbers.notna().all(axis=1)].reset_index(drop=True)


def write_own_backtest(
    plan: OwnBacktest, forecasts: Sequence[OriginForecast], small_counts: bool, folder: Path
) -> str:
    """Score forecasts and write every table and chart, all but the manifest.

    Args:
        plan: What was forecast.
        forecasts: Those that were made, and those that could not be.
        small_counts: Show small counts, for use inside the authority only.
        folder: An empty folder.

    Returns:
        What was found, to be read aloud.
    """
    # Loading what draws charts takes a second, and the first forecast need not wait for it.
    from sufficiency.report.chart import write_chart
    from sufficiency.report.charts.own_backtest import own_backtest_charts
    from sufficiency.report.own_backtest_summary import OwnFacts, own_backtest_summary

    table = forecast_table(plan, forecasts)
    hidden = hidden_rows(table, RATE_YEARS) & (not small_counts)
    shown = table[~hidden].reset_index(drop=True)
    scores = scored(that_can_be_scored(shown))
    tested = OwnFacts(
        authority=plan.authority,
        origins=tuple(sorted(each.origin.year for each in forecasts if not each.refused)),
        last_year=max(int(each) for each in table["origin"] + table["horizon_years"]),
        replications=plan.replications,
        refused=refused(forecasts),
        lost=_lost(plan, forecasts),
        revised=_revised(plan, table),
        hidden=int(hidden.sum()),
        small_counts=small_counts,
    )
    _write(scores, folder / "scores.csv")
    written = table[list(FORECAST_COLUMNS)].copy()
    # A column in which some numbers are letters is written number by number.
    for name in _NUMBERS:
        written[name] = [
            _told(number, _SHARE if measure in SHARES else _DIGITS)
            for number, measure in zip(table[name], table["measure"], strict=True)
        ]
    written.loc[hidden, list(_NUMBERS)] = HIDDEN
    _write(written, folder / "forecasts.csv")
    for chart in own_backtest_charts(shown, scores, tested.authority, tested.replications):
        write_chart(chart, folder / "charts")
    summary = own_backtest_summary(scores, tested)
    (folder / "summary.txt").write_text(summary + "\n", encoding="utf-8", newline="\n")
    return summary


def _told(number: float, digits: str) -> str:
    return "" if math.isnan(number) else digits % number


def _write(table: pd.DataFrame, path: Path) -> None:
    table.to_csv(path, index=False, lineterminator="\n", float_format=_DIGITS)


def _lost(plan: OwnBacktest, forecasts: Sequence[OriginForecast]) -> int:
    """Children not in the next return, nor seen to leave, in any year that was forecast."""
    first = min(each.origin for each in forecasts if not each.refused)
    years = plan.years_ahead(first)
    return int(what_happened(plan.found, first, years).lost.sum())


def _revised(plan: OwnBacktest, table: pd.DataFrame) -> dict[int, tuple[int, int]]:
    """Children in care at each opening, as known then and as later returns tell it."""
    chosen = (table["measure"] == IN_CARE) & (table["setting"] == ALL)
    opened = table[chosen & (table["horizon_years"] == 1)]
    return {
        int(year): (
            round(then),
            int(what_happened(plan.found, Origin(int(year)), 1).in_care[0].sum()),
        )
        for year, then in zip(opened["origin"], opened["hold"], strict=True)
    }


def refused(forecasts: Sequence[OriginForecast]) -> dict[str, str]:
    """Reason by opening, where records did not make a baseline or a forecast."""
    ordered = sorted(forecasts, key=lambda each: each.origin)
    return {str(each.origin.year): each.refused for each in ordered if each.refused}


def about(plan: OwnBacktest, origins: Sequence[Origin], folder: Path) -> dict[str, Any]:
    """What a back-test is: whatever would change its forecasts if it changed.

    Args:
        plan: What is forecast.
        origins: Its openings.
        folder: The folder of returns, or one zip. Of its files only one fingerprint of all is
            told.
    """
    read = [folder] if folder.is_file() else [folder / each.file for each in plan.returns.files]
    package = Path(__file__).parents[1]
    return {
        "version": __version__,
        "input": fingerprint_of_all(folder, [file for file in read if file.is_file()]),
        "program": fingerprint_of_all(package, program_files()),
        "packages": {name: metadata.version(name) for name in PACKAGES},
        "authority": plan.authority,
        "returns": list(plan.returns.years),
        "seed": plan.seed,
        "replications": plan.replications,
        "origins": [origin.year for origin in origins],
    }


def write_manifest(
    described: dict[str, Any],
    forecasts: Sequence[OriginForecast],
    small_counts: bool,
    seconds: float,
    folder: Path,
) -> None:
    """Write what was tested, with what, and a fingerprint of every file in the folder.

    Args:
        described: From :func:`about`.
        forecasts: Those that were made, and those that could not be.
        small_counts: Whether small counts are shown.
        seconds: How long it took: the only thing in the folder that differs from one back-test
            to the same one again.
        folder: Where the results are.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    manifest = {
        "package": "sufficiency",
        "made_by": "backtest",
        **described,
        "small_counts_shown": small_counts,
        "refused": refused(forecasts),
        "python": platform.python_version(),
        "results": {path.relative_to(folder).as_posix(): fingerprint(path) for path in files},
        "seconds": round(seconds, 2),
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")
