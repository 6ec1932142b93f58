"""The Department for Education's own CSV files, as its statistics site gives them.

The site, Explore education statistics, gives one file a subject: how many children there were,
who started, who ceased, how often they moved. A file says what its rows are by its columns and
by the names of its groups, and those have changed over the years. What each file is of is worked
out here, and its figures are brought to the names of the long table.
"""

from __future__ import annotations

from collections.abc import Iterable

from sufficiency.inputs.csv_source import CsvTable
from sufficiency.inputs.dfe_cells import LEVELS, Gathered
from sufficiency.inputs.dfe_tables import Area

PLACES = (
    "time_period", "time_identifier", "geographic_level", "country_code", "country_name",
    "region_code", "region_name", "old_la_code", "la_name", "new_la_code",
)  # fmt: skip
"""Columns every file by local authority opens with."""
_NEEDED = ("time_period", "geographic_level", "region_name", "la_name", "new_la_code")
_NUMBERS = ("children_count", "number")
_NOT_READ = {"children_percent", "percentage", "percent", "rate_per_10000"}
_PAIRS = (
    ("characteristic", "breakdown"),
    ("cla_group", "placement_stability"),
    ("cla_group", "characteristic"),
)
"""Columns of group and category: since the release of 2025; stability; up to 2024."""
_POPULATION_TYPES = ("population_type", "population_count", "cla_group")
_TOTALS = {
    "children ceasing": "ceased",
    "children who ceased": "ceased",
    "children starting": "started",
    "children who started": "started",
    "children looked after on 31 march": "looked_after_31_march",
    "children looked after at 31 march": "looked_after_31_march",
}
"""How the name of a total begins."""
_BY_GROUP = {
    "Age on starting": "started",
    "Taken into care": "started",
    "Age on ceasing": "ceased",
    "Reason episode ceased": "ceased",
    "Placement": "looked_after_31_march",
    "Place providers": "looked_after_31_march",
    "Locality of placement": "looked_after_31_march",
    "LA of placement": "looked_after_31_march",
    "Distance between home and placement": "looked_after_31_march",
    "Location of new placements during the year": "new_placements",
    "Reason for placement change during the year": "new_placements",
    "Children looked after continuously for at least 2.5 years at 31 March aged under 16 years": (
        "placement_stability"
    ),
}
"""Groups that only one measure has. One of them in a file says what all of the file is of."""
_BY_NAME = (
    ("started", "started"), ("starting", "started"),
    ("ceased", "ceased"), ("ceasing", "ceased"),
)  # fmt: skip
"""Where no group tells, as in older files of children who started: words in the file's name."""
_RENAMED_GROUPS = {
    ("started", "Age group"): "Age on starting",
    ("ceased", "Age group"): "Age on ceasing",
    ("placement_stability", "Children looked after at 31 March"): "CLA on 31 March",
    (
        "placement_stability",
        "Children looked after continuously for at least 2.5 years at 31 March aged under 16 years",
    ): "Children looked after continuously for at least 2.5 years on 31 March aged under 16 years",
}
_RENAMED_CATEGORIES = {
    "Special guardianship orders": "Special guardianship order",
    "Carer requests placement end other than due to childs behaviour": (
        "Carer requests placement end other than due to child's behaviour"
    ),
    "Carer requests placement ends due to childs behaviour": (
        "Carer requests placement ends due to child's behaviour"
    ),
}
"""What older releases call groups (by measure) and categories, and the name since 2025."""


def is_site(table: CsvTable) -> bool:
    """Whether a table has the columns the site's files by local authority open with."""
    return all(name in table.header for name in _NEEDED)


def subject(table: CsvTable) -> str | None:
    """What a file of the site is of.

    Returns:
        ``totals``, a measure of the long table, or None when it is of something else, such as
        health, adoption or schools.
    """
    own = set(table.header) - set(PLACES) - _NOT_READ - set(_NUMBERS)
    if "population_estimate" in own:
        types = own - {"population_estimate"}
        return "totals" if len(types) == 1 and types <= set(_POPULATION_TYPES) else None
    if own == {"cla_group", "placement_stability"}:
        return "placement_stability"
    pair = next((pair for pair in _PAIRS if own == set(pair)), None)
    if pair is None or _number_column(table) is None:
        return None
    at = table.column(pair[0])
    groups = {cells[at].strip() for _, cells in table.rows()}
    measures = {_BY_GROUP[group] for group in groups if group in _BY_GROUP}
    if len(measures) == 1:
        return measures.pop()
    return None if measures else _by_name(table.file, groups)


def _by_name(file: str, groups: Iterable[str]) -> str | None:
    """The measure by the file's name, for a file that has age groups and says no more."""
    if "Age group" not in groups:
        return None
    name = file.replace("\\", "/").rsplit("/", 1)[-1].lower()
    return next((measure for word, measure in _BY_NAME if word in name), None)


def _number_column(table: CsvTable) -> str | None:
    return next((name for name in _NUMBERS if name in table.header), None)


def gather_site(table: CsvTable, about: str) -> Gathered:
    """Every figure of one file of the site.

    Args:
        table: The file.
        about: What :func:`subject` said.

    Raises:
        InputError: Every wrong cell.
    """
    table.check_once(name for name in table.header if name)
    gathered = Gathered(table.file, table.header)
    if about == "totals":
        _gather_totals(table, gathered)
    else:
        _gather_pairs(table, gathered, about)
    gathered.finish()
    return gathered


class _Places:
    """Which area a row is of."""

    def __init__(self, table: CsvTable) -> None:
        self.at = {name: i for i, name in enumerate(table.header)}
        self._known: dict[tuple[str, ...], Area | None] = {}

    def _cell(self, cells: list[str], name: str, otherwise: str = "") -> str:
        at = self.at.get(name)
        return cells[at].strip() if at is not None else otherwise

    def area(self, cells: list[str]) -> Area | None:
        """The area; None for a level the project does not use, or a row without a name."""
        level = LEVELS.get(self._cell(cells, "geographic_level"))
        if level == "authority":
            name, code = self._cell(cells, "la_name"), self._cell(cells, "new_la_code")
        elif level == "region":
            name, code = self._cell(cells, "region_name"), self._cell(cells, "region_code")
        elif level == "england":
            name = self._cell(cells, "country_name", "England")
            code = self._cell(cells, "country_code", "E92000001")
        else:
            return None
        return Area(name, code, level) if name else None


def _gather_totals(table: CsvTable, gathered: Gathered) -> None:
    places = _Places(table)
    type_column = next(name for name in _POPULATION_TYPES if name in table.header)
    number_column = _number_column(table) or ""
    kind, year_at = table.column(type_column), table.column("time_period")
    numbers = [(number_column, table.column(number_column))] if number_column else []
    numbers.append(("population_estimate", table.column("population_estimate")))
    for line, cells in table.rows():
        area = places.area(cells)
        measure = _total(cells[kind])
        year = gathered.year(cells[year_at], line, "time_period")
        if area is None or measure is None or year is None:
            continue
        for column, at in numbers:
            of = "population_0_17" if column == "population_estimate" else measure
            count = gathered.count(cells[at], line, column)
            if count is not None:
                gathered.add(area, (year, of, "all"), "all", count, line, column)


def _total(name: str) -> str | None:
    plain = name.strip().lower()
    return next((measure for start, measure in _TOTALS.items() if plain.startswith(start)), None)


def _gather_pairs(table: CsvTable, gathered: Gathered, measure: str) -> None:
    places = _Places(table)
    own = set(table.header)
    group_column, category_column = next(pair for pair in _PAIRS if own >= set(pair))
    number_column = _number_column(table) or ""
    group, category = table.column(group_column), table.column(category_column)
    number, year_at = table.column(number_column), table.column("time_period")
    for line, cells in table.rows():
        area = places.area(cells)
        year = gathered.year(cells[year_at], line, "time_period")
        count = gathered.count(cells[number], line, number_column)
        if area is None or year is None or count is None:
            continue
        named = cells[group].strip()
        key = (year, measure, _RENAMED_GROUPS.get((measure, named), named))
        of = cells[category].strip()
        of = _RENAMED_CATEGORIES.get(of, of)
        gathered.add(area, key, of, count, line, number_column)
