"""Many replications put together: what to expect, and the range that eight futures in ten hold.

p10 and p90 bound the middle eight futures in ten. The half-width says something else: how
far the mean itself may be off because only so many futures were run. More replications
shrink the half-width; they do not shrink the range.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sufficiency.episodes import Episodes
from sufficiency.finance.budget import BudgetStatement
from sufficiency.finance.figures import Pence
from sufficiency.forecast.replication import Key, Plan, Replication
from sufficiency.periods import Period
from sufficiency.place_counts import PlaceCounts, stacked

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
DECIMALS = {"share": 4}
"""Decimals a statistic is told with, by unit; 2 for all others."""


@dataclass(frozen=True)
class Gathered:
    """Every replication's results, replications along the first axis.

    Attributes:
        numbers: The replications, from 1.
        keys: Measure, setting and unit of each row.
        periods: The opening day, every month, every financial year.
        measured: Shape (replications, rows, periods).
        outturn_pence: Shape (replications, lines, years).
        already_in_care_pence: Shape (replications, settings, years).
        yet_to_come_pence: Shape (replications, settings, years).
        void_pence: Shape (replications, settings, years).
        gross_pence: Shape (replications, lines, years).
        nights: Shape (replications, settings, years).
        statements: Budgets, one a replication.
        episodes: Placements of the replications they were kept for.
        place_counts: Who wants which home and what places there are, replications first; None
            where that was not counted.
    """

    numbers: tuple[int, ...]
    keys: tuple[Key, ...]
    periods: tuple[Period, ...]
    measured: FloatArray
    outturn_pence: Pence
    already_in_care_pence: Pence
    yet_to_come_pence: Pence
    void_pence: Pence
    gross_pence: Pence
    nights: NDArray[np.int64]
    statements: tuple[BudgetStatement, ...]
    episodes: dict[int, Episodes]
    place_counts: PlaceCounts | None = None


def gather(plan: Plan, replications: Iterable[Replication]) -> Gathered:
    """Put replications together.

    Args:
        plan: What they were run from.
        replications: What each found.

    Returns:
        All of them. Their rows are the same, because the scenario decides them.
    """
    found = list(replications)
    horizon = plan.horizon
    opening = Period(f"{horizon.start:%Y-%m}", "month", -1, 0)
    counts = [one.place_counts for one in found if one.place_counts is not None]
    return Gathered(
        numbers=tuple(one.number for one in found),
        keys=found[0].keys,
        periods=(opening, *horizon.periods),
        measured=np.stack([one.measured for one in found]),
        outturn_pence=np.stack([one.outturn_pence for one in found]),
        already_in_care_pence=np.stack([one.already_in_care_pence for one in found]),
        yet_to_come_pence=np.stack([one.yet_to_come_pence for one in found]),
        void_pence=np.stack([one.void_pence for one in found]),
        gross_pence=np.stack([one.gross_pence for one in found]),
        nights=np.stack([one.nights for one in found]),
        statements=tuple(one.statement for one in found),
        episodes={one.number: one.episodes for one in found if one.episodes is not None},
        place_counts=stacked(counts) if len(counts) == len(found) else None,
    )


def forecast_table(scenario: str, gathered: Gathered) -> pd.DataFrame:
    """The forecast: mean, range and precision of every measure in every period.

    Args:
        scenario: Its name.
        gathered: Every replication's results.

    Returns:
        Columns scenario, period, period_type, measure, setting, unit, mean, p10, p50, p90,
        half_width. Measures without a value in a period have no row.
    """
    import pandas as pd

    row, period = np.nonzero(~np.isnan(gathered.measured).any(axis=0))
    cells = gathered.measured[:, row, period]
    p10, p50, p90 = np.quantile(cells, (0.1, 0.5, 0.9), axis=0)
    decimals = np.array([DECIMALS.get(gathered.keys[r][2], 2) for r in row])
    statistics = {
        "mean": cells.mean(axis=0),
        "p10": p10,
        "p50": p50,
        "p90": p90,
        "half_width": half_width(cells),
    }
    keys = [gathered.keys[r] for r in row]
    periods = [gathered.periods[p] for p in period]
    return pd.DataFrame(
        {
            "scenario": scenario,
            "period": [p.label for p in periods],
            "period_type": [p.period_type for p in periods],
            "measure": [key[0] for key in keys],
            "setting": [key[1] for key in keys],
            "unit": [key[2] for key in keys],
        }
        | {name: _rounded(values, decimals) for name, values in statistics.items()}
    )


def half_width(cells: FloatArray) -> FloatArray:
    """Half-width of the 95% confidence interval of each mean, by Student's t.

    Args:
        cells: Results; shape (replications, cells).

    Returns:
        Shape (cells,); not-a-number for a single replication, whose precision is unknown.
    """
    from scipy import special

    count = cells.shape[0]
    if count < 2:
        return np.full(cells.shape[1], np.nan)
    width: FloatArray = (
        special.stdtrit(count - 1, 0.975) * cells.std(axis=0, ddof=1) / np.sqrt(count)
    )
    return width


def replications_table(gathered: Gathered) -> pd.DataFrame:
    """Every value of every replication.

    Returns:
        Columns replication, period, period_type, measure, setting, value.
    """
    import pandas as pd

    told = ~np.isnan(gathered.measured[0])
    row, period = np.nonzero(told)
    count = len(gathered.numbers)

    def repeated(words: list[str]) -> pd.Categorical[str]:
        levels = list(dict.fromkeys(words))
        codes = np.array([levels.index(word) for word in words])
        return pd.Categorical.from_codes(np.tile(codes, count), categories=pd.Index(levels))

    return pd.DataFrame(
        {
            "replication": np.repeat(np.array(gathered.numbers, dtype=np.int32), len(row)),
            "period": repeated([gathered.periods[p].label for p in period]),
            "period_type": repeated([gathered.periods[p].period_type for p in period]),
            "measure": repeated([gathered.keys[r][0] for r in row]),
            "setting": repeated([gathered.keys[r][1] for r in row]),
            "value": gathered.measured[:, row, period].ravel(),
        }
    )


def _rounded(values: FloatArray, decimals: NDArray[np.int64]) -> FloatArray:
    scale = 10.0**decimals
    rounded: FloatArray = np.rint(values * scale) / scale
    return rounded + 0.0  # no negative zero
