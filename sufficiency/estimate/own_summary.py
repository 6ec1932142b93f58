"""What an estimate from a council's own records rests on, in words a director can read.

It tells apart what was counted, what was estimated from few counts, and what no return says and is
assumed. It ends with what to do next. Counts of one to five children are not written here, so that
it can be shown to others; the files that a council signs hold them.
"""

from __future__ import annotations

from collections.abc import Mapping

from sufficiency.care_records import CareRecords
from sufficiency.estimate.any_homes import SETTINGS
from sufficiency.estimate.any_summary import part
from sufficiency.estimate.own_alone import FEWEST
from sufficiency.estimate.own_homes import OwnHomes
from sufficiency.estimate.own_opening import ALONE
from sufficiency.estimate.own_places import OwnPlaces
from sufficiency.estimate.own_plans import OwnMoves
from sufficiency.estimate.own_prices import ENOUGH_FOR_A_RANGE
from sufficiency.estimate.own_sections import OwnBasis
from sufficiency.estimate.own_steering import LEARNT
from sufficiency.estimate.steering import Steering
from sufficiency.inputs.fees import Fees
from sufficiency.periods import DAYS_PER_YEAR, long_date
from sufficiency.vocabulary import LABELS, Move, Route

_SMALL = 5
_FEW_EVENTS, _MANY_EVENTS = 10, 100
_SHORT_YEARS = 3
_FEW_CHILDREN = 50
_ABOUT_A_YEAR = 0.99
_FAR = 1 / 3
"""A forecast further than so much from the last year's entries is remarked on."""


def own_summary(
    basis: OwnBasis,
    moves: OwnMoves,
    steering: Steering,
    homes: OwnHomes,
    records: CareRecords,
    fees: Fees | None,
) -> str:
    """The summary of one estimate.

    Args:
        basis: What was counted.
        moves: Moves from home to home.
        steering: The level of entries and the path it was set for.
        homes: Homes, plans and prices.
        records: All records up to the opening.
        fees: Weekly fees given, or None.

    Returns:
        Plain text, at most a page and a half, ending in a newline.
    """
    title = f"{basis.authority} from {long_date(basis.as_at)}: what this estimate rests on"
    parts = [
        f"{title}\n{'=' * len(title)}",
        part("Known: counted in the records", _known(basis, moves, homes)),
        part("Estimated: from what was counted", _estimated(basis, steering)),
        part("Assumed: in no return", _assumed(basis, homes, records, fees)),
        part("What to do next", _next(homes, fees)),
    ]
    return "\n\n".join(parts) + "\n"


def told(number: float) -> str:
    """A count as it may be shown to others: ``5 or fewer`` for one to five."""
    return f"{_SMALL} or fewer" if 1 <= round(number) <= _SMALL else f"{round(number):,}"


def _known(basis: OwnBasis, moves: OwnMoves, homes: OwnHomes) -> list[str]:
    opening, rates, arrivals = basis.opening, basis.rates, basis.arrivals
    total = opening.children
    left = sum(rates.causes[route.value].overall.events for route in Route)
    followed = ", unaccompanied children apart" if basis.alone is not None else ""
    points = [
        f"{told(total)} children were in care on {long_date(basis.as_at)}: their ages, kinds of "
        "home and times in care are met as counted. The opening is a table of counts; no row about "
        "a child is in it.",
        f"From {basis.window}{followed}: {rates.child_years:,.0f} child-years in care, "
        f"{told(left)} ways out before 18, {told(arrivals.children)} children coming into care in "
        f"{arrivals.years:.1f} years and {told(float(moves.counts.sum()))} moves from home to "
        "home.",
    ]
    if opening.time_not_known:
        points.append(
            f"Of {told(opening.time_not_known)} of the children in care it is known only in part "
            "how long they have been: they were in care when the records begin. They count from "
            "then on, and are shared over the times they can have had."
        )
    unknown = 1 - rates.time_known_child_years / rates.child_years
    if unknown > 0.005:
        points.append(
            f"{unknown:.0%} of these child-years have no known time in care: they say nothing of "
            "how leaving and moving change with it."
        )
    if moves.unstated:
        points.append(
            f"{told(moves.unstated)} of these moves have no reason recorded; they are shared over "
            "breakdowns and planned moves as the others."
        )
    located = int(homes.placements.sum())
    if located:
        points.append(
            f"Of {told(located)} placements it is recorded where the home is: how far each kind of "
            "home is follows them."
        )
    return points


def _estimated(basis: OwnBasis, steering: Steering) -> list[str]:
    path = ", ".join(
        f"{stock:,.0f} in {basis.as_at.year + year}"
        for year, stock in enumerate(steering.path, start=1)
    )
    points = [
        "Every rate has its events, its child-years and its range in rates.csv and in "
        "estimated.yaml. " + _how_sure(basis),
        f"About {steering.level:,.0f} children come into care in the first year: as many as lead "
        f"from {_start(basis)} to {path} in care on the same day in a middle future. "
        + _direction(basis, steering),
        _beside_last_year(basis, steering),
        "Care plans are read off the first home and the homes after moves, and set so that the mix "
        "of homes about holds. Few counts of one age or kind of home are leant towards what is "
        "usual in England.",
        "Children who come back into care are counted among those who come; how soon those who "
        "leave come back is not told apart.",
    ]
    if basis.alone is not None:
        alone = basis.alone
        points.append(
            f"Unaccompanied children are forecast apart: {told(alone.arrivals.children)} came in "
            f"the last {alone.arrivals.years:.1f} years and {told(alone.in_care)} are in care. "
            "How many will come is decided elsewhere."
        )
    if basis.rates.child_years < _FEW_CHILDREN:
        points.append(
            "SO FEW CHILDREN SAY LITTLE: most of what this forecast says of who leaves, who moves "
            "and where they live is England's, not this authority's."
        )
    return points


def _start(basis: OwnBasis) -> str:
    """The number the path begins at, which leaves out children who are forecast apart.

    One to five of these could be had by taking it from the number of all, so it is not told then.
    """
    if basis.alone is None:
        return told(basis.followed.children)
    if 1 <= basis.opening.children - basis.followed.children <= _SMALL:
        return "those in care now, unaccompanied children apart,"
    return f"{told(basis.followed.children)}, unaccompanied children apart,"


def _beside_last_year(basis: OwnBasis, steering: Steering) -> str:
    """Entries of the last year that was seen, and what is to be said where they lie far off."""
    arrivals, level = basis.arrivals, steering.level
    apart = ", unaccompanied children apart" if basis.alone is not None else ""
    if arrivals.years < _ABOUT_A_YEAR:
        came, a_year = arrivals.children, arrivals.children / arrivals.years
        seen = f"In the {arrivals.years:.1f} years seen {told(came)} came{apart}"
    else:
        came = arrivals.by_year[-1]
        a_year = float(came)
        seen = f"In the last year {told(came)} came{apart}"
    beside = f"{seen}; the forecast has about {level:,.0f} in its first."
    if abs(level - a_year) <= max(_FAR * a_year, 1.0):
        return beside
    way = "MORE" if level > a_year else "FEWER"
    return (
        f"{beside} THAT IS FAR {way}: over England only about {LEARNT.from_flows.value:.0%} of "
        "what such years would bring was seen in the next. Whoever knows that entries have changed "
        "for good says so with `entries.change`."
    )


def _direction(basis: OwnBasis, steering: Steering) -> str:
    """What the path is, and whether what went before makes it rise or fall."""
    change = steering.path[-1] - basis.followed.children
    if abs(change) < 0.5:
        return (
            "That is the path on which the number stays about where it is; how good and bad years "
            "differ is England's authorities'."
        )
    way = "growth" if change > 0 else "decline"
    return (
        f"Recent entries and leaving point to {way}: the path has the part of it that has "
        "lasted in England's authorities, and stays where it is but for that. How good and bad "
        "years differ is theirs too."
    )


def _how_sure(basis: OwnBasis) -> str:
    """Which ways out and moves rest on many events, and which on hardly any."""
    events = {
        name: cause.overall.events
        for name, cause in basis.rates.causes.items()
        if name in {each.value for each in (*Route, *Move)}
    }
    many = [_said(name) for name, number in events.items() if number >= _MANY_EVENTS]
    few = [_said(name) for name, number in events.items() if number < _FEW_EVENTS]
    text = f"On a hundred events or more rest: {', '.join(many)}." if many else (
        "No rate rests on a hundred events."
    )  # fmt: skip
    if few:
        text += (
            f" On fewer than ten rest: {', '.join(few)}; who it happens to is there mostly "
            "judged, as for any authority."
        )
    days = (basis.rates.last - basis.rates.first).days + 1
    if days < _SHORT_YEARS * 365:
        text += (
            f" THE RECORDS COVER ONLY {days / DAYS_PER_YEAR:.1f} YEARS: good and bad years "
            "cannot be told from the usual."
        )
    return text


def _said(name: str) -> str:
    return name.replace("_", " ")


def _assumed(
    basis: OwnBasis, homes: OwnHomes, records: CareRecords, fees: Fees | None
) -> list[str]:
    points = [_places(homes)]
    points.append(
        "Nothing in a return measures how complex a child's needs are, so all children of one age, "
        "time in care and kind of home are alike here. A hard child to place shows only in the "
        "spread of fees."
    )
    known = int(homes.placements.sum())
    nowhere = [
        LABELS.get(name, name)
        for name, row in zip(SETTINGS, homes.placements, strict=True)
        if not row.sum()
    ]
    if not known:
        points.append(
            "WHERE HOMES ARE IS NOT IN THESE RECORDS: how far each kind of home is, and how many "
            "children live inside the boundary, is England's pattern."
        )
    elif nowhere:
        points.append(f"How far homes are is England's pattern for: {', '.join(nowhere)}.")
    alone = int((records.episodes.category == ALONE).sum())
    if basis.alone is None and alone:
        points.append(
            f"Unaccompanied children are fewer than {FEWEST} in these years and stay among the "
            "others."
        )
    points.append(_prices(fees))
    points.append(
        "Payments after care are judged from the orders made. No budget is in a return, so costs "
        "are told and no overspend."
    )
    return points


def _places(homes: OwnHomes) -> str:
    if not homes.places:
        return (
            "NO HOME IS EVER FULL. Places are not in a return, so every child finds a home of the "
            "kind looked for. The forecast tells homes needed, not homes lacking."
        )
    given = ", ".join(
        f"{LABELS.get(name, name).lower()} ({each.places:g})" for name, each in homes.places.items()
    )
    over = [LABELS.get(n, n).lower() for n, each in homes.places.items() if each.is_over]
    more = (
        f" More children live with {', '.join(over)} than there are places, so nobody new comes "
        "there until fewer do: look at the table and at the records."
        if over
        else ""
    )
    return (
        f"Places were given for {given}: when these are full children go further down the list, "
        "and the panel offers them a place when one is free. EVERY OTHER KIND OF HOME IS NEVER "
        f"FULL.{more}{_planned(homes.places)}"
    )


def _planned(places: Mapping[str, OwnPlaces]) -> str:
    """Openings and closures that the table has for dates after the opening."""
    changes = []
    for name, each in places.items():
        before = each.places
        for row in each.later:
            if row.places != before:
                way = "more" if row.places > before else "fewer"
                changes.append(
                    f"{LABELS.get(name, name).lower()} {row.places:g} from "
                    f"{long_date(row.from_date)} ({abs(row.places - before):g} {way})"
                )
            before = row.places
    if not changes:
        return ""
    return (
        f" Planned openings and closures are in the forecast as the table has them: "
        f"{'; '.join(changes)}. Leave out of the table what is not certain, and try it as a change."
    )


def _prices(fees: Fees | None) -> str:
    if fees is None:
        return (
            "Prices are England's of 2024/25 (318,400 a year for a place in a bought home, about "
            "900 a week with an agency): this authority may pay a third more or less."
        )
    given = ", ".join(
        f"{LABELS.get(name, name).lower()} ({len(rows)})" for name, rows in fees.by_setting.items()
    )
    few = [
        LABELS.get(name, name).lower()
        for name, rows in fees.by_setting.items()
        if len(rows) < ENOUGH_FOR_A_RANGE
    ]
    short = (
        f" Fewer than {ENOUGH_FOR_A_RANGE} are too few to set a range: of {', '.join(few)} only "
        "the middle is told, and the spread is leant towards a judged one."
        if few
        else ""
    )
    return (
        f"Prices are from the fees given, so many of each kind: {given}; and England's of 2024/25 "
        f"for every other kind of home. How fast they rise is judged.{short}"
    )


def _next(homes: OwnHomes, fees: Fees | None) -> list[str]:
    points = [
        "Read data-quality.txt first: what could not be used is not in these figures.",
        "Run baseline.yaml, with the command that was printed when this was made, and read how "
        "many homes of each kind are needed.",
    ]
    if not homes.places:
        points.append(
            "Give places (`sufficiency new places places.csv`, then `--places places.csv`): only "
            "then can insufficiency show."
        )
    if fees is None:
        points.append(
            "Give fees (`sufficiency new fees fees.csv`, then `--fees fees.csv`), and put in the "
            "approved budget (`money`)."
        )
    else:
        points.append("Put in the approved budget (`money`); price_bands.csv tells what you pay.")
    points += [
        "Look through rates.csv with someone who knows the children, and sign what you can; then "
        "replace what you know better.",
        "estimated.yaml, baseline.yaml and rates.csv hold small counts and are not for "
        "publication. This summary has none from 1 to 5.",
        "To try a change, write a file of a few lines that begins with `based_on: baseline.yaml`.",
    ]
    return points
