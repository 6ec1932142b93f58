"""``sufficiency new``: writes a commented template to start from, and never over a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sufficiency.errors import InputError, Problem


def new_scenario(path: Path) -> None:
    """Writes a scenario template.

    Args:
        path: The file to write; its folder is made where there is none.

    Raises:
        InputError: If there is such a file already, or it cannot be written there.
    """
    from sufficiency.scenario.template import template_text

    if path.suffix not in (".yaml", ".yml"):
        raise _refused(path, "a scenario's name ends in .yaml", f"write {path.stem}.yaml")
    _write(path, template_text)


def new_fees(path: Path) -> None:
    """Writes a template of weekly fees paid.

    Raises:
        InputError: If there is such a file already, or it cannot be written there.
    """
    from sufficiency.inputs.fees import TEMPLATE

    _write_table(path, TEMPLATE)


def new_places(path: Path) -> None:
    """Writes a template of places of the authority's own.

    Raises:
        InputError: If there is such a file already, or it cannot be written there.
    """
    from sufficiency.inputs.places import TEMPLATE

    _write_table(path, TEMPLATE)


def _write_table(path: Path, template: str) -> None:
    if path.suffix != ".csv":
        raise _refused(path, "a table's name ends in .csv", f"write {path.stem}.csv")
    _write(path, lambda _: template)


def _write(path: Path, text_at: Callable[[Path], str]) -> None:
    """Write a file where there is none, making its folder."""
    elsewhere = "choose another folder"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        text = text_at(path)
    except (OSError, ValueError):
        raise _refused(path, "the file cannot be written here", elsewhere) from None
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise _refused(path, "there is a file here already", "choose another name") from None
    except (OSError, ValueError):
        raise _refused(path, "the file cannot be written here", elsewhere) from None


def _refused(path: Path, sentence: str, remedy: str) -> InputError:
    return InputError([Problem(path.as_posix(), 1, 1, sentence, remedy)])
