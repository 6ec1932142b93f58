"""What is asked of an estimate when the truth is known: do its intervals hold, is it near."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from made_up_records import MadeUp, stays
from numpy.typing import NDArray

from sufficiency.care_records import CareRecords
from sufficiency.episodes import OPEN, Episodes, Provenance
from sufficiency.estimate.exposure import exposed, spells_by_age
from sufficiency.estimate.own_exposure import OWN_CAUSES, own_exposure
from sufficiency.estimate.own_rates import own_rates
from sufficiency.periods import Horizon
from sufficiency.ssda903.clean import clean
from sufficiency.ssda903.read import read_returns
from sufficiency.ssda903.write import write_returns
from sufficiency.streams import generator

FloatArray = NDArray[np.float64]
DELAYED, FROM_THE_START, ENDS_ARE_ENDS = "delayed entry", "from coming into care", "ends are ends"
WAYS = (DELAYED, FROM_THE_START, ENDS_ARE_ENDS)
"""Ways to count a stay that is seen in part: only while it was seen; from the day of coming into
care, or the first day seen where that is not known, although the records begin later; and the
same with the last day seen taken as the end of the stay."""
_QUARTERS = np.arange(0.0, 3650.0, 91.0)


@dataclass(frozen=True)
class Held:
    """Whether an interval holds the true rate.

    Attributes:
        cause: Way out or cause of moving.
        factor: What the rate is by.
        events: Events counted.
        held: Whether it does.
        below: Whether the truth lies below it.
    """

    cause: str
    factor: str
    events: float
    held: bool
    below: bool


def through_returns(made: MadeUp) -> CareRecords:
    """An authority's records as its returns tell them: written, read back and cleaned."""
    days = Horizon(made.records.first_date - dt.timedelta(days=1), made.records.last_date)
    with tempfile.TemporaryDirectory() as folder:
        write_returns(made.episodes, days, Path(folder))
        return clean(read_returns(Path(folder))).records


def intervals_of(
    made: MadeUp, records: CareRecords | None = None, causes: Collection[str] = OWN_CAUSES
) -> list[Held]:
    """Every rate of an authority that is truly above 0, set against the truth.

    Args:
        made: The authority.
        records: What is estimated from, where not straight from its placements.
        causes: Ways out and causes of moving to look at.
    """
    records = made.records if records is None else records
    rates = own_rates(records, records.last_date, years=99)
    true = made.true_rates(own_exposure(made.records, 0, made.records.last_day + 1))
    found = []
    for line in rates.lines:
        if line.cause not in causes:
            continue
        truth = true.get((line.cause, line.factor, line.level), 0.0)
        if truth > 0:
            held = line.p10 <= truth <= line.p90
            found.append(Held(line.cause, line.factor, line.events, held, truth < line.p10))
    return found


def share_held(seeds: Sequence[Sequence[Held]]) -> tuple[float, float, float]:
    """Share of intervals that hold the truth, and its own 80% interval.

    The rates of one authority are not independent, so whole authorities are drawn again.

    Args:
        seeds: Intervals of each simulated authority.
    """
    held = np.array([sum(each.held for each in seed) for seed in seeds])
    number = np.array([len(seed) for seed in seeds])
    drawn = generator(1, "bootstrap").integers(len(held), size=(2000, len(held)))
    again = held[drawn].sum(axis=1) / number[drawn].sum(axis=1)
    low, high = np.quantile(again, [0.1, 0.9])
    return float(held.sum() / number.sum()), float(low), float(high)


def stay_rates(records: CareRecords, way: str, bands: FloatArray = _QUARTERS) -> FloatArray:
    """Ends of stays per day by time in care, counted in one of ``WAYS``.

    Args:
        records: The records.
        way: How to count.
        bands: First days of the bands of time in care.

    Returns:
        Ends per day; not a number where nothing was seen.
    """
    episodes = records.episodes
    stay = stays(episodes.child, episodes.period_of_care)
    last_row = np.append(np.flatnonzero(np.diff(stay)), len(stay) - 1)
    until = float(records.last_day + 1)
    start = records.entered[last_row].astype(np.float64)
    end = np.where(episodes.end[last_row] == OPEN, np.inf, episodes.end[last_row])
    if way == DELAYED:
        known = records.entered_known[last_row]
        seen_from, seen_until, ended, _ = spells_by_age(
            start[known], end[known], np.isfinite(end[known]), 0.0, until
        )
    else:
        seen_from, seen_until = np.zeros(len(start)), np.minimum(end, until) - start
        ended = np.isfinite(end) | (way == ENDS_ARE_ENDS)
    return exposed(seen_from, seen_until, ended, bands).rate_per_day


def median_stay_days(rates: FloatArray, bands: FloatArray = _QUARTERS) -> float:
    """How long half the stays last, by rates that hold within bands."""
    widths = np.append(np.diff(bands), np.inf)
    passed = np.append(0.0, np.cumsum(np.nan_to_num(rates[:-1]) * widths[:-1]))
    band = int(np.searchsorted(passed, np.log(2.0), side="right")) - 1
    return float(bands[band] + (np.log(2.0) - passed[band]) / rates[band])


def _stays_simulated(episodes: Episodes) -> tuple[FloatArray, FloatArray]:
    """First and last day of every stay that began while it was simulated; no end, no last day."""
    order = np.lexsort((episodes.start, episodes.child))
    stay = stays(episodes.child[order], episodes.period_of_care[order])
    first = np.flatnonzero(np.append(True, np.diff(stay) > 0))
    last = np.append(first[1:], len(stay)) - 1
    came = episodes.provenance[order][first] != Provenance.OPEN
    start, end = episodes.start[order][first][came], episodes.end[order][last][came]
    return start.astype(np.float64), np.where(end == OPEN, np.inf, end.astype(np.float64))


def true_stay_rates(all_made: Sequence[MadeUp], bands: FloatArray = _QUARTERS) -> FloatArray:
    """Ends per day by time in care, of all children who came into care while simulated.

    Args:
        all_made: Many authorities with the same true rates.
        bands: First days of the bands of time in care.
    """
    parts = [_stays_simulated(made.episodes) for made in all_made]
    start, end = (np.concatenate(each) for each in zip(*parts, strict=True))
    first = all_made[0]
    simulated = (first.records.last_date - first.episodes.epoch).days + 1
    until = np.minimum(end, float(simulated)) - start
    return exposed(np.zeros(len(start)), until, np.isfinite(end), bands).rate_per_day
