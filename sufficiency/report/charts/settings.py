"""Where children live at each 31 March, in four small panels side by side.

Four lines with their ranges would lie on top of one another, more so in grey. Each of the
four largest settings therefore has its own panel, on one shared scale from zero. The rest,
and any setting too small to be shown, are grouped under 'all other'.
"""

from __future__ import annotations

import datetime as dt

import pandas as pd

from sufficiency.periods import long_date
from sufficiency.report.chart import Chart
from sufficiency.report.charts.marks import WHITE_EDGE, band, dates_of
from sufficiency.report.style import (
    MARKERS,
    PALETTE,
    frame,
    label,
    line_gap,
    march_ticks,
    zero_based,
)
from sufficiency.report.tables import (
    RANGE_NOTE,
    STATISTICS,
    Tables,
    known_points,
    series,
    settings_of,
    visible,
)
from sufficiency.report.words import children, lower_first, whole

MEASURE = "children_in_care"
MOST_PANELS = 4


def placements_by_setting(tables: Tables) -> Chart | None:
    """Small panels of children by setting at each 31 March.

    Args:
        tables: Needs ``children_in_care`` by setting at financial year ends.

    Returns:
        The chart, or None where no setting can be shown.
    """
    by_setting = {
        setting: rows
        for setting in settings_of(tables.forecast, MEASURE)
        if visible(rows := series(tables.forecast, MEASURE, "financial_year", setting))
        and float(rows["mean"].max()) > 0
    }
    total = series(tables.forecast, MEASURE, "financial_year")
    if not by_setting or not visible(total):
        return None
    shown = sorted(by_setting, key=lambda name: -float(by_setting[name]["mean"].max()))
    shown = shown[:MOST_PANELS]
    paths = {name: _with_opening(tables, name, by_setting[name]) for name in shown}
    other = _rest(total, [by_setting[name] for name in shown])
    end = total["date"].iloc[-1].date()
    title = _title(tables, paths, end)
    subtitle = f"Children living in each setting at 31 March, {tables.authority}"
    rest = _rest_sentence(other)
    picture = frame(
        title,
        subtitle,
        f"{rest} Lines are averages. {RANGE_NOTE} {tables.source}",
        grid=(2, 2) if len(shown) > 2 else (1, len(shown)),
        panel_titles=[tables.label(name) for name in shown],
        right_inches=0.35,
    )
    highest = max(float(path["p90"].max()) for path in paths.values())
    # A setting whose opening count is doubtful has no first point; all panels start together.
    first_day = min(path["date"].iloc[0] for path in paths.values())
    margin = max((total["date"].iloc[-1] - first_day) * 0.06, dt.timedelta(days=30))
    for place, name in enumerate(shown):
        panel, path = picture.panels[place], paths[name]
        zero_based(panel, highest * 1.12)
        panel.locator_params(axis="y", nbins=4)
        march_ticks(panel, first_day.date(), end)
        band(panel, path, PALETTE[place])
        panel.plot(
            dates_of(path),
            path["mean"],
            color=PALETTE[place],
            linewidth=2.5,
            marker=MARKERS[place],
            markersize=6,
        )
        panel.set_xlim(first_day - margin, total["date"].iloc[-1] + margin)
        days = dates_of(path)
        gap = line_gap(panel)
        for spot in (0, -1):
            label(
                panel,
                days[spot],
                float(path["mean"].iloc[spot]) + 0.8 * gap,
                f"{whole(path['mean'].iloc[spot])}",
                ha="center",
                va="center",
                fontweight="bold",
                path_effects=WHITE_EDGE,
            )
    table = _table(tables, paths, other)
    text = _text(tables, paths, rest)
    return Chart("placements_by_setting", title, subtitle, picture.figure, table, text)


def _with_opening(tables: Tables, setting: str, rows: pd.DataFrame) -> pd.DataFrame:
    opening = known_points(tables.opening, MEASURE, setting).tail(1)
    certain = pd.DataFrame({"date": opening["date"]})
    for name in STATISTICS:
        certain[name] = opening["value"]
    return pd.concat([certain, rows[["date", *STATISTICS]]], ignore_index=True)


def _rest(total: pd.DataFrame, shown: list[pd.DataFrame]) -> pd.DataFrame:
    """Averages add up, ranges do not: the rest has an average only."""
    named = sum((rows["mean"] for rows in shown), start=pd.Series(0.0, index=total.index))
    return pd.DataFrame({"date": total["date"], "mean": (total["mean"] - named).clip(lower=0)})


def _rest_sentence(other: pd.DataFrame) -> str:
    if whole(other["mean"].max()) == 0:
        return ""
    first, last = other.iloc[0], other.iloc[-1]
    spell = (
        f"{children(last['mean'])} at {long_date(last['date'].date())}"
        if len(other) == 1
        else f"{whole(first['mean'])} in {first['date'].year}, {whole(last['mean'])} in "
        f"{last['date'].year}"
    )
    return f"All other settings together, on average: {spell}."


def _title(tables: Tables, paths: dict[str, pd.DataFrame], end: dt.date) -> str:
    change = {
        name: float(path["mean"].iloc[-1] - path["mean"].iloc[0]) for name, path in paths.items()
    }
    most = max(change, key=lambda name: abs(change[name]))
    path = paths[most]
    first, last = whole(path["mean"].iloc[0]), whole(path["mean"].iloc[-1])
    if first == last:
        return f"Numbers in each setting barely change by March {end.year}"
    return f"Largest change: {lower_first(tables.label(most))}, from {first} to {children(last)}"


def _text(tables: Tables, paths: dict[str, pd.DataFrame], rest: str) -> str:
    start = min(path["date"].iloc[0] for path in paths.values())
    parts = []
    for name, path in paths.items():
        first, last = path.iloc[0], path.iloc[-1]
        when = "" if first["date"] == start else f" in {first['date']:%B %Y}"
        parts.append(
            f"{lower_first(tables.label(name))} from {whole(first['mean'])}{when} to "
            f"{whole(last['mean'])} ({whole(last['p10'])} to {whole(last['p90'])})"
        )
    end = next(iter(paths.values()))["date"].iloc[-1]
    return (
        f"Children by setting, on average, from {long_date(start.date())} to "
        f"{long_date(end.date())}, with the range of eight futures in ten at the "
        f"end: {'; '.join(parts)}. {rest}"
    ).strip()


def _table(tables: Tables, paths: dict[str, pd.DataFrame], other: pd.DataFrame) -> pd.DataFrame:
    pieces = [path.assign(setting=name, label=tables.label(name)) for name, path in paths.items()]
    pieces.append(other.assign(setting="all_other", label="All other"))
    table = pd.concat(pieces, ignore_index=True)
    table = table.assign(date=table["date"].dt.strftime("%Y-%m-%d"))
    return table[["date", "setting", "label", *STATISTICS]]
