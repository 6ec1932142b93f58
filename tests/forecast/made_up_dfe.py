"""Made-up published tables of several authorities, from a process that is known.

Each authority has a rate of entering and a rate of leaving that stay as they are: as many as a
Poisson number come in a year, each of those in care leaves with the same chance. Ages and kinds of
placement are drawn with shares that stay. The same numbers come each time. Also a stand-in for
the estimator, quick and rough, for tests of what goes on around it.
"""

from __future__ import annotations

import csv
import datetime as dt
import tempfile
from functools import lru_cache
from pathlib import Path

import numpy as np

from sufficiency.errors import InputError, Problem
from sufficiency.forecast.outcomes import AGES, PLACEMENTS
from sufficiency.inputs.dfe import LONG_COLUMNS
from sufficiency.inputs.dfe_tables import Area, DfeTables
from sufficiency.inputs.rows import Count
from sufficiency.scenario.load import load_scenario
from sufficiency.scenario.schema import Scenario
from sufficiency.scenario.template import template_text
from sufficiency.scenario.values import Children, ChildrenPerYear

YEARS = tuple(range(2019, 2026))
STOCK = "looked_after_31_march"
AGE_SHARES = (0.05, 0.14, 0.19, 0.38, 0.24)
PLACEMENT_SHARES = {
    "Foster placements": 0.68,
    "Secure homes and children's homes": 0.11,
    PLACEMENTS["supported_accommodation"][0]: 0.08,
    PLACEMENTS["placed_with_parents"][0]: 0.07,
    "Placed for adoption": 0.03,
    "Other placements": 0.01,
    "Other residential settings": 0.01,
    "Residential schools": 0.01,
}
LEAVING = 0.3
"""Chance of a child in care to have left a year later."""
CHILDREN_THERE = 150
"""Children who live there for each that is in care."""
Cells = dict[tuple[int, str, str], dict[str, Count]]


def names(count: int) -> list[str]:
    """``Shire 01`` and so on: nowhere in particular."""
    return [f"Shire {number:02d}" for number in range(1, count + 1)]


def made_up_tables(count: int = 12, seed: int = 7, smallest: int = 80) -> DfeTables:
    """Tables of so many authorities and England, 2019 to 2025.

    Args:
        count: How many authorities.
        seed: Names the random numbers.
        smallest: Children in care to begin with in the first; each has 15 more than the last.
    """
    stream = np.random.default_rng(seed)
    figures = {
        name: authority(stream, smallest + 15 * place) for place, name in enumerate(names(count))
    }
    areas = {
        name: Area(name, f"E0600{place:04d}", "authority") for place, name in enumerate(figures)
    }
    figures["England"] = _summed(list(figures.values()))
    areas["England"] = Area("England", "E92000001", "england")
    return DfeTables("made-up.csv", areas, YEARS, figures)


def authority(stream: np.random.Generator, opening: int) -> Cells:
    """Figures of one authority, which goes on about as it began."""
    cells: Cells = {}
    stock = opening
    for year in YEARS:
        ceased = int(stream.binomial(stock, LEAVING))
        started = int(stream.poisson(opening * LEAVING))
        stock += started - ceased
        for measure, number in (
            (STOCK, stock), ("started", started), ("ceased", ceased),
            ("population_0_17", CHILDREN_THERE * opening),
        ):  # fmt: skip
            cells[year, measure, "all"] = {"all": number}
        ages = stream.multinomial(stock, AGE_SHARES)
        cells[year, STOCK, "Age group"] = dict(zip(AGES.values(), ages.tolist(), strict=True))
        placed = stream.multinomial(stock, list(PLACEMENT_SHARES.values()))
        cells[year, STOCK, "Placement"] = dict(zip(PLACEMENT_SHARES, placed.tolist(), strict=True))
    return cells


def _summed(every: list[Cells]) -> Cells:
    return {
        key: {
            category: round(sum(int(cells[key][category]) for cells in every), -1)
            for category in every[0][key]
        }
        for key in every[0]
    }


def changed(tables: DfeTables, area: str, cells: Cells) -> DfeTables:
    """The same tables with some groups of figures of one area put in the place of others."""
    figures = {**tables.figures, area: {**tables.figures[area], **cells}}
    return DfeTables(tables.file, tables.areas, tables.years, figures)


def without(tables: DfeTables, area: str, year: int) -> DfeTables:
    """The same tables without a year of one area."""
    kept = {key: cells for key, cells in tables.figures[area].items() if key[0] != year}
    return DfeTables(tables.file, tables.areas, tables.years, {**tables.figures, area: kept})


def scrambled_after(tables: DfeTables, year: int) -> DfeTables:
    """The same tables up to a year, and nonsense after it."""

    def nonsense(count: Count) -> Count:
        return count if isinstance(count, str) else 50 + (7 * count) % 97

    figures = {
        area: {
            key: cells if key[0] <= year else {name: nonsense(cells[name]) for name in cells}
            for key, cells in groups.items()
        }
        for area, groups in tables.figures.items()
    }
    return DfeTables(tables.file, tables.areas, tables.years, figures)


def write_long(tables: DfeTables, path: Path) -> Path:
    """Write tables as one long CSV table."""
    levels = {"authority": "Local authority", "england": "National"}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(LONG_COLUMNS)
        for name, groups in tables.figures.items():
            area = tables.areas[name]
            for (year, measure, breakdown), cells in groups.items():
                for category, count in cells.items():
                    row = (levels[area.level], name, area.code, year, measure, breakdown)
                    writer.writerow((*row, category, count))
    return path


def rough_baseline(tables: DfeTables, name: str, as_at: dt.date, years: int) -> Scenario:
    """The template's imaginary authority, made as large as another, in place of the estimator."""
    template, published = _template(), tables.of(name)
    stock = published.count(as_at.year, STOCK)
    if tables.years[-1] > as_at.year:
        raise AssertionError("the estimator was shown what came after the opening")
    if stock == 13:
        raise InputError([Problem(tables.file, 1, 1, "thirteen is refused", "have another child")])
    opening = template.opening
    share = stock / opening.children_in_care.central
    by_setting = {
        setting: Children(value=int(count.central * share))
        for setting, count in opening.by_setting.items()
    }
    whole = opening.model_copy(
        update={"children_in_care": Children(value=stock), "by_setting": by_setting}
    )
    entries = np.mean([published.count(as_at.year - back, "started") for back in range(3)])
    per_year = ChildrenPerYear(value=float(entries))
    return template.model_copy(
        update={
            "start": as_at,
            "end": as_at.replace(year=as_at.year + years),
            "opening": whole,
            "entries": template.entries.model_copy(update={"per_year": per_year}),
        }
    )


@lru_cache
def _template() -> Scenario:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scenarios/example.yaml"
        path.parent.mkdir()
        path.write_text(template_text(path), encoding="utf-8")
        return load_scenario(path).scenario
