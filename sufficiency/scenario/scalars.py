"""Turns a written value into a number, a date, a word or a yes, and says when it cannot.

What a value may be is known from where it stands, so nothing is guessed. A price typed as
``£3.6M``, a share typed as ``25%`` or a date typed the British way is refused with the
form to write instead.
"""

from __future__ import annotations

import datetime as dt
import math
import re

from sufficiency.errors import shown, suggestion
from sufficiency.scenario.nodes import Scalar
from sufficiency.scenario.shape import Choice, Date, Flag, Number, Shape, Text, Whole

_NUMBER = re.compile(r"^[-+]?((0|[1-9]\d*)(\.\d*)?|\.\d+)([eE][-+]?\d+)?$")
_WHOLE = re.compile(r"^[-+]?(0|[1-9]\d*)$")
_MONEY = re.compile(r"^([-+]?)\s*£?\s*([-+]?[\d.,_ ]*\d)\s*(k|m|bn|%)?$", re.IGNORECASE)
_RANGE = re.compile(r"^(\d+(?:\.\d+)?)\s*(?:-|to|\u2013)\s*(\d+(?:\.\d+)?)$")
_BRITISH_DATE = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$")
_LOOSE_DATE = re.compile(r"^(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})$")
_TIMES = {"k": 1e3, "m": 1e6, "bn": 1e9, "%": 0.01}
_MOST_DIGITS = 30

YES = frozenset({"true", "yes", "on", "y"})
NO = frozenset({"false", "no", "off", "n"})


class Unreadable(Exception):
    """A value cannot be what belongs in its place.

    Attributes:
        sentence: What is wrong with it.
        remedy: What to write.
    """

    def __init__(self, sentence: str, remedy: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.remedy = remedy


def read_scalar(node: Scalar, shape: Shape) -> object:
    """What a written value means where it stands.

    Args:
        node: The value as written; not blank and not null.
        shape: What belongs there.

    Returns:
        A number, a date, true or false, or text.

    Raises:
        Unreadable: If it is something else.
    """
    if isinstance(shape, Number):
        return number(node)
    if isinstance(shape, Whole):
        return _whole(node)
    if isinstance(shape, Date):
        return date(node)
    if isinstance(shape, Flag):
        return _flag(node)
    if isinstance(shape, Choice):
        return _choice(node, shape)
    assert isinstance(shape, Text)
    return _text(node)


def number(node: Scalar) -> float | int:
    """A number written in plain digits.

    Raises:
        Unreadable: If it is written any other way, with the plain digits to write.
    """
    text = node.text.strip()
    if _NUMBER.match(text) and not node.quoted:
        value = _finite(text)
        if value is None:
            raise Unreadable(f"{shown(text)} is too large", "write a number below 1e300")
        return value
    raise Unreadable(*_not_a_number(text, node.quoted))


def _finite(text: str) -> float | int | None:
    if len(text) > _MOST_DIGITS and "e" not in text.lower() and "." not in text:
        return None
    value = int(text) if _WHOLE.match(text) else float(text)
    return value if math.isfinite(value) and abs(value) < 1e300 else None


def _not_a_number(text: str, quoted: bool) -> tuple[str, str]:
    """What is wrong with something that should have been a number, and what to write."""
    if quoted and _NUMBER.match(text):
        return f"{shown(text)} is in quotes, which makes it text", f"write {text} without quotes"
    if re.match(r"^[-+]?\.(inf|nan)$", text, re.IGNORECASE):
        return f"{shown(text)} is not a finite number", "write a number in digits"
    if re.match(r"^0[xb][0-9a-f_]+$", text, re.IGNORECASE):
        meant = str(int(text.replace("_", ""), 0)) if _is_base_two_or_16(text) else "the number"
        return f"{shown(text)} is not in ordinary digits", f"write {meant}"
    if re.match(r"^[-+]?\d+(:[0-5]?\d)+(\.\d*)?$", text):
        return (
            f"{shown(text)} would be read as hours, minutes and seconds",
            "write one number, in the unit expected",
        )
    if re.match(r"^[-+]?0\d+$", text):
        return (
            f"{shown(text)} begins with a zero, which YAML reads as a number in base eight",
            f"write {_plain(float(text))}" if len(text) < _MOST_DIGITS else "leave the zero out",
        )
    between = _RANGE.match(text)
    if between:
        return (
            f"{shown(text)} is a range",
            f"write {{p10: {between[1]}, p90: {between[2]}, distribution: lognormal}}",
        )
    return f"{shown(text)} is not a number in plain digits", _remedy_for_number(text)


def _is_base_two_or_16(text: str) -> bool:
    digits = text.replace("_", "")
    allowed = "01" if digits[1] in "bB" else "0123456789abcdefABCDEF"
    return 2 < len(digits) < _MOST_DIGITS and all(digit in allowed for digit in digits[2:])


def _remedy_for_number(text: str) -> str:
    meant = number_meant(text)
    return "write a number in digits, such as 3600000" if meant is None else f"write {meant}"


def number_meant(text: str) -> str | None:
    """The plain digits for a number typed as people write it.

    Args:
        text: ``1,000``, ``£3.6M``, ``25%`` and the like.

    Returns:
        ``1000``, ``3600000``, ``0.25``; None where it is not a number at all.
    """
    found = _MONEY.match(text)
    if not found or len(text) > _MOST_DIGITS:
        return None
    digits = found[2].replace("_", "").replace(" ", "")
    if re.match(r"^[-+]?\d{1,3}(,\d{3})+(\.\d+)?$", digits):
        digits = digits.replace(",", "")
    digits = digits.replace(",", ".")
    try:
        value = float(found[1] + digits)
    except ValueError:
        return None
    return _plain(value * _TIMES.get((found[3] or "").lower(), 1.0))


def _plain(value: float) -> str:
    return f"{value:.10f}".rstrip("0").rstrip(".")


def _whole(node: Scalar) -> int:
    text = node.text.strip()
    if _WHOLE.match(text) and not node.quoted and len(text) < _MOST_DIGITS:
        return int(text)
    sentence, remedy = _not_a_number(text, node.quoted)
    if _NUMBER.match(text) and not node.quoted:
        sentence, remedy = f"{shown(text)} is not a whole number", "write a whole number"
    raise Unreadable(sentence, remedy)


def date(node: Scalar) -> dt.date:
    """A day written as 2020-04-01.

    Raises:
        Unreadable: If it is written another way or is not in the calendar.
    """
    text = node.text.strip()
    try:
        if re.match(r"^\d{4}-\d{2}-\d{2}$", text):
            return dt.date(int(text[:4]), int(text[5:7]), int(text[8:]))
    except ValueError:
        raise Unreadable(f"{shown(text)} is not a day of the calendar", "check it") from None
    british, loose = _BRITISH_DATE.match(text), _LOOSE_DATE.match(text)
    parts = (british[3], british[2], british[1]) if british else loose.groups() if loose else ()
    remedy = "write a date such as 2020-04-01"
    if parts and 1 <= int(parts[1]) <= 12 and 1 <= int(parts[2]) <= 31:
        remedy = f"write {parts[0]}-{int(parts[1]):02d}-{int(parts[2]):02d}"
    elif node.kind == "time" and re.match(r"^\d{4}-\d{2}-\d{2}", text):
        remedy = f"write the date alone: {text[:10]}"
    raise Unreadable(f"{shown(text)} is not a date written year, month, day", remedy)


def _flag(node: Scalar) -> bool:
    word = node.text.strip().lower()
    if word in ("true", "false") and not node.quoted:
        return word == "true"
    remedy = "write true or false"
    if word in YES | NO:
        remedy = f"write {'true' if word in YES else 'false'}"
    raise Unreadable(f"{shown(node.text)} is neither true nor false", remedy)


def _choice(node: Scalar, shape: Choice) -> str:
    if node.text in shape.words:
        return node.text
    for word in shape.words:
        if node.text.strip().lower() == word.lower():
            raise Unreadable(f"{shown(node.text)} is not one of the words", f"write {word}")
    remedy = suggestion(node.text, shape.words, "words allowed")
    raise Unreadable(f"{shown(node.text)} is not one of the words known here", remedy)


def _text(node: Scalar) -> str:
    if node.kind == "str":
        return node.text
    read_as = {
        "bool": "true or false",
        "date": "a date",
        "time": "a time",
        "int": "a number",
        "float": "a number",
    }.get(node.kind, "a sign")
    raise Unreadable(
        f"{shown(node.text)} is read by YAML as {read_as}, and text belongs here",
        f'put it in quotes: "{shown(node.text).strip("`")}"',
    )
