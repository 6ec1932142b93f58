"""The rows of a council's returns as they were read, before anything is repaired.

Every row keeps the file and the row number it came from, so that whatever is said of it later
can be found again without naming a child.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class EpisodeRow:
    """One row of an episodes table.

    Attributes:
        file: The file, as a path below the folder that was given.
        row: Line number in it; the header is line 1.
        year: The collection year, named by the 31 March it ends on.
        child: The child's identifier, as text. Never written to what is shared.
        decom: Day the episode commenced.
        dec: Day it ceased; None while it goes on.
        rne: Reason for the new episode: S, P, L, T, U or B; empty where blank.
        ls: Legal status.
        place: Placement code, upper case.
        provider: Provider code, or empty.
        rec: Reason the episode ceased, or empty.
        reason: Reason for the change of placement, or empty.
        urn: Ofsted's number of the provider, or empty.
        pl_post: Postcode of the placement without spaces, or empty.
        location: ``IN``, ``OUT``, ``WAL``, ``SCO``, ``NIR`` or empty.
        distance_miles: Miles from home, or None.
    """

    file: str
    row: int
    year: int
    child: str
    decom: dt.date
    dec: dt.date | None
    rne: str
    ls: str
    place: str
    provider: str
    rec: str
    reason: str = ""
    urn: str = ""
    pl_post: str = ""
    location: str = ""
    distance_miles: float | None = None


@dataclass(frozen=True, slots=True)
class HeaderRow:
    """One row of a header table: ``born`` is the date of birth."""

    file: str
    row: int
    year: int
    child: str
    born: dt.date


@dataclass(frozen=True, slots=True)
class UascRow:
    """One row of the table of unaccompanied asylum-seeking children.

    Attributes:
        ceased: Day the child ceased to be one; None where blank.
    """

    file: str
    row: int
    year: int
    child: str
    ceased: dt.date | None


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file and what it was understood to be.

    Attributes:
        file: Path below the folder.
        table: ``episodes``, ``header``, ``uasc``, another table's name that is not used, or
            empty for a file that is no table of the return.
        year: Collection year, by the 31 March it ends on; None where it does not matter.
        rows: How many rows it holds below its header.
    """

    file: str
    table: str
    year: int | None
    rows: int


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about one row that was changed, set aside, not used or is worth knowing.

    Attributes:
        rule: Name of the rule, one of those in ``rules.py``.
        file: File of the row.
        row: Line number of the row.
        column: The column it is about, or empty.
        before: What stood there. Kept apart: never in what is shared.
        after: What stands there now. Kept apart as well.
        child: The child's identifier. Kept apart as well.
    """

    rule: str
    file: str
    row: int
    column: str = ""
    before: str = ""
    after: str = ""
    child: str = ""


@dataclass(frozen=True)
class Returns:
    """Everything read from a folder of returns.

    Attributes:
        authority: The authority, where a column says so or it was asked for; otherwise empty.
        episodes: Rows of every episodes table, in order of year, file and line.
        headers: Rows of every header table.
        uasc: Rows of every table of unaccompanied children.
        files: Every file looked at.
        findings: What reading had to say.
    """

    authority: str
    episodes: tuple[EpisodeRow, ...]
    headers: tuple[HeaderRow, ...]
    uasc: tuple[UascRow, ...]
    files: tuple[FileRead, ...]
    findings: tuple[Finding, ...]

    @property
    def years(self) -> tuple[int, ...]:
        """Collection years that have episodes, each by the 31 March it ends on."""
        return tuple(sorted({row.year for row in self.episodes}))

    def up_to(self, year: int) -> Returns:
        """The returns that had been made by the end of a collection year, as they stood."""
        files = tuple(each for each in self.files if each.year is None or each.year <= year)
        names = {each.file for each in files}
        return replace(
            self,
            episodes=tuple(row for row in self.episodes if row.year <= year),
            headers=tuple(row for row in self.headers if row.year <= year),
            uasc=tuple(row for row in self.uasc if row.year <= year),
            files=files,
            findings=tuple(each for each in self.findings if each.file in names),
        )
