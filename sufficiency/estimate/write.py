"""From published tables to the estimated part of a scenario, as a file to be reviewed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from sufficiency.estimate import hazards, sections
from sufficiency.estimate.basis import Basis, read_basis
from sufficiency.estimate.layer import Section, layer_text

_HEAD = (
    "yaml-language-server: $schema=../../docs/scenario.schema.json",
    "Estimated from the tables in inputs/ and not edited by hand. Made by",
    "  python -m sufficiency.estimate --tables inputs/middlesbrough --england inputs/england \\",
    "    --as-at {as_at} --out scenarios/middlesbrough-2020/estimated.yaml",
    "",
    "Every figure has its source and mark (V read, Vx second hand, D worked out, M remembered,",
    "J judgement). Only figures up to the opening date settle levels; shapes of a year later are",
    "used where nothing earlier was published, and marked J. It is one layer of a scenario: the",
    "homes, plans, panel and money stand in the file that is based on it.",
)


def estimate_from_tables(local: Path, national: Path, as_at: dt.date) -> str:
    """Estimate an authority from published tables.

    Args:
        local: Folder of the authority's tables and judgements.
        national: Folder of England's tables.
        as_at: The opening date, a 31 March.

    Returns:
        The estimated layer as YAML: the same tables always give the same text.

    Raises:
        InputError: When a table cannot be read or lacks a figure.
        MarginsContradict: When tables cannot all hold.
    """
    return layer_of(read_basis(local, national, as_at))


def layer_of(basis: Basis) -> str:
    """The estimated layer of what was worked out, as YAML."""
    body = Section(
        {
            "opening": sections.opening(basis),
            "entries": sections.entries(basis),
            "year_to_year": sections.year_to_year(basis),
            "reference": sections.reference(basis),
            "leaving": hazards.leaving(basis),
            "moving": hazards.moving(basis),
            "after_care": sections.after_care(basis),
            "settings": sections.usual_ages(basis),
        }
    )
    return layer_text([line.format(as_at=basis.as_at) for line in _HEAD], body)
