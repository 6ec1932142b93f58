"""Dated figures of a scenario as the simulation takes them: days, and values from then on."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import numpy as np

from sufficiency.model.parameters import FloatArray, Steps
from sufficiency.periods import Horizon
from sufficiency.scenario.values import Dated, Quantity
from sufficiency.streams import Draws

K = TypeVar("K")


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


def calendar_starts(changes: list[Dated[Any]], horizon: Horizon) -> FloatArray:
    """Every day on which a multiplier may change, after one before the forecast."""
    days = {float(year.first) for year in horizon.financial_years[1:]}
    for change in changes:
        days |= {float(horizon.day(date)) for date in change.from_ if _inside(date, horizon)}
    return np.array([-math.inf, *sorted(days)])


def _inside(date: dt.date, horizon: Horizon) -> bool:
    return horizon.epoch < date <= horizon.end


def on_stretches(dated: Steps, starts: FloatArray) -> FloatArray:
    """The value in force at the start of each calendar stretch."""
    return np.array(dated[1])[np.searchsorted(np.array(dated[0]), starts, side="right") - 1]


def together(first: Steps, second: Steps) -> Steps:
    """Two dated figures multiplied."""
    days = sorted({*first[0], *second[0]})
    starts = np.array(days)
    product = on_stretches(first, starts) * on_stretches(second, starts)
    return tuple(days), tuple(product.tolist())
