"""Nothing hidden can be worked out from what is published."""

from __future__ import annotations

import itertools

import made_up_tables
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sufficiency.report.disclosure import Cells, Relation, close
from sufficiency.report.disclosure import worked_out as worked_out_inside
from sufficiency.report.suppression import suppress, suppress_tables

pytestmark = pytest.mark.conservation

KINDS = ("fostering", "homes", "secure", "kin")
MONTHS = ("2020-04", "2020-05", "2021-03")


def table(counts: dict[tuple[str, str, str], float], measures: tuple[str, ...]) -> pd.DataFrame:
    """A forecast of one certain future, with every total the real one has."""
    values = dict(counts)
    for measure in measures:
        flow = measure in ("entries", "exits", "cost")
        for kind in KINDS:
            months = [counts[(measure, month, kind)] for month in MONTHS]
            values[(measure, "2020/21", kind)] = sum(months) if flow else months[-1]
        for period in (*MONTHS, "2020/21"):
            values[(measure, period, "all")] = sum(values[(measure, period, k)] for k in KINDS)
    rows = [
        {
            "scenario": "s",
            "period": period,
            "period_type": "financial_year" if "/" in period else "month",
            "measure": measure,
            "setting": kind,
            "unit": "GBP" if measure == "cost" else "children",
            **dict.fromkeys(("mean", "p10", "p50", "p90"), value),
            "half_width": 0.0,
        }
        for (measure, period, kind), value in sorted(values.items())
    ]
    return pd.DataFrame(rows)


def worked_out(shared: pd.DataFrame) -> list[str]:
    """Hidden cells an attacker can solve for, by rank: written apart from the code tested.

    The attacker knows that settings add up, months add up for flows, and a year's stock is
    its last month's.
    """
    keys = list(zip(shared["measure"], shared["period"], shared["setting"], strict=True))
    hidden = {key for key, value in zip(keys, shared["mean"], strict=True) if value == "c"}
    order = {key: number for number, key in enumerate(sorted(hidden))}
    sums: list[dict[tuple[str, str, str], int]] = []
    for measure, period in sorted({(m, p) for m, p, _ in keys}):
        sums.append({(measure, period, kind): 1 for kind in KINDS} | {(measure, period, "all"): -1})
    for measure, kind in sorted({(m, k) for m, _, k in keys}):
        year = {(measure, "2020/21", kind): -1}
        flow = measure in ("entries", "exits", "cost")
        months = MONTHS if flow else MONTHS[-1:]
        sums.append(year | {(measure, month, kind): 1 for month in months})
    if not order:
        return []
    matrix = np.zeros((len(sums), len(order)))
    for row, relation in enumerate(sums):
        for key, sign in relation.items():
            if key in order:
                matrix[row, order[key]] = sign
    rank = np.linalg.matrix_rank(matrix)
    found = []
    for key, column in order.items():
        alone = np.zeros((1, len(order)))
        alone[0, column] = 1
        if np.linalg.matrix_rank(np.vstack([matrix, alone])) == rank:
            found.append(" ".join(key))
    return found


@st.composite
def counted(draw: st.DrawFn, measures: tuple[str, ...]) -> dict[tuple[str, str, str], float]:
    number = st.one_of(st.integers(0, 8), st.integers(0, 60))
    return {key: float(draw(number)) for key in itertools.product(measures, MONTHS, KINDS)}


@settings(max_examples=60, deadline=None, derandomize=True)
@given(counted(("children_in_care", "entries")))
def test_no_hidden_count_can_be_recovered(counts: dict[tuple[str, str, str], float]) -> None:
    shared = suppress(table(counts, ("children_in_care", "entries")))
    for value in shared["mean"]:
        assert value == "c" or not 0.5 <= value < 5.5
    assert worked_out(shared) == []


@settings(max_examples=40, deadline=None, derandomize=True)
@given(counted(("children_in_care",)))
def test_no_cost_gives_a_hidden_caseload_away(counts: dict[tuple[str, str, str], float]) -> None:
    for (_, month, kind), value in list(counts.items()):
        counts[("cost", month, kind)] = 4000.0 * value
    shared = suppress(table(counts, ("children_in_care", "cost")))
    hidden = {
        measure: {
            (row.period, row.setting)
            for row in shared[shared["measure"] == measure].itertuples()
            if row.mean == "c" and row.setting != "all"
        }
        for measure in ("children_in_care", "cost")
    }
    assert hidden["children_in_care"] <= hidden["cost"]
    # Totals of money stay, so only parts are asked about.
    costs = shared[shared["measure"] == "cost"]
    assert worked_out(costs) == []
    assert not (costs.loc[costs["setting"] == "all", "mean"] == "c").any()


def simple(values: dict[str, float], measure: str = "children_in_care") -> pd.DataFrame:
    """One month, one measure, settings and their total."""
    rows = {**values, "all": sum(values.values())}
    return pd.DataFrame(
        [
            {
                "scenario": "s",
                "period": "2020-04",
                "period_type": "month",
                "measure": measure,
                "setting": name,
                "unit": "children",
                "mean": value,
                "p10": value,
                "p50": value,
                "p90": value,
                "half_width": 0.1,
            }
            for name, value in rows.items()
        ]
    )


def hidden_in(shared: pd.DataFrame) -> set[str]:
    return set(shared.loc[shared["mean"] == "c", "setting"])


def test_one_small_count_takes_the_next_smallest_with_it() -> None:
    shared = suppress(simple({"a": 40, "b": 3, "c": 12, "d": 0}))
    assert hidden_in(shared) == {"b", "c"}
    row = shared[shared["setting"] == "b"].iloc[0]
    assert [row[name] for name in ("mean", "p10", "p50", "p90", "half_width")] == ["c"] * 5


def test_two_small_counts_that_add_up_to_a_small_count_need_a_third() -> None:
    assert hidden_in(suppress(simple({"a": 40, "b": 2, "c": 2, "d": 9}))) == {"b", "c", "d"}


def test_two_small_counts_that_hide_each_other_need_no_third() -> None:
    assert hidden_in(suppress(simple({"a": 40, "b": 4, "c": 4, "d": 9}))) == {"b", "c"}


def test_any_statistic_that_is_small_hides_the_row() -> None:
    forecast = simple({"a": 40.0, "b": 20.0, "c": 30.0})
    forecast.loc[forecast["setting"] == "b", "p10"] = 5.4
    assert "b" in hidden_in(suppress(forecast))
    forecast.loc[forecast["setting"] == "b", "p10"] = 5.6
    assert hidden_in(suppress(forecast)) == set()


def test_a_small_number_left_inside_the_authority_is_hidden_too() -> None:
    care = simple({"a": 40, "b": 60, "c": 50})
    away = simple({"a": 38, "b": 20, "c": 10}, "out_of_area")
    shared = suppress(pd.concat([care, away], ignore_index=True))
    assert "a" in hidden_in(shared[shared["measure"] == "out_of_area"])
    assert hidden_in(shared[shared["measure"] == "children_in_care"]) == set()


def test_comings_cannot_be_worked_out_from_goings_and_the_change_in_children() -> None:
    parts = [
        simple({}, measure).assign(mean=value, p10=value, p50=value, p90=value)
        for measure, value in (("children_in_care", 90.0), ("entries", 3.0), ("exits", 13.0))
    ]
    shared = suppress(pd.concat(parts, ignore_index=True))
    hidden = set(shared.loc[shared["mean"] == "c", "measure"])
    assert hidden == {"entries", "exits"}


def test_occupancy_goes_with_its_caseload() -> None:
    full = simple({"a": 0.9, "b": 0.8}, "occupancy").assign(unit="share")
    full = full[full["setting"] != "all"]
    shared = suppress(pd.concat([simple({"a": 40, "b": 4, "d": 9}), full], ignore_index=True))
    assert hidden_in(shared[shared["measure"] == "occupancy"]) == {"b"}


def test_a_heading_goes_with_its_children_and_takes_another_with_it() -> None:
    tables = made_up_tables.tables()
    forecast, budget = suppress_tables(tables.forecast, tables.budget, made_up_tables.HEADINGS)
    year = budget[budget["financial_year"] == "2024/25"]
    hidden = set(year.loc[year["outturn_mean"] == "c", "heading"])
    assert "Secure homes" in hidden
    assert len(hidden) >= 2
    assert "all" not in hidden
    assert "No Wrong Door hub" not in hidden
    gone = {heading: made_up_tables.HEADINGS[heading][0] for heading in hidden}
    cost = forecast.query("measure == 'cost' and period == '2024/25'").set_index("setting")["mean"]
    assert all(cost[setting] == "c" for setting in gone.values())


def test_settings_that_share_a_heading_are_small_together() -> None:
    forecast = simple({"a": 40, "b": 2, "d": 2, "e": 11, "f": 30})
    line = {"scenario": "s", "financial_year": "2020/21", "block": "placement", "budget": 1.0}
    money = dict.fromkeys(
        ("outturn_mean", "outturn_p10", "outturn_p50", "outturn_p90", "variance_mean"), 1e6
    )
    budget = pd.DataFrame(
        [
            {**line, "heading": name, **money, "probability_of_overspend": 0.5, "unit": "GBP"}
            for name in ("Few", "Many", "all")
        ]
    )
    shared = suppress_tables(forecast, budget, {"Few": ("b", "d"), "Many": ("a", "f")})[1]
    assert shared["outturn_mean"].tolist()[0] == "c"
    assert shared["outturn_mean"].tolist()[2] == 1e6
    assert shared["budget"].tolist() == [1.0] * 3


def test_a_year_end_goes_with_its_last_month() -> None:
    month = simple({"a": 40, "b": 3, "c": 12}).assign(period="2021-03")
    year = month[month["setting"] != "all"].assign(period="2020/21", period_type="financial_year")
    shared = suppress(pd.concat([month, year], ignore_index=True))
    assert hidden_in(shared[shared["period"] == "2020/21"]) == {"b", "c"}


def test_a_hidden_cell_between_two_closed_groups_is_found_and_covered() -> None:
    """Every sum here has at least two hidden cells, yet one of them can be worked out.

    Rows and columns of a four by four table add up to published totals. The hidden cells
    are two squares and one cell that joins a row of the first to a column of the second.
    """
    relations = [
        Relation(tuple(4 * row + column for column in range(4)), (1,) * 4) for row in range(4)
    ] + [Relation(tuple(4 * row + column for row in range(4)), (1,) * 4) for column in range(4)]
    never = np.zeros(16, dtype=np.bool_)
    cells = Cells(np.arange(10.0, 26.0), never, never, never)
    joint = 6
    hidden = {0, 1, 4, 5, 10, 11, 14, 15, joint}
    assert worked_out_inside(cells, relations, hidden) == {joint}
    closed = close(cells, relations, hidden, lambda _: set())
    assert closed > hidden
    assert worked_out_inside(cells, relations, closed) == set()


def test_the_switch_leaves_every_figure_alone() -> None:
    forecast = made_up_tables.forecast()
    pd.testing.assert_frame_equal(suppress(forecast, on=False), forecast)
    assert (suppress(forecast)["mean"] == "c").any()


def test_the_tables_given_are_not_changed() -> None:
    forecast = made_up_tables.forecast()
    before = forecast.copy()
    suppress(forecast)
    pd.testing.assert_frame_equal(forecast, before)


def test_a_cost_that_is_always_nought_is_not_hidden_and_drags_nothing_with_it() -> None:
    """Own homes cost the same full or empty: hiding their fees of nought hides no child."""
    fees = {"fostering": 4_000.0, "homes": 0.0, "secure": 9_000.0, "kin": 1_000.0}
    there = {"fostering": 90.0, "homes": 6.0, "secure": 2.0, "kin": 80.0}
    counts = {
        (measure, month, kind): there[kind] * (fees[kind] if measure == "cost" else 1.0)
        for measure in ("children_in_care", "cost")
        for month in MONTHS
        for kind in KINDS
    }
    shared, _ = suppress_tables(
        table(counts, ("children_in_care", "cost")), None, {}, without_fee=frozenset({"homes"})
    )
    hidden = shared[shared["mean"] == "c"]
    costs = hidden[hidden["measure"] == "cost"]
    assert "homes" in set(hidden[hidden["measure"] == "children_in_care"]["setting"])
    assert "homes" not in set(costs["setting"])
    assert "secure" in set(costs["setting"])
    assert "fostering" not in set(costs["setting"])


def test_a_block_loses_its_total_where_that_would_tell_how_many_were_helped() -> None:
    """Cost of a conference is in the assumptions: the cost of a few tells how few they are."""
    helped = [
        {
            "scenario": "s", "period": period, "period_type": kind, "measure": "helped",
            "setting": setting, "unit": "children",
            **dict.fromkeys(("mean", "p10", "p50", "p90"), 3.0), "half_width": 0.0,
        }
        for period, kind in (("2020-04", "month"), ("2020/21", "financial_year"))
        for setting in ("conferences", "all")
    ]  # fmt: skip
    budget = pd.DataFrame(
        [
            {
                "scenario": "s", "financial_year": "2020/21", "block": block, "heading": heading,
                "budget": np.nan, "variance_mean": np.nan, "probability_of_overspend": np.nan,
                **{f"outturn_{name}": cost for name in ("mean", "p10", "p50", "p90")},
                "unit": "GBP",
            }
            for block, heading, cost in (
                ("placement", "Homes", 9e6), ("placement", "all", 9e6),
                ("prevention", "Conferences", 3e3), ("prevention", "Team", 4e5),
                ("prevention", "all", 4.03e5),
            )
        ]
    )  # fmt: skip
    _, shared = suppress_tables(pd.DataFrame(helped), budget, {"Conferences": ["conferences"]})
    told = {(row.block, row.heading): row.outturn_mean for row in shared.itertuples()}
    assert told["prevention", "Conferences"] == "c"
    assert told["prevention", "all"] == "c"
    assert told["prevention", "Team"] != "c"
    assert told["placement", "all"] != "c"
