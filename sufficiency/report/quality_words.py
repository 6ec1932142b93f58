"""The sentences that the page and the text of the data-quality report share."""

from __future__ import annotations

from sufficiency.periods import long_date
from sufficiency.report.html import printable
from sufficiency.report.quality import CSV_NAME, Applied, Quality, counted, many, share
from sufficiency.report.quality_codes import Code
from sufficiency.report.quality_filling import Filling
from sufficiency.report.words import listed
from sufficiency.ssda903.returns import FileRead
from sufficiency.ssda903.rules import Does

NOTHING_SEEN = "Nothing stands out: no year is missing or leaps, and dates look as they should."

_TABLES = {
    "episodes": "episodes",
    "header": "header: dates of birth",
    "uasc": "unaccompanied children",
    "": "not understood: no table of the return",
}
_COULD_BE_TABLES = (".csv", ".tsv", ".xlsx", ".xls", ".ods")
"""Endings of files that somebody may have meant for a table of the return."""


def kind_titles() -> tuple[tuple[str, Does, str], ...]:
    """For each thing a rule can do its heading, and what to say where none did it."""
    return (
        ("What could not be used", Does.NOT_USED, "Every row could be used."),
        ("What was changed", Does.CHANGED, "Nothing was changed."),
        ("What was set aside", Does.SET_ASIDE, "Nothing was set aside."),
        ("What was noted", Does.NOTED, "Nothing else was noted."),
    )


def read_as(file: FileRead) -> str:
    """What a file was taken for."""
    if not file.table and not file.file.lower().endswith(_COULD_BE_TABLES):
        return "passed over: no CSV file"
    return _TABLES.get(file.table, f"{printable(file.table)}: not used")


def where(one: Applied) -> str:
    """The first rows of a rule: ``2019/episodes.csv row 12; and 3 more, all in ...``."""
    files: dict[str, list[int]] = {}
    for file, row in one.first:
        files.setdefault(file, []).append(row)
    told = [
        f"{printable(file)} {'row' if len(rows) == 1 else 'rows'} "
        f"{listed([f'{row:,}' for row in rows])}"
        for file, rows in files.items()
    ]
    more = f"; and {one.more:,} more, all in {CSV_NAME}" if one.more else ""
    return f"{'; '.join(told)}{more}."


def seen_beginning(quality: Quality) -> str:
    """Of how many children in care at the start the coming into care was not seen."""
    begun = f"under way when the records begin, on {_start(quality)}"
    if quality.at_start == 0:
        return f"No period of care was {begun}."
    if quality.unseen_at_start == 0:
        return f"Of every period of care {begun}, it is known when the child came into care."
    return (
        f"Of {counted(quality.at_start)} periods of care {begun}, the returns do not say of "
        f"{counted(quality.unseen_at_start)} when the child came into care. They are counted from "
        "where they are first seen. Add the returns of earlier years to see more begin."
    )


def where_placed(quality: Quality) -> str:
    """How many placements are nobody knows where."""
    count = quality.placements_nowhere
    if count == 0:
        return "The location of every placement is known."
    if count is not None and count == quality.placements:
        return (
            f"Of no placement is the location known ({count:,} placements): nothing can be read "
            "here of who lives inside the authority. Export PL_LOCATION and PL_DISTANCE with the "
            "episodes."
        )
    return (
        f"Of {counted(quality.placements)} placements, {counted(count)} have no known location. "
        "What is read of who lives inside the authority stands on the others. Export PL_LOCATION "
        "and PL_DISTANCE with the episodes to have them all."
    )


def code_words(code: Code) -> str:
    """What a doubtful code is."""
    if code.rule == "code_of_another_year":
        return "of another year"
    return "in no list" if code.code else "in no list; may be a name or number of a child"


def codes_todo(quality: Quality) -> tuple[str, ...]:
    """What to do about the codes."""
    told = []
    if any(each.rule == "unknown_code" for each in quality.codes):
        told.append(
            "Put codes that are in no list right in the record they came from. Until then a "
            "placement with one counts as other."
        )
    if any(not each.code for each in quality.codes):
        told.append(
            "An entry is shown only where it has the shape of a code of its column, or is a word "
            f"that stands for more than five children. The rows of the others are in {CSV_NAME}: "
            "look whether columns have slipped."
        )
    if any(each.rule == "code_of_another_year" for each in quality.codes):
        told.append("Codes of another year are read as what they mean there: nothing needs doing.")
    return tuple(told)


def filled(one: Filling, year: int) -> str:
    """How fully a column is filled in a year."""
    part, whole = one.by_year[year]
    if whole == 0:
        return "no rows"
    return "none" if one.is_empty else share(part, whole)


def thin_words(one: Filling) -> str:
    """The years in which a column is thin, and what to do; nothing where there are none."""
    years = one.thin_years
    if one.is_empty:
        return " No return has it, or it is empty in every year: export the return with it."
    if not years:
        return ""
    every = len(years) == len(one.by_year) > 1
    when = "every year" if every else listed([str(year) for year in years])
    return f" Under 90% in {when}: fill it in, or read what hangs on it with care."


def foot(quality: Quality) -> tuple[str, ...]:
    """What this is and how far it may go."""
    return (
        f"The records cover {_start(quality)} to {long_date(quality.last_date)}. Rows are named by "
        "file and number: the header is row 1. No identifier, date of birth or other value of a "
        "child is in this report.",
    ) + (
        ("Counts of one to five children are shown: for use inside the authority only.",)
        if quality.shows_small_counts
        else ()
    )


def not_used_words(quality: Quality, file: FileRead) -> str:
    """``; 3 rows not used``; nothing where all are used."""
    count = quality.not_used.get(file.file, 0)
    return f"; {many(count, 'row')} not used" if count else ""


def _start(quality: Quality) -> str:
    return long_date(quality.first_date)
