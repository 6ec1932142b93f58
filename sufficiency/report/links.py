"""The sums that tie the figures of the result tables to one another.

Suppression needs every sum a careful reader could use. These are: settings to their total,
months to their year, a year's end to its last month, comings and goings to the change in
children, children outside the authority to those inside it, the cost of settings to a
heading of the budget, and headings to their block. Only averages add up; the other
statistics of a row are hidden with its average.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from sufficiency.periods import financial_year_of
from sufficiency.report.disclosure import Cells, Relation
from sufficiency.report.tables import ALL, TOTALS, period_end
from sufficiency.vocabulary import Block

STOCKS = (
    "children_in_care",
    "out_of_area",
    "over_20_miles",
    "unaccompanied",
    "waiting",
    "after_care",
    "edge_of_care",
    "waiting_for_service",
)
"""Counts on the last day of a period; a year's is its last month's."""

FLOWS = (
    "entries",
    "exits",
    "moves",
    "returns_to_local",
    "out_of_area_placements_made",
    "unmet_first_choice",
    "returns_to_care",
    "step_downs",
    "siblings_apart",
    "referrals",
    "helped",
    "averted",
    "delayed",
    "brought_forward",
    "came_back",
    "entered_after_all",
    "cost",
    "void_cost",
)
"""Sums over a period; a year's is the sum of its months."""

Key = tuple[str, str, str, str]  # scenario, measure, period, setting


@dataclass(frozen=True)
class Links:
    """The cells of both tables and the sums that tie them.

    Attributes:
        cells: Rows of the forecast, then of the budget, then differences readers can take.
        relations: The sums.
        real: How many cells are rows of a table.
    """

    cells: Cells
    relations: tuple[Relation, ...]
    real: int


@dataclass
class _Builder:
    values: list[float]
    fixed: list[bool]
    total: list[bool]
    implied: list[bool]
    relations: list[Relation] = field(default_factory=list)

    def add(self, plus: Sequence[int], minus: Sequence[int], parts: Sequence[int] = ()) -> None:
        """A relation: what is in ``plus`` less what is in ``minus`` is known."""
        cells = (*plus, *minus)
        if len(cells) > 1:
            signs = (*(1 for _ in plus), *(-1 for _ in minus))
            self.relations.append(Relation(cells, signs, tuple(parts)))

    def difference(self, whole: int, part: int) -> None:
        """A count no table holds but anyone can take: ``whole`` less ``part``."""
        self.values.append(self.values[whole] - self.values[part])
        self.fixed.append(False)
        self.total.append(False)
        self.implied.append(True)
        self.add([whole], [part, len(self.values) - 1])


def build_links(
    forecast: pd.DataFrame,
    budget: pd.DataFrame,
    settings_by_heading: Mapping[str, Sequence[str]],
    without_fee: frozenset[str] = frozenset(),
) -> Links:
    """Find every sum in the tables.

    Args:
        forecast: The forecast table, rows numbered from nought.
        budget: The budget table, or an empty one.
        settings_by_heading: The settings charged to each heading.
        without_fee: Settings that cost nothing for each child.

    Returns:
        Cells and sums.
    """
    money = (forecast["unit"] == "GBP").tolist()
    names = zip(
        *(forecast[name].astype(str) for name in ("scenario", "measure", "period", "setting")),
        strict=True,
    )
    at: dict[Key, int] = {key: row for row, key in enumerate(names)}
    settings = forecast["setting"].astype(str).tolist()
    shares = (forecast["unit"] == "share").tolist()
    made = _Builder(
        values=[float(value) for value in forecast["mean"]],
        fixed=[
            m and (setting == ALL or setting in without_fee)
            for setting, m in zip(settings, money, strict=True)
        ],
        total=[setting == ALL for setting in settings],
        implied=[False] * (len(forecast) + len(budget)),
    )
    if len(budget):
        headings = budget["heading"].astype(str).tolist()
        made.values += [float(value) for value in budget["outturn_mean"]]
        # A heading that follows no children is a stated sum: hiding it would hide nothing.
        # Of the totals only the placement block's always stays: it is what the budget is about.
        placement = (budget["block"].astype(str) == Block.PLACEMENT).tolist()
        made.fixed += [
            stays if name in TOTALS else name not in settings_by_heading
            for name, stays in zip(headings, placement, strict=True)
        ]
        made.total += [name in TOTALS for name in headings]
    adds_up = {key: row for key, row in at.items() if not shares[row]}
    _settings_to_total(made, adds_up, money)
    _months_to_year(made, adds_up)
    _comings_and_goings(made, at)
    if len(budget):
        _headings(made, at, len(forecast), budget, settings_by_heading)
    _inside_and_outside(made, at)
    cells = Cells(
        np.array(made.values, dtype=np.float64),
        np.array(made.fixed, dtype=np.bool_),
        np.array(made.total, dtype=np.bool_),
        np.array(made.implied, dtype=np.bool_),
    )
    return Links(cells, tuple(made.relations), len(forecast) + len(budget))


def _settings_to_total(made: _Builder, at: Mapping[Key, int], money: list[bool]) -> None:
    groups: dict[tuple[str, str, str], list[int]] = {}
    for (scenario, measure, period, setting), row in at.items():
        if setting != ALL:
            groups.setdefault((scenario, measure, period), []).append(row)
    for (scenario, measure, period), rows in groups.items():
        total = at.get((scenario, measure, period, ALL))
        if total is not None:
            made.add([total], rows, parts=() if money[total] else rows)


def _months_to_year(made: _Builder, at: Mapping[Key, int]) -> None:
    months: dict[Key, list[tuple[str, int]]] = {}
    for (scenario, measure, period, setting), row in at.items():
        if "/" not in period:
            year = financial_year_of(period_end(period))
            months.setdefault((scenario, measure, year, setting), []).append((period, row))
    for key, found in months.items():
        year_row = at.get(key)
        if year_row is None:
            continue
        # A measure this module has not met may be either, so both readings are guarded.
        if key[1] not in FLOWS:
            made.add([year_row], [max(found)[1]])
        if key[1] not in STOCKS:
            made.add([year_row], [row for _, row in found])


def _comings_and_goings(made: _Builder, at: Mapping[Key, int]) -> None:
    """Children now, less children before, are entries less exits; the opening is public."""
    for kind in ("month", "financial_year"):
        before: dict[str, int] = {}
        rows = sorted(
            (scenario, period_end(period), row, period)
            for (scenario, measure, period, setting), row in at.items()
            if measure == "children_in_care"
            and setting == ALL
            and ("/" in period) == (kind == "financial_year")
        )
        for scenario, _, row, period in rows:
            entries = at.get((scenario, "entries", period, ALL))
            exits = at.get((scenario, "exits", period, ALL))
            if entries is not None and exits is not None:
                earlier = [before[scenario]] if scenario in before else []
                made.add([row, exits], [*earlier, entries])
            before[scenario] = row


def _inside_and_outside(made: _Builder, at: Mapping[Key, int]) -> None:
    """Inside the authority, and outside but near, are counts too, by subtraction."""
    for whole, part in (("children_in_care", "out_of_area"), ("out_of_area", "over_20_miles")):
        for (scenario, measure, period, setting), row in list(at.items()):
            inner = at.get((scenario, part, period, setting))
            if measure == whole and inner is not None:
                made.difference(row, inner)


def _headings(
    made: _Builder,
    at: Mapping[Key, int],
    first: int,
    budget: pd.DataFrame,
    settings_by_heading: Mapping[str, Sequence[str]],
) -> None:
    """A heading is the sum of its settings' costs, and a block the sum of its headings."""
    columns = ("scenario", "financial_year", "block", "heading")
    lines = list(zip(*(budget[name].astype(str) for name in columns), strict=True))
    blocks: dict[tuple[str, str, str], list[int]] = {}
    totals: dict[tuple[str, str, str], int] = {}
    for number, (scenario, year, block, heading) in enumerate(lines):
        cell = first + number
        if heading in TOTALS:
            totals[(scenario, year, block)] = cell
            continue
        blocks.setdefault((scenario, year, block), []).append(cell)
        costs = [at.get((scenario, "cost", year, s)) for s in settings_by_heading.get(heading, ())]
        if all(cost is not None for cost in costs):
            made.add([cell], [cost for cost in costs if cost is not None])
    for key, cells in blocks.items():
        if key in totals:
            made.add([totals[key]], cells)
