"""Care plans at which the mix of homes about holds.

How many children live in each kind of home is published; with what plans children come into
care, and what their plans are after a move, is not. The usual plans are taken, with one
multiplier for each kind of home, the same at every age, on entering care and after a move. The
multipliers are those at which, over two years in which entries hold the number in care, every
kind of home is expected to keep its number on average. How often a relative, an own carer or an
own home is found has a multiplier too, at which each of these keeps its number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from sufficiency.model.ages import EVEN
from sufficiency.model.expected import Expectation, entries_that_hold
from sufficiency.model.parameters import FloatArray, Parameters, SettingParameters
from sufficiency.vocabulary import Setting

KIND_OF_HOME: Mapping[str, str] = {
    Setting.CONNECTED_CARER: "foster",
    Setting.IN_HOUSE_FOSTER: "foster",
    Setting.AGENCY_FOSTER: "foster",
    Setting.IN_HOUSE_RESIDENTIAL: "homes",
    Setting.EXTERNAL_RESIDENTIAL: "homes",
    Setting.SECURE: "homes",
    Setting.SUPPORTED_ACCOMMODATION: "supported",
    Setting.PLACED_WITH_PARENTS: "parents",
    Setting.PLACED_FOR_ADOPTION: "adoption",
    Setting.RESIDENTIAL_SCHOOL: "other",
    Setting.OTHER: "other",
}
"""The published kind of each setting."""
KINDS = tuple(dict.fromkeys(KIND_OF_HOME.values()))
"""Kinds of home; the first has no multiplier, as the others are relative to it."""
YEARS = 2
_LARGEST = 50.0
"""A multiplier is no larger than this, nor smaller than one over it."""
_MOST_FOUND = 0.97
_CAUTION = 0.02
"""How strongly a multiplier is held to 1 where the numbers say little: a hundredth of a child."""


@dataclass(frozen=True)
class HeldPlans:
    """Plans at which the mix of homes about holds.

    Attributes:
        at_entry: Share of each plan among entering children, by age; shape (5, plans).
        plan_after: The same after a move, by cause of moving; shape (moves, 5, plans).
        suitable: For each setting that is not possible for every child, the share for whom it
            is, by age; shape (5,) each.
        multiplier: What the usual plans were multiplied by, for each kind of home.
        opening: Children in each kind of home when the forecast opens.
        after: Children expected in each at the end of each year.
        entries_per_year: Entries that hold the number in care; shape (years,).
    """

    at_entry: FloatArray
    plan_after: FloatArray
    suitable: Mapping[str, tuple[float, ...]]
    multiplier: Mapping[str, float]
    opening: Mapping[str, float]
    after: Mapping[str, tuple[float, ...]]
    entries_per_year: FloatArray

    @property
    def drift(self) -> float:
        """How far the mix still moves: the share of children in another kind after two years."""
        moved = sum(abs(self.after[kind][-1] - self.opening[kind]) for kind in self.opening)
        return moved / 2 / max(sum(self.opening.values()), 1e-9)


def hold_plans(
    parameters: Parameters,
    opening: FloatArray,
    share_aged_17: float,
    leaving: FloatArray | None = None,
    *,
    older_half: tuple[float, ...] = EVEN,
) -> HeldPlans:
    """Find the multipliers.

    Args:
        parameters: The numbers of a scenario in which nothing is limited, with the usual plans.
            How many children enter does not matter, only their ages.
        opening: Expected children in care at the start; shape (5, 5, settings).
        share_aged_17: Share of the opening children of 16 and 17 who are 17.
        leaving: What multiplies every way out before 18 in the two years; shape (2,).
        older_half: Share of the opening children of each age band in its older half.

    Returns:
        The plans, and how well they hold.

    Raises:
        ValueError: When the scenario limits something, or has a setting of no published kind.
    """
    from scipy.optimize import least_squares

    kind_of_setting = _kind_of_setting(parameters)
    # What is to be held: every kind of home, and every setting that has to be found.
    found_settings = [s.suitable is not None for s in parameters.settings]
    of_kind = kind_of_setting[:, None] == np.arange(len(KINDS))
    of_setting = np.hstack([of_kind, np.eye(len(found_settings), dtype=bool)[:, found_settings]])
    target = opening.sum(axis=(0, 1)) @ of_setting
    scale = np.sqrt(np.maximum(target, 1.0))

    def expected(log_multiplier: FloatArray) -> tuple[FloatArray, FloatArray]:
        tilted = _multiplied(parameters, kind_of_setting, log_multiplier)
        expectation = Expectation(
            tilted, opening, share_aged_17, YEARS, leaving, older_half=older_half
        )
        return _held(expectation, of_setting)

    def away(log_multiplier: FloatArray) -> FloatArray:
        after, _ = expected(log_multiplier)
        off: FloatArray = (after.mean(axis=0) - target) / scale
        return np.concatenate([off, _CAUTION * log_multiplier])

    bound = float(np.log(_LARGEST))
    start = np.zeros(len(target) - 1)
    found = least_squares(
        away, start, bounds=(-bound, bound), diff_step=1e-3, xtol=1e-4, ftol=1e-5, gtol=1e-5
    ).x
    after, entries = expected(found)
    tilted = _multiplied(parameters, kind_of_setting, found)
    return HeldPlans(
        at_entry=_shares(tilted.entries.plan_shares),
        plan_after=np.array([_shares(rules.plan_shares) for rules in tilted.moves]),
        suitable={
            setting.name: tuple(shares[-1] for _, shares in setting.suitable)
            for setting in tilted.settings
            if setting.suitable is not None
        },
        multiplier=dict(zip(KINDS, [1.0, *np.exp(found).tolist()], strict=False)),
        opening=dict(zip(KINDS, target.tolist(), strict=False)),
        after=dict(zip(KINDS, map(tuple, after.T.tolist()), strict=False)),
        entries_per_year=entries,
    )


def _kind_of_setting(parameters: Parameters) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Place of each setting's kind among the kinds."""
    unknown = [s.name for s in parameters.settings if s.name not in KIND_OF_HOME]
    if unknown:
        raise ValueError(f"`{unknown[0]}` is of no published kind of home")
    return np.array([KINDS.index(KIND_OF_HOME[s.name]) for s in parameters.settings], dtype=np.intp)


def _held(expectation: Expectation, of_setting: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Children by kind of home at the end of each year, and the entries that hold their number."""
    year_ends = slice(expectation.steps_per_year, None, expectation.steps_per_year)
    opening = expectation.of_opening.sum(axis=(1, 2))
    of_entries = np.column_stack(
        [
            (expectation.path(one_a_year).sum(axis=(1, 2)) - opening)[year_ends]
            for one_a_year in np.eye(YEARS)
        ]
    )
    entries = entries_that_hold(float(opening[0]), opening[year_ends], of_entries)
    after: FloatArray = expectation.path(entries)[year_ends].sum(axis=1) @ of_setting
    return after, entries


def _multiplied(
    parameters: Parameters,
    kind_of_setting: np.ndarray[tuple[int], np.dtype[np.intp]],
    log_multiplier: FloatArray,
) -> Parameters:
    """The parameters with the usual plans multiplied, and how often settings are found.

    Args:
        parameters: With the usual plans.
        kind_of_setting: Place of each setting's kind among the kinds.
        log_multiplier: For each kind but the first, then for each setting that has to be found.

    Returns:
        The parameters; plans are rescaled to add up to 1.
    """
    by_kind = np.exp(np.append(0.0, log_multiplier[: len(KINDS) - 1]))
    by_setting = iter(np.exp(log_multiplier[len(KINDS) - 1 :]).tolist())
    # The kind of home a plan asks for is the kind it looks for first.
    first = [order[0] for order in parameters.search_orders]
    by_plan = by_kind[kind_of_setting[first]]

    def tilted(cumulative: tuple[tuple[float, ...], ...]) -> tuple[tuple[float, ...], ...]:
        shares = _shares(cumulative) * by_plan
        running = np.cumsum(shares / shares.sum(axis=1, keepdims=True), axis=1)
        running[:, -1] = 1.0
        return tuple(map(tuple, running.tolist()))

    entries = parameters.entries
    settings = tuple(
        setting if setting.suitable is None else _found_more(setting, next(by_setting))
        for setting in parameters.settings
    )
    return replace(
        parameters,
        settings=settings,
        entries=replace(entries, plan_shares=tilted(entries.plan_shares)),
        moves=tuple(
            replace(rules, plan_shares=tilted(rules.plan_shares)) for rules in parameters.moves
        ),
    )


def _found_more(setting: SettingParameters, times: float) -> SettingParameters:
    """A setting that is possible for so many times as many children."""
    assert setting.suitable is not None
    suitable = tuple(
        (days, tuple(min(share * times, _MOST_FOUND) for share in shares))
        for days, shares in setting.suitable
    )
    return replace(setting, suitable=suitable)


def _shares(cumulative: tuple[tuple[float, ...], ...]) -> FloatArray:
    """Shares of plans by age, from running sums."""
    shares: FloatArray = np.diff(np.array(cumulative), axis=1, prepend=0.0)
    return np.maximum(shares, 0.0)
