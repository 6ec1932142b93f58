"""The folder an estimate leaves behind: a scenario to be reviewed, and what it was made from.

What is written is read back as a run would read it before it is put in its place, so that a
folder that stands there can be run. A file that somebody has worked on since is never replaced.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sufficiency.errors import InputError, Problem
from sufficiency.fingerprints import fingerprint

BASELINE = "baseline.yaml"
SUMMARY = "summary.txt"


def check_can_write(folder: Path) -> None:
    """Make sure, before any work, that an estimate can be written here and nothing is lost.

    Raises:
        InputError: When something else stands there, or a file of an earlier estimate was
            changed since it was written.
    """
    from sufficiency.folders.staging import check_can_stage

    check_can_stage(folder, "estimate")
    _check_unchanged(folder)


def write_estimate(folder: Path, texts: Mapping[str, str], facts: Mapping[str, Any]) -> None:
    """Write an estimate's files and its manifest, whole or not at all.

    Args:
        folder: Where they are to stand.
        texts: Text by file name; a name may have a folder in it.
        facts: What the manifest says of how they were made.

    Raises:
        InputError: With what is wrong, when the scenario would not run: what it was estimated
            from cannot all hold together.
    """
    from sufficiency.folders.staging import staged

    with staged(folder, "estimate") as draft:
        for name, text in texts.items():
            head = _schema_line(folder / name) if name.endswith(".yaml") else ""
            (draft / name).parent.mkdir(exist_ok=True)
            (draft / name).write_text(head + text, encoding="utf-8", newline="\n")
        _check_it_runs(draft / BASELINE)
        _write_manifest(draft, facts)


def how_to_run(baseline: Path) -> str:
    """The command, with a folder of results that another authority's would not replace."""
    from sufficiency.folders.staging import RUNS
    from sufficiency.scenario.load import scenario_name

    command = f"sufficiency run {baseline.as_posix()}"
    if scenario_name(baseline) != baseline.stem:
        return command
    return f"{command} --out {(RUNS / baseline.resolve().parent.name).as_posix()}"


def fingerprints(given: Iterable[Path]) -> dict[str, str]:
    """Fingerprint by name of every file that was given, and of those in a folder that was."""
    from sufficiency.inputs.csv_source import files_at

    found: dict[str, str] = {}
    for path in given:
        for file in files_at(path):
            within = file.relative_to(path).as_posix()
            name = name_of(path) if file == path else f"{name_of(path)}/{within}"
            if name in found:
                name = f"{path.resolve().parent.name}/{name}"
            found[name] = fingerprint(file)
    return found


def name_of(path: Path) -> str:
    """The last part of a path, also where it was given as `.`."""
    return path.name or path.resolve().name


def _schema_line(path: Path) -> str:
    """The first line that leads editors to the schema, where the project holds one."""
    from sufficiency.scenario.layer_files import project_root
    from sufficiency.scenario.template import SCHEMA_FILE, schema_link

    if not (project_root(path) / SCHEMA_FILE).exists():
        return ""
    return f"# yaml-language-server: $schema={schema_link(path)}\n"


def _check_it_runs(path: Path) -> None:
    """Read what was written as a run would.

    Raises:
        InputError: With what is wrong.
    """
    from sufficiency.estimate.feasible import opening_problems
    from sufficiency.scenario.load import load_scenario

    problems = opening_problems(load_scenario(path))
    if problems:
        raise InputError(problems)


def _write_manifest(draft: Path, facts: Mapping[str, Any]) -> None:
    """Write what was made from what, with a fingerprint of every file."""
    from sufficiency import __version__
    from sufficiency.folders.staging import MANIFEST

    files = sorted(path for path in draft.rglob("*") if path.is_file())
    manifest: dict[str, Any] = {
        "package": "sufficiency",
        "made_by": "estimate",
        "version": __version__,
        **facts,
        "results": {path.relative_to(draft).as_posix(): fingerprint(path) for path in files},
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    (draft / MANIFEST).write_text(text, encoding="utf-8", newline="\n")


def _check_unchanged(folder: Path) -> None:
    """Make sure that nobody's work is lost when an earlier estimate is replaced.

    Raises:
        InputError: When a file in it was changed since it was written.
    """
    from sufficiency.folders.staging import MANIFEST

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
