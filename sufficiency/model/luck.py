"""Each child's luck, drawn before the child's story is known.

A child's luck is a row of numbers: marks for the clocks, and for each home in turn a number
for every choice made there. The row belongs to the child, so the same child has the same
luck whatever a scenario changes. A child who lives in more homes than a row has room for
draws on from a stream named after that child alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sufficiency.model.parameters import ENDINGS, ROUTES
from sufficiency.streams import Streams

FloatArray = NDArray[np.float64]

HOMES_PER_ROW = 6
"""Homes a row of luck has room for. Few children live in more within five years."""

PERIODS_PER_ROW = 2
"""Periods of care a row of luck has marks for leaving for."""

_CHILD_COLUMNS = ("birth", "plan", "after_care", "sibling", "together", "return", "unaccompanied")
(
    CHILD_BIRTH,
    CHILD_PLAN,
    CHILD_AFTER_CARE,
    CHILD_SIBLING,
    CHILD_TOGETHER,
    CHILD_RETURN,
    CHILD_UNACCOMPANIED,
) = range(len(_CHILD_COLUMNS))

_ENDINGS = len(ENDINGS)
"""The first columns of a home are the marks of the clocks that can end it."""
_HOME_COLUMNS = (
    "keeps_plan", "new_plan", "location", "price", "waits", "offers", "household", "approval",
)  # fmt: skip
(
    HOME_KEEPS_PLAN,
    HOME_NEW_PLAN,
    HOME_LOCATION,
    HOME_PRICE,
    HOME_WAITS,
    HOME_OFFERS,
    HOME_HOUSEHOLD,
    HOME_APPROVAL,
) = range(_ENDINGS, _ENDINGS + len(_HOME_COLUMNS))
HOME_WIDTH = _ENDINGS + len(_HOME_COLUMNS)


@dataclass(frozen=True)
class Luck:
    """Luck of a group of children, a row each.

    Attributes:
        child: Numbers used once a child; shape (children, columns).
        leaving_marks: Marks of the clocks for leaving, by period of care; shape (children,
            ``PERIODS_PER_ROW``, routes).
        homes: Numbers used once a home; shape (children, homes, ``HOME_WIDTH``).
        matches: Whether a place is found, by home and setting that is a matter of chance;
            shape (children, homes, settings).
    """

    child: FloatArray
    leaving_marks: FloatArray
    homes: FloatArray
    matches: FloatArray

    def rows(self, chosen: NDArray[np.intp]) -> Luck:
        """The luck of some of the children."""
        return Luck(
            self.child[chosen],
            self.leaving_marks[chosen],
            self.homes[chosen],
            self.matches[chosen],
        )


def draw_luck(
    streams: Streams,
    name: tuple[str | int, ...],
    rows: NDArray[np.intp],
    settings: tuple[str, ...],
) -> Luck:
    """Draw the luck of some of the children of a group.

    A child's row is the same whichever others are asked for.

    Args:
        streams: The replication's streams.
        name: The group's name, such as ``("arrivals", band, strip)``.
        rows: Which children, counted from 0.
        settings: Names of the settings in which finding a place is a matter of chance.

    Returns:
        Their luck.
    """
    drawn = int(rows.max(initial=-1)) + 1

    def uniforms(purpose: tuple[str, ...], *shape: int) -> FloatArray:
        chosen: FloatArray = streams.of(*purpose, *name).random((drawn, *shape))[rows]
        return chosen

    matches = np.empty((len(rows), HOMES_PER_ROW, len(settings)))
    for column, setting in enumerate(settings):
        matches[:, :, column] = uniforms(("match", setting), HOMES_PER_ROW)
    return Luck(
        child=uniforms(("child",), len(_CHILD_COLUMNS)),
        leaving_marks=marks(uniforms(("leaving",), PERIODS_PER_ROW, len(ROUTES))),
        homes=with_marks(uniforms(("homes",), HOMES_PER_ROW, HOME_WIDTH)),
        matches=matches,
    )


def luck_of_later_home(
    streams: Streams, child: int, home: int, settings: tuple[str, ...]
) -> tuple[list[float], list[float]]:
    """Luck for a home beyond a child's row, from streams of that child and home alone.

    Args:
        streams: The replication's streams.
        child: Number of the child.
        home: Which home, from 0.
        settings: Names of the settings in which finding a place is a matter of chance.

    Returns:
        Numbers for the home, and for each setting.
    """
    luck = with_marks(streams.of("later_home", child, home).random(HOME_WIDTH))
    matches = [streams.of("later_match", s, child, home).random() for s in settings]
    return luck.tolist(), matches


def marks_of_later_period(streams: Streams, child: int, period: int) -> list[float]:
    """Marks for leaving in a period of care beyond a child's row; one a route."""
    drawn = streams.of("later_period", child, period).random(len(ROUTES))
    found: list[float] = marks(drawn).tolist()
    return found


def marks(uniforms: FloatArray) -> FloatArray:
    """Marks for clocks: unit exponentials from uniforms."""
    found: FloatArray = -np.log1p(-uniforms)
    return found


def with_marks(homes: FloatArray) -> FloatArray:
    """Turn the columns that are marks of clocks into unit exponentials, in place."""
    homes[..., :_ENDINGS] = marks(homes[..., :_ENDINGS])
    return homes
