"""Hides small counts of children, and what would reveal them, in tables meant for sharing.

A simulated child is not a real one. But a forecast opens with counts close to published
ones, and a real count of one or two in secure homes is a real child or two, whom people
who know the area could name. So counts from 1 to 5 are replaced by ``c``, as in the
Department for Education's tables, and so is anything that would give them away: the next
smallest figure in a sum, the other statistics of the same row, the year that a month
belongs to, the cost from which a count could be divided out, and the occupancy of a home
whose number of places is known. Totals of money are not counts and stay, except that a block
other than placements loses its total where that would show what a single hidden line costs.
One case is left as it is: where the placement block has a single line that follows children and
the rest are known sums, its total still shows what that line costs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sufficiency.report.disclosure import Cells, close, small
from sufficiency.report.links import build_links
from sufficiency.report.tables import ALL, HIDDEN, OUTTURN, STATISTICS, TOTALS
from sufficiency.vocabulary import Block, Category

WAITED_FOR = ("waiting", "unmet_first_choice", "after_care", "step_downs")
"""Measures whose setting is not where the children live."""

PEOPLE_COUNTED = ("children", "placements")
"""Units of counts of children, or of what happens to them. Carers' households, places and
applications are counted too, and are not hidden: they say nothing about a child."""


def suppress(forecast: pd.DataFrame, *, on: bool = True) -> pd.DataFrame:
    """The forecast table with small counts, and what would reveal them, replaced by ``c``.

    Args:
        forecast: Columns of ``forecast.csv``.
        on: False gives the table back as it is, for use inside the authority only.

    Returns:
        A copy. A row is hidden whole: every statistic and the half-width.
    """
    return suppress_tables(forecast, None, {}, on=on)[0]


def suppress_tables(
    forecast: pd.DataFrame,
    budget: pd.DataFrame | None,
    settings_by_heading: Mapping[str, Sequence[str]],
    *,
    without_fee: frozenset[str] = frozenset(),
    on: bool = True,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both tables, hidden together, because a heading's cost is a sum of settings' costs.

    Args:
        forecast: Columns of ``forecast.csv``.
        budget: Columns of ``budget.csv``, or None.
        settings_by_heading: For each heading of the budget that follows children, the
            settings (or after-care payments, services, or category of children with a grant)
            charged to it. A heading that is not here is
            taken as a stated sum that readers know.
        without_fee: Settings that cost nothing for each child, such as own homes, whose cost
            is fixed: that it is nought tells nothing of the children there.
        on: False gives the tables back as they are.

    Returns:
        Copies of both tables, rows in the same order. The second is empty without a budget.
    """
    kept = forecast.reset_index(drop=True)
    budgeted = pd.DataFrame() if budget is None else budget.reset_index(drop=True)
    if not on:
        return kept.copy(), budgeted.copy()
    links = build_links(kept, budgeted, settings_by_heading, without_fee)
    follow = _Follow(kept, budgeted, settings_by_heading, without_fee)
    primary = _small_rows(kept) | _small_differences(links.cells) | follow.small_headings
    hidden = close(links.cells, links.relations, primary, follow)
    rows = sorted(cell for cell in hidden if cell < len(kept))
    lines = sorted(cell - len(kept) for cell in hidden if len(kept) <= cell < links.real)
    return (
        _written_over(kept, rows, (*STATISTICS, "half_width")),
        _written_over(budgeted, lines, (*OUTTURN, "variance_mean", "probability_of_overspend")),
    )


def is_count(forecast: pd.DataFrame) -> pd.Series:
    """For each row, whether it counts children or what happens to them."""
    return forecast["unit"].isin(PEOPLE_COUNTED)


def _small_rows(forecast: pd.DataFrame) -> set[int]:
    counts = forecast[is_count(forecast)]
    hit = counts[list(STATISTICS)].map(lambda value: small(float(value))).any(axis=1)
    return {int(row) for row in counts.index[hit]}


def _small_differences(cells: Cells) -> set[int]:
    implied = np.flatnonzero(cells.unpublished)
    return {int(cell) for cell in implied if small(float(cells.value[cell]))}


def _written_over(table: pd.DataFrame, rows: list[int], columns: tuple[str, ...]) -> pd.DataFrame:
    copy = table.copy()
    if rows:
        for name in columns:
            copy[name] = copy[name].astype(object)
            copy.loc[rows, name] = HIDDEN
    return copy


class _Follow:
    """What must be hidden because the children in a setting are hidden.

    A month's cost, entries or occupancy in a setting follow the children there at the start
    and the end of the month, and a year's the children at the end of any month in it.
    """

    def __init__(
        self,
        forecast: pd.DataFrame,
        budget: pd.DataFrame,
        settings_by_heading: Mapping[str, Sequence[str]],
        without_fee: frozenset[str],
    ) -> None:
        self._without_fee = without_fee
        self._dependent: dict[int, set[int]] = {}
        self.small_headings: set[int] = set()
        care: dict[tuple[str, str, str], int] = {}
        for row, measure, key in _keys(forecast):
            if measure in ("children_in_care", "after_care", "helped"):
                care.setdefault(key, row)
            elif measure == Category.UNACCOMPANIED and key[2] == ALL:
                care[(*key[:2], measure)] = row
            if measure == "after_care" and key[2] == ALL:
                # Its own key: that of all children is taken by those in care.
                care[(*key[:2], measure)] = row
        self._follow_settings(forecast, care)
        if len(budget):
            self._follow_headings(forecast, budget, settings_by_heading, care)

    def __call__(self, hidden: set[int]) -> set[int]:
        """Cells to hide along with those hidden."""
        return set().union(*(self._dependent.get(cell, set()) for cell in hidden))

    def _follow_settings(
        self, forecast: pd.DataFrame, care: Mapping[tuple[str, str, str], int]
    ) -> None:
        months = sorted({str(p) for p in forecast["period"] if "/" not in str(p)})
        before = dict(zip(months[1:], months, strict=False))
        for row, measure, (scenario, period, setting) in _keys(forecast):
            if setting == ALL or measure in ("children_in_care", *WAITED_FOR):
                continue
            if measure == "cost" and setting in self._without_fee:
                continue
            near = [period, *([before[period]] if period in before else [])]
            if "/" in period:
                near += [month for month in months if _year_of(month) == period]
            for when in near:
                if (scenario, when, setting) in care:
                    self._dependent.setdefault(care[(scenario, when, setting)], set()).add(row)

    def _follow_headings(
        self,
        forecast: pd.DataFrame,
        budget: pd.DataFrame,
        settings_by_heading: Mapping[str, Sequence[str]],
        care: Mapping[tuple[str, str, str], int],
    ) -> None:
        """A heading with one setting follows it; one with several follows their sum.

        What all payments after care cost follows how many there are of any kind.
        """
        means = pd.to_numeric(forecast["mean"]).tolist()
        columns = ("scenario", "financial_year", "heading", "block")
        names = [budget[name].astype(str) for name in columns]
        for line, (scenario, year, heading, block) in enumerate(zip(*names, strict=True)):
            settings = settings_by_heading.get(heading, ())
            if heading in TOTALS and block == Block.AFTER_CARE:
                settings = (block,)
            together: dict[str, float] = {}
            for (of, period, setting), row in care.items():
                if of != scenario or setting not in settings or year != _year_of(period):
                    continue
                together[period] = together.get(period, 0.0) + means[row]
                if len(settings) == 1:
                    self._dependent.setdefault(row, set()).add(len(forecast) + line)
            if any(small(children) for children in together.values()):
                self.small_headings.add(len(forecast) + line)


def _keys(forecast: pd.DataFrame) -> list[tuple[int, str, tuple[str, str, str]]]:
    """Row number, measure, and scenario, period and setting of every row."""
    columns = (forecast[name].astype(str) for name in ("scenario", "period", "setting"))
    keys = zip(*columns, strict=True)
    measures = forecast["measure"].astype(str)
    return [(row, m, key) for row, (m, key) in enumerate(zip(measures, keys, strict=True))]


def _year_of(month: str) -> str:
    if "/" in month:
        return month
    first = int(month[:4]) - (int(month[5:7]) < 4)
    return f"{first}/{(first + 1) % 100:02d}"
