"""``sufficiency estimate``: a baseline for any authority from published tables, in one folder.

What is written is read back as a run would read it before it is put in its place, so that a
folder that stands there can be run.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sufficiency.errors import InputError
from sufficiency.folders.estimate import (
    BASELINE,
    SUMMARY,
    check_can_write,
    fingerprints,
    how_to_run,
    name_of,
    write_estimate,
)

if TYPE_CHECKING:
    from sufficiency.inputs.dfe import DfeTables
    from sufficiency.inputs.outturn import Outturn


@dataclass(frozen=True)
class EstimateOptions:
    """What a user may ask of an estimate.

    Attributes:
        dfe: The Department for Education's published tables.
        authority: The authority, as typed.
        out: The folder to write.
        as_at: The opening date, a 31 March; the last of the tables when None.
        ro3: The revenue outturn that prices are laid beside; England's prices when None.
    """

    dfe: Path
    authority: str
    out: Path
    as_at: dt.date | None = None
    ro3: Path | None = None


@dataclass(frozen=True)
class Estimated:
    """An estimate that is done.

    Attributes:
        baseline: The scenario to run.
        summary: What is known, borrowed and assumed, to be read.
        try_it: The command that runs it.
    """

    baseline: Path
    summary: str
    try_it: str


def opening_day(text: str) -> dt.date:
    """The opening date someone typed.

    Args:
        text: Such as ``2025-03-31``.

    Raises:
        ValueError: With the sentence to be told, when it is no date or not a 31 March.
    """
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        sentence = f"{text!r} is not a date; write it as 2025-03-31"
        raise ValueError(sentence) from None
    if (day.month, day.day) != (3, 31):
        sentence = (
            f"{day} is not a 31 March, the day the tables are of; write {day.year}-03-31 or leave "
            "it out for the latest"
        )
        raise ValueError(sentence)
    return day


def estimate(options: EstimateOptions) -> Estimated:
    """Estimate an authority and write its scenario.

    Args:
        options: What the user asked for.

    Returns:
        The scenario written and what it rests on.

    Raises:
        InputError: If a table, the authority, the date or the folder is wrong.
    """
    from sufficiency.estimate.any_authority import estimate_any
    from sufficiency.inputs.dfe import read_dfe, require_years
    from sufficiency.inputs.needed import require_groups

    check_can_write(options.out)
    tables = read_dfe(options.dfe)
    as_at = options.as_at or dt.date(tables.years[-1], 3, 31)
    authority = _authority(tables, options.authority, as_at.year)
    require_years(tables, authority, as_at.year)
    require_groups(tables, as_at.year)
    outturn = _outturn(options, tables.up_to(as_at.year), authority, as_at.year)
    texts = estimate_any(tables, authority, as_at, outturn, name_of(options.dfe))
    given = [path for path in (options.dfe, options.ro3) if path is not None]
    facts = {"authority": authority, "as_at": as_at.isoformat(), "input_files": fingerprints(given)}
    write_estimate(options.out, texts, facts)
    baseline = options.out / BASELINE
    return Estimated(baseline, texts[SUMMARY], how_to_run(baseline))


def _authority(tables: DfeTables, typed: str, year: int) -> str:
    """The authority as it was known at the opening, or as it is in the whole tables.

    One that was abolished since can be asked for as it was. One that is only in later years, as
    all are when the opening is before the first, is found too: what is wrong is the opening.
    """
    from sufficiency.inputs.dfe import find_authority

    try:
        return find_authority(tables.up_to(year), typed)
    except InputError:
        return find_authority(tables, typed)


def _outturn(
    options: EstimateOptions, tables: DfeTables, authority: str, year: int
) -> Outturn | None:
    from sufficiency.inputs.outturn import read_outturn

    if options.ro3 is None:
        return None
    return read_outturn(options.ro3, tables.areas[authority].code, authority, year)
