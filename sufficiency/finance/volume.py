"""How much of the cost is how many children, what each costs, and who they are.

Two views of the same money. The first sets weeks of care beside the average price of a
week, setting by setting, because that is how councils report it. The second tells the
cost of children already in care when the forecast opened, which is largely committed, from
the cost of children yet to come, which is not, and from places that are paid for and empty.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sufficiency.finance.figures import PENCE_PER_POUND, Pence, budget_calendar
from sufficiency.finance.lines import CostLines
from sufficiency.finance.summary import ALL, QUANTILES, UNIT, pence_that_add_up
from sufficiency.periods import NIGHTS_PER_WEEK, Horizon
from sufficiency.vocabulary import Block

ALREADY_IN_CARE = "already_in_care"
YET_TO_COME = "yet_to_come"
EMPTY_PLACES = "empty_places"


class WeeksAndPriceRow(NamedTuple):
    """Weeks of care in a setting in a year, and the average net price of one.

    The price is rounded to the penny, so weeks x price is the cost to within half a penny a
    week. It is None where nobody lived there.
    """

    scenario: str
    financial_year: str
    setting: str
    occupied_weeks: float
    average_weekly_price_gbp: float | None
    cost_gbp: float


class CommitmentRow(NamedTuple):
    """Net placement fees for one group of children in a year, in pounds, to the penny.

    ``children`` is ``empty_places`` for what is paid for places that nobody lives in.
    """

    scenario: str
    financial_year: str
    children: str
    mean: float
    p10: float
    p50: float
    p90: float
    unit: str


def weeks_and_prices(
    scenario: str,
    lines: CostLines,
    horizon: Horizon,
    nights: NDArray[np.int64],
    net_pence: Pence,
) -> list[WeeksAndPriceRow]:
    """Average occupied weeks and average weekly price, by setting and financial year.

    Args:
        scenario: Its name.
        lines: Gives the settings.
        horizon: The days of the forecast.
        nights: Nights slept; shape (replications, settings, years).
        net_pence: Net fees of each setting; the same shape.

    Returns:
        Averages over the futures. The price is all the money over all the weeks, not the
        average of the futures' prices, so that weeks x price is the average cost. A week in
        a setting paid by the place carries its share of the empty ones.
    """
    weeks = nights.mean(axis=0) / NIGHTS_PER_WEEK
    cost_pence = np.rint(net_pence.mean(axis=0))
    rows = []
    for year, label in enumerate(budget_calendar(horizon).labels):
        for row, setting in enumerate(lines.settings):
            there, cost = float(weeks[row, year]), int(cost_pence[row, year])
            price = round(cost / there) / PENCE_PER_POUND if there > 0 else None
            rows.append(
                WeeksAndPriceRow(scenario, label, setting, there, price, cost / PENCE_PER_POUND)
            )
    return rows


def commitments(
    scenario: str,
    lines: CostLines,
    horizon: Horizon,
    already_in_care_pence: Pence,
    yet_to_come_pence: Pence,
    void_pence: Pence | None = None,
) -> list[CommitmentRow]:
    """Placement fees of children already in care, of children yet to come, and of nobody.

    Args:
        scenario: Its name.
        lines: Says which settings are charged to the placement block.
        horizon: The days of the forecast.
        already_in_care_pence: Net fees by setting for children in care when the forecast
            opened; shape (replications, settings, years).
        yet_to_come_pence: The same for everyone else.
        void_pence: The same for places paid for and empty; none where not given.

    Returns:
        By year: each group, then ``all``. Means add up to the penny; quantiles do not.
        Empty places have rows only if any future pays for one. Fixed costs and one-off sums
        belong to no child, grants are no fees, and they are left out.
    """
    placement = lines.settings_in(Block.PLACEMENT)
    parts = {
        ALREADY_IN_CARE: already_in_care_pence[:, placement].sum(axis=1),
        YET_TO_COME: yet_to_come_pence[:, placement].sum(axis=1),
    }
    if void_pence is not None and void_pence[:, placement].any():
        parts[EMPTY_PLACES] = void_pence[:, placement].sum(axis=1)
    together = sum(parts.values())
    rows = []
    for year, label in enumerate(budget_calendar(horizon).labels):
        means = pence_that_add_up(np.array([part[:, year].mean() for part in parts.values()]))
        for (name, part), mean in zip(parts.items(), means, strict=True):
            rows.append(_commitment((scenario, label, name), mean, part[:, year]))
        rows.append(_commitment((scenario, label, ALL), sum(means), together[:, year]))
    return rows


def _commitment(place: tuple[str, str, str], mean_pence: int, futures: Pence) -> CommitmentRow:
    quantiles = [round(float(q)) / PENCE_PER_POUND for q in np.quantile(futures, QUANTILES)]
    p10, p50, p90 = quantiles
    return CommitmentRow(*place, mean_pence / PENCE_PER_POUND, p10, p50, p90, UNIT)
