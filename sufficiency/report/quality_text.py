"""The data-quality report as plain text, for the screen, an e-mail or a file beside the returns.

It says what the page says, in the same order, in lines of at most 96 characters.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from sufficiency.periods import long_date
from sufficiency.report.html import printable
from sufficiency.report.quality import CSV_NAME, HIDDEN_NOTE, Quality, counted, many
from sufficiency.report.quality_words import (
    NOTHING_SEEN,
    code_words,
    codes_todo,
    filled,
    foot,
    kind_titles,
    not_used_words,
    read_as,
    seen_beginning,
    thin_words,
    where,
    where_placed,
)

WIDTH = 96
"""Characters in a line, at most."""
_YEARS_A_LINE = 8


def quality_text(quality: Quality) -> str:
    """The text.

    Args:
        quality: What there is to say.

    Returns:
        Text of ``data-quality.txt``, which ends with a new line.
    """
    lines = [*_wrapped(quality.title), "", *_wrapped(" ".join(quality.finding))]
    for title, inside in (
        ("Worth a look", _look(quality)),
        ("What was read", _files(quality)),
        ("Periods of care and children in care", _children(quality)),
        ("What the rules did", _rules(quality)),
        ("Codes", _codes(quality)),
        ("How fully columns are filled", _columns(quality)),
    ):
        lines += ["", title, "-" * len(title), *inside]
    lines += ["", *(line for told in foot(quality) for line in _wrapped(told))]
    return "\n".join(lines) + "\n"


def _wrapped(text: str, first: str = "", rest: str | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=" " * len(first) if rest is None else rest,
        break_on_hyphens=False,
    )


def _columned(rows: Iterable[Sequence[str]]) -> list[str]:
    """Rows as columns: the first to the left, numbers to the right."""
    rows = list(rows)
    wide = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(wide[0]) if place == 0 else cell.rjust(wide[place])
            for place, cell in enumerate(row)
        ).rstrip()
        for row in rows
    ]


def _look(quality: Quality) -> list[str]:
    if not quality.checks:
        return _wrapped(NOTHING_SEEN)
    return [
        line for each in quality.checks for line in _wrapped(f"{each.sentence} {each.remedy}", "* ")
    ]


def _files(quality: Quality) -> list[str]:
    lines = []
    for each in quality.files:
        year = "" if each.year is None else f", year to 31 March {each.year}"
        said = f"{read_as(each)}{year}, {many(each.rows, 'row')}{not_used_words(quality, each)}"
        lines += _wrapped(f"{printable(each.file)}: {said}", "", "  ")
    return lines


def _children(quality: Quality) -> list[str]:
    stages = (("Before", quality.before), ("After", quality.after))
    lines = [
        line for name, stage in stages for line in _wrapped(f"{name}: {stage.sentence}", "", "  ")
    ]
    in_care = [
        (long_date(date), *(counted(stage.in_care.get(date)) for _, stage in stages))
        for date in quality.dates
    ]
    periods = [
        (name, counted(stage.periods), counted(stage.closed), counted(stage.open))
        for name, stage in stages
    ]
    lines += ["", *_columned([("Children in care on", "before", "after"), *in_care])]
    lines += ["", *_columned([("Periods of care", "all", "closed", "open"), *periods]), ""]
    lines += [*_wrapped(seen_beginning(quality)), *_wrapped(where_placed(quality))]
    if not quality.shows_small_counts:
        lines += _wrapped(HIDDEN_NOTE)
    return lines


def _rules(quality: Quality) -> list[str]:
    lines = _wrapped(f"Every row named here, and every other, is in {CSV_NAME}.")
    for title, kind, nothing in kind_titles():
        done = quality.did(kind)
        lines += ["", f"{title}:" if done else nothing]
        for one in done:
            lines.append(f"* {one.rule.name}: {many(one.rows, 'row')}, {one.share}")
            for said in (one.rule.sentence, f"Where: {where(one)}", f"What to do: {one.remedy}"):
                lines += _wrapped(said, "  ")
    if quality.idle:
        lines += ["", *_wrapped(f"Rules that found nothing: {', '.join(quality.idle)}.", "", "  ")]
    return lines


def _codes(quality: Quality) -> list[str]:
    if not quality.codes:
        return ["Every code is in the list of its year."]
    lines = []
    for each in quality.codes:
        code = each.code or "entries not shown"
        said = f"{each.column} {code}: {many(each.rows, 'row')}, {code_words(each)}"
        lines += _wrapped(said, "* ")
    return [*lines, *(line for told in codes_todo(quality) for line in _wrapped(told))]


def _columns(quality: Quality) -> list[str]:
    lines: list[str] = []
    years = quality.years
    for start in range(0, len(years), _YEARS_A_LINE):
        some = years[start : start + _YEARS_A_LINE]
        rows = [("Filled", *(str(year) for year in some))]
        rows += [(one.column, *(filled(one, year) for year in some)) for one in quality.filling]
        lines += [*_columned(rows), ""]
    for one in quality.filling:
        lines += _wrapped(f"{one.column}, of {one.of}. {one.why}{thin_words(one)}", "* ")
    return lines
