"""A baseline of any authority: of nothing later, the same each time, and along its path."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from made_up_authorities import (
    AS_AT,
    BARE,
    HIDDEN,
    LARGE,
    MISSING,
    SIZES,
    SMALL,
    STOCK,
    WHOLE,
    changed,
    estimate_of,
    made_up_tables,
    scrambled_after,
)

from sufficiency.errors import InputError
from sufficiency.estimate.any_authority import (
    BASELINE,
    ESTIMATED,
    SUMMARY,
    Estimate,
    baseline_of,
    estimate_any,
)
from sufficiency.estimate.caseload import older_halves, opening_table, reference_weights
from sufficiency.estimate.holding import KIND_OF_HOME, KINDS
from sufficiency.inputs.dfe_tables import DfeTables
from sufficiency.model.draw import draw_parameters
from sufficiency.model.expected import Expectation
from sufficiency.scenario.load import load_scenario
from sufficiency.scenario.schema import Scenario
from sufficiency.streams import Draws, Streams

BEFORE = dt.date(2023, 3, 31)
Files = dict[str, str]


def files(tables: DfeTables) -> Files:
    return estimate_any(tables, HIDDEN, BEFORE, None, "made-up.csv", years=2)


@pytest.fixture(scope="module")
def written() -> Files:
    """The files of an authority with gaps, two years before the last."""
    return files(made_up_tables())


@pytest.mark.backtest
def test_nothing_later_than_the_opening_changes_a_byte(written: Files) -> None:
    """Later years are nonsense, for every authority and for England."""
    scrambled = scrambled_after(made_up_tables(), BEFORE.year)
    assert files(scrambled) == written
    # The nonsense is there to be seen by whoever looks at it.
    later, known = (tables.of(HIDDEN).figures for tables in (scrambled, made_up_tables()))
    changes = {key for key in known if later[key] != known[key]}
    assert {year for year, _, _ in changes} == {2024, 2025}


@pytest.mark.backtest
def test_without_later_years_not_a_byte_is_otherwise(written: Files) -> None:
    assert files(made_up_tables().up_to(BEFORE.year)) == written


@pytest.mark.unit
def test_the_same_again_is_the_same(written: Files) -> None:
    assert list(written) == [ESTIMATED, BASELINE, SUMMARY]
    assert files(made_up_tables()) == written


@pytest.mark.direction
def test_one_child_more_in_the_last_year_is_seen(written: Files) -> None:
    """So that the tests above look at something that can change."""
    key = (BEFORE.year, "started", "all")
    more = made_up_tables().of(HIDDEN).count(*key) + 1
    assert files(changed(made_up_tables(), HIDDEN, key, all=more))[ESTIMATED] != written[ESTIMATED]


@pytest.mark.unit
def test_the_files_say_what_the_scenario_says(written: Files, tmp_path: Path) -> None:
    for name, text in written.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    loaded = load_scenario(tmp_path / BASELINE).scenario
    in_hand = baseline_of(made_up_tables(), HIDDEN, BEFORE, 2)
    assert in_hand.model_dump() == loaded.model_dump()
    assert loaded.start == BEFORE
    assert loaded.end == dt.date(2025, 3, 31)
    # Each figure knows its name, which decides what is drawn for it.
    assert in_hand.entries.per_year.path == loaded.entries.per_year.path == "entries.per_year"


def expectation(scenario: Scenario, years: int) -> tuple[Expectation, np.ndarray]:
    """What a scenario leads to on average, and its entries in each year."""
    draws = Draws(scenario.seed, 1, certain=True, steady=True)
    parameters = draw_parameters(
        scenario, draws, Streams(scenario.seed, 1), reference_weights(scenario, draws)
    )
    found = Expectation(
        parameters,
        opening_table(scenario, draws),
        draws(scenario.opening.share_aged_17),
        years,
        older_half=older_halves(scenario, draws),
    )
    drift = draws(scenario.entries.drift)
    level = draws(scenario.entries.per_year)
    return found, level * np.exp(drift * (np.arange(years) + 0.5))


def year_ends(done: Estimate, years: int) -> np.ndarray:
    """Expected children at the start and at each year's end; shape (1 + years, ages, settings)."""
    found, entries = expectation(done.scenario, years)
    return np.asarray(found.path(entries)[:: found.steps_per_year])


@pytest.mark.theory
@pytest.mark.parametrize("name", SIZES)
def test_the_expected_number_lies_along_the_path(name: str) -> None:
    done = estimate_of(name)
    totals = year_ends(done, 5).sum(axis=(1, 2))
    assert totals[0] == pytest.approx(made_up_tables().of(name).count(AS_AT.year, STOCK))
    # Good years lift the mean a little above the middle, which is what lies on the path.
    assert totals[1:] == pytest.approx(done.steering.path, rel=0.02)


@pytest.mark.theory
@pytest.mark.parametrize("name", [WHOLE, HIDDEN, BARE, LARGE])
def test_the_mix_of_homes_about_holds(name: str) -> None:
    """Each kind of home has about the share of children it opened with, over the two years."""
    done = estimate_of(name)
    kinds = np.array([KINDS.index(KIND_OF_HOME[each]) for each in done.scenario.settings])
    by_kind = year_ends(done, 2).sum(axis=1) @ (kinds[:, None] == np.arange(len(KINDS)))
    shares = by_kind / by_kind.sum(axis=1, keepdims=True)
    assert shares[1:].mean(axis=0) == pytest.approx(shares[0], abs=0.003)
    assert shares[-1] == pytest.approx(shares[0], abs=0.015)


@pytest.mark.theory
def test_kinds_of_home_where_nobody_lives_stay_nearly_empty() -> None:
    done = estimate_of(MISSING)
    settings = list(done.scenario.settings)
    after = year_ends(done, 2).sum(axis=1)[-1]
    for name in ("external_residential", "supported_accommodation", "placed_with_parents"):
        assert after[settings.index(name)] < 0.04 * done.basis.stock, name


@pytest.mark.unit
@pytest.mark.parametrize("name", SIZES)
def test_the_scenario_holds_what_was_worked_out(name: str) -> None:
    done = estimate_of(name)
    scenario = done.scenario
    assert scenario.title.startswith(name)
    assert (scenario.start, scenario.end) == (AS_AT, dt.date(2028, 3, 31))
    assert scenario.entries.per_year.central == pytest.approx(done.steering.level, rel=1e-3)
    assert scenario.entries.drift.central == pytest.approx(done.steering.drift[1], abs=1e-3)
    flows = scenario.year_to_year
    assert flows.entries.spread.central == pytest.approx(done.steering.entries.spread, rel=1e-3)
    assert flows.leaving.spread.central == pytest.approx(done.steering.leaving.spread, rel=1e-3)


@pytest.mark.unit
def test_the_path_does_not_depend_on_how_many_years_are_asked_for() -> None:
    asked = [baseline_of(made_up_tables(), SMALL, AS_AT, 1), estimate_of(SMALL).scenario]
    first, second = (scenario.model_dump(exclude={"end"}) for scenario in asked)
    assert asked[0].end < asked[1].end
    assert first["entries"] == second["entries"]
    assert first["year_to_year"] == second["year_to_year"]
    assert asked[0].seed == asked[1].seed


@pytest.mark.golden
def test_too_few_authorities_are_refused() -> None:
    tables = made_up_tables()
    few = {
        name for name in tables.areas if name in (WHOLE, "England") or name.startswith("Shire 0")
    }
    with pytest.raises(InputError) as error:
        baseline_of(
            replace(tables, areas={name: tables.areas[name] for name in sorted(few)}),
            WHOLE, AS_AT, 2,
        )  # fmt: skip
    assert "only 11 authorities have all their totals in these years" in str(error.value)


@pytest.mark.golden
def test_tables_that_cannot_all_hold_are_refused() -> None:
    """A thousand in residential schools, of a very small authority."""
    key = (AS_AT.year, STOCK, "Placement")
    wrong = changed(made_up_tables(), SMALL, key, **{"Residential schools": 1000})
    with pytest.raises(InputError) as error:
        baseline_of(wrong, SMALL, AS_AT, 2)
    assert str(error.value) == (
        "made-up.csv:1:1 `Placement` of `looked_after_31_march` for the year ending 31 March 2025 "
        "comes to 1027, more than the 28 in all; correct the row that is wrong"
    )
