"""What the return's codes mean for a forecast, and which code to write for each meaning.

Reading turns codes into the project's words: the kind of home, the way out of care, why a child
moved. Writing goes the other way. Both stand side by side here, so that what is written is read
back as what it was. A code that is in no list counts as "other" and is named by whoever reads it.
"""

from __future__ import annotations

from functools import cache

from sufficiency.episodes import (
    CARER_LEFT,
    CLOSURE,
    NOT_APPROVED,
    PANEL,
    STATUS,
    STAY_ENDS,
    UNSTATED,
)
from sufficiency.ssda903.code_sets import CODE_SETS, Kind
from sufficiency.vocabulary import Move, Route, Setting

__all__ = [
    "OWN_PROVIDER",
    "Kind",
    "code_of_move",
    "code_of_route",
    "code_of_setting",
    "codes_in_use",
    "in_use",
    "is_known",
    "is_short_break",
    "is_temporary",
    "meaning",
    "move_of",
    "route_of",
    "setting_of",
]

OWN_PROVIDER = "PR1"
"""Provider code of the authority itself."""

_LAST_YEAR = 9999

_SETTINGS = {
    Setting.CONNECTED_CARER: ("U1", "U2", "U3", "Q1", "F1", "F4"),
    Setting.IN_HOUSE_FOSTER: ("F2", "F5"),
    Setting.AGENCY_FOSTER: ("F3", "F6"),
    Setting.SECURE: ("K1", "H1", "H2"),
    Setting.SUPPORTED_ACCOMMODATION: ("H5", "K3", "P2", "P3"),
    Setting.RESIDENTIAL_SCHOOL: ("S1",),
    Setting.PLACED_WITH_PARENTS: ("P1",),
    Setting.PLACED_FOR_ADOPTION: ("A1", "A2", "A3", "A4", "A5", "A6"),
}
_SETTING_OF = {code: setting for setting, codes in _SETTINGS.items() for code in codes}
_FOSTER = frozenset({"U4", "U5", "U6", "Q2"})
_CHILDRENS_HOME = frozenset({"K2", "H3", "H4"})
_TEMPORARY = frozenset({"T0", "T1", "T2", "T3", "T4", "M1", "M2", "M3"})
_SHORT_BREAKS = frozenset({"V3", "V4"})

_ROUTES = {
    Route.ADOPTION: ("E11", "E12", "E1"),
    Route.SPECIAL_GUARDIANSHIP: ("E43", "E44", "E45", "E46", "E47", "E48"),
    Route.CHILD_ARRANGEMENTS: ("E41",),
    # E4, of old returns, did not say whether it was planned. Most returns home are.
    # E13 is a return to the family too, to people without parental responsibility. The return
    # does not say whether it was planned; the two E4 codes ask that only of those who have
    # responsibility, and a council that lets a child live with such people has agreed to it.
    Route.HOME_PLANNED: ("E4A", "E4", "E13"),
    Route.HOME_UNPLANNED: ("E4B",),
    Route.INDEPENDENCE: ("E5", "E6"),
}
_ROUTE_OF = {code: route for route, codes in _ROUTES.items() for code in codes}
_FOLLOWS = "X1"
_ANY_OTHER = "E8"

_MOVES = {
    Move.PLANNED.value: ("CARPL", "CUSTOD"),
    Move.BREAKDOWN.value: (
        "CREQB", "CREQO", "CHILD", "ALLEG", "STAND", "APPRR", "CLOSE", "LAREQ",
    ),
    STATUS: ("PLACE",),
    UNSTATED: ("OTHER",),
}  # fmt: skip
"""As the published tables are counted: what is not for the care plan or custody did not go to
plan, and OTHER says neither."""
_MOVE_OF = {code: move for move, codes in _MOVES.items() for code in codes}

_WRITTEN_MOVES = {
    Move.PLANNED.value: "CARPL",
    Move.BREAKDOWN.value: "CREQB",
    STAY_ENDS: "CARPL",
    PANEL: "CARPL",
    CARER_LEFT: "CLOSE",
    CLOSURE: "CLOSE",
    NOT_APPROVED: "APPRR",
    STATUS: "PLACE",
    UNSTATED: "OTHER",
}

_WRITTEN_SETTINGS: dict[Setting, tuple[tuple[str, ...], str]] = {
    Setting.CONNECTED_CARER: (("U3", "Q1", "F1"), OWN_PROVIDER),
    Setting.IN_HOUSE_FOSTER: (("U6", "Q2", "F2"), OWN_PROVIDER),
    Setting.AGENCY_FOSTER: (("U6", "Q2", "F3"), "PR4"),
    # A return does not know a hub: to it, one is a children's home of the authority.
    Setting.HUB: (("K2", "H3"), OWN_PROVIDER),
    Setting.IN_HOUSE_RESIDENTIAL: (("K2", "H3"), OWN_PROVIDER),
    Setting.EXTERNAL_RESIDENTIAL: (("K2", "H4"), "PR4"),
    Setting.SUPPORTED_ACCOMMODATION: (("K3", "H5"), "PR4"),
    Setting.SECURE: (("K1", "H1"), OWN_PROVIDER),
    Setting.RESIDENTIAL_SCHOOL: (("S1",), "PR4"),
    Setting.PLACED_WITH_PARENTS: (("P1",), "PR0"),
    Setting.PLACED_FOR_ADOPTION: (("A6", "A1"), OWN_PROVIDER),
    Setting.OTHER: (("Z1", "R3"), ""),
}
"""For each setting the codes to write, the first that is in use, and the provider."""
_NEEDS_PROVIDER = {"R3": "PR4"}


def is_known(kind: Kind, code: str) -> bool:
    """Whether a code stands in the list of any year."""
    return code in _meanings(kind)


def in_use(kind: Kind, code: str, year: int) -> bool:
    """Whether a code stands in the list of a collection year."""
    return code in _of_year(kind, year)


def meaning(kind: Kind, code: str) -> str:
    """What a code stands for; empty for one in no list."""
    return _meanings(kind).get(code, "")


def codes_in_use(kind: Kind, year: int) -> tuple[str, ...]:
    """The codes of a collection year."""
    return tuple(_of_year(kind, year))


def setting_of(place: str, provider: str) -> Setting:
    """The kind of home that a placement code and a provider tell.

    Args:
        place: Code of the placement, of any year.
        provider: Code of the provider, or empty. A foster carer or children's home is the
            authority's own where it says so; otherwise, also when blank, it counts as bought.

    Returns:
        The setting; other for whatever is none of the rest, known or not.
    """
    own = provider == OWN_PROVIDER
    if place in _FOSTER:
        return Setting.IN_HOUSE_FOSTER if own else Setting.AGENCY_FOSTER
    if place in _CHILDRENS_HOME:
        return Setting.IN_HOUSE_RESIDENTIAL if own else Setting.EXTERNAL_RESIDENTIAL
    return _SETTING_OF.get(place, Setting.OTHER)


def is_temporary(place: str) -> bool:
    """Whether a placement is no home: a stay elsewhere for a while (T), or missing (M)."""
    return place in _TEMPORARY


def is_short_break(ls: str) -> bool:
    """Whether a legal status is that of short breaks."""
    return ls in _SHORT_BREAKS


def route_of(rec: str, setting: Setting) -> Route | None:
    """The way out of care that a reason for ceasing tells.

    Args:
        rec: The reason, of any year.
        setting: Where the child lived last. A child at home with its parents under an order
            leaves care, for no reason of its own in the return, when the order is discharged.

    Returns:
        The way out; None where care goes on. Leaving at 18 is told by age, not here.
    """
    if rec in ("", _FOLLOWS):
        return None
    if rec == _ANY_OTHER and setting == Setting.PLACED_WITH_PARENTS:
        return Route.ORDER_DISCHARGED
    return _ROUTE_OF.get(rec, Route.OTHER)


def move_of(reason: str) -> str:
    """Why a child moved, in the words of :data:`sufficiency.episodes.REASONS_CEASED`."""
    return _MOVE_OF.get(reason, UNSTATED)


def code_of_setting(setting: Setting, year: int) -> tuple[str, str]:
    """Placement and provider codes of a setting that are in use in a collection year.

    Returns:
        Two codes that are read back as the setting; for a hub, as an own children's home. The
        provider is empty where a return leaves it blank.
    """
    places, provider = _WRITTEN_SETTINGS[setting]
    place = next(code for code in places if in_use(Kind.PLACE, code, year))
    return place, _NEEDS_PROVIDER.get(place, provider)


def code_of_route(route: Route, setting: Setting, year: int = _LAST_YEAR) -> str:
    """Reason for ceasing that is read back as a way out of care from a setting.

    Args:
        route: The way out. An order can be discharged only where a child lives with its
            parents; from elsewhere that is read back as other.
        setting: Where the child lived last.
        year: The collection year, for special guardianship has had two lists of codes.
    """
    connected = setting == Setting.CONNECTED_CARER
    if route == Route.SPECIAL_GUARDIANSHIP:
        now, before = ("E45", "E43") if connected else ("E47", "E44")
        return now if in_use(Kind.REC, now, year) else before
    if route == Route.OTHER:
        # At home with parents, "any other reason" is an order discharged: say another authority.
        return "E3" if setting == Setting.PLACED_WITH_PARENTS else _ANY_OTHER
    if route == Route.ORDER_DISCHARGED:
        return _ANY_OTHER
    codes = _ROUTES[route]
    return next((code for code in codes if in_use(Kind.REC, code, year)), codes[0])


def code_of_move(move: str) -> str:
    """Reason for the change of placement to write for why a placement ended.

    Returns:
        The code; empty for what is no move. A breakdown, a planned move, a change of status
        and a move for no stated reason are read back as themselves; the rest as whichever of
        the first two they are.
    """
    return _WRITTEN_MOVES.get(move, "")


@cache
def _meanings(kind: Kind) -> dict[str, str]:
    return CODE_SETS[kind].meanings()


@cache
def _of_year(kind: Kind, year: int) -> dict[str, None]:
    return dict.fromkeys(CODE_SETS[kind].of_year(year))
