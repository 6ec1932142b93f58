"""Suppressed cells: what their table leaves them, shared as in England, and none recovered."""

from __future__ import annotations

import pytest

from sufficiency.errors import InputError
from sufficiency.estimate.completed import completed
from sufficiency.inputs.tables import Published

KEY = (2024, "looked_after_31_march", "Placement")
ENGLAND = Published(
    "england", {KEY: {"Foster": 600, "Homes": 200, "Parents": 100, "Other": 100, "Total": 1000}}
)


def _local(**cells: int | str) -> Published:
    return Published("local", {KEY: {**cells, "Total": 100}})


def test_suppressed_cells_share_what_is_left_as_england_does() -> None:
    done = completed(_local(Foster=70, Homes="c", Parents="c", Other=6), ENGLAND, [KEY])
    assert done.tables.figures[KEY] == {
        "Foster": 70, "Homes": 16, "Parents": 8, "Other": 6, "Total": 100,
    }  # fmt: skip
    assert done.shared_out == {KEY: (2, 4)}


def test_a_cell_suppressed_alone_is_not_recovered() -> None:
    done = completed(_local(Foster=70, Homes=12, Parents="c", Other=3), ENGLAND, [KEY])
    cells = done.tables.figures[KEY]
    # 15 were withheld. They are shared with the 3 and the 12 of the smallest cells, as England's.
    assert cells == {"Foster": 70, "Homes": 15, "Parents": 8, "Other": 7, "Total": 100}
    assert done.shared_out == {KEY: (3, 4)}


def test_what_comes_out_of_a_lone_cell_is_the_same_for_other_numbers_withheld() -> None:
    """7 withheld with 11 beside it, or 8 with 10: the same comes out, and neither can be told."""
    found = {
        tuple(
            completed(_local(Foster=70, Homes=12, Parents="c", Other=18 - withheld), ENGLAND, [KEY])
            .tables.figures[KEY]
            .values()
        )
        for withheld in (7, 8)
    }
    assert len(found) == 1


@pytest.mark.golden
def test_parts_that_come_to_more_than_their_total_are_told() -> None:
    with pytest.raises(InputError, match=r"`Placement` .* comes to 195, more than the 100 in all"):
        completed(_local(Foster=70, Homes=119, Parents=6, Other="c"), ENGLAND, [KEY])


def test_a_whole_table_stays_as_it_was() -> None:
    local = _local(Foster=70, Homes=19, Parents=6, Other=5)
    done = completed(local, ENGLAND, [KEY])
    assert done.tables.figures == local.figures
    assert done.shared_out == {}
    assert done.is_whole(*KEY)


def test_a_table_suppressed_or_missing_whole_takes_englands_shape() -> None:
    everything = dict.fromkeys(("Foster", "Homes", "Parents", "Other"), "c")
    for local in (
        _local(**everything),
        Published("local", {(2024, "looked_after_31_march", "all"): {"all": 100}}),
    ):
        done = completed(local, ENGLAND, [KEY])
        assert done.tables.count(*KEY, "Foster") == 60
        assert sum(done.tables.count(*KEY, name) for name in everything) == 100
        assert not done.is_whole(*KEY)


def test_not_applicable_is_nobody_and_is_not_a_gap() -> None:
    done = completed(_local(Foster=70, Homes=24, Parents=6, Other="z"), ENGLAND, [KEY])
    assert done.tables.count(*KEY, "Other") == 0
    assert done.is_whole(*KEY)
