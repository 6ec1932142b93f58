"""What became of children in care in the years after a day, counted alike for all children.

A council's records say who came, moved and left after a 31 March; a simulation says who might
have. Both are one table of placements, and both are counted here in the same way: the children in
care at the end of each year and where they live, how many came, left and moved in it, and how many
of those who were there stayed. A child who is missing from the next return is nowhere after the
last one it is in: it is no exit, it is missing from the number in care, and it is left out of the
shares of those who stayed, because nobody knows how its care went on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sufficiency.counts import ALL, count
from sufficiency.episodes import LOST, OPEN, REASONS_CEASED, REASONS_NEW, AfterCareSpells, Episodes
from sufficiency.periods import Horizon

FloatArray = NDArray[np.float64]
IN_CARE, ENTRIES, EXITS, MOVES = "children_in_care", "entries", "exits", "moves"
STAYED, ENTRANTS_STAYED = "still_in_care", "still_in_care_of_entrants"
FLOWS = (ENTRIES, EXITS, MOVES)
"""What happens in a year, as counts."""
SHARES = (STAYED, ENTRANTS_STAYED)
"""How long care lasts, as shares from 0 to 1: of the children in care on the opening day, and of
those who came in the year after it, how many are still in that period of care."""

_ENTERED = [REASONS_NEW.index(reason) for reason in ("entry", "return")]
_LOST = REASONS_CEASED.index(LOST)
_PERIODS = 10_000
"""More than the periods of care of one child."""
_NO_DAYS = np.zeros(0, dtype=np.int32)
_NO_AFTER_CARE = AfterCareSpells(
    (), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int8), _NO_DAYS, _NO_DAYS, _NO_DAYS
)


@dataclass(frozen=True)
class Outcomes:
    """What became of children in the financial years after an opening day.

    Attributes:
        settings: Names of the kinds of home.
        in_care: Children in care at the opening and at the end of each year; shape
            (1 + years, settings).
        flows: Of each year, in the order of :data:`FLOWS`; shape (years, 3).
        stayed: How many of each cohort are there at the end of each year; shape (years, 2), in
            the order of :data:`SHARES`.
        cohorts: How many there are of each cohort, without those lost by then; shape (years, 2).
        lost: How many children were lost in each year, in care at its beginning or not; shape
            (years,).
    """

    settings: tuple[str, ...]
    in_care: FloatArray
    flows: FloatArray
    stayed: FloatArray
    cohorts: FloatArray
    lost: FloatArray

    @property
    def shares(self) -> FloatArray:
        """Shares that stayed; shape (years, 2). Not-a-number of a cohort with nobody in it."""
        nothing = np.full_like(self.stayed, np.nan)
        return np.divide(self.stayed, self.cohorts, out=nothing, where=self.cohorts > 0)


def keys_of(settings: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Measure and setting of everything that is forecast, in order."""
    return (
        (IN_CARE, ALL),
        *((IN_CARE, setting) for setting in settings),
        *((measure, ALL) for measure in (*FLOWS, *SHARES)),
    )


def year_by_year(outcomes: Outcomes, settings: Sequence[str]) -> FloatArray:
    """Every figure of each year, under the names of some settings.

    Args:
        outcomes: What became of the children.
        settings: Names to tell the kinds of home by, in order: at least those with a child in
            them. One that is not known here has nobody in it.

    Returns:
        Shape (years, keys): columns in the order of :func:`keys_of`.

    Raises:
        ValueError: If children live in a setting that is not named.
    """
    at = {name: place for place, name in enumerate(outcomes.settings)}
    after = outcomes.in_care[1:]
    total = after.sum(axis=1, keepdims=True)
    nobody = np.zeros(len(after))
    by_setting = np.stack(
        [after[:, at[name]] if name in at else nobody for name in settings], axis=1
    )
    if not np.array_equal(by_setting.sum(axis=1, keepdims=True), total):
        raise ValueError("children live in a setting that is not named")
    return np.concatenate([total, by_setting, outcomes.flows, outcomes.shares], axis=1)


def counted_from(episodes: Episodes, opening: dt.date, years: int) -> Outcomes:
    """Count the years after a day, whatever day the table's numbers count from.

    Args:
        episodes: Placements of real or simulated children.
        opening: A 31 March. Children there on that night are in care at the opening.
        years: How many years after it.

    Returns:
        What became of the children.
    """
    horizon = Horizon(opening, opening.replace(year=opening.year + years))
    return _counted(_renumbered(episodes, horizon.epoch), horizon)


def _renumbered(episodes: Episodes, epoch: dt.date) -> Episodes:
    """The same placements with days counted from another date."""
    by = (epoch - episodes.epoch).days
    # Where homes are is not looked at here. A place nobody recorded has no code to count under.
    there = np.maximum(episodes.location, 0).astype(np.int8)
    return replace(
        episodes,
        epoch=epoch,
        start=(episodes.start - by).astype(np.int32),
        end=np.where(episodes.end == OPEN, OPEN, episodes.end - by).astype(np.int32),
        born=(episodes.born - by).astype(np.int32),
        location=there,
    )


def _counted(episodes: Episodes, horizon: Horizon) -> Outcomes:
    rows = {
        (each.measure, each.setting): each.values
        for each in count(episodes, _NO_AFTER_CARE, horizon, {})
    }
    first = 1 + len(horizon.months)  # then the financial years
    in_care = np.stack(
        [
            np.append(values[0], values[first:])
            for values in (rows[IN_CARE, name] for name in episodes.settings)
        ],
        axis=1,
    )
    flows = np.stack([rows[measure, ALL][first:] for measure in FLOWS], axis=1)
    stayed, cohorts = _stayed(episodes, horizon)
    afters = np.array([0, *(year.after for year in horizon.financial_years)])
    # A child is lost on the day after the return it was last in: the first of a year, that is.
    ends = np.sort(episodes.end[episodes.reason_ceased == _LOST])
    lost = np.diff(np.searchsorted(ends, afters)).astype(np.float64)
    return Outcomes(episodes.settings, in_care, flows, stayed, cohorts, lost)


def _stayed(episodes: Episodes, horizon: Horizon) -> tuple[FloatArray, FloatArray]:
    """How many of each cohort are there at the end of each year, and of how many."""
    start, end = episodes.start, episodes.end
    period = episodes.child * _PERIODS + episodes.period_of_care
    afters = [year.after for year in horizon.financial_years]
    came = (start >= 0) & (start < afters[0]) & np.isin(episodes.reason_new, _ENTERED)
    cohorts = (np.unique(period[(start < 0) & (end >= 0)]), np.unique(period[came]))
    lost = episodes.reason_ceased == _LOST
    found = np.zeros((2, len(afters), len(cohorts)))
    for row, after in enumerate(afters):
        there = period[(start < after) & (end >= after)]
        gone = period[lost & (end < after)]
        for column, cohort in enumerate(cohorts):
            known = cohort[~np.isin(cohort, gone)]
            found[:, row, column] = np.isin(known, there).sum(), len(known)
    return found[0], found[1]
