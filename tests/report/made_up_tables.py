"""Made-up tables in the shape a run writes, about the size of Middlesbrough's.

Nothing here is simulated: paths are smooth curves with ranges that widen, so that a test
knows what a chart ought to say. Averages of settings add up to totals, months to years.
"""

from __future__ import annotations

import math

import pandas as pd

from sufficiency.report.tables import Tables

YEARS = ("2020/21", "2021/22", "2022/23", "2023/24", "2024/25")
STOCKS = {  # children at the opening, and five years later
    "connected_carer": (161.0, 118.0),
    "in_house_foster": (142.0, 121.0),
    "agency_foster": (155.0, 128.0),
    "hub": (0.0, 4.2),
    "in_house_residential": (22.0, 22.0),
    "external_residential": (46.0, 52.0),
    "supported_accommodation": (21.0, 24.0),
    "secure": (2.0, 2.1),
    "residential_school": (7.0, 6.5),
    "placed_with_parents": (52.0, 38.0),
    "placed_for_adoption": (10.0, 9.0),
}
WEEKLY_GBP = {
    "connected_carer": 190.0,
    "in_house_foster": 330.0,
    "agency_foster": 700.0,
    "external_residential": 2600.0,
    "supported_accommodation": 900.0,
    "secure": 4000.0,
    "residential_school": 2000.0,
}
HEADINGS = {
    "Connected carers": ("connected_carer",),
    "In-house fostering": ("in_house_foster",),
    "Agency fostering": ("agency_foster",),
    "External residential": ("external_residential",),
    "Supported accommodation": ("supported_accommodation",),
    "Secure homes": ("secure",),
    "Residential schools": ("residential_school",),
}
PLACES = {"in_house_foster": 130.0, "in_house_residential": 24.0, "hub": 6.0}
BUDGET_GBP = 16_500_000.0
_MONTHS = [f"{2020 + (3 + n) // 12}-{(3 + n) % 12 + 1:02d}" for n in range(60)]


def year_of(month: str) -> str:
    number = (int(month[:4]) - 2020) * 12 + int(month[5:]) - 4
    return YEARS[number // 12]


def _row(
    period: str, measure: str, setting: str, mean: float, spread: float, unit: str = "children"
) -> dict[str, object]:
    counted = unit not in ("GBP", "share")
    low, high = mean - 1.28 * spread, mean + 1.28 * spread
    if counted:
        low, high = max(0.0, round(low)), max(0.0, float(round(high)))
    return {
        "scenario": "baseline",
        "period": period,
        "period_type": "financial_year" if "/" in period else "month",
        "measure": measure,
        "setting": setting,
        "unit": unit,
        "mean": mean,
        "p10": low,
        "p50": float(round(mean)) if counted else mean,
        "p90": high,
        "half_width": spread * 0.139,
    }


def _spread(mean: float, month: int) -> float:
    return math.sqrt(max(mean, 0.0)) * (0.5 + 0.35 * math.sqrt(month + 1))


def _stock(setting: str, month: int) -> float:
    first, last = STOCKS[setting]
    bump = 12 * math.sin(math.pi * (month + 1) / 60) if setting == "connected_carer" else 0.0
    return first + (last - first) * (month + 1) / 60 + bump


def forecast() -> pd.DataFrame:
    """The forecast table: stocks, flows, occupancy and money, by month and year."""
    rows: list[dict[str, object]] = []
    yearly: dict[tuple[str, str, str], float] = {}
    before = 618.0

    def flow(month: str, measure: str, setting: str, mean: float, unit: str = "children") -> None:
        rows.append(_row(month, measure, setting, mean, math.sqrt(abs(mean)), unit))
        key = (year_of(month), measure, setting)
        yearly[key] = yearly.get(key, 0.0) + mean

    for number, month in enumerate(_MONTHS):
        ends = [month] + ([year_of(month)] if month.endswith("-03") else [])
        stock = {name: _stock(name, number) for name in STOCKS}
        total = sum(stock.values())
        for end in ends:
            for name, mean in {**stock, "all": total}.items():
                spread = 1.0 if name in PLACES else _spread(mean, number)
                rows.append(_row(end, "children_in_care", name, mean, spread))
                away = {"external_residential": 0.9, "hub": 0.0}.get(name, 0.55)
                rows.append(_row(end, "out_of_area", name, away * mean, spread * away))
                rows.append(_row(end, "over_20_miles", name, 0.15 * mean, spread * 0.25))
            for name, places in PLACES.items():
                full = stock[name] / places
                rows.append(_row(end, "occupancy", name, full, 0.03 + number * 5e-4, "share"))
        entries = {name: first / 36 for name, (first, _) in STOCKS.items()}
        flow(month, "entries", "all", sum(entries.values()), "entries")
        for name, mean in entries.items():
            flow(month, "entries", name, mean, "entries")
        flow(month, "exits", "all", before + sum(entries.values()) - total, "exits")
        before = total
        for name, weekly in WEEKLY_GBP.items():
            pounds = stock[name] * weekly * 30.4375 / 7 * 1.02 ** (number // 12)
            flow(month, "cost", name, pounds, "GBP")
        paid = sum(float(str(row["mean"])) for row in rows[-len(WEEKLY_GBP) :])
        flow(month, "cost", "all", paid, "GBP")
    for (year, measure, setting), mean in yearly.items():
        unit = "GBP" if measure == "cost" else measure
        spread = 0.06 * mean if unit == "GBP" else math.sqrt(mean)
        rows.append(_row(year, measure, setting, mean, spread, unit))
    for year in YEARS:
        outturn = yearly[(year, "cost", "all")]
        spread = 0.06 * outturn
        for measure, against in (
            ("overspend", BUDGET_GBP),
            ("gap_before_uplift", BUDGET_GBP - 3_600_000),
            ("gap_after_uplift", BUDGET_GBP),
        ):
            rows.append(_row(year, measure, "all", outturn - against, spread, "GBP"))
    return pd.DataFrame(rows)


def budget(table: pd.DataFrame | None = None) -> pd.DataFrame:
    """The budget table: the placement block by heading, its total, and the hub's own line."""
    table = forecast() if table is None else table
    paid = table[(table["measure"] == "cost") & (table["period_type"] == "financial_year")]
    cost = {(str(r.period), str(r.setting)): float(str(r.mean)) for r in paid.itertuples()}
    rows = []
    for year in YEARS:
        lines = {name: sum(cost[(year, s)] for s in who) for name, who in HEADINGS.items()}
        for block, heading, mean in (
            *(("placement", name, mean) for name, mean in lines.items()),
            ("placement", "all", sum(lines.values())),
            ("own_provision", "No Wrong Door hub", 1_200_000.0),
            ("own_provision", "all", 1_200_000.0),
        ):
            stated = BUDGET_GBP if (block, heading) == ("placement", "all") else math.nan
            spread = 0.06 * mean
            rows.append(
                {
                    "scenario": "baseline",
                    "financial_year": year,
                    "block": block,
                    "heading": heading,
                    "budget": stated,
                    "outturn_mean": mean,
                    "outturn_p10": mean - 1.28 * spread,
                    "outturn_p50": mean,
                    "outturn_p90": mean + 1.28 * spread,
                    "variance_mean": mean - stated,
                    "probability_of_overspend": 0.5 * (1 + math.erf((mean - stated) / spread / 2))
                    if stated == stated
                    else math.nan,
                    "unit": "GBP",
                }
            )
    return pd.DataFrame(rows)


def contingency() -> pd.DataFrame:
    """Contingency by year: what would have to be set aside."""
    rows = [(year, BUDGET_GBP, 3_400_000.0, 4_100_000.0) for year in YEARS]
    return pd.DataFrame(
        rows, columns=["financial_year", "budget", "contingency_p80", "contingency_p90"]
    )


def actuals() -> pd.DataFrame:
    """What happened, as published."""
    care = (570, 502, 509, 513, 493)
    away = (297, 275, 285, 288, 279)
    far = (77, None, 80, 74, 76)
    rows = [
        (f"{2021 + number}-03-31", measure, "all", value, "DfE")
        for measure, values in (
            ("children_in_care", care),
            ("out_of_area", away),
            ("over_20_miles", far),
        )
        for number, value in enumerate(values)
        if value is not None
    ]
    return pd.DataFrame(rows, columns=["date", "measure", "setting", "value", "source"])


def opening() -> pd.DataFrame:
    """The children the forecast opens with."""
    rows = [("2020-03-31", "children_in_care", name, first) for name, (first, _) in STOCKS.items()]
    rows.append(("2020-03-31", "children_in_care", "all", 618.0))
    return pd.DataFrame(rows, columns=["date", "measure", "setting", "value"])


def tables() -> Tables:
    """All of it, as a report takes it."""
    made = forecast()
    return Tables(
        forecast=made,
        budget=budget(made),
        contingency=contingency(),
        actuals=actuals(),
        opening=opening(),
        authority="Middlesbrough",
    )
