"""Which rows of a back-test of a council's own returns may not be shared.

What happened is real children. A count from 1 to 5 could point to one of them, and so could what
gives it away: the other kinds of home in the same total, those who left where those who came are
hidden, the same day seen from another opening, and a forecast or a score that stands on it. A row
is hidden whole, and what is hidden is not scored.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.report.disclosure import LARGEST, Cells, Relation, close, small
from sufficiency.report.tables import ALL, STATISTICS

IN_CARE, ENTRIES, EXITS, MOVES = "children_in_care", "entries", "exits", "moves"
SHARES = ("still_in_care", "still_in_care_of_entrants")
_Row = dict[Hashable, Any]
Real = tuple[int, str, str]
"""Year, measure and setting of something that happened."""


def hidden_rows(table: pd.DataFrame, rate_years: int) -> NDArray[np.bool_]:
    """Rows that may not be shared.

    Args:
        table: Columns of ``forecasts.csv``, all numbers or missing.
        rate_years: How many years up to an opening the constant rates are taken from.

    Returns:
        Whether each row is to be hidden; shape (rows,).
    """
    builder = _Builder.of(table, rate_years)
    cells = Cells(
        np.array(builder.values),
        np.array(builder.totals, dtype=bool),  # a total that is small is among the first hidden
        np.array(builder.totals, dtype=bool),
        np.zeros(len(builder.values), dtype=bool),
    )
    shown_by = builder.rows_of_real

    def follow(hidden: set[int]) -> set[int]:
        return set().union(*(shown_by.get(cell, set()) for cell in hidden))

    hidden = close(cells, builder.relations(), builder.primary, follow)
    return np.array([row in hidden for row in range(len(table))], dtype=bool)


@dataclass
class _Builder:
    """Cells: first every row as a forecast, then everything that happened, once each.

    Attributes:
        values: Of each cell; shape (cells,).
        totals: Whether each is a total that is never hidden as a partner; shape (cells,).
        primary: Cells to hide for their own sake.
        rows: Cell of a row by opening, years ahead, measure and setting.
        real: Cell of what happened.
        rows_of_real: Rows that tell what happened, by its cell.
    """

    values: list[float] = field(default_factory=list)
    totals: list[bool] = field(default_factory=list)
    primary: set[int] = field(default_factory=set)
    rows: dict[tuple[int, int, str, str], int] = field(default_factory=dict)
    real: dict[Real, int] = field(default_factory=dict)
    rows_of_real: dict[int, set[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, table: pd.DataFrame, rate_years: int) -> _Builder:
        built = cls()
        records = table.to_dict("records")
        for row in records:
            built._add_row(row)
        for number, row in enumerate(records):
            if row["measure"] not in SHARES:
                key = (str(row["measure"]), str(row["setting"]))
                origin, ahead = int(row["origin"]), int(row["horizon_years"])
                built._add_real(number, (origin + ahead, *key), float(row["actual"]))
                built._add_real(number, (origin, *key), float(row["hold"]))
        for number, row in enumerate(records):
            built._stand_on_rates(number, row, rate_years)
            if row["measure"] in SHARES:
                built._judge_share(number, row)
        return built

    def _stand_on_rates(self, number: int, row: _Row, rate_years: int) -> None:
        """Constant rates of a few years would give away one of them where the others are told."""
        measures = [ENTRIES, EXITS, *([MOVES] if row["measure"] == MOVES else [])]
        for back in range(rate_years):
            for measure in measures:
                cell = self.real.get((int(row["origin"]) - back, measure, ALL))
                if cell is not None:
                    self.rows_of_real[cell].add(number)

    def _add_row(self, row: _Row) -> None:
        number, measure, setting = len(self.values), str(row["measure"]), str(row["setting"])
        self.values.append(_number(row["mean"]))
        self.totals.append(measure == IN_CARE and setting == ALL)
        ahead = (int(row["origin"]), int(row["horizon_years"]))
        self.rows[(*ahead, measure, setting)] = number
        numbers = [_number(row[name]) for name in (*STATISTICS, "constant_rates")]
        if measure not in SHARES and any(small(each) for each in numbers):
            self.primary.add(number)

    def _add_real(self, number: int, key: Real, value: float) -> None:
        if key not in self.real:
            self.real[key] = len(self.values)
            self.values.append(value)
            self.totals.append(key[1:] == (IN_CARE, ALL))
        cell = self.real[key]
        # An opening's own count can differ from what later returns say of that day.
        if small(value):
            self.primary.add(cell)
        self.rows_of_real.setdefault(cell, set()).add(number)

    def _judge_share(self, number: int, row: _Row) -> None:
        """Hide a share of those who stayed where it tells of a few who did, or did not."""
        origin = int(row["origin"])
        key = (origin, IN_CARE, ALL) if row["measure"] == SHARES[0] else (origin + 1, ENTRIES, ALL)
        cell = self.real[key]
        self.rows_of_real[cell].add(number)
        for name in ("actual", "hold"):
            stayed = self.values[cell] * _number(row[name])
            if small(stayed) or small(self.values[cell] - stayed):
                self.primary.add(number)
        if row["measure"] == SHARES[0]:
            ahead = int(row["horizon_years"])
            self._judge_came_since(number, origin, origin + ahead, _number(row["actual"]))
            if ahead == 1:  # the share that stayed in the year before the opening
                self._judge_came_since(number, origin - 1, origin, _number(row["hold"]))

    def _judge_came_since(self, number: int, before: int, after: int, share: float) -> None:
        """Hide a share of those who stayed where, with who is there, it tells of a few who came.

        Children lost from sight are left out of the share, so that fewer may have stayed than it
        says of all. What is left for those who came since is the least it can be.
        """
        cells = [self.real.get((year, IN_CARE, ALL)) for year in (before, after)]
        first, last = (np.nan if cell is None else self.values[cell] for cell in cells)
        if last - share * first < LARGEST:
            self.primary.add(number)

    def relations(self) -> list[Relation]:
        """Kinds of home and their total; and the children of two years with who came and left."""
        found = []
        parts_of: dict[int, list[int]] = {}
        for (origin, ahead, measure, setting), cell in self.rows.items():
            if measure == IN_CARE and setting != ALL:
                parts_of.setdefault(self.rows[origin, ahead, IN_CARE, ALL], []).append(cell)
        for (year, measure, setting), cell in self.real.items():
            if measure == IN_CARE and setting != ALL:
                parts_of.setdefault(self.real[year, IN_CARE, ALL], []).append(cell)
        for total, parts in parts_of.items():
            found.append(Relation((*parts, total), (*[1] * len(parts), -1), tuple(parts)))
        for year in sorted({key[0] for key in self.real}):
            keys = [(year - 1, IN_CARE), (year, ENTRIES), (year, EXITS), (year, IN_CARE)]
            cells = [self.real.get((*key, ALL)) for key in keys]
            if all(cell is not None for cell in cells):
                found.append(Relation(tuple(c for c in cells if c is not None), (1, 1, -1, -1)))
        return found


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else np.nan
