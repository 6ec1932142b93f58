"""What table of the return a file holds, told by its columns and never by its name.

Three tables are used: episodes, the header with dates of birth, and unaccompanied children. The
others of the return are known by name, so that a council sees they were found and not needed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sufficiency.errors import InputError, Problem, nearest
from sufficiency.inputs.csv_source import CsvTable

EPISODES, HEADER, UASC = "episodes", "header", "uasc"
REQUIRED = {
    EPISODES: ("CHILD", "DECOM", "RNE", "LS", "PLACE", "DEC", "REC"),
    HEADER: ("CHILD", "DOB"),
    UASC: ("CHILD", "DUC"),
}
"""Columns without which a table that is used cannot be."""
AUTHORITY, YEAR = "LA", "YEAR"
_OPTIONAL = {
    EPISODES: (
        "PLACE_PROVIDER", "REASON_PLACE_CHANGE", "URN", "PL_POST", "PL_LOCATION", "PL_DISTANCE",
    ),
    HEADER: (),
    UASC: (),
}  # fmt: skip

_OF_EPISODES = frozenset(
    {"DECOM", "RNE", "LS", "PLACE", "DEC", "REC", "CIN", "PLACE_PROVIDER", "REASON_PLACE_CHANGE"}
)
_EPISODES_FROM = 3
"""So many columns of episodes make a table of episodes, if not a whole one."""
_OF_HEADER = frozenset({"UPN", "ETHNIC", "MOTHER", "MC_DOB"})
_BARE_HEADER = frozenset({"CHILD", "DOB", "SEX", "GENDER", AUTHORITY, YEAR, ""})

_TELLING = {
    "reviews": {"REVIEW", "REVIEW_CODE"},
    "oc2": {"SDQ_SCORE", "SDQ_REASON", "HEALTH_CHECK", "IMMUNISATIONS", "TEETH_CHECK"},
    "oc3": {"IN_TOUCH", "ACTIV", "ACCOM"},
    "ad1": {"DATE_INT", "DATE_MATCH", "NB_ADOPTR", "SEX_ADOPTR", "LS_ADOPTR"},
    "placed_for_adoption": {"DATE_PLACED", "DATE_PLACED_CEASED", "REASON_PLACED_CEASED"},
    "previous_permanence": {"PREV_PERM", "LA_PERM", "DATE_PERM"},
    "missing": {"MIS_START", "MIS_END"},
    "social_workers": {"SW_ID", "SW_DECOM", "SW_DEC"},
    "deprivation_of_liberty": {"DOLO_START", "DOLO_END"},
}
"""Tables of the return that are not used, by columns of which one is enough."""


@dataclass(frozen=True)
class ReturnTable:
    """A file and the table of the return it holds.

    Attributes:
        name: ``episodes``, ``header``, ``uasc``, another table's name, or empty.
        table: The file, its column names in upper case.
    """

    name: str
    table: CsvTable

    def column(self, name: str) -> int | None:
        """Where a column stands, from 0; None where it is not there."""
        return self.table.column(name) if name in self.table.header else None


def recognised(table: CsvTable) -> ReturnTable:
    """Tell what table of the return a file holds.

    Raises:
        InputError: When it is one that is used and lacks a column, or has one twice.
    """
    table = replace(table, header=column_names(table))
    name = _name(frozenset(table.header))
    if name in REQUIRED:
        _check_columns(name, table)
    return ReturnTable(name, table)


def column_names(table: CsvTable) -> tuple[str, ...]:
    """Names of the columns as the return writes them."""
    return tuple(_plain(name) for name in table.header)


def kind_of(table: CsvTable) -> str:
    """The table of the return a file holds, whole or not; empty where it holds none."""
    return _name(frozenset(column_names(table)))


def what_is_lacking(tables: Iterable[CsvTable]) -> str:
    """The columns that make a table of episodes, for a sentence on files of which none has them."""
    count = len(list(tables))
    files = "the 1 CSV file has" if count == 1 else f"the {count} CSV files have"
    none_of = "not" if count == 1 else "none of"
    return f"{none_of} {files} the columns {', '.join(REQUIRED[EPISODES])}"


def _plain(name: str) -> str:
    return "_".join(name.strip().strip("\ufeff\"'").upper().replace("-", " ").split())


def _name(columns: frozenset[str]) -> str:
    for name, telling in _TELLING.items():
        if columns & telling:
            return name
    if len(columns & _OF_EPISODES) >= _EPISODES_FROM:
        return EPISODES
    if "DUC" in columns:
        return UASC
    bare = {"CHILD", "DOB"} <= columns <= _BARE_HEADER
    whole = len(columns & _OF_HEADER) >= 2 or ("DOB" in columns and columns & _OF_HEADER)
    return HEADER if bare or whole else ""


def _check_columns(name: str, table: CsvTable) -> None:
    lacking = [each for each in REQUIRED[name] if each not in table.header]
    if lacking:
        spare = [each for each in table.header if each and each not in _RIGHT_NAMES]
        raise InputError(_lacks(each, name, table.file, spare) for each in lacking)
    table.check_once((*REQUIRED[name], *_OPTIONAL[name], AUTHORITY, YEAR))


def _lacks(column: str, name: str, file: str, spare: list[str]) -> Problem:
    close = nearest(column, spare)
    remedy = f"rename `{close[0]}`, if that is it" if close else "put it in, as the return has it"
    said = f"the column `{column}` is not here, and a table of {_WORDS[name]} needs it"
    return Problem(file, 1, 1, said, remedy)


_RIGHT_NAMES = {
    *_OF_EPISODES, *_OF_HEADER, *_OPTIONAL[EPISODES], "CHILD", "DOB", "DUC", "SEX", "GENDER",
    "HOME_POST", "PL_LA", AUTHORITY, YEAR,
}  # fmt: skip
"""Columns that are called as the return calls them: none of them is another, misspelt."""
_WORDS = {EPISODES: "episodes", HEADER: "children (the header)", UASC: "unaccompanied children"}
