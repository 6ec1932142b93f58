"""Rates and flows of one authority from published tables, pooled towards England's.

Two years of counts stand behind every figure. Where a table of those years suppressed some
ways out, they are estimated together and split by judgement. Children aged 18 when they left
are taken out: the model lets everyone go at 18 by age.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sufficiency.estimate import variation
from sufficiency.estimate.rates import (
    Evidence,
    PooledRate,
    between_authority_variance,
    between_year_variance,
    pooled,
)
from sufficiency.inputs.tables import AuthorityYear, Published

FloatArray = NDArray[np.float64]

AGE = "Age on ceasing"
REASON = "Reason episode ceased"
ANY_OTHER = "Care ceased for any other reason"
AT_18 = "18 years and over"
REMAINED = "Aged 18 (or over) and remained with current carers"
"""A reason of its own since 2021; before, these children stand under any other reason."""
YOUNGER = ("Under 1 year", "1 to 4 years", "5 to 9 years", "10 to 15 years")
HOME = "Returned home to live with parents or other person with parental responsibility which was "
ROUTE_REASONS = {
    "adoption": "Adopted",
    "special_guardianship": "Special guardianship order",
    "child_arrangements": "Residence order or child arrangement order granted",
    "home_planned": HOME + "part of the care planning process",
}
"""Ways out that are published on their own, and what the table calls them."""
ROUTE_FLOWS = {
    "adoption": "ceased_adopted",
    "special_guardianship": "ceased_special_guardianship",
    "child_arrangements": "ceased_child_arrangements",
    "home_planned": "ceased_home_planned",
}
"""The same, as columns of the table of authorities."""
OTHER_WAYS = "other_ways"
"""Every way out before 18 that is not one of those."""
FAMILY_ORDERS = "family_orders"
"""Special guardianship and child arrangements: courts use one where others use the other."""
GROUPS = {
    "adoption": ("adoption",),
    FAMILY_ORDERS: ("special_guardianship", "child_arrangements"),
    "home_planned": ("home_planned",),
    OTHER_WAYS: (OTHER_WAYS,),
}
"""Ways out that are pooled together."""


@dataclass(frozen=True)
class Window:
    """One area's flows over the years before the forecast.

    Attributes:
        years: Years ending 31 March.
        stocks: Children in care at the start of the first year and the end of each.
        started: Entries in each year.
        ceased: Everyone who left in each year.
        at_18: Those who left aged 18 or over.
        by_route: Exits before 18 by route over all the years; ``other_ways`` holds the rest.
        by_age: Exits before 18 at each age band over all the years.
        orders_discharged: Exits before 18 coded 'any other reason' over all the years, at most:
            everyone aged 18 is taken out of it but those who stayed with their carers where
            that is a reason of its own.
    """

    years: tuple[int, ...]
    stocks: tuple[float, ...]
    started: tuple[int, ...]
    ceased: tuple[int, ...]
    at_18: tuple[int, ...]
    by_route: dict[str, float]
    by_age: FloatArray
    orders_discharged: float

    @property
    def exposures(self) -> tuple[float, ...]:
        """Child-years in each year: the mean of the number in care at its two ends."""
        return tuple(
            (first + last) / 2 for first, last in zip(self.stocks, self.stocks[1:], strict=False)
        )

    @property
    def exposure(self) -> float:
        """Child-years over all the years."""
        return sum(self.exposures)

    @property
    def mean_stock(self) -> float:
        """Average number in care over the years."""
        return self.exposure / len(self.years)

    @property
    def under_18(self) -> float:
        """Exits before 18 over all the years."""
        return float(sum(self.ceased) - sum(self.at_18))


@dataclass(frozen=True)
class Entry:
    """What the level of entries is worked out from.

    Attributes:
        level: Entries a year that would hold the number in care at last year's rate of leaving.
        level_sd: Its uncertainty on the log scale, apart from good and bad years and chance.
        last: Last year's entries.
        carried: How much of a year's distance from the level carries into the next.
    """

    level: float
    level_sd: float
    last: float
    carried: variation.Slope

    @property
    def last_year_log(self) -> float:
        """How far last year's entries stood above the level, on the log scale."""
        return float(np.log(self.last / self.level))


@dataclass(frozen=True)
class Variations:
    """Good and bad years, across authorities.

    Attributes:
        entries_change_sd: Spread of the yearly log change of entries, net of chance.
        leaving_change_sd: The same for leaving, per child in care.
        entries_spread: Spread of one year's multiplier of entries.
        leaving_spread: Spread of one year's multiplier of leaving.
        reversion: Yearly log change of the rate in care for each unit of log gap to England.
    """

    entries_change_sd: float
    leaving_change_sd: float
    entries_spread: float
    leaving_spread: float
    reversion: variation.Slope


def window(table: Published, years: tuple[int, ...]) -> Window:
    """An area's flows over the years before the forecast.

    Args:
        table: The area's published totals.
        years: Years ending 31 March, in order.

    Returns:
        The flows. The number in care before the first year is worked back from that year's
        closing number, entries and exits.

    Raises:
        InputError: When a figure needed is not there or was suppressed.
    """
    stocks = [float(table.count(year, "looked_after_31_march")) for year in years]
    started = tuple(table.count(year, "started") for year in years)
    ceased = tuple(table.count(year, "ceased") for year in years)
    at_18 = tuple(table.count(year, "ceased", AGE, AT_18) for year in years)
    under_18 = float(sum(ceased) - sum(at_18))
    by_route = {
        route: float(sum(table.count(year, "ceased", REASON, reason) for year in years))
        for route, reason in ROUTE_REASONS.items()
    }
    by_route[OTHER_WAYS] = under_18 - sum(by_route.values())
    by_age = [
        float(sum(table.count(year, "ceased", AGE, age) for year in years)) for age in YOUNGER
    ]
    by_age.append(under_18 - sum(by_age))
    return Window(
        years=years,
        stocks=(stocks[0] - started[0] + ceased[0], *stocks),
        started=started,
        ceased=ceased,
        at_18=at_18,
        by_route=by_route,
        by_age=np.array(by_age),
        orders_discharged=float(
            sum(table.count(year, "ceased", REASON, ANY_OTHER) for year in years)
            + sum(_remained(table, year) for year in years)
            - sum(at_18)
        ),
    )


def _remained(table: Published, year: int) -> int:
    """Those who stayed with their carers at 18; none under this reason before it was used."""
    if table.breakdown(year, "ceased", REASON).get(REMAINED, "z") == "z":
        return 0
    return table.count(year, "ceased", REASON, REMAINED)


def pooled_groups(
    local: Window,
    national: Window,
    authorities: tuple[AuthorityYear, ...],
    autocorrelation: float,
    make_up: Mapping[str, float],
) -> dict[str, PooledRate]:
    """Rate of each group of ways out before 18, pooled towards England's.

    Args:
        local: The authority's flows.
        national: England's flows over the same years.
        authorities: Every authority's flows, for how much they differ.
        autocorrelation: Correlation of one year with the next; makes good and bad years last,
            so that neighbouring years tell less.
        make_up: For a group, what England's rate is multiplied by because the authority's
            children live in other kinds of home than England's; 1 where not given.

    Returns:
        Pooled rate by name in :data:`GROUPS`.
    """
    panel = _Panel(authorities, local.years)
    # Years that resemble each other count for less than their number.
    years = len(local.years) / (1 + autocorrelation)
    rates: dict[str, PooledRate] = {}
    for group, routes in GROUPS.items():
        counts, exposure = panel.exits(group)
        between_years = between_year_variance(counts, exposure) / (1 - autocorrelation)
        between = between_authority_variance(
            counts[0] + counts[1], exposure[0] + exposure[1], between_years, years
        )
        events = sum(local.by_route[route] for route in routes)
        elsewhere = sum(national.by_route[route] for route in routes) / national.exposure
        rates[group] = pooled(
            Evidence(events, local.exposure, years),
            elsewhere * make_up.get(group, 1.0),
            between,
            between_years,
        )
    return rates


def carried(authorities: tuple[AuthorityYear, ...], years: tuple[int, ...]) -> variation.Slope:
    """How much of a year's distance from the entries that hold the number in care carries over.

    Args:
        authorities: Every authority's flows.
        years: The two years.

    Returns:
        The slope of the second year's log distance on the first's.
    """
    panel = _Panel(authorities, years)
    first, second = panel.flow("started")
    return variation.carried_over(first, second, panel.holding())


def entries(local: Window, authorities: tuple[AuthorityYear, ...], spread: float) -> Entry:
    """Level of entries: those that hold the number in care. Distance from it fades.

    Args:
        local: The authority's flows.
        authorities: Every authority's flows.
        spread: Long-run spread of one year's multiplier of entries.

    Returns:
        The level and what it came from.
    """
    found = carried(authorities, local.years)
    level = local.ceased[-1] / local.exposures[-1] * local.stocks[-1]
    _, second = _Panel(authorities, local.years).flow("started")
    typical = float(1 / np.mean(1 / second))
    fresh = spread * float(np.sqrt(1 - found.value**2))
    sd = variation.level_sd(found.residual_sd, fresh, typical)
    return Entry(float(level), sd, float(local.started[-1]), found)


def variations(
    authorities: tuple[AuthorityYear, ...],
    national: tuple[float, float],
    years: tuple[int, ...],
    autocorrelation_entries: float,
    autocorrelation_leaving: float,
) -> Variations:
    """Good and bad years, and reversion, across authorities.

    Args:
        authorities: Every authority's flows.
        national: England's children in care per child of the population, in the two years.
        years: The two years.
        autocorrelation_entries: Taken for entries.
        autocorrelation_leaving: Taken for leaving.

    Returns:
        Spreads and reversion.
    """
    panel = _Panel(authorities, years)
    started, ceased = panel.flow("started"), panel.flow("ceased")
    exposed = panel.exposure()
    steady = np.zeros(len(started[0]))
    of_entries = variation.change_variance(*started, steady)
    of_leaving = variation.change_variance(*ceased, np.log(exposed[1] / exposed[0]))
    stock, population = panel.flow("looked_after_31_march"), panel.flow("population_0_17")
    return Variations(
        entries_change_sd=float(np.sqrt(of_entries)),
        leaving_change_sd=float(np.sqrt(of_leaving)),
        entries_spread=variation.spread(of_entries, autocorrelation_entries),
        leaving_spread=variation.spread(of_leaving, autocorrelation_leaving),
        reversion=variation.reversion(
            stock[0] / population[0], stock[1] / population[1], *national
        ),
    )


class _Panel:
    """Authorities whose four totals are known in both years."""

    def __init__(self, authorities: tuple[AuthorityYear, ...], years: tuple[int, ...]) -> None:
        self.first, self.second = years[-2:]
        by_key = {(each.year, each.authority): each.counts for each in authorities}
        totals = ("looked_after_31_march", "started", "ceased", "population_0_17")
        self.counts = [
            (by_key[self.first, name], by_key[self.second, name])
            for name in sorted({each.authority for each in authorities})
            if all(
                (by_key.get((year, name)) or {}).get(total)
                for year in (self.first, self.second)
                for total in totals
            )
        ]

    def flow(self, name: str) -> tuple[FloatArray, FloatArray]:
        """One count in the two years; shape (authorities,) each. All are known."""
        return self._both(lambda counts: float(counts[name] or 0))

    def exposure(self) -> tuple[FloatArray, FloatArray]:
        """Child-years in the two years, the number before the first worked back."""
        stock, started, ceased = (
            self.flow(name) for name in ("looked_after_31_march", "started", "ceased")
        )
        before = np.maximum(stock[0] - started[0] + ceased[0], 1.0)
        return (before + stock[0]) / 2, (stock[0] + stock[1]) / 2

    def holding(self) -> FloatArray:
        """Entries that would have held the first year's closing number in care."""
        held: FloatArray = (
            self.flow("ceased")[0] / self.exposure()[0] * self.flow("looked_after_31_march")[0]
        )
        return held

    def exits(self, group: str) -> tuple[list[FloatArray], list[FloatArray]]:
        """Exits of one group and child-years, of authorities where both years are published."""
        routes = ROUTE_FLOWS if group == OTHER_WAYS else GROUPS[group]
        columns = [ROUTE_FLOWS[route] for route in routes]
        needed = [*columns, "ceased_aged_18_and_over"] if group == OTHER_WAYS else columns
        known = np.array(
            [
                all(year[name] is not None for year in pair for name in needed)
                for pair in self.counts
            ]
        )

        def count(year: dict[str, int | None]) -> float:
            summed = float(sum(year[name] or 0 for name in needed))
            return float(year["ceased"] or 0) - summed if group == OTHER_WAYS else summed

        return (
            [each[known] for each in self._both(count)],
            [each[known] for each in self.exposure()],
        )

    def _both(
        self, count: Callable[[dict[str, int | None]], float]
    ) -> tuple[FloatArray, FloatArray]:
        return (
            np.array([count(dict(first)) for first, _ in self.counts]),
            np.array([count(dict(second)) for _, second in self.counts]),
        )
