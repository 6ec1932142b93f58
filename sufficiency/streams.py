"""Where every random number comes from: a stream named by replication and purpose.

A replication is one possible future. Each purpose in it (arrivals, opening children, year
to year variation) draws from its own stream, so drawing more for one moves no other, and
the same seed gives the same futures on any machine. Uncertain figures of a scenario draw
from a stream named by where the figure stands, with a row for each replication, so making
one figure uncertain leaves the luck of all others alone. To ask what a figure does, it can
be held where it is while everything else is drawn as before.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sufficiency.scenario.values import Quantity

_BLOCK = 1024
_SEED_WORDS = 4
"""Words that a seed fills at least before a name follows it, by NumPy's rule."""


_WORD = 1 << 32


@lru_cache(maxsize=1024)
def _key(part: str) -> int:
    """A stable number for a word of a name; Python's own hash differs between runs."""
    return zlib.crc32(part.encode()) | _WORD


def _words(number: int) -> list[int]:
    """A whole number in words of 32 bits, the lowest first."""
    return [number] if number < _WORD else [number % _WORD, *_words(number // _WORD)]


def generator(seed: int, *name: str | int) -> np.random.Generator:
    """The random generator with this seed and name.

    Args:
        seed: The scenario's seed.
        name: Parts of the name, such as a replication and a purpose.

    Returns:
        A fresh generator, at its beginning.
    """
    # What SeedSequence(seed, spawn_key=name) makes of them, in a quarter of the time.
    words = _words(seed)
    words += [0] * (_SEED_WORDS - len(words))
    for part in name:
        words += _words(_key(part) if isinstance(part, str) else part)
    sequence = np.random.SeedSequence(np.array(words, dtype=np.uint32))
    return np.random.Generator(np.random.PCG64(sequence))


@dataclass(frozen=True)
class Held:
    """What of a future's luck is held still, or taken from other futures.

    Holding one thing moves no other: each has a stream of its own.

    Attributes:
        levels: For the undated path of an uncertain figure, the chance that it is lower:
            0.1 holds it at its p10. One that is drawn for each year is held in every year.
        figures: For the undated path of an uncertain figure, the future it is taken from.
        others: The future that every other uncertain figure is taken from; its own when None.
        years: The future that good and bad years are taken from; its own when None.
        chance: The future that all else is taken from: which child, and when. Its own when
            None.
    """

    levels: Mapping[str, float] = field(default_factory=dict)
    figures: Mapping[str, int] = field(default_factory=dict)
    others: int | None = None
    years: int | None = None
    chance: int | None = None


NOTHING_HELD = Held()
"""Everything is drawn as the future's own number says."""

GOOD_AND_BAD_YEARS = "year_to_year"
"""How the purpose of a stream begins that says which years are good and which bad."""


def undated(path: str) -> str:
    """The path of a figure without its date: figures of one dated value share their luck."""
    return path.partition(".from.")[0]


class Streams:
    """The streams of one replication.

    Attributes:
        seed: The scenario's seed.
        replication: Which future, from 1.
        held: What is taken from other futures. Figures have no streams here.
    """

    def __init__(self, seed: int, replication: int, held: Held = NOTHING_HELD) -> None:
        self.seed = seed
        self.replication = replication
        self.held = held
        self._years = replication if held.years is None else held.years
        self._chance = replication if held.chance is None else held.chance

    def of(self, *purpose: str | int) -> np.random.Generator:
        """The stream for a purpose, at its beginning."""
        number = self._years if purpose[0] == GOOD_AND_BAD_YEARS else self._chance
        return generator(self.seed, number, *purpose)


class Draws:
    """The value of every uncertain figure in one replication.

    Called with a figure, it gives the figure's value. With a label, such as a financial
    year, it gives a separate draw for that label. The figures of one dated value share their
    luck: a price that is high in this future is high on all its dates, and restating it on
    another date changes nothing.

    Attributes:
        seed: The scenario's seed.
        replication: Which future, from 1.
        certain: Take every interval at its median.
        steady: Leave out good and bad years. With ``certain``, what is left is chance alone.
        held: Figures that are held, or taken from other futures.
    """

    def __init__(
        self,
        seed: int,
        replication: int,
        *,
        certain: bool = False,
        steady: bool = False,
        held: Held = NOTHING_HELD,
    ) -> None:
        self.seed = seed
        self.replication = replication
        self.certain = certain
        self.steady = steady
        self.held = held
        self._otherwise = replication if held.others is None else held.others

    def __call__(self, quantity: Quantity, label: str = "") -> float:
        """The figure's value in this replication, in its own unit."""
        if quantity.value is not None:
            return quantity.value
        path = undated(quantity.path)
        level = self.held.levels.get(path)
        if level is not None:
            return quantity.quantile(level)
        if self.certain:
            return quantity.central
        block, row = divmod(self.held.figures.get(path, self._otherwise), _BLOCK)
        return quantity.quantile(float(_uniforms(self.seed, path, label, block)[row]))


@lru_cache(maxsize=8192)
def _uniforms(seed: int, path: str, label: str, block: int) -> NDArray[np.float64]:
    """Uniform draws of one figure for a block of replications, one a row."""
    drawn: NDArray[np.float64] = generator(seed, "parameter", path, label, block).random(_BLOCK)
    return np.clip(drawn, 1e-12, 1 - 1e-12)
