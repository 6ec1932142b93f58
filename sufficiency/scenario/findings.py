"""What a check found, before it is known on which line it stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """Something that does not make sense in a scenario.

    Attributes:
        path: Where it stands: keys from the top.
        sentence: What is wrong.
        remedy: What to do about it.
        at_key: Whether the fault is in the last key itself rather than in its value.
    """

    path: tuple[str, ...]
    sentence: str
    remedy: str
    at_key: bool = False
