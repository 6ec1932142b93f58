"""Places needed so that most children have their first choice, against the places there are.

Only settings that somebody wants first and whose places are stated are drawn: the authority's
own, and bought ones whose places within 20 miles are known. Each has a panel of its own on one
shared scale from zero, with the first and the last whole year. Places needed are for children,
each place used; how many more are needed because some stand empty is in the words and the table.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from sufficiency.report.chart import Chart
from sufficiency.report.charts.marks import WHITE_EDGE
from sufficiency.report.place_gap import NUMBERS, at_use
from sufficiency.report.style import HATCHES, PALETTE, frame, label, line_gap, zero_based
from sufficiency.report.tables import ALL, Tables, figures
from sufficiency.report.words import listed, lower_first, percent, whole

MOST_PANELS = 4
_STATED = ("places", "nearby_places")
_BAR = 0.36
_COLUMNS = (
    "financial_year", "setting", "first_choice_share", "wanting_mean", "places_needed",
    "places_there_are", "there_are_counted_from", "gap", "gap_mean", "gap_p10", "gap_p90",
    "occupancy_mean", "places_needed_at_that_occupancy",
)  # fmt: skip


@dataclass(frozen=True)
class _Drawn:
    """One setting: its rows in the years drawn, and what it is called."""

    name: str
    rows: pd.DataFrame

    @property
    def last(self) -> pd.Series:
        """The last year."""
        return self.rows.iloc[-1]


def place_gap(tables: Tables) -> Chart | None:
    """Bars of places needed and places there are, first and last year, by setting.

    Args:
        tables: Needs the gap in places.

    Returns:
        The chart, or None where no setting's places are stated or all are hidden.
    """
    if tables.place_gap is None:
        return None
    every = _settings(tables, tables.place_gap)
    drawn = every[:MOST_PANELS]
    if not drawn:
        return None
    share = percent(float(drawn[0].last["first_choice_share"]))
    title = _title(drawn)
    subtitle = (
        f"Places with which {share} of children would have their first choice, {tables.authority}"
    )
    rest = _rest(tables, tables.place_gap, drawn)
    picture = frame(
        title,
        subtitle,
        f"Dark: needed. Striped: there are, own places, or those within 20 miles that other "
        f"authorities leave. {rest}{tables.source}",
        grid=(2, 2) if len(drawn) > 2 else (1, len(drawn)),
        panel_titles=[one.name for one in drawn],
        right_inches=0.3,
    )
    columns = ["places_needed", "places_there_are"]
    highest = max(float(one.rows[columns].to_numpy().max()) for one in drawn)
    for panel, one in zip(picture.panels, drawn, strict=True):
        _draw(panel, one.rows, highest)
    table = pd.concat([one.rows for one in drawn], ignore_index=True)[list(_COLUMNS)]
    text = _text(drawn, share, rest)
    return Chart("place_gap", title, subtitle, picture.figure, table, text)


def _settings(tables: Tables, gap: pd.DataFrame) -> list[_Drawn]:
    """Settings whose places are stated and shown, the largest first."""
    years = list(dict.fromkeys(gap["financial_year"]))
    chosen = gap[
        (gap["age"] == ALL)
        & gap["there_are_counted_from"].isin(_STATED)
        & gap["financial_year"].isin([years[0], years[-1]])
    ]
    found = []
    for setting, rows in figures(chosen, NUMBERS).groupby("setting", sort=False):
        if rows["financial_year"].iloc[-1] != years[-1]:
            continue  # nobody's first choice any more
        sizes = rows[["places_needed", "places_there_are"]]
        if not sizes.isna().to_numpy().any() and sizes.to_numpy().max() > 0:
            found.append(_Drawn(tables.label(str(setting)), rows))
    columns = ["places_needed", "places_there_are"]
    return sorted(found, key=lambda one: -float(one.last[columns].max()))


def _draw(panel: Axes, rows: pd.DataFrame, highest: float) -> None:
    zero_based(panel, highest * 1.12)
    panel.locator_params(axis="y", nbins=4)
    panel.set_xlim(-0.55, 1.55)
    panel.set_xticks(range(len(rows)), list(rows["financial_year"]))
    gap = line_gap(panel)
    for place, (needed, there) in enumerate(
        zip(rows["places_needed"], rows["places_there_are"], strict=True)
    ):
        look = ((needed, -0.5, PALETTE[0], ""), (there, 0.5, "white", HATCHES[1]))
        for places, side, colour, hatch in look:
            middle = place + side * _BAR
            panel.bar(middle, places, _BAR, color=colour, edgecolor=PALETTE[0], hatch=hatch)
            words = f"{whole(places):,}"
            label(
                panel,
                middle,
                places + 0.6 * gap,
                words,
                ha="center",
                va="center",
                path_effects=WHITE_EDGE,
            )


def _title(drawn: list[_Drawn]) -> str:
    worst = max(drawn, key=lambda one: float(one.last["gap"]))
    year = worst.last["financial_year"]
    if whole(worst.last["gap"]) <= 0:
        return f"No setting drawn has too few places in {year}"
    needed, there = whole(worst.last["places_needed"]), whole(worst.last["places_there_are"])
    return f"{worst.name}: {needed:,} places needed in {year}, and {there:,} there"


def _rest(tables: Tables, gap: pd.DataFrame, drawn: list[_Drawn]) -> str:
    """Settings with stated places that are not drawn, few children or few places being there."""
    stated = gap[(gap["age"] == ALL) & gap["there_are_counted_from"].isin(_STATED)]
    names = [tables.label(str(setting)) for setting in dict.fromkeys(stated["setting"])]
    shown = {one.name for one in drawn}
    left = [lower_first(name) for name in names if name not in shown]
    return f"Not drawn, being small or hidden: {listed(left)}. " if left else ""


def _text(drawn: list[_Drawn], share: str, rest: str) -> str:
    parts = []
    for one in drawn:
        row = one.last
        parts.append(
            f"{lower_first(one.name)} needs {whole(row['places_needed']):,}{at_use(row)} and has "
            f"{whole(row['places_there_are']):,}"
        )
    year = drawn[0].last["financial_year"]
    return (
        f"Places with which {share} of the children who want a kind of home first would live in "
        f"it, in {year}: {'; '.join(parts)}. Bought places are those within 20 miles that "
        f"children of other authorities leave. {rest}"
    ).strip()
