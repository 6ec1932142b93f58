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
        sheet = _Sheet.of(rows_of, what == TOTAL)
        for horizon, origin, chosen in _groups(sheet):
            first = (what, part, horizon, origin)
            rows += [(*first, *told) for told in _scores(sheet.only(chosen), resampling)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


@dataclass(frozen=True)
class _Sheet:
    """Forecasts of one part with what each adds to each score.

    Attributes:
        keys: Method and score of each pair of columns.
        columns: Numerators and denominators by turns; shape (forecasts, 2 * scores).
        code: Which authority each forecast is of.
        origin: Year of its opening.
        ahead: How many years ahead it is.
    """

    keys: tuple[tuple[str, str], ...]
    columns: FloatArray
    code: NDArray[np.int64]
    origin: NDArray[np.int64]
    ahead: NDArray[np.int64]

    @classmethod
    def of(cls, forecasts: pd.DataFrame, total: bool) -> _Sheet:
        """The sheet of some forecasts."""
        found = terms(forecasts, total)
        columns = np.stack([column for pair in found.values() for column in pair], axis=-1)
        code, origin, ahead = (
            forecasts[name].to_numpy(dtype=np.int64) for name in ("code", "origin", "horizon_years")
        )
        return cls(tuple(found), columns, code, origin, ahead)

    def only(self, chosen: NDArray[np.bool_]) -> _Sheet:
        """Some of the forecasts."""
        return _Sheet(
            self.keys,
            self.columns[chosen],
            self.code[chosen],
            self.origin[chosen],
            self.ahead[chosen],
        )


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


def _groups(sheet: _Sheet) -> Iterator[tuple[str, str, NDArray[np.bool_]]]:
    """Each horizon, three and four years, and all; over all openings and for each."""
    horizons = {str(years): sheet.ahead == years for years in sorted(set(sheet.ahead.tolist()))}
    if {"3", "4"} <= set(horizons):
        horizons[LATER] = sheet.ahead >= 3
    if len(horizons) > 1:
        horizons[ALL] = sheet.ahead > 0
    for horizon, chosen in horizons.items():
        yield horizon, ALL, chosen
        for origin in sorted(set(sheet.origin.tolist())):
            both = chosen & (sheet.origin == origin)
            if both.any() and (horizon != LATER or len(set(sheet.ahead[both].tolist())) > 1):
                yield horizon, str(origin), both


def _scores(sheet: _Sheet, resampling: Resampling) -> Iterator[tuple[object, ...]]:
    """Method, score, value, interval and the rest of every score of one group."""
    origins, place = np.unique(sheet.origin, return_inverse=True)
    table = np.zeros((resampling.authorities.shape[1], len(origins), sheet.columns.shape[1]))
    np.add.at(table, (sheet.code, place), sheet.columns)
    sums = np.concatenate([table.sum(axis=(0, 1))[None], resampling.sums(table)])
    over = "authorities and origins" if len(origins) > 1 else "authorities"
    if table.shape[0] < 2:
        sums, over = sums[:1], "none"
    values = dict(zip(sheet.keys, _ratio(sums[:, ::2], sums[:, 1::2]).T, strict=True))
    units = dict.fromkeys(values, PERCENT)
    error = "mape" if (SIMULATION, "mape") in values else "weighted_error"
    for score, name in ((error, "error"), ("pinball", "pinball")):
        for rival in RIVALS:
            key = (SIMULATION, f"{name}_over_{rival}")
            values[key] = _ratio(values[SIMULATION, score], values[rival, score])
            units[key] = RATIO
    ends = _intervals(np.stack(list(values.values())))
    for (key, value), (low, high) in zip(values.items(), ends, strict=True):
        yield *key, float(value[0]), low, high, len(sheet.code), units[key], over


def _ratio(above: FloatArray, below: FloatArray) -> FloatArray:
    return np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)


def _intervals(values: FloatArray) -> list[tuple[float, float]]:
    """Ends of each score's interval, from itself and its values when drawn at random.

    Draws that have no score, as when nobody of a kind was there, are left out.
    """
    drawn = values[:, 1:]
    if not drawn.shape[1]:
        return [(np.nan, np.nan)] * len(drawn)
    if np.isnan(drawn).any():
        each = (row[~np.isnan(row)] for row in drawn)
        ends = [np.quantile(row, INTERVAL) if len(row) else (np.nan, np.nan) for row in each]
    else:
        ends = list(np.quantile(drawn, INTERVAL, axis=1).T)
    return [(float(low), float(high)) for low, high in ends]
