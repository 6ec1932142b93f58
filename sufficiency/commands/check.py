"""``sufficiency check``: reads scenarios as a run would and tells everything that is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sufficiency.errors import InputError, Problem


def check(paths: Iterable[Path]) -> list[Problem]:
    """Checks several scenarios.

    Args:
        paths: The scenario files.

    Returns:
        Every problem found, file by file; a problem in a shared layer is told once. Empty
        when all is well.
    """
    from sufficiency.estimate.feasible import opening_problems
    from sufficiency.scenario.load import load_scenario

    found: dict[Problem, None] = {}
    for path in paths:
        try:
            found.update(dict.fromkeys(opening_problems(load_scenario(Path(path)))))
        except InputError as error:
            found.update(dict.fromkeys(error.problems))
    return list(found)
