"""How good forecasts of one council were, measure by measure, and how little a few can tell.

Each forecast is set against what the council's own returns say of that day or year. Counts of the
whole authority are scored one by one; kinds of home can be small or nought, so there all misses
are added up over all children. Shares of children who stayed are scored in points. With one
council and a few openings there is nobody to compare with: the only interval is that of how many
ranges held, and it says that a handful of forecasts cannot tell a good range from a poor one.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.counts import ALL
from sufficiency.forecast.own_outcomes import FLOWS, IN_CARE, SHARES
from sufficiency.forecast.scores import INTERVAL, METHODS, PERCENT, RATIO, RIVALS, SIMULATION, terms

FloatArray = NDArray[np.float64]
EVERY_SETTING = "every_setting"
"""All kinds of home together, each scored by itself and the misses added up."""
POINTS = "points"
"""Unit of misses of a share: hundredths of the children."""
COLUMNS = (
    "measure", "setting", "horizon_years", "method", "score", "value", "low", "high", "forecasts",
    "unit",
)  # fmt: skip
MEASURES = (IN_CARE, *FLOWS, *SHARES)
_SCORES = ("mape", "weighted_error", "bias", "pinball", "coverage")
_Told = tuple[str, str, float, float, float, str]


def scored(forecasts: pd.DataFrame) -> pd.DataFrame:
    """Every score of a back-test.

    Args:
        forecasts: One row a forecast that can be scored: ``origin, horizon_years, measure,
            setting, actual``, quantiles by name, ``hold`` and ``constant_rates``, all numbers.

    Returns:
        Columns :data:`COLUMNS`, over all openings. ``horizon_years`` is ``all`` where years are
        taken together. ``low`` and ``high`` are the ends of the exact 80% binomial interval of
        ``coverage``, and missing for everything else.
    """
    rows: list[tuple[object, ...]] = []
    for measure, setting, chosen in _parts(forecasts):
        for horizon, group in _horizons(chosen):
            rows += [
                (measure, setting, horizon, *told[:5], len(group), told[5])
                for told in _scores(group, measure, setting)
            ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _parts(forecasts: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Each measure and kind of home by itself, and all kinds of home together."""
    for measure in MEASURES:
        rows = forecasts[forecasts["measure"] == measure]
        by_setting = rows[rows["setting"] != ALL]
        for setting in dict.fromkeys(rows["setting"]):
            yield measure, setting, rows[rows["setting"] == setting]
        if len(by_setting):
            yield measure, EVERY_SETTING, by_setting


def _horizons(rows: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    years = sorted(set(rows["horizon_years"]))
    for ahead in years:
        yield str(ahead), rows[rows["horizon_years"] == ahead]
    if len(years) > 1:
        yield "all", rows


def _scores(rows: pd.DataFrame, measure: str, setting: str) -> Iterator[_Told]:
    """Method, score, value, interval and unit of every score of one group."""
    total = setting == ALL and measure not in SHARES
    # A percentage of nothing is none: where nothing happened, misses are only added up.
    by_one = total and bool((rows["actual"] > 0).all())
    found = terms(rows, by_one)
    unit = POINTS if measure in SHARES else PERCENT
    values: dict[tuple[str, str], float] = {}
    for (method, score), (above, below) in found.items():
        # A share is missed by so many points, whatever the share.
        under = np.ones_like(below) if measure in SHARES else below
        values[method, score] = _ratio(float(above.sum()), float(under.sum()))
    for method in METHODS:
        for score in _SCORES:
            if (method, score) not in values:
                continue
            value, ends = values[method, score], (np.nan, np.nan)
            if score == "coverage":
                ends = binomial_interval(round(value * len(rows) / 100), len(rows))
            told = PERCENT if score == "coverage" else unit
            yield method, score, value, *ends, told
    error = "mape" if by_one else "weighted_error"
    for score, name in ((error, "error"), ("pinball", "pinball")):
        for rival in RIVALS:
            ratio = _ratio(values[SIMULATION, score], values[rival, score])
            yield SIMULATION, f"{name}_over_{rival}", ratio, np.nan, np.nan, RATIO


def _ratio(above: float, below: float) -> float:
    return above / below if below > 0 else np.nan


def binomial_interval(held: int, forecasts: int) -> tuple[float, float]:
    """The exact 80% interval (Clopper and Pearson) of how often ranges hold.

    It takes forecasts as if each had luck of its own. Those of one council share years and
    children, so that the truth is wider.

    Args:
        held: How many ranges held.
        forecasts: Of how many.

    Returns:
        Its ends, in percent.
    """
    from scipy.stats import beta

    below, above = INTERVAL
    missed = forecasts - held
    low = float(beta.ppf(below, held, missed + 1)) if held else 0.0
    high = float(beta.ppf(above, held + 1, missed)) if missed else 1.0
    return 100 * low, 100 * high
