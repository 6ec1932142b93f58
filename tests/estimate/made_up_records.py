"""Records of a made-up authority: what its returns would tell of children who were simulated."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sufficiency.care_records import CareRecords
from sufficiency.episodes import (
    NONE,
    OPEN,
    REASONS_CEASED,
    REASONS_NEW,
    Episodes,
    Provenance,
)
from sufficiency.estimate.own_exposure import (
    OWN_CAUSES,
    TIME_NOT_KNOWN,
    OwnExposure,
    own_exposure,
)
from sufficiency.forecast.replication import collector_at_rest, opening_caseload, simulated
from sufficiency.model.parameters import CAUSES
from sufficiency.periods import DAYS_PER_YEAR
from sufficiency.scenario.schema import Hazard, Scenario
from sufficiency.scenario.values import Ratio
from sufficiency.streams import Draws, Streams, generator
from sufficiency.vocabulary import AgeBand, Setting, TimeInCare

FloatArray = NDArray[np.float64]
AnyHazard = TypeVar("AnyHazard", bound=Hazard)


def recorded(
    episodes: Episodes, first_date: dt.date, last_date: dt.date, authority: str = "Madeup"
) -> CareRecords:
    """What records kept from one day to another would tell of simulated children.

    Placements over before the first day were never recorded, nor was anything after the last
    day. A child in care on the first day came in on a known day only where the placement it
    lives in then is the first of its period: later ones say nothing of when it came.

    Args:
        episodes: The simulated placements.
        first_date: First day of the records, after the simulation has begun.
        last_date: Last day of the records.
        authority: Whose records they are.

    Returns:
        The records.
    """
    first = (first_date - episodes.epoch).days
    last = (last_date - first_date).days
    columns = {
        name: column[np.lexsort((episodes.start, episodes.child))]
        for name, column in episodes.columns().items()
    }
    for name in ("start", "end", "born"):
        moved = columns[name].astype(np.int64) - first
        columns[name] = np.where(columns[name] == OPEN, OPEN, moved).astype(np.int32)
    stay = stays(columns["child"], columns["period_of_care"])
    began, known = _entered(columns, stay)
    seen = (columns["end"] >= 0) & (columns["start"] <= last)
    columns = {name: column[seen] for name, column in columns.items()}
    stay, began, known = stay[seen], began[seen], known[seen]
    first_row = np.concatenate([[True], stay[1:] != stay[:-1]])[: len(stay)]
    seen_from = columns["start"][first_row][np.cumsum(first_row) - 1]
    known &= seen_from == began
    later = columns["end"] > last
    columns["end"] = np.where(later, OPEN, columns["end"]).astype(np.int32)
    columns["reason_ceased"] = np.where(
        later, REASONS_CEASED.index(""), columns["reason_ceased"]
    ).astype(np.int8)
    columns["provenance"] = np.full(len(stay), Provenance.HISTORIC, dtype=np.int8)
    columns["first_choice"] = np.full(len(stay), NONE, dtype=np.int16)
    columns["waiting_for"] = np.full(len(stay), NONE, dtype=np.int16)
    columns["price_rank"] = np.full(len(stay), np.nan)
    return CareRecords(
        authority=authority,
        episodes=Episodes(first_date, episodes.settings, **columns),
        entered=np.where(known, began, seen_from).astype(np.int32),
        entered_known=known,
        last_day=last,
    )


def stays(child: NDArray[np.int64], period_of_care: NDArray[np.int32]) -> NDArray[np.int64]:
    """Number of each row's period of care, in order of rows, which are ordered by child."""
    same = (child[1:] == child[:-1]) & (period_of_care[1:] == period_of_care[:-1])
    return np.concatenate([[0], np.cumsum(~same)]).astype(np.int64)[: len(child)]


def _entered(
    columns: dict[str, NDArray[np.int32]], stay: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """First day simulated of each row's period of care, and whether it began then."""
    first_row = np.flatnonzero(np.concatenate([[True], stay[1:] != stay[:-1]])[: len(stay)])
    opening = columns["provenance"] == Provenance.OPEN
    return columns["start"][first_row][stay], ~opening[first_row][stay]


@dataclass(frozen=True)
class MadeUp:
    """A simulated authority, its records, and what is true of it.

    Attributes:
        records: What its records tell.
        true_records: The same placements with the day every child truly came into care.
        rates: True events per child-year in a usual year, by cause; shape (5, 5, settings) each.
        episodes: Every simulated placement.
    """

    records: CareRecords
    true_records: CareRecords
    rates: Mapping[str, FloatArray]
    episodes: Episodes

    def true_rates(self, exposure: OwnExposure) -> dict[tuple[str, str, str], float]:
        """The known rates averaged over the children behind every counted rate.

        By time in care these are the children whose time in care the records tell; otherwise all
        of them, at their true time in care.

        Args:
            exposure: What was counted of the records.

        Returns:
            True rates by cause, factor and level, where there were any children.
        """
        true = own_exposure(self.true_records, exposure.first, exposure.after).child_years
        everyone, told = (years[:, :TIME_NOT_KNOWN] for years in (true, exposure.child_years))
        found = {}
        for cause, rate in self.rates.items():
            found[cause, "all", "all"] = float((rate * everyone).sum() / everyone.sum())
            for factor, names, years, axes in (
                ("age", tuple(AgeBand), everyone, (1, 2)),
                ("time_in_care", tuple(TimeInCare), told, (0, 2)),
                ("setting", exposure.settings, everyone, (0, 1)),
            ):
                events, exposed = (rate * years).sum(axis=axes), years.sum(axis=axes)
                for name, event, child_years in zip(names, events, exposed, strict=True):
                    if child_years > 0:
                        found[cause, factor, str(name)] = float(event / child_years)
        return found


def made_up(
    scenario: Scenario, seed: int, first_date: dt.date, last_date: dt.date, apart: float = 0.0
) -> MadeUp:
    """Simulate an authority with known rates, and keep records of its later years.

    Its figures are certain, but it has good and bad years.

    Args:
        scenario: The authority, from well before the records begin.
        seed: Names the random numbers.
        first_date: First day of the records.
        last_date: Last day of the records.
        apart: How far its effects of age, time in care and setting lie from the scenario's:
            standard deviation of their logs.

    Returns:
        The authority.
    """
    scenario = with_other_effects(scenario, seed, apart)
    scenario = scenario.model_copy(update={"end": last_date, "courts": None})
    draws, streams = Draws(seed, 1, certain=True), Streams(seed, 1)
    with collector_at_rest():
        future = simulated(scenario, draws, streams)
    opening = opening_caseload(scenario, draws, streams)
    records = recorded(future.episodes, first_date, last_date)
    return MadeUp(
        records,
        _told_all(records, future.episodes, opening.entered, first_date),
        {
            cause: DAYS_PER_YEAR
            * future.parameters.clockwork.rate_per_day[CAUSES.index(cause)][:, :, None]
            * future.parameters.clockwork.setting_effect[:, CAUSES.index(cause)]
            for cause in OWN_CAUSES
        },
        future.episodes,
    )


def with_other_effects(scenario: Scenario, seed: int, apart: float) -> Scenario:
    """The scenario with its effects of age, time in care and setting moved by chance."""
    random = generator(seed, "made_up_effects")
    names = list(scenario.settings)

    def moved(ratio: Ratio) -> Ratio:
        value = ratio.central if ratio.value is None else ratio.value
        return Ratio(value=value * math.exp(apart * random.standard_normal()))

    def other(hazard: AnyHazard) -> AnyHazard:
        return hazard.model_copy(
            update={
                "by_age": {band: moved(hazard.by_age[band]) for band in AgeBand},
                "by_time_in_care": {
                    band: moved(hazard.by_time_in_care[band]) for band in TimeInCare
                },
                "by_setting": {
                    name: moved(hazard.by_setting.get(name, hazard.other_settings))
                    for name in names
                },
            }
        )

    return scenario.model_copy(
        update={
            "leaving": {route: other(hazard) for route, hazard in scenario.leaving.items()},
            "moving": {move: other(hazard) for move, hazard in scenario.moving.items()},
        }
    )


def _told_all(
    records: CareRecords, episodes: Episodes, opening: NDArray[np.int64], first_date: dt.date
) -> CareRecords:
    """The records, had they told when every child came into care."""
    shift = (first_date - episodes.epoch).days
    began: dict[tuple[int, int], int] = {}
    for child, period, start in zip(
        episodes.child, episodes.period_of_care, episodes.start, strict=True
    ):
        began.setdefault((child, period), start - shift)
    held = np.flatnonzero(episodes.provenance == Provenance.OPEN)
    for place, child in enumerate(episodes.child[held]):
        began[child, 1] = int(opening[place]) - shift
    rows = zip(records.episodes.child, records.episodes.period_of_care, strict=True)
    return replace(
        records,
        entered=np.array([began[key] for key in rows], dtype=np.int32),
        entered_known=np.ones(len(records.episodes), dtype=np.bool_),
    )


Row = tuple[int, int, int, str, str, int, int, bool]
"""Child, first day, day it ended, setting, why it ended (empty while it goes on), day of birth,
day of coming into care and whether that is known."""


def placements(rows: Sequence[Row], first_date: dt.date, last_day: int) -> CareRecords:
    """Records written row by row, each the only placement of a period of care.

    Args:
        rows: One a placement.
        first_date: Day 0.
        last_day: Last day of the records.
    """
    settings = tuple(setting.value for setting in Setting)
    child, start, end, setting, ceased, born, entered, known = zip(*rows, strict=True)
    count = len(rows)
    episodes = Episodes(
        epoch=first_date,
        settings=settings,
        child=np.array(child, dtype=np.int64),
        period_of_care=np.array(
            [child[: place + 1].count(each) for place, each in enumerate(child)], dtype=np.int32
        )
        if count < 1000
        else np.ones(count, dtype=np.int32),
        start=np.array(start, dtype=np.int32),
        end=np.array(
            [each if why else OPEN for each, why in zip(end, ceased, strict=True)], dtype=np.int32
        ),
        setting=np.array([settings.index(each) for each in setting], dtype=np.int16),
        location=np.zeros(count, dtype=np.int8),
        first_choice=np.full(count, NONE, dtype=np.int16),
        waiting_for=np.full(count, NONE, dtype=np.int16),
        reason_new=np.full(count, REASONS_NEW.index("entry"), dtype=np.int8),
        reason_ceased=np.array([REASONS_CEASED.index(each) for each in ceased], dtype=np.int8),
        born=np.array(born, dtype=np.int32),
        price_rank=np.full(count, np.nan),
        category=np.zeros(count, dtype=np.int8),
        siblings=np.zeros(count, dtype=np.int8),
        provenance=np.full(count, Provenance.HISTORIC, dtype=np.int8),
    )
    return CareRecords(
        "Madeup",
        episodes,
        np.array(entered, dtype=np.int32),
        np.array(known, dtype=np.bool_),
        last_day,
    )
