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
    # Reading: rows that cannot be used.
    Rule("no_child", Does.NOT_USED, "A row without a child's identifier is not used."),
    Rule("no_start", Does.NOT_USED, "An episode without a date it commenced is not used."),
    Rule("bad_date", Does.NOT_USED, "A row with a date that cannot be read is not used."),
    Rule(
        "starts_after_return", Does.NOT_USED,
        "An episode that commences after the end of its return is not used.",
    ),
    Rule(
        "no_birth_date", Does.NOT_USED,
        "Episodes of a child without a date of birth in any header are not used.",
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
        "bad_value", Does.CHANGED,
        "A location or distance that makes no sense is left out: it counts as not recorded.",
    ),
    Rule(
        "year_by_dates", Does.NOTED,
        "Where a column of years says another year than the dates beside it, the dates are "
        "believed.",
    ),
    Rule(
        "two_birth_dates", Does.CHANGED,
        "Where headers give a child two dates of birth, that of the latest return is taken.",
    ),
    # Merging the years.
    Rule(
        "seen_again", Does.CHANGED,
        "An episode that comes back in a later return is one episode: the latest row is kept.",
    ),
    Rule("same_row_twice", Does.CHANGED, "A row that stands in one return twice counts once."),
    Rule(
        "two_at_once", Does.CHANGED,
        "Of two episodes of a child that commence on one day in one return, that which goes on "
        "longer is kept.",
    ),
    # Repairing.
    Rule(
        "reason_while_open", Does.CHANGED,
        "A reason for ceasing is taken out where the episode goes on.",
    ),
    Rule(
        "ends_before_start", Does.CHANGED,
        "An episode that ceases before it commences is taken to cease where the child's next "
        "begins, or on the day it commenced where there is none.",
    ),
    Rule(
        "ends_after_return", Does.CHANGED,
        "A date of ceasing after the end of the return is taken out: the episode goes on.",
    ),
    Rule(
        "no_end", Does.CHANGED,
        "An episode without an end that is followed by another of the child ends where that "
        "begins.",
    ),
    Rule(
        "overlap", Does.CHANGED,
        "An episode that goes on after the child's next has begun ends where that begins.",
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
        "no_way_out", Does.NOTED,
        "An episode that says another follows (X1) and is followed by none within 7 days ended "
        "care: the way out counts as other.",
    ),
    Rule(
        "not_seen_again", Does.SET_ASIDE,
        "An open episode that is not in the next return is known up to the end of its own; how "
        "it went on is not.",
    ),
    Rule(
        "after_18", Does.CHANGED,
        "Care ends on the eighteenth birthday; what lies after it is set aside.",
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
        "that episode, and the way out is that of the period.",
    ),
    Rule(
        "short_breaks_between", Does.NOTED,
        "Short breaks between two other episodes of a period are kept: the child was in care "
        "before and after, and did not leave.",
    ),
    # Homes.
    Rule(
        "temporary", Does.CHANGED,
        "A temporary placement (T0 to T4; in old returns also M1 to M3, missing) is no move: the "
        "child's home is the placement before it, or at the beginning of care the one after it.",
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
        "moved_or_not", Does.NOTED,
        "The reason for a new episode says one thing and the placement another: it is a move "
        "where kind, provider or place of the home differ.",
    ),
    Rule("other_authority", Does.NOT_USED, "A row of an authority not asked for is not used."),
)  # fmt: skip

RULES = {rule.name: rule for rule in _ALL}
"""Every rule by name, in the order in which they are applied."""
