"""Placements as a table people can read: words for codes, dates for day numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sufficiency.episodes import (
    CATEGORIES,
    LOCATIONS,
    OPEN,
    PROVENANCES,
    REASONS_CEASED,
    REASONS_NEW,
    SIBLINGS,
    Episodes,
)

if TYPE_CHECKING:
    import pandas as pd


def episodes_table(episodes_of: Mapping[int, Episodes]) -> pd.DataFrame:
    """Placements of some replications, one below the other.

    Args:
        episodes_of: Placements by replication.

    Returns:
        One row a placement. Real children's rows (provenance H) are left out.
    """
    import pandas as pd

    tables = [
        readable(episodes).assign(replication=np.int32(number))
        for number, episodes in sorted(episodes_of.items())
    ]
    table = pd.concat(tables, ignore_index=True)
    table = table[["replication", *(name for name in table if name != "replication")]]
    return table[table["provenance"] != "H"].reset_index(drop=True)


def readable(episodes: Episodes) -> pd.DataFrame:
    """Placements in words and dates, real children's too: never to be shared with those in it.

    Args:
        episodes: Placements.

    Returns:
        One row a placement, in their order.
    """
    import pandas as pd

    # The empty name is last, where NONE finds it.
    settings = np.array([*episodes.settings, ""], dtype=object)
    places = np.array([*LOCATIONS, ""], dtype=object)
    epoch = np.datetime64(episodes.epoch)

    def dated(days: Any) -> Any:
        dates = epoch + days.astype("timedelta64[D]")
        return np.where(days == OPEN, np.datetime64("NaT"), dates).astype("datetime64[s]")

    def named(names: Sequence[str], codes: Any) -> Any:
        return np.array(names, dtype=object)[codes]

    return pd.DataFrame(
        {
            "child": episodes.child,
            "period_of_care": episodes.period_of_care,
            "start": dated(episodes.start),
            "end": dated(episodes.end),
            "setting": settings[episodes.setting],
            "provider": "",
            "place_code": "",
            "location": places[episodes.location],
            "legal_status": "",
            "reason_new": named(REASONS_NEW, episodes.reason_new),
            "reason_ceased": named(REASONS_CEASED, episodes.reason_ceased),
            "first_choice": settings[episodes.first_choice],
            "waiting_for": settings[episodes.waiting_for],
            "need": "",
            "date_of_birth": dated(episodes.born),
            "price_rank": episodes.price_rank,
            "category": named(CATEGORIES, episodes.category),
            "siblings": named(SIBLINGS, episodes.siblings),
            "provenance": named(PROVENANCES, episodes.provenance),
        }
    )
