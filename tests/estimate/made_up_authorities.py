"""Made-up published tables of an England of two dozen shires whose numbers move.

Each shire has a rate of its own, and good and bad years of coming and leaving. Ages and kinds of
home are drawn about England's shape. Beside them stand shires of the kinds that are hard to
estimate: one whose small numbers are withheld, one of which totals alone are known, one with
nobody in some kinds of home, a very small and a very large one. No shire exists and no figure is
anyone's.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import lru_cache

import numpy as np

from sufficiency.estimate.any_authority import Estimate, estimated
from sufficiency.inputs.dfe_tables import Area, DfeTables, Key
from sufficiency.inputs.rows import Count

YEARS = tuple(range(2019, 2026))
AS_AT = dt.date(2025, 3, 31)
STOCK = "looked_after_31_march"
FIRST_AGES = 2021
"""The first 31 March whose tables by age and home are here."""
RATE = 0.36
"""Children who come, and who leave, in a year for each in care."""
PARENTS = "Placed with parents or other person with parental responsibility"
WITH_PARENTS = "Parents or other person with parental responsibility"
HOMES = "Secure homes and children's homes"
SUPPORTED = "Independent and semi-independent living arrangements/supported accommodation"
RETURNED = "Returned home to live with parents or other person with parental responsibility which "
DISTANCE = "Distance between home and placement and locality of placement"
INSIDE, OUTSIDE = (
    f"Placed {where} the local authority boundary" for where in ("inside", "outside")
)
SHAPES: dict[tuple[str, str], dict[str, float]] = {
    (STOCK, "Age group"): {
        "Under 1 year": 5, "1 to 4 years": 13, "5 to 9 years": 18, "10 to 15 years": 39,
        "16 years and over": 25,
    },
    (STOCK, "Placement"): {
        "Foster placements": 66, SUPPORTED: 9, "Other placements": 2,
        "Other residential settings": 1, "Placed for adoption": 3, PARENTS: 7,
        "Residential schools": 1, HOMES: 11,
    },
    (STOCK, "Place providers"): {
        "Own provision (by the LA)": 45, "Other LA provision": 2, WITH_PARENTS: 7,
        "Private provision": 39, "Voluntary/third sector provision": 7,
    },
    (STOCK, "Locality of placement"): {INSIDE: 57, OUTSIDE: 43},
    (STOCK, DISTANCE): {
        "1. Placed inside the LA boundary, 20 miles or less from home": 57,
        "2. Placed outside the LA boundary, 20 miles or less from home": 25,
        "4. Placed outside the LA boundary, more than 20 miles from home": 18,
    },
    ("started", "Age on starting"): {
        "Under 1 year": 18, "1 to 4 years": 16, "5 to 9 years": 15, "10 to 15 years": 27,
        "16 years and over": 24,
    },
    ("ceased", "Age on ceasing"): {
        "Under 1 year": 6, "1 to 4 years": 20, "5 to 9 years": 12, "10 to 15 years": 15,
        "16 years": 7, "17 years": 7, "18 years and over": 33,
    },
    ("ceased", "Reason episode ceased"): {
        "Adopted": 10, "Aged 18 (or over) and remained with current carers": 13,
        "Care ceased for any other reason": 12, f"{RETURNED}was part of the care planning process":
        19, f"{RETURNED}was not part of the care planning process": 4,
        "Moved into independent living (with supportive accommodation)": 22,
        "Residence order or child arrangement order granted": 6, "Special guardianship order": 14,
    },
    ("new_placements", "Reason for placement change during the year"): {
        "Carer requests placement ends due to child's behaviour": 25,
        "Change in the status of a placement only": 15,
        "Change to/implementation of care plan": 35, "Other": 25,
    },
}  # fmt: skip
"""What is published by category: England's shares, in hundredths."""
WHOLE, HIDDEN, BARE, MISSING, SMALL, LARGE = (
    "Wholeshire", "Hideshire", "Bareshire", "Missingshire", "Smallshire", "Largeshire",
)  # fmt: skip
SIZES = {WHOLE: 424, HIDDEN: 160, BARE: 300, MISSING: 350, SMALL: 30, LARGE: 2000}
WITHHELD_BELOW = 12
Cells = dict[Key, dict[str, Count]]


@lru_cache
def made_up_tables() -> DfeTables:
    """Tables of 24 shires, of those that are hard to estimate, and of England."""
    stream = np.random.default_rng(20250331)
    sizes = {f"Shire {number:02d}": 150 + 30 * number for number in range(24)} | SIZES
    whole = {name: _authority(stream, size) for name, size in sizes.items()}
    whole[MISSING] = {key: _without_some(key, cells) for key, cells in whole[MISSING].items()}
    figures = dict(whole)
    figures[HIDDEN] = {key: _small_withheld(cells) for key, cells in whole[HIDDEN].items()}
    figures[BARE] = {key: _parts_withheld(cells) for key, cells in whole[BARE].items()}
    figures["England"] = _england(list(whole.values()))
    areas = {name: Area(name, f"E06{n:06d}", "authority") for n, name in enumerate(whole)}
    areas["England"] = Area("England", "E92000001", "england")
    return DfeTables("made-up.csv", areas, YEARS, figures)


def changed(tables: DfeTables, area: str, key: Key, **cells: Count) -> DfeTables:
    """The same tables with some figures of one group of one area put in the place of others."""
    groups = {**tables.figures[area], key: {**tables.figures[area][key], **cells}}
    return replace(tables, figures={**tables.figures, area: groups})


def scrambled_after(tables: DfeTables, year: int) -> DfeTables:
    """The same tables up to a year, and nonsense after it."""

    def nonsense(cells: dict[str, Count]) -> dict[str, Count]:
        return {
            name: 60 + (7 * cell) % 997 if isinstance(cell, int) else 3
            for name, cell in cells.items()
        }

    figures = {
        area: {
            key: cells if key[0] <= year else nonsense(dict(cells)) for key, cells in groups.items()
        }
        for area, groups in tables.figures.items()
    }
    return replace(tables, figures=figures)


def _authority(stream: np.random.Generator, size: int) -> Cells:
    """Figures of one shire: about as many as it began with, at a rate of its own."""
    cells: Cells = {}
    stock, there = size, round(150 * size * np.exp(stream.normal(0, 0.35)))
    good = stream.normal(0, [0.15, 0.1])
    for year in YEARS:
        good = [0.5, 0.3] * good + stream.normal(0, [0.13, 0.095])
        started = int(stream.poisson(RATE * size * np.exp(good[0])))
        ceased = int(min(stream.poisson(RATE * stock * np.exp(good[1])), stock))
        stock += started - ceased
        wholes = {STOCK: stock, "started": started, "ceased": ceased, "population_0_17": there}
        for measure, whole in wholes.items():
            cells[year, measure, "all"] = {"all": whole}
        _parts(stream, cells, year, {**wholes, "new_placements": round(0.7 * stock)})
    return cells


def _parts(stream: np.random.Generator, cells: Cells, year: int, wholes: dict[str, int]) -> None:
    """Every table by category of one year."""
    for (measure, breakdown), shape in SHAPES.items():
        if year < FIRST_AGES and measure != "ceased":
            continue
        shares = np.array(list(shape.values())) / sum(shape.values())
        counts = stream.multinomial(wholes[measure], shares).tolist()
        total = "Total placements changing" if measure == "new_placements" else "Total"
        table: dict[str, Count] = {**dict(zip(shape, counts, strict=True)), total: wholes[measure]}
        cells[year, measure, breakdown] = table
    if year >= FIRST_AGES:
        _agreeing(cells, year)


def _agreeing(cells: Cells, year: int) -> None:
    """Make tables of the same children agree: inside the boundary, and with their parents."""
    locality, distance = cells[year, STOCK, "Locality of placement"], cells[year, STOCK, DISTANCE]
    inside, near, far = list(distance)[:3]
    distance[inside] = locality[INSIDE]
    outside = int(locality[OUTSIDE])
    distance[near] = round(outside * 0.6)
    distance[far] = outside - round(outside * 0.6)
    providers, placed = cells[year, STOCK, "Place providers"], cells[year, STOCK, "Placement"]
    private = int(providers["Private provision"]) + int(providers[WITH_PARENTS])
    providers[WITH_PARENTS] = placed[PARENTS]
    providers["Private provision"] = private - int(placed[PARENTS])


def _england(every: list[Cells]) -> Cells:
    """What all have together, rounded to ten as it is published."""
    return {
        key: {name: round(sum(int(cells[key][name]) for cells in every), -1) for name in each}
        for key, each in every[0].items()
    }


def _without_some(key: Key, cells: dict[str, Count]) -> dict[str, Count]:
    """Nobody in homes, supported accommodation or with parents: they are fostered instead."""
    emptied = {HOMES, SUPPORTED, PARENTS, "Placed for adoption", WITH_PARENTS} & set(cells)
    others = {"Placement": "Foster placements", "Place providers": "Own provision (by the LA)"}
    if key[2] not in others:
        return cells
    found = {**cells, **dict.fromkeys(emptied, 0)}
    found[others[key[2]]] = int(cells[others[key[2]]]) + sum(int(cells[name]) for name in emptied)
    return found


def _small_withheld(cells: dict[str, Count]) -> dict[str, Count]:
    """Parts below a dozen withheld, as the Department withholds what is small."""
    return {
        name: "c" if name != "all" and int(cell) < WITHHELD_BELOW else cell
        for name, cell in cells.items()
    }


def _parts_withheld(cells: dict[str, Count]) -> dict[str, Count]:
    """Every part withheld: what is left are totals."""
    return {
        name: cell if name == "all" or name.startswith("Total") else "c"
        for name, cell in cells.items()
    }


@lru_cache
def estimate_of(name: str) -> Estimate:
    """What is estimated of a shire on the last date: worked out once for all tests."""
    return estimated(made_up_tables(), name, AS_AT, years=3)
