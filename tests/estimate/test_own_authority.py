"""A baseline from made-up records: counted right, of nothing later, and fit to be run."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from made_up_records import MadeUp, Row, made_up, placements

from sufficiency.care_records import CareRecords
from sufficiency.episodes import UNKNOWN_PLACE, Episodes
from sufficiency.errors import InputError
from sufficiency.estimate.any_authority import BASELINE, ESTIMATED, SUMMARY
from sufficiency.estimate.any_homes import SETTINGS
from sufficiency.estimate.caseload import reference_weights
from sufficiency.estimate.feasible import opening_problems
from sufficiency.estimate.own_alone import FEWEST, enough_alone
from sufficiency.estimate.own_authority import (
    FEWEST_DAYS,
    RATES,
    SHARES,
    OwnEstimate,
    OwnOptions,
    estimate_own,
    estimated_own,
    own_baseline,
)
from sufficiency.estimate.own_entries import own_arrivals
from sufficiency.estimate.own_homes import NOT_FOR_PUBLICATION
from sufficiency.estimate.own_opening import ALONE, only, own_opening, with_usual_settings
from sufficiency.estimate.own_summary import told
from sufficiency.forecast.replication import simulated
from sufficiency.model.draw import draw_parameters
from sufficiency.model.parameters import CAUSES
from sufficiency.periods import DAYS_PER_YEAR
from sufficiency.scenario.load import load_scenario
from sufficiency.scenario.schema import Scenario
from sufficiency.streams import Draws, Streams, generator
from sufficiency.vocabulary import AgeBand, Location, Route

FIRST, LAST = dt.date(2024, 4, 1), dt.date(2029, 3, 31)
BEFORE = dt.date(2027, 3, 31)
SCENARIO = Path(__file__).parents[2] / "scenarios/middlesbrough-2020/baseline.yaml"
SOURCE = "made-up returns"


@lru_cache(maxsize=1)
def _made() -> MadeUp:
    return made_up(load_scenario(SCENARIO).scenario, 7, FIRST, LAST)


def _records() -> CareRecords:
    return _made().records


def _options(as_at: dt.date = LAST) -> OwnOptions:
    return OwnOptions("Madeup", as_at, SOURCE)


@lru_cache(maxsize=1)
def _estimate() -> OwnEstimate:
    return estimated_own(_records(), _options())


@lru_cache(maxsize=1)
def _baseline() -> Scenario:
    return own_baseline(_records(), LAST, 3)


@lru_cache(maxsize=1)
def _texts() -> dict[str, str]:
    return estimate_own(_records(), _options())


def _changed(records: CareRecords, **columns: np.ndarray) -> CareRecords:
    episodes = records.episodes
    return replace(
        records,
        episodes=Episodes(episodes.epoch, episodes.settings, **episodes.columns() | columns),
    )


def _some_children(records: CareRecords, number: int) -> CareRecords:
    here = np.unique(records.episodes.child[records.in_care(LAST)])
    chosen = generator(3, "some_children").choice(here, number, replace=False)
    return only(records, np.isin(records.episodes.child, chosen))


def _loaded(texts: dict[str, str], folder: Path) -> Scenario:
    """The scenario, loaded as a run would load it, with nothing to say of its tables."""
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    loaded = load_scenario(folder / BASELINE)
    assert opening_problems(loaded) == []
    return loaded.scenario


@pytest.mark.unit
def test_the_opening_is_who_is_in_care_that_night(tmp_path: Path) -> None:
    records, opening = _records(), _loaded(_texts(), tmp_path).opening
    here = records.in_care(LAST)
    names = np.array(records.episodes.settings)[records.episodes.setting[here]]
    assert opening.children_in_care.value == here.sum()
    for name in SETTINGS:
        assert opening.by_setting[name].value == (names == name).sum()
    years = (records.last_day - records.episodes.born[here]) / DAYS_PER_YEAR
    assert opening.by_age[AgeBand.FROM_16_TO_17].value == (years >= 16).sum()
    assert opening.by_age[AgeBand.UNDER_1].value == (years < 1).sum()
    assert opening.share_aged_17.value == pytest.approx(
        (years >= 17).sum() / (years >= 16).sum(), abs=1e-4
    )
    places = records.episodes.location[here]
    assert [each.value for each in opening.by_location.values()] == [
        (places == code).sum() for code in range(3)
    ]


@pytest.mark.theory
def test_the_same_children_have_as_many_events_as_were_counted() -> None:
    """Rates times effects over the child-years as counted, not as a scenario crosses them."""
    done = _estimate()
    scenario = _baseline()
    draws = Draws(scenario.seed, 1, certain=True, steady=True)
    clockwork = draw_parameters(
        scenario, draws, Streams(scenario.seed, 1), reference_weights(scenario, draws)
    ).clockwork
    seen = 0
    for cause, rates in done.basis.rates.causes.items():
        if rates.overall.events < 40:
            continue
        code = CAUSES.index(cause)
        rate = clockwork.rate_per_day[code][:, :, None] * clockwork.setting_effect[:, code]
        expected = float((rate * done.basis.rates.exposure).sum() * DAYS_PER_YEAR)
        assert expected == pytest.approx(rates.overall.events, rel=0.03)
        seen += 1
    assert seen >= 5


@pytest.mark.backtest
def test_nothing_later_than_the_opening_changes_a_byte() -> None:
    texts = estimate_own(_records(), _options(BEFORE))
    assert estimate_own(_records().up_to(BEFORE), _options(BEFORE)) == texts
    # There is something later to be seen, by whoever looks.
    assert estimate_own(_records(), _options())[ESTIMATED] != texts[ESTIMATED]


@pytest.mark.content
def test_who_the_children_are_changes_nothing() -> None:
    """Another number for each child, and later children first: not a byte of a file differs."""
    records = _records()
    child = records.episodes.child
    others = _changed(records, child=child.max() + 1000 - child)
    order = np.lexsort((others.episodes.start, others.episodes.child))
    columns = {name: column[order] for name, column in others.episodes.columns().items()}
    turned = replace(
        others,
        episodes=Episodes(records.episodes.epoch, records.episodes.settings, **columns),
        entered=records.entered[order],
        entered_known=records.entered_known[order],
    )
    assert estimate_own(turned, _options()) == _texts()


@pytest.mark.content
def test_every_file_with_small_counts_says_so_at_its_top() -> None:
    texts = _texts()
    assert set(texts) == {ESTIMATED, BASELINE, SUMMARY, RATES, SHARES}
    for name in (ESTIMATED, BASELINE, RATES, SHARES):
        assert NOT_FOR_PUBLICATION in texts[name].split("\n\n")[0], name
    assert [told(number) for number in (0, 1, 5, 6, 1200)] == [
        "0", "5 or fewer", "5 or fewer", "6", "1,200",
    ]  # fmt: skip


@pytest.mark.content
def test_every_rate_stands_in_its_table_beside_its_events() -> None:
    lines = _texts()[RATES].splitlines()[1:]
    rows = list(csv.DictReader(lines))
    rates = _estimate().basis.rates
    assert len(rows) == len(rates.lines)
    overall = {row["cause"]: row for row in rows if row["factor"] == "all"}
    assert set(overall) == set(rates.causes)
    adoption = rates.causes[Route.ADOPTION].overall
    assert float(overall["adoption"]["events"]) == adoption.events
    assert float(overall["adoption"]["p10"]) < adoption.rate < float(overall["adoption"]["p90"])
    assert f"{adoption.events:.0f} in {adoption.exposure_child_years:.0f} child-years" in (
        " ".join(_texts()[ESTIMATED].split())
    )


@pytest.mark.functional
def test_it_can_be_run_and_the_number_and_the_homes_hold() -> None:
    scenario = _baseline()
    stocks, settings = [], []
    for replication in range(1, 6):
        draws, streams = Draws(scenario.seed, replication), Streams(scenario.seed, replication)
        episodes = simulated(scenario, draws, streams).episodes
        for year in (0, 2):
            here = (episodes.start <= year * 365) & (episodes.end > year * 365)
            stocks.append(here.sum())
            settings.append(np.bincount(episodes.setting[here], minlength=len(SETTINGS)))
    first, later = np.mean(stocks[::2]), np.mean(stocks[1::2])
    assert first == pytest.approx(_records().in_care(LAST).sum(), rel=0.02)
    assert later == pytest.approx(first, rel=0.12)
    before, after = (np.mean(settings[start::2], axis=0) for start in (0, 1))
    # Within a few children of the mix at the opening, for the same number of children.
    assert np.abs(after / after.sum() - before / before.sum()).sum() / 2 < 0.05


@pytest.mark.unit
@pytest.mark.parametrize("children", [1, 20])
def test_a_tiny_authority_has_a_baseline_that_says_how_little_is_known(
    children: int, tmp_path: Path
) -> None:
    texts = estimate_own(_some_children(_records(), children), _options())
    assert _loaded(texts, tmp_path).opening.children_in_care.value == children
    assert "No rate rests on a hundred events" in texts[SUMMARY]
    if children == 1:
        assert "SO FEW CHILDREN SAY LITTLE" in texts[SUMMARY]
        assert "5 or fewer children were in care" in texts[SUMMARY]


@pytest.mark.unit
def test_records_of_one_year_have_a_baseline_that_says_so(tmp_path: Path) -> None:
    as_at = dt.date(2025, 3, 31)
    texts = estimate_own(_records(), _options(as_at))
    scenario = _loaded(texts, tmp_path)
    assert scenario.end == dt.date(2030, 3, 31)
    assert "COVER ONLY 1.0 YEARS" in texts[SUMMARY]


@pytest.mark.unit
def test_who_was_in_care_at_the_beginning_is_shared_over_the_times_it_can_have_had() -> None:
    """In care 400 days at least and at most since birth, 900 days before; never longer."""
    rows: list[Row] = [(1, 0, 0, "agency_foster", "", -500, 0, False)]
    records = with_usual_settings(placements(rows, FIRST, 400))
    usual = np.zeros((5, 5))
    usual[1] = (5.0, 5.0, 3.0, 1.0, 9.0)
    opening = own_opening(records, records.last_date, usual)
    assert opening.by_time_in_care.tolist() == [0, 0, 0.75, 0.25, 0]
    assert opening.time_not_known == 1
    # Where nobody's time is known, the least it can be is taken.
    least = own_opening(records, records.last_date, np.zeros((5, 5)))
    assert least.by_time_in_care.tolist() == [0, 0, 1, 0, 0]


@pytest.mark.unit
def test_without_any_place_england_s_pattern_is_taken_and_told(tmp_path: Path) -> None:
    nowhere = np.full_like(_records().episodes.location, UNKNOWN_PLACE)
    texts = estimate_own(_changed(_records(), location=nowhere), _options())
    scenario = _loaded(texts, tmp_path)
    assert "WHERE HOMES ARE IS NOT IN THESE RECORDS" in texts[SUMMARY]
    assert scenario.settings["in_house_foster"].location[Location.INSIDE].value == 0.75
    total = sum(each.central for each in scenario.opening.by_location.values())
    assert total == pytest.approx(scenario.opening.children_in_care.central, abs=0.1)


@pytest.mark.unit
def test_a_forecast_from_the_middle_of_a_year_ends_on_a_31_march(tmp_path: Path) -> None:
    scenario = _loaded(estimate_own(_records(), _options(dt.date(2028, 9, 30))), tmp_path)
    assert (scenario.start, scenario.end) == (dt.date(2028, 9, 30), dt.date(2034, 3, 31))


@pytest.mark.conservation
def test_unaccompanied_children_are_counted_once(tmp_path: Path) -> None:
    records = _with_alone(60)
    texts = estimate_own(records, _options())
    scenario = _loaded(texts, tmp_path)
    alone = scenario.entries.unaccompanied
    assert alone is not None
    all_of_them = own_arrivals(with_usual_settings(records), LAST, 3).children
    apart = only(records, records.episodes.category != ALONE)
    others = own_arrivals(with_usual_settings(apart), LAST, 3).children
    assert all_of_them - others >= 60
    assert alone.per_year.central == pytest.approx((all_of_them - others) / 3, rel=0.01)
    in_care = records.in_care(LAST)
    assert scenario.opening.children_in_care.value == in_care.sum()
    assert alone.in_care_at_start.value == (in_care & (records.episodes.category == ALONE)).sum()
    # Entries lead along a path of the others alone, and so does what is said of them.
    reason = str(scenario.entries.per_year.reason)
    assert f"from {in_care.sum() - alone.in_care_at_start.value:.0f}." in reason
    assert "Unaccompanied children are forecast apart" in texts[SUMMARY]


@pytest.mark.unit
def test_a_few_unaccompanied_children_stay_among_the_others() -> None:
    assert not enough_alone(with_usual_settings(_with_alone(FEWEST - 2)), LAST, 5)
    assert enough_alone(with_usual_settings(_with_alone(FEWEST)), LAST, 5)
    assert "unaccompanied:" not in _texts()[ESTIMATED]


def _with_alone(children: int) -> CareRecords:
    """The records, with so many of those who came at 15 or later marked as unaccompanied."""
    records = _records()
    episodes = records.episodes
    late = records.entered_known & (records.entered - episodes.born > 15 * DAYS_PER_YEAR)
    late &= records.entered > records.last_day - 1000
    chosen = np.unique(episodes.child[late])[:children]
    assert len(chosen) == children
    category = np.where(np.isin(episodes.child, chosen), ALONE, episodes.category)
    return _changed(records, category=category.astype(np.int8))


@pytest.mark.unit
def test_what_cannot_be_estimated_is_told_in_one_sentence() -> None:
    soon = FIRST + dt.timedelta(days=FEWEST_DAYS - 2)
    for records, as_at, said in (
        (_records(), LAST + dt.timedelta(days=1), "the records cover"),
        (_records(), soon, f"cover {FEWEST_DAYS - 1} days"),
        (only(_records(), ~_records().in_care(LAST)), LAST, "no child was in care"),
    ):
        with pytest.raises(InputError, match=said):
            estimated_own(records, _options(as_at))


@pytest.mark.direction
def test_more_entries_of_late_move_the_path_a_little_and_upwards() -> None:
    """A tenth of what recent entries bring, not all of it."""
    usual = _estimate().steering
    records = _records()
    late = records.entered_known & (records.entered > records.last_day - 700)
    again = {}
    for name, column in records.episodes.columns().items():
        twice = column[late]
        again[name] = np.concatenate([column, twice + 10**12 if name == "child" else twice])
    # Who came twice over has left again, so that the number in care is the same.
    left = np.arange(len(again["end"])) >= len(late)
    again["end"] = np.where(
        left & (again["end"] > records.last_day), records.last_day, again["end"]
    ).astype(np.int32)
    more = replace(
        records,
        episodes=Episodes(records.episodes.epoch, records.episodes.settings, **again),
        entered=np.concatenate([records.entered, records.entered[late]]),
        entered_known=np.concatenate([records.entered_known, records.entered_known[late]]),
    )
    busier = estimated_own(more, _options())
    assert busier.basis.opening.children == _estimate().basis.opening.children
    grown = busier.steering.path[0] / usual.path[0] - 1
    assert 0 < grown < 0.06


@pytest.mark.unit
def test_the_mix_of_homes_is_held_from_what_was_counted() -> None:
    done = _estimate()
    assert "counted, then" in done.homes.why
    for name, shares in done.homes.found.items():
        counted = np.array(done.homes.plans.found[name])
        ratio = np.array(shares) / counted
        assert 0.4 < ratio.mean() < 2.5, name
