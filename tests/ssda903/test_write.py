"""What stands in an exported return, row by row, for children made up one by one."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from sufficiency.episodes import (
    CATEGORIES,
    LOCATIONS,
    NONE,
    OPEN,
    REASONS_CEASED,
    REASONS_NEW,
    Episodes,
    Provenance,
)
from sufficiency.periods import Horizon
from sufficiency.ssda903.code_sets import Kind
from sufficiency.ssda903.codes import in_use, is_short_break
from sufficiency.ssda903.write import Exported, whole_years, write_returns
from sufficiency.vocabulary import Setting

pytestmark = pytest.mark.unit

SETTINGS = (*(str(each) for each in Setting), "our_cottage")
TWO_YEARS = Horizon(dt.date(2020, 3, 31), dt.date(2022, 3, 31))
Row = dict[str, str]


@dataclass(frozen=True)
class Stay:
    """A simulated placement; dates as day/month/year."""

    start: str
    end: str = ""
    ceased: str = ""
    new: str = "entry"
    setting: str = "in_house_foster"
    location: str = "inside"
    child: int = 7
    period: int = 1
    born: str = "01/07/2010"
    alone: bool = False


def date(text: str) -> dt.date:
    return dt.datetime.strptime(text, "%d/%m/%Y").date()


def episodes(*stays: Stay) -> Episodes:
    def days(*texts: str) -> np.ndarray:
        found = [(date(text) - TWO_YEARS.epoch).days if text else OPEN for text in texts]
        return np.array(found, dtype=np.int32)

    nothing = np.full(len(stays), NONE, dtype=np.int16)
    return Episodes(
        epoch=TWO_YEARS.epoch,
        settings=SETTINGS,
        child=np.array([stay.child for stay in stays], dtype=np.int64),
        period_of_care=np.array([stay.period for stay in stays], dtype=np.int32),
        start=days(*(stay.start for stay in stays)),
        end=days(*(stay.end for stay in stays)),
        setting=np.array([SETTINGS.index(stay.setting) for stay in stays], dtype=np.int16),
        location=np.array([LOCATIONS.index(stay.location) for stay in stays], dtype=np.int8),
        first_choice=nothing,
        waiting_for=nothing,
        reason_new=np.array([REASONS_NEW.index(stay.new) for stay in stays], dtype=np.int8),
        reason_ceased=np.array([REASONS_CEASED.index(s.ceased) for s in stays], dtype=np.int8),
        born=days(*(stay.born for stay in stays)),
        price_rank=np.zeros(len(stays)),
        category=np.array(
            [CATEGORIES.index("unaccompanied" if s.alone else "ordinary") for s in stays],
            dtype=np.int8,
        ),
        siblings=np.zeros(len(stays), dtype=np.int8),
        provenance=np.full(len(stays), Provenance.SIMULATED, dtype=np.int8),
    )


@dataclass
class Written:
    folder: Path
    told: Exported

    def rows(self, year: int, table: str = "episodes") -> list[Row]:
        path = self.folder / str(year) / f"{table}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def cells(self, year: int, *columns: str, table: str = "episodes") -> list[tuple[str, ...]]:
        return [tuple(row[name] for name in columns) for row in self.rows(year, table)]


@dataclass
class Writer:
    folder: Path

    def __call__(self, *stays: Stay, horizon: Horizon = TWO_YEARS) -> Written:
        return Written(self.folder, write_returns(episodes(*stays), horizon, self.folder))


@pytest.fixture
def write(tmp_path: Path) -> Writer:
    return Writer(tmp_path)


def test_an_open_episode_is_open_in_its_return_and_comes_back(write: Writer) -> None:
    found = write(Stay("05/06/2020", "09/10/2021", "home_planned"))
    columns = ("DECOM", "RNE", "DEC", "REC", "REASON_PLACE_CHANGE")
    assert found.told.years == (2021, 2022)
    assert found.cells(2021, *columns) == [("05/06/2020", "S", "", "", "")]
    assert found.cells(2022, *columns) == [("05/06/2020", "S", "09/10/2021", "E4A", "")]


@pytest.mark.parametrize(
    ("end", "years"),
    [
        ("31/03/2020", {}),
        ("01/04/2020", {2021: "01/04/2020"}),
        ("31/03/2021", {2021: "31/03/2021"}),
        ("01/04/2021", {2021: "", 2022: "01/04/2021"}),
        ("31/03/2022", {2021: "", 2022: "31/03/2022"}),
        ("01/04/2022", {2021: "", 2022: ""}),
    ],
)
def test_the_days_about_the_31_march(write: Writer, end: str, years: dict[int, str]) -> None:
    """An episode is in every return in whose year it was in force or ceased."""
    found = write(Stay("01/02/2019", end, "independence"))
    ends = {year: found.cells(year, "DEC") for year in (2021, 2022)}
    assert {year: cells[0][0] for year, cells in ends.items() if cells} == years


@pytest.mark.parametrize(
    ("start", "years"), [("31/03/2021", [2021, 2022]), ("01/04/2021", [2022]), ("01/04/2022", [])]
)
def test_the_day_it_began(write: Writer, start: str, years: list[int]) -> None:
    found = write(Stay(start))
    assert [year for year in (2021, 2022) if found.rows(year)] == years


def test_moves_and_a_way_out(write: Writer) -> None:
    found = write(
        Stay("05/06/2020", "07/06/2020", "breakdown"),
        Stay("07/06/2020", "09/06/2020", "panel", new="breakdown", setting="agency_foster"),
        Stay("09/06/2020", "11/06/2020", "aged_18", new="panel", setting="secure"),
    )
    columns = ("DECOM", "RNE", "PLACE", "PLACE_PROVIDER", "DEC", "REC", "REASON_PLACE_CHANGE")
    assert found.cells(2021, *columns) == [
        ("05/06/2020", "S", "U6", "PR1", "07/06/2020", "X1", "CREQB"),
        ("07/06/2020", "P", "U6", "PR4", "09/06/2020", "X1", "CARPL"),
        ("09/06/2020", "P", "K1", "PR1", "11/06/2020", "E17", ""),
    ]


def test_children_in_care_already(write: Writer) -> None:
    """One who opened the forecast, and one whose coming into care was simulated before."""
    found = write(
        Stay("05/06/2018", new="opening", child=1),
        Stay("05/06/2019", child=2),
        Stay("05/06/2018", "05/06/2019", "planned", child=3),
        Stay("05/06/2019", new="planned", child=3),
    )
    assert found.cells(2021, "CHILD", "DECOM", "RNE") == [
        ("SIM000001", "05/06/2018", "P"),
        ("SIM000002", "05/06/2019", "S"),
        ("SIM000003", "05/06/2019", "P"),
    ]


def test_a_child_that_comes_back_comes_into_care_again(write: Writer) -> None:
    found = write(
        Stay("05/06/2020", "07/06/2020", "home_unplanned"),
        Stay("08/06/2020", new="return", period=2),
    )
    assert found.cells(2021, "RNE", "REC") == [("S", "E4B"), ("S", "")]
    assert found.told.back_same_day == 0


def test_back_the_same_day_is_a_move(write: Writer) -> None:
    found = write(
        Stay("05/06/2020", "07/06/2020", "home_unplanned"),
        Stay("07/06/2020", new="return", period=2),
    )
    columns = ("RNE", "REC", "REASON_PLACE_CHANGE")
    assert found.cells(2021, *columns) == [("S", "X1", "OTHER"), ("P", "", "")]
    assert found.told.back_same_day == 1


def test_a_placement_without_a_night_is_left_out(write: Writer) -> None:
    found = write(
        Stay("04/06/2020", "04/06/2020", "home_planned", child=1),
        Stay("05/06/2020", "07/06/2020", "breakdown", child=2),
        Stay("07/06/2020", "07/06/2020", "planned", new="breakdown", child=2, setting="secure"),
        Stay("07/06/2020", "09/06/2020", "breakdown", new="planned", child=2, setting="other"),
        Stay("09/06/2020", "09/06/2020", "adoption", new="breakdown", child=2, setting="secure"),
        Stay("05/06/2020", "05/06/2020", "planned", child=3, setting="secure"),
        Stay("05/06/2020", new="planned", child=3),
    )
    columns = ("CHILD", "DECOM", "RNE", "PLACE", "REC", "REASON_PLACE_CHANGE")
    assert found.cells(2021, *columns) == [
        ("SIM000002", "05/06/2020", "S", "U6", "X1", "CREQB"),
        ("SIM000002", "07/06/2020", "P", "Z1", "E11", ""),
        ("SIM000003", "05/06/2020", "S", "U6", "", ""),
    ]
    assert found.told.without_a_night == 4
    assert found.told.children == 2


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("year", [2013, 2016, 2021, 2025, 2026])
def test_codes_are_in_use_in_the_year(tmp_path: Path, setting: str, year: int) -> None:
    horizon = Horizon(dt.date(year - 1, 3, 31), dt.date(year, 3, 31))
    stays = [
        Stay(f"01/05/{year - 1}", f"02/05/{year - 1}", why, setting=setting, child=at)
        for at, why in enumerate(("special_guardianship", "home_planned", "aged_18", "other"))
    ]
    row_of = Writer(tmp_path)(*stays, horizon=horizon).rows(year)
    assert len(row_of) == len(stays)
    for row in row_of:
        for kind in (Kind.PLACE, Kind.PLACE_PROVIDER, Kind.LS, Kind.RNE, Kind.REC):
            if kind == Kind.PLACE_PROVIDER and setting == "other":
                continue  # blank where the placement is Z1
            if (row[kind], year) in (("E17", 2013), ("", year)):
                continue
            assert in_use(kind, row[kind], year), (kind, row[kind])
        assert not is_short_break(row["LS"])


def test_where_and_how_far(write: Writer) -> None:
    at = [Stay("01/05/2020", location=place, child=n) for n, place in enumerate(LOCATIONS)]
    found = write(*at).cells(2021, "PL_LOCATION", "PL_DISTANCE")
    assert found == [("IN", "3.0"), ("OUT", "10.0"), ("OUT", "40.0")]


def test_headers_and_children_who_came_alone(write: Writer) -> None:
    found = write(
        Stay("01/05/2020", "02/05/2020", "other", born="29/02/2004", alone=True, child=1),
        Stay("01/05/2020", born="03/04/2006", alone=True, child=2),
        Stay("01/05/2020", born="03/04/2006", child=3),
        Stay("01/05/2021", born="03/04/2006", child=4),
    )
    assert found.cells(2021, "CHILD", "SEX", "DOB", table="header") == [
        ("SIM000001", "1", "29/02/2004"),
        ("SIM000002", "1", "03/04/2006"),
        ("SIM000003", "1", "03/04/2006"),
    ]
    assert found.cells(2021, "CHILD", "DOB", "DUC", table="uasc") == [
        ("SIM000001", "29/02/2004", "01/03/2022"),
        ("SIM000002", "03/04/2006", "03/04/2024"),
    ]
    assert [row["CHILD"] for row in found.rows(2022, "uasc")] == ["SIM000002"]
    assert len(found.rows(2022, "header")) == 3


def test_sex_is_a_letter_from_2025(write: Writer) -> None:
    two_years = Horizon(dt.date(2023, 3, 31), dt.date(2025, 3, 31))
    found = write(Stay("01/05/2023"), horizon=two_years)
    assert [found.rows(year, "header")[0]["SEX"] for year in (2024, 2025)] == ["1", "M"]


def test_the_text_beside_says_that_the_children_are_simulated(write: Writer) -> None:
    found = write(Stay("01/05/2020", setting="our_cottage"), Stay("01/05/2020", child=8))
    first, *_ = said = (found.folder / "README.txt").read_text(encoding="utf-8").splitlines()
    assert first == "The children in these files are simulated: no row is about a real child."
    assert found.told.as_own_homes == ("our_cottage",)
    assert any("our_cottage" in line for line in said)
    assert found.cells(2021, "PLACE", "PLACE_PROVIDER")[0] == ("K2", "PR1")


def test_real_children_are_never_written(tmp_path: Path) -> None:
    table = episodes(Stay("01/05/2020"), Stay("01/05/2020", child=8))
    real = np.array([Provenance.SIMULATED, Provenance.HISTORIC], dtype=np.int8)
    with pytest.raises(ValueError, match="real"):
        write_returns(replace(table, provenance=real), TWO_YEARS, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("start", "end", "years"),
    [
        ("31/03/2020", "31/03/2022", (2021, 2022)),
        ("30/03/2020", "31/03/2022", (2021, 2022)),
        ("01/04/2020", "31/03/2022", (2022,)),
        ("31/03/2020", "30/03/2022", (2021,)),
        ("31/03/2020", "01/04/2022", (2021, 2022)),
        ("30/09/2020", "30/09/2021", ()),
        ("01/04/2020", "31/03/2021", ()),
    ],
)
def test_only_whole_years(tmp_path: Path, start: str, end: str, years: tuple[int, ...]) -> None:
    horizon = Horizon(date(start), date(end))
    assert whole_years(horizon) == years
    if not years:
        with pytest.raises(ValueError, match="no collection year"):
            write_returns(episodes(Stay("01/05/2020")), horizon, tmp_path)
