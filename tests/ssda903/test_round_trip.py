"""A simulated future written as returns, read back and cleaned, is the same future.

The same children on every night, by setting and place; the same ways into care, moves and ways
out, on the same days, at the same ages. Where a return cannot say what the model says, the tests
say here, in tables of their own, as what it comes back.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sufficiency.episodes import (
    CATEGORIES,
    LOCATIONS,
    OPEN,
    REASONS_CEASED,
    REASONS_NEW,
    SIBLINGS,
    Episodes,
    Provenance,
)
from sufficiency.forecast.replication import simulated
from sufficiency.periods import Horizon
from sufficiency.scenario.load import load_scenario
from sufficiency.scenario.schema import Scenario
from sufficiency.ssda903.clean import Cleaned, clean
from sufficiency.ssda903.read import read_returns
from sufficiency.ssda903.write import Exported, write_returns
from sufficiency.streams import Draws, Streams, generator
from sufficiency.vocabulary import Setting

pytestmark = pytest.mark.conservation

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = ROOT / "scenarios/middlesbrough-2020"

COMES_BACK_AS = {
    "stay_ends": "planned",
    "panel": "planned",
    "carer_left": "breakdown",
    "closure": "breakdown",
    "not_approved": "breakdown",
}
"""Moves that a return has no reason of its own for."""
MOVES = frozenset({"planned", "breakdown", *COMES_BACK_AS})
EXPECTED = frozenset({"seen_again", "grown_up"})
"""What cleaning finds in a future without a fault: open episodes that come back, and children
who leave at 18 and say so."""
GROWING_UP_DAYS = 31
"""Whoever leaves for independence so shortly before 18 counts as having turned 18."""

Event = tuple[str, dt.date, int, str]
"""A child by its number in the return, a day, age in days, and what happened."""


@dataclass(frozen=True)
class Stay:
    """A placement with nights, out of either table."""

    child: str
    period: int
    start: dt.date
    end: dt.date | None
    born: dt.date
    setting: str
    location: str
    new: str
    ceased: str
    category: str


def stays_of(table: Episodes, name: Callable[[int], str]) -> list[Stay]:
    """The rows of a table in words, by child and in order."""

    def date(day: int) -> dt.date:
        return table.epoch + dt.timedelta(days=day)

    found = []
    for at in np.lexsort((table.start, table.period_of_care, table.child)).tolist():
        end = int(table.end[at])
        found.append(
            Stay(
                name(int(table.child[at])),
                int(table.period_of_care[at]),
                date(int(table.start[at])),
                None if end == OPEN else date(end),
                date(int(table.born[at])),
                table.settings[table.setting[at]],
                LOCATIONS[table.location[at]],
                REASONS_NEW[table.reason_new[at]],
                REASONS_CEASED[table.reason_ceased[at]],
                CATEGORIES[table.category[at]],
            )
        )
    return found


def nights(
    stays: list[Stay], days: Horizon, of: Callable[[Stay], str] = lambda stay: ""
) -> dict[str, list[int]]:
    """Children in care on each night of a horizon, by whatever of their placement."""
    changes: dict[str, np.ndarray] = {}
    for stay in stays:
        change = changes.setdefault(of(stay), np.zeros(days.days + 1, dtype=np.int64))
        change[min(max(days.day(stay.start), 0), days.days)] += 1
        end = days.days if stay.end is None else days.day(stay.end)
        change[min(max(end, 0), days.days)] -= 1
    by_day = {key: np.cumsum(change)[:-1] for key, change in changes.items()}
    return {key: each.tolist() for key, each in by_day.items() if each.any()}


def events(stays: list[Stay], days: Horizon) -> dict[str, Counter[Event]]:
    """Ways into care, moves and ways out on the days of a horizon, all but same-day ones."""
    found: dict[str, Counter[Event]] = {kind: Counter() for kind in ("entry", "move", "exit")}

    def note(kind: str, stay: Stay, day: dt.date | None, what: str) -> None:
        if day is not None and days.start < day <= days.end:
            found[kind][stay.child, day, (day - stay.born).days, what] += 1

    for _, grouped in groupby(stays, key=lambda stay: (stay.child, stay.period)):
        period = list(grouped)
        slept = [stay for stay in period if stay.start != stay.end]
        if not slept:
            continue
        if slept[0].new != "opening":
            note("entry", slept[0], slept[0].start, slept[0].category)
        for stay in slept[:-1]:
            assert stay.ceased in MOVES
            note("move", stay, stay.end, COMES_BACK_AS.get(stay.ceased, stay.ceased))
        # Where a last home had no night, the way out is still its own.
        note("exit", slept[-1], slept[-1].end, way_out(slept[-1], period[-1].ceased))
    return found


def way_out(stay: Stay, route: str) -> str:
    """As what a way out comes back."""
    if route == "order_discharged" and stay.setting != Setting.PLACED_WITH_PARENTS:
        return "other"
    if route == "independence" and stay.end is not None:
        adult = stay.born.replace(year=stay.born.year + 18, day=min(stay.born.day, 28))
        if (adult - stay.end).days <= GROWING_UP_DAYS:
            return "aged_18"
    return route


def as_a_home(setting: str) -> str:
    """A hub and a setting of the scenario's own come back as the authority's own homes."""
    usual = setting in set(Setting) and setting != Setting.HUB
    return setting if usual else Setting.IN_HOUSE_RESIDENTIAL.value


@dataclass(frozen=True)
class Trip:
    """A future before and after it was written, read and cleaned."""

    days: Horizon
    before: list[Stay]
    after: list[Stay]
    exported: Exported
    cleaned: Cleaned


def there_and_back(table: Episodes, days: Horizon, folder: Path) -> Trip:
    folder.mkdir()
    exported = write_returns(table, days, folder)
    cleaned = clean(read_returns(folder))
    records = cleaned.records
    assert (records.first_date, records.last_date) == (days.epoch, days.end)
    numbers = {child: at for at, child in enumerate(np.unique(table.child).tolist(), start=1)}
    before = stays_of(table, lambda child: f"SIM{numbers[child]:06d}")
    after = stays_of(records.episodes, lambda child: cleaned.identifiers[child])
    return Trip(days, before, after, exported, cleaned)


def check_same(trip: Trip) -> None:
    """The same children on every night and the same events; nothing found but the expected."""
    days, before, after = trip.days, trip.before, trip.after
    assert trip.exported.back_same_day == 0, "otherwise a way out comes back as a move"
    by_home = nights(before, days, lambda stay: f"{as_a_home(stay.setting)} {stay.location}")
    assert nights(after, days, lambda stay: f"{stay.setting} {stay.location}") == by_home
    assert nights(after, days, lambda s: s.category) == nights(before, days, lambda s: s.category)
    were, are = events(before, days), events(after, days)
    for kind in were:
        assert are[kind] == were[kind], kind
    assert {finding.rule for finding in trip.cleaned.findings} <= EXPECTED


def future(scenario: Scenario, number: int) -> Episodes:
    draws = Draws(scenario.seed, number)
    return simulated(scenario, draws, Streams(scenario.seed, number)).episodes


@pytest.fixture(scope="module")
def baseline() -> Scenario:
    return load_scenario(SCENARIOS / "baseline.yaml").scenario


@pytest.fixture(scope="module")
def whole(baseline: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Trip:
    """Five years of the shipped baseline, there and back."""
    days = Horizon(baseline.start, baseline.end)
    folder = tmp_path_factory.mktemp("whole") / "returns"
    return there_and_back(future(baseline, 1), days, folder)


def test_the_shipped_baseline_comes_back_as_it_was(whole: Trip) -> None:
    check_same(whole)


def test_much_happened_in_it(whole: Trip) -> None:
    """So that sameness says something."""
    happened = events(whole.before, whole.days)
    assert sum(happened["entry"].values()) > 500
    assert sum(happened["move"].values()) > 500
    assert {what for *_, what in happened["move"]} == {"planned", "breakdown"}
    assert len({what for *_, what in happened["exit"]}) >= 8
    assert whole.exported.without_a_night > 0
    assert len(nights(whole.before, whole.days, lambda s: s.setting)) >= 9
    assert len(nights(whole.before, whole.days, lambda s: s.location)) == len(LOCATIONS)


def test_every_episode_that_was_open_is_seen_again(whole: Trip) -> None:
    """An episode that spans a 31 March is found twice, and so on; nothing else is."""
    ends = [dt.date(year, 3, 31) for year in whole.exported.years[:-1]]
    spans = sum(
        stay.start <= end and (stay.end is None or stay.end > end)
        for stay in whole.before
        for end in ends
    )
    rules = Counter(finding.rule for finding in whole.cleaned.findings)
    turned_18 = [what for *_, what in events(whole.before, whole.days)["exit"].elements()]
    assert rules == {"seen_again": spans, "grown_up": turned_18.count("aged_18")}


def test_children_in_care_already_were_not_seen_to_come(whole: Trip) -> None:
    records = whole.cleaned.records
    opened = {stay.child for stay in whole.before if stay.new == "opening"}
    first = records.episodes.period_of_care == 1
    known = {
        whole.cleaned.identifiers[child]
        for child in records.episodes.child[first & records.entered_known].tolist()
    }
    assert known
    assert known.isdisjoint(opened)


@pytest.mark.parametrize("file", ["unaccompanied", "siblings", "hub", "fostering-campaign"])
def test_other_scenarios_come_back_as_they_were(tmp_path: Path, file: str) -> None:
    scenario = load_scenario(SCENARIOS / f"{file}.yaml").scenario
    days = Horizon(scenario.start, scenario.end)
    trip = there_and_back(future(scenario, 2), days, tmp_path / "returns")
    check_same(trip)
    if file == "unaccompanied":
        assert "unaccompanied" in nights(trip.after, days, lambda stay: stay.category)
    if file == "hub":
        assert trip.exported.as_own_homes == ("hub",)
        assert "hub" in nights(trip.before, days, lambda stay: stay.setting)


def test_two_years_in_the_middle(baseline: Scenario, tmp_path: Path) -> None:
    """Most children are in care already; some were seen to come into care before, some not."""
    days = Horizon(dt.date(2022, 3, 31), dt.date(2024, 3, 31))
    trip = there_and_back(future(baseline, 3), days, tmp_path / "returns")
    check_same(trip)
    records = trip.cleaned.records
    before = records.entered < 0
    assert (records.entered_known & before).any()
    assert (~records.entered_known & before).any()
    assert records.entered_known[~before].all()


def made_up(seed: int) -> Episodes:
    """Children who come, move and go at random, for three years.

    Many on the same day, on the first and last days of years, or without a night.
    """
    rng = generator(seed, "made-up children")
    rows: list[tuple[int, ...]] = []
    for child in range(CHILDREN):
        rows.extend(one_life(child, rng))
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    child, period, start, end, setting, location, new, ceased, born, category = columns
    nothing = np.full(len(rows), -1, dtype=np.int16)
    return Episodes(
        epoch=THREE_YEARS.epoch,
        settings=tuple(setting.value for setting in Setting),
        child=child.astype(np.int64),
        period_of_care=period.astype(np.int32),
        start=start.astype(np.int32),
        end=end.astype(np.int32),
        setting=setting.astype(np.int16),
        location=location.astype(np.int8),
        first_choice=nothing,
        waiting_for=nothing,
        reason_new=new.astype(np.int8),
        reason_ceased=ceased.astype(np.int8),
        born=born.astype(np.int32),
        price_rank=np.zeros(len(rows)),
        category=category.astype(np.int8),
        siblings=np.full(len(rows), SIBLINGS.index(""), dtype=np.int8),
        provenance=np.full(len(rows), Provenance.SIMULATED, dtype=np.int8),
    )


CHILDREN = 150
NO_SHRINKING = (Phase.explicit, Phase.generate)  # a smaller seed is no simpler future
THREE_YEARS = Horizon(dt.date(2023, 3, 31), dt.date(2026, 3, 31))
ROUTES = tuple(
    REASONS_CEASED.index(route) for route in REASONS_CEASED if route and route not in MOVES
)[:8]
EDGES = (0, 1, 364, 365, 366, 367, 730, 731, 732, 1094, 1095)


def one_life(child: int, rng: np.random.Generator) -> Iterator[tuple[int, ...]]:
    """Periods of care of one child with a night between them at least."""
    born = -int(rng.integers(4 * 365, 17 * 365))
    adult, alone = born + 6574, int(rng.random() < 0.2)
    opening = rng.random() < 0.3
    day = -int(rng.integers(1, 900)) if opening else int(rng.integers(0, 1000))
    day = min(max(day, born), adult - 1)
    new = REASONS_NEW.index("opening" if opening else "entry")
    for period in range(1, int(rng.integers(1, 4)) + 1):
        homes = int(rng.integers(1, 5))
        for home in range(homes):
            stays = int(rng.integers(0, 3)) if rng.random() < 0.3 else int(rng.exponential(200)) + 1
            end = day + stays if rng.random() < 0.8 else int(rng.choice(EDGES))
            # Nobody in care on opening leaves before, and nobody without having slept a night.
            end = max(end, day, 1 if day < 0 else 0)
            what = int(rng.choice(ROUTES if home == homes - 1 else MOVE_CODES))
            if end >= adult:
                end, what = adult, REASONS_CEASED.index("aged_18")
            if end > 1095:
                end, what = OPEN, 0
            where = int(rng.integers(len(Setting))), int(rng.integers(len(LOCATIONS)))
            yield (child, period, day, end, *where, new, what, born, alone)
            if end in (OPEN, adult):
                return
            day, new = end, REASONS_NEW.index("planned")
        day += int(rng.integers(1, 200))
        new = REASONS_NEW.index("return")
        if day >= min(adult, 1095):
            return


MOVE_CODES = tuple(REASONS_CEASED.index(move) for move in sorted(MOVES))


@settings(max_examples=12, phases=NO_SHRINKING)
@given(seed=st.integers(0, 2**31))
def test_whatever_happens_comes_back(seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("made-up") / "returns"
    check_same(there_and_back(made_up(seed), THREE_YEARS, folder))
