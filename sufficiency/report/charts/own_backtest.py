"""How forecasts of one council, looked back on, compare with what its own returns say.

The first chart lays what happened over the forecasts from past openings, each with its range. The
second sets the misses of each thing that was forecast beside those of saying that nothing changes.
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
    actual = _happened(rows)
    subtitle = f"Children in care on 31 March, {authority}, forecast from {_years(chosen)}"
    right = [f"From {origin}: {whole(path['p50'].iloc[-1])}" for origin, path in paths.items()]
    others = len(origins) - len(chosen)
    more = f" Openings not drawn but in forecasts.csv: {others}." if others else ""
    picture = frame(
        title,
        subtitle,
        f"Shaded: p10 to p90 of {replications} futures. Lines: the middle future. Crosses: "
        f"children in care; no forecast saw those after its opening.{more} "
        "From the authority's own returns, as they stood at each opening.",
        right_inches=max(text_width_inches(words) for words in right) + 0.35,
    )
    panel = picture.panels[0]
    highest = max(float(actual["value"].max()), *(float(p["p90"].max()) for p in paths.values()))
    zero_based(panel, highest)
    last = actual["date"].iloc[-1].date()
    march_ticks(panel, actual["date"].iloc[0].date(), last)
    for place, path in enumerate(paths.values()):
        colour = PALETTE[place]
        band(panel, path, colour)
        panel.plot(
            dates_of(path), path["p50"], color=colour, linestyle=DASHES[place],
            marker=MARKERS[place], markersize=7, linewidth=2.5,
        )  # fmt: skip
    panel.margins(x=0.03)
    _label_paths(panel, list(paths.values()), right, last)
    below = min(float(path["p10"].min()) for path in paths.values())
    draw_actuals(panel, actual, below=below, note=False)
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


def _happened(rows: pd.DataFrame) -> pd.DataFrame:
    """What was counted on each 31 March: at openings as known then, later as known now."""
    first = int(rows["origin"].min())
    found = {first: float(rows["hold"][rows["origin"] == first].iloc[0])}
    for origin, ahead, value in zip(
        rows["origin"], rows["horizon_years"], rows["actual"], strict=True
    ):
        found[int(origin) + int(ahead)] = float(value)
    years = sorted(found)
    dates = [pd.Timestamp(year, 3, 31) for year in years]
    return pd.DataFrame({"date": dates, "value": [found[year] for year in years]})


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
    """The misses of each measure as a ratio to those of holding, all years ahead together.

    Returns:
        The chart, or None where no measure has a ratio.
    """
    rows = ratios(scores)
    if not len(rows):
        return None
    nearer = int((rows["ratio"] < 1).sum())
    title = f"Nearer than holding for {nearer or 'none'} of {len(rows)} measures"
    subtitle = f"The simulation's misses over those of holding, all years ahead, {authority}"
    names = [MEASURE_LABELS[key] for key in zip(rows["measure"], rows["setting"], strict=True)]
    told = [_against(row["unit"], row["simulation"], row["hold"]) for _, row in rows.iterrows()]
    picture = frame(
        title,
        subtitle,
        "At the right: average misses of the simulation and of holding. Left of the line the "
        "simulation was nearer. From the authority's own returns, as they stood at each opening.",
        left_inches=max(_width(name) for name in names) + 0.35,
        right_inches=max(map(text_width_inches, told)) + 0.35,
    )
    panel = picture.panels[0]
    highest = min(max(1.5, float(rows["ratio"].max()) * 1.1), _WIDEST)
    panel.set_xlim(0, highest)
    panel.set_ylim(len(names) - 0.4, -0.6)
    panel.set_yticks(range(len(names)), names)
    panel.axvline(1, color=INK, linewidth=2, linestyle=DASHES[1])
    for place, (ratio, words) in enumerate(zip(rows["ratio"], told, strict=True)):
        beyond = ratio > highest
        panel.plot(
            [min(ratio, highest)], [place], ">" if beyond else "D", color=PALETTE[0],
            markersize=10, markeredgecolor="white", clip_on=False, zorder=4,
        )  # fmt: skip
        # To the left of the mark where the words would run over the line or out of the panel.
        at_left = 0 < 1 - ratio < 0.16 * highest or ratio > highest * 0.8
        label(
            panel, min(ratio, highest) + (-0.03 if at_left else 0.03) * highest, place,
            f"{ratio:.2f}", ha="right" if at_left else "left", va="center", fontweight="bold",
            path_effects=WHITE_EDGE,
        )  # fmt: skip
        label(panel, highest * 1.03, place, words, ha="left", va="center", clip_on=False)
    flat = [" ".join(name.split("\n")) for name in names]
    text = "The simulation's misses over those of holding, all years ahead together: " + listed(
        [f"{name} {ratio:.2f} ({words})" for name, ratio, words in
         zip(flat, rows["ratio"], told, strict=True)]
    ) + ". Below 1 the simulation was nearer."  # fmt: skip
    return Chart("error_by_measure", title, subtitle, picture.figure, rows, text)


def ratios(scores: pd.DataFrame) -> pd.DataFrame:
    """Misses of simulation and holding of each measure, and their ratio, all years together.

    Returns:
        ``measure, setting, simulation, hold, ratio, unit, forecasts``; measures whose misses by
        holding are nought are left out.
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
            missed = [values[method, error] for method in ("simulation", "hold")]
            rows.append((measure, setting, *missed, ratio, unit, int(of["forecasts"].iloc[0])))
    columns = ("measure", "setting", "simulation", "hold", "ratio", "unit", "forecasts")
    return pd.DataFrame(rows, columns=list(columns))


def _against(unit: str, simulation: float, hold: float) -> str:
    mark = "%" if unit == "percent" else " points"
    return f"{simulation:.1f} against {hold:.1f}{mark}"


def _width(name: str) -> float:
    return max(text_width_inches(line) for line in name.split("\n"))


def _years(years: Sequence[int]) -> str:
    return listed([str(year) for year in years])
