"""Where every random number comes from: a stream named by replication and purpose.

A replication is one possible future. Each purpose in it (arrivals, opening children, year
to year variation) draws from its own stream, so drawing more for one moves no other, and
the same seed gives the same futures on any machine. Uncertain figures of a scenario draw
from a stream named by where the figure stands, with a row for each replication, so making
one figure uncertain leaves the luck of all others alone.
"""

from __future__ import annotations

import zlib
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


class Streams:
    """The streams of one replication.

    Attributes:
        seed: The scenario's seed.
        replication: Which future, from 1.
    """

    def __init__(self, seed: int, replication: int) -> None:
        self.seed = seed
        self.replication = replication

    def of(self, *purpose: str | int) -> np.random.Generator:
        """The stream for a purpose, at its beginning."""
        return generator(self.seed, self.replication, *purpose)


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
    """

    def __init__(
        self, seed: int, replication: int, *, certain: bool = False, steady: bool = False
    ) -> None:
        self.seed = seed
        self.replication = replication
        self.certain = certain
        self.steady = steady

    def __call__(self, quantity: Quantity, label: str = "") -> float:
        """The figure's value in this replication, in its own unit."""
        if quantity.value is not None:
            return quantity.value
        if self.certain:
            return quantity.central
        block, row = divmod(self.replication, _BLOCK)
        undated = quantity.path.partition(".from.")[0]
        return quantity.quantile(float(_uniforms(self.seed, undated, label, block)[row]))


@lru_cache(maxsize=8192)
def _uniforms(seed: int, path: str, label: str, block: int) -> NDArray[np.float64]:
    """Uniform draws of one figure for a block of replications, one a row."""
    drawn: NDArray[np.float64] = generator(seed, "parameter", path, label, block).random(_BLOCK)
    return np.clip(drawn, 1e-12, 1 - 1e-12)
