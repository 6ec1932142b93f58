"""Where a child lived: episodes joined into homes, and what is a move from one to another.

A return begins a new episode when the child moves, but also when the legal status changes, when
the same carers become another kind of placement, and for a stay in hospital or on holiday. None
of these is a move. What is one is told by the reason the return gives for the new episode and,
where placement and reason contradict each other, by the placement.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

from sufficiency.episodes import LOCATIONS, STATUS, UNKNOWN_PLACE, UNSTATED
from sufficiency.ssda903 import codes
from sufficiency.ssda903.audit import Edits
from sufficiency.ssda903.merge import Episode
from sufficiency.ssda903.repair import Period
from sufficiency.ssda903.returns import EpisodeRow
from sufficiency.vocabulary import FAMILY_HOMES, Location, Setting

NEAR_MILES = 20.0
"""The Department for Education's line between near home and far from it."""
DOUBTFUL_MILES = 100.0
"""About as far as two places in the largest authority of England can be apart."""

_MOVED, _SAME_CARERS, _STATUS_LAW = frozenset("PB"), frozenset("TU"), "L"
_WITH_CARERS = FAMILY_HOMES | {Setting.PLACED_FOR_ADOPTION}
"""Kinds of home that can become one another while the carers stay the same."""
_OUTSIDE = frozenset({"OUT", "WAL", "SCO", "NIR"})
_OTHER_COUNTRY = frozenset({"WAL", "SCO", "NIR"})


@dataclass(slots=True)
class Home:
    """One stretch of a child's life in one home: a row of the table of placements.

    Attributes:
        start: First night.
        end: Day it ended; None while it goes on.
        setting: Kind of home.
        location: Code in :data:`sufficiency.episodes.LOCATIONS`, or ``UNKNOWN_PLACE``.
        episodes: The episodes joined in it.
        new: Why it began where it was not the first of a period: of
            :data:`sufficiency.episodes.REASONS_NEW`.
    """

    start: dt.date
    end: dt.date | None
    setting: Setting
    location: int
    episodes: list[Episode]
    new: str = ""


@dataclass(frozen=True, slots=True)
class _Place:
    """What a return says of where a child lives."""

    setting: Setting
    provider: str
    postcode: str
    location: int

    def same_as(self, other: _Place) -> bool | None:
        """Whether it is the same home by its looks; None where they cannot tell."""
        if self.setting != other.setting or self.provider != other.provider:
            return False
        if self.postcode and other.postcode:
            return self.postcode == other.postcode
        known = UNKNOWN_PLACE not in (self.location, other.location)
        return False if known and self.location != other.location else None


def homes_of(period: Period, edits: Edits) -> list[Home]:
    """The homes of a period of care.

    Args:
        period: A period of care, each episode with at least one night.
        edits: Takes down what was done.

    Returns:
        Homes in order, each beginning when the one before ends.
    """
    lived = _lived_at(period.episodes, edits)
    # An episode that is taken up again stands here twice: each row is looked at once.
    rows = {id(each.row): each.row for each in lived}
    seen = {key: _place(row, edits) for key, row in rows.items()}
    places = [seen[id(each.row)] for each in lived]
    first = period.episodes[0]
    homes = [Home(first.start, first.end, places[0].setting, places[0].location, [first])]
    for at, (before, episode) in enumerate(pairwise(period.episodes), start=1):
        home, place = homes[-1], places[at]
        new = ""
        if lived[at] is not lived[at - 1]:
            new = _why_new(before, episode, places[at - 1], place, edits)
            if new not in ("", STATUS):
                new = _why_moved(lived[at - 1], before)
        if new:
            homes.append(
                Home(episode.start, episode.end, place.setting, place.location, [episode], new)
            )
        else:
            home.end = episode.end
            home.episodes.append(episode)
            if home.location == UNKNOWN_PLACE:
                home.location = place.location
    return homes


def location_of(row: EpisodeRow) -> int:
    """Code of where a placement is; ``UNKNOWN_PLACE`` where the return does not say.

    Inside is inside however far. Outside is near up to :data:`NEAR_MILES`. Another country
    without a distance is far; outside without one is not known.
    """
    if row.location == "IN":
        return LOCATIONS.index(Location.INSIDE)
    if row.location not in _OUTSIDE:
        return UNKNOWN_PLACE
    if row.distance_miles is None:
        far = row.location in _OTHER_COUNTRY
        return LOCATIONS.index(Location.OUTSIDE_FAR) if far else UNKNOWN_PLACE
    near = row.distance_miles <= NEAR_MILES
    return LOCATIONS.index(Location.OUTSIDE_NEAR if near else Location.OUTSIDE_FAR)


def _lived_at(episodes: list[Episode], edits: Edits) -> list[Episode]:
    """For each episode the one that says where the home is: itself, unless it is temporary."""
    away = [codes.is_temporary(each.row.place) for each in episodes]
    if all(away):
        for each in episodes:
            edits.note("only_temporary", each.row, "PLACE", each.row.place, Setting.OTHER.value)
        return [episodes[0]] * len(episodes)
    home = episodes[away.index(False)]
    lived = []
    for each, temporary in zip(episodes, away, strict=True):
        if temporary:
            edits.note("temporary", each.row, "PLACE", each.row.place, home.row.place)
        else:
            home = each
        lived.append(home)
    return lived


def _place(row: EpisodeRow, edits: Edits) -> _Place:
    setting = codes.setting_of(row.place, row.provider)
    where = location_of(row)
    if not row.provider and setting != codes.setting_of(row.place, codes.OWN_PROVIDER):
        edits.note("no_provider", row, "PLACE_PROVIDER", "", setting.value)
    if where == UNKNOWN_PLACE and row.location in _OUTSIDE:
        edits.note("no_distance", row, "PL_DISTANCE")
    if row.location == "IN" and (row.distance_miles or 0.0) > DOUBTFUL_MILES:
        edits.note("inside_far", row, "PL_DISTANCE", row.distance_miles)
    return _Place(setting, row.provider, row.pl_post, where)


def _why_new(before: Episode, episode: Episode, was: _Place, now: _Place, edits: Edits) -> str:
    """Why an episode begins another row: ``STATUS``, another reason for a move, or empty."""
    same = was.same_as(now)
    if codes.is_temporary(before.row.place):
        moved = same is False
    else:
        moved, contradicted = _moved(before, episode, was, now, same)
        if contradicted:
            said = "move" if moved else "no move"
            edits.note("moved_or_not", episode.row, "RNE", episode.row.rne, said)
    if moved:
        return UNSTATED
    located = UNKNOWN_PLACE not in (was.location, now.location) and was.location != now.location
    return STATUS if was.setting != now.setting or located else ""


def _moved(
    before: Episode, episode: Episode, was: _Place, now: _Place, same: bool | None
) -> tuple[bool, bool]:
    """Whether the child moved, and whether reason and placement contradict each other."""
    # One taken up again does not begin: why its row did is no matter.
    rne = "" if episode.again else episode.row.rne
    status = codes.move_of(before.row.reason) == STATUS
    at_one_place = bool(was.postcode) and was.postcode == now.postcode
    if rne in _MOVED:
        # Carers of one agency share its number, and neighbours a postcode; hardly both.
        number = before.row.urn
        if same and number and number == episode.row.urn:
            return False, True
        # A change of status alone, the reason says: then the carers were not left.
        return True, status
    if rne in _SAME_CARERS or (status and rne != _STATUS_LAW):
        one_family = was.setting in _WITH_CARERS and now.setting in _WITH_CARERS
        moved = was.setting != now.setting and not one_family and not at_one_place
        return moved, moved
    if rne == _STATUS_LAW:
        moved = same is False and not at_one_place
        return moved, moved
    # Nothing is said, or that care began here, which it did not.
    stated = codes.move_of(before.row.reason) != UNSTATED
    return same is False or (same is None and stated), bool(rne)


def _why_moved(home: Episode, last: Episode) -> str:
    """Why a child left a home: as its last episode says, or the home's own where that is blank."""
    for episode in (last, home):
        move = codes.move_of(episode.row.reason)
        if move not in (UNSTATED, STATUS):
            return move
    return UNSTATED
