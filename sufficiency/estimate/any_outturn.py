"""Lays England's prices beside what an authority really spent.

Every council reports what it spent on residential care and on fostering. The children of that
year at England's prices give another sum. The one over the other is a factor, by which all
prices of the line are multiplied: how dear or cheap this authority is, with everything the line
holds, since nothing published tells the parts of a line apart. Councils book the two lines
differently: where one is empty or its factor far from 1, both are taken together. A factor that
is far from 1 even so says more about what was counted than about prices, and is bounded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sufficiency.estimate.any_prices import BASE, Line
from sufficiency.inputs.outturn import FOSTERING, RESIDENTIAL, Outturn

LOWEST, HIGHEST = 0.5, 2.0
"""A factor is not taken to be below or above these."""
WEEKS = 365 / 7
_KINDS: dict[Line, str] = {"residential": "residential care", "fostering": "fostering"}
_SERVICES: dict[Line, str] = {"residential": RESIDENTIAL, "fostering": FOSTERING}


@dataclass(frozen=True)
class MatchedLine:
    """One line of the outturn, and what prices give.

    Attributes:
        spent_gbp: Published expenditure of the year, gross.
        income_gbp: Published income of the year.
        at_england_gbp: The children of the year at England's prices, all year.
    """

    spent_gbp: float
    income_gbp: float
    at_england_gbp: float

    @property
    def wanted(self) -> float | None:
        """The factor at which prices explain the line; None where there is nothing to explain."""
        if self.spent_gbp <= 0 or self.at_england_gbp <= 0:
            return None
        return self.spent_gbp / self.at_england_gbp

    @property
    def factor(self) -> float:
        """The factor used: within its bounds, and 1 where there is none."""
        wanted = self.wanted
        return 1.0 if wanted is None else min(max(wanted, LOWEST), HIGHEST)

    @property
    def is_bounded(self) -> bool:
        """Whether the line is not explained, because its factor was too far from 1."""
        return self.wanted is not None and self.factor != self.wanted

    @property
    def is_odd(self) -> bool:
        """Whether the line is empty or far from what its children would cost."""
        return self.at_england_gbp > 0 and (self.wanted is None or self.is_bounded)

    @property
    def income_share(self) -> float:
        """Share of the expenditure that others met; 0 where the line is empty."""
        if self.spent_gbp <= 0:
            return 0.0
        return min(max(self.income_gbp / self.spent_gbp, 0.0), 1.0)


@dataclass(frozen=True)
class Matched:
    """What an authority's outturn says of its prices.

    Attributes:
        year: The financial year ends on 31 March of this year.
        reported: Residential care and fostering, as reported.
        counted: Which children were taken to be there that year, in words.
    """

    year: int
    reported: Mapping[Line, MatchedLine]
    counted: str

    @property
    def is_together(self) -> bool:
        """Whether both lines are taken together, because one alone makes no sense."""
        return self.whole.spent_gbp > 0 and any(line.is_odd for line in self.reported.values())

    @property
    def whole(self) -> MatchedLine:
        """Both lines as one."""
        lines = self.reported.values()
        return MatchedLine(
            sum(line.spent_gbp for line in lines),
            sum(line.income_gbp for line in lines),
            sum(line.at_england_gbp for line in lines),
        )

    @property
    def lines(self) -> dict[Line, MatchedLine]:
        """What each line's prices are set by: the line, or both taken together."""
        if self.is_together:
            return dict.fromkeys(self.reported, self.whole)
        return dict(self.reported)

    def in_words(self) -> str:
        """What was reported and which factors follow."""
        if not self.is_together:
            return "; ".join(f"{name}: {_words(line)}" for name, line in self.reported.items())
        each = " and ".join(
            f"{line.spent_gbp / 1e6:.1f}M for {_KINDS[name]} ({line.at_england_gbp / 1e6:.1f}M at "
            "England's prices)"
            for name, line in self.reported.items()
        )
        return (
            f"{each}; one alone makes no sense, as when a council books both in one line, so both "
            f"are taken together: {_words(self.whole)}"
        )

    @property
    def financial_year(self) -> str:
        """The year as it is said: ``2024/25``."""
        return f"{self.year - 1}/{self.year % 100:02d}"


def _words(line: MatchedLine) -> str:
    """One line of the outturn in words, for the file and the summary."""
    if line.wanted is None:
        return "nothing was reported, or nobody was there, so England's prices stand"
    text = (
        f"{line.spent_gbp / 1e6:.1f}M reported, {line.at_england_gbp / 1e6:.1f}M at England's "
        f"prices, factor {line.wanted:.2f}"
    )
    if line.is_bounded:
        text += (
            f", held at {line.factor:.2f} (no factor is taken below {LOWEST:g} or above "
            f"{HIGHEST:g}), so it is not explained"
        )
    return text


def match_outturn(
    outturn: Outturn, children: Mapping[str, float], ages: Sequence[float], counted: str
) -> Matched:
    """Find the factors at which the children of the year cost what was published.

    Args:
        outturn: What the authority spent.
        children: Average children in each setting over that year, or the nearest known.
        ages: Children by age, for allowances that differ by age.
        counted: What ``children`` are, in words: ``the mean of 31 March 2024 and 2025``.

    Returns:
        A line each for residential care and fostering.

    Raises:
        InputError: When the outturn lacks a line.
    """
    lines: dict[Line, MatchedLine] = {}
    for line, service in _SERVICES.items():
        found = outturn.spending(service)
        lines[line] = MatchedLine(
            found.expenditure_thousand_pounds * 1000,
            found.income_thousand_pounds * 1000,
            _at_england(line, children, ages, outturn.year),
        )
    return Matched(outturn.year, lines, counted)


def _at_england(
    line: Line, children: Mapping[str, float], ages: Sequence[float], year: int
) -> float:
    """What the children in a line's settings cost in a year at England's prices, in pounds."""
    return sum(
        children.get(price.setting, 0.0)
        * price.middle
        * price.level(year)
        * price.mean_age_ratio(ages)
        * WEEKS
        for price in BASE
        if price.line == line
    )
