"""What the estimate of any authority rests on, from the Department's published tables alone.

The same way of estimating as for an authority whose own papers are known, with three things put
in their place: suppressed cells are shared out as England's, small numbers lean on England's, and
how fast an authority's children come is left to be set by the number in care (``steering``).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sufficiency.errors import InputError, Problem
from sufficiency.estimate.any_placements import (
    CONNECTED_SHARE,
    MEASURE,
    Placements,
    TablePlacements,
    placements,
)
from sufficiency.estimate.any_tables import (
    authority_years,
    require_totals,
    sound,
    wanted,
    with_parents_agreed,
)
from sufficiency.estimate.basis import (
    MOVE_REASONS,
    OUTSIDE,
    PLACES,
    Basis,
    times_in_care,
)
from sufficiency.estimate.caseload import times_that_can_be
from sufficiency.estimate.completed import Completed, completed
from sufficiency.estimate.ipf import MarginsContradict
from sufficiency.estimate.judgements import GENERAL, Judgements, general_judgements
from sufficiency.estimate.published import (
    OTHER_WAYS,
    REASON,
    window,
)
from sufficiency.estimate.rates import PooledRate
from sufficiency.estimate.sections import AGES
from sufficiency.inputs.dfe_tables import DfeTables
from sufficiency.inputs.tables import CouncilCounts
from sufficiency.vocabulary import Route

FloatArray = NDArray[np.float64]
STABILITY = (
    "Children looked after continuously for at least 2.5 years on 31 March aged under 16 years"
)
ENGLAND = "England"
_BEHIND_SHAPES = 30.0
"""How many of England's children, or exits, stand behind an authority's when shapes by age, way
out or kind of home are taken."""
_MOVES = "Total placements changing"
_STATUS = "Change in the status of a placement only"
_OWN_MOVES = 0.7
"""Weight of an authority's own moves beside England's."""
ALLOWANCES = {
    "special_guardianship": ((3.5, 8.0), (0.8, 0.97), (0.01, 0.2, 0.33, 0.36, 0.1)),
    "child_arrangements": ((1.0, 3.5), (0.25, 0.7), (0.01, 0.2, 0.33, 0.35, 0.11)),
    "adoption": ((0.3, 1.5), (0.1, 0.35), (0.0, 0.3, 0.4, 0.25, 0.05)),
}
"""By kind of payment after care: how many years' worth of orders are paid on a day, the share of
leavers it is paid for, and their ages. Middlesbrough's 291 guardianship allowances of 2021 were six
years' worth."""
_BAND_YEARS = (1, 4, 5, 6, 2)
ENTERING_OLDER = 0.6
"""Of children entering at 10 to 15, those of 13 and over: a judgement, for entries are far more at
16 than at 9."""
BEHIND_AGED_17 = 150.0
"""How many of England's children of 16 and 17 stand behind an authority's: those who left at 18
last year are not those who will."""
_LEAST_USUAL = 0.001
_LONG_STAYS = 1.55
"""Children in care two years or more, for each child under 16 in care two and a half: a judgement,
as older ones and those between two and two and a half years come on top."""


@dataclass(frozen=True)
class AnyBasis(Basis):
    """What the estimate of an authority rests on, from published tables.

    Attributes:
        authority: The authority's name.
        completed: Its tables with suppressed cells shared out.
        england: The same for England; None for England itself.
    """

    authority: str
    completed: Completed
    england: AnyBasis | None

    @property
    def behind(self) -> AnyBasis:
        """The basis that stands behind this one: England's."""
        return self if self.england is None else self.england

    @cached_property
    def homes(self) -> TablePlacements:
        """Kinds of home."""
        behind = None if self.england is None else self.england.england_placements
        return TablePlacements(
            self.completed,
            self.local.years,
            self.local.mean_stock,
            self.settings,
            behind,
            0.0 if behind is None else _BEHIND_SHAPES,
        )

    @cached_property
    def england_placements(self) -> Placements:
        """This area's children by kind of home on the opening day."""
        return placements(self.completed, self.as_at.year)

    @cached_property
    def share_aged_17(self) -> float:
        """Of the opening children of 16 and 17, the share who turn 18 within a year."""
        turned = self.local.at_18[-1] / self.local.exposures[-1] * self.stock
        oldest = float(self.stock_ages[-1])
        # A quarter of those who come at 16 and 17, at any time of the year, turn 18 in it; and
        # some who are 17 leave before they do.
        years = len(self.local.years)
        leaving = min(self.local.by_age[-1] / years / max(oldest, 1.0), 0.5)
        here = max(turned - self.entry_ages[-1] / 4, 0.0) / (1 - leaving / 2)
        if self.england is not None:
            here += self.england.share_aged_17 * BEHIND_AGED_17
            oldest += BEHIND_AGED_17
        return float(round(min(max(here / max(oldest, 1.0), 0.35), 0.75), 3))

    @cached_property
    def older_half(self) -> dict[str, float]:
        """Of England's children of each age band, the share in its older half.

        How many pass from one band to the next in a year follows from how many come, leave and
        stay at the ages above. That is how many there are at the upper end of a band, and at its
        lower end; numbers are taken to rise or fall steadily between the two.
        """
        behind = self.behind
        years = len(behind.local.years)
        leaving = [*behind.local.by_age / years]
        leaving[-1] += sum(behind.local.at_18) / years
        children = np.array(behind.stock_ages, dtype=np.float64)
        # What totals say came in, which is a little more than the entries counted.
        growth = behind.local.stocks[-1] - behind.local.stocks[-2]
        ages = np.array(behind.entry_ages, dtype=np.float64)
        coming = ages * ((sum(leaving) + growth) / ages.sum())
        passing, found = 0.0, {}
        for band in reversed(range(1, len(AGES))):
            low = passing + leaving[band] - coming[band] + growth * children[band] / children.sum()
            if band < len(AGES) - 1:
                even = children[band] / _BAND_YEARS[band]
                share = 0.5 + (passing - low) / (8 * even)
                found[AGES[band]] = float(round(min(max(share, 0.3), 0.7), 3))
            passing = max(low, 0.0)
        return dict(reversed(found.items()))

    @cached_property
    def entering_at_birth(self) -> float:
        """Of England's children entering under 1, the share who enter at birth.

        Whoever enters at birth is under 1 for a year, whoever enters at any age for half of one
        on average, less those who leave: the number under 1 tells how many of each there are.
        """
        behind = self.behind
        left = behind.local.by_age[0] / len(behind.local.years)
        children, entering = float(behind.stock_ages[0]), float(behind.entry_ages[0])
        rate = left / children
        from_birth = (1 - np.exp(-rate)) / rate
        from_any_age = (1 - from_birth) / rate
        share = (children / entering - from_any_age) / (from_birth - from_any_age)
        return float(round(min(max(share, 0.0), 0.95), 3))

    @cached_property
    def reference_ages(self) -> list[float]:
        """The children rates are counted from, by age, England's standing behind them."""
        here = np.array(self.stock_ages, dtype=np.float64)
        if self.england is not None:
            behind = np.array(self.england.stock_ages)
            here = here + _BEHIND_SHAPES * behind / behind.sum()
        return [float(round(number, 1)) for number in here]

    @cached_property
    def places(self) -> dict[str, float]:
        """Children by where they lived; distances not known are shared as those known are."""
        count, year = self.margins.count, self.as_at.year
        inside = float(count(year, MEASURE, *PLACES["inside"]))
        outside = float(count(year, MEASURE, *OUTSIDE))
        away = ("outside_near", "outside_far")
        near, far = (count(year, MEASURE, *PLACES[name]) for name in away)
        if self.england is not None and near + far == 0:
            near, far = (round(self.england.places[name]) for name in away)
        known = max(near + far, 1)
        return {
            "inside": inside,
            "outside_near": round(outside * near / known, 1),
            "outside_far": round(outside * far / known, 1),
        }

    @cached_property
    def early_leaving_rate(self) -> float:
        """Everyone who leaves in the first two years, such that long stays are as published."""
        table = self.margins.figures.get((self.as_at.year, "placement_stability", STABILITY), {})
        long_stays = table.get("Total children")
        if not isinstance(long_stays, int):
            return self.behind.early_leaving_rate if self.england else self.leaving_rate
        wanted = min(_LONG_STAYS * long_stays / self.stock, 0.85)
        low, high = 0.0, 3.0
        for _ in range(40):
            middle = (low + high) / 2
            shares = self._times(middle, self.local.started[::-1], self.stock)
            low, high = (middle, high) if shares[3] + shares[4] < wanted else (low, middle)
        return float(min(max(middle, self.leaving_rate / 2), self.leaving_rate * 3))

    def _times(self, rate: float, latest_first: tuple[int, ...], stock: float) -> list[float]:
        split = self.judgements.two_to_five_years_share
        shares = np.array(times_in_care(latest_first, stock, rate, split))
        # Where more came in two years than are there, few can have stayed for longer.
        floor = np.array([0.01, 0.02, 0.02, 0.03, 0.02])
        shares = np.maximum(shares, floor)
        return [float(share) for share in shares / shares.sum()]

    @cached_property
    def opening_times(self) -> list[float]:
        """Shares of the opening children by time in care."""
        latest_first = self.local.started[::-1]
        return times_that_can_be(
            self.stock_ages, self._times(self.early_leaving_rate, latest_first, self.stock)
        )

    @cached_property
    def reference_times(self) -> list[float]:
        """Shares of the two years' children by time in care."""
        first = self.local.started[0]
        earlier = self._times(self.early_leaving_rate, (first, first), self.local.stocks[1])
        both = [(a + b) / 2 for a, b in zip(self.opening_times, earlier, strict=True)]
        return times_that_can_be(self.reference_ages, both)

    @cached_property
    def elsewhere_over_connected(self) -> tuple[float, float, float]:
        """Orders elsewhere over orders with relatives: England's, for no authority's is known."""
        if self.england is not None:
            return self.england.elsewhere_over_connected
        low, middle, high = super().elsewhere_over_connected
        return max(low, 0.02), max(middle, 0.04), max(high, 0.08)

    @property
    def make_up(self) -> float:
        """1: whether more or fewer than England's children live with relatives is not known."""
        return 1.0

    @cached_property
    def rates(self) -> dict[str, PooledRate]:
        """Pooled rate by group of ways out; England's own for England."""
        found = super().rates
        if self.england is not None:
            return found
        return {
            group: replace(rate, weight=1.0, mean=rate.local.rate) for group, rate in found.items()
        }

    @cached_property
    def route_shares(self) -> dict[Route, tuple[str, float]]:
        """For each way out: the group it is pooled in, and its share of the group's events."""
        if self.england is None:
            return super().route_shares
        here, behind = self.local.by_route, self.england.route_shares
        orders = here["special_guardianship"] + here["child_arrangements"]
        counted = {
            Route.SPECIAL_GUARDIANSHIP: (here["special_guardianship"], orders),
            Route.CHILD_ARRANGEMENTS: (here["child_arrangements"], orders),
            Route.ORDER_DISCHARGED: (self.local.orders_discharged, here[OTHER_WAYS]),
        }
        found = dict(behind)
        for route, (events, of) in counted.items():
            group, share = behind[route]
            found[route] = (group, (events + _BEHIND_SHAPES * share) / (of + _BEHIND_SHAPES))
        left = 1 - found[Route.ORDER_DISCHARGED][1]
        behind_left = 1 - behind[Route.ORDER_DISCHARGED][1]
        for route in self.judgements.rest_routes:
            found[route] = (OTHER_WAYS, behind[route][1] * left / behind_left)
        return found

    @cached_property
    def events_by_age(self) -> dict[Route, FloatArray]:
        """Events of each way out by age, England's standing behind the authority's."""
        if self.england is None:
            return super().events_by_age
        behind = self.england.local
        scale = _BEHIND_SHAPES / behind.under_18
        here = replace(
            self.local,
            ceased=(round(self.local.under_18 + _BEHIND_SHAPES),),
            at_18=(0,),
            by_route={
                name: number + scale * behind.by_route[name]
                for name, number in self.local.by_route.items()
            },
            by_age=self.local.by_age + scale * behind.by_age,
            orders_discharged=self.local.orders_discharged + scale * behind.orders_discharged,
        )
        try:
            return self._events_of(here)
        except (MarginsContradict, ValueError):
            return self.england.events_by_age

    @property
    def area(self) -> str:
        """What the authority is called in sentences."""
        return self.authority

    @property
    def said_of_ways_out(self) -> str:
        """What stands behind the counts of ways out, and whether some were withheld."""
        if self.england is None:
            return ""
        text = f" {_BEHIND_SHAPES:.0f} of England's exits stand behind its shares and ages."
        if not all(self.is_whole(year, "ceased", REASON) for year in self.local.years):
            text += (
                " Some ways out were withheld and are shared out as England's: where this is one "
                "of them its number is no count."
            )
        return text

    def is_whole(self, year: int, measure: str, breakdown: str) -> bool:
        """Whether every cell of a table was published."""
        return self.completed.is_whole(year, measure, breakdown)

    def moves_seen(self) -> tuple[float, float]:
        """Moves a child a year here and in England; England's where the authority's were not."""
        england = self.moves_per_child(self.national_margins)
        table = self.margins.figures.get((self.as_at.year, "new_placements", MOVE_REASONS), {})
        known = all(isinstance(table.get(name), int) for name in (_MOVES, _STATUS))
        return (self.moves_per_child(self.margins) if known else england), england

    @cached_property
    def judged_here(self) -> AnyBasis:
        """The same with what is judged from the authority's own flows: moves and allowances."""
        here, england = self.moves_seen()
        middle = max(here, 0.05) ** _OWN_MOVES * england ** (1 - _OWN_MOVES)
        moves = {
            "p10": 0.85 * min(max(here, 0.05), middle),
            "p90": 1.15 * max(here, middle),
            "distribution": "lognormal",
        }
        judged = self.judgements.model_dump(exclude_none=True)
        judged |= {"moves_per_child_year": moves, "after_care": self._allowances()}
        return replace(self, judgements=Judgements.model_validate(judged))

    def _allowances(self) -> dict[str, dict[str, object]]:
        """Payments after care: so many years' worth of the authority's own orders."""
        found: dict[str, dict[str, object]] = {}
        for kind, (years, leavers, ages) in ALLOWANCES.items():
            yearly = self.local.by_route[kind] / len(self.local.years)
            opening: dict[str, object] = {"value": 0}
            if yearly >= 0.5:
                low, high = (each * yearly for each in years)
                opening = {"p10": low, "p90": high, "distribution": "lognormal"}
            found[kind] = {
                "opening_children": opening,
                "share_of_leavers": {
                    "p10": leavers[0], "p90": leavers[1], "distribution": "beta"
                },
                "opening_by_age": list(ages),
                "reason": (
                    f"No count is published. {years[0]:g} to {years[1]:g} years' worth of the "
                    f"{yearly:.0f} orders a year: most allowances run for years, until 18."
                    + self.said_of_ways_out
                ),
            }  # fmt: skip
        return found


def any_basis(tables: DfeTables, authority: str, as_at: dt.date) -> AnyBasis:
    """What the estimate of an authority rests on.

    Args:
        tables: Published tables up to the opening, and nothing later.
        authority: The authority's exact name.
        as_at: The opening date, a 31 March.

    Returns:
        The basis. England's stands behind it.

    Raises:
        InputError: When a total needed is not there, or ages were not yet published.
    """
    england = _basis(tables, ENGLAND, as_at, None)
    return england if authority == ENGLAND else _basis(tables, authority, as_at, england)


def _basis(tables: DfeTables, authority: str, as_at: dt.date, england: AnyBasis | None) -> AnyBasis:
    published, national = tables.of(authority), tables.england
    years = (as_at.year - 1, as_at.year)
    if (as_at.year, MEASURE, "Age group") not in national.figures:
        raise InputError(
            [
                Problem(
                    tables.file, 1, 1,
                    f"England's children by age are not in the table for 31 March {as_at.year}",
                    "choose a later `--as-at`: ages on 31 March are published from 2021",
                )
            ]
        )  # fmt: skip
    require_totals(published, authority, years)
    done = completed(with_parents_agreed(published, years), national, wanted(years))
    behind = completed(national, national, wanted(years)).tables
    first, second = (
        behind.count(year, MEASURE) / behind.count(year, "population_0_17") for year in years
    )
    return AnyBasis(
        as_at=as_at,
        local=sound(window(done.tables, years)),
        national=sound(window(behind, years)),
        totals=done.tables,
        margins=done.tables,
        national_margins=behind,
        council=CouncilCounts(tables.file, {}),
        england_connected_share=CONNECTED_SHARE[1],
        authorities=tuple(authority_years(tables, years)),
        judgements=_judgements(),
        national_rates=(first, second),
        authority=authority,
        completed=done,
        england=england,
    )


def _judgements() -> Judgements:
    """The tool's own judgements; what they lack is worked out from the authority's tables."""
    unused = {
        "moves_per_child_year": {"value": 0.5},
        "entries_drift": {"value": 0.0},
        "after_care": {},
    }
    source = f"sufficiency/estimate/{GENERAL.name}"
    general = general_judgements()
    # Shared-out cells of a small authority may put a child where none is usual.
    general["usual_ages"] = {
        name: [max(float(ratio), _LEAST_USUAL) for ratio in ages]
        for name, ages in general["usual_ages"].items()
    }
    return Judgements.model_validate({**general, **unused, "file": source})
