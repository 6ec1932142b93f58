"""Shapes that come back throughout a scenario: by age, by time in care, shares, names, years.

Each says what makes it complete, so that a table with an age missing or shares that do not
make a whole is refused where it stands.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, StringConstraints

from sufficiency.scenario.values import Share
from sufficiency.vocabulary import AgeBand, TimeInCare

T = TypeVar("T")


def _every_age(by_age: dict[AgeBand, T]) -> dict[AgeBand, T]:
    missing = [band.value for band in AgeBand if band not in by_age]
    if missing:
        raise ValueError(f"every age band is needed; missing: {', '.join(missing)}")
    return {band: by_age[band] for band in AgeBand}


def _every_time_in_care(by_time: dict[TimeInCare, T]) -> dict[TimeInCare, T]:
    missing = [band.value for band in TimeInCare if band not in by_time]
    if missing:
        raise ValueError(f"every band of time in care is needed; missing: {', '.join(missing)}")
    return {band: by_time[band] for band in TimeInCare}


def _shares_make_a_whole(shares: dict[Any, Share]) -> dict[Any, Share]:
    total = sum(share.central for share in shares.values())
    if abs(total - 1) > 0.005:
        raise ValueError(f"these shares must add up to 1; they add up to {total:.3f}")
    return shares


_FINANCIAL_YEAR = re.compile(r"^(\d{4})/(\d{2})$")


def _is_financial_year(text: str) -> str:
    found = _FINANCIAL_YEAR.match(text)
    if not found or (int(found[1]) + 1) % 100 != int(found[2]):
        raise ValueError(f"`{text}` is not a financial year; write it like 2020/21")
    return text


SettingName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
"""The name of a setting: one of the usual ones, or one a scenario adds."""
ShortName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
"""The short name of a cost, by which its figures are found."""
ByAge = Annotated[dict[AgeBand, T], AfterValidator(_every_age)]
ByTimeInCare = Annotated[dict[TimeInCare, T], AfterValidator(_every_time_in_care)]
SharesByAge = Annotated[ByAge[Share], AfterValidator(_shares_make_a_whole)]
SharesByTimeInCare = Annotated[ByTimeInCare[Share], AfterValidator(_shares_make_a_whole)]
Shares = Annotated[dict[T, Share], AfterValidator(_shares_make_a_whole)]
FinancialYear = Annotated[str, AfterValidator(_is_financial_year)]
