"""Which kinds of home the children lived in: from a council's counts, or from a published table.

Nobody publishes connected carers, the council's own carers and agencies apart. Where only the
council's counts are known they are met, and whoever is in none of them is shared out by
judgement. Where the Department for Education's table of placements is published, its lines are
met, and the council's counts only say how a line is split.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Protocol

from sufficiency.errors import InputError, Problem
from sufficiency.estimate.ipf import merged
from sufficiency.estimate.judgements import Judgements, PublishedHomes, ends
from sufficiency.estimate.layer import Entry, Figure, Section, by_names, rounded_shares
from sufficiency.estimate.published import Window
from sufficiency.inputs.tables import CouncilCounts, Published
from sufficiency.vocabulary import Mark

DFE = "DfE, Children looked after in England (SSDA903), OGL v3.0"
PLACEMENT = "Placement"
PARENTS = "Placed with parents or other person with parental responsibility"
LINES = {
    "foster": "Foster placements",
    "homes": "Secure homes and children's homes",
    "supported_accommodation": (
        "Independent and semi-independent living arrangements/supported accommodation"
    ),
    "placed_with_parents": PARENTS,
    "placed_for_adoption": "Placed for adoption",
}
"""Lines of the published table that are used, and what the table calls them."""
_FIRST_CONNECTED = dt.date(2018, 5, 31)


class Homes(Protocol):
    """Where the opening children and those of the two years before lived."""

    def connected_years(self) -> float:
        """Child-years with connected carers over the two years."""

    def over_the_two_years(self) -> dict[str, float]:
        """Average children in each setting over the two years; all add up to the average."""

    def opening(self) -> dict[str, Entry]:
        """The part of a scenario's ``opening`` that says where the children live."""

    def reference_comment(self) -> str:
        """What is to be said of the average over the two years."""

    def reference_source(self) -> str:
        """Where it comes from."""


class CountedByCouncil:
    """Homes as the council counted them, one count at a time, some of them overlapping."""

    def __init__(
        self, judged: Judgements, council: CouncilCounts, as_at: dt.date, local: Window, shape: int
    ) -> None:
        external, twice, rest = judged.external_split, judged.counted_twice, judged.rest_by_setting
        if external is None or twice is None or rest is None:
            raise InputError(
                [
                    Problem(
                        judged.file, 1, 1,
                        "without `published_homes` the council's counts are used, and those need "
                        "`external_split`, `counted_twice` and `rest_by_setting`",
                        "give all three, or `published_homes`",
                    )
                ]
            )  # fmt: skip
        self._external, self._twice, self._rest = external, twice, rest
        self._judged, self._council = judged, council
        self._as_at, self._local, self._shape = as_at, local, shape

    def connected_years(self) -> float:
        """Child-years with connected carers: the count grew steadily between its two dates."""
        before = self._council.count(_FIRST_CONNECTED, "children", "connected_carer")
        after = self._council.count(self._as_at, "children", "connected_carer")
        return (before + after) / 2 * len(self._local.years)

    def over_the_two_years(self) -> dict[str, float]:
        """Counts averaged over both closing dates; whoever is in none is shared out."""
        stock, mean = self._local.stocks[-1], self._local.mean_stock
        year_before = self._as_at.replace(year=self._as_at.year - 1)
        counted = {
            name: (
                self._council.count(year_before, "children", name)
                + self._council.count(self._as_at, "children", name)
            )
            / 2
            for name in ("agency_foster", "in_house_foster")
        }
        in_house = self._council.count(self._as_at, "children", "in_house_foster")
        counted["in_house_foster"] *= 1 - self._twice.central / in_house
        counted["connected_carer"] = self.connected_years() / len(self._local.years)
        for name, number in self._external.items():
            counted[name] = number / stock * mean
        rest = mean - sum(counted.values())
        for name, share in self._rest.items():
            counted[name] = share * rest
        return counted

    def opening(self) -> dict[str, Entry]:
        """Counts as published, the rest shared out, and the children counted twice."""
        file, year = self._judged.file, self._shape
        counted: dict[str, Figure] = {}
        for name in ("connected_carer", "in_house_foster", "agency_foster"):
            found, source = self._council.figures[(self._as_at, "children", name)]
            counted[name] = Figure(Mark.V, source, value=found)
        external, source = self._council.figures[(self._as_at, "children", "external")]
        for name, number in self._external.items():
            counted[name] = Figure(
                Mark.J,
                f"{source}; split: {file}",
                f"Part of the {external} counted as external residential. {external} such "
                "placements would cost far less each than any provider charged, so the count "
                "most likely holds supported and other placements too.",
                value=number,
            )
        return {
            "by_setting": Section(counted, "Children in each kind of home that was counted."),
            "rest_by_setting": by_names(
                list(self._rest), rounded_shares(list(self._rest.values())),
                Mark.J, f"{file}; shape of 31 March {year}",
                "How the children in no count are shared out.",
                f"as the same kinds of home shared children on 31 March {year}",
            ),
            "counted_twice": Section(
                {
                    "children": Figure(
                        Mark.D,
                        f"{file}; 15 to 79 is what the published counts allow",
                        "The counts above come to more than the children in care allows once own "
                        "homes, parents and adoption have theirs, so some connected children are "
                        "in the council's in-house count as well.",
                        **ends(self._twice),
                    ),
                    "kept_in": "connected_carer",
                    "taken_from": "in_house_foster",
                }
            ),
        }  # fmt: skip

    def reference_comment(self) -> str:
        """Why it is an average."""
        return (
            "Average of the two years, not of the opening day: children with connected carers "
            "grew fast in between."
        )

    def reference_source(self) -> str:
        """The council's counts and the judgements."""
        return f"inputs/middlesbrough/council_counts.csv; {self._judged.file}"


class PublishedPlacements:
    """Homes as the Department for Education published them, lines split by judgement."""

    def __init__(
        self, judged: Judgements, split: PublishedHomes, margins: Published, local: Window
    ) -> None:
        self._judged, self._split, self._margins = judged, split, margins
        self._local = local
        self._lines = {year: self._published(year) for year in local.years}

    def _published(self, year: int) -> dict[str, int]:
        """Lines of one closing date; what is in none of them, suppressed or not, as ``rest``."""
        measure = "looked_after_31_march"
        total = self._margins.count(year, measure, PLACEMENT, "Total")
        cells = dict(self._margins.breakdown(year, measure, PLACEMENT))
        del cells["Total"]
        known = merged(cells, total, f"{PLACEMENT} of 31 March {year}")
        lines = {
            name: self._margins.count(year, measure, PLACEMENT, line)
            for name, line in LINES.items()
        }
        self._agrees(year, lines["placed_with_parents"])
        lines["rest"] = sum(known.values()) - sum(lines.values())
        return lines

    def _agrees(self, year: int, parents: int) -> None:
        """Children with their parents are the same by placement and by provider."""
        other = self._margins.count(
            year, "looked_after_31_march", "Place providers",
            "Parents or other person with parental responsibility",
        )  # fmt: skip
        if other != parents:
            raise InputError(
                [
                    Problem(
                        self._margins.file, 1, 1,
                        f"on 31 March {year} {parents} children were with their parents by "
                        f"placement and {other} by provider",
                        "correct the row that is wrong",
                    )
                ]
            )  # fmt: skip

    def _split_up(self, lines: Mapping[str, float]) -> dict[str, float]:
        """Lines of the table as settings, split as on the opening day."""
        split, now = self._split, self._lines[self._local.years[-1]]
        connected = split.connected_carer.central / now["foster"]
        agency = split.agency_foster.central / now["foster"]
        own = split.in_house_residential / now["homes"]
        found = {
            "connected_carer": connected * lines["foster"],
            "agency_foster": agency * lines["foster"],
            "in_house_foster": (1 - connected - agency) * lines["foster"],
            "in_house_residential": own * lines["homes"],
            "external_residential": (1 - own) * lines["homes"],
        }
        for name in ("supported_accommodation", "placed_with_parents", "placed_for_adoption"):
            found[name] = lines[name]
        for name, share in split.rest.items():
            found[name] = found.get(name, 0.0) + share * lines["rest"]
        return {name: found.get(name, 0.0) for name in self._judged.usual_ages}

    def connected_years(self) -> float:
        """Child-years with connected carers, the same share of foster placements throughout."""
        average = self.over_the_two_years()["connected_carer"]
        return average * len(self._local.years)

    def over_the_two_years(self) -> dict[str, float]:
        """Lines averaged over both closing dates, scaled to the average in care."""
        dates = list(self._lines.values())
        average = {name: sum(each[name] for each in dates) / len(dates) for name in dates[0]}
        scale = self._local.mean_stock / sum(average.values())
        return {name: number * scale for name, number in self._split_up(average).items()}

    def opening(self) -> dict[str, Entry]:
        """Lines as published; own foster carers have what the other foster homes leave."""
        split, year = self._split, self._local.years[-1]
        now, file = self._lines[year], self._judged.file
        table = f"{DFE}, 31 March {year}"
        external = now["homes"] - split.in_house_residential
        counted: dict[str, Figure] = {
            "connected_carer": Figure(
                Mark.J, f"{table}; {file}", split.connected_reason, **ends(split.connected_carer)
            ),
            "agency_foster": Figure(
                Mark.J, f"{table}; {file}", split.agency_reason, **ends(split.agency_foster)
            ),
            "in_house_residential": Figure(
                Mark.J, file, split.homes_reason, value=split.in_house_residential
            ),
            "external_residential": Figure(
                Mark.J, f"{table}; {file}",
                f"The {now['homes']} in secure and children's homes less the "
                f"{split.in_house_residential} in the council's own. Secure homes are not "
                "published apart.",
                value=external,
            ),
        }  # fmt: skip
        for name in ("supported_accommodation", "placed_with_parents", "placed_for_adoption"):
            counted[name] = Figure(Mark.V, table, value=now[name])
        for name, share in split.rest.items():
            counted[name] = Figure(
                Mark.J,
                f"{table}; {file}",
                split.rest_reason,
                value=float(round(share * now["rest"])),
            )
        return {
            "by_setting": Section(
                counted,
                f"Lines of the published table of placements of 31 March {year}. Suppressed lines "
                "are taken together, as what the others leave.",
            ),
            "rest_by_setting": by_names(
                ["in_house_foster"], [1], Mark.D, table,
                f"All {now['foster']} foster placements but those with connected carers and "
                "agencies.",
                "what connected carers and agencies leave of the foster placements",
            ),
        }  # fmt: skip

    def reference_comment(self) -> str:
        """Why it is an average."""
        first, last = self._local.years[0], self._local.years[-1]
        return (
            f"Published placements of 31 March {first} and {last}, averaged; each line split as "
            "on the opening day."
        )

    def reference_source(self) -> str:
        """The published table and the judgements."""
        return f"{DFE}; {self._judged.file}"


def homes_of(
    judged: Judgements,
    council: CouncilCounts,
    margins: Published,
    as_at: dt.date,
    local: Window,
    shape_year: int,
) -> Homes:
    """Where the children lived: by the published table where the judgements say how to split it.

    Args:
        judged: The judgements; ``published_homes`` chooses the published table.
        council: Counts from council papers.
        margins: The authority's published tables.
        as_at: The opening date.
        local: The authority's flows over the two years.
        shape_year: The year whose tables give shapes.

    Returns:
        The homes.

    Raises:
        InputError: When a count or judgement needed is not there.
        MarginsContradict: When the published table does not add up.
    """
    if judged.published_homes is not None:
        return PublishedPlacements(judged, judged.published_homes, margins, local)
    return CountedByCouncil(judged, council, as_at, local, shape_year)
