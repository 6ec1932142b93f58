"""Writes a scenario's estimated part as a file a person can review line by line.

Every figure is written with its source, its mark and the reason for it, in the order a
scenario has, and the same figures always give the same bytes.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sufficiency.vocabulary import Mark

_JUDGED = re.compile(r"(inputs/[^;]*|sufficiency/estimate)/judgements[^/;]*\.yaml")
"""A file of judgements, named as the source of whatever rests on one."""
_WIDTH = 96
_DIGITS = 4
_SMALLEST_DOUBTFUL = 0.002


@dataclass(frozen=True)
class Figure:
    """One figure to be written.

    Attributes:
        mark: How well it is known.
        source: Where it was read or worked out from; not written where it is empty.
        reason: Why this figure; long reasons are folded over lines.
        value: The figure, or None for an interval.
        p10: Lower end.
        p90: Upper end.
        distribution: Shape of the interval.
        unit: Its unit, where worth saying.
        why: A reason of a few words, for figures written on one line.
    """

    mark: Mark
    source: str
    reason: str = ""
    value: float | None = None
    p10: float | None = None
    p90: float | None = None
    distribution: str | None = None
    unit: str | None = None
    why: str = ""


@dataclass(frozen=True)
class Section:
    """A part of the file: a comment, then keys.

    Attributes:
        entries: What each key holds.
        comment: Printed above the keys, one ``#`` a line.
        example: Lines printed after the comment as they are, each behind a ``#``: what a user
            may write instead.
    """

    entries: Mapping[str, Entry]
    comment: str = field(default="")
    example: tuple[str, ...] = ()


Entry = Figure | Section | str | int | float | dt.date | tuple[str, ...]
"""What a key may hold. A number alone has no source; several names are a list."""


def layer_text(head: Sequence[str], body: Section) -> str:
    """The whole file.

    Args:
        head: Comment lines at the top, without ``#``.
        body: Everything else.

    Returns:
        YAML, ending in a newline.
    """
    lines = [f"# {line}".rstrip() for line in head]
    before: Entry | None = None
    for key, entry in body.entries.items():
        if before is None or isinstance(entry, Section) or isinstance(before, Section):
            lines.append("")
        lines.extend(_entry(key, entry, 0))
        before = entry
    return "\n".join(lines) + "\n"


def by_names(
    names: Sequence[str],
    values: Sequence[float],
    mark: Mark,
    source: str,
    comment: str = "",
    why: str = "",
) -> Section:
    """One figure for each name; ``why`` is a reason of a few words, written beside each."""
    return Section(
        {
            name: Figure(mark, source, value=float(value), why=why)
            for name, value in zip(names, values, strict=True)
        },
        comment,
    )


def doubtful_share(share: float, doubt: float, mark: Mark, source: str, why: str) -> Figure:
    """A share that is not known exactly: an even interval about it.

    Args:
        share: The share.
        doubt: Its standard deviation, as a part of it; at most a half is used.
        mark: How well it is known.
        source: Where it was read or worked out from.
        why: A reason of a few words.

    Returns:
        The interval, or the share itself where it leaves no room for one.
    """
    # The tenth and ninetieth percentiles of an even interval lie 0.8 of the way to its ends,
    # which are the root of three standard deviations from the middle.
    half = 0.8 * math.sqrt(3) * min(doubt, 0.5) * share
    if share < _SMALLEST_DOUBTFUL or share + half / 0.8 > 1:
        return Figure(mark, source, value=share, why=why)
    return Figure(mark, source, p10=share - half, p90=share + half, distribution="uniform", why=why)


def rounded_shares(shares: Sequence[float]) -> list[float]:
    """Shares to four places that add up to 1 exactly; the largest takes what is left."""
    total = math.fsum(shares)
    whole = [round(share / total * 10_000) for share in shares]
    whole[whole.index(max(whole))] += 10_000 - sum(whole)
    return [number / 10_000 for number in whole]


def _entry(key: str, entry: Entry, depth: int) -> Iterator[str]:
    pad = "  " * depth
    if isinstance(entry, str):
        yield from _text(key, entry, pad)
    elif isinstance(entry, bool):
        yield f"{pad}{key}: {str(entry).lower()}"
    elif isinstance(entry, (int, float)):
        yield f"{pad}{key}: {number_text(entry)}"
    elif isinstance(entry, dt.date):
        yield f"{pad}{key}: {entry.isoformat()}"
    elif isinstance(entry, tuple):
        yield f"{pad}{key}: [{', '.join(entry)}]"
    elif isinstance(entry, Figure):
        yield from _figure(key, entry, pad)
    else:
        if entry.comment:
            for line in textwrap.wrap(entry.comment, _WIDTH - len(pad)):
                yield f"{pad}# {line}"
        yield from (f"{pad}# {line}".rstrip() for line in entry.example)
        yield f"{pad}{key}:" if entry.entries else f"{pad}{key}: {{}}"
        for name, inside in entry.entries.items():
            yield from _entry(name, inside, depth + 1)


def _text(key: str, text: str, pad: str) -> Iterator[str]:
    """A short text on one line, a long one folded."""
    line = f"{pad}{key}: {json.dumps(text, ensure_ascii=False)}"
    if len(line) <= _WIDTH:
        yield line
        return
    yield f"{pad}{key}: >-"
    for part in textwrap.wrap(text, _WIDTH - len(pad) - 2, break_on_hyphens=False):
        yield f"{pad}  {part}"


def _figure(key: str, figure: Figure, pad: str) -> Iterator[str]:
    short = ", ".join(f"{name}: {text}" for name, text in _parts(figure))
    if not figure.reason:
        yield f"{pad}{key}: {{{short}}}"
        return
    yield f"{pad}{key}:"
    for name, text in _parts(figure):
        yield f"{pad}  {name}: {text}"
    yield f"{pad}  reason: >-"
    for line in textwrap.wrap(figure.reason, _WIDTH - len(pad) - 4, break_on_hyphens=False):
        yield f"{pad}    {line}"


def _parts(figure: Figure) -> Iterator[tuple[str, str]]:
    for name in ("value", "p10", "p90"):
        number = getattr(figure, name)
        if number is not None:
            yield name, number_text(number)
    if figure.distribution is not None:
        yield "distribution", figure.distribution
    if figure.unit is not None:
        yield "unit", figure.unit
    # What rests on a judgement is one, whatever arithmetic was done on it.
    yield "mark", (Mark.J if _JUDGED.search(figure.source) else figure.mark).value
    if figure.source:
        yield "source", json.dumps(figure.source, ensure_ascii=False)
    if figure.why:
        yield "reason", json.dumps(figure.why, ensure_ascii=False)


def number_text(number: float) -> str:
    """A number to four figures; whole numbers whole."""
    if number == int(number):
        return str(int(number))
    text = f"{number:.{_DIGITS}g}"
    if "e" in text:
        return f"{number:.6f}".rstrip("0")
    return text
