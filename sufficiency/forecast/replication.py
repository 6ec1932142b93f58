"""One possible future from beginning to end: drawn, simulated, counted and priced."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sufficiency.carer_counts import count_carers
from sufficiency.counts import ALL, Counted, count
from sufficiency.edge_counts import count_edge
from sufficiency.episodes import AfterCareSpells, Episodes, HelpSpells
from sufficiency.estimate.caseload import opening_children, reference_weights
from sufficiency.finance.budget import (
    PLACEMENT,
    BudgetStatement,
    budget_statement,
    placement_position,
)
from sufficiency.finance.costs import CostTable, PriceBook, monthly_costs, price_book
from sufficiency.finance.figures import PENCE_PER_POUND, Pence
from sufficiency.finance.lines import CostLines, cost_lines
from sufficiency.model.after_care import opening_after_care, together
from sufficiency.model.arrivals import draw_arrivals
from sufficiency.model.carers import Recruited, draw_carers, recruit
from sufficiency.model.draw import draw_parameters
from sufficiency.model.edge import before_care, draw_edge
from sufficiency.model.engine import simulate
from sufficiency.model.households import usable_by_day
from sufficiency.model.parameters import Parameters, Steps
from sufficiency.model.population import OpeningCaseload, draw_population
from sufficiency.model.search import chancy_settings
from sufficiency.periods import Horizon
from sufficiency.place_counts import PlaceCounts, count_places
from sufficiency.scenario.schema import Scenario
from sufficiency.streams import NOTHING_HELD, Draws, Held, Streams

FloatArray = NDArray[np.float64]
GBP = "GBP"
Key = tuple[str, str, str]
"""Measure, setting and unit of one row of results."""


@dataclass(frozen=True)
class Replication:
    """What one replication found.

    Attributes:
        number: Which replication, from 1.
        keys: Measure, setting and unit of each row.
        measured: Each measure over the forecast; shape (rows, 1 + periods).
        outturn_pence: Net cost; shape (budget lines, financial years).
        already_in_care_pence: Fees for children in care at the start; (settings, years).
        yet_to_come_pence: Fees for children who came later; (settings, years).
        void_pence: Fees for places paid for and empty; (settings, years).
        gross_pence: Cost before any income; shape (budget lines, financial years).
        nights: Nights in each setting; (settings, years).
        statement: The budgets.
        episodes: Every placement, where they were asked for.
        place_counts: Who wants which home, who lives there, and what places there are.
    """

    number: int
    keys: tuple[Key, ...]
    measured: FloatArray
    outturn_pence: Pence
    already_in_care_pence: Pence
    yet_to_come_pence: Pence
    void_pence: Pence
    gross_pence: Pence
    nights: NDArray[np.int64]
    statement: BudgetStatement
    episodes: Episodes | None
    place_counts: PlaceCounts | None = None


@dataclass(frozen=True)
class Plan:
    """What a replication needs to know beforehand, the same for all.

    Attributes:
        scenario: What is known and assumed.
        seed: Names the random numbers.
        episodes_of: Replications whose placements are kept.
        steady: Leave out good and bad years.
        certain: Take every doubtful figure at its middle.
        held: What is held still or taken from other futures, to ask what it does.
    """

    scenario: Scenario
    seed: int
    episodes_of: frozenset[int] = frozenset()
    steady: bool = False
    certain: bool = False
    held: Held = NOTHING_HELD

    @property
    def horizon(self) -> Horizon:
        """The days of the forecast."""
        return Horizon(self.scenario.start, self.scenario.end)

    @property
    def lines(self) -> CostLines:
        """The lines of the budget."""
        kinds = tuple(kind.value for kind in self.scenario.after_care)
        return cost_lines(self.scenario.money, tuple(self.scenario.settings), kinds)


def replicate(plan: Plan, number: int) -> Replication:
    """Run one replication.

    Args:
        plan: The scenario and seed.
        number: Which replication, from 1.

    Returns:
        What it found; the same whichever others are run beside it.
    """
    return told(plan, number, priced(plan, number))


@dataclass(frozen=True)
class Priced:
    """One future, simulated and priced.

    Attributes:
        future: What happened.
        places: Places by code of the setting, for each setting with a limit; shape (days,) each.
        book: The prices of this future.
        costs: What it cost.
        statement: The budgets.
    """

    future: Future
    places: dict[int, NDArray[np.int64]]
    book: PriceBook
    costs: CostTable
    statement: BudgetStatement


def priced(plan: Plan, number: int, future: Future | None = None) -> Priced:
    """Simulate and price one future.

    Args:
        plan: The scenario and seed.
        number: Which replication, from 1.
        future: The same future where it has been simulated before: prices change nothing in it.

    Returns:
        What happened and what it cost.
    """
    draws = Draws(plan.seed, number, certain=plan.certain, steady=plan.steady, held=plan.held)
    with collector_at_rest():
        if future is None:
            future = simulated(plan.scenario, draws, Streams(plan.seed, number, plan.held))
        places = places_by_day(future)
        book = price_book(plan.scenario.money, plan.lines, plan.horizon, draws)
        costs = monthly_costs(
            future.episodes, future.after_care, book, help=future.help, places=places
        )
    statement = budget_statement(plan.scenario.money.budget, plan.horizon, draws)
    return Priced(future, places, book, costs, statement)


def told(plan: Plan, number: int, one: Priced) -> Replication:
    """Count one future that has been simulated and priced.

    Args:
        plan: The scenario and seed.
        number: Which replication, from 1.
        one: What :func:`priced` gave.

    Returns:
        What it found.
    """
    future, costs = one.future, one.costs
    counted = count(future.episodes, future.after_care, plan.horizon, one.places)
    counted += count_edge(future.help, plan.horizon)
    if future.recruited is not None:
        counted += count_carers(future.recruited, plan.horizon)
    by_place = [name for name, price in plan.scenario.money.prices.items() if price.is_by_place]
    money = _money(costs, one.statement, plan.horizon)
    rows = [*counted, *money, *_voids(costs, by_place)]
    return Replication(
        number=number,
        keys=tuple((row.measure, row.setting, row.unit) for row in rows),
        measured=np.array([row.values for row in rows]),
        outturn_pence=costs.by_year(costs.by_line(costs.net_pence)),
        already_in_care_pence=costs.by_year(costs.already_in_care_pence),
        yet_to_come_pence=costs.by_year(costs.yet_to_come_pence),
        void_pence=costs.by_year(costs.void_pence),
        gross_pence=costs.by_year(costs.by_line(costs.gross_pence)),
        nights=costs.by_year(costs.nights),
        statement=one.statement,
        episodes=future.episodes if number in plan.episodes_of else None,
        place_counts=count_places(future.episodes, plan.horizon, one.places, nearby_by_day(future)),
    )


@dataclass(frozen=True)
class Future:
    """One future as it was simulated, before counting and pricing.

    Attributes:
        parameters: The numbers it ran on.
        episodes: Every placement.
        after_care: Every payment after care, those already being made included.
        help: Help for children at risk.
        recruited: The authority's own carers, where they are counted by household.
    """

    parameters: Parameters
    episodes: Episodes
    after_care: AfterCareSpells
    help: HelpSpells
    recruited: Recruited | None


def simulated(scenario: Scenario, draws: Draws, streams: Streams) -> Future:
    """Simulate one replication, before counting and pricing.

    First who comes into care, with the services there are, and which carers there are: neither
    depends on where children live. Then the children, from home to home.

    Args:
        scenario: What is known and assumed.
        draws: Values of uncertain figures.
        streams: The replication's streams.

    Returns:
        What happened.
    """
    horizon = Horizon(scenario.start, scenario.end)
    parameters = draw_parameters(scenario, draws, streams, reference_weights(scenario, draws))
    chancy = chancy_settings(parameters)
    edge = draw_edge(scenario, draws, streams, parameters.entries, horizon)
    arrivals = draw_arrivals(streams, parameters.entries, horizon.days, chancy)
    coming, help_given = before_care(edge, arrivals, streams, horizon.days, chancy)
    carers = draw_carers(scenario, draws, horizon)
    recruited = None if carers is None else recruit(carers, streams, horizon.days)
    caseload = opening_caseload(scenario, draws, streams)
    population = draw_population(parameters, caseload, streams, coming)
    outcome = simulate(parameters, population, streams, recruited)
    already_paid = opening_after_care(scenario.after_care, draws, streams)
    after_care = together(already_paid, outcome.after_care)
    return Future(parameters, outcome.episodes, after_care, help_given, recruited)


def opening_caseload(scenario: Scenario, draws: Draws, streams: Streams) -> OpeningCaseload:
    """The children in care on the first day, with dates as day numbers."""
    children = opening_children(scenario, draws, streams.of("opening_caseload"))
    # The opening day is day -1, so what began that day, 0 days ago, began on day -1.
    return OpeningCaseload(
        born=-1 - children.born_days_before,
        entered=-1 - children.in_care_days,
        placed=-1 - children.in_placement_days,
        setting=children.setting,
        location=children.location,
    )


def places_by_day(future: Future) -> dict[int, NDArray[np.int64]]:
    """Places on each day, for each setting with a limit; none before it opens.

    Args:
        future: What was simulated. Places of carers counted by household are those that can
            be used that day.

    Returns:
        Places by code of the setting; shape (days,) each.
    """
    parameters = future.parameters
    days = np.arange(parameters.horizon.days)
    found = {}
    for code, setting in enumerate(parameters.settings):
        if setting.places is None:
            continue
        if code == parameters.carers_setting and future.recruited is not None:
            found[code] = usable_by_day(future.recruited, len(days))
            continue
        places = _by_day(setting.places, days)
        places[(days < setting.opens) | (days >= setting.closes)] = 0
        found[code] = places
    return found


def nearby_by_day(future: Future) -> dict[int, NDArray[np.int64]]:
    """Places within 20 miles that other authorities leave free, where they are stated.

    Args:
        future: What was simulated.

    Returns:
        Places on each day by code of the setting; shape (days,) each.
    """
    days = np.arange(future.parameters.horizon.days)
    found = {}
    for code, setting in enumerate(future.parameters.settings):
        if setting.nearby_places is not None:
            places = _by_day(setting.nearby_places, days)
            places[(days < setting.opens) | (days >= setting.closes)] = 0
            found[code] = places
    return found


def _by_day(steps: Steps, days: NDArray[np.int64]) -> NDArray[np.int64]:
    starts = np.searchsorted(np.array(steps[0]), days, side="right") - 1
    return np.array(steps[1], dtype=np.int64)[starts]


def _money(costs: CostTable, statement: BudgetStatement, horizon: Horizon) -> Iterator[Counted]:
    """Cost and overspend, in pounds, in the shape of the counts."""
    net = costs.net_pence
    placement = costs.by_block(net)[PLACEMENT]
    yield Counted("cost", ALL, GBP, _months_and_years(placement, costs, horizon))
    by_setting = costs.by_setting(net)
    for name, row in zip(costs.lines.settings, by_setting, strict=True):
        yield Counted("cost", name, GBP, _months_and_years(row, costs, horizon))
    position = placement_position(costs, statement)
    none_by_month = np.full(len(horizon.months), np.nan)
    for measure in ("overspend", "gap_before_uplift", "gap_after_uplift"):
        pence = getattr(position, f"{measure}_pence")
        yield Counted(measure, ALL, GBP, _pounds(none_by_month, pence))
    none_by_year = np.full(len(horizon.financial_years), np.nan)
    run_rate = position.run_rate_overspend_pence
    yield Counted("run_rate_overspend", ALL, GBP, _pounds(run_rate, none_by_year))


def _voids(costs: CostTable, by_place: list[str]) -> Iterator[Counted]:
    """What empty places cost, in the settings that are paid for by the place."""
    for name in by_place:
        pence = costs.void_pence[costs.lines.settings.index(name)]
        yield Counted("void_cost", name, GBP, _months_and_years(pence, costs, costs.horizon))


def _months_and_years(pence: Pence, costs: CostTable, horizon: Horizon) -> FloatArray:
    return _pounds(pence.astype(np.float64), costs.by_year(pence).astype(np.float64))


def _pounds(by_month: FloatArray, by_year: FloatArray) -> FloatArray:
    """Pence by month and year, as pounds, after the empty opening day."""
    return np.concatenate([[np.nan], by_month, by_year]) / PENCE_PER_POUND


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Keep Python's garbage collector from looking through a simulation again and again.

    A simulation makes tens of thousands of objects and no cycles that outlive it, so the
    collector would only cost time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
