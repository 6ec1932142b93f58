"""What a run hides is not told by asking for it one number at a time."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from sufficiency.folders.precision_told import precision_record, precision_sentences
from sufficiency.folders.solve import is_hidden, tells_another
from sufficiency.forecast.measures import Measure, Term
from sufficiency.forecast.precision import Ended, Precision, Reached
from sufficiency.forecast.solve import Looked, Trials, Tried

pytestmark = pytest.mark.unit

CARE, GBP = "children_in_care", "GBP"
KEYS = [
    (CARE, "all", "children"), (CARE, "homes", "children"), (CARE, "lodgings", "children"),
    ("cost", "homes", GBP), ("cost", "lodgings", GBP), ("occupancy", "lodgings", "share"),
]  # fmt: skip


def beside(measure: str, setting: str, unit: str) -> tuple[float, ...]:
    """Counts looked at beside a number of one setting: 5 children in homes, 9 in lodgings."""
    future = SimpleNamespace(
        keys=KEYS, measured=np.array([[14.0], [5.0], [9.0], [5e4], [9e4], [0.9]])
    )
    of = Measure(Term(measure, setting, unit), None, "2025-03", (0,), (0,))
    return of.counts_beside(cast(Any, future))


def test_a_number_of_one_setting_is_looked_at_beside_the_others() -> None:
    assert beside(CARE, "lodgings", "children") == (5.0,)
    assert beside("cost", "lodgings", GBP) == (5.0,)
    assert beside(CARE, "homes", "children") == (9.0,)


def test_totals_and_shares_give_no_other_setting_away() -> None:
    assert beside(CARE, "all", "children") == ()
    assert beside("occupancy", "lodgings", "share") == ()


def test_a_search_hides_what_would_tell_few_children_elsewhere() -> None:
    def hides(other: float) -> tuple[bool, bool]:
        looked = Looked(np.zeros((1, 1)), (np.array([9.0]),), np.zeros(1), (np.array([other]),))
        tried = Tried(1.0, np.zeros(1), np.ones(1, dtype=bool), np.zeros((1, 0)), looked)
        trials = cast(Trials, SimpleNamespace(base=None))
        return tells_another(trials, tried, 0), is_hidden(trials, tried, 0)

    assert hides(5.0) == (True, True)
    assert hides(30.0) == (False, False)


@pytest.mark.parametrize(("mean", "told"), [("c", "c"), ("9.0", 0.5)])
def test_how_closely_an_average_is_known_is_hidden_with_the_average(mean: str, told: Any) -> None:
    of = Measure(Term(CARE, "lodgings", "children"), None, "2025-03", (0,), (0,))
    reached = Reached(Precision(of, 1.0, in_percent=True), 0.5, (9.0,))
    ended = Ended(10, 100, 15, (reached,))
    forecast = pd.DataFrame(
        [("2025-03", "month", CARE, "lodgings", mean)],
        columns=["period", "period_type", "measure", "setting", "mean"],
    )
    record = precision_record(ended, small_counts=False, forecast=forecast)
    assert record["asked"][0]["half_width_reached"] == told
    said = precision_sentences(ended, str, small_counts=False, forecast=forecast)
    assert ("is hidden" in said[1]) == (mean == "c")
    shown = precision_record(ended, small_counts=True, forecast=forecast)
    assert shown["asked"][0]["half_width_reached"] == 0.5
