"""Everything an estimate rests on, worked out once: flows, rates, shapes and the children.

Only figures up to the opening date settle levels. Where the tables by age and by place of that
date are published they are used. Where nothing so early was published, the shares of a year
later are used as shapes, and whoever uses them says so.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sufficiency.estimate.caseload import joint_table
from sufficiency.estimate.homes import Homes, homes_of
from sufficiency.estimate.judgements import Judgements, read_judgements
from sufficiency.estimate.multiplicative import events_by_route_and_age
from sufficiency.estimate.published import (
    FAMILY_ORDERS,
    OTHER_WAYS,
    Entry,
    Variations,
    Window,
    carried,
    entries,
    pooled_groups,
    variations,
    window,
)
from sufficiency.estimate.rates import PooledRate
from sufficiency.inputs.tables import (
    AuthorityYear,
    CouncilCounts,
    Published,
    read_authority_flows,
    read_council_counts,
    read_published,
)
from sufficiency.vocabulary import Route

FloatArray = NDArray[np.float64]

STOCK_AGES = (
    "Under 1 year",
    "1 to 4 years",
    "5 to 9 years",
    "10 to 15 years",
    "16 years and over",
)
PLACES = {
    "inside": ("Locality of placement", "Placed inside the local authority boundary"),
    "outside_near": (
        "Distance between home and placement and locality of placement",
        "2. Placed outside the LA boundary, 20 miles or less from home",
    ),
    "outside_far": (
        "Distance between home and placement and locality of placement",
        "4. Placed outside the LA boundary, more than 20 miles from home",
    ),
}
OUTSIDE = ("Locality of placement", "Placed outside the local authority boundary")
MOVE_REASONS = "Reason for placement change during the year"
PLANNED_MOVES = ("Change to/implementation of care plan", "Custody arrangement")
NOT_SPLIT = ("Other", "Change in the status of a placement only", "Total placements changing")


@dataclass(frozen=True)
class Basis:
    """What the estimate of one authority rests on.

    Attributes:
        as_at: The opening date.
        local: The authority's flows over the two years before.
        national: England's flows over the same years.
        totals: The authority's published totals.
        margins: The authority's tables by age and by place, of every year published.
        national_margins: England's tables of those years.
        council: Counts from council papers.
        england_connected_share: England's share of children with connected carers.
        authorities: Every authority's flows.
        judgements: What nobody has published.
        national_rates: England's children in care per child, in the two years.
    """

    as_at: dt.date
    local: Window
    national: Window
    totals: Published
    margins: Published
    national_margins: Published
    council: CouncilCounts
    england_connected_share: float
    authorities: tuple[AuthorityYear, ...]
    judgements: Judgements
    national_rates: tuple[float, float]

    @property
    def own_tables(self) -> bool:
        """Whether the tables of the opening date itself were published by age and by place."""
        return (self.as_at.year, "looked_after_31_march", "Age group") in self.margins.figures

    @property
    def shape_year(self) -> int:
        """The year whose tables give ages and places: the opening's own, or the one after."""
        return self.as_at.year if self.own_tables else self.as_at.year + 1

    @property
    def judged(self) -> str:
        """The file of judgements, as a source is written."""
        return self.judgements.file

    @cached_property
    def settings(self) -> list[str]:
        """Settings that held children before the opening."""
        return list(self.judgements.usual_ages)

    @cached_property
    def stock(self) -> int:
        """Children in care on the opening date."""
        return int(self.local.stocks[-1])

    @cached_property
    def leaving_rate(self) -> float:
        """Everyone who left, per child-year."""
        return sum(self.local.ceased) / self.local.exposure

    @property
    def early_leaving_rate(self) -> float:
        """Everyone who left in their first two years in care, per child-year."""
        judged = self.judgements.leaving_in_first_two_years
        return self.leaving_rate if judged is None else judged

    @cached_property
    def places(self) -> dict[str, float]:
        """Children by where they lived. Distances not known are shared as those known are."""
        found = {
            name: float(self.margins.count(self.shape_year, "looked_after_31_march", *where))
            for name, where in PLACES.items()
        }
        if self.own_tables:
            outside = self.margins.count(self.shape_year, "looked_after_31_march", *OUTSIDE)
            known = found["outside_near"] + found["outside_far"]
            for name in ("outside_near", "outside_far"):
                found[name] = round(found[name] / known * outside, 1)
        return found

    @cached_property
    def stock_ages(self) -> list[int]:
        """Children in care by age, in the year of the tables."""
        return [
            self.margins.count(self.shape_year, "looked_after_31_march", "Age group", age)
            for age in STOCK_AGES
        ]

    @property
    def reference_ages(self) -> list[float]:
        """The children rates are counted from, by age."""
        return [float(number) for number in self.stock_ages]

    @cached_property
    def entry_ages(self) -> list[int]:
        """Children entering care by age, in the year of the tables."""
        return [
            self.margins.count(self.shape_year, "started", "Age on starting", age)
            for age in STOCK_AGES
        ]

    @cached_property
    def opening_times(self) -> list[float]:
        """Shares of the opening children by time in care."""
        return times_in_care(
            self.local.started[::-1],
            self.stock,
            self.early_leaving_rate,
            self.judgements.two_to_five_years_share,
        )

    @cached_property
    def reference_times(self) -> list[float]:
        """Shares of the two years' children by time in care: both closing dates averaged."""
        earlier = times_in_care(
            (self.local.started[0], self.local.started[0]),
            self.local.stocks[1],
            self.early_leaving_rate,
            self.judgements.two_to_five_years_share,
        )
        return [(a + b) / 2 for a, b in zip(self.opening_times, earlier, strict=True)]

    @cached_property
    def homes(self) -> Homes:
        """Which kinds of home the children lived in."""
        return homes_of(
            self.judgements, self.council, self.margins, self.as_at, self.local, self.shape_year
        )

    @cached_property
    def connected_years(self) -> float:
        """Child-years with connected carers over the two years."""
        return self.homes.connected_years()

    @cached_property
    def reference_settings(self) -> list[float]:
        """Shares of the two years' children by setting, in the order of ``settings``."""
        counted = self.homes.over_the_two_years()
        return [counted[name] / self.local.mean_stock for name in self.settings]

    @cached_property
    def weights(self) -> FloatArray:
        """Shares of the two years' children by age, time in care and setting."""
        ages = np.array(self.reference_ages) / sum(self.reference_ages)
        return joint_table(
            ages.tolist(),
            self.reference_times,
            self.reference_settings,
            self.judgements.usual_ages_of(self.settings).tolist(),
        )

    @cached_property
    def variations(self) -> Variations:
        """Good and bad years."""
        return variations(
            self.authorities,
            self.national_rates,
            self.local.years,
            carried(self.authorities, self.local.years).value,
            self.judgements.autocorrelation_of_leaving.central,
        )

    @property
    def share_aged_17(self) -> float:
        """Of the opening children of 16 and 17, the share who turn 18 within a year."""
        turning = self.local.at_18[-1] / self.local.exposures[-1]
        oldest = self.stock_ages[-1] / sum(self.stock_ages)
        return float(round(turning / oldest, 3))

    @cached_property
    def entry(self) -> Entry:
        """Level of entries."""
        return entries(self.local, self.authorities, self.variations.entries_spread)

    @cached_property
    def elsewhere_over_connected(self) -> tuple[float, float, float]:
        """Orders elsewhere over orders with connected carers: p10, middle, p90.

        The faster connected carers gain orders, the fewer of the orders counted are left for
        everyone else.
        """
        hazard = self.judgements.connected_order_hazard
        orders = self.local.by_route["special_guardianship"]
        orders += self.local.by_route["child_arrangements"]
        others = self.local.exposure - self.connected_years

        def ratio(connected: float) -> float:
            return max(orders - connected * self.connected_years, 0) / others / connected

        return ratio(hazard.p90), ratio(hazard.p50), ratio(hazard.p10)

    @cached_property
    def make_up(self) -> float:
        """What the authority's share with connected carers does to England's rate of orders."""
        here = self.connected_years / self.local.exposure
        there = self.england_connected_share
        less = self.elsewhere_over_connected[1]
        return (here + (1 - here) * less) / (there + (1 - there) * less)

    @cached_property
    def rates(self) -> dict[str, PooledRate]:
        """Pooled rate by group of ways out."""
        return pooled_groups(
            self.local,
            self.national,
            self.authorities,
            self.judgements.autocorrelation_of_leaving.central,
            {FAMILY_ORDERS: self.make_up},
        )

    @cached_property
    def route_shares(self) -> dict[Route, tuple[str, float]]:
        """For each way out: the group it is pooled in, and its share of the group's events."""
        counted = self.local.by_route
        orders = counted["special_guardianship"] + counted["child_arrangements"]
        discharged = self.local.orders_discharged
        rest = counted[OTHER_WAYS] - discharged
        shares = {
            Route.HOME_PLANNED: ("home_planned", 1.0),
            Route.SPECIAL_GUARDIANSHIP: (FAMILY_ORDERS, counted["special_guardianship"] / orders),
            Route.CHILD_ARRANGEMENTS: (FAMILY_ORDERS, counted["child_arrangements"] / orders),
            Route.ADOPTION: ("adoption", 1.0),
            Route.ORDER_DISCHARGED: (OTHER_WAYS, discharged / counted[OTHER_WAYS]),
        }
        for route, each in self.judgements.rest_routes.items():
            shares[route] = (OTHER_WAYS, each.share * rest / counted[OTHER_WAYS])
        return {route: shares[route] for route in Route}

    @cached_property
    def events_by_age(self) -> dict[Route, FloatArray]:
        """Events of each way out by age, fitted to events by route and events by age."""
        return self._events_of(self.local)

    def _events_of(self, local: Window) -> dict[Route, FloatArray]:
        counted = local.by_route
        discharged = local.orders_discharged
        by_route = {
            **{name: counted[name] for name in counted if name != OTHER_WAYS},
            "order_discharged": discharged,
            "rest": counted[OTHER_WAYS] - discharged,
        }
        usual = np.array([self.judgements.usual_ages_of_leaving[name] for name in by_route])
        fitted = events_by_route_and_age(
            np.array(list(by_route.values())),
            local.by_age,
            usual,
            np.array(self.reference_ages),
        )
        events = dict(zip(by_route, fitted, strict=True))
        rest = events.pop("rest")
        found = {Route(name): each for name, each in events.items()}
        routes = self.judgements.rest_routes
        parts = np.array([routes[route].usual_ages for route in routes])
        shares = np.array([routes[route].share for route in routes])
        split = events_by_route_and_age(
            shares * rest.sum(), rest, parts, np.array(self.reference_ages)
        )
        found.update(zip(routes, split, strict=True))
        return found

    @cached_property
    def breakdown_share(self) -> float:
        """Share of England's moves that were not planned, of those with a stated reason."""
        cells = self.national_margins.breakdown(self.shape_year, "new_placements", MOVE_REASONS)
        stated = {k: v for k, v in cells.items() if k not in NOT_SPLIT and isinstance(v, int)}
        planned = sum(v for k, v in stated.items() if k in PLANNED_MOVES)
        return 1 - planned / sum(stated.values())

    @property
    def area(self) -> str:
        """What the authority is called in sentences."""
        return Path(self.judged).parent.name.title()

    @property
    def said_of_ways_out(self) -> str:
        """What else is to be said of every way out, as sentences after a space."""
        return ""

    def is_whole(self, year: int, measure: str, breakdown: str) -> bool:
        """Whether every cell of a table was published."""
        return True

    def moves_seen(self) -> tuple[float, float]:
        """Moves a child a year here and in England, in the year of the tables."""
        return self.moves_per_child(self.margins), self.moves_per_child(self.national_margins)

    def moves_per_child(self, table: Published) -> float:
        """Moves other than changes of status for each child in care, in the year of the tables."""
        moves = table.count(
            self.shape_year, "new_placements", MOVE_REASONS, "Total placements changing"
        )
        status = table.count(
            self.shape_year,
            "new_placements",
            MOVE_REASONS,
            "Change in the status of a placement only",
        )
        children = table.count(self.shape_year, "looked_after_31_march", "Age group", "Total")
        return (moves - status) / children


def times_in_care(
    started_latest_first: tuple[int, ...], stock: float, leaving_rate: float, two_to_five: float
) -> list[float]:
    """Shares of children by time in care, from entries and the rate of leaving.

    Of each year's entries the share still in care falls by the rate of leaving, taken at the
    middle of the band: an eighth of a year, five eighths, a year and a half. Whoever is left
    of the number in care has been there for two years or more.

    Args:
        started_latest_first: Entries in the last year and the one before.
        stock: Children in care.
        leaving_rate: Everyone who leaves, per child-year.
        two_to_five: Of those in care two years or more, the share under five.

    Returns:
        Five shares that add up to 1.
    """
    latest, before = started_latest_first[:2]
    newest = latest / 4 * np.exp(-leaving_rate / 8)
    first_year = latest * 3 / 4 * np.exp(-leaving_rate * 5 / 8)
    second_year = before * np.exp(-leaving_rate * 1.5)
    rest = stock - newest - first_year - second_year
    counts = (newest, first_year, second_year, rest * two_to_five, rest * (1 - two_to_five))
    return [float(count / stock) for count in counts]


def read_basis(
    local: Path, national: Path, as_at: dt.date, judgements: Path | None = None
) -> Basis:
    """Read the tables an estimate rests on.

    Args:
        local: Folder of the authority's tables.
        national: Folder of England's tables.
        as_at: The opening date, a 31 March.
        judgements: The file of judgements; ``judgements.yaml`` in ``local`` where not given.

    Returns:
        The basis.

    Raises:
        InputError: When a table cannot be read or lacks a figure.
    """
    years = (as_at.year - 1, as_at.year)
    totals = read_published(local / "published_totals.csv")
    england = read_published(national / "published_totals.csv")
    others = read_council_counts(national / "other_figures.csv")
    percent = others.count(dt.date(2019, 3, 31), "share_of_placements", "connected_carer")
    first, second = (
        england.count(year, "looked_after_31_march") / england.count(year, "population_0_17")
        for year in years
    )
    return Basis(
        as_at=as_at,
        local=window(totals, years),
        national=window(england, years),
        totals=totals,
        margins=read_published(local / "published_margins.csv"),
        national_margins=read_published(national / "published_margins.csv"),
        council=read_council_counts(local / "council_counts.csv"),
        england_connected_share=percent / 100,
        authorities=read_authority_flows(national / "authority_flows.csv"),
        judgements=read_judgements(judgements or local / "judgements.yaml"),
        national_rates=(first, second),
    )
