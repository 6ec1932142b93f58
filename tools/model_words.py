"""The codes of the model's records, and plain words for them.

The codes are read from the model. A code for which no words stand here is shown as it is, so a new
one is on the page even before anyone has found words for it.
"""

from __future__ import annotations

from sufficiency.episodes import (
    HELP_OUTCOMES,
    REASONS_CEASED,
    REASONS_NEW,
    RECORDED_ONLY,
    SIBLINGS,
)
from sufficiency.model.assessors import OUTCOMES
from sufficiency.model.carer_places import KINDS
from sufficiency.vocabulary import Category

CODES: dict[str, tuple[str, ...]] = {
    # What only records of real children say is no part of the model.
    "began": tuple(code for code in REASONS_NEW if code not in RECORDED_ONLY),
    "ended": tuple(code for code in REASONS_CEASED if code and code not in RECORDED_ONLY),
    "help": tuple(code for code in HELP_OUTCOMES if code),
    "application": OUTCOMES,
    "place": KINDS,
    "siblings": tuple(code for code in SIBLINGS if code),
    "category": tuple(Category),
}
"""Codes of the model's records, by what they tell."""

_MOVED = {
    "breakdown": "it breaks down",
    "planned": "a planned move",
    "stay_ends": "a short stay is over",
    "carer_left": "the carers stop",
    "not_approved": "carers not approved, or not in time",
    "panel": "the panel has a place",
    "closure": "the home closes",
}
WORDS: dict[str, dict[str, str]] = {
    "began": {
        "opening": "in care on the first day",
        "entry": "comes into care",
        "return": "comes back into care",
        **_MOVED,
    },
    "ended": {
        "home_planned": "goes home as planned",
        "home_unplanned": "goes home unplanned",
        "special_guardianship": "special guardianship order",
        "child_arrangements": "child arrangements order",
        "adoption": "is adopted",
        "order_discharged": "the order is discharged",
        "independence": "lives independently",
        "other": "another way out",
        "aged_18": "18th birthday",
        **_MOVED,
    },
    "help": {
        "finished": "help is over",
        "entered_care": "came into care all the same",
        "risk_ended": "out of danger",
        "closed": "the service closed",
    },
    "application": {"in_hand": "not decided by the last day"},
    "place": {
        "approved": "new places",
        "unavailable": "a place cannot be used",
        "available": "it can be used again",
        "notice": "notice: no new child",
        "leaves": "the household stops",
    },
}
"""Plain words for codes; a code without any is shown as it is."""


def said(group: str, code: str) -> str:
    """A code of a record in plain words."""
    words = WORDS.get(group, {}).get(code, code.replace("_", " "))
    return words[0].upper() + words[1:]
