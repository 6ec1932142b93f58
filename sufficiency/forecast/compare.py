"""Scenarios set against a base, future by future: what differs, how far, and how surely.

A difference is taken inside each future and only then averaged, so chance that is the same in
both falls away and what is left is what the scenario changes. Every difference is the scenario
less the base: a cost below zero is a saving. A measure that one of the two does not have at all,
such as the children in a home that the base never opens, counts as nought there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sufficiency.counts import ALL, SHARE
from sufficiency.finance.figures import PENCE_PER_POUND, Pence, budget_calendar
from sufficiency.forecast.gather import DECIMALS, Gathered, gather, half_width
from sufficiency.forecast.measures import NET_COST, WHOLE, Measure
from sufficiency.forecast.paired import Paired
from sufficiency.forecast.replication import GBP, Plan, Replication
from sufficiency.periods import Period

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]

GROSS_COST = "gross_cost"
NIGHTS = "nights"
HORIZON = "horizon"
"""The period type of the whole forecast."""

COLUMNS = (
    "base", "scenario", "period", "period_type", "measure", "setting", "unit",
    "difference_mean", "p10", "p50", "p90", "half_width", "probability_lower",
)  # fmt: skip
STATISTICS = COLUMNS[7:]


@dataclass(frozen=True)
class Compared:
    """Every future of every scenario; scenarios along the first axis, the base first.

    Attributes:
        plans: What was run.
        gathered: What a run of each would tell.
        net_pence: Net cost of all blocks; shape (scenarios, replications, months).
        gross_pence: Gross cost of all blocks; the same shape.
        split_pence: Difference in net cost by part; shape (scenarios, replications, parts,
            years).
        worth: What a pound of each year is worth beside one of the first; shape (replications,
            years).
        by: Each scenario's value of the measure it is ranked by; shape (scenarios,
            replications), or None where that is the cost.
    """

    plans: tuple[Plan, ...]
    gathered: tuple[Gathered, ...]
    net_pence: Pence
    gross_pence: Pence
    split_pence: Pence
    worth: FloatArray
    by: FloatArray | None

    @property
    def futures(self) -> int:
        """How many futures there are."""
        return len(self.worth)

    @property
    def difference_pence(self) -> Pence:
        """Net cost less the base's; shape (scenarios, replications, months)."""
        return self.net_pence - self.net_pence[:1]

    def by_year(self, pence: Pence) -> Pence:
        """Sums to the financial years: shape (..., months) to (..., years)."""
        return budget_calendar(self.plans[0].horizon).years_from_months(pence)


def compared(plans: Sequence[Plan], pairs: Iterable[Paired], by: Measure | None = None) -> Compared:
    """Put every future of every scenario together.

    Args:
        plans: What was run, the base first.
        pairs: What each future found.
        by: What to rank by, where it is not the cost.

    Returns:
        All of them.
    """
    told: list[list[Replication]] = [[] for _ in plans]
    net, gross, splits, worth, values = [], [], [], [], []
    for pair in pairs:
        for replications, side in zip(told, pair.sides, strict=True):
            replications.append(side.replication)
        net.append([side.net_pence for side in pair.sides])
        gross.append([side.gross_pence for side in pair.sides])
        splits.append([side.split_pence for side in pair.sides])
        worth.append(pair.worth)
        if by is not None:
            values.append([by.value(side.replication) for side in pair.sides])
    gathered = []
    for plan, replications in zip(plans, told, strict=True):
        gathered.append(gather(plan, replications))
        replications.clear()  # each is large, and now twice in memory
    return Compared(
        plans=tuple(plans),
        gathered=tuple(gathered),
        net_pence=np.array(net).swapaxes(0, 1),
        gross_pence=np.array(gross).swapaxes(0, 1),
        split_pence=np.array(splits).swapaxes(0, 1),
        worth=np.array(worth),
        by=None if by is None else np.array(values).T,
    )


class Cell(NamedTuple):
    """What one row of a comparison is about."""

    period: str
    period_type: str
    measure: str
    setting: str
    unit: str


@dataclass(frozen=True)
class Differences:
    """How one scenario differs from its base.

    Attributes:
        cells: What each column is about.
        futures: Scenario less base in each future; shape (replications, cells).
    """

    cells: tuple[Cell, ...]
    futures: FloatArray


def differences(found: Compared, which: int) -> Differences:
    """How one scenario differs from the base, in every future.

    Args:
        found: All futures.
        which: Which scenario; 0 is the base.

    Returns:
        Every measure of either in every period, then costs of all blocks and nights. Counts of
        what happens and sums of money also over the whole forecast.
    """
    parts = [*_measured(found, which), *_costs(found, which), *_nights(found, which)]
    cells = tuple(cell for cell, _ in parts)
    return Differences(cells, np.column_stack([values for _, values in parts]))


def _measured(found: Compared, which: int) -> Iterator[tuple[Cell, FloatArray]]:
    base, scenario = found.gathered[0], found.gathered[which]
    rows = [{key: row for row, key in enumerate(each.keys)} for each in (base, scenario)]
    for key in dict.fromkeys((*base.keys, *scenario.keys)):
        sides = [
            each.measured[:, at[key]] if key in at else None
            for each, at in zip((base, scenario), rows, strict=True)
        ]
        difference = _less(sides[1], sides[0])
        has_value = np.array(~np.isnan(difference).any(axis=0))
        for place in np.flatnonzero(has_value):
            yield _cell(base.periods[place], key), difference[:, place]
        in_years = np.array([period.period_type == "financial_year" for period in base.periods])
        if _is_summed(key, has_value):
            yield Cell(WHOLE, HORIZON, *key), difference[:, in_years].sum(axis=1)


def _is_summed(key: tuple[str, str, str], has_value: NDArray[np.bool_]) -> bool:
    """Whether a measure is one of what happens in a period, and not of what is on a day."""
    happens = not has_value[0] and bool(has_value[1:].all())
    return happens and key[2] != SHARE


def _less(scenario: FloatArray | None, base: FloatArray | None) -> FloatArray:
    """Scenario less base; a side that is not there counts as nought where the other tells."""
    if base is None:
        assert scenario is not None
        return scenario
    return -base + 0.0 if scenario is None else scenario - base


def _cell(period: Period, key: tuple[str, str, str]) -> Cell:
    return Cell(period.label, period.period_type, *key)


def _costs(found: Compared, which: int) -> Iterator[tuple[Cell, FloatArray]]:
    """Net and gross cost of all blocks, in pounds."""
    horizon = found.plans[0].horizon
    for measure, pence in ((NET_COST, found.net_pence), (GROSS_COST, found.gross_pence)):
        months = (pence[which] - pence[0]).astype(np.float64)
        years = found.by_year(months)
        key = (measure, ALL, GBP)
        for period, values in zip(horizon.months, months.T, strict=True):
            yield _cell(period, key), values / PENCE_PER_POUND
        for period, values in zip(horizon.financial_years, years.T, strict=True):
            yield _cell(period, key), values / PENCE_PER_POUND
        yield Cell(WHOLE, HORIZON, *key), months.sum(axis=1) / PENCE_PER_POUND


def _nights(found: Compared, which: int) -> Iterator[tuple[Cell, FloatArray]]:
    """Nights slept in each setting by financial year and over the whole forecast."""
    years = found.plans[0].horizon.financial_years
    sides = []
    for each in (0, which):
        settings = found.plans[each].lines.settings
        sides.append(dict(zip(settings, found.gathered[each].nights.swapaxes(0, 1), strict=True)))
    nobody = np.zeros((found.futures, len(years)), dtype=np.int64)
    for setting in dict.fromkeys((*sides[0], *sides[1])):
        nights = sides[1].get(setting, nobody) - sides[0].get(setting, nobody)
        key = (NIGHTS, setting, NIGHTS)
        for period, values in zip(years, nights.T, strict=True):
            yield _cell(period, key), values.astype(np.float64)
        yield Cell(WHOLE, HORIZON, *key), nights.sum(axis=1).astype(np.float64)


def comparison_table(base: str, scenario: str, made: Differences) -> pd.DataFrame:
    """The differences of one scenario: mean, range, precision and how often it is lower.

    Args:
        base: The base's name.
        scenario: The scenario's name.
        made: Its differences.

    Returns:
        Columns :data:`COLUMNS`. ``half_width`` is that of the mean of the paired differences;
        ``probability_lower`` is the share of futures in which the scenario is below the base.
    """
    import pandas as pd

    values = made.futures
    p10, p50, p90 = np.quantile(values, (0.1, 0.5, 0.9), axis=0)
    scale = 10.0 ** np.array([DECIMALS.get(cell.unit, 2) for cell in made.cells])
    told = {
        "difference_mean": values.mean(axis=0),
        "p10": p10,
        "p50": p50,
        "p90": p90,
        "half_width": half_width(values),
    }
    table = pd.DataFrame(made.cells, columns=list(Cell._fields))
    table.insert(0, "base", base)
    table.insert(1, "scenario", scenario)
    for name, numbers in told.items():
        table[name] = np.rint(numbers * scale) / scale + 0.0  # no negative zero
    table["probability_lower"] = np.round((values < 0).mean(axis=0), 4)
    return table
