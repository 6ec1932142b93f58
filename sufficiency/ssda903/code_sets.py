"""Which codes the return used in which collection year, and what each stands for.

The return writes where a child lives, with whom, under which law and how an episode ended in
short codes, and the lists of codes change from year to year. Each list stands here once, as the
codes of the oldest returns and then, year by year, what came and what went. A collection year is
named by the 31 March it ends on.

What is sure and what is not: the lists from 2017 on agree with the published lists of those years.
That the foster codes U1 to U6 took the place of Q1 and Q2, and that M1 to M3 went, is sure; that
both happened in the return of 2015 is remembered, not read. Whatever is dated before 2015 is
remembered as well, and so are the years in which E4A, E4B and E13 to E17 came. Accounts differ on
whether H5 and P2 were still in use in 2025, the first year of K3: they count as in use, for that
names fewer rows. What tells Z11, Z12, Z13 and Z14 apart was not found: they are known only as
the four codes that took the place of Z1 in 2026.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """A column whose cells are codes."""

    PLACE = "PLACE"
    PLACE_PROVIDER = "PLACE_PROVIDER"
    RNE = "RNE"
    LS = "LS"
    REC = "REC"
    REASON_PLACE_CHANGE = "REASON_PLACE_CHANGE"


@dataclass(frozen=True)
class Change:
    """What one year's list has that the last had not, and the other way round.

    Attributes:
        year: First collection year of the change.
        came: New codes with what they stand for.
        went: Codes no longer in use.
    """

    year: int
    came: Mapping[str, str] = field(default_factory=dict)
    went: tuple[str, ...] = ()


@dataclass(frozen=True)
class CodeSet:
    """The list of codes of one column through the years.

    Attributes:
        oldest: Codes before the first change, with what they stand for.
        changes: What changed, in order of year.
    """

    oldest: Mapping[str, str]
    changes: tuple[Change, ...] = ()

    def meanings(self) -> dict[str, str]:
        """Every code of any year, with what it stands for."""
        found = dict(self.oldest)
        for change in self.changes:
            found.update(change.came)
        return found

    def of_year(self, year: int) -> tuple[str, ...]:
        """The codes in use in a collection year."""
        codes = dict(self.oldest)
        for change in self.changes:
            if change.year <= year:
                codes.update(change.came)
                for code in change.went:
                    codes.pop(code)
        return tuple(codes)


_PLACE = CodeSet(
    oldest={
        "A1": "placed for adoption, not with the current foster carer",
        "A2": "placed for adoption with the current foster carer",
        "F1": "foster care by a relative or friend, inside the authority",
        "F2": "foster care provided by the authority, inside the authority",
        "F3": "foster care through an agency, inside the authority",
        "F4": "foster care by a relative or friend, outside the authority",
        "F5": "foster care provided by the authority, outside the authority",
        "F6": "foster care through an agency, outside the authority",
        "H1": "secure unit inside the authority",
        "H2": "secure unit outside the authority",
        "H3": "children's home inside the authority",
        "H4": "children's home outside the authority",
        "H5": "semi-independent living, not under the rules for children's homes",
        "M1": "away from the placement, in a refuge",
        "M2": "away from the placement, whereabouts known",
        "M3": "away from the placement, whereabouts unknown",
        "P1": "with own parents or others with parental responsibility",
        "P2": "independent living",
        "P3": "employment with a place to live",
        "R1": "care home",
        "R2": "health service, medical or nursing care",
        "R3": "family centre, or mother and baby unit",
        "R4": "youth treatment centre",
        "R5": "young offender institution or prison",
        "S1": "residential school",
        "T0": "temporary move of any kind",
        "T1": "temporarily in hospital",
        "T2": "temporarily on holiday",
        "T3": "temporarily elsewhere while the carers are on holiday",
        "T4": "temporarily elsewhere for up to seven days",
        "Z1": "other placement",
    },
    changes=(
        Change(
            2006,  # The Adoption and Children Act 2002 came into force on 30 December 2005.
            came={
                "A3": "placed for adoption by consent, with the current foster carer",
                "A4": "placed for adoption by consent, not with the current foster carer",
                "A5": "placed for adoption by order, with the current foster carer",
                "A6": "placed for adoption by order, not with the current foster carer",
            },
            went=("A1", "A2"),
        ),
        Change(
            2009,  # Where and by whom moved into columns of their own.
            came={
                "K1": "secure children's home",
                "K2": "children's home",
                "Q1": "foster care by a relative or friend",
                "Q2": "foster care by another carer",
            },
            went=("F1", "F2", "F3", "F4", "F5", "F6", "H1", "H2", "H3", "H4", "R4"),
        ),
        Change(
            2015,
            came={
                "U1": "foster care by a relative or friend, long term",
                "U2": "foster care by a relative or friend, who may adopt",
                "U3": "foster care by a relative or friend, other",
                "U4": "foster care by another carer, long term",
                "U5": "foster care by another carer, who may adopt",
                "U6": "foster care by another carer, other",
            },
            went=("Q1", "Q2", "M1", "M2", "M3"),
        ),
        Change(2025, came={"K3": "registered supported accommodation"}),
        Change(
            2026,
            came=dict.fromkeys(
                ("Z11", "Z12", "Z13", "Z14"), "other placement, of one of four kinds"
            ),
            went=("H5", "P2", "Z1"),
        ),
    ),
)

_PLACE_PROVIDER = CodeSet(
    {
        "PR0": "parents or others with parental responsibility",
        "PR1": "the authority itself",
        "PR2": "another authority",
        "PR3": "another public body, such as health",
        "PR4": "a private provider",
        "PR5": "a charity or voluntary provider",
    }
)

_RNE = CodeSet(
    {
        "S": "came into care",
        "P": "new placement with new carers",
        "L": "new legal status",
        "T": "new placement with the same carers",
        "U": "new legal status and new placement with the same carers",
        "B": "new legal status and new placement with new carers",
    }
)

_LS = CodeSet(
    oldest={
        "C1": "interim care order",
        "C2": "full care order",
        "D1": "freeing order",
        "J1": "on remand",
        "J2": "detained by the police, in the authority's care",
        "J3": "sentenced, with a duty to live where told",
        "L1": "under police protection",
        "L2": "under an emergency protection order",
        "L3": "under a child assessment order",
        "V2": "by agreement with the parents, a single period",
        "V3": "series of short breaks, each recorded",
        "V4": "series of short breaks, recorded as an agreement",
        "W1": "ward of court",
    },
    changes=(
        Change(2006, came={"E1": "placement order"}),
        Change(2009, went=("W1",)),
    ),
)

_REC = CodeSet(
    oldest={
        "X1": "another episode follows on the same day",
        "E1": "adopted",
        "E2": "died",
        "E3": "another authority took over",
        "E4": "returned home to parents or relatives",
        "E41": "an order says with whom the child is to live",
        "E5": "independent living with support",
        "E6": "independent living without support",
        "E7": "adult social care took over",
        "E8": "any other reason",
        "E9": "sentenced to custody",
    },
    changes=(
        Change(
            2006,
            came={
                "E11": "adopted, nobody opposed",
                "E12": "adopted, consent dispensed with",
                "E43": "special guardianship, former foster carers",
                "E44": "special guardianship, others",
            },
            went=("E1",),
        ),
        Change(
            2014,
            came={
                "E4A": "returned home, planned",
                "E4B": "returned home, not planned",
                "E13": "to parents, relatives or others without parental responsibility",
                "E14": "remand ended",
            },
            went=("E4",),
        ),
        Change(2015, came={"E15": "found to be 18 or over", "E16": "moved abroad"}),
        Change(2016, came={"E17": "aged 18, stays with the same carers"}),
        Change(
            2019,
            came={
                "E45": "special guardianship, former foster carers who are relatives or friends",
                "E46": "special guardianship, former foster carers who are not",
                "E47": "special guardianship, other relatives or friends",
                "E48": "special guardianship, others",
            },
            went=("E43", "E44"),
        ),
    ),
)

_REASON_PLACE_CHANGE = CodeSet(
    oldest={
        "CARPL": "care plan changed or carried out",
        "CLOSE": "carers resigned or the home closed",
        "ALLEG": "allegation",
        "STAND": "concern over standards of care",
        "APPRR": "approval withdrawn",
        "CREQB": "carers asked, because of the child's behaviour",
        "CREQO": "carers asked, for another reason",
        "CHILD": "the child asked",
        "LAREQ": "the authority asked",
        "PLACE": "only the status of the placement changed",
        "OTHER": "other",
    },
    changes=(Change(2019, came={"CUSTOD": "custody"}),),
)

CODE_SETS: Mapping[Kind, CodeSet] = MappingProxyType(
    {
        Kind.PLACE: _PLACE,
        Kind.PLACE_PROVIDER: _PLACE_PROVIDER,
        Kind.RNE: _RNE,
        Kind.LS: _LS,
        Kind.REC: _REC,
        Kind.REASON_PLACE_CHANGE: _REASON_PLACE_CHANGE,
    }
)
"""The list of codes of each column."""
