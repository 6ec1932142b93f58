"""The gap in places as it may be shared, and the sentence that tells it.

Small counts are hidden as in the forecast, with what would give them away. Where the forecast
hides a setting's children in any month of a year, the setting is hidden whole in that year:
its average would tell the month. The settings add up to the children in care, both by where
they live and by what they want, so few who want a setting are hidden with company. The ages of
a setting add up to the setting: an age with few children is hidden with another. Last, what
anyone can take away: who lives there less who lives within 20 miles, and who wants it less who
lives elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from sufficiency.periods import financial_year_of
from sufficiency.place_counts import CHILDREN_NEARBY, PLACES
from sufficiency.report.disclosure import SMALLEST, Cells, Relation, close, small
from sufficiency.report.tables import ALL, HIDDEN, figures, period_end
from sufficiency.report.words import lower_first, percent, whole

_GAPS = ("gap", "gap_mean", "gap_p10", "gap_p90")
_AT_USE = ("places_needed_at_that_occupancy", "gap_at_that_occupancy")
_WANTING = ("wanting_mean", "wanting_p10", "wanting_p90")
_NEEDED = ("places_needed", *_GAPS, *_AT_USE)
_LIVING, _NEARBY, _ELSEWHERE = "living_there_mean", "within_20_miles_mean", "elsewhere_mean"
NUMBERS = (
    *_WANTING, _LIVING, _NEARBY, _ELSEWHERE, "places_there_are", *_NEEDED, "occupancy_mean",
)  # fmt: skip
"""Columns that hold numbers, or ``c``."""

_ROW = tuple(name for name in NUMBERS if name != "places_there_are")
"""What is hidden when a row is hidden whole; with it the places, where they count children."""


def hide_small(gap: pd.DataFrame, forecast: pd.DataFrame) -> pd.DataFrame:
    """The gap in places with small counts, and what would reveal them, replaced by ``c``.

    Args:
        gap: The table of one scenario, nothing hidden.
        forecast: The same scenario's forecast table as it is shared.

    Returns:
        A copy.
    """
    whole_table = gap.reset_index(drop=True)
    hidden: dict[str, list[int]] = {}
    hidden_in = _hidden_in_forecast(forecast)
    for year, rows in whole_table.groupby("financial_year", sort=False):
        told = {
            name: {s for s in rows["setting"] if (name, year, s) not in hidden_in}
            for name in ("children_in_care", "over_20_miles")
        }
        gone = _Sums(rows, told["children_in_care"]).hidden()
        for setting, of_setting in rows.groupby("setting", sort=False):
            for row, columns in _columns(of_setting, gone, setting in told["over_20_miles"]):
                for name in columns:
                    hidden.setdefault(name, []).append(row)
    shared = whole_table.astype(dict.fromkeys(NUMBERS, object))
    for name, numbers in hidden.items():
        shared.loc[numbers, name] = HIDDEN
    return shared


def _hidden_in_forecast(forecast: pd.DataFrame) -> set[tuple[str, str, str]]:
    """Measure, financial year and setting of stocks the forecast hides in any month."""
    chosen = forecast["measure"].isin(["children_in_care", "over_20_miles"])
    rows = forecast[chosen & (forecast["mean"].astype(str) == HIDDEN)]
    names = (rows[name].astype(str) for name in ("measure", "period", "setting"))
    return {
        (measure, financial_year_of(period_end(period)), setting)
        for measure, period, setting in zip(*names, strict=True)
    }


class _Sums:
    """How many want each setting and live there in one year, and the sums that tie them.

    Both add up by age to the setting, and by setting to the children in care. Where everyone
    living in a setting wants it and nobody else does, the two are known to be one. Nought is
    taken as known.
    """

    def __init__(self, rows: pd.DataFrame, told: set[str]) -> None:
        self._rows = [int(row) for row in rows.index]
        self._ages = [str(age) for age in rows["age"]]
        self._settings = [str(setting) for setting in rows["setting"]]
        self._values = [float(v) for v in rows[[_WANTING[0], _LIVING]].to_numpy().ravel()]
        self._unpublished: list[int] = []
        self._fixed: set[int] = set()
        self._primary: set[int] = set()
        self._relations: list[Relation] = []
        for number, (_, row) in enumerate(rows.iterrows()):
            self._row(number, row, self._settings[number] in told)
        for names, of in ((self._settings, self._ages), (self._ages, self._settings)):
            for name in dict.fromkeys(names):
                self._add_up([n for n, each in enumerate(names) if each == name], of)

    def hidden(self) -> set[tuple[int, str]]:
        """What to hide: row of the table, and which of the two counts."""
        count = len(self._values)
        ages = [*(age for age in self._ages for _ in range(2)), *("" for _ in self._unpublished)]
        cells = Cells(
            value=np.array(self._values),
            fixed=np.array([cell in self._fixed for cell in range(count)]),
            total=np.array([age == ALL for age in ages]),
            unpublished=np.isin(np.arange(count), self._unpublished),
        )
        gone = close(cells, self._relations, self._primary, self._follow)
        return {
            (self._rows[cell // 2], (_WANTING[0], _LIVING)[cell % 2])
            for cell in gone
            if cell // 2 < len(self._rows)
        }

    def _row(self, number: int, row: pd.Series, told: bool) -> None:
        wanting, living = 2 * number, 2 * number + 1
        elsewhere, _, other = _choices(row)
        tied = elsewhere == other == 0.0
        if tied and self._values[living]:
            self._relations.append(Relation((wanting, living), (1, -1)))
        elif elsewhere == 0.0 and small(other) and self._values[wanting]:
            self._values.append(other)
            self._unpublished.append(len(self._values) - 1)
            self._primary.add(len(self._values) - 1)
            self._relations.append(Relation((living, wanting, len(self._values) - 1), (1, -1, -1)))
        if self._ages[number] != ALL:
            self._primary |= {wanting, living} if _few(row) else set()
        elif not told:
            self._primary |= {wanting, living}
        else:
            self._fixed |= {wanting, living} if tied else {living}
            self._primary |= {wanting} if _few(row) and not tied else set()

    def _add_up(self, numbers: list[int], of: list[str]) -> None:
        """Ages to their setting; settings to the children in care, of one age or of all."""
        signs = {n: 1 if of[n] == ALL else -1 for n in numbers}
        known = [[c for n in numbers if self._values[c := 2 * n + side]] for side in (0, 1)]
        by_age = of is self._ages
        if by_age or self._ages[numbers[0]] == ALL:
            for cells in known:
                parts = tuple(c for c in cells if not by_age or signs[c // 2] < 0)
                if len(cells) > 1:
                    each = tuple(signs[c // 2] for c in cells)
                    self._relations.append(Relation(tuple(cells), each, parts))
        else:
            # How many are of an age is not told, but they want as many homes as they live in.
            each = (*(1 for _ in known[0]), *(-1 for _ in known[1]))
            self._relations.append(Relation((*known[0], *known[1]), each))

    def _follow(self, hidden: set[int]) -> set[int]:
        """An age is hidden whole; a setting whose count is hidden, with all its ages."""
        more: set[int] = set()
        gone = {
            self._settings[c // 2]
            for c in hidden
            if c // 2 < len(self._rows) and self._ages[c // 2] == ALL
        }
        for number, (setting, age) in enumerate(zip(self._settings, self._ages, strict=True)):
            both = {2 * number, 2 * number + 1}
            if age == ALL:
                more |= {2 * number} if 2 * number + 1 in hidden else set()
            elif setting in gone or both & hidden:
                more |= both
        return more


def _columns(
    rows: pd.DataFrame, gone: set[tuple[int, str]], tells_far: bool
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """What to hide of one setting in one year: row of the table, and columns.

    Args:
        rows: The setting's rows, all ages together and each age.
        gone: Rows and counts hidden.
        tells_far: Whether the forecast tells how many live over 20 miles away.
    """
    of_all, ages = rows[rows["age"] == ALL], rows[rows["age"] != ALL]
    number = int(of_all.index[0])
    tells_living, tells_wanting = ((number, c) not in gone for c in (_LIVING, _WANTING[0]))
    tells_nearby = tells_living and tells_far
    tells_elsewhere = tells_wanting and not _tells_few(of_all, _choices)
    columns: tuple[str, ...] = () if tells_living else _ROW
    if not tells_wanting:
        columns = (*columns, *_WANTING, *_NEEDED)
    if not tells_elsewhere:
        columns = (*columns, _ELSEWHERE)
    if not tells_nearby:
        columns = (*columns, _NEARBY)
        if rows.loc[number, "there_are_counted_from"] == CHILDREN_NEARBY:
            columns = (*columns, "places_there_are", *_GAPS)
    yield number, columns
    whole_rows = [int(row) for row in ages.index if (int(row), _LIVING) in gone]
    yield from ((row, (*_ROW, "places_there_are")) for row in whole_rows)
    left = ages.drop(index=whole_rows)
    never: tuple[str, ...] = ()
    if not tells_nearby or _tells_few(left, _distances):
        never = (*never, _NEARBY)
    if not tells_elsewhere or _tells_few(left, _choices):
        never = (*never, _ELSEWHERE)
    yield from ((int(row), never) for row in left.index)


def _few(row: pd.Series) -> bool:
    """Whether few want a setting or live there, or few of the ones are not of the others.

    That can be told from the two wherever nobody else lives there, or wants it.
    """
    elsewhere, _, other = _choices(row)
    told = [float(row[name]) for name in (*_WANTING, _LIVING, "places_needed")]
    if other == 0.0 or elsewhere == 0.0:
        told += [elsewhere, other]
    return any(small(value) for value in told)


def _tells_few(rows: pd.DataFrame, split: Callable[[pd.Series], tuple[float, ...]]) -> bool:
    """Whether any row tells a small count, as it is or by taking one from another."""
    return any(small(value) for _, row in rows.iterrows() for value in split(row))


def _distances(row: pd.Series) -> tuple[float, ...]:
    """Children living there within 20 miles, and further away."""
    living, nearby = float(row[_LIVING]), float(row[_NEARBY])
    return nearby, round(living - nearby, 2)


def _choices(row: pd.Series) -> tuple[float, float, float]:
    """Children wanting it who live elsewhere, who live there, and others who live there."""
    elsewhere = float(row[_ELSEWHERE])
    have = round(float(row[_WANTING[0]]) - elsewhere, 2)
    return elsewhere, have, round(float(row[_LIVING]) - have, 2)


def gap_sentence(gap: pd.DataFrame, label: Callable[[str], str]) -> list[str]:
    """The largest shortage of the authority's own places in the last year, in words.

    Args:
        gap: The table as it is shared.
        label: What to print for a setting.

    Returns:
        One sentence, or none where no setting has places, or the figures are hidden.
    """
    year = str(gap["financial_year"].iloc[-1])
    is_own = (gap["age"] == ALL) & (gap["there_are_counted_from"] == PLACES)
    rows = figures(gap[is_own & (gap["financial_year"] == year)], NUMBERS).dropna(subset=["gap"])
    if not len(rows) or float(rows["gap"].max()) < SMALLEST:
        return []
    row = rows.iloc[int(rows["gap"].to_numpy().argmax())]
    name, share = lower_first(label(str(row["setting"]))), percent(float(row["first_choice_share"]))
    return [
        f"In {year}, for {share} of the children whose first choice is {name} to live there, "
        f"{whole(row['places_needed']):,} places are needed{at_use(row)}; there are "
        f"{whole(row['places_there_are']):,}."
    ]


def at_use(row: pd.Series) -> str:
    """How many places are needed at the share of them that is used, where some are not."""
    needed, used = row["places_needed_at_that_occupancy"], row["occupancy_mean"]
    if pd.isna(needed) or pd.isna(used) or whole(needed) == whole(row["places_needed"]):
        return ""
    return f" ({whole(needed):,} if {percent(float(used))} of places are used, as in these futures)"
