"""The committed estimate is what the tables give, and what it rests on adds up."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from sufficiency.errors import InputError
from sufficiency.estimate.__main__ import main
from sufficiency.estimate.basis import Basis, read_basis, times_in_care
from sufficiency.estimate.caseload import reference_weights
from sufficiency.estimate.judgements import read_judgements
from sufficiency.estimate.layer import rounded_shares
from sufficiency.estimate.write import estimate_from_tables, layer_of
from sufficiency.scenario.load import load_scenario
from sufficiency.scenario.values import Quantity
from sufficiency.vocabulary import AgeBand, Mark, Route, TimeInCare

ROOT = Path(__file__).parents[2]
LOCAL, ENGLAND = ROOT / "inputs" / "middlesbrough", ROOT / "inputs" / "england"
FOLDER = ROOT / "scenarios" / "middlesbrough-2020"
AS_AT = dt.date(2020, 3, 31)


@pytest.fixture(scope="module")
def basis() -> Basis:
    return read_basis(LOCAL, ENGLAND, AS_AT)


@pytest.mark.snapshot
def test_estimating_again_gives_the_committed_bytes() -> None:
    made = estimate_from_tables(LOCAL, ENGLAND, AS_AT).encode()
    assert made == (FOLDER / "estimated.yaml").read_bytes()


@pytest.mark.functional
def test_the_command_writes_the_layer_and_tells_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "estimated.yaml"
    given = ["--england", str(ENGLAND), "--as-at", "2020-03-31", "--out", str(out)]
    assert main(["--tables", str(LOCAL), *given]) == 0
    assert out.read_bytes() == (FOLDER / "estimated.yaml").read_bytes()
    assert list(out.parent.iterdir()) == [out]
    assert main(["--tables", str(tmp_path), *given]) == 2
    assert "published_totals.csv:1:1 the table cannot be read" in capsys.readouterr().err


@pytest.mark.conservation
def test_flows_of_the_two_years_balance(basis: Basis) -> None:
    local = basis.local
    assert local.stocks == (465.0, 518.0, 618.0)
    assert local.exposure == pytest.approx((465 + 518) / 2 + (518 + 618) / 2)
    assert local.under_18 == 120 + 164
    assert sum(local.by_route.values()) == local.under_18
    assert local.by_age.sum() == local.under_18
    assert sum(share for group, share in basis.route_shares.values()) == pytest.approx(4)


@pytest.mark.conservation
def test_events_by_age_add_up_to_the_ages_counted(basis: Basis) -> None:
    total = sum(basis.events_by_age.values())
    np.testing.assert_allclose(total, basis.local.by_age, rtol=1e-6)


@pytest.mark.theory
def test_the_scenario_gives_back_the_events_it_was_estimated_from(basis: Basis) -> None:
    """Rates, effects and reference children together give each route's events by age."""
    scenario = load_scenario(FOLDER / "baseline.yaml").scenario

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


@pytest.mark.content
def test_every_estimated_figure_has_a_source_and_a_mark() -> None:
    loaded = load_scenario(FOLDER / "baseline.yaml").scenario
    figures: list[Quantity] = [
        loaded.entries.per_year,
        loaded.entries.drift,
        *loaded.opening.by_age.values(),
        *loaded.opening.by_setting.values(),
    ]
    for hazard in loaded.leaving.values():
        figures += [hazard.rate, hazard.other_settings, *hazard.by_age.values()]
        figures += [*hazard.by_time_in_care.values(), *hazard.by_setting.values()]
        assert hazard.rate.reason
    for figure in figures:
        assert figure.source
        assert figure.mark is not None
    assert loaded.opening.by_age[AgeBand.UNDER_1].mark is Mark.J


@pytest.mark.backtest
def test_nothing_after_the_opening_settles_a_level(tmp_path: Path, basis: Basis) -> None:
    """Doubling every flow and number in care after March 2020 changes no estimated figure."""
    changed = tmp_path / "middlesbrough"
    changed.mkdir()
    for file in LOCAL.iterdir():
        text = file.read_text(encoding="utf-8")
        if file.name == "published_totals.csv":
            lines = [_doubled(line) for line in text.splitlines()]
            text = "\n".join(lines) + "\n"
        if file.name != "actuals.csv":
            (changed / file.name).write_text(text, encoding="utf-8")
    assert layer_of(read_basis(changed, ENGLAND, AS_AT)) == layer_of(basis)


def _doubled(line: str) -> str:
    cells = line.split(",")
    late = cells[0].isdecimal() and int(cells[0]) > AS_AT.year
    if late:
        cells[1:] = [str(int(cell) * 2) if cell.isdecimal() else cell for cell in cells[1:]]
    return ",".join(cells)


@pytest.mark.content
def test_orders_elsewhere_follow_from_those_with_connected_carers(basis: Basis) -> None:
    low, middle, high = basis.elsewhere_over_connected
    orders, connected = 35 + 46 + 21 + 35, 64 + 176
    for ratio, hazard in ((low, 0.55), (middle, 0.42), (high, 0.30)):
        left = orders - hazard * connected
        assert ratio == pytest.approx(left / (basis.local.exposure - connected) / hazard)


@pytest.mark.unit
def test_times_in_care_add_up_and_move_with_leaving() -> None:
    slow = times_in_care((296, 205), 618, 0.2, 0.57)
    fast = times_in_care((296, 205), 618, 0.5, 0.57)
    assert sum(slow) == pytest.approx(1)
    assert sum(fast) == pytest.approx(1)
    assert fast[1] < slow[1]
    assert slow[0] == pytest.approx(296 / 4 * np.exp(-0.2 / 8) / 618)


@pytest.mark.unit
def test_rounded_shares_add_up_exactly() -> None:
    shares = rounded_shares([1, 1, 1])
    assert sum(round(share * 10_000) for share in shares) == 10_000


@pytest.mark.golden
def test_a_wrong_judgement_is_told(tmp_path: Path) -> None:
    path = tmp_path / "judgements.yaml"
    text = (LOCAL / "judgements.yaml").read_text(encoding="utf-8")
    path.write_text(text.replace("moves_per_child_year:", "moves_per_year:"), "utf-8")
    with pytest.raises(InputError) as caught:
        read_judgements(path)
    said = str(caught.value)
    assert "`moves_per_child_year`: Field required" in said
    assert "`moves_per_year`: Extra inputs are not permitted" in said


@pytest.mark.golden
def test_judgements_based_on_themselves_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("based_on: b.yaml\n", "utf-8")
    (tmp_path / "b.yaml").write_text("based_on: a.yaml\n", "utf-8")
    with pytest.raises(InputError, match=r"`based_on: a\.yaml` leads back to this file"):
        read_judgements(tmp_path / "a.yaml")
