"""How full the homes with a limited number of places are, against a stated 100%.

A setting close to the line turns children away to somewhere further or dearer. A setting
too small to be shown without revealing children is left out, and the chart says so.
"""

from __future__ import annotations

import pandas as pd

from sufficiency.periods import long_date
from sufficiency.report.chart import Chart
from sufficiency.report.charts.marks import WHITE_EDGE, band, dates_of
from sufficiency.report.style import (
    DASHES,
    INK,
    MARKERS,
    PALETTE,
    frame,
    label,
    line_gap,
    march_ticks,
)
from sufficiency.report.tables import (
    RANGE_NOTE,
    STATISTICS,
    Tables,
    series,
    settings_of,
    visible,
)
from sufficiency.report.words import listed, lower_first, month_year, percent

MEASURE = "occupancy"
MOST_PANELS = 4


def occupancy(tables: Tables) -> Chart | None:
    """Small panels of occupancy by month for each setting with limited places.

    Args:
        tables: Needs ``occupancy`` by setting and month, as a share.

    Returns:
        The chart, or None where every setting is missing or hidden.
    """
    every = {
        name: series(tables.forecast, MEASURE, "month", name)
        for name in settings_of(tables.forecast, MEASURE)
    }
    can_show = {name: rows for name, rows in every.items() if visible(rows)}
    fullest = sorted(can_show, key=lambda name: -float(can_show[name]["mean"].iloc[-1]))
    shown = fullest[:MOST_PANELS]
    if not shown:
        return None
    found = {name: can_show[name] for name in every if name in shown}
    end = next(iter(found.values()))["date"].iloc[-1].date()
    name = lower_first(tables.label(fullest[0]))
    title = f"Fullest setting: {name}, at {_end(can_show, fullest[0])} by {month_year(end)}"
    if len(found) == 1:
        title = f"{tables.label(shown[0])}: {_end(found, shown[0])} full by {month_year(end)}"
    subtitle = f"Share of places filled by month, settings with limited places, {tables.authority}"
    note = _note(tables, [name for name in every if name not in can_show], fullest[MOST_PANELS:])
    count = len(found)
    picture = frame(
        title,
        subtitle,
        f"{note}Lines are averages; the heavy line marks 100%. {RANGE_NOTE} {tables.source}",
        grid=(2, 2) if count > 2 else (1, count),
        panel_titles=[tables.label(name) for name in found],
        right_inches=0.7,
    )
    highest = max(1.0, max(float(rows["p90"].max()) for rows in found.values()))
    for place, rows in enumerate(found.values()):
        panel = picture.panels[place]
        panel.set_ylim(0, highest * 1.22)
        ticks = [0, 0.5, 1] if count > 2 else [0, 0.25, 0.5, 0.75, 1]
        panel.set_yticks(ticks, [f"{tick:.0%}" for tick in ticks])
        march_ticks(panel, rows["date"].iloc[0].date(), end)
        panel.axhline(1, color=INK, linewidth=1.8)
        band(panel, rows, PALETTE[place])
        panel.plot(
            dates_of(rows),
            rows["mean"],
            color=PALETTE[place],
            linewidth=2.5,
            linestyle=DASHES[place],
            marker=MARKERS[place],
            markevery=12,
            markersize=6,
        )
        panel.margins(x=0.03)
        gap = line_gap(panel)
        label(
            panel,
            dates_of(rows)[-1],
            _beside(rows, gap),
            percent(float(rows["mean"].iloc[-1])),
            ha="right",
            va="center",
            fontweight="bold",
            path_effects=WHITE_EDGE,
        )
        # The line is named at whichever end the range leaves more room above it.
        place_of_name = 0 if rows["p90"].iloc[0] <= rows["p90"].iloc[-1] else -1
        label(
            panel,
            dates_of(rows)[place_of_name],
            1 + 0.15 * gap,
            "100% full",
            ha="left" if place_of_name == 0 else "right",
            va="bottom",
            path_effects=WHITE_EDGE,
        )
    columns = ["date", "period", "setting", *STATISTICS, "half_width"]
    table = pd.concat([rows[columns] for rows in found.values()], ignore_index=True)
    table = table.assign(date=table["date"].dt.strftime("%Y-%m-%d"), unit="share")
    text = _text(tables, found, note)
    return Chart(MEASURE, title, subtitle, picture.figure, table, text)


def _beside(rows: pd.DataFrame, gap: float) -> float:
    """Height of the last number: under the range, or over it near the foot of the panel."""
    under = float(rows["p10"].iloc[-1]) - 0.75 * gap
    return under if under > 0.6 * gap else float(rows["p90"].iloc[-1]) + 0.75 * gap


def _end(rows: dict[str, pd.DataFrame], name: str) -> str:
    return percent(float(rows[name]["mean"].iloc[-1]))


def _note(tables: Tables, hidden: list[str], less_full: list[str]) -> str:
    """Which settings are not drawn, and why."""
    note = ""
    if hidden:
        names = listed([lower_first(tables.label(name)) for name in hidden])
        note += f"Not shown, because few children live there: {names}. "
    if less_full:
        names = listed([lower_first(tables.label(name)) for name in less_full])
        note += f"Less full, and not drawn: {names}. "
    return note


def _text(tables: Tables, found: dict[str, pd.DataFrame], note: str) -> str:
    told = "; ".join(
        f"{lower_first(tables.label(name))} {percent(float(rows['mean'].iloc[-1]))} "
        f"({percent(float(rows['p10'].iloc[-1]))} to {percent(float(rows['p90'].iloc[-1]))})"
        for name, rows in found.items()
    )
    last = next(iter(found.values()))["date"].iloc[-1].date()
    over = [name for name, rows in found.items() if float(rows["mean"].max()) > 1]
    more = (
        f"Average occupancy passes 100% at some time in "
        f"{listed([lower_first(tables.label(name)) for name in over])}."
        if over
        else "Average occupancy stays at or below 100% throughout."
    )
    return (
        f"Share of places filled at {long_date(last)}, on average, with the range of eight "
        f"futures in ten: {told}. {more} {note}"
    ).strip()
