"""Looking up the scores of a back-test: one score with its interval, by what was forecast.

The table of scores holds every score of every part, horizon and opening. The words about it
need one at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pandas as pd

LATER = "3-4"
AHEAD = {
    "1": "one year ahead",
    "2": "two years ahead",
    "3": "three years ahead",
    "4": "four years ahead",
    LATER: "three and four years ahead",
}
"""What to print for a horizon."""
Key = tuple[str, str, str, str, str]
"""What, part, years ahead, method and score."""


class Score(NamedTuple):
    """One score with the ends of its 80% interval, missing where there is none."""

    value: float
    low: float
    high: float
    interval_over: str

    def interval(self, told: Callable[[float], str]) -> str:
        """The interval in brackets; nothing where there is none."""
        return f" ({told(self.low)} to {told(self.high)})" if self.has_interval else ""

    @property
    def has_interval(self) -> bool:
        """Whether there is one: with a single authority there is not."""
        return self.low == self.low


class Scores:
    """Looks scores up, those of all openings together or of one."""

    def __init__(self, scores: pd.DataFrame, origin: str = "all") -> None:
        rows = scores[scores["origin"] == origin]
        keys = rows[["what", "part", "horizon_years", "method", "score"]]
        told = rows[["value", "low", "high", "interval_over"]]
        self.all: dict[Key, Score] = {
            key: Score(*found)
            for key, found in zip(
                keys.itertuples(index=False, name=None),
                told.itertuples(index=False, name=None),
                strict=True,
            )
        }

    def total(self, horizon: str, score: str, method: str = "simulation") -> Score:
        """One score of the total."""
        return self.all["total", "all", horizon, method, score]

    def held(self) -> dict[str, Score]:
        """Percent of totals inside their range, by single years ahead."""
        return {horizon: self.total(horizon, "coverage") for horizon in self.horizons()}

    def horizons(self) -> list[str]:
        """The single years ahead that were scored."""
        there = {key[2] for key in self.all if key[0] == "total"}
        return [name for name in ("1", "2", "3", "4") if name in there]

    def headline(self) -> str:
        """Three and four years together where both were scored, else the furthest."""
        horizons = self.horizons()
        return LATER if {"3", "4"} <= set(horizons) else horizons[-1]

    def everything(self) -> str:
        """All horizons together, or the only one."""
        return "all" if len(self.horizons()) > 1 else self.horizons()[0]
