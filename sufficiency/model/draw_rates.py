"""How fast things happen in one replication: clocks of leaving and moving, and entries.

A scenario states each rate as an average over the children it was counted from, and says
who lies above or below that average. Here the two are put together, so that however the
effects are drawn, the average over those reference children is the rate that was counted.
"""

from __future__ import annotations

import math

import numpy as np

from sufficiency.episodes import STAY_ENDS
from sufficiency.model.dated import calendar_starts, cumulative_shares, on_stretches, steps
from sufficiency.model.deliveries import conditions_met
from sufficiency.model.parameters import (
    CAUSES,
    MOVES,
    ROUTES,
    Clockwork,
    EntryParameters,
    FloatArray,
    Steps,
)
from sufficiency.periods import DAYS_PER_YEAR, Horizon, financial_year_start
from sufficiency.scenario.schema import Hazard, MoveHazard, Scenario, YearToYear
from sufficiency.streams import GOOD_AND_BAD_YEARS, Draws, Streams
from sufficiency.vocabulary import AgeBand, TimeInCare


def draw_clockwork(
    scenario: Scenario,
    draws: Draws,
    streams: Streams,
    reference: FloatArray,
    horizon: Horizon,
) -> Clockwork:
    """How fast each clock runs.

    Args:
        scenario: What is known and assumed.
        draws: Values of uncertain figures.
        streams: The replication's streams, for good and bad years.
        reference: Shares of the reference children; shape (5, 5, settings).
        horizon: The days of the forecast.

    Returns:
        Rates before the setting's effect, effects, and the calendar.
    """
    hazards: list[Hazard | MoveHazard | None] = [scenario.leaving.get(route) for route in ROUTES]
    hazards += [scenario.moving[move] for move in MOVES]
    hazards.append(None)  # the end of a short stay has no table of its own
    names = list(scenario.settings)
    rates = np.zeros((len(CAUSES), len(AgeBand), len(TimeInCare)))
    effects = np.zeros((len(names), len(CAUSES)))
    for cause, hazard in enumerate(hazards):
        if hazard is None:
            continue
        rates[cause], effects[:, cause] = _relative(hazard, draws, names, reference)
    _short_stays(scenario, draws, rates, effects)
    _effects_of_living_there(scenario, draws, effects)
    starts = calendar_starts([h.change for h in hazards if h is not None], horizon)
    calendar = np.ones((len(CAUSES), len(starts)))
    leaving = scenario.year_to_year.leaving
    good_and_bad = _years(leaving, draws, streams.of(GOOD_AND_BAD_YEARS, "leaving"), horizon)
    for cause, hazard in enumerate(hazards):
        if hazard is not None:
            calendar[cause] = on_stretches(steps(hazard.change, draws, horizon, before=1.0), starts)
        if cause < len(ROUTES):
            calendar[cause] *= on_stretches(good_and_bad, starts)
    return Clockwork(rates / DAYS_PER_YEAR, effects, starts, calendar)


def _short_stays(scenario: Scenario, draws: Draws, rates: FloatArray, effects: FloatArray) -> None:
    """Stays that end by themselves: at once a mean stay, wherever a setting has one."""
    stay_ends = CAUSES.index(STAY_ENDS)
    for code, rule in enumerate(scenario.settings.values()):
        if rule.stay is not None:
            rates[stay_ends] = DAYS_PER_YEAR
            effects[code, stay_ends] = 1.0 / max(draws(rule.stay), 1.0)


def _effects_of_living_there(scenario: Scenario, draws: Draws, effects: FloatArray) -> None:
    """What living in a setting does to rates, as far as its conditions are met."""
    for code, rule in enumerate(scenario.settings.values()):
        ratios = [*rule.leaving_ratios.items(), *rule.moving_ratios.items()]
        if not ratios:
            continue
        reached = 1.0
        if rule.delivery is not None:
            reached = conditions_met(scenario.deliveries[rule.delivery], draws)
        for cause, ratio in ratios:
            effects[code, CAUSES.index(cause)] *= 1.0 - (1.0 - draws(ratio)) * reached


def _relative(
    hazard: Hazard, draws: Draws, names: list[str], reference: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Rates by age and time in care, and effects by setting, averaging to the stated rate."""
    by_age = np.array([draws(hazard.by_age[band]) for band in AgeBand])
    by_time = np.array([draws(hazard.by_time_in_care[band]) for band in TimeInCare])
    others = draws(hazard.other_settings)
    by_setting = np.array(
        [draws(hazard.by_setting[name]) if name in hazard.by_setting else others for name in names]
    )
    average = float(np.einsum("atk,a,t,k->", reference, by_age, by_time, by_setting))
    if average == 0.0:
        return np.zeros((len(AgeBand), len(TimeInCare))), by_setting
    return draws(hazard.rate) / average * np.outer(by_age, by_time), by_setting


def log_process(
    spread: float, autocorrelation: float, last_year: float, normals: FloatArray
) -> FloatArray:
    """Yearly multipliers of a flow: good and bad years around its level.

    The log follows a first-order autoregression that starts from where the last year before
    the forecast stood. Each multiplier is scaled so that, without a last year, its mean is 1.

    Args:
        spread: Standard deviation of the log in the long run.
        autocorrelation: Correlation of the log with the year before's.
        last_year: The log in the last year before the forecast.
        normals: Standard normal draws, one a year; shape (years,).

    Returns:
        Multipliers; shape (years,).
    """
    logs = np.empty(len(normals))
    noise = 0.0
    for year, normal in enumerate(normals):
        faded = autocorrelation ** (year + 1)
        noise = autocorrelation * noise + spread * math.sqrt(1 - autocorrelation**2) * normal
        logs[year] = faded * last_year + noise - spread**2 * (1 - faded**2) / 2
    multipliers: FloatArray = np.exp(logs)
    return multipliers


def _years(
    variation: YearToYear, draws: Draws, stream: np.random.Generator, horizon: Horizon
) -> Steps:
    """Good and bad years of a flow, as days and multipliers."""
    years = horizon.financial_years
    multipliers = log_process(
        0.0 if draws.steady else draws(variation.spread),
        draws(variation.autocorrelation),
        draws(variation.last_year),
        stream.standard_normal(len(years)),
    )
    multipliers[[year.label in variation.known for year in years]] = 1.0
    return (-math.inf, *(float(year.first) for year in years[1:])), tuple(multipliers.tolist())


def draw_entries(
    scenario: Scenario, draws: Draws, streams: Streams, horizon: Horizon
) -> EntryParameters:
    """How fast children come into care for the first time, and with what plans.

    Args:
        scenario: What is known and assumed.
        draws: Values of uncertain figures.
        streams: The replication's streams, for good and bad years.
        horizon: The days of the forecast.

    Returns:
        Rates by age and the calendar. Children who come back are not among them.
    """
    entries = scenario.entries
    starts = calendar_starts([entries.change], horizon)
    variation = scenario.year_to_year.entries
    good_and_bad = _years(variation, draws, streams.of(GOOD_AND_BAD_YEARS, "entries"), horizon)
    calendar = (
        on_stretches(steps(entries.change, draws, horizon, before=1.0), starts)
        * on_stretches(good_and_bad, starts)
        * on_stretches(_drift(draws(entries.drift), horizon), starts)
    )
    shares = np.array([draws(entries.by_age[band]) for band in AgeBand])
    first = 1.0
    if scenario.returning is not None:
        first -= draws(scenario.returning.share_of_entries)
    return EntryParameters(
        per_year_by_age=draws(entries.per_year) * first * shares / shares.sum(),
        calendar_starts=starts,
        calendar=calendar,
        plan_shares=tuple(_plans_at_entry(scenario, draws, band) for band in AgeBand),
        at_birth=min(draws(entries.at_birth), 0.99),
        older_half=tuple(
            draws(entries.older_half[band]) if band in entries.older_half else 0.5
            for band in AgeBand
        ),
    )


def _drift(log_per_year: float, horizon: Horizon) -> Steps:
    """A steady yearly change, taken at the middle of each financial year.

    It does not depend on where a forecast ends or on which dates a scenario names.
    """
    years = horizon.financial_years
    middles = [horizon.day(financial_year_start(year.label)) + DAYS_PER_YEAR / 2 for year in years]
    days = (-math.inf, *(float(year.first) for year in years[1:]))
    return days, tuple(math.exp(log_per_year * middle / DAYS_PER_YEAR) for middle in middles)


def _plans_at_entry(scenario: Scenario, draws: Draws, band: AgeBand) -> tuple[float, ...]:
    shares = {plan: rule.at_entry[band] for plan, rule in scenario.plans.items()}
    return cumulative_shares(shares, scenario.plans, draws)
