"""The tables a report is made from, and the few ways of looking something up in them.

A hidden figure is written ``c``. Here it is read as missing, so that nothing further on
can draw it, add it up or put it into words.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from sufficiency.periods import PeriodType, financial_year_start
from sufficiency.vocabulary import LABELS

HIDDEN = "c"
"""What stands in place of a figure that may not be shared."""

ALL = "all"
"""The setting, block or heading of a total."""

TOTALS = (ALL, "total")
"""How the total of a block, or of all blocks, may be written in the budget table."""

STATISTICS = ("mean", "p10", "p50", "p90")
"""Columns of the forecast table that describe the futures."""

OUTTURN = ("outturn_mean", "outturn_p10", "outturn_p50", "outturn_p90")
"""Columns of the budget table that describe what is spent."""

RANGE_NOTE = "Ranges run from p10 to p90: eight futures in ten lie inside."
"""What every chart with a range says about it."""


@dataclass(frozen=True)
class Tables:
    """What one report is drawn from. Every table holds one scenario.

    Attributes:
        forecast: Columns of ``forecast.csv``; figures may be ``c``.
        budget: Columns of ``budget.csv``; figures may be ``c``. Pounds.
        contingency: ``financial_year, budget, contingency_p80, contingency_p90``. Pounds.
        actuals: ``date, measure, setting, value, source``: what happened, where known.
        opening: ``date, measure, setting, value``: the children the forecast opens with.
        labels: What to print for a setting.
        authority: The local authority's name.
        source: Where the numbers came from, for the foot of each chart.
        assumed_budgets: Financial years whose budget is an assumption, not yet approved.
        place_gap: Columns of ``gap_in_places.csv``; figures may be ``c``. None where places
            were not counted.
    """

    forecast: pd.DataFrame
    budget: pd.DataFrame
    contingency: pd.DataFrame
    actuals: pd.DataFrame | None = None
    opening: pd.DataFrame | None = None
    labels: Mapping[str, str] = field(default_factory=lambda: LABELS)
    authority: str = "the authority"
    source: str = "Simulated by sufficiency."
    assumed_budgets: frozenset[str] = frozenset()
    place_gap: pd.DataFrame | None = None

    def label(self, setting: str) -> str:
        """What to print for a setting; its name with spaces where it has no label."""
        return self.labels.get(setting) or LABELS.get(
            setting, setting.replace("_", " ").capitalize()
        )


def period_end(period: str) -> dt.date:
    """The last day of ``2020-04`` or ``2020/21``."""
    if "/" in period:
        return financial_year_start(period).replace(year=int(period[:4]) + 1, month=3, day=31)
    year, month = int(period[:4]), int(period[5:7])
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def figures(table: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """A copy of a table with the named columns as numbers; ``c`` becomes missing."""
    numbers = {name: pd.to_numeric(table[name], errors="coerce") for name in columns}
    return table.assign(**numbers)


def series(
    forecast: pd.DataFrame, measure: str, period_type: PeriodType, setting: str = ALL
) -> pd.DataFrame:
    """One measure of one setting through time, as numbers.

    Args:
        forecast: The forecast table.
        measure: Such as ``children_in_care``.
        period_type: Months or financial years.
        setting: A setting, or ``all`` for the total.

    Returns:
        The forecast's columns and ``date``, the last day of each period, earliest first.
        Empty where the table does not hold the measure.
    """
    chosen = forecast[
        (forecast["measure"] == measure)
        & (forecast["period_type"] == period_type)
        & (forecast["setting"] == setting)
    ]
    rows = figures(chosen, (*STATISTICS, "half_width"))
    dates = [period_end(str(period)) for period in rows["period"]]
    return rows.assign(date=pd.to_datetime(pd.Series(dates, index=rows.index))).sort_values(
        "date", ignore_index=True
    )


def visible(rows: pd.DataFrame) -> bool:
    """Whether there is something to draw and none of it is hidden."""
    return len(rows) > 0 and not rows["mean"].isna().any()


def known_points(
    table: pd.DataFrame | None, measure: str, setting: str, through: dt.date | None = None
) -> pd.DataFrame:
    """Dated counts of one measure and setting from the actuals or the opening table.

    Args:
        table: Either table, or None where there is none.
        measure: Such as ``out_of_area``.
        setting: A setting, or ``all``.
        through: Leave out what is later than this day.

    Returns:
        Columns ``date`` (as timestamps) and ``value``, earliest first; empty where unknown.
    """
    if table is None:
        return pd.DataFrame({"date": pd.to_datetime([]), "value": pd.Series([], dtype=float)})
    chosen = table[(table["measure"] == measure) & (table["setting"] == setting)]
    found = pd.DataFrame(
        {
            "date": pd.to_datetime(chosen["date"]),
            "value": pd.to_numeric(chosen["value"], errors="coerce"),
        }
    ).dropna()
    if through is not None:
        found = found[found["date"] <= pd.Timestamp(through)]
    return found.sort_values("date", ignore_index=True)


def settings_of(forecast: pd.DataFrame, measure: str) -> list[str]:
    """The settings a measure is given for, totals left out, in the table's own order."""
    rows = forecast[(forecast["measure"] == measure) & (forecast["setting"] != ALL)]
    return list(dict.fromkeys(str(setting) for setting in rows["setting"]))


def block_totals(budget: pd.DataFrame, block: str) -> pd.DataFrame:
    """Budget and outturn of one whole block by financial year, in pounds.

    Args:
        budget: The budget table.
        block: Such as ``placement``.

    Returns:
        Columns ``financial_year, budget`` and the outturn columns, ``variance_mean`` and
        ``probability_of_overspend``. Missing budget where none is stated.
    """
    columns = ("budget", *OUTTURN, "variance_mean", "probability_of_overspend")
    chosen = budget[(budget["block"] == block) & budget["heading"].isin(TOTALS)]
    rows = figures(chosen, columns)[["financial_year", *columns]]
    return rows.sort_values("financial_year", ignore_index=True)


def assumed_note(tables: Tables) -> str:
    """What to say of budgets that nobody has approved yet; nothing when all are."""
    years = sorted(tables.assumed_budgets)
    if not years:
        return ""
    when = years[0] if len(years) == 1 else f"{years[0]} to {years[-1]}"
    return f"Budgets of {when} are assumed. "
