"""The report's own history beside the back-cast: the tables of ``docs/method.md`` about it.

Figures come from runs of the scenario sets of 2018, 2020 and 2025; what is known stands in
``inputs/middlesbrough`` and is repeated here with the allowance each check is given. Nothing
is judged twice: a line says whether its figure was put in or only checked.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from sufficiency.estimate.caseload import opening_children
from sufficiency.finance.scope import PARTS, SCOPE_OF_SETTING, Scope
from sufficiency.scenario.load import load_scenario
from sufficiency.streams import Draws, generator

MILLION = 1e6
BASE_GBP, SAVING_GBP, VARIANCE_GBP = 12.9e6, 1.4e6, 5.1e6
"""Approved base of 2019/20, the planned saving already out of it, and the variance told at the
second quarter: inputs/middlesbrough/money.csv."""
NIGHTS_2019_20 = 366
WEEKS_A_YEAR = 365 / 7
PUBLISHED_COUNTS = {
    "external_residential": 37.5,
    "supported_accommodation": 22.5,
    "other": 7.5,
    "agency_foster": 157.0,
    "in_house_foster": 110.0,
    "connected_carer": 145.0,
}
"""Average placements of 2019/20: the council's counts of March 2019 and 2020, with the 74 external
placements and those counted twice shared out as in docs/method.md; connected carers on a straight
line from 64 (May 2018) to 176 (March 2020)."""

Row = dict[str, str]
Forecast = dict[tuple[str, str, str], Row]


def read_table(path: Path) -> list[Row]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True)
class Line:
    """One line of the table.

    Attributes:
        what: What is looked at.
        known: What is known, in words.
        found: Mean, p10 and p90 of the back-cast; p10 and p90 None where only a mean is told.
        scale: What the figures are divided by.
        low: The least that agrees with what is known.
        high: The most.
        put_in: Whether it was put in.
    """

    what: str
    known: str
    found: tuple[float, float | None, float | None]
    low: float
    high: float
    scale: float = 1.0
    put_in: bool = False

    def text(self) -> str:
        """The line in Markdown."""
        mean, p10, p90 = self.found
        digits = 2 if self.scale == MILLION else 0
        shares = self.high <= 1.0
        digits = 2 if shares else digits
        told = f"{mean / self.scale:.{digits}f}"
        if p10 is not None and p90 is not None:
            told += f" ({p10 / self.scale:.{digits}f} to {p90 / self.scale:.{digits}f})"
        verdict = "put in" if self.put_in else self._verdict()
        return f"| {self.what} | {self.known} | {told} | {verdict} |"

    def _verdict(self) -> str:
        mean, p10, p90 = self.found
        if self.low <= mean <= self.high:
            return "holds"
        if p10 is not None and p90 is not None and p10 <= self.high and p90 >= self.low:
            return "mean misses; inside the range"
        return "missed"


def history(forecast: Forecast, budget: list[Row]) -> str:
    """The table of the back-cast.

    Args:
        forecast: Rows of ``forecast.csv`` of the run of 2018, by period, measure and setting.
        budget: Rows of its ``budget.csv``.

    Returns:
        Markdown.
    """

    def three(period: str, measure: str, setting: str = "all") -> tuple[float, float, float]:
        row = forecast[period, measure, setting]
        return float(row["mean"]), float(row["p10"]), float(row["p90"])

    def outturn(year: str, *headings: str) -> tuple[float, float | None, float | None]:
        rows = [r for r in budget if r["financial_year"] == year and r["heading"] in headings]
        rows = [r for r in rows if r["block"] == "placement"]
        mean = sum(float(r["outturn_mean"]) for r in rows)
        if len(rows) == 1:
            return mean, float(rows[0]["outturn_p10"]), float(rows[0]["outturn_p90"])
        return mean, None, None

    def connected_share(year: str) -> float:
        there = float(forecast[year, "entries", "connected_carer"]["mean"])
        return there / float(forecast[year, "entries", "all"]["mean"])

    december = three("2019-12", "children_in_care")
    width = (december[2] - december[1]) / december[0]
    external = "External residential"
    rose = outturn("2019/20", external)[0] - outturn("2018/19", external)[0]
    lines = [
        Line("entries 2018/19", "205", three("2018/19", "entries"), 205, 205, put_in=True),
        Line("entries 2019/20", "296", three("2019/20", "entries"), 296, 296, put_in=True),
        Line("exits 2018/19", "152", three("2018/19", "exits"), 152, 152, put_in=True),
        Line("exits 2019/20", "199", three("2019/20", "exits"), 199, 199, put_in=True),
        Line("share of entrants with connected carers, 2018/19", "0.38 (0.37 to 0.56 possible)",
             (connected_share("2018/19"), None, None), 0.37, 0.56, put_in=True),
        Line("share of entrants with connected carers, 2019/20", "0.53 (0.37 to 0.56 possible)",
             (connected_share("2019/20"), None, None), 0.37, 0.56, put_in=True),
        Line("children in care, December 2019", "607 reported; 590 if flows were even", december,
             590, 607),
        Line("width of that range over its mean", "at most 0.15", (width, None, None), 0, 0.15),
        Line("children in care, March 2020", "618", three("2020-03", "children_in_care"),
             608, 628),
        Line("with connected carers, January 2020", "176 in early 2020",
             three("2020-01", "children_in_care", "connected_carer"), 176, 176),
        Line("with connected carers, March 2020", "176 in early 2020",
             three("2020-03", "children_in_care", "connected_carer"), 176, 176),
        Line("with agencies, March 2020", "160",
             three("2020-03", "children_in_care", "agency_foster"), 155, 165),
        Line("placement outturn 2019/20, million", "18.0, give or take 0.6",
             outturn("2019/20", "all"), 17.4e6, 18.6e6, MILLION),
        Line("external, with supported and other placements, million", "8.0, give or take 0.5",
             outturn("2019/20", external, "Supported and other placements"), 7.5e6, 8.5e6,
             MILLION),
        Line("change of external residential, 2018/19 to 2019/20, million",
             "a saving of 1.4 planned, none made", (rose, None, None), 0.0, 6e6, MILLION),
        Line("run rate over the base, December 2019, million", "6.0",
             three("2019-12", "run_rate_overspend"), 5.5e6, 6.5e6, MILLION),
    ]  # fmt: skip
    head = ["| | known | back-cast: mean (p10 to p90) | |", "| --- | --- | --- | --- |"]
    return "\n".join([*head, *(line.text() for line in lines)])


def run_rate(forecast: Forecast, budget: list[Row]) -> str:
    """What the run-rate overspend of December 2019 becomes when it is measured otherwise."""
    row = forecast["2019-12", "run_rate_overspend", "all"]
    mean = float(row["mean"])
    own = sum(
        float(r["outturn_mean"])
        for r in budget
        if (r["financial_year"], r["block"], r["heading"]) == ("2019/20", "own_provision", "all")
    )
    ways = (
        ("against the approved base of 12.9", mean),
        ("measured before the saving: against 14.3", mean - SAVING_GBP),
        ("a fifth of the variance of 5.1 lies elsewhere: against 13.9", mean - VARIANCE_GBP / 5),
        ("own homes in scope, their cost added and not the base's", mean + own),
    )
    lines = ["| run rate over budget, December 2019 | million |", "| --- | ---: |"]
    return "\n".join([*lines, *(f"| {words} | {amount / MILLION:.1f} |" for words, amount in ways)])


def middle_fees(path: Path) -> dict[str, float]:
    """The middle weekly fee of each setting of a scenario, as it is last stated, in pounds.

    Args:
        path: The scenario.

    Returns:
        Fees by setting. Those with a fee by age are for the child whose ratio is 1.
    """
    prices = load_scenario(path).scenario.money.prices
    return {name: list(p.weekly_fee_gbp.from_.values())[-1].central for name, p in prices.items()}


def opening_costs(path: Path) -> list[tuple[str, float]]:
    """What a scenario's opening children and own homes cost in a year, by scope.

    Args:
        path: The scenario.

    Returns:
        Scopes and pounds a year, at the middle of each stated figure and in its prices.
    """
    scenario = load_scenario(path).scenario
    names = list(scenario.settings)
    children = opening_children(scenario, Draws(0, 1, certain=True), generator(0, "opening"))
    fees = middle_fees(path)
    costs = dict.fromkeys(PARTS, 0.0)
    for code in children.setting.tolist():
        costs[SCOPE_OF_SETTING[names[code]]] += fees[names[code]] * WEEKS_A_YEAR
    own = scenario.money.fixed_costs["own_homes"].annual_cost_gbp
    costs[Scope.RESIDENTIAL] += next(iter(own.from_.values())).central
    whole = sum(costs.values())
    return [(Scope.LOOKED_AFTER.value, whole), *((scope.value, costs[scope]) for scope in PARTS)]


def at_published_counts(weekly_fees_gbp: dict[str, float]) -> str:
    """The outturn of 2019/20 at the published counts and the middle of each price.

    Args:
        weekly_fees_gbp: Middle weekly fee of each setting, in prices of October 2019.

    Returns:
        Markdown.
    """
    lines = ["| 2019/20 | placements | a week | million |", "| --- | ---: | ---: | ---: |"]
    total = external = 0.0
    for name, placements in PUBLISHED_COUNTS.items():
        cost = placements * weekly_fees_gbp[name] * NIGHTS_2019_20 / 7
        total += cost
        if name in ("external_residential", "supported_accommodation", "other"):
            external += cost
        fee = f"{weekly_fees_gbp[name]:,.0f}"
        lines.append(
            f"| {name.replace('_', ' ')} | {placements:g} | {fee} | {cost / MILLION:.2f} |"
        )
    for words, amount in (
        ("the first three together (8.0, give or take 0.5)", external),
        ("all (18.0, give or take 0.6)", total),
    ):
        lines.append(f"| {words} | | | {amount / MILLION:.2f} |")
    return "\n".join(lines)


def outturn_2024_25(scope: list[Row], opening: list[tuple[str, float]]) -> str:
    """The published outturn of 2024/25 beside the sets of 2020 and 2025.

    Args:
        scope: Rows of ``scope.csv`` of the run of 2020.
        opening: For each scope, what the children and homes of the set of 2025 cost in a year
            at prices of 2024/25, in pounds.

    Returns:
        Markdown.
    """
    at_opening = dict(opening)
    lines = [
        "| 2024/25, million, gross | published | set of 2020: mean (p10 to p90) | difference "
        "| set of 2025, its opening at its prices | difference |",
        "| --- | ---: | --- | ---: | ---: | ---: |",
    ]
    for row in scope:
        name, published = row["scope"], float(row["published"])
        mean, p10, p90 = (float(row[f"outturn_{n}"]) / MILLION for n in ("mean", "p10", "p90"))
        now = at_opening.get(name)
        told = ["", ""]
        if now is not None:
            told = [f"{now / MILLION:.1f}", f"{(now - published) / MILLION:+.1f}"]
        lines.append(
            f"| {name.replace('_', ' ')} | {published / MILLION:.1f} | {mean:.1f} ({p10:.1f} to "
            f"{p90:.1f}) | {float(row['difference']) / MILLION:+.1f} | {told[0]} | {told[1]} |"
        )
    return "\n".join(lines)
