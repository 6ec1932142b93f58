"""Every count made from the table of placements, for real and simulated children alike.

Stocks (children in care, out of area, waiting) are counted on the last night of a month or
financial year. Flows (entries, exits, moves, placements made) are summed over it. Occupancy
is the average over it: nights slept over nights available.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sufficiency.episodes import (
    CATEGORIES,
    LOCATIONS,
    MOVED_BECAUSE,
    NONE,
    REASONS_CEASED,
    REASONS_NEW,
    SIBLINGS,
    UNSTATED,
    AfterCareSpells,
    Episodes,
)
from sufficiency.periods import Horizon
from sufficiency.vocabulary import FAMILY_HOMES, NEITHER_FAMILY_NOR_HOME, Category, Location, Route

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
ALL = "all"
"""The setting of a total."""

CHILDREN, PLACEMENTS, SHARE = "children", "placements", "share"

_MOVED = [REASONS_NEW.index(reason) for reason in (*MOVED_BECAUSE, UNSTATED)]
_ENTERED = [REASONS_NEW.index(reason) for reason in ("entry", "return")]
_LEFT = [REASONS_CEASED.index(reason) for reason in (*(r.value for r in Route), "aged_18")]
_INSIDE = LOCATIONS.index(Location.INSIDE)
_FAR = LOCATIONS.index(Location.OUTSIDE_FAR)


@dataclass(frozen=True)
class Counted:
    """One measure of one setting over the forecast.

    Attributes:
        measure: Name of the measure.
        setting: Name of the setting, or ``all``.
        unit: What is counted.
        values: By period: the opening day, every month, every financial year; shape
            (1 + periods,). Not-a-number where the measure has no value, as flows have none
            on the opening day.
    """

    measure: str
    setting: str
    unit: str
    values: FloatArray


def nightly(episodes: Episodes, horizon: Horizon) -> IntArray:
    """Children by setting and location on the opening night and every night after.

    Args:
        episodes: Placements.
        horizon: The days of the forecast.

    Returns:
        Shape (settings, locations, 1 + days); the first night is the opening one.
    """
    return _in_force(episodes, horizon, (episodes.setting, episodes.location), (len(LOCATIONS),))


def count(
    episodes: Episodes,
    after_care: AfterCareSpells,
    horizon: Horizon,
    places: Mapping[int, IntArray],
) -> list[Counted]:
    """Count everything that is counted.

    Args:
        episodes: Placements.
        after_care: Payments after care.
        horizon: The days of the forecast.
        places: Places on each day of the forecast, for each setting with a limit.

    Returns:
        Every measure, for every setting and in total.
    """
    nights = nightly(episodes, horizon)
    found = list(_stocks(episodes, horizon, nights))
    found += _flows(episodes, horizon)
    found += _occupancy(episodes, horizon, nights, places)
    found += _after_care(after_care, horizon)
    return found


def period_ends(horizon: Horizon) -> IntArray:
    """Index of each period's last night, where the opening night is 0."""
    return np.array([0, *(period.after for period in horizon.periods)])


def period_sums(daily: NDArray[np.float64] | IntArray, horizon: Horizon) -> FloatArray:
    """Sums over each period of amounts by day.

    Args:
        daily: Amounts; shape (..., days).
        horizon: The days of the forecast.

    Returns:
        Shape (..., 1 + periods); not-a-number on the opening day.
    """
    running = np.zeros((*daily.shape[:-1], horizon.days + 1))
    np.cumsum(daily, axis=-1, out=running[..., 1:])
    first = np.array([period.first for period in horizon.periods])
    after = np.array([period.after for period in horizon.periods])
    sums = running[..., after] - running[..., first]
    opening = np.full((*daily.shape[:-1], 1), np.nan)
    return np.concatenate([opening, sums], axis=-1)


def _in_force(
    episodes: Episodes,
    horizon: Horizon,
    codes: tuple[NDArray[np.int16] | NDArray[np.int8], ...],
    sizes: tuple[int, ...],
    chosen: NDArray[np.bool_] | None = None,
) -> IntArray:
    """Placements in force each night by setting and other codes: starts less ends, summed."""
    shape = (len(episodes.settings), *sizes, horizon.days + 2)
    start = np.clip(episodes.start, -1, horizon.days) + 1
    end = np.clip(episodes.end, -1, horizon.days) + 1
    if chosen is not None:
        start, end = start[chosen], end[chosen]
        codes = tuple(code[chosen] for code in codes)
    width = shape[-1]
    cell = np.zeros(len(start), dtype=np.int64)
    for code, size in zip(codes, shape[:-1], strict=True):
        cell = cell * size + code
    cells = int(np.prod(shape))
    change = np.bincount(cell * width + start, minlength=cells)
    change -= np.bincount(cell * width + end, minlength=cells)
    in_force: IntArray = np.cumsum(change.reshape(shape), axis=-1)[..., :-1]
    return in_force


def _by_setting(
    measure: str, unit: str, names: tuple[str, ...], table: NDArray[np.float64] | IntArray
) -> Iterator[Counted]:
    """A measure for each setting and in total, from a table of shape (settings, periods)."""
    values = table.astype(np.float64)
    yield Counted(measure, ALL, unit, values.sum(axis=0))
    for name, row in zip(names, values, strict=True):
        yield Counted(measure, name, unit, row)


def _stocks(episodes: Episodes, horizon: Horizon, nights: IntArray) -> Iterator[Counted]:
    names = episodes.settings
    at_end = nights[:, :, period_ends(horizon)]
    outside = at_end.sum(axis=1) - at_end[:, _INSIDE]
    yield from _by_setting("children_in_care", CHILDREN, names, at_end.sum(axis=1))
    yield from _by_setting("out_of_area", CHILDREN, names, outside)
    yield from _by_setting("over_20_miles", CHILDREN, names, at_end[:, _FAR])
    alone = episodes.category == CATEGORIES.index(Category.UNACCOMPANIED)
    came_alone = _in_force(episodes, horizon, (episodes.setting,), (), alone)
    yield from _by_setting("unaccompanied", CHILDREN, names, came_alone[:, period_ends(horizon)])
    waits = _in_force(episodes, horizon, (episodes.waiting_for,), (), episodes.waiting_for != NONE)
    yield from _by_setting("waiting", CHILDREN, names, waits[:, period_ends(horizon)])


def _flows(episodes: Episodes, horizon: Horizon) -> Iterator[Counted]:
    made = (episodes.start >= 0) & (episodes.start < horizon.days)
    ended = (episodes.end >= 0) & (episodes.end < horizon.days)
    left = ended & np.isin(episodes.reason_ceased, _LEFT)
    moved = made & np.isin(episodes.reason_new, _MOVED)
    entered = made & np.isin(episodes.reason_new, _ENTERED)
    outside = made & (episodes.location != _INSIDE)
    # What was wanted is known of simulated placements only.
    wanted = episodes.first_choice != NONE
    unmet = made & wanted & (episodes.first_choice != episodes.setting)
    returned = moved & _came_back(episodes)
    before = _setting_before(episodes)
    stepped_down = moved & _steps_down(episodes, before)
    came_back = made & (episodes.reason_new == REASONS_NEW.index("return"))
    apart = made & (episodes.siblings == SIBLINGS.index("apart"))
    setting, start = episodes.setting, episodes.start
    for measure, unit, chosen, code, day in (
        ("entries", CHILDREN, entered, setting, start),
        ("exits", CHILDREN, left, setting, episodes.end),
        ("moves", PLACEMENTS, moved, setting, start),
        ("returns_to_local", PLACEMENTS, returned, setting, start),
        ("out_of_area_placements_made", PLACEMENTS, outside, setting, start),
        ("unmet_first_choice", PLACEMENTS, unmet, episodes.first_choice, start),
        ("returns_to_care", CHILDREN, came_back, setting, start),
        ("step_downs", PLACEMENTS, stepped_down, before, start),
        ("siblings_apart", CHILDREN, apart, setting, start),
    ):
        cell = code[chosen].astype(np.int64) * horizon.days + day[chosen]
        daily = np.bincount(cell, minlength=len(episodes.settings) * horizon.days)
        sums = period_sums(daily.reshape(-1, horizon.days), horizon)
        yield from _by_setting(measure, unit, episodes.settings, sums)


def _came_back(episodes: Episodes) -> NDArray[np.bool_]:
    """Placements inside the authority that follow one of the same child outside it."""
    order = np.argsort(episodes.child, kind="stable")
    child, inside = episodes.child[order], episodes.location[order] == _INSIDE
    came_back = np.zeros(len(order), dtype=bool)
    same = child[1:] == child[:-1]
    came_back[order[1:]] = same & inside[1:] & ~inside[:-1]
    return came_back


def _setting_before(episodes: Episodes) -> NDArray[np.int16]:
    """Code of the setting each placement's child lived in just before; ``NONE`` for the first."""
    order = np.argsort(episodes.child, kind="stable")
    child, setting = episodes.child[order], episodes.setting[order]
    before = np.full(len(order), NONE, dtype=np.int16)
    before[order[1:]] = np.where(child[1:] == child[:-1], setting[:-1], NONE)
    return before


def _steps_down(episodes: Episodes, before: NDArray[np.int16]) -> NDArray[np.bool_]:
    """Placements with a family that follow one in a residential setting."""
    family = np.array([name in FAMILY_HOMES for name in episodes.settings])
    neither = np.array([name in NEITHER_FAMILY_NOR_HOME for name in episodes.settings])
    residential = np.append(~family & ~neither, False)  # the last is where NONE points
    steps: NDArray[np.bool_] = residential[before] & family[episodes.setting]
    return steps


def _occupancy(
    episodes: Episodes, horizon: Horizon, nights: IntArray, places: Mapping[int, IntArray]
) -> Iterator[Counted]:
    slept = nights[:, :, 1:].sum(axis=1)
    for setting, available in places.items():
        used = period_sums(slept[setting], horizon)
        there = period_sums(available, horizon)
        share = np.divide(used, there, out=np.full_like(used, np.nan), where=there > 0)
        yield Counted("occupancy", episodes.settings[setting], SHARE, share)


def _after_care(spells: AfterCareSpells, horizon: Horizon) -> Iterator[Counted]:
    """Payments after care in force, in total and by kind: no rows by kind where none is paid."""
    width = horizon.days + 2
    start = np.clip(spells.start, -1, horizon.days) + 1
    end = np.clip(spells.end, -1, horizon.days) + 1
    first = spells.kind.astype(np.int64) * width
    cells = len(spells.kinds) * width
    change = np.bincount(first + start, minlength=cells)
    change -= np.bincount(first + end, minlength=cells)
    paid = np.cumsum(change.reshape(-1, width), axis=-1)[:, :-1]
    return _by_setting("after_care", CHILDREN, spells.kinds, paid[:, period_ends(horizon)])


def days_in_settings(episodes: Episodes, horizon: Horizon) -> IntArray:
    """Nights in each setting on each day of the forecast; shape (settings, days)."""
    total: IntArray = nightly(episodes, horizon)[:, :, 1:].sum(axis=1)
    return total
