"""A baseline for any authority, from the Department's published tables and nothing else.

First what is known and borrowed is gathered (``any_basis``). Then plans are found at which the mix
of homes about holds (``holding``), and entries that lead along the path the number in care is
likely to take (``steering``). The result is the two files a person reviews, and the same figures as
a scenario for whoever forecasts many authorities at once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sufficiency.errors import InputError, Problem
from sufficiency.estimate import any_sections, hazards, sections
from sufficiency.estimate.any_basis import AnyBasis, any_basis
from sufficiency.estimate.any_homes import AnyHomes, homes_layer
from sufficiency.estimate.any_outturn import Matched, match_outturn
from sufficiency.estimate.any_plans import USUAL_AFTER, USUAL_AT_ENTRY
from sufficiency.estimate.any_summary import Steering as Said
from sufficiency.estimate.any_summary import summary_text
from sufficiency.estimate.caseload import older_halves, opening_table, reference_weights
from sufficiency.estimate.holding import hold_plans
from sufficiency.estimate.homes import DFE
from sufficiency.estimate.ipf import MarginsContradict
from sufficiency.estimate.layer import Section, layer_text
from sufficiency.estimate.panel import FlowVariation, Learnt, learn, panel_of
from sufficiency.estimate.steering import (
    Projected,
    Standing,
    Steering,
    faster_first_year,
    projected,
    steer,
)
from sufficiency.inputs.dfe_tables import DfeTables
from sufficiency.inputs.outturn import Outturn
from sufficiency.model.draw import draw_parameters
from sufficiency.model.expected import Expectation
from sufficiency.periods import long_date
from sufficiency.scenario.figures import named_figures
from sufficiency.scenario.schema import Scenario
from sufficiency.scenario.values import Z90
from sufficiency.streams import Draws, Streams
from sufficiency.vocabulary import AgeBand, Move

ESTIMATED, BASELINE, SUMMARY = "estimated.yaml", "baseline.yaml", "summary.txt"
_FAR = 0.15
YEARS = 5
"""Years a baseline runs, unless others are asked for."""
_AGES = [band.value for band in AgeBand]
Plans = tuple[Mapping[str, list[float]], Mapping[Move, Mapping[str, Mapping[str, float]]]]
"""Plans at entry by plan and age; plans after each kind of move by age."""


@dataclass(frozen=True)
class Estimate:
    """Everything worked out for one authority.

    Attributes:
        basis: What it rests on.
        learnt: What all authorities' past years tell.
        steering: Entries and their variation.
        homes: Homes, plans and prices.
        scenario: All of it as a scenario.
    """

    basis: AnyBasis
    learnt: Learnt
    steering: Steering
    homes: AnyHomes
    scenario: Scenario


def estimate_any(
    tables: DfeTables,
    authority: str,
    as_at: dt.date,
    outturn: Outturn | None,
    dfe_file: str,
    years: int = YEARS,
) -> dict[str, str]:
    """The files of a baseline.

    Args:
        tables: Published tables; what is later than the opening is not read.
        authority: The authority's exact name.
        as_at: The opening date, a 31 March.
        outturn: What the authority spent, to lay prices beside; None where not given.
        dfe_file: What the tables were read from, as the files are to name it.
        years: Years the baseline runs.

    Returns:
        Text by file name.

    Raises:
        InputError: When the tables do not make a baseline.
    """
    done = estimated(tables, authority, as_at, years, outturn)
    return {
        ESTIMATED: layer_text(
            _head(authority, as_at, dfe_file), _estimated(done.basis, done.steering, done.learnt)
        ),
        BASELINE: homes_layer(done.homes),
        SUMMARY: _summary(done),
    }


def baseline_of(tables: DfeTables, authority: str, as_at: dt.date, years: int) -> Scenario:
    """The same figures as a scenario, ready to simulate.

    Args:
        tables: Published tables; what is later than the opening is not read.
        authority: The authority's exact name.
        as_at: The opening date, a 31 March.
        years: Years ahead.

    Returns:
        What loading the files would give.

    Raises:
        InputError: When the tables do not make a baseline.
    """
    return estimated(tables, authority, as_at, years).scenario


def estimated(
    tables: DfeTables,
    authority: str,
    as_at: dt.date,
    years: int = YEARS,
    outturn: Outturn | None = None,
) -> Estimate:
    """Work out everything of one authority.

    Raises:
        InputError: When the tables do not make a baseline.
    """
    known = tables.up_to(as_at.year)
    try:
        basis = any_basis(known, authority, as_at).judged_here
        learnt = learn(panel_of(known))
        standing = _standing(basis)
        ahead = max(years, YEARS)
        homes = _homes(basis, years, outturn)
        first = _scenario(basis, _provisional(basis, learnt), learnt, homes)
        homes = replace(homes, **held(first))
        here, leaving_sd = leads_to(
            _scenario(basis, _provisional(basis, learnt), learnt, homes),
            float(basis.stock),
            ahead,
        )
        england = basis.behind.judged_here
        there, _ = leads_to(
            _scenario(england, _provisional(england, learnt), learnt, _homes(england, years, None)),
            float(england.stock),
            ahead,
        )
        steering = steer(
            here, there, float(england.local.started[-1]), standing, learnt, leaving_sd
        )
        return Estimate(basis, learnt, steering, homes, _scenario(basis, steering, learnt, homes))
    except MarginsContradict as error:
        raise InputError(
            [
                Problem(
                    tables.file, 1, 1, f"the tables of {authority} cannot all hold: {error}",
                    "look for a wrong number in them, or choose another `--as-at`",
                )
            ]
        ) from error  # fmt: skip


def _standing(basis: AnyBasis) -> Standing:
    """Where an authority stands beside England."""
    here, there = basis.local, basis.national
    population, whole = (
        [table.count(year, "population_0_17") for year in here.years]
        for table in (basis.totals, basis.national_margins)
    )
    entries = [
        np.log(max(a, 0.5) / p) - np.log(b / q)
        for a, p, b, q in zip(here.started, population, there.started, whole, strict=True)
    ]
    return Standing(
        gap=float(np.log(here.stocks[-1] / population[-1]) - np.log(there.stocks[-1] / whole[-1])),
        entry_gap=float(np.mean(entries)),
        usual_entries=there.started[-1] / whole[-1] * population[-1],
    )


def _provisional(basis: AnyBasis, learnt: Learnt) -> Steering:
    """Last year's entries, to have a scenario whose other rates can be followed."""
    still = FlowVariation(0.0, 0.5, 0.1, 1)
    level = float(max(basis.local.started[-1], 1))
    return Steering(np.zeros(0), 0.0, 0.0, level, 0.01, (-0.01, 0.0, 0.01), still, still, 1.0)


def _homes(basis: AnyBasis, years: int, outturn: Outturn | None) -> AnyHomes:
    counts = dict(basis.homes.now.by_setting)
    digest = hashlib.sha256(f"{basis.authority}|{basis.as_at}".encode()).digest()
    matched: Matched | None = None
    if outturn is not None:
        matched = match_outturn(
            outturn, counts, basis.stock_ages, f"the children of {long_date(basis.as_at)}"
        )
    return AnyHomes(
        authority=basis.authority,
        as_at=basis.as_at,
        end=basis.as_at.replace(year=basis.as_at.year + years),
        seed=int.from_bytes(digest[:4], "big"),
        counts=counts,
        locations=basis.places,
        entry_ages=basis.entry_ages,
        plans_at_entry=USUAL_AT_ENTRY,
        plan_after=USUAL_AFTER,
        tables=f"{DFE}, 31 March {basis.as_at.year}",
        matched=matched,
    )


def held(scenario: Scenario) -> dict[str, Any]:
    """Plans at which the mix of homes about holds, for a scenario with the usual ones."""
    draws = Draws(scenario.seed, 1, certain=True, steady=True)
    parameters = draw_parameters(
        scenario, draws, Streams(scenario.seed, 1), reference_weights(scenario, draws)
    )
    held = hold_plans(
        parameters,
        opening_table(scenario, draws),
        draws(scenario.opening.share_aged_17),
        older_half=older_halves(scenario, draws),
    )
    names = list(scenario.plans)
    at_entry = {name: held.at_entry[:, n].tolist() for n, name in enumerate(names)}
    after = {
        move: {
            age: {name: float(held.plan_after[m, a, n]) for n, name in enumerate(names)}
            for a, age in enumerate(_AGES)
        }
        for m, move in enumerate(Move)
    }
    found = {
        name: tuple(min(share, 1.0) for share in shares) for name, shares in held.suitable.items()
    }
    why = (
        "worked out so that the opening mix of homes about holds; after two years "
        f"{100 * held.drift:.1f}% of the children would be in another kind"
    )
    return {"plans_at_entry": at_entry, "plan_after": after, "found": found, "plans_reason": why}


def leads_to(scenario: Scenario, stock: float, years: int) -> tuple[Projected, float]:
    """What a scenario's rates lead to, and the doubt about its rate of leaving, in logs."""
    draws = Draws(scenario.seed, 1, certain=True, steady=True)
    parameters = draw_parameters(
        scenario, draws, Streams(scenario.seed, 1), reference_weights(scenario, draws)
    )
    opening, aged_17 = opening_table(scenario, draws), draws(scenario.opening.share_aged_17)
    older = older_halves(scenario, draws)
    plain, faster = (
        Expectation(parameters, opening, aged_17, years, leaving, older_half=older)
        for leaving in (None, faster_first_year(years))
    )
    rates = [hazard.rate for hazard in scenario.leaving.values()]
    spread = [
        rate.central * np.log(rate.p90 / rate.p10) / 2 / Z90 if rate.p10 and rate.p90 else 0.0
        for rate in rates
    ]
    doubt = float(np.hypot.reduce(spread) / sum(rate.central for rate in rates))
    return projected(plain, faster, stock), doubt


def _scenario(basis: AnyBasis, steering: Steering, learnt: Learnt, homes: AnyHomes) -> Scenario:
    """The scenario that the two files make, without writing them."""
    return scenario_of(layer_text([], _estimated(basis, steering, learnt)), homes_layer(homes))


def scenario_of(estimated_text: str, baseline_text: str) -> Scenario:
    """The scenario that two layers make, without writing them.

    Args:
        estimated_text: The layer beneath.
        baseline_text: The layer based on it.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    beneath, above = (yaml.load(text, Loader=loader) for text in (estimated_text, baseline_text))
    del above["based_on"]
    scenario = Scenario.model_validate(_laid_over(beneath, above))
    for name, figure in named_figures(scenario):
        figure.named(name)
    return scenario


def _laid_over(beneath: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """One layer over another, key by key. No figure stands in both."""
    found = dict(beneath)
    for key, value in above.items():
        under = found.get(key)
        if isinstance(under, dict) and isinstance(value, dict):
            value = _laid_over(under, value)
        found[key] = value
    return found


def _estimated(basis: AnyBasis, steering: Steering, learnt: Learnt) -> Section:
    """The estimated layer."""
    return Section(
        {
            "opening": any_sections.opening(basis),
            "entries": any_sections.entries(basis, steering, learnt),
            "year_to_year": any_sections.year_to_year(steering, learnt),
            "reference": sections.reference(basis),
            "leaving": hazards.leaving(basis),
            "moving": hazards.moving(basis),
            "after_care": sections.after_care(basis),
            "settings": sections.usual_ages(basis),
        }
    )


def _head(authority: str, as_at: dt.date, dfe_file: str) -> list[str]:
    return [
        f"{authority} on {long_date(as_at)}: the children in care, how they come, move and leave.",
        f"Estimated from {dfe_file} by `sufficiency estimate` and not edited by hand; nothing",
        "later than the opening was read. Every figure has its source and mark (V read, Vx second",
        "hand, D worked out, M remembered, J judgement). Homes, plans and prices stand in",
        f"{BASELINE}, which is based on this file.",
    ]


def _summary(done: Estimate) -> str:
    """What is known, borrowed and assumed, in words."""
    steering, opening = done.steering, done.basis.as_at.year
    said = Said(
        entries_per_year=steering.level,
        path={opening + n: float(stock) for n, stock in enumerate(steering.path, start=1)},
        why=(
            "the number stays where it is, but for the part of its gap to England's rate and of "
            "recent growth that other authorities have shown to count" + _beside_last_year(done)
        ),
    )
    return summary_text(
        done.basis.authority,
        done.basis,
        said,
        {
            f"{breakdown}, {year}": cells
            for (year, _, breakdown), cells in done.basis.completed.shared_out.items()
        },
        done.homes.matched,
    )


def _beside_last_year(done: Estimate) -> str:
    """What is to be said where entries are set far from those of the last year."""
    local, level = done.basis.local, done.steering.level
    came, left = local.started[-1], local.ceased[-1]
    if abs(level - came) <= _FAR * max(came, 1):
        return ""
    return (
        f". That is far from the {came} who came in the last year, when {left} left: over England "
        f"only about {done.learnt.from_flows.value:.0%} of what such years would bring was seen in "
        "the next. Whoever knows that entries have changed for good says so with `entries.change`"
    )
