"""What is marked as counted was counted; what nobody saw is marked as judged, and says by whom."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from made_up_records import made_up

from sufficiency.episodes import UNKNOWN_PLACE, Episodes
from sufficiency.errors import InputError
from sufficiency.estimate.any_authority import ESTIMATED
from sufficiency.estimate.layer import layer_text
from sufficiency.estimate.own_alone import OwnAlone
from sufficiency.estimate.own_authority import OwnEstimate, OwnOptions, estimate_own, estimated_own
from sufficiency.estimate.own_opening import only
from sufficiency.estimate.own_prices import TOO_FEW, own_prices, price_bands
from sufficiency.estimate.own_sections import JUDGED, OwnBasis
from sufficiency.estimate.own_summary import own_summary
from sufficiency.inputs.fees import Fee, Fees
from sufficiency.scenario.load import load_scenario

FIRST, LAST = dt.date(2024, 4, 1), dt.date(2026, 3, 31)
SCENARIO = Path(__file__).parents[2] / "scenarios/middlesbrough-2020/baseline.yaml"
SOURCE = "made-up returns"
_COUNTED = re.compile(r"^([\d.]+) in ([\d.]+) child-years")


@lru_cache(maxsize=1)
def _done() -> tuple[OwnEstimate, dict[str, str]]:
    """Children whose homes are nowhere, and among whom nobody was ever at a residential school."""
    records = made_up(load_scenario(SCENARIO).scenario, 7, FIRST, LAST).records
    episodes = records.episodes
    school = episodes.child[episodes.setting == episodes.settings.index("residential_school")]
    records = only(records, ~np.isin(episodes.child, school))
    episodes = records.episodes
    nowhere = np.full_like(episodes.location, UNKNOWN_PLACE)
    columns = episodes.columns() | {"location": nowhere}
    records = replace(records, episodes=Episodes(episodes.epoch, episodes.settings, **columns))
    options = OwnOptions("Madeup", LAST, SOURCE, years=2)
    return estimated_own(records, options), estimate_own(records, options)


def _estimated() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(_done()[1][ESTIMATED])
    return read


def _figures(node: object, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        if "mark" in node:
            yield path, node
        else:
            for name, each in node.items():
                yield from _figures(each, f"{path}.{name}")


@pytest.mark.content
def test_an_effect_nothing_was_counted_for_is_judged_and_says_so() -> None:
    written = _estimated()
    seen = {"counted": 0, "no event": 0, "nobody": 0}
    for path, figure in _figures({name: written[name] for name in ("leaving", "moving")}):
        found = _COUNTED.match(figure.get("reason", ""))
        if found is None or path.endswith(".rate"):
            continue
        events, years = map(float, found.groups())
        if events:
            seen["counted"] += 1
            assert (figure["mark"], figure["source"]) == ("D", SOURCE), path
            assert "and a judged effect worth up to 3 events" in figure["reason"]
        else:
            seen["no event" if years else "nobody"] += 1
            assert figure["mark"] == "J", path
            assert figure["source"] == (f"{JUDGED}; {SOURCE}" if years else JUDGED), path
    assert min(seen.values()) >= 5, seen


@pytest.mark.content
def test_a_rate_without_an_event_is_judged() -> None:
    done, written = _done()[0], _estimated()
    rates = {name: each for name, each in _figures(written) if name.endswith(".rate")}
    marks = set()
    for name, cause in done.basis.rates.causes.items():
        figure = next((each for path, each in rates.items() if f".{name}." in path), None)
        if figure is None:
            continue
        marks.add(figure["mark"])
        assert (figure["mark"] == "J") == (cause.overall.events == 0)
        assert ("half an event is taken, a judgement" in figure["reason"]) == (
            cause.overall.events == 0
        )
    assert "D" in marks


@pytest.mark.content
def test_usual_ages_of_homes_nobody_lived_in_are_judged() -> None:
    rates, written = _done()[0].basis.rates, _estimated()["settings"]
    seen = rates.exposure.sum(axis=1)
    marks = set()
    for code, (name, setting) in enumerate(written.items()):
        assert rates.settings[code] == name
        for band, figure in enumerate(setting["usual_ages"].values()):
            marks.add(figure["mark"])
            assert figure["mark"] == ("D" if seen[band, code] else "J")
            assert (JUDGED in figure["source"]) == (not seen[band, code])
    assert marks == {"D", "J"}


@pytest.mark.content
def test_a_pattern_of_england_is_not_said_to_be_the_returns() -> None:
    for _, figure in _figures(_estimated()["opening"]["by_location"]):
        assert figure["mark"] == "J"
        assert SOURCE not in figure["source"]
        assert "England" in figure["source"]


def _fees(count: int, age: int | None = None) -> Fees:
    fees = tuple(Fee(400 + 10.0 * n, LAST, age, n + 2) for n in range(count))
    return Fees("fees.csv", {"in_house_foster": fees})


@pytest.mark.content
def test_a_fee_of_an_age_nobody_gave_is_judged() -> None:
    price = yaml.safe_load(layer_text([], own_prices(_fees(4, age=7))["in_house_foster"]))
    marks = {age: figure["mark"] for age, figure in price["by_age"].items()}
    assert marks.pop("5_to_9") == "D"
    assert set(marks.values()) == {"J"}
    assert "allowances" in price["by_age"]["under_1"]["source"]
    assert price["spread"]["mark"] == "D"
    one = yaml.safe_load(layer_text([], own_prices(_fees(1))["in_house_foster"]))
    assert one["spread"]["mark"] == "J"
    assert one["weekly_fee_gbp"]["reason"].startswith("The one fee given, 400 a week")


@pytest.mark.golden
@pytest.mark.parametrize(
    ("paid", "line", "said"),
    [
        ([(100_000, LAST)], 2, "the range of their average, which can be 0 to 100000 GBP per week"),
        ([(900, LAST), (900, LAST), (90_000, dt.date(2000, 1, 1)), (900, dt.date(2099, 1, 1))], 4,
         "the range of their average"),
        ([(1, LAST)] * 12 + [(100_000, LAST)] * 12, 2, "the range of their average"),
        ([(1, LAST)] * 499 + [(60_000, LAST)] * 9, 501, ""),
        ([(2_000, LAST), (2_000, LAST), (1, LAST)] * 6, 4,
         "the spread of their logarithms, which can be 0 to 2 log"),
    ],
)  # fmt: skip
def test_fees_that_make_no_price_a_scenario_can_hold_are_refused(
    paid: list[tuple[float, dt.date]], line: int, said: str
) -> None:
    rows = tuple(Fee(gbp, date, None, n) for n, (gbp, date) in enumerate(paid, 2))
    fees = Fees("fees.csv", {"external_residential": rows})
    if not said:
        assert own_prices(fees)
        return
    with pytest.raises(InputError) as error:
        own_prices(fees)
    (problem,) = error.value.problems
    start = "the fees of `external_residential` make no price that a scenario can hold: "
    assert problem.sentence.startswith(start + said)
    assert (problem.file, problem.line) == ("fees.csv", line)
    assert "look for a slip in a fee or a date" in problem.remedy


@pytest.mark.content
@pytest.mark.parametrize(("count", "told"), [(9, False), (10, True)])
def test_few_fees_make_no_band(count: int, told: bool) -> None:
    header, row = (line.split(",") for line in price_bands(_fees(count)).splitlines())
    band = dict(zip(header, row, strict=True))
    middle = 400 + 10 * (count - 1) / 2
    assert (band["fees"], band["p50_weekly_gbp"]) == (str(count), f"{middle:.2f}")
    for name in ("p10", "p25", "p75", "p90"):
        assert bool(band[f"{name}_weekly_gbp"]) == told
    assert band["note"] == ("" if told else TOO_FEW)


@pytest.mark.content
def test_the_summary_counts_fees_and_says_where_few_make_no_range() -> None:
    done = _done()[0]

    def told(fees: Fees) -> str:
        text = own_summary(done.basis, done.moves, done.steering, done.homes, done.records, fees)
        return " ".join(text.split())

    few, many = told(_fees(3)), told(_fees(12))
    assert "in-house fostering (3)" in few
    assert "too few to set a range: of in-house fostering only the middle" in few
    assert "in-house fostering (12)" in many
    assert "too few to set a range" not in many
    # The folder is not known here, so no command is given that works from one folder alone.
    assert "sufficiency run" not in few


@pytest.mark.content
@pytest.mark.parametrize(
    ("end", "alone", "said"),
    [
        (1.2, False, "point to growth"),
        (0.8, True, "point to decline"),
        (1.0, False, "the number stays about where it is"),
    ],
)
def test_the_path_of_entries_is_told_from_where_it_starts(
    end: float, alone: bool, said: str
) -> None:
    done = _done()[0]
    start = done.basis.followed.children
    apart = OwnAlone(done.basis.arrivals, done.basis.opening, "family", 1, {}, 1.0)
    basis = replace(done.basis, alone=apart) if alone else done.basis
    steering = replace(done.steering, path=np.linspace(start, end * start, 3)[1:])
    text = own_summary(basis, done.moves, steering, done.homes, done.records, None)
    told = " ".join(text.split())
    words = ", unaccompanied children apart," if alone else ""
    assert f"as many as lead from {start}{words} to " in told
    assert said in told
    assert f"31 March 2026{words[:-1]}: " in told
    assert ("children apart" in told) == alone
    assert ("growth" in told, "decline" in told) == (end > 1, end < 1)


def _told(basis: OwnBasis, level: float) -> str:
    done = _done()[0]
    steering = replace(done.steering, level=level)
    text = own_summary(basis, done.moves, steering, done.homes, done.records, None)
    return " ".join(text.split())


@pytest.mark.content
@pytest.mark.parametrize(
    ("came", "level", "said"),
    [
        (90, 119.0, ""), (90, 61.0, ""), (90, 121.0, "MORE"), (90, 59.0, "FEWER"),
        (3, 9.0, "MORE"), (0, 1.0, ""), (0, 9.0, "MORE"),
    ],
)  # fmt: skip
def test_entries_forecast_stand_beside_those_of_the_last_year(
    came: int, level: float, said: str
) -> None:
    basis = _done()[0].basis
    changed = replace(basis, arrivals=replace(basis.arrivals, by_year=(500, came)))
    shown = "5 or fewer" if came == 3 else str(came)
    told = _told(changed, level)
    beside = f"In the last year {shown} came; the forecast has about {level:.0f} in its first."
    assert beside in told
    assert ("`entries.change`" in told) == bool(said)
    assert (f"{beside} THAT IS FAR {said}: over England only about 11%" in told) == bool(said)


@pytest.mark.content
def test_entries_of_less_than_a_year_are_told_as_such() -> None:
    basis = _done()[0].basis
    arrivals = replace(basis.arrivals, by_year=(50,), years=0.5, by_age=np.array([50, 0, 0, 0, 0]))
    told = _told(replace(basis, arrivals=arrivals), 90.0)
    assert "In the 0.5 years seen 50 came; the forecast has about 90 in its first." in told
    assert "THAT IS FAR" not in told


@pytest.mark.content
def test_a_few_unaccompanied_children_are_not_told_by_a_difference() -> None:
    basis = _done()[0].basis
    apart = OwnAlone(basis.arrivals, basis.opening, "family", 1, {}, 1.0)
    total = basis.opening.children
    for few, hidden in ((1, True), (5, True), (6, False), (0, False)):
        by_age = basis.opening.by_age.copy()
        by_age[int(by_age.argmax())] -= few
        followed = replace(basis.followed, by_age=by_age)
        told = _told(replace(basis, alone=apart, followed=followed), 90.0)
        assert f"{total} children were in care on" in told
        assert (f"{total - few}, unaccompanied children apart," in told) != hidden
        assert ("lead from those in care now, unaccompanied" in told) == hidden


@pytest.mark.content
def test_a_way_out_of_unaccompanied_children_nobody_took_is_judged() -> None:
    basis = _done()[0].basis
    leaving = {"home_planned": (0.0, 0.1, 0.4), "adoption": (2.0, 1.0, 1.2)}
    apart = OwnAlone(basis.arrivals, basis.opening, "family", 1, leaving, 51.0)
    ratios = yaml.safe_load(layer_text([], apart.section(SOURCE)))["leaving_ratio"]
    assert {name: figure["mark"] for name, figure in ratios.items()} == {
        "home_planned": "J", "adoption": "D",
    }  # fmt: skip
    assert ratios["home_planned"]["reason"].startswith("0 in 51 child-years, 0.1 expected as")
    assert "a judgement" in ratios["home_planned"]["reason"]
