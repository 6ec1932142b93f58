"""The files of the Department for Education's statistics site give what the long table gives."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from sufficiency.errors import InputError
from sufficiency.inputs.dfe import DfeTables, read_dfe, years_of

PLACES = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_code,"
    "region_name,old_la_code,la_name,new_la_code"
)
NEW = "characteristic,breakdown,children_count,children_percent"
OLD = "cla_group,characteristic,number,percentage"
RATES = "population_type,population_estimate,children_count,rate_per_10000"
STABILITY = "cla_group,placement_stability,children_count,children_percent"


def place(area: str, year: object = 2025, code: str = "E08000035") -> str:
    start = f"{year},Reporting year"
    if area == "England":
        return f"{start},National,E92000001,England,,,,,"
    if area == "North East":
        return f"{start},Regional,E92000001,England,E12000001,North East,,,"
    return f'{start},Local authority,E92000001,England,E12000003,Yorkshire,383,"{area}",{code}'


def rates(area: str, numbers: tuple[object, ...], year: int = 2025, code: str = "E08") -> list[str]:
    """Rows of looked after, started, ceased and the population."""
    names = (
        "Children looked after on 31 March each year",
        "Children starting to be looked after each year",
        "Children ceasing to be looked after each year",
    )
    start = place(area, year, code)
    return [f"{start},{n},{numbers[3]},{c},9" for n, c in zip(names, numbers, strict=False)]


def save(folder: Path, name: str, own: str, lines: list[str]) -> Path:
    path = folder / name
    path.write_text("\n".join([f"{PLACES},{own}", *lines]) + "\n", encoding="utf-8-sig")
    return path


def release(folder: Path) -> Path:
    """A release as it is downloaded, with a file of another subject and one of England only."""
    both = ("England", "Leeds")
    save(folder, "rates.csv", RATES, [
        *rates("England", (80, 30, 40, 900)), *rates("North East", (8, 3, 4, 90)),
        *rates("Leeds", (7, "c", 5, 60)), *rates("Leeds", (6, 3, 2, 59), 2024),
        f"{place('Leeds')},Children looked after during the year,60,11,9",
    ])  # fmt: skip
    save(folder, "march.csv", NEW, [
        line for area in both for line in (
            f"{place(area)},Age group,Under 1 year,3,k", f"{place(area)},Age group,Total,9,100",
            f"{place(area)},Placement,Foster placements,z,z",
        )
    ])  # fmt: skip
    save(folder, "start.csv", NEW, [f"{place('Leeds')},Age on starting,Under 1 year,2,1"])
    save(folder, "cease.csv", NEW, [f"{place('Leeds')},Reason episode ceased,Died,k,1"])
    save(folder, "moves.csv", NEW, [
        f"{place('Leeds')},Reason for placement change during the year,Other,12,1"
    ])  # fmt: skip
    save(folder, "stability.csv", STABILITY, [
        f"{place('Leeds')},CLA on 31 March,With 3 or more placements during the year,4,1"
    ])  # fmt: skip
    save(folder, "health.csv", NEW, [f"{place('Leeds')},Teeth checked,Yes,4,1"])
    save(folder, "school.csv", f"cla_group,{NEW}", [f"{place('Leeds')},A,Placement,B,4,1"])
    (folder / "national.csv").write_text(
        f"time_period,geographic_level,country_name,{NEW}\n2025,National,England,Placement,A,1,1\n"
    )
    (folder / "data-guidance.txt").write_text("words")
    return folder


def zipped(folder: Path, path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for each in sorted(folder.iterdir()):
            archive.write(each, f"data/{each.name}")
    return path


@pytest.fixture
def tables(tmp_path: Path) -> DfeTables:
    return read_dfe(release(tmp_path))


@pytest.mark.unit
def test_every_file_is_known_by_its_columns_and_groups(tables: DfeTables) -> None:
    leeds = tables.of("Leeds")
    assert tables.areas["Leeds"].code == "E08000035"
    assert tables.years == (2024, 2025)
    assert dict(leeds.figures) == {
        (2025, "looked_after_31_march", "all"): {"all": 7},
        (2025, "started", "all"): {"all": "c"},
        (2025, "ceased", "all"): {"all": 5},
        (2025, "population_0_17", "all"): {"all": 60},
        (2024, "looked_after_31_march", "all"): {"all": 6},
        (2024, "started", "all"): {"all": 3},
        (2024, "ceased", "all"): {"all": 2},
        (2024, "population_0_17", "all"): {"all": 59},
        (2025, "looked_after_31_march", "Age group"): {"Under 1 year": 3, "Total": 9},
        (2025, "looked_after_31_march", "Placement"): {"Foster placements": "z"},
        (2025, "started", "Age on starting"): {"Under 1 year": 2},
        (2025, "ceased", "Reason episode ceased"): {"Died": "c"},
        (2025, "new_placements", "Reason for placement change during the year"): {"Other": 12},
        (2025, "placement_stability", "CLA on 31 March"): {
            "With 3 or more placements during the year": 4
        },
    }
    assert tables.england.count(2025, "population_0_17") == 900
    assert tables.areas["North East"].level == "region"
    assert years_of(tables, "Leeds") == (2024,)


@pytest.mark.unit
def test_a_zip_or_a_folder_of_zips_is_read_as_the_folder_is(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    plain = read_dfe(release(source))
    deep = tmp_path / "deep"
    (deep / "data").mkdir(parents=True)
    release(deep / "data")
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    one = zipped(source, downloads / "release.zip")
    for path in (one, downloads, deep):
        assert read_dfe(path).figures == plain.figures


@pytest.mark.unit
def test_files_of_releases_up_to_2024_are_read(tmp_path: Path) -> None:
    save(tmp_path, "rates.csv", "population_count,population_estimate,number,rate_per_10000", [
        line.replace("on 31 March", "at 31 March") for line in rates("England", (8, 3, 4, 90))
    ])  # fmt: skip
    save(tmp_path, "la_started_during_the_year.csv", OLD, [
        f"{place('England', '2025')},Age group,Under 1 year,2,1"
    ])  # fmt: skip
    save(tmp_path, "entries.csv", OLD, [
        f"{place('England', '2024')},Age group,Under 1 year,3,1",
        f"{place('England', '2024')},Taken into care,Total children,3,1",
    ])  # fmt: skip
    save(tmp_path, "la_march.csv", OLD, [
        f"{place('England', 202425)},Age group,Under 1 year,3,1",
        f"{place('England', 202425)},Place providers,Private provision,1,1",
    ])  # fmt: skip
    save(tmp_path, "la_ceased.csv", OLD, [
        f"{place('England')},Reason episode ceased,Special guardianship orders,4,1"
    ])  # fmt: skip
    save(tmp_path, "la_ceased_adoptions.csv", OLD, [
        f"{place('England')},Special guardianship orders,Total,99,1"
    ])  # fmt: skip
    under = "aged under 16 years"
    save(tmp_path, "la_stability.csv", OLD, [
        f"{place('England')},Children looked after at 31 March,Total children,8,1",
        f"{place('England')},Children looked after continuously for at least 2.5 years at 31 March "
        f"{under},Total children,6,1",
    ])  # fmt: skip
    england = read_dfe(tmp_path).england
    assert england.count(2025, "looked_after_31_march") == 8
    assert england.breakdown(2025, "started", "Age on starting") == {"Under 1 year": 2}
    assert england.breakdown(2024, "started", "Age on starting") == {"Under 1 year": 3}
    assert england.breakdown(2025, "looked_after_31_march", "Age group") == {"Under 1 year": 3}
    assert {b: c for (_, m, b), c in england.figures.items() if m == "ceased" and b != "all"} == {
        "Reason episode ceased": {"Special guardianship order": 4}
    }
    assert {b for _, m, b in england.figures if m == "placement_stability"} == {
        "CLA on 31 March",
        "Children looked after continuously for at least 2.5 years on 31 March aged under 16 years",
    }


@pytest.mark.unit
def test_the_newer_release_stands_and_older_years_are_kept(tmp_path: Path) -> None:
    older = [*rates("England", (8, 3, 4, 90), 2023), *rates("England", (9, 3, 4, 90), 2024)]
    newer = [*rates("England", ("z", "z", "z", "x"), 2023), *rates("England", (10, 3, 4, 90), 2024)]
    save(tmp_path, "a.csv", RATES, [*newer, *rates("England", (11, 3, 4, 90), 2025)])
    save(tmp_path, "b.csv", RATES, older)
    england = read_dfe(tmp_path).england
    counts = [england.count(year, "looked_after_31_march") for year in (2023, 2024, 2025)]
    assert counts == [8, 10, 11]


@pytest.mark.golden
def test_two_files_of_one_release_must_agree(tmp_path: Path) -> None:
    save(tmp_path, "a.csv", RATES, rates("England", (8, 3, 4, 90)))
    second = save(tmp_path, "b.csv", RATES, rates("England", (9, 3, 4, 90)))
    with pytest.raises(InputError) as caught:
        read_dfe(tmp_path)
    assert str(caught.value) == (
        f"{second}:1:1 `all` of `looked_after_31_march` in England in 2025 is not the same in "
        f"{tmp_path / 'a.csv'}; keep the newer of the two files"
    )


@pytest.mark.unit
@pytest.mark.parametrize("new_first", [True, False])
def test_an_authority_set_up_anew_has_two_codes_and_one_name(
    tmp_path: Path, new_first: bool
) -> None:
    old = rates("Dorset", ("z", "z", "z", "z"), 2025, "E10000009")
    new = rates("Dorset", (5, 2, 2, 50), 2025, "E06000059")
    lines = [*new, *old] if new_first else [*old, *new]
    save(tmp_path, "rates.csv", RATES, [*lines, *rates("England", (8, 3, 4, 90))])
    tables = read_dfe(tmp_path)
    assert tables.of("Dorset").count(2025, "looked_after_31_march") == 5
    assert tables.areas["Dorset"].code == "E06000059"


@pytest.mark.unit
def test_dorset_before_it_was_redrawn_is_not_dorset(tmp_path: Path) -> None:
    lines = [line for y in (2019, 2020) for line in rates("Dorset", (5, 2, 2, 50), y)]
    save(tmp_path, "rates.csv", RATES, [*lines, *rates("England", (8, 3, 4, 90))])
    assert years_of(read_dfe(tmp_path), "Dorset") == (2020,)


@pytest.mark.golden
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("health.csv", "this file of the statistics site is of another subject"),
        ("school.csv", "this file of the statistics site is of another subject"),
        ("national.csv", "this file of the statistics site is not by local authority"),
        ("start.csv", "there are no figures of England here"),
    ],
)
def test_one_file_that_will_not_do_is_told(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_dfe(release(tmp_path) / name)


@pytest.mark.golden
def test_a_wrong_cell_is_told_by_file_line_and_column(tmp_path: Path) -> None:
    lines = [
        f"{place('England')},Placement,Foster placements,many,1",
        f"{place('England', 202426)},Placement,Foster placements,3,1",
    ]
    path = save(tmp_path, "march.csv", NEW, lines)
    with pytest.raises(InputError) as caught:
        read_dfe(path)
    assert [str(problem).removeprefix(str(path)) for problem in caught.value.problems] == [
        ":2:13 `many` is neither a count nor a code; write a whole number, or c (suppressed), "
        "x (not available) or z (not applicable)",
        ":3:1 `202426` cannot be a year ending 31 March; write the year in which it ends, "
        "such as 2025",
    ]


@pytest.mark.golden
@pytest.mark.parametrize("own", [RATES, NEW, STABILITY])
def test_a_file_without_rows_says_so(tmp_path: Path, own: str) -> None:
    path = save(tmp_path, "start.csv", own, [])
    with pytest.raises(InputError) as caught:
        read_dfe(path)
    assert str(caught.value).startswith(f"{path}:1:1 there are no figures under the first line; ")


@pytest.mark.golden
def test_a_column_twice_is_told(tmp_path: Path) -> None:
    path = save(tmp_path, "rates.csv", f"{RATES},children_count", [
        f"{line},1" for line in rates("England", (8, 3, 4, 90))
    ])  # fmt: skip
    with pytest.raises(InputError) as caught:
        read_dfe(path)
    assert str(caught.value) == (
        f"{path}:1:15 the column `children_count` is here more than once; keep the right one"
    )
