"""Counts of help for children at risk, on spells written by hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from stays import APRIL, MARCH, MAY, QUARTER, YEAR, YEAR_BEFORE

from sufficiency.counts import ALL, Counted
from sufficiency.edge_counts import count_edge
from sufficiency.episodes import HELP_OUTCOMES, NO_HELP, NONE, OPEN, HelpSpells

pytestmark = pytest.mark.unit

SERVICES = ("conferences", "outreach")


@dataclass(frozen=True)
class Help:
    """One time at risk with a referral, in words."""

    child: int
    asked: int = OPEN
    start: int = OPEN
    end: int = OPEN
    service: str = "outreach"
    outcome: str = ""
    began: int = -10
    times_back: int = 0
    would_enter: int = OPEN
    entered: int = OPEN


def spells(*rows: Help) -> HelpSpells:
    days = {
        name: np.array([getattr(row, name) for row in rows], dtype=np.int32)
        for name in ("asked", "start", "end", "began", "would_enter", "entered")
    }
    codes = {name: code for code, name in enumerate(SERVICES)} | {"": NONE}
    return HelpSpells(
        services=SERVICES,
        child=np.array([row.child for row in rows], dtype=np.int64),
        service=np.array([codes[row.service] for row in rows], dtype=np.int8),
        outcome=np.array([HELP_OUTCOMES.index(row.outcome) for row in rows], dtype=np.int8),
        times_back=np.array([row.times_back for row in rows], dtype=np.int8),
        **days,
    )


def counted(*rows: Help) -> dict[tuple[str, str], np.ndarray]:
    return {(row.measure, row.setting): row.values for row in count_edge(spells(*rows), QUARTER)}


HAND = (
    Help(1, asked=-30, start=-20, end=31, outcome="finished", would_enter=40),  # averted in April
    Help(2, asked=5, start=30, end=OPEN, would_enter=70, entered=85),  # delayed in May
    Help(3, asked=10, end=35, outcome="entered_care", would_enter=35, entered=35),
    Help(4, asked=31, start=31, end=31, service="conferences", outcome="finished"),
    Help(5, asked=61, start=62, end=80, outcome="entered_care", would_enter=90, entered=80),
    Help(6, asked=62, start=63, end=85, outcome="entered_care", entered=85),
    Help(1, service="", began=60, times_back=1, would_enter=75, entered=75),
    # Kept out again: it would not have come at all without the help it had before.
    Help(9, asked=70, start=71, end=72, outcome="finished", began=65, times_back=1, would_enter=88),
    Help(7, asked=91, would_enter=200, entered=200),
)


def test_children_helped_and_waiting_are_counted_on_the_last_night() -> None:
    found = counted(*HAND)
    helped, waiting = found["edge_of_care", ALL], found["waiting_for_service", ALL]
    assert helped[[0, MARCH, APRIL, MAY]].tolist() == [1, 2, 1, 1]
    assert waiting[[0, MARCH, APRIL, MAY]].tolist() == [0, 1, 0, 1]
    assert helped[YEAR_BEFORE] == helped[MARCH]
    assert helped[YEAR] == helped[MAY]


def test_referrals_and_help_begun_are_counted_when_they_happen() -> None:
    found = counted(*HAND)
    months = [MARCH, APRIL, MAY]
    assert found["referrals", ALL][months].tolist() == [2, 1, 4]
    assert found["referrals", "outreach"][months].tolist() == [2, 0, 4]
    assert found["referrals", "conferences"][months].tolist() == [0, 1, 0]
    assert found["helped", ALL][months].tolist() == [1, 1, 3]
    assert np.isnan(found["referrals", ALL][0])


def test_what_help_changed_is_counted_when_it_would_have_happened() -> None:
    found = counted(*HAND)
    months = [MARCH, APRIL, MAY]
    assert found["averted", ALL][months].tolist() == [0, 1, 0]
    assert found["delayed", ALL][months].tolist() == [0, 0, 1]
    assert found["brought_forward", ALL][months].tolist() == [0, 0, 2]
    assert found["came_back", ALL][months].tolist() == [0, 1, 1]
    assert found["entered_after_all", ALL][months].tolist() == [0, 0, 1]


def test_services_add_up_to_all_and_each_has_every_measure() -> None:
    rows = count_edge(spells(*HAND), QUARTER)
    found = {(row.measure, row.setting): row.values for row in rows}
    assert len(found) == len(rows)
    assert all(isinstance(row, Counted) and row.unit == "children" for row in rows)
    for measure in ("edge_of_care", "waiting_for_service", "referrals", "helped"):
        parts = sum(found[measure, name] for name in SERVICES)
        assert np.array_equal(parts, found[measure, ALL], equal_nan=True)


def test_flows_of_the_months_add_up_to_the_years() -> None:
    for row in count_edge(spells(*HAND), QUARTER):
        if row.measure not in ("edge_of_care", "waiting_for_service"):
            assert row.values[MARCH] == row.values[YEAR_BEFORE]
            assert row.values[APRIL] + row.values[MAY] == row.values[YEAR]


def test_without_a_service_nothing_is_counted_and_without_help_everything_is_nought() -> None:
    assert count_edge(NO_HELP, QUARTER) == []
    for row in count_edge(spells(), QUARTER):
        assert np.nansum(row.values) == 0
