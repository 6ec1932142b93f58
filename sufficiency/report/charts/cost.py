"""What placements cost each year, by heading, against the approved budget.

Bars are averages and start at zero, so their parts add up to their height. Only the
placement block is drawn, because only the placement budget is a promise to be kept;
other blocks stand beside it in the budget table. The budget is a line across each bar.
"""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.axes import Axes

from sufficiency.report.chart import Chart
from sufficiency.report.charts.marks import WHITE_EDGE
from sufficiency.report.style import (
    HATCHES,
    INK,
    PALETTE,
    frame,
    label,
    line_gap,
    readable_on,
    spread_out,
    text_width_inches,
    wrapped,
    zero_based,
)
from sufficiency.report.tables import (
    ALL,
    OUTTURN,
    RANGE_NOTE,
    TOTALS,
    Tables,
    assumed_note,
    block_totals,
    figures,
)
from sufficiency.report.words import lower_first, millions, short_millions
from sufficiency.vocabulary import Block

MOST_PARTS = 4
_BAR = 0.68  # width of a bar, where years are one apart
_REACH = 0.43  # how far the budget line runs either side of the middle of a bar
_MILLION = 1e6


def cost_by_heading(tables: Tables) -> Chart | None:
    """Stacked bars of the placement block by financial year, with the budget line.

    Args:
        tables: Needs the placement block of the budget table, its total row included.

    Returns:
        The chart, or None where the block has no total.
    """
    totals = block_totals(tables.budget, Block.PLACEMENT)
    if not len(totals) or totals["outturn_mean"].isna().any():
        return None
    parts = _parts(tables.budget, totals)
    title = _title(totals)
    subtitle = f"Placement block by heading and financial year, {tables.authority}, £ million"
    wraps = {name: "\n".join(wrapped(name, 1.6, 12)) for name in parts}
    widest = max(text_width_inches(line) for text in wraps.values() for line in text.split("\n"))
    budgeted = totals["budget"].notna().any()
    key = "Black line: budget. " if budgeted else "No budget is stated. "
    picture = frame(
        title,
        subtitle,
        f"{key}Bars are averages; whiskers show the range of the total. "
        f"{assumed_note(tables)}"
        f"{RANGE_NOTE} {tables.source}",
        right_inches=max(widest, text_width_inches("Budget £16.5m")) + 0.3,
        left_inches=0.55,
    )
    panel = picture.panels[0]
    tops = totals[["outturn_mean", "outturn_p90", "budget"]].max().max() / _MILLION
    zero_based(panel, float(tops) * 1.08)
    panel.set_xlim(-0.5, len(totals) - 0.5)
    panel.set_xticks(range(len(totals)), list(totals["financial_year"]))
    middles = _bars(panel, parts, totals)
    _totals(panel, totals)
    _names(panel, middles, list(wraps.values()), totals)
    text = _text(tables, totals, parts)
    table = _table(totals, parts)
    return Chart("cost_by_heading", title, subtitle, picture.figure, table, text)


def _parts(budget: pd.DataFrame, totals: pd.DataFrame) -> dict[str, list[float]]:
    """Average pounds by year of the largest headings, and of the rest together."""
    chosen = budget[(budget["block"] == Block.PLACEMENT) & ~budget["heading"].isin(TOTALS)]
    wide = figures(chosen, OUTTURN).pivot_table(
        index="heading", columns="financial_year", values="outturn_mean", dropna=False
    )
    wide = wide.reindex(columns=list(totals["financial_year"])).dropna()
    wide = wide.loc[wide.sum(axis=1).sort_values(ascending=False, kind="stable").index]
    whole_block = [float(value) for value in totals["outturn_mean"]]
    kept = list(wide.index[: MOST_PARTS if len(wide) <= MOST_PARTS else MOST_PARTS - 1])
    parts = {str(name): [float(value) for value in wide.loc[name]] for name in kept}
    rest = [
        amount - sum(values[year] for values in parts.values())
        for year, amount in enumerate(whole_block)
    ]
    if max(abs(amount) for amount in rest) < 0.5:
        return parts
    if len(parts) == MOST_PARTS:  # something is hidden, and needs the last place
        last = list(parts)[-1]
        rest = [amount + more for amount, more in zip(rest, parts.pop(last), strict=True)]
    return {**parts, "All other": rest}


def _bars(panel: Axes, parts: dict[str, list[float]], totals: pd.DataFrame) -> list[float]:
    """Draw the stacks; returns the middle of each part of the last one, in millions."""
    years = len(totals)
    approved = [float(value) / _MILLION for value in totals["budget"]]
    floor = [0.0] * years
    gap = line_gap(panel)
    middles: list[float] = []
    for place, values in enumerate(parts.values()):
        amounts = [value / _MILLION for value in values]
        panel.bar(
            range(years),
            amounts,
            _BAR,
            bottom=floor,
            color=PALETTE[place],
            hatch=HATCHES[place],
            edgecolor="white",
            linewidth=1.2,
        )
        for year, amount in enumerate(amounts):
            spot = _clear_of(approved[year], floor[year], floor[year] + amount, gap)
            if spot is not None:
                label(
                    panel,
                    year - 0.06,
                    spot,
                    f"{amount:.1f}",
                    ha="center",
                    va="center",
                    color=readable_on(PALETTE[place]),
                    bbox={"facecolor": PALETTE[place], "edgecolor": "none", "pad": 1.5},
                )
        middles.append(floor[-1] + amounts[-1] / 2)
        floor = [under + amount for under, amount in zip(floor, amounts, strict=True)]
    return middles


def _clear_of(line: float, low: float, high: float, gap: float) -> float | None:
    """Where in a part of a bar its number fits without touching the budget line."""
    pieces = [(low, high)]
    if low < line < high:
        pieces = [(low, line), (line, high)]
    bottom, top = max(pieces, key=lambda piece: piece[1] - piece[0])
    return (bottom + top) / 2 if top - bottom > 1.05 * gap else None


def _names(panel: Axes, middles: list[float], names: list[str], totals: pd.DataFrame) -> None:
    """Name the parts of the last bar, and its budget line, at the right."""
    years, gap = len(totals), line_gap(panel)
    approved = float(totals["budget"].iloc[-1])
    marks = list(zip(middles, names, [False] * len(names), strict=True))
    if pd.notna(approved):
        marks.append((approved / _MILLION, f"Budget {short_millions(approved)}", True))
    lines = max(name.count("\n") + 1 for _, name, _ in marks)
    spots = spread_out(
        [middle for middle, _, _ in marks], gap * (1.15 + 0.9 * (lines - 1)), 0.5 * gap, 1e9
    )
    for spot, (middle, name, bold) in zip(spots, marks, strict=True):
        edge = years - 1 + (_REACH if bold else _BAR / 2)
        panel.plot(
            [edge, years - 0.5 + 0.004 * years],
            [middle, spot],
            color=INK,
            linewidth=0.8,
            clip_on=False,
        )
        weight = "bold" if bold else "normal"
        label(
            panel,
            years - 0.5 + 0.012 * years,
            spot,
            name,
            ha="left",
            va="center",
            fontweight=weight,
            clip_on=False,
            linespacing=1.0,
        )


def _totals(panel: Axes, totals: pd.DataFrame) -> None:
    """Whiskers and totals over the bars, and the budget across them."""
    gap = line_gap(panel)
    columns = ("outturn_mean", "outturn_p10", "outturn_p90", "budget")
    numbers = zip(*([float(v) / _MILLION for v in totals[name]] for name in columns), strict=True)
    for year, (mean, low, high, approved) in enumerate(numbers):
        at = year + 0.25
        panel.plot([at, at], [low, high], color=INK, linewidth=1.8, path_effects=WHITE_EDGE)
        for end in (low, high):
            panel.plot([at - 0.05, at + 0.05], [end, end], color=INK, linewidth=1.8)
        top = max(high, mean)
        if not math.isnan(approved):
            across = [year - _REACH, year + _REACH]
            panel.plot(
                across,
                [approved, approved],
                color=INK,
                linewidth=3,
                path_effects=WHITE_EDGE,
                solid_capstyle="butt",
            )
            top = max(top, approved)
        words = short_millions(mean * _MILLION)
        label(panel, year, top + 0.7 * gap, words, ha="center", va="center", fontweight="bold")


def _title(totals: pd.DataFrame) -> str:
    stated = totals[totals["budget"].notna()]
    if not len(stated):
        last = totals.iloc[-1]
        cost = millions(float(last["outturn_mean"]))
        return f"Placements cost {cost} in {last['financial_year']}; no budget stated"
    gaps = stated["outturn_mean"] - stated["budget"]
    over = gaps[gaps > 0]
    if not len(over):
        when = "every year" if len(stated) > 1 else str(stated["financial_year"].iloc[0])
        return f"Placement costs stay within the budget in {when}"
    worst = stated.iloc[int(gaps.to_numpy().argmax())]
    if len(over) == len(stated) > 1:
        return (
            f"Placements cost more than budget every year, by up to {millions(float(over.max()))}"
        )
    return (
        f"Placements cost {millions(float(over.max()))} more than budget in "
        f"{worst['financial_year']}"
    )


def _text(tables: Tables, totals: pd.DataFrame, parts: dict[str, list[float]]) -> str:
    first, last = totals.iloc[0], totals.iloc[-1]
    sentences = [
        f"Placements are expected to cost {millions(float(first['outturn_mean']))} in "
        f"{first['financial_year']}"
        + (
            f" and {millions(float(last['outturn_mean']))} in {last['financial_year']}, with "
            f"eight futures in ten between {millions(float(last['outturn_p10']))} and "
            f"{millions(float(last['outturn_p90']))}."
            if len(totals) > 1
            else "."
        )
    ]
    pieces = "; ".join(
        f"{lower_first(name)} {millions(values[-1])}" for name, values in parts.items()
    )
    sentences.append(f"By heading in {last['financial_year']}: {pieces}.")
    stated = totals[totals["budget"].notna()]
    if len(stated):
        sums = [millions(float(value)) for value in stated["budget"]]
        told = ", ".join(
            f"{words} in {year}" for words, year in zip(sums, stated["financial_year"], strict=True)
        )
        if len(set(sums)) == 1 and len(stated) == len(totals) > 1:
            told = f"{sums[0]} in every year"
        sentences.append(f"The budget is {told}.")
    else:
        sentences.append("No budget is stated, so cost is shown alone.")
    return " ".join(sentences)


def _table(totals: pd.DataFrame, parts: dict[str, list[float]]) -> pd.DataFrame:
    years = list(totals["financial_year"])
    rows = [
        {"financial_year": year, "heading": name, "outturn_mean": values[place]}
        for name, values in parts.items()
        for place, year in enumerate(years)
    ]
    whole_block = totals[["financial_year", "budget", *OUTTURN]].assign(heading=ALL)
    table = pd.concat([pd.DataFrame(rows), whole_block], ignore_index=True)
    return table[["financial_year", "heading", *OUTTURN, "budget"]].assign(unit="GBP")
