"""A folder of results that appears whole or not at all.

Results are written beside the place where they will stand and moved there when all of them
are written. A run that is stopped, or that finds the disk full, leaves the earlier results
as they were and nothing of its own. A run replaces its folder whole, so a folder is only
replaced when it is empty, or when its manifest says that a run wrote everything in it. Of an
earlier run only the files its manifest names are deleted, each by name: never a whole tree.
What an estimate, a back-test, an export or any other work writes is treated alike, and none
replaces what another wrote.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

from sufficiency.errors import InputError, Problem
from sufficiency.stopping import undisturbed

RUNS = Path("outputs")
"""Where the folders of runs stand, unless another place is given."""
MANIFEST = "manifest.json"
"""Every folder of results holds one, and it names every other file a run wrote there."""

Maker = Literal["run", "estimate", "backtest", "export", "comparison", "sensitivity", "solve"]
"""What writes folders: a manifest says which it was, a run where it says nothing."""
_A: dict[Maker, str] = {
    "run": "a run",
    "estimate": "an estimate",
    "backtest": "a back-test",
    "export": "an export",
    "comparison": "a comparison",
    "sensitivity": "a sensitivity analysis",
    "solve": "a search",
}

_LEFT_BY_OTHERS = (".DS_Store", "._", ".~lock.", "~$", "Thumbs.db", "desktop.ini")
"""How names begin of files that a file manager or office program leaves beside results."""


def check_can_stage(folder: Path, maker: Maker = "run") -> None:
    """Make sure, before any work, that results can be written and replaced here.

    Args:
        folder: Where the results are to stand.
        maker: What is to write them.

    Raises:
        InputError: If something that a run did not write stands there already, or the
            folder above cannot be written in.
    """
    try:
        _check_replaceable(folder, maker)
        folder.parent.mkdir(parents=True, exist_ok=True)
        with undisturbed():
            _new_folder_beside(folder).rmdir()
    except OSError as error:
        sentence = f"results cannot be written in {folder.parent.as_posix()}"
        above = next((each for each in folder.parents if each.is_file()), None)
        if above is not None:
            sentence += f": {above.as_posix()} is a file"
            raise _refused(folder, sentence, "give --out a folder elsewhere") from None
        sentence += f" ({error.strerror})"
        raise _refused(folder, sentence, "give --out a folder you may write in") from None


def _check_replaceable(folder: Path, maker: Maker) -> None:
    replaces = f"{_A[maker]} replaces its folder"
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise _refused(folder, "this is not a folder", "give --out a folder of its own")
    if Path.cwd().is_relative_to(folder.resolve()):
        sentence = f"this is the folder you are in, or one above it, and {replaces}"
        raise _refused(folder, sentence, "give --out a new folder inside it")
    if Path.home().is_relative_to(folder.resolve()):
        sentence = f"this is your home folder, or one above it, and {replaces}"
        raise _refused(folder, sentence, "give --out a new folder inside it")
    if not folder.exists():
        return
    if os.path.ismount(folder):
        sentence = f"this is a disk of its own, which cannot be replaced by {_A[maker]}'s folder"
        raise _refused(folder, sentence, "give --out a new folder inside it")
    foreign = _not_written_by(maker, folder)
    if foreign:
        sentence = f"{replaces}, and this one holds {foreign}, which no {maker} wrote"
        raise _refused(folder, sentence, "give --out a new folder")


def _not_written_by(maker: Maker, folder: Path) -> str:
    """The first file in a folder that its manifest does not know, or nothing."""
    written = _written_here(folder, maker)
    if not written:
        return next((path.name for path in folder.iterdir()), "")
    for path in folder.rglob("*"):
        if not _is_results(path, folder, written):
            return path.relative_to(folder).as_posix()
    return ""


def _is_results(path: Path, folder: Path, written: set[str]) -> bool:
    """Whether a run wrote this file, or a program that was looking at what a run wrote.

    A folder may stand among results; what is in it is looked at file by file.
    """
    if path.is_symlink():
        return False
    name = path.relative_to(folder).as_posix()
    return path.is_dir() or name in written or path.name.startswith(_LEFT_BY_OTHERS)


def _written_here(folder: Path, maker: Maker) -> set[str]:
    """The files that a folder's manifest says were written there; none without a manifest."""
    if not (folder / MANIFEST).exists():
        return set()
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if manifest["package"] == "sufficiency" and manifest.get("made_by", "run") == maker:
            return {MANIFEST, *manifest["results"]}
    except (ValueError, LookupError, TypeError, AttributeError):
        pass
    sentence = (
        f"{_A[maker]} replaces its folder, and the {MANIFEST} in this one is not {_A[maker]}'s"
    )
    raise _refused(folder, sentence, "give --out a new folder")


@contextmanager
def staged(folder: Path, maker: Maker = "run") -> Iterator[Path]:
    """A temporary folder that becomes ``folder`` when the block ends well.

    Args:
        folder: Where the results are to stand.
        maker: What writes them.

    Yields:
        The temporary folder to write in, beside ``folder``.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft: Path | None = None
    try:
        with undisturbed():
            draft = _new_folder_beside(folder)
        yield draft
        with undisturbed():
            _replace(folder, draft, maker)
    finally:
        with undisturbed():
            if draft is not None:
                shutil.rmtree(draft, ignore_errors=True)


def _new_folder_beside(folder: Path) -> Path:
    """An empty folder that others may read as far as they may read any new folder."""
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    withheld = os.umask(0)
    os.umask(withheld)
    made.chmod(0o777 & ~withheld)
    return made


def _replace(folder: Path, draft: Path, maker: Maker) -> None:
    """Put the draft in the folder's place, keeping the old results until it stands there."""
    if not folder.exists():
        os.replace(draft, folder)
        return
    # Again: much may have come into it while the run was going on.
    _check_replaceable(folder, maker)
    written = _written_here(folder, maker)
    aside = draft.with_name(draft.name + "-old")
    os.replace(folder, aside)
    try:
        os.replace(draft, folder)
    except OSError:
        os.replace(aside, folder)
        raise
    _delete_results(aside, written)


def _delete_results(folder: Path, written: set[str]) -> None:
    """Delete earlier results file by file, and folders only once they are empty."""
    for path in sorted(folder.rglob("*"), reverse=True):
        with suppress(OSError):
            if not path.is_symlink() and path.is_dir():
                path.rmdir()
            elif _is_results(path, folder, written):
                path.unlink()
    with suppress(OSError):
        folder.rmdir()


def _refused(folder: Path, sentence: str, remedy: str) -> InputError:
    return InputError([Problem(folder.as_posix(), 1, 1, sentence, remedy)])
