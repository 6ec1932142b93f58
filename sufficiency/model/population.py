"""The children of one replication: those in care on the first day, and those who will come.

Those who will come are of three kinds: children entering as they have always done, children
coming back who left before the forecast, and unaccompanied children.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sufficiency.model.arrivals import Arrivals, draw_arrivals
from sufficiency.model.child import Child
from sufficiency.model.clocks import clock_table
from sufficiency.model.luck import (
    CHILD_PLAN,
    CHILD_SIBLING,
    CHILD_TOGETHER,
    CHILD_UNACCOMPANIED,
    Luck,
    draw_luck,
)
from sufficiency.model.parameters import ENDINGS, Clockwork, Parameters
from sufficiency.model.search import chancy_settings
from sufficiency.streams import Streams
from sufficiency.vocabulary import Category

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

ORDINARY, UNACCOMPANIED = range(len(Category))
_LARGEST_GROUP = 4
_TEN_YEARS_DAYS = 10 * 365.25


@dataclass(frozen=True)
class OpeningCaseload:
    """Children in care at the start, one entry a child.

    Attributes:
        born: Day of birth; negative.
        entered: Day of entering care; negative.
        placed: Day the present placement began; negative, not before ``entered``.
        setting: Code of the setting.
        location: Code of where the home is.
    """

    born: IntArray
    entered: IntArray
    placed: IntArray
    setting: IntArray
    location: IntArray


@dataclass(frozen=True)
class OpeningHomes:
    """Where the opening children live, as plain lists for the engine."""

    setting: list[int]
    location: list[int]
    placed: list[int]


@dataclass(frozen=True)
class Population:
    """Every child of a replication.

    Attributes:
        children: Opening children first, then each kind of arrival in order of time.
        opening: Where the opening children live.
    """

    children: list[Child]
    opening: OpeningHomes


def draw_population(
    parameters: Parameters,
    caseload: OpeningCaseload,
    streams: Streams,
    coming: Arrivals | None = None,
) -> Population:
    """Draw every child's luck and set its clocks.

    Args:
        parameters: The numbers the replication runs on.
        caseload: Children in care at the start.
        streams: The replication's streams.
        coming: Children entering, where services have changed who does; drawn when None.

    Returns:
        The children, not yet placed.
    """
    chancy, days = chancy_settings(parameters), parameters.horizon.days
    if coming is None:
        coming = draw_arrivals(streams, parameters.entries, days, chancy)
    children = _opening_children(parameters, caseload, streams, chancy)
    children += _entering_children(parameters, coming)
    if parameters.returns is not None:
        back = draw_arrivals(streams, parameters.returns.earlier, days, chancy, "returning")
        children += _children(parameters.clockwork, _rows(parameters, back), back.luck, period=2)
    if parameters.unaccompanied is not None:
        alone = parameters.unaccompanied
        came = draw_arrivals(streams, alone.entries, days, chancy, "unaccompanied")
        children += _children(
            unaccompanied_clocks(parameters), _rows(parameters, came), came.luck, UNACCOMPANIED
        )
    homes = OpeningHomes(
        caseload.setting.tolist(), caseload.location.tolist(), caseload.placed.tolist()
    )
    return Population(children, homes)


def unaccompanied_clocks(parameters: Parameters) -> Clockwork:
    """The clocks of unaccompanied children: ways out at their own rates."""
    assert parameters.unaccompanied is not None
    clockwork = parameters.clockwork
    ratio = parameters.unaccompanied.leaving_ratio[:, None, None]
    return replace(clockwork, rate_per_day=clockwork.rate_per_day * ratio)


@dataclass(frozen=True)
class _Rows:
    """Children before they have clocks.

    Attributes:
        number: Number of each child.
        born: Day of birth.
        entered: Day of entering care.
        last_day: Last day of the forecast.
    """

    number: IntArray
    born: FloatArray
    entered: FloatArray
    last_day: float

    def only(self, chosen: NDArray[np.intp]) -> _Rows:
        """Some of the children."""
        return _Rows(self.number[chosen], self.born[chosen], self.entered[chosen], self.last_day)


def _rows(parameters: Parameters, coming: Arrivals) -> _Rows:
    return _Rows(coming.child, coming.born, coming.time, float(parameters.horizon.days))


def _opening_children(
    parameters: Parameters, caseload: OpeningCaseload, streams: Streams, chancy: tuple[str, ...]
) -> list[Child]:
    """Children in care on the first day; those who came alone have clocks of their own."""
    rows = _Rows(
        np.arange(1, len(caseload.born) + 1),
        caseload.born.astype(np.float64),
        caseload.entered.astype(np.float64),
        float(parameters.horizon.days),
    )
    luck = draw_luck(streams, ("opening",), np.arange(len(caseload.born)), chancy)
    alone = _came_alone(parameters, rows, luck)
    if not alone.any():
        return _children(parameters.clockwork, rows, luck)
    groups = (
        (parameters.clockwork, np.flatnonzero(~alone), ORDINARY),
        (unaccompanied_clocks(parameters), np.flatnonzero(alone), UNACCOMPANIED),
    )
    children = [
        child
        for clockwork, chosen, category in groups
        for child in _children(clockwork, rows.only(chosen), luck.rows(chosen), category)
    ]
    return sorted(children, key=lambda child: child.number)


def _came_alone(parameters: Parameters, rows: _Rows, luck: Luck) -> NDArray[np.bool_]:
    """Which of the opening children came to the country alone: as many as stated, of 10 or over."""
    alone = np.zeros(len(rows.born), dtype=bool)
    if parameters.unaccompanied is not None:
        old_enough = np.flatnonzero(-rows.born >= _TEN_YEARS_DAYS)
        order = np.argsort(luck.child[old_enough, CHILD_UNACCOMPANIED], kind="stable")
        alone[old_enough[order[: parameters.unaccompanied.in_care_at_start]]] = True
    return alone


def _entering_children(parameters: Parameters, coming: Arrivals) -> list[Child]:
    """Children entering, brothers and sisters on one day."""
    siblings = parameters.siblings
    rows = _rows(parameters, coming)
    if siblings is None:
        return _children(parameters.clockwork, rows, coming.luck)
    first = _first_of_family(coming.luck.child[:, CHILD_SIBLING] < siblings.follows)
    together = (coming.luck.child[:, CHILD_TOGETHER] < siblings.kept_together).tolist()
    entered = coming.time[first]
    rows = replace(rows, entered=entered, born=np.minimum(coming.born, np.floor(entered)))
    children = _children(parameters.clockwork, rows, coming.luck)
    for place, leader in enumerate(first.tolist()):
        if leader != place and together[place]:
            children[place].follows = children[leader]
    return children


def _first_of_family(follows: NDArray[np.bool_]) -> NDArray[np.intp]:
    """For each child in order of time, the place of the first of its brothers and sisters."""
    first = np.arange(len(follows))
    for place in np.flatnonzero(follows).tolist():
        if place > 0 and place - first[place - 1] < _LARGEST_GROUP:
            first[place] = first[place - 1]
    return first


def _children(
    clockwork: Clockwork,
    rows: _Rows,
    luck: Luck,
    category: int = ORDINARY,
    period: int = 1,
) -> list[Child]:
    """Children with their clocks and luck. Only what every child needs is unpacked here."""
    clocks = clock_table(
        clockwork,
        rows.born,
        rows.entered,
        rows.last_day,
        luck.leaving_marks[:, 0],
        luck.homes[:, 0, : len(ENDINGS)],
    )
    names = zip(rows.number.tolist(), rows.born.tolist(), rows.entered.tolist(), strict=True)
    first_luck = zip(
        luck.child[:, CHILD_PLAN].tolist(),
        luck.homes[:, 0].tolist(),
        luck.matches[:, 0].tolist(),
        strict=True,
    )
    return [
        Child(*name, *first, clocks, luck, index, category, period)
        for index, (name, first) in enumerate(zip(names, first_luck, strict=True))
    ]
