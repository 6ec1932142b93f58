"""The published tables of children looked after, held for every area and year.

One object holds what the Department for Education publishes of every authority, every region
and England. It can be cut off after a year, so that a forecast looked back on holds nothing
that was not known then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sufficiency.errors import InputError, Problem, suggestion
from sufficiency.inputs.rows import Count
from sufficiency.inputs.tables import Published

Level = Literal["authority", "region", "england"]
Key = tuple[int, str, str]
"""Year, measure and breakdown of a group of figures."""
Figures = Mapping[Key, Mapping[str, Count]]
TOTALS = ("looked_after_31_march", "started", "ceased", "population_0_17")
"""Measures whose whole stands as breakdown ``all``, category ``all``."""


@dataclass(frozen=True)
class Area:
    """An authority, a region or England.

    Attributes:
        name: As published.
        code: Its code of the Office for National Statistics, the latest where it had several.
        level: Which of the three it is.
    """

    name: str
    code: str
    level: Level


@dataclass(frozen=True)
class DfeTables:
    """Published figures of every area.

    Attributes:
        file: What was read, as given, for messages.
        areas: Every area that has a figure, by name.
        years: All years (ending 31 March) any figure is of, ascending.
        figures: Number or code by area, then (year, measure, breakdown), then category.
    """

    file: str
    areas: Mapping[str, Area]
    years: tuple[int, ...]
    figures: Mapping[str, Figures]

    def of(self, area: str) -> Published:
        """The figures of one area, by its exact name.

        Raises:
            InputError: When the tables do not hold it.
        """
        if area not in self.figures:
            problem = Problem(
                self.file, 1, 1, f"`{area}` is not in this table", suggestion(area, self.areas)
            )
            raise InputError([problem])
        return Published(self.file, self.figures[area])

    def up_to(self, year: int) -> DfeTables:
        """What these tables hold up to a year: a new object without any later figure.

        An area with no figure by then is not in it.
        """
        cut: dict[str, Figures] = {}
        for area, figures in self.figures.items():
            kept = {key: cells for key, cells in figures.items() if key[0] <= year}
            if kept:
                cut[area] = kept
        areas = {name: area for name, area in self.areas.items() if name in cut}
        return DfeTables(self.file, areas, tuple(y for y in self.years if y <= year), cut)

    @property
    def authorities(self) -> tuple[str, ...]:
        """Names of the authorities, sorted."""
        return tuple(sorted(a.name for a in self.areas.values() if a.level == "authority"))

    @property
    def england(self) -> Published:
        """The figures of England, rounded to 10 when published.

        Raises:
            InputError: When there are none.
        """
        for area in self.areas.values():
            if area.level == "england":
                return self.of(area.name)
        raise InputError(
            [
                Problem(
                    self.file, 1, 1, "there are no figures of England here",
                    "England's figures are needed: keep its rows in the table",
                )
            ]
        )  # fmt: skip
