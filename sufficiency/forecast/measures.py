"""One number of a forecast, asked for in writing: ``out_of_area/children_in_care@2023-03``.

A question about a forecast is about one measure in one period: children in care in March
2023, what placements cost in 2021/22, how full the hub is. It is written
``MEASURE[:SETTING]@PERIOD``, with a second measure after a slash for a share of it. A period is
a month, a financial year, or ``all`` for the sum over the whole forecast. Every future has one
value of it. The measures are those of ``forecast.csv``, and ``net_cost``: the cost of everything
in the budget, own provision, prevention and allowances included, less income.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sufficiency.counts import ALL, CHILDREN, PLACEMENTS, SHARE
from sufficiency.errors import InputError, Problem, shown, suggestion
from sufficiency.finance.figures import PENCE_PER_POUND
from sufficiency.forecast.replication import GBP, Key, Plan, Replication, replicate
from sufficiency.periods import Period

FloatArray = NDArray[np.float64]

NET_COST = "net_cost"
"""What everything in the budget costs less income, in pounds by financial year."""
WHOLE = "all"
"""The period that is the whole forecast."""
RATIO = "ratio"
"""The unit of one measure over another of a different unit."""
PEOPLE = (CHILDREN, PLACEMENTS)
"""Units that count children, or what happens to them."""

_CARE = "children_in_care"
_LIVE_ELSEWHERE = ("waiting", "unmet_first_choice", "after_care", "step_downs")
"""Measures whose setting is not where the children live."""


@dataclass(frozen=True)
class Known:
    """What can be asked of a forecast: found by running one future of it.

    Attributes:
        keys: Measure, setting and unit of every row, ``net_cost`` included.
        periods: The opening day, every month, every financial year.
        has_value: Whether each row has a value in each period; shape (rows, periods).
    """

    keys: tuple[Key, ...]
    periods: tuple[Period, ...]
    has_value: NDArray[np.bool_]

    @property
    def measures(self) -> list[str]:
        """Every measure, each once."""
        return list(dict.fromkeys(key[0] for key in self.keys))

    def settings(self, measure: str) -> list[str]:
        """The settings a measure is told of."""
        return [key[1] for key in self.keys if key[0] == measure]


@dataclass(frozen=True)
class Term:
    """A measure of one setting.

    Attributes:
        measure: Its name.
        setting: The setting, service or ``all``.
        unit: What is counted.
    """

    measure: str
    setting: str
    unit: str

    @property
    def counts_people(self) -> bool:
        """Whether children are counted, or what happens to them."""
        return self.unit in PEOPLE

    def __str__(self) -> str:
        """As it is written."""
        return self.measure if self.setting == ALL else f"{self.measure}:{self.setting}"


@dataclass(frozen=True)
class Measure:
    """One number of a forecast.

    Attributes:
        top: What is asked for.
        bottom: What it is a share of; None where it is asked for by itself.
        period: A month, a financial year or ``all``.
        columns: The periods it is the sum of, as places among the opening day, the months and
            the financial years.
        nearby: The month ends on which the children behind it are looked at, so that few can
            be hidden; the same kind of places.
    """

    top: Term
    bottom: Term | None
    period: str
    columns: tuple[int, ...]
    nearby: tuple[int, ...]

    @property
    def terms(self) -> tuple[Term, ...]:
        """The one or two measures it is made of."""
        return (self.top,) if self.bottom is None else (self.top, self.bottom)

    @property
    def unit(self) -> str:
        """``share``, ``ratio``, or the unit of the one measure."""
        if self.bottom is None:
            return self.top.unit
        return SHARE if self.top.unit == self.bottom.unit else RATIO

    def __str__(self) -> str:
        """As it is written."""
        return "/".join(map(str, self.terms)) + f"@{self.period}"

    def value(self, replication: Replication) -> float:
        """Its value in one future.

        Args:
            replication: A future of the scenario it was parsed for, or of one with the same
                settings, first and last day.

        Returns:
            The number; not-a-number where there is none, as of how full no places are.
        """
        top = self._sum(self.top, replication)
        if self.bottom is None:
            return top
        bottom = self._sum(self.bottom, replication)
        return top / bottom if bottom else float("nan")

    def people_behind(self, replication: Replication) -> tuple[float, ...]:
        """Counts of children from which it could be worked out, or which it would give away.

        Args:
            replication: One future.

        Returns:
            The counts in it, and the children living in its setting at the beginning and the
            end of every month of the period. Where one is small on average over the futures
            the value is hidden in what is shared.
        """
        counts: list[float] = []
        for term in self.terms:
            if term.counts_people:
                counts.append(self._sum(term, replication))
            lives_there = Term(_CARE, term.setting, CHILDREN)
            if term.setting == ALL or term.measure in _LIVE_ELSEWHERE:
                continue
            if (row := _row(lives_there, replication.keys)) is not None:
                counts += [float(replication.measured[row, column]) for column in self.nearby]
        return tuple(counts)

    def counts_beside(self, replication: Replication) -> tuple[float, ...]:
        """Counts that its value would give away together with the total and the other settings.

        Where a setting has few children, a run hides another setting with it, so that the few
        are not told by taking the rest from the total. Which one it hides hangs on the futures.
        So what is told of one setting is looked at beside every other.

        Args:
            replication: One future.

        Returns:
            The same counts of every other setting; for what else adds up over settings, such
            as cost, the children living in them. Where one is small on average over the
            futures the value is hidden in what is shared.
        """
        counts: list[float] = []
        for term in self.terms:
            if term.setting == ALL or term.unit == SHARE:
                continue
            others = {key[1] for key in replication.keys if key[0] == term.measure}
            others -= {ALL, term.setting}
            for row, (measure, setting, _) in enumerate(replication.keys):
                if setting not in others:
                    continue
                if measure == term.measure and term.counts_people:
                    counts.append(float(replication.measured[row, list(self.columns)].sum()))
                elif measure == _CARE and not term.counts_people:
                    counts += [float(replication.measured[row, at]) for at in self.nearby]
        return tuple(counts)

    def children_at_opening(self, replication: Replication) -> float:
        """Real children behind it: those on the opening day in the settings it is told of.

        Args:
            replication: One future.

        Returns:
            The largest count of them: none where every setting in it is yet to open, so that
            whatever is counted there is of simulated children alone.
        """
        children = 0.0
        for term in self.terms:
            lives_there = Term(_CARE, term.setting, CHILDREN)
            for row in (_row(lives_there, replication.keys), _row(term, replication.keys)):
                if row is not None and replication.keys[row][2] in PEOPLE:
                    children = max(children, float(np.nan_to_num(replication.measured[row, 0])))
        return children

    def is_known_to(self, known: Known) -> bool:
        """Whether another scenario tells it too."""
        rows = [_row(term, known.keys) for term in self.terms]
        return all(
            row is not None and known.has_value[row, list(self.columns)].all() for row in rows
        )

    def _sum(self, term: Term, replication: Replication) -> float:
        if term.measure == NET_COST:
            years = replication.outturn_pence.shape[1]
            first = replication.measured.shape[1] - years
            pence = replication.outturn_pence[:, [column - first for column in self.columns]]
            return float(pence.sum()) / PENCE_PER_POUND
        row = _row(term, replication.keys)
        if row is None:
            return float("nan")
        return float(replication.measured[row, list(self.columns)].sum())


def known_measures(plan: Plan) -> Known:
    """What can be asked of a plan's forecast. Runs one future: a third of a second.

    Args:
        plan: The scenario and seed.

    Returns:
        Its measures and periods.
    """
    one = replicate(plan, 1)
    horizon = plan.horizon
    opening = Period(f"{horizon.start:%Y-%m}", "month", -1, 0)
    periods = (opening, *horizon.periods)
    in_years = np.array([period.period_type == "financial_year" for period in periods])
    return Known(
        keys=(*one.keys, (NET_COST, ALL, GBP)),
        periods=periods,
        has_value=np.vstack([~np.isnan(one.measured), in_years]),
    )


def parse_measure(text: str, known: Known, place: str) -> Measure:
    """Read a measure and its period.

    Args:
        text: ``MEASURE[:SETTING][/MEASURE[:SETTING]]@PERIOD``.
        known: What can be asked.
        place: The option it was written for, such as ``--of``.

    Returns:
        The measure.

    Raises:
        InputError: If a measure, setting or period is not known, or has no value there.
    """
    before, at, period = text.partition("@")
    if not at or not before.strip() or not period.strip() or "@" in period:
        raise _refused(
            place,
            1,
            f"{shown(text)} is not a measure and a period",
            "write MEASURE@PERIOD, such as children_in_care@2023-03, cost@2021/22, "
            "occupancy:hub@2022/23 or out_of_area/children_in_care@2023-03",
        )
    parts = before.split("/")
    if len(parts) > 2:
        sentence = f"{shown(before)} has {len(parts)} measures, and there may be one or two"
        raise _refused(place, 1, sentence, "write ONE/OTHER for the one as a share of the other")
    starts = [text.index(parts[0]) + 1, len(parts[0]) + 2]
    terms = [_term(part, known, place, at) for part, at in zip(parts, starts, strict=False)]
    at_column = len(before) + 2
    period = period.strip()
    columns = _columns(period, known, place, at_column)
    for term in terms:
        _check_value(term, period, columns, known, place, at_column)
    bottom = terms[1] if len(terms) == 2 else None
    return Measure(terms[0], bottom, period, columns, _nearby(columns, known.periods))


def _term(text: str, known: Known, place: str, column: int) -> Term:
    name, colon, setting = (word.strip() for word in text.partition(":"))
    if name not in known.measures:
        sentence = f"there is no measure {shown(name)}"
        raise _refused(place, column, sentence, suggestion(name, known.measures, "measures"))
    settings = known.settings(name)
    chosen = setting if colon else ALL
    if not colon and chosen not in settings:
        if len(settings) > 1:
            sentence = f"`{name}` is told of each setting and not of all together"
            remedy = f"write {name}:SETTING; the settings here are " + _in_ticks(settings)
            raise _refused(place, column, sentence, remedy)
        chosen = settings[0]
    if chosen not in settings:
        sentence = f"`{name}` is not told of a setting {shown(chosen)}"
        raise _refused(place, column, sentence, suggestion(chosen, settings, "settings"))
    unit = next(key[2] for key in known.keys if key[:2] == (name, chosen))
    return Term(name, chosen, unit)


def _columns(period: str, known: Known, place: str, column: int) -> tuple[int, ...]:
    if period == WHOLE:
        return tuple(_places(known.periods, "financial_year"))
    for number, each in enumerate(known.periods):
        if each.label == period:
            return (number,)
    months = [each.label for each in known.periods if each.period_type == "month"]
    years = [each.label for each in known.periods if each.period_type == "financial_year"]
    raise _refused(
        place,
        column,
        f"{shown(period)} is not a period of this forecast",
        f"write a month ({_from_to(months)}), a financial year ({_from_to(years)}), or {WHOLE}",
    )


def _check_value(
    term: Term, period: str, columns: tuple[int, ...], known: Known, place: str, at_column: int
) -> None:
    """Refuse a measure that has no value in a period, or no sum over the whole forecast."""
    row = _row(term, known.keys)
    assert row is not None  # the term was found among them
    there = known.has_value[row]
    if period == WHOLE and (there[0] or term.unit == SHARE):
        kind = "an average" if term.unit == SHARE else "counted on a day"
        sentence = f"`{term}` is {kind}, so it has no sum over the whole forecast"
        raise _refused(place, at_column, sentence, "give a month or a financial year")
    if there[list(columns)].all():
        return
    labels = [
        [known.periods[p].label for p in _places(known.periods, kind) if there[p]]
        for kind in ("month", "financial_year")
    ]
    when = [_from_to(each) for each in labels if each]
    sentence = f"`{term}` has no value in {period}"
    if period == WHOLE:
        sentence = f"`{term}` has no sum over the whole forecast"
    raise _refused(place, at_column, sentence, f"it has one in {' and '.join(when)}")


def _nearby(columns: tuple[int, ...], periods: Sequence[Period]) -> tuple[int, ...]:
    """Month ends in the periods, and the one before: the first place is the opening day."""
    days = [(periods[column].first, periods[column].after) for column in columns]
    months = list(_places(periods, "month"))
    return tuple(
        place
        for place in months
        if any(first <= periods[place].after <= after for first, after in days)
    )


def _places(periods: Sequence[Period], period_type: str) -> Iterator[int]:
    return (place for place, each in enumerate(periods) if each.period_type == period_type)


def _row(term: Term, keys: Sequence[Key]) -> int | None:
    for row, key in enumerate(keys):
        if key[0] == term.measure and key[1] == term.setting:
            return row
    return None


def _from_to(labels: Sequence[str]) -> str:
    return labels[0] if len(labels) == 1 else f"{labels[0]} to {labels[-1]}"


def _in_ticks(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _refused(place: str, column: int, sentence: str, remedy: str) -> InputError:
    return InputError([Problem(place, 1, column, sentence, remedy)])
