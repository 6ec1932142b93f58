"""Taking turns: a panel or a court that can decide so many cases a year.

Decisions are evenly spaced. A case that comes when none is being dealt with is decided at
once; otherwise it takes the next turn. A turn once taken is kept, even if the child has left
by then, as a hearing is when a case is withdrawn late.
"""

from __future__ import annotations

import math

from sufficiency.model.market import value_on
from sufficiency.model.parameters import Steps
from sufficiency.periods import DAYS_PER_YEAR


class Turns:
    """The turns of one panel or court."""

    def __init__(self, per_year: Steps) -> None:
        """Nobody waits yet.

        Args:
            per_year: Cases it can decide a year, by day.
        """
        self._per_year = per_year
        self._last = -math.inf

    def next(self, day: float, latest: float = math.inf) -> float:
        """Take the next turn.

        Args:
            day: Today.
            latest: Take no turn later than this day.

        Returns:
            The day of the turn; infinite, and no turn taken, when it would be later.
        """
        rate = value_on(self._per_year, day)
        if rate <= 0.0:
            return math.inf
        turn = max(day, self._last + DAYS_PER_YEAR / rate)
        if turn > latest:
            return math.inf
        self._last = turn
        return turn
