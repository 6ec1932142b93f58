"""From a scenario to the numbers of the edge of care: hazards, services, and how far they work."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path

import numpy as np
import pytest

from sufficiency.model.deliveries import delivery_steps, reached
from sufficiency.model.draw_rates import draw_entries
from sufficiency.model.edge import RUN_UP_DAYS, EdgeParameters, draw_edge
from sufficiency.periods import DAYS_PER_YEAR, Horizon
from sufficiency.scenario.checks_edge import (
    children_at_risk_are_enough,
    impossible_ages,
    services_name_a_delivery,
)
from sufficiency.scenario.load import load_scenario
from sufficiency.scenario.schema import Scenario
from sufficiency.scenario.system import Delivery, EdgeOfCare
from sufficiency.scenario.template import template_text
from sufficiency.streams import Draws, Streams
from sufficiency.vocabulary import AgeBand

pytestmark = pytest.mark.unit

HORIZON = Horizon(dt.date(2020, 3, 31), dt.date(2025, 3, 31))
DRAWS = Draws(1, 1)


def delivery(opens: str = "2020-09-01", **changes: object) -> Delivery:
    return Delivery.model_validate({"opens": opens, **changes})


def by_age(*values: object) -> dict[str, object]:
    return dict(zip((band.value for band in AgeBand), values, strict=True))


def edge(**changes: object) -> EdgeOfCare:
    usual = {
        "at_risk": 200,
        "at_risk_by_age": by_age(0.1, 0.3, 0.3, 0.25, 0.05),
        "at_risk_for": 300,
        "direct": by_age(0.8, 0.3, 0.2, 0.2, 0.5),
    }
    return EdgeOfCare.model_validate(usual | changes)


def help_service(**changes: object) -> dict[str, object]:
    usual: dict[str, object] = {
        "label": "Help",
        "delivery": "help",
        "ages": ["10_to_15", "5_to_9"],
        "reach": 0.5,
        "caseload": {"from": {"2020-04-01": 10, "2021-04-01": 19.7}},
        "support": 120,
        "rate_ratio": 0.6,
        "lasting": 0.5,
    }
    return usual | changes


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    path: Path = tmp_path_factory.mktemp("edge") / "example.yaml"
    path.write_text(template_text(path), encoding="utf-8")
    return load_scenario(path).scenario


def with_edge(scenario: Scenario, care: EdgeOfCare | None, **deliveries: Delivery) -> Scenario:
    return scenario.model_copy(update={"edge_of_care": care, "deliveries": deliveries})


def drawn(scenario: Scenario) -> EdgeParameters:
    horizon = Horizon(scenario.start, scenario.end)
    streams = Streams(1, 1)
    entries = draw_entries(scenario, DRAWS, streams, horizon)
    found = draw_edge(scenario, DRAWS, streams, entries, horizon)
    assert found is not None
    return found


# How far it works -----------------------------------------------------------------------------


def test_an_effect_is_nothing_before_it_opens_and_whole_when_nothing_is_wanting() -> None:
    opens = float(HORIZON.day(dt.date(2020, 9, 1)))
    assert reached(delivery(), DRAWS, HORIZON) == ((-math.inf, opens), (0.0, 1.0))


def test_it_is_built_up_in_a_straight_line_that_disruption_makes_longer() -> None:
    for ratio, length in ((1.0, 360), (2.0, 720)):
        days, shares = reached(delivery(ramp=360, ramp_ratio=ratio), DRAWS, HORIZON)
        opens = int(days[1])
        daily = np.array(shares)[np.searchsorted(days, np.arange(opens, opens + 720), "right") - 1]
        line = np.minimum((np.arange(720) + 0.5) / length, 1.0)
        assert np.abs(daily - line).max() < 31 / length
        assert daily.mean() == pytest.approx(line.mean(), abs=0.002)
        assert (np.diff(shares) > 0).all()
        assert max(np.diff(days[1:])) <= 32


def test_each_condition_takes_its_part() -> None:
    conditions = {
        "stable_team": {"label": "A stable team", "met": 0.5, "kept_if_unmet": 0.2},
        "beds": {"label": "Beds", "met": 0.0, "kept_if_unmet": 0.7},
        "training": {"label": "Training", "met": 1.0, "kept_if_unmet": 0.0},
    }
    _, shares = reached(delivery(conditions=conditions), DRAWS, HORIZON)
    assert shares[-1] == pytest.approx(0.6 * 0.7)


def test_a_handover_keeps_a_share_even_while_it_is_being_built_up() -> None:
    handed_over = {"handed_over": "2020-12-01", "kept_after_handover": 0.5}
    days, shares = reached(delivery(ramp=360, **handed_over), DRAWS, HORIZON)
    day = float(HORIZON.day(dt.date(2020, 12, 1)))
    whole = reached(delivery(ramp=360), DRAWS, HORIZON)
    for at in (day - 1, day, day + 10, day + 1000):
        share = whole[1][int(np.searchsorted(whole[0], at, "right")) - 1]
        kept = 0.5 if at >= day else 1.0
        assert shares[int(np.searchsorted(days, at, "right")) - 1] == pytest.approx(kept * share)


def test_what_holds_when_the_forecast_opens_holds_from_the_first_step() -> None:
    opened = delivery("2019-10-01", ramp=360)
    days, shares = delivery_steps(opened, DRAWS, HORIZON)
    assert days[0] == -math.inf
    assert 0.4 < shares[0] < 0.6
    assert all(day > 0 for day in days[1:])
    assert shares[-1] == 1.0
    assert delivery_steps(delivery(), DRAWS, HORIZON) == reached(delivery(), DRAWS, HORIZON)


# From a scenario ------------------------------------------------------------------------------


def test_without_an_edge_of_care_or_a_service_there_is_nothing_to_work_out(
    example: Scenario,
) -> None:
    horizon = Horizon(example.start, example.end)
    entries = draw_entries(example, DRAWS, Streams(1, 1), horizon)
    for care in (None, edge()):
        scenario = with_edge(example, care)
        assert draw_edge(scenario, DRAWS, Streams(1, 1), entries, horizon) is None


def test_hazards_are_entries_over_children_at_risk(example: Scenario) -> None:
    opens = delivery(example.start.isoformat())
    scenario = with_edge(example, edge(services={"help": help_service()}), help=opens)
    horizon = Horizon(scenario.start, scenario.end)
    entries = draw_entries(scenario, DRAWS, Streams(1, 1), horizon)
    risk = drawn(scenario).risk
    known = entries.per_year_by_age * (1 - np.array([0.8, 0.3, 0.2, 0.2, 0.5]))
    assert risk.at_risk == pytest.approx(200 * np.array([0.1, 0.3, 0.3, 0.25, 0.05]))
    assert risk.enters_per_day * DAYS_PER_YEAR == pytest.approx(known / risk.at_risk)
    assert risk.enters_per_day + risk.ends_per_day == pytest.approx(np.full(5, 1 / 300))
    assert (risk.later.calendar[: len(entries.calendar)] == entries.calendar).all()


def test_where_a_future_has_too_few_at_risk_more_come_unforeseen(example: Scenario) -> None:
    opens = delivery(example.start.isoformat())
    few = edge(at_risk=20, services={"help": help_service()})
    risk = drawn(with_edge(example, few, help=opens)).risk
    assert (risk.ends_per_day > 0).all()
    assert (risk.direct > np.array([0.8, 0.3, 0.2, 0.2, 0.5]) - 1e-12).all()
    assert (risk.direct <= 1).all()
    horizon = Horizon(example.start, example.end)
    entries = draw_entries(example, DRAWS, Streams(1, 1), horizon)
    known = entries.per_year_by_age / DAYS_PER_YEAR * (1 - risk.direct)
    assert risk.enters_per_day * risk.at_risk == pytest.approx(known)


def test_a_service_is_read_with_its_delivery(example: Scenario) -> None:
    epoch = Horizon(example.start, example.end).epoch
    caseload = {"from": {"2000-01-01": 10.2, (epoch + dt.timedelta(days=90)).isoformat(): 19.9}}
    short = help_service(caseload=caseload, closes=(epoch + dt.timedelta(days=300)).isoformat())
    opens = delivery((epoch + dt.timedelta(days=60)).isoformat())
    old = delivery("2001-01-01")
    care = edge(services={"new": short, "old": help_service(delivery="old", rate_ratio=1.2)})
    new, long_open = drawn(with_edge(example, care, help=opens, old=old)).services
    assert (new.name, new.opens, new.closes, new.reach) == ("new", 60.0, 300.0, 0.5)
    assert new.rank == (-1, -1, 1, 0, -1)
    assert new.caseload == ((-math.inf, 90.0), (10.0, 19.0))
    assert new.rates == ((-math.inf, 60.0), (1.0, pytest.approx(0.6)))
    assert long_open.opens == -RUN_UP_DAYS
    assert long_open.rates[1][-1] == pytest.approx(1.2)


# Checks ---------------------------------------------------------------------------------------


def test_an_age_with_more_entries_than_children_at_risk_is_named(example: Scenario) -> None:
    assert impossible_ages(edge(at_risk=2000), example.entries) == []
    care = edge(at_risk_by_age=by_age(0.0, 0.4, 0.3, 0.25, 0.05), at_risk=2000)
    (found,) = impossible_ages(care, example.entries)
    assert found.band is AgeBand.UNDER_1
    assert found.at_risk_per_year == 0.0
    coming = example.entries.per_year.central * example.entries.by_age[AgeBand.UNDER_1].central
    assert found.enter_per_year == pytest.approx(0.2 * coming)
    (told,) = children_at_risk_are_enough(with_edge(example, care))
    assert told.path == ("edge_of_care", "direct", "under_1")
    assert list(children_at_risk_are_enough(with_edge(example, None))) == []


def test_a_service_without_a_delivery_is_told(example: Scenario) -> None:
    care = edge(services={"help": help_service(delivery="helps")})
    (told,) = services_name_a_delivery(with_edge(example, care, help=delivery()))
    assert told.path == ("edge_of_care", "services", "help", "delivery")
    assert "helps" in told.sentence
    assert "help" in told.remedy
