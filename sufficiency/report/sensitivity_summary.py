"""What a sensitivity analysis found, in sentences a commissioner can read aloud.

First what the number is and what it hangs on most, each figure with its two ends. Then what
cannot be told apart from nothing, and what moves nothing at all, by name. Last, where the range
comes from, and what such shares mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from sufficiency.report.sensitivity_words import (
    THROUGHOUT,
    amount,
    difference,
    gap,
    stated,
)
from sufficiency.report.tables import HIDDEN
from sufficiency.report.words import capital, listed, lower_first, percent

MOST_TOLD = 6
"""Figures told of one by one."""
_HIDDEN_FINDING = "hidden"


@dataclass(frozen=True)
class Facts:
    """What was asked and how.

    Attributes:
        title: The scenario's own one line.
        measure: The number asked for, in words.
        unit: Its unit.
        mean: Its average in the forecast as drawn.
        replications: Futures for each end of each figure.
        rows: Rows of futures for the shares; 0 where none were asked for.
        futures: How many were simulated in all.
    """

    title: str
    measure: str
    unit: str
    mean: float
    replications: int
    rows: int
    futures: int


def sensitivity_summary(facts: Facts, tornado: pd.DataFrame, shares: pd.DataFrame) -> str:
    """The summary, a paragraph a subject.

    Args:
        facts: What was asked and how.
        tornado: Columns of ``tornado.csv``, the largest swing first.
        shares: Columns of ``variance_shares.csv``; empty where there are none.

    Returns:
        The paragraphs, with an empty line between them.
    """
    told = [
        _opening(facts, tornado),
        _most(facts, tornado),
        _undecided(facts, tornado),
        _nothing(tornado),
        _hidden(tornado),
        *_shares(facts, shares),
    ]
    return "\n\n".join(paragraph for paragraph in told if paragraph)


def _opening(facts: Facts, tornado: pd.DataFrame) -> str:
    count = len(tornado)
    figures = "the one uncertain figure" if count == 1 else f"each of its {count} uncertain figures"
    return (
        f"This is what {facts.measure} hangs on in the forecast called "
        f"{facts.title.rstrip('.')}. It is {amount(facts.mean, facts.unit)} on average over "
        f"{facts.replications} futures. In those same futures {figures} was held at its lower end "
        "(one future in ten is lower) and at its upper end (one in ten is higher), with every "
        f"other figure and all luck as they were. {_yearly(tornado)}{facts.futures:,} futures were "
        "simulated in all."
    )


def _yearly(tornado: pd.DataFrame) -> str:
    """How figures drawn anew each year were held: all at their ends at once would be too far."""
    rows = tornado[tornado["held"] != THROUGHOUT]
    if not len(rows):
        return ""
    is_drawn = "is drawn anew each year and was"
    if len(rows) > 1:
        is_drawn = "are drawn anew each year and were"
    return (
        f"{_capital_list(rows)} {is_drawn} held in every one of them, as far out as makes the sum "
        "over the years lower, or higher, in one future in ten: nearer the middle than the end of "
        "a single year. "
    )


def _most(facts: Facts, tornado: pd.DataFrame) -> str:
    moved = tornado[tornado["finding"].isin(["raises it", "lowers it"])]
    if not len(moved):
        return "No figure makes a difference that can be told apart from nothing."
    first = [_moved(facts, row) for _, row in moved.head(MOST_TOLD).iterrows()]
    more = len(moved) - len(first)
    rest = f" {more} more can be told apart from nothing, and do less." if more else ""
    if more == 1:
        rest = " One more can be told apart from nothing, and does less."
    return f"Most hangs on these. {' '.join(first)}{rest}"


def _moved(facts: Facts, row: pd.Series) -> str:
    does = "raises" if row["swing"] > 0 else "lowers"
    ends = _ends_of(row)
    size = difference(row["swing"], row["half_width"], facts.unit)
    between = (
        f"from {amount(row['mean_at_low'], facts.unit)} to "
        f"{amount(row['mean_at_high'], facts.unit)}"
    )
    return f"{row['label']}{ends} {does} it by {size}, {between}."


def _ends_of(row: pd.Series) -> str:
    if HIDDEN in (row["low_value"], row["high_value"]):
        return ""
    low, high = stated(float(row["low_value"])), stated(float(row["high_value"]))
    return f", from {low} to {high} {row['unit']},"


def _undecided(facts: Facts, tornado: pd.DataFrame) -> str:
    rows = tornado[tornado["finding"] == "not told apart from nothing"]
    if not len(rows):
        return ""
    largest = float(rows["swing"].abs().max())
    are = "It is" if len(rows) == 1 else "They are"
    return (
        f"{_count(len(rows))} cannot be told apart from nothing with {facts.replications} futures: "
        f"the largest difference seen is {gap(largest, facts.unit)}, which is within its own "
        f"doubt. {are} {_names(rows)}. The other way round, of figures that do nothing on average "
        "about one in twenty would still seem to do something. More futures (--replications) tell "
        "more apart."
    )


def _nothing(tornado: pd.DataFrame) -> str:
    rows = tornado[tornado["finding"] == "moves nothing"]
    if not len(rows):
        return "No figure moves nothing: each changed some future a little."
    verb = "moves" if len(rows) == 1 else "move"
    return (
        f"{_count(len(rows))} {verb} nothing: every future had exactly the same answer at both "
        f"ends. {'It is' if len(rows) == 1 else 'They are'} {_names(rows)}."
    )


def _hidden(tornado: pd.DataFrame) -> str:
    count = int((tornado["finding"] == _HIDDEN_FINDING).sum())
    if not count:
        return ""
    return f"{_count(count)} would show a count of children from 1 to 5 and is hidden."


def _count(count: int) -> str:
    return "One figure" if count == 1 else f"{count} figures"


def _names(rows: pd.DataFrame) -> str:
    return listed([lower_first(str(label)) for label in rows["label"]])


def _capital_list(rows: pd.DataFrame) -> str:
    return capital(_names(rows))


def _shares(facts: Facts, shares: pd.DataFrame) -> list[str]:
    if not len(shares):
        return []
    certain = shares[shares["finding"] == "makes up a share by itself"]
    ordered = certain.sort_values("first_order", ascending=False)
    parts = [
        f"{lower_first(str(row['label']))} {percent(min(row['first_order'], 1.0))} "
        f"({percent(max(row['first_low'], 0.0))} to {percent(min(row['first_high'], 1.0))})"
        for _, row in ordered.iterrows()
    ]
    found = (
        f"By itself, each makes up this share of the variance, with its 95% interval: "
        f"{listed(parts)}."
        if parts
        else "No source makes up a share of the variance that can be told apart from nothing."
    )
    unsure = shares[shares["finding"] == "by itself not told apart from nothing"]
    if len(unsure) and parts:
        found += f" Not told apart from nothing by themselves: {_names(unsure)}."
    none = shares[shares["finding"] == "moves nothing"]
    if len(none):
        found += f" {_capital_list(none)}: nothing at all."
    meaning = (
        "A share of the variance by itself says how much less the variance would be, on average, "
        "if that alone were known. The total share takes in what it does together with others: it "
        "is the variance that would be left if all else were known. The first are rough with "
        f"{facts.rows} rows of futures, and may add up to more or less than all."
    )
    return [f"Where the range comes from. {found}", meaning]
