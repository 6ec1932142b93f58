"""Exampleshire: an imaginary authority of 300 children, the figures of the template.

None of these figures was counted anywhere. They are round, they fit together, and they
are there to be replaced.
"""

from __future__ import annotations

from typing import Any

from sufficiency.vocabulary import AgeBand, Location, TimeInCare

Tree = dict[str, Any]


def _invented(value: float, unit: str) -> Tree:
    return {"value": value, "unit": unit, "mark": "J", "reason": "invented for the template"}


def _by_age(*values: float) -> Tree:
    return dict(zip((band.value for band in AgeBand), values, strict=True))


def _by_time(*values: float) -> Tree:
    return dict(zip((band.value for band in TimeInCare), values, strict=True))


def _by_location(*values: float) -> Tree:
    return dict(zip((location.value for location in Location), values, strict=True))


_NO_EFFECT_OF_TIME = _by_time(1, 1, 1, 1, 1)


def _hazard(rate: float, by_age: Tree, by_time: Tree, **more: Any) -> Tree:
    return {
        "rate": _invented(rate, "per child-year"),
        "by_age": by_age,
        "by_time_in_care": by_time,
        **more,
    }


def _opening() -> Tree:
    return {
        "children_in_care": _invented(300, "children"),
        "by_age": _by_age(15, 40, 60, 125, 60),
        "by_time_in_care": _by_time(0.1, 0.2, 0.2, 0.3, 0.2),
        "by_setting": {
            "connected_carer": 50,
            "in_house_foster": 70,
            "in_house_residential": 5,
            "external_residential": 30,
            "supported_accommodation": 20,
            "placed_with_parents": 30,
        },
        "rest_by_setting": {"agency_foster": 1},
        "by_location": _by_location(180, 70, 50),
    }


def _reference() -> Tree:
    return {
        "by_age": _by_age(0.05, 0.13, 0.2, 0.42, 0.2),
        "by_time_in_care": _by_time(0.1, 0.2, 0.2, 0.3, 0.2),
        "by_setting": {
            "connected_carer": 0.17,
            "in_house_foster": 0.23,
            "agency_foster": 0.32,
            "in_house_residential": 0.01,
            "external_residential": 0.1,
            "supported_accommodation": 0.07,
            "placed_with_parents": 0.1,
        },
    }


def _leaving() -> Tree:
    early, late = _by_time(2, 1.5, 1, 0.5, 0.3), _by_time(0.2, 1, 1.5, 1.2, 0.8)
    return {
        "home_planned": _hazard(0.1, _by_age(1, 1, 1, 1, 1), early),
        "home_unplanned": _hazard(0.05, _by_age(0.2, 0.3, 0.5, 1.2, 2), early),
        "special_guardianship": _hazard(0.05, _by_age(2, 2, 1.2, 0.5, 0.1), late),
        "adoption": _hazard(0.03, _by_age(4, 3, 0.5, 0, 0), late),
        "order_discharged": _hazard(
            0.02,
            _by_age(1, 1, 1, 1, 1),
            late,
            by_setting={"placed_with_parents": 5},
            other_settings=0.5,
        ),
        "other": _hazard(0.02, _by_age(1, 1, 1, 1, 1), _NO_EFFECT_OF_TIME),
    }


def _moving() -> Tree:
    after = {
        "under_1": {"family": 1},
        "1_to_4": {"family": 1},
        "5_to_9": {"family": 0.95, "residential": 0.05},
        "10_to_15": {"family": 0.75, "residential": 0.25},
        "16_to_17": {"family": 0.3, "residential": 0.2, "supported": 0.5},
    }
    by_age, by_time = _by_age(0.5, 0.6, 0.8, 1.3, 1.3), _by_time(2, 1.5, 1, 0.8, 0.6)
    more = {"plan_after": after, "keeps_plan": 0.6}
    return {
        "breakdown": _hazard(0.3, by_age, by_time, **more),
        "planned": _hazard(0.25, _by_age(1, 1, 1, 1, 1), by_time, **more),
    }


def _plans() -> Tree:
    return {
        "family": {
            "search_order": ["connected_carer", "in_house_foster", "agency_foster"],
            "at_entry": _by_age(0.92, 0.9, 0.9, 0.75, 0.3),
        },
        "residential": {
            "search_order": ["in_house_residential", "external_residential"],
            "at_entry": _by_age(0, 0, 0.02, 0.15, 0.1),
        },
        "supported": {
            "search_order": ["supported_accommodation"],
            "at_entry": _by_age(0, 0, 0, 0, 0.55),
        },
        "parents": {
            "search_order": ["placed_with_parents"],
            "at_entry": _by_age(0.08, 0.1, 0.08, 0.1, 0.05),
        },
    }


def _settings() -> Tree:
    inside, mixed = _by_location(0.75, 0.2, 0.05), _by_location(0.45, 0.35, 0.2)
    any_age, older = _by_age(1, 1, 1, 1, 1), _by_age(0, 0, 0.3, 1, 1)
    return {
        "connected_carer": {
            "suitable": _by_age(0.4, 0.4, 0.35, 0.25, 0.1),
            "suitable_after_a_move": 0.3,
            "usual_ages": any_age,
            "location": inside,
        },
        "in_house_foster": {
            "places": {
                "from": {
                    "2025-04-01": _invented(90, "places"),
                    "2026-09-01": {
                        "p10": 92,
                        "p90": 104,
                        "distribution": "normal",
                        "unit": "places",
                        "mark": "J",
                        "reason": "invented: a campaign for carers",
                    },
                }
            },
            "match": 0.5,
            "usual_ages": any_age,
            "location": inside,
        },
        "agency_foster": {"usual_ages": any_age, "location": mixed},
        "in_house_residential": {
            "places": _invented(6, "places"),
            "match": 0.5,
            "usual_ages": older,
            "location": _by_location(1, 0, 0),
        },
        "external_residential": {
            "usual_ages": older,
            "location": _by_location(0.2, 0.4, 0.4),
            "nearby_places": _invented(20, "places"),
        },
        "supported_accommodation": {"usual_ages": _by_age(0, 0, 0, 0, 1), "location": mixed},
        "placed_with_parents": {"usual_ages": any_age, "location": inside},
    }


def _price(block: str, heading: str, weekly_fee_gbp: float, **more: Any) -> Tree:
    return {
        "block": block,
        "heading": heading,
        "weekly_fee_gbp": _invented(weekly_fee_gbp, "GBP per week"),
        "priced_at": "2025-04-01",
        **more,
    }


def _money() -> Tree:
    rise = {"uplift": 0.03}
    return {
        "prices": {
            "connected_carer": _price("placement", "Connected carers", 220, **rise),
            "in_house_foster": _price("placement", "In-house fostering", 480, **rise),
            "agency_foster": _price("placement", "Agency fostering", 950, spread=0.2, **rise),
            "in_house_residential": _price("own_provision", "Own children's home", 0),
            "external_residential": _price(
                "placement",
                "External residential",
                4500,
                spread=0.3,
                tail_share=0.04,
                tail_ratio=2.5,
                uplift={"p10": 0.02, "p90": 0.07, "distribution": "normal", "mark": "J"},
                income_share=0.08,
            ),
            "supported_accommodation": _price("placement", "Supported accommodation", 1200, **rise),
            "placed_with_parents": _price("placement", "Placed with parents", 0),
        },
        "shared_uplift": {"p10": -0.01, "p90": 0.01, "distribution": "normal", "mark": "J"},
        "shares_uplift": ["agency_foster", "external_residential", "supported_accommodation"],
        "after_care": {
            "special_guardianship": {
                "heading": "Special guardianship allowances",
                "weekly_fee_gbp": _invented(180, "GBP per week"),
                "priced_at": "2025-04-01",
            }
        },
        "fixed_costs": {
            "own_home": {
                "block": "own_provision",
                "heading": "Own children's home",
                "annual_cost_gbp": {"from": {"2025-04-01": _invented(900_000, "GBP")}},
            }
        },
        "one_off": {
            "carer_campaign": {
                "block": "improvement",
                "heading": "Campaign for carers",
                "date": "2026-04-01",
                "cost_gbp": _invented(40_000, "GBP"),
            }
        },
        "budget": {
            "placement": {
                "base_gbp": {"2025/26": 15_000_000, "2026/27": 15_000_000, "2027/28": 15_000_000},
                "uplift_gbp": {"2026/27": 500_000, "2027/28": 500_000},
            },
            "other_blocks_gbp": {"own_provision": {"2025/26": 900_000}},
        },
    }


def example() -> Tree:
    """The whole of Exampleshire as plain data, in the order of the schema."""
    return {
        "title": "Exampleshire: an imaginary authority",
        "authority": "Exampleshire",
        "start": "2025-03-31",
        "end": "2028-03-31",
        "opening": _opening(),
        "entries": {
            "per_year": _invented(105, "children per year"),
            "by_age": _by_age(0.2, 0.18, 0.17, 0.3, 0.15),
        },
        "year_to_year": {
            "entries": {"spread": 0.15, "autocorrelation": 0.3},
            "leaving": {"spread": 0.1, "autocorrelation": 0.3},
        },
        "reference": _reference(),
        "leaving": _leaving(),
        "moving": _moving(),
        "plans": _plans(),
        "settings": _settings(),
        "panel": {
            "ranking": ["external_residential", "agency_foster", "in_house_residential"],
            "plan_to_move": 0.5,
            "acceptance": 0.6,
            "notice": _invented(14, "days"),
        },
        "after_care": {
            "special_guardianship": {
                "opening_children": _invented(80, "children"),
                "opening_by_age": _by_age(0.02, 0.18, 0.35, 0.35, 0.1),
                "share_of_leavers": 0.9,
            }
        },
        "money": _money(),
    }
