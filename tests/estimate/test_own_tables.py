"""An estimate that rests on the opening day's own tables: Middlesbrough, 31 March 2025."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sufficiency.errors import InputError
from sufficiency.estimate.__main__ import main
from sufficiency.estimate.basis import Basis, read_basis
from sufficiency.estimate.caseload import opening_children, reference_weights
from sufficiency.estimate.homes import LINES
from sufficiency.estimate.judgements import read_judgements
from sufficiency.estimate.write import layer_of
from sufficiency.inputs.tables import Published
from sufficiency.scenario.load import load_scenario
from sufficiency.scenario.schema import Scenario
from sufficiency.scenario.values import Quantity
from sufficiency.vocabulary import AgeBand, Location, Mark, Route, TimeInCare

ROOT = Path(__file__).parents[2]
LOCAL, ENGLAND = ROOT / "inputs" / "middlesbrough", ROOT / "inputs" / "england"
JUDGED = LOCAL / "judgements-2025.yaml"
FOLDER = ROOT / "scenarios" / "middlesbrough-2025"
AS_AT = dt.date(2025, 3, 31)
STOCK = "looked_after_31_march"
FOSTER = ("connected_carer", "in_house_foster", "agency_foster")
WEEKS = 365 / 7


@pytest.fixture(scope="module")
def basis() -> Basis:
    return read_basis(LOCAL, ENGLAND, AS_AT, JUDGED)


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario(FOLDER / "baseline.yaml").scenario


@pytest.mark.snapshot
def test_the_command_gives_the_committed_bytes(tmp_path: Path) -> None:
    out = tmp_path / "estimated.yaml"
    given = ["--tables", str(LOCAL), "--england", str(ENGLAND), "--judgements", str(JUDGED)]
    assert main([*given, "--as-at", "2025-03-31", "--out", str(out)]) == 0
    assert out.read_bytes() == (FOLDER / "estimated.yaml").read_bytes()


@pytest.mark.conservation
@pytest.mark.parametrize("chance", [0.05, 0.5, 0.95])
def test_the_opening_children_meet_every_published_line(
    basis: Basis, scenario: Scenario, chance: float
) -> None:
    children = opening_children(
        scenario, lambda quantity: quantity.quantile(chance), np.random.default_rng(1)
    )
    names = np.array(list(scenario.settings))[children.setting]

    def living(*settings: str) -> int:
        return int(np.isin(names, settings).sum())

    def line(name: str) -> int:
        return basis.margins.count(2025, STOCK, "Placement", LINES[name])

    assert len(children) == 493
    assert living(*FOSTER) == line("foster") == 351
    assert living("in_house_residential", "external_residential", "secure") == line("homes")
    for name in ("supported_accommodation", "placed_with_parents", "placed_for_adoption"):
        assert living(name) == line(name)
    ages = np.bincount(children.age, minlength=len(AgeBand)).tolist()
    assert ages == basis.stock_ages == [18, 62, 108, 189, 116]
    inside = list(Location).index(Location.INSIDE)
    assert (children.location == inside).sum() == 214


@pytest.mark.content
def test_what_is_published_for_the_day_is_marked_as_read(scenario: Scenario) -> None:
    assert {figure.mark for figure in scenario.opening.by_age.values()} == {Mark.V}
    assert {figure.mark for figure in scenario.entries.by_age.values()} == {Mark.D}
    assert scenario.opening.by_setting["placed_with_parents"].mark is Mark.V
    # A split by judgement is one, whatever table it splits.
    assert scenario.opening.by_setting["agency_foster"].mark is Mark.J
    reasons = [figure.reason or "" for figure in scenario.opening.by_age.values()]
    assert not any("shape" in reason for reason in reasons)


@pytest.mark.theory
def test_the_scenario_gives_back_the_events_it_was_estimated_from(
    basis: Basis, scenario: Scenario
) -> None:
    def draw(quantity: Quantity) -> float:
        return quantity.central

    weights = reference_weights(scenario, draw)
    for route in Route:
        hazard = scenario.leaving[route]
        ages = np.array([draw(hazard.by_age[band]) for band in AgeBand])
        times = np.array([draw(hazard.by_time_in_care[band]) for band in TimeInCare])
        homes = np.array(
            [draw(hazard.by_setting.get(n, hazard.other_settings)) for n in scenario.settings]
        )
        modelled = np.einsum("ats,a,t,s->a", weights, ages, times, homes)
        counted = basis.events_by_age[route] / basis.events_by_age[route].sum()
        np.testing.assert_allclose(modelled, counted, atol=0.01)


@pytest.mark.conservation
def test_orders_discharged_leave_out_everyone_of_18(basis: Basis) -> None:
    """57 and 76 for any other reason; 59 and 57 aged 18, of whom 20 and 13 had another reason."""
    assert basis.local.orders_discharged == (57 - (59 - 20)) + (76 - (57 - 13))
    assert sum(share for _, share in basis.route_shares.values()) == pytest.approx(4)
    assert sum(basis.local.by_route.values()) == basis.local.under_18 == 146 + 136


@pytest.mark.content
def test_entries_rest_on_the_last_two_years_of_every_authority(basis: Basis) -> None:
    assert basis.local.years == (2024, 2025)
    assert basis.entry.last == 172
    exposed = (basis.local.stocks[1] + basis.local.stocks[2]) / 2
    assert basis.entry.level == pytest.approx(193 / exposed * 493)


@pytest.mark.backtest
def test_nothing_after_the_opening_and_no_older_table_is_used(basis: Basis) -> None:
    """The tables of 2021 to 2023, which give ages and places elsewhere, change nothing here."""
    figures = {key: cells for key, cells in basis.margins.figures.items() if key[0] >= 2024}
    later = replace(basis, margins=Published("cut", figures))
    assert layer_of(later) == layer_of(basis)


@pytest.mark.content
def test_prices_of_2024_25_explain_the_published_outturn(basis: Basis, scenario: Scenario) -> None:
    """Residential 23.1 and fostering 11.2 million, at that year's average placements."""
    year = {name: share * basis.local.mean_stock for name, share in average(basis).items()}
    # Published placements averaged over both closing dates, without scaling to the flows.
    children = sum(basis.margins.count(y, STOCK, "Placement", "Total") for y in (2024, 2025)) / 2
    scale = children / sum(year.values())
    money = scenario.money

    def cost(*settings: str) -> float:
        day = dt.date(2024, 10, 1)
        fees = {name: money.prices[name].weekly_fee_gbp.on(day) for name in settings}
        return sum(year[name] * scale * fee.central * WEEKS for name, fee in fees.items() if fee)

    own = money.fixed_costs["own_homes"].annual_cost_gbp.on(dt.date(2025, 4, 1))
    assert own is not None
    bought = cost("external_residential", "supported_accommodation", "other")
    assert bought + own.central == pytest.approx(23_076_000, rel=0.03)
    assert cost(*FOSTER) == pytest.approx(11_216_000, rel=0.03)
    assert all(price.priced_at == dt.date(2024, 10, 1) for price in money.prices.values())
    assert money.budget.placement.base_gbp == {}


def average(basis: Basis) -> dict[str, float]:
    return dict(zip(basis.settings, basis.reference_settings, strict=True))


@pytest.mark.golden
def test_parents_by_placement_and_by_provider_must_agree(basis: Basis) -> None:
    figures = dict(basis.margins.figures)
    key = (2025, STOCK, "Place providers")
    parents = "Parents or other person with parental responsibility"
    figures[key] = {**figures[key], parents: 28}
    wrong = replace(basis, margins=Published("margins.csv", figures))
    with pytest.raises(InputError, match="29 children were with their parents by placement and 28"):
        layer_of(wrong)


@pytest.mark.unit
def test_judgements_lie_over_those_they_are_based_on() -> None:
    over, under = read_judgements(JUDGED), read_judgements(LOCAL / "judgements.yaml")
    assert over.moves_per_child_year != under.moves_per_child_year
    assert over.usual_ages == under.usual_ages
    assert over.file == "inputs/middlesbrough/judgements-2025.yaml"


@pytest.mark.golden
def test_council_counts_need_their_judgements(tmp_path: Path) -> None:
    folder = tmp_path / "middlesbrough"
    folder.mkdir()
    for name in ("judgements.yaml", "judgements-2025.yaml"):
        (folder / name).write_text((LOCAL / name).read_text(encoding="utf-8"), encoding="utf-8")
    path = folder / "judgements.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("counted_twice: {p10: 24, p90: 70, distribution: uniform}", ""))
    basis = read_basis(LOCAL, ENGLAND, dt.date(2020, 3, 31), path)
    with pytest.raises(InputError, match="need `external_split`, `counted_twice` and"):
        layer_of(basis)
