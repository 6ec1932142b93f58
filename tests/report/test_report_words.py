"""Numbers in words, at the edges where grammar goes wrong."""

from __future__ import annotations

import datetime as dt

import pytest

from sufficiency.periods import long_date
from sufficiency.report import words

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "1 child"), (0.6, "1 child"), (0, "0 children"), (1204.5, "1,205 children")],
)
def test_children_are_counted_in_whole_and_one_is_a_child(number: float, said: str) -> None:
    assert words.children(number) == said


@pytest.mark.parametrize(
    ("pounds", "said"),
    [
        (12_900_000, "£12.9 million"),
        (-2_349_999, "£2.3 million"),
        (949_999, "£0.9 million"),
        (94_400, "£94,000"),
        (312, "£312"),
    ],
)
def test_money_is_rounded_to_what_can_be_said(pounds: float, said: str) -> None:
    assert words.millions(pounds) == said


@pytest.mark.parametrize(
    ("pounds", "said"),
    [(2.4e6, "£2.4 million over"), (-3e5, "£0.3 million under"), (-0.2, "on budget")],
)
def test_a_variance_says_its_side(pounds: float, said: str) -> None:
    assert words.over_or_under(pounds) == said


def test_what_rounds_to_nothing_has_no_minus_sign() -> None:
    assert words.short_millions(-20_000) == "£0.0m"
    assert words.short_millions(-160_000) == "-£0.2m"


@pytest.mark.parametrize(
    ("probability", "said"),
    [
        (0.0, "none of the simulated futures"),
        (1.0, "all of the simulated futures"),
        (0.004, "1 future in 100"),
        (0.999, "99 futures in 100"),
        (0.62, "62 futures in 100"),
    ],
)
def test_a_chance_never_rounds_to_certainty(probability: float, said: str) -> None:
    assert words.chance(probability) == said


def test_lists_and_labels_read_inside_a_sentence() -> None:
    assert words.listed(["a", "b", "c"]) == "a, b and c"
    assert words.lower_first("Agency fostering") == "agency fostering"
    assert words.lower_first("No Wrong Door hub") == "No Wrong Door hub"
    assert long_date(dt.date(2025, 3, 1)) == "1 March 2025"
