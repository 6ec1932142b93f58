"""Enough futures for an average to be known as closely as was asked, and no more.

The half-width says how far an average may be off because only so many futures were run. Asked
for a half-width, a run goes on until the average of every future so far is known that closely.
A half-width is itself a matter of chance and may be narrow for a moment only, so the run looks
ahead: it must stay within what was asked for some more futures, 5 at first and one in twenty
later. The futures of the look-ahead are kept. The number of futures depends on the futures
alone, never on how many processors run them.

Source: Hoad, Robinson and Davies (2010), 'Automated selection of the number of replications for
a discrete-event simulation', Journal of the Operational Research Society 61.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache

from sufficiency.errors import InputError, Problem, shown
from sufficiency.forecast.measures import Measure, known_measures, parse_measure
from sufficiency.forecast.replication import Plan, Replication
from sufficiency.forecast.runner import SERIAL_BELOW, run_replications

OPTION = "--precision"
FEWEST = 3
"""Futures before a half-width means anything."""
LOOK_AHEAD = 5
"""Futures looked ahead, where at most 100 were needed; as a share of 100 where more were."""
AT_MOST = 2_000
"""Futures run when what was asked is never reached, unless another limit is given."""

_ROOM = 1.1
"""How many more futures are sent out than seem to be needed, since that is itself uncertain."""


@dataclass(frozen=True)
class Precision:
    """How closely one average is to be known.

    Attributes:
        measure: What it is an average of.
        half_width: The widest half-width that is enough, in the measure's own unit, or in
            percent of its average.
        in_percent: Whether it is in percent.
    """

    measure: Measure
    half_width: float
    in_percent: bool

    def __str__(self) -> str:
        """As it is written."""
        return f"{self.measure}={self.half_width:g}{'%' if self.in_percent else ''}"


@dataclass(frozen=True)
class Reached:
    """How closely one average is known in the end.

    Attributes:
        asked: What was asked.
        half_width: What was reached over all futures kept, in the unit it was asked in;
            infinite where the average is nought and a percentage was asked.
        children_behind: Average counts of children it could give away.
    """

    asked: Precision
    half_width: float
    children_behind: tuple[float, ...]


@dataclass(frozen=True)
class Ended:
    """How a run that was to reach a precision ended.

    Attributes:
        needed: The fewest futures with which everything asked is reached and stays so; None
            where the limit came first.
        at_most: The limit.
        ran: Futures run and kept.
        reached: One for each thing asked.
    """

    needed: int | None
    at_most: int
    ran: int
    reached: tuple[Reached, ...]


def parse_precisions(texts: Sequence[str], plan: Plan) -> tuple[Precision, ...]:
    """Read what is asked of a run. Runs one future to know what can be asked.

    Args:
        texts: ``MEASURE[:SETTING]@PERIOD=HALFWIDTH``, or ``=PERCENT%`` of the average.
        plan: What is to be run.

    Returns:
        What is asked, in the same order.

    Raises:
        InputError: If a half-width is not a number above 0, or a measure is not known.
    """
    halves = [_half_width(text) for text in texts]
    known = known_measures(plan)
    return tuple(
        Precision(parse_measure(measure, known, OPTION), width, in_percent)
        for measure, width, in_percent in halves
    )


def _half_width(text: str) -> tuple[str, float, bool]:
    """The measure, the half-width, and whether that is in percent."""
    measure, equals, written = text.rpartition("=")
    if not equals:
        sentence = f"{shown(text)} does not say how closely it is to be known"
        remedy = "write MEASURE@PERIOD=HALFWIDTH, such as children_in_care@2023-03=5 or =2%"
        raise _refused(1, sentence, remedy)
    in_percent = written.strip().endswith("%")
    number = written.strip().removesuffix("%").replace(",", "").strip()
    column = len(measure) + 2
    try:
        width = float(number)
    except ValueError:
        sentence = f"the half-width {shown(written)} is not a number"
        raise _refused(column, sentence, "write a number above 0, such as 5 or 2%") from None
    if not (math.isfinite(width) and width > 0.0):
        sentence = f"the half-width {shown(written)} is not above 0"
        remedy = "no number of futures gives an average without doubt; write one such as 5 or 2%"
        raise _refused(column, sentence, remedy)
    return measure.strip(), width, in_percent


def _refused(column: int, sentence: str, remedy: str) -> InputError:
    return InputError([Problem(OPTION, 1, column, sentence, remedy)])


def look_ahead(futures: int) -> int:
    """How many more futures must stay within what is asked, once so many first did."""
    return LOOK_AHEAD if futures <= 100 else LOOK_AHEAD * futures // 100


@cache
def student_t(futures: int) -> float:
    """Half-widths in standard errors, for the middle 95%, by Student's t."""
    from scipy import special

    return float(special.stdtrit(futures - 1, 0.975))


class RunningMean:
    """An average and its half-width, as values come one by one (Welford's method)."""

    def __init__(self) -> None:
        self.count = 0
        self.mean = 0.0
        self._squares = 0.0

    def add(self, value: float) -> None:
        """Take in one more value."""
        self.count += 1
        step = value - self.mean
        self.mean += step / self.count
        self._squares += step * (value - self.mean)

    def half_width(self) -> float:
        """Half-width of the 95% confidence interval; infinite for a single value."""
        if self.count < 2:
            return math.inf
        variance = self._squares / (self.count - 1)
        return student_t(self.count) * math.sqrt(variance / self.count)


class LookAhead:
    """Decides when there are enough futures.

    Attributes:
        count: Futures so far.
        met_at: The number of futures since which everything asked has been within; None while
            something is not.
    """

    def __init__(self) -> None:
        self.count = 0
        self.met_at: int | None = None

    def add(self, *, within: bool) -> None:
        """Take in one more future.

        Args:
            within: Whether everything is within what was asked, this future included.
        """
        self.count += 1
        if not within or self.count < FEWEST:
            self.met_at = None
        elif self.met_at is None:
            self.met_at = self.count

    @property
    def stops_at(self) -> int | None:
        """The last future to be run, if all stays within till then."""
        return None if self.met_at is None else self.met_at + look_ahead(self.met_at)

    @property
    def enough(self) -> bool:
        """Whether it has stayed within for as long as it must."""
        return self.stops_at is not None and self.count >= self.stops_at


class Watch:
    """Watches futures come in, until everything asked is known closely enough."""

    def __init__(self, asked: Sequence[Precision]) -> None:
        self._asked = tuple(asked)
        self._means = [RunningMean() for _ in asked]
        self._behind: list[list[RunningMean]] = [[] for _ in asked]
        self._ahead = LookAhead()

    @property
    def enough(self) -> bool:
        """Whether there are enough futures."""
        return self._ahead.enough

    def add(self, one: Replication) -> None:
        """Take in one more future."""
        for asked, mean, behind in zip(self._asked, self._means, self._behind, strict=True):
            mean.add(asked.measure.value(one))
            counts = asked.measure.people_behind(one)
            behind += [RunningMean() for _ in counts[len(behind) :]]
            for count, value in zip(behind, counts, strict=True):
                count.add(value)
        within = all(
            self._width(place) <= asked.half_width for place, asked in enumerate(self._asked)
        )
        self._ahead.add(within=within)

    def expected(self) -> int:
        """How many futures it seems to take in all, going by those so far."""
        if self._ahead.stops_at is not None:
            return self._ahead.stops_at
        over = max(self._width(place) / asked.half_width for place, asked in enumerate(self._asked))
        if not math.isfinite(over):
            return AT_MOST
        needed = math.ceil(self._ahead.count * max(over, 1.0) ** 2)
        return needed + look_ahead(needed)

    def ended(self, at_most: int) -> Ended:
        """How it ended."""
        reached = [
            Reached(asked, self._width(place), tuple(count.mean for count in self._behind[place]))
            for place, asked in enumerate(self._asked)
        ]
        needed = self._ahead.met_at if self.enough else None
        return Ended(needed, at_most, self._ahead.count, tuple(reached))

    def _width(self, place: int) -> float:
        """The half-width so far, in the unit it was asked in."""
        mean = self._means[place]
        width = mean.half_width()
        if not self._asked[place].in_percent or width == 0.0:
            return width
        return 100.0 * width / abs(mean.mean) if mean.mean else math.inf


def run_until(
    plan: Plan, watch: Watch, at_most: int = AT_MOST, workers: int | None = None
) -> Generator[tuple[Replication, int], None, None]:
    """Run replications, in order of number, until there are enough or the limit is reached.

    They are sent out in lots of as many as seem to be needed. Those beyond the one at which
    there are enough are thrown away, so that the lots make no difference.

    Args:
        plan: The scenario and seed.
        watch: Told of each; says when there are enough.
        at_most: The limit.
        workers: How many processes, as in :func:`run_replications`.

    Yields:
        What each found, and how many there seem to be in all.
    """
    done, likely, in_all = 0, SERIAL_BELOW, at_most
    while done < at_most:
        last = min(max(likely, done + 1), at_most)
        with closing(run_replications(plan, range(done + 1, last + 1), workers)) as lot:
            for one in lot:
                done += 1
                watch.add(one)
                yield one, done if watch.enough else min(max(in_all, done + 1), at_most)
                if watch.enough:
                    return
        in_all = watch.expected()
        likely = math.ceil(_ROOM * in_all)
