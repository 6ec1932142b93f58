"""Hides in a comparison what the runs it is made of hide, so that no small count comes back.

A run's own tables hide small counts, and a difference beside one of two figures gives the other
away. So a difference is hidden where either side's figure is. A sum over the whole forecast is
hidden where a year in it is, nights where the children who slept there are, and what all blocks
cost in a year where a block's total is hidden on one side. What an action itself costs in a
year is told apart from homes unless the cost of a service or of empty places is hidden.
Differences themselves are of simulated children, and are not hidden for being small.

Sums of money over the whole forecast are no counts, and stay: they are what was asked for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from sufficiency.periods import financial_year_of
from sufficiency.report.tables import ALL, HIDDEN, TOTALS, period_end

SPLIT_STATISTICS = ("difference_mean", "p10", "p50", "p90", "half_width")
STATISTICS = (*SPLIT_STATISTICS, "probability_lower")
ALL_BLOCKS = ("net_cost", "gross_cost")
"""Measures of what all blocks of the budget cost together."""


@dataclass(frozen=True)
class HiddenOf:
    """What one run hides.

    Attributes:
        rows: Period, measure and setting of each hidden row of its forecast.
        blocks: Financial year and block of each block total that is hidden.
        services: Financial years in which the cost of a service paid by the case is hidden.
        empty_places: Whether it hides what empty places cost, in any period.
    """

    rows: frozenset[tuple[str, str, str]]
    blocks: frozenset[tuple[str, str]]
    services: frozenset[str]
    empty_places: bool


def hidden_of(forecast: pd.DataFrame, budget: pd.DataFrame, services: Sequence[str]) -> HiddenOf:
    """What a run hides, from its tables as they are shared.

    Args:
        forecast: Columns of ``forecast.csv``.
        budget: Columns of ``budget.csv``.
        services: Headings under which services paid by the case fall.

    Returns:
        What is hidden in them.
    """
    gone = forecast[forecast["mean"].astype(str) == HIDDEN]
    keys = zip(*(gone[name].astype(str) for name in ("period", "measure", "setting")), strict=True)
    lines = budget[budget["outturn_mean"].astype(str) == HIDDEN]
    totals = lines[lines["heading"].isin(TOTALS)]
    cases = lines[lines["heading"].isin(list(services))]
    return HiddenOf(
        rows=frozenset(keys),
        blocks=frozenset(
            zip(totals["financial_year"].astype(str), totals["block"].astype(str), strict=True)
        ),
        services=frozenset(cases["financial_year"].astype(str)),
        empty_places=bool((gone["measure"] == "void_cost").any()),
    )


def hide_comparison(table: pd.DataFrame, base: HiddenOf, scenario: HiddenOf) -> pd.DataFrame:
    """One scenario's differences with those hidden that would give a small count away.

    Args:
        table: Columns of ``comparison.csv``.
        base: What the base's run hides.
        scenario: What the scenario's run hides.

    Returns:
        A copy; a hidden row has ``c`` in every statistic.
    """
    gone = _spread_out(base.rows | scenario.rows)
    years = {year for year, _ in base.blocks ^ scenario.blocks}
    hidden = []
    columns = ("period", "period_type", "measure", "setting")
    for period, kind, measure, setting in zip(*(table[name] for name in columns), strict=True):
        if measure in ALL_BLOCKS:
            hidden.append(kind != "horizon" and _year(period) in years)
        else:
            hidden.append((period, measure, setting) in gone)
    return _written_over(table, hidden, STATISTICS)


def _spread_out(rows: frozenset[tuple[str, str, str]]) -> set[tuple[str, str, str]]:
    """Hidden rows, and the sums over the forecast and the nights that follow them."""
    found = set(rows)
    for period, measure, setting in rows:
        found.add((ALL, measure, setting))
        if measure == "children_in_care":
            found |= {(when, "nights", setting) for when in (*_years_near(period), ALL)}
    return found


def _years_near(period: str) -> set[str]:
    """The financial years whose nights a count tells of: a March end also begins the next."""
    if "/" in period:
        return {period}
    end = period_end(period)
    return {financial_year_of(end), financial_year_of(end + dt.timedelta(days=1))}


def _year(period: str) -> str:
    return period if "/" in period else financial_year_of(period_end(period))


def hide_split(table: pd.DataFrame, base: HiddenOf, scenario: HiddenOf) -> pd.DataFrame:
    """One scenario's parts of a saving, with those of a year hidden that tell a hidden cost.

    Args:
        table: Columns of ``saving_split.csv``.
        base: What the base's run hides.
        scenario: What the scenario's run hides.

    Returns:
        A copy. With the action's own cost, the part for homes is hidden, since what they make
        together follows from the total.
    """
    services = base.services | scenario.services
    blocks = {year for year, _ in base.blocks ^ scenario.blocks}
    own = services | blocks
    hidden = [
        (period in own and part in ("own_cost", "less_costly_homes"))
        or (period in blocks and part in (ALL, "after_care"))
        for period, part in zip(table["period"], table["part"], strict=True)
    ]
    return _written_over(table, hidden, SPLIT_STATISTICS)


def hide_together(table: pd.DataFrame, comparison: pd.DataFrame) -> pd.DataFrame:
    """What scenarios do together, with rows hidden that would give a hidden difference away.

    Args:
        table: Columns of ``together.csv``.
        comparison: Columns of ``comparison.csv``, small counts hidden.

    Returns:
        A copy; a row is hidden where the difference of the whole or of any part is.
    """
    keys = ["scenario", "period", "measure", "setting"]
    gone = comparison[comparison["difference_mean"].astype(str) == HIDDEN]
    hidden = set(zip(*(gone[name].astype(str) for name in keys), strict=True))
    rows = zip(*(table[name].astype(str) for name in ("parts", *keys)), strict=True)
    chosen = [
        any((name, *key) in hidden for name in (whole, *parts.split(" + ")))
        for parts, whole, *key in rows
    ]
    figures = [name for name in table.columns if name.endswith(("_mean", "_p10", "_p90", "_width"))]
    return _written_over(table, chosen, figures)


def _written_over(
    table: pd.DataFrame, hidden: Sequence[bool], columns: Sequence[str]
) -> pd.DataFrame:
    copy = table.copy()
    if any(hidden):
        for name in columns:
            copy[name] = copy[name].astype(object)
            copy.loc[list(hidden), name] = HIDDEN
    return copy
