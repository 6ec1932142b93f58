"""Homes from a council's own records: where they are, places given beside them, and fees."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from made_up_records import Row, made_up, placements

from sufficiency.care_records import CareRecords
from sufficiency.estimate.any_authority import BASELINE, SUMMARY
from sufficiency.estimate.any_homes import SETTINGS
from sufficiency.estimate.feasible import opening_problems
from sufficiency.estimate.own_authority import OwnOptions, estimate_own
from sufficiency.estimate.own_entries import own_arrivals
from sufficiency.estimate.own_homes import own_placements
from sufficiency.estimate.own_opening import with_usual_settings
from sufficiency.estimate.own_places import match_of, own_places
from sufficiency.estimate.own_plans import own_moves, own_plans
from sufficiency.estimate.own_prices import own_prices, price_bands, spread_of
from sufficiency.inputs.fees import Fee, Fees
from sufficiency.inputs.places import PlacesRow, PlacesTable
from sufficiency.scenario.load import load_scenario
from sufficiency.scenario.money import Price
from sufficiency.streams import generator

FIRST, LAST = dt.date(2024, 4, 1), dt.date(2027, 3, 31)
SCENARIO = Path(__file__).parents[2] / "scenarios/middlesbrough-2020/baseline.yaml"


@lru_cache(maxsize=1)
def _records() -> CareRecords:
    return made_up(load_scenario(SCENARIO).scenario, 11, FIRST, LAST).records


def _living(setting: str) -> int:
    records = _records()
    here = records.in_care(LAST)
    return int((records.episodes.setting[here] == records.episodes.settings.index(setting)).sum())


def _table(**places: list[tuple[dt.date, float]]) -> PlacesTable:
    return PlacesTable(
        "folder/places.csv",
        {
            name: tuple(PlacesRow(date, number, line + 2) for line, (date, number) in enumerate(r))
            for name, r in places.items()
        },
    )


@pytest.mark.theory
def test_the_chance_that_one_place_suits_leads_to_the_share_that_found_one() -> None:
    for found in (0.2, 0.7):
        for empty in (0.5, 3.0, 12.0):
            match = match_of(found, empty)
            assert 1 - (1 - match) ** empty == pytest.approx(found, abs=1e-9)
    # Fewer than half a place empty is taken as half a place: nothing divides by nought.
    assert match_of(0.4, 0.0) == match_of(0.4, 0.5)
    assert 0 < match_of(0.0, 5.0) < match_of(1.0, 5.0) < 1


@pytest.mark.direction
def test_the_more_places_are_empty_the_less_one_of_them_suits() -> None:
    records = with_usual_settings(_records())
    plans = own_plans(own_arrivals(records, LAST, 5), own_moves(records, LAST, 5))
    lived = _living("in_house_foster")
    few, many = (
        own_places(_table(in_house_foster=[(FIRST, lived + more)]), records, LAST, plans)[
            "in_house_foster"
        ]
        for more in (15, 60)
    )
    assert many.empty > few.empty > 1
    assert many.match < few.match
    assert (
        many.found
        == few.found
        == pytest.approx(
            (plans.found_counts["in_house_foster"][0] + 0.5)
            / (plans.found_counts["in_house_foster"][1] + 1)
        )
    )


@pytest.mark.backtest
def test_places_of_later_dates_are_planned_and_not_there_at_the_opening() -> None:
    records = with_usual_settings(_records())
    plans = own_plans(own_arrivals(records, LAST, 5), own_moves(records, LAST, 5))
    later = LAST + dt.timedelta(days=1)
    table = _table(in_house_residential=[(FIRST, 20), (later, 5)], agency_foster=[(later, 300)])
    found = own_places(table, records, LAST, plans)
    assert set(found) == {"in_house_residential"}
    assert found["in_house_residential"].places == 20


@pytest.mark.functional
def test_places_and_fees_make_a_scenario_that_can_be_run(tmp_path: Path) -> None:
    """More children live with own carers than there are places: it is told, and can be run."""
    over, agency = _living("in_house_foster") - 10, _living("agency_foster") + 30
    options = OwnOptions(
        "Madeup", LAST, "made-up returns", years=2,
        fees=Fees("folder/fees.csv", {"external_residential": _fees([5000, 5500, 6000])}),
        places=_table(in_house_foster=[(FIRST, over)], agency_foster=[(FIRST, agency)]),
    )  # fmt: skip
    texts = estimate_own(_records(), options)
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    loaded = load_scenario(tmp_path / BASELINE)
    assert opening_problems(loaded) == []
    carers = loaded.scenario.settings["in_house_foster"]
    assert carers.suitable is None
    assert carers.places is not None
    first, settled = LAST + dt.timedelta(days=1), LAST + dt.timedelta(days=2)
    held, then = carers.places.on(first), carers.places.on(settled)
    assert held is not None
    assert then is not None
    assert (held.value, then.value) == (over + 10, over)
    told = " ".join(texts[SUMMARY].split())
    assert "EVERY OTHER KIND OF HOME IS NEVER FULL. More children live with in-house" in told
    assert "external residential (3)" in told
    assert "folder" not in texts[BASELINE]
    prices = loaded.scenario.money.prices
    (own,), (england,) = (
        prices[name].weekly_fee_gbp.from_.values()
        for name in ("external_residential", "agency_foster")
    )
    assert own.central == pytest.approx(5500, rel=0.01)
    assert own.source == "fees given by the authority, fees.csv"
    assert "CMA" in str(england.source)


def _fees(amounts: list[float], ages: list[int] | None = None) -> tuple[Fee, ...]:
    return tuple(
        Fee(amount, LAST, ages[line] if ages else None, line + 2)
        for line, amount in enumerate(amounts)
    )


def _price(setting: str, fees: tuple[Fee, ...]) -> Price:
    """The price as a scenario reads it."""
    import yaml

    from sufficiency.estimate.layer import layer_text

    section = own_prices(Fees("fees.csv", {setting: fees}))[setting]
    return Price.model_validate(yaml.safe_load(layer_text([], section)))


@pytest.mark.theory
def test_a_price_is_the_average_of_its_fees_and_surer_the_more_there_are() -> None:
    draws = generator(5, "fees").lognormal(np.log(5000), 0.3, 400).tolist()
    few, many = (_price("external_residential", _fees(draws[:n])) for n in (9, 400))
    (few_gbp,), (many_gbp,) = (each.weekly_fee_gbp.from_.values() for each in (few, many))
    assert many_gbp.central == pytest.approx(np.mean(draws), rel=0.01)
    assert many.spread.value == pytest.approx(0.3, abs=0.03)
    few_ratio, many_ratio = (
        each.quantile(0.9) / each.quantile(0.1) for each in (few_gbp, many_gbp)
    )
    assert few_ratio > many_ratio > 1.02
    # Nine fees are too few to say anything of the dearest: England's share stands, judged.
    assert few.tail_share.mark == "J"


@pytest.mark.theory
def test_crisis_fees_are_parted_from_the_others_once_there_are_thirty() -> None:
    fees = [4000.0] * 38 + [12000.0] * 2
    price = _price("external_residential", _fees(fees))
    assert price.tail_share.value == pytest.approx(2 / 40)
    assert price.tail_ratio.value == pytest.approx(3.0)
    (average,) = price.weekly_fee_gbp.from_.values()
    assert average.central == pytest.approx(np.mean(fees), rel=0.001)


@pytest.mark.unit
def test_with_ages_the_average_child_of_those_given_pays_the_average_fee() -> None:
    ages = [0, 3, 7, 12, 17] * 12
    fees = _fees([200 + 20.0 * age for age in ages], ages)
    price = _price("in_house_foster", fees)
    (level,) = price.weekly_fee_gbp.from_.values()
    assert price.by_age is not None
    ratios = [each.central for each in price.by_age.values()]
    assert level.central * np.mean(ratios) == pytest.approx(
        np.mean([fee.weekly_fee_gbp for fee in fees]), rel=0.001
    )
    assert ratios[-1] > ratios[0]
    # Without ages the average stands for children of all ages.
    assert _price("in_house_foster", tuple(replace(fee, age=None) for fee in fees)).by_age is None


@pytest.mark.unit
def test_fees_of_earlier_dates_are_brought_to_the_last() -> None:
    old = Fee(5000, LAST.replace(year=LAST.year - 2), None, 2)
    price = _price("external_residential", (old, Fee(5618, LAST, None, 3)))
    assert price.priced_at == LAST
    (average,) = price.weekly_fee_gbp.from_.values()
    assert average.central == pytest.approx(5618, rel=0.001)  # 6% a year on 5000


@pytest.mark.content
def test_price_bands_are_quantiles_of_fees() -> None:
    paid = [800, 900, 1000, 1100, 1200]
    text = price_bands(Fees("fees.csv", {"agency_foster": _fees(paid * 2)}))
    (row,) = csv.DictReader(text.splitlines())
    assert row["fees"] == "10"
    assert [row[f"p{n}_weekly_gbp"] for n in (10, 25, 50, 75, 90)] == [
        "800.00", "900.00", "1000.00", "1100.00", "1200.00",
    ]  # fmt: skip


@pytest.mark.direction
def test_few_fees_have_the_usual_spread_and_many_their_own() -> None:
    assert spread_of(np.array([5000.0])) == pytest.approx(0.35)
    alike = [spread_of(np.full(number, 5000.0)) for number in (2, 10, 100)]
    assert alike == sorted(alike, reverse=True)
    assert alike[-1] < 0.08


@pytest.mark.unit
def test_only_placements_in_force_in_the_years_counted_say_where_homes_are() -> None:
    rows: list[Row] = [
        (1, 0, 100, "agency_foster", "home_planned", -4000, 0, True),
        (2, 0, 900, "agency_foster", "home_planned", -4000, 0, True),
        (3, 850, 0, "agency_foster", "", -4000, 850, True),
    ]
    records = with_usual_settings(placements(rows, FIRST, 1000))
    seen = own_placements(records, records.last_date, 1)
    assert seen[SETTINGS.index("agency_foster")].tolist() == [2, 0, 0]
    assert seen.sum() == 2
