"""``sufficiency estimate``: a baseline for any authority from published tables, in one folder.

What is written is read back as a run would read it before it is put in its place, so that a
folder that stands there can be run.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sufficiency.errors import InputError, Problem
from sufficiency.fingerprints import fingerprint

if TYPE_CHECKING:
    from sufficiency.inputs.dfe import DfeTables
    from sufficiency.inputs.outturn import Outturn

BASELINE = "baseline.yaml"
SUMMARY = "summary.txt"


@dataclass(frozen=True)
class EstimateOptions:
    """What a user may ask of an estimate.

    Attributes:
        dfe: The Department for Education's published tables.
        authority: The authority, as typed.
        out: The folder to write.
        as_at: The opening date, a 31 March; the last of the tables when None.
        ro3: The revenue outturn that prices are laid beside; England's prices when None.
    """

    dfe: Path
    authority: str
    out: Path
    as_at: dt.date | None = None
    ro3: Path | None = None


@dataclass(frozen=True)
class Estimated:
    """An estimate that is done.

    Attributes:
        baseline: The scenario to run.
        summary: What is known, borrowed and assumed, to be read.
        try_it: The command that runs it.
    """

    baseline: Path
    summary: str
    try_it: str


def opening_day(text: str) -> dt.date:
    """The opening date someone typed.

    Args:
        text: Such as ``2025-03-31``.

    Raises:
        ValueError: With the sentence to be told, when it is no date or not a 31 March.
    """
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        sentence = f"{text!r} is not a date; write it as 2025-03-31"
        raise ValueError(sentence) from None
    if (day.month, day.day) != (3, 31):
        sentence = (
            f"{day} is not a 31 March, the day the tables are of; write {day.year}-03-31 or leave "
            "it out for the latest"
        )
        raise ValueError(sentence)
    return day


def estimate(options: EstimateOptions) -> Estimated:
    """Estimate an authority and write its scenario.

    Args:
        options: What the user asked for.

    Returns:
        The scenario written and what it rests on.

    Raises:
        InputError: If a table, the authority, the date or the folder is wrong.
    """
    from sufficiency.estimate.any_authority import estimate_any
    from sufficiency.inputs.dfe import read_dfe, require_years
    from sufficiency.inputs.needed import require_groups
    from sufficiency.staging import check_can_stage, staged

    check_can_stage(options.out, "estimate")
    _check_unchanged(options.out)
    tables = read_dfe(options.dfe)
    as_at = options.as_at or dt.date(tables.years[-1], 3, 31)
    authority = _authority(tables, options.authority, as_at.year)
    require_years(tables, authority, as_at.year)
    require_groups(tables, as_at.year)
    outturn = _outturn(options, tables.up_to(as_at.year), authority, as_at.year)
    texts = estimate_any(tables, authority, as_at, outturn, _name_of(options.dfe))
    with staged(options.out, "estimate") as draft:
        for name, text in texts.items():
            head = _schema_line(options.out / name) if name.endswith(".yaml") else ""
            (draft / name).write_text(head + text, encoding="utf-8", newline="\n")
        _check_it_runs(draft / BASELINE)
        _write_manifest(draft, options, authority, as_at)
    baseline = options.out / BASELINE
    return Estimated(baseline, texts[SUMMARY], _how_to_run(baseline))


def _authority(tables: DfeTables, typed: str, year: int) -> str:
    """The authority as it was known at the opening, or as it is in the whole tables.

    One that was abolished since can be asked for as it was. One that is only in later years, as
    all are when the opening is before the first, is found too: what is wrong is the opening.
    """
    from sufficiency.inputs.dfe import find_authority

    try:
        return find_authority(tables.up_to(year), typed)
    except InputError:
        return find_authority(tables, typed)


def _how_to_run(baseline: Path) -> str:
    """The command, with a folder of results that another authority's would not replace."""
    from sufficiency.commands.run import OUTPUTS
    from sufficiency.scenario.load import scenario_name

    command = f"sufficiency run {baseline.as_posix()}"
    if scenario_name(baseline) != baseline.stem:
        return command
    return f"{command} --out {(OUTPUTS / baseline.resolve().parent.name).as_posix()}"


def _outturn(
    options: EstimateOptions, tables: DfeTables, authority: str, year: int
) -> Outturn | None:
    from sufficiency.inputs.outturn import read_outturn

    if options.ro3 is None:
        return None
    return read_outturn(options.ro3, tables.areas[authority].code, authority, year)


def _schema_line(path: Path) -> str:
    """The first line that leads editors to the schema, where the project holds one."""
    from sufficiency.scenario.layers import project_root
    from sufficiency.scenario.template import SCHEMA_FILE, schema_link

    if not (project_root(path) / SCHEMA_FILE).exists():
        return ""
    return f"# yaml-language-server: $schema={schema_link(path)}\n"


def _check_it_runs(path: Path) -> None:
    """Read what was written as a run would.

    Raises:
        InputError: With what is wrong: the tables of this authority cannot all hold together.
    """
    from sufficiency.estimate.feasible import opening_problems
    from sufficiency.scenario.load import load_scenario

    problems = opening_problems(load_scenario(path))
    if problems:
        raise InputError(problems)


def _write_manifest(draft: Path, options: EstimateOptions, authority: str, as_at: dt.date) -> None:
    """Write what was made from what, with a fingerprint of every file."""
    from sufficiency import __version__
    from sufficiency.staging import MANIFEST

    files = sorted(path for path in draft.iterdir() if path.is_file())
    given = [path for path in (options.dfe, options.ro3) if path is not None]
    manifest: dict[str, Any] = {
        "package": "sufficiency",
        "made_by": "estimate",
        "version": __version__,
        "authority": authority,
        "as_at": as_at.isoformat(),
        "input_files": _fingerprints(given),
        "results": {path.name: fingerprint(path) for path in files},
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    (draft / MANIFEST).write_text(text, encoding="utf-8", newline="\n")


def _check_unchanged(folder: Path) -> None:
    """Make sure that nobody's work is lost when an earlier estimate is replaced.

    Raises:
        InputError: When a file in it was changed since it was written.
    """
    from sufficiency.staging import MANIFEST

    if not (folder / MANIFEST).exists():
        return
    written = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["results"]
    if not isinstance(written, dict):
        sentence = (
            f"an estimate replaces its folder, and the {MANIFEST} in this one is not an estimate's"
        )
        raise InputError([Problem(folder.as_posix(), 1, 1, sentence, "give --out a new folder")])
    for name, was in written.items():
        path = folder / name
        if path.is_file() and fingerprint(path) != was:
            sentence = "this file was changed since it was estimated, and would be replaced"
            remedy = "give --out a new folder, or delete this file"
            raise InputError([Problem(path.as_posix(), 1, 1, sentence, remedy)])


def _fingerprints(given: list[Path]) -> dict[str, str]:
    """Fingerprint by name of every file that was given, and of those in a folder that was."""
    from sufficiency.inputs.csv_source import files_at

    found: dict[str, str] = {}
    for path in given:
        for file in files_at(path):
            within = file.relative_to(path).as_posix()
            name = _name_of(path) if file == path else f"{_name_of(path)}/{within}"
            if name in found:
                name = f"{path.resolve().parent.name}/{name}"
            found[name] = fingerprint(file)
    return found


def _name_of(path: Path) -> str:
    """The last part of a path, also where it was given as `.`."""
    return path.name or path.resolve().name
