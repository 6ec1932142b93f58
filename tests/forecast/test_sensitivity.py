"""What a number of a forecast hangs on: figures held low and high."""

from __future__ import annotations

import datetime as dt
import math
import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sufficiency.forecast.measures import Measure, known_measures, parse_measure
from sufficiency.forecast.replication import Plan, priced, replicate, told
from sufficiency.forecast.sensitivity import (
    DRAWN_FOR_EACH_YEAR,
    LOWERS,
    NO_VALUE,
    NOT_TOLD_APART,
    NOTHING,
    RAISES,
    Ends,
    Seen,
    Simulation,
    Uncertain,
    as_drawn,
    at_both_ends,
    simulate_all,
    tornado,
    uncertain_figures,
)
from sufficiency.scenario.load import load_scenario
from sufficiency.scenario.template import template_text
from sufficiency.scenario.values import Quantity
from sufficiency.streams import Draws

DOUBTFUL = """\
title: Two years in which much is doubtful
based_on: example.yaml
end: 2027-03-31
entries:
  per_year: {p10: 200, p90: 320, distribution: lognormal}
settings:
  in_house_foster:
    places:
      from:
        2025-04-01: {p10: 85, p90: 95, distribution: normal}
        2025-10-02: {p10: 80, p90: 120, distribution: normal}
"""
FUTURES = 3


@pytest.fixture(scope="module")
def doubtful(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    folder = tmp_path_factory.mktemp("doubtful") / "scenarios"
    folder.mkdir()
    (folder / "example.yaml").write_text(template_text(folder / "example.yaml"), encoding="utf-8")
    (folder / "year.yaml").write_text(DOUBTFUL)
    return Plan(load_scenario(Path(folder / "year.yaml")).scenario, seed=1)


def ends_of(plan: Plan, of: str) -> dict[str, Ends]:
    measure = asked_of(plan, of)
    figures = uncertain_figures(plan.scenario)
    drawn = simulate_all(plan, measure, as_drawn(FUTURES), 1, lambda: None)
    held = simulate_all(plan, measure, at_both_ends(figures, FUTURES), 1, lambda: None)
    return {ends.figure.path: ends for ends in tornado(figures, drawn, held)}


def asked_of(plan: Plan, of: str) -> Measure:
    return parse_measure(of, known_measures(plan), "--of")


@pytest.mark.unit
def test_a_figure_that_changes_on_dates_counts_once(doubtful: Plan) -> None:
    found = {figure.path: figure for figure in uncertain_figures(doubtful.scenario)}
    assert set(found) == {
        "entries.per_year",
        "settings.in_house_foster.places",
        "money.prices.external_residential.uplift",
        "money.shared_uplift",
    }
    places = found["settings.in_house_foster.places"]
    assert [date.isoformat() for date in places.dates] == ["2025-04-01", "2025-10-02"]
    assert (places.first.p10, places.first.p90) == (85.0, 95.0)
    assert found["entries.per_year"].dates == ()


@pytest.mark.direction
def test_more_entries_raise_the_number_in_care_and_prices_move_nothing(doubtful: Plan) -> None:
    ends = ends_of(doubtful, "children_in_care@2027-03")
    assert ends["entries.per_year"].finding == RAISES
    assert ends["entries.per_year"].swing > 30
    for path in ("money.prices.external_residential.uplift", "money.shared_uplift"):
        assert ends[path].finding == NOTHING
        assert (ends[path].swing, ends[path].half_width) == (0.0, 0.0)
    assert next(iter(ends)) == "entries.per_year", "the largest comes first"
    assert not any(each.moves for each in list(ends.values())[2:]), "what moves nothing comes last"


@pytest.mark.theory
def test_what_touches_nothing_moves_exactly_nothing(plan: Plan) -> None:
    """In this year the places are uncertain only from a date after its end."""
    ends = ends_of(plan, "net_cost@2025/26")
    late = ends["settings.in_house_foster.places"]
    assert (late.finding, late.swing, late.half_width) == (NOTHING, 0.0, 0.0)


@pytest.mark.theory
def test_an_uplift_moves_cost_by_as_much_as_it_says(doubtful: Plan) -> None:
    """Fees are of the first year; with a shared rise near nought the next is 1.07 / 1.02 dearer."""
    ends = ends_of(doubtful, "cost:external_residential@2026/27")
    uplift = ends["money.prices.external_residential.uplift"]
    assert (uplift.figure.first.p10, uplift.figure.first.p90) == (0.02, 0.07)
    assert uplift.mean_at_high / uplift.mean_at_low == pytest.approx(1.07 / 1.02, rel=0.002)
    assert ends["money.shared_uplift"].finding == RAISES


@pytest.mark.conservation
def test_futures_that_differ_by_prices_alone_are_as_if_simulated_afresh(doubtful: Plan) -> None:
    measure = asked_of(doubtful, "net_cost@2026/27")
    entries, _, *prices = uncertain_figures(doubtful.scenario)
    asked = at_both_ends([entries, *prices], 2)[:8]
    seen = simulate_all(doubtful, measure, asked, 1, lambda: None)
    for one, (number, held) in zip(seen, asked, strict=True):
        plan = replace(doubtful, held=held)
        assert one.value == measure.value(told(plan, number, priced(plan, number)))
    assert len({one.value for one in seen}) == len(seen), "each holds something that matters"


@pytest.mark.streams
def test_the_work_is_the_same_in_another_process_and_in_another_order(doubtful: Plan) -> None:
    measure = asked_of(doubtful, "net_cost@2026/27")
    asked = at_both_ends(uncertain_figures(doubtful.scenario)[2:], 2)
    here = Simulation(doubtful, measure, asked)
    sent: Simulation = pickle.loads(pickle.dumps(here))
    places = range(len(asked))
    assert [here(place) for place in places] == [sent(place) for place in places[::-1]][::-1]


@pytest.mark.streams
def test_only_the_shared_uplift_is_drawn_for_each_year(
    doubtful: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is drawn with a label is what shares of the variance take from another future whole."""
    labelled = set()
    drawn = Draws.__call__

    def listen(draws: Draws, quantity: Quantity, label: str = "") -> float:
        if label:
            labelled.add(quantity.path)
        return drawn(draws, quantity, label)

    monkeypatch.setattr(Draws, "__call__", listen)
    replicate(doubtful, 1)
    assert labelled == DRAWN_FOR_EACH_YEAR


@pytest.mark.theory
@pytest.mark.parametrize("years", [1, 2, 5])
def test_years_are_held_where_their_sum_is_lower_in_one_future_in_ten(years: int) -> None:
    figure = Quantity.model_validate({"p10": -0.01, "p90": 0.01, "distribution": "normal"})
    figure.named("money.shared_uplift")
    low, high = Uncertain("money.shared_uplift", figure, (), years).levels
    sums = np.array(
        [
            sum(Draws(1, number)(figure, f"{year}") for year in range(years))
            for number in range(8000)
        ]
    )
    assert (sums < years * figure.quantile(low)).mean() == pytest.approx(0.1, abs=0.01)
    assert (sums > years * figure.quantile(high)).mean() == pytest.approx(0.1, abs=0.01)


@pytest.mark.unit
def test_years_are_counted_as_prices_draw_them(doubtful: Plan, plan: Plan) -> None:
    """The prices are of the first year: one rise in two years, and none in the first."""
    of_two, of_one = (
        {figure.path: figure.draws for figure in uncertain_figures(each.scenario)}
        for each in (doubtful, plan)
    )
    assert of_two["money.shared_uplift"] == of_one["money.shared_uplift"] == 1
    assert set(of_two.values()) == {1}
    long = plan.scenario.model_copy(update={"end": dt.date(2030, 3, 31)})
    drawn = {figure.path: figure.draws for figure in uncertain_figures(long)}
    assert drawn.pop("money.shared_uplift") == 4
    assert set(drawn.values()) == {1}


def made_up(path: str) -> Uncertain:
    figure = Quantity.model_validate({"p10": 1.0, "p90": 2.0, "distribution": "normal"})
    return Uncertain(path, figure, ())


def seen(values: list[float]) -> list[Seen]:
    return [Seen(value, (value, 2 * value)) for value in values]


def of_one(low: list[float], high: list[float], drawn: list[float]) -> Ends:
    both = [each for pair in zip(low, high, strict=True) for each in pair]
    (ends,) = tornado([made_up("a")], seen(drawn), seen(both))
    return ends


@pytest.mark.theory
def test_a_swing_is_of_pairs_with_its_half_width() -> None:
    """Differences 1, 2 and 3: mean 2, deviation 1, and Student's t for two degrees is 4.3027."""
    ends = of_one([10.0, 20.0, 30.0], [11.0, 22.0, 33.0], [10.5, 21.0, 31.0])
    assert (ends.mean_at_low, ends.mean_at_high, ends.swing) == (20.0, 22.0, 2.0)
    assert ends.half_width == pytest.approx(4.302653 / math.sqrt(3), rel=1e-5)
    assert ends.finding == NOT_TOLD_APART
    assert ends.people == pytest.approx((20.0, 40.0, 22.0, 44.0))


@pytest.mark.theory
def test_what_is_surely_lower_lowers() -> None:
    ends = of_one([10.0, 20.0, 30.0], [9.0, 18.9, 29.1], [10.0, 20.0, 30.0])
    assert (ends.finding, round(ends.swing, 3)) == (LOWERS, -1.0)


@pytest.mark.unit
def test_the_same_at_both_ends_in_every_future_is_nothing_and_else_is_not() -> None:
    assert of_one([1.0, 2.0], [1.0, 2.0], [1.0, 2.0]).finding == NOTHING
    assert of_one([1.0, 2.0], [1.0, 2.0], [1.0, 2.5]).finding == NOT_TOLD_APART
    assert of_one([1.0, 2.0], [2.0, 1.0], [1.0, 2.0]).finding == NOT_TOLD_APART


@pytest.mark.unit
def test_futures_without_a_value_are_left_out_in_pairs() -> None:
    nan = float("nan")
    ends = of_one([10.0, 20.0, nan], [11.0, 21.0, 99.0], [10.0, 20.0, 30.0])
    assert (ends.mean_at_low, ends.mean_at_high, ends.swing) == (15.0, 16.0, 1.0)
    assert of_one([nan, nan, 1.0], [1.0, 1.0, 2.0], [1.0, 1.0, 1.0]).finding == NO_VALUE


@pytest.mark.unit
def test_each_figure_gets_its_own_futures() -> None:
    figures = [made_up(path) for path in "abc"]
    asked = at_both_ends(figures, 5)
    effect = {"a": 1.0, "b": -10.0, "c": 0.0}

    def value(number: int, levels: dict[str, float]) -> float:
        ((path, level),) = levels.items()
        return number + effect[path] * (level - 0.5) + (0.01 * number * level if path != "c" else 0)

    held = seen([value(number, dict(held.levels)) for number, held in asked])
    found = tornado(figures, seen(list(np.arange(1.0, 6.0))), held)
    assert [(ends.figure.path, ends.finding) for ends in found] == [
        ("b", LOWERS),
        ("a", RAISES),
        ("c", NOTHING),
    ]
    assert [round(ends.swing, 3) for ends in found] == [-7.976, 0.824, 0.0]
