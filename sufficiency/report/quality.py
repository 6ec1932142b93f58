"""What a council's returns were worth: everything the data-quality report says, worked out once.

Three forms show it: a page to read, a text for the screen, and a table of rows to put right.
None holds a child's identifier, date of birth or any other value of one child. A row is named by
its file and its number, which say nothing to anybody who does not hold the return.

What is counted decides what is hidden. Rows, and what is missing in them, are about the data and
are always told, even when few. Children, their periods of care and their placements are counts of
people: from one to five they are replaced by ``c``, and so is a figure from before the rules that
lies so close to the one after them that the two together would tell such a number.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sufficiency.periods import long_date
from sufficiency.report.disclosure import small
from sufficiency.report.html import printable
from sufficiency.report.quality_advice import what_to_do
from sufficiency.report.quality_checks import Check, beginnings, checks
from sufficiency.report.quality_codes import Code, doubtful_codes
from sufficiency.report.quality_filling import Filling, filling
from sufficiency.report.quality_left_out import LeftOut, left_out
from sufficiency.report.tables import HIDDEN
from sufficiency.ssda903.audit import SHARED_COLUMNS, AuditRow, audit_csv, audit_rows
from sufficiency.ssda903.returns import FileRead, Finding, Returns
from sufficiency.ssda903.rules import RULES, Does, Rule

if TYPE_CHECKING:
    from sufficiency.ssda903.clean import Cleaned, Stage

FIRST_PLACES = 5
"""How many rows of each rule are named before the table of rows is pointed to."""

CSV_NAME = "data-quality.csv"
HIDDEN_NOTE = (
    "c stands for a count of 1 to 5 children, periods or placements, or for a figure that would "
    "give one away. Counts of rows are about the data and are not hidden."
)

Count = int | None
"""A count; None where it is hidden."""


@dataclass(frozen=True)
class Applied:
    """What one rule did.

    Attributes:
        rule: The rule.
        rows: How many rows it was applied to.
        share: Those rows, of all rows of the tables it found them in; in words.
        first: The first of those rows, each a file and a row number.
        remedy: What to do about them.
    """

    rule: Rule
    rows: int
    share: str
    first: tuple[tuple[str, int], ...]
    remedy: str

    @property
    def more(self) -> int:
        """How many rows are not among the first."""
        return self.rows - len(self.first)


@dataclass(frozen=True)
class Stood:
    """Periods of care and children in care at one stage of the work.

    Attributes:
        name: The stage's name.
        sentence: What has been done by then.
        periods: Periods of care.
        closed: Those that ended.
        open: Those that go on.
        in_care: Children in care on each date.
    """

    name: str
    sentence: str
    periods: Count
    closed: Count
    open: Count
    in_care: Mapping[dt.date, Count]


@dataclass(frozen=True)
class Quality:
    """Everything the report says.

    Attributes:
        authority: The authority, or empty.
        years: Collection years, each by the 31 March it ends on.
        first_date: First day the records cover.
        last_date: Last day.
        files: Every file looked at.
        not_used: How many rows of each file are not used.
        rows: Rows of episodes tables that were asked for.
        usable: Those of them that are used.
        before: Periods and children before anything is set aside.
        after: The same after every rule.
        left_out: Why fewer are in care on the last day after every rule than before: how many
            for each reason; adds up to the difference. Empty where that is not told.
        set_aside: How many rows of episodes tables are set aside.
        applied: What each rule did, in the order of the rules; those that did nothing left out.
        idle: Names of the rules that did nothing.
        codes: Codes in no list, or of another year.
        filling: How fully columns are filled.
        at_start: Periods of care under way when the records begin.
        unseen_at_start: Those of them whose coming into care was not seen.
        placements: Placements after every rule.
        placements_nowhere: Those whose location is not known.
        checks: What is worth a look.
        places: Every row to look at, a line of ``data-quality.csv`` each.
        shows_small_counts: Whether counts of one to five are shown.
    """

    authority: str
    years: tuple[int, ...]
    first_date: dt.date
    last_date: dt.date
    files: tuple[FileRead, ...]
    not_used: Mapping[str, int]
    rows: int
    usable: int
    before: Stood
    after: Stood
    left_out: tuple[LeftOut, ...]
    set_aside: int
    applied: tuple[Applied, ...]
    idle: tuple[str, ...]
    codes: tuple[Code, ...]
    filling: tuple[Filling, ...]
    at_start: Count
    unseen_at_start: Count
    placements: Count
    placements_nowhere: Count
    checks: tuple[Check, ...]
    places: tuple[AuditRow, ...]
    shows_small_counts: bool

    def did(self, *kinds: Does) -> tuple[Applied, ...]:
        """The rules that did one of these things."""
        return tuple(each for each in self.applied if each.rule.does in kinds)

    @property
    def dates(self) -> tuple[dt.date, ...]:
        """Every date on which children are counted."""
        return tuple(sorted({*self.before.in_care, *self.after.in_care}))

    @property
    def title(self) -> str:
        """``Data quality of the SSDA903 returns of Anyborough, 2019 to 2022``."""
        whose = f" of {printable(self.authority)}" if self.authority else ""
        if not self.years:
            return f"Data quality of the SSDA903 returns{whose}"
        first, last = self.years[0], self.years[-1]
        when = f"{first}" if first == last else f"{first} to {last}"
        return f"Data quality of the SSDA903 returns{whose}, {when}"

    @property
    def finding(self) -> tuple[str, ...]:
        """What a reader must know first, in a few sentences."""
        told = [f"Usable: {share(self.usable, self.rows)} of {many(self.rows, 'row')} of episodes."]
        if self.set_aside:
            part = share(self.set_aside, self.rows)
            told[0] = f"{told[0][:-1]}; {many(self.set_aside, 'row')} ({part}) then set aside."
        if last := self.dates[-1:]:
            told.append(f"In care on {long_date(last[0])}: {self._in_care(last[0])}.")
        if self.checks:
            verb = "is" if len(self.checks) == 1 else "are"
            told.append(
                f"{many(len(self.checks), 'thing')} {verb} worth a look before rates are used."
            )
        return tuple(told)

    def _in_care(self, last: dt.date) -> str:
        """``86, less 24 not in the last return, less 7 on short breaks: 55 after every rule``."""
        before, after = (stage.in_care.get(last) for stage in (self.before, self.after))
        steps = "".join(f", less {each.children:,} {each.why}" for each in self.left_out)
        if steps:
            return f"{counted(before)}{steps}: {counted(after)} after every rule"
        if before is not None and before == after:
            return f"{counted(after)} before anything is set aside and after every rule"
        return f"{counted(before)} before anything is set aside, {counted(after)} after every rule"


def quality_of(returns: Returns, cleaned: Cleaned, *, show_small_counts: bool = False) -> Quality:
    """Work out everything the report says.

    Args:
        returns: The rows as they were read.
        cleaned: What was made of them, with a first stage from before anything was set aside
            and a last one from after every rule.
        show_small_counts: Whether to show counts of one to five children, for use inside the
            authority only.

    Returns:
        What there is to say.
    """
    findings = cleaned.findings  # those of reading are among them
    not_used, elsewhere = _rows_not_used(findings)
    episodes = {each.file for each in returns.files if each.table == "episodes"}
    rows = sum(each.rows for each in returns.files if each.file in episodes) - sum(
        len(places) for file, places in elsewhere.items() if file in episodes
    )
    lost = sum(len(places) for file, places in not_used.items() if file in episodes)
    parts = left_out(returns, cleaned)
    known = next((each.children for each in parts if each.rows_tell), 0)
    before, after = _stood(cleaned.stages[0], cleaned.stages[-1], known, show_small_counts)
    filled = filling(returns.episodes)
    table = cleaned.records.episodes
    began = beginnings(cleaned.records)
    at_start, unseen = int(began.before.sum()), int((began.before & ~began.known).sum())
    nowhere = int((table.location < 0).sum())
    placements = len(table)
    applied = _applied(findings, returns.files)
    hide = not show_small_counts
    identifiers = {*cleaned.identifiers, *(row.child for row in returns.episodes)}
    return Quality(
        authority=returns.authority,
        years=returns.years,
        first_date=cleaned.records.first_date,
        last_date=cleaned.records.last_date,
        files=returns.files,
        not_used={
            file: len(not_used.get(file, set()) | elsewhere.get(file, set()))
            for file in sorted({*not_used, *elsewhere})
        },
        rows=rows,
        usable=rows - lost,
        before=before,
        after=after,
        left_out=_told(parts, before, show_small_counts),
        set_aside=len(
            {
                (each.file, each.row)
                for each in findings
                if RULES[each.rule].does is Does.SET_ASIDE and each.file in episodes
            }
        ),
        applied=applied,
        idle=tuple(name for name in RULES if name not in {each.rule.name for each in applied}),
        codes=doubtful_codes(findings, frozenset(name.upper() for name in identifiers)),
        filling=filled,
        at_start=None if hide and small(at_start) else at_start,
        unseen_at_start=_part(unseen, at_start, hide),
        placements=None if hide and small(placements) else placements,
        placements_nowhere=_part(nowhere, placements, hide),
        checks=checks(returns, cleaned, filled),
        places=tuple(audit_rows(findings)),
        shows_small_counts=show_small_counts,
    )


def quality_csv(quality: Quality) -> str:
    """Every row to look at: file, row, column, rule and what kind of thing the rule does.

    No child and no value; what each rule does in full is in the other two forms. A file's name
    that a spreadsheet would take for a formula is given an apostrophe in front.

    Args:
        quality: What there is to say.

    Returns:
        Text of ``data-quality.csv``.
    """
    safe = (
        [_no_formula(printable(cell)) if isinstance(cell, str) else cell for cell in row]
        for row in quality.places
    )
    return audit_csv(SHARED_COLUMNS, map(tuple, safe))


def counted(count: Count) -> str:
    """A count with commas; ``c`` where it is hidden."""
    return HIDDEN if count is None else f"{count:,}"


def many(count: int, what: str) -> str:
    """``1 row``, ``1,204 rows``."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def share(part: int, whole: int) -> str:
    """A share to a tenth of a percent, which is 0% or 100% only where it is wholly so."""
    if whole <= 0:
        return "none"
    if part in (0, whole):
        return "0%" if part == 0 else "100%"
    tenths = min(max(int(part * 1000 / whole + 0.5), 1), 999)
    return "under 0.1%" if part * 1000 < whole else f"{tenths / 10:.1f}%"


def _rows_not_used(
    findings: Iterable[Finding],
) -> tuple[dict[str, set[int]], dict[str, set[int]]]:
    """Rows of each file that could not be used, and those of an authority not asked for."""
    faulty: dict[str, set[int]] = {}
    elsewhere: dict[str, set[int]] = {}
    for each in findings:
        if RULES[each.rule].does is Does.NOT_USED:
            kind = elsewhere if each.rule == "other_authority" else faulty
            kind.setdefault(each.file, set()).add(each.row)
    # A row that was not asked for is no fault of the return, whatever else is wrong with it.
    for file, rows in elsewhere.items():
        faulty.get(file, set()).difference_update(rows)
    return faulty, elsewhere


def _applied(findings: Iterable[Finding], files: Iterable[FileRead]) -> tuple[Applied, ...]:
    tables = {each.file: each.table for each in files}
    rows: dict[str, int] = {}
    for one in files:
        rows[one.table] = rows.get(one.table, 0) + one.rows
    by_rule: dict[str, set[tuple[str, int]]] = {}
    for finding in findings:
        by_rule.setdefault(finding.rule, set()).add((finding.file, finding.row))
    applied = []
    for name, rule in RULES.items():
        places = sorted(by_rule.get(name, ()))
        if places:
            together = sum(rows.get(table, 0) for table in {tables.get(f, "") for f, _ in places})
            applied.append(
                Applied(
                    rule,
                    len(places),
                    share(len(places), together),
                    tuple(places[:FIRST_PLACES]),
                    what_to_do(rule),
                )
            )
    return tuple(applied)


def _part(part: int, whole: int, hide: bool) -> Count:
    """A part of a whole that is told; hidden where it or the rest is a small number."""
    return None if hide and (small(part) or small(whole - part)) else part


def _told(parts: tuple[LeftOut, ...], before: Stood, show_all: bool) -> tuple[LeftOut, ...]:
    """The parts of the difference; as one where any is a small number, none where it is hidden."""
    if before.in_care[max(before.in_care)] is None:
        return ()
    if show_all or not any(small(each.children) for each in parts):
        return parts
    together = sum(each.children for each in parts)
    return (LeftOut(together, " or ".join(each.why for each in parts)),)


def _stood(first: Stage, last: Stage, known: int, show_all: bool) -> tuple[Stood, Stood]:
    """Both stages, with what would tell a count of one to five children hidden.

    The later figures are those a forecast opens with, so where two lie close together it is the
    earlier that goes. Closed and open add up to the periods, so they are hidden together.

    Args:
        first: The stage before anything is set aside.
        last: That after every rule.
        known: How much of the difference on the last day the count of rows of a rule tells.
        show_all: Whether nothing is hidden.
    """
    end = max(last.in_care)

    def hides(number: int, later: int | None = None, known: int = 0) -> bool:
        close = later is not None and (small(number - later) or small(number - later - known))
        return not show_all and (small(number) or close)

    def shown(stage: Stage, later: Stage | None) -> Stood:
        def of_later(date: dt.date) -> int | None:
            return later.in_care.get(date) if later else None

        hidden = hides(stage.periods, later.periods if later else None)
        parts = (
            hidden
            or hides(stage.closed, later.closed if later else None)
            or hides(stage.open, later.open if later else None, known)
        )
        return Stood(
            stage.name,
            stage.sentence,
            None if hidden else stage.periods,
            None if parts else stage.closed,
            None if parts else stage.open,
            {
                date: None if hides(number, of_later(date), known * (date == end)) else number
                for date, number in sorted(stage.in_care.items())
            },
        )

    return shown(first, last if last is not first else None), shown(last, None)


def _no_formula(text: str) -> str:
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
