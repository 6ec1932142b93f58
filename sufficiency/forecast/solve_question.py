"""The question of a search, as it is written: which figure, between what, until what holds.

``entries.per_year=120:180`` says which figure is tried and between which values;
``overspend@2021/22 <= 0`` says what shall hold. Figures that count things (places, children,
households, posts) are tried in whole numbers, others to three significant places.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from sufficiency.errors import InputError, Problem, shown
from sufficiency.forecast.measures import Known, Measure, parse_measure

SET, UNTIL, STEP = "--set", "--until", "--step"
"""The options these are written for."""

_COUNTED = frozenset({"places", "children", "households", "posts"})
"""Units of which there are only whole numbers."""
_SIGNIFICANT = 3
_MOST_STEPS = 1_000_000
_COMPARED: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
_IN_WORDS = {"<=": "at most", ">=": "at least", "<": "below", ">": "above"}
_TARGET = re.compile(r"^(?P<measure>[^<>=]*)(?P<compared>[<>=]+)(?P<bound>.*)$")
_SUFFIXES = {"": Decimal(1), "k": Decimal(1000), "m": Decimal(1_000_000)}


@dataclass(frozen=True)
class Target:
    """What shall hold of one number of a forecast.

    Attributes:
        measure: The number.
        compared: ``<=``, ``>=``, ``<`` or ``>``.
        bound: With what it is compared.
    """

    measure: Measure
    compared: str
    bound: float

    @property
    def in_words(self) -> str:
        """``at most``, ``at least``, ``below`` or ``above``."""
        return _IN_WORDS[self.compared]

    def is_met(self, value: float) -> bool:
        """Whether it holds of a value. It does not where there is none."""
        return _COMPARED[self.compared](value, self.bound)

    def __str__(self) -> str:
        """As it is written."""
        return f"{self.measure} {self.compared} {self.bound:.12g}"


@dataclass(frozen=True)
class Range:
    """A figure and the values it may take: from low in steps, and high itself.

    Attributes:
        path: Where the figure stands.
        low: Lowest value.
        high: Highest value.
        step: From one value to the next.
    """

    path: str
    low: Decimal
    high: Decimal
    step: Decimal

    @property
    def last(self) -> int:
        """The number of the highest value, where the lowest is 0."""
        return math.ceil((self.high - self.low) / self.step)

    def value(self, index: int) -> float:
        """The value with a number."""
        return float(min(self.low + index * self.step, self.high))


def parse_target(text: str, known: Known) -> Target:
    """Read a target.

    Args:
        text: ``MEASURE@PERIOD <= VALUE``.
        known: What can be asked.

    Returns:
        The target.

    Raises:
        InputError: If it is not one, or its measure is not known.
    """
    parts = _TARGET.match(text)
    if parts is None or parts["compared"] not in _COMPARED:
        sentence = f"{shown(text)} is not a target"
        remedy = (
            "write a measure, <=, >=, < or >, and a number, such as "
            '"out_of_area/children_in_care@2023-03 <= 40%"'
        )
        raise refused(UNTIL, sentence, remedy)
    measure = parse_measure(parts["measure"], known, UNTIL)
    bound = parts["bound"]
    found = _number(bound)
    if found is None:
        column = parts.start("bound") + 1 + len(bound) - len(bound.lstrip())
        sentence = f"{shown(bound)} is not a number"
        raise refused(UNTIL, sentence, "write 600, 40% or 16.5m", column)
    return Target(measure, parts["compared"], float(found))


def parse_range(text: str) -> tuple[str, Decimal, Decimal]:
    """Read which figure is tried, and between which values.

    Args:
        text: ``PATH=LOW:HIGH``.

    Returns:
        The path, the lowest and the highest value.

    Raises:
        InputError: If it is not written so, or low is not below high.
    """
    path, equals, ends = text.partition("=")
    low, colon, high = ends.partition(":")
    if not equals or not colon or not path.strip():
        sentence = f"{shown(text)} does not say which figure is tried between which values"
        raise refused(SET, sentence, "write PATH=LOW:HIGH, such as settings.hub.places=1:12")
    numbers = []
    for end in (low, high):
        number = _number(end)
        if number is None:
            raise refused(SET, f"{shown(end)} is not a number", "write LOW:HIGH, such as 1:12")
        numbers.append(number)
    if numbers[0] >= numbers[1]:
        sentence = f"{shown(ends)} does not run upwards"
        raise refused(SET, sentence, "write the lower value first, and a higher one after it")
    return path.strip(), numbers[0], numbers[1]


def stepped(path: str, low: Decimal, high: Decimal, unit: str, step: str | None) -> Range:
    """The values to be tried.

    Args:
        path: Where the figure stands.
        low: Lowest value.
        high: Highest value.
        unit: The figure's unit.
        step: The step asked for; whole numbers or three significant places when None.

    Returns:
        The range.

    Raises:
        InputError: If the step does not fit the range or the unit.
    """
    counted = unit in _COUNTED
    for end in (low, high):
        if counted and end != end.to_integral_value():
            sentence = f"`{path}` counts {unit}, and {end} is not a whole number"
            raise refused(SET, sentence, "give whole numbers")
    if step is None:
        largest = max(abs(low), abs(high))
        usual = Decimal(1) if counted else Decimal(10) ** (largest.adjusted() - _SIGNIFICANT + 1)
        return Range(path, low, high, min(usual, high - low))
    size = _number(step)
    if size is None or size <= 0:
        raise refused(STEP, f"{shown(step)} is not a step", "give a number above nought")
    if size > high - low:
        sentence = f"a step of {shown(step)} is longer than the range from {low} to {high}"
        raise refused(STEP, sentence, "give a shorter step")
    if counted and size != size.to_integral_value():
        sentence = f"`{path}` counts {unit}, and a step of {shown(step)} is not a whole number"
        raise refused(STEP, sentence, "give a whole step")
    if (high - low) / size > _MOST_STEPS:
        sentence = f"a step of {shown(step)} makes over a million values"
        raise refused(STEP, sentence, "give a longer step")
    return Range(path, low, high, size)


def _number(text: str) -> Decimal | None:
    """A number as people write it: ``16_500_000``, ``16,500,000``, ``£16.5m``, ``40%``."""
    plain = re.sub(r"(?<=\d)[,_](?=\d{3}(?!\d))", "", text.strip().lower())
    parts = re.match(r"^([-+]?)£?([-+]?[\d.]+(?:e[-+]?\d{1,2})?)\s*(%|k|m|)$", plain)
    if parts is None or (parts[1] and parts[2][0] in "+-"):
        return None
    try:
        number = Decimal(parts[1] + parts[2])
    except InvalidOperation:
        return None
    if abs(number) > Decimal("1e15"):
        return None
    return number / 100 if parts[3] == "%" else number * _SUFFIXES[parts[3]]


def refused(place: str, sentence: str, remedy: str, column: int = 1) -> InputError:
    """What is wrong with an option."""
    return InputError([Problem(place, 1, column, sentence, remedy)])
