"""Whatever rows come, nobody is in two places, no night is lost, and each row is accounted for."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_rows import Folder, day

from sufficiency.episodes import OPEN, REASONS_CEASED, REASONS_NEW
from sufficiency.ssda903.audit import Edits
from sufficiency.ssda903.clean import clean, placed
from sufficiency.ssda903.returns import EpisodeRow, Returns
from sufficiency.ssda903.ways_out import birthday_18

SET_ASIDE = frozenset(
    {
        "starts_after_return", "no_birth_date", "before_birth", "same_row_twice", "two_at_once",
        "seen_again", "replaced", "over_18", "short_breaks", "short_breaks_before",
        "short_breaks_after", "no_night",
    }
)  # fmt: skip
"""Rules after which a row is no part of the table."""

FIRST = day("2017-04-01")
BORN = {"A": day("2010-06-01"), "B": day("2000-02-29"), "C": day("2018-01-15")}


@st.composite
def _rows(draw: st.DrawFn) -> EpisodeRow:
    dates = st.integers(-60, 800).map(lambda days: FIRST + dt.timedelta(days=days))
    # Few different dates, so that many fall together.
    near = st.sampled_from([FIRST + dt.timedelta(days=40 * step) for step in range(18)])
    return EpisodeRow(
        file="",
        row=0,
        year=draw(st.sampled_from([2018, 2019])),
        child=draw(st.sampled_from("ABCX")),
        decom=draw(near | dates),
        dec=draw(st.none() | near | dates),
        rne=draw(st.sampled_from(["S", "P", "L", "T", "U", "B", "", "?"])),
        ls=draw(st.sampled_from(["C2", "V3", "V4", ""])),
        place=draw(st.sampled_from(["U4", "K2", "T0", "A3", "P1", "?"])),
        provider=draw(st.sampled_from(["PR1", "PR4", ""])),
        rec=draw(st.sampled_from(["X1", "X1", "E4A", "E17", "?", ""])),
        reason=draw(st.sampled_from(["", "CARPL", "STAND", "PLACE", "?"])),
        urn=draw(st.sampled_from(["", "1"])),
        pl_post=draw(st.sampled_from(["", "ZZ11ZZ", "ZZ22ZZ"])),
        location=draw(st.sampled_from(["", "IN", "OUT", "WAL"])),
        distance_miles=draw(st.sampled_from([None, 3.0, 40.0])),
    )


def _returns(rows: list[EpisodeRow]) -> Returns:
    folder = Folder(BORN)
    folder.rows = [replace(row, file=f"{row.year}.csv", row=at) for at, row in enumerate(rows, 2)]
    returns = folder.returns()
    return replace(returns, headers=tuple(each for each in returns.headers if each.child != "X"))


@pytest.mark.conservation
@settings(max_examples=80, deadline=None)
@given(st.lists(_rows(), min_size=1, max_size=14))
def test_whatever_comes_the_table_holds_together(rows):
    records = clean(_returns(rows)).records
    table = records.episodes
    ends = np.minimum(table.end, records.last_day + 1)
    assert (ends > table.start).all()
    assert ((table.end == OPEN) | (table.end <= records.last_day)).all()
    assert ((table.end == OPEN) == (table.reason_ceased == REASONS_CEASED.index(""))).all()
    same_child = table.child[1:] == table.child[:-1]
    same_period = same_child & (table.period_of_care[1:] == table.period_of_care[:-1])
    assert (np.lexsort((table.start, table.child)) == np.arange(len(table))).all()
    assert (table.start[1:] == table.end[:-1])[same_period].all()
    assert (table.start[1:] > table.end[:-1])[same_child & ~same_period].all()
    new, ceased = (np.array(names)[codes] for names, codes in (
        (REASONS_NEW, table.reason_new), (REASONS_CEASED, table.reason_ceased)
    ))  # fmt: skip
    assert (new[1:] == ceased[:-1])[same_period].all()
    first = np.r_[True, ~same_period][: len(table)]
    assert np.isin(new[first], ["entry", "return"]).all()
    assert (table.start == records.entered)[first].all()
    for born, end in zip(table.born, ends, strict=True):
        adult = birthday_18(records.first_date + dt.timedelta(days=int(born)))
        assert end <= max(records.day(adult), 0)


@pytest.mark.conservation
@settings(max_examples=60, deadline=None)
@given(st.lists(_rows(), min_size=1, max_size=14))
def test_every_row_is_in_one_home_or_was_set_aside_once(rows):
    returns, edits = _returns(rows), Edits()
    care, _ = placed(returns, day("2017-04-01"), day("2019-03-31"), edits)
    fate = Counter(
        (episode.row.file, episode.row.row)
        for each in care
        for home in each.homes
        for episode in home.episodes
    )
    fate.update((each.file, each.row) for each in edits.findings if each.rule in SET_ASIDE)
    # One that is taken up again stands on both sides of what interrupted it.
    again = {(each.file, each.row) for each in edits.findings if each.rule == "gone_on_with"}
    once = Counter({row: 1 if row in again else count for row, count in fate.items()})
    assert once == Counter({(row.file, row.row): 1 for row in returns.episodes})


@pytest.mark.conservation
def test_nights_of_clean_returns_are_the_nights_of_the_table():
    folder = Folder().add(2018, "2017-03-10", "2017-07-01", "X1", rne="P")
    folder.add(2018, "2017-07-01", "2018-01-10", "E4A", rne="P", place="K2")
    cleaned = folder.add(2018, "2018-02-10").cleaned()
    table, last = cleaned.records.episodes, cleaned.records.last_day
    nights = np.minimum(table.end, last + 1) - table.start
    assert nights.sum() == 113 + 193 + 50
    in_care = [cleaned.records.in_care(day(text)).sum() for text in ("2018-01-09", "2018-01-10")]
    assert in_care == [1, 0]
