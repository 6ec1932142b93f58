"""What a back-test found, in plain words, to be read aloud: the finding first.

Does the simulation beat saying that nothing changes, by how much, and how sure is that? Do its
ranges hold what they are meant to hold? Where does it miss? Only then what was left out. A
difference is called one only where its 80% interval says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd

from sufficiency.report.charts.backtest import MEANT_TO_HOLD, METHODS, PART_LABELS
from sufficiency.report.words import capital, listed, whole

LATER = "3-4"
_AHEAD = {
    "1": "one year ahead",
    "2": "two years ahead",
    "3": "three years ahead",
    "4": "four years ahead",
    LATER: "three and four years ahead",
}


@dataclass(frozen=True)
class Facts:
    """What was tested, for the words around the scores.

    Attributes:
        authorities: How many were forecast.
        origins: Years of the openings.
        replications: How many futures each forecast was made of.
        left_out: Reason by authority, of those not tested.
        refused: Reason by authority and opening, where there is no forecast.
        not_scored: How many outcomes, by why they could not be scored.
    """

    authorities: int
    origins: tuple[int, ...]
    replications: int
    left_out: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    not_scored: Mapping[str, int] = field(default_factory=dict)

    @property
    def about(self) -> str:
        """``135 authorities, forecast from 31 March 2021 and 2022``."""
        many = "authority" if self.authorities == 1 else "authorities"
        years = listed([str(year) for year in self.origins])
        return f"{self.authorities} {many}, forecast from 31 March {years}"


Key = tuple[str, str, str, str, str]
"""What, part, years ahead, method and score."""


class Score(NamedTuple):
    """One score with the ends of its 80% interval, missing where there is none."""

    value: float
    low: float
    high: float
    interval_over: str

    def interval(self, told: Callable[[float], str]) -> str:
        """The interval in brackets; nothing where there is none."""
        return f" ({told(self.low)} to {told(self.high)})" if self.has_interval else ""

    @property
    def has_interval(self) -> bool:
        """Whether there is one: with a single authority there is not."""
        return self.low == self.low


class _Scores:
    """Looks scores up, those of all openings together or of one."""

    def __init__(self, scores: pd.DataFrame, origin: str = "all") -> None:
        rows = scores[scores["origin"] == origin]
        keys = rows[["what", "part", "horizon_years", "method", "score"]]
        told = rows[["value", "low", "high", "interval_over"]]
        self.all: dict[Key, Score] = {
            key: Score(*found)
            for key, found in zip(
                keys.itertuples(index=False, name=None),
                told.itertuples(index=False, name=None),
                strict=True,
            )
        }

    def total(self, horizon: str, score: str, method: str = "simulation") -> Score:
        """One score of the total."""
        return self.all["total", "all", horizon, method, score]

    def horizons(self) -> list[str]:
        """The single years ahead that were scored."""
        there = {key[2] for key in self.all if key[0] == "total"}
        return [name for name in ("1", "2", "3", "4") if name in there]

    def headline(self) -> str:
        """Three and four years together where both were scored, else the furthest."""
        horizons = self.horizons()
        return LATER if {"3", "4"} <= set(horizons) else horizons[-1]

    def everything(self) -> str:
        """All horizons together, or the only one."""
        return "all" if len(self.horizons()) > 1 else self.horizons()[0]


def backtest_summary(scores: pd.DataFrame, tested: Facts) -> str:
    """The summary.

    Args:
        scores: Columns of ``scores.csv``.
        tested: What was tested.

    Returns:
        A few short paragraphs.
    """
    looked_up = _Scores(scores)
    by_origin = {str(year): _Scores(scores, str(year)) for year in tested.origins}
    paragraphs = [
        f"Children in care of {tested.about}, set against what was published.",
        _finding(looked_up),
        _by_horizon(looked_up),
        _ranges(looked_up, tested.replications),
        _bias(looked_up),
        _by_origin(by_origin),
        _parts(looked_up),
        _left_out(tested),
        _how(looked_up, tested),
    ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _finding(scores: _Scores) -> str:
    horizon = scores.headline()
    missed = {method: scores.total(horizon, "mape", method).value for method in METHODS}
    sentences = [
        f"{capital(_AHEAD[horizon])} the middle forecast missed the published number by "
        f"{missed['simulation']:.1f}% on average. Holding the opening number missed by "
        f"{missed['hold']:.1f}%, and constant rates of the last three years by "
        f"{missed['constant_rates']:.1f}%."
    ]
    for rival, name in (("hold", "holding"), ("constant_rates", "constant rates")):
        ratio = scores.total(horizon, f"error_over_{rival}")
        sentences.append(
            f"The simulation's error is {_ratio(ratio.value)} times that of {name}"
            f"{ratio.interval(_ratio)}: {_verdict(ratio)}."
        )
    return " ".join(sentences)


def _verdict(ratio: Score) -> str:
    if not ratio.has_interval:
        return "how sure that is cannot be told with one authority"
    if ratio.high < 1:
        return "the simulation did better"
    if ratio.low > 1:
        return "the simulation did worse"
    return "which of the two does better cannot be told from these years"


def _by_horizon(scores: _Scores) -> str:
    lines = ["Average miss by years ahead, and the simulation's as a ratio to holding:"]
    for horizon in scores.horizons():
        missed = [
            f"{words.lower()} {scores.total(horizon, 'mape', method).value:.1f}%"
            for method, words in METHODS.items()
        ]
        ratio = scores.total(horizon, "error_over_hold")
        lines.append(
            f"  {_AHEAD[horizon]}: {', '.join(missed)}; ratio {_ratio(ratio.value)}"
            f"{ratio.interval(_ratio)}"
        )
    return "\n".join(lines)


def _ranges(scores: _Scores, replications: int) -> str:
    # The tenth and ninetieth of few futures lie closer together than those of many.
    right = MEANT_TO_HOLD * (replications - 1) / (replications + 1)
    held = {horizon: scores.total(horizon, "coverage") for horizon in scores.horizons()}
    told = [f"{_whole(each.value)}%{each.interval(_whole)} {_AHEAD[h]}" for h, each in held.items()]
    narrow = [_AHEAD[h] for h, each in held.items() if each.high < right]
    wide = [_AHEAD[h] for h, each in held.items() if each.low > MEANT_TO_HOLD]
    words = [
        f"{verdict} {listed(when)}"
        for verdict, when in (("too narrow", narrow), ("too wide", wide))
        if when
    ]
    if words:
        ending = f"Ranges are {listed(words)}."
    elif any(each.has_interval for each in held.values()):
        ending = f"At no horizon is that sure to differ from {MEANT_TO_HOLD}%."
    else:
        ending = "How sure that is cannot be told with one authority."
    return (
        f"The range from p10 to p90 is meant to hold {MEANT_TO_HOLD}% of what happened; one of "
        f"{replications} futures holds about {_whole(right)}% when all else is right. It held "
        f"{listed(told)}. {ending}"
    )


def _bias(scores: _Scores) -> str:
    told = [
        f"{_high_or_low(scores.total(horizon, 'bias').value)} {_AHEAD[horizon]}"
        for horizon in scores.horizons()
    ]
    return f"On average the middle forecast was {listed(told)}."


def _by_origin(by_origin: Mapping[str, _Scores]) -> str:
    """The nearest horizon, which every opening has."""
    if len(by_origin) < 2:
        return ""
    told = []
    for year, scores in by_origin.items():
        missed = [scores.total("1", "mape", method).value for method in ("simulation", "hold")]
        told.append(f"{missed[0]:.1f}% from {year} (holding {missed[1]:.1f}%)")
    return f"One year ahead, by opening, it missed by {listed(told)}."


def _high_or_low(percent: float) -> str:
    if abs(percent) < 0.05:
        return "neither too high nor too low"
    return f"{abs(percent):.1f}% too {'high' if percent > 0 else 'low'}"


def _parts(scores: _Scores) -> str:
    horizon, sentences = scores.everything(), []
    for what, name in (("by_age", "ages"), ("by_placement", "placements")):
        errors = {
            key[1]: each.value
            for key, each in scores.all.items()
            if key[0] == what
            and key[2:] == (horizon, "simulation", "weighted_error")
            and each.value == each.value  # missing where nobody was of that kind
        }
        together = errors.pop("all", None)
        if together is None:
            continue
        worst = max(errors, key=lambda part: errors[part])
        bias = scores.all[what, worst, horizon, "simulation", "bias"].value
        ratio = scores.all[what, "all", horizon, "simulation", "error_over_hold"]
        sentences.append(
            f"Among {name} the misses add up to {together:.1f}% of the children, "
            f"{_ratio(ratio.value)} times those of holding{ratio.interval(_ratio)}; it misses most "
            f"for {PART_LABELS[worst]}: {errors[worst]:.1f}%, on balance {_high_or_low(bias)}."
        )
    return f"Where it misses, all horizons together. {' '.join(sentences)}" if sentences else ""


def _left_out(tested: Facts) -> str:
    reasons = {**tested.left_out, **tested.refused}
    paragraphs = []
    if reasons:
        lines = [f"  {name}: {reason}" for name, reason in reasons.items()]
        paragraphs.append("\n".join(["Not tested:", *lines]))
    if tested.not_scored:
        told = [f"{count:,} {why}" for why, count in tested.not_scored.items()]
        paragraphs.append(f"Not scored, as no number was published: {listed(told)}.")
    return "\n\n".join(paragraphs)


def _how(scores: _Scores, tested: Facts) -> str:
    last = scores.horizons()[-1]
    over = scores.total(last, "mape").interval_over
    words = f"Each forecast is made of {tested.replications} futures."
    if over == "none":
        return f"{words} With one authority there are no intervals."
    if len(tested.origins) == 1:
        return (
            f"{words} Brackets are 80% intervals from drawing authorities again at random. There "
            "is one opening only: they hold nothing of how other years would differ."
        )
    words += (
        " Brackets are 80% intervals from drawing authorities and openings again at random. "
        "Openings are few and years resemble each other: other years may differ by more."
    )
    if over == "authorities":
        words += (
            f" {capital(_AHEAD[last])} there is one opening only: that interval holds the "
            "scatter of authorities and nothing of other years."
        )
    return words


def _ratio(value: float) -> str:
    return f"{value:.2f}"


def _whole(percent: float) -> str:
    return str(whole(percent))
