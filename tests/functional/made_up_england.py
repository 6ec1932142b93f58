"""Made-up published tables of an England of two dozen shires, as the long table has them.

Every shire has England's shape, with children in care and entries of its own. No shire exists and
no figure is anyone's. Also a made-up revenue outturn of the same shires.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator
from pathlib import Path

import numpy as np

from sufficiency.inputs.dfe import LONG_COLUMNS
from sufficiency.inputs.outturn import EXPENDITURE, FOSTERING, INCOME, OUTTURN_COLUMNS, RESIDENTIAL
from sufficiency.rounding import whole_shares

SHIRES = tuple(f"Shire {number:02d}" for number in range(1, 25))
YEARS = (2022, 2023, 2024, 2025)
STOCK = "looked_after_31_march"
CHILDREN_THERE = 150
"""Children who live there for each that is in care."""
PARENTS = "Placed with parents or other person with parental responsibility"
AGES = {
    "Under 1 year": 4, "1 to 4 years": 12, "5 to 9 years": 18, "10 to 15 years": 39,
    "16 years and over": 27,
}  # fmt: skip
TABLES: dict[tuple[str, str], dict[str, float]] = {
    (STOCK, "Age group"): AGES,
    (STOCK, "Placement"): {
        "Foster placements": 67,
        "Independent and semi-independent living arrangements/supported accommodation": 9,
        "Other placements": 3,
        "Other residential settings": 1,
        "Placed for adoption": 2,
        PARENTS: 6,
        "Residential schools": 0.5,
        "Secure homes and children's homes": 11.5,
    },
    (STOCK, "Place providers"): {
        "Own provision (by the LA)": 43,
        "Other LA provision": 1,
        "Parents or other person with parental responsibility": 6,
        "Private provision": 42,
        "Voluntary/third sector provision": 8,
    },
    (STOCK, "Locality of placement"): {
        "Placed inside the local authority boundary": 55,
        "Placed outside the local authority boundary": 45,
    },
    (STOCK, "Distance between home and placement and locality of placement"): {
        "1. Placed inside the LA boundary, 20 miles or less from home": 55,
        "2. Placed outside the LA boundary, 20 miles or less from home": 25,
        "4. Placed outside the LA boundary, more than 20 miles from home": 20,
    },
    ("started", "Age on starting"): {
        "Under 1 year": 16, "1 to 4 years": 14, "5 to 9 years": 15, "10 to 15 years": 27,
        "16 years and over": 28,
    },
    ("ceased", "Age on ceasing"): {
        "Under 1 year": 5, "1 to 4 years": 18, "5 to 9 years": 11, "10 to 15 years": 14,
        "16 years": 7, "17 years": 6, "18 years and over": 39,
    },
    ("ceased", "Reason episode ceased"): {
        "Adopted": 9,
        "Aged 18 (or over) and remained with current carers": 17,
        "Care ceased for any other reason": 10,
        "Left care to live with parents, relatives or other person with no parental "
        "responsibility": 7,
        "Moved into independent living (with supportive accommodation)": 20,
        "Residence order or child arrangement order granted": 4,
        "Returned home to live with parents or other person with parental responsibility which "
        "was not part of the care planning process": 3,
        "Returned home to live with parents or other person with parental responsibility which "
        "was part of the care planning process": 17,
        "Special guardianship order": 13,
    },
    ("new_placements", "Reason for placement change during the year"): {
        "Carer requests placement ends due to child's behaviour": 25,
        "Change in the status of a placement only": 15,
        "Change to/implementation of care plan": 35,
        "Other": 25,
    },
}  # fmt: skip
"""What is published by category: shares of a whole, in hundredths."""
_WHOLE = {"new_placements": "Total placements changing"}
_HIDDEN = ("Residential schools", "Other residential settings", "Placed for adoption")
"""Kinds of placement that are withheld in the first shire."""


def write_tables(
    path: Path, last_year: int = YEARS[-1], earlier: int = 0, without: Collection[str] = ()
) -> Path:
    """Write the long table.

    Args:
        path: The file to write.
        last_year: The last year in it, as if nothing later had been published.
        earlier: So many years are taken off every year.
        without: Breakdowns that are left out.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(LONG_COLUMNS)
        england: dict[tuple[int, str, str, str], int] = {}
        for number, shire in enumerate(SHIRES):
            for year, measure, breakdown, category, count in _rows_of(number):
                if year > last_year or breakdown in without:
                    continue
                year -= earlier
                key = (year, measure, breakdown, category)
                england[key] = england.get(key, 0) + count
                cell = "c" if number == 0 and category in _HIDDEN else str(count)
                writer.writerow(
                    ["Local authority", shire, _code(number), year, measure, breakdown, category,
                     cell]
                )  # fmt: skip
        for (year, measure, breakdown, category), count in england.items():
            writer.writerow(
                ["National", "England", "E92000001", year, measure, breakdown, category, count]
            )
    return path


def _code(number: int) -> str:
    return f"E0600{number:04d}"


def _rows_of(number: int) -> Iterator[tuple[int, str, str, str, int]]:
    """Every figure of one shire. What comes and goes makes up the change of what is there."""
    children = 300 + 20 * number
    population = children * CHILDREN_THERE
    for n, year in enumerate(YEARS):
        started = round(children * (0.38 + 0.03 * ((number * 7 + n * 5) % 9 - 4) / 4))
        ceased = round(children * (0.38 + 0.03 * ((number * 5 + n * 7) % 11 - 5) / 5))
        children += started - ceased
        wholes = {
            STOCK: children, "started": started, "ceased": ceased, "population_0_17": population,
            "new_placements": round(children * 0.7),
        }  # fmt: skip
        for measure in (STOCK, "started", "ceased", "population_0_17"):
            yield year, measure, "all", "all", wholes[measure]
        for (measure, breakdown), shares in TABLES.items():
            whole = wholes[measure]
            yield year, measure, breakdown, _WHOLE.get(measure, "Total"), whole
            counts = whole_shares(np.array(list(shares.values()), dtype=np.float64), whole)
            for category, count in zip(shares, counts, strict=True):
                yield year, measure, breakdown, category, int(count)


def write_outturn(path: Path, residential: float, fostering: float, year: int = YEARS[-1]) -> Path:
    """Write an outturn in which every shire spent the same, in thousand pounds."""
    spent = {
        (RESIDENTIAL, EXPENDITURE): residential,
        (RESIDENTIAL, INCOME): residential / 20,
        (FOSTERING, EXPENDITURE): fostering,
        (FOSTERING, INCOME): 0,
    }
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(OUTTURN_COLUMNS)
        for number, shire in enumerate(SHIRES):
            for (service, measure), thousand_pounds in spent.items():
                writer.writerow(
                    [shire, _code(number), "UA", year, service, measure, thousand_pounds]
                )
    return path
