"""How each period of care ended: by which way out, on the eighteenth birthday, or unknown to all.

A child who is open in one return and not in the next has left at a time and in a way that nobody
wrote down; it is known to have been in care up to the end of the return, and no further. Nobody
is in care on or after the eighteenth birthday, whatever a return says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sufficiency.episodes import LOST
from sufficiency.ssda903 import codes
from sufficiency.ssda903.audit import Edits
from sufficiency.ssda903.merge import Episode
from sufficiency.ssda903.repair import FOLLOWS, Period
from sufficiency.vocabulary import ADULT_AGE_YEARS, Route

AGED_18 = "aged_18"
GROWING_UP = frozenset({"E5", "E6", "E7", "E17"})
"""Reasons that mean growing up: living independently, services for adults, turning 18."""
GROWN_UP_WITHIN_DAYS = 31

_DAY = dt.timedelta(days=1)


def ended(periods: Iterable[Period], last_return: int, edits: Edits) -> list[Period]:
    """Say of each period how it ended, and end it on the eighteenth birthday.

    Args:
        periods: Periods of care. They are changed.
        last_return: The last collection year.
        edits: Takes down what was done.

    Returns:
        The periods of which something lies before the eighteenth birthday.
    """
    kept = []
    for period in periods:
        _way_out(period, last_return, edits)
        if _before_18(period, last_return, edits):
            kept.append(period)
    return kept


def birthday_18(born: dt.date) -> dt.date:
    """The eighteenth birthday; 1 March for who was born on 29 February."""
    year = min(born.year + ADULT_AGE_YEARS, dt.MAXYEAR)
    try:
        return born.replace(year=year)
    except ValueError:
        return dt.date(year, 3, 1)


def _way_out(period: Period, last_return: int, edits: Edits) -> None:
    last = period.episodes[-1]
    if last.end is None:
        if last.row.year < last_return:
            end = last.return_ends + _DAY
            edits.note("not_seen_again", last.row, "DEC", None, end)
            last.end = period.end = end
            period.ceased = LOST
        return
    if last.unseen:
        period.ceased = LOST
        return
    # An end on the day after the last return's: what follows is for the next return to say.
    follows_unseen = last.row.year == last_return and last.end > last.return_ends
    if last.rec in ("", FOLLOWS) and not follows_unseen:
        edits.note("no_way_out", last.row, "REC", last.rec, Route.OTHER.value)
    lived = next((each for each in reversed(period.episodes) if _is_home(each)), last)
    setting = codes.setting_of(lived.row.place, lived.row.provider)
    period.ceased = (codes.route_of(last.rec, setting) or Route.OTHER).value


def _is_home(episode: Episode) -> bool:
    return not codes.is_temporary(episode.row.place)


def _before_18(period: Period, last_return: int, edits: Edits) -> bool:
    """End a period on the eighteenth birthday; whether anything of it is left."""
    birthday = birthday_18(period.born)
    kept = [episode for episode in period.episodes if episode.start < birthday]
    for episode in period.episodes[len(kept) :]:
        edits.note("over_18", episode.row, "DECOM", episode.start)
    if not kept:
        return False
    last, period.episodes = kept[-1], kept
    known_to = last.end or dt.date(last_return, 3, 31)
    if birthday < known_to or (last.end is None and birthday == known_to):
        edits.note("after_18", last.row, "DEC", last.end, birthday)
        last.end = period.end = birthday
        period.ceased = AGED_18
    elif last.end is not None:
        _turned_18(period, last, birthday, edits)
    return True


def _turned_18(period: Period, last: Episode, birthday: dt.date, edits: Edits) -> None:
    """A way out on the birthday, or shortly before it to grow up, is turning 18."""
    assert last.end is not None
    period.end = last.end
    days = (birthday - last.end).days
    grew_up = days <= GROWN_UP_WITHIN_DAYS and last.rec in GROWING_UP
    if days == 0 or grew_up:
        edits.note("grown_up", last.row, "REC", last.rec, AGED_18)
        period.ceased = AGED_18
