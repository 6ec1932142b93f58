"""Crossing tables: every margin is met, nothing impossible is filled, contradictions are told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sufficiency.estimate.ipf import Margin, MarginsContradict, fit, merged
from sufficiency.inputs.tables import read_published
from sufficiency.rounding import whole_cells, whole_shares

INPUTS = Path(__file__).parents[2] / "inputs"
PARENTS_PLACEMENT = "Placed with parents or other person with parental responsibility"
PARENTS_PROVIDER = "Parents or other person with parental responsibility"


def one_way(*counts: list[float]) -> list[Margin]:
    return [
        Margin((axis,), np.array(each, dtype=float), f"axis {axis}")
        for axis, each in enumerate(counts)
    ]


def published_fit(year: int) -> tuple[np.ndarray, list[Margin], int, int]:
    """Age x placement x provider x place, with parents' placements at parents only."""
    table = read_published(INPUTS / "middlesbrough" / "published_margins.csv")
    total = table.count(year, "looked_after_31_march", "Age group", "Total")
    margins, names = [], []
    for axis, breakdown in enumerate(
        (
            "Age group",
            "Placement",
            "Place providers",
            "Distance between home and placement and locality of placement",
        )
    ):
        cells = dict(table.breakdown(year, "looked_after_31_march", breakdown))
        cells.pop("Total")
        known = merged(cells, total, breakdown)
        names.append(list(known))
        margins.append(Margin((axis,), np.array(list(known.values()), dtype=float), breakdown))
    seed = np.ones([len(each) for each in names])
    placement, provider = names[1].index(PARENTS_PLACEMENT), names[2].index(PARENTS_PROVIDER)
    seed[:, placement, :, :] = 0
    seed[:, :, provider, :] = 0
    seed[:, placement, provider, :] = 1
    return seed, margins, placement, provider


@pytest.mark.conservation
@pytest.mark.parametrize("year", range(2021, 2026))
@pytest.mark.parametrize("generator", [None, 7])
def test_middlesbroughs_margins_are_met_every_year(year: int, generator: int | None) -> None:
    seed, margins, placement, provider = published_fit(year)
    fitted = fit(seed, margins)
    assert fitted.largest_miss < 1e-6
    assert (fitted.table[seed == 0] == 0).all()
    rng = None if generator is None else np.random.default_rng(generator)
    cells = whole_cells(fitted.table, rng)
    for axis, margin in enumerate(margins):
        found = np.bincount(cells[:, axis], minlength=len(margin.counts))
        np.testing.assert_array_equal(found, margin.counts)
    np.testing.assert_array_equal(cells[:, 1] == placement, cells[:, 2] == provider)


@pytest.mark.theory
def test_without_a_seed_the_fit_is_the_product_of_the_margins() -> None:
    rows, columns = [30.0, 70.0], [20.0, 50.0, 30.0]
    fitted = fit(np.ones((2, 3)), one_way(rows, columns))
    np.testing.assert_allclose(fitted.table, np.outer(rows, columns) / 100)


@pytest.mark.theory
def test_odds_ratios_of_the_seed_are_kept() -> None:
    seed = np.array([[4.0, 1.0], [2.0, 3.0]])
    table = fit(seed, one_way([10, 90], [35, 65])).table
    before = seed[0, 0] * seed[1, 1] / (seed[0, 1] * seed[1, 0])
    after = table[0, 0] * table[1, 1] / (table[0, 1] * table[1, 0])
    assert after == pytest.approx(before)


@pytest.mark.unit
def test_a_two_way_margin_is_met_with_a_one_way_one() -> None:
    pairs = np.array([[5.0, 5.0], [20.0, 10.0]])
    margins = [Margin((0, 2), pairs, "pairs"), Margin((1,), np.array([30.0, 10.0]), "single")]
    table = fit(np.ones((2, 2, 2)), margins).table
    np.testing.assert_allclose(table.sum(axis=1), pairs)
    np.testing.assert_allclose(table.sum(axis=(0, 2)), [30, 10])


@pytest.mark.golden
def test_totals_that_differ_are_told() -> None:
    with pytest.raises(MarginsContradict, match="`axis 1` adds up to 9, `axis 0` to 10"):
        fit(np.ones((2, 2)), one_way([5, 5], [5, 4]))


@pytest.mark.golden
def test_a_category_that_cannot_happen_is_told() -> None:
    with pytest.raises(MarginsContradict, match=r"`axis 1` counts 4 in category \(1,\), where"):
        fit(np.array([[1.0, 0.0], [1.0, 0.0]]), one_way([5, 5], [6, 4]))


@pytest.mark.golden
def test_margins_that_contradict_are_told() -> None:
    seed = np.array([[1.0, 0.0], [1.0, 1.0]])
    with pytest.raises(MarginsContradict, match="no table agrees with every margin"):
        fit(seed, one_way([8, 2], [3, 7]), most_rounds=200)


@pytest.mark.unit
def test_suppressed_cells_are_merged_and_the_inapplicable_left_out() -> None:
    cells: dict[str, int | str] = {"a": 5, "b": "c", "d": "c", "e": "z"}
    assert merged(cells, 12, "table") == {"a": 5, "not published": 7}
    assert merged({"a": 5, "b": 7}, 12, "table") == {"a": 5, "b": 7}
    with pytest.raises(MarginsContradict, match="`table` has 15"):
        merged({"a": 15, "b": "c"}, 12, "table")


@pytest.mark.unit
def test_whole_shares_keep_the_total_and_the_order() -> None:
    shared = whole_shares(np.array([1.0, 1.0, 1.0]), 100)
    assert shared.tolist() == [34, 33, 33]
    assert whole_shares(np.array([0.68, 0.175, 0.12, 0.01, 0.015]), 97).sum() == 97
    with pytest.raises(ValueError, match="nothing to share"):
        whole_shares(np.zeros(2), 3)


@pytest.mark.theory
def test_drawn_children_have_the_fitted_number_in_each_cell_on_average() -> None:
    seed = np.array([[3.0, 1.0, 0.0], [1.0, 2.0, 1.0], [0.5, 1.0, 4.0]])
    fitted = fit(seed, one_way([7, 10, 6], [9, 8, 6])).table
    draws = 4000
    rng = np.random.default_rng(20200331)
    counted = np.zeros_like(fitted)
    for _ in range(draws):
        cells = whole_cells(fitted, rng)
        np.add.at(counted, (cells[:, 0], cells[:, 1]), 1)
    assert counted[seed == 0].sum() == 0
    misses = np.abs(counted / draws - fitted)
    nearest = np.zeros_like(fitted)
    single = whole_cells(fitted)
    np.add.at(nearest, (single[:, 0], single[:, 1]), 1)
    # Chance alone is under a twentieth of a child here; mending the second axis adds a little.
    assert misses.max() < 0.2
    assert misses.mean() < 0.5 * np.abs(nearest - fitted).mean()


@pytest.mark.unit
def test_a_chain_of_children_mends_what_no_single_child_can() -> None:
    # Kinds 0 and 2 share no age, so a spare child of kind 0 frees a place through kind 1.
    seed = np.array([[1.0, 1.0, 0.0], [0.0, 1.0, 1.0]])
    fitted = fit(seed, one_way([6, 5], [4, 3, 4])).table
    for start in range(60):
        cells = whole_cells(fitted, np.random.default_rng(start))
        assert np.bincount(cells[:, 1], minlength=3).tolist() == [4, 3, 4]
        assert (seed[cells[:, 0], cells[:, 1]] > 0).all()
