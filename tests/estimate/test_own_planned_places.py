"""Places of dates to come: planned openings and closures, in the scenario from their dates."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import yaml

from sufficiency.estimate.layer import Section, layer_text
from sufficiency.estimate.own_places import OwnPlaces
from sufficiency.inputs.places import PlacesRow
from sufficiency.scenario.values import Dated, Places

AS_AT = dt.date(2022, 3, 31)
Row = tuple[int, float]


def _written(living: int, now: float, *later: Row) -> dict[str, float]:
    """Places by date as a scenario has them; dates as days after the opening."""
    rows = tuple(
        PlacesRow(AS_AT + dt.timedelta(days=days), number, line + 5)
        for line, (days, number) in enumerate(later)
    )
    since = dt.date(2021, 4, 1)
    given = OwnPlaces(now, since, "places.csv:4", 1.0, 0.3, 20.0, AS_AT, living, rows)
    text = layer_text([], Section({"x": Section(given.keys("returns"))}))
    written: dict[str, Any] = yaml.safe_load(text)["x"]["places"]
    dated = Dated[Places].model_validate(written)
    if "from" not in written:
        return {"always": float(written["value"])}
    return {str((day - AS_AT).days): float(each.central) for day, each in dated.from_.items()}


@pytest.mark.unit
@pytest.mark.parametrize(
    ("living", "now", "later", "held"),
    [
        (9, 12, (), {"always": 12}),
        (9, 12, ((154, 15),), {"0": 12, "154": 15}),
        (9, 12, ((154, 15), (500, 0)), {"0": 12, "154": 15, "500": 0}),
        # More children than places: the places given hold from the second day after the opening.
        (14, 12, ((154, 15),), {"0": 14, "2": 12, "154": 15}),
        (14, 12, ((1, 13), (154, 15)), {"0": 14, "2": 13, "154": 15}),
        (14, 12, ((2, 15),), {"0": 14, "2": 15}),
        # A closure on the day after the opening turns nobody out either.
        (9, 12, ((1, 5),), {"0": 9, "2": 5}),
        (9, 12, ((1, 10),), {"0": 12, "1": 10}),
    ],
)
def test_each_number_holds_from_its_date(
    living: int, now: float, later: tuple[Row, ...], held: dict[str, float]
) -> None:
    assert _written(living, now, *later) == held


@pytest.mark.content
def test_a_planned_number_says_which_line_it_is_from() -> None:
    row = PlacesRow(dt.date(2022, 9, 1), 15, 7)
    given = OwnPlaces(
        12, dt.date(2021, 4, 1), "places.csv:6", 1.0, 0.95, 0.0, AS_AT, 9, (row,)
    )  # fmt: skip
    text = layer_text([], Section(given.keys("returns")))
    written = yaml.safe_load(text)
    figure = written["places"]["from"][row.from_date]
    assert figure["source"] == "places.csv:7, from 2022-09-01"
    assert (figure["mark"], figure["reason"]) == ("V", "planned")
    # Nobody was counted who looked: the chance is judged, and not said to be the returns'.
    assert written["match"]["mark"] == "J"
    assert "source" not in written["match"]
