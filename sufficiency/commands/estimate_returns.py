"""``sufficiency estimate --ssda903``: a council's own returns, read, repaired and estimated.

Everything is looked at before anything is written. What is written says what was read, what
each rule changed and what could not be used, by file and row; rows about single children are
written only when they are asked for, in a folder of their own.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sufficiency.commands.estimate import Estimated
from sufficiency.errors import shown
from sufficiency.fingerprints import fingerprint
from sufficiency.folders.estimate import (
    BASELINE,
    SUMMARY,
    check_can_write,
    how_to_run,
    name_of,
    write_estimate,
)
from sufficiency.periods import long_date

if TYPE_CHECKING:
    from sufficiency.report.quality import Quality
    from sufficiency.ssda903.clean import Cleaned
    from sufficiency.ssda903.returns import Returns

CHILD_LEVEL = "child-level"
"""The folder for what is about single children; nothing outside it is."""
NOT_IN_A_RETURN = (
    "provider", "place_code", "legal_status", "first_choice", "waiting_for", "need", "price_rank",
    "siblings",
)  # fmt: skip
"""Columns of the one table that records leave empty."""


@dataclass(frozen=True)
class ReturnsOptions:
    """What a user may ask of an estimate from returns.

    Attributes:
        folder: The returns.
        out: The folder to write.
        authority: What to call the authority, or which of several in the files.
        as_at: The opening date; the last day the returns cover when None.
        fees: Weekly fees paid; England's prices when None.
        places: Places of the authority's own; nothing is ever full when None.
        child_level: Also write rows about single children.
    """

    folder: Path
    out: Path
    authority: str | None = None
    as_at: dt.date | None = None
    fees: Path | None = None
    places: Path | None = None
    child_level: bool = False


def a_day(text: str) -> dt.date:
    """A date someone typed.

    Raises:
        ValueError: With the sentence to be told, when it is no date.
    """
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        sentence = f"{shown(text)} is not a date; write it as 2025-03-31"
        raise ValueError(sentence) from None


def estimate_returns(options: ReturnsOptions) -> Estimated:
    """Estimate a baseline from a council's own returns and write it.

    Args:
        options: What the user asked for.

    Returns:
        The scenario written and what it rests on.

    Raises:
        InputError: If the returns, another file, the date or the folder is wrong.
    """
    from sufficiency.estimate.own_authority import OwnOptions, estimate_own
    from sufficiency.inputs.fees import read_fees
    from sufficiency.inputs.places import read_places
    from sufficiency.report.quality import quality_of
    from sufficiency.ssda903.clean import clean
    from sufficiency.ssda903.read import read_returns

    check_can_write(options.out)
    fees = None if options.fees is None else read_fees(options.fees)
    places = None if options.places is None else read_places(options.places)
    returns = read_returns(options.folder, options.authority)
    cleaned = clean(returns, options.as_at)
    records = cleaned.records
    if places is not None:
        places.check_some_on(records.last_date)
    own = OwnOptions(
        authority=returns.authority or "This authority",
        as_at=records.last_date,
        source=(
            f"the authority's own SSDA903 returns, {long_date(records.first_date)} to "
            f"{long_date(records.last_date)}"
        ),
        fees=fees,
        places=places,
    )
    quality = quality_of(returns, cleaned)
    finding = " ".join(quality.finding)
    texts = estimate_own(records, own) | _quality(quality)
    if options.child_level:
        texts |= _child_level(cleaned)
    facts = {
        "authority": own.authority,
        "as_at": own.as_at.isoformat(),
        "child_level": options.child_level,
        "input_files": _input_files(options, returns),
    }
    write_estimate(options.out, texts, facts)
    baseline = options.out / BASELINE
    return Estimated(baseline, f"{texts[SUMMARY]}\n{finding}\n", how_to_run(baseline))


def _quality(quality: Quality) -> dict[str, str]:
    """The data-quality report in its forms, by file name."""
    from sufficiency.report.quality import quality_csv
    from sufficiency.report.quality_page import quality_page
    from sufficiency.report.quality_text import quality_text

    return {
        "data-quality.txt": quality_text(quality),
        "data-quality.csv": quality_csv(quality),
        "data-quality.html": quality_page(quality),
    }


def _child_level(cleaned: Cleaned) -> dict[str, str]:
    """What is about single children, with their identifiers, by file name."""
    from sufficiency.episodes_table import readable
    from sufficiency.ssda903.audit import CHILD_COLUMNS, audit_csv, audit_rows_with_children

    records = cleaned.records
    table = readable(records.episodes).assign(
        child=[cleaned.identifiers[number] for number in records.episodes.child],
        entered_known=records.entered_known,
    )
    kept = [name for name in table if name not in NOT_IN_A_RETURN]
    audit = audit_csv(CHILD_COLUMNS, audit_rows_with_children(cleaned.findings))
    return {
        f"{CHILD_LEVEL}/placements.csv": table[kept].to_csv(index=False, lineterminator="\n"),
        f"{CHILD_LEVEL}/audit.csv": audit,
    }


def _input_files(options: ReturnsOptions, returns: Returns) -> dict[str, str]:
    """Fingerprint by name of every file that was read."""
    found = {name_of(path): fingerprint(path) for path in (options.fees, options.places) if path}
    if options.folder.is_file():
        return found | {name_of(options.folder): fingerprint(options.folder)}
    for each in returns.files:
        path = options.folder / each.file
        if path.is_file():  # a table in a zip has no file of its own
            found[f"{name_of(options.folder)}/{each.file}"] = fingerprint(path)
    return found
