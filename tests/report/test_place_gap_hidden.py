"""The gap in places hides small counts, and a careful reader cannot work them out."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import made_up_tables
import numpy as np
import pandas as pd
import pytest

from sufficiency.forecast.place_gap import PlaceGapRow
from sufficiency.report.chart import Chart
from sufficiency.report.charts.place_gap import place_gap
from sufficiency.report.disclosure import small
from sufficiency.report.place_gap import gap_sentence, hide_small
from sufficiency.report.suppression import suppress
from sufficiency.streams import generator
from sufficiency.vocabulary import AgeBand

pytestmark = pytest.mark.content

AGES = [band.value for band in AgeBand]
MONTHS = ("2020-04", "2020-05")
YEAR = "2020/21"
TIED = ("relatives", "parents", "school", "secure", "other")
"""Everyone there wants it, and nobody else does."""
OWN, MIXED, BOUGHT, SECOND = "own_carers", "own_homes", "bought", "second_best"
"""All in own carers want them; some in own homes want carers; nobody wants what is bought first;
and hardly anyone the second best."""
SETTINGS = (*TIED, OWN, MIXED, BOUGHT, SECOND)
COUNTS = ("wanting_mean", "living_there_mean", "within_20_miles_mean", "elsewhere_mean")
WANTING, LIVING, NEARBY, ELSEWHERE = range(4)


def made_up(seed: int) -> pd.DataFrame:
    """One year of a made-up authority, nothing hidden: sizes from none to many."""
    random = generator(seed, "made-up gap")
    bought, second, mixed = ((40, 0, 4), (1, 0, 20), (12, 9, 20), (0, 12, 1))[seed % 4]
    sizes = (30, 12, 1, 1, 3, 20, mixed, bought, second)
    living = {s: random.poisson(size, 5) for s, size in zip(SETTINGS, sizes, strict=True)}
    for setting in ("school", "secure", "other"):
        living[setting] *= random.integers(0, 2, 5)
    wants_homes = random.binomial(living[BOUGHT], 0.2)
    has_homes = random.binomial(living[MIXED], 0.8)
    wants_second = random.binomial(living[SECOND], 0.05)
    has = living | {MIXED: has_homes, BOUGHT: 0 * wants_homes, SECOND: wants_second}
    unmet = living[BOUGHT] - wants_homes + living[MIXED] - has_homes
    unmet += living[SECOND] - wants_second
    rows = []
    for setting in SETTINGS:
        lives = living[setting].astype(float)
        elsewhere = np.zeros(5) + {OWN: unmet, MIXED: wants_homes}.get(setting, 0)
        far = random.binomial(living[setting], random.uniform(0, 0.4)).astype(float)
        by_age = np.array([has[setting] + elsewhere, lives, lives - far, elsewhere])
        rows += list(rows_of(setting, by_age, random.uniform(0.8, 1.0)))
    return pd.DataFrame(rows, columns=PlaceGapRow._fields)


def rows_of(setting: str, by_age: np.ndarray, narrow: float) -> Iterator[PlaceGapRow]:
    counts = np.column_stack([by_age.sum(axis=1), by_age])
    for place, age in enumerate(["all", *AGES]):
        wanting, living, nearby, elsewhere = (float(value) for value in counts[:, place])
        source, there = "children_living_there", living
        if age == "all":
            own = setting in (OWN, MIXED)
            source = "places" if own else "children_within_20_miles"
            there = 50.0 if own else nearby
        gap = wanting - there
        yield PlaceGapRow(
            "s", YEAR, setting, age, 0.9, wanting, wanting * narrow, wanting / narrow, living,
            nearby, elsewhere, int(wanting), there, source, gap, gap, gap, gap, 0.5, 1.0, 1.0,
        )  # fmt: skip


def forecast_of(gap: pd.DataFrame) -> pd.DataFrame:
    """The forecast of two months that the year is the average of."""
    rows = []
    of_all = gap[gap["age"] == "all"].set_index("setting")
    living = of_all["living_there_mean"]
    far = living - of_all["within_20_miles_mean"]
    for measure, values in (("children_in_care", living), ("over_20_miles", far)):
        for month, factor in zip(MONTHS, (0.75, 1.25), strict=True):
            told = {**{str(name): factor * value for name, value in values.items()}}
            for setting, value in {**told, "all": sum(told.values())}.items():
                statistics = dict.fromkeys(("mean", "p10", "p50", "p90"), value)
                rows.append(
                    {
                        "scenario": "s", "period": month, "period_type": "month",
                        "measure": measure, "setting": setting, "unit": "children",
                        **statistics, "half_width": 0.1,
                    }
                )  # fmt: skip
    return pd.DataFrame(rows)


class Reader:
    """Works out what can be worked out, by linear algebra and by knowing how the model works."""

    def __init__(self, shared: pd.DataFrame, forecast: pd.DataFrame) -> None:
        self.cells = {
            (setting, age, count): n
            for n, (setting, age, count) in enumerate(
                (s, a, c) for s in SETTINGS for a in ["all", *AGES] for c in range(4)
            )
        }
        self.equations: list[np.ndarray] = []
        self._read(shared)
        self._read_forecast(forecast)
        for setting in SETTINGS:
            for count in range(4):
                parts = [(setting, age, count) for age in AGES]
                self.know({(setting, "all", count): 1, **dict.fromkeys(parts, -1)})
        for count in (WANTING, LIVING):
            self.know({(setting, "all", count): 1 for setting in SETTINGS})
        for age in AGES:
            wants = {(setting, age, WANTING): 1 for setting in SETTINGS}
            self.know(wants | {(setting, age, LIVING): -1 for setting in SETTINGS})
            for setting in TIED:
                self.know({(setting, age, WANTING): 1, (setting, age, LIVING): -1})
                self.know({(setting, age, ELSEWHERE): 1})
            self.know({(OWN, age, WANTING): 1, (OWN, age, ELSEWHERE): -1, (OWN, age, LIVING): -1})
            self.know({(BOUGHT, age, WANTING): 1})
            self.know({(SECOND, age, ELSEWHERE): 1})

    def know(self, signs: dict[tuple[str, str, int], int]) -> None:
        """A signed sum of cells is known."""
        row = np.zeros(len(self.cells))
        for cell, sign in signs.items():
            row[self.cells[cell]] = sign
        self.equations.append(row)

    def _read(self, shared: pd.DataFrame) -> None:
        for _, row in shared.iterrows():
            for count, name in enumerate(COUNTS):
                if row[name] != "c":
                    self.know({(row["setting"], row["age"], count): 1})
            source = row["there_are_counted_from"]
            if source != "places" and row["places_there_are"] != "c":
                count = NEARBY if source == "children_within_20_miles" else LIVING
                self.know({(row["setting"], row["age"], count): 1})

    def _read_forecast(self, forecast: pd.DataFrame) -> None:
        """What is told of every month is known of the year."""
        hidden = forecast[forecast["mean"] == "c"].groupby("measure")["setting"].agg(set)
        far_hidden = hidden.get("over_20_miles", set())
        care_hidden = hidden.get("children_in_care", set())
        for setting in SETTINGS:
            if setting not in care_hidden:
                self.know({(setting, "all", LIVING): 1})
            if setting not in far_hidden:
                self.know({(setting, "all", LIVING): 1, (setting, "all", NEARBY): -1})
        self.know({(setting, "all", NEARBY): 1 for setting in SETTINGS})

    def solve(self) -> None:
        """Reduce what is known to as few equations as say the same (Gauss and Jordan)."""
        known = np.array(self.equations)
        self._pivots: list[int] = []
        for column in range(known.shape[1]):
            done = len(self._pivots)
            best = done + int(np.abs(known[done:, column]).argmax()) if done < len(known) else done
            if done == len(known) or abs(known[best, column]) < 1e-9:
                continue
            known[[done, best]] = known[[best, done]]
            known[done] /= known[done, column]
            others = known[:, column].copy()
            others[done] = 0.0
            known -= others[:, np.newaxis] * known[done]
            self._pivots.append(column)
        self._known = known[: len(self._pivots)]

    def knows(self, signs: dict[tuple[str, str, int], int]) -> bool:
        """Whether a signed sum of cells follows from what is known."""
        left = np.zeros(len(self.cells))
        for cell, sign in signs.items():
            left[self.cells[cell]] = sign
        for row, column in zip(self._known, self._pivots, strict=True):
            left = left - left[column] * row
        return bool(np.abs(left).max() < 1e-7)


def found_out(gap: pd.DataFrame, shared: pd.DataFrame, forecast: pd.DataFrame) -> list[str]:
    """Small counts that a reader can find out although they are hidden."""
    reader = Reader(shared, forecast)
    reader.solve()
    truth = gap.set_index(["setting", "age"])[list(COUNTS)]
    asked = {
        "wanting": (1, 0, 0, 0), "living": (0, 1, 0, 0), "nearby": (0, 0, 1, 0),
        "elsewhere": (0, 0, 0, 1), "far": (0, 1, -1, 0), "has": (1, 0, 0, -1),
        "wants another": (-1, 1, 0, 1),
    }  # fmt: skip
    return [
        f"{setting} {age} {name}"
        for setting in SETTINGS
        for age in ["all", *AGES]
        for name, signs in asked.items()
        if small(float(np.dot(signs, truth.loc[(setting, age)].to_numpy(dtype=float))))
        and reader.knows({(setting, age, n): sign for n, sign in enumerate(signs) if sign})
    ]


@pytest.mark.parametrize("seed", range(8))
def test_no_small_count_can_be_worked_out(seed: int) -> None:
    gap = made_up(seed)
    forecast = suppress(forecast_of(gap))
    shared = hide_small(gap, forecast)
    assert found_out(gap, shared, forecast) == []
    hidden = (shared["wanting_mean"] == "c").mean()
    assert 0.1 < hidden < 0.95  # something is left to read


def test_the_reader_would_find_a_count_that_is_hidden_alone() -> None:
    gap = made_up(3)
    forecast = suppress(forecast_of(gap))
    shared = hide_small(gap, forecast)
    chosen = shared[(shared["age"] != "all") & (shared["living_there_mean"] == "c")].index
    truth = gap.loc[chosen, list(COUNTS)].astype(object)
    for row in chosen[1:]:
        shared.loc[row, list(COUNTS)] = truth.loc[row]
    shown = shared.copy()
    assert found_out(gap, shown, forecast) != []


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_follows_the_children_is_hidden_with_them(seed: int) -> None:
    gap = made_up(seed)
    shared = hide_small(gap, suppress(forecast_of(gap)))
    gone = shared["wanting_mean"] == "c"
    for name in ("wanting_p10", "wanting_p90", "places_needed", "gap", "gap_mean", "gap_p90"):
        assert (shared.loc[gone, name] == "c").all(), name
    few = gap["wanting_mean"].map(lambda value: small(float(value)))
    tied_and_told = gap["setting"].isin(TIED) & ~gone & (gap["age"] == "all")
    assert gone[few & ~tied_and_told].all()
    own = shared[(shared["there_are_counted_from"] == "places")]
    assert (own["places_there_are"] == 50.0).all()
    assert (gap["wanting_mean"] != "c").all()


def test_the_sentence_tells_the_largest_shortage_of_own_places() -> None:
    gap = pd.DataFrame(
        [
            *rows_of(OWN, np.array([[40.0] * 5, [10.0] * 5, [10.0] * 5, [30.0] * 5]), 1.0),
            *rows_of(BOUGHT, np.array([[90.0] * 5, [0.0] * 5, [0.0] * 5, [90.0] * 5]), 1.0),
        ],
        columns=PlaceGapRow._fields,
    )
    gap.loc[0, "places_needed_at_that_occupancy"] = 400.0
    label = {OWN: "Own carers", BOUGHT: "Bought"}.__getitem__
    assert gap_sentence(gap, label) == [
        "In 2020/21, for 90% of the children whose first choice is own carers to live there, "
        "200 places are needed (400 if 50% of places are used, as in these futures); there are 50."
    ]
    for hidden in ("c", -3.0):
        assert gap_sentence(gap.astype({"gap": object}).assign(gap=hidden), label) == []


def table() -> pd.DataFrame:
    """Two years of three settings, places known of two."""
    rows = []
    for year, places in (("2020/21", 200), ("2021/22", 260)):
        for setting in (OWN, "bought", "relatives"):
            counts = np.array([[40.0] * 5, [10.0] * 5, [10.0] * 5, [30.0] * 5])
            made = list(rows_of(setting, counts, 0.9))
            source = {"bought": "nearby_places", OWN: "places"}.get(setting)
            if source is not None:
                made[0] = made[0]._replace(there_are_counted_from=source, places_there_are=120.0)
            needed = 0 if setting == "bought" else places
            gap = needed - made[0].places_there_are
            made[0] = made[0]._replace(places_needed=needed, gap=gap)
            rows += [row._replace(financial_year=year) for row in made]
    return pd.DataFrame(rows, columns=PlaceGapRow._fields)


def chart_of(gap: pd.DataFrame | None) -> Chart | None:
    given = made_up_tables.tables()
    labels = {OWN: "Own carers", "bought": "Bought carers"}
    return place_gap(dataclasses.replace(given, place_gap=gap, labels=labels))


def test_the_chart_draws_first_and_last_year_of_settings_with_places() -> None:
    chart = chart_of(table())
    assert chart is not None
    assert chart.title == "Own carers: 260 places needed in 2021/22, and 120 there"
    panels = chart.figure.axes
    assert [panel.get_title(loc="left") for panel in panels] == ["Own carers", "Bought carers"]
    heights = [[bar.get_height() for bar in panel.patches] for panel in panels]
    assert heights == [[200, 120, 260, 120], [0, 120, 0, 120]]
    assert all(panel.get_ylim()[0] == 0 for panel in panels)
    assert list(chart.table["places_needed"]) == [200, 260, 0, 0]
    assert "own carers needs 260" in chart.text
    assert "90% of the children" in chart.text


def test_no_chart_of_what_is_hidden_or_has_no_places() -> None:
    gap = table()
    assert chart_of(None) is None
    assert chart_of(gap[gap["setting"] == "relatives"]) is None
    hidden = gap.astype({"places_needed": object})
    hidden.loc[hidden["setting"] == OWN, "places_needed"] = "c"
    chart = chart_of(hidden)
    assert chart is not None
    assert chart.title == "No setting drawn has too few places in 2021/22"
    assert "Not drawn, being small or hidden: own carers." in chart.text
