"""Children at risk of coming into care: when their time at risk begins, and how it would end.

Those who will come into care are known already: they are the arrivals. A share of them were
at risk beforehand in a way a service could know, and when that began is drawn backwards from
the day they come. Beside them are children whose risk will end without care. They are
scattered on a sheet of their own, so that adding services leaves everyone where they were.
Because each time at risk is drawn backwards from its end, the children at risk on the first
day are there in the numbers that were counted, without a run-up.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sufficiency.model.arrivals import BAND_EDGES_DAYS, STRIP_PER_YEAR, Arrivals
from sufficiency.model.child import DAYS_TO_ADULT
from sufficiency.model.luck import CHILD_BIRTH
from sufficiency.model.parameters import EntryParameters
from sufficiency.model.sheet import (
    BAND_STEP,
    SHEET_STEP,
    SHEETS,
    STRIP_STEP,
    candidates,
    child_numbers,
)
from sufficiency.periods import DAYS_PER_YEAR
from sufficiency.streams import Streams

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LONGEST_AT_RISK = 8.0
"""No time at risk is longer than this many times the average. One in 3,000 would be. Part of
every result with a service: changing it changes who is at risk."""

_COLUMNS = ("kind", "length", "rest", "birth")
_KIND, _LENGTH, _REST, _BIRTH = range(len(_COLUMNS))


@dataclass(frozen=True)
class RiskParameters:
    """How fast children at risk come into care, and how fast their risk ends without.

    Attributes:
        at_risk: Children at risk at a time, by age band; shape (5,).
        enters_per_day: Hazard of coming into care while at risk, by age band; shape (5,).
        days_at_risk: Average time at risk, whichever way it ends.
        direct: Share of entering children who were not at risk beforehand; shape (5,).
        comes_back: Chance that a child kept out of care is at risk again.
        comes_back_after_days: Average time until then.
        later: Entries as they go on after the last day: children at risk on it come in then.
    """

    at_risk: FloatArray
    enters_per_day: FloatArray
    days_at_risk: float
    direct: FloatArray
    comes_back: float
    comes_back_after_days: float
    later: EntryParameters

    @property
    def ends_per_day(self) -> FloatArray:
        """Hazard of the risk ending without care, by age band; shape (5,)."""
        return 1.0 / self.days_at_risk - self.enters_per_day

    @property
    def longest_days(self) -> float:
        """The longest time at risk."""
        return LONGEST_AT_RISK * self.days_at_risk


@dataclass(frozen=True)
class AtRisk:
    """Times at risk, an entry each. Without any service the earlier of the last two happens.

    Attributes:
        child: Number of each child, the same in every scenario.
        band: Code of the age band.
        born: Day of birth.
        begins: When the time at risk begins.
        enters: When the child would come into care, if its risk did not end first.
        ends: When its risk would end without care, if it did not come into care first; its
            eighteenth birthday at the latest.
    """

    child: IntArray
    band: IntArray
    born: FloatArray
    begins: FloatArray
    enters: FloatArray
    ends: FloatArray

    def rows(self, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> AtRisk:
        """Some of them."""
        columns = (self.child, self.band, self.born, self.begins, self.enters, self.ends)
        return AtRisk(*(column[chosen] for column in columns))  # type: ignore[arg-type]  # as above


def children_at_risk(
    risk: RiskParameters, arrivals: Arrivals, streams: Streams, days: int, since: float = 0.0
) -> AtRisk:
    """Everyone at risk during the forecast, as it would be without any service.

    Args:
        risk: Hazards and averages.
        arrivals: Children who would come into care during the forecast.
        streams: The replication's streams.
        days: Length of the forecast.
        since: Day from which everyone at risk is wanted; 0, or below where a service was open
            before the forecast.

    Returns:
        Their times at risk, in no particular order.
    """
    until = math.ceil(days + risk.longest_days)
    child, time, band = _sheet(streams, "arrivals", risk.later, until)
    later = time >= days
    child, time, band = child[later], time[later], band[later]
    columns = arrivals.luck.child.shape[1]
    birth = rows_of_luck(streams, ("child",), child, columns)[:, CHILD_BIRTH]
    groups = [
        _would_enter(risk, streams, arrivals.child, arrivals.time, arrivals.band, arrivals.born),
        _would_enter(risk, streams, child, time, band, _born(time, band, birth)),
        _settles(risk, streams, until),
    ]
    if since < 0.0:
        groups.append(_before(risk, streams, since))
    together = [
        np.concatenate([getattr(group, name) for group in groups])
        for name in ("child", "band", "born", "begins", "enters", "ends")
    ]
    spells = AtRisk(*together)
    return spells.rows(spells.begins < days)


def _would_enter(
    risk: RiskParameters,
    streams: Streams,
    child: IntArray,
    time: FloatArray,
    band: IntArray,
    born: FloatArray,
) -> AtRisk:
    """Children who come into care and were at risk beforehand.

    The hazards are constant, so looking back from the day a child comes in, its time at risk
    is exponential; and had it not come in, its risk would have gone on ending at the same
    hazard. Good and bad years change how many come in, and with them who was at risk.
    """
    luck = rows_of_luck(streams, ("at_risk_luck",), child, len(_COLUMNS))
    rest = _exponential(luck[:, _REST], risk.ends_per_day[band])
    spells = _spells(risk, child, band, born, luck, time, time + rest, time)
    return spells.rows(luck[:, _KIND] >= risk.direct[band])


def _settles(risk: RiskParameters, streams: Streams, until: int) -> AtRisk:
    """Children whose risk ends without care.

    Good and bad years, which change how many come into care, are left out here: how many
    children's risk ends without care each year is not published.
    """
    per_year = risk.at_risk * risk.ends_per_day * DAYS_PER_YEAR
    child, time, band = _sheet(streams, "at_risk", _steady(per_year), until)
    luck = rows_of_luck(streams, ("at_risk_luck",), child, len(_COLUMNS))
    rest = _exponential(luck[:, _REST], risk.enters_per_day[band])
    born = _born(time, band, luck[:, _BIRTH])
    return _spells(risk, child, band, born, luck, time + rest, time, time)


def _before(risk: RiskParameters, streams: Streams, since: float) -> AtRisk:
    """Children of both kinds whose time at risk would end before the forecast.

    They are counted back from the first day, so that how far back is wanted moves nobody.
    """
    per_year = risk.at_risk * DAYS_PER_YEAR / risk.days_at_risk
    child, back, band = _sheet(streams, "at_risk_before", _steady(per_year), math.ceil(-since))
    time = -back
    luck = rows_of_luck(streams, ("at_risk_luck",), child, len(_COLUMNS))
    comes_in = luck[:, _KIND] < risk.enters_per_day[band] * risk.days_at_risk
    other = np.where(comes_in, risk.ends_per_day[band], risk.enters_per_day[band])
    rest = _exponential(luck[:, _REST], other)
    enters, ends = np.where(comes_in, time, time + rest), np.where(comes_in, time + rest, time)
    return _spells(risk, child, band, _born(time, band, luck[:, _BIRTH]), luck, enters, ends, time)


def _spells(
    risk: RiskParameters,
    child: IntArray,
    band: IntArray,
    born: FloatArray,
    luck: FloatArray,
    enters: FloatArray,
    ends: FloatArray,
    over: FloatArray,
) -> AtRisk:
    """Times at risk that are over on a day, as they would be without any service."""
    length = np.minimum(-np.log1p(-luck[:, _LENGTH]), LONGEST_AT_RISK) * risk.days_at_risk
    return AtRisk(child, band, born, over - length, enters, np.minimum(ends, born + DAYS_TO_ADULT))


def _steady(per_year: FloatArray) -> EntryParameters:
    """Rates a year by age band that never change."""
    return EntryParameters(per_year, np.array([-math.inf]), np.ones(1), ())


def _sheet(
    streams: Streams, name: str, rates: EntryParameters, days: int
) -> tuple[IntArray, FloatArray, IntArray]:
    """Numbers, times and age bands of one sheet's children. Arrivals are those that come."""
    numbers, times, bands = [], [], []
    highest = float(rates.calendar.max())
    for band, rate in enumerate(rates.per_year_by_age.tolist()):
        for strip in range(math.ceil(rate * highest / STRIP_PER_YEAR)):
            time, level = candidates(streams.of(name, band, strip), 0.0, days, STRIP_PER_YEAR)
            stretch = np.searchsorted(rates.calendar_starts, time, side="right") - 1
            below = (level + strip) * STRIP_PER_YEAR < rate * rates.calendar[stretch]
            taken = np.flatnonzero(below)
            numbers.append(child_numbers(name, band, strip, taken))
            times.append(time[taken])
            bands.append(np.full(len(taken), band))
    none = np.empty(0, dtype=np.int64)
    return (
        np.concatenate([none, *numbers]),
        np.concatenate([np.empty(0), *times]),
        np.concatenate([none, *bands]),
    )


def _born(time: FloatArray, band: IntArray, birth: FloatArray) -> FloatArray:
    """Days of birth of children of an age band on a day."""
    low, high = np.array(BAND_EDGES_DAYS[:-1])[band], np.array(BAND_EDGES_DAYS[1:])[band]
    born: FloatArray = np.floor(time - (low + (high - low) * birth))
    return born


def _exponential(uniforms: FloatArray, hazard_per_day: FloatArray) -> FloatArray:
    """Times until something happens; infinite where it never does."""
    marks = -np.log1p(-uniforms)
    return np.divide(
        marks, hazard_per_day, out=np.full_like(marks, math.inf), where=hazard_per_day > 0.0
    )


def rows_of_luck(
    streams: Streams, purpose: tuple[str, ...], child: IntArray, columns: int
) -> FloatArray:
    """Each child's row of numbers for one purpose: the same whoever else is asked for.

    Args:
        streams: The replication's streams.
        purpose: What they are for.
        child: Numbers of the children.
        columns: How many numbers each needs; part of the result.

    Returns:
        Uniforms; shape (children, columns).
    """
    found = np.empty((len(child), columns))
    for name, here, row in strips_of(child):
        found[here] = streams.of(*purpose, *name).random((int(row.max()) + 1, columns))[row]
    return found


def strips_of(
    child: IntArray,
) -> Iterator[tuple[tuple[str, int, int], NDArray[np.intp], IntArray]]:
    """The strips some children are scattered on: name, which children, and their rows on it."""
    strip_of_child = child // STRIP_STEP
    for number in np.unique(strip_of_child).tolist():
        here = np.flatnonzero(strip_of_child == number)
        sheet, rest = divmod(number, SHEET_STEP // STRIP_STEP)
        band, strip = divmod(rest, BAND_STEP // STRIP_STEP)
        yield (SHEETS[sheet], band - 1, strip), here, child[here] % STRIP_STEP
