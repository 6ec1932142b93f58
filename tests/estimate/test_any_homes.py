"""The homes and prices of an authority of which nothing but published tables is known."""

from __future__ import annotations

import datetime as dt
import math
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from sufficiency.errors import InputError
from sufficiency.estimate.any_found import FamilyFlows
from sufficiency.estimate.any_homes import SETTINGS, AnyHomes, homes_layer
from sufficiency.estimate.any_locations import PATTERN, locations_by_setting
from sufficiency.estimate.any_money import money
from sufficiency.estimate.any_outturn import Matched, match_outturn
from sufficiency.estimate.any_plans import SEARCH
from sufficiency.estimate.any_prices import BASE
from sufficiency.estimate.feasible import opening_problems
from sufficiency.estimate.layer import Section, layer_text
from sufficiency.inputs.outturn import EXPENDITURE, FOSTERING, INCOME, RESIDENTIAL, Outturn
from sufficiency.scenario.load import LoadedScenario, load_scenario
from sufficiency.scenario.schema import Scenario, SettingRule
from sufficiency.vocabulary import AgeBand, Location, Move

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[2]
ESTIMATED = ROOT / "scenarios" / "middlesbrough-2025" / "estimated.yaml"
AGES = [band.value for band in AgeBand]
WEEKS = 365 / 7
AS_AT = dt.date(2025, 3, 31)
CHILDREN = {
    "connected_carer": 60.0,
    "in_house_foster": 90.0,
    "agency_foster": 150.0,
    "in_house_residential": 20.0,
    "external_residential": 60.0,
    "supported_accommodation": 40.0,
    "placed_with_parents": 30.0,
    "placed_for_adoption": 15.0,
    "other": 35.0,
}
PUBLISHED = {"inside": 260.0, "outside_near": 150.0, "outside_far": 90.0}


@pytest.fixture(scope="module")
def homes() -> AnyHomes:
    # Thirds do not add up to 1 when rounded one by one.
    third = [1 / 3] * 5
    after = {age: {"family": 1 / 3, "residential": 1 / 3, "other": 1 / 3} for age in AGES}
    return AnyHomes(
        authority="Anyshire",
        as_at=AS_AT,
        end=dt.date(2028, 3, 31),
        seed=7,
        counts=CHILDREN,
        locations=PUBLISHED,
        entry_ages=[0.2, 0.2, 0.2, 0.3, 0.1],
        plans_at_entry={"family": third, "residential": third, "other": third},
        plan_after=dict.fromkeys(Move, after),
        tables="a table",
    )


@pytest.fixture(scope="module")
def written(homes: AnyHomes) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(homes_layer(homes))
    return found


@pytest.fixture(scope="module")
def project(homes: AnyHomes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds an estimated layer and the homes over it."""
    folder = tmp_path_factory.mktemp("anyshire")
    shutil.copy(ESTIMATED, folder)
    (folder / "baseline.yaml").write_text(homes_layer(homes))
    return folder


@pytest.fixture(scope="module")
def loaded(project: Path) -> LoadedScenario:
    return load_scenario(project / "baseline.yaml")


def value(figure: Any) -> float:
    if not isinstance(figure, dict):
        return float(figure)
    return float(figure["value"] if "value" in figure else (figure["p10"] + figure["p90"]) / 2)


def test_it_can_be_run(loaded: LoadedScenario) -> None:
    assert opening_problems(loaded) == []
    assert loaded.scenario.title == "Anyshire from 31 March 2025, no new action"
    assert loaded.scenario.end == dt.date(2028, 3, 31)
    assert set(loaded.scenario.settings) == set(SETTINGS) == set(loaded.scenario.money.prices)


def test_nothing_is_ever_full_and_the_file_says_so(loaded: LoadedScenario, project: Path) -> None:
    scenario = loaded.scenario
    assert all(rule.places is None for rule in scenario.settings.values())
    assert all(rule.nearby_places is None for rule in scenario.settings.values())
    assert scenario.carers is None
    assert scenario.courts is None
    assert scenario.edge_of_care is None
    assert scenario.money.budget.placement.base_gbp == {}
    assert "base_gbp: {2025/26: {value: 30000000" in (project / "baseline.yaml").read_text()
    assert "NOTHING IS EVER FULL" in (project / "baseline.yaml").read_text()[:1000]


def test_the_example_in_its_comments_is_a_layer_that_can_be_run(
    homes: AnyHomes, project: Path, tmp_path: Path
) -> None:
    # As many own carers and own homes as the children of the estimated layer need.
    opening = {**CHILDREN, "in_house_foster": 130.0, "in_house_residential": 22.0}
    text = homes_layer(replace(homes, counts=opening))
    shutil.copy(project / "estimated.yaml", tmp_path)
    (tmp_path / "baseline.yaml").write_text(text)
    (tmp_path / "places.yaml").write_text(example(text))
    with_places = load_scenario(tmp_path / "places.yaml").scenario
    for name in ("in_house_foster", "in_house_residential"):
        rule = with_places.settings[name]
        assert rule.places is not None
        assert rule.suitable is None
        assert rule.match.central < 1


def example(text: str) -> str:
    """The example in a file's comments, without the signs of a comment."""
    lines = text.splitlines()
    first = next(i for i, line in enumerate(lines) if line.endswith("based_on: baseline.yaml"))
    last = next(i for i in range(first, len(lines)) if not lines[i].startswith("#"))
    return "\n".join(line.removeprefix("#   ") for line in lines[first:last]) + "\n"


def test_plans_add_up_at_every_age(written: dict[str, Any]) -> None:
    for age in AGES:
        shares = [value(plan["at_entry"][age]) for plan in written["plans"].values()]
        assert math.fsum(shares) == pytest.approx(1, abs=1e-12)
    assert list(written["plans"]) == list(SEARCH)


def test_plans_after_a_move_add_up_and_are_marked_as_worked_out(written: dict[str, Any]) -> None:
    for move in Move:
        for shares in written["moving"][move.value]["plan_after"].values():
            assert set(shares) == {"family", "residential", "other"}
            assert math.fsum(map(value, shares.values())) == pytest.approx(1, abs=1e-12)
            assert {share["mark"] for share in shares.values()} == {"D"}


def test_all_kinds_of_home_together_meet_the_published_locations(written: dict[str, Any]) -> None:
    for place, published in PUBLISHED.items():
        met = sum(
            number * value(written["settings"][name]["location"][place])
            for name, number in CHILDREN.items()
        )
        # Shares are written to four places.
        assert met == pytest.approx(published, abs=0.05)


def test_locations_are_tilted_alike_for_every_kind(homes: AnyHomes) -> None:
    found = locations_by_setting(homes.children, PUBLISHED)
    odds = [
        (shares[0] / shares[2]) / (PATTERN[name][0][0] / PATTERN[name][0][2])
        for name, shares in found.items()
    ]
    # Kinds where nobody lives, such as secure homes here, are tilted as the others are.
    assert odds == pytest.approx([odds[0]] * len(odds))


def test_without_published_locations_englands_pattern_stands(homes: AnyHomes) -> None:
    found = locations_by_setting(homes.children, None)
    for name, shares in found.items():
        assert shares == pytest.approx(np.array(PATTERN[name][0]))
    assert "tilted" not in homes_layer(replace(homes, locations=None))


def test_every_pattern_is_a_whole() -> None:
    assert all(sum(shares) == pytest.approx(1) for shares, _, _ in PATTERN.values())


def test_own_carers_and_own_homes_are_found_as_often_as_at_the_opening(
    loaded: LoadedScenario,
) -> None:
    settings = loaded.scenario.settings
    for name, share in {"in_house_foster": 90 / 240, "in_house_residential": 20 / 80}.items():
        assert suitable(settings[name]) == pytest.approx([share] * 5)
        assert settings[name].suitable_level.central == pytest.approx(1, abs=1e-4)
        assert settings[name].suitable_level.p90 == pytest.approx(1 + 0.4 * (1 - share))
    # Bought homes of both kinds always have room.
    assert settings["agency_foster"].suitable is settings["external_residential"].suitable is None
    assert {rule.match.value for rule in settings.values()} == {1.0}


def suitable(rule: SettingRule) -> list[float]:
    """Share of children a setting is possible for, by age."""
    assert rule.suitable is not None
    return [next(iter(share.from_.values())).central for share in rule.suitable.values()]


def test_a_share_of_none_or_all_has_no_doubt(homes: AnyHomes) -> None:
    for own, share in ((0.0, 0), (90.0, 1)):
        counts = {**CHILDREN, "in_house_foster": own, "agency_foster": 90.0 - own}
        rule = yaml.safe_load(homes_layer(replace(homes, counts=counts)))["settings"]
        assert value(rule["in_house_foster"]["suitable"]["1_to_4"]) == share
        assert "suitable_level" not in rule["in_house_foster"]


def test_a_small_part_of_its_own_can_be_run(homes: AnyHomes, project: Path) -> None:
    counts = {**CHILDREN, "in_house_residential": 2.0, "in_house_foster": 5.0}
    (project / "small.yaml").write_text(homes_layer(replace(homes, counts=counts)))
    assert load_scenario(project / "small.yaml").scenario.title


def test_relatives_hold_their_share() -> None:
    flows = FamilyFlows(
        leaving_connected=0.4, leaving_others=0.2, moving_connected=0.1, moving_others=0.6
    )
    # Of 100 children 20 live with relatives and 80 elsewhere. 10 leave relatives (0.5 x 20).
    # 24 leave care (0.4 x 20 + 0.2 x 80) and as many enter; 50 move (0.1 x 20 + 0.6 x 80), half
    # as likely to come to a relative as on entering: 10 / (24 + 0.5 x 50).
    assert flows.relatives_at_entry(0.2, 0.5) == pytest.approx(10 / 49)
    assert FamilyFlows().relatives_at_entry(0.0, 0.5) == 0.0
    assert FamilyFlows().relatives_at_entry(1.0, 0.45) == 0.95


def test_relatives_by_age_are_that_share_of_those_who_look_for_a_family(
    homes: AnyHomes, loaded: LoadedScenario
) -> None:
    shares = suitable(loaded.scenario.settings["connected_carer"])
    # Everyone of every age has the same chance of a family plan here.
    average = sum(a * b for a, b in zip(homes.entry_ages, shares, strict=True))
    assert average == pytest.approx(FamilyFlows().relatives_at_entry(60 / 300, 0.45), abs=1e-4)
    assert shares[1] > shares[4]
    found = {"connected_carer": [0.1, 0.2, 0.3, 0.4, 0.5]}
    given = yaml.safe_load(homes_layer(replace(homes, found=found)))
    assert value(given["settings"]["connected_carer"]["suitable"]["16_to_17"]) == 0.5


def outturn(residential: float, fostering: float, income: float = 0.0, year: int = 2025) -> Outturn:
    """An outturn in thousand pounds; ``income`` is that of residential care."""
    figures = {
        (RESIDENTIAL, EXPENDITURE): residential,
        (RESIDENTIAL, INCOME): income,
        (FOSTERING, EXPENDITURE): fostering,
        (FOSTERING, INCOME): 0.0,
    }
    return Outturn("Anyshire", year, figures, "ro3.csv", {})


def matched(residential: float, fostering: float, income: float = 0.0) -> Matched:
    spent = outturn(residential, fostering, income)
    return match_outturn(spent, CHILDREN, [0, 0, 100, 100, 0], "31 March 2025")


def test_factors_of_the_outturn_by_hand() -> None:
    found = match_outturn(
        outturn(4000, 3000),
        {"external_residential": 10, "agency_foster": 30, "in_house_foster": 20},
        [0, 0, 50, 50, 0],
        "31 March 2025",
    )
    # 10 x sqrt(5700 x 7000) = 63,166.44 a week; 52 1/7 weeks; 3,293,679 a year.
    assert found.lines["residential"].at_england_gbp == pytest.approx(3_293_679, abs=1)
    assert found.lines["residential"].factor == pytest.approx(4_000_000 / 3_293_679)
    # 30 x 902.50 + 20 x 450 x (0.94 + 1.12) / 2 = 36,345 a week; 1,895,132 a year.
    assert found.lines["fostering"].at_england_gbp == pytest.approx(1_895_132, abs=1)
    assert found.lines["fostering"].factor == pytest.approx(3_000_000 / 1_895_132)


def test_prices_explain_both_lines(homes: AnyHomes, project: Path) -> None:
    with_prices = replace(homes, matched=matched(30_000, 14_000))
    (project / "priced.yaml").write_text(homes_layer(with_prices))
    scenario = load_scenario(project / "priced.yaml").scenario
    assert yearly_cost(scenario, "residential") == pytest.approx(30e6, rel=1e-3)
    assert yearly_cost(scenario, "fostering") == pytest.approx(14e6, rel=1e-3)


def yearly_cost(scenario: Scenario, line: str) -> float:
    """What the children cost in a year in the scenario's prices; ages as in ``matched``."""
    total = 0.0
    for base in BASE:
        price = scenario.money.prices[base.setting]
        if base.line == line:
            fee = next(iter(price.weekly_fee_gbp.from_.values())).central
            ratios = [1.0, 1.0] if price.by_age is None else [
                price.by_age[band].central for band in (AgeBand.FROM_5_TO_9, AgeBand.FROM_10_TO_15)
            ]  # fmt: skip
            total += CHILDREN.get(base.setting, 0.0) * fee * sum(ratios) / 2 * WEEKS
    return total


@pytest.mark.parametrize(("residential", "fostering"), [(0, 40_000), (30_000, 100), (400, 40_000)])
def test_lines_of_which_one_makes_no_sense_are_taken_together(
    residential: float, fostering: float
) -> None:
    found = matched(residential, fostering)
    at_england = sum(line.at_england_gbp for line in found.reported.values())
    expected = (residential + fostering) * 1000 / at_england
    assert found.is_together
    assert [line.factor for line in found.lines.values()] == pytest.approx([expected] * 2)
    assert "both are taken together" in found.in_words()
    written = yaml.safe_load(layer_text([], money(found, AS_AT)))
    fee = written["prices"]["agency_foster"]["weekly_fee_gbp"]
    assert fee["p10"] == round(865 * expected)
    assert "lines together of the outturn" in fee["reason"]


@pytest.mark.parametrize(("thousand", "factor"), [(100, 0.5), (900_000, 2.0)])
def test_a_factor_far_from_1_is_held_and_told(thousand: float, factor: float) -> None:
    found = matched(thousand, thousand)
    assert [line.factor for line in found.lines.values()] == [factor, factor]
    text = layer_text([], Section({"money": money(found, AS_AT)}))
    assert "so it is not explained" in " ".join(text.replace("#", "").split())


def test_an_outturn_of_nothing_leaves_englands_prices() -> None:
    written = yaml.safe_load(layer_text([], money(matched(0, 0), AS_AT)))
    assert written["prices"]["external_residential"]["weekly_fee_gbp"]["p10"] == 5700
    assert written["prices"]["agency_foster"]["weekly_fee_gbp"]["p10"] == 865
    assert "England's prices stand" in matched(0, 0).in_words()


def test_a_line_of_nothing_for_nobody_is_no_reason_to_take_both_together() -> None:
    found = match_outturn(outturn(0, 9_000), {"agency_foster": 150.0}, [1] * 5, "31 March 2025")
    assert not found.is_together
    assert found.lines["residential"].factor == 1.0


def test_income_of_a_line_is_taken_off_its_prices() -> None:
    written = yaml.safe_load(layer_text([], money(matched(30_000, 14_000, income=1_500), AS_AT)))
    assert written["prices"]["external_residential"]["income_share"]["value"] == 0.05
    assert "income_share" not in written["prices"]["agency_foster"]
    assert "income_share" not in written["prices"]["placed_with_parents"]


def test_an_outturn_of_an_earlier_year_is_in_prices_of_that_year() -> None:
    children = {"external_residential": 10.0}
    then = match_outturn(outturn(3000, 0, year=2023), children, [1] * 5, "31 March 2023")
    # Two rises of 6% lie between the middle of 2022/23 and that of 2024/25.
    expected = 3_293_679 / 1.06**2
    assert then.lines["residential"].at_england_gbp == pytest.approx(expected, abs=1)
    written = yaml.safe_load(layer_text([], money(then, AS_AT)))
    price = written["prices"]["external_residential"]
    assert price["priced_at"] == dt.date(2022, 10, 1)
    fee = math.sqrt(price["weekly_fee_gbp"]["p10"] * price["weekly_fee_gbp"]["p90"])
    assert fee * 10 * WEEKS == pytest.approx(3_000_000, rel=1e-3)
    assert then.financial_year == "2022/23"


def test_an_outturn_without_a_line_is_told() -> None:
    spent = Outturn("Anyshire", 2025, {}, "ro3.csv", {(RESIDENTIAL, EXPENDITURE): "[x]"})
    with pytest.raises(InputError, match="it was not published; leave the outturn out"):
        match_outturn(spent, CHILDREN, [1] * 5, "31 March 2025")


def test_the_same_homes_give_the_same_text(homes: AnyHomes) -> None:
    assert homes_layer(homes) == homes_layer(replace(homes))


def test_every_figure_has_a_mark(written: dict[str, Any]) -> None:
    found = list(figures(written, ""))
    assert len(found) > 100
    assert [path for path, figure in found if "mark" not in figure] == []


def figures(node: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every figure: a group that holds a value or an interval."""
    if isinstance(node, dict):
        if "value" in node or "p10" in node:
            yield path, node
        else:
            for key, inside in node.items():
                yield from figures(inside, f"{path}.{key}")


def test_an_authority_without_children_in_a_kind_of_home(homes: AnyHomes) -> None:
    counts = {"other": 3.0}
    found = yaml.safe_load(homes_layer(replace(homes, counts=counts)))
    assert value(found["settings"]["in_house_residential"]["suitable"]["1_to_4"]) == 0
    assert value(found["settings"]["connected_carer"]["suitable"]["1_to_4"]) == 0
    for rule in found["settings"].values():
        total = sum(value(rule["location"][place.value]) for place in Location)
        assert total == pytest.approx(1)
