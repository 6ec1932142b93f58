"""The households of carers by themselves: who lives with whom, against a simple account of it."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_worlds import always, home

from sufficiency.episodes import NONE
from sufficiency.model.households import CarerHomes
from sufficiency.model.market import Market

OWN = 0
APPROVED_FOR = 3
HOUSEHOLDS = (1, 2, 3)


class Account:
    """Who lives with whom and how many places each household has, kept in the simplest way."""

    def __init__(self) -> None:
        self.usable = dict.fromkeys(HOUSEHOLDS, 0)
        self.living: dict[int, int] = {}
        self.promised = 0

    def free_in(self, household: int) -> int:
        there = sum(home == household for home in self.living.values())
        return max(self.usable[household] - there, 0)

    def free(self) -> int:
        return sum(map(self.free_in, self.usable))


step = st.tuples(
    st.sampled_from(["change", "change", "arrive", "arrive", "beside", "go", "promise", "keep"]),
    st.sampled_from(HOUSEHOLDS),
    st.sampled_from([-3, -1, 1, 2, 3]),
    st.integers(0, 99).map(lambda percent: percent / 100),
)


@pytest.mark.conservation
@given(st.lists(step, min_size=10, max_size=60))
@settings(max_examples=300)
def test_free_places_less_promised_are_the_markets_vacancies(
    steps: list[tuple[str, int, int, float]],
) -> None:
    """Whatever happens in whatever order: the setting's places less those taken."""
    market = Market((home("own", places=always(0)), home("bought")))
    homes, account = CarerHomes(OWN, market), Account()
    lodgers: dict[int, SimpleNamespace] = {}
    for number, (what, household, places, luck) in enumerate(steps):
        if what == "change":
            usable = account.usable[household]
            places = min(max(places, -usable), APPROVED_FOR - usable)
            before = account.free()
            account.usable[household] += places
            homes.change(household, places)
            assert (account.free() - before) * places >= 0
        elif what in ("arrive", "beside"):
            _moves_in(homes, market, account, lodgers, number, household, luck, what == "beside")
        elif what == "go" and lodgers:
            child = lodgers.pop(sorted(lodgers)[int(luck * len(lodgers))])
            assert child.household == account.living.pop(child.number)
            market.taken[OWN] -= 1
            homes.vacate(child)
            assert child.household == NONE
        elif what == "promise" and market.vacancies(OWN) > 0:
            market.taken[OWN] += 1
            account.promised += 1
        elif what == "keep" and account.promised:
            account.promised -= 1
            market.taken[OWN] -= 1
            if homes.has_free():
                _moves_in(homes, market, account, lodgers, number, household, luck, False)
        assert market.vacancies(OWN) == account.free() - account.promised
        assert homes.has_free() == (account.free() > 0)
        for each in account.usable:
            assert homes.has_room(each) == (account.free_in(each) > 0)
            there = {child.number for child in homes.children_of(each)}
            assert there == {n for n, where in account.living.items() if where == each}


def _moves_in(
    homes: CarerHomes,
    market: Market,
    account: Account,
    lodgers: dict[int, SimpleNamespace],
    number: int,
    household: int,
    luck: float,
    beside: bool,
) -> None:
    child = SimpleNamespace(number=number, household=NONE)
    room_beside, room = account.free_in(household), account.free()
    market.taken[OWN] += 1
    homes.take(child, luck, household if beside else NONE)
    if beside and room_beside:
        assert child.household == household
    # With carers who are not counted only where there is no room at all.
    assert (child.household == NONE) == (room == 0)
    if child.household != NONE:
        assert account.free_in(child.household) > 0
    account.living[number] = child.household
    lodgers[number] = child


@pytest.mark.theory
def test_each_free_place_is_equally_likely() -> None:
    """So a household with two free places is chosen twice as often."""
    luck = (np.arange(600) + 0.5) / 600
    chosen = []
    for each in luck.tolist():
        homes = CarerHomes(OWN, Market((home("own", places=always(0)),)))
        homes.change(1, 2)
        homes.change(2, 1)
        child = SimpleNamespace(number=1, household=NONE)
        homes.take(child, each)
        chosen.append(child.household)
    assert chosen.count(1) == 400
