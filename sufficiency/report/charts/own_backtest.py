"""How forecasts of one council, looked back on, compare with what its own returns say.

The first chart lays what happened over the forecasts from past openings, each with its range. The
second sets the misses of each thing that was forecast beside those of two simple forecasts: that
nothing changes, and that the rates of the last years go on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from sufficiency.report.chart import Chart
from sufficiency.report.charts.marks import WHITE_EDGE, band, dates_of, draw_actuals
from sufficiency.report.style import (
    DASHES,
    INK,
    MARKERS,
    PALETTE,
    SIZE_INCHES,
    TWO_SERIES,
    day_number,
    frame,
    label,
    line_gap,
    march_ticks,
    spread_out,
    text_width_inches,
    zero_based,
)
from sufficiency.report.words import listed, whole

IN_CARE, EVERY_SETTING = "children_in_care", "every_setting"
MEASURE_LABELS = {
    (IN_CARE, "all"): "Children in care",
    (IN_CARE, EVERY_SETTING): "Kinds of home",
    ("entries", "all"): "Came in a year",
    ("exits", "all"): "Left in a year",
    ("moves", "all"): "Moves in a year",
    ("still_in_care", "all"): "Still in care",
    ("still_in_care_of_entrants", "all"): "Still in care, of those\nwho came after opening",
}
"""What to print for a measure beside an axis."""
MOST_OPENINGS = 3
"""Openings drawn in one chart: with what happened, four series."""
_WIDEST = 3.0
"""Ratios beyond this are drawn at the edge."""
_METHODS = ("simulation", "constant_rates", "hold")
_HEADINGS = ("Simu-\nlation", "Constant\nrates", "Holding")
_COLUMNS_INCHES = (0.85, 0.95, 0.9)
"""How far apart the numbers of each are written, of the chart's width."""


def own_backtest_charts(
    table: pd.DataFrame, scores: pd.DataFrame, authority: str, replications: int
) -> tuple[Chart, ...]:
    """The charts of a back-test of a council's own returns.

    Args:
        table: Columns of ``forecasts.csv``, without rows that are hidden.
        scores: Columns of ``scores.csv``.
        authority: Whose returns they are.
        replications: How many futures each forecast is made of.

    Returns:
        The charts, as far as what they draw is not hidden.
    """
    drawn = (
        total_from_each_origin(table, authority, replications),
        error_by_measure(scores, authority),
    )
    return tuple(chart for chart in drawn if chart is not None)


def total_from_each_origin(table: pd.DataFrame, authority: str, replications: int) -> Chart | None:
    """Children in care as forecast from past openings, and as it came to be.

    Returns:
        The chart, or None where every total is hidden.
    """
    rows = table[(table["measure"] == IN_CARE) & (table["setting"] == "all")]
    if not len(rows):
        return None
    inside = int(((rows["actual"] >= rows["p10"]) & (rows["actual"] <= rows["p90"])).sum())
    title = f"{inside} of {len(rows)} later counts lay inside the range forecast"
    if replications == 1:
        title = "What one future of each opening held, and what happened"
    origins = [int(each) for each in rows["origin"].unique()]
    chosen = spaced_out(origins, MOST_OPENINGS)
    paths = {origin: _path(rows[rows["origin"] == origin]) for origin in chosen}
    later = _later(rows)
    subtitle = f"Children in care on 31 March, {authority}, forecast from {_years(chosen)}"
    right = [f"From {origin}: {whole(path['p50'].iloc[-1])}" for origin, path in paths.items()]
    others = len(origins) - len(chosen)
    more = f" Openings not drawn but in forecasts.csv: {others}." if others else ""
    picture = frame(
        title,
        subtitle,
        f"Shaded: p10 to p90 of {replications} futures. Lines: the middle future. Hollow: "
        "children in care as known at the opening. Crosses: as counted by the last returns, which "
        f"no forecast saw; they may tell an opening's day otherwise.{more} From "
        "the authority's own returns.",
        right_inches=max(text_width_inches(words) for words in right) + 0.35,
    )
    panel = picture.panels[0]
    highest = max(float(later["value"].max()), *(float(p["p90"].max()) for p in paths.values()))
    zero_based(panel, highest)
    last = later["date"].iloc[-1].date()
    march_ticks(panel, dt.date(origins[0], 3, 31), last)
    for place, path in enumerate(paths.values()):
        colour = PALETTE[place]
        band(panel, path, colour)
        panel.plot(
            dates_of(path), path["p50"], color=colour, linestyle=DASHES[place],
            marker=MARKERS[place], markersize=7, linewidth=2.5,
        )  # fmt: skip
        _draw_opening(panel, path, later, colour, MARKERS[place])
    panel.margins(x=0.04)
    _label_paths(panel, list(paths.values()), right, last)
    below = min(float(path["p10"].min()) for path in paths.values())
    draw_actuals(panel, later, below=below, note=False)
    text = _text_of_total(rows, chosen, inside, replications)
    shown = rows[["origin", "horizon_years", "actual", "mean", "p10", "p50", "p90", "hold"]]
    return Chart("total_from_each_origin", title, subtitle, picture.figure, shown, text)


def spaced_out(years: Sequence[int], at_most: int) -> list[int]:
    """At most so many of some years, the first and the last among them."""
    if len(years) <= at_most:
        return list(years)
    step = (len(years) - 1) / (at_most - 1)
    return [years[round(place * step)] for place in range(at_most)]


def _path(rows: pd.DataFrame) -> pd.DataFrame:
    """A forecast by date, from the count it opened with."""
    ordered = rows.sort_values("horizon_years")
    origin, opening = int(ordered["origin"].iloc[0]), float(ordered["hold"].iloc[0])
    first = pd.DataFrame({"date": [origin], "p10": opening, "p50": opening, "p90": opening})
    later = ordered.assign(date=ordered["origin"] + ordered["horizon_years"])
    path = pd.concat([first, later[["date", "p10", "p50", "p90"]]], ignore_index=True)
    return path.assign(date=[pd.Timestamp(int(year), 3, 31) for year in path["date"]])


def _later(rows: pd.DataFrame) -> pd.DataFrame:
    """What the last returns count on each 31 March after the first opening."""
    found = dict(zip(rows["origin"] + rows["horizon_years"], rows["actual"], strict=True))
    years = sorted(found)
    dates = [pd.Timestamp(int(year), 3, 31) for year in years]
    return pd.DataFrame({"date": dates, "value": [float(found[year]) for year in years]})


def _draw_opening(
    panel: Axes, path: pd.DataFrame, later: pd.DataFrame, colour: str, marker: str
) -> None:
    """What a forecast began with: hollow, around a cross that is the same; its number above it."""
    day, opening = dates_of(path)[0], float(path["p50"].iloc[0])
    counted = dict(zip(dates_of(later), later["value"], strict=True))
    panel.plot(
        [day], [opening], marker, color="white", markersize=16, markeredgecolor=colour,
        markeredgewidth=2.4, zorder=4.5,
    )  # fmt: skip
    if counted.get(day) == opening:  # the number stands at the cross
        return
    label(
        panel, day, opening + 1.1 * line_gap(panel), f"{whole(opening)}", ha="center", va="center",
        fontweight="bold", path_effects=WHITE_EDGE, zorder=8,
    )  # fmt: skip


def _label_paths(
    panel: Axes, paths: Sequence[pd.DataFrame], words: Sequence[str], last: dt.date
) -> None:
    """Name each line where it ends: beside the panel, or above the line where it ends before."""
    low, high = panel.get_ylim()
    left, far = panel.get_xlim()
    at_end = [
        (float(path["p50"].iloc[-1]), text)
        for path, text in zip(paths, words, strict=True)
        if path["date"].iloc[-1].date() == last
    ]
    heights = spread_out([height for height, _ in at_end], line_gap(panel), low, high)
    for height, (_, text) in zip(heights, at_end, strict=True):
        at = day_number(last) + (far - left) * 0.03
        label(panel, at, height, text, ha="left", va="center", clip_on=False)
    for path, text in zip(paths, words, strict=True):
        end = path["date"].iloc[-1].date()
        if end != last:
            label(
                panel, day_number(end), float(path["p90"].iloc[-1]) + 0.7 * line_gap(panel), text,
                ha="center", va="center", path_effects=WHITE_EDGE,
            )  # fmt: skip


def _text_of_total(
    rows: pd.DataFrame, chosen: Sequence[int], inside: int, replications: int
) -> str:
    sentences = []
    for origin in chosen:
        of = rows[rows["origin"] == origin].sort_values("horizon_years").iloc[-1]
        year = int(of["origin"]) + int(of["horizon_years"])
        ranged = f", {whole(of['p10'])} to {whole(of['p90'])}" if replications > 1 else ""
        sentences.append(
            f"From {origin}, {whole(of['p50'])} children were forecast for 31 March {year}"
            f"{ranged}; {whole(of['actual'])} were in care."
        )
    if replications > 1:
        sentences.append(
            f"Of all {len(rows)} forecasts of the number in care, {inside} had it inside the range "
            "from p10 to p90."
        )
    return " ".join(sentences)


def error_by_measure(scores: pd.DataFrame, authority: str) -> Chart | None:
    """The misses of simulation and constant rates over those of holding, all years together.

    Returns:
        The chart, or None where no measure has a ratio.
    """
    rows = ratios(scores)
    if not len(rows):
        return None
    title = (
        f"Simulation beat holding on {_nearer(rows, 'hold')} of {len(rows)} measures, constant "
        f"rates on {_nearer(rows, 'constant_rates')}"
    )
    subtitle = f"Misses over those of holding, all years ahead together, {authority}"
    names = [MEASURE_LABELS[key] for key in zip(rows["measure"], rows["setting"], strict=True)]
    picture = frame(
        title,
        subtitle,
        "Filled: the simulation. Hollow: constant rates, those of the last years going on. Left of "
        "the line a forecast was nearer than holding, which says that nothing changes. At the "
        "right: average misses; pt are points of a share. From the authority's own returns.",
        left_inches=max(_width(name) for name in names) + 0.35,
        right_inches=sum(_COLUMNS_INCHES) + 0.2,
    )
    panel = picture.panels[0]
    furthest = float(rows[["ratio", "rates_ratio"]].to_numpy().max())
    highest = min(max(1.5, furthest * 1.1), _WIDEST)
    panel.set_xlim(0, highest)
    panel.set_ylim(len(names) - 0.4, -0.6)
    panel.set_yticks(range(len(names)), names)
    panel.axvline(1, color=INK, linewidth=2, linestyle=DASHES[1])
    for place, (simulation, rates) in enumerate(
        zip(rows["ratio"], rows["rates_ratio"], strict=True)
    ):
        _mark(panel, simulation, place - 0.17, highest, filled=True)
        _mark(panel, rates, place + 0.17, highest, filled=False)
    _columns(panel, rows, highest)
    text = _text_of_ratios(rows, names)
    return Chart("error_by_measure", title, subtitle, picture.figure, rows, text)


def _nearer(rows: pd.DataFrame, rival: str) -> int | str:
    """For how many measures the simulation missed by less than a rival."""
    return int((rows["simulation"] < rows[rival]).sum()) or "none"


def _mark(panel: Axes, ratio: float, height: float, highest: float, filled: bool) -> None:
    """One ratio with its number; an arrow at the edge where it lies beyond."""
    colour, shape = (TWO_SERIES[0], "D") if filled else (TWO_SERIES[1], "o")
    beyond, at = ratio > highest, min(ratio, highest)
    panel.plot(
        [at], [height], ">" if beyond else shape, color=colour if filled else "white",
        markersize=10, markeredgecolor=colour, markeredgewidth=2.0, clip_on=False, zorder=4,
    )  # fmt: skip
    # To the left of the mark where the words would run over the line or out of the panel.
    at_left = 0 < 1 - ratio < 0.16 * highest or ratio > highest * 0.8
    label(
        panel, at + (-0.03 if at_left else 0.03) * highest, height, f"{ratio:.2f}",
        ha="right" if at_left else "left", va="center",
        fontweight="bold" if filled else "normal", path_effects=WHITE_EDGE,
    )  # fmt: skip


def _columns(panel: Axes, rows: pd.DataFrame, highest: float) -> None:
    """Average misses of each forecast, in columns to the right of the panel."""
    figure = panel.get_figure()
    assert figure is not None
    inch = highest / (panel.get_position().width * SIZE_INCHES[0])
    right = highest
    for name, heading, wide in zip(_METHODS, _HEADINGS, _COLUMNS_INCHES, strict=True):
        right += wide * inch
        label(panel, right, -0.62, heading, ha="right", va="center", clip_on=False)
        for place, (unit, missed) in enumerate(zip(rows["unit"], rows[name], strict=True)):
            label(
                panel, right, place, _missed(unit, missed), ha="right", va="center", clip_on=False,
                fontweight="bold" if name == "simulation" else "normal",
            )  # fmt: skip


def _text_of_ratios(rows: pd.DataFrame, names: Sequence[str]) -> str:
    told = []
    for name, (_, row) in zip(names, rows.iterrows(), strict=True):
        simulation, rates, hold = (_missed(row["unit"], row[method]) for method in _METHODS)
        told.append(
            f"{' '.join(name.split())} {row['ratio']:.2f} ({simulation}; constant rates {rates}, "
            f"{row['rates_ratio']:.2f}; holding {hold})"
        )
    return (
        "The simulation's misses over those of holding, all years ahead together, and beside them "
        f"those of constant rates: {listed(told)}. Below 1 a forecast was nearer than holding. The "
        f"simulation was nearer than holding for {_nearer(rows, 'hold')} of {len(rows)} measures, "
        f"and nearer than constant rates for {_nearer(rows, 'constant_rates')}."
    )


def ratios(scores: pd.DataFrame) -> pd.DataFrame:
    """Average misses of each measure, and their ratio to those of holding, all years together.

    Returns:
        ``measure, setting, simulation, constant_rates, hold, ratio, rates_ratio, unit,
        forecasts``; measures whose misses by holding are nought are left out.
    """
    rows = []
    for measure, setting in MEASURE_LABELS:
        of = scores[(scores["measure"] == measure) & (scores["setting"] == setting)]
        of = of[of["horizon_years"] == ("all" if (of["horizon_years"] == "all").any() else "1")]
        values = {
            (method, score): value
            for method, score, value in zip(of["method"], of["score"], of["value"], strict=True)
        }
        error = "mape" if ("simulation", "mape") in values else "weighted_error"
        ratio = values.get(("simulation", "error_over_hold"), float("nan"))
        if ratio == ratio:
            unit = str(of["unit"][of["score"] == error].iloc[0])
            missed = [values[method, error] for method in _METHODS]
            told = (ratio, missed[1] / missed[2], unit, int(of["forecasts"].iloc[0]))
            rows.append((measure, setting, *missed, *told))
    columns = ("measure", "setting", *_METHODS, "ratio", "rates_ratio", "unit", "forecasts")
    return pd.DataFrame(rows, columns=list(columns))


def _missed(unit: str, number: float) -> str:
    return f"{number:.{1 if number < 99.95 else 0}f}{'%' if unit == 'percent' else ' pt'}"


def _width(name: str) -> float:
    return max(text_width_inches(line) for line in name.split("\n"))


def _years(years: Sequence[int]) -> str:
    return listed([str(year) for year in years])
