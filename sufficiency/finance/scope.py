"""The forecast beside an authority's published outturn, with what each figure holds said in words.

Authorities report each year what they spent on children looked after, and of it what went
on residential care, on fostering and on other things (the revenue outturn return RO3). The
forecast has its own headings, so a comparison means little until it says which of them are
counted where. That is the table below. Two choices in it are ours: supported accommodation
and other placements are counted as residential care, because the published residential
figure is larger than registered homes alone can explain. Allowances after care, prevention
and improvement are left out. The published figures are gross, so gross cost is compared.

A forecast of what is paid for each child and of own homes holds no social workers, no
contact centres and no support to carers or adopters, where the published return does. So
the whole, and the part called other, are expected to be below what was published.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sufficiency.finance.figures import PENCE_PER_POUND, Pence, budget_calendar
from sufficiency.finance.lines import CostLine, CostLines
from sufficiency.finance.summary import UNIT, pence_that_add_up
from sufficiency.periods import Horizon
from sufficiency.vocabulary import Block, Setting


class Scope(StrEnum):
    """A part of what was published, or the whole of it."""

    LOOKED_AFTER = "looked_after"
    RESIDENTIAL = "residential"
    FOSTERING = "fostering"
    OTHER = "other"


PARTS = (Scope.RESIDENTIAL, Scope.FOSTERING, Scope.OTHER)
"""The parts that make the whole."""

SCOPE_OF_SETTING: Mapping[str, Scope] = {
    Setting.CONNECTED_CARER: Scope.FOSTERING,
    Setting.IN_HOUSE_FOSTER: Scope.FOSTERING,
    Setting.AGENCY_FOSTER: Scope.FOSTERING,
    Setting.HUB: Scope.RESIDENTIAL,
    Setting.IN_HOUSE_RESIDENTIAL: Scope.RESIDENTIAL,
    Setting.EXTERNAL_RESIDENTIAL: Scope.RESIDENTIAL,
    Setting.SECURE: Scope.RESIDENTIAL,
    Setting.RESIDENTIAL_SCHOOL: Scope.RESIDENTIAL,
    Setting.SUPPORTED_ACCOMMODATION: Scope.RESIDENTIAL,  # a choice
    Setting.OTHER: Scope.RESIDENTIAL,  # a choice
    Setting.PLACED_WITH_PARENTS: Scope.OTHER,
    Setting.PLACED_FOR_ADOPTION: Scope.OTHER,
}
"""Where the fees of each usual setting are counted."""

SCOPE_OF_ADDED_SETTING = Scope.RESIDENTIAL
"""Where a setting that a scenario adds is counted unless it is said: mostly homes and block
beds."""

SCOPE_OF_BLOCK: Mapping[Block, Scope | None] = {
    Block.PLACEMENT: Scope.OTHER,
    Block.OWN_PROVISION: Scope.RESIDENTIAL,
    Block.AFTER_CARE: None,
    Block.PREVENTION: None,
    Block.IMPROVEMENT: None,
}
"""Where a line is counted that carries no setting's fees, such as the fixed cost of own homes;
None where it is left out."""

HOLDS: Mapping[Scope, str] = {
    Scope.LOOKED_AFTER: (
        "residential care, fostering and other together; allowances after care, prevention and "
        "improvement are left out"
    ),
    Scope.RESIDENTIAL: (
        "bought and own homes, block beds, the hub, secure homes and residential schools; by "
        "choice also supported accommodation and other placements"
    ),
    Scope.FOSTERING: "in-house, agency and connected carers",
    Scope.OTHER: "placements with parents and for adoption, and placement costs of no setting",
}
"""What the forecast's figure holds, in words."""


@dataclass(frozen=True)
class PublishedOutturn:
    """What an authority published for one financial year.

    Attributes:
        financial_year: Such as ``2024/25``.
        gross_gbp: Gross expenditure by scope, in pounds. A scope that is not given is not
            compared.
        source: Where it was read.
    """

    financial_year: str
    gross_gbp: Mapping[Scope, float]
    source: str


class ScopeRow(NamedTuple):
    """One scope of the forecast beside what was published, in pounds, to the penny.

    ``holds`` says in words what the forecast's figure holds and ``headings`` names the lines
    it adds up. ``difference`` is the mean less what was published: positive means that the
    forecast is higher.
    """

    scenario: str
    financial_year: str
    scope: str
    holds: str
    headings: str
    outturn_mean: float
    outturn_p10: float
    outturn_p90: float
    published: float
    difference: float
    unit: str
    source: str


def scopes_of_lines(
    lines: CostLines, added: Mapping[str, Scope] | None = None
) -> tuple[Scope | None, ...]:
    """In which part each line of the budget is counted.

    A line goes with the settings whose fees it carries; fixed and one-off costs go with the
    fees under the same heading of their block, and by their block where there are none.

    Args:
        lines: The lines of a scenario's budget.
        added: Where settings are counted that the scenario adds; see
            :data:`SCOPE_OF_ADDED_SETTING` for those not named.

    Returns:
        A part for each line, None where it is left out.

    Raises:
        ValueError: If one heading carries fees of two parts, so that its money cannot be
            told apart.
    """
    scope_of = {**SCOPE_OF_SETTING, **(added or {})}
    return tuple(_scope_of_line(line, lines, scope_of) for line in lines.lines)


def _scope_of_line(line: CostLine, lines: CostLines, scope_of: Mapping[str, Scope]) -> Scope | None:
    found = {
        scope_of.get(cost.name, SCOPE_OF_ADDED_SETTING)
        for cost in lines.costs
        if cost.source == "setting"
        and (cost.line.block, cost.line.heading) == (line.block, line.heading)
    }
    if len(found) > 1:
        raise ValueError(
            f"the heading `{line.heading}` carries fees of {' and of '.join(sorted(found))}, "
            "which cannot be told apart; give each a heading of its own"
        )
    return found.pop() if found else SCOPE_OF_BLOCK[line.block]


def scope_rows(
    scenario: str,
    lines: CostLines,
    horizon: Horizon,
    gross_pence: Pence,
    published: PublishedOutturn,
    added: Mapping[str, Scope] | None = None,
) -> list[ScopeRow]:
    """The forecast's gross cost beside what the authority published.

    Args:
        scenario: Its name.
        lines: The lines of its budget.
        horizon: The days of the forecast.
        gross_pence: Gross cost of each line; shape (replications, lines, years).
        published: What was published for one year.
        added: As for :func:`scopes_of_lines`.

    Returns:
        A row for each scope that was published, in the order of :class:`Scope`. The means of
        the parts add up to the mean of the whole, to the penny; quantiles do not. No rows
        where the year is not wholly inside the forecast.

    Raises:
        ValueError: As for :func:`scopes_of_lines`.
    """
    calendar = budget_calendar(horizon)
    if published.financial_year not in calendar.labels:
        return []
    year = calendar.labels.index(published.financial_year)
    if not calendar.whole[year]:
        return []
    counted = scopes_of_lines(lines, added)
    inside = {part: np.array([scope is part for scope in counted], dtype=bool) for part in PARTS}
    inside[Scope.LOOKED_AFTER] = np.array([scope is not None for scope in counted], dtype=bool)
    spent = {scope: gross_pence[:, which, year].sum(axis=1) for scope, which in inside.items()}
    means = pence_that_add_up(np.array([spent[part].mean() for part in PARTS]))
    mean_pence = dict(zip(PARTS, means, strict=True)) | {Scope.LOOKED_AFTER: sum(means)}
    return [
        _row(
            scenario,
            scope,
            _headings(lines, inside[scope]),
            mean_pence[scope],
            spent[scope],
            published,
        )
        for scope in Scope
        if scope in published.gross_gbp
    ]


def _headings(lines: CostLines, inside: NDArray[np.bool_]) -> str:
    return "; ".join(lines.lines[number].label for number in np.flatnonzero(inside)) or "none"


def _row(
    scenario: str,
    scope: Scope,
    headings: str,
    mean_pence: int,
    futures_pence: Pence,
    published: PublishedOutturn,
) -> ScopeRow:
    p10, p90 = (round(float(q)) for q in np.quantile(futures_pence, (0.1, 0.9)))
    published_pence = round(published.gross_gbp[scope] * PENCE_PER_POUND)
    return ScopeRow(
        scenario=scenario,
        financial_year=published.financial_year,
        scope=scope.value,
        holds=HOLDS[scope],
        headings=headings,
        outturn_mean=mean_pence / PENCE_PER_POUND,
        outturn_p10=p10 / PENCE_PER_POUND,
        outturn_p90=p90 / PENCE_PER_POUND,
        published=published_pence / PENCE_PER_POUND,
        difference=(mean_pence - published_pence) / PENCE_PER_POUND,
        unit=UNIT,
        source=published.source,
    )
