"""The homes of a council that gives its own records: kinds of home, plans and prices.

A return says which home each child found, and not how many were empty. So unless places are given
beside it no kind of home is ever full. How often a relative, an own carer or an own home is found,
what plans children have and how far away homes are is counted from the records, and then tilted
a little until the opening mix of homes about holds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sufficiency.care_records import CareRecords
from sufficiency.episodes import REASONS_NEW, STATUS, UNKNOWN_PLACE
from sufficiency.estimate.any_found import OWN_CARERS, OWN_HOMES, RELATIVES
from sufficiency.estimate.any_homes import SETTINGS, panel
from sufficiency.estimate.any_locations import PATTERN
from sufficiency.estimate.any_money import money
from sufficiency.estimate.any_plans import AGES, moving_plans, plans
from sufficiency.estimate.layer import Entry, Figure, Section, by_names, layer_text, rounded_shares
from sufficiency.estimate.own_places import OwnPlaces
from sufficiency.estimate.own_plans import OwnPlans
from sufficiency.periods import DAYS_PER_YEAR, long_date
from sufficiency.scenario.resolved import NOT_FOR_PUBLICATION
from sufficiency.vocabulary import LABELS, Location, Mark, Move

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
_BEHIND_LOCATIONS = 10.0
"""How many of England's children stand behind a council's own, for where homes of a kind are."""
_MOST_LEVEL_DOUBT = 0.25
_OF = {
    RELATIVES: "relatives or friends, of children who came to foster homes",
    OWN_CARERS: "the council's own carers, of children placed with its own or an agency's",
    OWN_HOMES: "the council's own homes, of children placed in its own or bought ones",
}


@dataclass(frozen=True)
class OwnHomes:
    """What the homes of one council are worked out from.

    Attributes:
        authority: Its name.
        as_at: The opening date.
        end: The last day, a 31 March.
        seed: Names the random numbers.
        source: How the records are named as a source.
        plans: Plans and finds as counted.
        at_entry: Plans at entry at which the mix holds; as counted until they are found.
        after: Plans after moves at which the mix holds.
        found: How often each setting is found at which the mix holds.
        why: Why the plans are what they are.
        placements: Placements whose place is known, by setting and place; (settings, 3).
        places: Places given beside the records, by setting.
        prices: Prices of the council's own, by setting.
    """

    authority: str
    as_at: dt.date
    end: dt.date
    seed: int
    source: str
    plans: OwnPlans
    at_entry: Mapping[str, Sequence[float]]
    after: Mapping[Move, Mapping[str, Mapping[str, float]]]
    found: Mapping[str, Sequence[float]]
    why: str
    placements: IntArray
    places: Mapping[str, OwnPlaces] = field(default_factory=dict)
    prices: Mapping[str, Section] = field(default_factory=dict)


def own_placements(records: CareRecords, as_at: dt.date, years: int) -> IntArray:
    """Placements in force in the years up to the opening, by setting and where they are.

    Only those whose place is known count, and a change of status with the same carers is none.

    Returns:
        Shape (settings, 3).
    """
    episodes, last = records.episodes, records.day(as_at)
    first = max(last + 1 - round(years * DAYS_PER_YEAR), 0)
    begun = (episodes.reason_new != REASONS_NEW.index(STATUS)) & (episodes.end > first)
    begun &= (episodes.start <= last) & (episodes.location != UNKNOWN_PLACE)
    found = np.zeros((len(SETTINGS), len(Location)), dtype=np.int64)
    np.add.at(
        found,
        (episodes.setting[begun].astype(np.int64), episodes.location[begun].astype(np.int64)),
        1,
    )
    return found


def own_homes_layer(homes: OwnHomes) -> str:
    """The layer of homes, plans, panel and money, based on ``estimated.yaml``.

    Args:
        homes: What it is worked out from.

    Returns:
        YAML, the same for the same input.
    """
    keeps = {
        move: Figure(
            Mark.D, homes.source,
            why=f"from {homes.plans.moves[move]:.0f} moves: how much oftener than by chance they "
            "lead to the same kind of home",
            value=round(homes.plans.keeps[move], 4),
        )
        for move in Move
    }  # fmt: skip
    limited = bool(homes.places)
    body: dict[str, Entry] = {
        "based_on": "estimated.yaml",
        "title": f"{homes.authority} from {long_date(homes.as_at)}, no new action",
        "description": (
            "What happens to the care population, the homes needed and their cost if nothing new "
            f"is done. Estimated from {homes.source}. "
            + (
                "Places are those given beside the records; every other kind of home is never full."
                if limited
                else "Places are not in a return, so nothing is ever full here."
            )
        ),
        "authority": homes.authority,
        "start": homes.as_at,
        "end": homes.end,
        "seed": homes.seed,
        "replications": 200,
        "not_for_publication": True,
        "settings": _settings(homes),
        "plans": plans(
            homes.at_entry, homes.source, homes.why,
            "Where a child with each plan looks for a home, and how many children enter with each "
            "plan: read off the kind of the first home, for a return does not say what was "
            "looked for.",
        ),
        "moving": moving_plans(homes.after, homes.plans.keeps, homes.source, homes.why, keeps),
        "panel": panel("Not in a return."),
        "money": money(None, homes.as_at, homes.prices),
    }  # fmt: skip
    return layer_text(_head(homes), Section(body))


def _head(homes: OwnHomes) -> list[str]:
    full = (
        [
            "Places are those of the table given beside the records. Kinds of home that are not in",
            "it are never full.",
        ]
        if homes.places
        else [
            "PLACES ARE NOT IN A RETURN, SO NOTHING IS EVER FULL HERE: every child finds a home of",
            "the kind looked for. The forecast says how many homes of each kind are needed, not",
            "how many are short. Give a table of places (`sufficiency new places FILE` writes one",
            "to fill in) and insufficiency becomes an outcome.",
        ]
    )
    return [
        f"{homes.authority} from {long_date(homes.as_at)}, with no new action. Made by",
        "`sufficiency estimate`; yours to change. The figures about children (how many, how they",
        "come, move and leave) stand in estimated.yaml; this file holds the homes and prices.",
        NOT_FOR_PUBLICATION,
        "",
        *full,
        "",
        "Every figure has its mark (V read, Vx second hand, D worked out, M remembered,",
        "J judgement).",
    ]


def _settings(homes: OwnHomes) -> Section:
    rules: dict[str, Entry] = {}
    for code, name in enumerate(SETTINGS):
        rule: dict[str, Entry] = {}
        if name in homes.places:
            rule |= homes.places[name].keys(homes.source)
        elif name in homes.found:
            rule |= _found(name, homes)
        rule["location"] = _location(name, homes.placements[code], homes.source)
        rules[name] = Section(rule)
    comment = (
        "The kinds of home. Where `places` are not given a kind is never full; for relatives, own "
        "carers and own homes `suitable` then says how often one is found."
    )
    return Section(rules, comment)


def _found(name: str, homes: OwnHomes) -> dict[str, Entry]:
    """How often a relative, an own carer or an own home is found."""
    found, looked = homes.plans.found_counts[name]
    share = (found + 0.5) / (looked + 1.0)
    doubt = min(float(np.sqrt((1 - share) / (share * (looked + 1.0)))), _MOST_LEVEL_DOUBT)
    half = float(np.exp(1.2816 * np.hypot(doubt, 0.1)))
    rule: dict[str, Entry] = {
        "suitable": by_names(
            AGES, [round(each, 4) for each in homes.found[name]],
            Mark.D, homes.source,
            f"{found:.0f} of {looked:.0f} found {_OF[name]}; few counts at one age are leant "
            "towards all ages, and the level is set so that this kind keeps its children.",
            homes.why,
        ),
        "suitable_level": Figure(
            Mark.D, homes.source,
            f"So few as {looked:.0f} leave a doubt, and a tenth is added for what may change: "
            "a judgement.",
            p10=round(1 / half, 4), p90=round(half, 4), distribution="lognormal",
        ),
    }  # fmt: skip
    if name == RELATIVES:
        rule["suitable_after_a_move"] = Figure(
            Mark.D, homes.source, value=round(homes.plans.after_a_move, 4),
            why="how often a move to a foster home is to a relative, over entering; leant to 0.45",
        )  # fmt: skip
    return rule


def _location(name: str, seen: IntArray, source: str) -> Section:
    """Where homes of a kind are: as counted, with a few of England's behind it."""
    england, where_from, why = PATTERN[name]
    known = int(seen.sum())
    shares = (seen + _BEHIND_LOCATIONS * np.array(england)) / (known + _BEHIND_LOCATIONS)
    places, label = [place.value for place in Location], LABELS.get(name, name).lower()
    if not known:
        return by_names(
            places, rounded_shares(list(england)), Mark.J, where_from,
            why=f"England's pattern: no place of {label} is recorded; {why}",
        )  # fmt: skip
    return by_names(
        places, rounded_shares(shares.tolist()), Mark.D, source,
        why=f"{known} placements whose place is known, and {_BEHIND_LOCATIONS:.0f} of England's",
    )  # fmt: skip
