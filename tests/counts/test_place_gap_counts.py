"""Who wants which kind of home and who lives in it, counted at month ends."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from stays import QUARTER, SETTINGS, Stay, episodes

from sufficiency.episodes import NONE, Episodes
from sufficiency.place_counts import PlaceCounts, count_places, stacked

OWN, AGENCY, HOME = range(len(SETTINGS))
BABY, SMALL, SCHOOL, TEEN, OLDER = range(5)
MARCH, APRIL, MAY = range(3)


def counted(table: Episodes) -> PlaceCounts:
    return count_places(table, QUARTER, {}, {})


def cells(table: np.ndarray) -> dict[tuple[int, ...], int]:
    """The cells that are not nought."""
    return {tuple(int(n) for n in place): int(table[tuple(place)]) for place in np.argwhere(table)}


@pytest.mark.theory
def test_made_up_children_are_counted_where_they_live_and_where_they_want_to() -> None:
    found = counted(
        episodes(
            Stay(1, start=-100),  # has what it wants, from before to after
            Stay(2, start=5, end=31, setting="agency_foster", wanted="in_house_foster"),
            # moves on 1 April, far away, and still wants its first choice
            Stay(
                2, start=31, setting="external_residential", wanted="in_house_foster",
                location="outside_far",
            ),
            Stay(3, start=31, end=60, setting="agency_foster"),  # gone on the last night of April
            Stay(4, start=60, setting="agency_foster", location="outside_near"),  # comes on it
        )
    )  # fmt: skip
    ages = SCHOOL
    assert cells(found.living_there) == {
        (MARCH, OWN, ages): 1, (MARCH, AGENCY, ages): 1,
        (APRIL, OWN, ages): 1, (APRIL, HOME, ages): 1, (APRIL, AGENCY, ages): 1,
        (MAY, OWN, ages): 1, (MAY, HOME, ages): 1, (MAY, AGENCY, ages): 1,
    }  # fmt: skip
    assert cells(found.wanting) == {
        (MARCH, OWN, ages): 2,
        (APRIL, OWN, ages): 2, (APRIL, AGENCY, ages): 1,
        (MAY, OWN, ages): 2, (MAY, AGENCY, ages): 1,
    }  # fmt: skip
    assert cells(found.elsewhere) == {
        (MARCH, OWN, ages): 1, (APRIL, OWN, ages): 1, (MAY, OWN, ages): 1,
    }  # fmt: skip
    assert cells(found.living_there - found.within_20_miles) == {
        (APRIL, HOME, ages): 1, (MAY, HOME, ages): 1,
    }  # fmt: skip


@pytest.mark.theory
def test_ages_are_those_of_the_day() -> None:
    table = episodes(*(Stay(n, start=-1) for n in range(1, 5)))
    # One year old on 15 April, sixteen on 1 May, born on the day it came, and eighteen tomorrow.
    born = [45 - 365, 61 - 16 * 365 - 4, -1, 92 - 18 * 365 - 5]
    table = dataclasses.replace(table, born=np.array(born, dtype=np.int32))
    by_age = counted(table).living_there[:, OWN]
    assert by_age.tolist() == [[2, 0, 0, 1, 1], [1, 1, 0, 1, 1], [1, 1, 0, 0, 2]]


@pytest.mark.unit
def test_a_placement_of_no_night_and_one_nobody_knows_the_choice_of() -> None:
    table = episodes(Stay(1, start=30, end=30), Stay(2, start=0))
    table = dataclasses.replace(table, first_choice=np.full(2, NONE, dtype=np.int16))
    found = counted(table)
    assert found.living_there.sum() == 3
    assert found.wanting.sum() == found.elsewhere.sum() == 0


@pytest.mark.unit
def test_places_are_summed_over_the_days_of_each_year() -> None:
    daily = np.concatenate([np.full(31, 4), np.full(61, 10)])
    found = count_places(episodes(Stay(1, start=0)), QUARTER, {OWN: daily}, {AGENCY: daily * 2})
    assert found.place_days[OWN].tolist() == [4 * 31, 610]
    assert found.nearby_place_days[AGENCY].tolist() == [8 * 31, 1220]
    assert np.isnan(found.place_days[AGENCY]).all()
    assert stacked([found, found]).wanting.shape == (2, *found.wanting.shape)
