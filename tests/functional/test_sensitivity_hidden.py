"""Small counts of children are hidden in what a sensitivity analysis writes."""

from __future__ import annotations

from typing import Any, cast

import pytest

from sufficiency.folders.sensitivity import Analysis, tornado_table
from sufficiency.forecast.measures import Measure, Term
from sufficiency.forecast.sensitivity import Ends, Uncertain
from sufficiency.scenario.values import Children
from sufficiency.vocabulary import LABELS

pytestmark = pytest.mark.unit

ANSWERS = ["mean_at_low", "mean_at_high", "swing", "half_width"]
FIGURE = Children.model_validate({"p10": 4, "p90": 20, "distribution": "normal"})


def table_of(people: tuple[float, ...], *, shown: bool = False) -> dict[str, Any]:
    care = Term("children_in_care", "all", "children")
    figure = Uncertain("opening.counted_twice.children", FIGURE, ())
    ends = Ends(figure, 7.0, 9.456, 2.456, 0.5, "raises it", people)
    analysis = Analysis(
        loaded=cast(Any, None), plan=cast(Any, None), of=Measure(care, None, "2023-03", (1,), (1,)),
        mean=8.0, ends=(ends,), shares=(), replications=20, rows=0, futures=60, small_counts=shown,
    )  # fmt: skip
    return dict(tornado_table(analysis, LABELS).iloc[0])


@pytest.mark.parametrize("people", [(7.0, 4.9), (0.6, 30.0)])
def test_an_end_that_would_show_few_children_is_hidden_with_its_row(
    people: tuple[float, ...],
) -> None:
    row = table_of(people)
    assert [row[name] for name in ANSWERS] == ["c"] * 4
    assert row["finding"] == "hidden"


def test_ends_with_enough_children_or_none_are_told() -> None:
    row = table_of((7.0, 30.0, 0.0))
    assert [row[name] for name in ANSWERS] == [7.0, 9.46, 2.46, 0.5]
    assert row["finding"] == "raises it"


def test_an_interval_that_is_a_small_count_is_hidden_itself() -> None:
    row = table_of((30.0,))
    assert (row["low_value"], row["high_value"]) == ("c", "c")


def test_inside_the_authority_all_is_told() -> None:
    row = table_of((4.0,), shown=True)
    assert [row[name] for name in ANSWERS] == [7.0, 9.46, 2.46, 0.5]
    assert (row["low_value"], row["high_value"]) == (4.0, 20.0)
