"""What a council's own records tell: the one table of placements, and the days they cover.

Records begin on some day. Children in care then had come into care before, and those who came
and went before were never recorded. So the table is kept with the days on which things were
seen, and with whether each child's coming into care was seen or lies somewhere before. Children
carry numbers that mean nothing outside this run.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sufficiency.episodes import OPEN, REASONS_CEASED, Episodes


@dataclass(frozen=True)
class CareRecords:
    """Placements of real children, and what of them was seen.

    Day numbers count from ``episodes.epoch``, the first day the records cover, which is day 0.

    Attributes:
        authority: Whose records they are; empty where nobody said.
        episodes: Placements, provenance H, ordered by child and then by start. A child's
            placements in one period of care follow each other without a gap.
        entered: Day on which each row's period of care began, as far back as was seen.
        entered_known: Whether that is the day the child came into care; False where the child
            was in care already when first seen.
        last_day: Last day the records cover. A placement that goes on is open then.
    """

    authority: str
    episodes: Episodes
    entered: NDArray[np.int32]
    entered_known: NDArray[np.bool_]
    last_day: int

    @property
    def first_date(self) -> dt.date:
        """First day the records cover."""
        return self.episodes.epoch

    @property
    def last_date(self) -> dt.date:
        """Last day the records cover."""
        return self.episodes.epoch + dt.timedelta(days=self.last_day)

    def day(self, date: dt.date) -> int:
        """The day number of a date; negative before the records."""
        return (date - self.episodes.epoch).days

    def in_care(self, date: dt.date) -> NDArray[np.bool_]:
        """Which placements were in force on the night of a date: one a child in care."""
        day = self.day(date)
        found: NDArray[np.bool_] = (self.episodes.start <= day) & (self.episodes.end > day)
        return found

    def up_to(self, date: dt.date) -> CareRecords:
        """The records as they stood at the end of a day: nothing that began or ended later.

        Args:
            date: The day; not after the last day covered.

        Raises:
            ValueError: When the records do not reach so far, or begin after it.
        """
        if not self.first_date - dt.timedelta(days=1) <= date <= self.last_date:
            raise ValueError(f"the records cover {self.first_date} to {self.last_date}, not {date}")
        day, columns = self.day(date), self.episodes.columns()
        begun = columns["start"] <= day
        kept = {name: column[begun] for name, column in columns.items()}
        later = kept["end"] > day
        kept["end"] = np.where(later, OPEN, kept["end"]).astype(np.int32)
        kept["reason_ceased"] = np.where(
            later, REASONS_CEASED.index(""), kept["reason_ceased"]
        ).astype(np.int8)
        return replace(
            self,
            episodes=Episodes(self.episodes.epoch, self.episodes.settings, **kept),
            entered=self.entered[begun],
            entered_known=self.entered_known[begun],
            last_day=day,
        )
