"""The back-cast of 2018 has what was put in: entries, exits, opening, and how wide it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sufficiency.episodes import REASONS_CEASED, REASONS_NEW, Episodes
from sufficiency.forecast.replication import Plan, replicate
from sufficiency.scenario.load import load_scenario

FILE = Path(__file__).parents[2] / "scenarios" / "middlesbrough-2018" / "baseline.yaml"
FUTURES = 30
YEARS = ((0, 365), (365, 731))
"""First day of each of the two financial years, and the first after it."""


@pytest.fixture(scope="module")
def futures() -> list[Episodes]:
    scenario = load_scenario(FILE).scenario
    plan = Plan(scenario, scenario.seed, frozenset(range(1, FUTURES + 1)))
    found = [replicate(plan, number).episodes for number in range(1, FUTURES + 1)]
    return [each for each in found if each is not None]


def left(episodes: Episodes, year: int, *, at_18: bool) -> int:
    aged_18 = REASONS_CEASED.index("aged_18")
    routes = [*range(1, aged_18)]
    reasons = [aged_18] if at_18 else routes
    first, after = YEARS[year]
    inside = (episodes.end >= first) & (episodes.end < after)
    return int((inside & np.isin(episodes.reason_ceased, reasons)).sum())


@pytest.mark.backtest
@pytest.mark.parametrize(("year", "known"), [(0, 205), (1, 296)])
def test_entries_are_those_put_in(futures: list[Episodes], year: int, known: int) -> None:
    first, after = YEARS[year]
    entering = [REASONS_NEW.index(reason) for reason in ("entry", "return")]
    counts = [
        int(
            (
                np.isin(each.reason_new, entering) & (each.start >= first) & (each.start < after)
            ).sum()
        )
        for each in futures
    ]
    assert np.mean(counts) == pytest.approx(known, abs=3 * np.sqrt(known / FUTURES))


@pytest.mark.backtest
@pytest.mark.parametrize(
    ("year", "under_18", "at_18"), [(0, 120, 32), (1, 164, 35)], ids=["2018/19", "2019/20"]
)
def test_exits_are_those_put_in(
    futures: list[Episodes], year: int, under_18: int, at_18: int
) -> None:
    early = np.mean([left(each, year, at_18=False) for each in futures])
    late = np.mean([left(each, year, at_18=True) for each in futures])
    assert early == pytest.approx(under_18, abs=3 * np.sqrt(under_18 / FUTURES))
    assert late == pytest.approx(at_18, abs=3 * np.sqrt(at_18 / FUTURES) + 2)


@pytest.mark.backtest
def test_the_year_just_known_is_narrow(futures: list[Episodes]) -> None:
    """Nothing but chance is left: eight in ten of December 2019 within 15% of the mean."""
    december = 639
    counts = [int(((each.start <= december) & (each.end > december)).sum()) for each in futures]
    low, high = np.quantile(counts, [0.1, 0.9])
    assert (high - low) / np.mean(counts) < 0.15


@pytest.mark.content
def test_the_budget_of_2018_19_is_not_made_up() -> None:
    budget = load_scenario(FILE).scenario.money.budget.placement
    assert list(budget.base_gbp) == ["2019/20"]
    assert budget.base_gbp["2019/20"].central == 12_900_000
