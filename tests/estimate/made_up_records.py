"""Records of a made-up authority: what its returns would tell of children who were simulated."""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from sufficiency.care_records import CareRecords
from sufficiency.episodes import NONE, OPEN, REASONS_CEASED, Episodes, Provenance


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
