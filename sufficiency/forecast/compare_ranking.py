"""The scenarios in order: what each saves after its own cost, how surely, and when it pays back.

All of it is about the whole forecast and about the same futures in every scenario. What several
layers do together is told apart from what they do one by one: two actions that reach for the
same children lose some of it, and two that need each other gain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sufficiency.counts import ALL
from sufficiency.finance.appraisal import (
    FROM_THE_START,
    NOT_YET,
    break_even_multiple,
    net_present_value,
    payback_month,
)
from sufficiency.finance.figures import PENCE_PER_POUND, budget_calendar
from sufficiency.finance.saving_split import EMPTY_PLACES, LESS_COSTLY_HOMES, OWN_COST, PARTS
from sufficiency.finance.summary import pence_that_add_up
from sufficiency.forecast.compare import HORIZON, Compared
from sufficiency.forecast.gather import half_width
from sufficiency.forecast.measures import NET_COST, WHOLE
from sufficiency.forecast.replication import GBP

FloatArray = NDArray[np.float64]

AT_THE_START = "from the start"
"""How payback is told of a future that never costs more than its base."""

TOLD_PARTS = tuple(part for part in PARTS if part != EMPTY_PLACES)
"""The parts of a saving as they are told: empty places are with the action's own cost, or with
homes where what they cost is hidden."""


_EMPTY = PARTS.index(EMPTY_PLACES)


class Spread(NamedTuple):
    """A mean, the range of eight futures in ten, and how far the mean may be off."""

    mean: float
    p10: float
    p90: float
    half_width: float


@dataclass(frozen=True)
class Standing:
    """How one scenario stands against the base over the whole forecast. Money in pounds.

    Attributes:
        which: Its place among the scenarios, from 1; 0 is the base.
        net_cost: Net cost of all blocks less the base's; below zero is a saving.
        probability_cheaper: Share of futures in which it costs less than the base.
        own_cost: What it costs itself, on average.
        net_present_value: What is saved in prices of the first year, later years counting for
            less; above zero is a saving.
        payback: Month of payback of the first tenth of futures, of half and of nine tenths: a
            label, :data:`AT_THE_START`, or None where the forecast ends before.
        paid_back: Share of futures that have paid back by the end.
        break_even: Multiple of the effect at which it saves what it costs; 0 where it costs
            nothing and does not lose, None where no multiple is enough, not-a-number where what
            its empty places cost is not told apart.
        by: The measure it is ranked by less the base's, or None where that is the cost.
    """

    which: int
    net_cost: Spread
    probability_cheaper: float
    own_cost: float
    net_present_value: Spread
    payback: tuple[str | None, str | None, str | None]
    paid_back: float
    break_even: float | None
    by: Spread | None


def ranking(found: Compared, empty_apart: Sequence[bool]) -> list[Standing]:
    """The scenarios, best first: the lowest difference from the base.

    Args:
        found: All futures.
        empty_apart: For each scenario, the base first, whether what empty places cost is told
            as its own; with homes otherwise.

    Returns:
        One for each scenario set against the base.
    """
    standings = [
        _standing(found, which, empty_apart[which]) for which in range(1, len(found.plans))
    ]
    return sorted(standings, key=_order)


def _order(one: Standing) -> tuple[bool, float, int]:
    value = one.net_cost.mean if one.by is None else one.by.mean
    return (bool(np.isnan(value)), value, one.which)


def _standing(found: Compared, which: int, empty_apart: bool) -> Standing:
    months = found.difference_pence[which]
    whole = months.sum(axis=1)
    parts = told_parts(found, which, empty_apart)
    own_cost = float(parts[OWN_COST].sum(axis=1).mean())
    hides_own = not empty_apart and bool(found.split_pence[which][:, _EMPTY].any())
    paid_back = np.array([payback_month(future) for future in months])
    return Standing(
        which=which,
        net_cost=pounds(whole),
        probability_cheaper=round(float((whole < 0).mean()), 4),
        own_cost=_round(own_cost) / PENCE_PER_POUND,
        net_present_value=pounds(net_present_value(found.by_year(months), found.worth)),
        payback=_payback(found, paid_back),
        paid_back=round(float((paid_back != NOT_YET).mean()), 4),
        break_even=float("nan") if hides_own else break_even_multiple(own_cost, whole.mean()),
        by=None if found.by is None else spread(found.by[which] - found.by[0], 4),
    )


def _payback(
    found: Compared, months: NDArray[np.int64]
) -> tuple[str | None, str | None, str | None]:
    """The month by which a tenth, half and nine tenths of the futures have paid back."""
    labels = [month.label for month in found.plans[0].horizon.months]
    names: dict[int, str | None] = {FROM_THE_START: AT_THE_START, NOT_YET: None}
    told = np.quantile(months, (0.1, 0.5, 0.9), method="inverted_cdf").astype(np.int64)
    first, half, last = (
        names[int(month)] if int(month) in names else labels[int(month)] for month in told
    )
    return first, half, last


def told_parts(found: Compared, which: int, empty_apart: bool) -> Mapping[str, NDArray[np.int64]]:
    """What a difference in net cost is made of, as it is told.

    Args:
        found: All futures.
        which: Which scenario.
        empty_apart: Tell empty places with the action's own cost; with homes otherwise.

    Returns:
        Pence by part, in the order of :data:`TOLD_PARTS`; each of shape (replications, years).
    """
    pence = dict(zip(PARTS, found.split_pence[which].swapaxes(0, 1), strict=True))
    empty = pence.pop(EMPTY_PLACES)
    with_part = OWN_COST if empty_apart else LESS_COSTLY_HOMES
    return {name: pence[name] + empty if name == with_part else pence[name] for name in TOLD_PARTS}


class SplitRow(NamedTuple):
    """One part of a difference in net cost, in pounds, to the penny; below zero is a saving."""

    base: str
    scenario: str
    period: str
    period_type: str
    part: str
    difference_mean: float
    p10: float
    p50: float
    p90: float
    half_width: float
    unit: str


def split_rows(
    base: str, scenario: str, found: Compared, which: int, empty_apart: bool
) -> list[SplitRow]:
    """What one scenario's difference in net cost is made of, by year and over all.

    Args:
        base: The base's name.
        scenario: The scenario's name.
        found: All futures.
        which: Which scenario.
        empty_apart: Tell empty places with the action's own cost; with homes otherwise.

    Returns:
        By period: each part, then ``all``. In every future the parts add up to the whole, and
        so do the means; quantiles do not.
    """
    parts = told_parts(found, which, empty_apart)
    labels = budget_calendar(found.plans[0].horizon).labels
    periods: list[tuple[str, str, slice]] = [
        (label, "financial_year", slice(year, year + 1)) for year, label in enumerate(labels)
    ]
    rows = []
    for label, kind, years in [*periods, (WHOLE, HORIZON, slice(None))]:
        sums = {name: part[:, years].sum(axis=1) for name, part in parts.items()}
        means = pence_that_add_up(np.array([each.mean() for each in sums.values()]))
        sums[ALL] = sum(sums.values(), np.zeros(found.futures, dtype=np.int64))
        for (name, each), mean in zip(sums.items(), [*means, sum(means)], strict=True):
            rows.append(_split_row((base, scenario, label, kind, name), mean, each))
    return rows


def _split_row(
    place: tuple[str, str, str, str, str], mean_pence: int, futures: NDArray[np.int64]
) -> SplitRow:
    p10, p50, p90 = (_round(q) / PENCE_PER_POUND for q in np.quantile(futures, (0.1, 0.5, 0.9)))
    width = pounds(futures).half_width
    return SplitRow(*place, mean_pence / PENCE_PER_POUND, p10, p50, p90, width, GBP)


class TogetherRow(NamedTuple):
    """What scenarios do together beside what they do one by one; below zero is a saving.

    ``lost_together`` is the difference together less the sum of the parts' differences: above
    zero, some of what each saves alone is lost; below zero, they gain from one another.
    """

    base: str
    scenario: str
    parts: str
    period: str
    period_type: str
    measure: str
    setting: str
    unit: str
    sum_of_parts_mean: float
    together_mean: float
    lost_together_mean: float
    lost_together_p10: float
    lost_together_p90: float
    lost_together_half_width: float


@dataclass(frozen=True)
class MadeOf:
    """What a scenario is made of.

    Attributes:
        parts: Other compared scenarios among its layers.
        others: Files of its layers that are in none of those, nor in the base.
    """

    parts: tuple[int, ...]
    others: tuple[str, ...]


def parts_of(files: Sequence[Sequence[str]]) -> dict[int, MadeOf]:
    """Which compared scenarios are made of which others.

    Args:
        files: The files of each scenario, its own first; the base's come first.

    Returns:
        For each scenario with at least two others among its layers, those others. One that is
        itself a layer of another of them is left out: it is in that one already.
    """
    own = {which: files[which][0] for which in range(1, len(files))}
    found = {}
    for whole in own:
        inside = [which for which in own if which != whole and own[which] in files[whole]]
        top = tuple(
            which
            for which in inside
            if not any(own[which] in files[other] for other in inside if other != which)
        )
        if len(top) > 1:
            known = {own[whole], *files[0], *(file for part in top for file in files[part])}
            found[whole] = MadeOf(top, tuple(f for f in files[whole] if f not in known))
    return found


def together_rows(
    names: Sequence[str], found: Compared, whole: int, parts: Sequence[int]
) -> list[TogetherRow]:
    """What one scenario's parts lose or gain together.

    Args:
        names: Every scenario's name, the base's first.
        found: All futures.
        whole: The scenario made of others.
        parts: The others.

    Returns:
        Net cost by year and over all; children in care and out of area at the end.
    """
    years = found.by_year(found.difference_pence).astype(np.float64) / PENCE_PER_POUND
    labels = budget_calendar(found.plans[0].horizon).labels
    told: list[tuple[tuple[str, str, str, str, str], FloatArray]] = [
        ((label, "financial_year", NET_COST, ALL, GBP), years[:, :, year])
        for year, label in enumerate(labels)
    ]
    told.append(((WHOLE, HORIZON, NET_COST, ALL, GBP), years.sum(axis=2)))
    for measure in ("children_in_care", "out_of_area"):
        key = (measure, ALL, "children")
        if all(key in each.keys for each in found.gathered):
            last = len(found.plans[0].horizon.months)
            month = found.gathered[0].periods[last].label
            ends = [each.measured[:, each.keys.index(key), last] for each in found.gathered]
            told.append(((month, "month", *key), np.array(ends) - ends[0]))
    rows = []
    for place, values in told:
        apart = values[list(parts)].sum(axis=0)
        lost = spread(values[whole] - apart)
        means = (round(float(apart.mean()), 2) + 0.0, round(float(values[whole].mean()), 2) + 0.0)
        made_of = " + ".join(names[part] for part in parts)
        rows.append(TogetherRow(names[0], names[whole], made_of, *place, *means, *lost))
    return rows


def spread(values: FloatArray, decimals: int = 2) -> Spread:
    """Mean, range and half-width of one number over the futures."""
    p10, p90 = np.quantile(values, (0.1, 0.9))
    told = (values.mean(), p10, p90, half_width(values[:, None])[0])
    return Spread(*(round(float(each), decimals) + 0.0 for each in told))


def pounds(pence: NDArray[np.int64] | FloatArray) -> Spread:
    """The same of a sum of money, from pence to pounds."""
    return spread(pence.astype(np.float64) / PENCE_PER_POUND)


def _round(pence: float) -> int:
    return int(np.rint(pence))
