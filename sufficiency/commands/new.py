"""``sufficiency new``: writes a commented template to start from, and never over a file."""

from __future__ import annotations

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

    path = Path(path)
    if path.suffix not in (".yaml", ".yml"):
        raise _refused(path, "a scenario's name ends in .yaml", f"write {path.stem}.yaml")
    elsewhere = "choose another folder"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        text = template_text(path)
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
