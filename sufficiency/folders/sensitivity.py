"""What a sensitivity analysis leaves behind: tables, charts, a summary, and what it was made from.

Averages of counts of children from 1 to 5, and what would reveal them, are hidden.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sufficiency import __version__
from sufficiency.fingerprints import fingerprint
from sufficiency.folders.staging import MANIFEST
from sufficiency.forecast.gather import DECIMALS
from sufficiency.forecast.measures import Measure
from sufficiency.forecast.replication import Plan
from sufficiency.forecast.sensitivity import Ends
from sufficiency.forecast.sensitivity_shares import CHANCE, OTHERS, YEARS, Share
from sufficiency.report.disclosure import small
from sufficiency.report.sensitivity_summary import Facts, sensitivity_summary
from sufficiency.report.sensitivity_words import figure_words, held_words, measure_words
from sufficiency.report.tables import HIDDEN
from sufficiency.report.words import capital
from sufficiency.scenario.load import LoadedScenario
from sufficiency.vocabulary import LABELS

if TYPE_CHECKING:
    import pandas as pd

TORNADO_COLUMNS = (
    "path", "label", "dates", "low_value", "high_value", "unit", "mark", "held",
    "mean_at_low", "mean_at_high", "swing", "half_width", "finding",
)  # fmt: skip
SHARE_COLUMNS = (
    "source", "label", "first_order", "first_low", "first_high", "total_order", "total_low",
    "total_high", "finding",
)  # fmt: skip
_ANSWERS = ("mean_at_low", "mean_at_high", "swing", "half_width")
_PACKAGES = ("numpy", "scipy", "simpy", "pandas", "matplotlib", "pydantic")


@dataclass(frozen=True)
class Analysis:
    """What there is to write.

    Attributes:
        loaded: The scenario.
        plan: What was simulated.
        of: The number asked for.
        mean: Its average in the forecast as drawn.
        ends: What each figure does, the largest first.
        shares: Shares of the variance; empty where none were asked for.
        replications: Futures for each end of each figure.
        rows: Rows of futures for the shares.
        futures: How many were simulated in all.
        small_counts: Show counts of children from 1 to 5.
    """

    loaded: LoadedScenario
    plan: Plan
    of: Measure
    mean: float
    ends: Sequence[Ends]
    shares: Sequence[Share]
    replications: int
    rows: int
    futures: int
    small_counts: bool


def write_sensitivity(analysis: Analysis, folder: Path) -> str:
    """Write every table and chart, all but the manifest.

    Args:
        analysis: What was found.
        folder: An empty folder.

    Returns:
        What was found, to be read aloud.
    """
    from sufficiency.report.chart import write_chart
    from sufficiency.report.charts.sensitivity import shares_chart, tornado_chart

    labels = _labels(analysis.loaded)
    tornado = tornado_table(analysis, labels)
    shares = shares_table(analysis, labels)
    terms = tuple((term.measure, term.setting) for term in analysis.of.terms)
    scenario = analysis.loaded.scenario
    facts = Facts(
        title=scenario.title,
        measure=measure_words(terms, analysis.of.period, labels),
        unit=analysis.of.unit,
        mean=analysis.mean,
        replications=analysis.replications,
        rows=analysis.rows,
        futures=analysis.futures,
    )
    _write(tornado, folder / "tornado.csv")
    if len(shares):
        _write(shares, folder / "variance_shares.csv")
    for chart in (
        tornado_chart(facts, tornado, scenario.authority),
        shares_chart(facts, shares, scenario.authority),
    ):
        if chart is not None:
            write_chart(chart, folder / "charts")
    summary = sensitivity_summary(facts, tornado, shares)
    (folder / "summary.txt").write_text(summary + "\n", encoding="utf-8", newline="\n")
    return summary


def tornado_table(analysis: Analysis, labels: Mapping[str, str]) -> pd.DataFrame:
    """What each figure does, the largest difference first.

    Args:
        analysis: What was found.
        labels: What to print for names of settings.

    Returns:
        Columns :data:`TORNADO_COLUMNS`. What would show a small count of children is ``c``.
    """
    import pandas as pd

    decimals = DECIMALS.get(analysis.of.unit, 2)
    rows = []
    for ends in analysis.ends:
        figure, first = ends.figure, ends.figure.first
        answers = (ends.mean_at_low, ends.mean_at_high, ends.swing, ends.half_width)
        told: list[Any] = [round(each, decimals) + 0.0 for each in answers]
        finding = ends.finding
        # An end held in each of several years is nearer the middle than the end of one.
        stated: list[Any] = [first.p10, first.p90]
        if figure.draws > 1:
            stated = [first.quantile(level) for level in figure.levels]
        if not analysis.small_counts:
            if any(small(people) for people in ends.people):
                told, finding = [HIDDEN] * len(told), "hidden"
            if first.unit_name == "children" and any(small(each) for each in stated):
                stated = [HIDDEN, HIDDEN]
        dates = " ".join(date.isoformat() for date in figure.dates)
        mark = "J" if first.mark is None else first.mark.value
        words = figure_words(figure.path, labels)
        held = held_words(figure.draws)
        rows.append(
            (figure.path, words, dates, *stated, first.unit_name, mark, held, *told, finding)
        )
    table = pd.DataFrame(rows, columns=list(TORNADO_COLUMNS))
    return table


def shares_table(analysis: Analysis, labels: Mapping[str, str]) -> pd.DataFrame:
    """Shares of the variance, the largest total first: columns :data:`SHARE_COLUMNS`."""
    import pandas as pd

    alone = {share.source for share in analysis.shares} - {OTHERS, YEARS, CHANCE}
    others = len(analysis.ends) - len(alone)
    words = {
        OTHERS: "The other figure" if others == 1 else f"{others} other figures together",
        YEARS: capital(YEARS),
        CHANCE: "Chance (which child and when)",
    }
    rows = [
        (share.source, words.get(share.source) or figure_words(share.source, labels),
         *(round(each, 4) + 0.0 for each in share[1:7]), share.finding)
        for share in analysis.shares
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(SHARE_COLUMNS))


def _labels(loaded: LoadedScenario) -> dict[str, str]:
    own = {name: rule.label for name, rule in loaded.scenario.settings.items() if rule.label}
    return LABELS | own


def _write(table: pd.DataFrame, path: Path) -> None:
    table.to_csv(path, index=False, lineterminator="\n", float_format="%.12g")


def write_manifest(analysis: Analysis, seconds: float, folder: Path) -> None:
    """Write what was asked, of what, and a fingerprint of every file in the folder.

    Args:
        analysis: What was written.
        seconds: How long it took: the only thing in the folder that differs from one analysis
            to the same one again.
        folder: Where the results are.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    manifest = {
        "package": "sufficiency",
        "made_by": "sensitivity",
        "version": __version__,
        "scenario": analysis.loaded.name,
        "title": analysis.loaded.scenario.title,
        "scenario_files": dict(analysis.loaded.files),
        "of": str(analysis.of),
        "seed": analysis.plan.seed,
        "replications": analysis.replications,
        "rows": analysis.rows,
        "futures": analysis.futures,
        "small_counts_shown": analysis.small_counts,
        "python": platform.python_version(),
        "packages": {name: metadata.version(name) for name in _PACKAGES},
        "results": {path.relative_to(folder).as_posix(): fingerprint(path) for path in files},
        "seconds": round(seconds, 2),
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")
