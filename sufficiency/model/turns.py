"""Taking turns: a panel or a court that can decide so many cases a year.

Decisions are evenly spaced, closer together from the day on which more can be made. A case that
comes when none is being dealt with is decided at once; otherwise it takes the next turn. A turn
once taken is kept, even if the child has left by then, as a hearing is when a case is withdrawn
late.
"""

from __future__ import annotations

import math

from sufficiency.model.parameters import Steps
from sufficiency.periods import DAYS_PER_YEAR


class Turns:
    """The turns of one panel or court."""

    def __init__(self, per_year: Steps) -> None:
        """Nobody waits yet.

        Args:
            per_year: Cases it can decide a year, by day.
        """
        starts, rates = per_year
        self._stretches = list(zip(starts, (*starts[1:], math.inf), rates, strict=True))
        self._last = -math.inf

    def next(self, day: float, latest: float = math.inf) -> float:
        """Take the next turn.

        Args:
            day: Today.
            latest: Take no turn later than this day.

        Returns:
            The day of the turn; infinite, and no turn taken, when it would be later.
        """
        turn = self._first_free(day)
        if turn > latest:
            return math.inf
        self._last = turn
        return turn

    def _first_free(self, day: float) -> float:
        """The first day, from today on, by which one case more could be decided on."""
        # The part of a case still to be worked off: a whole one since the last turn.
        case = 0.0 if self._last == -math.inf else 1.0
        for start, end, per_year in self._stretches:
            if end <= self._last or per_year <= 0.0:
                continue
            since = max(start, self._last)
            free = since + case * DAYS_PER_YEAR / per_year
            if free > end:
                case -= (end - since) * per_year / DAYS_PER_YEAR
            elif day < end:
                return max(day, free)
            else:
                case = 0.0
        return math.inf
