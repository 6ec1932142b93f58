"""Names of authorities, and what became of those that are no more.

People write `Bristol` or `Bristol City Council`; the tables say `Bristol, City of`. Names are laid
beside each other without the words that councils put round them. Between 2019 and 2023 some
councils were abolished and others set up: figures of an area as it is now begin then.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_AROUND: Final = frozenset(
    {
        "council", "corporation", "borough", "city", "of", "the", "county", "district",
        "metropolitan", "royal", "london", "unitary", "authority", "local", "towns", "bc", "cc",
        "cbc", "dc", "lb", "mb", "mbc", "rb",
    }
)  # fmt: skip
"""Words that councils put round a name."""
_ALSO: Final = {
    "hull": "kingston upon hull",
    "bcp": "bournemouth christchurch and poole",
    "scilly": "isles scilly",
    "scilly isles": "isles scilly",
}
"""What people call an authority, and its plain name."""


@dataclass(frozen=True)
class Change:
    """What became of an authority on 1 April of a year.

    Attributes:
        name: The authority that was abolished, or whose area changed.
        year: The year in whose April it happened: figures of the year ending 31 March of that
            year are the last of what was before.
        after: The authorities that follow it.
        order: The order that made it so.
    """

    name: str
    year: int
    after: tuple[str, ...]
    order: str


_BCP: Final = "Bournemouth, Christchurch and Poole"
_DORSET_ORDER: Final = "The Bournemouth, Dorset and Poole (Structural Changes) Order 2018"
_NORTHAMPTONSHIRE_ORDER: Final = "The Northamptonshire (Structural Changes) Order 2020"
_CUMBRIA_ORDER: Final = "The Cumbria (Structural Changes) Order 2022"
ABOLISHED: Final = (
    Change("Bournemouth", 2019, (_BCP,), _DORSET_ORDER),
    Change("Poole", 2019, (_BCP,), _DORSET_ORDER),
    Change(
        "Northamptonshire", 2021, ("North Northamptonshire", "West Northamptonshire"),
        _NORTHAMPTONSHIRE_ORDER,
    ),
    Change("Cumbria", 2023, ("Cumberland", "Westmorland and Furness"), _CUMBRIA_ORDER),
)  # fmt: skip
"""Authorities with children's services that were abolished since figures here begin. Source: the
orders named, and the Department for Education's guidance to its data of children looked after."""
REDRAWN: Final = (Change("Dorset", 2019, ("Dorset", _BCP), _DORSET_ORDER),)
"""Authorities that kept their name but not their area: Christchurch left Dorset. Buckinghamshire
in 2020, and Somerset and North Yorkshire in 2023, kept both and only got new codes."""


def begins_after(name: str) -> int | None:
    """The year whose 31 March is the last before an authority had its present area, if any."""
    for change in (*ABOLISHED, *REDRAWN):
        if name in change.after:
            return change.year
    return None


def abolished(name: str) -> Change | None:
    """What became of an authority that is no more; None for every other name."""
    wanted = plain(name)
    return next((change for change in ABOLISHED if plain(change.name) == wanted), None)


def words(name: str) -> tuple[str, ...]:
    """The words of a name in small letters, `&` as `and`, without marks between them."""
    small = name.casefold().replace("&", " and ").replace("'", "").replace("\u2019", "")
    return tuple(re.findall(r"\w+", small))


def plain(name: str) -> str:
    """A name without the words councils put round it, to be laid beside another.

    The City of London, whose name is nothing but such words, keeps it.
    """
    every = words(name)
    kept = " ".join(word for word in every if word not in _AROUND)
    if not kept:
        return "city of london" if {"city", "london"} <= set(every) else " ".join(every)
    return _ALSO.get(kept, kept)


def only_around(name: str) -> bool:
    """Whether a name is nothing but words that councils put round one, as `city` is."""
    return set(words(name)) <= _AROUND


def same(name: str, names: Iterable[str]) -> list[str]:
    """The names that are the same as one but for the words around them."""
    wanted = plain(name)
    return [each for each in names if plain(each) == wanted]


def beginning(name: str, names: Iterable[str]) -> list[str]:
    """The names that begin with the words of one, as `Stoke` begins `Stoke-on-Trent`.

    Words that councils put round a name, such as `city`, begin none.
    """
    if only_around(name):
        return []
    wanted = plain(name).split()
    return [each for each in names if wanted and plain(each).split()[: len(wanted)] == wanted]
