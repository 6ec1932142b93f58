"""What an estimate rests on for shires of every kind: published counts kept, gaps told as such."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from made_up_authorities import (
    AS_AT,
    BARE,
    DISTANCE,
    HIDDEN,
    HOMES,
    INSIDE,
    LARGE,
    MISSING,
    OUTSIDE,
    PARENTS,
    SIZES,
    SMALL,
    STOCK,
    SUPPORTED,
    WHOLE,
    changed,
    estimate_of,
    made_up_tables,
)

from sufficiency.errors import InputError
from sufficiency.estimate.any_authority import estimated
from sufficiency.estimate.any_basis import ENGLAND, AnyBasis, any_basis
from sufficiency.estimate.basis import STOCK_AGES
from sufficiency.estimate.caseload import OpeningChildren, opening_children
from sufficiency.inputs.dfe_tables import DfeTables
from sufficiency.inputs.rows import Count
from sufficiency.scenario.figures import named_figures
from sufficiency.streams import Draws, Streams
from sufficiency.vocabulary import AgeBand, Location, Mark, TimeInCare

YEAR = AS_AT.year
LINES = {
    ("connected_carer", "in_house_foster", "agency_foster"): ("Foster placements",),
    ("in_house_residential", "external_residential", "secure"): (HOMES,),
    ("supported_accommodation",): (SUPPORTED,),
    ("placed_with_parents",): (PARENTS,),
    ("placed_for_adoption",): ("Placed for adoption",),
    ("residential_school",): ("Residential schools",),
    ("other",): ("Other placements", "Other residential settings"),
}
"""Settings that together are a line, or lines, of the published table."""
BREAKDOWNS = ("Age group", "Placement", "Locality of placement", DISTANCE)


def basis_of(name: str, tables: DfeTables | None = None, as_at: dt.date = AS_AT) -> AnyBasis:
    known = made_up_tables() if tables is None else tables
    return any_basis(known.up_to(as_at.year), name, as_at)


def published(name: str, breakdown: str) -> dict[str, int]:
    """Cells of the opening's table that must be met: all that were published.

    Where one cell alone was withheld, the smallest beside it is shared out too, so that nobody
    can work it out.
    """
    cells = made_up_tables().figures[name][YEAR, STOCK, breakdown]
    known = {k: int(v) for k, v in cells.items() if v != "c" and k != "Total"}
    if len(known) == len(cells) - 2 and known:
        del known[min(known, key=lambda each: (known[each], each))]
    return known


def drawn(name: str, replication: int) -> OpeningChildren:
    """The opening children of one future, with every figure that is uncertain drawn."""
    scenario = estimate_of(name).scenario
    draws, streams = Draws(scenario.seed, replication), Streams(scenario.seed, replication)
    return opening_children(scenario, draws, streams.of("opening"))


@pytest.mark.unit
def test_the_shires_are_as_hard_as_they_are_meant_to_be() -> None:
    stocks = {name: made_up_tables().of(name).count(YEAR, STOCK) for name in SIZES}
    assert stocks[SMALL] < 40
    assert stocks[LARGE] > 1900
    assert len(published(WHOLE, "Age group")) == 5
    assert published(BARE, "Age group") == published(BARE, "Placement") == {}
    assert 0 < len(published(HIDDEN, "Placement")) < 6
    assert published(MISSING, "Placement")[HOMES] == 0


@pytest.mark.conservation
@pytest.mark.parametrize("name", SIZES)
@pytest.mark.parametrize("replication", [1, 2, 3])
def test_opening_children_meet_every_count_that_was_published(name: str, replication: int) -> None:
    children = drawn(name, replication)
    assert len(children) == made_up_tables().of(name).count(YEAR, STOCK)
    ages = np.bincount(children.age, minlength=5)
    for age, count in published(name, "Age group").items():
        assert ages[STOCK_AGES.index(age)] == count, age
    settings = list(estimate_of(name).scenario.settings)
    homes = np.bincount(children.setting, minlength=len(settings))
    lines = published(name, "Placement")
    for those, of_lines in LINES.items():
        if set(of_lines) <= set(lines):
            there = sum(homes[settings.index(setting)] for setting in those)
            assert there == sum(lines[line] for line in of_lines), of_lines
    places = np.bincount(children.location, minlength=3)
    where = published(name, "Locality of placement")
    if where:
        assert places[list(Location).index(Location.INSIDE)] == where[INSIDE]
        assert places.sum() - places[list(Location).index(Location.INSIDE)] == where[OUTSIDE]


@pytest.mark.conservation
@pytest.mark.parametrize("name", [WHOLE, LARGE])
def test_children_far_away_are_as_many_as_published(name: str) -> None:
    places = np.bincount(drawn(name, 1).location, minlength=3)
    far = published(name, DISTANCE)
    wanted = dict(zip(("inside", "outside_near", "outside_far"), far.values(), strict=True))
    assert {p.value: places[n] for n, p in enumerate(Location)} == wanted


@pytest.mark.conservation
@pytest.mark.parametrize("name", SIZES)
def test_children_in_care_is_the_published_total(name: str) -> None:
    figure = estimate_of(name).scenario.opening.children_in_care
    assert figure.value == made_up_tables().of(name).count(YEAR, STOCK)
    assert figure.mark == Mark.V


@pytest.mark.unit
@pytest.mark.parametrize("name", SIZES)
def test_what_is_told_as_read_was_published(name: str) -> None:
    """Every figure with mark V is a count of a table in which nothing was withheld."""
    tables = made_up_tables().figures[name]
    whole = {
        breakdown: "c" not in tables[YEAR, STOCK, breakdown].values() for breakdown in BREAKDOWNS
    }
    counted = {
        int(count)
        for breakdown in BREAKDOWNS
        if whole[breakdown]
        for count in tables[YEAR, STOCK, breakdown].values()
    }
    read = {
        path: figure
        for path, figure in named_figures(estimate_of(name).scenario)
        if figure.mark == Mark.V and "Children looked after" in (figure.source or "")
    }
    total = read.pop("opening.children_in_care")
    assert total.value == tables[YEAR, STOCK, "all"]["all"]
    assert {figure.value for figure in read.values()} <= counted
    opening = estimate_of(name).scenario.opening
    by_age = {figure.mark for figure in opening.by_age.values()}
    assert by_age == {Mark.V if whole["Age group"] else Mark.D}
    for setting in ("supported_accommodation", "placed_with_parents", "placed_for_adoption"):
        mark = opening.by_setting[setting].mark
        assert mark == (Mark.V if whole["Placement"] else Mark.D), setting


@pytest.mark.unit
def test_what_is_judged_is_told_as_judged_even_where_all_was_published() -> None:
    opening = estimate_of(WHOLE).scenario.opening
    for setting in ("connected_carer", "agency_foster", "external_residential"):
        assert opening.by_setting[setting].mark == Mark.J
        assert opening.by_setting[setting].reason
    assert {place.mark for place in opening.by_location.values()} == {Mark.D}


@pytest.mark.unit
@pytest.mark.parametrize("withheld", ["Age group", "Placement", "Place providers"])
def test_one_cell_withheld_is_not_given_away(withheld: str) -> None:
    """Its number could be worked out from the total. No estimate does."""
    tables, key = made_up_tables(), (YEAR, STOCK, withheld)
    hidden = {
        "Age group": "Under 1 year",
        "Placement": "Placed for adoption",
        "Place providers": "Other LA provision",
    }[withheld]
    before = basis_of(WHOLE, tables).completed
    after = basis_of(WHOLE, changed(tables, WHOLE, key, **{hidden: "c"})).completed
    assert before.is_whole(*key)
    assert not after.is_whole(*key)
    assert after.shared_out[key][0] >= 2
    cells = {name: cell for name, cell in after.tables.figures[key].items() if name != "Total"}
    assert sum(map(int, cells.values())) == tables.figures[WHOLE][key]["Total"]


@pytest.mark.unit
def test_children_with_their_parents_are_known_where_either_table_gives_them() -> None:
    tables, key = made_up_tables(), (YEAR, STOCK, "Placement")
    found = basis_of(WHOLE, changed(tables, WHOLE, key, **{PARENTS: "c"}))
    assert found.completed.tables.figures[key][PARENTS] == tables.figures[WHOLE][key][PARENTS]
    assert found.is_whole(*key)


@pytest.mark.conservation
@pytest.mark.parametrize("homes", [0, 1, 5, 25, 44, 75])
def test_no_child_in_a_childrens_home_is_lost_by_rounding(homes: int) -> None:
    """A quarter of a hundred in homes are four and a half, and twenty and a half: 25 in all."""
    tables = changed(made_up_tables(), WHOLE, (YEAR, STOCK, "Placement"), **{HOMES: homes})
    by_setting = basis_of(WHOLE, tables).homes.opening()["by_setting"]
    own, bought = (
        by_setting.entries[name].value  # type: ignore[union-attr]
        for name in ("in_house_residential", "external_residential")
    )
    assert own + bought == homes


@pytest.mark.conservation
@pytest.mark.parametrize("name", [*SIZES, ENGLAND])
def test_kinds_of_home_add_up(name: str) -> None:
    found = basis_of(name)
    # England's figures are rounded to ten, cell by cell.
    rounding = 40 if name == ENGLAND else 1e-6
    assert sum(found.homes.now.by_setting.values()) == pytest.approx(found.stock, abs=rounding)
    assert min(found.homes.now.by_setting.values()) >= 0
    counted = found.homes.over_the_two_years()
    assert sum(counted.values()) == pytest.approx(found.local.mean_stock)
    assert sum(found.opening_times) == pytest.approx(1)
    assert min(found.opening_times) > 0
    assert sum(share for _, share in found.route_shares.values()) == pytest.approx(4)


@pytest.mark.unit
def test_a_kind_of_home_where_nobody_lives_leans_on_england() -> None:
    counted = basis_of(MISSING).homes.over_the_two_years()
    for name in ("supported_accommodation", "placed_with_parents", "placed_for_adoption"):
        assert basis_of(MISSING).homes.now.by_setting[name] == 0
        assert 0 < counted[name] < 4
    assert min(counted.values()) >= 0


@pytest.mark.direction
def test_a_large_authority_leans_on_england_less() -> None:
    for group in basis_of(LARGE).rates:
        weights = [basis_of(name).rates[group].weight for name in (SMALL, WHOLE, LARGE)]
        assert weights == sorted(weights)
        assert weights[0] < weights[-1]
    assert {rate.weight for rate in basis_of(ENGLAND).rates.values()} == {1.0}


@pytest.mark.theory
def test_long_stays_are_as_many_as_published() -> None:
    """Where the table of stability is there, time in care follows from it."""
    tables, key = made_up_tables(), (YEAR, "placement_stability", (
        "Children looked after continuously for at least 2.5 years on 31 March aged under 16 years"
    ))  # fmt: skip
    stock = tables.of(WHOLE).count(YEAR, STOCK)
    shares = []
    for long_stays in (0.3, 0.35, 0.4):
        given: dict[str, Count] = {"Total children": round(long_stays * stock)}
        figures = {**tables.figures[WHOLE], key: given}
        with_it = DfeTables(
            tables.file, tables.areas, tables.years, {**tables.figures, WHOLE: figures}
        )
        times = basis_of(WHOLE, with_it).opening_times
        assert times[3] + times[4] == pytest.approx(1.55 * long_stays, abs=0.006)
        shares.append(times[3] + times[4])
    assert shares == sorted(shares)
    assert len(times) == len(TimeInCare)


@pytest.mark.theory
def test_england_enters_at_birth_as_often_as_its_babies_tell() -> None:
    """Counted month by month: as many are under 1 as are there on a day in the middle of time."""
    found = basis_of(ENGLAND)
    share = found.entering_at_birth
    children, entering = found.stock_ages[0], found.entry_ages[0]
    rate = found.local.by_age[0] / 2 / children
    ages = (np.arange(10_000) + 0.5) / 10_000
    # Of those under 1 at an age: all who entered at birth and stayed, and the others so far.
    there = share * np.exp(-rate * ages) + (1 - share) * (1 - np.exp(-rate * ages)) / rate
    assert entering * there.mean() == pytest.approx(children, rel=0.01)
    assert basis_of(SMALL).entering_at_birth == share


def steady_england() -> DfeTables:
    """An England in which 400 reach 16 in a year, 200 reach 10, 160 reach 5 and 120 reach 1."""
    tables = made_up_tables()
    home = "Returned home to live with parents or other person with parental responsibility which "
    given: dict[tuple[str, str], dict[str, Count]] = {
        (STOCK, "all"): {"all": 4260},
        ("started", "all"): {"all": 840},
        ("ceased", "all"): {"all": 840},
        # Of one year of age on average as many as halfway between those who come and go.
        (STOCK, "Age group"): ages_of(100, 4 * 140, 5 * 180, 6 * 300, 900),
        ("started", "Age on starting"): ages_of(150, 140, 100, 300, 150),
        ("ceased", "Age on ceasing"): {
            **dict(zip(STOCK_AGES[:4], (30, 100, 60, 100), strict=True)),
            "16 years": 90, "17 years": 110, "18 years and over": 350, "Total": 840,
        },
        ("ceased", "Reason episode ceased"): {
            "Adopted": 60, "Special guardianship order": 90,
            "Residence order or child arrangement order granted": 40,
            f"{home}was part of the care planning process": 120,
            "Aged 18 (or over) and remained with current carers": 100,
            "Care ceased for any other reason": 330,
            "Moved into independent living (with supportive accommodation)": 100, "Total": 840,
        },
    }  # fmt: skip
    figures = dict(tables.figures[ENGLAND])
    for year in (YEAR - 1, YEAR):
        figures |= {(year, *key): cells for key, cells in given.items()}
    return DfeTables(tables.file, tables.areas, tables.years, {**tables.figures, ENGLAND: figures})


def ages_of(*counts: int) -> dict[str, Count]:
    return {**dict(zip(STOCK_AGES, counts, strict=True)), "Total": sum(counts)}


@pytest.mark.theory
def test_older_halves_are_those_that_let_as_many_pass_from_band_to_band() -> None:
    """Numbers rise steadily from edge to edge, so that each half follows from both edges."""
    found = basis_of(ENGLAND, steady_england()).older_half
    edges = {"1_to_4": (120, 160), "5_to_9": (160, 200), "10_to_15": (200, 400)}
    for band, (low, high) in edges.items():
        assert found[band] == pytest.approx((low + 3 * high) / (4 * (low + high)), abs=6e-4)
    assert set(found) == set(edges)


@pytest.mark.unit
def test_shares_inside_bands_are_ones_that_can_be() -> None:
    for name in (*SIZES, ENGLAND):
        found = basis_of(name)
        assert 0.35 <= found.share_aged_17 <= 0.75
        assert set(found.older_half) < {band.value for band in AgeBand}
        assert all(0.25 <= share <= 0.75 for share in found.older_half.values())
        assert found.older_half == basis_of(ENGLAND).older_half


@pytest.mark.unit
def test_the_first_date_with_ages_is_enough() -> None:
    """The year before it had no table by kind of home."""
    found = basis_of(WHOLE, as_at=dt.date(2021, 3, 31))
    assert found.local.years == (2020, 2021)
    assert sum(found.homes.now.by_setting.values()) == pytest.approx(found.stock)


@pytest.mark.golden
def test_ages_before_2021_are_refused() -> None:
    with pytest.raises(InputError) as error:
        basis_of(WHOLE, as_at=dt.date(2020, 3, 31))
    assert str(error.value) == (
        "made-up.csv:1:1 England's children by age are not in the table for 31 March 2020; choose "
        "a later `--as-at`: ages on 31 March are published from 2021"
    )


@pytest.mark.golden
def test_every_total_that_is_withheld_or_missing_is_told() -> None:
    tables = changed(made_up_tables(), WHOLE, (YEAR, "started", "all"), all="c")
    tables = changed(tables, WHOLE, (YEAR - 1, "ceased", "all"), all="x")
    remedy = "choose another `--as-at`: the totals of its year and of the year before are needed"
    with pytest.raises(InputError) as error:
        basis_of(WHOLE, tables)
    assert str(error.value).splitlines() == [
        f"made-up.csv:1:1 `ceased` of {WHOLE} for the year ending 31 March 2024 is `x`, not "
        f"available; {remedy}",
        f"made-up.csv:1:1 `started` of {WHOLE} for the year ending 31 March 2025 is `c`, "
        f"suppressed, any number including 0; {remedy}",
    ]
    left_out = {
        key: cells
        for key, cells in made_up_tables().figures[WHOLE].items()
        if key != (YEAR, "population_0_17", "all")
    }
    figures = {**made_up_tables().figures, WHOLE: left_out}
    with pytest.raises(InputError, match=r"`population_0_17` of Wholeshire .* is not in the table"):
        basis_of(WHOLE, DfeTables("made-up.csv", tables.areas, tables.years, figures))


@pytest.mark.golden
def test_a_name_that_is_not_there_is_answered_with_one_that_is() -> None:
    with pytest.raises(InputError, match="did you mean `Smallshire`"):
        basis_of("Smalshire")


@pytest.mark.parametrize(("came", "babies"), [(0, 0), (0, 28), (40, 28)])
def test_few_children_of_any_ages_make_a_baseline(came: int, babies: int) -> None:
    ages = dict.fromkeys(("5 to 9 years", "10 to 15 years", "16 years and over"), 0)
    ages |= {"Under 1 year": babies, "1 to 4 years": 28 - babies}
    tables = changed(made_up_tables(), SMALL, (2025, "started", "all"), all=came)
    tables = changed(tables, SMALL, (2025, "ceased", "all"), all=came + 1)
    tables = changed(tables, SMALL, (2025, STOCK, "Age group"), **ages)
    scenario = estimated(tables, SMALL, AS_AT).scenario
    assert scenario.opening.children_in_care.value == 28
    # Nobody under 1 can have been in care for a year.
    times = scenario.opening.by_time_in_care
    longer = sum(times[band].central for band in list(TimeInCare)[2:])
    assert longer <= 1 - babies / 28 + 1e-9


@pytest.mark.golden
def test_flows_that_do_not_make_the_number_in_care_are_told() -> None:
    tables = changed(made_up_tables(), SMALL, (2025, "started", "all"), all=300)
    with pytest.raises(InputError, match=r"300 who came and .* do not make the 28 of 31 March"):
        estimated(tables, SMALL, AS_AT)


@pytest.mark.golden
@pytest.mark.parametrize("measure", [STOCK, "population_0_17"])
def test_nobody_to_forecast_is_told(measure: str) -> None:
    tables = changed(made_up_tables(), SMALL, (2025, measure, "all"), all=0)
    with pytest.raises(InputError, match=rf"`{measure}` of Smallshire .* is `0`; choose another"):
        estimated(tables, SMALL, AS_AT)
