"""How many children will come to a council that gives its own records and nothing else.

A return says nothing of how many children live in the area, so there is no gap to England's rate
to close: the path set for the number in care is that it stays, with the small part of what recent
years' entries and leaving would bring that was seen over England's authorities. How large good
and bad years are is taken from them too; a single council's few years cannot tell it.
"""

from __future__ import annotations

import numpy as np

from sufficiency.estimate.panel import FlowVariation, Learnt
from sufficiency.estimate.steering import Projected, Standing, Steering, steer
from sufficiency.estimate.variation import Slope

LEARNT = Learnt(
    first_year=2019,
    last_year=2025,
    authorities=135,
    reversion=0.0,
    seen=Slope(value=0.0, standard_error=0.006, residual_sd=0.071, authorities=945),
    entries_on_entries=0.697,
    entries_on_stock=0.162,
    from_flows=Slope(value=0.109, standard_error=0.058, residual_sd=0.071, authorities=135),
    moved=(0.00332, 0.00783, 0.0129),
    entries=FlowVariation(spread=0.178, autocorrelation=0.534, standard_error=0.113, changes=810),
    leaving=FlowVariation(spread=0.0858, autocorrelation=0.227, standard_error=0.153, changes=810),
)
"""What the years 2019 to 2025 of 135 authorities tell of the next year, in numbers: as ``learn``
of ``panel.py`` gives it from the published tables, but for coming nearer to England's rate, which
needs the number of children who live in the area."""
LEARNT_SOURCE = (
    "DfE, Children looked after in England (SSDA903), OGL v3.0; 135 authorities, 2019 to 2025"
)


def steered(
    here: Projected, coming_per_year: float, leaving_sd: float, learnt: Learnt = LEARNT
) -> Steering:
    """Set entries and their variation.

    Args:
        here: What the council's own rates lead to.
        coming_per_year: Entries of the last years, a year.
        leaving_sd: Doubt about its rate of leaving, on the log scale.
        learnt: What England's authorities showed.

    Returns:
        The steering, along a path that stays but for a part of what recent flows would bring.
    """
    years = len(here.of_opening)
    # An England that neither grows nor shrinks, so that nothing is set beside it.
    still = Projected(1.0, np.ones(years), np.zeros((years, years)), np.zeros(years))
    standing = Standing(gap=0.0, entry_gap=0.0, usual_entries=coming_per_year)
    return steer(here, still, 0.0, standing, learnt, leaving_sd)
