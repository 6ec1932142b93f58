"""The children in care on the first day, drawn so that every published count is met.

Nobody publishes children by age and time in care and kind of home and place all at once.
Each of the four tables is met exactly; how they cross follows from what is usual: which ages
live in which homes, where such homes are, and that a baby cannot have been in care for five
years. Dates of birth and of entering care are drawn inside their bands: evenly unless
the scenario says how many are in the older half.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sufficiency.estimate.ipf import Margin, MarginsContradict, fit
from sufficiency.model.ages import EVEN, FROM_16_TO_17, rising, two_halves
from sufficiency.periods import DAYS_PER_YEAR
from sufficiency.rounding import whole_cells, whole_shares
from sufficiency.scenario.schema import Scenario
from sufficiency.scenario.values import Quantity
from sufficiency.vocabulary import (
    ADULT_AGE_YEARS,
    AGE_BAND_STARTS_YEARS,
    TIME_IN_CARE_STARTS_DAYS,
    AgeBand,
    Location,
    TimeInCare,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Draw = Callable[[Quantity], float]
"""Gives this replication's value of a figure."""
Floats = tuple[float, ...]
K = TypeVar("K")
Q = TypeVar("Q", bound=Quantity)

_AGE_STARTS = np.array(AGE_BAND_STARTS_YEARS, dtype=np.float64) * DAYS_PER_YEAR
_AGE_ENDS = np.append(_AGE_STARTS[1:], ADULT_AGE_YEARS * DAYS_PER_YEAR)
_TIME_STARTS = np.array(TIME_IN_CARE_STARTS_DAYS, dtype=np.float64)
_TIME_ENDS = np.append(_TIME_STARTS[1:], np.inf)


def _years_lived_in_each() -> FloatArray:
    """Share of each age band's days on which a child is old enough for each time in care.

    A child of 5 can only just have been in care for five years; a child of 9 easily. Shape
    (age, time); zero where it cannot be at all.
    """
    grid = np.zeros((len(AgeBand), len(TimeInCare)))
    for band, (first, after) in enumerate(zip(_AGE_STARTS, _AGE_ENDS, strict=True)):
        old_enough = np.clip(after - np.maximum(first, _TIME_STARTS + 1), 0, None)
        grid[band] = old_enough / (after - first)
    grid[grid < 0.01] = 0.0
    return grid


_SOME = 0.01
_POSSIBLE = _years_lived_in_each()


@dataclass(frozen=True)
class OpeningChildren:
    """The children in care on the first day, one entry a child.

    Attributes:
        age: Age band, as its place in :class:`AgeBand`.
        time_in_care: Band of time in care, as its place in :class:`TimeInCare`.
        setting: Kind of home, as its place in the scenario's settings.
        location: Where the home is, as its place in :class:`Location`.
        born_days_before: Days lived by the end of the first day.
        in_care_days: Days since entering care; less than days lived.
        in_placement_days: Days since this placement began; at most the days in care.
    """

    age: IntArray
    time_in_care: IntArray
    setting: IntArray
    location: IntArray
    born_days_before: IntArray
    in_care_days: IntArray
    in_placement_days: IntArray

    def __len__(self) -> int:
        """How many children there are."""
        return len(self.age)


def opening_children(scenario: Scenario, draw: Draw, rng: np.random.Generator) -> OpeningChildren:
    """Draw the children in care on the first day.

    Args:
        scenario: Its ``opening``, and its settings' usual ages and locations.
        draw: This replication's value of each figure.
        rng: Decides who is in which cell, and dates inside bands; a row of numbers a child.

    Returns:
        As many children as ``children_in_care``.

    Raises:
        MarginsContradict: When the tables cannot all hold, or known counts exceed the total.
    """
    opening = scenario.opening
    total = round(draw(opening.children_in_care))
    fitted = _opening_table(scenario, draw, total)
    placed = _located(
        _setting_counts(scenario, draw, total),
        tuple(_whole([_drawn(opening.by_location, place, draw) for place in Location], total)),
        _locations(scenario, draw),
    )
    # Place depends on the kind of home alone, so the crossing of all four tables is the
    # crossing of three times the share of each place among homes of the kind.
    evenly = rng.random((total, 3))
    cells = whole_cells(fitted[..., None] * placed[None, None, :, :], rng)
    age, time, setting, location = (cells[:, axis].copy() for axis in range(4))
    for band, older in enumerate(older_halves(scenario, draw)):
        here = age == band
        evenly[here, 0] = rising(evenly[here, 0], older)
    oldest = age == FROM_16_TO_17
    evenly[oldest, 0] = two_halves(evenly[oldest, 0], draw(opening.share_aged_17))
    born, in_care, in_placement = _dates(age, time, evenly)
    return OpeningChildren(age, time, setting, location, born, in_care, in_placement)


def opening_table(scenario: Scenario, draw: Draw) -> FloatArray:
    """The expected children in care on the first day.

    Args:
        scenario: Its ``opening`` and its settings' usual ages.
        draw: This replication's value of each figure.

    Returns:
        Children by age, time in care and setting; shape (5, 5, settings).

    Raises:
        MarginsContradict: When the tables cannot all hold, or known counts exceed the total.
    """
    total = round(draw(scenario.opening.children_in_care))
    return _opening_table(scenario, draw, total).copy()


def _opening_table(scenario: Scenario, draw: Draw, total: int) -> FloatArray:
    opening = scenario.opening
    return _joint(
        tuple(_whole([draw(opening.by_age[a]) for a in AgeBand], total)),
        tuple(_whole([draw(opening.by_time_in_care[t]) for t in TimeInCare], total)),
        _setting_counts(scenario, draw, total),
        _usual_ages(scenario, draw),
    )


def older_halves(scenario: Scenario, draw: Draw) -> tuple[float, ...]:
    """Of the opening children of each age band, the share in its older half.

    A half for 16 and 17, who have ``share_aged_17``.
    """
    given = scenario.opening.older_half
    shares = [draw(given[band]) if band in given else 0.5 for band in AgeBand]
    return (*shares[:FROM_16_TO_17], EVEN[FROM_16_TO_17])


def reference_weights(scenario: Scenario, draw: Draw) -> FloatArray:
    """Shares of the children the rates were counted from.

    Args:
        scenario: Its ``reference`` structure and its settings' usual ages.
        draw: This replication's value of each figure.

    Returns:
        Shares by age, time in care and setting, adding up to 1; shape (5, 5, settings).

    Raises:
        MarginsContradict: When the three tables cannot all hold.
    """
    reference = scenario.reference
    return _joint(
        _as_shares([draw(reference.by_age[a]) for a in AgeBand]),
        _as_shares([draw(reference.by_time_in_care[t]) for t in TimeInCare]),
        _as_shares([_drawn(reference.by_setting, name, draw) for name in scenario.settings]),
        _usual_ages(scenario, draw),
    ).copy()


def joint_table(
    by_age: Sequence[float],
    by_time_in_care: Sequence[float],
    by_setting: Sequence[float],
    usual_ages: Sequence[Sequence[float]],
) -> FloatArray:
    """Cross ages, times in care and settings.

    Args:
        by_age: Children, or shares, in each age band.
        by_time_in_care: The same by time in care.
        by_setting: The same by setting.
        usual_ages: For each setting, how usual it is at each age.

    Returns:
        The crossing; shape (5, 5, settings).

    Raises:
        MarginsContradict: When the tables cannot all hold.
    """
    ages = tuple(tuple(each) for each in usual_ages)
    return _joint(tuple(by_age), tuple(by_time_in_care), tuple(by_setting), ages).copy()


def times_that_can_be(by_age: Sequence[float], by_time_in_care: Sequence[float]) -> list[float]:
    """Shares by time in care that children of these ages can have.

    Args:
        by_age: Children, or shares, in each age band.
        by_time_in_care: Shares by time in care; shape (5,).

    Returns:
        The same shares where these ages allow them. Where they do not, the shares that come of
        giving every age the times it can have, in proportion.
    """
    ages, times = (np.array(each, dtype=np.float64) for each in (by_age, by_time_in_care))
    ages = ages / ages.sum()
    try:
        _crossed(_POSSIBLE, ages, tuple((times / times.sum()).tolist()), "by_age", "by_time")
    except MarginsContradict:
        usual = _POSSIBLE * np.maximum(times, _SOME)
        times = ages @ (usual / usual.sum(axis=1, keepdims=True))
    return [float(time) for time in times / times.sum()]


@lru_cache(maxsize=128)
def _joint(
    by_age: Floats, by_time: Floats, by_setting: Floats, usual_ages: tuple[Floats, ...]
) -> FloatArray:
    """Age x time x setting. Setting and time bear on each other only through age."""
    ages = np.array(by_age, dtype=np.float64)
    homes = _crossed(np.array(usual_ages).T, ages, by_setting, "by_age", "by_setting")
    times = _crossed(_POSSIBLE, ages, by_time, "by_age", "by_time_in_care")
    within_age = np.divide(times, ages[:, None], out=np.zeros_like(times), where=ages[:, None] > 0)
    table = np.asarray(within_age[:, :, None] * homes[:, None, :], dtype=np.float64)
    table.setflags(write=False)
    return table


@lru_cache(maxsize=128)
def _located(by_setting: Floats, by_location: Floats, locations: tuple[Floats, ...]) -> FloatArray:
    """Share of each place among the children of each setting; shape (settings, places)."""
    counts = np.array(by_setting, dtype=np.float64)
    # A place that is unusual for a setting is unlikely there, not impossible.
    seed = np.maximum(np.array(locations), 1e-4)
    table = _crossed(seed, counts, by_location, "by_setting", "by_location")
    shares: FloatArray = np.divide(
        table, counts[:, None], out=seed.copy(), where=counts[:, None] > 0
    )
    shares.setflags(write=False)
    return shares


def _crossed(
    seed: FloatArray, rows: FloatArray, columns: Floats, row_name: str, column_name: str
) -> FloatArray:
    margins = (
        Margin((0,), rows, row_name),
        Margin((1,), np.array(columns, dtype=np.float64), column_name),
    )
    return fit(seed, margins).table


def _setting_counts(scenario: Scenario, draw: Draw, total: int) -> Floats:
    """Whole children in each setting: known counts first, the rest shared out."""
    opening = scenario.opening
    known = {name: float(round(draw(number))) for name, number in opening.by_setting.items()}
    twice = opening.counted_twice
    if twice is not None:
        both = min(float(round(draw(twice.children))), known.get(twice.taken_from, 0.0))
        known[twice.taken_from] = known.get(twice.taken_from, 0.0) - both
    rest = total - sum(known.values())
    if rest < 0:
        raise MarginsContradict(
            f"`opening.by_setting` counts {total - rest:g} children, more than the {total} in care"
        )
    shares = np.array([_drawn(opening.rest_by_setting, name, draw) for name in scenario.settings])
    whole = whole_shares(shares, int(rest))
    return tuple(
        known.get(name, 0.0) + float(more)
        for name, more in zip(scenario.settings, whole, strict=True)
    )


def _usual_ages(scenario: Scenario, draw: Draw) -> tuple[Floats, ...]:
    return tuple(
        tuple(draw(rule.usual_ages[band]) for band in AgeBand)
        for rule in scenario.settings.values()
    )


def _locations(scenario: Scenario, draw: Draw) -> tuple[Floats, ...]:
    return tuple(
        tuple(_drawn(rule.location, place, draw) for place in Location)
        for rule in scenario.settings.values()
    )


def _drawn(figures: Mapping[K, Q], name: K, draw: Draw) -> float:
    found = figures.get(name)
    return 0.0 if found is None else draw(found)


def _whole(amounts: list[float], total: int) -> list[float]:
    return [float(number) for number in whole_shares(np.array(amounts), total)]


def _as_shares(amounts: list[float]) -> Floats:
    summed = sum(amounts)
    return tuple(amount / summed for amount in amounts)


def _dates(
    age: IntArray, time: IntArray, evenly: FloatArray
) -> tuple[IntArray, IntArray, IntArray]:
    """Days lived, in care and in placement: drawn evenly inside the bands, and possible.

    Args:
        age: Age band of each child.
        time: Band of time in care of each child.
        evenly: Numbers from 0 to 1; a row a child, three columns.
    """
    # Whole days that agree with episodes.birthday: nobody has reached the next band's birthday.
    youngest = np.maximum(np.floor(_AGE_STARTS)[age], _TIME_STARTS[time] + 1)
    oldest = np.floor(_AGE_ENDS)[age] - 1
    born = youngest + np.floor(evenly[:, 0] * (oldest - youngest + 1))
    longest = np.minimum(_TIME_ENDS[time] - 1, born - 1)
    in_care = _TIME_STARTS[time] + np.floor(evenly[:, 1] * (longest - _TIME_STARTS[time] + 1))
    in_placement = np.floor(evenly[:, 2] * (in_care + 1))
    return born.astype(np.int64), in_care.astype(np.int64), in_placement.astype(np.int64)
