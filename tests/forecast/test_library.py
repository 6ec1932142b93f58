"""The library of interventions: with every effect taken away, each costs what it says and no more.

Every layer over the worked example is tried, so that a new one is covered from its first day.
"""

from __future__ import annotations

import datetime as dt
import functools
import shutil
from pathlib import Path

import pytest

from sufficiency.episodes import Episodes
from sufficiency.estimate.caseload import reference_weights
from sufficiency.forecast.replication import Plan, Priced, priced, told
from sufficiency.model.draw import draw_parameters
from sufficiency.scenario.figures import named_figures
from sufficiency.scenario.interventions import without_effects
from sufficiency.scenario.load import LoadedScenario, load_scenario
from sufficiency.streams import Draws, Streams
from sufficiency.vocabulary import EvidenceGrade

FOLDER = Path(__file__).parents[2] / "scenarios" / "middlesbrough-2020"
NOT_CHOSEN = ("covid-year", "fees-higher", "siblings", "unaccompanied")
"""Layers that nobody chooses to do: an event, or another view of the same authority."""
LAYERS = sorted(
    path.stem
    for path in FOLDER.glob("*.yaml")
    if path.stem not in ("baseline", "estimated", *NOT_CHOSEN)
)
SAME_FIGURE = {
    "hub-in-june", "hub-of-four", "hub-conditions-not-met", "hub-without-effect",
    "fostering-campaign", "strategy", "family-homes-first", "connected-carers-and-lawyers",
}  # fmt: skip
"""Other forms of a layer, or several of them: all the rest can be laid over each other."""
FUTURES = (1, 2)
SEED = 20200331
WEAK = (EvidenceGrade.OBSERVATION, EvidenceGrade.JUDGEMENT)


@functools.cache
def loaded(name: str) -> LoadedScenario:
    return load_scenario(FOLDER / f"{name}.yaml")


@functools.cache
def base(number: int) -> tuple[Plan, Priced]:
    plan = Plan(loaded("baseline").scenario, SEED)
    return plan, priced(plan, number)


@functools.cache
def first_years(name: str) -> Episodes:
    """Where children live in one future of three years."""
    scenario = loaded(name).scenario.model_copy(update={"end": dt.date(2023, 3, 31)})
    return priced(Plan(scenario, SEED), 2).future.episodes


def in_names(episodes: Episodes) -> dict[str, list[object]]:
    """The table with settings by name, so that a setting more makes no difference."""
    names = (*episodes.settings, None)  # the last stands for none
    found: dict[str, list[object]] = {}
    for column, values in episodes.columns().items():
        by_name = column in ("setting", "first_choice", "waiting_for")
        found[column] = [names[v] for v in values.tolist()] if by_name else values.tolist()
    return found


def pence(future: Priced) -> dict[tuple[str, str], list[int]]:
    """Net cost of each thing that costs money, by month."""
    net = future.costs.net_pence.tolist()
    return {(c.source, c.name): net[row] for row, c in enumerate(future.costs.lines.costs)}


def not_of_money(plan: Plan, number: int, future: Priced) -> dict[tuple[str, str, str], bytes]:
    found = told(plan, number, future)
    rows = zip(found.keys, found.measured, strict=True)
    return {key: row.tobytes() for key, row in rows if key[2] != "GBP"}


@pytest.mark.conservation
@pytest.mark.parametrize("name", LAYERS)
def test_without_effects_it_costs_its_own_cost_and_changes_no_child(name: str) -> None:
    changes = without_effects(loaded(name))
    assert changes
    scenario = load_scenario(FOLDER / f"{name}.yaml", changes).scenario
    plan = Plan(scenario, SEED)
    for number in FUTURES:
        before_plan, before = base(number)
        after = priced(plan, number)
        assert in_names(after.future.episodes) == in_names(before.future.episodes)
        told_before = not_of_money(before_plan, number, before)
        told_after = not_of_money(plan, number, after)
        assert told_before.items() <= told_after.items()
        costs_before, costs_after = pence(before), pence(after)
        own = {what: cost for what, cost in costs_after.items() if what not in costs_before}
        assert own
        assert {what: costs_after[what] for what in costs_before} == costs_before
        # What is its own is stated, or is for help begun, or for places that stand empty.
        for (source, setting), cost in own.items():
            if source == "setting":
                empty = after.costs.void_pence[after.costs.lines.settings.index(setting)]
                assert cost == empty.tolist()
            else:
                assert source in ("case", "fixed_cost", "one_off")
        more = int(after.costs.net_pence.sum()) - int(before.costs.net_pence.sum())
        assert more == sum(sum(cost) for cost in own.values())


@pytest.mark.direction
@pytest.mark.parametrize("name", [n for n in LAYERS if n != "hub-without-effect"])
def test_with_its_effects_it_changes_something(name: str) -> None:
    """Or the test above would pass for a layer whose effects act on nothing."""
    assert in_names(first_years(name)) != in_names(first_years("baseline"))


@pytest.mark.content
def test_every_two_of_them_can_be_laid_together(tmp_path: Path) -> None:
    """None sets what another sets, or all of them together would be refused."""
    folder = tmp_path / "scenarios" / "library"
    shutil.copytree(FOLDER, folder)
    shutil.copytree(
        FOLDER.parents[1] / "inputs" / "middlesbrough", tmp_path / "inputs/middlesbrough"
    )
    parts = [name for name in LAYERS if name not in SAME_FIGURE]
    listed = ", ".join(f"{name}.yaml" for name in parts)
    (folder / "all.yaml").write_text(f"title: All of it\nbased_on: [{listed}]\n")
    together = load_scenario(folder / "all.yaml")
    apart = [without_effects(loaded(name)) for name in parts]
    assert without_effects(together) == {k: v for each in apart for k, v in each.items()}
    assert sum(len(each) for each in apart) == len(without_effects(together))


@pytest.mark.content
@pytest.mark.parametrize("name", [*LAYERS, *NOT_CHOSEN])
def test_every_figure_of_its_own_says_where_it_is_from(name: str) -> None:
    layer = loaded(name)
    for path, figure in named_figures(layer.scenario):
        if layer.origin(path).file != f"scenarios/middlesbrough-2020/{name}.yaml":
            continue
        if figure.value in (0.0, 1.0) and figure.mark is None:
            continue  # nothing and all of something need no source
        assert figure.mark is not None, path
        assert figure.reason if figure.mark == "J" else figure.source or figure.reason, path


@pytest.mark.content
@pytest.mark.parametrize("name", LAYERS)
def test_weak_evidence_has_intervals_that_hold_no_effect(name: str) -> None:
    scenario = loaded(name).scenario
    figures = dict(named_figures(scenario))
    for intervention in scenario.interventions.values():
        if intervention.grade not in WEAK:
            continue
        for path, none in intervention.effects.items():
            figure = figures[path]
            if figure.p10 is not None and figure.p90 is not None:
                assert figure.p10 <= none <= figure.p90, path


@pytest.mark.unit
def test_legal_capacity_raises_the_orders_that_can_be_made() -> None:
    scenario = load_scenario(
        FOLDER / "baseline.yaml", {"courts.change.from.2020-10-01": 1.5}
    ).scenario
    draws, streams = Draws(SEED, 1), Streams(SEED, 1)
    courts = draw_parameters(scenario, draws, streams, reference_weights(scenario, draws)).courts
    assert courts is not None
    days, orders = courts.orders_per_year
    assert days[1] == (dt.date(2020, 10, 1) - dt.date(2020, 4, 1)).days
    assert orders[1] == 1.5 * orders[0]
