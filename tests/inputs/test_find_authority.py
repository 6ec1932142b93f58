"""What people call an authority finds it, and what is none is told with those that follow it."""

from __future__ import annotations

import pytest

from sufficiency.errors import InputError
from sufficiency.inputs.authority_names import ABOLISHED, REDRAWN, begins_after, plain
from sufficiency.inputs.dfe import find_authority, require_years, years_of
from sufficiency.inputs.dfe_tables import TOTALS, Area, DfeTables, Figures
from sufficiency.inputs.every_authority import EVERY_AUTHORITY

BCP = "Bournemouth, Christchurch and Poole"
NAMES = (
    "Bath and North East Somerset", "Bedford", BCP, "Bristol, City of", "Central Bedfordshire",
    "City of London", "County Durham", "Cumberland", "Cumbria", "Derby", "Derbyshire", "Dorset",
    "East Riding of Yorkshire", "Hammersmith and Fulham", "Herefordshire, County of",
    "Isle of Wight", "Isles of Scilly", "Kingston upon Hull, City of", "Kingston upon Thames",
    "Leeds", "Medway", "Middlesbrough", "Newcastle upon Tyne", "North Northamptonshire",
    "North Somerset", "Northamptonshire", "Poole", "Somerset", "St. Helens", "Stoke-on-Trent",
    "Telford and Wrekin", "West Northamptonshire", "Westmorland and Furness",
)  # fmt: skip
FROM = {BCP: 2020, "Cumberland": 2024, "Westmorland and Furness": 2024,
        "North Northamptonshire": 2022, "West Northamptonshire": 2022}  # fmt: skip
UNTIL = {"Poole": 2019, "Northamptonshire": 2021, "Cumbria": 2023}
YEARS = tuple(range(2018, 2026))


def figures(name: str) -> Figures:
    whole = range(FROM.get(name, 2018), UNTIL.get(name, 2025) + 1)
    return {(y, m, "all"): {"all": 5 if y in whole else "z"} for y in YEARS for m in TOTALS}


@pytest.fixture(scope="module")
def tables() -> DfeTables:
    areas = {name: Area(name, f"E{n:08d}", "authority") for n, name in enumerate(NAMES)}
    areas |= {name: Area(name, "E12", "region") for name in ("London", "South West")}
    areas["England"] = Area("England", "E92000001", "england")
    return DfeTables("made.csv", areas, YEARS, {name: figures(name) for name in areas})


@pytest.mark.unit
@pytest.mark.parametrize("name", [n for n in NAMES if n not in UNTIL])
def test_every_exact_name_is_itself_however_it_is_written(tables: DfeTables, name: str) -> None:
    for written in (name, name.upper(), f"  {name.replace(' and ', ' & ')} ", f"{name} Council"):
        assert find_authority(tables, written) == name


@pytest.mark.unit
@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Bristol", "Bristol, City of"), ("Bristol City Council", "Bristol, City of"),
        ("City of Bristol", "Bristol, City of"), ("Hull", "Kingston upon Hull, City of"),
        ("Kingston-upon-Hull", "Kingston upon Hull, City of"), ("Durham", "County Durham"),
        ("Durham County Council", "County Durham"), ("St Helens", "St. Helens"),
        ("Newcastle", "Newcastle upon Tyne"), ("Stoke", "Stoke-on-Trent"),
        ("stoke on trent", "Stoke-on-Trent"), ("Bath", "Bath and North East Somerset"),
        ("Herefordshire", "Herefordshire, County of"), ("Medway Towns", "Medway"),
        ("Telford & the Wrekin", "Telford and Wrekin"), ("Derby City", "Derby"),
        ("LB Hammersmith & Fulham", "Hammersmith and Fulham"), ("BCP Council", BCP),
        ("Somerset County Council", "Somerset"), ("the Isles of Scilly", "Isles of Scilly"),
        ("Royal Borough of Kingston upon Thames", "Kingston upon Thames"),
    ],
)  # fmt: skip
def test_what_people_write_finds_the_one_that_fits(
    tables: DfeTables, written: str, name: str
) -> None:
    assert find_authority(tables, written) == name


@pytest.mark.unit
def test_a_code_finds_the_authority_it_stands_for(tables: DfeTables) -> None:
    for written in ("E00000003", " e00000003 "):
        assert find_authority(tables, written) == NAMES[3]


@pytest.mark.golden
@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Kingston", "`Kingston` fits more than one authority; write `Kingston upon Hull, City of` "
         "or `Kingston upon Thames`"),
        ("Middlesborough", "`Middlesborough` is not an authority in this table; did you mean "
         "`Middlesbrough`?"),
        ("Bedfordshire", "`Bedfordshire` is not an authority in this table; did you mean "
         "`Central Bedfordshire` or"),
        ("Yorkshire", "`Yorkshire` is not an authority in this table; did you mean "
         "`East Riding of Yorkshire`"),
        ("Qqqq", "`Qqqq` is not an authority in this table; write it as the Department for "
         "Education does; a table may leave an authority out"),
        ("london", "London is a region, not an authority; write the name of an authority"),
        ("South-West", "South West is a region, not an authority"),
        ("ENGLAND", "England is the whole country, not an authority"),
        ("Kent", "Kent is an authority, but this table does not hold it; give a table that does: "
         "one may leave authorities out"),
        ("Redcar", "Redcar and Cleveland is an authority, but this table does not hold it"),
        ("city", "`city` alone names no authority; did you mean `Bristol, City of` or `City of "
         "London` or `Kingston upon Hull, City of`?"),
        ("Borough Council", "`Borough Council` alone names no authority; write its name, such as "
         "`Leeds`"),
        ("E99999999", "`E99999999` is not the code of an authority in this table; write the name"),
        ("e92000001", "England is the whole country, not an authority"),
        (" . ", "the authority has no name; write one, such as `Leeds`"),
        ("Poole Borough Council", "Poole was abolished on 1 April 2019 and `Bournemouth, "
         "Christchurch and Poole` follows it; the four totals are there for Poole 2018 and 2019, "
         "Bournemouth, Christchurch and Poole 2020, 2021, 2022, 2023, 2024 and 2025; write "
         "`Bournemouth, Christchurch and Poole`"),
        ("northamptonshire", "Northamptonshire was abolished on 1 April 2021 and `North "
         "Northamptonshire` and `West Northamptonshire` follow it; the four totals are there for "
         "Northamptonshire 2018, 2019, 2020 and 2021, North Northamptonshire 2022, 2023, 2024 and "
         "2025, West Northamptonshire 2022, 2023, 2024 and 2025; write `North Northamptonshire` "
         "or `West Northamptonshire`"),
        ("Bournemouth", "Bournemouth was abolished on 1 April 2019 and `Bournemouth, Christchurch "
         "and Poole` follows it; the four totals are there for Bournemouth in no year"),
    ],
)  # fmt: skip
def test_what_is_none_is_told_in_a_sentence(tables: DfeTables, written: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        find_authority(tables, written)
    assert str(caught.value).startswith(f"made.csv:1:1 {said}")


@pytest.mark.unit
def test_before_it_was_abolished_an_authority_is_one(tables: DfeTables) -> None:
    assert find_authority(tables.up_to(2021), "Northamptonshire") == "Northamptonshire"
    with pytest.raises(InputError, match="abolished"):
        find_authority(tables.up_to(2022), "Northamptonshire")


@pytest.mark.golden
def test_a_new_authority_says_when_it_began(tables: DfeTables) -> None:
    require_years(tables, "Cumberland", 2025)
    with pytest.raises(InputError) as caught:
        require_years(tables, "Cumberland", 2024)
    assert str(caught.value) == (
        "made.csv:1:1 Cumberland has no figures of all four totals (children in care, started, "
        "ceased, population) for the year ending 31 March 2023: its present area began on "
        "1 April 2023; open on 31 March 2025"
    )
    with pytest.raises(InputError, match="for the years ending 31 March 2019 and 2020: its"):
        require_years(tables.up_to(2021), "Westmorland and Furness", 2020)


@pytest.mark.golden
def test_an_opening_before_the_first_figures_says_when_they_begin(tables: DfeTables) -> None:
    with pytest.raises(InputError) as caught:
        require_years(tables, "Cumberland", 1980)
    assert str(caught.value) == (
        "made.csv:1:1 there are no figures of 1980 here: they begin in 2018; open on 31 March 2025"
    )


@pytest.mark.unit
def test_dorset_counts_from_when_it_was_redrawn(tables: DfeTables) -> None:
    assert years_of(tables, "Dorset") == (2020, 2021, 2022, 2023, 2024, 2025)
    assert years_of(tables, "Somerset") == YEARS
    assert begins_after("Dorset") == 2019
    assert begins_after("Somerset") is None


@pytest.mark.content
def test_no_two_names_are_the_same_without_the_words_around_them() -> None:
    assert len({plain(name) for name in NAMES}) == len(NAMES)
    assert plain("City of London") == "city of london"
    follow = {name for change in (*ABOLISHED, *REDRAWN) for name in change.after}
    assert follow <= set(NAMES)
    assert len(EVERY_AUTHORITY) == len({plain(name) for name in EVERY_AUTHORITY}) == 153
    assert set(NAMES) - set(UNTIL) <= set(EVERY_AUTHORITY)
    assert not follow & {change.name for change in ABOLISHED}
