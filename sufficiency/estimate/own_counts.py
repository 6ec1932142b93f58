"""The tables a council looks through and signs: what was counted of its children, and how sure.

Rates of leaving and moving stand in one table, every other figure in the other: how many children
come, at what ages, from birth, for another time; how many of those who leave come back; where homes
of each kind are; and what is found on coming in. Each stands beside what was counted. These are the
council's own counts: where they are few, a scenario leans them towards what is usual, and says so.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sufficiency.estimate.any_found import AGENCIES, BOUGHT_HOMES, OWN_CARERS, OWN_HOMES, RELATIVES
from sufficiency.estimate.any_homes import SETTINGS
from sufficiency.estimate.any_plans import AGES
from sufficiency.estimate.own_entries import (
    CountedShare,
    OwnArrivals,
    coming_back,
    counted_rate,
    counted_share,
)
from sufficiency.estimate.own_opening import ALONE, only
from sufficiency.scenario.resolved import NOT_FOR_PUBLICATION
from sufficiency.vocabulary import Category, Location

if TYPE_CHECKING:
    from sufficiency.care_records import CareRecords
    from sufficiency.estimate.own_rates import OwnRates
    from sufficiency.estimate.own_sections import OwnBasis

ALL = "all"
LOOKED_AMONG = {
    RELATIVES: (RELATIVES, OWN_CARERS, AGENCIES),
    OWN_CARERS: (OWN_CARERS, AGENCIES),
    OWN_HOMES: (OWN_HOMES, BOUGHT_HOMES),
}
"""For each kind of home that has to be found, the homes of those who may have looked for it."""
_NOTHING = (math.nan, math.nan, math.nan)


@dataclass(frozen=True)
class CountedLine:
    """One figure beside what it was counted from.

    Attributes:
        what: The figure.
        of: Which children, or homes of which kind. ``all`` children, unless those who came to the
            country alone are counted apart.
        level: Which year, age, way out or place; ``all`` for all together.
        counted: How many.
        out_of: Out of how many, or in how many days or child-years.
        unit: What ``out_of`` counts.
        value: Children a year, a share or a chance; not a number where there is none.
        p10: Lower end of the 80% interval, by chance alone.
        p90: Upper end.
    """

    what: str
    of: str
    level: str
    counted: int
    out_of: float
    unit: str
    value: float
    p10: float
    p90: float


def rates_csv(rates: OwnRates) -> str:
    """Every rate of leaving and moving beside what was counted for it.

    Args:
        rates: The council's rates.

    Returns:
        CSV with a first line that says whom it is for; a cell is empty where there is no number.
    """
    columns = (
        "cause", "factor", "level", "events", "exposure_child_years",
        "counted_rate_per_child_year", "fitted_rate_per_child_year", "p10", "p90",
    )  # fmt: skip
    return _table(
        columns,
        (
            (line.cause, line.factor, line.level, line.events, line.exposure_child_years,
             line.rate, line.fitted, line.p10, line.p90)
            for line in rates.lines
        ),
    )  # fmt: skip


def shares_csv(basis: OwnBasis, placements: NDArray[np.int64], records: CareRecords) -> str:
    """Every other figure that was counted, with its interval.

    Args:
        basis: What was counted of children.
        placements: Placements whose place is known, by setting and place; (settings, 3).
        records: The records up to the opening, of all children.

    Returns:
        CSV in the form of :func:`rates_csv`, one :class:`CountedLine` a row.
    """
    return _table(
        tuple(field.name for field in fields(CountedLine)),
        map(astuple, counted_lines(basis, placements, records)),
    )


def counted_lines(
    basis: OwnBasis, placements: NDArray[np.int64], records: CareRecords
) -> Iterator[CountedLine]:
    """The rows of the table; arguments as those of :func:`shares_csv`."""
    if basis.alone is None:
        yield from _of_children(ALL, basis.arrivals, records, basis)
    else:
        alone = records.episodes.category == ALONE
        for name, arrivals, chosen in (
            (Category.ORDINARY.value, basis.arrivals, ~alone),
            (Category.UNACCOMPANIED.value, basis.alone.arrivals, alone),
        ):
            yield from _of_children(name, arrivals, only(records, chosen), basis)
    yield from _where_homes_are(placements)


def _of_children(
    of: str, arrivals: OwnArrivals, records: CareRecords, basis: OwnBasis
) -> Iterator[CountedLine]:
    """Everything counted of some children."""
    yield from _entries(of, arrivals)
    yield from _who_came(of, arrivals)
    yield from _found(of, arrivals)
    for route, back in coming_back(records, basis.as_at, arrivals.years).items():
        seen = back.exposure_child_years
        numbers = (back.within_one_year, back.p10, back.p90) if seen else _NOTHING
        yield CountedLine(
            "chance_of_coming_back_within_a_year", of, route.value, back.returns, seen,
            "child_years", *numbers,
        )  # fmt: skip


def _entries(of: str, arrivals: OwnArrivals) -> Iterator[CountedLine]:
    """Children who came, by financial year and on average."""
    for year in arrivals.by_financial_year:
        # What came is no estimate of anything: it has no interval.
        yield CountedLine("entries", of, year.year, year.children, year.days, "days", *_NOTHING)
    rate = counted_rate(arrivals.children, arrivals.years)
    yield CountedLine(
        "entries_a_year", of, ALL, arrivals.children, arrivals.years, "years",
        arrivals.children / arrivals.years, rate.p10, rate.p90,
    )  # fmt: skip


def _who_came(of: str, arrivals: OwnArrivals) -> Iterator[CountedLine]:
    """Ages of those who came, how many from birth, and how many had been in care before."""
    by_age = arrivals.by_age.tolist()
    for age, children in zip(AGES, by_age, strict=True):
        yield _share("share_of_entries", of, age, counted_share(children, sum(by_age)), "entries")
    born = counted_share(arrivals.at_birth, by_age[0])
    yield _share("share_at_birth", of, AGES[0], born, "entries")
    again = arrivals.again or counted_share(0, 0)
    yield _share("share_in_care_before", of, ALL, again, "entries")


def _found(of: str, arrivals: OwnArrivals) -> Iterator[CountedLine]:
    """How many first homes were with relatives, own carers and in own homes."""
    for name, among in LOOKED_AMONG.items():
        found = arrivals.first_setting[:, SETTINGS.index(name)].tolist()
        looked = arrivals.first_setting[:, [SETTINGS.index(each) for each in among]].sum(axis=1)
        levels = zip((*AGES, ALL), (*found, sum(found)), (*looked, looked.sum()), strict=True)
        for age, here, all_ in levels:
            share = counted_share(here, int(all_))
            yield _share(f"share_with_{name}_on_entering", of, age, share, "entries")


def _where_homes_are(placements: NDArray[np.int64]) -> Iterator[CountedLine]:
    """Where homes of each kind are, of placements whose place is known."""
    for setting, seen in zip(SETTINGS, placements.tolist(), strict=True):
        for place, number in zip(Location, seen, strict=True):
            share = counted_share(number, sum(seen))
            yield _share("share_of_placements", setting, place.value, share, "placements")


def _share(what: str, of: str, level: str, share: CountedShare, unit: str) -> CountedLine:
    """A share; out of none there is no share and no interval."""
    numbers = (share.share, share.p10, share.p90) if share.of else _NOTHING
    return CountedLine(what, of, level, share.counted, share.of, unit, *numbers)


def _table(columns: tuple[str, ...], rows: Iterable[tuple[str | float, ...]]) -> str:
    """CSV under the line that says whom it is for."""
    text = io.StringIO()
    text.write(f"# {NOT_FOR_PUBLICATION}\n")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([each if isinstance(each, str) else _number(each) for each in row])
    return text.getvalue()


def _number(number: float) -> str:
    return "" if math.isnan(number) else f"{number:.6g}"
