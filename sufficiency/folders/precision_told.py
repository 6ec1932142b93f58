"""How closely averages came to be known, in words and for the manifest.

A half-width can point to a count of few children as its average can, so it is hidden where
they are, and wherever the forecast hides the average.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sufficiency.forecast.measures import Measure, Term
from sufficiency.forecast.precision import Ended, Precision, Reached
from sufficiency.forecast.replication import GBP
from sufficiency.report.disclosure import small
from sufficiency.report.tables import ALL, HIDDEN
from sufficiency.report.words import lower_first, whole

if TYPE_CHECKING:
    import pandas as pd


def precision_sentences(
    ended: Ended,
    label: Callable[[str], str],
    *,
    small_counts: bool,
    forecast: pd.DataFrame | None = None,
) -> list[str]:
    """What was asked, and what was reached.

    Args:
        ended: How the run ended.
        label: What to print for a setting.
        small_counts: Whether small counts are shown.
        forecast: Columns of ``forecast.csv`` as it is shared. What is hidden there is hidden here.

    Returns:
        A sentence for each average, after one that says how many futures it took.
    """
    if ended.needed is not None:
        first = (
            f"Futures were simulated until what was asked was known closely enough: "
            f"{ended.needed:,} were needed, and {ended.ran:,} were run to see that it stays so."
        )
    else:
        first = (
            f"The limit of {ended.at_most:,} futures was reached before what was asked was known "
            "closely enough and had stayed so."
        )
    told = [(one, not small_counts and _is_hidden(one, forecast)) for one in ended.reached]
    return [first, *(_reached(one, label, hides) for one, hides in told)]


def _reached(one: Reached, label: Callable[[str], str], hides: bool) -> str:
    asked = one.asked
    told = f"The average of {_words(asked.measure, label)} was to be known to within "
    told += f"{_amount(asked.half_width, asked)} either way (95% confidence), and "
    if hides:
        return f"{told}how closely it is known is hidden, because few children are behind it."
    if not math.isfinite(one.half_width):
        return f"{told}has no half-width: it is nought, or missing in some future."
    return f"{told}is known to within {_amount(one.half_width, asked)}."


def precision_record(
    ended: Ended, *, small_counts: bool, forecast: pd.DataFrame | None = None
) -> dict[str, Any]:
    """What a manifest says of a precision that was asked for.

    Args:
        ended: How the run ended.
        small_counts: Whether small counts are shown.
        forecast: Columns of ``forecast.csv`` as it is shared. What is hidden there is hidden here.

    Returns:
        Plain values.
    """
    return {
        "reached": ended.needed is not None,
        "replications_needed": ended.needed,
        "replications_at_most": ended.at_most,
        "asked": [
            {
                "measure": str(one.asked.measure),
                "unit": "percent" if one.asked.in_percent else one.asked.measure.unit,
                "half_width": one.asked.half_width,
                "half_width_reached": _record(
                    one, hides=not small_counts and _is_hidden(one, forecast)
                ),
            }
            for one in ended.reached
        ],
    }


def _record(one: Reached, *, hides: bool) -> float | str | None:
    if hides:
        return HIDDEN
    return float(f"{one.half_width:.6g}") if math.isfinite(one.half_width) else None


def _is_hidden(one: Reached, forecast: pd.DataFrame | None) -> bool:
    """Whether few children are behind it, or the forecast hides the average it belongs to.

    A half-width in percent beside the same one in numbers gives the average.
    """
    if any(small(count) for count in one.children_behind):
        return True
    if forecast is None:
        return False
    gone = forecast[forecast["mean"].astype(str) == HIDDEN]
    measure = one.asked.measure
    if measure.period == ALL:
        gone = gone[gone["period_type"] == "financial_year"]
    else:
        gone = gone[gone["period"] == measure.period]
    hidden = set(zip(gone["measure"], gone["setting"], strict=True))
    return any((term.measure, term.setting) in hidden for term in measure.terms)


def _words(measure: Measure, label: Callable[[str], str]) -> str:
    terms = [_term(term, label) for term in measure.terms]
    period = "the whole forecast" if measure.period == ALL else measure.period
    return f"{' as a share of '.join(terms)} in {period}"


def _term(term: Term, label: Callable[[str], str]) -> str:
    words = term.measure.replace("_", " ")
    return words if term.setting == ALL else f"{words} ({lower_first(label(term.setting))})"


def _amount(number: float, asked: Precision) -> str:
    if asked.in_percent:
        return f"{number:.3g}%"
    if asked.measure.unit == GBP:
        return f"£{whole(number):,}"
    return f"{number:.3g}"
