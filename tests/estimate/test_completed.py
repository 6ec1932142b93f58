"""Suppressed cells: what their table leaves them, shared as in England, and none recovered."""

from __future__ import annotations

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
    done = completed(_local(Foster=70, Homes=19, Parents="c", Other=5), ENGLAND, [KEY])
    cells = done.tables.figures[KEY]
    # 6 were withheld. They are shared with the 5 of the smallest cell, as England's 100 and 100.
    assert {cells["Parents"], cells["Other"]} == {5, 6}
    assert done.shared_out == {KEY: (2, 4)}
    of_ten = completed(_local(Foster=70, Homes=19, Parents="c", Other=1), ENGLAND, [KEY])
    assert of_ten.tables.figures[KEY]["Parents"] == 6  # and not the 10 that were withheld


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
