"""``sufficiency export``: one simulated future of a run, written as SSDA903 returns.

The placements are those the run kept in its folder, so that what is exported is what was
forecast, whatever has changed in the scenario or the package since. A run keeps its first
future unless it was asked to keep more.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from sufficiency.errors import InputError, Problem

if TYPE_CHECKING:
    import pandas as pd

    from sufficiency.episodes import Episodes
    from sufficiency.periods import Horizon
    from sufficiency.ssda903.write import Exported

KEPT = "episodes.parquet"
"""The file of a run's folder that holds the placements it kept."""


@dataclass(frozen=True)
class Done:
    """An export that is done.

    Attributes:
        folder: Where the returns stand.
        summary: What they hold, to be read.
    """

    folder: Path
    summary: str


def export(run: Path, out: Path, replication: int = 1) -> Done:
    """Write the children of one simulated future as returns.

    Args:
        run: A run's folder.
        out: The folder to write.
        replication: Which future, from 1.

    Returns:
        Where the returns are and what they hold.

    Raises:
        InputError: If there is no such run, it did not keep that future, it covers no whole
            collection year, or something else stands in the folder.
    """
    from sufficiency.folders.staging import check_can_stage, staged
    from sufficiency.ssda903.write import write_returns

    _check_run(run)
    check_can_stage(out, "export")
    horizon = _horizon(run)
    episodes = _kept(run, replication, horizon)
    with staged(out, "export") as draft:
        written = write_returns(episodes, horizon, draft)
        _write_manifest(draft, run, replication, written)
    years = f"{written.years[0]}"
    if len(written.years) > 1:
        years += f" to {written.years[-1]}"
    summary = f"{written.children} simulated children in the years to 31 March {years}."
    return Done(out, summary)


def _check_run(run: Path) -> None:
    from sufficiency.folders.staging import MANIFEST
    from sufficiency.scenario.load import RESOLVED

    remedy = "give the folder that `sufficiency run` wrote, such as outputs/baseline"
    if not run.exists():
        _stop(run, "there is no such folder", remedy)
    if not run.is_dir():
        _stop(run, "this is not a folder", remedy)
    try:
        manifest = json.loads((run / MANIFEST).read_text(encoding="utf-8"))
        is_run = manifest["package"] == "sufficiency" and manifest.get("made_by", "run") == "run"
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        is_run = False
    if not is_run or not (run / RESOLVED).is_file():
        _stop(run, "this is not the folder of a run", remedy)
    if not (run / KEPT).is_file():
        _stop(run, "this run kept no placements", "run it again without --episodes 0")


def _horizon(run: Path) -> Horizon:
    """The days a run forecast, from the scenario it keeps.

    Raises:
        InputError: When they cannot be read or hold no whole collection year.
    """
    import yaml

    from sufficiency.periods import Horizon
    from sufficiency.scenario.load import RESOLVED
    from sufficiency.ssda903.write import whole_years

    file = run / RESOLVED
    try:
        told = yaml.safe_load(file.read_text(encoding="utf-8"))
        start, end = (dt.date.fromisoformat(str(told[name])) for name in ("start", "end"))
    except (OSError, ValueError, LookupError, TypeError, yaml.YAMLError):
        _stop(file, "the days of the forecast cannot be read", "run the scenario again")
    if not whole_years(Horizon(start, end)):
        sentence = f"no year from 1 April to 31 March lies wholly between {start} and {end}"
        _stop(run, sentence, "run the scenario for a whole year at least")
    return Horizon(start, end)


def _kept(run: Path, replication: int, horizon: Horizon) -> Episodes:
    """The placements of one future.

    Raises:
        InputError: When the run did not keep it, or the file cannot be read.
    """
    import pandas as pd

    file = run / KEPT
    try:
        table = pd.read_parquet(file, engine="pyarrow")
        kept = sorted({int(number) for number in table["replication"]})
        if replication in kept:
            return _episodes(table[table["replication"] == replication], horizon.epoch)
    except Exception:  # whatever pandas and pyarrow say of a file that is garbled
        _stop(file, "the placements cannot be read", "run the scenario again")
    numbers = f"{kept[0]} to {kept[-1]}" if len(kept) > 1 else f"{kept[0]}" if kept else "none"
    _stop(
        file,
        f"this run kept no placements of future {replication}: those it kept are {numbers}",
        f"choose one of them, or run the scenario again with --episodes {replication}",
    )


def _episodes(table: pd.DataFrame, epoch: dt.date) -> Episodes:
    """The table of a run's folder as it was before it was put in words."""
    import numpy as np

    from sufficiency import episodes as words

    settings = tuple(sorted(set(table["setting"])))

    def coded(column: str, names: tuple[str, ...], blank: int | None = None) -> Any:
        codes = {name: code for code, name in enumerate(names)}
        codes |= {} if blank is None else {"": blank}
        return np.array([codes[name] for name in table[column]])

    def days(column: str) -> Any:
        since = (table[column].to_numpy("datetime64[D]") - np.datetime64(epoch)).astype(np.int64)
        return np.where(table[column].isna(), words.OPEN, since).astype(np.int32)

    nothing = np.full(len(table), words.NONE, dtype=np.int16)
    return words.Episodes(
        epoch=epoch,
        settings=settings,
        child=table["child"].to_numpy(np.int64),
        period_of_care=table["period_of_care"].to_numpy(np.int32),
        start=days("start"),
        end=days("end"),
        setting=coded("setting", settings).astype(np.int16),
        location=coded("location", words.LOCATIONS, words.UNKNOWN_PLACE).astype(np.int8),
        first_choice=nothing,  # a return has no column for this, nor for the next
        waiting_for=nothing,
        reason_new=coded("reason_new", words.REASONS_NEW).astype(np.int8),
        reason_ceased=coded("reason_ceased", words.REASONS_CEASED).astype(np.int8),
        born=days("date_of_birth"),
        price_rank=table["price_rank"].to_numpy(np.float64),
        category=coded("category", words.CATEGORIES).astype(np.int8),
        siblings=coded("siblings", words.SIBLINGS).astype(np.int8),
        provenance=coded("provenance", words.PROVENANCES).astype(np.int8),
    )


def _write_manifest(draft: Path, run: Path, replication: int, written: Exported) -> None:
    """Write what was made from what, with a fingerprint of every file."""
    from sufficiency import __version__
    from sufficiency.fingerprints import fingerprint
    from sufficiency.folders.staging import MANIFEST

    of_run = json.loads((run / MANIFEST).read_text(encoding="utf-8"))
    files = sorted(path for path in draft.rglob("*") if path.is_file())
    manifest = {
        "package": "sufficiency",
        "made_by": "export",
        "version": __version__,
        "children": "simulated",
        "scenario": of_run.get("scenario"),
        "seed": of_run.get("seed"),
        "replication": replication,
        "run_files": {KEPT: fingerprint(run / KEPT)},
        "years": list(written.years),
        "results": {path.relative_to(draft).as_posix(): fingerprint(path) for path in files},
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    (draft / MANIFEST).write_text(text, encoding="utf-8", newline="\n")


def _stop(path: Path, sentence: str, remedy: str) -> NoReturn:
    raise InputError([Problem(path.as_posix(), 1, 1, sentence, remedy)])
