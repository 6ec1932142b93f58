"""When a kind of home can first be used.

A setting says so itself, or opens with the intervention it is part of; where neither is said it
is open from the start.
"""

from __future__ import annotations

import datetime as dt

from sufficiency.scenario.schema import Scenario


def opens_on(scenario: Scenario, setting: str) -> dt.date | None:
    """The day a setting opens.

    Args:
        scenario: The scenario.
        setting: Name of one of its settings.

    Returns:
        The day; None where it is open from the start.
    """
    rule = scenario.settings[setting]
    if rule.opens is not None or rule.delivery is None:
        return rule.opens
    delivery = scenario.deliveries.get(rule.delivery)
    return None if delivery is None else delivery.opens


def first_used(scenario: Scenario, setting: str) -> dt.date:
    """The first day of the forecast on which a setting can be used.

    Args:
        scenario: The scenario.
        setting: Name of one of its settings.

    Returns:
        The day it opens, or the first of the forecast if it is open by then.
    """
    first = scenario.start + dt.timedelta(days=1)
    opens = opens_on(scenario, setting)
    return first if opens is None else max(first, opens)
