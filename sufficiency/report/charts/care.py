"""Children in care, month by month: the chart everything else rests on.

The band holds eight futures in ten, the line is the middle future, and the dot at the left
is the count the forecast opens with. Where what happened is known it is laid on top, and
labelled as something the forecast never saw.
"""

from __future__ import annotations

import pandas as pd

from sufficiency.periods import long_date
from sufficiency.report.chart import Chart
from sufficiency.report.charts.marks import WHITE_EDGE, band, dates_of, draw_actuals, end_label
from sufficiency.report.style import (
    DASHES,
    PALETTE,
    frame,
    label,
    line_gap,
    march_ticks,
    text_width_inches,
    zero_based,
)
from sufficiency.report.tables import RANGE_NOTE, Tables, known_points, series, visible
from sufficiency.report.words import capital, children, month_year, whole

MEASURE = "children_in_care"
_STEADY = 0.02  # a change smaller than this share of the opening count is called no change


def children_in_care(tables: Tables) -> Chart | None:
    """Fan chart of children in care by month.

    Args:
        tables: Needs the monthly totals of ``children_in_care``.

    Returns:
        The chart, or None where the totals are missing or hidden.
    """
    months = series(tables.forecast, MEASURE, "month")
    if not visible(months):
        return None
    opening = known_points(tables.opening, MEASURE, "all").tail(1)
    last = months.iloc[-1]
    end = last["date"].date()
    actuals = known_points(tables.actuals, MEASURE, "all", through=end)
    if len(opening):
        actuals = actuals[actuals["date"] > opening["date"].iloc[0]]
    path = pd.concat(
        [_as_certain(opening), months[["date", "p10", "p50", "p90"]]], ignore_index=True
    )
    first = path.iloc[0]
    title = _title(float(first["p50"]), float(last["p50"]), month_year(end))
    subtitle = (
        f"Children in care at each month end, {tables.authority}, "
        f"{month_year(first['date'].date())} to {month_year(end)}"
    )
    right = f"{whole(last['p50'])} in the\nmiddle future"
    picture = frame(
        title,
        subtitle,
        f"{RANGE_NOTE} {tables.source}",
        right_inches=max(text_width_inches(line) for line in right.split("\n")) + 0.3,
    )
    panel = picture.panels[0]
    colour = PALETTE[0]
    highest = max(float(path["p90"].max()), float(actuals["value"].max() if len(actuals) else 0))
    zero_based(panel, highest)
    march_ticks(panel, path["date"].iloc[0].date(), end)
    band(panel, path, colour)
    panel.plot(dates_of(path), path["p50"], color=colour, linewidth=2.5, linestyle=DASHES[0])
    panel.margins(x=0.02)
    gap = line_gap(panel)
    end_label(
        panel,
        [
            (float(last["p50"]), right),
            (float(last["p90"]), f"{whole(last['p90'])} (p90)"),
            (float(last["p10"]), f"{whole(last['p10'])} (p10)"),
        ],
        last["date"],
    )
    if len(opening):
        panel.plot(dates_of(opening), opening["value"], "o", color=colour, markersize=8)
        label(
            panel,
            dates_of(opening)[0],
            float(opening["value"].iloc[0]) + 0.9 * gap,
            f"  Opens at {whole(opening['value'].iloc[0])}",
            ha="left",
            va="center",
            path_effects=WHITE_EDGE,
        )
    draw_actuals(panel, actuals, below=float(path["p10"].min()), note=True)
    text = _text(tables, path, last, opening, actuals)
    return Chart(MEASURE, title, subtitle, picture.figure, _table(months, opening, actuals), text)


def _as_certain(opening: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {"date": opening["date"], **dict.fromkeys(("p10", "p50", "p90"), opening["value"])}
    )


def _title(before: float, after: float, when: str) -> str:
    if abs(after - before) < _STEADY * before:
        return f"Children in care stay near {whole(after)} to {when}"
    verb = "fall" if after < before else "rise"
    return f"Children in care {verb} from {whole(before)} to {whole(after)} by {when}"


def _text(
    tables: Tables,
    path: pd.DataFrame,
    last: pd.Series,
    opening: pd.DataFrame,
    actuals: pd.DataFrame,
) -> str:
    first = path.iloc[0]
    starts = "opens with" if len(opening) else "starts with"
    sentences = [
        f"The forecast for {tables.authority} {starts} {children(first['p50'])} in care at "
        f"{long_date(first['date'].date())}.",
        f"By {long_date(last['date'].date())} the middle future has {children(last['p50'])}; "
        f"eight futures in ten lie between {whole(last['p10'])} and {whole(last['p90'])}.",
    ]
    peak = path.iloc[int(path["p50"].to_numpy().argmax())]
    if whole(peak["p50"]) > max(whole(first["p50"]), whole(last["p50"])):
        sentences.append(
            f"The middle future is highest in {month_year(peak['date'].date())}, at "
            f"{children(peak['p50'])}."
        )
    if len(actuals):
        inside = _inside(path, actuals)
        told = ", ".join(
            f"{whole(value)} at {long_date(date.date())}"
            for date, value in zip(actuals["date"], actuals["value"], strict=True)
        )
        sentences.append(f"What happened, which the forecast did not use, was {told}.")
        sentences.append(
            capital(
                f"{inside} of the {len(actuals)} counts of what happened "
                f"{'lies' if inside == 1 else 'lie'} inside the range."
            )
        )
    return " ".join(sentences)


def _inside(path: pd.DataFrame, actuals: pd.DataFrame) -> int:
    joined = actuals.merge(path, on="date")
    return int(((joined["value"] >= joined["p10"]) & (joined["value"] <= joined["p90"])).sum())


def _table(months: pd.DataFrame, opening: pd.DataFrame, actuals: pd.DataFrame) -> pd.DataFrame:
    drawn = months[["date", "period", "mean", "p10", "p50", "p90", "half_width"]]
    happened = actuals.rename(columns={"value": "what_happened_not_used"})
    table = drawn.merge(happened, on="date", how="outer")
    opens = opening.rename(columns={"value": "opening"})
    table = table.merge(opens, on="date", how="outer").sort_values("date", ignore_index=True)
    return table.assign(date=table["date"].dt.strftime("%Y-%m-%d"))
