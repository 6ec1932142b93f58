"""The charts of a report, one family a file, each a function from tables to a chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sufficiency.report.chart import Chart
    from sufficiency.report.tables import Tables


def all_charts(tables: Tables) -> tuple[Chart, ...]:
    """Every chart the tables can fill, in the order a report shows them.

    Args:
        tables: What to draw from. A chart whose measure is missing, or all hidden, is
            left out.

    Returns:
        The charts.
    """
    from sufficiency.report.charts import (
        care,
        cost,
        occupancy,
        out_of_area,
        overspend,
        place_gap,
        settings,
    )

    makers = (
        care.children_in_care,
        settings.placements_by_setting,
        out_of_area.out_of_area,
        cost.cost_by_heading,
        overspend.overspend_by_year,
        occupancy.occupancy,
        place_gap.place_gap,
    )
    made = (maker(tables) for maker in makers)
    return tuple(chart for chart in made if chart is not None)
