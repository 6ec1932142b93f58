"""What each scenario saves, how surely, and what the saving is made of.

In the first chart a bar holds eight futures in ten and its diamond is the average; left of the
line is a saving. The second is a small table whose every number has its bar, all on one scale.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from sufficiency.report.chart import Chart
from sufficiency.report.comparison_words import (
    PART_LABELS,
    from_to,
    in_ten,
    number,
    saves_or_costs,
    told_apart,
)
from sufficiency.report.style import (
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
from sufficiency.report.tables import ALL, RANGE_NOTE
from sufficiency.report.words import capital, listed, lower_first, millions, short_millions

MOST_DRAWN = 40
"""How many scenarios a picture has room for; the best are drawn."""
_RANGE_INCHES, _SPLIT_INCHES = 0.47, 0.52
"""Height of a row of each chart: two lines of a name. The picture grows with its rows."""
_AROUND_INCHES = 2.3
"""Titles, foot and axis above and below the rows."""
_WORTH_A_TITLE_GBP = 50_000.0
"""Less than that is nought in a title that tells millions to one decimal."""
_MILLION = 1e6
_NAME_INCHES = 2.35
_AVERAGE_INCHES = 0.95
_HEAD = -0.85
"""Height of the words above the first row."""
_CLEAR = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
"""What lies behind a number, so that no line runs through it."""
_HEADINGS = {
    "never_entering": "Never come\ninto care",
    "leaving_sooner": "Less time\nin care",
    "less_costly_homes": "Less costly\nhomes",
    "after_care": "Allowances\nafter care",
    "own_cost": "Its own\ncost",
    ALL: "All\ntogether",
}
_SAVED_BY = {
    "never_entering": "fewer children coming into care",
    "leaving_sooner": "less time in care",
    "less_costly_homes": "less costly homes",
    "after_care": "lower allowances",
    "own_cost": "what is no longer run",
}


def comparison_charts(
    ranking: pd.DataFrame, split: pd.DataFrame, authority: str, until: str
) -> tuple[Chart, ...]:
    """The charts of a comparison.

    Args:
        ranking: Columns of ``ranking.csv``, best first.
        split: Columns of ``saving_split.csv``.
        authority: The local authority's name.
        until: The last month of the forecast in words, such as ``March 2025``.

    Returns:
        Ranges, then what the differences are made of.
    """
    return (
        saving_ranges(ranking, authority, until),
        saving_made_of(ranking, split, authority, until),
    )


def saving_ranges(ranking: pd.DataFrame, authority: str, until: str) -> Chart:
    """The range of each scenario's difference in net cost around a line of no difference."""
    title = _title(ranking)
    subtitle = f"Net cost less the base's to {until}, {authority}, £ million"
    drawn = ranking.head(MOST_DRAWN)
    grades = [str(grade) or "not graded" for grade in drawn["evidence_grade"].fillna("")]
    picture = frame(
        title,
        subtitle,
        "Diamonds are averages, hollow where not told apart from nothing by this many futures. "
        f"{_left_out(ranking, drawn)}{RANGE_NOTE}",
        left_inches=_NAME_INCHES + 0.3,
        right_inches=_AVERAGE_INCHES + max(map(text_width_inches, [*grades, "Evidence"])) + 0.25,
        height_inches=_height(len(drawn), _RANGE_INCHES * _lines(drawn) / 2),
    )
    panel = picture.panels[0]
    low, high = _limits(drawn)
    _rows(panel, drawn, low, high)
    panel.grid(axis="x", color="#CBCBCB", linewidth=0.8)
    panel.axvline(0, color=INK, linewidth=2)
    for place, row in enumerate(drawn.to_dict("records")):
        _range(panel, place, {str(name): value for name, value in row.items()})
    _beside(panel, drawn, grades)
    columns = [name for name in ranking if str(name).startswith("net_cost_difference")]
    table = ranking[
        ["rank", "scenario", "label", "evidence_grade", *columns, "probability_cheaper"]
    ].assign(unit="GBP")
    return Chart(
        "saving_ranges", title, subtitle, picture.figure, table, _ranges_in_words(ranking, until)
    )


def _height(rows: int, row_inches: float) -> float:
    """Height of a picture with so many rows, in inches: a page's, or more."""
    return max(SIZE_INCHES[1], _AROUND_INCHES + rows * row_inches)


def _names(drawn: pd.DataFrame) -> list[str]:
    """The names beside the rows, in as many lines as they need."""
    return ["\n".join(wrapped(str(name), _NAME_INCHES, 12)) for name in drawn["label"]]


def _lines(drawn: pd.DataFrame) -> int:
    """Lines of the longest name, two at least."""
    return max(2, *(name.count("\n") + 1 for name in _names(drawn)))


def _beside(panel: Axes, drawn: pd.DataFrame, grades: list[str]) -> None:
    """Which side is a saving, and each average and evidence grade to the right of its bar."""
    low, high = panel.get_xlim()
    inch = (high - low) / (panel.get_position().width * SIZE_INCHES[0])
    label(panel, -0.08 * inch, _HEAD, "Saves", ha="right", va="center", bbox=_CLEAR)
    label(panel, 0.08 * inch, _HEAD, "Costs more", ha="left", va="center", bbox=_CLEAR)
    averages = [short_millions(float(mean)) for mean in drawn["net_cost_difference_mean"]]
    columns = (
        (high + (_AVERAGE_INCHES - 0.05) * inch, "right", "bold", ["Average", *averages]),
        (high + (_AVERAGE_INCHES + 0.15) * inch, "left", "normal", ["Evidence", *grades]),
    )
    for x, side, weight, words in columns:
        for place, text in enumerate(words):
            where = _HEAD if place == 0 else place - 1
            bold = weight if place else "normal"
            label(panel, x, where, text, ha=side, va="center", fontweight=bold, clip_on=False)


def _limits(drawn: pd.DataFrame) -> tuple[float, float]:
    """The ends of the level axis, with room for a number at each end of a bar."""
    low = min(0.0, float(drawn["net_cost_difference_p10"].min())) / _MILLION
    high = max(0.0, float(drawn["net_cost_difference_p90"].max())) / _MILLION
    room = max(high - low, 0.2)
    # Room on each side of the line for its heading too, where every range is on the other.
    return min(low - 0.37 * room, -0.3 * room), max(high + 0.25 * room, 0.4 * room)


def _rows(panel: Axes, drawn: pd.DataFrame, low: float, high: float) -> None:
    """A row a scenario, the best on top, its name to the left."""
    panel.set_ylim(len(drawn) - 0.4, -1.3)
    panel.set_xlim(low, high)
    panel.grid(visible=False, axis="y")
    panel.set_yticks(range(len(drawn)), _names(drawn))


def _range(panel: Axes, place: int, row: Mapping[str, object]) -> None:
    mean, low, high, width = (
        float(str(row[f"net_cost_difference_{part}"])) / _MILLION
        for part in ("mean", "p10", "p90", "half_width")
    )
    panel.barh(place, high - low, 0.4, left=low, color=PALETTE[0], alpha=0.35, edgecolor=PALETTE[0])
    filled = PALETTE[0] if told_apart(mean, width) else "white"
    panel.plot(
        [mean], [place], "D", color=filled, markersize=8, markeredgecolor=PALETTE[0], zorder=5
    )
    at = panel.get_xlim()
    gap = 0.025 * (at[1] - at[0])
    for end, side, shift in ((low, "right", -gap), (high, "left", gap)):
        words = short_millions(end * _MILLION)
        label(panel, end + shift, place, words, ha=side, va="center", bbox=_CLEAR)


def _title(ranking: pd.DataFrame) -> str:
    means = ranking["net_cost_difference_mean"].astype(float)
    best = ranking.iloc[int(means.to_numpy().argmin())]
    mean = float(best["net_cost_difference_mean"])
    if not told_apart(mean, float(best["net_cost_difference_half_width"])):
        if (means >= 0).all():
            return "None of the scenarios saves money on average"
        return "No saving is told apart from nothing"
    if mean > 0:
        return "Every scenario costs more than it saves on average"
    if -mean < _WORTH_A_TITLE_GBP:
        return "No scenario saves as much as £50,000 on average"
    return f"Largest average saving: {lower_first(str(best['label']))}, {short_millions(-mean)}"


def _left_out(ranking: pd.DataFrame, drawn: pd.DataFrame) -> str:
    if len(drawn) == len(ranking):
        return ""
    return f"The first {len(drawn)} of {len(ranking)} are drawn. "


def _ranges_in_words(ranking: pd.DataFrame, until: str) -> str:
    first = ranking.iloc[0]
    mean = float(first["net_cost_difference_mean"])
    low, high = (float(first[f"net_cost_difference_{part}"]) for part in ("p10", "p90"))
    sentences = [
        f"To {until}, {lower_first(str(first['label']))} {saves_or_costs(mean)} on average, and "
        f"eight futures in ten lie {from_to(low, high)}.",
        f"It is cheaper than the base in {in_ten(float(first['probability_cheaper']))}.",
    ]
    rest = ranking.iloc[1:]
    if len(rest):
        told = [
            f"{lower_first(str(name))} {saves_or_costs(float(value))}"
            for name, value in zip(rest["label"], rest["net_cost_difference_mean"], strict=True)
        ]
        sentences.append(f"In order, {listed(told)}.")
    return " ".join(sentences)


def saving_made_of(ranking: pd.DataFrame, split: pd.DataFrame, authority: str, until: str) -> Chart:
    """A small table of what each difference is made of, with a bar beneath every number."""
    whole_forecast = split[split["period"] == ALL]
    drawn = ranking.head(MOST_DRAWN)
    title = _largest_part(ranking, whole_forecast)
    subtitle = f"What net cost less the base's is made of, to {until}, {authority}, £ million"
    picture = frame(
        title,
        subtitle,
        "Averages. Left of the line is a saving, right a cost; every bar is on the same scale. "
        "Less costly homes includes any change of price. "
        f"{_left_out(ranking, drawn)}",
        grid=(1, len(_HEADINGS)),
        panel_titles=list(_HEADINGS.values()),
        left_inches=_NAME_INCHES + 0.2,
        right_inches=0.15,
        height_inches=_height(len(drawn), _SPLIT_INCHES * _lines(drawn) / 2),
    )
    amounts = {
        (str(scenario), str(part)): number(mean)
        for scenario, part, mean in zip(
            whole_forecast["scenario"],
            whole_forecast["part"],
            whole_forecast["difference_mean"],
            strict=True,
        )
    }
    _draw_split(picture, drawn, amounts)
    return Chart(
        "saving_made_of",
        title,
        subtitle,
        picture.figure,
        whole_forecast.reset_index(drop=True),
        _split_in_words(ranking, amounts, until),
    )


def _draw_split(
    picture: Frame, drawn: pd.DataFrame, amounts: Mapping[tuple[str, str], float | None]
) -> None:
    drawn_names = {str(name) for name in drawn["scenario"]}
    shown = [
        amount
        for (name, _), amount in amounts.items()
        if name in drawn_names and amount is not None
    ]
    reach = max([abs(amount) for amount in shown] + [1.0]) / _MILLION * 1.05
    for panel, part in zip(picture.panels, _HEADINGS, strict=True):
        panel.set_xlim(-reach, reach)
        panel.set_ylim(len(drawn) - 0.4, -0.6)
        panel.set_xticks([])
        panel.grid(visible=False)
        panel.spines["bottom"].set_visible(False)
        panel.axvline(0, color=INK, linewidth=1)
        for place, scenario in enumerate(drawn["scenario"]):
            amount = amounts.get((str(scenario), part))
            if amount is None:
                label(panel, 0, place - 0.16, "hidden", ha="center", va="center")
                continue
            colour = TWO_SERIES[0] if amount < 0 else TWO_SERIES[1]
            panel.barh(place + 0.24, amount / _MILLION, 0.22, color=colour, edgecolor=INK)
            weight = "bold" if part == ALL else "normal"
            label(
                panel,
                0,
                place - 0.16,
                short_millions(amount),
                ha="center",
                va="center",
                fontweight=weight,
                bbox=_CLEAR,
            )
    picture.panels[0].set_yticks(range(len(drawn)), _names(drawn))


def _largest_part(ranking: pd.DataFrame, split: pd.DataFrame) -> str:
    """What brings most of the saving of the scenario that is ranked first."""
    first = ranking.iloc[0]
    theirs = split[(split["scenario"] == first["scenario"]) & ~split["part"].isin([ALL])]
    means = pd.to_numeric(theirs["difference_mean"], errors="coerce")
    if not len(means.dropna()) or float(means.min()) >= 0:
        return f"{first['label']}: no part of it is a saving"
    by = _SAVED_BY[str(theirs.loc[means.idxmin(), "part"])]
    return f"{first['label']}: most is saved by {by}"


def _split_in_words(
    ranking: pd.DataFrame, amounts: Mapping[tuple[str, str], float | None], until: str
) -> str:
    sentences = []
    for scenario, name in list(zip(ranking["scenario"], ranking["label"], strict=True))[:4]:
        told = [
            f"{PART_LABELS[part]} {_signed(amount)}"
            for part in PART_LABELS
            if (amount := amounts.get((str(scenario), part))) is not None
        ]
        sentences.append(f"{capital(str(name))}, to {until}: {listed(told)}.")
    return " ".join(sentences)


def _signed(pounds: float) -> str:
    return f"{'minus ' if round(pounds) < 0 else ''}{millions(pounds)}"
