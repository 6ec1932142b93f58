"""Rows of a return made up in code, as reading would have left them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from sufficiency.ssda903.clean import Cleaned, clean
from sufficiency.ssda903.returns import EpisodeRow, FileRead, HeaderRow, Returns, UascRow

BORN = dt.date(2010, 6, 1)
Rows = list[tuple[str, str, str, str]]


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


class Folder:
    """Rows of several years; each row's file is its year and its number the place in it."""

    def __init__(self, born: Mapping[str, dt.date] | None = None) -> None:
        self.rows: list[EpisodeRow] = []
        self.born = dict(born or {})
        self.uasc: list[UascRow] = []

    def add(
        self,
        year: int,
        start: str,
        end: str = "",
        rec: str = "",
        *,
        child: str = "A",
        rne: str = "S",
        ls: str = "C2",
        place: str = "U4",
        provider: str = "PR1",
        reason: str = "",
        location: str = "",
        distance_miles: float | None = None,
        pl_post: str = "",
        urn: str = "",
    ) -> Folder:
        number = 2 + sum(row.year == year for row in self.rows)
        self.rows.append(
            EpisodeRow(
                f"{year}/episodes.csv", number, year, child, day(start),
                day(end) if end else None, rne, ls, place, provider, rec, reason,
                urn, pl_post, location, distance_miles,
            )
        )  # fmt: skip
        return self

    def returns(self) -> Returns:
        children = {row.child for row in self.rows}
        born = dict.fromkeys(children, BORN) | self.born
        years = sorted({row.year for row in self.rows})
        files = [FileRead(f"{year}/episodes.csv", "episodes", year, 1) for year in years]
        headers = [
            HeaderRow("header.csv", at, years[0], child, date)
            for at, (child, date) in enumerate(sorted(born.items()), start=2)
        ]
        ordered = sorted(self.rows, key=lambda row: (row.year, row.file, row.row))
        return Returns("", tuple(ordered), tuple(headers), tuple(self.uasc), tuple(files), ())

    def cleaned(self, as_at: str = "") -> Cleaned:
        return clean(self.returns(), day(as_at) if as_at else None)


def table(cleaned: Cleaned) -> Rows:
    """Start, end, setting and why it began and ended, of each placement."""
    from sufficiency.episodes import OPEN, REASONS_CEASED, REASONS_NEW

    episodes, first = cleaned.records.episodes, cleaned.records.first_date
    rows = []
    for at in range(len(episodes)):
        end = int(episodes.end[at])
        start = first + dt.timedelta(days=int(episodes.start[at]))
        rows.append(
            (
                start.isoformat(),
                "" if end == OPEN else (first + dt.timedelta(days=end)).isoformat(),
                episodes.settings[episodes.setting[at]],
                f"{REASONS_NEW[episodes.reason_new[at]]}>"
                f"{REASONS_CEASED[episodes.reason_ceased[at]]}",
            )
        )
    return rows


def rules_at(cleaned: Cleaned) -> list[tuple[str, str, int]]:
    """Which rule at which row."""
    return [(each.rule, each.file[:4], each.row) for each in cleaned.findings]


def names(cleaned: Cleaned) -> set[str]:
    """The rules that did something."""
    return {each.rule for each in cleaned.findings}


def shuffled(rows: Iterable[EpisodeRow]) -> tuple[EpisodeRow, ...]:
    """The rows in another order."""
    return tuple(sorted(rows, key=lambda row: (row.dec or dt.date.min, -row.row)))
