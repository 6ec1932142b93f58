"""What few payments after care cost is hidden, in the budget as in the forecast."""

from __future__ import annotations

import pandas as pd
import pytest

from sufficiency.report.suppression import suppress_tables

pytestmark = pytest.mark.conservation

YEAR = "2020/21"
HEADINGS = {"Special guardians": ["special_guardianship"], "Adopters": ["adoption"]}


def tables(guardians: int, adopters: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A month and a year of payments of £100 a week, as a run counts them."""
    kinds = {"special_guardianship": guardians, "adoption": adopters}
    rows = []
    for period in ("2021-03", YEAR):
        rows += [
            (period, "after_care", kind, "children", float(number))
            for kind, number in {"all": guardians + adopters, **kinds}.items()
        ]
    forecast = pd.DataFrame(rows, columns=["period", "measure", "setting", "unit", "mean"])
    told = forecast["mean"]
    forecast = forecast.assign(scenario="s", p10=told, p50=told, p90=told, half_width=0.0)
    lines = [(heading, kinds[of[0]] * 5200.0) for heading, of in HEADINGS.items()]
    lines.append(("total", sum(cost for _, cost in lines)))
    budget = pd.DataFrame(lines, columns=["heading", "outturn_mean"])
    told = budget["outturn_mean"]
    budget = budget.assign(
        scenario="s", financial_year=YEAR, block="after_care", variance_mean=0.0,
        outturn_p10=told, outturn_p50=told, outturn_p90=told, probability_of_overspend=0.0,
    )  # fmt: skip
    return forecast, budget


@pytest.mark.parametrize(
    ("guardians", "adopters", "hidden"),
    [
        (3, 0, {"Special guardians", "total"}),
        (3, 40, {"Special guardians", "Adopters"}),
        (2, 2, {"Special guardians", "Adopters", "total"}),
        (30, 40, set()),
    ],
)
def test_a_line_whose_kind_is_paid_for_few_children_is_hidden(
    guardians: int, adopters: int, hidden: set[str]
) -> None:
    _, budget = suppress_tables(*tables(guardians, adopters), HEADINGS)
    assert set(budget["heading"][budget["outturn_mean"] == "c"]) == hidden
