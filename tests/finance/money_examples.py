"""Small worlds for the finance tests: a few stays, a few prices, and the median draw."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields
from typing import Any

import numpy as np

from sufficiency.episodes import AfterCareSpells, Episodes, HelpSpells
from sufficiency.finance.costs import CostTable, monthly_costs, price_book
from sufficiency.finance.lines import cost_lines
from sufficiency.periods import Horizon
from sufficiency.scenario.money import Money
from sufficiency.scenario.values import Quantity
from sufficiency.vocabulary import AgeBand

SETTINGS = ("in_house_foster", "agency_foster", "external_residential", "hub")
KINDS = ("special_guardianship", "adoption")
FIVE_YEARS = Horizon(dt.date(2020, 3, 31), dt.date(2025, 3, 31))
TWO_YEARS = Horizon(dt.date(2019, 3, 31), dt.date(2021, 3, 31))


def median(quantity: Quantity, label: str = "") -> float:
    return quantity.central


def by_age(*ratios: float) -> dict[str, float]:
    return {band.value: ratio for band, ratio in zip(AgeBand, ratios, strict=True)}


def price(weekly_fee_gbp: Any, heading: str = "Fostering", **more: Any) -> dict[str, Any]:
    stated = {
        "block": "placement",
        "heading": heading,
        "weekly_fee_gbp": weekly_fee_gbp,
        "priced_at": "2020-04-01",
    }
    return stated | more


def money(**more: Any) -> Money:
    stated: dict[str, Any] = {"prices": {}, "budget": {"placement": {"base_gbp": {}}}}
    return Money.model_validate(stated | more)


FOUR_PRICES = {
    "in_house_foster": price(
        {"from": {"1900-01-01": 190.0, "2021-02-10": 201.5}},
        by_age=by_age(0.8, 0.9, 1.0, 1.1, 1.3),
        uplift=0.02,
    ),
    "agency_foster": price(812.35, uplift={"from": {"2020-01-01": 0.01, "2021-04-01": 0.035}}),
    "external_residential": price(
        4231.0,
        "External residential",
        spread=0.3,
        tail_share=0.08,
        tail_ratio=2.2,
        uplift=0.04,
        income_share=0.15,
        priced_at="2019-12-01",
    ),
    "hub": price(0.0, "Hub", block="own_provision"),
}
AFTER_CARE = {
    "special_guardianship": {
        "heading": "Special guardianship allowances",
        "weekly_fee_gbp": 160.0,
        "by_age": by_age(0.8, 0.9, 1.0, 1.1, 1.2),
        "uplift": 0.015,
        "priced_at": "2020-04-01",
    },
    "adoption": {
        "heading": "Adoption allowances",
        "weekly_fee_gbp": 110.0,
        "priced_at": "2021-10-01",
        "uplift": 0.02,
    },
}
FIXED_COSTS = {
    "hub_staff": {
        "block": "own_provision",
        "heading": "Hub",
        "annual_cost_gbp": {"from": {"2020-09-01": 800_000.01}},
    },
    "hub_grant": {
        "block": "own_provision",
        "heading": "Hub",
        "annual_cost_gbp": {"from": {"2020-09-01": -250_000}},
        "until": "2022-04-01",
    },
    "assessors": {
        "block": "prevention",
        "heading": "Assessors",
        "annual_cost_gbp": 123_456.78,
    },
}
ONE_OFF = {
    "beds": {
        "block": "own_provision",
        "heading": "Hub",
        "date": "2021-03-31",
        "cost_gbp": 33_333.33,
    },
    "gift": {
        "block": "improvement",
        "heading": "Gift",
        "date": "2021-04-01",
        "cost_gbp": -1_000,
    },
}


def full_money(**more: Any) -> Money:
    stated: dict[str, Any] = {
        "prices": FOUR_PRICES,
        "after_care": AFTER_CARE,
        "fixed_costs": FIXED_COSTS,
        "one_off": ONE_OFF,
    }
    return money(**(stated | more))


def stays(
    horizon: Horizon,
    rows: list[tuple[int, str, int, int]],
    *,
    born: list[int] | None = None,
    rank: list[float] | None = None,
    provenance: list[int] | None = None,
    category: list[int] | None = None,
    settings: tuple[str, ...] = SETTINGS,
) -> Episodes:
    """Stays from rows of child, setting, first night and first night no longer there."""
    count = len(rows)
    zeros = np.zeros(count, dtype=np.int8)
    return Episodes(
        epoch=horizon.epoch,
        settings=settings,
        child=np.array([row[0] for row in rows], dtype=np.int64),
        period_of_care=np.ones(count, dtype=np.int32),
        start=np.array([row[2] for row in rows], dtype=np.int32),
        end=np.array([row[3] for row in rows], dtype=np.int32),
        setting=np.array([settings.index(row[1]) for row in rows], dtype=np.int16),
        location=zeros,
        first_choice=np.zeros(count, dtype=np.int16),
        waiting_for=np.full(count, -1, dtype=np.int16),
        reason_new=zeros,
        reason_ceased=zeros,
        born=np.array(born if born is not None else [-3000] * count, dtype=np.int32),
        price_rank=np.array(rank if rank is not None else [0.5] * count, dtype=np.float64),
        category=np.array(category if category is not None else zeros, dtype=np.int8),
        siblings=np.zeros(count, dtype=np.int8),
        provenance=np.array(provenance if provenance is not None else [2] * count, dtype=np.int8),
    )


def spells(
    rows: list[tuple[int, str, int, int, int]] = (), kinds: tuple[str, ...] = KINDS
) -> AfterCareSpells:
    """After-care payments from rows of child, kind, first day, first day unpaid, born."""
    return AfterCareSpells(
        kinds=kinds,
        child=np.array([row[0] for row in rows], dtype=np.int64),
        kind=np.array([kinds.index(row[1]) for row in rows], dtype=np.int8),
        start=np.array([row[2] for row in rows], dtype=np.int32),
        end=np.array([row[3] for row in rows], dtype=np.int32),
        born=np.array([row[4] for row in rows], dtype=np.int32),
    )


def helped(rows: list[tuple[int, str, int]], services: tuple[str, ...]) -> HelpSpells:
    """Help from rows of child, service and the day it began."""
    told = {
        "services": services,
        "child": np.array([row[0] for row in rows], dtype=np.int64),
        "service": np.array([services.index(row[1]) for row in rows], dtype=np.int8),
        "start": np.array([row[2] for row in rows], dtype=np.int32),
    }
    # The other columns cost nothing.
    others = {field.name: np.zeros(len(rows), dtype=np.int32) for field in fields(HelpSpells)}
    return HelpSpells(**(others | told))


def priced(
    stated: Money,
    horizon: Horizon,
    episodes: Episodes | None = None,
    after_care: AfterCareSpells | None = None,
    draw: Any = median,
    **more: Any,
) -> CostTable:
    """What these stays cost at these prices; ``more`` is handed to ``monthly_costs``."""
    episodes = stays(horizon, []) if episodes is None else episodes
    after_care = spells() if after_care is None else after_care
    lines = cost_lines(stated, episodes.settings, after_care.kinds)
    book = price_book(stated, lines, horizon, draw)
    return monthly_costs(episodes, after_care, book, **more)


def random_stays(
    rng: np.random.Generator, horizon: Horizon, count: int, settings: tuple[str, ...] = SETTINGS
) -> Episodes:
    """Many stays; the first half belong to children in care when the forecast opens."""
    rows, provenance = [], []
    for number in range(count):
        known = number < count // 2
        start = int(rng.integers(-900, 0)) if known else int(rng.integers(0, horizon.days))
        end = max(start, 0) + int(rng.integers(0, 500))
        rows.append((number, str(rng.choice(settings)), start, end))
        provenance.append(1 if known else 2)
    return stays(
        horizon,
        rows,
        born=[int(day) for day in rng.integers(-5500, 0, count)],
        rank=[float(rank) for rank in rng.random(count)],
        provenance=provenance,
        settings=settings,
    )


def line_net_pence(costs: CostTable, label: str) -> np.ndarray:
    """Net pence by month of the line with this label."""
    labels = [line.label for line in costs.lines.lines]
    return costs.by_line(costs.net_pence)[labels.index(label)]
