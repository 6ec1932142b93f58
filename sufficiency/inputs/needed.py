"""Which of England's published groups of figures an estimate rests on, and which file holds them.

The four totals alone make no baseline: without England's children by age, by kind of home and by
reason for leaving there is nothing to fill an authority's gaps from. Someone who saved only the
file of totals is told which others to save.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sufficiency.errors import InputError, Problem
from sufficiency.inputs.dfe_tables import DfeTables

AGES_FROM: Final = 2021
"""Ages of children in care on 31 March were first published of this year, by authority."""
_STOCK: Final = "looked_after_31_march"
_FILES: Final = {
    _STOCK: "CLA on 31 March - characteristics - by local authority",
    "started": "CLA starting during the year - characteristics - by local authority",
    "ceased": "CLA ceasing during the year - characteristics - by local authority",
}
"""What the statistics site calls the file of a measure."""
_OF_THE_OPENING: Final = (
    (_STOCK, "Age group"),
    (_STOCK, "Placement"),
    (_STOCK, "Locality of placement"),
    ("started", "Age on starting"),
)
_OF_BOTH_YEARS: Final = (("ceased", "Age on ceasing"), ("ceased", "Reason episode ceased"))


def missing_groups(tables: DfeTables, as_at_year: int) -> dict[tuple[str, str], tuple[int, ...]]:
    """What an estimate needs of England beside the totals, and is not there.

    Args:
        tables: The published tables.
        as_at_year: The model opens on 31 March of this year.

    Returns:
        The years without figures by (measure, breakdown); empty when all are there.
    """
    figures = tables.england.figures
    wanted = dict.fromkeys(_OF_THE_OPENING, (as_at_year,))
    both = dict.fromkeys(_OF_BOTH_YEARS, (as_at_year - 1, as_at_year))
    missing: dict[tuple[str, str], tuple[int, ...]] = {}
    for pair, years in (wanted | both).items():
        absent = tuple(year for year in years if not figures.get((year, *pair)))
        if absent:
            missing[pair] = absent
    return missing


def require_groups(tables: DfeTables, as_at_year: int) -> None:
    """Stop when groups of England's figures are missing.

    Args:
        tables: The published tables.
        as_at_year: The model opens on 31 March of this year.

    Raises:
        InputError: Saying in one sentence which are missing and which files hold them.
    """
    missing = missing_groups(tables, as_at_year)
    if not missing:
        return
    if as_at_year < AGES_FROM and (_STOCK, "Age group") in missing:
        sentence = (
            f"England's children by age on 31 March {as_at_year} are not here: they are published "
            f"from {AGES_FROM}"
        )
        remedy = f"open on 31 March {AGES_FROM} or later"
    else:
        by_years: dict[tuple[int, ...], list[str]] = {}
        for (_, breakdown), years in missing.items():
            by_years.setdefault(years, []).append(f"`{breakdown}`")
        told = [f"{listed(names)} of {listed(years)}" for years, names in by_years.items()]
        sentence = f"England's figures by {', and by '.join(told)} are not here"
        files = dict.fromkeys(f"`{_FILES[measure]}`" for measure, _ in missing)
        remedy = f"save {listed(files)} of the statistics site beside what is here, of those years"
    raise InputError([Problem(tables.file, 1, 1, sentence, remedy)])


def listed(words: Iterable[object], last: str = "and") -> str:
    """Words or years as people say them: 2020, 2021 and 2022.

    Args:
        words: What to list, at least one.
        last: What stands before the last.
    """
    told = [str(word) for word in words]
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} {last} {told[-1]}"
