"""What a back-test of a council's own returns found, in plain words, to be read aloud.

How far did forecasts made from past returns miss, and would saying that nothing changes have
missed by less? Did ranges hold what happened, and how much can so few forecasts tell? Then what
the reader must know of the records: children who are missing from a return, and what is hidden.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from sufficiency.report.backtest_ranges import MEANT_TO_HOLD, held_when_right
from sufficiency.report.charts.own_backtest import EVERY_SETTING, IN_CARE
from sufficiency.report.disclosure import small
from sufficiency.report.reading import ENOUGH_FUTURES
from sufficiency.report.words import listed, lower_first, whole
from sufficiency.vocabulary import LABELS

POOR = 60
"""Percent that a range may hold without a handful of forecasts telling it from the meant."""
_AHEAD = {"1": "one year ahead", "2": "two years ahead", "3": "three years ahead",
          "4": "four years ahead", "5": "five years ahead"}  # fmt: skip
_WORDS = {
    ("entries", "all"): "children who came in a year",
    ("exits", "all"): "children who left in a year",
    ("moves", "all"): "moves in a year",
    ("still_in_care", "all"): "the share of children still in care",
    ("still_in_care_of_entrants", "all"): "the same share of those who came in the first year",
}
_TOTAL = (IN_CARE, "all")


@dataclass(frozen=True)
class OwnFacts:
    """What was tested, for the words around the scores.

    Attributes:
        authority: Whose returns they are.
        origins: Years of the openings that were forecast from.
        last_year: The last 31 March that something was set against.
        replications: How many futures each forecast was made of.
        refused: Reason by opening, where there is no forecast.
        lost: Children who are missing from a return without having left, since the first opening.
        revised: Children in care at each opening, as known then and as later returns tell it.
        hidden: How many forecasts are hidden and not scored.
        small_counts: Whether small counts are shown.
    """

    authority: str
    origins: tuple[int, ...]
    last_year: int
    replications: int
    refused: Mapping[str, str] = field(default_factory=dict)
    lost: int = 0
    revised: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    hidden: int = 0
    small_counts: bool = False


class _Looked:
    """Looks scores up by measure, setting, years ahead, method and score."""

    def __init__(self, scores: pd.DataFrame) -> None:
        keys = scores[["measure", "setting", "horizon_years", "method", "score"]]
        told = scores[["value", "low", "high", "forecasts"]]
        self.all: dict[tuple[str, ...], tuple[float, ...]] = dict(
            zip(
                keys.itertuples(index=False, name=None),
                told.itertuples(index=False, name=None),
                strict=True,
            )
        )

    def horizons(self, key: tuple[str, str]) -> list[str]:
        """The single years ahead that a measure was scored at."""
        return [name for name in _AHEAD if (*key, name, "simulation", "bias") in self.all]

    def together(self, key: tuple[str, str]) -> str:
        """All years ahead together, or the only one; nothing where it was not scored."""
        if (*key, "all", "simulation", "bias") in self.all:
            return "all"
        return next(iter(self.horizons(key)), "")

    def missed(self, key: tuple[str, str], horizon: str, method: str) -> float:
        """How far a method missed: of its own number, or added up where that may be nought."""
        one = self.all.get((*key, horizon, method, "mape"))
        return (one or self.all[(*key, horizon, method, "weighted_error")])[0]

    def value(self, key: tuple[str, str], horizon: str, score: str) -> tuple[float, ...]:
        """A score of the simulation: value, ends of its interval, number of forecasts."""
        return self.all[(*key, horizon, "simulation", score)]


def own_backtest_summary(scores: pd.DataFrame, tested: OwnFacts) -> str:
    """The summary.

    Args:
        scores: Columns of ``scores.csv``.
        tested: What was tested.

    Returns:
        A few short paragraphs.
    """
    looked = _Looked(scores)
    paragraphs = [
        _opening(tested),
        _revised(tested),
        _total(looked),
        _measures(looked),
        _settings(looked),
        _ranges(looked, tested.replications),
        _lost(tested),
        _hidden(tested),
        _refused(tested),
        "Misses are those of the middle future, averaged over openings and years; holding says "
        "that the number of the opening, or of the year before it, stays; constant rates are "
        "those of up to three years before it. No measure can be called better or worse for "
        "sure: one council's few openings share years and children.",
    ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _opening(tested: OwnFacts) -> str:
    years = listed([str(year) for year in tested.origins])
    lines = [
        f"Children in care of {tested.authority}, forecast from 31 March {years} by its own "
        f"returns as they stood, and set against its returns up to 31 March {tested.last_year}."
    ]
    if tested.replications < ENOUGH_FUTURES:
        many = "1 future" if tested.replications == 1 else f"{tested.replications} futures"
        lines.append(
            f"Each forecast is made of {many} only: medians and ranges of so few are themselves "
            f"a matter of chance. Ask for {ENOUGH_FUTURES} or more before quoting any of this."
        )
    if tested.small_counts:
        lines.append("Small counts are shown: for use inside the authority only.")
    return "\n".join(lines)


def _total(looked: _Looked) -> str:
    horizons = looked.horizons(_TOTAL)
    if not horizons:
        return "The number in care is too small to be told, so that it was not scored."
    lines = ["The number in care was missed by"]
    for horizon in horizons:
        missed = [looked.missed(_TOTAL, horizon, m) for m in ("simulation", "hold")]
        rates = looked.missed(_TOTAL, horizon, "constant_rates")
        count = int(looked.value(_TOTAL, horizon, "bias")[3])
        lines.append(
            f"  {missed[0]:.1f}% {_AHEAD[horizon]} (holding {missed[1]:.1f}%, constant rates "
            f"{rates:.1f}%; {_forecasts(count)})"
        )
    bias = looked.value(_TOTAL, looked.together(_TOTAL), "bias")[0]
    return "\n".join([*lines, f"On average it was {_high_or_low(bias, '%')}."])


def _measures(looked: _Looked) -> str:
    lines = []
    for key, words in _WORDS.items():
        horizon = looked.together(key)
        if not horizon:
            continue
        mark = " points" if key[0].startswith("still") else "%"
        missed = [looked.missed(key, horizon, m) for m in ("simulation", "hold", "constant_rates")]
        lines.append(
            f"  {words}: {missed[0]:.1f}{mark} (holding {missed[1]:.1f}, constant rates "
            f"{missed[2]:.1f}), {_high_or_low(looked.value(key, horizon, 'bias')[0], mark)}"
        )
    return "\n".join(["All years ahead together, it missed", *lines]) if lines else ""


def _settings(looked: _Looked) -> str:
    every = (IN_CARE, EVERY_SETTING)
    horizon = looked.together(every)
    if not horizon:
        return ""
    errors = {
        key[1]: found[0]
        for key, found in looked.all.items()
        if key[0] == IN_CARE
        and key[1] not in ("all", EVERY_SETTING)
        and key[2:] == (looked.together((IN_CARE, key[1])), "simulation", "weighted_error")
        and found[0] == found[0]
    }
    missed = [looked.missed(every, horizon, method) for method in ("simulation", "hold")]
    sentence = (
        f"Over kinds of home the misses add up to {missed[0]:.1f}% of the children (holding "
        f"{missed[1]:.1f}%)"
    )
    if not errors:
        return f"{sentence}."
    worst = max(errors, key=lambda name: errors[name])
    label = lower_first(LABELS.get(worst, worst.replace("_", " ")))
    return f"{sentence}; most for {label}: {errors[worst]:.1f}%."


def _ranges(looked: _Looked, replications: int) -> str:
    """What the ranges held, and what so few can tell."""
    if replications == 1:
        return "One future a forecast has no range, so that none was judged."
    names = {_TOTAL: "the number in care", (IN_CARE, EVERY_SETTING): "kinds of home", **_WORDS}
    told = []
    for key, words in names.items():
        horizon = looked.together(key)
        if horizon:
            value, low, high, count = looked.value(key, horizon, "coverage")
            told.append(
                f"  {words}: {round(value * count / 100)} of {int(count)}, {whole(value)}% "
                f"({whole(low)} to {whole(high)}); {_judged(low, high, int(count))}"
            )
    return "\n".join(
        [
            f"The range from p10 to p90 is meant to hold {MEANT_TO_HOLD}% of what happened; one "
            f"of {replications} futures holds about {held_when_right(replications)}% when all "
            "else is right. It held, with the 80% binomial interval, which takes forecasts as if "
            "each had luck of its own and is too narrow where they share years:",
            *told,
        ]
    )


def _judged(low: float, high: float, count: int) -> str:
    few = "1 forecast" if count == 1 else f"{count} forecasts"
    if low <= POOR and high >= MEANT_TO_HOLD:
        return f"{few} cannot tell {MEANT_TO_HOLD}% from {POOR}%"
    if high < MEANT_TO_HOLD:
        return f"fewer than the {MEANT_TO_HOLD}% meant, as far as {few} can tell"
    if low > MEANT_TO_HOLD:
        return f"more than the {MEANT_TO_HOLD}% meant, as far as {few} can tell"
    return f"in keeping with the {MEANT_TO_HOLD}% meant, as far as {few} can tell"


def _lost(tested: OwnFacts) -> str:
    if not tested.lost:
        return ""
    many = "A few children (1 to 5)" if _few(tested) else f"{tested.lost:,} children"
    return (
        f"{many} were in care at the end of one return and are missing from the next, without "
        "having left. Nobody knows how their care went on. They count as children in care up to "
        "the end of the last return they are in and not after it, so that the number in care that "
        "forecasts are set against may be too low by them; they are no exits; and they are left "
        "out of the shares of children still in care."
    )


def _revised(tested: OwnFacts) -> str:
    """Only what is not small, as the counts and their difference may point to a child."""
    told = [
        f"{then:,} on 31 March {year}, {now:,} now"
        for year, (then, now) in tested.revised.items()
        if then != now and (tested.small_counts or not any(map(small, (then, now, now - then))))
    ]
    if not told:
        return ""
    return (
        "Later returns tell of another number in care than was known at the opening: "
        f"{'; '.join(told)}. A forecast begins with what was known then, and is set "
        "against what is known now."
    )


def _few(tested: OwnFacts) -> bool:
    return small(tested.lost) and not tested.small_counts


def _hidden(tested: OwnFacts) -> str:
    if not tested.hidden:
        return ""
    return (
        f"{_forecasts(tested.hidden)} of small numbers of children, or of what would give them "
        "away, are hidden (c) and not scored."
    )


def _refused(tested: OwnFacts) -> str:
    if not tested.refused:
        return ""
    lines = [f"  31 March {year}: {why}" for year, why in tested.refused.items()]
    return "\n".join(["Openings from which no forecast could be made", *lines])


def _high_or_low(number: float, mark: str) -> str:
    if abs(number) < 0.05:
        return "neither too high nor too low"
    return f"{abs(number):.1f}{mark} too {'high' if number > 0 else 'low'}"


def _forecasts(count: int) -> str:
    return "1 forecast" if count == 1 else f"{count:,} forecasts"
