"""Coming back into care: which children who left return, and when.

The hazard of coming back depends on the way out and on the time since: one rate in the first
year, another in the five years after it, none later. Nobody comes back once grown up.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sufficiency.model.child import NEVER, Child
from sufficiency.model.clocks import ClocksOfOne, Standings
from sufficiency.model.luck import CHILD_RETURN, PERIODS_PER_ROW, marks_of_later_period
from sufficiency.model.parameters import Parameters
from sufficiency.model.population import unaccompanied_clocks
from sufficiency.periods import DAYS_PER_YEAR
from sufficiency.streams import Streams

FloatArray = NDArray[np.float64]

SIX_YEARS_DAYS = 6 * DAYS_PER_YEAR


def days_until_return(mark: float, first_year: float, later: float) -> float:
    """How long after leaving a child comes back.

    Args:
        mark: A unit exponential.
        first_year: Hazard a day in the first year.
        later: Hazard a day in the five years after it.

    Returns:
        Days; infinite when the child has not come back within six years.
    """
    in_first_year = first_year * DAYS_PER_YEAR
    if mark < in_first_year:
        return mark / first_year
    left = mark - in_first_year
    if later > 0.0 and left < later * (SIX_YEARS_DAYS - DAYS_PER_YEAR):
        return DAYS_PER_YEAR + left / later
    return NEVER


def return_hazards(within_one_year: float, within_six_years: float) -> tuple[float, float]:
    """Hazards a day that give the stated chances of coming back.

    Args:
        within_one_year: Chance of coming back within a year of leaving; below 1.
        within_six_years: Chance within six years; not below the first.

    Returns:
        The hazard in the first year, and in the five after it.
    """
    out_after_one = -math.log1p(-min(within_one_year, 0.999))
    out_after_six = -math.log1p(-min(max(within_six_years, within_one_year), 0.9999))
    later = (out_after_six - out_after_one) / (SIX_YEARS_DAYS - DAYS_PER_YEAR)
    return out_after_one / DAYS_PER_YEAR, max(later, 0.0)


def share_returned(days: FloatArray, hazards_per_day: FloatArray) -> FloatArray:
    """Share of those who left by each route who have come back some days after leaving.

    Args:
        days: Days since leaving; shape (times,).
        hazards_per_day: In the first year and in the five after it; shape (routes, 2).

    Returns:
        Shape (routes, times).
    """
    first = np.minimum(days, DAYS_PER_YEAR)
    later = np.clip(days, DAYS_PER_YEAR, SIX_YEARS_DAYS) - DAYS_PER_YEAR
    spent = np.outer(hazards_per_day[:, 0], first) + np.outer(hazards_per_day[:, 1], later)
    shares: FloatArray = -np.expm1(-spent)
    return shares


class Returns:
    """Decides who comes back, and readies their clocks."""

    def __init__(self, parameters: Parameters, streams: Streams) -> None:
        assert parameters.returns is not None
        self._hazards = parameters.returns.hazards_per_day.tolist()
        self._streams = streams
        clockworks = [parameters.clockwork]  # by category of child
        if parameters.unaccompanied is not None:
            clockworks.append(unaccompanied_clocks(parameters))
        last_day = float(parameters.horizon.days)
        self._clocks = [ClocksOfOne(clockwork, last_day) for clockwork in clockworks]

    def day(self, child: Child, route: int, now: float) -> float:
        """The day on which a child who leaves now comes back.

        Args:
            child: The child.
            route: Code of the way out.
            now: Today.

        Returns:
            The day; infinite when it does not, or only once it has grown up.
        """
        first_year, later = self._hazards[route]
        if first_year == later == 0.0:
            return NEVER
        if child.period == 1:
            luck = child.table.child.item(child.index, CHILD_RETURN)
        else:
            luck = self._streams.of("return", child.number, child.period).random()
        day = now + days_until_return(-math.log1p(-luck), first_year, later)
        return day if day < child.adult_day else NEVER

    def clocks(self, child: Child, now: float) -> Standings:
        """A child's clocks for the period of care that begins now."""
        return self._clocks[child.category].standings(child.born, now)

    def marks(self, child: Child) -> list[float]:
        """Marks for leaving in the period of care that begins now."""
        if child.period <= PERIODS_PER_ROW:
            found: list[float] = child.table.leaving_marks[child.index, child.period - 1].tolist()
            return found
        return marks_of_later_period(self._streams, child.number, child.period)
