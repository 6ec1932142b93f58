"""Spreading a back-test over processors, each forecast handed back as soon as it is done.

A forecast depends on nothing but the tables, the seed, its authority and its opening. So they
may be made in any order on any number of processors. Processes are started and stopped as those
of a run are.
"""

from __future__ import annotations

import pickle
from collections.abc import Generator, Sequence
from concurrent.futures import as_completed

from sufficiency.forecast.backtest import Backtest, Unit, UnitForecast, forecast_unit
from sufficiency.forecast.processes import (
    given,
    interrupts_for_this_process_only,
    local_processes,
    processors,
    useful,
)


def run_units(
    plan: Backtest, units: Sequence[Unit], workers: int | None = None
) -> Generator[UnitForecast, None, None]:
    """Make forecasts and hand each back when it is done, in whatever order that is.

    Args:
        plan: Tables, estimator, seed and number of futures.
        units: Which forecasts.
        workers: How many processes; as many as there are processors when not given. One makes
            them here.

    Yields:
        Each forecast, once.
    """
    workers = useful(workers or processors(), len(units))
    if workers <= 1:
        yield from (forecast_unit(plan, unit) for unit in units)
        return
    with local_processes(workers, pickle.dumps(plan)) as executor:
        with interrupts_for_this_process_only():
            futures = [executor.submit(_forecast_here, unit) for unit in units]
        for future in as_completed(futures):
            yield future.result()


def _forecast_here(unit: Unit) -> UnitForecast:
    """Make a forecast by the plan this worker began with."""
    plan = given()
    assert isinstance(plan, Backtest)
    return forecast_unit(plan, unit)
