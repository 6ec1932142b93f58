"""The record a simulation keeps while it runs: placements, and payments after care."""

from __future__ import annotations

import numpy as np

from sufficiency.episodes import OPEN, REASONS_NEW, AfterCareSpells, Episodes, Provenance
from sufficiency.periods import Horizon

_OPENING = REASONS_NEW.index("opening")

Begun = tuple[int, int, float, int, int, int, int, int, float, float, int, int]
"""A placement as it begins: child, which period of care, day, setting, location, first choice,
setting waited for, reason, day of birth, where it stands among the prices of its setting, the
child's category, and whether it lives with the brother or sister it came with."""


class Record:
    """Placements as they begin and end."""

    def __init__(self) -> None:
        self._begun: list[Begun] = []
        self._end: list[int] = []
        self._reason_ceased: list[int] = []
        self._after_care: list[list[int]] = []

    def begins(self, placement: Begun) -> int:
        """A placement begins.

        Args:
            placement: What is known of it.

        Returns:
            Its row, to be closed later.
        """
        self._begun.append(placement)
        self._end.append(OPEN)
        self._reason_ceased.append(0)
        return len(self._end) - 1

    def ends(self, row: int, day: float, reason: int) -> None:
        """A placement ends."""
        self._end[row] = int(day // 1)
        self._reason_ceased[row] = reason

    def pays_after_care(self, child: int, kind: int, start: int, end: int, born: int) -> int:
        """A payment begins for a child who has left care, and will end at 18.

        Returns:
            Its row, to be cut short if the child comes back into care.
        """
        self._after_care.append([child, kind, start, end, born])
        return len(self._after_care) - 1

    def stops_after_care(self, row: int, day: float) -> None:
        """A payment stops because the child has come back into care."""
        self._after_care[row][3] = int(day // 1)

    def episodes(self, horizon: Horizon, settings: tuple[str, ...]) -> Episodes:
        """The placements as a table."""
        columns = list(zip(*self._begun, strict=True)) if self._begun else [()] * 12
        child, period, day, setting, location, first_choice, waiting_for, *rest = columns
        reason_new, born, price_rank, category, siblings = rest
        reasons = np.array(reason_new, dtype=np.int8)
        return Episodes(
            epoch=horizon.epoch,
            settings=settings,
            child=np.array(child, dtype=np.int64),
            period_of_care=np.array(period, dtype=np.int32),
            start=np.floor(np.array(day)).astype(np.int32),
            end=np.array(self._end, dtype=np.int32),
            setting=np.array(setting, dtype=np.int16),
            location=np.array(location, dtype=np.int8),
            first_choice=np.array(first_choice, dtype=np.int16),
            waiting_for=np.array(waiting_for, dtype=np.int16),
            reason_new=reasons,
            reason_ceased=np.array(self._reason_ceased, dtype=np.int8),
            born=np.array(born, dtype=np.int32),
            price_rank=np.array(price_rank, dtype=np.float64),
            category=np.array(category, dtype=np.int8),
            siblings=np.array(siblings, dtype=np.int8),
            provenance=np.where(reasons == _OPENING, Provenance.OPEN, Provenance.SIMULATED).astype(
                np.int8
            ),
        )

    def after_care(self, kinds: tuple[str, ...]) -> AfterCareSpells:
        """The payments after care as a table."""
        table = np.array(self._after_care, dtype=np.int64).reshape(-1, 5)
        return AfterCareSpells(
            kinds=kinds,
            child=table[:, 0],
            kind=table[:, 1].astype(np.int8),
            start=table[:, 2].astype(np.int32),
            end=table[:, 3].astype(np.int32),
            born=table[:, 4].astype(np.int32),
        )
