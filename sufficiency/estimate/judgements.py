"""What nobody has published, read from a file written by hand.

Each value is a judgement and says so wherever it is used. Together they are the first thing a
council's own records would replace. A file may say ``based_on: other.yaml``: what it says then
stands in place of the other's, key by key at the top of the file. At the bottom of all lies
``england``, the judgements that come with the tool and hold for children anywhere.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationError

from sufficiency.errors import InputError, Problem
from sufficiency.scenario.kinds import SettingName
from sufficiency.scenario.values import (
    Base,
    Children,
    Correlation,
    LogChange,
    Quantity,
    Rate,
    Share,
)
from sufficiency.vocabulary import AfterCare, Move, Route

GENERAL = Path(__file__).with_name("judgements-england.yaml")
"""What is judged of children anywhere in England."""
FiveRatios = Annotated[list[float], Field(min_length=5, max_length=5)]
"""One number for each age band, or for each band of time in care."""


class RestRoute(Base):
    """One of the ways out that are published only together."""

    share: float
    """Its share of them."""
    usual_ages: FiveRatios
    """How usual it is at each age."""


class OrderHazard(Base):
    """Orders a year for children with connected carers."""

    p10: float
    """Lower end."""
    p50: float
    """Middle."""
    p90: float
    """Upper end."""


class AfterCareJudgement(Base):
    """One kind of payment after care."""

    opening_children: Children
    """Children it is paid for on the first day."""
    share_of_leavers: Share
    """Share of leavers by the route for whom it is paid."""
    opening_by_age: FiveRatios
    """Shares of the children by age."""
    reason: str = "No count of this kind is published; a small number is taken."
    """Why that many."""


class PublishedHomes(Base):
    """How lines of the published table of placements are split into kinds of home."""

    connected_carer: Children
    """Children in foster placements with connected carers."""
    connected_reason: str
    """Why."""
    agency_foster: Children
    """Children in foster placements with agencies. The council's own carers have the rest."""
    agency_reason: str
    """Why."""
    in_house_residential: int
    """Children of secure and children's homes who are in the council's own."""
    homes_reason: str
    """Why."""
    rest: dict[SettingName, float]
    """Shares of the children in no line that is used."""
    rest_reason: str
    """Why."""


class Judgements(Base):
    """Everything in the file; what each is, and why, is written there."""

    based_on: str | None = None
    """The file whose judgements hold where this one says nothing."""
    file: str = ""
    """Where the judgements were read, as a source is written."""
    external_split: dict[SettingName, int] | None = None
    """Children of the external count by setting."""
    counted_twice: Children | None = None
    """Children in both the connected and the in-house count."""
    rest_by_setting: dict[SettingName, float] | None = None
    """Shares of the children in no count."""
    published_homes: PublishedHomes | None = None
    """How the published table of placements is split. Without it the council's counts are used,
    and the three judgements above."""
    two_to_five_years_share: float
    """Of children in care two years or more, the share under five."""
    leaving_in_first_two_years: float | None = None
    """Everyone who leaves in their first two years, per child-year; as everyone where not given."""
    leaving_in_first_two_years_reason: str = ""
    """Why."""
    usual_ages: dict[SettingName, FiveRatios]
    """How usual each setting is at each age."""
    usual_ages_of_leaving: dict[str, FiveRatios]
    """How usual each way out is at each age."""
    rest_routes: dict[Route, RestRoute]
    """The ways out that are published only together."""
    by_time_in_care: dict[Route, FiveRatios]
    """Relative rate of each way out by time in care."""
    by_setting: dict[Route, dict[str, float]]
    """Relative rate of each way out by setting; `elsewhere` for the others."""
    connected_order_hazard: OrderHazard
    """Orders for children with connected carers."""
    connected_order_reason: str
    """What allows that many, as the beginning of a sentence."""
    connected_order_source: str
    """Where it was read."""
    moves_per_child_year: Rate
    """Moves from home to home."""
    moving_by_age: dict[Move, FiveRatios]
    """Relative rate of each move by age."""
    moving_by_time_in_care: dict[Move, FiveRatios]
    """Relative rate of each move by time in care."""
    moving_by_setting: dict[Move, dict[str, float]]
    """Relative rate of each move by setting; `elsewhere` for the others."""
    autocorrelation_of_leaving: Correlation
    """Correlation of one year's leaving with the next year's."""
    entries_drift: LogChange
    """Steady yearly change of entries."""
    entries_drift_reason: str = "One year cannot settle the long run, so no drift at the centre."
    """Why."""
    after_care: dict[AfterCare, AfterCareJudgement]
    """Payments after care."""

    def usual_ages_of(self, settings: list[str]) -> NDArray[np.float64]:
        """How usual each setting is at each age; shape (settings, 5)."""
        return np.array([self.usual_ages[name] for name in settings], dtype=np.float64)


def read_judgements(path: Path) -> Judgements:
    """Read a file of judgements, and the one it is based on.

    Args:
        path: YAML, as in ``inputs/middlesbrough/judgements.yaml``.

    Returns:
        The judgements.

    Raises:
        InputError: When the file cannot be read, or a value is missing or cannot be.
    """
    try:
        return Judgements.model_validate({**_layered(path), "file": _as_source(path)})
    except ValidationError as error:
        raise InputError(
            [
                Problem(
                    str(path), 1, 1,
                    f"`{'.'.join(map(str, fault['loc'])) or 'the file'}`: {fault['msg']}",
                    "compare it with the comments in the file",
                )
                for fault in error.errors()
            ]
        ) from error  # fmt: skip


def general_judgements() -> dict[str, Any]:
    """The judgements that come with the tool, key by key: incomplete without an authority's."""
    return _mapping(GENERAL)


def _layered(path: Path, above: tuple[Path, ...] = ()) -> dict[str, Any]:
    """What a file says, over what it is based on."""
    data = _mapping(path)
    beneath = data.get("based_on")
    if not isinstance(beneath, str):
        return data
    below = GENERAL if beneath == "england" else path.with_name(Path(beneath).name)
    if below in (*above, path):
        raise InputError(
            [
                Problem(
                    str(path), 1, 1, f"`based_on: {beneath}` leads back to this file",
                    "base the file on another, on `england`, or on none",
                )
            ]
        )  # fmt: skip
    return {**_layered(below, (*above, path)), **data}


def _as_source(path: Path) -> str:
    """How the file is named as a source, wherever the project's folder stands."""
    return f"inputs/{path.resolve().parent.name}/{path.name}"


def _mapping(path: Path) -> dict[str, Any]:
    """What one file says, key by key."""
    import yaml

    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(
            [Problem(str(path), 1, 1, "the judgements cannot be read", f"{error.strerror}")]
        ) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise InputError(
            [Problem(str(path), line, column, "this is not YAML", "look at the indentation")]
        ) from error
    if not isinstance(data, dict):
        raise InputError(
            [
                Problem(
                    str(path), 1, 1, "the judgements are not keys and values", "write `key: value`"
                )
            ]
        )
    return data


def ends(quantity: Quantity) -> dict[str, Any]:
    """The ends and shape of an interval, or the value, as a scenario writes them."""
    if quantity.value is not None:
        return {"value": quantity.value}
    return {"p10": quantity.p10, "p90": quantity.p90, "distribution": quantity.distribution}
