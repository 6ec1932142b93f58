"""A baseline from a council's own records: children, homes and rates as its returns tell them.

The children in care on the day are counted, and so is how they come, move and leave. Then, as for
any authority, plans are found at which the mix of homes about holds, and entries that lead along
the path the number in care is likely to take. The result is the two files a person reviews, the
tables of what was counted, and the same figures as a scenario for whoever back-tests them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, replace

import numpy as np

from sufficiency.care_records import CareRecords
from sufficiency.errors import InputError, Problem
from sufficiency.estimate import any_sections, own_hazards, own_sections
from sufficiency.estimate.any_authority import (
    BASELINE,
    ESTIMATED,
    SUMMARY,
    YEARS,
    held,
    leads_to,
    scenario_of,
)
from sufficiency.estimate.ipf import MarginsContradict
from sufficiency.estimate.layer import Section, layer_text
from sufficiency.estimate.own_alone import enough_alone, own_alone
from sufficiency.estimate.own_counts import rates_csv, shares_csv
from sufficiency.estimate.own_entries import own_arrivals
from sufficiency.estimate.own_homes import (
    OwnHomes,
    own_homes_layer,
    own_placements,
)
from sufficiency.estimate.own_opening import ALONE, only, own_opening, with_usual_settings
from sufficiency.estimate.own_places import own_places
from sufficiency.estimate.own_plans import OwnMoves, own_moves, own_plans
from sufficiency.estimate.own_prices import own_prices, price_bands
from sufficiency.estimate.own_rates import own_rates
from sufficiency.estimate.own_sections import OwnBasis
from sufficiency.estimate.own_steering import LEARNT, steered
from sufficiency.estimate.own_summary import own_summary
from sufficiency.estimate.panel import FlowVariation
from sufficiency.estimate.steering import Steering
from sufficiency.inputs.fees import Fees
from sufficiency.inputs.places import PlacesTable
from sufficiency.periods import long_date
from sufficiency.scenario.resolved import NOT_FOR_PUBLICATION
from sufficiency.scenario.schema import Scenario

RATES, SHARES, PRICE_BANDS = "rates.csv", "shares.csv", "price_bands.csv"
COUNTED_YEARS = 5
"""Years up to the opening that rates, entries and plans are counted over."""
FEWEST_DAYS = 182
"""Shorter records say next to nothing of rates by the year."""


@dataclass(frozen=True)
class OwnOptions:
    """What an estimate from records is asked for.

    Attributes:
        authority: Whose records they are.
        as_at: The opening, within the records.
        source: How the files name the records, such as ``SSDA903 returns, 1 April 2017 to 31
            March 2022``.
        years: Years the baseline runs.
        fees: Weekly fees paid; England's prices where None.
        places: Places of its own; nothing is ever full where None.
    """

    authority: str
    as_at: dt.date
    source: str
    years: int = YEARS
    fees: Fees | None = None
    places: PlacesTable | None = None


@dataclass(frozen=True)
class OwnEstimate:
    """Everything worked out from one council's records.

    Attributes:
        basis: What was counted.
        moves: Moves from home to home.
        steering: Entries and their variation.
        homes: Homes, plans and prices.
        records: The records up to the opening, with the settings an estimate writes.
    """

    basis: OwnBasis
    moves: OwnMoves
    steering: Steering
    homes: OwnHomes
    records: CareRecords


def estimate_own(records: CareRecords, options: OwnOptions) -> dict[str, str]:
    """The files of a baseline.

    Args:
        records: The council's records; what is later than the opening is not read.
        options: What is asked for.

    Returns:
        Text by file name: the two layers, the summary and the tables of what was counted, and
        price bands where fees were given.

    Raises:
        InputError: When nobody was in care on the day, or the records do not make a baseline.
    """
    done = estimated_own(records, options)
    texts = {
        ESTIMATED: layer_text(_head(options), _estimated(done)),
        BASELINE: own_homes_layer(done.homes),
        SUMMARY: own_summary(
            done.basis, done.moves, done.steering, done.homes, done.records, options.fees
        ),
        RATES: rates_csv(done.basis.rates),
        SHARES: shares_csv(done.basis, done.homes.placements, done.records),
    }
    if options.fees is not None:
        texts[PRICE_BANDS] = f"# {NOT_FOR_PUBLICATION}\n{price_bands(options.fees)}"
    return texts


def own_baseline(
    records: CareRecords,
    as_at: dt.date,
    years: int,
    places: PlacesTable | None = None,
    authority: str = "",
) -> Scenario:
    """The same figures as a scenario, ready to simulate.

    Args:
        records: The council's records; what is later than the opening is not read.
        as_at: The opening.
        years: Years ahead, at least; a scenario ends on a 31 March.
        places: Places of its own; only what holds at the opening counts.
        authority: Whose records they are; as the records say where empty.

    Returns:
        What loading the files would give.

    Raises:
        InputError: When nobody was in care on the day, or the records do not make a baseline.
    """
    source = f"SSDA903 returns, {long_date(records.first_date)} to {long_date(as_at)}"
    named = authority or records.authority or "This authority"
    done = estimated_own(records, OwnOptions(named, as_at, source, years=years, places=places))
    return scenario_of(layer_text([], _estimated(done)), own_homes_layer(done.homes))


def estimated_own(records: CareRecords, options: OwnOptions) -> OwnEstimate:
    """Work out everything of one council.

    Raises:
        InputError: When nobody was in care on the day, or the records do not make a baseline.
    """
    known = with_usual_settings(_up_to(records, options))
    basis, moves, placements = _counted(known, options)
    plans = own_plans(basis.arrivals, moves)
    homes = OwnHomes(
        authority=options.authority,
        as_at=options.as_at,
        end=_end(options),
        seed=_seed(options),
        source=options.source,
        plans=plans,
        at_entry=plans.at_entry,
        after=plans.after,
        found=plans.found,
        why="counted, few counts leant towards what is usual",
        placements=placements,
        prices={} if options.fees is None else own_prices(options.fees),
    )
    provisional = _provisional(basis)
    try:
        first = _followed(basis, provisional, homes)
        mix = held(first)
        homes = replace(
            homes,
            at_entry=mix["plans_at_entry"],
            after=mix["plan_after"],
            found=mix["found"],
            why=f"counted, then {mix['plans_reason']}",
        )
        ahead = max(options.years, YEARS)
        here, leaving_sd = leads_to(
            _followed(basis, provisional, homes), float(basis.followed.children), ahead
        )
    except MarginsContradict as error:
        raise _refused(options, f"the counts of these records cannot all hold: {error}") from error
    steering = steered(here, _recent(basis), leaving_sd)
    if options.places is not None:
        given = own_places(options.places, known, options.as_at, plans)
        homes = replace(homes, places=given)
    return OwnEstimate(basis, moves, steering, homes, known)


def _up_to(records: CareRecords, options: OwnOptions) -> CareRecords:
    if not records.first_date <= options.as_at <= records.last_date:
        raise _refused(
            options,
            f"the records cover {long_date(records.first_date)} to "
            f"{long_date(records.last_date)}, not {long_date(options.as_at)}",
            "choose an `--as-at` within them",
        )
    days = records.day(options.as_at) + 1
    if days < FEWEST_DAYS:
        raise _refused(
            options,
            f"the records cover {days} days up to {long_date(options.as_at)}, too few to count "
            "how often children leave and move",
            "choose a later `--as-at`, or add returns of earlier years",
        )
    return records.up_to(options.as_at)


def _counted(known: CareRecords, options: OwnOptions) -> tuple[OwnBasis, OwnMoves, np.ndarray]:
    """Everything that is counted."""
    as_at = options.as_at
    apart = enough_alone(known, as_at, COUNTED_YEARS)
    others = only(known, known.episodes.category != ALONE) if apart else known
    if not others.in_care(as_at).any():
        raise _refused(
            options,
            f"no child was in care on {long_date(as_at)} by these records",
            "choose an earlier `--as-at`, or look at what could not be read",
        )
    rates = own_rates(others, as_at, COUNTED_YEARS)
    usual = rates.exposure.sum(axis=2)
    followed = own_opening(others, as_at, usual)
    basis = OwnBasis(
        authority=options.authority,
        as_at=as_at,
        source=options.source,
        rates=rates,
        opening=own_opening(known, as_at, usual) if apart else followed,
        followed=followed,
        arrivals=own_arrivals(others, as_at, COUNTED_YEARS),
        alone=own_alone(known, as_at, rates) if apart else None,
    )
    moves = own_moves(others, as_at, COUNTED_YEARS)
    return basis, moves, own_placements(known, as_at, COUNTED_YEARS)


def _refused(options: OwnOptions, sentence: str, remedy: str = "") -> InputError:
    return InputError(
        [Problem(options.source, 1, 1, sentence, remedy or "choose another `--as-at`")]
    )


def _end(options: OwnOptions) -> dt.date:
    """The 31 March on which so many years are over."""
    as_at = options.as_at
    return dt.date(as_at.year + options.years + ((as_at.month, as_at.day) > (3, 31)), 3, 31)


def _seed(options: OwnOptions) -> int:
    digest = hashlib.sha256(f"{options.authority}|{options.as_at}".encode()).digest()
    return int.from_bytes(digest[:4], "big")


def _recent(basis: OwnBasis) -> float:
    """Entries a year over the last two years, or as many as there are."""
    by_year = basis.arrivals.by_year[-2:]
    if basis.arrivals.years < 1:
        return max(basis.arrivals.children / basis.arrivals.years, 0.5)
    return max(sum(by_year) / len(by_year), 0.5)


def _provisional(basis: OwnBasis) -> Steering:
    """Recent entries, to have a scenario whose other rates can be followed."""
    still = FlowVariation(0.0, 0.5, 0.1, 1)
    drift = (-0.01, 0.0, 0.01)
    return Steering(np.zeros(0), 0.0, 0.0, _recent(basis), 0.01, drift, still, still, 1.0)


def _followed(basis: OwnBasis, steering: Steering, homes: OwnHomes) -> Scenario:
    """The scenario of the children who are followed on average, where nothing is limited."""
    ordinary = replace(basis, alone=None, opening=basis.followed)
    text = layer_text([], _layer(ordinary, steering))
    return scenario_of(text, own_homes_layer(replace(homes, places={})))


def _estimated(done: OwnEstimate) -> Section:
    return _layer(done.basis, done.steering)


def _layer(basis: OwnBasis, steering: Steering) -> Section:
    """The estimated layer."""
    return Section(
        {
            "opening": own_sections.opening(basis, basis.opening),
            "entries": own_sections.entries(basis, steering),
            "year_to_year": any_sections.year_to_year(steering, LEARNT),
            "reference": own_sections.reference(basis),
            "leaving": own_hazards.leaving(basis),
            "moving": own_hazards.moving(basis),
            "after_care": own_sections.after_care(basis),
            "settings": own_sections.usual_ages(basis),
        }
    )


def _head(options: OwnOptions) -> list[str]:
    return [
        f"{options.authority} on {long_date(options.as_at)}: the children in care, how they come,",
        "move and leave. Estimated by `sufficiency estimate` and not edited by hand, from",
        f"{options.source};",
        "nothing later than the opening was read. Every figure has its source and mark (V read, Vx",
        "second hand, D worked out, M remembered, J judgement). Homes, plans and prices stand in",
        f"{BASELINE}, which is based on this file.",
        NOT_FOR_PUBLICATION,
    ]
