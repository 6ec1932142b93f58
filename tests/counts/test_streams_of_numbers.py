"""Random numbers by name: the same name gives the same numbers, another name others."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest

from sufficiency.scenario.values import Quantity
from sufficiency.streams import Draws, Streams, generator

pytestmark = pytest.mark.streams


def figure(path: str, **stated: object) -> Quantity:
    made = Quantity.model_validate(stated or {"p10": 20.0, "p90": 30.0, "distribution": "normal"})
    made.named(path)
    return made


def test_a_stream_is_known_by_its_name_alone() -> None:
    first = Streams(1, 5).of("arrivals", "1_to_4").random(4)
    Streams(1, 5).of("opening").random(1000)
    assert np.array_equal(Streams(1, 5).of("arrivals", "1_to_4").random(4), first)
    for other in (Streams(2, 5).of("arrivals", "1_to_4"), Streams(1, 6).of("arrivals", "1_to_4"),
                  Streams(1, 5).of("arrivals"), Streams(1, 5).of("arrivals", 1)):  # fmt: skip
        assert not np.array_equal(other.random(4), first)


def test_a_word_and_a_number_never_share_a_stream() -> None:
    from zlib import crc32

    word = generator(1, "arrivals").random()
    assert generator(1, crc32(b"arrivals")).random() != word


def test_the_same_numbers_on_every_machine() -> None:
    # Worked out from numpy's own parts, and by name, so that no salt of Python's can enter.
    from zlib import crc32

    seeds = np.random.SeedSequence(7, spawn_key=(3, crc32(b"arrivals") + 2**32))
    expected = np.random.Generator(np.random.PCG64(seeds)).random(5)
    assert np.array_equal(generator(7, 3, "arrivals").random(5), expected)


def test_a_certain_figure_is_itself() -> None:
    assert Draws(1, 1)(figure("a", value=42.0)) == 42.0


def test_an_uncertain_figure_keeps_its_value_within_a_replication() -> None:
    draws = Draws(1, 4)
    value = draws(figure("money.fee"))
    draws(figure("money.other"))
    assert draws(figure("money.fee")) == value == Draws(1, 4)(figure("money.fee"))
    assert draws(figure("money.other")) != value
    assert Draws(1, 5)(figure("money.fee")) != value
    assert Draws(2, 4)(figure("money.fee")) != value
    assert draws(figure("money.fee"), "2020/21") != value


def test_luck_belongs_to_the_figures_place_and_not_to_its_size() -> None:
    near, far = (
        figure("money.fee"),
        figure("money.fee", p10=200.0, p90=300.0, distribution="normal"),
    )
    for number in range(1, 20):
        assert Draws(1, number)(far) == pytest.approx(10 * Draws(1, number)(near))


def test_eight_in_ten_lie_between_the_stated_ends() -> None:
    fee = figure("money.fee")
    values = [Draws(1, number)(fee) for number in range(1, 3001)]  # beyond a block's end
    share = sum(20 <= value <= 30 for value in values) / 3000
    assert share == pytest.approx(0.8, abs=4 * math.sqrt(0.8 * 0.2 / 3000))
    assert len(set(values)) == 3000
    ends = statistics.quantiles(values, n=10)
    assert ends[0] == pytest.approx(20, abs=0.5)
    assert ends[8] == pytest.approx(30, abs=0.5)


def test_held_still_a_figure_is_at_its_middle() -> None:
    fee = figure("money.fee")
    assert {Draws(1, number, certain=True)(fee) for number in range(1, 9)} == {25.0}
