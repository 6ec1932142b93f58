"""The Department's tables of one authority, made ready for an estimate.

Which tables are needed, whether their totals are there and make sense together, and what has to
be put right before rates can be counted from them.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sufficiency.errors import InputError, Problem
from sufficiency.estimate.any_placements import MEASURE, PROVIDERS
from sufficiency.estimate.basis import MOVE_REASONS, OUTSIDE, PLACES
from sufficiency.estimate.completed import Key
from sufficiency.estimate.homes import PARENTS, PLACEMENT
from sufficiency.estimate.published import (
    AGE,
    AT_18,
    OTHER_WAYS,
    REASON,
    ROUTE_FLOWS,
    ROUTE_REASONS,
    Window,
)
from sufficiency.inputs.dfe_tables import DfeTables
from sufficiency.inputs.rows import CODES
from sufficiency.inputs.tables import FLOWS, AuthorityYear, Published

_LEAST_DISCHARGED = 0.02
_UNEXPLAINED = 0.1
"""Share of the number in care that entries and exits may leave unexplained: children who come and
leave twice in a year are counted once, and returns are corrected."""


def require_totals(table: Published, authority: str, years: tuple[int, ...]) -> None:
    """The four totals of both years must be numbers."""
    problems = []
    for year in years:
        for measure in FLOWS[:4]:
            cell = table.figures.get((year, measure, "all"), {}).get("all")
            needed = measure in ("looked_after_31_march", "population_0_17")
            if not isinstance(cell, int) or (needed and cell == 0):
                why = "not in the table" if cell is None else f"`{cell}`"
                why += f", {CODES[cell]}" if isinstance(cell, str) else ""
                problems.append(
                    Problem(
                        table.file, 1, 1,
                        f"`{measure}` of {authority} for the year ending 31 March {year} is {why}",
                        "choose another `--as-at`: the totals of its year and of the year "
                        "before are needed",
                    )
                )  # fmt: skip
    if problems:
        raise InputError(problems)
    _require_sense(table, authority, years[-1])


def _require_sense(table: Published, authority: str, year: int) -> None:
    """Entries and exits must about explain the change of the number in care."""
    before, now = (table.count(each, MEASURE) for each in (year - 1, year))
    came, left = table.count(year, "started"), table.count(year, "ceased")
    if abs(before + came - left - now) > _UNEXPLAINED * max(before, now) + 20:
        raise InputError(
            [
                Problem(
                    table.file, 1, 1,
                    f"{before} in care in {authority} on 31 March {year - 1}, {came} who came and "
                    f"{left} who left do not make the {now} of 31 March {year}",
                    "correct the row that is wrong, or choose another `--as-at`",
                )
            ]
        )  # fmt: skip


def wanted(years: tuple[int, int]) -> list[Key]:
    """The tables an estimate rests on."""
    now = years[-1]
    wanted = [(year, "ceased", name) for year in years for name in (AGE, REASON)]
    # Only of the opening's own year where the year before was not published.
    wanted += [(year, MEASURE, name) for year in years for name in (PLACEMENT, PROVIDERS)]
    wanted += [(now, MEASURE, "Age group"), (now, "started", "Age on starting")]
    wanted += [(now, MEASURE, name) for name in (OUTSIDE[0], PLACES["outside_near"][0])]
    wanted.append((now, "new_placements", MOVE_REASONS))
    return wanted


def with_parents_agreed(table: Published, years: tuple[int, ...]) -> Published:
    """Children with their parents are the same by placement and by provider: one fills the other.

    Both are published tables of the same children; where one gives the number, it is known.
    """
    figures = dict(table.figures)
    provider = "Parents or other person with parental responsibility"
    for year in years:
        here, there = (year, MEASURE, PLACEMENT), (year, MEASURE, PROVIDERS)
        if here in figures and there in figures:
            cells = figures[here].get(PARENTS), figures[there].get(provider)
            if isinstance(cells[0], int) and not isinstance(cells[1], int):
                figures[there] = {**figures[there], provider: cells[0]}
            elif isinstance(cells[1], int) and not isinstance(cells[0], int):
                figures[here] = {**figures[here], PARENTS: cells[1]}
    return Published(table.file, figures)


def sound(found: Window) -> Window:
    """Flows in which no part is more than the whole, as shared-out cells may make it."""
    by_route = {name: max(number, 0.0) for name, number in found.by_route.items()}
    # In England's tables most orders end as planned returns home: 'any other reason' less those
    # aged 18 leaves none.
    least = _LEAST_DISCHARGED * by_route[OTHER_WAYS]
    discharged = min(max(found.orders_discharged, least), by_route[OTHER_WAYS])
    by_age = np.maximum(found.by_age, 0.0)
    whole = sum(by_route.values())
    if by_age.sum() > 0:
        by_age = by_age * (whole / by_age.sum())
    return replace(found, by_route=by_route, by_age=by_age, orders_discharged=discharged)


def authority_years(tables: DfeTables, years: tuple[int, ...]) -> list[AuthorityYear]:
    """Every authority's flows, for how much authorities differ."""
    found = []
    for name in tables.authorities:
        table = tables.of(name)
        for year in years:

            def cell(
                measure: str, breakdown: str, category: str, year: int = year,
                table: Published = table,
            ) -> int | None:  # fmt: skip
                number = table.figures.get((year, measure, breakdown), {}).get(category)
                return number if isinstance(number, int) else None

            counts = {flow: cell(flow, "all", "all") for flow in FLOWS[:4]}
            counts["ceased_aged_18_and_over"] = cell("ceased", AGE, AT_18)
            for route, flow in ROUTE_FLOWS.items():
                counts[flow] = cell("ceased", REASON, ROUTE_REASONS[route])
            found.append(AuthorityYear(year, name, counts))
    return found
