"""What is learnt of all authorities' past years, found again where the truth is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sufficiency.errors import InputError
from sufficiency.estimate.panel import FlowVariation, Panel, learn, panel_of
from sufficiency.inputs.dfe_tables import Area, DfeTables, Figures
from sufficiency.inputs.rows import Count

FloatArray = np.ndarray
YEARS = tuple(range(2019, 2026))
CHILDREN_THERE = 150
STEADY_RATE = 0.3
TOTALS = ("looked_after_31_march", "started", "ceased", "population_0_17")
INSIDE = 1.2815515655446004
"""Eight in ten of a normal number lie within so many standard deviations."""


def panel(
    stock: FloatArray, started: FloatArray, ceased: FloatArray, children: FloatArray
) -> Panel:
    """A panel of authorities in England's shape; England is a thousand of the middle one."""
    years = stock.shape[1] - 1
    population = np.repeat(children[:, None], years, axis=1)
    middle = 400.0
    england = (
        np.full(years + 1, 1000 * middle),
        np.full(years, 1000 * middle * STEADY_RATE),
        np.full(years, 1000 * middle * STEADY_RATE),
        np.full(years, 1000 * middle * CHILDREN_THERE),
    )
    names = tuple(f"Shire {number}" for number in range(len(stock)))
    return Panel(names, YEARS[:years], stock, started, ceased, population, england)


def gaps_that_return(by: float, spread: float, count: int, years: int) -> FloatArray:
    """Log distances from England that fall by a share each year and are spread again as far."""
    rng = np.random.default_rng(31)
    found = [rng.normal(0, spread, count)]
    fresh = spread * np.sqrt(1 - (1 - by) ** 2)
    for _ in range(years):
        found.append((1 - by) * found[-1] + rng.normal(0, fresh, count))
    return np.column_stack(found)


def with_rates(gaps: FloatArray) -> Panel:
    """Authorities of all sizes with these rates; they move as if nothing were chance."""
    children = np.random.default_rng(32).uniform(20_000, 150_000, len(gaps))
    stock = children[:, None] / CHILDREN_THERE * np.exp(gaps)
    ceased = STEADY_RATE * (stock[:, 1:] + stock[:, :-1]) / 2
    return panel(stock, np.maximum(ceased + np.diff(stock, axis=1), 1.0), ceased, children)


@pytest.mark.theory
@pytest.mark.parametrize("by", [0.01, 0.03, 0.06])
def test_reversion_of_authorities_that_stay_as_far_apart_is_found(by: float) -> None:
    found = learn(with_rates(gaps_that_return(by, 0.35, 4000, 6)))
    assert found.reversion == pytest.approx(by, rel=0.1)
    # The slope seen tells the same, the other way round.
    assert found.seen.value == pytest.approx(-by, abs=4 * found.seen.standard_error)


@pytest.mark.theory
def test_authorities_that_never_change_place_do_not_revert() -> None:
    found = learn(with_rates(np.repeat(gaps_that_return(0.1, 0.35, 200, 0), 7, axis=1)))
    assert found.reversion == pytest.approx(0.0, abs=1e-9)
    assert found.moved == pytest.approx((0.0, 0.0, 0.0), abs=1e-6)


def good_and_bad(spread: float, correlation: float, count: int, seed: int) -> FloatArray:
    """Logs of a first-order process that has gone on for long; a column a year."""
    rng = np.random.default_rng(seed)
    found = [rng.normal(0, spread, count)]
    for _ in YEARS[1:]:
        fresh = rng.normal(0, spread * np.sqrt(1 - correlation**2), count)
        found.append(correlation * found[-1] + fresh)
    return np.column_stack(found)


def with_flows(
    entries: tuple[float, float], leaving: tuple[float, float], count: int, seed: int = 1
) -> Panel:
    """Authorities whose entries and leaving have good and bad years, and chance."""
    rng = np.random.default_rng(seed)
    size = rng.uniform(150, 900, count)
    usual = (size * STEADY_RATE)[:, None]
    started = rng.poisson(usual * np.exp(good_and_bad(*entries, count, seed + 1)))
    ceased = rng.poisson(usual * np.exp(good_and_bad(*leaving, count, seed + 2)))
    # As many children every year: what is looked at here are the flows alone.
    stock = [size] * (len(YEARS) + 1)
    return wide_apart(size, stock, list(started.T.astype(float)), list(ceased.T.astype(float)))


@pytest.mark.theory
@pytest.mark.parametrize(
    ("entries", "leaving"), [((0.2, 0.5), (0.1, 0.2)), ((0.12, 0.75), (0.15, 0.0))]
)
def test_good_and_bad_years_are_found_net_of_chance(
    entries: tuple[float, float], leaving: tuple[float, float]
) -> None:
    found = learn(with_flows(entries, leaving, 4000))
    for flow, (spread, correlation) in ((found.entries, entries), (found.leaving, leaving)):
        assert flow.spread == pytest.approx(spread, rel=0.08)
        assert flow.autocorrelation == pytest.approx(correlation, abs=0.06)
        assert flow.changes == 4000 * (len(YEARS) - 1)


@pytest.mark.theory
def test_the_doubt_about_autocorrelation_is_at_least_as_large_as_it_varies() -> None:
    """As many authorities as England has, again and again."""
    found: list[FlowVariation] = [
        learn(with_flows((0.2, 0.5), (0.15, 0.3), 150, seed=10 * again)).entries
        for again in range(1, 81)
    ]
    varied = np.std([flow.autocorrelation for flow in found])
    said = np.mean([flow.standard_error for flow in found])
    # Said too large: the same years stand above and below the line of the ratio.
    assert 0.9 * varied < said < 1.8 * varied


@pytest.mark.theory
def test_chance_alone_is_not_taken_for_good_and_bad_years() -> None:
    found = learn(with_flows((0.0, 0.0), (0.0, 0.0), 2000))
    assert found.entries.spread < 0.03
    assert found.leaving.spread < 0.03


def share_inside(of: Panel, years: int, variance: float, reversion: float) -> float:
    """Of all changes over so many years, those within the middle eight tenths."""
    inside = []
    for row in range(len(of.names)):
        left, there = of.ceased[row].sum(), 0.0
        for year in range(len(of.years)):
            there += (of.stock[row, year] + of.stock[row, year + 1]) / 2
        for year in range(len(of.years) + 1 - years):
            before, after = of.stock[row, year], of.stock[row, year + years]
            expected = -reversion * years * of.gap[row, year]
            chance = (1 - np.exp(-2 * left / there * years)) / before
            reach = INSIDE * np.sqrt(variance + chance)
            inside.append(abs(np.log(after / before) - expected) <= reach)
    return float(np.mean(inside))


@pytest.mark.theory
def test_eight_changes_in_ten_lie_inside_what_was_moved() -> None:
    of = with_rates(gaps_that_return(0.05, 0.3, 120, 6))
    found = learn(of)
    assert len(found.moved) == 3
    assert found.moved[0] < found.moved[1] < found.moved[2]
    for years, moved in enumerate(found.moved, start=1):
        assert share_inside(of, years, moved * 1.0001, found.reversion) >= 0.8
        assert share_inside(of, years, moved * 0.98, found.reversion) < 0.8


def come_and_gone(moved: float, count: int) -> Panel:
    """Three years of children who come and leave one by one, and numbers that wander on top."""
    rng = np.random.default_rng(8)
    home = rng.uniform(150, 900, count).round()
    gone = 1 - np.exp(-STEADY_RATE)
    one_by_one, wandered = home, np.ones(count)
    stock, started, ceased = [home], [], []
    for _ in YEARS[:3]:
        staying = rng.binomial(one_by_one.astype(int), 1 - gone)
        one_by_one = (staying + rng.poisson(home * gone)).astype(float)
        wandered = wandered * np.exp(rng.normal(0, moved, count))
        stock.append(one_by_one * wandered)
        ceased.append(STEADY_RATE * (stock[-2] + stock[-1]) / 2)
        started.append(np.maximum(stock[-1] - stock[-2] + ceased[-1], 1.0))
    return wide_apart(home, stock, started, ceased)


def wide_apart(
    size: FloatArray, stock: list[FloatArray], started: list[FloatArray], ceased: list[FloatArray]
) -> Panel:
    """A panel of rates so wide apart that what an authority moves does not draw them together."""
    children = size * CHILDREN_THERE * np.exp(np.random.default_rng(9).normal(0, 1.0, len(size)))
    return panel(*(np.column_stack(each) for each in (stock, started, ceased)), children)


@pytest.mark.theory
def test_what_was_moved_is_what_the_number_in_care_wandered_beyond_chance() -> None:
    found = learn(come_and_gone(0.06, 4000))
    assert found.moved == pytest.approx([years * 0.06**2 for years in (1, 2, 3)], rel=0.1)


@pytest.mark.theory
def test_children_who_come_and_leave_one_by_one_have_not_moved_the_number() -> None:
    found = learn(come_and_gone(0.0, 4000))
    # Chance alone moves these by 0.0010 in a year and by 0.0019 in three.
    assert found.moved[0] < 0.0001
    assert found.moved[2] < 0.0001


def followed_by_growth(share: float) -> Panel:
    """Authorities with entries and leaving of their own; of what they bring, a share comes."""
    rng = np.random.default_rng(12)
    home = rng.uniform(300, 900, 1500)
    coming = STEADY_RATE * home * np.exp(rng.normal(0, 0.15, 1500))
    leaving = STEADY_RATE * np.exp(rng.normal(0, 0.15, 1500))
    stock, started, ceased = [home], [], []
    for _ in YEARS[:5]:
        brought = np.log1p(coming / stock[-1] - leaving)
        stock.append(stock[-1] * np.exp(share * brought + rng.normal(0, 0.02, 1500)))
        # Entries are told as they were, whatever the number in care then did.
        started.append(coming)
        ceased.append(leaving * (stock[-2] + stock[-1]) / 2)
    return wide_apart(home, stock, started, ceased)


@pytest.mark.theory
@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_how_much_of_the_growth_of_recent_flows_comes_is_found(share: float) -> None:
    found = learn(followed_by_growth(share)).from_flows
    assert found.value == pytest.approx(share, abs=0.05)
    assert found.standard_error < 0.02


@pytest.mark.theory
def test_coming_nearer_to_england_is_not_taken_for_what_flows_brought() -> None:
    """Entries at England's rate would bring every authority nearer; reversion is told apart."""
    of = with_rates(gaps_that_return(0.08, 0.35, 4000, 6))
    usual = replace(
        of,
        started=of.population / CHILDREN_THERE * STEADY_RATE,
        ceased=STEADY_RATE * of.exposure,
    )
    assert learn(usual).from_flows.value == pytest.approx(0.0, abs=0.03)


@pytest.mark.unit
def test_recent_is_the_last_year_and_the_one_before() -> None:
    of = with_flows((0.2, 0.5), (0.2, 0.5), 30)
    assert of.recent_entry_gap(0) == pytest.approx(of.entry_gap[:, 0])
    assert of.recent_entry_gap(3) == pytest.approx((of.entry_gap[:, 2] + of.entry_gap[:, 3]) / 2)
    left = (of.ceased[:, 2] + of.ceased[:, 3]) / (of.exposure[:, 2] + of.exposure[:, 3])
    assert of.recent_leaving(3) == pytest.approx(left)
    assert of.recent_leaving(0) == pytest.approx(of.ceased[:, 0] / of.exposure[:, 0])


@pytest.mark.theory
def test_entries_that_go_on_are_found_to_go_on() -> None:
    rng = np.random.default_rng(5)
    own = rng.normal(0, 0.3, 500)
    size = np.full(500, 400.0)
    started = 400 * STEADY_RATE * np.exp(np.repeat(own[:, None], 7, axis=1))
    stock = np.repeat(size[:, None], 8, axis=1) * np.exp(rng.normal(0, 0.2, (500, 1)))
    ceased = STEADY_RATE * stock[:, 1:]
    of = panel(stock, started, ceased, size * CHILDREN_THERE)
    assert learn(of).entries_on_entries == pytest.approx(1.0, abs=0.01)
    assert learn(of).entries_on_stock == pytest.approx(0.0, abs=0.01)
    # Entries that are three tenths of the gap in children in care, and no more.
    follows = replace(of, started=400 * STEADY_RATE * np.exp(0.3 * of.gap[:, :-1]))
    assert learn(follows).entries_on_stock + learn(follows).entries_on_entries * 0.3 == (
        pytest.approx(0.3, abs=0.01)
    )


# From tables -------------------------------------------------------------------------------


def tables(count: int = 24, years: tuple[int, ...] = YEARS) -> DfeTables:
    """Totals of so many shires and of England."""
    rng = np.random.default_rng(3)
    figures: dict[str, Figures] = {}
    for number in range(count):
        size = 120 + 25 * number
        cells: dict[tuple[int, str, str], dict[str, Count]] = {}
        stock = size
        for year in years:
            started, ceased = (int(rng.poisson(size * STEADY_RATE)) for _ in range(2))
            stock += started - ceased
            for measure, whole in zip(
                TOTALS, (stock, started, ceased, size * CHILDREN_THERE), strict=True
            ):
                cells[year, measure, "all"] = {"all": whole}
        figures[f"Shire {number:02d}"] = cells
    figures["England"] = {
        key: {"all": sum(int(cells[key]["all"]) for cells in figures.values())}
        for key in figures["Shire 00"]
    }
    areas = {
        name: Area(name, name, "england" if name == "England" else "authority") for name in figures
    }
    return DfeTables("made-up.csv", areas, years, figures)


def with_total(of: DfeTables, area: str, year: int, measure: str, count: Count) -> DfeTables:
    """The same tables with one total put in the place of another."""
    changed = {**of.figures[area], (year, measure, "all"): {"all": count}}
    return replace(of, figures={**of.figures, area: changed})


def scrambled_after(of: DfeTables, year: int) -> DfeTables:
    """The same up to a year, and nonsense after it."""
    figures = {
        area: {
            key: cells if key[0] <= year else {"all": 51 + (7 * int(cells["all"])) % 997}
            for key, cells in groups.items()
        }
        for area, groups in of.figures.items()
    }
    return replace(of, figures=figures)


@pytest.mark.unit
def test_a_panel_holds_the_totals_as_published() -> None:
    of = panel_of(tables())
    assert of.years == YEARS
    assert of.names == tuple(f"Shire {number:02d}" for number in range(24))
    published = tables().of("Shire 05")
    for place, year in enumerate(YEARS):
        assert of.stock[5, place + 1] == published.count(year, "looked_after_31_march")
        assert of.started[5, place] == published.count(year, "started")
        assert of.ceased[5, place] == published.count(year, "ceased")
        assert of.population[5, place] == published.count(year, "population_0_17")
    # What there was before the first year is what its flows leave.
    assert of.stock[5, 0] == of.stock[5, 1] - of.started[5, 0] + of.ceased[5, 0]
    assert of.england[0][1:] == pytest.approx(of.stock[:, 1:].sum(axis=0))


@pytest.mark.backtest
def test_nothing_after_the_last_year_matters() -> None:
    known, later = tables(), scrambled_after(tables(), 2023)
    assert learn(panel_of(known.up_to(2025))) != learn(panel_of(later.up_to(2025)))
    assert learn(panel_of(known.up_to(2023))) == learn(panel_of(later.up_to(2023)))
    found = learn(panel_of(known.up_to(2023)))
    assert (found.first_year, found.last_year, found.authorities) == (2019, 2023, 24)


@pytest.mark.unit
@pytest.mark.parametrize("measure", TOTALS)
@pytest.mark.parametrize("missing", ["c", "x", 0])
def test_an_authority_with_a_total_missing_is_left_out(measure: str, missing: Count) -> None:
    of = panel_of(with_total(tables(), "Shire 07", 2021, measure, missing))
    assert "Shire 07" not in of.names
    assert len(of.names) == 23


@pytest.mark.unit
def test_an_authority_of_fewer_than_fifty_children_is_left_out() -> None:
    stock = "looked_after_31_march"
    assert "Shire 07" not in panel_of(with_total(tables(), "Shire 07", 2021, stock, 49)).names
    assert "Shire 07" in panel_of(with_total(tables(), "Shire 07", 2021, stock, 50)).names


@pytest.mark.unit
def test_only_the_years_after_englands_last_gap_count() -> None:
    assert panel_of(with_total(tables(), "England", 2020, "started", "c")).years == YEARS[2:]


REMEDY = (
    "put more of the published years and all authorities into the file; see "
    "docs/published-tables.md"
)


@pytest.mark.golden
def test_too_few_years_are_refused() -> None:
    with pytest.raises(InputError) as error:
        panel_of(tables().up_to(2020))
    assert str(error.value) == (
        "made-up.csv:1:1 England's totals are here for 2 years in a row up to the opening, too "
        f"little to learn from; {REMEDY}"
    )
    assert len(learn(panel_of(tables().up_to(2021))).moved) == 3


@pytest.mark.golden
def test_too_few_authorities_are_refused() -> None:
    assert len(panel_of(tables(20)).names) == 20
    with pytest.raises(InputError) as error:
        panel_of(with_total(tables(20), "Shire 07", 2021, "ceased", "c"))
    assert str(error.value) == (
        "made-up.csv:1:1 only 19 authorities have all their totals in these years, too little to "
        f"learn from; {REMEDY}"
    )
