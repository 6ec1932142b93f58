"""The question of a search: what may be written, and what is said of what may not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sufficiency.errors import InputError
from sufficiency.forecast.measures import Known, known_measures
from sufficiency.forecast.replication import Plan
from sufficiency.forecast.solve_question import Range, parse_range, parse_target, stepped

CARE = "children_in_care@2025-06"


@pytest.fixture(scope="module")
def known(plan: Plan) -> Known:
    return known_measures(plan)


@pytest.mark.unit
@pytest.mark.parametrize(
    ("written", "bound"),
    [
        ("600", 600.0),
        ("40%", 0.4),
        ("16.5m", 16_500_000.0),
        ("16_500_000", 16_500_000.0),
        ("£16,500,000", 16_500_000.0),
        ("-£2m", -2_000_000.0),
        ("-0.25", -0.25),
        ("3e2", 300.0),
        ("750k", 750_000.0),
        ("0", 0.0),
    ],
)
def test_numbers_as_people_write_them(written: str, bound: float, known: Known) -> None:
    target = parse_target(f"{CARE} <= {written}", known)
    assert target.bound == bound
    assert parse_target(f"{CARE}<={written}", known) == target


@pytest.mark.unit
@pytest.mark.parametrize(
    ("compared", "below", "equal", "above"),
    [
        ("<=", True, True, False),
        ("<", True, False, False),
        (">=", False, True, True),
        (">", False, False, True),
    ],
)
def test_a_target_is_met_on_its_side(
    compared: str, below: bool, equal: bool, above: bool, known: Known
) -> None:
    target = parse_target(f"{CARE} {compared} 600", known)
    assert (target.is_met(599), target.is_met(600), target.is_met(601)) == (below, equal, above)
    assert not target.is_met(float("nan"))
    assert str(target) == f"{CARE} {compared} 600"


@pytest.mark.unit
@pytest.mark.parametrize(
    ("low", "high", "unit", "step", "first", "second", "last"),
    [
        ("1", "12", "places", None, 1, 2, 11),
        ("150", "260", "children per year", None, 150, 151, 110),
        ("0.006", "0.014", "share", None, 0.006, 0.0061, 80),
        ("0", "1.5", "ratio", None, 0, 0.01, 150),
        ("2", "11", "places", "2", 2, 4, 5),
        ("0", "1", "share", "0.3", 0, 0.3, 4),
        ("0", "0.001", "share", None, 0, 0.00001, 100),
    ],
)
def test_the_values_tried(
    low: str, high: str, unit: str, step: str | None, first: float, second: float, last: int
) -> None:
    values = stepped("a.b", Decimal(low), Decimal(high), unit, step)
    assert (values.value(0), values.value(1)) == (first, second)
    assert values.last == last
    assert values.value(last) == float(high)
    assert values.value(last - 1) < float(high)


@pytest.mark.unit
def test_a_range_is_read() -> None:
    assert parse_range(" settings.hub.places = 1 : 12 ") == (
        "settings.hub.places",
        Decimal(1),
        Decimal(12),
    )
    assert parse_range("a=5%:10%")[1:] == (Decimal("0.05"), Decimal("0.1"))
    assert Range("a", Decimal(0), Decimal(1), Decimal("0.1")).value(3) == 0.3


@pytest.mark.golden
@pytest.mark.parametrize(
    ("text", "said"),
    [
        *(
            (
                wrong,
                f"--until:1:1 `{wrong}` is not a target; write a measure, <=, >=, < or >, and a "
                'number, such as "out_of_area/children_in_care@2023-03 <= 40%"',
            )
            for wrong in (CARE, f"{CARE} = 5", f"{CARE} => 5", f"{CARE} == 5")
        ),
        (
            f"{CARE} <= many",
            "--until:1:29 `many` is not a number; write 600, 40% or 16.5m",
        ),
        (f"{CARE} <= 1,00", "--until:1:29 `1,00` is not a number; write 600, 40% or 16.5m"),
        (
            "children_in_car@2025-06 <= 5",
            "--until:1:1 there is no measure `children_in_car`; did you mean `children_in_care`?",
        ),
    ],
)
def test_what_is_said_of_a_target_that_is_none(text: str, said: str, known: Known) -> None:
    with pytest.raises(InputError) as wrong:
        parse_target(text, known)
    assert str(wrong.value) == said


@pytest.mark.golden
@pytest.mark.parametrize(
    ("text", "said"),
    [
        *(
            (
                wrong,
                f"--set:1:1 `{wrong}` does not say which figure is tried between which values; "
                "write PATH=LOW:HIGH, such as settings.hub.places=1:12",
            )
            for wrong in ("settings.hub.places", "settings.hub.places=5", "=1:2")
        ),
        ("a=1:b", "--set:1:1 `b` is not a number; write LOW:HIGH, such as 1:12"),
        (
            "a=5:5",
            "--set:1:1 `5:5` does not run upwards; write the lower value first, and a higher one "
            "after it",
        ),
    ],
)
def test_what_is_said_of_a_range_that_is_none(text: str, said: str) -> None:
    with pytest.raises(InputError) as wrong:
        parse_range(text)
    assert str(wrong.value) == said


@pytest.mark.golden
@pytest.mark.parametrize(
    ("unit", "ends", "step", "said"),
    [
        (
            "places",
            ("1", "2.5"),
            None,
            "--set:1:1 `a.b` counts places, and 2.5 is not a whole number; give whole numbers",
        ),
        (
            "places",
            ("1", "5"),
            "0.5",
            "--step:1:1 `a.b` counts places, and a step of `0.5` is not a whole number; give a "
            "whole step",
        ),
        ("share", ("0", "1"), "0", "--step:1:1 `0` is not a step; give a number above nought"),
        (
            "share",
            ("0", "1"),
            "2",
            "--step:1:1 a step of `2` is longer than the range from 0 to 1; give a shorter step",
        ),
        (
            "share",
            ("0", "1"),
            "0.0000001",
            "--step:1:1 a step of `0.0000001` makes over a million values; give a longer step",
        ),
    ],
)
def test_what_is_said_of_a_step_that_does_not_fit(
    unit: str, ends: tuple[str, str], step: str | None, said: str
) -> None:
    with pytest.raises(InputError) as wrong:
        stepped("a.b", Decimal(ends[0]), Decimal(ends[1]), unit, step)
    assert str(wrong.value) == said
