"""The rules by which a return is read and repaired, each with a name and a sentence.

Nothing is changed, set aside or passed over but by one of these. The data-quality report counts
what each did, and the audit table says at which rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Does(StrEnum):
    """What a rule does to a row."""

    NOT_USED = "not used"
    CHANGED = "changed"
    SET_ASIDE = "set aside"
    NOTED = "noted"


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes:
        name: A short name, the same in every table.
        does: What it does to a row.
        sentence: What it does, for whoever reads the report.
    """

    name: str
    does: Does
    sentence: str


_ALL = (
    # Reading: which rows are used, and what their cells say.
    Rule("other_authority", Does.NOT_USED, "A row of an authority not asked for is not used."),
    Rule("no_child", Does.NOT_USED, "A row without a child's identifier is not used."),
    Rule("no_start", Does.NOT_USED, "An episode without a date it commenced is not used."),
    Rule("bad_date", Does.NOT_USED, "A row with a date that cannot be read is not used."),
    Rule(
        "bad_value", Does.CHANGED,
        "A location or distance that makes no sense is left out: it counts as not recorded.",
    ),
    Rule(
        "year_by_dates", Does.NOTED,
        "Where a column of years says another year than the dates beside it, the dates are "
        "believed.",
    ),
    Rule(
        "year_assumed", Does.NOTED,
        "Where one file holds the returns of several years, and neither a column nor its place "
        "says which row is of which, an open episode without a row that ceased is taken to stand "
        "in as many returns as it has rows, from that of the year it commenced in; if rows of "
        "others are lacking too, in the last ones.",
    ),
    Rule(
        "starts_after_return", Does.NOT_USED,
        "An episode that commences after the end of its return is not used.",
    ),
    Rule(
        "unknown_code", Does.NOTED,
        "A code that is in no code set is named; a placement with one counts as other.",
    ),
    Rule(
        "code_of_another_year", Does.NOTED,
        "A code that was not in use in the year of its return is read as what it means elsewhere.",
    ),
    Rule(
        "two_birth_dates", Does.CHANGED,
        "Where headers give a child two dates of birth, that of the latest return is taken.",
    ),
    Rule(
        "no_birth_date", Does.NOT_USED,
        "Episodes of a child without a date of birth in any header are not used.",
    ),
    # From which day to which the records go.
    Rule(
        "history", Does.NOTED,
        "Of the first return's episodes more than one in ten had ceased before its year began: it "
        "is a history of several years. The records begin with the first year that has at least "
        "half as many ways out of care as the years after it.",
    ),
    Rule(
        "stops_early", Does.NOTED,
        "The last date in the last return is more than 31 days before its end, and more than "
        "seven times the usual days between two dates: the records end on that date.",
    ),
    # Merging the years.
    Rule(
        "before_birth", Does.NOT_USED,
        "An episode that commences before the child was born is not used: one of the two dates "
        "is wrong.",
    ),
    Rule(
        "same_row_twice", Does.CHANGED,
        "A row that stands in one return twice counts once: the first is kept.",
    ),
    Rule(
        "two_at_once", Does.CHANGED,
        "Of two episodes of a child that commence on one day in one return, that which goes on "
        "longer is kept.",
    ),
    Rule(
        "seen_again", Does.CHANGED,
        "An episode (a child and the day it commenced) that comes back in a later return is one "
        "episode: the latest row is kept, also where an earlier one had an end, for an episode "
        "that had ended would not come back.",
    ),
    Rule(
        "replaced", Does.NOT_USED,
        "An open episode that is in no later return, where a later return has another of the "
        "child from before it commenced to after, is not used: the later return is believed, in "
        "which a date was corrected or a move taken back.",
    ),
    # Repairing.
    Rule(
        "reason_while_open", Does.CHANGED,
        "A reason for ceasing is taken out where the episode goes on.",
    ),
    Rule(
        "ends_after_return", Does.CHANGED,
        "A date of ceasing later than the day after the end of the return is taken out, with its "
        "reason: the episode goes on.",
    ),
    Rule(
        "ends_before_start", Does.CHANGED,
        "An episode that ceases before it commences is taken to cease where the child's next "
        "begins, if it says that another follows (X1) and the next does not say that care begins "
        "(S). Otherwise when it ceased is not known, and it is taken to cease on the day it "
        "commenced.",
    ),
    Rule(
        "came_back", Does.SET_ASIDE,
        "An open episode of a child who is in no row of a whole later return, and comes back with "
        "an episode that says care begins (S), is known up to the end of its own return; how it "
        "went on is not, and a new period of care begins with the S.",
    ),
    Rule(
        "no_end", Does.CHANGED,
        "An episode without an end that is followed by another of the child ends where that "
        "begins.",
    ),
    Rule(
        "overlap", Does.CHANGED,
        "An episode that goes on after the child's next has begun ends where that begins. What "
        "follows the next is told by gone_on_with.",
    ),
    Rule(
        "small_gap", Does.CHANGED,
        "Up to 7 days between two episodes, of which the first says that another follows (X1), "
        "are closed: the first goes on until the second begins.",
    ),
    Rule(
        "goes_on", Does.NOTED,
        "An episode with a way out of care that is followed by another on the same day is not an "
        "end of care.",
    ),
    Rule(
        "gone_on_with", Does.CHANGED,
        "An episode that was cut where another began, and would have gone on after that had ended "
        "with none following at once, is taken up again, with its own end and way out, if the "
        "other says that it is followed (X1) or not why it ceased. Where the other ended with a "
        "way out, care ended with it, unless a later return still has the first one open.",
    ),
    # How care ended.
    Rule(
        "not_seen_again", Does.SET_ASIDE,
        "An open episode that is in no later return, though there is one, is known up to the end "
        "of its own; how it went on is not.",
    ),
    Rule(
        "no_way_out", Does.NOTED,
        "An episode that says another follows (X1), or not why it ceased, and is followed by none "
        "(within 7 days of an X1) ended care: the way out counts as other.",
    ),
    Rule(
        "over_18", Does.SET_ASIDE,
        "An episode that commences on the eighteenth birthday or after it is set aside.",
    ),
    Rule(
        "after_18", Does.CHANGED,
        "Care ends on the eighteenth birthday: an episode that goes on after it ends there, and "
        "the way out is turning 18.",
    ),
    Rule(
        "grown_up", Does.NOTED,
        "Leaving care on the eighteenth birthday, or in the 31 days before it with a reason that "
        "means growing up (E5, E6, E7, E17), counts as turning 18.",
    ),
    # What is not a stay in care.
    Rule(
        "short_breaks", Does.SET_ASIDE,
        "A period of care all of whose episodes are short breaks (V3, V4) is set aside.",
    ),
    Rule(
        "short_breaks_before", Does.SET_ASIDE,
        "Short breaks before the first other episode of a period are set aside: care begins with "
        "that episode.",
    ),
    Rule(
        "short_breaks_after", Does.SET_ASIDE,
        "Short breaks after the last other episode of a period are set aside: care ends with "
        "that episode. The way out is that of the period; where that is turning 18 or not known, "
        "a planned return home, for a child with short breaks lives there.",
    ),
    Rule(
        "short_breaks_between", Does.NOTED,
        "Short breaks between two other episodes of a period are kept and counted: the child was "
        "in care before and after, and did not leave.",
    ),
    Rule(
        "no_night", Does.SET_ASIDE,
        "An episode that commences and ceases on one day has no night and is set aside; where it "
        "ended a period of care, its way out is kept.",
    ),
    # Coming into care.
    Rule(
        "start_unsaid", Does.NOTED,
        "A child's first period begins within the records, but not with an episode that says so "
        "(S): when the child came into care counts as not known.",
    ),
    Rule(
        "starts_unsaid", Does.NOTED,
        "Where fewer than half of the periods that begin within the records begin with an S, its "
        "absence says nothing: each counts as begun on its first day.",
    ),
    # Homes.
    Rule(
        "temporary", Does.CHANGED,
        "A temporary placement (T0 to T4; M1 to M3 of old returns) is no move: the child's home "
        "is the placement before it, or at the beginning of care the one after it. Back from it "
        "in the same kind of home with the same provider, the child is back in the same home, "
        "unless postcodes differ.",
    ),
    Rule(
        "only_temporary", Does.NOTED,
        "A period of care with temporary placements alone counts as other.",
    ),
    Rule(
        "no_provider", Does.NOTED,
        "A foster placement or home without a provider counts as bought.",
    ),
    Rule(
        "no_distance", Does.NOTED,
        "Of a placement outside the authority without a distance it is not known how far it is.",
    ),
    Rule(
        "inside_far", Does.NOTED,
        "A placement inside the authority is more than 100 miles from home, so one of the two is "
        "likely to be wrong: it counts as inside.",
    ),
    Rule(
        "moved_or_not", Does.NOTED,
        "The reason for a new episode says one thing and the placement another: it is a move "
        "where kind of home, provider or place (postcode, or inside or outside the authority) "
        "differ, and none where all of them, and Ofsted's number, are the same. Where the "
        "carers are said to be the same (T, U), only a change to or from what is no family, at "
        "another postcode, makes it a move. Where they are said to be others (P, B) it is one, "
        "also if the reason for the change says a change of status alone.",
    ),
)  # fmt: skip

RULES = {rule.name: rule for rule in _ALL}
"""Every rule by name, in the order in which they are applied."""
