"""What a scenario leads to on average, worked out without chance.

The simulation draws one future after another. Where nothing is limited its average can be
worked out directly: children move forward in age and in time in care, quarter by quarter, and
from home to home and out of care at the scenario's rates. That takes a part of a second, where
the average of many futures takes minutes, so it is used to find rates that agree with what was
counted. It knows averages only: the range around them is for the simulation.
"""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sufficiency.model.ages import EVEN, UNDER_1, weights_from_birth, weights_rising
from sufficiency.model.expected_grid import AGE_EDGES, exponentials, spread_in_bands, time_edges
from sufficiency.model.expected_states import speeds, states_of, year_factors
from sufficiency.model.parameters import ROUTES, FloatArray, Parameters
from sufficiency.vocabulary import AgeBand

IntArray = NDArray[np.intp]


class Expectation:
    """Expected children in care by age and setting: linear in opening children and in entries.

    Attributes:
        years: Years followed.
        steps_per_year: Steps in a year.
        of_opening: Of the opening children, those still in care at the start and at the end of
            each step; shape (1 + steps, 5, settings).
        of_entries: Of one child entering evenly over the first step, by the scenario's ages
            and plans, the part in care at the end of each step; shape (steps, 5, settings).
    """

    def __init__(
        self,
        parameters: Parameters,
        opening: FloatArray,
        share_aged_17: float,
        years: int,
        leaving: FloatArray | None = None,
        *,
        older_half: tuple[float, ...] = EVEN,
        steps_per_year: int = 4,
    ) -> None:
        """Work it out.

        Args:
            parameters: The numbers of a scenario in which nothing is limited.
            opening: Expected children in care at the start, by age band, band of time in care
                and setting; shape (5, 5, settings).
            share_aged_17: Share of the opening children of 16 and 17 who are 17.
            years: Years to follow.
            leaving: What multiplies every way out before 18 in each year of the forecast;
                shape (years,). All 1 when None.
            older_half: Share of the opening children of each age band in its older half.
            steps_per_year: A multiple of 4. Four agree with twenty-four to 5 in 10,000 in total,
                and to 1 in 100 where children are for months only: under 1, or placed for
                adoption.

        Raises:
            ValueError: When the scenario limits something, or opening children are too young
                for their time in care.
        """
        if steps_per_year % 4 != 0:
            raise ValueError("steps_per_year must be a multiple of 4")
        self.years, self.steps_per_year = years, steps_per_year
        self._parameters, self._states = parameters, states_of(parameters)
        factors = year_factors(parameters, years)
        if leaving is not None:
            factors[:, : len(ROUTES)] *= leaving[:, None]
        different, self._kind_of_year = np.unique(factors, axis=0, return_inverse=True)
        self._kind_of_year = self._kind_of_year.reshape(-1)
        self._half, self._during = exponentials(
            speeds(parameters, self._states, different) / steps_per_year, len(self._states)
        )
        self._bands = [
            slice(first * steps_per_year, after * steps_per_year)
            for first, after in pairwise(AGE_EDGES)
        ]
        self.of_opening, self._opening_left, self._opening_adult = self._follow_opening(
            opening, share_aged_17, older_half
        )
        entering = self._entering()
        by_age = parameters.entries.per_year_by_age
        shares = np.diff(np.array(parameters.entries.plan_shares), axis=1, prepend=0.0)
        mixed = np.einsum("a,ap,apcs->cs", by_age / max(by_age.sum(), 1e-300), shares, entering)
        steps = years * steps_per_year
        self._by_entry, self._entry_left, self._entry_adult = self._follow_entries(
            np.broadcast_to(mixed, (steps, *mixed.shape)), np.arange(steps)
        )
        self.of_entries: FloatArray = self._by_entry[:, 0]

    @cached_property
    def of_entries_by_plan(self) -> FloatArray:
        """Of one child entering evenly over the first step, by age band and plan at entry.

        Shape (steps, 5 ages at entry, plans, 5 ages, settings). ``of_entries`` is their sum
        weighted by the scenario's shares.
        """
        entering = self._entering()
        bands, plans = entering.shape[:2]
        columns = entering.reshape(bands * plans, *entering.shape[2:])
        present, _, _ = self._follow_entries(columns, np.zeros(len(columns), dtype=np.intp))
        found: FloatArray = present.reshape(len(present), bands, plans, *present.shape[2:])
        return found

    def path(self, entries_per_year: FloatArray) -> FloatArray:
        """Expected children in care.

        Args:
            entries_per_year: Entries in each year of the forecast; shape (years,).

        Returns:
            Children at the start and at the end of each step; shape (1 + steps, 5, settings).
        """
        found = self.of_opening.copy()
        found[1:] += np.einsum("e,neas->nas", self._per_step(entries_per_year), self._by_entry)
        return found

    def exits(self, entries_per_year: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Expected children leaving care.

        Args:
            entries_per_year: Entries in each year of the forecast; shape (years,).

        Returns:
            Those leaving before 18 in each year of the forecast by route, shape (years,
            routes); and those leaving at 18, shape (years,).
        """
        per_step = self._per_step(entries_per_year)
        left = self._opening_left + np.einsum("e,ner->nr", per_step, self._entry_left)
        adult = self._opening_adult + self._entry_adult @ per_step
        year_ends = slice(self.steps_per_year - 1, None, self.steps_per_year)
        return (
            np.diff(left[year_ends], axis=0, prepend=0.0),
            np.diff(adult[year_ends], prepend=0.0),
        )

    def _per_step(self, entries_per_year: FloatArray) -> FloatArray:
        each: FloatArray = np.repeat(entries_per_year, self.steps_per_year) / self.steps_per_year
        return each

    # One group of children after another ----------------------------------------------------

    def _follow_opening(
        self, opening: FloatArray, share_aged_17: float, older_half: tuple[float, ...]
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """The opening children: present, gone by each route so far, and gone at 18 so far.

        A column holds those whose time in care lies in one step. They pass on average halfway
        through a step of the forecast into their next step of age and of time in care.
        """
        spread = spread_in_bands(self.steps_per_year, share_aged_17, older_half)
        if (opening[spread.sum(axis=(2, 3)) == 0.0] > 0.0).any():
            raise ValueError("opening children are too young for their time in care")
        children = np.zeros((spread.shape[3], spread.shape[2], len(self._states)))
        children[..., list(self._states.opening)] = np.einsum("atk,atcu->uck", opening, spread)
        time = np.arange(len(children))
        present, left, adult = [self._by_age(children).sum(axis=0)], [], []
        gone, grown = np.zeros(len(ROUTES)), 0.0
        for step in range(self.years * self.steps_per_year):
            kind = self._kind(step)
            children, before = self._live(children, self._half[kind, self._time_band(time)])
            grown += float(children[:, -1].sum())
            children, time = _a_step_older(children), time + 1
            children, after = self._live(children, self._half[kind, self._time_band(time)])
            gone = gone + (before + after).sum(axis=0)
            present.append(self._by_age(children).sum(axis=0))
            left.append(gone)
            adult.append(grown)
        return np.array(present), np.array(left), np.array(adult)

    def _follow_entries(
        self, entering: FloatArray, enters: IntArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Children who enter evenly over one step: present, gone by route, and gone at 18.

        A column is followed by exact time in care. At the end of a step its children are
        anywhere within one step of time in care, so that what is seen is the average over it.

        Args:
            entering: Children at entry by column; shape (columns, ages in steps, states).
            enters: The step in which each column enters, in ascending order.

        Returns:
            Those present at the end of each step, shape (steps, columns, 5, settings); those
            gone so far by route, (steps, columns, routes), and at 18, (steps, columns).
        """
        steps, columns = self.years * self.steps_per_year, len(entering)
        settings = len(self._states.opening)
        present = np.zeros((steps, columns, len(AgeBand), settings))
        left, adult = np.zeros((steps, columns, len(ROUTES))), np.zeros((steps, columns))
        children, gone, grown = entering.copy(), np.zeros((columns, len(ROUTES))), np.zeros(columns)
        for step in range(steps):
            now = slice(0, int(np.searchsorted(enters, step, side="right")))
            band = self._time_band(step - enters[now])
            seen, since = self._live(children[now], self._during[self._kind(step), band])
            # Half of them have had the step's birthday.
            present[step, now] = (self._by_age(seen) + self._by_age(_a_step_older(seen))) / 2
            left[step, now] = gone[now] + since
            adult[step, now] = grown[now] + seen[:, -1].sum(axis=1) / 2
            halfway, before = self._live(children[now], self._half[self._kind(step), band])
            grown[now] += halfway[:, -1].sum(axis=1)
            older = _a_step_older(halfway)
            children[now], after = self._live(older, self._half[self._kind(step + 1), band])
            gone[now] += before + after
        return present, left, adult

    def _live(self, children: FloatArray, during: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Let children move and leave.

        Args:
            children: Shape (columns, ages in steps, states).
            during: Where each column's children are afterwards, by age band; shape (columns,
                5, states, states + routes).

        Returns:
            The children, and how many of each column left by each route.
        """
        count = len(self._states)
        after, left = np.empty_like(children), np.zeros((len(children), len(ROUTES)))
        for band, cells in enumerate(self._bands):
            some, to = children[:, cells], during[:, band]
            np.matmul(some, to[:, :, :count], out=after[:, cells])
            left += np.matmul(some.sum(axis=1)[:, None], to[:, :, count:])[:, 0]
        return after, left

    def _by_age(self, children: FloatArray) -> FloatArray:
        """Children by age band and setting; shape (columns, 5, settings)."""
        firsts = [band.start for band in self._bands]
        by_band = np.add.reduceat(children, firsts, axis=1)
        by_setting: FloatArray = by_band @ (
            np.array(self._states.setting)[:, None] == np.arange(len(self._states.opening))
        )
        return by_setting

    def _entering(self) -> FloatArray:
        """One child entering, of each age band and plan; (5, plans, ages in steps, states)."""
        found, entries = self._states.found_on_entry, self._parameters.entries
        entering = np.zeros((*found.shape[:2], self._bands[-1].stop, found.shape[2]))
        for band, cells in enumerate(self._bands):
            steps = cells.stop - cells.start
            places = (np.arange(steps) + 0.5) / steps
            if band == UNDER_1:
                weights = weights_from_birth(places, entries.at_birth)
            else:
                weights = weights_rising(places, entries.older_half[band])
            entering[band, :, cells] = found[band][:, None] * (weights / steps)[:, None]
        return entering

    def _kind(self, step: int) -> int:
        """Which of the different years a step lies in; the last year goes on."""
        return int(self._kind_of_year[min(step // self.steps_per_year, self.years - 1)])

    def _time_band(self, time: IntArray) -> IntArray:
        """Band of time in care, from time in care in steps."""
        edges = np.array(time_edges(self.steps_per_year)) * self.steps_per_year
        band: IntArray = np.searchsorted(edges, time + 0.5, side="right") - 1
        return band


def entries_that_hold(stock: float, of_opening: FloatArray, of_entries: FloatArray) -> FloatArray:
    """Entries in each year that hold the number in care at each year's end.

    Args:
        stock: Children in care at the start.
        of_opening: Of them, those still in care at the end of each year; shape (years,).
        of_entries: For each year's end, children in care for one entering a year in each year;
            shape (years, years).

    Returns:
        Entries a year, none below zero; shape (years,).
    """
    entries = np.zeros(len(of_opening))
    # A year's entries are seen only from then on, so each year is settled after the last.
    for year in range(len(entries)):
        missing = stock - of_opening[year] - of_entries[year, :year] @ entries[:year]
        entries[year] = max(missing / of_entries[year, year], 0.0)
    return entries


def _a_step_older(children: FloatArray) -> FloatArray:
    """Children a step later: each cell's in the next; those who reach 18 are gone."""
    older = np.empty_like(children)
    older[:, 0], older[:, 1:] = 0.0, children[:, :-1]
    return older
