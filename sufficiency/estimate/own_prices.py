"""Prices worked out from a council's own weekly fees.

The average fee of each kind of home is what its children cost; how far fees lie apart, and how far
the dearest stand above the others, is told beside it. Fees of different dates are first brought to
the last of them by the yearly rise that is taken for that kind of home. Fees from which no price
comes that a scenario can hold are refused. Kinds without a fee keep England's prices, and say so.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sufficiency.errors import InputError, Problem
from sufficiency.estimate.any_money import AGES, rise_figure
from sufficiency.estimate.any_prices import AGE_RATIOS, AGE_SOURCE, BASE, BasePrice
from sufficiency.estimate.layer import Entry, Figure, Section
from sufficiency.inputs.fees import Fee, Fees
from sufficiency.periods import DAYS_PER_YEAR
from sufficiency.scenario.values import Z90, Quantity, Spread, WeeklyFeeGbp
from sufficiency.vocabulary import AGE_BAND_STARTS_YEARS, Mark

FloatArray = NDArray[np.float64]
ENOUGH_FOR_A_TAIL = 30
"""With fewer fees of a kind nothing is said of crisis placements."""
ENOUGH_FOR_A_RANGE = 10
"""With fewer fees of a kind no range of fees is told, but their middle."""
_CRISIS = 2.0
"""A fee of more than so many times the median is that of a crisis placement."""
_USUAL_SPREAD, _BEHIND_SPREAD = 0.35, 4.0
"""Spread of the logs of fees where few are given, and how many fees it is worth."""
_LEAST_DOUBT = 0.01
_BEHIND_AGES = 5.0
_MIDDLE = 0.5
_QUANTILES = (0.1, 0.25, _MIDDLE, 0.75, 0.9)
TOO_FEW = "too few to set a range"


@dataclass(frozen=True)
class FeesOfOne:
    """Fees of one kind of home, in the prices of one date.

    Attributes:
        price: England's price of it.
        priced_at: The last date of any of them.
        first: The first.
        gbp: Pounds a week, each brought to the last date.
        bands: Age band of each child; -1 where no age was given.
        lines: Where each stands in the file.
    """

    price: BasePrice
    priced_at: dt.date
    first: dt.date
    gbp: FloatArray
    bands: NDArray[np.int64]
    lines: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.gbp)


def own_fees(fees: Fees) -> dict[str, FeesOfOne]:
    """Fees by kind of home, each kind in the prices of its last date."""
    price = {each.setting: each for each in BASE}
    return {name: _of_one(price[name], rows) for name, rows in fees.by_setting.items()}


def _of_one(price: BasePrice, rows: tuple[Fee, ...]) -> FeesOfOne:
    last, first = (choose(fee.date for fee in rows) for choose in (max, min))
    rise = (price.rise[0] + price.rise[1]) / 2
    gbp = [
        fee.weekly_fee_gbp * (1 + rise) ** ((last - fee.date).days / DAYS_PER_YEAR) for fee in rows
    ]
    starts = np.array(AGE_BAND_STARTS_YEARS)
    bands = [
        -1 if fee.age is None else int(np.searchsorted(starts, fee.age, side="right")) - 1
        for fee in rows
    ]
    return FeesOfOne(
        price,
        last,
        first,
        np.array(gbp),
        np.array(bands, dtype=np.int64),
        tuple(fee.line for fee in rows),
    )


def own_prices(fees: Fees) -> dict[str, Section]:
    """Prices as a scenario writes them, by setting, for the kinds that have fees.

    Raises:
        InputError: When fees come to no price that a scenario can hold.
    """
    source = f"fees given by the authority, {Path(fees.file).name}"
    found, problems = {}, []
    for name, each in own_fees(fees).items():
        try:
            found[name] = _price(each, source)
        except _OutOfBounds as bounds:
            problems.append(_furthest(fees.file, name, each, str(bounds)))
    if problems:
        raise InputError(problems)
    return found


class _OutOfBounds(ValueError):
    """A figure outside what a scenario can hold. Says what that is."""


def _check(kind: type[Quantity], what: str, *numbers: float) -> None:
    """Make sure that a scenario can hold numbers of one kind."""
    if not all(kind.low <= number <= kind.high for number in numbers):
        raise _OutOfBounds(f"{what}, which can be {kind.range_in_words()} {kind.unit_name}")


def _furthest(file: str, name: str, fees: FeesOfOne, what: str) -> Problem:
    """What is wrong with fees of one kind, at the one that lies furthest from the others."""
    logs = np.abs(np.log(fees.gbp) - np.log(np.median(fees.gbp)))
    return Problem(
        file, fees.lines[int(logs.argmax())], 1,
        f"the fees of `{name}` make no price that a scenario can hold: {what}",
        "look for a slip in a fee or a date, here first; fees that are far apart in time are "
        "brought to the last date by a yearly rise",
    )  # fmt: skip


def _price(fees: FeesOfOne, source: str) -> Section:
    price = fees.price
    ratios = _age_ratios(fees)
    average = float((fees.gbp / _ratio_of_each(fees, ratios)).mean())
    everyday, crisis = _parted(fees)
    spread = spread_of(everyday)
    # What is not known of the average is chance among so many fees, dear ones among them.
    logs = max(spread, float(fees.gbp.std() / fees.gbp.mean()))
    half = math.exp(Z90 * max(logs / math.sqrt(fees.count), _LEAST_DOUBT))
    p10, p90 = round(average / half, 2), round(average * half, 2)
    _check(WeeklyFeeGbp, "the range of their average", p10, p90)
    _check(Spread, "the spread of their logarithms", spread)
    told = (
        f"Average of {fees.count} fees, median {np.median(fees.gbp):,.0f} a week"
        if fees.count > 1
        else f"The one fee given, {fees.gbp[0]:,.0f} a week"
    )
    if fees.first != fees.priced_at:
        told += (
            f", paid from {fees.first} to {fees.priced_at} and brought to the last date by the "
            "yearly rise below"
        )
    if fees.count < ENOUGH_FOR_A_RANGE:
        told += (
            f". Too few for their own spread: a judged one of {_USUAL_SPREAD:g} bears on the range"
        )
    if ratios is not None:
        told += ". Stated at a ratio of 1 of those by age"
    written: dict[str, Entry] = {
        "block": price.block,
        "heading": price.heading,
        "priced_at": fees.priced_at,
        "weekly_fee_gbp": Figure(
            Mark.D, source, f"{told}. The range is that of the average.",
            p10=p10, p90=p90, distribution="lognormal",
        ),
    }  # fmt: skip
    if ratios is not None:
        written["by_age"] = Section(
            {
                age: _age_ratio(float(ratio), int((fees.bands == band).sum()), source)
                for band, (age, ratio) in enumerate(zip(AGES, ratios, strict=True))
            }
        )
    written["spread"] = _spread_figure(spread, len(everyday), source)
    written |= _tail(fees, everyday, crisis, source)
    if price.high > 0:
        written["uplift"] = rise_figure(price.rise)
    return Section(written)


def _age_ratio(ratio: float, count: int, source: str) -> Figure:
    """The fee at one age over the middle; England's allowances where none is given."""
    why = f"{_fees(count)}, and {_BEHIND_AGES:.0f} at the ratio of England's allowances"
    if count:
        return Figure(Mark.D, source, value=round(ratio, 4), why=why)
    return Figure(
        Mark.J, AGE_SOURCE, value=round(ratio, 4),
        why="no fee of this age: the ratio of England's allowances",
    )  # fmt: skip


def _fees(count: int) -> str:
    return f"{count} fee" if count == 1 else f"{count} fees"


def _spread_figure(spread: float, count: int, source: str) -> Figure:
    """How far fees of one kind lie apart; one fee alone tells nothing of it."""
    if count < 2:
        return Figure(
            Mark.J, "", value=round(spread, 4), why="one fee tells no spread: a usual one"
        )
    return Figure(
        Mark.D, source, value=round(spread, 4),
        why=f"standard deviation of the logs of {count} fees, and a judged {_USUAL_SPREAD:g} worth "
        f"{_BEHIND_SPREAD:g}",
    )  # fmt: skip


def _parted(fees: FeesOfOne) -> tuple[FloatArray, FloatArray]:
    """Everyday and crisis fees; all are everyday where there are too few to tell."""
    if fees.count < ENOUGH_FOR_A_TAIL:
        return fees.gbp, fees.gbp[:0]
    dear = fees.gbp > _CRISIS * np.median(fees.gbp)
    return fees.gbp[~dear], fees.gbp[dear]


def _tail(
    fees: FeesOfOne, everyday: FloatArray, crisis: FloatArray, source: str
) -> dict[str, Entry]:
    """Crisis placements: as the fees show them, or England's where there are too few fees."""
    if fees.count < ENOUGH_FOR_A_TAIL:
        if fees.price.tail is None:
            return {}
        share, ratio, where = fees.price.tail
        why = f"as in England: {_fees(fees.count)}, too few to tell"
        return {
            "tail_share": Figure(Mark.J, where, value=share, why=why),
            "tail_ratio": Figure(Mark.J, where, value=ratio, why=why),
        }
    if not len(crisis):
        return {}
    why = f"{len(crisis)} of {fees.count} fees are more than twice the median"
    return {
        "tail_share": Figure(Mark.D, source, value=round(len(crisis) / fees.count, 4), why=why),
        "tail_ratio": Figure(
            Mark.D, source, value=round(float(crisis.mean() / everyday.mean()), 4), why=why
        ),
    }


def spread_of(gbp: FloatArray) -> float:
    """Spread of the logs of fees, with a few usual ones behind it."""
    squares = float(((np.log(gbp) - np.log(gbp).mean()) ** 2).sum())
    fees = max(len(gbp) - 1, 0)
    return math.sqrt((squares + _BEHIND_SPREAD * _USUAL_SPREAD**2) / (fees + _BEHIND_SPREAD))


def _age_ratios(fees: FeesOfOne) -> FloatArray | None:
    """Fee at each age over the middle; None where no ages were given or fees follow none.

    Without ages the average fee stands for children of all ages: a ratio by age on top would
    count ages twice.
    """
    if not fees.price.by_age or (fees.bands < 0).any():
        return None
    usual = np.array(AGE_RATIOS)
    middle = float((fees.gbp / usual[fees.bands]).mean())
    count = np.bincount(fees.bands, minlength=len(usual))
    summed = np.bincount(fees.bands, weights=fees.gbp / middle, minlength=len(usual))
    found: FloatArray = (summed + _BEHIND_AGES * usual) / (count + _BEHIND_AGES)
    return found


def _ratio_of_each(fees: FeesOfOne, ratios: FloatArray | None) -> FloatArray:
    if ratios is None:
        return np.ones(fees.count)
    # The average over these children is to come out as their average fee.
    found: FloatArray = np.full(fees.count, float(ratios[fees.bands].mean()))
    return found


def price_bands(fees: Fees) -> str:
    """Price bands of every kind of home with fees.

    Args:
        fees: The fees given.

    Returns:
        CSV: how many fees, and the fees below which a tenth, a quarter, half, three quarters
        and nine tenths of them lie, each kind in the prices of one date. Of fewer than ten fees
        only the middle is told.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        ["setting", "fees", "priced_at", *(f"p{100 * each:.0f}_weekly_gbp" for each in _QUANTILES),
         "note"]
    )  # fmt: skip
    for name, each in own_fees(fees).items():
        few = each.count < ENOUGH_FOR_A_RANGE
        bands = [
            "" if few and chance != _MIDDLE else f"{np.quantile(each.gbp, chance):.2f}"
            for chance in _QUANTILES
        ]
        writer.writerow([name, each.count, each.priced_at, *bands, TOO_FEW if few else ""])
    return text.getvalue()
