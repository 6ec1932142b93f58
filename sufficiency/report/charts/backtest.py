"""How far forecasts that were looked back on missed, and how often their ranges held.

Both charts go by how many years ahead was forecast. The first sets the simulation beside the two
simple methods. The second sets what its ranges held beside what they were meant to hold, with
a bar for how far that might differ with other authorities and years.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from sufficiency.report.backtest_ranges import MEANT_TO_HOLD, held_when_right
from sufficiency.report.chart import Chart
from sufficiency.report.charts.marks import WHITE_EDGE
from sufficiency.report.style import (
    BAND_ALPHA,
    DASHES,
    INK,
    MARKERS,
    PALETTE,
    frame,
    label,
    line_gap,
    spread_out,
    text_width_inches,
    zero_based,
)
from sufficiency.report.words import capital, listed, whole
from sufficiency.vocabulary import LABELS

METHODS = {
    "simulation": "Simulation",
    "hold": "Stock held",
    "constant_rates": "Constant rates",
}
"""What to print for each method."""
PART_LABELS = {
    "under_1": "children under 1",
    **{band: f"children of {LABELS[band]}" for band in ("1_to_4", "5_to_9", "10_to_15")},
    "16_to_17": "young people of 16 and 17",
    "fostering": "foster placements",
    "homes_and_secure": "children's homes and secure homes",
    "supported_accommodation": "supported accommodation",
    "placed_with_parents": "children placed with parents",
    "placed_for_adoption": "children placed for adoption",
    "rest": "all other placements",
}
"""What to print for a part, inside a sentence."""


def backtest_charts(scores: pd.DataFrame, about: str, replications: int) -> tuple[Chart, ...]:
    """The charts of a back-test.

    Args:
        scores: Columns of ``scores.csv``.
        about: How many authorities and which openings, for the line beneath the titles.
        replications: How many futures each forecast is made of.

    Returns:
        The charts. A single future has no range, and none of what ranges held.
    """
    drawn = [error_by_horizon(scores, about)]
    if replications > 1:
        drawn.append(coverage_by_horizon(scores, about, replications))
    by_part = error_by_part(scores, about)
    return (*drawn, by_part) if by_part else tuple(drawn)


def of_total(scores: pd.DataFrame, score: str) -> pd.DataFrame:
    """One score of the total by single years ahead, over all openings, nearest first."""
    chosen = scores[
        (scores["what"] == "total")
        & (scores["origin"] == "all")
        & (scores["score"] == score)
        & ~scores["horizon_years"].isin(["all", "3-4"])
    ]
    years = chosen["horizon_years"].astype(int)
    return chosen.assign(years=years).sort_values(["method", "years"], ignore_index=True)


def interval_note(rows: pd.DataFrame) -> str:
    """What the intervals are, as far as there are any; says where one opening is behind them."""
    over = rows["interval_over"]
    if (over == "none").all():
        return "With one authority there are no intervals."
    alone = sorted({int(each) for each in rows["years"][over == "authorities"]})
    if not alone:
        return "80% intervals: authorities and openings drawn again at random."
    if len(alone) == rows["years"].nunique():
        return "80% intervals: authorities drawn again at random, from one opening."
    return (
        "80% intervals: authorities and openings drawn again at random; at "
        f"{listed([str(each) for each in alone])} years ahead, with one opening, authorities only."
    )


def error_by_horizon(scores: pd.DataFrame, about: str) -> Chart:
    """Mean absolute percentage error of three methods by years ahead."""
    rows = of_total(scores, "mape")
    by_method = {name: rows[rows["method"] == name] for name in METHODS}
    last = {name: float(method["value"].iloc[-1]) for name, method in by_method.items()}
    furthest = int(rows["years"].max())
    title = (
        f"{_ahead(furthest).capitalize()}, the simulation misses by {_percent(last['simulation'])},"
        f" holding by {_percent(last['hold'])}"
    )
    subtitle = f"Mean absolute percentage error of children in care, {about}"
    right = [f"{METHODS[name]} {_percent(last[name])}" for name in METHODS]
    picture = frame(
        title,
        subtitle,
        f"Shaded: the simulation's interval. {interval_note(rows)} Scored by sufficiency.",
        right_inches=max(text_width_inches(words) for words in right) + 0.35,
    )
    panel = picture.panels[0]
    simulation = by_method["simulation"]
    top = max(float(rows["value"].max()), float(simulation["high"].fillna(0).max()))
    zero_based(panel, top)
    panel.yaxis.set_major_formatter("{x:g}%")
    _year_ticks(panel, sorted(set(rows["years"])))
    drawn = simulation.dropna(subset=["low", "high"])
    panel.fill_between(
        drawn["years"], drawn["low"], drawn["high"], color=PALETTE[0], alpha=BAND_ALPHA, linewidth=0
    )
    if len(drawn) == 1:  # a band of no width would not be seen
        ends = [*drawn["low"], *drawn["high"]]
        panel.plot(
            [furthest, furthest],
            ends,
            color=PALETTE[0],
            linewidth=9,
            alpha=BAND_ALPHA,
            solid_capstyle="butt",
        )
    for place, method in enumerate(by_method.values()):
        panel.plot(
            method["years"],
            method["value"],
            color=PALETTE[place],
            linestyle=DASHES[place],
            marker=MARKERS[place],
            markersize=8,
            linewidth=2.5,
            zorder=4 - place,
        )
    _labels_at_end(panel, [last[name] for name in METHODS], right, furthest)
    table = rows[["method", "years", "value", "low", "high", "forecasts", "unit", "interval_over"]]
    table = table.rename(columns={"years": "horizon_years"})
    return Chart("error_by_horizon", title, subtitle, picture.figure, table, _text(by_method))


def coverage_by_horizon(scores: pd.DataFrame, about: str, replications: int) -> Chart:
    """Share of outcomes inside the range from p10 to p90, against the eight in ten meant."""
    rows = of_total(scores, "coverage")
    low, high = float(rows["value"].min()), float(rows["value"].max())
    told = _percent0(low) if whole(low) == whole(high) else f"{_percent0(low)} to {_percent0(high)}"
    title = f"Ranges meant to hold {MEANT_TO_HOLD}% held {told}"
    subtitle = f"Published counts of children in care inside the forecast's range, {about}"
    aim = f"{MEANT_TO_HOLD}%: what\nwas meant"
    right = held_when_right(replications)
    of_so_many = f"of {replications} futures they hold about {right}% when all else is right"
    picture = frame(
        title,
        subtitle,
        f"Ranges run from p10 to p90; {of_so_many}. A count at the end of a range is inside. "
        f"{interval_note(rows)} Scored by sufficiency.",
        right_inches=max(text_width_inches(line) for line in aim.split("\n")) + 0.3,
    )
    panel = picture.panels[0]
    panel.set_ylim(0, 104)
    panel.set_yticks(range(0, 101, 20), [f"{each}%" for each in range(0, 101, 20)])
    years = [int(each) for each in rows["years"]]
    _year_ticks(panel, years)
    panel.axhline(MEANT_TO_HOLD, color=INK, linewidth=2, linestyle=DASHES[1])
    aim_at = panel.get_xlim()[1] + _across(panel, 0.01)
    label(panel, aim_at, MEANT_TO_HOLD, aim, ha="left", va="center", clip_on=False)
    for row in rows.itertuples():
        year, value = float(row.years), float(row.value)  # type: ignore[arg-type]
        ends = (float(row.low), float(row.high))  # type: ignore[arg-type]
        if ends[0] == ends[0]:
            panel.plot(
                [year, year], ends, color=PALETTE[0], linewidth=9, alpha=0.35, solid_capstyle="butt"
            )
        panel.plot([year], [value], "D", color=PALETTE[0], markersize=9, markeredgecolor="white")
        label(
            panel, year + _across(panel, 0.02), value, _percent0(value), ha="left", va="center",
            fontweight="bold", path_effects=WHITE_EDGE,
        )  # fmt: skip
    table = rows[["years", "value", "low", "high", "forecasts", "unit", "interval_over"]]
    table = table.rename(columns={"years": "horizon_years"})
    told_by_year = listed(
        [f"{_percent0(row.value)}{_between(row)} {_ahead(row.years)}" for row in rows.itertuples()]
    )
    text = (
        f"Of the published counts of children in care, the range from p10 to p90 held "
        f"{told_by_year}. It was meant to hold {MEANT_TO_HOLD}%; {of_so_many}. "
        f"{interval_note(rows)}"
    )
    return Chart("coverage_by_horizon", title, subtitle, picture.figure, table, text)


def error_by_part(scores: pd.DataFrame, about: str) -> Chart | None:
    """Misses of each age and kind of placement, all years ahead together.

    Returns:
        The chart, or None where no part was scored.
    """
    rows = _of_parts(scores)
    simulation = rows[rows["method"] == "simulation"].reset_index(drop=True)
    hold = rows[rows["method"] == "hold"].reset_index(drop=True)
    if not len(simulation) or len(hold) != len(simulation):
        return None
    worst = simulation.iloc[int(simulation["value"].to_numpy().argmax())]
    names = [capital(PART_LABELS[part]) for part in simulation["part"]]
    title = f"It misses most for {PART_LABELS[worst['part']]}: {_percent(worst['value'])}"
    subtitle = (
        "Misses added up as a share of children of that age or in that kind of placement, all "
        f"years ahead, {about}"
    )
    picture = frame(
        title,
        subtitle,
        "Diamonds and bars: the simulation and its interval. Hollow squares: the stock held. "
        f"{_note_without_years(simulation)} Scored by sufficiency.",
        left_inches=max(text_width_inches(name) for name in names) + 0.35,
    )
    panel = picture.panels[0]
    highest = max(float(rows[name].fillna(0).max()) for name in ("value", "high"))
    panel.set_xlim(0, highest * 1.18)
    panel.xaxis.set_major_formatter("{x:g}%")
    places = [*range(len(names))]
    panel.set_ylim(len(names) - 0.4, -0.6)
    panel.set_yticks(places, names)
    for place, row, still in zip(places, simulation.itertuples(), hold["value"], strict=True):
        low, value, high = (float(each) for each in (row.low, row.value, row.high))  # type: ignore[arg-type]
        if low == low:
            panel.plot(
                [low, high],
                [place, place],
                color=PALETTE[0],
                linewidth=9,
                alpha=0.35,
                solid_capstyle="butt",
            )
        panel.plot([still], [place], "s", color=INK, markersize=9, markerfacecolor="none")
        panel.plot([value], [place], "D", color=PALETTE[0], markersize=9, markeredgecolor="white")
        beyond = max([value, float(still)] + ([high] if high == high else []))
        label(
            panel, beyond + _across(panel, 0.02), place, _percent(value), ha="left", va="center",
            fontweight="bold", path_effects=WHITE_EDGE,
        )  # fmt: skip
    told = [
        f"{PART_LABELS[row.part]} {_percent(row.value)}{_between(row)}, held {_percent(still)}"  # type: ignore[index]
        for row, still in zip(simulation.itertuples(), hold["value"], strict=True)
    ]
    text = f"Misses as a share of the children, with 80% intervals in brackets: {'; '.join(told)}."
    columns = ["method", "what", "part", "value", "low", "high", "forecasts", "unit"]
    table = rows[[*columns, "interval_over"]]
    return Chart("error_by_part", title, subtitle, picture.figure, table, text)


def _of_parts(scores: pd.DataFrame) -> pd.DataFrame:
    """Misses of single parts over all years ahead, or the only one, and all openings."""
    everything = "all" if "all" in set(scores["horizon_years"]) else "1"
    chosen = scores[
        (scores["what"] != "total")
        & (scores["part"] != "all")
        & (scores["origin"] == "all")
        & (scores["score"] == "weighted_error")
        & (scores["horizon_years"] == everything)
    ]
    # A part has no score where nobody was of that kind.
    return chosen.dropna(subset=["value"]).reset_index(drop=True)


def _note_without_years(rows: pd.DataFrame) -> str:
    return interval_note(rows.assign(years=0))


def _text(by_method: dict[str, pd.DataFrame]) -> str:
    words = []
    for name, rows in by_method.items():
        told = [f"{_percent(row.value)}{_between(row)} {_ahead(row.years)}" for row in
                rows.itertuples()]  # fmt: skip
        words.append(f"{METHODS[name]}: {listed(told)}.")
    return (
        "How far forecasts of children in care missed on average, as a share of what was "
        f"published, with 80% intervals in brackets. {' '.join(words)}"
    )


def _labels_at_end(panel: Axes, heights: list[float], words: list[str], at: float) -> None:
    low, high = panel.get_ylim()
    for height, text in zip(spread_out(heights, line_gap(panel), low, high), words, strict=True):
        label(panel, at + _across(panel, 0.03), height, text, ha="left", va="center", clip_on=False)


def _across(panel: Axes, share: float) -> float:
    """A share of the panel's width, in the units of its level axis."""
    left, right = panel.get_xlim()
    return (right - left) * share


def _year_ticks(panel: Axes, years: Sequence[int]) -> None:
    panel.set_xticks(years, [f"{each} year{'' if each == 1 else 's'} ahead" for each in years])
    panel.set_xlim(min(years) - 0.25, max(years) + 0.25)


def _ahead(years: Any) -> str:
    names = {1: "one year", 2: "two years", 3: "three years", 4: "four years"}
    return f"{names[int(years)]} ahead"


def _between(row: Any) -> str:
    """The interval in brackets; nothing where there is none."""
    if row.low != row.low:
        return ""
    digits = _percent0 if row.score == "coverage" else _percent
    return f" ({digits(row.low)} to {digits(row.high)})"


def _percent(value: Any) -> str:
    return f"{float(value):.1f}%"


def _percent0(value: Any) -> str:
    return f"{whole(float(value))}%"
