"""Middlesbrough estimated twice: from published tables alone, and with the council's own papers.

Both start from the project's own tables under ``inputs/``. Where nothing but published figures is
used the two agree; where they differ, the council knows something, or entries are set another way.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from sufficiency.estimate.any_authority import estimated
from sufficiency.estimate.published import AGE, AT_18, REASON, ROUTE_FLOWS, ROUTE_REASONS
from sufficiency.inputs.dfe_tables import Area, DfeTables
from sufficiency.inputs.tables import FLOWS, read_authority_flows, read_published
from sufficiency.scenario.load import load_scenario
from sufficiency.scenario.schema import Scenario
from sufficiency.scenario.values import Quantity
from sufficiency.vocabulary import Move, Route

pytestmark = pytest.mark.backtest

ROOT = Path(__file__).parents[2]
HERE = "Middlesbrough"
PARTS = {(AGE, AT_18): "ceased_aged_18_and_over"} | {
    (REASON, ROUTE_REASONS[route]): flow for route, flow in ROUTE_FLOWS.items()
}
"""Where the Department's tables have what the table of authorities has in a column."""


def project_tables() -> DfeTables:
    """The project's own tables in the form of the Department's: two areas whole, others' totals."""
    figures: dict[str, dict] = {}
    for area in (HERE, "England"):
        folder = ROOT / "inputs" / area.lower()
        figures[area] = {}
        for name in ("published_totals.csv", "published_margins.csv"):
            figures[area] |= read_published(folder / name).figures
    for row in read_authority_flows(ROOT / "inputs/england/authority_flows.csv"):
        if row.authority != HERE:
            own = figures.setdefault(row.authority, {})
            for flow in FLOWS[:4]:
                own[row.year, flow, "all"] = {"all": row.counts[flow]}
            for (breakdown, category), flow in PARTS.items():
                number = row.counts[flow]
                own.setdefault((row.year, "ceased", breakdown), {})[category] = (
                    "c" if number is None else number
                )
    areas = {
        name: Area(name, "", "england" if name == "England" else "authority") for name in figures
    }
    return DfeTables("inputs", areas, tuple(range(2019, 2026)), figures)


@pytest.fixture(scope="module")
def published() -> Scenario:
    return estimated(project_tables(), HERE, dt.date(2025, 3, 31)).scenario


@pytest.fixture(scope="module")
def own() -> Scenario:
    return load_scenario(ROOT / "scenarios/middlesbrough-2025/baseline.yaml").scenario


def overlap(one: Quantity, other: Quantity) -> bool:
    return one.quantile(0.1) <= other.quantile(0.9) and other.quantile(0.1) <= one.quantile(0.9)


def test_the_opening_children_are_the_same(published: Scenario, own: Scenario) -> None:
    one, other = published.opening, own.opening
    assert one.children_in_care.value == other.children_in_care.value == 493
    assert one.by_age == other.by_age or all(
        one.by_age[age].central == other.by_age[age].central for age in one.by_age
    )
    for place in one.by_location:
        assert one.by_location[place].central == other.by_location[place].central
    for band in one.by_time_in_care:
        assert one.by_time_in_care[band].central == pytest.approx(
            other.by_time_in_care[band].central, abs=0.02
        )


def test_lines_that_are_published_whole_are_the_same(published: Scenario, own: Scenario) -> None:
    one, other = published.opening.by_setting, own.opening.by_setting
    for name in ("supported_accommodation", "placed_with_parents", "placed_for_adoption", "other"):
        assert one[name].central == other[name].central, name
    homes = ("in_house_residential", "external_residential")
    assert sum(one[name].central for name in homes) == sum(other[name].central for name in homes)


def test_what_the_council_counts_lies_inside_what_the_tables_allow(
    published: Scenario, own: Scenario
) -> None:
    for name in ("connected_carer", "agency_foster"):
        assert overlap(published.opening.by_setting[name], own.opening.by_setting[name]), name


def test_ways_out_that_are_counted_agree(published: Scenario, own: Scenario) -> None:
    for route in (
        Route.HOME_PLANNED, Route.SPECIAL_GUARDIANSHIP, Route.CHILD_ARRANGEMENTS, Route.ADOPTION,
        Route.ORDER_DISCHARGED,
    ):  # fmt: skip
        one, other = published.leaving[route].rate, own.leaving[route].rate
        assert overlap(one, other), route
        assert one.central == pytest.approx(other.central, rel=0.35), route
    every = [sum(rule.rate.central for rule in each.leaving.values()) for each in (published, own)]
    assert every[0] == pytest.approx(every[1], rel=0.05)


def test_moves_agree(published: Scenario, own: Scenario) -> None:
    for move in Move:
        one, other = published.moving[move].rate, own.moving[move].rate
        assert one.central == pytest.approx(other.central, rel=0.1)


def test_entries_are_set_another_way_and_overlap(published: Scenario, own: Scenario) -> None:
    assert overlap(published.entries.per_year, own.entries.per_year)
    assert overlap(published.entries.drift, own.entries.drift)
