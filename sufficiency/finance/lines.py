"""The lines of the budget, and which costs fall on which line.

Every cost has one line, and every line has one block: the placement budget is never mixed
with own homes, after-care, prevention or improvement money. Money that recurs and money
that falls once are on separate lines even under one heading.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sufficiency.scenario.money import Money
from sufficiency.vocabulary import AfterCare, Block

Kind = Literal["recurring", "one_off"]
KINDS: tuple[Kind, ...] = ("recurring", "one_off")
Source = Literal["setting", "after_care", "case", "grant", "fixed_cost", "one_off"]


class CostLine(NamedTuple):
    """One line of the budget."""

    block: Block
    heading: str
    kind: Kind

    @property
    def label(self) -> str:
        """The heading as printed; it says so when the money falls only once."""
        return self.heading if self.kind == "recurring" else f"{self.heading} (one-off)"


class Cost(NamedTuple):
    """One thing that costs money: the grain at which amounts are rounded to pence."""

    source: Source
    name: str
    line: CostLine


@dataclass(frozen=True)
class CostLines:
    """Every cost of a scenario in order, and the lines they add up to.

    Attributes:
        settings: Names of the settings, in the order of the episodes' codes.
        kinds: Names of the after-care payments, in the order of the spells' codes.
        costs: Every cost: settings with a price, after-care payments with a price, services
            with a cost for each child, grants for each night, fixed costs, then one-off sums.
        lines: The lines, by block, recurring before one-off, then as first met.
    """

    settings: tuple[str, ...]
    kinds: tuple[str, ...]
    costs: tuple[Cost, ...]
    lines: tuple[CostLine, ...]

    @cached_property
    def line_of_cost(self) -> NDArray[np.int64]:
        """Index of each cost's line; shape (costs,)."""
        return np.array([self.lines.index(cost.line) for cost in self.costs], dtype=np.int64)

    @cached_property
    def priced_settings(self) -> NDArray[np.int64]:
        """Codes of the settings with a price, in the order of their costs."""
        return self._codes("setting", self.settings)

    @cached_property
    def priced_kinds(self) -> NDArray[np.int64]:
        """Codes of the after-care payments with a price, in the order of their costs."""
        return self._codes("after_care", self.kinds)

    def in_block(self, block: Block) -> NDArray[np.bool_]:
        """Which lines are in a block; shape (lines,)."""
        return np.array([line.block is block for line in self.lines], dtype=np.bool_)

    def settings_in(self, block: Block) -> NDArray[np.bool_]:
        """Which settings are charged to a block; shape (settings,)."""
        charged = {c.name for c in self.costs if c.source == "setting" and c.line.block is block}
        return np.array([name in charged for name in self.settings], dtype=np.bool_)

    def _codes(self, source: Source, names: tuple[str, ...]) -> NDArray[np.int64]:
        found = [names.index(cost.name) for cost in self.costs if cost.source == source]
        return np.array(found, dtype=np.int64)


def cost_lines(money: Money, settings: Sequence[str], kinds: Sequence[str]) -> CostLines:
    """The lines of a scenario's budget.

    Args:
        money: Prices and costs as the scenario states them.
        settings: Names of the settings, in the order of the episodes' codes.
        kinds: Names of the after-care payments, in the order of the spells' codes.

    Returns:
        The costs and their lines. A setting without a price has neither.
    """
    costs = tuple(_costs(money, settings, kinds))
    met = dict.fromkeys(cost.line for cost in costs)
    lines = tuple(
        line
        for block in Block
        for kind in KINDS
        for line in met
        if line.block is block and line.kind == kind
    )
    return CostLines(tuple(settings), tuple(kinds), costs, lines)


def _costs(money: Money, settings: Sequence[str], kinds: Sequence[str]) -> Iterator[Cost]:
    for name in settings:
        if (price := money.prices.get(name)) is not None:
            yield Cost("setting", name, CostLine(price.block, price.heading, "recurring"))
    for kind in kinds:
        if (allowance := money.after_care.get(AfterCare(kind))) is not None:
            line = CostLine(Block.AFTER_CARE, allowance.heading, "recurring")
            yield Cost("after_care", kind, line)
    for name, case in money.cases.items():
        yield Cost("case", name, CostLine(case.block, case.heading, "recurring"))
    for name, grant in money.grants.items():
        yield Cost("grant", name, CostLine(grant.block, grant.heading, "recurring"))
    for name, fixed in money.fixed_costs.items():
        yield Cost("fixed_cost", name, CostLine(fixed.block, fixed.heading, "recurring"))
    for name, one_off in money.one_off.items():
        yield Cost("one_off", name, CostLine(one_off.block, one_off.heading, "one_off"))
