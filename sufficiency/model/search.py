"""The search for a home: down a list of settings to the first with room that suits the child.

What a child gets depends on what is free that day. A vacancy is not always a match: with
more vacancies it is likelier that one of them suits. When the setting wanted first has
nothing, the next on the list is tried, and the last always has room.
"""

from __future__ import annotations

import math
from bisect import bisect_right

from sufficiency.episodes import NONE
from sufficiency.model.market import Market, value_on
from sufficiency.model.parameters import Parameters, SettingParameters
from sufficiency.vocabulary import AGE_BAND_STARTS_YEARS

_AGE_STARTS_DAYS = tuple(years * 365.25 for years in AGE_BAND_STARTS_YEARS)


def age_band(age_days: float) -> int:
    """Code of the age band, for an age in days under 18 years."""
    return bisect_right(_AGE_STARTS_DAYS, age_days) - 1


def chancy_settings(parameters: Parameters) -> tuple[str, ...]:
    """Settings in which finding a place is a matter of chance, and so needs luck."""
    return tuple(s.name for s in parameters.settings if s.suitable is not None or s.match < 1.0)


Step = tuple[int, SettingParameters, bool, bool, int]
"""One setting in a search order: its code, its parameters, whether it opens or closes during
the forecast, whether its places are limited, and the column of the child's match luck, -1
where nothing is left to chance."""


class Search:
    """Searches a market for homes.

    Attributes:
        market: The homes there are.
    """

    def __init__(self, parameters: Parameters, market: Market) -> None:
        self.market = market
        chancy = chancy_settings(parameters)
        steps: list[Step] = [
            (
                code,
                rule,
                rule.opens > 0.0 or rule.closes < math.inf,
                rule.places is not None,
                chancy.index(rule.name) if rule.name in chancy else -1,
            )
            for code, rule in enumerate(parameters.settings)
        ]
        self._orders = [[steps[code] for code in order] for order in parameters.search_orders]

    def find(
        self,
        plan: int,
        age_days: float,
        day: float,
        luck: list[float],
        *,
        moving: bool,
        barred: int = NONE,
    ) -> tuple[int, int, int]:
        """Find a home.

        Args:
            plan: Code of the child's plan.
            age_days: The child's age.
            day: Today.
            luck: A number for each setting that is a matter of chance.
            moving: Whether the child is moving, rather than entering care.
            barred: Code of a setting the child has just left and cannot return to at once.

        Returns:
            Codes of the setting found, the first choice, and the first setting with a
            limited number of places that was wanted and not had, or ``NONE``.
        """
        first_choice = wanted = NONE
        for setting, rule, dated, limited, column in self._orders[plan]:
            if setting == barred or (dated and not self.market.is_open(setting, day)):
                continue
            chance = luck[column] if column >= 0 else 0.0
            if rule.suitable is not None:
                possible = value_on(rule.suitable[age_band(age_days)], day)
                if moving:
                    possible *= rule.suitable_after_a_move
                if chance >= possible:
                    continue
                chance /= possible
            if first_choice == NONE:
                first_choice = setting
            if not limited:
                if chance < rule.match:
                    return setting, first_choice, wanted
            else:
                vacancies = self.market.limit[setting] - self.market.taken[setting]
                if vacancies > 0 and chance < 1.0 - (1.0 - rule.match) ** vacancies:
                    return setting, first_choice, wanted
                if wanted == NONE:
                    wanted = setting
        raise AssertionError("the last setting of a search order always has room")

    def wanted_before(self, plan: int, setting: int) -> tuple[int, int]:
        """What a child already living in a setting would have been offered first.

        Settings that depend on having a suitable relative or friend are passed over: a child
        living elsewhere is taken to have none.

        Returns:
            Codes of the first choice, and of the first limited setting wanted and not had.
        """
        first_choice = wanted = NONE
        for candidate, rule, _, limited, _ in self._orders[plan]:
            if candidate == setting:
                break
            if rule.suitable is not None or not self.market.is_open(candidate, 0.0):
                continue
            if first_choice == NONE:
                first_choice = candidate
            if wanted == NONE and limited:
                wanted = candidate
        return (setting if first_choice == NONE else first_choice), wanted
