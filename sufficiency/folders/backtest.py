"""What a back-test leaves behind: scores, forecasts beside what was published, charts, words.

Every count in it was published of a whole authority. One that was suppressed stays the code it
was published as, and nothing is worked out that would give it away.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sufficiency import __version__
from sufficiency.fingerprints import fingerprint
from sufficiency.folders.staging import MANIFEST
from sufficiency.forecast.backtest import QUANTILE_NAMES, Backtest, UnitForecast, outcomes_of
from sufficiency.forecast.outcomes import BY_AGE, BY_PLACEMENT, TOTAL
from sufficiency.forecast.scores import RIVALS, scored
from sufficiency.inputs.csv_source import files_at

FORECAST_COLUMNS = (
    "authority", "origin", "horizon_years", "what", "part", "actual", "p10", "p50", "p90",
    *RIVALS,
)  # fmt: skip
PACKAGES = ("numpy", "scipy", "simpy", "pandas", "matplotlib", "pydantic", "pyarrow")
_WHAT = {TOTAL: "totals", BY_AGE: "counts by age", BY_PLACEMENT: "counts by placement"}
PROGRAM = Path(__file__).parents[1]
"""The folder of this program."""
_NOT_RESULTS = ("report", "commands", "cli", "folders", "__pycache__")
"""Parts of the program that change no forecast."""


def forecast_table(plan: Backtest, forecasts: Sequence[UnitForecast]) -> pd.DataFrame:
    """Every forecast beside what was published.

    Args:
        plan: What was forecast.
        forecasts: Those that were made, in any order.

    Returns:
        One row an authority, opening, year ahead and part, in that order: ``actual`` is a
        number or the code that was published in its place.
    """
    rows: list[dict[str, Any]] = []
    for forecast in sorted(forecasts, key=lambda each: (each.unit.authority, each.unit.origin)):
        unit = forecast.unit
        happened = outcomes_of(plan.tables, unit, plan.years_ahead(unit.origin))
        for row in forecast.rows:
            actual = happened[row["horizon_years"], row["what"], row["part"]]
            rows.append(
                {"authority": unit.authority, "origin": unit.origin, **row, "actual": actual}
            )
    columns = ["authority", "origin", "horizon_years", "what", "part", "actual", "mean"]
    return pd.DataFrame(rows, columns=[*columns, *QUANTILE_NAMES, *RIVALS])


def that_can_be_scored(table: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """The forecasts that have an outcome and both rivals, and how many have not, and why.

    A rival has no forecast of a part that was suppressed on the opening day. Such a part is
    scored for no method, so that all are scored on the same outcomes.
    """
    known = np.array([isinstance(actual, int) for actual in table["actual"]], dtype=bool)
    opened = table["hold"].notna().to_numpy()
    why = Counter(
        f"{_WHAT[what]} {'after' if not there else 'on'} the opening day"
        for what, there in zip(table["what"][~(known & opened)], known[~(known & opened)],
                               strict=True)
    )  # fmt: skip
    chosen = table[known & opened].reset_index(drop=True)
    numbers = {name: chosen[name].astype(float) for name in ("actual", *RIVALS)}
    return chosen.assign(**numbers), dict(sorted(why.items()))


def write_backtest(
    plan: Backtest,
    forecasts: Sequence[UnitForecast],
    left_out: Mapping[str, str],
    folder: Path,
) -> str:
    """Score forecasts and write every table and chart, all but the manifest.

    Args:
        plan: What was forecast.
        forecasts: Those that were made, and those that could not be.
        left_out: Reason by authority, of those that were not tested.
        folder: An empty folder.

    Returns:
        What was found, to be read aloud.
    """
    # Loading what draws charts takes a second, and the first forecast need not wait for it.
    from sufficiency.report.backtest_page import Facts, backtest_summary
    from sufficiency.report.chart import write_chart
    from sufficiency.report.charts.backtest import backtest_charts

    table = forecast_table(plan, forecasts)
    scorable, not_scored = that_can_be_scored(table)
    scores = scored(scorable, plan.seed)
    made = [each for each in forecasts if not each.refused]
    tested = Facts(
        authorities=len({each.unit.authority for each in made}),
        origins=tuple(sorted({each.unit.origin for each in made})),
        replications=plan.replications,
        left_out=left_out,
        refused=refused(forecasts),
        not_scored=not_scored,
    )
    _write_table(scores, folder / "scores.csv")
    _write_table(table[list(FORECAST_COLUMNS)], folder / "forecasts.csv")
    for chart in backtest_charts(scores, tested.about, tested.replications):
        write_chart(chart, folder / "charts")
    summary = backtest_summary(scores, tested)
    (folder / "summary.txt").write_text(summary + "\n", encoding="utf-8", newline="\n")
    return summary


def refused(forecasts: Sequence[UnitForecast]) -> dict[str, str]:
    """Reason by authority and opening, where figures did not make a baseline."""
    return {
        f"{each.unit.authority} from {each.unit.origin}": each.refused
        for each in sorted(forecasts, key=lambda each: (each.unit.authority, each.unit.origin))
        if each.refused
    }


def about(plan: Backtest, origins: Sequence[int], source: Path) -> dict[str, Any]:
    """What a back-test is: whatever would change its forecasts if it changed.

    Args:
        plan: What is forecast.
        origins: Years of the openings.
        source: The file, folder or zip of published tables.
    """
    return {
        "version": __version__,
        "input": fingerprint_of_all(source, files_at(source)),
        "program": fingerprint_of_all(PROGRAM, program_files()),
        "packages": {name: metadata.version(name) for name in PACKAGES},
        "seed": plan.seed,
        "replications": plan.replications,
        "origins": list(origins),
    }


def write_manifest(
    described: Mapping[str, Any],
    forecasts: Sequence[UnitForecast],
    left_out: Mapping[str, str],
    seconds: float,
    folder: Path,
) -> None:
    """Write what was tested, with what, and a fingerprint of every file in the folder.

    Args:
        described: From :func:`about`, and the name of the input.
        forecasts: Those that were made, and those that could not be.
        left_out: Reason by authority, of those that were not tested.
        seconds: How long it took since it was begun or gone on with. The only thing in the
            folder that differs from one back-test to the same one again.
        folder: Where the results are.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    manifest = {
        "package": "sufficiency",
        "made_by": "backtest",
        **described,
        "authorities": sorted({each.unit.authority for each in forecasts}),
        "left_out": dict(left_out),
        "refused": refused(forecasts),
        "python": platform.python_version(),
        "results": {path.relative_to(folder).as_posix(): fingerprint(path) for path in files},
        "seconds": round(seconds, 2),
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")


def program_files() -> list[Path]:
    """Every file of this program that could change a forecast."""
    files = (file for file in PROGRAM.rglob("*") if file.is_file())
    return [file for file in files if not set(file.relative_to(PROGRAM).parts) & set(_NOT_RESULTS)]


def fingerprint_of_all(root: Path, files: Sequence[Path]) -> str:
    """SHA-256 of one file, or of the names and contents of several below a folder."""
    if list(files) == [root]:
        return fingerprint(root)
    lines = [f"{file.relative_to(root).as_posix()} {fingerprint(file)}" for file in files]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def _write_table(table: pd.DataFrame, path: Path) -> None:
    table.to_csv(path, index=False, lineterminator="\n", float_format="%.12g")
