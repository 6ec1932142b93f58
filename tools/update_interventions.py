"""Fills ``docs/interventions.md`` from a comparison, so that no figure in it is typed by hand.

The page quotes a comparison of the library of interventions between pairs of comments. This
script writes those parts again, copies the chart the page shows, and keeps fingerprints of every
part and every scenario file, and the first future of the base and of the largest scenario: a
test simulates those two again, and fails when one differs, or a file or the page has changed. Use::

    sufficiency compare scenarios/middlesbrough-2020/baseline.yaml IDEA.yaml ... --out FOLDER
    python tools/update_interventions.py FOLDER
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from history_figures import Row, read_table
from update_method import ROOT, filled, fingerprints

from sufficiency.report.comparison_words import times

PAGE = Path("docs/interventions.md")
IMAGE = Path("docs/images/interventions.svg")
CHART = "saving_ranges"
KEPT = Path("docs/quality/quoted-comparison.json")
EVENTS = ("middlesbrough-2020-covid-year",)
"""What nobody chose: told apart from the ideas."""
GRADES = {
    "trial": "a randomised trial",
    "comparison": "a comparison group",
    "observation": "counted, no comparison",
    "judgement": "judgement alone",
    "arithmetic": "the sums, but not who moves in",
}
SET = "middlesbrough-2020-"
AGAIN = ("baseline", "strategy")
"""Simulated again by the test: between them they use every rule of the page."""
PARTS = {
    "never_entering": "never come into care",
    "leaving_sooner": "in care for less time",
    "less_costly_homes": "live somewhere less costly",
    "after_care": "allowances after care",
    "own_cost": "its own cost",
    "all": "all",
}


def parts(folder: Path) -> dict[str, str]:
    """Every part of the page, by the name in its comments.

    Args:
        folder: The comparison's folder.

    Returns:
        Markdown.
    """
    ranked = read_table(folder / "ranking.csv")
    ideas = [one for one in ranked if one["scenario"] not in EVENTS]
    return {
        "ideas": _ideas(ideas),
        "certainty": _certainty(ideas),
        "events": _ideas([one for one in ranked if one["scenario"] in EVENTS]),
        "split": _split(ideas, read_table(folder / "saving_split.csv")),
        "homes": _homes(ideas, read_table(folder / "comparison.csv")),
        "together": _together(read_table(folder / "together.csv")),
        "made-by": _made_by(json.loads((folder / "manifest.json").read_text(encoding="utf-8"))),
    }


def _millions(pounds: str) -> str:
    """Millions with a sign: minus is a saving."""
    rounded = round(float(pounds) / 1e6, 1) + 0.0
    return f"{rounded:+.1f}" if rounded else "0.0"


def _in_ten(share: float) -> str:
    if share in (0.0, 1.0):
        return "none" if share == 0.0 else "all"
    if share < 0.05 or share > 0.95:
        return "fewer than 1" if share < 0.05 else "more than 9"
    return f"{share * 10:.0f}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose first column is words and whose others are figures."""
    line = ["---", *["---:"] * (len(heads) - 1)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (heads, line, *rows))


def _ideas(ranked: Sequence[Row]) -> str:
    heads = (
        "idea",
        "net, GBP million",
        "eight futures in ten",
        "cheaper in, of ten futures",
        "its own cost",
        "half of futures have paid back by",
        "breaks even at",
        "its effect is known from",
    )
    return _table(
        heads,
        [
            [
                one["label"],
                _millions(one["net_cost_difference_mean"]),
                f"{_millions(one['net_cost_difference_p10'])} to "
                f"{_millions(one['net_cost_difference_p90'])}",
                _in_ten(float(one["probability_cheaper"])),
                _millions(one["own_cost_mean"]),
                "not by the end" if one["payback_p50"].startswith("not") else one["payback_p50"],
                _multiple(one["break_even_multiple"]),
                GRADES.get(one["evidence_grade"], ""),
            ]
            for one in ranked
        ],
    )


def _multiple(multiple: str) -> str:
    """How large an effect would pay for itself; ``c`` where that is hidden."""
    if multiple in ("none", ""):
        return "no multiple of its effect" if multiple else ""
    if multiple == "c":
        return multiple
    if float(multiple) == 0.0:
        return "nothing to pay for"
    if float(multiple) < 0.05:
        return "less than 0.1 times its effect"
    return f"{times(float(multiple))} times its effect"


def _certainty(ideas: Sequence[Row]) -> str:
    groups: dict[str, Callable[[float], bool]] = {
        "Cheaper in at least nine futures in ten": lambda p: p >= 0.9,
        "More often cheaper than not": lambda p: 0.5 < p < 0.9,
        "More often dearer than not": lambda p: 0.1 < p <= 0.5,
        "Dearer in at least nine futures in ten": lambda p: p <= 0.1,
    }
    lines = []
    for words, belongs in groups.items():
        names = [one["label"] for one in ideas if belongs(float(one["probability_cheaper"]))]
        lines.append(f"- **{words}:** {'; '.join(names) if names else 'none'}.")
    return "\n".join(lines)


def _split(ideas: Sequence[Row], split: Sequence[Row]) -> str:
    whole = {
        (row["scenario"], row["part"]): row["difference_mean"]
        for row in split
        if row["period"] == "all"
    }
    rows = []
    for one in ideas:
        cells = [whole[one["scenario"], part] for part in PARTS]
        rows.append([one["label"], *(cell if cell == "c" else _millions(cell) for cell in cells)])
    return _table(["idea", *PARTS.values()], rows)


def _homes(ideas: Sequence[Row], comparison: Sequence[Row]) -> str:
    last = max(row["period"] for row in comparison if row["period_type"] == "month")
    year = max(row["period"] for row in comparison if row["period_type"] == "financial_year")
    wanted = {
        ("children_in_care", "all", last): "children in care",
        ("out_of_area", "all", last): "outside the boundary",
        ("over_20_miles", "all", last): "over 20 miles away",
        ("nights", "external_residential", year): "nights in bought homes, last year",
    }
    found = {
        (row["scenario"], row["measure"], row["setting"], row["period"]): _range(row)
        for row in comparison
        if (row["measure"], row["setting"], row["period"]) in wanted
    }
    rows = [[one["label"], *(found[one["scenario"], *key] for key in wanted)] for one in ideas]
    return _table(["idea", *wanted.values()], rows)


def _range(row: Row) -> str:
    if row["difference_mean"] == "c":
        return "c"
    told = [f"{float(row[name]):+,.0f}" for name in ("difference_mean", "p10", "p90")]
    mean, p10, p90 = ("0" if value in ("+0", "-0") else value for value in told)
    return f"{mean} ({p10} to {p90})"


def _together(table: Sequence[Row]) -> str:
    rows = [
        [
            f"{row['scenario'].removeprefix(SET)}, {row['period']}",
            _millions(row["sum_of_parts_mean"]),
            _millions(row["together_mean"]),
            _millions(row["lost_together_mean"]),
            f"{_millions(row['lost_together_p10'])} to {_millions(row['lost_together_p90'])}",
        ]
        for row in table
        if row["measure"] == "net_cost" and row["setting"] == "all" and row["period"] == "all"
    ]
    heads = ["together", "parts one by one", "together", "lost", "lost, eight futures in ten"]
    return _table(heads, rows)


def _made_by(manifest: dict[str, Any]) -> str:
    return (
        f"Made by `sufficiency compare` with seed {manifest['seed']} and "
        f"{manifest['replications']} futures of each, version {manifest['version']}."
    )


def first_future(folder: Path) -> dict[str, float]:
    """Net cost of placements over the whole of the first future, by scenario.

    Args:
        folder: The comparison's folder.

    Returns:
        Pounds, for each of :data:`AGAIN`.
    """
    return {
        name: placement_cost(pd.read_parquet(folder / "runs" / name / "replications.parquet"))
        for name in (f"{SET}{stem}" for stem in AGAIN)
    }


def placement_cost(table: pd.DataFrame) -> float:
    """Net cost of placements over the whole of the first future, in pounds."""
    chosen = table[
        (table["replication"] == 1)
        & (table["measure"] == "cost")
        & (table["setting"] == "all")
        & (table["period_type"] == "financial_year")
    ]
    return round(float(chosen["value"].sum()), 2)


def main() -> int:
    """Fill the page from the folder given."""
    if len(sys.argv) != 2:
        sys.stderr.write("Give a comparison's folder: tools/update_interventions.py FOLDER\n")
        return 2
    folder = Path(sys.argv[1])
    written = parts(folder)
    path = ROOT / PAGE
    path.write_text(
        filled(path.read_text(encoding="utf-8"), written), encoding="utf-8", newline="\n"
    )
    shutil.copyfile(folder / "charts" / f"{CHART}.svg", ROOT / IMAGE)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    kept = {
        "parts": fingerprints(written),
        "seed": manifest["seed"],
        "replications": manifest["replications"],
        "version": manifest["version"],
        "files": {
            file: print_
            for files in manifest["scenarios"].values()
            for file, print_ in files.items()
        },
        "first_future": first_future(folder),
    }
    (ROOT / KEPT).write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
