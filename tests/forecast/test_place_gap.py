"""How many places are needed, and how many there are."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from sufficiency.forecast.gather import gather
from sufficiency.forecast.place_gap import PlaceGapRow, fewest_places, place_gap_rows
from sufficiency.forecast.replication import Plan, Replication, replicate
from sufficiency.periods import Horizon
from sufficiency.place_counts import PlaceCounts
from sufficiency.streams import generator

YEAR = Horizon(dt.date(2020, 3, 31), dt.date(2021, 3, 31))


@pytest.fixture(scope="module")
def futures(plan: Plan) -> list[Replication]:
    return [replicate(plan, number) for number in (1, 2)]


def least(children: np.ndarray, share: float) -> int:
    """The fewest places, by trying one after another."""
    places = 0
    while np.minimum(children, places).sum() < share * children.sum() - 1e-9:
        places += 1
    return places


@pytest.mark.theory
@pytest.mark.parametrize("share", [0.01, 0.5, 0.9, 0.95, 1.0])
def test_fewest_places_are_those_found_by_trying_them_all(share: float) -> None:
    random = generator(1, "fewest places")
    for days, top in ((1, 9), (12, 3), (12, 40), (36, 400)):
        children = random.integers(0, top, (20, days)).astype(np.int32)
        found = fewest_places(children, share)
        assert found.tolist() == [least(row, share) for row in children]
        assert (fewest_places(children, share / 2) <= found).all()


@pytest.mark.theory
def test_a_known_case() -> None:
    steady, busy = np.full(12, 10, dtype=np.int32), np.array([10] * 11 + [30], dtype=np.int32)
    assert fewest_places(steady, 0.9) == 9
    assert fewest_places(busy, 1.0) == 30
    # 140 child-months in all: 126 are wanted; 10 places give 120, each one more gives 1.
    assert fewest_places(busy, 0.9) == 16
    assert fewest_places(np.zeros(12, dtype=np.int32), 1.0) == 0


def made_up(wanting: list[int], living: list[int], places: float) -> list[PlaceGapRow]:
    """Two futures of one year of one setting and one age, the same number every month."""
    months = np.zeros((2, 12, 1, 5), dtype=np.int32)

    def each(numbers: list[int]) -> np.ndarray:
        filled = months.copy()
        filled[..., 3] = np.array(numbers)[:, np.newaxis, np.newaxis]
        return filled

    elsewhere = [w - h for w, h in zip(wanting, living, strict=True)]
    counts = PlaceCounts(
        wanting=each(wanting),
        living_there=each(living),
        within_20_miles=each([n - 1 for n in living]),
        elsewhere=each(elsewhere),
        place_days=np.full((2, 1, 1), places * 365),
        nearby_place_days=np.full((2, 1, 1), np.nan),
    )
    nights = np.array(living).reshape(2, 1, 1) * 365
    return list(place_gap_rows("s", ("own",), YEAR, counts, nights, 0.9))


@pytest.mark.theory
def test_a_row_worked_out_by_hand() -> None:
    rows = {row.age: row for row in made_up([20, 40], [8, 12], places=16)}
    row = rows["all"]
    # 60 children over both futures: 54 are to have it, 20 + 34. Alone they need 18 and 36.
    assert row.places_needed == 34
    assert (row.wanting_mean, row.wanting_p10, row.wanting_p90) == (30, 22, 38)
    assert (row.living_there_mean, row.within_20_miles_mean, row.elsewhere_mean) == (10, 9, 20)
    assert (row.places_there_are, row.there_are_counted_from, row.gap) == (16, "places", 18)
    assert row.gap_mean == pytest.approx(11)
    assert (row.gap_p10, row.gap_p90) == pytest.approx((2 + 1.8, 20 - 1.8))
    assert row.occupancy_mean == 0.625
    assert row.places_needed_at_that_occupancy == 55  # 54.4 places
    assert row.gap_at_that_occupancy == 39
    teens = rows["10_to_15"]
    assert (teens.places_there_are, teens.there_are_counted_from) == (10, "children_living_there")
    assert np.isnan(teens.gap)
    assert teens.gap_mean == pytest.approx(27 - 10)
    assert rows["under_1"].places_needed == rows["under_1"].wanting_mean == 0


@pytest.mark.theory
def test_places_empty_for_want_of_children_say_nothing_of_need() -> None:
    row = made_up([5, 5], [5, 5], places=24)[0]
    assert (row.places_needed, row.gap) == (5, -19)
    assert np.isnan([row.places_needed_at_that_occupancy, row.gap_at_that_occupancy]).all()
    not_open = made_up([9, 9], [0, 0], places=2)[0]
    assert np.isnan(not_open.places_needed_at_that_occupancy)


@pytest.mark.theory
def test_what_nobody_wants_first_has_no_gap() -> None:
    row = made_up([0, 0], [6, 8], places=40)[0]
    assert row.there_are_counted_from == "nobody's first choice"
    assert (row.living_there_mean, row.places_there_are) == (7, 40)
    assert np.isnan([row.places_needed, row.gap, row.gap_mean, row.gap_p10, row.gap_p90]).all()


@pytest.mark.conservation
def test_everyone_in_care_wants_one_kind_of_home_and_lives_in_one(
    plan: Plan, futures: list[Replication]
) -> None:
    months = slice(1, 1 + len(plan.horizon.months))
    for one in futures:
        counts = one.place_counts
        assert counts is not None
        care = rows_of(one, "children_in_care")
        assert counts.living_there.sum(axis=-1).T.tolist() == care[:, months].tolist()
        in_care = care.sum(axis=0)[months]
        assert counts.wanting.sum(axis=(1, 2)).tolist() == in_care.tolist()
        far = (counts.living_there - counts.within_20_miles).sum(axis=-1).T
        assert far.tolist() == rows_of(one, "over_20_miles")[:, months].tolist()
        # By age too: who wants something and who lives somewhere are the same children.
        by_age = counts.wanting.sum(axis=1), counts.living_there.sum(axis=1)
        assert by_age[0].tolist() == by_age[1].tolist()
        assert (counts.elsewhere <= counts.wanting).all()
        have = counts.wanting - counts.elsewhere
        assert (have <= counts.living_there).all()
        assert counts.elsewhere.sum() > 0


def rows_of(one: Replication, measure: str) -> np.ndarray:
    chosen = [n for n, key in enumerate(one.keys) if key[0] == measure and key[1] != "all"]
    return np.asarray(one.measured[chosen])


@pytest.mark.conservation
def test_places_used_are_the_occupancy_of_the_forecast(
    plan: Plan, futures: list[Replication]
) -> None:
    gathered = gather(plan, futures[:1])
    assert gathered.place_counts is not None
    settings = tuple(plan.scenario.settings)
    found = place_gap_rows("s", settings, plan.horizon, gathered.place_counts, gathered.nights)
    told = {row.setting: row.occupancy_mean for row in found if not np.isnan(row.occupancy_mean)}
    year = len(gathered.periods) - 1
    of_forecast = {
        key[1]: gathered.measured[0, n, year]
        for n, key in enumerate(gathered.keys)
        if key[0] == "occupancy"
    }
    assert told == pytest.approx(of_forecast, abs=0.0001)
    assert len(told) >= 2
