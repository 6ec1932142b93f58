"""What a run leaves behind: tables, charts, and where every number came from.

Tables meant for sharing (``forecast.csv``, ``budget.csv``, the charts and the summary) hide
counts of children from 1 to 5. ``replications.parquet`` and ``episodes.parquet`` are for the
analyst: they hold simulated futures one by one, never a row about a real child.
"""

from __future__ import annotations

import csv
import hashlib
import json
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sufficiency import __version__
from sufficiency.episodes import LOCATIONS, NONE, OPEN, PROVENANCES, REASONS_CEASED, REASONS_NEW
from sufficiency.episodes import Episodes
from sufficiency.forecast.gather import Gathered
from sufficiency.scenario.load import RESOLVED, LoadedScenario
from sufficiency.staging import MANIFEST

if TYPE_CHECKING:
    import pandas as pd

PACKAGES = ("numpy", "scipy", "simpy", "pandas", "matplotlib", "pydantic", "pyarrow")


@dataclass(frozen=True)
class Timings:
    """How long a run took, in seconds.

    Attributes:
        simulating: Running the replications.
        summing_up: Tables and charts.
    """

    simulating: float
    summing_up: float


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV: whole amounts without a decimal point, no index, plain newlines."""
    table.to_csv(path, index=False, lineterminator="\n", float_format="%.10g")


def write_rows(rows: Sequence[Any], path: Path) -> None:
    """Write named tuples as CSV. An amount that is not told is left empty."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        if rows:
            writer.writerow(rows[0]._fields)
        writer.writerows(rows)


def write_parquet(table: pd.DataFrame, path: Path) -> None:
    """Write a table as parquet."""
    table.to_parquet(path, index=False, engine="pyarrow", compression="zstd")


def write_sources(loaded: LoadedScenario, folder: Path) -> None:
    """Write where every number came from: the resolved scenario and the assumptions log."""
    from sufficiency.scenario.resolved import assumptions, resolved_yaml

    (folder / RESOLVED).write_text(resolved_yaml(loaded), encoding="utf-8", newline="\n")
    rows = assumptions(loaded)
    with (folder / "assumptions.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_manifest(
    loaded: LoadedScenario, gathered: Gathered, seed: int, timings: Timings, folder: Path
) -> None:
    """Write what was run, with what, and a fingerprint of every file in the folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    manifest = {
        "package": "sufficiency",
        "version": __version__,
        "scenario": loaded.name,
        "title": loaded.scenario.title,
        "scenario_files": dict(loaded.files),
        "seed": seed,
        "replications": len(gathered.numbers),
        "python": platform.python_version(),
        "packages": {name: metadata.version(name) for name in PACKAGES},
        "results": {path.relative_to(folder).as_posix(): _fingerprint(path) for path in files},
        "timings_seconds": {
            "simulating": round(timings.simulating, 2),
            "summing_up": round(timings.summing_up, 2),
        },
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")


def _fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def episodes_table(episodes_of: dict[int, Episodes]) -> pd.DataFrame:
    """Placements with words for codes and dates for day numbers.

    Args:
        episodes_of: Placements by replication.

    Returns:
        One row a placement. Real children's rows (provenance H) are left out.
    """
    import pandas as pd

    tables = [_readable(episodes, number) for number, episodes in sorted(episodes_of.items())]
    return pd.concat(tables, ignore_index=True)


def _readable(episodes: Episodes, number: int) -> pd.DataFrame:
    import pandas as pd

    settings = np.array([*episodes.settings, ""], dtype=object)
    epoch = np.datetime64(episodes.epoch)

    def dated(days: Any) -> Any:
        dates = epoch + days.astype("timedelta64[D]")
        return np.where(days == OPEN, np.datetime64("NaT"), dates).astype("datetime64[s]")

    def named(names: Sequence[str], codes: Any) -> Any:
        return np.array(names, dtype=object)[codes]

    table = pd.DataFrame(
        {
            "replication": np.int32(number),
            "child": episodes.child,
            "period_of_care": episodes.period_of_care,
            "start": dated(episodes.start),
            "end": dated(episodes.end),
            "setting": settings[episodes.setting],
            "provider": "",
            "place_code": "",
            "location": named(LOCATIONS, episodes.location),
            "legal_status": "",
            "reason_new": named(REASONS_NEW, episodes.reason_new),
            "reason_ceased": named(REASONS_CEASED, episodes.reason_ceased),
            "first_choice": settings[episodes.first_choice],
            "waiting_for": settings[np.where(episodes.waiting_for == NONE, -1, episodes.waiting_for)],
            "need": "",
            "date_of_birth": dated(episodes.born),
            "price_rank": episodes.price_rank,
            "provenance": named(PROVENANCES, episodes.provenance),
        }
    )
    return table[table["provenance"] != "H"]
