"""Finds the files a scenario is made of, and refuses those that may not be named.

A file names those it is based on by a path from itself. The project's folder is the nearest
folder above the first file that holds pyproject.toml, .git or a ``scenarios`` folder, or else
the folder of the first file; no layer may lie outside it. A file may not lead back to itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from sufficiency.errors import InputError, nearest, shown
from sufficiency.scenario.nodes import Block, Place, Scalar

_DEEPEST = 8
_MARKERS = ("pyproject.toml", ".git", "scenarios")


@dataclass(frozen=True, eq=False)
class Layer:
    """One file of a scenario.

    Attributes:
        path: Where it is.
        file: The same, from the project's folder.
        sha256: Fingerprint of its bytes.
        tree: What it says.
        bases: The files it names in ``based_on``, lowest first.
        named_at: Where it names each.
    """

    path: Path
    file: str
    sha256: str
    tree: Block
    bases: tuple[Layer, ...] = ()
    named_at: tuple[Place, ...] = ()

    def with_all_beneath(self) -> list[Layer]:
        """The files it is made of, each once and above its own bases; itself last."""
        found: dict[Layer, None] = {}

        def visit(layer: Layer) -> None:
            if layer not in found:
                for base in layer.bases:
                    visit(base)
                found[layer] = None

        visit(self)
        return list(found)


def project_root(path: Path) -> Path:
    """The project's folder, seen from a scenario file that may not exist yet."""
    start = path.resolve().parent
    for folder in (start, *start.parents):
        if any((folder / marker).exists() for marker in _MARKERS):
            return folder
    return start


def shown_path(path: Path, root: Path) -> str:
    """A path as messages give it: from the project's folder where it lies inside it."""
    absolute = path.resolve()
    if absolute.is_relative_to(root):
        return absolute.relative_to(root).as_posix()
    return path.as_posix()


def bytes_of(path: Path, name: str, place: Place | None = None) -> bytes:
    """The bytes of a file.

    Args:
        path: Where it is.
        name: How it was named.
        place: Where it was named; the file itself where nowhere.

    Raises:
        InputError: If there are none, with the reason.
    """
    where = place or Place(name, 1, 1)
    try:
        if path.is_dir():
            remedy = "name a file in it" + _names(_scenarios_in(path))
            raise InputError([where.problem(f"{shown(name)} is a folder, not a file", remedy)])
        return path.read_bytes()
    except FileNotFoundError:
        remedy = _nearest_file(path)
        raise InputError([where.problem(f"there is no file {shown(name)}", remedy)]) from None
    except (OSError, ValueError):
        remedy = "check that it is a file and that you may read it"
        raise InputError([where.problem(f"{shown(name)} cannot be opened", remedy)]) from None


def _scenarios_in(folder: Path) -> list[str]:
    try:
        found = (each.name for each in folder.iterdir() if each.suffix in (".yaml", ".yml"))
        return sorted(name for name in found if not name.startswith("."))
    except OSError:
        return []


def _names(names: Iterable[str]) -> str:
    listed = list(names)[:6]
    return ", such as " + ", ".join(listed) if listed else ""


def _nearest_file(path: Path) -> str:
    names = _scenarios_in(path.parent)
    close = nearest(path.name, names)
    if close:
        return f"did you mean {close[0]}?"
    if names:
        return "the scenarios in that folder are " + ", ".join(names[:6])
    return "check the path; that folder holds no scenario files"


def base_path(named: Scalar, chain: Sequence[Path], root: Path) -> Path:
    """The file a layer is based on, once it is known to be allowed.

    Args:
        named: What the layer says.
        chain: The files on the way to it, each based on the next, the layer itself last.
        root: The project's folder.

    Raises:
        InputError: If it may not be named.
    """
    text = named.text
    remedy = "write its path from this file, such as baseline.yaml"
    if not text.strip() or "\x00" in text:
        raise InputError([named.place.problem("`based_on` names no file", remedy)])
    if PurePosixPath(text).is_absolute() or PureWindowsPath(text).drive or text.startswith("\\"):
        sentence = f"`based_on`: {shown(text)} is a path from the top of the disk"
        raise InputError([named.place.problem(sentence, remedy)])
    path = chain[-1].resolve().parent / text
    try:
        real = path.resolve()
    except (OSError, RuntimeError):
        sentence = f"`based_on`: {shown(text)} cannot be followed"
        raise InputError([named.place.problem(sentence, remedy)]) from None
    if not real.is_relative_to(root):
        sentence = f"`based_on`: {shown(text)} leads out of the project's folder"
        remedy = "copy that file into the project and name it there"
        raise InputError([named.place.problem(sentence, remedy)])
    seen = [each.resolve() for each in chain]
    if real in seen:
        circle = [shown_path(each, root) for each in (*chain[seen.index(real) :], real)]
        sentence = "`based_on` runs in a circle: " + " -> ".join(circle)
        raise InputError([named.place.problem(sentence, "delete one `based_on`")])
    if len(chain) >= _DEEPEST:
        sentence = f"`based_on` goes through more than {_DEEPEST} files"
        raise InputError([named.place.problem(sentence, "put some of the layers together")])
    return real
