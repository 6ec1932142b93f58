"""Finds the authority someone means, and the years in which its figures are whole.

What is typed is seldom what the tables say. One name that fits is taken; anything else is told in
a sentence. An authority that was abolished is told with those that follow it. An estimate needs
two years in a row of four totals: children in care, started, ceased, and all children there.
A code of the Office for National Statistics is taken for the name it stands for.
"""

from __future__ import annotations

import re
from typing import NoReturn

from sufficiency.errors import InputError, Problem, nearest, shown
from sufficiency.inputs.authority_names import (
    Change,
    abolished,
    beginning,
    begins_after,
    only_around,
    plain,
    same,
    words,
)
from sufficiency.inputs.dfe_tables import TOTALS, DfeTables
from sufficiency.inputs.every_authority import EVERY_AUTHORITY
from sufficiency.inputs.needed import listed, missing_groups

_SUGGESTED_AT_MOST = 4
_IN_MANY = {"and", "upon", "on", "in", "north", "east", "south", "west"}
"""Words of so many names that they suggest none."""
_CODE = re.compile(r"[EWSN]\d{8}", re.ASCII)


def find_authority(tables: DfeTables, name: str) -> str:
    """The exact name of the authority someone means.

    An authority is told as abolished only when the tables go on after it was: tables cut off
    at a year before that (:meth:`DfeTables.up_to`) still know it as it was.

    Args:
        tables: The published tables.
        name: What was typed: a name, or a code such as E08000035.

    Returns:
        The name as the tables have it.

    Raises:
        InputError: For a region, England, an abolished authority, a name that fits none or more
            than one.
    """
    name = _named(tables, name)
    if not words(name):
        _refuse(tables, "the authority has no name", "write one, such as `Leeds`")
    change = abolished(name)
    if change is not None and tables.years and tables.years[-1] > change.year:
        _refuse_abolished(tables, change)
    _refuse_level(tables, name)
    known = tables.authorities
    if name in known:
        return name
    fits = same(name, known)
    if not fits:
        _refuse_left_out(tables, same(name, EVERY_AUTHORITY))
        fits = beginning(name, known)
    if len(fits) == 1:
        return fits[0]
    if fits:
        _refuse(tables, f"{shown(name)} fits more than one authority", f"write {_or(fits)}")
    _refuse_left_out(tables, beginning(name, EVERY_AUTHORITY))
    if only_around(name):
        _refuse(tables, f"{shown(name)} alone names no authority", _with_the_words(name, known))
    _refuse(tables, f"{shown(name)} is not an authority in this table", _near(name, known))


def years_of(tables: DfeTables, area: str) -> tuple[int, ...]:
    """The years whose four totals are all numbers, ascending.

    Years before an authority had its present area, as Dorset before April 2019, are not among
    them.

    Raises:
        InputError: When the tables do not hold the area.
    """
    figures = tables.of(area).figures
    begins = begins_after(area)
    return tuple(
        year
        for year in tables.years
        if (begins is None or year > begins)
        and all(isinstance(figures.get((year, m, "all"), {}).get("all"), int) for m in TOTALS)
    )


def require_years(tables: DfeTables, area: str, as_at_year: int) -> None:
    """Stop when the two years ending at an opening are not both there.

    Args:
        tables: The published tables.
        area: Exact name of an authority or other area.
        as_at_year: The model opens on 31 March of this year.

    Raises:
        InputError: Saying which years are missing, and which are there.
    """
    there = years_of(tables, area)
    missing = [year for year in (as_at_year - 1, as_at_year) if year not in there]
    if not missing:
        return
    if as_at_year < tables.years[0]:
        _refuse_too_early(tables, as_at_year, there)
    sentence = (
        f"{area} has no figures of all four totals (children in care, started, ceased, population) "
        f"for the year{'s' if len(missing) > 1 else ''} ending 31 March {listed(missing)}"
    )
    begins = begins_after(area)
    if begins is not None and missing[0] <= begins:
        sentence += f": its present area began on 1 April {begins}"
    _refuse(tables, sentence, _can_open(tables, there))


def _can_open(tables: DfeTables, there: tuple[int, ...]) -> str:
    """The openings that can be chosen, of an authority whose totals are there for some years."""
    pairs = [year for year in there if year - 1 in there]
    if not pairs:
        known = listed(there) if there else "no year"
        return f"it has them for {known}, and two years in a row are needed"
    whole = [year for year in pairs if not missing_groups(tables, year)]
    return f"open on 31 March {listed(whole or pairs, 'or')}"


def _refuse(tables: DfeTables, sentence: str, remedy: str) -> NoReturn:
    raise InputError([Problem(tables.file, 1, 1, sentence, remedy)])


def _named(tables: DfeTables, typed: str) -> str:
    """The name that a code stands for; what was typed when it is no code."""
    code = typed.strip().upper()
    if not _CODE.fullmatch(code):
        return typed
    name = next((area.name for area in tables.areas.values() if area.code == code), None)
    if name is None:
        sentence = f"`{code}` is not the code of an authority in this table"
        _refuse(tables, sentence, "write the name; a table has the latest code of each only")
    return name


def _refuse_left_out(tables: DfeTables, fits: list[str]) -> None:
    """Tell of an authority that there is, but not in this table."""
    left_out = [each for each in fits if each not in tables.areas]
    if len(left_out) == 1:
        sentence = f"{left_out[0]} is an authority, but this table does not hold it"
        _refuse(tables, sentence, "give a table that does: one may leave authorities out")


def _refuse_too_early(tables: DfeTables, as_at_year: int, there: tuple[int, ...]) -> NoReturn:
    sentence = f"there are no figures of {as_at_year} here: they begin in {tables.years[0]}"
    _refuse(tables, sentence, _can_open(tables, there))


def _refuse_abolished(tables: DfeTables, change: Change) -> NoReturn:
    after = " and ".join(f"`{each}`" for each in change.after)
    years = []
    for each in (change.name, *change.after):
        there = years_of(tables, each) if each in tables.areas else ()
        years.append(f"{each} {listed(there) if there else 'in no year'}")
    _refuse(
        tables,
        f"{change.name} was abolished on 1 April {change.year} and {after} "
        f"follow{'s' if len(change.after) == 1 else ''} it; the four totals are there for "
        f"{', '.join(years)}",
        f"write {' or '.join(f'`{each}`' for each in change.after)}",
    )


def _refuse_level(tables: DfeTables, name: str) -> None:
    wanted = words(name)
    for area in tables.areas.values():
        if area.level != "authority" and words(area.name) == wanted:
            what = "a region" if area.level == "region" else "the whole country"
            _refuse(
                tables,
                f"{area.name} is {what}, not an authority",
                "write the name of an authority, such as `Leeds`",
            )


def _near(name: str, known: tuple[str, ...]) -> str:
    """Names that share a word with the one typed, then those spelt nearly alike."""
    wanted = set(plain(name).split()) - _IN_MANY
    close = [each for each in known if wanted & set(plain(each).split())]
    by_plain = {plain(each): each for each in known}
    alike = [by_plain[each] for each in nearest(plain(name), by_plain, _SUGGESTED_AT_MOST)]
    close += [each for each in alike if each not in close]
    if not close:
        return "write it as the Department for Education does; a table may leave an authority out"
    return f"did you mean {_or(close)}?"


def _with_the_words(name: str, known: tuple[str, ...]) -> str:
    """Names with the words typed in them, as `City of London` has `city`."""
    close = [each for each in known if set(words(name)) <= set(words(each))]
    return f"did you mean {_or(close)}?" if close else "write its name, such as `Leeds`"


def _or(names: list[str]) -> str:
    return " or ".join(f"`{each}`" for each in names[:_SUGGESTED_AT_MOST])
