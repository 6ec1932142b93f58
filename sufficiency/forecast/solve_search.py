"""Looks for the value at which a target is met often enough, and notices when there are several.

A target is met in some futures and not in others; the share of futures in which it is met is its
chance. Both ends of the range and a few values between are tried first: that shows whether the
chance rises or falls with the value, and whether it does so all the way. Then the first stretch
in which the chance crosses the one asked for is halved until two neighbouring values are left.
The same futures are used at every value, so a chance that goes back and forth does so in the very
same futures, and it can be told whether that is more than luck.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

BoolArray = NDArray[np.bool_]
Kind = Literal["everywhere", "least", "greatest"]

COARSE = 5
"""Values tried first, both ends included."""
_BETWEEN_AT_MOST = 4
"""Further values tried near the best where none met the target and the best is not at an end."""
_SURE = 3.0
"""Going back counts as more than luck from so many standard deviations."""


@dataclass(frozen=True)
class Answer:
    """Where the target is met often enough.

    Values are numbered from 0 at the low end of the range.

    Attributes:
        kind: ``least`` where a higher value meets it more often, ``greatest`` where a lower one
            does, ``everywhere`` where every value tried meets it.
        index: The least or the greatest value that meets it; None where every one does.
        tried: Every value tried, in order.
        goes_back: Two values, the lower first, between which the chance goes against its
            direction by more than luck; None where it does not.
        crossings: How often the chance crosses the one asked for, from value to value tried.
    """

    kind: Kind
    index: int | None
    tried: tuple[int, ...]
    goes_back: tuple[int, int] | None
    crossings: int


class NotMetError(Exception):
    """No value tried meets the target often enough.

    Attributes:
        best: The value with the best chance.
        tried: Every value tried, in order.
    """

    def __init__(self, best: int, tried: tuple[int, ...]) -> None:
        super().__init__("no value tried meets the target often enough")
        self.best = best
        self.tried = tried


def search(met_at: Callable[[int], BoolArray], last: int, wanted: float) -> Answer:
    """Find the first value that meets a target with at least the chance wanted.

    Args:
        met_at: For a numbered value, in which futures the target is met; shape (futures,), the
            same futures at every value. Asked once for each value.
        last: The number of the highest value; 1 or more.
        wanted: The least chance, from 0 to 1.

    Returns:
        The answer.

    Raises:
        NotMetError: If no value tried meets it.
    """
    met: dict[int, BoolArray] = {}

    def enough(index: int) -> bool:
        if index not in met:
            met[index] = met_at(index)
        return _enough(met[index], wanted)

    for index in sorted({round(place * last / (COARSE - 1)) for place in range(COARSE)}):
        enough(index)
    if not any(enough(index) for index in list(met)):
        _look_between(enough, met)
    rising = bool(met[last].mean() >= met[0].mean())
    found = _bisected(enough, sorted(met), rising)
    tried = tuple(sorted(met))
    reached = [enough(index) for index in tried]
    everywhere = all(reached)
    return Answer(
        kind="everywhere" if everywhere else "least" if rising else "greatest",
        index=None if everywhere else found,
        tried=tried,
        goes_back=goes_back(met, rising=rising),
        crossings=sum(one != other for one, other in itertools.pairwise(reached)),
    )


def goes_back(met: Mapping[int, BoolArray], *, rising: bool) -> tuple[int, int] | None:
    """The two values between which the chance goes furthest against its direction.

    Where as many futures change one way as the other, it is luck. The difference counts as more
    from three of its standard deviations, which are the root of how many futures change.

    Args:
        met: In which futures the target is met, by value.
        rising: Whether a higher value meets it more often on the whole.

    Returns:
        The two values, the lower first; None where nothing is more than luck.
    """
    order = sorted(met)
    found: tuple[int, int] | None = None
    most = 0
    for place, low in enumerate(order):
        for high in order[place + 1 :]:
            worse, better = (high, low) if rising else (low, high)
            lost = int((met[better] & ~met[worse]).sum())
            gained = int((met[worse] & ~met[better]).sum())
            against = lost - gained
            if against > most and against >= _SURE * math.sqrt(lost + gained):
                found, most = (low, high), against
    return found


def _enough(met: BoolArray, wanted: float) -> bool:
    # Whole futures are compared, so that 0.8 of 100 is 80 and not a hair more.
    return int(met.sum()) >= math.ceil(wanted * len(met) - 1e-9)


def _look_between(enough: Callable[[int], bool], met: dict[int, BoolArray]) -> None:
    """Where the best chance is between the ends, try values around it.

    Raises:
        NotMetError: If none meets the target.
    """
    for _ in range(_BETWEEN_AT_MOST):
        order = sorted(met)
        best = max(order, key=lambda index: met[index].mean())
        if met[best].mean() <= max(met[order[0]].mean(), met[order[-1]].mean()):
            break
        place = order.index(best)
        gaps = [(best, order[place + 1]), (order[place - 1], best)]
        low, high = max(gaps, key=lambda gap: gap[1] - gap[0])
        if high - low < 2:
            break
        if enough((low + high) // 2):
            return
    raise NotMetError(max(sorted(met), key=lambda index: met[index].mean()), tuple(sorted(met)))


def _bisected(enough: Callable[[int], bool], tried: list[int], rising: bool) -> int:
    """The first value that meets it, from below where the chance rises and else from above."""
    order = tried if rising else tried[::-1]
    place = next(place for place, index in enumerate(order) if enough(index))
    meets = order[place]
    if place == 0:
        return meets
    short = order[place - 1]
    while abs(meets - short) > 1:
        middle = (meets + short) // 2
        if enough(middle):
            meets = middle
        else:
            short = middle
    return meets
