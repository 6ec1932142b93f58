"""``sufficiency backtest``: forecasts of many authorities from past openings, and their scores."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sufficiency.errors import InputError, Problem, shown

if TYPE_CHECKING:
    from sufficiency.forecast.backtest import Backtest, Estimate, Unit, UnitForecast
    from sufficiency.forecast.part_folder import PartFolder
    from sufficiency.inputs.dfe import DfeTables
    from sufficiency.progress import Step


@dataclass(frozen=True)
class BacktestOptions:
    """What a user may ask of a back-test.

    Attributes:
        out: The folder of results.
        authorities: Names parted by commas; all that can be tested when None.
        origins: Years of the openings parted by commas; 2021 to 2024 when None, as far as
            something was published after them.
        replications: How many futures each forecast is made of.
        seed: Names the random numbers.
        workers: How many processes; as many as there are processors when None.
        resume: Go on with a back-test that was stopped.
    """

    out: Path
    authorities: str | None = None
    origins: str | None = None
    replications: int = 100
    seed: int = 1
    workers: int | None = None
    resume: bool = False


@dataclass(frozen=True)
class Finished:
    """A back-test that is done.

    Attributes:
        folder: Where its results stand.
        summary: What was found, to be read aloud.
    """

    folder: Path
    summary: str


def backtest(
    dfe: Path,
    options: BacktestOptions,
    step: Step = lambda done, total: None,
    estimate: Estimate | None = None,
) -> Finished:
    """Forecast from past openings, score, and write the folder of results.

    Everything that could be wrong with the input is looked at before the first forecast.

    Args:
        dfe: The published tables.
        options: What the user asked for.
        step: Told of progress.
        estimate: Makes an authority's baseline; as ``sufficiency estimate`` does when None.

    Returns:
        Where the results are and what was found.

    Raises:
        InputError: If the tables, the authorities, the openings or the folders are wrong.
    """
    from sufficiency.folders.backtest import about, write_backtest, write_manifest
    from sufficiency.folders.staging import check_can_stage, staged
    from sufficiency.forecast.backtest import Backtest, left_out, units_of
    from sufficiency.forecast.part_folder import PartFolder
    from sufficiency.inputs.dfe import read_dfe

    started = time.monotonic()
    tables = read_dfe(dfe)
    origins = _origins(tables, options.origins)
    asked = _authorities(tables, options.authorities)
    unfit = left_out(tables, asked)
    units = units_of([name for name in asked if name not in unfit], origins)
    if not units:
        reasons = "; ".join(f"{name}: {why}" for name, why in list(unfit.items())[:4])
        raise _refused(tables.file, f"no authority is left to test ({reasons})", "name another")
    plan = Backtest(tables, estimate or _baseline_of(), options.seed, options.replications)
    described = about(plan, origins, dfe)
    check_can_stage(options.out, "backtest")
    parts = PartFolder(options.out, described)
    parts.check(options.resume)
    parts.open()
    forecasts = _forecasts(plan, units, parts, options.workers, step)
    if all(each.refused for each in forecasts):
        parts.delete(units)  # there is nothing in it to go on with
        first = forecasts[0]
        reason = f"no forecast could be made; of {first.unit.authority} because {first.refused}"
        raise _refused(tables.file, reason, "give other authorities or tables")
    with staged(options.out, "backtest") as draft:
        summary = write_backtest(plan, forecasts, unfit, draft)
        seconds = time.monotonic() - started
        write_manifest({"input_file": dfe.name, **described}, forecasts, unfit, seconds, draft)
    parts.delete(units)
    return Finished(options.out, summary)


def kept(out: Path) -> str:
    """What to say of the work of a back-test that was stopped; nothing when none is kept."""
    from sufficiency.forecast.part_folder import part_folder_of

    folder = part_folder_of(out)
    if not folder.is_dir():
        return ""
    return (
        f"The forecasts made so far are kept in {folder.as_posix()}; give the same command with "
        "--resume to go on from there."
    )


def _baseline_of() -> Estimate:
    from sufficiency.estimate.any_authority import baseline_of

    return baseline_of


def _forecasts(
    plan: Backtest, units: list[Unit], parts: PartFolder, workers: int | None, step: Step
) -> list[UnitForecast]:
    """Every forecast: those made before, then the others, each kept as soon as it is made."""
    from sufficiency.forecast.backtest_runner import run_units

    found = parts.done(units)
    step(len(found), len(units))
    missing = [unit for unit in units if unit not in found]
    if missing:
        # Closed whatever happens, so that no process works on after it is stopped.
        with closing(run_units(plan, missing, workers)) as made:
            for forecast in made:
                parts.keep(forecast)
                found[forecast.unit] = forecast
                step(len(found), len(units))
    return [found[unit] for unit in units]


def _origins(tables: DfeTables, asked: str | None) -> list[int]:
    """The years of the openings."""
    from sufficiency.forecast.backtest import ORIGINS
    from sufficiency.forecast.rivals import RATE_YEARS

    there = set(tables.years)
    possible = [
        year
        for year in tables.years
        if year < tables.years[-1] and {year - back for back in range(RATE_YEARS)} <= there
    ]
    if not possible:
        sentence = (
            f"no opening can be tested: {RATE_YEARS} years up to an opening and one after it are "
            f"needed, and the years here are {', '.join(map(str, tables.years))}"
        )
        raise _refused(tables.file, sentence, "give tables of more years")
    if asked is None:
        return [year for year in ORIGINS if year in possible] or possible
    chosen = sorted({_year(text) for text in asked.split(",")})
    for year in chosen:
        if year not in possible:
            raise _refused(
                tables.file,
                f"nothing can be tested from 31 March {year}: {RATE_YEARS} years up to it and one "
                f"after it are needed, and the years here are {tables.years[0]} to "
                f"{tables.years[-1]}",
                f"give openings among {', '.join(map(str, possible))}",
            )
    return chosen


def _year(text: str) -> int:
    if not text.strip().isdecimal():
        sentence = f"{shown(text)} is not a year"
        raise _refused("--origins", sentence, "write years such as 2021,2022")
    return int(text)


def _authorities(tables: DfeTables, asked: str | None) -> list[str]:
    """Exact names of the authorities asked for, or all, sorted."""
    from sufficiency.inputs.dfe import find_authority

    if asked is None:
        return list(tables.authorities)
    found = {find_authority(tables, name) for name in _names(asked, set(tables.authorities))}
    return sorted(found)


def _names(asked: str, known: set[str]) -> Iterator[str]:
    """Names parted by commas, some of which have a comma in them, as ``Bristol, City of``."""
    words = [word.strip() for word in asked.split(",")]
    by_small = {name.casefold() for name in known}
    while words:
        both = ", ".join(words[:2])
        taken = 2 if len(words) > 1 and both.casefold() in by_small else 1
        yield ", ".join(words[:taken])
        words = words[taken:]


def _refused(file: str, sentence: str, remedy: str) -> InputError:
    return InputError([Problem(file, 1, 1, sentence, remedy)])
