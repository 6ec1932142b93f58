"""The budget table over many futures: what is likely to be spent, and the chance of overspending.

Means add up: the mean of a block is the sum of the means of its headings, to the penny.
The tenth, fiftieth and ninetieth percentiles do not add up, and should not: it would be
rare luck for every heading to have a dear year at once, so the range of a total is
narrower than the sum of the ranges. Half of all futures lie above p50, one in ten above
p90.

The contingency that holds at p80 is a sum that covers the overspend in eight futures in
ten. It is never below zero: where most futures underspend, none is needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sufficiency.finance.budget import BLOCKS, BudgetStatement
from sufficiency.finance.figures import PENCE_PER_POUND, Pence, budget_calendar
from sufficiency.finance.lines import CostLines

ALL = "all"
"""The heading of a block's total."""

UNIT = "GBP"
QUANTILES = (0.1, 0.5, 0.9)


class BudgetRow(NamedTuple):
    """One row of the budget table. Sums are in pounds, to the penny.

    A sum is None where the year has no budget to compare with. Only the rows of whole
    blocks have one: budgets are stated by block.
    """

    scenario: str
    financial_year: str
    block: str
    heading: str
    budget: float | None
    outturn_mean: float
    outturn_p10: float
    outturn_p50: float
    outturn_p90: float
    variance_mean: float | None
    probability_of_overspend: float | None
    unit: str


class ContingencyRow(NamedTuple):
    """What to set aside so that a budget holds, in pounds, to the penny; never below 0."""

    scenario: str
    financial_year: str
    block: str
    budget: float
    contingency_p80: float
    contingency_p90: float
    unit: str


def budget_rows(
    scenario: str,
    lines: CostLines,
    outturn_pence: Pence,
    statements: Sequence[BudgetStatement],
) -> list[BudgetRow]:
    """The budget table of one scenario.

    Args:
        scenario: Its name.
        lines: The lines of its budget.
        outturn_pence: Net cost of each line; shape (replications, lines, years).
        statements: The budgets of the same futures, one a replication.

    Returns:
        By year and block: each heading, then the block's total under ``all``.
    """
    return list(_budget_rows(scenario, lines, outturn_pence, statements))


def _budget_rows(
    scenario: str,
    lines: CostLines,
    outturn_pence: Pence,
    statements: Sequence[BudgetStatement],
) -> Iterator[BudgetRow]:
    comparable = statements[0].comparable
    labels = budget_calendar(statements[0].horizon).labels
    exact = outturn_pence.mean(axis=0)
    for year, label in enumerate(labels):
        for row, block in enumerate(BLOCKS):
            inside = lines.in_block(block)
            means = pence_that_add_up(exact[inside, year])
            for number, mean in zip(np.flatnonzero(inside), means, strict=True):
                heading = lines.lines[number].label
                futures = outturn_pence[:, number, year]
                yield _cost_row((scenario, label, block, heading), mean, futures)
            if not inside.any() and not comparable[row, year]:
                continue
            futures = outturn_pence[:, inside, year].sum(axis=1)
            total = _cost_row((scenario, label, block, ALL), sum(means), futures)
            if comparable[row, year]:
                approved = _approved(statements, row, year)
                total = _with_budget(total, sum(means), futures, approved)
            yield total


def pence_that_add_up(means: NDArray[np.float64]) -> list[int]:
    """Average sums in whole pence, which add up to their rounded total.

    The total is rounded first, so that it is the same wherever it is told; the odd pence go
    to the parts that rounding down took most from.

    Args:
        means: Averages in pence; shape (parts,).

    Returns:
        Whole pence, one for each part.
    """
    pence = np.floor(means).astype(np.int64)
    odd = int(np.rint(round(float(means.sum()), 6))) - int(pence.sum())
    for part in np.argsort(pence - means, kind="stable")[:odd]:
        pence[part] += 1
    return [int(each) for each in pence]


def contingency_rows(
    scenario: str,
    lines: CostLines,
    outturn_pence: Pence,
    statements: Sequence[BudgetStatement],
) -> list[ContingencyRow]:
    """What to set aside for each block and year that has a budget.

    Args:
        scenario: Its name.
        lines: The lines of its budget.
        outturn_pence: Net cost of each line; shape (replications, lines, years).
        statements: The budgets of the same futures, one a replication.

    Returns:
        By year and block. Quantiles are interpolated between futures, as in the budget
        table, so that p90 of the outturn less a fixed budget is the contingency at p90.
    """
    rows = []
    comparable = statements[0].comparable
    for year, label in enumerate(budget_calendar(statements[0].horizon).labels):
        for row, block in enumerate(BLOCKS):
            if not comparable[row, year]:
                continue
            approved = _approved(statements, row, year)
            spent = outturn_pence[:, lines.in_block(block), year].sum(axis=1)
            needed = np.maximum(np.quantile(spent - approved, (0.8, 0.9)), 0)
            budget = _pounds(np.rint(approved.mean()))
            p80, p90 = (_pounds(np.rint(pence)) for pence in needed)
            rows.append(ContingencyRow(scenario, label, block.value, budget, p80, p90, UNIT))
    return rows


def _cost_row(place: tuple[str, str, str, str], mean_pence: int, futures_pence: Pence) -> BudgetRow:
    """A row that shows cost only."""
    p10, p50, p90 = (_pounds(np.rint(q)) for q in np.quantile(futures_pence, QUANTILES))
    scenario, year, block, heading = place
    mean = _pounds(mean_pence)
    return BudgetRow(
        scenario, year, str(block), heading, None, mean, p10, p50, p90, None, None, UNIT
    )


def _with_budget(
    row: BudgetRow, mean_pence: int, futures_pence: Pence, approved_pence: Pence
) -> BudgetRow:
    """The row set against its budget, which may differ between futures."""
    budget = round(float(approved_pence.mean()))
    return row._replace(
        budget=_pounds(budget),
        variance_mean=_pounds(int(mean_pence) - budget),
        probability_of_overspend=float(np.mean(futures_pence > approved_pence)),
    )


def _approved(statements: Sequence[BudgetStatement], row: int, year: int) -> Pence:
    """One block's budget in every future; shape (replications,)."""
    return np.array([statement.approved_pence[row, year] for statement in statements])


def _pounds(pence: float | int | NDArray[np.float64]) -> float:
    return int(pence) / PENCE_PER_POUND
