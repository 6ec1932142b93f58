"""What an estimate or a back-test is made from: published tables, or a council's own returns.

The two take different options. One that belongs to the other source is told at once, rather
than passed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

Source = Literal["dfe", "ssda903"]


def source_of(
    dfe: Path | None,
    ssda903: Path | None,
    of_dfe: Mapping[str, object],
    of_ssda903: Mapping[str, object],
) -> Source:
    """Which of the two sources was given.

    Args:
        dfe: Published tables.
        ssda903: A folder of returns.
        of_dfe: Options that go with published tables alone, and what was given for each.
        of_ssda903: Options that go with returns alone.

    Raises:
        ValueError: With the sentence to be told: none or both were given, or an option belongs
            to the other.
    """
    if dfe is None and ssda903 is None:
        sentence = "give --dfe FILE (published tables) or --ssda903 DIR (a council's own returns)"
        raise ValueError(sentence)
    if dfe is not None and ssda903 is not None:
        sentence = "--dfe and --ssda903 are two sources; give one of them"
        raise ValueError(sentence)
    given, other, of_other = (
        ("--ssda903", "--dfe", of_dfe) if dfe is None else ("--dfe", "--ssda903", of_ssda903)
    )
    for option, value in of_other.items():
        if value:
            sentence = f"{option} goes with {other}, not with {given}; leave it out"
            raise ValueError(sentence)
    return "ssda903" if dfe is None else "dfe"
