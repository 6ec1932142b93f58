"""What is said when something other than the input goes wrong: stopped, a full disk, a fault.

A finance lead should never see the inside of the program. Whatever happens, one sentence
says what it was, what became of the results, and what to do next.
"""

from __future__ import annotations

import errno

STOPPED = (
    "Stopped. Nothing half-done is left: the earlier results stand as they were, or the new "
    "ones in full if they had just been finished."
)
TRACEBACK = "SUFFICIENCY_TRACEBACK"
"""Environment variable that shows where a fault of the program lies."""

_FULL = (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))
_NOT_ALLOWED = (errno.EACCES, errno.EPERM, errno.EROFS)


def disk_sentence(error: OSError) -> str:
    """A fault of a disk or file, and what to do about it.

    Args:
        error: What the operating system said.
    """
    where = f" ({error.filename})" if error.filename else ""
    if error.errno in _FULL:
        said = f"There is no room to write a file{where}; make room, or give --out another folder"
    elif error.errno in _NOT_ALLOWED:
        said = (
            f"A file may not be read or written{where}; close it if it is open in another "
            "program, or give --out another folder"
        )
    else:
        said = (
            f"A file could not be read or written{where}: {error.strerror or error}; check the "
            "disk, or give --out another folder"
        )
    return f"{said}. Earlier results are as they were."


def fault_sentence(error: Exception) -> str:
    """A fault of the program or the machine, and what to do about it.

    Args:
        error: Anything that was not foreseen.
    """
    from concurrent.futures import BrokenExecutor

    if isinstance(error, BrokenExecutor | MemoryError):
        return (
            "The computer ran out of memory, or something else ended a part of the run; try "
            "--workers 1, or fewer --replications. Earlier results are as they were."
        )
    said = " ".join(str(error).split()) or type(error).__name__
    return (
        f"Something went wrong that should not have: {said}; set {TRACEBACK}=1 and run again to "
        "see where, and tell the maintainers."
    )
