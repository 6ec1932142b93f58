"""The summary of a comparison, for whoever writes the strategy: ranked, in plain words.

Each scenario has a few sentences: what it saves after its own cost, how often it is cheaper than
the base, when it pays back and what the saving is made of. Then follow those that this many
futures cannot tell apart from nothing, what several do together, and what is not known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sufficiency.report.comparison_words import (
    ADDED_LABELS,
    PART_LABELS,
    fewer_or_more,
    from_to,
    in_ten,
    number,
    saves_or_costs,
    signed,
    times,
    told_apart,
)
from sufficiency.report.reading import ENOUGH_FUTURES
from sufficiency.report.tables import ALL, HIDDEN, period_end
from sufficiency.report.words import listed, lower_first, millions, month_year, whole

Row = Mapping[str, Any]

_AT_THE_START = "from the start"


@dataclass(frozen=True)
class CompareFacts:
    """What a summary needs beside the tables.

    Attributes:
        base_title: The base's own one line.
        futures: How many futures each scenario was simulated in.
        until: The last month of the forecast in words.
        ranked_by: What the scenarios are ranked by, where it is not the cost; empty otherwise.
        grade_meanings: What each evidence grade says.
        not_compared: For scenarios made of compared ones and of others: those others' files.
    """

    base_title: str
    futures: int
    until: str
    ranked_by: str
    grade_meanings: Mapping[str, str]
    not_compared: Mapping[str, tuple[str, ...]]


def comparison_summary(
    ranking: pd.DataFrame, split: pd.DataFrame, together: pd.DataFrame, facts: CompareFacts
) -> str:
    """The summary, a paragraph a scenario.

    Args:
        ranking: Columns of ``ranking.csv``, best first.
        split: Columns of ``saving_split.csv``.
        together: Columns of ``together.csv``; empty where no scenario is made of others.
        facts: What else is needed.

    Returns:
        Paragraphs with an empty line between them.
    """
    rows = [_named(row) for row in ranking.to_dict("records")]
    parts = split[split["period"] == ALL]
    paragraphs = [_opening(len(rows), facts)]
    paragraphs += [_scenario(row, parts, facts) for row in rows]
    paragraphs += [*_nothing(rows), *_together(ranking, together, facts), _not_known(rows)]
    return "\n\n".join(paragraphs)


def _named(row: Mapping[Any, Any]) -> Row:
    return {str(name): value for name, value in row.items()}


def _opening(count: int, facts: CompareFacts) -> str:
    scenarios = "One scenario is" if count == 1 else f"{count} scenarios are"
    futures = (
        "the same single future" if facts.futures == 1 else f"the same {facts.futures:,} futures"
    )
    order = (
        f"ranked by {facts.ranked_by}, lowest first"
        if facts.ranked_by
        else "ranked by what they save"
    )
    told = (
        f"{scenarios} set against {facts.base_title.strip().rstrip('.')}, in {futures} to "
        f"{facts.until}, and {order}. Costs are net and of every block of the budget, "
        "what a scenario itself costs included; a saving is what the base costs more."
    )
    if facts.futures < ENOUGH_FUTURES:
        told += (
            f" So few futures give a rough idea only: ask for {ENOUGH_FUTURES} or more before "
            "quoting a saving or a chance."
        )
    return told


def _scenario(row: Row, parts: pd.DataFrame, facts: CompareFacts) -> str:
    grade = str(row["evidence_grade"])
    known = facts.grade_meanings.get(grade, "")
    evidence = f" (evidence: {known})" if known else " (evidence not graded)"
    head = f"{row['rank']}. {row['label']}{evidence}."
    if _differs_by_nothing(row):
        return f"{head} It differs from the base by nothing: every future costs the same."
    mean, low, high = (float(row[f"net_cost_difference_{part}"]) for part in ("mean", "p10", "p90"))
    sentences = [
        f"It {saves_or_costs(mean)} on average, and eight futures in ten lie {from_to(low, high)}; "
        f"it is cheaper than the base in {in_ten(float(row['probability_cheaper']))}.",
        *_own_cost(row),
        *_payback(row),
        _present_value(row),
        *_made_of(row, parts),
        *_at_the_end(row, facts),
    ]
    return " ".join([head, *sentences])


def _differs_by_nothing(row: Row) -> bool:
    columns = ("mean", "p10", "p90")
    return all(whole(float(row[f"net_cost_difference_{each}"])) == 0 for each in columns)


def _own_cost(row: Row) -> Iterator[str]:
    own, multiple = float(row["own_cost_mean"]), number(row["break_even_multiple"])
    if row["break_even_multiple"] == HIDDEN:
        beside = f"It costs {millions(own)} itself, beside" if whole(own) else "Of its own it has"
        yield (
            f"{beside} places paid for and empty: what they cost is hidden, since few children "
            "live there, and is counted with homes."
        )
        return
    if whole(own) == 0:
        loses = ", and no multiple of its effect would save anything"
        yield f"It costs nothing of its own{loses if multiple is None else ''}."
        return
    if own < 0:
        loses = ", and what it does costs more than that"
        away = f"Of its own it takes away {millions(own)} of cost"
        yield f"{away}{loses if multiple is None else ''}."
        return
    if multiple is None:
        yield f"It costs {millions(own)} itself, and saves nothing to set against that."
    elif multiple > 1:
        yield (
            f"It costs {millions(own)} itself, and would need {times(multiple)} times its "
            "effect to save as much."
        )
    else:
        yield (
            f"It costs {millions(own)} itself, and {max(whole(multiple * 100), 1)}% of its effect "
            "would save as much."
        )


def _payback(row: Row) -> Iterator[str]:
    share = float(row["share_paid_back"])
    half = str(row["payback_p50"])
    if share <= 0:
        yield "It pays back in no future by the end."
    elif half == _AT_THE_START:
        yield "In half of the futures it costs no more than the base from the start."
    elif half.startswith("not by"):
        yield f"It has paid back by the end in {in_ten(share)}."
    else:
        first, last = (_month(str(row[f"payback_{each}"])) for each in ("p10", "p90"))
        ending = "later than the forecast" if last is None else last
        yield (
            f"Half of the futures have paid back by {_month(half)} (a tenth "
            f"{first if first == _AT_THE_START else f'by {first}'}, nine tenths "
            f"{ending if last is None or last == _AT_THE_START else f'by {ending}'})."
        )


def _month(label: str) -> str | None:
    """A payback label in words; None where it lies beyond the forecast."""
    if label == _AT_THE_START:
        return label
    return None if label.startswith("not by") else month_year(period_end(label))


def _present_value(row: Row) -> str:
    value = float(row["net_present_value_mean"])
    if whole(value) == 0:
        return "Its net present value is nought."
    kind = "a saving" if value > 0 else "a loss"
    return (
        f"In prices of the first year and with later years counting for less it is {kind} of "
        f"{millions(value)}."
    )


def _made_of(row: Row, parts: pd.DataFrame) -> Iterator[str]:
    theirs = parts[(parts["scenario"] == row["scenario"]) & (parts["part"] != ALL)]
    saved: list[tuple[float, str]] = []
    dearer: list[tuple[float, str]] = []
    for part, mean in zip(theirs["part"], theirs["difference_mean"], strict=True):
        amount = number(mean)
        if amount is None or part == "own_cost" or abs(amount) < 1000:
            continue
        names, told = (PART_LABELS, saved) if amount < 0 else (ADDED_LABELS, dearer)
        told.append((abs(amount), f"{names[part]} ({millions(amount)})"))
    if saved:
        yield f"What it saves: {listed([words for _, words in sorted(saved, reverse=True)])}."
    if dearer:
        yield f"What it adds: {listed([words for _, words in sorted(dearer, reverse=True)])}."


def _at_the_end(row: Row, facts: CompareFacts) -> Iterator[str]:
    told = []
    for measure, where in (("children_in_care", "in care"), ("out_of_area", "out of area")):
        mean, low, high = (number(row.get(f"{measure}_at_end_{p}")) for p in ("mean", "p10", "p90"))
        if mean is not None and low is not None and high is not None:
            told.append(f"{fewer_or_more(mean)} {where} ({signed(low)} to {signed(high)})")
    if told:
        yield f"On average the end of {facts.until} sees {listed(told)}."


def _nothing(rows: list[Row]) -> Iterator[str]:
    unsure = [
        lower_first(str(row["label"]))
        for row in rows
        if not _differs_by_nothing(row)
        and not told_apart(
            float(row["net_cost_difference_mean"]), float(row["net_cost_difference_half_width"])
        )
    ]
    if not unsure:
        return
    if len(unsure) == 1:
        yield (
            f"Not told apart from nothing by this many futures is {unsure[0]}: its average may be "
            "a saving or a cost. More futures narrow that."
        )
        return
    yield (
        f"Not told apart from nothing by this many futures are {listed(unsure)}: their averages "
        "may be a saving or a cost. More futures narrow that."
    )


def _together(ranking: pd.DataFrame, together: pd.DataFrame, facts: CompareFacts) -> Iterator[str]:
    labels = dict(zip(ranking["scenario"], ranking["label"], strict=True))
    chosen = together[(together["period"] == ALL) & (together["measure"] == "net_cost")]
    for row in (_named(each) for each in chosen.to_dict("records")):
        parts = listed([lower_first(str(labels[part])) for part in str(row["parts"]).split(" + ")])
        lost = float(row["lost_together_mean"])
        end = "no more and no less than one by one"
        if whole(lost):
            kind = "less" if lost > 0 else "more"
            low, high = float(row["lost_together_p10"]), float(row["lost_together_p90"])
            sides = [f"{millions(each)} {'less' if each > 0 else 'more'}" for each in (low, high)]
            end = f"{millions(lost)} {kind} than one by one ({sides[0]} to {sides[1]})"
        yield f"Together, in {labels[row['scenario']]}, {parts} save {end}, to {facts.until}."
    for scenario, files in facts.not_compared.items():
        yield (
            f"{labels[scenario]} also holds {listed(files)}, not compared here one by one, so what "
            "its parts lose or gain together is not told."
        )


def _not_known(rows: list[Row]) -> str:
    judged = [
        lower_first(str(row["label"])) for row in rows if row["evidence_grade"] == "judgement"
    ]
    told = (
        "What is not known: the ranges include chance, good and bad years, and doubt about the "
        "figures put in, but not whether an action would do here what it did elsewhere, nor a "
        "change of law or policy."
    )
    if judged:
        told += f" The effect of {listed(judged)} rests on judgement alone."
    told += (
        " A part or a multiple of an effect is taken in proportion; `sufficiency solve` finds how "
        "much is enough by simulating it."
    )
    return told
