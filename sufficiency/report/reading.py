"""The summary a finance lead can read aloud: what the tables say, in ten plain sentences.

It says where the number of children is heading, how many live out of area, what
placements cost against the budget, what the uplift leaves uncovered, how likely an
overspend is and what to set aside, and what the ranges do and do not include. A figure
that is hidden or missing takes its sentence with it.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from sufficiency.periods import financial_year_start, long_date
from sufficiency.report.tables import Tables, block_totals, figures, known_points, series
from sufficiency.report.words import (
    chance,
    children,
    millions,
    over_or_under,
    percent,
    whole,
)
from sufficiency.vocabulary import Block

ENOUGH_FUTURES = 50
"""Fewer futures than this are too few for a range."""

_AWAY = {
    "out_of_area": "outside the authority's boundary",
    "over_20_miles": "over 20 miles from home",
}
_OTHER_BLOCKS = {
    Block.OWN_PROVISION: "own homes and places",
    Block.AFTER_CARE: "allowances after care",
    Block.PREVENTION: "prevention",
    Block.IMPROVEMENT: "improvement",
}


def read_aloud(
    forecast: pd.DataFrame,
    budget: pd.DataFrame,
    contingency: pd.DataFrame,
    scenario_title: str,
    replications: int,
    opening: pd.DataFrame | None = None,
    actuals: pd.DataFrame | None = None,
    assumed_budgets: frozenset[str] = frozenset(),
    *,
    places_judged: bool = False,
    place_gap: Sequence[str] = (),
) -> str:
    """The summary, one sentence after another.

    Args:
        forecast: The forecast table of one scenario, suppressed or not.
        budget: Its budget table.
        contingency: Its contingency table.
        scenario_title: The scenario's own one line.
        replications: How many futures were simulated.
        opening: ``date, measure, setting, value`` of the opening children; without it the
            first month end stands for now.
        actuals: ``date, measure, setting, value, source``: what happened, where known.
        assumed_budgets: Financial years whose budget is an assumption.
        places_judged: Whether it is judged, and not counted, where the opening children live.
        place_gap: What the gap in places says, in sentences.

    Returns:
        Six to fourteen sentences in one paragraph.
    """
    tables = Tables(
        forecast, budget, contingency, actuals, opening, assumed_budgets=assumed_budgets
    )
    futures = "1 future was" if replications == 1 else f"{replications:,} futures were"
    sentences = [
        f"This is the forecast called {_without_stop(scenario_title)}, for which {futures} "
        "simulated.",
        *_few(replications),
        *_care(tables),
        *_happened(tables),
        *_away(tables, places_judged),
        *place_gap,
        *_money(tables),
        "Each range holds eight futures in ten: it includes chance, good and bad years, and "
        "doubt about the rates and prices put in, but not a change of law or policy, nor an "
        "event that nobody has thought of.",
    ]
    return " ".join(sentences)


def _few(replications: int) -> list[str]:
    if replications >= ENOUGH_FUTURES:
        return []
    return [
        f"So few futures give a rough idea only: ask for {ENOUGH_FUTURES} or more before quoting "
        "a range, a chance or a contingency."
    ]


def _happened(tables: Tables) -> list[str]:
    """Whether what is known to have happened lies inside the range."""
    months = series(tables.forecast, "children_in_care", "month").dropna(subset=["mean"])
    known = known_points(tables.actuals, "children_in_care", "all")
    both = known.merge(months[["date", "p10", "p90"]], on="date")
    if not len(both):
        return []
    inside = int(((both["value"] >= both["p10"]) & (both["value"] <= both["p90"])).sum())
    last = both.iloc[-1]
    what = "One count is" if len(both) == 1 else f"{len(both)} counts are"
    return [
        f"{what} known of what happened since, none of them used, and {inside} "
        f"{'lies' if inside == 1 else 'lie'} inside the range: on "
        f"{long_date(last['date'].date())} there were {whole(last['value']):,}."
    ]


def _without_stop(title: str) -> str:
    return title.strip().rstrip(".")


def _care(tables: Tables) -> list[str]:
    months = series(tables.forecast, "children_in_care", "month").dropna(subset=["mean"])
    if not len(months):
        return []
    known = known_points(tables.opening, "children_in_care", "all").tail(1)
    last = months.iloc[-1]
    if len(known):
        now, when = float(known["value"].iloc[0]), known["date"].iloc[0].date()
    else:
        now, when = float(months["p50"].iloc[0]), months["date"].iloc[0].date()
    verb = "is" if whole(now) == 1 else "are"
    return [
        f"There {verb} {children(now)} in care at {long_date(when)}, and the middle forecast "
        f"for {long_date(last['date'].date())} is {whole(last['p50']):,}, with a range from "
        f"{whole(last['p10']):,} to {whole(last['p90']):,}."
    ]


def _away(tables: Tables, judged: bool) -> list[str]:
    care = series(tables.forecast, "children_in_care", "month").dropna(subset=["mean"])
    parts = []
    for measure, words in _AWAY.items():
        months = series(tables.forecast, measure, "month").dropna(subset=["mean"])
        if not len(months):
            continue
        last = months.iloc[-1]
        share = ""
        at_end = care[care["period"] == last["period"]]
        if len(at_end) and float(at_end["p50"].iloc[0]) > 0:
            share = f", {percent(float(last['p50']) / float(at_end['p50'].iloc[0]))} of all,"
        verb = "lives" if whole(last["p50"]) == 1 else "live"
        parts.append(
            f"{children(last['p50'])}{share} {verb} {words} "
            f"({whole(last['p10']):,} to {whole(last['p90']):,})"
        )
        when = long_date(last["date"].date())
    if not parts:
        return []
    told = f"On {when}, {' and '.join(parts)}."
    if judged:
        told += " That rests on a judgement: where children live was not counted on the first day."
    return [told]


def _money(tables: Tables) -> list[str]:
    totals = block_totals(tables.budget, Block.PLACEMENT).dropna(subset=["outturn_mean"])
    if not len(totals):
        return []
    first = _first_full_year(tables, totals)
    chosen = [first] if first == len(totals) - 1 else [first, len(totals) - 1]
    sentences = [_outturn(totals.iloc[place], tables.assumed_budgets) for place in chosen]
    last = totals.iloc[chosen[-1]]
    sentences += _gaps(tables, str(last["financial_year"]))
    sentences += _odds([totals.iloc[place] for place in chosen])
    sentences += _contingency(tables, str(last["financial_year"]))
    return sentences + _beside_placements(tables, str(last["financial_year"]))


def _first_full_year(tables: Tables, totals: pd.DataFrame) -> int:
    """The first year with all twelve months in the forecast, or the first of all."""
    months = set(tables.forecast.loc[tables.forecast["period_type"] == "month", "period"])
    for place, year in enumerate(totals["financial_year"]):
        start = financial_year_start(str(year))
        if f"{start:%Y-%m}" in months and f"{start.year + 1}-03" in months:
            return place
    return 0


def _outturn(row: pd.Series, assumed: frozenset[str]) -> str:
    spent = (
        f"In {row['financial_year']} placements are expected to cost "
        f"{_sum(row['outturn_mean'])}, with a range from {_sum(row['outturn_p10'])} to "
        f"{_sum(row['outturn_p90'])}"
    )
    if pd.isna(row["budget"]):
        return f"{spent}; no budget is stated for that year."
    gap = float(row["outturn_mean"]) - float(row["budget"])
    kind = "assumed" if row["financial_year"] in assumed else "approved"
    against = f"the {kind} budget of {_sum(row['budget'])}"
    if whole(gap) == 0:
        return f"{spent}, which is on {against}."
    side = "an overspend" if gap > 0 else "an underspend"
    return f"{spent}, against {against}: {side} of {millions(gap)} on average."


def _sum(pounds: float) -> str:
    """A sum of money with its sign, for totals that income can take below nought."""
    return f"{'minus ' if whole(pounds) < 0 else ''}{millions(float(pounds))}"


def _beside_placements(tables: Tables, year: str) -> list[str]:
    """What the other blocks cost in a year: an action's own cost is mostly there."""
    parts = []
    for block, words in _OTHER_BLOCKS.items():
        rows = block_totals(tables.budget, block).dropna(subset=["outturn_mean"])
        rows = rows[rows["financial_year"] == year]
        if len(rows) and whole(rows["outturn_mean"].iloc[0]):
            parts.append(f"{words} {_sum(rows['outturn_mean'].iloc[0])}")
    if not parts:
        return []
    return [f"Outside the placement budget, {year} is expected to cost: {', '.join(parts)}."]


def _gaps(tables: Tables, year: str) -> list[str]:
    found = {}
    for measure in ("gap_before_uplift", "gap_after_uplift"):
        rows = series(tables.forecast, measure, "financial_year").dropna(subset=["mean"])
        rows = rows[rows["period"] == year]
        if len(rows):
            found[measure] = float(rows["mean"].iloc[0])
    if len(found) < 2:
        return []
    before, after = found["gap_before_uplift"], found["gap_after_uplift"]
    if whole(before) == whole(after):
        return [f"No uplift is stated for {year}, so the gap is the same with it and without it."]
    left = f"after it they are {over_or_under(after)}"
    if before > 0 and after < 0 and whole(after):
        left = f"the uplift more than covers that, leaving them {over_or_under(after)}"
    if before > 0 and after > 0 and whole(after):
        left = f"the uplift leaves {millions(after)} of that uncovered"
    return [f"Before the uplift, placements in {year} are {over_or_under(before)}; {left}."]


def _odds(rows: list[pd.Series]) -> list[str]:
    known = [row for row in rows if pd.notna(row["probability_of_overspend"])]
    if not known:
        return []
    told = " and ".join(
        f"{chance(float(row['probability_of_overspend']))} in {row['financial_year']}"
        for row in known
    )
    return [f"The placement budget is overspent in {told}."]


def _contingency(tables: Tables, year: str) -> list[str]:
    columns = ("contingency_p80", "contingency_p90")
    rows = figures(tables.contingency, columns).dropna(subset=list(columns))
    rows = rows[rows["financial_year"] == year]
    if not len(rows):
        return []
    eight, nine = (float(rows[name].iloc[0]) for name in columns)
    if whole(eight) <= 0 and whole(nine) <= 0:
        return [
            f"In {year} nothing need be set aside: the budget is enough in nine futures in ten."
        ]
    if whole(eight) <= 0:
        return [
            f"In {year} the budget alone is enough in eight futures in ten, and a contingency of "
            f"{millions(nine)} makes it enough in nine."
        ]
    return [
        f"For {year}, a contingency of {millions(eight)} would be enough in eight futures in "
        f"ten, and {millions(nine)} in nine."
    ]
