"""Which kinds of home an authority's children lived in, by the Department's tables alone.

The tables give foster placements, homes, supported accommodation and a few more, and beside them
who provides. They do not tell relatives, the authority's own carers and agencies apart. Relatives
are judged from England's share; the authority's own provision, less its own homes and its
relatives, is its own carers; what foster placements remain are with agencies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sufficiency.estimate.completed import Completed
from sufficiency.estimate.homes import DFE, LINES, PLACEMENT
from sufficiency.estimate.judgements import GENERAL
from sufficiency.estimate.layer import Entry, Figure, Section, by_names
from sufficiency.vocabulary import Mark

MEASURE = "looked_after_31_march"
PROVIDERS = "Place providers"
OWN = "Own provision (by the LA)"
OTHER_LINES = {
    "other": ("Other placements", "Other residential settings"),
    "residential_school": ("Residential schools",),
}
CONNECTED_SHARE = (0.16, 0.23, 0.30)
"""Of foster placements, those with relatives or friends: tenth, middle and ninetieth percentile
of authorities. England had 19% in 2019, and one in five fostered children since."""
OWN_SHARE_OF_HOMES = 0.18
"""Of children in children's homes, those in the authority's own. A judgement: most homes are
private."""
JUDGED = f"sufficiency/estimate/{GENERAL.name}"
_AGENCY_REACH = 0.15
"""How far the children with agencies may be from their middle, as a share of them."""
LEAST_OWN = 0.15
"""Less than this of foster placements and homes is hardly the authority's own: a trust that runs
its children's services is published as another provider."""
USUAL_OWN = 0.55
"""England's share, taken then: 35,050 of 64,300 on 31 March 2025."""
_CONNECTED_REASON = (
    "Relatives are not published apart. One in five fostered children in England live with "
    "relatives or friends; authorities differ, and the range is taken to hold eight in ten."
)
_SHARED = "; suppressed lines shared as England's"


@dataclass(frozen=True)
class Placements:
    """Children by kind of home on one day, worked out from the table.

    Attributes:
        by_setting: Children in each setting, at the middle of what is judged.
        foster: Children in foster placements of any kind.
    """

    by_setting: Mapping[str, float]
    foster: float


def placements(done: Completed, year: int) -> Placements:
    """Children by kind of home on 31 March.

    Args:
        done: The authority's completed tables.
        year: The year of the 31 March.

    Returns:
        Every setting's children, adding up to the total of the table.
    """
    table = done.tables.breakdown(year, MEASURE, PLACEMENT)
    lines = {name: float(_count(table, line)) for name, line in LINES.items()}
    providers = done.tables.figures.get((year, MEASURE, PROVIDERS), {})
    homes, foster = lines.pop("homes"), lines.pop("foster")
    own = float(_count(providers, OWN))
    if own < LEAST_OWN * (homes + foster):
        own = USUAL_OWN * (homes + foster)
    own_homes = min(OWN_SHARE_OF_HOMES * homes, own / 4)
    own_carers_and_relatives = min(max(own - own_homes, 0.0), foster)
    connected = min(CONNECTED_SHARE[1] * foster, 0.8 * own_carers_and_relatives)
    found = {
        "connected_carer": connected,
        "in_house_foster": own_carers_and_relatives - connected,
        "agency_foster": foster - own_carers_and_relatives,
        "in_house_residential": own_homes,
        "external_residential": homes - own_homes,
        "secure": 0.0,
        **lines,
    }
    for name, those in OTHER_LINES.items():
        found[name] = float(sum(_count(table, line) for line in those))
    return Placements(found, foster)


class TablePlacements:
    """Kinds of home from the published tables of two dates, England's standing behind them.

    Rates are counted from these children, so a kind of home that nobody happened to live in on
    the two dates still has a few of England's children in it.
    """

    def __init__(
        self,
        done: Completed,
        years: tuple[int, ...],
        mean_stock: float,
        settings: list[str],
        england: Placements | None,
        england_children: float,
    ) -> None:
        """Work them out.

        Args:
            done: The authority's completed tables.
            years: The two years; the last is the opening's.
            mean_stock: Average children in care over the two years.
            settings: Settings in order.
            england: England's children by kind of home; None for England itself.
            england_children: How many of England's children stand behind the authority's.
        """
        self._done, self._years, self._settings = done, years, settings
        self._mean_stock = mean_stock
        self._dates = [
            placements(done, year)
            for year in years
            if (year, MEASURE, PLACEMENT) in done.tables.figures
        ]
        self._england, self._behind = england, england_children

    @property
    def now(self) -> Placements:
        """Children by kind of home on the opening day."""
        return self._dates[-1]

    def connected_years(self) -> float:
        """Child-years with relatives over the two years."""
        return self.over_the_two_years()["connected_carer"] * len(self._years)

    def over_the_two_years(self) -> dict[str, float]:
        """Average children in each setting over the two years, adding up to the average."""
        counted = {
            name: sum(date.by_setting.get(name, 0.0) for date in self._dates)
            for name in self._settings
        }
        if self._england is not None:
            whole = sum(self._england.by_setting.values())
            for name in self._settings:
                share = self._england.by_setting.get(name, 0.0) / whole
                counted[name] += self._behind * share
        scale = self._mean_stock / sum(counted.values())
        return {name: number * scale for name, number in counted.items()}

    def opening(self) -> dict[str, Entry]:
        """The part of a scenario's ``opening`` that says where the children live."""
        year = self._years[-1]
        table = f"{DFE}, 31 March {year}"
        whole = self._done.is_whole(year, MEASURE, PLACEMENT)
        mark, source = (Mark.V, table) if whole else (Mark.D, table + _SHARED)
        counts = {name: round(number) for name, number in self.now.by_setting.items()}
        # Two halves rounded apart would lose a child of the line.
        own, bought = "in_house_residential", "external_residential"
        counts[bought] = round(self.now.by_setting[own] + self.now.by_setting[bought]) - counts[own]
        counted: dict[str, Figure] = {}
        for name in ("connected_carer", "agency_foster"):
            counted[name] = self._of_foster(name, f"{table}; {JUDGED}")
        for name in ("in_house_residential", "external_residential"):
            counted[name] = Figure(
                Mark.J, f"{table}; {JUDGED}",
                "Own homes and bought homes are not published apart: "
                f"{OWN_SHARE_OF_HOMES:.0%} of the children in homes, secure homes among them, are "
                "taken to be in the authority's own, less where it provides little itself.",
                value=counts[name],
            )  # fmt: skip
        for name in ("supported_accommodation", "placed_with_parents", "placed_for_adoption"):
            counted[name] = Figure(mark, source, value=counts[name])
        for name in OTHER_LINES:
            counted[name] = Figure(Mark.D, source, value=counts[name])
        return {
            "by_setting": Section(
                counted, f"Lines of the published table of placements of 31 March {year}."
            ),
            "rest_by_setting": by_names(
                ["in_house_foster"], [1], Mark.D, table,
                f"All {round(self.now.foster)} foster placements but those with relatives and "
                "agencies.",
                "what relatives and agencies leave of the foster placements",
            ),
        }  # fmt: skip

    def _of_foster(self, name: str, source: str) -> Figure:
        """Children with relatives, or with agencies, with an interval that leaves room for both."""
        why = _CONNECTED_REASON if name == "connected_carer" else _AGENCY_REASON
        middle, reach = self.now.by_setting[name], self._reaches()[name]
        if reach < 1:
            return Figure(Mark.J, source, why, value=float(int(middle)))
        return Figure(
            Mark.J, source, why,
            p10=middle - 0.8 * reach, p90=middle + 0.8 * reach, distribution="uniform",
        )  # fmt: skip

    def _reaches(self) -> dict[str, float]:
        """How far each may be from its middle: the two together never more than there are."""
        children = self.now.by_setting
        low, middle, high = CONNECTED_SHARE
        reach = {
            "connected_carer": children["connected_carer"] * (high - low) / 2 / middle / 0.8,
            "agency_foster": children["agency_foster"] * _AGENCY_REACH,
        }
        room = max(children["in_house_foster"] - 2, 0.0)
        scale = min(1.0, room / max(sum(reach.values()), 1e-9))
        return {name: number * scale for name, number in reach.items()}

    def reference_comment(self) -> str:
        """What is to be said of the average over the two years."""
        years = " and ".join(str(year) for year in self._years[-len(self._dates) :])
        return (
            f"Published placements of 31 March {years}, split as on the opening day, with "
            f"{self._behind:.0f} of England's children among them."
        )

    def reference_source(self) -> str:
        """Where it comes from."""
        return f"{DFE}; {JUDGED}"


_AGENCY_REASON = (
    "Foster placements that the authority does not provide itself: all of them, less its own "
    "provision but for own homes. Some of its own provision may be supported accommodation."
)


def _count(table: Mapping[str, int | str], name: str) -> int:
    cell = table.get(name, 0)
    return cell if isinstance(cell, int) else 0
