"""What a number hangs on, as bars either side of the forecast, and where its range comes from.

In the first chart each bar runs from what the number becomes with a figure at its lower end (a
circle) to what it becomes at its upper end (a diamond), as a difference from the forecast. The
second shows what share of the variance each source makes up by itself, with its interval, and in
total.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from sufficiency.report.chart import Chart
from sufficiency.report.charts.marks import WHITE_EDGE
from sufficiency.report.sensitivity_summary import Facts
from sufficiency.report.sensitivity_words import THROUGHOUT, amount, number, stated, tick
from sufficiency.report.style import (
    GRID,
    INK,
    PALETTE,
    SIZE_INCHES,
    TWO_SERIES,
    Frame,
    frame,
    label,
    text_width_inches,
    wrapped,
)
from sufficiency.report.tables import HIDDEN
from sufficiency.report.words import capital, listed, lower_first, percent

MOST_BARS = 12
_LABEL_INCHES = 3.3
_BAR = 0.56
_CLEAR_INCHES = 0.12
"""How far a number stands from the mark it belongs to."""
_MANY_POUNDS = 250_000
_SURE = ("raises it", "lowers it")
_UNSURE = "not told apart from nothing"


def tornado_chart(facts: Facts, tornado: pd.DataFrame, authority: str) -> Chart | None:
    """Bars for the figures that move the number most.

    Args:
        facts: What was asked and how.
        tornado: Columns of ``tornado.csv``, the largest swing first.
        authority: Whose forecast it is.

    Returns:
        The chart, or None where no figure that can be shown moves anything.
    """
    moving = tornado[tornado["finding"].isin([*_SURE, _UNSURE])]
    rows = moving.head(MOST_BARS).reset_index(drop=True)
    if not len(rows):
        return None
    title = _tornado_title(rows)
    subtitle = (
        f"{capital(facts.measure)}, {authority}: change from {amount(facts.mean, facts.unit)}"
    )
    left = len(moving) - len(rows)
    nothing = int((tornado["finding"] == "moves nothing").sum())
    picture = _rows_frame(
        title,
        subtitle,
        f"Circle: the figure at its lower end, p10. Diamond: at its upper end, p90{_yearly(rows)}. "
        f"Hollow bars cannot be told apart from nothing. Averages of {facts.replications} futures "
        "with the same luck. At the right: the ends. "
        f"Not drawn: {left} that do less, {nothing} that move nothing.",
        [str(name) for name in rows["label"]],
        max(text_width_inches(_ends(row)) for _, row in rows.iterrows()) + 0.3,
    )
    _draw_tornado(picture.panels[0], rows, facts)
    table = rows.drop(columns=["mark"]).assign(measure_unit=facts.unit)
    text = _tornado_text(facts, rows, left, nothing)
    return Chart("tornado", title, subtitle, picture.figure, table, text)


def _yearly(rows: pd.DataFrame) -> str:
    """That a figure drawn anew each year is held nearer the middle, where one is drawn."""
    many = (rows["held"] != THROUGHOUT).any()
    return " (of the sum over the years, where it is drawn each year)" if many else ""


def _tornado_title(rows: pd.DataFrame) -> str:
    if not rows["finding"].isin(_SURE).any():
        return "No figure can be told apart from nothing"
    sure = rows[rows["finding"].isin(_SURE)]
    return f"Most hangs on {lower_first(str(sure['label'].iloc[0]))}"


def _ends(row: pd.Series) -> str:
    if HIDDEN in (row["low_value"], row["high_value"]):
        return ""
    return f"{stated(float(row['low_value']))} to {stated(float(row['high_value']))}"


def _rows_frame(
    title: str, subtitle: str, footnote: str, names: Sequence[str], right_inches: float
) -> Frame:
    """A panel with a row a name, the first on top, and an upright line at zero."""
    broken = ["\n".join(wrapped(name, _LABEL_INCHES, 12.0)) for name in names]
    widest = max(text_width_inches(line) for name in broken for line in name.split("\n"))
    picture = frame(title, subtitle, footnote, left_inches=widest + 0.42, right_inches=right_inches)
    panel = picture.panels[0]
    panel.set_ylim(len(names) - 0.4, -0.6)
    panel.set_yticks(range(len(names)), broken)
    for words in panel.get_yticklabels():
        words.set_linespacing(0.95)
    panel.tick_params(axis="y", pad=9)
    panel.grid(axis="y", visible=False)
    panel.grid(axis="x", color=GRID, linewidth=0.8)
    panel.axvline(0, color=INK, linewidth=1.6, zorder=3)
    return picture


def _draw_tornado(panel: Axes, rows: pd.DataFrame, facts: Facts) -> None:
    low = [float(value) - facts.mean for value in rows["mean_at_low"]]
    high = [float(value) - facts.mean for value in rows["mean_at_high"]]
    inch = _fit(panel, [*low, *high], facts.unit)
    right = panel.get_xlim()[1]
    for place, (at_low, at_high) in enumerate(zip(low, high, strict=True)):
        sure = rows["finding"].iloc[place] in _SURE
        panel.barh(
            place, at_high - at_low, _BAR, left=at_low, zorder=2,
            color=PALETTE[0] if sure else "white", alpha=0.35 if sure else 1.0,
            edgecolor=PALETTE[0], linewidth=1.2,
        )  # fmt: skip
        for at, marker, inside, edge in (
            (at_low, "o", "white", TWO_SERIES[1]),
            (at_high, "D", TWO_SERIES[0], TWO_SERIES[0]),
        ):
            panel.plot(
                [at], [place], marker, color=inside, markersize=8, markeredgecolor=edge,
                markeredgewidth=2, zorder=6,
            )  # fmt: skip
        for at, outward in zip(sorted((at_low, at_high)), (-1, 1), strict=True):
            label(
                panel, at + outward * _CLEAR_INCHES * inch, place, _signed(at, facts.unit, inch),
                ha="left" if outward > 0 else "right", va="center", path_effects=WHITE_EDGE,
                zorder=5,
            )  # fmt: skip
        words = _ends(rows.iloc[place])
        label(panel, right + 0.1 * inch, place, words, ha="left", va="center", clip_on=False)


def _fit(panel: Axes, ends: Sequence[float], unit: str) -> float:
    """Set the axis so that the numbers beside the bars have room.

    Returns:
        How much of the axis is an inch.
    """
    least, most = min(0.0, *ends), max(0.0, *ends)
    inches = panel.get_position().width * SIZE_INCHES[0]
    rough = (most - least) / inches
    beside_inches = max(text_width_inches(_signed(each, unit, rough)) for each in ends) + 0.25
    inch = (most - least) / max(inches - 2 * beside_inches, 0.5) or 1.0
    panel.set_xlim(least - beside_inches * inch, most + beside_inches * inch)
    found = MaxNLocator(nbins=3, steps=[1, 2, 5, 10]).tick_values(least, most)
    low, high = panel.get_xlim()
    ticks = [float(each) for each in found if low < each < high]
    told = [_with_sign(each, tick(abs(each), unit)) for each in ticks]
    widest = max((text_width_inches(each) for each in told), default=0.0) + 0.1
    if len(ticks) > 2 and (ticks[1] - ticks[0]) / inch < widest:
        # Every other one, nought among those that stay.
        kept = [
            place
            for place, each in enumerate(ticks)
            if round(each / (ticks[1] - ticks[0])) % 2 == 0
        ]
        ticks, told = [ticks[place] for place in kept], [told[place] for place in kept]
    panel.set_xticks(ticks, told)
    return inch


def _signed(value: float, unit: str, inch: float) -> str:
    """A difference as it stands beside a bar; all in millions where an inch is many pounds."""
    if unit == "GBP" and inch > _MANY_POUNDS:
        return _with_sign(value, f"£{abs(value) / 1e6:.2f}m")
    return _with_sign(value, number(abs(value), unit))


def _with_sign(value: float, told: str) -> str:
    """A difference with its sign; one that is told as nought has none."""
    if not told.strip("£0.,m%"):
        return told
    return f"{'-' if value < 0 else '+'}{told}"


def _tornado_text(facts: Facts, rows: pd.DataFrame, left: int, nothing: int) -> str:
    told = [
        f"{lower_first(str(row['label']))} ({amount(row['mean_at_low'], facts.unit)} at its lower "
        f"end, {amount(row['mean_at_high'], facts.unit)} at its upper end)"
        for _, row in rows.head(5).iterrows()
    ]
    sure = int(rows["finding"].isin(_SURE).sum())
    return (
        f"{capital(facts.measure)} averages {amount(facts.mean, facts.unit)} in the forecast. The "
        f"widest bars are those of {listed(told)}. Of {len(rows)} bars, {sure} can be told apart "
        f"from nothing. {left} more figures do less, and {nothing} move nothing."
    )


def shares_chart(facts: Facts, shares: pd.DataFrame, authority: str) -> Chart | None:
    """Shares of the variance by source, the largest total first.

    Args:
        facts: What was asked and how.
        shares: Columns of ``variance_shares.csv``.
        authority: Whose forecast it is.

    Returns:
        The chart, or None where there are no shares.
    """
    if not len(shares):
        return None
    rows = shares.head(MOST_BARS + 1).reset_index(drop=True)
    title = _shares_title(rows)
    subtitle = f"Share of the variance of {facts.measure}, {authority}"
    told = [_share_words(row) for _, row in rows.iterrows()]
    picture = _rows_frame(
        title,
        subtitle,
        "Diamonds: by itself, with the 95% interval. Hollow diamonds cannot be told apart from "
        "nothing. Pale bars: in total, with what it does together with others. At the right: by "
        f"itself / in total. From {facts.rows} rows of futures.",
        [str(name) for name in rows["label"]],
        max(text_width_inches(words) for words in told) + 0.3,
    )
    _draw_shares(picture.panels[0], rows, told)
    return Chart(
        "variance_shares", title, subtitle, picture.figure, rows, _shares_text(facts, rows)
    )


def _shares_title(rows: pd.DataFrame) -> str:
    sure = rows[rows["finding"] == "makes up a share by itself"]
    if not len(sure):
        return "No single source can be told apart from nothing"
    most = sure.sort_values("first_order", ascending=False).iloc[0]
    low, high = (
        percent(min(max(float(most[end]), 0.0), 1.0)) for end in ("first_low", "first_high")
    )
    return f"{low} to {high} of the variance comes from {lower_first(str(most['label']))}"


def _share_words(row: pd.Series) -> str:
    alone = max(float(row["first_order"]), 0.0)
    return f"{percent(alone)} / {percent(float(row['total_order']))}"


def _draw_shares(panel: Axes, rows: pd.DataFrame, told: Sequence[str]) -> None:
    highest = max(float(rows[["first_high", "total_order"]].to_numpy().max()), 0.1)
    panel.set_xlim(-0.01 * highest, highest * 1.04)
    ticks = [each / 100 for each in range(0, 201, 20 if highest > 0.5 else 10)]
    ticks = [each for each in ticks if each <= highest * 1.04]
    panel.set_xticks(ticks, [percent(each) for each in ticks])
    for place, row in rows.iterrows():
        assert isinstance(place, int)
        panel.barh(
            place, float(row["total_order"]), _BAR, color=PALETTE[0], alpha=0.28,
            edgecolor=PALETTE[0], zorder=2,
        )  # fmt: skip
        low, high = (max(float(row[end]), 0.0) for end in ("first_low", "first_high"))
        panel.plot([low, high], [place, place], color=INK, linewidth=2.2, zorder=4)
        sure = row["finding"] == "makes up a share by itself"
        panel.plot(
            [max(float(row["first_order"]), 0.0)], [place], "D", markersize=8, zorder=5,
            color=PALETTE[0] if sure else "white", markeredgecolor=PALETTE[0], markeredgewidth=2,
            clip_on=False,
        )  # fmt: skip
        at = highest * 1.06
        label(panel, at, place, told[place], ha="left", va="center", clip_on=False)


def _shares_text(facts: Facts, rows: pd.DataFrame) -> str:
    told = [
        f"{lower_first(str(row['label']))} {percent(max(float(row['first_order']), 0.0))} by "
        f"itself and {percent(float(row['total_order']))} in total"
        for _, row in rows.iterrows()
    ]
    return (
        f"Shares of the variance of {facts.measure}: {listed(told)}. A share by itself says how "
        "much less the variance would be if that alone were known; the total takes in what it "
        f"does together with others. They come from {facts.rows} rows of futures and are rough."
    )
