"""How much of a forecast's range comes from what: shares of its variance.

The range of a forecast has many sources: figures that are not known, good and bad years, and
chance. Two sets of futures are drawn that share nothing. Then, source by source, the first set
is simulated again with that one source taken from the second set. What changes tells how much of
the variance the source makes up, by itself (its first-order share) and with all it does together
with others (its total share). This is the method of Sobol. The figures that matter most stand
alone; all others are one group, good and bad years are one source, and chance is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sufficiency.forecast.sensitivity import DRAWN_FOR_EACH_YEAR, NOTHING, Asked
from sufficiency.streams import Held, generator

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

RESAMPLES = 1000
"""How often rows are drawn again to find how sure the shares are."""
OTHERS, YEARS, CHANCE = "other figures", "good and bad years", "chance"
"""Sources that are not a single figure."""
EXPLAINS, NOT_ALONE = "makes up a share by itself", "by itself not told apart from nothing"
_NARROWEST = 1e-9  # a level lies at least this far from 0 and from 1


@dataclass(frozen=True)
class Points:
    """Where futures are drawn: one row a future.

    Attributes:
        levels: Chance of being lower for each figure that is drawn once; (rows, figures).
        numbers: For each other source, the future it is taken from; (rows, sources).
    """

    levels: FloatArray
    numbers: IntArray


class Share(NamedTuple):
    """What one source makes up of the variance.

    Attributes:
        source: A figure's path, or one of the sources that are not a single figure.
        first: Share it makes up by itself.
        first_low: Lower end of the 95% interval of that.
        first_high: Upper end.
        total: Share with all it does together with other sources.
        total_low: Lower end of the 95% interval of that.
        total_high: Upper end.
        finding: What can be said of it.
    """

    source: str
    first: float
    first_low: float
    first_high: float
    total: float
    total_low: float
    total_high: float
    finding: str


@dataclass(frozen=True)
class Sources:
    """The sources of a range.

    Attributes:
        levelled: Figures drawn once: each has a level.
        numbered: Figures drawn for each year, and sources that are not a single figure: each is
            taken from a future.
    """

    levelled: tuple[str, ...]
    numbered: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.levelled, *self.numbered)


def sources(largest: Sequence[str], others: int) -> Sources:
    """The sources of a scenario's range.

    Args:
        largest: Paths of the figures that stand alone.
        others: How many uncertain figures there are besides.
    """
    yearly = tuple(path for path in largest if path in DRAWN_FOR_EACH_YEAR)
    together = (OTHERS,) if others else ()
    return Sources(
        tuple(path for path in largest if path not in DRAWN_FOR_EACH_YEAR),
        (*yearly, *together, YEARS, CHANCE),
    )


def points(of: Sources, rows: int, seed: int) -> Points:
    """The futures to simulate: two sets, then the first with each source of the second.

    Args:
        of: The sources.
        rows: Futures in a set; a power of two.
        seed: The forecast's seed.

    Returns:
        ``rows`` times two more than there are sources.
    """
    from scipy.stats import qmc

    alone = len(of.levelled)
    levels = np.zeros((rows, 2 * alone))
    if alone:
        stream = generator(seed, "sensitivity", "points")
        drawn = qmc.Sobol(d=2 * alone, seed=stream).random(rows)
        levels = np.clip(drawn, _NARROWEST, 1 - _NARROWEST)
    numbers = np.arange(1, 2 * rows + 1).reshape(2, rows, 1)
    numbers = np.broadcast_to(numbers, (2, rows, len(of.numbered)))
    first, second = (levels[:, :alone], numbers[0]), (levels[:, alone:], numbers[1])
    all_levels, all_numbers = [first[0], second[0]], [first[1], second[1]]
    for source in range(len(of.names)):
        mixed_levels, mixed_numbers = first[0].copy(), first[1].copy()
        if source < alone:
            mixed_levels[:, source] = second[0][:, source]
        else:
            mixed_numbers[:, source - alone] = second[1][:, source - alone]
        all_levels.append(mixed_levels)
        all_numbers.append(mixed_numbers)
    return Points(np.concatenate(all_levels), np.concatenate(all_numbers))


def futures(of: Sources, at: Points) -> list[Asked]:
    """What to hold in each future, and what to take from which."""
    asked = []
    for levels, numbers in zip(at.levels, at.numbers, strict=True):
        taken = dict(zip(of.numbered, map(int, numbers), strict=True))
        years, chance = taken.pop(YEARS), taken.pop(CHANCE)
        # Without others every figure has a level or a future of its own.
        others = taken.pop(OTHERS, None)
        held = Held(dict(zip(of.levelled, map(float, levels), strict=True)), taken, others, years,
                    chance)  # fmt: skip
        asked.append(Asked(chance, held))
    return asked


def variance_shares(of: Sources, values: FloatArray, seed: int) -> tuple[Share, ...]:
    """Shares of the variance, from the number that each future shows.

    Args:
        of: The sources.
        values: The number in each of :func:`points`, in their order; all finite.
        seed: The forecast's seed; names the numbers that rows are drawn again by.

    Returns:
        A row a source, the largest total share first.
    """
    count = len(of.names)
    sets = values.reshape(count + 2, -1)
    rows = sets.shape[1]
    stream = generator(seed, "sensitivity", "resamples")
    chosen = stream.integers(rows, size=(RESAMPLES, rows))
    resampled = np.array([_indices(sets[:, each]) for each in chosen])
    lows, highs = np.quantile(resampled, (0.025, 0.975), axis=0)
    estimates = _indices(sets)
    shares = []
    for place, source in enumerate(of.names):
        first, total = (float(estimates[order, place]) for order in (0, 1))
        finding = EXPLAINS if lows[0, place] > 0 else NOT_ALONE
        if np.array_equal(sets[0], sets[place + 2]):
            finding = NOTHING
        (first_low, total_low), (first_high, total_high) = (
            map(float, ends[:, place]) for ends in (lows, highs)
        )
        shares.append(
            Share(source, first, first_low, first_high, total, total_low, total_high, finding)
        )
    return tuple(sorted(shares, key=lambda share: -share.total))


def _indices(sets: FloatArray) -> FloatArray:
    """First-order and total shares; shape (2, sources). Noughts where nothing varies."""
    from scipy.stats import sobol_indices

    if np.ptp(sets[:2]) == 0:
        return np.zeros((2, len(sets) - 2))
    known = {"f_A": sets[:1], "f_B": sets[1:2], "f_AB": sets[2:, None, :]}
    found = sobol_indices(func=known, n=sets.shape[1])
    return np.stack([found.first_order, found.total_order])
