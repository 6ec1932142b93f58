"""What a comparison leaves behind: who differs from the base by how much, why, and in what order.

Each scenario also has the folder that a run of it alone would have made, under ``runs``. What a
run hides of small counts, the comparison hides too.
"""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sufficiency import __version__
from sufficiency.fingerprints import fingerprint
from sufficiency.folders.comparison_ranking import ranking_table
from sufficiency.folders.run import PACKAGES, Results, write_manifest, write_run
from sufficiency.folders.staging import MANIFEST
from sufficiency.forecast.compare import COLUMNS, Compared, comparison_table, differences
from sufficiency.forecast.compare_ranking import (
    MadeOf,
    SplitRow,
    TogetherRow,
    parts_of,
    ranking,
    split_rows,
    together_rows,
)
from sufficiency.forecast.measures import Measure
from sufficiency.inputs.tables import Actual
from sufficiency.report.chart import write_chart
from sufficiency.report.charts.comparison import comparison_charts
from sufficiency.report.comparison import CompareFacts, comparison_summary
from sufficiency.report.comparison_hidden import (
    HiddenOf,
    hidden_of,
    hide_comparison,
    hide_split,
    hide_together,
)
from sufficiency.report.words import month_year
from sufficiency.scenario.load import LoadedScenario
from sufficiency.vocabulary import EVIDENCE_MEANINGS

if TYPE_CHECKING:
    import pandas as pd

RUNS = "runs"
"""The folder of the runs inside a comparison's."""


@dataclass(frozen=True)
class Comparison:
    """What there is to write; the base is the first of each.

    Attributes:
        loaded: The scenarios, and where everything in them came from.
        actuals: What happened, where known, for each.
        found: Every future of every scenario.
        by: What they are ranked by, where it is not the cost.
        small_counts: Whether counts of children from 1 to 5 are shown.
        seconds: How long the simulation took.
    """

    loaded: tuple[LoadedScenario, ...]
    actuals: tuple[tuple[Actual, ...], ...]
    found: Compared
    by: Measure | None
    small_counts: bool
    seconds: float

    @property
    def names(self) -> tuple[str, ...]:
        """The scenarios' names, the base's first."""
        return tuple(each.name for each in self.loaded)


def write_comparison(made: Comparison, folder: Path) -> str:
    """Write every table and chart of a comparison, all but its manifest.

    Args:
        made: What there is to write.
        folder: An empty folder.

    Returns:
        What the comparison says, to be read aloud.
    """
    hides = [_write_one(made, which, folder / RUNS) for which in range(len(made.loaded))]
    base, found = made.loaded[0].scenario, made.found
    comparison, split = _comparison(made, hides), _split(made, hides)
    together = hide_together(_together(made), comparison)
    standings = ranking(found, [_empty_apart(hides, which) for which in range(len(hides))])
    last = found.plans[0].horizon.months[-1].label
    ranked = ranking_table(made.loaded, standings, comparison, last, made.by)
    _write(comparison, folder / "comparison.csv")
    _write(split, folder / "saving_split.csv")
    _write(ranked, folder / "ranking.csv")
    if len(together):
        _write(together, folder / "together.csv")
    until = month_year(base.end)
    for chart in comparison_charts(ranked, split, base.authority, until):
        write_chart(chart, folder / "charts")
    facts = CompareFacts(
        base_title=base.title,
        futures=found.futures,
        until=until,
        ranked_by="" if made.by is None else str(made.by),
        not_compared={
            made.names[whole]: of.others for whole, of in _wholes(made).items() if of.others
        },
        grade_meanings={grade.value: words for grade, words in EVIDENCE_MEANINGS.items()},
    )
    summary = comparison_summary(ranked, split, together, facts)
    (folder / "summary.txt").write_text(summary + "\n", encoding="utf-8", newline="\n")
    return summary


def _comparison(made: Comparison, hides: Sequence[HiddenOf]) -> pd.DataFrame:
    """Every scenario's differences, one under another, small counts hidden."""
    import pandas as pd

    tables = []
    for which in range(1, len(made.loaded)):
        table = comparison_table(made.names[0], made.names[which], differences(made.found, which))
        tables.append(hide_comparison(table, hides[0], hides[which]))
    return pd.concat(tables, ignore_index=True)[list(COLUMNS)]


def _split(made: Comparison, hides: Sequence[HiddenOf]) -> pd.DataFrame:
    """What every scenario's difference in cost is made of."""
    import pandas as pd

    tables = []
    for which in range(1, len(made.loaded)):
        apart = _empty_apart(hides, which)
        rows = split_rows(made.names[0], made.names[which], made.found, which, apart)
        table = pd.DataFrame(rows, columns=list(SplitRow._fields))
        tables.append(hide_split(table, hides[0], hides[which]))
    return pd.concat(tables, ignore_index=True)


def _empty_apart(hides: Sequence[HiddenOf], which: int) -> bool:
    """Whether what empty places cost may be told, or would say how few children live there."""
    return not (hides[0].empty_places or hides[which].empty_places)


def _write_one(made: Comparison, which: int, folder: Path) -> HiddenOf:
    """The folder of one scenario's run, as if it were run alone, and what it hides."""
    import pandas as pd

    loaded, plan = made.loaded[which], made.found.plans[which]
    results = Results(
        loaded, plan, made.found.gathered[which], made.actuals[which], made.small_counts
    )
    here = folder / loaded.name
    here.mkdir(parents=True)
    started = time.monotonic()
    write_run(results, here)
    share = made.seconds / len(made.loaded)
    seconds = [("simulating", share), ("writing", time.monotonic() - started)]
    write_manifest(results, seconds, here)
    services = [cost.line.label for cost in plan.lines.costs if cost.source == "case"]
    forecast, budget = (pd.read_csv(here / f"{name}.csv") for name in ("forecast", "budget"))
    return hidden_of(forecast, budget, services)


def _wholes(made: Comparison) -> dict[int, MadeOf]:
    return parts_of([tuple(each.files) for each in made.loaded])


def _together(made: Comparison) -> pd.DataFrame:
    """What scenarios made of other compared ones, and nothing else, lose or gain together."""
    import pandas as pd

    wholes = _wholes(made)
    rows = [
        row
        for whole, of in wholes.items()
        if not of.others
        for row in together_rows(made.names, made.found, whole, of.parts)
    ]
    return pd.DataFrame(rows, columns=list(TogetherRow._fields))


def _write(table: pd.DataFrame, path: Path) -> None:
    table.to_csv(path, index=False, lineterminator="\n", float_format="%.12g")


def write_comparison_manifest(made: Comparison, writing_seconds: float, folder: Path) -> None:
    """Write what was compared, with what, and a fingerprint of every file in the folder.

    Args:
        made: What was compared.
        writing_seconds: How long writing took. What parts of the work took is all that differs
            from one comparison to the same one again.
        folder: Where the results are.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    manifest: dict[str, Any] = {
        "package": "sufficiency",
        "made_by": "comparison",
        "version": __version__,
        "base": made.names[0],
        "scenarios": {each.name: dict(each.files) for each in made.loaded},
        "seed": made.found.plans[0].seed,
        "replications": made.found.futures,
        "ranked_by": "net_cost@all" if made.by is None else str(made.by),
        "small_counts_shown": made.small_counts,
        "python": platform.python_version(),
        "packages": {name: metadata.version(name) for name in PACKAGES},
        "results": {path.relative_to(folder).as_posix(): fingerprint(path) for path in files},
        "seconds": {"simulating": round(made.seconds, 2), "writing": round(writing_seconds, 2)},
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")
