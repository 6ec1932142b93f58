"""What is held still, or taken from another future, moves nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from sufficiency.scenario.values import Quantity
from sufficiency.streams import Draws, Held, Streams

pytestmark = pytest.mark.streams

PATHS = ("entries.per_year", "money.fee", "money.fee.from.2021-04-01", "moving.rate")


def figures() -> list[Quantity]:
    made = []
    for path in PATHS:
        figure = Quantity.model_validate({"p10": 20.0, "p90": 30.0, "distribution": "normal"})
        figure.named(path)
        made.append(figure)
    return made


def drawn(number: int, held: Held | None = None) -> list[float]:
    draws = Draws(1, number) if held is None else Draws(1, number, held=held)
    return [draws(figure) for figure in figures()]


def test_a_held_figure_stands_at_its_ends_on_all_its_dates() -> None:
    free = drawn(4)
    low = drawn(4, Held(levels={"money.fee": 0.1}))
    high = drawn(4, Held(levels={"money.fee": 0.9}))
    assert low == pytest.approx([free[0], 20.0, 20.0, free[3]], abs=1e-9)
    assert high == pytest.approx([free[0], 30.0, 30.0, free[3]], abs=1e-9)
    assert [low[0], low[3]] == [free[0], free[3]] == [high[0], high[3]]


def test_a_held_figure_is_held_in_every_year_it_is_drawn_for() -> None:
    fee = figures()[1]
    draws = Draws(1, 4, held=Held(levels={"money.fee": 0.1}))
    assert draws(fee, "2020/21") == draws(fee, "2021/22") == pytest.approx(20.0)
    assert Draws(1, 4)(fee, "2020/21") != Draws(1, 4)(fee, "2021/22")


def test_holding_goes_before_taking_the_middle() -> None:
    certain = Draws(1, 4, certain=True, held=Held(levels={"moving.rate": 0.9}))
    assert [certain(figure) for figure in figures()] == pytest.approx([25.0, 25.0, 25.0, 30.0])


def test_figures_are_taken_from_the_futures_named() -> None:
    own, from_9, from_11 = drawn(4), drawn(9), drawn(11)
    held = Held(figures={"money.fee": 9}, others=11)
    assert drawn(4, held) == [from_11[0], from_9[1], from_9[2], from_11[3]]
    assert drawn(4, Held(figures={"money.fee": 9})) == [own[0], from_9[1], from_9[2], own[3]]
    assert drawn(4, Held(years=9, chance=9)) == own


def test_years_and_chance_are_taken_from_the_futures_named_one_by_one() -> None:
    purposes = {"years": ("year_to_year", "entries"), "chance": ("arrivals", "1_to_4")}

    def drawn_of(name: str, number: int, held: Held) -> list[float]:
        return list(Streams(1, number, held).of(*purposes[name]).random(3))

    for name, other in (("years", "chance"), ("chance", "years")):
        held = Held(years=9) if name == "years" else Held(chance=9)
        assert drawn_of(name, 4, held) == drawn_of(name, 9, Held())
        assert drawn_of(other, 4, held) == drawn_of(other, 4, Held())
    everything = Held(levels={"money.fee": 0.1}, figures={"moving.rate": 3}, others=5)
    assert np.array_equal(
        Streams(1, 4, everything).of("a").random(3), Streams(1, 4).of("a").random(3)
    )
