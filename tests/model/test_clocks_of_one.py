"""A child's clocks worked out alone: the same to the last bit as in a table of many."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sufficiency.model.clocks import ClocksOfOne, standings
from sufficiency.model.parameters import CAUSES, Clockwork
from sufficiency.vocabulary import AgeBand, TimeInCare

LAST_DAY = 1826.0


@pytest.mark.theory
def test_a_child_alone_has_the_clocks_it_has_in_a_table() -> None:
    rng = np.random.default_rng(7)
    starts = np.array([-math.inf, 365.0, 730.0, 731.0, 1096.0])
    clockwork = Clockwork(
        rate_per_day=rng.random((len(CAUSES), len(AgeBand), len(TimeInCare))),
        setting_effect=np.ones((1, len(CAUSES))),
        calendar_starts=starts,
        calendar=rng.random((len(CAUSES), len(starts))),
    )
    entered = np.concatenate([rng.random(300) * LAST_DAY, [0.0, 365.0, 730.0]])
    born = np.floor(entered - rng.random(len(entered)) * 6570.0)
    alone = ClocksOfOne(clockwork, LAST_DAY)
    for child_born, child_entered in zip(born.tolist(), entered.tolist(), strict=True):
        days, run = standings(
            clockwork, np.array([child_born]), np.array([child_entered]), LAST_DAY
        )
        assert alone.standings(child_born, child_entered) == (
            days[:, 0].tolist(),
            run[..., 0].tolist(),
        )
