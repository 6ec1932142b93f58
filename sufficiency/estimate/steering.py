"""How many children will come, set by where the number in care is likely to go.

Entries and leaving of a few years are a poor guide to the number in care: carried forward they
forecast worse than assuming that nothing changes. The number itself holds much better. So a path
is set for it first: it stays, comes a little nearer to England's rate each year, and takes a small
part of the growth that recent entries and leaving would bring. The entries are then those that
lead along this path, given how the authority's children grow up, move and leave. Good and bad
years are made as large as the number in care has shown them to be across authorities.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sufficiency.estimate.panel import FlowVariation, Learnt
from sufficiency.model.expected import Expectation, entries_that_hold
from sufficiency.scenario.values import Z90

FloatArray = NDArray[np.float64]
Flows = tuple[FlowVariation, FlowVariation]
"""Entries and leaving."""
_LEAST_LEVEL_SD = 0.02
_LEAST_DRIFT_HALF = 0.003
_STEEPEST = 0.12
_BUMP = 0.05


@dataclass(frozen=True)
class Projected:
    """What an area's rates lead to in each year, as numbers and as changes of them.

    Attributes:
        stock: Children in care at the opening.
        of_opening: Of them, those still in care at the end of each year; shape (years,).
        of_entries: For each year's end, children in care for one entering a year in each year;
            shape (years, years).
        leaving: Change of the log number at each year's end when everyone leaves faster in one
            year, for each unit of log, by years since that year began; shape (years,).
    """

    stock: float
    of_opening: FloatArray
    of_entries: FloatArray
    leaving: FloatArray

    def path(self, entries_per_year: FloatArray) -> FloatArray:
        """Children in care at each year's end; shape (years,)."""
        return np.asarray(self.of_opening + self.of_entries @ entries_per_year)


@dataclass(frozen=True)
class Standing:
    """Where an authority stands beside England.

    Attributes:
        gap: Log of its rate of children in care over England's.
        entry_gap: Log of its entries per child over England's, of the last two years.
        usual_entries: Entries a year at England's rate per child.
    """

    gap: float
    entry_gap: float
    usual_entries: float


@dataclass(frozen=True)
class Steering:
    """The level of entries and its variation.

    Attributes:
        path: Children in care the entries are set for, at each year's end.
        reverting: Log change a year towards England's rate, part of the path.
        from_flows: Log change by the first year's end from recent flows, part of the path.
        level: Entries a year when the forecast opens.
        level_sd: Its uncertainty on the log scale.
        drift: Yearly log change of entries, with tenth and ninetieth percentile.
        entries: Good and bad years of entries.
        leaving: Good and bad years of leaving.
        scale: What the spreads seen in the two flows were multiplied by.
    """

    path: FloatArray
    reverting: float
    from_flows: float
    level: float
    level_sd: float
    drift: tuple[float, float, float]
    entries: FlowVariation
    leaving: FlowVariation
    scale: float


def projected(plain: Expectation, faster: Expectation, stock: float) -> Projected:
    """What rates lead to, from two projections.

    Args:
        plain: The rates as they are.
        faster: The same with leaving in the first year faster by ``faster_first_year``.
        stock: Children in care at the opening.

    Returns:
        The numbers at each year's end.
    """
    nothing, each = np.zeros(plain.years), np.eye(plain.years)
    ends = slice(plain.steps_per_year, None, plain.steps_per_year)

    def totals(expectation: Expectation, entries: FloatArray) -> FloatArray:
        return np.asarray(expectation.path(entries)[ends].sum(axis=(1, 2)))

    def both(expectation: Expectation) -> tuple[FloatArray, FloatArray]:
        opening = totals(expectation, nothing)
        return opening, np.column_stack([totals(expectation, year) - opening for year in each])

    opening, response = both(plain)
    holding = entries_that_hold(stock, opening, response)
    steady = opening + response @ holding
    opening_faster, response_faster = both(faster)
    change = np.log((opening_faster + response_faster @ holding) / steady) / np.log1p(_BUMP)
    return Projected(stock, opening, response, change)


def faster_first_year(years: int) -> FloatArray:
    """Leaving multiplied in the first year, for the second projection; shape (years,)."""
    multiplied = np.ones(years)
    multiplied[0] += _BUMP
    return multiplied


def steer(
    here: Projected,
    england: Projected,
    england_entries: float,
    standing: Standing,
    learnt: Learnt,
    leaving_sd: float,
) -> Steering:
    """Set entries and their variation.

    Args:
        here: What the authority's rates lead to.
        england: What England's lead to.
        england_entries: England's entries in the last year.
        standing: Where the authority stands.
        learnt: What all authorities' past years tell.
        leaving_sd: Doubt about the authority's rate of leaving, on the log scale.

    Returns:
        The steering.
    """
    years = np.arange(1, len(here.of_opening) + 1)
    coming = standing.usual_entries * np.exp(
        learnt.entries_on_entries * standing.entry_gap + learnt.entries_on_stock * standing.gap
    )
    flows = _growth(here, coming) - _growth(england, england_entries)
    part = learnt.from_flows.value
    falls = -learnt.reversion * standing.gap

    def path(reverting: float) -> FloatArray:
        return np.asarray(here.stock * np.exp(reverting * years + part * flows))

    wanted = path(falls)
    level, drift = _fitted(here, wanted)
    ends = sorted(_drift_at(here, level, path(some * falls)) for some in (0.0, 2.0))
    half = max((ends[1] - ends[0]) / 2, _LEAST_DRIFT_HALF)
    response = here.of_entries * level * np.exp(drift * (years - 0.5)) / wanted[:, None]
    from_level = learnt.from_flows.standard_error * abs(float(flows[0])) / response[0, 0]
    level_sd = float(np.hypot(_LEAST_LEVEL_SD, from_level))
    known = _known(response, here.leaving, level_sd, half / Z90, leaving_sd)
    scale = _scale(response, here.leaving, known, learnt)
    entries, leaving = _scaled(learnt.entries, scale), _scaled(learnt.leaving, scale)
    # It is the middle of the futures that is to lie on the path.
    above = _mean_above_middle(here, wanted, response, (entries, leaving), known)
    level, drift = _fitted(here, wanted * np.exp(above))
    return Steering(
        path=wanted,
        reverting=falls,
        from_flows=float(part * flows[0]),
        level=level,
        level_sd=level_sd,
        drift=(drift - half, drift, drift + half),
        entries=entries,
        leaving=leaving,
        scale=scale,
    )


def _known(
    response: FloatArray, leaving: FloatArray, level_sd: float, drift_sd: float, leaving_sd: float
) -> FloatArray:
    """Variance of the log number at each year's end by doubt about level, drift and leaving."""
    years = np.arange(1, len(leaving) + 1)
    by_level = response.sum(axis=1) * level_sd
    by_drift = response @ (years - 0.5) * drift_sd
    return np.asarray(by_level**2 + by_drift**2 + (np.cumsum(leaving) * leaving_sd) ** 2)


def _growth(area: Projected, entries: float) -> FloatArray:
    """Log growth by each year's end with so many entries in every year."""
    path = area.path(np.full(len(area.of_opening), entries))
    return np.asarray(np.log(np.maximum(path, 0.1 * area.stock) / area.stock))


def _fitted(here: Projected, wanted: FloatArray) -> tuple[float, float]:
    """Level and drift of entries whose path lies nearest the one wanted, in logs."""
    drifts = np.linspace(-_STEEPEST, _STEEPEST, 97)
    best = (np.inf, 0.0, 0.0)
    for drift in drifts:
        level, miss = _level_at(here, float(drift), wanted)
        best = min(best, (miss, level, float(drift)))
    return best[1], best[2]


def _level_at(here: Projected, drift: float, wanted: FloatArray) -> tuple[float, float]:
    """The level nearest a path at one drift, and how far it misses."""
    years = np.arange(len(wanted)) + 0.5
    of_level = here.of_entries @ np.exp(drift * years)
    # A year ahead the path is known twice as well, in variance, as two years ahead.
    sure = 1 / np.sqrt(years + 0.5)
    relative, left = sure * of_level / wanted, sure * (wanted - here.of_opening) / wanted
    level = max(float(relative @ left / (relative @ relative)), 1e-3)
    return level, float(((relative * level - left) ** 2).sum())


def _drift_at(here: Projected, level: float, wanted: FloatArray) -> float:
    """The drift nearest a path at one level."""
    years = np.arange(len(wanted)) + 0.5
    drifts = np.linspace(-2 * _STEEPEST, 2 * _STEEPEST, 193)
    paths = here.of_opening[:, None] + level * here.of_entries @ np.exp(np.outer(years, drifts))
    miss = (np.log(paths / wanted[:, None]) ** 2 / (years[:, None] + 0.5)).sum(axis=0)
    return float(drifts[int(miss.argmin())])


def _scale(response: FloatArray, leaving: FloatArray, known: FloatArray, learnt: Learnt) -> float:
    """What to multiply the flows' spreads by, so that the number in care moves as it did.

    The flows' own good and bad years, taken as apart from each other, move the number in care
    by another amount than was seen: entries and leaving partly go together.
    """
    ratios = []
    for year, seen in enumerate(learnt.moved):
        made = sum(
            float(weights @ _covariance(flow, year + 1) @ weights)
            for weights, flow in zip(
                _weights(response, leaving, year), (learnt.entries, learnt.leaving), strict=True
            )
        )
        ratios.append(max(seen - known[year], 0.1 * seen) / made)
    return float(np.sqrt(np.mean(ratios)))


def _mean_above_middle(
    here: Projected, wanted: FloatArray, responses: FloatArray, flows: Flows, known: FloatArray
) -> FloatArray:
    """How far the mean of the futures lies above their middle at each year's end, in logs.

    Good years lift the number in care by more than bad years lower it. For a sum of such effects
    the distance is a sixth of the skewness times the spread.
    """
    stayed = here.of_opening
    chance = (stayed * (1 - stayed / here.stock) + np.maximum(wanted - stayed, 0)) / wanted**2
    above = np.zeros(len(wanted))
    for year in range(len(wanted)):
        variance, skewed = known[year] + chance[year], 0.0
        for weights, flow in zip(_weights(responses, here.leaving, year), flows, strict=True):
            with_all = _covariance(flow, year + 1) @ weights
            variance += float(weights @ with_all)
            skewed += float(weights @ with_all**2)
        above[year] = skewed / (2 * variance)
    return above


def _weights(
    responses: FloatArray, leaving: FloatArray, year: int
) -> tuple[FloatArray, FloatArray]:
    """What each year's good or bad entries, and leaving, do to the number at a year's end."""
    return responses[year, : year + 1], leaving[: year + 1][::-1]


def _covariance(flow: FlowVariation, years: int) -> FloatArray:
    """Of the logs of a first-order process in each year from its opening; shape (years, years)."""
    keeps = flow.autocorrelation
    fresh = flow.spread**2 * (1 - keeps**2)
    # Year j's log is the sum of the shocks so far, each faded.
    faded = np.array([[keeps ** (j - i) if j >= i else 0.0 for i in range(years)]
                      for j in range(years)])  # fmt: skip
    return np.asarray(fresh * faded @ faded.T)


def _scaled(flow: FlowVariation, scale: float) -> FlowVariation:
    return FlowVariation(
        flow.spread * scale, flow.autocorrelation, flow.standard_error, flow.changes
    )
