"""The ranked table of a comparison: one row a scenario, best first, ready to be shared."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sufficiency.counts import ALL
from sufficiency.folders.comparison_labels import interventions_beyond, labels_of, weakest_grade
from sufficiency.forecast.compare_ranking import Spread, Standing
from sufficiency.forecast.measures import Measure
from sufficiency.report.tables import HIDDEN
from sufficiency.scenario.load import LoadedScenario

if TYPE_CHECKING:
    import pandas as pd

AT_THE_END = ("children_in_care", "out_of_area")
"""Counts told in the ranking, on the last day of the forecast."""
_LEAST_TOLD = 0.01
"""A smaller multiple of an effect is not written as none of it."""
_TOLD = ("mean", "p10", "p90", "half_width")


def ranking_table(
    loaded: Sequence[LoadedScenario],
    standings: Sequence[Standing],
    comparison: pd.DataFrame,
    last_month: str,
    by: Measure | None,
) -> pd.DataFrame:
    """The ranked scenarios as they are shared.

    Args:
        loaded: The scenarios, the base first.
        standings: How they stand, best first.
        comparison: Their differences, small counts hidden.
        last_month: The last month of the forecast, such as ``2025-03``.
        by: What they are ranked by, where it is not the cost.

    Returns:
        Columns of ``ranking.csv``. Money in pounds, less than the base below zero, but for the
        net present value, where a saving is above it. ``none`` stands where no multiple of the
        effect is enough, and 0 only where nothing of its own needs to be saved.
    """
    import pandas as pd

    labels, rows = labels_of(loaded), []
    for rank, one in enumerate(standings, start=1):
        scenario = loaded[one.which]
        grade = weakest_grade(interventions_beyond(loaded[0], scenario).values())
        row: dict[str, Any] = {"rank": rank, "scenario": scenario.name, "label": labels[one.which]}
        row["evidence_grade"] = "" if grade is None else grade.value
        row |= _spread("net_cost_difference", one.net_cost)
        row |= {"probability_cheaper": one.probability_cheaper, "own_cost_mean": one.own_cost}
        row |= _spread("net_present_value", one.net_present_value)
        for quantile, month in zip(("p10", "p50", "p90"), one.payback, strict=True):
            row[f"payback_{quantile}"] = f"not by {last_month}" if month is None else month
        row["share_paid_back"] = one.paid_back
        row["break_even_multiple"] = _multiple(one.break_even)
        for measure in AT_THE_END:
            row |= _at_the_end(comparison, scenario.name, measure, last_month)
        if one.by is not None and by is not None:
            row["ranked_by"] = str(by)
            told = _spread("ranked_by_difference", one.by)
            hidden = _is_hidden(comparison, scenario.name, by)
            row |= dict.fromkeys(told, HIDDEN) if hidden else told
        rows.append(row)
    return pd.DataFrame(rows)


def _multiple(multiple: float | None) -> float | str:
    if multiple is None:
        return "none"
    if math.isnan(multiple):
        return HIDDEN
    return max(round(multiple, 2), _LEAST_TOLD) if multiple > 0 else 0.0


def _spread(name: str, told: Spread) -> dict[str, Any]:
    return {f"{name}_{part}": value for part, value in zip(_TOLD, told, strict=True)}


def _at_the_end(
    comparison: pd.DataFrame, scenario: str, measure: str, month: str
) -> dict[str, Any]:
    row = _rows(comparison, scenario, measure, ALL, month)
    names = {"mean": "difference_mean", "p10": "p10", "p90": "p90", "half_width": "half_width"}
    told = {f"{measure}_at_end_{part}": row[column] for part, column in names.items()}
    return {name: values.iloc[0] if len(values) else None for name, values in told.items()}


def _rows(
    comparison: pd.DataFrame, scenario: str, measure: str, setting: str, period: str
) -> pd.DataFrame:
    return comparison[
        (comparison["scenario"] == scenario)
        & (comparison["measure"] == measure)
        & (comparison["setting"] == setting)
        & (comparison["period"] == period)
    ]


def _is_hidden(comparison: pd.DataFrame, scenario: str, by: Measure) -> bool:
    """Whether a difference in one of its measures is hidden."""
    rows = [_rows(comparison, scenario, t.measure, t.setting, by.period) for t in by.terms]
    return any((row["difference_mean"].astype(str) == HIDDEN).any() for row in rows)
