"""From published tables to the estimated part of a scenario, as a file to be reviewed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from sufficiency.estimate import hazards, sections
from sufficiency.estimate.basis import Basis, read_basis
from sufficiency.estimate.layer import Section, layer_text

_OWN_TABLES = (
    "J judgement). Only figures up to the opening date are used. It is one layer of a scenario:",
    "the homes, plans, panel and money stand in the file that is based on it.",
)
_SHAPES_OF_A_YEAR_LATER = (
    "J judgement). Only figures up to the opening date settle levels; shapes of a year later are",
    "used where nothing earlier was published, and marked J. It is one layer of a scenario: the",
    "homes, plans, panel and money stand in the file that is based on it.",
)


def estimate_from_tables(
    local: Path, national: Path, as_at: dt.date, judgements: Path | None = None
) -> str:
    """Estimate an authority from published tables.

    Args:
        local: Folder of the authority's tables and judgements.
        national: Folder of England's tables.
        as_at: The opening date, a 31 March.
        judgements: The file of judgements; ``judgements.yaml`` in ``local`` where not given.

    Returns:
        The estimated layer as YAML: the same tables always give the same text.

    Raises:
        InputError: When a table cannot be read or lacks a figure.
        MarginsContradict: When tables cannot all hold.
    """
    return layer_of(read_basis(local, national, as_at, judgements))


def _head(basis: Basis) -> list[str]:
    """The comment at the top: how the file was made, and what was used."""
    area = Path(basis.judged).parent.name
    judged = [] if Path(basis.judged).name == "judgements.yaml" else [basis.judged]
    return [
        "yaml-language-server: $schema=../../docs/scenario.schema.json",
        "Estimated from the tables in inputs/ and not edited by hand. Made by",
        f"  python -m sufficiency.estimate --tables inputs/{area} --england inputs/england \\",
        *(f"    --judgements {file} \\" for file in judged),
        f"    --as-at {basis.as_at} --out scenarios/{area}-{basis.as_at.year}/estimated.yaml",
        "",
        "Every figure has its source and mark (V read, Vx second hand, D worked out, M remembered,",
        *(_OWN_TABLES if basis.own_tables else _SHAPES_OF_A_YEAR_LATER),
    ]


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
    return layer_text(_head(basis), body)
