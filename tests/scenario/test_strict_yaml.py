"""What the strict reader of YAML refuses, in its own words."""

from __future__ import annotations

import time

import pytest
from small_project import Project

pytestmark = pytest.mark.golden

UNREADABLE = [
    (b"", "1:1 the file is empty; start from a template with `sufficiency new scenario FILE`"),
    (
        b"# only a comment\n",
        "1:1 the file is empty; start from a template with `sufficiency new scenario FILE`",
    ),
    (
        b"{}",
        "1:1 the file is empty; start from a template with `sufficiency new scenario FILE`",
    ),
    (
        b"- a\n- b\n",
        "1:1 the file does not hold keys with values; start it with a line such as "
        "`title: What this scenario is`",
    ),
    (b"opening:\n\tby_age: 1\n", "2:1 a tab is used to indent; indent with spaces"),
    (
        b"title: caf\xe9\n",
        "1:11 this is not UTF-8 text; save the file with UTF-8 encoding",
    ),
    (
        "title: a\n".encode("utf-16"),
        "1:1 this is not UTF-8 text; save the file with UTF-8 encoding",
    ),
    (
        b"title: a\x00b\n",
        "1:9 an invisible control character (code 0) stands here; delete it",
    ),
    (
        b"title: a: b\n",
        "1:9 a colon is not expected here; indent this line like its neighbours, or put text "
        "that holds a colon in quotes",
    ),
    (
        b"title: 'a\n",
        "1:8 a quotation mark is opened and never closed; close it on the same line",
    ),
    (
        b"plans: [a, b\n",
        "1:8 a list opened with `[` is not closed; separate its items with commas and close it "
        "with `]`",
    ),
    (
        b"plans: {a: 1\n",
        "1:8 a group opened with `{` is not closed; separate its items with commas and close it "
        "with `}`",
    ),
    (
        b"- a\nb: 1\n",
        "2:1 this line does not fit with the lines above it; indent it exactly as far as the "
        "keys or items it belongs with",
    ),
    (
        b" a: 1\nb: 2\n",
        "2:1 this line does not begin in the same column as the first; begin every key of the "
        "same group in the same column",
    ),
    (b"title: @x\n", "1:8 a value may not begin with this sign; put the text in quotes"),
    (
        b'title: "\\z"\n',
        "1:10 a backslash in double quotes is read as a special sign; use single quotes, or "
        "write two backslashes",
    ),
]

REFUSED = [
    ("title: a\ntitle: b\n", "3:1 `title` is given twice, first on line 2; keep one of them"),
    (
        "title: &t a\n",
        "2:8 `&t` names a part of the file to use again; delete it, and write the value out "
        "wherever it is used",
    ),
    (
        "title: *t\n",
        "2:8 `*t` stands for another part of the file; write the value out, or lay this "
        "scenario over another with `based_on`",
    ),
    (
        "entries:\n  <<: {per_year: 1}\n",
        "3:3 `<<` copies one part of the file into another; write the keys out, or lay this "
        "scenario over another with `based_on`",
    ),
    (
        "title: !!python/object:os.system x\n",
        "2:8 `!!python/object:os.system` is a tag, which a scenario does not use; delete it",
    ),
    (
        "title: a\n---\ntitle: b\n",
        "3:1 a second document starts here; keep one scenario in a file: delete `---`",
    ),
    (
        "settings:\n  no: {label: x}\n",
        '3:3 `no` as a key is read by YAML as true, false or nothing; put it in quotes: "no"',
    ),
    ("? [a]\n: b\n", "2:3 a key must be one word; write `name: value`"),
    ('title: "a\\x1b"\n', "2:8 this text holds an invisible control character; delete it"),
    ('title: "\\ud800"\n', "2:8 this text holds an invisible control character; delete it"),
]


@pytest.mark.parametrize(("data", "said"), UNREADABLE)
def test_a_file_that_cannot_be_read(project: Project, data: bytes, said: str) -> None:
    assert project.told(project.write("a.yaml", data)) == [f"scenarios/a.yaml:{said}"]


@pytest.mark.parametrize(("text", "said"), REFUSED)
def test_what_yaml_would_let_pass(project: Project, text: str, said: str) -> None:
    assert project.layer(text) == [f"scenarios/layer.yaml:{said}"]


def test_deep_nesting_is_refused(project: Project) -> None:
    told = project.layer("title: " + "[" * 9000 + "]" * 9000 + "\n")
    said = "this is nested too deeply; a scenario needs at most 10 levels"
    assert told[1] == f"scenarios/layer.yaml:2:37 {said}"
    assert len(told) == 2


def test_every_tab_is_told(project: Project) -> None:
    path = project.write("a.yaml", "opening:\n\tby_age: 1\n  \tby_location: 2\n")
    assert [line.split(" ")[0] for line in project.told(path)] == [
        "scenarios/a.yaml:2:1",
        "scenarios/a.yaml:3:3",
    ]


def test_a_billion_laughs_end_at_once(project: Project) -> None:
    lines = ['a0: &a0 ["ha"]']
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    path = project.write("a.yaml", "\n".join(lines))
    before = time.process_time()
    told = project.told(path)
    assert time.process_time() - before < 5
    assert sum("stands for another part" in line for line in told) == 39 * 9


def test_a_huge_file_is_refused(project: Project) -> None:
    told = project.told(project.write("a.yaml", b"#" * 5_000_001))
    assert told == [
        "scenarios/a.yaml:1:1 the file is larger than 5 MB, which no scenario is; "
        "check that it is a scenario"
    ]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_windows_files_read_the_same(project: Project, mark: bytes, ending: bytes) -> None:
    data = mark + project.template.encode().replace(b"\n", ending)
    path = project.write("windows.yaml", data)
    assert project.load(path).scenario == project.load(project.example).scenario
    first = project.write("first.yaml", mark + b"title: no" + ending)
    assert project.told(first)[0].startswith("scenarios/first.yaml:1:1 ")
    assert any(line.startswith("scenarios/first.yaml:1:8 ") for line in project.told(first))
    wrong = project.write("wrong.yaml", mark + b"based_on: example.yaml" + ending + b"seed: no")
    assert project.told(wrong) == [
        "scenarios/wrong.yaml:2:7 `seed`: `no` is not a number in plain digits; "
        "write a number in digits, such as 3600000"
    ]
