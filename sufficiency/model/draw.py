"""Drawing the numbers of one replication: a scenario with every uncertain figure settled.

A scenario states each rate as an average over the children it was counted from, and says
who lies above or below that average. Here the two are put together, so that however the
effects are drawn, the average over those reference children is the rate that was counted.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import numpy as np

from sufficiency.model.parameters import (
    CAUSES,
    MOVES,
    ROUTES,
    Clockwork,
    EntryParameters,
    FloatArray,
    MoveParameters,
    PanelParameters,
    Parameters,
    SettingParameters,
    Steps,
)
from sufficiency.periods import DAYS_PER_YEAR, Horizon, financial_year_start
from sufficiency.scenario.schema import Hazard, MoveHazard, Scenario, SettingRule, YearToYear
from sufficiency.scenario.values import Dated, Quantity
from sufficiency.streams import Draws, Streams
from sufficiency.vocabulary import AgeBand, Location, Route, TimeInCare

K = TypeVar("K")


def draw_parameters(
    scenario: Scenario, draws: Draws, streams: Streams, reference: FloatArray
) -> Parameters:
    """Draw one replication's numbers.

    Args:
        scenario: What is known and assumed.
        draws: Values of uncertain figures.
        streams: The replication's streams, for good and bad years.
        reference: Shares of the reference children by age band, time in care and setting;
            shape (5, 5, settings), summing to 1.

    Returns:
        The numbers, ready for the engine.
    """
    horizon = Horizon(scenario.start, scenario.end)
    names = list(scenario.settings)
    plans = tuple(scenario.plans)
    return Parameters(
        horizon=horizon,
        settings=tuple(
            _setting(name, rule, draws, horizon) for name, rule in scenario.settings.items()
        ),
        plans=plans,
        search_orders=tuple(
            tuple(names.index(name) for name in scenario.plans[plan].search_order) for plan in plans
        ),
        clockwork=_clockwork(scenario, draws, streams, reference, horizon),
        entries=_entries(scenario, draws, streams, horizon),
        moves=tuple(
            MoveParameters(
                draws(scenario.moving[move].keeps_plan),
                tuple(
                    cumulative_shares(scenario.moving[move].plan_after[band], plans, draws)
                    for band in AgeBand
                ),
            )
            for move in MOVES
        ),
        panel=_panel(scenario, draws, names),
        after_care_chance={
            Route(kind.value): draws(rule.share_of_leavers)
            for kind, rule in scenario.after_care.items()
        },
    )


def steps(dated: Dated[Any], draws: Draws, horizon: Horizon, *, before: float) -> Steps:
    """A dated figure as days and values.

    Args:
        dated: The figure.
        draws: Values of uncertain figures.
        horizon: The days of the forecast.
        before: The value until the first date, if the forecast opens before it.

    Returns:
        Days from which values hold, the first minus infinity, and the values.
    """
    days, values = [-math.inf], [before]
    for date, quantity in dated.from_.items():
        if date <= horizon.epoch:
            days, values = [-math.inf], [draws(quantity)]
        else:
            days.append(float(horizon.day(date)))
            values.append(draws(quantity))
    return tuple(days), tuple(values)


def cumulative_shares(
    shares: Mapping[K, Quantity], keys: Iterable[K], draws: Draws
) -> tuple[float, ...]:
    """Cumulative shares in the order of the keys, rescaled to end at exactly 1."""
    drawn = np.array([draws(shares[key]) if key in shares else 0.0 for key in keys])
    running = np.cumsum(drawn / drawn.sum())
    running[-1] = 1.0
    return tuple(running.tolist())


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


def _setting(name: str, rule: SettingRule, draws: Draws, horizon: Horizon) -> SettingParameters:
    return SettingParameters(
        name=name,
        opens=-math.inf if rule.opens is None else float(horizon.day(rule.opens)),
        closes=math.inf if rule.closes is None else float(horizon.day(rule.closes)),
        places=_whole(rule.places, draws, horizon),
        match=draws(rule.match),
        suitable=_suitable(rule, draws, horizon),
        suitable_after_a_move=draws(rule.suitable_after_a_move),
        location=cumulative_shares(rule.location, Location, draws),
        nearby_places=_whole(rule.nearby_places, draws, horizon),
    )


def _suitable(rule: SettingRule, draws: Draws, horizon: Horizon) -> tuple[Steps, ...] | None:
    """Share of children for whom the setting is possible, by age band and day."""
    if rule.suitable is None:
        return None
    level = draws(rule.suitable_level)
    by_age = [steps(rule.suitable[band], draws, horizon, before=0.0) for band in AgeBand]
    return tuple((days, tuple(min(level * s, 1.0) for s in shares)) for days, shares in by_age)


def _whole(places: Dated[Any] | None, draws: Draws, horizon: Horizon) -> Steps | None:
    """Places by day, none before the first date. A part of a place is no place."""
    if places is None:
        return None
    days, values = steps(places, draws, horizon, before=0.0)
    return days, tuple(float(math.floor(value + 1e-9)) for value in values)


def _panel(scenario: Scenario, draws: Draws, names: list[str]) -> PanelParameters:
    ranking = scenario.panel.ranking
    return PanelParameters(
        rank=tuple(ranking.index(name) if name in ranking else len(ranking) for name in names),
        plan_to_move=draws(scenario.panel.plan_to_move),
        acceptance=draws(scenario.panel.acceptance),
        notice_days=draws(scenario.panel.notice),
    )


def _clockwork(
    scenario: Scenario,
    draws: Draws,
    streams: Streams,
    reference: FloatArray,
    horizon: Horizon,
) -> Clockwork:
    hazards: list[Hazard | MoveHazard | None] = [scenario.leaving.get(route) for route in ROUTES]
    hazards += [scenario.moving[move] for move in MOVES]
    names = list(scenario.settings)
    rates = np.zeros((len(CAUSES), len(AgeBand), len(TimeInCare)))
    effects = np.zeros((len(names), len(CAUSES)))
    for cause, hazard in enumerate(hazards):
        if hazard is None:
            continue
        rates[cause], effects[:, cause] = _relative(hazard, draws, names, reference)
    starts = _calendar_starts([h.change for h in hazards if h is not None], horizon)
    calendar = np.ones((len(CAUSES), len(starts)))
    leaving = scenario.year_to_year.leaving
    good_and_bad = _years(leaving, draws, streams.of("year_to_year", "leaving"), horizon)
    for cause, hazard in enumerate(hazards):
        if hazard is not None:
            calendar[cause] = _on_stretches(
                steps(hazard.change, draws, horizon, before=1.0), starts
            )
        if cause < len(ROUTES):
            calendar[cause] *= _on_stretches(good_and_bad, starts)
    return Clockwork(rates / DAYS_PER_YEAR, effects, starts, calendar)


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
    return (-math.inf, *(float(year.first) for year in years[1:])), tuple(multipliers.tolist())


def _calendar_starts(changes: list[Dated[Any]], horizon: Horizon) -> FloatArray:
    """Every day on which a multiplier may change, after one before the forecast."""
    days = {float(year.first) for year in horizon.financial_years[1:]}
    for change in changes:
        days |= {float(horizon.day(date)) for date in change.from_ if _inside(date, horizon)}
    return np.array([-math.inf, *sorted(days)])


def _inside(date: dt.date, horizon: Horizon) -> bool:
    return horizon.epoch < date <= horizon.end


def _on_stretches(dated: Steps, starts: FloatArray) -> FloatArray:
    """The value in force at the start of each calendar stretch."""
    return np.array(dated[1])[np.searchsorted(np.array(dated[0]), starts, side="right") - 1]


def _entries(
    scenario: Scenario, draws: Draws, streams: Streams, horizon: Horizon
) -> EntryParameters:
    entries = scenario.entries
    starts = _calendar_starts([entries.change], horizon)
    variation = scenario.year_to_year.entries
    good_and_bad = _years(variation, draws, streams.of("year_to_year", "entries"), horizon)
    calendar = (
        _on_stretches(steps(entries.change, draws, horizon, before=1.0), starts)
        * _on_stretches(good_and_bad, starts)
        * _on_stretches(_drift(draws(entries.drift), horizon), starts)
    )
    shares = np.array([draws(entries.by_age[band]) for band in AgeBand])
    return EntryParameters(
        per_year_by_age=draws(entries.per_year) * shares / shares.sum(),
        calendar_starts=starts,
        calendar=calendar,
        plan_shares=tuple(_plans_at_entry(scenario, draws, band) for band in AgeBand),
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
