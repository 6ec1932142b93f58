"""The audit tables: what is meant for sharing says nothing of any child."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made_up_rows import Folder, day

from sufficiency.ssda903.audit import (
    CHILD_COLUMNS,
    SHARED_COLUMNS,
    audit_csv,
    audit_rows,
    audit_rows_with_children,
)
from sufficiency.ssda903.rules import RULES


def _findings():
    folder = Folder().add(2018, "2017-05-01", "2017-08-01", "E4A", child="secret-1")
    folder.add(2018, "2017-06-01", "", "X1", child="secret-1", rne="P", place="K2", provider="")
    return folder.cleaned().findings


@pytest.mark.content
def test_what_is_shared_says_where_and_by_which_rule_and_nothing_of_the_child():
    text = audit_csv(SHARED_COLUMNS, audit_rows(_findings()))
    assert text == (
        "file,row,column,rule,does\n"
        "2018/episodes.csv,2,DEC,overlap,changed\n"
        "2018/episodes.csv,2,REC,goes_on,noted\n"
        "2018/episodes.csv,3,REC,reason_while_open,changed\n"
        "2018/episodes.csv,3,PLACE_PROVIDER,no_provider,noted\n"
    )


@pytest.mark.content
def test_what_stays_with_the_council_has_child_and_values():
    rows = audit_rows_with_children(_findings())
    assert audit_csv(CHILD_COLUMNS, rows[:1]) == (
        "file,row,column,rule,does,child,before,after\n"
        "2018/episodes.csv,2,DEC,overlap,changed,secret-1,2017-08-01,2017-06-01\n"
    )


@pytest.mark.unit
def test_the_order_in_which_things_were_found_does_not_matter():
    findings = _findings()
    backwards = findings[::-1]
    assert audit_rows_with_children(backwards) == audit_rows_with_children(findings)
    years = [replace(findings[0], file="2019.csv", row=1), replace(findings[0], file="2018.csv")]
    assert [row[:2] for row in audit_rows(years)] == [("2018.csv", 3), ("2019.csv", 1)]
    assert audit_rows([*findings, *backwards]) == audit_rows(findings)


@pytest.mark.unit
def test_the_rules_stand_in_the_order_in_which_they_are_applied():
    """A child a rule. A step goes from child to child, so they stand in the order of rules."""
    folder = Folder({"a: early": day("2019-06-01")})
    folder.add(2018, "2017-05-01", "2017-06-01", "E4A", child="a: early")
    for row in range(2):
        folder.add(2018, "2017-05-02", "2017-07-01", "E4A", child="b: twice", urn=str(row))
    folder.add(2018, "2017-05-03", child="c: kept").add(2019, "2017-05-03", child="c: kept")
    folder.add(2018, "2017-05-04", "", "X1", child="d: gone")
    folder.add(2019, "2018-04-20", "2018-05-01", "X1", child="e: gap")
    folder.add(2019, "2018-05-03", "2018-06-01", "E4A", child="e: gap", rne="P")
    folder.add(2019, "2018-05-05", "2018-06-01", "", child="f: unsaid")
    folder.add(2019, "2018-05-06", "2018-06-01", "E4A", child="g: break", ls="V4")
    folder.add(2019, "2018-05-07", "2018-05-07", "E4A", child="h: day")
    folder.add(2019, "2018-05-08", "2018-06-01", "E4A", child="i: start", rne="L")
    folder.add(2019, "2018-05-09", "2018-06-01", "E4A", child="j: away", place="T1")
    folder.add(2019, "2018-05-10", "2018-06-01", "E4A", child="k: home", provider="")
    found = [each.rule for each in folder.cleaned().findings]
    first_found = sorted(set(found), key=found.index)
    assert len(first_found) > 8
    assert first_found == [name for name in RULES if name in first_found]


@pytest.mark.unit
def test_reading_comes_before_cleaning():
    """Whose a row is, is asked before anything else; how far the records go, before merging."""
    names = list(RULES)
    assert names[0] == "other_authority"
    at = [names.index(name) for name in ("no_birth_date", "stops_early", "before_birth")]
    assert at == sorted(at)


@pytest.mark.content
def test_every_rule_has_a_sentence_of_its_own():
    sentences = [rule.sentence for rule in RULES.values()]
    assert len(set(sentences)) == len(sentences)
    assert all(sentence.endswith(".") for sentence in sentences)
