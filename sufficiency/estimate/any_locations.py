"""How far away the homes of each kind are, for an authority whose homes nobody has listed.

Where children live is published for each authority; where they live in each kind of home is
not. England's pattern is taken for each kind: own homes are near, bought ones often far. It is
then tilted, by the same amount for every kind, until all kinds together have as many children
inside the boundary, outside it nearby, and far away as were published.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sufficiency.estimate.ipf import Margin, fit
from sufficiency.vocabulary import Location

FloatArray = NDArray[np.float64]

_FOSTERED = "England: 61% of fostered children inside the boundary (2019)"
_BOUGHT = "NAO: 67% of children in homes outside the boundary, 49% over 20 miles (March 2024)"
PATTERN: dict[str, tuple[tuple[float, float, float], str, str]] = {
    "connected_carer": (
        (0.60, 0.26, 0.14), _FOSTERED, "relatives live near, but not always in the authority",
    ),
    "in_house_foster": ((0.75, 0.22, 0.03), _FOSTERED, "own carers rarely live far away"),
    "agency_foster": ((0.40, 0.36, 0.24), _FOSTERED, "agencies further away than own carers"),
    "in_house_residential": ((0.92, 0.06, 0.02), "", "own homes are mostly in the authority"),
    "external_residential": (
        (0.21, 0.21, 0.58), _BOUGHT, "bought homes alone, once own homes have their part",
    ),
    "supported_accommodation": ((0.65, 0.20, 0.15), "", "mostly local"),
    "secure": ((0.03, 0.12, 0.85), "", "few secure homes exist"),
    "residential_school": ((0.10, 0.30, 0.60), "", "few such schools exist"),
    "placed_with_parents": ((0.75, 0.18, 0.07), "", "parents mostly live in the authority"),
    "placed_for_adoption": ((0.20, 0.30, 0.50), "", "adopters are sought away from home"),
    "other": ((0.50, 0.25, 0.25), "", "no pattern is known"),
}  # fmt: skip
"""By setting: England's shares inside, outside nearby and far away, where from, and why."""


def locations_by_setting(
    children: Mapping[str, float], published: Mapping[str, float] | None
) -> dict[str, FloatArray]:
    """Where the homes of each kind are.

    Args:
        children: Opening children by setting.
        published: Opening children by location, under the names of :class:`Location`; None
            where none were published, and England's pattern is taken as it is.

    Returns:
        Three shares by setting, in the order of :class:`Location`; they add up to 1.
    """
    pattern = np.array([PATTERN[name][0] for name in children])
    counts = np.array(list(children.values()), dtype=np.float64)
    where = np.array([(published or {}).get(place.value, 0.0) for place in Location])
    if counts.sum() > 0 and where.sum() > 0:
        pattern = pattern * _tilt(pattern, counts, where / where.sum() * counts.sum())
    shares = pattern / pattern.sum(axis=1, keepdims=True)
    return dict(zip(children, shares, strict=True))


def _tilt(pattern: FloatArray, counts: FloatArray, where: FloatArray) -> FloatArray:
    """How much more, or less, of each location there is than in England; shape (3,)."""
    margins = (Margin((0,), counts, "kinds of home"), Margin((1,), where, "locations"))
    table = fit(pattern, margins).table
    used = int(np.argmax(counts))
    return np.asarray(table[used] / pattern[used], dtype=np.float64)
