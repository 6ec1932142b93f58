"""Finds the authority someone means, and the years in which its figures are whole.

What is typed is seldom what the tables say. One name that fits is taken; anything else is told in
a sentence. An authority that was abolished is told with those that follow it. An estimate needs
two years in a row of four totals: children in care, started, ceased, and all children there.
"""

from __future__ import annotations

from typing import NoReturn

from sufficiency.errors import InputError, Problem, nearest, shown
from sufficiency.inputs.authority_names import (
    Change,
    abolished,
    beginning,
    begins_after,
    plain,
    same,
    words,
)
from sufficiency.inputs.dfe_tables import TOTALS, DfeTables

_SUGGESTED_AT_MOST = 4
_IN_MANY = {"and", "upon", "on", "in", "north", "east", "south", "west"}
"""Words of so many names that they suggest none."""


def find_authority(tables: DfeTables, name: str) -> str:
    """The exact name of the authority someone means.

    An authority is told as abolished only when the tables go on after it was: tables cut off
    at a year before that (:meth:`DfeTables.up_to`) still know it as it was.

    Args:
        tables: The published tables.
        name: What was typed.

    Returns:
        The name as the tables have it.

    Raises:
        InputError: For a region, England, an abolished authority, a name that fits none or more
            than one.
    """
    if not words(name):
        _refuse(tables, "the authority has no name", "write one, such as `Leeds`")
    change = abolished(name)
    if change is not None and tables.years and tables.years[-1] > change.year:
        _refuse_abolished(tables, change)
    _refuse_level(tables, name)
    known = tables.authorities
    if name in known:
        return name
    fits = same(name, known) or beginning(name, known)
    if len(fits) == 1:
        return fits[0]
    if fits:
        listed = " or ".join(f"`{each}`" for each in fits[:_SUGGESTED_AT_MOST])
        _refuse(tables, f"{shown(name)} fits more than one authority", f"write {listed}")
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
    sentence = (
        f"{area} has no figures of all four totals (children in care, started, ceased, population) "
        f"for the year{'s' if len(missing) > 1 else ''} ending 31 March {_listed(missing)}"
    )
    begins = begins_after(area)
    if begins is not None and missing[0] <= begins:
        sentence += f": its present area began on 1 April {begins}"
    pairs = [year for year in there if year - 1 in there]
    if pairs:
        remedy = f"open on 31 March {_listed(pairs, 'or')}"
    else:
        known = _listed(list(there)) if there else "no year"
        remedy = f"it has them for {known}, and two years in a row are needed"
    _refuse(tables, sentence, remedy)


def _refuse(tables: DfeTables, sentence: str, remedy: str) -> NoReturn:
    raise InputError([Problem(tables.file, 1, 1, sentence, remedy)])


def _refuse_abolished(tables: DfeTables, change: Change) -> NoReturn:
    after = " and ".join(f"`{each}`" for each in change.after)
    years = []
    for each in (change.name, *change.after):
        there = years_of(tables, each) if each in tables.areas else ()
        years.append(f"{each} {_listed(list(there)) if there else 'in no year'}")
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
    return f"did you mean {' or '.join(f'`{each}`' for each in close[:_SUGGESTED_AT_MOST])}?"


def _listed(years: list[int], last: str = "and") -> str:
    """Years as people say them: 2020, 2021 and 2022."""
    told = [str(year) for year in years]
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} {last} {told[-1]}"
