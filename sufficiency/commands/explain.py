"""``sufficiency explain``: says where one value came from, in a scenario or in a run's folder."""

from __future__ import annotations

import csv
from pathlib import Path

from sufficiency.errors import InputError, Problem


def explain(target: Path, path: str) -> str:
    """Everything known about one value.

    Args:
        target: A scenario file, or a run's folder.
        path: Where the value stands, such as ``entries.per_year``, or a section.

    Returns:
        Lines to print.

    Raises:
        InputError: If the scenario cannot be read, or there is nothing at that path.
    """
    from sufficiency.scenario.explain import explain as explain_value
    from sufficiency.scenario.load import RESOLVED, load_scenario

    target = Path(target)
    if (target / RESOLVED).is_file():
        return _from_run(target, path)
    return explain_value(load_scenario(target), path)


def _from_run(run: Path, path: str) -> str:
    from sufficiency.scenario.explain import figure_lines, meaning, section_text, unknown_path

    log = run / "assumptions.csv"
    rows = _rows(log)
    if path in rows:
        try:
            return "\n".join([path, *figure_lines(rows[path], "", meaning(path))])
        except (KeyError, ValueError):
            raise _unreadable(log) from None
    inside = [each for each in rows if each.startswith(path + ".")]
    if inside:
        return section_text(path, inside)
    raise unknown_path(log.as_posix(), path, rows)


def _rows(log: Path) -> dict[str, dict[str, str]]:
    try:
        with log.open(encoding="utf-8-sig", newline="") as file:
            return {row["path"]: row for row in csv.DictReader(file)}
    except (OSError, KeyError, UnicodeDecodeError, csv.Error):
        raise _unreadable(log) from None


def _unreadable(log: Path) -> InputError:
    sentence = "the log of assumptions cannot be read"
    return InputError([Problem(log.as_posix(), 1, 1, sentence, "run the scenario again")])
