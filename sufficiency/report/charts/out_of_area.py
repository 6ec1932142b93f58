"""Children living away: outside the authority's boundary, and over 20 miles from home.

A small authority has many children just over its boundary, still near home, so the two
measures tell different stories and are always shown together.
"""

from __future__ import annotations

import pandas as pd

from sufficiency.periods import long_date
from sufficiency.report.chart import Chart
from sufficiency.report.charts.marks import band, dates_of, draw_actuals, end_label
from sufficiency.report.style import (
    DASHES,
    MARKERS,
    TWO_SERIES,
    frame,
    march_ticks,
    text_width_inches,
    zero_based,
)
from sufficiency.report.tables import RANGE_NOTE, Tables, known_points, series, visible
from sufficiency.report.words import children, month_year, percent, whole

MEASURES = {"out_of_area": "outside the boundary", "over_20_miles": "over 20 miles away"}


def out_of_area(tables: Tables) -> Chart | None:
    """Children out of area by month, both measures, with ranges.

    Args:
        tables: Needs the monthly totals of ``out_of_area`` or ``over_20_miles``.

    Returns:
        The chart, or None where both are missing or hidden.
    """
    found = {
        measure: rows
        for measure in MEASURES
        if visible(rows := series(tables.forecast, measure, "month"))
    }
    if not found:
        return None
    care = series(tables.forecast, "children_in_care", "month")
    end = next(iter(found.values()))["date"].iloc[-1].date()
    happened = {
        name: known_points(tables.actuals, name, "all", through=end).merge(
            rows[["date"]], on="date"
        )
        for name, rows in found.items()
    }
    title = _title(tables, found, care, month_year(end))
    subtitle = f"Children living out of area at each month end, {tables.authority}"
    ends = {name: f"{whole(rows['p50'].iloc[-1])} {_short(name)}" for name, rows in found.items()}
    widest = max(text_width_inches(line) for text in ends.values() for line in text.split("\n"))
    crosses = any(len(points) for points in happened.values())
    note = "Crosses: what happened, not used. " if crosses else ""
    picture = frame(
        title,
        subtitle,
        f"{note}{RANGE_NOTE} {tables.source}",
        right_inches=widest + 0.3,
    )
    panel = picture.panels[0]
    drawn = [float(rows["p90"].max()) for rows in found.values()]
    drawn += [float(points["value"].max()) for points in happened.values() if len(points)]
    zero_based(panel, max(drawn))
    for place, (name, rows) in enumerate(found.items()):
        band(panel, rows, TWO_SERIES[place])
        panel.plot(
            dates_of(rows),
            rows["p50"],
            color=TWO_SERIES[place],
            linewidth=2.5,
            linestyle=DASHES[place],
            marker=MARKERS[place],
            markevery=12,
            markersize=7,
        )
        draw_actuals(panel, happened[name], below=float(rows["p10"].min()), note=False)
    panel.margins(x=0.02)
    march_ticks(panel, next(iter(found.values()))["date"].iloc[0].date(), end)
    final = next(iter(found.values()))["date"].iloc[-1]
    end_label(
        panel, [(float(found[name]["p50"].iloc[-1]), text) for name, text in ends.items()], final
    )
    table = _table(found, happened)
    text = _text(tables, found, happened, care)
    return Chart("out_of_area", title, subtitle, picture.figure, table, text)


def _short(measure: str) -> str:
    return MEASURES[measure].replace(" the ", " the\n").replace("miles ", "miles\n")


def _title(tables: Tables, found: dict[str, pd.DataFrame], care: pd.DataFrame, when: str) -> str:
    measure, rows = next(iter(found.items()))
    last = float(rows["p50"].iloc[-1])
    if visible(care) and measure == "out_of_area":
        share = percent(float(rows["p50"].iloc[-1] / care["p50"].iloc[-1]))
        return f"{share} of children in care live outside the boundary by {when}"
    verb = "lives" if whole(last) == 1 else "live"
    return f"{children(last)} {verb} {MEASURES[measure]} by {when}"


def _text(
    tables: Tables,
    found: dict[str, pd.DataFrame],
    happened: dict[str, pd.DataFrame],
    care: pd.DataFrame,
) -> str:
    sentences = []
    for measure, rows in found.items():
        first, last = rows.iloc[0], rows.iloc[-1]
        verb = "lives" if whole(last["p50"]) == 1 else "live"
        sentence = (
            f"By {long_date(last['date'].date())}, {children(last['p50'])} {verb} "
            f"{MEASURES[measure]} in the middle future, from {whole(first['p50'])} at "
            f"{long_date(first['date'].date())}; eight futures in ten lie between "
            f"{whole(last['p10'])} and {whole(last['p90'])}"
        )
        if visible(care):
            share = percent(float(last["p50"] / care["p50"].iloc[-1]))
            sentence += f", and the average is {share} of children in care"
        sentences.append(sentence + ".")
    for measure, points in happened.items():
        if len(points):
            told = ", ".join(
                f"{whole(value)} in {month_year(date.date())}"
                for date, value in zip(points["date"], points["value"], strict=True)
            )
            sentences.append(
                f"What happened, which the forecast did not use, {MEASURES[measure]}: {told}."
            )
    return " ".join(sentences)


def _table(found: dict[str, pd.DataFrame], happened: dict[str, pd.DataFrame]) -> pd.DataFrame:
    columns = ["date", "period", "measure", "mean", "p10", "p50", "p90", "half_width"]
    pieces = []
    for measure, rows in found.items():
        points = happened[measure].rename(columns={"value": "what_happened_not_used"})
        pieces.append(rows[columns].merge(points, on="date", how="left"))
    table = pd.concat(pieces, ignore_index=True)
    return table.assign(date=table["date"].dt.strftime("%Y-%m-%d"))
