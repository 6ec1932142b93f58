"""Services for children at risk of coming into care: who is helped, and what it changes.

A child is referred when its time at risk begins, or when a service opens during it. A service
helps only so many at once; the rest wait, and some come into care or are out of danger before
their turn. While a child is helped, and in part afterwards, the time until it would come into
care runs at another speed. If its risk ends first, the child does not come into care, though
it may be at risk again later. Putting off is not keeping out, and both are counted.

Only children who are referred need events, so a service costs little.
"""

from __future__ import annotations

import heapq
import math
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import simpy
from scipy import special
from simpy.events import Event, Timeout

from sufficiency.episodes import HELP_OUTCOMES, NONE, OPEN
from sufficiency.model.child import DAYS_TO_ADULT
from sufficiency.model.edge_risk import LONGEST_AT_RISK, RiskParameters
from sufficiency.model.parameters import Steps
from sufficiency.model.search import age_band
from sufficiency.streams import Streams

NEVER = math.inf
MOST_TIMES_BACK = 5
"""A child kept out of care is at risk again at most this often. Few are twice."""

_SHAPE = 4.0
"""Shape of the gamma distribution of the length of help: most near the average, few far off."""

_ONGOING, _FINISHED, _ENTERED, _RISK_ENDED, _CLOSED = range(len(HELP_OUTCOMES))
_AGAIN_COLUMNS = 5
_MOMENT = 1e-6
"""Days. Help ends when a service closes, give or take rounding; nobody takes that place."""

Row = list[int]
"""Child, service, asked, start, end, outcome, began, times back, would enter, entered."""
_START, _END, _OUTCOME, _ENTERS = 3, 4, 5, 9


@dataclass(frozen=True)
class ServiceParameters:
    """One service in this replication.

    Attributes:
        name: Its name.
        opens: Day it opens.
        closes: Day it closes; infinite when it never does.
        rank: For each age band, its place among the ages it takes first; ``NONE`` where it
            does not help that age.
        reach: Chance that a child at risk is referred and agrees.
        caseload: Steps of children it can help at once, in whole children.
        support_days: Average length of help.
        rates: Steps of the rate of coming into care while helped, over the rate without.
        lasting: Share of the effect that lasts after the help.
    """

    name: str
    opens: float
    closes: float
    rank: tuple[int, ...]
    reach: float
    caseload: Steps
    support_days: float
    rates: Steps
    lasting: float

    def day_of_entry(self, helped_from: float, helped_until: float, unhelped: float) -> float:
        """When a child comes into care that is helped.

        The time until then, as it would be without help, is spent at the rate of the day.
        What lasts is a share of the effect the help had when it ended.

        Args:
            helped_from: When its help begins.
            helped_until: When its help ends.
            unhelped: When it would come into care without help.

        Returns:
            The day; infinite when it never comes. Exactly ``unhelped`` without an effect.
        """
        days, rates = self.rates
        place = bisect_right(days, helped_from) - 1
        now, put_off = helped_from, 0.0
        while now < helped_until:
            following = days[place + 1] if place + 1 < len(days) else NEVER
            until, rate = min(helped_until, following), rates[place]
            if unhelped + put_off - now <= rate * (until - now):
                return _spent(unhelped + put_off, now, rate)
            put_off += (1.0 - rate) * (until - now)
            now = until
            if now == following:
                place += 1
        ended = bisect_right(days, math.nextafter(helped_until, helped_from)) - 1
        return _spent(unhelped + put_off, now, 1.0 - (1.0 - rates[ended]) * self.lasting)


def _spent(due: float, now: float, rate: float) -> float:
    """When what is left until a due day is spent, at another speed from now on."""
    if rate == 1.0:
        return due
    return now + (due - now) / rate if rate > 0.0 else NEVER


@dataclass(slots=True)
class Spell:
    """A child's time at risk.

    Attributes:
        child: Number of the child.
        band: Code of its age band, for the length of the spell.
        born: Day of birth.
        begins: When it begins.
        enters: When the child would come into care, if its risk did not end first.
        ends: When its risk ends, if the child does not come into care first.
        luck: For each service, whether it reaches the child and how long it helps.
        times_back: How often the child was kept out of care and at risk again before.
        row: Its line in the record, once referred.
        helped: Whether its help has begun.
    """

    child: int
    band: int
    born: float
    begins: float
    enters: float
    ends: float
    luck: list[list[float]]
    times_back: int = 0
    row: Row | None = None
    helped: bool = False

    @property
    def over(self) -> float:
        """When it is over without any service."""
        return min(self.enters, self.ends)

    def waited_in_vain(self) -> None:
        """The child came into care, or was out of danger, before its turn."""
        assert self.row is not None
        self.row[_OUTCOME] = _ENTERED if self.enters < self.ends else _RISK_ENDED
        self.row[_END] = _whole(self.over)


class _Desk:
    """One service as it stands: how many it helps, and who waits."""

    def __init__(self, code: int, service: ServiceParameters) -> None:
        self.code = code
        self.service = service
        self.is_open = False
        self.limit = int(service.caseload[1][0])
        self.helped = 0
        self.waiting: list[tuple[int, float, int, Spell]] = []

    def next_waiting(self, now: float) -> Spell | None:
        """The first in line who still waits, if there is room for another."""
        is_open = self.is_open and now < self.service.closes - _MOMENT
        while self.waiting and self.helped < self.limit and is_open:
            spell = heapq.heappop(self.waiting)[-1]
            if spell.over > now:
                return spell
            spell.waited_in_vain()
        return None


class Services:
    """The services of one replication, until the last day.

    Attributes:
        record: A line for each referral, and for each time a child was back at risk.
        entered: Children whose day of coming into care has changed, and that day; infinite
            when they do not come.
    """

    def __init__(
        self,
        services: tuple[ServiceParameters, ...],
        risk: RiskParameters,
        streams: Streams,
        days: int,
    ) -> None:
        """Set up the services, none open yet.

        Args:
            services: The services, in the order in which a child is offered them.
            risk: Hazards and averages, for children who are at risk again.
            streams: The replication's streams.
            days: Length of the forecast.
        """
        self.record: list[Row] = []
        self.entered: dict[int, float] = {}
        self._days = float(days)
        self._risk = risk
        self._streams = streams
        self._desks = [_Desk(code, service) for code, service in enumerate(services)]
        first = min([0.0, *(service.opens for service in services)])
        self._env = simpy.Environment(initial_time=first)

    def run(self, spells: Iterable[Spell]) -> None:
        """Help those whom a service reaches, until the last day.

        Args:
            spells: Children at risk whom some service reaches.
        """
        for spell in spells:
            self._refer(spell)
        for desk in self._desks:
            service = desk.service
            self._at(service.opens, self._opens, desk)
            self._at(service.closes, self._closes, desk)
            for day, places in zip(service.caseload[0][1:], service.caseload[1][1:], strict=True):
                self._at(day, self._resizes, (desk, int(places)))
        self._env.run(until=self._days)
        for desk in self._desks:
            self._empty(desk, self._days)

    def _at(self, day: float, action: Callable[[Event], None], value: object) -> None:
        """Do something on a day, unless the forecast ends before."""
        if day < self._days:
            timer = Timeout(self._env, max(day - self._env.now, 0.0), value)
            timer.callbacks.append(action)

    # Referral ------------------------------------------------------------------------------

    def _refer(self, spell: Spell) -> bool:
        """Refer a child to the first service that is open and reaches it, if one ever is."""
        found, asks = None, min(spell.over, self._days)
        for desk, (reached, _) in zip(self._desks, spell.luck, strict=True):
            service = desk.service
            day = max(spell.begins, service.opens)
            helps = service.rank[spell.band] != NONE and reached < service.reach
            if helps and day < asks and day < service.closes:
                found, asks = desk, day
        if found is None:
            return False
        self._at(asks, self._asks, (found, spell, asks))
        return True

    def _asks(self, timer: Event) -> None:
        """A child joins the line, and is helped at once if there is room."""
        desk, spell, day = _value_of(timer)
        self._write(spell, desk.code, day)
        heapq.heappush(desk.waiting, (desk.service.rank[spell.band], day, spell.child, spell))
        self._take_in(desk)
        if spell.times_back and not spell.helped:
            self._at(spell.over, self._ends_unhelped, spell)

    def _write(self, spell: Spell, service: int, asked: float) -> None:
        """Begin the child's line in the record."""
        would_enter = _whole(spell.enters if spell.enters < spell.ends else NEVER)
        began = _whole(spell.begins)
        spell.row = [
            spell.child, service, _whole(asked), OPEN, OPEN, _ONGOING, began, spell.times_back,
            would_enter, would_enter,
        ]  # fmt: skip
        self.record.append(spell.row)

    def _ends_unhelped(self, timer: Event) -> None:
        """A child that was at risk again comes into care, or not, before its turn."""
        spell: Spell = _value_of(timer)
        if not spell.helped:
            self._ends(spell, spell.enters)

    # Help ----------------------------------------------------------------------------------

    def _take_in(self, desk: _Desk) -> None:
        """Begin to help as many as there is room for."""
        now = self._env.now
        spell = desk.next_waiting(now)
        while spell is not None:
            self._help(desk, spell, now)
            spell = desk.next_waiting(now)

    def _help(self, desk: _Desk, spell: Spell, now: float) -> None:
        """Begin to help a child. What becomes of it follows, as nothing else intervenes."""
        service, row = desk.service, spell.row
        assert row is not None
        length = float(special.gammaincinv(_SHAPE, spell.luck[desk.code][1])) / _SHAPE
        finished = now + length * service.support_days
        until = min(finished, service.closes)
        enters = service.day_of_entry(now, until, spell.enters)
        if enters < spell.enters:  # sooner than without help, but not before it is born
            enters = max(enters, spell.born)
        over = min(until, enters, spell.ends)
        desk.helped += 1
        spell.helped = True
        row[_START] = _whole(now)
        row[_ENTERS] = _whole(enters if enters < spell.ends else NEVER)
        if over < self._days:
            row[_END] = _whole(over)
            if over == finished:
                row[_OUTCOME] = _FINISHED
            elif over == until:
                row[_OUTCOME] = _CLOSED
            else:
                row[_OUTCOME] = _ENTERED if enters < spell.ends else _RISK_ENDED
        self._at(over, self._help_ends, desk)
        self._ends(spell, enters)

    def _help_ends(self, timer: Event) -> None:
        desk: _Desk = _value_of(timer)
        desk.helped -= 1
        self._take_in(desk)

    # What it changes -----------------------------------------------------------------------

    def _ends(self, spell: Spell, enters: float) -> None:
        """A time at risk that would be over on one day is over on another, and how."""
        comes_in, would_come_in = enters < spell.ends, spell.enters < spell.ends
        if comes_in:
            if enters != spell.enters or spell.times_back:
                self.entered[spell.child] = enters
        elif would_come_in or spell.times_back:
            self.entered[spell.child] = NEVER
            self._again(spell)

    def _again(self, spell: Spell) -> None:
        """A child kept out of care may be at risk again later, from its own luck."""
        times_back, risk = spell.times_back + 1, self._risk
        if times_back > MOST_TIMES_BACK:
            return
        luck = self._streams.of("at_risk_again", spell.child, times_back).random(_AGAIN_COLUMNS)
        comes_back, wait, length, kind, rest = luck.tolist()
        begins = spell.ends - math.log1p(-wait) * risk.comes_back_after_days
        adult_day = spell.born + DAYS_TO_ADULT
        if comes_back >= risk.comes_back or begins >= min(self._days, adult_day):
            return
        band = age_band(max(begins - spell.born, 0.0))
        enters_per_day = float(risk.enters_per_day[band])
        over = begins + min(-math.log1p(-length), LONGEST_AT_RISK) * risk.days_at_risk
        comes_in = kind < enters_per_day * risk.days_at_risk
        other_per_day = float(risk.ends_per_day[band]) if comes_in else enters_per_day
        other = over - math.log1p(-rest) / other_per_day if other_per_day > 0.0 else NEVER
        enters, ends = (over, other) if comes_in else (other, over)
        helped = [
            self._streams.of("service_again", desk.service.name, spell.child, times_back)
            .random(2)
            .tolist()
            for desk in self._desks
        ]
        again = Spell(
            spell.child, band, spell.born, begins, enters, min(ends, adult_day), helped, times_back
        )
        if not self._refer(again):
            self._write(again, NONE, NEVER)
            self._ends(again, again.enters)

    # Services that change ------------------------------------------------------------------

    def _opens(self, timer: Event) -> None:
        """A service opens, once all who are referred on that day are in line."""
        self._at(self._env.now, self._begins_work, _value_of(timer))

    def _begins_work(self, timer: Event) -> None:
        desk: _Desk = _value_of(timer)
        desk.is_open = True
        self._take_in(desk)

    def _resizes(self, timer: Event) -> None:
        """Room for more or fewer: nobody is sent away."""
        desk, places = _value_of(timer)
        desk.limit = places
        self._take_in(desk)

    def _closes(self, timer: Event) -> None:
        """A service closes: those it helps are done already, those who wait are told."""
        desk: _Desk = _value_of(timer)
        desk.is_open = False
        for spell in self._empty(desk, self._env.now):
            assert spell.row is not None
            spell.row[_OUTCOME], spell.row[_END] = _CLOSED, _whole(self._env.now)

    def _empty(self, desk: _Desk, now: float) -> list[Spell]:
        """Take everyone out of the line; who was still waiting in it."""
        still = []
        for *_, spell in desk.waiting:
            if spell.over > now:
                still.append(spell)
            else:
                spell.waited_in_vain()
        desk.waiting.clear()
        return still


def _value_of(timer: Event) -> Any:
    """What a timer was given to carry."""
    return timer.value


def _whole(day: float) -> int:
    """A day as the record keeps it."""
    return OPEN if day == NEVER else math.floor(day)
