"""``sufficiency backtest --ssda903``: a council's own returns, rewound, forecast and scored."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sufficiency.commands.backtest import Finished
from sufficiency.errors import InputError, Problem, shown

if TYPE_CHECKING:
    from sufficiency.forecast.own_backtest import Estimate, Origin
    from sufficiency.inputs.places import PlacesTable

Step = Callable[[int, int], None]
"""Called with how many futures have been simulated so far, and of how many."""


@dataclass(frozen=True)
class OwnBacktestOptions:
    """What a user may ask of a back-test of a council's own returns.

    Attributes:
        out: The folder of results.
        authority: Whose returns they are, where several are in the folder or no column says.
        origins: Years of the openings parted by commas; every one that is possible when None.
        places: Places of the authority's own. Those not yet there at an opening are not known to
            it. Nothing is ever full when None.
        replications: How many futures each forecast is made of.
        seed: Names the random numbers.
        workers: How many processes; as many as there are processors when None.
        small_counts: Show counts of children from 1 to 5, for use inside the authority only.
    """

    out: Path
    authority: str | None = None
    origins: str | None = None
    places: Path | None = None
    replications: int = 100
    seed: int = 1
    workers: int | None = None
    small_counts: bool = False


def backtest_returns(
    folder: Path,
    options: OwnBacktestOptions,
    step: Step = lambda done, total: None,
    estimate: Estimate | None = None,
) -> Finished:
    """Rewind returns to past openings, forecast, score, and write the folder of results.

    Everything that could be wrong with the input is looked at before the first forecast.

    Args:
        folder: The returns.
        options: What the user asked for.
        step: Told of progress.
        estimate: Makes a baseline from records; as ``sufficiency estimate`` does when None.

    Returns:
        Where the results are and what was found.

    Raises:
        InputError: If the returns, the openings or the folder of results are wrong.
    """
    from sufficiency.folders.own_backtest import about, write_manifest, write_own_backtest
    from sufficiency.folders.staging import check_can_stage, staged
    from sufficiency.forecast.own_backtest import OwnBacktest, run_origins
    from sufficiency.ssda903.read import read_returns

    started = time.monotonic()
    places = _places(options.places)
    returns = read_returns(folder, options.authority)
    plan = OwnBacktest(
        returns, estimate or _own_baseline(), options.seed, options.replications, places
    )
    origins = _origins(folder, plan.whole_years, options.origins)
    check_can_stage(options.out, "backtest")
    described = about(plan, origins, folder)
    forecasts = run_origins(plan, origins, options.workers, step)
    if all(each.refused for each in forecasts):
        first = forecasts[0]
        sentence = (
            f"no forecast could be made; from 31 March {first.origin.year} because {first.refused}"
        )
        raise _refused(folder.as_posix(), sentence, "give other openings or returns of more years")
    with staged(options.out, "backtest") as draft:
        summary = write_own_backtest(plan, forecasts, options.small_counts, draft)
        seconds = time.monotonic() - started
        write_manifest(described, forecasts, options.small_counts, seconds, draft)
    return Finished(options.out, summary)


def _places(file: Path | None) -> PlacesTable | None:
    if file is None:
        return None
    from sufficiency.inputs.places import read_places

    return read_places(file)


def _own_baseline() -> Estimate:
    from sufficiency.estimate.own_authority import own_baseline

    return own_baseline


def _origins(folder: Path, years: Sequence[int], asked: str | None) -> list[Origin]:
    """The openings asked for, or all that are possible with whole returns of some years."""
    from sufficiency.forecast.own_backtest import FEWEST_YEARS, possible_origins

    there = ", ".join(map(str, years))
    needed = f"whole returns of {FEWEST_YEARS} years in a row up to an opening and the one after it"
    possible = {origin.year: origin for origin in possible_origins(years)}
    if not possible:
        are = f"the only one here is {there}" if len(years) == 1 else f"here are {there or 'none'}"
        sentence = f"no opening can be tested: {needed} are needed, and {are}"
        raise _refused(folder.as_posix(), sentence, "add returns of more years to the folder")
    if asked is None:
        return list(possible.values())
    chosen = sorted({_year(text) for text in asked.split(",")})
    for year in chosen:
        if year not in possible:
            raise _refused(
                folder.as_posix(),
                f"nothing can be tested from 31 March {year}: {needed} are needed, and here are "
                f"{there}",
                f"give openings among {', '.join(map(str, possible))}",
            )
    return [possible[year] for year in chosen]


def _year(text: str) -> int:
    if not text.strip().isdecimal():
        sentence = f"{shown(text)} is not a year"
        raise _refused("--origins", sentence, "write years such as 2019,2020")
    return int(text)


def _refused(file: str, sentence: str, remedy: str) -> InputError:
    return InputError([Problem(file, 1, 1, sentence, remedy)])
