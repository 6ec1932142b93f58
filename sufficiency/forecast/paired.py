"""One future of several scenarios together: the same children, the same luck, side by side.

Each scenario is simulated with the base's seed, so a child has the same number, the same needs
and the same fortune in all of them, and what differs is what the scenarios change. What a
comparison needs and a run does not is worked out here, while the children are still at hand:
cost of all blocks by month, and what each difference from the base is made of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sufficiency.finance.appraisal import worth_of_a_pound
from sufficiency.finance.child_fees import ChildYears, child_years
from sufficiency.finance.figures import Pence
from sufficiency.finance.saving_split import CostSources, cost_sources, split
from sufficiency.forecast.replication import Plan, Replication, priced, told
from sufficiency.streams import Draws


@dataclass(frozen=True)
class Side:
    """One future of one scenario, and what only a comparison asks of it.

    Attributes:
        replication: What a run would tell.
        net_pence: Net cost of all blocks; shape (months,).
        gross_pence: Gross cost of all blocks; shape (months,).
        split_pence: Difference in net cost from the base, by part; shape (parts, years). Nought
            for the base itself.
    """

    replication: Replication
    net_pence: Pence
    gross_pence: Pence
    split_pence: Pence


@dataclass(frozen=True)
class Paired:
    """One future of every scenario, the base first.

    Attributes:
        number: Which replication, from 1.
        sides: What each scenario found.
        worth: What a pound of each financial year is worth beside one of the first, as the
            base draws it; shape (years,).
    """

    number: int
    sides: tuple[Side, ...]
    worth: NDArray[np.float64]


def paired(plans: Sequence[Plan], number: int) -> Paired:
    """Run one replication of every scenario.

    Args:
        plans: The base, then the scenarios set against it; all with the base's seed.
        number: Which replication, from 1.

    Returns:
        What each found; for each scenario the same as if it were run alone.
    """
    base = plans[0]
    sides: list[Side] = []
    before: tuple[ChildYears, CostSources] | None = None
    for plan in plans:
        one = priced(plan, number)
        now = child_years(one.future.episodes, one.book), cost_sources(one.costs)
        if before is None:
            before = now
        sides.append(
            Side(
                replication=told(plan, number, one),
                net_pence=one.costs.net_pence.sum(axis=0),
                gross_pence=one.costs.gross_pence.sum(axis=0),
                split_pence=split(before[0], now[0], before[1], now[1]),
            )
        )
    draws = Draws(base.seed, number, certain=base.certain, steady=base.steady)
    worth = worth_of_a_pound(base.scenario.appraisal, base.horizon, draws)
    return Paired(number, tuple(sides), worth)
