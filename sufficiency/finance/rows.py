"""Rows of costs: money going out, money coming in, and what a year would cost at today's rate.

Fees, fixed costs, grants and one-off sums are worked out in different ways, and all end as
such rows, in whole pence by month. So they can be put under one another and added up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sufficiency.finance.figures import Pence


@dataclass(frozen=True)
class CostRows:
    """Costs of one future, a row each. Money coming in is income, never a negative cost.

    Attributes:
        gross_pence: Money going out by month; shape (costs, months).
        income_pence: Money coming in by month; shape (costs, months).
        run_rate_pence: Net sum for a year at the rate of each month's last day; shape
            (costs, months). 0 for what does not recur.
    """

    gross_pence: Pence
    income_pence: Pence
    run_rate_pence: Pence

    @property
    def net_pence(self) -> Pence:
        """Gross less income; shape (costs, months)."""
        return self.gross_pence - self.income_pence

    def only(self, rows: NDArray[np.int64]) -> CostRows:
        """Some of the rows, in the order asked for."""
        return CostRows(self.gross_pence[rows], self.income_pence[rows], self.run_rate_pence[rows])


def under_one_another(parts: Sequence[CostRows]) -> CostRows:
    """The rows of every part, in order."""
    return CostRows(
        gross_pence=np.concatenate([part.gross_pence for part in parts]),
        income_pence=np.concatenate([part.income_pence for part in parts]),
        run_rate_pence=np.concatenate([part.run_rate_pence for part in parts]),
    )
