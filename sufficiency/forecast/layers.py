"""What a range is made of: chance, doubt about the figures, and good and bad years.

The same futures are run again with good and bad years left out, and again with every doubtful
figure at its middle as well. What is left the last time is chance alone: which child, and
when. The differences are what doubt and good and bad years add.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from sufficiency.counts import ALL
from sufficiency.forecast.gather import Gathered
from sufficiency.forecast.replication import Plan

MEASURES = ("children_in_care", "out_of_area", "over_20_miles", "cost")


class LayerRow(NamedTuple):
    """What the range of one measure in one year is made of.

    The three shares are of the variance over futures and add up to 1. A share worked out
    from a finite number of futures that comes out below 0 is told as 0.
    """

    scenario: str
    financial_year: str
    measure: str
    unit: str
    standard_deviation: float
    chance: float
    doubt: float
    good_and_bad_years: float


def without_years(plan: Plan) -> Plan:
    """The same futures without good and bad years."""
    return replace(plan, steady=True, episodes_of=frozenset())


def chance_alone(plan: Plan) -> Plan:
    """The same futures with every doubtful figure at its middle as well."""
    return replace(plan, steady=True, certain=True, episodes_of=frozenset())


def layer_rows(
    scenario: str, everything: Gathered, no_years: Gathered, chance: Gathered
) -> list[LayerRow]:
    """What each measure's range is made of, by financial year.

    Args:
        scenario: Its name.
        everything: The forecast.
        no_years: The same replications from :func:`without_years`.
        chance: The same replications from :func:`chance_alone`.

    Returns:
        A row a measure and year.
    """
    rows = []
    variances = [one.measured.var(axis=0, ddof=1) for one in (everything, no_years, chance)]
    for period, label in enumerate(everything.periods):
        if label.period_type != "financial_year":
            continue
        for row, (measure, setting, unit) in enumerate(everything.keys):
            if measure not in MEASURES or setting != ALL:
                continue
            whole, steady, alone = (float(variance[row, period]) for variance in variances)
            by_chance = min(alone / whole, 1.0) if whole else 1.0
            by_doubt = min(max(steady - alone, 0.0) / whole, 1.0 - by_chance) if whole else 0.0
            shares = (by_chance, by_doubt, 1.0 - by_chance - by_doubt)
            rounded = [round(share, 3) + 0.0 for share in shares]
            rows.append(
                LayerRow(scenario, label.label, measure, unit, round(whole**0.5, 2), *rounded)
            )
    return rows
