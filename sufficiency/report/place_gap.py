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
        of_all = rows[rows["age"] == ALL].set_index("setting", drop=False)
        told = {
            name: {setting for setting in of_all.index if (name, year, setting) not in hidden_in}
            for name in ("children_in_care", "over_20_miles")
        }
        few_want = _few_want(of_all, told["children_in_care"])
        for setting, of_setting in rows.groupby("setting", sort=False):
            one = _Setting(
                of_setting,
                tells_living=setting in told["children_in_care"],
                tells_nearby=setting in told["over_20_miles"],
                tells_wanting=setting not in few_want,
            )
            for row, columns in one.hidden():
                for name in columns:
                    hidden.setdefault(name, []).append(row)
    shared = whole_table.astype(dict.fromkeys(NUMBERS, object))
    for name, gone in hidden.items():
        shared.loc[gone, name] = HIDDEN
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


def _few_want(rows: pd.DataFrame, told: set[str]) -> set[str]:
    """Settings of which it is hidden how many want them: few do, or company is needed.

    Cells are the children wanting each setting and those living in each. Both add up to the
    children in care. Where everyone living in a setting wants it, and nobody else does, the two
    are known to be one.

    Args:
        rows: The rows of all ages together in one year, by setting.
        told: Settings whose children are told in the forecast.
    """
    count = len(rows)
    wanting, living = (rows[name].to_numpy(dtype=np.float64) for name in (_WANTING[0], _LIVING))
    few = [_few(row) for _, row in rows.iterrows()]
    is_told = np.array([setting in told for setting in rows.index])
    tied = (wanting == living) & (rows[_ELSEWHERE].to_numpy() == 0.0)
    relations = [
        Relation(tuple(range(count)), (1,) * count, tuple(range(count))),
        Relation(tuple(range(count, 2 * count)), (1,) * count, tuple(range(count, 2 * count))),
        *(Relation((n, count + n), (1, -1)) for n in np.flatnonzero(tied).tolist()),
    ]
    primary = {n for n in range(count) if not is_told[n] or (few[n] and not tied[n])}
    primary |= {count + n for n in range(count) if not is_told[n]}
    cells = Cells(
        value=np.concatenate([wanting, living]),
        fixed=np.concatenate([tied & is_told, is_told]),
        total=np.zeros(2 * count, dtype=np.bool_),
        unpublished=np.zeros(2 * count, dtype=np.bool_),
    )
    hidden = close(cells, relations, primary, lambda _: set())
    return {str(rows.index[n]) for n in range(count) if n in hidden}


class _Setting:
    """The rows of one setting in one year: all ages together, and each age.

    Attributes:
        tells_living: Whether the children living there are told.
        tells_nearby: Whether those within 20 miles are.
        tells_wanting: Whether the children wanting it are.
        tells_elsewhere: Whether those of them who live elsewhere are.
    """

    def __init__(
        self, rows: pd.DataFrame, *, tells_living: bool, tells_nearby: bool, tells_wanting: bool
    ) -> None:
        self._all = rows[rows["age"] == ALL]
        self._ages = rows[rows["age"] != ALL]
        self.tells_living = tells_living
        self.tells_nearby = tells_living and tells_nearby
        self.tells_wanting = tells_living and tells_wanting
        self.tells_elsewhere = self.tells_wanting and not _tells_few(self._all, _choices)

    def hidden(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """What to hide: row of the table, and columns."""
        for number, row in self._all.iterrows():
            columns = () if self.tells_living else _ROW
            if not self.tells_wanting:
                columns = (*columns, *_WANTING, *_NEEDED)
            if not self.tells_elsewhere:
                columns = (*columns, _ELSEWHERE)
            if not self.tells_nearby:
                columns = (*columns, _NEARBY)
                if row["there_are_counted_from"] == CHILDREN_NEARBY:
                    columns = (*columns, "places_there_are", *_GAPS)
            yield int(str(number)), columns
        gone = self._hidden_ages()
        left = self._ages.drop(index=list(gone))
        never: tuple[str, ...] = ()
        if not self.tells_nearby or _tells_few(left, _distances):
            never = (*never, _NEARBY)
        if not self.tells_elsewhere or _tells_few(left, _choices):
            never = (*never, _ELSEWHERE)
        yield from ((row, (*_ROW, "places_there_are")) for row in gone)
        yield from ((int(row), never) for row in left.index)

    def _hidden_ages(self) -> set[int]:
        """Ages hidden whole: those with few children, and company for them."""
        sizes = {
            int(str(row)): np.array([float(each[name]) for name in (_WANTING[0], _LIVING)])
            for row, each in self._ages.iterrows()
        }
        if not self.tells_wanting:
            return set(sizes)
        hidden = {int(str(row)) for row, each in self._ages.iterrows() if _few(each)}
        while hidden and len(hidden) < len(sizes):
            together = np.sum([sizes[row] for row in hidden], axis=0)
            if len(hidden) > 1 and not any(small(float(value)) for value in together):
                break
            left = {row: float(size.max()) for row, size in sizes.items() if row not in hidden}
            hidden.add(min(left, key=lambda row: (left[row] < SMALLEST, left[row])))
        return hidden


def _few(row: pd.Series) -> bool:
    """Whether few want a setting, few live there, or few of those who want it do not.

    The last only where all who live there want it, so that the rest can be taken from it.
    """
    elsewhere, _, other = _choices(row)
    told = [float(row[name]) for name in (*_WANTING, _LIVING, "places_needed")]
    if other == 0.0:
        told.append(elsewhere)
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
