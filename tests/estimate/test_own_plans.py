"""Plans read off homes: how many stay after a move, and what was found by whom."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from made_up_records import Row, placements

from sufficiency.episodes import STATUS, UNSTATED
from sufficiency.estimate.any_homes import SETTINGS
from sufficiency.estimate.any_plans import SEARCH, USUAL_AFTER
from sufficiency.estimate.own_entries import OwnArrivals
from sufficiency.estimate.own_opening import with_usual_settings
from sufficiency.estimate.own_plans import (
    PLANS,
    OwnMoves,
    own_moves,
    own_plans,
    plan_of_setting,
    plans_after,
)
from sufficiency.vocabulary import Move


def _arrivals(first_setting: np.ndarray) -> OwnArrivals:
    by_age = first_setting.sum(axis=1)
    return OwnArrivals((int(by_age.sum()),), (), 1.0, by_age, by_age // 2, 0, first_setting, None)


def _no_moves() -> OwnMoves:
    return OwnMoves(np.zeros((len(Move), 5, len(SETTINGS), len(SETTINGS))), 0)


@pytest.mark.unit
def test_each_kind_of_home_speaks_for_the_plan_that_looks_there_first() -> None:
    plan = {name: PLANS[code] for name, code in zip(SETTINGS, plan_of_setting(), strict=True)}
    assert plan["agency_foster"] == plan["connected_carer"] == "family"
    # Bought homes end the search of family plans, but speak for a plan for a home.
    assert plan["external_residential"] == plan["in_house_residential"] == "residential"
    assert "external_residential" in SEARCH["family"]
    assert plan["placed_for_adoption"] == "adoption"


@pytest.mark.theory
def test_how_many_plans_stay_is_found_from_moves_made_with_a_known_share() -> None:
    """Sixty in a hundred keep their plan; the others draw one from known shares."""
    keeps, shares = 0.6, np.array([0.5, 0.3, 0.2])
    before = np.array([5000.0, 2000.0, 1000.0])
    between = before[:, None] * (keeps * np.eye(3) + (1 - keeps) * shares)
    usual = np.full((1, 3), 1 / 3)
    found, after = plans_after(between[None], usual, usually_keeps=0.3)
    assert found == pytest.approx(keeps, abs=0.02)
    assert after[0] == pytest.approx(shares, abs=0.02)


@pytest.mark.theory
def test_without_moves_the_usual_plans_stand() -> None:
    found = own_plans(_arrivals(np.zeros((5, len(SETTINGS)), dtype=np.int64)), _no_moves())
    assert found.keeps == pytest.approx({Move.BREAKDOWN: 0.75, Move.PLANNED: 0.30})
    usual = USUAL_AFTER[Move.BREAKDOWN]["10_to_15"]
    assert found.after[Move.BREAKDOWN]["10_to_15"]["residential"] == pytest.approx(
        usual["residential"]
    )
    assert sum(shares[0] for shares in found.at_entry.values()) == pytest.approx(1.0)


@pytest.mark.direction
def test_many_counts_outweigh_what_is_usual_and_few_do_not() -> None:
    def share(children: int) -> float:
        first = np.zeros((5, len(SETTINGS)), dtype=np.int64)
        first[3, SETTINGS.index("external_residential")] = children
        return own_plans(_arrivals(first), _no_moves()).at_entry["residential"][3]

    none, few, many = share(0), share(2), share(400)
    assert none == pytest.approx(0.13, abs=0.01)
    assert none < few < 0.5
    assert many > 0.98


@pytest.mark.direction
def test_own_carers_are_found_as_often_as_they_were() -> None:
    first = np.zeros((5, len(SETTINGS)), dtype=np.int64)
    first[2, SETTINGS.index("in_house_foster")] = 90
    first[2, SETTINGS.index("agency_foster")] = 10
    found = own_plans(_arrivals(first), _no_moves())
    assert found.found["in_house_foster"][2] == pytest.approx(0.9, abs=0.01)
    assert found.found_counts["in_house_foster"] == (90, 100)
    # An age at which nobody came is taken as all ages together.
    assert found.found["in_house_foster"][4] == pytest.approx(0.9, abs=0.01)


@pytest.mark.unit
def test_moves_without_a_reason_are_shared_as_the_others_and_changes_of_status_are_none() -> None:
    moved = (
        ("agency_foster", "breakdown", "external_residential"),
        ("agency_foster", "breakdown", "agency_foster"),
        ("agency_foster", "breakdown", "agency_foster"),
        ("in_house_foster", "planned", "connected_carer"),
        ("in_house_foster", UNSTATED, "agency_foster"),
        ("connected_carer", STATUS, "in_house_foster"),
    )
    rows: list[Row] = []
    for child, (before, reason, after) in enumerate(moved):
        rows += [
            (child, 0, 100, before, reason, -4000, 0, True),
            (child, 100, 0, after, "", -4000, 0, True),
        ]
    records = placements(rows, dt.date(2022, 4, 1), 700)
    moves = own_moves(with_usual_settings(records), records.last_date, 5)
    assert moves.unstated == 1
    assert moves.counts.sum(axis=(1, 2, 3)).tolist() == [3.75, 1.25]
    to_home = moves.counts[
        0, :, SETTINGS.index("agency_foster"), SETTINGS.index("external_residential")
    ]
    assert to_home.tolist() == [0, 0, 0, 1, 0]
