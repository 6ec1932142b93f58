"""How good forecasts were: error, bias, ranges that held, and the gain over simple methods.

Every score is a sum over forecasts divided by another, so that it can be worked out again for
authorities and openings drawn at random from those there are. How far the score moves when that
is done a thousand times is its 80% interval: it says how far the finding would hold for other
authorities and other years. A ratio below 1 says that the simulation was nearer than its rival.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.forecast.backtest import QUANTILE_NAMES, QUANTILES
from sufficiency.forecast.outcomes import ALL, BY_AGE, BY_PLACEMENT, PARTS, TOTAL
from sufficiency.streams import generator

FloatArray = NDArray[np.float64]
SIMULATION, HOLD, CONSTANT_RATES = "simulation", "hold", "constant_rates"
RIVALS = (HOLD, CONSTANT_RATES)
METHODS = (SIMULATION, *RIVALS)
LATER = "3-4"
"""The horizon of three and four years together."""
COLUMNS = (
    "what", "part", "horizon_years", "origin", "method", "score", "value", "low", "high",
    "forecasts", "unit", "interval_over",
)  # fmt: skip
RESAMPLES = 1000
INTERVAL = (0.1, 0.9)
"""The ends of an 80% interval."""

PERCENT, RATIO = "percent", "ratio"
Terms = dict[tuple[str, str], tuple[FloatArray, FloatArray]]
"""Numerator and denominator of each forecast, by method and score."""


def pinball(actual: FloatArray, quantiles: FloatArray, levels: tuple[float, ...]) -> FloatArray:
    """Mean pinball loss of each forecast over its quantiles.

    A quantile at level ``q`` costs ``q`` for each child by which it is too low, and ``1 - q``
    for each by which it is too high: it is cheapest when it is the true quantile.

    Args:
        actual: What happened; shape (forecasts,).
        quantiles: What was forecast; shape (forecasts, levels).
        levels: Of the quantiles, each between 0 and 1.

    Returns:
        Children; shape (forecasts,).
    """
    short = actual[:, None] - quantiles
    level = np.array(levels)
    loss: FloatArray = np.maximum(level * short, (level - 1) * short).mean(axis=1)
    return loss


def inside(actual: FloatArray, low: FloatArray, high: FloatArray) -> NDArray[np.bool_]:
    """Whether each count lies in its range; one that is equal to an end is inside.

    Counts are whole numbers, so the range of a small count holds more than its ends say, even
    when it is exactly right.
    """
    held: NDArray[np.bool_] = (actual >= low) & (actual <= high)
    return held


def terms(forecasts: pd.DataFrame, total: bool) -> Terms:
    """What each forecast adds to each score.

    Args:
        forecasts: ``actual``, quantiles by name, ``hold`` and ``constant_rates``.
        total: Whether these are totals, each of which is set against itself. Parts can be small
            or nought: they are summed and set against the sum of what happened.

    Returns:
        Numerator and denominator, in percent where the score is. A rival has no range: its
        forecast stands at every quantile.
    """
    actual = forecasts["actual"].to_numpy(dtype=np.float64)
    quantiles = forecasts[list(QUANTILE_NAMES)].to_numpy(dtype=np.float64)
    middle = {
        SIMULATION: forecasts["p50"].to_numpy(dtype=np.float64),
        **{name: forecasts[name].to_numpy(dtype=np.float64) for name in RIVALS},
    }
    one = np.ones_like(actual)
    found: Terms = {}
    for method, point in middle.items():
        spread = quantiles if method == SIMULATION else np.repeat(point[:, None], len(QUANTILES), 1)
        loss = pinball(actual, spread, QUANTILES)
        error = point - actual
        if total:
            found[method, "mape"] = 100 * np.abs(error) / actual, one
            found[method, "bias"] = 100 * error / actual, one
            found[method, "pinball"] = 100 * loss / actual, one
        else:
            found[method, "bias"] = 100 * error, actual
            found[method, "pinball"] = 100 * loss, actual
        found[method, "weighted_error"] = 100 * np.abs(error), actual
    held = inside(actual, quantiles[:, QUANTILES.index(0.1)], quantiles[:, QUANTILES.index(0.9)])
    found[SIMULATION, "coverage"] = np.where(held, 100.0, 0.0), one
    return found


@dataclass(frozen=True)
class Resampling:
    """How often each authority and opening is drawn, each time they are drawn at random.

    Authorities are drawn with replacement, as many as there are, and so are openings,
    independently. With one opening only authorities are drawn.

    Attributes:
        authorities: Times each authority is drawn; shape (resamples, authorities).
        seed: Names the random numbers.
    """

    authorities: FloatArray
    seed: int

    @classmethod
    def of(cls, authorities: int, seed: int) -> Resampling:
        """Draw the authorities."""
        stream = generator(seed, "resampled", "authorities")
        return cls(_drawn(stream, authorities), seed)

    def origins(self, count: int) -> FloatArray:
        """Times each of so many openings is drawn; shape (resamples, openings)."""
        return _drawn(generator(self.seed, "resampled", "origins", count), count)

    def sums(self, table: FloatArray) -> FloatArray:
        """Sums over drawn authorities and openings.

        Args:
            table: Sums by authority, opening and anything; shape (authorities, openings, any).

        Returns:
            Shape (resamples, any).
        """
        shape = table.shape
        by_origin = (self.authorities @ table.reshape(shape[0], -1)).reshape(-1, *shape[1:])
        drawn: FloatArray = np.einsum("bo,boa->ba", self.origins(shape[1]), by_origin)
        return drawn


def _drawn(stream: np.random.Generator, count: int) -> FloatArray:
    return stream.multinomial(count, np.full(count, 1 / count), RESAMPLES).astype(np.float64)


def scored(forecasts: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Every score of a back-test.

    Args:
        forecasts: One row a forecast that can be scored: ``authority, origin, horizon_years,
            what, part, actual``, quantiles by name, ``hold`` and ``constant_rates``.
        seed: Names the random numbers of the intervals.

    Returns:
        Columns :data:`COLUMNS`. ``part``, ``horizon_years`` and ``origin`` are ``all`` where
        they are taken together. ``low`` and ``high`` are missing with a single authority.
    """
    names = sorted(set(forecasts["authority"]))
    code = {name: place for place, name in enumerate(names)}
    coded = forecasts.assign(code=forecasts["authority"].map(code))
    resampling = Resampling.of(len(names), seed)
    rows: list[tuple[object, ...]] = []
    for what, part, rows_of in _parts(coded):
        for horizon, origin, group in _groups(rows_of):
            first = (what, part, horizon, origin)
            rows += [(*first, *scores) for scores in _scores(group, what == TOTAL, resampling)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _parts(forecasts: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Each part by itself, and all parts of a breakdown together."""
    for what, part in PARTS:
        chosen = forecasts[(forecasts["what"] == what) & (forecasts["part"] == part)]
        if len(chosen):
            yield what, part, chosen
    for what in (BY_AGE, BY_PLACEMENT):
        chosen = forecasts[forecasts["what"] == what]
        if len(chosen):
            yield what, ALL, chosen


def _groups(forecasts: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Each horizon, three and four years, and all; over all openings and for each."""
    ahead = forecasts["horizon_years"]
    horizons = {str(years): ahead == years for years in sorted(set(ahead))}
    if {"3", "4"} <= set(horizons):
        horizons[LATER] = ahead >= 3
    if len(horizons) > 1:
        horizons[ALL] = ahead > 0
    origins = sorted(set(forecasts["origin"]))
    for horizon, chosen in horizons.items():
        yield horizon, ALL, forecasts[chosen]
        for origin in origins:
            group = forecasts[chosen & (forecasts["origin"] == origin)]
            if len(group) and (horizon != LATER or len(set(group["horizon_years"])) > 1):
                yield horizon, str(origin), group


def _scores(
    group: pd.DataFrame, total: bool, resampling: Resampling
) -> Iterator[tuple[object, ...]]:
    """Method, score, value, interval and the rest of every score of one group."""
    found = terms(group, total)
    columns = np.stack([column for pair in found.values() for column in pair], axis=-1)
    origins = sorted(set(group["origin"]))
    place = group["origin"].map({origin: place for place, origin in enumerate(origins)})
    table = np.zeros((resampling.authorities.shape[1], len(origins), columns.shape[1]))
    np.add.at(table, (group["code"].to_numpy(), place.to_numpy()), columns)
    sums = np.concatenate([table.sum(axis=(0, 1))[None], resampling.sums(table)])
    over = "authorities and origins" if len(origins) > 1 else "authorities"
    if table.shape[0] < 2:
        sums, over = sums[:1], "none"
    values = {
        key: _ratio(sums[:, 2 * place], sums[:, 2 * place + 1]) for place, key in enumerate(found)
    }
    for (method, score), value in values.items():
        yield method, score, *_told(value), len(group), PERCENT, over
    error = "mape" if total else "weighted_error"
    for score, name in ((error, "error"), ("pinball", "pinball")):
        for rival in RIVALS:
            gain = _ratio(values[SIMULATION, score], values[rival, score])
            yield SIMULATION, f"{name}_over_{rival}", *_told(gain), len(group), RATIO, over


def _ratio(above: FloatArray, below: FloatArray) -> FloatArray:
    return np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)


def _told(values: FloatArray) -> tuple[float, float, float]:
    """A score and its interval, from itself and its values when drawn at random."""
    drawn = values[1:][~np.isnan(values[1:])]
    if not len(drawn):
        return float(values[0]), np.nan, np.nan
    low, high = np.quantile(drawn, INTERVAL)
    return float(values[0]), float(low), float(high)
