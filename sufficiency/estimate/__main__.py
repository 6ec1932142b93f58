"""Writes the estimated part of a scenario: ``python -m sufficiency.estimate --help``."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
from pathlib import Path

from sufficiency.errors import InputError
from sufficiency.estimate.ipf import MarginsContradict
from sufficiency.estimate.write import estimate_from_tables


def main(arguments: list[str] | None = None) -> int:
    """Estimate and write. Returns 0 when done, 2 when the input is wrong, 1 otherwise."""
    parser = argparse.ArgumentParser(
        prog="python -m sufficiency.estimate",
        description="Estimate a scenario's opening, rates and variation from published tables.",
    )
    parser.add_argument("--tables", type=Path, required=True, help="the authority's tables")
    parser.add_argument("--england", type=Path, required=True, help="England's tables")
    parser.add_argument(
        "--as-at", type=dt.date.fromisoformat, required=True, help="opening date, a 31 March"
    )
    parser.add_argument(
        "--judgements",
        type=Path,
        help="what nobody has published; judgements.yaml among the authority's tables if not given",
    )
    parser.add_argument("--out", type=Path, required=True, help="file to write")
    given = parser.parse_args(arguments)
    try:
        text = estimate_from_tables(given.tables, given.england, given.as_at, given.judgements)
        _replace(given.out, text)
    except (InputError, MarginsContradict) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"{given.out} cannot be written: {error.strerror}\n")
        return 1
    return 0


def _replace(path: Path, text: str) -> None:
    """Write beside the file and move into place, so that it is never half written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".part")
    try:
        beside.write_text(text, encoding="utf-8", newline="\n")
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main())
