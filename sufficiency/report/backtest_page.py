"""What a back-test found, in plain words, to be read aloud: the finding first.

Does the simulation beat saying that nothing changes, by how much, and how sure is that? Do its
ranges hold what they are meant to hold? Where does it miss? Only then what was left out. A
difference is called one only where its 80% interval says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from sufficiency.report.backtest_ranges import ranges
from sufficiency.report.backtest_scores import AHEAD, Score, Scores
from sufficiency.report.charts.backtest import METHODS, PART_LABELS
from sufficiency.report.reading import ENOUGH_FUTURES
from sufficiency.report.words import capital, listed


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

    @property
    def few(self) -> bool:
        """Whether the futures are too few to be relied on."""
        return self.replications < ENOUGH_FUTURES

    @property
    def futures(self) -> str:
        """``100 futures``."""
        return "1 future" if self.replications == 1 else f"{self.replications:,} futures"


def backtest_summary(scores: pd.DataFrame, tested: Facts) -> str:
    """The summary.

    Args:
        scores: Columns of ``scores.csv``.
        tested: What was tested.

    Returns:
        A few short paragraphs.
    """
    looked_up = Scores(scores)
    by_origin = {str(year): Scores(scores, str(year)) for year in tested.origins}
    paragraphs = [
        _opening(tested),
        _finding(looked_up, tested.few),
        _by_horizon(looked_up),
        ranges(looked_up.held(), tested.replications),
        _bias(looked_up),
        _by_origin(by_origin),
        _parts(looked_up),
        _left_out(tested),
        _how(looked_up, tested),
    ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _opening(tested: Facts) -> str:
    """What this is, and what a reader must know before the first number."""
    lines = [f"Children in care of {tested.about}, set against what was published."]
    if tested.few:
        lines.append(
            f"Each forecast is made of {tested.futures} only: medians and ranges of so few are "
            "themselves a matter of chance, and no method is called better. Ask for "
            f"{ENOUGH_FUTURES} or more before quoting any of this."
        )
    if tested.refused:
        count = len(tested.refused)
        many, them = ("1 forecast", "it") if count == 1 else (f"{count:,} forecasts", "them")
        lines.append(f"{many} could not be made and no score counts {them}; why is said below.")
    return "\n".join(lines)


def _finding(scores: Scores, few: bool) -> str:
    horizon = scores.headline()
    missed = {method: scores.total(horizon, "mape", method).value for method in METHODS}
    sentences = [
        f"{capital(AHEAD[horizon])} the middle forecast missed the published number by "
        f"{missed['simulation']:.1f}% on average. Holding the opening number missed by "
        f"{missed['hold']:.1f}%, and constant rates of the last three years by "
        f"{missed['constant_rates']:.1f}%."
    ]
    for rival, name in (("hold", "holding"), ("constant_rates", "constant rates")):
        ratio = scores.total(horizon, f"error_over_{rival}")
        sentences.append(
            f"The simulation's error is {_ratio(ratio.value)} times that of {name}"
            f"{ratio.interval(_ratio)}: {_verdict(ratio, few)}."
        )
    return " ".join(sentences)


def _verdict(ratio: Score, few: bool) -> str:
    if few:
        return "with so few futures neither is called better"
    if not ratio.has_interval:
        return "how sure that is cannot be told with one authority"
    if ratio.high < 1:
        return "the simulation did better"
    if ratio.low > 1:
        return "the simulation did worse"
    return "which of the two does better cannot be told from these years"


def _by_horizon(scores: Scores) -> str:
    lines = ["Average miss by years ahead, and the simulation's as a ratio to holding:"]
    for horizon in scores.horizons():
        missed = [
            f"{words.lower()} {scores.total(horizon, 'mape', method).value:.1f}%"
            for method, words in METHODS.items()
        ]
        ratio = scores.total(horizon, "error_over_hold")
        lines.append(
            f"  {AHEAD[horizon]}: {', '.join(missed)}; ratio {_ratio(ratio.value)}"
            f"{ratio.interval(_ratio)}"
        )
    return "\n".join(lines)


def _bias(scores: Scores) -> str:
    told = [
        f"{_high_or_low(scores.total(horizon, 'bias').value)} {AHEAD[horizon]}"
        for horizon in scores.horizons()
    ]
    return f"On average the middle forecast was {listed(told)}."


def _by_origin(by_origin: Mapping[str, Scores]) -> str:
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


def _parts(scores: Scores) -> str:
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
    paragraphs = []
    for title, reasons in (
        ("Forecasts that could not be made", tested.refused),
        ("Not tested", tested.left_out),
    ):
        if reasons:
            lines = [f"  {name}: {reason}" for name, reason in reasons.items()]
            paragraphs.append("\n".join([f"{title}:", *lines]))
    if tested.not_scored:
        told = [_counted(count, why) for why, count in tested.not_scored.items()]
        paragraphs.append(f"Not scored, as no number was published: {listed(told)}.")
    return "\n\n".join(paragraphs)


def _counted(count: int, what: str) -> str:
    """``1 count by age``, ``1,200 counts by age``."""
    first, _, others = what.partition(" ")
    return f"{count:,} {first.removesuffix('s') if count == 1 else first} {others}"


def _how(scores: Scores, tested: Facts) -> str:
    last = scores.horizons()[-1]
    over = scores.total(last, "mape").interval_over
    words = f"Each forecast is made of {tested.futures}."
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
            f" {capital(AHEAD[last])} there is one opening only: that interval holds the "
            "scatter of authorities and nothing of other years."
        )
    return words


def _ratio(value: float) -> str:
    return f"{value:.2f}"
