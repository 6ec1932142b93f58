"""Prices worked out from a council's own fees."""

from __future__ import annotations

from sufficiency.estimate.layer import Section
from sufficiency.inputs.fees import Fees


def own_prices(fees: Fees) -> dict[str, Section]:
    return {}


def price_bands(fees: Fees) -> str:
    return ""
