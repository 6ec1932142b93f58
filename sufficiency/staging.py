"""A folder of results that appears whole or not at all.

Results are written beside the place where they will stand and moved there when all of them
are written. A run that is stopped, or that finds the disk full, leaves the earlier results
as they were and nothing of its own.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sufficiency.errors import InputError, Problem

MANIFEST = "manifest.json"
"""Every folder of results holds one; a folder without one is not ours to replace."""


def check_can_stage(folder: Path) -> None:
    """Make sure, before any work, that results can be written and replaced here.

    Args:
        folder: Where the results are to stand.

    Raises:
        InputError: If something that is not a folder of results stands there already, or the
            folder above cannot be written in.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise _refused(folder, "this is not a folder", "give --out a folder of its own")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MANIFEST).is_file():
        raise _refused(
            folder,
            "this folder holds files that are not results of a run, and a run replaces its folder",
            "give --out a new folder",
        )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".sufficiency-", dir=folder.parent):
            pass
    except OSError as error:
        sentence = f"results cannot be written in {folder.parent.as_posix()} ({error.strerror})"
        raise _refused(folder, sentence, "give --out a folder you may write in") from None


@contextmanager
def staged(folder: Path) -> Iterator[Path]:
    """A temporary folder that becomes ``folder`` when the block ends well.

    Args:
        folder: Where the results are to stand.

    Yields:
        The temporary folder to write in, beside ``folder``.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        draft.chmod(0o755)
        yield draft
        _replace(folder, draft)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _replace(folder: Path, draft: Path) -> None:
    """Put the draft in the folder's place, keeping the old results until it stands there."""
    if not folder.exists():
        os.replace(draft, folder)
        return
    aside = draft.with_name(draft.name + "-old")
    os.replace(folder, aside)
    try:
        os.replace(draft, folder)
    except OSError:
        os.replace(aside, folder)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _refused(folder: Path, sentence: str, remedy: str) -> InputError:
    return InputError([Problem(folder.as_posix(), 1, 1, sentence, remedy)])
