"""Values typed as people type them, and what is said where the schema refuses them."""

from __future__ import annotations

import pytest
from small_project import Project

from sufficiency.scenario.scalars import number_meant

pytestmark = pytest.mark.golden

NUMBERS = [
    ("012", "`012` begins with a zero, which YAML reads as a number in base eight; write 12"),
    (
        "1:30",
        "`1:30` would be read as hours, minutes and seconds; write one number, in the unit "
        "expected",
    ),
    ("1_000", "`1_000` is not a number in plain digits; write 1000"),
    ("0x1F", "`0x1F` is not in ordinary digits; write 31"),
    ("0b101", "`0b101` is not in ordinary digits; write 5"),
    (".inf", "`.inf` is not a finite number; write a number in digits"),
    (".nan", "`.nan` is not a finite number; write a number in digits"),
    ("1,000", "`1,000` is not a number in plain digits; write 1000"),
    ("£3.6M", "`£3.6M` is not a number in plain digits; write 3600000"),
    ("3.6m", "`3.6m` is not a number in plain digits; write 3600000"),
    ("25%", "`25%` is not a number in plain digits; write 0.25"),
    (
        "100-120",
        "`100-120` is a range; write {p10: 100, p90: 120, distribution: lognormal}",
    ),
    ('"100"', "`100` is in quotes, which makes it text; write 100 without quotes"),
    (
        "yes",
        "`yes` is not a number in plain digits; write a number in digits, such as 3600000",
    ),
    ("1e400", "`1e400` is too large; write a number below 1e300"),
]

TEXT = [
    (
        "title: no",
        "8 `title`: `no` is read by YAML as true or false, and text belongs here; "
        'put it in quotes: "no"',
    ),
    (
        "title: 2020-03-31",
        "8 `title`: `2020-03-31` is read by YAML as a date, and text belongs "
        'here; put it in quotes: "2020-03-31"',
    ),
    (
        "title: 2020",
        "8 `title`: `2020` is read by YAML as a number, and text belongs here; "
        'put it in quotes: "2020"',
    ),
    ("title: {a: b}", "8 `title` is a group of keys, which does not fit here; write text"),
    (
        "start: 31/03/2025",
        "8 `start`: `31/03/2025` is not a date written year, month, day; write 2025-03-31",
    ),
    (
        "start: 2025-3-31",
        "8 `start`: `2025-3-31` is not a date written year, month, day; write 2025-03-31",
    ),
    ("start: 2025-02-30", "8 `start`: `2025-02-30` is not a day of the calendar; check it"),
    (
        "start: 2025-03-31 10:00:00",
        "8 `start`: `2025-03-31 10:00:00` is not a date written "
        "year, month, day; write the date alone: 2025-03-31",
    ),
    (
        "start: soon",
        "8 `start`: `soon` is not a date written year, month, day; write a date such as 2020-04-01",
    ),
    (
        "end: 2020-03-31",
        "6 `end` (2020-03-31) must come after `start` (2025-03-31); give a later `end`",
    ),
    ("seed: -1", "7 `seed` is too small; write at least 0"),
    ("seed: 1.5", "7 `seed`: `1.5` is not a whole number; write a whole number"),
    ("replications: 1000000", "15 `replications` is too large; write at most 100000"),
    ("entires: {}", "1 `entires` is not a key known here; did you mean `entries`?"),
    (
        "entries: many",
        "10 `entries` is `many`, which does not fit here; "
        "write a group of keys: `per_year`, `by_age`",
    ),
    (
        "panel: {ranking: hub}",
        "18 `panel.ranking` is `hub`, which does not fit here; write a list such as [one, another]",
    ),
    (
        "plans: {family: {search_order: []}}",
        "32 `plans.family.search_order` is empty; write at least one",
    ),
    (
        "settings: {Hub-2: {usual_ages: {under_1: 1, 1_to_4: 1, 5_to_9: 1, 10_to_15: 1, "
        "16_to_17: 1}, location: {inside: 1}}}",
        "12 `Hub-2` cannot be a name; use small letters, digits and underscores, starting with "
        "a letter",
    ),
    (
        "money: {prices: {agency_foster: {block: placment}}}",
        "41 `money.prices.agency_foster.block`: `placment` is not one of the words known here; "
        "did you mean `placement`?",
    ),
    (
        "money: {budget: {placement: {base_gbp: {2025: 1}}}}",
        "41 `money.budget.placement.base_gbp.2025`: `2025` is not a financial year; "
        "write it like 2020/21",
    ),
    (
        "panel: {acceptance: 25}",
        "21 `panel.acceptance`: 25 is outside the range allowed here, "
        "0 to 1; write 0.25 if 25% is meant",
    ),
]

FIGURES = [
    (
        "-3",
        "13 `entries.per_year`: -3 is outside the range allowed here, 0 to 100000; "
        "write a number (children per year), 0 to 100000",
    ),
    ("", "12 `entries.per_year` is empty; write a number (children per year), 0 to 100000"),
    ("null", "13 `entries.per_year` is empty; write a number (children per year), 0 to 100000"),
    (
        "[1]",
        "13 `entries.per_year` is a list, which does not fit here; "
        "write a number (children per year), 0 to 100000",
    ),
    (
        "{value: 100, unit: per year}",
        "3 `entries.per_year`: the unit here is `children per "
        "year`, not `per year`; give the figure in children per year, or leave `unit` out",
    ),
    (
        "{value: 1, p10: 1}",
        "3 `entries.per_year` is not a whole figure; give either `value`, "
        "or `p10`, `p90` and `distribution`, not both",
    ),
    (
        "{source: x}",
        "3 `entries.per_year` is not a whole figure; give `value`, or all three "
        "of `p10`, `p90` and `distribution`",
    ),
    (
        "{p10: 5, p90: 2, distribution: normal}",
        "3 `entries.per_year`: p10 (5) must be less than p90 (2); swap or correct them",
    ),
    (
        "{p10: 0, p90: 2, distribution: lognormal}",
        "3 `entries.per_year`: a lognormal interval "
        "must be above zero, p10 is 0; raise p10, or use normal or uniform",
    ),
    (
        "{p10: 1, p90: 2, distribution: norml}",
        "44 `entries.per_year.distribution`: `norml` is "
        "not one of the words known here; did you mean `normal`?",
    ),
    ("{value: 1, mark: v}", "30 `entries.per_year.mark`: `v` is not one of the words; write V"),
    ("{vale: 1}", "14 `entries.per_year.vale` is not a key known here; did you mean `value`?"),
    (
        "{from: {2025-04-01: 90}}",
        "14 `entries.per_year` does not change on dates; write one figure",
    ),
]

DATED = [
    (
        "{from: {2026-04-01: 90, 2025-04-01: 91}}",
        "32 `settings.hub.places.from`: 2025-04-01 "
        "stands after 2026-04-01; put the dates in order, earliest first",
    ),
    (
        "{from: {}}",
        "15 `settings.hub.places.from` holds no dates; "
        "write dates such as 2020-04-01, each with a figure",
    ),
    (
        "{2026-04-01: 90}",
        "9 `settings.hub.places` holds a date where a figure is expected; "
        "put the dates under `from:`",
    ),
    (
        "{from: {2025-04-01: 90}, source: x}",
        "33 `settings.hub.places.source` stands beside "
        "dates; write `source` with each figure under `from`",
    ),
    (
        "{from: {01/04/2025: 90}}",
        "16 `settings.hub.places.from`: `01/04/2025` is not a date "
        "written year, month, day; write 2025-04-01",
    ),
    (
        "{from: {2025-04-01: -90}}",
        "28 `settings.hub.places.from.2025-04-01`: -90 is outside "
        "the range allowed here, 0 to 100000; write a number (places), 0 to 100000",
    ),
]


@pytest.mark.parametrize(("typed", "said"), NUMBERS)
def test_numbers_as_people_type_them(project: Project, typed: str, said: str) -> None:
    told = project.layer(f"entries:\n  per_year: {typed}\n")
    assert told == [f"scenarios/layer.yaml:3:13 `entries.per_year`: {said}"]


@pytest.mark.parametrize(("line", "said"), TEXT)
def test_values_that_do_not_belong(project: Project, line: str, said: str) -> None:
    assert project.layer(line + "\n") == [f"scenarios/layer.yaml:2:{said}"]


@pytest.mark.parametrize(("typed", "said"), FIGURES)
def test_figures_that_are_not_right(project: Project, typed: str, said: str) -> None:
    told = project.layer(f"entries:\n  per_year: {typed}\n")
    assert told == [f"scenarios/layer.yaml:3:{said}"]


@pytest.mark.parametrize(("typed", "said"), DATED)
def test_dated_figures_that_are_not_right(project: Project, typed: str, said: str) -> None:
    text = project.template.replace("agency_foster", "hub").replace(
        "  hub:\n    usual_ages", f"  hub:\n    places: {typed}\n    usual_ages"
    )
    line = text.split("    places: {")[0].count("\n") + 1
    assert typed in text.splitlines()[line - 1]
    told = [each for each in project.told(project.write("a.yaml", text)) if f":{line}:" in each]
    column, _, words = said.partition(" ")
    assert told == [f"scenarios/a.yaml:{line}:{int(column) + 5} {words}"]


@pytest.mark.parametrize("typed", ["105", "105.0", "1.05e2", "+105", "1050e-1", "105."])
def test_plain_numbers_are_read(project: Project, typed: str) -> None:
    path = project.write("l.yaml", f"based_on: example.yaml\nentries: {{per_year: {typed}}}\n")
    assert project.load(path).scenario.entries.per_year.value == 105


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("£12.9M", "12900000"), ("1,234,567.5", "1234567.5"), ("3,5", "3.5"), ("-2k", "-2000"),
     ("1.5bn", "1500000000"), ("12.5 %", "0.125"), ("some", None), ("1.2.3", None)],
)  # fmt: skip
def test_the_number_meant(typed: str, meant: str | None) -> None:
    assert number_meant(typed) == meant


def test_missing_keys_say_what_belongs_there(project: Project) -> None:
    told = project.layer("settings: {hub: {label: Hub}}\n")
    assert told == [
        "scenarios/layer.yaml:2:17 `settings.hub.location` is missing; add `location`, a group "
        "of names, each with a value: `inside`, `outside_near`, `outside_far` (Where placements "
        "in this setting are)",
        "scenarios/layer.yaml:2:17 `settings.hub.usual_ages` is missing; add `usual_ages`, a "
        "group of names, each with a value: `under_1`, `1_to_4`, `5_to_9`, `10_to_15`, "
        "`16_to_17` (How usual the setting is at each age, relative to the others: used to "
        "cross published tables of the opening children)",
    ]


def test_all_is_told_at_once_in_order(project: Project) -> None:
    told = project.layer(
        "end: soon\nsed: 1\nentries:\n  per_year: £1k\n  by_age: {under_1: 0.9}\n"
        "panel: {acceptance: 2, notice: [1]}\nseed: 1\nseed: 2\n"
    )
    places = [line.split(" ")[0].removeprefix("scenarios/layer.yaml:") for line in told]
    assert places == ["2:6", "3:1", "5:13", "6:3", "7:21", "7:32", "9:1"]


def test_no_word_of_the_machinery_leaks(project: Project) -> None:
    every = [
        line for typed, _ in FIGURES for line in project.layer(f"entries: {{per_year: {typed}}}")
    ]
    every += [line for text, _ in TEXT for line in project.layer(text)]
    leaks = ("Input should", "pydantic", "dict", "NoneType", "1900", "datetime", "Error", "tuple")
    assert len(every) >= len(FIGURES) + len(TEXT)
    assert [line for line in every for leak in leaks if leak in line] == []
