"""The data-quality report tells what was found, and nothing of any child."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import made_up_quality as made_up
import numpy as np
import pytest

from sufficiency.report.quality import Quality, Stood, quality_csv, quality_of, share
from sufficiency.report.quality_advice import COLUMNS, what_to_do
from sufficiency.report.quality_page import quality_page
from sufficiency.report.quality_text import WIDTH, quality_text
from sufficiency.ssda903.returns import FileRead, Finding
from sufficiency.ssda903.rules import RULES, Does

pytestmark = pytest.mark.content


def made(findings: Sequence[Finding] = made_up.FINDINGS, **other: object) -> Quality:
    """The report's content."""
    return quality_of(
        made_up.returns(),
        made_up.cleaned(tuple(findings), **other),
    )


def flat(text: str) -> str:
    return " ".join(text.split())


def test_each_rule_counts_its_rows_once() -> None:
    quality = made()
    rows = {each.rule.name: each.rows for each in quality.applied}
    assert rows == {
        "no_child": 1, "no_birth_date": 3, "unknown_code": 10, "seen_again": 12,
        "not_seen_again": 2,
    }  # fmt: skip
    assert set(quality.idle) == set(RULES) - set(rows)
    assert list(quality.idle) == [name for name in RULES if name in quality.idle]
    text = flat(quality_text(quality))
    assert "* seen_again: 12 rows, 0.4%" in text
    assert f"{made_up.NASTY} rows 2, 3, 4, 5 and 6; and 7 more, all in data-quality.csv." in text
    assert "* no_birth_date: 3 rows, 0.1%" in text


def test_the_finding_comes_first() -> None:
    quality = made()
    assert (quality.rows, quality.usable) == (3000, 2997)
    assert quality.finding == (
        "Usable: 99.9% of 3,000 rows of episodes; 2 rows (under 0.1%) then set aside.",
        # Two children not seen again are too few to be told apart from the other eight.
        "In care on 31 March 2021: 100, less 10 not in the last return or at eighteen: 90 after "
        "every rule.",
    )
    first = quality_text(quality).split("\n\n")[1]
    assert flat(first) == " ".join(quality.finding)
    page = quality_page(quality)
    assert page.index("Usable: 99.9%") < page.index("<h2")


def left_out(
    lost: int, resting: int, before: int = 100, after: int = 70, *, show: bool = False
) -> Quality:
    """A report where so many are not seen again, and so many on short breaks on the last day."""
    returns = made_up.returns()
    last = [row for row in returns.episodes if row.year == 2021]
    findings = [made_up.finding("not_seen_again", 900 + n, 39 - n) for n in range(lost)]
    findings += [
        made_up.finding("short_breaks", row.row, int(row.child[2:]) - 7000, file=row.file)
        for row in last[:resting]
    ]
    # Another's, of an earlier return: no part of the difference on the last day.
    findings.append(made_up.finding("short_breaks", 2, 0))
    counts = {"before": (150, 140, before), "after": (120, 110, after)}
    cleaned = made_up.cleaned(tuple(findings), **counts)
    return quality_of(returns, cleaned, show_small_counts=show)


def in_care(quality: Quality) -> str:
    return next(line for line in quality.finding if line.startswith("In care on"))


def test_what_lies_between_before_and_after_adds_up() -> None:
    assert in_care(left_out(14, 7)) == (
        "In care on 31 March 2021: 100, less 14 not in the last return, less 7 on short breaks, "
        "less 9 at eighteen: 70 after every rule."
    )
    assert in_care(left_out(14, 7, after=79)) == (
        "In care on 31 March 2021: 100, less 14 not in the last return, less 7 on short breaks: "
        "79 after every rule."
    )
    for lost, resting in ((0, 0), (14, 0), (0, 9), (3, 7), (14, 3)):
        quality = left_out(lost, resting)
        assert sum(each.children for each in quality.left_out) == 30
    assert left_out(0, 0, 70).left_out == ()


def test_a_small_part_of_the_difference_is_not_told() -> None:
    together = "not in the last return or on short breaks or at eighteen"
    assert f"100, less 30 {together}: 70" in in_care(left_out(14, 3))
    # 17 less the 14 that the rows of a rule tell would be three on short breaks.
    hidden = left_out(14, 3, after=83)
    assert in_care(hidden) == (
        "In care on 31 March 2021: c before anything is set aside, 83 after every rule."
    )
    assert (hidden.before.open, hidden.left_out) == (None, ())
    shown = in_care(left_out(14, 3, after=83, show=True))
    assert "100, less 14 not in the last return, less 3 on short breaks: 83" in shown


def test_forms_meant_for_sharing_pass_the_guard(tmp_path: Path) -> None:
    guard = Path(__file__).parents[2] / "tools" / "refuse_child_records.py"
    codes = [
        made_up.finding("unknown_code", 50 + n, n, column=column, before="Y9")
        for n, column in enumerate(("CIN", "LS", "PLACE", "PLACE_PROVIDER", "REC", "RNE"))
    ]
    codes += [made_up.finding(name, 2, column="REASON_PLACE_CHANGE") for name in RULES]
    quality = made(codes)
    forms = {"html": quality_page, "txt": quality_text, "csv": quality_csv}
    for ending, form in forms.items():
        (tmp_path / f"data-quality.{ending}").write_text(form(quality), encoding="utf-8")
    (tmp_path / "return.html").write_text("<td>CHILD</td><td>DECOM</td><td>RNE</td><td>LS</td>")
    names = [f"data-quality.{ending}" for ending in forms]
    said = subprocess.run(
        [sys.executable, guard, *names, "return.html"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    ).stderr  # fmt: skip
    assert [line.split()[0] for line in said.splitlines()] == ["return.html"]


def test_rows_of_another_authority_are_neither_usable_nor_lost() -> None:
    others = tuple(made_up.finding("other_authority", line) for line in range(100, 600))
    quality = made((*others, made_up.finding("bad_date", 100), made_up.finding("bad_date", 99)))
    assert (quality.rows, quality.usable) == (2500, 2499)
    assert quality.not_used == {made_up.NASTY: 501}


def test_both_stages_are_told() -> None:
    quality = made()
    for told in (quality_text(quality), re.sub("<[^>]+>", " ", quality_page(quality))):
        words = flat(told)
        for line in ("31 March 2019 120 110", "31 March 2020 110 100", "31 March 2021 100 90"):
            assert line in words
        assert "Before 160 60 100" in words
        assert "After 130 40 90" in words
        assert "Of 20 periods of care under way when the records begin, on 1 April 2018" in words
        assert "the returns do not say of 8 when the child came into care" in words
        assert "Of 40 placements, 9 have no known location." in words


def test_nothing_of_a_child_is_in_any_form() -> None:
    quality = made()
    for told in (quality_text(quality), quality_page(quality), quality_csv(quality)):
        for secret in (*made_up.IDENTIFIERS, "ZZ91ZZ", "1234567", "SARAH"):
            assert secret not in told
        for born in made_up.BORN:
            for way in ("%Y-%m-%d", "%d/%m/%Y", "%d %B %Y"):
                assert born.strftime(way) not in told
    # The switch shows counts, and still nothing of a child.
    shown = quality_page(dataclasses.replace(quality, shows_small_counts=True))
    assert not any(secret in shown for secret in made_up.IDENTIFIERS)


def test_codes_are_named_unless_they_could_be_a_child() -> None:
    codes = {(each.column, each.code): each.rows for each in made().codes}
    assert codes == {
        ("PLACE", "Y9"): 2, ("PLACE", ""): 1, ("REASON_PLACE_CHANGE", "MOVED"): 6,
        ("REASON_PLACE_CHANGE", ""): 1,
    }  # fmt: skip
    five = [made_up.finding("unknown_code", n, n, column="REASON_PLACE_CHANGE", before="MOVED")
            for n in range(5)]  # fmt: skip
    assert [each.code for each in made(five).codes] == [""]
    # An identifier in the shape of a code is still an identifier.
    returns = made_up.returns(episodes=(dataclasses.replace(made_up.row(0, 2), child="y9"),))
    quality = quality_of(returns, made_up.cleaned(made_up.FINDINGS))
    assert all(each.code != "Y9" for each in quality.codes)


def test_few_children_are_hidden_and_so_is_what_would_tell_them() -> None:
    quality = made(before=(93, 110, 3), after=(90, 100, 3), held=made_up.records(3, 37))
    eve, marches = made_up.EVE, made_up.MARCHES
    # 93 beside 90 would tell that three were on short breaks.
    assert quality.before.in_care == {
        eve: None,
        marches[0]: None,
        marches[1]: 110,
        marches[2]: None,
    }
    assert quality.after.in_care == {eve: 90, marches[0]: 90, marches[1]: 100, marches[2]: None}
    for stage in (quality.before, quality.after):
        assert (stage.closed, stage.open) == (None, None)  # periods less closed is open
    assert (quality.at_start, quality.unseen_at_start) == (20, None)  # 3 of them
    assert quality.placements_nowhere is None  # 37 of 40
    assert "31 March 2019 c 90" in flat(quality_text(quality))
    shown = quality_of(
        made_up.returns(),
        made_up.cleaned(before=(93, 110, 3), after=(90, 100, 3)),
        show_small_counts=True,
    )
    assert shown.before.in_care == {eve: 93, marches[0]: 93, marches[1]: 110, marches[2]: 3}
    assert "inside the authority only" in quality_text(shown)


def test_periods_set_aside_are_not_told_where_few() -> None:
    held = made_up.cleaned()
    first = dataclasses.replace(held.stages[0], periods=133, closed=33)
    cleaned = dataclasses.replace(held, stages=(first, held.stages[1]))
    before: Stood = quality_of(made_up.returns(), cleaned).before
    assert (before.periods, before.closed, before.open) == (None, None, None)


def test_filling_is_counted_where_a_column_ought_to_be_filled() -> None:
    moved = made_up.EPOCH + dt.timedelta(days=60)
    episodes = (
        made_up.row(0, 2, dec=moved, rec="X1", reason="CARPL", location="IN", distance_miles=0.0),
        made_up.row(0, 3, rne="P", decom=moved, dec=moved + dt.timedelta(30), provider=""),
        made_up.row(1, 4, dec=moved, rec="X1"),
        made_up.row(1, 5, decom=moved, rne="L", place="T1", provider=""),
        made_up.row(2, 6, dec=moved, rec="X1"),
        made_up.row(2, 7, decom=moved, rne="B", place="K2", urn=""),
        made_up.row(3, 8, place="Z1", provider="", urn=""),
        # One left open by mistake says no reason why it ceased, and ought not to.
        made_up.row(4, 9, urn=""),
        made_up.row(4, 10, decom=moved, rne="P", urn=""),
    )
    returns = made_up.returns(episodes=episodes)
    quality = quality_of(returns, made_up.cleaned())
    assert {each.column: each.by_year[2019] for each in quality.filling} == {
        "PLACE_PROVIDER": (6, 7), "REASON_PLACE_CHANGE": (1, 2), "PL_LOCATION": (1, 9),
        "PL_DISTANCE": (1, 9), "URN": (4, 7), "REC": (3, 4),
    }  # fmt: skip
    assert "Under 90% in 2019" in quality_text(quality)


def test_what_is_worth_a_look_is_found() -> None:
    names = [each.name for each in made().checks]
    assert names == []
    jump = made(after=(110, 80, 75), before=(160, 150, 140))
    assert [each.name for each in jump.checks] == ["jump"]
    assert (
        "from 110 on 31 March 2019 to 80 on 31 March 2020 (27% fewer)." in jump.checks[0].sentence
    )
    # Five children are neither a jump nor to be told.
    assert made(after=(20, 15, 12), before=(160, 150, 140)).checks == ()
    same = made_up.records()
    entered = same.entered
    episodes = dataclasses.replace(same.episodes, born=entered - 3000)
    held = dataclasses.replace(same, episodes=episodes)
    assert [each.name for each in made(held=held).checks] == ["one_age"]
    # Who was in care already is not seen coming in: 2020 has no other.
    known = (entered < 0) | (entered < 366) | (entered >= 731)
    unseen = dataclasses.replace(same, entered_known=known)
    assert [each.sentence for each in made(held=unseen).checks] == [
        "No child is seen coming into care in the year to 31 March 2020."
    ]
    late = dataclasses.replace(same, entered=np.minimum(entered, 300).astype(np.int32))
    assert [each.name for each in made(held=late).checks] == ["no_entries", "no_entries"]


def test_what_a_reader_may_not_expect_is_worth_a_look() -> None:
    found = left_out(14, 7)
    assert [each.name for each in found.checks] == ["jump", "not_seen_again"]
    assert found.checks[1].sentence == (
        "14 children are open in an earlier return and in no later one, beside 70 in care on 31 "
        "March 2021."
    )
    # Five are not to be told, and six are a small part of two hundred.
    assert "not_seen_again" not in {each.name for each in left_out(5, 7).checks}
    assert "not_seen_again" not in {each.name for each in left_out(6, 7, 250, 200).checks}
    assert [each.name for each in made(held=made_up.records(unseen=10)).checks] == []
    unseen = made(held=made_up.records(unseen=12)).checks
    assert unseen[0].sentence == (
        "Of 20 periods of care under way on 1 April 2018, it is not known of 12 when the child "
        "came into care."
    )
    assert "not known of most when" in made(held=made_up.records(unseen=17)).checks[0].sentence


def test_a_column_no_return_has_is_no_column_to_fill_in() -> None:
    whole = made_up.returns()
    rows = tuple(dataclasses.replace(row, location="", urn="") for row in whole.episodes)
    quality = quality_of(dataclasses.replace(whole, episodes=rows), made_up.cleaned())
    assert [each.sentence for each in quality.checks] == [
        "PL_LOCATION and URN are in no return, or empty in every year."
    ]
    text = flat(quality_text(quality))
    assert "PL_LOCATION none none none" in text
    assert "No return has it, or it is empty in every year: export the return with it." in text
    assert "fill it in" not in text


def test_a_file_that_is_no_table_is_passed_over() -> None:
    whole = made_up.returns()
    files = (*whole.files, FileRead("LICENSE", "", None, 0), FileRead("a.csv", "", None, 0))
    text = quality_text(quality_of(dataclasses.replace(whole, files=files), made_up.cleaned()))
    assert "LICENSE: passed over: no CSV file" in text
    assert "a.csv: not understood: no table of the return" in text


def test_doubtful_returns_are_worth_a_look() -> None:
    whole = made_up.returns()
    kept = tuple(row for row in whole.episodes if row.year != 2020)
    blunt = tuple(dataclasses.replace(row, born=row.born.replace(day=15)) for row in whole.headers)
    silent = tuple(dataclasses.replace(row, rne="L") for row in kept)
    returns = dataclasses.replace(whole, episodes=silent, headers=blunt)
    found = quality_of(returns, made_up.cleaned()).checks
    assert [each.name for each in found] == ["missing_year", "few_starts", "blunted_births"]
    assert "20 periods of care begin within the records, but 0 rows" in found[1].sentence


def test_the_table_of_rows_holds_every_row_and_no_value() -> None:
    told = list(csv.DictReader(io.StringIO(quality_csv(made()))))
    rows = {(one.file, one.row, one.column, one.rule) for one in made_up.FINDINGS}
    assert {(r["file"], int(r["row"]), r["column"], r["rule"]) for r in told} == rows
    assert len(told) == len(rows)
    assert told[0].keys() == {"file", "row", "column", "rule", "does"}
    assert all(r["does"] == RULES[r["rule"]].does for r in told)
    formula = [made_up.finding("overlap", 2, file="=cmd|' /C calc'!A0.csv")]
    assert quality_csv(made(formula)).splitlines()[1].startswith("'=cmd")


def test_the_same_returns_give_the_same_report() -> None:
    one, two = made(), made(tuple(reversed(made_up.FINDINGS)))
    assert quality_csv(one) == quality_csv(two)
    assert quality_text(one) == quality_text(two)
    assert quality_page(one) == quality_page(two)


def test_every_rule_and_column_has_something_to_do() -> None:
    told = [what_to_do(rule) for rule in RULES.values()]
    assert all(each.endswith(".") for each in told)
    everything = made([made_up.finding(name, 2) for name in RULES])
    text, page = flat(quality_text(everything)), quality_page(everything)
    for each in told:
        assert f"What to do: {each}" in text
    assert all(f"* {column}, of " in text for column in COLUMNS)
    assert page.count("What to do:") == len(RULES)
    assert {each.rule.does for each in everything.applied} == set(Does)


def test_lines_of_the_text_are_short() -> None:
    everything = made([made_up.finding(name, line) for name in RULES for line in range(2, 30)])
    assert max(map(len, quality_text(everything).splitlines())) <= WIDTH <= 100


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(0, 9, "0%"), (9, 9, "100%"), (2999, 3000, "99.9%"), (1, 3000, "under 0.1%"), (0, 0, "none"),
     (2, 3, "66.7%"), (3, 3000, "0.1%")],
)  # fmt: skip
def test_a_share_is_whole_only_where_it_is(part: int, whole: int, said: str) -> None:
    assert share(part, whole) == said
