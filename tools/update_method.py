"""Fills the documents' figures from runs, so that no figure in them is typed by hand.

``docs/method.md`` and ``README.md`` quote runs between pairs of comments. This script writes
those parts again from the folders of two runs and copies the chart the README shows. It also
keeps the first few futures of both runs and a fingerprint of every part it wrote: a test
simulates those futures again, and fails when one differs or a document was changed by hand.
Use::

    sufficiency run scenarios/middlesbrough-2018/baseline.yaml
    sufficiency run scenarios/middlesbrough-2020/baseline.yaml
    python tools/update_method.py outputs/middlesbrough-20{18,20}-baseline
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from history_figures import (
    Forecast,
    Row,
    at_published_counts,
    history,
    middle_fees,
    opening_costs,
    outturn_2024_25,
    read_table,
    run_rate,
)

ROOT = Path(__file__).resolve().parents[1]
METHOD, README = Path("docs/method.md"), Path("README.md")
CHART = "children_in_care"
IMAGE = Path(f"docs/images/{CHART}.svg")
ACTUALS = Path("inputs/middlesbrough/actuals.csv")

KEPT = Path("docs/quality/quoted-runs.json")
"""What the documents quote, to be held against a few futures simulated again."""
KEPT_FUTURES = 4
KEPT_MEASURES = ("children_in_care", "entries", "exits", "out_of_area", "cost", "gap_after_uplift")

RUN_RATE_DECEMBER_2019_GBP = 18.9e6
"""Base 12.9 million and the run-rate overspend of 6.0 million: inputs/middlesbrough/money.csv."""
SET_OF_2018 = Path("scenarios/middlesbrough-2018/baseline.yaml")
SET_OF_2025 = Path("scenarios/middlesbrough-2025/baseline.yaml")
APPROVED_GBP = 16.5e6
"""Base 12.9 million and uplift 3.6 million, each year of the baseline."""


@dataclass(frozen=True)
class Run:
    """What is read of a run's folder.

    Attributes:
        folder: Where it stands.
        manifest: What was run.
        forecast: Rows of ``forecast.csv`` by period, measure and setting.
        budget: Rows of ``budget.csv``.
    """

    folder: Path
    manifest: dict[str, Any]
    forecast: Forecast
    budget: list[Row]

    def row(self, period: str, measure: str) -> Row:
        """One row about all settings together."""
        return self.forecast[period, measure, "all"]


def read_run(folder: Path) -> Run:
    """Read a run's manifest and forecast.

    Args:
        folder: The run's folder.

    Returns:
        What it holds.
    """
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    table = read_table(folder / "forecast.csv")
    rows = {(r["period"], r["measure"], r["setting"]): r for r in table}
    return Run(folder, manifest, rows, read_table(folder / "budget.csv"))


def parts(history_run: Run, run: Run) -> dict[str, str]:
    """Every part of the documents that quotes a run, by the name in its comments.

    Args:
        history_run: The run of 2018.
        run: The run of 2020.

    Returns:
        Markdown.
    """
    return {
        "history": history(history_run.forecast, history_run.budget),
        "history-run": _made_by(history_run),
        "run-rate": run_rate(history_run.forecast, history_run.budget),
        "published-counts": at_published_counts(middle_fees(ROOT / SET_OF_2018)),
        "outturn": outturn_2024_25(
            read_table(run.folder / "scope.csv"), opening_costs(ROOT / SET_OF_2025)
        ),
        "run": _made_by(run),
        "happened": _happened(run),
        "flows": _flows(run),
        "first-year": _first_year(run),
        "chart-words": (run.folder / f"charts/{CHART}.txt").read_text(encoding="utf-8").strip(),
    }


def _made_by(run: Run) -> str:
    made = run.manifest
    place, _, name = made["scenario"].rpartition("-")
    return (
        f"Made by `sufficiency run scenarios/{place}/{name}.yaml` with seed {made['seed']} and "
        f"{made['replications']} futures, version {made['version']}."
    )


def _actual(measure: str) -> dict[int, int]:
    """What was counted at, or in the year to, 31 March of each year."""
    with (ROOT / ACTUALS).open(encoding="utf-8", newline="") as file:
        return {
            int(row["date"][:4]): int(row["value"])
            for row in csv.DictReader(file)
            if row["measure"] == measure and row["setting"] == "all"
        }


def _happened(run: Run) -> str:
    lines = ["| 31 March | what happened | p10 | p50 | p90 | inside the range |"]
    lines.append("| --- | ---: | ---: | ---: | ---: | --- |")
    outside = {"below": 0, "above": 0}
    actual = _actual("children_in_care")
    for year, count in actual.items():
        row = run.row(f"{year}-03", "children_in_care")
        p10, p50, p90 = (float(row[name]) for name in ("p10", "p50", "p90"))
        inside = "yes"
        if not p10 <= count <= p90:
            side = "below" if count < p10 else "above"
            outside[side] += 1
            inside = f"no, {side}"
        lines.append(f"| {year} | {count} | {p10:.0f} | {p50:.0f} | {p90:.0f} | {inside} |")
    within = len(actual) - sum(outside.values())
    lines.append("")
    lines.append(
        f"Of {len(actual)} counts, {within} lie inside the range, {outside['below']} below p10 and "
        f"{outside['above']} above p90."
    )
    return "\n".join(lines)


def _flows(run: Run) -> str:
    """Entries and exits beside theirs: where the difference comes from."""
    lines = [
        "| year to 31 March | entered | forecast (p10 to p90) | left | forecast (p10 to p90) |"
    ]
    lines.append("| --- | ---: | --- | ---: | --- |")
    entered, left = _actual("entries"), _actual("exits")
    for year in entered:
        label = f"{year - 1}/{year % 100:02d}"
        cells = []
        for measure, counted in (("entries", entered[year]), ("exits", left[year])):
            row = run.row(label, measure)
            cells.append(str(counted))
            cells.append(
                f"{float(row['mean']):.0f} ({float(row['p10']):.0f} to {float(row['p90']):.0f})"
            )
        lines.append(f"| {year} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _first_year(run: Run) -> str:
    april, year = run.row("2020-04", "run_rate_overspend"), run.row("2020/21", "cost")
    above = run.row("2020/21", "gap_before_uplift")
    after = run.row("2020/21", "gap_after_uplift")
    rows = (
        ("run rate, December 2019 (base 12.9 and 6.0 over)", [RUN_RATE_DECEMBER_2019_GBP]),
        ("run rate forecast for 30 April 2020", _three(april, APPROVED_GBP)),
        ("placement outturn forecast for 2020/21", _three(year)),
        ("gap before the uplift, 2020/21", _three(above)),
        ("gap after the uplift, 2020/21", _three(after)),
    )
    lines = ["| GBP million | mean | p10 | p90 |", "| --- | ---: | ---: | ---: |"]
    for name, amounts in rows:
        cells = [f"{amount / 1e6:.1f}" for amount in amounts]
        lines.append(f"| {name} | {' | '.join(cells + [''] * (3 - len(cells)))} |")
    return "\n".join(lines)


def _three(row: Row, more: float = 0.0) -> list[float]:
    return [float(row[name]) + more for name in ("mean", "p10", "p90")]


def filled(text: str, written: dict[str, str]) -> str:
    """A document with its quoted parts written again.

    Args:
        text: The document. A part stands between ``<!-- from-run: NAME -->`` and
            ``<!-- end -->``.
        written: The parts, by name.

    Returns:
        The document.

    Raises:
        KeyError: When the document has a part that is not known.
    """
    return re.sub(
        r"(<!-- from-run: ([a-z-]+) -->\n).*?(<!-- end -->)",
        lambda found: f"{found[1]}\n{written[found[2]]}\n\n{found[3]}",
        text,
        flags=re.DOTALL,
    )


def first_futures(table: pd.DataFrame) -> dict[str, list[float]]:
    """The first futures of a run, year by year.

    Args:
        table: Every value of every replication, as in ``replications.parquet``.

    Returns:
        Values of the futures in order, by measure and period.
    """
    chosen = table[
        (table["replication"] <= KEPT_FUTURES)
        & table["measure"].isin(KEPT_MEASURES)
        & (table["setting"] == "all")
        & (table["period_type"] == "financial_year")
    ].sort_values("replication")
    return {
        f"{measure}@{period}": [round(float(value), 2) for value in rows["value"]]
        for (measure, period), rows in chosen.groupby(["measure", "period"], observed=True)
    }


def fingerprints(written: dict[str, str]) -> dict[str, str]:
    """A fingerprint of each part of the documents, by name."""
    return {
        name: hashlib.sha256(text.strip().encode()).hexdigest() for name, text in written.items()
    }


def _keep(runs: tuple[Run, Run], written: dict[str, str]) -> None:
    kept = {
        "parts": fingerprints(written),
        "runs": {
            run.manifest["scenario"]: {
                "seed": run.manifest["seed"],
                "replications": run.manifest["replications"],
                "version": run.manifest["version"],
                "first_futures": first_futures(
                    pd.read_parquet(run.folder / "replications.parquet")
                ),
            }
            for run in runs
        },
    }
    (ROOT / KEPT).write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8", newline="\n")


def main() -> int:
    """Fill the documents from the folders given."""
    if len(sys.argv) != 3:
        sys.stderr.write("Give two runs' folders: tools/update_method.py RUN_OF_2018 RUN_OF_2020\n")
        return 2
    try:
        history_run, run = (read_run(Path(folder)) for folder in sys.argv[1:])
    except FileNotFoundError as error:
        sys.stderr.write(f"There is no {error.filename}: give the folders of two runs\n")
        return 2
    written = parts(history_run, run)
    for document in (METHOD, README):
        path = ROOT / document
        text = filled(path.read_text(encoding="utf-8"), written)
        path.write_text(text, encoding="utf-8", newline="\n")
    _keep((history_run, run), written)
    (ROOT / IMAGE).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(run.folder / "charts" / IMAGE.name, ROOT / IMAGE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
