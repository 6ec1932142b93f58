"""The project's own tables are read whole, keep their codes, and say what is wrong where."""

from __future__ import annotations

import datetime as dt
from csv import DictReader
from itertools import pairwise
from pathlib import Path

import pytest

from sufficiency.errors import InputError
from sufficiency.inputs.tables import (
    read_actuals,
    read_authority_flows,
    read_council_counts,
    read_published,
)

INPUTS = Path(__file__).parents[2] / "inputs"
HEAD = "year_ending_31_march,measure,breakdown,category,number,unit,source,licence,mark,note\n"


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.content
@pytest.mark.parametrize("area", ["middlesbrough", "england"])
def test_totals_are_the_sum_of_ages_where_every_age_is_published(area: str) -> None:
    table = read_published(INPUTS / area / "published_margins.csv")
    rounded = 20 if area == "england" else 0
    for year in range(2021, 2026):
        cells = dict(table.breakdown(year, "started", "Age on starting"))
        total = cells.pop("Total")
        assert isinstance(total, int)
        assert abs(sum(int(cell) for cell in cells.values()) - total) <= rounded


@pytest.mark.content
def test_middlesbrough_is_the_same_in_both_tables() -> None:
    local = read_published(INPUTS / "middlesbrough" / "published_totals.csv")
    flows = read_authority_flows(INPUTS / "england" / "authority_flows.csv")
    for row in flows:
        if row.authority == "Middlesbrough":
            for name in ("looked_after_31_march", "started", "ceased", "population_0_17"):
                assert row.counts[name] == local.count(row.year, name)
    assert sum(row.authority == "Middlesbrough" for row in flows) == 7


@pytest.mark.content
def test_every_year_of_every_authority_is_kept() -> None:
    flows = read_authority_flows(INPUTS / "england" / "authority_flows.csv")
    for pair in pairwise(range(2019, 2026)):
        both = [{row.authority for row in flows if row.year == year} for year in pair]
        assert len(both[0] & both[1]) > 130
    assert {row.year for row in flows} == set(range(2019, 2026))


@pytest.mark.content
def test_children_on_protection_plans_are_known_for_every_year() -> None:
    table = read_published(INPUTS / "middlesbrough" / "children_in_need.csv")
    counts = [table.count(year, "child_protection_plans_31_march") for year in range(2015, 2026)]
    assert counts == [231, 250, 276, 266, 263, 379, 567, 416, 469, 320, 353]


@pytest.mark.content
def test_children_placed_here_by_others_and_own_children_add_up() -> None:
    table = read_published(INPUTS / "middlesbrough" / "published_margins.csv")
    for year in range(2021, 2026):
        cells = dict(table.breakdown(year, "looked_after_31_march", "LA of placement"))
        total = cells.pop("Total")
        assert sum(int(cell) for cell in cells.values()) == total
        inside = table.count(
            year,
            "looked_after_31_march",
            "Locality of placement",
            "Placed inside the local authority boundary",
        )
        assert inside in cells.values()


@pytest.mark.content
def test_the_outturn_of_2024_25_adds_up() -> None:
    with (INPUTS / "middlesbrough" / "money.csv").open(encoding="utf-8", newline="") as text:
        rows = {(r["financial_year"], r["item"]): int(r["amount_gbp"]) for r in DictReader(text)}

    def outturn(line: str) -> int:
        return rows["2024/25", f"outturn: {line}"]

    whole = outturn("children looked after, gross")
    parts = ("residential care", "fostering", "other for children looked after")
    assert sum(outturn(f"{part}, gross") for part in parts) == whole
    assert whole + outturn("children looked after, income") == outturn("children looked after, net")


@pytest.mark.content
def test_what_the_council_counted_early_in_2025_adds_up() -> None:
    counts = read_council_counts(INPUTS / "middlesbrough" / "council_counts.csv")
    day = dt.date(2025, 3, 31)
    # 64 with connected carers are inside the 165 in-house.
    names = ("in_house_foster", "agency_foster", "in_house_residential", "external", "in_no_count")
    assert sum(counts.count(day, "children", name) for name in names) == 504
    assert counts.count(day, "children", "connected_carer") == 64


@pytest.mark.content
def test_actuals_agree_with_the_published_totals() -> None:
    totals = read_published(INPUTS / "middlesbrough" / "published_totals.csv")
    names = {"children_in_care": "looked_after_31_march", "entries": "started", "exits": "ceased"}
    checked = 0
    for actual in read_actuals(INPUTS / "middlesbrough" / "actuals.csv"):
        assert actual.date > dt.date(2020, 3, 31)
        if actual.setting == "all" and actual.measure in names:
            assert actual.value == totals.count(actual.date.year, names[actual.measure])
            checked += 1
    assert checked == 15


@pytest.mark.unit
def test_council_counts_are_found_by_date() -> None:
    counts = read_council_counts(INPUTS / "middlesbrough" / "council_counts.csv")
    assert counts.count(dt.date(2020, 3, 31), "children", "connected_carer") == 176
    with pytest.raises(InputError, match="no `children` of `hub` on 2020-03-31 is here"):
        counts.count(dt.date(2020, 3, 31), "children", "hub")


@pytest.mark.golden
def test_every_wrong_cell_is_told_with_its_place(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        HEAD
        + "twenty,started,all,all,5,children,DfE,OGL,V,\n"
        + "2020,started,all,all,-5,children,DfE,OGL,V,\n"
        + "2020,ceased,all,all,c,children,,OGL,W,\n",
    )
    with pytest.raises(InputError) as caught:
        read_published(path)
    assert [str(problem).removeprefix(f"{path}:") for problem in caught.value.problems] == [
        "2:1 `twenty` is not a year such as 2020; write a year such as 2020",
        "3:5 `-5` is neither a count nor a code; write a whole number, or c (suppressed), "
        "x (not available) or z (not applicable)",
        "4:7 the figure has no source; say the source",
        "4:9 `W` is not a mark; the names here are `V`, `Vx`, `D`, `M`, `J`",
    ]


@pytest.mark.golden
def test_a_repeated_figure_is_refused(tmp_path: Path) -> None:
    row = "2020,started,all,all,5,children,DfE,OGL,V,\n"
    with pytest.raises(InputError, match=r":3:4 this figure is given twice; keep one"):
        read_published(written(tmp_path, HEAD + row + row))


@pytest.mark.golden
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("year,number\n2020,5\n", "columns are missing: year_ending_31_march"),
        (HEAD + "2020,started,all\n", "this row does not have 10 cells"),
    ],
)
def test_a_table_of_the_wrong_form_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_published(written(tmp_path, text))


@pytest.mark.golden
def test_a_missing_table_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the table cannot be read"):
        read_published(tmp_path / "none.csv")


@pytest.mark.unit
def test_a_suppressed_figure_is_never_a_number() -> None:
    table = read_published(INPUTS / "middlesbrough" / "published_totals.csv")
    assert table.breakdown(2020, "ceased", "Reason episode ceased")["Died"] == "c"
    with pytest.raises(InputError, match="suppressed, any number including 0"):
        table.count(2020, "ceased", "Reason episode ceased", "Died")
