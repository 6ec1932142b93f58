"""Averages told in whole pence add up, and to the same total wherever they are told."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sufficiency.finance.summary import pence_that_add_up

pytestmark = pytest.mark.conservation


@given(st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=12), st.integers(1, 300))
def test_parts_add_up_to_the_rounded_total(sums: list[int], futures: int) -> None:
    means = np.array(sums) / futures
    pence = pence_that_add_up(means)
    assert abs(sum(pence) - means.sum()) <= 0.5 + 1e-3
    assert all(abs(each - mean) < 1 + 1e-3 for each, mean in zip(pence, means, strict=True))


def test_the_same_total_however_it_is_parted() -> None:
    whole = np.array([1234.5, 10.25, 7.75, 0.5])
    halves = np.array([whole[:2].sum(), whole[2:].sum()])
    assert sum(pence_that_add_up(whole)) == sum(pence_that_add_up(halves)) == 1253
