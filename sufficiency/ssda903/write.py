"""Simulated children written as SSDA903 returns, so that whatever reads returns can read them.

A future of the forecast is written as a council would have returned it: a folder a collection
year, with the episodes in force in that year as they stood on its 31 March. What was open then
has no end and comes back the next year. Codes are those in use in the year of the return.

A return cannot say everything the forecast knows, and asks for things it does not know. The
first is left out: brothers and sisters, first choices, waits and prices. The second gets one
fixed value for every child. Three things are said as a return can say them. A placement without
a night is left out, and a child who leaves care and is back the same day has moved. Every move
has one of the return's reasons: the end of a short stay and a panel's offer are the care plan's,
carers who leave and homes that close are closures. Only the authority's own children's homes and
those of others are told apart: a hub, and a setting that only the scenario has, are its own.
Distances are three classes, not measurements. A text beside the returns says all this.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from sufficiency.episodes import (
    CATEGORIES,
    LOCATIONS,
    MOVED_BECAUSE,
    OPEN,
    REASONS_CEASED,
    REASONS_NEW,
    UNKNOWN_PLACE,
    UNSTATED,
    Episodes,
    Provenance,
)
from sufficiency.periods import Horizon
from sufficiency.ssda903.codes import code_of_move, code_of_route, code_of_setting
from sufficiency.ssda903.dates import collection_year, year_ends
from sufficiency.vocabulary import ADULT_AGE_YEARS, Category, Location, Route, Setting

README = "README.txt"
EPISODE_COLUMNS = (
    "CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "DEC", "REC",
    "REASON_PLACE_CHANGE", "HOME_POST", "PL_POST", "URN", "PL_LOCATION", "PL_DISTANCE",
)  # fmt: skip
HEADER_COLUMNS = ("CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB")
UASC_COLUMNS = ("CHILD", "SEX", "DOB", "DUC")

LEGAL_STATUS = "C2"
"""Of every episode: the forecast knows no legal status; this one is not a short break."""
NEED = "N1"
"""Need code of every episode."""
ETHNIC_ORIGIN = "NOBT"
"""Of every child: the return's code for not known."""
LETTERS_FOR_SEX_FROM = 2025
"""First collection year whose returns write sex in letters."""
WHERE: dict[Location, tuple[str, str]] = {
    Location.INSIDE: ("IN", "3.0"),
    Location.OUTSIDE_NEAR: ("OUT", "10.0"),
    Location.OUTSIDE_FAR: ("OUT", "40.0"),
}
"""PL_LOCATION and PL_DISTANCE of each place: miles that stand for a class."""

_FOLLOWS, _AT_18 = "X1", "E17"
_AGED_18 = "aged_18"


@dataclass(frozen=True)
class Exported:
    """What was written.

    Attributes:
        years: Collection years, each named by the 31 March it ends on.
        children: How many children are in the returns.
        without_a_night: Placements left out because nobody slept there a night.
        back_same_day: Times that a child left care and was back the same day, written as moves.
        as_own_homes: Settings written as children's homes of the authority.
    """

    years: tuple[int, ...]
    children: int
    without_a_night: int
    back_same_day: int
    as_own_homes: tuple[str, ...]


@dataclass(frozen=True)
class _Stay:
    """One row of a return, before it is known of which year; days are dates.

    Attributes:
        ceased: A name in :data:`sufficiency.episodes.REASONS_CEASED`.
        follows: Whether another stay of the child begins on the day this one ends.
    """

    child: str
    born: dt.date
    alone: bool
    period: int
    start: dt.date
    end: dt.date | None
    setting: Setting
    where: Location | None
    rne: str
    ceased: str
    follows: bool = False


def whole_years(horizon: Horizon) -> tuple[int, ...]:
    """The collection years that lie wholly inside a forecast, by the 31 March each ends on."""
    first = collection_year(horizon.epoch)
    if horizon.epoch != year_ends(first - 1) + dt.timedelta(days=1):
        first += 1
    last = collection_year(horizon.end)
    return tuple(range(first, last + (horizon.end == year_ends(last))))


def write_returns(episodes: Episodes, horizon: Horizon, folder: Path) -> Exported:
    """Write simulated placements as returns, a folder a collection year.

    Args:
        episodes: Placements of one future. A placement with no end yet, or one after the
            horizon, is open.
        horizon: Days to write returns of: those the placements cover, or some of them. A
            return is written for each collection year that lies wholly inside.
        folder: An existing folder to write in.

    Returns:
        What was written.

    Raises:
        ValueError: When a placement is a real child's, or no whole collection year lies inside
            the horizon. Neither is anyone's input: whoever calls looks first.
    """
    if (episodes.provenance == Provenance.HISTORIC).any():
        raise ValueError("only simulated children are written, and these are real ones")
    years = whole_years(horizon)
    if not years:
        raise ValueError("no collection year lies wholly inside these days")
    every = list(_stays(episodes))
    stays, back = _one_after_another(every)
    written: set[str] = set()
    for year in years:
        in_force = [_as_it_stood(stay, year) for stay in stays if _is_in_force(stay, year)]
        _write_year(in_force, year, folder / str(year))
        written.update(stay.child for stay in in_force)
    used = [episodes.settings[code] for code in np.unique(episodes.setting).tolist()]
    exported = Exported(
        years=years,
        children=len(written),
        without_a_night=sum(stay.start == stay.end for stay in every),
        back_same_day=back,
        as_own_homes=tuple(name for name in used if name == Setting.HUB or _setting(name) != name),
    )
    (folder / README).write_text(_about(exported), encoding="utf-8", newline="\n")
    return exported


def _setting(name: str) -> Setting:
    """A setting of the scenario's own is residential, and counts as a home of the authority."""
    return Setting(name) if name in set(Setting) else Setting.IN_HOUSE_RESIDENTIAL


def _stays(episodes: Episodes) -> Iterator[_Stay]:
    """Every placement, by child and then in order."""
    settings = [_setting(name) for name in episodes.settings]
    numbers = {child: at for at, child in enumerate(np.unique(episodes.child).tolist(), start=1)}

    def date(day: int) -> dt.date:
        return episodes.epoch + dt.timedelta(days=day)

    # What begins on one day stays in the order it began.
    order = np.lexsort((episodes.start, episodes.period_of_care, episodes.child))
    columns = {name: column[order].tolist() for name, column in episodes.columns().items()}
    for at in range(len(order)):
        end, where = columns["end"][at], columns["location"][at]
        yield _Stay(
            child=f"SIM{numbers[columns['child'][at]]:06d}",
            born=date(columns["born"][at]),
            alone=CATEGORIES[columns["category"][at]] == Category.UNACCOMPANIED,
            period=columns["period_of_care"][at],
            start=date(columns["start"][at]),
            end=None if end == OPEN else date(end),
            setting=settings[columns["setting"][at]],
            where=None if where == UNKNOWN_PLACE else Location(LOCATIONS[where]),
            rne="P" if REASONS_NEW[columns["reason_new"][at]] == "opening" else "S",
            ceased=REASONS_CEASED[columns["reason_ceased"][at]],
        )


def _one_after_another(stays: Iterable[_Stay]) -> tuple[list[_Stay], int]:
    """The stays a return can hold: each a night at least, and care unbroken where it was.

    Returns:
        The stays, and how often a child who left care was back the same day.
    """
    kept: list[_Stay] = []
    back = 0
    for stay in stays:
        last = kept[-1] if kept and kept[-1].child == stay.child else None
        same_day = last is not None and last.end == stay.start
        if stay.start == stay.end:
            # A child who left from a home without a night left care from the one before.
            is_way_out = stay.ceased not in MOVED_BECAUSE
            if last is not None and same_day and last.period == stay.period and is_way_out:
                kept[-1] = replace(last, ceased=stay.ceased)
            continue
        if last is not None and same_day:
            moved = last.ceased in MOVED_BECAUSE
            back += not moved
            kept[-1] = replace(last, follows=True, ceased=last.ceased if moved else UNSTATED)
            stay = replace(stay, rne="P")
        kept.append(stay)
    return kept, back


def _is_in_force(stay: _Stay, year: int) -> bool:
    """Whether a stay was in force, or ended, in a collection year."""
    return stay.start <= year_ends(year) and (stay.end is None or stay.end > year_ends(year - 1))


def _as_it_stood(stay: _Stay, year: int) -> _Stay:
    """A stay as it was known on the last day of a collection year."""
    if stay.end is not None and stay.end > year_ends(year):
        return replace(stay, end=None)
    return stay


def _write_year(stays: list[_Stay], year: int, folder: Path) -> None:
    folder.mkdir()
    children = {stay.child: stay for stay in stays}
    alone = [stay for stay in children.values() if stay.alone]
    sex = "M" if year >= LETTERS_FOR_SEX_FROM else "1"
    _write(folder / "episodes.csv", EPISODE_COLUMNS, (_episode(stay, year) for stay in stays))
    _write(
        folder / "header.csv",
        HEADER_COLUMNS,
        ((s.child, sex, _day(s.born), ETHNIC_ORIGIN, "", "", "") for s in children.values()),
    )
    _write(
        folder / "uasc.csv",
        UASC_COLUMNS,
        ((s.child, sex, _day(s.born), _day(_eighteenth_birthday(s.born))) for s in alone),
    )


def _episode(stay: _Stay, year: int) -> tuple[str, ...]:
    place, provider = code_of_setting(stay.setting, year)
    location, miles = ("", "") if stay.where is None else WHERE[stay.where]
    rec = reason = ""
    if stay.end is not None:
        rec = _reason_ceased(stay, year)
        reason = code_of_move(stay.ceased) if stay.follows else ""
    return (
        stay.child, _day(stay.start), stay.rne, LEGAL_STATUS, NEED, place, provider,
        "" if stay.end is None else _day(stay.end), rec, reason, "", "", "", location, miles,
    )  # fmt: skip


def _reason_ceased(stay: _Stay, year: int) -> str:
    if stay.follows:
        return _FOLLOWS
    if stay.ceased == _AGED_18:
        return _AT_18
    return code_of_route(Route(stay.ceased), stay.setting, year)


def _eighteenth_birthday(born: dt.date) -> dt.date:
    try:
        return born.replace(year=born.year + ADULT_AGE_YEARS)
    except ValueError:  # born on 29 February
        return dt.date(born.year + ADULT_AGE_YEARS, 3, 1)


def _day(date: dt.date) -> str:
    return f"{date:%d/%m/%Y}"


def _write(path: Path, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def _about(exported: Exported) -> str:
    first, *_, last = exported.years * 2
    homes = ", ".join(exported.as_own_homes) or "none here"
    miles = {place: miles for place, (_, miles) in WHERE.items()}
    return f"""\
The children in these files are simulated: no row is about a real child.

The files look like SSDA903 returns of the years to 31 March {first} to {last}: one future of a
forecast by the package sufficiency. A folder is named by the 31 March its year ends on. It holds
every episode in force in that year as it stood on that day. What was open then comes back in the
next. Numbers of children begin with SIM.

Not known to the forecast, and the same for every child:
  SEX     1, and M from {LETTERS_FOR_SEX_FROM} on
  ETHNIC  {ETHNIC_ORIGIN}
  CIN     {NEED}
  LS      {LEGAL_STATUS}
Empty: UPN, MOTHER, MC_DOB, HOME_POST, PL_POST, URN.

Said as a return can say it:
  RNE     S on coming into care, P on a move. Children in care when the forecast opens have P on
          their first row, for the forecast does not know whether that home was their first.
  REC     X1 where another episode follows, E17 on leaving at 18, otherwise by the way out.
          Where a home other than the parents' was left because an order was discharged, the
          return has no code of its own: E8, any other reason.
  REASON_PLACE_CHANGE  CREQB for a breakdown; CARPL for a planned move, the end of a short stay
          and a move by the panel; CLOSE where carers left or a home closed; APPRR where they
          were not approved.
  PL_DISTANCE  a class, not a measurement: {miles[Location.INSIDE]} inside the authority,
          {miles[Location.OUTSIDE_NEAR]} outside and near, {miles[Location.OUTSIDE_FAR]} \
outside and far.
  DUC     the 18th birthday of a child who came to the country alone.
  Settings written as children's homes of the authority: {homes}.
  Placements without a night, left out: {exported.without_a_night}.
  Children who left care and were back the same day, written as moves: {exported.back_same_day}.

Left out, for a return has no word for it: brothers and sisters, first choices, waits, prices.
"""
