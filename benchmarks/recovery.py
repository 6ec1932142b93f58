"""Do rates estimated from records find the rates the records were made with?

Authorities with known rates are simulated for nine years, each with effects of age, time in care
and setting of its own, and records are kept of the last five. The rates estimated from them are
set against the known ones: 80% intervals should hold them about 80% of the time. Then stays are
counted with and without delayed entry, and set against the truth. It takes two or three minutes
on two processors. Run from the project's folder:

    python benchmarks/recovery.py            # prints the tables
    python benchmarks/recovery.py --write    # and puts them into docs/quality/recovery.md
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sufficiency.scenario.load import load_scenario
from sufficiency.vocabulary import TIME_IN_CARE_STARTS_DAYS, Route

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "estimate"))

from made_up_records import MadeUp, made_up
from recovering import (
    WAYS,
    Held,
    intervals_of,
    median_stay_days,
    share_held,
    stay_rates,
    through_returns,
    true_stay_rates,
)

PAGE = Path("docs/quality/recovery.md")
SCENARIO = Path("scenarios/middlesbrough-2020/baseline.yaml")
FIRST, LAST = dt.date(2024, 4, 1), dt.date(2029, 3, 31)
APART = (0.5, 0.0)
"""How far the true effects lie from the scenario's, on the log scale."""
BANDS: NDArray[np.float64] = np.array(TIME_IN_CARE_STARTS_DAYS, dtype=np.float64)
EVENTS = ((0, 0), (1, 2), (3, 5), (6, 10), (11, 20), (21, 50), (51, 10**6))


def authority(seed_and_apart: tuple[int, float]) -> MadeUp:
    """One simulated authority and its records."""
    seed, apart = seed_and_apart
    return made_up(load_scenario(SCENARIO).scenario, seed, FIRST, LAST, apart)


def intervals(seed_and_apart: tuple[int, float]) -> list[Held]:
    """Its rates set against the truth."""
    return intervals_of(authority(seed_and_apart))


def intervals_through_returns(seed_and_apart: tuple[int, float]) -> list[Held]:
    """The same of its ways out, its records written as returns, read back and cleaned."""
    made = authority(seed_and_apart)
    return intervals_of(made, through_returns(made), [route.value for route in Route])


def held_table(seeds: Sequence[list[Held]]) -> list[str]:
    """Shares of intervals that hold the truth, as Markdown."""
    lines = [
        "| rates | number | held | 80% interval of that | truth below | truth above |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    factors = dict.fromkeys(each.factor for seed in seeds for each in seed)
    groups = [("every rate", list(seeds))]
    groups += [(f"by {factor.replace('_', ' ')}" if factor != "all" else "overall",
                [[each for each in seed if each.factor == factor] for seed in seeds])
               for factor in factors]  # fmt: skip
    for low, high in EVENTS:
        name = f"{low} to {high} events" if high < 10**6 else f"over {low - 1} events"
        groups.append(
            (name if high else "no event",
             [[each for each in seed if low <= round(each.events) <= high] for seed in seeds])
        )  # fmt: skip
    for name, chosen in groups:
        every = [each for seed in chosen for each in seed]
        share, low_share, high_share = share_held(chosen)
        below = np.mean([each.below for each in every])
        above = np.mean([not each.held and not each.below for each in every])
        lines.append(
            f"| {name} | {len(every)} | {share:.1%} | {low_share:.1%} to {high_share:.1%} | "
            f"{below:.1%} | {above:.1%} |"
        )
    return lines


def delayed_table(all_made: Sequence[MadeUp]) -> list[str]:
    """Errors of three ways to count stays, as Markdown."""
    true, true_median = (
        true_stay_rates(all_made, BANDS),
        median_stay_days(true_stay_rates(all_made)),
    )
    lines = [
        f"The median stay is {true_median:.0f} days, of {len(all_made)} authorities' every stay.",
        "",
        "| counted | median stay, days | usual error | usual error of the rate of leaving by time "
        "in care |",
        "| --- | ---: | ---: | ---: |",
    ]
    for way in WAYS:
        medians = np.array([median_stay_days(stay_rates(made.records, way)) for made in all_made])
        rates = np.array([stay_rates(made.records, way, BANDS) for made in all_made])
        error = np.sqrt(np.mean((medians - true_median) ** 2))
        of_rates = np.sqrt(np.nanmean(np.log(rates / true) ** 2))
        lines.append(f"| {way} | {medians.mean():.0f} | {error:.0f} | {np.expm1(of_rates):.0%} |")
    return lines


def main() -> None:
    """Print the tables, or write them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--write", action="store_true")
    wanted = parser.parse_args()
    seeds = range(1, wanted.seeds + 1)
    text: list[str] = []
    with ProcessPoolExecutor(2) as pool:
        for apart in APART:
            text += [f"True effects {apart} from the scenario's on the log scale:"
                     if apart else "True effects as in the scenario:", ""]  # fmt: skip
            text += [*held_table(list(pool.map(intervals, [(s, apart) for s in seeds]))), ""]
        text += [
            f"Ways out, true effects {APART[0]} apart, through returns that are written, read back "
            "and cleaned:",
            "",
        ]
        told = list(pool.map(intervals_through_returns, [(s, APART[0]) for s in seeds]))
        text += [*held_table(told), ""]
        some = [(seed, 0.0) for seed in seeds[: max(len(seeds) // 2, 2)]]
        text += delayed_table(list(pool.map(authority, some)))
    table = "\n".join(text)
    print(table)
    if wanted.write:
        page = PAGE.read_text(encoding="utf-8")
        before, rest = page.split("<!-- measured -->")
        _, after = rest.split("<!-- /measured -->")
        page = f"{before}<!-- measured -->\n\n{table}\n\n<!-- /measured -->{after}"
        PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
