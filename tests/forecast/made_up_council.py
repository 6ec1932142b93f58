"""A made-up council whose children come, move and leave at known rates, and its returns.

Also a stand-in for the estimator, quick and rough, for tests of what goes on around it: the
template's imaginary authority with the opening and entries of the records it is shown.
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

sys.path.append(str(Path(__file__).parents[1] / "ssda903"))
from made_up_returns import MadeUpChild, Stay

from sufficiency.care_records import CareRecords
from sufficiency.forecast.own_outcomes import counted_from
from sufficiency.scenario.load import load_scenario
from sufficiency.scenario.schema import Scenario
from sufficiency.scenario.template import template_text
from sufficiency.scenario.values import Children, ChildrenPerYear
from sufficiency.ssda903.returns import EpisodeRow, FileRead, HeaderRow, Returns

YEARS = tuple(range(2016, 2022))
"""Collection years of the returns, each by the 31 March it ends on."""
LEAVING, MOVING, COMING = 0.35, 0.5, 42.0
"""Rates a year: of leaving and moving of each child, and how many come."""
HOMES = (("U4", "PR1"), ("U4", "PR4"), ("K2", "PR4"), ("P1", "PR0"), ("U1", "PR1"))
SHARES = (0.4, 0.25, 0.1, 0.1, 0.15)


def made_up_children(
    seed: int = 1, opening: int = 120, coming: float = COMING
) -> tuple[MadeUpChild, ...]:
    """Children in care on 31 March 2015, and who come after it to 31 March 2021."""
    stream = np.random.default_rng(seed)
    first, last = dt.date(YEARS[0] - 1, 3, 31), dt.date(YEARS[-1], 3, 31)
    days = [int(day) for day in -stream.exponential(365.25 / LEAVING, opening)]
    came = stream.poisson(coming * (last - first).days / 365.25)
    days += sorted(int(day) for day in stream.uniform(1, (last - first).days, came))
    return tuple(
        _child(stream, f"made-up-{number:04d}", first, first + dt.timedelta(days=day), last)
        for number, day in enumerate(days)
    )


def _child(
    stream: np.random.Generator, number: str, first: dt.date, came: dt.date, last: dt.date
) -> MadeUpChild:
    born = came - dt.timedelta(days=int(stream.uniform(200, 3000)))
    # Whoever came before the first return is in it: their time in care begins again there.
    left = max(came, first) + dt.timedelta(days=1 + int(stream.exponential(365.25 / LEAVING)))
    stays, start = [], came
    while True:
        moved = start + dt.timedelta(days=1 + int(stream.exponential(365.25 / MOVING)))
        place, provider = HOMES[int(stream.choice(len(HOMES), p=SHARES))]
        end = min(moved, left)
        stays.append(Stay(start, end if end <= last else None, place, provider))
        if moved >= left or end > last:
            return MadeUpChild(number, born, tuple(stays))
        start = moved


def returns_of(children: Sequence[MadeUpChild], years: Sequence[int] = YEARS) -> Returns:
    """What a council with these children would have sent each year, as it is read."""
    episodes: list[EpisodeRow] = []
    headers: list[HeaderRow] = []
    files: list[FileRead] = []
    for year in years:
        file, opened, closed = f"{year}/episodes.csv", dt.date(year - 1, 4, 1), dt.date(year, 3, 31)
        for child in children:
            seen = False
            for place, stay in enumerate(child.stays):
                if stay.start > closed or (stay.end is not None and stay.end < opened):
                    continue
                open_still = stay.end is None or stay.end > closed
                goes_on = place + 1 < len(child.stays)
                rec = "" if open_still else "X1" if goes_on else "E4A"
                episodes.append(
                    EpisodeRow(
                        file,
                        len(episodes) + 2,
                        year,
                        child.number,
                        stay.start,
                        None if open_still else stay.end,
                        "P" if place else "S",
                        stay.ls,
                        stay.place,
                        stay.provider,
                        rec,
                        location="IN",
                    )
                )
                seen = True
            if seen:
                headers.append(
                    HeaderRow(
                        f"{year}/header.csv", len(headers) + 2, year, child.number, child.born
                    )
                )
        files += [FileRead(file, "episodes", year, len(episodes))]
        files += [FileRead(f"{year}/header.csv", "header", year, len(headers))]
    return Returns("Shire 01", tuple(episodes), tuple(headers), (), tuple(files), ())


def rough_own_baseline(
    records: CareRecords, as_at: dt.date, years: int, places: Any = None, *, authority: str
) -> Scenario:
    """The template's imaginary authority, made as large as the records' children in care."""
    if records.last_date != as_at:
        raise AssertionError("the estimator was shown what came after the opening")
    last = counted_from(records.episodes, as_at.replace(year=as_at.year - 1), 1)
    stock, came = int(last.in_care[1].sum()), float(last.flows[0, 0])
    template = _template()
    opening = template.opening
    share = stock / opening.children_in_care.central
    by_setting = {
        setting: Children(value=int(count.central * share))
        for setting, count in opening.by_setting.items()
    }
    whole = opening.model_copy(
        update={"children_in_care": Children(value=stock), "by_setting": by_setting}
    )
    return template.model_copy(
        update={
            "start": as_at,
            "end": as_at.replace(year=as_at.year + years),
            "opening": whole,
            "entries": template.entries.model_copy(
                update={"per_year": ChildrenPerYear(value=came)}
            ),
        }
    )


@lru_cache
def _template() -> Scenario:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scenarios/example.yaml"
        path.parent.mkdir()
        path.write_text(template_text(path), encoding="utf-8")
        return load_scenario(path).scenario
