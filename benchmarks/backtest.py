"""The whole back-test as one command, and its table in the page about it.

Every authority that can be tested is forecast from 31 March 2021, 2022, 2023 and 2024 with the
verb ``sufficiency backtest``; its folder stands in ``outputs/backtest``. It takes from a quarter
of an hour to an hour on two processors. Run from the project's folder:

    python benchmarks/backtest.py FILE            # prints the tables
    python benchmarks/backtest.py FILE --write    # and puts them into docs/backtest.md

FILE holds the Department for Education's published tables; docs/published-tables.md says which.
One that was stopped is gone on with by adding ``--resume``.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd

from sufficiency.report.charts.backtest import PART_LABELS
from sufficiency.report.words import listed

PAGE = Path("docs/backtest.md")
OUT = Path("outputs/backtest")
AHEAD = {"1": "one", "2": "two", "3": "three", "4": "four", "3-4": "three and four together"}
WHAT = {"by_age": "all ages", "by_placement": "all placements"}


def run(file: str, replications: int, resume: bool) -> None:
    """Run the verb, its progress as a user sees it."""
    words = ["--dfe", file, "--replications", str(replications), "--out", OUT.as_posix()]
    command = [sys.executable, "-m", "sufficiency", "backtest", *words]
    subprocess.run(command + ["--resume"] * resume, check=True)


def page_part(folder: Path) -> str:
    """What a back-test found, as Markdown.

    Args:
        folder: The verb's folder of results.
    """
    scores = pd.read_csv(folder / "scores.csv", dtype={"horizon_years": str, "origin": str})
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    summary = (folder / "summary.txt").read_text(encoding="utf-8").split("\n\n")
    together = scores[scores["origin"] == "all"]
    parts = (_made_by(manifest), summary[1], _by_horizon(together), _by_part(together))
    return "\n\n".join(parts)


def _made_by(manifest: dict[str, Any]) -> str:
    openings = listed([str(year) for year in manifest["origins"]])
    out = len(manifest["left_out"])
    return (
        f"{_counted(len(manifest['authorities']), 'authority', 'authorities')} from 31 March "
        f"{openings}; {_counted(manifest['replications'], 'future', 'futures')} a forecast, seed "
        f"{manifest['seed']}, version {manifest['version']}; input with fingerprint "
        f"`{manifest['input'][:12]}`. {_counted(out, 'authority is', 'authorities are')} left out, "
        f"and {_counted(len(manifest['refused']), 'forecast', 'forecasts')} could not be made."
    )


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _by_horizon(scores: pd.DataFrame) -> str:
    lines = [
        "| years ahead | simulation misses by | holding the number | constant rates | simulation "
        "over holding | simulation over constant rates | range of 80% held | too high (+) or low |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for horizon, name in AHEAD.items():
        rows = _group(scores, "total", "all", horizon)
        if not rows:
            continue
        lines.append(
            f"| {name} | {_percent(rows, 'mape')} | {_percent(rows, 'mape', 'hold')} | "
            f"{_percent(rows, 'mape', 'constant_rates')} | {_ratio(rows, 'error_over_hold')} | "
            f"{_ratio(rows, 'error_over_constant_rates')} | {_percent(rows, 'coverage', digits=0)} "
            f"| {rows['simulation', 'bias'].value:+.1f}% |"
        )
    return "\n".join(lines)


def _by_part(scores: pd.DataFrame) -> str:
    lines = [
        "| all years ahead together | simulation misses by | holding | constant rates | simulation "
        "over holding | range of 80% held | too high (+) or low |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for what, whole in WHAT.items():
        there = dict.fromkeys(scores[scores["what"] == what]["part"])
        for part in there:
            rows = _group(scores, what, part, "all") or _group(scores, what, part, "1")
            name = whole if part == "all" else PART_LABELS[part]
            lines.append(
                f"| {name} | {_percent(rows, 'weighted_error')} | "
                f"{_percent(rows, 'weighted_error', 'hold')} | "
                f"{_percent(rows, 'weighted_error', 'constant_rates')} | "
                f"{_ratio(rows, 'error_over_hold')} | {_percent(rows, 'coverage', digits=0)} | "
                f"{rows['simulation', 'bias'].value:+.1f}% |"
            )
    return "\n".join(lines)


def _group(scores: pd.DataFrame, what: str, part: str, horizon: str) -> dict[tuple[str, str], Any]:
    """Rows of one group by method and score; empty where it was not scored."""
    chosen = scores[
        (scores["what"] == what) & (scores["part"] == part) & (scores["horizon_years"] == horizon)
    ]
    return {(row.method, row.score): row for row in chosen.itertuples()}


def _percent(
    rows: dict[tuple[str, str], Any], score: str, method: str = "simulation", digits: int = 1
) -> str:
    row = rows[method, score]
    between = "" if pd.isna(row.low) else f" ({row.low:.{digits}f} to {row.high:.{digits}f})"
    return f"{row.value:.{digits}f}%{between}"


def _ratio(rows: dict[tuple[str, str], Any], score: str) -> str:
    row = rows["simulation", score]
    between = "" if pd.isna(row.low) else f" ({row.low:.2f} to {row.high:.2f})"
    return f"{row.value:.2f}{between}"


def main() -> None:
    """Run, print, and write the page when asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("file", help="published tables: a CSV file, a zip, or a folder")
    parser.add_argument("--replications", type=int, default=100, help="futures a forecast")
    parser.add_argument("--resume", action="store_true", help="go on with one that was stopped")
    parser.add_argument("--write", action="store_true", help="put the tables into the page")
    asked = parser.parse_args()
    try:
        run(asked.file, asked.replications, asked.resume)
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
    found = page_part(OUT)
    print(found)
    if asked.write:
        page = PAGE.read_text(encoding="utf-8")
        marked = re.compile("(<!-- backtest -->\n).*(<!-- /backtest -->)", re.DOTALL)
        PAGE.write_text(
            marked.sub(lambda m: f"{m[1]}\n{found}\n\n{m[2]}", page), encoding="utf-8", newline="\n"
        )


if __name__ == "__main__":
    main()
