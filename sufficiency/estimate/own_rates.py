"""Rates from a council's own records: so many events in so many child-years, and how sure.

Every way out of care and every cause of moving has one rate over all children, and a rate for
each age, time in care and kind of home, each beside what was counted for it. A rate counted from
a few events is partly chance, and good and bad years are chance as well; the interval says how
much. Eight intervals in ten should hold the rate that will hold in the long run.

The overall rate's interval is that of a gamma distribution about ``(events + 1/2) / child-years``,
so that no event in many child-years still leaves some doubt. A rate at one age, say, is counted
from far fewer: it is drawn towards what the effects fitted to all cells (own_effects.py) make it,
with a judged effect behind them that is worth a few events. The relative variance of the first is
one over the events, that of the second comes from the fit; good and bad years add to both what
they leave in an average of so many years:

    spread**2 / n * (1 + 2 * sum over k of (1 - k/n) * correlation**k)

The spread of a year on the log scale is 0.125 for leaving, as among England's authorities, unless
the records show more; for moves, nothing is known and it is what the records show.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sufficiency.care_records import CareRecords
from sufficiency.estimate.own_effects import (
    FittedEffects,
    JudgedEffects,
    fit_effects,
    judged_effects,
)
from sufficiency.estimate.own_exposure import (
    OWN_CAUSES,
    TIME_NOT_KNOWN,
    OwnExposure,
    own_exposure,
)
from sufficiency.estimate.rates import Evidence, PooledRate
from sufficiency.periods import DAYS_PER_YEAR
from sufficiency.vocabulary import AgeBand, Route, TimeInCare

FloatArray = NDArray[np.float64]

SPREAD_OF_LEAVING = 0.125
"""Spread of one year's leaving about the long run, on the log scale."""
CARRIED_OVER = 0.4
"""Correlation of one year's leaving with the next, the middle of what is judged."""
_YEARS_BEHIND_SPREAD = 8
"""How many years of records the judged spread is worth."""
HALF_AN_EVENT = 0.5
"""Taken beside what was counted, so that nothing counted is not nothing at all."""
ALL, AGE, TIME, SETTING = "all", "age", "time_in_care", "setting"


@dataclass(frozen=True)
class CountedRate:
    """One rate as it was counted, with its interval.

    Attributes:
        cause: A way out of care or a cause of moving.
        factor: ``all``, ``age``, ``time_in_care`` or ``setting``.
        level: Which age, time in care or setting; ``all`` for the overall rate.
        events: Events counted. Not always whole: moves without a stated reason are shared out.
        exposure_child_years: Child-years they were counted in. By time in care only those in
            which it is known.
        rate: Events over exposure, per child-year; not a number without exposure.
        fitted: The rate that is used: the middle of the interval's distribution. Where few events
            were counted it is drawn towards what the other figures say, so that ``rate`` may lie
            outside the interval; this never does.
        p10: Lower end of the 80% interval of the fitted rate.
        p90: Upper end.
    """

    cause: str
    factor: str
    level: str
    events: float
    exposure_child_years: float
    rate: float
    fitted: float
    p10: float
    p90: float


@dataclass(frozen=True)
class CauseRates:
    """Everything about one way out or one cause of moving.

    Attributes:
        cause: Its name.
        overall: Over all children.
        by_age: At each age.
        by_time_in_care: At each time in care.
        by_setting: In each setting of the records.
        effect_of_age: Effects fitted together, each with a mean of 1 over the children; (5,).
        effect_of_time_in_care: The same by time in care; (5,).
        effect_of_setting: The same by setting; (settings,).
        doubt_of_age: Standard deviation of the log of each effect; 0 where it is nought.
        doubt_of_time_in_care: The same by time in care.
        doubt_of_setting: The same by setting.
    """

    cause: str
    overall: CountedRate
    by_age: tuple[CountedRate, ...]
    by_time_in_care: tuple[CountedRate, ...]
    by_setting: tuple[CountedRate, ...]
    effect_of_age: FloatArray
    effect_of_time_in_care: FloatArray
    effect_of_setting: FloatArray
    doubt_of_age: FloatArray
    doubt_of_time_in_care: FloatArray
    doubt_of_setting: FloatArray

    @property
    def lines(self) -> tuple[CountedRate, ...]:
        """Every rate, the overall one first."""
        return (self.overall, *self.by_age, *self.by_time_in_care, *self.by_setting)


@dataclass(frozen=True)
class OwnRates:
    """Rates of one authority over some years.

    Attributes:
        first: First day counted.
        last: Last day counted.
        child_years: Child-years of children in care.
        settings: Names of the settings.
        exposure: Child-years by age, time in care and setting: the reference children. Those
            whose time in care is not known are shared out; shape (5, 5, settings).
        time_known_child_years: Child-years in which the time in care was known.
        causes: Rates of every way out and every cause of moving.
    """

    first: dt.date
    last: dt.date
    child_years: float
    settings: tuple[str, ...]
    exposure: FloatArray
    time_known_child_years: float
    causes: Mapping[str, CauseRates]

    @property
    def lines(self) -> tuple[CountedRate, ...]:
        """Every rate of every cause."""
        return tuple(line for cause in self.causes.values() for line in cause.lines)


def own_rates(records: CareRecords, as_at: dt.date, years: int = 5) -> OwnRates:
    """Rates from the years of records up to a day.

    Args:
        records: The council's records.
        as_at: Last day counted.
        years: How many years to count, or as many as there are.

    Returns:
        The rates.

    Raises:
        ValueError: When the records do not reach to the day, or nobody was in care.
    """
    if not records.first_date <= as_at <= records.last_date:
        raise ValueError(
            f"the records cover {records.first_date} to {records.last_date}, not {as_at}"
        )
    after = records.day(as_at) + 1
    first = max(0, records.day(_years_before(as_at + dt.timedelta(days=1), years)))
    exposure = own_exposure(records, first, after)
    reference = exposure.reference_days / DAYS_PER_YEAR
    total = float(exposure.child_years.sum())
    if total == 0:
        raise ValueError("no child was in care in the years counted")
    judged = judged_effects(exposure.settings, reference)
    fits = {cause: _fitted(exposure, cause, judged[cause], reference) for cause in OWN_CAUSES}
    routes = [route.value for route in Route]
    leaving = _spread(exposure, fits, routes, SPREAD_OF_LEAVING)
    moving = _spread(exposure, fits, [each for each in OWN_CAUSES if each not in routes], 0.0)
    return OwnRates(
        first=records.first_date + dt.timedelta(days=first),
        last=as_at,
        child_years=total,
        settings=exposure.settings,
        exposure=reference,
        time_known_child_years=float(exposure.child_years[:, :TIME_NOT_KNOWN].sum()),
        causes={
            cause: _cause_rates(
                exposure, cause, fits[cause], leaving if cause in routes else moving
            )
            for cause in OWN_CAUSES
        },
    )


def _years_before(day: dt.date, years: int) -> dt.date:
    """The same day some years earlier; 28 February for 29."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _fitted(
    exposure: OwnExposure, cause: str, judged: JudgedEffects, reference: FloatArray
) -> FittedEffects:
    return fit_effects(exposure.counted(cause), exposure.child_years, judged, reference)


def _spread(
    exposure: OwnExposure, fits: Mapping[str, FittedEffects], causes: list[str], judged: float
) -> float:
    """Spread of a year on the log scale: as judged, unless the records show more.

    Years are set against what the fitted rates expect of the children of that year. Five years
    can show a large spread by chance, so what they show counts beside what is judged.
    """
    counts = np.array([exposure.events[cause].sum(axis=(1, 2, 3)) for cause in causes]).sum(axis=0)
    cells = exposure.child_years
    expected = np.zeros(len(counts))
    for cause in causes:
        rate = np.divide(fits[cause].expected, cells, out=np.zeros_like(cells), where=cells > 0)
        expected += (exposure.child_days * rate).sum(axis=(1, 2, 3)) / DAYS_PER_YEAR
    seen = expected > 0
    number = int(seen.sum()) - 1
    if number < 1:
        return judged
    scale = expected[seen] * counts[seen].sum() / expected[seen].sum()
    if scale.sum() == 0:
        return judged
    # Chance alone gives a year's square distance a mean of its expected events.
    shown = float(((counts[seen] - scale) ** 2 - scale).sum() / (scale**2).sum())
    variance = (_YEARS_BEHIND_SPREAD * judged**2 + number * max(shown, 0.0)) / (
        _YEARS_BEHIND_SPREAD + number
    )
    return max(judged, math.sqrt(variance))


def years_variance(spread: float, years: float) -> float:
    """Relative variance that good and bad years leave in an average of years.

    Args:
        spread: Of one year, on the log scale.
        years: How many years the average is of.

    Returns:
        The variance.
    """
    number = max(years, 1.0)
    carried = sum((1 - back / number) * CARRIED_OVER**back for back in range(1, math.ceil(number)))
    return spread**2 / number * (1 + 2 * carried)


def _cause_rates(
    exposure: OwnExposure, cause: str, fit: FittedEffects, spread: float
) -> CauseRates:
    """The lines of one cause."""
    doubt = years_variance(spread, (exposure.after - exposure.first) / DAYS_PER_YEAR)
    events, cells = exposure.counted(cause), exposure.child_years
    total, child_years = float(events.sum()), float(cells.sum())
    overall = _line(
        (cause, ALL, ALL),
        (total, child_years),
        (total + HALF_AN_EVENT) / child_years,
        1 / (total + HALF_AN_EVENT) + doubt,
    )
    marginal = {}
    for factor, names, effects, variances, axes in (
        (AGE, tuple(AgeBand), fit.age, fit.variances[0], (1, 2)),
        (TIME, tuple(TimeInCare), fit.time, fit.variances[1], (0, 2)),
        (SETTING, exposure.settings, fit.setting, fit.variances[2], (0, 1)),
    ):
        counted, exposed, expected = (
            table.sum(axis=axes)[: len(names)] for table in (events, cells, fit.expected)
        )
        # Where nobody was seen the rate is the level times the effect.
        alone = (total + HALF_AN_EVENT) / child_years * effects
        means = np.divide(expected, exposed, out=alone, where=exposed > 0)
        marginal[factor] = tuple(
            _line(
                (cause, factor, str(name)),
                (float(counted[row]), float(exposed[row])),
                float(means[row]),
                float(variances[row]) + doubt,
            )
            for row, name in enumerate(names)
        )
    return CauseRates(
        cause, overall, marginal[AGE], marginal[TIME], marginal[SETTING],
        fit.age, fit.time, fit.setting, *fit.doubts,
    )  # fmt: skip


def _line(
    names: tuple[str, str, str],
    counted: tuple[float, float],
    mean: float,
    variance: float,
) -> CountedRate:
    """A rate and its interval.

    Args:
        names: Cause, factor and level.
        counted: Events and child-years.
        mean: Mean of the distribution, per child-year.
        variance: Its relative variance.
    """
    events, child_years = counted
    rate = events / child_years if child_years > 0 else math.nan
    if mean == 0:
        return CountedRate(*names, events, child_years, rate, 0.0, 0.0, 0.0)
    gamma = PooledRate(Evidence(events, child_years), None, 1.0, mean, mean**2 * variance)
    middle = gamma.quantile(0.5)
    return CountedRate(*names, events, child_years, rate, middle, gamma.p10, gamma.p90)
