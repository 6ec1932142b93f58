"""Returns of a few made-up children, and what cleaning them would have said."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from sufficiency.care_records import CareRecords
from sufficiency.episodes import OPEN, Episodes
from sufficiency.ssda903.clean import Cleaned, Stage
from sufficiency.ssda903.returns import EpisodeRow, FileRead, Finding, HeaderRow, Returns

EPOCH = dt.date(2018, 4, 1)
IDENTIFIERS = tuple(f"ZQ{7000 + number}" for number in range(40))
BORN = tuple(dt.date(2006 + number % 9, 1 + number % 12, 11 + number % 17) for number in range(40))
EVE = EPOCH - dt.timedelta(days=1)
MARCHES = tuple(dt.date(year, 3, 31) for year in (2019, 2020, 2021))
NASTY = "2019/<b>\"epis&odes'.csv"


def row(number: int, line: int, year: int = 2019, file: str = NASTY, **other: Any) -> EpisodeRow:
    """A row of a made-up child."""
    values: dict[str, Any] = {
        "decom": EPOCH + dt.timedelta(days=10 * number), "dec": None, "rne": "S", "ls": "C2",
        "place": "U4", "provider": "PR1", "rec": "", "pl_post": "ZZ91ZZ", "urn": "1234567",
    }  # fmt: skip
    return EpisodeRow(file, line, year, IDENTIFIERS[number], **{**values, **other})


def returns(
    findings: tuple[Finding, ...] = (), episodes: tuple[EpisodeRow, ...] | None = None
) -> Returns:
    """Three years: forty children, each with one row in one year."""
    names = (NASTY, "2020/episodes.csv", "2021/episodes.csv")
    rows = tuple(
        row(
            number, 2 + number // 3, 2019 + number % 3, names[number % 3],
            location="IN", distance_miles=1.5,
        )
        for number in range(40)
    )  # fmt: skip
    headers = tuple(
        HeaderRow("2019/header.csv", 2 + number, 2019, IDENTIFIERS[number], BORN[number])
        for number in range(40)
    )
    files = tuple(
        FileRead(name, "episodes", 2019 + place, 1000) for place, name in enumerate(names)
    )
    files += (
        FileRead("2019/header.csv", "header", 2019, 40),
        FileRead("2019/reviews.csv", "reviews", 2019, 12),
        FileRead("2019/notes.txt", "", None, 0),
    )
    return Returns("Madeupshire", episodes or rows, headers, (), files, findings)


def records(unseen: int = 8, nowhere: int = 9) -> CareRecords:
    """A placement for each child; the first few under way when the records begin."""
    count = len(IDENTIFIERS)
    start = (np.arange(count, dtype=np.int32) - 20) * 50
    start[:20] = -30
    small = np.zeros(count, dtype=np.int8)
    location = np.zeros(count, dtype=np.int8)
    location[:nowhere] = -1
    known = np.ones(count, dtype=np.bool_)
    known[:unseen] = False
    episodes = Episodes(
        EPOCH, ("in_house_foster",), child=np.arange(count, dtype=np.int64),
        period_of_care=np.ones(count, dtype=np.int32), start=start,
        end=np.full(count, OPEN, dtype=np.int32), setting=np.zeros(count, dtype=np.int16),
        location=location, first_choice=np.full(count, -1, dtype=np.int16),
        waiting_for=np.full(count, -1, dtype=np.int16), reason_new=small, reason_ceased=small,
        born=np.array([(born - EPOCH).days for born in BORN], dtype=np.int32),
        price_rank=np.full(count, np.nan), category=small, siblings=small, provenance=small,
    )  # fmt: skip
    return CareRecords("Madeupshire", episodes, start, known, (MARCHES[-1] - EPOCH).days)


def cleaned(
    findings: tuple[Finding, ...] = (),
    before: tuple[int, int, int] = (120, 110, 100),
    after: tuple[int, int, int] = (110, 100, 90),
    held: CareRecords | None = None,
) -> Cleaned:
    """What cleaning says, with children in care on three 31 Marches."""
    stages = tuple(
        Stage(
            name, sentence, counts[0] + more, counts[0] + more - counts[-1], counts[-1],
            {EVE: counts[0], **dict(zip(MARCHES, counts, strict=True))},
        )
        for name, sentence, counts, more in (
            ("merged", "Years are merged.", before, len(IDENTIFIERS)),
            ("care", "Short breaks <are> set aside.", after, 20),
        )
    )  # fmt: skip
    return Cleaned(held or records(), findings, stages, IDENTIFIERS)


def finding(rule: str, line: int, number: int = 0, **other: Any) -> Finding:
    """Something found in a row of a made-up child, with that child's values in it."""
    values: dict[str, Any] = {
        "file": NASTY, "column": "DECOM", "before": BORN[number].isoformat(), "after": "ZZ91ZZ",
        "child": IDENTIFIERS[number],
    }  # fmt: skip
    return Finding(rule, row=line, **{**values, **other})


FINDINGS = (
    *(finding("seen_again", line, line % 40) for line in range(2, 14)),
    *(finding("no_birth_date", line, line) for line in (20, 21, 22)),
    *(finding("not_seen_again", line, line) for line in (5, 9)),
    finding("no_child", 7, file="2019/header.csv"),
    *(finding("unknown_code", 30 + n, n, column="PLACE", before="Y9") for n in range(2)),
    finding("unknown_code", 33, 3, column="PLACE", before=IDENTIFIERS[3]),
    finding("unknown_code", 34, 4, column="REASON_PLACE_CHANGE", before="SARAH"),
    *(finding("unknown_code", 40 + n, n, column="REASON_PLACE_CHANGE", before="MOVED")
      for n in range(6)),
)  # fmt: skip
"""What was found in the made-up returns."""
