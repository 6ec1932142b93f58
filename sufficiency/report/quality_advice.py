"""What to do about each thing the data-quality report can find, in plain words.

A report that only counts faults leaves its reader with them. So each rule, each column that
rates hang on and each kind of doubtful code has a sentence that says what to look at, what to
put right where, or that nothing needs doing.
"""

from __future__ import annotations

from sufficiency.ssda903.rules import Does, Rule

_BY_RULE = {
    "no_child": "Put the identifier in and export the table again.",
    "no_start": "Put in the date the episode commenced (DECOM).",
    "bad_date": "Write dates as 31/03/2024 or 2024-03-31, all in one way.",
    "starts_after_return": "Check that the file is in the folder of the right year, and the date.",
    "no_birth_date": "Add the header table of a year in which the child is in it.",
    "unknown_code": "See the codes below: put them right, or read the rows' home as other.",
    "code_of_another_year": "See the codes below. Nothing needs doing if each is read rightly.",
    "bad_value": "Put the location (PL_LOCATION) or distance (PL_DISTANCE) right.",
    "year_by_dates": "Nothing, if the dates are right. Otherwise put them right.",
    "before_birth": "Check the date of birth and the date the episode commenced.",
    "two_birth_dates": "Check which date is right, and correct the record it came from.",
    "seen_again": "Nothing: open episodes come back every year.",
    "same_row_twice": "Nothing, if few. If many, a table was exported or copied twice.",
    "two_at_once": "Check which of the two is true and take the other out.",
    "reason_while_open": "Put in the date the episode ceased, or take the reason out.",
    "ends_before_start": "Check both dates of the episode.",
    "ends_after_return": "Nothing, if the return was exported later than its 31 March.",
    "no_end": "Put in the date the earlier episode ceased.",
    "overlap": "Check when the earlier episode ceased. Many of these make moves look too early.",
    "small_gap": "Nothing, if few. An episode should end on the day the next begins.",
    "goes_on": "Where the child did leave and come back the same day, nothing. Otherwise it "
    "should say X1.",
    "no_way_out": "Find how care ended and put in the reason. Until then these ends are in no "
    "way out that can be told apart.",
    "not_seen_again": "Find out whether the child left, and when, and put the end into the return "
    "it fell in. Until then it is not known how long they stayed.",
    "over_18": "Check the date of birth. Care leavers are not in this table.",
    "grown_up": "Nothing: they grew up in care.",
    "after_18": "Check the date of birth, or end the period on the birthday.",
    "short_breaks": "Nothing: children on short breaks are counted apart in national figures too.",
    "short_breaks_before": "Nothing, if the legal status is right.",
    "short_breaks_after": "Nothing, if the legal status is right. If these are many, check it.",
    "short_breaks_between": "Check the legal status: V3 or V4 in the midst of a stay is rarely "
    "right.",
    "no_night": "Nothing, if few. If many, check the dates.",
    "temporary": "Nothing: holidays and hospital stays are no change of home.",
    "only_temporary": "Check whether a home was left out of the return.",
    "no_provider": "Put in the provider (PLACE_PROVIDER). Until then too many homes may count as "
    "bought, and dear.",
    "moved_or_not": "Check the reason for the new episode (RNE) at these rows.",
    "no_distance": "Export PL_DISTANCE with the episodes.",
    "start_unsaid": "Add the return of the year before, or put S where care began.",
    "starts_unsaid": "Check how the reason for a new episode (RNE) is filled: S where care began.",
    "stops_early": "Export the last return again, up to its end, if it ought to reach so far.",
    "other_authority": "Nothing: they were not asked for.",
    "year_assumed": "Give a file a year, or a column YEAR. Until then it is not sure when an open "
    "episode was last seen.",
    "history": "Nothing, if the file holds every child in care since the records begin. Otherwise "
    "give a return for each year.",
    "replaced": "Nothing, if the later return is right: dates are corrected from year to year.",
    "came_back": "Find out when the child left, and put the end into the return it fell in.",
    "gone_on_with": "Check the rows: one episode should end where the next begins.",
    "inside_far": "Put PL_LOCATION or PL_DISTANCE right.",
}

_OTHERWISE = {
    Does.NOT_USED: "Put the row right and read the returns again.",
    Does.CHANGED: "Check a few of the rows. If the change is wrong, put the record right.",
    Does.SET_ASIDE: "Check a few of the rows.",
    Does.NOTED: "Nothing, if a few rows looked at are right.",
}


def what_to_do(rule: Rule) -> str:
    """What to do about the rows a rule was applied to."""
    return _BY_RULE.get(rule.name, _OTHERWISE[rule.does])


COLUMNS = {
    "PLACE_PROVIDER": "Tells homes of the authority from bought ones. Where it is empty they "
    "count as bought, and costs with them.",
    "REASON_PLACE_CHANGE": "Tells breakdowns from planned moves. Where it is empty a move has no "
    "known reason.",
    "PL_LOCATION": "Tells whether a home is inside the authority.",
    "PL_DISTANCE": "Tells how far from home it is: within 20 miles or beyond.",
    "URN": "Tells one provider's homes from another's, so that a move between two homes of one "
    "kind is seen.",
    "REC": "Says how care ended. Where it is empty the way out counts as other.",
}
"""What hangs on each column whose filling is counted."""

ROWS_COUNTED = {
    "PLACE_PROVIDER": "rows, temporary (T) and other (Z) placements left out",
    "REASON_PLACE_CHANGE": "rows followed by a new placement of the child in the same return",
    "PL_LOCATION": "all rows",
    "PL_DISTANCE": "all rows",
    "URN": "rows in foster care (U) or a home (K)",
    "REC": "rows with a date of ceasing",
}
"""Of which rows each column's share is taken."""

TOO_EMPTY = 0.9
"""A column filled less than this in some year is pointed out."""
