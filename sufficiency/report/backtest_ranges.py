"""Whether the ranges of a back-test held what they are meant to hold, in words.

A range from p10 to p90 is meant to hold 80% of what happened. The tenth and ninetieth of few
futures lie closer together than those of many, so that a range of few holds less even when all
else is right. What was held is set against both: it is too little only below both, too much
only above both, and otherwise what is sure of it is said. All is judged as it is printed.
"""

from __future__ import annotations

from collections.abc import Mapping

from sufficiency.report.backtest_scores import AHEAD, Score
from sufficiency.report.words import capital, listed, whole

MEANT_TO_HOLD = 80


def held_when_right(replications: int) -> int:
    """Percent of what happens that a range of so many futures holds when all else is right."""
    return whole(MEANT_TO_HOLD * (replications - 1) / (replications + 1))


def ranges(held: Mapping[str, Score], replications: int) -> str:
    """What the ranges held, and what is sure of that.

    Args:
        held: Percent of what happened, by years ahead.
        replications: How many futures each range is of.

    Returns:
        A paragraph.
    """
    if replications == 1:
        return "One future a forecast has no range, so that none was scored."
    right = held_when_right(replications)
    told = [f"{_whole(each.value)}%{each.interval(_whole)} {AHEAD[h]}" for h, each in held.items()]
    return (
        f"The range from p10 to p90 is meant to hold {MEANT_TO_HOLD}% of what happened; one of "
        f"{replications} futures holds about {right}% when all else is right. It held "
        f"{listed(told)}. {_judged(held, right, replications)}"
    )


def _judged(held: Mapping[str, Score], right: int, replications: int) -> str:
    if not any(each.has_interval for each in held.values()):
        return "How sure that is cannot be told with one authority."
    found: dict[tuple[int, int], list[str]] = {}
    for horizon, score in held.items():
        if score.has_interval:
            sides = (_side(score, right), _side(score, MEANT_TO_HOLD))
            found.setdefault(sides, []).append(AHEAD[horizon])
    if set(found) == {(0, 0)}:
        also = "" if right == MEANT_TO_HOLD else f", nor from {_of(right, replications)}"
        return f"At no horizon is that sure to differ from {MEANT_TO_HOLD}%{also}."
    words = [
        f"{name} {listed(found[sides])}"
        for name, sides in (("too narrow", (-1, -1)), ("too wide", (1, 1)))
        if sides in found
    ]
    sentences = [f"Ranges are {listed(words)}."] if words else []
    for sides, sure in _in_between(_of(right, replications)).items():
        if sides in found:
            sentences.append(f"{capital(listed(found[sides]))} {sure}.")
    return " ".join(sentences)


def _in_between(of_so_many: str) -> dict[tuple[int, int], str]:
    """What is sure where a range is neither too narrow nor too wide, by its two sides."""
    return {
        (1, -1): f"it surely held less than {MEANT_TO_HOLD}% and more than {of_so_many}",
        (0, -1): (
            f"it surely held less than {MEANT_TO_HOLD}%, but not surely less than {of_so_many}"
        ),
        (1, 0): (
            f"it surely held more than {of_so_many}, but not surely more or less than "
            f"{MEANT_TO_HOLD}%"
        ),
        (0, 0): "that is not sure to differ from either",
    }


def _of(right: int, replications: int) -> str:
    return f"the {right}% of {replications} futures"


def _side(score: Score, percent: int) -> int:
    """1 where the whole interval lies above, -1 where it lies below, otherwise 0."""
    return int(whole(score.low) > percent) - int(whole(score.high) < percent)


def _whole(percent: float) -> str:
    return str(whole(percent))
