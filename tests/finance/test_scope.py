"""The forecast beside a published outturn: sums by hand, and where each line is counted."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from money_examples import money, price

from sufficiency.finance.lines import CostLines, cost_lines
from sufficiency.finance.scope import (
    SCOPE_OF_BLOCK,
    SCOPE_OF_SETTING,
    PublishedOutturn,
    Scope,
    scope_rows,
    scopes_of_lines,
)
from sufficiency.periods import Horizon
from sufficiency.vocabulary import Block, Setting

TO_2025 = Horizon(dt.date(2023, 3, 31), dt.date(2025, 3, 31))
# Middlesbrough, 2024/25: revenue outturn (RO3), Ministry of Housing, Communities and Local
# Government, Open Government Licence v3.0.
MIDDLESBROUGH = PublishedOutturn(
    "2024/25",
    {
        Scope.LOOKED_AFTER: 43_159_000,
        Scope.RESIDENTIAL: 23_076_000,
        Scope.FOSTERING: 11_216_000,
        Scope.OTHER: 8_867_000,
    },
    "MHCLG, revenue outturn RO3, 2024/25",
)
PRICES = {
    "external_residential": price(1, "External residential"),
    "supported_accommodation": price(1, "Supported and other placements"),
    "other": price(1, "Supported and other placements"),
    "secure": price(1, "Supported and other placements"),
    "in_house_foster": price(1, "Own fostering"),
    "connected_carer": price(1, "Own fostering"),
    "agency_foster": price(1, "Agency fostering"),
    "placed_with_parents": price(0, "With parents"),
    "in_house_residential": price(0, "Own homes", block="own_provision"),
    "four_beds": price(1, "Block beds", charged="place"),
}


def fixed(block: str, heading: str) -> dict:
    return {"block": block, "heading": heading, "annual_cost_gbp": 1}


MONEY = money(
    prices=PRICES,
    after_care={
        "special_guardianship": {
            "heading": "Allowances",
            "weekly_fee_gbp": 1,
            "priced_at": "2023-04-01",
        }
    },
    fixed_costs={
        "homes": fixed("own_provision", "Own homes"),
        "hub": fixed("own_provision", "Hub"),
        "agency_fees": fixed("placement", "Agency fostering"),
        "interpreters": fixed("placement", "Interpreters"),
        "conferences": fixed("prevention", "Conferences"),
    },
    one_off={
        "beds": {
            "block": "own_provision",
            "heading": "Own homes",
            "date": "2024-05-01",
            "cost_gbp": 1,
        },
        "gift": {"block": "improvement", "heading": "Gift", "date": "2024-05-01", "cost_gbp": 1},
    },
)
SETTINGS = tuple(PRICES)
LINES = cost_lines(MONEY, SETTINGS, ("special_guardianship",))
THOUSANDS = {  # in 2024/25, in three futures
    "External residential": (10_000, 12_000, 14_000),
    "Supported and other placements": (2_000, 2_500, 3_000),
    "Block beds": (1_000, 1_000, 1_000),
    "Own homes": (3_000, 3_000, 3_000),
    "Own homes (one-off)": (100, 100, 100),
    "Hub": (800, 800, 800),
    "Own fostering": (4_000, 4_100, 4_200),
    "Agency fostering": (6_000, 7_000, 6_500),
    "With parents": (0, 0, 0),
    "Interpreters": (10, 20, 30),
    "Allowances": (2_000, 2_000, 2_000),
    "Conferences": (500, 500, 500),
    "Gift (one-off)": (1_650, 1_650, 1_650),
}


def gross_pence(lines: CostLines = LINES) -> np.ndarray:
    """Three futures, two years; the first year holds something else."""
    table = np.full((3, len(lines.lines), 2), 7, dtype=np.int64)
    for number, line in enumerate(lines.lines):
        table[:, number, 1] = np.array(THOUSANDS[line.label]) * 1_000_00
    return table


def rows(published: PublishedOutturn = MIDDLESBROUGH, horizon: Horizon = TO_2025):
    return {row.scope: row for row in scope_rows("x", LINES, horizon, gross_pence(), published)}


@pytest.mark.content
def test_the_sums_are_those_made_by_hand():
    found = rows()
    assert list(found) == ["looked_after", "residential", "fostering", "other"]
    residential = found["residential"]
    # 12,000 and 2,500 on average, 1,000 of block beds, 3,100 of own homes, 800 of the hub.
    assert residential.outturn_mean == (12_000 + 2_500 + 1_000 + 3_100 + 800) * 1_000
    # Futures of 16,900, 19,400 and 21,900: a tenth of the way is 0.2 steps from the first.
    assert residential.outturn_p10 == (16_900 + 0.2 * 2_500) * 1_000
    assert residential.outturn_p90 == (21_900 - 0.2 * 2_500) * 1_000
    assert residential.published == 23_076_000
    assert residential.difference == 19_400_000 - 23_076_000
    assert found["fostering"].outturn_mean == (4_100 + 6_500) * 1_000
    assert found["fostering"].difference == 10_600_000 - 11_216_000
    assert found["other"].outturn_mean == 20_000
    assert found["looked_after"].outturn_mean == 19_400_000 + 10_600_000 + 20_000
    assert found["looked_after"].difference == 30_020_000 - 43_159_000
    # In all: 26,910, 30,520 and 32,630 in the three futures.
    assert found["looked_after"].outturn_p10 == (26_910 + 0.2 * 3_610) * 1_000
    assert found["looked_after"].outturn_p90 == (32_630 - 0.2 * 2_110) * 1_000


@pytest.mark.content
def test_what_is_published_adds_up():
    published = MIDDLESBROUGH.gross_gbp
    parts = published[Scope.RESIDENTIAL] + published[Scope.FOSTERING] + published[Scope.OTHER]
    assert parts == published[Scope.LOOKED_AFTER]


@pytest.mark.conservation
def test_parts_add_up_to_the_whole_to_the_penny():
    rng = np.random.default_rng(3)
    table = rng.integers(0, 10**10, size=(7, len(LINES.lines), 2))
    found = scope_rows("x", LINES, TO_2025, table, MIDDLESBROUGH)
    pence = {row.scope: round(row.outturn_mean * 100) for row in found}
    assert pence.pop("looked_after") == sum(pence.values())
    left_out = [line.block not in (Block.PLACEMENT, Block.OWN_PROVISION) for line in LINES.lines]
    everything = table[:, ~np.array(left_out), 1].sum(axis=1).mean()
    assert sum(pence.values()) == pytest.approx(everything, abs=0.51)


@pytest.mark.content
def test_each_row_says_what_it_holds_and_which_headings():
    found = rows()
    assert "by choice also supported accommodation and other" in found["residential"].holds
    assert "after care" in found["looked_after"].holds
    assert set(found["residential"].headings.split("; ")) == {
        "External residential",
        "Supported and other placements",
        "Block beds",
        "Own homes",
        "Own homes (one-off)",
        "Hub",
    }
    assert found["fostering"].headings == "Own fostering; Agency fostering"
    assert found["other"].headings == "With parents; Interpreters"
    assert not {"Allowances", "Conferences", "Gift (one-off)"} & set(
        found["looked_after"].headings.split("; ")
    )
    assert {row.source for row in found.values()} == {"MHCLG, revenue outturn RO3, 2024/25"}


@pytest.mark.content
def test_only_what_was_published_is_compared():
    part = PublishedOutturn("2024/25", {Scope.FOSTERING: 11_216_000}, "RO3")
    assert list(rows(part)) == ["fostering"]


@pytest.mark.content
def test_a_year_not_wholly_in_the_forecast_is_not_compared():
    assert rows(PublishedOutturn("2025/26", MIDDLESBROUGH.gross_gbp, "RO3")) == {}
    late = Horizon(dt.date(2024, 6, 30), dt.date(2026, 3, 31))
    assert rows(horizon=late) == {}


@pytest.mark.content
def test_every_setting_and_block_has_its_place():
    assert set(SCOPE_OF_SETTING) == set(Setting)
    assert set(SCOPE_OF_BLOCK) == set(Block)


@pytest.mark.content
def test_a_setting_that_a_scenario_adds_is_residential_unless_it_is_said():
    of_line = dict(zip(LINES.lines, scopes_of_lines(LINES), strict=True))
    by_label = {line.label: scope for line, scope in of_line.items()}
    assert by_label["Block beds"] is Scope.RESIDENTIAL
    said = scopes_of_lines(LINES, {"four_beds": Scope.FOSTERING})
    assert said[[line.label for line in LINES.lines].index("Block beds")] is Scope.FOSTERING


@pytest.mark.golden
def test_a_heading_that_holds_two_parts_cannot_be_told_apart():
    together = {**PRICES, "agency_foster": price(1, "External residential")}
    lines = cost_lines(money(prices=together), SETTINGS, ())
    with pytest.raises(
        ValueError,
        match=r"^the heading `External residential` carries fees of fostering and of residential, "
        r"which cannot be told apart; give each a heading of its own$",
    ):
        scopes_of_lines(lines)
