"""How much surer is a difference when every scenario meets the same children with the same luck?

Every layer with an intervention is run in the same futures as its baseline. With luck of their
own, the variance of the difference in net cost would be the sum of the two variances; set against
that of the paired differences it says how many times as many futures would be needed without
pairing. The spread of the difference is told too with every doubtful figure at its middle: what is
left is chance, and the rest is doubt about figures, which pairing rightly leaves in.
It takes about a third of a second a future and layer, twice. Run from the project's folder:

    python benchmarks/pairing.py            # prints the table
    python benchmarks/pairing.py --write    # and puts it into docs/quality/pairing.md
"""

from __future__ import annotations

import argparse
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sufficiency.folders.comparison_labels import interventions_beyond
from sufficiency.forecast.paired import paired
from sufficiency.forecast.replication import Plan
from sufficiency.forecast.runner import run_each
from sufficiency.scenario.load import LoadedScenario, load_scenario

PAGE = Path("docs/quality/pairing.md")
FOLDER = Path("scenarios/middlesbrough-2020")
BASE = "baseline.yaml"
_MILLION_PENCE = 1e8


@dataclass(frozen=True)
class Ratio:
    """How a layer's net cost over the forecast varies, alone and beside its baseline's.

    Attributes:
        apart: Variance of the difference with luck of their own: the sum of both variances.
        paired: Variance of the difference in the same futures.
    """

    apart: float
    paired: float

    def __str__(self) -> str:
        """The ratio, or words where the difference is the same in every future."""
        if self.paired <= 1e-12 * self.apart:
            return "always the same"
        ratio = self.apart / self.paired
        return f"{ratio:.0f}" if ratio >= 10 else f"{ratio:.1f}"


def layers() -> tuple[LoadedScenario, dict[str, LoadedScenario]]:
    """The baseline, and every layer of its folder that brings in an intervention."""
    base = load_scenario(FOLDER / BASE)
    found = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        if path.name in (BASE, "estimated.yaml"):
            continue
        loaded = load_scenario(path)
        if interventions_beyond(base, loaded):
            found[path.name] = loaded
    return base, found


def net_costs(plans: tuple[Plan, ...], futures: int) -> NDArray[np.float64]:
    """Net cost of all blocks over the forecast, in million pounds; shape (plans, futures)."""
    rows = []
    with closing(run_each(partial(paired, plans), range(1, futures + 1))) as pairs:
        for pair in pairs:
            rows.append([side.net_pence.sum() / _MILLION_PENCE for side in pair.sides])
    return np.array(rows).T


def ratios(costs: NDArray[np.float64]) -> list[Ratio]:
    """A ratio for each plan after the first, which they are set against."""
    variance = costs.var(axis=1, ddof=1)
    differences = (costs[1:] - costs[0]).var(axis=1, ddof=1)
    return [
        Ratio(float(own + variance[0]), float(both))
        for own, both in zip(variance[1:], differences, strict=True)
    ]


def table(futures: int) -> str:
    """The measured table, as Markdown."""
    base, found = layers()
    seed = base.scenario.seed
    plans = tuple(Plan(one.scenario, seed) for one in (base, *found.values()))
    drawn = ratios(net_costs(plans, futures))
    held = ratios(net_costs(tuple(replace(plan, certain=True) for plan in plans), futures))
    lines = [
        f"Net cost over the whole forecast, {futures} futures:",
        "",
        "| layer | independent over paired variance | sd of the difference, £m | the same, every "
        "doubtful figure at its middle |",
        "| --- | ---: | ---: | ---: |",
    ]
    for name, one, middle in zip(found, drawn, held, strict=True):
        spreads = f"{one.paired**0.5:.2f} | {middle.paired**0.5:.2f}"
        lines.append(f"| `{name}` | {one} | {spreads} |")
    return "\n".join(lines)


def main() -> None:
    """Print the table, or write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--futures", type=int, default=200)
    parser.add_argument("--write", action="store_true")
    wanted = parser.parse_args()
    told = table(wanted.futures)
    print(told)
    if wanted.write:
        page = PAGE.read_text(encoding="utf-8")
        before, rest = page.split("<!-- measured -->")
        _, after = rest.split("<!-- /measured -->")
        page = f"{before}<!-- measured -->\n\n{told}\n\n<!-- /measured -->{after}"
        PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
